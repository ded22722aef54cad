"""From a terrain model to the polygons that are steep: slope by Horn's method, window by window, so that size does not matter."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from helpers.errors import DataError
from helpers.land.layers import CRS as METRES
from helpers.land.manifest import LayerSpec
from helpers.tables import landopen, landshapes
from helpers.tables.boundaries import WITHIN
from helpers.tables.landfiles import Read

WINDOW = 2048  # cells along each side
COVERED = 0.99  # the share of the municipality that a raster must reach over to count as complete
FINE_M = 5  # finer cells than this measure boulders and ditches


def slope_percent(heights: Any, across_m: float, down_m: float) -> Any:
    """Slope in percent of each inner cell, by Horn's weights (1-2-1) of its eight neighbours.

    Parameters
    ----------
    heights : array (rows, columns) in metres, NaN where unknown. across_m, down_m : the size of a cell.

    Returns
    -------
    Array (rows - 2, columns - 2); NaN where the cell or a neighbour is unknown.
    """
    z = np.asarray(heights, dtype=float)
    west, east = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2], z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    north, south = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:], z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    found = 100 * np.hypot((east - west) / (8 * across_m), (south - north) / (8 * down_m))
    return np.where(np.isnan(z[1:-1, 1:-1]), np.nan, found)


def read(folder: Path, spec: LayerSpec, manifest_crs: str, within: BaseGeometry | None, percent: float) -> Read:
    """The areas of the municipality that are at least `percent` steep.

    Parameters
    ----------
    within : the municipality in EPSG:25833; None: the whole raster.

    Returns
    -------
    `Read` whose frame has ``slope_percent``, the least slope within each polygon (`percent`). Edges of the raster and cells beside
    unknown ones have no slope and are not steep.

    Raises
    ------
    DataError
        rasterio not installed; file missing or no terrain model; coordinate system lacking or not in metres; outside the municipality.
    """
    import geopandas as gpd

    rasterio = _rasterio("rasterio")
    path = folder / spec.raster
    what = f"layers.slope: {spec.raster}"
    landopen.check_file(what, path)
    with landopen.reading(what), rasterio.open(path, driver="GTiff") as raster:
        crs, notes = _crs(what, raster, spec.crs, manifest_crs)
        window = _window(what, raster, crs, within)
        lacking = _coverage(what, raster, crs, within)
        size = raster.res[0]
        with np.errstate(invalid="ignore"):
            shapes = list(_steep(raster, window, percent))
    merged = shapely.get_parts(shapely.union_all(shapes)) if shapes else []
    flat = gpd.GeoSeries(merged, crs=crs).to_crs(METRES)
    cleaned = landshapes.clean(flat.array, "slope")
    frame = gpd.GeoDataFrame(geometry=cleaned.shapes, crs=METRES)
    frame.insert(0, "slope_percent", np.full(len(frame), percent))
    if within is not None:
        frame = frame[landshapes.within(frame.geometry.array, within)].reset_index(drop=True)
    frame = frame.astype({"slope_percent": "Float64"})
    notes += [f"rutene er {size:g} m: 10 m holder, og finere gir mange små flater"] if size < FINE_M else []
    return Read(
        spec.raster,
        frame,
        landopen.called(crs),
        len(merged),
        len(frame),
        0,
        0,
        0,
        (*notes, *lacking),
        "; ".join(lacking),
    )


def _rasterio(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise DataError(
            'layers.slope: et terrengraster krever rasterio. Installer det med .venv/bin/pip install -e ".[terrain]", '
            "eller gi helningen som flater i en vanlig kartfil."
        ) from None


def _crs(what: str, raster: Any, own: str, common: str) -> tuple[Any, list[str]]:
    """As for vectors: what layers.toml says of the raster, else what it says itself, else what is said of all files."""
    notes: list[str] = []
    said = landopen.parse_crs(what, raster.crs.to_wkt()) if raster.crs else None
    told = own or ("" if said is not None else common)
    crs = landopen.parse_crs(what, told) if told else said
    if said is not None and crs is not None and not said.equals(crs, ignore_axis_order=True):
        notes.append(f"filen sier {landopen.called(said)}, layers.toml {landopen.called(crs)}, som brukes")
    if crs is None:
        raise DataError(
            f'{what} sier ikke hvilket koordinatsystem den er i. Skriv crs = "EPSG:25833" under [layers.slope].'
        )
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise DataError(f"{what} er i {landopen.called(crs)}, ikke i meter. Regn den om: gdalwarp -t_srs EPSG:25833")
    turned = raster.transform.b or raster.transform.d
    if turned or raster.transform.e >= 0 or raster.transform.a <= 0:
        raise DataError(f"{what} er ikke nordvendt. Regn den om: gdalwarp -t_srs EPSG:25833")
    return crs, notes


def _coverage(what: str, raster: Any, crs: Any, within: BaseGeometry | None) -> list[str]:
    """A note where the raster does not reach over all of the municipality; unknown cells within it may be sea and are not counted."""
    if within is None:
        return []
    edge = shapely.segmentize(shapely.box(*raster.bounds), max(raster.width, raster.height) * raster.res[0] / 50)
    to = Transformer.from_crs(crs, METRES, always_xy=True)
    held = shapely.make_valid(shapely.transform(edge, to.transform, interleaved=False))
    share = within.intersection(held).area / within.area
    if share == 0:
        raise DataError(f"{what} dekker ingenting av kommunen. Er det rett fil og rett crs?")
    if share >= COVERED:
        return []
    told = f"bare {int(share * 100 + 1e-6)}" if share >= 0.01 else "under 1"
    return [f"dekker {told} % av kommunen; bratt terreng er ukjent i resten"]


def _window(what: str, raster: Any, crs: Any, within: BaseGeometry | None) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column (beyond) of the cells that the municipality lies in."""
    to = Transformer.from_crs(crs, METRES, always_xy=True)
    left, bottom, right, top = raster.bounds
    held = to.transform_bounds(left, bottom, right, top)
    if not (held[0] < WITHIN[2] and held[2] > WITHIN[0] and held[1] < WITHIN[3] and held[3] > WITHIN[1]):
        raise DataError(f"{what} ligger ikke i Norge. Er crs riktig?")
    if within is None:
        return 0, 0, raster.height, raster.width
    back = Transformer.from_crs(METRES, crs, always_xy=True)
    left, bottom, right, top = within.bounds
    west, south, east, north = back.transform_bounds(left, bottom, right, top)
    grid = raster.transform
    columns = max(0, int((west - grid.c) / grid.a) - 2), min(raster.width, int((east - grid.c) / grid.a) + 3)
    rows = max(0, int((north - grid.f) / grid.e) - 2), min(raster.height, int((south - grid.f) / grid.e) + 3)
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        raise DataError(f"{what} dekker ingenting av kommunen. Er det rett fil og rett crs?")
    return rows[0], columns[0], rows[1], columns[1]


def _steep(raster: Any, window: tuple[int, int, int, int], percent: float) -> Iterator[Any]:
    """Polygons of steep cells, in the raster's coordinates, one window after the other."""
    windows, features = _rasterio("rasterio.windows"), _rasterio("rasterio.features")
    top, left, bottom, right = window
    for row in range(top, bottom, WINDOW):
        for column in range(left, right, WINDOW):
            high, wide = min(WINDOW, bottom - row), min(WINDOW, right - column)
            heights = _heights(raster, row - 1, column - 1, row + high + 1, column + wide + 1)
            steep = slope_percent(heights, raster.transform.a, -raster.transform.e) >= percent
            if steep.any():
                place = windows.transform(windows.Window(column, row, wide, high), raster.transform)
                found = features.shapes(steep.astype("uint8"), mask=steep, transform=place)
                yield shapely.union_all([shapely.geometry.shape(shape) for shape, _ in found])


def _heights(raster: Any, top: int, left: int, bottom: int, right: int) -> Any:
    """Heights of the cells from row `top` to before `bottom`, NaN where unknown or outside the raster."""
    rows, columns = (max(top, 0), min(bottom, raster.height)), (max(left, 0), min(right, raster.width))
    # not rasterio's boundless reading: it forgets which cells are unknown
    held = np.ma.filled(raster.read(1, window=(rows, columns), masked=True).astype(float), np.nan)
    return np.pad(
        held, ((rows[0] - top, bottom - rows[1]), (columns[0] - left, right - columns[1])), constant_values=np.nan
    )
