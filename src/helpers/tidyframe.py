"""The frame of a tidy table that knows which of its rows were taken: so that a number can tell its cells, and not only its table.

Measures select rows as always (``frame[frame["Region"] == "3101"]``). A selection that is selected from again, and of which nothing else is
asked, was only on the way: what counts is the last one, and whatever figures were taken from. More may be told than a number
needed (rows that a measure took and passed over), never less. While nobody keeps it (`lineage.reading`), it is a frame like any other.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import lineage

MEASURED = ("value", "status", "lower", "upper")
LISTED = 8  # codes of a dimension that are named one by one
_TAKES = (  # what makes something of all rows of a frame
    "agg", "apply", "assign", "copy", "drop", "drop_duplicates", "dropna", "groupby", "head", "items", "iterrows", "itertuples", "join",
    "melt", "merge", "pivot", "pivot_table", "reset_index", "set_index", "sort_values", "sum", "tail", "to_dict", "to_numpy", "where",
)  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """Some cells of a table.

    Parameters
    ----------
    selection : (dimension, its codes) for each dimension; where there are more than `LISTED`, how many, ``"357 codes"``. count : cells.
    sha256 : of the values and signs, in the order of the table.
    """

    table: str
    selection: tuple[tuple[str, tuple[str, ...]], ...]
    count: int
    sha256: str


@dataclass(frozen=True, eq=False)
class Whole:
    """A table that selections are of. `known` is what has been described: the digest of the rows' numbers → the cells."""

    table: str
    frame: pd.DataFrame
    known: dict[bytes, Cells] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a table by their numbers, in its order: what is kept of a selection, so that its frame need not be."""

    whole: Whole
    index: pd.Index

    def __len__(self) -> int:
        return len(self.index)

    def is_within(self, other: Rows) -> bool:
        """Whether all these rows are among the others."""
        if self.whole is not other.whole:
            return False
        mine, others = self.index.to_numpy(), other.index.to_numpy()
        at = np.searchsorted(others, mine)
        return bool((at < len(others)).all() and (others[at] == mine).all())

    def described(self) -> Cells:
        """Which cells these are."""
        numbers, known = self.index.to_numpy(), self.whole.known
        name = hashlib.blake2b(numbers.tobytes(), digest_size=16).digest()
        if name not in known:
            known[name] = _described(self.whole, numbers)
        return known[name]


class Tidy(pd.DataFrame):
    """A tidy table, or a selection of its rows. Everything but a selection of rows gives an ordinary frame."""

    _metadata = ["rows"]  # noqa: RUF012  # pandas reads the list
    rows: Rows

    @classmethod
    def of(cls, frame: pd.DataFrame, table: str) -> Tidy:
        """The frame of a table; its rows are numbered from 0."""
        return cls._part(frame, Whole(table, frame))

    @classmethod
    def _part(cls, frame: pd.DataFrame, whole: Whole) -> Tidy:
        made = cls(frame)
        made.rows = Rows(whole, frame.index)
        return made

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        if not lineage.is_reading():
            return super().__getitem__(key)
        found = pd.DataFrame(self)[key]  # by an ordinary one: what pandas asks of itself meanwhile takes nothing
        if isinstance(found, pd.DataFrame):  # rows, or columns of all rows
            part = Tidy._part(found, self.rows.whole)
            lineage.selected(self.rows, part.rows)
            return part
        if key in MEASURED:
            lineage.taken(self.rows)
        return found

    @property
    def loc(self) -> Any:
        """Rows by label: all of them count."""
        lineage.taken(self.rows)
        return super().loc

    @property
    def iloc(self) -> Any:
        """Rows by number: all of them count."""
        lineage.taken(self.rows)
        return super().iloc


def _described(whole: Whole, rows: npt.NDArray[np.int64]) -> Cells:
    def column(name: str) -> pd.Series:  # one at a time: a selection may be most of a large table
        held = whole.frame[name]
        return held if len(rows) == len(held) else held.take(rows)

    selection = tuple((each, _codes(column(each))) for each in map(str, whole.frame) if each not in MEASURED)
    digest = hashlib.sha256(column("value").to_numpy(dtype="float64").tobytes())
    status = column("status")
    signed = status.notna().to_numpy()
    if signed.any():
        signs = zip(signed.nonzero()[0], status[signed], strict=True)
        digest.update("\0".join(f"{row} {sign}" for row, sign in signs).encode())
    return Cells(whole.table, selection, len(rows), digest.hexdigest())


def _codes(column: pd.Series) -> tuple[str, ...]:
    codes = column.unique()
    return tuple(sorted(str(each) for each in codes)) if len(codes) <= LISTED else (f"{len(codes)} codes",)


def _taking(name: str) -> Any:
    """The method of a frame, for one whose rows count when it is asked."""
    method = getattr(pd.DataFrame, name)

    @functools.wraps(method)
    def take(self: Tidy, *given: Any, **named: Any) -> Any:
        lineage.taken(self.rows)
        return method(self, *given, **named)

    return take


for _name in _TAKES:
    setattr(Tidy, _name, _taking(_name))
