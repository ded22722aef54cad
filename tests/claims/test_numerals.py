"""Numbers, times and ages as Norwegian plans print them; what is printed is read back."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import prose
from helpers.claims import When, nearest
from helpers.numerals import read, scan

scan("1")  # the rules are read and compiled once, which is not a test's own time
SEPARATORS = ["", " ", "\u00a0", "\u202f", "\u2009", "."]


def grouped(value: int, separator: str) -> str:
    return f"{value:,}".replace(",", separator)


def letters(text: str) -> list[str]:
    return [each.letter for each in scan(text)]


@given(st.integers(0, 9_999_999), st.sampled_from(SEPARATORS))
def test_a_count_is_read_as_it_was_printed(value: int, separator: str) -> None:
    found = read(grouped(value, separator))
    assert found is not None
    assert (found.value, found.step, found.unit, found.hedge) == (value, 1, "count", "")


@given(st.decimals(0, 1000, places=2), st.integers(0, 3), st.sampled_from([" %", "%", " prosent", "\u00a0%"]))
def test_a_percentage_is_read_with_its_precision(value: Decimal, places: int, unit: str) -> None:
    printed = f"{value:.{places}f}"
    found = read(printed.replace(".", ",") + unit)
    assert found is not None
    assert (found.value, found.unit) == (float(printed), "percent")
    assert found.step == pytest.approx(10**-places)


@given(st.floats(-99_999, 99_999), st.integers(0, 2))
def test_what_prose_prints_is_read_back(value: float, places: int) -> None:
    found = read(prose.decimal(value, places))
    assert found is not None
    assert found.value == pytest.approx(float(prose.rounded(value, places)))
    assert nearest(value, found.step) == pytest.approx(found.value)


@given(
    st.integers(1000, 999_999), st.sampled_from(["ca.", "rundt", "om lag", "over", "minst", "i overkant av", "nesten"])
)
def test_a_hedge_belongs_to_its_number(value: int, hedge: str) -> None:
    tokens = [each for each in scan(f"Det var {hedge} {grouped(value, ' ')} personer der.") if each.number]
    assert [(each.number.value, each.number.text) for each in tokens if each.number] == [
        (value, f"{hedge} {grouped(value, ' ')}")
    ]
    assert tokens[0].number is not None and tokens[0].number.hedge


@given(st.text(alphabet="0123456789 .,–-%§()/æøåkrprosent\u00a0", max_size=60))
def test_no_text_stops_the_reader_and_tokens_never_overlap(text: str) -> None:
    found = scan(text)
    assert all(first.end <= then.start for first, then in itertools.pairwise(found))
    assert all(0 <= each.start < each.end <= len(text) for each in found)


@pytest.mark.parametrize(
    ("printed", "value", "step", "unit"),
    [
        ("31 037", 31037, 1, "count"),
        ("12.599", 12599, 1, "count"),
        ("1 mill.", 1e6, 1e6, "count"),
        ("1,5 millioner", 1.5e6, 1e5, "count"),
        ("250 tusen", 250_000, 1000, "count"),
        ("16,1 %", 16.1, 0.1, "percent"),
        ("16.1 %", 16.1, 0.1, "percent"),
        ("1.556 %", 1.556, 0.001, "percent"),
        ("3,5 prosentpoeng", 3.5, 0.1, "points"),
        ("1 mill. kr", 1e6, 1e6, "other"),
        ("−1,2 %", -1.2, 0.1, "percent"),
    ],
)
def test_forms_of_numbers(printed: str, value: float, step: float, unit: str) -> None:
    found = read(printed)
    assert found is not None
    assert (found.value, found.unit) == (pytest.approx(value), unit)
    assert found.step == pytest.approx(step)


@pytest.mark.parametrize(
    ("printed", "hedge"),
    [("ca. 1 000", "about"), ("rundt 27 000", "about"), ("over 40 %", "over"), ("minst 33 000", "least"), ("i overkant av 3 prosent", "just over"),
     ("opptil 500", "most"), ("under 5 %", "under"), ("i underkant av 3 %", "just under"), ("12 599", "")],
)  # fmt: skip
def test_hedges(printed: str, hedge: str) -> None:
    found = read(printed)
    assert found is not None and found.hedge == hedge


@pytest.mark.parametrize("printed", ["27 000–28 000", "27 000 – 28 000"])
def test_a_range_has_both_ends(printed: str) -> None:
    found = read(printed)
    assert found is not None
    assert (found.value, found.upper) == (27_000, 28_000)


def test_between_is_a_range() -> None:
    (found,) = [each.number for each in scan("Det er mellom 3 og 4 prosent ledige.") if each.number]
    assert (found.value, found.upper, found.unit) == (3, 4, "percent")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("i 2019", When("point", 2019)),
        ("fra 2000 til 2019", When("period", 2000, 2019)),
        ("siden 2000", When("since", 2000)),
        ("i begynnelsen av 2019", When("start", 2019)),
        ("per 1. januar 2019", When("start", 2019)),
        ("01.01.2019", When("start", 2019)),
        ("ved utgangen av 2018", When("end", 2018)),
        ("31.12.2018", When("end", 2018)),
        ("2017–2021", When("period", 2017, 2021)),
        ("i perioden 2017-21", When("period", 2017, 2021)),
        ("mellom 2010 og 2019", When("period", 2010, 2019)),
        ("4. kvartal 2019", When("quarter", 2019, part=4)),
        ("i oktober 2022", When("month", 2022, part=10)),
        ("årsskiftet 2018/2019", When("start", 2019)),
    ],
)
def test_times(text: str, when: When) -> None:
    (found,) = scan(f"Slik var det {text}, ja.")
    assert found.when == when


def test_a_period_that_goes_backwards_is_seen() -> None:
    (found,) = scan("Samfunnsplanen 2018-2013")
    assert found.when is not None and found.when.reversed


def test_four_digits_before_people_are_a_number_and_else_a_year() -> None:
    assert [each.number.value for each in scan("Der bor 2019 personer.") if each.number] == [2019]
    assert letters("Slik var det i 2019 og.") == ["Y"]
    assert [each.number.value for each in scan("I 2019 12 599 arbeidsplasser") if each.number] == [12599]


@pytest.mark.parametrize(
    ("text", "age"),
    [("20–66 år", "20-66"), ("i alderen 15 til 74 år", "15-74"), ("15–29-åringer", "15-29"), ("67 år og eldre", "67+")],
)
def test_ages(text: str, age: str) -> None:
    (found,) = scan(f"Blant dem {text} er det slik.")
    assert found.age == age


def test_a_duration_is_not_an_age() -> None:
    assert [(each.letter, each.years) for each in scan("Det tok 13 år, ja tretten år.")] == [("D", 13), ("D", 13)]


@pytest.mark.parametrize(
    "text",
    ["strategi 4.5", "tlf. 69 17 45 00", "Ring 69 17 45 00 i dag", "27. juni 2008", "12.03.2021", "2021-03-12", "side 12", "s. 5–7", "§ 11-6", "§§ 3 og 4",
     "kommunenummer 3101", "Figur 3", "tabell 11618", "NOU 2019:7", "Meld. St. 5 (2019–2020)", "E6", "kl. 09.00", "TEK17", "org.nr. 959 159 092",
     "https://www.ssb.no/11618", "covid-19", "punkt 3.2.1", "[12]", "1767 HALDEN"],
)  # fmt: skip
def test_what_is_no_figure_is_masked(text: str) -> None:
    assert [each.letter for each in scan(f"Se {text} her.") if each.letter in "NPQU"] == []


@pytest.mark.parametrize("text", ["", "  ", "tolv", "12 599 personer", "3 4", "4.5", "1.2.3"])
def test_what_is_not_one_number_is_not_read(text: str) -> None:
    assert read(text) is None
