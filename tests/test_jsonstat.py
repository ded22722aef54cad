"""The decoder keeps every value, every sign, and refuses what does not add up."""

from __future__ import annotations

import copy
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import jsonstat
from helpers.errors import DataError

BODY = {
    "version": "2.0",
    "class": "dataset",
    "id": ["Region", "Tid"],
    "size": [2, 3],
    "dimension": {
        "Region": {"category": {"index": {"0301": 1, "3101": 0}, "label": {"0301": "Oslo", "3101": "Halden"}}},
        "Tid": {"category": {"index": ["2021", "2022", "2023"]}},
    },
    "value": [1, 2, None, 4, 5.5, 0],
    "status": {"2": ":"},
}


def spoiled(**changes):
    return copy.deepcopy(BODY) | changes


def test_last_dimension_runs_fastest_and_the_index_gives_the_order():
    frame = jsonstat.decode(BODY)
    assert list(frame["Region"].astype(str)) == ["3101"] * 3 + ["0301"] * 3
    assert list(frame["Tid"].astype(str)) == ["2021", "2022", "2023"] * 2
    assert frame["value"].tolist()[:2] == [1, 2] and frame["value"].tolist()[5] == 0


def test_a_confidential_cell_is_missing_with_its_sign_and_not_zero():
    cell = jsonstat.decode(BODY).iloc[2]
    assert pd.isna(cell["value"]) and cell["status"] == ":"


def test_sparse_values_are_only_the_cells_named():
    frame = jsonstat.decode(spoiled(value={"4": 7}))
    assert len(frame) == 1
    assert (str(frame["Region"][0]), str(frame["Tid"][0]), frame["value"][0]) == ("0301", "2022", 7)


@pytest.mark.parametrize("status", [":", [":"] * 6])
def test_status_may_be_one_sign_or_a_list(status):
    assert jsonstat.decode(spoiled(status=status))["status"].eq(":").all()


def test_labels_fall_back_to_codes():
    assert jsonstat.labels(BODY, "Region") == {"3101": "Halden", "0301": "Oslo"}
    assert jsonstat.labels(BODY, "Tid")["2022"] == "2022"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": [1]}, "1 verdier"),
        ({"size": [2]}, "id nevner 2"),
        ({"size": [2, 4]}, "dimensjonen Tid har 3 koder"),
        ({"dimension": {"Region": BODY["dimension"]["Region"]}}, "dimensjonen Tid mangler"),
        ({"class": "collection"}, "ikke et JSON-stat2-datasett"),
        ({"value": {"6": 1}}, "utenfor kuben"),
        ({"value": [1, 2, "3", 4, 5, 6]}, "er ikke et tall"),
        ({"value": [1, 2, True, 4, 5, 6]}, "er ikke et tall"),
    ],
)
def test_a_body_that_does_not_add_up_is_refused(changes, message):
    with pytest.raises(DataError, match=message):
        jsonstat.decode(spoiled(**changes))


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=6, max_size=6))
def test_encode_then_decode_gives_the_same_cells(values):
    frame = jsonstat.decode(spoiled(value=[0] * 6, status={})).assign(value=pd.Series(values, dtype=float))
    frame["status"] = pd.Series(["." if value is None else None for value in values], dtype="str")
    dims = {each: jsonstat.labels(BODY, each) for each in BODY["id"]}
    body = jsonstat.encode(frame, dims, label="x", source="y", role={"time": ["Tid"]})
    again = jsonstat.decode(json.loads(json.dumps(body)))
    pd.testing.assert_frame_equal(again, frame, check_categorical=False)


def test_encode_refuses_two_rows_of_one_cell():
    frame = pd.DataFrame({"Region": ["3101", "3101"], "value": [1.0, 2.0]})
    with pytest.raises(DataError, match="samme kodene"):
        jsonstat.encode(frame, {"Region": {"3101": "Halden"}}, label="", source="", role={})


@pytest.mark.parametrize(
    ("file", "cells"), [("ssb_v2_12134_2024_smoke.json", 3), ("scb_TAB6471_data.json", 21 * 11 * 3 * 4)]
)
def test_recorded_answers_decode(shared, file, cells):
    body = json.loads((shared / "fixtures" / file).read_text("utf-8"))
    assert len(jsonstat.decode(body)) == cells
