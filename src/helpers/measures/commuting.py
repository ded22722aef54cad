"""Who works where: out, in, live and work, self-containment, partners (tables 11618 and 03321; 11616 for newer years).

Out-commuters are employed residents less those who work where they live (table 11616's definition), so those who work outside the
table's municipalities (abroad, continental shelf, Svalbard or unknown) are among them. Residents of Sweden who work here
are in none of the tables.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures.cells import Place, Tables, lacking, names, percent, wide
from helpers.measures.employment import AGE, CONTENTS, NEWER
from helpers.measures.employment import TABLE as TOTALS
from helpers.measures.employment import by_municipality as totals_by_municipality
from helpers.measures.flowmatrix import merged as merged
from helpers.measures.remembered import remembered
from helpers.places import Area, Municipality, regions_in, registry

TABLE = "ssb_03321"
HOME, WORK = "Bokommuen", "ArbstedKomm"
OSLO = "0301"
OTHER, OUTSIDE = "other", "outside"
Direction = Literal["out", "in"]
COUNTS = ["employed", "jobs", "live_and_work", "out", "in_"]
DERIVED = ["net", "supply", "demand", "coverage"]
BEYOND = ["outside", "outside_upper"]


@remembered(TOTALS, TABLE, NEWER)
def summary(tables: Tables, place: Place) -> pd.DataFrame:
    """Commuting of a place year by year; for an area, only who crosses its border commutes.

    Returns
    -------
    frame indexed by Tid: employed, jobs, live_and_work, out, ``in_``, net (``in_`` − out), outside (of `out`: those who work outside the
    table's municipalities), persons; supply (live_and_work, % of employed), demand (live_and_work, % of jobs), coverage (jobs per
    100 employed); outside_upper; table; lacking. In a year when the matrix lacks a municipality (2019: 5061 Rindal) those
    who work there cannot be told from those who work outside: `outside` is NaN, `outside_upper` counts both, `lacking` names the
    code. Rows from ``ssb_11616`` (newer than the matrix, a municipality only) have no matrix: `outside` is NaN. No rows for years before a
    municipality's borders were those of today.

    Raises
    ------
    TableMissing
        where 11618 or 03321 is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting
    >>> years = commuting.summary(Tables.load(), Municipality.find("halden"))
    >>> years.loc[2022:, ["out", "in_", "net", "outside"]].values.tolist()
    [[4186.0, 3082.0, -1104.0, 15.0], [4193.0, 3054.0, -1139.0, nan]]
    """
    totals, flows = tables[TOTALS], tables[TABLE]
    cells = wide(totals[totals["Alder"] == AGE], place.regions, CONTENTS)
    leaving = _inside(flows[[HOME, WORK, "Tid", "value"]], place.regions)
    by_year = dict(iter(leaving.groupby("Tid")))
    rows: dict[int, dict[str, object]] = {}
    for year in sorted({int(each) for each in cells.index.get_level_values("Tid")}):
        rows[year] = _year(cells.loc[[year]].droplevel("Tid"), by_year.get(year, leaving.iloc[:0]), place, year)
    if isinstance(place, Municipality) and NEWER in tables:
        placed = [year for year, row in rows.items() if "out" in row]  # the matrix may end before 11618 does
        rows |= _newer(tables[NEWER], place, after=max(placed, default=0))
    result = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=[*COUNTS, *BEYOND, "table", "lacking"])
    result.index = pd.Index(result.index.astype("int64"), name="Tid")
    result = _derived(result.astype(dict.fromkeys([*COUNTS, *BEYOND], float)))
    return result[[*COUNTS, *DERIVED, *BEYOND, "table", "lacking"]]


def _inside(flows: pd.DataFrame, homes: Collection[str] | None = None) -> pd.DataFrame:
    """Flows between municipalities, those from `homes` or from all.

    A fetched table also has Svalbard, the continental shelf, abroad and unknown: they are `outside`.
    """
    ours = registry().regions
    held = flows[flows[HOME].isin(ours if homes is None else list(homes))]
    return held[held[WORK].isin(ours)]


def _derived(counts: pd.DataFrame) -> pd.DataFrame:
    """With net, both self-containments and coverage."""
    net = counts["in_"] - counts["out"]
    supply = percent(counts["live_and_work"], counts["employed"])
    demand = percent(counts["live_and_work"], counts["jobs"])
    return counts.assign(net=net, supply=supply, demand=demand, coverage=percent(counts["jobs"], counts["employed"]))


def _year(totals: pd.DataFrame, leaving: pd.DataFrame, place: Place, year: int) -> dict[str, object]:
    """One row of `summary`: sums over the regions that both tables hold."""
    whole = totals[["employed", "jobs"]].dropna()
    held = {str(code) for code in whole.index} & {str(code) for code in leaving[HOME].unique()}
    missing = set(lacking(place.regions, held, year))
    if not held:
        return {"table": TOTALS, "lacking": tuple(sorted(missing))}
    employed, jobs = (float(whole.loc[whole.index.isin(held), each].sum()) for each in ("employed", "jobs"))
    leaving = leaving[leaving[HOME].isin(held)]
    inside = float(leaving.loc[leaving[WORK].isin(held), "value"].sum(skipna=False))
    unseen = regions_in(year) - {str(code) for code in leaving[WORK].unique()}
    unplaced = employed - float(leaving["value"].sum(skipna=False))
    return {
        "employed": employed,
        "jobs": jobs,
        "live_and_work": inside,
        "out": employed - inside,
        "in_": jobs - inside,
        "outside": math.nan if unseen else unplaced,
        "outside_upper": unplaced,
        "table": TOTALS,
        "lacking": tuple(sorted(missing | unseen)),
    }


def _newer(frame: pd.DataFrame, place: Municipality, after: int) -> dict[int, dict[str, object]]:
    """Rows from table 11616, which prints commuters but no matrix."""
    contents = {"SysselBosted": "employed", "SysselArbsted": "jobs", "Innpendlere": "in_", "Utpendlere": "out"}
    cells = wide(frame[frame["Alder"] == AGE], place.regions, contents).droplevel("Region")
    rows: dict[int, dict[str, object]] = {}
    for year, row in cells[cells.index > after].iterrows():
        figures = {str(name): float(figure) for name, figure in row.items()}
        rows[int(str(year))] = {
            **figures,
            "live_and_work": figures["employed"] - figures["out"],
            "table": NEWER,
            "lacking": () if row.notna().all() else place.regions,
        }
    return rows


@remembered(TOTALS, TABLE)
def by_municipality(tables: Tables, year: int) -> pd.DataFrame:
    """The figures of `summary` for every municipality in one year of the matrix.

    Returns
    -------
    frame indexed by region code: employed, jobs, live_and_work, out, ``in_``, net, supply, demand, coverage; NaN where one is not held.

    Raises
    ------
    TableMissing
        where 11618, 03321 or the year is not held.

    Examples
    --------
    >>> from helpers import Tables, commuting
    >>> commuting.by_municipality(Tables.load(), 2022).loc["3101", ["employed", "live_and_work", "out", "supply"]].round(1).tolist()
    [14226.0, 10040.0, 4186.0, 70.6]
    """
    found = totals_by_municipality(tables, Area.country(), year)[["employed", "jobs"]]
    flows = matrix(tables, year)
    own = pd.Series(np.diag(flows), index=flows.index).reindex(found.index)
    return _derived(found.assign(live_and_work=own, out=found["employed"] - own, in_=found["jobs"] - own)[COUNTS])


def newest_year(tables: Tables) -> int:
    """The newest year of the matrix.

    Examples
    --------
    >>> from helpers import Tables, commuting
    >>> commuting.newest_year(Tables.load())
    2022
    """
    return int(tables[TABLE]["Tid"].max())


@remembered(TOTALS, TABLE, NEWER)
def partner_list(
    tables: Tables, municipality: Municipality, direction: Direction, year: int | None = None
) -> pd.DataFrame:
    """Everyone a municipality shares commuters with, one way, most first.

    Parameters
    ----------
    direction : ``out``: where residents work; ``in``: where those who work here live.

    Returns
    -------
    frame indexed by region code: name, persons, share (% of all out-commuters or of all in-commuters). The municipality itself is not
    in it, nor are those who work outside the table. ``attrs``: year, lacking.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting
    >>> found = commuting.partner_list(Tables.load(), Municipality.find("halden"), "out", 2022)
    >>> [(name, persons, round(share, 1)) for name, persons, share in found.head(2).itertuples(index=False)]
    [('Sarpsborg', 1454.0, 34.7), ('Fredrikstad', 862.0, 20.6)]
    """
    year = newest_year(tables) if year is None else year
    both, row = _both_ways(tables, municipality, year), _row(tables, municipality, year)
    column = "out" if direction == "out" else "in_"
    persons = both[column][both[column] != 0]
    found = pd.DataFrame({"name": names(persons.index), "persons": persons})
    found["share"] = 100 * found["persons"] / float(row[column])
    found = found.reset_index().sort_values(["persons", "Region"], ascending=[False, True]).set_index("Region")
    found.attrs = {"year": year, "lacking": list(row["lacking"])}
    return found


@remembered(TOTALS, TABLE, NEWER)
def partners(tables: Tables, municipality: Municipality, year: int | None = None, top: int = 10) -> pd.DataFrame:
    """The municipalities with which most commuters are shared, both ways together.

    Returns
    -------
    frame with a row for each of the `top`, then one for all ``other`` municipalities and one for the workplaces ``outside`` the table:
    kind (``partner``, ``other``, ``outside``), code, name, municipalities (how many the row stands for), out, ``in_``, net (persons;
    ``in_`` and ``net`` of ``outside`` are NaN where nobody from there is in the table), share_out (% of all out-commuters), share_in (% of
    all in-commuters). `out` adds up to all out-commuters. Empty where the year is not held. ``attrs``: year, lacking.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> partners(Tables.load(), Municipality.find("halden"), 2022, top=1)[["kind", "name", "out", "in_"]].values.tolist()[0]
    ['partner', 'Sarpsborg', 1454.0, 1009.0]
    """
    year = newest_year(tables) if year is None else year
    both, row = _both_ways(tables, municipality, year), _row(tables, municipality, year)
    both = both[(both["out"] != 0) | (both["in_"] != 0)]
    most = both.sum(axis=1).to_frame("both").reset_index().sort_values(["both", "Region"], ascending=[False, True])
    both = both.loc[list(most["Region"])]
    first, rest = both.iloc[:top], both.iloc[top:]
    found = pd.DataFrame({"kind": "partner", "code": first.index, "name": names(first.index), "municipalities": 1})
    found[["out", "in_"]] = first.to_numpy()
    others = {"kind": OTHER, "code": OTHER, "name": "", "municipalities": len(rest), **rest.sum(skipna=False).to_dict()}
    coming = math.nan if row["lacking"] else float(row["in_"]) - float(both["in_"].sum())
    outside = {"out": row["outside"], "in_": coming if coming > 0 else math.nan}
    beyond = {"kind": OUTSIDE, "code": OUTSIDE, "name": "", "municipalities": 0, **outside}
    added = ([others] if len(rest) else []) + ([beyond] if len(both) else [])
    found = pd.concat([found, pd.DataFrame(added)], ignore_index=True) if added else found
    found["net"] = found["in_"] - found["out"]
    found["share_out"] = 100 * found["out"] / float(row["out"])
    found["share_in"] = 100 * found["in_"] / float(row["in_"])
    found.attrs = {"year": year, "lacking": list(row["lacking"])}
    return found


@remembered(TABLE)
def _both_ways(tables: Tables, municipality: Municipality, year: int) -> pd.DataFrame:
    """Flows to and from every other region: index Region; out, in_."""
    frame, code = tables[TABLE], municipality.code
    frame = frame[(frame[HOME] == code) | (frame[WORK] == code)]
    frame = frame[frame["Tid"] == year]
    leaving = _inside(frame[frame[HOME] == code]).set_index(WORK)["value"]
    coming = _inside(frame[frame[WORK] == code]).set_index(HOME)["value"]
    return pd.DataFrame({"out": leaving, "in_": coming}).drop(index=code, errors="ignore").rename_axis("Region")


def _row(tables: Tables, municipality: Municipality, year: int) -> pd.Series:
    """The year's row of `summary`; without figures where it has none."""
    years = summary(tables, municipality)
    empty = pd.Series({"out": math.nan, "in_": math.nan, "outside": math.nan, "lacking": ()}, dtype=object)
    return years.loc[[year]].iloc[0] if year in years.index else empty


@remembered(TOTALS, TABLE, NEWER)
def shares(tables: Tables, municipality: Municipality) -> pd.DataFrame:
    """How much of the commuting stays in Søndre Viken, and how much goes to Oslo, year by year.

    Returns
    -------
    frame indexed by Tid, years of the matrix: to_sondre_viken (persons to its other municipalities), sondre_viken_of_out,
    sondre_viken_of_employed (%), to_oslo, oslo_of_out, oslo_of_employed (NaN for Oslo itself), sondre_viken_internal (% of Søndre
    Viken's employed residents who work inside it), lacking.

    Examples
    --------
    >>> from helpers import Municipality, Tables, commuting
    >>> years = commuting.shares(Tables.load(), Municipality.find("halden"))
    >>> years.loc[2022, ["to_sondre_viken", "sondre_viken_of_out", "to_oslo", "oslo_of_out"]].astype(float).round(1).tolist()
    [2396.0, 57.2, 584.0, 14.0]
    """
    frame, code = tables[TABLE], municipality.code
    years = summary(tables, municipality)
    years = years[years["table"] == TOTALS]
    leaving = frame[(frame[HOME] == code) & (frame[WORK] != code)]
    near = leaving[leaving[WORK].isin(Area.sondre_viken().regions)].groupby("Tid")["value"].sum(skipna=False)
    oslo = leaving[leaving[WORK] == OSLO].set_index("Tid")["value"]
    result = pd.DataFrame(index=years.index)
    for name, flow in (("sondre_viken", near), ("oslo", oslo)):
        result[f"to_{name}"] = flow.reindex(years.index).astype(float)
        result[f"{name}_of_out"] = percent(result[f"to_{name}"], years["out"])
        result[f"{name}_of_employed"] = percent(result[f"to_{name}"], years["employed"])
    result["sondre_viken_internal"] = summary(tables, Area.sondre_viken())["supply"].reindex(years.index)
    return result.assign(lacking=years["lacking"])


@dataclass(frozen=True)
class NationalNet:
    """What all municipalities' net commuting adds up to.

    Parameters
    ----------
    net : Σ (jobs − employed residents) by table 11618; −`outside` in a year that lacks nothing. closed : the same within the matrix, always 0.
    outside : employed residents whose workplace is not in the matrix; NaN in a year when the matrix lacks a municipality.
    lacking : codes that are not in the sums.
    """

    year: int
    net: float
    closed: float
    outside: float
    lacking: tuple[str, ...]


def national_net(tables: Tables, year: int) -> NationalNet:
    """Net commuting of the country, which is not 0: some residents work outside every municipality of the table.

    Raises
    ------
    TableMissing
        where 11618, 03321 or the year is not held.

    Examples
    --------
    >>> from helpers import Tables, commuting
    >>> found = commuting.national_net(Tables.load(), 2022)
    >>> found.net, found.outside, found.closed
    (-8385.0, 8385.0, 0.0)
    """
    country = Area.country()
    years = summary(tables, country)
    if year not in years.index:
        raise TableMissing(TOTALS, "året {year}", year=year)
    row = years.loc[[year]].iloc[0]
    flows = matrix(tables, year).to_numpy()
    closed = float((flows.sum(axis=0) - flows.sum(axis=1)).sum())
    return NationalNet(year, float(row["jobs"] - row["employed"]), closed, float(row["outside"]), row["lacking"])


@lineage.measure
def matrix(tables: Tables, year: int) -> pd.DataFrame:
    """Flows of one year as a square frame: index residence, columns workplace, both by code; NaN where a flow is missing.

    Raises
    ------
    TableMissing
        where the table or the year is not held.

    Examples
    --------
    >>> from helpers import Tables, commuting
    >>> flows = commuting.matrix(Tables.load(), 2022)
    >>> flows.shape, flows.loc["3101", ["3101", "3105"]].tolist()  # residents of Halden who work there, and in Sarpsborg
    ((356, 356), [10040.0, 1454.0])
    """
    frame = tables[TABLE]
    frame = _inside(frame[frame["Tid"] == year])
    if frame.empty:
        raise TableMissing(TABLE, "året {year}", year=year)
    flows = frame.set_index([HOME, WORK])["value"].unstack(WORK)
    codes = sorted({*flows.index, *flows.columns})
    return flows.reindex(index=codes, columns=codes).rename_axis(index=HOME, columns=WORK)


def indicators(flows: pd.DataFrame | npt.ArrayLike) -> pd.DataFrame:
    """Commuting of every zone of a closed matrix (rows residence, columns workplace).

    Returns
    -------
    frame with a row for each zone: employed, jobs, live_and_work, out, ``in_``, net (the unit of the input), supply, demand (% of
    employed and of jobs), coverage (jobs per 100 employed). ``attrs["self_containment"]``: % of all who work in their own zone.

    Raises
    ------
    ValueError
        where the matrix is not square, or its rows and columns differ.

    Examples
    --------
    >>> from helpers import commuting
    >>> found = commuting.indicators([[8, 2], [1, 9]])
    >>> found.loc[0, ["employed", "jobs", "out", "in_", "net", "supply"]].tolist(), found.attrs["self_containment"]
    ([10.0, 9.0, 2.0, 1.0, -1.0, 80.0], 85.0)
    """
    zones = flows.index if isinstance(flows, pd.DataFrame) else None
    if isinstance(flows, pd.DataFrame) and not flows.index.equals(flows.columns.rename(flows.index.name)):
        raise ValueError("rows and columns of the matrix are not the same zones in the same order")
    trips = np.asarray(flows, dtype=float)
    if trips.ndim != 2 or trips.shape[0] != trips.shape[1]:
        raise ValueError(f"the matrix is not square: {trips.shape}")
    found = pd.DataFrame(
        {"employed": trips.sum(axis=1), "jobs": trips.sum(axis=0), "live_and_work": trips.diagonal()}, index=zones
    )
    found["out"] = found["employed"] - found["live_and_work"]
    found["in_"] = found["jobs"] - found["live_and_work"]
    found = _derived(found)
    total = float(trips.sum())
    found.attrs = {"self_containment": 100 * float(trips.trace()) / total if total else math.nan}
    return found
