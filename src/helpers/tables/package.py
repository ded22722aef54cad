"""data/processed as a data package: each tidy table with a Table Schema that says what its columns hold (``data/processed/datapackage.json``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from helpers.catalog import TableInfo, catalog
from helpers.datapackage import NAME, PROFILES, Entry, licence, package, resource, write
from helpers.language import SOURCE, entry, speaking
from helpers.tables.build import MEASURED, TableMeta, read_meta
from helpers.workspace import Workspace

LOCK = ".lock"
SIGNS = {":": "confidential", "..": "missing", ".": "not_in_use", "*": "masked"}  # → the text's name
_PERIOD = {"quarter": r"^\d{4}K[1-4]$", "month": r"^\d{4}M(0[1-9]|1[0-2])$"}
_DESCRIBED = {
    "value": "The figure as its producer publishes it, carried to the municipalities of 2024. Missing where status has a sign; a missing figure is never 0.",
    "lower": "The lowest the figure can be before rounding or masking; missing where there is no bound.",
    "upper": "The highest the figure can be before rounding or masking; missing where there is no bound.",
    "status": "The producer's own sign; missing where the figure has none.",
}


def keep(workspace: Workspace, changed: bool) -> None:
    """Describe data/processed again where a table was made, or where the descriptor does not name the files that are there.

    A folder that may only be read is left as it is, unless a table was made.
    """
    if changed:
        renew(workspace)
    elif not _is_fresh(workspace.processed):
        with suppress(OSError):
            renew(workspace)


def renew(workspace: Workspace) -> None:
    """Describe what is there now. Whoever made a table last describes last, so that no table is left out."""
    folder = workspace.processed
    if folder.is_dir():
        with FileLock(folder / LOCK):
            write(folder, described(folder))


def described(folder: Path) -> Entry:
    """The descriptor of a folder of tidy tables, and of the boundaries where they are there."""
    return package(
        "kommunerapport-processed",
        "kommunerapport: tidy tables",
        "One row for each value, a column for each dimension under the producer's own name. Region codes are those of 2024, or old ones that "
        "could not be carried; they refer to no table here, since sums need the old ones too. Map layers of single municipalities are in land/.",
        [_resource(folder, path) for path in _files(folder)],
    )


def table_schema(path: Path, info: TableInfo, meta: TableMeta) -> Entry:
    """The Table Schema of a tidy table: the contract of `tables.schemas`, with the codes that are there and their labels."""
    columns = list(pq.read_schema(path).names)
    dimensions = [each for each in columns if each not in (*MEASURED, "status")]
    listed = [each for each in dimensions if each not in info.regions and each != "Tid"]
    codes = _codes(path, [*listed, "status"])
    fields = []
    for each in columns:
        field: Entry
        if each in MEASURED:
            field = {"type": "number", "unit": meta.unit, "constraints": {"minimum": 0}}
        elif each == "Tid" and info.period == "year":
            field = {"type": "year", "constraints": {"required": True}}
        elif each == "Tid":
            field = {"type": "string", "constraints": {"required": True, "pattern": _PERIOD[info.period]}}
        elif each in info.regions:
            field = {"type": "string", "constraints": {"required": True, "pattern": r"^\d{4}$"}}
        else:
            labels = _signs() if each == "status" else meta.labels.get(each, {})
            known = [{"value": code, "label": labels.get(code, code)} for code in codes[each]]
            required = {} if each == "status" else {"constraints": {"required": True}}
            field = {"type": "string", **required, **({"categories": known} if known else {})}
        fields.append({"name": each, **field, **({"description": _DESCRIBED[each]} if each in _DESCRIBED else {})})
    return {
        "$schema": f"{PROFILES}/tableschema.json", "fields": fields, "primaryKey": dimensions, "missingValues": [""],
    }  # fmt: skip


def _resource(folder: Path, path: Path) -> Entry:
    info, meta = catalog()[path.stem], read_meta(path)
    if meta is None:
        about: Entry = {"title": info.title, "sources": [_source(info.producer, info.number, info.url)]}
        return resource(folder, path, path.stem, {**about, "licenses": [licence(info.licence)]})
    about = {
        "type": "table",
        "title": meta.title,
        "description": " ".join(meta.notes),
        "retrieved": meta.retrieved,
        "assembled": meta.assembled,
        "rounding": meta.rounding,
        "assumedPeriods": list(meta.assumed),
        "bodySha256": list(meta.sha256),
        "sources": [_source(meta.producer, meta.number, meta.url)],
        "licenses": [licence(meta.licence)],
        "schema": table_schema(path, info, meta),
    }
    return resource(folder, path, path.stem, about)


def _source(producer: str, number: str, url: str) -> Entry:
    return {"title": f"{producer}, {number}", "path": url}


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.parquet")) if path.stem in catalog()]


def _codes(path: Path, columns: Sequence[str]) -> dict[str, list[str]]:
    """The values that are there; read without the threads that would forbid a fork (`tables.store`)."""
    with pa.memory_map(str(path)) as source:
        held = pq.ParquetFile(source, pre_buffer=False).read(columns=list(columns), use_threads=False)
    return {each: sorted(code for code in held[each].unique().to_pylist() if code is not None) for each in columns}


def _signs() -> dict[str, str]:
    with speaking(SOURCE):
        words = {sign: entry(f"signs.{name}") for sign, name in SIGNS.items()}
    return {sign: said for sign, said in words.items() if isinstance(said, str)}


def _is_fresh(folder: Path) -> bool:
    there = {path.name: path.stat().st_size for path in _files(folder)}
    try:
        told = json.loads((folder / NAME).read_bytes())["resources"]
        return there == {each["path"]: each["bytes"] for each in told}
    except (OSError, ValueError, KeyError, TypeError):
        return not there
