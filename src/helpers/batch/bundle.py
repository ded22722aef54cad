"""What reports need of a workspace, as one archive that is known by its content: it travels once to each worker of a cluster."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import rawstore
from helpers.batch.keys import PACKAGE, REMEMBERED, of_files, sources_of
from helpers.land import manifest
from helpers.workspace import SECTIONS, Workspace

if TYPE_CHECKING:
    from helpers.batch.plan import Job

_ALWAYS = ("data/raw/snapshot", "data/raw/targets", "data/raw/regions", "data/raw/costs", "data/raw/own")


@dataclass(frozen=True)
class Bundle:
    """An archive of files by their names below the workspace. `name` is the digest of `data`."""

    name: str
    data: bytes


def pack(workspace: Workspace, jobs: Iterable[Job]) -> Bundle:
    """The tables, the raw figures that pages use, the notebooks of the jobs, and the map layers of their municipalities.

    The same files give the same bytes, whatever their times and owners.
    """
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
        for path in _files(workspace, jobs):
            name = path.relative_to(workspace.root).as_posix()
            data = path.read_bytes()
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    data = b"\x1f\x8b\x08\0\0\0\0\0" + sink.getvalue()[8:]  # gzip writes the time of the day into its head
    return Bundle(hashlib.sha256(data).hexdigest(), data)


def unpack(bundle: Bundle, folder: Path) -> Path:
    """The workspace of a bundle, in a folder with its name; one that is there is whole, since it was put there in one step.

    Raises
    ------
    ValueError
        where the archive is not what its name says, or holds anything but plain files below the workspace.
    """
    target = folder / bundle.name
    if target.is_dir():
        return target
    if hashlib.sha256(bundle.data).hexdigest() != bundle.name:
        raise ValueError("the bundle is not what its name says")
    folder.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder, prefix=".unpacking-"))
    try:
        with tarfile.open(fileobj=io.BytesIO(bundle.data), mode="r:gz") as archive:
            if strange := [each.name for each in archive if not each.isfile()]:
                raise ValueError(f"the bundle holds something that is no file: {strange[0]}")
            archive.extractall(temporary, filter="data")  # refuses names that lead out of the folder
        temporary.replace(target)
    except tarfile.FilterError as error:
        raise ValueError(f"the bundle holds a name that leads out of its folder: {error}") from None
    except OSError:
        if not target.is_dir():  # else another process was first
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def package_digest() -> str:
    """The digest of the package that runs here: client and workers must have the same."""
    return of_files(PACKAGE, sources_of(PACKAGE))


def _files(workspace: Workspace, jobs: Iterable[Job]) -> list[Path]:
    jobs = list(jobs)
    folders = [workspace.root / each for each in _ALWAYS]
    layered = {job.place.code for job in jobs if job.notebook.layers}
    folders += [workspace.raw / each / code for each in (manifest.LAND, manifest.EXAMPLE) for code in sorted(layered)]
    found = {job.notebook.path for job in jobs}
    found |= {beside for path in found if (beside := path.with_suffix(SECTIONS)).is_file()}
    found |= {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    for table, kept in rawstore.generations(workspace.raw).items():  # the newest of each; what came before is history
        if not table.startswith("land_") or table.rpartition("_")[2] in layered:
            found |= {path for path in kept[-1].rglob("*") if path.is_file()}
    found |= {path for path in (workspace.raw / rawstore.FETCHED).glob("*.*") if path.is_file()}
    found |= {path for path in workspace.processed.glob("*.*") if path.name != REMEMBERED and path.suffix != ".tmp"}
    return sorted(found)
