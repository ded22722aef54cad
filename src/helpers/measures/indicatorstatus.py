"""Indicators of who stands outside work, education and measures (table 13563), for every municipality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.measures import exclusion, publishing
from helpers.measures.cells import Tables
from helpers.measures.exclusion import ALL, IMMIGRANTS, OTHERS, OUTSIDE, TABLE, TOTAL
from helpers.measures.indicator import Floats, Indicator, codes, counties, country, cube, kind_of
from helpers.measures.publishing import Figures
from helpers.measures.rounding import shares

STATUS, AGE, CATEGORY = "HovArbStyrkStatus", "Alder", "InnvandrKat"
Draws = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


@dataclass(frozen=True)
class People:
    """Those outside and those inside of the same residents: two blocks that are drawn by themselves and add up to all."""

    outside: Figures
    total: Figures
    drawn: tuple[Draws, Draws]

    @classmethod
    def of(cls, outside: Figures, total: Figures, draws: int, seed: tuple[int, ...]) -> People:
        """Draw both blocks."""
        parts = (outside, total.less(outside))
        return cls(
            outside, total, tuple(publishing.draws(each, draws, [*seed, at]) for at, each in enumerate(parts))  # type: ignore[arg-type]
        )  # fmt: skip

    def share(self) -> tuple[Floats, Floats, Floats]:
        """Percent outside, with bounds."""
        part, whole = self.outside, self.total
        return shares(part.value, part.lower, part.upper, whole.value, whole.lower, whole.upper)

    @property
    def sure(self) -> Floats:
        """1 where somebody surely lives there, else NaN."""
        return np.where(self.total.lower > 0, 1.0, np.nan)


def of_year(tables: Tables, year: int | None, draws: int, seed: int) -> list[Indicator]:
    """Persons and share outside by age and category, the gap to county and country, and between immigrants and others.

    Parameters
    ----------
    year : by default the newest that the publication printed; empty where it is not held. draws, seed : as in `indicators.of_year`.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import indicator, indicatorstatus
    >>> found = {each.name: each for each in indicatorstatus.of_year(Tables.load(), 2021, draws=20, seed=1)}
    >>> at = indicator.codes().get_loc("3101")
    >>> {name: round(float(found[name].value[at]), 1) for name in ("outside 15-29", "outside_share 15-29")}
    {'outside 15-29': 633.0, 'outside_share 15-29': 11.3}
    """
    frame = tables[TABLE]
    year = exclusion.newest_year(tables) if year is None else year
    frame = frame[(frame["Tid"] == year) & frame[STATUS].isin([OUTSIDE, TOTAL])]
    if frame.empty:
        return []
    ages, categories = (sorted(str(each) for each in frame[name].unique()) for name in (AGE, CATEGORY))
    figures, regions = cube(tables, TABLE, frame, {STATUS: [OUTSIDE, TOTAL], AGE: ages, CATEGORY: categories})
    listed: list[Indicator] = []

    def add(name: str, unit: str, parts: tuple[Floats, Floats, Floats], interval: tuple[Floats, Floats]) -> None:
        facts = (name, unit, year, TABLE, kind_of(tables, TABLE), *parts)
        listed.append(Indicator(*facts, interval=interval, hard=figures.hard))

    for at, age in enumerate(ages):
        people: dict[str, People] = {}
        for which, category in enumerate(categories):
            outside, total = figures[:, 0, at, which], figures[:, 1, at, which]
            now = slice(None, len(codes()))
            own = people[category] = People.of(outside[now], total[now], draws, (seed, at, which))
            name = f"{age}{'' if category == ALL else f' {category}'}"
            held = own.outside
            add(f"outside {name}", "persons", (held.value, held.lower, held.upper), publishing.interval(held))
            value, lower, upper = own.share()
            drawn = percent_outside(*own.drawn)
            add(
                f"outside_share {name}",
                "percent",
                (value, lower, upper),
                publishing.middle(drawn, value * own.sure, lower, upper),
            )
            if category == ALL:
                for place, groups in (("county", counties(regions, alone=False)), ("country", country(regions))):
                    others = outside.rest(groups)[now], total.rest(groups)[now]
                    found, interval = against(own, People.of(*others, draws, (seed, at, len(place))))
                    add(f"outside_gap {place} {age}", "percentage points", found, interval)
        if {IMMIGRANTS, OTHERS} <= set(people):
            found, interval = _between(people[IMMIGRANTS], people[OTHERS])
            add(f"outside_gap immigrants {age}", "percentage points", found, interval)
    return listed


def against(own: People, rest: People) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats]]:
    """The share of each less that of it and its rest together: (1 − w) · (p − p_rest), w its part of the people; percentage points.

    Returns
    -------
    (value, lower, upper), and the ends of the 80 % interval.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import indicatorstatus, publishing
    >>> exact = lambda persons: publishing.Figures(*[np.array([persons])] * 3, np.zeros(1))
    >>> own = indicatorstatus.People.of(exact(20.0), exact(100.0), 100, (1,))
    >>> rest = indicatorstatus.People.of(exact(30.0), exact(300.0), 100, (2,))
    >>> indicatorstatus.against(own, rest)[0][0].tolist()  # 20 % − 50/400
    [7.5]
    """
    (p, p_low, p_high), (q, q_low, q_high) = own.share(), rest.share()
    with np.errstate(divide="ignore", invalid="ignore"):
        weight, least, most = (
            a / (a + b)
            for a, b in (
                (own.total.value, rest.total.value),
                (own.total.lower, rest.total.upper),
                (own.total.upper, rest.total.lower),
            )
        )
        far, near = p_high - q_low, p_low - q_high
        upper, lower = far * np.where(far > 0, 1 - least, 1 - most), near * np.where(near > 0, 1 - most, 1 - least)
        (a, b), (c, d) = own.drawn, rest.drawn
        drawn = percent_outside(a, b) - percent_outside(a + c, b + d)
    value = (1 - weight) * (p - q)
    return (value, lower, upper), publishing.middle(drawn, value * own.sure * rest.sure, lower, upper)


def _between(one: People, other: People) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats]]:
    (p, p_low, p_high), (q, q_low, q_high) = one.share(), other.share()
    value, lower, upper = p - q, p_low - q_high, p_high - q_low
    drawn = percent_outside(*one.drawn) - percent_outside(*other.drawn)
    return (value, lower, upper), publishing.middle(drawn, value * one.sure * other.sure, lower, upper)


def percent_outside(outside: Draws, inside: Draws) -> Draws:
    """Percent outside, of draws of both.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import indicatorstatus
    >>> indicatorstatus.percent_outside(np.array([20.0]), np.array([80.0])).tolist()
    [20.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * outside / (outside + inside)
