"""Reading data/raw: a body as its producer sent it, and the sidecar that says from where, when and with which checksum.

A table is one or more bodies (``ssb_03321.2017.json.gz``, ``ssb_03321.2018.json.gz``), each with a sidecar of the same
name and the ending ``.meta.json``. The checksum is that of the uncompressed body. What was fetched is preferred to the snapshot.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from helpers import jsonstat
from helpers.errors import DataError, TableMissing

FOLDERS = ("fetched", "snapshot")  # in order of preference
SIDECAR = ".meta.json"


class Rounding(BaseModel):
    """How the producer changed small counts in one body.

    ``none``: nothing. ``small_counts``: SSB's rule, every 1 and 2 became 0 or 3 at the lowest level. ``masked``: counts below
    four are replaced by a sign. `level` says whether the cells of a rounded body are themselves the lowest level, or totals
    that contain rounded cells; totals get `allowance` (persons), which is measured, and never a hard bound.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: Literal["none", "small_counts", "masked"]
    level: Literal["lowest", "total"] = "lowest"
    allowance: int = 0
    note: str = ""


class Sidecar(BaseModel):
    """What stands beside a raw body. Dates are ISO dates; `retrieved` of an assembled body is the day it was assembled."""

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
    assumed_periods: list[str] = []
    notes: list[str] = []
    bytes: int
    sha256: str


@dataclass(frozen=True)
class RawBody:
    """One body whose checksum has been checked, with its sidecar."""

    path: Path
    sidecar: Sidecar
    body: dict[str, Any]

    def frame(self) -> pd.DataFrame:
        """The tidy cells (see `jsonstat.decode`); errors name the file."""
        try:
            return jsonstat.decode(self.body)
        except DataError as error:
            raise DataError(f"{self.path.name}: {error}") from None


def held(raw: Path) -> dict[str, list[Path]]:
    """Table → its body files, fetched ones before the snapshot's, whole tables only (never half of each)."""
    found: dict[str, list[Path]] = {}
    for folder in FOLDERS:
        here: dict[str, list[Path]] = {}
        for side in sorted((raw / folder).glob(f"*{SIDECAR}")):
            name = side.name.removesuffix(SIDECAR)
            here.setdefault(name.split(".")[0], []).append(_body_of(side))
        found = here | found
    return found


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
    return [read_body(path) for path in paths]


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
    try:
        return RawBody(path, sidecar, json.loads(data))
    except ValueError as error:
        raise DataError(f"{path.name} er ikke gyldig JSON: {error}") from None


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar of the body at `path`."""
    side = path.with_name(path.name.removesuffix(".gz").removesuffix(".json") + SIDECAR)
    try:
        return Sidecar.model_validate_json(side.read_bytes())
    except FileNotFoundError:
        raise DataError(f"{path.name} mangler opplysningsfilen {side.name}. {_mend(path)}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "filen"
        raise DataError(f"{side.name}: feltet {field}: {first['msg']}. {_mend(path)}") from None


def _body_of(side: Path) -> Path:
    stem = side.name.removesuffix(SIDECAR)
    plain = side.with_name(f"{stem}.json")
    return plain if plain.exists() else side.with_name(f"{stem}.json.gz")


def _mend(path: Path) -> str:
    return f"Hent den opprinnelige filen igjen: git checkout -- data/raw/{path.parent.name}/"


def read_labels(raw: RawBody, dimension: str) -> dict[str, str]:
    """Code → label of one dimension of a body."""
    return jsonstat.labels(raw.body, dimension)
