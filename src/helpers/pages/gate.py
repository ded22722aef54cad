"""The gate before a page: no number that we derive may give away one that its producer has masked.

A masked count (`*`, `:`) can often be found again from what stands beside it: from its share and the base of the share, from a sum less the
other parts, from a difference of two columns. Such a cell is hidden, with a sign and the reason. What the producer publishes is not
withheld, and rounding to 0 or 3 is not masking. The gate looks at data tables; of a table without a masked cell nothing is touched.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from helpers.charts.parts import Cards, Column, DataTable, Missing, Part, Section
from helpers.errors import DataError
from helpers.prose import plain, rounded, text

MASKS = ("*", ":")
FEW = range(4)  # NAV masks fewer than four; who masks with another sign masks no more
ROUNDS = 10
Row = dict[str, Any]


@dataclass(frozen=True)
class Leak:
    """A cell that gives a masked one away: its row and column, and why."""

    row: int
    column: str
    why: str


def guarded(part: Part) -> Part:
    """The part with its tables guarded."""
    if isinstance(part, Section) and part.table is not None:
        return replace(part, table=guarded_table(part.table))
    if isinstance(part, Cards):
        cards = [
            replace(each, table=guarded_table(each.table)) if each.table is not None else each for each in part.cards
        ]
        return replace(part, cards=cards)
    return part


def guarded_table(table: DataTable) -> DataTable:
    """The table with every cell hidden that gives a masked one away.

    Raises
    ------
    DataError
        where hiding does not come to an end: the page is not made.
    """
    rows = [dict(record) for record in table.records()]
    columns = [column for column in table.columns[1:] if column.kind not in ("text", "year")]
    if not any(_is_masked(row, column.key) for row in rows for column in columns):
        return table
    hidden = Missing("*", plain(text("signs.guarded")))
    for _ in range(ROUNDS):
        found = list(leaks(rows, columns, _sum_row(table, rows)))
        if not found:
            return replace(table, rows=rows)
        for leak in found:
            rows[leak.row][leak.column] = hidden
    raise DataError(
        f"Tabellen «{plain(table.caption)}» røper skjermede tall, og det kan ikke skjules. Ta den ut av siden."
    )


def leaks(rows: list[Row], columns: list[Column], sum_row: int | None = None) -> Iterator[Leak]:
    """The cells to hide, so that no masked cell can be found from the others."""
    yield from _shares(rows, columns)
    yield from _sums(rows, columns, sum_row)
    yield from _differences(rows, columns)


def _shares(rows: list[Row], columns: list[Column]) -> Iterator[Leak]:
    """A share and its base leave only one count possible."""
    shares = [column for column in columns if column.kind == "percent"]
    places = {column.key: 1 if column.decimals is None else column.decimals for column in shares}
    counts = [column.key for column in columns if column.kind == "count"]
    for number, row in enumerate(rows):
        for masked, share, base in itertools.product(counts, shares, counts):
            if base == masked or not _is_masked(row, masked) or not (_shown(row, share.key) and _shown(row, base)):
                continue
            whole, printed = float(row[base]), rounded(row[share.key], places[share.key])
            fitting = [few for few in FEW if whole > 0 and rounded(100 * few / whole, places[share.key]) == printed]
            if len(fitting) == 1:
                yield Leak(number, share.key, "share")


def _sums(rows: list[Row], columns: list[Column], sum_row: int | None) -> Iterator[Leak]:
    """A sum less the parts that are shown leaves one count, or the least or the most for each."""
    if sum_row is None:
        return
    parts = [row for number, row in enumerate(rows) if number != sum_row]
    for key in (column.key for column in columns if column.kind in ("count", "signed")):
        masked = [row for row in parts if _is_hidden(row, key)]
        if not masked or not _shown(rows[sum_row], key) or not any(_is_masked(row, key) for row in masked):
            continue
        rest = float(rows[sum_row][key]) - sum(float(row[key]) for row in parts if _shown(row, key))
        if len(masked) == 1 or rest <= 0 or rest >= FEW[-1] * len(masked):
            yield Leak(sum_row, key, "sum")


def _differences(rows: list[Row], columns: list[Column]) -> Iterator[Leak]:
    """One column is the sum or the difference of two others: two of them give the third."""
    keys = [column.key for column in columns if column.kind in ("count", "signed")]
    for whole, one, other in itertools.permutations(keys, 3):
        if one > other or not _adds_up(rows, whole, one, other):
            continue
        for number, row in enumerate(rows):
            triple = (whole, one, other)
            masked = [key for key in triple if _is_masked(row, key)]
            shown = [key for key in triple if _shown(row, key)]
            if len(masked) == 1 and len(shown) == 2:
                yield Leak(number, shown[-1] if masked[0] == whole else whole, "difference")


def _adds_up(rows: list[Row], whole: str, one: str, other: str) -> bool:
    full = [row for row in rows if all(_shown(row, key) for key in (whole, one, other))]
    moving = any(float(row[one]) and float(row[other]) for row in full)
    return (
        len(full) > 1
        and moving
        and all(abs(float(row[one]) + float(row[other]) - float(row[whole])) < 0.5 for row in full)
    )


def _sum_row(table: DataTable, rows: list[Row]) -> int | None:
    if table.sum_row is None:
        return None
    head = table.columns[0].key
    return next((number for number, row in enumerate(rows) if str(row.get(head)) == str(table.sum_row)), None)


def _is_masked(row: Mapping[str, Any], key: str) -> bool:
    value = row.get(key)
    sign = value.sign if isinstance(value, Missing) else row.get(f"{key}_status") if _is_empty(value) else None
    return sign in MASKS


def _is_hidden(row: Mapping[str, Any], key: str) -> bool:
    return isinstance(row.get(key), Missing) or _is_empty(row.get(key))


def _shown(row: Mapping[str, Any], key: str) -> bool:
    return not _is_hidden(row, key) and not isinstance(row[key], str)


def _is_empty(value: Any) -> bool:
    return value is None or (not isinstance(value, str | Missing) and bool(pd.isna(value)))
