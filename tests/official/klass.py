"""KLASS: the codes of municipalities and counties, and the changes between years, derived from the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from .codes import FIRST, OPEN, leads_to, spans, valid
from .wire import Answer, Call, document, not_found

UNKNOWN = "9999"
REFORMS = (2017, 2018, 2019, 2020, 2024)
COUNTIES = {
    "03": "Oslo", "11": "Rogaland", "15": "Møre og Romsdal", "18": "Nordland - Nordlánnda", "31": "Østfold",
    "32": "Akershus", "33": "Buskerud", "34": "Innlandet", "39": "Vestfold", "40": "Telemark", "42": "Agder",
    "46": "Vestland", "50": "Trøndelag - Trööndelage", "55": "Troms - Romsa - Tromssa",
    "56": "Finnmark - Finnmárku - Finmarkku", "99": "Uoppgitt",
}  # fmt: skip


@cache
def changes() -> list[dict[str, Any]]:
    """Every change of a municipality code from 2 January 2016 to 1 January 2024, in the order of time.

    A code that ceased goes to the codes that took over; a code that stayed and took others in goes to itself as well.
    """
    return [row for year in REFORMS for row in sorted(_changes(year), key=lambda row: (row["oldCode"], row["newCode"]))]


def _changes(year: int) -> Iterator[dict[str, Any]]:
    before, after = set(valid(year - 1)), set(valid(year))
    pairs = {(old, new) for old in before - after for new in _successors(old, year)}
    pairs |= {(new, new) for _, new in pairs if new in before}
    if loose := after - before - {new for _, new in pairs}:
        raise AssertionError(f"no code leads to {sorted(loose)} in {year}")
    for old, new in pairs:
        yield {
            "oldCode": old,
            "oldName": spans()[old][0],
            "oldShortName": "",
            "newCode": new,
            "newName": spans()[new][0],
            "newShortName": "",
            "changeOccurred": f"{year}-01-01",
        }


def _successors(old: str, year: int) -> set[str]:
    """What a code that ceased before `year` became: codes with the same destination in 2024, the namesake where several have it."""
    destination = leads_to(year - 1)[old]
    found = {new for new, leads in leads_to(year).items() if leads & destination}
    if len(found) > 1 and (whole := {new for new in found if leads_to(year)[new] == destination}):
        found = whole if len(destination) > 1 else found  # divided later: until then it goes on as one
    begun = {new for new in found if spans()[new][1] == year}
    if len(found) > 1 and begun and len(destination) == 1:
        found = {new for new in begun if _first_name(new) == _first_name(old)} or begun
    if not found or (len(found) > 1 and found != _each_of(destination, year)):
        raise AssertionError(f"{old} in {year} leads to {sorted(found)}")
    return found


def _each_of(destination: frozenset[str], year: int) -> set[str]:
    return {new for new, leads in leads_to(year).items() if leads <= destination} if len(destination) > 1 else set()


def _first_name(code: str) -> str:
    return spans()[code][0].split(" - ")[0].split(" (")[0]


class Klass:
    """Answers the calls below /api/klass/v1. `codes` and `moves` may be altered by tests."""

    def __init__(self) -> None:
        self.codes = {code: [(name, _day(first), _end(last))] for code, (name, first, last) in sorted(spans().items())}
        self.codes[UNKNOWN] = [("Uoppgitt", None, None)]
        self.moves = [dict(row) for row in changes()]
        self.counties = dict(COUNTIES)

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        parts = path.strip("/").split("/")
        if len(parts) != 3 or parts[0] != "classifications" or parts[1] not in ("131", "104"):
            return not_found()
        if "json" not in call.header("Accept"):
            xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><codeList><codeItem/></codeList>'
            return Answer(200, xml.encode(), "application/xml;charset=UTF-8")
        start, end = call.query.get("from", ""), call.query.get("to", "9999-12-31")
        date = call.query.get("date", "")
        match parts[1:]:
            case ["131", "codes"] if start:
                return document({"codes": list(self._in_range(start, call.query.get("to")))})
            case ["131", "codesAt"] if date:
                return document({"codes": [_row(*each) for each in self._at(date)]})
            case ["131", "changes"] if start:
                found = [row for row in self.moves if start < row["changeOccurred"] <= end]
                return document({"codeChanges": found})
            case ["104", "codesAt"] if date:
                return document({"codes": [_row(code, name) for code, name in self.counties.items()]})
        return document({"error": "Bad Request", "message": "Required request parameter is not present"}, 400)

    def _at(self, date: str) -> Iterator[tuple[str, str]]:
        for code, held in self.codes.items():
            for name, since, until in held:
                if (since or "") <= date and (until is None or date < until):
                    yield code, name

    def _in_range(self, start: str, end: str | None) -> Iterator[dict[str, Any]]:
        for code, held in self.codes.items():
            for name, since, until in held:
                if (until is None or start < until) and (end is None or (since or "") < end):
                    to = min(until or end or "9", end or "9") if until or end else None
                    yield _row(code, name) | {
                        "validFromInRequestedRange": max(since or start, start),
                        "validToInRequestedRange": to,
                    }


def _row(code: str, name: str) -> dict[str, Any]:
    row = {"code": code, "parentCode": None, "level": "1", "name": name, "shortName": "", "presentationName": ""}
    return row | {"validFrom": None, "validTo": None, "notes": ""}


def _day(year: int) -> str | None:
    return None if year <= FIRST else f"{year}-01-01"


def _end(last: int) -> str | None:
    return None if last >= OPEN else f"{last + 1}-01-01"
