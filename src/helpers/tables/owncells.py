"""From the rows of an own file to a tidy table; what cannot be understood is told with row and column, and nothing is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers import places
from helpers.errors import DataError
from helpers.owntables import SHAPES, Description
from helpers.tables import ownfigures, ownnumbers, ownregions, rounding
from helpers.tables.owngrid import Grid, Row
from helpers.tables.ownlayout import ONLY, Layout, layout
from helpers.tables.ownnumbers import Decimal
from helpers.tables.ownregions import NotUnderstood, Regions, shown

NUMBERS = ["value", "lower", "upper"]
MANY = 200  # no more mistakes are looked for


class BadCells(DataError):
    """Cells that cannot be understood. `problems` has a line for each; the message has the first."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = len(problems) - 1
        least = "minst " if len(problems) >= MANY else ""
        super().__init__(problems[0] + (f" ({least}{more} slike til)" if more else ""))

    def __reduce__(self) -> tuple[type[BadCells], tuple[tuple[str, ...]]]:
        return (type(self), (self.problems,))


@dataclass(frozen=True)
class Understood:
    """What was made of a file.

    Parameters
    ----------
    frame : the tidy table. labels : dimension → code → label. ignored : rows without figures. skipped : rows that the description leaves out.
    """

    frame: pd.DataFrame
    labels: Mapping[str, Mapping[str, str]]
    grid: Grid
    layout: Layout
    decimal: Decimal | None
    ignored: int
    skipped: int

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of its dimensions."""
        return tuple(str(each) for each in self.frame if each not in ("value", "status", "lower", "upper"))


@dataclass
class _Cell:
    """One figure, and where it stands."""

    row: int
    column: int
    region: str
    period: str
    contents: str
    others: tuple[str, ...]
    value: float
    status: str | None
    part: str = ""  # the code of then, where it is only a part of today's municipality

    @property
    def key(self) -> tuple[str, ...]:
        return (self.region, *self.others, self.contents, self.period)


@dataclass
class _Reading:
    """A file while it is read."""

    grid: Grid
    told: Description
    layout: Layout
    regions: Regions
    decimal: Decimal | None = None
    cells: list[_Cell] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ignored: int = 0
    skipped: int = 0

    def wrong(self, row: int, column: int | None, said: str) -> None:
        heading = "" if column is None else self.layout.headings[column] if column < len(self.layout.headings) else ""
        self.problems.append(f"{self.grid.at(row, column, heading)}: {said}.")


def understand(grid: Grid, told: Description) -> Understood:
    """The tidy table of an own file.

    Raises
    ------
    DataError
        where the columns are not there. BadCells where cells cannot be understood, naming row and column of each.
    """
    from helpers.tables import schemas  # where it is needed: each report would pay for the import

    reading = _Reading(grid, told, layout(grid, told), Regions(told.codes))
    _find_decimal(reading)
    for number, row in enumerate(grid.rows[reading.layout.header :], reading.layout.header + 1):
        if len(reading.problems) >= MANY:
            break
        _read_row(reading, number, row)
    _check_twice(reading)
    _check_merged(reading)
    _check_contents(reading)
    if reading.problems:
        raise BadCells(reading.problems)
    if not reading.cells:
        raise DataError(f"{grid.file} har overskrifter, men ingen tall under. Er det rett fil?")
    frame = _framed(reading)
    held = Understood(
        frame, _labels(reading, frame), grid, reading.layout, reading.decimal, reading.ignored, reading.skipped
    )
    lowest = None if any(told.may_be_negative(each) for each in frame["ContentsCode"].unique()) else 0.0
    schemas.validate(told.info(held.dimensions), frame, grid.file, lowest)
    return held


def _find_decimal(reading: _Reading) -> None:
    """Of all texts that are figures, so that 1.234 is read as the others are."""
    told, laid = reading.told, reading.layout
    if told.decimal is not None:
        reading.decimal = told.decimal
        return
    columns = (*laid.values, *laid.periods)
    texts: list[tuple[int, str]] = []
    where: list[tuple[int, int]] = []
    for number, row in enumerate(reading.grid.rows[laid.header :], laid.header + 1):
        for column in columns:
            if column < len(row) and isinstance(row[column], str) and row[column]:
                texts.append((len(where), row[column]))
                where.append((number, column))
    reading.decimal, wrong, why = ownnumbers.decimal_of(texts)
    if wrong is not None:
        said = {
            "mixed": "desimaltegnet er et annet enn lenger oppe. Bruk samme tegn i hele filen",
            "unsure": 'kan være både tusen og desimaler. Skriv decimal = "," eller "." i beskrivelsen',
        }
        number, column = where[wrong]
        reading.wrong(number, column, f"«{shown(texts[wrong][1])}»: {said[why]}")
        raise BadCells(reading.problems)


def _read_row(reading: _Reading, number: int, row: Row) -> None:
    laid, told = reading.layout, reading.told
    figures = [column for column in (*laid.values, *laid.periods) if _cell(row, column) not in (None, "")]
    timed = laid.time is not None and _cell(row, laid.time) not in (None, "")
    place = told.municipality if laid.region is None else _cell(row, laid.region)
    if not figures and not (timed and place not in (None, "")):  # an empty row, or a note below the table
        reading.ignored += any(cell not in (None, "") for cell in row)
        return
    if said := _not_as_wide(reading, row):
        reading.wrong(number, None, said)
        return
    if ownregions.text_of(place).casefold() in {each.casefold() for each in told.skip}:
        reading.skipped += 1
        return
    if place in (None, ""):
        reading.wrong(number, laid.region, "kommunen mangler. Skriv nummer eller navn")
        return
    contents = ownregions.text_of(_cell(row, laid.contents)) if laid.contents is not None else None
    others = tuple(ownregions.text_of(_cell(row, at)) for at in laid.dimensions.values())
    for name, at, text in (
        ("contents", laid.contents, contents),
        *zip(laid.dimensions, laid.dimensions.values(), others, strict=True),
    ):
        if text == "":
            reading.wrong(number, at, f"cellen er tom, men sier hva tallet gjelder ({name})")
            return
    for column, period in _periods(reading, number, row):
        _read_cell(reading, number, row, column, place, period, contents, others)


def _not_as_wide(reading: _Reading, row: Row) -> str:
    """What a line of a CSV has too few or too many of: where the decimal sign is also the separator, every figure would be another one."""
    wide = len(reading.layout.headings)
    if reading.grid.kind != "csv":
        return ""
    if any(row[wide:]):
        return f"raden har {len(row)} felt, overskriften {wide}. Er desimaltegnet det samme som skilletegnet? Lagre med semikolon"
    if len(row) <= max(reading.layout.used):
        return f"raden har bare {len(row)} felt, overskriften {wide}. Er filen hel?"
    return ""


def _periods(reading: _Reading, number: int, row: Row) -> Iterator[tuple[int, str]]:
    """The columns with figures, each with the period of its figure."""
    laid = reading.layout
    if laid.periods:
        yield from laid.periods.items()
        return
    try:
        period = ownregions.period_of(_cell(row, laid.time or 0), reading.told.period)
    except NotUnderstood as error:
        reading.wrong(number, laid.time, str(error))
        return
    for column in laid.values:
        yield column, period


def _read_cell(
    reading: _Reading,
    number: int,
    row: Row,
    column: int,
    place: Any,
    period: str,
    contents: str | None,
    others: tuple[str, ...],
) -> None:
    told, year = reading.told, int(period[:4])
    try:
        written = reading.regions.written(place, year)
    except NotUnderstood as error:
        reading.wrong(number, reading.layout.region, str(error))
        return
    code = reading.layout.values.get(column) or contents or ONLY
    status = ownregions.text_of(_cell(row, reading.layout.status)) if reading.layout.status is not None else ""
    found = ownfigures.figure(_cell(row, column), status, told, reading.decimal)
    wrong = found if isinstance(found, str) else ownfigures.not_allowed(found[0], code, told)
    if isinstance(found, str) or wrong:
        reading.wrong(number, column, wrong)
        return
    region = reading.regions.carried(written, year)
    whole = reading.regions.merged(year).get(region, frozenset())
    reading.cells.append(
        _Cell(number, column, region, period, code, others, *found, written if written in whole else "")
    )


def _check_twice(reading: _Reading) -> None:
    seen: dict[tuple[str, ...], dict[str, _Cell]] = {}
    for cell in reading.cells:
        held = seen.setdefault(cell.key, {})
        other = held.get(cell.part) or held.get("") or (next(iter(held.values()), None) if not cell.part else None)
        held.setdefault(cell.part, cell)
        if other is not None:
            named = f"{cell.region} {places.region_name(cell.region)}, {cell.period}"
            hint = "Slett den ene, eller skriv kolonnen som skiller dem, i dimensions"
            reading.wrong(cell.row, cell.column, f"{named} står også i {_briefly(reading.grid, other)}. {hint}")


def _briefly(grid: Grid, cell: _Cell) -> str:
    return "en annen celle" if grid.kind == "json" else f"rad {cell.row}"


def _check_merged(reading: _Reading) -> None:
    """Figures of municipalities that are one today: all of them, and such that can be added up; a part never passes for the whole."""
    parts: dict[tuple[str, str], dict[str, _Cell]] = {}
    for cell in reading.cells:
        if cell.part:
            parts.setdefault((cell.region, cell.period), {}).setdefault(cell.part, cell)
    for (region, period), held in parts.items():
        wanted = reading.regions.merged(int(period[:4]))[region]
        cell = next(iter(held.values()))
        gone = [f"{code} {places.region_name(code)}" for code in sorted(wanted - set(held))]
        name = f"{region} {places.region_name(region)}"
        borders = 'gjelder tallene dagens grenser, skriv codes = "2024" i beskrivelsen'
        if gone:
            said = f"{cell.part} {places.region_name(cell.part)} var i {period} bare en del av {name}; {', '.join(gone)} mangler. Legg til, eller {borders}"
            reading.wrong(cell.row, reading.layout.region, said)
        elif not reading.told.additive or reading.told.is_rate(cell.contents):
            said = f"{len(held)} kommuner fra {period} er i dag {name}. Er tallene antall som kan legges sammen, skriv additive = true; {borders}"
            reading.wrong(cell.row, reading.layout.region, said)


def _check_contents(reading: _Reading) -> None:
    shape = SHAPES.get(reading.told.id)
    if shape is None or reading.problems:
        return
    held = {cell.contents for cell in reading.cells}
    listed = ", ".join(f"{code} ({what})" for code, what in shape.contents.items())
    if held != set(shape.contents) or reading.layout.dimensions:
        wrong = [*(held - set(shape.contents)), *reading.layout.dimensions]
        said = f"«{shown(wrong[0])}» hører ikke til" if wrong else f"{sorted(set(shape.contents) - held)[0]} mangler"
        raise DataError(f"{reading.grid.file}: {said}. {reading.told.id} skal ha {listed}, og ingenting mer.")


def _framed(reading: _Reading) -> pd.DataFrame:
    told, cells = reading.told, reading.cells
    keys = ["Region", *reading.layout.dimensions, "ContentsCode", "Tid"]
    columns = dict(zip(keys, zip(*(cell.key for cell in cells), strict=True), strict=True))
    frame = pd.DataFrame(columns | {"value": [cell.value for cell in cells]}).astype(dict.fromkeys(keys, "str"))
    frame["status"] = pd.Series([cell.status for cell in cells], dtype="str")
    counts = ~frame["ContentsCode"].map(told.is_rate).astype(bool)
    frame = rounding.bounds(frame, told.rounding, counts)
    frame = _added(reading, frame, keys, pd.Series([cell.part for cell in cells]))
    frame[NUMBERS] = frame[NUMBERS] * told.factor
    frame = frame.assign(Tid=frame["Tid"].astype("int64")) if told.period == "year" else frame
    return frame.sort_values(keys, ignore_index=True)[[*keys, "value", "status", "lower", "upper"]]


def _added(reading: _Reading, frame: pd.DataFrame, keys: list[str], parts: pd.Series) -> pd.DataFrame:
    """Municipalities that are one today, added up; a sum of which a part is missing is missing."""
    if not parts.astype(bool).any():
        return frame
    whole, met = frame[parts == ""], frame[parts != ""]
    groups = met.groupby(keys, sort=False)
    summed = (
        groups[NUMBERS].sum(min_count=1).join(groups["status"].first()).join(groups.size().rename("held")).reset_index()
    )
    wanted = [len(reading.regions.merged(int(str(row["Tid"])[:4]))[str(row["Region"])]) for _, row in summed.iterrows()]
    lost = (summed["held"] < wanted) | summed["status"].notna()
    summed[NUMBERS] = summed[NUMBERS].mask(lost)
    summed["status"] = summed["status"].mask(lost & summed["status"].isna(), ownfigures.MISSING)
    return pd.concat([whole, summed.drop(columns="held")], ignore_index=True)


def _labels(reading: _Reading, frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    laid, told = reading.layout, reading.told
    given = {code: laid.headings[at] for at, code in laid.values.items() if code}
    if laid.contents is not None:
        given |= reading.grid.labels.get(laid.headings[laid.contents], {})
    if told.id in SHAPES:
        given |= SHAPES[told.id].contents
    found = {
        "ContentsCode": {
            each: given.get(each, told.title if each == ONLY else each) for each in _codes(frame, "ContentsCode")
        }
    }
    found["Region"] = {each: places.region_name(each) for each in _codes(frame, "Region")}
    for name in laid.dimensions:
        known = reading.grid.labels.get(name, {})
        found[name] = {each: known.get(each, each) for each in _codes(frame, name)}
    return found


def _codes(frame: pd.DataFrame, dimension: str) -> list[str]:
    return sorted(map(str, frame[dimension].unique()))


def _cell(row: Row, column: int | None) -> Any:
    return row[column] if column is not None and column < len(row) else None
