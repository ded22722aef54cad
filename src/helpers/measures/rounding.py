"""Sums and shares of figures that may be a little off.

Source of the rule: Statistics Norway rounds every 1 and 2 to 0 or 3 at the lowest level. The tables held here print totals of
such cells: each has its own bounds (``lower``, ``upper``), which are measured, not hard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
VARIANCE = 2.0  # of one rounded cell, whether the true figure is 1 or 2
POINT = 1.0  # percentage point: a share that is less sure than this is told in persons


@dataclass(frozen=True)
class Interval:
    """A figure and how far off it may be, in the same unit. NaN: not known, no bound."""

    value: float
    lower: float
    upper: float

    @property
    def known(self) -> bool:
        """There is a value, not only bounds."""
        return not math.isnan(self.value)


def hard_sum(cells: pd.DataFrame) -> Interval:
    """Sum of `value` with the sums of `lower` and `upper`; each is NaN where one part is.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import rounding
    >>> rounding.hard_sum(pd.DataFrame({"value": [3, 10], "lower": [1, 10], "upper": [4, 10]}))
    Interval(value=13.0, lower=11.0, upper=14.0)
    """
    value, lower, upper = (float(cells[each].sum(skipna=False)) for each in ("value", "lower", "upper"))
    return Interval(value, lower, upper) if len(cells) else Interval(math.nan, math.nan, math.nan)


def approximate_sum(cells: pd.DataFrame) -> Interval:
    """Sum of `value`; the distances to the bounds are added as independent errors (root of the sum of squares).

    Errors of rounding are unbiased and independent, so they do not pile up as the sum of bounds would say.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import rounding
    >>> rounding.approximate_sum(pd.DataFrame({"value": [30, 40], "lower": [27, 36], "upper": [33, 44]}))
    Interval(value=70.0, lower=65.0, upper=75.0)
    """
    if cells.empty:
        return Interval(math.nan, math.nan, math.nan)
    value, lower, upper = (cells[each].to_numpy(dtype=float) for each in ("value", "lower", "upper"))
    value, lower, upper = added(value, lower, upper, 0)
    return Interval(float(value), float(lower), float(upper))


def added(
    value: Floats, lower: Floats, upper: Floats, axis: int | tuple[int, ...], *, hard: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Sums along `axis` with their bounds: sums of hard bounds, or as `approximate_sum`.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import rounding
    >>> value, lower, upper = np.array([[30.0, 40.0], [27.0, 36.0], [33.0, 44.0]])
    >>> [float(each) for each in rounding.added(value, lower, upper, 0, hard=True)]
    [70.0, 63.0, 77.0]
    """
    total = np.asarray(value.sum(axis=axis))
    if hard:
        return total, np.asarray(lower.sum(axis=axis)), np.asarray(upper.sum(axis=axis))
    down, up = (np.sqrt(np.square(each).sum(axis=axis)) for each in (value - lower, upper - value))
    return total, np.maximum(total - down, 0.0), np.asarray(total + up)


def share(part: Interval, whole: Interval) -> Interval:
    """100 · part / whole, with the bounds that both allow, within 0–100. NaN where the whole is 0 or not known.

    Examples
    --------
    >>> from helpers.measures.rounding import Interval, share
    >>> share(Interval(20, 18, 22), Interval(100, 100, 100))
    Interval(value=20.0, lower=18.0, upper=22.0)
    """
    found = shares(*(np.array(getattr(each, name)) for each in (part, whole) for name in ("value", "lower", "upper")))
    return Interval(*(float(each) for each in found))


def shares(
    part: Floats, part_lower: Floats, part_upper: Floats, whole: Floats, whole_lower: Floats, whole_upper: Floats
) -> tuple[Floats, Floats, Floats]:
    """As `share`, of arrays: value, lower, upper in percent.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import rounding
    >>> part, whole = np.array([20.0, 5.0]), np.array([100.0, 0.0])
    >>> rounding.shares(part, part - 2, part + 2, whole, whole, whole)[0].tolist()
    [20.0, nan]
    """
    known = whole > 0  # False where it is NaN
    with np.errstate(divide="ignore", invalid="ignore"):
        value, lower = 100 * part / whole, np.maximum(100 * part_lower / whole_upper, 0.0)
        upper = np.where(whole_lower > 0, np.minimum(100 * part_upper / whole_lower, 100.0), 100.0)
    value, lower, upper = (np.where(known, each, np.nan) for each in (value, lower, upper))
    return value, lower, upper


def few(lower: float, upper: float, base: float) -> bool:
    """Whether a share is better told as «om lag 12 av 60»: one person, or what the rounding may hide, is more than one percentage point.

    Parameters
    ----------
    lower, upper : the bounds of the share (%). base : persons that it is of.

    Examples
    --------
    >>> from helpers.measures import rounding
    >>> rounding.few(19.0, 21.0, base=60), rounding.few(19.9, 20.1, base=5000)
    (True, False)
    """
    return not base * POINT >= 100 or (upper - lower) / 2 > POINT


def allowance(cells: int) -> float:
    """Persons by which a sum of `cells` rounded cells may differ from the true sum: three standard deviations.

    Examples
    --------
    >>> from helpers.measures import rounding
    >>> rounding.allowance(2), rounding.allowance(8)
    (6.0, 12.0)
    """
    return 3 * math.sqrt(VARIANCE * cells)
