"""What is asked of PxWebApi: codes that exist, expressions, years and their municipalities, requests of allowed size."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.catalog import catalog, read_catalog
from helpers.errors import SourceError
from helpers.sources import pxweb

OLD, NEW = frozenset({"0101", "0301"}), frozenset({"3101", "0301"})
KNOWN = OLD | NEW | {"2111"}
ENTRY = """
[ssb_1]
source = "ssb"
producer = "Statistisk sentralbyrå"
number = "1"
title = "Prøve"
licence = "CC BY 4.0"
url = "https://www.ssb.no"
unit = "personer"
dimensions = ["Region", "Alder", "ContentsCode", "Tid"]
regions = ["Region"]
[ssb_1.ask]
Region = ["@municipalities"]
Kjonn = ["0"]
Alder = ["15-74", "20-66"]
ContentsCode = ["Bosatte"]
Tid = ["from(2019)"]
"""


def info(**changes):
    return read_catalog(ENTRY)["ssb_1"].model_copy(update=changes)


def municipalities(year):
    return OLD if year < 2024 else NEW


def metadata(optional=(), **dimensions):
    values = {
        "Region": ["0", "0101", "0301", "3101", "2111"],
        "Kjonn": ["0", "1", "2"],
        "Alder": ["15-74", "20-66"],
        "ContentsCode": ["Bosatte"],
        "Tid": ["2018", "2019", "2024"],
    } | dimensions
    values = {key: held for key, held in values.items() if held is not None}
    body = {
        "id": list(values),
        "updated": "2026-02-25T07:00:00Z",
        "dimension": {
            key: {
                "category": {"index": {code: at for at, code in enumerate(held)}},
                "extension": {"elimination": key in optional},
            }
            for key, held in values.items()
        },
    }
    return lambda codelists: body


def codes(plan, part=""):
    return plan.requests[part].codes


def test_the_municipalities_of_the_years_asked_for_are_asked_for_and_nothing_else():
    plan = pxweb.plan(info(), metadata(), municipalities, KNOWN)
    assert codes(plan)["Region"] == ["0101", "0301", "3101"]
    assert codes(plan)["Tid"] == ["2019", "2024"]
    assert plan.updated == "2026-02-25T07:00:00Z" and plan.lacking == ()


def test_a_matrix_is_asked_for_year_by_year_with_the_codes_of_that_year_and_those_that_are_no_municipality():
    ask = info().ask | {"Region": info().ask["Region"].model_copy(update={"codes": ("@municipalities", "21??")})}
    plan = pxweb.plan(info(each_year=True, extra=("21??",), ask=ask), metadata(), municipalities, KNOWN)
    assert codes(plan, "2019")["Region"] == ["0101", "0301", "2111"]
    assert codes(plan, "2024")["Region"] == ["0301", "3101", "2111"] and codes(plan, "2024")["Tid"] == ["2024"]


def test_codes_of_a_codelist_are_read_never_built_and_the_request_names_it():
    ask = info().ask | {"Region": info().ask["Region"].model_copy(update={"codelist": "agg_KommSummer"})}
    asked = []

    def meta(codelists):
        asked.append(dict(codelists))
        return metadata(Region=["K-3101", "K_0301", "F-31"])(codelists)

    plan = pxweb.plan(info(ask=ask), meta, municipalities, KNOWN)
    assert asked == [{"Region": "agg_KommSummer"}]
    assert plan.requests[""].body["selection"][0] == {
        "variableCode": "Region",
        "codelist": "agg_KommSummer",
        "valueCodes": ["K-3101", "K_0301"],
    }


def test_a_code_that_is_not_there_is_named_and_the_rest_is_asked_for():
    plan = pxweb.plan(info(), metadata(Alder=["15-74", "15+"]), municipalities, KNOWN)
    assert codes(plan)["Alder"] == ["15-74"]
    assert plan.lacking == ("Alder har ikke 20-66",)


def test_codes_are_found_whatever_their_case_and_asked_for_once():
    plan = pxweb.plan(info(), metadata(ContentsCode=["BOSATTE"], Kjonn=["0"]), municipalities, KNOWN)
    assert codes(plan)["ContentsCode"] == ["BOSATTE"]
    ask = info().ask | {"Alder": info().ask["Alder"].model_copy(update={"codes": ("15-74", "*", "15-74")})}
    assert codes(pxweb.plan(info(ask=ask), metadata(), municipalities, KNOWN))["Alder"] == ["15-74", "20-66"]


@pytest.mark.parametrize("change", [{"Kjonn": None}, {"Kjonn": ["1", "2"], "optional": ("Kjonn",)}])
def test_a_variable_that_would_fall_away_may_be_left_out(change):
    plan = pxweb.plan(info(), metadata(**change), municipalities, KNOWN)
    assert "Kjonn" not in codes(plan)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ContentsCode": ["Personer"]}, "ContentsCode har ikke Bosatte; den har Personer"),
        ({"Alder": None}, "ingen variabel Alder; den har Region, Kjonn"),
        ({"Alder": ["15+"]}, "Alder har ikke 15-74, 20-66; den har 15"),
        ({"Sektor": ["1"]}, "variabelen Sektor må velges.*Den har 1"),
        ({"Region": ["F-31"]}, "ingen verdi av Region passer til @municipalities"),
        ({"Kjonn": ["1", "2"]}, "Kjonn har ikke 0; den har 1, 2"),
    ],
)
def test_a_table_that_is_not_what_the_catalogue_expects_fails_loudly(change, message):
    with pytest.raises(SourceError, match=f"ssb_1: .*{message}"):
        pxweb.plan(info(), metadata(**change), municipalities, KNOWN)


def test_only_both_sexes_may_fall_away_unsaid():
    ask = info().ask | {"Kjonn": info().ask["Kjonn"].model_copy(update={"codes": ("1",)})}
    for change in ({"Kjonn": None}, {"Kjonn": ["M", "K"], "optional": ("Kjonn",)}):
        with pytest.raises(SourceError, match="Kjonn"):
            pxweb.plan(info(ask=ask), metadata(**change), municipalities, KNOWN)


def test_a_region_that_nobody_knows_is_named():
    plan = pxweb.plan(info(), metadata(Region=["0101", "0301", "3101", "0099", "0"]), municipalities, KNOWN)
    assert plan.lacking == ("Region har også 0099 0099, som ikke er bestilt",)


def test_a_producer_that_stumbles_over_another_request_is_no_table_that_lacks_it():
    also = {"country": {"Region": info().ask["Region"].model_copy(update={"codes": ("0",), "codelist": "vs_Landet"})}}

    def meta(codelists):
        if "Region" in codelists:
            raise SourceError("ssb_1: SSB svarte ikke")
        return metadata()(codelists)

    with pytest.raises(SourceError, match="svarte ikke"):
        pxweb.plan(info(also=also), meta, municipalities, KNOWN)


@pytest.mark.parametrize("ages", [["000", "001", "100+", "119"], ["000", "001", "1000+"]])
def test_an_age_that_no_band_would_count_fails_loudly(ages):
    entry = info(
        bands={"Alder": {"0+": (0, 200)}},
        ask=info().ask | {"Alder": info().ask["Alder"].model_copy(update={"codes": ("0??", "105+")})},
    )
    with pytest.raises(SourceError, match="Alder har ikke 105"):
        pxweb.plan(entry, metadata(Alder=ages), municipalities, KNOWN)


@pytest.mark.parametrize("period", ["../2020", "2020/x", "år"])
def test_a_period_that_could_be_a_path_is_refused(period):
    with pytest.raises(SourceError, match="er ikke en periode"):
        pxweb.plan(info(), metadata(Tid=["2019", period]), municipalities, KNOWN)


def test_a_table_that_moved_to_the_other_industry_standard_is_never_joined():
    entry = info(
        dimensions=("Region", "NACE2007", "ContentsCode", "Tid"),
        ask={**{k: v for k, v in info().ask.items() if k != "Alder"}, "NACE2007": info().ask["Alder"]},
    )
    with pytest.raises(SourceError, match="gått over fra NACE2007 til NACE2025"):
        pxweb.plan(entry, metadata(Alder=None, NACE2025=["A", "B"]), municipalities, KNOWN)


def test_star_stands_for_every_other_variable():
    ask = {k: v for k, v in info().ask.items() if k not in ("Alder", "Kjonn")}
    ask["*"] = ask["Region"].model_copy(update={"codes": ("*",)})
    plan = pxweb.plan(info(ask=ask), metadata(), municipalities, KNOWN)
    assert codes(plan)["Alder"] == ["15-74", "20-66"] and codes(plan)["Kjonn"] == ["0", "1", "2"]


def test_another_request_that_the_table_cannot_answer_is_said_and_the_rest_stands():
    also = {"country": {"Region": info().ask["Region"].model_copy(update={"codes": ("0",)})}}
    plan = pxweb.plan(info(also=also), metadata(), municipalities, KNOWN)
    assert codes(plan, "country")["Region"] == ["0"] and "" in plan.requests
    plan = pxweb.plan(info(also=also), metadata(Region=["3101"]), municipalities, KNOWN)
    assert list(plan.requests) == [""] and "Region har ikke 0" in plan.lacking[0]


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 12), st.integers(60, 5000))
def test_pieces_are_below_the_limit_and_together_the_whole(regions, ages, times, most):
    whole = {
        "Region": [str(n) for n in range(regions)],
        "Alder": [str(n) for n in range(ages)],
        "ContentsCode": ["x"],
        "Tid": [str(n) for n in range(times)],
    }
    try:
        pieces = pxweb._split(info(), "", whole, most)
    except SourceError:
        assert all(
            math.prod(len(held) for key, held in whole.items() if key != along) > most
            for along in ("Region", "Alder", "Tid")
        )
        return
    cells = [
        (region, age, time)
        for piece in pieces.values()
        for region in piece["Region"]
        for age in piece["Alder"]
        for time in piece["Tid"]
    ]
    assert len(cells) == len(set(cells)) == regions * ages * times
    assert all(math.prod(len(held) for held in piece.values()) <= most for piece in pieces.values())


def test_a_request_at_the_limit_is_one_and_a_cell_more_is_two():
    whole = {"Region": ["a"] * 400, "ContentsCode": ["x"], "Tid": [str(n) for n in range(2000)]}
    assert len(pxweb._split(info(), "", whole, 800_000)) == 1
    assert len(pxweb._split(info(), "", whole, 799_999)) == 2


YEARS = [str(year) for year in range(2008, 2026)]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("*", YEARS),
        ("202?", ["2020", "2021", "2022", "2023", "2024", "2025"]),
        ("2025", None),
        ("top(2)", ["2024", "2025"]),
        ("TOP(2, 1)", ["2023", "2024"]),
        ("bottom(2)", ["2008", "2009"]),
        ("from(2024)", ["2024", "2025"]),
        ("to(2009)", ["2008", "2009"]),
        ("range(2010,2011)", ["2010", "2011"]),
        ("from(2030)", []),
    ],
)
def test_expressions_stand_for_the_codes_that_the_api_would_choose(expression, found):
    assert pxweb.expand(expression, YEARS) == found


def test_every_entry_of_the_catalogue_asks_for_its_dimensions():
    for table, entry in catalog().items():
        if entry.source == "ssb":
            assert set(entry.dimensions) <= set(entry.ask), table
            assert "Tid" in entry.ask and "ContentsCode" in entry.ask, table
            assert set(entry.regions) <= set(entry.dimensions), table
