"""Municipalities, their codes through the reforms, and the areas they are compared with.

Source: Statistics Norway, KLASS 131 and 104 (see `klass`). Codes change, places do not: history is carried to today's codes,
those of the newest reform held. Where a municipality was divided, neither it nor whoever received a part has comparable
figures before; its old code stays as a region of its own, so that sums remain whole.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

import pandas as pd

from helpers import concerning, klass, rawstore, reprs
from helpers.errors import DataError, InputError
from helpers.workspace import ROOT_VARIABLE, TABLES_VARIABLE, Workspace

SONDRE_VIKEN = ("3101", "3105", "3107", "3110", "3124")
CONSTRUCTED = {"9901": "Eksempelvik (konstruert)"}  # in no sum, in no list of municipalities
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


@dataclass(frozen=True)
class Area(concerning.Concerned):
    """A set of municipalities. `regions` are the region codes whose rows add up to it (today's codes, and old codes not carried)."""

    key: str
    name: str
    regions: tuple[str, ...]

    @classmethod
    def country(cls) -> Area:
        """Every municipality."""
        return cls("country", "Landet", registry().regions)

    @classmethod
    def sondre_viken(cls) -> Area:
        """Halden, Sarpsborg, Fredrikstad, Hvaler and Aremark, the partners of the plans."""
        return cls("sondre-viken", "Søndre Viken", SONDRE_VIKEN)

    @classmethod
    def of(cls, municipalities: Iterable[str | Municipality]) -> Area:
        """Any list of municipalities, by code or name."""
        found = [each if isinstance(each, Municipality) else Municipality.find_real(each) for each in municipalities]
        if not found:
            raise InputError("Sammenligningen er tom. Oppgi minst én kommune, for eksempel 3105,3107.")
        names = [each.name for each in found]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} og {names[-1]}"
        return cls("list", listed, tuple(dict.fromkeys(each.code for each in found)))

    def without(self, municipality: Municipality) -> Area:
        """The area with one municipality left out."""
        kept = tuple(code for code in self.regions if code != municipality.code)
        return Area(f"{self.key}-without-{municipality.code}", self.name, kept)

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        """Those of its regions that are municipalities today."""
        today = registry().by_code
        return tuple(today[code] for code in self.regions if code in today)

    def _repr_html_(self) -> str:
        inside = ", ".join(f"{each.code} {each.name}" for each in self.municipalities)
        return reprs.card(self.name, [("Kommuner", str(len(self.municipalities))), ("Hvilke", inside)])


@dataclass(frozen=True)
class Municipality(concerning.Concerned):
    """One of the 357 municipalities. `name` is as KLASS 131 prints it, Sámi and Kven names included."""

    code: str
    name: str

    @classmethod
    def find(cls, wanted: str) -> Municipality:
        """The municipality with this code, name or earlier code.

        Raises
        ------
        InputError
            with the three nearest names, with both where a name is shared, or with the successors of a divided municipality.

        Examples
        --------
        >>> Municipality.find("halden")
        Municipality(code='3101', name='Halden')
        >>> [Municipality.find(each).name for each in ("3101", "3001", "0101")]
        ['Halden', 'Halden', 'Halden']
        >>> Municipality.find("haldn")
        Traceback (most recent call last):
            ...
        helpers.errors.InputError: Fant ingen kommune «haldn». Mente du 3101 Halden, 5026 Holtålen eller 1119 Hå?
        """
        return registry().find(wanted)

    @classmethod
    def find_real(cls, wanted: str) -> Municipality:
        """As `find`, but a constructed municipality is an error: it stands outside every sum and comparison."""
        found = cls.find(wanted)
        if found.constructed:
            raise InputError(f"{found.name} er konstruert og kan ikke være med i en sammenligning.")
        return found

    @classmethod
    def constructed_ones(cls) -> tuple[Municipality, ...]:
        """Those that do not exist: they show what needs data that no real municipality has given."""
        return tuple(cls(code, name) for code, name in CONSTRUCTED.items())

    @classmethod
    def all(cls) -> tuple[Municipality, ...]:
        """All municipalities in the order of their codes."""
        return tuple(registry().by_code.values())

    @property
    def key(self) -> str:
        """The code: what names a place among areas."""
        return self.code

    @property
    def regions(self) -> tuple[str, ...]:
        """Its own code, as for an area."""
        return (self.code,)

    @property
    def constructed(self) -> bool:
        """Whether nothing about it is real."""
        return self.code in CONSTRUCTED

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The parts of the name, each with its language (BCP 47): ``(("Oslo", "nb"), ("Oslove", "sma"))``."""
        texts = self.name.split(" - ")
        return tuple(zip(texts, name_languages().get(self.name, ["nb"] * len(texts)), strict=True))

    @property
    def slug(self) -> str:
        """The folder of its reports: ``3101-halden``."""
        return f"{self.code}-{slug_of(self.name)}"

    @property
    def county(self) -> Area:
        """Its county of today; a constructed municipality has none but itself."""
        if self.constructed:
            return Area("county", "Konstruert", (self.code,))
        return registry().county(self.code[:2])

    @property
    def comparable_from(self) -> int | None:
        """The first year with comparable figures; None where its borders have no division behind them."""
        return registry().comparable_from.get(self.code)

    def _repr_html_(self) -> str:
        known: list[tuple[str, object]] = [("Nummer", self.code), ("Fylke", self.county.name)]
        if self.comparable_from is not None:
            known.append(("Sammenlignbare tall", f"fra {self.comparable_from}, da grensene ble som i dag"))
        if self.constructed:
            known.append(("Merk", "konstruert: ingenting ved den er virkelig"))
        lead = [] if self.constructed else [f'Municipality.find("{self.code}").table("ssb_11618")']
        return reprs.card(self.name, known, lead)


def folded(text: str) -> str:
    """Lower case without accents, for searches and folders: ``Tønsberg`` → ``tonsberg``."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(each for each in apart if not unicodedata.combining(each))


def slug_of(name: str) -> str:
    """A name as a folder or a file has it: ``sondre-viken``.

    >>> slug_of("Besøksnæring")
    'besoksnaering'
    """
    return re.sub("[^a-z0-9]+", "-", folded(name)).strip("-")


def registry() -> Registry:
    """The municipalities of the nearest workspace, read again when a fetch has brought others.

    Within a report of a batch the raw figures stand still, and are not looked for again.
    """
    if TABLES_VARIABLE in os.environ:
        return _in_batch(os.environ.get(ROOT_VARIABLE, ""))
    return _nearest_registry()


@lru_cache(maxsize=4)
def _in_batch(root: str) -> Registry:
    return _nearest_registry()


def _nearest_registry() -> Registry:
    raw = Workspace.find().raw
    return _registry(raw, klass.held(raw))


def carry(year: int) -> dict[str, str]:
    """Region code of `year` → region code in tidy tables (of today, or itself where it cannot be carried)."""
    return registry().carry(year)


def valid_codes(year: int) -> frozenset[str]:
    """The municipality codes that held on 1 January of `year`, as they were then (before 2016: today's)."""
    return frozenset(carry(year))


def regions_in(year: int) -> frozenset[str]:
    """The region codes that a complete tidy table has for `year`."""
    return frozenset(carry(year).values())


def region_name(code: str) -> str:
    """The name of a region code, also of one that could not be carried."""
    return registry().names.get(code, code)


def successor(code: str) -> str:
    """The municipality of today that a region code leads to; of a divided one, the first that got a part."""
    if code in registry().by_code:
        return code
    return [new for (_, old), new in registry().successors.items() if old == code][-1][0]


def points() -> pd.DataFrame:
    """One point inside each municipality's largest part: index code, columns name, east_m, north_m (metres, EPSG:25833).

    Whole kilometres, for symbol maps, never for distances along roads.
    """
    frame = rawstore.read(Workspace.find().raw, "kartverket_points")[0].frame()
    wide = frame.pivot(index="Region", columns="ContentsCode", values="value") * 1000
    wide.index = pd.Index([str(code) for code in wide.index], name="code")
    wide = wide.rename(columns={"east_km": "east_m", "north_km": "north_m"})[["east_m", "north_m"]]
    return wide.assign(name=[region_name(code) for code in wide.index])


@lru_cache(maxsize=1)
def foreign_names() -> dict[str, str]:
    """Part of a name that is in Sámi or Kven → its language."""
    pairs = (zip(name.split(" - "), each, strict=True) for name, each in name_languages().items())
    return {part: language for pair in pairs for part, language in pair if language != "nb"}


@lru_cache(maxsize=1)
def name_languages() -> dict[str, list[str]]:
    """Whole name → the language of each of its parts."""
    return tomllib.loads(resources.files("helpers").joinpath("name_languages.toml").read_text("utf-8"))


def check_codes(raw: Path, parts: Mapping[str, rawstore.RawBody]) -> None:
    """Raise `DataError` where no registry can be made of newly fetched bodies of KLASS 131: it would stop every report."""
    Registry(**vars(klass.fetched(raw, parts))).check()


@lru_cache(maxsize=8)
def _registry(raw: Path, _held: tuple[object, ...]) -> Registry:
    found = Registry(**vars(klass.load(raw)))
    found.check()
    return found


@dataclass(frozen=True)
class Registry(klass.Klass):
    """All codes of KLASS 131 since 2016 and how they lead to those of today."""

    @cached_property
    def by_code(self) -> dict[str, Municipality]:
        """Code of today → municipality."""
        return {code: Municipality(code, self.names[code]) for code in self.current}

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
        """See the function `carry`."""
        return self._carried.get(year, {code: code for code in self.current})

    def check(self) -> None:
        """A code of today was never that of a place which cannot be carried: those figures would pass for today's."""
        for (year, old), new in reversed(self.successors.items()):
            if old in self.by_code and not self._whole(year, new):
                what = f"Kommunen {old} {self.names[old]} har andre grenser i dag enn i {year}, men samme kode"
                raise DataError(f"{what}: tallene kan ikke holdes fra hverandre. {klass.SNAPSHOT}")

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

    def county(self, digits: str) -> Area:
        """The county whose municipality codes begin with `digits`."""
        return self._county_areas[digits]

    @cached_property
    def _county_areas(self) -> dict[str, Area]:
        inside: dict[str, list[str]] = {digits: [] for digits in self.counties}
        for region in self.regions:
            inside[self._county_of[region]].append(region)
        return {digits: Area("county", self.counties[digits], tuple(found)) for digits, found in inside.items()}

    def find(self, wanted: str) -> Municipality:
        """See `Municipality.find`."""
        text = " ".join(str(wanted).split())
        for each in Municipality.constructed_ones():
            if text.casefold() in (each.code, each.name.casefold(), each.name.casefold().split(" (")[0], each.slug):
                return each
        if re.fullmatch(r"\d{4}", text):
            return self._find_code(text)
        hits = self._by_name.get(text.casefold(), [])
        if len(hits) == 1:
            return hits[0]
        if hits:
            listed = " eller ".join(f"{each.code} ({each.county.name})" for each in hits)
            raise InputError(f"«{text}» er navnet på {len(hits)} kommuner: skriv {listed}.")
        raise InputError(self._not_found(text))

    def _find_code(self, code: str) -> Municipality:
        if code in self.by_code:
            return self.by_code[code]
        new: Sequence[str] = ()
        for (_, old), each in self.successors.items():
            new = each if old == code else new  # the years come in order: the newest link wins
        if len(new) == 1:
            return self.by_code[new[0]]
        if new:
            listed = " eller ".join(f"{each} {self.names[each]}" for each in new)
            raise InputError(f"{code} {self.names[code]} ble delt mellom flere kommuner: velg {listed}.")
        raise InputError(self._not_found(code))

    @cached_property
    def _by_name(self) -> dict[str, list[Municipality]]:
        found: dict[str, list[Municipality]] = {}
        for each in self.by_code.values():
            bare = re.sub(r" \(.*\)$", "", each.name)
            known = {each.name, bare, *each.name.split(" - "), each.slug, each.slug.partition("-")[2]}
            for name in {text.casefold() for text in known}:
                found.setdefault(name, []).append(each)
        return found

    def _not_found(self, text: str) -> str:
        for (year, old), new in reversed(self.successors.items()):
            if text.casefold() in (old, self.names[old].casefold()):
                now = " og ".join(f"{each} {self.names[each]}" for each in new)
                return f"«{text}» finnes ikke etter {year}: området hører nå til {now}."
        pool = {code: code for code in self.by_code} if text.isdigit() else {key: key for key in self._by_name}
        near: list[str] = []
        for hit in difflib.get_close_matches(text.casefold(), pool, n=12, cutoff=0.0):
            each = self.by_code.get(hit) or self._by_name[hit][0]
            near += [label] if (label := f"{each.code} {each.name}") not in near else []
        return f"Fant ingen kommune «{text}». Mente du {', '.join(near[:2])} eller {near[2]}?"
