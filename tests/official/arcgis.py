"""ArcGIS map services and Kommuneinfo: polygons around the snapshot's points, in pages of a few features, GeoJSON in EPSG:25833."""

from __future__ import annotations

import re
from typing import Any

from .codes import axis, body, spans
from .wire import Answer, Call, document

HALF = 2_000  # metres from a municipality's point to the sides of its square, as in Geonorge's file
FLOOD = ((6, "Flomsone_10ar"), (10, "Flomsone_20ar"), (14, "Flomsone_50ar"), (18, "Flomsone_100ar"), (22, "Flomsone_200ar"),
         (26, "Flomsone_500ar"), (30, "Flomsone_1000ar"), (34, "Flomsone_200ar_klima"))  # fmt: skip
LANDSLIDE = ((0, "Kartleggingsomrade"), (6, "Skredfaresone_100"), (7, "Skredfaresone_1000"), (8, "Skredfaresone_5000"))
Feature = tuple[int, dict[str, Any], tuple[float, float, float, float]]  # object id, attributes, its box


def point(code: str) -> tuple[float, float]:
    """The municipality's point, metres in EPSG:25833."""
    points = body("kartverket_points.json")
    at = axis(points, "Region").index(code)
    return 1000.0 * points["value"][2 * at], 1000.0 * points["value"][2 * at + 1]


class MapService:
    """One service of an ArcGIS server.

    `features`: layer → what is in it. `limit`: most features in an answer. `points`: layers that are not polygons. `nested`: whether the
    sign that there is more stands under properties. `paged`: whether resultOffset counts. `total`: what returnCountOnly tells (None: the truth).
    `epsg`: of the answers, whatever was asked for. `named`: whether they name it. `greedy`: always says that there is more.
    """

    def __init__(self, layers: tuple[tuple[int, str], ...], features: dict[int, list[Feature]]) -> None:
        self.layers, self.features = dict(layers), features
        self.limit = 2
        self.points: dict[int, str] = {}
        self.nested, self.paged, self.named, self.greedy = False, True, True, False
        self.total: int | None = None
        self.epsg = 25833

    def answer(self, call: Call, parts: list[str]) -> Answer:
        """The answer to one call below the service."""
        match parts:
            case []:
                rows = [{key: row[key] for key in ("id", "name", "type")} for row in self._described()]
                return document({"currentVersion": 11.1, "layers": rows})
            case ["layers"]:
                return document({"layers": self._described(), "tables": []})
            case [number] if rows := [row for row in self._described() if str(row["id"]) == number]:
                return document(rows[0])
            case [number, "query"] if number.isdigit() and int(number) in self.layers:
                return self._query(int(number), call.query)
        return problem(400, "Invalid URL")

    def _described(self) -> list[dict[str, Any]]:
        group = {"id": 900, "name": "Flomsone_200ar", "type": "Group Layer", "geometryType": None, "fields": None}
        fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}, {"name": "kommune", "type": "esriFieldTypeString"}]
        common = {"type": "Feature Layer", "maxRecordCount": self.limit, "fields": fields}
        rows = [
            {"id": number, "name": name, "geometryType": "esriGeometryPolygon"} | common
            for number, name in self.layers.items()
        ]
        others = [
            {"id": number, "name": name, "geometryType": "esriGeometryPoint"} | common
            for number, name in self.points.items()
        ]
        return [group, *others, *rows]

    def _query(self, number: int, asked: dict[str, str]) -> Answer:
        found = self.features.get(number, [])
        if like := re.fullmatch(r"kommune LIKE '%\((\w{4})\)%'", asked.get("where", "")):
            wanted = re.compile(rf"\({like[1].replace('_', '.')}\)")
            found = [each for each in found if wanted.search(str(each[1].get("kommune")))]
        elif asked.get("where") != "1=1":
            return problem(400, "Failed to execute query.", ["'Invalid expression'"])
        if "geometry" in asked:
            if asked.get("geometryType") != "esriGeometryEnvelope" or asked.get("inSR") != "25833":
                return problem(400, "Invalid or missing input parameters.")
            west, south, east, north = (float(each) for each in asked["geometry"].split(","))
            found = [
                each for each in found
                if each[2][0] <= east and each[2][2] >= west and each[2][1] <= north and each[2][3] >= south
            ]  # fmt: skip
        if asked.get("returnCountOnly") == "true":
            return document({"count": len(found) if self.total is None else self.total})
        if asked.get("f") != "geojson" or asked.get("outSR") != "25833" or asked.get("orderByFields") != "OBJECTID":
            return problem(400, "Invalid or missing input parameters.")
        first = int(asked.get("resultOffset", 0)) if self.paged else 0
        last = first + min(self.limit, int(asked.get("resultRecordCount", self.limit)))
        page = sorted(found, key=lambda each: each[0])[first:last]
        told: dict[str, Any] = {"type": "FeatureCollection"}
        if self.named:
            told["crs"] = {"type": "name", "properties": {"name": f"EPSG:{self.epsg}"}}
        if last < len(found) or self.greedy:
            told |= {"properties": {"exceededTransferLimit": True}} if self.nested else {"exceededTransferLimit": True}
        fields = asked.get("outFields", "OBJECTID")
        return document(told | {"features": [self._feature(each, fields) for each in page]})

    def _feature(self, feature: Feature, fields: str) -> dict[str, Any]:
        number, given, (west, south, east, north) = feature
        if self.epsg == 4326:
            west, south, east, north = 11.3, 59.1, 11.4, 59.2
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        every = {"OBJECTID": number} | given
        kept = every if fields == "*" else {key: every[key] for key in fields.split(",") if key in every}
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "id": number, "geometry": shape, "properties": kept}


def problem(code: int, message: str, details: list[str] | None = None) -> Answer:
    """ArcGIS tells errors with status 200."""
    return document({"error": {"code": code, "message": message, "details": details or []}})


def _boxes(code: str, first: int, count: int, **given: Any) -> list[Feature]:
    """Squares of 300 m in a row from the south-western corner of a municipality's square."""
    east, north = point(code)
    found: list[Feature] = []
    for at in range(count):
        west, south = east - HALF + 400 * at, north - HALF
        found.append((first + at, dict(given), (west, south, west + 300, south + 300)))
    return found


def vern() -> MapService:
    """Protected areas: three in Halden and one in Sarpsborg, with the municipalities they lie in as text."""
    rows = _boxes("3101", 11, 3, offisieltNavn="Remmendalen", verneform="naturreservat", kommune="Halden (3101)")
    rows += _boxes("3105", 21, 1, offisieltNavn="Ågårdselva", verneform="naturreservat", kommune="Sarpsborg (3105)")
    return MapService(((0, "naturvern_omrade"),), {0: rows})


def flood() -> MapService:
    """Flood zones: five of 200 years and one of 20 years in Halden, others elsewhere; buildings as points."""
    found = {22: _boxes("3101", 1, 5) + _boxes("5001", 50, 3), 10: _boxes("3101", 1, 1)}
    service = MapService(FLOOD, {**found, 34: _boxes("3101", 1, 2)})
    service.points = {23: "Flomutsatte_bygg_200ar"}
    return service


def landslide() -> MapService:
    """Landslide zones in Trondheim; none in Halden."""
    return MapService(LANDSLIDE, {7: _boxes("5001", 1, 2), 0: _boxes("3101", 1, 1)})


class MapServer:
    """Services by the path below the server's address."""

    def __init__(self, services: dict[str, MapService]) -> None:
        self.services = services

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        for name, service in self.services.items():
            inside = f"/{name}/MapServer"
            if path == inside or path.startswith(f"{inside}/"):
                return service.answer(call, [part for part in path.removeprefix(inside).split("/") if part])
        return problem(404, "Service not found")


class Kommuneinfo:
    """Boundaries one by one: the squares of Geonorge's file, in degrees."""

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        match path.strip("/").split("/"):
            case ["kommuner", code, "omrade"] if code in axis(body("kartverket_points.json"), "Region"):
                name = spans()[code][0]
                told = {"kommunenummer": code, "kommunenavn": name, "kommunenavnNorsk": name}
                return document(told | {"omrade": outline(code)})
        return document({"status": 404, "error": "Not Found"}, 404)


def outline(code: str) -> dict[str, Any]:
    """The square around a municipality's point, as a MultiPolygon in EPSG:4258."""
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:25833", "EPSG:4258", always_xy=True)
    east, north = point(code)
    corners = [(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF), (-HALF, -HALF)]
    ring = [list(there.transform(east + x, north + y)) for x, y in corners]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4258"}}
    return {"type": "MultiPolygon", "coordinates": [[ring]], "crs": crs}
