from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fetched
from fetched import Fetched
from helpers import costs
from helpers.costs import Costs
from helpers.errors import TableMissing
from helpers.measures import exclusion, exclusioncost
from helpers.places import Municipality
from helpers.tables import Tables


def number(base: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"base": base, "source": "prøve"} | ({} if low is None else {"low": low, "high": high})


def inputs(**other: Any) -> Costs:
    """10 persons, half succeed, two years, 25 %: the factors are .8 and .64. Each who succeeds saves 30, 10 and 100 a year."""
    told: dict[str, Any] = {
        "name": "Prøve",
        "price_year": 2025,
        "group_size": number(10, 5, 20),
        "success_percent": number(50, 10, 60),
        "years": number(2, 1, 3),
        "discount_percent": number(25),
        "unit_cost": [
            {"name": "Ytelse", "payer": "stat", "when": "outside", "kroner": number(100, 50, 150)},
            {"name": "Sosialhjelp", "payer": "kommune", "when": "outside", "kroner": number(50)},
            {"name": "Barnehage", "payer": "kommune", "when": "inside", "kroner": number(20)},
            {"name": "Skatt", "payer": "fylke", "when": "inside", "kroner": number(-10)},
        ],
        "measure_cost": [
            {"name": "Plass", "payer": "kommune", "per": "person", "kroner": number(30, 10, 200)},
            {"name": "Drift", "payer": "stat", "per": "group", "year": 1, "kroner": number(125)},
        ],
    } | other
    return costs.checked(told, "prøve")


def test_by_hand() -> None:
    found = exclusioncost.assess(inputs())
    assert found.payers["saved"].to_dict() == pytest.approx({"kommune": 216, "fylke": 72, "stat": 720, "total": 1008})
    assert found.payers["cost"].to_dict() == pytest.approx({"kommune": 300, "fylke": 0, "stat": 100, "total": 400})
    assert found.payers["npv"].to_dict() == pytest.approx({"kommune": -84, "fylke": 72, "stat": 620, "total": 608})
    assert found.payers["per_person_year"].to_list() == [30, 10, 100, 140]
    assert found.flows["total"].to_list() == [-300, 700 - 125, 700]
    assert found.flows["factor"].to_list() == pytest.approx([1, 0.8, 0.64])
    even = found.break_even
    assert even["total"].percent == pytest.approx(100 * 400 / 2016) and even["total"].reachable
    assert (even["kommune"].percent, even["stat"].percent) == pytest.approx((100 * 300 / 432, 100 * 100 / 1440))
    assert even["fylke"].why == "costs nothing" and not even["fylke"].reachable
    assert found.fixed == ("discount_percent", "Sosialhjelp", "Barnehage", "Skatt", "Drift")
    assert set(found.sources.values()) == {"prøve"} and len(found.sources) == 10


def test_the_tornado_by_hand() -> None:
    found = exclusioncost.assess(inputs()).tornado.set_index("name")
    assert list(found.index) == ["Plass", "group_size", "success_percent", "years", "Ytelse"]
    assert found.loc["Plass", ["npv_low", "npv_high"]].to_list() == pytest.approx([808, -1092])
    assert found.loc["success_percent", ["npv_low", "npv_high"]].to_list() == pytest.approx([201.6 - 400, 1209.6 - 400])
    assert found.loc["group_size", ["npv_low", "npv_high"]].to_list() == pytest.approx([504 - 250, 2016 - 700])
    assert found.loc["Ytelse", ["npv_low", "npv_high"]].to_list() == pytest.approx([608 - 360, 608 + 360])
    assert found.loc["years", ["npv_low", "npv_high"]].to_list() == pytest.approx([160, 608 + 700 * 0.512])
    assert found["turns"].to_dict() == {
        "Plass": True, "success_percent": True, "group_size": False, "Ytelse": False, "years": False,
    }  # fmt: skip
    assert found["swing"].is_monotonic_decreasing


def test_a_loss_is_told_as_one() -> None:
    dear = inputs(measure_cost=[{"name": "Dyrt", "payer": "kommune", "per": "person", "kroner": number(1000)}])
    found = exclusioncost.assess(dear)
    assert found.payers.at["total", "npv"] == pytest.approx(1008 - 10000)
    assert (
        found.break_even["total"].percent == pytest.approx(1000000 / 2016) and not found.break_even["total"].reachable
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"unit_cost": [{"name": "Null", "payer": "stat", "when": "outside", "kroner": number(0)}]}, "no saving"),
        ({"unit_cost": [{"name": "Dyrt", "payer": "stat", "when": "inside", "kroner": number(5)}]}, "no saving"),
        ({"group_size": number(0)}, "nobody"),
        ({"measure_cost": [{"name": "Gratis", "payer": "stat", "per": "group", "kroner": number(0)}]}, "costs nothing"),
        (
            {"measure_cost": [{"name": "Inntekt", "payer": "stat", "per": "group", "kroner": number(-9)}]},
            "costs nothing",
        ),
    ],
)
def test_a_division_by_0_is_told(other: dict[str, Any], why: str) -> None:
    found = exclusioncost.assess(inputs(**other))
    assert found.break_even["total"].why == why and math.isnan(found.break_even["total"].percent)
    assert found.payers.notna().all(axis=None) and found.flows.notna().all(axis=None)


def test_a_cost_in_some_of_the_years() -> None:
    one = {"name": "Andre år", "payer": "stat", "when": "outside", "kroner": number(100), "first": 2, "last": 2}
    found = exclusioncost.assess(inputs(unit_cost=[one]))
    assert found.payers.at["stat", "saved"] == pytest.approx(500 * 0.64)
    assert found.payers.at["stat", "per_person_year"] == 50
    late = inputs(measure_cost=[{"name": "Sent", "payer": "stat", "per": "group", "year": 4, "kroner": number(1000)}])
    later = exclusioncost.assess(late)
    assert len(later.flows) == 5 and later.payers.at["stat", "cost"] == pytest.approx(1000 * 0.8**4)


def test_without_discounting_it_is_a_sum() -> None:
    assert exclusioncost.npv(inputs(discount_percent=number(0))) == pytest.approx(2 * 700 - 425)


@st.composite
def any_inputs(draw: st.DrawFn) -> Costs:
    kroner = st.integers(-10_000, 100_000).map(float)
    years = draw(st.integers(1, 40))
    unit = [
        {"name": f"u{n}", "payer": draw(st.sampled_from(costs.PAYERS)), "when": draw(st.sampled_from(["outside", "inside"])),
         "kroner": number(draw(kroner)), "first": draw(st.none() | st.integers(1, years))}
        for n in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    measure = [
        {"name": f"m{n}", "payer": draw(st.sampled_from(costs.PAYERS)), "per": draw(st.sampled_from(["person", "group"])),
         "kroner": number(draw(kroner)), "year": draw(st.integers(0, 50))}
        for n in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    group, success = draw(st.integers(0, 500)), draw(st.integers(0, 100))
    return inputs(
        unit_cost=unit, measure_cost=measure, years=number(years), group_size=number(group),
        success_percent=number(success), discount_percent=number(draw(st.integers(-5, 20))),
    )  # fmt: skip


@given(any_inputs())
def test_payers_and_years_add_up_to_the_net_present_value(told: Costs) -> None:
    found = exclusioncost.assess(told)
    close = {"rel": 1e-9, "abs": 1e-3}
    total = exclusioncost.npv(told)
    assert found.payers.at["total", "npv"] == pytest.approx(total, **close)
    assert found.payers.loc[list(costs.PAYERS)].sum().to_dict() == pytest.approx(
        found.payers.loc["total"].to_dict(), **close
    )
    assert found.flows["discounted"].sum() == pytest.approx(total, **close)
    rate = 1 + told.discount_percent.base / 100
    n, p = told.group_size.base, told.success_percent.base / 100
    expected = 0.0
    for each in told.unit_cost:
        sign = 1 if each.when == "outside" else -1
        expected += sum(
            sign * n * p * each.kroner.base / rate**t for t in range(each.first or 1, int(told.years.base) + 1)
        )
    for cost in told.measure_cost:
        expected -= cost.kroner.base * (n if cost.per == "person" else 1) / rate**cost.year
    assert total == pytest.approx(expected, **close)


@given(any_inputs())
def test_at_the_break_even_rate_nothing_is_won_or_lost(told: Costs) -> None:
    even = exclusioncost.assess(told).break_even["total"]
    if even.why is None and even.percent <= 100:
        assumed = told.success_percent.model_copy(update={"base": even.percent})
        at = told.model_copy(update={"success_percent": assumed})
        size = exclusioncost.assess(at).payers.loc["total", "cost"]
        assert exclusioncost.npv(at) == pytest.approx(0, abs=1e-6 * max(1, float(size)))
    else:
        assert (even.why is None) == (even.percent > 100)


def test_the_group_against_those_outside(tables: Tables, halden: Municipality) -> None:
    persons = exclusion.share(tables, halden, "15-29", 2021)
    found = exclusioncost.assess(inputs(), persons)
    assert (found.group, found.outside) == (10, 633) and found.group_percent == pytest.approx(1000 / 633)
    assert math.isnan(exclusioncost.assess(inputs()).group_percent)


def test_what_a_percentage_point_is_worth(tables: Tables, halden: Municipality) -> None:
    point = exclusion.persons_per_point(tables, halden, "30-61", 2021)
    found = exclusioncost.worth_of_a_point(inputs(), point)
    assert found.to_dict() == pytest.approx({"kommune": 3910.8, "fylke": 1303.6, "stat": 13036, "total": 18250.4})


def test_without_inputs_there_is_a_form(tables: Tables, halden: Municipality) -> None:
    found = exclusioncost.form(tables, halden)
    assert {age: each.outside for age, each in found.persons.items()} == {"15-29": 633, "30-61": 2999}
    assert (found.year, found.payers) == (2021, ("kommune", "fylke", "stat"))
    assert [each.key for each in found.fields] == list(Costs.model_fields)
    assumptions = {key for key, field in Costs.model_fields.items() if field.annotation is costs.Assumption}
    listed = {each.key for each in found.fields if each.repeated}
    assert {each.key for each in found.fields if each.sourced} == {each.key for each in found.fields if each.ranged}
    assert {each.key for each in found.fields if each.sourced} == assumptions | listed
    assert listed == {"unit_cost", "measure_cost"}


def test_the_form_of_a_place_that_is_not_held(tables: Tables) -> None:
    with pytest.raises(TableMissing, match="Oslo"):
        exclusioncost.form(tables, Municipality.find("oslo"))


def test_the_form_of_the_fetched_table(halden: Municipality) -> None:
    frame = fetched._status()
    whole = Fetched({"ssb_13563": frame}, {"ssb_13563": fetched._meta("ssb_13563", frame)})
    found = exclusioncost.form(whole, Municipality.find("oslo"))
    assert found.year == 2024 and all(each.outside > 0 for each in found.persons.values())


def test_the_inputs_are_not_changed() -> None:
    told = inputs()
    exclusioncost.assess(told)
    assert told == inputs()
    assert np.isfinite(exclusioncost.npv(told))
