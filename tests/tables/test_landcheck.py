"""What `land check` says: every layer, every number, and what is lacking."""

from __future__ import annotations

import pytest
from land_files_make import CODE, HOME, fetched, frame, plans, square
from shapely.geometry import LineString, Polygon

from helpers.land.layers import ROLES
from helpers.tables import landcheck
from helpers.workspace import Workspace

TOLD = f"""municipality = "{CODE}"
[layers.boundary]
file = "grense.geojson"
[layers.planned]
file = "plan.gpkg"
"""


@pytest.fixture
def here(tmp_path):
    (tmp_path / "data/raw/land" / CODE).mkdir(parents=True)
    return Workspace(tmp_path)


def fill(workspace, more="", planned=None):
    folder = workspace.raw / "land" / CODE
    frame([HOME], kommunenummer=[CODE]).to_file(folder / "grense.geojson")
    (plans() if planned is None else planned).to_file(folder / "plan.gpkg")
    (folder / "layers.toml").write_text(TOLD + more, "utf-8")
    return folder


def text(report):
    return "\n".join(report.lines)


def test_a_sound_set_of_layers_is_told_with_its_counts(here):
    fill(here)
    report = landcheck.check(here, CODE)
    assert report.ok and report.manifest
    assert report.lines[0] == "kommunegrense [boundary], kommunens fil: grense.geojson"
    assert "  EPSG:25833, 3 objekter, 3 brukt" in report.lines
    assert (
        "  0,0 dekar utenfor kommunen" in report.lines and "  0,0 dekar dekkes av flere flater i laget" in report.lines
    )
    assert report.lines[-1] == "Kartlagene kan brukes: 2 av 17 lag er på plass."
    assert not (here.processed / "land").exists()


def test_each_number_of_a_plan(here):
    bow = Polygon([(x, y) for x, y in [(0, 0), (100, 100), (100, 0), (0, 100)]])
    bow = Polygon([(x + 295_000, y + 6_561_000) for x, y in bow.exterior.coords])
    shapes = [square(0, 0), square(50, 0), square(50, 0), square(4950, 0), bow, None]
    planned = plans(shapes)
    planned["arealformål"] = [1300, 1300, 1300, 9999, 1300, 1300]
    planned["arealbruksstatus"] = [1, 2, 2, 7, None, 2]
    fill(here, planned=planned)
    report = landcheck.check(here, CODE)
    layer = report.layers[1]
    assert (layer.features, layer.used, layer.repaired, layer.dropped, layer.duplicates) == (6, 5, 1, 1, 1)
    assert layer.outside_m2 == pytest.approx(5_000) and layer.overlap_m2 == pytest.approx(10_000)
    assert layer.strange == {"formål": {9999: 1}, "status": {7: 1}}
    for line in (
        "  1 ugyldig geometri reparert",
        "  1 uten brukbar geometri utelatt",
        "  1 objekt som er helt likt et annet",
        "  5,0 dekar utenfor kommunen",
        "  10,0 dekar dekkes av flere flater i laget",
        "  formål som ikke er i standarden: 9999 (1)",
        "  status som ikke er i standarden: 7 (1)",
        "  merk: 1 objekt uten status",
    ):
        assert line in report.lines, line


def test_a_bad_layer_is_told_and_the_others_go_on(here):
    folder = fill(here, '[layers.roads]\nfile = "vei.gpkg"\n[layers.buildings]\nfile = "bygg.gpkg"\n[layers.ar5]\nfile = "ar5.gpkg"\n')  # fmt: skip
    lines = [LineString([(295_000 + x, 6_560_000), (295_100 + x, 6_560_000)]) for x in (0, 5500)]
    frame(lines, vegkategori=["E", "K"]).to_file(folder / "vei.gpkg")
    frame([square(0, 0)] * 2, artype=[21, 13]).to_file(folder / "ar5.gpkg")
    report = landcheck.check(here, CODE)
    assert not report.ok and report.errors == 1
    assert "  FEIL: layers.buildings: bygg.gpkg finnes ikke i" in text(report)
    assert "  1 objekt utenfor kommunen" in report.lines
    assert "  arealtyper som ikke er i standarden: 13 (1)" in report.lines
    assert report.lines[-1] == "1 av 5 kartfiler kan ikke brukes. Rett dem og prøv igjen."


def test_what_is_lacking_is_told_with_what_it_means_and_where_it_comes_from(here):
    fill(here)
    report = landcheck.check(here, CODE)
    assert set(report.lacking) == set(ROLES) - {"boundary", "planned"}
    told = {line.split("[")[1].split("]")[0]: line for line in report.lines if line.startswith("mangler: ")}
    assert set(told) == set(report.lacking)
    for role in ("protected", "flood", "landslide", "ar5"):
        assert f"kommunerapport land fetch {CODE}" in told[role]
    assert "AR50, grovere enn AR5" in told["ar5"]
    assert told["zoning"].endswith("må komme fra kommunen") and "trinn 1" in told["zoning"]


def test_without_files_it_says_where_to_put_them_and_what_to_write(here):
    report = landcheck.check(here, CODE)
    assert not report.ok and not report.manifest and report.lacking == ROLES
    assert f"Legg kartfilene i {here.raw / 'land' / CODE} sammen med en layers.toml" in text(report)
    assert f'    municipality = "{CODE}"' in report.lines and "    [layers.planned]" in report.lines
    assert report.lines[-1].startswith("Arealformål mangler")


def test_the_minimal_layers_toml_that_is_shown_is_a_good_one(here):
    folder = fill(here)
    told = landcheck.EXAMPLE.format(code=CODE)
    (folder / "layers.toml").write_text(told, "utf-8")
    plans().to_file(folder / "kommuneplan.gpkg")
    assert landcheck.check(here, CODE).ok


def test_a_layers_toml_that_cannot_be_read_is_the_answer(here):
    folder = fill(here)
    (folder / "layers.toml").write_text("[layers.plan]\n", "utf-8")
    report = landcheck.check(here, CODE)
    assert not report.ok and report.lines[0].startswith("FEIL: ") and report.lines[-1].startswith("Rett layers.toml")


def test_a_fetched_layer_that_is_damaged_is_one_bad_layer(here):
    fill(here)
    folder = fetched(here, "flood", {"": (".json", b"{}", {})})
    next(folder.glob("*.meta.json")).write_text("{", "utf-8")
    report = landcheck.check(here, CODE)
    assert report.errors == 1 and len(report.layers) == 3 and "ikke gyldig JSON" in text(report)


def test_what_was_fetched_says_what_it_does_not_cover(here):
    fill(here)
    fetched(here, "flood", {"": (".json", b'{"type": "FeatureCollection", "features": []}', {})})
    report = landcheck.check(here, CODE)
    assert (
        report.ok
        and "  merk: NVEs flomsoner finnes bare der det er kartlagt: utenfor dem er faren ukjent" in report.lines
    )
    assert "  tomt, 0 objekter, 0 brukt" in report.lines


def test_a_boundary_of_another_municipality_is_an_error_of_its_own(here):
    folder = fill(here)
    frame([HOME], kommunenummer=["0301"]).to_file(folder / "grense.geojson")
    report = landcheck.check(here, CODE)
    assert report.layers[0].error and not report.layers[1].error and report.layers[1].outside_m2 is None


def test_every_role_has_a_name_and_a_consequence():
    assert set(landcheck.NAMES) == set(landcheck.WITHOUT) == set(ROLES)
