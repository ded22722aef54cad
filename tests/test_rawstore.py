"""Raw bodies: checksums, sidecars, and what a reader is told when one is broken."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re

import pytest

from helpers import rawstore
from helpers.errors import DataError, TableMissing
from helpers.sources.store import write_body
from helpers.workspace import write_file

ABOUT = {
    "table": "ssb_00000",
    "producer": "Statistisk sentralbyrå",
    "title": "Prøve",
    "selection": {"Region": ["3101"]},
    "published_at": "https://www.ssb.no/statbank/table/00000",
    "licence": "CC BY 4.0",
    "retrieved": dt.date(2026, 1, 2),
    "assembled": False,
    "rounding": {"rule": "none"},
}


@pytest.fixture
def raw(tmp_path):
    write_body(tmp_path / "snapshot", "ssb_00000", {"value": [1]}, ABOUT)
    return tmp_path


def test_what_was_written_is_read_back(raw):
    body = rawstore.read(raw, "ssb_00000")[0]
    assert body.json == {"value": [1]}
    assert body.sidecar.retrieved == dt.date(2026, 1, 2) and not body.sidecar.assembled


def test_large_bodies_are_compressed_without_a_clock(tmp_path):
    first = write_body(tmp_path / "a", "ssb_00000", {"value": list(range(50_000))}, ABOUT)
    again = write_body(tmp_path / "b", "ssb_00000", {"value": list(range(50_000))}, ABOUT)
    assert first.suffix == ".gz" and first.read_bytes() == again.read_bytes()
    assert json.loads(gzip.decompress(first.read_bytes()))["value"][-1] == 49_999
    assert rawstore.read_body(first).sidecar.bytes == len(gzip.decompress(first.read_bytes()))


def test_fetched_bodies_are_preferred_whole(raw):
    write_body(raw / "snapshot", "ssb_00000.old", {"value": [3]}, ABOUT)
    write_body(raw / "fetched", "ssb_00000", {"value": [2]}, ABOUT)
    assert [each.json["value"] for each in rawstore.read(raw, "ssb_00000")] == [[2]]


def test_a_table_not_held_says_so(raw):
    with pytest.raises(TableMissing, match="ssb_13563"):
        rawstore.read(raw, "ssb_13563")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.write_text('{"value":[2]}'), "feil kontrollsum.*ssb_00000.*git checkout"),
        (lambda f: f.write_bytes(f.read_bytes()[:5]), "feil kontrollsum"),
        (lambda f: f.unlink(), "ssb_00000.json.gz mangler"),
        (lambda f: f.with_name("ssb_00000.meta.json").write_text("{}"), "feltet table"),
        (lambda f: f.with_name("ssb_00000.meta.json").write_text("no"), "ssb_00000.meta.json"),
    ],
)
def test_a_broken_body_names_the_file_and_the_way_out(raw, spoil, message):
    spoil(raw / "snapshot" / "ssb_00000.json")
    with pytest.raises(DataError, match=re.compile(message, re.S)):
        rawstore.read(raw, "ssb_00000")


def test_a_broken_gzip_names_the_file(tmp_path):
    path = write_body(tmp_path, "ssb_00000", {"value": list(range(50_000))}, ABOUT)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"ssb_00000\.json\.gz kan ikke leses"):
        rawstore.read_body(path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    target = tmp_path / "figures.json"
    write_file(target, b"old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        write_file(target, b"new and much longer")
    assert target.read_bytes() == b"old" and [each.name for each in tmp_path.iterdir()] == ["figures.json"]
