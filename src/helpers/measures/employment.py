"""Jobs, employed residents, rate and coverage (tables 11618, 11616); jobs by industry are in `industry` and `shiftshare` and handed on here."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from helpers import lineage
from helpers.measures.cells import Place, Tables, percent, pick, sums, wide
from helpers.measures.industry import (
    comparable_years,
    counties_held,
    holds_industry,
    jobs_by_industry,
    location_quotient,
    quotients,
)
from helpers.measures.ranking import Rank, rank_of
from helpers.measures.remembered import remembered
from helpers.measures.shiftshare import ShiftShare, shift_share, shift_share_jobs
from helpers.places import Area, Municipality

__all__ = [
    "AGE",
    "Growth",
    "ShiftShare",
    "by_municipality",
    "comparable_years",
    "counties_held",
    "growth",
    "holds_industry",
    "index",
    "index_against",
    "jobs_by_industry",
    "location_quotient",
    "newest_year",
    "quotients",
    "rank",
    "series",
    "shift_share",
    "shift_share_jobs",
]

TABLE, NEWER = "ssb_11618", "ssb_11616"
DECIMALS = {"rate": 1, "coverage": 1}  # compared as printed: what reads the same ranks the same
AGE = "15-74"
CONTENTS = {"BefolkningBosted": "population", "SysselBosted": "employed", "SysselArbsted": "jobs"}
COLUMNS = ["population", "employed", "jobs", "rate", "coverage", "table", "lacking"]


@remembered(TABLE, NEWER)
def series(tables: Tables, place: Place, age: str = AGE) -> pd.DataFrame:
    """Population, employed residents and jobs of a place, year by year.

    Parameters
    ----------
    place : a municipality, or an area, whose sums are over the municipalities held.
    age : age band as the table prints it.

    Returns
    -------
    frame indexed by Tid (int), 4th quarter: population, employed, jobs (persons), rate (employed, % of population), coverage
    (jobs per 100 employed residents), table (``ssb_11618``, or ``ssb_11616`` for newer years of a municipality, without
    population and rate), lacking (codes whose figures are missing in that year; 2019: 5061 Rindal). A municipality has no rows for
    years before its borders were those of today.

    Raises
    ------
    TableMissing
        where 11618, or the age in it, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> years = series(Tables.load(), Municipality.find("halden"))
    >>> years.loc[2022, ["employed", "jobs"]].tolist(), f"{years.loc[2022, 'rate']:.1f}"
    ([14226.0, 13122.0], '60.1')
    >>> years.attrs["units"]["rate"], years.attrs["source"]
    ('percent', ('ssb_11618', 'ssb_11616'))
    """
    cells = wide(pick(tables[TABLE], TABLE, Alder=age), place.regions, CONTENTS)
    years = sums(cells, place.regions).assign(table=TABLE)
    if isinstance(place, Municipality) and NEWER in tables:
        years = _extended(years, tables[NEWER], place, age)
    years["rate"] = percent(years["employed"], years["population"])
    years["coverage"] = percent(years["jobs"], years["employed"])
    result = years[COLUMNS]
    result.attrs = {"age": age}
    return result


def _extended(years: pd.DataFrame, newer: pd.DataFrame, place: Municipality, age: str) -> pd.DataFrame:
    cells = wide(newer[newer["Alder"] == age], place.regions, CONTENTS)
    after = cells.droplevel("Region")
    after = after[after.index > (years.index.max() if len(years) else 0)]
    if after.empty:
        return years
    gone = [place.regions if bad else () for bad in after[["employed", "jobs"]].isna().any(axis=1)]
    added = after.assign(table=NEWER, lacking=pd.Series(gone, index=after.index, dtype=object))
    return pd.concat([years, added]) if len(years) else added


@dataclass(frozen=True)
class Growth:
    """Change of one column between two years.

    Parameters
    ----------
    base, value : the figures of the `first` and the `last` year. change : value − base, in the unit of the column (percentage
    points for rate). percent : change in percent of base. annual : mean growth in percent a year, compounded.
    lacking : codes missing from a sum in either year. NaN throughout where a year is not held.
    """

    column: str
    first: int
    last: int
    base: float
    value: float
    change: float
    percent: float
    annual: float
    lacking: tuple[str, ...] = ()


def growth(frame: pd.DataFrame, column: str, first: int, last: int) -> Growth:
    """Growth of a column of `series` from the year `first` to the year `last`.

    Raises
    ------
    ValueError
        unless last > first.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> found = employment.growth(employment.series(Tables.load(), Municipality.find("halden")), "jobs", 2017, 2022)
    >>> found.base, found.change, round(found.percent, 1), round(found.annual, 1)
    (12565.0, 557.0, 4.4, 0.9)
    """
    if last <= first:
        raise ValueError(f"growth needs last > first, got {first}–{last}")
    base, value = (float(frame[column].get(year, math.nan)) for year in (first, last))
    ratio = value / base if base > 0 else math.nan
    annual = 100 * (ratio ** (1 / (last - first)) - 1)
    held = frame["lacking"] if "lacking" in frame else pd.Series(dtype=object)
    gone = {code for year in (first, last) for code in held.get(year, ())}
    return Growth(column, first, last, base, value, value - base, 100 * (ratio - 1), annual, tuple(sorted(gone)))


def index(frame: pd.DataFrame, column: str, base: int) -> pd.Series:
    """A column of `series` with the year `base` = 100; NaN throughout where that year is not held or is 0.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> years = employment.series(Tables.load(), Municipality.find("halden"))
    >>> employment.index(years, "jobs", 2017).loc[2017:2019].round(1).tolist()
    [100.0, 101.1, 100.3]
    """
    level = float(frame[column].get(base, math.nan))
    return 100 * frame[column].astype(float) / (level if level != 0 else math.nan)


@lineage.described
def index_against(tables: Tables, municipality: Municipality, reference: Area, column: str, base: int) -> pd.DataFrame:
    """A municipality's index beside that of a reference area, with and without the municipality in it.

    Returns
    -------
    frame indexed by Tid, years of table 11618: municipality, reference, reference_without (each with `base` = 100), against,
    against_without (municipality / reference · 100), against_population (index of `column` / index of population 15–74 · 100),
    lacking (codes missing from the reference in that year).

    Raises
    ------
    TableMissing
        where 11618 is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> halden = Municipality.find("halden")
    >>> years = employment.index_against(Tables.load(), halden, halden.county, "jobs", 2017)
    >>> years.loc[2022, ["municipality", "reference", "against"]].astype(float).round(1).tolist()
    [104.4, 107.3, 97.3]
    """
    own = series(tables, municipality)
    own = own[own["table"] == TABLE]
    all_of_it, rest = series(tables, reference), series(tables, reference.without(municipality))
    result = pd.DataFrame({"municipality": index(own, column, base)})
    result["reference"] = index(all_of_it, column, base)
    result["reference_without"] = index(rest, column, base)
    result["against"] = percent(result["municipality"], result["reference"])
    result["against_without"] = percent(result["municipality"], result["reference_without"])
    result["against_population"] = percent(result["municipality"], index(own, "population", base))
    result["lacking"] = all_of_it["lacking"]
    return result


@remembered(TABLE)
def by_municipality(tables: Tables, area: Area, year: int, age: str = AGE) -> pd.DataFrame:
    """The figures of `series` for each municipality of an area in one year (table 11618).

    Returns
    -------
    frame indexed by region code: population, employed, jobs, rate, coverage; NaN for a municipality, or a year,
    without figures.

    Raises
    ------
    TableMissing
        where the table, or the age in it, is not held.

    Examples
    --------
    >>> from helpers import Area, Tables, employment
    >>> found = employment.by_municipality(Tables.load(), Area.sondre_viken(), 2022)
    >>> found["jobs"].to_dict()
    {'3101': 13122.0, '3105': 29080.0, '3107': 34877.0, '3110': 1274.0, '3124': 332.0}
    """
    frame = pick(tables[TABLE], TABLE, Alder=age)
    cells = wide(frame[frame["Tid"] == year], area.regions, CONTENTS)
    codes = [each.code for each in area.municipalities]
    result = cells.droplevel("Tid").reindex(pd.Index(codes, name="Region"))
    result["rate"] = percent(result["employed"], result["population"])
    result["coverage"] = percent(result["jobs"], result["employed"])
    return result


def rank(tables: Tables, municipality: Municipality, area: Area, column: str, year: int) -> Rank | None:
    """Where a municipality stands in an area, highest first; None where its figure, or the year, is missing.

    Parameters
    ----------
    column : of `by_municipality`. Rate and coverage are compared with one decimal, as they are printed.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> halden = Municipality.find("halden")
    >>> employment.rank(Tables.load(), halden, halden.county, "coverage", 2022)
    Rank(rank=3, of=12, ties=0, value=92.23956136651202, lacking=())
    """
    return rank_of(by_municipality(tables, area, year)[column], municipality.code, DECIMALS.get(column))


def newest_year(tables: Tables) -> int:
    """The newest year of table 11618: the newest that holds for every municipality.

    Examples
    --------
    >>> from helpers import Tables, employment
    >>> employment.newest_year(Tables.load())
    2022
    """
    return int(tables[TABLE]["Tid"].max())
