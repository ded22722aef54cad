"""The notebooks as an analyst has them: thin, without outputs, and running under papermill, in JupyterLab, and without a table."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg

import land_make
from helpers.catalog import catalog
from helpers.charts.parts import Head, KeyFigures, MissingNote, Part, Section
from helpers.measures.context import Context
from helpers.pages import page as module
from helpers.pages.exporter import ReportExporter
from helpers.pages.page import Page
from helpers.parameters import Parameters
from helpers.places import Municipality
from helpers.sources import targets
from helpers.tables import Tables
from helpers.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
THEMES = ("overview", "employment", "exclusion", "commuting", "land")
EXPLORE = "explore"  # makes no report: tests/test_explore.py
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != EXPLORE)
FAST = "commuting"
each_theme = pytest.mark.parametrize(
    "theme", [pytest.param(each, marks=[] if each == FAST else pytest.mark.slow) for each in THEMES]
)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


# --- as they stand in git -------------------------------------------------------------------------------------------


def test_there_is_one_for_each_theme_in_order() -> None:
    ours = {path.stem: read(path).metadata["kommunerapport"] for path in NOTEBOOKS}
    assert set(ours) == set(THEMES)
    assert all(held["theme"] == name for name, held in ours.items())
    assert [ours[theme]["order"] for theme in THEMES] == [1, 2, 3, 4, 5]


@each_notebook
def test_a_notebook_is_valid_and_has_no_outputs(path: Path) -> None:
    raw = json.loads(path.read_text("utf-8"))
    nbformat.validate(raw)
    assert (raw["nbformat"], raw["nbformat_minor"]) >= (4, 5)
    for cell in raw["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert set(cell["metadata"]) <= {"tags"}
    assert set(raw["metadata"]) == {"kernelspec", "kommunerapport", "language_info"}
    assert raw["metadata"]["kernelspec"]["name"] == "python3"
    assert raw["metadata"]["language_info"] == {"name": "python"}  # the version of whoever saved it would be noise
    ids = [cell["id"] for cell in raw["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[a-z][a-z0-9-]*", each) for each in ids)
    assert path.read_text("utf-8").endswith("}\n")


@each_notebook
def test_one_cell_is_tagged_parameters(path: Path) -> None:
    tagged = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1 and tagged[0].cell_type == "code"
    values = {
        each.targets[0].id: ast.literal_eval(each.value)  # type: ignore[attr-defined]
        for each in ast.parse(tagged[0].source).body
        if isinstance(each, ast.Assign)
    }
    assert values == {"municipality": "3101", "compare": "", "as_of": "", "language": "nb"}
    assert set(values) == set(Parameters.model_fields)
    assert code(read(path))[0] == tagged[0].source  # first, so that everything comes after what papermill injects


@each_notebook
def test_it_declares_the_tables_that_it_uses(path: Path) -> None:
    held = read(path).metadata["kommunerapport"]
    assert set(held) - {"constructed", "layers", "costs", "own", "targets"} == {"theme", "order", "tables"}
    assert held.get("layers", False) == (path.stem == "land")
    assert held.get("costs", False) == (path.stem == "exclusion")
    assert held.get("constructed", False) == (path.stem == "land")  # the others need official figures
    assert held.get("own", []) == (["own_value_added"] if path.stem == "employment" else [])
    assert held.get("targets", False) == (path.stem in ("overview", "employment", "land"))
    assert held["tables"] and len(set(held["tables"])) == len(held["tables"])
    assert set(held["tables"]) <= set(catalog())
    assert set(held["tables"]) <= {table for table, info in catalog().items() if path.stem in info.used_by}
    assert {table for table, info in catalog().items() if path.stem in info.used_by} <= set(held["tables"])


class Spy(Tables):
    """Tables that remember which of them were read."""

    read: set[str]

    def __getitem__(self, table: str) -> Any:
        self.read.add(table)
        return super().__getitem__(table)

    def __contains__(self, table: object) -> bool:
        self.read.add(str(table))  # a page differs by whether the table is there
        return super().__contains__(table)


@each_notebook
def test_the_tables_declared_are_the_tables_read(path: Path, tables: Tables, built: Workspace) -> None:
    """By Halden, which has every section but industries, and for those by Skien."""
    spy = Spy(built.processed, tuple(tables))
    spy._frames, spy.read = tables._frames, set()
    run_in_process(path.stem, context(spy, built, "4003" if path.stem == "employment" else "3101"))
    ours = read(path).metadata["kommunerapport"]
    declared = {*ours["tables"], *ours.get("own", ())}
    if path.stem == "land":  # with map layers it needs others than without
        assert "ssb_09594" in spy.read
        held = land_make.layers()
        run_in_process("land", replace(context(spy, built, "3105"), read_layers=lambda: held))  # its target is ahead
        assert {"ssb_11618", "ssb_11616", "ssb_07984"} <= spy.read <= declared
    else:
        assert spy.read == declared


def breaches(source: str) -> list[str]:
    """What a cell holds that belongs in a module."""
    tree = ast.parse(source)
    found = [
        type(node).__name__
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
    ]
    found += [
        type(node).__name__
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.While | ast.comprehension | ast.Try)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not str(node.module).startswith("helpers"):
            found.append(f"from {node.module}")
        if isinstance(node, ast.Import):
            found += [f"import {each.name}" for each in node.names if not each.name.startswith("helpers")]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found += [f"text «{word}»" for word in words if " " in word]  # what a reader sees stands in the text catalogue
    return found + ([f"{len(source.splitlines())} lines"] if len(source.splitlines()) > 15 else [])


@each_notebook
def test_cells_are_thin(path: Path) -> None:
    notebook = read(path)
    assert [each for source in code(notebook) for each in breaches(source)] == []
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 3
    assert all(cell.source.strip() for cell in notebook.cells)
    assert f"papermill notebooks/{path.name} out.ipynb -p municipality 3105" in notebook.cells[0].source


@pytest.mark.parametrize(
    "source",
    ["def f(): ...", "class A: ...", "import pandas as pd", "from pandas import DataFrame", "f = lambda: 1", "for x in y: z(x)", "x = 1\n" * 16,
     'print("Halden pendler ut")', "import helpers\nimport os"],
)  # fmt: skip
def test_a_thick_cell_is_seen(source: str) -> None:
    assert breaches(source) != []


@each_notebook
def test_names_in_the_notes_exist(path: Path) -> None:
    """`employment.series(...)` in a note is a function of the measures or of the charts."""
    import importlib

    notes = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for owner, name in re.findall(r"`(?:measures\.)?(\w+)\.(\w+)\(?", notes):
        if owner in ("page", "data"):
            continue
        homes = [
            importlib.import_module(f"helpers.{floor}.{owner}")
            for floor in ("measures", "charts")
            if (ROOT / f"src/helpers/{floor}/{owner}.py").is_file()
        ]
        assert any(hasattr(home, name) for home in homes), f"{owner}.{name}"


# --- papermill, as typed --------------------------------------------------------------------------------------------


def papermill(workspace: Workspace, theme: str, out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m papermill notebooks/x.ipynb out.ipynb …`` from the project's folder, with no engine of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOMMUNERAPPORT", "PYTEST"))}
    line = [sys.executable, "-m", "papermill", f"notebooks/{theme}.ipynb", str(out), "--no-progress-bar", *arguments]
    return subprocess.run(line, check=False, capture_output=True, text=True, cwd=workspace.root, env=kept)


def heads(notebook: NotebookNode) -> list[dict[str, Any]]:
    mime = "application/vnd.kommunerapport.page+json"
    return [
        dict(output.data[mime])
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if mime in output.get("data", {})
    ]


def page_of(notebook: NotebookNode) -> lxml.html.HtmlElement:
    html, _ = ReportExporter().from_notebook_node(notebook)
    return lxml.html.document_fromstring(html.encode())


@each_theme
def test_plain_papermill_with_a_parameter(theme: str, built: Workspace, tmp_path: Path) -> None:
    ran = papermill(built, theme, tmp_path / "out.ipynb", "-p", "municipality", "3105")
    assert ran.returncode == 0, ran.stderr[-2000:]
    executed = read(tmp_path / "out.ipynb")
    (head,) = heads(executed)
    assert (head["theme"], head["municipality"], head["slug"]) == (theme, "3105", "3105-sarpsborg")
    page = page_of(executed)
    assert len(page.xpath("//h1")) == 1 and "Sarpsborg" in page.text_content()
    assert bool(page.xpath("//svg")) == (theme != "land")  # no map layers come with the project
    assert "stderr" not in {output.get("name") for cell in executed.cells for output in cell.get("outputs", ())}


@pytest.mark.slow
def test_plain_papermill_loses_the_zero_and_still_finds_oslo(built: Workspace, tmp_path: Path) -> None:
    ran = papermill(built, "commuting", tmp_path / "out.ipynb", "-p", "municipality", "0301")
    assert ran.returncode == 0, ran.stderr[-2000:]
    executed = read(tmp_path / "out.ipynb")
    assert executed.metadata["papermill"]["parameters"] == {"municipality": 301}  # the trap is there
    assert heads(executed)[0]["municipality"] == "0301"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-p", "muncipality", "3105"), "Ukjent parameter «muncipality». Mente du «municipality»?"),
        (("-p", "municipality", "623"), "-r municipality 0623"),
        (("-y", "municipality: 0623"), "er et tall uten nullen foran"),
        (("-p", "municipality", "Haldn"), "Fant ingen kommune «Haldn»"),
    ],
)
def test_plain_papermill_with_a_parameter_that_cannot_be_used(
    built: Workspace, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    ran = papermill(built, "commuting", tmp_path / "out.ipynb", *arguments)
    assert ran.returncode != 0
    assert told in ran.stderr
    assert heads(read(tmp_path / "out.ipynb")) == []


# --- JupyterLab, cell by cell ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_cell_by_cell_as_in_jupyterlab(theme: str, built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the notebooks' own folder; then with another municipality typed into the first cell, all cells again."""
    monkeypatch.delenv("KOMMUNERAPPORT_ROOT", raising=False)
    notebook = read(built.notebooks / f"{theme}.ipynb")
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(built.notebooks)}}
    )
    cells = [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with client.setup_kernel():
        for number, cell in cells:
            client.execute_cell(cell, number)
        assert heads(notebook)[0]["municipality"] == "3101"
        shown = sum(bool(cell.outputs) for _, cell in cells)
        # all but the parameters and the cell that opens the page show something; of land only what is needed and the footer;
        # what is of the municipality's own figures is not there
        own = len(notebook.metadata["kommunerapport"].get("own", ()))
        assert shown >= (2 if theme == "land" else len(cells) - 3 - own)
        cells[0][1].source = cells[0][1].source.replace('"3101"', '"sarpsborg"')
        analyst = new_code_cell("mine = 1\npage.context.tables", id="mine")
        notebook.cells.append(analyst)
        for number, cell in [*cells, (len(notebook.cells) - 1, analyst)]:
            client.execute_cell(cell, number)
    assert heads(notebook)[0]["municipality"] == "3105"
    assert "ssb_11618" in analyst.outputs[0].data["text/plain"]
    page = page_of(notebook)
    assert len(page.xpath("//h1")) == 1 and "Sarpsborg" in page.xpath("//h1")[0].text_content() + page.text_content()


# --- without a table ------------------------------------------------------------------------------------------------


def context(tables: Tables, workspace: Workspace, code: str) -> Context:
    place = Municipality.find(code)
    newest = Tables.load(workspace).newest_retrieval()
    return Context(place, tables, newest, (), targets.of(targets.read(workspace.raw), place))


def run_in_process(theme: str, ctx: Context) -> list[Part]:
    """What the cells of a notebook display, run here one after the other with a page of this context."""
    shown: list[Part] = []
    page = Page(theme, ctx)
    names: dict[str, Any] = {"page": page}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "get_ipython", object)
        patch.setattr(module, "display", lambda part, **_: shown.append(part))
        for source in code(read(ROOT / "notebooks" / f"{theme}.ipynb"))[1:]:
            kept = "\n".join(line for line in source.splitlines() if "Page" not in line)
            exec(compile(kept, f"{theme}.ipynb", "exec"), names)
    return [part for part in shown if isinstance(part, Part)]


def exported(theme: str, ctx: Context, parts: list[Part]) -> lxml.html.HtmlElement:
    """The page that these parts make, through the exporter."""
    outputs = []
    for part in parts:
        data, metadata = part._repr_mimebundle_()
        content = {"data": data, "metadata": metadata}
        outputs.append(output_from_msg({"header": {"msg_type": "display_data"}, "content": content}))
    held = new_notebook(
        cells=[new_code_cell("…", outputs=outputs)],
        metadata={
            "kommunerapport": {"theme": theme, "order": 1},
            "papermill": {"parameters": {"municipality": ctx.municipality.code}},
        },
    )
    return page_of(held)


def without(tables: Tables, built: Workspace, *gone: str) -> Tables:
    fewer = Tables(built.processed, tuple(each for each in tables if each not in gone))
    fewer._frames = tables._frames  # shared, so that nothing is read twice
    return fewer


NEEDED = {  # the tables without which some section cannot stand
    ("overview", "ssb_11618"), ("overview", "ssb_07459"), ("overview", "ssb_03321"), ("employment", "ssb_11618"), ("employment", "ssb_07984"), ("exclusion", "ssb_13563"),
    ("exclusion", "nav_hl060"), ("commuting", "ssb_11618"), ("commuting", "ssb_03321"),
}  # fmt: skip


@each_theme
def test_a_table_less_becomes_notes_and_never_fails(theme: str, tables: Tables, built: Workspace) -> None:
    """Each of the notebook's tables in turn."""
    whole: dict[str, list[Part]] = {}
    for table in read(ROOT / "notebooks" / f"{theme}.ipynb").metadata["kommunerapport"]["tables"]:
        place = "4003" if table == "ssb_07984" else "3101"
        if place not in whole:
            whole[place] = run_in_process(theme, context(tables, built, place))
        ctx = context(without(tables, built, table), built, place)
        parts = run_in_process(theme, ctx)
        page = exported(theme, ctx, parts)
        assert len(page.xpath("//h1")) == 1 and len(page.xpath("//footer")) == 1, table
        notes = [part for part in parts if isinstance(part, MissingNote)]
        assert len({note.heading for note in notes}) == len(notes), table
        before, after = ([part.key for part in each if isinstance(part, Section)] for each in (whole[place], parts))
        number = catalog()[table].number
        if (theme, table) in NEEDED:
            assert set(after) < set(before), table
            (note,) = [note for note in notes if number in note.text()]
            assert note.command, "it does not say how to get the table"
        else:  # other tables carry every section; what is lost is a line, a year or a number, and that says so
            assert after == before, table
        assert not re.search(r"\bnan\b|\bNone\b|[{}]", "".join(part.text() for part in parts)), table
        captions = " ".join(each.text_content() for each in page.xpath("//figcaption"))
        assert not re.search(rf"(?:tabell |NAV, ){number}\b", captions), "a caption names what is not there"


@pytest.mark.parametrize("theme", THEMES)
def test_without_any_of_its_tables_a_page_still_says_what_is_missing(
    theme: str, tables: Tables, built: Workspace
) -> None:
    """No number is left, but the heading, the notes and the footer are."""
    ctx = context(without(tables, built, *tables), built, "3101")
    parts = run_in_process(theme, ctx)
    assert any(isinstance(part, Head) for part in parts)
    told = [part for part in parts if isinstance(part, MissingNote)]
    assert told or any(isinstance(part, Section) and part.key == "needed" for part in parts)
    figures = [part for part in parts if isinstance(part, KeyFigures | Section)]
    assert [part for part in figures if getattr(part, "key", "") not in ("needed", "goals")] == []
    page = exported(theme, ctx, parts)
    assert "mangler" in page.xpath("//h1")[0].text_content()
    assert not page.xpath("//svg")


def test_page_opens_where_a_table_was_taken_away(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the door that a notebook uses, from a data/raw without the table's bodies."""
    monkeypatch.setattr(module, "_history", list)
    kept = {
        "klass_131",
        "klass_131_map",
        "kartverket_points",
        "nav_hl060",
        "ssb_11618",
    }  # only what this needs: to be quick
    for path in (workspace.raw / "snapshot").iterdir():
        if path.name.partition(".")[0] not in kept:
            path.unlink()
    page = Page.open("exclusion", "3101", root=workspace.root)
    assert tuple(page.context.tables) == ("ssb_11618", "nav_hl060")
    parts = run_in_process("exclusion", page.context)
    (note, *_) = [part for part in parts if isinstance(part, MissingNote)]
    assert "13563" in note.text() and "kommunerapport fetch" in note.text()
    assert [part.key for part in parts if isinstance(part, Section)] == ["unemployment"]
