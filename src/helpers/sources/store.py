"""Writing data/raw: bodies and their sidecars, to a temporary name first, then renamed; a table changes as a whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from helpers.catalog import Rounding
from helpers.rawstore import FETCHED, SIDECAR, RawBody, Request, Sidecar, generations
from helpers.sources.door import Answer
from helpers.workspace import write_file

COMPRESS_FROM = 100_000  # bytes: smaller bodies stay readable in a diff
HISTORY = 3  # so many bodies of a table are kept
TEMPORARY = ".new-"


class Described(Protocol):
    """What a sidecar takes from the description of a table or of a layer."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def producer(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def licence(self) -> str: ...  # noqa: D102
    @property
    def rounding(self) -> Rounding: ...  # noqa: D102


@dataclass(frozen=True)
class Incoming:
    """One body as it was received, on its way to data/raw.

    Parameters
    ----------
    part : which part of its table; empty where the table is one body. ending : ``.json``, ``.xlsx`` or ``.zip``.
    about : the fields of `Sidecar` that are not of the answer or the catalogue: selection, rounding, periods, lacking, updated, notes.
    """

    part: str
    ending: str
    answer: Answer
    about: dict[str, Any]

    def sidecar(self, info: Described, client: str, parts: list[str]) -> Sidecar:
        """What stands beside it; `parts` are all that the table came in."""
        answer, data = self.answer, self.answer.body
        return Sidecar(
            table=info.id,
            producer=info.producer,
            title=info.title,
            published_at=info.url,
            licence=info.licence,
            retrieved=answer.at.date(),
            assembled=False,
            request=Request.model_validate({"method": answer.method, "url": answer.url, "body": answer.request}),
            status=answer.status,
            headers=dict(answer.headers),
            at=answer.at,
            client=client,
            parts=parts if info.source != "nav" else [],  # each month of NAV's stands alone
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            **({"selection": {}, "rounding": info.rounding} | self.about),
        )


def write_body(folder: Path, name: str, body: dict[str, Any], about: dict[str, Any]) -> Path:
    """Write `body` as ``name.json`` (or ``.json.gz`` where large) with its sidecar; the same input gives the same bytes.

    Parameters
    ----------
    folder : data/raw/snapshot, or another flat folder of bodies; made if it is not there.
    name : the table's id, with ``.part`` where a table has several bodies.
    about : the fields of `Sidecar` but for ``bytes`` and ``sha256``, which are computed here from the uncompressed body.
    """
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    sidecar = Sidecar.model_validate(about | {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    folder.mkdir(parents=True, exist_ok=True)
    return _write(folder, name, ".json", data, sidecar)


def stage(raw: Path, info: Described, incoming: Sequence[Incoming], client: str) -> Path:
    """Write the bodies to a temporary folder beside the table's own, which `publish` then renames."""
    home = raw / FETCHED / info.id
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=home, prefix=TEMPORARY))
    try:
        for each in incoming:
            name = f"{info.id}.{each.part}" if each.part else info.id
            _write(
                folder, name, each.ending, each.answer.body, each.sidecar(info, client, [one.part for one in incoming])
            )
    except BaseException:
        discard(folder)
        raise
    return folder


def keep(folder: Path, bodies: Sequence[RawBody]) -> None:
    """Copy bodies of the past into a staged folder, where it has none of that name."""
    for body in bodies:
        for path in (body.path, *body.path.parent.glob(f"{body.sidecar.table}.{body.part}{SIDECAR}")):
            if not (folder / path.name).exists():
                write_file(folder / path.name, path.read_bytes())


def publish(raw: Path, table: str, staged: Path, stamp: str) -> Path:
    """Make a staged folder the table's newest in one step, and drop what is older than the last `HISTORY`.

    Parameters
    ----------
    stamp : the time of retrieval, ``20261124T214500Z``; made later than every stamp held, whatever the machine's clock says.
    """
    held = [folder.name for folder in generations(raw).get(table, [])]
    while held and stamp <= held[-1]:
        stamp = f"{held[-1]}~"
    target = staged.with_name(stamp)
    staged.chmod(0o755)  # others may build reports on it
    staged.rename(target)
    _sync(target.parent)
    for old in generations(raw)[table][:-HISTORY]:
        discard(old)
    return target


def discard(folder: Path) -> None:
    """Remove a folder so that it is never seen half empty: it is renamed first."""
    hidden = folder if folder.name.startswith(".") else folder.with_name(f"{TEMPORARY}{folder.name}.old")
    with suppress(OSError):
        if hidden != folder:
            folder.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)


def sweep(raw: Path) -> None:
    """Remove what an interrupted run left behind. Only for whoever holds the lock."""
    for left in (raw / FETCHED).glob(f"*/{TEMPORARY}*"):
        shutil.rmtree(left, ignore_errors=True)
    for folder in (raw / FETCHED).glob("*/"):
        with suppress(OSError):
            folder.rmdir()  # succeeds only where nothing is left in it


def _write(folder: Path, name: str, ending: str, data: bytes, sidecar: Sidecar) -> Path:
    large = ending == ".json" and len(data) >= COMPRESS_FROM
    path = folder / f"{name}{ending}{'.gz' if large else ''}"
    write_file(path, gzip.compress(data, 6 if folder.name.startswith(TEMPORARY) else 9, mtime=0) if large else data)
    write_file(folder / f"{name}{SIDECAR}", (sidecar.model_dump_json(indent=1, exclude_none=True) + "\n").encode())
    return path


def _sync(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
