"""data/raw and data/processed say what they hold in a Data Package v2, checked with the library of that format."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from formats import package_errors, profiles
from helpers import datapackage
from helpers.sources import packages
from helpers.tables import Tables, package
from helpers.workspace import Workspace

assert profiles
pytestmark = pytest.mark.usefixtures("profiles")


def told(folder: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return held


def check(folder: Path) -> dict[str, Any]:
    """The descriptor is valid, and every file is as it says."""
    assert package_errors(folder) == []
    held = told(folder)
    assert held["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for each in held["resources"]:
        path = folder / each["path"]
        assert path.resolve().is_relative_to(folder.resolve()) and path.stat().st_size == each["bytes"]
        assert each["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}", each["name"]
    return held


def test_the_committed_package_lists_what_git_holds(checkout: Workspace) -> None:
    held = check(checkout.raw)
    assert (checkout.raw / "datapackage.json").read_bytes() == datapackage.encoded(packages.committed(checkout.raw)), (
        "write it again: python -m helpers.sources.packages data/raw"
    )
    paths = {each["path"] for each in held["resources"]}
    folders = ("snapshot", "targets", "example")
    there = {path.relative_to(checkout.raw).as_posix() for each in folders for path in (checkout.raw / each).rglob("*")}
    sides = {each for each in there if each.endswith(".meta.json")}
    assert there - paths - sides == {"example/9901", "example/README.md"}
    assert {each["sidecar"] for each in held["resources"] if "sidecar" in each} == sides


def test_terms_that_are_no_known_licence_are_told_as_they_were_said() -> None:
    assert datapackage.licence("CC BY 4.0") == {
        "name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0",
    }  # fmt: skip
    assert datapackage.licence("åpne data fra NAV") == {"name": "other-open", "title": "åpne data fra NAV"}
    assert datapackage.licence_url("bruk som du vil") == ""


def test_every_tidy_table_has_its_schema(built: Workspace) -> None:
    Tables.load(built)
    held = check(built.processed)
    resources = {each["name"]: each for each in held["resources"]}
    assert set(resources) == {path.stem for path in built.processed.glob("*.parquet")}
    schema = resources["ssb_13563"]["schema"]
    fields = {each["name"]: each for each in schema["fields"]}
    assert schema["primaryKey"] == ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", "ContentsCode", "Tid"]
    assert (fields["Tid"]["type"], fields["value"]["unit"]) == ("year", "personer")
    assert {each["value"] for each in fields["Alder"]["categories"]} == {"15-29", "30-61"}
    assert resources["ssb_13563"]["assumedPeriods"] == ["2022"] and resources["ssb_13563"]["assembled"] is True
    month = {each["name"]: each for each in resources["nav_hl060"]["schema"]["fields"]}
    assert month["Tid"]["constraints"]["pattern"].startswith(r"^\d{4}M")
    assert month["status"]["categories"] == [{"value": "*", "label": "skjermet: færre enn fire"}]


def test_the_schemas_are_true(built: Workspace) -> None:
    Tables.load(built)
    for each in told(built.processed)["resources"]:
        frame = pd.read_parquet(built.processed / each["path"])
        assert [field["name"] for field in each["schema"]["fields"]] == list(frame.columns)
        assert not frame.duplicated(each["schema"]["primaryKey"]).any()
        for field in each["schema"]["fields"]:
            column = frame[field["name"]]
            rules = field.get("constraints", {})
            assert not (rules.get("required") and column.isna().any())
            if "pattern" in rules:
                assert column.str.match(rules["pattern"]).all(), field
            if "categories" in field:
                assert set(column.dropna()) == {one["value"] for one in field["categories"]}, field
            if field["type"] == "number":
                assert (column.dropna() >= rules["minimum"]).all()


def test_the_package_follows_the_tables(built: Workspace, workspace: Workspace) -> None:
    Tables.load(built)
    shutil.copytree(built.processed, workspace.processed)
    path = workspace.processed / "datapackage.json"
    first = path.read_bytes()
    Tables.load(workspace)
    assert path.read_bytes() == first
    (workspace.processed / "ssb_07459.parquet").unlink()
    package.keep(workspace, changed=False)
    assert "ssb_07459" not in {each["name"] for each in told(workspace.processed)["resources"]}
    path.write_text("{")
    package.keep(workspace, changed=False)
    assert len(told(workspace.processed)["resources"]) == 6
    Tables.load(workspace)
    assert path.read_bytes() == first, "no clock, no order of making"


def test_a_package_never_points_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.json").write_text("{}")
    with pytest.raises(ValueError, match="is not in the subpath"):
        datapackage.resource(tmp_path / "inside", tmp_path / "outside.json", "x", {})


def test_a_folder_without_files_has_no_package(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    datapackage.write(tmp_path, datapackage.package("x", "x", "x", []))
    assert list(tmp_path.iterdir()) == []


def test_the_check_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"$schema": f"{datapackage.PROFILES}/datapackage.json", "resources": []})
    )
    assert package_errors(tmp_path)
