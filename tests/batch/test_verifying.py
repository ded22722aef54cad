"""Reports are held against what the figures and the code give today; every number that moved is told with its reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from helpers.batch import building, run, verifying
from helpers.errors import DataError, InputError
from helpers.pages import lineage
from helpers.pages.lineage import Moved
from helpers.workspace import Workspace

from .test_languages import GIVEN


@pytest.fixture(scope="module")
def made(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commuting page of Halden, in its folder."""
    out = tmp_path_factory.mktemp("verified")
    jobs, options = building.asked(built, ["3101"], {**GIVEN, "out": out, "names": ("commuting",)})
    run.run(jobs, options)
    return out / "3101-halden"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / made.name))


def edited(folder: Path, change: Any) -> None:
    path = folder / "commuting.lineage.json"
    held = json.loads(path.read_text("utf-8"))
    change(held)
    path.write_text(json.dumps(held), "utf-8")


@pytest.mark.slow
def test_an_unchanged_tree_has_no_number_that_moved(folder: Path, built: Workspace) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    (found,) = verifying.verify(built, [folder], 1, quiet=True)
    assert (found.moved, found.failed) == ((), "") and found.numbers > 900
    assert verifying.report([found]).startswith("Ingen tall er endret: ")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before, "nothing in the folder changes"


def test_a_number_that_moved_is_told_with_its_reason(folder: Path, built: Workspace) -> None:
    def revise(held: dict[str, Any]) -> None:
        table = next(
            each for section in held["sections"] for each in section.get("data", ()) if each["id"] == "timeline"
        )
        table["columns"]["out"][5] = 4187
        held["tables"]["ssb_03321"]["sha256"][-1] = "0" * 64
        for cells in held["cells"].values():
            cells["sha256"] = "0" * 64

    edited(folder, revise)
    (found,) = verifying.verify(built, [folder.parent], 1, quiet=True)
    ((moved, why),) = found.moved
    assert (moved.name, moved.before, moved.now) == ("timeline: 2022, out", 4187, 4186)
    assert why == "tabell 03321 er revidert"
    told = verifying.report([found])
    assert "3101 Halden, commuting: 1 av " in told
    assert "  timeline: 2022, out: 4\u202f187 → 4\u202f186 (tabell 03321 er revidert)" in told


TABLE = {"periods": ["2017", "2022"], "sha256": ["a"]}


@pytest.mark.parametrize(
    ("before", "now", "differing", "why"),
    [
        (
            {"ssb_03321": TABLE},
            {"ssb_03321": {**TABLE, "periods": ["2017", "2023"]}},
            ["ssb_03321"],
            "ny periode i tabell 03321",
        ),
        ({"ssb_03321": TABLE}, {"ssb_03321": {**TABLE, "sha256": ["b"]}}, ["ssb_03321"], "tabell 03321 er revidert"),
        ({"ssb_03321": TABLE}, {}, [], "tabell 03321 finnes ikke lenger"),
        ({}, {"ssb_03321": TABLE}, [], "tabell 03321 er ny"),
        ({"ssb_03321": TABLE}, {"ssb_03321": TABLE}, ["ssb_03321"], "tabell 03321 er definert på nytt"),
        ({"ssb_03321": TABLE}, {"ssb_03321": TABLE}, ["helpers"], "koden er endret"),
        ({"ssb_03321": TABLE}, {"ssb_03321": TABLE}, ["notebook", "targets"], "notatboken er endret; målene er endret"),
        ({"ssb_03321": TABLE}, {"ssb_03321": TABLE}, [], "siden er endret utenfor kommunerapport"),
    ],
)
def test_the_reason_is_looked_for_in_the_tables_first(before: Any, now: Any, differing: list[str], why: str) -> None:
    moved = Moved("commuting.timeline", "out", 1.0, 2.0, ("ssb_03321",))
    assert verifying._reason(moved, {"tables": before}, {"tables": now}, differing) == why


def held(sha256: str, cells: str) -> dict[str, Any]:
    used = {"table": "ssb_03321", "selection": {"Tid": ["2022"]}, "count": 1, "sha256": cells}
    return {
        "tables": {"ssb_03321": {**TABLE, "sha256": [sha256]}}, "cells": {"c": used},
        "sections": [{"section": "commuting.timeline", "cells": ["c"]}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "differing", "why"),
    [
        (held("a", "x"), held("b", "y"), ["helpers"], "tabell 03321 er revidert"),
        (held("a", "x"), held("b", "x"), ["helpers"], "koden er endret"),
        (held("a", "x"), held("b", "x"), [], "tabell 03321 er endret, men ikke i cellene som er brukt her"),
    ],
)
def test_a_revision_of_other_cells_is_no_reason(before: Any, now: Any, differing: list[str], why: str) -> None:
    moved = Moved("commuting.timeline", "out", 1.0, 2.0, ("ssb_03321",))
    assert verifying._reason(moved, before, now, differing) == why


def test_a_section_tells_its_cells_and_their_digest(folder: Path) -> None:
    told = json.loads((folder / "commuting.lineage.json").read_text("utf-8"))
    (cells,) = lineage.cells_of(told, "commuting.timeline", "ssb_11616")
    assert cells["selection"]["Region"] == ["3101"] and cells["count"] == 4 and len(cells["sha256"]) == 64


def test_bad_input_is_told(folder: Path, built: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Det er ingen sider å kontrollere i "):
        verifying.verify(built, [tmp_path / "nowhere"], 1, quiet=True)
    (folder / "commuting.lineage.json").write_text("{")
    with pytest.raises(DataError, match=r"commuting\.lineage\.json kan ikke leses\. Lag siden på nytt\."):
        verifying.verify(built, [folder], 1, quiet=True)


def test_a_page_whose_notebook_is_gone_is_told(folder: Path, built: Workspace) -> None:
    edited(folder, lambda held: held.update(theme="besok"))
    (found,) = verifying.verify(built, [folder], 1, quiet=True)
    assert found.failed == "Notatboken som laget siden, finnes ikke lenger."
    assert "1 sider kunne ikke lages på nytt" in verifying.report(
        [found]
    ) or "kan ikke lages på nytt" in verifying.report([found])
