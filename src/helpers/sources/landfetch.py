"""The open map layers of one municipality into data/raw/fetched: each layer as a whole or not at all, never worse than what was there.

A layer is kept like a table, under the id ``land_<role>_<code>``: one body as it was received for each page, with its sidecar. What was fetched less
than a day ago is not fetched again, which is also how an interrupted run goes on.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from filelock import FileLock, Timeout

from helpers import rawstore
from helpers.catalog import Rounding
from helpers.errors import DataError, KommunerapportError, SourceError
from helpers.land.layers import Role
from helpers.land.openlayers import OpenLayer, listing
from helpers.rawstore import FETCHED, RawBody
from helpers.sources import arcgis, kartverket, packages, store
from helpers.sources.arcgis import Box, Layer, MapService, Page
from helpers.sources.door import NAMES, Answer, Door
from helpers.sources.fetch import ENDING, LOCK
from helpers.sources.kartverket import Dataset, DatasetGone
from helpers.sources.store import Incoming

FRESH = dt.timedelta(hours=24)
FORMATS = ("GeoPackage", "GeoJSON", "GML", "Shape")  # what can be read, in order of preference
DEGREES = (2.0, 56.0, 34.0, 74.0)  # west, south, east, north of Norway's mainland and territorial waters
FEWEST = 0.5  # a layer that has lost more than this share of its features is not taken without asking
UNROUNDED = Rounding(rule="none")
State = Literal["new", "unchanged", "changed", "kept", "failed"]
Accept = Callable[[Role, str, Sequence[RawBody]], None]


@dataclass(frozen=True)
class LandTable:
    """What a sidecar says of a layer (see `store.Described`)."""

    id: str
    source: str
    producer: str
    title: str
    url: str
    licence: str
    rounding: Rounding = UNROUNDED


@dataclass(frozen=True)
class Result:
    """What came of one layer.

    Parameters
    ----------
    state : ``new`` (first time), ``unchanged``, ``changed``, ``kept`` (fetched less than a day ago, not asked for again), ``failed`` (the
        old bodies stay). reason : why it failed.
    features : that are held now; None where they are not counted (boundary, AR50) or nothing is held. before : that were held.
    pages : bodies held now. size : bytes of them. layers : the producer's layers. calls, bytes : what it took.
    """

    role: Role
    code: str
    title: str
    state: State
    reason: str = ""
    features: int | None = None
    before: int | None = None
    pages: int = 0
    size: int = 0
    layers: tuple[str, ...] = ()
    calls: int = 0
    bytes: int = 0


class Progress(Protocol):
    """What a run tells as it goes."""

    def begin(self, layer: OpenLayer) -> None: ...  # noqa: D102

    def done(self, result: Result) -> None: ...  # noqa: D102


@dataclass
class LandFetching:
    """One run for one municipality.

    Parameters
    ----------
    raw : data/raw. accept : raises `DataError` where the bodies cannot be read as the layer. force : fetch also what was fetched less than
        a day ago, and take also a layer that has lost most of its features.
    """

    raw: Path
    door: Door
    code: str
    accept: Accept
    progress: Progress
    force: bool = False
    results: list[Result] = field(default_factory=list)

    def run(self) -> list[Result]:
        """Fetch the layers, the boundary first, since the others are asked for by its extent.

        Raises
        ------
        SourceError
            where another run is at work in the same folder, or no source can be reached. OSError where data/raw cannot be written.
        """
        layers = list(listing().open.values())
        folder = self.raw / FETCHED
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / LOCK, timeout=0), packages.kept(self.raw):
                store.sweep(self.raw)
                asked = [layer for layer in layers if not self._is_fresh(layer)]
                if asked:
                    self.door.look(tuple(dict.fromkeys(layer.source for layer in asked)))
                for layer in layers:
                    self.progress.begin(layer)
                    self.results.append(self._one(layer, layer in asked))
                    self.progress.done(self.results[-1])
        except Timeout:
            raise SourceError(f"En annen henting pågår i {folder}. Vent til den er ferdig.") from None
        return self.results

    def _one(self, layer: OpenLayer, asked: bool) -> Result:
        calls, size = self.door.calls, self.door.bytes
        before, reason = self._held(layer), ""
        state: State = "kept"
        table = table_id(layer.role, self.code)
        try:
            state = self._try(layer, table, before) if asked else state
        except OSError as error:
            if error.errno in ENDING:
                raise
            state, reason = "failed", f"{table}: {error.strerror or error} ({Path(error.filename or '').name})."
        except KommunerapportError as error:
            state, reason = "failed", str(error)
        except Exception as error:  # what nobody thought of is one layer's trouble, not the others'
            state, reason = "failed", f"{table}: uventet feil ({type(error).__name__}: {error})."
        held = self._held(layer)
        return Result(
            role=layer.role,
            code=self.code,
            title=layer.title,
            state=state,
            reason=reason,
            features=features_of(held),
            before=features_of(before),
            pages=len(held),
            size=sum(len(body.data) for body in held),
            layers=tuple(dict.fromkeys(name for body in held for name in _list(body, "layer"))),
            calls=self.door.calls - calls,
            bytes=self.door.bytes - size,
        )

    def _try(self, layer: OpenLayer, table: str, before: Sequence[RawBody]) -> State:
        incoming = self._ask(layer, table, before)
        if incoming is None:
            return "unchanged"
        info = LandTable(table, layer.source, layer.producer, layer.title, layer.url, layer.licence)
        staged = store.stage(self.raw, info, incoming, self.door.client_name)
        try:
            bodies = [rawstore.read_body(path) for path in rawstore.bodies_in(staged)]
            if before and _content(before) == _content(bodies):
                return "unchanged"
            sound = before or self._sound(table)
            if not self.force:
                _weigh(table, sound, bodies)
            try:
                self.accept(layer.role, self.code, bodies)
            except DataError as error:
                raise SourceError(f"{table}: det som kom, kan ikke brukes: {error}") from None
            stamp = f"{max(each.answer.at for each in incoming):%Y%m%dT%H%M%SZ}"
            store.publish(self.raw, table, staged, stamp)
        finally:
            store.discard(staged)
        return "changed" if sound else "new"

    def _ask(self, layer: OpenLayer, table: str, before: Sequence[RawBody]) -> list[Incoming] | None:
        if layer.dataset:
            return self._ordered(layer, table, [] if self.force else before)
        if layer.role == "boundary":
            return [self._boundary(layer, table)]
        service = MapService(self.door, layer.source, layer.filled(layer.path, self.code), table)
        if layer.where:
            found = service.layer(layer.number or 0)
            return [*self._incoming(layer, found, self._selected(layer, service, found), "", 1)]
        box = self._box(table)
        incoming: list[Incoming] = []
        for each, years in chosen(layer, service.layers(), table):
            first = 1 + sum(one.part.startswith(f"{years}-") for one in incoming)
            incoming += self._incoming(layer, each, service.pages(each, box=box), years, first)
        return incoming

    def _selected(self, layer: OpenLayer, service: MapService, found: Layer) -> list[Page]:
        """The features that a condition picks. None at all is believed where the same field picks some beside the municipality."""
        pages = service.pages(found, layer.filled(layer.where, self.code), fields=layer.fields)
        probe = layer.filled(layer.probe, self.code)
        if probe and not sum(page.features for page in pages) and not service.count(found, probe):
            raise SourceError(
                f"{service.what}: {NAMES[layer.source]} har ingenting i hele fylket ({probe}), og det kan ikke stemme. "
                f"Feltene i {found.name} er {', '.join(found.fields) or 'ukjent'}."
            )
        return pages

    def _incoming(
        self, layer: OpenLayer, found: Layer, pages: Sequence[Page], years: str, first: int
    ) -> list[Incoming]:
        parts = []
        for at, page in enumerate(pages, first):
            selection: dict[str, Any] = {
                "municipality": [self.code],
                "layer": [f"{found.number} {found.name}"],
                "page": [str(at)],
                "features": [str(page.features)],
                "crs": [f"EPSG:{arcgis.EPSG}"],
            }
            selection |= {"return_years": [years]} if years else {}
            about = {"selection": selection, "periods": [str(page.answer.at.year)], "notes": list(layer.notes)}
            parts.append(Incoming(f"{years}-{at:03d}" if years else f"{at:03d}", ".json", page.answer, about))
        return parts

    def _boundary(self, layer: OpenLayer, table: str) -> Incoming:
        answer = self.door.get(layer.source, layer.filled(layer.path, self.code), table, {"Accept": "application/json"})
        outline(answer, self.code, table)
        selection = {"municipality": [self.code], "crs": ["EPSG:4258"]}
        return Incoming("", ".json", answer, {"selection": selection, "periods": [str(answer.at.year)]})

    def _ordered(self, layer: OpenLayer, table: str, before: Sequence[RawBody]) -> list[Incoming] | None:
        dataset = Dataset(table, layer.dataset, layer.url, "land/sources.toml")
        areas = [{"type": "kommune", "code": self.code}, {"type": "fylke", "code": self.code[:2]}]
        try:
            found = kartverket.order(self.door, dataset, areas, FORMATS, before)
        except DatasetGone:
            if layer.source_otherwise is None:
                raise
            path = layer.filled(layer.otherwise, self.code)
            answer = kartverket.download(self.door, layer.source_otherwise, path, table, before)
            about = {"selection": {"areas": [self.code[:2]]}, "notes": ["A file of the whole county."]}
            found = [Incoming("", ".zip", answer, about)] if answer else None
        for each in found or []:
            each.about["selection"] = {"municipality": [self.code]} | each.about["selection"]
        return found

    def _box(self, table: str) -> Box:
        """The envelope of the municipality, whole metres in EPSG:25833, by the boundary that is held now."""
        from pyproj import Transformer

        held = self._held(listing().open["boundary"])
        shape = held[0].json["omrade"] if held else None
        extent = arcgis.bounds(shape["coordinates"]) if shape else None
        if extent is None:
            raise SourceError(
                f"{table}: kommunegrensen er ikke hentet, og uten den er det ikke kjent hvor det skal spørres."
            )
        there = Transformer.from_crs("EPSG:4258", f"EPSG:{arcgis.EPSG}", always_xy=True)
        west, south, east, north = there.transform_bounds(*extent, densify_pts=41)
        return math.floor(west), math.floor(south), math.ceil(east), math.ceil(north)

    def _is_fresh(self, layer: OpenLayer) -> bool:
        held = [] if self.force else self._held(layer)
        times = [body.sidecar.at for body in held if body.sidecar.at]
        return bool(times) and dt.timedelta(0) <= self.door.clock.utc() - min(times) < FRESH

    def _held(self, layer: OpenLayer) -> list[RawBody]:
        """The bodies fetched last; none where one of them is broken, so that the layer is fetched anew."""
        with suppress(DataError):
            return list((rawstore.documents(self.raw, table_id(layer.role, self.code)) or {}).values())
        return []

    def _sound(self, table: str) -> list[RawBody]:
        """The last bodies fetched that are whole: what a new one is weighed against where the newest are broken."""
        for folder in reversed(rawstore.generations(self.raw).get(table, [])):
            with suppress(DataError):
                return rawstore.whole([rawstore.read_body(path) for path in rawstore.bodies_in(folder)])
        return []


def table_id(role: Role, code: str) -> str:
    """The id of a municipality's layer in the raw store."""
    return f"land_{role}_{code}"


def features_of(bodies: Sequence[RawBody]) -> int | None:
    """How many features the pages of a layer have together; None where they are not counted."""
    counts = [int(count) for body in bodies for count in _list(body, "features")]
    return sum(counts) if counts else None


def chosen(layer: OpenLayer, there: Sequence[Layer], what: str) -> list[tuple[Layer, str]]:
    """The layers of a service whose names give a return period, with it (years), the shortest first.

    Raises
    ------
    SourceError
        listing the names that are there, where none does.
    """
    hits = [(each, re.fullmatch(layer.layers, each.name.strip(), re.IGNORECASE)) for each in there]
    found = [(each, hit[1]) for each, hit in hits if hit]
    if not found:
        listed = ", ".join(each.name for each in there[:40])
        raise SourceError(
            f"{what}: ingen av lagene hos {NAMES[layer.source]} har et navn med gjentaksintervall. De som finnes: {listed}. "
            "Rett layers i land/sources.toml."
        )
    return sorted(found, key=lambda each: (int(each[1]), each[0].number))


def outline(answer: Answer, code: str, what: str) -> Mapping[str, Any]:
    """The geometry in Kommuneinfo's answer.

    Raises
    ------
    SourceError
        where there is none, or it is not that of the municipality in degrees in Norway.
    """
    who = f"{what}: {NAMES['kommuneinfo']}"
    if answer.status == 404:
        raise SourceError(f"{who} kjenner ikke kommune {code}.")
    if answer.is_html or answer.status >= 400:
        raise SourceError(f"{who} svarte ikke med en kommunegrense (status {answer.status}).")
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SourceError(f"{who} svarte med noe som ikke er JSON.") from None
    shape = told.get("omrade") if isinstance(told, dict) else None
    if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
        raise SourceError(f"{who} svarte uten flaten under «omrade».")
    number = told.get("kommunenummer", code)
    if number != code:
        raise SourceError(f"{who} svarte med kommune {number}, ikke {code}.")
    try:
        held = arcgis.bounds(shape.get("coordinates"))
    except (TypeError, ValueError):
        held = None
    if held is None or not arcgis.inside(held, DEGREES):
        raise SourceError(f"{who} svarte med koordinater som ikke er grader i Norge, øst før nord.")
    return shape


def _weigh(table: str, before: Sequence[RawBody], bodies: Sequence[RawBody]) -> None:
    """Refuse a layer that has lost most of what it had: a service that is being loaded looks like that too."""
    old, new = features_of(before), features_of(bodies)
    years, still = ({each for body in held for each in _list(body, "return_years")} for held in (before, bodies))
    why = ""
    if years - still:
        why = f"sonene med gjentaksintervall {', '.join(sorted(years - still, key=int))} år er borte"
    elif old and new is not None and new < FEWEST * old:
        why = f"{new} objekter der det var {old}"
    if why:
        raise SourceError(f"{table}: {why}. Det som var, beholdes. Stemmer det, så bruk --force.")


def _content(bodies: Sequence[RawBody]) -> list[Any]:
    """What makes bodies the same; of an archive what is in it, for its own time stamps are new each time it is made."""
    found: list[Any] = []
    for body in bodies:
        packed: Any = body.data
        if body.path.suffix == ".zip":
            with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(body.data)) as archive:
                packed = sorted((each.filename, each.file_size, each.CRC) for each in archive.infolist())
        found.append((body.part, packed))
    return found


def _list(body: RawBody, key: str) -> list[str]:
    given = body.sidecar.selection.get(key, [])
    return [given] if isinstance(given, str) else given
