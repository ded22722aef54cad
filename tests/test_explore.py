"""notebooks/explore.ipynb: thin and no report; its steps follow the choice, tell their line of code, and ask nothing of the network."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import lxml.html
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from shapely.geometry import box

from helpers import explore, language
from helpers.batch import plan, run
from helpers.errors import InputError
from helpers.explore import drawing, geo, measuring, reporting, tablegrid
from helpers.explore.choice import matching
from helpers.explore.measuring import MEASURES
from helpers.measures.keyfigures import MAPPED
from helpers.pages import reports
from helpers.pages.reports import PageData
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace
from own_make import TOLD, csv, put
from test_notebooks import ROOT, breaches, code, read

PATH = ROOT / "notebooks" / "explore.ipynb"
STEPS = ("figures", "grid", "map", "measure", "report")


@pytest.fixture(autouse=True)
def here(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(built.root))
    yield
    language.speak(language.SOURCE)


@pytest.fixture
def choice() -> explore.choose:
    return explore.choose("halden")


def page(step: Any) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(step.html, create_parent="div")


def names() -> dict[str, Any]:
    """What the notebook's own imports give."""
    found: dict[str, Any] = {}
    imports = [line for source in code(read(PATH)) for line in source.splitlines() if line.startswith("from helpers")]
    exec("\n".join(imports), found)
    return found


# --- the notebook in git --------------------------------------------------------------------------------------------


def test_it_is_thin_without_outputs_and_makes_no_report() -> None:
    raw = json.loads(PATH.read_text("utf-8"))
    nbformat.validate(raw)
    assert [each for source in code(read(PATH)) for each in breaches(source) if "sondre-viken" not in each] == []
    assert all(
        not cell["outputs"] and cell["execution_count"] is None for cell in raw["cells"] if cell["cell_type"] == "code"
    )
    assert set(raw["metadata"]) == {"kernelspec", "language_info"} and raw["metadata"]["language_info"] == {
        "name": "python"
    }
    assert plan.read_notebook(PATH) is None
    assert "explore" not in {each.path.stem for each in plan.notebooks(PATH.parent)}
    shown = " ".join(code(read(PATH)))
    assert all(f"explore.{step}(choice)" in shown for step in STEPS)


def test_it_runs_without_a_browser_and_its_widgets_change_what_is_shown(built: Workspace) -> None:
    notebook = read(PATH)
    for cell in notebook.cells:  # an analyst keeps each step by a name
        if cell.id in STEPS:
            cell.source = f"{cell.id}_ = {cell.source}\n{cell.id}_"
    asking = new_code_cell(
        'choice.municipalities.value = "3105"\nchoice.others.value = ("sondre-viken",)\ngrid_.table.value = "ssb_03321"\n'
        "print(figures_.html, grid_.code, map_.code, measure_.code, report_.code, choice.compare)"
    )
    notebook.cells.append(asking)
    resources = {"metadata": {"path": str(built.notebooks)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    (told,) = asking.outputs
    assert "29\u202f080" in told.text and "13\u202f122" not in told.text, "the jobs of Sarpsborg, no longer of Halden"
    assert 'Municipality.find("3105").table("ssb_03321", labels=True)' in told.text and told.text.rstrip().endswith(
        "sondre-viken"
    )
    widgets = [output.data for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    assert sum("application/vnd.jupyter.widget-view+json" in data for data in widgets) == len(STEPS) + 1


# --- choosing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("halden", ["3101"]), ("HALD", ["3101"]), ("ostfold hval", ["3110"]), ("3105", ["3105"]), ("tromsø", ["5501"]), ("tromso", ["5501"]),
        ("", None), ("zzz", []),
    ],
)  # fmt: skip
def test_a_municipality_is_found_by_name_number_and_county(words: str, found: list[str] | None) -> None:
    assert [each.code for each in matching(words)] == (
        [each.code for each in Municipality.all()] if found is None else found
    )


def test_a_search_shortens_the_list_and_chooses(choice: explore.choose) -> None:
    choice.search.value = "telemark"
    assert choice.municipality.code == "4001" and len(choice.municipalities.options) == 17
    assert "17 kommuner passer" in choice.said.value
    choice.search.value = "telemark skien"
    assert choice.municipality.code == "4003" and choice.code == 'municipality = Municipality.find("4003")'
    assert "find(&#34;4003&#34;)" in choice.line.value
    choice.search.value = ""
    assert choice.municipality.code == "4003" and len(choice.municipalities.options) == 357 and choice.said.value == ""
    choice.search.value = "0101"
    assert choice.municipality.code == "3101", "an old number"


def test_a_search_that_finds_nothing_says_who_is_near(choice: explore.choose) -> None:
    choice.search.value = "<b>Haldn"
    assert "Mente du" in choice.said.value and "<b>H" not in choice.said.value
    assert choice.municipality.code == "3101" and len(choice.municipalities.options) == 357
    choice.search.value = "eksempelvik"
    assert "konstruert" in choice.said.value and choice.municipality.code == "3101"


def test_it_begins_where_it_is_told_and_refuses_what_does_not_exist() -> None:
    begun = explore.choose(301, "sarpsborg; 3105,3107; sondre-viken")
    assert begun.municipality.code == "0301" and begun.others.value == ("3105", "sondre-viken")
    begun.municipalities.value = "3105"
    assert begun.compare == "sondre-viken; 3105,3107" and [each.key for each in begun.areas] == ["sondre-viken", "list"]
    with pytest.raises(InputError, match="Fant ingen kommune"):
        explore.choose("haldn")
    with pytest.raises(InputError, match="konstruert"):
        explore.choose("9901")


def test_what_is_compared_with_follows_the_municipality(choice: explore.choose) -> None:
    choice.others.value = ("sondre-viken", "3105")
    assert choice.compare == "sondre-viken; 3105"
    choice.municipalities.value = "3105"
    assert choice.compare == "sondre-viken", "nobody is compared with themselves"
    assert "3105" not in dict(choice.others.options).values()


# --- the steps ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [each for each in STEPS if each != "report"])
def test_a_step_tells_the_line_that_does_the_same(choice: explore.choose, step: str) -> None:
    choice.others.value = ("sondre-viken", "3105")
    made = getattr(explore, step)(choice)
    before = made.html
    found = eval(made.code, names())
    assert isinstance(found, pd.DataFrame) and len(found)
    assert made.code.split("(")[0] in made.line.value
    choice.municipalities.value = "4003"
    assert made.html != before


def test_a_choice_makes_each_step_again_once(choice: explore.choose, monkeypatch: pytest.MonkeyPatch) -> None:
    choice.others.value = ("sondre-viken", "3105")
    made = explore.figures(choice)
    shown: list[str] = []
    monkeypatch.setattr(made, "show", shown.append)
    choice.municipalities.value = "3105"
    assert len(shown) == 1 and "Sarpsborg" in shown[0]
    choice.search.value = "skien"
    assert len(shown) == 2 and "Skien" in shown[1]


def test_key_figures_are_shown_as_they_are_published(choice: explore.choose) -> None:
    made = explore.figures(choice)
    cells = {row.findtext("th"): [cell.text for cell in row.findall("td")] for row in page(made).iter("tr")}
    assert cells["Arbeidsplasser"][:1] == ["13\u202f122"] and cells["Netto innpendling"][0] == "−1\u202f104"
    assert cells["Sysselsatte av bosatte 15–74 år"][0] == "60,1\u00a0%"
    young = cells["Utenfor arbeid, utdanning og tiltak, 15–29 år"]
    assert young[2] == "–" and "mangler 266 av 357 kommuner" in made.html and "omtrentlige" in made.html
    choice.municipalities.value = "0301"
    assert "tallene finnes ikke for Oslo - Oslove" in page(made).text_content()
    assert "Netto innpendling:" not in made.html, "there is none of the country, and no reason to tell"


def test_of_a_divided_municipality_it_is_said_why_and_the_others_have_figures(choice: explore.choose) -> None:
    choice.municipalities.value = "1508"
    made = explore.figures(choice)
    cells = {row.findtext("th"): [cell.text for cell in row.findall("td")] for row in page(made).iter("tr")}
    assert cells["Arbeidsplasser"] == ["–", "131\u202f781", "2\u202f809\u202f789", "2022", "11618"]
    told = page(made).text_content()
    assert "arbeidsplasser per 100 sysselsatte: tallene finnes ikke for Ålesund." in told, "once for all five"
    assert "Ålesund har ingen sammenlignbare tall før 2024" in told
    assert "kommunerapport fetch 11618 13563" in told, "what comes with the project is an extract"
    assert "Ålesund har ingen sammenlignbare tall før 2024" in explore.measure(choice).html


def test_own_tables_are_in_the_list_and_never_look_official(
    built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    shutil.copytree(built.root, root, ignore=shutil.ignore_patterns("reports"))
    put(root, vekst_toml=TOLD, vekst_csv=csv("Kommune;År;Antall", "Halden;2022;5"))
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(root))
    made = explore.grid(explore.choose("halden"))
    made.table.value = "own_vekst"
    assert "Kommunens egne tall, ikke offisiell statistikk" in made.html and "3101 Halden" in made.html
    assert eval(made.code, names())["value"].tolist() == [5]
    made.only.value = False
    assert eval(made.code, names())["value"].tolist() == [5]
    made.choice.municipalities.value, made.only.value = "3105", True
    assert "tall for Sarpsborg" in made.html and "own check" in made.html


def test_a_county_in_a_name_is_not_said_twice(choice: explore.choose) -> None:
    labels = [label for label, _ in choice.municipalities.options]
    assert "3114 Våler (Østfold)" in labels and "1515 Herøy (Møre og Romsdal)" in labels


def test_units_producers_and_days_are_in_the_language(choice: explore.choose) -> None:
    assert "Sammenstilt av publiserte tall 23. november 2026" in explore.grid(choice).html
    english = explore.grid(explore.choose("halden", "", "en")).html
    assert "Figures in persons. Source: Statistics Norway, table 11618." in english and "personer" not in english


def test_a_row_with_a_unit_of_its_own_is_written_in_it(choice: explore.choose) -> None:
    made = explore.measure(choice)
    made.measures.value = next(each for each in MEASURES if each.name == "key_figures")
    assert ">13\u202f122<" in made.html and ">60,1<" in made.html and "122,0" not in made.html


def test_what_is_wrong_is_told_where_the_figures_would_stand(choice: explore.choose) -> None:
    made = explore.grid(choice)
    made.table.value = "ssb_07984"  # of Telemark only
    assert "tall for Halden" in made.html and "kommunerapport fetch 07984" in made.html and "<table" not in made.html
    choice.municipalities.value = "4003"
    assert "<table" in made.html


def test_a_grid_is_limited_and_says_so(choice: explore.choose, monkeypatch: pytest.MonkeyPatch, tables: Tables) -> None:
    monkeypatch.setattr(tablegrid, "MOST", 7)
    made = explore.grid(choice)
    assert (
        "Tabellen har 18 rader. Bare de 7 første vises" in made.html
        and "Kilde: Statistisk sentralbyrå, tabell 11618" in made.html
    )
    made.only.value = False
    assert f"{len(tables['ssb_11618']):,} rader".replace(",", "\u202f") in made.html
    assert made.code == 'Tables.load().labelled("ssb_11618")'
    made.labels.value = False
    assert made.code == 'Tables.load()["ssb_11618"]'
    assert eval(made.code, names()).equals(tables["ssb_11618"])


def test_a_grid_asks_nothing_of_the_network(choice: explore.choose) -> None:
    made = explore.grid(choice)
    whole = made.html + "".join(each["data"]["text/html"] for each in made.children[0].outputs)
    assert not re.search(r"""\bsrc=["']?https?://|<link|from\s+["']https?:|import\(["']https?:""", whole)
    assert len(whole) > 500_000, "the library is there"


def test_missing_figures_of_a_grid_are_dashes_and_texts_are_escaped() -> None:
    frame = pd.DataFrame(
        {
            "Region": ["<b>x"],
            "Tid": [2022],
            "value": [float("nan")],
            "status": pd.array([None], dtype="str"),
            "lower": [0.0],
            "upper": [3.0],
        }
    )
    html = tablegrid.as_grid(frame)
    assert "toLocaleString('nb-NO') : '\\u2013'" in html and "<b>x" not in html
    assert re.search(r'"thousands": "(\\u202f|\\u00a0)"', html), "4 324 rows, not 4,324"
    language.speak("en")
    assert '"thousands": ","' in tablegrid.as_grid(frame)
    assert "toLocaleString('en-GB')" in tablegrid.as_grid(frame)


# --- the map --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "figure", ["rate", *(pytest.param(each, marks=pytest.mark.slow) for each in MAPPED if each != "rate")]
)
def test_the_map_shows_every_municipality_with_its_figure(choice: explore.choose, figure: str) -> None:
    made = explore.map(choice)
    made.figures.value = figure
    spots = page(made).xpath("//g[@data-code]")
    assert len(spots) == 357 and {each.get("data-code") for each in spots} == {each.code for each in Municipality.all()}
    titles = {each.get("data-code"): each.findtext("title") for each in spots}
    missing = [each.get("data-code") for each in spots if each.get("fill") == "none"]
    assert all(titles[each].endswith("ingen tall") for each in missing) and {"1508", "1580"} <= set(missing)
    assert not any("ingen tall" in titles[each] for each in set(titles) - set(missing))
    assert made.code == f'mapped("{figure}")' and f".explore(&#34;{figure}&#34;)" in made.line.value
    svg = page(made).find(".//svg")
    assert (
        svg is not None
        and "Halden" in svg.get("aria-label")
        and "http" not in re.sub("http://www.w3.org", "", made.html)
    )


def test_the_map_begins_in_the_county_and_rings_the_municipality(choice: explore.choose) -> None:
    made = explore.map(choice)
    (svg,) = page(made).iter("svg")
    left, top, width, height = (float(each) for each in svg.get("viewbox").split())
    inside = {
        each.get("data-code") for each in svg.iter("g") if each.get("data-code")
        and left <= float(each.get("data-x")) <= left + width and top <= float(each.get("data-y")) <= top + height
    }  # fmt: skip
    assert {each.code for each in choice.municipality.county.municipalities} <= inside and "0301" not in inside
    assert svg.xpath("./g/@data-chosen") == ["3101"]
    first = page(made).get("id"), page(made)[0].get("id")
    made.refresh()
    assert page(made)[0].get("id") != first[1], "an output that stands beside an older one has another id"


def test_equal_figures_have_one_colour_and_every_class_says_its_ends() -> None:
    values = pd.Series([1.0] * 50 + [2.0] * 3 + [3.0, 4.0, float("nan")], index=[str(n) for n in range(56)])
    classes, colours = drawing.classified(values, "percent")
    assert len({colours[str(n)] for n in range(50)}) == 1 and "55" not in colours
    assert classes[0].low == "1,0\u00a0%" and classes[-1].high == "4,0\u00a0%"
    assert len({each.colour for each in classes}) == len(classes)
    assert len(drawing.classified(pd.Series({"1": 5.0, "2": 5.0}), "persons")[0]) == 1
    assert drawing.classified(pd.Series({"1": float("nan")}), "persons") == ([], {})


def test_boundaries_are_drawn_where_they_are_fetched(choice: explore.choose, monkeypatch: pytest.MonkeyPatch) -> None:
    points = geo.mapped("rate").geometry
    shapes = gpd.GeoDataFrame(
        {"code": points.index}, geometry=[box(p.x - 900, p.y - 900, p.x + 900, p.y + 900) for p in points], crs=geo.CRS
    )
    shapes.attrs = {"source": "© Kartverket, CC BY 4.0"}
    monkeypatch.setattr(geo.boundaries, "load", lambda: shapes)
    made = explore.map(choice)
    assert len(page(made).xpath("//g[@data-code]/path")) == 357 and "Grenser: © Kartverket, CC BY 4.0." in made.html
    assert not page(made).xpath("//circle") and "kartverket_boundaries" not in made.html


# --- measures -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_measure_of_the_list_answers() -> None:
    """Of Skien, which has industries, or of Halden, which has status."""
    made, given = explore.measure(explore.choose("skien")), names()
    for asked in MEASURES:
        made.choice.municipalities.value = "3101" if asked.name == "by_age" else "4003"
        made.measures.value = asked
        assert len(page(made).xpath("//tbody/tr")) > 0, made.html
        assert "Enheter:" in made.html and re.search("Tabeller: (ssb|nav)_", made.html)
        assert not re.search(r"\bnan\b|None|NaN|&lt;NA", made.html)
        assert len(eval(made.code, given))


def test_what_a_measure_lacks_is_told_with_how_to_fetch_it() -> None:
    made = explore.measure(explore.choose("skien"))
    made.measures.value = next(each for each in MEASURES if each.name == "by_age")
    assert (
        "Tabellen ssb_13563 i data/ mangler tall for Skien." in made.html and "kommunerapport fetch 13563" in made.html
    )
    assert made.code == 'exclusion.by_age(Tables.load(), Municipality.find("4003"))'


def test_a_long_frame_says_how_much_is_shown() -> None:
    frame = pd.DataFrame({"persons": [1.0] * 50, "<b>": ["<i>"] * 50}, index=pd.RangeIndex(50, name="Tid"))
    frame.attrs = {"units": {"persons": "persons"}, "source": ("ssb_11618",)}
    told = measuring.as_table(frame) + measuring.about(frame)
    assert told.count("<tr") == 41 and "De 40 første av 50 rader." in told and "<i>" not in told and "<b>" not in told


# --- the report -----------------------------------------------------------------------------------------------------


def test_the_button_makes_the_report_and_hands_it_out_as_one_file(
    choice: explore.choose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out, pages = tmp_path / "reports", []
    (tmp_path / "notebooks").mkdir()
    for theme in ("overview", "commuting"):
        told = PageData(theme=theme, municipality="3101", name="Halden", county="Østfold", slug="3101-halden")
        reports.publish(out, told, f"<!--top--><!--/top--><p>{theme}<!--more--><!--/more-->")
        pages.append(out / told.slug / told.file)
    asked = []
    monkeypatch.setattr(reporting, "build", lambda *given: asked.append(given) or pages)
    monkeypatch.chdir(tmp_path / "notebooks")
    choice.others.value = ("3105",)
    made = explore.report(choice)
    assert (
        made.code == 'explore.build("3101", compare="3105")'
        and "kommunerapport build 3101 --compare" in made.line.value
    )
    assert made.button.description == "Lag rapport for Halden" and made.html == ""
    made.button.click()
    assert asked == [("3101", "3105", "nb")] and not made.button.disabled
    assert page(made).xpath("//li/a/@href") == [
        "../reports/3101-halden/index.html",
        "../reports/3101-halden/commuting.html",
    ]
    assert page(made).xpath("//li/a/text()") == ["Oversikt", "Pendling"]
    (whole,) = page(made).xpath("//a[@download]")
    data = base64.b64decode(whole.get("href").partition("base64,")[2])
    assert whole.get("download") == "3101-halden.zip" and data == reporting.packed(pages)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["3101-halden/commuting.html", "3101-halden/index.html", "index.html"]
        assert b"<p>commuting" in archive.read("3101-halden/commuting.html")
    choice.municipalities.value = "3105"
    assert made.html == "" and made.button.description == "Lag rapport for Sarpsborg", "the links were Halden's"


def test_a_report_that_fails_says_which_page_and_why(choice: explore.choose, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(jobs: Any, options: Any) -> Any:
        failed = SimpleNamespace(job=jobs[0], why=SimpleNamespace(error="<b>disken er full</b>"))
        return SimpleNamespace(failed=[failed])

    monkeypatch.setattr(run, "run", fails)
    made = explore.report(choice)
    made.button.click()
    told = page(made).text_content()
    assert told == "3101-halden/overview ble ikke laget: <b>disken er full</b>" and not made.button.disabled


@pytest.mark.slow
def test_the_line_really_makes_the_report(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(workspace.root))
    (made,) = explore.build("halden", notebooks=["commuting"])
    assert made == workspace.reports / "3101-halden" / "commuting.html" and "Halden pendler" in made.read_text("utf-8")


# --- in other languages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "word"), [("nn", "Innbyggjarar 1. januar"), ("en", "Residents on 1 January")])
def test_the_steps_speak_the_language_that_is_asked_for(lang: str, word: str) -> None:
    chosen = explore.choose("halden", language=lang)
    made = [getattr(explore, step)(chosen) for step in STEPS]
    assert word in made[0].html
    language.speak("nb")  # a page in the same session
    chosen.municipalities.value = "3105"
    assert word in made[0].html and f'language="{lang}"' in made[-1].code
    if lang == "en":
        assert ">29,080<" in made[0].html and ">The country<" in made[0].html
