"""Boundaries as Kartverket draws them: repaired, whole, in metres, and without an area to be mistaken for the published one."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from types import SimpleNamespace

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from helpers import places, rawstore
from helpers.catalog import catalog
from helpers.errors import DataError
from helpers.rawstore import RawBody
from helpers.sources import store
from helpers.sources.door import Answer
from helpers.tables import boundaries


def archive(*members):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in members:
            held.writestr(name, data)
    return sink.getvalue()


def body(tmp_path, data):
    return RawBody(tmp_path / "kartverket_boundaries.zip", SimpleNamespace(sha256="0"), data)


def squares(crs=25833, change=lambda frame: frame):
    points = places.points()
    shapes = [
        box(row.east_m - 500, row.north_m - 500, row.east_m + 500, row.north_m + 500) for row in points.itertuples()
    ]
    frame = gpd.GeoDataFrame({"kommunenummer": list(points.index)}, geometry=shapes, crs=25833).to_crs(crs)
    return change(frame)


def geojson(frame):
    return frame.to_json(to_wgs84=False, show_bbox=False).replace('"type": "FeatureCollection"', f'"type": "FeatureCollection", "crs": {{"type": "name", "properties": {{"name": "urn:ogc:def:crs:EPSG::{frame.crs.to_epsg()}"}}}}').encode()  # fmt: skip


@pytest.fixture(scope="session")
def real(shared):
    return (shared / "geo" / "kommuner_2024_kartverket_m.geojson").read_bytes()


def test_the_real_boundaries_are_repaired_and_all_there(tmp_path, real):
    raw = gpd.read_file(io.BytesIO(real))
    assert (~raw.geometry.is_valid).sum() == 33
    frame = boundaries.read(body(tmp_path, archive(("Kommuner-M.geojson", real))))
    assert len(frame) == 357 and frame.geometry.is_valid.all() and frame.crs.to_epsg() == 25833
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert list(frame["code"]) == sorted(each.code for each in places.Municipality.all())
    assert "area" not in " ".join(frame.columns)
    points = places.points().loc[frame["code"]]
    inside = frame.geometry.buffer(1500).contains(
        gpd.GeoSeries(gpd.points_from_xy(points["east_m"], points["north_m"]), crs=25833)
    )
    assert inside.mean() > 0.99  # the snapshot's points are whole kilometres


def test_a_repair_adds_and_loses_little(tmp_path, real):
    before = gpd.read_file(io.BytesIO(real)).to_crs(25833)
    valid = before[before.geometry.is_valid].set_index("kommunenummer").geometry.area
    after = boundaries.read(body(tmp_path, archive(("x.geojson", real)))).set_index("code").geometry.area
    assert (after[valid.index] / valid - 1).abs().max() < 1e-9


@pytest.mark.parametrize("crs", [25833, 4258, 4326])
def test_any_declared_system_ends_in_the_same_place(tmp_path, crs):
    frame = boundaries.read(body(tmp_path, archive(("kommuner.geojson", geojson(squares(crs))))))
    halden = frame.set_index("code").geometry["3101"].centroid
    point = places.points().loc["3101"]
    assert abs(halden.x - point["east_m"]) < 1 and abs(halden.y - point["north_m"]) < 1


def test_gml_is_read_too(tmp_path):
    squares().to_file(tmp_path / "x.gml", driver="GML", layer="Kommune")
    frame = boundaries.read(
        body(tmp_path, archive(("Basisdata_0000_Norge_25833_Kommuner_GML.gml", (tmp_path / "x.gml").read_bytes())))
    )
    assert len(frame) == 357


def test_a_municipality_in_pieces_is_one_and_a_bow_tie_is_mended(tmp_path):
    def cut(frame):
        again = frame[frame["kommunenummer"] == "3101"].copy()
        again.geometry = again.geometry.translate(5000)
        x, y = frame.geometry[0].centroid.coords[0]
        frame.loc[0, "geometry"] = Polygon([(x, y), (x + 500, y + 500), (x + 500, y), (x, y + 500)])
        return gpd.GeoDataFrame(gpd.pd.concat([frame, again]), crs=frame.crs)

    frame = boundaries.read(body(tmp_path, archive(("x.geojson", geojson(squares(change=cut))))))
    assert len(frame) == 357 and frame.geometry.is_valid.all()
    assert frame.set_index("code").geometry["3101"].geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK nothing", "kan ikke pakkes ut"),
        (archive(("readme.txt", b"x")), "bare readme.txt"),
        (archive(), "bare ingenting"),
        (archive(("x.geojson", b"{")), "kan ikke leses"),
        (
            archive(("x.geojson", b'{"type":"FeatureCollection","features":[]}')),
            "ligger ikke i Norge",
        ),
    ],
)
def test_an_archive_without_boundaries_is_told(tmp_path, data, message):
    with pytest.raises(DataError, match=message):
        boundaries.read(body(tmp_path, data))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame[frame["kommunenummer"] != "3101"], "mangler 3101"),
        (lambda frame: frame.replace({"kommunenummer": {"3101": "3001"}}), "mangler 3101"),
        (lambda frame: frame.rename(columns={"kommunenummer": "nummer"}), "fant ingen kolonne med kommunenummer"),
        (lambda frame: frame.set_geometry(frame.geometry.translate(3_000_000)), "ligger ikke i Norge"),
    ],
)
def test_boundaries_that_are_not_norways_municipalities_are_told(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        boundaries.read(body(tmp_path, archive(("x.geojson", geojson(squares(change=change))))))


def test_a_new_file_is_noticed_and_the_same_is_not_read_again(workspace, monkeypatch):
    info = catalog()[boundaries.TABLE]
    answer = Answer(
        "https://x",
        "GET",
        None,
        200,
        {},
        archive(("x.geojson", geojson(squares()))),
        dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
    )
    incoming = store.Incoming("", ".zip", answer, {})
    store.publish(workspace.raw, info.id, store.stage(workspace.raw, info, [incoming], "x"), "20261124T000000Z")
    assert boundaries.build(workspace) is not None and boundaries.build(workspace) is None
    assert boundaries.load(workspace).attrs["retrieved"] == "2026-11-24"
    assert rawstore.held(workspace.raw)[info.id]
