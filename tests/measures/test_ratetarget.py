from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError, TableMissing
from helpers.measures import ratetarget
from helpers.measures.ratetarget import Must
from helpers.places import Municipality
from helpers.tables import Tables

from .test_needed import people

AGE = "20-66"


def test_haldens_70_percent(tables: Tables, halden: Municipality) -> None:
    """From the plan's 68.8 % in 2018 to 70 % in 2025, with the residents counted on 1 January 2019 and 2026."""
    count = ratetarget.residents(tables, halden, AGE, 2018)
    found = ratetarget.scenarios(tables, halden, AGE, ratetarget.unchanged(2018, 2025, 68.8, 70, count))
    assert [each.scenario for each in found] == ["unchanged", "counted"]
    assert (found[1].population, found[1].population_then) == (18708, 18997)
    assert found[1].total == pytest.approx(0.7 * 18997 - 0.688 * 18708)
    assert [round(each.by_rate) for each in found] == [224, 226]
    assert [round(each.by_population) for each in found] == [0, 201]
    assert round(found[1].total) == 427


def test_a_deadline_ahead_is_never_counted(tables: Tables, halden: Municipality) -> None:
    """19 014 fell to 18 997 and 18 724 rose: the mean of five years goes on, three years from 1 January 2026."""
    base = ratetarget.unchanged(2024, 2028, 68, 70, 1000)
    found = ratetarget.scenarios(tables, halden, AGE, base)
    assert [each.scenario for each in found] == ["unchanged", "as before"]
    ahead = 18997 + 3 * (18997 - 18724) / 5
    assert found[1].population_then == pytest.approx(1000 * ahead / 19014)


def test_a_projection_is_used_where_it_is_held(halden: Municipality) -> None:
    held = {"ssb_07459": people(y2024=1000, y2025=1010), "ssb_14746": people(y2031=900)}
    found = ratetarget.scenarios(held, halden, AGE, ratetarget.unchanged(2024, 2030, 60, 70, 2020))
    assert [(each.scenario, each.population_then) for each in found] == [
        ("unchanged", 2020), ("as before", pytest.approx(2140)), ("projected", pytest.approx(1800)),
    ]  # fmt: skip
    assert found[2].total == pytest.approx(0.7 * 1800 - 0.6 * 2020)


def test_one_year_is_no_trend(halden: Municipality) -> None:
    found = ratetarget.scenarios(
        {"ssb_07459": people(y2025=1010)}, halden, AGE, ratetarget.unchanged(2024, 2030, 60, 70, 1010)
    )
    assert [each.scenario for each in found] == ["unchanged"]


@given(
    st.floats(0, 100), st.floats(0.1, 99.9), st.integers(0, 1_000_000), st.integers(0, 1_000_000)
)  # what a municipality can be
def test_the_two_terms_are_all_of_it(rate: float, goal: float, before: int, then: int) -> None:
    """And they change places with their signs when time is turned round: neither change is put first."""
    there, back = (
        Must("counted", 2018, 2025, *rates, *pops)
        for rates, pops in (((rate, goal), (before, then)), ((goal, rate), (then, before)))
    )
    assert there.by_rate + there.by_population == pytest.approx(there.total, abs=1e-6)
    assert there.by_rate == pytest.approx(-back.by_rate, abs=1e-6)
    assert there.by_population == pytest.approx(-back.by_population, abs=1e-6)
    assert Must("unchanged", 2018, 2025, rate, goal, before, before).by_population == 0


def test_what_is_not_held_is_named(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(TableMissing, match=r"ssb_07459 i data/ mangler tall for Halden i 2041"):
        ratetarget.residents(tables, halden, AGE, 2040)
    with pytest.raises(TableMissing, match=r"ssb_07459 i data/ mangler Alder 16-66"):
        ratetarget.residents(tables, halden, "16-66", 2018)
    with pytest.raises(InputError, match="Fristen 2018 må være etter 2018"):
        ratetarget.unchanged(2018, 2018, 60, 70, 1)
