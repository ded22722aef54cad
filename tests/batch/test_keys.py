"""A page's key changes exactly when what it is made of changes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.batch import keys, plan
from helpers.batch.keys import Keys, why
from helpers.batch.plan import Job
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace

from .make import write

ROOT = Path(__file__).resolve().parents[2]
HALDEN, SARPSBORG, EXAMPLE = (Municipality.find(code) for code in ("3101", "3105", "9901"))


class Place:
    """A workspace of its own with one notebook that uses 11618 and layers, a package and a lock file."""

    def __init__(self, folder: Path, processed: Path) -> None:
        self.tidy = processed
        self.root, self.package, self.lock = folder / "root", folder / "package", folder / "requirements.lock"
        shutil.copytree(ROOT / "data" / "raw" / "snapshot", self.root / "data" / "raw" / "snapshot")
        shutil.copytree(ROOT / "data" / "raw" / "targets", self.root / "data" / "raw" / "targets")
        (self.root / "data" / "processed").symlink_to(processed)
        self.notebook = write(self.root / "notebooks", "overview")
        held = json.loads(self.notebook.read_text())
        held["metadata"]["kommunerapport"] |= {"layers": True, "costs": True}
        self.notebook.write_text(json.dumps(held))
        (self.package / "charts").mkdir(parents=True)
        (self.package / "charts" / "bars.py").write_text("x = 1\n")
        (self.package / "a.toml").write_text("x = 1\n")
        self.lock.write_text("pandas==3\n")
        self.costs = self.root / "data" / "raw" / "costs"
        self.costs.mkdir()
        (self.costs / "3101.toml").write_text("x = 1\n")
        self.layers = self.root / "data" / "raw" / "land" / "3101"
        self.layers.mkdir(parents=True)
        (self.layers / "layers.toml").write_text("x = 1\n")

    def own_tables(self) -> None:
        """Tidy tables that may be written: elsewhere they are shared with other tests."""
        processed = self.root / "data" / "processed"
        processed.unlink()
        shutil.copytree(self.tidy, processed)

    def jobs(self, *places: Municipality, **common: str) -> tuple[Job, ...]:
        made = plan.plan(plan.notebooks(self.root / "notebooks"), places or (HALDEN,), **common)
        return Keys(Workspace(self.root), self.package, self.lock).keyed(made)

    def key(self, place: Municipality = HALDEN, **common: str) -> str:
        return self.jobs(place, **common)[0].key


@pytest.fixture
def place(tmp_path: Path, built: Workspace, tables: Tables) -> Place:
    assert tables  # they are made by now
    return Place(tmp_path, built.processed)


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def blank(root: Path, table: str) -> None:
    """A blank at the end of a body in the snapshot, and its checksum."""
    (body,) = (
        path for path in (root / "data" / "raw" / "snapshot").glob(f"{table}.json*") if path.suffix in (".json", ".gz")
    )
    packed = body.suffix == ".gz"
    data = (gzip.decompress(body.read_bytes()) if packed else body.read_bytes()) + b" "
    body.write_bytes(gzip.compress(data) if packed else data)
    side = body.with_name(f"{table}.meta.json")
    told = json.loads(side.read_text("utf-8")) | {"sha256": keys.digest(data)}
    side.write_text(json.dumps(told), "utf-8")


def division(root: Path) -> None:
    (root / "data/raw/regions").mkdir()
    (root / "data/raw/regions/ba.csv").write_text("code;region\n")


CHANGES: dict[str, tuple[Callable[[Place], object], str]] = {
    "notebook": (lambda place: append(place.notebook), "notatboken er endret"),
    "module": (lambda place: append(place.package / "charts" / "bars.py"), "koden er endret"),
    "text": (lambda place: append(place.package / "a.toml"), "koden er endret"),
    "new file": (lambda place: (place.package / "new.css").write_text("a"), "koden er endret"),
    "renamed": (lambda place: (place.package / "a.toml").rename(place.package / "b.toml"), "koden er endret"),
    "lock": (lambda place: append(place.lock), "låsefilen er endret"),
    "target": (lambda place: append(place.root / "data/raw/targets/halden.toml"), "målene er endret"),
    "division": (lambda place: division(place.root), "inndelingene er endret"),
    "costs": (lambda place: append(place.costs / "3101.toml"), "kommunens kostnadstall er endret"),
    "no costs": (lambda place: (place.costs / "3101.toml").unlink(), "kommunens kostnadstall er endret"),
    "costs with a wrong name": (
        lambda place: (place.costs / "halden.toml").write_text("x"),
        "kommunens kostnadstall er endret",
    ),
    "layer": (lambda place: append(place.layers / "layers.toml"), "kommunens kartlag er endret"),
    "new layer": (lambda place: (place.layers / "plan.gpkg").write_text("a"), "kommunens kartlag er endret"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_input_changes_the_key(place: Place, what: str) -> None:
    (before,) = place.jobs()
    change, said = CHANGES[what]
    change(place)
    (after,) = place.jobs()
    assert after.key != before.key
    assert why(after, before.made_of) == said


def test_a_declared_table_changes_the_key_and_no_other_does(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.jobs()[0]
    meta = Tables.meta

    def other(table: str) -> Callable[..., object]:
        return lambda tables, name: replace(
            meta(tables, name), sha256=("f" * 64,) if name == table else meta(tables, name).sha256
        )

    monkeypatch.setattr(Tables, "meta", other("ssb_03321"))
    assert place.key() == before.key
    monkeypatch.setattr(Tables, "meta", other("ssb_11618"))
    after = place.jobs()[0]
    assert why(after, before.made_of) == "tabell 11618 er endret"
    assert after.key != before.key


def test_the_body_of_a_table_is_what_counts(place: Place) -> None:
    """One more blank in a body that the notebook declares is another key; in one that it does not declare, the same."""
    place.own_tables()
    before = place.jobs()[0]
    blank(place.root, "ssb_11616")
    assert place.key() == before.key
    blank(place.root, "ssb_11618")
    after = place.jobs()[0]
    assert why(after, before.made_of) == "tabell 11618 er endret"
    assert after.key != before.key


def test_raw_figures_that_are_no_table_count_for_all(place: Place) -> None:
    before = place.jobs()[0]
    blank(place.root, "kartverket_points")
    assert why(place.jobs()[0], before.made_of) == "kommunekodene, punktene eller grensene er endret"


def test_another_release_changes_the_key(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the footer."""
    before = place.jobs()[0]
    monkeypatch.setattr(keys, "release", lambda: "99.0")
    assert why(place.jobs()[0], before.made_of) == "koden er endret"


def test_a_page_without_layers_does_not_ask_for_them(place: Place) -> None:
    held = json.loads(place.notebook.read_text())
    del held["metadata"]["kommunerapport"]["layers"]
    place.notebook.write_text(json.dumps(held))
    before = place.key()
    append(place.layers / "layers.toml")
    assert place.key() == before


def test_costs_are_those_of_the_municipality_and_of_a_notebook_that_reads_them(place: Place) -> None:
    here, there = place.key(HALDEN), place.key(SARPSBORG)
    (place.costs / "3105.toml").write_text("x = 1\n")
    assert place.key(HALDEN) == here and place.key(SARPSBORG) != there
    held = json.loads(place.notebook.read_text())
    del held["metadata"]["kommunerapport"]["costs"]
    place.notebook.write_text(json.dumps(held))
    before = place.key()
    append(place.costs / "3101.toml")
    assert place.key() == before and "costs" not in place.jobs()[0].task().tables


def test_what_was_fetched_of_a_municipality_is_its_own(place: Place) -> None:
    here, there = place.key(HALDEN), place.key(SARPSBORG)
    fetched = place.root / "data" / "raw" / "fetched" / "land_flood_3101" / "2026-11-25T120000Z"
    fetched.mkdir(parents=True)
    (fetched / "land_flood_3101.json").write_text("{}")
    assert place.key(HALDEN) != here and place.key(SARPSBORG) == there


def test_without_a_lock_the_installed_libraries_count(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, job = Workspace(place.root), place.jobs()[0]
    place.lock.unlink()
    before = Keys(workspace, place.package).of(job)
    assert before.of["libraries"] == Keys(workspace, place.package).of(job).of["libraries"]
    monkeypatch.setattr(keys, "version", lambda name: "99.0")
    assert Keys(workspace, place.package).of(job).of["libraries"] != before.of["libraries"]
    (place.root / "requirements.lock").write_text("pandas==3\n")
    assert Keys(workspace, place.package).of(job).of["libraries"] == keys.digest(b"pandas==3\n")


def test_a_newer_date_of_another_table_changes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that counts as today is that of the notebook's own tables."""
    before = place.key()
    meta = Tables.meta

    def newer(tables: Tables, name: str) -> object:
        return meta(tables, name) if name == "ssb_11618" else replace(meta(tables, name), retrieved="2031-01-01")

    monkeypatch.setattr(Tables, "meta", newer)
    assert place.key() == before


def test_the_parameters_change_the_key(place: Place) -> None:
    found = {
        place.key(), place.key(SARPSBORG), place.key(compare="3107"), place.key(as_of="2026-01-01"), place.key(as_of="2026-01-02"),
    }  # fmt: skip
    assert len(found) == 5


def test_anothers_layers_do_not_change_the_key(place: Place) -> None:
    before = place.key(SARPSBORG)
    append(place.layers / "layers.toml")
    assert place.key(SARPSBORG) == before


def test_neither_path_nor_time_nor_order_changes_the_key(place: Place, tmp_path: Path) -> None:
    before = place.jobs(HALDEN, SARPSBORG)
    for path in [place.notebook, place.lock, *place.package.rglob("*"), *place.layers.rglob("*")]:
        os.utime(path, (1, 1))
    (place.package / "__pycache__").mkdir()
    (place.package / "__pycache__" / "bars.cpython-311.pyc").write_bytes(b"1")
    assert place.jobs(SARPSBORG, HALDEN) == (before[1], before[0])
    other = Place(tmp_path / "another", place.tidy)
    assert [job.key for job in other.jobs(HALDEN, SARPSBORG)] == [job.key for job in before]


def test_a_big_file_is_read_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its size or its time changes."""
    place.own_tables()
    monkeypatch.setattr(keys, "BIG", 10)
    big = place.layers / "plan.geojson"
    big.write_text("a" * 100)
    os.utime(big, ns=(1, 1))
    before = place.key()
    big.write_text("b" * 100)
    os.utime(big, ns=(1, 1))
    assert place.key() == before, "same size and time: taken for the same file"
    os.utime(big, ns=(1, 2))
    assert place.key() != before


def test_why_says_what_a_reader_understands(place: Place) -> None:
    job = place.jobs()[0]
    assert why(job, None) == "ny"
    assert why(job, {}) == "laget uten nøkkel"
    assert why(job, job.made_of) == "filen er ikke som den ble laget"
    assert (
        why(job, {**job.made_of, "helpers": "", "raw": ""})
        == "koden er endret, kommunekodene, punktene eller grensene er endret"
    )
    assert why(job, {**job.made_of, "ssb_11618": "missing"}) == "tabell 11618 er ny"
    assert why(replace(job, made_of={**job.made_of, "ssb_11618": "missing"}), job.made_of) == "tabell 11618 er borte"
