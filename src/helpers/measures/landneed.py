"""How much business land a number of new jobs needs, held against what is left, and how far each assumption moves it.

need (dekar) = jobs × m² of floor for each job ÷ utilisation (floor area ÷ plot area) × the share that needs new land ÷ 1000. Nobody has
measured these numbers: each is an `Assumption` with a low and a high value. Areas in dekar (1000 m²) unless a name says m2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.land.settings import M2_PER_DEKAR, Assumption, Group, Need

OUTSIDE = "outside"
CLASSES = ("A", "B", "C")
ALL = "new_land_share"
# The groups of SSB table 07984, 00 (not specified) left out: a table may lack it. The shares are of all of them.
NACE = (
    "01-03", "05-09", "10-33", "35-39", "41-43", "45-47", "49-53", "55-56", "58-63", "64-66", "68-75", "77-82", "84", "85", "86-88",
    "90-99",
)  # fmt: skip
Floats = npt.NDArray[np.float64]


def shares_from(counts: Mapping[str, float], need: Need) -> dict[str, float] | None:
    """Each group's share (0–1) of all jobs, as they are divided today.

    Parameters
    ----------
    counts : jobs by NACE group of SSB table 07984.

    Returns
    -------
    group key → share; None where a group of the table or of the settings is missing or not a number, or there are no jobs: the
    whole is then not known, and a missing figure is never 0.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landjobs, landneed
    >>> jobs = landjobs.as_mapping(landjobs.by_industry(Tables.load(), Municipality.find("skien")))
    >>> {key: round(share, 3) for key, share in landneed.shares_from(jobs, settings().need).items()}
    {'office': 0.113, 'trade': 0.159, 'construction': 0.083, 'industry': 0.086, 'logistics': 0.045}
    """
    wanted = {*NACE, *(nace for group in need.groups for nace in group.nace)}
    whole = math.fsum(counts.values())
    if wanted - set(counts) or not math.isfinite(whole) or whole <= 0:
        return None
    return {group.key: math.fsum(counts[nace] for nace in group.nace) / whole for group in need.groups}


def need(jobs: float, shares: Mapping[str, float], need: Need) -> pd.DataFrame:
    """The land that new jobs need, with every assumption at its base.

    Parameters
    ----------
    jobs : new jobs; 0 or less need nothing. shares : group key → share of them (0–1). A group that is not there has none of them, and
        what is left to 1 needs no business land.

    Returns
    -------
    index group: the keys in the order of the settings, then ``outside``. jobs; bra_m2, floor area of the jobs; plot_dekar_needed; abc
    (NA for ``outside``); least_plot_dekar, the least plot that will do (NaN for ``outside``).

    Raises
    ------
    ValueError
        for shares that are missing, negative, of no group, or more than 1 in all, and for jobs that are not a number.

    Examples
    --------
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landneed
    >>> landneed.need(100, {"office": 0.5, "industry": 0.2}, settings().need)[["jobs", "plot_dekar_needed"]].round(2).to_dict("index")
    {'office': {'jobs': 50.0, 'plot_dekar_needed': 1.15}, 'trade': {'jobs': 0.0, 'plot_dekar_needed': 0.0}, 'construction': {'jobs': 0.0, 'plot_dekar_needed': 0.0}, 'industry': {'jobs': 20.0, 'plot_dekar_needed': 4.57}, 'logistics': {'jobs': 0.0, 'plot_dekar_needed': 0.0}, 'outside': {'jobs': 30.0, 'plot_dekar_needed': 0.0}}
    """
    _check(jobs, shares, need)
    new = max(float(jobs), 0.0)
    of = {group.key: new * float(shares.get(group.key, 0.0)) for group in need.groups}
    rows: list[tuple[object, ...]] = [
        (
            group.key,
            of[group.key],
            of[group.key] * group.m2_per_job.base,
            _dekar(of[group.key], group.m2_per_job.base, group.utilisation.base, need.new_land_share.base),
            group.abc,
            group.plot_dekar,
        )
        for group in need.groups
    ]
    rest = new * max(1 - math.fsum(shares.values()), 0.0)
    rows.append((OUTSIDE, rest, 0.0, 0.0, pd.NA, np.nan))
    frame = pd.DataFrame(
        rows, columns=["group", "jobs", "bra_m2", "plot_dekar_needed", "abc", "least_plot_dekar"]
    ).set_index("group")
    return frame.astype({"abc": "string"})


def allotted(needed: pd.DataFrame, components: gpd.GeoDataFrame, classes: pd.Series) -> pd.DataFrame:
    """The plots of each class divided on the groups that need that class, no land twice.

    Within a class the group with the largest least plot is served first, from the plots that are large enough for it, and so on down. Plots
    are divided to the dekar: the rest of a plot is there for the next group, though it may be smaller than the plot was. The plots that will do
    for one group will do for all after it, so no other order serves more.

    Parameters
    ----------
    needed : of `need`. components : `landplots.plots`. classes : `landabc.abc`.

    Returns
    -------
    index group (``outside`` left out, order of `needed`): abc, least_plot_dekar, needed_dekar; large_enough_dekar, all plots of the class
    that are large enough (the same plots count for several groups); given_dekar, what the group gets; shortfall_dekar.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import landneed
    >>> needed = {"abc": ["C", "C"], "least_plot_dekar": [10.0, 5.0], "plot_dekar_needed": [8.0, 8.0]}
    >>> needed = pd.DataFrame(needed, index=["industry", "construction"])
    >>> land = pd.DataFrame({"kind": "plot", "area_m2": [12000.0, 6000.0]})
    >>> found = landneed.allotted(needed, land, pd.Series(["C", "C"]))
    >>> found[["large_enough_dekar", "given_dekar", "shortfall_dekar"]].to_dict("index")
    {'industry': {'large_enough_dekar': 12.0, 'given_dekar': 8.0, 'shortfall_dekar': 0.0}, 'construction': {'large_enough_dekar': 18.0, 'given_dekar': 8.0, 'shortfall_dekar': 0.0}}
    """
    return _allotted(needed, _plots(components, classes))


def balance(needed: pd.DataFrame, components: gpd.GeoDataFrame, classes: pd.Series) -> pd.DataFrame:
    """Supply against need in each class (parameters and rule as of `allotted`).

    Returns
    -------
    index abc (A, B, C): needed_dekar; plots (number); supply_dekar, all plots of the class; given_dekar; shortfall_dekar, need that is not met,
    also because plots are too small; spare_dekar, supply that no need takes. unknown_dekar: plots whose class is unknown, the same in
    each row; shortfall_lower_dekar: the shortfall if all of them were of this class.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import landneed
    >>> needed = pd.DataFrame({"abc": ["C"], "least_plot_dekar": [10.0], "plot_dekar_needed": [20.0]}, index=["industry"])
    >>> land = pd.DataFrame({"kind": "plot", "area_m2": [12000.0, 6000.0]})
    >>> found = landneed.balance(needed, land, pd.Series(["C", "C"]))
    >>> found.loc["C", ["needed_dekar", "supply_dekar", "given_dekar", "shortfall_dekar", "spare_dekar"]].tolist()
    [20.0, 18.0, 12.0, 8.0, 6.0]
    """
    plots = _plots(components, classes)
    by = _allotted(needed, plots).groupby("abc")[["needed_dekar", "given_dekar", "shortfall_dekar"]].sum()
    frame = by.reindex(pd.Index(CLASSES, name="abc"), fill_value=0.0)  # no group of a class needs nothing of it
    frame.insert(1, "plots", [len(plots[each]) for each in CLASSES])
    frame.insert(2, "supply_dekar", [float(plots[each].sum()) for each in CLASSES])
    frame["spare_dekar"] = frame["supply_dekar"] - frame["given_dekar"]
    frame["unknown_dekar"] = float(plots["unknown"].sum())
    most = {each: np.concatenate([plots[each], plots["unknown"]]) for each in CLASSES}
    least = _allotted(needed, most).groupby("abc")["shortfall_dekar"].sum()
    frame["shortfall_lower_dekar"] = least.reindex(frame.index, fill_value=0.0)
    return frame


def horizon(reserve_dekar: float, needed_dekar: float, first_year: float, last_year: float) -> float | None:
    """The year (with fraction) when a reserve ends.

    The need comes evenly from `first_year` to `last_year`, and goes on at that pace. None where there is no need; NaN where the reserve
    or the need is missing.

    Raises
    ------
    ValueError
        where the years are not in order, or the reserve is negative.

    Examples
    --------
    >>> from helpers.measures import landneed
    >>> landneed.horizon(50, 100, 2024, 2034), landneed.horizon(50, 0, 2024, 2034)
    (2029.0, None)
    """
    if last_year <= first_year or reserve_dekar < 0:
        raise ValueError(f"{reserve_dekar} dekar from {first_year} to {last_year}")
    if math.isnan(needed_dekar) or math.isnan(reserve_dekar):
        return math.nan
    if needed_dekar <= 0:
        return None
    return first_year + reserve_dekar / needed_dekar * (last_year - first_year)


def ends(balanced: pd.DataFrame, first_year: float, last_year: float, with_unknown: bool = False) -> pd.Series:
    """The year when the plots of each class end (see `horizon`), whatever their sizes.

    Parameters
    ----------
    balanced : of `balance`. with_unknown : as if all plots of unknown class were of the class: the latest year that it can be.

    Returns
    -------
    index as `balanced`, float64; NaN where the class has no need.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import landneed
    >>> balanced = {"supply_dekar": [50.0, 10.0], "needed_dekar": [100.0, 0.0], "unknown_dekar": [20.0, 20.0]}
    >>> balanced = pd.DataFrame(balanced, index=["A", "B"])
    >>> landneed.ends(balanced, 2024, 2034).tolist(), landneed.ends(balanced, 2024, 2034, with_unknown=True).tolist()
    ([2029.0, nan], [2031.0, nan])
    """
    supply = balanced["supply_dekar"] + (balanced["unknown_dekar"] if with_unknown else 0.0)
    pairs = zip(supply.tolist(), balanced["needed_dekar"].tolist(), strict=True)
    years = [horizon(held, needed, first_year, last_year) for held, needed in pairs]
    return pd.Series(years, index=balanced.index, name="ends_year", dtype=float)


@dataclass(frozen=True)
class _Change:
    """One assumption at another value than its base; no group: the one that all groups share."""

    key: str
    group: str
    value: float


def tornado(
    jobs: float, shares: Mapping[str, float], need: Need, reserve_dekar: float, first_year: float, last_year: float
) -> pd.DataFrame:
    """What each assumption alone does to the need and to the year when the reserve ends, all others at their base.

    Parameters
    ----------
    reserve_dekar : all plots, whatever their class.

    Returns
    -------
    a row for each assumption, the widest effect on the need first: key (``m2_per_job``, ``utilisation`` or ``new_land_share``); group and
    label (empty for ``new_land_share``); low, base, high, its values (m² for each job; floor area ÷ plot area; share): those that give the
    least and the most need; need_low_dekar, need_base_dekar, need_high_dekar; ends_low, ends_base, ends_high (years, NaN where there is no
    need); source of the values.

    Raises
    ------
    ValueError
        as `need` and `horizon`.

    Examples
    --------
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landneed
    >>> found = landneed.tornado(100, {"industry": 1.0}, settings().need, 50, 2024, 2034)
    >>> found[["key", "need_low_dekar", "need_base_dekar", "need_high_dekar"]].round(1).head(3).values.tolist()
    [['m2_per_job', 14.3, 22.9, 34.3], ['utilisation', 16.0, 22.9, 32.0], ['new_land_share', 11.4, 22.9, 22.9]]
    """
    _check(jobs, shares, need)
    base = _total(jobs, shares, need, None)
    rows = []
    for key, group, assumed in _assumptions(need):
        name = group.key if group else ""
        low, high = (_total(jobs, shares, need, _Change(key, name, value)) for value in (assumed.low, assumed.high))
        row: dict[str, object] = {"key": key, "group": name, "label": group.label if group else ""}
        row |= {"low": assumed.low, "base": assumed.base, "high": assumed.high}
        for at, dekar in (("low", low), ("base", base), ("high", high)):
            year = horizon(reserve_dekar, dekar, first_year, last_year)
            row |= {f"need_{at}_dekar": dekar, f"ends_{at}": np.nan if year is None else year}
        rows.append(row | {"source": assumed.source})
    frame = pd.DataFrame(rows)
    wide = (frame["need_high_dekar"] - frame["need_low_dekar"]).abs().to_numpy()
    return frame.iloc[np.argsort(-wide, kind="stable")].reset_index(drop=True)


def _check(jobs: float, shares: Mapping[str, float], need: Need) -> None:
    unknown = sorted(set(shares) - {group.key for group in need.groups})
    if unknown or not all(0 <= share <= 1 for share in shares.values()) or math.fsum(shares.values()) > 1 + 1e-9:
        raise ValueError(f"shares of the jobs: {dict(shares)}")
    if not math.isfinite(jobs):
        raise ValueError(f"new jobs: {jobs}")


def _dekar(jobs: float, m2_per_job: float, utilisation: float, new_land_share: float) -> float:
    return jobs * m2_per_job / utilisation * new_land_share / M2_PER_DEKAR


def _assumptions(need: Need) -> Iterator[tuple[str, Group | None, Assumption]]:
    for group in need.groups:
        yield "m2_per_job", group, group.m2_per_job
        yield "utilisation", group, group.utilisation
    yield ALL, None, need.new_land_share


def _total(jobs: float, shares: Mapping[str, float], need: Need, change: _Change | None) -> float:
    """The need of all groups in dekar, with one assumption changed."""

    def value(key: str, group: str, assumed: Assumption) -> float:
        return change.value if change and (change.key, change.group) == (key, group) else assumed.base

    new = max(float(jobs), 0.0)
    return math.fsum(
        _dekar(
            new * float(shares.get(group.key, 0.0)),
            value("m2_per_job", group.key, group.m2_per_job),
            value("utilisation", group.key, group.utilisation),
            value(ALL, "", need.new_land_share),
        )
        for group in need.groups
    )


def _plots(components: gpd.GeoDataFrame, classes: pd.Series) -> dict[str, Floats]:
    """The plots' areas in dekar by class."""
    plots = (components["kind"] == "plot").to_numpy()
    dekar, of = components["area_m2"].to_numpy(dtype=float)[plots] / M2_PER_DEKAR, classes.to_numpy()[plots]
    return {each: dekar[of == each] for each in (*CLASSES, "unknown")}


def _allotted(needed: pd.DataFrame, plots: Mapping[str, Floats]) -> pd.DataFrame:
    frame = needed.drop(index=OUTSIDE, errors="ignore")[["abc", "least_plot_dekar", "plot_dekar_needed"]]
    frame = frame.rename(columns={"plot_dekar_needed": "needed_dekar"})
    sizes = [plots[str(each)] for each in frame["abc"]]
    least = frame["least_plot_dekar"].to_numpy(dtype=float)
    frame["large_enough_dekar"] = [float(each[each >= at].sum()) for each, at in zip(sizes, least, strict=True)]
    given = pd.Series(0.0, index=frame.index)
    for _, groups in frame.groupby("abc"):
        given.update(_served(groups.sort_values("least_plot_dekar", ascending=False, kind="stable")))
    frame["given_dekar"] = given
    frame["shortfall_dekar"] = frame["needed_dekar"] - frame["given_dekar"]
    return frame


def _served(groups: pd.DataFrame) -> pd.Series:
    """What each group of one class gets, the largest least plot first."""
    found: list[float] = []
    for able, needed in zip(groups["large_enough_dekar"].tolist(), groups["needed_dekar"].tolist(), strict=True):
        found.append(min(needed, max(able - math.fsum(found), 0.0)))
    return pd.Series(found, index=groups.index, dtype=float)
