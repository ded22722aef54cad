"""The files of costs in a workspace: whose they are, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.errors import DataError
from helpers.places import Municipality
from helpers.sources import costs
from test_costs import TEXT

HALDEN, SARPSBORG = Municipality.find("3101"), Municipality.find("3105")


def put(raw: Path, name: str, text: str = TEXT) -> Path:
    path = raw / "costs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_each_municipality_has_its_own(tmp_path: Path) -> None:
    assert costs.read(tmp_path, HALDEN) is None and costs.files(tmp_path, HALDEN) == []
    path = put(tmp_path, "3101.toml")
    found = costs.read(tmp_path, HALDEN)
    assert found is not None and found.name == "Prøve"
    assert costs.read(tmp_path, SARPSBORG) is None
    assert (costs.files(tmp_path, HALDEN), costs.files(tmp_path, SARPSBORG)) == ([path], [])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "halden.toml",
            "costs/halden.toml: filen må hete det samme som kommunenummeret fra 2024. Gi den navnet 3101.toml.",
        ),
        ("0101.toml", "Gi den navnet 3101.toml."),
        ("Utsira.toml", "Gi den navnet 1151.toml."),
        ("kostnader.toml", "for eksempel 3101.toml. Gi den nytt navn."),
        ("9999.toml", "for eksempel 3101.toml. Gi den nytt navn."),
        ("9901.toml", "for eksempel 3101.toml. Gi den nytt navn."),  # has no official figures
    ],
)
def test_a_file_that_is_nobodys_is_not_passed_over(tmp_path: Path, name: str, told: str) -> None:
    path = put(tmp_path, name)
    for place in (HALDEN, SARPSBORG):
        with pytest.raises(DataError) as caught:
            costs.read(tmp_path, place)
        assert told in str(caught.value)
    assert costs.files(tmp_path, HALDEN) == [path]


def test_an_editors_hidden_file_is_nothing(tmp_path: Path) -> None:
    put(tmp_path, ".#3101.toml")
    put(tmp_path, "3101.toml~")
    assert costs.read(tmp_path, HALDEN) is None and costs.files(tmp_path, HALDEN) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT.replace('high = 150, source = "prøve"', "high = 150"), "unit_cost.1.kroner.source mangler."),
        (TEXT.replace("success_percent", "sucess_percent"), "success_percent mangler."),
        ("name = ", "er ikke gyldig TOML"),
        ("", "name mangler."),
    ],
)
def test_what_is_wrong_is_told_with_the_file_the_field_and_where_to_read(tmp_path: Path, text: str, told: str) -> None:
    put(tmp_path, "3101.toml", text)
    with pytest.raises(DataError, match=r"^costs/3101\.toml") as caught:
        costs.read(tmp_path, HALDEN)
    assert told in str(caught.value) and str(caught.value).endswith(f"Feltene er forklart i {costs.GUIDE}.")
    assert costs.read(tmp_path, SARPSBORG) is None, "a municipality's mistake is its own"


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    put(tmp_path, "3101.toml").write_bytes(TEXT.encode("latin-1"))
    with pytest.raises(DataError, match=r"^costs/3101\.toml er ikke lagret som UTF-8"):
        costs.read(tmp_path, HALDEN)
