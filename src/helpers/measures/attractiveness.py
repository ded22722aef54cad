"""Growth in business beyond what structure says: our own open estimate, after the principle that Telemarksforsking has published.

The principle (Vareide, «En modell for forventet vekst»): what comes from outside a place's control is structure, and is kept only where its
effect is clear; what is left is its own. Their coefficients and their mapping are not published in what we found, so the figures are not theirs
and are never called so. Everything is in percent of all jobs in the municipality in the first year:

growth − national − branch − population = residual, with G of all municipalities held, e of the municipality,

- national: G of business (basis, visitor, regional) · its share of the jobs
- branch: Σ e_i (G_i − G) over the industries of basis and regional; e (G_visitor − G) for the visitor group as a whole
- population: β · e_visitor · (π − π_all), π the growth of the population; β by ordinary least squares over the municipalities of what the visitor
  group has left on that product, with an intercept and standard errors that allow for unequal spread (HC3); 0 where β < 0 or p > 0.1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from helpers import lineage
from helpers.errors import TableMissing
from helpers.industries.groups import Grouping, tried
from helpers.measures import population
from helpers.measures.cells import Tables, pick
from helpers.measures.industry import TABLE, TOTALS
from helpers.measures.remembered import remembered
from helpers.measures.shiftshare import agreement, newest_run
from helpers.places import Area, Municipality

Vector = npt.NDArray[np.float64]
LEAST = 100  # municipalities: with fewer, the growth of «all» is that of a county, and β rests on a handful
P_VALUE = 0.1
COVERAGE = 0.95
DEVIATIONS = 3  # an allowance is three standard deviations (`rounding.allowance`)
DRAWS, SEED = 1000, 7984
TERMS = ("growth", "national", "branch", "population", "residual")
GROUPS = ("basis", "visit", "regional")


@dataclass(frozen=True)
class Beta:
    """What one percent more people gives the visitor group, in percent of its jobs: β, its standard error (HC3), p (two-sided, n − 2 degrees
    of freedom), n, and whether it is used; where not, the population term is 0.
    """  # fmt: skip

    value: float
    error: float
    p: float
    n: int
    used: bool


@dataclass(frozen=True)
class Model:
    """The estimate for every municipality.

    Parameters
    ----------
    frame : indexed by region code: `TERMS`, residual of each of `GROUPS` (their sum is residual), exposure (what β is multiplied with), rounding
        (standard error of residual from rounding), error (with that of β), best, worst (95 % interval of the rank, 1 is the highest residual).
    """

    first: int
    last: int
    beta: Beta
    frame: pd.DataFrame


@dataclass(frozen=True)
class Attractiveness:
    """A municipality's estimate.

    Parameters
    ----------
    own : its row of `Model.frame`, with lower and upper (95 %). variants : residual under each grouping asked for, by its definition and the
        industry that stands in its other group (empty: none).
    sign_holds : the interval does not hold 0, and every variant has the sign.
    """

    first: int
    last: int
    of: int
    beta: Beta
    own: pd.Series
    variants: dict[tuple[str, str], float]
    sign_holds: bool


@dataclass(frozen=True)
class _Panel:
    """Municipalities × industries in two years, with the largest error of each figure, and their residents."""

    codes: pd.Index
    industries: list[str]
    before: Vector
    now: Vector
    reach: Vector  # [year, municipality, industry]
    people: Vector  # [year, municipality]


@lineage.measure
def attractiveness(
    tables: Tables, municipality: Municipality, groupings: tuple[Grouping, ...] | None = None, least: int = LEAST
) -> Attractiveness:
    """The estimate for a municipality, in the newest run of its years that are not known to disagree with table 11618, there or in all.

    Parameters
    ----------
    groupings : the first is the estimate's, all are tried as variants; by default `groups.tried`.

    Raises
    ------
    TableMissing
        where a table, the municipality or a year is not held, or fewer than `least` municipalities have figures.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import attractiveness
    >>> attractiveness.attractiveness(Tables.load(), Municipality.find("skien"))
    Traceback (most recent call last):
        ...
    helpers.errors.TableMissing: Tabellen ssb_07984 i data/ mangler tall for minst 100 kommuner (det er 17).
    """
    groupings = groupings or tried()
    first, last = newest_run(agreement(tables, municipality, Area.country()))
    found = model(tables, groupings[0], first, last, least)
    if municipality.code not in found.frame.index:
        raise TableMissing(population.TABLE, "tall for {place} i {year}", place=municipality.name, year=first + 1)
    own = pd.Series(found.frame.loc[municipality.code].copy())
    away = float(stats.norm.ppf(0.5 + COVERAGE / 2)) * own["error"]
    own["lower"], own["upper"] = own["residual"] - away, own["residual"] + away
    others = residuals(tables, groupings, first, last)
    variants: dict[tuple[str, str], float] = {
        (each.definition, each.moved): float(others[at][municipality.code]) for at, each in enumerate(groupings)
    }
    signs = {np.sign(each) for each in variants.values()}
    holds = bool(own["lower"] * own["upper"] > 0 and len(signs) == 1)
    return Attractiveness(first, last, len(found.frame), found.beta, own, variants, holds)


@remembered(TABLE, TOTALS, population.TABLE)
def model(tables: Tables, grouping: Grouping, first: int, last: int, least: int = LEAST) -> Model:
    """The estimate for every municipality with figures in both years.

    Raises
    ------
    TableMissing
        where a table or a year is not held, or fewer than `least` municipalities have figures.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.industries.groups import tried
    >>> from helpers.measures import attractiveness
    >>> found = attractiveness.model(Tables.load(), tried()[0], 2019, 2022, least=10)  # of the 17 in Telemark
    >>> found.frame.loc["4003", ["growth", "national", "branch", "population", "residual"]].round(2).to_dict()
    {'growth': -0.69, 'national': 1.0, 'branch': -0.06, 'population': 0.0, 'residual': -1.64}
    """
    panel = _panel(tables, first, last)
    if len(panel.codes) < least:
        raise TableMissing(TABLE, "tall for minst {least} kommuner (det er {held})", least=least, held=len(panel.codes))
    frame, beta = _estimate(panel, grouping)
    frame["rounding"] = _rounding(panel, grouping)
    slope = frame["exposure"] * beta.error if beta.used else 0.0 * frame["exposure"]
    frame["error"] = np.hypot(frame["rounding"], slope)
    best, worst = _ranks(frame["residual"].to_numpy(), frame["rounding"].to_numpy(), slope.to_numpy())
    return Model(first, last, beta, frame.assign(best=best, worst=worst))


@remembered(TABLE, TOTALS, population.TABLE)
def residuals(tables: Tables, groupings: tuple[Grouping, ...], first: int, last: int) -> pd.DataFrame:
    """The residual of every municipality under each grouping: frame indexed by region code, a column for each, by its number.

    Raises
    ------
    TableMissing
        where a table or a year is not held.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.industries.groups import tried
    >>> from helpers.measures import attractiveness
    >>> found = attractiveness.residuals(Tables.load(), tried(), 2019, 2022)
    >>> found.loc["4003"].round(1).tolist()
    [-1.6, -1.5, -1.6, -1.6, -1.6, -1.5, -1.6, -1.6]
    """
    panel = _panel(tables, first, last)
    return pd.DataFrame({at: _estimate(panel, each)[0]["residual"] for at, each in enumerate(groupings)})


def slope(x: npt.ArrayLike, y: npt.ArrayLike) -> Beta:
    """Ordinary least squares of y on x with an intercept, the standard error by HC3 (MacKinnon and White 1985).

    Parameters
    ----------
    x, y : n numbers each. With fewer than three, or an x that is the same throughout, nothing is known (NaN, not used).

    Examples
    --------
    >>> from helpers.measures import attractiveness
    >>> found = attractiveness.slope([0, 1, 2, 3], [1, 3.2, 4.8, 7])
    >>> round(found.value, 2), found.n, found.used
    (1.96, 4, True)
    """
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    n, centred = len(across), across - across.mean()
    spread = float(np.square(centred).sum())
    if n < 3 or spread == 0:
        return Beta(float("nan"), float("nan"), float("nan"), n, False)
    value = float(centred @ up / spread)
    left = up - up.mean() - value * centred
    leverage = np.minimum(1 / n + np.square(centred) / spread, 1 - 1e-12)
    error = float(np.sqrt(np.square(centred * left / (1 - leverage)).sum())) / spread
    p = float(2 * stats.t.sf(abs(value) / error, n - 2)) if error > 0 else 0.0
    return Beta(value, error, p, n, value > 0 and p <= P_VALUE)


def _panel(tables: Tables, first: int, last: int) -> _Panel:
    frame = tables[TABLE]
    today = [each.code for each in Area.country().municipalities]
    frame = frame[frame["Tid"].isin((first, last)) & frame["Region"].isin(today)]
    wide = frame.pivot(index="Region", columns=["Tid", "NACE2007"], values=["value", "upper"])
    for year in (first, last):
        if year not in set(frame["Tid"]):
            raise TableMissing(TABLE, "året {year}", year=year)
    people = pick(tables[population.TABLE], population.TABLE, Alder=population.EVERYONE)
    people = people[people["Tid"].isin((first + 1, last + 1))].pivot(index="Region", columns="Tid", values="value")
    for year in (first + 1, last + 1):  # the 4th quarter is nearest to the 1 January after it
        if year not in people:
            raise TableMissing(population.TABLE, "året {year}", year=year)
    people = people[[first + 1, last + 1]].reindex(wide.index)
    values = wide["value"]
    keep = values.notna().to_numpy().all(axis=1) & (people > 0).to_numpy().all(axis=1)
    keep &= values[first].sum(axis=1).to_numpy() > 0
    values, above = values[keep], wide["upper"][keep]
    industries = list(values[first].columns)
    ends = [values[year].reindex(columns=industries).to_numpy(float) for year in (first, last)]
    reach = np.stack([above[year].reindex(columns=industries).to_numpy(float) for year in (first, last)])
    return _Panel(values.index, industries, ends[0], ends[1], reach - np.stack(ends), people[keep].to_numpy(float).T)


def _columns(panel: _Panel, codes: tuple[str, ...]) -> list[int]:
    return [at for at, code in enumerate(panel.industries) if code in codes]


def _grown(before: Vector, now: Vector) -> Vector:
    return np.divide(now, before, out=np.ones_like(before), where=before > 0) - 1


def _expected(panel: _Panel, grouping: Grouping) -> dict[str, Vector]:
    """Group → growth that structure gives each of its industries: that of the industry, for visitors that of the group as a whole."""
    total0, total1 = panel.before.sum(axis=0), panel.now.sum(axis=0)
    found = {}
    for group in GROUPS:
        at = _columns(panel, grouping.codes(group))  # type: ignore[arg-type]
        alone = _grown(total0[at], total1[at])
        found[group] = np.full(len(at), total1[at].sum() / total0[at].sum() - 1) if group == "visit" else alone
    return found


def _estimate(panel: _Panel, grouping: Grouping) -> tuple[pd.DataFrame, Beta]:
    every, whole = _columns(panel, grouping.business), panel.before.sum(axis=1)
    jobs = panel.before[:, every].sum(axis=1)
    national = panel.now[:, every].sum() / panel.before[:, every].sum() - 1
    left, branch = {}, np.zeros(len(whole))
    for group, expected in _expected(panel, grouping).items():
        at = _columns(panel, grouping.codes(group))  # type: ignore[arg-type]
        branch += panel.before[:, at] @ (expected - national)
        left[group] = 100 * (panel.now[:, at] - panel.before[:, at] * (1 + expected)).sum(axis=1) / whole
    visitors = panel.before[:, _columns(panel, grouping.codes("visit"))].sum(axis=1)
    all_people = panel.people.sum(axis=1)
    grown = panel.people[1] / panel.people[0] - all_people[1] / all_people[0]
    exposure = 100 * visitors * grown / whole
    beta = slope(exposure, left["visit"])
    people = beta.value * exposure if beta.used else np.zeros(len(whole))
    left["visit"] = left["visit"] - people
    frame = pd.DataFrame(
        {
            "growth": 100 * (panel.now[:, every].sum(axis=1) - jobs) / whole,
            "national": 100 * national * jobs / whole,
            "branch": 100 * branch / whole,
            "population": people,
            "residual": sum(left.values()),
            **left,
            "exposure": exposure,
        },
        index=panel.codes,
    )
    return frame, beta


def _rounding(panel: _Panel, grouping: Grouping) -> Vector:
    """Standard error of the residual from the rounding of the municipality's own figures, in percent of its jobs."""
    total = np.zeros(len(panel.codes))
    for group, expected in _expected(panel, grouping).items():
        at = _columns(panel, grouping.codes(group))  # type: ignore[arg-type]
        errors = panel.reach[:, :, at] / DEVIATIONS
        total += np.square(errors[1]).sum(axis=1) + np.square(errors[0] * (1 + expected)).sum(axis=1)
    return np.asarray(100 * np.sqrt(total) / panel.before.sum(axis=1))


def _ranks(values: Vector, rounding: Vector, slopes: Vector) -> tuple[Vector, Vector]:
    """Interval of each rank: the residuals drawn with their rounding, and with one error of β for all in each draw."""
    chance = np.random.default_rng(SEED)
    drawn = (
        values + chance.standard_normal((DRAWS, len(values))) * rounding + chance.standard_normal((DRAWS, 1)) * slopes
    )
    ranks = np.argsort(np.argsort(-drawn, axis=1), axis=1) + 1
    ends = np.quantile(ranks, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2], axis=0, method="nearest")
    return ends[0], ends[1]
