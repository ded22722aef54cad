from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fetched
from fetched import Fetched
from helpers.errors import InputError, TableMissing
from helpers.measures import commuting, peers, structural
from helpers.places import Municipality
from helpers.tables import Tables


def by_code(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.Index(["a", "b", "c", "d", "e"], name="Region"), dtype=float)


def test_robust_z_by_hand() -> None:
    """Median 3, MAD 1 (of 2, 1, 0, 1, 97): one enormous value moves nobody else."""
    z, constant = peers.standardised(by_code(x=[1, 2, 3, 4, 100]))
    assert z["x"].to_list() == pytest.approx([each / 1.4826 for each in (-2, -1, 0, 1, 97)])
    assert constant == ()


def test_more_than_half_equal_has_the_mean_deviation_instead() -> None:
    z, constant = peers.standardised(by_code(x=[0, 0, 0, 0, 5], y=[2, 2, 2, 2, 2]))
    assert z["x"].to_list() == pytest.approx([0, 0, 0, 0, 5 / 1.2533]) and constant == ("y",)


def test_distances_by_hand() -> None:
    frame = by_code(x=[1, 2, 3, 4, 100], y=[10, 10, 20, 30, 40])
    found = peers.nearest(frame, "c", k=2, weights={"x": 3, "y": 1})
    assert found.weights == {"x": 0.75, "y": 0.25} and found.compared == 4
    x, y = 1 / 1.4826, 10 / (1.4826 * 10)
    distance = math.sqrt(0.75 * x**2 + 0.25 * y**2)
    assert found.nearest["distance"].to_dict() == pytest.approx({"b": distance, "d": distance})
    assert found.contributions.loc["b"].to_list() == pytest.approx([75, 25])
    assert found.contributions.sum(axis=1).to_list() == pytest.approx([100, 100])
    assert list(found.z.index) == ["c", "b", "d"]


def test_a_variable_left_out_changes_the_list() -> None:
    frame = by_code(x=[0, 1, 9, 9, 4], y=[0, 9, 1, 9, 4])
    found = peers.nearest(frame, "a", k=1)
    assert list(found.nearest.index) == ["e"]
    assert found.without.loc["x"].to_dict() == {"kept": 0, "gone": ("e",), "entered": ("c",)}
    assert found.without.loc["y"].to_dict() == {"kept": 0, "gone": ("e",), "entered": ("b",)}
    assert found.nearest["loo"].to_list() == [0]
    alone = peers.nearest(frame, "a", k=1, weights={"y": 0})
    assert list(alone.weights) == ["x"] and alone.without.empty and list(alone.nearest.index) == ["b"]


def test_who_lacks_a_variable_is_left_out_and_listed() -> None:
    frame = by_code(x=[1, 2, math.nan, 4, 5], y=[1, math.nan, math.nan, 4, 5])
    found = peers.nearest(frame, "a")
    assert found.left_out == {"b": ("y",), "c": ("x", "y")} and list(found.nearest.index) == ["d", "e"]
    only = peers.nearest(frame, "a", weights={"y": 0})
    assert only.left_out == {"c": ("x",)} and list(only.nearest.index) == ["b", "d", "e"]
    with pytest.raises(InputError, match="Kommune b mangler tall for y"):
        peers.nearest(frame, "b")
    with pytest.raises(InputError, match="Kommune q mangler tall for x, y"):
        peers.nearest(frame, "q")


def test_equals_are_at_distance_0_in_the_order_of_their_codes() -> None:
    found = peers.nearest(by_code(x=[1, 2, 2, 2, 3], y=[1, 5, 5, 5, 9]), "c", k=2)
    assert list(found.nearest.index) == ["b", "d"] and found.nearest["distance"].to_list() == [0, 0]
    assert found.contributions.isna().all(axis=None)


@pytest.mark.parametrize(
    ("columns", "weights", "k", "said"),
    [
        ("x rate", None, 5, "«rate» er et resultat, ikke en strukturvariabel"),
        ("x employment_rate", None, 5, "«employment_rate» er et resultat"),
        ("x share_outside", None, 5, "«share_outside» er et resultat"),
        ("x Sysselsettingsandel", None, 5, "er et resultat"),
        ("x andel-utenfor", None, 5, "er et resultat"),
        ("x uføretrygd", None, 5, "er et resultat"),
        ("x NEET2", None, 5, "er et resultat"),
        ("x unemployment", None, 5, "er et resultat"),
        ("x", {"rate": 1.0}, 5, "«rate» er et resultat"),
        ("x market", {"markte": 1.0}, 5, "Ukjent variabel «markte». Mente du «market»"),
        ("x", {"q": 1.0}, 5, "Variablene er x"),
        ("x", {"x": -1.0}, 5, "Vekten til «x» må være 0 eller mer, ikke -1"),
        ("x", {"x": math.nan}, 5, "må være 0 eller mer"),
        ("x", {"x": 0.0}, 5, "Alle vektene er 0"),
        ("x", None, 0, "minst 1, ikke 0"),
    ],
)
def test_what_cannot_be_compared_by(columns: str, weights: Mapping[str, float] | None, k: int, said: str) -> None:
    frame = by_code(**{each: [1, 2, 3, 4, 5] for each in columns.split()})
    with pytest.raises(InputError, match=said):
        peers.nearest(frame, "a", k, weights)


def test_nothing_to_compare_by() -> None:
    with pytest.raises(InputError, match="ingenting å sammenligne med"):
        peers.nearest(by_code(x=[2, 2, 2, 2, 2]), "a")
    with pytest.raises(InputError, match="ingenting å sammenligne med"):
        peers.nearest(by_code(x=[2, *[math.nan] * 4]), "a")


@pytest.mark.parametrize("name", ["corporate", "literate", "centrality", "migration_rates_are_not"])
def test_a_word_that_only_looks_like_an_outcome(name: str) -> None:
    frame = by_code(**{name: [1, 2, 3, 4, 5]})
    if name.startswith("migration"):
        with pytest.raises(InputError, match="er et resultat"):
            peers.nearest(frame, "a")
    else:
        assert len(peers.nearest(frame, "a").nearest) == 4


@st.composite
def matrices(draw: st.DrawFn) -> pd.DataFrame:
    shape = draw(st.integers(4, 12)), draw(st.integers(2, 4))
    values = draw(hnp.arrays(np.float64, shape, elements=st.integers(-50, 50).map(float)))
    frame = pd.DataFrame(values, index=[f"{n:04d}" for n in range(shape[0])], columns=list("wxyz")[: shape[1]])
    assume((frame.nunique() > 1).any())
    return frame


@settings(max_examples=20)
@given(matrices(), st.floats(0.1, 50), st.floats(-100, 100))
def test_units_do_not_matter(frame: pd.DataFrame, factor: float, shift: float) -> None:
    first, second = peers.nearest(frame, "0000", 20), peers.nearest(frame * factor + shift, "0000", 20)
    together = first.nearest["distance"].reindex(second.nearest.index)
    assert np.allclose(together, second.nearest["distance"], atol=1e-6)


@pytest.mark.slow
@settings(max_examples=20)
@given(matrices())
def test_distances_are_distances(frame: pd.DataFrame) -> None:
    every = {code: peers.nearest(frame, code, len(frame)).nearest["distance"] for code in frame.index}
    for one in frame.index[:4]:
        assert one not in every[one].index and len(every[one]) == len(frame) - 1
        assert every[one].round(12).is_monotonic_increasing
        for two in every[one].index:
            assert every[one][two] == pytest.approx(every[two][one], abs=1e-9)
            for three in every[two].index.drop(one):
                assert every[one][two] <= every[one][three] + every[three][two] + 1e-9


@settings(max_examples=20)
@given(matrices(), st.integers(1, 5))
def test_only_the_proportions_of_the_weights_count(frame: pd.DataFrame, k: int) -> None:
    weights = {str(name): float(at + 1) for at, name in enumerate(frame)}
    one = peers.nearest(frame, "0000", k, weights)
    two = peers.nearest(frame, "0000", k, {name: 7 * each for name, each in weights.items()})
    assert one.weights == pytest.approx(two.weights)
    assert np.allclose(one.nearest["distance"], two.nearest["distance"])
    assert sum(one.weights.values()) == pytest.approx(1)
    if len(one.without):
        assert (one.without["kept"] + one.without["gone"].map(len) == len(one.nearest)).all()
        assert (one.without["gone"].map(len) == one.without["entered"].map(len)).all()


# Real tables


def test_the_structure_of_halden(tables: Tables, halden: Municipality) -> None:
    frame = peers.structure(tables)
    row, summary = frame.loc["3101"], commuting.summary(tables, halden).loc[2022]
    assert row["log_population"] == pytest.approx(math.log(32082))
    assert row["share_0_14"] == pytest.approx(100 * 4597 / 32082)
    assert (row["supply"], row["demand"]) == pytest.approx((summary["supply"], summary["demand"]))
    assert frame.attrs["years"]["supply"] == 2022 and frame.attrs["years"]["log_population"] == 2026
    assert len(frame) == 357 and set(frame.index[frame.isna().any(axis=1)]) == {"1508", "1580"}
    assert frame["market"].idxmax() == "0301"
    assert not any(each.startswith(structural.INDUSTRY) for each in frame)  # held for Telemark alone


def test_the_twins_of_halden_in_the_snapshot(tables: Tables, halden: Municipality) -> None:
    found = peers.of(tables, halden)
    assert list(found.nearest.index[:3]) == ["3305", "3420", "5006"] and len(found.nearest) == 10
    assert found.nearest.at["3305", "name"] == "Ringerike"
    assert found.left_out == dict.fromkeys(("1508", "1580"), ("supply", "demand", "market"))
    assert found.compared == 354 and found.constant == ()
    assert found.weights["log_population"] == 0.25 and found.weights["share_67"] == pytest.approx(0.25 / 3)
    size = peers.of(tables, halden, k=3, weights={name: 0 for name in found.weights if name != "log_population"})
    people = peers.structure(tables)["log_population"].dropna()
    nearest = (people - people["3101"]).abs().drop("3101").nsmallest(3)
    assert set(size.nearest.index) == set(nearest.index)


def test_industries_where_they_are_asked_for(tables: Tables) -> None:
    found = peers.of(tables, Municipality.find("4003"), with_industry=True)
    assert found.compared == 16 and len(found.left_out) == 340
    assert set(found.nearest.index) <= set(tables["ssb_07984"]["Region"])
    assert sum(weight for name, weight in found.weights.items() if name.startswith("industry")) == pytest.approx(0.2)
    assert "industry 00" not in found.weights
    with pytest.raises(TableMissing, match=r"ssb_07984 i data/ mangler tall for Halden"):
        peers.of(tables, Municipality.find("3101"), with_industry=True)


def test_a_municipality_without_figures_is_named(tables: Tables) -> None:
    with pytest.raises(TableMissing, match=r"ssb_03321 i data/ mangler tall for Ålesund"):
        peers.of(tables, Municipality.find("1508"))
    population = [name for name in peers.structure(tables) if name not in ("supply", "demand", "market")]
    by_people = peers.of(tables, Municipality.find("1508"), weights={"supply": 0, "demand": 0, "market": 0})
    assert set(by_people.weights) == set(population) and by_people.left_out == {}


def test_an_outcome_is_refused_before_anything_is_looked_up(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(InputError, match="er et resultat"):
        peers.of(tables, halden, weights={"rate": 2})


def test_a_missing_table_is_told(tables: Tables, halden: Municipality) -> None:
    held = {each: tables[each] for each in tables if each != "ssb_03321"}
    metas = {each: tables.meta(each) for each in held}
    with pytest.raises(TableMissing) as caught:
        peers.of(Fetched(held, metas), halden)
    assert caught.value.table == "ssb_03321"


@pytest.mark.slow
def test_the_twins_in_the_fetched_tables(halden: Municipality) -> None:
    """The country's industries are held, so they count; those without a known industry do not."""
    whole = fetched.tables({"3101"})
    found = peers.of(whole, halden)
    assert found.left_out == {} and found.compared == 356
    industries = [name for name in found.weights if name.startswith("industry")]
    assert len(industries) == 16 and "industry 00" not in industries
    assert not any(name.startswith("share_") for name in found.weights)  # these tables have no such age bands
    assert peers.of(whole, halden, with_industry=False).weights.keys() == {
        "log_population", "supply", "demand", "market",
    }  # fmt: skip
