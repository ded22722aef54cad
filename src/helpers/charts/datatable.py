"""The data table under a figure: cells as the reader sees them, and the same table as CSV in a `data:` link."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from helpers.prose import plain, rounded

Text = str | Markup
Kind = Literal["text", "year", "count", "percent", "number", "signed", "points"]
Format = Callable[[float], str]

_CSV_DECIMALS: Mapping[str, int] = {"year": 0, "count": 0, "signed": 0, "percent": 1, "number": 1, "points": 1}
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class Labels:
    """The words that parts themselves need, and how numbers are written; given once by the text catalogue.

    `signs` maps a producer's sign to its meaning; `missing` is the sign and meaning of a cell that has neither
    number nor sign; `formats` maps a column kind to a function from number to text. `decimal` is the decimal sign of CSV files, which
    have semicolons between columns where it is a comma; `percent` is what stands before the sign.
    """

    show_table: str
    download: str
    misread: str
    fetch: str
    missing: tuple[str, str]
    signs: Mapping[str, str]
    formats: Mapping[str, Format]
    decimal: str = ","
    percent: str = "\u00a0"


_in_use: dict[str, Labels] = {}


def use_labels(labels: Labels) -> None:
    """Set the labels that every part uses from now on (once per language)."""
    _in_use["labels"] = labels


def current_labels() -> Labels:
    """Return the labels in use; an error says when none were given, so that no page gets words by accident."""
    if "labels" not in _in_use:
        raise LookupError("parts have no labels yet: call helpers.charts.parts.use_labels(...) first")
    return _in_use["labels"]


def checked_key(key: str) -> None:
    """Refuse what cannot be an element's id."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", key):
        raise ValueError(f"{key!r} cannot be an element's id: use a-z, 0-9 and hyphen, a letter first")


@dataclass(frozen=True)
class Missing:
    """A cell without a number: the producer's sign, and what the sign means."""

    sign: str
    meaning: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a `DataTable`. `format` and `decimals` (of the CSV) override what belongs to the kind."""

    key: str
    label: Text
    kind: Kind = "text"
    format: Format | None = None
    decimals: int | None = None

    def __post_init__(self) -> None:
        if not plain(self.label).strip():
            raise ValueError(f"column {self.key!r} has no label: a header cell is never empty")


@dataclass(frozen=True)
class _Cell:
    html: Text
    text: str
    csv: str


@dataclass(frozen=True)
class DataTable:
    """The numbers of a figure. The first column heads its row; `highlight` and `sum_row` are values of that column.

    A missing cell (None, NaN or `Missing`) shows the producer's sign, read from the row's `<key>_status` when given.
    """

    id: str
    caption: Text
    columns: Sequence[Column]
    rows: pd.DataFrame | Sequence[Mapping[str, Any]] = field(repr=False)
    file_name: str = ""
    highlight: object = None
    sum_row: object = None

    def __post_init__(self) -> None:
        checked_key(self.id)
        if not plain(self.caption).strip():
            raise ValueError(f"table {self.id!r} has no caption")

    def records(self) -> list[Mapping[str, Any]]:
        """Return the rows as mappings from column key to raw value."""
        if isinstance(self.rows, pd.DataFrame):
            return cast(list[Mapping[str, Any]], self.rows.to_dict("records"))
        return list(self.rows)

    def body(self) -> list[tuple[str, list[_Cell]]]:
        """Return each row's class ("us", "sum" or "") and its cells in the order of the columns."""
        return [(self._row_class(row), [_cell(column, row) for column in self.columns]) for row in self.records()]

    def csv(self) -> str:
        """Return the table as CSV: semicolons and decimal comma (in English commas and points), no thousands sign, ordinary minus."""
        lines = [[_guarded(plain(column.label)) for column in self.columns]]
        lines += [[_cell(column, row).csv for column in self.columns] for row in self.records()]
        out = io.StringIO()
        csv.writer(out, delimiter=";" if current_labels().decimal == "," else ",", lineterminator="\r\n").writerows(
            lines
        )
        return out.getvalue()

    def href(self) -> str:
        """Return the CSV as a `data:` address, UTF-8 with a byte order mark."""
        return "data:text/csv;charset=utf-8," + quote("\ufeff" + self.csv(), safe=";,:/()!*")

    def download_name(self) -> str:
        """Return a file name that is safe everywhere, ending in .csv."""
        stem = re.sub(r"[^\w.-]+", "-", self.file_name or self.id, flags=re.ASCII).strip("-.")
        return f"{stem.removesuffix('.csv') or 'tabell'}.csv"

    def text(self) -> str:
        """Return the table as aligned plain text."""
        rows = [[plain(c.label) for c in self.columns]] + [[cell.text for cell in cells] for _, cells in self.body()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        return "\n".join([plain(self.caption), *(_aligned(row, widths) for row in rows)])

    def _row_class(self, row: Mapping[str, Any]) -> str:
        head = str(row.get(self.columns[0].key))
        if self.sum_row is not None and head == str(self.sum_row):
            return "sum"
        return "us" if self.highlight is not None and head == str(self.highlight) else ""


def _aligned(row: Iterable[str], widths: Sequence[int]) -> str:
    cells = list(row)
    return "  ".join([cells[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))])


def _cell(column: Column, row: Mapping[str, Any]) -> _Cell:
    value = row.get(column.key)
    if isinstance(value, Missing):
        return _missing_cell(value)
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return _missing_cell(_sign(row.get(f"{column.key}_status")))
    if column.kind == "text" or isinstance(value, str):
        html = value if isinstance(value, str) else str(value)
        return _Cell(html, plain(html), _guarded(plain(html)))
    text = _written(column, float(value))
    return _Cell(text, text, _csv_number(float(value), column))


def _sign(status: object) -> Missing:
    labels = current_labels()
    if isinstance(status, str) and status:
        return Missing(status, labels.signs.get(status, ""))
    return Missing(*labels.missing)


def _missing_cell(cell: Missing) -> _Cell:
    meaning = cell.meaning or current_labels().signs.get(cell.sign, "")
    html = Markup('<abbr title="{}">{}</abbr>').format(meaning, cell.sign) if meaning else cell.sign
    return _Cell(html, cell.sign, _guarded(cell.sign))


def _written(column: Column, value: float) -> str:
    if column.format is not None:
        return column.format(value)
    if column.kind == "year":
        return f"{value:.0f}"
    return current_labels().formats[column.kind](value)


def _csv_number(value: float, column: Column) -> str:
    if math.isinf(value):
        raise ValueError(f"column {column.key!r} holds an infinite number")
    decimals = _CSV_DECIMALS[column.kind] if column.decimals is None else column.decimals
    text = str(rounded(value, decimals)).replace(".", current_labels().decimal)
    return text.removeprefix("-") if not text.strip("-0,.") else text


def _guarded(text: str) -> str:
    """Make a text cell harmless in a spreadsheet: one that looks like a formula starts with an apostrophe."""
    return "'" + text if text.lstrip(" \u00a0\u202f").startswith(_FORMULA_STARTS) else text
