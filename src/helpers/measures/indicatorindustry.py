"""Indicators of jobs by industry (table 07984), for every municipality: jobs, share, quotient, and shift-share."""

from __future__ import annotations

import numpy as np

from helpers.errors import TableMissing
from helpers.measures import industry, publishing, shiftshare
from helpers.measures.cells import Tables
from helpers.measures.indicator import Floats, Indicator, codes, counties, country, cube, kind_of
from helpers.measures.industry import TABLE, TOTALS, shares_of_all
from helpers.measures.publishing import Figures
from helpers.places import Area

NACE = "NACE2007"
PARTS = ("change", "reference", "mix", "local")
Draws = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Bounded = tuple[Floats, Floats, Floats]


def of_year(tables: Tables, year: int | None, draws: int, seed: int) -> list[Indicator]:
    """Jobs, share of all jobs and location quotient of each industry; change of jobs in its three parts, from the first year that
    the table agrees with 11618 (`shiftshare.newest_run`, for the country).

    Parameters
    ----------
    year : by default the newest; empty where it is not held. draws, seed : as in `indicators.of_year`.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import indicator, indicatorindustry
    >>> found = {each.name: each for each in indicatorindustry.of_year(Tables.load(), 2022, draws=20, seed=1)}
    >>> at = indicator.codes().get_loc("4003")
    >>> {name: round(float(found[name].value[at]), 1) for name in ("jobs 86-88", "jobs_share 86-88", "quotient 86-88")}
    {'jobs 86-88': 7795.0, 'jobs_share 86-88': 29.4, 'quotient 86-88': 1.3}
    """
    frame = tables[TABLE]
    years = sorted({int(each) for each in frame["Tid"].unique()})
    year = years[-1] if year is None else year
    if year not in years:
        return []
    groups = sorted(str(each) for each in frame[NACE].unique())
    own, rest, hard = _jobs(tables, year, groups)
    drawn, other = (publishing.draws(each, draws, [seed, year, at]) for at, each in enumerate((own, rest)))
    listed: list[Indicator] = []

    def add(name: str, unit: str, parts: Bounded, interval: tuple[Floats, Floats]) -> None:
        facts = (name, unit, year, TABLE, kind_of(tables, TABLE), *parts)
        listed.append(Indicator(*facts, interval=interval, hard=hard))

    families = {
        "jobs": ("persons", (own.value, own.lower, own.upper), publishing.interval(own)),
        "jobs_share": ("percent", *own_shares(own, drawn)),
        "quotient": ("ratio", *quotients_of(own, rest, drawn, other)),
    }
    for name, (unit, parts, interval) in families.items():
        for at, group in enumerate(groups):
            value, lower, upper, low, high = (each[:, at] for each in (*parts, *interval))
            add(f"{name} {group}", unit, (value, lower, upper), (low, high))
    first = _first(tables, year)
    if first is not None:
        before, rest_before, _ = _jobs(tables, first, groups)
        earlier = [publishing.draws(each, draws, [seed, first, at]) for at, each in enumerate((before, rest_before))]
        found = shift(before, own, rest_before, rest, [earlier[0], drawn, earlier[1], other])
        for name, (parts, interval) in found.items():
            add(f"shift {name} {first}", "persons", parts, interval)
    return listed


def _jobs(tables: Tables, year: int, groups: list[str]) -> tuple[Figures, Figures, bool]:
    """Jobs [municipality, industry], and in the rest of its county (of the country, where it is all of the county)."""
    frame = tables[TABLE]
    figures, regions = cube(tables, TABLE, frame[frame["Tid"] == year], {NACE: groups})
    today = len(codes())
    whole = counties(regions, alone=False)
    inside = np.any(whole, axis=0, keepdims=True).T
    county, land = figures.rest(whole), figures.rest(country(regions))
    value, lower, upper, variance = (
        np.where(inside, getattr(county, name), getattr(land, name))[:today]
        for name in ("value", "lower", "upper", "variance")
    )
    return figures[:today], Figures(value, lower, upper, variance, figures.hard), figures.hard


def own_shares(own: Figures, drawn: Draws) -> tuple[Bounded, tuple[Floats, Floats]]:
    """Each industry (last axis) in percent of all jobs: (value, lower, upper), and the 80 % interval.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import indicatorindustry, publishing
    >>> own = publishing.Figures.with_allowance(np.array([[30.0, 70]]), np.array([[27.0, 67]]), np.array([[33.0, 73]]))
    >>> (value, lower, upper), (low, high) = indicatorindustry.own_shares(own, publishing.draws(own, 100, seed=1))
    >>> value.tolist(), lower.round(1).tolist(), upper.round(1).tolist()
    ([[30.0, 70.0]], [[27.0, 67.0]], [[33.0, 73.0]])
    """
    value, lower, upper = shares_of_all(own)
    sure = np.where(own.total(-1).lower > 0, 1.0, np.nan)[:, None]
    return (value, lower, upper), publishing.middle(_percent(drawn), value * sure, lower, upper)


def quotients_of(own: Figures, rest: Figures, drawn: Draws, other: Draws) -> tuple[Bounded, tuple[Floats, Floats]]:
    """Location quotients against the rest, as `own_shares`; no upper bound and no interval where the rest may have no such job.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import indicatorindustry, publishing
    >>> own, rest = (publishing.Figures(*[np.array([each])] * 3, np.zeros((1, 2))) for each in ([30.0, 70], [10.0, 90]))
    >>> drawn = [publishing.draws(each, 100, seed=1) for each in (own, rest)]
    >>> indicatorindustry.quotients_of(own, rest, *drawn)[0][0].round(2).tolist()
    [[3.0, 0.78]]
    """
    (p, p_low, p_high), (q, q_low, q_high) = shares_of_all(own), shares_of_all(rest)
    positive = [np.where(each > 0, each, np.nan) for each in (q, q_high, q_low)]
    value, lower, upper = p / positive[0], p_low / positive[1], p_high / positive[2]
    sure = np.where((own.total(-1).lower > 0)[:, None] & (rest.lower > 0), 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _percent(drawn) / _percent(other)
    return (value, lower, upper), publishing.middle(found, value * sure, lower, upper)


def shift(
    e0: Figures, e1: Figures, r0: Figures, r1: Figures, drawn: list[Draws]
) -> dict[str, tuple[Bounded, tuple[Floats, Floats]]]:
    """Classic shift-share in the level form of `shiftshare.shift_share`, summed over industries; NaN where that would refuse.

    Parameters
    ----------
    e0, e1 : jobs [municipality, industry] in the first and the last year. r0, r1 : the same of the rest. drawn : draws of the four, in that order.

    Returns
    -------
    each of `PARTS` → (value, lower, upper), and the ends of the 80 % interval; persons, by municipality.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import indicatorindustry, publishing
    >>> rows = ([10.0, 90], [20.0, 90], [100.0, 100], [150.0, 100])  # here and in the rest, before and after
    >>> figures = [publishing.Figures(*[np.array([each])] * 3, np.zeros((1, 2))) for each in rows]
    >>> found = indicatorindustry.shift(*figures, [publishing.draws(each, 100, seed=1) for each in figures])
    >>> {name: parts[0].tolist() for name, (parts, _) in found.items()}
    {'change': [10.0], 'reference': [25.0], 'mix': [-20.0], 'local': [5.0]}
    """
    value = _parts(e0.value, e1.value, r0.value, r1.value)
    found = _parts(*drawn)
    sure = np.where(((r0.lower > 0) | (e0.upper == 0)).all(axis=-1), 1.0, np.nan)
    bounds = _shift_bounds(e0, e1, r0, r1)
    return {
        name: (
            (value[name], *bounds[name]),
            publishing.middle(found[name], value[name] * sure, *bounds[name]),
        )
        for name in PARTS
    }


def _parts(e0: Floats | Draws, e1: Floats | Draws, r0: Floats | Draws, r1: Floats | Draws) -> dict[str, Floats]:
    """Sums over industries (last axis). An industry that is new in the reference too has its growth in local."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(r0 == 0, np.where(e0 == 0, 1, np.nan), r1 / r0)
        whole = r1.sum(axis=-1) / r0.sum(axis=-1)
        before, after = e0.sum(axis=-1), e1.sum(axis=-1)
        expected = (e0 * ratio).sum(axis=-1)
        return {
            "change": after - before,
            "reference": before * (whole - 1),
            "mix": expected - before * whole,
            "local": after - expected,
        }


def _shift_bounds(e0: Figures, e1: Figures, r0: Figures, r1: Figures) -> dict[str, tuple[Floats, Floats]]:
    """What the bounds of all figures allow, each part by itself; of an allowance, the distances of the figures are independent."""
    before, after = e0.total(-1), e1.total(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        none = r0.upper == 0  # then all of the growth is local
        ratio = np.where(r0.value == 0, 1.0, r1.value / r0.value)
        ratio_low = np.where(none, 1.0, r1.lower / r0.upper)
        ratio_high = np.where(none, 1.0, r1.upper / np.where(r0.lower > 0, r0.lower, np.nan))
        most = np.where(e0.upper == 0, 0.0, e0.upper * ratio_high)
        ref0, ref1 = r0.total(-1), r1.total(-1)
        whole = (
            ref1.value / ref0.value,
            ref1.lower / ref0.upper,
            ref1.upper / np.where(ref0.lower > 0, ref0.lower, np.nan),
        )
    expected = Figures(
        e0.value * ratio, np.minimum(e0.lower * ratio_low, e0.value * ratio), most, e0.variance, e0.hard
    ).total(-1)
    grown = before.lower * whole[1], before.upper * whole[2]
    growth = [(edge * (each - 1)) for edge in (before.lower, before.upper) for each in whole[1:]]
    return {
        "change": (after.lower - before.upper, after.upper - before.lower),
        "reference": (np.minimum.reduce(growth), np.maximum.reduce(growth)),
        "mix": (expected.lower - grown[1], expected.upper - grown[0]),
        "local": (after.lower - expected.upper, after.upper - expected.lower),
    }


def _first(tables: Tables, year: int) -> int | None:
    """The first year of the run of comparable ones that the year ends; None where there is none, or 11618 is not held."""
    if TOTALS not in tables:
        return None
    agrees = industry.comparable_years(tables, (Area.country(),))["comparable"]
    try:
        first, last = shiftshare.newest_run(agrees.loc[:year])
    except TableMissing:
        return None
    return first if last == year else None


def _percent(jobs: Draws) -> Draws:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Draws = 100 * jobs / jobs.sum(axis=-1, keepdims=True)
    return found
