"""NAV's workbooks: the real one cell by cell, every rule of the layout, and each kind of bad file with its message."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import jsonstat, navbook
from helpers.errors import DataError

ROOT = Path(__file__).resolve().parents[1]
KEY = ["Region", "ContentsCode", "Tid"]
BOTH = {"antall": r"kommune.*antall", "prosent": r"kommune.*(prosent|andel)"}
ONE = {"antall": "antall"}
FULL = [
    "Januar", "Februar", "Mars", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Desember",
]  # fmt: skip
SHORT = ["jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."]


def xlsx(**sheets):
    """A workbook with these sheets, each a list of rows; a tuple in a cell is a value and its number format."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                given, form = value if isinstance(value, tuple) else (value, None)
                cell = sheet.cell(number, column, given)
                cell.number_format = form or cell.number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows, months=("Januar", "Februar"), title="Januar - februar 2022", county="Østfold"):
    """A sheet with one county as NAV makes it, column A empty."""
    return [
        [None, "Kilde: NAV"],
        [],
        [None, title],
        [None, county],
        [None, None, *months],
        *([None, *row] for row in rows),
    ]


def read(*rows, **how):
    """Region and month → value or sign, of one sheet."""
    return cells(navbook.parse(xlsx(Antall=sheet(*rows, **how)), ONE).frame)


def cells(frame):
    figures = frame["status"].where(frame["status"].notna(), frame["value"])
    return dict(zip(zip(frame["Region"], frame["Tid"], strict=True), figures, strict=True))


def message(data, sheets=ONE):
    with pytest.raises(DataError) as caught:
        navbook.parse(data, sheets)
    text = str(caught.value)
    assert "\n" not in text and text.startswith("NAVs arbeidsbok: ") and text.endswith(".")
    return text


# ---------------------------------------------------------------------------------------------------- the real workbook


@pytest.fixture(scope="module")
def real(shared):
    return (shared / "fixtures" / "nav_hl060_2022-10.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("code", "name", "count", "share"),
    [
        ("3001", "Halden", 361, 2.5),
        ("3003", "Sarpsborg", 805, 2.9),
        ("3004", "Fredrikstad", 1052, 2.6),
        ("3011", "Hvaler", 19, 0.9),
        ("3012", "Aremark", 13, 2.0),
    ],
)
def test_october_2022(real, code, name, count, share):
    book = navbook.parse(real, BOTH)
    found = book.frame[(book.frame["Region"] == code) & (book.frame["Tid"] == "2022M10")]
    assert dict(zip(found["ContentsCode"], found["value"], strict=True)) == {"antall": count, "prosent": share}
    assert book.names[code] == name


def test_the_real_workbook_is_the_snapshot_cell_by_cell(real):
    book = navbook.parse(real, BOTH)
    body = json.loads((ROOT / "data/raw/snapshot/nav_hl060.json").read_text("utf-8"))
    held = jsonstat.decode(body).astype(dict.fromkeys(KEY, "str")).sort_values(KEY, ignore_index=True)
    pd.testing.assert_frame_equal(book.frame.sort_values(KEY, ignore_index=True), held)
    assert len(book.frame) == 357 * 2 * 10 and "2100" in set(book.frame["Region"])
    assert (book.title, book.year, book.months) == (
        "Januar - oktober 2022",
        2022,
        tuple(f"2022M{m:02d}" for m in range(1, 11)),
    )
    assert dict(book.names) == jsonstat.labels(body, "Region")


def test_what_a_frame_looks_like():
    frame = navbook.parse(xlsx(Antall=sheet(("3101 Halden", 5, "*"))), ONE).frame
    assert frame.columns.tolist() == [*KEY, "value", "status"]
    assert frame.dtypes.astype(str).to_dict() == dict.fromkeys([*KEY, "status"], "str") | {"value": "float64"}
    assert frame["value"].tolist()[0] == 5 and frame["value"].isna().tolist() == [False, True]
    assert frame["status"].isna().tolist() == [True, False] and frame["status"].tolist()[1] == "*"


# ------------------------------------------------------------------------------------------------------------- layouts


def test_counties_sums_districts_and_unknown_are_left_out():
    rows = [
        ("30 Viken", 9, 9),
        ("I alt Viken", 9, 9),
        ("3001 Halden", 1, 2),
        ("300101 Bydel Sentrum", 3, 3),
        ("3099 Ukjent kommune", 4, 4),
        ("Ukjent",),
        (None, "Januar", "Februar"),
        ("I alt Ukjent", 8, 8),
        ("9999 Langtvekkistan", 7, "hva som helst"),
        ("Ukjent", 7, 7),
        ("0000 Annet", 7, 7),
    ]
    assert read(*rows) == {("3001", "2022M01"): 1, ("3001", "2022M02"): 2}


@pytest.mark.parametrize(
    "after",
    [
        [("Nordland",), (None, "Januar", "Februar")],
        [(None, "Januar", "Februar"), ("Nordland",)],
        [("I alt Nordland", 6, 6)],
        [("18 Nordland", 6, 6)],
    ],
    ids=["name, header", "header, name", "sum", "county with figures"],
)
def test_a_county_ends_the_block_of_the_unknown(after):
    rows = [("3001 Halden", 1, 2), ("Ukjent",), ("9999 Et sted", 7, 7), *after, ("1804 Bodø", 3, 4)]
    assert {region for region, _ in read(*rows)} == {"3001", "1804"}


def test_a_row_of_the_unknown_among_municipalities_hides_none_below():
    assert {region for region, _ in read(("3001 Halden", 1, 2), ("Ukjent", 7, 7), ("3003 Sarpsborg", 3, 4))} == {
        "3001",
        "3003",
    }


def test_the_latest_header_above_counts():
    rows = [("3001 Halden", 1, 2), ("Oslo",), (None, None, "Februar", "Januar"), ("0301 Oslo", None, 4, 3)]
    assert read(*rows) == {
        ("3001", "2022M01"): 1,
        ("3001", "2022M02"): 2,
        ("0301", "2022M02"): 4,
        ("0301", "2022M01"): 3,
    }


@pytest.mark.parametrize(
    "months",
    [
        ("Januar 2026", "februar 2026"),
        ("jan. 2026", "feb. 2026"),
        ("JAN 2026", "Febr. 2026"),
        ("jan-26", "feb.26"),
        ("jan.\u00a02026", "februar\u202f2026²"),
        ("2026 januar", "2026 februar"),
        (dt.datetime(2026, 1, 1), dt.datetime(2026, 2, 1)),
        (dt.datetime(2026, 1, 31), dt.datetime(2026, 2, 28)),
        ((dt.date(2026, 1, 1), "mmm yy"), (dt.date(2026, 2, 1), "mmm yy")),
    ],
    ids=str,
)
def test_headers_may_have_the_year(months):
    assert list(read(("3101 Halden", 1, 2), months=months, title="Alle kommuner")) == [
        ("3101", "2026M01"),
        ("3101", "2026M02"),
    ]


@pytest.mark.parametrize("names", [FULL, SHORT], ids=["full", "abbreviated"])
def test_every_month_has_its_number(names):
    found = read(("3101 Halden", *range(1, 13)), months=names, title="Desember 2025")
    assert found == {("3101", f"2025M{m:02d}"): m for m in range(1, 13)}


def test_a_series_over_two_years_has_its_years_from_the_headers():
    found = read(("3101 Halden", 1, 2), months=("des. 2025", "jan. 2026"), title="Desember 2025 - januar 2026")
    assert found == {("3101", "2025M12"): 1, ("3101", "2026M01"): 2}
    rows = sheet(GOOD, months=("des. 2025", "jan. 2026"), title="")
    assert navbook.parse(xlsx(Antall=rows), ONE).year == 2026


@pytest.mark.parametrize(
    "title",
    ["Oktober 2022", "Januar–oktober 2022", "Helt ledige. Januar - oktober 2022", "Uføre per 31. oktober 2022", "Januar - oktober 2022²"],
)  # fmt: skip
def test_titles_that_give_the_year(title):
    assert list(read(("3101 Halden", 1), months=["Oktober"], title=title)) == [("3101", "2022M10")]


@pytest.mark.parametrize("name", ["Mar.", "mar", "MARS", "Mars 1)", "Mars²"])
def test_other_ways_to_write_march(name):
    assert list(read(("3101 Halden", 5), months=[name])) == [("3101", "2022M03")]


def test_a_date_within_a_month_is_no_header():
    rows = [("Oppdatert", dt.datetime(2023, 2, 15)), ("3101 Halden", 1, 2)]
    assert read(*rows) == {("3101", "2022M01"): 1, ("3101", "2022M02"): 2}


def test_figures_without_a_label_are_nobodys():
    assert set(read(("3101 Halden", 1, 2), (None, "1 234", "5"))) == {("3101", "2022M01"), ("3101", "2022M02")}


def test_a_year_in_running_text_is_no_title():
    rows = sheet(("3101 Halden", 1, 2))
    rows[0] = [None, "Brudd. November 2018 er første måned med ny metode", "Januar 2019 og senere er ikke berørt"]
    rows[1] = [
        None,
        "Det er brudd i statistikken fra og med november 2018",
        "Brudd i november 2018 og januar 2022, se nav.no",
    ]
    assert navbook.parse(xlsx(Antall=rows), ONE).year == 2022


def test_texts_that_begin_with_a_year_are_no_municipalities():
    rows = sheet(("3101 Halden", 1, 2), (), ("2024 Tallene er foreløpige",), ("2025 tall kommer i mars",))
    rows[0] = [None, "2022 Helt ledige", "2022 Alle"]
    assert set(cells(navbook.parse(xlsx(Antall=rows), ONE).frame)) == {("3101", "2022M01"), ("3101", "2022M02")}


def test_the_label_may_stand_in_any_of_the_first_cells_and_carry_a_footnote():
    rows = [["Per", "oktober"], ["Oktober 2022"], [None, None, None, "Oktober"], [None, "Østfold", "3101  Halden¹", 5]]
    book = navbook.parse(xlsx(Antall=rows), ONE)
    assert cells(book.frame) == {("3101", "2022M10"): 5} and book.names == {"3101": "Halden"}


def test_a_declared_size_that_lies_loses_nothing():
    data = xlsx(Antall=sheet(("3101 Halden", 1, 2)))
    lying = rezip(data, {"xl/worksheets/sheet1.xml": lambda part: part.replace(b'ref="A1:D6"', b'ref="A1:B3"')})
    assert lying != data and cells(navbook.parse(lying, ONE).frame) == {("3101", "2022M01"): 1, ("3101", "2022M02"): 2}


# --------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        (0, 0), (2.5, 2.5), ("7", 7), ("1 234", 1234), ("12\u00a0345", 12345), ("1\u202f234 567", 1234567), ("2,5 %", 2.5),
        ("2,5%", 2.5), (" 3 ", 3), ((0.025, "0.0%"), 2.5), ((0.029, "0.0 %"), 2.9), ((2.5, '0.0" %"'), 2.5), ((2.5, "0.0\\ \\%"), 2.5),
        ("*", "*"), (":", ":"), ("..", ".."), (".", "."), ("-", "-"), (None, ".."), ("  ", ".."),
    ],
    ids=repr,
)  # fmt: skip
def test_a_cell_is_read_as_it_is_shown(cell, figure):
    found = read(("3101 Halden", cell, 9), ("3103 Moss", 8, 8))
    assert found == {
        ("3101", "2022M01"): figure,
        ("3101", "2022M02"): 9,
        ("3103", "2022M01"): 8,
        ("3103", "2022M02"): 8,
    }


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("ukjent", "ukjent"), ("#REF!", "#REF!"), ("=1/0", None), (True, "True"), (dt.datetime(2022, 1, 2), "2022-01-02 00:00:00"),
        (-1, "-1"), ("-1", "-1"), ("−1", "−1"), ("2.5", "2.5"), ("1.234", "1.234"), ("12 34", "12 34"), ("1,2,3", "1,2,3"), ("**", "**"),
        ("–", "–"), ("<4", "<4"), (1e300, "1e+300"), ("9" * 400, "9" * 40), ("x" * 100, "x" * 40), ("٣", "٣"), ("1\n2", "1 2"),
    ],
    ids=lambda each: repr(each)[:20],
)  # fmt: skip
def test_another_cell_is_named_in_the_error(cell, shown):
    rows = sheet(("3101 Halden", 1, cell), ("3103 Moss", 1, 2))
    if shown is None:  # a formula that was never computed is an empty cell
        assert cells(navbook.parse(xlsx(Antall=rows), ONE).frame)["3101", "2022M02"] == ".."
        return
    assert f"Antall!D6 har «{shown}»" in message(xlsx(Antall=rows))


def test_a_number_beyond_all_bounds_is_an_error():
    data = xlsx(Antall=sheet(("3101 Halden", 4321, 2)))
    for number in ("1e999", "9" * 400, "nan"):
        spoiled = rezip(
            data, {"xl/worksheets/sheet1.xml": lambda part, n=number: part.replace(b"<v>4321<", f"<v>{n}<".encode())}
        )
        assert spoiled != data
        message(spoiled)


def test_a_month_that_nobody_has_is_not_published():
    rows = [("3101 Halden", 1, None, None), ("3103 Moss", "*", None, None), ("I alt", 5, 5, None)]
    book = navbook.parse(xlsx(Antall=sheet(*rows, months=("Januar", "Februar", "Mars"))), ONE)
    assert book.months == ("2022M01",) and set(book.frame["Tid"]) == {"2022M01"}


def test_a_municipality_without_a_single_figure_has_the_sign_of_the_empty():
    assert read(("3101 Halden", 1, 2), ("3103 Moss",))["3103", "2022M02"] == ".."
    assert read(("3101 Halden", 1, 2), (), ("3103 Moss", 3, 4), ("3105 Sarpsborg",))["3105", "2022M01"] == ".."


# ----------------------------------------------------------------------------------------------------------- bad books

GOOD = ("3101 Halden", 1, 2)


@pytest.mark.parametrize(
    ("rows", "how", "words"),
    [
        ([GOOD, ("3101 Halden", 1, 3)], {}, "rad 7: 3101 Halden står to ganger med ulike tall"),
        ([GOOD, ("3101 Halden", 1, "*")], {}, "rad 7: 3101 Halden står to ganger med ulike tall"),
        ([GOOD], {"months": ("Mars", "mars")}, "måneden 2022M03 står to ganger over rad 6"),
        ([GOOD], {"months": ("Mars", "mars 2022")}, "måneden 2022M03 står to ganger over rad 6"),
        ([GOOD], {"title": "Alle kommuner"}, "«Antall» sier ikke hvilket år"),
        ([GOOD], {"months": ("Januar 2026", "Februar"), "title": ""}, "«Antall» sier ikke hvilket år"),
        ([GOOD], {"months": ("Jan. 2023", "Feb. 2023")}, "er for 2022 i tittelen, men 2023 i månedene over rad 6"),
        ([GOOD], {"county": "Januar - februar 2021"}, "nevner to år: «Januar - februar 2022», «Januar - februar 2021»"),
        ([("3101 Halden", None, None)], {}, "«Antall» har ingen tall for noen kommune"),
        ([("Halden", 1, 2)], {}, "oppsettet i arket «Antall» er ikke kjent"),
        ([], {}, "oppsettet i arket «Antall» er ikke kjent"),
        ([GOOD], {"months": ("Kvinner", "Menn")}, "rad 6: 3101 Halden har ingen måneder over seg"),
        ([("3101 Halden", "*", "*")], {"months": ("Kvinner", "Menn")}, "rad 6: 3101 Halden har ingen måneder over seg"),
        ([GOOD, ("Oslo",), (None, "Januar", "Mars"), ("0301 Oslo", 1, 2)], {}, "rad 9: månedene over raden er ikke de samme"),
        ([GOOD, ("3103Moss", 1, 2)], {}, "rad 7: «3103Moss» er ikke et nummer på to, fire eller seks sifre"),
        ([GOOD, ("31033 Moss", "*", "*")], {}, "rad 7: «31033 Moss» er ikke et nummer"),
    ],
)  # fmt: skip
def test_each_fault_of_a_sheet_has_its_message(rows, how, words):
    assert words in message(xlsx(Antall=sheet(*rows, **how)))


def test_a_title_above_the_label_is_no_header_of_its_row():
    rows = [[None, "Oktober 2022"], [None, "3101 Halden", 5]]
    assert "rad 2: 3101 Halden har ingen måneder over seg" in message(xlsx(Antall=rows))


def test_the_same_municipality_twice_with_the_same_figures_is_one():
    assert len(read(GOOD, GOOD)) == 2


def two(first, second):
    return xlsx(**{"1. Kommune Antall": first, "2. Kommune Andel": second})


def test_sheets_must_have_the_same_municipalities_and_months():
    full, less = sheet(GOOD, ("3103 Moss", 3, 4)), sheet(GOOD)
    assert navbook.parse(two(full, full), BOTH).frame["ContentsCode"].tolist() == (["antall"] * 2 + ["prosent"] * 2) * 2
    assert "3103 (1 i alt) står bare i ett av arkene «1. Kommune Antall» og «2. Kommune Andel»" in message(
        two(full, less), BOTH
    )
    assert "3103 (1 i alt) står bare i ett av arkene" in message(two(less, full), BOTH)
    january = sheet(("3101 Halden", 1, None))
    assert "har ulike måneder: 2022M01, 2022M02 og 2022M01." in message(two(less, january), BOTH)
    before = sheet(GOOD, title="Januar - februar 2021")
    assert "har ulike måneder: 2022M01, 2022M02 og 2021M01, 2021M02." in message(two(less, before), BOTH)


def test_each_code_has_one_sheet_of_its_own():
    rows = sheet(GOOD)
    assert "passe til «andel», ikke 0 av «Antall»" in message(xlsx(Antall=rows), {"andel": "andel"})
    assert "ikke 2 av «Antall», «Antall 2»" in message(xlsx(**{"Antall": rows, "Antall 2": rows}))
    assert "ikke 1 av «Antall»" in message(xlsx(Antall=rows), {"a": "antall", "b": "ANTALL"})
    assert not navbook.parse(xlsx(ANTALL=rows, Prosent=rows), ONE).frame.empty


def rezip(data, change, how=zipfile.ZIP_DEFLATED):
    """The same workbook with some of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", how) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, bytes)(old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ikke en hel Excel-fil"),
        (b"Region;Antall\n3101;5\n", "ikke en hel Excel-fil"),
        (b"\n <!DOCTYPE html><html><body>Beklager</body></html>", "dette er en nettside"),
        (b"\xef\xbb\xbf<html>", "dette er en nettside"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "har passord eller er i gammelt format"),
        (b"PK\x03\x04" + bytes(100), "ikke en hel Excel-fil"),
    ],
)
def test_what_is_no_workbook_has_its_message(data, words):
    assert words in message(data)


def test_a_workbook_cut_short_is_refused_at_every_length():
    data = xlsx(Antall=sheet(GOOD))
    for length in range(4, len(data), 97):
        assert "ikke en hel Excel-fil" in message(data[:length])


def test_a_figure_changed_behind_the_checksum_is_refused():
    data = rezip(xlsx(Antall=sheet(("3101 Halden", 4321, 2))), {}, zipfile.ZIP_STORED)
    assert data.count(b"<v>4321<") == 1
    assert "filen er skadet (i xl/worksheets/sheet1.xml)" in message(data.replace(b"<v>4321<", b"<v>4327<"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(10_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    assert len(out.getvalue()) < 100_000 and "60 MB utpakket; grensen er 50 MB" in message(out.getvalue())


def test_a_zip_of_something_else_and_a_spoiled_part_are_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "kan ikke leses som en Excel-arbeidsbok" in message(other.getvalue())
    data = xlsx(Antall=sheet(GOOD))
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        assert "kan ikke leses som en Excel-arbeidsbok" in message(
            rezip(data, {part: lambda old: old[: len(old) // 2]})
        )


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet5.xml"])
def test_a_part_of_the_real_workbook_that_ends_early_is_refused(real, part):
    spoiled = rezip(real, {part: lambda old: old[: len(old) * 9 // 10]})
    assert "kan ikke leses som en Excel-arbeidsbok" in message(spoiled, BOTH)


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    spoiled = rezip(xlsx(Antall=sheet(GOOD)), {"xl/worksheets/sheet1.xml": lambda part: bomb + part})
    assert "kan ikke leses som en Excel-arbeidsbok" in message(spoiled)


def test_a_row_far_below_ends_the_reading():
    data = xlsx(Antall=sheet(GOOD, ("3103 Moss", 3, 4)))
    far = rezip(data, {"xl/worksheets/sheet1.xml": lambda part: part.replace(b'<row r="7"', b'<row r="999999999"')})
    assert far != data and "flere enn 20000 rader" in message(far)


# --------------------------------------------------------------------------------------------------------------- chance

FIGURES = st.one_of(
    st.integers(0, 50_000), st.decimals(0, 100, places=1).map(float), st.sampled_from(["*", ":", "..", ".", "-"])
)
GAP = st.integers(0, 2)


@st.composite
def layouts(draw):
    """A sheet that somebody could have made, and the figures that are in it."""
    year, months = draw(st.integers(2015, 2030)), draw(st.lists(st.integers(1, 12), min_size=1, unique=True))
    left, name = draw(st.integers(1, 4)), draw(st.sampled_from([FULL, SHORT]))
    with_year = draw(st.booleans())
    header = [f"{name[m - 1]} {year}" if with_year else name[m - 1] for m in months]
    rows = [[None, "Kilde: NAV"], [], [None, f"Januar - desember {year}"]]
    figures = {}
    codes = draw(st.lists(st.integers(100, 5699), min_size=1, max_size=12, unique=True))
    while codes:
        block, codes = codes[: draw(st.integers(1, len(codes)))], codes[4:] if len(codes) > 4 else []
        top = [[None, "Et fylke"], [None] * (left + 1) + header]
        rows += [[]] * draw(GAP) + (top if draw(st.booleans()) else top[::-1]) + [[]] * draw(GAP)
        if draw(st.booleans()):
            rows.append([None, "I alt Et fylke"] + [None] * (left - 1) + [99_999] * len(months))
        for number in block:
            code = f"{number:04d}"
            if code not in {region for region, _ in figures}:
                own = draw(st.lists(FIGURES, min_size=len(months), max_size=len(months)))
                figures |= {(code, f"{year}M{m:02d}"): each for m, each in zip(months, own, strict=True)}
                rows += [[None, f"{code} Sted"] + [None] * (left - 1) + own] + [[]] * draw(GAP)
    unknown = [
        [None, "Ukjent"],
        [None] * (left + 1) + header,
        [None, "9999 Ukjent"] + [None] * (left - 1) + [1] * len(months),
    ]
    return rows + (unknown if draw(st.booleans()) else []), figures


@given(layouts())
@settings(max_examples=60)
def test_any_layout_gives_exactly_its_figures(layout):
    rows, figures = layout
    assert cells(navbook.parse(xlsx(Antall=rows), ONE).frame) == figures


WHOLE = two(sheet(GOOD, ("3103 Moss", "*", 4)), sheet(("3101 Halden", 1.5, 2.5), ("3103 Moss", "*", 0.1)))


@cache
def right(whole):
    return navbook.parse(whole, BOTH)


def right_or_refused(data, whole=WHOLE):
    try:
        found = navbook.parse(data, BOTH)
    except DataError:
        return
    pd.testing.assert_frame_equal(found.frame, right(whole).frame)
    assert found.names == right(whole).names


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=300)
def test_damaged_bytes_never_give_a_wrong_figure(damage):
    data = bytearray(WHOLE)
    for at, byte in damage:
        data[at] = byte
    right_or_refused(bytes(data))


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bytes_of_the_real_workbook_never_give_a_wrong_figure(real, damage):
    data = bytearray(real)
    for part, byte in damage:
        data[int(part * len(data))] = byte
    right_or_refused(bytes(data), real)


@given(st.integers(0, len(WHOLE)), st.integers(0, 200), st.binary(max_size=20))
@settings(max_examples=100)
def test_bytes_that_come_and_go_never_give_a_wrong_figure(at, gone, come):
    right_or_refused(WHOLE[:at] + come + WHOLE[at + gone :])


@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"]), st.data()
)
@settings(max_examples=150)
def test_a_part_damaged_before_it_was_packed_ends_in_an_error_or_a_frame(part, data):
    """The checksums are sound here, so the figures may be others; but nothing else than a DataError may come out."""
    at, byte = data.draw(st.integers(0, 3000)), data.draw(st.binary(min_size=1, max_size=3))
    try:
        frame = navbook.parse(rezip(WHOLE, {part: lambda old: old[:at] + byte + old[at + len(byte) :]}), BOTH).frame
    except DataError:
        return
    assert frame["Region"].str.fullmatch(r"[0-9]{4}").all() and (frame["value"].notna() | frame["status"].notna()).all()
