"""The parts of a page: their HTML, their display output, and what they refuse."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from dataclasses import replace

import html5lib
import pytest
from chart_samples import HOSTILE, charts, page_parts, table, whole_page
from markupsafe import Markup

from helpers.charts import datatable, parts


def test_every_part_shows_itself_in_a_notebook() -> None:
    kinds = Counter()
    for part in page_parts():
        data, metadata = part._repr_mimebundle_()
        kinds[metadata["kommunerapport"]["part"]] += 1
        assert data["text/html"] == part.html() and len(data["text/plain"]) > 3
        json.dumps(data)
    assert kinds == {
        "head": 1,
        "keys": 1,
        "findings": 1,
        "cards": 1,
        "section": len(charts()) + 1,
        "note": 1,
        "links": 1,
        "footer": 1,
    }


def test_the_head_carries_the_page() -> None:
    head = parts.Head(
        "commuting", "3101", Markup('A – <span lang="se">B</span>'), "Østfold", "3101-a", Markup("<b>T</b>"), "L", ["2022"],
        "d", "2022", {"a": 1.5, "b": None, "c": float("nan")},
    )  # fmt: skip
    data, _ = head._repr_mimebundle_()
    assert data[parts.PAGE_MIME] == {
        "theme": "commuting", "municipality": "3101", "name": "A – B", "county": "Østfold", "slug": "3101-a", "title": "T",
        "description": "d", "years": "2022", "keys": {"a": 1.5, "b": None, "c": None}, "language": "nb", "goals": {},
    }  # fmt: skip


def test_the_page_is_valid_html() -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(whole_page())
    assert [error for _, error, _ in parser.errors] == []


def test_headings_descend_by_one_and_there_is_one_h1() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", whole_page())]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_ids_are_unique_and_labels_point_at_them() -> None:
    html = whole_page()
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert max(ids.values()) == 1
    assert set(re.findall(r'aria-labelledby="([^"]+)"', html)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)


def test_text_from_data_is_escaped_everywhere() -> None:
    html = whole_page(HOSTILE)
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert not list(tree.iter("img")) and not list(tree.iter("script"))
    assert not [name for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib if name.startswith("on")]
    assert html.count("onerror") > 50  # it is there, as text


def test_markup_is_kept_and_str_escaped() -> None:
    html = parts.Findings("<i>", [Markup("<b>1</b>"), "<b>2</b>"]).html()
    assert "<b>1</b>" in html and "&lt;b&gt;2&lt;/b&gt;" in html and "&lt;i&gt;" in html


def test_every_table_has_caption_and_named_header_cells() -> None:
    tree = html5lib.parse(whole_page(), namespaceHTMLElements=False)
    found = list(tree.iter("table"))
    assert len(found) > 10
    for each in found:
        caption = each.find("caption")
        assert caption is not None and "".join(caption.itertext()).strip()
        headers = list(each.iter("th"))
        assert all(h.get("scope") in ("col", "row") and "".join(h.itertext()).strip() for h in headers)
        assert all(row.find("th") is not None for row in each.iter("tr"))


def test_the_note_is_a_note_and_the_table_can_be_scrolled_by_keyboard() -> None:
    html = parts.Section("s", "h", "u", misread=["a"], table=table()).html()
    assert '<div class="note" role="note"><h3>Misforstås</h3>' in html
    assert '<div class="tw" tabindex="0" role="region" aria-label="Tabell for Halden">' in html
    assert "<ul>" not in html and "<ul>" in parts.Section("s", "h", "u", misread=["a", "b"]).html()


def test_a_bar_may_pass_the_goal_and_a_fall_has_no_bar() -> None:
    rows = [
        parts.BaseRow("2019", "1", "+524", 1.048),
        parts.BaseRow("2020", "1", "+9", 3.0),
        parts.BaseRow("2021", "1", "−1", -0.2),
    ]
    base = parts.BaseTable("c", ("a", "b", "c", "d"), rows)
    widths = [base.width(row) for row in rows]
    assert widths[0] > base.goal() and widths[1] == pytest.approx(3 * base.goal(), abs=0.2) and max(widths) < 100
    assert widths[2] == 0.0
    html = parts.Cards("h", "s", [parts.TargetCard("m", "g", "p", "s", "k", bases=[base])]).html()
    assert html.count("<i style=") == 2 and html.count("<em style=") == 3


def test_a_goal_that_is_not_measured_says_why() -> None:
    with pytest.raises(ValueError, match="say why"):
        parts.TargetCard("m", "g", "p", "s", "k", measured=False)
    card = parts.TargetCard("m", "g", "p", "s", "k", measured=False, hatch="Ingen tall", command="hent x")
    html = parts.Cards("h", "s", [card]).html()
    assert 'class="empty hatch"' in html and "<code>hent x</code>" in html and 'class="card none"' in html


def test_small_multiples_have_their_own_headings() -> None:
    small = charts()["small"]
    html = parts.Section("s", "h", "u", [small, replace(small, title="To")]).html()
    assert html.count("<h3>") == 2 and 'class="multi"' in html and 'class="split"' not in html


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", " javascript:x", "data:text/html,x", "//example.org", "JAVASCRIPT:x"]
)
def test_a_link_that_runs_code_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="relative, http or https"):
        parts.Link(href, "x")


@pytest.mark.parametrize(
    "href", ["commuting.html", "../index.html", "https://www.ssb.no/statbank/table/03321", "#topp"]
)
def test_ordinary_links_pass(href: str) -> None:
    assert parts.Link(href, "x").href == href


@pytest.mark.parametrize("key", ["", "1a", "a b", 'a"', "Å"])
def test_an_id_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="id"):
        parts.Section(key, "h", "s")


def test_a_figure_needs_an_alternative_text() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        parts.Section("s", "h", "u", [parts.Figure(Markup("<svg></svg>"), " ")])


def test_without_labels_there_is_no_page() -> None:
    datatable._in_use.clear()
    with pytest.raises(LookupError, match="use_labels"):
        parts.Findings("h", ["a"]).html()


def test_plain_text_reads_like_the_page() -> None:
    text = parts.Section(
        "s", Markup("<b>Funn</b>"), "mål", [charts()["rates"]], "Kilde", ["Avsnitt"], ["Grunn"], table()
    ).text()
    assert text.startswith("Funn\nmål\n[Linjer for Halden]\nKilde\nAvsnitt\nMisforstås\n- Grunn\nTabell for Halden\n")
    assert "<" not in text


def test_the_notebook_style_stays_in_the_output() -> None:
    style = parts.notebook_style()
    assert style.startswith("<style>.jp-RenderedHTMLCommon:has(> header.lead, ") and style.endswith("}</style>")
    assert ":root" not in style and "@page" not in style and "prefers-color-scheme" not in style
    assert style.count("{") == style.count("}")
