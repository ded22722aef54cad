"""The right business in the right place: the ABC class of land by its distance to station, centre and main road, as the crow flies.

A is near a station or the centre, B somewhat near them and near a main road, C near a main road; the distances are in `AbcRules`. What is not known
makes a class unknown only where it could change it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from helpers.land import purposes
from helpers.land.layers import Layers, check_crs
from helpers.land.settings import M2_PER_DEKAR, AbcRules

CLASSES = ("A", "B", "C", "none", "unknown")
Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


def distances(components: gpd.GeoDataFrame, layers: Layers) -> pd.DataFrame:
    """Metres from the edge of each piece of land to the nearest of its surroundings, to the millimetre.

    Returns
    -------
    index as `components`: station_m, centre_m, main_road_m, perhaps_main_road_m, road_m, water_main_m, sewer_m (float64). NaN where the layer is not held; inf
    where it is held and has none. centre_m is to the layer ``centre``; where that is not held, to the plan's areas of sentrum (1130), NaN where
    it has none: ``attrs["centre"]`` is ``layer``, ``plan`` or empty. perhaps_main_road_m is to the nearest road that is not known to be a
    main road or not.

    Raises
    ------
    DataError
        where the land is not in EPSG:25833.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import landabc
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], crs=25833)
    >>> stations = gpd.GeoDataFrame({"name": ["S"]}, geometry=[Point(400, 50)], crs=25833)
    >>> held = layers.Layers("9901", settings.settings(), {"stations": stations})
    >>> landabc.distances(land, held)[["station_m", "centre_m"]].to_dict("records")
    [{'station_m': 300.0, 'centre_m': nan}]
    """
    check_crs(components, "components")
    land = components.geometry.to_numpy()
    centre, told = _centre(layers)
    columns = {
        "station_m": _nearest(land, _shapes(layers, "stations")),
        "centre_m": _nearest(land, centre),
        "main_road_m": _nearest(land, _roads(layers, lambda main: main.fillna(False))),
        "perhaps_main_road_m": _nearest(land, _roads(layers, lambda main: main.isna())),
        "road_m": _nearest(land, _shapes(layers, "roads")),
        "water_main_m": _nearest(land, _shapes(layers, "water_mains")),
        "sewer_m": _nearest(land, _shapes(layers, "sewers")),
    }
    found = pd.DataFrame(columns, index=components.index)
    found.attrs = {"centre": told, "unit": "m"}
    return found


def abc(distances: pd.DataFrame, rules: AbcRules) -> pd.Series:
    """The class of each row of `distances`: ``A``, ``B``, ``C``, ``none`` or ``unknown``. A distance of exactly the limit is within it.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.land.settings import settings
    >>> from helpers.measures import landabc
    >>> metres = pd.DataFrame({"station_m": [300.0, 2000.0, 9000.0], "centre_m": 9000.0, "main_road_m": [900.0, 900.0, 2500.0]})
    >>> landabc.abc(metres.assign(perhaps_main_road_m=9000.0), settings().abc).tolist()
    ['A', 'B', 'C']
    """
    a = _within(distances, station_m=rules.a_station_m) | _within(distances, centre_m=rules.a_centre_m)
    somewhat = _within(distances, station_m=rules.b_station_m, centre_m=rules.b_centre_m)
    b = _by_main_road(distances, rules.b_main_road_m) & somewhat
    c = _by_main_road(distances, rules.c_main_road_m)
    found = pd.Series("none", index=distances.index, dtype="str", name="abc")
    for key, holds in (
        ("C", c),
        ("B", b),
        ("A", a),
    ):  # the first that holds wins, so the last is written over the others
        found = found.mask(holds.fillna(False), key).mask(holds.isna(), "unknown")
    return found


def by_class(components: gpd.GeoDataFrame, classes: pd.Series) -> pd.DataFrame:
    """Number and area of the plots (kind ``plot``) in each class.

    Parameters
    ----------
    components : `landplots.plots`. classes : of `abc`, with the same index.

    Returns
    -------
    index: A, B, C, none, unknown. plots (int64), area_dekar.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> from shapely import box
    >>> from helpers.measures import landabc
    >>> shapes = [box(0, 0, 100, 50), box(200, 0, 210, 10)]
    >>> land = gpd.GeoDataFrame({"kind": ["plot", "small"], "area_m2": [5000.0, 100.0]}, geometry=shapes, crs=25833)
    >>> landabc.by_class(land, pd.Series(["A", "A"])).loc["A"].to_dict()
    {'plots': 1.0, 'area_dekar': 5.0}
    """
    plots = components["kind"] == "plot"
    grouped = components.loc[plots, "area_m2"].groupby(classes[plots].to_numpy())
    index = pd.Index(CLASSES, name="abc")
    columns = {
        "plots": grouped.size().reindex(index, fill_value=0).astype("int64"),
        "area_dekar": grouped.sum().reindex(index, fill_value=0.0).astype(float) / M2_PER_DEKAR,
    }
    return pd.DataFrame(columns, index=index)


def _within(distances: pd.DataFrame, **limits: float) -> pd.Series:
    """Whether one of the distances is within its limit; NA where that is not known."""
    return reduce(
        or_,
        ((distances[name] <= limit).astype("boolean").mask(distances[name].isna()) for name, limit in limits.items()),
    )


def _by_main_road(distances: pd.DataFrame, limit: float) -> pd.Series:
    """Whether a main road is within the limit; NA where none is known to be and a road of unknown kind is."""
    known = _within(distances, main_road_m=limit)
    perhaps = (distances["perhaps_main_road_m"] <= limit) & ~known.fillna(True).astype(bool)
    return known.mask(perhaps)


def _shapes(layers: Layers, role: str) -> Shapes | None:
    return layers[role].geometry.to_numpy() if role in layers else None


def _centre(layers: Layers) -> tuple[Shapes | None, str]:
    if "centre" in layers:
        return _shapes(layers, "centre"), "layer"
    if "planned" in layers:
        frame = layers["planned"]
        codes = [not pd.isna(code) and purposes.kind(int(code)) == "centre" for code in frame["purpose"]]
        if any(codes):
            return frame.geometry.to_numpy()[np.array(codes)], "plan"
    return None, ""


def _roads(layers: Layers, keep: Callable[[pd.Series], pd.Series]) -> Shapes | None:
    roads = _shapes(layers, "roads")
    return None if roads is None else roads[keep(layers["roads"]["main"]).to_numpy(dtype=bool)]


def _nearest(land: Shapes, others: Shapes | None) -> Floats:
    """Metres to the nearest of others; NaN where they are not known, inf where there are none."""
    found = np.full(len(land), np.nan if others is None else np.inf)
    if others is None or not len(others) or not len(land):
        return found
    (at, _), metres = shapely.STRtree(others).query_nearest(land, return_distance=True, all_matches=False)
    found[at] = np.round(metres, 3)
    return found
