"""Industries that a municipality does not have much of: how near they are to those it has (feasible), and whether they grow (valuable).

After Balland et al. (2019): feasible is relatedness density, here from which industries are found in the same municipalities (relatedness from
who changes jobs needs microdata). Valuable is growth; value added per employee is in no open municipal table, and complexity is not
reckoned in classes as coarse as these (`complexity`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.industries import groups
from helpers.industries.groups import Grouping
from helpers.measures.cells import Tables
from helpers.measures.complexity import TooCoarse, check
from helpers.measures.industry import SMALL, TABLE, year_cells
from helpers.measures.relatedness import DIAGONAL, Diagonal, advantages, density, proximity, specialised
from helpers.measures.remembered import remembered
from helpers.measures.rounding import approximate_sum
from helpers.measures.shiftshare import agreement, newest_run
from helpers.places import Area, Municipality

Floats = npt.NDArray[np.float64]
LEAST = 15  # municipalities: fewer say next to nothing of what is found together
DEVIATIONS = 3  # an allowance is three standard deviations (`rounding.allowance`)
DRAWS, SEED, COVERAGE = 200, 7984, 0.8
REASONS = 3  # related industries that are named


@dataclass(frozen=True)
class Opportunities:
    """What a municipality might have more of.

    Parameters
    ----------
    year : of jobs and density. first, last : of the growth. places : how many municipalities the neighbourhood is from. classes : how many industries.
    diagonal : the convention of the density (`relatedness`). mean : mean density of the candidates, 0–1. growth : of all jobs, percent.
    rows : frame indexed by NACE2007 code, the industries of basis, visitor and regional with a quotient below 1: jobs (persons), lq (against all
        municipalities held), perhaps (rounding could lift it to 1), density (0–1), lower, upper (80 %: municipalities drawn anew, figures moved by
        their rounding), growth (% from first to last in all municipalities held), feasible (not `perhaps`, and above the mean of the candidates in nine of ten draws), valuable (more
        growth than `growth`, whatever the rounding), because (codes of the most related industries that it has: quotient of at least 1 whatever the
        rounding, at least 50 jobs, related more than not at all), both (feasible and valuable). Those that are both come first, then by density.
    complexity : why there is no index of complexity.
    """

    year: int
    first: int
    last: int
    places: int
    classes: int
    diagonal: Diagonal
    mean: float
    growth: float
    rows: pd.DataFrame
    complexity: TooCoarse | None


@dataclass(frozen=True)
class _Space:
    """Which industries are found together.

    Parameters
    ----------
    codes : the municipalities. shares : of each industry in all jobs of all of them. totals : all jobs of each municipality.
    near : `proximity`. drawn : [draw, industry, industry], with municipalities drawn anew and figures moved by their rounding.
    """

    codes: pd.Index
    shares: Floats
    totals: Floats
    near: Floats
    drawn: Floats


@lineage.measure
def opportunities(
    tables: Tables,
    municipality: Municipality,
    grouping: Grouping | None = None,
    diagonal: Diagonal = DIAGONAL,
    least: int = LEAST,
) -> Opportunities:
    """The industries that a municipality has less of than all municipalities held together.

    Parameters
    ----------
    grouping : which industries are business; by default that of the package's file, without transport.

    Raises
    ------
    TableMissing
        where the table or the municipality is not held, fewer than `least` municipalities are, or no two years agree with table 11618.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import opportunities
    >>> found = opportunities.opportunities(Tables.load(), Municipality.find("skien"))
    >>> found.places, found.rows[["lq", "density"]].round(2).head(2).to_dict("index"), found.rows["both"].any().item()
    (17, {'55-56': {'lq': 0.79, 'density': 0.51}, '01-03': {'lq': 0.37, 'density': 0.48}}, False)
    """
    grouping = grouping or groups.grouping()
    cells, year = year_cells(tables, municipality, None)
    first, last = newest_run(agreement(tables, municipality, Area.country()))
    space = _space(tables, grouping, year, diagonal, least)
    if municipality.code not in space.codes:
        raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
    own = cells[cells["Region"] == municipality.code].set_index("NACE2007").reindex(list(grouping.business))
    expected = space.totals[space.codes.get_loc(municipality.code)] * space.shares  # jobs at a quotient of 1
    lower, quotients, upper = (own[each].to_numpy(float) / expected for each in ("lower", "value", "upper"))
    held = specialised(quotients)
    moved = _moved(own[["value", "upper"]].to_numpy(float).T) / expected
    drawn = density(specialised(moved)[:, None, :], space.drawn)[:, 0, :]
    ends = np.nanquantile(drawn, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2], axis=0)
    dens = density(held[None, :], space.near)[0]
    grown = _growth(tables, grouping, first, last)
    total = float(grown.attrs["total"])
    columns = {"jobs": own["value"], "lq": quotients, "perhaps": upper >= 1, "density": dens}
    frame = pd.DataFrame({**columns, "lower": ends[0], "upper": ends[1]}).assign(
        growth=grown["growth"], valuable=grown["lower"] > total
    )
    sure = (lower >= 1) & (own["value"].to_numpy() >= SMALL)
    frame["because"] = [_because(space.near[:, nace], sure, own.index) for nace in range(len(own))]
    rows = frame[held == 0]
    ahead = drawn - np.nanmean(drawn[:, held == 0], axis=1, keepdims=True) if len(rows) else drawn
    rows = rows.assign(feasible=(np.nanquantile(ahead, (1 - COVERAGE) / 2, axis=0) > 0)[held == 0] & ~rows["perhaps"])
    rows = rows.assign(both=rows["feasible"] & rows["valuable"])
    rows = rows.sort_values(["both", "density"], ascending=False)
    mean = float(rows["density"].mean())
    return Opportunities(
        year, first, last, len(space.codes), len(own), diagonal, mean, total, rows, _refused(len(space.codes), len(own))
    )


@remembered(TABLE)
def _space(tables: Tables, grouping: Grouping, year: int, diagonal: Diagonal, least: int) -> _Space:
    frame = tables[TABLE]
    today = [each.code for each in Area.country().municipalities]
    frame = frame[(frame["Tid"] == year) & frame["Region"].isin(today)]
    wide = frame.pivot(index="Region", columns="NACE2007", values=["value", "upper"]).dropna()
    if len(wide) < least:
        raise TableMissing(TABLE, "tall for minst {least} kommuner (det er {held})", least=least, held=len(wide))
    industries = list(wide["value"].columns)
    at = [industries.index(code) for code in grouping.business]
    jobs, above = (wide[each].to_numpy(float) for each in ("value", "upper"))
    near = proximity(specialised(advantages(jobs))[:, at], diagonal)
    often = np.random.default_rng(SEED).multinomial(len(jobs), np.full(len(jobs), 1 / len(jobs)), size=DRAWS)
    moved = specialised(advantages(_moved(np.stack([jobs, above]))))[:, :, at]
    shares = jobs.sum(axis=0)[at] / jobs.sum()
    return _Space(wide.index, shares, jobs.sum(axis=1), near, proximity(moved, diagonal, often))


def _moved(figures: Floats) -> Floats:
    """Draws of figures [value, upper] with their rounding: never below 0."""
    chance = np.random.default_rng(SEED).standard_normal((DRAWS, *figures.shape[1:]))
    return np.asarray(np.maximum(figures[0] + chance * (figures[1] - figures[0]) / DEVIATIONS, 0.0))


@remembered(TABLE)
def _growth(tables: Tables, grouping: Grouping, first: int, last: int) -> pd.DataFrame:
    """Growth of the industries in the municipalities held in both years, percent: growth, lower. ``attrs["total"]``: of all jobs."""
    frame = tables[TABLE]
    ends = [frame[frame["Tid"] == year] for year in (first, last)]
    both = set(ends[0]["Region"]) & set(ends[1]["Region"])
    rows = {}
    for code in grouping.business:
        then, now = (approximate_sum(each[each["Region"].isin(both) & (each["NACE2007"] == code)]) for each in ends)
        rows[code] = {
            "growth": 100 * (now.value / then.value - 1) if then.value > 0 else np.nan,
            "lower": 100 * (now.lower / then.upper - 1) if then.upper > 0 else np.nan,
        }
    result = pd.DataFrame(rows).T
    totals = [float(each.loc[each["Region"].isin(both), "value"].sum()) for each in ends]
    result.attrs = {"total": 100 * (totals[1] / totals[0] - 1)}
    return result


def _because(near: Floats, sure: npt.NDArray[np.bool_], codes: pd.Index) -> tuple[str, ...]:
    """The industries that the municipality surely has, the most related first."""
    order = [at for at in np.argsort(-near, kind="stable") if sure[at] and near[at] > 0]
    return tuple(str(codes[at]) for at in order[:REASONS])


def _refused(places: int, classes: int) -> TooCoarse | None:
    try:
        check(places, classes)
    except TooCoarse as reason:
        return reason
    return None
