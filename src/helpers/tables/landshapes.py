"""Geometry as files have it to geometry that can be measured: flat, finite, valid, of the dimension that a layer is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from helpers.land.layers import Role

AREA, LINE, POINT = 2, 1, 0
COLLECTION, RING = 7, 2  # shapely's type numbers
_ALSO = dict.fromkeys(("roads", "railway", "shoreline", "water_mains", "sewers"), LINE)
_ALSO |= dict.fromkeys(("stations", "centre"), POINT)
WORDS = {AREA: "flater", LINE: "linjer", POINT: "punkter"}


@dataclass(frozen=True)
class Cleaned:
    """What came of an array of geometries.

    Parameters
    ----------
    shapes : valid, not empty, 2D; no collections. index : the place in the input of each. repaired : whether it was
        invalid. empty : null, empty, without finite coordinates, or nothing left by the repair. other : of another dimension.
    """

    shapes: Any
    index: Any
    repaired: Any
    empty: int
    other: int


def dimensions(role: Role) -> tuple[int, ...]:
    """Which dimensions a role's geometries may have: areas always, and for some also lines or points."""
    return (AREA, _ALSO[role]) if role in _ALSO else (AREA,)


def clean(given: Any, role: Role) -> Cleaned:
    """Flatten, repair and sort out.

    An invalid polygon is made valid by its structure: the parts of one that overlaps itself are merged, and none becomes a hole. Of a
    collection the parts of the role's dimension are kept, as one feature for each dimension.

    Parameters
    ----------
    given : array of geometries or None, curves already made into lines.
    """
    shapes = np.array(given, dtype=object)
    index = np.arange(len(shapes))
    sound = finite(shapes) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    empty = int((~sound).sum())
    shapes, index = shapely.force_2d(shapes[sound]), index[sound]
    rings = shapely.get_type_id(shapes) == RING
    shapes[rings] = [shapely.LineString(ring.coords) for ring in shapes[rings]]
    wrong = ~shapely.is_valid(shapes)
    mended = index[wrong]
    shapes[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    gone = shapely.is_empty(shapes)
    empty += int(gone.sum())
    shapes, index = _simple(shapes[~gone], index[~gone])
    held = np.isin(shapely.get_dimensions(shapes), dimensions(role))
    other = len(set(index) - set(index[held]))
    shapes, index = shapes[held], index[held]
    return Cleaned(shapes, index, np.isin(index, mended), empty, other)


def finite(shapes: Any) -> Any:
    """Whether all coordinates of each geometry are numbers (True for null and empty ones)."""
    sound = np.ones(len(shapes), dtype=bool)
    places, owner = shapely.get_coordinates(shapes, return_index=True)
    sound[owner[~np.isfinite(places).all(axis=1)]] = False
    return sound


def _simple(shapes: Any, index: Any) -> tuple[Any, Any]:
    """Collections split in at most one feature for each dimension; the rest as it is, in the order given."""
    mixed = shapely.get_type_id(shapes) == COLLECTION
    if not mixed.any():
        return shapes, index
    parts, owner = shapes[mixed], index[mixed]
    while (nested := shapely.get_type_id(parts) == COLLECTION).any():
        inner, which = shapely.get_parts(parts[nested], return_index=True)
        parts, owner = (
            np.concatenate([parts[~nested], inner]),
            np.concatenate([owner[~nested], owner[nested][which]]),
        )
    held = ~shapely.is_empty(parts)
    parts, owner = parts[held], owner[held]
    keys = np.stack([owner, shapely.get_dimensions(parts)], axis=1)
    groups, member = np.unique(keys, axis=0, return_inverse=True)
    member = member.reshape(-1)
    merged = np.array([shapely.union_all(parts[member == each]) for each in range(len(groups))], dtype=object)
    found = np.concatenate([shapes[~mixed], merged])
    places = np.concatenate([index[~mixed], groups[:, 0]]).astype(int)
    order = np.argsort(places, kind="stable")
    return found[order], places[order]


def within(shapes: Any, area: BaseGeometry, *, share: bool = False) -> Any:
    """Whether each geometry meets `area`; with `share`, more than its border (a neighbour's plan touches ours and is not in it)."""
    shapely.prepare(area)
    meets = shapely.intersects(area, shapes)
    if share:
        meets[meets] = ~shapely.touches(area, shapes[meets])
    return meets


def outside_m2(shapes: Any, area: BaseGeometry) -> float:
    """Square metres of polygons that lie outside `area`; what overlaps is counted once for each."""
    shapely.prepare(area)
    loose = shapes[~shapely.contains_properly(area, shapes)]
    return float(shapely.area(shapely.difference(loose, area)).sum())


def overlap_m2(shapes: Any) -> float:
    """Square metres that more than one of the polygons cover, each counted once."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = shapes[first[pairs]], shapes[second[pairs]]
    inside = ~shapely.touches(first, second)
    shared = shapely.intersection(first[inside], second[inside])
    parts = shapely.get_parts(shared)
    return float(shapely.area(shapely.union_all(parts[shapely.get_dimensions(parts) == AREA])))
