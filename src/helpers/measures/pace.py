"""Arithmetic of goals: the pace a goal requires, the path to it, when it is reached, and a projection. Plain numbers in, numbers out.

Two scales. Counts grow by a rate (``growth``: percent a year, compounded); rates and indices move by points (``points``: points a
year, a straight line).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

Scale = Literal["growth", "points"]
HORIZON = 100  # years: what lies further off is not reached
MINIMUM = 5  # differences below which there is no projection
COVERAGE = 0.8  # of the prediction interval


def pace(value: float, goal: float, years: int, scale: Scale = "growth") -> float:
    """What moves `value` to `goal` in `years`: percent a year (``growth``) or points a year.

    NaN where there are no years left, or a growth starts or ends at 0 or below.

    Examples
    --------
    >>> from helpers.measures import pace
    >>> round(pace.pace(100, 121, 2), 1), pace.pace(60, 70, 5, "points"), pace.pace(100, 121, 0)
    (10.0, 2.0, nan)
    """
    if years <= 0:
        return math.nan
    if scale == "points":
        return (goal - value) / years
    return 100 * ((goal / value) ** (1 / years) - 1) if value > 0 and goal > 0 else math.nan


def moved(value: float, rate: float, years: float, scale: Scale = "growth") -> float:
    """Where `value` is after `years` at the pace `rate`.

    Examples
    --------
    >>> from helpers.measures import pace
    >>> round(pace.moved(100, 10, 2), 1), pace.moved(60.0, 2.0, 5, "points")
    (121.0, 70.0)
    """
    return value + rate * years if scale == "points" else value * (1 + rate / 100) ** years


def path(base_year: int, base: float, deadline: int, goal: float, scale: Scale = "growth") -> pd.Series:
    """The even path from base to goal, one value for each year (index Tid).

    Examples
    --------
    >>> from helpers.measures import pace
    >>> pace.path(2020, 100, 2022, 121).round(1).to_dict()
    {2020: 100.0, 2021: 110.0, 2022: 121.0}
    """
    rate = pace(base, goal, deadline - base_year, scale)
    years = range(base_year, deadline + 1)
    return pd.Series([moved(base, rate, year - base_year, scale) for year in years], index=pd.Index(years, name="Tid"))


def year_reached(
    year: int, value: float, goal: float, rate: float, scale: Scale = "growth", rising: bool = True
) -> int | None:
    """The year in which a constant pace reaches the goal; `year` itself where it is reached.

    None where the pace leads away from the goal, stands still, or takes more than a hundred years, where a number is missing, and
    where a growth starts or ends at 0 or below: it never gets there.

    Parameters
    ----------
    rate : percent a year (``growth``) or points a year. rising : whether the goal is reached from below.

    Examples
    --------
    >>> from helpers.measures import pace
    >>> pace.year_reached(2022, 13122, 13500, 0.5), pace.year_reached(2022, 13122, 13500, -0.5)
    (2028, None)
    """
    if any(math.isnan(each) for each in (value, goal, rate)):
        return None
    if (value >= goal) if rising else (value <= goal):
        return year
    if rate == 0 or (rate > 0) != rising:
        return None
    if scale == "growth" and (value <= 0 or goal <= 0 or rate <= -100):
        return None
    years = (goal - value) / rate if scale == "points" else math.log(goal / value) / math.log1p(rate / 100)
    return year + math.ceil(years - 1e-9) if years <= HORIZON else None


def unbroken(series: pd.Series) -> pd.Series:
    """The newest run of years without a gap or a missing value.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import pace
    >>> pace.unbroken(pd.Series({2015: 1.0, 2016: 2.0, 2018: 3.0, 2019: 4.0})).to_dict()
    {2018: 3.0, 2019: 4.0}
    """
    held = series.dropna().sort_index()
    if len(held) < 2:
        return held
    breaks = np.flatnonzero(np.diff(held.index.to_numpy()) != 1)
    return held.iloc[breaks[-1] + 1 :] if len(breaks) else held


@dataclass(frozen=True)
class Window:
    """The pace over some years of a series: percent or points a year."""

    first: int
    last: int
    pace: float


def windows(series: pd.Series, years: int, scale: Scale = "growth") -> tuple[Window, Window] | None:
    """The best and the worst window of `years` in the newest unbroken run; a shorter run gives the longest that leaves two windows.

    None where there are not two windows.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> from helpers.measures import pace
    >>> jobs = employment.series(Tables.load(), Municipality.find("halden"))["jobs"]
    >>> [(each.first, each.last, round(each.pace, 2)) for each in pace.windows(jobs, 3)]
    [(2019, 2022, 1.36), (2017, 2020, 0.61)]
    """
    held = unbroken(series)
    length = min(years, len(held) - 2)
    if length < 1:
        return None
    found = []
    for start in range(len(held) - length):
        first = int(held.index[start])
        rate = pace(float(held.iloc[start]), float(held.iloc[start + length]), length, scale)
        found.append(Window(first, first + length, rate))
    return max(found, key=lambda each: each.pace), min(found, key=lambda each: each.pace)


@dataclass(frozen=True)
class Projection:
    """A random walk with drift, `horizon` years on (methods.md §2.7).

    Parameters
    ----------
    median, lower, upper : in the unit of the series; the interval covers `coverage`. n : differences it rests on.
    mean, sd : of the yearly differences on the log scale (counts) or the logit scale (rates).
    """

    horizon: int
    median: float
    lower: float
    upper: float
    coverage: float
    n: int
    mean: float
    sd: float
    start: float
    logit: bool

    def probability(self, goal: float) -> float:
        """Probability of being at or above `goal` at the horizon."""
        se = self.sd * math.sqrt(self.horizon + self.horizon**2 / self.n)
        distance = _scaled(goal, self.logit) - _scaled(self.start, self.logit) - self.horizon * self.mean
        if se == 0:
            return float(distance <= 0)
        return float(1 - stats.t.cdf(distance / se, self.n - 1))


def project(series: pd.Series, horizon: int, logit: bool = False, coverage: float = COVERAGE) -> Projection | None:
    """Projection from the newest unbroken run of a series.

    Parameters
    ----------
    logit : the series is a rate in percent, strictly between 0 and 100.

    Returns
    -------
    None with fewer than five differences in the run (gaps are breaks), without years ahead, or where the scale does not hold.

    Examples
    --------
    >>> from helpers import Municipality, Tables, employment
    >>> from helpers.measures import pace
    >>> jobs = employment.series(Tables.load(), Municipality.find("halden"))["jobs"]
    >>> ahead = pace.project(jobs, horizon=2)
    >>> [round(each) for each in (ahead.lower, ahead.median, ahead.upper)], ahead.n, round(ahead.probability(13500), 2)
    ([12929, 13314, 13712], 6, 0.26)
    """
    held = unbroken(series)
    n = len(held) - 1
    top = 100.0 if logit else math.inf
    if n < MINIMUM or horizon < 1 or not ((held > 0) & (held < top)).all():
        return None
    steps = np.diff([_scaled(float(each), logit) for each in held])
    mean, sd = float(steps.mean()), float(steps.std(ddof=1))
    start = float(held.iloc[-1])
    middle = _scaled(start, logit) + horizon * mean
    reach = float(stats.t.ppf(0.5 + coverage / 2, n - 1)) * sd * math.sqrt(horizon + horizon**2 / n)
    median, lower, upper = (_plain(each, logit) for each in (middle, middle - reach, middle + reach))
    return Projection(horizon, median, lower, upper, coverage, n, mean, sd, start, logit)


def _scaled(value: float, logit: bool) -> float:
    if logit:
        return math.inf if value >= 100 else math.log(value / (100 - value))
    return math.log(value)


def _plain(value: float, logit: bool) -> float:
    return 100 / (1 + math.exp(-value)) if logit else math.exp(value)
