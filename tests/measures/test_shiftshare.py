from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.measures import employment
from helpers.measures.shiftshare import (
    CLASSIC,
    DYNAMIC,
    ESTEBAN,
    ShiftShare,
    dynamic,
    esteban_marquillas,
    shift_share,
    shift_share_jobs,
)
from helpers.places import Municipality
from helpers.tables import Tables

from . import frames
from .test_properties import industries

Floats = npt.NDArray[np.float64]
E0, MID, E1 = (400, 300, 200, 100), (390, 320, 215, 100), (380, 345, 230, 105)
R0, MID_R, R1 = (4000, 2000, 3000, 1000), (3800, 2200, 3150, 1080), (3600, 2400, 3300, 1200)


def test_esteban_marquillas_golden() -> None:
    found = esteban_marquillas(E0, E1, R0, R1)
    assert list(found["homothetic"]) == pytest.approx([400, 200, 300, 100])
    assert list(found["competitive"]) == pytest.approx([20, -10, 15, -15])
    assert list(found["allocation"]) == pytest.approx([0, -5, -5, 0], abs=1e-9)
    assert found[["competitive", "allocation"]].sum().tolist() == pytest.approx([10, -10])
    assert not found["undefined"].any()


def test_dynamic_golden() -> None:
    found = dynamic([E0, MID, E1], [R0, MID_R, R1])
    assert found[["reference", "mix", "local"]].sum().tolist() == pytest.approx(
        [50.052786, 7.861014, 2.086200], abs=1e-6
    )
    assert found["change"].tolist() == [-20, 45, 30, 5] and found["first"].tolist() == list(E0)
    assert found["last"].tolist() == list(E1)


@given(industries())
def test_esteban_marquillas_adds_up_and_shares_the_local_part(vectors: tuple[Floats, Floats, Floats, Floats]) -> None:
    found, classic = esteban_marquillas(*vectors), shift_share(*vectors)
    size = max(1.0, found[["reference", "mix", "competitive", "allocation"]].abs().to_numpy().max())
    assert np.allclose(found["competitive"] + found["allocation"], classic["local"], rtol=0, atol=1e-9 * size)
    parts = found[["reference", "mix", "competitive", "allocation"]].sum(axis=1)
    assert np.allclose(parts, vectors[1] - vectors[0], rtol=0, atol=1e-9 * size)
    assert found["homothetic"].sum() == pytest.approx(vectors[0].sum())


@given(industries())
def test_a_place_with_the_mix_of_the_reference_has_no_allocation(
    vectors: tuple[Floats, Floats, Floats, Floats],
) -> None:
    """Homothetic jobs are the jobs where every quotient is 1."""
    _, last, ref0, ref1 = vectors
    found = esteban_marquillas(ref0 / 4, last, ref0, ref1)
    assert np.allclose(found["allocation"], 0, atol=1e-9 * max(1.0, found["local"].abs().max()))
    assert np.allclose(found["competitive"], found["local"], atol=1e-6)


def test_no_jobs_in_the_first_year_is_flagged_and_all_competitive() -> None:
    found = esteban_marquillas([0, 100], [10, 100], [50, 50], [50, 50])
    assert found["undefined"].tolist() == [True, False]
    assert (found.loc[0, "competitive"], found.loc[0, "allocation"]) == (10, 0)


@given(
    st.lists(
        industries().filter(lambda each: len(each[0]) >= 3).map(lambda each: tuple(v[:3] for v in each)),
        min_size=2,
        max_size=4,
    )
)
@settings(max_examples=25)
def test_dynamic_telescopes(steps: list[tuple[Floats, Floats, Floats, Floats]]) -> None:
    local, ref = [each[0] for each in steps], [each[2] for each in steps]
    found = dynamic(local, ref)
    assert np.allclose(found["change"], local[-1] - local[0])
    parts = found[["reference", "mix", "local"]]
    assert np.allclose(parts.sum(axis=1), found["change"], rtol=0, atol=1e-9 * max(1.0, parts.abs().to_numpy().max()))


def test_with_two_years_dynamic_is_classic() -> None:
    pd.testing.assert_frame_equal(dynamic([E0, E1], [R0, R1]), shift_share(E0, E1, R0, R1))


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="two years or more, got 1 and 1"):
        dynamic([E0], [R0])
    with pytest.raises(ValueError, match="got 2 and 3"):
        dynamic([E0, E1], [R0, MID_R, R1])
    with pytest.raises(DataError, match="05-09"):
        esteban_marquillas(pd.Series({"05-09": 3.0}), [1], [0], [5])


def years(own: list[tuple[float, float]], rest: list[tuple[float, float]], allowance: float = 0.0) -> ShiftShare:
    """Shift-share of Skien against Porsgrunn, two industries, one pair a year from 2020."""
    jobs = [
        frames.industries(2020 + at, {"4003": dict(zip("AB", one)), "4001": dict(zip("AB", two))}, allowance)
        for at, (one, two) in enumerate(zip(own, rest, strict=True))
    ]
    totals = frames.employment(
        {("4003", 2020): (9000.0, 9000.0, sum(own[0])), ("4001", 2020): (9000.0, 9000.0, sum(rest[0]))}
    )
    return shift_share_jobs({"ssb_07984": pd.concat(jobs), "ssb_11618": totals}, Municipality.find("4003"))


def test_the_three_forms_agree_where_every_sign_holds() -> None:
    found = years([(500, 500), (600, 600)], [(1000, 1000), (1000, 1000)], 8)
    assert found.agree is True and (found.forms["local"] > 0).all()
    assert found.forms.loc[CLASSIC, "local"] == pytest.approx(200)


def test_they_disagree_where_two_signs_hold_against_each_other() -> None:
    """Nearly all jobs are in A, which gains a little; the mix of the reference lets the fall of B weigh as much."""
    found = years([(1900, 100), (2000, 60)], [(1000, 1000), (1000, 1000)], 1)
    assert found.forms["local"][CLASSIC] == pytest.approx(60)
    assert found.forms["local"][ESTEBAN] == pytest.approx(1000 * 100 / 1900 - 1000 * 0.4)
    assert found.forms["sign_holds"][[CLASSIC, ESTEBAN]].all() and found.agree is False


def test_a_sign_that_rounding_could_turn_is_not_claimed() -> None:
    found = years([(500, 500), (505, 505)], [(1000, 1000), (1000, 1000)], 8)
    assert not found.forms["sign_holds"].any() and found.agree is None
    small = years([(900, 5), (1000, 5)], [(1000, 1000), (1000, 1000)], 8)
    assert math.isinf(small.forms["reach"][ESTEBAN]) and small.agree is None
    assert small.forms["sign_holds"][CLASSIC]


@pytest.mark.parametrize("moves", [(8, 0, -8, 0), (8, -8, -8, 8), (4, 4, -4, -4), (-8, 8, 0, 8)])
def test_no_move_within_the_rounding_is_larger_than_the_reach(moves: tuple[int, ...]) -> None:
    """Each figure moved by up to the allowance, the sum of a year by no more than that (which is what the table declares)."""
    own, rest = [(500.0, 300.0), (520.0, 310.0)], [(1000.0, 700.0), (1100.0, 600.0)]
    base = years(own, rest, 8)
    found = years([(a + moves[2 * at], b + moves[2 * at + 1]) for at, (a, b) in enumerate(own)], rest, 8)
    for form in (CLASSIC, DYNAMIC, ESTEBAN):
        moved = abs(found.forms["local"][form] - base.forms["local"][form])
        assert moved <= 1.02 * base.forms["reach"][form]  # Esteban-Marquillas is not quite linear


def test_skien_in_the_snapshot(tables: Tables) -> None:
    found = shift_share_jobs(tables, Municipality.find("4003"))
    assert found.forms["change"].tolist() == [994, 994, 994]
    parts = found.forms[["reference", "mix", "local", "allocation"]].sum(axis=1)
    assert parts.tolist() == pytest.approx([994.0] * 3)
    assert found.forms.loc[CLASSIC, "local"] == pytest.approx(
        employment.shift_share_jobs(tables, Municipality.find("4003")).total["local"]
    )
    assert found.total["competitive"] + found.total["allocation"] == pytest.approx(found.total["local"])
