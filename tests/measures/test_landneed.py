"""The need for land: hand-computed, never one plot twice, and a missing figure never 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.land.settings import Need, settings
from helpers.measures import landneed

NEED = settings().need
SHARES = {"office": 0.2, "trade": 0.1, "construction": 0.1, "industry": 0.2, "logistics": 0.1}
COUNTS = dict.fromkeys(landneed.NACE, 100.0)  # 16 groups, 1600 jobs


def plots(*each: tuple[float, str], kind: str = "plot") -> tuple[Any, pd.Series]:
    """Plots of (dekar, class)."""
    frame = pd.DataFrame({"area_m2": [dekar * 1000.0 for dekar, _ in each], "kind": [kind] * len(each)})
    return frame, pd.Series([of for _, of in each], dtype="str")


def needed(**dekar: float) -> pd.DataFrame:
    """A need as `landneed.need` gives it, with the dekar given by hand."""
    frame = landneed.need(0, {}, NEED)
    for group, value in dekar.items():
        frame.loc[group, "plot_dekar_needed"] = value
    return frame


def test_need_by_hand() -> None:
    found = landneed.need(1000, SHARES, NEED)
    assert found.index.tolist() == ["office", "trade", "construction", "industry", "logistics", "outside"]
    assert found["jobs"].tolist() == pytest.approx([200, 100, 100, 200, 100, 300])
    assert found["bra_m2"].tolist() == pytest.approx([4600, 4000, 6000, 16_000, 15_000, 0])
    # ÷ 1.0, 0.5, 0.3, 0.35, 0.4, in dekar
    assert found["plot_dekar_needed"].tolist() == pytest.approx([4.6, 8, 20, 45.7142857, 37.5, 0])
    assert found["abc"].tolist()[:5] == ["A", "B", "C", "C", "C"]
    assert found["abc"].isna().tolist() == [False] * 5 + [True]
    assert found["least_plot_dekar"].tolist()[:5] == [2, 2, 5, 10, 20]
    assert math.isnan(found["least_plot_dekar"].iloc[5])


def test_the_share_on_new_land_counts() -> None:
    half = settings({"need": {"new_land_share": {"base": 0.5}}}).need
    assert landneed.need(1000, SHARES, half)["plot_dekar_needed"].sum() == pytest.approx(115.8142857 / 2)


def test_a_target_that_is_reached_needs_nothing() -> None:
    assert landneed.need(-200, SHARES, NEED)["plot_dekar_needed"].sum() == 0
    assert landneed.need(-200, SHARES, NEED)["jobs"].sum() == 0


@pytest.mark.parametrize(
    ("jobs", "shares"),
    [
        (100, {"office": math.nan}),
        (100, {"office": -0.1}),
        (100, {"farming": 0.1}),
        (100, {"office": 0.7, "trade": 0.7}),
        (math.nan, {"office": 0.1}),
    ],
)
def test_bad_shares_and_jobs_are_refused(jobs: float, shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"shares|jobs"):
        landneed.need(jobs, shares, NEED)
    with pytest.raises(ValueError, match=r"shares|jobs"):
        landneed.tornado(jobs, shares, NEED, 100, 2025, 2035)


def test_shares_from_counts() -> None:
    found = landneed.shares_from(COUNTS, NEED)
    assert found == pytest.approx(
        {"office": 4 / 16, "trade": 2 / 16, "construction": 1 / 16, "industry": 3 / 16, "logistics": 1 / 16}
    )
    unspecified = landneed.shares_from({**COUNTS, "00": 400}, NEED)
    assert unspecified is not None
    assert unspecified["office"] == pytest.approx(400 / 2000)


@pytest.mark.parametrize("nace", ["49-53", "84"])
def test_a_missing_group_makes_every_share_unknown(nace: str) -> None:
    assert landneed.shares_from({code: count for code, count in COUNTS.items() if code != nace}, NEED) is None
    assert landneed.shares_from({**COUNTS, nace: math.nan}, NEED) is None
    assert landneed.shares_from({}, NEED) is None
    assert landneed.shares_from(dict.fromkeys(COUNTS, 0.0), NEED) is None


def test_large_plots_are_kept_for_those_who_need_them() -> None:
    found = landneed.allotted(
        needed(construction=12, industry=10, logistics=25), *plots((30, "C"), (12, "C"), (4, "C"), (50, "A"))
    )
    # logistics (≥ 20): 25 of the 30; industry (≥ 10): 10 of 5 + 12; construction (≥ 5): the 7 that are left; the plot of 4 is too small
    assert found["large_enough_dekar"].to_dict() == {
        "office": 50, "trade": 0, "construction": 42, "industry": 42, "logistics": 30,
    }  # fmt: skip
    assert found["given_dekar"].tolist() == [0, 0, 7, 10, 25]
    assert found["shortfall_dekar"].tolist() == [0, 0, 5, 0, 0]


def test_a_plot_of_exactly_the_least_size_will_do() -> None:
    found = landneed.allotted(needed(logistics=20), *plots((20, "C"), (19.999, "C")))
    assert found.loc["logistics", "large_enough_dekar"] == 20


def test_balance_by_class() -> None:
    found = landneed.balance(
        needed(office=5, construction=12, industry=10, logistics=25), *plots((30, "C"), (12, "C"), (4, "C"), (50, "A"))
    )
    assert found.index.tolist() == ["A", "B", "C"]
    assert found["needed_dekar"].tolist() == [5, 0, 47]
    assert found["supply_dekar"].tolist() == [50, 0, 46]
    assert found["plots"].tolist() == [1, 0, 3]
    assert found["given_dekar"].tolist() == [5, 0, 42]
    assert found["shortfall_dekar"].tolist() == [0, 0, 5]
    assert found["spare_dekar"].tolist() == [45, 0, 4]


def test_land_enough_but_plots_too_small() -> None:
    found = landneed.balance(needed(logistics=20), *plots((15, "C"), (15, "C"))).loc["C"]
    assert (found["supply_dekar"], found["needed_dekar"], found["shortfall_dekar"]) == (30, 20, 20)


def test_plots_of_unknown_class_may_be_of_any() -> None:
    found = landneed.balance(needed(office=10, logistics=30), *plots((5, "A"), (25, "unknown"), (99, "none")))
    assert found["unknown_dekar"].tolist() == [25, 25, 25]
    assert found["shortfall_dekar"].tolist() == [5, 0, 30]
    assert found["shortfall_lower_dekar"].tolist() == [0, 0, 5]


def test_what_is_too_small_or_narrow_is_no_supply() -> None:
    found = landneed.balance(needed(logistics=20), *plots((30, "C"), kind="narrow"))
    assert found["supply_dekar"].sum() == 0


@pytest.mark.parametrize(
    ("reserve", "need", "year"),
    [(200, 100, 2045), (50, 100, 2030), (0, 100, 2025), (100, 0, None), (0, 0, None), (100, -1, None)],
)
def test_horizon(reserve: float, need: float, year: float | None) -> None:
    assert landneed.horizon(reserve, need, 2025, 2035) == year


def test_a_missing_reserve_has_no_year_and_is_not_one_that_is_used_up() -> None:
    for reserve, need in ((math.nan, 100), (100, math.nan)):
        found = landneed.horizon(reserve, need, 2025, 2035)
        assert found is not None
        assert math.isnan(found)
    with pytest.raises(ValueError, match="2035"):
        landneed.horizon(100, 100, 2035, 2035)
    with pytest.raises(ValueError, match="-1"):
        landneed.horizon(-1, 100, 2025, 2035)


def test_ends_by_class() -> None:
    balanced = landneed.balance(needed(office=10, logistics=30), *plots((5, "A"), (60, "C"), (9, "B")))
    found = landneed.ends(balanced, 2026, 2036)
    assert found.tolist() == pytest.approx([2031, math.nan, 2046], nan_ok=True)  # B has no need


def test_plots_of_unknown_class_may_last_longer() -> None:
    balanced = landneed.balance(needed(logistics=30), *plots((60, "unknown")))
    assert landneed.ends(balanced, 2026, 2036)["C"] == 2026
    assert landneed.ends(balanced, 2026, 2036, with_unknown=True)["C"] == 2046


def test_tornado_by_hand() -> None:
    found = landneed.tornado(1000, {"office": 0.5, "logistics": 0.1}, NEED, 49, 2025, 2035).set_index(["key", "group"])
    # office: 500 × 23 = 11.5 dekar; logistics: 100 × 150 ÷ 0.4 = 37.5 dekar; 49 in all
    assert found["need_base_dekar"].tolist() == pytest.approx([49] * 11)
    assert found["ends_base"].tolist() == pytest.approx([2035] * 11)
    row = found.loc[("m2_per_job", "logistics")]
    assert (row["low"], row["base"], row["high"]) == (80, 150, 250)
    assert row["need_low_dekar"] == pytest.approx(11.5 + 20)
    assert row["need_high_dekar"] == pytest.approx(11.5 + 62.5)
    assert row["ends_high"] == pytest.approx(2025 + 49 / 74 * 10)
    assert row["label"] == "Transport og lager"
    assert row["source"] == "egen antakelse"
    row = found.loc[("utilisation", "office")]
    assert row["need_low_dekar"] == pytest.approx(37.5 + 11.5 / 1.5)
    assert row["need_high_dekar"] == pytest.approx(37.5 + 11.5 / 0.6)
    row = found.loc[("new_land_share", "")]
    assert (row["need_low_dekar"], row["need_high_dekar"]) == pytest.approx((24.5, 49))
    assert found.index[0] == ("m2_per_job", "logistics")
    assert found.index[1] == ("new_land_share", "")
    wide = found["need_high_dekar"] - found["need_low_dekar"]
    assert wide.tolist() == sorted(wide, reverse=True)
    assert wide.loc[("m2_per_job", "trade")] == 0  # no jobs in it


def test_the_tornado_of_no_need_has_no_years() -> None:
    found = landneed.tornado(0, SHARES, NEED, 100, 2025, 2035)
    assert (found["need_high_dekar"] == 0).all()
    assert found[["ends_low", "ends_base", "ends_high"]].isna().all().all()


@st.composite
def assumptions(draw: st.DrawFn, rising: bool) -> dict[str, Any]:
    low, base, high = sorted(draw(st.lists(st.floats(0.05, 500), min_size=3, max_size=3)), reverse=not rising)
    return {"low": low, "base": base, "high": high, "source": "x"}


@st.composite
def needs(draw: st.DrawFn) -> tuple[Need, dict[str, float]]:
    number = draw(st.integers(1, 4))
    groups = [
        {
            "key": f"g{n}", "label": "", "nace": [], "abc": draw(st.sampled_from("ABC")),
            "plot_dekar": draw(st.sampled_from([2.0, 5.0, 10.0, 20.0])),
            "m2_per_job": draw(assumptions(rising=True)), "utilisation": draw(assumptions(rising=False)),
        }
        for n in range(number)
    ]  # fmt: skip
    weights = draw(st.lists(st.floats(0, 1), min_size=number, max_size=number))
    shares = {f"g{n}": weight / number for n, weight in enumerate(weights)}
    drawn = draw(assumptions(rising=True))
    share = drawn | {each: drawn[each] / 500 for each in ("low", "base", "high")}
    return Need.model_validate({"new_land_share": share, "groups": groups}), shares


@given(needs(), st.floats(0, 50_000), st.floats(0, 1e5))
def test_tornado_identities(given_: tuple[Need, dict[str, float]], jobs: float, reserve: float) -> None:
    need, shares = given_
    found = landneed.tornado(jobs, shares, need, reserve, 2025, 2035)
    base = landneed.need(jobs, shares, need)
    assert base["jobs"].sum() == pytest.approx(jobs)
    assert found["need_base_dekar"].tolist() == pytest.approx([base["plot_dekar_needed"].sum()] * len(found))
    slack = 1e-9 * (1 + found["need_high_dekar"].max())
    assert (found["need_low_dekar"] <= found["need_base_dekar"] + slack).all()
    assert (found["need_base_dekar"] <= found["need_high_dekar"] + slack).all()
    assert len(found) == 2 * len(need.groups) + 1


@given(
    st.lists(st.tuples(st.floats(2, 200), st.sampled_from(["A", "B", "C", "none", "unknown"])), max_size=12),
    st.lists(st.floats(0, 300), min_size=5, max_size=5),
)
def test_no_plot_is_used_twice(given_: list[tuple[float, str]], dekar: list[float]) -> None:
    asked = needed(**dict(zip([group.key for group in NEED.groups], dekar, strict=True)))
    land = plots(*given_)
    by_group, by_class = landneed.allotted(asked, *land), landneed.balance(asked, *land)
    assert (by_group["given_dekar"] <= by_group["needed_dekar"] + 1e-9).all()
    assert (by_group["given_dekar"] <= by_group["large_enough_dekar"] + 1e-9).all()
    assert (by_class["given_dekar"] <= by_class["supply_dekar"] + 1e-9).all()
    assert (by_class["shortfall_dekar"] >= by_class["needed_dekar"] - by_class["supply_dekar"] - 1e-9).all()
    assert (by_class["shortfall_lower_dekar"] <= by_class["shortfall_dekar"] + 1e-9).all()
    assert np.allclose(by_class["given_dekar"] + by_class["spare_dekar"], by_class["supply_dekar"])
    # each least size by itself: what is given to it and to all above fits in the plots that are large enough
    of_c = by_group[by_group["abc"] == "C"].sort_values("least_plot_dekar", ascending=False)
    assert (of_c["given_dekar"].cumsum() <= of_c["large_enough_dekar"] + 1e-9).all()
