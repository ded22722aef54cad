"""Land planned for business, every square metre once: what takes it away, and what is left.

Nothing is subtracted in order. Each start area is split by one constraint after the other into what it covers and what it does not, and each
piece remembers which constraints cover it (a bit for each). The classes of any order, the gross overlaps and the shares that depend on no order
are sums over pieces; what no constraint covers is the net, the same in every order. Areas are m² in the plane of EPSG:25833.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from helpers.errors import DataError
from helpers.land import purposes
from helpers.land.layers import CRS, Layers, check_crs
from helpers.measures import landoverlay
from helpers.measures.landoverlay import SLIVER, Bools, Ints, Shapes

NET = "net"
ROLE_OF = {"built": "buildings", "water": "ar5", "farmland": "ar5", "bog": "ar5"}  # the others have their role's name
MOST_LAYERS = 62  # bits of a mask
LOST = 1e-9  # of the start: more than this may not get lost in cutting


@dataclass(frozen=True)
class Partition:
    """Every square metre of the start areas in exactly one piece.

    Parameters
    ----------
    start : the areas, disjoint, with a RangeIndex. names : the constraints; bit k of a mask is names[k]. also : the layers that are only
        noted, not taken away.
    pieces : EPSG:25833 with area_id (int64, position in `start`), mask (int64), a bool column for each of `also`, area_m2 (float64) and
        geometry (polygons and multipolygons); at most one row for each area, mask and `also`.
    """

    start: gpd.GeoDataFrame
    names: tuple[str, ...]
    also: tuple[str, ...]
    pieces: gpd.GeoDataFrame


def planned(layers: Layers) -> gpd.GeoDataFrame:
    """The areas whose purpose is business, within the municipality where its boundary is held.

    Returns
    -------
    GeoDataFrame with a RangeIndex: purpose (Int64), status (Int64), area_m2, geometry (polygons and multipolygons). Disjoint: what two
    features cover belongs to the first of the file.

    Raises
    ------
    LayerMissing
        where the layer ``planned`` is not held.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> areas = [box(0, 0, 50, 40), box(40, 0, 90, 40), box(90, 0, 99, 9)]  # the second laps over the first, the third is homes
    >>> plan = gpd.GeoDataFrame({"purpose": [1300, 1300, 1110], "status": [1, 2, 1]}, geometry=areas, crs=25833)
    >>> land.planned(layers.Layers("9901", settings.settings(), {"planned": plan}))["area_m2"].tolist()
    [2000.0, 1600.0]
    """
    kinds = _kinds(layers["planned"])
    return _planned(layers, kinds.isin(("business",))).drop(columns="kind")


def statuses(areas: gpd.GeoDataFrame) -> pd.Series:
    """``existing``, ``future``, or ``unknown`` where the plan says nothing or what is no arealbruksstatus; index as `areas`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import land
    >>> land.statuses(pd.DataFrame({"status": [1, 2, None]})).tolist()
    ['existing', 'future', 'unknown']
    """
    found: pd.Series = areas["status"].map(purposes.STATUS).astype(object).fillna("unknown")
    return found


def beside(layers: Layers) -> gpd.GeoDataFrame:
    """The areas that may hold business beside other things: as `planned`, with the column kind (``combined`` or ``centre``).

    Ground that is planned for business too is not among them: it is counted there.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> plan = {"purpose": [1300, 1130], "status": 1, "geometry": [box(0, 0, 50, 40), box(40, 0, 90, 40)]}
    >>> held = {"planned": gpd.GeoDataFrame(plan, crs=25833)}
    >>> land.beside(layers.Layers("9901", settings.settings(), held))[["kind", "area_m2"]].values.tolist()
    [['centre', 1600.0]]
    """
    return _planned(layers, _kinds(layers["planned"]).isin(purposes.BESIDE))


def unspecified(layers: Layers) -> gpd.GeoDataFrame:
    """The areas of the plan without a purpose of the law of 2008: it is not known whether they are business. As `beside`; kind is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> plan = gpd.GeoDataFrame({"purpose": [130], "status": [1]}, geometry=[box(0, 0, 50, 40)], crs=25833)
    >>> land.unspecified(layers.Layers("9901", settings.settings(), {"planned": plan}))["area_m2"].tolist()
    [2000.0]
    """
    return _planned(layers, _kinds(layers["planned"]).isna())


def constraints(layers: Layers) -> dict[str, gpd.GeoSeries]:
    """The polygons that take land away, by constraint, in the order of the settings; only constraints whose layer is held.

    Returns
    -------
    constraint → GeoSeries of polygons and multipolygons in EPSG:25833, buffered as the settings say. They may overlap, and a layer that is
    held may have none. What is far from every area of `planned` and `beside` is left out. Unknown counts against the land: a zone without
    return period or slope takes it away. A road not known to be a main road has the buffer of the others.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> zones = gpd.GeoDataFrame({"return_years": [200.0, 1000.0]}, geometry=[box(0, 0, 9, 9), box(9, 0, 18, 9)], crs=25833)
    >>> found = land.constraints(layers.Layers("9901", settings.settings(), {"flood": zones}))
    >>> {name: float(layer.area.sum()) for name, layer in found.items()}  # only the zone of 200 years
    {'flood': 81.0}
    """
    near = None
    if "planned" in layers:
        frame = layers["planned"]
        near = shapely.STRtree(_shapes(frame)[_kinds(frame).isin(("business", *purposes.BESIDE)).to_numpy()])
    held = [name for name in layers.settings.order if ROLE_OF.get(name, name) in layers]
    return {name: gpd.GeoSeries(_constraint(layers, name, near), crs=CRS) for name in held}


def missing(layers: Layers) -> tuple[str, ...]:
    """The constraints of the settings whose layer is not held, in their order.

    Examples
    --------
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> land.missing(layers.Layers("9901", settings.settings({"order": ["built", "flood"]}), {}))
    ('built', 'flood')
    """
    return tuple(name for name in layers.settings.order if ROLE_OF.get(name, name) not in layers)


def partial(layers: Layers) -> tuple[str, ...]:
    """The constraints whose layer is held but not of the whole municipality: outside it, as where a layer is missing, more may be taken.

    Examples
    --------
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import land
    >>> meta = layers.LayerMeta("flood", "fetched", "flomsoner", cover="bare langs elva")
    >>> land.partial(layers.Layers("9901", settings.settings(), {}, {"flood": meta}))
    ('flood',)
    """
    return tuple(role for role in ("flood", "landslide", "slope") if role in layers.meta and layers.meta[role].cover)


def partition(
    start: gpd.GeoDataFrame,
    constraints: Mapping[str, gpd.GeoSeries],
    also: Mapping[str, gpd.GeoSeries] | None = None,
    threads: int = 1,
) -> Partition:
    """Split areas by every constraint.

    Parameters
    ----------
    start : valid, disjoint polygons. constraints : name → valid polygons, which may overlap. also : layers that are only noted.
    threads : how many cut at the same time.

    Raises
    ------
    DataError
        for another coordinate system than EPSG:25833, anything but polygons, start areas that overlap or are invalid, and geometry that
        cannot be cut without losing area.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.measures import land
    >>> plan, flood, roads = (gpd.GeoDataFrame(geometry=[box(x, 0, 10, 10)], crs=25833) for x in (0, 4, 8))
    >>> found = land.partition(plan, {"flood": flood.geometry, "roads": roads.geometry})
    >>> found.pieces[["mask", "area_m2"]].values.tolist()  # 0: free, 1: flood alone, 3: both
    [[0.0, 40.0], [1.0, 40.0], [3.0, 20.0]]
    """
    also = also or {}
    layers = {**constraints, **also}
    if len(layers) != len(constraints) + len(also) or len(layers) > MOST_LAYERS:
        raise ValueError(f"at most {MOST_LAYERS} layers, each with a name of its own")
    start = start.reset_index(drop=True)
    shapes = _start(start)
    owner, mask = np.arange(len(shapes)), np.zeros(len(shapes), dtype=np.int64)
    for bit, (name, layer) in enumerate(layers.items()):
        found = landoverlay.split(shapes, _layer(layer, name), threads)
        mask[found.whole] |= 1 << bit
        shapes[found.cut] = found.outside
        shapes = np.concatenate([shapes, found.inside])
        owner = np.concatenate([owner, owner[found.cut]])
        mask = np.concatenate([mask, mask[found.cut] | 1 << bit])
    in_order = np.lexsort((mask, owner))
    shapes, owner, mask = shapes[in_order], owner[in_order], mask[in_order]
    noted = {name: (mask >> bit & 1).astype(bool) for bit, name in enumerate(also, len(constraints))}
    area = shapely.area(shapes)
    whole = float(shapely.area(_shapes(start)).sum())
    if abs(area.sum() - whole) > LOST * whole:
        raise DataError(
            f"Delingen av arealene mister {whole - area.sum():.6f} m². Geometrien i kartlagene er for uryddig."
        )
    columns = {"area_id": owner, "mask": mask & (1 << len(constraints)) - 1, **noted, "area_m2": area}
    return Partition(start, tuple(constraints), tuple(also), gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS))


def classes(found: Partition, order: Sequence[str]) -> pd.DataFrame:
    """m² of each constraint and of the net.

    Parameters
    ----------
    order : every constraint of the partition once. It decides area_m2 and nothing else.

    Returns
    -------
    index: the constraints in that order, then ``net``. area_m2: exclusive, each piece to the first constraint that covers it; gross_m2: all
    that it covers; sole_m2: what it alone covers; shapley_m2: each piece's area divided equally among those that cover it. The last
    three are NaN for the net.

    Raises
    ------
    ValueError
        where `order` is not a permutation of the constraints.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.measures import land
    >>> plan, flood, roads = (gpd.GeoDataFrame(geometry=[box(x, 0, 10, 10)], crs=25833) for x in (0, 4, 8))
    >>> found = land.partition(plan, {"flood": flood.geometry, "roads": roads.geometry})
    >>> land.classes(found, ["roads", "flood"]).to_dict("index")
    {'roads': {'area_m2': 20.0, 'gross_m2': 20.0, 'sole_m2': 0.0, 'shapley_m2': 10.0}, 'flood': {'area_m2': 40.0, 'gross_m2': 60.0, 'sole_m2': 40.0, 'shapley_m2': 50.0}, 'net': {'area_m2': 40.0, 'gross_m2': nan, 'sole_m2': nan, 'shapley_m2': nan}}
    """
    covered, area = _covered(found, order), found.pieces["area_m2"].to_numpy()
    several = covered.sum(axis=1)
    columns = {
        "area_m2": np.bincount(_drawn(covered), weights=area, minlength=len(order) + 1).astype(float),
        "gross_m2": [*(area[each].sum() for each in covered.T), np.nan],
        "sole_m2": [*(area[each & (several == 1)].sum() for each in covered.T), np.nan],
        "shapley_m2": [*((area[each] / several[each]).sum() for each in covered.T), np.nan],
    }
    return pd.DataFrame(columns, index=pd.Index([*order, NET], name="class"))


def by_area(found: Partition, order: Sequence[str]) -> pd.DataFrame:
    """m² of each class (columns: the constraints in `order`, then ``net``) of each start area (index: area_id).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.measures import land
    >>> plan, flood = (gpd.GeoDataFrame(geometry=[box(x, 0, 10, 10), box(20 + x, 0, 30, 9)], crs=25833) for x in (0, 4))
    >>> land.by_area(land.partition(plan, {"flood": flood.geometry}), ["flood"]).to_dict("index")
    {0: {'flood': 60.0, 'net': 40.0}, 1: {'flood': 54.0, 'net': 36.0}}
    """
    drawn, width = _drawn(_covered(found, order)), len(order) + 1
    cell = found.pieces["area_id"].to_numpy() * width + drawn
    sums = np.bincount(cell, weights=found.pieces["area_m2"], minlength=len(found.start) * width)
    index = pd.RangeIndex(len(found.start), name="area_id")
    return pd.DataFrame(sums.reshape(-1, width), index=index, columns=pd.Index([*order, NET], name="class"))


def lost_to(found: Partition, order: Sequence[str]) -> pd.Series:
    """The class that each piece is drawn in, the constraint that is first in `order` or ``net``; index as ``found.pieces``.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.measures import land
    >>> plan, flood = (gpd.GeoDataFrame(geometry=[box(x, 0, 10, 10)], crs=25833) for x in (0, 4))
    >>> land.lost_to(land.partition(plan, {"flood": flood.geometry}), ["flood"]).tolist()
    ['net', 'flood']
    """
    words = np.array([*order, NET], dtype=object)
    return pd.Series(words[_drawn(_covered(found, order))], index=found.pieces.index, dtype="str", name="class")


def _covered(found: Partition, order: Sequence[str]) -> Bools:
    """Piece × constraint of `order`: whether it covers the piece."""
    if sorted(order) != sorted(found.names):
        raise ValueError(f"the order {tuple(order)} is not a permutation of {found.names}")
    mask = found.pieces["mask"].to_numpy()
    covered: Bools = np.zeros((len(mask), len(order)), dtype=bool)
    for at, name in enumerate(order):  # one by one: a column of bits is eight times as large as what it says
        covered[:, at] = mask >> found.names.index(name) & 1
    return covered


def _drawn(covered: Bools) -> Ints:
    """For each piece the position of the first constraint that covers it; the number of constraints where none does."""
    drawn: Ints = np.hstack([covered, np.ones((len(covered), 1), dtype=bool)]).argmax(axis=1)
    return drawn


def _kinds(frame: gpd.GeoDataFrame) -> pd.Series:
    kinds: pd.Series = frame["purpose"].astype(object).map(purposes.kind, na_action="ignore")
    return kinds


def _shapes(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> Shapes:
    return np.array(frame.geometry.array, dtype=object)


def _planned(layers: Layers, chosen: pd.Series) -> gpd.GeoDataFrame:
    frame = layers["planned"]
    frame = frame.assign(kind=_kinds(frame))[["purpose", "status", "kind", "geometry"]]
    wanted = chosen.to_numpy(dtype=bool)
    # What is counted already is never beside too.
    before = frame["kind"].eq("business").fillna(False).to_numpy(dtype=bool) & ~wanted
    frame = pd.concat([frame[before], frame[wanted]])
    shapes = landoverlay.disjoint(landoverlay.polygonal(_shapes(frame)))[before.sum() :]
    frame = frame[before.sum() :]
    if "boundary" in layers:
        found = landoverlay.split(shapes, landoverlay.polygonal(_shapes(layers["boundary"])))
        within = np.zeros(len(shapes), dtype=bool)
        within[found.whole] = within[found.cut] = True
        shapes[found.cut] = found.inside
        frame, shapes = frame[within], shapes[within]
    area = shapely.area(shapes)
    frame = frame.assign(area_m2=area, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=CRS))[area > SLIVER]
    return frame[["purpose", "status", "kind", "area_m2", "geometry"]].reset_index(drop=True)


def _constraint(layers: Layers, name: str, near: shapely.STRtree | None) -> Shapes:
    """The polygons of one constraint (see `constraints`)."""
    frame, settings = layers[ROLE_OF.get(name, name)], layers.settings
    shapes: Shapes = _shapes(frame)
    if name == "roads":
        main = frame["main"].fillna(False).to_numpy(dtype=bool)
        buffers = ((shapes[main], settings.main_road_buffer_m), (shapes[~main], settings.road_buffer_m))
        return np.concatenate([landoverlay.around(some, metres, near) for some, metres in buffers])
    if name in ("built", "railway", "shoreline"):
        metres = {"built": settings.building_buffer_m, "railway": settings.railway_buffer_m}
        return landoverlay.around(shapes, metres.get(name, settings.shoreline_buffer_m), near)
    if name in ("water", "farmland", "bog"):
        artypes = {"water": settings.water_artypes, "farmland": settings.farmland_artypes, "bog": settings.bog_artypes}
        shapes = shapes[frame["artype"].isin(artypes[name]).to_numpy()]
    elif name in ("flood", "landslide"):
        longest = settings.flood_return_years if name == "flood" else settings.landslide_return_years
        shapes = shapes[~(frame["return_years"] > longest).fillna(False).to_numpy(dtype=bool)]
    elif name == "slope":
        shapes = shapes[~(frame["slope_percent"] < settings.slope_percent).fillna(False).to_numpy(dtype=bool)]
    return landoverlay.around(shapes, 0, near)


def _start(start: gpd.GeoDataFrame) -> Shapes:
    """The start areas, checked."""
    shapes = _layer(start, "start")
    invalid = np.flatnonzero(~shapely.is_valid(shapes))
    if invalid.size:
        raise DataError(
            f"Areal {invalid[0]} har ugyldig geometri ({shapely.is_valid_reason(shapes[invalid[0]])}). Rett den i kartlaget."
        )
    clash = landoverlay.clash(shapes)
    if clash:
        raise DataError(f"Areal {clash[0]} og {clash[1]} overlapper; hver kvadratmeter må stå i bare ett areal.")
    return shapes


def _layer(layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> Shapes:
    """The polygons of a layer, checked as far as it costs little."""
    check_crs(layer, name)
    shapes = _shapes(layer)
    if not np.isin(shapely.get_type_id(shapes), (3, 6)).all() or shapely.is_empty(shapes).any():
        raise DataError(f"{name}: alle geometrier må være flater, og ingen kan være tomme.")
    if not np.isfinite(shapely.bounds(shapes)).all():
        raise DataError(f"{name}: koordinatene må være tall.")
    return shapes
