"""Where numbers come from: what a section has used is known, written beside its page, and held against what is reckoned today."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from helpers import lineage as trace
from helpers.charts import commuting, employment, exclusion, overview
from helpers.charts.parts import Column, DataTable, Section
from helpers.lineage import tracing
from helpers.measures import employment as measures
from helpers.measures.context import Context
from helpers.pages import lineage
from helpers.pages.reports import PageData
from helpers.places import Municipality
from helpers.prose import text
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_sections import context

HALDEN = Municipality.find("3101")


@pytest.fixture(scope="module")
def halden(tables: Tables, built: Workspace) -> Context:
    return context(tables, built, "3101")


def made(section: Any, ctx: Context) -> lineage.Entry:
    with tracing() as used:
        part = section(ctx)
    return lineage.entry(f"x.{section.__name__}", part, used, ctx)


def document(*entries: lineage.Entry) -> dict[str, Any]:
    page = PageData(theme="commuting", municipality="3101", name="Halden", county="Østfold", slug="3101-halden")
    told: dict[str, Any] = json.loads(lineage.document(page, list(entries), {"municipality": "3101"}))
    return told


def test_tables_measures_and_numbers_of_sentences_are_kept(tables: Tables) -> None:
    with tracing() as used:
        measures.series(tables, HALDEN)
        measures.series(tables, HALDEN)
        text("employment.title_up", name="Halden", jobs=13122.0, year=2022, change=557, first=2017)
    assert "ssb_11618" in used.tables and list(used.measures) == ["employment.series(3101, 15-74)"]
    assert used.sentences == [
        ("employment.title_up", {"jobs": 13122.0, "year": 2022.0, "change": 557.0, "first": 2017.0})
    ]


def test_what_a_measure_asks_of_others_is_not_told_so_that_memory_makes_no_difference(built: Workspace) -> None:
    """A page that is made first and one that is made when all is remembered have the same lineage."""
    fresh = Tables.load(built)
    ctx = context(fresh, built, "3101")
    assert made(overview.twins, ctx) == made(overview.twins, ctx)
    assert any(each.startswith("structural.structure(") for each in made(overview.twins, ctx)["measures"])


def test_nothing_is_kept_outside_and_blocks_keep_their_own(tables: Tables) -> None:
    with tracing() as outer:
        with tracing() as inner:
            text("index.count", n=2)
        measures.series(tables, HALDEN)
    text("index.count", n=3)
    assert inner.sentences == [("index.count", {"n": 2.0})] and not inner.tables
    assert outer.sentences == inner.sentences and outer.tables
    with pytest.raises(ZeroDivisionError), tracing():
        _ = 1 / 0
    assert trace._traces == []


def test_an_entry_holds_every_number_that_is_shown(halden: Context) -> None:
    entry = made(commuting.timeline, halden)
    assert entry["tables"] == ["ssb_11618", "ssb_03321", "ssb_11616"]
    assert len(entry["sources"]["ssb_03321"]["sha256"]) == 6 and all(
        len(each) == 64 for each in entry["sources"]["ssb_03321"]["sha256"]
    )
    (data,) = entry["data"]
    assert data["rows"] == [str(year) for year in range(2017, 2024)]
    assert data["columns"]["out"][5] == 4186 and data["columns"]["net"][6] == -1139
    values = {name: value for each in entry["sentences"] for name, value in each["values"].items()}
    assert values["out1"] == 4193 and values["dnet"] == -149
    assert made(overview.keys, halden)["figures"]["Arbeidsplasser (2022)"] == "13 122".replace(" ", "\u202f")
    assert made(commuting.head, halden)["keys"]["net"] == -1104


def test_bounds_that_are_shown_are_kept(halden: Context) -> None:
    entry = made(exclusion.keys, halden)
    bounds = [each["values"] for each in entry["sentences"] if each["key"] == "exclusion.keys.interval"]
    assert [set(each) for each in bounds] == [{"lower", "upper"}] * 2 and bounds[0]["lower"] < 11.3137 < bounds[0][
        "upper"
    ]
    (data,) = made(exclusion.ages, halden)["data"]
    assert data["columns"]["lower"][0] == bounds[0]["lower"] and data["columns"]["upper"][0] == bounds[0]["upper"]


def test_the_file_names_each_selection_once(halden: Context) -> None:
    entries = [made(each, halden) for each in (employment.head, employment.jobs)]
    held = document(*entries)
    first, second = (set(each["cells"]) for each in held["sections"])
    assert first & second and set(held["cells"]) == first | second and "lines" not in held["sections"][0]
    cells = lineage.cells_of(held, "x.head", "ssb_11618")
    assert [(each["count"], each["selection"]["Region"]) for each in cells] == [(18, ["3101"])]


def test_rows_of_the_same_name_are_told_apart_and_what_is_missing_is_null() -> None:
    table = DataTable(
        "t", "t", [Column("a", "a"), Column("b", "b", "count")], [{"a": "x", "b": 1}, {"a": "x", "b": math.nan}]
    )
    held = lineage._table(table)
    assert held == {"id": "t", "rows": ["x", "x #2"], "columns": {"b": [1.0, None]}}


def test_a_number_that_moved_comes_or_goes_is_found_and_nothing_else(halden: Context) -> None:
    before = document(made(commuting.timeline, halden), made(commuting.head, halden))
    assert lineage.moved(before, json.loads(json.dumps(before))) == []
    now = json.loads(json.dumps(before))
    now["sections"][0]["data"][0]["columns"]["out"][5] = 4187.0
    del now["sections"][1]["keys"]["net"]
    now["sections"][1]["sentences"][0]["values"]["new"] = 1.0
    found = lineage.moved(before, now)
    assert {(each.name, each.before, each.now) for each in found} == {
        ("timeline: 2022, out", 4186.0, 4187.0), ("net", -1104.0, None), (f"{before['sections'][1]['sentences'][0]['key']}: new", None, 1.0),
    }  # fmt: skip
    assert found[0].tables == ("ssb_11618", "ssb_03321", "ssb_11616")
    assert lineage.count(before) > 60


def test_every_number_of_a_sentence_is_one_of_the_page(halden: Context) -> None:
    """The golden figures of Halden 2022 are in the lineage of the pages that print them."""
    held = document(*(made(each, halden) for each in (commuting.findings, commuting.partners, employment.findings)))
    numbers = {value for _, (value, _) in lineage._every(held)}
    assert {1454.0, 862.0, 584.0, 1009.0, 803.0, 239.0} <= numbers


def test_the_file_has_no_clock_no_path_and_the_same_bytes(halden: Context) -> None:
    page = PageData(theme="commuting", municipality="3101", name="Halden", county="Østfold", slug="3101-halden")
    first, second = (
        lineage.document(page, [made(commuting.partners, halden)], {"municipality": "3101"}) for _ in range(2)
    )
    assert first == second and str(Workspace.find().root) not in first
    assert lineage.document(page, [], {}) == ""
    assert isinstance(commuting.partners(halden), Section)
