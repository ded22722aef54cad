"""Raw to tidy: golden figures, codes carried to 2024, and every way in which a body can be wrong."""

from __future__ import annotations

import gzip
import json
import re

import pandas as pd
import pytest

from helpers import places, rawstore
from helpers.errors import DataError, TableMissing
from helpers.sources.store import write_body
from helpers.tables import Tables, build
from helpers.tables.build import read_meta
from helpers.tables.rules import rindal_2019


def figure(frame: pd.DataFrame, **where) -> float:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame["value"].iloc[0]


@pytest.mark.parametrize(
    ("table", "where", "expected"),
    [
        ("ssb_11618", {"Region": "3101", "ContentsCode": "BefolkningBosted", "Tid": 2022}, 23652),
        ("ssb_11618", {"Region": "3101", "ContentsCode": "SysselBosted", "Tid": 2022}, 14226),
        ("ssb_11618", {"Region": "3101", "ContentsCode": "SysselArbsted", "Tid": 2022}, 13122),
        ("ssb_11618", {"Region": "3101", "ContentsCode": "SysselArbsted", "Tid": 2019}, 12599),
        ("ssb_11618", {"Region": "3105", "ContentsCode": "SysselArbsted", "Tid": 2017}, 27322),
        ("ssb_11616", {"Region": "3103", "ContentsCode": "Utpendlere", "Tid": 2023}, 11332),
        ("ssb_03321", {"Bokommuen": "3101", "ArbstedKomm": "3105", "Tid": 2022}, 1454),
        ("ssb_03321", {"Bokommuen": "3124", "ArbstedKomm": "3101", "Tid": 2022}, 239),
        ("ssb_13563", {"Region": "3101", "HovArbStyrkStatus": "NEET2", "Alder": "15-29", "Tid": 2021}, 633),
        ("ssb_07459", {"Region": "3101", "Alder": "0+", "Tid": 2019}, 31177),
        ("nav_hl060", {"Region": "3101", "ContentsCode": "antall", "Tid": "2022M10"}, 361),
        ("nav_hl060", {"Region": "3101", "ContentsCode": "prosent", "Tid": "2022M10"}, 2.5),
    ],
)
def test_golden_figures(tables, table, where, expected):
    assert figure(tables[table], **where) == expected


def test_norway_in_2022(tables):
    sums = tables["ssb_11618"].query("Tid == 2022").groupby("ContentsCode")["value"].sum()
    assert sums["SysselArbsted"] == 2_809_789
    assert round(100 * sums["SysselBosted"] / sums["BefolkningBosted"], 1) == 68.7


def test_merged_municipalities_are_summed_also_where_both_ends_meet(tables):
    raw = json.loads(gzip.decompress((rawstore.held(places.Workspace.find().raw)["ssb_03321"][0]).read_bytes()))
    held = {code: at for at, code in enumerate(raw["dimension"]["Bokommuen"]["category"]["index"])}
    cell = lambda home, work: raw["value"][held[home] * len(held) + held[work]]  # noqa: E731
    parts = ("0104", "0136")
    inside = sum(cell(home, work) for home in parts for work in parts)
    assert figure(tables["ssb_03321"], Bokommuen="3103", ArbstedKomm="3103", Tid=2017) == inside > 0


def test_no_person_is_lost_on_the_way_to_the_codes_of_2024(tables):
    for body in rawstore.read(places.Workspace.find().raw, "ssb_03321"):
        year = int(next(iter(body.labels("Tid"))))
        held = tables["ssb_03321"]
        assert held.loc[held["Tid"] == year, "value"].sum() == body.frame()["value"].sum()


@pytest.mark.parametrize(
    ("code", "first"),
    [("1508", None), ("1580", None), ("1806", 2020), ("1875", 2020), ("5055", 2020), ("5056", 2020), ("5059", 2020)],
)
def test_a_divided_place_has_no_figure_before(tables, code, first):
    years = tables["ssb_11618"].query("Region == @code")["Tid"]
    assert years.empty if first is None else years.min() == first
    population = tables["ssb_07459"].query("Region == @code")["Tid"]
    assert population.min() == (first or 2024)


def test_each_year_holds_the_regions_that_it_should(tables):
    for year, held in tables["ssb_11618"].groupby("Tid"):
        assert set(held["Region"]) == places.regions_in(int(year))
    for year, held in tables["ssb_03321"].groupby("Tid"):
        lacking = {"5061"} if year == 2019 else set()
        assert set(held["Bokommuen"]) == set(held["ArbstedKomm"]) == places.regions_in(int(year)) - lacking


def test_rindal_in_2019_is_missing_and_not_zero(tables):
    cells = tables["ssb_11618"].query("Region == '5061' and Tid == 2019")
    assert len(cells) == 3 and cells["value"].isna().all() and (cells["status"] == "..").all()
    assert tables["ssb_03321"].query("Tid == 2019 and (Bokommuen == '5061' or ArbstedKomm == '5061')").empty


def test_the_rule_for_rindal_lets_a_mended_figure_pass():
    frame = pd.DataFrame(
        {"Region": ["1567", "1567"], "Tid": ["2019", "2018"], "value": [1434.0, 0.0], "status": [None, None]}
    )
    assert rindal_2019(frame)["value"].tolist() == [1434.0, 0.0]
    assert rindal_2019(frame)["Region"].tolist() == ["5061", "1567"]


def test_masked_counts_have_bounds_and_masked_percentages_none(tables):
    masked = tables["nav_hl060"].query("status == '*'")
    assert len(masked) == 298 and masked["value"].isna().all()
    counts = masked[masked["ContentsCode"] == "antall"]
    assert len(counts) == 144 and (counts["lower"] == 0).all() and (counts["upper"] == 3).all()
    assert masked.loc[masked["ContentsCode"] == "prosent", ["lower", "upper"]].isna().all(axis=None)


def test_the_rounding_of_the_bodies_is_what_their_cells_say(tables):
    assert (tables["ssb_03321"]["value"] == 1).sum() > 60_000
    for table in ("ssb_13563", "ssb_07984"):
        assert not tables[table]["value"].isin([1, 2]).any()
        assert tables.meta(table).level == "total" and tables.meta(table).allowance == 8


def test_industry_cells_are_totals_so_their_rounding_bounds_nothing_hard(tables):
    """Sums over industries miss the unrounded table by more than the rule's own bounds, but never by more than the allowance."""
    jobs = (
        tables["ssb_11618"]
        .query("ContentsCode == 'SysselArbsted' and Tid >= 2020")
        .set_index(["Region", "Tid"])["value"]
    )
    beyond = 0
    for key, cells in tables["ssb_07984"].query("2020 <= Tid <= 2022").groupby(["Region", "Tid"]):
        total, threes, zeros = cells["value"].sum(), (cells["value"] == 3).sum(), (cells["value"] == 0).sum()
        assert abs(total - jobs[key]) <= tables.meta("ssb_07984").allowance
        beyond += not total - 2 * threes <= jobs[key] <= total + 2 * zeros
    assert beyond == 25


def test_the_assumed_year_is_marked(tables):
    assert tables.meta("ssb_13563").assumed == ("2022",)
    assert tables.meta("ssb_13563").assembled


def test_a_second_build_does_nothing_and_a_new_body_is_noticed(workspace):
    assert build(workspace, "ssb_11616") is not None
    assert build(workspace, "ssb_11616") is None
    body = rawstore.read(workspace.raw, "ssb_11616")[0]
    about = body.sidecar.model_dump() | {"retrieved": "2027-01-01"}
    changed = body.json | {"label": "again"}
    write_body(
        workspace.raw / "fetched",
        "ssb_11616",
        changed,
        {k: v for k, v in about.items() if k not in ("bytes", "sha256")},
    )
    assert build(workspace, "ssb_11616") is not None
    assert read_meta(workspace.processed / "ssb_11616.parquet").retrieved == "2027-01-01"


def test_a_table_that_is_not_held_is_missing_and_the_others_stay(workspace):
    for path in (workspace.raw / "snapshot").glob("ssb_13563*"):
        path.unlink()
    tables = Tables.load(workspace)
    assert "ssb_13563" not in tables and "ssb_11618" in tables
    with pytest.raises(TableMissing) as error:
        tables["ssb_13563"]
    assert error.value.table == "ssb_13563"


def respell(workspace, change):
    """Rewrite the body of ssb_11616 with a valid checksum after `change`."""
    raw = rawstore.read(workspace.raw, "ssb_11616")[0]
    about = {k: v for k, v in raw.sidecar.model_dump().items() if k not in ("bytes", "sha256")}
    body = json.loads(json.dumps(raw.json))
    change(body, about)
    write_body(raw.path.parent, "ssb_11616", body, about)


def rename_region(body, _):
    category = body["dimension"]["Region"]["category"]
    category["index"] = {"3999" if code == "3001" else code: at for code, at in category["index"].items()}


def drop_dimension(body, _):
    body["id"].remove("Alder")
    body["size"] = [
        size
        for size, each in zip(body["size"], ["Region", "Alder", "ContentsCode", "Tid"], strict=True)
        if each != "Alder"
    ]


def add_dimension(body, _):
    body["id"].append("Kjonn")
    body["size"].append(1)
    body["dimension"]["Kjonn"] = {"category": {"index": {"0": 0}}}


def null_without_sign(body, _):
    body["value"][0] = None


def negative(body, _):
    body["value"][0] = -5


def declared_rounded(body, about):
    about["rounding"] = {"rule": "small_counts"}
    body["value"][0] = 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (rename_region, r"ssb_11616\.json \(tabell ssb_11616\): regionkoden 3999 finnes ikke i 2023"),
        (drop_dimension, "mangler dimensjonen Alder"),
        (add_dimension, "ukjent dimensjon Kjonn"),
        (null_without_sign, "manglende verdi uten tegn"),
        (negative, r"value: .*-5"),
        (declared_rounded, "har verdien 2 i cellen"),
        (lambda body, _: body["value"].pop(), r"ssb_11616\.json: value har 19 verdier"),
    ],
)
def test_a_wrong_body_is_named_and_nothing_half_written_stays(workspace, change, message):
    respell(workspace, change)
    with pytest.raises(DataError, match=re.compile(message)) as error:
        build(workspace, "ssb_11616")
    assert "ssb_11616" in str(error.value)
    assert not workspace.processed.exists() or not list(workspace.processed.iterdir())


def test_the_same_cell_in_two_bodies_is_an_error(workspace):
    raw = rawstore.read(workspace.raw, "ssb_13563")[0]
    about = {k: v for k, v in raw.sidecar.model_dump().items() if k not in ("bytes", "sha256")}
    write_body(raw.path.parent, "ssb_13563.again", raw.json, about)
    with pytest.raises(
        DataError, match=r"ssb_13563\.again\.json.*nøkkelen 3101, INNE, 15-29, A-G, Bosatte, 2021 står to ganger"
    ):
        build(workspace, "ssb_13563")


def test_rates_that_meet_in_one_code_are_missing_and_counts_are_summed(workspace):
    """Moss of 2024 was two municipalities until 2019: percentages cannot be added."""
    raw = rawstore.read(workspace.raw, "nav_hl060")[0]
    about = {k: v for k, v in raw.sidecar.model_dump().items() if k not in ("bytes", "sha256")}
    category = {"index": {"0104": 0, "0136": 1}, "label": {"0104": "Moss", "0136": "Rygge"}}
    body = raw.json | {"id": ["Region", "ContentsCode", "Tid"], "size": [2, 2, 1], "value": [100, 2.5, None, None]}
    body["status"] = {"2": "*", "3": "*"}
    body["dimension"] = raw.json["dimension"] | {
        "Region": {"category": category},
        "Tid": {"category": {"index": {"2019M01": 0}}},
    }
    write_body(raw.path.parent, "nav_hl060", body, about)
    build(workspace, "nav_hl060")
    held = pd.read_parquet(workspace.processed / "nav_hl060.parquet").set_index("ContentsCode")
    assert list(held["Region"].unique()) == ["3103"]
    assert pd.isna(held.loc["antall", "value"]) and (held.loc["antall", "lower"], held.loc["antall", "upper"]) == (
        100,
        103,
    )
    assert pd.isna(held.loc["prosent", "value"]) and pd.isna(held.loc["prosent", "upper"])
