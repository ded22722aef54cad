"""Which column of an own file is what: by the headings that its description names, or by those that such files usually have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.errors import DataError
from helpers.owntables import HEADINGS, Columns, Description
from helpers.tables import ownregions
from helpers.tables.owngrid import HEADING_WITHIN, Grid, Row, letter

ONLY = "value"  # the contents of a table that has only one and does not name it
USUAL = {
    "region": ("region", "kommune", "kommunenr", "kommunenr.", "kommunenummer", "kommunekode"),
    "time": ("tid", "år", "aar", "year", "årstall", "periode", "måned", "kvartal"),
    "contents": ("contentscode", "statistikkvariabel", "innhold"),
    "value": ("value", "verdi", "antall", "tall"),
    "status": ("status",),
}


@dataclass(frozen=True)
class Layout:
    """Columns by their number from 0.

    Parameters
    ----------
    header : the number of the row with the headings, from 1. region, time, contents, status : None where there is none.
    values : column → code of what it holds, empty where another column says it. periods : column → period, where the headings are
        periods. dimensions : name → column. unused : headings that nothing is read from.
    """

    header: int
    headings: Sequence[str]
    region: int | None
    time: int | None
    contents: int | None
    status: int | None
    values: Mapping[int, str]
    periods: Mapping[int, str]
    dimensions: Mapping[str, int]

    @property
    def used(self) -> set[int]:
        """The columns that are read."""
        single = {each for each in (self.region, self.time, self.contents, self.status) if each is not None}
        return {*single, *self.values, *self.periods, *self.dimensions.values()}

    @property
    def unused(self) -> list[str]:
        """The headings of the others."""
        return [name for at, name in enumerate(self.headings) if name and at not in self.used]


def header(rows: Sequence[Row], told: Description) -> int | None:
    """The number from 1 of the first row that has all headings; None where no row has."""
    for number, row in enumerate(rows[:HEADING_WITHIN], 1):
        names = [_plain(cell) for cell in row]
        if any(names) and not _lacking(names, row, told):
            return number
    return None


def layout(grid: Grid, told: Description) -> Layout:
    """Where everything stands.

    Raises
    ------
    DataError
        naming the column that is not there, or stands twice, and the headings that are.
    """
    told = _with_roles(grid, told)
    number = header(grid.rows, told)
    if number is None:
        raise DataError(_no_header(grid, told))
    row = grid.rows[number - 1]
    headings = [ownregions.shown(cell) for cell in row]
    columns, plain = told.columns, [_plain(cell) for cell in row]
    named = {role: _at(grid, number, plain, _wanted(columns, role, plain)) for role in USUAL if role != "value"}
    periods: dict[int, str] = {}
    if columns.time == HEADINGS:
        named["time"] = None
        periods = {
            at: ownregions.period_of(cell, told.period)
            for at, cell in enumerate(row)
            if ownregions.is_period(cell, told.period)
        }
    values: dict[int, str] = {}
    if isinstance(columns.value, dict):
        for code, heading in columns.value.items():
            at = _at(grid, number, plain, heading)
            values |= {at: code} if at is not None else {}
    elif not periods:
        at = _at(grid, number, plain, _wanted(columns, "value", plain))
        values = (
            {at: "" if named["contents"] is not None or grid.kind == "json" else headings[at]} if at is not None else {}
        )
    others = {each: at for each in columns.dimensions if (at := _at(grid, number, plain, each)) is not None}
    if grid.kind == "json":
        taken = {*values, *(at for at in named.values() if at is not None)}
        others |= {name: at for at, name in enumerate(headings) if at not in taken and name != "status"}
    found = Layout(
        number, headings, None if told.municipality else named["region"], named["time"], named["contents"], named["status"],
        values, periods, others,
    )  # fmt: skip
    _check_apart(grid, found)
    return found


def _with_roles(grid: Grid, told: Description) -> Description:
    """JSON-stat says itself which dimension is what, where the description does not."""
    if not grid.roles:
        return told
    columns = told.columns
    given = {name: getattr(columns, name) or grid.roles.get(name) for name in ("region", "time", "contents")}
    return told.model_copy(update={"columns": columns.model_copy(update=given)})


def _wanted(columns: Columns, role: str, plain: Sequence[str]) -> str | None:
    """The heading of a role: the one named, or the usual one that is there."""
    given = getattr(columns, role)
    if given is not None:
        return str(given) if isinstance(given, str) else None
    return next((name for name in USUAL[role] if name in plain), None)


def _lacking(plain: Sequence[str], row: Row, told: Description) -> list[str]:
    """What a row of headings lacks, in words."""
    columns = told.columns
    wide = isinstance(columns.value, dict)
    named = [columns.region, columns.contents, columns.status, *columns.dimensions]
    named += [] if columns.time == HEADINGS else [columns.time]
    named += list(columns.value.values()) if isinstance(columns.value, dict) else [columns.value]
    gone = [f"kolonnen «{each}»" for each in named if each is not None and _plain(each) not in plain]
    if told.municipality is None and _wanted(columns, "region", plain) is None:
        gone.append("en kolonne med kommuner (columns.region, eller municipality øverst)")
    if columns.time == HEADINGS:
        if not any(ownregions.is_period(cell, told.period) for cell in row):
            gone.append(f"en kolonne med {ownregions.WRITTEN[told.period]}, som overskrift")
    else:
        if columns.time is None and _wanted(columns, "time", plain) is None:
            gone.append('en kolonne med år (columns.time; time = "*" når årene er overskrifter)')
        if not wide and columns.value is None and _wanted(columns, "value", plain) is None:
            gone.append("en kolonne med tall (columns.value)")
    return gone


def _no_header(grid: Grid, told: Description) -> str:
    rows = [
        (number, row) for number, row in enumerate(grid.rows[:HEADING_WITHIN], 1) if any(_plain(cell) for cell in row)
    ]
    lacks = {number: _lacking([_plain(cell) for cell in row], row, told) for number, row in rows}
    number = min(lacks, key=lambda each: len(lacks[each]))  # the first of the best
    held = ", ".join(f"«{ownregions.shown(cell)}»" for cell in grid.rows[number - 1] if _plain(cell))
    return f"{grid.file} mangler {lacks[number][0]}. Rad {number} har {held}. Rett [columns] i beskrivelsen."


def _at(grid: Grid, number: int, plain: Sequence[str], heading: str | None) -> int | None:
    if heading is None or _plain(heading) not in plain:
        return None
    found = [at for at, name in enumerate(plain) if name == _plain(heading)]
    if len(found) > 1:
        both = " og ".join(letter(at) for at in found[:2])
        raise DataError(
            f"{grid.file}, rad {number}: overskriften «{heading}» står to ganger, i kolonne {both}. Gi dem ulike navn."
        )
    return found[0]


def _check_apart(grid: Grid, found: Layout) -> None:
    single = [each for each in (found.region, found.time, found.contents, found.status) if each is not None]
    all_of_them = [*single, *found.values, *found.dimensions.values()]
    if found.periods and len(set(found.periods.values())) < len(found.periods):
        raise DataError(
            f"{grid.file}, rad {found.header}: den samme perioden er overskrift to ganger. Gi hver kolonne sin periode."
        )
    twice = [at for at in all_of_them if all_of_them.count(at) > 1 or at in found.periods]
    if twice:
        raise DataError(
            f"{grid.file}: kolonnen «{found.headings[twice[0]]}» er brukt til to ting. Rett [columns] i beskrivelsen."
        )


def _plain(cell: Any) -> str:
    return " ".join(ownregions.text_of(cell).casefold().split())
