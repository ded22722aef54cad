"""The decoder keeps every value, every sign, and refuses what does not add up."""

from __future__ import annotations

import copy
import json
import math
import tracemalloc

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


def refused(body, message):
    """One line, of the kind that a user reads, that says what is wrong."""
    with pytest.raises(DataError, match=message) as told:
        jsonstat.decode(body)
    text = str(told.value)
    assert text.isprintable() and len(text) < 200 and text.encode()


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
    refused(spoiled(**changes), message)


@pytest.mark.parametrize("field", ["id", "size", "dimension", "value", "class"])
def test_a_field_that_is_lacking_is_named(field):
    refused({key: value for key, value in BODY.items() if key != field}, field)


@pytest.mark.parametrize("body", [None, [], "dataset", 3, {}, {"class": ["dataset"]}])
def test_what_is_not_a_dataset_at_all_is_refused(body):
    refused(body, "ikke et JSON-stat2-datasett")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ({"2021": 0, "2022": 0, "2023": 2}, "index er ikke heltallene fra 0 til 2"),
        ({"2021": 0, "2022": 1, "2023": 3}, "index er ikke heltallene fra 0 til 2"),
        ({"2021": -1, "2022": 0, "2023": 1}, "index er ikke heltallene fra 0 til 2"),
        ({"2021": 0, "2022": 1.0, "2023": 2}, "index er ikke heltallene"),
        ({"2021": 0, "2022": True, "2023": 2}, "index er ikke heltallene"),
        ({"2021": 0, "2022": "1", "2023": 2}, "index er ikke heltallene"),
        ({"2021": 0, "2022": None, "2023": [2]}, "index er ikke heltallene"),
        (["2021", "2022", "2021"], "har samme kode flere ganger: '2021'"),
        (["2021", 2022, "2023"], "koden 2022 er ikke tekst"),
        (["2021", ["2022"], "2023"], r"koden \['2022'\] er ikke tekst"),
        (["2021", "\ud800", "2023"], r"koden '\\ud800' er ikke gyldig tekst"),
        ("2021", "index er verken et objekt eller en liste"),
        (3, "index er verken et objekt eller en liste"),
        (None, "mangler index"),
    ],
)
def test_an_index_that_does_not_give_one_order_is_refused(index, message):
    body = spoiled()
    body["dimension"]["Tid"]["category"]["index"] = index
    for read in (jsonstat.decode, lambda body: jsonstat.labels(body, "Tid"), lambda body: jsonstat.codes(body, "Tid")):
        with pytest.raises(DataError, match=f"dimensjonen Tid.*{message}"):
            read(body)


@pytest.mark.parametrize("size", [2.0, "2", True, None, -2, [2], 10**40])
def test_a_size_that_is_no_count_of_the_codes_is_refused(size):
    refused(spoiled(size=[size, 3]), "dimensjonen Region")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": {"Region": 2, "Tid": 3}}, "size er ikke en liste"),
        ({"size": None}, "size er ikke en liste"),
        ({"id": "Tid"}, "id er ikke en liste"),
        ({"id": [], "size": [], "value": [1]}, "id er ikke en liste"),
        ({"id": ["Tid", "Tid"], "size": [3, 3], "value": [0] * 9}, "id nevner dimensjonen Tid flere ganger"),
        ({"id": ["Region", 7]}, "id: dimensjonen 7 er ikke tekst"),
        ({"id": ["Region", "Ti\nd"]}, r"dimensjonen 'Ti\\nd' mangler"),
        ({"id": ["Region", "value"]}, "ikke hete value"),
        ({"id": ["status", "Tid"]}, "ikke hete status"),
        ({"dimension": ["Region", "Tid"]}, "feltet dimension er ikke et objekt"),
        ({"dimension": {"Region": 1, "Tid": 2}}, "dimensjonen Region mangler kategorier"),
        ({"dimension": {"Region": {"category": []}, "Tid": 2}}, "dimensjonen Region mangler kategorier"),
        ({"value": None}, "value er verken en liste eller et objekt"),
        ({"value": "123456"}, "value er verken en liste eller et objekt"),
        ({"value": [1, 2, 3, 4, 5, [6]]}, r"verdien \[6\] i celle 5 er ikke et tall"),
        ({"value": [math.nan, 2, 3, 4, 5, 6]}, "verdien nan i celle 0 er ikke et endelig tall"),
        ({"value": [None, 2, 3, 4, math.nan, 6]}, "verdien nan i celle 4 er ikke et endelig tall"),
        ({"value": [1, 2, 3, 4, 5, -math.inf]}, "verdien -inf i celle 5 er ikke et endelig tall"),
        ({"value": [1, 2, 2**53 + 1, 4, 5, 6]}, "9007199254740993 i celle 2 er et så stort heltall"),
        ({"value": [1, 2, 3, 4, 5, -(10**400)]}, "i celle 5 er et så stort heltall"),
        ({"value": {"4": math.inf}}, "i celle 4 er ikke et endelig tall"),
        ({"value": {"4": "7"}}, "verdien '7' i celle 4 er ikke et tall"),
        ({"value": {"-1": 1}}, "value: celle -1 ligger utenfor kuben med 6 celler"),
        ({"value": {"1": 5, "01": 6}}, "value: nøkkelen '01'"),
        ({"value": {" 1": 5}}, "value: nøkkelen ' 1'"),
        ({"value": {"1.0": 5}}, "value: nøkkelen '1.0'"),
        ({"value": {"٣": 5}}, "value: nøkkelen '٣'"),
        ({"value": {"": 5}}, "value: nøkkelen ''"),
        ({"value": {"9" * 5000: 5}}, "value: nøkkelen '999"),
        ({"status": {"6": ":"}}, "status: celle 6 ligger utenfor kuben"),
        ({"status": {"x": ":"}}, "status: nøkkelen 'x'"),
        ({"value": [1, 2, 3, 4, 5, 6, 7]}, "value har 7 verdier"),
        ({"status": [":"] * 2}, "status har 2 tegn"),
        ({"status": [":"] * 7}, "status har 7 tegn"),
        ({"status": [":"] * 5}, "status har 5 tegn, men kuben har 6 celler"),
        ({"status": {"2": 1}}, "status: tegnet 1 er ikke tekst"),
        ({"status": [None, None, ":", {}, "", ""]}, "status: tegnet {} er ikke tekst"),
        ({"status": "\udfff"}, "ikke gyldig tekst"),
        ({"status": 0}, "status er verken tekst, liste eller objekt"),
        ({"status": False}, "status er verken tekst, liste eller objekt"),
    ],
)
def test_a_broken_field_is_named(changes, message):
    refused(spoiled(**changes), message)


@pytest.mark.parametrize("label", [["Halden", "Oslo"], "Oslo", {"3101": 1}, {"3101": None}, {"0301": "\ud800"}])
def test_a_label_that_is_not_text_is_refused(label):
    body = spoiled()
    body["dimension"]["Region"]["category"]["label"] = label
    refused(body, "dimensjonen Region: (label|etiketten)")
    with pytest.raises(DataError, match="dimensjonen Region"):
        jsonstat.labels(body, "Region")


@pytest.mark.parametrize("value", [[], [1], {}, {"3": 1}])
def test_a_cube_without_end_takes_no_memory(value):
    ids = [f"d{n}" for n in range(40)]
    category = {"category": {"index": [str(n) for n in range(1000)]}}
    body = spoiled(id=ids, size=[1000] * 40, dimension=dict.fromkeys(ids, category), value=value, status={})
    tracemalloc.start()
    if isinstance(value, list):
        refused(body, f"value har {len(value)} verdier, men size gir et heltall på 399 bit")
    else:  # legal: only the cells named exist
        frame = jsonstat.decode(body)
        assert len(frame) == len(value) and frame.iloc[:, 39].astype(str).tolist() == ["3"] * len(value)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_the_largest_integer_that_is_exact_and_larger_floats_are_kept():
    values = [2**53, -(2**53), 1e300, 0, None, 0.1]
    assert jsonstat.decode(spoiled(value=values))["value"].tolist()[:4] == [2.0**53, -(2.0**53), 1e300, 0.0]


def test_a_dimension_of_one_category_may_leave_its_index_out():
    one = {"Region": BODY["dimension"]["Region"], "Tid": {"category": {"label": {"2022": "i fjor"}}}}
    body = spoiled(size=[2, 1], dimension=one, value=[3, 4], status=None)
    assert jsonstat.decode(body)["Tid"].astype(str).tolist() == ["2022", "2022"]
    assert jsonstat.labels(body, "Tid") == {"2022": "i fjor"}


@pytest.mark.parametrize(("size", "label"), [(True, ["2022"]), (1.0, ["2022"]), (2, ["2022", "2023"]), (0, [])])
def test_a_size_or_labels_that_are_not_of_one_category(size, label):
    one = {"Tid": {"category": {"label": dict.fromkeys(label, "i fjor")}}}
    refused(spoiled(id=["Tid"], size=[size], dimension=one, value=[3] * len(label), status=None), "dimensjonen Tid")


@pytest.mark.parametrize("value", [[], {}])
@pytest.mark.parametrize("status", [{}, ":", None])
@pytest.mark.parametrize("index", [[], {}])
def test_a_cube_without_cells_is_a_frame_without_rows(value, status, index):
    dimension = {"Region": BODY["dimension"]["Region"], "Tid": {"category": {"index": index, "label": {}}}}
    frame = jsonstat.decode(spoiled(size=[2, 0], dimension=dimension, value=value, status=status))
    full = jsonstat.decode(BODY)
    assert frame.empty and list(frame) == list(full)
    assert [str(each) for each in frame.dtypes] == ["category", "category", "float64", "str"]
    assert frame["Region"].cat.categories.equals(full["Region"].cat.categories)
    assert frame["Tid"].cat.categories.dtype == full["Tid"].cat.categories.dtype


def test_the_dialect_of_fhi_decodes():
    frame = jsonstat.decode(spoiled(role={"time": None, "geo": ["Region"]}, status=""))
    assert frame["status"].isna().all() and frame["value"].count() == 5


@pytest.mark.parametrize("status", [None, {}, [], "", [""], [None] * 6, {"2": ""}, {"2": None}])
def test_a_null_without_a_sign_is_missing_both_ways(status):
    frame = jsonstat.decode(spoiled(status=status))
    assert frame["status"].isna().all() and frame["status"].dtype == "str"
    assert frame["value"].isna().tolist() == [False, False, True, False, False, False]
    pd.testing.assert_frame_equal(frame, jsonstat.decode({key: BODY[key] for key in BODY if key != "status"}))


def test_signs_stand_at_their_cells():
    signs = ["a", None, ":", "", "e", "f"]
    listed = jsonstat.decode(spoiled(status=signs))["status"]
    assert [None if pd.isna(each) else each for each in listed] == ["a", None, ":", None, "e", "f"]
    mapped = jsonstat.decode(spoiled(status={str(at): signs[at] for at in (5, 4, 0, 2)}))["status"]
    pd.testing.assert_series_equal(mapped, listed)
    assert jsonstat.decode(spoiled(status=["e"]))["status"].eq("e").all()


@pytest.mark.parametrize("status", [{"5": "e", "1": ":", "0": "x"}, ["x", ":", "", "", "", "e"]])
def test_a_sign_of_a_sparse_cube_goes_to_the_cell_of_its_number(status):
    frame = jsonstat.decode(spoiled(value={"5": 8, "3": 7, "1": None}, status=status))
    assert frame["value"].tolist()[1:] == [7, 8] and pd.isna(frame["value"][0])
    assert [None if pd.isna(each) else each for each in frame["status"]] == [":", None, "e"]


def test_codes_that_pandas_could_mistake_are_kept():
    odd = ["nan", "", "None", "a\x00b", "a\x00c", "<NA>"]
    body = spoiled(id=["x"], size=[6], dimension={"x": {"category": {"index": odd}}}, value=list(range(6)), status={})
    frame = jsonstat.decode(body)
    assert frame["x"].tolist() == odd and list(frame["x"].cat.categories) == odd


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
