"""Decomposition of the difference between two rates into composition and rate, exact over joint cells. Plain arrays in, arrays out.

One factor: Kitagawa (1955). More: Das Gupta (1991, 1993), whose weights are symmetrical in the factors: no order of them is chosen.
Arrays have any leading axes (draws), then one axis for each factor. Rates are 0–1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DEVIATIONS = 3  # an allowance is three standard deviations (`rounding.allowance`)
STARTS = 12  # corners that the search for the extremes begins from
SWEEPS = 10  # of the search for the extremes; two or three are enough in practice


def contributions(sizes: Floats, counts: Floats, ref_sizes: Floats, ref_counts: Floats, factors: int) -> Floats:
    """What each cell adds to the difference of the two rates, by component.

    With w a cell's share of all people and p its rate: the rate effect is Σ(p_r − p_N)(w_r + w_N)/2. The composition effect
    Σ(w_r − w_N)(p_r + p_N)/2 is shared among the factors by Das Gupta's w = Π A_i, A_i = Π_S (N_Si / N_S)^(s!(k−1−s)!/k!).

    Parameters
    ----------
    sizes, counts : people and those counted, of the place; ref_sizes, ref_counts : of the reference. The last `factors` axes are the
        factors' levels. A cell without people in one of the two has the other's rate there, so that all of it is composition.

    Returns
    -------
    array [component, …, cell], components: one composition effect for each factor, then the rate effect. Their sum over components and
    cells is the difference of the rates. NaN where a figure that the component needs is NaN, or nobody is in the place or the reference.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> people, counted, ref_people, ref_counted = np.array([[50.0, 50], [10, 20], [80, 20], [16, 8]])
    >>> kitagawa.contributions(people, counted, ref_people, ref_counted, 1).round(2).tolist()
    [[-0.06, 0.12], [0.0, 0.0]]
    """
    if factors < 1:
        raise ValueError("a decomposition needs at least one factor")
    sizes, counts, ref_sizes, ref_counts = np.broadcast_arrays(sizes, counts, ref_sizes, ref_counts)
    axes = tuple(range(-factors, 0))
    rate, ref_rate = _ratios(counts, sizes, ref_counts, ref_sizes)
    own, ref = _structure(sizes, ref_sizes, axes)
    mean_rate = (rate + ref_rate) / 2
    found = [mean_rate * each for each in _changes(own, ref)]
    found.append((rate - ref_rate) * (own.prod(axis=0) + ref.prod(axis=0)) / 2)
    empty = (sizes.sum(axis=axes, keepdims=True) == 0) | (ref_sizes.sum(axis=axes, keepdims=True) == 0)
    return np.where(empty, np.nan, np.stack(found))


def effects(sizes: Floats, counts: Floats, ref_sizes: Floats, ref_counts: Floats, factors: int) -> Floats:
    """The difference of the rates and its parts: array […, gap · composition of each factor · composition · rate].

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> people, counted, ref_people, ref_counted = np.array([[50.0, 50], [10, 20], [80, 20], [16, 8]])
    >>> kitagawa.effects(people, counted, ref_people, ref_counted, 1).round(2).tolist()  # 30 % against 24 %: all of it composition
    [0.06, 0.06, 0.06, 0.0]
    """
    axes = tuple(range(-factors, 0))
    parts = contributions(sizes, counts, ref_sizes, ref_counts, factors).sum(axis=axes)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = counts.sum(axis=axes) / sizes.sum(axis=axes) - ref_counts.sum(axis=axes) / ref_sizes.sum(axis=axes)
    rows = [np.broadcast_to(gap, parts.shape[1:]), *parts[:-1], parts[:-1].sum(axis=0), parts[-1]]
    return np.stack(rows, axis=-1)


def of_blocks(blocks: Floats, factors: int) -> Floats:
    """As `effects`, of blocks […, block, people · counted, cell]: only in the place, in both, only in the reference.

    Counts are held between 0 and the people of their cell.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> blocks = np.array([[[50.0, 50], [10, 20]], [[0, 0], [0, 0]], [[80, 20], [16, 8]]])  # nobody is in both
    >>> kitagawa.of_blocks(blocks, 1).round(2).tolist()
    [0.06, 0.06, 0.06, 0.0]
    """
    at = blocks.ndim - factors - 2
    own, ref = (blocks.take([first, first + 1], axis=at).sum(axis=at) for first in (0, 1))
    pairs = [(each.take(0, axis=at), each.take(1, axis=at)) for each in (own, ref)]
    (sizes, counts), (ref_sizes, ref_counts) = (
        (np.maximum(people, 0), np.clip(counted, 0, np.maximum(people, 0))) for people, counted in pairs
    )
    return effects(sizes, counts, ref_sizes, ref_counts, factors)


def simulated(blocks: Floats, reach: Floats, factors: int, draws: int, seed: int) -> Floats:
    """The effects of tables that may be the true ones: array [draw, component].

    Each figure is drawn around the published one, a third of `reach` being one standard deviation, and is never below 0.

    Parameters
    ----------
    blocks, factors : as in `of_blocks`. reach : as far as each figure may be from the published one, persons; the shape of `blocks`.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> blocks = np.array([[[50.0, 50], [10, 20]], [[0, 0], [0, 0]], [[80, 20], [16, 8]]])
    >>> found = kitagawa.simulated(blocks, np.where(blocks > 0, 3.0, 0.0), 1, draws=200, seed=1)
    >>> found.shape, found.std(axis=0).round(2).tolist()
    ((200, 4), [0.02, 0.01, 0.01, 0.03])
    """
    lots = np.random.Generator(np.random.PCG64(seed)).standard_normal((draws, *blocks.shape))
    return of_blocks(np.maximum(blocks + lots * reach / DEVIATIONS, 0), factors)


def interval(
    blocks: Floats, reach: Floats, factors: int, coverage: float, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """The middle part of `simulated`, by component, widened where it would leave out the effect of the published figures.

    Parameters
    ----------
    blocks, reach, factors, draws, seed : as in `simulated`. coverage : share of 1 of the draws that is inside.

    Returns
    -------
    lower and upper, an array each: gap · composition of each factor · composition · rate; share of 1.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> blocks = np.array([[[50.0, 50], [10, 20]], [[0, 0], [0, 0]], [[80, 20], [16, 8]]])
    >>> found = kitagawa.interval(blocks, np.where(blocks > 0, 3.0, 0.0), 1, coverage=0.8, draws=200, seed=1)
    >>> [each.round(2).tolist() for each in found]
    [[0.04, 0.05, 0.05, -0.03], [0.09, 0.07, 0.07, 0.03]]
    """
    value, found = of_blocks(blocks, factors), simulated(blocks, reach, factors, draws, seed)
    lower, upper = np.quantile(found, [0.5 - coverage / 2, 0.5 + coverage / 2], axis=0)
    return np.minimum(lower, value), np.maximum(upper, value)


def extremes(blocks: Floats, reach: Floats, factors: int) -> tuple[Floats, Floats]:
    """The least and the most that each effect can be while every figure stays within its reach.

    A search one figure at a time from the published figures and from some corners, all components at once: where it ends, moving any
    single figure makes the effect no more extreme.

    Parameters
    ----------
    blocks, reach, factors : as in `simulated`.

    Returns
    -------
    least and most, an array each: gap · composition of each factor · composition · rate; share of 1.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import kitagawa
    >>> blocks = np.array([[[50.0, 50], [10, 20]], [[0, 0], [0, 0]], [[80, 20], [16, 8]]])
    >>> [each.round(2).tolist() for each in kitagawa.extremes(blocks, np.where(blocks > 0, 3.0, 0.0), 1)]
    [[-0.09, 0.0, 0.0, -0.19], [0.21, 0.14, 0.14, 0.17]]
    """
    low, high = np.maximum(blocks - reach, 0), blocks + reach
    lots = np.random.Generator(np.random.PCG64(STARTS)).random((STARTS, *blocks.shape)) < 0.5
    starts = np.concatenate([blocks[None], np.where(lots, low, high)])
    count = factors + 3
    rows, wanted = np.arange(2 * count * len(starts)), np.tile(np.arange(count), 2 * len(starts))
    signs = np.tile(np.repeat([-1.0, 1.0], count), len(starts))

    def score(each: Floats) -> Floats:
        found: Floats = signs * of_blocks(each, factors)[rows, wanted]
        return found

    state = np.repeat(starts, 2 * count, axis=0)
    best = score(state)
    for _ in range(SWEEPS):
        before = best
        for at in np.argwhere(reach > 0):
            place = (slice(None), *at)
            for edge in (low[tuple(at)], high[tuple(at)]):
                trial = state.copy()
                trial[place] = edge
                scores = score(trial)
                better = scores > best
                state[better], best = trial[better], np.where(better, scores, best)
        if np.array_equal(best, before, equal_nan=True):
            break
    ends = best.reshape(len(starts), 2, count).max(axis=0)
    return -ends[0], ends[1]


def _subsets(of: Sequence[int]) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every subset with its weight s!(k−1−s)!/k!, where k−1 is how many there are to choose from."""
    k = len(of) + 1
    for s in range(k):
        weight = math.factorial(s) * math.factorial(k - 1 - s) / math.factorial(k)
        for chosen in combinations(of, s):
            yield chosen, weight


def _ratios(top: Floats, bottom: Floats, ref_top: Floats, ref_bottom: Floats) -> tuple[Floats, Floats]:
    """Two ratios; where one has nothing below the line it is the other's, and 0 where both have nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own, ref = top / bottom, ref_top / ref_bottom
    own, ref = np.where(bottom == 0, np.where(ref_bottom == 0, 0, ref), own), np.where(ref_bottom == 0, own, ref)
    return own, np.where((bottom == 0) & (ref_bottom == 0), 0, ref)


def _structure(sizes: Floats, ref_sizes: Floats, axes: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Das Gupta's A of each factor, for the place and the reference: arrays [factor, …, cell] whose product is the cell's share."""
    own, ref = np.ones((len(axes), *sizes.shape)), np.ones((len(axes), *sizes.shape))

    def margin(of: Floats, kept: tuple[int, ...]) -> Floats:
        summed: Floats = of.sum(axis=tuple(axis for axis in axes if axis not in kept), keepdims=True)
        return summed

    for at, axis in enumerate(axes):
        for others, weight in _subsets([each for each in axes if each != axis]):
            fine, coarse = (*others, axis), others
            one, two = _ratios(
                margin(sizes, fine), margin(sizes, coarse), margin(ref_sizes, fine), margin(ref_sizes, coarse)
            )
            own[at] *= one**weight
            ref[at] *= two**weight
    return own, ref


def _changes(own: Floats, ref: Floats) -> list[Floats]:
    """How much of Π own − Π ref is due to each factor, symmetrical in the others; they add up to it."""
    found = []
    for at in range(len(own)):
        others = [each for each in range(len(own)) if each != at]
        total = np.zeros(own.shape[1:])
        for chosen, weight in _subsets(others):
            fixed = [own[each] if each in chosen else ref[each] for each in others]
            total = total + weight * np.prod(fixed, axis=0) * (own[at] - ref[at])
        found.append(total)
    return found
