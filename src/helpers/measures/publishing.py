"""How Statistics Norway publishes small counts, and what the true figures may have been. Plain arrays in, arrays out.

The rule («Om avrunding av små tall i sysselsettingsstatistikkene»): in the finest cells each 1 becomes 3 with probability 1/3 and each 2
with 2/3, else 0. It is unbiased, and the variance of its error is 2 for both. Totals are sums of what was published.

Nothing is assumed of the true counts: every published 0 and 3 is taken as a small cell, so that an interval is too wide where some
are true, and never too narrow. What is measured of it stands in docs/explanation/rounding.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from helpers import smallcounts
from helpers.measures.rounding import VARIANCE, added

Floats = npt.NDArray[np.float64]
COVERAGE, QUANTILE = 0.8, 1.2815515655446004  # of the intervals; P(|N(0, 1)| ≤ QUANTILE) = COVERAGE
STEP = 0.5  # persons: errors come in steps of 3. With it, and whole persons, every mix of up to 200 ones and twos is covered
DEVIATIONS = 3  # an allowance is so many standard deviations (`rounding.allowance`)
DRAWS, SEED = 1000, 7984


def publish(counts: npt.ArrayLike, lots: npt.ArrayLike, controlled: bool = False) -> Floats:
    """True counts of the finest cells as they are published.

    Parameters
    ----------
    counts : persons, [..., cell]. lots : uniform in [0, 1): one for each cell, or, where `controlled`, one for each row of cells.
    controlled : the 3s are spread evenly along the row (systematic sampling), so that the sum of a row is never 3 persons off. SSB's own
        method (SmallCountRounding) keeps sums near too; without it, each cell is rounded by itself, which is the worst case for sums.

    Examples
    --------
    >>> from helpers.measures import publishing
    >>> publishing.publish([0, 1, 1, 2, 5], [0.5, 0.2, 0.9, 0.5, 0.5]).tolist()
    [0.0, 3.0, 0.0, 3.0, 5.0]
    """
    true, lot = np.asarray(counts, dtype=float), np.asarray(lots, dtype=float)
    small = (true == 1) | (true == 2)
    share = np.where(small, true / smallcounts.BASE, 0)
    if controlled:
        passed = np.floor(np.cumsum(share, axis=-1) + lot[..., None] + 1e-9)
        chosen = np.diff(passed, axis=-1, prepend=np.floor(lot[..., None])) > 0
    else:
        chosen = lot < share
    return np.where(small, np.where(chosen, smallcounts.BASE, 0), true).astype(float)


@dataclass(frozen=True)
class Figures:
    """Published figures and how far off they may be: arrays of one shape, in one unit. NaN: missing, or no bound.

    Parameters
    ----------
    lower, upper : the bounds. hard : they hold always; False: they are an allowance.
    variance : of the error; 0 for what is exact.
    """

    value: Floats
    lower: Floats
    upper: Floats
    variance: Floats
    hard: bool = True

    @classmethod
    def of_cells(cls, published: npt.ArrayLike) -> Figures:
        """The finest cells of a rounded table."""
        value = np.asarray(published, dtype=float)
        lower, upper = smallcounts.bounds(value)
        return cls(value, lower, upper, np.where(upper > lower, VARIANCE, 0.0))

    @classmethod
    def with_allowance(cls, value: Floats, lower: Floats, upper: Floats) -> Figures:
        """Totals whose bounds are an allowance of three standard deviations; exact where there is none."""
        return cls(value, lower, upper, np.square((upper - value) / DEVIATIONS), hard=False)

    def __getitem__(self, at: object) -> Figures:
        """The same part of each array."""
        value, lower, upper, variance = (getattr(self, name)[at] for name in ("value", "lower", "upper", "variance"))
        return Figures(value, lower, upper, variance, self.hard)

    def total(self, axis: int | tuple[int, ...]) -> Figures:
        """Sums: hard bounds are added, distances of an allowance as independent errors."""
        value, lower, upper = added(self.value, self.lower, self.upper, axis, hard=self.hard)
        return Figures(value, lower, upper, self.variance.sum(axis=axis), self.hard)

    def less(self, part: Figures) -> Figures:
        """What is left of a total without a part of it; where bounds are an allowance, it is a total like any other."""
        lower, upper = np.maximum(self.lower - part.upper, 0), np.maximum(self.upper - part.lower, 0)
        variance = np.maximum(self.variance - part.variance, 0) if self.hard else self.variance
        return Figures(np.maximum(self.value - part.value, 0), lower, upper, variance, self.hard)

    def rest(self, groups: npt.NDArray[np.bool_]) -> Figures:
        """For each row (first axis) the sum over the others of its group.

        Parameters
        ----------
        groups : [group, row], each row in one group at most; a row in none has NaN. A row that is missing is in no sum.
        """
        held = np.isfinite(self.value)
        value, lower, upper, variance = (
            np.where(held, each, 0.0) for each in (self.value, self.lower, self.upper, self.variance)
        )
        down, up = value - lower, upper - value
        sums = [_rest(each, groups) for each in (value, variance)]
        far = [_rest(each, groups) if self.hard else np.sqrt(_rest(np.square(each), groups)) for each in (down, up)]
        return Figures(sums[0], np.maximum(sums[0] - far[0], 0), sums[0] + far[1], sums[1], self.hard)


def interval(figures: Figures) -> tuple[Floats, Floats]:
    """The 80 % interval of counts, from the variance alone: whole persons, never outside the bounds; NaN where a figure is missing.

    Examples
    --------
    >>> from helpers.measures import publishing
    >>> lower, upper = publishing.interval(publishing.Figures.of_cells([0, 3, 5]))
    >>> lower.tolist(), upper.tolist()
    ([0.0, 1.0, 5.0], [2.0, 3.0, 5.0])
    """
    deviation = np.sqrt(figures.variance)
    reach = np.where(deviation > 0, np.ceil(QUANTILE * deviation + STEP), 0.0)
    lower, upper = np.maximum(figures.value - reach, figures.lower), np.minimum(figures.value + reach, figures.upper)
    return lower, upper


def draws(figures: Figures, count: int = DRAWS, seed: int | Sequence[int] = SEED) -> npt.NDArray[np.float32]:
    """Figures that may be the true ones, within their bounds: [draw, …]; parts that add up are drawn, and then added.

    The error is normal, rounded away from 0 to whole persons: the middle 80 % of the draws of one figure is its `interval`.

    Examples
    --------
    >>> from helpers.measures import publishing
    >>> drawn = publishing.draws(publishing.Figures.of_cells([3, 5]), count=200)
    >>> drawn.shape, drawn.min(axis=0).tolist(), drawn.max(axis=0).tolist()
    ((200, 2), [1.0, 5.0], [3.0, 5.0])
    """
    deviation = np.sqrt(figures.variance)
    spread = np.where(deviation > 0, deviation + STEP / QUANTILE, 0.0).astype(np.float32)
    lots = np.random.Generator(np.random.PCG64(seed)).standard_normal((count, *figures.value.shape), dtype=np.float32)
    lots *= spread
    np.copysign(np.ceil(np.abs(lots)), lots, out=lots)
    lots += figures.value.astype(np.float32)
    np.clip(lots, figures.lower.astype(np.float32), figures.upper.astype(np.float32), out=lots)
    return lots


def middle(drawn: npt.NDArray[np.floating[Any]], value: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The middle 80 % of the draws (first axis), never outside the bounds and never without the published value; NaN where that is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import publishing
    >>> drawn = np.arange(11.0)[:, None]  # 0, 1 … 10
    >>> low, high = publishing.middle(drawn, np.array([5.0]), np.array([0.0]), np.array([8.0]))
    >>> low.round(1).tolist(), high.round(1).tolist()
    ([1.0], [8.0])
    """
    cuts = [0.5 - COVERAGE / 2, 0.5 + COVERAGE / 2]
    with np.errstate(invalid="ignore"):  # draws that are not finite have no middle
        low, high = (each.astype(float) for each in np.quantile(drawn, cuts, axis=0))
    gone = np.isnan(value) | ~np.isfinite(low) | ~np.isfinite(high)
    low, high = np.fmax(np.minimum(low, value), lower), np.fmin(np.maximum(high, value), upper)
    return np.where(gone, np.nan, low), np.where(gone, np.nan, high)


def _rest(each: Floats, groups: npt.NDArray[np.bool_]) -> Floats:
    flat = each.reshape(len(each), -1)
    member = groups.astype(float)
    found = member.T @ (member @ flat) - flat
    found[~groups.any(axis=0)] = np.nan
    return cast("Floats", np.where(np.abs(found) < 1e-9, 0, found).reshape(each.shape))
