"""What a map service answers, page by page: taken when it is whole, refused with the reason when it is not."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from helpers.errors import SourceError
from helpers.land.openlayers import listing
from helpers.sources import arcgis
from helpers.sources.arcgis import Layer, MapService
from helpers.sources.door import Door
from helpers.sources.landfetch import chosen
from official import faults

FLOOD = listing().open["flood"]
BOX = (295_000.0, 6_545_000.0, 310_000.0, 6_560_000.0)
LAYER = Layer(22, "Flomsone_200ar", "OBJECTID", 2, ())


@pytest.fixture
def door(server, clock):
    with Door(clock, server.addresses()) as opened:
        yield opened


@pytest.fixture
def flood(door):
    return MapService(door, "nve", FLOOD.path, "land_flood_3101")


def numbers(pages):
    return [[each["properties"]["OBJECTID"] for each in json.loads(page.answer.body)["features"]] for page in pages]


@pytest.mark.parametrize("nested", [False, True])
def test_every_page_is_asked_for_in_the_order_of_the_object_ids(flood, server, nested):
    server.flood.nested = nested
    pages = flood.pages(LAYER, box=BOX)
    assert numbers(pages) == [[1, 2], [3, 4], [5]] and [page.features for page in pages] == [2, 2, 1]
    asked = [parse_qs(urlsplit(page.answer.url).query) for page in pages]
    assert [each["resultOffset"] for each in asked] == [["0"], ["2"], ["4"]]
    assert {each["orderByFields"][0] for each in asked} == {"OBJECTID"} and asked[0]["outSR"] == ["25833"]
    assert asked[0]["geometry"] == ["295000,6545000,310000,6560000"] and asked[0]["inSR"] == ["25833"]


def test_a_sign_that_there_is_more_is_not_needed_where_the_count_tells(flood, server):
    server.faults.always("/22/query", faults.edit(lambda body: body.pop("exceededTransferLimit", None) and None))
    assert numbers(flood.pages(LAYER, box=BOX)) == [[1, 2], [3, 4], [5]]


def test_a_last_page_that_says_there_is_more_is_followed_by_an_empty_one_that_is_not_kept(flood, server):
    server.faults.add("/22/query", [faults.ok()] * 3, faults.edit(lambda body: body | {"exceededTransferLimit": True}))
    assert numbers(flood.pages(LAYER, box=BOX)) == [[1, 2], [3, 4], [5]]
    assert len(server.called("/22/query")) == 5


def test_a_page_that_is_shorter_than_asked_for_is_gone_on_from(flood, server):
    server.faults.add("/22/query", faults.ok(), faults.edit(lambda body: body | {"features": body["features"][:1]}))
    assert numbers(flood.pages(LAYER, box=BOX)) == [[1], [2, 3], [4, 5]]


def test_none_is_an_answer(flood):
    assert [page.features for page in flood.pages(Layer(6, "Flomsone_10ar", "OBJECTID", 2, ()), box=BOX)] == [0]


def shifted(body):
    for each in body["features"]:
        each["geometry"]["coordinates"] = [
            [[x + 90_000, y] for x, y in ring] for ring in each["geometry"]["coordinates"]
        ]


def first_geometry(shape):
    def change(body):
        body["features"][0]["geometry"] = shape

    return faults.edit(change)


def no_number(body):
    body["features"][0].pop("id")
    body["features"][0]["properties"].pop("OBJECTID")


def polygon(x, y):
    return {"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x, y + 1], [x, y]]]}


ERROR = b'{"error":{"code":400,"message":"Failed to execute query.","details":["Invalid field: OBJECTID"]}}'


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faults.html(200), r"svarte med en nettside \(status 200\)"),
        (faults.html(404), r"svarte med en nettside \(status 404\)"),
        (faults.replace(ERROR), r"avviste spørringen: Failed to execute query\. Invalid field: OBJECTID \(400\)"),
        (faults.replace(b'{"error":{"code":499,"message":"Token Required","details":null}}'), r"Token Required \(499\)"),
        (faults.replace(b'{"error":"no"}'), r"avviste spørringen: no \(200\)"),
        (faults.status(404, body=b"{}"), r"uten forklaring \(404\)"),
        (faults.wrong_json(), "noe som ikke er JSON"),
        (faults.replace(b""), "noe som ikke er JSON"),
        (faults.replace(b"[]"), "JSON som ikke er et objekt"),
        (faults.replace(b'{"features":[]}'), r"ikke er GeoJSON \(Flomsone_200ar, side 1\)"),
        (faults.replace(b'{"type":"FeatureCollection"}'), "ikke er GeoJSON"),
        (faults.edit(lambda body: body | {"features": [7]}), "objekt uten OBJECTID"),
        (faults.edit(no_number), "objekt uten OBJECTID"),
        (faults.edit(lambda body: body | {"crs": {"properties": {"name": "EPSG:4326"}}}), "svarte i EPSG:4326, ikke i EPSG:25833"),
        (faults.edit(lambda body: body | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}}), "32633"),
        (first_geometry(polygon(11.4, 59.1)), "svarte i grader, ikke i meter"),
        (first_geometry(polygon(1_500_000.0, 9_000_000.0)), "ikke ligger i Norge"),
        (first_geometry(polygon(float("nan"), 6_550_000.0)), "koordinater som ikke kan leses"),
        (first_geometry({"type": "Polygon", "coordinates": [[["x", 1]]]}), "koordinater som ikke kan leses"),
        (first_geometry({"type": "Polygon", "coordinates": None}), "koordinater som ikke kan leses"),
        (first_geometry({"type": "Point", "coordinates": [300_000, 6_550_000]}), "svarte med Point, ikke flater"),
        (faults.edit(shifted), "utenfor området det ble spurt om"),
        (faults.edit(lambda body: body["features"].append(body["features"][0])), "tjeneren følger ikke resultOffset"),
        (faults.edit(lambda body: {"type": "FeatureCollection", "features": []}), r"ga 0 av 5 objekter"),
        (faults.edit(lambda body: body | {"features": []}), "sier at det er mer å hente, men gir ingenting"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_features_is_refused(flood, server, fault, message):
    server.faults.add("/22/query", faults.ok(), fault)  # the count first
    with pytest.raises(SourceError, match=rf"^land_flood_3101: NVE .*{message}"):
        flood.pages(LAYER, box=BOX)


def test_a_server_that_answers_in_degrees_is_found_whether_it_says_so_or_not(flood, server):
    server.flood.epsg = 4326
    with pytest.raises(SourceError, match="svarte i EPSG:4326, ikke i EPSG:25833"):
        flood.pages(LAYER, box=BOX)
    server.flood.named = False
    with pytest.raises(SourceError, match="svarte i grader, ikke i meter"):
        flood.pages(LAYER, box=BOX)


def test_a_coordinate_system_that_is_not_named_is_seen_in_the_coordinates(flood, server):
    server.flood.named = False
    pages = flood.pages(LAYER, box=BOX)
    assert "crs" not in json.loads(pages[0].answer.body) and numbers(pages) == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("count", [b"{}", b'{"count":"5"}', b'{"count":-1}', b'{"count":true}'])
def test_a_count_that_is_none_is_refused(flood, server, count):
    server.faults.add("/22/query", faults.replace(count))
    with pytest.raises(SourceError, match="uten antall på Flomsone_200ar"):
        flood.pages(LAYER, box=BOX)


def test_fewer_than_counted_and_more_than_counted_are_refused(flood, server):
    server.flood.total = 6
    with pytest.raises(SourceError, match="ga 5 av 6 objekter"):
        flood.pages(LAYER, box=BOX)
    server.flood.total = 3
    with pytest.raises(SourceError, match="flere objekter enn den selv talte, 3"):
        flood.pages(LAYER, box=BOX)


def test_a_server_that_ignores_the_offset_is_found_on_its_second_page(flood, server):
    server.flood.paged = False
    with pytest.raises(SourceError, match=r"gjentar objekter \(Flomsone_200ar, side 2\)"):
        flood.pages(LAYER, box=BOX)


def test_paging_ends_though_the_server_never_says_so(flood, server):
    server.flood.greedy = True
    with pytest.raises(SourceError, match="mer å hente, men gir ingenting"):
        flood.pages(LAYER, box=BOX)
    assert len(server.called("/22/query")) == 5  # the count, three pages, an empty one


def test_a_feature_without_geometry_is_the_producers(flood, server):
    server.faults.add("/22/query", faults.ok(), first_geometry(None))
    assert sum(page.features for page in flood.pages(LAYER, box=BOX)) == 5


def test_groups_and_points_are_no_layers_of_polygons(flood):
    assert [layer.number for layer in flood.layers()] == [6, 10, 14, 18, 22, 26, 30, 34]
    with pytest.raises(SourceError, match=r"lag 900 i .* er Flomsone_200ar \(Group Layer\), ikke flater"):
        MapService(flood.door, "nve", FLOOD.path, "x").layer(900)


def test_a_layer_of_points_or_without_object_ids_is_told(flood, server):
    server.faults.add("/MapServer/22", faults.edit(lambda body: body | {"geometryType": "esriGeometryPoint"}))
    with pytest.raises(SourceError, match=r"lag 22 i .* er Flomsone_200ar \(esriGeometryPoint\), ikke flater"):
        flood.layer(22)
    server.faults.add("/layers", faults.edit(lambda body: {"layers": [row | {"fields": []} for row in body["layers"]]}))
    with pytest.raises(SourceError, match=r"ingen lag med flater i .*bare Flomsone_200ar, "):
        flood.layers()


def layers(*names):
    return [Layer(at, name, "OBJECTID", 2, ()) for at, name in enumerate(names)]


def test_the_names_tell_the_return_period():
    there = layers(
        "Flomsone_1000ar",
        "Flomsone_200arsflom",
        "200-årsflom",
        "Flomsone_20ar",
        "Flomsone_200ar_klima",
        "Analyseområde 200",
    )
    assert [(layer.number, years) for layer, years in chosen(FLOOD, there, "x")] == [(3, "20"), (1, "200"), (2, "200"), (0, "1000")]  # fmt: skip
    slides = layers(
        "Kartleggingsomrade", "Skredfaresone_100", "Skredfaresone_5000", "Skredfaresone_1000", "Steinsprang_100"
    )
    assert [years for _, years in chosen(listing().open["landslide"], slides, "x")] == ["100", "1000", "5000"]


def test_names_that_tell_nothing_are_listed():
    with pytest.raises(SourceError, match=r"De som finnes: Sone A, Sone B\. Rett layers i land/sources\.toml"):
        chosen(FLOOD, layers("Sone A", "Sone B"), "land_flood_3101")


def test_bounds_of_nested_coordinates():
    assert arcgis.bounds([[[[1, 2, 9], [4, 0, 9]]], [[[3, 7, 9]]]]) == (1, 0, 4, 7)
    assert arcgis.bounds([]) is None
    assert arcgis.meets((0, 0, 1, 1), (500, 0, 600, 1)) and not arcgis.meets((0, 0, 1, 1), (1_100, 0, 1_200, 1))
