from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.errors import DataError
from helpers.measures import areas, commuting, flowmatrix
from helpers.measures.areas import Rules
from helpers.places import Municipality
from helpers.tables import Tables

from .test_commuting import T

LETTERS = list("ABCDEF")
SMALL = Rules(min_size=300, min_containment=0.6667, target_size=1000, target_containment=0.75)
HALVES = pd.Series(list("AAADDD"), index=LETTERS)


def golden() -> pd.DataFrame:
    """Six zones, worked out by hand and by other programs."""
    return pd.DataFrame(T, index=LETTERS, columns=LETTERS)


@st.composite
def matrices(draw: st.DrawFn, most: int = 9) -> pd.DataFrame:
    """Whole persons, with zones where nobody lives, nobody works or nobody comes."""
    n = draw(st.integers(1, most))
    values = draw(hnp.arrays(np.float64, (n, n), elements=st.sampled_from([0, 0, 0, 1, 2, 5, 30, 400]).map(float)))
    values[0, 0] += 1  # somebody
    codes = [f"{1000 + at}" for at in range(n)]
    return pd.DataFrame(values, index=codes, columns=codes)


@st.composite
def generic(draw: st.DrawFn, most: int = 12) -> pd.DataFrame:
    """Flows of which no two are equal, so that nothing is settled by code."""
    n, seed = draw(st.integers(2, most)), draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    values = chance.lognormal(2, 2, (n, n)) + np.diag(chance.lognormal(5, 1.5, n))
    codes = [f"{1000 + at}" for at in range(n)]
    return pd.DataFrame(values, index=codes, columns=codes)


@st.composite
def divided(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.Series]:
    flows = draw(matrices())
    labels = draw(st.lists(st.sampled_from("xyz"), min_size=len(flows), max_size=len(flows)))
    return flows, pd.Series(labels, index=flows.index)


def partition(assignment: pd.Series) -> set[frozenset[str]]:
    return {frozenset(members) for members in assignment.groupby(assignment).groups.values()}


# --- golden values --------------------------------------------------------------------------------------------------


def test_golden_validity() -> None:
    found = areas.validity(golden(), None, SMALL)
    assert found.tolist() == pytest.approx([1.124944, 1.029963, 0.848208, 1.016773, 0.876888, 0.644638], abs=5e-7)
    assert list(found.index) == LETTERS


@pytest.mark.parametrize(("pair", "index"), [("DE", 0.082344), ("AB", 0.029968), ("DF", 0.023034), ("CF", 0.02251)])
def test_golden_cohesion(pair: str, index: float) -> None:
    found = areas.cohesion(golden())
    assert found.loc[pair[0], pair[1]] == pytest.approx(index, abs=5e-7)
    assert found.equals(found.T) and np.isnan(found.to_numpy().diagonal()).all()


def test_golden_modularity() -> None:
    assert areas.modularity(golden(), HALVES) == pytest.approx(0.429586, abs=5e-7)
    assert areas.modularity(golden(), None) == pytest.approx(0.542352, abs=5e-7)


def test_golden_areas() -> None:
    """F (.645) goes to D; then C (.848) to A; then E (.877) to D with F: every cluster is valid."""
    found = areas.travel_to_work_areas(golden(), SMALL)
    assert found.to_dict() == {"A": "A", "B": "B", "C": "A", "D": "D", "E": "D", "F": "D"}
    assert (found.attrs["reserve"], found.attrs["invalid"], found.attrs["alone"]) == ((), {}, ())
    assert (areas.validity(golden(), found, SMALL) >= 1).all()


def test_golden_quality() -> None:
    found = areas.quality(golden(), HALVES)
    row = found.loc["A"]
    # R = 1000 + 540 + 400, W = 1175 + 495 + 340, inside = 900 + 400 + 250 + 60 + 20 + 120 + 10 + 80 + 20
    assert row[["zones", "employed", "jobs", "live_and_work"]].tolist() == [3, 1940, 2010, 1860]
    assert row["supply"] == pytest.approx(100 * 1860 / 1940) and row["demand"] == pytest.approx(100 * 1860 / 2010)
    assert row["home_work_ratio"] == pytest.approx((80 - 150) / 1860)
    assert row["cohesion_links"] == 100 and row["cohesion_flows"] == pytest.approx(100 * 310 / 1860)
    assert list(found["central"]) == [1, 1]  # A takes in 275 for 100 out, D 250 for 150
    assert found.attrs["modularity"] == pytest.approx(0.429586, abs=5e-7)
    assert found.attrs["self_containment"] == pytest.approx(100 * (1860 + 1470) / 3560)
    assert (found.attrs["single"], found.attrs["without_centre"]) == (0, 0)


def test_quality_of_single_zones_is_what_indicators_says() -> None:
    found, single = areas.quality(golden(), None), commuting.indicators(golden())
    assert np.allclose(found[["supply", "demand"]], single[["supply", "demand"]])
    assert found[["cohesion_links", "cohesion_flows"]].isna().all(axis=None)
    assert found.attrs["self_containment"] == pytest.approx(single.attrs["self_containment"])
    assert (found.attrs["single"], found.attrs["without_centre"]) == (6, 4)


def test_centrality() -> None:
    found = areas.centrality(golden())
    assert found["A"] == pytest.approx(275 / 100) and found["F"] == pytest.approx(95 / 210)
    closed = pd.DataFrame([[5, 0], [3, 4]], index=["a", "b"], columns=["a", "b"])
    assert areas.centrality(closed).tolist() == [math.inf, 0]
    assert areas.centrality(pd.DataFrame([[5]], index=["a"], columns=["a"])).isna().all()


def test_a_place_with_few_jobs_is_not_central() -> None:
    flows = pd.DataFrame([[50, 0], [50, 900]], index=["a", "b"], columns=["a", "b"])
    assert areas.quality(flows, None)["central"].tolist() == [0, 0]  # a takes in 50 and sends none, but has 100 jobs


# --- rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("employed", "contained"), [(3500, 0.75), (25000, 2 / 3), (60000, 2 / 3)])
def test_an_area_on_the_border_is_valid(employed: float, contained: float) -> None:
    inside = employed * contained
    flows = pd.DataFrame([[inside, employed - inside], [0, 1e6]], index=["a", "b"], columns=["a", "b"])
    assert areas.validity(flows)["a"] == pytest.approx(1)
    less = flows + np.array([[-1, 1], [0, 0]])
    assert areas.validity(less)["a"] < 1


def test_the_trade_off_is_that_of_ons() -> None:
    """.75 − (.083/21 500)(R − 3 500) is the straight line that the validity has as its border, to 1 %: Z·sc is a product, not a line."""
    for employed in (3500, 8000, 14000, 20000, 25000):
        wanted = 0.75 - (0.75 - 2 / 3) / 21500 * (employed - 3500)
        inside = employed * wanted
        flows = pd.DataFrame([[inside, employed - inside], [0, 1e6]], index=["a", "b"], columns=["a", "b"])
        assert areas.validity(flows)["a"] == pytest.approx(1, abs=0.01)


def test_nobody_crosses_or_nobody_lives() -> None:
    flows = pd.DataFrame([[7, 0, 0], [0, 0, 0], [0, 9, 50]], index=list("abc"), columns=list("abc"))
    assert areas.validity(flows).tolist()[:2] == [1, 0]  # sc = 1; and nobody lives in b


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"min_size": 25000}, "min_size"),
        ({"min_size": -1}, "min_size"),
        ({"target_size": math.nan}, "min_size"),
        ({"target_size": math.inf}, "min_size"),
        ({"min_containment": 0.8}, "min_containment"),
        ({"min_containment": 0}, "min_containment"),
        ({"target_containment": 1.1}, "min_containment"),
    ],
)
def test_rules_that_say_nothing(rules: dict[str, float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Rules(**rules)


# --- the method, against one that is written without any thought of speed ---------------------------------------------


def plainly(flows: pd.DataFrame, rules: Rules) -> set[frozenset[str]]:
    """The same rules, everything computed from the matrix at every step."""
    t = {(i, j): float(flows.loc[i, j]) for i in flows.index for j in flows.index}
    zones = sorted(flows.index)

    def between(a: set[str], b: set[str]) -> float:
        return sum(t[i, j] for i in a for j in b)

    def valid(c: set[str]) -> float:
        r, w, d = between(c, set(zones)), between(set(zones), c), between(c, c)
        sc = min(d / r, d / w) if r and w else 0.0
        if sc == 1:
            return 1.0
        q = max((rules.target_size - r) / (rules.target_size - rules.min_size), 0)
        slack = rules.min_containment / rules.target_containment
        return min(sc / rules.target_containment, 1) * (1 - (1 - slack) * q) / slack

    def link(i: str, c: set[str]) -> float:
        parts = [(between({i}, c), {i}, c), (between(c, {i}), c, {i})]
        return sum(v**2 / (between(a, set(zones)) * between(set(zones), b)) for v, a, b in parts if v)

    def place(pending: list[str], refuse: bool) -> list[str]:
        left = []
        while pending:
            options = [(link(i, c), i, key) for i in pending for key, c in clusters.items()]
            best = max((each[0] for each in options), default=0)
            if not best:
                return left + pending
            _, zone, key = next(each for each in options if each[0] == best)
            pending = [i for i in pending if i != zone]
            grown = clusters[key] | {zone}
            if refuse and valid(grown) < min(valid(clusters[key]), 1) - 1e-9:
                left.append(zone)
            else:
                clusters[key] = grown
        return left

    clusters: dict[str, set[str]] = {zone: {zone} for zone in zones}
    stuck: set[str] = set()
    reserve: list[str] = []
    while len(clusters) > 1:
        worst = (
            min((valid(c), key) for key, c in clusters.items() if key not in stuck)
            if stuck < set(clusters)
            else (1, "")
        )
        if worst[0] >= 1 - 1e-9:
            break
        rest = set().union(*(c for key, c in clusters.items() if key != worst[1]))
        if between(clusters[worst[1]], rest) + between(rest, clusters[worst[1]]) == 0:
            stuck.add(worst[1])
        else:
            reserve += place(sorted(clusters.pop(worst[1])), refuse=True)
    alone = place(sorted(reserve), refuse=False)
    return {frozenset(members) for members in [*clusters.values(), *({zone} for zone in alone)]}


PLAIN = st.sampled_from([SMALL, Rules(5, 60, 0.6, 0.8), Rules(20, 2000, 0.66, 0.7), Rules(0, 1, 0.9, 1)])


@given(generic(), PLAIN)
def test_the_areas_are_those_of_the_plain_program(flows: pd.DataFrame, rules: Rules) -> None:
    assert partition(areas.travel_to_work_areas(flows, rules)) == plainly(flows, rules)


def test_the_plain_program_on_the_golden_matrix() -> None:
    assert partition(areas.travel_to_work_areas(golden(), SMALL)) == plainly(golden(), SMALL)


def joined_at_last() -> pd.DataFrame:
    """Two zones that nothing ties together until the one between them, which neither would take, is given to one of them at last."""
    codes = ["1000", "1001", "1002"]
    return pd.DataFrame([[1.0, 0, 5], [1, 1, 0], [0, 0, 30]], index=codes, columns=codes)


@given(matrices(), PLAIN)
@example(joined_at_last(), SMALL)
def test_every_zone_is_in_one_area_and_what_is_not_named_is_valid(flows: pd.DataFrame, rules: Rules) -> None:
    found = areas.travel_to_work_areas(flows, rules)
    assert list(found.index) == sorted(flows.index) and found.notna().all()
    value = areas.validity(flows, found, rules)
    assert set(value.index) == set(found)
    invalid = found.attrs["invalid"]
    assert {area: pytest.approx(each) for area, each in value[value < 1 - 1e-9].items()} == invalid
    assert set(found.attrs["alone"]) <= set(invalid) and set(found.attrs["reserve"]) <= set(found.index)
    between = flowmatrix.aggregated(flows, found)
    for area in found.attrs["alone"]:
        others = between.index != area
        assert between.loc[area, others].sum() + between.loc[others, area].sum() == 0


@given(matrices(), PLAIN)
def test_an_area_is_called_by_its_member_with_most_jobs(flows: pd.DataFrame, rules: Rules) -> None:
    found, jobs = areas.travel_to_work_areas(flows, rules), flows.sum(axis=0)
    for area, members in found.groupby(found).groups.items():
        most = jobs[members].max()
        assert area == min(code for code in members if jobs[code] == most)


@given(matrices(), PLAIN, st.randoms(use_true_random=False))
def test_the_order_of_the_zones_changes_nothing(flows: pd.DataFrame, rules: Rules, chance: object) -> None:
    order = list(flows.index)
    chance.shuffle(order)  # type: ignore[attr-defined]
    mixed = flows.loc[order, list(reversed(order))]
    found, again = areas.travel_to_work_areas(flows, rules), areas.travel_to_work_areas(mixed, rules)
    assert found.equals(again) and found.attrs == again.attrs


@given(generic(), PLAIN, st.randoms(use_true_random=False))
def test_other_codes_change_nothing_but_the_labels(flows: pd.DataFrame, rules: Rules, chance: object) -> None:
    codes = [f"{2000 + at}" for at in range(len(flows))]
    chance.shuffle(codes)  # type: ignore[attr-defined]
    new = dict(zip(flows.index, codes))
    found = areas.travel_to_work_areas(flows, rules)
    again = areas.travel_to_work_areas(flows.rename(index=new, columns=new), rules)
    assert again.to_dict() == {new[code]: new[area] for code, area in found.items()}


@pytest.mark.slow
@given(divided())
def test_sums_are_kept_and_merging_never_lowers_self_containment(given_: tuple[pd.DataFrame, pd.Series]) -> None:
    flows, assignment = given_
    total = flowmatrix.aggregated(flows, assignment)
    assert total.to_numpy().sum() == flows.to_numpy().sum()
    assert total.sum(axis=0).to_dict() == flows.sum(axis=0).groupby(assignment).sum().to_dict()
    assert total.sum(axis=1).to_dict() == flows.sum(axis=1).groupby(assignment).sum().to_dict()
    before, after = areas.quality(flows, None), areas.quality(flows, assignment)
    assert after.attrs["self_containment"] >= before.attrs["self_containment"] - 1e-9
    for first, second in itertools.combinations(sorted(set(assignment)), 2):
        closer = areas.quality(flows, assignment.replace({second: first}))
        assert closer.attrs["self_containment"] >= after.attrs["self_containment"] - 1e-9


@pytest.mark.slow
@given(divided())
def test_quality_adds_up(given_: tuple[pd.DataFrame, pd.Series]) -> None:
    flows, assignment = given_
    found = areas.quality(flows, assignment)
    assert found["zones"].sum() == len(flows)
    assert found["employed"].sum() == found["jobs"].sum() == flows.to_numpy().sum()
    assert (found["live_and_work"] <= found[["employed", "jobs"]].min(axis=1)).all()
    assert ((found["cohesion_links"].dropna() >= 0) & (found["cohesion_links"].dropna() <= 100)).all()
    whole = areas.modularity(flows, pd.Series("x", index=flows.index))
    assert whole == pytest.approx(0, abs=1e-9) and -1 <= found.attrs["modularity"] < 1


# --- corners --------------------------------------------------------------------------------------------------------


def test_parts_of_a_country_that_exchange_nobody_are_not_put_together() -> None:
    pair = np.array([[50, 40], [30, 60]])
    flows = pd.DataFrame(np.kron(np.eye(2), pair), index=list("abcd"), columns=list("abcd"))
    found = areas.travel_to_work_areas(flows)
    assert partition(found) == {frozenset("ab"), frozenset("cd")}
    assert found.attrs["invalid"] == {} and found.attrs["alone"] == ()


def test_a_zone_where_nobody_lives_or_works_is_alone_and_said_so() -> None:
    flows = golden()
    flows["G"] = 0
    flows.loc["G"] = 0
    found = areas.travel_to_work_areas(flows, SMALL)
    assert found["G"] == "G" and found.attrs["alone"] == ("G",) and found.attrs["invalid"] == {"G": 0}


def test_one_zone() -> None:
    flows = pd.DataFrame([[3]], index=["a"], columns=["a"])
    assert areas.travel_to_work_areas(flows).to_dict() == {"a": "a"}


def test_the_reserve_list_is_told_and_ends_in_an_area() -> None:
    """b is dissolved first; a, to which it is tied most, would be no longer valid with it, and gets it in the end all the same."""
    flows = pd.DataFrame([[760, 0, 240], [45, 30, 75], [0, 0, 5000]], index=list("abc"), columns=list("abc"))
    rules = Rules(min_size=900, target_size=901, min_containment=0.74, target_containment=0.75)
    found = areas.travel_to_work_areas(flows, rules)
    assert found.to_dict() == {"a": "a", "b": "a", "c": "c"}
    assert found.attrs["reserve"] == ("b",) and found.attrs["alone"] == ()
    assert found.attrs["invalid"] == {"a": pytest.approx(835 / 1150 / 0.74)}


# --- bad input ------------------------------------------------------------------------------------------------------

MEASURES = {
    "validity": areas.validity,
    "areas": areas.travel_to_work_areas,
    "cohesion": areas.cohesion,
    "centrality": areas.centrality,
    "quality": lambda flows: areas.quality(flows, None),
    "modularity": lambda flows: areas.modularity(flows, None),
    "aggregated": lambda flows: flowmatrix.aggregated(flows, None),
}


def spoiled(home: str, work: str, value: float) -> pd.DataFrame:
    flows = golden().astype(float)
    flows.loc[home, work] = value
    return flows


BAD = [
    (golden().iloc[:4], "ikke kvadratisk: 4 rader og 6 kolonner"),
    (golden().iloc[:0, :0], "er tom"),
    (golden().rename(columns={"B": "X"}), "ikke de samme sonene: B, X"),
    (golden().rename(columns={"B": "A"}, index={"B": "A"}), "Sonen A står flere ganger"),
    (spoiled("C", "E", -2), "fra C til E er negativ: -2"),
    (spoiled("C", "E", math.inf), "fra C til E er ikke et endelig tall"),
    (spoiled("C", "E", math.nan), r"fra C til E mangler i matrisen \(1 strømmer"),
    (golden() * 0, "har ingen sysselsatte"),
    (golden().astype(str).replace("60", "mange"), "ikke er tall"),
]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("flows", "message"), BAD, ids=[message[:20] for _, message in BAD])
def test_bad_matrices(measure: str, flows: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        MEASURES[measure](flows)


def test_one_missing_flow_is_refused_even_where_zones_may_be_left_out() -> None:
    with pytest.raises(DataError, match="fra C til E mangler"):
        areas.travel_to_work_areas(spoiled("C", "E", math.nan), SMALL, missing="leave_out")


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        (HALVES.drop("C"), "mangler 1 av sonene i matrisen: C"),
        (pd.concat([HALVES, pd.Series({"X": "A"})]), "1 soner som ikke er i matrisen: X"),
        (pd.concat([HALVES, pd.Series({"A": "B"})]), "Sonen A står flere ganger"),
        (HALVES.where(HALVES.index != "C"), "Sonen C har ikke noe område"),
    ],
)
def test_bad_assignments(assignment: pd.Series, message: str) -> None:
    for measure in (areas.validity, areas.quality, areas.modularity, flowmatrix.aggregated):
        with pytest.raises(DataError, match=message):
            measure(golden(), assignment)  # type: ignore[operator]


# --- Norway ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def norway(tables: Tables) -> pd.DataFrame:
    return commuting.matrix(tables, 2022)


def members(assignment: pd.Series, municipality: str) -> list[str]:
    code = Municipality.find(municipality).code
    return list(assignment.index[assignment == assignment[code]])


def test_norway_2022(norway: pd.DataFrame) -> None:
    found = areas.travel_to_work_areas(norway)
    assert list(found.index) == list(norway.index) and len(found) == 356 and found.notna().all()
    assert found.nunique() == 89
    assert members(found, "halden") == ["3101", "3124"] and found["3124"] == "3101"  # Halden and Aremark
    sarpsborg = ["3103", "3105", "3107", "3110", "3112", "3114", "3116", "3120", "3216"]
    assert members(found, "sarpsborg") == sarpsborg and found["3105"] == "3107"
    oslo = members(found, "oslo")
    assert found["0301"] == "0301" and len(oslo) == 21 and {"3201", "3203", "3205", "3118"} <= set(oslo)
    assert {area: Municipality.find(area).name for area in found.attrs["invalid"]} == {"5059": "Orkland"}
    assert len(found.attrs["reserve"]) == 14 and found.attrs["alone"] == () and found.attrs["left_out"] == ()


def test_norways_areas_are_valid_but_for_those_named(norway: pd.DataFrame) -> None:
    found = areas.travel_to_work_areas(norway)
    value = areas.validity(norway, found)
    assert list(value.index[value < 1]) == list(found.attrs["invalid"])
    quality = areas.quality(norway, found)
    assert quality["employed"].sum() == norway.to_numpy().sum() == 2809789
    assert quality.attrs["self_containment"] == pytest.approx(86.9987, abs=1e-4)
    assert quality.attrs["modularity"] == pytest.approx(0.765935, abs=1e-6)
    assert quality.loc["3101", ["zones", "employed"]].tolist() == [2, norway.loc[["3101", "3124"]].to_numpy().sum()]


def test_norway_in_any_order(norway: pd.DataFrame) -> None:
    mixed = norway.sample(frac=1, random_state=1).sample(frac=1, axis=1, random_state=2)
    assert areas.travel_to_work_areas(mixed).equals(areas.travel_to_work_areas(norway))


def test_rindal_in_2019_is_missing_and_not_nobody(tables: Tables) -> None:
    """The table of 2019 has no rows for 5061: where the matrix is given all municipalities, its flows are NaN."""
    held = commuting.matrix(tables, 2019)
    assert "5061" not in held.index
    codes = sorted([*held.index, "5061"])
    flows = held.reindex(index=codes, columns=codes)
    with pytest.raises(DataError, match=r"til 5061 mangler.*\(731 strømmer.*Uten tall: 5061.*leave_out"):
        areas.travel_to_work_areas(flows)
    found = areas.travel_to_work_areas(flows, missing="leave_out")
    assert found.attrs["left_out"] == ("5061",) and "5061" not in found.index
    assert found.equals(areas.travel_to_work_areas(held))
