"""Sums and shares of figures that may be a little off.

Source of the rule: Statistics Norway rounds every 1 and 2 to 0 or 3 at the lowest level. The tables held here print totals of
such cells: each has its own bounds (``lower``, ``upper``), which are measured, not hard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

VARIANCE = 2.0  # of one rounded cell, whether the true figure is 1 or 2


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
    """Sum of `value` with the sums of `lower` and `upper`; each is NaN where one part is."""
    value, lower, upper = (float(cells[each].sum(skipna=False)) for each in ("value", "lower", "upper"))
    return Interval(value, lower, upper) if len(cells) else Interval(math.nan, math.nan, math.nan)


def approximate_sum(cells: pd.DataFrame) -> Interval:
    """Sum of `value`; the distances to the bounds are added as independent errors (root of the sum of squares).

    Errors of rounding are unbiased and independent, so they do not pile up as the sum of bounds would say.
    """
    values, lower, upper = (cells[each].to_numpy() for each in ("value", "lower", "upper"))
    value = float(values.sum()) if len(cells) else math.nan
    down, up = (float(np.square(each).sum()) for each in (values - lower, upper - values))
    return Interval(value, max(value - math.sqrt(down), 0.0), value + math.sqrt(up))


def share(part: Interval, whole: Interval) -> Interval:
    """100 · part / whole, with the bounds that both allow, within 0–100. NaN where the whole is 0 or not known."""
    if not whole.known or whole.value <= 0:
        return Interval(math.nan, math.nan, math.nan)
    lower = 100 * part.lower / whole.upper
    upper = 100 * part.upper / whole.lower if whole.lower > 0 else 100.0
    return Interval(100 * part.value / whole.value, max(lower, 0.0), min(upper, 100.0))


def allowance(cells: int) -> float:
    """Persons by which a sum of `cells` rounded cells may differ from the true sum: three standard deviations."""
    return 3 * math.sqrt(VARIANCE * cells)
