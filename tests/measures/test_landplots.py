"""Connected net land: what is connected, how wide it is, what kind it is, and how it is spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.land.settings import settings
from helpers.measures import land, landplots
from helpers.measures.land import Partition

CRS = "EPSG:25833"
SETTINGS = settings()  # 2000 m², 20 m
EAST, NORTH = 300_000.0, 6_500_000.0


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def partition(
    shapes: Sequence[shapely.Geometry],
    masks: Sequence[int] | None = None,
    zoning: Sequence[bool] | None = None,
    status: Sequence[int | None] | None = None,
    area_id: Sequence[int] | None = None,
) -> Partition:
    """A partition whose pieces are the shapes; each is an area of its own unless `area_id` says otherwise."""
    owner = list(range(len(shapes))) if area_id is None else list(area_id)
    areas = [shapely.union_all([each for each, of in zip(shapes, owner) if of == at]) for at in sorted(set(owner))]
    start = gpd.GeoDataFrame(
        {
            "purpose": pd.array([1300] * len(areas), dtype="Int64"),
            "status": pd.array([2] * len(areas) if status is None else list(status), dtype="Int64"),
            "area_m2": shapely.area(areas),
        },
        geometry=areas,
        crs=CRS,
    )
    columns = {"area_id": np.array(owner, dtype=np.int64), "mask": np.array(masks or [0] * len(shapes), dtype=np.int64)}
    noted = {} if zoning is None else {"zoning": list(zoning)}
    pieces = gpd.GeoDataFrame(
        {**columns, **noted, "area_m2": shapely.area(list(shapes))}, geometry=list(shapes), crs=CRS
    )
    return Partition(start, ("built",), () if zoning is None else ("zoning",), pieces)


def components(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return landplots.plots(partition(shapes), SETTINGS)


def test_neighbours_are_one_plot_whichever_planned_area_they_are_in() -> None:
    found = components(box(0, 0, 50, 50), box(50, 0, 90, 50), box(200, 0, 260, 50))
    assert found["area_m2"].tolist() == [4500, 3000]
    assert found["width_m"].tolist() == pytest.approx([50, 50], abs=0.01)
    assert found.geometry.area.tolist() == pytest.approx([4500, 3000], abs=0.2)
    assert found.index.tolist() == [0, 1]
    assert found.crs == CRS


def test_a_corner_is_no_connection() -> None:
    assert len(components(box(0, 0, 50, 50), box(50, 50, 100, 100))) == 2


def test_a_corner_that_is_off_by_rounding_is_no_connection() -> None:
    assert len(components(box(0, 0, 50, 50), box(50.0005, 50.0005, 100, 100))) == 2
    assert len(components(box(0, 0, 50, 50), box(49.9999, 50.0001, 100, 100))) == 2


def test_edges_that_meet_at_a_sharp_angle_are_no_connection() -> None:
    above = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 2), (EAST + 100, NORTH + 60)]
    )  # a wedge of 1.1 degrees
    assert len(components(box(0, -50, 100, 0), above)) == 2


@pytest.mark.parametrize(
    ("gap", "number"), [(0.0004, 1), (0.0006, 1), (0.00099, 1), (-0.0005, 1), (0.003, 2), (0.5, 2)]
)
def test_neighbours_that_differ_by_rounding_are_connected(gap: float, number: int) -> None:
    found = components(box(0, 0, 15, 100), box(15 + gap, 0, 30, 100))
    assert len(found) == number
    if number == 1:
        assert found["width_m"].item() == pytest.approx(30, abs=0.01)  # no crack runs through it
        assert found.geometry.item().geom_type == "Polygon"


def test_an_edge_of_few_centimetres_is_an_edge() -> None:
    assert len(components(box(0, 0, 50, 50), box(50, 49.95, 100, 100))) == 1


def test_an_edge_without_a_common_vertex_is_an_edge() -> None:
    slanted = shapely.Polygon([(EAST, NORTH), (EAST + 90, NORTH + 30), (EAST + 90, NORTH + 100), (EAST, NORTH + 100)])
    middle = [(EAST + 30, NORTH + 10), (EAST + 60, NORTH + 20)]  # on the slanted edge but for rounding
    assert len(components(slanted, shapely.Polygon([*middle, (EAST + 60, NORTH - 40)]))) == 1


def test_a_piece_of_several_parts_is_several_plots() -> None:
    two = shapely.MultiPolygon([box(0, 0, 50, 50), box(100, 0, 150, 60)])
    assert components(two)["area_m2"].tolist() == [3000, 2500]


def test_only_net_land_counts_and_a_taken_piece_does_not_connect() -> None:
    shapes = [box(0, 0, 50, 50), box(50, 0, 60, 50), box(60, 0, 110, 50)]
    found = landplots.plots(partition(shapes, masks=[0, 1, 0]), SETTINGS)
    assert found["area_m2"].tolist() == [2500, 2500]


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (box(0, 0, 20, 100), "plot"),  # exactly 2000 m² and 20 m
        (box(0, 0, 19.9, 200), "narrow"),
        (box(0, 0, 20, 99.9), "small"),
        (box(0, 0, 5, 10), "small"),  # small comes before narrow
        (shapely.affinity.rotate(box(0, 0, 20, 300), 17), "plot"),
        (shapely.affinity.rotate(box(0, 0, 19.98, 300), 17), "narrow"),
    ],
)  # fmt: skip
def test_kinds(shape: shapely.Polygon, kind: str) -> None:
    assert components(shape)["kind"].tolist() == [kind]


def test_the_width_is_that_of_the_largest_circle() -> None:
    ell = shapely.union_all([box(0, 0, 100, 30), box(0, 0, 30, 100)])
    # a circle that touches two sides in the corner and the inner corner: r = 30·√2 ÷ (1 + √2)
    assert components(ell)["width_m"].item() == pytest.approx(2 * 30 * math.sqrt(2) / (1 + math.sqrt(2)), abs=0.21)


def test_a_width_within_the_tolerance_of_the_least_is_decided_exactly() -> None:
    ell = shapely.union_all([box(0, 0, 100, 30), box(0, 0, 30, 100)])
    true = 2 * 30 * math.sqrt(2) / (1 + math.sqrt(2))
    for least, kind in ((true - 0.002, "plot"), (true + 0.01, "narrow")):
        found = landplots.plots(partition([ell]), settings({"min_width_m": least}))
        assert found["kind"].tolist() == [kind]
        assert (found["width_m"].item() >= least) == (kind == "plot")


def test_slivers_of_rounding_have_a_width_and_are_small() -> None:
    sliver = shapely.Polygon([(EAST, NORTH), (EAST + 500, NORTH), (EAST + 500, NORTH + 1e-6)])
    found = components(sliver)
    assert found["kind"].tolist() == ["small"]
    assert 0 <= found["width_m"].item() < 1


def test_zoned_and_future_land() -> None:
    shapes = [box(0, 0, 50, 50), box(50, 0, 80, 50), box(300, 0, 350, 50)]
    found = landplots.plots(partition(shapes, zoning=[True, False, False], status=[2, 1, None]), SETTINGS)
    assert found["zoned_m2"].tolist() == [2500, 0]
    assert found["future_m2"].iloc[0] == 2500
    assert math.isnan(found["future_m2"].iloc[1])


def test_what_is_to_be_developed_further_is_there_and_a_strange_status_is_unknown() -> None:
    for status, future in ((3, 0), (7, np.nan)):
        found = landplots.plots(partition([box(0, 0, 50, 50)], status=[status]), SETTINGS)
        assert found["future_m2"].tolist() == pytest.approx([future], nan_ok=True), status


def test_one_unknown_status_makes_the_future_part_unknown() -> None:
    found = landplots.plots(partition([box(0, 0, 50, 50), box(50, 0, 80, 50)], status=[2, None]), SETTINGS)
    assert math.isnan(found["future_m2"].item())


def test_zoned_land_is_unknown_where_the_layer_is_not_held() -> None:
    assert components(box(0, 0, 50, 50))["zoned_m2"].isna().all()


def test_only_the_land_within_a_layer() -> None:
    shapes = [box(0, 0, 50, 50), box(50, 0, 80, 50)]
    found = landplots.plots(partition(shapes, zoning=[True, False]), SETTINGS, "zoning")
    assert found["area_m2"].tolist() == [2500]


def test_nothing_left() -> None:
    found = landplots.plots(partition([box(0, 0, 50, 50)], masks=[1]), SETTINGS)
    assert len(found) == 0
    assert list(found.columns) == ["area_m2", "width_m", "kind", "zoned_m2", "future_m2", "geometry"]
    assert landplots.sieve(found).tolist() == [0, 0, 0]
    assert landplots.by_size(found, SETTINGS)["plots"].sum() == 0


def test_degrees_are_refused() -> None:
    found = partition([box(0, 0, 50, 50)])
    wrong = Partition(found.start, found.names, found.also, found.pieces.set_crs("EPSG:4326", allow_override=True))
    with pytest.raises(DataError, match="EPSG:4326"):
        landplots.plots(wrong, SETTINGS)


def test_the_sieve_sums_to_the_net() -> None:
    found = components(box(0, 0, 50, 50), box(100, 0, 110, 300), box(200, 0, 210, 10))
    assert landplots.sieve(found).to_dict() == {"small": 100, "narrow": 3000, "plot": 2500}


def test_a_bound_belongs_to_the_upper_size_class() -> None:
    found = components(box(0, 0, 40, 50), box(100, 0, 200, 50), box(300, 0, 349, 100), box(1000, 0, 2000, 101))
    sizes = landplots.by_size(found, SETTINGS)
    assert sizes["lower_dekar"].tolist() == [0, 2, 5, 10, 20, 50, 100]
    assert sizes["upper_dekar"].tolist() == [2, 5, 10, 20, 50, 100, math.inf]
    assert sizes["plots"].tolist() == [0, 2, 1, 0, 0, 0, 1]  # exactly 2 dekar and 4.9; exactly 5; 101
    assert sizes["area_dekar"].tolist() == pytest.approx([0, 6.9, 5, 0, 0, 0, 101])


def test_fragmentation_golden() -> None:
    found = landplots.fragmentation([50, 30, 10, 5, 3, 2])
    assert (found.mesh, found.division, found.count) == (pytest.approx(35.38), pytest.approx(0.6462), 6)
    assert found.gini == pytest.approx(0.543333, abs=5e-7)


def test_fragmentation_of_no_areas_is_unknown() -> None:
    assert landplots.fragmentation([]) == landplots.Fragmentation(None, None, None, 0)
    with pytest.raises(ValueError, match="missing"):
        landplots.fragmentation([1, math.nan])


@given(st.lists(st.floats(0.01, 1e7), min_size=1, max_size=40))
def test_fragmentation_stays_within_its_bounds(areas: list[float]) -> None:
    found = landplots.fragmentation(areas)
    assert found.mesh is not None
    assert found.gini is not None
    assert found.division is not None
    assert 0 <= found.gini < 1
    assert 0 <= found.division < 1
    assert np.mean(areas) * (1 - 1e-9) <= found.mesh <= max(areas) * (1 + 1e-9)


@given(st.floats(0.01, 1e6), st.integers(1, 30))
def test_areas_that_are_alike(area: float, number: int) -> None:
    found = landplots.fragmentation([area] * number)
    assert found.mesh == pytest.approx(area)
    assert found.gini == pytest.approx(0, abs=1e-12)
    assert found.division == pytest.approx(1 - 1 / number)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=6, max_size=6), st.floats(0, math.pi))
@hypothesis_settings(max_examples=40)
def test_cells_of_a_turned_grid(cells: list[list[bool]], angle: float) -> None:
    """Against a flood fill over the cells that share a side."""
    there = {(x, y) for x, row in enumerate(cells) for y, on in enumerate(row) if on}
    shapes = [
        shapely.affinity.rotate(
            box(37 * x, 37 * y, 37 * x + 37, 37 * y + 37), angle, origin=(EAST, NORTH), use_radians=True
        )
        for x, y in sorted(there)
    ]
    sizes, net = [], 37.0**2 * len(there)
    while there:
        edge, size = [there.pop()], 0
        while edge:
            x, y = edge.pop()
            size += 1
            for other in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if other in there:
                    there.remove(other)
                    edge.append(other)
        sizes.append(size * 37.0**2)
    found = components(*shapes)
    assert found["area_m2"].tolist() == pytest.approx(sorted(sizes, reverse=True), rel=1e-9)
    assert found["area_m2"].sum() == pytest.approx(net, rel=1e-9)
    assert found.geometry.is_valid.all()
    assert landplots.sieve(found).sum() == pytest.approx(net, rel=1e-9)


def test_components_of_a_real_partition_sum_to_its_net() -> None:
    start = gpd.GeoDataFrame(
        {
            "purpose": pd.array([1300, 1340], dtype="Int64"),
            "status": pd.array([1, 2], dtype="Int64"),
            "area_m2": [2e5, 2e5],
        },
        geometry=[box(0, 0, 500, 400), box(500, 0, 1000, 400)],
        crs=CRS,
    )
    chance = np.random.default_rng(7)
    middles = shapely.points(EAST + chance.uniform(0, 1000, 40), NORTH + chance.uniform(0, 400, 40))
    taken = gpd.GeoSeries(shapely.buffer(middles, 23.0), crs=CRS)
    zoning = gpd.GeoSeries([shapely.affinity.rotate(box(250, 100, 730, 300), 13)], crs=CRS)
    found = land.partition(start, {"built": taken}, {"zoning": zoning})
    net = start.geometry.union_all().difference(taken.union_all())
    parts = landplots.plots(found, SETTINGS)
    assert parts["area_m2"].sum() == pytest.approx(net.area, rel=1e-9)
    assert parts["area_m2"].tolist() == pytest.approx(
        sorted((each.area for each in shapely.get_parts(net)), reverse=True)
    )
    assert parts["zoned_m2"].sum() == pytest.approx(net.intersection(zoning.item()).area, rel=1e-9)
    within = landplots.plots(found, SETTINGS, "zoning")
    assert within["area_m2"].sum() == pytest.approx(parts["zoned_m2"].sum(), rel=1e-9)
