"""Reading data/raw: a body as its producer sent it, and the sidecar that says from where, when and with which checksum.

A table is one or more bodies (``ssb_03321.2017.json.gz``, ``ssb_03321.2018.json.gz``), each with a sidecar of the same
name and the ending ``.meta.json``. The checksum is that of the uncompressed body. The snapshot is one folder; what was fetched lies in
``fetched/<table>/<time>/``, of which the newest counts and the others are history. What was fetched is preferred to the snapshot.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from helpers import jsonstat, navbook
from helpers.catalog import Rounding, catalog
from helpers.errors import DataError, TableMissing

FETCHED, SNAPSHOT = "fetched", "snapshot"
SIDECAR = ".meta.json"
STAMP = re.compile(r"\d{8}T\d{6}Z~*")
ENDINGS = (".json", ".json.gz", ".xlsx", ".zip")


class Request(BaseModel):
    """What was asked, so that it can be asked again."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    method: Literal["GET", "POST"]
    url: str
    body: Any = None


class Sidecar(BaseModel):
    """What stands beside a raw body. Dates are ISO dates; `retrieved` of an assembled body is the day it was assembled.

    Parameters
    ----------
    periods : the values of ``Tid`` in the body. codes : how its region codes are to be read, where not as the catalogue says.
    request, status, headers, at (UTC), client : of a body that the producer answered. updated : the producer's own time stamp.
    parts : the parts that the table was fetched in. lacking : what was asked for and is not in the producer's table, in words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    producer: str
    title: str
    selection: dict[str, list[str] | str]
    published_at: str
    licence: str
    retrieved: dt.date
    assembled: bool
    assembled_note: str = ""
    rounding: Rounding
    codes: Literal["year", "2024"] | None = None
    periods: list[str] = []
    assumed_periods: list[str] = []
    notes: list[str] = []
    lacking: list[str] = []
    parts: list[str] = []
    request: Request | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    updated: str = ""
    at: dt.datetime | None = None
    client: str = ""
    bytes: int
    sha256: str


@dataclass(frozen=True)
class RawBody:
    """One body whose checksum has been checked, with its sidecar."""

    path: Path
    sidecar: Sidecar
    data: bytes

    @property
    def part(self) -> str:
        """Which part of its table this is: ``2017`` of ``ssb_03321.2017.json.gz``, else empty."""
        return _stem(self.path).partition(".")[2]

    @cached_property
    def json(self) -> Any:
        """The parsed document."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{self.path.name} er ikke gyldig JSON: {error}") from None

    @cached_property
    def workbook(self) -> navbook.Workbook:
        """The parsed workbook of NAV."""
        return navbook.parse(self.data, catalog()[self.sidecar.table].sheets)

    def frame(self) -> pd.DataFrame:
        """The tidy cells (see `jsonstat.decode` and `navbook.parse`); errors name the file."""
        try:
            return self.workbook.frame if self.path.suffix == ".xlsx" else jsonstat.decode(self.json)
        except DataError as error:
            raise DataError(f"{self.path.name}: {error}") from None

    def labels(self, dimension: str) -> dict[str, str]:
        """Code → label of one dimension; errors name the file."""
        if self.path.suffix != ".xlsx":
            try:
                return jsonstat.labels(self.json, dimension)
            except DataError as error:
                raise DataError(f"{self.path.name}: {error}") from None
        if dimension == "Region":
            return dict(self.workbook.names)
        return {code: code for code in sorted(set(self.workbook.frame[dimension]))}


def held(raw: Path) -> dict[str, list[Path]]:
    """Table → its body files, fetched ones before the snapshot's, whole tables only (never half of each)."""
    newest = {table: bodies_in(folders[-1]) for table, folders in generations(raw).items()}
    fetched = {table: bodies for table, bodies in newest.items() if bodies}
    return _by_table(raw / SNAPSHOT) | _by_table(raw / FETCHED) | fetched


def generations(raw: Path) -> dict[str, list[Path]]:
    """Table → the folders of what was fetched, oldest first."""
    found: dict[str, list[Path]] = {}
    for folder in sorted((raw / FETCHED).glob("*/*/")):
        if STAMP.fullmatch(folder.name):  # nothing that somebody has put there counts as fetched
            found.setdefault(folder.parent.name, []).append(folder)
    return found


def bodies_in(folder: Path) -> list[Path]:
    """The bodies of a folder in the order of their names; none where there is no such folder.

    Raises
    ------
    DataError
        where the folder may not be read: the figures in it must not be passed over unseen.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(SIDECAR))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"Mappen {folder} kan ikke leses ({error.strerror}).") from None
    return [_body_of(folder / name) for name in names]


def bodies_of(folder: Path, table: str) -> list[Path]:
    """The bodies of one table in a flat folder."""
    return _by_table(folder).get(table, [])


def read(raw: Path, table: str) -> list[RawBody]:
    """All bodies of one table, each checked against its sidecar.

    Raises
    ------
    TableMissing
        where data/raw holds no body of it.
    DataError
        naming the file: no sidecar, broken gzip or JSON, wrong checksum.
    """
    paths = held(raw).get(table)
    if not paths:
        raise TableMissing(table)
    return whole([read_body(path) for path in paths])


def documents(raw: Path, table: str) -> Mapping[str, RawBody] | None:
    """Part → body of what was fetched of a table that is no tidy table (KLASS); None where nothing was."""
    folders = generations(raw).get(table)
    bodies = whole([read_body(path) for path in bodies_in(folders[-1])]) if folders else []
    return {body.part: body for body in bodies} or None


def whole(bodies: list[RawBody]) -> list[RawBody]:
    """The bodies, where no part that was fetched with them is gone."""
    parts = {body.part for body in bodies}
    for body in bodies:
        gone = sorted(set(body.sidecar.parts) - parts)
        if gone:
            name = f"{body.sidecar.table}{f'.{gone[0]}' if gone[0] else ''}"
            raise DataError(f"{name} mangler, men ble hentet sammen med {body.path.name}. {_mend(body.path)}")
    return bodies


def read_body(path: Path) -> RawBody:
    """One body and its sidecar, checked (see `read`)."""
    sidecar = read_sidecar(path)
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
    except FileNotFoundError:
        raise DataError(f"{path.name} mangler, men opplysningsfilen er der. {_mend(path)}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} kan ikke leses ({error}). {_mend(path)}") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != sidecar.sha256:
        raise DataError(
            f"{path.name} har feil kontrollsum: {digest[:12]}… i stedet for {sidecar.sha256[:12]}… "
            f"(tabell {sidecar.table}). {_mend(path)}"
        )
    return RawBody(path, sidecar, data)


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar of the body at `path`."""
    side = path.with_name(_stem(path) + SIDECAR)
    try:
        return Sidecar.model_validate_json(side.read_bytes())
    except FileNotFoundError:
        raise DataError(f"{path.name} mangler opplysningsfilen {side.name}. {_mend(path)}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        said = f"feltet {field}: {first['msg']}" if field else "filen er ikke gyldig JSON"
        raise DataError(f"{side.name}: {said}. {_mend(path)}") from None


def _by_table(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in bodies_in(folder):
        found.setdefault(path.name.split(".")[0], []).append(path)
    return found


def _stem(path: Path) -> str:
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return path.stem


def _body_of(side: Path) -> Path:
    stem = side.name.removesuffix(SIDECAR)
    there = [path for ending in ENDINGS if (path := side.with_name(stem + ending)).exists()]
    return there[0] if there else side.with_name(f"{stem}.json.gz")


def _mend(path: Path) -> str:
    if path.parent.name == SNAPSHOT:
        return "Hent den opprinnelige filen igjen: git checkout -- data/raw/snapshot/"
    table = path.name.split(".")[0]
    siblings = [folder.name for folder in path.parent.parent.glob("*/") if STAMP.fullmatch(folder.name)]
    if siblings and path.parent.name != max(siblings):
        return f"Den er historikk og brukes ikke; mappen {table}/{path.parent.name} kan slettes."
    if table.startswith("land_"):  # a map layer of one municipality
        return f"Hent den på nytt: kommunerapport land fetch --force {table.rpartition('_')[2]}"
    return f"Hent den på nytt: kommunerapport fetch --force {table}"
