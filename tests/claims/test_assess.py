"""Rounding, other years, both readings, and what is not held; the figures are the snapshot's, or small tables made for the purpose."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims import Number, nearest
from helpers.measures.claimarithmetic import agreement, coarse
from helpers.measures.rounding import Interval
from helpers.numerals import read
from helpers.tables import Tables

from .make import Held, one, sectors, status, with_tables


def number(printed: str) -> Number:
    found = read(printed)
    assert found is not None
    return found


def exact(value: float) -> Interval:
    return Interval(value, value, value)


@pytest.mark.parametrize(
    ("printed", "figure", "expected"),
    [
        ("12 599", 12599, "exact"),
        ("12 599", 12600, "no"),
        ("27 000", 27322, "rounded"),
        ("27 000", 27500, "no"),
        ("rundt 27 000", 27499, "rounded"),
        ("ca. 1 000", 951, "rounded"),
        ("ca. 1 000", 940, "no"),
        ("3 000", 3331, "no"),
        ("16,1 %", 16.10, "exact"),
        ("16,1 %", 16.04, "no"),
        ("7 %", 7.08, "exact"),
        ("7,0 %", 7.08, "no"),
        ("0,25 %", 0.245, "exact"),
        ("over 40 %", 40.1, "rounded"),
        ("over 40 %", 40.0, "no"),
        ("over 40 %", 36.0, "no"),
        ("minst 33 000", 33000, "exact"),
        ("minst 33 000", 34000, "rounded"),
        ("minst 33 000", 32999, "no"),
        ("under 5 %", 4.9, "rounded"),
        ("inntil 500", 501, "no"),
        ("i overkant av 3 %", 3.4, "rounded"),
        ("i overkant av 3 %", 2.9, "no"),
        ("i overkant av 3 %", 4.6, "no"),
        ("i underkant av 3 %", 2.6, "rounded"),
        ("27 000–28 000", 27322, "rounded"),
        ("27 000–28 000", 28700, "no"),
        ("1 mill.", 1_300_000, "exact"),
    ],
)
def test_how_a_number_agrees_with_a_figure(printed: str, figure: float, expected: str) -> None:
    found = number(printed)
    assert agreement(found.value, found, exact(figure)) == expected


@given(st.floats(0.01, 1e6), st.sampled_from([0.01, 0.1, 1.0]))
def test_what_is_printed_of_a_figure_agrees_with_it(figure: float, step: float) -> None:
    printed = Number("", nearest(figure, step), step)
    assert agreement(printed.value, printed, exact(figure)) == "exact"
    assert agreement(-printed.value, printed, exact(-figure)) == "exact"


@given(st.integers(1, 10_000_000), st.sampled_from(["", "about"]))
def test_a_coarse_digit_divides_its_number_and_is_a_small_part_of_it(value: int, hedge: str) -> None:
    printed = Number("", value, 1.0, hedge="about" if hedge else "")
    wide = coarse(printed)
    assert value % wide == 0
    assert wide == 1 or wide <= value / (5 if hedge else 20)


def test_a_decrease_is_compared_by_its_size() -> None:
    loss = number("over 600")
    assert agreement(-600, loss, exact(-700)) == "rounded"
    assert agreement(-600, loss, exact(-500)) == "no"
    assert agreement(-600, loss, exact(700)) == "no"


def test_a_figure_of_a_rounded_table_agrees_within_its_bounds() -> None:
    found = number("8 328")
    assert agreement(8328, found, Interval(8330, 8322, 8338)) == "rounded"
    assert agreement(8328, found, Interval(8340, 8332, 8348)) == "no"


def test_a_population_of_another_year_is_told(tables: Tables) -> None:
    assert one("I 2018 var folketallet 31 037.", tables).outcome == "confirmed"
    assert one("Ved utgangen av 2017 var folketallet 31 037.", tables).outcome == "confirmed"
    wrong = one("Ved inngangen til 2019 var folketallet 31 037.", tables)
    assert (wrong.outcome, wrong.other_years, wrong.readings[0].difference) == ("contradicted", (2018,), 140)


def test_a_number_without_a_year_is_not_checked_but_its_year_is_told(tables: Tables) -> None:
    verdict = one("Det er 12 599 arbeidsplasser i kommunen.", tables)
    assert (verdict.outcome, verdict.reason, verdict.other_years, verdict.readings) == (
        "unchecked",
        "year missing",
        (2019,),
        (),
    )


def test_employed_may_be_residents_or_workplaces(tables: Tables) -> None:
    verdict = one("I 2019 var det 12 599 sysselsatte i Halden.", tables)
    assert verdict.outcome == "ambiguous"
    assert [(each.indicator, each.official, each.agreement) for each in verdict.readings] == [
        ("employed", 13634, "no"),
        ("jobs", 12599, "exact"),
    ]
    assert one("I 2019 var det 11 000 sysselsatte i Halden.", tables).outcome == "contradicted"


def test_a_number_of_another_size_is_of_something_else(tables: Tables) -> None:
    for text in (
        "I 2019 var det 300 arbeidsplasser på Sørlie, i Halden.",
        "I 2017 var det 27 000 arbeidsplasser i kommunen.",
    ):
        verdict = one(text, tables)
        assert (verdict.outcome, verdict.reason) == ("unchecked", "other size")
    assert one("I 2019 var det 13 000 arbeidsplasser i kommunen.", tables).outcome == "contradicted"


def test_jobs_at_the_beginning_of_a_year_are_of_one_of_two(tables: Tables) -> None:
    verdict = one("Ved inngangen til 2019 var det 12 599 arbeidsplasser.", tables)
    assert verdict.outcome == "ambiguous"
    assert [(each.way, each.years) for each in verdict.readings] == [("start", (2018,)), ("plain", (2019,))]


def test_a_rate_that_grew_by_percent_has_two_readings(tables: Tables) -> None:
    verdict = one("Fra 2017 til 2021 økte sysselsettingsandelen for 15–74 år med 4,2 prosent.", tables)
    assert verdict.outcome == "ambiguous"
    assert {each.way: round(each.official, 1) for each in verdict.readings} == {"points": 2.4, "percent": 4.2}
    assert (
        one("Fra 2017 til 2021 økte sysselsettingsandelen for 15–74 år med 2,4 prosentpoeng.", tables).outcome
        == "confirmed"
    )


def test_a_gap_to_the_country_is_recomputed(tables: Tables) -> None:
    text = "Sysselsettingsandelen for 15–74 år var i 2022 {} lavere enn landsgjennomsnittet."
    points = one(text.format("8,0 prosentpoeng"), tables).readings[0]
    assert points.official < 0 and points.parts[0][1] == pytest.approx(60.147, abs=0.001)
    stated = f"{abs(points.official):.1f}".replace(".", ",")
    assert one(text.format(f"{stated} prosentpoeng"), tables).outcome == "confirmed"
    assert one(text.format(f"{stated} prosent"), tables).outcome == "ambiguous"


def test_an_age_that_no_sentence_names_is_not_guessed(tables: Tables) -> None:
    assert one("Sysselsettingsandelen var 57,7 prosent i 2019.", tables).reason == "age missing"
    assert one("Sysselsettingsandelen for 15–74 år var 57,7 prosent i 2019.", tables).outcome == "confirmed"


def test_a_rate_of_20_66_is_from_13563_where_that_is_what_is_held(tables: Tables) -> None:
    held = with_tables(tables, ssb_13563=status({("A-G", "A.01"): 688, ("A-G", "TOT"): 1000}, year=2018))
    verdict = one("I 2018 var 68,8 prosent av innbyggerne 20–66 år i arbeid.", held)
    assert (verdict.outcome, verdict.readings[0].tables) == ("confirmed", ("ssb_13563",))


def test_commuting_is_recomputed_both_ways(tables: Tables) -> None:
    assert one("I 2022 pendlet 4 186 ut av kommunen.", tables).outcome == "confirmed"
    assert one("I 2022 var det 1 454 pendlere fra Halden til Sarpsborg.", tables).outcome == "confirmed"
    assert one("I 2022 var det 3 082 innpendlere.", tables).outcome == "confirmed"
    assert one("Nettopendlingen var −1 104 i 2022.", tables).outcome == "confirmed"
    assert one("I 2022 pendlet 29,4 prosent av de sysselsatte ut.", tables).outcome == "confirmed"


def test_unemployment_is_of_a_month_and_of_a_whole_year_only_with_twelve(tables: Tables) -> None:
    assert one("Ledigheten var 2,5 prosent i oktober 2022.", tables).outcome == "confirmed"
    assert one("I oktober 2022 var det 361 arbeidsledige.", tables).outcome == "confirmed"
    year = one("Ledigheten var 2,8 prosent i 2022.", tables)
    assert (year.outcome, year.reason, year.fetch) == ("unchecked", "month not held", "nav_hl060")


def test_exclusion_has_an_age_and_a_published_year(tables: Tables) -> None:
    text = "I 2021 sto {} prosent av unge {}utenfor arbeid og utdanning."
    assert one(text.format("11,3", "15–29 år "), tables).outcome in ("confirmed", "rounded")
    assert one(text.format("11,3", ""), tables).reason == "age missing"
    assert one(text.format("11,3", "15–29 år ").replace("2021", "2022"), tables).outcome == "unchecked"


def test_growth_in_percent_a_year_is_compound(tables: Tables) -> None:
    verdict = one("Antall arbeidsplasser vokste med 1,2 prosent årlig fra 2017 til 2021.", tables, "3105")
    assert verdict.outcome == "confirmed"
    assert verdict.readings[0].official == pytest.approx(100 * ((28655 / 27322) ** 0.25 - 1))


def test_the_country_is_the_country(tables: Tables) -> None:
    verdict = one("I Norge var det 5 328 212 innbyggere per 1. januar 2019.", tables)
    assert verdict.readings[0].place == "country"
    assert verdict.readings[0].official == pytest.approx(5_328_212, rel=0.001)


def test_a_goal_is_neither_confirmed_nor_contradicted(tables: Tables) -> None:
    for text in (
        "I 2022 skal det være 14 000 arbeidsplasser.",
        "Målet er 14 000 arbeidsplasser i 2022.",
        "I kommunen ventes 13 122 arbeidsplasser i 2022.",
    ):
        verdict = one(text, tables)
        assert (verdict.outcome, verdict.reason, verdict.readings) == ("unchecked", "goal", ())
    new = one("Halden skal ha 500 nye arbeidsplasser i perioden 2018–2021.", tables)
    assert (new.outcome, {each.way for each in new.readings}) == ("ambiguous", {"goal"})


@pytest.mark.parametrize(
    ("text", "reason", "fetch", "detail"),
    [
        ("I 2019 var det 8 328 private arbeidsplasser.", "table missing", "ssb_13472", ""),
        ("I 2030 er det 14 000 arbeidsplasser.", "future", "ssb_11618", "2030"),
        ("I 2010 var det 12 523 arbeidsplasser.", "year not held", None, "2010"),
        ("I 2016 var det 12 523 arbeidsplasser.", "year not held", "ssb_11618", "2016"),
        ("Det var 2 300 arbeidsplasser i industrien i 2019.", "place missing", "ssb_07984", ""),
        ("I 2018 var 68,8 prosent av innbyggerne 20–66 år sysselsatt.", "age not held", "ssb_11618", "20-66"),
        ("I juni 2019 var det 12 599 arbeidsplasser.", "time of year", None, "2019"),
        ("Skatteinntektene var 79,9 prosent av landsgjennomsnittet i 2016.", "no table known", None, ""),
    ],
)
def test_what_is_not_held_is_never_a_figure(
    text: str, reason: str, fetch: str | None, detail: str, tables: Tables
) -> None:
    verdict = one(text, tables)
    assert (verdict.outcome, verdict.readings) == ("unchecked", ())
    assert (verdict.reason, verdict.fetch) == (reason, fetch)
    assert not detail or verdict.detail == detail


def test_no_table_at_all_is_no_error() -> None:
    for text in (
        "I 2019 var det 12 599 arbeidsplasser.",
        "I 2019 var folketallet 31 037.",
        "I 2022 pendlet 4 186 ut av kommunen.",
        "Ledigheten var 2,5 prosent i oktober 2022.",
    ):
        verdict = one(text, Held())
        assert (verdict.outcome, verdict.reason) == ("unchecked", "table missing")
        assert verdict.fetch is not None


def test_a_missing_figure_is_not_zero(tables: Tables) -> None:
    frame = sectors({2019: {"A+B+D+E.0-1+9": math.nan, "A+B+D+E.5-7": 500}})
    verdict = one("I 2019 var det 8 328 private arbeidsplasser.", with_tables(tables, ssb_13472=frame))
    assert verdict.readings == () and verdict.outcome == "unchecked"


def test_a_divided_municipality_has_no_figure_before(tables: Tables) -> None:
    verdict = one("I 2019 var det 20 000 arbeidsplasser.", tables, "1508")
    assert (verdict.outcome, verdict.readings) == ("unchecked", ())


def test_private_and_public_have_two_definitions(tables: Tables) -> None:
    cells = {"A+B+D+E.0-1+9": 8000.0, "A+B+D+E.5-7": 328.0, "6100": 1000.0, "6500.6": 271.0, "6500.7": 3000.0}
    held = with_tables(tables, ssb_13472=sectors({2019: cells}))
    verdict = one("I 2019 var det 8 328 private arbeidsplasser.", held)
    assert verdict.outcome == "ambiguous"
    assert [each.official for each in verdict.readings] == [8000, 8328]
    assert one("I 2019 var det 4 271 offentlige arbeidsplasser.", held).readings[0].official == 4271
