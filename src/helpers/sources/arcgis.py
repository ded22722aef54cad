"""Polygons from an ArcGIS map service: the layers it has, and one layer's features page by page, as GeoJSON in EPSG:25833.

The requests are those of Esri's documentation (`Query (Map Service/Layer)`); the producers' own answers are expected to follow it. An answer
that does not is refused, with what was wrong: a page is not kept unless the whole layer can be shown to be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from helpers.errors import SourceError
from helpers.sources.door import NAMES, Answer, Door, Producer

EPSG = 25833
PAGE = 500  # features asked for at a time; the server may have a lower limit
NORWAY = (-100_000, 6_400_000, 1_150_000, 7_970_000)  # metres in EPSG:25833: the mainland and its territorial waters
BESIDE = 1_000  # metres that a feature may lie outside the envelope asked for
Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Layer:
    """A layer of polygons.

    Parameters
    ----------
    oid : its field of object ids. limit : most features in an answer. fields : names.
    """

    number: int
    name: str
    oid: str
    limit: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One answer, a whole GeoJSON document, and how many features are in it."""

    answer: Answer
    features: int


@dataclass(frozen=True)
class MapService:
    """One map service.

    Parameters
    ----------
    path : below the source's address, ``/vern/MapServer``. what : how messages call what is fetched.
    """

    door: Door
    source: Producer
    path: str
    what: str

    def layers(self) -> list[Layer]:
        """The layers of polygons, in the service's own order.

        Raises
        ------
        SourceError
            where there are none.
        """
        told = self._document(f"{self.path}/layers", {"f": "json"})
        rows = told.get("layers")
        found = [layer for row in rows if (layer := _layer(row))] if isinstance(rows, list) else []
        if not found:
            raise self._refused(f"har ingen lag med flater i {self.path}, bare {_listed(rows)}")
        return found

    def layer(self, number: int) -> Layer:
        """One layer of polygons by its number.

        Raises
        ------
        SourceError
            where it is something else.
        """
        told = self._document(f"{self.path}/{number}", {"f": "json"})
        found = _layer(told)
        if found is None:
            kind = told.get("geometryType") or told.get("type")
            raise self._refused(f"sier at lag {number} i {self.path} er {told.get('name')} ({kind}), ikke flater")
        return found

    def count(self, layer: Layer, where: str, box: Box | None = None) -> int:
        """How many features the server says that there are."""
        told = self._document(
            f"{self.path}/{layer.number}/query", _asked(where, box) | {"returnCountOnly": "true", "f": "json"}
        )
        count = told.get("count")
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise self._refused(f"svarte uten antall på {layer.name}")
        return count

    def pages(self, layer: Layer, where: str = "1=1", box: Box | None = None, fields: str = "*") -> list[Page]:
        """Every feature of a layer, in the order of the object ids; one page without features where there are none.

        Parameters
        ----------
        where : a condition. box : metres in EPSG:25833 that the features must meet. fields : besides the object id.

        Raises
        ------
        SourceError
            an answer that is no GeoJSON in metres in Norway, or pages that are not together what the server counted.
        """
        wanted = self.count(layer, where, box)
        size = min(PAGE, layer.limit)
        fields = fields if fields == "*" else f"{layer.oid},{fields}"
        asked = _asked(where, box) | {"outFields": fields, "returnGeometry": "true", "outSR": str(EPSG)}
        asked |= {"orderByFields": layer.oid, "resultRecordCount": str(size), "f": "geojson"}
        found: list[Page] = []
        seen: set[Any] = set()
        while True:
            at = f"{layer.name}, side {len(found) + 1}"
            answer, ids, more = self._page(layer, asked | {"resultOffset": str(len(seen))}, box, at)
            if len(set(ids)) < len(ids) or seen & set(ids):
                raise self._refused(f"gjentar objekter ({at}): tjeneren følger ikke resultOffset")
            seen |= set(ids)
            if ids or not found:
                found.append(Page(answer, len(ids)))
            if len(seen) > wanted:
                raise self._refused(f"ga flere objekter enn den selv talte, {wanted} ({at})")
            if more and not ids:
                raise self._refused(f"sier at det er mer å hente, men gir ingenting ({at})")
            if not more and (len(seen) == wanted or len(ids) < size):
                break
        if len(seen) < wanted:
            raise self._refused(f"ga {len(seen)} av {wanted} objekter ({layer.name}). Prøv igjen senere")
        return found

    def _page(self, layer: Layer, asked: Mapping[str, str], box: Box | None, at: str) -> tuple[Answer, list[Any], bool]:
        """The answer, its object ids, and whether the server says that there is more."""
        answer = self._get(f"{self.path}/{layer.number}/query", asked)
        told = self._parsed(answer)
        rows = told.get("features")
        if told.get("type") != "FeatureCollection" or not isinstance(rows, list):
            raise self._refused(f"svarte med noe som ikke er GeoJSON ({at})")
        self._check_crs(told, at)
        ids = []
        for row in rows:
            given = row.get("properties") if isinstance(row, dict) else None
            inside = given if isinstance(given, dict) else {}
            number = inside.get(layer.oid, row.get("id") if isinstance(row, dict) else None)
            if not isinstance(number, int | str):
                raise self._refused(f"svarte med et objekt uten {layer.oid} ({at})")
            ids.append(number)
            self._check_shape(row.get("geometry"), box, at)
        held = told.get("properties")
        flags = (told, held if isinstance(held, dict) else {})
        return answer, ids, any(each.get("exceededTransferLimit") is True for each in flags)

    def _check_crs(self, told: Mapping[str, Any], at: str) -> None:
        """A coordinate system that is named must be the one asked for; one that is not named is seen in the coordinates."""
        name = re.search(r'"name"\s*:\s*"([^"]*)"', json.dumps(told["crs"])) if told.get("crs") else None
        if name and not re.search(rf"\b{EPSG}$", name[1]):
            raise self._refused(f"svarte i {name[1]}, ikke i EPSG:{EPSG}, som det ble spurt om ({at})")

    def _check_shape(self, shape: Any, box: Box | None, at: str) -> None:
        if shape is None:
            return  # a feature without geometry is the producer's; the reader leaves it out
        if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
            kind = shape.get("type") if isinstance(shape, dict) else shape
            raise self._refused(f"svarte med {kind}, ikke flater ({at})")
        try:
            held = bounds(shape.get("coordinates"))
        except (TypeError, ValueError):
            raise self._refused(f"svarte med koordinater som ikke kan leses ({at})") from None
        if held is None:
            return
        if all(abs(each) <= 180 for each in held):
            raise self._refused(f"svarte i grader, ikke i meter i EPSG:{EPSG}, som det ble spurt om ({at})")
        if not inside(held, NORWAY):
            raise self._refused(f"svarte med koordinater som ikke ligger i Norge ({at})")
        if box is not None and not meets(held, box):
            raise self._refused(f"svarte med objekter utenfor området det ble spurt om ({at})")

    def _document(self, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
        return self._parsed(self._get(path, asked))

    def _get(self, path: str, asked: Mapping[str, str]) -> Answer:
        return self.door.get(self.source, f"{path}?{urlencode(asked)}", self.what, {"Accept": "application/json"})

    def _parsed(self, answer: Answer) -> dict[str, Any]:
        """The document, where it is one and no error; ArcGIS tells errors with status 200."""
        if answer.is_html:
            raise self._refused(f"svarte med en nettside (status {answer.status}) i stedet for kart")
        try:
            told = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self._refused(f"svarte med noe som ikke er JSON (status {answer.status})") from None
        if not isinstance(told, dict):
            raise self._refused("svarte med JSON som ikke er et objekt")
        error = told.get("error")
        if error or answer.status >= 400:
            error = error if isinstance(error, dict) else {"message": error or "uten forklaring"}
            details = error.get("details")
            more = [str(each) for each in details] if isinstance(details, list) else [str(details or "")]
            said = " ".join(dict.fromkeys(each.strip() for each in (str(error.get("message") or ""), *more) if each))
            raise self._refused(f"avviste spørringen: {said or 'uten forklaring'} ({error.get('code', answer.status)})")
        return told

    def _refused(self, why: str) -> SourceError:
        return SourceError(f"{self.what}: {NAMES[self.source]} {why}.")


def bounds(coordinates: Any) -> Box | None:
    """West, south, east, north of nested GeoJSON coordinates; None where there are none.

    Raises
    ------
    TypeError, ValueError
        where a position is not numbers.
    """
    held = list(_positions(coordinates))
    if not held:
        return None
    east, north = [each[0] for each in held], [each[1] for each in held]
    if any(each != each for each in (*east, *north)):
        raise ValueError("not a number")
    return min(east), min(north), max(east), max(north)


def inside(held: Box, around: Box) -> bool:
    """Whether one box lies in another."""
    return held[0] >= around[0] and held[1] >= around[1] and held[2] <= around[2] and held[3] <= around[3]


def meets(held: Box, box: Box) -> bool:
    """Whether one box meets another, `BESIDE` metres beyond its sides included."""
    west, south, east, north = box
    return (
        held[0] <= east + BESIDE
        and held[2] >= west - BESIDE
        and held[1] <= north + BESIDE
        and held[3] >= south - BESIDE
    )


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list):
        raise TypeError("no coordinates")
    if coordinates and not isinstance(coordinates[0], list):
        yield float(coordinates[0]), float(coordinates[1] if len(coordinates) > 1 else "nan")
        return
    for each in coordinates:
        yield from _positions(each)


def _asked(where: str, box: Box | None) -> dict[str, str]:
    if box is None:
        return {"where": where}
    return {
        "where": where,
        "geometry": ",".join(f"{each:.0f}" for each in box),
        "geometryType": "esriGeometryEnvelope",
        "inSR": str(EPSG),
        "spatialRel": "esriSpatialRelIntersects",
    }


def _layer(row: Any) -> Layer | None:
    """A layer of polygons with an object id, or None."""
    if (
        not isinstance(row, dict)
        or row.get("geometryType") != "esriGeometryPolygon"
        or row.get("type") == "Group Layer"
    ):
        return None
    given = row.get("fields")
    fields = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    named = [str(each.get("name")) for each in fields if each.get("type") == "esriFieldTypeOID"]
    oid, number, limit = (
        row.get("objectIdField") or (named[0] if named else None),
        row.get("id"),
        row.get("maxRecordCount"),
    )
    if not isinstance(oid, str) or not isinstance(number, int):
        return None
    most = limit if isinstance(limit, int) and limit > 0 else PAGE
    return Layer(number, str(row.get("name", "")), oid, most, tuple(str(each.get("name")) for each in fields))


def _listed(rows: Any) -> str:
    names: Sequence[str] = (
        [str(row.get("name")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
    return ", ".join(names[:40]) or "ingenting"
