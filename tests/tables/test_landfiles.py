"""One map file: what is read of it, and each way that it can be wrong, with its message."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from land_files_make import (
    EAST,
    HOME,
    KARTVERKET,
    NORTH,
    archive,
    as_geojson,
    curved_gpkg,
    frame,
    geojson,
    gml,
    gml_half_disc,
    gml_square,
    many,
    plans,
    rewrite_gpkg,
    square,
)
from pyproj import CRS
from shapely.geometry import (
    GeometryCollection,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
    mapping,
)

from helpers.errors import DataError
from helpers.land.layers import COLUMNS, ROLES
from helpers.land.manifest import LayerSpec
from helpers.tables import landcolumns, landfiles, landopen, landshapes

HALF_DISC = 0.5 * np.pi * 100**2


def read(folder, file, role="planned", within=HOME, common="", **spec):
    return landfiles.read(folder, LayerSpec(file=file, **spec), common, role, within)


def sound(frame, role):
    """The contract of a layer."""
    assert frame.crs.to_epsg() == 25833
    assert list(frame.columns) == [*COLUMNS[role], "geometry"]
    assert {name: str(frame[name].dtype) for name in COLUMNS[role]} == dict(COLUMNS[role])
    assert list(frame.index) == list(range(len(frame)))
    assert frame.geometry.notna().all() and not frame.geometry.is_empty.any() and frame.geometry.is_valid.all()
    assert not frame.has_z.any()
    assert set(shapely.get_dimensions(frame.geometry.array)) <= set(landshapes.dimensions(role))
    assert not (frame.geom_type == "GeometryCollection").any()


# What is read


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "gml"])
@pytest.mark.parametrize("crs", [25833, 25832, 4258])
def test_any_format_in_any_system_ends_in_the_same_place(tmp_path, ending, crs):
    plans().to_crs(crs).to_file(tmp_path / f"plan.{ending}")
    found = read(tmp_path, f"plan.{ending}")
    sound(found.frame, "planned")
    assert found.features == found.used == 3 and found.repaired == found.dropped == 0
    assert found.frame.geometry.area.to_numpy() == pytest.approx([10_000] * 3, rel=1e-5)
    assert found.frame.geometry.iloc[0].centroid.distance(Point(EAST + 50, NORTH + 50)) < 0.01
    assert found.frame["purpose"].tolist() == [1300] * 3 and found.frame["status"].tolist() == [2] * 3


def test_nothing_is_written_beside_the_files(tmp_path):
    gml(tmp_path / "plan.gml", ({"arealformål": 1300}, gml_square(f"{KARTVERKET}25833")))
    read(tmp_path, "plan.gml")
    assert [each.name for each in tmp_path.iterdir()] == ["plan.gml"]


def test_an_arc_in_gml_is_a_curve_and_heights_are_left_out(tmp_path):
    gml(tmp_path / "plan.gml", ({"arealformål": 1340}, gml_half_disc()))
    found = read(tmp_path, "plan.gml").frame
    sound(found, "planned")
    assert found.geometry.area.iloc[0] == pytest.approx(HALF_DISC, rel=2e-3)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_curve_in_a_geopackage_is_read_both_ways(tmp_path, monkeypatch, streamed):
    curved_gpkg(tmp_path / "plan.gpkg")
    monkeypatch.setattr(landfiles, "LARGE", 0 if streamed else 10**9)
    found = read(tmp_path, "plan.gpkg").frame
    assert len(found) == 1 and found.geometry.area.iloc[0] == pytest.approx(HALF_DISC, rel=2e-3)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "gml"])
def test_heights_and_compound_systems_are_made_flat(tmp_path, ending):
    high = frame([shapely.force_3d(square(0, 0), 12.5)], arealformål=[1300])
    high.set_crs(5973, allow_override=True).to_file(tmp_path / f"plan.{ending}")  # EPSG:25833 with heights
    found = read(tmp_path, f"plan.{ending}").frame
    sound(found, "planned")
    assert found.geometry.area.iloc[0] == pytest.approx(10_000)


def test_what_has_no_geometry_is_counted_and_what_is_invalid_is_repaired(tmp_path):
    bow = Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    twice = MultiPolygon([square(1000, 0, 100), square(1050, 0, 100)])  # overlaps itself: 150 m × 100 m in all
    shapes = [square(500, 0), None, Polygon(), bow, twice, square(500, 0)]
    plans(shapes).to_file(tmp_path / "plan.gpkg")
    found = read(tmp_path, "plan.gpkg")
    sound(found.frame, "planned")
    assert (found.features, found.used, found.dropped, found.repaired, found.duplicates) == (6, 4, 2, 2, 1)
    assert sorted(found.frame.geometry.area.round(6)) == [5_000, 10_000, 10_000, 15_000]


def test_collections_give_the_parts_of_the_layers_kind(tmp_path):
    nested = GeometryCollection([Point(EAST, NORTH), GeometryCollection([square(0, 0), square(50, 0)]), LineString([(EAST, NORTH), (EAST + 9, NORTH)])])  # fmt: skip
    geojson(tmp_path / "x.geojson", [({"arealformål": 1300}, mapping(nested)), ({"arealformål": 1300}, mapping(Point(EAST, NORTH)))])  # fmt: skip
    found = read(tmp_path, "x.geojson")
    assert found.used == 1 and found.frame.geometry.area.iloc[0] == 15_000
    assert any("1 objekter er ikke flater" in note for note in found.notes)
    roads = read(tmp_path, "x.geojson", role="roads").frame
    sound(roads, "roads")
    assert sorted(roads.geom_type) == ["LineString", "Polygon"] and roads.geometry.length.min() == 9


def test_coordinates_that_are_no_numbers_are_dropped(tmp_path):
    shapes = [square(0, 0), Polygon([(EAST, NORTH), (EAST + 100, np.nan), (EAST + 100, NORTH + 100)])]
    plans(shapes).to_file(tmp_path / "plan.gpkg")
    found = read(tmp_path, "plan.gpkg")
    assert found.used == 1
    sound(found.frame, "planned")


def test_plans_are_those_in_the_municipality_and_others_also_those_near_it(tmp_path):
    shapes = [square(0, 0), square(4950, 0), square(5000, 0), square(9900, 0), square(10_100, 0)]
    plans(shapes).to_file(tmp_path / "plan.gpkg")
    assert read(tmp_path, "plan.gpkg").used == 2  # the third only touches the border
    assert read(tmp_path, "plan.gpkg", role="buildings").used == 4
    assert read(tmp_path, "plan.gpkg", within=None).used == 5


# Columns


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["1340 - Industri", "1340.0", " 1340 ", "1340: x"], [1340] * 4),
        ([1340.0, None, 1350.0, np.nan], [1340, pd.NA, 1350, pd.NA]),
        (["Industri", "", None, "13x40"], [pd.NA] * 4),
        (["0", "-1", "1340 (industri)", "1340 Industri"], [pd.NA, pd.NA, 1340, 1340]),
    ],
)
def test_codes_are_read_from_what_stands_there(tmp_path, given, wanted):
    shapes = [square(i * 200, 0) for i in range(4)]
    frame(shapes, KPAREALFORMAL=given).to_file(tmp_path / "plan.gpkg")
    found = read(tmp_path, "plan.gpkg")
    assert found.frame["purpose"].tolist() == wanted and found.frame["status"].isna().all()
    lost = sum(pd.isna(out) and isinstance(each, str) and each != "" for each, out in zip(given, wanted, strict=True))
    assert any(note.startswith(f"{lost} verdier") for note in found.notes) == bool(lost)


@pytest.mark.parametrize("name", ["Arealformål", "AREALFORMAL ", "kpArealformål", "arealform"])
def test_columns_go_by_any_case_and_mark(tmp_path, name):
    frame([square(0, 0)], **{name: [1310]}).to_file(tmp_path / "plan.geojson")
    assert read(tmp_path, "plan.geojson").frame["purpose"].tolist() == [1310]
    assert read(tmp_path, "plan.geojson", columns={"purpose": f" {name.upper()}"}).used == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@pytest.mark.parametrize("told", [True, False])
def test_letters_in_a_shapefile_keep_their_marks(tmp_path, encoding, told):
    lines = gpd.GeoDataFrame(
        {"navn": ["Blåbærøya", "Ås"]}, geometry=[Point(EAST, NORTH), Point(EAST + 9, NORTH)], crs=25833
    )
    lines.to_file(tmp_path / "s.shp", encoding=encoding)
    if not told:
        (tmp_path / "s.cpg").unlink()
        with (tmp_path / "s.dbf").open("r+b") as file:
            file.seek(29)
            file.write(b"\0")  # the table's own mark of its alphabet
    assert read(tmp_path, "s.shp", role="stations").frame["name"].tolist() == ["Blåbærøya", "Ås"]


def test_yes_and_no_are_guessed_from_the_road_category_or_told(tmp_path):
    given = ["E", "Rv 22", "FV118", "Europaveg", "K", "Privatveg", "?", None]
    shapes = [LineString([(EAST, NORTH + i), (EAST + 9, NORTH + i)]) for i in range(8)]
    frame(shapes, vegkategori=given).to_file(tmp_path / "v.gpkg")
    guessed = read(tmp_path, "v.gpkg", role="roads").frame["main"].tolist()
    assert guessed == [True, True, True, True, False, False, pd.NA, pd.NA]
    told = read(tmp_path, "v.gpkg", role="roads", values={"main": ["k", "?"]}).frame["main"].tolist()
    assert told == [False] * 4 + [True, False, True, pd.NA]
    given = read(tmp_path, "v.gpkg", role="roads", constants={"main": True}).frame["main"]
    assert given.all() and len(given) == 8


def test_constants_and_keep(tmp_path):
    frame([square(0, 0), square(200, 0)], planstatus=[3.0, np.nan], gjentaksin=["200 år", "20"]).to_file(
        tmp_path / "f.gpkg"
    )
    assert read(tmp_path, "f.gpkg", role="flood").frame["return_years"].tolist() == [200, 20]
    assert read(tmp_path, "f.gpkg", role="flood", constants={"return_years": 50}).frame["return_years"].tolist() == [
        50,
        50,
    ]
    kept = read(tmp_path, "f.gpkg", role="flood", keep={"Planstatus": ["3"]})
    assert kept.used == 1 and kept.features == 2
    with pytest.raises(DataError, match=r"passer med keep.*planstatus: 3\.0"):
        read(tmp_path, "f.gpkg", role="flood", keep={"planstatus": ["4"]})


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({}, r"fant ingen kolonne for purpose\. De som finnes: kode, navn\..*columns = \{ purpose"),
        ({"columns": {"purpose": "formål"}}, "har ikke kolonnen «formål». De som finnes: kode, navn"),
        ({"columns": {"purpose": "kode"}, "keep": {"x": ["1"]}}, "har ikke kolonnen «x» i keep"),
        ({"columns": {"purpose": "kode"}, "values": {"status": ["1"]}}, "values kan bare brukes på ja/nei"),
        ({"columns": {"purpose": "kode"}, "layer": "areal"}, "har ikke laget «areal», men plan"),
        ({"columns": {"purpose": "kode"}, "crs": "EPSG:x"}, "er ikke et koordinatsystem"),
    ],
)
def test_what_layers_toml_says_and_the_file_does_not_have(tmp_path, spec, message):
    frame([square(0, 0)], kode=[1300], navn=["a"]).to_file(tmp_path / "plan.gpkg")
    with pytest.raises(DataError, match=message):
        read(tmp_path, "plan.gpkg", **spec)


# What cannot be right


def test_a_file_that_is_not_there_or_no_map(tmp_path):
    with pytest.raises(DataError, match=r"layers\.planned: plan\.gpkg finnes ikke i"):
        read(tmp_path, "plan.gpkg")
    (tmp_path / "plan.gpkg").write_bytes(b"")
    with pytest.raises(DataError, match="er en tom fil"):
        read(tmp_path, "plan.gpkg")


def test_what_the_system_refuses_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "plan.gpkg").mkdir()
    with pytest.raises(DataError, match=r"^layers\.planned: plan\.gpkg er en mappe, ikke en fil"):
        read(tmp_path, "plan.gpkg")
    long = "x" * 300 + ".gpkg"
    with pytest.raises(DataError, match=rf"^layers\.planned: {long} kan ikke leses: navnet er for langt"):
        read(tmp_path, long)
    plans().to_file(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match=r"p\.gpkg/q\.gpkg finnes ikke i|q\.gpkg finnes ikke i"):
        read(tmp_path, "p.gpkg/q.gpkg")
    for error, why in (
        (PermissionError(13, "x"), "mangler tilgang"),
        (OSError(5, "Input/output error"), "Input/output"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", lambda *_, error=error: (_ for _ in ()).throw(error))
            with pytest.raises(DataError, match=rf"^layers\.planned: p\.gpkg kan ikke leses: {why}[^\n]*$"):
                read(tmp_path, "p.gpkg")


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("p.gpkg", b"SQLite format 3\0" + b"x" * 5000),
        ("p.gpkg", b"PK nothing"),
        ("p.geojson", b'{"type": "FeatureCollection", "features": [{"type"'),
        ("p.geojson", b"<html>404</html>"),
        ("p.gml", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'),
        ("p.gml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("p.gml", b"<html><body>hei</body></html>"),
        ("p.zip", b"PK nothing"),
        ("p.json", b'{"a": 1}'),
    ],
)
def test_a_damaged_file_is_told(tmp_path, file, data):
    (tmp_path / file).write_bytes(data)
    with pytest.raises(DataError, match=rf"layers\.planned: {file}.*(kan ikke leses|er skadet|ingen kartlag)"):
        read(tmp_path, file)


def test_a_shapefile_without_its_other_files(tmp_path):
    plans().to_file(tmp_path / "p.shp")
    for ending in (".shx", ".dbf"):
        (tmp_path / f"p{ending}").unlink()
    with pytest.raises(DataError, match=r"mangler \.shx og \.dbf"):
        read(tmp_path, "p.shp")


def test_no_coordinate_system_is_refused_until_it_is_told(tmp_path):
    plans().set_crs(None, allow_override=True).to_file(tmp_path / "p.shp")
    with pytest.raises(DataError, match=r'sier ikke hvilket koordinatsystem.*crs = "EPSG:25833".*\[layers\.planned\]'):
        read(tmp_path, "p.shp")
    assert read(tmp_path, "p.shp", common="EPSG:25833").used == 3
    assert read(tmp_path, "p.shp", crs="EPSG:25833").crs == "EPSG:25833"


def test_a_layers_own_system_goes_before_the_files_and_that_is_told(tmp_path):
    plans().to_crs(25832).set_crs(25833, allow_override=True).to_file(tmp_path / "p.gpkg")
    found = read(tmp_path, "p.gpkg", crs="EPSG:25832")
    assert found.used == 3 and any("filen sier EPSG:25833, layers.toml EPSG:25832" in note for note in found.notes)
    assert (
        read(tmp_path, "p.gpkg", common="EPSG:4326", within=None).crs == "EPSG:25833"
    )  # only for files that do not say


def test_geojson_without_a_system_is_degrees_or_what_is_told_of_all_files(tmp_path):
    geojson(tmp_path / "m.geojson", [({"arealformål": 1300}, mapping(square(0, 0)))], crs="")
    with pytest.raises(DataError, match=r"uten koordinatsystem.*koordinatene er meter"):
        read(tmp_path, "m.geojson")
    assert read(tmp_path, "m.geojson", common="EPSG:25833").used == 1
    degrees = plans().to_crs(4326)
    geojson(tmp_path / "d.geojson", [({"arealformål": 1300}, mapping(degrees.geometry.iloc[0]))], crs="")
    assert read(tmp_path, "d.geojson", common="EPSG:25833").crs == "EPSG:4326"


def test_degrees_taken_for_metres_and_metres_for_degrees(tmp_path):
    plans().to_crs(4258).set_crs(25833, allow_override=True).to_file(tmp_path / "d.gpkg")
    with pytest.raises(DataError, match=r"oppgitt i EPSG:25833, men koordinatene er grader.*EPSG:4258"):
        read(tmp_path, "d.gpkg")
    plans().set_crs(4258, allow_override=True).to_file(tmp_path / "m.gpkg")
    with pytest.raises(DataError, match="oppgitt i EPSG:4258, men koordinatene er meter"):
        read(tmp_path, "m.gpkg")


def test_a_layer_without_features_or_geometry(tmp_path):
    geojson(tmp_path / "e.geojson", [])
    with pytest.raises(DataError, match="har ingen objekter"):
        read(tmp_path, "e.geojson")
    plans().iloc[:0].to_file(tmp_path / "e.gpkg")
    with pytest.raises(DataError, match="har ingen objekter"):
        read(tmp_path, "e.gpkg")
    geojson(tmp_path / "n.geojson", [({"arealformål": 1300}, None)] * 2)
    with pytest.raises(DataError, match="2 objekter, men ingen har geometri"):
        read(tmp_path, "n.geojson")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((12.57, 55.68), "ligger ikke i Norge: midtpunktet er 55,68° nord, 12,57° øst"),
        ((59.1, 11.4), "ligger ikke i Norge: midtpunktet er 11,40° nord, 59,10° øst.*øst før nord"),
        ((10.4, 63.4), "ingenting ligger i kommunen. Midtpunktet i filen er 63,40° nord, 10,40° øst, kommunens er 59,"),
    ],
)
def test_another_country_swapped_axes_and_another_municipality(tmp_path, place, message):
    frame([Point(place).buffer(0.01)], crs=4326, arealformål=[1300]).to_file(tmp_path / "p.geojson")
    with pytest.raises(DataError, match=message):
        read(tmp_path, "p.geojson")


def test_outside_norway_is_refused_also_without_a_boundary(tmp_path):
    plans([square(0, 0), square(200, 0), square(2_000_000, 0)]).to_file(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match=r"koordinatene .* ligger ikke i Norge"):
        read(tmp_path, "p.gpkg", within=None)
    assert read(tmp_path, "p.gpkg", role="buildings").used == 2


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_degrees_among_metres_are_counted_and_refused_where_a_plan_has_many(tmp_path, ending):
    metres = [square(i * 200, 0) for i in range(9)]
    degrees = list(frame(metres).to_crs(4258).geometry)
    plans([*metres, degrees[0]]).to_file(tmp_path / f"one.{ending}")
    found = read(tmp_path, f"one.{ending}")
    note = "1 objekt ligger utenfor Norge og er utelatt: blander filen koordinatsystemer?"
    assert found.used == 9 and found.notes == (note,)
    plans([*metres, *degrees[:3]]).to_file(tmp_path / f"three.{ending}")
    with pytest.raises(DataError, match=r"3 av 12 objekter ligger utenfor Norge når koordinatene leses som EPSG:25833"):
        read(tmp_path, f"three.{ending}")
    found = read(tmp_path, f"three.{ending}", role="buildings")
    assert found.used == 9 and found.notes[0].startswith("3 objekter ligger utenfor Norge og er utelatt")


def test_the_wrong_kind_of_geometry(tmp_path):
    frame([Point(EAST, NORTH)], arealformål=[1300]).to_file(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match="har ingen flater, som planned må være"):
        read(tmp_path, "p.gpkg")
    plans().to_file(tmp_path / "s.gpkg")
    assert read(tmp_path, "s.gpkg", role="stations").used == 3
    frame([LineString([(EAST, NORTH), (EAST + 9, NORTH)])], navn=["a"]).to_file(tmp_path / "l.gpkg")
    with pytest.raises(DataError, match="har ingen flater eller punkter, som stations må være"):
        read(tmp_path, "l.gpkg", role="stations")


def test_a_polygon_over_the_whole_country_is_refused_as_a_plan_and_noted_elsewhere(tmp_path):
    plans([square(0, 0), box(-80_000, 6_440_000, 1_100_000, 7_900_000)]).to_file(tmp_path / "p.gpkg")
    with pytest.raises(DataError, match="1 flate som er mye større enn kommunen"):
        read(tmp_path, "p.gpkg")
    with pytest.raises(DataError, match="1 flate som er mye større enn kommunen"):
        read(tmp_path, "p.gpkg", within=None)
    found = read(tmp_path, "p.gpkg", role="protected")
    assert found.used == 2 and "mye større enn kommunen" in found.notes[-1]


def test_several_layers_must_be_chosen_among_and_may_have_different_systems(tmp_path):
    plans().to_file(tmp_path / "p.gpkg", layer="arealformål")
    plans([square(0, 0)]).to_crs(25832).to_file(tmp_path / "p.gpkg", layer="eldre")
    with pytest.raises(DataError, match=r"har flere lag \(arealformål, eldre\)"):
        read(tmp_path, "p.gpkg")
    assert read(tmp_path, "p.gpkg", layer="AREALFORMÅL").used == 3
    assert read(tmp_path, "p.gpkg", layer="eldre").crs == "EPSG:25832"


def test_features_of_one_layer_in_different_systems_are_refused(tmp_path):
    one, two = gml_square(f"{KARTVERKET}25833"), gml_square(f"{KARTVERKET}25832", 640_000)
    gml(tmp_path / "m.gml", ({"arealformål": 1300}, one), ({"arealformål": 1300}, two))
    with pytest.raises(DataError, match=r"blander koordinatsystemer \(EPSG:25832, EPSG:25833\)"):
        read(tmp_path, "m.gml", common="EPSG:25833")
    text = geojson(tmp_path / "m.geojson", [({"arealformål": 1300}, mapping(square(0, 0)))]).read_text()
    inner = '"geometry": {"crs": {"type": "name", "properties": {"name": "EPSG:25832"}}, '
    (tmp_path / "m.geojson").write_text(text.replace('"geometry": {', inner))
    with pytest.raises(DataError, match="blander koordinatsystemer"):
        read(tmp_path, "m.geojson")
    plans().to_file(tmp_path / "m.gpkg", layer="x")
    rewrite_gpkg(tmp_path / "m.gpkg", lambda fid, blob: blob[:4] + b"\xe8\x64\0\0" + blob[8:] if fid == 2 else blob)
    with pytest.raises(DataError, match="blander koordinatsystemer i samme lag"):
        read(tmp_path, "m.gpkg")


def test_gml_that_names_one_system_in_two_ways_is_one(tmp_path):
    one, two = gml_square(f"{KARTVERKET}25833"), gml_square("urn:ogc:def:crs:EPSG::25833", EAST + 500)
    gml(tmp_path / "m.gml", ({"arealformål": 1300}, one), ({"arealformål": 1300}, two))
    assert read(tmp_path, "m.gml", common="EPSG:25833").used == 2


@pytest.mark.parametrize("name", [KARTVERKET, "urn:ogc:def:crs:EPSG::"])
@pytest.mark.parametrize(("compound", "east", "flat"), [(5972, 640_000, 25832), (5973, EAST, 25833)])
def test_gml_with_heights_above_the_sea_is_of_its_horizontal_system(tmp_path, monkeypatch, name, compound, east, flat):
    gml(tmp_path / "h.gml", ({"arealformål": 1300}, gml_square(f"{name}{compound}", east, height="12.5")))
    home = frame([box(east, NORTH, east + 100, NORTH + 100)], crs=flat).to_crs(25833).geometry.iloc[0]
    for large in (landfiles.LARGE, 0):
        monkeypatch.setattr(landfiles, "LARGE", large)
        found = read(tmp_path, "h.gml", within=home.buffer(1000))
        sound(found.frame, "planned")
        assert found.crs == f"EPSG:{flat}" and found.frame["purpose"].tolist() == [1300]
        assert found.frame.geometry.iloc[0].symmetric_difference(home).area < 1


def test_a_system_that_only_gdal_knows_counts_as_none(tmp_path, monkeypatch):
    plans().to_file(tmp_path / "p.gpkg")
    asked = landopen._info
    monkeypatch.setattr(landopen, "_info", lambda *given: asked(*given) | {"crs": "EPSG:11023"})
    with pytest.raises(DataError, match=r'sier ikke hvilket koordinatsystem.*Skriv crs = "EPSG:25833"'):
        read(tmp_path, "p.gpkg")
    assert read(tmp_path, "p.gpkg", crs="EPSG:25833").used == 3


def test_a_system_without_a_code_is_called_by_its_name(tmp_path):
    text = CRS.from_epsg(25833).to_wkt().replace(',ID["EPSG",25833]', "")
    own = CRS.from_wkt(text.replace("zone 33N", "for kommunen").replace('origin",15,', 'origin",15.5,'))
    plans().to_crs(own).to_file(tmp_path / "p.gpkg")
    found = read(tmp_path, "p.gpkg")
    assert found.used == 3 and found.crs == "ETRS89 / UTM for kommunen"
    assert landopen.called(landopen.flat(CRS.from_epsg(5973))) == "EPSG:25833"


# Archives


def test_a_zip_with_one_map_is_read_a_shapefile_too(tmp_path):
    archive(
        tmp_path / "a.zip",
        ("Basis data/Plan åæø.geojson", as_geojson([square(0, 0)], arealformål=[1300])),
        ("les.txt", b"x"),
    )
    assert read(tmp_path, "a.zip").used == 1
    plans().to_file(tmp_path / "Plan.shp")
    parts = [(f"mappe\\{each.name}", each.read_bytes()) for each in sorted(tmp_path.glob("Plan.*"))]
    archive(tmp_path / "b.zip", *parts)
    assert read(tmp_path, "b.zip").used == 3


@pytest.mark.parametrize(
    "evil", ["../ut.geojson", "/tmp/ut.geojson", "a/../../ut.geojson", "..\\ut.geojson", "C:\\ut.geojson"]
)
def test_a_path_that_leads_out_is_refused_by_name_and_nothing_is_written(tmp_path, evil):
    data = as_geojson([square(0, 0)], arealformål=[1300])
    (tmp_path / "in").mkdir()
    archive(tmp_path / "in" / "a.zip", (evil, data), ("plan.geojson", data))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError) as told:
        read(tmp_path / "in", "a.zip")
    assert evil in str(told.value) and "peker ut av mappen" in str(told.value)
    assert sorted(tmp_path.rglob("*")) == before and not Path("/tmp/ut.geojson").exists()


def test_a_link_in_a_zip_is_refused(tmp_path):
    archive(tmp_path / "a.zip", ("plan.geojson", b"/etc/passwd"), link="plan.geojson")
    with pytest.raises(DataError, match=r"«plan\.geojson» i arkivet er en lenke"):
        read(tmp_path, "a.zip")


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    archive(tmp_path / "a.zip", ("plan.geojson", b"{" + b" " * 2_000_000))
    assert (tmp_path / "a.zip").stat().st_size < 10_000
    monkeypatch.setattr(landopen, "LARGEST", 1_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(DataError, match="GB utpakket, for mye"):
        read(tmp_path, "a.zip")


def test_a_zip_with_several_maps_is_chosen_from_and_one_without_is_told(tmp_path):
    data = as_geojson([square(0, 0)], arealformål=[1300])
    archive(tmp_path / "a.zip", ("x/en.geojson", data), ("x/to.geojson", data))
    with pytest.raises(DataError, match=r"flere kartfiler \(x/en\.geojson, x/to\.geojson\)"):
        read(tmp_path, "a.zip")
    assert read(tmp_path, "a.zip", layer="to").used == 1
    archive(tmp_path / "b.zip", ("les.txt", b"x"))
    with pytest.raises(DataError, match=r"ingen kartfil, bare les\.txt"):
        read(tmp_path, "b.zip")


# Large files


def test_a_large_file_is_read_in_batches_with_the_same_result(tmp_path, monkeypatch):
    many(10_000).to_file(tmp_path / "p.gpkg")
    whole = read(tmp_path, "p.gpkg")
    monkeypatch.setattr(landfiles, "LARGE", 1000)
    monkeypatch.setattr(landfiles, "BATCH", 300)
    parts = read(tmp_path, "p.gpkg")
    assert whole.used == parts.used > 200 and parts.features == 10_000
    assert any("lest i porsjoner" in note for note in parts.notes) and not whole.notes
    assert parts.frame.equals(whole.frame)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "gml"])
def test_thirty_megabytes_are_read_both_ways_alike(tmp_path, monkeypatch, ending):
    many(100_000).to_file(tmp_path / f"p.{ending}")
    size = (tmp_path / f"p.{ending}").stat().st_size
    assert size > 15_000_000
    whole = read(tmp_path, f"p.{ending}", role="planned")
    monkeypatch.setattr(landfiles, "LARGE", size // 2)
    parts = read(tmp_path, f"p.{ending}", role="planned")
    assert parts.used > 2000 and parts.frame.equals(whole.frame)


def test_a_file_that_memory_does_not_hold_is_refused_with_an_estimate(tmp_path, monkeypatch):
    many(2500).to_file(tmp_path / "p.gpkg")
    size = (tmp_path / "p.gpkg").stat().st_size
    monkeypatch.setattr(landfiles.psutil, "virtual_memory", lambda: SimpleNamespace(available=size))
    monkeypatch.setattr(landfiles, "_batches", lambda *_: pytest.fail("it was read"))
    with pytest.raises(DataError, match=r"100% av objektene.*MB minne.*MB er ledig\. Klipp filen"):
        read(tmp_path, "p.gpkg", within=box(*many(4).total_bounds).buffer(200_000), role="buildings")
    monkeypatch.undo()
    monkeypatch.setattr(landfiles.psutil, "virtual_memory", lambda: SimpleNamespace(available=size))
    assert read(tmp_path, "p.gpkg").used > 30  # of which little lies in the municipality


# Whatever comes in

near = st.integers(-200, 200)
points = st.tuples(near, near).map(lambda each: (EAST + each[0], NORTH + each[1]))
heights = st.booleans()


@st.composite
def shapes(draw, depth=1):
    kind = draw(st.sampled_from(["none", "point", "line", "ring", "polygon", "holed", "empty", "multi", "collection"]))
    some = draw(st.lists(points, min_size=4, max_size=7))
    made = {
        "none": lambda: None,
        "point": lambda: draw(st.sampled_from([Point(some[0]), MultiPoint(some)])),
        "line": lambda: draw(st.sampled_from([LineString(some), MultiLineString([some, some[:2]]), LineString([some[0]] * 2)])),
        "ring": lambda: LinearRing(some),
        "polygon": lambda: Polygon(some),
        "holed": lambda: Polygon(some, [draw(st.lists(points, min_size=4, max_size=5))]),
        "empty": lambda: draw(st.sampled_from([Polygon(), GeometryCollection(), MultiPolygon(), LineString()])),
        "multi": lambda: MultiPolygon([Polygon(some), Polygon(draw(st.lists(points, min_size=4, max_size=5)))]),
        "collection": lambda: GeometryCollection([each for each in draw(st.lists(shapes(depth - 1), max_size=3)) if each is not None]) if depth else Point(some[0]),
    }[kind]()  # fmt: skip
    return shapely.force_3d(made, 7.0) if made is not None and draw(heights) else made


@pytest.mark.parametrize("role", ["planned", "roads", "stations"])
@settings(max_examples=60)
@given(drawn=st.lists(shapes(), min_size=1, max_size=6))
def test_whatever_goes_in_what_comes_out_can_be_measured(role, drawn):
    cleaned = landshapes.clean(np.array([*drawn, None], dtype=object)[:-1], role)
    assert shapely.is_valid(cleaned.shapes).all() and not shapely.is_empty(cleaned.shapes).any()
    assert not shapely.has_z(cleaned.shapes).any()
    assert set(shapely.get_dimensions(cleaned.shapes)) <= set(landshapes.dimensions(role))
    assert not set(shapely.get_type_id(cleaned.shapes)) & {landshapes.COLLECTION, landshapes.RING}
    assert len(set(cleaned.index)) + cleaned.empty + cleaned.other == len(drawn)  # each is used, or counted as left out
    assert list(cleaned.index) == sorted(cleaned.index)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(shapes(), min_size=1, max_size=5), role=st.sampled_from(ROLES))
def test_a_file_of_any_mixture_gives_a_layer_or_a_reason(tmp_path, drawn, role):
    path = tmp_path / "x.gpkg"
    path.unlink(missing_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame([*drawn, square(0, 0)], arealformål=[1300] * (len(drawn) + 1), artype=[21] * (len(drawn) + 1)).to_file(
            path
        )
    found = read(tmp_path, "x.gpkg", role=role)
    sound(found.frame, role)
    assert found.used >= 1 and found.features == len(drawn) + 1


def test_overlap_is_counted_once_however_many_lie_on_each_other():
    lying = np.array([square(0, 0), square(50, 0), square(50, 0), square(100, 0), square(0, 100)], dtype=object)
    # from 50 to 150 m east two or three lie on each other; the last only touches
    assert landshapes.overlap_m2(lying) == pytest.approx(100 * 100)
    assert landshapes.overlap_m2(lying[[0, 3, 4]]) == 0


def test_outside_is_what_lies_beyond_the_border():
    lying = np.array([square(0, 0), square(4950, 0), square(6000, 0)], dtype=object)
    assert landshapes.outside_m2(lying, HOME) == pytest.approx(5_000 + 10_000)


@pytest.mark.parametrize(
    "name", ["kommunenummer", "Kommunenr", "kommnr", "KOMM_NR", "kommune_nr", "knr", "komm", "code"]
)
def test_the_column_of_municipality_numbers_goes_by_many_names(tmp_path, name):
    frame([square(0, 0)], **{"id": [7], name: [301]}).to_file(tmp_path / "b.gpkg")
    assert read(tmp_path, "b.gpkg", role="boundary").frame["code"].tolist() == ["0301"]


def test_the_guesses_are_folded_as_the_columns_are():
    for guesses in landcolumns.GUESSES.values():
        assert all(landcolumns.fold(each) == each for each in guesses)
