"""The constructed municipality: the same seed gives the same files, the test field is what its recipe says, and the faults are there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from helpers.land import manifest, purposes
from helpers.land.layers import ROLES, Layers
from helpers.measures import land
from helpers.sources import landexample, landexamplefield, targets
from helpers.sources.landexample import CODE, CRS_OF, FILES, FREQUENT
from helpers.sources.landexamplefield import expected, field
from helpers.sources.landexampleplace import AREAS, Place
from helpers.tables import landfiles
from helpers.tables.boundaries import WITHIN

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
FOLDER = RAW / manifest.EXAMPLE / CODE
TEXT = (".geojson", ".toml", ".md")  # written by us; what GDAL writes may differ in bytes from version to version


def held(role: str, folder: Path = FOLDER) -> gpd.GeoDataFrame:
    name, layer = FILES[role]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a ring that crosses itself, and an empty one
        return gpd.read_file(folder / name, **({"layer": layer} if layer else {}))


@pytest.fixture(scope="module")
def layers() -> Layers:
    """All layers as the analysis takes them, read from the committed files."""
    told = manifest.read(RAW, CODE)
    assert told is not None
    frames: dict[str, gpd.GeoDataFrame] = {}
    own = None
    for role, specs in told.layers.items():
        read = [landfiles.read(FOLDER, spec, told.crs, role, own).frame for spec in specs]  # type: ignore[arg-type]
        frames[role] = gpd.GeoDataFrame(pd.concat(read, ignore_index=True), crs=read[0].crs)
        if role == "boundary":
            frames[role] = frames[role][frames[role]["code"] == CODE].reset_index(drop=True)
            own = frames[role].geometry.union_all()
    return Layers(CODE, told.assumptions, frames, constructed=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("example")
    landexample.make(folder)
    yield folder


def test_the_pieces_of_the_field_are_those_of_its_drawing() -> None:
    """Every square metre of 500 × 400 asked which constraints cover its middle."""
    u, v = np.meshgrid(np.arange(500) + 0.5, np.arange(400) + 0.5)
    covers = {
        "built": abs(u - 465) < 10 + 10,
        "roads": abs(u - 100) < 6,
        "protected": (u > 300) & (v < 150),
        "flood": v < 50,
        "farmland": (u > 200) & (u < 400) & (v > 100) & (v < 300),
    }
    names = list(covers)
    counts: dict[frozenset[str], float] = {}
    for mask, count in zip(*np.unique(sum(covers[each] << bit for bit, each in enumerate(names)), return_counts=True)):
        counts[frozenset(each for bit, each in enumerate(names) if mask >> bit & 1)] = float(count)
    assert counts == dict(landexamplefield.PIECES)
    assert sum(landexamplefield.PIECES.values()) == 200_000
    free = ~np.logical_or.reduce(list(covers.values()))
    strips = [int(free[:, a:b].sum()) for a, b in ((0, 94), (106, 445), (485, 500))]
    assert strips == [32_900, 69_150, 3_750]
    assert sorted(strips[:2], reverse=True) == list(landexamplefield.PLOTS_M2)
    assert strips[2] == landexamplefield.NARROW_M2
    assert int(free.sum()) == sum(strips)


def test_the_figures_of_the_field_add_up() -> None:
    found = pd.DataFrame(expected()).T
    assert found["exclusive"].to_dict() == {
        "built": 16_000, "roads": 4_800, "protected": 24_000, "flood": 14_400, "farmland": 35_000,
    }  # fmt: skip
    assert found["gross"].to_list() == [16_000, 4_800, 30_000, 25_000, 40_000]
    assert found["exclusive"].sum() == 94_200
    assert found["shapley"].sum() == pytest.approx(94_200, rel=1e-12)
    assert (found["sole"] <= found["shapley"]).all()
    assert (found["shapley"] <= found["gross"]).all()


def test_the_analysis_finds_the_figures_reckoned_by_hand(layers: Layers) -> None:
    start = land.planned(layers)
    start = start[start.intersects(field())]
    assert len(start) == 1
    assert start.geometry.iloc[0].equals(field())
    found = land.classes(land.partition(start, land.constraints(layers)), layers.settings.order)
    for name, figures in expected().items():
        assert found.loc[name].to_list() == pytest.approx(list(figures.values()), abs=1e-6), name
    assert found.loc["net", "area_m2"] == pytest.approx(landexamplefield.PIECES[frozenset()], abs=1e-6)
    others = found.index.difference([*expected(), "net"])
    assert (found.loc[others, "gross_m2"] == 0).all()


def test_the_field_is_alone_and_of_its_class(layers: Layers) -> None:
    around = field().buffer(250)
    for role, count in (("buildings", 1), ("landslide", 0), ("slope", 0), ("railway", 0), ("shoreline", 0)):
        assert layers[role].intersects(around).sum() == count, role
    roads = layers["roads"]
    crossing = roads[roads.intersects(field())]
    assert crossing["main"].to_list() == [False]
    rules, near = layers.settings.abc, field().buffer(0)
    assert layers["stations"].distance(near).min() > rules.b_station_m
    assert layers["centre"].distance(near).min() > rules.b_centre_m
    furthest = max(roads[roads["main"]].distance(shapely.Point(at)).min() for at in near.exterior.coords)
    assert furthest < rules.c_main_road_m
    assert landexamplefield.ABC == "C"
    zoned = layers["zoning"].intersection(field()).area.sum()
    assert zoned == landexamplefield.ZONED_M2


def test_every_class_has_some_land(layers: Layers) -> None:
    start = land.planned(layers)
    found = land.classes(land.partition(start, land.constraints(layers)), layers.settings.order)
    assert 2_000_000 < start["area_m2"].sum() < 6_000_000
    assert 25 <= len(start) <= 45
    assert (found["area_m2"] > 10_000).all()
    assert found["area_m2"].sum() == pytest.approx(start["area_m2"].sum(), rel=1e-9)
    by_area = land.by_area(land.partition(start, land.constraints(layers)), layers.settings.order)
    share = by_area["net"] / by_area.sum(axis=1)
    assert (share < 0.05).sum() >= 5  # lost whole
    assert (share > 0.9).sum() >= 5  # free
    beside = land.beside(layers)
    assert set(beside["kind"]) == {"combined", "centre"}


def test_the_recipe_has_areas_in_every_state() -> None:
    assert any(each.built == 1 for each in AREAS)
    assert any(0 < each.built < 1 for each in AREAS)
    assert any(each.zoned == 1 and each.pipes == 2 and each.owners == 1 and not each.built for each in AREAS)
    assert any(0 < each.zoned < 1 for each in AREAS)
    assert any(each.wide < 20 for each in AREAS)
    assert any(each.long * each.wide < 2000 for each in AREAS)
    place = Place(landexample.SEED)
    own = place.boundaries[CODE]
    crossing = [name for name, area in zip((each.name for each in AREAS), place.business) if not own.contains(area)]
    assert crossing == ["Grensa nord", "Grensa øst", "Fjellporten"]


def test_the_plan_has_the_faults_of_real_files() -> None:
    plan = held("planned")
    codes = plan["AREALFORMAL"].str.extract(r"^(\d+)")[0].astype(int)
    assert plan.geometry.isna().sum() == 1
    assert plan.geometry.is_empty.sum() == 1
    shapes = plan.geometry.dropna()
    assert (~shapes.is_valid).sum() == 1
    assert shapes.normalize().to_wkb().duplicated().any()
    assert sorted(set(codes) - set(purposes.names())) == [1355]
    assert plan["AREALFORMAL"].str.contains(" - ").any()
    assert plan["AREALST"].isna().sum() == 1
    assert {1, 2} <= set(plan["AREALST"].dropna())
    assert {1110, 1120, 1130, 1160, 1300, 1310, 1340, 1350, 1390, 1500, 1800, 2010, 3001, 5001, 6001, 1001} <= set(
        codes
    )


def test_the_other_files_have_theirs() -> None:
    protected = held("protected")
    assert (~protected.geometry.dropna().is_valid).sum() == 1
    assert protected.geometry.is_empty.sum() + protected.geometry.isna().sum() == 1
    assert held("roads").geometry.has_z.all()
    assert held("parcels")["EIER"].isna().any()
    assert {"2", "3", "5"} == set(held("zoning")["planstatus"].astype(str))
    assert {int(each) for each in held("landslide")["GJENTAKSIN"]} == {100, 1000, 5000}
    for role in FILES:
        assert held(role).crs == CRS_OF.get(role, "EPSG:25833"), role
    suffixes = {Path(name).suffix for name, _ in FILES.values()}
    assert suffixes == {".geojson", ".gpkg", ".gml", ".zip"}


def test_there_are_twenty_thousand_buildings_one_of_them_twice() -> None:
    found = held("buildings").geometry
    assert len(found) == 20_000
    assert found.to_wkb().duplicated().sum() == 1


def test_land_cover_covers_the_municipality_once(layers: Layers) -> None:
    own = layers["boundary"].geometry.iloc[0]
    cover = layers["ar5"].geometry
    assert set(layers["ar5"]["artype"]) == {11, 12, 21, 22, 23, 30, 50, 60, 81, 82}
    assert cover.union_all().area == pytest.approx(own.area, rel=1e-4)
    assert cover.area.sum() == pytest.approx(own.area, rel=1e-4)


def test_the_neighbours_meet_and_lie_where_the_reader_looks() -> None:
    found = held("boundary").set_index("kommunenummer").geometry
    assert sorted(found.index) == ["9901", "9902", "9903"]
    assert found.area.sum() == pytest.approx(found.union_all().area, rel=1e-9)
    west, south, east, north = found.total_bounds
    assert WITHIN[0] < west < east < WITHIN[2]
    assert WITHIN[1] < south < north < WITHIN[3]


def test_the_manifest_has_every_role_and_its_shares() -> None:
    told = manifest.read(RAW, CODE)
    assert told is not None
    assert set(told.layers) == set(ROLES) == set(FILES)
    need = told.assumptions.need
    assert set(need.shares) == {each.key for each in need.groups}
    assert need.shares_source == "konstruert"


def test_the_target_is_a_level_of_jobs_that_says_it_is_constructed() -> None:
    (found,) = targets.read_file(FOLDER / "targets.toml")
    assert (found.municipality, found.kind, found.value, found.base_value) == (CODE, "level", 12_000, 9_000)
    assert (found.base_year, found.deadline) == (2024, 2036)
    assert found.definitions[0].indicator == "jobs"
    assert found.definitions[0].table is None
    assert "konstruert" in found.title.casefold()
    assert "konstruert" in (found.paraphrase or "").casefold()


def test_what_is_committed_is_small_and_its_texts_are_those_of_the_script() -> None:
    files = [each for each in (RAW / manifest.EXAMPLE).rglob("*") if each.is_file()]
    assert sum(each.stat().st_size for each in files) < 4_000_000
    assert (FOLDER / manifest.FILE).read_text("utf-8") == landexample.LAYERS
    assert (FOLDER / "targets.toml").read_text("utf-8") == landexample.TARGETS
    assert (FOLDER.parent / "README.md").read_text("utf-8") == landexample.readme()
    beside = {"layers.toml", "targets.toml", FREQUENT[0], "reguleringsplaner.xsd"}
    assert {each.name for each in FOLDER.iterdir()} == beside | {name for name, _ in FILES.values()}


@pytest.mark.slow
def test_making_it_again_gives_what_is_committed(made: Path) -> None:
    names = sorted(each.relative_to(made) for each in made.rglob("*") if each.is_file())
    committed = sorted(each.relative_to(FOLDER.parent) for each in FOLDER.parent.rglob("*") if each.is_file())
    assert names == committed
    for name in names:
        if name.suffix in TEXT:
            assert (made / name).read_bytes() == (FOLDER.parent / name).read_bytes(), name
    for role in FILES:
        new, old = held(role, made / CODE), held(role)
        pd.testing.assert_frame_equal(new.drop(columns="geometry"), old.drop(columns="geometry"))
        same = shapely.equals_exact(new.geometry.to_numpy(), old.geometry.to_numpy(), tolerance=1e-6)
        assert (same | old.geometry.isna()).all(), role
        assert (new.geometry.isna() == old.geometry.isna()).all(), role


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_replaces_what_was_there(made: Path, tmp_path: Path) -> None:
    (tmp_path / CODE).mkdir()
    (tmp_path / CODE / "old.gpkg").touch()
    written = landexample.make(tmp_path)
    assert sorted(each for each in tmp_path.rglob("*") if each.is_file()) == written
    for path in written:
        assert path.read_bytes() == (made / path.relative_to(tmp_path)).read_bytes(), path.name


def test_another_seed_gives_another_coast_and_the_same_field() -> None:
    one, other = Place(landexample.SEED), Place(1)
    assert not one.land.equals(other.land)
    for place in (one, other):
        assert not shapely.intersects(shapely.union_all([*place.business, place.water]), landexamplefield.clear())
