"""Cell by cell against pyjstat, an independent reader, and against figures read off the recorded answers by hand."""

from __future__ import annotations

import gzip
import json
import math
import warnings

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from pyjstat import pyjstat

from helpers import jsonstat
from test_jsonstat_fuzz import COMMITTED, QUICK, RECORDED, SNAPSHOT, documents

DENSE = [*COMMITTED[:2], "ssb_07984.json", "ssb_13563.2022.json", "kartverket_points.json"]
SLOW = ["ssb_03321.2022.json.gz", "ssb_07459.json.gz", "ssb_11618.json.gz", "klass_131.json", "ssb_13563.2021.json"]


def read(path):
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8")


def agrees_with_pyjstat(written):
    """Every cell that pyjstat gives is ours; pyjstat knows no `status`, and fills what a sparse cube leaves out with nulls."""
    body, spelled = json.loads(written), json.loads(written)
    for each in spelled["dimension"].values():  # pyjstat 2.4 with pandas 3 fails where a single category has no index
        each["category"].setdefault("index", list(each["category"].get("label", {})))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pyjstat.Dataset.read(json.dumps(spelled)).write("dataframe", naming="id")
    ours = jsonstat.decode(body)
    assert [*theirs.columns, "status"] == list(ours.columns)
    if isinstance(body["value"], dict):
        held = sorted(int(cell) for cell in body["value"])
        assert theirs["value"].drop(held).isna().all()
        theirs = theirs.loc[held]
    assert len(ours) == len(theirs)
    for dimension in body["id"]:
        assert ours[dimension].tolist() == theirs[dimension].tolist()
    for our, their in zip(ours["value"].tolist(), theirs["value"].tolist(), strict=True):
        assert our == their or (pd.isna(our) and pd.isna(their))


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_answers(shared, file):
    agrees_with_pyjstat(read(shared / "fixtures" / file))


@pytest.mark.parametrize("file", DENSE)
def test_bodies_of_the_snapshot(file):
    agrees_with_pyjstat(read(SNAPSHOT / file))


@pytest.mark.slow
@pytest.mark.parametrize("file", SLOW)
def test_the_large_bodies_of_the_snapshot(file):
    agrees_with_pyjstat(read(SNAPSHOT / file))


@QUICK
@given(documents(least=1))
def test_legal_documents(body):
    assume(body["value"] != {})  # pyjstat has no frame without rows
    agrees_with_pyjstat(json.dumps(body))


@pytest.mark.slow
@settings(QUICK, max_examples=1000)
@given(documents(least=1))
def test_many_legal_documents(body):
    agrees_with_pyjstat(json.dumps(body))


def test_the_three_figures_of_12134(shared):
    frame = jsonstat.decode(json.loads(read(shared / "fixtures" / RECORDED[0])))
    held = dict(zip(frame["KOKkommuneregion0000"].tolist(), frame["value"].tolist(), strict=True))
    assert held == {"0301": 81240, "4601": 66605, "5001": 62853}
    assert set(frame["ContentsCode"]) == {"KOSAG110000"} and set(frame["Tid"]) == {"2024"}
    assert frame["status"].isna().all()


@pytest.mark.parametrize(
    ("places", "names", "figure"),
    [
        ((0, 0, 0, 0, 0), ("01", "0-9", "TotSa", "000007SF", "2026M01"), 245284),  # value[0]
        ((0, 0, 0, 0, 3), ("01", "0-9", "TotSa", "000007SF", "2026M04"), 251635),  # value[3]
        ((0, 0, 1, 0, 0), ("01", "0-9", "1", "000007SF", "2026M01"), 125373),  # value[4]
        ((0, 1, 0, 0, 0), ("01", "10-19", "TotSa", "000007SF", "2026M01"), 297856),  # value[12]
        ((1, 0, 0, 0, 0), ("03", "0-9", "TotSa", "000007SF", "2026M01"), 38987),  # value[132]
        ((9, 2, 2, 0, 1), ("12", "20-29", "2", "000007SF", "2026M02"), 83485),  # value[1221]
        ((11, 10, 0, 0, 2), ("14", "100+10", "TotSa", "000007SF", "2026M03"), 700),  # value[1574]
        ((20, 10, 2, 0, 3), ("25", "100+10", "2", "000007SF", "2026M04"), 54),  # value[2771]
    ],
)
def test_figures_of_tab6471(shared, places, names, figure):
    body = json.loads(read(shared / "fixtures" / RECORDED[1]))
    sizes = [21, 11, 3, 1, 4]
    cell = (((places[0] * 11 + places[1]) * 3 + places[2]) * 1 + places[3]) * 4 + places[4]
    assert body["size"] == sizes and body["value"][cell] == figure
    frame = jsonstat.decode(body)
    assert len(frame) == math.prod(sizes)
    chosen = (frame[list(body["id"])].astype(str) == list(names)).all(axis="columns")
    assert frame.loc[chosen, "value"].tolist() == [figure]
    assert frame.index[chosen].tolist() == [cell]
