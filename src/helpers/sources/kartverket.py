"""Kartverket's boundaries of all municipalities, ordered and downloaded through Geonorge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.catalog import TableInfo
from helpers.errors import SourceError
from helpers.rawstore import RawBody
from helpers.sources.door import Answer, Door
from helpers.sources.store import Incoming

FORMATS = ("GeoJSON", "GML")  # in order of preference
PROJECTIONS = ("25833", "4258")
POLLS, PAUSE = 60, 10.0  # an order of the whole country may take minutes


def fetch(door: Door, info: TableInfo, held: Sequence[RawBody]) -> list[Incoming] | None:
    """The file of the whole country; None where it is the one that was fetched last.

    Raises
    ------
    SourceError
        naming the reason: the dataset is gone, no format that can be read, an order that is never ready, no zip file.
    """
    uuid = info.dataset
    area = _pick(door, info, f"/api/codelists/area/{uuid}", "type", ("landsdekkende",))
    projection = _pick(door, info, f"/api/codelists/projection/{uuid}", "code", PROJECTIONS)
    form = _pick(door, info, f"/api/codelists/format/{uuid}", "name", FORMATS)
    line = {"metadataUuid": uuid, "areas": [area], "projections": [projection], "formats": [form]}
    order = {"email": "", "downloadAsBundle": False, "orderLines": [line]}
    url = _ready(door, info, _json(info, door.post("kartverket", "/api/v3/order", order, info.id)))
    before = held[0].sidecar.headers if held else {}
    marks = {"If-None-Match": before.get("etag"), "If-Modified-Since": before.get("last-modified")}
    answer = door.get("kartverket", url, info.id, {key: value for key, value in marks.items() if value})
    if answer.status == 304:
        return None
    if answer.status != 200 or answer.is_html or not answer.body.startswith(b"PK"):
        raise SourceError(f"{info.id}: Geonorge svarte ikke med en zip-fil (status {answer.status}).")
    if held and held[0].data == answer.body:
        return None
    about = {
        "selection": {"areas": [str(area.get("name"))], "format": [str(form["name"])]},
        "periods": [str(answer.at.year)],
        "notes": [f"Coordinates: EPSG:{projection['code']}.", "Order: " + json.dumps(order, ensure_ascii=False)],
    }
    return [Incoming("", ".zip", answer, about)]


def _pick(door: Door, info: TableInfo, path: str, key: str, wanted: Sequence[str]) -> dict[str, Any]:
    """The first of the wanted entries that Geonorge offers."""
    offered = _json(info, door.get("kartverket", path, info.id))
    rows = [row for row in offered if isinstance(row, dict)] if isinstance(offered, list) else []
    for name in wanted:
        for row in rows:
            if str(row.get(key, "")).casefold() == name.casefold():
                return row
    there = ", ".join(str(row.get(key)) for row in rows[:12]) or "ingenting"
    raise SourceError(f"{info.id}: Geonorge tilbyr ikke {' eller '.join(wanted)} for datasettet, bare {there}.")


def _ready(door: Door, info: TableInfo, order: Any) -> str:
    """The address of the file, when the order is ready."""
    for _ in range(POLLS):
        files = order.get("files") if isinstance(order, Mapping) else None
        if not isinstance(files, list) or not files or not isinstance(files[0], Mapping):
            raise SourceError(f"{info.id}: Geonorge svarte på bestillingen uten filer.")
        url, status = files[0].get("downloadUrl"), files[0].get("status")
        if isinstance(url, str) and url and status in ("ReadyForDownload", None):
            return url
        if status == "Error":
            break
        door.pause(PAUSE)
        order = _json(info, door.get("kartverket", f"/api/v3/order/{order.get('referenceNumber')}", info.id))
    raise SourceError(f"{info.id}: bestillingen hos Geonorge ble ikke klar. Prøv igjen senere.")


def _json(info: TableInfo, answer: Answer) -> Any:
    if answer.status == 404:
        raise SourceError(
            f"{info.id}: Geonorge har ikke datasettet {info.dataset} lenger. Se etter etterfølgeren på {info.url}, og rett catalog.toml."
        )
    try:
        if answer.status >= 400 or answer.is_html:
            raise ValueError
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SourceError(f"{info.id}: Geonorge svarte ikke med JSON (status {answer.status}).") from None
