"""The catalogue: what is wrong with an entry is said with its name, and a changed entry makes the table again."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from helpers import smallcounts
from helpers.catalog import catalog, read_catalog
from helpers.errors import DataError
from helpers.tables import build

HEAD = """
[ssb_1]
source = "ssb"
producer = "Statistisk sentralbyrå"
number = "1"
title = "Prøve"
licence = "CC BY 4.0"
url = "https://www.ssb.no"
unit = "personer"
"""
DIMENSIONS = 'dimensions = ["Region", "ContentsCode", "Tid"]\nregions = ["Region"]\n'
ASK = '[ssb_1.ask]\nRegion = ["@municipalities"]\nContentsCode = ["*"]\nTid = ["top(3)"]\n'


def test_an_entry_is_all_that_a_table_needs():
    entry = read_catalog(HEAD + DIMENSIONS + ASK)["ssb_1"]
    assert entry.tidy and entry.ask["Tid"].codes == ("top(3)",) and entry.rounding.rule == "none"


def test_every_table_that_was_promised_is_there_once():
    tables = [
        "11618",
        "11616",
        "03321",
        "13563",
        "13556",
        "13470",
        "07984",
        "13472",
        "06445",
        "07459",
        "09429",
        "11715",
        "14746",
        "09594",
        "10781",
        "13900",
        "14370",
    ]
    others = ["klass_131", "klass_104", "nav_hl060", "nav_aap155", "nav_pst302", "kartverket_boundaries"]
    assert sorted(catalog()) == sorted([*(f"ssb_{table}" for table in tables), *others])
    assert {"15-29", "20-66", "30-61"} <= set(catalog()["ssb_13563"].ask["Alder"].codes)
    assert len(catalog()["ssb_07984"].ask["NACE2007"].codes) == 17


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "catalog.toml kan ikke leses"),
        ("x = 1", r"x er ikke en tabell\. Skriv \[x\]"),
        (HEAD, "ssb_1: feltet dimensions mangler"),
        (HEAD + DIMENSIONS, "ssb_1: feltet ask mangler"),
        (HEAD.replace('unit = "personer"\n', ""), "ssb_1, feltet unit: mangler"),
        (HEAD + 'farge = "rød"\n' + DIMENSIONS + ASK, "ssb_1, feltet farge: finnes ikke"),
        (HEAD + DIMENSIONS + ASK.replace("Tid", "Aar"), "Tid må stå i både dimensions og ask"),
        (HEAD + DIMENSIONS.replace('regions = ["Region"]', 'regions = ["Kommune"]') + ASK, "Kommune i regions eller bands"),
        (HEAD + 'dimensions = ["Region", "Sted", "ContentsCode", "Tid"]\nregions = ["Sted"]\n' + ASK, "Region ber om @municipalities"),
        (HEAD + DIMENSIONS + ASK.replace("top(3)", "top(x)"), r"Tid har et uttrykk som ikke kan brukes: top\(x\)"),
        ((HEAD + DIMENSIONS + ASK).replace("[ssb_1", '["../ssb_1"'), "navnet må være som ssb_11618"),
        (HEAD.replace('"ssb"', '"nav"') + DIMENSIONS + 'page = "/x"\nsheets = { antall = "(" }\n', "ikke et regulært uttrykk"),
        (HEAD.replace('"ssb"', '"klass"') + 'parts = { other = "/x" }\n', "bare være codes og changes"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_catalogue_is_told_with_the_entry(text, message):
    with pytest.raises(DataError, match=message):
        read_catalog(text)


def test_a_changed_entry_makes_the_table_again(workspace, monkeypatch):
    assert build(workspace, "ssb_11616") is not None and build(workspace, "ssb_11616") is None
    changed = catalog() | {"ssb_11616": catalog()["ssb_11616"].model_copy(update={"title": "Et annet navn"})}
    monkeypatch.setattr(sys.modules["helpers.tables.build"], "catalog", lambda: changed)
    assert build(workspace, "ssb_11616") is not None


@pytest.mark.parametrize(
    ("declared", "by_year", "shown"),
    [
        ("none", {"2020": [1, 2, 3, 4], "2021": [1, 5]}, "none"),
        ("none", {"2020": [1, 2, 3] * 20, "2021": [3, 4, 5, 0] * 20}, "small_counts"),  # rounded from 2021 on
        ("small_counts", {"2020": [0, 3, 4], "2021": [0, 3, 1]}, "small_counts"),  # one odd cell is not the rule
        ("small_counts", {"2020": [1, 3, 4], "2021": [0, 2]}, "none"),
        ("masked", {"2020M01": [4, 5]}, "masked"),
    ],
)
def test_what_the_cells_show_of_rounding_is_the_strictest_of_any_period(declared, by_year, shown):
    cells = pd.DataFrame(
        [(time, value) for time, values in by_year.items() for value in values], columns=["Tid", "value"]
    )
    assert smallcounts.shown_by(declared, cells) == shown
