"""One map file to one clean layer in EPSG:25833, or a refusal that says why and what to do.

Only what lies near the municipality is read: GDAL filters while it reads, and a large file is taken in batches, so that the memory used
goes by the municipality and not by the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from helpers.errors import DataError
from helpers.land.layers import COLUMNS, Role
from helpers.land.layers import CRS as METRES
from helpers.land.manifest import LayerSpec
from helpers.tables import landcolumns, landopen, landshapes
from helpers.tables.boundaries import WITHIN
from helpers.tables.landcolumns import Plan
from helpers.tables.landopen import Source

if TYPE_CHECKING:
    import geopandas as gpd

NEAR_M = 5000  # what lies so far from the municipality may still matter to it: a road, a station
LARGE = 200_000_000  # bytes: a larger file is read in batches
BATCH = 20_000  # features
# Bytes of memory that a byte of the file takes while it is read: measured 2.3 for text, 5.6–7.4 for the others.
TEXT_FACTOR, BINARY_FACTOR = 3, 8
BINARY = {"GPKG", "ESRI Shapefile"}
COUNTRY_TIMES = 20  # a polygon so many times the municipality is no part of its plan
STRAYS = 0.1  # the share of a plan's features that may lie outside Norway
COUNTRY_M2 = 300e9  # where the municipality's area is not known


@dataclass(frozen=True)
class Read:
    """A file as it was found, and what is used of it.

    Parameters
    ----------
    frame : EPSG:25833, the columns of `COLUMNS[role]`, valid flat geometries. crs : that of the file. features : in the file. used : rows
        of `frame`. repaired : of these, that were invalid. dropped : null, empty or beyond repair. duplicates : rows that are exactly
        like another. notes : what else should be known, in Norwegian. cover : what of the municipality it says nothing of, else empty.
    """

    file: str
    frame: gpd.GeoDataFrame
    crs: str
    features: int
    used: int
    repaired: int
    dropped: int
    duplicates: int
    notes: tuple[str, ...]
    cover: str = ""


def read(
    folder: Path, spec: LayerSpec, manifest_crs: str, role: Role, within: BaseGeometry | None, *, fetched: bool = False
) -> Read:
    """Read one file of a layer.

    Parameters
    ----------
    within : the municipality in EPSG:25833; None where its boundary is not known. Plans are kept where they meet it, other layers also
        `NEAR_M` outside. fetched : nothing found is an answer and no error, and the layer is chosen by its columns.

    Raises
    ------
    DataError
        saying what cannot be right and how to mend it: see the tests for each kind.
    """
    area = None if within is None or role == "boundary" else within
    area = area.buffer(NEAR_M) if area is not None and role != "planned" else area
    with landopen.opened(folder / spec.file, role, spec.layer, choose=fetched) as source:
        what = source.what
        if source.features == 0 and fetched:
            return Read(spec.file, _empty(role), "", 0, 0, 0, 0, 0, ())
        if source.features == 0:
            raise DataError(f"{what} har ingen objekter. Hent uttrekket på nytt, eller fjern laget fra layers.toml.")
        told = landcolumns.plan(role, spec, source.fields, what)
        bounds = _bounds(source)
        crs, notes = _crs(source, spec, manifest_crs, role, bounds)
        if not fetched:
            _check_place(source, crs, bounds, area, within)
            notes += _strays(what, role, crs, bounds, area)
        raw = _features(source, told, crs, bounds, area, notes)
    picked = _picked(what, raw, told)
    cleaned = landshapes.clean(picked.geometry.array, role)
    if len(cleaned.shapes) == 0 and len(picked):
        raise DataError(_nothing_left(what, role, cleaned))
    frame, more = _tidy(what, spec, role, told, picked, cleaned)
    repaired = cleaned.repaired
    if area is not None:
        near = landshapes.within(frame.geometry.array, area, share=role == "planned")
        frame, repaired = frame[near].reset_index(drop=True), repaired[near]
    if frame.empty and not fetched:
        raise DataError(f"{what}: {_elsewhere(crs, bounds, within)}")
    notes += (*more, *_check_extent(what, role, frame, within))
    if cleaned.other:
        notes.append(f"{cleaned.other} objekter er ikke {_kinds(role)} og er utelatt")
    unread = 0 if area is None else int((~_there(bounds)).sum())  # GDAL's filter leaves out what has no geometry
    return Read(
        file=spec.file,
        frame=frame,
        crs=landopen.called(crs),
        features=source.features,
        used=len(frame),
        repaired=int(repaired.sum()),
        dropped=cleaned.empty + unread,
        duplicates=_duplicates(frame),
        notes=tuple(notes),
    )


def _duplicates(frame: gpd.GeoDataFrame) -> int:
    shapes = frame.geometry.normalize().to_wkb()
    return int(frame.drop(columns="geometry").assign(shape=shapes).duplicated().sum())


def _picked(what: str, raw: gpd.GeoDataFrame, told: Plan) -> gpd.GeoDataFrame:
    picked = raw[landcolumns.kept(raw, told.keep)]
    if told.keep and picked.empty and not raw.empty:
        listed = "; ".join(
            f"{name}: {', '.join(sorted(map(str, raw[name].dropna().unique()))[:8])}" for name in told.keep
        )
        raise DataError(f"{what}: ingen objekter passer med keep i layers.toml. Verdiene i filen er {listed}.")
    return picked


def _empty(role: Role) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pandas as pd

    columns = {name: pd.Series(dtype=dtype) for name, dtype in COLUMNS[role].items()}
    return gpd.GeoDataFrame(columns, geometry=[], crs=METRES)


def _bounds(source: Source) -> Any:
    """Array (features, 4) of west, south, east, north in the file's coordinates; NaN where there is no geometry."""
    import pyogrio

    with landopen.reading(source.what):
        _, found = pyogrio.read_bounds(source.path, layer=source.layer)
    bounds = np.asarray(found, dtype=float).T
    if not _there(bounds).any():
        raise DataError(f"{source.what} har {len(bounds)} objekter, men ingen har geometri. Hent uttrekket på nytt.")
    return bounds


def _there(bounds: Any) -> Any:
    """Which features have a geometry: GDAL gives an empty one the bounds 0, 0, 0, 0."""
    return np.isfinite(bounds).all(axis=1) & (bounds != 0).any(axis=1)


def _crs(source: Source, spec: LayerSpec, manifest_crs: str, role: Role, bounds: Any) -> tuple[CRS, list[str]]:
    """The coordinate system: what is said of the file in layers.toml, else what it says itself, else what is said of all files."""
    held = bounds[_there(bounds)]
    large = bool(np.abs(held).max() > 400)
    crs, notes = source.crs, []
    if spec.crs:
        crs = landopen.parse_crs(source.what, spec.crs)
        if source.declared and source.crs is not None and not source.crs.equals(crs, ignore_axis_order=True):
            notes.append(f"filen sier {landopen.called(source.crs)}, layers.toml {landopen.called(crs)}, som brukes")
    elif manifest_crs and (crs is None or (not source.declared and large)):
        crs = landopen.parse_crs(source.what, manifest_crs)
    mend = f'Skriv crs = "EPSG:25833" (eller den rette) under [layers.{role}] i layers.toml.'
    if crs is None:
        raise DataError(f"{source.what} sier ikke hvilket koordinatsystem den er i. {mend}")
    degrees = bool((np.abs(held[:, [0, 2]]) <= 180).all() and (np.abs(held[:, [1, 3]]) <= 90).all())
    if degrees and not crs.is_geographic:
        raise DataError(
            f"{source.what} er oppgitt i {landopen.called(crs)}, men koordinatene er grader. "
            f'Skriv crs = "EPSG:4258" under [layers.{role}] i layers.toml, eller lagre filen på nytt.'
        )
    if crs.is_geographic and large:
        said = (
            f"oppgitt i {landopen.called(crs)}"
            if source.declared or spec.crs
            else "uten koordinatsystem (da er det grader)"
        )
        raise DataError(f"{source.what} er {said}, men koordinatene er meter. {mend}")
    return crs, notes


def _transformer(what: str, before: Any, after: Any) -> Transformer:
    try:
        return Transformer.from_crs(before, after, always_xy=True)
    except ProjError:
        raise DataError(
            f"{what}: koordinatsystemet kan ikke regnes om til {METRES}. Lagre filen på nytt i det."
        ) from None


def _box(what: str, area: BaseGeometry, crs: CRS) -> tuple[float, float, float, float]:
    """The bounds of `area` in the file's coordinates, a little widened."""
    left, bottom, right, top = area.bounds
    there = _transformer(what, METRES, crs)
    west, south, east, north = there.transform_bounds(left, bottom, right, top, densify_pts=41)
    more = (east - west) * 0.01, (north - south) * 0.01
    return west - more[0], south - more[1], east + more[0], north + more[1]


def _middle(crs: CRS, bounds: Any, to: Any) -> tuple[float, float]:
    held = bounds[_there(bounds)]
    east, north = np.median((held[:, [0, 1]] + held[:, [2, 3]]) / 2, axis=0)
    found: tuple[float, float] = _transformer("filen", crs, to).transform(east, north)
    return found


def _check_place(source: Source, crs: CRS, bounds: Any, area: BaseGeometry | None, within: BaseGeometry | None) -> None:
    """Refuse what lies outside Norway, or nowhere near the municipality."""
    east, north = _middle(crs, bounds, METRES)
    inside = WITHIN[0] <= east <= WITHIN[2] and WITHIN[1] <= north <= WITHIN[3]
    held = bounds[_there(bounds)]
    if area is not None:
        west, south, right, top = _box(source.what, area, crs)
        meets = (held[:, 0] <= right) & (held[:, 2] >= west) & (held[:, 1] <= top) & (held[:, 3] >= south)
        if meets.any():
            return  # a stray feature abroad does no harm
    if not inside:
        lon, lat = _middle(crs, bounds, "EPSG:4258")
        raise DataError(
            f"{source.what} ligger ikke i Norge: midtpunktet er {_place(lon, lat)} når koordinatene leses som "
            f"{landopen.called(crs)}. Er crs riktig, og står øst før nord?"
        )
    if area is not None:
        raise DataError(f"{source.what}: {_elsewhere(crs, bounds, within)}")


def _strays(what: str, role: Role, crs: CRS, bounds: Any, area: BaseGeometry | None) -> list[str]:
    """A note on features abroad or nowhere, such as degrees among metres; where they are many, a plan is refused."""
    held = bounds[_there(bounds)]
    east, north = _transformer(what, crs, METRES).transform(
        (held[:, 0] + held[:, 2]) / 2, (held[:, 1] + held[:, 3]) / 2
    )
    inside = (east >= WITHIN[0]) & (east <= WITHIN[2]) & (north >= WITHIN[1]) & (north <= WITHIN[3])
    lost = int((~inside).sum())
    if area is None or not lost:
        return []  # where the municipality is not known, `_check_extent` refuses any
    if role == "planned" and lost > len(held) * STRAYS:
        raise DataError(
            f"{what}: {lost} av {len(held)} objekter ligger utenfor Norge når koordinatene leses som {landopen.called(crs)}. "
            "Blander filen koordinatsystemer? Lagre den på nytt i ett, helst EPSG:25833."
        )
    return [f"{lost} objekt{'er' * (lost > 1)} ligger utenfor Norge og er utelatt: blander filen koordinatsystemer?"]


def _elsewhere(crs: CRS, bounds: Any, within: BaseGeometry | None) -> str:
    there = _place(*_middle(crs, bounds, "EPSG:4258"))
    if within is None:
        return f"ingen brukbare objekter (midtpunktet er {there})."
    centre = within.centroid
    here = _place(*_transformer("kommunen", METRES, "EPSG:4258").transform(centre.x, centre.y))
    return (
        f"ingenting ligger i kommunen. Midtpunktet i filen er {there}, kommunens er {here}. "
        "Er det rett kommune og rett crs?"
    )


def _place(lon: float, lat: float) -> str:
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return "utenfor kartet"
    return f"{lat:.2f}° nord, {lon:.2f}° øst".replace(".", ",")


def _weigh(source: Source, bounds: Any, box: tuple[float, float, float, float] | None) -> bool:
    """Whether the file is to be read in batches; refuse one whose part near the municipality is more than memory holds."""
    there = _there(bounds)
    share = 1.0
    if box is not None:
        held = bounds[there]
        near = (held[:, 0] <= box[2]) & (held[:, 2] >= box[0]) & (held[:, 1] <= box[3]) & (held[:, 3] >= box[1])
        share = float(near.sum()) / len(bounds)
    factor = BINARY_FACTOR if source.driver in BINARY else TEXT_FACTOR
    need, free = source.size * share * factor, psutil.virtual_memory().available
    if need > free / 2:
        raise DataError(
            f"{source.what} er {source.size / 1e6:.0f} MB, og {share:.0%} av objektene ligger ved kommunen: det vil kreve om lag "
            f"{need / 1e6:.0f} MB minne, og {free / 1e6:.0f} MB er ledig. Klipp filen til kommunen (ogr2ogr -clipsrc) eller del den i flere."
        )
    return source.size > LARGE


def _features(
    source: Source, told: Plan, crs: CRS, bounds: Any, area: BaseGeometry | None, notes: list[str]
) -> gpd.GeoDataFrame:
    """The features near `area`, in EPSG:25833, with the columns that `told` needs under the file's own names."""
    import geopandas as gpd
    import pandas as pd

    box = None if area is None else _box(source.what, area, crs)
    streamed = _weigh(source, bounds, box)
    if streamed:
        notes.append(f"stor fil ({source.size / 1e6:.0f} MB), lest i porsjoner")
    reach = None if area is None else area.envelope
    parts = []
    with landopen.reading(source.what):
        for batch in _batches(source, told.needed, box, streamed):
            batch = gpd.GeoDataFrame(batch, geometry=shapely.force_2d(batch.geometry.array), crs=None)
            with np.errstate(invalid="ignore"):
                batch = batch.set_crs(crs, allow_override=True).to_crs(METRES)
            if reach is not None:
                # by bounds: invalid geometries are not to be compared before they are repaired
                near = shapely.intersects(reach, shapely.box(*batch.bounds.to_numpy().T))
                batch = batch[near | ~landshapes.finite(batch.geometry.array)]
            parts.append(batch)
    whole = pd.concat(parts, ignore_index=True) if parts else gpd.GeoDataFrame(columns=told.needed, geometry=[])
    return gpd.GeoDataFrame(landopen.mended(source, whole), geometry="geometry", crs=METRES)


def _batches(source: Source, columns: list[str], box: Any, streamed: bool) -> Iterator[gpd.GeoDataFrame]:
    """The layer as GDAL gives it, curves made into lines, whole or in batches."""
    import geopandas as gpd
    import pyogrio

    def whole(**some: Any) -> gpd.GeoDataFrame:
        # not read_dataframe: it fails on a coordinate system that GDAL knows and pyproj does not
        meta, _, shapes, data = pyogrio.raw.read(source.path, datetime_as_string=True, **common, **some)
        held = dict(zip(meta["fields"], data, strict=True))
        return gpd.GeoDataFrame(held, geometry=shapely.from_wkb(shapes))

    common: dict[str, Any] = {"layer": source.layer, "columns": columns, "bbox": box, "encoding": source.encoding}
    if not streamed:
        yield whole()
        return
    done = 0
    with pyogrio.open_arrow(source.path, use_pyarrow=True, batch_size=BATCH, **common) as (meta, reader):
        name = meta["geometry_name"] or "wkb_geometry"
        for batch in reader:
            try:
                shapes = shapely.from_wkb(batch.column(name).to_numpy(zero_copy_only=False))
            except (NotImplementedError, shapely.errors.ShapelyError):
                break  # curves: only the other reader makes them into lines
            yield gpd.GeoDataFrame(batch.select(columns).to_pandas(), geometry=shapes)
            done += len(shapes)
        else:
            return
    while len(frame := whole(skip_features=done, max_features=BATCH)):
        yield frame
        done += len(frame)


def _tidy(
    what: str, spec: LayerSpec, role: Role, told: Plan, picked: gpd.GeoDataFrame, cleaned: landshapes.Cleaned
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    import geopandas as gpd

    rows = picked.iloc[cleaned.index].reset_index(drop=True)
    columns, notes = landcolumns.tidy(rows, role, spec, told, what)
    return gpd.GeoDataFrame(columns, geometry=cleaned.shapes, crs=METRES), notes


def _check_extent(what: str, role: Role, frame: gpd.GeoDataFrame, within: BaseGeometry | None) -> list[str]:
    """A polygon over the whole country is an error in a plan and worth a note elsewhere; coordinates must be Norwegian."""
    if frame.empty:
        return []
    if within is None or role == "boundary":
        west, south, east, north = frame.total_bounds
        if not (west >= WITHIN[0] and south >= WITHIN[1] and east <= WITHIN[2] and north <= WITHIN[3]):
            raise DataError(
                f"{what}: koordinatene ({west:.0f}, {south:.0f})–({east:.0f}, {north:.0f}) ligger ikke i Norge. Er crs riktig?"
            )
    limit = COUNTRY_M2 if within is None else within.area * COUNTRY_TIMES
    areas = frame.geometry.area
    huge = int((areas > limit).sum())
    if not huge or role == "boundary":
        return []
    largest = f"{areas.max() / 1e6:,.0f} km²".replace(",", " ")
    if role == "planned":
        raise DataError(
            f"{what} har {huge} flate som er mye større enn kommunen ({largest}). Fjern den: den er ikke et arealformål her."
        )
    return [f"{huge} flate er mye større enn kommunen ({largest}): er den ment å være der?"]


def _kinds(role: Role) -> str:
    return " eller ".join(landshapes.WORDS[each] for each in landshapes.dimensions(role))


def _nothing_left(what: str, role: Role, cleaned: landshapes.Cleaned) -> str:
    if cleaned.other:
        return f"{what} har ingen {_kinds(role)}, som {role} må være. Velg et annet lag eller en annen fil."
    return f"{what}: ingen av de {cleaned.empty} objektene har en geometri som kan brukes. Lagre filen på nytt."
