"""data/raw as data packages: what git holds (``data/raw/datapackage.json``, committed) and what was fetched (``data/raw/fetched/datapackage.json``).

``python -m helpers.sources.packages data/raw`` writes the first one again; a test holds it true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers import rawstore
from helpers.datapackage import Entry, licence, package, resource, write
from helpers.errors import DataError
from helpers.rawstore import FETCHED, SIDECAR, SNAPSHOT

EXAMPLE, TARGETS = "example", "targets"
_TARGETS = "Targets of municipal plans, each with quote or paraphrase, document and heading"
_EXAMPLE = "Constructed: a municipality that does not exist (9901 Eksempelvik). Never official figures."


def committed(raw: Path) -> Entry:
    """The descriptor of what comes with the project: the snapshot, the targets, the constructed example."""
    bodies = [_body(raw, path) for path in rawstore.bodies_in(raw / SNAPSHOT)]
    targets = [
        resource(raw, path, f"{TARGETS}.{path.stem}", {"title": _TARGETS})
        for path in sorted((raw / TARGETS).glob("*.toml"))
    ]
    example = [
        resource(
            raw, path, f"{EXAMPLE}.{path.parent.name}.{path.name}", {"title": _EXAMPLE, "licenses": [licence("CC0")]}
        )
        for path in sorted((raw / EXAMPLE).glob("*/*"))
        if path.is_file()
    ]
    return package(
        "kommunerapport-raw",
        "kommunerapport: the figures that come with the project",
        "Bodies as their producers publish them (JSON-stat 2.0, gzip where large), each with a sidecar that says table, selection, "
        "rounding and the sha256 of the uncompressed body (bodySha256 here). What was fetched has a package of its own in fetched/.",
        [*bodies, *targets, *example],
    )  # fmt: skip


def fetched(raw: Path) -> Entry:
    """The descriptor of what was fetched: the newest bodies of each table, which are those that count."""
    folder, resources = raw / FETCHED, list[Entry]()
    for folders in rawstore.generations(raw).values():
        with suppress(DataError):  # a broken body is told by whoever reads it, and is not vouched for here
            resources += _whole(folder, rawstore.bodies_in(folders[-1]))
    return package(
        "kommunerapport-fetched",
        "kommunerapport: what was fetched",
        "The newest answer of each producer, byte for byte (gzip where large), with a sidecar. Older ones lie beside it as history.",
        resources,
    )


@contextmanager
def kept(raw: Path) -> Iterator[None]:
    """After a fetch, ended or interrupted, ``data/raw/fetched/datapackage.json`` says what is there. Only for whoever holds the lock."""
    try:
        yield
    finally:
        write(raw / FETCHED, fetched(raw))


def _whole(folder: Path, paths: Sequence[Path]) -> list[Entry]:
    try:
        return [_body(folder, path) for path in paths]
    except FileNotFoundError as gone:
        raise DataError(str(gone)) from None


def _body(folder: Path, path: Path) -> Entry:
    side = rawstore.read_sidecar(path)
    name = path.name.removesuffix(".gz").rpartition(".")[0]
    return resource(
        folder,
        path,
        name,
        {
            "title": side.title,
            "description": side.assembled_note if side.assembled else "",
            "retrieved": side.retrieved.isoformat(),
            "bodySha256": side.sha256,
            "sidecar": path.with_name(f"{name}{SIDECAR}").relative_to(folder).as_posix(),
            "rounding": side.rounding.rule,
            "sources": [{"title": f"{side.producer}: {side.title}", "path": side.published_at}],
            "licenses": [licence(side.licence)],
        },
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), committed(Path(sys.argv[1])))
