"""Shift-share of jobs by industry (table 07984): classic, year by year (dynamic), and Esteban-Marquillas.

All three take the change of a place apart into what the reference's growth says, what the mix of industries says, and what is left. They
differ in what they hold still: the mix of the first year (Dunn 1960), nothing (Barff and Knight 1988), the reference's mix
(Esteban-Marquillas 1972). A conclusion that only one of them gives is none.
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
from helpers.measures.industry import TABLE, TOTALS, Floats, comparable_years, rest_of, year_cells
from helpers.measures.remembered import remembered
from helpers.places import Area, Municipality

CLASSIC, DYNAMIC, ESTEBAN = "classic", "dynamic", "esteban_marquillas"
PARTS = ("reference", "mix", "local")
Vector = npt.NDArray[np.float64]


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

    Examples
    --------
    >>> from helpers.measures import shiftshare
    >>> shiftshare.shift_share([100, 50], [110, 50], [1000, 1000], [1000, 1200])[["change", "reference", "mix", "local"]].round(1).values.tolist()
    [[10.0, 10.0, -10.0, 10.0], [0.0, 5.0, 5.0, -10.0]]
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
    by_industry = _growth(r0, r1)
    change, reference = e1 - e0, e0 * total
    local = e1 - e0 * (1 + by_industry)
    parts = {"reference": reference, "mix": e0 * (by_industry - total), "local": local}
    return pd.DataFrame({"first": e0, "last": e1, "change": change, **parts}, index=names)


def dynamic(local: Sequence[Floats], reference: Sequence[Floats]) -> pd.DataFrame:
    """Classic shift-share from each year to the next, added up (Barff and Knight 1988).

    Parameters
    ----------
    local, reference : the vectors of `shift_share`, one for each year, in the order of the years; two or more.

    Returns
    -------
    frame as of `shift_share`; first and last are of the first and the last year, the others sums over the years.

    Raises
    ------
    ValueError
        where the years are not as many on both sides, or fewer than two.

    Examples
    --------
    >>> from helpers.measures import shiftshare
    >>> shiftshare.dynamic([[100], [110], [121]], [[1000], [1000], [1100]]).loc[0, ["change", "reference", "local"]].round(1).tolist()
    [21.0, 11.0, 10.0]
    >>> shiftshare.shift_share([100], [121], [1000], [1100]).loc[0, ["change", "reference", "local"]].round(1).tolist()
    [21.0, 10.0, 11.0]
    """
    if len(local) != len(reference) or len(local) < 2:
        raise ValueError(f"shift-share needs the same two years or more, got {len(local)} and {len(reference)}")
    steps = [shift_share(local[at], local[at + 1], reference[at], reference[at + 1]) for at in range(len(local) - 1)]
    parts = sum((step[[*PARTS, "change"]] for step in steps[1:]), steps[0][[*PARTS, "change"]])
    return steps[0][["first"]].assign(last=steps[-1]["last"], **{name: parts[name] for name in ("change", *PARTS)})


def esteban_marquillas(local0: Floats, local1: Floats, ref0: Floats, ref1: Floats) -> pd.DataFrame:
    """Shift-share with the local part shared in two (Esteban-Marquillas 1972): how the industries do, and that the place has much of them.

    With homothetic jobs h_i = e⁰·E_i⁰/E⁰ (what the place would have with the mix of the reference): competitive = h_i·(g_i − G_i),
    allocation = (e_i⁰ − h_i)·(g_i − G_i). reference and mix are classic, and competitive + allocation is the classic local part.

    Returns
    -------
    frame as of `shift_share`, and homothetic, competitive, allocation, undefined (no jobs in the first year, so that there is no growth
        to speak of: all of the local part is then in competitive).

    Raises
    ------
    DataError, ValueError
        as `shift_share`.

    Examples
    --------
    >>> from helpers.measures import shiftshare
    >>> found = shiftshare.esteban_marquillas([100, 50], [110, 50], [1000, 1000], [1000, 1200])
    >>> found[["homothetic", "competitive", "allocation", "local"]].round(1).values.tolist()
    [[75.0, 7.5, 2.5, 10.0], [75.0, -15.0, 5.0, -10.0]]
    """
    found = shift_share(local0, local1, ref0, ref1)
    e0, e1, r0, r1 = (np.asarray(each, dtype=float) for each in (local0, local1, ref0, ref1))
    homothetic = e0.sum() * r0 / r0.sum() if r0.sum() else np.full_like(e0, np.nan)
    undefined = e0 == 0
    ahead = np.divide(e1, e0, out=np.zeros_like(e1), where=~undefined) - 1 - _growth(r0, r1)
    competitive = np.where(undefined, found["local"], homothetic * ahead)
    return found.assign(
        homothetic=homothetic, competitive=competitive, allocation=found["local"] - competitive, undefined=undefined
    )


def _growth(first: Vector, last: Vector) -> Vector:
    """E¹/E⁰ − 1 by industry; 0 where there was none."""
    return np.divide(last, first, out=np.ones_like(first), where=first != 0) - 1


@dataclass(frozen=True)
class ShiftShare:
    """Shift-share of jobs between two years.

    Parameters
    ----------
    reference : name of the county (or «Landet») whose rest is the reference.
    by_industry : as of `esteban_marquillas`, indexed by NACE2007 code. total : the sums of its columns.
    forms : frame indexed by `CLASSIC`, `DYNAMIC`, `ESTEBAN`: change, reference, mix, local (competitive in the last), allocation (0 in the
        first two), reach (how far rounding of the municipality's own figures may have moved local; inf where it cannot be said), sign_holds.
    comparable : False where a year is known not to agree with table 11618, None where one could not be checked, else True.
    unchecked : the years that could not be checked. bad : the years of the table that do not agree.
    lacking : codes of the county that are not in the reference.
    """

    first: int
    last: int
    reference: str
    by_industry: pd.DataFrame
    total: pd.Series
    forms: pd.DataFrame
    comparable: bool | None
    unchecked: tuple[int, ...]
    lacking: tuple[str, ...]
    bad: tuple[int, ...] = ()

    @property
    def agree(self) -> bool | None:
        """Whether the three give the local part the same sign; None where rounding could turn a sign and the others do not disagree."""
        signs = np.sign(self.forms["local"][self.forms["sign_holds"]])
        if signs.nunique() > 1:
            return False
        return True if len(signs) == len(self.forms) else None


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
    DataError
        as `shift_share`.
    ValueError
        where the last year is not after the first.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import shiftshare
    >>> found = shiftshare.shift_share_jobs(Tables.load(), Municipality.find("skien"))
    >>> found.first, found.last, found.forms.loc["classic", ["change", "reference", "mix", "local"]].round(1).tolist(), found.agree
    (2020, 2025, [994.0, 1116.8, -125.3, 2.5], None)
    """
    rest = rest_of(municipality)
    agrees = agreement(tables, municipality, rest)
    if first is None or last is None:
        found = newest_run(agrees)
        first, last = found[0] if first is None else first, found[1] if last is None else last
    if last <= first:
        raise ValueError(f"shift-share needs last > first, got {first}–{last}")
    years = [first, *(int(year) for year in agrees.index if first < int(year) < last), last]
    own, reach, ref, gone = _vectors(tables, municipality, rest, years)
    by_industry = esteban_marquillas(own[0], own[-1], ref[0], ref[-1])
    checked = [agrees.get(year, pd.NA) for year in (first, last)]
    unchecked = tuple(year for year, each in zip((first, last), checked, strict=True) if each is pd.NA)
    bad = [int(year) for year in agrees.index[(agrees == False).fillna(False)]]  # noqa: E712
    return ShiftShare(
        first=first,
        last=last,
        reference=rest.name,
        by_industry=by_industry,
        total=by_industry.drop(columns="undefined").sum(skipna=False),
        forms=_forms(by_industry, own, ref, reach),
        comparable=False if {first, last} & set(bad) else None if unchecked else True,
        unchecked=unchecked,
        lacking=gone,
        bad=tuple(bad),
    )


@remembered(TABLE, TOTALS)
def agreement(tables: Tables, municipality: Municipality, *others: Place) -> pd.Series:
    """Whether each year of the municipality agrees with table 11618, there and in the others (`comparable_years`).

    Returns
    -------
    Series of "boolean" by year (Tid), every year that table 07984 has of the municipality; NA where it could not be checked.

    Raises
    ------
    TableMissing
        where the table or the municipality is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import shiftshare
    >>> shiftshare.agreement(Tables.load(), Municipality.find("skien")).loc[2018:2023].to_dict()
    {2018: False, 2019: False, 2020: True, 2021: True, 2022: True, 2023: None}
    """
    frame, _ = year_cells(tables, municipality, None)  # says which counties are held where this one is not
    frame = tables[TABLE]
    own = sorted({int(year) for year in frame.loc[frame["Region"] == municipality.code, "Tid"]})
    return comparable_years(tables, (municipality, *others))["comparable"].reindex(own)


def newest_run(agrees: pd.Series) -> tuple[int, int]:
    """First and last of the newest run of two years or more, none of which is known to disagree.

    Raises
    ------
    TableMissing
        where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import shiftshare
    >>> shiftshare.newest_run(pd.Series({2018: True, 2019: False, 2020: True, 2021: pd.NA, 2022: True}, dtype="boolean"))
    (2020, 2022)
    """
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
    tables: Tables, municipality: Municipality, rest: Area, years: list[int]
) -> tuple[list[pd.Series], list[Vector], list[pd.Series], tuple[str, ...]]:
    """Jobs by industry in each year: the municipality's, how far they may be off, the rest's; who lacks in the rest in the first or the last."""
    frame = tables[TABLE]
    frame = frame[frame["Tid"].isin(years)]
    mine, others = (frame[frame["Region"].isin(each.regions)] for each in (municipality, rest))
    for year in years:
        if not (mine["Tid"] == year).any():
            if not (frame["Tid"] == year).any():
                raise TableMissing(TABLE, "året {year}", year=year)
            raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
    own = mine.set_index(["NACE2007", "Tid"])
    jobs, above = (own[each].unstack("Tid") for each in ("value", "upper"))
    added = others.groupby(["NACE2007", "Tid"])["value"].sum(min_count=1).unstack("Tid").reindex(jobs.index)
    holes = others[others["value"].isna()]
    for nace, year in zip(holes["NACE2007"], holes["Tid"], strict=True):
        added.loc[nace, year] = np.nan  # a sum over what is missing is missing
    held = {year: set(others.loc[others["Tid"] == year, "Region"]) for year in (years[0], years[-1])}
    gone = {code for year, there in held.items() for code in lacking(rest.regions, there, year)}
    return (
        [jobs[year] for year in years],
        [(above[year] - jobs[year]).to_numpy() for year in years],
        [added[year] if year in added else jobs[year] * np.nan for year in years],
        tuple(sorted(gone)),
    )


def _forms(by_industry: pd.DataFrame, own: list[pd.Series], ref: list[pd.Series], reach: list[Vector]) -> pd.DataFrame:
    yearly = dynamic(own, ref)[["change", *PARTS]].sum(skipna=False)
    total = by_industry.drop(columns="undefined").sum(skipna=False)
    parts = ["change", *PARTS]
    rows = {
        CLASSIC: {**total[parts], "allocation": 0.0},
        DYNAMIC: {**yearly, "allocation": 0.0},
        ESTEBAN: {**total[parts], "local": total["competitive"], "allocation": total["allocation"]},
    }
    found = pd.DataFrame(rows).T.astype(float)
    found["reach"] = [
        _reach([own[0], own[-1]], [ref[0], ref[-1]], [reach[0], reach[-1]]),
        _reach(own, ref, reach),
        _homothetic_reach(by_industry, reach[0], reach[-1]),
    ]
    return found.assign(sign_holds=found["local"].abs() > found["reach"])


def _reach(own: list[pd.Series], ref: list[pd.Series], reach: list[Vector]) -> float:
    """How far Σ local may be off: it weighs the last year by 1, the first by 1 + G, each between by the G of the step that begins there."""
    grown = [_growth(ref[at].to_numpy(float), ref[at + 1].to_numpy(float)) for at in range(len(ref) - 1)]
    weights = [1 + grown[0], *grown[1:], np.ones(len(own[0]))]
    return sum(_off(weight, each) for weight, each in zip(weights, reach, strict=True))


def _homothetic_reach(found: pd.DataFrame, reach0: Vector, reach1: Vector) -> float:
    """How far Σ competitive may be off: it weighs the last year by h/e⁰, the first by h·e¹/e⁰². Not known where e⁰ may be 0."""
    h, e0, e1 = (found[name].to_numpy(float) for name in ("homothetic", "first", "last"))
    weighs = h > 0
    if (e0[weighs] <= reach0[weighs]).any():
        return float("inf")
    h, e0, e1, reach0, reach1 = (each[weighs] for each in (h, e0, e1, reach0, reach1))
    return _off(h / e0, reach1) + _off(h * e1 / e0**2, reach0)


def _off(weights: Vector, reach: Vector) -> float:
    """How far a weighted sum over the industries of a year may be off: the sum of all is no further off than one of them (both are totals
    of the table, docs/explanation/rounding.md), and what the weights differ from their mean adds independent errors.
    """  # fmt: skip
    mean = float(weights.mean())
    return abs(mean) * float(reach.max()) + float(np.sqrt(np.square((weights - mean) * reach).sum()))
