"""Municipalities through the reforms."""

from __future__ import annotations

import pytest

from helpers import places
from helpers.errors import InputError
from helpers.places import Area, Municipality


@pytest.mark.parametrize("wanted", ["halden", "Halden", " HALDEN ", "3101", "3001", "0101", "3101-halden"])
def test_halden_is_found_by_name_code_and_old_code(wanted):
    assert Municipality.find(wanted) == Municipality("3101", "Halden")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("0136", "3103"),
        ("Oslo", "0301"),
        ("oslove", "0301"),
        ("Kautokeino", "5612"),
        ("Våler (Østfold)", "3114"),
        ("1567", "5061"),
    ],
)
def test_merged_and_bilingual_places(wanted, code):
    assert Municipality.find(wanted).code == code


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("1507", ["1508 Ålesund", "1580 Haram"]),
        ("1850", ["1806 Narvik", "1875 Hábmer - Hamarøy"]),
        ("5012", ["5055 Heim", "5056 Hitra", "5059 Orkland"]),
        ("Våler", ["3114 (Østfold)", "3419 (Innlandet)"]),
        ("Herøy", ["1515 (Møre og Romsdal)", "1818 (Nordland)"]),
        ("Rygge", ["3103 Moss"]),
        ("Hallden", ["3101 Halden", " eller "]),
        ("9999", ["Fant ingen kommune «9999»", " eller "]),
        ("", ["Fant ingen kommune"]),
    ],
)
def test_what_cannot_be_found_is_explained(wanted, words):
    with pytest.raises(InputError) as error:
        Municipality.find(wanted)
    assert error.value.exit_code == 2
    for word in words:
        assert word in str(error.value)


def test_an_unknown_name_gets_three_suggestions():
    with pytest.raises(InputError) as error:
        Municipality.find("Sarpsbrog")
    suggestions = str(error.value).partition("Mente du ")[2]
    assert suggestions.count(",") == 1 and suggestions.count(" eller ") == 1
    assert "3105 Sarpsborg" in suggestions


def test_the_divided_have_no_comparable_history():
    first = {each.code: each.comparable_from for each in Municipality.all() if each.comparable_from}
    assert first == {"1508": 2024, "1580": 2024, "1806": 2020, "1875": 2020, "5055": 2020, "5056": 2020, "5059": 2020}


def test_codes_of_old_places_that_cannot_be_carried_stay_in_the_sums():
    assert places.carry(2022)["1507"] == "1507"
    assert places.carry(2019)["1504"] == "1504"  # its borders of 2019 are not shown to be those of 2024
    assert places.carry(2019)["1805"] == "1805"
    assert places.carry(2020)["1806"] == "1806"
    assert places.carry(2019)["0136"] == "3103"
    assert places.carry(2026)["3101"] == "3101"
    assert "1507" in Municipality.find("1508").county.regions
    assert "1571" in Municipality.find("5055").county.regions  # Halsa went to Trøndelag with Heim


def test_no_code_of_today_meant_another_place_before():
    registry = places.registry()
    for (_, old), new in registry.successors.items():
        assert old not in registry.current or new == (old,)


def test_areas():
    country = Area.country()
    assert len(country.municipalities) == 357 == len(Municipality.all())
    halden = Municipality.find("halden")
    assert (halden.county.name, len(halden.county.regions)) == ("Østfold", 12)
    assert halden.code not in halden.county.without(halden).regions
    assert Area.of(["Halden", "3105"]).name == "Halden og Sarpsborg"
    assert Area.of(["Halden", "3101"]).regions == ("3101",)
    assert sum(len(places.registry().county(digits).municipalities) for digits in places.registry().counties) == 357
    with pytest.raises(InputError, match="minst én kommune"):
        Area.of([])


def test_every_part_of_every_name_has_its_language():
    languages = places.name_languages()
    for name in places.registry().names.values():
        parts = name.split(" - ")
        assert len(parts) == 1 or len(languages[name]) == len(parts), name
    assert {each for held in languages.values() for each in held} == {"nb", "se", "smj", "sma", "fkv"}


def test_slugs_are_plain_and_unique():
    slugs = [each.slug for each in Municipality.all()]
    assert len(set(slugs)) == 357
    assert all(slug.isascii() and " " not in slug for slug in slugs)
    assert Municipality.find("5622").slug == "5622-porsanger-porsangu-porsanki"


def test_points_are_metres_inside_norway():
    points = places.points()
    assert len(points) == 357
    assert points["east_m"].between(-100_000, 1_150_000).all()
    assert points["north_m"].between(6_430_000, 7_950_000).all()


def test_the_names_agree_with_a_recorded_answer(shared):
    import json

    answer = json.loads((shared / "fixtures" / "klass131_codesAt_2026-01-01.json").read_text("utf-8"))
    recorded = {row["code"]: row["name"] for row in answer["codes"] if row["code"] != "9999"}
    assert recorded == {each.code: each.name for each in Municipality.all()}
