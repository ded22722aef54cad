"""Shapes split by a layer of polygons into what the layer covers and what it does not, in bulk and without losing area.

Nothing here knows what the shapes mean. A layer may overlap itself: what covers a shape is united first, and only the few polygons that
touch it. The two halves of a cut are computed from the same two shapes, and must add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely

from helpers.errors import DataError

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Operation = Callable[..., Shapes]

SLIVER = 1e-6  # m²: what is smaller is rounding along a common edge, and stays with the shape it would be cut from
LOST = 1e-9  # of a shape's area: the halves of a cut must add up as closely as this
GRIDS = (1e-8, 1e-6)  # metres: where an overlay fails, coordinates are rounded to these in turn
CHUNK = 1024  # shapes cut at a time, so that what is in between does not pile up
MANY = 256  # a polygon of more corners is taken in tiles
MARGIN = 1.0  # metres that tiles overlap by, so that no crack can open between them
LONG = 256  # points: a longer line is buffered in parts, of which the far ones are left out
ROUND = 16  # corners of a quarter of a circle: at 100 metres it lies 12 cm within the true one
ROUNDING = 1e-7  # metres: two areas whose common edge is rounded may overlap by this times its length
_POLYGON, _MULTIPOLYGON = 3, 6


@dataclass(frozen=True)
class Split:
    """What a layer does to shapes.

    Parameters
    ----------
    whole : the shapes that it covers whole (positions). cut : those it covers in part. inside, outside : the halves of `cut`.
    """

    whole: Ints
    cut: Ints
    inside: Shapes
    outside: Shapes


def polygonal(shapes: Shapes) -> Shapes:
    """The polygon parts of each shape as one polygon or multipolygon; an empty polygon where there are none.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import GeometryCollection, Point, box
    >>> from helpers.measures import landoverlay
    >>> shapes = np.array([GeometryCollection([box(0, 0, 2, 2), Point(5, 5)]), Point(0, 0)], dtype=object)
    >>> [each.wkt for each in landoverlay.polygonal(shapes)]
    ['MULTIPOLYGON (((2 0, 2 2, 0 2, 0 0, 2 0)))', 'POLYGON EMPTY']
    """
    found = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(found)
    odd = np.flatnonzero((kinds != _POLYGON) & (kinds != _MULTIPOLYGON))
    if not odd.size:
        return found
    parts, owner = shapely.get_parts(found[odd], return_index=True)
    parts, at = shapely.get_parts(parts, return_index=True)  # a multipolygon within a collection
    owner = owner[at]
    keep = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    found[odd] = shapely.from_wkt("POLYGON EMPTY")
    if keep.any():
        groups, index = np.unique(owner[keep], return_inverse=True)
        found[odd[groups]] = _joined(parts[keep], index)
    return found


def split(shapes: Shapes, layer: Shapes, threads: int = 1) -> Split:
    """Split each shape by the union of the polygons of `layer`.

    Parameters
    ----------
    shapes : valid polygons and multipolygons. layer : the same, which may overlap. threads : how many cut at the same time.

    Raises
    ------
    DataError
        where the halves of a cut do not add up to the whole, however it is computed.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import box
    >>> from helpers.measures import landoverlay
    >>> shapes, layer = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10)]), np.array([box(6, 0, 10, 10), box(20, -1, 30, 11)])
    >>> found = landoverlay.split(shapes, layer)
    >>> found.whole.tolist(), found.cut.tolist(), found.inside[0].area, found.outside[0].area
    ([1], [0], 40.0, 60.0)
    """
    large = shapely.get_num_coordinates(layer) > MANY
    if large.any():
        layer = np.concatenate([layer[~large], _tiles(layer[large], shapely.STRtree(shapes))])
    tree, boxes = shapely.STRtree(layer), shapely.bounds(layer)
    size = min(CHUNK, -(-len(shapes) // threads)) or 1
    chunks = range(0, len(shapes), size)

    def one(start: int) -> Split:
        found = _split(shapes[start : start + size], tree, boxes)
        return Split(found.whole + start, found.cut + start, found.inside, found.outside)

    if threads == 1:
        done = [one(start) for start in chunks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(one, chunks))
    none: list[Split] = [Split(*(np.empty(0, dtype=kind) for kind in (np.int64, np.int64, object, object)))]
    parts = zip(*((each.whole, each.cut, each.inside, each.outside) for each in done or none))
    return Split(*(np.concatenate(each) for each in parts))


def disjoint(shapes: Shapes) -> Shapes:
    """The shapes without what a shape before them has already (empty where nothing is left).

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import box
    >>> from helpers.measures import landoverlay
    >>> [each.area for each in landoverlay.disjoint(np.array([box(0, 0, 10, 10), box(5, 0, 15, 10)]))]
    [100.0, 50.0]
    """
    found = shapes.copy()
    at, hit = _earlier(shapes)
    touched, first, count = np.unique(at, return_index=True, return_counts=True)
    by = _united(shapes, hit, first, count)
    found[touched] = _halves(shapes[touched], by, np.zeros(len(touched), dtype=bool))[1]
    return found


def clash(shapes: Shapes) -> tuple[int, int] | None:
    """The first two shapes that overlap by more than rounding; None where all are disjoint.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import box
    >>> from helpers.measures import landoverlay
    >>> side, over = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)]), np.array([box(0, 0, 10, 10), box(9, 0, 20, 10)])
    >>> landoverlay.clash(side), landoverlay.clash(over)
    (None, (0, 1))
    """
    at, hit = _earlier(shapes)
    rounding = SLIVER + ROUNDING * shapely.length(shapes[at])
    over = np.flatnonzero(shapely.area(_apply(shapely.intersection, shapes[at], shapes[hit])) > rounding)
    return (int(hit[over[0]]), int(at[over[0]])) if over.size else None


def around(shapes: Shapes, metres: float, near: shapely.STRtree | None) -> Shapes:
    """Lines, points and polygons with everything within so many metres of them, as polygons; long lines in parts.

    Parameters
    ----------
    metres : 0 for the polygons themselves. near : what is far from all of these is left out.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import LineString, box
    >>> from helpers.measures import landoverlay
    >>> road, square = LineString([(0, 0), (100, 0)]), box(0, 0, 10, 10)
    >>> [round(each.area) for each in landoverlay.around(np.array([road, square], dtype=object), 6, None)]
    [1313, 453]
    """
    parts = _short(shapely.get_parts(shapes))
    if near is not None:
        west, south, east, north = shapely.bounds(parts).T
        parts = parts[
            np.unique(near.query(shapely.box(west - metres, south - metres, east + metres, north + metres))[0])
        ]
    around = polygonal(shapely.buffer(parts, metres, quad_segs=ROUND) if metres else parts)
    found: Shapes = around[~shapely.is_empty(around)]
    return found


def _short(parts: Shapes) -> Shapes:
    """Lines of many points cut at every so many; the buffers of the parts cover what the buffer of the whole does."""
    lines = (shapely.get_type_id(parts) == 1) | (shapely.get_type_id(parts) == 2)
    long = lines & (shapely.get_num_coordinates(parts) > LONG)
    cut = []
    for line in parts[long]:
        points = shapely.get_coordinates(line)
        cut += [shapely.linestrings(points[at : at + LONG + 1]) for at in range(0, len(points) - 1, LONG)]
    return np.concatenate([parts[~long], np.array(cut, dtype=object)])


def _earlier(shapes: Shapes) -> tuple[Ints, Ints]:
    """Pairs of a shape and one before it that it touches."""
    at, hit = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return at[hit < at], hit[hit < at]


def _split(shapes: Shapes, tree: shapely.STRtree, boxes: Floats) -> Split:
    layer: Shapes = tree.geometries
    at, hit = tree.query(shapes)
    prepared = shapes[np.unique(at)]
    shapely.prepare(prepared)
    meet = shapely.intersects(shapes[at], layer[hit])
    at, hit = at[meet], hit[meet]
    own, others = shapely.bounds(shapes)[at], boxes[hit]
    whole = np.unique(_pairs(shapely.covers, layer[hit], others, shapes[at], own, at))
    within = _pairs(shapely.contains_properly, shapes[at], own, layer[hit], others, np.arange(at.size))
    shapely.destroy_prepared(prepared)
    touched, first, count = np.unique(at, return_index=True, return_counts=True)
    enclosed = np.bincount(at[within], minlength=len(shapes))[touched] == count
    left = ~np.isin(touched, whole)
    touched, first, count = touched[left], first[left], count[left]
    by = _united(layer, hit, first, count)
    inside, outside, size = _halves(shapes[touched], by, enclosed[left])
    _mend(shapes[touched], by, inside, outside, size)
    covers, free = shapely.area(outside) <= SLIVER, size <= SLIVER
    cut = ~covers & ~free
    return Split(np.union1d(whole, touched[covers & ~free]), touched[cut], inside[cut], outside[cut])


def _pairs(holds: Operation, outer: Shapes, outer_box: Floats, inner: Shapes, inner_box: Floats, what: Ints) -> Ints:
    """Those of `what` whose pair the predicate is true for. Boxes tell which are worth a look."""
    may = (inner_box[:, :2] >= outer_box[:, :2]).all(axis=1) & (inner_box[:, 2:] <= outer_box[:, 2:]).all(axis=1)
    found: Ints = what[may][np.asarray(holds(outer[may], inner[may]), dtype=bool)]
    return found


def _united(layer: Shapes, hit: Ints, first: Ints, count: Ints) -> Shapes:
    """For each group, `count` of `hit` from `first` on, one shape of all its polygons."""
    by: Shapes = layer[hit[first]]
    several = np.flatnonzero(count > 1)
    if not several.size:
        return by
    size = count[several]
    index = np.repeat(np.arange(several.size), size)
    each = hit[np.repeat(first[several] - np.cumsum(size) + size, size) + np.arange(index.size)]
    ids, place = np.unique(each, return_inverse=True)
    one, other = shapely.STRtree(layer[ids]).query(layer[ids])
    lonely = np.bincount(one[one != other], minlength=ids.size)[place] == 0  # its box meets no other's
    apart = np.bincount(index, weights=~lonely) < 2  # one that is not may overlap another, but that is not in the group
    for joined, join in ((apart, _joined), (~apart, _union)):
        if joined.any():
            keep = joined[index]
            by[several[joined]] = join(layer[each[keep]], np.unique(index[keep], return_inverse=True)[1])
    return by


def _union(polygons: Shapes, index: Ints) -> Shapes:
    """The union of the polygons of each value of `index` (sorted, 0 …)."""
    heaps = shapely.geometrycollections(polygons, indices=index)
    return _apply(lambda them: shapely.union_all(them[:, None], axis=1), heaps)


def _halves(shapes: Shapes, by: Shapes, within: Bools) -> tuple[Shapes, Shapes, Floats]:
    """What is inside and outside, with the area inside; nothing is cut out where (almost) nothing is inside.

    Parameters
    ----------
    within : where `by` lies in the shape's interior, so that nothing has to be computed to know the inside.
    """
    inside, outside = by.copy(), shapes.copy()
    across = np.flatnonzero(~within)
    inside[across] = _cut(shapely.intersection, shapes[across], by[across])
    size = shapely.area(inside)
    hole = within & (shapely.get_type_id(shapes) == _POLYGON) & (shapely.get_type_id(by) == _POLYGON)
    hole &= shapely.get_num_interior_rings(by) == 0
    outside[hole] = _with_hole(shapes[hole], by[hole])
    cut = np.flatnonzero((size > SLIVER) & ~hole)
    outside[cut] = _cut(shapely.difference, shapes[cut], by[cut])
    area = shapely.area(shapes)
    wrong = np.abs(size + shapely.area(outside) - area) > LOST * area + SLIVER
    for each in np.flatnonzero(wrong):
        inside[each], outside[each] = _again(shapes[each], by[each])
        size[each] = inside[each].area
    return inside, outside, size


def _mend(shapes: Shapes, by: Shapes, inside: Shapes, outside: Shapes, size: Floats) -> None:
    """Look again where nothing or all is inside although the interiors say otherwise, and put right what differs.

    Along edges that almost coincide GEOS may give an empty intersection and the whole as difference, which add up and are both wrong.
    """
    none, every = size <= SLIVER, shapely.area(outside) <= SLIVER
    none[none] = shapely.relate_pattern(shapes[none], by[none], "2********")
    every[every] = shapely.relate_pattern(shapes[every], by[every], "**2******")
    doubtful = np.flatnonzero(none | every)
    if not doubtful.size:
        return
    grid = GRIDS[0]
    on_grid = partial(shapely.intersection, grid_size=grid)
    again = shapely.area(_apply(on_grid, shapes[doubtful], by[doubtful]))
    reach = SLIVER + grid * shapely.length(shapes[doubtful])
    for each in doubtful[np.abs(again - size[doubtful]) > reach]:
        inside[each], outside[each] = _again(shapes[each], by[each])
        size[each] = inside[each].area


def _with_hole(shapes: Shapes, holes: Shapes) -> Shapes:
    """Polygons with one more hole each, which lies in their interior."""
    if not shapes.size:
        return shapes
    rings, index = shapely.get_rings(shapes, return_index=True)
    index = np.concatenate([index, np.arange(len(holes))])
    rings = np.concatenate([rings, shapely.get_exterior_ring(holes)])
    in_order = np.argsort(index, kind="stable")
    found: Shapes = shapely.polygons(rings[in_order], indices=index[in_order])
    return found


def _again(shape: shapely.Geometry, by: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The halves of a cut that went wrong, from repaired shapes on a fine grid."""
    area = shapely.area(shape)
    for grid in GRIDS:
        pair = shapely.make_valid(shape), shapely.make_valid(by)
        operations: tuple[Operation, Operation] = (shapely.intersection, shapely.difference)
        inside, outside = polygonal(
            np.array([operation(*pair, grid_size=grid) for operation in operations], dtype=object)
        )
        # on a grid the corners move by half a step
        if abs(inside.area + outside.area - area) <= LOST * area + SLIVER + grid * shapely.length(shape):
            return inside, outside
    east, north = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    raise DataError(
        f"Arealet ved ({east:.0f}, {north:.0f}) kan ikke deles: geometrien er for uryddig. Rett den i kartlaget."
    )


def _cut(operation: Operation, shapes: Shapes, by: Shapes) -> Shapes:
    """The polygon parts of an overlay, copied: GEOS leaves a result in a quarter more memory than it needs."""
    return polygonal(shapely.force_2d(_apply(operation, shapes, by)))


def _apply(operation: Operation, *shapes: Shapes) -> Shapes:
    """A vectorised operation; where GEOS gives up on one shape, that one is tried again on a fine grid, and the others are not lost."""
    try:
        return operation(*shapes)
    except shapely.GEOSException:
        size = len(shapes[0])
        if size > 1:
            halves = [
                _apply(operation, *(each[part] for each in shapes))
                for part in (slice(size // 2), slice(size // 2, None))
            ]
            return np.concatenate(halves)
        valid = [shapely.make_valid(each) for each in shapes]
        return operation(*(shapely.set_precision(each, GRIDS[-1]) for each in valid))


def _joined(polygons: Shapes, index: Ints) -> Shapes:
    """Polygons that do not overlap as one shape for each value of `index` (sorted, 0 …)."""
    parts, at = shapely.get_parts(polygons, return_index=True)
    found: Shapes = shapely.multipolygons(parts, indices=index[at])
    return found


def _near(layer: Shapes, near: shapely.STRtree) -> Shapes:
    found: Shapes = layer[np.unique(near.query(layer)[0])]
    return found


def _tiles(layer: Shapes, near: shapely.STRtree) -> Shapes:
    """Large polygons in overlapping tiles, those that no shape is near left out: every cut would have to go through the whole."""
    done = []
    while layer.size:
        west, south, east, north = shapely.bounds(layer).T
        wide = east - west > north - south
        east_cut, north_cut = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
        west_cut, south_cut = np.where(wide, east_cut, west), np.where(wide, south, north_cut)
        half = MARGIN / 2
        lower = shapely.box(west - half, south - half, east_cut + half, north_cut + half)
        upper = shapely.box(west_cut - half, south_cut - half, east + half, north + half)
        halves = [polygonal(_apply(shapely.intersection, layer, box)) for box in (lower, upper)]
        parts = shapely.get_parts(np.concatenate(halves))
        parts = _near(parts[~shapely.is_empty(parts)], near)
        small = (shapely.get_num_coordinates(parts) <= MANY) | (
            np.ptp(shapely.bounds(parts)[:, [[0, 2], [1, 3]]], axis=2).max(axis=1) < 20 * MARGIN
        )
        done.append(parts[small])
        layer = parts[~small]
    return np.concatenate(done) if done else layer
