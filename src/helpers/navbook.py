"""NAV's monthly workbooks (HL060, AAP155, PST302) to one tidy frame, read by what the cells say, never by where they stand.

Source of the layout: NAV's HL060 for October 2022; the address of a workbook changes every month: `sources/navpage.py`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from helpers import xlsxfile
from helpers.errors import DataError
from helpers.xlsxfile import AGAIN

ROWS, COLUMNS = 20_000, 256  # a real sheet has 416 and 14
HIGHEST = 10_000_000  # persons; more than live in Norway is no figure
LABELS = 3  # so many of a row's first texts may be its label
SIGNS = {"*", ":", "..", ".", "-"}
MONTHS = {name: at for at, name in enumerate(re.findall("...", "janfebmaraprmaijunjulaugsepoktnovdes"), 1)}
MONTH = r"(?:jan(?:uar)?|febr?(?:uar)?|mars?|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|des(?:ember)?)\.?"
HEADER = re.compile(rf"(?:(20[0-9]{{2}}) )?({MONTH})(?:[ .’'/-]*(20[0-9]{{2}}|[0-9]{{2}}))?", re.I)
# At the end of its cell, for running text about a month of another year is no title.
_BEFORE = r"(?:^|[.:;,(] *|\bper |\bpr\.? |\bav )(?:[0-9]{1,2}\. )?"
TITLE = re.compile(rf"{_BEFORE}(?:{MONTH}(?: 20[0-9]{{2}})? *[-–—] *)?{MONTH} (20[0-9]{{2}})[).]?$", re.I)
FOOTNOTE = re.compile(r" *(?:[¹²³⁰-⁹*]+|[0-9]\))$")
MUNICIPALITY = re.compile(rf"([0-9]{{4}}) (?!{MONTH}$)(.+)", re.I)
COUNTY = re.compile(r"[0-9]{2} \S")
PLACE = re.compile(r"(?:[0-9]{2}){1,3} \S")  # a county, a municipality or a city district
UNKNOWN = re.compile(r"(?:i alt )?(?:[0-9]{2} )?(?:ukjent|uoppgitt)\b", re.I)
NUMBER = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(,[0-9]+)? ?%?")
ASK = "Er arbeidsboken riktig, må kommunerapport tilpasses: meld fra til forvalteren."

Row = Mapping[int, Any]  # column number → what the cell holds, from the left; empty cells are left out
Figure = tuple[float | None, str | None]  # value, sign


@dataclass(frozen=True)
class Workbook:
    """What a workbook says of the municipalities.

    Parameters
    ----------
    frame : Region (4 digits, of the year of the figures), ContentsCode, Tid (``2022M10``), value (float64, NaN where there is a
        sign), status (the sign, or missing). Every region has every month in every sheet.
    names : region code → name. title : the line that gives the period, «Januar - oktober 2022»; may be empty.
    year : of the newest month. months : those that are published, in order.
    """

    frame: pd.DataFrame
    names: Mapping[str, str]
    title: str
    year: int
    months: tuple[str, ...]


class _Line(NamedTuple):
    """A municipality's row. header : column → (year or None, month) of the latest header above it."""

    number: int
    code: str
    name: str
    header: Mapping[int, tuple[int | None, int]]
    cells: Row


class _Sheet(NamedTuple):
    """What one sheet says. period : see `Workbook.title`. figures : region → month → figure."""

    title: str
    period: str
    names: Mapping[str, str]
    figures: Mapping[str, Mapping[str, Figure]]
    months: tuple[str, ...]


def parse(data: bytes, sheets: Mapping[str, str]) -> Workbook:
    """The municipalities' figures of a workbook.

    Counties, sums, city districts and whatever stands under «Ukjent» are left out. A month that is empty for every municipality
    is not published and has no rows; another empty cell has the status ``..``. Percentages are read as they are shown, so
    0.025 in a cell with a percent format is 2.5.

    Parameters
    ----------
    data : the xlsx file. sheets : ContentsCode → regular expression (case does not count) that one sheet's title matches.

    Raises
    ------
    DataError
        where the file is no sound workbook, sheets or layout are not recognised, the year is not told or told in two ways, a cell
        is neither figure nor sign, or the sheets do not have the same municipalities and months.
    """
    read = {code: _read(title, rows) for code, (title, rows) in _grids(data, sheets).items()}
    first, *others = read.values()
    for other in others:
        both = f"«{first.title}» og «{other.title}»"
        if other.months != first.months:
            raise _error(f"arkene {both} har ulike måneder: {', '.join(first.months)} og {', '.join(other.months)}.")
        if alone := sorted(other.figures.keys() ^ first.figures.keys()):
            raise _error(f"{', '.join(alone[:5])} ({len(alone)} i alt) står bare i ett av arkene {both}.")
    rows = [
        (region, code, month, *sheet.figures[region][month])
        for region in first.figures
        for code, sheet in read.items()
        for month in sheet.months
    ]
    frame = pd.DataFrame(rows, columns=["Region", "ContentsCode", "Tid", "value", "status"])
    frame = frame.astype({"Region": "str", "ContentsCode": "str", "Tid": "str", "value": "float64", "status": "str"})
    return Workbook(frame, first.names, first.period, int(first.months[-1][:4]), first.months)


def _error(what: str, advice: str = ASK) -> DataError:
    return DataError(f"NAVs arbeidsbok: {what} {advice}")


def _grids(data: bytes, sheets: Mapping[str, str]) -> dict[str, tuple[str, list[Row]]]:
    """ContentsCode → title and rows of its sheet."""
    if wrong := xlsxfile.wrong(data):
        raise _error(*wrong)
    try:
        with warnings.catch_warnings(action="ignore"), closing(xlsxfile.opened(data)) as book:
            titles = [each.title for each in book.worksheets]
            chosen = {code: [each for each in titles if re.search(sheets[code], each, re.I)] for code in sheets}
            for code, found in chosen.items():
                if len(found) != 1 or list(chosen.values()).count(found) > 1:
                    listed = ", ".join(f"«{title}»" for title in titles)
                    raise _error(f"ett ark for seg skal passe til «{sheets[code]}», ikke {len(found)} av {listed}.")
            return {code: (title, list(_rows(book[title]))) for code, (title,) in chosen.items()}
    except DataError:
        raise
    except Exception as error:  # openpyxl raises whatever a spoiled part makes it stumble over
        raise _error("filen kan ikke leses som en Excel-arbeidsbok.", AGAIN) from error


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # the size that a sheet declares may be wrong, and cells outside it would be lost
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS), 1):
        if number > ROWS:
            raise _error(f"arket «{sheet.title}» har flere enn {ROWS} rader.")
        yield {at: value for at, cell in enumerate(row, 1) if (value := xlsxfile.content(cell)) not in (None, "")}


def _read(title: str, rows: list[Row]) -> _Sheet:
    """One sheet's figures."""
    from openpyxl.utils import get_column_letter

    lines = list(_lines(title, rows))
    if not lines:
        raise _error(f"oppsettet i arket «{title}» er ikke kjent: ingen rad er en kommunes, med måneder over.")
    above = [row for row in rows[: lines[0].number] if len(_header(row)) < 2]  # headers may have years too
    texts = [FOOTNOTE.sub("", str(cell)) for row in above for cell in row.values()]
    periods = {text: int(match[1]) for text in texts if (match := TITLE.search(text))}
    if len(set(periods.values())) > 1:
        raise _error(f"arket «{title}» nevner to år: {', '.join(f'«{text}»' for text in periods)}.")
    period, year = next(iter(periods.items()), ("", None))
    columns = [_columns(title, line, year) for line in lines]
    held: set[str] = set()  # the months that any municipality has something for
    for line, places in zip(lines, columns, strict=True):
        if places.keys() != columns[0].keys():
            raise _error(f"«{title}» rad {line.number}: månedene over raden er ikke de samme som lenger oppe.")
        held.update(month for month, column in places.items() if column in line.cells)
    names: dict[str, str] = {}
    figures: dict[str, dict[str, Figure]] = {}
    for line, places in zip(lines, columns, strict=True):
        own = {
            month: _figure(f"{title}!{get_column_letter(places[month])}{line.number}", line.cells.get(places[month]))
            for month in sorted(held)
        }
        if figures.setdefault(line.code, own) != own:
            raise _error(f"«{title}» rad {line.number}: {line.code} {line.name} står to ganger med ulike tall.")
        names.setdefault(line.code, line.name)
    if not held:
        raise _error(f"arket «{title}» har ingen tall for noen kommune.")
    return _Sheet(title, period, names, figures, tuple(sorted(held)))


def _lines(title: str, rows: list[Row]) -> Iterator[_Line]:
    """The municipalities' rows, each with the latest header above it."""
    header: dict[int, tuple[int | None, int]] = {}
    unknown = False  # in the block «Ukjent»
    begun = closed = False  # a municipality since the header; a gap after it
    for number, cells in enumerate(rows, 1):
        texts = [(column, text) for column, text in cells.items() if isinstance(text, str)][:LABELS]
        label = next(((at, found) for at, text in texts if (found := MUNICIPALITY.fullmatch(text))), None)
        if label is None:
            if months := _header(cells):
                header, begun, closed = months, False, False
                continue
            closed = closed or (begun and not cells)
            unknown = _after(f"«{title}» rad {number}", texts, header, cells, unknown)
            continue
        at, code, name = label[0], label[1][1], FOOTNOTE.sub("", label[1][2])
        months = {column: month for column, month in header.items() if column > at}
        if not months and any(cells[each] in SIGNS or not isinstance(cells[each], str) for each in cells if each > at):
            raise _error(f"«{title}» rad {number}: {code} {name} har ingen måneder over seg.")
        # Without figures it may be a title or a note that begins with a year: above all headers, or below a block and a gap.
        alone = not months or (closed and not months.keys() & cells.keys())
        if alone or unknown or UNKNOWN.match(name):
            continue
        begun, closed = True, False
        yield _Line(number, code, name, months, cells)


def _header(cells: Row) -> dict[int, tuple[int | None, int]]:
    """Column → (year, month) of the cells that are months; a date is one where it is the first or the last of its month."""
    found: dict[int, tuple[int | None, int]] = {}
    for column, cell in cells.items():
        if isinstance(cell, dt.date) and cell.day in (1, calendar.monthrange(cell.year, cell.month)[1]):
            found[column] = (cell.year, cell.month)
        elif isinstance(cell, str) and (match := HEADER.fullmatch(FOOTNOTE.sub("", cell))):
            year = match[1] or match[3]
            found[column] = (int(year) % 2000 + 2000 if year else None, MONTHS[match[2][:3].lower()])
    return found


def _after(where: str, texts: list[tuple[int, str]], header: Mapping[int, Any], cells: Row, unknown: bool) -> bool:
    """Whether the rows below another row are of «Ukjent»: a block's title, its sum or a county begins or ends that.

    A label that is nearly a municipality's is refused: its figures would be lost without a word.
    """
    if not texts:
        return unknown
    (at, label), figured = texts[0], any(column in cells for column in header)
    if figured and at < min(header) and label[0].isdigit() and not PLACE.match(label):
        raise _error(f"{where}: «{label}» er ikke et nummer på to, fire eller seks sifre, mellomrom og navn.")
    if figured and not label.lower().startswith("i alt ") and not COUNTY.match(label):
        return unknown
    return UNKNOWN.match(label) is not None


def _columns(title: str, line: _Line, year: int | None) -> dict[str, int]:
    """Month (``2022M10``) → column of a row."""
    own = [each for each, _ in line.header.values() if each is not None]
    if own and year is not None and max(own) != year:
        raise _error(f"arket «{title}» er for {year} i tittelen, men {max(own)} i månedene over rad {line.number}.")
    places: dict[str, int] = {}
    for column, (given, month) in line.header.items():
        if given is None and year is None:
            raise _error(f"arket «{title}» sier ikke hvilket år det gjelder.")
        period = f"{given or year}M{month:02d}"
        if period in places:
            raise _error(f"«{title}»: måneden {period} står to ganger over rad {line.number}.")
        places[period] = column
    return places


def _figure(where: str, cell: Any) -> Figure:
    """A cell's value and sign. where : sheet and cell, for the message."""
    if cell is None:
        return None, ".."
    if isinstance(cell, str) and cell in SIGNS:
        return None, cell
    value = cell
    if isinstance(cell, str) and (match := NUMBER.fullmatch(cell)):
        value = float(match[1].replace(" ", "") + (match[2] or "").replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        raise _error(f"{where} har «{cell!s:.40}», som verken er et tall fra 0 og opp eller et kjent tegn.")
    return float(value), None
