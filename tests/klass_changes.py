"""The two answers of KLASS 131 as they would be, made from the snapshot's codes and names and from what is known of each reform.

The list of changes goes from one year to the next, in the shape of KLASS. It is derived without the code map that the tests
hold it against: merges and divisions are typed in below (SSB, KLASS 131: the reforms of 2017 to 2024), and every other code
that ceased is paired with the code that began on the same day under the same name. Where a name is borne by several, `TWINS`
says which is which; a code that finds no partner is an error here, not a gap in the list.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from helpers import rawstore

SNAPSHOT = Path(__file__).resolve().parents[1] / "data" / "raw"
END = "2028-01-01"  # `to` of the request

MERGED = {  # year (1 January) → new code → old codes that went into it, a divided one and the one that gave its code included
    2017: {"0710": "0706 0719 0720"},
    2018: {"0712": "0709 0728", "0715": "0702 0714", "0729": "0722 0723", "5054": "1624 1718"},
    2019: {"5061": "1567"},
    2020: {
        "1103": "1103 1141 1142",
        "1108": "1102 1129",
        "1506": "1502 1543 1545",
        "1507": "1504 1523 1529 1534 1546",
        "1577": "1444 1519",
        "1578": "1524 1526",
        "1579": "1548 1551",
        "1806": "1805 1850 1854",
        "1875": "1849 1850",
        "3002": "0104 0136",
        "3005": "0602 0625 0711",
        "3014": "0122 0123 0124 0125 0138",
        "3020": "0213 0217",
        "3025": "0220 0627 0628",
        "3026": "0121 0221",
        "3030": "0226 0227 0231",
        "3802": "0713 0715",
        "3803": "0704 0716",
        "3817": "0821 0822",
        "4204": "1001 1017 1018",
        "4205": "1002 1021 1029",
        "4225": "1027 1032",
        "4602": "1401 1439",
        "4618": "1227 1228 1231",
        "4621": "1234 1235",
        "4624": "1241 1243",
        "4626": "1245 1246 1259",
        "4631": "1256 1260 1263",
        "4640": "1418 1419 1420",
        "4647": "1430 1431 1432 1433",
        "4649": "1441 1443",
        "5001": "5001 5030",
        "5006": "5004 5039",
        "5007": "5005 5040 5048",
        "5055": "1571 5011 5012",
        "5056": "5012 5013",
        "5057": "5015 5017",
        "5058": "5018 5019",
        "5059": "5012 5016 5023 5024",
        "5060": "5050 5051",
        "5406": "2004 2017",
        "5412": "1852 1913",
        "5421": "1927 1928 1929 1931",
    },
    2024: {"1508": "1507", "1580": "1507"},
}
# Two called Våler, and Nes in Buskerud, which took the name Nesbyen: old code → new code.
TWINS = {2020: {"0137": "3018", "0426": "3419", "0616": "3040"}}
# Names that changed while the code stayed (a change of a code to itself in KLASS): code → (year, name until then).
RENAMED = {
    "0545": (2017, "Vang (Oppland)"),
    "0615": (2017, "Flå (Buskerud)"),
    "0620": (2017, "Hol (Buskerud)"),
    "0714": (2017, "Hof (Vestfold)"),
    "1420": (2017, "Sogndal (Sogn og Fjordane)"),
    "1424": (2017, "Årdal (Sogn og Fjordane)"),
    "1443": (2017, "Eid (Sogn og Fjordane)"),
    "1514": (2020, "Sande (Møre og Romsdal)"),
    "1551": (2017, "Eide (Møre og Romsdal)"),
    "1826": (2020, "Hattfjelldal"),
    "1841": (2017, "Fauske"),
    "1852": (2018, "Tjeldsund"),
    "1853": (2022, "Evenes"),
    "1867": (2020, "Bø (Nordland)"),
    "1870": (2018, "Sortland"),
    "1903": (2018, "Harstad"),
    "1929": (2017, "Berg (Troms)"),
    "1940": (2018, "Gáivuotna - Kåfjord"),
    "1942": (2019, "Nordreisa"),
    "2004": (2019, "Hammerfest"),
    "5001": (2023, "Trondheim"),
    "5005": (2019, "Namsos"),
    "5025": (2023, "Røros"),
}


@cache
def held() -> dict[str, tuple[str, int, int]]:
    """Code → (name, first year, last year; those of today have the last year held)."""
    body = rawstore.read_body(SNAPSHOT / "snapshot" / "klass_131.json")
    years = body.frame().pivot(index="Region", columns="ContentsCode", values="value").astype(int)
    labels = body.labels("Region")
    return {str(code): (labels[str(code)], row["first_year"], row["last_year"]) for code, row in years.iterrows()}


def codes() -> dict[str, Any]:
    """The answer of ``/classifications/131/codes?from=2016-01-01&to=2028-01-01&includeFuture=true``."""
    today = max(last for _, _, last in held().values())
    rows = [_code("9999", "Uoppgitt", "2016-01-01", END)]
    for code, (name, first, last) in held().items():
        since, until = _day(first), END if last == today else _day(last + 1)
        if code in RENAMED:
            year, before = RENAMED[code]
            rows.append(_code(code, before, since, _day(year)))
            since = _day(year)
        rows.append(_code(code, name, since, until))
    return {"codes": rows}


def changes() -> dict[str, Any]:
    """The answer of ``/classifications/131/changes?from=2016-01-01``, in the order of the days."""
    rows = [_change(old, new, year) for year in MERGED for old, new in moves(year)]
    for code, (year, before) in RENAMED.items():
        row = _change(code, code, year)
        rows.append(row | {"oldName": before})
    return {"codeChanges": sorted(rows, key=lambda row: (row["changeOccurred"], row["oldCode"], row["newCode"]))}


def moves(year: int) -> list[tuple[str, str]]:
    """(old code, new code) of everything that changed its code on 1 January of `year`."""
    merged = [(old, new) for new, parts in MERGED[year].items() for old in parts.split() if old != new]
    twins = list(TWINS.get(year, {}).items())
    known = {old for old, _ in merged + twins}
    ceased = [code for code, (_, _, last) in held().items() if last == year - 1 and code not in known]
    taken = {new for _, new in twins} | set(MERGED[year])
    begun = [code for code, (_, first, _) in held().items() if first == year and code not in taken]
    pairs = merged + twins
    for old in ceased:
        (new,) = [code for code in begun if _bare(old) & _bare(code)]
        begun.remove(new)
        pairs.append((old, new))
    assert not begun, f"nothing leads to {begun} in {year}"
    return pairs


def _bare(code: str) -> set[str]:
    """The parts of a name, without the county that SSB adds where two bear it."""
    return {part.partition(" (")[0] for part in held()[code][0].split(" - ")}


def _day(year: int) -> str:
    return f"{year}-01-01"


def _code(code: str, name: str, since: str, until: str) -> dict[str, Any]:
    empty = {"parentCode": None, "level": "1", "shortName": "", "presentationName": "", "notes": ""}
    valid = {"validFrom": None, "validTo": None}
    return {"code": code, "name": name, **empty, **valid} | {
        "validFromInRequestedRange": since,
        "validToInRequestedRange": until,
    }


def _change(old: str, new: str, year: int) -> dict[str, Any]:
    return {
        "oldCode": old,
        "oldName": held()[old][0],
        "oldShortName": "",
        "newCode": new,
        "newName": held()[new][0],
        "newShortName": "",
        "changeOccurred": _day(year),
    }
