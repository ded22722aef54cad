"""Measures of a municipality's own tables: series for targets, and value added."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from helpers.errors import TableMissing
from helpers.measures import own, targets, valueadded
from helpers.measures.official import Lack
from helpers.places import Municipality
from helpers.targets import Definition, Target

from . import frames

HALDEN = Municipality.find("3101")
COUNT = Definition(label="Bedrifter", indicator="own", table="own_x", contents="n")
DIMENSIONS = ["Region", "ContentsCode", "Tid"]


def table(*rows: tuple[Any, ...], dimensions: list[str] = DIMENSIONS) -> dict[str, pd.DataFrame]:
    return {"own_x": frames.tidy(rows, dimensions)}


def goal(**changed: Any) -> Target:
    told = {"municipality": "3101", "id": "x", "title": "120 bedrifter", "document": "Plan", "paraphrase": "120 i 2030.", "kind": "level",
            "value": 120, "unit": "persons", "deadline": 2030, "base_year": 2021, "base_value": 95, "definitions": [COUNT]}  # fmt: skip
    return Target.model_validate(told | changed)


# --- series ---------------------------------------------------------------------------------------------------------


def test_the_series_is_the_municipalitys_own_in_order() -> None:
    held = table(("3101", "n", 2023, 7), ("3105", "n", 2022, 9), ("3101", "n", 2021, 5), ("3101", "m", 2022, 1), ("3101", "n", 2022, np.nan))  # fmt: skip
    found = own.measured(COUNT, held, HALDEN)
    assert not isinstance(found, Lack)
    assert found[0].to_dict() == {2021: 5, 2023: 7} and found[1] == ("own_x",) and found[0].attrs["reach"] == 0


def test_the_reach_of_a_rounded_table_is_kept() -> None:
    held = table(("3101", "n", 2021, 3), ("3101", "n", 2022, 9))
    held["own_x"].loc[0, ["lower", "upper"]] = [1, 3]
    found = own.measured(COUNT, held, HALDEN)
    assert not isinstance(found, Lack) and found[0].attrs["reach"] == 2


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ({}, "own table missing"),
        (table(("3101", "m", 2021, 5)), "own contents missing"),
        (table(("3105", "n", 2021, 5)), "own place missing"),
        (table(("3101", "n", 2021, np.nan)), "own place missing"),
        (table(("3101", "n", "2021M01", 5)), "own not yearly"),
        (table(("3101", "A", "n", 2021, 5), ("3101", "B", "n", 2021, 5), dimensions=["Region", "Næring", "ContentsCode", "Tid"]), "own several"),
    ],
)  # fmt: skip
def test_why_there_is_no_series(held: dict[str, pd.DataFrame], reason: str) -> None:
    found = own.measured(COUNT, held, HALDEN)
    assert isinstance(found, Lack) and (found.reason, found.table) == (reason, "own_x")
    assert targets.assess(goal(), held, dt.date(2026, 1, 1)).state == "not measured"


def test_a_base_of_own_figures_is_never_called_official() -> None:
    held = table(*(("3101", "n", year, value) for year, value in zip(range(2018, 2025), (80, 85, 88, 96, 100, 104, 110), strict=True)))  # fmt: skip
    found = targets.assess(goal(), held, dt.date(2026, 1, 1)).definitions[0]
    assert [(base.source, base.value) for base in found.bases] == [("plan", 95), ("own", 96)]
    assert (found.last_year, found.last_value, found.tables) == (2024, 110, ("own_x",))
    assert "country" not in set(found.scenarios["name"])


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"indicator": "jobs", "table": "own_x"}, "own_…"),
        ({"indicator": "own", "table": "ssb_11618", "contents": "n"}, "own_…"),
        ({"indicator": "own", "table": "own_x"}, "contents"),
        ({"indicator": "jobs", "table": "ssb_11618", "contents": "n"}, "contents"),
        ({"indicator": "own", "table": "own_x", "contents": "n", "age": "15-74"}, "age"),
    ],
)
def test_own_tables_and_official_indicators_do_not_meet(definition: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Definition.model_validate({"label": "x"} | definition)


def test_percent_of_own_figures_needs_no_age() -> None:
    assert goal(unit="percent", value=70, base_value=60).definitions == (COUNT,)
    rate = {"label": "x", "indicator": "rate", "table": "ssb_13563", "age": "20-66"}
    assert len(goal(unit="percent", value=70, base_value=60, definitions=[COUNT, rate]).definitions) == 2
    with pytest.raises(ValidationError, match="percent hører til"):
        goal(unit="persons", definitions=[COUNT, rate])


# --- value added ----------------------------------------------------------------------------------------------------

AMOUNT = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6).map(lambda value: round(value, 1)))


def given_figures(years: dict[int, tuple[float, float]], jobs: dict[int, float]) -> dict[str, pd.DataFrame]:
    rows = [("3101", code, year, value) for year, both in years.items() for code, value in zip(("wages", "operating_result"), both, strict=True)]  # fmt: skip
    held = {"own_value_added": frames.tidy(rows, DIMENSIONS)}
    return held | {"ssb_11618": frames.employment({("3101", year): (30_000, count * 2, count) for year, count in jobs.items()})}  # fmt: skip


def test_value_added_by_hand() -> None:
    held = given_figures({2021: (5_900_000, 1_500_000), 2022: (6_200_000, 1_650_000)}, {2021: 13_000, 2022: 12_500})
    found = valueadded.series(held, HALDEN)
    assert found["value_added"].to_dict() == {2021: 7_400_000, 2022: 7_850_000}
    assert found["per_job"].tolist() == pytest.approx([7_400_000 / 13_000, 628]) and found["per_employed"][2022] == 314
    grown = valueadded.growth(found)
    assert grown is not None and grown.percent == pytest.approx(100 * 450 / 7400)


@settings(max_examples=25)
@given(st.dictionaries(st.integers(2015, 2024), st.tuples(AMOUNT, AMOUNT), min_size=1), st.dictionaries(st.integers(2017, 2022), st.floats(1, 1e5)))  # fmt: skip
def test_value_added_is_the_sum_of_its_parts_or_missing(
    years: dict[int, tuple[float, float]], jobs: dict[int, float]
) -> None:
    held = given_figures(years, jobs)
    if all(np.isnan(sum(both)) for both in years.values()):
        with pytest.raises(TableMissing, match="lønnskostnader"):
            valueadded.series(held, HALDEN)
        return
    found = valueadded.series(held, HALDEN)
    for year, (wages, result) in years.items():
        row = found.loc[year]
        assert row["value_added"] == pytest.approx(wages + result, nan_ok=True)
        assert np.isnan(row["per_job"]) == (np.isnan(wages + result) or year not in jobs)
        if year in jobs:
            assert row["per_job"] * row["jobs"] == pytest.approx(wages + result, nan_ok=True)
    assert list(found.index) == sorted(years)


class Fewer(dict[str, pd.DataFrame]):
    """Tables of which the others are missing."""

    def __missing__(self, table: str) -> pd.DataFrame:
        raise TableMissing(table)


def test_value_added_without_official_tables_has_no_persons() -> None:
    held = Fewer(own_value_added=given_figures({2022: (5, 1)}, {})["own_value_added"])
    found = valueadded.series(held, HALDEN)
    assert found["value_added"].tolist() == [6] and found[["jobs", "per_job"]].isna().all(axis=None)
    assert valueadded.growth(found) is None


def test_no_figures_of_value_added() -> None:
    held = given_figures({2022: (5, 1)}, {2022: 9})
    assert valueadded.held(held, HALDEN) and not valueadded.held(held, Municipality.find("3105"))
    with pytest.raises(TableMissing, match="tall for Sarpsborg"):
        valueadded.series(held, Municipality.find("3105"))
    with pytest.raises(TableMissing, match="own_value_added"):
        valueadded.series({}, HALDEN)
