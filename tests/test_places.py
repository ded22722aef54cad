"""Municipalities through the reforms."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

import klass_changes
from helpers import places
from helpers.errors import DataError, InputError
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
    answer = json.loads((shared / "fixtures" / "klass131_codesAt_2026-01-01.json").read_text("utf-8"))
    recorded = {row["code"]: row["name"] for row in answer["codes"] if row["code"] != "9999"}
    assert recorded == {each.code: each.name for each in Municipality.all()}


# --- What was fetched is used where it is held ---

TODAY = "2026-11-24"
Fetch = Callable[..., None]


@pytest.fixture
def fetch(workspace, monkeypatch) -> Fetch:
    """Puts bodies into data/raw/fetched of a workspace of its own, as a fetch does."""
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(workspace.root))

    def put(table: str, retrieved: str = TODAY, **parts: Any) -> None:
        folder = workspace.raw / "fetched" / table / f"{retrieved.replace('-', '')}T120000Z"
        folder.mkdir(parents=True)
        for part, document in parts.items():
            data = json.dumps(document, ensure_ascii=False).encode()
            sidecar = {
                "table": table,
                "producer": "SSB",
                "title": table,
                "selection": {},
                "published_at": "https://data.ssb.no",
                "licence": "CC BY 4.0",
                "retrieved": retrieved,
                "assembled": False,
                "rounding": {"rule": "none"},
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            (folder / f"{table}.{part}.json").write_bytes(data)
            (folder / f"{table}.{part}.meta.json").write_text(json.dumps(sidecar), "utf-8")

    return put


def of_2028(*moves: tuple[str, str]) -> dict[str, Any]:
    """The answers with changes on 1 January 2028: (old code, new code), the new one named as the old."""
    codes, changes = klass_changes.codes()["codes"], klass_changes.changes()["codeChanges"]
    today = {row["code"]: row for row in codes if row["validToInRequestedRange"] == klass_changes.END}
    for row in today.values():
        row["validToInRequestedRange"] = "2030-01-01"
    for old, new in moves:
        today[old]["validToInRequestedRange"] = "2028-01-01"
        if new not in today:
            today[new] = today[old] | {"code": new, "validFromInRequestedRange": "2028-01-01"}
            today[new]["validToInRequestedRange"] = "2030-01-01"
            codes.append(today[new])
        changes.append({"oldCode": old, "newCode": new, "changeOccurred": "2028-01-01"})
    return {"codes": {"codes": codes}, "changes": {"codeChanges": changes}}


def test_the_fetched_inndeling_of_today_is_that_of_the_snapshot(fetch):
    before = places.registry()
    fetch("klass_131", codes=klass_changes.codes(), changes=klass_changes.changes())
    after = places.registry()
    assert after is not before, "the registry of before the fetch must not be served"
    assert after == before and after.year == 2024
    assert places.registry() is after, "it is read once"
    assert after.regions == before.regions and after.comparable_from == before.comparable_from


def test_a_later_fetch_in_the_same_process_is_seen(fetch):
    fetch("klass_131", codes=klass_changes.codes(), changes=klass_changes.changes())
    assert places.registry().year == 2024
    fetch("klass_131", "2028-02-01", **of_2028(("3124", "3101")))
    assert places.registry().year == 2028


def test_a_reform_in_force_is_followed(fetch):
    fetch("klass_131", "2028-01-01", **of_2028(("3124", "3101"), ("3110", "3126")))
    assert (places.registry().year, len(Municipality.all())) == (2028, 356)
    assert Municipality.find("0118") == Municipality.find("3124") == Municipality.find("Halden")
    assert Municipality.find("Hvaler").code == Municipality.find("3011").code == "3126"
    assert places.carry(2027)["3124"] == "3101" and places.carry(2019)["0111"] == "3126"
    assert places.carry(2028)["3101"] == "3101" and "3124" not in places.valid_codes(2028)
    assert places.valid_codes(2027) >= {"3124", "3110"} and len(places.valid_codes(2027)) == 357
    assert places.carry(2022)["1507"] == "1507"  # the division of before stays one
    with pytest.raises(InputError, match="«Aremark» finnes ikke etter 2027: området hører nå til 3101 Halden"):
        Municipality.find("Aremark")


def test_a_reform_that_is_announced_is_not_followed(fetch):
    fetch("klass_131", "2027-12-31", **of_2028(("3124", "3101")))
    assert places.registry().year == 2024 and Municipality.find("3124").name == "Aremark"


def test_a_municipality_divided_among_new_codes(fetch):
    fetch("klass_131", "2028-01-01", **of_2028(("3124", "3127"), ("3124", "3128")))
    assert {Municipality.find(code).comparable_from for code in ("3127", "3128")} == {2028}
    assert places.carry(2027)["3124"] == "3124" and "3124" in Municipality.find("halden").county.regions
    assert places.region_name("3124") == "Aremark"


def test_a_code_with_other_borders_than_before_is_refused(fetch):
    """Halden takes a part of Aremark and keeps its code: its figures of before would pass for comparable ones."""
    fetch("klass_131", "2028-01-01", **of_2028(("3124", "3101"), ("3124", "3127")))
    with pytest.raises(DataError, match="Kommunen 3101 Halden har andre grenser i dag enn i 2027, men samme kode"):
        places.registry()


def test_a_new_county_is_named_by_klass_104_and_unknown_without(fetch):
    fetch("klass_131", "2028-01-01", **of_2028(("3124", "2901")))
    with pytest.raises(DataError, match=r"2901 Aremark ligger i et ukjent fylke, 29\..*fetch --force klass_104"):
        places.registry()
    rows = [{"code": "29", "name": "Grenseland"}, {"code": "50", "name": "Trøndelag - Trööndelage"}]
    fetch("klass_104", "2028-01-01", codes={"codes": rows})
    assert Municipality.find("aremark").county.name == "Grenseland"
    assert Municipality.find("trondheim").county.name == "Trøndelag"  # ours: the Norwegian part of the name
    assert Municipality.find("halden").county.name == "Østfold"


def test_a_county_that_took_another_name_has_it(fetch):
    fetch("klass_104", codes={"codes": [{"code": "31", "name": "Viken"}]})
    assert Municipality.find("halden").county.name == "Viken"


@pytest.mark.parametrize("body", [{}, {"codes": [{"code": "31"}]}, {"codes": None}, []])
def test_a_broken_list_of_counties_is_an_error(fetch, body):
    fetch("klass_104", codes=body)
    with pytest.raises(DataError, match=r"KLASS 104.*kommunerapport fetch --force klass_104"):
        places.registry()


@pytest.mark.parametrize("lacking", ["codes", "changes"])
def test_half_an_answer_is_an_error_and_not_the_snapshot(fetch, lacking):
    parts = {"codes": klass_changes.codes(), "changes": klass_changes.changes()}
    del parts[lacking]
    fetch("klass_131", **parts)
    with pytest.raises(DataError, match=f"mangler delen «{lacking}».*kommunerapport fetch --force klass_131"):
        places.registry()


def test_an_answer_that_does_not_add_up_is_an_error_and_not_the_snapshot(fetch):
    changes = [row for row in klass_changes.changes()["codeChanges"] if row["oldCode"] != "3001"]
    fetch("klass_131", codes=klass_changes.codes(), changes={"codeChanges": changes})
    with pytest.raises(DataError, match=r"3101 Halden er ny 2024-01-01.*kommunerapport fetch --force klass_131"):
        Municipality.find("halden")


def test_an_answer_changed_on_disk_is_an_error(fetch, workspace):
    fetch("klass_131", codes=klass_changes.codes(), changes=klass_changes.changes())
    (body,) = workspace.raw.glob("fetched/klass_131/*/klass_131.codes.json")
    body.write_bytes(body.read_bytes().replace(b"Halden", b"Hulden"))
    with pytest.raises(DataError, match="feil kontrollsum"):
        places.registry()


def test_the_day_of_a_fetch_over_midnight_is_the_earlier_one(fetch, workspace):
    fetch("klass_131", "2028-01-01", **of_2028(("3124", "3101")))
    (side,) = workspace.raw.glob("fetched/klass_131/*/klass_131.codes.meta.json")
    held = json.loads(side.read_text("utf-8"))
    side.write_text(json.dumps(held | {"retrieved": dt.date(2027, 12, 31).isoformat()}), "utf-8")
    assert places.registry().year == 2024


def test_codes_of_a_year_as_they_were_then():
    assert places.valid_codes(2019) >= {"0101", "1504"} and len(places.valid_codes(2019)) == 422
    assert len(places.valid_codes(2023)) == 356 and len(places.valid_codes(2025)) == 357
