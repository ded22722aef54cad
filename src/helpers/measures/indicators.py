"""Every indicator of every municipality in one frame, each with how far the rounding may reach and between which ranks it lies.

The definitions are those of the measures that the reports use. Nothing here loops over municipalities or draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import lineage
from helpers.measures import commuting, employment, exclusion, indicatorindustry, indicatorstatus, industry, population
from helpers.measures.cells import Tables, pick
from helpers.measures.indicator import COLUMNS, Indicator, codes, kind_of
from helpers.measures.publishing import DRAWS, SEED
from helpers.measures.ranking import between
from helpers.places import Area


@lineage.measure
def of_year(tables: Tables, year: int | None = None, *, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """All indicators that the tables hold for a year.

    Parameters
    ----------
    year : by default each table's newest (of 13563 the newest that the publication printed). A table without it has no rows.
    draws, seed : of the simulated intervals. The same seed gives the same frame.

    Returns
    -------
    frame with a row for each indicator and municipality of today: region, indicator, value, unit, kind (``exact``, ``rounded`` or
    ``masked``), hard (the bounds hold always; False: they are the table's allowance), lower, upper, low80, high80, rank, rank_low,
    rank_high, of (the highest value is 1; among the municipalities that may have a value), year, table (that decides the kind).

    An exact figure is its own bounds and has no interval (NaN). A masked one has bounds alone, and may have any rank that they allow. An
    interval is NaN too where what is below the line may be 0. Where a table that is exact today were rounded, its indicators would have
    neither bounds nor intervals.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import indicators
    >>> held = {"ssb_11618": Tables.load()["ssb_11618"]}  # one table: of all that are held it takes some seconds
    >>> found = indicators.of_year(held, 2022).set_index(["indicator", "region"])
    >>> found.loc[("coverage", "3101"), ["value", "rank", "of"]].astype(float).round(1).tolist()
    [92.2, 161.0, 355.0]
    """
    found = [*_work(tables, year), *_commuting(tables, year), *_people(tables, year), *_unemployed(tables, year)]
    if exclusion.TABLE in tables:
        found += indicatorstatus.of_year(tables, year, draws, seed)
    if industry.TABLE in tables:
        found += indicatorindustry.of_year(tables, year, draws, seed)
    frames = [_ranked(each) for each in found]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _ranked(each: Indicator) -> pd.DataFrame:
    frame = each.frame()
    masked = frame["kind"] == "masked"
    held = (frame["value"].notna() | masked).to_numpy()
    decimals = 1 if each.unit in ("percent", "per 100") else 0
    exact = (frame["kind"] == "exact").to_numpy()
    lower, upper = (
        np.where(exact, frame["value"].round(decimals), frame[name]).astype(float)[held] for name in ("lower", "upper")
    )
    best, worst = between(lower, upper)
    value = np.where(exact, frame["value"].round(decimals), frame["value"])[held].astype(float)
    higher = (value[None, :] > value[:, None]).sum(axis=1) + 1.0
    rank = np.where(np.isnan(value), np.nan, np.clip(higher, best, worst))
    for name, ranks in (("rank", rank), ("rank_low", best), ("rank_high", worst)):
        frame[name] = np.nan
        frame.loc[held, name] = ranks
    frame["of"] = int(held.sum())
    return frame[COLUMNS]


def _exact(
    tables: Tables, names: Sequence[str], year: int, found: pd.DataFrame, units: Sequence[str], used: Sequence[str]
) -> list[Indicator]:
    """Indicators of tables whose figures are what they say; without bounds where one of the tables says otherwise."""
    index, rounded = codes(), [each for each in used if kind_of(tables, each) != "exact"]
    table = rounded[0] if rounded else used[0]
    listed = []
    for name, unit in zip(names, units, strict=True):
        value = found[name].reindex(index).to_numpy(dtype=float)
        bound = np.full_like(value, np.nan) if rounded else value
        listed.append(Indicator(name, unit, year, table, kind_of(tables, table), value, bound, bound))
    return listed


def _work(tables: Tables, year: int | None) -> list[Indicator]:
    if employment.TABLE not in tables or (at := _year(tables, employment.TABLE, year)) is None:
        return []
    found = employment.by_municipality(tables, Area.country(), at)
    names = ["employed", "jobs", "rate", "coverage"]
    units = ["persons", "persons", "percent", "per 100"]
    return _exact(tables, names, at, found, units, [employment.TABLE])


def _commuting(tables: Tables, year: int | None) -> list[Indicator]:
    used = [commuting.TABLE, employment.TABLE]
    if not all(each in tables for each in used) or (at := _year(tables, commuting.TABLE, year)) is None:
        return []
    found = commuting.by_municipality(tables, at)
    found = found.assign(out_share=100 - found["supply"], in_share=100 - found["demand"])
    names = ["out", "in_", "net", "out_share", "in_share"]
    return _exact(tables, names, at, found, ["persons"] * 3 + ["percent"] * 2, used)


def _people(tables: Tables, year: int | None) -> list[Indicator]:
    table = population.TABLE
    if table not in tables or (at := _year(tables, table, year)) is None:
        return []
    cells = pick(tables[table], table, Alder=population.EVERYONE)
    found = cells[cells["Tid"] == at].set_index("Region")["value"].to_frame("population")
    return _exact(tables, ["population"], at, found, ["persons"], [table])


def _unemployed(tables: Tables, year: int | None) -> list[Indicator]:
    """The newest month (of the year); a masked count is between its bounds, a masked percentage anywhere."""
    table = exclusion.UNEMPLOYED
    if table not in tables:
        return []
    frame = tables[table]
    months = sorted(str(each) for each in frame["Tid"].unique() if year is None or str(each).startswith(f"{year}M"))
    if not months:
        return []
    cells = frame[frame["Tid"] == months[-1]]
    listed, index = [], codes()
    for content, name, unit in (("antall", "unemployed", "persons"), ("prosent", "unemployed_share", "percent")):
        rows = cells[cells["ContentsCode"] == content].set_index("Region").reindex(index)
        masked = rows["value"].isna() & rows["status"].notna()
        kind = np.where(masked, "masked", "exact")
        value, lower, upper = (rows[each].to_numpy(dtype=float) for each in ("value", "lower", "upper"))
        listed.append(Indicator(name, unit, int(months[-1][:4]), table, kind, value, lower, upper))
    return listed


def _year(tables: Tables, table: str, year: int | None) -> int | None:
    held = {int(each) for each in tables[table]["Tid"].unique()}
    return max(held) if year is None else year if year in held else None
