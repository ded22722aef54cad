"""A municipality's layers: its own files, else what was fetched, cleaned once and kept as GeoParquet in data/processed/land.

A layer is made again when a file of it, its part of layers.toml, the boundary or this code has changed; the others stay as they are.
"""

from __future__ import annotations

import glob
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from shapely.geometry.base import BaseGeometry

from helpers.errors import DataError, reason
from helpers.land import manifest
from helpers.land.layers import COLUMNS, CRS, ROLES, LayerMeta, Layers, Origin, Role
from helpers.land.manifest import LayerSpec, Manifest
from helpers.land.settings import Settings, settings
from helpers.tables import landfetched, landfiles, landslope
from helpers.tables.landfiles import Read
from helpers.workspace import Workspace, write_file

if TYPE_CHECKING:
    import geopandas as gpd

VERSION = 1  # raise it when the same files would give other layers
META, LOCK = "meta.json", ".lock"


@dataclass(frozen=True)
class Piece:
    """One file, or one fetched body, that a layer is made of.

    Parameters
    ----------
    meta : what is known of it before it is read. key : changes when what comes of it may change. failure : why it cannot be read, where
        that is known already.
    """

    role: Role
    meta: LayerMeta
    key: str
    spec: LayerSpec | None = None
    body: Path | None = None
    failure: str = ""


@dataclass(frozen=True)
class Inputs:
    """All that a municipality has, before anything is read.

    Parameters
    ----------
    folder : of its own files. told : its layers.toml, or None. pieces : role → what its layer is made of.
    """

    code: str
    folder: Path
    told: Manifest | None
    pieces: Mapping[Role, tuple[Piece, ...]] = field(default_factory=dict)

    @property
    def constructed(self) -> bool:
        """Whether nothing in it is real."""
        return self.folder.parent.name == manifest.EXAMPLE

    @property
    def assumptions(self) -> Settings:
        """The settings of layers.toml, else the defaults."""
        return self.told.assumptions if self.told else settings()


def inputs(workspace: Workspace, code: str) -> Inputs:
    """What a municipality has of each layer: its own files go before what was fetched.

    Raises
    ------
    DataError
        where layers.toml cannot be read.
    """
    folder = manifest.folder(workspace.raw, code)
    found = Inputs(code, folder, manifest.read(workspace.raw, code))
    pieces: dict[Role, tuple[Piece, ...]] = {}
    for role in ROLES:
        own = tuple(_own(found, role))
        rest = () if own or found.constructed else tuple(_fetched(workspace, role, code))
        if own or rest:
            pieces[role] = own or rest
    return replace(found, pieces=pieces)


def read(workspace: Workspace, given: Inputs, piece: Piece, within: BaseGeometry | None) -> Read:
    """Read one piece (see `landfiles.read`); a fetched one is written to a temporary folder first."""
    if piece.failure:
        raise DataError(piece.failure)
    if piece.body is not None:
        return landfetched.read(workspace, piece.body, piece.role, given.code, within)
    if piece.spec is None:
        raise ValueError("a piece is a file or a body")
    told = given.told.crs if given.told else ""
    if piece.spec.raster:
        return landslope.read(given.folder, piece.spec, told, within, given.assumptions.slope_percent)
    return landfiles.read(given.folder, piece.spec, told, piece.role, within)


def joined(given: Inputs, role: Role, parts: list[tuple[Piece, Read]]) -> tuple[gpd.GeoDataFrame, LayerMeta]:
    """One layer of its pieces; the boundary becomes one row, that of the municipality.

    Raises
    ------
    DataError
        where a boundary file has municipalities, and not this one.
    """
    import geopandas as gpd
    import pandas as pd

    held = [part.frame for _, part in parts if len(part.frame)] or [parts[0][1].frame]
    frame = gpd.GeoDataFrame(pd.concat(held, ignore_index=True), geometry="geometry", crs=CRS)
    if role == "boundary":
        frame = _ours(given.code, frame, parts[0][1].file)
    first = parts[0][0].meta
    meta = replace(
        first,
        file=", ".join(dict.fromkeys(piece.meta.file for piece, _ in parts)),
        retrieved=max(piece.meta.retrieved for piece, _ in parts),
        crs=", ".join(dict.fromkeys(part.crs for _, part in parts if part.crs)),
        features=len(frame),
        repaired=sum(part.repaired for _, part in parts),
        cover="; ".join(
            dict.fromkeys(each for piece, part in parts for each in (piece.meta.cover, part.cover) if each)
        ),
    )
    return typed(frame, role), meta


def typed(frame: gpd.GeoDataFrame, role: Role) -> gpd.GeoDataFrame:
    """The columns of the role in their order and of their dtypes, with a fresh index."""
    found: gpd.GeoDataFrame = frame[[*COLUMNS[role], "geometry"]].astype(dict(COLUMNS[role])).reset_index(drop=True)
    return found


def outline(frame: gpd.GeoDataFrame) -> BaseGeometry:
    """The municipality as one geometry."""
    found: BaseGeometry = frame.geometry.union_all()
    return found


def build(workspace: Workspace, code: str) -> tuple[Role, ...]:
    """Make the layers that are lacking or out of date; the roles that were made.

    Raises
    ------
    DataError
        for the first file that cannot be used.
    """
    given = inputs(workspace, code)
    with _locked(workspace, code):
        return _build(workspace, given)


def load(workspace: Workspace, code: str, name: str = "") -> Layers | None:
    """The layers of a municipality, made first where they are lacking or out of date; None where it has none.

    Parameters
    ----------
    name : of the municipality, for messages.

    Raises
    ------
    DataError
        for the first file that cannot be used, naming it and what to do.
    """
    given = inputs(workspace, code)
    if given.told is None and not any(piece.meta.origin == "fetched" and role != "boundary" for role, own in given.pieces.items() for piece in own):  # fmt: skip
        return None
    try:
        with _locked(workspace, code):
            try:
                frames = _made(workspace, given)
            except (
                OSError,
                ValueError,
            ) as error:  # a layer made before that is damaged: everything is made again, once
                if isinstance(error, OSError) and error.errno:
                    raise
                _write_meta(_folder(workspace, code), {})
                frames = _made(workspace, given)
            metas = _held(workspace, code)
    except DataError as error:
        raise DataError(f"{name or code}: {error} Se alle lagene: kommunerapport land check {code}") from None
    except OSError as error:
        raise DataError(f"{name or code}: kartlagene kan ikke gjøres klare. {reason(error)}.") from None
    return Layers(
        code=code,
        settings=given.assumptions,
        frames=frames,
        meta={role: LayerMeta(**metas[role]["meta"]) for role in given.pieces},
        constructed=given.constructed,
    )


def _made(workspace: Workspace, given: Inputs) -> dict[str, gpd.GeoDataFrame]:
    import geopandas as gpd

    _build(workspace, given)
    folder = _folder(workspace, given.code)
    return {role: typed(gpd.read_parquet(folder / f"{role}.parquet"), role) for role in given.pieces}


def _build(workspace: Workspace, given: Inputs) -> tuple[Role, ...]:
    folder, held = _folder(workspace, given.code), _held(workspace, given.code)
    keys = _keys(given)
    stale = [role for role in given.pieces if held.get(role, {}).get("key") != keys[role] or not (folder / f"{role}.parquet").exists()]  # fmt: skip
    kept = {role: each for role, each in held.items() if role in given.pieces and role not in stale}
    if not stale and len(kept) == len(held):
        return ()
    _write_meta(folder, kept)  # a layer that is being made again is not held, should this stop halfway
    within = None
    if "boundary" in given.pieces:
        if "boundary" in stale:
            kept["boundary"] = _make(workspace, given, "boundary", None) | {"key": keys["boundary"]}
        within = _outline(folder)
    for role in stale:
        if role != "boundary":
            kept[role] = _make(workspace, given, role, within) | {"key": keys[role]}
            _write_meta(folder, kept)
    _write_meta(folder, kept)
    for path in folder.glob("*.parquet"):
        if path.stem not in kept:
            path.unlink()
    return tuple(stale)


def _make(workspace: Workspace, given: Inputs, role: Role, within: BaseGeometry | None) -> dict[str, Any]:
    parts = [(piece, read(workspace, given, piece, within)) for piece in given.pieces[role]]
    frame, meta = joined(given, role, parts)
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False, compression="zstd")
    write_file(_folder(workspace, given.code) / f"{role}.parquet", sink.getvalue())
    return {"meta": asdict(meta)}


def _outline(folder: Path) -> BaseGeometry:
    import geopandas as gpd

    return outline(gpd.read_parquet(folder / "boundary.parquet"))


def _keys(given: Inputs) -> dict[Role, str]:
    """Role → a digest of all that its layer depends on: its pieces, the boundary that they are cut by, the version."""
    around = [piece.key for piece in given.pieces.get("boundary", ())]
    found: dict[Role, str] = {}
    for role, pieces in given.pieces.items():
        told = [VERSION, around, [piece.key for piece in pieces], [asdict(piece.meta) for piece in pieces]]
        if any(piece.spec and piece.spec.raster for piece in pieces):
            told.append(given.assumptions.slope_percent)
        found[role] = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return found


def _own(given: Inputs, role: Role) -> Iterator[Piece]:
    told = given.told
    origin: Origin = "constructed" if given.constructed else "own"
    for spec in told.layers.get(role, ()) if told else ():
        name = spec.file or spec.raster
        meta = LayerMeta(
            role=role,
            origin=origin,
            file=name,
            producer=spec.source or (told.source if told else ""),
            licence=spec.licence or (told.licence if told else ""),
        )
        path = given.folder / name
        # what changes with a file: the parts of a Shapefile, the journal of a GeoPackage that is open elsewhere, a world file
        endings = {".shp": ".*", ".gpkg": ".gpkg-wal", ".tif": ".tfw"}.get(path.suffix.lower(), path.suffix)
        beside = sorted({path, *path.parent.glob(f"{glob.escape(path.stem)}{endings}")})
        stats = [(each.name, (stat := each.stat()).st_size, stat.st_mtime_ns) for each in beside if each.is_file()]
        key = json.dumps([spec.model_dump(mode="json"), told.crs if told else "", stats], sort_keys=True)
        yield Piece(role, meta, key, spec=spec)


def _fetched(workspace: Workspace, role: Role, code: str) -> Iterator[Piece]:
    try:
        for path, key, meta in landfetched.bodies(workspace, role, code):
            yield Piece(role, meta, key, body=path)
    except DataError as error:
        meta = LayerMeta(role=role, origin="fetched", file=landfetched.table(role, code))
        yield Piece(role, meta, str(error), failure=str(error))


def _ours(code: str, frame: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    codes = frame["code"].dropna()
    if len(codes) and not (codes == code).any():
        raise DataError(f"layers.boundary: {file} har ikke kommune {code}, bare {', '.join(codes.unique()[:5])}.")
    if codes.empty and len(frame) > 1:  # the union of the neighbours would pass for the municipality
        raise DataError(
            f"layers.boundary: {file} har {len(frame)} flater og ingen kolonne med kommunenummer. Oppgi den: "
            'columns = { code = "kommunenummer" }, eller legg inn grensen til bare denne kommunen.'
        )
    ours = frame[frame["code"] == code] if len(codes) else frame
    return gpd.GeoDataFrame({"code": [code]}, geometry=[outline(ours)], crs=CRS)


def _folder(workspace: Workspace, code: str) -> Path:
    return workspace.processed / "land" / code


def _locked(workspace: Workspace, code: str) -> FileLock:
    folder = _folder(workspace, code)
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / LOCK)


def _held(workspace: Workspace, code: str) -> dict[Role, dict[str, Any]]:
    try:
        found: dict[Role, dict[str, Any]] = json.loads((_folder(workspace, code) / META).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_meta(folder: Path, kept: Mapping[Role, Any]) -> None:
    write_file(folder / META, json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True).encode())
