"""The official series behind a target, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from helpers.measures import employment
from helpers.measures.cells import Tables
from helpers.measures.exclusion import is_assumed
from helpers.measures.rounding import Interval, share
from helpers.places import Municipality
from helpers.targets import Definition

Reason = Literal[
    "no table known", "table missing", "age missing", "status missing", "place missing",
    "own table missing", "own contents missing", "own place missing", "own several", "own not yearly",
]  # fmt: skip
STATUS_TABLE = "ssb_13563"
WORKING, TOTAL, ALL = "A.01", "TOT", "A-G"  # codes of 13563: employed, all statuses, all residents
_READERS = {
    (employment.TABLE, "jobs"),
    (employment.TABLE, "employed"),
    (employment.TABLE, "rate"),
    (STATUS_TABLE, "rate"),
}


@dataclass(frozen=True)
class Lack:
    """Why there is no official series.

    Parameters
    ----------
    reason : ``no table known`` (the definition names none) · ``table missing`` (not in data/) · ``age missing`` (the table is held
        without this age) · ``status missing`` (13563 without the status «sysselsatt») · ``place missing`` (no comparable figures). Of an own
        table: ``own table missing`` (not there, or not understood) · ``own contents missing`` · ``own place missing`` · ``own several``
        (more than one figure of a year) · ``own not yearly``.
    table, age, contents : what to fetch or to add, where it can be named.
    """

    reason: Reason
    table: str | None = None
    age: str | None = None
    contents: str | None = None


def official(
    definition: Definition, tables: Tables, municipality: Municipality
) -> tuple[pd.Series, tuple[str, ...]] | Lack:
    """The official series of a definition (index Tid) and the tables it is from, or why there is none.

    ``attrs["reach"]`` of the series: how far the rounding may move its figures, in their unit; 0 for unrounded tables.

    Examples
    --------
    >>> from helpers import Municipality, Tables, targets_of
    >>> from helpers.measures import official
    >>> tables, halden = Tables.load(), Municipality.find("halden")
    >>> jobs, rate = (target.definitions[0] for target in targets_of(halden)[:2])
    >>> series, names = official.official(jobs, tables, halden)
    >>> series.loc[2021:2023].to_dict(), names
    ({2021: 13124.0, 2022: 13122.0, 2023: 13123.0}, ('ssb_11618', 'ssb_11616'))
    >>> official.official(rate, tables, halden)
    Lack(reason='age missing', table='ssb_13563', age='20-66', contents=None)
    """
    table, age = definition.table, definition.age or employment.AGE
    if table is None or (table, definition.indicator) not in _READERS:
        return Lack("no table known", table)
    if table not in tables:
        return Lack("table missing", table, definition.age)
    if not (tables[table]["Alder"] == age).any():
        return Lack("age missing", table, age)
    if table == STATUS_TABLE:
        return _rate_by_status(tables, municipality, age)
    years = employment.series(tables, municipality, age)
    values = years[definition.indicator].astype(float).dropna()
    if values.empty:
        return Lack("place missing", table, age)
    return values, tuple(dict.fromkeys(years["table"][values.index]))


def _rate_by_status(tables: Tables, place: Municipality, age: str) -> tuple[pd.Series, tuple[str, ...]] | Lack:
    """Employed, % of residents, from table 13563; assumed years carry no trend and are left out."""
    frame = tables[STATUS_TABLE]
    if not (frame["HovArbStyrkStatus"] == WORKING).any():
        return Lack("status missing", STATUS_TABLE, age)
    rows = frame[(frame["Region"] == place.code) & (frame["Alder"] == age) & (frame["InnvandrKat"] == ALL)]
    rows = rows[rows["HovArbStyrkStatus"].isin((WORKING, TOTAL))].dropna(subset=["value"])
    found: dict[int, Interval] = {}
    for year, cells in rows.set_index("HovArbStyrkStatus").groupby("Tid"):
        if {WORKING, TOTAL} <= set(cells.index) and not is_assumed(tables, int(str(year))):
            part, whole = (Interval(*cells.loc[each, ["value", "lower", "upper"]]) for each in (WORKING, TOTAL))
            found[int(str(year))] = share(part, whole)
    held = {year: each for year, each in found.items() if each.known}
    if not held:
        return Lack("place missing", STATUS_TABLE, age)
    values = pd.Series({year: each.value for year, each in held.items()}, dtype=float).rename_axis("Tid")
    values.attrs["reach"] = max(max(each.upper - each.value, each.value - each.lower) for each in held.values())
    return values, (STATUS_TABLE,)
