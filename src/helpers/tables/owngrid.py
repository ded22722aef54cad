"""A file of figures that somebody has made, as rows of cells that know where they stand: CSV, Excel or JSON-stat."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from helpers import jsonstat, xlsxfile
from helpers.errors import DataError, reason
from helpers.owntables import Description

LARGEST = 20_000_000  # bytes
ROWS, COLUMNS, CELLS = 200_000, 500, 2_000_000
SEPARATORS = (";", "\t", ",", "|")
HEADING_WITHIN = 40  # rows from the top
NAMES = {";": "semikolon", "\t": "tabulator", ",": "komma", "|": "loddrett strek"}
Row = Sequence[Any]


class _NotComputed:
    """A formula whose value the workbook does not hold."""

    def __str__(self) -> str:
        return "formel som ikke er regnet ut"


NOT_COMPUTED = _NotComputed()


@dataclass(frozen=True)
class Grid:
    """Rows from the top of the file or sheet; row 1 is the first.

    `how` says for people how it was read. Of JSON-stat, `roles` has role (region, time, contents) → dimension, and `labels` the labels of
    each dimension.
    """

    file: str
    kind: Literal["csv", "xlsx", "json"]
    rows: Sequence[Row]
    sheet: str = ""
    how: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def at(self, row: int, column: int | None = None, heading: str = "") -> str:
        """What a message calls a cell: «vekst.csv, rad 7, kolonne D («Antall»)», «vekst.xlsx, ark «Tall», celle D7»."""
        if self.kind == "json":
            held = zip(self.rows[0], self.rows[row - 1], strict=False)
            cell = ", ".join(f"{name} {value}" for name, value in held if name not in jsonstat.OWN)
            return f"{self.file}, cellen {cell}"
        named = f" («{heading}»)" if heading else ""
        if self.kind == "xlsx":
            where = f"rad {row}" if column is None else f"celle {letter(column)}{row}{named}"
            return f"{self.file}, ark «{self.sheet}», {where}"
        return f"{self.file}, rad {row}" + ("" if column is None else f", kolonne {letter(column)}{named}")


def letter(column: int) -> str:
    """A column's letter in a spreadsheet; 0 is A."""
    found, at = "", column + 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(65 + rest) + found
    return found


def read(path: Path, told: Description, headings: Callable[[Sequence[Row]], int | None] = lambda rows: None) -> Grid:
    """The rows of a file.

    Parameters
    ----------
    headings : which of some rows has the headings, None where none has; so the separator is recognised.

    Raises
    ------
    DataError
        naming the file and what to do: too large, empty, not of its kind, another encoding, no such sheet.
    """
    data = bytes_of(path)
    reader = {".xlsx": _workbook, ".json": _cube}.get(path.suffix.lower())
    grid = reader(path, data, told) if reader else _text(path, data, told, headings)
    if not any(_filled(row) for row in grid.rows):
        raise DataError(f"{path.name} er tom{f', ark «{grid.sheet}»' if grid.sheet else ''}. Er det rett fil?")
    if len(grid.rows) > ROWS or sum(map(len, grid.rows)) > CELLS:
        raise DataError(
            f"{path.name} har flere enn {ROWS:,} rader eller {CELLS:,} celler. Del den opp.".replace(",", " ", 2)
        )
    return grid


def bytes_of(path: Path) -> bytes:
    """What a file holds, where it is not larger than a table may be."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(
                f"{path.name} er større enn {LARGEST // 1_000_000} MB. Ta ut det som ikke trengs, eller del den opp."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} kan ikke leses. {reason(error)}.") from None
    if not data.strip():
        raise DataError(f"{path.name} er tom. Er det rett fil?")
    return data


def _filled(row: Row) -> bool:
    return any(cell not in (None, "") for cell in row)


def _text(path: Path, data: bytes, told: Description, headings: Callable[[Sequence[Row]], int | None]) -> Grid:
    text, encoding = _decoded(path, data, told)
    declared = re.match(r"sep=(.)\r?\n", text)
    wanted = (told.separator,) if told.separator else (declared[1],) if declared else SEPARATORS
    read_by = {each: _rows(path, text, each) for each in wanted}
    fitting = [each for each in wanted if headings(read_by[each][:HEADING_WITHIN]) is not None]
    best = (
        fitting[0]
        if fitting
        else max(wanted, key=lambda each: len(max(read_by[each][:HEADING_WITHIN], key=len, default=[])))
    )
    return Grid(path.name, "csv", read_by[best], how=f"{encoding}, skilt med {NAMES.get(best, best)}")


def _decoded(path: Path, data: bytes, told: Description) -> tuple[str, str]:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in data and not utf16:
        raise DataError(f"{path.name} er ikke en tekstfil. Lagre arket som CSV, eller behold endelsen .xlsx.")
    tried = (told.encoding,) if told.encoding else ("utf-16",) if utf16 else ("utf-8", "cp1252")
    for encoding in tried:
        try:
            return data.decode("utf-8-sig" if encoding == "utf-8" else encoding), encoding
        except UnicodeDecodeError as error:
            row, strange = data[: error.start].count(b"\n") + 1, data[error.start]
    hint = "Fjern encoding i beskrivelsen, eller lagre" if told.encoding else "Lagre"
    raise DataError(
        f"{path.name}, rad {row}: tegnet med kode {strange:#04x} er ikke {' eller '.join(tried)}. {hint} filen som CSV UTF-8."
    )


def _rows(path: Path, text: str, separator: str) -> list[Row]:
    try:
        read_all = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        return [[cell.strip() for cell in row[:COLUMNS]] for row in read_all]
    except csv.Error as error:
        raise DataError(f"{path.name} kan ikke leses som CSV: {error}. Lagre den på nytt som CSV.") from None


def _workbook(path: Path, data: bytes, told: Description) -> Grid:
    if found := xlsxfile.wrong(data):
        raise DataError(f"{path.name}: {' '.join(found)}")
    try:
        with warnings.catch_warnings(action="ignore"), closing(xlsxfile.opened(data)) as book:
            title = _sheet(
                path,
                [each.title for each in book.worksheets if each.sheet_state == "visible"],
                [each.title for each in book.worksheets],
                told,
            )
            rows = _sheet_rows(path, book[title])
        with warnings.catch_warnings(action="ignore"), closing(xlsxfile.opened(data, formulas=True)) as book:
            for row, formulas in zip(rows, _formulas(book[title]), strict=False):
                for column in formulas:
                    if column < len(row) and row[column] in (None, ""):
                        row[column] = NOT_COMPUTED
    except DataError:
        raise
    except Exception:  # openpyxl raises whatever a spoiled part makes it stumble over
        raise DataError(f"{path.name} kan ikke leses som en Excel-arbeidsbok. Lagre den på nytt som .xlsx.") from None
    return Grid(path.name, "xlsx", rows, title, how=f"ark «{title}»")


def _sheet(path: Path, visible: list[str], every: list[str], told: Description) -> str:
    listed = ", ".join(f"«{each}»" for each in every) or "ingen"
    if told.sheet is not None:
        near = [each for each in every if each.casefold().strip() == told.sheet.casefold()]
        if not near:
            raise DataError(
                f"{path.name} har ikke arket «{told.sheet}». Arkene er {listed}. Rett sheet i beskrivelsen."
            )
        return near[0]
    if len(visible) != 1:
        raise DataError(
            f'{path.name} har {len(visible)} ark: {listed}. Skriv hvilket i beskrivelsen, som sheet = "{(every or ["Ark1"])[0]}".'
        )
    return visible[0]


def _sheet_rows(path: Path, sheet: Any) -> list[list[Any]]:
    sheet.reset_dimensions()  # the size that a sheet declares may be wrong, and cells outside it would be lost
    rows: list[list[Any]] = []
    for row in sheet.iter_rows(max_col=COLUMNS):
        if len(rows) >= ROWS:
            raise DataError(f"{path.name}, ark «{sheet.title}» har flere enn {ROWS} rader. Del den opp.")
        rows.append([xlsxfile.content(cell) for cell in row])
    while rows and not _filled(rows[-1]):
        rows.pop()
    return rows


def _formulas(sheet: Any) -> list[list[int]]:
    """The columns of each row that have a formula."""
    sheet.reset_dimensions()
    return [
        [at for at, cell in enumerate(row) if cell.data_type == "f"]
        for row in sheet.iter_rows(max_col=COLUMNS, max_row=ROWS)
    ]


def _cube(path: Path, data: bytes, told: Description) -> Grid:
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name} er ikke gyldig JSON: {error}. Hent filen på nytt som JSON-stat.") from None
    try:
        frame = jsonstat.decode(body)
    except DataError as error:
        raise DataError(f"{path.name}: {error}. Hent filen på nytt som JSON-stat 2.") from None
    if len(frame) > CELLS:
        raise DataError(f"{path.name} har flere enn {CELLS} celler. Velg færre.")
    told_roles = body["role"] if isinstance(body.get("role"), dict) else {}
    named = {"geo": "region", "time": "time", "metric": "contents"}
    roles = {name: told_roles[key][0] for key, name in named.items() if _is_one(told_roles.get(key), frame)}
    labels = {each: jsonstat.labels(body, each) for each in body["id"]}
    plain = frame.astype(object).where(frame.notna(), None)
    rows: list[Row] = [list(frame.columns), *plain.to_numpy(dtype=object).tolist()]
    return Grid(path.name, "json", rows, how="JSON-stat", roles=roles, labels=labels)


def _is_one(given: Any, frame: pd.DataFrame) -> bool:
    return isinstance(given, list) and len(given) == 1 and given[0] in frame.columns
