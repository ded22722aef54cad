"""The open estimate: its identity, its slope, its ranks, and when there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.errors import TableMissing
from helpers.industries.groups import Grouping, grouping, tried
from helpers.measures import attractiveness as measure
from helpers.measures import groups, opportunities
from helpers.measures.attractiveness import GROUPS, slope
from helpers.places import Municipality
from helpers.tables import Tables

from . import frames

CODES = [row.code for row in grouping().rows]
PLACES = [each.code for each in Municipality.all() if each.comparable_from is None][:120]
WITHOUT = grouping()
TRIED = tried()


def world(
    places: list[str] = PLACES, pull: float = 0.8, allowance: float = 8, seed: int = 1
) -> dict[str, pd.DataFrame]:
    """Jobs in 2020 and 2025; visitors follow the population by `pull`, all else is chance."""
    chance = np.random.default_rng(seed)
    before = np.rint(chance.gamma(2.0, 250.0, (len(places), len(CODES))) + 20)
    people = np.rint(before.sum(axis=1) * 2)
    grown = chance.normal(0.03, 0.06, len(places))
    now = before * (1 + chance.normal(0.05, 0.03, len(CODES)))
    visitors = [CODES.index(code) for code in WITHOUT.codes("visit")]
    now[:, visitors] = before[:, visitors] * (1 + 0.04 + pull * (grown - 0.03)[:, None])
    now = np.rint(now * (1 + chance.normal(0, 0.01, now.shape)))
    jobs = [
        frames.industries(year, {place: dict(zip(CODES, row)) for place, row in zip(places, cells)}, allowance)
        for year, cells in ((2020, before), (2025, now))
    ]
    residents = [(code, "0+", "Personer1", year, float(value)) for year, values in ((2021, people), (2026, np.rint(people * (1 + grown)))) for code, value in zip(places, values)]  # fmt: skip
    totals = {(code, 2020): (9999.0, 9999.0, float(row.sum())) for code, row in zip(places, before)}
    return {
        "ssb_07984": pd.concat(jobs, ignore_index=True),
        "ssb_07459": frames.tidy(residents, ["Region", "Alder", "ContentsCode", "Tid"]),
        "ssb_11618": frames.employment(totals),
    }


WORLD = world()


def reckoned(tables: dict[str, pd.DataFrame], each: Grouping, code: str, beta: float) -> dict[str, float]:
    """The parts of one municipality by the formulas of the module, with plain pandas."""
    jobs = tables["ssb_07984"].pivot(index="Region", columns=["Tid", "NACE2007"], values="value")
    old, new = jobs[2020], jobs[2025]
    people = tables["ssb_07459"].pivot(index="Region", columns="Tid", values="value")
    business, visit, other = list(each.business), list(each.codes("visit")), list(each.codes("basis", "regional"))
    e, total = old.loc[code], old.loc[code].sum()
    g = new[business].sum().sum() / old[business].sum().sum() - 1
    by = new.sum() / old.sum() - 1
    g_visit = new[visit].sum().sum() / old[visit].sum().sum() - 1
    pi = people.loc[code, 2026] / people.loc[code, 2021] - people[2026].sum() / people[2021].sum()
    found = {
        "growth": (new.loc[code, business].sum() - e[business].sum()) / total,
        "national": g * e[business].sum() / total,
        "branch": ((e[other] * (by[other] - g)).sum() + e[visit].sum() * (g_visit - g)) / total,
        "population": beta * e[visit].sum() * pi / total,
    }
    found["residual"] = found["growth"] - found["national"] - found["branch"] - found["population"]
    return {name: 100 * value for name, value in found.items()}


@pytest.mark.parametrize("each", [TRIED[0], TRIED[2], TRIED[4]], ids=["file", "moved", "transport"])
def test_the_parts_are_those_of_the_formula(each: Grouping) -> None:
    model = measure.model(WORLD, each, 2020, 2025)
    beta = model.beta.value if model.beta.used else 0.0
    for code in (PLACES[0], PLACES[57]):
        expected = reckoned(WORLD, each, code, beta)
        assert model.frame.loc[code, list(expected)].to_dict() == pytest.approx(expected)


def test_the_residual_is_what_is_left_and_the_sum_of_its_groups() -> None:
    frame = measure.model(WORLD, WITHOUT, 2020, 2025).frame
    left = frame["growth"] - frame["national"] - frame["branch"] - frame["population"]
    assert np.allclose(frame["residual"], left) and np.allclose(frame[list(GROUPS)].sum(axis=1), left)


def test_residuals_cancel_in_the_whole() -> None:
    """Exactly where the population has no part; nearly where it has."""
    jobs = WORLD["ssb_07984"].query("Tid == 2020").groupby("Region")["value"].sum()
    used = measure.model(WORLD, WITHOUT, 2020, 2025)
    assert used.beta.used and abs(np.average(used.frame["residual"], weights=jobs[used.frame.index])) < 0.1
    flat = world(pull=-0.8)
    unused = measure.model(flat, WITHOUT, 2020, 2025)
    jobs = flat["ssb_07984"].query("Tid == 2020").groupby("Region")["value"].sum()
    assert not unused.beta.used and (unused.frame["population"] == 0).all() and unused.beta.value < 0
    assert np.average(unused.frame["residual"], weights=jobs[unused.frame.index]) == pytest.approx(0, abs=1e-9)


def test_the_pull_of_the_population_is_found() -> None:
    beta = measure.model(WORLD, WITHOUT, 2020, 2025).beta
    assert beta.n == len(PLACES) and beta.p < 0.01 and abs(beta.value - 0.8) < 3 * beta.error


# --- the slope --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(4, 40))
@settings(max_examples=40)
def test_the_slope_is_that_of_scipy_and_hc3_that_of_leaving_one_out(seed: int, n: int) -> None:
    """HC3's variance is Σ (β − β₍ᵢ₎)², β₍ᵢ₎ the slope without the i-th."""
    chance = np.random.default_rng(seed)
    x, y = chance.normal(size=n), chance.normal(size=n)
    found, other = slope(x, y), stats.linregress(x, y)
    assert found.value == pytest.approx(other.slope)
    without = [stats.linregress(np.delete(x, at), np.delete(y, at)).slope for at in range(n)]
    assert found.error == pytest.approx(np.sqrt(np.square(found.value - np.array(without)).sum()), rel=1e-6)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value) / found.error, n - 2))
    assert found.used == (found.value > 0 and found.p <= 0.1)


def test_no_slope_where_nothing_varies() -> None:
    for x, y in (([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]), ([1.0, 2.0], [1.0, 2.0])):
        found = slope(x, y)
        assert np.isnan(found.value) and not found.used


# --- how sure ---------------------------------------------------------------------------------------------------------


def test_more_rounding_is_a_wider_interval_of_residual_and_rank() -> None:
    exact, rough = (measure.model(world(allowance=each), WITHOUT, 2020, 2025).frame for each in (0, 60))
    assert (exact["rounding"] == 0).all() and (rough["error"] > exact["error"]).all()
    assert (rough["worst"] - rough["best"]).mean() > 2 * (exact["worst"] - exact["best"]).mean()
    assert (rough["best"] <= rough["worst"]).all() and rough["best"].min() >= 1 and rough["worst"].max() <= len(PLACES)


def test_the_rounding_of_one_municipality_by_hand() -> None:
    model = measure.model(WORLD, WITHOUT, 2020, 2025)
    jobs = WORLD["ssb_07984"].pivot(index="Region", columns=["Tid", "NACE2007"], values="value")
    own = WORLD["ssb_07984"].query("Region == @PLACES[0]").assign(sd=lambda rows: (rows["upper"] - rows["value"]) / 3)
    sd = own.set_index(["Tid", "NACE2007"])["sd"]
    visit = list(WITHOUT.codes("visit"))
    grown = jobs[2025].sum() / jobs[2020].sum()
    grown[visit] = jobs[2025][visit].sum().sum() / jobs[2020][visit].sum().sum()
    total = sum(sd[2025, code] ** 2 + (grown[code] * sd[2020, code]) ** 2 for code in WITHOUT.business)
    assert model.frame.loc[PLACES[0], "rounding"] == pytest.approx(
        100 * np.sqrt(total) / jobs[2020].loc[PLACES[0]].sum()
    )


def test_a_municipality_with_its_variants() -> None:
    found = measure.attractiveness(WORLD, Municipality.find(PLACES[0]), TRIED)
    assert (found.first, found.last, found.of) == (2020, 2025, len(PLACES))
    assert set(found.variants) == {(each.definition, each.moved) for each in TRIED} and len(found.variants) == 8
    assert found.variants["without_transport", ""] == pytest.approx(found.own["residual"])
    signs = {value > 0 for value in found.variants.values()}
    assert found.sign_holds == (found.own["lower"] * found.own["upper"] > 0 and len(signs) == 1)
    again = measure.attractiveness(world(), Municipality.find(PLACES[0]), TRIED)
    assert again.own.equals(found.own), "seeded"


# --- when there is none -----------------------------------------------------------------------------------------------


def test_few_municipalities_are_no_country(tables: Tables) -> None:
    with pytest.raises(TableMissing, match=r"ssb_07984 i data/ mangler tall for minst 100 kommuner .det er 17"):
        measure.attractiveness(tables, Municipality.find("4003"), TRIED)
    with pytest.raises(TableMissing, match=r"minst 15 kommuner .det er 5"):
        few = tables["ssb_07984"][tables["ssb_07984"]["Region"].isin(["4001", "4003", "4005", "4010", "4012"])]
        opportunities.opportunities(
            {"ssb_07984": few, "ssb_11618": tables["ssb_11618"]}, Municipality.find("4003"), WITHOUT
        )


def test_what_is_missing_is_named() -> None:
    first = Municipality.find(PLACES[0])
    short = {**WORLD, "ssb_07459": WORLD["ssb_07459"].query("Tid == 2021")}
    with pytest.raises(TableMissing, match=r"ssb_07459 i data/ mangler året 2026"):
        measure.attractiveness(short, first, TRIED)
    gone = {**WORLD, "ssb_07459": WORLD["ssb_07459"].query("Region != @first.code")}
    with pytest.raises(TableMissing, match=f"ssb_07459 i data/ mangler tall for {first.name} i 2021"):
        measure.attractiveness(gone, first, TRIED)
    with pytest.raises(TableMissing, match=r"ssb_07984 i data/ mangler året 2019"):
        measure.model(WORLD, WITHOUT, 2019, 2025)


# --- the groups -------------------------------------------------------------------------------------------------------


def test_groups_add_up_to_the_industries(tables: Tables) -> None:
    skien = Municipality.find("4003")
    found = groups.changes(tables, skien)
    assert (found.attrs["first"], found.attrs["last"]) == (2020, 2025)
    for each in TRIED:
        summed = groups.by_group(found, each)
        known = found.drop(index="00")
        assert summed["last"].sum() == known["last"].sum() and summed["first"].sum() == known["first"].sum()
        assert ((summed["change_lower"] <= summed["change"]) & (summed["change"] <= summed["change_upper"])).all()
    base = groups.by_group(found, WITHOUT)
    assert base["last"].to_dict() == {"basis": 2839, "visit": 5552, "regional": 6122, "local_public": 12572}
    assert base.loc["visit", "mixed"] == found.loc["45-47", "last"]
    assert base.loc["basis", "upper"] - base.loc["basis", "last"] == pytest.approx(8 * 4**0.5)
    with pytest.raises(TableMissing, match="Skien i 2010"):
        groups.changes(tables, skien, 2010, 2025)
    frame = tables["ssb_07984"].copy()
    frame.loc[(frame["Region"] == "4003") & (frame["Tid"] == 2025) & (frame["NACE2007"] == "84"), "value"] = np.nan
    with pytest.raises(TableMissing, match="Skien i 2025"):
        groups.changes({"ssb_07984": frame}, skien, 2020, 2025)


def test_a_direction_is_one_that_rounding_and_grouping_leave() -> None:
    places = {"4003": dict.fromkeys(CODES, 500.0), "4001": dict.fromkeys(CODES, 500.0)}
    later = {"4003": {**places["4003"], "01-03": 900.0, "45-47": 300.0, "84": 505.0}, "4001": places["4001"]}
    held = {"ssb_07984": pd.concat([frames.industries(2020, places, 8), frames.industries(2021, later, 8)])}
    found = groups.changes(held, Municipality.find("4003"), 2020, 2021)
    assert groups.directions(found, TRIED) == {"basis": 1, "visit": 0, "regional": 0, "local_public": 0}
    assert groups.directions(found, [WITHOUT])["visit"] == -1, "trade alone has fallen, and it may be wholesale"


# --- opportunities ----------------------------------------------------------------------------------------------------


def test_opportunities_are_what_is_lacking_with_what_is_there(tables: Tables) -> None:
    found = opportunities.opportunities(tables, Municipality.find("4003"), WITHOUT)
    assert (found.year, found.first, found.last, found.places, found.classes, found.diagonal) == (
        2025,
        2020,
        2025,
        17,
        12,
        0,
    )
    assert (found.rows["lq"] < 1).all() and found.rows["density"].between(0, 1).all()
    frame = tables["ssb_07984"].query("Tid == 2025").pivot(index="Region", columns="NACE2007", values="value")
    quotient = frame.div(frame.sum(axis=1), axis=0) / (frame.sum() / frame.to_numpy().sum())
    business = quotient[list(WITHOUT.business)]
    assert set(found.rows.index) == set(business.columns[business.loc["4003"] < 1])
    assert found.rows["lq"].to_dict() == pytest.approx(business.loc["4003", found.rows.index].to_dict())
    held = (business >= 1).astype(int)
    both = held["10-33"] * held["45-47"]
    near = both.sum() / max(held["10-33"].sum(), held["45-47"].sum())
    others = [code for code in business if code != "10-33"]
    phi = {code: (held["10-33"] * held[code]).sum() / max(held["10-33"].sum(), held[code].sum()) for code in others}
    assert phi["45-47"] == pytest.approx(near)
    mine = sum(phi[code] for code in others if held.loc["4003", code])
    assert found.rows.loc["10-33", "density"] == pytest.approx(mine / sum(phi.values()))
    for _, row in found.rows.iterrows():
        assert len(row["because"]) <= 3
        assert all(quotient.loc["4003", code] >= 1 and frame.loc["4003", code] >= 50 for code in row["because"])


def test_growth_is_that_of_all_held_and_valuable_is_more_than_the_whole(tables: Tables) -> None:
    found = opportunities.opportunities(tables, Municipality.find("4001"), WITHOUT)
    jobs = tables["ssb_07984"].groupby(["Tid", "NACE2007"])["value"].sum().unstack("Tid")
    grown = 100 * (jobs[2025] / jobs[2020] - 1)
    assert found.rows["growth"].to_dict() == pytest.approx(grown[found.rows.index].to_dict())
    assert found.growth == pytest.approx(100 * (jobs[2025].sum() / jobs[2020].sum() - 1))
    assert not found.rows["valuable"][found.rows["growth"] <= found.growth].any()
    assert found.rows["both"].equals(found.rows["feasible"] & found.rows["valuable"])


def test_complexity_is_refused_with_the_numbers(tables: Tables) -> None:
    reason = opportunities.opportunities(tables, Municipality.find("4003"), WITHOUT).complexity
    assert reason is not None and (reason.classes, reason.least_classes) == (12, 60)


def test_the_convention_of_the_diagonal_is_handed_on(tables: Tables) -> None:
    """With the diagonal an industry that is lacking is its own missing neighbour, so that every density is lower."""
    place = Municipality.find("4003")
    without, with_ = (opportunities.opportunities(tables, place, WITHOUT, diagonal) for diagonal in (0, 1))  # type: ignore[arg-type]
    assert with_.diagonal == 1
    assert (with_.rows["density"].reindex(without.rows.index) < without.rows["density"]).all()


def test_a_small_municipality_names_only_what_it_surely_has(tables: Tables) -> None:
    found = opportunities.opportunities(tables, Municipality.find("4032"), WITHOUT)
    frame = tables["ssb_07984"].query("Tid == 2025 and Region == '4032'").set_index("NACE2007")["value"]
    named = {code for each in found.rows["because"] for code in each}
    assert named and all(frame[code] >= 50 for code in named)
    assert not found.rows["feasible"][found.rows["perhaps"]].any()
