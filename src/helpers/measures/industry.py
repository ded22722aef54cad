"""Jobs by industry, location quotient and shift-share (table 07984; the snapshot has it for Telemark, a fetch for the country).

The reference is the county less the municipality; for a county of one municipality (Oslo) the country less it. The table prints
totals of rounded cells, so every figure here is approximate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers import lineage
from helpers.errors import DataError, TableMissing
from helpers.measures.cells import Place, Tables, lacking
from helpers.measures.rounding import allowance, approximate_sum
from helpers.places import Area, Municipality, registry

TABLE, TOTALS = "ssb_07984", "ssb_11618"
SMALL = 50  # jobs: below this a quotient says little
Floats = npt.ArrayLike | pd.Series


def reference_of(municipality: Municipality) -> Area:
    """What a municipality is held against, itself included: its county, or the country where it is its own county."""
    county = municipality.county
    return county if len(county.municipalities) > 1 else Area.country()


def rest_of(municipality: Municipality) -> Area:
    """The reference: the county (or the country) less the municipality."""
    return reference_of(municipality).without(municipality)


def counties_held(tables: Tables) -> tuple[str, ...]:
    """The names of the counties of which a municipality is held, in the order of their codes; every county where the table is whole."""
    today = registry().by_code
    held = sorted(code for code in tables[TABLE]["Region"].unique() if code in today)
    return tuple(dict.fromkeys(today[code].county.name for code in held))


def holds_industry(tables: Tables, municipality: Municipality) -> bool:
    """Whether jobs by industry are held for this municipality (False where the table itself is not held)."""
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
    """
    cells, year = _cells(tables, municipality, year)
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
    frame indexed by NACE2007 code: jobs, share, reference_share (%), lq, lq_lower, lq_upper (approximate: the industry's own
    figures within their bounds, all others as printed), small (fewer than 50 jobs). NaN where the reference has no such jobs; an
    upper bound is NaN where the reference may have none. ``attrs``: year, reference (name), lacking (codes not in the reference).
    """
    cells, year = _cells(tables, municipality, year)
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
    low, high = _share_bounds(own)
    ref_low, ref_high = _share_bounds(ref)
    result["lq"] = quotients(own["value"], ref["value"])
    result["lq_lower"] = low / ref_high.where(ref_high > 0)
    result["lq_upper"] = high / ref_low.where(ref_low > 0)
    result["small"] = result["jobs"] < SMALL
    gone = lacking(reference.regions, set(others["Region"]), year)
    result.attrs = {"year": year, "reference": reference.name, "lacking": list(gone), "small": SMALL}
    return result


def quotients(local: Floats, reference: Floats) -> npt.NDArray[np.float64]:
    """Location quotients (e_i / e) / (E_i / E); NaN for 0/0 and where the reference is 0."""
    own, ref = (np.asarray(each, dtype=float) for each in (local, reference))
    if own.shape != ref.shape:
        raise ValueError(f"local and reference differ in shape: {own.shape} and {ref.shape}")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (own / own.sum()) / (ref / ref.sum())
    return np.where(np.isfinite(found), found, np.nan)


def shift_share(local0: Floats, local1: Floats, ref0: Floats, ref1: Floats) -> pd.DataFrame:
    """Classic shift-share (Dunn 1960), level form, by industry.

    reference = e⁰·G, mix = e⁰·(G_i − G), local = e¹ − e⁰·(1 + G_i), where G and G_i are the growth of the reference in all and in the
    industry. The three add up to e¹ − e⁰ exactly. An industry that is new in both (E_i⁰ = 0) has its whole growth in local.

    Returns
    -------
    frame with a row for each industry: first, last, change, reference, mix, local (the unit of the input).

    Raises
    ------
    DataError
        where the reference has no jobs in an industry in the first year and the municipality has some.
    ValueError
        where the four differ in length.
    """
    e0, e1, r0, r1 = (np.asarray(each, dtype=float) for each in (local0, local1, ref0, ref1))
    if not e0.shape == e1.shape == r0.shape == r1.shape:
        raise ValueError(f"the four vectors differ in shape: {e0.shape}, {e1.shape}, {r0.shape}, {r1.shape}")
    names = local0.index if isinstance(local0, pd.Series) else pd.RangeIndex(len(e0))
    bad = (r0 == 0) & (e0 > 0)
    if bad.any():
        listed = ", ".join(str(each) for each in names[bad])
        raise DataError(
            f"Skift-andel kan ikke regnes ut: referansen har ingen sysselsatte i næring {listed} i startåret."
        )
    total = r1.sum() / r0.sum() - 1 if r0.sum() else np.nan
    by_industry = np.divide(r1, r0, out=np.ones_like(r0), where=r0 != 0) - 1
    change, reference = e1 - e0, e0 * total
    local = e1 - e0 * (1 + by_industry)
    parts = {"reference": reference, "mix": e0 * (by_industry - total), "local": local}
    return pd.DataFrame({"first": e0, "last": e1, "change": change, **parts}, index=names)


@dataclass(frozen=True)
class ShiftShare:
    """Shift-share of jobs between two years.

    Parameters
    ----------
    reference : name of the county (or «Landet») whose rest is the reference.
    by_industry : as of `shift_share`, indexed by NACE2007 code. total : the sums of its columns.
    comparable : False where a year is known not to agree with table 11618, None where one could not be checked, else True.
    unchecked : the years that could not be checked. bad : the years of the table that do not agree.
    lacking : codes of the county that are not in the reference.
    """

    first: int
    last: int
    reference: str
    by_industry: pd.DataFrame
    total: pd.Series
    comparable: bool | None
    unchecked: tuple[int, ...]
    lacking: tuple[str, ...]
    bad: tuple[int, ...] = ()


@lineage.measure
def shift_share_jobs(
    tables: Tables, municipality: Municipality, first: int | None = None, last: int | None = None
) -> ShiftShare:
    """Change of jobs against the rest of the county (`rest_of`), industry by industry.

    Parameters
    ----------
    first, last : default the newest run of years that are not known to disagree with table 11618, in the municipality or in the rest
        (`comparable_years`; 2020 to the newest year in the snapshot).

    Raises
    ------
    TableMissing
        where the table, the municipality or a year is not held, or no two years agree.
    """
    rest = rest_of(municipality)
    _cells(tables, municipality, None)  # says which counties are held where this one is not
    frame = tables[TABLE]
    own = sorted({int(year) for year in frame.loc[frame["Region"] == municipality.code, "Tid"]})
    agrees = comparable_years(tables, (municipality, rest))["comparable"].reindex(own)
    if first is None or last is None:
        found = _newest_run(agrees)
        first, last = found[0] if first is None else first, found[1] if last is None else last
    if last <= first:
        raise ValueError(f"shift-share needs last > first, got {first}–{last}")
    own0, ref0, gone0 = _vectors(tables, municipality, rest, first)
    own1, ref1, gone1 = _vectors(tables, municipality, rest, last)
    by_industry = shift_share(own0, own1.reindex(own0.index), ref0, ref1.reindex(own0.index))
    checked = [agrees.get(year, pd.NA) for year in (first, last)]
    unchecked = tuple(year for year, each in zip((first, last), checked, strict=True) if each is pd.NA)
    bad = [int(year) for year in agrees.index[(agrees == False).fillna(False)]]  # noqa: E712
    return ShiftShare(
        first=first,
        last=last,
        reference=rest.name,
        by_industry=by_industry,
        total=by_industry.sum(skipna=False),
        comparable=False if {first, last} & set(bad) else None if unchecked else True,
        unchecked=unchecked,
        lacking=tuple(sorted({*gone0, *gone1})),
        bad=tuple(bad),
    )


def _newest_run(agrees: pd.Series) -> tuple[int, int]:
    """First and last of the newest run of two years or more, none of which is known to disagree."""
    run: list[int] = []
    runs = []
    for year, each in agrees.items():
        run = [] if each is not pd.NA and not each else [*run, int(str(year))]
        if len(run) > 1:
            runs.append((run[0], run[-1]))
    if not runs:
        raise TableMissing(TABLE, "to år der næringene stemmer med tabell 11618")
    return runs[-1]


def _vectors(
    tables: Tables, municipality: Municipality, rest: Area, year: int
) -> tuple[pd.Series, pd.Series, tuple[str, ...]]:
    """Jobs by industry in the municipality and in the rest in one year, and who lacks in the rest."""
    cells, _ = _cells(tables, municipality, year)
    jobs = cells.pivot(index="NACE2007", columns="Region", values="value")
    if municipality.code not in jobs.columns:
        raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
    others = [code for code in jobs.columns if code in rest.regions]
    gone = lacking(rest.regions, set(others), year)
    return jobs[municipality.code], jobs[others].sum(axis=1, skipna=False), gone


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
    """
    cells, jobs = tables[TABLE], tables[TOTALS]
    added = cells.groupby(["Tid", "Region"])["value"].sum(skipna=False)
    keep = (jobs["ContentsCode"] == "SysselArbsted") & (jobs["Alder"] == "15-74")
    difference = (added - jobs[keep].set_index(["Tid", "Region"])["value"]).reindex(added.index).dropna()
    groups = cells["NACE2007"].nunique()
    found = difference.reset_index(name="off").assign(sizes=1)
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


def _cells(tables: Tables, municipality: Municipality, year: int | None) -> tuple[pd.DataFrame, int]:
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


def _share_bounds(cells: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Least and largest share of each row when the row itself moves within its bounds."""
    others = cells["value"].sum(skipna=False) - cells["value"]
    low, high = cells["lower"], cells["upper"]
    least = (low / (low + others).where(low + others > 0)).mask(low == 0, 0.0)  # none of none is a share of 0
    return least, high / (high + others).where(high + others > 0)
