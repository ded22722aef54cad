"""The finished pages in a real browser: wide and narrow, light and dark, by keyboard, on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from e2e_build import EVERY, LAND, TRANSLATED, Built, built, parsed, words
from helpers.charts import parts
from helpers.charts.words import use_labels
from helpers.measures.context import Context
from helpers.pages import index
from helpers.places import Municipality
from helpers.sources import targets
from helpers.tables import Tables
from helpers.workspace import Workspace
from pages.make import the_country
from thin import slow_but

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HALDEN = "3101-halden"

# Texts of one drawing that stand on each other by more than a hair, or that leave their drawing.
CLASHES = """() => [...document.querySelectorAll('svg')].flatMap((svg, n) => {
  const frame = svg.getBoundingClientRect();
  if (!frame.width) return [];
  const texts = [...svg.querySelectorAll('text')].filter(t => getComputedStyle(t).visibility === 'visible');
  const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.flatMap(([a, p], i) => [
    ...(p.left < frame.left - 3 || p.right > frame.right + 3 || p.top < frame.top - 3 || p.bottom > frame.bottom + 3
      ? [`${n}: ${a} leaves the drawing`] : []),
    ...boxes.slice(i + 1).filter(([, q]) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
      && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 0.25 * Math.min(p.height, q.height)).map(([b]) => `${n}: ${a} | ${b}`),
  ]);
})"""
# What makes a page scroll sideways; a table in a region of its own may.
WIDE = """() => {
  const width = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
  const beyond = e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.tw, svg, .vh');
  const named = [...document.querySelectorAll('body *')].filter(beyond).map(e => `${e.tagName}: ${e.textContent.trim().slice(0, 60)}`);
  return width <= innerWidth ? [] : [`${width} px of ${innerWidth}`, ...named.slice(0, 5)];
}"""


@dataclass
class Opened:
    """A page in a tab, and what it asked for and complained of on the way."""

    tab: Page
    path: Path
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built(tmp_path_factory)


SETTINGS = [(width, scheme) for width in (1280, 390, 320) for scheme in ("light", "dark")]
QUICK = {  # a front page, a theme, the list and a page of maps; each width and scheme somewhere
    (f"{HALDEN}/index.html", 320, "dark"), (f"{HALDEN}/commuting.html", 1280, "light"), ("index.html", 390, "dark"), (LAND, 390, "light"),
}  # fmt: skip
VIEWS = [
    pytest.param(
        (name, *setting),
        id=f"{name}-{setting[0]}-{setting[1]}",
        marks=[] if (name, *setting) in QUICK else pytest.mark.slow,
    )
    for name in EVERY
    for setting in SETTINGS
] + [
    pytest.param((name, *setting), id=f"{name}-{setting[0]}-{setting[1]}", marks=pytest.mark.slow)
    for name in TRANSLATED
    for setting in ((1280, "light"), (320, "light"))
]


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser, made: Built) -> Iterator[Opened]:
    """A page at a width and in a colour scheme, with its fold-outs open."""
    name, width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened = Opened(context.new_page(), made.page(name))
    opened.tab.on("request", lambda request: opened.asked.append(request.url))
    opened.tab.on("console", lambda message: opened.said.append(message.text))
    opened.tab.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.tab.goto(opened.path.as_uri())
    assert opened.tab.evaluate(WIDE) == []  # closed, as the reader first sees it
    opened.tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    yield opened
    context.close()


def test_nothing_leaves_the_page_and_nothing_complains(view: Opened) -> None:
    assert view.asked == [view.path.as_uri()]
    assert view.said == []


def test_no_sideways_scrolling(view: Opened) -> None:
    assert view.tab.evaluate(WIDE) == []


def test_no_text_stands_on_another(view: Opened) -> None:
    assert view.tab.evaluate(CLASHES) == []


def test_axe_finds_nothing(view: Opened) -> None:
    found = Axe().run(view.tab, options={"runOnly": RULES}).response
    assert [(rule["id"], node["html"][:160]) for rule in found["violations"] for node in rule["nodes"]] == []
    assert len(found["passes"]) > 15


@pytest.fixture
def halden(browser: Browser, made: Built) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    tab.goto(made.page(f"{HALDEN}/commuting.html").as_uri())
    yield tab
    context.close()


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        ("document.querySelector('h1').style.cssText = 'white-space:nowrap; font-size: 5rem'", WIDE),
        ("document.querySelectorAll('svg.ch')[1].querySelectorAll('text').forEach(t => { t.setAttribute('x', 90); t.setAttribute('y', 90) })", CLASHES),
        ("document.querySelectorAll('svg.ch')[1].querySelector('text').setAttribute('x', 500)", CLASHES),
    ],
    ids=["a line that does not fit", "texts on one spot", "a text outside"],
)  # fmt: skip
def test_the_checks_see_what_is_wrong(halden: Page, spoil: str, check: str) -> None:
    assert halden.evaluate(check) == []
    halden.evaluate(f"() => {{ {spoil} }}")
    assert halden.evaluate(check) != []


def test_axe_sees_what_is_wrong(halden: Page) -> None:
    halden.evaluate(
        "document.querySelector('svg.ch').removeAttribute('aria-label'); document.documentElement.removeAttribute('lang')"
    )
    halden.evaluate("document.querySelector('h1').style.color = '#ddd'")
    found = {rule["id"] for rule in Axe().run(halden, options={"runOnly": RULES}).response["violations"]}
    assert {"html-has-lang", "color-contrast"} <= found


def test_a_page_that_asks_for_more_is_seen_and_refused(browser: Browser, made: Built, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.html"
    html = made.page("index.html").read_text("utf-8")
    spoilt.write_text(
        html.replace("</main>", '<img src="other.png" alt=""><script>document.title = "no"</script></main>'), "utf-8"
    )
    tab, said = browser.new_page(), list[str]()
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(spoilt.as_uri())
    title = tab.title()
    tab.close()
    assert title != "no" and len(said) == 2  # the page's own policy refuses both


def test_what_a_page_says_of_itself_is_read_under_its_own_policy(halden: Page) -> None:
    """A data block is no script: the policy that lets nothing run leaves it in place, and has nothing to say of it."""
    block = "document.querySelector('script[type=\"application/ld+json\"]').textContent"
    assert halden.evaluate(f"JSON.parse({block}).spatialCoverage.name") == "Halden"


def test_the_keyboard_reaches_the_content_and_opens_the_tables(halden: Page) -> None:
    halden.keyboard.press("Tab")
    skip = "document.activeElement.getBoundingClientRect()"
    assert halden.evaluate("document.activeElement.textContent") == "Hopp til innholdet"
    assert halden.evaluate(f"{skip}.left >= 0 && {skip}.top >= 0")
    fold = halden.locator("details:not(.lineage)").nth(1)
    assert not fold.locator("table").is_visible()
    fold.locator("summary").focus()
    halden.keyboard.press("Enter")
    assert fold.locator("table").is_visible()
    assert fold.locator("table caption").inner_text() == "Pendling til og fra Halden, personer"
    halden.keyboard.press("Tab")
    assert halden.evaluate("document.activeElement.getAttribute('role')") == "region"
    halden.keyboard.press("Shift+Tab")
    halden.keyboard.press("Enter")
    assert not fold.locator("table").is_visible()


def test_a_flow_tells_its_numbers_to_the_ear(halden: Page) -> None:
    label = halden.locator(".flow").first.get_attribute("aria-label")
    assert label is not None and re.fullmatch(r".+: [\d\u202f]+ ut, [\d\u202f]+ inn", label)


def test_the_table_is_downloaded_with_its_name(halden: Page) -> None:
    halden.locator("details:not(.lineage) > summary").nth(1).click()
    with halden.expect_download() as waiting:
        halden.locator("a.csv").nth(1).click()
    assert waiting.value.suggested_filename == "3101-halden-pendling-over-tid.csv"
    told = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    assert "2022;14226;13122;10040;4186;3082;-1104;" in told


def test_a_reader_walks_from_the_list_to_another_municipality(browser: Browser, made: Built) -> None:
    tab = browser.new_page()
    tab.goto(made.page("index.html").as_uri())
    for link, heading in (
        ("Halden", "I Halden er"),
        ("Pendling", "Halden pendler"),
        ("Neste kommune: Skien →", "Skien pendler"),
        ("Sysselsetting", "Skien hadde"),
        ("Alle kommuner", "Arbeid, utenforskap og pendling i norske kommuner"),
    ):
        tab.get_by_role("link", name=link, exact=True).first.click()
        assert heading in tab.locator("h1").inner_text()
    tab.close()


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def country(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The list of all municipalities; their jobs fall with their number, every fourth has no rate."""
    html = index.page(
        the_country(
            lambda n: {"rate": None if n % 4 == 0 else 50 + n / 20, "jobs": 90_000.0 - 200 * n, "net": n - 100.0}
        )
    )
    (tmp_path / "index.html").write_text(html, "utf-8")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto((tmp_path / "index.html").as_uri())
    yield tab
    assert said == []
    tab.close()


def listed(tab: Page) -> list[str]:
    """The codes that are seen, in their order."""
    return [row.inner_text() for row in tab.locator("tr:visible .code").all()]


@pytest.mark.parametrize(
    ("asked", "found"),
    slow_but((0, 3, 7), [
        ("halden", ["3101"]),
        ("3101", ["3101"]),
        ("ØSTFOLD hvaler", ["3110"]),
        ("ostfold rade", ["3112"]),
        ("askim", ["3118"]),
        ("0101", ["3101"]),
        ("kautokeino", ["5612"]),
        ("<zz>", []),
    ]),
)  # fmt: skip
def test_the_list_is_searched(country: Page, asked: str, found: list[str]) -> None:
    country.fill("#sok", asked)
    assert listed(country) == found
    said = country.inner_text("#funnet")
    assert said == ("1 kommune" if found else "Ingen kommune passer. Prøv færre bokstaver, eller vis alle.")
    assert country.locator("svg a:visible").count() == len(found)
    country.click("text=Vis alle")
    country.wait_for_function("document.getElementById('funnet').textContent === '357 kommuner'")
    assert country.locator("tr:visible .code").count() == 357


def test_a_search_for_a_county_shows_it_alone(country: Page) -> None:
    country.fill("#sok", "østfold")
    assert country.locator("h3:visible").all_inner_texts() == ["Østfold"]
    assert len(listed(country)) == 12 and {each[:2] for each in listed(country)} == {"31"}


@pytest.mark.slow
def test_the_list_is_sorted_and_what_is_missing_stands_last(country: Page) -> None:
    before = listed(country)
    country.select_option("#sorter", label="I arbeid, %: høyest først")
    rates = country.locator("tr:visible td:nth-of-type(1)").all_inner_texts()
    known = [float(each.replace(",", ".")) for each in rates if each != "–"]
    assert rates[len(known) :] == ["–"] * 90 and known == sorted(known, reverse=True)
    country.select_option("#sorter", label="I arbeid, %: lavest først")
    rates = country.locator("tr:visible td:nth-of-type(1)").all_inner_texts()
    assert rates[-90:] == ["–"] * 90 and rates[0] == "50,1"
    assert not country.locator("#orden").is_visible() and country.locator("h3:visible").count() == 0
    country.select_option("#sorter", label="navn")
    names = country.locator("tr:visible th a").all_inner_texts()
    assert names[0].startswith("Alstahaug") and names[-1].startswith("Åsnes")
    country.select_option("#sorter", label="fylke og kommunenummer")
    assert listed(country) == before and country.locator("#orden").is_visible()


@pytest.mark.slow
def test_the_list_is_filtered_by_a_figure_as_it_is_shown(country: Page) -> None:
    country.select_option("#tall", label="I arbeid, %")
    country.fill("#grense", "67.5")
    assert all(
        float(each.replace(",", ".")) >= 67.5
        for each in country.locator("tr:visible td:nth-of-type(1)").all_inner_texts()
    )
    at_least = listed(country)
    country.select_option("#minst", label="høyst")
    at_most = listed(country)
    read = country.locator("tr:visible td:nth-of-type(1)").all_inner_texts()
    assert set(at_least) & set(at_most), "what reads 67,5 is at least and at most that"
    assert read.count("67,5") == len(set(at_least) & set(at_most)) and "–" not in read
    assert len(set(at_least) | set(at_most)) == 357 - 90, "one without a figure is in neither"


def test_a_list_without_any_figure_can_be_searched_too(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(index.page(the_country(lambda number: {})), "utf-8")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto((tmp_path / "index.html").as_uri())
    tab.fill("#sok", "Ålesund")
    assert listed(tab) == ["1508", "1580"] and said == [], "Ålesund, and Haram, which has been a part of it"
    tab.select_option("#sorter", label="navn")
    assert listed(tab) == ["1580", "1508"] and tab.locator("figure").count() == 0
    tab.close()


def test_the_list_is_filtered_by_the_un_goals_of_the_plans(browser: Browser, tmp_path: Path) -> None:
    """And what is filtered out can be read all the same, in the list by goal, with or without a script."""
    plans = {"3101": {"70 prosent i arbeid": (8, 10)}, "3105": {"33 000 arbeidsplasser": (8,)}}
    reports = [
        each.with_page(each.front.model_copy(update={"goals": plans.get(each.municipality, {})}))
        for each in the_country()
    ]
    (tmp_path / "index.html").write_text(index.page(reports), "utf-8")
    tab = browser.new_page()
    tab.goto((tmp_path / "index.html").as_uri())
    tab.select_option("#maal", "8")
    assert listed(tab) == ["3101", "3105"]
    tab.select_option("#maal", label="10 Mindre ulikhet")
    assert listed(tab) == ["3101"] and tab.inner_text("#funnet") == "1 kommune"
    assert "Sarpsborg: 33 000 arbeidsplasser" in tab.inner_text("section[aria-labelledby=maalene]")
    tab.click("#finn button")
    tab.wait_for_function("document.querySelectorAll('tr[data-q]:not([hidden])').length === 357")
    tab.close()


def test_without_a_script_the_list_is_all_there(browser: Browser, made: Built) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(made.page("index.html").as_uri())
    assert not tab.locator("#finn").is_visible()
    assert len(listed(tab)) == 2 and tab.locator("svg .spot").count() == 2
    context.close()


# --- on paper -------------------------------------------------------------------------------------------------------


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize(
    "name",
    [
        f"{HALDEN}/commuting.html",
        *(pytest.param(each, marks=pytest.mark.slow) for each in EVERY if each != f"{HALDEN}/commuting.html"),
    ],
)
def test_a_printed_page_has_everything(browser: Browser, made: Built, name: str) -> None:
    tab = browser.new_page(color_scheme="dark")
    tab.goto(made.page(name).as_uri())
    data = tab.pdf(prefer_css_page_size=True)
    tab.close()
    pages = pdf_pages(data)
    assert set(re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)[\d.]*\]", data)) <= {
        (b"594", b"841"),
        (b"595", b"842"),
        (b"594", b"842"),
        (b"595", b"841"),
    }
    page = parsed(made.page(name))
    assert 1 <= len(pages) <= 24 and all(len(each) > 20 for each in pages)  # no empty sheet
    told = bare("".join(pages))
    wanted = [
        *page.iter("h1", "h2", "h3"),
        *page.xpath("//figcaption/b"),
        *page.xpath("//table//th"),
        *page.xpath("//figure//*[local-name()='text'][not(ancestor::*[@class='tip'])]"),
    ]
    assert [told_of for each in wanted if bare(told_of := words(each)) not in told] == []
    assert "Vistalleneitabell" not in told and "Lastnedtabellen" not in told
    for fold in page.xpath("//details//tbody"):  # the fold-outs are open
        assert all(bare(words(cell)) in told for cell in fold[-1])


def bare(text: str) -> str:
    """Letters and digits only: a printed line breaks where it wants, and thin spaces have no glyph of their own."""
    return re.sub(r"\W", "", text)


# --- more municipalities --------------------------------------------------------------------------------------------

OTHERS = [
    "3105",
    "0301",
    "3124",
    "1151",
    "1806",
    "5061",
    "4032",
    "5612",
    "5614",
    "1108",
    "1144",
    "1839",
    "3446",
    "4601",
    "5001",
    "5632",
]


@pytest.mark.slow
@pytest.mark.parametrize("code", OTHERS)
def test_no_text_stands_on_another_elsewhere(
    browser: Browser, tables: Tables, built: Workspace, tmp_path: Path, code: str
) -> None:
    """The drawings of large, small, masked and far municipalities, at the widths of a phone and of a screen."""
    from helpers.errors import FiguresMissing
    from test_sections import shown_by_notebooks

    use_labels()
    place = Municipality.find(code)
    ctx = Context(place, tables, tables.newest_retrieval(), (), targets.of(targets.read(built.raw), place))
    body = "<h1>x</h1>"
    for _, _, function in shown_by_notebooks():
        try:
            part = function(ctx)
        except FiguresMissing:
            continue
        body += str(part.html()) if isinstance(part, parts.Section | parts.Cards) else ""
    path = tmp_path / "page.html"
    path.write_text(
        f"<!doctype html><html lang=nb><meta charset=utf-8><style>{parts.stylesheet()}</style><main><div class=wrap>{body}",
        "utf-8",
    )
    tab = browser.new_page()
    tab.goto(path.as_uri())
    for width in (1280, 390, 320):
        tab.set_viewport_size({"width": width, "height": 900})
        assert (width, tab.evaluate(CLASHES), tab.evaluate(WIDE)) == (width, [], [])
    tab.close()
