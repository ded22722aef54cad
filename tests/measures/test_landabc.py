"""The ABC class of land: distances as the crow flies, and what an unknown distance may change."""

from __future__ import annotations

import itertools
import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from helpers.errors import DataError
from helpers.land.layers import Layers
from helpers.land.settings import settings
from helpers.measures import landabc

CRS = "EPSG:25833"
SETTINGS = settings()
RULES = SETTINGS.abc  # A 800/800, B 2500/2500 and 2000, C 3000
EAST, NORTH = 300_000.0, 6_500_000.0
NAN = math.nan


def point(east: float, north: float) -> shapely.Point:
    return shapely.Point(EAST + east, NORTH + north)


def line(north: float) -> shapely.LineString:
    return shapely.LineString([(EAST - 1e5, NORTH + north), (EAST + 1e5, NORTH + north)])


def frame(geometry: list[shapely.Geometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def layers(**frames: gpd.GeoDataFrame) -> Layers:
    return Layers("9901", SETTINGS, frames)


PLOTS = frame(
    [shapely.box(EAST, NORTH, EAST + 100, NORTH + 100), shapely.box(EAST + 1000, NORTH, EAST + 1100, NORTH + 100)],
    area_m2=[10_000.0, 10_000.0],
    kind=["plot", "plot"],
)


def roads(*north: float, main: list[bool | None]) -> gpd.GeoDataFrame:
    return frame([line(each) for each in north], main=pd.array(main, dtype="boolean"))


def test_distances_are_from_the_edge() -> None:
    held = layers(
        stations=frame([point(400, 50), point(1050, 200)], name=["a", "b"]),
        centre=frame([point(50, 50)], name=["c"]),
        roads=roads(-30, -70, main=[False, True]),
        water_mains=frame([line(110)]),
        sewers=frame([line(-5)]),
    )
    found = landabc.distances(PLOTS, held)
    assert found["station_m"].tolist() == [300, 100]
    assert found["centre_m"].tolist() == [0, 950]
    assert found["main_road_m"].tolist() == [70, 70]
    assert found["road_m"].tolist() == [30, 30]
    assert found["water_main_m"].tolist() == [10, 10]
    assert found["sewer_m"].tolist() == [5, 5]
    assert found.attrs["centre"] == "layer"


def test_what_is_not_held_is_unknown_not_far() -> None:
    found = landabc.distances(PLOTS, layers())
    assert found.isna().all().all()
    assert found.attrs["centre"] == ""
    assert landabc.abc(found, RULES).tolist() == ["unknown", "unknown"]


def test_a_layer_that_is_held_and_empty_is_infinitely_far() -> None:
    held = layers(stations=frame([], name=pd.array([], dtype="string")))
    assert landabc.distances(PLOTS, held)["station_m"].tolist() == [math.inf, math.inf]


def test_the_centre_is_the_plans_where_the_layer_is_not_held() -> None:
    areas = [shapely.box(EAST + 500, NORTH, EAST + 600, NORTH + 100), shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)]
    plan = frame(areas, purpose=pd.array([1130, 1300], dtype="Int64"), status=pd.array([1, None], dtype="Int64"))
    found = landabc.distances(PLOTS, layers(planned=plan))
    assert found["centre_m"].tolist() == [400, 400]
    assert found.attrs["centre"] == "plan"
    without = landabc.distances(PLOTS, layers(planned=plan.iloc[1:].reset_index(drop=True)))
    assert without["centre_m"].isna().all()
    assert without.attrs["centre"] == ""


@pytest.mark.parametrize(
    ("main", "metres", "perhaps"),
    [
        ([None, None], math.inf, 30.0),  # no road is known
        ([True, None], 30.0, 70.0),
        ([None, True], 70.0, 30.0),
        ([False, True], 70.0, math.inf),
        ([False, False], math.inf, math.inf),
    ],
)
def test_a_road_of_unknown_kind_is_neither(main: list[bool | None], metres: float, perhaps: float) -> None:
    found = landabc.distances(PLOTS, layers(roads=roads(-30, -70, main=main)))
    assert found["main_road_m"].tolist() == [metres, metres]
    assert found["perhaps_main_road_m"].tolist() == [perhaps, perhaps]
    assert found["road_m"].tolist() == [30, 30]


def test_degrees_are_refused() -> None:
    with pytest.raises(DataError, match="EPSG:4326"):
        landabc.distances(PLOTS.set_crs("EPSG:4326", allow_override=True), layers())


def test_no_land_has_no_distances() -> None:
    held = layers(stations=frame([point(0, 0)], name=["a"]))
    found = landabc.distances(PLOTS.iloc[:0], held)
    assert len(found) == 0
    assert len(landabc.abc(found, RULES)) == 0


def classed(station: float, centre: float, main: float, perhaps: float = math.inf) -> str:
    row = {"station_m": [station], "centre_m": [centre], "main_road_m": [main], "perhaps_main_road_m": [perhaps]}
    return str(landabc.abc(pd.DataFrame(row), RULES).item())


@pytest.mark.parametrize(
    ("station", "centre", "main", "expected"),
    [
        (800, 9000, 9000, "A"),
        (9000, 800, 9000, "A"),
        (801, 801, 2000, "B"),
        (2500, 9000, 2000, "B"),
        (9000, 2500, 2000, "B"),
        (2500, 9000, 2001, "C"),
        (9000, 9000, 3000, "C"),
        (9000, 9000, 3001, "none"),
        (801, 801, 3001, "none"),
        (800, NAN, NAN, "A"),  # near a station: nothing else matters
        (NAN, 9000, 9000, "unknown"),  # may be near a station
        (9000, 9000, NAN, "unknown"),  # may be C
        (900, 900, NAN, "unknown"),
        (NAN, 500, NAN, "A"),
        (9000, NAN, 9000, "unknown"),
        (math.inf, math.inf, math.inf, "none"),
    ],
)
def test_rules(station: float, centre: float, main: float, expected: str) -> None:
    assert classed(station, centre, main) == expected


def test_a_road_of_unknown_kind_matters_only_where_it_could_change_the_class() -> None:
    assert classed(9000, 9000, 3000, 10) == "C"  # a known main road is near enough
    assert classed(9000, 9000, 3001, 10) == "unknown"
    assert classed(9000, 9000, 3001, 3001) == "none"
    assert classed(2500, 9000, 3000, 2000) == "unknown"  # C, or B if the nearer one is a main road
    assert classed(2500, 9000, 2000, 10) == "B"
    assert classed(800, 9000, 9000, 10) == "A"


PLACES = (0.0, 800.0, 801.0, 2000.0, 2001.0, 2500.0, 2501.0, 3000.0, 3001.0)


def test_unknown_exactly_where_it_could_be_another_class() -> None:
    """Every value that a missing distance may have, tried."""
    rows = list(itertools.product((*PLACES, NAN), repeat=3))
    table = pd.DataFrame(rows, columns=["station_m", "centre_m", "main_road_m"]).assign(perhaps_main_road_m=math.inf)
    by_row = dict(zip(map(repr, rows), landabc.abc(table, RULES), strict=True))
    for row in rows:
        possible = {
            by_row[repr(each)]
            for each in itertools.product(*(PLACES if math.isnan(known) else (known,) for known in row))
        }
        assert by_row[repr(row)] == (possible.pop() if len(possible) == 1 else "unknown"), row


def test_classes_count_plots_only() -> None:
    land = frame([point(0, 0)] * 4, area_m2=[3000.0, 2500.0, 500.0, 9000.0], kind=["plot", "plot", "small", "plot"])
    found = landabc.by_class(land, pd.Series(["C", "C", "C", "unknown"]))
    assert found.index.tolist() == ["A", "B", "C", "none", "unknown"]
    assert found["plots"].tolist() == [0, 0, 2, 0, 1]
    assert found["area_dekar"].tolist() == [0, 0, 5.5, 0, 9]
    assert np.isfinite(found.to_numpy()).all()
