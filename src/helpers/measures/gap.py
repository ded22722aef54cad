"""Why a place has another share outside work, education and measures than a reference (table 13563).

The gap is decomposed over the joint cells that the table publishes (age × immigrant category), never over margins: what is due to who
lives there (composition) and what is due to other shares among the same people (rate). The parts add up to the gap exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.errors import InputError, TableMissing
from helpers.measures import kitagawa
from helpers.measures.cells import Place, Tables, lacking, named, pick
from helpers.measures.exclusion import AGES, ALL, IMMIGRANTS, OTHERS, OUTSIDE, TABLE, TOTAL, is_assumed
from helpers.measures.kitagawa import Floats
from helpers.places import Area, Municipality

AGE, CATEGORY = "Alder", "InnvandrKat"
CATEGORIES = (OTHERS, IMMIGRANTS)
GAP, COMPOSITION, RATE = "gap", "composition", "rate"
COVERAGE = 0.8  # of the simulated interval
DRAWS, SEED = 2000, 13563


@dataclass(frozen=True)
class Gap:
    """The gap in the share outside between a place and a reference, and what it is made of.

    Parameters
    ----------
    place, reference : names. year : of both. assumed : the publication did not print the year, so it carries no trend and no finding.
    factors : those with more than one level, ``Alder`` and ``InnvandrKat`` or one of them.
    share, reference_share : percent of all in the cells.
    effects : frame indexed by ``gap``, each factor (its composition effect), ``composition`` (all factors) and ``rate``: value, lower,
        upper (80 % interval of what the rounding may hide, simulated), least, most (the furthest that it can be), all in **percentage
        points**; sign_holds (boolean: least and most are on the same side of 0; NA where the value is missing); persons (value as
        persons of the place). composition + rate = gap. Positive: more are outside in the place.
    cells : frame indexed by (Alder, InnvandrKat): total, outside (persons), share, weight (%), the same with ``reference_`` before, and
        what the cell adds to each factor and to rate (percentage points); each column of these adds up to its effect.
    missing : cells (status, age, category) that the table does not have for the place: every component that needs one is NaN.
    lacking, reference_lacking : codes that are not in the sums. The intervals speak of rounding alone, and are as good as
        the allowance that the table declares (that of 13563 is borrowed: docs/explanation/rounding.md).
    """

    place: str
    reference: str
    year: int
    assumed: bool
    factors: tuple[str, ...]
    share: float
    reference_share: float
    effects: pd.DataFrame
    cells: pd.DataFrame
    missing: tuple[tuple[str, str, str], ...]
    lacking: tuple[str, ...]
    reference_lacking: tuple[str, ...]
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True)
class _Joint:
    """Cells of one year: `values` and `reach` [region, people · outside, age, category], NaN where the table has none."""

    regions: tuple[str, ...]
    values: Floats
    reach: Floats

    @property
    def whole(self) -> set[str]:
        """The regions with every cell."""
        return {code for at, code in enumerate(self.regions) if np.isfinite(self.values[at]).all()}

    def block(self, codes: set[str]) -> tuple[Floats, Floats]:
        """Sums over regions; distances to the bounds are added as independent errors, as in `rounding.approximate_sum`."""
        at = [index for index, code in enumerate(self.regions) if code in codes]
        return self.values[at].sum(axis=0), np.sqrt(np.square(self.reach[at]).sum(axis=0))


def between(
    tables: Tables,
    place: Place,
    reference: Place,
    year: int | None = None,
    ages: Sequence[str] = AGES,
    categories: Sequence[str] = CATEGORIES,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Gap:
    """Decompose the gap between a place and a reference (Kitagawa for one factor, Das Gupta for two).

    Parameters
    ----------
    year : by default `joint_year`. ages : bands that do not overlap. categories : ``A_C-G`` and ``B``, or ``A-G`` alone.
        What has one level only is no factor; at least one must have two.
    draws, seed : of the simulation. Each published figure is a total of rounded cells: its bounds in the table (the declared allowance) are
        taken as three standard deviations, which is 3·√(2·n) for n rounded cells of variance 2 (`rounding.allowance`).

    Raises
    ------
    TableMissing
        where the table, or a year, age, category or place in it, is not held.
    InputError
        where bands or categories overlap, or nothing varies.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import gap
    >>> found = gap.between(Tables.load(), Municipality.find("halden"), Municipality.find("halden").county)
    >>> found.effects["value"].round(2).to_dict()
    {'gap': 1.67, 'Alder': -0.06, 'InnvandrKat': -0.52, 'composition': -0.58, 'rate': 2.26}
    """
    factors = _factors(ages, categories)
    year = joint_year(tables, place, ages, categories) if year is None else year
    joint = _joint(tables, year, ages, categories)
    own, other = _held(joint, place, reference, year)
    parts = [joint.block(own - other), joint.block(own & other), joint.block(other - own)]
    shape = tuple(len(each) for each in (ages, categories) if len(each) > 1)
    blocks, reach = (np.stack(each).reshape(3, 2, *shape) for each in zip(*parts, strict=True))
    cells = _cells(blocks, factors, ages, categories)
    return Gap(
        place=place.name,
        reference=reference.name,
        year=year,
        assumed=is_assumed(tables, year),
        factors=factors,
        share=_percent(cells, ""),
        reference_share=_percent(cells, "reference_"),
        effects=_effects(blocks, reach, factors, draws, seed),
        cells=cells,
        missing=_missing(joint, own, ages, categories),
        lacking=lacking(place.regions, own, year),
        reference_lacking=lacking(reference.regions, other, year),
        draws=draws,
        seed=seed,
    )


def against(
    tables: Tables,
    municipality: Municipality,
    year: int | None = None,
    ages: Sequence[str] = AGES,
    categories: Sequence[str] = CATEGORIES,
) -> dict[str, Gap]:
    """The gap to the county (not where the municipality is all of it), and to the country where every municipality has its cells.

    Returns
    -------
    ``county`` and ``country`` → `Gap`. Neither reference leaves the municipality out.

    Raises
    ------
    TableMissing, InputError
        as `between`.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import gap
    >>> found = gap.against(Tables.load(), Municipality.find("halden"))
    >>> {key: each.effects.loc["gap", ["value", "lower", "upper"]].astype(float).round(2).tolist() for key, each in found.items()}
    {'county': [1.67, 1.64, 1.71]}
    """
    year = joint_year(tables, municipality, ages, categories) if year is None else year
    whole = _joint(tables, year, ages, categories).whole
    found: dict[str, Gap] = {}
    if len(municipality.county.municipalities) > 1:
        found["county"] = between(tables, municipality, municipality.county, year, ages, categories)
    if not lacking(Area.country().regions, whole, year):
        found["country"] = between(tables, municipality, Area.country(), year, ages, categories)
    return found


def joint_year(tables: Tables, place: Place, ages: Sequence[str] = AGES, categories: Sequence[str] = CATEGORIES) -> int:
    """The newest year in which a place has every joint cell: one that the publication printed, else an assumed one.

    Raises
    ------
    TableMissing
        where the table, or every such year, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import gap
    >>> gap.joint_year(Tables.load(), Municipality.find("halden"))
    2022
    >>> gap.joint_year(Tables.load(), Municipality.find("halden"), categories=["A-G"])
    2021
    """
    frame = tables[TABLE]
    rows = frame[frame["Region"].isin(place.regions) & frame[AGE].isin(ages) & frame[CATEGORY].isin(categories)]
    rows = rows[rows["HovArbStyrkStatus"].isin((TOTAL, OUTSIDE))].dropna(subset=["value"])
    if rows.empty:
        raise TableMissing(TABLE, "tall for {place}", place=named(place))
    counts = rows.groupby(["Tid", "Region"]).size()
    full = counts[counts >= 2 * len(ages) * len(categories)]
    years = {int(str(each)) for each in full.index.get_level_values("Tid")}
    if not years:
        raise TableMissing(TABLE, "tall for {place}", place=named(place))
    printed = {each for each in years if not is_assumed(tables, each)}
    return max(printed or years)


def _factors(ages: Sequence[str], categories: Sequence[str]) -> tuple[str, ...]:
    bands = sorted((_band(each), each) for each in ages)
    for (one, first), (two, second) in pairwise(bands):
        if two[0] <= one[1]:
            raise InputError(f"Aldersgruppene {first} og {second} overlapper. Velg grupper som ikke gjør det.")
    if len(set(categories)) != len(categories) or (ALL in categories and len(categories) > 1):
        raise InputError(f"Innvandringskategoriene {', '.join(categories)} overlapper. Velg {OTHERS} og {IMMIGRANTS}.")
    found = tuple(name for name, each in ((AGE, ages), (CATEGORY, categories)) if len(each) > 1)
    if not found:
        raise InputError("Et gap kan ikke deles opp med bare én aldersgruppe og én innvandringskategori.")
    return found


def _band(age: str) -> tuple[int, int]:
    """First and last year of ``15-29``, ``62+``."""
    first, dash, last = age.removesuffix("+").partition("-")
    if not first.isdigit() or (dash and not last.isdigit()):
        raise InputError(f"«{age}» er ikke en aldersgruppe. Skriv den som i tabellen, for eksempel 15-29.")
    return int(first), int(last) if dash else 200 if age.endswith("+") else int(first)


def _joint(tables: Tables, year: int, ages: Sequence[str], categories: Sequence[str]) -> _Joint:
    frame = pick(tables[TABLE], TABLE, Tid=year)
    statuses = (TOTAL, OUTSIDE)
    for dimension, codes in ((AGE, ages), (CATEGORY, categories), ("HovArbStyrkStatus", statuses)):
        for code in codes:
            pick(frame, TABLE, **{dimension: code})
        frame = frame[frame[dimension].isin(codes)]
    keys = ["Region", "HovArbStyrkStatus", AGE, CATEGORY]
    held = frame.set_index(keys)[["value", "upper"]]
    regions = tuple(sorted(str(code) for code in frame["Region"].unique()))
    every = pd.MultiIndex.from_product([regions, statuses, ages, categories], names=keys)
    held = held.reindex(every)
    shape = (len(regions), 2, len(ages), len(categories))
    values = held["value"].to_numpy(dtype=float).reshape(shape)
    reach = (held["upper"] - held["value"]).to_numpy(dtype=float).reshape(shape)
    return _Joint(regions, values, reach)


def _held(joint: _Joint, place: Place, reference: Place, year: int) -> tuple[set[str], set[str]]:
    """The regions that are in the sums of the place, and of the reference."""
    own = set(place.regions) & (set(joint.regions) if isinstance(place, Municipality) else joint.whole)
    other = set(reference.regions) & joint.whole
    for each, held in ((place, own), (reference, other)):
        if not held:
            raise TableMissing(TABLE, "tall for {place} i {year}", place=named(each), year=year)
    return own, other


def _missing(
    joint: _Joint, own: set[str], ages: Sequence[str], categories: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    at = [index for index, code in enumerate(joint.regions) if code in own]
    gone = np.argwhere(np.isnan(joint.values[at].sum(axis=0)))
    return tuple(((TOTAL, OUTSIDE)[status], ages[age], categories[category]) for status, age, category in gone)


def _effects(blocks: Floats, reach: Floats, factors: tuple[str, ...], draws: int, seed: int) -> pd.DataFrame:
    k = len(factors)
    value = kitagawa.of_blocks(blocks, k)
    lower, upper = kitagawa.interval(blocks, reach, k, COVERAGE, draws, seed)
    least, most = kitagawa.extremes(blocks, reach, k)
    bounds = {"value": value, "lower": lower, "upper": upper, "least": least, "most": most}
    frame = pd.DataFrame(
        {name: 100 * each for name, each in bounds.items()},
        index=pd.Index([GAP, *factors, COMPOSITION, RATE], name="effect"),
    )
    frame["sign_holds"] = ((frame["least"] > 0) | (frame["most"] < 0)).astype("boolean").mask(frame["value"].isna())
    people = float(blocks[:2, 0].sum())
    return frame.assign(persons=frame["value"] / 100 * people)


def _cells(blocks: Floats, factors: tuple[str, ...], ages: Sequence[str], categories: Sequence[str]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([ages, categories], names=[AGE, CATEGORY])
    columns: dict[str, Floats] = {}
    sums = [blocks[first : first + 2].sum(axis=0) for first in (0, 1)]
    for before, (people, outside) in zip(("", "reference_"), sums, strict=True):
        columns[f"{before}total"], columns[f"{before}outside"] = people.ravel(), outside.ravel()
    (own, counted), (ref, ref_counted) = sums
    added = kitagawa.contributions(own, counted, ref, ref_counted, len(factors))
    frame = pd.DataFrame(columns, index=index)
    for before in ("", "reference_"):
        total = frame[f"{before}total"]
        frame[f"{before}share"] = 100 * frame[f"{before}outside"] / total.where(total > 0)
        frame[f"{before}weight"] = 100 * total / total.sum(skipna=False)
    return frame.assign(**{name: 100 * part.ravel() for name, part in zip((*factors, RATE), added, strict=True)})


def _percent(cells: pd.DataFrame, before: str) -> float:
    total = float(cells[f"{before}total"].sum(skipna=False))
    return 100 * float(cells[f"{before}outside"].sum(skipna=False)) / total if total > 0 else float("nan")
