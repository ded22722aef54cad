"""From a file to the report, in plain bokmål."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import language
from helpers.batch import claiming, claimwords
from helpers.claimrules import rulebook
from helpers.claims import Outcome, Reason
from helpers.errors import InputError
from helpers.workspace import Workspace

from .test_plans import HALDEN

BLANKS = str.maketrans("\u202f\u00a0", "  ")  # between thousands, and before a unit


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.md"
    path.write_text(HALDEN, "utf-8")
    return path


def test_the_report_says_what_was_found_line_by_line(built: Workspace, plan: Path) -> None:
    text = claiming.report(claiming.checked(built, plan, "Halden"), plan, "Halden").translate(BLANKS)
    first, summary = text.splitlines()[:2]
    assert first == "plan.md, kontrollert mot offisielle tall for Halden (3101)"
    assert summary.startswith(
        "18 påstander: 3 motsagt, 1 løst, 1 flertydig, 2 bekreftet, 6 stemmer med planens egne tall"
    )
    assert "Linje 5 · MOTSAGT: 31 037, i «31 037 innbyggere»" in text
    assert (
        "  SSB tabell 07459, folkemengde 1. januar, 1. januar 2019: 31 177. Planens tall er 140 for lavt.\n  Tallet er det offisielle for 1. januar 2018."
        in text
    )
    assert (
        "  SSB tabell 13472 er ikke hentet. Hent tallene slik: kommunerapport fetch 13472.\n  Planens egne tall: 8 328 + 4 271 = 12 599. Det stemmer."
        in text
    )
    assert "Planens egne tall: 833 av 11 766 er 7,08 prosent. Desimalene er kuttet, ikke avrundet." in text
    assert "Planens egne tall: 3 000 av 8 328 er 36,02 prosent, mens 40 prosent er 3 331. Det går ikke opp." in text
    assert "2019–2023: +524 (fra 12 599 til 13 123)." in text
    assert "nan" not in text.casefold() and "None" not in text


def test_the_document_has_the_contradicted_first(built: Workspace, plan: Path) -> None:
    text = claiming.as_markdown(claiming.checked(built, plan, "0101"), plan, "0101").translate(BLANKS)
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Motsagt",
        "## Løst",
        "## Flertydig",
        "## Bekreftet",
        "## Stemmer med planens egne tall, men ikke kontrollert mot statistikk",
        "## Ikke kontrollerbar",
    ]
    assert "| 5 | 31 037 | 31 037 innbyggere | SSB tabell 07459" in text


def test_the_same_plan_gives_the_same_words(built: Workspace, plan: Path) -> None:
    once, twice = (claiming.report(claiming.checked(built, plan, "3101"), plan, "3101") for _ in range(2))
    assert once == twice


def test_the_report_is_bokmaal_whatever_is_spoken(built: Workspace, plan: Path) -> None:
    verdicts = claiming.checked(built, plan, "3101")
    plain = claiming.report(verdicts, plan, "3101")
    with language.speaking("en"):
        assert claiming.report(verdicts, plan, "3101") == plain


def test_what_stands_in_a_plan_cannot_break_the_document(built: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("Se <script> og a|b: det er 5 *viktige* ting.", "utf-8")
    text = claiming.as_markdown(claiming.checked(built, path, "3101"), path, "3101")
    assert "<script>" not in text
    rows = [line for line in text.splitlines() if line.startswith("|  |") or line.startswith("| 1 |")]
    assert rows and all(row.replace("\\|", "").count("|") == 5 for row in rows)


def test_a_plan_without_numbers(built: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("Vi vil ha flere arbeidsplasser.", "utf-8")
    assert (
        claiming.report(claiming.checked(built, path, "3101"), path, "3101").splitlines()[1]
        == "Fant ingen tallfestede påstander."
    )


def test_claims_in_toml_are_checked_as_they_are_given(built: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(
        '[[claim]]\nindicator = "jobs"\nyear = 2019\nvalue = 12599\nquote = "12 599 arbeidsplasser"\n'
        '[[claim]]\nindicator = "population"\nyear = 2019\nmoment = "start"\nvalue = "31 037"\nquote = "31 037 innbyggere"\n'
        '[[claim]]\nindicator = "jobs"\nkind = "annual"\nfirst = 2017\nlast = 2030\nvalue = 1.5\nbase = 27000\nlevel = 33000\nquote = "1,5 % årlig"\n'
        '[[claim]]\nindicator = "jobs"\nkind = "change"\nfirst = 2018\nlast = 2019\nvalue = -101\nquote = "101 færre"\n'
        '[[claim]]\nindicator = "rate"\nyear = 2019\nvalue = 57.7\nage = "15-74"\nquote = "57,7 prosent"\n',
        "utf-8",
    )
    verdicts = claiming.checked(built, path, "3101")
    assert [each.outcome for each in verdicts] == ["confirmed", "contradicted", "loose", "confirmed", "confirmed"]
    assert "BEKREFTET: 12599, i «12 599 arbeidsplasser»" in claiming.report(verdicts, path, "3101")


def test_a_constructed_municipality_has_nothing_to_be_checked_against(built: Workspace, plan: Path) -> None:
    with pytest.raises(InputError, match="konstruert"):
        claiming.checked(built, plan, "9901")


def test_an_unknown_municipality(built: Workspace, plan: Path) -> None:
    with pytest.raises(InputError, match="Fant ingen kommune"):
        claiming.checked(built, plan, "Haldn")


def test_every_outcome_and_reason_has_its_words() -> None:
    assert set(claimwords.OUTCOMES) == set(Outcome.__args__) == set(claiming.ORDER)  # type: ignore[attr-defined]
    assert set(claimwords.REASONS) == set(Reason.__args__)  # type: ignore[attr-defined]
    assert all(each.label == each.label.strip() for each in rulebook().indicators.values())
