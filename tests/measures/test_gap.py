from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fetched
from fetched import Fetched
from helpers.errors import InputError, TableMissing
from helpers.measures import exclusion, gap, kitagawa, rounding
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames

Floats = npt.NDArray[np.float64]
COLUMNS = ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", "ContentsCode", "Tid"]
PARTS = [gap.GAP, gap.AGE, gap.CATEGORY, gap.COMPOSITION, gap.RATE]


@pytest.fixture(scope="module")
def whole() -> Fetched:
    """Table 13563 as a fetch brings it: every municipality, 2016 to 2024, no assumed year."""
    frame = fetched._status()
    return Fetched({gap.TABLE: frame}, {gap.TABLE: fetched._meta(gap.TABLE, frame)})


def table(
    cells: Mapping[str, Sequence[tuple[float, float]]],
    levels: Sequence[tuple[str, str]],
    year: int = 2024,
    reach: float = 0,
) -> dict[str, pd.DataFrame]:
    """Region → (all, outside) for each (age, category)."""
    rows = [
        (region, status, *level, "Bosatte", year, figure)
        for region, pairs in cells.items()
        for level, pair in zip(levels, pairs, strict=True)
        for status, figure in zip(("TOT", "NEET2"), pair, strict=True)
    ]
    frame = frames.tidy(rows, COLUMNS)
    return {gap.TABLE: frame.assign(lower=(frame["value"] - reach).clip(lower=0), upper=frame["value"] + reach)}


AGED = [("15-29", "A-G"), ("30-61", "A-G")]
JOINT = [("15-29", "A_C-G"), ("15-29", "B"), ("30-61", "A_C-G"), ("30-61", "B")]
ALONE = Area.of(["3105"])


def test_one_factor_by_hand(halden: Municipality) -> None:
    """w = .6, .4 and .8, .2; p = .1, .5 and .05, .4: composition −.2·.075 + .2·.45, rate .05·.7 + .1·.3."""
    tables = table({"3101": [(60, 6), (40, 20)], "3105": [(80, 4), (20, 8)]}, AGED)
    found = gap.between(tables, halden, ALONE, categories=("A-G",))
    assert found.effects["value"].to_dict() == pytest.approx({"gap": 14, "Alder": 7.5, "composition": 7.5, "rate": 6.5})
    assert found.factors == ("Alder",) and (found.share, found.reference_share) == pytest.approx((26, 12))
    assert found.cells["Alder"].to_list() == pytest.approx([-1.5, 9])
    assert found.cells["rate"].to_list() == pytest.approx([3.5, 3])
    assert found.effects.at["rate", "persons"] == pytest.approx(6.5)
    assert (found.effects["lower"] == found.effects["upper"]).all()  # an unrounded table hides nothing


def test_two_factors_by_hand(halden: Municipality) -> None:
    """Factors independent of each other and equal rates: A is the age's share, B the category's (a = .5, .5 against .75, .25)."""
    own = [(25, 0), (25, 5), (25, 10), (25, 20)]
    tables = table({"3101": own, "3105": [(900, 0), (300, 60), (300, 120), (100, 80)]}, JOINT)
    found = gap.between(tables, halden, ALONE)
    expected = {"gap": 18.75, "Alder": 11.875, "InnvandrKat": 6.875, "composition": 18.75, "rate": 0}
    assert found.effects["value"].to_dict() == pytest.approx(expected, abs=1e-12)
    assert list(found.effects.index) == PARTS


def test_joint_cells_are_not_margins(halden: Municipality) -> None:
    """Same margins in both factors, another joint distribution: margins would say that the composition is the same."""
    own = [(40, 4), (10, 5), (10, 1), (40, 20)]
    tables = table({"3101": own, "3105": [(25, 2.5), (25, 12.5), (25, 2.5), (25, 12.5)]}, JOINT)
    found = gap.between(tables, halden, ALONE).effects["value"]
    assert found["gap"] == pytest.approx(0) and found["rate"] == pytest.approx(0)
    crossed = table({"3101": [(40, 4), (10, 1), (10, 1), (40, 20)], "3105": [(25, 2.5)] * 3 + [(25, 12.5)]}, JOINT)
    found = gap.between(crossed, halden, ALONE).effects["value"]
    assert found["composition"] == pytest.approx(6) and found["rate"] == pytest.approx(0)


def test_halden_in_the_snapshot(tables: Tables, halden: Municipality) -> None:
    found = gap.against(tables, halden)
    assert list(found) == ["county"]
    county = found["county"]
    assert (county.year, county.assumed, county.reference) == (2022, True, "Østfold")
    assert (county.missing, county.lacking, county.reference_lacking) == ((), (), ())
    values = county.effects["value"].round(3).to_dict()
    assert values == {"gap": 1.674, "Alder": -0.062, "InnvandrKat": -0.520, "composition": -0.582, "rate": 2.256}
    assert county.effects["sign_holds"].all()
    assert round(county.effects.at["rate", "persons"]) == 424
    share = (661 + 3093) / (5578 + 13214)
    assert county.share == pytest.approx(100 * share)
    assert county.cells.loc[("30-61", "B"), ["total", "outside"]].to_list() == [2441, 809]
    by_hand = sum(
        (row.weight - row.reference_weight) * (row.share + row.reference_share) / 200
        for row in county.cells.itertuples()
    )
    assert values["composition"] == pytest.approx(by_hand, abs=1e-3)


def test_a_printed_year_is_preferred(tables: Tables, halden: Municipality) -> None:
    found = gap.between(tables, halden, halden.county, categories=("A-G",))
    assert (found.year, found.assumed) == (2021, False)
    both = gap.between(tables, halden, halden.county, ages=("30-61",))
    assert (both.year, both.assumed, both.factors) == (2022, True, ("InnvandrKat",))


def test_a_small_municipality_has_no_sign_that_holds(tables: Tables) -> None:
    aremark = gap.against(tables, Municipality.find("aremark"))["county"].effects
    assert not aremark.loc[["gap", "Alder", "rate"], "sign_holds"].any()
    wide, narrow = (each["upper"] - each["lower"] for each in (aremark, _halden(tables)))
    assert (wide > narrow).all()


def _halden(tables: Tables) -> pd.DataFrame:
    return gap.against(tables, Municipality.find("3101"))["county"].effects


def test_the_fetched_table_has_the_country_too(whole: Fetched, halden: Municipality) -> None:
    found = gap.against(whole, halden)
    assert list(found) == ["county", "country"]
    assert {(each.year, each.assumed) for each in found.values()} == {(2024, False)}
    assert found["country"].reference_lacking == ()
    for each in found.values():
        _identities(each)
    older = gap.against(whole, halden, 2021)["county"]
    assert older.share == pytest.approx(
        100 * (633 + 2999) / (5595 + 13036), abs=0.05
    )  # the parts are rounded by themselves
    adults = gap.against(whole, halden, ages=("20-66",))["country"]
    assert adults.factors == ("InnvandrKat",) and list(adults.cells.index.get_level_values(0)) == ["20-66"] * 2


def test_oslo_has_no_county_but_itself(whole: Fetched) -> None:
    assert list(gap.against(whole, Municipality.find("oslo"))) == ["country"]


def test_every_municipality_of_the_snapshot_adds_up(tables: Tables) -> None:
    codes = sorted(tables[gap.TABLE]["Region"].unique())[::6]
    for code in codes:
        each = Municipality.find(code)
        _identities(gap.between(tables, each, each.county, draws=50))


def _identities(found: gap.Gap) -> None:
    value = found.effects["value"]
    assert value["composition"] + value["rate"] == pytest.approx(value["gap"], abs=1e-9)
    assert value[list(found.factors)].sum() == pytest.approx(value["composition"], abs=1e-9)
    assert found.share - found.reference_share == pytest.approx(value["gap"], abs=1e-9)
    for name in (*found.factors, gap.RATE):
        assert found.cells[name].sum() == pytest.approx(value[name], abs=1e-9)
    columns = found.effects[["least", "lower", "value", "upper", "most"]]
    steps = columns.to_numpy()
    assert (np.diff(steps[:, [0, 2, 4]], axis=1) >= -1e-9).all() and (np.diff(steps[:, 1:4], axis=1) >= -1e-9).all()


@pytest.mark.parametrize("lost", [("TOT", "30-61", "B"), ("NEET2", "15-29", "A_C-G")])
def test_a_missing_cell_makes_its_components_missing(
    whole: Fetched, halden: Municipality, lost: tuple[str, str, str]
) -> None:
    frame = whole[gap.TABLE].copy()
    at = (frame["Region"] == "3101") & (frame["Tid"] == 2024)
    for column, code in zip(["HovArbStyrkStatus", "Alder", "InnvandrKat"], lost, strict=True):
        at &= frame[column] == code
    for given_ in (frame.assign(**{name: frame[name].mask(at) for name in ("value", "lower", "upper")}), frame[~at]):
        holed = whole.changed(gap.TABLE, given_)
        found = gap.between(holed, halden, halden.county, 2024)
        assert found.missing == (lost,) and math.isnan(found.share)
        assert found.effects["value"].isna().all() and found.effects["sign_holds"].isna().all()
        assert found.effects[["lower", "upper", "least", "most"]].isna().all(axis=None)
        assert found.reference_lacking == ("3101",) and found.reference_share > 0
        assert gap.joint_year(holed, halden) == 2023


def test_a_hole_in_the_reference_is_named_not_summed_as_0(whole: Fetched, halden: Municipality) -> None:
    frame = whole[gap.TABLE]
    at = (frame["Region"] == "3105") & (frame["InnvandrKat"] == "B") & (frame["HovArbStyrkStatus"] == "NEET2")
    holed = whole.changed(gap.TABLE, frame.assign(value=frame["value"].mask(at)))
    found = gap.between(holed, halden, halden.county)
    without = Area("x", "x", tuple(code for code in halden.county.regions if code != "3105"))
    assert found.reference_lacking == ("3105",)
    assert found.reference_share == pytest.approx(gap.between(whole, halden, without).reference_share)
    assert list(gap.against(holed, halden)) == ["county"]  # the country is not whole


def test_nobody_in_a_cell_is_all_composition(halden: Municipality) -> None:
    own = [(50, 5), (0, 0), (50, 10), (0, 0)]
    tables = table({"3101": own, "3105": [(40, 4), (10, 5), (40, 8), (10, 6)]}, JOINT)
    found = gap.between(tables, halden, ALONE)
    _identities(found)
    assert found.effects.at["rate", "value"] == pytest.approx(0)
    assert found.effects.at["InnvandrKat", "value"] == pytest.approx(-8)
    nobody = table({"3101": [(0, 0)] * 4, "3105": own}, JOINT)
    assert gap.between(nobody, halden, ALONE).effects["value"].isna().all()


@pytest.mark.parametrize(
    ("ages", "categories", "said"),
    [
        (("15-29", "20-66"), ("A-G",), "15-29 og 20-66 overlapper"),
        (("15-29", "15-29"), ("A-G",), "overlapper"),
        (("15-29", "30-61"), ("A-G", "B"), "A-G, B overlapper"),
        (("15-29", "30-61"), ("B", "B"), "overlapper"),
        (("30-61",), ("A-G",), "bare én aldersgruppe"),
        (("unge", "30-61"), ("A-G",), "«unge» er ikke en aldersgruppe"),
    ],
)
def test_what_cannot_be_decomposed_is_told(
    tables: Tables, halden: Municipality, ages: tuple[str, ...], categories: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        gap.between(tables, halden, halden.county, ages=ages, categories=categories)


def test_what_is_not_held_is_named(tables: Tables, halden: Municipality) -> None:
    oslo = Municipality.find("oslo")
    with pytest.raises(TableMissing, match="Oslo"):
        gap.between(tables, oslo, halden.county)
    with pytest.raises(TableMissing, match=r"Oslo.* i 2022"):
        gap.between(tables, halden, oslo, 2022)
    with pytest.raises(TableMissing, match="InnvandrKat A_C-G"):
        gap.between(tables, halden, halden.county, 2021, categories=("A_C-G", "B"))
    with pytest.raises(TableMissing, match="2030"):
        gap.between(tables, halden, halden.county, 2030)
    with pytest.raises(TableMissing):
        gap.joint_year(tables, halden, ages=("20-66",))
    with pytest.raises(KeyError):
        gap.between({}, halden, halden.county)


def test_the_same_seed_gives_the_same_interval(tables: Tables, halden: Municipality) -> None:
    one, two = (gap.between(tables, halden, halden.county) for _ in range(2))
    pd.testing.assert_frame_equal(one.effects, two.effects)
    other = gap.between(tables, halden, halden.county, seed=1).effects
    assert (other["lower"] != one.effects["lower"]).all()
    assert np.allclose(other[["lower", "upper"]], one.effects[["lower", "upper"]], atol=0.01)


# Identities of the arithmetic

counts = st.integers(0, 500).map(float)


@st.composite
def populations(draw: st.DrawFn, most: int = 3) -> tuple[Floats, Floats, Floats, Floats, int]:
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=most)))
    own, ref = (draw(hnp.arrays(np.float64, shape, elements=counts)) for _ in range(2))
    own.flat[0] += 1
    ref.flat[0] += 1
    shares = [draw(hnp.arrays(np.float64, shape, elements=st.floats(0, 1))) for _ in range(2)]
    return own, own * shares[0], ref, ref * shares[1], len(shape)


@given(populations())
def test_the_parts_add_up_to_the_gap(given_: tuple[Floats, Floats, Floats, Floats, int]) -> None:
    own, outside, ref, ref_outside, k = given_
    found = kitagawa.effects(own, outside, ref, ref_outside, k)
    assert found[0] == pytest.approx(outside.sum() / own.sum() - ref_outside.sum() / ref.sum(), abs=1e-12)
    assert found[-1] + found[-2] == pytest.approx(found[0], abs=1e-9)
    assert found[1:-2].sum() == pytest.approx(found[-2], abs=1e-9)
    back = kitagawa.effects(ref, ref_outside, own, outside, k)
    assert np.allclose(back, -found, atol=1e-9)
    scaled = kitagawa.effects(7 * own, 7 * outside, ref, ref_outside, k)
    assert np.allclose(scaled, found, atol=1e-9)


@given(populations())
def test_the_order_of_the_factors_does_not_matter(given_: tuple[Floats, Floats, Floats, Floats, int]) -> None:
    *arrays, k = given_
    found = kitagawa.effects(*arrays, k)
    turned = kitagawa.effects(*(each.transpose() for each in arrays), k)
    assert np.allclose(turned[1:-2][::-1], found[1:-2], atol=1e-9)
    assert np.allclose(turned[[0, -2, -1]], found[[0, -2, -1]], atol=1e-9)


@given(populations())
def test_equal_places_have_no_gap_and_equal_structure_no_composition(
    given_: tuple[Floats, Floats, Floats, Floats, int],
) -> None:
    own, outside, _, ref_outside, k = given_
    assert np.allclose(kitagawa.effects(own, outside, own, outside, k), 0, atol=1e-12)
    other = np.minimum(ref_outside, own)
    assert np.allclose(kitagawa.effects(own, outside, 3 * own, 3 * other, k)[1:-1], 0, atol=1e-9)


def test_three_factors_as_das_gupta_writes_them() -> None:
    """A_ijk = (N_ijk/N_.jk)^⅓ (N_ij./N_.j. · N_i.k/N_..k)^⅙ (N_i../N...)^⅓, and the effect of a product of three."""
    lots = np.random.Generator(np.random.PCG64(1))
    own, ref = (lots.integers(1, 90, (2, 3, 2)).astype(float) for _ in range(2))
    rate, ref_rate = (lots.random((2, 3, 2)) for _ in range(2))

    def first(n: Floats) -> Floats:
        one = n / n.sum(axis=0, keepdims=True)
        two = n.sum(axis=2, keepdims=True) / n.sum(axis=(0, 2), keepdims=True)
        two = two * n.sum(axis=1, keepdims=True) / n.sum(axis=(0, 1), keepdims=True)
        found: Floats = one ** (1 / 3) * two ** (1 / 6) * (n.sum(axis=(1, 2), keepdims=True) / n.sum()) ** (1 / 3)
        return found

    def others(n: Floats) -> list[Floats]:
        turned = [first(np.moveaxis(n, axis, 0)) for axis in (1, 2)]
        return [np.moveaxis(each, 0, axis) for each, axis in zip(turned, (1, 2), strict=True)]

    (a, (b, c)), (x, (y, z)) = ((first(n), others(n)) for n in (own, ref))
    assert np.allclose(a * b * c, own / own.sum())
    product = ((b * c + y * z) / 3 + (b * z + y * c) / 6) * (a - x)
    expected = ((rate + ref_rate) / 2 * product).sum()
    found = kitagawa.effects(own, own * rate, ref, ref * ref_rate, 3)
    assert found[1] == pytest.approx(expected)


def test_a_decomposition_needs_a_factor() -> None:
    with pytest.raises(ValueError, match="at least one factor"):
        kitagawa.contributions(*[np.ones(2)] * 4, factors=0)


@settings(max_examples=25)
@given(hnp.arrays(np.float64, (3, 2, 2), elements=st.integers(0, 200).map(float)), st.integers(0, 2**32 - 1))
def test_the_extremes_are_those_of_all_corners_and_hold_every_table(blocks: Floats, seed: int) -> None:
    blocks[:, 1] = np.minimum(blocks[:, 1], blocks[:, 0])
    blocks[[0, 2], 0] += 40
    reach = np.full(blocks.shape, 8.0)
    reach[1] = 0
    least, most = kitagawa.extremes(blocks, reach, 1)
    low, high = np.maximum(blocks - reach, 0), blocks + reach
    picks = np.array(list(itertools.product([False, True], repeat=8)))
    corners = np.repeat(blocks[None], len(picks), axis=0)
    at = np.argwhere(reach > 0)
    for column, place in enumerate(at):
        corners[(slice(None), *place)] = np.where(picks[:, column], high[tuple(place)], low[tuple(place)])
    found = kitagawa.of_blocks(corners, 1)
    assert np.allclose(found.min(axis=0), least, atol=0.02) and np.allclose(found.max(axis=0), most, atol=0.02)
    assert (least[[0, 3]] <= found[:, [0, 3]].min(axis=0) + 1e-9).all()  # gap and rate: never short of a corner
    assert (most[[0, 3]] >= found[:, [0, 3]].max(axis=0) - 1e-9).all()
    inside = blocks + np.random.Generator(np.random.PCG64(seed)).uniform(-1, 1, (50, *blocks.shape)) * reach
    drawn = kitagawa.of_blocks(np.maximum(inside, 0), 1)
    assert (drawn >= least - 0.02).all() and (drawn <= most + 0.02).all()


# Does the interval cover what it says? True tables, published by SSB's rule.


def published(true: Floats, lots: np.random.Generator) -> Floats:
    """1 and 2 become 0 or 3 with the probabilities that leave the expectation as it was."""
    small = (true == 1) | (true == 2)
    return np.where(small, np.where(lots.random(true.shape) < true / 3, 3.0, 0.0), true)


def _ones_and_twos(lots: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return lots.integers(1, 3, shape).astype(float)


def _geometric(lots: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return lots.geometric(0.4, shape) - 1.0


def _poisson(lots: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return lots.poisson(1.5, shape).astype(float)


def _skewed(lots: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.floor(lots.lognormal(0.3, 1.0, shape))


WORLDS = {"ones and twos": _ones_and_twos, "geometric": _geometric, "poisson": _poisson, "skewed": _skewed}
FINE = 16  # cells of sex and single ages in each published cell of those outside


def covered(world: str, trials: int, seed: int) -> Floats:
    """In how many of the trials each component's interval holds the true effect: two ages, two categories, five municipalities."""
    lots = np.random.Generator(np.random.PCG64(seed))
    allowed = rounding.allowance(FINE)
    hits = []
    for trial in range(trials):
        outside = WORLDS[world](lots, (5, 2, 2, FINE))
        inside = lots.poisson(9, outside.shape).astype(float)
        shown, rest = published(outside, lots).sum(axis=-1), published(inside, lots).sum(axis=-1)
        true = np.stack([(outside + inside).sum(axis=-1), outside.sum(axis=-1)], axis=1)
        told = np.stack([shown + rest, shown], axis=1)
        blocks, truth = (
            np.stack([np.zeros((2, 2, 2)), each[0], each[1:].sum(axis=0)]) for each in (told, true)
        )  # the first lies in the reference, as a municipality in its county
        reach = np.stack([np.zeros((2, 2, 2)), np.full((2, 2, 2), allowed), np.full((2, 2, 2), allowed * 2)])
        lower, upper = kitagawa.interval(blocks, reach, 2, gap.COVERAGE, 400, trial)
        effect = kitagawa.of_blocks(truth, 2)
        hits.append((lower <= effect) & (effect <= upper))
    return np.mean(hits, axis=0)


@pytest.mark.parametrize("world", ["ones and twos", pytest.param("skewed", marks=pytest.mark.slow)])
def test_the_interval_covers_what_it_says(world: str) -> None:
    found = covered(world, 900, 7)
    assert (found >= 0.78).all(), dict(zip(PARTS, found, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("world", list(WORLDS))
def test_the_interval_covers_what_it_says_in_many_tables(world: str) -> None:
    found = covered(world, 4000, 11)
    assert (found >= 0.78).all(), dict(zip(PARTS, found, strict=True))


def test_the_reach_is_what_the_table_says(tables: Tables, halden: Municipality) -> None:
    """A table with half the allowance has an interval half as wide."""
    frame = tables[gap.TABLE]
    half = frame.assign(upper=(frame["value"] + frame["upper"]) / 2)
    wide, narrow = (gap.between(each, halden, halden.county, 2022).effects for each in (tables, {gap.TABLE: half}))
    ratio = (narrow["upper"] - narrow["lower"]) / (wide["upper"] - wide["lower"])
    assert np.allclose(ratio, 0.5, atol=0.02)
    assert tables.meta(gap.TABLE).allowance == pytest.approx(frame["upper"].sub(frame["value"]).max())


def test_the_share_is_that_of_exclusion(whole: Fetched, halden: Municipality) -> None:
    found = gap.between(whole, halden, halden.county, ages=("15-29", "30-61"), categories=("A-G",))
    parts = [exclusion.share(whole, halden, age, 2024) for age in ("15-29", "30-61")]
    assert found.share == pytest.approx(100 * sum(each.outside for each in parts) / sum(each.total for each in parts))


@pytest.mark.parametrize("code", ["3101", "3124"])
def test_the_extremes_of_real_tables_are_those_of_all_their_corners(tables: Tables, code: str) -> None:
    """16 figures that may each be 8 persons off (the county's by more): 65 536 corners."""
    each = Municipality.find(code)
    joint = gap._joint(tables, 2022, gap.AGES, gap.CATEGORIES)
    parts = [joint.block(codes) for codes in (set(), {code}, set(each.county.regions) - {code})]
    blocks, reach = (np.stack(one) for one in zip(*parts, strict=True))
    least, most = kitagawa.extremes(blocks, reach, 2)
    picks = np.array(list(itertools.product([False, True], repeat=16)))
    corners = np.repeat(blocks[None], len(picks), axis=0)
    for column, place in enumerate(np.argwhere(reach > 0)):
        at = tuple(place)
        corners[(slice(None), *at)] = np.where(picks[:, column], (blocks + reach)[at], max((blocks - reach)[at], 0))
    found = kitagawa.of_blocks(corners, 2)
    assert np.allclose(least, found.min(axis=0)) and np.allclose(most, found.max(axis=0))
