"""A municipality's key figures beside those of areas, one row for each figure and place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pandas as pd

from helpers import lineage
from helpers.errors import FiguresMissing, TableMissing
from helpers.measures import employment, exclusion, population
from helpers.measures.cells import Place, Tables
from helpers.places import Area, Municipality

WORK = ("jobs", "employed", "net", "rate", "coverage")
OUTSIDE = {f"outside_{age.replace('-', '_')}": age for age in exclusion.AGES}
FIGURES = ("population", *WORK, *OUTSIDE)
MAPPED = ("rate", "coverage", "jobs", "employed", *OUTSIDE)
UNITS = {"rate": "percent", "coverage": "per 100", **dict.fromkeys(OUTSIDE, "percent")}
LACKING = 0.05  # of an area's municipalities: where more are lacking, the sum is not the area's
COLUMNS = ["figure", "place", "value", "lower", "upper", "unit", "year", "table", "lacking", "lacking_of"]
Figure = Literal["population", "jobs", "employed", "net", "rate", "coverage", "outside_15_29", "outside_30_61"]


@dataclass(frozen=True)
class _Cell:
    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    lacking: tuple[str, ...] = ()


@lineage.measure
def key_figures(tables: Tables, municipality: Municipality, compare: Iterable[Place] = ()) -> pd.DataFrame:
    """Population, jobs, employed residents, net commuting, rate, coverage and who stands outside; of a municipality, its county, the country and others.

    Parameters
    ----------
    compare : places besides county and country.

    Returns
    -------
    frame with a row for each figure and place: figure (`FIGURES`), place (name), value, lower, upper (of figures that come of rounded cells;
    how far the rounding may reach), unit (``persons``, ``percent``, ``per 100``), year (the newest that is held for the municipality, or for
    all where it has none, the same for all places; NA where nobody has), table, lacking (codes not in the value), lacking_of (municipalities of the place). Value is
    NaN where it is not held, for the net commuting of the country, and where more than 5 % of an area's municipalities are lacking.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> found = key_figures(Tables.load(), Municipality.find("halden"))
    >>> found[(found["figure"] == "jobs") & (found["place"] == "Halden")][["value", "unit", "year"]].values.tolist()
    [[13122.0, 'persons', 2022]]
    """
    around = [municipality.county] if len(municipality.county.municipalities) > 1 else []
    places: list[Place] = list(dict.fromkeys([municipality, *compare, *around, Area.country()]))
    rows = [*_people(tables, places), *_work(tables, places), *_outside(tables, places)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"year": "Int64"})


@lineage.measure
def by_municipality(tables: Tables, figure: str, year: int | None = None) -> pd.DataFrame:
    """One key figure of every municipality in one year, for a map.

    Parameters
    ----------
    figure : one of `MAPPED`. year : by default the newest that is held for all (of who stands outside: the newest that was printed).

    Returns
    -------
    frame indexed by region code: name, the figure under its own name, year; NaN where it is not held.

    Raises
    ------
    TableMissing
        where the table, or the year in it, is not held.

    Examples
    --------
    >>> from helpers import Tables
    >>> by_municipality(Tables.load(), "jobs", 2022)["jobs"].nlargest(1).to_dict()
    {'0301': 528121.0}
    """
    country = Area.country()
    if figure in OUTSIDE:
        year = exclusion.newest_year(tables) if year is None else year
        values = exclusion.by_municipality(tables, country, OUTSIDE[figure], year)["share"]
    else:
        year = employment.newest_year(tables) if year is None else year
        values = employment.by_municipality(tables, country, year)[figure]
    names = [each.name for each in country.municipalities]
    return pd.DataFrame({"name": names, figure: values.astype(float), "year": year}, index=values.index)


def _rows(
    figure: str, places: Sequence[Place], year: int | None, table: str, cell: Callable[[Place], _Cell]
) -> Iterator[dict[str, object]]:
    for place in places:
        try:
            found = cell(place) if year is not None else _Cell()
        except FiguresMissing:
            found = _Cell()
        of = len(place.municipalities) if isinstance(place, Area) else 1
        if isinstance(place, Area) and len(found.lacking) > LACKING * of:
            found = _Cell(lacking=found.lacking)
        yield {
            "figure": figure, "place": place.name, "value": found.value, "lower": found.lower, "upper": found.upper,
            "unit": UNITS.get(figure, "persons"), "year": year, "table": table, "lacking": found.lacking, "lacking_of": of,
        }  # fmt: skip


def _people(tables: Tables, places: Sequence[Place]) -> Iterator[dict[str, object]]:
    table = population.TABLE
    held = [int(each) for each in population.series(tables, places[0]).index] if table in tables else []
    year = max(held, default=None)
    return _rows(
        "population", places, year, table, lambda place: _at(population.series(tables, place), "persons", year)
    )


def _work(tables: Tables, places: Sequence[Place]) -> Iterator[dict[str, object]]:
    table = employment.TABLE
    held: list[int] = []
    if table in tables:
        rates = employment.series(tables, places[0])["rate"]
        held = [int(each) for each in rates.index[rates.notna()]]  # of newer years there are no areas
        held = held or [employment.newest_year(tables)]  # divided: county, country and others have figures
    year = max(held, default=None)
    for figure in WORK:
        yield from _rows(figure, places, year, table, partial(_work_of, tables, figure, year))


def _work_of(tables: Tables, figure: str, year: int | None, place: Place) -> _Cell:
    years = employment.series(tables, place)
    net = years["jobs"] - years["employed"]
    return _at(years.assign(net=math.nan if place.key == "country" else net), figure, year)


def _at(years: pd.DataFrame, column: str, year: int | None) -> _Cell:
    if year is None or year not in years.index:
        return _Cell()
    return _Cell(value=float(years[column][year]), lacking=tuple(years["lacking"][year]))


def _outside(tables: Tables, places: Sequence[Place]) -> Iterator[dict[str, object]]:
    table = exclusion.TABLE
    try:
        year: int | None = exclusion.newest_year(tables) if table in tables else None
    except TableMissing:  # no year of it was printed
        year = None

    for figure, age in OUTSIDE.items():
        yield from _rows(figure, places, year, table, partial(_share_of, tables, age, year))


def _share_of(tables: Tables, age: str, year: int | None, place: Place) -> _Cell:
    found = exclusion.share(tables, place, age, year or 0)
    return _Cell(found.share, found.lower, found.upper, found.missing)
