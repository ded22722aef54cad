from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import TableMissing
from helpers.measures import education
from helpers.measures.education import LEVELS
from helpers.places import Area, Municipality

from . import frames

SHARES = list(LEVELS.values())


def levels(figures: dict[tuple[str, int], tuple[float, ...]]) -> pd.DataFrame:
    """(region, year) → persons by level, in the order of `LEVELS`."""
    rows = [
        (region, level, "Personer", year, count)
        for (region, year), six in figures.items()
        for level, count in zip(LEVELS, six, strict=True)
    ]
    return frames.tidy(rows, ["Region", "Nivaa", "ContentsCode", "Tid"])


def test_by_hand(halden: Municipality) -> None:
    found = education.series({"ssb_09429": levels({("3101", 2024): (30, 40, 5, 15, 5, 5)})}, halden).loc[2024]
    assert found[SHARES].tolist() == [30, 40, 5, 15, 5, 5]
    assert (found["higher"], found["persons"], found["lacking"]) == (20, 100, ())


def test_an_area_is_the_sum_of_persons_and_no_mean_of_percentages() -> None:
    both = Area.of(["3101", "3124"])
    held = {"ssb_09429": levels({("3101", 2024): (0, 900, 0, 0, 0, 0), ("3124", 2024): (100, 0, 0, 0, 0, 0)})}
    assert education.series(held, both)["compulsory"][2024] == 10


def test_a_missing_level_is_not_0(halden: Municipality) -> None:
    held = {"ssb_09429": levels({("3101", 2023): (30, 40, 5, 15, 5, 5), ("3101", 2024): (30, math.nan, 5, 15, 5, 5)})}
    assert education.series(held, halden).index.tolist() == [2023]
    both = levels({("3101", 2024): (30, math.nan, 5, 15, 5, 5), ("3124", 2024): (1, 1, 1, 1, 1, 5)})
    found = education.series({"ssb_09429": both}, Area.of(["3101", "3124"])).loc[2024]
    assert (found["persons"], found["lacking"]) == (10, ("3101",))


def test_percent_of_the_producer_is_never_taken_for_persons(halden: Municipality) -> None:
    frame = levels({("3101", 2024): (30, 40, 5, 15, 5, 5)})
    percent = frame.assign(ContentsCode="PersonerProsent", value=99.0)
    assert education.series({"ssb_09429": pd.concat([frame, percent])}, halden)["persons"][2024] == 100


def test_what_is_not_held_is_named(halden: Municipality) -> None:
    frame = levels({("3101", 2024): (30, 40, 5, 15, 5, 5)})
    with pytest.raises(TableMissing, match="Nivaa 04a"):
        education.series({"ssb_09429": frame[frame["Nivaa"] != "04a"]}, halden)
    assert education.series({"ssb_09429": frame}, Municipality.find("3105")).empty


@given(st.lists(st.integers(0, 50_000), min_size=6, max_size=6).filter(any))
def test_the_levels_are_all_of_it(counts: list[int]) -> None:
    held = {"ssb_09429": levels({("3101", 2024): tuple(map(float, counts))})}
    found = education.series(held, Municipality.find("3101")).loc[2024]
    assert sum(found[SHARES]) == pytest.approx(100) and found["persons"] == sum(counts)
    assert found["higher"] == pytest.approx(found["short"] + found["long"])
