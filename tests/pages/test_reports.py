"""Pages in a folder: put in place whole, linked to each other and to nothing else, listed."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from helpers.pages import index, links, reports
from helpers.pages.exporter import ReportExporter
from helpers.pages.reports import PageData
from helpers.places import Municipality
from helpers.tables import boundaries

from .make import head, notebook, page, part, the_country


def publish(out: Path, *pages: PageData, body: str = "") -> None:
    for data in pages:
        html = f"<html><body><!--top--><!--/top--><h1>{data.name}</h1>{body}<!--more--><!--/more--></body></html>"
        reports.publish(out, data, links.link(html, reports.report_of(data), data))


def refresh(out: Path) -> None:
    held = reports.read_all(out)
    links.relink(out, held)
    reports.write_whole(out / reports.INDEX, index.page(held))


def hrefs(path: Path) -> list[str]:
    return [str(href) for href in lxml.html.fromstring(path.read_bytes()).xpath("//@href")]


def assert_links_exist(out: Path) -> None:
    for path in out.rglob("*.html"):
        for href in hrefs(path):
            target = href.partition("#")[0]
            assert not target or (path.parent / target).is_file(), f"{path}: {href}"


def test_publishing_keeps_the_other_pages(tmp_path: Path) -> None:
    publish(tmp_path, page("overview", keys={"jobs": 13122.0}), page("commuting", years="2022"))
    publish(tmp_path, page("overview", keys={"jobs": 1.0}))
    report = reports.read_report(tmp_path / "3101-halden")
    assert report is not None
    assert [each.file for each in report.in_order] == ["index.html", "commuting.html"]
    assert report.pages["overview"].keys == {"jobs": 1.0}
    assert report.front.theme == "overview"


def test_a_report_without_its_page_or_with_a_broken_record_is_not_there(tmp_path: Path) -> None:
    publish(tmp_path, page("commuting"), page("commuting", "3105", "Sarpsborg"))
    (tmp_path / "3101-halden" / "commuting.html").unlink()
    (tmp_path / "3105-sarpsborg" / "report.json").write_text('{"municipality": "3105"')
    (tmp_path / "notes").mkdir()
    assert reports.read_all(tmp_path) == []
    assert reports.read_all(tmp_path / "nowhere") == []


def test_links_lead_only_to_pages_that_exist(tmp_path: Path) -> None:
    body = '<ul class="links"><li><a href="commuting.html"><b>Pendling</b></a></li><li><a href="https://ssb.no/a.html">x</a></li></ul>'
    publish(tmp_path, page("overview"), body=body)
    refresh(tmp_path)
    front = tmp_path / "3101-halden" / "index.html"
    assert "commuting.html" not in hrefs(front)
    assert "https://ssb.no/a.html" in hrefs(front)
    publish(tmp_path, page("commuting"), page("commuting", "3105", "Sarpsborg"))
    refresh(tmp_path)
    assert hrefs(front).count("commuting.html") == 2
    assert "../3105-sarpsborg/commuting.html" in hrefs(tmp_path / "3101-halden" / "commuting.html")
    assert "../3101-halden/commuting.html" in hrefs(tmp_path / "3105-sarpsborg" / "commuting.html")
    (tmp_path / "3101-halden" / "commuting.html").unlink()
    refresh(tmp_path)
    assert "commuting.html" not in hrefs(front)
    for path in tmp_path.rglob("*.html"):
        path.write_text(path.read_text().replace("https://ssb.no/a.html", "#"))
    assert_links_exist(tmp_path)


def test_real_pages_are_linked_and_stay_the_same_when_nothing_changes(tmp_path: Path) -> None:
    exporter = ReportExporter()
    for code, name in (("3101", "Halden"), ("3105", "Sarpsborg")):
        for theme in ("overview", "commuting"):
            data = page(theme, code, name)
            made = notebook(head(**data.model_dump()), part("footer", "<footer>f</footer>"), theme=theme)
            html, told = exporter.from_notebook_node(made)
            reports.publish(tmp_path, told["kommunerapport"]["page"], html)
    refresh(tmp_path)
    assert_links_exist(tmp_path)
    first = {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in tmp_path.rglob("*.html")
        if path.parent != tmp_path
    }
    refresh(tmp_path)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first} == first
    crumbs = lxml.html.fromstring((tmp_path / "3105-sarpsborg" / "commuting.html").read_bytes()).xpath(
        "//nav[@class='crumbs']//li"
    )
    assert [item.text_content() for item in crumbs] == ["Alle kommuner", "Sarpsborg", "Pendling"]


def test_names_in_other_languages_are_marked(tmp_path: Path) -> None:
    oslo = Municipality.find("0301")
    data = page("overview", "0301", oslo.name).model_copy(update={"slug": oslo.slug})
    publish(tmp_path, data)
    refresh(tmp_path)
    marked = lxml.html.fromstring((tmp_path / "index.html").read_bytes()).xpath("//table//span[@lang]")
    assert [(each.get("lang"), each.text) for each in marked] == [("sma", "Oslove")]


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, page("commuting"))
    before = (tmp_path / "3101-halden" / "commuting.html").read_bytes()

    def full(self: Path, target: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, page("commuting"), body="new")
    assert (tmp_path / "3101-halden" / "commuting.html").read_bytes() == before
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    publish(tmp_path, page("commuting"))
    for path in (tmp_path / ".index.html.abc.tmp", tmp_path / "3101-halden" / ".commuting.html.abc.tmp"):
        path.write_text("half")
    reports.sweep(tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))


def test_the_list_of_the_whole_country() -> None:
    began = time.monotonic()
    html = index.page(the_country())
    assert time.monotonic() - began < 5
    assert len(html.encode()) < 1_000_000
    page = lxml.html.document_fromstring(html.encode())
    assert page.get("lang") == "nb"
    assert len(page.xpath("//h1")) == 1
    assert not page.xpath("//link")
    (script,) = page.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert f"script-src 'sha256-{digest}'" in policy and "unsafe-inline" not in policy.split("script-src")[1]
    assert page.xpath("//form/@hidden") == [""], "without the script nothing is there that does nothing"
    assert len(page.xpath("//tbody/tr")) == 357
    assert len(page.xpath("//h3")) == len(page.xpath("//table/caption")) == 15
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.xpath("//@href") if href.startswith("#")} <= set(ids)
    assert page.xpath("//span[@class='badge']/text()") == ["Tall fra 2017–2023"]
    halden = page.xpath("//tr[th/a[@href='3101-halden/index.html']]")[0]
    assert [cell.text_content() for cell in halden.xpath("td")] == ["60,1", "13\u202f122", "\u22121\u202f104"]


def test_the_map_of_the_list_links_and_tells_every_municipality_once() -> None:
    country = the_country()
    page_ = lxml.html.document_fromstring(index.page(country).encode())
    links_ = page_.xpath("//*[local-name()='svg']//*[local-name()='a']")
    assert sorted(link.get("href") for link in links_) == sorted(f"{each.slug}/index.html" for each in country)
    assert links_[0].get("aria-label").endswith("arbeidsplasser")
    caption = page_.xpath("//figcaption")[0].text_content()
    assert "© Kartverket" in caption and "Grenser" not in caption and "ikke med på kartet" not in caption


def test_the_map_draws_areas_in_proportion_and_leaves_out_what_is_missing() -> None:
    jobs = {"3101": 400.0, "3105": 100.0, "3107": None}
    held = [
        reports.report_of(page(code=code, name=code, slug=code, keys={"jobs": count})) for code, count in jobs.items()
    ]
    page_ = lxml.html.document_fromstring(index.page(held).encode())
    sizes = [float(size) for size in page_.xpath("//*[@class='spot']/@r")]
    assert len(sizes) == 2 and sizes[0] == pytest.approx(2 * sizes[1], rel=0.02), (
        "four times the jobs, four times the area"
    )
    assert (
        "Én kommune har ingen oversiktsside med tall for arbeidsplasser, og er ikke med på kartet."
        in page_.xpath("//figcaption")[0].text_content()
    )
    assert not lxml.html.document_fromstring(index.page(held[:1]).encode()).xpath("//figure"), "one circle is no map"


def test_borders_that_were_fetched_are_drawn_as_coarse_as_the_map_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import geopandas as gpd
    from shapely import Point, unary_union

    def load() -> gpd.GeoDataFrame:
        island = Point(300_000, 6_560_000).buffer(20)
        shapes = [
            unary_union([Point(296_000, 6_556_000).buffer(9_000, quad_segs=2_000), island]),
            Point(0, 0).buffer(1e6),
        ]
        frame = gpd.GeoDataFrame({"code": ["3101", "5001"]}, geometry=shapes, crs="EPSG:25833")
        frame.attrs = {"source": "© Kartverket, CC BY 4.0"}
        return frame

    monkeypatch.setattr(boundaries, "load", load)
    held = [reports.report_of(page(code=code, slug=code, keys={"jobs": 5.0})) for code in ("3101", "3105")]
    page_ = lxml.html.document_fromstring(index.page(held).encode())
    (outline,) = page_.xpath("//*[local-name()='svg']/*[local-name()='path']/@d")
    assert outline.count("M") == 1 and outline.count("L") < 60, (
        "no island too small to see, none of eight thousand corners"
    )
    assert "Grenser: © Kartverket, CC BY 4.0." in page_.xpath("//figcaption")[0].text_content()


def test_a_municipality_is_found_by_the_names_and_codes_it_has_had() -> None:
    rows = lxml.html.document_fromstring(index.page(the_country()).encode()).xpath("//tr[@data-q]")
    told = {row.xpath(".//*[@class='opt code']/text()")[0]: row.get("data-q").split() for row in rows}
    assert {"Halden", "3101", "Østfold", "3001", "0101"} <= set(told["3101"])
    assert {"Askim", "0124", "Indre", "Østfold"} <= set(told["3118"])
    halden = next(row for row in rows if row.get("data-q").startswith("Halden"))
    assert halden.get("data-v") == "60.1 13122 -1104", "as they are shown"


def test_the_list_shows_what_is_missing_as_missing() -> None:
    with_rate = reports.report_of(page("overview", keys={"rate": 60.0, "outside": 11.3}))
    without = reports.report_of(page("commuting", "3105", "Sarpsborg", years="2023"))
    html = index.page([with_rate, without])
    rows = lxml.html.document_fromstring(html.encode()).xpath("//tbody/tr")
    assert [[cell.text for cell in row.xpath("td")] for row in rows] == [["60,0", "11,3"], ["–", "–"]]
    assert rows[1].xpath("th/a/@href") == ["3105-sarpsborg/commuting.html"]


def test_an_empty_list_says_so() -> None:
    assert "Ingen rapporter er laget ennå." in index.page([])


def test_hostile_names_stay_text_in_the_list() -> None:
    hostile = reports.report_of(page("overview", name="<script>alert(1)</script>", county="<b>x</b>", slug="3101-x"))
    html = index.page([hostile])
    assert not re.search(r"<script>alert|<b>x", html.split("</style>")[1])
    assert html.count("<script") == 1


@pytest.mark.parametrize("theme", ["overview", "employment", "exclusion", "commuting"])
def test_every_theme_has_a_name(theme: str) -> None:
    from helpers.pages.frame import theme_label

    assert theme_label(theme) != theme.capitalize()
    assert theme_label("min-analyse") == "Min analyse"
