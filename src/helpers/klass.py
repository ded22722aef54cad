"""The municipalities as they are held: KLASS 131 and 104 as fetched, else the snapshot's codes and code map.

Source: Statistics Norway, KLASS 131 (municipalities) and 104 (counties); `counties.toml` has the counties' Norwegian names.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from helpers import codemap, rawstore
from helpers.errors import DataError

FETCHED = ("klass_131", "klass_104")
SNAPSHOT = "Uten mappen data/raw/fetched/klass_131 brukes inndelingen som følger med."


@dataclass(frozen=True)
class Klass:
    """Codes, names and the links between them: how all codes since 2016 lead to those of today.

    Parameters
    ----------
    year : the first year with the codes of today. current : today's codes, sorted. names : code → name, of old codes too.
    links : (year, code in that year, code of today), in order; several for a code that was divided.
    counties : the first two digits of today's codes → the county's name.
    """

    year: int
    current: tuple[str, ...]
    names: dict[str, str]
    links: tuple[tuple[int, str, str], ...]
    counties: dict[str, str]

    @cached_property
    def successors(self) -> dict[tuple[int, str], tuple[str, ...]]:
        """(year, code) → the codes of today that it leads to; more than one where it was divided."""
        found: dict[tuple[int, str], tuple[str, ...]] = {}
        for year, old, new in self.links:
            found[year, old] = (*found.get((year, old), ()), new)
        return found

    @cached_property
    def comparable_from(self) -> dict[str, int]:
        """Code of today → the first year after the last division that it has a part in."""
        found: dict[str, int] = {}
        for (year, _), new in self.successors.items():
            if len(new) > 1:
                found.update({code: max(year + 1, found.get(code, 0)) for code in new})
        return found

    def carry(self, year: int) -> dict[str, str]:
        """Region code of `year` → region code in tidy tables (of today, or itself where it cannot be carried)."""
        return self._carried.get(year, {code: code for code in self.current})

    def check(self) -> None:
        """A code of today was never that of a place which cannot be carried: those figures would pass for today's."""
        today = set(self.current)
        for (year, old), new in reversed(self.successors.items()):
            if old in today and not self._whole(year, new):
                what = f"Kommunen {old} {self.names[old]} har andre grenser i dag enn i {year}, men samme kode"
                raise DataError(f"{what}: tallene kan ikke holdes fra hverandre. {SNAPSHOT}")

    def _whole(self, year: int, new: tuple[str, ...]) -> bool:
        return len(new) == 1 and self.comparable_from.get(new[0], 0) <= year

    @cached_property
    def _carried(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        for (year, old), new in self.successors.items():
            found.setdefault(year, {})[old] = new[0] if self._whole(year, new) else old
        return found

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Every region code that a tidy table may hold."""
        old = {region for year in self._carried.values() for region in year.values()}
        return tuple(sorted(old | set(self.current)))

    @cached_property
    def _county_of(self) -> dict[str, str]:
        found = {code: code[:2] for code in self.current}
        for (_, old), new in self.successors.items():
            if old not in found:
                found[old] = new[0][:2]
        return found


def load(raw: Path) -> Klass:
    """What data/raw holds, fetched before the snapshot's.

    Raises
    ------
    DataError
        what was fetched cannot be used: a wrong map is never made of it, and the snapshot never stands in unseen.
    """
    parts = rawstore.documents(raw, "klass_131")
    return _snapshot(raw) if parts is None else fetched(raw, parts)


def held(raw: Path) -> tuple[object, ...]:
    """Changes when a fetch has brought other bodies: the names and time stamps of the folders that bodies are fetched to."""
    found: list[object] = []
    for table in FETCHED:
        try:
            with os.scandir(raw / rawstore.FETCHED / table) as entries:
                found += [(each.path, each.inode(), each.stat().st_mtime_ns) for each in entries]
        except FileNotFoundError:
            found.append(table)
    return tuple(sorted(found, key=str))


def fetched(raw: Path, parts: Mapping[str, rawstore.RawBody]) -> Klass:
    """What fetched bodies of KLASS 131 make (errors: see `load`)."""
    lacking = [part for part in ("codes", "changes") if part not in parts]
    if lacking:
        raise DataError(f"KLASS 131: det hentede svaret mangler delen «{lacking[0]}». {codemap.REFETCH}. {SNAPSHOT}")
    codes, changes = parts["codes"], parts["changes"]
    as_of = min(codes.sidecar.retrieved, changes.sidecar.retrieved)  # a fetch may go past midnight
    found = codemap.code_map(codes.json, changes.json, as_of)
    counties = _counties(found.current, found.names, raw)
    return Klass(found.year, found.current, found.names, found.links, counties)


def _snapshot(raw: Path) -> Klass:
    codes = rawstore.read(raw, "klass_131")[0]
    years = codes.frame().pivot(index="Region", columns="ContentsCode", values="value")
    links = rawstore.read(raw, "klass_131_map")[0].frame()
    current = tuple(sorted(str(code) for code in years.index[years["last_year"] == years["last_year"].max()]))
    names = codes.labels("Region")
    return Klass(
        year=int(years["first_year"].max()),
        current=current,
        names=names,
        links=tuple(
            sorted(
                zip(links["Tid"].astype(int), links["code"].astype(str), links["code_2024"].astype(str), strict=True)
            )
        ),
        counties=_counties(current, names, raw),
    )


def _counties(current: Iterable[str], names: Mapping[str, str], raw: Path) -> dict[str, str]:
    """Digits → name. KLASS 104 has every language's name in one; where ours is one of them, ours stays."""
    ours = tomllib.loads(resources.files("helpers").joinpath("counties.toml").read_text("utf-8"))
    listed = _fetched_counties(raw)
    found: dict[str, str] = {}
    for code in current:
        digits = code[:2]
        name, full = ours.get(digits), listed.get(digits)
        if name is None and full is None:
            fix = "Hent fylkene med «kommunerapport fetch --force klass_104»."
            raise DataError(f"Kommunen {code} {names[code]} ligger i et ukjent fylke, {digits}. {fix}")
        found[digits] = full if full and name not in full.split(" - ") else str(name)
    return found


def _fetched_counties(raw: Path) -> dict[str, str]:
    parts = rawstore.documents(raw, "klass_104")
    if parts is None:
        return {}
    try:
        return {str(row["code"]): str(row["name"]) for row in parts["codes"].json["codes"]}
    except (KeyError, TypeError):
        fix = "Hent på nytt med «kommunerapport fetch --force klass_104»."
        raise DataError(f"KLASS 104: det hentede svaret har ingen liste med fylkeskoder og navn. {fix}") from None
