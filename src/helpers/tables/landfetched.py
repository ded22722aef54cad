"""The open layers as they were fetched: bodies in the raw store, one page each, to frames like those of a municipality's own files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from helpers import rawstore
from helpers.errors import DataError, TableMissing
from helpers.land.layers import CRS, LayerMeta, Role
from helpers.land.manifest import LayerSpec
from helpers.rawstore import RawBody
from helpers.tables import boundaries, landfiles
from helpers.tables.landfiles import Read
from helpers.workspace import Workspace

ROLES: tuple[Role, ...] = ("boundary", "protected", "flood", "landslide", "ar5")
COVER = {
    "flood": "NVEs flomsoner finnes bare der det er kartlagt: utenfor dem er faren ukjent",
    "landslide": "NVEs skredfaresoner finnes bare der det er kartlagt: utenfor dem er faren ukjent",
    "ar5": "AR50 er grovere enn AR5: små jorder og myrer mangler, og fulldyrka jord skilles ikke fra annen jordbruksjord",
}
# AR50's classes in those of AR5. Expected from NIBIO's description of AR50, not seen in an answer; the other codes are the same.
AR50 = {10: 11, 20: 21}


def table(role: Role, code: str) -> str:
    """The id that a municipality's layer has in the raw store."""
    return f"land_{role}_{code}"


def bodies(workspace: Workspace, role: Role, code: str) -> Iterator[tuple[Path, str, LayerMeta]]:
    """Each body of the newest fetch of a layer: where it lies, its checksum and what its sidecar says of it.

    For the boundary, Kartverket's file of the whole country where the municipality's own was not fetched.

    Raises
    ------
    DataError
        for a sidecar that is damaged, or a page that is gone.
    """
    if role not in ROLES:
        return
    folders = rawstore.generations(workspace.raw).get(table(role, code), [])
    paths = rawstore.bodies_in(folders[-1]) if folders else []
    if not paths and role == "boundary":
        paths = rawstore.held(workspace.raw).get(boundaries.TABLE, [])[:1]
    sides = [rawstore.read_sidecar(path) for path in paths]
    names = {path.name.removeprefix(table(role, code)).split(".json")[0].split(".zip")[0].strip(".") for path in paths}
    for path, side in zip(paths, sides, strict=True):
        gone = sorted(set(side.parts) - names)
        if gone and side.table == table(role, code):
            raise DataError(f"{side.table}.{gone[0]} mangler. Hent laget på nytt: kommunerapport land fetch {code}")
        meta = LayerMeta(
            role=role,
            origin="fetched",
            file=side.title,
            producer=side.producer,
            licence=side.licence,
            url=side.published_at,
            retrieved=side.retrieved.isoformat(),
            cover=COVER.get(role, ""),
        )
        yield path, f"{path.parent.name}/{path.name}:{side.sha256}:{side.selection}", meta


def read(workspace: Workspace, path: Path, role: Role, code: str, within: BaseGeometry | None) -> Read:
    """One body as a layer (see `landfiles.read`); a page without features is an answer.

    Raises
    ------
    DataError
        wrong checksum, or not what the producer is known to send.
    """
    if path.name.startswith(boundaries.TABLE):
        return _national(workspace, code)
    body = rawstore.read_body(path)
    constants: dict[str, float | str | bool] = {}
    years = body.sidecar.selection.get("return_years")
    years = [years] if isinstance(years, str) else years or []
    if role in ("flood", "landslide") and len(years) == 1:
        constants = {"return_years": _number(path, years[0])}
    with tempfile.TemporaryDirectory() as folder:
        ending = ".zip" if path.suffix == ".zip" else ".geojson"
        plain = Path(folder) / f"{path.name.split('.json')[0].removesuffix('.zip')}{ending}"
        plain.write_bytes(_outline(body, code) if role == "boundary" and ending != ".zip" else body.data)
        spec = LayerSpec(file=plain.name, constants=constants, crs=_asked(body, role))
        found = landfiles.read(Path(folder), spec, "", role, within, fetched=True)
    return _as_ar5(found) if role == "ar5" else found


def _asked(body: RawBody, role: Role) -> str:
    """The coordinate system that a page was asked for in, since a server may leave it out; a boundary and a zip file say their own."""
    told = body.sidecar.selection.get("crs", [])
    codes = [told] if isinstance(told, str) else told
    return codes[0] if codes and role in ("protected", "flood", "landslide") else ""


def _number(path: Path, years: str) -> float:
    try:
        return float(years)
    except ValueError:
        raise DataError(f"{path.name}: return_years er «{years}», ikke et tall.") from None


def _national(workspace: Workspace, code: str) -> Read:
    try:
        every = boundaries.load(workspace)
    except TableMissing as error:
        raise DataError(str(error)) from None
    frame = every.loc[every["code"] == code, ["code", "geometry"]].reset_index(drop=True)
    if frame.empty:
        raise DataError(f"Kartverkets kommunegrenser har ikke kommune {code}.")
    return Read(boundaries.TABLE, frame, CRS, len(every), len(frame), 0, 0, 0, ())


def _outline(body: RawBody, code: str) -> bytes:
    """Kommuneinfo's answer, a geometry under ``omrade``, as GeoJSON that says its coordinate system."""
    shape = body.json.get("omrade") if isinstance(body.json, dict) else None
    if not isinstance(shape, dict) or "coordinates" not in shape:
        raise DataError(f"{body.path.name} har ingen kommunegrense (omrade). Kjør kommunerapport land fetch {code}")
    plain = {"type": shape.get("type"), "coordinates": shape["coordinates"]}
    return json.dumps(
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4258"}},
            "features": [{"type": "Feature", "properties": {"kommunenummer": code}, "geometry": plain}],
        }
    ).encode()


def _as_ar5(found: Read) -> Read:
    codes = found.frame["artype"]
    return replace(found, frame=found.frame.assign(artype=codes.replace(AR50).astype("Int64")))
