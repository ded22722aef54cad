"""A table changes as a whole or not at all; its history is kept; what is broken is found."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json

import pytest

from helpers import rawstore
from helpers.catalog import catalog
from helpers.errors import DataError
from helpers.sources import store, verify
from helpers.sources.door import Answer
from helpers.sources.store import Incoming

INFO = catalog()["ssb_11616"]
AT = dt.datetime(2026, 11, 24, 21, 45, tzinfo=dt.UTC)


def incoming(part="", body=b'{"value":[1]}', ending=".json"):
    answer = Answer("https://x/y", "POST", {"selection": []}, 200, {"date": "now"}, body, AT)
    return Incoming(part, ending, answer, {"updated": "2026-02-25T07:00:00Z", "periods": ["2025"]})


def fetched(raw, *bodies, stamp="20261124T214500Z"):
    return store.publish(raw, INFO.id, store.stage(raw, INFO, bodies, "kommunerapport/1"), stamp)


def test_the_sidecar_tells_how_the_body_came_and_the_body_is_byte_for_byte(tmp_path):
    data = b'{ "value" : [1] }\n'
    fetched(tmp_path, incoming(body=data))
    body = rawstore.read(tmp_path, INFO.id)[0]
    side = body.sidecar
    assert body.data == data and side.sha256 == hashlib.sha256(data).hexdigest() and side.bytes == len(data)
    assert (side.request.method, side.request.url, side.request.body) == ("POST", "https://x/y", {"selection": []})
    assert side.status == 200 and side.headers == {"date": "now"} and side.at == AT and side.retrieved == AT.date()
    assert side.licence == "CC BY 4.0" and side.client == "kommunerapport/1" and not side.assembled


def test_a_large_body_is_compressed_and_its_checksum_is_that_of_what_came(tmp_path):
    data = json.dumps({"value": list(range(50_000))}).encode()
    folder = fetched(tmp_path, incoming(body=data))
    path = folder / "ssb_11616.json.gz"
    assert gzip.decompress(path.read_bytes()) == data == rawstore.read_body(path).data


def test_the_newest_counts_and_three_are_kept(tmp_path):
    for number in range(5):
        fetched(tmp_path, incoming(body=b'{"value":[%d]}' % number), stamp=f"2026112{number}T000000Z")
    assert rawstore.read(tmp_path, INFO.id)[0].json == {"value": [4]}
    assert [folder.name for folder in rawstore.generations(tmp_path)[INFO.id]] == [
        "20261122T000000Z", "20261123T000000Z", "20261124T000000Z",
    ]  # fmt: skip


def test_a_clock_that_went_back_does_not_make_the_old_body_the_newest(tmp_path):
    fetched(tmp_path, incoming(body=b'{"value":[1]}'), stamp="20270101T000000Z")
    fetched(tmp_path, incoming(body=b'{"value":[2]}'), stamp="20261124T000000Z")
    assert rawstore.read(tmp_path, INFO.id)[0].json == {"value": [2]}


def test_what_an_interrupted_run_left_is_not_seen_and_swept(tmp_path):
    fetched(tmp_path, incoming("2024"))
    left = store.stage(tmp_path, INFO, [incoming("2025")], "x")
    assert [path.name for path in rawstore.held(tmp_path)[INFO.id]] == ["ssb_11616.2024.json"]
    store.sweep(tmp_path)
    assert not left.exists() and rawstore.read(tmp_path, INFO.id)


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_disk_that_fills_up_leaves_the_old_bodies_and_nothing_else(tmp_path, monkeypatch, failing):
    fetched(tmp_path, incoming("a"), incoming("b"))
    before = sorted(path for path in tmp_path.rglob("*"))
    calls = iter(range(1, 100))

    def full(_):
        if next(calls) == failing:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        fetched(tmp_path, incoming("a", b'{"value":[2]}'), incoming("b"))
    assert sorted(path for path in tmp_path.rglob("*")) == before
    assert rawstore.read(tmp_path, INFO.id)[0].json == {"value": [1]}


def test_check_finds_every_kind_of_damage_in_the_history_too(tmp_path):
    (tmp_path / "snapshot").mkdir()
    old = fetched(tmp_path, incoming("a"), incoming("b"), stamp="20261101T000000Z")
    new = fetched(tmp_path, incoming("a"), incoming("b"), stamp="20261102T000000Z")
    assert [said for _, said in verify.checked(tmp_path)] == ["", "", "", ""]
    (old / "ssb_11616.a.json").write_bytes(b'{"value":[9]}')
    (old / "ssb_11616.b.json").unlink()
    (new / "ssb_11616.a.meta.json").unlink()
    said = " ".join(said for _, said in verify.checked(tmp_path) if said)
    assert "ssb_11616.a.json har feil kontrollsum" in said and "ssb_11616/20261101T000000Z kan slettes" in said
    assert (
        "ssb_11616.a mangler, men ble hentet sammen med ssb_11616.b.json" in said and "fetch --force ssb_11616" in said
    )
    assert "ssb_11616.b.json.gz mangler" in said
    assert "ssb_11616.a.json mangler opplysningsfilen" in said
    assert [said for path, said in verify.checked(tmp_path) if path.name == "ssb_11616.b.json"] == [""]


def test_a_folder_that_somebody_made_is_no_generation(tmp_path):
    folder = fetched(tmp_path, incoming())
    for name in ("gammel", "kopi", "99999999"):
        (folder.parent / name).mkdir()
    assert rawstore.generations(tmp_path)[INFO.id] == [folder] and len(rawstore.held(tmp_path)[INFO.id]) == 1


def test_whoever_builds_reports_may_read_what_somebody_else_fetched(tmp_path):
    assert fetched(tmp_path, incoming()).stat().st_mode & 0o055 == 0o055


def test_a_part_that_is_gone_with_its_sidecar_is_noticed(tmp_path):
    folder = fetched(tmp_path, incoming("a"), incoming("b"))
    for path in folder.glob("ssb_11616.b*"):
        path.unlink()
    with pytest.raises(DataError, match=r"ssb_11616\.b mangler, men ble hentet sammen med ssb_11616\.a\.json"):
        rawstore.read(tmp_path, INFO.id)
