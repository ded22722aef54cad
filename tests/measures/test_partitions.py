from __future__ import annotations

import importlib
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.measures import areas, commuting, partitions
from helpers.places import Municipality
from helpers.tables import Tables

from .test_areas import BAD, HALVES, LETTERS, SMALL, golden, partition

PAIRS = pd.Series(list("AACDDC"), index=LETTERS)


@st.composite
def labels(draw: st.DrawFn, n: int) -> pd.Series:
    drawn = draw(st.lists(st.sampled_from("xyzw"), min_size=n, max_size=n))
    return pd.Series(drawn, index=[f"{1000 + at}" for at in range(n)])


@st.composite
def two(draw: st.DrawFn) -> tuple[pd.Series, pd.Series]:
    n = draw(st.integers(1, 8))
    return draw(labels(n)), draw(labels(n))


def found_by_areas(flows: pd.DataFrame) -> pd.Series:
    return areas.travel_to_work_areas(flows, SMALL)


# --- how alike two are ----------------------------------------------------------------------------------------------


def test_known_values() -> None:
    """[0,0,1,1] against [0,0,1,2]: adjusted Rand .571429, NMI .8 (2·ln 2 / (ln 2 + 1.5·ln 2))."""
    first, second = pd.Series(list("aabb"), index=list("wxyz")), pd.Series(list("aabc"), index=list("wxyz"))
    assert partitions.rand_index(first, second) == pytest.approx(0.571429, abs=5e-7)
    assert partitions.mutual_information(first, second) == pytest.approx(0.8)


def test_the_golden_halves_and_the_cut_of_intramax() -> None:
    """Pairs together: 6 in the halves, 3 in the thirds, 2 in both (A–B, D–E); by chance 6·3/15 = 1.2."""
    assert partitions.rand_index(HALVES, PAIRS) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    table = partitions.crossed(HALVES, PAIRS)
    assert table.to_numpy().tolist() == [[2, 1, 0], [0, 1, 2]]
    assert list(table.index) == ["A", "D"] and list(table.columns) == ["A", "C", "D"]


@given(two())
def test_both_are_symmetric_and_do_not_see_labels(given_: tuple[pd.Series, pd.Series]) -> None:
    first, second = given_
    other = second.map({"x": "9", "y": "1", "z": "x", "w": "y"})
    for measure in (partitions.rand_index, partitions.mutual_information):
        value = measure(first, second)
        assert value == pytest.approx(measure(second, first)) == pytest.approx(measure(first, other))
        assert measure(first, first) == pytest.approx(1) and value <= 1 + 1e-9
    assert partitions.mutual_information(first, second) >= 0


@given(two())
def test_rand_index_counted_pair_by_pair(given_: tuple[pd.Series, pd.Series]) -> None:
    first, second = given_
    pairs = list(itertools.combinations(first.index, 2))
    one, other = ({pair for pair in pairs if each[pair[0]] == each[pair[1]]} for each in (first, second))
    expected = len(one) * len(other) / len(pairs) if pairs else 0
    most = (len(one) + len(other)) / 2
    wanted = 1 if most == expected else (len(one & other) - expected) / (most - expected)
    assert partitions.rand_index(first, second) == pytest.approx(wanted)


def test_trivial_partitions() -> None:
    whole, single = pd.Series("x", index=LETTERS), pd.Series(LETTERS, index=LETTERS)
    for measure in (partitions.rand_index, partitions.mutual_information):
        assert measure(whole, whole) == measure(single, single) == 1
        assert measure(whole, single) == 0


def test_what_scikit_learn_says() -> None:
    """adjusted_rand_score and normalized_mutual_info_score of scikit-learn 1.9.1."""
    first, second = pd.Series(list("aaabbbcccc")), pd.Series(list("aabbbcccca"))
    assert partitions.rand_index(first, second) == pytest.approx(0.20454545454545456)
    assert partitions.mutual_information(first, second) == pytest.approx(0.44270128334605)


# --- who differs ----------------------------------------------------------------------------------------------------


def test_who_differs() -> None:
    found = partitions.differing(HALVES, PAIRS)
    assert list(found.index) == ["C", "F"]  # A, B and D, E stay, whatever their areas are called
    assert found.loc["C"].tolist() == ["A", "C", ("A", "B"), ("F",)]
    assert found.loc["F"].tolist() == ["D", "C", ("D", "E"), ("C",)]


def test_labels_choose_between_equals_only() -> None:
    """b and c leave a for d: two move, or, with names crossed, two move as well."""
    first, second = pd.Series(list("aaad"), index=list("abcd")), pd.Series(list("addd"), index=list("abcd"))
    assert list(partitions.differing(first, second).index) == ["b", "c"]
    crossed = second.map({"a": "d", "d": "a"})
    assert list(partitions.differing(first, crossed).index) == ["a", "d"]


@pytest.mark.slow
@given(two())
@settings(max_examples=40)
def test_as_few_as_possible_differ(given_: tuple[pd.Series, pd.Series]) -> None:
    first, second = given_
    found = partitions.differing(first, second)
    assert len(found) == len(partitions.differing(second, first))
    names, others = sorted(set(first)), [*sorted(set(second)), *[""] * first.nunique()]
    best = max(
        sum(((first == name) & (second == to)).sum() for name, to in zip(names, order))
        for order in set(itertools.permutations(others, len(names)))
    )
    assert len(first) - len(found) == best
    assert partitions.differing(first, first).empty
    assert list(partitions.differing(first, first).columns) == ["first", "second", "lost", "gained"]


# --- bad input ------------------------------------------------------------------------------------------------------

COMPARED = [
    partitions.crossed,
    partitions.rand_index,
    partitions.mutual_information,
    partitions.differing,
]


@pytest.mark.parametrize("measure", COMPARED)
def test_other_zones(measure: object) -> None:
    with pytest.raises(DataError, match="1 soner er bare i den ene inndelingen: F"):
        measure(HALVES.drop("F"), PAIRS)  # type: ignore[operator]
    left = measure(HALVES.drop("F"), PAIRS, missing="leave_out")  # type: ignore[operator]
    same = measure(HALVES.drop("F"), PAIRS.drop("F"))  # type: ignore[operator]
    assert left == same if isinstance(left, float) else left.equals(same)
    with pytest.raises(DataError, match="ingen soner felles"):
        measure(HALVES, PAIRS.rename(str.lower), missing="leave_out")  # type: ignore[operator]
    with pytest.raises(DataError, match="Sonen A står flere ganger"):
        measure(pd.concat([HALVES, HALVES]), PAIRS)  # type: ignore[operator]
    with pytest.raises(DataError, match="Sonen B har ikke noe område"):
        measure(HALVES.where(HALVES.index != "B"), PAIRS)  # type: ignore[operator]


# --- stability ------------------------------------------------------------------------------------------------------


def test_years_that_are_alike_are_stable() -> None:
    found = partitions.stability({2020: golden(), 2021: golden()}, found_by_areas)
    together = np.equal.outer(found.reference.to_numpy(), found.reference.to_numpy())
    assert (found.pairs.to_numpy() == together).all() and found.runs == 2
    assert (found.zones[["with_centre", "companions"]] == 1).all(axis=None) and (found.zones["runs"] == 2).all()


def test_shares_by_hand() -> None:
    """C is with A in one of two years, and B is gone in one."""
    runs = [pd.Series({"A": "A", "B": "A", "C": "A"}), pd.Series({"A": "A", "C": "C"})]
    found = partitions.compared(runs, runs[0])
    assert found.pairs.loc["A", "C"] == 0.5 and found.pairs.loc["A", "B"] == 1 and found.pairs.loc["B", "C"] == 1
    assert found.zones["runs"].to_dict() == {"A": 2, "B": 1, "C": 2}
    assert found.zones["with_centre"].to_dict() == {"A": 1, "B": 1, "C": 0.5}
    # the run without B: A and C alone of A and C, both of which it has
    assert found.zones["companions"].to_dict() == {"A": 0.75, "B": 1, "C": 0.75}


def test_a_zone_that_the_reference_has_not() -> None:
    runs = [pd.Series({"A": "A", "X": "A"}), pd.Series({"A": "A", "B": "B"})]
    found = partitions.compared(runs, runs[1])
    assert found.zones.loc["X", ["with_centre", "companions"]].isna().all() and pd.isna(found.zones.loc["X", "area"])
    assert found.pairs.loc["A", "X"] == 1 and math.isnan(found.pairs.loc["B", "X"])
    assert found.zones.loc["B", "companions"] == 1 and found.zones.loc["A", "companions"] == 1


def test_the_reference_is_the_last_year_or_the_one_that_is_named() -> None:
    changed = golden()
    changed.loc["B", "A"] = 2000
    matrices = {2021: golden(), 2020: changed}
    assert partitions.stability(matrices, found_by_areas).reference.equals(found_by_areas(golden()))
    assert partitions.stability(matrices, found_by_areas, 2020).reference.equals(found_by_areas(changed))
    with pytest.raises(DataError, match="2019 er ikke blant 2020, 2021"):
        partitions.stability(matrices, found_by_areas, 2019)
    with pytest.raises(DataError, match="Ingen år"):
        partitions.stability({}, found_by_areas)


def test_the_same_seed_gives_the_same_draws() -> None:
    found = partitions.perturbed(golden(), found_by_areas, draws=20, seed=7)
    again = partitions.perturbed(golden().loc[::-1, ::-1], found_by_areas, draws=20, seed=7)
    assert found.runs == 20 and found.pairs.equals(again.pairs) and found.zones.equals(again.zones)
    assert found.reference.equals(found_by_areas(golden()))
    other = partitions.perturbed(golden(), found_by_areas, draws=20, seed=8)
    assert not found.pairs.equals(other.pairs)
    share = found.pairs.to_numpy()
    assert ((share >= 0) & (share <= 1)).all() and (share == share.T).all() and (share.diagonal() == 1).all()


def test_large_flows_are_hardly_moved_by_chance() -> None:
    found = partitions.perturbed(golden() * 1e6, lambda flows: areas.travel_to_work_areas(flows / 1e6, SMALL), draws=10)
    assert (found.zones["companions"] == 1).all()


def test_draws_have_the_flows_as_mean_and_zeros_stay() -> None:
    seen: list[pd.DataFrame] = []

    def watched(flows: pd.DataFrame) -> pd.Series:
        seen.append(flows)
        return HALVES

    partitions.perturbed(golden(), watched, draws=400)
    drawn = np.mean([each.to_numpy() for each in seen[1:]], axis=0)
    expected = golden().to_numpy()
    assert len(seen) == 401 and (np.abs(drawn - expected) <= 5 * np.sqrt(expected / 400) + 1e-9).all()
    assert (drawn[expected == 0] == 0).all()


@pytest.mark.parametrize("draws", [0, -3])
def test_no_draws(draws: int) -> None:
    with pytest.raises(DataError, match=f"1 eller mer, ikke {draws}"):
        partitions.perturbed(golden(), found_by_areas, draws=draws)


@pytest.mark.parametrize(("flows", "message"), BAD, ids=[message[:20] for _, message in BAD])
def test_bad_matrices(flows: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        partitions.perturbed(flows, found_by_areas, draws=1)
    with pytest.raises(DataError, match=message):
        partitions.louvain(flows)


# --- louvain --------------------------------------------------------------------------------------------------------


def test_louvain_needs_networkx(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(DataError, match="trenger pakken networkx"):
        partitions.louvain(golden())


def test_louvain() -> None:
    networkx = pytest.importorskip("networkx")
    found = partitions.louvain(golden(), resolution=0.3)
    assert found.equals(partitions.louvain(golden().loc[::-1, ::-1], resolution=0.3))
    assert partition(found) == {frozenset("ABC"), frozenset("DEF")} and set(found) == {"A", "D"}
    finest = partitions.louvain(golden())  # resolution 1: A and B alone and a higher Q: modularity is not used alone
    assert partition(finest) == {frozenset("A"), frozenset("B"), frozenset("CF"), frozenset("DE")}
    assert areas.modularity(golden(), finest) > areas.modularity(golden(), None) > areas.modularity(golden(), found)
    both = golden() + golden().T
    graph = networkx.Graph()
    graph.add_weighted_edges_from(
        (i, j, both.loc[i, j] / (2 if i == j else 1)) for i in LETTERS for j in LETTERS if i <= j
    )
    said = networkx.community.modularity(graph, [set("ABC"), set("DEF")])
    assert said == pytest.approx(areas.modularity(both, HALVES))  # the weights of the loops are right


def test_louvain_on_norway(tables: Tables) -> None:
    pytest.importorskip("networkx")
    flows = commuting.matrix(tables, 2022)
    found = partitions.louvain(flows)
    assert found.equals(partitions.louvain(flows)) and len(found) == 356 and found.notna().all()
    assert found["3101"] == found["3124"]  # Halden and Aremark
    assert found.nunique() < 89 and areas.modularity(flows, found) > 0.77  # more than that of the travel-to-work areas


# --- Norway ---------------------------------------------------------------------------------------------------------


def test_norway_over_six_years(tables: Tables) -> None:
    matrices = {year: commuting.matrix(tables, year) for year in range(2017, 2023)}
    found = partitions.stability(matrices, areas.travel_to_work_areas)
    assert found.runs == 6 and found.reference.equals(areas.travel_to_work_areas(matrices[2022]))
    assert found.pairs.loc["3101", "3124"] == 1 and found.zones.loc["3101", ["with_centre", "companions"]].eq(1).all()
    assert found.zones.loc["5061", "runs"] == 5  # Rindal: not in 2019
    assert found.zones["with_centre"].mean() == pytest.approx(0.94382, abs=1e-5)


def test_norway_with_a_little_chance(tables: Tables) -> None:
    found = partitions.perturbed(commuting.matrix(tables, 2022), areas.travel_to_work_areas, draws=5)
    assert found.pairs.loc["3101", "3124"] == 1 and found.zones["with_centre"].mean() > 0.9


def test_norways_areas_of_2021_and_2022(tables: Tables) -> None:
    before, after = (areas.travel_to_work_areas(commuting.matrix(tables, year)) for year in (2021, 2022))
    moved = partitions.differing(before, after)
    assert len(moved) == 17 and moved.loc["5059", ["first", "second"]].tolist() == [
        "5001",
        "5059",
    ]  # Orkland from Trondheim
    assert Municipality.find("orkland").code == "5059"
    assert partitions.rand_index(before, after) > 0.9 and partitions.mutual_information(before, after) > 0.97
    first = areas.travel_to_work_areas(commuting.matrix(tables, 2017))
    with pytest.raises(DataError, match="bare i den ene inndelingen"):
        partitions.differing(first, after)
    assert 0 < len(partitions.differing(first, after, missing="leave_out")) < 60
