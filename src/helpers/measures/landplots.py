"""What the net is made of: connected land, large and wide enough to be a plot or not, and how it is spread.

A component is connected net land. Two pieces are connected where they have an edge in common, whichever planned areas they are in; a corner
is no connection. An edge is common where both have it, or where the two boundaries run within `GAP` of each other for more than
`RUN`: neighbours that differ by rounding. Its area is the sum of the exact areas of its pieces; only its drawn geometry is closed over such gaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.land.layers import check_crs
from helpers.land.purposes import STATUS
from helpers.land.settings import M2_PER_DEKAR, Settings
from helpers.measures.land import Partition

ZONING = "zoning"
KINDS = ("small", "narrow", "plot")
GAP = 0.001  # metres between neighbours that differ by rounding
RUN = 0.1  # metres that such boundaries must run side by side: two edges that meet in a corner are near each other only there
TOLERANCE = 0.1  # metres: the radius of an inscribed circle may be so much too short
COARSE = 0.5  # the same for what is too small to be a plot however wide it is
ARC = 64  # segments to a quarter circle: 10 m from a corner an arc is then 1 mm off
Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fragmentation:
    """How areas are spread.

    Parameters
    ----------
    mesh : effective mesh size ΣA²/ΣA in the unit of the areas: the mean size of the area that a random point is in.
    division : 1 − Σ(A/ΣA)²: the probability that two random points are in different areas.
    gini : 0 where all areas are alike, near 1 where one has nearly all. All three are None where there are no areas.
    """

    mesh: float | None
    division: float | None
    gini: float | None
    count: int


def plots(found: Partition, settings: Settings, within: str = "") -> gpd.GeoDataFrame:
    """Connected net land.

    Parameters
    ----------
    within : one of ``found.also``: only net land inside that layer; empty for all net land.

    Returns
    -------
    GeoDataFrame in EPSG:25833, RangeIndex, sorted by area falling: area_m2 (sums to the net); width_m, the diameter of the largest inscribed
    circle, at most 2 × `TOLERANCE` too little (2 × `COARSE` for kind ``small``), and never so much that the kind would be another; kind
    (``small``: less than min_area_m2, else ``narrow``: less than min_width_m, else ``plot``); zoned_m2, the part inside a zoning plan in
    force (NaN where that layer is not held); future_m2, the part whose status is future (NaN where the status of any of it is missing);
    geometry.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import land, landplots
    >>> plan = gpd.GeoDataFrame({"status": [2, 2]}, geometry=[box(0, 0, 100, 50), box(100, 0, 110, 50)], crs=25833)
    >>> road = gpd.GeoSeries([box(80, 0, 90, 50)], crs=25833)
    >>> found = landplots.plots(land.partition(plan, {"roads": road}), settings())
    >>> found[["area_m2", "kind"]].values.tolist()
    [[4000.0, 'plot'], [1000.0, 'small']]
    """
    check_crs(found.pieces, "pieces")
    keep = (found.pieces["mask"] == 0).to_numpy()
    keep = keep & found.pieces[within].to_numpy(dtype=bool) if within else keep
    pieces = found.pieces[keep]
    parts, owner, label = connected(pieces.geometry.to_numpy())
    area, count = shapely.area(parts), int(label.max(initial=-1)) + 1

    def sums(weights: Floats) -> Floats:
        return np.bincount(label, weights=area * weights, minlength=count).astype(float)

    total = sums(np.ones(len(parts)))
    status = found.start["status"].map(STATUS).astype(object).to_numpy()[pieces["area_id"].to_numpy()]
    future = np.where(pd.isna(status), np.nan, status == "future")[owner]
    known = ZONING in found.also
    zoned = pieces[ZONING].to_numpy(dtype=float)[owner] if known else np.full(len(parts), np.nan)
    shapes = _united(parts, label, count)
    width = widths(shapes, total, settings)
    columns = {
        "area_m2": total,
        "width_m": width,
        "kind": pd.array(kinds(total, width, settings), dtype="str"),
        "zoned_m2": sums(zoned),
        "future_m2": sums(future),
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=found.pieces.crs)
    return frame.iloc[np.argsort(-total, kind="stable")].reset_index(drop=True)


def connected(shapes: Shapes) -> tuple[Shapes, Ints, Ints]:
    """The polygons that shapes consist of, by what is connected.

    Parameters
    ----------
    shapes : polygons and multipolygons, disjoint but for rounding.

    Returns
    -------
    the polygons; for each the position of its shape; for each the number of its component (0 …).

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import box
    >>> from helpers.measures import landplots
    >>> parts, owner, label = landplots.connected(np.array([box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 10, 30, 20)]))
    >>> label.tolist()  # the second and the third have only a corner in common
    [0, 0, 1]
    """
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    label = _label(len(parts), *_same_edges(parts))
    low = shapely.bounds(parts).reshape(-1, 4) + np.array([-GAP, -GAP, GAP, GAP])
    first, second = shapely.STRtree(parts).query(shapely.box(*low.T))
    pair = (first < second) & (label[first] != label[second])
    first, second = first[pair], second[pair]
    shapely.prepare(parts)
    near = shapely.dwithin(parts[first], parts[second], GAP)
    first, second = first[near], second[near]
    along = _along(parts[first], parts[second])
    return parts, owner, _label(len(parts), *_chain(label), (first[along], second[along]))


def kinds(area: Floats, width: Floats, settings: Settings) -> npt.NDArray[np.str_]:
    """``plot``, or what stops it from being one, for areas in m² and widths in m.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landplots
    >>> landplots.kinds(np.array([1999.0, 2000.0, 5000.0]), np.array([40.0, 40.0, 12.0]), settings()).tolist()
    ['small', 'plot', 'narrow']
    """
    found: npt.NDArray[np.str_] = np.select(
        [_rounded(area) < settings.min_area_m2, width < settings.min_width_m], ["small", "narrow"], "plot"
    )
    return found


def widths(shapes: Shapes, area: Floats, settings: Settings) -> Floats:
    """The diameter in m of the largest circle within each shape (`plots` says how exactly).

    The search for the circle ends a little below the true width. Where that leaves the question of min_width_m open, the shape is shrunk by
    half of it: what is left is where such a circle has its middle.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import box
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landplots
    >>> landplots.widths(np.array([box(0, 0, 200, 30)]), np.array([6000.0]), settings()).round().tolist()
    [30.0]
    """
    if not len(shapes):
        return np.empty(0)
    least, small = settings.min_width_m, _rounded(area) < settings.min_area_m2
    exact = np.where(small, COARSE, TOLERANCE)
    found: Floats = 2 * shapely.length(shapely.maximum_inscribed_circle(shapes, exact))
    doubt = np.flatnonzero(~small & (found < least) & (found + 2 * exact >= least))
    shrunk = shapely.buffer(shapes[doubt], -(least / 2 - GAP), quad_segs=ARC)
    found[doubt[~shapely.is_empty(shrunk)]] = least
    return found


def sieve(components: gpd.GeoDataFrame) -> pd.Series:
    """m² of the components by kind: ``small``, ``narrow``, ``plot``. The last filter, whatever the order of the constraints; sums to the net.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import landplots
    >>> landplots.sieve(pd.DataFrame({"kind": ["plot", "plot", "small"], "area_m2": [5000.0, 2500.0, 300.0]})).to_dict()
    {'small': 300.0, 'narrow': 0.0, 'plot': 7500.0}
    """
    found: pd.Series = components.groupby("kind")["area_m2"].sum()
    found = found.reindex(pd.Index(KINDS, name="kind")).fillna(0.0)  # none of a kind is no area of it
    return found.astype(float)


def by_size(components: gpd.GeoDataFrame, settings: Settings) -> pd.DataFrame:
    """Plots by size class.

    Returns
    -------
    a row for each class, smallest first: lower_dekar (belongs to the class), upper_dekar (belongs to the next; inf for the last), plots
    (int64, number), area_dekar.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landplots
    >>> found = landplots.by_size(pd.DataFrame({"kind": "plot", "area_m2": [2500.0, 4000.0, 7000.0]}), settings())
    >>> found[["lower_dekar", "upper_dekar", "plots", "area_dekar"]].head(3).values.tolist()
    [[0.0, 2.0, 0.0, 0.0], [2.0, 5.0, 2.0, 6.5], [5.0, 10.0, 1.0, 7.0]]
    """
    area = components.loc[components["kind"] == "plot", "area_m2"].to_numpy(dtype=float)
    dekar = area / M2_PER_DEKAR
    edges = np.array(settings.size_edges_dekar, dtype=float)
    at, classes = np.searchsorted(edges, _rounded(area) / M2_PER_DEKAR, side="right"), len(edges) + 1
    columns = {
        "lower_dekar": np.array([0.0, *edges]),
        "upper_dekar": np.array([*edges, np.inf]),
        "plots": np.bincount(at, minlength=classes).astype(np.int64),
        "area_dekar": np.bincount(at, weights=dekar, minlength=classes).astype(float),
    }
    return pd.DataFrame(columns)


def fragmentation(areas: Iterable[float]) -> Fragmentation:
    """How areas of any unit are spread (Jaeger 2000; Gini over the areas). Areas of 0 are no areas.

    Raises
    ------
    ValueError
        for areas that are missing or negative.

    Examples
    --------
    >>> from helpers.measures import landplots
    >>> landplots.fragmentation([10.0, 10.0]), landplots.fragmentation([20.0])
    (Fragmentation(mesh=10.0, division=0.5, gini=0.0, count=2), Fragmentation(mesh=20.0, division=0.0, gini=0.0, count=1))
    """
    given = np.sort(np.fromiter(areas, dtype=float))
    if np.isnan(given).any() or (given < 0).any():
        raise ValueError("an area is missing or negative")
    given = given[given > 0]
    if not given.size:
        return Fragmentation(None, None, None, 0)
    share, n = given / given.sum(), given.size
    alike = float(np.square(share).sum())
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ share / n)
    return Fragmentation(float(alike * given.sum()), max(1 - alike, 0.0), max(gini, 0.0), n)


def _rounded(area: Floats) -> Floats:
    """m² to a thousandth, where areas are held against a limit: 2000 m² is not too small because it was computed as 1999.999999."""
    found: Floats = np.round(area, 3)
    return found


def _label(count: int, *links: tuple[Ints, Ints]) -> Ints:
    """The number of the component of each of `count` things that links hold together."""
    first, second = (np.concatenate([link[end] for link in links]) for end in (0, 1))
    graph = coo_array((np.ones(len(first), dtype=bool), (first, second)), shape=(count, count))
    found: Ints = connected_components(graph, directed=False)[1].astype(np.int64) if count else np.empty(0, np.int64)
    return found


def _chain(label: Ints) -> list[tuple[Ints, Ints]]:
    """Links that hold together what has the same label."""
    order = np.argsort(label, kind="stable")
    same = label[order[1:]] == label[order[:-1]]
    return [(order[:-1][same], order[1:][same])]


def _same_edges(parts: Shapes) -> list[tuple[Ints, Ints]]:
    """Pairs of polygons that have a segment between the same two points; cheap, and nearly all that an overlay leaves side by side."""
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    inside = of_ring[1:] == of_ring[:-1]
    start, end, part = points[:-1][inside], points[1:][inside], of_part[of_ring[:-1][inside]]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    segment = np.where(turned[:, None], np.hstack([end, start]), np.hstack([start, end]))
    order = np.lexsort(segment.T)
    segment, part = segment[order], part[order]
    same = (segment[1:] == segment[:-1]).all(axis=1) & (part[1:] != part[:-1])
    return [(part[:-1][same], part[1:][same])]


def _along(first: Shapes, second: Shapes) -> npt.NDArray[np.bool_]:
    """Whether polygons that are within `GAP` of each other have an edge in common."""
    found: npt.NDArray[np.bool_] = shapely.relate_pattern(first, second, "****1****")
    rest = np.flatnonzero(~found)
    swap = shapely.get_num_coordinates(first[rest]) < shapely.get_num_coordinates(second[rest])
    large, small = np.where(swap, second[rest], first[rest]), np.where(swap, first[rest], second[rest])
    around = shapely.buffer(small, GAP, quad_segs=1, join_style="mitre")
    found[rest] = shapely.length(shapely.intersection(shapely.boundary(large), around)) > RUN
    return found


def _united(parts: Shapes, label: Ints, count: int) -> Shapes:
    """One shape for each component; the gaps between its polygons closed, so that no crack of rounding runs through it."""
    found = np.empty(count, dtype=object)
    size = np.bincount(label, minlength=count)
    alone = size[label] == 1
    found[label[alone]] = parts[alone]
    grown = shapely.buffer(parts[~alone], GAP, join_style="mitre")
    order = np.argsort(label[~alone], kind="stable")
    several = np.flatnonzero(size > 1)
    if several.size:
        groups = np.split(grown[order], np.cumsum(size[several])[:-1])
        joined = np.array([shapely.union_all(group) for group in groups], dtype=object)
        shrunk = shapely.buffer(joined, -GAP, join_style="bevel")
        strip = (
            2 * GAP * shapely.length(joined)
        )  # twice what shrinking may take; GEOS now and then loses the whole shape
        lost = np.abs(shapely.area(joined) - shapely.area(shrunk)) > strip
        found[several] = np.where(lost, joined, shrunk)
    return found
