"""The municipalities' real boundaries through the repair that every layer goes through."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from helpers.land.layers import CRS
from helpers.tables import landshapes


@pytest.fixture(scope="module")
def boundaries(shared: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(shared / "geo" / "kommuner_2024_kartverket_m.geojson")


@pytest.fixture(scope="module")
def mended(boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    cleaned = landshapes.clean(boundaries.geometry.array, "boundary")
    assert int(cleaned.repaired.sum()) == 33
    assert (cleaned.empty, cleaned.other) == (0, 0)
    names = boundaries[["kommunenummer", "kommunenavn"]].iloc[cleaned.index].reset_index(drop=True)
    return gpd.GeoDataFrame(names, geometry=cleaned.shapes, crs=boundaries.crs)


def test_all_are_repaired_and_none_is_lost(boundaries: gpd.GeoDataFrame, mended: gpd.GeoDataFrame) -> None:
    assert len(boundaries) == len(mended) == 357
    assert int((~boundaries.is_valid).sum()) == 33
    assert mended.is_valid.all() and mended["kommunenummer"].is_unique
    sound = boundaries.is_valid.to_numpy()
    assert shapely.equals_exact(mended.geometry[sound].to_numpy(), boundaries.geometry[sound].to_numpy()).all()


def test_the_neighbours_of_halden(mended: gpd.GeoDataFrame) -> None:
    metres = mended.to_crs(CRS)
    assert metres.is_valid.all()
    (halden,) = metres.geometry[metres["kommunenummer"].astype(str) == "3101"]
    near = set(metres["kommunenavn"][metres.geometry.intersects(halden)]) - {"Halden"}
    assert near == {"Sarpsborg", "Rakkestad", "Aremark"}
