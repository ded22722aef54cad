"""The numbers of the two plans, retold in our own words: each with the verdict that the official figures give today."""

from __future__ import annotations

import pytest

from helpers.claims import Verdict
from helpers.tables import Tables

from .make import found, judged, one, sectors, status, with_tables

HALDEN = """
# Utgangspunktet

I 2019 fantes det 12 599 arbeidsplasser i Halden, 8 328 i privat og 4 271 i offentlig sektor.
I begynnelsen av 2019 hadde kommunen 31 037 innbyggere.

Fra 2000 til 2019 økte folketallet med 16,1 prosent (4 304), mens antall arbeidsplasser økte med 7,0 prosent (833).

Antall arbeidsplasser sank fra 12 731 i 2018 til 12 599 i 2019, en nedgang på 132.
Fra 2010 til 2019 økte antall arbeidsplasser med 76.
I 2018 var 68,8 prosent av innbyggerne i alderen 20–66 år sysselsatt.

# Målene

- Kommunen skal få 500 nye arbeidsplasser i perioden 2021–2025.
- Sysselsettingsandelen skal være 70 prosent for 20–66 år i 2025.

Over 40 prosent av dagens arbeidsplasser kan forsvinne, 3 000 av dem i privat sektor.
Arbeidsledigheten har lenge ligget i overkant av 3 prosent.
Industrien står for ca. 18 prosent av de sysselsatte.
"""
SARPSBORG = """
I 2017 var det rundt 27 000 arbeidsplasser i kommunen. Målet er minst 33 000 arbeidsplasser i 2030, rundt 6 000 flere enn i 2017,
som krever en vekst på 1,5 prosent årlig. Arbeidsplassene vokste i gjennomsnitt med 0,9 prosent per år fra 2017 til 2021.
Skatteinntektene per innbygger var 79,9 prosent av landsgjennomsnittet i 2016.
Siden 2018 har kommunen tapt over 600 arbeidsplasser netto i privat sektor.
"""


@pytest.fixture(scope="module")
def halden(tables: Tables) -> dict[str, list[Verdict]]:
    return by_number(judged(HALDEN, tables))


@pytest.fixture(scope="module")
def sarpsborg(tables: Tables) -> dict[str, list[Verdict]]:
    return by_number(judged(SARPSBORG, tables, "3105"))


def by_number(verdicts: list[Verdict]) -> dict[str, list[Verdict]]:
    made: dict[str, list[Verdict]] = {}
    for each in verdicts:
        made.setdefault(each.claim.number.text, []).append(each)
    return made


def test_every_number_of_the_plans_has_one_verdict(
    halden: dict[str, list[Verdict]], sarpsborg: dict[str, list[Verdict]]
) -> None:
    told = {number: [each.outcome for each in verdicts] for number, verdicts in {**halden, **sarpsborg}.items()}
    assert told == {
        "12 599": ["confirmed", "confirmed"],
        "8 328": ["own"],
        "4 271": ["own"],
        "31 037": ["contradicted"],
        "16,1 prosent": ["own"],
        "4 304": ["own"],
        "7,0 prosent": ["own"],
        "833": ["own"],
        "12 731": ["contradicted"],
        "132": ["contradicted"],
        "76": ["unchecked"],
        "68,8 prosent": ["unchecked"],
        "500": ["ambiguous"],
        "70 prosent": ["unchecked"],
        "Over 40 prosent": ["loose"],
        "i overkant av 3 prosent": ["unchecked"],
        "ca. 18 prosent": ["unchecked"],
        "rundt 27 000": ["rounded"],
        "minst 33 000": ["unchecked"],
        "rundt 6 000": ["own"],
        "1,5 prosent": ["loose"],
        "0,9 prosent": ["contradicted"],
        "79,9 prosent": ["unchecked"],
        "over 600": ["unchecked"],
    }


def test_jobs_of_2019_are_confirmed_and_their_parts_add_up(halden: dict[str, list[Verdict]]) -> None:
    (reading,) = halden["12 599"][0].readings
    assert (reading.tables, reading.years, reading.official, reading.difference) == (("ssb_11618",), (2019,), 12599, 0)
    private = halden["8 328"][0]
    assert (private.reason, private.fetch) == ("table missing", "ssb_13472")
    assert [(each.kind, each.numbers, each.result, each.holds) for each in private.own] == [
        ("sum", (8328, 4271), 12599, "exact")
    ]


def test_the_population_is_that_of_another_year(halden: dict[str, list[Verdict]]) -> None:
    verdict = halden["31 037"][0]
    (reading,) = verdict.readings
    assert (reading.tables, reading.years, reading.official) == (("ssb_07459",), (2019,), 31177)
    assert verdict.other_years == (2018,)


def test_growth_since_2000_holds_by_the_plans_own_numbers(halden: dict[str, list[Verdict]]) -> None:
    people, jobs = halden["16,1 prosent"][0], halden["7,0 prosent"][0]
    assert people.own[0].numbers == (26733, 4304)
    assert people.own[0].result == pytest.approx(16.10, abs=0.005)
    assert jobs.own[0].numbers == (11766, 833)
    assert jobs.own[0].result == pytest.approx(7.08, abs=0.005)
    assert (people.own[0].holds, jobs.own[0].holds) == ("exact", "cut")
    assert (people.reason, people.detail) == ("year not held", "2000")


def test_the_fall_from_2018_is_another_in_todays_series(halden: dict[str, list[Verdict]]) -> None:
    before, fall = halden["12 731"][0], halden["132"][0]
    assert before.readings[0].official == 12700
    (reading,) = fall.readings
    assert (reading.official, reading.parts, fall.claim.value) == (-101, ((2018, 12700), (2019, 12599)), -132)
    assert [(each.kind, each.result, each.holds) for each in fall.own] == [("change", -132, "exact")]


def test_a_rate_of_an_age_that_is_not_held_names_the_table_to_fetch(halden: dict[str, list[Verdict]]) -> None:
    verdict = halden["68,8 prosent"][0]
    assert (verdict.reason, verdict.fetch, verdict.detail) == ("age not held", "ssb_11618", "20-66")


def test_the_goal_of_500_depends_on_base_year_and_definition(halden: dict[str, list[Verdict]]) -> None:
    verdict = halden["500"][0]
    assert [(each.indicator, each.years, each.official) for each in verdict.readings] == [
        ("jobs", (2019, 2023), 524),
        ("jobs", (2020, 2023), 327),
        ("jobs", (2021, 2023), -1),
        ("employed", (2019, 2023), 628),
        ("employed", (2020, 2023), 542),
        ("employed", (2021, 2023), 71),
    ]


def test_forty_percent_is_not_three_thousand(halden: dict[str, list[Verdict]]) -> None:
    (own,) = halden["Over 40 prosent"][0].own
    assert (own.kind, own.numbers, own.holds) == ("share", (3000, 8328), "no")
    assert own.result == pytest.approx(36.02, abs=0.005)


def test_27_000_is_27_322_rounded(sarpsborg: dict[str, list[Verdict]]) -> None:
    (reading,) = sarpsborg["rundt 27 000"][0].readings
    assert (reading.official, reading.agreement) == (27322, "rounded")


def test_33_000_needs_more_than_the_plan_says(sarpsborg: dict[str, list[Verdict]]) -> None:
    verdict = sarpsborg["1,5 prosent"][0]
    (own,) = verdict.own
    assert (own.numbers, own.holds) == ((27000, 33000, 13), "no")
    assert own.result == pytest.approx(1.5556, abs=0.00005)
    assert verdict.from_official is not None
    assert verdict.from_official[:2] == (2017, 27322)
    assert verdict.from_official[2] == pytest.approx(1.463, abs=0.0005)


def test_growth_to_2021_is_another_in_this_series(sarpsborg: dict[str, list[Verdict]]) -> None:
    (reading,) = sarpsborg["0,9 prosent"][0].readings
    assert reading.years == (2017, 2021)
    assert reading.official == pytest.approx(1.20, abs=0.005)


def test_tax_has_no_open_table_and_the_private_loss_has_one_to_fetch(sarpsborg: dict[str, list[Verdict]]) -> None:
    assert sarpsborg["79,9 prosent"][0].reason == "no table known"
    assert (sarpsborg["over 600"][0].reason, sarpsborg["over 600"][0].fetch) == ("table missing", "ssb_13472")


def test_fifteen_percent_lower_may_be_percent_or_points(tables: Tables) -> None:
    text = "I 2020 var sysselsettingen blant innvandrere ca. 15 prosent lavere enn for andre."
    held = with_tables(
        tables,
        ssb_13563=status({("B", "A.01"): 654, ("B", "TOT"): 1000, ("A_C-G", "A.01"): 781, ("A_C-G", "TOT"): 1000}),
    )
    verdict = one(text, held)
    assert verdict.outcome == "ambiguous"
    assert {each.way: round(each.official, 1) for each in verdict.readings} == {"points": -12.7, "percent": -16.3}
    without = one(text, tables)
    assert (without.outcome, without.reason, without.fetch) == ("unchecked", "status not held", "ssb_13563")
    assert one(text.replace("prosent", "prosentpoeng"), held).readings[0].way == "plain"


def test_the_private_loss_is_checked_against_every_year_it_may_reach(tables: Tables) -> None:
    text = "Siden 2018 har kommunen tapt over 600 arbeidsplasser netto i privat sektor."
    private, owned = "A+B+D+E.0-1+9", "A+B+D+E.5-7"
    lost = sectors(
        {2018: {private: 9000, owned: 500}, 2019: {private: 8300, owned: 500}, 2020: {private: 8200, owned: 500}}
    )
    assert one(text, with_tables(tables, ssb_13472=lost)).outcome == "rounded"
    partly = sectors(
        {2018: {private: 9000, owned: 500}, 2019: {private: 8300, owned: 500}, 2020: {private: 8800, owned: 500}}
    )
    verdict = one(text, with_tables(tables, ssb_13472=partly))
    assert verdict.outcome == "ambiguous"
    assert {(each.years, each.official) for each in verdict.readings} == {((2018, 2019), -700), ((2018, 2020), -200)}


def test_what_nho_asks_of_the_country_is_tied_to_nothing() -> None:
    text = "NHO mener Norge trenger 250 000 nye private arbeidsplasser innen 2030, ca. 1 000 i Halden, og fondet er på 1 mill. kr."
    assert [each.obstacle for each in found(text)] == ["no rule"] * 3


def test_the_misprinted_plan_is_no_claim() -> None:
    assert found("## Samfunnsplanen 2018-2013") == ()
    assert found("I perioden 2018–2013 økte antall arbeidsplasser med 300.")[0].obstacle == "reversed period"
