"""The five groups of industries and Sarpsborg's specialisations, as files of the package."""

from __future__ import annotations

import csv
from importlib import resources
from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from helpers.catalog import catalog
from helpers.errors import DataError
from helpers.industries import groups
from helpers.industries.groups import grouping, read
from helpers.industries.specialisations import Specialisations, Theme, divisions_of, exact, specialisations

WITHOUT, WITH = grouping("without_transport"), grouping("with_transport")
CODES = set(catalog()["ssb_07984"].ask["NACE2007"].codes)


def lines(**changed: str) -> list[dict[str, str]]:
    told = resources.files("helpers.industries").joinpath("groups.csv").read_text("utf-8")
    found = list(csv.DictReader(told.splitlines()))
    return [found[0] | changed, *found[1:]]


def test_every_industry_of_the_table_stands_once_in_each_definition() -> None:
    for each in (WITHOUT, WITH):
        assert [row.code for row in each.rows] and {row.code for row in each.rows} == CODES
        assert len(each.rows) == len(CODES)
        assert [row.code for row in each.rows if row.group is None] == ["00"]
        assert sorted(each.codes(*groups.GROUPS)) == sorted(CODES - {"00"})


def test_the_definitions_differ_in_transport_alone() -> None:
    """Halden's plan counts transport out on page 6 and in in strategy 4.5."""
    differ = {
        one.code: (one.group, other.group) for one, other in zip(WITHOUT.rows, WITH.rows, strict=True) if one != other
    }
    assert differ == {"49-53": ("regional", "visit")}


def test_every_row_says_where_it_is_from_and_what_is_ours() -> None:
    assert all(row.source for row in WITHOUT.rows)
    readings = {row.code for row in WITHOUT.rows if row.basis == "reading"}
    assert readings == {"05-09", "35-39", "45-47", "58-63", "68-75", "85", "86-88", "90-99", "00"}
    assert all(
        "lesning" in row.source or "sektor" in row.source or row.code == "00"
        for row in WITHOUT.rows
        if row.basis == "reading"
    )


def test_variants_move_one_joined_industry_each() -> None:
    """Schools and health move between local and public, which are measured together."""
    assert WITHOUT.mixed == ("35-39", "45-47", "68-75")
    variants = WITHOUT.variants()
    assert [each.moved for each in variants] == ["", *WITHOUT.mixed] and variants[0] is WITHOUT
    moved = {each.moved: {row.code: row.group for row in each.rows} for each in variants}
    base = moved.pop("")
    assert groups.tried() == (*variants, *WITH.variants())
    for code, found in moved.items():
        assert {each for each in base if base[each] != found[each]} == {code}
    assert (moved["45-47"]["45-47"], moved["68-75"]["68-75"], moved["35-39"]["35-39"]) == ("regional", "basis", "basis")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"group": "primær"}, "«primær» er ikke en gruppe"),
        ({"fit": "most"}, "Næring 01-03: fit er «most»"),
        ({"fit": "helt"}, "fit er «helt»"),
        ({"basis": "gjetning"}, "basis «gjetning»"),
        ({"code": "10-33"}, "Næring 10-33 står to ganger"),
        ({"version": "2025-9"}, "én versjon, ikke 2"),
    ],
)
def test_a_bad_row_is_named(changed: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(lines(**changed), "with_transport")


# --- specialisations --------------------------------------------------------------------------------------------------


def test_sarpsborg_has_five_and_the_fifth_is_for_jobs() -> None:
    plan = specialisations()
    assert (plan.municipality, len(plan.theme)) == ("3105", 5)
    assert [each.aim for each in plan.theme] == ["value"] * 4 + ["jobs"]
    assert all("vår lesning" in each.reading for each in plan.theme)


def test_the_declared_overlaps_are_those_of_the_file() -> None:
    plan = specialisations()
    found = {
        (one.key, two.key): set(one.divisions) & set(two.divisions)
        for one, two in combinations(plan.theme, 2)
        if set(one.divisions) & set(two.divisions)
    }
    assert (
        found
        == {each.themes: set(each.divisions) for each in plan.overlap}
        == {("automation", "business"): {"62", "71"}}
    )


def changed(**overlap: Any) -> dict[str, Any]:
    theme = {"aim": "value", "reading": "vår lesning"}
    return {
        "version": "1", "municipality": "3105", "source": "s",
        "theme": [{"key": "a", "divisions": ["10", "11"], **theme}, {"key": "b", "divisions": ["11", "12"], **theme}],
        "overlap": [{"themes": ["b", "a"], "divisions": ["11"], **overlap}],
    }  # fmt: skip


def test_an_overlap_that_is_not_declared_is_an_error() -> None:
    assert Specialisations(**changed()).overlap
    for wrong in ({**changed(), "overlap": []}, changed(divisions=["11", "12"]), changed(themes=["a", "c"])):
        with pytest.raises(ValidationError, match="overlappet mellom a og"):
            Specialisations(**wrong)
    with pytest.raises(ValidationError, match="divisions"):
        Specialisations(**changed(divisions=["110"]))


def test_divisions_of_a_class() -> None:
    assert divisions_of("10-12") == {"10", "11", "12"} and divisions_of("84") == {"84"} and divisions_of("00") == set()
    with pytest.raises(ValueError, match="10_12"):
        divisions_of("10_12")


def test_a_theme_is_measured_only_by_classes_that_are_all_of_it() -> None:
    theme = Theme(key="a", aim="value", divisions=("86", "87", "88"), reading="r")
    assert exact(theme, ["85", "86-88", "90-99"]) == ("86-88",)
    assert exact(theme, ["86", "87-88"]) == ("86", "87-88")
    assert exact(theme, ["86-90"]) is None and exact(theme, ["86", "87"]) is None and exact(theme, []) is None
    measured = {each.key: exact(each, sorted(CODES)) is not None for each in specialisations().theme}
    assert measured == {"green": False, "automation": False, "business": False, "health": False, "sheltered": True}
