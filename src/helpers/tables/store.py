"""The tidy tables of one workspace, read when asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import concerning, lineage, rawstore, reprs
from helpers.catalog import tidy_tables
from helpers.errors import DataError, InputError, TableMissing, UndeclaredTable
from helpers.owntables import is_own
from helpers.tables import own, package
from helpers.tables.build import TableMeta, build, read_meta
from helpers.tidyframe import Tidy
from helpers.workspace import Workspace, declared_in_batch


class Tables(Mapping[str, pd.DataFrame]):
    """Table id → tidy frame (columns: see docs/architecture.md). A table that is not held raises `TableMissing`.

    Frames are shared, and measures remember what they made of them: whoever changes one works on a copy.
    In a batch only the tables that the notebook declares are there; asking for another one raises `UndeclaredTable`.

    Examples
    --------
    >>> from helpers import Tables
    >>> tables = Tables.load()
    >>> list(tables)[:3], "ssb_13470" in tables
    (['ssb_11618', 'ssb_11616', 'ssb_03321'], False)
    >>> tables["ssb_11618"].query("Region == '3101' and Tid == 2022")[["ContentsCode", "value"]].values.tolist()
    [['BefolkningBosted', 23652.0], ['SysselArbsted', 13122.0], ['SysselBosted', 14226.0]]
    """

    _shared: dict[Path, tuple[Mapping[str, pd.DataFrame], Mapping[str, TableMeta]]] = {}  # noqa: RUF012  # root → what was preloaded

    def __init__(self, processed: Path, held: tuple[str, ...], declared: tuple[str, ...] | None = None) -> None:
        self._folder = processed
        self._declared = declared
        self._every = held
        self._held = tuple(table for table in held if declared is None or table in declared)
        self._frames: dict[str, pd.DataFrame] = {}
        self._metas: dict[str, TableMeta] = {}

    @classmethod
    def load(cls, workspace: Workspace | None = None) -> Tables:
        """The tables of `workspace` (default: the nearest), built first where they are lacking or out of date.

        Raises
        ------
        DataError
            naming file and value, where a raw body is not what it is declared to be.

        Examples
        --------
        >>> tables = Tables.load()
        >>> "ssb_03321" in tables, tables.meta("ssb_03321").title
        (True, 'Sysselsatte per 4. kvartal, etter arbeidssted og bosted')
        >>> tables["ssb_11616"].columns.tolist()
        ['Region', 'Alder', 'ContentsCode', 'Tid', 'value', 'status', 'lower', 'upper']
        >>> tables.labels("ssb_13563", "InnvandrKat")["B"]
        'Innvandrere'
        """
        workspace = workspace or Workspace.find()
        if workspace.root in cls._shared:
            frames, metas = cls._shared[workspace.root]
            tables = cls(workspace.processed, tuple(frames), declared_in_batch())
            tables._frames, tables._metas = dict(frames), dict(metas)
            return tables
        raw = rawstore.held(workspace.raw)
        held = tuple(table for table in tidy_tables() if table in raw)
        made = [path for table in held if (path := build(workspace, table))]
        ours = own.load(workspace)
        package.keep(workspace, changed=bool(made) or any(each.made for each in ours))
        named = tuple(each.id for each in ours if each.id and not each.problem)
        return cls(workspace.processed, (*held, *named), declared_in_batch())

    @classmethod
    def preload(cls, workspace: Workspace, frames: Mapping[str, pd.DataFrame], metas: Mapping[str, TableMeta]) -> None:
        """From now on, in this process and those forked from it, `load` gives these tables for the workspace.

        Examples
        --------
        >>> from helpers import Tables, Workspace
        >>> here, tables = Workspace.find(), Tables.load()
        >>> frames = {"ssb_11616": tables["ssb_11616"]}
        >>> Tables.preload(here, frames, {"ssb_11616": tables.meta("ssb_11616")})
        >>> list(Tables.load(here))
        ['ssb_11616']
        >>> Tables.forget()  # as it was
        """
        cls._shared = {**cls._shared, workspace.root: (frames, metas)}

    @classmethod
    def forget(cls) -> None:
        """Undo `preload`.

        Examples
        --------
        >>> from helpers import Tables, Workspace
        >>> Tables.preload(Workspace.find(), {}, {})
        >>> len(Tables.load())
        0
        >>> Tables.forget()
        >>> len(Tables.load()) > 0
        True
        """
        cls._shared = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        self._check(table)
        lineage.read(table)
        if table not in self._frames:
            self._frames[table] = Tidy.of(_read(self._folder / f"{table}.parquet"), table)
        return self._frames[table]

    def __contains__(self, table: object) -> bool:
        if self._declared is not None and isinstance(table, str) and table not in self._declared:
            raise UndeclaredTable(table)
        return table in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._held)})"

    def _repr_html_(self) -> str:
        metas = [self._meta(table) for table in self._held]
        rows = [(each.id, each.title, each.producer, each.period, each.unit, each.retrieved) for each in metas]
        lead = [f'tables["{self._held[0]}"]', f'tables.meta("{self._held[0]}")'] if self._held else []
        return reprs.table("Tabeller i data/", ("Tabell", "Hva", "Fra", "Perioder", "Enhet", "Hentet"), rows, lead)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._held)

    def meta(self, table: str) -> TableMeta:
        """Where a table comes from, how it is rounded, which periods it holds. `TableMissing` where it is not held.

        Examples
        --------
        >>> from helpers import Tables
        >>> told = Tables.load().meta("ssb_03321")
        >>> told.producer, told.number, told.period, told.unit, told.rounding
        ('Statistisk sentralbyrå', '03321', '2017–2022', 'personer', 'none')
        """
        self._check(table)
        return self._meta(table)

    def labels(self, table: str, dimension: str) -> dict[str, str]:
        """Code → the producer's own label.

        Parameters
        ----------
        dimension : a column of codes, as the producer calls it; neither of regions nor ``Tid``.

        Raises
        ------
        TableMissing
            where the table is not held. InputError for a dimension without labels, naming those that have.

        Examples
        --------
        >>> from helpers import Tables
        >>> Tables.load().labels("ssb_13563", "InnvandrKat")
        {'A-G': 'Alle', 'A_C-G': 'Uten innvandrere', 'B': 'Innvandrere'}
        """
        held = self.meta(table).labels
        if dimension not in held:
            raise InputError(f"Tabell {table} har ingen navn på kodene i «{dimension}». Den har {', '.join(held)}.")
        return held[dimension]

    def labelled(self, table: str) -> pd.DataFrame:
        """A table with each code followed by the producer's own label, or the name of the municipality: ``3101 Halden``.

        Examples
        --------
        >>> from helpers import Tables
        >>> rows = Tables.load().labelled("ssb_13563")
        >>> rows.loc[rows["Region"] == "3101 Halden", ["Alder", "InnvandrKat"]].values.tolist()[0]
        ['15-29 år', 'A-G Alle']
        """
        return concerning.labelled(self[table], self, table)

    def newest_retrieval(self, among: Iterable[str] | None = None) -> dt.date:
        """The newest retrieval date of the official tables held: the default of `as_of`.

        Parameters
        ----------
        among : the tables that count (those that a notebook declares); where none of them is held, all do, declared or not.

        Raises
        ------
        DataError
            where no table is held.

        Examples
        --------
        >>> from helpers import Tables
        >>> Tables.load().newest_retrieval(["ssb_03321"]).isoformat()
        '2026-11-23'
        """
        official = [table for table in self._every if not is_own(table)]
        named = None if among is None else [table for table in among if table in official]
        if not official:
            raise DataError("Ingen av tabellene som trengs, finnes i data/. Hent dem: kommunerapport fetch.")
        return max(dt.date.fromisoformat(self._meta(table).retrieved) for table in named or official)

    def _meta(self, table: str) -> TableMeta:
        if table not in self._metas:
            meta = read_meta(self._folder / f"{table}.parquet")
            if meta is None:
                raise DataError(f"data/processed/{table}.parquet kan ikke leses. Kjør kommunerapport tables.")
            self._metas[table] = meta
        return self._metas[table]

    def _check(self, table: str) -> None:
        if table not in self:
            missing = TableMissing(table)
            info = tidy_tables().get(table)
            held = f"De som finnes: {', '.join(self._held) or 'ingen'}."
            missing.add_note(f"Hent den med: kommunerapport fetch {info.number}" if info else held)
            raise missing


concerning.keep(Tables.load)


def _read(path: Path) -> pd.DataFrame:
    """The frame in a Parquet file, read without the threads that pyarrow else starts and keeps: a process that has them may not fork."""
    with pa.memory_map(str(path)) as source:
        held = pq.ParquetFile(source, pre_buffer=False).read(use_threads=False)
        frame: pd.DataFrame = held.to_pandas(use_threads=False)
    return frame
