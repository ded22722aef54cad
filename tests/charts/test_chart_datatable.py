"""Cells as the reader sees them, and the CSV that a spreadsheet opens as numbers and never as formulas."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pandas as pd
import pytest
from chart_samples import table
from markupsafe import Markup

from helpers.charts.datatable import Column, DataTable, Missing


def rows_of(data: DataTable) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.csv()), delimiter=";"))


def single(value: object, kind: str = "text", **row: object) -> DataTable:
    return DataTable("t", "c", [Column("a", "A"), Column("b", "B", kind)], [{"a": "x", "b": value, **row}])  # type: ignore[arg-type]


def cell(data: DataTable) -> str:
    return str(data.body()[0][1][1].html)


def test_numbers_are_written_by_the_catalogue() -> None:
    shown = [[c.text for c in cells] for _, cells in table().body()]
    assert shown == [
        ["Halden", "1\u202f234\u202f567", "60,1\u00a0%"],
        ["Hvaler", ":", "–"],
        ["I alt", "\u2212990", "0,0\u00a0%"],
    ]


def test_the_municipality_and_the_sum_stand_out() -> None:
    assert [css for css, _ in table().body()] == ["us", "", "sum"]


def test_the_csv_has_decimal_comma_ordinary_minus_and_no_thousands_sign() -> None:
    assert rows_of(table())[1:] == [["Halden", "1234567", "60,1"], ["Hvaler", ":", "–"], ["I alt", "-990", "0,0"]]
    assert table().csv().startswith("Kommune Halden;Personer;Andel\r\n")


def test_the_link_holds_the_csv_with_a_byte_order_mark() -> None:
    href = table().href()
    head, data = href.split(",", 1)
    assert head == "data:text/csv;charset=utf-8" and data.startswith("%EF%BB%BF")
    assert unquote(data) == "\ufeff" + table().csv()
    assert not set(href) & set(' "<>#\r\n')


@pytest.mark.parametrize(
    "text", ["=1+1", "+47", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u202f=1", "＝1"]
)
def test_a_text_that_looks_like_a_formula_does_nothing(text: str) -> None:
    assert rows_of(single(text))[1][1].startswith("'")
    assert single(text).body()[0][1][1].text == text  # the page shows it as it is


def test_a_header_that_looks_like_a_formula_does_nothing() -> None:
    assert DataTable("t", "c", [Column("a", "=A1")], []).csv() == "'=A1\r\n"


def test_a_negative_number_stays_a_number() -> None:
    assert rows_of(single(-5, "count"))[1][1] == "-5"
    assert rows_of(single(-0.001, "percent"))[1][1] == "0,0"


def test_separators_and_quotes_in_a_name_keep_the_columns() -> None:
    assert rows_of(single('a;"b"\n=c'))[1] == ["x", 'a;"b"\n=c']


def test_marks_are_kept_on_the_page_and_left_out_of_the_csv() -> None:
    data = single(Markup('Oslo – <span lang="sma">Oslove</span>'))
    assert cell(data) == 'Oslo – <span lang="sma">Oslove</span>'
    assert rows_of(data)[1][1] == "Oslo – Oslove"


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT])
def test_a_missing_cell_shows_the_producers_sign(value: object) -> None:
    data = single(value, "count", b_status="*")
    assert cell(data) == '<abbr title="færre enn 4">*</abbr>'
    assert rows_of(data)[1][1] == "*"
    assert cell(single(value, "count")) == '<abbr title="kan ikke beregnes">–</abbr>'
    assert "0" not in cell(data)


def test_a_missing_cell_can_be_given_outright() -> None:
    assert cell(single(Missing(":"), "count")) == '<abbr title="konfidensielt">:</abbr>'
    assert cell(single(Missing("x", 'a "b"'), "count")) == '<abbr title="a &#34;b&#34;">x</abbr>'


def test_a_status_beside_a_number_does_not_hide_it() -> None:
    assert cell(single(5.0, "count", b_status=":")) == "5"


def test_zero_is_zero() -> None:
    assert cell(single(0.0, "count")) == "0" and rows_of(single(0.0, "count"))[1][1] == "0"


def test_a_column_may_have_its_own_format_and_decimals() -> None:
    data = DataTable("t", "c", [Column("a", "A", "number", lambda v: f"~{v:g}", 3)], [{"a": 1.23456}])
    assert data.body()[0][1][0].text == "~1.23456" and rows_of(data)[1] == ["1,235"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("halden 2022", "halden-2022.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ("a.csv", "a.csv"),
        ("", "t.csv"),
        ("»«", "tabell.csv"),
    ],
)
def test_the_file_name_is_safe(given: str, name: str) -> None:
    assert DataTable("t", "c", [Column("a", "A")], [], given).download_name() == name


def test_a_table_without_caption_or_a_column_without_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="caption"):
        DataTable("t", " ", [Column("a", "A")], [])
    with pytest.raises(ValueError, match="label"):
        Column("a", " ")


def test_frames_and_mappings_give_the_same_table() -> None:
    data = table()
    assert DataTable(data.id, data.caption, data.columns, data.records()).csv() == data.csv()
