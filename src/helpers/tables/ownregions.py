"""Municipalities and periods as people write them, in their own tables: numbers of today or of then, names, «3101 Halden»."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any, Literal

from helpers import places
from helpers.errors import InputError
from helpers.places import Municipality

Period = Literal["year", "quarter", "month"]
_CODE = re.compile(r"(?:K[-_.])?(\d{3,4})(?:\.0)?(?:\s+(\D.*))?", re.ASCII)
_PERIODS: dict[Period, re.Pattern[str]] = {
    "year": re.compile(r"(\d{4})(?:\.0)?", re.ASCII),
    "quarter": re.compile(r"(\d{4})\s*[KQkq-]\s*([1-4])", re.ASCII),
    "month": re.compile(r"(\d{4})\s*(?:[Mm]|-)\s*(\d{1,2})", re.ASCII),
}
WRITTEN: dict[Period, str] = {"year": "et år, som 2024", "quarter": "et kvartal, som 2024K1", "month": "en måned, som 2024M10"}  # fmt: skip


class NotUnderstood(ValueError):
    """A cell that is no municipality or no period; the message says what is wrong with it and what to do."""


def period_of(cell: Any, kind: Period) -> str:
    """The value of ``Tid``: ``2024``, ``2024K1`` or ``2024M10``.

    Raises
    ------
    NotUnderstood
    """
    if isinstance(cell, dt.date) and kind != "year":
        return f"{cell.year}M{cell.month:02d}" if kind == "month" else f"{cell.year}K{(cell.month + 2) // 3}"
    found = _PERIODS[kind].fullmatch(text_of(cell))
    year = int(found[1]) if found else 0
    part = int(found[2]) if found and kind != "year" else 1
    if found is None or not 1950 <= year <= 2100 or not 1 <= part <= 12:
        raise NotUnderstood(f"«{shown(cell)}» er ikke {WRITTEN[kind]}")
    return f"{year}" if kind == "year" else f"{year}K{part}" if kind == "quarter" else f"{year}M{part:02d}"


def is_period(cell: Any, kind: Period) -> bool:
    """Whether a heading is a period."""
    try:
        period_of(cell, kind)
    except NotUnderstood:
        return False
    return True


def region_of(cell: Any, year: int, codes: Literal["year", "2024"]) -> str:
    """The municipality code as it was in `year`, or that of today where the cell says today's municipality.

    Raises
    ------
    NotUnderstood
    """
    return _region(" ".join(text_of(cell).split()), _map_year(year), codes, places.registry().current)


def merged(year: int) -> dict[str, frozenset[str]]:
    """Today's code → the codes of `year` that lead to it, where they are more than one."""
    found: dict[str, set[str]] = {}
    for old, new in places.carry(_map_year(year)).items():
        found.setdefault(new, set()).add(old)
    return {new: frozenset(old) for new, old in found.items() if len(old) > 1}


def carried(code: str, year: int) -> str:
    """Where a code of `year`, or one of today, leads."""
    return places.carry(_map_year(year)).get(code, code)


def shown(cell: Any) -> str:
    """A cell for a message: one short line, in which a formula is only text."""
    text = " ".join(text_of(cell).split())
    plain = "".join(each if each.isprintable() else "?" for each in text)
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


def text_of(cell: Any) -> str:
    """A cell as text; a whole number without decimals, nothing as nothing."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _map_year(year: int) -> int:
    """Before the first year that codes are known of, they are taken to be as then."""
    return max(year, min(first for first, _ in places.registry().successors))


@lru_cache(maxsize=20_000)
def _region(text: str, year: int, codes: str, today: tuple[str, ...]) -> str:
    then = places.carry(year) if codes == "year" else {code: code for code in today}
    match = _CODE.fullmatch(text)
    if match is None:
        return _by_name(text, year, codes, then)
    code = match[1].zfill(4)  # a spreadsheet takes the 0 from 0301
    if code not in then and code not in places.registry().by_code:
        raise NotUnderstood(_unknown(code, year, codes))
    name = places.region_name(code)
    if match[2] and _plain(match[2]) not in _names(name):
        raise NotUnderstood(f"{code} er {name}, ikke «{shown(match[2])}». Rett nummeret eller navnet")
    return code


def _by_name(text: str, year: int, codes: str, then: dict[str, str]) -> str:
    hits = [code for code in then if _plain(text) in _names(places.region_name(code))]
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise NotUnderstood(f"«{shown(text)}» er navnet på flere kommuner: skriv nummeret, {' eller '.join(hits)}")
    try:
        return Municipality.find_real(text).code
    except InputError as error:
        leave = "Er det ikke en kommune, skriv den i skip i beskrivelsen, så utelates raden"
        raise NotUnderstood(
            f"{str(error).rstrip('.')} {leave}" if str(error).endswith("?") else f"{error} {leave}"
        ) from None


def _unknown(code: str, year: int, codes: str) -> str:
    try:
        now = Municipality.find_real(code)
    except InputError as error:
        return f"{str(error).rstrip('.')}"
    if codes == "2024":
        return f'kommunenummeret {code} gjelder ikke i dag. Skriv {now.code} {now.name}, eller codes = "year" i beskrivelsen'
    return f"kommunenummeret {code} gjaldt ikke i {year}. Skriv {now.code} {now.name}"


def _names(name: str) -> set[str]:
    bare = re.sub(r" \(.*\)$", "", name)
    return {_plain(each) for each in (name, bare, *bare.split(" - "))}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
