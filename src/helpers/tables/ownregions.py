"""Municipalities and periods as people write them, in their own tables: numbers of today or of then, names, «3101 Halden»."""

from __future__ import annotations

import datetime as dt
import re
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


class Regions:
    """The municipalities of one file; what many of its cells share is looked up once.

    Parameters
    ----------
    codes : ``year``: as they were in the year of the figure; ``2024``: those of today, whatever the year.
    """

    def __init__(self, codes: Literal["year", "2024"]) -> None:
        self._then = codes == "year"
        self._registry = places.registry()
        self._first = min(year for year, _ in self._registry.successors)
        self._found: dict[tuple[str, int], str] = {}
        self._merged: dict[int, dict[str, frozenset[str]]] = {}

    def written(self, cell: Any, year: int) -> str:
        """The code of a municipality as it was in `year`, or that of today where the cell says today's municipality.

        Raises
        ------
        NotUnderstood
        """
        key = (" ".join(text_of(cell).split()), year)
        if key not in self._found:
            self._found[key] = _region(key[0], year, self._codes(year), self._then)
        return self._found[key]

    def carried(self, code: str, year: int) -> str:
        """Where a code of `year`, or one of today, leads."""
        return self._codes(year).get(code, code)

    def merged(self, year: int) -> dict[str, frozenset[str]]:
        """Today's code → the codes of `year` that lead to it, where they are more than one."""
        if year not in self._merged:
            found: dict[str, set[str]] = {}
            for old, new in self._codes(year).items():
                found.setdefault(new, set()).add(old)
            self._merged[year] = {new: frozenset(old) for new, old in found.items() if len(old) > 1}
        return self._merged[year]

    def _codes(self, year: int) -> dict[str, str]:
        """Code of `year` → where it leads; before the first year that codes are known of, they are taken to be as then."""
        if not self._then:
            return {code: code for code in self._registry.current}
        return self._registry.carry(max(year, self._first))


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


def _region(text: str, year: int, known: dict[str, str], then: bool) -> str:
    match = _CODE.fullmatch(text)
    if match is None:
        return _by_name(text, known)
    code = match[1].zfill(4)  # a spreadsheet takes the 0 from 0301
    if code not in known and code not in places.registry().by_code:
        raise NotUnderstood(_unknown(code, year, then))
    name = places.region_name(code)
    if match[2] and _plain(match[2]) not in _names(name):
        raise NotUnderstood(f"{code} er {name}, ikke «{shown(match[2])}». Rett nummeret eller navnet")
    return code


def _by_name(text: str, known: dict[str, str]) -> str:
    hits = [code for code in known if _plain(text) in _names(places.registry().names.get(code, code))]
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise NotUnderstood(f"«{shown(text)}» er navnet på flere kommuner: skriv nummeret, {' eller '.join(hits)}")
    try:
        return Municipality.find_real(text).code
    except InputError as error:
        leave = "Er det ikke en kommune, skriv den i skip i beskrivelsen, så utelates raden"
        raise NotUnderstood(f"{error} {leave}") from None


def _unknown(code: str, year: int, then: bool) -> str:
    try:
        now = Municipality.find_real(code)
    except InputError as error:
        return f"{str(error).rstrip('.')}"
    if not then:
        return f'kommunenummeret {code} gjelder ikke i dag. Skriv {now.code} {now.name}, eller codes = "year" i beskrivelsen'
    return f"kommunenummeret {code} gjaldt ikke i {year}. Skriv {now.code} {now.name}"


def _names(name: str) -> set[str]:
    bare = re.sub(r" \(.*\)$", "", name)
    return {_plain(each) for each in (name, bare, *bare.split(" - "))}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
