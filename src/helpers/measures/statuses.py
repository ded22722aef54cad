"""From all residents to those outside, status by status (table 13563).

Every resident has one status: the first that fits, by SSB's order of priority («prioritert arbeidsstyrkestatus»). Outside are all but those in
work, in ordinary education and on labour-market measures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures import exclusion
from helpers.measures.cells import Place, Tables, lacking, named, pick
from helpers.measures.exclusion import ALL, OUTSIDE, TABLE, TOTAL
from helpers.measures.remembered import remembered

STATUS = "HovArbStyrkStatus"
INSIDE = ("A.01", "U.03", "U.01")  # in work, in ordinary education, on measures
NOT_INSIDE = ("A.09", "U.04-U.05", "U.06-U.07", "U.90A")
SUMS = frozenset({"A", TOTAL, "TOT3", OUTSIDE, "INNE"})  # codes that hold other codes; INNE is the snapshot's own
ROUNDING = "rounding"
COLUMNS = ["code", "label", "kind", "persons", "lower", "upper", "share", "start", "end"]


@dataclass(frozen=True)
class Waterfall:
    """Residents by status.

    Parameters
    ----------
    place : name. age, year, category : as in the table. assumed : the publication did not print the year.
    steps : frame in the order of the waterfall: code, label (the table's own; the code where it gives none), kind, persons, lower, upper
        (as far as rounding may reach), share (% of all residents), start, end (persons: where the step begins and ends). Kinds: ``total``
        (all), ``inside`` (taken from it), ``outside`` (what is left), ``part`` (a status of those outside), ``rounding`` (what the
        published figures miss of their sums, after inside and after the parts; no status). total − inside − rounding = outside, and the
        parts with theirs are outside. NaN where a figure is missing: never 0, and its rounding is then NaN too.
    adds_up : rounding can explain what the figures miss; None where one is missing. False: a status is counted twice or not at all.
    lacking : codes that are not in the sums.
    """

    place: str
    age: str
    year: int
    category: str
    assumed: bool
    steps: pd.DataFrame
    adds_up: bool | None
    lacking: tuple[str, ...]


def divided(tables: Tables) -> bool:
    """Whether the table has every status; the snapshot has only the total and those outside.

    Raises
    ------
    TableMissing
        where there is no such table.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import statuses
    >>> statuses.divided(Tables.load())  # the figures that come with the project have only all residents and those outside
    False
    """
    with lineage.answering():  # what the table holds is no figure
        return {TOTAL, OUTSIDE, *INSIDE, *NOT_INSIDE} <= _codes(tables)


@remembered(TABLE)
def _codes(tables: Tables) -> frozenset[str]:
    return frozenset(str(each) for each in tables[TABLE][STATUS].unique())


@remembered(TABLE)
def _cells(tables: Tables, age: str, year: int, category: str) -> pd.DataFrame:
    """The whole country's: what a batch asks for once."""
    return pick(tables[TABLE], TABLE, Tid=year, Alder=age, InnvandrKat=category)


@lineage.measure
def waterfall(tables: Tables, place: Place, age: str, year: int | None = None, category: str = ALL) -> Waterfall:
    """Every status that the table publishes, from all residents to those outside and what they are.

    A code that is not known is taken as a status of those outside; `adds_up` tells when it is not.

    Parameters
    ----------
    year : by default the newest that the publication printed. category : ``A-G``, ``B`` or ``A_C-G``.

    Raises
    ------
    TableMissing
        where the table has not every status (the snapshot has only the total and those outside), or not the age, year or place.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality
    >>> from helpers.measures import statuses
    >>> persons = {"TOT": 100.0, "A.01": 60.0, "U.03": 15.0, "U.01": 2.0, "NEET2": 23.0}
    >>> persons |= {"A.09": 5.0, "U.04-U.05": 12.0, "U.06-U.07": 4.0, "U.90A": 2.0}  # constructed
    >>> frame = pd.DataFrame({"HovArbStyrkStatus": list(persons), "value": list(persons.values())})
    >>> frame = frame.assign(upper=frame["value"], Region="3101", Alder="15-29", InnvandrKat="A-G", Tid=2022)
    >>> found = statuses.waterfall({"ssb_13563": frame}, Municipality.find("halden"), "15-29", 2022)
    >>> found.steps.set_index("code")["share"].round(1).to_dict(), found.adds_up
    ({'TOT': 100.0, 'A.01': 60.0, 'U.03': 15.0, 'U.01': 2.0, '': 0.0, 'NEET2': 23.0, 'A.09': 5.0, 'U.04-U.05': 12.0, 'U.06-U.07': 4.0, 'U.90A': 2.0}, True)
    """
    if not divided(tables):
        raise TableMissing(TABLE, "hver arbeidsstyrkestatus for seg")
    year = exclusion.newest_year(tables) if year is None else year
    cells = _cells(tables, age, year, category)
    cells = cells[cells["Region"].isin(place.regions)]
    parts = (*NOT_INSIDE, *sorted(_codes(tables) - SUMS - {*INSIDE, *NOT_INSIDE}))
    parts = tuple(each for each in parts if each in NOT_INSIDE or (cells[STATUS] == each).any())
    wanted = (TOTAL, *INSIDE, OUTSIDE, *parts)
    value, reach = (_wide(cells, each, wanted) for each in ("value", "upper"))
    reach = reach - value
    held = value if len(place.regions) == 1 else value.dropna()
    if held.empty:
        raise TableMissing(TABLE, "tall for {place} i {year}", place=named(place), year=year)
    sums = held.sum(skipna=False)
    reaches = reach.loc[held.index].pow(2).sum(skipna=False).pow(0.5)
    steps, adds_up = _steps(sums, reaches, parts, _labels(tables))
    gone = lacking(place.regions, {str(each) for each in held.index}, year)
    return Waterfall(place.name, age, year, category, exclusion.is_assumed(tables, year), steps, adds_up, gone)


def _wide(cells: pd.DataFrame, column: str, codes: tuple[str, ...]) -> pd.DataFrame:
    return cells.set_index(["Region", STATUS])[column].unstack(STATUS).reindex(columns=list(codes))


def _labels(tables: Tables) -> dict[str, str]:
    meta = getattr(tables, "meta", None)
    return {} if meta is None else dict(meta(TABLE).labels.get(STATUS, {}))


def _steps(
    sums: pd.Series, reach: pd.Series, parts: tuple[str, ...], labels: dict[str, str]
) -> tuple[pd.DataFrame, bool | None]:
    total, outside = float(sums[TOTAL]), float(sums[OUTSIDE])
    inner = total - float(sums[list(INSIDE)].sum(skipna=False)) - outside
    outer = outside - float(sums[list(parts)].sum(skipna=False))
    far = [
        float(np.sqrt(np.square(reach[list(each)]).sum())) for each in ((TOTAL, *INSIDE, OUTSIDE), (OUTSIDE, *parts))
    ]
    rows: list[tuple[str, str, float, float]] = [(TOTAL, "total", total, total)]
    level = total
    for code, kind, persons in (*((each, "inside", float(sums[each])) for each in INSIDE), ("", ROUNDING, inner)):
        rows.append((code, kind, persons, level))
        level -= persons
    rows.append((OUTSIDE, "outside", outside, outside))
    level = outside
    for code, kind, persons in (*((each, "part", float(sums[each])) for each in parts), ("", ROUNDING, outer)):
        rows.append((code, kind, persons, level))
        level -= persons
    frame = pd.DataFrame(rows, columns=["code", "kind", "persons", "start"])
    ends = frame["start"] - frame["persons"]
    frame["end"] = ends.mask(frame["kind"].isin(["total", "outside"]), 0.0)
    frame["label"] = [labels.get(each, each) for each in frame["code"]]
    frame["share"] = 100 * frame["persons"] / total if total > 0 else math.nan
    bound = frame["code"].map(reach)
    frame["lower"] = (frame["persons"] - bound).clip(lower=0)
    frame["upper"] = frame["persons"] + bound
    missing = math.isnan(inner) or math.isnan(outer)
    return frame[COLUMNS], None if missing else abs(inner) <= far[0] and abs(outer) <= far[1]
