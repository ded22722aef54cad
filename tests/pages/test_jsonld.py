"""What a page says of itself to programs: valid JSON-LD of schema.org's words, true, and harmless whatever a name holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyld import jsonld as processor

from helpers.charts import commuting, employment, exclusion, overview
from helpers.charts.parts import Part
from helpers.language import LANGUAGES, speaking
from helpers.lineage import tracing
from helpers.measures.context import Context
from helpers.pages import jsonld, lineage
from helpers.pages.exporter import ReportExporter
from helpers.pages.reports import PageData
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_sections import context

from .make import head, notebook, page

SCHEMA = "http://schema.org/"
LINKS = ("url", "license")
CREATIVE = {"name", "description", "inLanguage", "dateModified", "temporalCoverage", "spatialCoverage", "license", "isBasedOn",
            "creativeWorkStatus", "variableMeasured", "identifier", "url", "publisher"}  # fmt: skip
WORDS = {  # the type, and those of its properties in schema.org that we use
    "Report": CREATIVE, "Dataset": CREATIVE, "SoftwareApplication": {"name", "softwareVersion"}, "Organization": {"name"},
    "AdministrativeArea": {"name", "identifier", "containedInPlace"}, "Place": {"name", "description"},
    "PropertyValue": {"name", "value", "unitText", "minValue", "maxValue", "propertyID", "description"},
}  # fmt: skip
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028<!--<script>"


def offline(address: str, _: Any) -> dict[str, Any]:
    """schema.org's context, as far as it matters here: its words, and which of them are addresses."""
    assert address.rstrip("/") == jsonld.CONTEXT, f"{address} must not be asked for"
    context: dict[str, Any] = {"@vocab": SCHEMA, **{name: {"@type": "@id"} for name in LINKS}}
    return {"contextUrl": None, "documentUrl": address, "document": {"@context": context}}


def expanded(content: str) -> dict[str, Any]:
    (found,) = processor.expand(json.loads(content), {"documentLoader": offline})
    known(found)
    return dict(found)


def known(node: dict[str, Any]) -> None:
    """Every property is one of schema.org that the type has, and nothing is left without a meaning."""
    types = [each.removeprefix(SCHEMA) for each in node["@type"]]
    for name, values in node.items():
        if name.startswith("@"):
            continue
        assert any(name.removeprefix(SCHEMA) in WORDS[each] for each in types), (types, name)
        for value in values:
            assert value
            if "@type" in value and "@value" not in value:
                known(value)


def told(section: Any, ctx: Context) -> lineage.Entry:
    with tracing() as used:
        part: Part = section(ctx)
    return lineage.entry("x", part, used, ctx)


@pytest.fixture(scope="module")
def halden(tables: Tables, built: Workspace) -> Context:
    return context(tables, built, "3101")


@pytest.mark.parametrize("theme", [overview, employment, commuting, exclusion], ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_it_is(theme: Any, language: str, halden: Context) -> None:
    with speaking(language):
        top = theme.head(halden)
        content = jsonld.script(PageData(**top.page()), [told(theme.head, halden), told(theme.keys, halden)], "x")
        figures = json.loads(content)["variableMeasured"]
        printed = list(lineage._figures(theme.keys(halden)))
    found = expanded(content)
    assert found["@type"] == [f"{SCHEMA}Report", f"{SCHEMA}Dataset"]
    assert found[f"{SCHEMA}inLanguage"] == [{"@value": language}]
    (place,) = found[f"{SCHEMA}spatialCoverage"]
    assert place[f"{SCHEMA}identifier"][0][f"{SCHEMA}value"] == [{"@value": "3101"}]
    sources = [each for each in found[f"{SCHEMA}isBasedOn"] if f"{SCHEMA}Dataset" in each["@type"]]
    assert sources and all(each[f"{SCHEMA}url"][0]["@id"].startswith("https://") for each in sources)
    assert len(figures) == len(printed) == 4, "every key figure is a number, in each language"
    assert len(content.encode()) <= 4000


def test_the_numbers_are_those_that_are_printed(halden: Context) -> None:
    entries = [told(overview.keys, halden)]
    data = json.loads(jsonld.script(PageData(**overview.head(halden).page()), entries, "x"))
    found = {each["name"]: (each["value"], each.get("unitText")) for each in data["variableMeasured"]}
    assert found["Arbeidsplasser (2022)"] == (13122, None) and found["Netto pendling (2022)"] == (-1104, None)
    assert found["Sysselsatte, 15–74 år (2022)"] == (60.1, "%")
    rounded = next(each for each in data["variableMeasured"] if each["name"].startswith("Utenfor"))
    assert "omtrentlig" in rounded["description"], "what is rounded is not told as if it were exact"
    assert data["dateModified"] == "2026-11-23" and data["temporalCoverage"] == "2017/2026"
    assert data["license"] == ["https://creativecommons.org/licenses/by/4.0/"]


@pytest.mark.parametrize(
    ("language", "printed", "value"),
    [("nb", "13\u202f122", 13122), ("nb", "−1\u202f104", -1104), ("nn", "60,1", 60.1), ("en", "13,122", 13122), ("en", "60.1", 60.1)],
)  # fmt: skip
def test_a_printed_number_is_read_in_its_language(language: str, printed: str, value: float) -> None:
    with speaking(language):
        assert jsonld._value(printed) == value


def test_what_is_no_number_is_left_out() -> None:
    assert jsonld._figures({"figures": {"a": "..", "b": "omtrent 3", "c": "mangler"}}) == []


def test_a_constructed_municipality_says_so_and_has_no_official_code() -> None:
    data = json.loads(jsonld.script(page("land", "9901", "Eksempelvik (konstruert)"), [], "Næringsareal"))
    assert data["creativeWorkStatus"] == "Konstruert kommune." and "identifier" not in data["spatialCoverage"]
    assert data["name"] == "Næringsareal"


def test_a_name_cannot_end_the_block() -> None:
    exporter = ReportExporter()
    html = exporter.from_notebook_node(notebook(head(name=HOSTILE, title=HOSTILE, county=HOSTILE)))[0]
    block = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert not set("<>&'\u2028") & set(block)
    assert expanded(block)[f"{SCHEMA}name"] == [{"@value": HOSTILE}]
    assert html.count("<script") == 1 and html == exporter.from_notebook_node(
        notebook(head(name=HOSTILE, title=HOSTILE, county=HOSTILE))
    )[0]  # fmt: skip


def test_the_check_finds_a_word_that_schema_org_does_not_have() -> None:
    with pytest.raises(AssertionError):
        expanded(json.dumps({"@context": jsonld.CONTEXT, "@type": "Dataset", "nonsense": "x"}))
    with pytest.raises(processor.JsonLdError):
        expanded(json.dumps({"@context": "https://example.org", "@type": "Dataset", "name": "x"}))
