"""Municipality codes by year, read from the snapshot without the project's own code: what the server says must not lean on it."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).resolve().parents[2] / "data" / "raw" / "snapshot"
FIRST, CURRENT = 2016, 2024  # the first year of the code list, and the year of the newest reform
OPEN = 2025  # the last year of codes that are still in force
SEA = {"2111": "Svalbard", "2300": "Kontinentalsokkelen", "9999": "Uoppgitt"}
DIVIDED = {
    "1850": "1806",
    "1613": "5059",
    "5012": "5059",
}  # constructed: where the figures of a divided code are counted
AALESUND = ("1508", "1580")  # 1507 until 2023, which no codelist divides


@cache
def body(name: str) -> dict[str, Any]:
    """A body of the snapshot."""
    path = SNAPSHOT / name
    data = path.read_bytes()
    found: dict[str, Any] = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return found


def axis(document: dict[str, Any], dimension: str) -> list[str]:
    """The codes of one dimension, in order."""
    return list(document["dimension"][dimension]["category"]["index"])


@cache
def spans() -> dict[str, tuple[str, int, int]]:
    """Code → name, first and last year."""
    document = body("klass_131.json")
    names, values = document["dimension"]["Region"]["category"]["label"], document["value"]
    every = axis(document, "Region")
    return {code: (names[code], values[2 * at], values[2 * at + 1]) for at, code in enumerate(every)}


@cache
def valid(year: int) -> tuple[str, ...]:
    """The codes of a year, sorted; years before the list begins have the codes of its first."""
    year = min(max(year, FIRST), OPEN)
    return tuple(code for code, (_, first, last) in sorted(spans().items()) if first <= year <= last)


@cache
def leads_to(year: int) -> dict[str, frozenset[str]]:
    """Code of a year → codes of 2024."""
    if year >= CURRENT:
        return {code: frozenset((code,)) for code in valid(year)}
    document = body("klass_131_map.json")
    old, new, years = (axis(document, dimension) for dimension in ("code", "code_2024", "Tid"))
    found: dict[str, set[str]] = {}
    for key in document["value"]:
        rest, at = divmod(int(key), len(years))
        if int(years[at]) == max(year, FIRST):
            found.setdefault(old[rest // len(new)], set()).add(new[rest % len(new)])
    return {code: frozenset(leads) for code, leads in found.items()}


@cache
def home(year: int) -> dict[str, str]:
    """Code of a year → the one code of 2024 under which its figures are summed (1508 for all of Ålesund and Haram)."""
    found = {}
    for code, leads in leads_to(year).items():
        one = DIVIDED.get(code) or min(leads)
        found[code] = AALESUND[0] if one in AALESUND else one
    return found


def label(code: str) -> str:
    """As StatBank prints a code: with its years where it is no longer in force."""
    name, first, last = spans()[code]
    if last >= OPEN:
        return name
    return f"{name} (-{last})" if first <= FIRST else f"{name} ({first}-{last})"


@cache
def behind(code: str) -> tuple[str, ...]:
    """A code of 2024 and the earlier ones that add up to it; none for the parts of a divided Ålesund."""
    if code in AALESUND:
        return (code,)
    every = {old for year in range(FIRST, CURRENT) for old, new in home(year).items() if new == code}
    return tuple(sorted(every | {code}))
