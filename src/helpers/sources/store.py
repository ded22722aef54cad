"""Writing data/raw: a body and its sidecar, to a temporary name first, then renamed."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from helpers.rawstore import SIDECAR, Sidecar
from helpers.workspace import write_file

COMPRESS_FROM = 100_000  # bytes: smaller bodies stay readable in a diff


def write_body(folder: Path, name: str, body: dict[str, Any], about: dict[str, Any]) -> Path:
    """Write `body` as ``name.json`` (or ``.json.gz`` where large) with its sidecar; the same input gives the same bytes.

    Parameters
    ----------
    folder : data/raw/snapshot or data/raw/fetched; made if it is not there.
    name : the table's id, with ``.part`` where a table has several bodies.
    about : the fields of `Sidecar` but for ``bytes`` and ``sha256``, which are computed here from the uncompressed body.
    """
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    sidecar = Sidecar.model_validate(about | {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    large = len(data) >= COMPRESS_FROM
    path = folder / f"{name}.json{'.gz' if large else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    write_file(path, gzip.compress(data, 9, mtime=0) if large else data)
    write_file(folder / f"{name}{SIDECAR}", (sidecar.model_dump_json(indent=1) + "\n").encode())
    return path
