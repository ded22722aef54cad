"""Nynorsk and English: complete, well written, and nothing of bokmål left on a page."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import fetched
from helpers import language, prose
from helpers.charts import parts
from helpers.charts.parts import Part
from helpers.charts.words import use_labels
from helpers.errors import InputError, TableMissing
from helpers.language import LANGUAGES, SOURCE
from helpers.measures.context import Context
from helpers.pages.page import missing_note
from helpers.places import Area, Municipality
from helpers.prose import NBSP
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_land_sections import SITUATIONS, truth
from test_sections import HANDFUL, context, sections, shown_by_notebooks
from test_texts import faults

TEXTS = Path(language.__file__).parent / "texts"
OTHERS = [each for each in LANGUAGES if each != SOURCE]
BOKMAAL = set(
    re.findall(
        r"\w+",
        """ikke hva hvem hvor hvordan hvilke hvilken fra noen noe bare være mye mer flere hver vises kommuner tall tallet tallene
        andel andelen andeler utenfor innbyggere arbeidsplasser bosatte sysselsatte personer siden omtrent høyest høyere lavere
        virkelig virkelige hentet kilde måned regnet hindringene bebygd skjermet steder byggeklar vei antakelse""",
    )
)  # words that nynorsk writes otherwise
NORWEGIAN = set(
    re.findall(
        r"\w+",
        """og ikke av er på som til med det et fra hva mer flere kommune kommuner andel tall år arbeid utenfor utanfor om har
        mot ved eller ikkje frå ein eit dei""",
    )
)
FOREIGN = {"nn": BOKMAAL, "en": NORWEGIAN}
PLACES = {word for each in Municipality.all() for word in re.findall(r"\w+", f"{each.name} {each.county.name}".lower())}


@pytest.fixture(autouse=True)
def bokmaal_after() -> Iterator[None]:
    yield
    language.speak(SOURCE)
    use_labels()


def source() -> dict[str, str | tuple[str, str]]:
    """Context → what is translated, as Babel's extraction gives it."""
    found: dict[str, str | tuple[str, str]] = {}
    for path in sorted((TEXTS / SOURCE).glob("*.toml")):
        with path.open("rb") as file:
            for _, function, words, _ in language.extract(file, None, None, None):
                found[words[0]] = words[1] if function == "pgettext" else tuple(words[1:])
    return found


def translations(lang: str) -> dict[str, Message]:
    with (TEXTS / lang / "LC_MESSAGES" / "kommunerapport.po").open("rb") as file:
        catalogue = read_po(file, locale=lang, abort_invalid=True)
    assert not catalogue.obsolete, "messages that bokmål no longer has"
    return {str(each.context): each for each in catalogue if each.id}


def forms(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def fields(words: str) -> list[tuple[str, str | None]]:
    return sorted((name, form) for _, name, form, _ in string.Formatter().parse(words) if name is not None)


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_translated_from_todays_words(lang: str) -> None:
    held, wanted = translations(lang), source()
    assert len(wanted) > 700
    assert set(held) == set(wanted), "run make texts and translate what is new"
    stale = [key for key, each in held.items() if each.id != wanted[key] or each.fuzzy]
    assert stale == [], "translated from other words than bokmål has today"
    assert [key for key, each in held.items() if not all(forms(each.string))] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_fields_and_marks_of_its_source(lang: str) -> None:
    for key, each in translations(lang).items():
        for words, told in zip(forms(each.id), forms(each.string), strict=True):
            assert fields(words) == fields(told), key
            assert sorted(re.findall(r"<[^>]*>", words)) == sorted(re.findall(r"<[^>]*>", told)), key
            assert (words[-1:] in ".:?") == (told[-1:] in ".:?"), f"{key}: a sentence, or none"


def test_nynorsk_is_written_as_norwegian_is() -> None:
    sign = "labels.missing_sign"  # the producer's own sign is two points
    for key, each in translations("nn").items():
        for words in forms(each.string):
            assert key == sign or not faults(words), f"{key}: {faults(words)}"
            left = BOKMAAL & set(re.findall(r"[\w-]+", words.lower()))
            assert not left, f"{key}: {left}"


def test_english_is_written_as_english_is() -> None:
    for key, each in translations("en").items():
        for words in forms(each.string):
            plain = re.sub(r"<[^>]*>|\{[^}]*\}", "x", words)
            assert not re.search(r"  |\s[,.;:!?]|\d-\d|[«»]|\w'\w+'|\d,\d\d?\b", plain), f"{key}: {plain}"
            assert not NORWEGIAN & set(re.findall(r"[\w-]+", plain.lower())) - {"til", "et"}, f"{key}: {plain}"


def test_a_text_whose_bokmaal_has_changed_is_shown_in_bokmaal(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {"page.all": "Alle landets kommuner", "page.more": "Flere kommuner"}
    monkeypatch.setattr(language, "_catalogue", lambda _: changed)
    assert language._translated("nn") == {"page.all": "Alle landets kommuner", "page.more": "Fleire kommunar"}


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nb",
            ["4\u202f186", "60,1\u00a0%", "60,1\u00a0prosent", "1,2\u00a0prosentpoeng", "+4,4\u00a0%", "−1\u202f104"],
        ),
        (
            "nn",
            ["4\u202f186", "60,1\u00a0%", "60,1\u00a0prosent", "1,2\u00a0prosentpoeng", "+4,4\u00a0%", "−1\u202f104"],
        ),
        ("en", ["4,186", "60.1%", "60.1\u00a0per cent", "1.2\u00a0percentage points", "+4.4%", "−1,104"]),
    ],
)
def test_numbers(lang: str, expected: list[str]) -> None:
    with language.speaking(lang):
        assert [
            prose.count(4186), prose.percent(60.147), prose.in_words(60.147), prose.points(1.2), prose.signed_percent(4.4),
            prose.count(-1104),
        ] == expected  # fmt: skip
        assert prose.signed(0) == "0" and prose.signed(-0.04, 1) in {"0,0", "0.0"}


@pytest.mark.parametrize(
    ("lang", "day", "month", "short", "listed", "twelve"),
    [
        ("nb", "23. november 2026", "mai 2026", "okt", "A, B og C", "tolv"),
        ("nn", "23. november 2026", "mai 2026", "okt", "A, B og C", "tolv"),
        ("en", "23 November 2026", "May 2026", "Oct", "A, B and C", "twelve"),
    ],
)
def test_dates_lists_and_spelled_numbers(lang: str, day: str, month: str, short: str, listed: str, twelve: str) -> None:
    with language.speaking(lang):
        assert prose.day(dt.date(2026, 11, 23)) == day
        assert prose.month("2026M05") == month
        assert prose.short_month("2026M10") == short
        assert prose.listing(["A", "B", "C"]) == listed
        assert prose.spelled(12) == twelve and prose.spelled(13) == "13"


@pytest.mark.parametrize(
    ("lang", "square_metres", "expected"),
    [
        ("nb", 1_234_000, "1\u202f234\u00a0dekar"), ("en", 1_234_000, "1,234\u00a0decares"), ("en", 1000, "1\u00a0decare"),
        ("en", 2500, "2.5\u00a0decares"), ("en", 10, "under 0.1\u00a0decares"), ("nn", 10, "under 0,1\u00a0dekar"),
    ],
)  # fmt: skip
def test_areas(lang: str, square_metres: float, expected: str) -> None:
    with language.speaking(lang):
        assert prose.dekar(square_metres) == expected


@pytest.mark.parametrize(
    ("key", "amount", "said"),
    [
        ("index.count", 1, ("1 kommune", "1 kommune", "1 municipality")),
        ("index.count", 2, ("2 kommuner", "2 kommunar", "2 municipalities")),
        ("exclusion.keys.point_unit", 1, ("person", "person", "person")),
        ("exclusion.keys.point_unit", 2, ("personer", "personar", "people")),
        ("exclusion.keys.point_unit", 1.8, ("personer", "personar", "people")),
        ("targets.measured", 0, ("ingen kan måles", "ingen kan målast", "none can be measured")),
        ("targets.measured", 1, ("ett kan måles", "eitt kan målast", "one can be measured")),
        ("targets.measured", 2, ("to kan måles", "to kan målast", "two can be measured")),
    ],
)
def test_words_agree_with_their_number(key: str, amount: float, said: tuple[str, str, str]) -> None:
    for lang, expected in zip(LANGUAGES, said, strict=True):
        with language.speaking(lang):
            assert prose.text(key, n=amount) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_falling_rising_and_unchanged_are_three_sentences(lang: str) -> None:
    keys = ("employment.findings.rate_up", "employment.findings.rate_down")
    with language.speaking(lang):
        said = [prose.text(key, now=60.1, last=2022, first=2017, points=1.0) for key in keys]
        said.append(prose.text("employment.findings.rate_same", now=60.1, last=2022, first=2017))
    assert len(set(said)) == 3


def test_a_language_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(
        InputError, match=r"Språket «sv» finnes ikke. Velg nb \(bokmål\), nn \(nynorsk\), en \(English\)"
    ):
        language.speak("sv")
    assert language.checked(" NN ") == "nn"


def test_a_block_in_another_language_leaves_the_one_before_also_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), language.speaking("en"):
        assert language.spoken() == "en"
        _ = 1 / 0
    assert language.spoken() == SOURCE


def test_what_others_have_written_in_bokmaal_is_marked_where_the_page_is_not() -> None:
    assert prose.bokmaal("<500> nye") == "&lt;500&gt; nye"
    with language.speaking("en"):
        assert prose.bokmaal("<500> nye") == '<span lang="nb">&lt;500&gt; nye</span>'
        assert prose.label("industry", "Industri") == "Manufacturing"
        assert prose.label("industry", "Noe nytt") == '<span lang="nb">Noe nytt</span>'
        assert prose.name(Area.country().name) == "The country"
        assert prose.name(Municipality.find("Oslo")) == 'Oslo - <span lang="sma">Oslove</span>'
        assert prose.first_upper(prose.bokmaal("noe")) == '<span lang="nb">Noe</span>'


def left_over(html: str, lang: str) -> list[str]:
    """The words of a page that are of another language and not marked as such."""
    page = lxml.html.fromstring(f"<div>{html}</div>")
    for each in page.xpath(".//*[@lang] | .//code | .//style | .//svg//text | .//svg//title"):
        each.drop_tree()
    told = [*page.itertext(), *page.xpath(".//@aria-label | .//@title | .//@alt")]
    found = set()
    for words in told:
        foreign = FOREIGN[lang] & set(re.findall(r"[\w-]+", str(words).lower())) - PLACES
        found |= {f"{sorted(foreign)}: {str(words).strip()[:160]}"} if foreign else set()
    return sorted(found)


def test_what_is_left_over_is_seen() -> None:
    assert left_over("<p>Ikke oversatt</p>", "nn") and left_over("<p>Kommuner i fylket</p>", "en")
    assert left_over('<table aria-label="Tall fra 2020"></table>', "nn")
    assert not left_over('<p>In <span lang="nb">Alle kommuner</span> <code>fra</code></p>', "en")


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize(
    "code", [pytest.param(each, marks=[] if each in {"3101", "1508"} else pytest.mark.slow) for each in HANDFUL]
)
def test_no_bokmaal_is_left_on_a_page(code: str, lang: str, tables: Tables, built: Workspace) -> None:
    ctx = context(tables, built, code)
    with language.speaking(lang):
        made = {name: part.html() for name, part in sections(ctx).items() if isinstance(part, Part)}
    assert {name: left for name, html in made.items() if (left := left_over(html, lang))} == {}


@pytest.mark.slow
def test_no_bokmaal_is_left_where_all_tables_are_held(built: Workspace) -> None:
    codes = {"3101", "0301", "4003"}
    whole: Any = fetched.tables(codes)
    for lang in OTHERS:
        for code in codes:
            ctx = context(whole, built, code, dt.date(2026, 11, 24))
            with language.speaking(lang):
                made = {name: part.html() for name, part in sections(ctx).items() if isinstance(part, Part)}
            assert {name: left for name, html in made.items() if (left := left_over(html, lang))} == {}


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize(
    "situation", [pytest.param(each, marks=[] if n == 0 else pytest.mark.slow) for n, each in enumerate(SITUATIONS)]
)
def test_no_bokmaal_is_left_on_a_page_of_land(situation: str, lang: str, built: Workspace, tables: Tables) -> None:
    layers = truth(situation).layers
    ctx = Context(Municipality.find("3101"), tables, dt.date(2026, 11, 24), read_layers=lambda: layers)
    with language.speaking(lang):
        use_labels()
        made = [function(ctx) for theme, _, function in shown_by_notebooks() if theme == "land"]
        told = [left for part in made if part is not None for left in left_over(part.html(), lang)]
    assert told == []


@pytest.mark.parametrize(
    ("lang", "csv", "shown"), [("nb", "a;b\r\nx;60,1\r\n", "60,1\u00a0%"), ("en", "a,b\r\nx,60.1\r\n", "60.1%")]
)
def test_a_table_is_downloaded_as_the_readers_spreadsheet_has_numbers(lang: str, csv: str, shown: str) -> None:
    with language.speaking(lang):
        use_labels()
        columns = [parts.Column("a", "a"), parts.Column("b", "b", "percent")]
        table = parts.DataTable("t", "t", columns, [{"a": "x", "b": 60.1}])
        assert table.csv() == csv and shown in table.text()
        key = parts.KeyFigures([parts.KeyFigure("a", prose.decimal(60.1), "%")]).html()
        assert re.sub(r"&nbsp;", NBSP, re.sub(r"</?small>", "", key)).count(shown) == 1


def test_what_a_table_lacks_is_said_with_names_as_the_page_has_them() -> None:
    note = TableMissing(
        "ssb_13563", "tall for {place} (tabellen dekker {held})", place="Landet", held=("Oslo - Oslove", "Moss")
    )
    assert "tall for Landet (tabellen dekker Oslo - Oslove, Moss)" in str(note)
    with language.speaking("en"):
        use_labels()
        said = missing_note(note, "x").html()
    assert "figures for the country (" in said and 'Oslo - <span lang="sma">Oslove</span> and Moss)' in said


@pytest.mark.slow
def test_numbers_have_their_signs_in_every_language(tables: Tables, built: Workspace) -> None:
    """A decimal comma on an English page, or a point on a Norwegian one, is a number that went past the language."""
    ctx = context(tables, built, "3101")
    for lang, wrong in (("nn", r"\d\.\d"), ("en", r"\d,\d\d?(?!\d)|\d\u202f\d")):
        with language.speaking(lang):
            found = sections(ctx).items()
            own = " ".join(part.text() for (_, name), part in found if isinstance(part, Part) and name != "targets")
        said = re.sub(r"CC BY 4\.0|kommunerapport \d\S+", "", own.replace(NBSP, " "))
        assert re.findall(rf".{{20}}(?:{wrong}).{{20}}", said) == []
