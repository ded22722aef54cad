"""Map files for the tests: good ones, and each kind of bad one."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import sqlite3
import stat
import struct
import zipfile
from contextlib import closing

import geopandas as gpd
from shapely.geometry import box

from helpers.rawstore import Sidecar

EAST, NORTH = 295_000, 6_560_000
HOME = box(EAST - 5000, NORTH - 5000, EAST + 5000, NORTH + 5000)  # a municipality of 100 km²
CODE = "3101"
KARTVERKET = "http://www.opengis.net/def/crs/EPSG/0/"


def square(east, north, size=100):
    """A square whose lower left corner lies so many metres from the middle of the municipality."""
    return box(EAST + east, NORTH + north, EAST + east + size, NORTH + north + size)


def frame(shapes, crs=25833, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def plans(shapes=None, purpose=1300, status=2):
    shapes = [square(0, 0), square(200, 0), square(400, 0)] if shapes is None else list(shapes)
    return frame(shapes, arealformål=[purpose] * len(shapes), arealbruksstatus=[status] * len(shapes))


def many(number, spread=60_000):
    """Squares in a grid far wider than the municipality, every one different."""
    side = int(number**0.5)
    step = spread / side
    shapes = [square((i % side) * step - spread / 2, (i // side) * step - spread / 2, 40) for i in range(number)]
    return frame(
        shapes, arealformål=[1300 + 10 * (i % 5) for i in range(number)], arealbruksstatus=[1 + i % 2 for i in range(number)]
    )  # fmt: skip


def geojson(path, features, crs="urn:ogc:def:crs:EPSG::25833"):
    """`features`: (properties, geometry as a mapping or None)."""
    told = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    listed = [{"type": "Feature", "properties": props, "geometry": shape} for props, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", **told, "features": listed}), "utf-8")
    return path


def gml(path, *members):
    """`members`: (attributes, GML of a geometry)."""
    body = "".join(
        f'<f:member><f:Omr gml:id="o{number}">{"".join(f"<f:{key}>{value}</f:{key}>" for key, value in props.items())}<f:geom>{shape}</f:geom></f:Omr></f:member>'
        for number, (props, shape) in enumerate(members)
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><f:FC xmlns:f="http://x.no/f" xmlns:gml="http://www.opengis.net/gml/3.2">{body}</f:FC>',
        "utf-8",
    )
    return path


def gml_square(srs, east=EAST, north=NORTH, height=""):
    z = f" {height}" if height else ""
    corners = [(east, north), (east + 100, north), (east + 100, north + 100), (east, north + 100), (east, north)]
    posted = " ".join(f"{x} {y}{z}" for x, y in corners)
    size = ' srsDimension="3"' if height else ""
    return f'<gml:Polygon srsName="{srs}"{size}><gml:exterior><gml:LinearRing><gml:posList>{posted}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>'


def gml_half_disc(srs=f"{KARTVERKET}25833"):
    """Half a disc of radius 100 m, bounded by an arc, with heights."""
    e, n = EAST, NORTH
    return (
        f'<gml:Surface srsName="{srs}" srsDimension="3"><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring>'
        f"<gml:curveMember><gml:Curve><gml:segments><gml:Arc><gml:posList>{e} {n} 5 {e + 100} {n + 100} 5 {e + 200} {n} 5</gml:posList></gml:Arc></gml:segments></gml:Curve></gml:curveMember>"
        f"<gml:curveMember><gml:LineString><gml:posList>{e + 200} {n} 5 {e} {n} 5</gml:posList></gml:LineString></gml:curveMember>"
        "</gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>"
    )


def _blob(wkb, epsg):
    return b"GP\x00\x01" + struct.pack("<i", epsg) + wkb


def curved_wkb():
    def points(places):
        return struct.pack("<I", len(places)) + b"".join(struct.pack("<2d", *each) for each in places)

    arc = b"\x01" + struct.pack("<I", 8) + points([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 200, NORTH)])
    line = b"\x01" + struct.pack("<I", 2) + points([(EAST + 200, NORTH), (EAST, NORTH)])
    return b"\x01" + struct.pack("<II", 10, 1) + b"\x01" + struct.pack("<II", 9, 2) + arc + line


def rewrite_gpkg(path, change):
    """Put other blobs in a GeoPackage with the table ``x``: `change` (fid, blob) → blob."""
    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        for fid, blob in base.execute("select fid, geom from x").fetchall():
            base.execute("update x set geom = ? where fid = ?", (change(fid, blob), fid))
        base.commit()
    return path


def curved_gpkg(path):
    frame([square(0, 0, 200)], arealformål=[1300]).to_file(path, layer="x")
    return rewrite_gpkg(path, lambda fid, blob: _blob(curved_wkb(), 25833))


def archive(path, *members, link=""):
    """A zip of (name, bytes); `link`: the name of a member that is a symbolic link."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == link:
                info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            held.writestr(info, data)
    return path


def as_geojson(shapes, **columns):
    sink = io.BytesIO()
    frame(shapes, **columns).to_file(sink, driver="GeoJSON")
    return sink.getvalue()


def fetched(workspace, role, bodies, stamp="20261101T120000Z", parts=(), table=""):
    """Bodies in the raw store, as they are fetched: part → (ending, bytes, selection)."""
    table = table or f"land_{role}_{CODE}"
    folder = workspace.raw / "fetched" / table / stamp
    folder.mkdir(parents=True)
    for part, (ending, data, selection) in bodies.items():
        stem = f"{table}.{part}" if part else table
        side = Sidecar(
            table=table, producer="NVE", title="Flomsoner", selection=selection, published_at="https://www.nve.no", licence="NLOD 2.0",
            retrieved=dt.date(2026, 11, 1), assembled=False, rounding={"rule": "none"}, parts=list(parts), bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        (folder / f"{stem}{ending}").write_bytes(data)
        (folder / f"{stem}.meta.json").write_text(side.model_dump_json(), "utf-8")
    return folder
