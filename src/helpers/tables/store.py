"""The tidy tables of one workspace, read when asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from helpers import rawstore
from helpers.catalog import tidy_tables
from helpers.errors import DataError, TableMissing
from helpers.tables.build import TableMeta, build, read_meta
from helpers.workspace import Workspace


class Tables(Mapping[str, pd.DataFrame]):
    """Table id → tidy frame (columns: see docs/architecture.md). A table that is not held raises `TableMissing`.

    Frames are shared: whoever changes one works on a copy.
    """

    def __init__(self, processed: Path, held: tuple[str, ...]) -> None:
        self._folder = processed
        self._held = held
        self._frames: dict[str, pd.DataFrame] = {}
        self._metas: dict[str, TableMeta] = {}

    @classmethod
    def load(cls, workspace: Workspace | None = None) -> Tables:
        """The tables of `workspace` (default: the nearest), built first where they are lacking or out of date."""
        workspace = workspace or Workspace.find()
        raw = rawstore.held(workspace.raw)
        held = tuple(table for table in tidy_tables() if table in raw)
        for table in held:
            build(workspace, table)
        return cls(workspace.processed, held)

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._held:
            raise TableMissing(table)
        if table not in self._frames:
            self._frames[table] = pq.read_table(self._folder / f"{table}.parquet").to_pandas()
        return self._frames[table]

    def __contains__(self, table: object) -> bool:
        return table in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._held)})"

    def meta(self, table: str) -> TableMeta:
        """Where a table comes from, how it is rounded, which periods it holds."""
        if table not in self._held:
            raise TableMissing(table)
        if table not in self._metas:
            meta = read_meta(self._folder / f"{table}.parquet")
            if meta is None:
                raise DataError(f"data/processed/{table}.parquet kan ikke leses. Kjør kommunerapport tables.")
            self._metas[table] = meta
        return self._metas[table]

    def labels(self, table: str, dimension: str) -> dict[str, str]:
        """Code → the producer's own label."""
        return self.meta(table).labels[dimension]

    @property
    def newest_retrieval(self) -> dt.date:
        """The newest retrieval date of all tables held: the default of `as_of`."""
        return max(dt.date.fromisoformat(self.meta(table).retrieved) for table in self)
