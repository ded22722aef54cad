"""A place's part of a national goal, in proportion to a key whose figures are told with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.errors import InputError, TableMissing
from helpers.measures import employment, population
from helpers.measures.cells import Place, Tables, named
from helpers.places import Area

KEYS: Mapping[str, str] = {
    "jobs": employment.TABLE,
    "employed": employment.TABLE,
    "working_age": population.TABLE,
    "population": population.TABLE,
}
AGES: Mapping[str, str] = {"working_age": "20-66", "population": population.EVERYONE}


@dataclass(frozen=True)
class Allocation:
    """A place's part of a national goal in proportion to a key.

    Parameters
    ----------
    total : the goal. key : one of `KEYS`. table, year : of the key. local, national : the key's figures
        (persons). share : local, % of national. allocated : total · share, in the unit of `total`.
    lacking : codes that are not in `national`, the sum of every municipality (jobs on the continental shelf are in none).
    """

    total: float
    key: str
    table: str
    year: int
    local: float
    national: float
    share: float
    allocated: float
    lacking: tuple[str, ...]


def allocate(tables: Tables, place: Place, total: float, key: str, year: int | None = None) -> Allocation:
    """The pro-rata part of a national goal (NHO's 250 000 jobs, 40 000 green jobs).

    Parameters
    ----------
    key : ``jobs`` by workplace, ``employed`` residents (both 15–74, table 11618), residents of ``working_age`` (20–66) or the whole
        ``population`` (1 January, table 07459).
    year : of the key, by default the newest in which the place and the country have it.

    Raises
    ------
    InputError
        for an unknown key, or a total that is not a number.
    TableMissing
        where the table, the place or the year is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import allocation
    >>> found = allocation.allocate(Tables.load(), Municipality.find("halden"), 250_000, "jobs")
    >>> found.year, found.local, found.national, round(found.share, 2), round(found.allocated)
    (2022, 13122.0, 2809789.0, 0.47, 1168)
    """
    if key not in KEYS:
        raise InputError(f"«{key}» er ikke en fordelingsnøkkel. Velg {', '.join(KEYS)}.")
    if not math.isfinite(total):
        raise InputError(f"Det nasjonale målet må være et tall, ikke {total}.")
    local, national = _key(tables, place, key), _key(tables, Area.country(), key)
    held = [int(str(each)) for each in local.index[local["figure"].notna()] if each in national.index]
    if not held or (year is not None and year not in held):
        form = "tall for {place}" if year is None else "tall for {place} i {year}"
        raise TableMissing(KEYS[key], form, place=named(place), **({} if year is None else {"year": year}))
    year = max(held) if year is None else year
    own, whole = (float(each["figure"].astype(float)[year]) for each in (local, national))
    share = 100 * own / whole if whole > 0 else math.nan
    return Allocation(total, key, KEYS[key], year, own, whole, share, total * share / 100, national["lacking"][year])


def _key(tables: Tables, place: Place, key: str) -> pd.DataFrame:
    """The key's figures by year: figure, lacking."""
    if key in AGES:
        return population.series(tables, place, AGES[key]).rename(columns={"persons": "figure"})
    years = employment.series(tables, place)
    years = years[years["table"] == employment.TABLE]
    return years[[key, "lacking"]].rename(columns={key: "figure"})
