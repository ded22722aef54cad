"""What a reader sees in a real browser: no text on text, nothing cut off, nothing fetched, usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from chart_samples import HOSTILE, TEXTS, charts, count, of_class, page, whole_page
from playwright.sync_api import Browser, Page

from helpers import places
from helpers.charts import parts, style
from helpers.charts.flowmap import Flow, Point, flow_map
from helpers.measures import commuting
from helpers.tables import Tables
from thin import slow_but

# Pairs of visible texts of one drawing that overlap by more than a hair, and texts that leave their drawing sideways.
CLASHES = """() => [...document.querySelectorAll('svg.ch')].flatMap((svg, n) => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].filter(t => getComputedStyle(t).visibility === 'visible');
  const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([a, p], i) => {
    if (p.left < frame.left - 3 || p.right > frame.right + 3 || p.top < frame.top - 3 || p.bottom > frame.bottom + 3)
      found.push(`${n}: ${a} leaves the drawing`);
    boxes.slice(i + 1).forEach(([b, q]) => {
      const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const tall = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (wide > 1 && tall > 0.25 * Math.min(p.height, q.height)) found.push(`${n}: ${a} | ${b}`);
    });
  });
  return found;
})"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every part and every drawing on one page."""
    from chart_samples import LABELS

    parts.use_labels(LABELS)
    path = tmp_path_factory.mktemp("gallery") / "gallery.html"
    path.write_text(whole_page(), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, gallery: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The gallery at a width and in a colour scheme: (width, scheme)."""
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(gallery.as_uri())
    yield tab
    context.close()


WIDTHS = [(1280, "light"), (390, "dark"), (320, "light")]
EVERYWHERE = pytest.mark.parametrize("opened", slow_but([1], [(each,) for each in WIDTHS]), indirect=True)


@EVERYWHERE
def test_no_text_stands_on_another(opened: Page) -> None:
    assert opened.evaluate(CLASHES) == []


def test_no_text_stands_on_another_in_the_widest_font(opened: Page) -> None:
    opened.add_style_tag(content='svg.ch { font-family: "DejaVu Sans" !important; font-size: 13px !important }')
    assert opened.evaluate("document.fonts.check('13px \"DejaVu Sans\"')")
    assert opened.evaluate(CLASHES) == []


def test_the_check_for_clashes_finds_one(opened: Page) -> None:
    opened.evaluate(
        """() => { const [a, b] = document.querySelectorAll('svg.ch text'); b.setAttribute('x', a.getAttribute('x'));
        b.setAttribute('y', a.getAttribute('y')); b.setAttribute('text-anchor', a.getAttribute('text-anchor') || 'start') }"""
    )
    assert opened.evaluate(CLASHES) != []


@EVERYWHERE
def test_axe_finds_nothing(opened: Page) -> None:
    found = Axe().run(opened).response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []


@EVERYWHERE
def test_no_sideways_scrolling(opened: Page) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_fetched_and_nothing_complains(browser: Browser, gallery: Path) -> None:
    tab = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append("dialog"))
    hostile = gallery.with_name("hostile.html")
    hostile.write_text(whole_page(HOSTILE), encoding="utf-8")
    for path in (gallery, hostile):
        tab.goto(path.as_uri())
    tab.close()
    assert asked == [gallery.as_uri(), hostile.as_uri()]
    assert said == []


@pytest.mark.parametrize(
    ("opened", "expected"), [((1280, "light"), style.LIGHT), ((1280, "dark"), style.DARK)], indirect=["opened"]
)
def test_the_scheme_colours_the_drawing(opened: Page, expected: dict[str, str]) -> None:
    stroke = opened.evaluate("getComputedStyle(document.querySelector('svg.ch .line.muni')).stroke")
    label = opened.evaluate("getComputedStyle(document.querySelector('svg.ch text.ti')).fill")
    muni = "rgb(" + ", ".join(str(int(expected["muni"][i : i + 2], 16)) for i in (1, 3, 5)) + ")"
    assert (stroke, label) == (muni, muni)


def test_paper_is_light_and_open(opened: Page) -> None:
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert opened.evaluate("document.querySelector('details table').getBoundingClientRect().height") > 20
    assert opened.evaluate("getComputedStyle(document.querySelector('a.csv')).display") == "none"


def test_drawings_grow_to_1_36_and_their_text_less(opened: Page) -> None:
    width, size = opened.evaluate(
        """() => { const svg = [...document.querySelectorAll('.split svg.ch')].find(s => s.viewBox.baseVal.width === 400);
        return [svg.getBoundingClientRect().width / 400, parseFloat(getComputedStyle(svg.querySelector('text')).fontSize)] }"""
    )
    assert width == pytest.approx(1.36) and size == 11.5


def test_a_flow_shows_its_numbers_when_focused(opened: Page) -> None:
    seen = (
        "[...document.querySelectorAll('.flow .tip')].filter(t => getComputedStyle(t).visibility === 'visible').length"
    )
    assert opened.evaluate(seen) == 0
    flow = opened.locator(".flow").nth(2)
    flow.focus()
    assert opened.evaluate(seen) == 1
    assert opened.evaluate("document.activeElement.getAttribute('aria-label')") == "Oslo: 584 ut, 188 inn"
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Moss:")


def test_an_area_shows_its_text_over_the_scale_when_focused(opened: Page) -> None:
    seen = "[...document.querySelectorAll('.area .tip')].filter(t => getComputedStyle(t).visibility === 'visible').map(t => t.textContent)"
    assert opened.evaluate(seen) == []
    area = opened.locator(".area").nth(1)
    area.focus()
    assert opened.evaluate(seen) == [area.get_attribute("aria-label")]
    stroke = opened.evaluate("getComputedStyle(document.activeElement.querySelector('path')).strokeWidth")
    tip = opened.evaluate("getComputedStyle(document.activeElement.querySelector('.tip text')).stroke")
    assert (stroke, tip) == ("2px", "none")


def test_patterns_are_painted_in_the_scheme(opened: Page) -> None:
    """Every fill by reference finds its pattern in the same drawing."""
    lost = opened.evaluate("""() => [...document.querySelectorAll('svg.ch [style*="url("]')].filter(e => {
        const id = e.getAttribute('style').match(/url\\(["']?#([^"')]+)/)[1];
        return !e.closest('svg').querySelector('pattern[id="' + id + '"]') }).length""")
    assert lost == 0


def test_the_style_of_the_notebook_reaches_only_its_outputs(browser: Browser, tmp_path: Path) -> None:
    section = parts.Section("s", "Funn", "mål", [charts()["rates"]])
    body = f'<p id="out">x</p><table id="lab"></table><div class="jp-RenderedHTMLCommon">{parts.notebook_style()}{section.html()}</div>'
    path = tmp_path / "lab.html"
    path.write_text(f"<!doctype html><body>{body}", encoding="utf-8")
    tab = browser.new_page(color_scheme="dark")
    tab.goto(path.as_uri())
    stroke = tab.evaluate("getComputedStyle(document.querySelector('.line.muni')).stroke")
    outside = tab.evaluate("getComputedStyle(document.querySelector('#out')).maxWidth")
    tab.close()
    assert stroke == "rgb(0, 88, 124)"  # Lab's outputs are light here, whatever the system wants
    assert outside == "none"


LAB = """<style>.jp-OutputArea-output dt { float: left; width: 20%; font-weight: bold }
.jp-RenderedHTMLCommon table { color: #ddd } .jp-RenderedHTMLCommon tbody tr:nth-child(2n+1) { background: #111 }
.jp-RenderedHTMLCommon a:link { color: #64b5f6 } .jp-T .jp-RenderedHTMLCommon :not(pre) > code { background-color: #333; color: #eee }</style>"""


def test_a_dark_jupyterlab_does_not_colour_the_parts(browser: Browser, tmp_path: Path) -> None:
    """Lists, rows, links and code have the look of the part; outputs that hold no part keep that of JupyterLab."""
    output = '<div class="jp-OutputArea-output jp-RenderedHTMLCommon">{}</div>'
    part = '<section aria-labelledby="s"><a href="#x">x</a><p><code>x</code></p><table><tbody><tr><td>1</td></tr></tbody></table></section>'
    keys = '<dl class="keys"><div><dt>Arbeidsplasser</dt><dd>1</dd></div></dl>'
    bodies = (str(parts.notebook_style()), part, keys, "<p>other</p><table><tr><td>1</td></tr></table>")
    path = tmp_path / "dark.html"
    path.write_text(f'<!doctype html>{LAB}<body class="jp-T">{"".join(map(output.format, bodies))}', encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())

    def look(selector: str, what: str) -> str:
        return str(tab.evaluate("([s, w]) => getComputedStyle(document.querySelector(s))[w]", [selector, what]))

    ink, none = "rgb(27, 31, 35)", "rgba(0, 0, 0, 0)"
    assert (look("dt", "float"), look("section td", "color")) == ("none", ink)
    assert (look("section tr", "backgroundColor"), look("section code", "backgroundColor")) == (none, none)
    assert (look("section code", "color"), look("section a", "color")) == (ink, "rgb(0, 88, 124)")
    assert look("div:last-child", "backgroundColor") == none, "no part, and no ground of ours"
    assert look("div:last-child td", "color") == "rgb(221, 221, 221)"
    tab.close()


SAMPLE = ["3101", "0301", "1151", "1856", "3110", "4032", "4601", "5501", "5605", "5612", "1144", "3446"]


@pytest.mark.parametrize(
    "codes", [pytest.param(SAMPLE, id="sample"), pytest.param(None, id="all", marks=pytest.mark.slow)]
)
def test_names_of_real_maps_do_not_meet(
    browser: Browser, tables: Tables, tmp_path: Path, codes: list[str] | None
) -> None:
    """Cities, islands, inland and the far north; with `slow`, every municipality that has a point."""
    points = places.points()
    year = int(tables["ssb_03321"]["Tid"].max())

    def at(code: str) -> Point:
        return Point(str(points["name"][code]), float(points["east_m"][code]), float(points["north_m"][code]))

    body, unnamed = "", list[str]()
    for code in codes or [str(code) for code in points.index]:
        frame = commuting.partners(tables, places.Municipality.find(code), year, 10)
        top = [row for _, row in frame[frame["kind"] == "partner"].iterrows() if row["code"] in points.index]
        flows = [Flow(at(row["code"]), float(row["out"]), float(row["in_"])) for row in top]
        figure = flow_map(at(code), flows, [], alt=code, count=count, texts=TEXTS)
        names = [e.text or "" for e in of_class(figure, "halo") if e.get("class") == "halo"]  # not the texts on focus
        unnamed += [
            f"{code}: {f.point.name}" for f in flows if not any(f.point.name.startswith(n.rstrip("…")) for n in names)
        ]
        body += figure.svg
    path = tmp_path / "maps.html"
    path.write_text(page(body), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    tab.add_style_tag(content='svg.ch { font-family: "DejaVu Sans" !important; font-size: 13px !important }')
    clashes = tab.evaluate(CLASHES)
    tab.close()
    assert clashes == []
    assert unnamed == []


def test_page_alone_is_axe_clean_without_parts(browser: Browser, tmp_path: Path) -> None:
    """The harness itself is clean, so that what axe finds is the parts'."""
    path = tmp_path / "bare.html"
    path.write_text(page("<h1>Tom</h1>"), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    assert Axe().run(tab).response["violations"] == []
    tab.close()
