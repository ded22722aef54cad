"""What a published count may hide, and bodies that lie about it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.catalog import Rounding
from helpers.errors import DataError
from helpers.tables import rounding


def raw(rule, **more):
    return SimpleNamespace(
        path=Path("ssb_99999.json"), sidecar=SimpleNamespace(table="ssb_99999", rounding=Rounding(rule=rule, **more))
    )


def cells(*values, status=None):
    frame = pd.DataFrame({"Region": [f"{at:04}" for at in range(len(values))], "value": pd.Series(values, dtype=float)})
    return frame.assign(status=pd.Series(status or [None] * len(values), dtype="str"))


def every(frame):
    return pd.Series(True, index=frame.index)


@pytest.mark.parametrize("value", [1, 2])
def test_a_body_declared_rounded_must_not_hold_a_one_or_a_two(value):
    frame = cells(3, value, 9)
    with pytest.raises(DataError, match=rf"ssb_99999\.json.*avrundet.*verdien {value} i cellen 0001"):
        rounding.check(raw("small_counts"), frame, every(frame))


def test_a_body_declared_unrounded_must_not_look_rounded():
    frame = cells(*[3, 4, 5] * 20)
    with pytest.raises(DataError, match="60 celler med verdien 3, 4 eller 5 og ingen 1 eller 2"):
        rounding.check(raw("none"), frame, every(frame))
    rounding.check(raw("none"), cells(*[3, 4, 5] * 20, 1), pd.Series(True, index=range(61)))
    rounding.check(raw("none"), cells(3, 4, 5), pd.Series(True, index=range(3)))  # too few to tell


def test_a_masked_body_must_not_show_what_it_masks():
    frame = cells(4, 3)
    with pytest.raises(DataError, match=r"skjermet.*verdien 3"):
        rounding.check(raw("masked"), frame, every(frame))


def test_cells_that_are_no_counts_are_left_alone():
    frame = cells(2.0, 1.0)
    rounding.check(raw("masked"), frame, ~every(frame))


def bounds(frame, rule, **more):
    held = rounding.bounds(frame, Rounding(rule=rule, **more), every(frame))
    return list(zip(held["lower"].tolist(), held["upper"].tolist(), strict=True))


def test_lowest_level_bounds_are_those_of_the_rule():
    frame = cells(0, 3, 4, 6, 100)
    assert bounds(frame, "small_counts") == [(0, 2), (1, 3), (4, 4), (6, 6), (100, 100)]


def test_a_cell_that_is_not_possible_is_not_0_to_2():
    held = rounding.bounds(cells(None, status=["."]), Rounding(rule="small_counts"), pd.Series([True]))
    assert held[["value", "lower", "upper"]].isna().all(axis=None)


def test_a_published_total_gets_an_allowance_and_never_goes_below_zero():
    assert bounds(cells(3, 100), "small_counts", level="total", allowance=8) == [(0, 11), (92, 108)]


def test_unrounded_is_exact():
    assert bounds(cells(0, 1, 3), "none") == [(0, 0), (1, 1), (3, 3)]


def test_a_masked_count_is_nought_to_three_and_a_masked_percentage_nothing():
    frame = cells(None, None, 12, status=["*", "*", None])
    counts = pd.Series([True, False, True])
    held = rounding.bounds(frame, Rounding(rule="masked"), counts)
    assert held["value"].isna().tolist() == [True, True, False]
    assert (held["lower"][0], held["upper"][0]) == (0, 3)
    assert pd.isna(held["lower"][1]) and pd.isna(held["upper"][1])
    assert (held["lower"][2], held["upper"][2]) == (12, 12)


@pytest.mark.parametrize("true", [0, 1, 2, 3, 4, 17])
@pytest.mark.parametrize("up", [True, False])
def test_the_truth_is_always_within_the_hard_bounds(true, up):
    published = (3 if up else 0) if true in (1, 2) else true
    low, high = bounds(cells(published), "small_counts")[0]
    assert low <= true <= high
