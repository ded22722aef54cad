"""What an analyst types: names, completion, examples that run, frames that say their units and sources, objects that show themselves."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import lxml.html
import pandas as pd
import pytest

import helpers
from helpers import concerning, measures, units
from helpers.errors import InputError, TableMissing
from helpers.places import Area, Municipality
from helpers.regions import counties
from helpers.sources import targets
from helpers.sources.targets import targets_of
from helpers.tables import Tables
from helpers.targets import Targets
from helpers.workspace import Workspace

SRC = Path(helpers.__file__).parent
OF_INDUSTRY = ("groups", "industry", "specialisation", "structural")
NOT_HELD = {
    "attractiveness.residuals",
    "education.series",
    "valueadded.series",
}  # of tables that the snapshot lacks, or has too little of
HALDEN, SKIEN = "3101", "4003"  # the snapshot has jobs by industry in Telemark only


@pytest.fixture(autouse=True)
def here(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest workspace is a copy of the figures that come with the project."""
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(built.root))


# --- examples -------------------------------------------------------------------------------------------------------


def modules_with_examples() -> list[str]:
    found = [path for path in sorted(SRC.rglob("*.py")) if ">>> " in path.read_text("utf-8")]
    return [".".join(path.relative_to(SRC.parent).with_suffix("").parts).removesuffix(".__init__") for path in found]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_give_what_they_say(name: str) -> None:
    told: list[str] = []
    runner = doctest.DocTestRunner()
    for each in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name)):
        runner.run(each, out=told.append)
    assert runner.tries > 0 and runner.failures == 0, "".join(told)


def test_every_measure_and_everything_that_helpers_gives_has_an_example() -> None:
    """Of a class, each method and property; of a module, each function."""
    owners = [getattr(helpers, name) for name in helpers.__all__ if name != "explore"]
    owners += [
        importlib.import_module(f"helpers.measures.{info.name}") for info in pkgutil.iter_modules(measures.__path__)
    ]
    bare = []
    for owner in owners:
        if inspect.isfunction(owner):
            held = {owner.__name__: owner}
        elif inspect.isclass(owner):
            held = {name: getattr(owner, name) for name, each in vars(owner).items() if is_asked(name, each)}
        else:
            held = dict(public_functions(owner))
        bare += [
            f"{owner.__name__}.{name}" for name, each in held.items() if ">>> " not in (inspect.getdoc(each) or "")
        ]
    assert bare == []


def is_asked(name: str, found: Any) -> bool:
    return not name.startswith("_") and isinstance(found, property | classmethod | staticmethod | FunctionType)


# --- names ----------------------------------------------------------------------------------------------------------


def test_every_public_name_is_there_completes_and_is_typed() -> None:
    assert set(helpers.__all__) <= set(dir(helpers))
    assert helpers.__all__ == sorted(helpers.__all__)
    for name in helpers.__all__:
        found = getattr(helpers, name)
        assert inspect.getdoc(found), name
        functions = [found] if inspect.isfunction(found) else [each for _, each in public_functions(found)]
        for each in functions:
            assert {*inspect.signature(each).parameters, "return"} <= set(each.__annotations__), (
                f"{name}.{each.__name__}"
            )
    assert (SRC / "py.typed").is_file()
    with pytest.raises(AttributeError, match="'helpers' has no attribute 'Munciipality'"):
        _ = helpers.Munciipality


def public_functions(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, found in vars(module).items():
        if (
            inspect.isfunction(found)
            and not name.startswith("_")
            and found.__module__ == getattr(module, "__name__", "")
        ):
            yield name, found


# --- units and sources ----------------------------------------------------------------------------------------------


def frames_of_tables() -> list[tuple[str, Callable[..., Any]]]:
    """Every public measure that takes tables and returns a frame."""
    found = []
    for info in pkgutil.iter_modules(measures.__path__):
        module = importlib.import_module(f"helpers.measures.{info.name}")
        for name, function in public_functions(module):
            signature = inspect.signature(function)
            if "tables" in signature.parameters and signature.return_annotation == "pd.DataFrame":
                found.append((f"{info.name}.{name}", function))
    return found


def answer(function: Callable[..., Any], tables: Tables, municipality: Municipality) -> pd.DataFrame:
    """What a measure says of a municipality; parameters without a default are known by their names."""
    known = {
        "tables": tables, "place": municipality, "municipality": municipality, "area": municipality.county, "reference": municipality.county,
        "year": 2022, "age": "15-29", "direction": "out", "column": "jobs", "base": 2017, "figure": "jobs", "first": 2021, "last": 2022,
        "given": counties(), "divisions": counties(),
    }  # fmt: skip
    asked = inspect.signature(function).parameters
    given = {name: known[name] for name, each in asked.items() if each.default is inspect.Parameter.empty}
    found: pd.DataFrame = function(given.pop("tables"), *given.values())
    return found


def test_every_measure_that_returns_a_frame_says_its_units_and_sources(tables: Tables) -> None:
    """A column that fails here needs its unit in src/helpers/units.toml, a measure `lineage.described`."""
    bare = []
    assert {name for name, _ in frames_of_tables()} > NOT_HELD
    for name, function in frames_of_tables():
        if name in NOT_HELD:
            continue
        municipality = Municipality.find(SKIEN if name.startswith(OF_INDUSTRY) else HALDEN)
        frame = answer(function, tables, municipality)
        assert len(frame), name
        told = frame.attrs.get("units", {})
        if set(told) != {units.EVERY}:
            bare += [f"{name}: {column}" for column in units.numeric(frame) if column not in told]
        sources = frame.attrs.get("source", ())
        bare += [] if sources and set(sources) <= set(tables) else [f"{name}: source {sources}"]
    assert bare == []


def test_units_say_what_the_numbers_are(tables: Tables, halden: Municipality) -> None:
    outside = helpers.exclusion.by_age(tables, halden)
    assert {outside.attrs["units"][name] for name in ("share", "lower", "upper")} == {"percent"}
    assert outside.attrs["source"] == ("ssb_13563",)
    months = helpers.exclusion.unemployment(tables, halden)
    assert {months.attrs["units"][name] for name in ("count", "lower", "upper")} == {"persons"}
    assert helpers.commuting.matrix(tables, 2022).attrs["units"] == {units.EVERY: "persons"}


def test_a_bound_has_no_unit_of_its_own() -> None:
    """Bounds are of persons in one measure and of percent in another: one that nobody has thought of says nothing."""
    frame = pd.DataFrame({"lower": [1.0], "rate": [2.0], "table": ["x"], "sure": [True]})
    frame.attrs = {"units": {"lower": "inherited"}, "year": 2022}
    units.describe(frame, "somewhere.new", ("ssb_11618",))
    assert frame.attrs == {"year": 2022, "units": {"rate": "percent"}, "source": ("ssb_11618",)}


# --- rows of a table ------------------------------------------------------------------------------------------------


def test_a_municipality_hands_out_its_rows_both_ways(tables: Tables, halden: Municipality) -> None:
    flows = halden.table("ssb_03321")
    whole = tables["ssb_03321"]
    out, into = whole["Bokommuen"] == HALDEN, whole["ArbstedKomm"] == HALDEN
    assert len(flows) == (out | into).sum() and flows["value"].sum() == whole[out | into]["value"].sum()
    assert flows.attrs == {
        "units": dict.fromkeys(("value", "lower", "upper"), "personer"), "source": ("ssb_03321",),
        "title": "Sysselsatte per 4. kvartal, etter arbeidssted og bosted",
    }  # fmt: skip
    flows.loc[:, "value"] = 0.0
    assert whole["value"].sum() > 0, "a copy"


def test_an_area_has_the_rows_of_all_its_regions(tables: Tables) -> None:
    area = Area.of(["halden", "sarpsborg"])
    rows = area.table("ssb_11618", tables=tables)
    assert set(rows["Region"]) == {"3101", "3105"}


def test_a_dimension_without_labels_is_told_with_those_that_have(tables: Tables) -> None:
    with pytest.raises(InputError, match=r"ssb_13563 har ingen navn på kodene i «nope». Den har .*InnvandrKat"):
        tables.labels("ssb_13563", "nope")


def test_codes_are_followed_by_their_labels(halden: Municipality) -> None:
    rows = halden.table("ssb_13563", labels=True)
    assert set(rows["Region"]) == {"3101 Halden"}
    assert "B Innvandrere" in set(rows["InnvandrKat"]) and "15-29 år" in set(rows["Alder"])
    assert rows["Tid"].dtype == "int64"
    pd.testing.assert_series_equal(rows["value"], halden.table("ssb_13563")["value"])


def test_what_cannot_be_handed_out_says_what_where_and_what_to_do(
    halden: Municipality, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        InputError, match=re.escape("«ssb_0332». Mente du ssb_03321? Tables.load() viser dem som finnes")
    ):
        halden.table("ssb_0332")
    with pytest.raises(TableMissing, match=r"tall for Halden") as none:
        halden.table("ssb_07984")
    assert none.value.__notes__ == ["Hele tabellen hentes med: kommunerapport fetch 07984"]
    with pytest.raises(TableMissing, match="ssb_13470") as absent:
        halden.table("ssb_13470")
    assert absent.value.__notes__ == ["Hent den med: kommunerapport fetch 13470"]
    with pytest.raises(TableMissing) as unknown:
        tables["ssb_1161"]
    assert "ssb_11618, ssb_11616" in unknown.value.__notes__[0]
    monkeypatch.setattr(concerning, "_keepers", [])
    with pytest.raises(InputError, match="from helpers import Tables"):
        halden.table("ssb_11618")


# --- how they show themselves ---------------------------------------------------------------------------------------


def shown(thing: Any) -> lxml.html.HtmlElement:
    html = thing._repr_html_()
    assert 'style="color' not in html and "background" not in html, "the colours are the notebook's, light or dark"
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    (table,) = root.iter("table")
    assert len(table.findall("caption")) == 1 and table.xpath(".//th/@scope")
    return root


def test_objects_show_themselves(tables: Tables, halden: Municipality, built: Workspace) -> None:
    assert "Østfold" in shown(halden).text_content()
    assert "fra 2024" in shown(Municipality.find("1508")).text_content()
    assert "konstruert" in shown(Municipality.find("9901")).text_content()
    assert "3110 Hvaler" in shown(Area.sondre_viken()).text_content()
    assert len(shown(tables).xpath("//tbody/tr")) == len(tables)
    assert "2021–2022" in shown(tables.meta("ssb_13563")).text_content()
    mine = targets_of("halden")
    assert isinstance(mine, Targets) and mine == targets.of(targets.read(built.raw), halden)
    assert "+500 personer" in shown(mine).text_content()
    assert "70 prosent" in shown(mine[1]).text_content()
    assert targets_of("oslo") == () and shown(targets_of("oslo")) is not None
    assert tables._ipython_key_completions_() == list(tables)


def test_what_others_have_written_is_escaped(halden: Municipality) -> None:
    held = targets_of(halden)[0].model_copy(update={"title": "<b>x</b>", "quote": "<script>y</script>"})
    assert not shown(held).xpath("//script | //b")
    assert "<script>y</script>" in shown(held).text_content()
    assert not shown(Municipality("3101", "<i>Halden</i>")).xpath("//i")
