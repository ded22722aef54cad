"""From all that a municipality has to its layers: which file goes before which, what is made again, and what is fetched."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import pytest
from land_files_make import CODE, HOME, archive, as_geojson, fetched, frame, plans, square
from shapely.geometry import Point, box, mapping

from helpers.errors import DataError, LayerMissing
from helpers.land.layers import COLUMNS
from helpers.tables import boundaries, landfetched, landfiles, landlayers
from helpers.workspace import Workspace

TOLD = f"""municipality = "{CODE}"
source = "Halden kommune, 1. mai 2026"
licence = "CC BY 4.0"
[layers.boundary]
file = "grense.geojson"
[layers.planned]
file = "plan.gpkg"
"""


@pytest.fixture
def here(tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    return Workspace(tmp_path)


def fill(workspace, told=TOLD, place="land", code=CODE):
    folder = workspace.raw / place / code
    folder.mkdir(parents=True, exist_ok=True)
    frame([HOME], kommunenummer=[code]).to_file(folder / "grense.geojson")
    plans().to_file(folder / "plan.gpkg")
    (folder / "layers.toml").write_text(told.replace(CODE, code), "utf-8")
    return folder


def page(shapes, **columns):
    return (".json", as_geojson(shapes, **columns), {})


def test_own_layers_come_clean_with_their_source_and_settings(here):
    fill(here, TOLD + "[settings]\nmin_area_m2 = 900\n")
    held = landlayers.load(here, CODE, "Halden")
    assert held is not None and set(held) == {"boundary", "planned"} and not held.constructed
    assert held.settings.min_area_m2 == 900 and held.code == CODE
    assert len(held["planned"]) == 3 and held["boundary"].geometry.iloc[0].equals(HOME)
    for role in held:
        assert {name: str(held[role][name].dtype) for name in COLUMNS[role]} == dict(COLUMNS[role])
    meta = held.meta["planned"]
    assert (meta.origin, meta.file, meta.producer, meta.licence) == ("own", "plan.gpkg", "Halden kommune, 1. mai 2026", "CC BY 4.0")  # fmt: skip
    assert (meta.crs, meta.features, meta.repaired, meta.cover) == ("EPSG:25833", 3, 0, "")
    with pytest.raises(LayerMissing):
        held["flood"]


def test_a_municipality_without_anything_has_none(here):
    assert landlayers.load(here, CODE) is None
    fetched(here, "boundary", {"": (".json", json.dumps({"omrade": mapping(HOME)}).encode(), {})})
    assert landlayers.load(here, CODE) is None  # a boundary alone is no layer to analyse


def test_the_example_is_constructed_and_goes_by_its_own_files_only(here):
    fill(here, place="example", code="9901")
    held = landlayers.load(here, "9901")
    assert held.constructed and {meta.origin for meta in held.meta.values()} == {"constructed"}


def test_only_what_changed_is_made_again(here, monkeypatch):
    folder = fill(here)
    assert landlayers.build(here, CODE) == ("boundary", "planned")
    monkeypatch.setattr(landfiles, "read", lambda *_, **__: pytest.fail("read again"))
    assert landlayers.build(here, CODE) == () and len(landlayers.load(here, CODE)["planned"]) == 3
    monkeypatch.undo()
    plans([square(0, 0)]).to_file(folder / "plan.gpkg")
    assert landlayers.build(here, CODE) == ("planned",) and len(landlayers.load(here, CODE)["planned"]) == 1
    (folder / "layers.toml").write_text(TOLD + "[settings]\nmin_area_m2 = 900\n", "utf-8")
    assert landlayers.build(here, CODE) == () and landlayers.load(here, CODE).settings.min_area_m2 == 900
    (folder / "layers.toml").write_text(TOLD + "constants = { status = 1 }\n", "utf-8")
    assert landlayers.build(here, CODE) == ("planned",)
    assert landlayers.load(here, CODE)["planned"]["status"].tolist() == [1]
    monkeypatch.setattr(landlayers, "VERSION", landlayers.VERSION + 1)
    assert landlayers.build(here, CODE) == ("boundary", "planned")


def test_a_new_boundary_cuts_the_others_anew_and_a_layer_taken_away_is_gone(here):
    folder = fill(here)
    landlayers.build(here, CODE)
    frame([box(*square(0, 0, 150).bounds)], kommunenummer=[CODE]).to_file(folder / "grense.geojson")
    assert len(landlayers.load(here, CODE)["planned"]) == 1
    (folder / "layers.toml").write_text(TOLD.split("[layers.planned]")[0], "utf-8")
    assert set(landlayers.load(here, CODE)) == {"boundary"}
    assert [each.name for each in (here.processed / "land" / CODE).glob("*.parquet")] == ["boundary.parquet"]


def test_a_file_of_the_same_size_with_a_new_time_is_read_again(here):
    folder = fill(here)
    landlayers.build(here, CODE)
    stat = (folder / "plan.gpkg").stat()
    os.utime(folder / "plan.gpkg", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1000))
    assert landlayers.build(here, CODE) == ("planned",)


def test_a_failure_leaves_no_half_made_layer_and_names_the_command(here):
    folder = fill(here)
    landlayers.build(here, CODE)
    plans().set_crs(4258, allow_override=True).to_file(folder / "plan.gpkg")
    for _ in range(2):
        with pytest.raises(DataError, match=rf"^Halden: layers\.planned: plan\.gpkg .*land check {CODE}"):
            landlayers.load(here, CODE, "Halden")
    plans().to_file(folder / "plan.gpkg")
    assert len(landlayers.load(here, CODE)["planned"]) == 3
    assert not list((here.processed / "land" / CODE).glob("*.tmp"))


def test_several_files_are_one_layer(here):
    folder = fill(here, TOLD + '[[layers.flood]]\nfile = "a.gpkg"\nconstants = { return_years = 20 }\n[[layers.flood]]\nfile = "b.gpkg"\nconstants = { return_years = 200 }\n')  # fmt: skip
    frame([square(0, 0)]).to_file(folder / "a.gpkg")
    frame([square(0, 0), square(500, 0)]).to_crs(25832).to_file(folder / "b.gpkg")
    held = landlayers.load(here, CODE)
    assert held["flood"]["return_years"].tolist() == [20, 200, 200]
    assert held.meta["flood"].file == "a.gpkg, b.gpkg" and held.meta["flood"].crs == "EPSG:25833, EPSG:25832"


def test_a_boundary_file_of_many_municipalities_gives_ours(here):
    folder = fill(here)
    frame([square(0, 0, 4000), square(4000, 0, 900), square(0, 0, 10)], kommunenummer=["301", CODE, CODE]).to_file(folder / "grense.geojson")  # fmt: skip
    plans([square(4100, 100)]).to_file(folder / "plan.gpkg")
    held = landlayers.load(here, CODE)["boundary"]
    assert held["code"].tolist() == [CODE] and held.geometry.iloc[0].area == pytest.approx(900**2 + 100)
    frame([HOME], kommunenummer=["301"]).to_file(folder / "grense.geojson")
    with pytest.raises(DataError, match=f"har ikke kommune {CODE}, bare 0301"):
        landlayers.load(here, CODE)


def test_those_who_ask_at_the_same_time_make_the_layers_once(here, monkeypatch):
    fill(here)
    read, asked = landfiles.read, []
    monkeypatch.setattr(landfiles, "read", lambda *given, **more: asked.append(given) or read(*given, **more))
    with ThreadPoolExecutor(4) as pool:
        held = list(pool.map(lambda _: len(landlayers.load(here, CODE)["planned"]), range(4)))
    assert held == [3] * 4 and len(asked) == 2


# What was fetched


def test_the_boundary_of_the_whole_country_does_where_there_is_no_other(here, monkeypatch):
    every = gpd.GeoDataFrame(
        {"code": ["0301", CODE], "name": ["Oslo", "Halden"]}, geometry=[square(0, 0), HOME], crs=25833
    )
    monkeypatch.setattr(landfetched.boundaries, "load", lambda workspace: every)
    fetched(here, "protected", {"": page([square(0, 0)], navn=["a"])})
    assert "boundary" not in landlayers.load(here, CODE)
    fetched(here, "boundary", {"": (".zip", b"x", {})}, table=boundaries.TABLE)
    assert landlayers.load(here, CODE)["boundary"].geometry.iloc[0].equals(HOME)
    with pytest.raises(DataError, match="har ikke kommune 3102"):
        landlayers.read(here, landlayers.Inputs("3102", here.raw, None), landlayers.inputs(here, CODE).pieces["boundary"][0], None)  # fmt: skip


def test_pages_are_one_layer_with_the_return_period_of_their_sidecar(here):
    first, second = (as_geojson([square(x, 0)], OBJECTID=[1]) for x in (0, 500))
    empty = (
        b'{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:25833"}}, "features": []}'
    )
    fetched(here, "flood", {"l6.p1": (".json", first, {"return_years": ["20"]}), "l34.p1": (".json", second, {"return_years": ["200"]}), "l34.p2": (".json", empty, {"return_years": ["200"]})}, parts=["l6.p1", "l34.p1", "l34.p2"])  # fmt: skip
    held = landlayers.load(here, CODE)
    assert sorted(held["flood"]["return_years"]) == [20, 200]
    meta = held.meta["flood"]
    assert (meta.origin, meta.producer, meta.retrieved, meta.licence) == ("fetched", "NVE", "2026-11-01", "NLOD 2.0")
    assert "kartlagt" in meta.cover


def test_nothing_found_is_an_empty_layer_and_no_error(here):
    empty = b'{"type": "FeatureCollection", "features": []}'
    far = as_geojson([square(90_000, 0)], offisieltNavn=["Langt borte"])
    fill(here)
    fetched(here, "flood", {"": (".json", empty, {})})
    fetched(here, "protected", {"": (".json", far, {})})
    held = landlayers.load(here, CODE)
    for role in ("flood", "protected"):
        assert len(held[role]) == 0 and held[role].crs.to_epsg() == 25833
        assert {name: str(held[role][name].dtype) for name in COLUMNS[role]} == dict(COLUMNS[role])


def test_a_municipalitys_own_layer_goes_before_the_fetched_one(here):
    fetched(here, "protected", {"": page([square(0, 0)], offisieltNavn=["Hentet"])})
    folder = fill(here)
    held = landlayers.load(here, CODE)
    assert held["protected"]["name"].tolist() == ["Hentet"] and held.meta["protected"].origin == "fetched"
    frame([square(0, 0)], navn=["Eget"]).to_file(folder / "vern.gpkg")
    (folder / "layers.toml").write_text(TOLD + '[layers.protected]\nfile = "vern.gpkg"\n', "utf-8")
    held = landlayers.load(here, CODE)
    assert held["protected"]["name"].tolist() == ["Eget"] and held.meta["protected"].origin == "own"


def test_the_newest_fetch_counts(here):
    fetched(here, "protected", {"": page([square(0, 0)], navn=["Gammel"])})
    assert landlayers.load(here, CODE)["protected"]["name"].tolist() == ["Gammel"]
    fetched(here, "protected", {"": page([square(0, 0)], navn=["Ny"])}, stamp="20261102T120000Z")
    assert landlayers.load(here, CODE)["protected"]["name"].tolist() == ["Ny"]


def test_the_fetched_boundary_is_degrees_under_omrade(here):
    degrees = gpd.GeoSeries([HOME], crs=25833).to_crs(4258).iloc[0]
    fetched(here, "boundary", {"": (".json", json.dumps({"omrade": mapping(degrees)}).encode(), {})})
    fetched(here, "protected", {"": page([square(0, 0)], navn=["a"])})
    found = landlayers.load(here, CODE)["boundary"].geometry.iloc[0]
    assert found.symmetric_difference(HOME).area < 1
    fetched(here, "boundary", {"": (".json", b'{"feil": 1}', {})}, stamp="20261102T120000Z")
    with pytest.raises(DataError, match="har ingen kommunegrense"):
        landlayers.load(here, CODE)


def test_ar50_has_the_codes_of_ar5_and_says_that_it_is_coarser(here, tmp_path):
    data = as_geojson([square(i * 200, 0) for i in range(5)], artype=[10, 20, 60, 81, 30])
    archive(tmp_path / "ar50.zip", ("Basisdata_3101_Halden_25833_AR50.geojson", data))
    fetched(here, "ar5", {"": (".zip", (tmp_path / "ar50.zip").read_bytes(), {})})
    held = landlayers.load(here, CODE)
    assert sorted(held["ar5"]["artype"]) == [11, 21, 30, 60, 81]
    assert "grovere enn AR5" in held.meta["ar5"].cover


def test_the_layer_with_the_codes_is_chosen_in_what_was_fetched(here, tmp_path):
    path = tmp_path / "ar50.gpkg"
    frame([Point(square(0, 0).centroid)], lokalid=["a"]).to_file(path, layer="grense")
    frame([square(0, 0)], artype=[20]).to_file(path, layer="flate")
    archive(tmp_path / "ar50.zip", ("ar50.gpkg", path.read_bytes()))
    fetched(here, "ar5", {"": (".zip", (tmp_path / "ar50.zip").read_bytes(), {})})
    assert landlayers.load(here, CODE)["ar5"]["artype"].tolist() == [21]


def test_a_fetched_body_that_was_changed_or_lost_is_told(here):
    folder = fetched(
        here, "flood", {"p1": page([square(0, 0)], a=[1]), "p2": page([square(0, 0)], a=[1])}, parts=["p1", "p2"]
    )
    (folder / f"{landfetched.table('flood', CODE)}.p1.json").write_bytes(b"{}")
    with pytest.raises(DataError, match="feil kontrollsum"):
        landlayers.load(here, CODE)
    (folder / f"{landfetched.table('flood', CODE)}.p2.meta.json").unlink()
    with pytest.raises(DataError, match=f"p2 mangler.*land fetch {CODE}"):
        landlayers.load(here, CODE)
