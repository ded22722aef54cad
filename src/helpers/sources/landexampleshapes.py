"""Ways to draw ground that looks like ground: rough lines, blobs, streets, rows of buildings. Metres from the corner of the map; no chance but the given generator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Array = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Random = np.random.Generator
STEP = 0.5  # metres between possible coordinates: few digits in text, few bits in a binary file


def rough(rng: Random, points: Sequence[tuple[float, float]] | Array, levels: int, amount: float) -> Array:
    """A line through `points` (n, 2) whose pieces are halved `levels` times, each middle moved sideways by up to `amount` of the piece's length."""
    line = np.asarray(points, dtype=float)
    for _ in range(levels):
        along = np.diff(line, axis=0)
        sideways = np.stack([-along[:, 1], along[:, 0]], axis=1) * rng.uniform(-amount, amount, (len(along), 1))
        longer = np.empty((2 * len(line) - 1, 2))
        longer[::2], longer[1::2] = line, line[:-1] + along / 2 + sideways
        line = longer
    return line


def smooth(line: Array, times: int = 2) -> Array:
    """The corners of a line (n, 2) cut off `times` times (Chaikin), its ends kept."""
    for _ in range(times):
        near, far = line[:-1] * 0.75 + line[1:] * 0.25, line[:-1] * 0.25 + line[1:] * 0.75
        line = np.concatenate([line[:1], np.stack([near, far], axis=1).reshape(-1, 2)[1:-1], line[-1:]])
    return line


def blob(
    rng: Random, x: float, y: float, long: float, wide: float, degrees: float = 0, wave: float = 0.12, points: int = 32
) -> shapely.Polygon:
    """A closed curve around (x, y) with the half axes `long` and `wide`, dented by `wave`."""
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    orders = np.arange(2, 6)
    phases, sizes = rng.uniform(0, 2 * np.pi, len(orders)), rng.uniform(-wave, wave, len(orders))
    radius = 1 + (sizes * np.cos(orders * angles[:, None] + phases)).sum(axis=1)
    ring = np.stack([long * radius * np.cos(angles), wide * radius * np.sin(angles)], axis=1)
    return shapely.make_valid(shapely.Polygon(turned(ring, degrees) + np.array([x, y])))


def turned(places: Array, degrees: float) -> Array:
    """Places (n, 2) turned about (0, 0), against the clock."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(places @ np.array([[cos, sin], [-sin, cos]]))


def rectangles(x: Array, y: Array, long: Array, wide: Array, radians: Array) -> Shapes:
    """Rectangles around (x, y), turned by `radians`; every argument of shape (n,)."""
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    at = corners[None] * np.stack([long, wide], axis=1)[:, None, :]
    cos, sin = np.cos(radians)[:, None], np.sin(radians)[:, None]
    across, up = at[..., 0] * cos - at[..., 1] * sin, at[..., 0] * sin + at[..., 1] * cos
    return np.asarray(shapely.polygons(np.stack([across + x[:, None], up + y[:, None]], axis=2)))


def rough_rectangle(
    rng: Random, x: float, y: float, long: float, wide: float, degrees: float, amount: float = 0.03
) -> shapely.Polygon:
    """A plan area: a rectangle whose sides are not quite straight."""
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)]) * (long, wide)
    return shapely.make_valid(shapely.Polygon(turned(rough(rng, corners, 2, amount), degrees) + np.array([x, y])))


def streets(area: BaseGeometry, degrees: float, apart: float) -> Shapes:
    """Parallel streets within an area, and cross streets four times as far from each other."""
    middle = shapely.centroid(area)
    reach = shapely.minimum_bounding_radius(area) * 1.2
    found: list[Any] = []
    for angle, gap in ((degrees, apart), (degrees + 90, 4 * apart)):
        offsets = np.arange(-reach, reach, gap)
        ends = np.stack([np.stack([np.full_like(offsets, side), offsets], axis=1) for side in (-reach, reach)], axis=1)
        lines = shapely.linestrings(
            turned(ends.reshape(-1, 2), angle).reshape(-1, 2, 2) + shapely.get_coordinates(middle)
        )
        found.extend(shapely.get_parts(shapely.intersection(lines, area)))
    kept = np.array(found, dtype=object)
    return np.asarray(kept[(shapely.get_type_id(kept) == 1) & (shapely.length(kept) > 60)])


def rows(rng: Random, lines: Shapes, apart: float, aside: float, size: tuple[float, float], spread: float) -> Shapes:
    """Buildings on both sides of straight pieces of line, `apart` along it and `aside` from it.

    Parameters
    ----------
    size : length and width of a building, each varying by the factor `spread`.
    """
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    counts = np.maximum((shapely.length(lines) / apart).astype(int), 0)
    which = np.repeat(np.arange(len(lines)), counts)
    order = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    which, order = np.tile(which, 2), np.tile(order, 2)
    side = np.repeat([1.0, -1.0], len(which) // 2)
    along = ends[which, 1] - ends[which, 0]
    length = np.hypot(along[:, 0], along[:, 1])[:, None]
    unit = along / length
    place = ends[which, 0] + unit * ((order + 0.5) * apart)[:, None]
    shifted = aside + rng.uniform(-2, 4, len(which))
    place += np.stack([-unit[:, 1], unit[:, 0]], axis=1) * (side * shifted)[:, None]
    factor = 1 + rng.uniform(-spread, spread, (len(which), 2))
    angle = np.arctan2(unit[:, 1], unit[:, 0])
    return rectangles(place[:, 0], place[:, 1], size[0] * factor[:, 0], size[1] * factor[:, 1], angle)


def halls(area: shapely.Polygon, degrees: float, share: float) -> Shapes:
    """Large buildings so close that their surroundings of 10 m meet, over the first `share` of an area."""
    middle = shapely.get_coordinates(shapely.centroid(area))[0]
    own = shapely.transform(area, lambda places: turned(places - middle, -degrees))
    west, south, east, north = shapely.bounds(own)
    across, up = np.arange(west + 26, west + (east - west) * share, 56.0), np.arange(south + 20, north, 44.0)
    x, y = (each.ravel() for each in np.meshgrid(across, up))
    placed = turned(np.stack([x, y], axis=1), degrees) + middle
    whole = np.full(len(x), 1.0)
    found = rectangles(placed[:, 0], placed[:, 1], 40 * whole, 28 * whole, np.radians(degrees) * whole)
    shapely.prepare(area)
    return np.asarray(found[shapely.contains(area, shapely.centroid(found))])


def link(rng: Random, start: BaseGeometry, network: BaseGeometry, amount: float = 0.08) -> shapely.LineString:
    """A rough line from a shape's middle to the nearest place of a network."""
    middle = shapely.centroid(start)
    near = shapely.get_coordinates(shapely.shortest_line(middle, network))
    return shapely.LineString(smooth(rough(rng, near, 2, amount), 1))


def on_grid(shapes: Iterable[Any], step: float = STEP) -> Shapes:
    """The same shapes with coordinates that are multiples of `step`, still valid; those that are null or invalid are left as they are."""
    found = np.array(list(shapes), dtype=object)
    sound = shapely.is_valid(found) & ~shapely.is_empty(found)
    found[sound] = shapely.set_precision(found[sound], step)
    return found


def only_areas(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, united; empty where it has none."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
