"""The answers of PxWebApi against the description of the software that SSB runs, and against recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from openapi_schema_validator import OAS30Validator

from .server import OfficialServer


@pytest.fixture(scope="module")
def description(shared: Path) -> dict[str, Any]:
    """PxAPI-2.yml with one thing relaxed: its pattern for `updated` has only a date, real bodies have the time too."""
    text = (shared / "fixtures" / "PxAPI-2.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    schemas = found["components"]["schemas"]
    for schema in (schemas["updated"], schemas["Table"]["properties"]["updated"]):
        schema["pattern"] = schema["pattern"].removesuffix("$") + r"(T\d\d:\d\d:\d\dZ)?$"
    return found


def errors(description: dict[str, Any], schema: str, body: Any) -> list[str]:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": description["components"]}
    return [
        f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}"
        for each in OAS30Validator(whole).iter_errors(body)
    ]


@pytest.mark.parametrize("name", ["scb_TAB6471_metadata", "scb_TAB6471_data", "ssb_v2_12134_2024_smoke"])
def test_recorded_answers_are_as_described(description: dict[str, Any], shared: Path, name: str) -> None:
    body = json.loads((shared / "fixtures" / f"{name}.json").read_text("utf-8"))
    assert errors(description, "Dataset", body) == []


def test_our_answers_are_as_described(
    running: OfficialServer, client: httpx.Client, description: dict[str, Any]
) -> None:
    base = running.ssb_url
    for table in running.tables:
        assert errors(description, "Dataset", client.get(f"{base}/tables/{table}/metadata").json()) == [], table
        assert errors(description, "TableResponse", client.get(f"{base}/tables/{table}").json()) == [], table
    with_signs = client.get(
        f"{base}/tables/11618/data?valueCodes[Region]=31*,30*&valueCodes[Alder]=15-74&valueCodes[ContentsCode]=*&valueCodes[Tid]=top(9)"
    )
    assert "status" in with_signs.json() and errors(description, "Dataset", with_signs.json()) == []
    assert errors(description, "CodelistResponse", client.get(f"{base}/codelists/agg_KommSummer").json()) == []
    assert errors(description, "TablesResponse", client.get(f"{base}/tables?query=title:sysselsatte").json()) == []
    assert errors(description, "Problem", client.get(f"{base}/tables/1/metadata").json()) == []
    # SSB says 0 where the description wants at least 1: that is how it is recorded.
    wrong = errors(description, "ConfigResponse", client.get(f"{base}/config").json())
    assert [each.split(":")[0] for each in wrong] == ["maxCallsPerTimeWindow", "timeWindow"]


def test_our_answer_has_the_keys_of_a_recorded_one(running: OfficialServer, client: httpx.Client, shared: Path) -> None:
    recorded = json.loads((shared / "fixtures" / "ssb_v2_12134_2024_smoke.json").read_text("utf-8"))
    url = f"{running.ssb_url}/tables/06445/data?valueCodes[Region]=3101&valueCodes[Alder]=*&valueCodes[ContentsCode]=*&valueCodes[Tid]=top(1)"
    ours = client.get(url).json()
    assert list(ours) == [key for key in recorded if key != "note"]
    for part in ("px", "contact"):
        known, own = (body["extension"][part] for body in (recorded, ours))
        assert set(own[0] if part == "contact" else own) == set(known[0] if part == "contact" else known)
