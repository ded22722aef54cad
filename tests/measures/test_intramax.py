from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.measures import areas, commuting, flowmatrix
from helpers.measures.intramax import Merges, cut, intramax
from helpers.places import Municipality
from helpers.tables import Tables

from .test_areas import BAD, generic, golden, matrices, partition


def test_golden_merges() -> None:
    steps = intramax(golden()).steps
    assert list(zip(steps["first"], steps["second"]))[:4] == [("D", "E"), ("C", "F"), ("A", "B"), ("C", "D")]
    assert steps["value"].iloc[0] == pytest.approx(0.00066463, abs=5e-9)
    assert steps["intrazonal"].tolist()[:4] == pytest.approx([0.80899, 0.83006, 0.88062, 0.92978], abs=5e-6)
    assert list(steps.index) == [1, 2, 3, 4, 5] and list(steps["areas"]) == [5, 4, 3, 2, 1]
    assert steps["intrazonal"].iloc[4] == pytest.approx(1)


def test_it_begins_with_those_who_work_at_home() -> None:
    assert 100 * intramax(golden()).start == pytest.approx(74.1573, abs=1e-4)


def test_golden_cuts() -> None:
    merges = intramax(golden())
    assert cut(merges, areas=6).tolist() == list("ABCDEF")
    assert cut(merges, areas=3).to_dict() == {"A": "A", "B": "A", "C": "C", "D": "D", "E": "D", "F": "C"}
    assert partition(cut(merges, areas=2)) == {frozenset("AB"), frozenset("CDEF")}
    assert set(cut(merges, areas=1)) == {"A"}


@pytest.mark.parametrize(("share", "number"), [(0, 6), (0.74, 6), (0.75, 5), (0.85, 3), (0.88, 3), (0.9, 2), (0.95, 1)])
def test_a_cut_at_a_share_is_the_first_that_reaches_it(share: float, number: int) -> None:
    assert cut(intramax(golden()), share=share).nunique() == number


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "enten areas eller share"),
        ({"areas": 2, "share": 0.9}, "enten areas eller share"),
        ({"areas": 0}, "fra 1 til 6, ikke 0"),
        ({"areas": 7}, "fra 1 til 6, ikke 7"),
        ({"share": 1.5}, "1.5 nås aldri: høyeste andel er 1"),
        ({"share": math.nan}, "nås aldri"),
    ],
)
def test_cuts_that_cannot_be_made(how: dict[str, float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        cut(intramax(golden()), **how)  # type: ignore[arg-type]


def test_parts_that_exchange_nobody_stay_apart() -> None:
    flows = pd.DataFrame(np.kron(np.eye(2), [[50, 40], [30, 60]]), index=list("abcd"), columns=list("abcd"))
    merges = intramax(flows)
    assert merges.fewest == 2 and partition(cut(merges, areas=2)) == {frozenset("ab"), frozenset("cd")}
    with pytest.raises(DataError, match="fra 2 til 4, ikke 1"):
        cut(merges, areas=1)


@pytest.mark.parametrize(("flows", "message"), BAD, ids=[message[:20] for _, message in BAD])
def test_bad_matrices(flows: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        intramax(flows)


def test_a_zone_without_figures_is_left_out_when_asked() -> None:
    flows = golden().astype(float)
    flows.loc["F"] = flows["F"] = math.nan
    with pytest.raises(DataError, match="fra A til F mangler"):
        intramax(flows)
    merges = intramax(flows, missing="leave_out")
    assert merges.trips.attrs["left_out"] == ("F",) and "F" not in cut(merges, areas=2).index
    assert cut(merges, areas=2).attrs["left_out"] == ("F",)


# --- identities -----------------------------------------------------------------------------------------------------


def plainly(flows: pd.DataFrame) -> list[tuple[frozenset[str], float]]:
    """Each merge with the intrazonal share after it, everything computed from the matrix at every step."""
    values, total = flows.to_numpy(), flows.to_numpy().sum()
    clusters = [[at] for at in range(len(flows))]
    steps = []
    while len(clusters) > 1:
        t = np.array([[values[np.ix_(a, b)].sum() for b in clusters] for a in clusters])
        o, d = t.sum(axis=1), t.sum(axis=0)
        value = {
            (i, j): t[i, j] / (o[i] * d[j]) + t[j, i] / (o[j] * d[i])
            for i in range(len(t))
            for j in range(i + 1, len(t))
        }
        i, j = max(value, key=value.__getitem__)
        clusters[i] += clusters.pop(j)
        inside = sum(values[np.ix_(a, a)].sum() for a in clusters) / total
        steps.append((frozenset(str(flows.index[at]) for at in clusters[i]), inside))
    return steps


def merged(merges: Merges) -> list[tuple[frozenset[str], float]]:
    held = {str(code): frozenset([str(code)]) for code in merges.trips.index}
    steps = []
    for first, second, inside in merges.steps[["first", "second", "intrazonal"]].itertuples(index=False):
        held[first] |= held.pop(second)
        steps.append((held[first], inside))
    return steps


@given(generic())
def test_the_merges_are_those_of_the_plain_program(flows: pd.DataFrame) -> None:
    found, wanted = merged(intramax(flows)), plainly(flows)
    assert [members for members, _ in found] == [members for members, _ in wanted]
    assert [share for _, share in found] == pytest.approx([share for _, share in wanted])


@pytest.mark.slow
@given(matrices())
def test_the_intrazonal_share_is_that_of_the_areas_and_never_falls(flows: pd.DataFrame) -> None:
    merges = intramax(flows)
    shares = [merges.start, *merges.steps["intrazonal"]]
    assert all(later >= earlier for earlier, later in itertools.pairwise(shares))
    for number in range(merges.fewest, len(flows) + 1):
        found = cut(merges, areas=number)
        assert found.nunique() == number and found.notna().all() and list(found.index) == list(flows.index)
        total = flowmatrix.aggregated(flows, found)
        assert total.to_numpy().sum() == flows.to_numpy().sum()
        assert areas.quality(flows, found).attrs["self_containment"] == pytest.approx(100 * shares[len(flows) - number])


@pytest.mark.slow
@given(matrices(), st.randoms(use_true_random=False))
def test_the_order_of_the_zones_changes_nothing(flows: pd.DataFrame, chance: object) -> None:
    order = list(flows.index)
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert intramax(flows.loc[order, list(reversed(order))]).steps.equals(intramax(flows).steps)


@given(generic(), st.randoms(use_true_random=False))
def test_other_codes_change_nothing_but_the_labels(flows: pd.DataFrame, chance: object) -> None:
    codes = [f"{2000 + at}" for at in range(len(flows))]
    chance.shuffle(codes)  # type: ignore[attr-defined]
    new = dict(zip(flows.index, codes))
    found, again = intramax(flows), intramax(flows.rename(index=new, columns=new))
    wanted = [frozenset(new[code] for code in members) for members, _ in merged(found)]
    assert [members for members, _ in merged(again)] == wanted


# --- Norway ---------------------------------------------------------------------------------------------------------


def test_norway_2022(tables: Tables) -> None:
    flows = commuting.matrix(tables, 2022)
    merges = intramax(flows)
    assert merges.fewest == 1 and len(merges.steps) == 355
    assert merges.start == pytest.approx(flows.to_numpy().trace() / 2809789)
    assert merges.steps["intrazonal"].iloc[-1] == pytest.approx(1)
    found = cut(merges, areas=89)
    assert found.nunique() == 89 and len(found) == 356 and found.notna().all()
    names = {Municipality.find(code).name for code in found.index[found == found["3101"]]}
    assert names == {"Halden", "Sarpsborg", "Fredrikstad", "Hvaler"}
    whole = cut(merges, share=0.9)
    assert areas.quality(flows, whole).attrs["self_containment"] >= 90
    one_more = cut(merges, areas=whole.nunique() + 1)
    assert areas.quality(flows, one_more).attrs["self_containment"] < 90
