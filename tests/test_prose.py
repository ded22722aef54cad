"""Norwegian numbers and sentences."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from helpers import language, prose
from helpers.errors import DataError
from helpers.places import Municipality


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (prose.count, 4186, "4\u202f186"),
        (prose.count, -1104, "\u22121\u202f104"),
        (prose.count, 2_809_789, "2\u202f809\u202f789"),
        (prose.count, 0, "0"),
        (prose.percent, 60.147, "60,1\u00a0%"),
        (prose.percent, 12.25, "12,3\u00a0%"),
        (prose.percent, 0.25, "0,3\u00a0%"),
        (prose.in_words, 69.96, "70,0\u00a0prosent"),
        (prose.points, -1.24, "\u22121,2\u00a0prosentpoeng"),
        (prose.signed, 429, "+429"),
        (prose.signed, -133, "\u2212133"),
        (prose.signed, 0, "0"),
        (prose.signed_percent, 0.04, "0,0\u00a0%"),
        (prose.signed_percent, -0.04, "0,0\u00a0%"),
        (prose.signed_percent, 4.43, "+4,4\u00a0%"),
    ],
)
def test_numbers_as_a_norwegian_writes_them(form, value, expected):
    assert form(value) == expected


def test_dates_and_spans():
    assert prose.day(date(2026, 11, 23)) == "23. november 2026"
    assert prose.month("2022M10") == "oktober 2022"
    assert prose.span(2017, 2022) == "2017–2022"
    assert prose.span(2022, 2022) == "2022"


def test_lists_are_joined_and_escaped():
    assert prose.listing(["Halden"]) == "Halden"
    assert prose.listing(["Halden", "Moss", "<b>"]) == "Halden, Moss og &lt;b&gt;"


@given(st.integers(-(10**9), 10**9))
def test_a_count_can_be_read_back(value):
    written = prose.count(value)
    assert int(written.replace("\u202f", "").replace("\u2212", "-")) == value
    assert "-" not in written and "\u00a0" not in written


def test_names_carry_their_languages():
    assert prose.name(Municipality.find("Oslo")) == 'Oslo - <span lang="sma">Oslove</span>'
    assert prose.name("Halden") == "Halden"
    assert prose.plain(prose.name("Lyngen - Ivgu - Yykeä")) == "Lyngen - Ivgu - Yykeä"
    assert prose.name("<script>") == "&lt;script&gt;"


@pytest.fixture
def catalogue(monkeypatch):
    entries = {
        "a.people": {"zero": "ingen", "one": "{n:count} person", "other": "{n:count} personer"},
        "a.rate": "<b>{rate:words}</b> i {name}",
        "a.bare": "{rate}",
        "forms.words": "{value}\u00a0prosent",
    }
    monkeypatch.setattr(language, "entry", entries.get)


@pytest.mark.parametrize(("n", "expected"), [(0, "ingen"), (1, "1 person"), (2, "2 personer"), (-1, "−1 person")])
def test_number_agreement(catalogue, n, expected):
    assert prose.text("a.people", n=n) == expected


def test_values_are_escaped_and_the_catalogues_marks_kept(catalogue):
    assert (
        prose.text("a.rate", rate=60.1, name="<i>Halden</i>") == "<b>60,1\u00a0prosent</b> i &lt;i&gt;Halden&lt;/i&gt;"
    )
    assert prose.text("a.rate", rate=60.1, name=Markup("<i>x</i>")).endswith("i <i>x</i>")


@pytest.mark.parametrize("missing", [None, math.nan])
def test_a_missing_figure_never_becomes_text(catalogue, missing):
    with pytest.raises(DataError, match=r"a\.rate.*mangler"):
        prose.text("a.rate", rate=missing, name="Halden")


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("a.none", {}, "finnes ikke i tekstkatalogen"),
        ("a.rate", {"rate": 1.0}, "mangler verdien 'name'"),
        ("a.rate", {"rate": 1.0, "name": "x", "extra": 1}, "bruker ikke verdien extra"),
        ("a.people", {}, "trenger verdien n"),
        ("a.bare", {"rate": 1.5}, "har ingen form"),
    ],
)
def test_a_wrong_use_of_the_catalogue_is_an_error(catalogue, key, values, message):
    with pytest.raises(DataError, match=message):
        prose.text(key, **values)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Bosatte 15–74 år</p>", '<p>Bosatte <span class="nobr">15–74</span> år</p>'),
        ("<td>2017–2022</td>", '<td><span class="nobr">2017–2022</span></td>'),
        ("<p>fra 0,3–−1,2</p>", '<p>fra 0,<span class="nobr">3–−1</span>,2</p>'),
        ("<p>Nei – 3 av 4. A–B</p>", "<p>Nei – 3 av 4. A–B</p>"),
        ('<a title="2017–2022">x</a>', '<a title="2017–2022">x</a>'),
        ("<svg><text>2017–2022</text></svg><style>a{}</style>", "<svg><text>2017–2022</text></svg><style>a{}</style>"),
    ],
)
def test_a_range_is_not_broken_after_its_dash(html: str, kept: str) -> None:
    assert prose.unbroken(Markup(html)) == kept
