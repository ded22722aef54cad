"""How well divisions of the country keep commuters inside: areas reckoned of the commuting itself beside the counties and others (03321)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures import commuting, intramax, labourmarket, partitions
from helpers.measures.cells import Tables
from helpers.measures.flowmatrix import Floats
from helpers.measures.remembered import remembered
from helpers.places import Municipality, region_name
from helpers.regions import Division

OWN, MARKETS, INTRAMAX = "own", "markets", "intramax"
TABLE = commuting.TABLE


@remembered(TABLE)
def reckoned(tables: Tables) -> pd.DataFrame:
    """The divisions that are made of the flows of the newest year.

    Returns
    -------
    frame by code: markets (travel-to-work areas) and intramax (cut at as many areas): the code of the area's member with most jobs.
    Errors as `labourmarket.assignments`.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import regions
    >>> flows = Tables.load()["ssb_03321"]
    >>> newest = {"ssb_03321": flows[flows["Tid"] == 2022]}  # no other year is needed, and this is faster
    >>> regions.reckoned(newest).loc[["3101", "3105", "3124"]].to_dict("index")
    {'3101': {'markets': '3101', 'intramax': '3107'}, '3105': {'markets': '3107', 'intramax': '3107'}, '3124': {'markets': '3101', 'intramax': '3118'}}
    """
    markets = labourmarket.assignments(tables)[commuting.newest_year(tables)].dropna()
    tree = intramax.intramax(labourmarket.whole(tables))
    return pd.DataFrame({MARKETS: markets, INTRAMAX: intramax.cut(tree, areas=max(markets.nunique(), tree.fewest))})


@remembered(TABLE)
def division(tables: Tables, given: Division) -> pd.DataFrame:
    """Each region of a division in the newest year; zones that are in none are left out.

    Returns
    -------
    frame by region: members (zones of the matrix), employed, jobs (persons), supply, demand (those who live and work in the region, % of its employed and of
        its jobs). ``attrs``: inside (% of all commuters of the matrix who work in the region that they live in; NaN where the division is not of the whole
        country), rand and mutual (adjusted Rand index and normalised mutual information beside the travel-to-work areas; NaN likewise).
    Errors as `labourmarket.assignments`.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import regions
    >>> from helpers.regions import counties
    >>> flows = Tables.load()["ssb_03321"]
    >>> found = regions.division({"ssb_03321": flows[flows["Tid"] == 2022]}, counties())
    >>> found.loc["Østfold", ["members", "supply", "demand"]].round(1).tolist(), round(found.attrs["inside"], 1)
    ([12.0, 79.8, 92.0], 84.6)
    """
    flows, held = labourmarket.whole(tables), dict(given.members)
    return _regions(tables, flows, pd.Series({code: held[code] for code in flows.index if code in held}), given.whole)


def _regions(tables: Tables, flows: pd.DataFrame, of: pd.Series, whole: bool) -> pd.DataFrame:
    names, at = np.unique(of.to_numpy(dtype=object).astype(str), return_inverse=True)
    block: Floats = np.zeros((len(names), len(names)))
    np.add.at(block, (at[:, None], at[None]), flows.loc[of.index, of.index].to_numpy())
    employed, jobs = (pd.Series(flows.sum(axis=axis)[of.index]).groupby(at).sum().to_numpy() for axis in (1, 0))
    inside = block.diagonal()
    with np.errstate(invalid="ignore"):
        found = pd.DataFrame(
            {
                "members": np.bincount(at), "employed": employed, "jobs": jobs,
                "supply": 100 * inside / employed, "demand": 100 * inside / jobs,
            },
            index=pd.Index(names, name="region"),
        )  # fmt: skip
    markets = reckoned(tables)[MARKETS]
    found.attrs = {
        "inside": 100 * float(inside.sum() / flows.to_numpy().sum()) if whole else math.nan,
        "rand": partitions.rand_index(markets, of, "leave_out") if whole else math.nan,
        "mutual": partitions.mutual_information(markets, of, "leave_out") if whole else math.nan,
    }
    return found


@remembered(TABLE)
def _made(tables: Tables, kind: str) -> pd.DataFrame:
    """As `division`, of each municipality alone or of what `reckoned` has."""
    return _regions(tables, labourmarket.whole(tables), pd.Series(_of(tables, kind)), True)


@lineage.measure
def compared(tables: Tables, municipality: Municipality, *divisions: Division) -> pd.DataFrame:
    """The regions that a municipality is in, by each division that it is in.

    Returns
    -------
    frame by the division's key (``own``: the municipality alone; ``markets``; those given; ``intramax``): region (its name), members (zones), kept (% of the
    municipality's employed with a workplace in the matrix who work in the region), persons (so many), supply, demand (%, of the region), areas (regions of the
    division; NaN where it is not of the whole country), inside (% of all commuters of the country who stay in their region), rand, mutual. ``attrs``: year,
    employed (the municipality's, with a workplace in the matrix).

    Raises
    ------
    TableMissing
        where the table, a flow in it, or the municipality in its newest year is not held, or nobody who lives there works in the matrix.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import regions
    >>> from helpers.regions import counties
    >>> flows = Tables.load()["ssb_03321"]
    >>> newest = {"ssb_03321": flows[flows["Tid"] == 2022]}
    >>> found = regions.compared(newest, Municipality.find("halden"), counties())
    >>> found[["region", "kept"]].round(1).T.to_dict("list")
    {'own': ['Halden', 70.6], 'markets': ['Halden', 71.2], 'counties': ['Østfold', 91.4], 'intramax': ['Fredrikstad', 87.0]}
    """
    flows, year, code = labourmarket.whole(tables), commuting.newest_year(tables), municipality.code
    living = flows[flows.index == code].sum()
    if not living.sum() > 0:
        raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
    rows: dict[str, dict[str, object]] = {}
    for key in (OWN, MARKETS, *(each.key for each in divisions), INTRAMAX):
        given = next((each for each in divisions if each.key == key), None)
        of = dict(given.members) if given else _of(tables, key)
        if code in of:
            held = division(tables, given) if given else _made(tables, key)
            rows[key] = _row(held, of, living, code) | ({} if given else {"region": region_name(of[code])})
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("division")
    found.attrs = {"year": year, "employed": float(living.sum())}
    return found


def _of(tables: Tables, key: str) -> dict[str, str]:
    """Code → the code that its region is called by."""
    if key == OWN:
        return {str(code): str(code) for code in labourmarket.whole(tables).index}
    return {str(code): str(area) for code, area in reckoned(tables)[key].items()}


def _row(held: pd.DataFrame, of: dict[str, str], living: pd.Series, code: str) -> dict[str, object]:
    """One row of `compared`; `living`: where those who live in the municipality work."""
    region = of[code]
    persons = float(sum(count for work, count in living.items() if of.get(str(work)) == region))
    row = {str(name): float(value) for name, value in held[held.index == region].iloc[0].items()}
    told = {str(name): value for name, value in held.attrs.items()}
    return {
        "region": region,
        "members": int(row["members"]),
        "kept": 100 * persons / float(living.sum()),
        "persons": persons,
        "supply": row["supply"],
        "demand": row["demand"],
        "areas": math.nan if math.isnan(told["inside"]) else len(held),
        **told,
    }
