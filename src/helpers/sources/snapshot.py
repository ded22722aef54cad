"""Make data/raw/snapshot from figures compiled as CSV and Parquet.

    python -m helpers.sources.snapshot FIGURES --date 2026-11-23 [--out data/raw/snapshot]

FIGURES is the folder with the compiled tables (their columns are checked). No body here was answered by the API itself:
each sidecar says so. The same figures and date give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from helpers import jsonstat
from helpers.errors import DataError
from helpers.sources.store import write_body

Dimensions = Mapping[str, Mapping[str, str]]
SSB, NAV, KARTVERKET = "Statistisk sentralbyrå", "NAV", "Kartverket"
UNROUNDED = {"rule": "none"}
ROUNDED = {
    "rule": "small_counts",
    "level": "total",
    "allowance": 8,
    "note": "Cells are totals over finer cells in which every 1 and 2 was rounded to 0 or 3. The allowance is the largest "
    "difference between ssb_07984 summed over industries and the unrounded ssb_11618, in 17 municipalities, 2020-2022.",
}
EMPLOYMENT = {
    "BefolkningBosted": "Bosatte",
    "SysselBosted": "Sysselsatte etter bosted",
    "SysselArbsted": "Sysselsatte etter arbeidssted",
}
COMMUTERS = {"Innpendlere": "Innpendlere", "Utpendlere": "Utpendlere"}
PUBLISHED_11616 = {  # ssb.no/statbank/sq/10093014, 2023, ages 15-74: residents employed, in, out, jobs
    "3001": (14262, 3054, 4193, 13123),
    "3003": (27654, 13054, 11309, 29399),
    "3004": (40063, 10572, 15625, 35010),
    "3011": (2181, 451, 1317, 1315),
    "3002": (24988, 8125, 11332, 21781),
}
INDUSTRIES = {
    "Jordbruk, skogbruk og fiske": "01-03",
    "Bergverksdrift og utvinning": "05-09",
    "Industri": "10-33",
    "Elektrisitet, vann og renovasjon": "35-39",
    "Bygge- og anleggsvirksomhet": "41-43",
    "Varehandel, reparasjon av motorvogner": "45-47",
    "Transport og lagring": "49-53",
    "Overnattings- og serveringsvirksomhet": "55-56",
    "Informasjon og kommunikasjon": "58-63",
    "Finansiering og forsikring": "64-66",
    "Teknisk tjenesteyting, eiendomsdrift": "68-75",
    "Forretningsmessig tjenesteyting": "77-82",
    "Off.adm., forsvar, sosialforsikring": "84",
    "Undervisning": "85",
    "Helse- og sosialtjenester": "86-88",
    "Personlig tjenesteyting": "90-99",
    "Uoppgitt": "00",
}
STATUSES = {
    "total": ("TOT", "I alt"),
    "outside": ("NEET2", "Utenfor arbeid, utdanning og arbeidsmarkedstiltak"),
    "inside": ("INNE", "I arbeid, utdanning eller arbeidsmarkedstiltak"),
}
CATEGORIES = {
    "all": ("A-G", "Alle"),
    "non-immigrants": ("A_C-G", "Uten innvandrere"),
    "immigrants": ("B", "Innvandrere"),
}
YEAR_OF_CODE = "Region codes are those of the year of the figure."


def employment(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Tables 11618 and 11616."""
    frame = _csv(
        figures / "ssb_11618_employment_15_74.csv", ["year", "region_code", "region_name", "age", "contents", "value"]
    )
    frame = frame.rename(columns={"region_code": "Region", "age": "Alder", "contents": "ContentsCode", "year": "Tid"})
    dims = {
        "Region": _labels(frame, "Region", "region_name"),
        "Alder": {"15-74": "15-74 år"},
        "ContentsCode": EMPLOYMENT,
        "Tid": _own(frame["Tid"]),
    }
    body = _ssb(_filled(frame, dims, "."), dims, "11618: Sysselsatte per 4. kvartal, etter region og alder")
    yield (
        "ssb_11618",
        body,
        _about("11618", "Sysselsatte per 4. kvartal, etter region og alder", dims, UNROUNDED, [YEAR_OF_CODE]),
    )
    rows = [
        (code, "15-74", contents, "2023", float(value))
        for code, (residents, inward, outward, jobs) in PUBLISHED_11616.items()
        for contents, value in zip(
            ("SysselBosted", "Innpendlere", "Utpendlere", "SysselArbsted"),
            (residents, inward, outward, jobs),
            strict=True,
        )
    ]
    few = pd.DataFrame(rows, columns=["Region", "Alder", "ContentsCode", "Tid", "value"])
    names = {code: dims["Region"][code] for code in PUBLISHED_11616}
    contents = {key: EMPLOYMENT[key] for key in ("SysselBosted", "SysselArbsted")} | COMMUTERS
    dims = {"Region": names, "Alder": {"15-74": "15-74 år"}, "ContentsCode": contents, "Tid": {"2023": "2023"}}
    title = "Sysselsatte per 4. kvartal og pendling, etter region og alder"
    notes = [
        YEAR_OF_CODE,
        "Only the published rows. The codes SysselBosted and SysselArbsted are those of table 11618.",
    ]
    yield "ssb_11616", _ssb(few, dims, f"11616: {title}"), _about("11616", title, dims, UNROUNDED, notes, "sq/10093014")


def commuting(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Table 03321, one body a year: the codes differ, and a year is below the API's limit of cells."""
    frame = pd.read_parquet(figures / "ssb_03321_commuting.parquet")
    _expect(frame, ["year", "residence", "workplace", "value"], "ssb_03321_commuting.parquet")
    names = _names(figures)
    title = "Sysselsatte per 4. kvartal, etter arbeidssted og bosted"
    for year, flows in frame.groupby("year"):
        codes = {code: names[code] for code in sorted(set(flows["residence"]) | set(flows["workplace"]))}
        dims = {
            "Bokommuen": codes,
            "ArbstedKomm": codes,
            "ContentsCode": {"Sysselsatte": "Sysselsatte"},
            "Tid": {str(year): str(year)},
        }
        full = flows.set_index(["residence", "workplace"])["value"].reindex(
            pd.MultiIndex.from_product([codes, codes]), fill_value=0
        )
        cells = full.rename_axis(["Bokommuen", "ArbstedKomm"]).reset_index(name="value")
        cells = cells.assign(ContentsCode="Sysselsatte", Tid=str(year))
        notes = [
            YEAR_OF_CODE,
            "Flows that the compiled figures leave out are zero.",
            "No code for abroad, continental shelf or unknown.",
        ]
        if year == 2019:
            notes.append("Rindal (5061) is lacking: its flows are missing, not zero.")
        yield f"ssb_03321.{year}", _ssb(cells, dims, f"03321: {title}"), _about("03321", title, dims, UNROUNDED, notes)


def labour_status(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Table 13563, one body a year; the year 2022 is inferred."""
    columns = ["year", "region_code", "region_name", "age", "immigrant_category", "status", "value"]
    frame = _csv(figures / "ssb_13563_labour_status.csv", columns)
    frame["HovArbStyrkStatus"] = frame["status"].map({key: code for key, (code, _) in STATUSES.items()})
    frame["InnvandrKat"] = frame["immigrant_category"].map({key: code for key, (code, _) in CATEGORIES.items()})
    frame = frame.drop(columns="status").rename(columns={"region_code": "Region", "age": "Alder"})
    title = "Befolkningen etter prioritert arbeidsstyrkestatus, region, alder og innvandringskategori"
    for year, part in frame.groupby("year"):
        assumed = year == "2022"
        kinds = dict(CATEGORIES.values())
        dims = {
            "Region": _labels(part, "Region", "region_name"),
            "HovArbStyrkStatus": dict(STATUSES.values()),
            "Alder": {"15-29": "15-29 år", "30-61": "30-61 år"},
            "InnvandrKat": {code: kinds[code] for code in kinds if code in set(part["InnvandrKat"])},
            "ContentsCode": {"Bosatte": "Bosatte"},
            "Tid": {str(year): f"{year} (antatt)" if assumed else str(year)},
        }
        notes = [YEAR_OF_CODE, "The code INNE is the project's own: total less NEET2.", "No national row is held."]
        if assumed:
            notes.append(
                "The publication did not print the year: it is inferred from the age totals. No trend, no finding."
            )
        about = _about("13563", title, dims, ROUNDED, notes) | {"assumed_periods": [str(year)] if assumed else []}
        yield (
            f"ssb_13563.{year}",
            _ssb(part.assign(ContentsCode="Bosatte", Tid=str(year)), dims, f"13563: {title}"),
            about,
        )


def population(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Table 07459 in age bands, 1 January 2005-2026."""
    frame = pd.read_parquet(figures / "ssb_07459_population_bands.parquet")
    _expect(frame, ["year", "region_code", "age", "value"], "ssb_07459_population_bands.parquet")
    frame = frame[frame["year"] >= 2005].rename(columns={"region_code": "Region", "age": "Alder"})
    frame = frame.assign(Tid=frame["year"].astype(str), ContentsCode="Personer1")
    names = _names(figures) | {"0000": "Hele landet"}
    dims = {
        "Region": {code: names[code] for code in sorted(frame["Region"].unique())},
        "Alder": {band: f"{band} år" for band in sorted(frame["Alder"].unique())},
        "ContentsCode": {"Personer1": "Personer"},
        "Tid": _own(frame["Tid"]),
    }
    title = "Alders- og kjønnsfordeling i kommuner og hele landet, 1. januar"
    notes = ["Region codes are those of 2024; single years of age are summed to bands."]
    yield (
        "ssb_07459",
        _ssb(_filled(frame, dims, ".."), dims, f"07459: {title}"),
        _about("07459", title, dims, UNROUNDED, notes) | {"codes": "2024"},
    )


def industries(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Table 07984: jobs in 17 industry groups, Telemark."""
    frame = _csv(
        figures / "ssb_07984_jobs_by_industry_telemark.csv", ["region_name", "industry", "contents", "year", "value"]
    )
    newest = {name: code for code, name in sorted(_names(figures).items()) if code.startswith("40")}
    frame = frame.assign(Region=frame["region_name"].map(newest), NACE2007=frame["industry"].map(INDUSTRIES))
    frame = frame.assign(ContentsCode="SysselsatteArb", Tid=frame["year"])
    dims = {
        "Region": {code: name for name, code in sorted(newest.items(), key=lambda item: item[1])},
        "NACE2007": {code: name for name, code in INDUSTRIES.items()},
        "ContentsCode": {"SysselsatteArb": "Sysselsatte personer etter arbeidssted"},
        "Tid": _own(frame["Tid"]),
    }
    title = "Sysselsatte per 4. kvartal, etter region, næring (SN2007), kjønn og alder"
    notes = [
        "Region codes are those of 2024. Both sexes.",
        "Sums over industries for 2017-2019 exceed table 11618 by more than rounding can explain; 2020-2022 agree within 8 persons.",
        "The code 00 for unspecified industry is expected, not seen.",
    ]
    about = _about("07984", title, dims, ROUNDED, notes) | {"codes": "2024"}
    yield "ssb_07984", _ssb(frame, dims, f"07984: {title}"), about


def unemployment(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """NAV HL060: registered unemployed, January-October 2022."""
    columns = ["year", "month", "region_code", "region_name", "unit", "value"]
    frame = _csv(figures / "nav_hl060_registered_unemployed_2022.csv", columns)
    frame["Tid"] = frame["year"] + "M" + frame["month"].str.zfill(2)
    frame["ContentsCode"] = frame["unit"].map({"count": "antall", "percent": "prosent"})
    frame["status"] = frame["value"].where(frame["value"] == "*")
    frame["value"] = pd.to_numeric(frame["value"].where(frame["value"] != "*"))
    dims = {
        "Region": _labels(frame, "region_code", "region_name"),
        "ContentsCode": {"antall": "Helt ledige", "prosent": "Helt ledige i prosent av arbeidsstyrken"},
        "Tid": _own(frame["Tid"]),
    }
    frame = frame.rename(columns={"region_code": "Region"})
    title = "HL060: Helt ledige per kommune, måned for måned i 2022"
    role = {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]}
    about = {
        "table": "nav_hl060",
        "producer": NAV,
        "title": "Helt ledige per kommune (HL060)",
        "selection": _selection(dims),
        "periods": list(dims["Tid"]),
        "published_at": "https://www.nav.no/no/nav-og-samfunn/statistikk/arbeidssokere-og-stillinger-statistikk/helt-ledige",
        "licence": "åpne data fra NAV",
        "rounding": {"rule": "masked", "note": "Counts below four are replaced by *, in counts and percentages."},
        "notes": [YEAR_OF_CODE, "2100 is Svalbard, which is not a municipality."],
    }
    yield "nav_hl060", jsonstat.encode(frame, dims, label=title, source=NAV, role=role), about


def places(figures: Path) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Municipality codes, the code map and the points."""
    codes = _csv(figures / "municipality_codes.csv", ["code", "name", "first_year", "last_year"])
    long = codes.melt(["code", "name"], ["first_year", "last_year"], "ContentsCode", "value").rename(
        columns={"code": "Region"}
    )
    long["value"] = long["value"].astype(float)
    dims: Dimensions = {
        "Region": _labels(long, "Region", "name"),
        "ContentsCode": _own(pd.Series(["first_year", "last_year"])),
    }
    yield "klass_131", _klass(long, dims, "Kommuner"), _klass_about("klass_131", "Standard for kommuneinndeling", dims)

    links = _csv(figures / "municipality_code_map.csv", ["year", "code", "name", "code_2024", "name_2024", "note"])
    links = links.rename(columns={"year": "Tid"}).sort_values(["Tid", "code", "code_2024"]).assign(value=1.0)
    dims = {
        "code": _labels(links, "code", "name"),
        "code_2024": _labels(links, "code_2024", "name_2024"),
        "Tid": _own(links["Tid"]),
    }
    body = _klass(links, dims, "Kommunekoder til 2024")
    body["value"] = {str(at): 1 for at, value in enumerate(body["value"]) if value is not None}
    yield "klass_131_map", body, _klass_about("klass_131_map", "Kommunekoder fra hvert år til koden fra 2024", dims)

    points = _csv(figures / "municipality_points.csv", ["code", "name", "east_km", "north_km"])
    long = points.melt(["code", "name"], ["east_km", "north_km"], "ContentsCode", "value").rename(
        columns={"code": "Region"}
    )
    long["value"] = long["value"].astype(float)
    dims = {"Region": _labels(long, "Region", "name"), "ContentsCode": _own(pd.Series(["east_km", "north_km"]))}
    about = _klass_about("kartverket_points", "Ett punkt i hver kommunes største del, hele kilometer, EPSG:25833", dims)
    about |= {
        "periods": ["2024"],
        "producer": KARTVERKET,
        "published_at": "https://kartkatalog.geonorge.no",
        "licence": "CC BY 4.0",
    }
    yield "kartverket_points", _klass(long, dims, "Kommunepunkter"), about


PARTS: tuple[Callable[[Path], Iterable[tuple[str, dict[str, Any], dict[str, Any]]]], ...] = (
    employment, commuting, labour_status, population, industries, unemployment, places,
)  # fmt: skip


def make(figures: Path, out: Path, date: dt.date) -> list[Path]:
    """Write every body of the snapshot to `out` and return their paths."""
    common = {
        "retrieved": date,
        "assembled": True,
        "assembled_note": "Assembled from published figures; not answered by the producer's API.",
    }
    return [write_body(out, name, body, about | common) for part in PARTS for name, body, about in part(figures)]


def _about(
    table: str, title: str, dims: Dimensions, rounding: Mapping[str, Any], notes: list[str], page: str = ""
) -> dict[str, Any]:
    return {
        "table": f"ssb_{table}",
        "producer": SSB,
        "title": title,
        "selection": _selection(dims),
        "periods": list(dims.get("Tid", ())),
        "published_at": f"https://www.ssb.no/statbank/{page or f'table/{table}'}",
        "licence": "CC BY 4.0",
        "rounding": rounding,
        "notes": notes,
    }


def _klass_about(table: str, title: str, dims: Dimensions) -> dict[str, Any]:
    about = _about("", title, dims, UNROUNDED, [])
    return about | {
        "table": table,
        "published_at": "https://www.ssb.no/klass/klassifikasjoner/131",
        "periods": ["2025"],
    }


def _klass(frame: pd.DataFrame, dims: Dimensions, label: str) -> dict[str, Any]:
    return jsonstat.encode(frame, dims, label=label, source=SSB, role={"geo": [next(iter(dims))]})


def _ssb(frame: pd.DataFrame, dims: Dimensions, label: str) -> dict[str, Any]:
    geo = [each for each in dims if each in ("Region", "Bokommuen", "ArbstedKomm")]
    role = {"time": ["Tid"], "geo": geo, "metric": ["ContentsCode"]}
    return jsonstat.encode(frame.assign(value=frame["value"].astype(float)), dims, label=label, source=SSB, role=role)


def _filled(frame: pd.DataFrame, dims: Dimensions, sign: str) -> pd.DataFrame:
    """Every cell of the cube; those without a figure get `sign`."""
    ids = list(dims)
    whole = (
        frame.set_index(ids)["value"]
        .astype(float)
        .reindex(pd.MultiIndex.from_product([list(held) for held in dims.values()], names=ids))
        .reset_index()
    )
    return whole.assign(status=pd.Series(sign, index=whole.index).where(whole["value"].isna()))


def _selection(dims: Dimensions) -> dict[str, Any]:
    return {each: list(held) if len(held) <= 20 else f"{len(held)} codes" for each, held in dims.items()}


def _labels(frame: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    return {
        str(key): str(label)
        for key, label in frame.drop_duplicates(code, keep="last").set_index(code)[name].sort_index().items()
    }


def _own(codes: pd.Series) -> dict[str, str]:
    return {code: code for code in sorted(codes.astype(str).unique())}


def _names(figures: Path) -> dict[str, str]:
    frame = _csv(figures / "municipality_codes.csv", ["code", "name", "first_year", "last_year"])
    return dict(zip(frame["code"], frame["name"], strict=True))


def _csv(path: Path, columns: list[str]) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    _expect(frame, columns, path.name)
    return frame


def _expect(frame: pd.DataFrame, columns: list[str], name: str) -> None:
    if list(frame.columns) != columns:
        raise DataError(f"{name} has the columns {list(frame.columns)}, expected {columns}")


@click.command(help=__doc__)
@click.argument("figures", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day the figures were assembled.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("data/raw/snapshot"), show_default=True)
def main(figures: Path, date: dt.datetime, out: Path) -> None:
    """Command line of this module."""
    for path in make(figures, out, date.date()):
        click.echo(f"{path}  {path.stat().st_size:>9,} bytes")


if __name__ == "__main__":
    main()
