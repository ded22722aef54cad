"""Identities that hold whatever the figures are."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.measures import commuting, employment, pace
from helpers.measures.ranking import rank_of
from helpers.measures.rounding import Interval, approximate_sum, hard_sum, share
from helpers.places import Area, Municipality

from . import frames

Floats = npt.NDArray[np.float64]
REGIONS = ("3101", "3105", "3107", "3110")


@st.composite
def industries(draw: st.DrawFn) -> tuple[Floats, Floats, Floats, Floats]:
    """Jobs of a municipality and its reference in two years; the reference has jobs wherever the municipality has."""
    n = draw(st.integers(1, 8))
    counts = hnp.arrays(np.float64, n, elements=st.integers(0, 9999).map(float))
    local0, local1, ref1 = draw(counts), draw(counts), draw(counts)
    ref0 = draw(hnp.arrays(np.float64, n, elements=st.integers(1, 99999).map(float)))
    return local0, local1, ref0, ref1


@given(industries())
def test_shift_share_adds_up(vectors: tuple[Floats, Floats, Floats, Floats]) -> None:
    found = employment.shift_share(*vectors)
    parts = found[["reference", "mix", "local"]].sum(axis=1)
    size = max(1.0, found[["reference", "mix", "local"]].abs().to_numpy().max())
    assert np.allclose(parts, found["change"], rtol=0, atol=1e-9 * size)
    assert np.array_equal(found["change"], vectors[1] - vectors[0])


@given(industries(), st.sampled_from([0.5, 2.0, 8.0]))
def test_shift_share_scales(vectors: tuple[Floats, Floats, Floats, Floats], factor: float) -> None:
    local0, local1, ref0, ref1 = vectors
    once = employment.shift_share(*vectors)
    scaled = employment.shift_share(factor * local0, factor * local1, ref0, ref1)
    assert np.allclose(scaled, factor * once, rtol=1e-9, atol=1e-6)
    same = employment.shift_share(local0, local1, factor * ref0, factor * ref1)
    assert np.allclose(same, once, rtol=1e-9, atol=1e-6)


@given(industries())
def test_a_region_that_is_the_reference_has_no_mix_and_no_local(vectors: tuple[Floats, Floats, Floats, Floats]) -> None:
    _, _, ref0, ref1 = vectors
    found = employment.shift_share(ref0, ref1, ref0, ref1)
    assert found["mix"].sum() == pytest.approx(0, abs=1e-6 * ref0.sum())
    assert np.allclose(found["local"], 0, atol=1e-6)


@given(industries(), st.integers(2, 5))
def test_local_parts_of_all_regions_cancel(vectors: tuple[Floats, Floats, Floats, Floats], parts: int) -> None:
    _, _, ref0, ref1 = vectors
    weights0, weights1 = np.arange(1, parts + 1) / sum(range(1, parts + 1)), np.full(parts, 1 / parts)
    total = sum(
        employment.shift_share(w0 * ref0, w1 * ref1, ref0, ref1)["local"]
        for w0, w1 in zip(weights0, weights1, strict=True)
    )
    assert np.allclose(total, 0, atol=1e-6 * max(1.0, ref1.max()))


@given(industries())
def test_merging_industries_moves_only_mix_and_local(vectors: tuple[Floats, Floats, Floats, Floats]) -> None:
    assume(len(vectors[0]) >= 2)
    fine = employment.shift_share(*vectors).sum()
    merged = employment.shift_share(*(np.array([each[:2].sum(), *each[2:]]) for each in vectors)).sum()
    for name in ("reference", "change"):
        assert merged[name] == pytest.approx(fine[name], rel=1e-9, abs=1e-6)
    assert merged["mix"] + merged["local"] == pytest.approx(fine["mix"] + fine["local"], rel=1e-9, abs=1e-4)


@given(hnp.arrays(np.float64, st.integers(1, 9), elements=st.integers(1, 9999).map(float)), st.floats(0.1, 100))
def test_the_same_structure_has_quotients_of_one(jobs: Floats, factor: float) -> None:
    assert np.allclose(employment.quotients(jobs, factor * jobs), 1)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 900)), min_size=2, max_size=6),
    st.integers(0, 8),
)
def test_quotient_bounds_hold_the_quotient(jobs: list[tuple[int, int]], off: int) -> None:
    assume(sum(own for own, _ in jobs) > 0)
    names = [chr(65 + number) for number in range(len(jobs))]
    held = {
        "4003": dict(zip(names, [float(own) for own, _ in jobs], strict=True)),
        "4001": dict(zip(names, [float(ref) for _, ref in jobs], strict=True)),
    }
    found = employment.location_quotient(
        {"ssb_07984": frames.industries(2022, held, off)}, Municipality.find("4003"), 2022
    )
    assert (found["lq_lower"] <= found["lq"] + 1e-9).all()
    assert ((found["lq_upper"] >= found["lq"] - 1e-9) | found["lq_upper"].isna()).all()
    assert (found["share"].sum(), found["reference_share"].sum()) == (pytest.approx(100), pytest.approx(100))


def matrices(low: int = 2, high: int = 7) -> st.SearchStrategy[Floats]:
    return st.integers(low, high).flatmap(
        lambda n: hnp.arrays(np.float64, (n, n), elements=st.integers(0, 5000).map(float))
    )


@given(matrices())
def test_net_is_zero_on_a_closed_matrix(flows: Floats) -> None:
    found = commuting.indicators(flows)
    assert found["net"].sum() == 0
    assert (found["out"] + found["live_and_work"] == found["employed"]).all()
    assert (found["in_"] + found["live_and_work"] == found["jobs"]).all()
    assert found["out"].sum() == found["in_"].sum()


@given(matrices(3))
def test_merging_zones_never_lowers_overall_self_containment(flows: Floats) -> None:
    assume(flows.sum() > 0)
    zones = [str(number) for number in range(len(flows))]
    frame = pd.DataFrame(flows, index=zones, columns=zones)
    merged = commuting.merged(frame, zones[:2], "ab")
    before, after = commuting.indicators(frame), commuting.indicators(merged)
    assert len(after) == len(before) - 1
    assert after.attrs["self_containment"] >= before.attrs["self_containment"] - 1e-12
    assert after["employed"].sum() == before["employed"].sum()


@settings(max_examples=30)
@given(matrices(4, 4), st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_summary_of_own_tables(flows: Floats, beyond: list[int]) -> None:
    frame = pd.DataFrame(flows, index=REGIONS, columns=REGIONS)
    employed, jobs = frame.sum(axis=1) + beyond, frame.sum(axis=0)
    held = {
        "ssb_11618": frames.employment(
            {(code, 2022): (99_999, employed[code], jobs[code]) for code in REGIONS},
        ),
        "ssb_03321": frames.flows(2022, frame),
    }
    row = commuting.summary(held, Area.of(REGIONS)).loc[2022]
    assert row["outside_upper"] == sum(beyond)
    assert row["in_"] == 0 and row["out"] == sum(beyond) == -row["net"]
    assert math.isnan(
        row["outside"]
    )  # the matrix has four of the country's municipalities: the others cannot be told apart
    pair = commuting.summary(held, Area.of(REGIONS[:2])).loc[2022]
    assert pair["live_and_work"] == flows[:2, :2].sum()
    assert pair["employed"] - pair["out"] + pair["in_"] == pair["jobs"]


series = st.lists(st.floats(1, 1e6), min_size=3, max_size=9).map(
    lambda values: pd.Series(values, index=pd.Index(range(2010, 2010 + len(values)), name="Tid"))
)


@given(series)
def test_growth_and_index_say_the_same(values: pd.Series) -> None:
    frame = values.to_frame("jobs").assign(lacking=[()] * len(values))
    first, last = int(values.index[0]), int(values.index[-1])
    found = employment.growth(frame, "jobs", first, last)
    assert found.base + found.change == pytest.approx(found.value)
    assert found.base * (1 + found.annual / 100) ** (last - first) == pytest.approx(found.value, rel=1e-9)
    indexed = employment.index(frame, "jobs", first)
    assert indexed[first] == pytest.approx(100) and indexed[last] == pytest.approx(100 + found.percent)
    rebased = employment.index(indexed.to_frame("jobs"), "jobs", last)
    assert np.allclose(rebased, employment.index(frame, "jobs", last))


@given(st.lists(st.one_of(st.integers(0, 6).map(float), st.just(math.nan)), min_size=1, max_size=12))
def test_ranks(figures: list[float]) -> None:
    values = pd.Series(figures, index=[f"r{number}" for number in range(len(figures))])
    found = {code: rank_of(values, code) for code in values.index}
    held = {code: each for code, each in found.items() if each}
    assert set(held) == set(values.dropna().index)
    for one, rank in held.items():
        assert rank.rank >= 1 and rank.rank + rank.ties <= rank.of == len(held)
        assert sum(other.rank == rank.rank for other in held.values()) == rank.ties + 1
        assert sum(other.rank < rank.rank for other in held.values()) == rank.rank - 1
        assert all((values[one] > values[two]) == (rank.rank < other.rank) for two, other in held.items())


amounts = st.floats(1, 1e6)


@given(amounts, amounts, st.integers(1, 40), st.sampled_from(["growth", "points"]))
def test_a_pace_leads_to_its_goal(value: float, goal: float, years: int, scale: pace.Scale) -> None:
    rate = pace.pace(value, goal, years, scale)
    assert pace.moved(value, rate, years, scale) == pytest.approx(goal, rel=1e-6)
    way = pace.path(2020, value, 2020 + years, goal, scale)
    assert len(way) == years + 1
    assert way.iloc[0] == pytest.approx(value) and way.iloc[-1] == pytest.approx(goal, rel=1e-6)
    rising = goal > value
    assert (np.diff(way) >= -1e-6).all() if rising else (np.diff(way) <= 1e-6).all()


@given(amounts, amounts, st.floats(-20, 20), st.sampled_from(["growth", "points"]))
def test_year_reached_is_the_first_year_at_the_goal(value: float, goal: float, rate: float, scale: pace.Scale) -> None:
    assume(abs(rate) > 1e-3 and abs(goal / value - 1) > 1e-6)
    rising = goal > value
    year = pace.year_reached(2020, value, goal, rate, scale, rising)
    sign = 1 if rising else -1
    if year is None:
        assert sign * (pace.moved(value, rate, 99, scale) - goal) < 0
    else:
        years = year - 2020
        assert 0 < years <= 100
        assert sign * (pace.moved(value, rate, years, scale) - goal) >= -1e-6 * goal
        assert sign * (pace.moved(value, rate, years - 1, scale) - goal) <= 1e-6 * goal


runs = st.lists(st.floats(1, 1e5), min_size=6, max_size=12).map(
    lambda values: pd.Series(values, index=range(2010, 2010 + len(values)))
)


@given(runs, st.integers(1, 10), st.floats(0.1, 10))
def test_projection(values: pd.Series, horizon: int, factor: float) -> None:
    found = pace.project(values, horizon)
    assert found is not None and found.lower <= found.median <= found.upper
    assume(found.sd > 1e-6)
    assert found.probability(found.median) == pytest.approx(0.5, abs=1e-6)
    assert found.probability(found.lower) == pytest.approx(0.9, abs=1e-6)
    assert found.probability(found.upper) == pytest.approx(0.1, abs=1e-6)
    scaled = pace.project(factor * values, horizon)
    assert scaled is not None and scaled.median == pytest.approx(factor * found.median, rel=1e-6)


@given(st.lists(st.floats(1, 99), min_size=6, max_size=12), st.integers(1, 10))
def test_a_projected_rate_stays_a_rate(values: list[float], horizon: int) -> None:
    found = pace.project(pd.Series(values, index=range(2010, 2010 + len(values))), horizon, logit=True)
    assert found is not None and 0 <= found.lower <= found.median <= found.upper <= 100


cells = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20).map(
    lambda rows: pd.DataFrame(
        {
            "value": [float(v) for v, _, _ in rows],
            "lower": [v - d for v, d, _ in rows],
            "upper": [v + u for v, _, u in rows],
        }
    )
)


@given(cells)
def test_sums_hold_their_value_and_the_approximate_is_within_the_hard(frame: pd.DataFrame) -> None:
    hard, about = hard_sum(frame), approximate_sum(frame)
    assert hard.value == about.value == frame["value"].sum()
    assert hard.lower <= about.lower + 1e-9 <= about.value + 1e-9
    assert about.value <= about.upper + 1e-9 <= hard.upper + 2e-9


@given(st.integers(0, 900), st.integers(1, 900), st.integers(0, 20))
def test_a_share_lies_within_its_bounds(part: int, rest: int, off: int) -> None:
    whole = part + rest
    found = share(Interval(part, max(part - off, 0), part + off), Interval(whole, whole - off, whole + off))
    assert 0 <= found.lower <= found.value <= found.upper <= 100
