"""Divisions that a user brings: what is read, and what is said of each thing that is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from helpers.errors import DataError
from helpers.places import Municipality, registry
from helpers.regions import counties, sondre_viken
from helpers.sources import regions

HEAD = '# name = "Prøve"\n# source = "Noen"\n# date = 2020-01-01\n'
PART = f'{HEAD}# covers = "part"\n'


def read(folder: Path, text: str, name: str = "prove.csv") -> dict[str, str]:
    return dict(regions.read_file(write(folder, text, name)).members)


def write(folder: Path, text: str, name: str = "prove.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def every(change: dict[str, str] | None = None, gone: tuple[str, ...] = ()) -> str:
    """A division of the whole country by county, some municipalities in other regions or gone."""
    held = {each.code: each.county.name for each in Municipality.all()} | (change or {})
    return "code;region\n" + "".join(f"{code};{region}\n" for code, region in held.items() if code not in gone)


def test_a_division_of_the_whole_country(tmp_path: Path) -> None:
    folder = tmp_path / "regions"
    folder.mkdir()
    write(folder, HEAD + every(), "ba.csv")
    (found,) = regions.read(tmp_path)
    assert (found.key, found.name, found.source, found.date) == ("ba", "Prøve", "Noen", dt.date(2020, 1, 1))
    assert found.whole and dict(found.members)["3101"] == "Østfold"
    assert {each.code for each in Municipality.all()} <= set(dict(found.members))
    assert regions.read(tmp_path / "none") == ()


def test_old_codes_are_those_of_today(tmp_path: Path) -> None:
    assert read(tmp_path, PART + "code,region,navn\n3001,Halden,x\n0105,Sarpsborg,x\n") == {
        "3101": "Halden",
        "3105": "Sarpsborg",
    }
    merged = read(tmp_path, PART + "code;region\n0104;Moss\n0136;Moss\n")  # Moss and Rygge became one
    assert merged == {"3103": "Moss"}


def test_a_divided_municipality_gives_its_region_to_its_parts_and_has_theirs(tmp_path: Path) -> None:
    found = read(tmp_path, PART + "code;region\n1507;Ålesund\n")
    assert found["1507"] == found["1508"] == found["1580"] == "Ålesund"
    assert read(tmp_path, PART + "code;region\n1508;Ålesund\n1580;Ålesund\n")["1507"] == "Ålesund"
    assert "1507" not in read(tmp_path, PART + "code;region\n1508;Ålesund\n1580;Haram\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PART + "code;region\n3101;A\n3101;B\n", r"linje 7: 3101 Halden står også i linje 6"),
        (PART + "code;region\n3001;A\n3101;B\n", r"linje 7: 3001 og 3101 er begge 3101 Halden i dag, .*\(A og B\)"),
        (PART + "code;region\n9999;A\n", r"linje 6: ukjent kommune. Fant ingen kommune «9999»"),
        (PART + "code;region\n9901;A\n", r"linje 6: ukjent kommune. Eksempelvik \(konstruert\) er konstruert"),
        (PART + "code;region\n301;Oslo\n", "har tre siffer.*skriv 0301"),
        (PART + "code;region\nHalden;A\n", "«Halden» er ikke et kommunenummer"),
        (PART + "code;region\n3101;\n", "kommune 3101 har ingen region"),
        (PART + "code;region\n3101\n", "kommune 3101 har ingen region"),
        (PART + "nummer;region\n3101;A\n", "kolonnen code mangler"),
        (PART + "code;område\n3101;A\n", "kolonnen region mangler"),
        (PART + "code;region\n", "har ingen kommuner under overskriften"),
        (PART, "har ingen kommuner. Skriv overskriften"),
        ("code;region\n3101;A\n", "feltet name mangler. Skriv det øverst"),
        (PART.replace("# source", "# kilde") + "code;region\n3101;A\n", "feltet source mangler"),
        (PART + "# farge = 1\ncode;region\n3101;A\n", "feltet farge hører ikke til"),
        (PART.replace("2020-01-01", '"i fjor"') + "code;region\n3101;A\n", "feltet date må være en dato"),
        (PART.replace('"Prøve"', "1") + "code;region\n3101;A\n", "feltet name må være tekst i anførselstegn"),
        (PART.replace('"part"', '"alt"') + "code;region\n3101;A\n", 'feltet covers må være "country"'),
        (PART.replace('"Prøve"', "Prøve") + "code;region\n3101;A\n", "linjene med # må være som"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"prove\.csv.*" + message):
        read(tmp_path, text)


def test_a_country_must_be_whole(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'2 av 357 kommuner mangler: 3101 Halden, 3105 Sarpsborg\. .*covers = "part"'):
        read(tmp_path, HEAD + every(gone=("3101", "3105")))
    with pytest.raises(DataError, match=r"356 av 357 kommuner mangler: .* og 351 til"):
        read(tmp_path, HEAD + "code;region\n3101;Halden\n")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "prove.csv"
    path.write_bytes((PART + "code;region\n3101;Søndre\n").encode("latin-1"))
    with pytest.raises(DataError, match="ikke lagret som UTF-8"):
        regions.read_file(path)


def test_the_counties_and_the_five_of_the_plans() -> None:
    held = dict(counties().members)
    assert set(held) == set(registry().regions) and len(set(held.values())) == 15
    assert held["1507"] == held["1508"] == "Møre og Romsdal" and held["3101"] == "Østfold"
    five = sondre_viken()
    assert [code for code, _ in five.members] == ["3101", "3105", "3107", "3110", "3124"] and not five.whole
