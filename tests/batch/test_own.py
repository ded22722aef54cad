"""Own tables in a batch: which pages are made again, what a page may read, and what the commands say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.batch import keys, plan
from helpers.batch.bundle import pack, unpack
from helpers.batch.keys import Keys, why
from helpers.batch.plan import Job, Notebook
from helpers.places import Municipality
from helpers.tables import own
from helpers.workspace import Workspace
from own_make import TOLD, csv, put
from test_cli import command

HALDEN, SARPSBORG = (Municipality.find(code) for code in ("3101", "3105"))
TARGET = """municipality = "3101"
document = "Plan"
[[target]]
id = "et-maal"
title = "120 bedrifter"
paraphrase = "120 bedrifter i 2030."
kind = "level"
value = 120
unit = "persons"
deadline = 2030
base_year = 2022
[[target.definitions]]
label = "Bedrifter"
indicator = "own"
table = "own_vekst"
contents = "Antall"
"""
HEAD = "Kommune;År;Antall"


@pytest.fixture
def here(tmp_path: Path, built: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One small official table; an own table of Halden's target, one of both municipalities, and one that is broken."""
    (tmp_path / "data/raw/snapshot").mkdir(parents=True)
    for path in (built.raw / "snapshot").iterdir():
        if path.name.startswith(("ssb_11616", "klass", "codes")) or "klass" in path.name:
            shutil.copy(path, tmp_path / "data/raw/snapshot")
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(built.root))
    put(tmp_path, vekst_toml=TOLD, vekst_csv=csv(HEAD, "3101;2022;5"), both_toml=TOLD, both_csv=csv(HEAD, "3101;2022;5", "3105;2022;6"), bad_toml=TOLD, bad_csv=csv(HEAD, "3101;2022;x"))  # fmt: skip
    (tmp_path / "data/raw/targets").mkdir()
    (tmp_path / "data/raw/targets/x.toml").write_text(TARGET, "utf-8")
    return Workspace(tmp_path)


def notebook(folder: Path, theme: str, **said: object) -> Notebook:
    path = folder / f"{theme}.ipynb"
    path.write_text("{}", "utf-8")
    return Notebook(path, theme, 1, ("ssb_11616",), ("municipality",), 0, **said)  # type: ignore[arg-type]


def jobs(here: Workspace) -> dict[tuple[str, str], Job]:
    books = (notebook(here.root, "overview", targets=True), notebook(here.root, "employment", own=("own_both",)), notebook(here.root, "commuting"))  # fmt: skip
    return {job.name: job for job in Keys(here).keyed(plan.plan(books, (HALDEN, SARPSBORG)))}


def test_a_change_rebuilds_the_pages_that_show_it_and_no_other(here: Workspace) -> None:
    before = jobs(here)
    (here.raw / "own/vekst.csv").write_bytes(csv(HEAD, "3101;2022;7"))
    after = jobs(here)
    assert {name for name in before if before[name].key != after[name].key} == {("3101", "overview")}
    assert why(after["3101", "overview"], before["3101", "overview"].made_of) == "egen tabell own_vekst er endret"
    (here.raw / "own/both.csv").write_bytes(csv(HEAD, "3105;2022;6"))  # Halden is gone from it
    last = jobs(here)
    assert {name for name in before if last[name].key != after[name].key} == {("3101", "employment"), ("3105", "employment")}  # fmt: skip
    assert why(last["3101", "employment"], after["3101", "employment"].made_of) == "egen tabell own_both er borte"


def test_a_page_may_read_the_own_tables_of_its_targets(here: Workspace) -> None:
    found = jobs(here)
    assert found["3101", "overview"].task().tables == ("ssb_11616", "own_vekst")
    assert found["3105", "overview"].task().tables == ("ssb_11616",)
    assert set(found["3105", "employment"].task().tables) == {"ssb_11616", "own_both"}
    assert found["3101", "commuting"].task().tables == ("ssb_11616",)


def test_a_file_of_targets_that_cannot_be_read_is_told_by_the_pages(here: Workspace) -> None:
    (here.raw / "targets/x.toml").write_text("x = ", "utf-8")
    assert jobs(here)["3101", "overview"].own == ()


def test_the_bundle_of_a_cluster_has_the_own_files(here: Workspace, tmp_path: Path) -> None:
    Keys(here)  # makes the tables
    there = Workspace(unpack(pack(here, ()), tmp_path / "bundles"))
    assert [each.made for each in own.load(there) if not each.problem] == [False, False]


def test_a_notebook_says_which_own_tables_it_shows(tmp_path: Path) -> None:
    found = {each.theme: each for each in plan.notebooks(Path(__file__).resolve().parents[2] / "notebooks")}
    assert found["employment"].own == ("own_value_added",)
    assert [theme for theme, each in found.items() if each.targets] == ["overview", "employment", "land"]


def test_the_commands_list_own_tables_and_those_left_out(
    here: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> tuple[int, str, str]:
        return command(*arguments, "--root", str(here.root), monkeypatch=monkeypatch, capsys=capsys)

    code, told, _ = call("tables")
    assert code == 0 and "own_vekst    laget" in told and "own_bad      utelatt" in told
    code, told, _ = call("catalog")
    assert "2022 (egne tall 2026-05-01)" in told and "Halden kommune, egne tall, ikke offisiell statistikk" in told
    code, told, _ = call("own", "check")
    assert code == 1 and "FEIL: bad.csv, rad 2, kolonne C («Antall»): «x» er ikke et tall" in told
    assert call("own", "check", "vekst")[0] == 0
    code, _, errors = call("own", "check", "finnes-ikke.csv")
    assert (code, errors.count("\n")) == (2, 1)


def test_a_build_says_in_one_line_what_is_left_out(
    here: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(Path(__file__).resolve().parents[2] / "notebooks", here.notebooks)
    code, _, errors = command("build", "3101", "--why", "--root", str(here.root), monkeypatch=monkeypatch, capsys=capsys)  # fmt: skip
    assert code == 0 and errors.count("\n") == 1
    assert errors.startswith("Egne tall utelatt, own_bad: bad.csv, rad 2, kolonne C") and "own check" in errors


def test_digests_are_those_of_the_files(here: Workspace) -> None:
    jobs(here)
    assert keys.digest((here.raw / "own/vekst.csv").read_bytes()) in Keys(here)._tables.meta("own_vekst").sha256
