"""How a municipality stands to the targets of its plan (methods.md §2.7).

`assess` gives everything a card shows, in numbers and codes; the words are made by `prose`. What it never gives: a verdict where the
plan does not name its base year, a pace after the deadline, a projection from fewer than five differences, or a figure of another age
group than the target's.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from helpers.measures import employment, own, pace
from helpers.measures.cells import Tables
from helpers.measures.official import Lack, official
from helpers.measures.pace import Projection, Scale
from helpers.places import Area, Municipality
from helpers.targets import Definition, Target

__all__ = ["Assessment", "Base", "Lack", "Measured", "State", "Status", "assess", "official"]

State = Literal["open", "deadline passed", "not measured"]
Status = Literal["reached", "not reached", "undecided", "above path", "on path", "below path"]
Source = Literal["plan", "official", "own", "plausible"]
SCENARIO = ["name", "pace", "first", "last", "value"]
TOLERANCE = {"persons": 0.5, "percent": 0.05, "index": 0.05}  # on the path: as near as a printed figure can show


@dataclass(frozen=True)
class Base:
    """A target seen from one base.

    All levels and changes are in the unit of the target; paces in percent a year (`scale` ``growth``) or points a year. NaN: not known.

    Parameters
    ----------
    year, value : what is counted from. source : ``plan`` (the plan's own figure), ``official`` (the official figure for the plan's
        year), ``own`` (the same of an own table), ``plausible`` (the official figure for a year that the plan may mean).
    goal : the level to reach. wanted : goal − value. change : newest figure − value. remaining : goal − newest figure.
    path : frame indexed by Tid from base to deadline: path, actual, gap (actual − path). path_now, gap_now : in the newest year.
    required_then, required_now : pace from base and from the newest figure to the goal. realised : pace of the official series from the
        base year to the newest. per_year_then, per_year_now, per_year_realised : the same as units a year.
    reached : the first official year at or past the goal after the base year, None if none is. reached_at_pace : the year in which the
        realised pace gets there; None: not within a hundred years, or away from the goal.
    probability : of reaching the goal by the deadline, by the projection; None where there is none.
    status : None where there is no verdict (unnamed base). After the deadline only where the deadline's figure is known. ``undecided``:
        so near the goal that the rounding of the table decides.

    After the deadline every pace is NaN, and reached_at_pace and probability are None.
    """

    year: int
    value: float
    source: Source
    goal: float
    wanted: float
    change: float
    remaining: float
    path: pd.DataFrame
    path_now: float
    gap_now: float
    required_then: float = math.nan
    required_now: float = math.nan
    realised: float = math.nan
    per_year_then: float = math.nan
    per_year_now: float = math.nan
    per_year_realised: float = math.nan
    reached: int | None = None
    reached_at_pace: int | None = None
    probability: float | None = None
    status: Status | None = None


@dataclass(frozen=True)
class Measured:
    """A target by one of its definitions.

    Parameters
    ----------
    lack : why it is not measured, or None. Without a series every other field is empty.
    series : official figures (or own ones, where the definition says so), index Tid. tables : the tables they are from. last_year, last_value : the newest.
    rounded : whether the table is rounded, so that its figures are approximate.
    bases : the plan's figure and the official one for its year, or every plausible base.
    scenarios : frame, one row each: name (``own mean``, ``country``, ``best window``, ``worst window``), pace (percent or points a
        year), first, last (the years the pace is from), value (level at the deadline). Empty after the deadline.
    projection : to the deadline; None where there are fewer than five differences, a gap, or no years left.
    """

    definition: Definition
    scale: Scale
    lack: Lack | None = None
    series: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    tables: tuple[str, ...] = ()
    last_year: int | None = None
    last_value: float = math.nan
    rounded: bool = False
    bases: tuple[Base, ...] = ()
    scenarios: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SCENARIO))
    projection: Projection | None = None


@dataclass(frozen=True)
class Assessment:
    """Everything that a target card shows.

    Parameters
    ----------
    state : ``open``; ``deadline passed`` (the card says so, names `last_year`, and gives no pace); ``not measured`` (no definition has
        an official series: the card says why, `lacks`).
    definitions : one for each definition of the target, measured or not.
    last_year : the newest year of any definition. verdict : whether a status may be said at all: the plan names its base year.
    """

    target: Target
    as_of: dt.date
    state: State
    definitions: tuple[Measured, ...]
    last_year: int | None
    verdict: bool

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Why definitions are not measured."""
        return tuple(each.lack for each in self.definitions if each.lack)

    @property
    def status(self) -> Status | None:
        """The status when every base of every measured definition has the same; else None: there is no single answer."""
        found = {base.status for each in self.definitions for base in each.bases}
        return found.pop() if len(found) == 1 else None


def assess(target: Target, tables: Tables, as_of: dt.date) -> Assessment:
    """Compare a target with the official figures held, or with the municipality's own where its definition names them.

    Parameters
    ----------
    as_of : the day that counts as today; the deadline is passed on 1 January after its year.

    Returns
    -------
    see `Assessment`. A missing table does not raise: the target is ``not measured``, with the reason.

    Examples
    --------
    >>> import datetime as dt
    >>> from helpers import Tables, targets_of
    >>> from helpers.measures import targets
    >>> found = targets.assess(targets_of("halden")[0], Tables.load(), dt.date(2024, 6, 1))
    >>> found.state, found.last_year, [(base.year, base.goal, base.remaining) for base in found.definitions[0].bases]
    ('open', 2023, [(2019, 13099.0, -24.0), (2020, 13296.0, 173.0), (2021, 13624.0, 501.0)])
    """
    passed = as_of > dt.date(target.deadline, 12, 31)
    found = tuple(_measured(target, each, tables, passed) for each in target.definitions)
    years = [each.last_year for each in found if each.last_year is not None]
    state: State = "not measured" if not years else "deadline passed" if passed else "open"
    return Assessment(target, as_of, state, found, max(years, default=None), target.base_is_named)


@dataclass(frozen=True)
class _Known:
    """What is known of one definition: the series, and whether there is still time."""

    target: Target
    series: pd.Series
    scale: Scale
    passed: bool
    reach: float = 0.0

    @property
    def last_year(self) -> int:
        return int(self.series.index[-1])

    @property
    def last(self) -> float:
        return float(self.series.iloc[-1])

    @property
    def left(self) -> int:
        return self.target.deadline - self.last_year

    def at(self, year: int) -> float:
        return float(self.series.get(year, math.nan))


def _measured(target: Target, definition: Definition, tables: Tables, passed: bool) -> Measured:
    scale: Scale = "growth" if target.unit == "persons" else "points"
    find = own.measured if definition.indicator == "own" else official
    found = find(definition, tables, Municipality.find(target.municipality))
    if isinstance(found, Lack):
        return Measured(definition, scale, found)
    known = _Known(target, found[0], scale, passed, float(found[0].attrs.get("reach", 0.0)))
    ahead = not passed and known.left > 0
    projection = pace.project(known.series, known.left, logit=target.unit == "percent") if ahead else None
    return Measured(
        definition,
        scale,
        lack=None,
        series=known.series,
        tables=found[1],
        last_year=known.last_year,
        last_value=known.last,
        rounded=known.reach > 0,
        bases=tuple(_base(known, *each, projection) for each in _bases(target, definition, known.series)),
        scenarios=_scenarios(known, definition, tables) if ahead else pd.DataFrame(columns=SCENARIO),
        projection=projection,
    )


def _bases(target: Target, definition: Definition, series: pd.Series) -> list[tuple[int, float, Source]]:
    """The plan's own figure, the official one for its year where they differ, or every plausible base."""
    if target.base_year is None:
        return [(year, float(series.get(year, math.nan)), "plausible") for year in target.plausible_base_years]
    found: list[tuple[int, float, Source]] = []
    known = float(series.get(target.base_year, math.nan))
    if target.base_value is not None:
        found.append((target.base_year, target.base_value, "plan"))
    if target.base_value is None or (not math.isnan(known) and known != target.base_value):
        found.append((target.base_year, known, "own" if definition.indicator == "own" else "official"))
    return found


def _base(known: _Known, year: int, value: float, source: Source, projection: Projection | None) -> Base:
    target = known.target
    goal = target.value if target.kind == "level" else value + target.value
    rising = not goal < (float(known.series.iloc[0]) if math.isnan(value) else value)
    way = pace.path(year, value, target.deadline, goal, known.scale).to_frame("path")
    way["actual"] = known.series.reindex(way.index)
    way["gap"] = way["actual"] - way["path"]
    path_now = float(way["path"].get(known.last_year, math.nan))
    seen = Base(
        year=year,
        value=value,
        source=source,
        goal=goal,
        wanted=goal - value,
        change=known.last - value,
        remaining=goal - known.last,
        path=way,
        path_now=path_now,
        gap_now=known.last - path_now,
        reached=_first_reached(known.series, year, goal, rising),
        status=_status(known, goal, path_now, rising) if target.base_is_named else None,
    )
    return seen if known.passed else _with_paces(seen, known, rising, projection)


def _with_paces(seen: Base, known: _Known, rising: bool, projection: Projection | None) -> Base:
    """The same base with its paces: only while the target is open."""
    then, gone, start = known.target.deadline - seen.year, known.last_year - seen.year, known.at(seen.year)
    realised = pace.pace(start, known.last, gone, known.scale)
    probability = projection.probability(seen.goal) if projection and seen.goal > 0 else None
    if probability is not None and not rising:
        probability = 1 - probability
    return replace(
        seen,
        required_then=pace.pace(seen.value, seen.goal, then, known.scale),
        required_now=pace.pace(known.last, seen.goal, known.left, known.scale),
        realised=realised,
        per_year_then=seen.wanted / then,
        per_year_now=seen.remaining / known.left if known.left > 0 else math.nan,
        per_year_realised=(known.last - start) / gone if gone > 0 else math.nan,
        reached_at_pace=pace.year_reached(known.last_year, known.last, seen.goal, realised, known.scale, rising),
        probability=probability,
    )


def _first_reached(series: pd.Series, year: int, goal: float, rising: bool) -> int | None:
    after = series[series.index > year]
    there = after[(after >= goal) if rising else (after <= goal)]
    return int(there.index[0]) if len(there) else None


def _status(known: _Known, goal: float, path_now: float, rising: bool) -> Status | None:
    """In neutral words; `above` and `below` are where the figure lies, whichever way the goal is."""
    target = known.target
    figure = known.at(target.deadline) if known.passed else known.last
    there = figure >= goal if rising else figure <= goal
    if abs(figure - goal) < known.reach:
        return "undecided"
    if known.passed:
        return None if math.isnan(figure) else "reached" if there else "not reached"
    if there:
        return "reached"
    if math.isnan(path_now):
        return None
    if abs(figure - path_now) < max(TOLERANCE[target.unit], known.reach):
        return "on path"
    return "above path" if figure > path_now else "below path"


def _scenarios(known: _Known, definition: Definition, tables: Tables) -> pd.DataFrame:
    """Where constant paces lead by the deadline."""
    found = [("own mean", _mean_pace(pace.unbroken(known.series), known.scale))]
    if definition.table == employment.TABLE:
        country = employment.series(tables, Area.country(), definition.age or employment.AGE)[definition.indicator]
        same = country[country.index >= int(known.series.index[0])].astype(float).dropna()
        found.append(("country", _mean_pace(same, known.scale)))
    best, worst = pace.windows(known.series, known.left, known.scale) or (None, None)
    found += [("best window", best), ("worst window", worst)]
    rows = [
        (name, each.pace, each.first, each.last, pace.moved(known.last, each.pace, known.left, known.scale))
        for name, each in found
        if each is not None
    ]
    return pd.DataFrame(rows, columns=SCENARIO)


def _mean_pace(series: pd.Series, scale: Scale) -> pace.Window | None:
    if len(series) < 2:
        return None
    first, last = int(series.index[0]), int(series.index[-1])
    return pace.Window(first, last, pace.pace(float(series.iloc[0]), float(series.iloc[-1]), last - first, scale))
