"""What becomes of an executed notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import nbformat.v4 as v4
import pytest

from helpers.pages.exporter import ReportExporter
from helpers.pages.outputs import ExportError
from helpers.pages.reports import KEY, PageData, key_of

from .make import PAGE_MIME, head, notebook, output, part

RUNS = "//script[not(@type='application/ld+json')]"  # a data block is not run
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
PNG = "iVBORw0KGgo="


@pytest.fixture(scope="module")
def exporter() -> ReportExporter:
    return ReportExporter()


def exported(exporter: ReportExporter, *outputs: Any, **options: Any) -> str:
    return str(exporter.from_notebook_node(notebook(*outputs, **options))[0])


def parsed(exporter: ReportExporter, *outputs: Any, **options: Any) -> Any:
    return lxml.html.document_fromstring(exported(exporter, *outputs, **options).encode())


def test_the_frame(exporter: ReportExporter) -> None:
    html = exported(exporter, head(), part("section", "<section><h2>A</h2></section>"))
    assert html.startswith("<!doctype html>")
    page = lxml.html.document_fromstring(html.encode())
    assert page.get("lang") == "nb"
    assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY]
    assert html.index("Content-Security-Policy") < html.index("<title>")
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == len(page.xpath("//footer")) == 1
    assert page.xpath("//body/a[1]/@href") == ["#innhold"]
    assert page.xpath("//main/@id") == ["innhold"]
    assert page.xpath("//title/text()") == ["Halden pendler mer ut enn inn – Kommunerapport"]
    assert page.xpath("//meta[@name='description']/@content") == ["Pendling"]
    assert page.xpath("//nav[@class='themes']//@aria-current") == ["page"]


def test_the_key_stands_early_in_the_head_and_only_where_there_is_one(exporter: ReportExporter, tmp_path: Path) -> None:
    key = "0123456789abcdef" * 4
    long = head(title="Æ" * 3000, description="ø" * 3000)
    html = exporter.from_notebook_node(notebook(long), {"key": key})[0]
    assert html.count("kommunerapport-key") == 1
    assert html == exporter.from_notebook_node(notebook(long), {"key": key})[0]
    page = tmp_path / "page.html"
    page.write_text(html, "utf-8")
    assert key_of(page) == key
    plain = exported(exporter, long)
    assert "kommunerapport-key" not in plain
    assert plain == html.replace(f'<meta name="kommunerapport-key" content="{key}">\n', "")
    page.write_text(plain, "utf-8")
    assert key_of(page) == "" == key_of(tmp_path / "nowhere.html")


def test_nothing_runs_and_nothing_is_loaded(exporter: ReportExporter) -> None:
    page = parsed(exporter, head(), output({"image/png": PNG}))
    assert not page.xpath(f"{RUNS} | //link | //iframe | //object | //base")
    assert not page.xpath("//@src[not(starts-with(., 'data:'))]")
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert len(page.xpath("//style")) == 1
    assert "url(" not in page.xpath("//style")[0].text
    assert "@import" not in page.xpath("//style")[0].text


def test_code_notes_and_paths_are_left_out(exporter: ReportExporter) -> None:
    html = exported(exporter, head(), cells=[v4.new_markdown_cell("# An analyst's note"), v4.new_raw_cell("raw text")])
    assert "analyst" not in html
    assert "raw text" not in html
    assert "secret_code" not in html
    assert "/home/someone" not in html


def test_parts_are_trusted_and_stand_in_order_with_the_footer_last(exporter: ReportExporter) -> None:
    footer = part("footer", "<footer>Slutt</footer>")
    page = parsed(
        exporter, footer, part("keys", "<dl class='keys'>1</dl>"), head(), part("section", "<section>2</section>")
    )
    wrap = page.xpath("//main/div")[0]
    assert [child.tag for child in wrap if isinstance(child.tag, str)] == ["header", "dl", "section", "nav"]
    assert page.xpath("//body/*[last()]")[0].text_content() == "Slutt"


def test_only_one_head_is_shown(exporter: ReportExporter) -> None:
    assert len(parsed(exporter, head(), head()).xpath("//h1")) == 1


def test_the_stylesheet_of_jupyterlab_is_dropped(exporter: ReportExporter) -> None:
    assert ".jp-only" not in exported(exporter, part("style", "<style>.jp-only{}</style>"), head())


def test_a_hostile_name_stays_text(exporter: ReportExporter) -> None:
    hostile = head(name=HOSTILE, title=HOSTILE, description=HOSTILE, county=HOSTILE)
    page = parsed(exporter, hostile)
    assert not page.xpath(f"{RUNS} | //img")
    assert page.xpath("//nav[@class='crumbs']//li[2]")[0].text_content() == HOSTILE
    assert page.xpath("//meta[@name='description']/@content") == [HOSTILE]


@pytest.mark.parametrize(
    "html",
    [
        HOSTILE,
        "<a href='javascript:alert(1)'>x</a>",
        "<svg><script>alert(1)</script></svg><svg/onload=alert(1)>",
        "<iframe src='https://example.org'></iframe><object data='x'></object><embed src='x'>",
        "<form action='https://example.org'><input name=a></form><base href='https://example.org'>",
        "<p style='background:url(https://example.org/x)' onclick='x()'>x</p><link rel=stylesheet href='https://x'>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<!--top--><h1>Overskrift</h1><!--/top-->",
        "<img src='https://example.org/x.png'>",
        "<style>body{display:none}",
    ],
)
def test_hostile_output_of_an_analyst_is_made_harmless(exporter: ReportExporter, html: str) -> None:
    page = parsed(exporter, head(), output({"text/html": html + "<b>synlig</b>", "text/plain": "synlig"}))
    own = page.xpath("//main")[0]
    assert not page.xpath(
        f"{RUNS} | //iframe | //object | //embed | //form | //input | //base | //link | //img | //math"
    )
    assert not own.xpath(".//@style | .//@src | .//@onclick | .//@onload | .//@onerror")
    assert all(not href.startswith("javascript") for href in page.xpath("//@href"))
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//style")) == 1
    assert len(page.xpath("//nav[@class='crumbs']")) == 1


def test_hostile_text_of_an_analyst_is_escaped(exporter: ReportExporter) -> None:
    stream = v4.new_output("stream", name="stdout", text=HOSTILE)
    page = parsed(
        exporter, head(), stream, output({"text/plain": HOSTILE}), output({"text/markdown": HOSTILE + "**a**"})
    )
    assert not page.xpath(f"{RUNS} | //img")
    assert [pre.text for pre in page.xpath("//pre")] == [HOSTILE, HOSTILE]


def test_a_data_frame_is_a_table_with_header_cells(exporter: ReportExporter) -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1], "b": ["<b>x</b>"]}, index=["Halden"])
    page = parsed(exporter, head(), output({"text/html": frame._repr_html_(), "text/plain": "x"}))
    table = page.xpath("//div[@class='own']//table")[0]
    assert table.getparent().get("tabindex") == "0"
    assert [cell.get("scope") for cell in table.xpath(".//th")] == ["col", "col", "row"]
    assert all(cell.text_content().strip() for cell in table.xpath(".//th"))
    assert table.xpath(".//td")[-1].text_content() == "<b>x</b>"
    assert "vertical-align: middle" not in page.xpath("//div[@class='own']")[0].text_content()


def test_images_have_an_alternative_text(exporter: ReportExporter) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    page = parsed(
        exporter,
        head(),
        output({"image/png": PNG, "text/plain": "<Figure>"}),
        output({"image/png": PNG}, **{"image/png": {"alt": 'Kart "a" <b>'}}),
        output({"image/png": PNG}, alt="Stolper"),
        output({"image/svg+xml": svg, "text/plain": "x"}),
    )
    alts = page.xpath("//img/@alt")
    assert alts == ["Figur uten beskrivelse", 'Kart "a" <b>', "Stolper", "Figur uten beskrivelse"]
    assert page.xpath("//img[4]/@src | //figure/img/@src")[-1].startswith("data:image/svg+xml;base64,")
    assert "<Figure>" not in page.text_content()


def test_what_differs_from_run_to_run_is_left_out(exporter: ReportExporter) -> None:
    warning = v4.new_output("stream", name="stderr", text="/home/someone/x.py:1: UserWarning")
    html = exported(
        exporter, head(), warning, output({"text/plain": "<Axes: at 0x7f33a0b1c2d0>"}), output({"text/plain": " "})
    )
    assert "UserWarning" not in html
    assert "0x" not in html.split("</style>")[1]
    assert html.count('class="own"') == 1


def test_an_error_among_the_outputs_fails(exporter: ReportExporter) -> None:
    error = v4.new_output("error", ename="ValueError", evalue="nei", traceback=["\x1b[31mnei"])
    with pytest.raises(ExportError, match="Celle 1 feilet: ValueError: nei") as caught:
        exported(exporter, head(), error)
    assert caught.value.cell == 1


def test_a_notebook_without_a_head_gets_a_heading_from_its_metadata(exporter: ReportExporter) -> None:
    html, told = exporter.from_notebook_node(notebook(output({"text/plain": "a"}), theme="min-analyse"))
    page = lxml.html.document_fromstring(html.encode())
    assert page.xpath("//h1/text()") == ["Min analyse i Halden"]
    data = told[KEY]["page"]
    assert isinstance(data, PageData)
    assert (data.theme, data.slug, data.file) == ("min-analyse", "3101-halden", "min-analyse.html")


def test_what_the_page_says_of_itself_comes_back(exporter: ReportExporter) -> None:
    data = exporter.from_notebook_node(notebook(head()))[1][KEY]["page"]
    assert (data.theme, data.order, data.keys["jobs"], data.years) == ("commuting", 4, 13122.0, "2017–2022")


def test_the_same_notebook_gives_the_same_bytes(exporter: ReportExporter) -> None:
    outputs = [head(), output({"text/html": "<table><tr><th>a</th></tr></table>"}), output({"image/png": PNG}, alt="a")]
    assert exported(exporter, *outputs) == exported(ReportExporter(), *outputs)


def test_the_parts_that_the_charts_make_are_understood(exporter: ReportExporter) -> None:
    from helpers.charts.parts import Head
    from helpers.charts.words import use_labels

    use_labels()
    made = Head(
        theme="overview", municipality="3101", name="Halden", county="Østfold", slug="3101-halden", title="<Tittel>",
        lead="Ingress", badges=["Tall fra 2022"], description="d", years="2022", keys={"jobs": float("nan")},
    )  # fmt: skip
    data, metadata = made._repr_mimebundle_()
    assert PAGE_MIME in data
    page = parsed(exporter, output(data, **metadata))
    assert page.xpath("//h1/text()") == ["<Tittel>"]
    assert page.xpath("//*[@class='badge']/text()") == ["Tall fra 2022"]
