"""How often the intervals of rounded figures hold: true tables are made, published by SSB's rule, and looked at again.

``python -m measures.coverage`` in tests/ prints the table of docs/explanation/rounding.md. Not a test by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.measures import publishing
from helpers.measures.indicatorindustry import quotients_of, shift
from helpers.measures.indicatorstatus import People, against, percent_outside
from helpers.measures.publishing import Figures

Array = np.ndarray[Any, Any]
Chance = np.random.Generator
TABLES, DRAWS, SEED = 1000, 300, 80
CELLS = (1, 2, 3, 5, 10, 20, 50, 100, 200)
TRUTHS: dict[str, Callable[[Chance, tuple[int, ...]], Array]] = {
    "ones and twos alone": lambda chance, shape: chance.integers(1, 3, shape),
    "uniform 0–5": lambda chance, shape: chance.integers(0, 6, shape),
    "Poisson, mean 1.5": lambda chance, shape: chance.poisson(1.5, shape),
    "negative binomial, mean 3": lambda chance, shape: chance.negative_binomial(0.5, 0.5 / 3.5, shape),
    "geometric, mean 2": lambda chance, shape: chance.geometric(1 / 3, shape) - 1,
    "seven in ten zero, else Poisson 6": lambda chance, shape: chance.poisson(6, shape) * (chance.random(shape) < 0.3),
}
HEAD = ("sum", "sum, one table", "sum, held near", "share", "gap", "quotient", "local")
REST = 4  # the reference has so many times the cells of the place


@dataclass(frozen=True)
class Held:
    """Of the tables with an interval: % whose 80 % interval, and whose bounds, hold the true figure. shown: % that have an interval."""

    interval: float
    bounds: float
    shown: float = 100.0


def _held(true: Array, low: Array, high: Array, lower: Array, upper: Array) -> Held:
    shown, small = np.isfinite(low) & np.isfinite(high), 1e-4  # draws are of single precision
    within = (low - small <= true) & (true <= high + small)
    known = np.isfinite(true) & np.isfinite(lower) & np.isfinite(upper)
    bounded = (lower - small <= true) & (true <= upper + small)
    return Held(
        100 * float(within[shown].mean()) if shown.any() else np.nan,
        100 * float(bounded[known].mean()),
        100 * float(shown.mean()),
    )


def of_sum(truth: str, cells: int, controlled: bool = False, one_table: bool = False) -> Held:
    """Sums over so many cells. controlled : as SSB's method, that keeps sums near. one_table : the same table published each time."""
    chance = np.random.default_rng([SEED, cells])
    true = TRUTHS[truth](chance, (TABLES, cells))
    true = np.broadcast_to(true[0], true.shape) if one_table else true
    lots = chance.random(TABLES if controlled else true.shape)
    sums = Figures.of_cells(publishing.publish(true, lots, controlled)).total(-1)
    return _held(true.sum(axis=-1), *publishing.interval(sums), sums.lower, sums.upper)


def of_allowance(truth: str, cells: int, allowance: float, controlled: bool) -> Held:
    """Published sums of so many cells of which only an allowance is known, as in 07984 and 13563."""
    chance = np.random.default_rng([SEED, cells, 2])
    true = TRUTHS[truth](chance, (TABLES, cells))
    value = publishing.publish(true, chance.random(TABLES if controlled else true.shape), controlled).sum(axis=-1)
    figures = Figures.with_allowance(value, np.maximum(value - allowance, 0), value + allowance)
    return _held(true.sum(axis=-1), *publishing.interval(figures), figures.lower, figures.upper)


def of_measures(truth: str, cells: int) -> dict[str, Held]:
    """What is not linear, by simulation: a share, its distance to that of a reference with the place in it, a quotient, a local part.

    The place has so many cells of either kind (outside and inside, or two industries), the rest four times as many.
    """
    chance = np.random.default_rng([SEED, cells, 1])
    counts = [TRUTHS[truth](chance, (TABLES, 2, size)) for size in (cells, REST * cells) for _ in range(2)]
    place0, place1, rest0, rest1 = (
        Figures.of_cells(publishing.publish(each, chance.random(each.shape))).total(-1) for each in counts
    )
    true = [each.sum(axis=-1).astype(float) for each in counts]
    drawn = [publishing.draws(each, DRAWS, [SEED, at]) for at, each in enumerate((place0, place1, rest0, rest1))]
    own, rest = (People.of(each[:, 0], each.total(-1), DRAWS, (SEED, at)) for at, each in enumerate((place0, rest0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q, both = (100 * each[:, 0] / each.sum(axis=-1) for each in (true[0], true[2], true[0] + true[2]))
        local = (true[1] - true[0] * true[3] / true[2]).sum(axis=-1)
    value, lower, upper = own.share()
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = p / q
    parts, interval = quotients_of(place0, rest0, drawn[0], drawn[2])
    shifted, moved = shift(place0, place1, rest0, rest1, drawn)["local"]
    share = publishing.middle(percent_outside(*own.drawn), value * own.sure, lower, upper)
    gap, between = against(own, rest)
    return {
        "share": _held(p, *share, lower * own.sure, upper * own.sure),
        "gap": _held(p - both, *between, *(each * own.sure * rest.sure for each in gap[1:])),
        "quotient": _held(quotient, *(each[:, 0] for each in (*interval, *parts[1:]))),
        "local": _held(local, *moved, *shifted[1:]),
    }


def table(cells: Sequence[int] = CELLS) -> list[str]:
    """Rows of Markdown: cells, then % of 1 000 tables whose 80 % interval holds, least–most over the true distributions."""
    rows = [f"| cells | {' | '.join(HEAD)} |", "|" + "---:|" * (1 + len(HEAD))]
    return rows + [f"| {each} | {' | '.join(columns(each))} |" for each in cells]


def columns(cells: int) -> list[str]:
    """One row of `table`."""
    sums = [[of_sum(each, cells, **how) for each in TRUTHS] for how in ({}, {"one_table": True}, {"controlled": True})]
    measures = [of_measures(each, cells) for each in TRUTHS]
    return [_told(each) for each in sums] + [_told([each[name] for each in measures]) for name in HEAD[3:]]


def _told(each: list[Held]) -> str:
    known = [held.interval for held in each if held.shown > 0]
    return f"{min(known):.0f}–{max(known):.0f}" if known else "–"


def totals(cells: Sequence[int] = CELLS, allowance: float = 8) -> list[str]:
    """The same of totals of which only an allowance is known: bounds and interval, each cell by itself, and sums held near."""
    rows = ["| cells beneath | bounds | interval | bounds, held near | interval, held near |", "|" + "---:|" * 5]
    for count in cells:
        found = [[of_allowance(each, count, allowance, near) for each in TRUTHS] for near in (False, True)]
        told = [f"{min(getattr(held, name) for held in each):.0f}" for each in found for name in ("bounds", "interval")]
        rows.append(f"| {count} | {' | '.join(told)} |")
    return rows


if __name__ == "__main__":
    print("\n".join([*table(), "", *totals()]))
