"""A whole fetch over real sockets: what is asked, what is kept, and that nothing worse replaces what was there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from helpers import jsonstat, rawstore
from helpers.errors import DataError, SourceError
from helpers.tables import build
from helpers.tables.build import read_meta
from official import faults
from thin import slow_but

from .conftest import Silent

TABLE = "ssb_11616"


def everything(workspace):
    return {
        path: path.read_bytes()
        for path in (workspace.raw / "fetched").rglob("*")
        if path.is_file() and path.name not in (".lock", "datapackage.json")
    }


def tidy(workspace, table):
    """A table as reports see it, and what is known of it."""
    path = workspace.processed / f"{table}.parquet"
    build(workspace, table)
    return pd.read_parquet(path), read_meta(path)


def test_a_table_comes_with_its_provenance_and_becomes_tidy(fetch, server, workspace):
    result = fetch(TABLE)[TABLE]
    assert (result.state, result.reason, result.lacking) == ("new", "", ())
    body = rawstore.read(workspace.raw, TABLE)[0]
    call = server.called("/11616/data")[-1]
    assert (
        call.method == "POST"
        and body.sidecar.request.body == call.body
        and body.sidecar.request.url.startswith(server.ssb_url)
    )
    assert body.sidecar.updated == server.tables["11616"].updated and not body.sidecar.assembled
    assert body.sidecar.at.isoformat() == "2026-11-24T21:00:00+00:00" and body.sidecar.status == 200
    frame, meta = tidy(workspace, TABLE)
    assert not meta.assembled and meta.retrieved == "2026-11-24"
    halden = frame[(frame["Region"] == "3101") & (frame["Tid"] == 2023)].set_index("ContentsCode")["value"]
    assert halden["SysselBosted"] - halden["Utpendlere"] + halden["Innpendlere"] == halden["SysselArbsted"]


@pytest.mark.slow  # a million cells
def test_every_request_is_a_post_with_each_code_once_and_below_the_limit(fetch, server):
    fetch(TABLE, "ssb_07459")
    posts = server.called("/data")
    assert len([call for call in posts if "07459" in call.path]) == 3  # two pieces, and the country
    assert {call.method for call in posts} == {"POST"} and {call.status for call in posts} == {200}
    for call in posts:
        size = 1
        for row in call.body["selection"]:
            assert len(set(row["valueCodes"])) == len(row["valueCodes"])
            size *= len(row["valueCodes"])
        assert size <= 800_000


def test_what_the_producer_has_not_updated_is_not_downloaded_again(fetch, server, workspace):
    fetch(TABLE)
    before = everything(workspace)
    server.forget()
    assert fetch(TABLE)[TABLE].state == "unchanged"
    assert server.called("/data") == [] and everything(workspace) == before
    assert fetch(TABLE, force=True)[TABLE].state == "unchanged" and len(server.called("/data")) == 1
    server.tables["11616"].touch("2026-12-01T07:00:00Z")
    assert fetch(TABLE)[TABLE].state == "unchanged" and len(server.called("/data")) == 2


def test_a_new_period_and_a_revision_are_told_apart(fetch, server, workspace):
    fetch(TABLE)
    table = server.tables["11616"]
    table.extend("Tid", "2026")
    table.touch("2026-12-01T07:00:00Z")
    result = fetch(TABLE)[TABLE]
    assert result.state == "period" and result.revision.periods == ("2026",)
    old = jsonstat.decode(rawstore.read(workspace.raw, TABLE)[0].json)
    cell = {"Region": "3001", "Alder": "15-74", "ContentsCode": "Innpendlere", "Tid": "2022"}
    value = float(old[(old[list(cell)] == list(cell.values())).all(axis=1)]["value"].iloc[0])
    table.revise(value + 7, **cell)
    table.touch("2026-12-02T07:00:00Z")
    result = fetch(TABLE)[TABLE]
    assert result.state == "revised"
    assert (result.revision.cells, result.revision.largest, result.revision.regions) == (1, 7, ("3001",))


def test_the_order_of_variables_may_differ(fetch, server, workspace):
    server.tables["11616"].order = ["Tid", "ContentsCode", "Alder", "Region"]
    assert fetch(TABLE)[TABLE].state == "new"
    assert (tidy(workspace, TABLE)[0]["Region"] == "3101").any()


def gone_year(document):
    """The answer without one of the years asked for, in itself consistent."""
    frame = jsonstat.decode(document)
    frame = frame[frame["Tid"] != "2022"]
    dims = {each: jsonstat.labels(document, each) for each in document["id"]}
    dims["Tid"].pop("2022")
    return jsonstat.encode(
        frame.assign(**{each: frame[each].astype("str") for each in dims}), dims, label="", source="", role={}
    )


def all_null(document):
    return document | {
        "value": [None] * len(document["value"]),
        "status": {str(n): ".." for n in range(len(document["value"]))},
    }


@pytest.mark.parametrize(
    ("fault", "message"),
    slow_but((0, 8, 10, 11), [
        (faults.html(404), "SSB svarte med en nettside (status 404)"),
        (faults.html(200), "SSB svarte med en nettside (status 200)"),
        (faults.wrong_json(), "noe som ikke er JSON"),
        (faults.replace(b"[]"), "JSON som ikke er et objekt"),
        (faults.replace(b""), "noe som ikke er JSON"),
        (faults.replace(b"{}"), "kan ikke leses"),
        (faults.edit(lambda body: body["value"].pop() and None), "kan ikke leses"),
        (faults.edit(lambda body: body | {"size": body["size"][::-1]}), "kan ikke leses"),
        (faults.edit(gone_year), "Tid i svaret mangler 2022"),
        (faults.edit(all_null), "ingen tall"),
        (faults.edit(lambda body: body | {"value": [-each if each else each for each in body["value"]]}), "value"),
        (faults.status(400, body=b'{"type":"Parameter error","title":"Non-existent value","status":400}'), "SSB kjenner ikke en av kodene"),
        (faults.status(400, body=b'{"title":"Too many cells selected","detail":"1 over","status":400}'), "flere celler enn SSB svarer på (1 over)"),
        (faults.status(403, body=b'{"status":403}'), "uten forklaring"),
        (faults.status(400, body=b'{"title":"Something new","status":400}'), "Something new"),
    ]),
)  # fmt: skip
def test_an_answer_that_is_not_the_figures_is_refused_and_the_old_body_stays(fetch, server, workspace, fault, message):
    fetch(TABLE)
    before = everything(workspace)
    server.faults.add("/11616/data", fault)
    result = fetch(TABLE, force=True)[TABLE]
    assert result.state == "failed" and message in result.reason and result.reason.startswith("ssb_11616")
    assert everything(workspace) == before
    assert fetch(TABLE)[TABLE].state == "unchanged"


@pytest.mark.parametrize(
    "fault", [faults.status(429, 1), faults.status(500), faults.status(503), faults.drop(), faults.truncated()]
)
def test_a_storm_is_sat_out_or_the_table_is_given_up_and_the_others_go_on(fetch, server, workspace, fault):
    server.faults.add("/11616/data", fault * 3)
    assert fetch(TABLE)[TABLE].state == "new"
    before = everything(workspace)
    server.faults.always("/11616/", fault)
    results = fetch(TABLE, "ssb_11715", force=True)
    assert results[TABLE].state == "failed" and "forsøk 6 av 6" in results[TABLE].reason
    assert results["ssb_11715"].state == "new"
    assert {path: data for path, data in everything(workspace).items() if TABLE in path.name} == before


def test_an_unknown_table_is_told_by_its_title_whatever_the_status(fetch, server):
    del server.tables["11616"]
    result = fetch(TABLE)[TABLE]
    assert server.called("/11616/metadata")[0].status == 400
    assert "SSB har ingen slik tabell" in result.reason


def test_a_region_that_the_code_map_does_not_know_is_named_and_no_figure(fetch, server, workspace):
    server.tables["11616"].extend("Region", "3998", "Ukjent sted", like="3101")
    result = fetch(TABLE)[TABLE]
    assert result.state == "new" and result.lacking == ("Region har også 3998 Ukjent sted, som ikke er bestilt",)
    frame, meta = tidy(workspace, TABLE)
    assert "3998" not in set(frame["Region"]) and "Region har også 3998 Ukjent sted, som ikke er bestilt" in meta.notes


def test_rindals_own_figures_of_2019_are_not_taken_by_the_zero_of_its_old_code(fetch, workspace):
    fetch("ssb_11618")
    frame, _ = tidy(workspace, "ssb_11618")
    rindal = frame[(frame["Region"] == "5061") & (frame["Tid"] == 2019)]
    assert len(rindal) == 6 and (rindal["value"] > 0).all()


def test_a_damaged_body_is_mended_and_still_weighs(fetch, server, workspace):
    fetch(TABLE)
    server.tables["11616"].touch("2026-12-01T07:00:00Z")
    fetch(TABLE)
    for path in rawstore.generations(workspace.raw)[TABLE][-1].glob("*.json*"):
        path.write_bytes(b"broken")
    server.tables["11616"].drop("Tid", "2016")
    result = fetch(TABLE)[TABLE]
    assert result.state == "failed" and "perioden 2016 hadde tall før" in result.reason


@pytest.mark.slow
def test_a_producer_that_stumbles_never_makes_half_a_table(fetch, server, workspace):
    fetch("ssb_07459")
    before = everything(workspace)
    server.faults.add(lambda call: "metadata" in call.path and "codelist" not in call.raw, [faults.status(503)] * 6)
    result = fetch("ssb_07459", force=True)["ssb_07459"]
    assert result.state == "failed" and "forsøk 6 av 6" in result.reason and everything(workspace) == before


def test_a_table_that_is_half_loaded_is_refused(fetch, server, workspace):
    fetch(TABLE)

    def half(body):
        size = len(body["value"])
        body["value"] = [value if at < size // 2 else None for at, value in enumerate(body["value"])]
        body["status"] = {str(at): ".." for at, value in enumerate(body["value"]) if value is None}

    server.faults.add("/11616/data", faults.edit(half))
    result = fetch(TABLE, force=True)[TABLE]
    assert result.state == "failed" and "er borte eller 0 i det nye svaret" in result.reason


def test_a_file_in_the_way_fails_its_table_and_no_other(fetch, workspace):
    (workspace.raw / "fetched").mkdir()
    (workspace.raw / "fetched" / TABLE).write_text("in the way")
    results = fetch(TABLE, "ssb_11715")
    assert results[TABLE].state == "failed" and results[TABLE].reason.startswith(TABLE)
    assert results["ssb_11715"].state == "new"


def test_what_nobody_thought_of_fails_one_table(fetch, server, door, monkeypatch):
    real = door.post

    def post(source, path, body, what):
        if "11616" in path:
            raise ZeroDivisionError("nobody thought of it")
        return real(source, path, body, what)

    monkeypatch.setattr(door, "post", post)
    results = fetch(TABLE, "ssb_11715")
    assert results[TABLE].reason == "ssb_11616: uventet feil (ZeroDivisionError: nobody thought of it)."
    assert results["ssb_11715"].state == "new"


def test_a_code_that_the_table_lost_does_not_replace_figures_that_were_there(fetch, server, workspace):
    fetch(TABLE)
    before = everything(workspace)
    table = server.tables["11616"]
    table.drop("Tid", "2016")
    table.touch("2026-12-01T07:00:00Z")
    result = fetch(TABLE)[TABLE]
    assert result.state == "failed" and "perioden 2016 hadde tall før" in result.reason
    assert everything(workspace) == before


def test_what_the_table_does_not_have_is_named(fetch, server, workspace):
    server.tables["11618"].drop("Alder", "20-66")
    result = fetch("ssb_11618")["ssb_11618"]
    assert result.state == "new" and result.lacking == ("Alder har ikke 20-66",)
    assert "Alder har ikke 20-66" in tidy(workspace, "ssb_11618")[1].notes


def test_a_body_that_turns_out_not_to_be_rounded_says_so(fetch, server, workspace):
    def unrounded(body):
        body["value"] = [1 if value and value < 100 else value for value in body["value"]]

    server.faults.add("/13472/data", faults.edit(unrounded))
    fetch("ssb_13472")
    meta = tidy(workspace, "ssb_13472")[1]
    assert meta.rounding == "none" and any("rounding rule" in note for note in meta.notes)


@pytest.mark.slow  # ten years of 127 000 cells
def test_commuting_is_asked_for_year_by_year_with_the_codes_of_that_year(fetch, server, workspace):
    fetch("ssb_03321")
    by_year = {}
    for call in server.called("/03321/data"):
        chosen = {row["variableCode"]: row["valueCodes"] for row in call.body["selection"]}
        by_year[chosen["Tid"][0]] = chosen
    assert {"0101"} <= set(by_year["2019"]["ArbstedKomm"]) and "3101" not in by_year["2019"]["ArbstedKomm"]
    assert {"3101", "9999"} <= set(by_year["2024"]["Bokommuen"])
    frame, _ = tidy(workspace, "ssb_03321")
    assert (frame["ArbstedKomm"] == "9999").any()


@pytest.mark.slow
def test_history_is_kept_three_deep(fetch, server, workspace):
    for day in range(1, 6):
        server.tables["11616"].touch(f"2026-12-0{day}T07:00:00Z")
        fetch(TABLE)
    assert len(rawstore.generations(workspace.raw)[TABLE]) == 3


class Stop(Silent):
    """Stops the run when a table begins."""

    def __init__(self, table):
        self.table = table

    def begin(self, info):
        if info.id == self.table:
            raise KeyboardInterrupt


def test_an_interrupted_fetch_goes_on_where_it_was(fetch, server, workspace, clock):
    tables = ("ssb_11715", TABLE, "ssb_13556")
    with pytest.raises(KeyboardInterrupt):
        fetch(*tables, progress=Stop("ssb_13556"))
    server.forget()
    results = fetch(*tables)
    assert [results[table].state for table in tables] == ["resumed", "resumed", "new"]
    assert server.called("/11715/") == server.called("/11616/") == []
    assert [fetch(*tables)[table].state for table in tables] == ["unchanged"] * 3  # a finished run is not gone on with


@pytest.mark.parametrize("how", ["old", "others", "force", "broken"])
def test_what_is_not_the_same_run_begins_anew(fetch, server, workspace, clock, how):
    with pytest.raises(KeyboardInterrupt):
        fetch("ssb_11715", TABLE, progress=Stop(TABLE))
    clock.seconds += 7 * 3600 if how == "old" else 0
    if how == "broken":
        (workspace.raw / "fetched" / ".fetch.json").write_text("{")
    server.forget()
    results = fetch("ssb_11715", "ssb_13472" if how == "others" else TABLE, force=how == "force")
    assert results["ssb_11715"].state == "unchanged" and server.called("/11715/")


def test_two_fetches_at_once_do_not_meet(fetch, workspace):
    (workspace.raw / "fetched").mkdir()
    with FileLock(workspace.raw / "fetched" / ".lock"), pytest.raises(SourceError, match="En annen henting pågår"):
        fetch(TABLE)
    assert fetch(TABLE)[TABLE].state == "new"


def test_a_full_disk_ends_the_run_with_the_old_bodies_whole(fetch, server, workspace, monkeypatch):
    fetch(TABLE)
    before = everything(workspace)
    real = os.fsync

    def full(handle):
        if "new-" in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        fetch(TABLE, force=True)
    kept = {path: data for path, data in everything(workspace).items() if path.name != ".fetch.json"}
    assert kept == before


def test_broken_bodies_are_mended(fetch, server, workspace):
    fetch(TABLE)
    next((workspace.raw / "fetched" / TABLE).rglob("*.json*")).write_bytes(b"broken")
    for path in (workspace.raw / "fetched" / TABLE).rglob("ssb_11616.json*"):
        path.write_bytes(b"broken")
    with pytest.raises(DataError, match="kommunerapport fetch --force ssb_11616"):
        rawstore.read(workspace.raw, TABLE)
    assert fetch(TABLE)[TABLE].state == "new"
    assert rawstore.read(workspace.raw, TABLE)


KILLED = """
import sys
from helpers.batch.fetching import accept
from helpers.catalog import catalog
from helpers.sources.door import Door
from helpers.sources.fetch import Fetching
from helpers.workspace import Workspace
from pathlib import Path
class P:
    def begin(self, info): pass
    def planned(self, calls): print("planned", flush=True)
    def done(self, result): print("done", result.table, flush=True)
raw = Workspace.find().raw
with Door() as door:
    Fetching(raw, door, accept, P(), False).run([catalog()[t] for t in ("ssb_11715", "ssb_11616")])
"""


@pytest.mark.slow
def test_a_killed_fetch_leaves_whole_tables_and_is_gone_on_with(server, workspace, fetch):
    server.faults.always("/11616/data", faults.slow(30))
    environment = os.environ | server.environment() | {"KOMMUNERAPPORT_ROOT": str(workspace.root)}
    child = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, env=environment)
    for line in child.stdout:
        if line.strip() == "done ssb_11715":
            break
    for line in child.stdout:
        if line.strip() == "planned":
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert rawstore.read(workspace.raw, "ssb_11715")[0].sidecar.at is not None
    assert rawstore.read(workspace.raw, TABLE)[0].sidecar.assembled  # the snapshot still serves
    journal = json.loads((workspace.raw / "fetched" / ".fetch.json").read_bytes())
    assert journal["done"] == ["ssb_11715"]
    server.faults.clear()
    assert fetch(TABLE)[TABLE].state == "new"
    assert not list((workspace.raw / "fetched").rglob(".new-*"))


def test_sidecars_name_no_machine_but_the_producers(fetch, server, workspace):
    fetch(TABLE)
    text = next((workspace.raw / "fetched" / TABLE).rglob("*.meta.json")).read_text()
    assert not re.search(re.escape(str(workspace.root)), text)
