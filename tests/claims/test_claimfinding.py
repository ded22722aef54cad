"""Which words tie a number to an indicator, which year, age and place it is about, and what is never tied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import claimrules
from helpers.claims import Claim, When
from helpers.errors import DataError
from helpers.measures.claimfigures import READERS

from .make import found

RULES = claimrules.rulebook()


def tied(text: str, place: str = "3101") -> dict[str, tuple[object, ...]]:
    """Number → indicators, kind, sign and obstacle."""
    return {each.number.text: (each.indicators, each.kind, each.sign, each.obstacle) for each in found(text, place)}


def only(text: str, place: str = "3101") -> Claim:
    (claim,) = found(text, place)
    return claim


@pytest.mark.parametrize(
    ("text", "indicators", "kind", "sign"),
    [
        ("I 2019 var det 12 599 arbeidsplasser.", ("jobs",), "level", 1),
        ("Antall arbeidsplasser i Halden var 12.599 i 2019.", ("jobs",), "level", 1),
        ("Folketallet var 31 177 per 1. januar 2019.", ("population",), "level", 1),
        ("Kommunen hadde 31 177 innbyggere ved inngangen til 2019.", ("population",), "level", 1),
        ("I 2022 bodde det 23 652 innbyggere i alderen 15–74 år i kommunen.", ("population",), "level", 1),
        ("I 2019 var det 13 634 sysselsatte i kommunen.", ("employed", "jobs"), "level", 1),
        ("I 2019 var det 13 634 sysselsatte innbyggere.", ("employed",), "level", 1),
        ("Sysselsettingsandelen for 15–74 år var 57,7 prosent i 2019.", ("rate",), "level", 1),
        ("I 2019 var 57,7 % av innbyggerne 15–74 år i arbeid.", ("rate",), "level", 1),
        ("Det var 3 939 utpendlere i 2019.", ("out",), "level", 1),
        ("I 2022 pendlet 1 454 til Sarpsborg.", ("out_to",), "level", 1),
        ("I 2022 var det 1 454 som pendlet fra Halden til Sarpsborg.", ("out_to",), "level", 1),
        ("I 2022 kom 812 pendlere fra Sarpsborg.", ("in_from",), "level", 1),
        ("28,9 prosent av de sysselsatte pendler ut i 2022.", ("out_share",), "level", 1),
        ("Nettopendlingen var −1 104 i 2022.", ("net",), "level", 1),
        ("Ledigheten var 2,5 prosent i oktober 2022.", ("unemployment_rate",), "level", 1),
        ("I oktober 2022 var det 361 arbeidsledige.", ("unemployed",), "level", 1),
        ("Arbeidsplassdekningen var 92,4 prosent i 2019.", ("coverage",), "level", 1),
        ("Industrien hadde 18 prosent av arbeidsplassene i 2019.", ("industry_share",), "level", 1),
        ("Det var 2 300 arbeidsplasser i industrien i 2019.", ("industry_jobs",), "level", 1),
        ("I 2021 sto 11,3 prosent av ungdom 15–29 år utenfor arbeid og utdanning.", ("outside_share",), "level", 1),
        ("Folketallet økte med 4 304 fra 2000 til 2019.", ("population",), "change", 1),
        ("Fra 2018 til 2019 gikk antall arbeidsplasser ned med 101.", ("jobs",), "change", -1),
        ("Kommunen har mistet 101 arbeidsplasser fra 2018 til 2019.", ("jobs",), "change", -1),
        ("Befolkningsveksten var på 16,1 prosent fra 2000 til 2019.", ("population",), "growth", 1),
        ("Folketallet falt med 2 prosent fra 2000 til 2019.", ("population",), "growth", -1),
        ("En årlig vekst i arbeidsplasser på 1,2 prosent fra 2017 til 2021.", ("jobs",), "annual", 1),
        ("Sysselsettingsveksten var 0,9 prosent per år i 2017–2021.", ("employed", "jobs"), "annual", 1),
        ("Økningen i antall arbeidsplasser fra 2019 til 2021 var 525.", ("jobs",), "change", 1),
        ("I 2020 bodde det 31 373 mennesker i Halden.", ("population",), "level", 1),
        ("Sysselsettingen økte med 4 prosent fra 2020 til 2021.", ("employed", "jobs"), "growth", 1),
        ("500 nye arbeidsplasser 2021–2025.", ("jobs", "employed"), "goal", 1),
        ("Sysselsettingsandelen for 15–74 år var i 2019 3,2 prosentpoeng lavere enn landsgjennomsnittet.", ("rate_gap",), "gap", -1),
    ],
)  # fmt: skip
def test_phrases_that_are_tied(text: str, indicators: tuple[str, ...], kind: str, sign: int) -> None:
    claim = only(text)
    assert (claim.indicators, claim.kind, claim.sign, claim.obstacle) == (indicators, kind, sign, None)


@pytest.mark.parametrize(
    "text",
    [
        "Strategi 4.5 gjelder besøksnæringene, se side 12 og figur 3.",
        "Ring 69 17 45 00 eller skriv til post@halden.no innen 1. mars 2020.",
        "Vedtatt 27. juni 2008, jf. plan- og bygningsloven § 11-6 og §§ 3 og 4.",
        "Halden har kommunenummer 3101, og kommunenr. 0101 er gått ut.",
        "Planen gjelder 2021–2025 og bygger på NOU 2019:7 og Meld. St. 5 (2019–2020).",
        "## 4.5 Flere arbeidsplasser",
        "Målet gjelder unge i alderen 15–29 år.",
        "Arbeidsplasser er omtalt i punkt 3.2.1 og tabell 11618.",
        "Ingen tall her.",
    ],
)
def test_text_without_a_claim(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Kommunen skal ha 5 delmål.",
        "Fondet er på 1 mill. kr.",
        "Bedriften har 250 ansatte i 2019.",
        "Det var 40 grønne arbeidsplasser i 2019.",
        "3101 er nummeret.",
        "Det bygges på 300 dekar i 2019.",
        "Reisetiden er 45 minutter.",
        "12 prosent av tiltakene er gjennomført i 2019.",
        "De 1 200 studentene bor i byen.",
        "Yrkesdeltakelsen var 72 prosent i 2019.",
        "Det var 300 arbeidsplasser knyttet til havna i 2019.",
        "Det var 300 arbeidsplasser i havna i 2019.",
        "Etableringen ga 300 arbeidsplasser i 2019.",
        "Økningen i antall boliger var 525 i 2019.",
    ],
)
def test_numbers_that_no_rule_ties_are_said_to_be_so(text: str) -> None:
    claim = only(text)
    assert (claim.indicators, claim.obstacle) == ((), "no rule")


@pytest.mark.parametrize(
    ("text", "obstacle"),
    [
        ("Det er 12 599 arbeidsplasser.", "year missing"),
        ("I 2018 og i 2019 var det 12 599 arbeidsplasser.", "year unclear"),
        ("Antall arbeidsplasser økte med 101.", "year missing"),
        ("I Sarpsborg var det 28 310 arbeidsplasser i 2019.", "other place"),
        ("Sarpsborg hadde 28 310 arbeidsplasser i 2019.", "other place"),
        ("I Østfold var det 120 000 arbeidsplasser i 2019.", "other place"),
        ("I Halden og Sarpsborg var det 40 000 arbeidsplasser i 2019.", "several places"),
        ("Det var 12,5 arbeidsplasser i 2019.", "not whole"),
        ("I perioden 2018–2013 økte folketallet med 300.", "reversed period"),
        ("I 2022 pendlet 900 fra Sarpsborg til Oslo.", "other place"),
    ],
)
def test_what_the_sentence_does_not_settle(text: str, obstacle: str) -> None:
    assert only(text).obstacle == obstacle


def test_a_year_in_parentheses_belongs_to_the_number_before_it() -> None:
    text = "Kommunen har 31 444 innbyggere (1. januar 2022) og 13 123 arbeidsplasser (2023)."
    assert [each.when for each in found(text)] == [When("start", 2022), When("point", 2023)]
    assert [each.when for each in found("Antall arbeidsplasser var 12 599 i 2019 og 12 796 i 2020.")] == [
        When("point", 2019),
        When("point", 2020),
    ]


def test_a_statement_about_the_country_is_about_the_country() -> None:
    claim = only("I Norge var det 5 328 212 innbyggere per 1. januar 2019.")
    assert (claim.place, claim.obstacle) == ("country", None)


def test_the_same_sentence_is_of_another_place_in_another_plan() -> None:
    text = "I Sarpsborg var det 28 310 arbeidsplasser i 2019."
    assert only(text, "3105").obstacle is None
    assert only(text, "3101").obstacle == "other place"


def test_each_clause_has_its_own_year_and_place() -> None:
    text = "I 2018 hadde kommunen 12 700 arbeidsplasser, mot 12 599 arbeidsplasser i 2019, mens Sarpsborg hadde 28 310 arbeidsplasser."
    assert [(each.when, each.place) for each in found(text)] == [
        (When("point", 2018), "own"),
        (When("point", 2019), "own"),
        (When("point", 2019), "3105"),
    ]


def test_two_ages_in_a_sentence_are_not_mixed() -> None:
    text = "Sysselsettingsandelen var 57,7 prosent for 15–74 år i 2019, og sysselsettingsandelen var 68 prosent for 20–66 år i 2019."
    assert [each.age for each in found(text)] == ["15-74", "20-66"]


def test_a_table_is_tied_by_row_and_column() -> None:
    text = "| | 2018 | 2019 |\n|--|--|--|\n| Arbeidsplasser | 12 731 | 12 599 |\n| Folketall | 31 037 | 31 177 |\n| Annet | 1 | 2 |\n"
    assert [(each.indicators, each.when and each.when.first, each.line) for each in found(text)] == [
        (("jobs",), 2018, 3), (("jobs",), 2019, 3), (("population",), 2018, 4), (("population",), 2019, 4), ((), None, 5), ((), None, 5),
    ]  # fmt: skip


def test_a_number_is_tied_once_and_the_parts_of_a_share_stand_beside_it() -> None:
    (claim,) = found("40 prosent av 8 328 private arbeidsplasser, dvs. 3 000, kan forsvinne.")
    assert claim.kind == "share"
    assert claim.stated.part is not None and claim.stated.whole is not None
    assert (claim.stated.part.value, claim.stated.whole.value) == (3000, 8328)


def test_a_quote_is_the_plans_own_words() -> None:
    text = "I 2019 fantes det hele 12 599 arbeidsplasser i Halden, sies det."
    claim = only(text)
    assert claim.quote in text and claim.sentence == text


@given(
    st.lists(
        st.sampled_from(
            [
                *[
                    "12",
                    "599",
                    "arbeidsplasser",
                    "i",
                    "2019",
                    ",",
                    ".",
                    "⟨N0⟩",
                    "økte",
                    "med",
                    "%",
                    "prosent",
                    "fra",
                    "til",
                    "Halden",
                    "Norge",
                    "(",
                    ")",
                    "–",
                    "20–66",
                    "år",
                ],
                "31 037",
            ]
        ),
        max_size=25,
    )
)
def test_no_sentence_stops_the_finder_and_every_number_is_accounted_for(words: list[str]) -> None:
    text = " ".join(words)
    for claim in found(text):
        assert claim.number.text in claim.sentence
        assert claim.obstacle or claim.indicators or claim.kind == "share"


def test_every_indicator_has_a_reader_or_no_table() -> None:
    described = {name for name, each in RULES.indicators.items() if each.table}
    assert described == set(READERS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ('{ label = "verdiskaping"', '{ name = "verdiskaping"'),
            "claims.toml, indicators.value_added.label: Field required",
        ),
        (
            ('indicators = ["tax_index"]', 'indicators = ["taxes"]'),
            "claims.toml: indikatoren taxes er ikke beskrevet under indicators",
        ),
        (
            ('subjects = ["new_jobs"]', 'subjects = ["work"]'),
            "claims.toml: forms.nye: work er ikke beskrevet under subjects",
        ),
        (
            ("{value}\\s+(?:som\\s+)?pendler", "{amount}\\s+(?:som\\s+)?pendler"),
            "claims.toml: pendlere-ut: feltet {amount} finnes ikke",
        ),
        (
            ("{value}\\s+(?:som\\s+)?pendler", "({value}\\s+(?:som\\s+)?pendler"),
            "claims.toml: pendlere-ut: uttrykket kan ikke brukes",
        ),
        (("[hedges]", "[hedges"), "claims.toml kan ikke leses"),
    ],
)
def test_rules_that_cannot_be_used(change: tuple[str, str], message: str) -> None:
    from importlib import resources

    text = resources.files("helpers").joinpath("claims.toml").read_text("utf-8")
    assert change[0] in text
    with pytest.raises(DataError) as told:
        claimrules.read_rules(text.replace(*change))
    assert str(told.value).startswith(message)
