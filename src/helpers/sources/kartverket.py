"""Datasets ordered and downloaded through Geonorge: Kartverket's boundaries of all municipalities, and what others keep there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.catalog import TableInfo
from helpers.errors import SourceError
from helpers.rawstore import RawBody
from helpers.sources.door import NAMES, Answer, Door, Producer
from helpers.sources.store import Incoming

FORMATS = ("GeoJSON", "GML")  # in order of preference
PROJECTIONS = ("25833", "4258")
POLLS, PAUSE = 60, 10.0  # an order of the whole country may take minutes


class DatasetGone(SourceError):
    """Geonorge's own download service does not have the dataset."""


@dataclass(frozen=True)
class Dataset:
    """What is ordered.

    Parameters
    ----------
    id : what messages call it. uuid : in Geonorge. page : where a reader finds it. listed : the file that the uuid stands in.
    """

    id: str
    uuid: str
    page: str
    listed: str = "catalog.toml"


def fetch(door: Door, info: TableInfo, held: Sequence[RawBody]) -> list[Incoming] | None:
    """The file of the whole country; None where it is the one that was fetched last (see `order`)."""
    return order(door, Dataset(info.id, info.dataset, info.url), [{"type": "landsdekkende"}], FORMATS, held)


def order(
    door: Door, dataset: Dataset, areas: Sequence[Mapping[str, str]], formats: Sequence[str], held: Sequence[RawBody]
) -> list[Incoming] | None:
    """Order a dataset and download its file; None where it is the one that was fetched last.

    Parameters
    ----------
    areas : what the area must have (type, code), in order of preference. formats : names, in order of preference.

    Raises
    ------
    DatasetGone
        where Geonorge does not have it. SourceError naming any other reason: no area or format that can be used, an order that is
        never ready, no zip file.
    """
    uuid = dataset.uuid
    area = _pick(door, dataset, f"/api/codelists/area/{uuid}", areas)
    projection = _pick(door, dataset, f"/api/codelists/projection/{uuid}", [{"code": each} for each in PROJECTIONS])
    form = _pick(door, dataset, f"/api/codelists/format/{uuid}", [{"name": each} for each in formats])
    line = {"metadataUuid": uuid, "areas": [area], "projections": [projection], "formats": [form]}
    asked = {"email": "", "downloadAsBundle": False, "orderLines": [line]}
    url = _ready(door, dataset, _json(dataset, door.post("kartverket", "/api/v3/order", asked, dataset.id)))
    answer = download(door, "kartverket", url, dataset.id, held)
    if answer is None:
        return None
    about = {
        "selection": {"areas": [str(area.get("name"))], "format": [str(form["name"])]},
        "periods": [str(answer.at.year)],
        "notes": [f"Coordinates: EPSG:{projection['code']}.", "Order: " + json.dumps(asked, ensure_ascii=False)],
    }
    return [Incoming("", ".zip", answer, about)]


def download(door: Door, source: Producer, url: str, what: str, held: Sequence[RawBody]) -> Answer | None:
    """A zip file; None where it is the one that was fetched last.

    Raises
    ------
    SourceError
        where something else came.
    """
    before = held[0].sidecar.headers if held else {}
    marks = {"If-None-Match": before.get("etag"), "If-Modified-Since": before.get("last-modified")}
    answer = door.get(source, url, what, {key: value for key, value in marks.items() if value})
    if answer.status == 304:
        return None
    if answer.status != 200 or answer.is_html or not answer.body.startswith(b"PK"):
        who = "Geonorge" if source == "kartverket" else NAMES[source]
        raise SourceError(f"{what}: {who} svarte ikke med en zip-fil (status {answer.status}).")
    return None if held and held[0].data == answer.body else answer


def _pick(door: Door, dataset: Dataset, path: str, wanted: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The first of the wanted entries that Geonorge offers."""
    offered = _json(dataset, door.get("kartverket", path, dataset.id))
    rows = [row for row in offered if isinstance(row, dict)] if isinstance(offered, list) else []
    for each in wanted:
        for row in rows:
            if all(str(row.get(key, "")).casefold() == value.casefold() for key, value in each.items()):
                return row
    told = " eller ".join(" ".join(each.values()) for each in wanted)
    listed = dict.fromkeys(" ".join(str(row.get(key)) for key in wanted[0]) for row in rows)
    there = ", ".join(list(listed)[:12]) or "ingenting"
    raise SourceError(f"{dataset.id}: Geonorge tilbyr ikke {told} for datasettet, bare {there}.")


def _ready(door: Door, dataset: Dataset, order: Any) -> str:
    """The address of the file, when the order is ready."""
    for _ in range(POLLS):
        files = order.get("files") if isinstance(order, Mapping) else None
        if not isinstance(files, list) or not files or not isinstance(files[0], Mapping):
            raise SourceError(f"{dataset.id}: Geonorge svarte på bestillingen uten filer.")
        url, status = files[0].get("downloadUrl"), files[0].get("status")
        if isinstance(url, str) and url and status in ("ReadyForDownload", None):
            return url
        if status == "Error":
            break
        door.pause(PAUSE)
        order = _json(dataset, door.get("kartverket", f"/api/v3/order/{order.get('referenceNumber')}", dataset.id))
    raise SourceError(f"{dataset.id}: bestillingen hos Geonorge ble ikke klar. Prøv igjen senere.")


def _json(dataset: Dataset, answer: Answer) -> Any:
    if answer.status == 404:
        raise DatasetGone(
            f"{dataset.id}: Geonorge har ikke datasettet {dataset.uuid} lenger. Se etter etterfølgeren på {dataset.page}, og rett {dataset.listed}."
        )
    try:
        if answer.status >= 400 or answer.is_html:
            raise ValueError
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SourceError(f"{dataset.id}: Geonorge svarte ikke med JSON (status {answer.status}).") from None
