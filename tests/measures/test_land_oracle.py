"""The partition against the straightforward chain of `geopandas.overlay`, and on the municipalities' real boundaries."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from helpers.land.layers import CRS
from helpers.measures import land

NAMES = ("built", "roads", "flood", "farmland", "bog")
REACH = {"built": (10, 25), "roads": (30, 90), "flood": (80, 200), "farmland": (60, 150), "bog": (20, 60)}


def stars(rng: np.random.Generator, middle: Any, reach: tuple[float, float], corners: tuple[int, int]) -> list[Any]:
    found = []
    for at in middle:
        n = rng.integers(*corners)
        angle = np.linspace(0, 2 * np.pi, n, endpoint=False) + rng.uniform(0, 7)
        radius = rng.uniform(*reach) * rng.uniform(0.6, 1, n)
        found.append(shapely.Polygon(at + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])))
    return found


def zones(rng: np.random.Generator, bounds: Any, each: int, scale: float = 1.0) -> dict[str, gpd.GeoSeries]:
    """Five layers within bounds, which overlap themselves and each other; the buildings are rectangles."""
    found = {}
    for name in NAMES:
        middle = np.column_stack([rng.uniform(bounds[0], bounds[2], each), rng.uniform(bounds[1], bounds[3], each)])
        low, high = REACH[name]
        if name == "built":
            half = rng.uniform(low, high, (each, 2)) * scale
            shapes = list(shapely.box(*(middle - half).T, *(middle + half).T))
        else:
            shapes = stars(rng, middle, (low * scale, high * scale), (20, 60))
        found[name] = gpd.GeoSeries(shapes, crs=CRS)
    return found


def chain(
    start: gpd.GeoDataFrame, layers: dict[str, gpd.GeoSeries], order: tuple[str, ...]
) -> dict[str, gpd.GeoSeries]:
    """Class → m² of each area (index: area_id), layer after layer."""
    rest, found = start[["geometry"]].assign(area_id=range(len(start))), {}
    for name in order:
        layer = layers[name].to_frame("geometry")
        lost = gpd.overlay(rest, layer, how="intersection", keep_geom_type=True)
        found[name] = lost.dissolve("area_id").area
        rest = gpd.overlay(rest, layer, how="difference", keep_geom_type=True)
    return found | {"net": rest.set_index("area_id").area}


def agrees(start: gpd.GeoDataFrame, layers: dict[str, gpd.GeoSeries], order: tuple[str, ...]) -> land.Partition:
    found = land.partition(start, layers)
    table = land.by_area(found, order)
    for name, expected in chain(start, layers, order).items():
        held = expected.reindex(table.index, fill_value=0)
        assert table[name].to_numpy() == pytest.approx(held.to_numpy(), rel=1e-9, abs=1e-4)
        assert land.classes(found, order).loc[name, "area_m2"] == pytest.approx(held.sum(), rel=1e-9)
    return found


@pytest.fixture(scope="module")
def example() -> tuple[gpd.GeoDataFrame, dict[str, gpd.GeoSeries]]:
    rng = np.random.default_rng(9901)
    middle = [(260_000 + 350 * (k % 15), 6_560_000 + 350 * (k // 15)) for k in range(225)]
    start = gpd.GeoDataFrame(geometry=stars(rng, np.array(middle), (80, 170), (10, 40)), crs=CRS)
    return start, zones(rng, start.total_bounds, 250)


def test_a_few_hundred_areas_against_overlay(example: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoSeries]]) -> None:
    start, layers = example
    found = agrees(start, layers, NAMES)
    several = found.pieces.groupby("area_id")["mask"].agg(lambda masks: len(set(masks)))
    assert (several > 3).sum() > 20  # or the example is too easy


@pytest.mark.slow
@pytest.mark.parametrize("order", list(itertools.islice(itertools.permutations(NAMES), 7, None, 29)))
def test_other_orders_against_overlay(
    example: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoSeries]], order: tuple[str, ...]
) -> None:
    agrees(*example, order)


def test_the_pieces_of_an_area_do_not_overlap_and_are_the_area(
    example: tuple[gpd.GeoDataFrame, dict[str, gpd.GeoSeries]],
) -> None:
    start, layers = example
    found = land.partition(start, layers)
    union = found.pieces.dissolve("area_id").geometry
    assert union.area.to_numpy() == pytest.approx(start.area.to_numpy(), rel=1e-9)
    assert union.symmetric_difference(start.geometry).area.max() < 1e-4
    for bit, name in enumerate(NAMES):
        covered = shapely.union_all(layers[name].array)
        within = (found.pieces["mask"].to_numpy() >> bit & 1).astype(bool)
        assert found.pieces[within].geometry.difference(covered).area.max() < 1e-4
        assert found.pieces[~within].geometry.intersection(covered).area.max() < 1e-4


@pytest.fixture(scope="module")
def municipalities(shared: Path) -> gpd.GeoDataFrame:
    """Real boundaries as areas: thousands of corners, islands, neighbours that share an edge, but for what the drawing overlaps."""
    frame = gpd.read_file(shared / "geo" / "kommuner_2024_kartverket_m.geojson").to_crs(CRS)
    frame = frame[frame["kommunenummer"].astype(int).between(3100, 3499)]
    shapes = land.landoverlay.polygonal(np.array(frame.geometry.make_valid().array, dtype=object))
    return gpd.GeoDataFrame(geometry=land.landoverlay.disjoint(shapes), crs=CRS)


def test_real_boundaries_against_invented_zones(municipalities: gpd.GeoDataFrame) -> None:
    start = municipalities
    layers = zones(np.random.default_rng(3101), start.total_bounds, 300, scale=60)
    assert len(start) > 60
    found = land.partition(start, layers)
    table = land.classes(found, NAMES)
    assert table["area_m2"].sum() == pytest.approx(start.area.sum(), rel=1e-9)
    assert land.by_area(found, NAMES).sum(axis=1).to_numpy() == pytest.approx(start.area.to_numpy(), rel=1e-9)
    for name in NAMES:
        covered = shapely.union_all(layers[name].array)
        assert table.loc[name, "gross_m2"] == pytest.approx(start.intersection(covered).area.sum(), rel=1e-9)
    assert table.loc["net", "area_m2"] == pytest.approx(
        start.difference(shapely.union_all(np.concatenate([layers[name].array for name in NAMES]))).area.sum(), rel=1e-9
    )


@pytest.mark.slow
def test_real_boundaries_against_overlay(municipalities: gpd.GeoDataFrame) -> None:
    layers = zones(np.random.default_rng(3102), municipalities.total_bounds, 100, scale=60)
    agrees(municipalities, layers, ("bog", "built", "flood", "farmland", "roads"))
