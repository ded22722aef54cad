"""Own tables: what is understood of a file, and what is said of one that is not as it should be."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import owntables
from helpers.errors import DataError, InputError, TableMissing
from helpers.places import Municipality
from helpers.tables import Tables, own, owncells, owncheck, owngrid, ownlayout, ownnumbers
from helpers.tables.owncells import BadCells, Understood
from helpers.workspace import Workspace
from own_make import TOLD, VALUE_ADDED, csv, cube, put, xlsx

HEAD = "Kommune;År;Antall"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: Workspace) -> Path:
    """A workspace with nothing but own files; municipality codes are those of the project."""
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(built.root))
    (tmp_path / "data" / "raw").mkdir(parents=True)
    return tmp_path


def read(here: Path, told: str = TOLD, **files: bytes) -> Understood:
    folder = put(here, x_toml=told, **files)
    return own.understood(folder / "x.toml")[2]


def rows(found: Understood) -> dict[tuple[object, ...], object]:
    """(dimensions) → value, or the sign."""
    keys = list(found.dimensions)
    values = found.frame["value"].astype(object).where(found.frame["value"].notna(), found.frame["status"])
    return dict(zip(found.frame[keys].itertuples(index=False, name=None), values, strict=True))


# --- what is understood ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
def test_encoding_and_separator_are_seen(here: Path, encoding: str, separator: str) -> None:
    lines = [each.replace(";", separator) for each in ("Kommune;År;Antall", "Rødøy;2022;1 234", "3101;2023;5")]
    assert rows(read(here, x_csv=csv(*lines, encoding=encoding))) == {("1836", "Antall", 2022): 1234, ("3101", "Antall", 2023): 5}  # fmt: skip


def test_a_csv_as_excel_writes_it(here: Path) -> None:
    data = csv("sep=;", "Bedrifter", "", "KOMMUNE ;år;Antall", "Halden;2021;1\u00a0234,5", "3101 Halden;2022;:", "301;2022;-", "I alt;2022;9", "Kilde: oss;;", encoding="cp1252")  # fmt: skip
    found = read(here, f'skip = ["i alt"]\nsigns = {{ "-" = "0" }}\n{TOLD}', x_csv=data)
    assert rows(found) == {("3101", "Antall", 2021): 1234.5, ("3101", "Antall", 2022): ":", ("0301", "Antall", 2022): 0}
    assert (found.layout.header, found.ignored, found.skipped) == (4, 1, 1)


def test_signs_of_ssb_and_nav_and_an_empty_cell(here: Path) -> None:
    found = read(here, x_csv=csv(HEAD, *(f"3101;{year};{sign}" for year, sign in zip(range(2018, 2023), (".", "..", ":", "*", ""), strict=True))))  # fmt: skip
    assert list(rows(found).values()) == [".", "..", ":", "*", ".."]
    assert found.frame[["value", "lower", "upper"]].isna().all(axis=None)


def test_years_as_headings_in_excel(here: Path) -> None:
    told = f'{TOLD}[columns]\ntime = "*"\nregion = "Kommune"\ndimensions = ["Næring"]\n'
    sheet = [
        ["Kommune", "Næring", 2021, "2022", "Sum"],
        ["Halden", "A", 1, 2.5, 3],
        ["Sarpsborg", "A", None, "1 000", 9],
    ]
    found = read(here, told, x_xlsx=xlsx({"Ark": sheet}))
    assert rows(found) == {("3101", "A", "value", 2021): 1, ("3101", "A", "value", 2022): 2.5, ("3105", "A", "value", 2021): "..", ("3105", "A", "value", 2022): 1000}  # fmt: skip
    assert found.layout.unused == ["Sum"] and found.labels["ContentsCode"] == {"value": "Bedrifter"}


def test_json_stat_says_itself_what_is_what(here: Path) -> None:
    found = read(here, x_json=cube())
    assert rows(found) == {("3101", "n", 2022): 1, ("3101", "n", 2023): 2, ("3105", "n", 2022): ":", ("3105", "n", 2023): 4}  # fmt: skip


def test_months_quarters_and_dates(here: Path) -> None:
    import datetime as dt

    told = TOLD + 'period = "{}"\n'
    found = read(here, told.format("month"), x_xlsx=xlsx({"A": [["Kommune", "År", "Antall"], [3101, dt.datetime(2022, 10, 31), 1], [3101, "2022-11", 2]]}))  # fmt: skip
    assert list(found.frame["Tid"]) == ["2022M10", "2022M11"]
    (here / "data/raw/own/x.xlsx").unlink()
    assert list(read(here, told.format("quarter"), x_csv=csv(HEAD, "3101;2022Q4;1")).frame["Tid"]) == ["2022K4"]


@pytest.mark.parametrize(("unit", "wages"), [("1000 kr", 5.5), ("mill. kr", 5500.0)])
def test_value_added_is_in_thousands(here: Path, unit: str, wages: float) -> None:
    told = VALUE_ADDED.replace("mill. kr", unit).replace('title = "Bedrifter"', 'id = "own_value_added"\ntitle = "B"')
    found = read(here, told, x_csv=csv("År;Lønn;Resultat", "2022;5,5;-1"))
    assert rows(found)["3101", "wages", 2022] == wages and rows(found)["3101", "operating_result", 2022] < 0


def test_bounds_follow_the_rounding(here: Path) -> None:
    found = read(here, f'rounding = "base-3"\n{TOLD}', x_csv=csv(HEAD, "3101;2021;0", "3101;2022;3", "3101;2023;9"))
    assert found.frame[["lower", "upper"]].to_numpy().tolist() == [[0, 2], [1, 3], [9, 9]]
    masked = read(here, f'rounding = "masked"\n{TOLD}', x_csv=csv(HEAD, "3101;2021;*"))
    assert masked.frame[["lower", "upper"]].to_numpy().tolist() == [[0, 3]]


# --- codes through the reforms --------------------------------------------------------------------------------------


def test_old_codes_are_carried_by_their_year(here: Path) -> None:
    found = read(here, x_csv=csv(HEAD, "0101;2018;1", "3001;2021;2", "Halden;2022;3", "3101;2024;4", "3101;2019;5"))
    assert set(found.frame["Region"]) == {"3101"} and list(found.frame["value"]) == [1, 5, 2, 3, 4]


def test_a_name_means_the_municipality_of_its_year(here: Path) -> None:
    """Ålesund with Haram until 2023, without it from 2024: the older figure is not that of today's municipality."""
    found = read(here, x_csv=csv(HEAD, "Ålesund;2022;9", "Ålesund;2024;8"))
    assert rows(found) == {("1507", "Antall", 2022): 9, ("1508", "Antall", 2024): 8}


PARTS = ("1001;2018;10", "1017;2018;2", "1018;2018;3")


def test_merged_municipalities_are_added_up_only_when_told_so_and_whole(here: Path) -> None:
    with pytest.raises(
        DataError, match=r"rad 2, kolonne A .*3 kommuner fra 2018 er i dag 4204 Kristiansand.*additive = true"
    ):
        read(here, x_csv=csv(HEAD, *PARTS))
    assert rows(read(here, f"additive = true\n{TOLD}", x_csv=csv(HEAD, *PARTS))) == {("4204", "Antall", 2018): 15}
    with pytest.raises(
        DataError, match=r"1001 Kristiansand var i 2018 bare en del av 4204 Kristiansand; 1018 Søgne mangler"
    ):
        read(here, f"additive = true\n{TOLD}", x_csv=csv(HEAD, *PARTS[:2]))
    masked = read(here, f"additive = true\n{TOLD}", x_csv=csv(HEAD, *PARTS[:2], "1018;2018;:"))
    assert rows(masked) == {("4204", "Antall", 2018): ":"}
    with pytest.raises(DataError, match="additive = true"):
        read(here, f"additive = true\n{TOLD}".replace("bedrifter", "prosent"), x_csv=csv(HEAD, *PARTS))
    assert rows(read(here, f'codes = "2024"\n{TOLD}', x_csv=csv(HEAD, "Kristiansand;2018;15"))) == {("4204", "Antall", 2018): 15}  # fmt: skip


# --- broken files ---------------------------------------------------------------------------------------------------

PLAIN = csv(HEAD, "3101;2022;5")
FORMULA = xlsx({"Ark": [["Kommune", "År", "Antall"], [3101, 2022, "=A2+1"]]})  # as openpyxl writes it: never computed
BROKEN: dict[str, tuple[str, dict[str, bytes], list[str]]] = {
    "no file": (TOLD, {}, ["x.toml", "ingen x.csv, .xlsx eller .json"]),
    "two files": (TOLD, {"x_csv": PLAIN, "x_json": cube()}, ["både x.csv og x.json", "file"]),
    "description is no toml": ("title = Bedrifter", {"x_csv": PLAIN}, ["x.toml er ikke gyldig TOML", "linje 1, tegn 9", "anførselstegn"]),
    "date as in a letter": (TOLD.replace("2026-05-01", "01.05.2026"), {"x_csv": PLAIN}, ["x.toml er ikke gyldig TOML: linje 3", "2026-05-01"]),
    "field twice": (f'title = "a"\n{TOLD}', {"x_csv": PLAIN}, ["samme felt to ganger"]),
    "an old workbook": (TOLD, {"x_xls": b"\xd0\xcf\x11\xe0"}, ["x.xls: filtypen kan ikke leses", ".xlsx"]),
    "field missing": (TOLD.replace("producer", "# "), {"x_csv": PLAIN}, ["x.toml: producer mangler"]),
    "field unknown": (f"titel = 1\n{TOLD}", {"x_csv": PLAIN}, ["titel er ikke et felt"]),
    "official id": (f'id = "ssb_11618"\n{TOLD}', {"x_csv": PLAIN}, ["id må være som own_vekst"]),
    "file elsewhere": (f'file = "../x.csv"\n{TOLD}', {"x_csv": PLAIN}, ["file må være navnet på en fil i samme mappe"]),
    "date as text": (TOLD.replace("2026-05-01", '"i mai"'), {"x_csv": PLAIN}, ["retrieved"]),
    "empty file": (TOLD, {"x_csv": b"\xef\xbb\xbf\r\n"}, ["x.csv er tom"]),
    "headings only": (TOLD, {"x_csv": csv(HEAD)}, ["x.csv har overskrifter, men ingen tall"]),
    "column unknown": (f'{TOLD}[columns]\nvalue = "Ansatte"\n', {"x_csv": PLAIN}, ["x.csv mangler kolonnen «Ansatte»", "Rad 1 har «Kommune», «År», «Antall»"]),
    "no municipality": (TOLD, {"x_csv": csv("Sted;År;Antall", "3101;2022;5")}, ["columns.region", "municipality"]),
    "heading twice": (TOLD, {"x_csv": csv(f"{HEAD};Antall", "3101;2022;5;6")}, ["rad 1", "kolonne C og D"]),
    "text in a number": (TOLD, {"x_csv": csv(HEAD, "3101;2022;fem")}, ["x.csv, rad 2, kolonne C («Antall»): «fem» er ikke et tall", "signs"]),
    "text in a number in Excel": (TOLD, {"x_xlsx": xlsx({"Tall": [["Om"], ["Kommune", "År", "Antall"], [3101, 2022, "fem"]]})}, ["x.xlsx, ark «Tall», celle C3 («Antall»): «fem»"]),
    "formula in a csv": (TOLD, {"x_csv": csv(HEAD, "3101;2022;=2+2")}, ["rad 2, kolonne C", "«=2+2» er en formel"]),
    "formula never computed": (TOLD, {"x_xlsx": FORMULA}, ["celle C2", "formelen er ikke regnet ut"]),
    "error of Excel": (TOLD, {"x_csv": csv(HEAD, "3101;2022;#DIV/0!")}, ["rad 2, kolonne C", "feil fra Excel"]),
    "a date": (TOLD, {"x_xlsx": xlsx({"Ark": [["Kommune", "År", "Antall"], [3101, 2022, __import__("datetime").date(2022, 1, 1)]]})}, ["celle C2", "er en dato, ikke et tall"]),
    "row twice": (TOLD, {"x_csv": csv(HEAD, "3101;2022;5", "Halden;2022;6")}, ["rad 3, kolonne C", "3101 Halden, 2022 står også i rad 2"]),
    "unknown municipality": (TOLD, {"x_csv": csv(HEAD, "3102;2022;5")}, ["rad 2, kolonne A («Kommune»)", "Fant ingen kommune «3102»"]),
    "old code in a new year": (TOLD, {"x_csv": csv(HEAD, "3001;2025;5")}, ["rad 2, kolonne A", "3001 gjaldt ikke i 2025. Skriv 3101 Halden"]),
    "name of two": (TOLD, {"x_csv": csv(HEAD, "Våler;2024;5")}, ["rad 2, kolonne A", "3114 eller 3419"]),
    "code and name differ": (TOLD, {"x_csv": csv(HEAD, "3101 Moss;2024;5")}, ["3101 er Halden, ikke «Moss»"]),
    "no municipality in a row": (TOLD, {"x_csv": csv(HEAD, ";2024;5")}, ["rad 2, kolonne A", "kommunen mangler"]),
    "constructed municipality": (TOLD, {"x_csv": csv(HEAD, "9901;2024;5")}, ["konstruert"]),
    "time is no year": (TOLD, {"x_csv": csv(HEAD, "3101;22/23;5")}, ["rad 2, kolonne B («År»): «22/23» er ikke et år"]),
    "negative": (TOLD, {"x_csv": csv(HEAD, "3101;2022;-5")}, ["rad 2, kolonne C", "-5 er under null", "negative"]),
    "mixed decimals": (TOLD, {"x_csv": csv(HEAD, "3101;2021;1,5", "3101;2022;1.5")}, ["rad 3, kolonne C", "«1.5»", "samme tegn"]),
    "thousands or decimals": (TOLD, {"x_csv": csv(HEAD, "3101;2021;1.500")}, ["rad 2, kolonne C", "«1.500»", "både tusen og desimaler"]),
    "decimal comma and comma between": (TOLD, {"x_csv": csv("Kommune,År,Antall", "3101,2022,12,5")}, ["rad 2", "4 felt, overskriften 3", "semikolon"]),
    "cut off": (TOLD, {"x_csv": csv(HEAD, "3101;2021;5", "3101;2022")}, ["rad 3", "bare 2 felt"]),
    "wrong encoding": (f'encoding = "utf-8"\n{TOLD}', {"x_csv": csv(HEAD, "Rødøy;2022;5", encoding="cp1252")}, ["x.csv, rad 1", "er ikke utf-8", "Fjern encoding"]),
    "no text": (TOLD, {"x_csv": b"PK\0\0"}, ["x.csv er ikke en tekstfil"]),
    "no such sheet": (f'sheet = "Tall"\n{TOLD}', {"x_xlsx": xlsx({"Ark1": [["a"]]})}, ["x.xlsx har ikke arket «Tall»", "«Ark1»"]),
    "which sheet": (TOLD, {"x_xlsx": xlsx({"A": [["a"]], "B": [["b"]]})}, ["2 ark", "«A», «B»", "sheet ="]),
    "no workbook": (TOLD, {"x_xlsx": PLAIN}, ["x.xlsx", "ikke en hel Excel-fil"]),
    "size of a cube": (TOLD, {"x_json": cube(size=[2, 1, 3])}, ["x.json: dimensjonen Tid har 2 koder, size sier 3"]),
    "no JSON": (TOLD, {"x_json": b"{"}, ["x.json er ikke gyldig JSON"]),
    "cell of a cube": (TOLD, {"x_json": cube(value=[1, -2, None, 4])}, ["x.json, cellen Region 3101, ContentsCode n, Tid 2023", "under null"]),
    "sign unknown": (TOLD, {"x_json": cube(status={"2": "q"})}, ["Region 3105", "tegnet «q» er ukjent"]),
    "rounded and not": (f'rounding = "base-3"\n{TOLD}', {"x_csv": csv(HEAD, "3101;2022;2")}, ["rad 2, kolonne C", "2 kan ikke stå", "rounding"]),
    "value added in another unit": (VALUE_ADDED.replace("mill. kr", "euro").replace("title", 'id = "own_value_added"\ntitle', 1), {"x_csv": csv("År;Lønn;Resultat", "2022;1;1")}, ["unit for own_value_added må være 1000 kr eller mill. kr"]),
    "negative wages": (VALUE_ADDED.replace("title", 'id = "own_value_added"\ntitle', 1), {"x_csv": csv("År;Lønn;Resultat", "2022;-1;1")}, ["rad 2, kolonne B", "«wages» ikke være"]),
    "value added without the result": (f'id = "own_value_added"\n{TOLD.replace("bedrifter", "1000 kr")}municipality = "3101"\n[columns]\nvalue = {{ wages = "Lønn" }}\n', {"x_csv": csv("År;Lønn", "2022;1")}, ["operating_result mangler", "wages (lønnskostnader)"]),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_told_with_its_place(here: Path, what: str) -> None:
    told, files, words = BROKEN[what]
    put(here, x_toml=told, y_toml=TOLD, y_csv=PLAIN, **files)
    bad, good = sorted(own.load(Workspace(here)), key=lambda each: each.source.name)
    assert all(word in bad.problem for word in words), bad.problem
    assert "\n" not in bad.warning and bad.warning.startswith("Egne tall utelatt, ")
    assert (good.id, good.problem) == ("own_y", "")
    assert not (here / "data/processed/own_x.parquet").exists()


def test_all_mistakes_of_a_file_are_listed(here: Path) -> None:
    with pytest.raises(BadCells) as told:
        read(here, x_csv=csv(HEAD, "3101;2021;a", "3102;2022;1", "3101;1;1"))
    assert [each.split(":")[0] for each in told.value.problems] == ["x.csv, rad 2, kolonne C («Antall»)", "x.csv, rad 3, kolonne A («Kommune»)", "x.csv, rad 4, kolonne B («År»)"]  # fmt: skip
    assert str(told.value).endswith("(2 slike til)")


def test_a_bomb_is_not_unpacked(here: Path) -> None:
    folder = put(here, x_toml=TOLD)
    with zipfile.ZipFile(folder / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(DataError, match="60 MB utpakket; grensen er 50 MB"):
        own.understood(folder / "x.toml")


def test_a_file_that_is_too_large_is_not_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owngrid, "LARGEST", 10)
    with pytest.raises(DataError, match="større enn"):
        read(here, x_csv=PLAIN)


def test_an_id_that_is_used_twice_gives_neither(here: Path) -> None:
    put(here, x_toml=f'id = "own_a"\n{TOLD}', x_csv=PLAIN, y_toml=f'id = "own_a"\n{TOLD}', y_csv=PLAIN)
    assert all("id «own_a» er brukt i 2 beskrivelser" in each.problem for each in own.load(Workspace(here)))


def test_a_file_without_a_description_is_told_of(here: Path) -> None:
    put(here, vekst_csv=PLAIN, README_md="x", old_xls=b"x", x_toml=f'file = "tall.csv"\n{TOLD}', tall_csv=PLAIN)
    found = {each.source.name: each.problem for each in own.load(Workspace(here))}
    assert set(found) == {"x.toml", "vekst.csv", "old.xls"} and not found["x.toml"]
    assert "Lag vekst.toml ved siden av" in found["vekst.csv"]


# --- among the other tables -----------------------------------------------------------------------------------------


def test_own_tables_stand_among_the_others(here: Path, built: Workspace) -> None:
    (here / "data/raw/snapshot").mkdir()
    for path in (built.raw / "snapshot").glob("ssb_11616.*"):
        shutil.copy(path, here / "data/raw/snapshot")
    put(here, vekst_toml=TOLD.replace("2026-05-01", "2030-01-01"), vekst_csv=csv(HEAD, "Halden;2022;5"), bad_toml=TOLD, bad_csv=csv(HEAD, "x;2022;5"))  # fmt: skip
    tables = Tables.load(Workspace(here))
    assert list(tables) == ["ssb_11616", "own_vekst"] and "own_bad" not in tables
    assert tables["own_vekst"]["value"].tolist() == [5]
    meta = tables.meta("own_vekst")
    assert (meta.producer, meta.title, meta.retrieved, meta.unit) == ("Halden kommune", "Bedrifter", "2030-01-01", "bedrifter")  # fmt: skip
    assert tables.labels("own_vekst", "Region") == {"3101": "Halden"}
    rows = Municipality.find("halden").table("own_vekst", labels=True, tables=tables)
    assert rows["Region"].tolist() == ["3101 Halden"] and rows.attrs["units"]["value"] == "bedrifter"
    assert tables.labelled("own_vekst")["Region"].tolist() == ["3101 Halden"]
    with pytest.raises(InputError, match=r"«own_vokst». Mente du own_vekst\?"):
        Municipality.find("halden").table("own_vokst", tables=tables)
    with pytest.raises(TableMissing, match="tall for Moss") as caught:
        Municipality.find("moss").table("own_vekst", tables=tables)
    assert "own check" in caught.value.__notes__[0]
    for among in (None, ["own_vekst"], ["own_vekst", "ssb_11616"]):  # the day of own figures is not «today»
        assert tables.newest_retrieval(among).isoformat() == tables.meta("ssb_11616").retrieved


def test_an_own_table_is_made_again_when_it_or_its_description_changes(here: Path) -> None:
    folder = put(here, x_toml=TOLD, x_csv=PLAIN)
    assert [own.load(Workspace(here))[0].made for _ in range(2)] == [True, False]
    (folder / "x.csv").write_bytes(csv(HEAD, "3101;2022;6"))
    assert own.load(Workspace(here))[0].made
    (folder / "x.toml").write_text(TOLD.replace("Bedrifter", "Foretak"), "utf-8")
    assert [own.load(Workspace(here))[0].made for _ in range(2)] == [True, False]


# --- own check ------------------------------------------------------------------------------------------------------


def test_the_check_tells_what_was_understood(here: Path) -> None:
    put(here, vekst_toml=TOLD, vekst_csv=csv("Kommune;År;Antall;Merk", "Halden;2021;1 234,5;x", "Sarpsborg;2022;:;", encoding="cp1252"))  # fmt: skip
    report = owncheck.check(Workspace(here))
    told = "\n".join(report.lines)
    assert report.ok
    for words in ("vekst.csv → own_vekst: Bedrifter", "cp1252, skilt med semikolon, desimaltegn komma, overskrifter i rad 1", "brukes ikke: Merk",
                  "2 tall i bedrifter, 2 perioder: 2021–2022", "3101 Halden, 3105 Sarpsborg", "«:» konfidensielt: 1", "1234,5", "1 fil: alt er forstått."):  # fmt: skip
        assert words in told, told


def test_the_check_lists_mistakes_and_suggests_a_description(here: Path) -> None:
    folder = put(here, vekst_toml=TOLD, vekst_csv=csv(HEAD, *(f"3101;{year};x" for year in range(2000, 2013))), ny_csv=csv("Kommunenummer;År;Antall", "3101;2022;5"))  # fmt: skip
    report = owncheck.check(Workspace(here))
    told = "\n".join(report.lines)
    assert not report.ok and report.lines[-1] == "2 av 2 filer kan ikke brukes. Rett og prøv igjen."
    assert told.count("FEIL: vekst.csv, rad") == 10 and "… og 3 til" in told
    suggested = [line.strip() for line in report.lines[report.lines.index("ny.csv har ingen beskrivelse.") + 3 : -2]]
    (folder / "ny.toml").write_text("\n".join(suggested), "utf-8")
    assert owncheck.check(Workspace(here), [Path("ny.csv")]).ok
    with pytest.raises(InputError, match="Fant ikke"):
        owncheck.check(Workspace(here), [Path("finnes-ikke")])


# --- numbers --------------------------------------------------------------------------------------------------------


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)), st.sampled_from(",."), st.sampled_from(["", " ", "\u00a0", "\u202f"]))  # fmt: skip
def test_a_number_written_in_any_way_is_read_back(value: float, decimal: ownnumbers.Decimal, thousands: str) -> None:
    text = f"{value:,.2f}".replace(",", "_").replace(".", decimal).replace("_", thousands)
    found, wrong, _ = ownnumbers.decimal_of([(0, text)])
    assert (found, wrong) == (decimal, None)
    assert ownnumbers.number(text, found) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "12 5", "1e5", "5,", ",5", "--5", "1,2,3.4", "1.2.3", "٣", "nan", "inf", "0x1", "1_000"]
)
def test_what_is_no_number(text: str) -> None:
    assert ownnumbers.number(text, ",") is None and ownnumbers.number(text, ".") is None


CELL = st.one_of(
    st.sampled_from(["3101", "Halden", "2022", "1,5", "1.5", "..", "", "-1", '"', ";", "=1", "\u0663"]),
    st.text(max_size=8),
)


@given(st.lists(st.lists(CELL, max_size=4), max_size=4), st.sampled_from(["utf-8", "utf-16"]))
def test_whatever_a_file_holds_it_is_understood_or_refused_in_one_line(cells: list[list[str]], encoding: str) -> None:
    told = owntables.Description.model_validate(dict.fromkeys(("title", "producer", "unit"), "x") | {"id": "own_x", "retrieved": "2026-01-01"})  # fmt: skip
    data = "\n".join([HEAD, *(";".join(row) for row in cells)]).encode(encoding, "replace")
    try:
        grid = owngrid._text(Path("x.csv"), data, told, lambda held: ownlayout.header(held, told))
        found = owncells.understand(grid, told)
    except DataError as error:
        assert "\n" not in str(error) and "x.csv" in str(error)
    else:
        assert found.frame["value"].notna().eq(found.frame["status"].isna()).all()
