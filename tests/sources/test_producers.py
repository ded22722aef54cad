"""KLASS, NAV and Kartverket over real sockets: what is kept, and what is said when something is not as expected."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers import places, rawstore
from helpers.batch.fetching import accept
from helpers.catalog import catalog
from helpers.errors import TableMissing
from helpers.sources.fetch import Fetching
from helpers.tables import boundaries, build
from official import faults

from .conftest import Silent

PAGE = "helt-ledige"
NAV, LAND = "nav_hl060", "kartverket_boundaries"


def names(workspace, table):
    folder = rawstore.generations(workspace.raw)[table][-1]
    return [path.name for path in rawstore.bodies_in(folder)]


def test_the_code_map_of_the_fetched_changes_is_the_snapshots(fetch, workspace):
    before = places.registry()
    assert fetch("klass_131", "klass_104")["klass_131"].state == "new"
    after = places.registry()
    assert after is not before and sorted(after.links) == sorted(before.links)
    assert after.current == before.current and after.year == 2024
    assert fetch("klass_131")["klass_131"].state == "unchanged"


def test_changes_that_make_no_map_are_refused_and_the_snapshot_serves(fetch, server, workspace):
    server.faults.add("/131/changes", faults.edit(lambda body: {"codeChanges": body["codeChanges"][:20]}))
    result = fetch("klass_131")["klass_131"]
    assert result.state == "failed" and rawstore.documents(workspace.raw, "klass_131") is None
    assert places.registry().year == 2024


def test_a_map_that_would_stop_every_report_is_refused(fetch, server, workspace):
    server.faults.add(
        "/131/codes",
        faults.edit(
            lambda body: body["codes"].append(
                next(row for row in body["codes"] if row["code"] == "3101") | {"code": "9801"}
            )
        ),
    )
    server.faults.add(
        "/131/changes",
        faults.edit(
            lambda body: body["codeChanges"].append(
                {
                    "oldCode": "3001",
                    "oldName": "Halden",
                    "newCode": "9801",
                    "newName": "Halden",
                    "changeOccurred": "2024-01-01",
                }
            )
        ),
    )
    result = fetch("klass_131")["klass_131"]
    assert result.state == "failed" and rawstore.documents(workspace.raw, "klass_131") is None


@pytest.mark.slow
def test_nav_months_that_are_whole_are_never_lost(fetch, server, workspace):
    for months in (8, 9, 10):
        server.nav.months = months
        fetch(NAV)
    newest = rawstore.generations(workspace.raw)[NAV][-1]
    (newest / "nav_hl060.2026-08.xlsx").write_bytes(b"damaged")
    server.nav.months = 11
    assert fetch(NAV)[NAV].state in ("period", "revised")
    assert names(workspace, NAV) == [f"nav_hl060.2026-{month:02d}.xlsx" for month in (8, 9, 10, 11)]
    assert len(rawstore.read(workspace.raw, NAV)) == 4  # the damaged month came from the folder before


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faults.replace(b'{"codeChanges": []}'), "tom liste"),
        (faults.replace(b"<codes/>", "application/xml"), "tom liste"),
        (faults.html(200), "svarte ikke med koder"),
        (faults.status(404), "svarte ikke med koder (status 404)"),
    ],
)
def test_klass_that_answers_something_else_is_told(fetch, server, fault, message):
    server.faults.add("/131/changes", fault)
    result = fetch("klass_131")["klass_131"]
    assert result.state == "failed" and message in result.reason


@pytest.mark.slow
def test_each_month_of_nav_is_kept_and_the_newest_says_what_a_month_is(fetch, server, workspace):
    server.nav.year, server.nav.months = 2026, 9
    first = fetch(NAV)[NAV]
    assert (first.state, first.periods) == ("new", "2026M01–2026M09")
    assert fetch(NAV)[NAV].state == "unchanged"
    server.nav.months = 10
    assert fetch(NAV)[NAV].revision.periods == ("2026M10",)
    assert names(workspace, NAV) == ["nav_hl060.2026-09.xlsx", "nav_hl060.2026-10.xlsx"]
    server.nav.year, server.nav.months = 2027, 1
    result = fetch(NAV)[NAV]
    assert result.revision.periods == ("2027M01",) and len(names(workspace, NAV)) == 3
    build(workspace, NAV)
    months = pd.read_parquet(workspace.processed / f"{NAV}.parquet")["Tid"]
    assert sorted(months.unique()) == [*(f"2026M{month:02d}" for month in range(1, 11)), "2027M01"]
    assert all(
        body.sidecar.sha256 for body in rawstore.read(workspace.raw, NAV)
    )  # every kept workbook has its checksum


@pytest.mark.parametrize(
    ("at", "fault", "message"),
    [
        (PAGE, faults.status(404), "finnes ikke lenger"),
        pytest.param(PAGE, faults.html(200, "<html><p>Vi bygger om</p></html>"), "lenker", marks=pytest.mark.slow),
        pytest.param("/attachment/", faults.html(200), "svarte ikke med en arbeidsbok", marks=pytest.mark.slow),
        pytest.param(
            "/attachment/", faults.status(404), "svarte ikke med en arbeidsbok (status 404)", marks=pytest.mark.slow
        ),
        ("/attachment/", faults.replace(b"PK\x03\x04 nothing"), "NAVs arbeidsbok"),
    ],
)
def test_nav_that_answers_something_else_keeps_the_old_workbook(fetch, server, workspace, at, fault, message):
    server.nav.months = 9
    fetch(NAV)
    before = names(workspace, NAV)
    server.nav.months = 10
    server.faults.add(at, fault)
    result = fetch(NAV)[NAV]
    assert result.state == "failed" and message in result.reason and result.reason.startswith(NAV)
    assert names(workspace, NAV) == before
    assert fetch(NAV)[NAV].state in ("period", "revised")


def test_the_boundaries_come_as_sent_and_are_not_sent_again(fetch, server, workspace):
    assert fetch(LAND)[LAND].state == "new"
    body = rawstore.read(workspace.raw, LAND)[0]
    assert body.path.suffix == ".zip" and body.data.startswith(b"PK")
    order = next(call for call in server.called("/order") if call.method == "POST").body
    assert order["orderLines"][0]["areas"][0]["type"] == "landsdekkende" and order["email"] == ""
    assert fetch(LAND)[LAND].state == "unchanged" and server.calls[-1].status == 304
    frame = boundaries.load(workspace)
    assert len(frame) == len(places.registry().current) and frame.crs.to_epsg() == 25833
    assert frame.geometry.is_valid.all() and list(frame.columns) == ["code", "name", "geometry"]
    assert frame.set_index("code")["name"]["3101"] == "Halden" and frame.attrs["source"] == "© Kartverket, CC BY 4.0"


def test_an_order_that_takes_its_time_is_waited_for(fetch, server, clock):
    server.kartverket.polls = 3
    assert fetch(LAND)[LAND].state == "new" and clock.slept.count(10.0) == 3
    server.kartverket.polls = 1000
    assert "ble ikke klar" in fetch(LAND, force=True)[LAND].reason


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no data", "har ingen GeoJSON eller GML"),
        ("not a zip", "kan ikke pakkes ut"),
        ("lacking", "mangler"),
        ("no crs", "koordinat"),
        ("huge", "for stor"),
    ],
)
def test_an_archive_that_cannot_be_used_is_refused(fetch, server, workspace, content, message):
    server.kartverket.content = content
    result = fetch(LAND)[LAND]
    assert result.state == "failed" and message in result.reason
    assert LAND not in rawstore.held(workspace.raw)


@pytest.mark.parametrize("content", ["outside", "absolute"])
def test_names_in_an_archive_lead_nowhere(fetch, server, workspace, content):
    before = {path for path in workspace.root.parent.rglob("*") if "fetched" not in path.parts}
    server.kartverket.content = content
    fetch(LAND)
    if LAND in rawstore.held(workspace.raw):
        boundaries.build(workspace)
    after = {path for path in workspace.root.parent.rglob("*") if "fetched" not in path.parts}
    assert {path for path in after - before if "processed" not in path.parts} == set()
    assert not Path("/tmp/evil.geojson").exists() and not list(workspace.root.parents[1].glob("*/evil.txt"))


def test_a_dataset_that_is_gone_says_where_to_look(fetch, server):
    server.kartverket.gone = True
    result = fetch(LAND)[LAND]
    assert "etterfølgeren" in result.reason and "catalog.toml" in result.reason


def test_without_boundaries_there_is_a_way_to_get_them(workspace):
    with pytest.raises(TableMissing, match=LAND):
        boundaries.load(workspace)


@pytest.mark.slow  # every table of the catalogue, all of Norway
def test_a_whole_fetch_brings_every_table_of_the_catalogue(workspace, door, monkeypatch):
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(workspace.root))
    results = Fetching(workspace.raw, door, accept, Silent()).run(list(catalog().values()))
    assert {result.table: result.reason for result in results if result.state != "new"} == {}
    assert {result.table for result in results} == set(catalog()) == set(rawstore.generations(workspace.raw))
    assert sum(result.calls for result in results) == door.calls
    assert all(result.periods and not result.lacking for result in results)
