"""How ready the net land is to be built on: seven steps, and what is not known is neither yes nor no.

planned · zoned (inside a zoning plan in force) · free (of the constraints) · road · pipes (water and sewer) · owner (one, known) · size (and width).
What a step says of a piece is a "boolean" with NA. A cumulative value counts what no step up to here says no to (the most it can be), and its
lower value what all of them say yes to. Distances are as the crow flies, from the edge of the land.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from helpers.land.layers import Layers, check_crs
from helpers.land.settings import Settings
from helpers.measures import landplots
from helpers.measures.land import Partition, missing, partial

STEPS = ("planned", "zoned", "free", "road", "pipes", "owner", "size")
# The layers of the steps that are no constraint.
NEEDS = {"zoned": ("zoning",), "road": ("roads",), "pipes": ("water_mains", "sewers"), "owner": ("parcels",)}
OF_PLOT = STEPS[3:]  # those that are asked of each piece of net land
PART, PART_M2 = 0.01, 10.0  # a parcel counts where it covers more than so much of the land, whichever is less
COUNTED_M2 = 1.0  # what is smaller is the sliver of an edge, and no area
ZONING = landplots.ZONING


def ladder(found: Partition, components: gpd.GeoDataFrame, layers: Layers, settings: Settings) -> pd.DataFrame:
    """Area and number of what has reached each step and all before it.

    Parameters
    ----------
    components : all connected net land (`landplots.plots`).

    Returns
    -------
    a row for each of `STEPS`: key; known, whether what the step asks for is held (``free``: every constraint of the settings, everywhere;
    ``pipes``: both layers; ``owner``: some owner); area_m2 and ``count_`` (a row of ``itertuples`` has a method ``count``), cumulative,
    the most they can be; bound, ``exact`` where they are also the least, else ``upper``; area_lower_m2 and count_lower, the least;
    alone_m2, the net land that surely meets this step by itself, NaN where that is not known of any.
    ``count_`` is of connected planned land for the first two steps, and of connected net land inside zoning plans (where held) from the
    third. The area never rises; the number does where a constraint divides an area. Land that a missing or partial layer would take could
    also divide a piece, or leave it with fewer owners, so that from there on no bound is exact. Pieces below `COUNTED_M2` are not counted.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import landanalysis, landready
    >>> plan = gpd.GeoDataFrame({"purpose": [1300], "status": [2]}, geometry=[box(0, 0, 100, 50)], crs=25833)
    >>> road = gpd.GeoDataFrame({"main": [True]}, geometry=[LineString([(-20, -200), (-20, 200)])], crs=25833)
    >>> zoning = gpd.GeoDataFrame(geometry=[box(0, 0, 60, 50)], crs=25833)
    >>> held = layers.Layers("9901", settings.settings(), {"planned": plan, "roads": road, "zoning": zoning})
    >>> found = landanalysis.analyse(held)
    >>> ladder = landready.ladder(found.found, found.components, held, found.settings)
    >>> ladder[["key", "known", "area_m2", "bound"]].values.tolist()
    [['planned', True, 5000.0, 'exact'], ['zoned', True, 3000.0, 'exact'], ['free', False, 3000.0, 'upper'], ['road', True, 3000.0, 'upper'], ['pipes', False, 3000.0, 'upper'], ['owner', False, 3000.0, 'upper'], ['size', True, 3000.0, 'upper']]
    """
    inside = ZONING in found.also
    units = landplots.plots(found, settings, ZONING) if inside else components
    met, whole = steps(units, layers, settings), _whole(found, layers, settings)
    sure = pd.Series(pd.array([True if inside and whole else pd.NA] * len(units), dtype="boolean"), index=units.index)
    area, count = float(found.start["area_m2"].sum()), _number(found.start)
    zoned = found.pieces[found.pieces[ZONING].to_numpy(dtype=bool)] if inside else found.pieces
    in_zone = float(zoned["area_m2"].sum()) if inside else area
    at_zone = _number(zoned) if inside else count
    rows = [(area, count, area, count), (in_zone, at_zone, *((in_zone, at_zone) if inside else (0.0, 0)))]
    for reached in _cumulative([sure, *(met[key] for key in OF_PLOT)]):
        able, certain = reached.fillna(True), reached.fillna(False)
        of = units["area_m2"]
        seen = of >= COUNTED_M2
        counts = (int((able & seen).sum()), int((certain & seen).sum()))
        rows.append((float(of[able].sum()), counts[0], float(of[certain].sum()), counts[1]))
    frame = pd.DataFrame(rows, columns=["area_m2", "count_", "area_lower_m2", "count_lower"])
    exact = (frame["area_m2"] == frame["area_lower_m2"]) & (frame["count_"] == frame["count_lower"])
    # What is not known to be there could divide a piece, and free it of an owner.
    if not whole and units["area_m2"].sum() > 0:
        exact[STEPS.index("free") :] = False
    frame.insert(0, "key", STEPS)
    frame.insert(1, "known", _known(layers, inside, whole))
    frame.insert(4, "bound", np.where(exact, "exact", "upper"))
    frame["alone_m2"] = _alone(components, steps(components, layers, settings) if inside else met)
    return frame


def steps(land: gpd.GeoDataFrame, layers: Layers, settings: Settings) -> pd.DataFrame:
    """What each of the last four steps says of each piece of land.

    Parameters
    ----------
    land : EPSG:25833 with area_m2 and kind (`landplots.plots`).

    Returns
    -------
    index as `land`; road, pipes, owner, size ("boolean"; NA: not known). One layer of pipes that is too far away is a no whatever the
    other is. owner: True where all of the land is on parcels of one owner; False where two owners are seen; NA where an owner is not
    known or part of the land is on no parcel. A parcel counts where it covers more than 1 % of the land or more than 10 m².

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import landready
    >>> land = gpd.GeoDataFrame({"area_m2": [5000.0], "kind": ["plot"]}, geometry=[box(0, 0, 100, 50)], crs=25833)
    >>> road = gpd.GeoDataFrame({"main": [True]}, geometry=[LineString([(140, 0), (140, 50)])], crs=25833)
    >>> held = layers.Layers("9901", settings.settings(), {"roads": road})
    >>> landready.steps(land, held, settings.settings()).to_dict("records")
    [{'road': True, 'pipes': None, 'owner': None, 'size': True}]
    """
    check_crs(land, "land")
    pipes = _near(land, layers, "water_mains", settings.pipe_access_m) & _near(
        land, layers, "sewers", settings.pipe_access_m
    )
    columns = {
        "road": _near(land, layers, "roads", settings.road_access_m),
        "pipes": pipes,
        "owner": _one_owner(land, layers),
        "size": (land["kind"] == "plot").astype("boolean"),
    }
    return pd.DataFrame(columns, index=land.index)


def stops(found: Partition, components: gpd.GeoDataFrame, layers: Layers, settings: Settings) -> gpd.GeoDataFrame:
    """All net land by the first step that surely stops it: the land that `ladder` counts, in the same pieces.

    Returns
    -------
    GeoDataFrame in EPSG:25833, largest first: stop (``zoned``, ``road``, ``pipes``, ``owner``, ``size``; ``unknown`` where none surely stops
    it but one is not known, also because the layer of a constraint is missing or partial; else ``ready``), area_m2, geometry. Land outside every zoning
    plan is ``zoned``; that inside is in connected pieces. The areas sum to the net; ready and unknown to the last row of `ladder`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import landanalysis, landready
    >>> plan = gpd.GeoDataFrame({"purpose": [1300], "status": [2]}, geometry=[box(0, 0, 100, 50)], crs=25833)
    >>> zoning = gpd.GeoDataFrame(geometry=[box(0, 0, 60, 50)], crs=25833)
    >>> held = layers.Layers("9901", settings.settings(), {"planned": plan, "zoning": zoning})
    >>> found = landanalysis.analyse(held)
    >>> landready.stops(found.found, found.components, held, found.settings)[["stop", "area_m2"]].values.tolist()
    [['unknown', 3000.0], ['zoned', 2000.0]]
    """
    inside = ZONING in found.also
    units = landplots.plots(found, settings, ZONING) if inside else components
    met = steps(units, layers, settings)
    no = (~met).fillna(False).to_numpy(dtype=bool)
    unknown = met.isna().any(axis=1).to_numpy() | bool(missing(layers) or partial(layers)) | (not inside)
    words = np.where(no.any(axis=1), met.columns.to_numpy()[no.argmax(axis=1)], np.where(unknown, "unknown", "ready"))
    parts = [units.assign(stop=words)]
    if inside:
        pieces = found.pieces
        parts.append(pieces[(pieces["mask"] == 0) & ~pieces[ZONING].astype(bool)].assign(stop="zoned"))
    frame = pd.concat([each[["stop", "area_m2", "geometry"]] for each in parts], ignore_index=True)
    frame = frame.sort_values("area_m2", ascending=False, kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(frame.astype({"stop": "str"}), geometry="geometry", crs=found.pieces.crs)


def _whole(found: Partition, layers: Layers, settings: Settings) -> bool:
    """Whether every constraint is known everywhere."""
    return set(settings.order) <= set(found.names) and not partial(layers)


def _cumulative(met: Sequence[pd.Series]) -> list[pd.Series]:
    """Whether all up to here are met (Kleene: a no is a no whatever is unknown)."""
    return [reduce(and_, met[: at + 1]) for at in range(len(met))]


def _known(layers: Layers, inside: bool, whole: bool) -> list[bool]:
    owner = "parcels" in layers and bool(layers["parcels"]["owner"].notna().any())
    return [True, inside, whole, "roads" in layers, "water_mains" in layers and "sewers" in layers, owner, True]


def _number(frame: gpd.GeoDataFrame) -> int:
    """How many connected areas the polygons are; slivers are not counted."""
    parts, _, label = landplots.connected(frame.geometry.to_numpy())
    return int((np.bincount(label, weights=shapely.area(parts)) >= COUNTED_M2).sum()) if len(label) else 0


def _alone(components: gpd.GeoDataFrame, met: pd.DataFrame) -> list[float]:
    area = components["area_m2"]
    net = float(area.sum())

    def sure(step: pd.Series) -> float:
        found = float(area[step.fillna(False)].sum())
        return np.nan if found == 0 and step.isna().any() else found

    return [net, float(components["zoned_m2"].sum(skipna=False)), net, *(sure(met[key]) for key in OF_PLOT)]


def _near(land: gpd.GeoDataFrame, layers: Layers, role: str, metres: float) -> pd.Series:
    """Whether something of a layer is within so many metres; NA where the layer is not held."""
    if role not in layers:
        return pd.Series(pd.array([pd.NA] * len(land), dtype="boolean"), index=land.index)
    found = np.zeros(len(land), dtype=bool)
    tree = shapely.STRtree(layers[role].geometry.to_numpy())
    found[tree.query(land.geometry.to_numpy(), predicate="dwithin", distance=metres + landplots.GAP)[0]] = True
    return pd.Series(found, index=land.index, dtype="boolean")


def _one_owner(land: gpd.GeoDataFrame, layers: Layers) -> pd.Series:
    found = pd.Series(pd.array([pd.NA] * len(land), dtype="boolean"), index=land.index)
    if "parcels" not in layers or land.empty:
        return found
    shapes, parcels = land.geometry.to_numpy(), layers["parcels"]
    at, hit = shapely.STRtree(parcels.geometry.to_numpy()).query(shapes, predicate="intersects")
    shared = shapely.intersection(shapes[at], parcels.geometry.to_numpy()[hit])
    overlap, area = shapely.area(shared), shapely.area(shapes)
    matters = np.minimum(PART * area, PART_M2)
    seen = overlap > matters[at]
    rows = pd.DataFrame({"at": at[seen], "owner": parcels["owner"].to_numpy(dtype=object, na_value=None)[hit[seen]]})
    by = rows.assign(owner=rows["owner"].str.casefold().str.split().str.join(" ")).groupby("at")["owner"]
    owners, told, parts = (
        each.reindex(range(len(land)), fill_value=0).to_numpy() for each in (by.nunique(), by.count(), by.size())
    )
    perhaps = np.flatnonzero((owners == 1) & (told == parts))
    whole = perhaps[area[perhaps] - _covered(shared, at, perhaps) <= matters[perhaps]]
    found.iloc[np.flatnonzero(owners > 1)] = False
    found.iloc[whole] = True
    return found


def _covered(
    shared: npt.NDArray[np.object_], at: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """m² of the wanted pieces of land that are on some parcel. United, for parcels may overlap, and a sum would hide what is on none."""
    order = np.argsort(at, kind="stable")
    first, end = (np.searchsorted(at[order], wanted, side=side) for side in ("left", "right"))
    united = [shapely.union_all(shared[order[low:high]]) for low, high in zip(first, end, strict=True)]
    found: npt.NDArray[np.float64] = shapely.area(np.array(united, dtype=object))
    return found
