"""From the producer's cells to the catalogue's dimensions."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.catalog import catalog
from helpers.errors import DataError
from helpers.tables import cells

POPULATION = catalog()["ssb_07459"]


def ages(values):
    codes = [f"{age:03d}" for age in range(105)] + ["105+"]
    frame = pd.DataFrame(
        {"Region": "3101", "Alder": codes[: len(values)], "ContentsCode": "Personer1", "Tid": "2026", "value": values}
    )
    return frame.assign(
        value=frame["value"].astype(float),
        lower=frame["value"],
        upper=frame["value"],
        status=pd.Series([None] * len(values), dtype="str"),
    )


@settings(max_examples=20)
@given(st.lists(st.integers(0, 5000), min_size=106, max_size=106))
def test_bands_are_the_sums_of_their_years_of_age(values):
    found = cells.banded(POPULATION, ages(values)).set_index("Alder")["value"]
    assert found["0+"] == sum(values) and found["15-74"] == sum(values[15:75]) and found["67+"] == sum(values[67:])
    assert found["0-14"] + found["15-74"] + sum(values[75:]) == found["0+"]
    assert set(found.index) == set(POPULATION.bands["Alder"])


def test_a_band_with_a_missing_year_of_age_is_missing_with_its_sign():
    frame = ages([1] * 106)
    frame.loc[20, ["value", "lower", "upper"]] = math.nan
    frame["status"] = frame["status"].where(frame.index != 20, ":")
    found = cells.banded(POPULATION, frame).set_index("Alder")
    assert math.isnan(found.loc["20-66", "value"]) and found.loc["20-66", "status"] == ":"
    assert found.loc["67+", "value"] == 39


def test_bands_that_are_there_already_stay():
    frame = ages([1, 2]).assign(Alder=["0+", "15-74"])
    assert cells.banded(POPULATION, frame) is frame


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.drop(index=30),
        lambda frame: frame.drop(index=105),
        lambda frame: frame.assign(Alder=frame["Alder"].replace("030", "Ukjent")),
        lambda frame: frame.assign(Alder=frame["Alder"].replace("104", "105")),
    ],
)
def test_an_age_that_is_not_there_is_an_error(change):
    with pytest.raises(DataError, match="ssb_07459: Alder må være hele årstrinn"):
        cells.banded(POPULATION, change(ages([1] * 106)))


def test_prefixes_of_codelists_fall_off_and_the_country_gets_four_digits():
    frame = pd.DataFrame({"Region": ["K-3101", "K.3105", "K_3107", "0", "3110"]})
    assert list(cells.plain_codes(POPULATION, frame)["Region"]) == ["3101", "3105", "3107", "0000", "3110"]


def test_star_is_every_other_variable_of_the_body():
    info = catalog()["ssb_14370"]
    frame = pd.DataFrame(columns=["Region", "Avstand", "Formaal", "ContentsCode", "Tid", "value", "status"])
    body = SimpleNamespace(frame=lambda: frame)
    assert cells.named(info, [body]).dimensions == ("Region", "Avstand", "Formaal", "ContentsCode", "Tid")


def test_only_what_was_asked_for_with_one_code_falls_away():
    info = catalog()["ssb_07984"]
    frame = pd.DataFrame({"Region": ["3101", "3105"], "Kjonn": "0", "Alder": ["15-74", "15-74"], "Annet": "x"})
    assert list(cells.without_single(info, frame)) == ["Region", "Annet"]
    assert "Kjonn" in cells.without_single(info, frame.assign(Kjonn=["1", "2"]))
