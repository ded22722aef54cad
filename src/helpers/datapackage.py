"""What a folder holds, for those who come to it with other tools: a ``datapackage.json`` (Data Package v2, https://datapackage.org).

Only what is the same for every folder stands here; `sources.packages` says what data/raw holds, `tables.package` what data/processed does.
A descriptor has no clock: the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.workspace import write_file

NAME = "datapackage.json"
PROFILES = "https://datapackage.org/profiles/2.0"
OPEN = "other-open"  # Open Definition's word for terms that allow everything and are none of the listed licences
Entry = dict[str, Any]

# what producers write → the identifier and the text of the licence
_LICENCES = {
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC BY 3.0": ("CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/"),
    "NLOD 2.0": ("NLOD-2.0", "https://data.norge.no/nlod/no/2.0"),
    "NLOD 1.0": ("NLOD-1.0", "https://data.norge.no/nlod/no/1.0"),
    "CC0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
_MEDIA = {
    ".json": "application/json", ".geojson": "application/geo+json", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip", ".parquet": "application/vnd.apache.parquet", ".toml": "application/toml", ".gpkg": "application/geopackage+sqlite3",
    ".gml": "application/gml+xml", ".xsd": "application/xml", ".md": "text/markdown",
}  # fmt: skip


def licence(said: str) -> Entry:
    """A licence as a data package names it. Terms that are no known licence are told as they were said."""
    name, path = _LICENCES.get(said.strip(), (OPEN, ""))
    return {"name": name, **({"path": path} if path else {}), "title": said.strip()}


def licence_url(said: str) -> str:
    """Where the text of a licence is; empty where it is no known one."""
    return _LICENCES.get(said.strip(), ("", ""))[1]


def resource(folder: Path, path: Path, name: str, about: Mapping[str, Any]) -> Entry:
    """One file of a package.

    Parameters
    ----------
    folder : where the descriptor lies; `path` must be below it. about : title, description, sources, licences, schema and other
        properties; empty ones are left out.

    Raises
    ------
    ValueError
        where the file is not below the folder: a package never points out of itself.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    told = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()),
        "path": path.relative_to(folder).as_posix(),
        "format": suffix.removeprefix("."),
        "mediatype": _MEDIA.get(suffix, "application/octet-stream"),
        "compression": "gz" if path.suffix == ".gz" else "",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        **about,
    }
    return {key: value for key, value in told.items() if value not in ("", [], {}, None)}


def package(name: str, title: str, description: str, resources: Sequence[Entry]) -> Entry:
    """The descriptor of a folder; the sources and licences of the whole are those of its files, each once."""
    told: Entry = {
        "$schema": f"{PROFILES}/datapackage.json", "name": name, "title": title, "description": description,
        "licenses": _once(each for held in resources for each in held.get("licenses", ())),
        "sources": _once(each for held in resources for each in held.get("sources", ())),
        "resources": list(resources),
    }  # fmt: skip
    return {key: value for key, value in told.items() if value or key == "resources"}


def write(folder: Path, descriptor: Mapping[str, Any]) -> None:
    """Write the descriptor in one step; a folder without files has none, since a package must hold something."""
    path, data = folder / NAME, encoded(descriptor)
    if not descriptor["resources"]:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != data:
        write_file(path, data)


def encoded(descriptor: Mapping[str, Any]) -> bytes:
    """The bytes of a descriptor, readable in a diff."""
    return (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode()


def _once(entries: Iterable[Entry]) -> list[Entry]:
    found = {json.dumps(each, sort_keys=True): each for each in entries}
    return [found[key] for key in sorted(found)]
