"""What a page is made of, as digests: a page whose digests are as they were need not be made again.

A key changes when the notebook, the package, a table that the notebook declares, an own table that has something of the municipality or measures
one of its targets, the other raw figures, the targets, the divisions, the
municipality's map layers or costs, the parameters, the locked libraries or Python change, and
with nothing else: not with a path, a time or an order.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import rawstore
from helpers.catalog import tidy_tables
from helpers.errors import DataError
from helpers.land import manifest
from helpers.owntables import is_own
from helpers.pages.frame import release
from helpers.sources import costs, targets
from helpers.tables import Tables
from helpers.targets import Target
from helpers.workspace import SECTIONS, Workspace, write_file

if TYPE_CHECKING:
    from helpers.batch.plan import Job

PACKAGE = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"
BIG = 10_000_000  # bytes; the digest of a larger file is remembered for as long as its size and time stay
REMEMBERED = "digests.json"
_LIBRARIES = ("matplotlib", "seaborn", "pandas", "numpy", "geopandas", "shapely", "nbconvert", "jinja2")


@dataclass(frozen=True)
class Made:
    """Of what a page is made: name → digest. `key` is the digest of them all."""

    of: Mapping[str, str]

    @property
    def key(self) -> str:
        """What the page is known by."""
        return digest(json.dumps(dict(self.of), sort_keys=True).encode())


class Keys:
    """The digests of one run; what many pages share is looked at once.

    Parameters
    ----------
    package : the folder of the package. lock : the file that locks the libraries; None: the one of the checkout.
    """

    def __init__(self, workspace: Workspace, package: Path = PACKAGE, lock: Path | None = None) -> None:
        self._workspace = workspace
        self._package = package
        self._lock = lock or next(
            (each for each in (workspace.root / LOCK, package.parents[1] / LOCK) if each.is_file()), None
        )
        self._tables = Tables.load(workspace)
        self._found: dict[str, str] = {}
        self._layers: dict[str, str] = {}
        self._notebooks: dict[Path, str] = {}

    def keyed(self, jobs: Iterable[Job]) -> tuple[Job, ...]:
        """The jobs with their keys."""
        found = []
        for job in jobs:
            made = self.of(job)
            told = {name: value[:12] for name, value in made.of.items()}
            found.append(replace(job, key=made.key, made_of=told, own=self._own(job)))
        self._remember()
        return tuple(found)

    def of(self, job: Job) -> Made:
        """What the page of a job is made of."""
        notebook = job.notebook
        parts = {
            "notebook": self._notebook(notebook.path),
            **self._shared,
            **{table: self._table(table) for table in (*notebook.tables, *self._own(job))},
            "parameters": digest(json.dumps([job.values(), self._as_of(job)], sort_keys=True).encode()),
        }
        if notebook.layers:
            parts["layers"] = self._layers_of(job.place.code)
        if notebook.costs:
            raw = self._workspace.raw
            parts["costs"] = of_files(raw, costs.files(raw, job.place))
        return Made(parts)

    @cached_property
    def _shared(self) -> dict[str, str]:
        return {
            "helpers": digest(f"{release()} {of_files(self._package, sources_of(self._package))}".encode()),
            "libraries": digest(self._lock.read_bytes()) if self._lock else _installed(),
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "raw": self._raw,
            "regions": of_files(self._workspace.raw, sorted((self._workspace.raw / "regions").glob("*.csv"))),
            "targets": of_files(self._workspace.raw, sorted((self._workspace.raw / "targets").glob("*.toml"))),
        }

    @cached_property
    def _raw(self) -> str:
        """The raw figures that are no tidy table: the municipality codes, the points, the boundaries."""
        tidy = tidy_tables()
        held = rawstore.held(self._workspace.raw)
        sides = {
            table: [rawstore.read_sidecar(path).sha256 for path in paths]
            for table, paths in held.items()
            if table not in tidy and not table.startswith("land_")
        }
        return digest(json.dumps(sides, sort_keys=True).encode())

    def _own(self, job: Job) -> tuple[str, ...]:
        """The own tables that a page is made of: those with rows of its municipality, and those that measure its targets."""
        code, tables = job.place.code, self._tables
        shown = [table for table in job.notebook.own if table in tables and code in tables.meta(table).labels["Region"]]
        return tuple(dict.fromkeys([*shown, *(self._measuring.get(code, ()) if job.notebook.targets else ())]))

    @cached_property
    def _measuring(self) -> dict[str, list[str]]:
        """Municipality → the own tables that its targets name, held or not."""
        found: dict[str, list[str]] = {}
        held: tuple[Target, ...] = ()
        with suppress(DataError):  # the page itself tells what is wrong with a file of targets
            held = targets.read(self._workspace.raw)
        for each in held:
            named = [
                definition.table for definition in each.definitions if definition.table and is_own(definition.table)
            ]
            found.setdefault(each.municipality, []).extend(named)
        return found

    def _table(self, table: str) -> str:
        """All that is known of a table: its bodies, and what a caption says of them."""
        if table not in self._found:
            held = table in self._tables
            meta = json.dumps(asdict(self._tables.meta(table)), sort_keys=True) if held else ""
            self._found[table] = digest(meta.encode()) if held else "missing"
        return self._found[table]

    def _as_of(self, job: Job) -> str:
        """The day that counts as today, as the page will find it."""
        return str(job.parameters.as_of or self._tables.newest_retrieval(job.notebook.tables))

    def _notebook(self, path: Path) -> str:
        if path not in self._notebooks:
            beside = path.with_suffix(SECTIONS)
            self._notebooks[path] = digest(path.read_bytes() + (beside.read_bytes() if beside.is_file() else b""))
        return self._notebooks[path]

    def _layers_of(self, code: str) -> str:
        if code not in self._layers:
            raw = self._workspace.raw
            fetched = sorted((raw / rawstore.FETCHED).glob(f"land_*_{code}"))
            folders = [raw / manifest.LAND / code, raw / manifest.EXAMPLE / code, *fetched]
            files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
            self._layers[code] = digest(
                "\n".join(f"{path.relative_to(raw).as_posix()} {self._content(path)}" for path in files).encode()
            )
        return self._layers[code]

    def _content(self, path: Path) -> str:
        known = path.stat()
        if known.st_size < BIG:
            return digest(path.read_bytes())
        name = path.relative_to(self._workspace.raw).as_posix()
        mark = [known.st_size, known.st_mtime_ns]
        held = self._known.get(name)
        if held is None or held[:2] != mark:
            with path.open("rb") as file:
                held = self._known[name] = [*mark, hashlib.file_digest(file, "sha256").hexdigest()]
        return str(held[2])

    @cached_property
    def _known(self) -> dict[str, list[int | str]]:
        with suppress(OSError, ValueError):
            return dict(json.loads((self._workspace.processed / REMEMBERED).read_bytes()))
        return {}

    def _remember(self) -> None:
        if "_known" in self.__dict__ and self._known:
            with suppress(OSError):  # a convenience: without it, the files are read again
                write_file(self._workspace.processed / REMEMBERED, json.dumps(self._known, sort_keys=True).encode())


def why(job: Job, before: Mapping[str, str] | None) -> str:
    """Why a page is made: what differs from what the page that is there was made of (None: there is none)."""
    if before is None:
        return "ny"
    if not before:
        return "laget uten nøkkel"
    names = sorted({*job.made_of, *before})
    changed = dict.fromkeys(_said(name, job, before) for name in names if job.made_of.get(name) != before.get(name))
    return ", ".join(changed) or "filen er ikke som den ble laget"


_SAID = {
    "costs": "kommunens kostnadstall er endret",
    "helpers": "koden er endret",
    "layers": "kommunens kartlag er endret",
    "libraries": "låsefilen er endret",
    "notebook": "notatboken er endret",
    "parameters": "parametrene eller datoen er endret",
    "python": "en annen Python",
    "raw": "kommunekodene, punktene eller grensene er endret",
    "regions": "inndelingene er endret",
    "targets": "målene er endret",
}


def _said(name: str, job: Job, before: Mapping[str, str]) -> str:
    if name in _SAID:
        return _SAID[name]
    called = f"egen tabell {name}" if is_own(name) else f"tabell {name.partition('_')[2]}"
    if job.made_of.get(name, "missing") == "missing":
        return f"{called} er borte"
    return f"{called} er {'endret' if before.get(name, 'missing') != 'missing' else 'ny'}"


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def of_files(folder: Path, paths: Sequence[Path]) -> str:
    """The digest of files by their names below a folder and their contents."""
    return digest(
        "\n".join(f"{path.relative_to(folder).as_posix()} {digest(path.read_bytes())}" for path in paths).encode()
    )


def sources_of(package: Path) -> list[Path]:
    """The files of a package that count: code, texts, templates; nothing that Python or an editor has put there."""
    found = (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sorted(
        path
        for path in found
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(package).parts)
    )


def _installed() -> str:
    """Where no lock file is there: the versions of the libraries that a page shows."""
    found = {}
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return digest(json.dumps(found).encode())
