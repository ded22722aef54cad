"""The frame of all indicators: the figures are those of the measures, and every one says how sure it is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import fetched
from fetched import Fetched
from helpers.measures import commuting, employment, exclusion, indicators, industry, publishing, shiftshare
from helpers.measures.indicator import COLUMNS
from helpers.measures.ranking import between, rank_of
from helpers.places import Municipality
from helpers.tables import Tables

LOOKED_AT = ("3101", "0301", "1151", "4003")


@pytest.fixture(scope="module")
def whole() -> Fetched:
    return fetched.tables(LOOKED_AT, flows=[2018, 2025])


@pytest.fixture(scope="module")
def every(whole: Fetched) -> pd.DataFrame:
    return indicators.of_year(whole)


def row(frame: pd.DataFrame, indicator: str, code: str = "3101") -> pd.Series:
    return frame[(frame["indicator"] == indicator) & (frame["region"] == code)].iloc[0]


def test_every_indicator_has_every_municipality_once(every: pd.DataFrame) -> None:
    assert list(every.columns) == COLUMNS
    sizes = every.groupby("indicator")["region"].agg(["size", "nunique"])
    assert (sizes == 357).all(axis=None) and len(sizes) == 94


def test_the_order_of_bounds_interval_and_value(every: pd.DataFrame) -> None:
    rounded = every[(every["kind"] == "rounded") & every["value"].notna()]
    assert len(rounded) > 25_000 and (rounded["lower"] <= rounded["value"] + 1e-6).all()
    assert not (rounded["upper"] < rounded["value"] - 1e-6).any()
    shown = rounded.dropna(subset=["low80", "high80"])
    steps = shown[["lower", "low80", "value", "high80", "upper"]].to_numpy()
    steps = np.where(np.isnan(steps), np.inf, steps)  # a quotient may have no upper bound
    assert (steps[:, :-1] <= steps[:, 1:] + 1e-4).all()
    assert len(shown) > 0.95 * len(rounded) and (shown["high80"] > shown["low80"]).mean() > 0.99
    assert (shown["high80"] - shown["low80"] < shown["upper"] - shown["lower"] + 1e-4)[shown["upper"].notna()].all()


def test_an_exact_figure_has_no_interval_and_one_rank(every: pd.DataFrame) -> None:
    exact = every[(every["kind"] == "exact") & every["value"].notna()]
    assert set(exact["table"]) == {"ssb_11618", "ssb_03321", "ssb_07459", "nav_hl060"}
    assert exact[["low80", "high80"]].isna().all(axis=None) and exact["hard"].all()
    assert (exact["lower"] == exact["value"]).all() and (exact["upper"] == exact["value"]).all()
    alone = exact[exact["table"] != "nav_hl060"]  # masked percentages may be anywhere among them
    assert (alone["rank_low"] == alone["rank"]).all() and (alone["rank_high"] == alone["rank"]).all()


def test_ranks_lie_between_their_ends(every: pd.DataFrame) -> None:
    held = every.dropna(subset=["rank"])
    assert (held["rank_low"] <= held["rank"]).all() and (held["rank"] <= held["rank_high"]).all()
    assert (held["rank_high"] <= held["of"]).all() and (held["rank_low"] >= 1).all()
    shares = held[held["indicator"] == "outside_share 15-29"]
    assert (shares["rank_high"] - shares["rank_low"]).median() > 50  # shares of the young lie close
    all_rates = every[every["indicator"] == "rate"].set_index("region")["value"]
    found = rank_of(all_rates, "3101", 1)
    assert found is not None and found.rank == row(every, "rate")["rank"]


@pytest.mark.parametrize("code", LOOKED_AT)
def test_the_figures_are_those_of_the_measures(whole: Fetched, every: pd.DataFrame, code: str) -> None:
    place = Municipality.find(code)
    work = employment.series(whole, place).loc[2025]
    flows = commuting.summary(whole, place).loc[2025]
    for name in ("employed", "jobs", "rate", "coverage"):
        assert row(every, name, code)["value"] == pytest.approx(work[name])
    for name in ("out", "in_", "net"):
        assert row(every, name, code)["value"] == flows[name]
    assert row(every, "out_share", code)["value"] == pytest.approx(100 * flows["out"] / flows["employed"])
    for age in exclusion.AGES:
        share = exclusion.share(whole, place, age, 2024)
        found = row(every, f"outside_share {age}", code)
        assert found[["value", "lower", "upper"]].tolist() == pytest.approx([share.share, share.lower, share.upper])
        gap = row(every, f"outside_gap county {age}", code)
        if code == "0301":
            assert np.isnan(gap["value"])  # it is its own county
        else:
            assert gap["value"] == pytest.approx(share.share - exclusion.share(whole, place.county, age, 2024).share)
        categories = exclusion.by_category(whole, place, age, 2024)
        found = row(every, f"outside_gap immigrants {age}", code)
        expected = [categories.gap_points, categories.gap_points_lower, categories.gap_points_upper]
        assert found[["value", "lower", "upper"]].tolist() == pytest.approx(expected, nan_ok=True)
    quotients = industry.location_quotient(whole, place, 2025)
    for group, held in quotients.iterrows():
        found = row(every, f"quotient {group}", code)
        expected = held[["lq", "lq_lower", "lq_upper"]].tolist()
        assert found[["value", "lower", "upper"]].tolist() == pytest.approx(expected, nan_ok=True)
        assert row(every, f"jobs_share {group}", code)["value"] == pytest.approx(held["share"])


@pytest.mark.parametrize("code", ["3101", "0301", "4003"])
def test_shift_share_is_that_of_the_measure(whole: Fetched, every: pd.DataFrame, code: str) -> None:
    first = next(int(name[-4:]) for name in every["indicator"] if name.startswith("shift change"))
    found = shiftshare.shift_share_jobs(whole, Municipality.find(code), first, 2025).total
    parts = {name: row(every, f"shift {name} {first}", code) for name in ("change", "reference", "mix", "local")}
    for name, each in parts.items():
        assert each["value"] == pytest.approx(found[name])
        assert each["lower"] <= each["low80"] <= each["value"] <= each["high80"] <= each["upper"]
    assert sum(parts[name]["value"] for name in ("reference", "mix", "local")) == pytest.approx(
        parts["change"]["value"]
    )


def test_a_masked_count_has_bounds_alone(every: pd.DataFrame) -> None:
    masked = every[(every["kind"] == "masked")]
    counts = masked[masked["indicator"] == "unemployed"]
    assert len(counts) > 0 and (counts[["lower", "upper"]] == [0, 3]).all(axis=None)
    assert masked[["value", "low80", "high80", "rank"]].isna().all(axis=None)
    shares = masked[masked["indicator"] == "unemployed_share"]
    assert shares[["lower", "upper"]].isna().all(axis=None)
    assert (shares["rank_low"] == 1).all() and (shares["rank_high"] == 357).all()
    others = every[(every["indicator"] == "unemployed_share") & (every["kind"] == "exact")]
    assert (others["rank_high"] - others["rank"] >= len(shares)).all()  # any masked one may be above


def test_the_same_seed_gives_the_same_frame_and_more_draws_almost(whole: Fetched) -> None:
    held = Fetched({"ssb_13563": whole["ssb_13563"]}, {"ssb_13563": whole.meta("ssb_13563")})
    one, two, other = (indicators.of_year(held, draws=100, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other) and (one["value"].dropna() == other["value"].dropna()).all()
    assert (one["low80"] - other["low80"]).abs().median() < 0.3


def test_a_table_without_the_year_has_no_rows(whole: Fetched) -> None:
    found = indicators.of_year(whole, 2018, draws=50)
    assert set(found["year"]) == {2018} and "nav_hl060" not in set(found["table"])
    assert indicators.of_year({}).empty


def test_the_snapshot_says_what_it_has(tables: Tables) -> None:
    found = indicators.of_year(tables, draws=50)
    assert row(found, "outside_share 30-61")["value"] == pytest.approx(100 * 2999 / 13036)
    assert np.isnan(row(found, "outside_share 30-61", "1151")["value"])  # Utsira is not in it
    held = found[(found["indicator"] == "jobs 10-33") & found["value"].notna()]
    assert len(held) == 17 and (held["of"] == 17).all()  # Telemark
    assert not found.loc[found["kind"] == "rounded", "hard"].any()


def test_bounds_at_the_lowest_level_are_hard(whole: Fetched) -> None:
    """True counts by industry, published by the rule as the finest cells: every indicator's bounds hold, and enough intervals."""
    frame = whole["ssb_07984"]
    chance = np.random.default_rng(7)
    true = frame.assign(
        value=np.where(chance.random(len(frame)) < 0.4, chance.integers(0, 6, len(frame)), frame["value"])
    )
    shown = publishing.publish(true["value"], chance.random(len(true)))
    frames = [true.assign(value=each, lower=each, upper=each) for each in (true["value"], shown)]
    kinds = ({"rounding": "none"}, {"rounding": "small_counts", "level": "lowest"})
    meta = whole.meta("ssb_07984")
    exact, rounded = (
        indicators.of_year(Fetched({"ssb_07984": each}, {"ssb_07984": dataclasses.replace(meta, **kind)}))
        for each, kind in zip(frames, kinds, strict=True)
    )
    real = exact["value"].to_numpy()
    assert rounded["hard"].all()
    lower, upper = rounded["lower"] - 1e-4, rounded["upper"] + 1e-4
    assert not ((real < lower) | (real > upper)).any()
    shown_80 = rounded["low80"].notna().to_numpy()
    held = (real >= rounded["low80"] - 1e-4) & (real <= rounded["high80"] + 1e-4)
    assert held[shown_80].mean() >= 0.78 and shown_80.mean() > 0.5


def test_a_table_that_turns_out_to_be_rounded_claims_no_bounds(whole: Fetched) -> None:
    held = whole.changed("ssb_11618", whole["ssb_11618"], rounding="small_counts")
    found = indicators.of_year(Fetched({"ssb_11618": held["ssb_11618"]}, {"ssb_11618": held.meta("ssb_11618")}))
    assert set(found["kind"]) == {"rounded"} and found[["lower", "upper", "low80"]].isna().all(axis=None)


def test_between_by_hand() -> None:
    best, worst = between(np.array([9.0, 5, 4, np.nan]), np.array([10.0, 7, 6, np.nan]))
    assert best.tolist() == [1, 2, 2, 1] and worst.tolist() == [2, 4, 4, 4]
    tied = between(np.array([3.0, 3, 1]), np.array([3.0, 3, 1]))
    assert [each.tolist() for each in tied] == [[1, 1, 3], [1, 1, 3]]
