"""Kartverket's municipality boundaries: from the zip file as received to GeoParquet in EPSG:25833.

There is no area in it, on purpose: the area of a generalised polygon is not the municipality's. Whoever needs a denominator takes the published
area from SSB's tables.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import places, rawstore
from helpers.errors import DataError, TableMissing
from helpers.rawstore import RawBody
from helpers.workspace import Workspace, write_file

if TYPE_CHECKING:
    import geopandas as gpd

TABLE = "kartverket_boundaries"
CRS = "EPSG:25833"
ENDINGS = (".geojson", ".json", ".gml")  # in order of preference
LARGEST = 3_000_000_000  # bytes of the unpacked file: the whole country in full detail is a tenth of it
CODES = ("kommunenummer", "kommunenr", "komm", "code", "id")
WITHIN = (
    -100_000,
    6_400_000,
    1_150_000,
    7_970_000,
)  # metres in EPSG:25833 that Norway's mainland and territorial waters lie within
KEY = "kommunerapport"


def load(workspace: Workspace | None = None) -> gpd.GeoDataFrame:
    """The boundaries, made first where they are lacking or older than what was fetched.

    Returns
    -------
    GeoDataFrame in EPSG:25833 (metres), sorted by code: code (four digits), name, geometry (valid polygons or multipolygons). ``attrs``:
    retrieved (ISO date), source.

    Raises
    ------
    TableMissing
        where no boundaries were fetched. DataError where the file cannot be used.
    """
    import geopandas as gpd

    workspace = workspace or Workspace.find()
    build(workspace)
    path = workspace.processed / f"{TABLE}.parquet"
    frame = gpd.read_parquet(path)
    side = rawstore.read_sidecar(_body(workspace))
    frame.attrs = {"retrieved": side.retrieved.isoformat(), "source": f"© {side.producer}, {side.licence}"}
    return frame


def build(workspace: Workspace) -> Path | None:
    """Make ``data/processed/kartverket_boundaries.parquet`` where it is lacking or out of date; None where it was up to date."""
    body = rawstore.read_body(_body(workspace))
    target, mark = (workspace.processed / f"{TABLE}{ending}" for ending in (".parquet", ".json"))
    wanted = json.dumps({"sha256": body.sidecar.sha256, "crs": CRS}).encode()
    if target.exists() and mark.exists() and mark.read_bytes() == wanted:
        return None
    frame = read(body)
    target.parent.mkdir(parents=True, exist_ok=True)
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False, compression="zstd")
    mark.unlink(missing_ok=True)  # a table without its mark is made again
    write_file(target, sink.getvalue())
    write_file(mark, wanted)
    return target


def read(body: RawBody) -> gpd.GeoDataFrame:
    """The boundaries in a zip file (columns: see `load`), repaired and checked.

    Raises
    ------
    DataError
        naming the file and what is wrong: no data file in it, no coordinate system, no municipality codes, coordinates outside Norway, a
        municipality of today that is lacking.
    """
    import geopandas as gpd

    frame = _features(body.path.name, body.data)
    if frame.crs is None:
        raise DataError(f"{body.path.name}: filen sier ikke hvilket koordinatsystem den er i.")
    frame = frame.to_crs(CRS)
    _check_place(body.path.name, frame)
    column = next((name for name in frame.columns if name.lower() in CODES and _holds_codes(frame[name])), None)
    if column is None:
        listed = ", ".join(str(name) for name in frame.columns)
        raise DataError(f"{body.path.name}: fant ingen kolonne med kommunenummer blant {listed}.")
    codes = frame[column].astype(int).map("{:04d}".format)
    shapes = frame.geometry.make_valid()
    found = gpd.GeoDataFrame({"code": codes}, geometry=_polygons(shapes), crs=CRS)
    found = found[~found.geometry.is_empty].dissolve(
        "code", as_index=False
    )  # a municipality may come in several pieces
    _check(body.path.name, found)
    found.insert(1, "name", [places.region_name(code) for code in found["code"]])
    return found.sort_values("code", ignore_index=True)


def _body(workspace: Workspace) -> Path:
    bodies = rawstore.held(workspace.raw).get(TABLE)
    if not bodies:
        raise TableMissing(TABLE)
    return bodies[0]


def _features(name: str, data: bytes) -> gpd.GeoDataFrame:
    """The features of the one data file in an archive. Names in the archive are never used as paths."""
    import geopandas as gpd

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member, ending = _member(name, archive.infolist())
            content = archive.read(member)
    except DataError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to say that an archive is damaged
        raise DataError(f"{name} kan ikke pakkes ut ({error}).") from None
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"boundaries{ending}"
        plain.write_bytes(content)
        try:
            return gpd.read_file(plain, layer=_layer(plain))
        except Exception as error:  # whatever the reader of files stumbles over; its text names our temporary file
            raise DataError(f"{name}: {member.filename} kan ikke leses som kart ({type(error).__name__}).") from None


def _member(name: str, members: Iterable[zipfile.ZipInfo]) -> tuple[zipfile.ZipInfo, str]:
    there = [each for each in members if not each.is_dir()]
    for ending in ENDINGS:
        hits = [each for each in there if each.filename.lower().endswith(ending)]
        hits = [each for each in hits if "kommune" in each.filename.lower()] or hits
        if not hits:
            continue
        largest = max(hits, key=lambda each: each.file_size)
        if largest.file_size > LARGEST:
            raise DataError(
                f"{name}: filen i arkivet er {largest.file_size // 1_000_000} MB, for stor til å være kommunegrenser."
            )
        return largest, ending
    listed = ", ".join(each.filename for each in there[:5]) or "ingenting"
    raise DataError(f"{name}: arkivet har ingen GeoJSON eller GML, bare {listed}.")


def _layer(path: Path) -> str:
    """The municipalities among the layers of a file: «Kommune», or «administrative_enheter.kommune» beside its border lines."""
    import pyogrio

    layers: list[str] = [str(row[0]) for row in pyogrio.list_layers(path)]
    return next((layer for layer in layers if re.fullmatch(r"(?:.*[._])?kommune", layer, re.IGNORECASE)), layers[0])


def _holds_codes(values: Any) -> bool:
    return bool(values.notna().all() and values.astype(str).str.fullmatch(r"\d{3,4}").all())


def _polygons(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Without the lines and points that a repair may leave."""
    import geopandas as gpd
    import shapely

    kept = [
        shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")])
        if shape is not None and shape.geom_type == "GeometryCollection"
        else shape
        for shape in shapes
    ]
    return gpd.GeoSeries(kept, index=shapes.index, crs=shapes.crs)


def _check_place(name: str, frame: gpd.GeoDataFrame) -> None:
    west, south, east, north = frame.total_bounds
    if not (west >= WITHIN[0] and south >= WITHIN[1] and east <= WITHIN[2] and north <= WITHIN[3]):  # NaN is nowhere
        raise DataError(
            f"{name}: koordinatene ({west:.0f}, {south:.0f})–({east:.0f}, {north:.0f}) ligger ikke i Norge."
        )


def _check(name: str, found: gpd.GeoDataFrame) -> None:
    today = set(places.registry().by_code)
    lacking, strange = sorted(today - set(found["code"])), sorted(set(found["code"]) - today)
    if lacking or strange:
        what = f"mangler {lacking[0]}" if lacking else f"har {strange[0]}, som ikke er en kommune i dag"
        raise DataError(f"{name} {what} ({len(found)} kommuner i filen, {len(today)} i dag).")
