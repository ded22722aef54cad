"""The labour market that a municipality belongs to, out of the commuting of the whole country (`measures.areas`), year by year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures import areas, commuting, partitions
from helpers.measures.cells import Tables
from helpers.measures.remembered import remembered
from helpers.places import Municipality, region_name

TABLE = commuting.TABLE
DRAWS = 25  # of the newest matrix: a second of work, once for the country


@dataclass(frozen=True)
class LabourMarket:
    """A travel-to-work area and how sure it is.

    Parameters
    ----------
    centre : code of the member with most jobs. members : frame by code, the most jobs first: name, employed, jobs (persons), inside (% of the
        employed who work in the area). supply, demand : those who live and work in the area, % of its employed and of its jobs.
    valid : whether the area meets the rules. years : those compared. same : those of them in which the members were the same set.
    with_centre : those in which the municipality and today's centre were in one area. draws : matrices in which each flow was drawn anew
        (Poisson, with itself as mean). drawn_same, drawn_with_centre : how many of them gave the same members, and the municipality and the centre in one area.
    """

    year: int
    centre: str
    members: pd.DataFrame
    supply: float
    demand: float
    valid: bool
    years: tuple[int, ...]
    same: tuple[int, ...]
    with_centre: tuple[int, ...]
    draws: int
    drawn_same: int
    drawn_with_centre: int


@remembered(TABLE)
def assignments(tables: Tables) -> pd.DataFrame:
    """The area of every zone in every year of the matrix.

    Returns
    -------
    frame by code, a column for each year: the area (code of its member with most jobs); NaN where the zone is not in that year's matrix.
    ``attrs``: invalid (year → areas that do not meet the rules).

    Raises
    ------
    TableMissing
        where a flow between two of them is missing in some year: without it the whole division is another.

    Examples
    --------
    >>> from helpers import Tables, labourmarket
    >>> labourmarket.assignments(Tables.load()).loc[["3101", "3124", "5632"], [2017, 2022]].values.tolist()
    [['3101', '3101'], ['3101', '3101'], ['5607', '5622']]
    """
    years = sorted({int(year) for year in tables[TABLE]["Tid"]})
    flows = {year: _checked(commuting.matrix(tables, year)) for year in years}
    found = {year: areas.travel_to_work_areas(each) for year, each in flows.items()}
    frame = pd.DataFrame(found)
    frame.attrs["invalid"] = {year: tuple(each.attrs["invalid"]) for year, each in found.items()}
    return frame


@remembered(TABLE)
def redrawn(tables: Tables) -> pd.DataFrame:
    """As `assignments`, of the newest matrix drawn anew `DRAWS` times: a column for each draw. The draws are the same each time.
    Errors as `whole`.

    Examples
    --------
    >>> from helpers import Tables, labourmarket
    >>> flows = Tables.load()["ssb_03321"]
    >>> near = flows["Bokommuen"].str.startswith("31") & flows["ArbstedKomm"].str.startswith("31")  # Østfold alone
    >>> drawn = labourmarket.redrawn({"ssb_03321": flows[near]})
    >>> drawn.shape, int((drawn.loc["3124"] == drawn.loc["3101"]).sum())
    ((12, 25), 25)
    """
    return pd.DataFrame(dict(enumerate(partitions.redrawn(whole(tables), areas.travel_to_work_areas, DRAWS))))


@remembered(TABLE)
def whole(tables: Tables) -> pd.DataFrame:
    """The matrix of the newest year (`commuting.matrix`).

    Raises
    ------
    TableMissing
        where a flow is missing in it.

    Examples
    --------
    >>> from helpers import Tables, labourmarket
    >>> flows = labourmarket.whole(Tables.load())
    >>> flows.shape, flows.loc["3101", "3105"].item()
    ((356, 356), 1454.0)
    """
    return _checked(commuting.matrix(tables, commuting.newest_year(tables)))


def _checked(flows: pd.DataFrame) -> pd.DataFrame:
    if flows.isna().to_numpy().any():
        raise TableMissing(TABLE, "pendlingen mellom alle kommunene")
    return flows


@lineage.measure
def labour_market(tables: Tables, municipality: Municipality) -> LabourMarket:
    """The area that the municipality belongs to in the newest year.

    Raises
    ------
    TableMissing
        where the table, or the municipality in its newest year, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables, labourmarket
    >>> found = labourmarket.labour_market(Tables.load(), Municipality.find("halden"))
    >>> found.members["name"].tolist(), round(found.supply, 1), round(found.demand, 1), found.drawn_same, found.draws
    (['Halden', 'Aremark'], 71.3, 78.7, 25, 25)
    """
    held, year = assignments(tables), commuting.newest_year(tables)
    code = municipality.code
    if code not in held.index or pd.isna(held[year][code]):
        raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
    centre = str(held[year][code])
    inside = [str(each) for each in held.index[held[year] == centre]]
    flows = whole(tables)
    block = flows.loc[inside, inside]
    employed, jobs = flows.loc[inside].sum(axis=1), flows[inside].sum(axis=0)
    within = float(block.to_numpy().sum())
    frame = pd.DataFrame(
        {
            "name": [region_name(each) for each in inside],
            "employed": employed,
            "jobs": jobs,
            "inside": 100 * block.sum(axis=1) / employed.where(employed > 0),
        },
        index=pd.Index(inside, name="code"),
    ).sort_values(["jobs", "employed"], ascending=False, kind="stable")
    years, same, with_centre = _alike(held, code, inside, centre)
    draws, drawn_same, drawn_with_centre = _alike(redrawn(tables), code, inside, centre)
    return LabourMarket(
        year=year,
        centre=centre,
        members=frame,
        supply=100 * within / float(employed.sum()),
        demand=100 * within / float(jobs.sum()),
        valid=centre not in held.attrs["invalid"][year],
        years=years,
        same=same,
        with_centre=with_centre,
        draws=len(draws),
        drawn_same=len(drawn_same),
        drawn_with_centre=len(drawn_with_centre),
    )


def _alike(runs: pd.DataFrame, code: str, members: list[str], centre: str) -> tuple[tuple[int, ...], ...]:
    """The runs that have the municipality, those of them with the same members, and those that put it with the centre."""
    there = tuple(int(each) for each in runs.columns if not pd.isna(runs[each].get(code)))
    same = tuple(each for each in there if set(runs.index[runs[each] == runs[each][code]]) == set(members))
    return there, same, tuple(each for each in there if runs[each][code] == runs[each].get(centre))


@lineage.measure
def split(tables: Tables, codes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Of some municipalities: area → those of them that belong to it in the newest year, the largest group first.

    Those that are not in the matrix of that year are in no group. Errors as `assignments`.

    Examples
    --------
    >>> from helpers import Area, Tables, labourmarket
    >>> labourmarket.split(Tables.load(), Area.sondre_viken().regions)
    {'3107': ('3105', '3107', '3110'), '3101': ('3101', '3124')}
    """
    now = assignments(tables)[commuting.newest_year(tables)].reindex(list(codes)).dropna()
    groups = {str(area): tuple(str(code) for code in rows.index) for area, rows in now.groupby(now)}
    return dict(sorted(groups.items(), key=lambda each: (-len(each[1]), each[0])))
