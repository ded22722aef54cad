"""``layers.toml``: what is wrong in it is told with the field and what may stand there, and nothing in it can free land."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from helpers.errors import DataError
from helpers.land import manifest
from helpers.land.settings import Constraint


def written(raw: Path, text: str | bytes) -> Path:
    folder = raw / "land" / "3101"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "layers.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return raw


def read(raw: Path, text: str | bytes) -> manifest.Manifest:
    found = manifest.read(written(raw, text), "3101")
    assert found is not None
    return found


def test_a_municipality_without_one_has_none(tmp_path: Path) -> None:
    assert manifest.read(tmp_path, "3101") is None


def test_an_order_that_leaves_out_a_constraint_does_not_free_its_land(tmp_path: Path) -> None:
    found = read(tmp_path, 'municipality = "3101"\n[settings]\norder = ["slope", "built"]').assumptions
    assert found.order[:2] == ("slope", "built")
    assert sorted(found.order) == sorted(get_args(Constraint))


def test_it_may_come_from_notepad(tmp_path: Path) -> None:
    assert read(tmp_path, b'\xef\xbb\xbfmunicipality = "3101"').municipality == "3101"
    with pytest.raises(DataError, match="lagret som UTF-8"):
        read(tmp_path, 'municipality = "3101" # kartgrunnlag på nett'.encode("cp1252"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('municipality = 3101x', r"linje 1, tegn \d+\. Tekst må stå i anførselstegn"),
        ('municipality = "3105"', "municipality er 3105, men filen ligger i mappen til 3101"),
        ("[layers.planned]\nfile = 'p.gpkg'", "municipality mangler"),
        ("municipality = '3101'\nlayer = 2", r"layer finnes ikke \(skrevet feil\?\)"),
        ("municipality = '3101'\n[layers.plan]\nfile = 'p.gpkg'", "«plan» er ikke et kartlag. De som finnes: boundary, planned"),
        ("municipality = '3101'\n[layers]\nplanned = 'p.gpkg'", r"layers\.planned må være en tabell"),
        ("municipality = '3101'\n[layers.planned]\nfile = '../p.gpkg'", "må ligge i samme mappe"),
        ("municipality = '3101'\n[layers.planned]\nfile = 'p.sos'", r"kan lese \.gpkg, .*, ikke \.sos"),
        ("municipality = '3101'\n[layers.planned]\nsource = 'x'", "oppgi enten file eller raster"),
        ("municipality = '3101'\n[layers.planned]\nfile = 'p.gpkg'\ncolumns = 'formål'", r"columns må være en tabell"),
        ("municipality = '3101'\n[layers.planned]\nfile = 'p.gpkg'\ncolumns = {code = 'x'}", "«code» finnes ikke; laget har purpose, status"),
        ("municipality = '3101'\n[layers.roads]\nraster = 'd.tif'", "bare slope kan være et raster"),
        ("municipality = '3101'\n[settings]\norder = ['buildings']", "settings.order må være en av 'built'"),
        ("municipality = '3101'\n[settings]\norder = ['built', 'built']", "hver grunn må stå der én gang"),
        ("municipality = '3101'\n[settings]\norder = 'built'", "settings.order må være en liste"),
        ("municipality = '3101'\n[settings]\nmin_area_m2 = inf", "settings.min_area_m2 må være et tall"),
        ("municipality = '3101'\n[settings]\nbuilding_buffer_m = true", "settings.building_buffer_m må være et tall"),
        ("municipality = '3101'\n[settings]\nbuilding_buffer_m = -1", "må være minst 0"),
        ("municipality = '3101'\n[settings]\nsize_edges_dekar = []", "minst én oppføring"),
        ("municipality = '3101'\n[settings]\nsize_edges_dekar = [5, 2]", "stigende rekkefølge"),
        ("municipality = '3101'\n[settings.need]\ngroups = []", "minst én oppføring"),
        ("municipality = '3101'\n[settings.need]\nshares = {office = 0.6, trade = 0.6}\nshares_source = 'x'", "mer enn 1 til sammen"),
        ("municipality = '3101'\n[settings.need]\nshares = {office = 0.6}", "shares_source mangler"),
        ("municipality = '3101'\n[settings.need]\nshares = {shops = 0.6}", "shops, som ikke er en gruppe"),
        ("municipality = '3101'\n[settings.need.new_land_share]\nbase = 5.0\nhigh = 5.0", "kan ikke være mer enn 1"),
        ("municipality = '3101'\n[settings.need.new_land_share]\nbase = 0.1", "base må ligge mellom low og high"),
        ("municipality = '3101'\n[settings]\nmin_aera_m2 = 2", r"settings.min_aera_m2 finnes ikke"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataError, match=told) as error:
        read(tmp_path, text)
    assert "layers.toml" in str(error.value) and "\n" not in str(error.value)
