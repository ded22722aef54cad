"""The model of reasons: every status of those outside is in one place, and nobody's motivation is a number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.measures import reasons, statuses
from helpers.places import Municipality

from .test_statuses import TOLD, table

HALDEN = Municipality.find("3101")


def modelled(**persons: float):  # type: ignore[no-untyped-def]
    found = statuses.waterfall(table(**persons), HALDEN, "30-61")
    return found, reasons.by_reason(found)


def test_by_hand() -> None:
    _, held = modelled(**TOLD)
    assert list(held.index) == ["cannot", "no_job", "unwilling", "unplaced"]
    assert held["persons"].drop("unwilling").to_dict() == {"cannot": 150, "no_job": 30, "unplaced": 64}
    assert held["share"]["cannot"] == pytest.approx(100 * 150 / 247)
    assert (held["lower"]["cannot"], held["upper"]["cannot"]) == (142, 158)
    assert held["upper"]["unplaced"] == pytest.approx(64 + 8 * math.sqrt(2))


def test_motivation_has_no_number() -> None:
    _, held = modelled(**TOLD)
    assert held.loc["unwilling"].isna().all()
    assert "unwilling" not in reasons.MODEL.values()


def test_a_status_that_is_not_known_is_not_placed() -> None:
    _, held = modelled(**{**TOLD, "U_99": 20, "NEET2": 267})
    assert held["persons"]["unplaced"] == 64 + 20 and reasons.reason_of("U.99") == "unplaced"


def test_a_missing_status_is_not_nobody() -> None:
    _, held = modelled(**{**TOLD, "A_09": math.nan, "U_90A": math.nan})
    assert held["persons"]["cannot"] == 150
    assert math.isnan(held["persons"]["no_job"]) and math.isnan(held["persons"]["unplaced"])
    assert math.isnan(held["share"]["no_job"]) and math.isnan(held["upper"]["unplaced"])


@pytest.mark.slow
@given(st.fixed_dictionaries({name: st.integers(0, 5000) for name in TOLD}))
def test_everybody_outside_is_in_one_place(persons: dict[str, int]) -> None:
    found, held = modelled(**persons)
    parts = found.steps.loc[found.steps["kind"] == "part", "persons"]
    assert held["persons"].sum() == parts.sum()
    outside = persons["NEET2"]
    if outside:
        assert held["share"].sum() == pytest.approx(100 * parts.sum() / outside)
    else:
        assert held["share"].isna().all()
