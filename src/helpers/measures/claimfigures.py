"""The official series behind each indicator that a plan's claim may be tied to, or why there is none.

Indicators and their labels are listed in claims.toml; `READERS` has a function for each that an open table measures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.catalog import catalog
from helpers.claims import COUNTRY, OWN, Claim, Reason
from helpers.errors import TableMissing
from helpers.measures import commuting, employment, exclusion, population
from helpers.measures.cells import Place, Tables
from helpers.measures.industry import TABLE as INDUSTRY
from helpers.measures.official import STATUS_TABLE as STATUS
from helpers.measures.official import Lack, official
from helpers.measures.rounding import Interval, approximate_sum, share
from helpers.places import Area, Municipality
from helpers.targets import Definition

SECTORS = "ssb_13472"
ADMINISTRATION, OWNED, PRIVATE = ("6100", "6500.6", "6500.7"), "A+B+D+E.5-7", "A+B+D+E.0-1+9"  # codes of 13472
_SECTORS = {
    "jobs_private": (PRIVATE,),
    "jobs_nonadministrative": (PRIVATE, OWNED),
    "jobs_public": ADMINISTRATION,
    "jobs_public_owned": (*ADMINISTRATION, OWNED),
}
WORKING, TOTAL, IMMIGRANTS, OTHERS, ADULTS = "A.01", "TOT", "B", "A_C-G", "20-66"


@dataclass(frozen=True)
class Series:
    """An official series: frames indexed by year (int; ``2022M10`` for months) with value, lower and upper.

    `tables` : year → the table of that figure. `other` : what a gap is measured against, for the same years.
    """

    frame: pd.DataFrame
    tables: dict[int, str] = field(default_factory=dict)
    table: str = ""
    age: str | None = None
    other: pd.Series | None = None

    def held(self) -> tuple[int, ...]:
        """The years that have a figure."""
        return tuple(int(year) for year in self.frame.index)

    def at(self, year: int) -> Interval:
        """The figure of a year that is held, with its bounds."""
        value, lower, upper = (float(self.frame[each][year]) for each in ("value", "lower", "upper"))
        return Interval(value, lower, upper)

    def table_of(self, year: int) -> str:
        """The table that the figure of a year is from."""
        return self.tables.get(year, self.table)


@dataclass(frozen=True)
class NoFigure:
    """Why there is no official figure, the table to fetch, and the age, year or code that is lacking."""

    reason: Reason
    fetch: str | None = None
    detail: str = ""


Found = Series | NoFigure


def series(indicator: str, claim: Claim, tables: Tables, municipality: Municipality) -> Found:
    """The official series of an indicator for the place and the age of a claim.

    Returns
    -------
    the series, or, where there is none, why: a table that is not held does not raise.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.claims import Claim, Number, When
    >>> from helpers.measures import claimfigures
    >>> claim = Claim("13 122 arbeidsplasser", "", 0, Number("13 122", 13122, 1), ("jobs",), when=When("point", 2022))
    >>> found = claimfigures.series("jobs", claim, Tables.load(), Municipality.find("halden"))
    >>> found.at(2022).value, found.table_of(2022)
    (13122.0, 'ssb_11618')
    >>> claimfigures.series("industry_jobs", claim, Tables.load(), Municipality.find("halden"))
    NoFigure(reason='place missing', fetch='ssb_07984', detail='')
    """
    reader = READERS.get(indicator)
    if reader is None:
        return NoFigure("no table known")
    place: Place = municipality if claim.place == OWN else Area.country()
    if claim.place not in (OWN, COUNTRY):
        return NoFigure("other place")
    try:
        found = reader(indicator, claim, tables, place)
    except TableMissing as missing:
        if missing.table in tables:
            return NoFigure(
                "age not held" if "Alder" in missing.what else "place missing", missing.table, missing.what.split()[-1]
            )
        return NoFigure("table missing", missing.table)
    if isinstance(found, Series) and found.frame.empty:
        return NoFigure("place missing", found.table)
    return found


def _exact(values: pd.Series, table: str | pd.Series, age: str | None = None) -> Series:
    """A series whose figures are not rounded; years without a figure are left out."""
    held = values.astype(float).dropna()
    tables = {} if isinstance(table, str) else {int(year): str(table[year]) for year in held.index}
    frame = pd.DataFrame({"value": held, "lower": held, "upper": held})
    return Series(frame, tables, table if isinstance(table, str) else employment.TABLE, age)


def _bounded(found: dict[int, Interval], table: str, age: str | None = None) -> Series:
    known = {year: vars(each) for year, each in sorted(found.items()) if each.known}
    frame = (
        pd.DataFrame.from_dict(known, orient="index") if known else pd.DataFrame(columns=["value", "lower", "upper"])
    )
    return Series(frame, {}, table, age)


def _work(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    age = claim.age or employment.AGE
    years = employment.series(tables, place, age)
    if place.key == COUNTRY:  # a sum that lacks municipalities is not the country
        years = years[[not gone for gone in years["lacking"]]]
    return _exact(years[indicator], years["table"], age)


def _rate(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    """From 11618 where it holds the age; a municipality's else from 13563, whose working residents have the same definition."""
    if claim.age is None:
        return NoFigure("age missing")
    held = employment.TABLE in tables and bool((tables[employment.TABLE]["Alder"] == claim.age).any())
    if held or not isinstance(place, Municipality):
        return _work("rate", claim, tables, place)
    wanted = Definition(label="rate", indicator="rate", table=STATUS, age=claim.age)
    found = official(wanted, tables, place)
    if isinstance(found, Lack):
        gone: Reason = "age not held" if employment.TABLE in tables else "table missing"
        return NoFigure(gone, employment.TABLE, claim.age)
    values, reach = found[0], float(found[0].attrs.get("reach", 0.0))
    return _bounded(
        {int(str(year)): Interval(v, v - reach, v + reach) for year, v in values.items()}, STATUS, claim.age
    )


def _rate_gap(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    own, whole = (
        _rate("rate", claim, tables, place),
        _work("rate", claim, tables, Area.country()) if claim.age else None,
    )
    if isinstance(own, NoFigure) or whole is None or isinstance(whole, NoFigure):
        return own if isinstance(own, NoFigure) else NoFigure("age missing")
    years = [year for year in own.held() if year in whole.held()]
    return Series(own.frame.loc[years], own.tables, own.table, own.age, whole.frame["value"].loc[years])


def _immigrants(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    """Employed among immigrants, against all others (13563 with status «sysselsatt» and immigrant category)."""
    age, frame = claim.age or ADULTS, tables[STATUS]
    if not (frame["HovArbStyrkStatus"] == WORKING).any():
        return NoFigure("status not held", STATUS)
    if not (frame["Alder"] == age).any():
        return NoFigure("age not held", STATUS, age)
    rows = frame[frame["Region"].isin(place.regions) & (frame["Alder"] == age)].dropna(subset=["value"])
    rates: dict[str, dict[int, Interval]] = {IMMIGRANTS: {}, OTHERS: {}}
    for (year, category), cells in rows.groupby(["Tid", "InnvandrKat"]):
        part, whole = (approximate_sum(cells[cells["HovArbStyrkStatus"] == each]) for each in (WORKING, TOTAL))
        if category in rates and part.known and whole.known and not exclusion.is_assumed(tables, int(str(year))):
            rates[str(category)][int(str(year))] = share(part, whole)
    years = sorted(set(rates[IMMIGRANTS]) & set(rates[OTHERS]))
    others = pd.Series({year: rates[OTHERS][year].value for year in years}, dtype=float)
    found = _bounded({year: rates[IMMIGRANTS][year] for year in years}, STATUS, age)
    return Series(found.frame, {}, STATUS, age, others)


def _people(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    age = claim.age or population.EVERYONE
    years = population.series(tables, place, age)
    years = years[[not gone for gone in years["lacking"]]]
    return _exact(years["persons"], population.TABLE, age)


def _commuting(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    years = commuting.summary(tables, place)
    shares = {"out_share": 100 - years["supply"], "in_share": 100 - years["demand"]}
    column = {"in": "in_"}.get(indicator, indicator)
    return _exact(
        shares[indicator] if indicator in shares else years[column],
        years["table"].replace(employment.TABLE, commuting.TABLE),
    )


def _partner(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    frame, other = tables[commuting.TABLE], claim.partner
    home, work = (place.regions, [other]) if indicator == "out_to" else ([other], place.regions)
    rows = frame[frame[commuting.HOME].isin(list(home)) & frame[commuting.WORK].isin(list(work))]
    return _exact(rows.groupby("Tid")["value"].sum(min_count=1), commuting.TABLE)


def _unemployed(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    """By month; a whole year is the mean of its twelve months."""
    months = exclusion.unemployment(tables, place)
    column = "count" if indicator == "unemployed" else "percent"
    values = months[column].astype(float).dropna()
    by_month = {12 * int(str(month)[:4]) + int(str(month)[5:]) - 1: float(value) for month, value in values.items()}
    return _exact(pd.Series(by_month, dtype=float), exclusion.UNEMPLOYED)


def _sectors(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    frame, codes = tables[SECTORS], _SECTORS[indicator]
    rows = frame[frame["Region"].isin(place.regions) & frame["Sektor"].isin(codes)]
    whole = {
        int(str(year)): approximate_sum(cells)
        for year, cells in rows.groupby("Tid")
        if len(cells) == len(codes) * len(place.regions) and cells["value"].notna().all()
    }
    return _bounded(whole, SECTORS)


def _industry(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    frame = tables[INDUSTRY]
    rows = frame[frame["Region"].isin(place.regions)].dropna(subset=["value"])
    found: dict[int, Interval] = {}
    for year, cells in rows.groupby("Tid"):
        part = approximate_sum(cells[cells["NACE2007"].isin(claim.industries)])
        found[int(str(year))] = part if indicator == "industry_jobs" else share(part, approximate_sum(cells))
    return _bounded(found, INDUSTRY)


def _outside(indicator: str, claim: Claim, tables: Tables, place: Place) -> Found:
    if claim.age is None:
        return NoFigure("age missing")
    years = [int(year) for year in np.unique(tables[exclusion.TABLE]["Tid"])]
    found: dict[int, Interval] = {}
    for year in (each for each in years if not exclusion.is_assumed(tables, each)):
        each = exclusion.share(tables, place, claim.age, year)
        if each.inside_area:
            found[year] = (
                Interval(each.share, each.lower, each.upper)
                if indicator == "outside_share"
                else Interval(each.outside, each.outside, each.outside)
            )
    return _bounded(found, exclusion.TABLE, claim.age)


def first_year(table: str) -> int | None:
    """The first year that a fetch asks a table for; None where the catalogue does not say.

    Examples
    --------
    >>> from helpers.measures import claimfigures
    >>> claimfigures.first_year("ssb_07459"), claimfigures.first_year("ssb_11618")
    (2005, 2016)
    """
    asked = catalog()[table].ask.get("Tid") if table in catalog() else None
    said = asked.codes[0] if asked else ""
    return int(said[5:9]) if said.startswith("from(") else None


Reader = Callable[[str, Claim, Tables, Place], Found]
READERS: dict[str, Reader] = {
    **dict.fromkeys(("jobs", "employed", "coverage"), _work),
    "rate": _rate,
    "rate_gap": _rate_gap,
    "immigrant_gap": _immigrants,
    "population": _people,
    **dict.fromkeys(("out", "in", "net", "live_and_work", "out_share", "in_share"), _commuting),
    **dict.fromkeys(("out_to", "in_from"), _partner),
    **dict.fromkeys(("unemployed", "unemployment_rate"), _unemployed),
    **dict.fromkeys(_SECTORS, _sectors),
    **dict.fromkeys(("industry_jobs", "industry_share"), _industry),
    **dict.fromkeys(("outside", "outside_share"), _outside),
}
