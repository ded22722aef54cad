"""Geonorge's download service: what may be ordered, the order, the file. The boundaries are small squares around the snapshot's points."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from .codes import axis, body, spans
from .klass import COUNTIES
from .wire import Answer, Call, document

DATASET = "041f1e6e-bdbc-4091-b48f-8a5990f3cc5b"
AR50 = "41f6b000-c394-41c5-8ebb-07a0a3ec914f"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PROJECTIONS = [
    {"code": "25833", "name": "EUREF89 UTM sone 33, 2d", "codespace": EPSG + "25833"},
    {"code": "4258", "name": "EUREF89 Geografisk 2d", "codespace": EPSG + "4258"},
]
FORMATS = [{"code": None, "name": "GML", "version": "3.2.1"}, {"code": None, "name": "GeoJSON", "version": "1.0"}]
Land = Literal["good", "no column", "empty"]
Content = Literal["good", "outside", "absolute", "huge", "no data", "no crs", "lacking", "not a zip"]
HALF = 2_000  # metres from the point to the square's sides
DATES = ("Mon, 05 Jan 2026 08:00:00 GMT", "Tue, 06 Oct 2026 08:00:00 GMT", "Mon, 02 Nov 2026 08:00:00 GMT")


class Geonorge:
    """Answers the calls below nedlasting.geonorge.no.

    `content`: what the zip file holds (see `archive`). `polls`: how often an order is still Processing. `revision`: 1 shifts the
    squares a little. `gone`: the datasets are no longer there. `formats`, `projections`, `areas`: what is offered. `land`: what AR50's zip file
    holds (see `ar50`).
    """

    def __init__(self, base: Callable[[], str]) -> None:
        self.base = base
        self.content: Content = "good"
        self.land: Land = "good"
        self.polls = self.revision = 0
        self.gone = False
        self.formats, self.projections, self.areas = list(FORMATS), list(PROJECTIONS), _areas()
        self.orders: dict[str, dict[str, Any]] = {}
        self._left: dict[str, int] = {}

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        match path.strip("/").split("/"):
            case ["api", "codelists", kind, uuid] if uuid in (DATASET, AR50) and not self.gone:
                offered = {"area": self.areas, "projection": self.projections, "format": self.formats}
                return document(offered[kind]) if kind in offered else _lacking()
            case ["api", "v3", "order"] if call.method == "POST":
                return self._order(call.body)
            case ["api", "v3", "order", reference] if reference in self.orders:
                self._left[reference] -= 1
                return document(self._receipt(reference))
            case ["api", "v3", "download", "order", reference, _] if reference in self.orders:
                return self._file(call, self._zip(self.orders[reference]))
        return _lacking()

    def _order(self, order: Any) -> Answer:
        try:
            line = order["orderLines"][0]
            known = {
                "areas": (self.areas, "code"),
                "projections": (self.projections, "code"),
                "formats": (self.formats, "name"),
            }
            right = all(any(line[key][0][mark] == each[mark] for each in rows) for key, (rows, mark) in known.items())
        except (TypeError, KeyError, IndexError):
            right = False
        if not right or line["metadataUuid"] not in (DATASET, AR50) or self.gone:
            return document({"message": "Order is not valid"}, 400)
        reference = hashlib.sha1(f"{len(self.orders)}".encode()).hexdigest()[:32]
        self.orders[reference], self._left[reference] = line, self.polls
        return document(self._receipt(reference))

    def _receipt(self, reference: str) -> dict[str, Any]:
        ready = self._left[reference] <= 0
        url = f"{self.base()}/api/v3/download/order/{reference}/8f2c1d7e-5a0b-4c3d-9e6f-1a2b3c4d5e6f"
        line = self.orders[reference]
        file = {
            "downloadUrl": url if ready else None,
            "fileSize": len(self._zip(line)) if ready else None,
            "name": f"Basisdata_{line['areas'][0]['code']}_25833_{line['formats'][0]['name']}.zip",
            "fileId": "8f2c1d7e-5a0b-4c3d-9e6f-1a2b3c4d5e6f",
            "metadataUuid": line["metadataUuid"],
            "area": line["areas"][0]["code"],
            "projection": line["projections"][0]["code"],
            "format": line["formats"][0]["name"],
            "status": "ReadyForDownload" if ready else "Processing",
        }
        return {
            "referenceNumber": reference,
            "files": [file],
            "email": "",
            "orderDate": "2026-11-24T08:00:00",
            "downloadAsBundle": False,
        }

    def _zip(self, line: dict[str, Any]) -> bytes:
        area = line["areas"][0]["code"]
        return ar50(area, self.land) if line["metadataUuid"] == AR50 else archive(self.content, self.revision)

    def _file(self, call: Call, data: bytes) -> Answer:
        etag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Last-Modified": DATES[min(self.revision, len(DATES) - 1)]}
        if call.header("If-None-Match") == etag:
            return Answer(304, headers=headers)
        return Answer(200, data, "application/zip", headers)


class Nibio:
    """AR50 by county, as NIBIO's own download has it. `land`: see `ar50`."""

    land: Land = "good"

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        parts = path.strip("/").split("/")
        county = parts[-1].partition("_")[0]
        if parts == ["uttak_Download", "ar50", f"{county}_4258_ar50_gml.zip"] and county in COUNTIES:
            return Answer(200, ar50(county, self.land), "application/zip")
        return Answer(404, b"<html>404</html>", "text/html")


@cache
def ar50(area: str, content: Land = "good") -> bytes:
    """Two fields and a wood in the first municipality of an area; besides the good one: without the column of land types, without features."""
    points = body("kartverket_points.json")
    codes = axis(points, "Region")
    at = next(at for at, code in enumerate(codes) if code.startswith(area))
    east, north = (1000.0 * points["value"][2 * at + which] for which in (0, 1))
    rows = []
    for number, kind in enumerate([] if content == "empty" else [20, 20, 30]):
        west = east + 500 * number
        ring = [[west, north], [west + 400, north], [west + 400, north + 400], [west, north + 400], [west, north]]
        given = {"lokalid": number} if content == "no column" else {"arealtype": kind}
        rows.append({"type": "Feature", "properties": given, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        text = json.dumps({"ArealressursFlate": "x"} | _collection("good", rows))
        file.writestr(zipfile.ZipInfo(f"{area}_25833_ar50.geojson", (2026, 1, 5, 8, 0, 0)), text)
    return sink.getvalue()


def _lacking() -> Answer:
    return document({"message": "Not found"}, 404)


def _areas() -> list[dict[str, str]]:
    counties = [{"code": code, "name": name, "type": "fylke"} for code, name in COUNTIES.items() if code != "99"]
    codes = axis(body("kartverket_points.json"), "Region")
    towns = [{"code": code, "name": spans()[code][0], "type": "kommune"} for code in codes]
    return [{"code": "0000", "name": "Hele landet", "type": "landsdekkende"}, *counties, *towns]


@cache
def archive(content: Content = "good", revision: int = 0) -> bytes:
    """The zip file; besides the good one: a name that leads out of the folder or is absolute, a size beyond reason, no data file in it,
    no coordinate system (and geographic degrees), a municipality lacking, no zip at all.
    """
    if content == "not a zip":
        return b"PK\x03\x04 this is not what it says"
    text = json.dumps(_features(content, revision), ensure_ascii=False).encode()
    plain = "Basisdata_0000_Norge_25833_Kommuner_GeoJSON.geojson"
    name = {"outside": "../evil.txt", "absolute": "/tmp/evil.geojson"}.get(content)
    members = {"lesmeg.txt": "Kilde: © Kartverket\n".encode()}
    members |= {} if content == "no data" else {plain: text}
    members |= {name: b"evil" if content == "outside" else text} if name else {}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for member, data in members.items():
            info = zipfile.ZipInfo(member, (2026, 1, 5, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, data)
    return _inflated(sink.getvalue(), plain) if content == "huge" else sink.getvalue()


def _inflated(data: bytes, name: str) -> bytes:
    """The directory of the archive says that the member unpacks to four gigabytes."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    return data[: at + 24] + (0xFFFFFFF0).to_bytes(4, "little") + data[at + 28 :]


def _features(content: Content, revision: int) -> dict[str, Any]:
    points = body("kartverket_points.json")
    codes = axis(points, "Region")
    features = []
    for at, code in enumerate(codes):
        if content == "lacking" and code == "3101":
            continue
        east, north = (1000.0 * points["value"][2 * at + which] + 100 * revision for which in (0, 1))
        ring = [
            (east - HALF, north - HALF),
            (east + HALF, north - HALF),
            (east + HALF, north + HALF),
            (east - HALF, north + HALF),
        ]
        if at % 40 == 7:
            ring[1], ring[2] = ring[2], ring[1]  # crosses itself
        corners = [list(point) for point in [*ring, ring[0]]]
        names = {"kommunenummer": code, "kommunenavn": spans()[code][0], "fylkesnummer": code[:2]}
        features.append(
            {"type": "Feature", "properties": names, "geometry": {"type": "Polygon", "coordinates": [corners]}}
        )
    return {
        "administrative_enheter.grense": _collection(
            content, [_border()]
        ),  # before the municipalities, as Geonorge's file has it
        "administrative_enheter.kommune": _collection(content, features),
    }


def _border() -> dict[str, Any]:
    line = {"type": "LineString", "coordinates": [[300_000, 6_600_000], [310_000, 6_610_000]]}
    return {"type": "Feature", "properties": {"objtype": "Riksgrense"}, "geometry": line}


def _collection(content: Content, features: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "FeatureCollection"}
    if content != "no crs":
        found["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    return found | {"features": features}
