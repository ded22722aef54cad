"""A municipality's open layers over real sockets: what is kept and how, and that nothing worse or half replaces what was there."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from filelock import FileLock

from helpers import rawstore
from helpers.batch import fetching, landfetching
from helpers.errors import DataError, InputError, SourceError, Unreachable
from helpers.land.layers import ROLES
from helpers.land.openlayers import listing, read
from helpers.places import Municipality
from helpers.sources.door import Door
from helpers.sources.landfetch import LandFetching
from helpers.tables import Tables
from official import faults
from official.arcgis import point
from thin import slow_but

CODE = "3101"
OPEN = ("boundary", "protected", "flood", "landslide", "ar5")
DAY = 25 * 3600


@pytest.fixture
def door(server, clock):
    with Door(clock, server.addresses()) as opened:
        yield opened


class Silent:
    """A progress that nobody looks at, or that stops when a layer begins."""

    def __init__(self, stop=""):
        self.stop = stop

    def begin(self, layer):
        if layer.role == self.stop:
            raise KeyboardInterrupt

    def done(self, result):
        pass


@pytest.fixture
def fetch(workspace, door):
    """Fetch into a copy of the project's data/raw; gives the results by role."""

    def run(code=CODE, force=False, stop="", accept=None):
        tried = accept or landfetching.accepting(workspace)
        run = LandFetching(workspace.raw, door, code, tried, Silent(stop), force)
        return {result.role: result for result in run.run()}

    return run


def bodies(workspace, role, code=CODE):
    return rawstore.documents(workspace.raw, f"land_{role}_{code}") or {}


def everything(workspace):
    return {path: path.read_bytes() for path in (workspace.raw / "fetched").rglob("*") if path.is_file() and path.name != ".lock"}  # fmt: skip


def test_each_layer_comes_page_by_page_with_its_provenance(fetch, server, workspace):
    results = fetch()
    assert {role: result.state for role, result in results.items()} == dict.fromkeys(OPEN, "new")
    assert {role: result.reason for role, result in results.items()} == dict.fromkeys(OPEN, "")
    pages = bodies(workspace, "flood")
    assert sorted(pages) == sorted(["10-001", "20-001", "50-001", "100-001", "200-001", "200-002", "200-003", "500-001", "1000-001"])  # fmt: skip
    side = pages["200-002"].sidecar
    assert side.selection == {
        "municipality": ["3101"], "layer": ["22 Flomsone_200ar"], "page": ["2"], "features": ["2"], "crs": ["EPSG:25833"],
        "return_years": ["200"],
    }  # fmt: skip
    assert side.request.url.startswith(server.addresses()["nve"]) and "resultOffset=2" in side.request.url
    assert (side.producer, side.client[:15], side.status, len(side.parts)) == ("NVE", "kommunerapport/", 200, 9)
    assert side.at.isoformat() == "2026-11-24T21:00:00+00:00" and side.licence == "NLOD 2.0" and side.sha256
    assert [each["id"] for each in pages["200-002"].json["features"]] == [3, 4]
    assert pages["200-002"].json["crs"] == {"type": "name", "properties": {"name": "EPSG:25833"}}
    assert (results["flood"].features, results["flood"].pages) == (6, 9)
    assert sorted(results["flood"].layers)[0] == "10 Flomsone_20ar" and len(results["flood"].layers) == 7


def test_the_bodies_are_as_they_were_received(fetch, server, workspace):
    fetch()
    outline = bodies(workspace, "boundary")[""].json
    assert outline["kommunenummer"] == CODE and outline["omrade"]["type"] == "MultiPolygon"
    assert sorted(bodies(workspace, "protected")) == ["001", "002"]
    (archive,) = bodies(workspace, "ar5").values()
    assert archive.path.suffix == ".zip" and zipfile.ZipFile(BytesIO(archive.data)).namelist()
    order = next(call for call in server.called("/order", "POST")).body["orderLines"][0]
    assert order["areas"] == [{"code": "3101", "name": "Halden", "type": "kommune"}]
    assert archive.sidecar.selection == {"municipality": ["3101"], "areas": ["Halden"], "format": ["GeoJSON"]}


def test_the_envelope_is_that_of_the_municipality(fetch, server):
    fetch()
    east, north = point(CODE)
    asked = next(call.query for call in server.called("/22/query"))
    west, south, right, top = (float(each) for each in asked["geometry"].split(","))
    assert west <= east - 2000 and south <= north - 2000 and right >= east + 2000 and top >= north + 2000
    assert right - west < 4_500 and top - south < 4_500 and asked["geometryType"] == "esriGeometryEnvelope"


def test_none_is_a_true_answer_and_said_for_what_it_is(fetch, workspace):
    results = fetch()
    assert (results["landslide"].state, results["landslide"].features) == ("new", 0)
    assert all(body.json["features"] == [] for body in bodies(workspace, "landslide").values())
    assert "ikke kartlagt er ikke det samme som trygt" in landfetching.told(results["landslide"])
    assert any("No zone is not" in note for note in bodies(workspace, "landslide")["100-001"].sidecar.notes)


def test_a_municipality_without_protected_areas_has_none(fetch, server, workspace):
    server.vern.features[0] = [each for each in server.vern.features[0] if "Halden" not in each[1]["kommune"]]
    result = fetch()["protected"]
    assert (result.state, result.features, list(bodies(workspace, "protected"))) == ("new", 0, ["001"])
    assert landfetching.told(result) == "hentet for første gang: ingen i kommunen"


def test_a_field_that_has_taken_another_form_is_not_none(fetch, server, workspace):
    for _, given, _ in server.vern.features[0]:
        given["kommune"] = given["kommune"].split(" (")[0]
    result = fetch()["protected"]
    assert (
        result.state == "failed" and "ingenting i hele fylket" in result.reason and "OBJECTID, kommune" in result.reason
    )
    assert bodies(workspace, "protected") == {}


def test_what_was_fetched_less_than_a_day_ago_is_not_asked_for_again(fetch, server, workspace, clock):
    fetch()
    before = everything(workspace)
    server.forget()
    assert {result.state for result in fetch().values()} == {"kept"} and server.calls == []
    clock.seconds += DAY
    assert {result.state for result in fetch().values()} == {"unchanged"} and everything(workspace) == before
    del server.flood.features[22][4]
    result = fetch(force=True)["flood"]
    assert (result.state, result.before, result.features) == ("changed", 6, 5)
    assert landfetching.told(result).endswith("ny utgave: 5 objekter, 8 sider (var 6)")


def another(server):
    """A zone like the first one, with a number of its own."""
    _, given, box = server.flood.features[22][0]
    return 1_000 + len(server.flood.features[22]), given, box


def test_three_generations_are_kept_and_the_newest_counts(fetch, server, workspace, clock):
    for _ in range(5):
        clock.seconds += DAY
        fetch()
        server.flood.features[22].append(another(server))
    assert len(rawstore.generations(workspace.raw)["land_flood_3101"]) == 3
    assert sum(int(body.sidecar.selection["features"][0]) for body in bodies(workspace, "flood").values()) == 10


@pytest.mark.parametrize(
    ("role", "at", "fault", "message"),
    slow_but((0, 4, 7, 9, 13), [
        ("boundary", "/omrade", faults.html(200), "ikke med en kommunegrense (status 200)"),
        ("boundary", "/omrade", faults.status(404, body=b"{}"), "kjenner ikke kommune 3101"),
        ("boundary", "/omrade", faults.wrong_json(), "ikke er JSON"),
        ("boundary", "/omrade", faults.replace(b"{}"), "uten flaten under «omrade»"),
        ("boundary", "/omrade", faults.edit(lambda body: body | {"kommunenummer": "3105"}), "kommune 3105, ikke 3101"),
        ("boundary", "/omrade", faults.edit(lambda body: body | {"omrade": {"type": "Polygon", "coordinates": []}}), "ikke er grader i Norge"),
        ("boundary", "/omrade", faults.edit(lambda body: body | {"omrade": {"type": "Polygon", "coordinates": [[[59.1, 11.3], [59.2, 11.3], [59.1, 11.4], [59.1, 11.3]]]}}), "øst før nord"),
        ("protected", "/vern/MapServer/0/query", faults.replace(b'{"error":{"code":400,"message":"Invalid"}}'), "avviste spørringen: Invalid (400)"),
        ("flood", "/22/query", faults.html(200), "nettside"),
        ("flood", "FlomsoneKart2/MapServer/layers", faults.edit(lambda body: {"layers": [row | {"name": "Sone"} for row in body["layers"]]}), "De som finnes: Sone"),
        ("flood", "FlomsoneKart2/MapServer/layers", faults.edit(lambda body: {"layers": [row for row in body["layers"] if row["name"] != "Flomsone_200ar"]}), "gjentaksintervall 200 år er borte"),
        ("landslide", "Skredfaresoner3/MapServer/layers", faults.replace(b'{"error":{"code":500,"message":"Service not started"}}'), "Service not started (500)"),
        ("ar5", "/codelists/area", faults.replace(b'[{"code":"0000","type":"landsdekkende"}]'), "tilbyr ikke kommune 3101 eller fylke 31 for datasettet, bare landsdekkende 0000"),
        ("ar5", "/download/", faults.html(200), "ikke med en zip-fil"),
        ("ar5", "/download/", faults.replace(b"PK\x03\x04 nothing", "application/zip"), "det som kom, kan ikke brukes: "),
    ]),
)  # fmt: skip
def test_what_is_worse_is_refused_and_the_old_stays_and_the_others_come(
    fetch, server, workspace, clock, role, at, fault, message
):
    fetch()
    before = everything(workspace)
    server.faults.always(at, fault)
    clock.seconds += DAY
    results = fetch()
    assert results[role].state == "failed" and message in results[role].reason
    assert results[role].reason.startswith(f"land_{role}_3101: ")
    assert everything(workspace) == before
    assert {result.state for other, result in results.items() if other != role} <= {"unchanged", "kept"}


def test_a_layer_that_lost_most_of_its_features_is_taken_only_when_asked(fetch, server, workspace, clock):
    fetch()
    server.flood.features[22] = server.flood.features[22][:1]
    clock.seconds += DAY
    result = fetch()["flood"]
    assert result.state == "failed" and "2 objekter der det var 6. Det som var, beholdes" in result.reason
    assert result.features == 6
    assert fetch(force=True)["flood"].state == "changed"


def test_no_boundary_means_no_zones_and_says_why(fetch, server, workspace):
    server.faults.always("/omrade", faults.html(200))
    results = fetch()
    assert results["flood"].state == results["landslide"].state == "failed"
    assert "kommunegrensen er ikke hentet" in results["flood"].reason
    assert results["protected"].state == results["ar5"].state == "new"


def test_a_boundary_of_before_will_do_for_the_zones(fetch, server, clock):
    fetch()
    server.faults.always("/omrade", faults.html(200))
    results = fetch(force=True)
    assert results["boundary"].state == "failed" and results["flood"].state == "unchanged"


def test_where_geonorge_lacks_ar50_the_county_comes_from_nibio(fetch, server, workspace):
    server.kartverket.gone = True
    assert fetch()["ar5"].state == "new"
    (archive,) = bodies(workspace, "ar5").values()
    assert archive.sidecar.request.url.endswith("/uttak_Download/ar50/31_4258_ar50_gml.zip")
    assert archive.sidecar.selection == {"municipality": ["3101"], "areas": ["31"]}
    server.faults.always("/uttak_Download", faults.html(404))
    assert "NIBIO svarte ikke med en zip-fil (status 404)" in fetch(force=True)["ar5"].reason


def test_an_archive_that_cannot_be_read_as_the_layer_is_refused(fetch, server, workspace):
    server.kartverket.land = "no column"
    result = fetch()["ar5"]
    assert result.state == "failed" and "artype" in result.reason and bodies(workspace, "ar5") == {}


def test_what_reports_cannot_read_is_refused(fetch, workspace):
    def accept(role, code, given):
        if role == "flood":
            raise DataError("kan ikke leses")

    results = fetch(accept=accept)
    assert results["flood"].reason == "land_flood_3101: det som kom, kan ikke brukes: kan ikke leses"
    assert bodies(workspace, "flood") == {} and results["landslide"].state == "new"
    assert not list((workspace.raw / "fetched").rglob(".new-*"))


def test_what_nobody_thought_of_fails_one_layer(fetch):
    def accept(role, code, given):
        if role == "protected":
            raise ZeroDivisionError("nobody thought of it")

    results = fetch(accept=accept)
    assert results["protected"].reason == "land_protected_3101: uventet feil (ZeroDivisionError: nobody thought of it)."
    assert results["flood"].state == "new"


def test_an_interrupted_run_leaves_whole_layers_and_is_gone_on_with(fetch, server, workspace):
    with pytest.raises(KeyboardInterrupt):
        fetch(stop="flood")
    assert sorted(rawstore.generations(workspace.raw)) == ["land_boundary_3101", "land_protected_3101"]
    server.forget()
    results = fetch()
    assert [results[role].state for role in OPEN] == ["kept", "kept", "new", "new", "new"]
    assert server.called("/omrade") == server.called("/vern/MapServer") == []


@pytest.mark.parametrize("failing", [1, 4, 9])
def test_an_interruption_while_writing_leaves_nothing_half(fetch, server, workspace, monkeypatch, failing):
    fetch()
    before = everything(workspace)
    server.flood.features[22].append(another(server))
    calls = iter(range(1, 1000))

    def stopped(_):
        if next(calls) == failing:
            raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        fetch(force=True)
    assert everything(workspace) == before and not list((workspace.raw / "fetched").rglob(".new-*"))


def test_a_broken_or_lacking_page_is_found_and_mended(fetch, workspace):
    fetch()
    bodies(workspace, "flood")["200-002"].path.write_bytes(b"{}")
    said, good = fetching.checked(workspace)
    assert not good and "land_flood_3101.200-002.json har feil kontrollsum" in said
    assert "kommunerapport land fetch --force 3101" in said
    for path in (workspace.raw / "fetched" / "land_flood_3101").rglob("*.1000-001.*"):
        path.unlink()
    result = fetch()["flood"]
    assert result.state == "new" and result.features == 6
    said, _ = fetching.checked(workspace)
    assert "historikk og brukes ikke; mappen land_flood_3101/" in said and "land fetch --force" not in said


def test_a_damaged_layer_is_weighed_by_the_one_before(fetch, server, workspace, clock):
    fetch()
    clock.seconds += DAY
    server.flood.features[22] = server.flood.features[22][:4]
    assert fetch()["flood"].state == "changed"
    bodies(workspace, "flood")["200-002"].path.write_bytes(b"{}")
    server.flood.features[22] = []
    result = fetch()["flood"]
    assert result.state == "failed" and "1 objekter der det var 6" in result.reason


@pytest.mark.slow  # every table of the snapshot is built
def test_the_tables_are_those_of_before(fetch, workspace, monkeypatch):
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(workspace.root))
    names = list(Tables.load(workspace))
    fetch()
    assert list(Tables.load(workspace)) == names


def test_what_else_reads_data_raw_is_not_upset(fetch, workspace):
    listed = fetching.listing(workspace)
    fetch()
    assert fetching.listing(workspace) == listed and "land_flood_3101" in rawstore.held(workspace.raw)
    said, good = fetching.checked(workspace)
    assert good and said.startswith("3")
    with pytest.raises(InputError, match="ingen tabell «land_flood_3101»"):
        fetching.chosen(["land_flood_3101"])


def test_two_fetches_at_once_do_not_meet(fetch, workspace):
    (workspace.raw / "fetched").mkdir()
    with FileLock(workspace.raw / "fetched" / ".lock"), pytest.raises(SourceError, match="En annen henting pågår"):
        fetch()


def test_offline_is_one_line_and_what_was_fetched_stays(fetch, workspace, clock):
    fetch()
    before = everything(workspace)
    nobody = {layer.source: "http://127.0.0.1:9" for layer in listing().open.values()} | {"nibio": "http://127.0.0.1:9"}
    with pytest.raises(Unreachable, match="Ingen av kildene svarer") as told:
        landfetching.fetch(workspace, Municipality.find(CODE), True, True, Door(clock, nobody))
    assert "\n" not in str(told.value) and everything(workspace) == before


def test_one_source_that_is_gone_keeps_the_others(fetch, server, workspace, clock):
    addresses = server.addresses() | {"nve": "http://127.0.0.1:9"}
    results = landfetching.fetch(workspace, Municipality.find(CODE), False, True, Door(clock, addresses))
    states = {result.role: result.state for result in results}
    assert states == {"boundary": "new", "protected": "new", "flood": "failed", "landslide": "failed", "ar5": "new"}
    assert "NVE svarer ikke" in results[2].reason
    with pytest.raises(Unreachable, match="NVE"):  # nothing else was left to fetch
        landfetching.fetch(workspace, Municipality.find(CODE), False, True, Door(clock, addresses))


def test_a_constructed_municipality_has_nothing_to_fetch(workspace, door):
    with pytest.raises(InputError, match="er konstruert: det er ingenting å hente"):
        landfetching.fetch(workspace, Municipality.find("9901"), False, True, door)


def test_the_summary_tells_each_layer_what_is_not_open_and_what_to_do(workspace, server, clock):
    server.faults.always("/vern/", faults.html(200))
    results = landfetching.fetch(workspace, Municipality.find("Halden"), False, True, Door(clock, server.addresses()))
    lines = landfetching.summary(results).splitlines()
    assert "IKKE HENTET: land_protected_3101: Miljødirektoratet svarte med en nettside" in lines[1]
    assert lines[2].startswith("  Flomsoner") and lines[2].endswith("hentet for første gang: 6 objekter, 9 sider")
    assert lines[5].startswith("4 av 5 åpne kartlag er på plass (") and lines[5].endswith(
        "1 ble ikke hentet og er som før."
    )
    assert any(line.startswith("  planned ") and "planregister" in line for line in lines)
    assert lines[-1].endswith("kommunerapport land check 3101")


def test_every_layer_is_open_or_told_where_it_is_got():
    told = listing()
    assert tuple(told.open) == OPEN and set(told.open) | set(told.closed) == set(ROLES)
    assert all("\n" not in where and len(where) < 140 for where in told.closed.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[open", "kan ikke leses"),
        ("[open.flood]\nsource='nve'", "open.flood.producer"),
        ("[open.flood]\nsource='nve'\nproducer='a'\ntitle='b'\nlicence='c'\nurl='d'\n[closed]\n", "either path or dataset"),
        ("[open.flood]\nsource='nve'\nproducer='a'\ntitle='b'\nlicence='c'\nurl='d'\npath='/e'\nlayers='f'\n[closed]\n", "one group"),
        ("[open.nothing]\nsource='nve'\nproducer='a'\ntitle='b'\nlicence='c'\nurl='d'\npath='/e'\nnumber=1\n[closed]\n", "open.nothing"),
    ],
)  # fmt: skip
def test_a_listing_that_is_wrong_is_told(text, message):
    with pytest.raises(DataError, match=message):
        read(text)


def test_sidecars_name_no_machine_but_the_producers(fetch, workspace):
    fetch()
    told = "".join(path.read_text() for path in (workspace.raw / "fetched").rglob("*.meta.json"))
    assert str(workspace.root) not in told and json.loads(
        next((workspace.raw / "fetched").rglob("*.meta.json")).read_text()
    )
