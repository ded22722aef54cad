"""What a notebook opens: parameters, the context, and what is shown where a table is lacking."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat.v4 as v4
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from helpers.charts.parts import Footer, FooterColumn, MissingNote
from helpers.errors import FiguresMissing, InputError, NotComparable, TableMissing, UndeclaredInput
from helpers.measures.context import Context
from helpers.pages import page as module
from helpers.pages.page import Page, missing_note
from helpers.tables import Tables
from helpers.workspace import TABLES_VARIABLE, Workspace

Shown = list[tuple[Any, dict[str, Any]]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What the page has displayed in a notebook."""
    seen: Shown = []
    monkeypatch.setattr(module, "get_ipython", lambda: SimpleNamespace(user_ns={}))
    monkeypatch.setattr(module, "display", lambda part, **options: seen.append((part, options)))
    return seen


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cells that have run before."""
    cells: list[str] = []
    monkeypatch.setattr(module, "_history", lambda: cells)
    return cells


def opened(built: Workspace, municipality: Any = "3101", **given: Any) -> Page:
    return Page.open("commuting", municipality, root=built.root, **given)


def test_open_finds_the_municipality_and_its_tables(built: Workspace) -> None:
    page = opened(built)
    assert page.context.municipality.name == "Halden"
    assert "ssb_03321" in page.context.tables
    assert page.context.as_of == page.context.tables.newest_retrieval()  # type: ignore[attr-defined]
    assert page.context.compare == ()
    assert {target.municipality for target in page.context.targets} == {"3101"}


@pytest.fixture
def dated(tables: Tables, built: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose tables were retrieved on days of their own; the notebook for commuting declares two of them."""
    here = Workspace(tmp_path / "dated")
    shutil.copytree(built.raw, here.raw)
    days = {"ssb_11618": "2026-02-01", "ssb_03321": "2026-03-01", "ssb_07459": "2027-01-01"}
    metas = {name: replace(tables.meta(name), retrieved=day) for name, day in days.items()}
    Tables.preload(here, {name: tables[name] for name in days}, metas)
    here.notebooks.mkdir()
    ours = {"theme": "commuting", "tables": ["ssb_11618", "ssb_03321", "ssb_11616"]}
    (here.notebooks / "commuting.ipynb").write_text(json.dumps({"metadata": {"kommunerapport": ours}}))
    yield here
    Tables.forget()


def test_today_is_the_newest_day_of_the_notebooks_own_tables(dated: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer table that the page has nothing of does not move its dates: neither in JupyterLab nor in a batch."""
    assert opened(dated).context.as_of == date(2026, 3, 1)
    assert opened(dated, as_of="2025-01-01").context.as_of == date(2025, 1, 1)
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618,ssb_03321,ssb_11616")
    assert opened(dated).context.as_of == date(2026, 3, 1)


@pytest.mark.parametrize("harm", ["gone", "no JSON", "no list", "another theme", "no metadata", "a folder"])
def test_where_no_notebook_says_so_every_table_counts(dated: Workspace, harm: str) -> None:
    path = dated.notebooks / "commuting.ipynb"
    held = path.read_text()
    path.unlink()
    if harm == "a folder":
        path.mkdir()
    elif harm != "gone":
        texts = {
            "no JSON": held[:-5],
            "no list": held.replace('["ssb_11618", "ssb_03321", "ssb_11616"]', "3"),
            "another theme": held.replace("commuting", "other"),
            "no metadata": "[]",
        }
        path.write_text(texts[harm])
    assert opened(dated).context.as_of == date(2027, 1, 1)


def test_layers_that_are_not_declared_are_an_error_in_a_batch(
    built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(built).context.layers is None
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618,layers")
    assert opened(built).context.layers is None
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618")
    with pytest.raises(UndeclaredInput, match=r"«\"layers\": true»"):
        _ = opened(built).context.layers
    assert not issubclass(UndeclaredInput, FiguresMissing)


def test_costs_are_read_where_they_are_declared(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(built).context.costs is None
    monkeypatch.setattr(module.costs, "read", lambda raw, place: (raw, place.code))
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618,costs")
    assert opened(built).context.costs == (built.raw, "3101")
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618")
    with pytest.raises(UndeclaredInput, match=r"«\"costs\": true»") as caught:
        _ = opened(built).context.costs
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_open_takes_what_papermill_makes_of_parameters(built: Workspace) -> None:
    assert opened(built, 301).context.municipality.code == "0301"
    page = opened(built, 3105, compare=3107, as_of="2025-06-01")
    assert page.context.municipality.code == "3105"
    assert [area.name for area in page.context.compare] == ["Fredrikstad"]
    assert page.context.as_of == date(2025, 6, 1)
    areas = opened(built, compare="sondre-viken; 3103, 3105").context.compare
    assert [area.name for area in areas] == ["Søndre Viken", "Moss og Sarpsborg"]


def test_open_says_what_is_wrong(built: Workspace, history: list[str]) -> None:
    with pytest.raises(InputError, match="0623"):
        opened(built, 623)
    history += ["", 'municipality = "3101"', '# Parameters\nmuncipality = "3105"\n']
    with pytest.raises(InputError, match="«muncipality»"):
        opened(built)


def test_the_page_describes_itself(built: Workspace) -> None:
    told = repr(opened(built))
    for word in ("3101 Halden (Østfold)", "ssb_03321", "Landet", "page.show"):
        assert word in told


def test_show_displays_the_part_and_the_stylesheet_once(built: Workspace, shown: Shown) -> None:
    page = opened(built)
    part = Footer([FooterColumn("a", ["b"])])
    seen: list[Context] = []

    def section(context: Context) -> Footer:
        seen.append(context)
        return part

    page.show(section)
    page.show(section)
    assert [each for each, _ in shown[1:]] == [part, part]
    assert shown[0][1]["metadata"] == {"kommunerapport": {"part": "style"}}
    assert "<style>" in shown[0][0]["text/html"]
    assert seen == [page.context] * 2


def test_outside_a_notebook_the_plain_text_is_printed(built: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    opened(built).show(lambda context: Footer([FooterColumn("Definisjoner", ["Arbeidsplasser er jobber."])]))
    assert capsys.readouterr().out == "Definisjoner\nArbeidsplasser er jobber.\n"


def test_a_missing_table_becomes_a_note(built: Workspace, shown: Shown) -> None:
    page = opened(built)

    def by_industry(context: Context) -> Footer:
        raise TableMissing("ssb_07984", "<Viken>")

    def by_status(context: Context) -> Footer:
        raise TableMissing("ssb_13563")

    for section in (by_industry, by_industry, by_status):  # the same reason is told once
        page.show(section)
    notes = [part for part, _ in shown[1:]]
    assert all(isinstance(note, MissingNote) for note in notes)
    assert len({note.key for note in notes}) == len({note.heading for note in notes}) == 2
    html = notes[0].html()
    assert "07984" in html
    assert "&lt;Viken&gt;" in html
    assert "kommunerapport fetch ssb_07984" in html and "bare et utdrag" in html  # the snapshot holds Telemark only
    assert "kommunerapport fetch ssb_13563" in notes[1].html()
    whole = missing_note(TableMissing("ssb_07984", "året 1999"), "x").html()
    assert "kommunerapport fetch" not in whole  # the whole table is there: no command brings what it lacks


def test_a_divided_municipality_becomes_a_note(built: Workspace, shown: Shown) -> None:
    def section(context: Context) -> Footer:
        raise NotComparable("1508", 2024)

    opened(built).show(section)
    assert "Ålesund har ingen sammenlignbare tall før 2024" in shown[-1][0].html()


def test_other_errors_are_not_hidden(built: Workspace, shown: Shown) -> None:
    def section(context: Context) -> Footer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened(built).show(section)


def test_plain_papermill_stops_at_an_unknown_parameter(built: Workspace, tmp_path: Path) -> None:
    made = v4.new_notebook()
    made.cells = [
        v4.new_code_cell('municipality = "3101"', metadata={"tags": ["parameters"]}),
        v4.new_code_cell(
            f'from helpers import Page\npage = Page.open("x", municipality, root={str(built.root)!r})\nprint(page)'
        ),
    ]
    with pytest.raises(PapermillExecutionError, match="Ukjent parameter «muncipality»") as caught:
        papermill.execute_notebook(
            made, None, {"muncipality": "3105"}, kernel_name="python3", language="python", progress_bar=False
        )
    assert caught.value.ename == "InputError"
