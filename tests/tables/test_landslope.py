"""Slope from a terrain model: planes whose slope is known by hand, and rasters of every kind of wrong."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from land_files_make import EAST, HOME, NORTH
from shapely.geometry import box

from helpers.errors import DataError
from helpers.land.manifest import LayerSpec
from helpers.tables import landslope

SPEC = LayerSpec(raster="dtm.tif")


@pytest.fixture
def rasterio():
    return pytest.importorskip("rasterio", reason="rasterio is an extra: kommunerapport[terrain]")


def plane(rows=40, columns=40, east=0.0, north=0.0, cell=10.0):
    """Heights that rise so many metres a metre."""
    y, x = np.mgrid[rows:0:-1, 0:columns]
    return (x * east + y * north) * cell


def write(
    rasterio, path, heights, crs=25833, cell=10.0, corner=(EAST - 200, NORTH + 200), nodata=-9999.0, transform=None
):
    transform = transform or rasterio.transform.from_origin(*corner, cell, cell)
    kept = {"driver": "GTiff", "height": heights.shape[0], "width": heights.shape[1], "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", **kept, crs=crs, transform=transform, nodata=nodata) as file:
        file.write(np.where(np.isnan(heights), nodata, heights).astype("float32"), 1)


@pytest.mark.parametrize(("east", "north", "percent"), [(0, 0, 0), (0.25, 0, 25), (0, -0.1, 10), (0.3, 0.4, 50)])
def test_the_slope_of_a_plane_is_known(east, north, percent):
    found = landslope.slope_percent(plane(8, 6, east, north), 10, 10)
    assert found.shape == (6, 4) and found == pytest.approx(percent)


def test_a_cell_beside_an_unknown_one_has_no_slope():
    heights = plane(7, 7, 0.25)
    heights[3, 3] = np.nan
    found = landslope.slope_percent(heights, 10, 10)
    unknown = np.zeros((5, 5), dtype=bool)
    unknown[1:4, 1:4] = True
    assert (np.isnan(found) == unknown).all()


@settings(max_examples=40)
@given(arrays(float, (6, 6), elements=st.floats(-100, 2000)), st.floats(-500, 500))
def test_slope_does_not_change_with_height_or_direction(heights, up):
    found = landslope.slope_percent(heights, 5, 5)
    assert landslope.slope_percent(heights + up, 5, 5) == pytest.approx(found, abs=1e-6)
    assert landslope.slope_percent(heights[::-1], 5, 5)[::-1] == pytest.approx(found, abs=1e-6)
    turned = landslope.slope_percent(heights.T, 5, 5).T
    assert turned == pytest.approx(found, abs=1e-6)


def test_without_rasterio_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(DataError, match=r'pip install -e "\.\[terrain\]"'):
        landslope.read(tmp_path, SPEC, "", HOME, 20)


@pytest.mark.parametrize("window", [2048, 7])
def test_steep_ground_becomes_one_polygon_whatever_the_windows(tmp_path, rasterio, monkeypatch, window):
    monkeypatch.setattr(landslope, "WINDOW", window)
    heights = plane(40, 40)
    heights[:, 20:] = plane(40, 20, 0.25)  # flat in the west, 25 % in the east
    write(rasterio, tmp_path / "dtm.tif", heights)
    found = landslope.read(tmp_path, SPEC, "", HOME, 20)
    # the outermost cells have no slope; at the break the slope is 25 % · ½, and one column further in full
    assert found.used == 1 and found.frame.geometry.iloc[0].equals(box(EAST + 10, NORTH - 190, EAST + 190, NORTH + 190))
    assert found.frame["slope_percent"].tolist() == [20] and str(found.frame["slope_percent"].dtype) == "Float64"
    assert landslope.read(tmp_path, SPEC, "", HOME, 26).used == 0


def test_unknown_cells_are_not_steep(tmp_path, rasterio):
    heights = plane(20, 20, 0.5)
    heights[10, 10] = np.nan
    write(rasterio, tmp_path / "dtm.tif", heights)
    found = landslope.read(tmp_path, SPEC, "", HOME, 20).frame
    assert found.geometry.area.sum() == (18 * 18 - 9) * 100 and found.geometry.is_valid.all()


def test_another_system_is_carried_over_and_only_the_municipality_is_read(tmp_path, rasterio):
    import geopandas as gpd

    corner = gpd.GeoSeries.from_xy([EAST - 200], [NORTH + 200], crs=25833).to_crs(25832).iloc[0]
    write(rasterio, tmp_path / "dtm.tif", plane(40, 40, 0.5), crs=25832, corner=(corner.x, corner.y))
    found = landslope.read(tmp_path, SPEC, "", box(EAST - 50, NORTH - 50, EAST, NORTH), 20).frame
    assert found.crs.to_epsg() == 25833 and 2500 < found.geometry.area.sum() < 20_000


@pytest.mark.parametrize(
    ("columns", "note"),
    [
        (40, ()),
        (12, ("dekker bare 30 % av kommunen; bratt terreng er ukjent i resten",)),
        (3, ("dekker bare 7 % av kommunen; bratt terreng er ukjent i resten",)),
    ],
)
def test_a_raster_over_a_part_of_the_municipality_says_so(tmp_path, rasterio, columns, note):
    write(rasterio, tmp_path / "dtm.tif", plane(40, columns))
    home = box(EAST - 200, NORTH - 200, EAST + 200, NORTH + 200)  # as 40 columns of 10 m
    assert landslope.read(tmp_path, SPEC, "", home, 20).notes == note
    assert landslope.read(tmp_path, SPEC, "", None, 20).notes == ()


def test_a_raster_over_a_hundredth_or_nothing_of_the_municipality(tmp_path, rasterio):
    write(rasterio, tmp_path / "dtm.tif", plane())
    assert landslope.read(tmp_path, SPEC, "", HOME, 20).notes[0].startswith("dekker under 1 % av kommunen")
    beside = box(EAST + 201, NORTH - 100, EAST + 300, NORTH + 100)  # one cell away
    with pytest.raises(DataError, match="dekker ingenting av kommunen"):
        landslope.read(tmp_path, SPEC, "", beside, 20)


def test_a_rasters_own_system_in_layers_toml_goes_before_the_files(tmp_path, rasterio):
    import geopandas as gpd

    corner = gpd.GeoSeries.from_xy([EAST - 200], [NORTH + 200], crs=25833).to_crs(25832).iloc[0]
    write(rasterio, tmp_path / "dtm.tif", plane(40, 40, 0.5), crs=25833, corner=(corner.x, corner.y))
    home = box(EAST - 50, NORTH - 50, EAST, NORTH)
    found = landslope.read(tmp_path, LayerSpec(raster="dtm.tif", crs="EPSG:25832"), "EPSG:25835", home, 20)
    assert found.used and found.crs == "EPSG:25832"
    assert found.notes == ("filen sier EPSG:25833, layers.toml EPSG:25832, som brukes",)
    with pytest.raises(DataError, match="dekker ingenting av kommunen"):  # what is told of all files does not go before
        landslope.read(tmp_path, SPEC, "EPSG:25832", home, 20)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"crs": None}, "sier ikke hvilket koordinatsystem"),
        ({"crs": 4258, "cell": 0.001, "corner": (11.4, 59.1)}, "ikke i meter"),
        ({"corner": (3_000_000, 1_000_000)}, "ligger ikke i Norge"),
        ({"corner": (EAST + 90_000, NORTH)}, "dekker ingenting av kommunen"),
    ],
)
def test_a_raster_that_cannot_be_right_is_refused(tmp_path, rasterio, change, message):
    write(rasterio, tmp_path / "dtm.tif", plane(), **change)
    with pytest.raises(DataError, match=message):
        landslope.read(tmp_path, SPEC, "", HOME, 20)


def test_a_raster_that_is_turned_missing_or_damaged(tmp_path, rasterio):
    with pytest.raises(DataError, match=r"layers\.slope: dtm\.tif finnes ikke"):
        landslope.read(tmp_path, SPEC, "", HOME, 20)
    (tmp_path / "dtm.tif").mkdir()
    with pytest.raises(DataError, match=r"layers\.slope: dtm\.tif er en mappe"):
        landslope.read(tmp_path, SPEC, "", HOME, 20)
    (tmp_path / "dtm.tif").rmdir()
    (tmp_path / "dtm.tif").write_bytes(b"II*\0nothing")
    with pytest.raises(DataError, match="kan ikke leses"):
        landslope.read(tmp_path, SPEC, "", HOME, 20)
    (tmp_path / "dtm.tif").unlink()
    turned = importlib.import_module("affine").Affine(10, 2, EAST, 2, -10, NORTH)
    write(rasterio, tmp_path / "dtm.tif", plane(), transform=turned)
    with pytest.raises(DataError, match="ikke nordvendt"):
        landslope.read(tmp_path, SPEC, "", HOME, 20)
