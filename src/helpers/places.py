"""Municipalities, their codes through the reforms, and the areas they are compared with.

Source: Statistics Norway, KLASS 131 and 104 (see `klass`). Codes change, places do not: history is carried to today's codes,
those of the newest reform held. Where a municipality was divided, neither it nor whoever received a part has comparable
figures before; its old code stays as a region of its own, so that sums remain whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from helpers import concerning, klass, placenames, rawstore, reprs
from helpers.errors import InputError
from helpers.placenames import folded as folded
from helpers.placenames import foreign_names as foreign_names
from helpers.placenames import name_languages as name_languages
from helpers.placenames import slug_of as slug_of
from helpers.workspace import ROOT_VARIABLE, TABLES_VARIABLE, Workspace

SONDRE_VIKEN = ("3101", "3105", "3107", "3110", "3124")
CONSTRUCTED = {"9901": "Eksempelvik (konstruert)"}  # in no sum, in no list of municipalities


@dataclass(frozen=True)
class Area(concerning.Concerned):
    """A set of municipalities. `regions` are the region codes whose rows add up to it (today's codes, and old codes not carried)."""

    key: str
    name: str
    regions: tuple[str, ...]

    @classmethod
    def country(cls) -> Area:
        """Every municipality.

        Examples
        --------
        >>> from helpers import Area
        >>> len(Area.country().municipalities)
        357
        """
        return cls("country", "Landet", registry().regions)

    @classmethod
    def sondre_viken(cls) -> Area:
        """Halden, Sarpsborg, Fredrikstad, Hvaler and Aremark, the partners of the plans.

        Examples
        --------
        >>> from helpers import Area
        >>> [each.name for each in Area.sondre_viken().municipalities]
        ['Halden', 'Sarpsborg', 'Fredrikstad', 'Hvaler', 'Aremark']
        """
        return cls("sondre-viken", "Søndre Viken", SONDRE_VIKEN)

    @classmethod
    def of(cls, municipalities: Iterable[str | Municipality]) -> Area:
        """Any list of municipalities, by code or name.

        Raises
        ------
        InputError
            where one is not found or is constructed, or the list is empty.

        Examples
        --------
        >>> from helpers import Area
        >>> Area.of(["halden", "3105"])
        Area(key='list', name='Halden og Sarpsborg', regions=('3101', '3105'))
        """
        found = [each if isinstance(each, Municipality) else Municipality.find_real(each) for each in municipalities]
        if not found:
            raise InputError("Sammenligningen er tom. Oppgi minst én kommune, for eksempel 3105,3107.")
        names = [each.name for each in found]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} og {names[-1]}"
        return cls("list", listed, tuple(dict.fromkeys(each.code for each in found)))

    def without(self, municipality: Municipality) -> Area:
        """The area with one municipality left out.

        Examples
        --------
        >>> from helpers import Area, Municipality
        >>> Area.sondre_viken().without(Municipality.find("halden")).regions
        ('3105', '3107', '3110', '3124')
        """
        kept = tuple(code for code in self.regions if code != municipality.code)
        return Area(f"{self.key}-without-{municipality.code}", self.name, kept)

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        """Those of its regions that are municipalities today.

        Examples
        --------
        >>> from helpers import Area
        >>> [each.code for each in Area.of(["halden", "aremark"]).municipalities]
        ['3101', '3124']
        """
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
        """As `find`, but a constructed municipality is an error: it stands outside every sum and comparison.

        Raises
        ------
        InputError
            as `find`; for a constructed one.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.find_real("9901")
        Traceback (most recent call last):
            ...
        helpers.errors.InputError: Eksempelvik (konstruert) er konstruert og kan ikke være med i en sammenligning.
        """
        found = cls.find(wanted)
        if found.constructed:
            raise InputError(f"{found.name} er konstruert og kan ikke være med i en sammenligning.")
        return found

    @classmethod
    def constructed_ones(cls) -> tuple[Municipality, ...]:
        """Those that do not exist: they show what needs data that no real municipality has given.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.constructed_ones()
        (Municipality(code='9901', name='Eksempelvik (konstruert)'),)
        """
        return tuple(cls(code, name) for code, name in CONSTRUCTED.items())

    @classmethod
    def all(cls) -> tuple[Municipality, ...]:
        """All municipalities in the order of their codes.

        Examples
        --------
        >>> from helpers import Municipality
        >>> len(Municipality.all()), Municipality.all()[0].name
        (357, 'Oslo - Oslove')
        """
        return tuple(registry().by_code.values())

    @property
    def key(self) -> str:
        """The code: what names a place among areas.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.find("halden").key
        '3101'
        """
        return self.code

    @property
    def regions(self) -> tuple[str, ...]:
        """Its own code, as for an area.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.find("halden").regions
        ('3101',)
        """
        return (self.code,)

    @property
    def constructed(self) -> bool:
        """Whether nothing about it is real.

        Examples
        --------
        >>> from helpers import Municipality
        >>> [Municipality.find(each).constructed for each in ("3101", "9901")]
        [False, True]
        """
        return self.code in CONSTRUCTED

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The parts of the name, each with its language (BCP 47): ``(("Oslo", "nb"), ("Oslove", "sma"))``.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.find("oslo").parts
        (('Oslo', 'nb'), ('Oslove', 'sma'))
        """
        texts = self.name.split(" - ")
        return tuple(zip(texts, name_languages().get(self.name, ["nb"] * len(texts)), strict=True))

    @property
    def slug(self) -> str:
        """The folder of its reports: ``3101-halden``.

        Examples
        --------
        >>> from helpers import Municipality
        >>> Municipality.find("bærum").slug
        '3201-baerum'
        """
        return f"{self.code}-{slug_of(self.name)}"

    @property
    def county(self) -> Area:
        """Its county of today; a constructed municipality has none but itself.

        Examples
        --------
        >>> from helpers import Municipality
        >>> county = Municipality.find("halden").county
        >>> county.name, len(county.municipalities)
        ('Østfold', 12)
        """
        if self.constructed:
            return Area("county", "Konstruert", (self.code,))
        return registry().county(self.code[:2])

    @property
    def comparable_from(self) -> int | None:
        """The first year with comparable figures; None where its borders have no division behind them.

        Examples
        --------
        >>> from helpers import Municipality
        >>> [Municipality.find(each).comparable_from for each in ("1508", "3101")]
        [2024, None]
        """
        return registry().comparable_from.get(self.code)

    def _repr_html_(self) -> str:
        known: list[tuple[str, object]] = [("Nummer", self.code), ("Fylke", self.county.name)]
        if self.comparable_from is not None:
            known.append(("Sammenlignbare tall", f"fra {self.comparable_from}, da grensene ble som i dag"))
        if self.constructed:
            known.append(("Merk", "konstruert: ingenting ved den er virkelig"))
        lead = [] if self.constructed else [f'Municipality.find("{self.code}").table("ssb_11618")']
        return reprs.card(self.name, known, lead)


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


def check_codes(raw: Path, parts: Mapping[str, rawstore.RawBody]) -> None:
    """Raise `DataError` where no registry can be made of newly fetched bodies of KLASS 131: it would stop every report."""
    Registry(**vars(klass.fetched(raw, parts))).check()


@lru_cache(maxsize=8)
def _registry(raw: Path, _held: tuple[object, ...]) -> Registry:
    found = Registry(**vars(klass.load(raw)))
    found.check()
    return found


@dataclass(frozen=True)
class Registry(placenames.Named):
    """The codes of KLASS 131, and the municipalities and counties of today by code and by name."""

    @cached_property
    def by_code(self) -> dict[str, Municipality]:
        """Code of today → municipality."""
        return {code: Municipality(code, self.names[code]) for code in self.current}

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
        return self.by_code[self.code_of(text)]
