"""What a user brings to the calculator of the cost of exclusion: what is read, and what is said of what cannot be."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from helpers import costs
from helpers.errors import DataError

TEXT = """
name = "Prøve"
price_year = 2025
group_size = {base = 10, low = 5, high = 20, source = "prøve"}
success_percent = {base = 50.0, source = "prøve"}
years = {base = 2, low = 1, high = 3, source = "prøve"}
discount_percent = {base = 25, source = "prøve"}

[[unit_cost]]
name = "Ytelse"
payer = "stat"
when = "outside"
kroner = {base = 100, low = 50, high = 150, source = "prøve"}

[[unit_cost]]
name = "Skatt"
payer = "fylke"
when = "inside"
kroner = {base = -10, source = "prøve"}
first = 1
last = 2

[[measure_cost]]
name = "Tiltak"
payer = "kommune"
per = "person"
kroner = {base = 30, source = "prøve"}
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kostnader.toml"
    path.write_text("\ufeff" + TEXT, "utf-8")
    found = costs.read(path)
    assert (found.name, found.price_year, found.group_size.high) == ("Prøve", 2025, 20)
    assert [each.payer for each in found.unit_cost] == ["stat", "fylke"] and found.unit_cost[1].kroner.base == -10
    assert found.measure_cost[0].year == 0 and found.group_size.varies and not found.success_percent.varies
    assert found == costs.parse(TEXT, "x")


def test_the_example_in_the_module_has_every_field_and_no_amount() -> None:
    told = (costs.__doc__ or "").partition(".. code-block:: toml")[2]
    assert re.findall(r"(?:base|low|high) = (?!…)", told) == [] and "price_year = …" in told
    content = tomllib.loads(told.replace("…", "1").replace("price_year = 1", "price_year = 2025").replace('"1"', '"x"'))
    content["unit_cost"][0]["name"], content["measure_cost"][0]["name"] = "a", "b"
    content["years"]["base"] = 5
    found = costs.checked(content, "eksempel")
    assert set(content) == set(costs.Costs.model_fields)
    assert set(content["unit_cost"][0]) == set(costs.UnitCost.model_fields)
    assert set(content["measure_cost"][0]) == set(costs.MeasureCost.model_fields)
    assert found.unit_cost[0].last == 5


def test_no_amount_has_a_default() -> None:
    for model in (costs.Assumption, costs.UnitCost, costs.MeasureCost, costs.Costs):
        for name, field in model.model_fields.items():
            assert field.is_required() or (name, field.default) in [
                ("low", None), ("high", None), ("first", None), ("last", None), ("year", 0),
            ]  # fmt: skip


def replaced(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "x.toml er ikke gyldig TOML"),
        ("", "x.toml: name mangler"),
        (replaced("price_year = 2025", ""), "price_year mangler"),
        (replaced("price_year = 2025", 'price_year = "2025"'), "price_year må være et helt tall"),
        (replaced("price_year = 2025", "price_year = 2025.5"), "price_year må være et helt tall"),
        (replaced("price_year = 2025", "price_year = 25"), "price_year må være minst 1990"),
        (replaced("price_year", "prisaar"), "price_year mangler"),
        (replaced("price_year = 2025", "price_year = 2025\nkroneverdi = 1"), "kroneverdi finnes ikke"),
        (replaced('high = 20, source = "prøve"', "high = 20"), "group_size.source mangler"),
        (replaced('high = 150, source = "prøve"', "high = 150"), "unit_cost.1.kroner.source mangler"),
        (replaced('high = 150, source = "prøve"', 'high = 150, source = " "'), "unit_cost.1.kroner.source er tom"),
        (replaced("{base = 100, low", '{base = "100", low'), "unit_cost.1.kroner.base må være et tall"),
        (replaced("{base = 100, low", "{base = true, low"), "unit_cost.1.kroner.base må være et tall"),
        (replaced("{base = 100, low", "{base = nan, low"), "unit_cost.1.kroner.base må være et tall"),
        (replaced("{base = 100, low", "{base = inf, low"), "unit_cost.1.kroner.base må være et tall"),
        (replaced("{base = 100, low", "{base = 10, low"), "unit_cost.1.kroner: base må ligge mellom low og high"),
        (replaced("low = 50, ", ""), "unit_cost.1.kroner: oppgi både low og high, eller ingen"),
        (replaced("kroner = {base = 30", "kroner = 30 #"), "measure_cost.1.kroner må være en tabell"),
        (replaced('payer = "stat"', 'payer = "NAV"'), "payer kan ikke være 'NAV'; det må være 'kommune', 'fylke' eller 'stat'"),
        (replaced('when = "outside"', 'when = "ute"'), "when kan ikke være 'ute'"),
        (replaced('per = "person"', 'per = "time"'), "per kan ikke være 'time'"),
        (replaced("base = 50.0", "base = 120"), "success_percent: må være mellom 0 og 100, men er 120"),
        (replaced("base = 25", "base = -60"), "discount_percent: må være mellom -50 og 100, men er -60"),
        (replaced("base = 2, low", "base = 1.5, low"), "years: må være et helt tall, men er 1.5"),
        (replaced("base = 2, low = 1", "base = 2, low = 0"), "years: må være mellom 1 og 100, men er 0"),
        (replaced("base = 10, low = 5", "base = 10, low = -5"), "group_size: må være mellom 0 og 10000000, men er -5"),
        (replaced("first = 1", "first = 3"), "unit_cost.2: last må ikke være før first"),
        (replaced("first = 1\nlast = 2", "first = 9"), "«Skatt»: first er 9, men virkningen varer bare 3 år"),
        (replaced("first = 1", "first = 0"), "unit_cost.2.first må være minst 1"),
        (replaced('name = "Skatt"', 'name = "Ytelse"'), "«Ytelse» er brukt 2 ganger"),
        (replaced('name = "Skatt"', 'name = "years"'), "«years» er navnet på et felt"),
        (TEXT.partition("[[measure_cost]]")[0], "measure_cost mangler"),
        (TEXT.partition("[[unit_cost]]")[0].replace("price_year", "unit_cost = []\nprice_year") + "[[measure_cost]]",
         "unit_cost må ha minst én"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(text: str, said: str) -> None:
    with pytest.raises(DataError, match=r"^x\.toml") as caught:
        costs.parse(text, "x.toml")
    assert said in str(caught.value) and "\n" not in str(caught.value).partition("gyldig TOML")[0]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Finnes ikke"):
        costs.read(tmp_path / "ingen.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(TEXT.encode("latin-1"))
    with pytest.raises(DataError, match="ikke lagret som UTF-8"):
        costs.read(latin)


def test_a_mapping_that_was_read_elsewhere() -> None:
    content: dict[str, Any] = tomllib.loads(TEXT)
    assert costs.checked(content, "x").name == "Prøve"
    with pytest.raises(DataError, match="mitt skjema"):
        costs.checked(7, "mitt skjema")


def test_an_amount_beyond_all_measure_is_a_slip() -> None:
    with pytest.raises(DataError, match=r"unit_cost\.1\.kroner\.base må være høyst 1e\+12"):
        costs.parse(replaced("base = 100, low = 50, high = 150", "base = 1e13"), "x.toml")


def test_the_template_of_the_guide_can_be_used_and_has_only_placeholders() -> None:
    guide = (Path(__file__).resolve().parents[1] / "docs/how-to/cost-of-exclusion.md").read_text("utf-8")
    template = guide.partition("```toml\n")[2].partition("```")[0]
    assert set(re.findall(r"(?:base|low|high) = ([^,}]+)", template)) == {"1"}
    assert "They are nobody's figures" in guide
    content = tomllib.loads(template)
    assert set(content) == set(costs.Costs.model_fields)
    assert set(content["unit_cost"][0]) == set(costs.UnitCost.model_fields)
    assert set(content["measure_cost"][0]) == set(costs.MeasureCost.model_fields)
    assert costs.checked(content, "mal").years.base == 1
