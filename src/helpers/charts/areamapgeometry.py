"""The geometry of the area map: which part of the land is shown, how shapes become short path data, and detail frames.

Metres in (east, north; EPSG:25833), px out (x to the right, y down). shapely does the work, on whole arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.cluster.hierarchy import fcluster, linkage
from shapely.geometry.base import BaseGeometry

from helpers.charts.labels import Box

TOLERANCE = 0.3  # px that a drawn line may lie beside the true one
MARGIN = 14.0  # px round what the map is to show
_CLOSEST = 300.0  # metres: the least that a map is wide
_SPECK = 6.0  # px: a group of areas that is smaller gets a ring
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class View:
    """From metres to px: the upper left corner in metres, the scale, and the map's size in px."""

    west: float
    north: float
    px_per_metre: float
    width: float
    height: float

    def at(self, east: float, north: float) -> tuple[float, float]:
        """Return where a point falls in px."""
        return (east - self.west) * self.px_per_metre, (self.north - north) * self.px_per_metre

    @property
    def box(self) -> Box:
        """The map's rectangle in px."""
        return Box(0, 0, self.width, self.height)

    @property
    def bounds(self) -> Bounds:
        """The map's rectangle in metres."""
        return (
            self.west,
            self.north - self.height / self.px_per_metre,
            self.west + self.width / self.px_per_metre,
            self.north,
        )


def view_of(bounds: Bounds, width: float, tallest: float, margin: float = MARGIN) -> View:
    """Return the view that holds the bounds (west, south, east, north; metres) in a map `width` px wide.

    The height follows the bounds, between half the width and `tallest` px. Bounds that are no numbers are an error.
    """
    if not all(math.isfinite(v) for v in bounds):
        raise ValueError("the map has nothing to show: no bounds")
    west, south, east, north = bounds
    wide, tall = max(east - west, _CLOSEST), max(north - south, 1.0)
    lowest = min(width / 2, tallest)
    scale = min((width - 2 * margin) / wide, (tallest - 2 * margin) / tall)
    height = min(max(tall * scale + 2 * margin, lowest), tallest)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return View(middle_x - width / 2 / scale, middle_y + height / 2 / scale, scale, width, height)


def polygons(geometry: BaseGeometry | None) -> BaseGeometry:
    """Return the valid, flat polygons of a geometry as one geometry; an empty one where there are none."""
    if geometry is None or shapely.is_empty(geometry):
        return shapely.MultiPolygon()
    flat = shapely.force_2d(geometry)
    if not shapely.is_valid(flat):
        flat = shapely.make_valid(flat)
    parts = [part for part in _atoms(flat) if part.geom_type == "Polygon" and not part.is_empty]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def lines(geometry: BaseGeometry | None) -> BaseGeometry:
    """Return the lines of a geometry, a polygon's edges among them, joined where they meet."""
    if geometry is None or shapely.is_empty(geometry):
        return shapely.MultiLineString()
    flat = shapely.force_2d(geometry)
    parts = [p.boundary if p.geom_type == "Polygon" else p for p in _atoms(flat)]
    found = [p for part in parts for p in _atoms(part) if p.geom_type in ("LineString", "LinearRing")]
    return shapely.line_merge(shapely.MultiLineString([p for p in found if not p.is_empty]))


def _atoms(geometry: BaseGeometry) -> list[Any]:
    """Return the single parts of a geometry, collections within collections opened."""
    parts = [geometry]
    while any(shapely.get_type_id(p) >= 4 for p in parts):
        parts = [each for part in parts for each in shapely.get_parts(part)]
    return parts


def in_view(geometry: BaseGeometry, view: View, tolerance: float = TOLERANCE) -> BaseGeometry:
    """Return what the view shows of a geometry, in px, with no more points than the eye can see."""
    try:
        cut = shapely.clip_by_rect(geometry, *view.bounds)
    except shapely.GEOSException:  # the fast clip stumbles over a polygon with hardly any width
        cut = shapely.intersection(geometry, shapely.box(*view.bounds))
    if shapely.is_empty(cut):
        return cut
    west, north, scale = view.west, view.north, view.px_per_metre

    def px(points: np.ndarray) -> np.ndarray:
        return np.column_stack([(points[:, 0] - west) * scale, (north - points[:, 1]) * scale])

    return shapely.simplify(shapely.transform(cut, px), tolerance, preserve_topology=True)


def path(geometry: BaseGeometry, view: View, smallest: float = 0.0) -> str:
    """Return a geometry in px as path data with one decimal, relative after the first point of each ring.

    Polygons of less than `smallest` px² are left out, and so is what the rounding makes a point or a line.
    """
    out = []
    for part in _atoms(geometry):
        if part.geom_type == "Polygon" and not part.is_empty and part.area >= smallest:
            out += [_steps(ring, view, closed=True) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            out.append(_steps(part, view, closed=False))
    return "".join(out)


def _steps(line: Any, view: View, closed: bool) -> str:
    limits = np.floor(np.array([view.width, view.height]) * 10 + 1e-6)
    tenths = np.clip(np.rint(shapely.get_coordinates(line) * 10), 0, limits).astype(int)
    keep = np.r_[True, (np.diff(tenths, axis=0) != 0).any(axis=1)]
    tenths = tenths[keep]
    if closed and len(tenths) > 1 and (tenths[0] == tenths[-1]).all():
        tenths = tenths[:-1]
    if len(tenths) < (3 if closed else 2):
        return ""
    first, rest = tenths[0], np.diff(tenths, axis=0)
    return f"M{_tenth(first[0])}{_next(first[1])}l" + _pairs(rest) + ("z" if closed else "")


def _pairs(steps: np.ndarray) -> str:
    text = "".join(_next(x) + _next(y) for x, y in steps.tolist())
    return text.removeprefix(" ")


def _next(tenths: int) -> str:
    text = _tenth(tenths)
    return text if text.startswith("-") else f" {text}"


def _tenth(tenths: int) -> str:
    sign, whole, part = "-" if tenths < 0 else "", abs(int(tenths)) // 10, abs(int(tenths)) % 10
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{part}"


def specks(shapes: Sequence[BaseGeometry]) -> list[tuple[float, float]]:
    """Return the middles, in px, of groups of shapes too small to be seen and with nothing else near."""
    bounds = shapely.bounds(np.array(list(shapes), dtype=object)) if shapes else np.empty((0, 4))
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return []
    near = 3.0
    boxes = shapely.box(bounds[:, 0] - near, bounds[:, 1] - near, bounds[:, 2] + near, bounds[:, 3] + near)
    groups = shapely.bounds(shapely.get_parts(shapely.union_all(boxes)))
    small = np.maximum(groups[:, 2] - groups[:, 0], groups[:, 3] - groups[:, 1]) < _SPECK + 2 * near
    middles = np.column_stack([(groups[:, 0] + groups[:, 2]) / 2, (groups[:, 1] + groups[:, 3]) / 2])[small]
    return sorted((float(x), float(y)) for x, y in middles)


@dataclass(frozen=True)
class Detail:
    """A frame for a detail map: its number (1 holds the most area), bounds in metres, the areas within, and their m²."""

    number: int
    bounds: Bounds
    members: tuple[int, ...]
    area_m2: float


def frames(
    geometries: Sequence[BaseGeometry | None], most: int = 6, *, reach_m: float = 2500.0, least_m: float = 500.0
) -> list[Detail]:
    """Return at most `most` square frames that hold as much as they can of the areas, the fullest first.

    Areas whose centres lie within `reach_m` of each other, the farthest two of a group counted, share a frame; a frame is
    at least `least_m` wide. Areas in no frame are those of the smallest groups: compare the members with what was given.
    """
    shapes = [polygons(each) for each in geometries]
    kept = [n for n, shape in enumerate(shapes) if not shape.is_empty]
    if not kept or most < 1:
        return []
    bounds = shapely.bounds(np.array([shapes[n] for n in kept], dtype=object))
    centres = np.column_stack([(bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2])
    groups = fcluster(linkage(centres, "complete"), reach_m, "distance") if len(kept) > 1 else np.ones(1, dtype=int)
    sizes = np.array([shapes[n].area for n in kept])
    found = []
    for group in np.unique(groups):
        chosen = np.flatnonzero(groups == group)
        members = tuple(kept[n] for n in chosen)
        west, south = bounds[chosen, :2].min(axis=0)
        east, north = bounds[chosen, 2:].max(axis=0)
        found.append((float(sizes[chosen].sum()), _square((west, south, east, north), least_m), members))
    found.sort(key=lambda each: (-each[0], each[2]))
    return [Detail(n + 1, frame, members, size) for n, (size, frame, members) in enumerate(found[:most])]


def _square(bounds: Bounds, least: float) -> Bounds:
    """Return the square round the bounds, a fifth wider than they are."""
    west, south, east, north = (float(v) for v in bounds)
    half = max(max(east - west, north - south) * 0.6, least / 2)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - half, y - half, x + half, y + half)


def scale_length(px_per_metre: float, longest: float = 110.0) -> tuple[int, float]:
    """Return a round number of metres and its length in px, the longest that `longest` px hold (at least 1 m)."""
    steps = [m * 10**e for e in range(7) for m in (1, 2, 5)]
    metres = max([step for step in steps if step * px_per_metre <= longest], default=1)
    return metres, metres * px_per_metre


def bounds_of(geometries: Iterable[BaseGeometry | None]) -> Bounds | None:
    """Return the bounds of all geometries together in metres; None where all are empty."""
    every = shapely.bounds(np.array([g for g in geometries if g is not None and not shapely.is_empty(g)], dtype=object))
    if not len(every):
        return None
    return (
        float(every[:, 0].min()),
        float(every[:, 1].min()),
        float(every[:, 2].max()),
        float(every[:, 3].max()),
    )
