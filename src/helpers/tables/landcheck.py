"""What `kommunerapport land check` says: layer by layer what was found, what is wrong, and what is lacking and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from helpers.errors import DataError
from helpers.land import manifest, purposes
from helpers.land.layers import ROLES, Origin, Role
from helpers.land.settings import M2_PER_DEKAR
from helpers.tables import landfetched, landlayers, landshapes
from helpers.tables.landfiles import Read
from helpers.tables.landlayers import Inputs, Piece
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import geopandas as gpd

ARTYPES = {11, 12, 21, 22, 23, 30, 50, 60, 70, 81, 82, 99}
NAMES: Mapping[Role, str] = {
    "boundary": "kommunegrense",
    "planned": "arealformål i kommuneplanen",
    "buildings": "bygninger",
    "roads": "veier",
    "railway": "jernbane",
    "stations": "stasjoner",
    "centre": "sentrum",
    "zoning": "reguleringsplaner i kraft",
    "protected": "verneområder",
    "flood": "flomsoner",
    "landslide": "skredfaresoner",
    "ar5": "arealressurser (AR5)",
    "shoreline": "kystlinje",
    "slope": "bratt terreng",
    "water_mains": "vannledninger",
    "sewers": "avløpsledninger",
    "parcels": "eiendommer",
}
WITHOUT: Mapping[Role, str] = {
    "boundary": "areal utenfor kommunen kan ikke skilles ut",
    "planned": "det er ikke noe næringsareal å regne på",
    "buildings": "bebygd areal er ukjent, og reserven blir for stor",
    "roads": "veiareal, veitilgang (trinn 3) og avstand til hovedvei (B og C) blir ukjent",
    "railway": "areal langs jernbanen er ukjent",
    "stations": "avstand til stasjon (A og B) blir ukjent",
    "centre": "avstand til sentrum (A og B) blir ukjent",
    "zoning": "hva som er regulert (trinn 1), blir ukjent",
    "protected": "verneområder er ukjent",
    "flood": "flomfare er ukjent",
    "landslide": "skredfare er ukjent",
    "ar5": "dyrka jord, myr og vann er ukjent",
    "shoreline": "100-metersbeltet er ukjent",
    "slope": "bratt terreng er ukjent",
    "water_mains": "vann og avløp (trinn 4) blir ukjent",
    "sewers": "vann og avløp (trinn 4) blir ukjent",
    "parcels": "eier (trinn 5) blir ukjent",
}
COLUMN_NAMES = {
    "purpose": "arealformål",
    "status": "status",
    "artype": "arealtype",
    "return_years": "gjentaksintervall",
    "main": "opplysning om det er hovedvei",
}
BELT = "flatene får en bredde rundt seg som en kystlinje; er de selve strandsonen, sett shoreline_buffer_m = 0 under [settings]"
ORIGINS: Mapping[Origin, str] = {"own": "kommunens fil", "fetched": "hentet", "constructed": "konstruert"}
EXAMPLE = """municipality = "{code}"
source = "Kommunen, uttrekk 1. mai 2026"

[layers.planned]
file = "kommuneplan.gpkg"
columns = {{ purpose = "arealformål", status = "arealbruksstatus" }}"""


@dataclass(frozen=True)
class Layer:
    """One file, or one fetched body, as it was found.

    Parameters
    ----------
    error : why it cannot be used; then all else is empty. outside_m2 : area outside the municipality, of polygons; outside : features
        wholly outside, of lines and points; overlap_m2 : area that several polygons of the role cover, of plans. None: not computed.
        strange : what (`formål`) → code that is not in the standard → number of features.
    """

    role: Role
    origin: Origin
    file: str
    error: str = ""
    crs: str = ""
    features: int = 0
    used: int = 0
    repaired: int = 0
    dropped: int = 0
    duplicates: int = 0
    outside_m2: float | None = None
    outside: int | None = None
    overlap_m2: float | None = None
    strange: Mapping[str, Mapping[int, int]] | None = None
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What is said of it, in Norwegian; the first line names it."""
        head = f"{NAMES[self.role]} [{self.role}], {ORIGINS[self.origin]}: {self.file}"
        if self.error:
            return [head, f"  FEIL: {self.error}"]
        said = [f"{self.crs or 'tomt'}, {_of(self.features, 'objekt', 'objekter')}, {_count(self.used)} brukt"]
        counted = (
            (self.repaired, "ugyldig geometri reparert", "ugyldige geometrier reparert"),
            (self.dropped, "uten brukbar geometri utelatt", "uten brukbar geometri utelatt"),
            (self.duplicates, "objekt som er helt likt et annet", "objekter som er helt like et annet"),
            (self.outside or 0, "objekt utenfor kommunen", "objekter utenfor kommunen"),
        )
        said += [_of(*each) for each in counted if each[0]]
        if self.outside_m2 is not None:
            said.append(f"{_dekar(self.outside_m2)} utenfor kommunen")
        if self.overlap_m2 is not None:
            said.append(f"{_dekar(self.overlap_m2)} dekkes av flere flater i laget")
        for what, codes in (self.strange or {}).items():
            if codes:
                listed = ", ".join(f"{code} ({_count(number)})" for code, number in codes.items())
                said.append(f"{what} som ikke er i standarden: {listed}")
        return [head, *(f"  {each}" for each in said), *(f"  merk: {each}" for each in self.notes)]


@dataclass(frozen=True)
class Report:
    """What `land check` found.

    Parameters
    ----------
    folder : where the municipality's own files lie or should lie. manifest : whether there is a layers.toml. problem : why it cannot be
        read, else empty. lacking : the roles that there is nothing of. business : features of the plan that are for business; None
        where the plan could not be read.
    """

    code: str
    folder: Path
    manifest: bool
    layers: tuple[Layer, ...] = ()
    lacking: tuple[Role, ...] = ()
    problem: str = ""
    business: int | None = None

    @property
    def errors(self) -> int:
        """How many layers cannot be used."""
        return sum(bool(layer.error) for layer in self.layers)

    @property
    def ok(self) -> bool:
        """Whether the analysis can be made: plans are held, and nothing that is held is wrong."""
        return not self.problem and not self.errors and "planned" not in self.lacking and self.business != 0

    @property
    def lines(self) -> list[str]:
        """The report in Norwegian; the last line is the verdict."""
        if self.problem:
            return [f"FEIL: {self.problem}", "Rett layers.toml og prøv igjen."]
        found = [line for layer in self.layers for line in layer.lines]
        found += [_lacking(role, self.code) for role in self.lacking]
        if not self.manifest:
            found += [
                f"Ingen {manifest.FILE}. Legg kartfilene i {self.folder} sammen med en {manifest.FILE} som denne:",
                *(f"    {line}" for line in EXAMPLE.format(code=self.code).splitlines()),
            ]
        return [*found, self._verdict()]

    def _verdict(self) -> str:
        if self.errors:
            return f"{self.errors} av {len(self.layers)} kartfiler kan ikke brukes. Rett dem og prøv igjen."
        if "planned" in self.lacking:
            return "Arealformål mangler: analysen kan ikke lages før kommunen legger dem inn."
        if self.business == 0:
            return (
                "Ingen flater i plankartet har arealformål 1300–1399. Er det rett kolonne, og står formålet som kode?"
            )
        held = len(ROLES) - len(self.lacking)
        return f"Kartlagene kan brukes: {held} av {len(ROLES)} lag er på plass."


def check(workspace: Workspace, code: str) -> Report:
    """Look at all layers of a municipality. Nothing is written; a layer that cannot be used is told of and the others go on."""
    folder = manifest.folder(workspace.raw, code)
    try:
        given = landlayers.inputs(workspace, code)
    except DataError as error:
        return Report(code, folder, True, problem=str(error))
    within: BaseGeometry | None = None
    layers: list[Layer] = []
    business: int | None = None
    for role, pieces in given.pieces.items():
        found = [_read(workspace, given, piece, within) for piece in pieces]
        read = [(piece, part) for piece, part in zip(pieces, found, strict=True) if isinstance(part, Read)]
        if role == "boundary" and read:
            try:
                within = landlayers.outline(landlayers.joined(given, role, read)[0])
            except DataError as error:
                found, read = [error, *found[1:]], []
        own = [_layer(piece, part, within) for piece, part in zip(pieces, found, strict=True)]
        if role == "planned" and read:
            frame = landlayers.joined(given, role, read)[0]
            business = sum(purposes.kind(int(code)) == "business" for code in frame["purpose"].dropna())
            own[-1] = replace(own[-1], overlap_m2=landshapes.overlap_m2(frame.geometry.array))
        layers += own
    lacking = tuple(role for role in ROLES if role not in given.pieces)
    return Report(code, folder, given.told is not None, tuple(layers), lacking, business=business)


def _read(workspace: Workspace, given: Inputs, piece: Piece, within: BaseGeometry | None) -> Read | DataError:
    try:
        return landlayers.read(workspace, given, piece, within)
    except DataError as error:
        return error


def _layer(piece: Piece, part: Read | DataError, within: BaseGeometry | None) -> Layer:
    role, meta = piece.role, piece.meta
    if isinstance(part, DataError):
        return Layer(role, meta.origin, meta.file, error=str(part))
    notes = (*part.notes, meta.cover) if meta.cover else part.notes
    if role == "shoreline" and (shapely.get_dimensions(part.frame.geometry.array) == landshapes.AREA).any():
        notes = (*notes, BELT)
    layer = Layer(
        role, meta.origin, meta.file, "", part.crs, part.features, part.used, part.repaired, part.dropped, part.duplicates,
        strange=_strange(role, part.frame), notes=(*notes, *_unknown(role, part.frame)),
    )  # fmt: skip
    if within is None or role == "boundary":
        return layer
    shapes = part.frame.geometry.array
    areas = shapely.get_dimensions(shapes) == landshapes.AREA
    if areas.all():
        return replace(layer, outside_m2=landshapes.outside_m2(shapes, within))
    return replace(layer, outside=int((~landshapes.within(shapes, within)).sum()))


def _strange(role: Role, frame: gpd.GeoDataFrame) -> dict[str, dict[int, int]]:
    known = {
        "planned": {"formål": ("purpose", set(purposes.names())), "status": ("status", set(purposes.STATUS))},
        "ar5": {"arealtyper": ("artype", ARTYPES)},
    }
    found: dict[str, dict[int, int]] = {}
    for what, (column, codes) in known.get(role, {}).items():
        counts = frame[column].dropna().value_counts().sort_index()
        found[what] = {int(code): int(number) for code, number in counts.items() if int(code) not in codes}
    return found


def _unknown(role: Role, frame: gpd.GeoDataFrame) -> list[str]:
    """Values that the analysis asks for and the file does not give."""
    asked = {"planned": ("purpose", "status"), "ar5": ("artype",), "flood": ("return_years",), "landslide": ("return_years",), "roads": ("main",)}  # fmt: skip
    lost = {column: int(frame[column].isna().sum()) for column in asked.get(role, ())}
    return [
        f"{_of(number, 'objekt', 'objekter')} uten {COLUMN_NAMES[column]}" for column, number in lost.items() if number
    ]


def _lacking(role: Role, code: str) -> str:
    fetch = f"kommunerapport land fetch {code}"
    coarse = " (som AR50, grovere enn AR5)" if role == "ar5" else ""
    how = f"hentes{coarse} med {fetch}" if role in landfetched.ROLES else "må komme fra kommunen"
    return f"mangler: {NAMES[role]} [{role}]: {WITHOUT[role]}; {how}"


def _of(number: int, one: str, many: str) -> str:
    return f"{_count(number)} {one if number == 1 else many}"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _dekar(square_metres: float) -> str:
    return f"{square_metres / M2_PER_DEKAR:,.1f} dekar".replace(",", " ").replace(".", ",")
