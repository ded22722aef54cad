"""The ladder to land that is ready to build on: an unknown step is neither yes nor no."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.land.layers import Layers
from helpers.land.settings import settings
from helpers.measures import landplots, landready
from helpers.measures.land import Partition

CRS = "EPSG:25833"
SETTINGS = settings({"order": ["built", "flood"]})  # road 50 m, pipes 100 m, 2000 m², 20 m
EAST, NORTH = 300_000.0, 6_500_000.0


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def frame(geometry: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def layers(**frames: gpd.GeoDataFrame) -> Layers:
    return Layers("9901", SETTINGS, frames)


def line(west: float, east: float, north: float) -> gpd.GeoDataFrame:
    return frame([shapely.LineString([(EAST + west, NORTH + north), (EAST + east, NORTH + north)])])


def parcels(*each: tuple[shapely.Polygon, str | None]) -> gpd.GeoDataFrame:
    return frame([shape for shape, _ in each], owner=pd.array([owner for _, owner in each], dtype="string"))


def partition(*pieces: tuple[shapely.Polygon, int, bool], names: tuple[str, ...] = ("built", "flood")) -> Partition:
    """Pieces (shape, mask, zoned), each a planned area of its own."""
    shapes = [shape for shape, _, _ in pieces]
    start = frame(
        shapes,
        purpose=pd.array([1300] * len(pieces), dtype="Int64"),
        status=pd.array([2] * len(pieces), dtype="Int64"),
        area_m2=[float(each.area) for each in shapes],
    )
    columns = {
        "area_id": np.arange(len(pieces)),
        "mask": np.array([mask for _, mask, _ in pieces], dtype=np.int64),
        "zoning": np.array([zoned for _, _, zoned in pieces], dtype=bool),
        "area_m2": [float(each.area) for each in shapes],
    }
    return Partition(start, names, ("zoning",), frame(shapes, **columns))


def without_zoning(found: Partition) -> Partition:
    return Partition(found.start, found.names, (), found.pieces.drop(columns="zoning"))


def run(found: Partition, held: Layers) -> pd.DataFrame:
    return landready.ladder(found, landplots.plots(found, SETTINGS), held, SETTINGS).set_index("key")


# Six squares of 100 × 100 m in a row, 100 m apart; the road, the pipes and the parcels each reach one square less.
SQUARES = [box(200 * n, 0, 200 * n + 100, 100) for n in range(6)]
FOUND = partition(
    (SQUARES[0], 0, True), (SQUARES[1], 0, True), (SQUARES[2], 0, True), (SQUARES[3], 0, True), (SQUARES[4], 1, True), (SQUARES[5], 0, False)
)  # fmt: skip
HELD = layers(
    buildings=frame([SQUARES[4]]),
    flood=frame([box(9000, 0, 9001, 1)], return_years=pd.array([200.0], dtype="Float64")),
    roads=line(0, 500, -50),  # exactly 50 m; reaches squares 0–2
    water_mains=line(0, 300, 150),
    sewers=line(0, 2000, 200),  # exactly 100 m
    parcels=parcels((box(-10, -10, 110, 110), "Kari"), (box(190, -10, 250, 110), "Kari"), (box(250, -10, 310, 110), "Ola")),
)  # fmt: skip


def test_each_step_takes_its_own() -> None:
    found = run(FOUND, HELD)
    assert found.index.tolist() == ["planned", "zoned", "free", "road", "pipes", "owner", "size"]
    assert found["area_m2"].tolist() == [60_000, 50_000, 40_000, 30_000, 20_000, 10_000, 10_000]
    assert found["count_"].tolist() == [6, 5, 4, 3, 2, 1, 1]
    assert found["known"].all()
    assert (found["bound"] == "exact").all()
    assert found["area_lower_m2"].tolist() == found["area_m2"].tolist()
    # by itself, of the 50 000 m² net: zoned 4, road 3, pipes 2, one owner 1 (three are on no parcel), size all
    assert found["alone_m2"].tolist() == [50_000, 40_000, 50_000, 30_000, 20_000, 10_000, 50_000]


def test_without_any_layer_everything_is_at_most() -> None:
    found = run(without_zoning(FOUND), layers())
    assert found["area_m2"].tolist() == [60_000, 60_000, 50_000, 50_000, 50_000, 50_000, 50_000]
    assert found["known"].tolist() == [True, False, True, False, False, False, True]
    assert found["bound"].tolist() == ["exact", *["upper"] * 6]
    assert found["area_lower_m2"].tolist() == [60_000, 0, 0, 0, 0, 0, 0]
    assert found["count_lower"].tolist() == [6, 0, 0, 0, 0, 0, 0]
    assert found["alone_m2"].isna().tolist() == [False, True, False, True, True, True, False]


def test_a_missing_constraint_makes_the_free_land_at_most_so_much() -> None:
    only_built = Partition(FOUND.start, ("built",), FOUND.also, FOUND.pieces)
    found = run(only_built, HELD)
    assert found["known"].tolist() == [True, True, False, True, True, True, True]
    assert found["bound"].tolist() == [
        "exact",
        "exact",
        *["upper"] * 5,
    ]  # also where the most is nothing: it could be divided
    assert found["area_m2"].tolist() == run(FOUND, HELD)["area_m2"].tolist()
    assert found.loc["free", "area_lower_m2"] == 0


def test_nothing_left_is_exactly_nothing_even_after_an_unknown_step() -> None:
    found = run(partition((SQUARES[0], 1, True)), layers())
    assert found["area_m2"].tolist() == [10_000, 10_000, 0, 0, 0, 0, 0]
    assert (found["bound"] == "exact").all()


def test_no_planned_land() -> None:
    found = run(partition(), HELD)
    assert (found["area_m2"] == 0).all()
    assert (found["count_"] == 0).all()


def test_only_the_zoned_part_of_a_plot_goes_on() -> None:
    two = partition((box(0, 0, 70, 100), 0, True), (box(70, 0, 100, 100), 0, False))
    found = run(two, HELD)
    assert found["area_m2"].tolist() == [10_000, 7_000, 7_000, 7_000, 7_000, 7_000, 7_000]
    assert found["count_"].tolist() == [1] * 7  # two planned areas side by side are one
    thin = partition((box(0, 0, 10, 100), 0, True), (box(10, 0, 100, 100), 0, False))
    assert run(thin, HELD).loc["size", "area_m2"] == 0


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, pd.NA),
        ({"water_mains": line(0, 100, 150)}, pd.NA),
        ({"water_mains": line(0, 100, 201)}, False),  # too far, whatever the sewers are
        ({"sewers": line(0, 100, 201)}, False),
        ({"water_mains": line(0, 100, 150), "sewers": line(0, 100, 150)}, True),
        ({"water_mains": line(0, 100, 150), "sewers": line(0, 100, 201)}, False),
        ({"water_mains": frame([])}, False),  # held, and there are none
    ],
)
def test_water_and_sewer(held: dict[str, gpd.GeoDataFrame], expected: object) -> None:
    land = landplots.plots(partition((SQUARES[0], 0, True)), SETTINGS)
    found = landready.steps(land, layers(**held), SETTINGS)["pipes"]
    assert found.dtype == "boolean"
    assert str(found.item()) == str(expected)


WHOLE, WEST, EASTERN = box(0, 0, 100, 100), box(-5, -5, 50, 105), box(50, -5, 105, 105)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([(WHOLE, "Kari")], True),
        ([(WEST, "Kari"), (EASTERN, "Kari")], True),
        ([(WEST, "Kari"), (EASTERN, "Ola")], False),
        ([(WEST, "Kari"), (EASTERN, None)], pd.NA),
        ([(WHOLE, None)], pd.NA),
        ([(WEST, "Kari"), (EASTERN, "Ola"), (WHOLE, None)], False),  # two are two whatever the third is
        ([(WEST, "Kari")], pd.NA),  # the rest is on no parcel
        ([(box(-9, -9, 50, 109), "Kari"), (box(-8, -8, 50, 108), "Kari")], pd.NA),  # nor where two cover the same part
        ([(WHOLE, "Kari"), (box(99.95, 0, 200, 100), "Ola")], True),  # 5 m² is no matter
        ([(WHOLE, "Kari"), (box(99.89, 0, 200, 100), "Ola")], False),  # 11 m² is
        ([(WHOLE, "Kari"), (box(100, 0, 200, 100), "Ola")], True),  # a neighbour
        ([(box(0, 0, 100, 99.95), "Kari")], True),
        ([(box(500, 0, 600, 100), "Kari")], pd.NA),
        ([], pd.NA),
    ],
)
def test_owner(held: list[tuple[shapely.Polygon, str | None]], expected: object) -> None:
    land = landplots.plots(partition((WHOLE, 0, True)), SETTINGS)
    found = landready.steps(land, layers(parcels=parcels(*held)), SETTINGS)["owner"].item()
    assert str(found) == str(expected)


def test_an_owner_of_more_than_a_hundredth_of_a_small_piece_counts() -> None:
    land = landplots.plots(partition((box(0, 0, 10, 10), 0, True)), SETTINGS)
    for width, expected in ((0.09, True), (0.2, False)):  # 0.9 and 2 m² of 100
        held = layers(parcels=parcels((box(0, 0, 10, 10), "Kari"), (box(10 - width, 0, 20, 10), "Ola")))
        assert landready.steps(land, held, SETTINGS)["owner"].tolist() == [expected]


def test_parcels_without_any_owner_are_an_unknown_step() -> None:
    held = layers(**{**HELD.frames, "parcels": parcels((box(-100, -100, 2000, 200), None))})
    found = run(FOUND, held)
    assert found["known"].tolist() == [True, True, True, True, True, False, True]
    assert found.loc["owner", ["area_m2", "area_lower_m2", "bound"]].tolist() == [20_000, 0, "upper"]
    assert math.isnan(found.loc["owner", "alone_m2"])


def stopped(found: Partition, held: Layers) -> dict[str, float]:
    """m² by the first step that stops the land."""
    land = landready.stops(found, landplots.plots(found, SETTINGS), held, SETTINGS)
    assert land.crs.to_epsg() == 25833 and land["area_m2"].is_monotonic_decreasing
    assert land.geometry.area.tolist() == pytest.approx(land["area_m2"].tolist())
    return land.groupby("stop")["area_m2"].sum().to_dict()


def test_stops() -> None:
    each = dict.fromkeys(("ready", "owner", "pipes", "road", "zoned"), 10_000)
    assert stopped(FOUND, HELD) == each


def test_what_stops_the_land_is_what_the_ladder_counts() -> None:
    for found, held in (
        (FOUND, HELD),
        (without_zoning(FOUND), HELD),
        (FOUND, layers()),
        (without_zoning(FOUND), layers()),
    ):
        land, rows = stopped(found, held), run(found, held)
        assert sum(land.values()) == 50_000  # the net
        assert land.get("ready", 0) + land.get("unknown", 0) == rows.loc["size", "area_m2"]
        assert land.get("zoned", 0) == 50_000 - rows.loc["free", "area_m2"]


def test_a_sure_no_stops_also_after_an_unknown_step() -> None:
    found = stopped(without_zoning(FOUND), HELD)  # zoning is unknown for all
    assert found == {"owner": 10_000, "pipes": 10_000, "road": 20_000, "unknown": 10_000}


def test_a_missing_constraint_leaves_nothing_ready() -> None:
    held = layers(**{role: each for role, each in HELD.frames.items() if role != "flood"})
    found = stopped(FOUND, held)
    assert "ready" not in found and found["unknown"] == 10_000


def test_only_the_zoned_part_of_a_plot_goes_on_and_small_parts_are_stopped_by_their_size() -> None:
    """A plot of 40 + 60 m by 100 m of which the west is zoned, and a small zoned square."""
    found = partition((box(0, 0, 40, 40), 0, True), (box(300, 0, 340, 100), 0, True), (box(340, 0, 400, 100), 0, False))
    held = layers(
        **{**HELD.frames, "roads": line(0, 900, 50), "water_mains": line(0, 900, 50), "sewers": line(0, 900, 50)},
    )
    held = layers(**{**held.frames, "parcels": parcels((box(-10, -10, 900, 900), "Kari"))})
    assert stopped(found, held) == {"ready": 4000, "zoned": 6000, "size": 1600}


def test_no_land_has_no_stops() -> None:
    assert stopped(partition(), HELD) == {}


def test_one_owner_is_one_however_the_name_is_written() -> None:
    owners = ("Halden kommune", "HALDEN  KOMMUNE ")
    held = layers(
        **{**HELD.frames, "parcels": parcels((box(-10, -10, 50, 110), owners[0]), (box(50, -10, 110, 110), owners[1]))}
    )
    assert run(partition((SQUARES[0], 0, True)), held).loc["owner", "area_m2"] == 10_000


def test_slivers_are_no_areas() -> None:
    found = partition((SQUARES[0], 0, True), (box(500, 0, 500.5, 0.5), 0, True))
    assert run(found, HELD)["count_"].tolist()[:3] == [1, 1, 1]
    assert run(found, HELD)["area_m2"].tolist()[0] == pytest.approx(10_000.25)


def test_degrees_are_refused() -> None:
    land = landplots.plots(FOUND, SETTINGS).set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(DataError, match="EPSG:4326"):
        landready.steps(land, HELD, SETTINGS)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.booleans()), min_size=0, max_size=6),
    st.sets(st.sampled_from(["zoning", "roads", "water_mains", "sewers", "parcels"])),
    st.sampled_from([("built",), ("built", "flood")]),
)
@hypothesis_settings(max_examples=60)
def test_identities(pieces: list[tuple[int, bool]], held: set[str], names: tuple[str, ...]) -> None:
    found = partition(*((SQUARES[n], mask, zoned) for n, (mask, zoned) in enumerate(pieces)), names=names)
    found = found if "zoning" in held else without_zoning(found)
    some = layers(**{role: each for role, each in HELD.frames.items() if role in held})
    ladder, whole = run(found, some), run(partition(*((SQUARES[n], *each) for n, each in enumerate(pieces))), HELD)
    for column in ("area_m2", "area_lower_m2"):
        assert (ladder[column].diff().dropna() <= 0).all()
    assert (ladder["area_lower_m2"] <= ladder["area_m2"]).all()
    same = ladder["area_m2"] == ladder["area_lower_m2"]
    assert same[ladder["bound"] == "exact"].all()
    assert (ladder["bound"] == "exact").iloc[:2].tolist() == same.iloc[:2].tolist()
    assert (whole["area_m2"] <= ladder["area_m2"]).all()  # what is not known could only take away
    assert (whole["area_m2"] >= ladder["area_lower_m2"]).all()
    assert ladder["count_"].notna().all()
