"""The whole way from raw bodies to HTML for Halden and Skien, through the command that a user types."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import html5lib
import lxml.html
import pytest

from e2e_build import (
    EVERY,
    FIGURES,
    LAND,
    LANGUAGES,
    MINUS,
    NBSP,
    PAGES,
    ROOT,
    SLUGS,
    THEMES,
    THIN,
    TRANSLATED,
    Built,
    built,
    command,
    copy_workspace,
    number,
    parsed,
    visible,
    words,
)
from helpers.catalog import catalog, tidy_tables
from helpers.explore import reporting
from helpers.language import Language
from helpers.pages.reports import folder_of
from helpers.places import name_languages
from helpers.prose import day
from helpers.tables import Tables
from helpers.workspace import Workspace

HALDEN, SKIEN = "3101-halden", "4003-skien"
MARKED = re.compile(r"\b(?:nan|NaN|None|NaT|inf|Infinity|undefined|Traceback|Error|<NA>)\b")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built(tmp_path_factory)


FOLDS = "//details[not(@class)]"  # those of tables; the others say where numbers come from
LINEAGE = {
    *(f"{slug}/{theme}.lineage.json" for slug in SLUGS.values() for theme in THEMES.values()),
    f"{LAND.partition('/')[0]}/land.lineage.json",
}
RECORDS = {".lock", ".links", ".links.lock", "run.json", "run.jsonl", "ro-crate-metadata.json"}


@pytest.fixture(params=EVERY)
def path(request: pytest.FixtureRequest, made: Built) -> Path:
    """Each page in turn."""
    return made.page(request.param)


@pytest.fixture(params=FIGURES)
def report(request: pytest.FixtureRequest, made: Built) -> Path:
    """Each page of official figures in turn."""
    return made.page(request.param)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_makes_every_page_and_says_where(made: Built) -> None:
    assert (made.code, made.errors) == (0, "")
    assert made.told.startswith("11 sider for 3 kommuner ligger i ")
    assert "index.html" in made.told
    there = {each.relative_to(made.out).as_posix() for each in made.out.rglob("*") if each.is_file()}
    own = {each for each in there if each.partition("/")[0] not in LANGUAGES}
    assert own - RECORDS == {
        *EVERY,
        *(f"{slug}/report.json" for slug in (HALDEN, SKIEN, LAND.partition("/")[0])),
        *LINEAGE,
    }
    assert {each for each in there - own if each.endswith(".html")} == set(TRANSLATED)
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in made.out.rglob("*.html"))


def test_nothing_half_written_stays_in_the_workspace(made: Built) -> None:
    assert [
        each
        for each in made.root.rglob("*")
        if each.name.endswith((".tmp", ".part")) or (each.name.startswith(".") and each.name not in RECORDS)
    ] == []
    assert {each.stem for each in (made.root / "data" / "processed").iterdir()} == {
        *("land", "datapackage", ".lock"),
        *(table for table in tidy_tables() if list((ROOT / "data" / "raw" / "snapshot").glob(f"{table}.*"))),
    }


def test_a_page_is_small(path: Path) -> None:
    assert 10_000 < path.stat().st_size < (250_000 if path.name.startswith("land") else 120_000)  # seven maps


# --- the frame ------------------------------------------------------------------------------------------------------


def test_a_page_is_valid_html_in_norwegian(path: Path) -> None:
    html5lib.HTMLParser(strict=True).parse(path.read_bytes(), transport_encoding="utf-8")  # raises at the first error
    page = parsed(path)
    assert page.get("lang") == "nb"
    assert not page.xpath("//main//span[@lang='nb']"), "bokmål is marked only on a page in another language"
    assert page.xpath("//meta/@charset") == ["utf-8"]
    assert page.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_page_in_another_language_is_one(name: str, made: Built) -> None:
    """Valid, in its language, small; and its command makes it again."""
    path, language = made.page(name), name.partition("/")[0]
    html5lib.HTMLParser(strict=True).parse(path.read_bytes(), transport_encoding="utf-8")
    page = parsed(path)
    assert page.get("lang") == language
    assert path.stat().st_size < 250_000
    assert [each for each in page.xpath("//footer//code") if words(each).endswith(f"--language {language}")]
    if path.parent.name != language:  # the list of bokmål has one municipality more
        numbers = len(re.findall(r"\d", visible(path, drawings=False)))
        own = len(re.findall(r"\d", visible(made.page(name.partition("/")[2]), drawings=False)))
        assert abs(numbers - own) < 12, "the same figures, as far as dates and lists are not written otherwise"


@pytest.mark.parametrize("name", [*EVERY, *TRANSLATED])
def test_every_drawing_has_its_numbers_in_a_table(name: str, made: Built) -> None:
    """The long description of a drawing is a table of the same section, with a download; the map of the list has the list."""
    page = parsed(made.page(name))
    for drawing in page.xpath("//main//*[local-name()='svg']"):
        if name.endswith("index.html") and name.count("/") == (name.partition("/")[0] in LANGUAGES):
            continue
        around = drawing.xpath("ancestor::*[self::article or self::section][1]")[0]
        (table,) = around.xpath(f".//table[@id='{drawing.get('aria-details')}']")
        assert table.xpath("./ancestor::details//a[@download]"), drawing.get("aria-label")


@pytest.mark.parametrize("name", [*EVERY, *TRANSLATED])
def test_a_page_links_to_itself_in_the_other_languages(name: str, made: Built) -> None:
    first, _, rest = name.partition("/")
    language, path = (first, rest) if first in LANGUAGES else ("nb", name)
    links = parsed(made.page(name)).xpath("//nav[@class='languages']//a")
    there = {each: made.out / each / path for each in LANGUAGES} | {"nb": made.out / path}
    wanted = {each: target for each, target in there.items() if each != language and target.is_file()}
    assert {each.get("lang"): (made.page(name).parent / each.get("href")).resolve() for each in links} == {
        each: target.resolve() for each, target in wanted.items()
    }
    assert len(wanted) == (0 if path.startswith(SKIEN) else 2)


def test_the_nu_html_checker_finds_nothing(made: Built) -> None:
    """The validator of the W3C, which `.ci/run` brings; its style checker does not know `paint-order` (SVG 2)."""
    jar, java = os.environ.get("VNU_JAR"), shutil.which("java")
    if not jar or not java:
        pytest.skip("no validator on this machine: VNU_JAR names no vnu.jar, or there is no Java")
    pages = [str(made.page(name)) for name in (*EVERY, *TRANSLATED)]
    command_ = [java, "-jar", jar, "--errors-only", "--format", "json", "--stdout", "--exit-zero-always", *pages]
    told = json.loads(subprocess.run(command_, check=True, capture_output=True, text=True).stdout)["messages"]
    found = {(Path(each["url"]).name, each["message"]) for each in told}
    assert {(page, said) for page, said in found if "“paint-order”" not in said} == set()


def test_pages_are_light(made: Built) -> None:
    sizes = {name: made.page(name).stat().st_size for name in EVERY}
    assert statistics.median(sizes.values()) <= 200_000
    assert {name: size for name, size in sizes.items() if size > 600_000} == {}


def test_one_h1_and_headings_in_order(path: Path) -> None:
    page = parsed(path)
    levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    assert all(words(each) for each in page.iter("h1", "h2", "h3"))
    assert len(page.xpath("//main")) == 1 and len(page.xpath("//main//h1")) == 1


def test_the_title_is_the_finding(report: Path) -> None:
    page = parsed(report)
    assert words(page.find(".//title")) == f"{words(page.find('.//h1'))} – Kommunerapport"
    description = page.xpath("//meta[@name='description']/@content")
    assert len(description) == 1 and len(description[0]) > 40 and "<" not in description[0]


def test_titles_differ(made: Built) -> None:
    titles = [words(parsed(made.page(name)).find(".//title")) for name in EVERY]
    assert len(set(titles)) == len(titles)


DATA = "application/ld+json"  # a data block, which no browser runs
RUNS = f"//script[not(@type='{DATA}')]"


def is_list(path: Path) -> bool:
    """Whether a page is the list of municipalities, the only one with a script."""
    return path.parent.name == "reports"


def test_the_content_policy_lets_nothing_in(path: Path) -> None:
    (policy,) = parsed(path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    if is_list(path):
        (script,) = parsed(path).xpath(RUNS)
        digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
        assert rules.pop("script-src") == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    first = [each.tag for each in parsed(path).find("head")]
    assert first.index("meta") < first.index("style")  # a policy counts only for what comes after it


def loads(page: lxml.html.HtmlElement) -> list[str]:
    """Whatever a page would run or load."""
    found = [
        f"<{each.tag}>"
        for each in page.iter(
            "script", "iframe", "object", "embed", "link", "base", "form", "audio", "video", "applet", "frame"
        )
        if each.attrib != {"type": DATA}
    ]
    for element in page.iter():
        for name, value in element.attrib.items():
            if name.startswith("on") or name in {
                "srcset",
                "poster",
                "data",
                "background",
                "ping",
                "formaction",
                "action",
                "manifest",
            }:
                found.append(f"{element.tag}@{name}")
            elif name in {"src", "xlink:href"} or (name == "href" and element.tag != "a"):
                found += [] if value.startswith(("#", "data:image/")) else [f"{element.tag}@{name}={value}"]
            elif name == "href" and re.match(r"\s*(?!https:|data:text/csv)[a-z]+:", value, re.I):
                found.append(f"a@href={value}")
            elif name == "http-equiv" and value.lower() == "refresh":
                found.append("refresh")
    styles = "".join(each.text or "" for each in page.iter("style")) + "".join(page.xpath("//@style"))
    found += re.findall(r"@import[^;]*", styles) + [
        each for each in re.findall(r"url\(([^)]*)\)", styles) if each[:1] not in "#"
    ]
    return found


def test_nothing_runs_and_nothing_is_loaded(path: Path) -> None:
    mine = ["<form>", "<script>"] if is_list(path) else []  # a search that is sent nowhere, and its script
    assert loads(parsed(path)) == mine
    assert parsed(path).xpath("//script/@src | //form/@action") == []
    blocks = parsed(path).xpath(f"//script[@type='{DATA}']")
    assert len(blocks) == int(not is_list(path))
    assert len(re.findall(rb"(?i)<script|javascript:|<!--\[if", path.read_bytes())) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>", '<script type="application/ld+json" src="a.js"></script>', '<script type="text/javascript">1</script>',
        '<img src="https://x.no/a.png">', '<img src="a.png">', '<link rel="icon" href="f.ico">', '<p onclick="x()">',
        "<style>@import 'a.css';</style>", "<style>p{background:url(https://x.no/a)}</style>", '<a href="javascript:x()">', '<a href="http://x.no">',
        '<svg><image xlink:href="https://x.no/a"/></svg>', '<svg><use href="a.svg#b"/></svg>', '<meta http-equiv="refresh" content="1">',
    ],
)  # fmt: skip
def test_the_check_for_what_is_loaded_finds_it(html: str) -> None:
    assert loads(lxml.html.document_fromstring(f"<!doctype html><body>{html}")) != []


def test_ids_are_unique_and_what_points_at_them_finds_them(path: Path) -> None:
    page = parsed(path)
    ids = Counter(page.xpath("//@id"))
    assert [each for each, times in ids.items() if times > 1] == []
    wanted = [
        each for value in page.xpath("//@aria-labelledby | //@aria-describedby | //@for") for each in value.split()
    ]
    wanted += [href[1:] for href in page.xpath("//*/@href") if href.startswith("#") and len(href) > 1]
    wanted += re.findall(r"url\(#([^)]+)\)", path.read_text("utf-8"))
    assert wanted and set(wanted) <= set(ids)


def test_links_between_pages_lead_somewhere(made: Built, path: Path) -> None:
    assert leads_within(path, made.out.resolve())
    assert parsed(path).xpath("//a[@class='skip']/@href") == ["#innhold"]


def leads_within(path: Path, folder: Path) -> list[str]:
    """The links of a page to others, each of which is found in the folder."""
    local = [href for href in parsed(path).xpath("//a/@href") if not re.match(r"[a-z]+:|#", href)]
    for href in local:
        file, _, anchor = href.partition("#")
        target = (path.parent / file).resolve()
        assert target.is_file() and folder in target.parents, href
        assert not anchor or anchor in parsed(target).xpath("//@id"), href
    return local


def test_the_top_bar_says_where_the_page_is(made: Built) -> None:
    for name in PAGES:
        page = parsed(made.page(name))
        (bar,) = page.xpath("//nav[@class='themes']")
        assert [words(each) for each in bar.iter("a")] == [
            "Oversikt",
            "Sysselsetting",
            "Utenforskap",
            "Pendling",
            "Næringsareal",
        ]
        (here,) = bar.xpath(".//*[@aria-current='page']")
        assert here.get("href") == Path(name).name
        assert bar.get("aria-label") == f"Temaer for {'Halden' if 'halden' in name else 'Skien'}"
        following = page.xpath("//nav[@class='pn']//a/@href")
        assert f"../{SKIEN if 'halden' in name else HALDEN}/{Path(name).name}" in following


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_link_leads_out_of_a_report_that_is_sent_alone(made: Built, tmp_path: Path, language: Language) -> None:
    folder = folder_of(made.out, language) / "3101-halden"
    pages = [folder / name for name in ("index.html", *(name for name in THEMES if name != "index.html"))]
    sent = reporting.packed(pages, language)
    assert sent == reporting.packed(pages, language)
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        archive.extractall(tmp_path)
    found = sorted(tmp_path.rglob("*.html"))
    assert [each.relative_to(tmp_path).as_posix() for each in found] == ["3101-halden/commuting.html", "3101-halden/employment.html", "3101-halden/exclusion.html", "3101-halden/index.html", "3101-halden/land.html", "index.html"]  # fmt: skip
    assert len(list(tmp_path.rglob("*.lineage.json"))) == len(pages)
    for path in found:
        assert leads_within(path, tmp_path.resolve()) and SKIEN not in path.read_text("utf-8")


def test_links_out_go_to_the_producers(path: Path) -> None:
    hosts = {
        re.match(r"https://([^/]+)/", href)[1] for href in parsed(path).xpath("//a/@href") if href.startswith("http")
    }  # type: ignore[index]
    assert hosts <= {"www.ssb.no", "www.nav.no"}


# --- figures and tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "figures", "drawings"),
    [
        (f"{HALDEN}/index.html", 3, 6),
        (f"{HALDEN}/employment.html", 4, 4),
        (f"{HALDEN}/exclusion.html", 6, 8),
        (f"{HALDEN}/commuting.html", 7, 7),
        (f"{SKIEN}/index.html", 3, 6),
        (f"{SKIEN}/employment.html", 8, 8),
        (f"{SKIEN}/exclusion.html", 1, 1),
        (f"{SKIEN}/commuting.html", 7, 7),
        ("index.html", 1, 1),
    ],
)
def test_every_figure_is_there(made: Built, name: str, figures: int, drawings: int) -> None:
    page = parsed(made.page(name))
    assert (len(page.xpath("//figure")), len(page.xpath("//figure//*[local-name()='svg']"))) == (figures, drawings)
    assert len(page.xpath("//*[local-name()='svg']")) == drawings  # none outside a figure
    assert len(page.xpath(FOLDS)) == len(page.xpath("//details//table")) == len(page.xpath("//a[@class='csv']"))


ATTRIBUTION = re.compile(r"Statistisk sentralbyrå, tabell (\d{5}), CC BY 4\.0\.|NAV, (HL060), åpne data")


def test_every_figure_names_its_source(made: Built, report: Path) -> None:
    """«Kilde: Statistisk sentralbyrå, tabell 03321, CC BY 4.0.», with period, day and rounding."""
    metas = Tables.load(Workspace(made.root))
    numbers = {info.number: table for table, info in catalog().items()}
    for figure in parsed(report).xpath("//figure"):
        (caption,) = figure.xpath("./figcaption")
        told = words(caption)
        assert told.startswith("Kilde: ")
        tables = [numbers[ssb or nav] for ssb, nav in ATTRIBUTION.findall(told)]
        assert tables, told
        links = caption.xpath(".//a/@href")
        assert links == [metas.meta(table).url for table in tables]
        assert re.search(r"Tall fra \S", told), told
        for meta in (metas.meta(table) for table in tables):
            assert (
                f"{'Sammenstilt av publiserte tall' if meta.assembled else 'Hentet'} {day(date.fromisoformat(meta.retrieved))}."
                in told
            )
            said = {"none": "Ikke avrundet.", "small_counts": "Avrundet av SSB", "masked": "skjermet"}[meta.rounding]
            assert said in told


def test_a_page_uses_the_tables_that_its_notebook_declares(report: Path) -> None:
    theme = {"index.html": "overview"}.get(report.name, report.stem)
    declared = set(
        json.loads((ROOT / "notebooks" / f"{theme}.ipynb").read_text())["metadata"]["kommunerapport"]["tables"]
    )
    numbers = {info.number: table for table, info in catalog().items()}
    captions = " ".join(words(each) for each in parsed(report).xpath("//figcaption"))
    assert {numbers[ssb or nav] for ssb, nav in ATTRIBUTION.findall(captions)} <= declared


def test_every_drawing_has_an_alternative_text(report: Path) -> None:
    for svg in parsed(report).xpath("//*[local-name()='svg']"):
        label = svg.get("aria-label") or ""
        assert len(label) > 30 and re.search(r"\d", label), label
        assert svg.get("role") in {"img", "group"}
        assert not re.search(r"[{}<>]", label) and not MARKED.search(label)
        assert svg.get("viewbox", svg.get("viewBox"))


def test_every_table_has_a_caption_and_header_cells(path: Path) -> None:
    for table in parsed(path).iter("table"):
        assert words(table.find("caption"))
        heads = table.xpath("./thead/tr/th")
        assert heads and all(each.get("scope") == "col" and words(each) for each in heads)
        for row in table.xpath("./tbody/tr"):
            assert row[0].tag == "th" and row[0].get("scope") == "row" and words(row[0])
            assert len(row) == len(heads) and all(words(cell) for cell in row)


def plain_number(cell: str) -> str:
    return cell.replace(f"{NBSP}%", "").replace(THIN, "").replace(MINUS, "-").removeprefix("+")


def rows_of(table: lxml.html.HtmlElement) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in table.xpath(".//tr")]


def decoded(link: lxml.html.HtmlElement) -> list[list[str]]:
    """The rows of a CSV in a ``data:`` link."""
    href = link.get("href")
    head, _, body = href.partition(",")
    assert head == "data:text/csv;charset=utf-8"
    told = unquote(body, errors="strict")
    assert told.startswith("\ufeff") and told.endswith("\r\n")
    return list(csv.reader(io.StringIO(told[1:], newline=""), delimiter=";"))


@pytest.mark.parametrize("name", [*FIGURES, LAND])
def test_the_csv_has_the_numbers_of_the_table(made: Built, name: str) -> None:
    """Cell for cell: the number that is read is the number that is downloaded."""
    cells = 0
    for fold in parsed(made.page(name)).xpath(FOLDS):
        (link,) = fold.xpath(".//a[@class='csv']")
        shown, saved = rows_of(fold.find(".//table")), decoded(link)
        assert [[plain_number(cell) for cell in row] for row in shown] == [
            [cell.removeprefix("'") for cell in row] for row in saved
        ]
        assert re.fullmatch(r"[\w.-]+\.csv", link.get("download"))
        cells += sum(len(row) for row in saved)
    assert cells > 30


def test_a_changed_cell_would_be_seen(made: Built) -> None:
    html = (
        made.page(f"{HALDEN}/commuting.html")
        .read_text("utf-8")
        .replace("<td>1\u202f454</td>", "<td>1\u202f455</td>", 1)
    )
    fold = lxml.html.document_fromstring(html.encode()).xpath(FOLDS)[0]
    shown = [[plain_number(cell) for cell in row] for row in rows_of(fold.find(".//table"))]
    assert shown != decoded(fold.xpath(".//a[@class='csv']")[0])


# --- what is written ------------------------------------------------------------------------------------------------


def test_no_trace_of_the_machine(path: Path) -> None:
    told = visible(path)
    attributes = " ".join(
        str(each) for each in parsed(path).xpath("//@aria-label | //@title | //@content | //@alt | //@download")
    )
    for text in (told, attributes):
        assert MARKED.search(text) is None
        assert re.search(r"[{}]|&\w+;|<\w+", text.replace("'unsafe-inline'", "")) is None
        assert re.search(r"/tmp|/home|/root|site-packages|\bIn \[|papermill|helpers\.", text) is None
    raw = path.read_text("utf-8").partition("</style>")[2]
    assert str(ROOT) not in raw and "/tmp/" not in raw


def test_numbers_are_written_as_norwegians_write_them(path: Path) -> None:
    labels = [
        str(each) for each in parsed(path).xpath("//@aria-label | //@title | //meta[@name='description']/@content")
    ]
    labels.append(words(parsed(path).find(".//title")))
    told = re.sub(r"CC BY 4\.0|[Kk]ommunerapport \d+\.\d+\.\d+", "versjon", "|".join([visible(path), *labels]))
    told = re.sub(r"\b[0-9a-f]{12}\b", "kontrollsum", told)
    for number_ in {info.number for info in catalog().values()}:
        told = re.sub(rf"(?<!\d){number_}(?!\d)", "tabell", told)
    assert re.findall(r"(?<![\w–])-\d", told) == []  # the minus is U+2212
    assert re.findall(r"\d{5,}", told) == []  # U+202F between thousands
    assert re.findall(r"(?<!\d)\d{1,3}[ \u00a0.]\d{3}(?!\d)", told) == []
    assert re.findall(r"\d\.\d", told) == []  # decimal comma
    assert re.findall(r"\d ?%", told) == []  # U+00A0 before %
    assert re.findall(r"\d{4} ?- ?\d{4}", told) == []  # en dash without spaces
    assert re.findall(r"  +| [,.;:](?=\s|$)|\(\s|\s\)", told) == []
    if path.name in ("commuting.html", "index.html"):
        assert THIN in told and MINUS in told


@pytest.mark.parametrize("wrong", ["-3 siden", "13122 arbeid", "13 122 arbeid", "60.1", "60,1 %", "2017-2022"])
def test_a_number_written_otherwise_is_seen(tmp_path: Path, wrong: str) -> None:
    page = tmp_path / "wrong.html"
    page.write_text(f"<!doctype html><title>x</title><body><p>Tallet er {wrong} x", encoding="utf-8")
    with pytest.raises(AssertionError):
        test_numbers_are_written_as_norwegians_write_them(page)


def years_in(text: str) -> set[int]:
    return {int(each) for each in re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", text)}


def test_the_top_says_which_years_the_figures_are_from(report: Path) -> None:
    """The first badge spans every year of the page's figures: those of captions, subtitles and tables."""
    page = parsed(report)
    (badge,) = page.xpath("//header[@class='lead']//span[@class='badge']")
    assert words(badge).startswith("Tall fra ")
    span = years_in(words(badge))
    assert span
    used = set()
    for caption in page.xpath("//figcaption"):
        used |= {year for part in re.findall(r"Tall fra ([^.]*)\.", words(caption)) for year in years_in(part)}
    used |= {year for each in page.xpath("//section//p[@class='sub']") for year in years_in(words(each))}
    used |= {year for each in page.xpath("//details//tbody/tr/th") for year in years_in(words(each))}
    plans = years_in(" ".join(words(each) for each in page.xpath("//section[@aria-labelledby='targets']/p")))
    assert used and {year for year in used - plans if not min(span) <= year <= max(span)} == set()
    assert page.xpath("//header[@class='lead']")[0].getparent() is page.xpath("//main/div")[0]


def test_names_in_sami_are_marked_with_their_language(path: Path) -> None:
    """Every part that is not Norwegian stands in an element with its own language (drawings apart, where text is text)."""
    foreign = {
        part: language
        for whole, languages in name_languages().items()
        for part, language in zip(whole.split(" - "), languages, strict=True)
        if language != "nb"
    }
    page = lxml.html.document_fromstring(path.read_bytes())
    for node in page.xpath("//head | //*[local-name()='svg']"):
        node.drop_tree()
    for element in page.iter():
        for text, holder in ((element.text, element), (element.tail, element.getparent())):
            for part, language in foreign.items():
                if text and re.search(rf"(?<!\w){part}(?!\w)", text):
                    assert holder.get("lang") == language, (part, text)
    if path.name == "commuting.html":
        assert {"sma", "se"} <= set(page.xpath("//span/@lang"))


# --- the golden figures ---------------------------------------------------------------------------------------------


def table_of(page: lxml.html.HtmlElement, key: str) -> lxml.html.HtmlElement:
    (found,) = page.xpath(f"//table[@id='{key}' or @id='{key}-table' or @id='table-{key}']")
    return found


def row(table: lxml.html.HtmlElement, first: str) -> list[str]:
    return next(cells for cells in rows_of(table) if cells[0] == first)


def test_halden_commuting(made: Built) -> None:
    path = made.page(f"{HALDEN}/commuting.html")
    page, told = parsed(path), visible(path)
    assert words(page.find(".//h1")) == "Halden pendler mer ut enn inn, og gapet har vokst siden 2017"
    assert (
        "4\u202f186 av 14\u202f226 sysselsatte i Halden arbeidet utenfor kommunen i 2022. 3\u202f082 reiste motsatt vei."
        in told
    )
    (keys,) = page.xpath("//dl[@class='keys']")
    assert [words(each) for each in keys.xpath(".//span[@class='n']")] == [
        "4\u202f186",
        "3\u202f082",
        "\u22121\u202f104",
        f"70,6{NBSP}%",
    ]
    timeline = table_of(page, "timeline")
    assert row(timeline, "2022")[:7] == [
        "2022",
        "14\u202f226",
        "13\u202f122",
        "10\u202f040",
        "4\u202f186",
        "3\u202f082",
        "\u22121\u202f104",
    ]
    assert row(timeline, "2023")[4:7] + row(timeline, "2023")[-1:] == [
        "4\u202f193",
        "3\u202f054",
        "\u22121\u202f139",
        "11616",
    ]
    everyone = page.xpath("//details//table")[0]
    assert [cells[:3] for cells in rows_of(everyone)[1:4]] == [
        ["Sarpsborg", "1\u202f454", "1\u202f009"],
        ["Fredrikstad", "862", "803"],
        ["Oslo - Oslove", "584", "188"],
    ]
    assert row(everyone, "Aremark")[1:3] == ["76", "239"]
    beyond = next(cells for cells in rows_of(everyone) if cells[0].startswith("Utenfor kommunene i tabellen"))
    assert beyond[1:4] == ["15", "..", ".."]
    assert row(everyone, "I alt")[1:4] == ["4\u202f186", "3\u202f082", "\u22121\u202f104"]
    assert sum(number(cells[1]) for cells in rows_of(everyone)[1:-1]) == 4186
    assert sum(number(cells[2]) for cells in rows_of(everyone)[1:-1] if cells[2] != "..") == 3082
    assert "15 av utpendlerne" in told and "i utlandet, på sokkelen, på Svalbard eller et ukjent sted" in told


def test_every_commuting_page_says_who_is_not_counted(made: Built) -> None:
    for slug, name in ((HALDEN, "Halden"), (SKIEN, "Skien")):
        told = visible(made.page(f"{slug}/commuting.html"))
        assert f"Bosatte i Sverige som arbeider i {name}, er ikke regnet med." in told


def test_halden_in_brief(made: Built) -> None:
    path = made.page(f"{HALDEN}/index.html")
    page, told = parsed(path), visible(path)
    assert words(page.find(".//h1")) == f"I Halden er 60,1{NBSP}prosent i arbeid, mot 68,7 i landet"
    (keys,) = page.xpath("//dl[@class='keys']")
    numbers = [words(each) for each in keys.xpath(".//span[@class='n']")]
    assert numbers[1] == "13\u202f122" and numbers[3] == "\u22121\u202f104"
    assert numbers[0] == f"60,1{NBSP}%" and numbers[2].removeprefix("omtrent ") == f"11,3{NBSP}%"
    assert f"{MINUS}990 i 2017" in told
    assert f"Omtrent 23,0{NBSP}prosent|" in told and "(2\u202f999 av 13\u202f036)" in told
    trends = table_of(page, "trends")
    halden = next(cells for cells in rows_of(trends) if cells[:2] == ["Halden", "2022"])
    assert halden[2:6] == ["23\u202f652", "14\u202f226", "13\u202f122", f"60,1{NBSP}%"]
    country = next(cells for cells in rows_of(trends) if cells[:2] == ["Landet", "2022"])
    assert country[4:6] == ["2\u202f809\u202f789", f"68,7{NBSP}%"]
    assert next(cells for cells in rows_of(trends) if cells[:2] == ["Halden", "2019"])[4] == "12\u202f599"


def test_haldens_500_jobs_show_every_base_and_no_verdict(made: Built) -> None:
    (card,) = parsed(made.page(f"{HALDEN}/index.html")).xpath("//article[h3[contains(., '500')]]")
    assert words(card.xpath("./p[@class='status']")[0]) == "Fristen er ute; siste kjente tall er fra 2023"
    jobs, employed = (rows_of(table)[1:] for table in card.iter("table"))
    assert [cells[:3] for cells in jobs] == [
        ["2019", "12\u202f599", "+524"], ["2020", "12\u202f796", "+327"], ["2021", "13\u202f124", f"{MINUS}1"],
    ]  # fmt: skip
    assert [cells[2] for cells in employed] == ["+628", "+542", "+71"]
    plan = words(card.xpath("./p[@class='plan']")[0])
    assert "målet er 14,8 ganger den farten" in plan, "the plan's own numbers"
    told = words(card).replace(plan, "")
    assert "Ingen samlet konklusjon" in told and "tabell 11618 og tabell 11616" in told
    assert not re.search(r"i året|fart|Igjen til målet|nådd|ikke nådd", told)
    widths = [float(re.search(r"width:([\d.]+)%", style)[1]) for style in card.xpath(".//td//i/@style")]  # type: ignore[index]
    assert len(widths) == 5 and widths[0] / widths[1] == pytest.approx(524 / 327, rel=0.01)  # a fall has no bar


def test_the_70_percent_card_never_borrows_the_rate_of_another_age(made: Built) -> None:
    (card,) = parsed(made.page(f"{HALDEN}/index.html")).xpath("//article[h3[contains(., '70 prosent')]]")
    assert "none" in card.get("class").split()
    assert words(card.xpath("./p[@class='status']")[0]) == "Ikke målt: tabell mangler"
    holders = [words(each) for each in card.xpath("./*") if "60,1" in words(each)]
    assert holders == [
        f"Andelen på 60,1{NBSP}prosent øverst på siden gjelder 15–74 år og kan ikke sammenlignes med målet."
    ]
    assert not card.xpath(".//*[local-name()='svg']")
    (must,) = card.xpath(".//table")  # from the plan's own figure
    assert must.get("id") == "halden-70-prosent-i-arbeid-must-table"
    assert rows_of(must)[-1] == ["Flere i arbeid", "224", "427"]
    assert "20–66 år" in words(card)


def test_halden_outside(made: Built) -> None:
    path = made.page(f"{HALDEN}/exclusion.html")
    page, told = parsed(path), visible(path)
    assert (
        words(page.find(".//h1")) == f"Omtrent 23,0{NBSP}prosent av dem mellom 30 og 61 år i Halden sto utenfor i 2021"
    )
    assert (
        f"11,3{NBSP}prosent" in told
        and "633 av 5\u202f595 personer" in told
        and "2\u202f999 av 13\u202f036 personer" in told
    )
    assert "2022 (antatt)" in told
    findings = words(page.xpath("//ol[@class='findings']")[0])
    assert "2022" not in findings and "nnvandrer" not in findings  # an assumed year carries no finding
    assert "ingen tall for landet" in told


def test_skien_has_its_industries(made: Built) -> None:
    page = parsed(made.page(f"{SKIEN}/employment.html"))
    industry = table_of(page, "industry")
    assert len(rows_of(industry)) == 18
    shift = table_of(page, "shift")
    total = row(shift, "I alt")
    parts = [number(cell) for cell in total[4:7]]
    assert sum(parts) == pytest.approx(number(total[3]), abs=1.5)
    assert "resten av Telemark" in visible(made.page(f"{SKIEN}/employment.html"))
    assert len(rows_of(table_of(page, "groups"))) == 7 and len(rows_of(table_of(page, "opportunities"))) == 8
    assert "tall for minst 100 kommuner (det er 17)" in visible(made.page(f"{SKIEN}/employment.html"))
    note = visible(made.page(f"{HALDEN}/employment.html"))
    assert "07984" in note and "lokaliseringskvotient mot" not in note.lower()


def test_skien_without_status_says_which_table_is_missing(made: Built) -> None:
    page = parsed(made.page(f"{SKIEN}/exclusion.html"))
    (note,) = page.xpath("//section[h2[starts-with(., 'Her mangler')]]")
    assert "13563" in words(note) and "tall for Skien" in words(note)
    assert note.xpath(".//div[contains(@class, 'hatch')]")
    overview = parsed(made.page(f"{SKIEN}/index.html"))
    (keys,) = overview.xpath("//dl[@class='keys']")
    outside = keys.xpath("./div")[2]
    assert "mangler" in words(outside) and not re.search(r"\d,\d", words(outside))


def test_the_list_has_both(made: Built) -> None:
    page = parsed(made.page("index.html"))
    shown = [[words(cell) for cell in each] for each in page.xpath("//tbody/tr")]
    assert shown[0] == ["Halden 3101", "60,1", "13\u202f122", "11,3", f"{MINUS}1\u202f104"]
    skien = rows_of(table_of(parsed(made.page(f"{SKIEN}/commuting.html")), "timeline"))[-1]
    assert shown[1] == ["Skien 4003", "63,9", skien[2], "–", "71"]  # what is not held is a dash, never 0
    assert page.xpath("//tbody//a/@href") == [f"{HALDEN}/index.html", f"{SKIEN}/index.html"]
    assert [words(each) for each in page.xpath("//section[@class='places']//h3")] == ["Østfold", "Telemark"]
    (goal, other) = page.xpath("//section[@aria-labelledby='maalene']/h3")
    assert words(goal) == "FNs bærekraftsmål 8: Anstendig arbeid og økonomisk vekst" and "mål 10" in words(other)
    assert page.xpath("//tr[@data-g]/@data-g") == ["8 10"], "Skien has no plan here"


# --- again ----------------------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes]:
    """File → bytes of what a run makes; what differs from run to run is in the records."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: held for name, held in found.items() if Path(name).name not in RECORDS}


@pytest.mark.slow
def test_a_page_made_again_elsewhere_is_the_same_to_the_byte(made: Built, tmp_path: Path) -> None:
    """Another folder, time zone, language and hash seed; one page made again, and with it every link and the list."""
    root = copy_workspace(tmp_path / "another place")
    shutil.copytree(made.root / "data" / "processed", root / "data" / "processed")
    out = tmp_path / "ut"
    shutil.copytree(made.out, out)
    (out / HALDEN / "index.html").unlink()
    (out / "index.html").unlink()
    elsewhere = {"TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    ran = command("build", "3101", "--notebook", "overview", "--out", str(out), cwd=root, **elsewhere)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert tree(out) == tree(made.out)


@pytest.mark.slow
def test_everything_made_again_is_the_same_to_the_byte(made: Built, tmp_path: Path) -> None:
    root = copy_workspace(tmp_path / "igjen")
    ran = command(
        "build", "9901", "Skien", "0101", "--jobs", "1", cwd=root, TZ="America/Lima", PYTHONHASHSEED="1", COLUMNS="40"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    for language in LANGUAGES:
        assert command("build", "9901", "0101", "--language", language, "--quiet", cwd=root).returncode == 0
    assert tree(root / "reports") == tree(made.out)
