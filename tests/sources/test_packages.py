"""What was fetched is a data package, however the fetch ended."""

from __future__ import annotations

import hashlib
import json

import pytest

from formats import package_errors, profiles
from helpers import rawstore
from helpers.sources import packages

assert profiles
pytestmark = pytest.mark.usefixtures("profiles")


def test_what_was_fetched_is_a_data_package(fetch, clock, workspace):
    folder = workspace.raw / "fetched"
    fetch("ssb_11616")
    clock.seconds += 3600
    fetch("ssb_11616", force=True)
    assert package_errors(folder) == []
    (told,) = json.loads((folder / "datapackage.json").read_bytes())["resources"]
    (body,) = rawstore.read(workspace.raw, "ssb_11616")
    assert folder / told["path"] == body.path, "the newest, and no history"
    assert told["hash"] == f"sha256:{hashlib.sha256(body.path.read_bytes()).hexdigest()}"
    assert (told["bodySha256"], told["retrieved"]) == (body.sidecar.sha256, "2026-11-24")
    assert told["licenses"][0]["name"] == "CC-BY-4.0" and (folder / told["sidecar"]).is_file()


def test_an_interrupted_fetch_is_described_too(fetch, workspace):
    class Stopped:
        def begin(self, info):
            if info.id == "ssb_11715":
                raise KeyboardInterrupt

        def planned(self, calls):
            pass

        def done(self, result):
            pass

    with pytest.raises(KeyboardInterrupt):
        fetch("ssb_11616", "ssb_11715", progress=Stopped())
    held = json.loads((workspace.raw / "fetched" / "datapackage.json").read_bytes())["resources"]
    assert [each["name"] for each in held] == ["ssb_11616"]


def test_a_broken_body_is_not_vouched_for(fetch, workspace):
    fetch("ssb_11616")
    (side,) = (workspace.raw / "fetched").glob("ssb_11616/*/*.meta.json")
    side.write_text("{}")
    assert packages.fetched(workspace.raw)["resources"] == []
