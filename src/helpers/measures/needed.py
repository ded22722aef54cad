"""How many persons a rate target asks for; a place's part of a national goal is in `allocation` and handed on here.

A rate target of g % of P residents, E of whom are employed, lacks g·P − E persons. With other residents at the deadline that is
(g − rate)·P + g·ΔP: so many of those who live here now, and so many of those who come (or fewer, of those who leave).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from helpers.errors import InputError, TableMissing
from helpers.measures import employment, exclusion, population
from helpers.measures.allocation import KEYS, Allocation, allocate
from helpers.measures.cells import Place, Tables, lacking, named, pick
from helpers.measures.rounding import Interval, approximate_sum

__all__ = ["KEYS", "Allocation", "Needed", "allocate", "by_category", "population_factor", "to_reach"]

STATUS, WORKING = exclusion.TABLE, "A.01"
PROJECTED = "ssb_14746"
AGE = "20-66"
CATEGORIES = (exclusion.OTHERS, exclusion.IMMIGRANTS)


@dataclass(frozen=True)
class Needed:
    """Persons that a rate target lacks.

    Parameters
    ----------
    table, age, year : of the figures. category : ``A-G`` all, ``B`` immigrants, ``A_C-G`` others. assumed : the year was not printed.
    goal, rate : percent of the residents. population, employed : persons.
    now : goal · population − employed; negative where the goal is passed. now_lower, now_upper : as far as rounding may reach (equal to
        `now` where the table is not rounded).
    until : the year of `population_then`, None where a number was given or none asked for. population_then : residents of the age
        then, NaN where not asked for. by_rate : (goal − rate) · population, the same as `now`. by_population : goal · change of
        population. then : their sum. The last two are NaN without `population_then`.
    alone : the rate (%) that these residents must reach if `now` is to be met by them: the goal itself, unless they are one category of
        `by_category`, where it is what they need if the others stay where they are; over 100 is out of reach.
    lacking : codes that are not in the sums.
    """

    place: str
    table: str
    age: str
    year: int
    category: str
    assumed: bool
    goal: float
    population: float
    employed: float
    rate: float
    now: float
    now_lower: float
    now_upper: float
    until: int | None
    population_then: float
    by_rate: float
    by_population: float
    then: float
    alone: float
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class _Figures:
    population: Interval
    employed: Interval
    lacking: tuple[str, ...]


def to_reach(
    tables: Tables,
    place: Place,
    goal: float,
    age: str = AGE,
    year: int | None = None,
    table: str | None = None,
    *,
    until: int | None = None,
    population_then: float | None = None,
) -> Needed:
    """Persons that must come into work for `goal` percent of an age to be employed.

    Parameters
    ----------
    table : ``ssb_11618`` or ``ssb_13563``; by default the first of them that has the age. year : by default the newest printed.
    until : the deadline; its residents are today's times `population_factor`. population_then : their number, if it is known otherwise.

    Raises
    ------
    TableMissing
        where no table has the age with employed persons, or not the place, the year or the population ahead.
    InputError
        for a goal that is not between 0 and 100, a table without rates, or both `until` and `population_then`.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import needed
    >>> found = needed.to_reach(Tables.load(), Municipality.find("halden"), 65.0, age="15-74", year=2022)
    >>> round(found.rate, 1), round(found.now), found.employed, found.population
    (60.1, 1148, 14226.0, 23652.0)
    """
    _check(goal, until, population_then)
    table = _table(tables, age) if table is None else table
    found, year = _figures(tables, table, place, age, year)
    if until is not None:
        population_then = found.population.value * population_factor(tables, place, age, year, until)
    return _needed(tables, place, table, age, year, goal, exclusion.ALL, found, until, population_then)


def by_category(
    tables: Tables, place: Place, goal: float, age: str = AGE, year: int | None = None
) -> dict[str, Needed]:
    """The same for all, for immigrants and for others (table 13563): what each group lacks of the goal; the two add up to all of them.

    Raises
    ------
    TableMissing
        where the table has not the employed by category (the snapshot has not).

    Returns
    -------
    ``A-G``, ``A_C-G``, ``B`` → `Needed`. The total is the sum of the two groups, so that it adds up whatever was rounded.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality
    >>> from helpers.measures import needed
    >>> cells = [("A.01", "B", 60.0), ("TOT", "B", 100.0), ("A.01", "A_C-G", 320.0), ("TOT", "A_C-G", 400.0)]
    >>> frame = pd.DataFrame(cells, columns=["HovArbStyrkStatus", "InnvandrKat", "value"]).assign(Region="3101", Alder="20-66", Tid=2022)
    >>> frame = frame.assign(lower=frame["value"], upper=frame["value"])  # constructed
    >>> found = needed.by_category({"ssb_13563": frame}, Municipality.find("halden"), 80.0)
    >>> {category: round(each.now, 1) for category, each in found.items()}
    {'A-G': 20.0, 'A_C-G': 0.0, 'B': 20.0}
    """
    _check(goal, None, None)
    parts = {}
    for each in CATEGORIES:
        parts[each], year = _figures(tables, STATUS, place, age, year, each)
    one, two = parts.values()
    if set(one.lacking) != set(two.lacking):
        raise TableMissing(STATUS, "tall for {place} i {year}", place=named(place), year=int(year or 0))
    whole = _Figures(_plus(one.population, two.population), _plus(one.employed, two.employed), one.lacking)
    lacks = goal / 100 * whole.population.value - whole.employed.value
    found = {exclusion.ALL: whole} | parts
    return {
        each: _needed(tables, place, STATUS, age, int(year or 0), goal, each, figures, None, None, lacks)
        for each, figures in found.items()
    }


def population_factor(tables: Tables, place: Place, age: str, first: int, last: int) -> float:
    """Residents of an age at the end of `last` for each at the end of `first`: 1 January after, counted (07459) or projected (14746).

    Raises
    ------
    TableMissing
        where neither table has the age, the place or one of the two days.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import needed
    >>> round(needed.population_factor(Tables.load(), Municipality.find("halden"), "20-66", 2017, 2022), 4)
    1.0105
    """
    return _residents(tables, place, age, last + 1) / _residents(tables, place, age, first + 1)


def _check(goal: float, until: int | None, population_then: float | None) -> None:
    if not 0 < goal < 100:
        raise InputError(f"Målet må være mellom 0 og 100 prosent, ikke {goal:g}.")
    if until is not None and population_then is not None:
        raise InputError("Oppgi enten until eller population_then, ikke begge.")
    if population_then is not None and not (math.isfinite(population_then) and population_then >= 0):
        raise InputError(f"population_then må være et antall personer, ikke {population_then}.")


def _table(tables: Tables, age: str) -> str:
    """The first table with employed persons of the age."""
    if employment.TABLE in tables and (tables[employment.TABLE]["Alder"] == age).any():
        return employment.TABLE
    if STATUS in tables:
        frame = tables[STATUS]
        if ((frame["Alder"] == age) & (frame["HovArbStyrkStatus"] == WORKING)).any():
            return STATUS
    raise TableMissing(employment.TABLE, f"Alder {age}")


def _figures(
    tables: Tables, table: str, place: Place, age: str, year: int | None, category: str = exclusion.ALL
) -> tuple[_Figures, int]:
    if table not in (employment.TABLE, STATUS):
        raise InputError(f"Tabellen {table} har ingen sysselsettingsandel. Velg {employment.TABLE} eller {STATUS}.")
    if table == employment.TABLE:
        years = employment.series(tables, place, age).dropna(subset=["rate"])
        found = {
            int(str(each)): _Figures(_exact(row["population"]), _exact(row["employed"]), row["lacking"])
            for each, row in years.iterrows()
        }
    else:
        found = _by_status(tables, place, age, category, year)
    if year is None and found:
        year = max(found)
    if year is None or year not in found:
        form = "tall for {place}" if year is None else "tall for {place} i {year}"
        raise TableMissing(table, form, place=named(place), **({} if year is None else {"year": year}))
    return found[year], year


def _by_status(tables: Tables, place: Place, age: str, category: str, wanted: int | None) -> dict[int, _Figures]:
    """Residents and employed of the year asked for, else of the newest that is not assumed, over the regions that have both."""
    frame = pick(tables[STATUS], STATUS, HovArbStyrkStatus=WORKING, Alder=age, InnvandrKat=category)
    whole = pick(tables[STATUS], STATUS, HovArbStyrkStatus=exclusion.TOTAL, Alder=age, InnvandrKat=category)
    years = sorted({int(year) for year in frame["Tid"].unique()}, reverse=True)
    for each in years if wanted is None else [wanted]:
        if each != wanted and exclusion.is_assumed(tables, each):
            continue
        cells = [rows[(rows["Tid"] == each) & rows["Region"].isin(place.regions)] for rows in (frame, whole)]
        held = set.intersection(*({str(code) for code in rows.dropna(subset=["value"])["Region"]} for rows in cells))
        if held:
            working, total = (approximate_sum(rows[rows["Region"].isin(held)]) for rows in cells)
            return {each: _Figures(total, working, lacking(place.regions, held, each))}
    return {}


def _needed(
    tables: Tables,
    place: Place,
    table: str,
    age: str,
    year: int,
    goal: float,
    category: str,
    found: _Figures,
    until: int | None,
    population_then: float | None,
    lacks: float | None = None,
) -> Needed:
    people, employed, share = found.population, found.employed, goal / 100
    now = share * people.value - employed.value
    then = math.nan if population_then is None else population_then
    coming = share * (then - people.value)
    whole = now if lacks is None else lacks
    down = math.hypot(share * (people.value - people.lower), employed.upper - employed.value)
    up = math.hypot(share * (people.upper - people.value), employed.value - employed.lower)
    percent = [
        100 * each / people.value if people.value > 0 else math.nan for each in (employed.value, employed.value + whole)
    ]
    return Needed(
        place=place.name, table=table, age=age, year=year, category=category,
        assumed=table == STATUS and exclusion.is_assumed(tables, year),
        goal=goal, population=people.value, employed=employed.value, rate=percent[0],
        now=now, now_lower=now - down, now_upper=now + up,
        until=until, population_then=then, by_rate=now, by_population=coming, then=now + coming,
        alone=percent[1], lacking=found.lacking,
    )  # fmt: skip


def _exact(value: float) -> Interval:
    return Interval(float(value), float(value), float(value))


def _plus(one: Interval, two: Interval) -> Interval:
    """Sum of two figures with independent errors."""
    value = one.value + two.value
    down = math.hypot(one.value - one.lower, two.value - two.lower)
    return Interval(value, max(value - down, 0.0), value + math.hypot(one.upper - one.value, two.upper - two.value))


def _residents(tables: Tables, place: Place, age: str, year: int) -> float:
    """Residents of an age on 1 January, counted where they are, else projected."""
    counted = population.series(tables, place, age)
    if year in counted.index and not counted["lacking"][year]:
        return float(counted["persons"][year])
    if PROJECTED not in tables:
        raise TableMissing(PROJECTED, "året {year}", year=year)
    pick(tables[PROJECTED], PROJECTED, Alder=age, Tid=year)
    if (ahead := projected(tables, place, age, year)) is None:
        raise TableMissing(PROJECTED, "tall for {place} i {year}", place=named(place), year=year)
    return ahead


def projected(tables: Tables, place: Place, age: str, year: int) -> float | None:
    """Residents of an age on 1 January by the main projection (14746); None where it is not held for all of the place.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import needed
    >>> halden = Municipality.find("halden")
    >>> needed.projected(Tables.load(), halden, "0+", 2030) is None  # table 14746 does not come with the project
    True
    >>> frame = pd.DataFrame({"Region": ["3101"], "Alder": ["0+"], "Tid": [2030], "value": [32000.0]})  # constructed
    >>> needed.projected({"ssb_14746": frame}, halden, "0+", 2030)
    32000.0
    """
    if PROJECTED not in tables:
        return None
    frame = tables[PROJECTED]
    cells = frame[(frame["Alder"] == age) & (frame["Tid"] == year) & frame["Region"].isin(place.regions)]
    cells = cells.dropna(subset=["value"])
    if cells.empty or lacking(place.regions, set(cells["Region"]), year):
        return None
    return float(cells["value"].sum())
