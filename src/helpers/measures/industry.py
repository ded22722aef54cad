"""Jobs by industry and location quotient (table 07984; the snapshot has it for Telemark, a fetch for the country).

The reference is the county less the municipality; for a county of one municipality (Oslo) the country less it. The table prints
totals of rounded cells, so every figure here is approximate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures.cells import Place, Tables, lacking
from helpers.measures.publishing import Figures
from helpers.measures.remembered import remembered
from helpers.measures.rounding import allowance, approximate_sum
from helpers.places import Area, Municipality, registry

TABLE, TOTALS = "ssb_07984", "ssb_11618"
UNKNOWN = "00"  # jobs in no known industry
SMALL = 50  # jobs: below this a quotient says little
Floats = npt.ArrayLike | pd.Series
Array = npt.NDArray[np.float64]


def reference_of(municipality: Municipality) -> Area:
    """What a municipality is held against, itself included: its county, or the country where it is its own county.

    Examples
    --------
    >>> from helpers import Municipality, industry
    >>> [industry.reference_of(Municipality.find(each)).name for each in ("skien", "oslo")]
    ['Telemark', 'Landet']
    """
    county = municipality.county
    return county if len(county.municipalities) > 1 else Area.country()


def rest_of(municipality: Municipality) -> Area:
    """The reference: the county (or the country) less the municipality.

    Examples
    --------
    >>> from helpers import Municipality, industry
    >>> skien = Municipality.find("skien")
    >>> len(skien.county.municipalities), len(industry.rest_of(skien).municipalities)
    (17, 16)
    """
    return reference_of(municipality).without(municipality)


def counties_held(tables: Tables) -> tuple[str, ...]:
    """The names of the counties of which a municipality is held, in the order of their codes; every county where the table is whole.

    Examples
    --------
    >>> from helpers import Tables, industry
    >>> industry.counties_held(Tables.load())  # of the figures that come with the project
    ('Telemark',)
    """
    today = registry().by_code
    held = sorted(code for code in tables[TABLE]["Region"].unique() if code in today)
    return tuple(dict.fromkeys(today[code].county.name for code in held))


def holds_industry(tables: Tables, municipality: Municipality) -> bool:
    """Whether jobs by industry are held for this municipality (False where the table itself is not held).

    Examples
    --------
    >>> from helpers import Municipality, Tables, industry
    >>> [industry.holds_industry(Tables.load(), Municipality.find(each)) for each in ("skien", "halden")]
    [True, False]
    """
    return TABLE in tables and bool((tables[TABLE]["Region"] == municipality.code).any())


@lineage.measure
def jobs_by_industry(tables: Tables, municipality: Municipality, year: int | None = None) -> pd.DataFrame:
    """Jobs by workplace in the 17 groups of the table.

    Parameters
    ----------
    year : default the newest.

    Returns
    -------
    frame indexed by NACE2007 code: jobs, lower, upper (persons, approximate), share (% of all jobs). The year is in ``attrs``.

    Raises
    ------
    TableMissing
        where the table, the year or the municipality is not held; `.what` says which counties are.

    Examples
    --------
    >>> from helpers import Municipality, Tables, industry
    >>> found = industry.jobs_by_industry(Tables.load(), Municipality.find("skien"))
    >>> found[["jobs", "share"]].nlargest(2, "jobs").round(1).to_dict("index"), found.attrs["year"]  # health, trade
    ({'86-88': {'jobs': 8432.0, 'share': 31.0}, '45-47': {'jobs': 3653.0, 'share': 13.4}}, 2025)
    """
    cells, year = year_cells(tables, municipality, year)
    own = cells[cells["Region"] == municipality.code].set_index("NACE2007")
    result = own[["value", "lower", "upper"]].rename(columns={"value": "jobs"})
    result["share"] = _shares(result["jobs"])
    result.attrs = {"year": year}
    return result


@lineage.measure
def location_quotient(tables: Tables, municipality: Municipality, year: int | None = None) -> pd.DataFrame:
    """Share of each industry in the municipality against its share in the rest of the county (`rest_of`).

    Returns
    -------
    frame indexed by NACE2007 code: jobs, share, reference_share (%), lq, lq_lower, lq_upper (approximate: every figure within its
    bounds, `shares_of_all`), small (fewer than 50 jobs). NaN where the reference has no such jobs; an
    upper bound is NaN where the reference may have none. ``attrs``: year, reference (name), lacking (codes not in the reference).

    Raises
    ------
    TableMissing
        as `jobs_by_industry`; where no other municipality of the reference is held.

    Examples
    --------
    >>> from helpers import Municipality, Tables, industry
    >>> found = industry.location_quotient(Tables.load(), Municipality.find("skien"))
    >>> found[["share", "reference_share", "lq"]].nlargest(1, "lq").round(2).to_dict("index")  # public administration
    {'84': {'share': 7.92, 'reference_share': 4.22, 'lq': 1.88}}
    """
    cells, year = year_cells(tables, municipality, year)
    reference = rest_of(municipality)
    others = cells[cells["Region"].isin(reference.regions)]
    if others.empty:
        raise TableMissing(TABLE, "tall for andre kommuner i {place}", place=reference.name)
    own = cells[cells["Region"] == municipality.code].set_index("NACE2007")
    rest = {str(nace): approximate_sum(rows) for nace, rows in others.groupby("NACE2007", sort=False)}
    ref = pd.DataFrame({nace: vars(each) for nace, each in rest.items()}).T.reindex(own.index)
    result = pd.DataFrame(
        {"jobs": own["value"], "share": _shares(own["value"]), "reference_share": _shares(ref["value"])}
    )
    (_, low, high), (_, ref_low, ref_high) = (
        (pd.Series(part, index=own.index) for part in shares_of_all(_figures(each))) for each in (own, ref)
    )
    result["lq"] = quotients(own["value"], ref["value"])
    result["lq_lower"] = low / ref_high.where(ref_high > 0)
    result["lq_upper"] = high / ref_low.where(ref_low > 0)
    result["small"] = result["jobs"] < SMALL
    gone = lacking(reference.regions, set(others["Region"]), year)
    result.attrs = {"year": year, "reference": reference.name, "lacking": list(gone), "small": SMALL}
    return result


def quotients(local: Floats, reference: Floats) -> npt.NDArray[np.float64]:
    """Location quotients (e_i / e) / (E_i / E); NaN for 0/0 and where the reference is 0.

    Raises
    ------
    ValueError
        where the two differ in shape.

    Examples
    --------
    >>> from helpers import industry
    >>> industry.quotients([30, 70], [10, 90]).round(2).tolist()  # 30 % against 10 %, 70 % against 90 %
    [3.0, 0.78]
    """
    own, ref = (np.asarray(each, dtype=float) for each in (local, reference))
    if own.shape != ref.shape:
        raise ValueError(f"local and reference differ in shape: {own.shape} and {ref.shape}")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (own / own.sum()) / (ref / ref.sum())
    return np.where(np.isfinite(found), found, np.nan)


@lineage.described
def comparable_years(tables: Tables, places: Sequence[Place] | None = None) -> pd.DataFrame:
    """In which years the industries add up to the jobs of table 11618, as far as rounding can explain.

    A municipality's sum of 17 groups may be three standard deviations off (17 persons), an area's more by the root of how many it
    has. Years that 11618 does not hold cannot be checked.

    Parameters
    ----------
    places : of which every one must agree; by default each region of the table by itself.

    Returns
    -------
    frame indexed by Tid: municipalities (how many were compared), largest (largest absolute difference, persons), total (sum of
    differences), comparable (boolean; NA where the year could not be checked).

    Examples
    --------
    >>> from helpers import Municipality, Tables, industry
    >>> years = industry.comparable_years(Tables.load(), [Municipality.find("skien")])
    >>> years.loc[[2017, 2022, 2025], ["largest", "comparable"]].values.tolist()
    [[267.0, False], [6.0, True], [nan, <NA>]]
    """
    cells = tables[TABLE]
    groups = cells["NACE2007"].nunique()
    found = _differences(tables).assign(sizes=1)
    if places is not None:
        parts = [found[found["Region"].isin(each.regions)].assign(Region=each.key) for each in places]
        found = pd.concat(parts).groupby(["Tid", "Region"], as_index=False).sum()
    within = found["off"].abs() <= found["sizes"].map(lambda size: allowance(groups * size))
    by_year = found.assign(within=within, far=found["off"].abs()).groupby("Tid")
    years = pd.Index(sorted({int(year) for year in cells["Tid"]}), name="Tid")
    result = pd.DataFrame({"municipalities": by_year["sizes"].sum(), "largest": by_year["far"].max()})
    result = result.assign(total=by_year["off"].sum(), comparable=by_year["within"].all()).reindex(years)
    result["municipalities"] = result["municipalities"].fillna(0).astype(int)
    result["comparable"] = result["comparable"].astype("boolean").mask(result["municipalities"] == 0)
    return result


@remembered(TABLE, TOTALS)
def _differences(tables: Tables) -> pd.DataFrame:
    """Tid, Region, off: by how much the industries of a region add up to more than the jobs of table 11618, where both are held."""
    cells, jobs = tables[TABLE], tables[TOTALS]
    added = cells.groupby(["Tid", "Region"])["value"].sum(skipna=False)
    keep = (jobs["ContentsCode"] == "SysselArbsted") & (jobs["Alder"] == "15-74")
    difference = (added - jobs[keep].set_index(["Tid", "Region"])["value"]).reindex(added.index).dropna()
    return difference.reset_index(name="off")


def year_cells(tables: Tables, municipality: Municipality, year: int | None) -> tuple[pd.DataFrame, int]:
    """The cells of every place held in a year, by default the newest, and the year.

    Raises
    ------
    TableMissing
        where the municipality or the year is not held.

    Returns
    -------
    the rows of the table in that year, as they are held, and the year.

    Examples
    --------
    >>> from helpers import Municipality, Tables, industry
    >>> cells, year = industry.year_cells(Tables.load(), Municipality.find("skien"), None)
    >>> year, cells["Region"].nunique(), cells["NACE2007"].nunique()
    (2025, 17, 17)
    """
    frame = tables[TABLE]
    if not (frame["Region"] == municipality.code).any():
        held = tuple(counties_held(tables))
        raise TableMissing(TABLE, "tall for {place} (tabellen dekker {held})", place=municipality.name, held=held)
    year = int(frame["Tid"].max()) if year is None else year
    cells = frame[frame["Tid"] == year]
    if cells.empty:
        raise TableMissing(TABLE, "året {year}", year=year)
    return cells, year


def _shares(values: pd.Series) -> pd.Series:
    total = float(values.sum(skipna=False))
    return 100 * values / (total if total > 0 else np.nan)


def shares_of_all(jobs: Figures) -> tuple[Array, Array, Array]:
    """Each industry's share (%) of all jobs (last axis) with its bounds: itself and all others move, each within its own.

    NaN where nobody has a job, and the upper bound where all may have none.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers import industry
    >>> from helpers.measures.publishing import Figures
    >>> jobs = Figures.with_allowance(np.array([30.0, 70.0]), np.array([27.0, 67.0]), np.array([33.0, 73.0]))
    >>> [each.round(1).tolist() for each in industry.shares_of_all(jobs)]
    [[30.0, 70.0], [27.0, 67.0], [33.0, 73.0]]
    """
    value, low, high = jobs.value, jobs.lower, jobs.upper
    others = [each.sum(axis=-1, keepdims=True) - each for each in (value, low, high)]
    if not jobs.hard:
        down, up = (np.square(each) for each in (value - low, high - value))
        far = [np.sqrt(each.sum(axis=-1, keepdims=True) - each) for each in (down, up)]
        others[1:] = [np.maximum(others[0] - far[0], 0), others[0] + far[1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 100 * value / (value + others[0])
        least = np.where(low == 0, 0.0, 100 * low / (low + others[2]))  # none of none is a share of 0
        most = 100 * high / (high + others[1])
    known = np.isfinite(found)
    least, most = (np.where(known & np.isfinite(each), each, np.nan) for each in (least, most))
    return np.where(known, found, np.nan), least, most


def _figures(cells: pd.DataFrame) -> Figures:
    value, lower, upper = (cells[each].to_numpy(dtype=float) for each in ("value", "lower", "upper"))
    return Figures.with_allowance(value, lower, upper)
