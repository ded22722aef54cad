"""Own tables (data/raw/own) to tidy Parquet beside the others. One that cannot be understood is left out, and the others go on."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers import owntables
from helpers.errors import DataError
from helpers.owntables import CHECK, Description
from helpers.tables import owncells, owngrid, ownlayout
from helpers.tables.build import TableMeta, code_map, read_meta, write
from helpers.tables.owncells import Understood
from helpers.workspace import Workspace

VERSION = 1  # raise it when the same file would give another tidy table


@dataclass(frozen=True)
class Own:
    """An own table, or why there is none.

    Parameters
    ----------
    source : the description, or a file without one. id : None where it cannot be told. title : as described. made : written just now.
    problem : why the table is left out, empty where it is held. problems : every mistake that was found.
    """

    source: Path
    id: str | None
    title: str = ""
    made: bool = False
    problem: str = ""
    problems: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """What a build says of a table that it leaves out: one line."""
        name = self.id or self.source.name
        return f"Egne tall utelatt, {name}: {' '.join(self.problem.split())} Se {CHECK}."


def load(workspace: Workspace) -> list[Own]:
    """Every own table of a workspace, made first where it is lacking or out of date."""
    paths = owntables.descriptions(workspace.raw)
    ids = Counter(table for path in paths if (table := _id(path)) is not None)
    found = [_made(workspace, path, ids) for path in paths]
    return found + [_without(path) for path in owntables.undescribed(workspace.raw)]


def understood(path: Path) -> tuple[Description, Path, Understood]:
    """What is made of the file that a description at `path` is of.

    Raises
    ------
    DataError
        naming file, row and column.
    """
    told = owntables.read(path)
    file = owntables.file_of(path, told)
    grid = owngrid.read(file, told, lambda rows: ownlayout.header(rows, told))
    return told, file, owncells.understand(grid, told)


def _id(path: Path) -> str | None:
    try:
        return owntables.read(path).id
    except DataError:
        return None


def _made(workspace: Workspace, path: Path, ids: Counter[str]) -> Own:
    table: str | None = None
    try:
        told = owntables.read(path)
        table = told.id
        if ids[table] > 1:
            raise DataError(f"{path.name}: id «{table}» er brukt i {ids[table]} beskrivelser. Gi dem hver sin.")
        file = owntables.file_of(path, told)
        sums = (_digest(owngrid.bytes_of(file)), _digest(path.read_bytes()))
        target = workspace.processed / f"{table}.parquet"
        if _is_fresh(target, sums):
            return Own(path, table, told.title)
        _, _, found = understood(path)
        write(target, found.frame, _meta(told, found, sums))
        return Own(path, table, told.title, made=True)
    except owncells.BadCells as error:
        return Own(path, table, problem=str(error), problems=error.problems)
    except DataError as error:
        return Own(path, table, problem=str(error), problems=(str(error),))


def _without(path: Path) -> Own:
    said = (
        f"{path.name} har ingen beskrivelse. Lag {path.stem}.toml ved siden av; {CHECK} {path.name} viser et forslag."
    )
    return Own(path, None, problem=said, problems=(said,))


def _is_fresh(target: Path, sums: tuple[str, str]) -> bool:
    meta = read_meta(target)
    return meta is not None and (meta.sha256, meta.version, meta.code_map) == (sums, VERSION, code_map())


def _meta(told: Description, found: Understood, sums: tuple[str, str]) -> TableMeta:
    info = told.info(found.dimensions)
    changed = (f"Oppgitt i {told.unit}, gjort om til {told.unit_made}.",) if told.factor != 1 else ()
    return TableMeta(
        id=told.id,
        producer=told.producer,
        number=told.id,
        title=told.title,
        unit=told.unit_made,
        url=told.url,
        licence=told.licence,
        retrieved=told.retrieved.isoformat(),
        assembled=False,
        rounding=told.rounding.rule,
        level=told.rounding.level,
        allowance=told.rounding.allowance,
        periods=tuple(sorted(str(each) for each in found.frame["Tid"].unique())),
        assumed=(),
        notes=(*changed, *([told.note] if told.note else [])),
        labels={name: dict(held) for name, held in found.labels.items()},
        sha256=sums,
        code_map=code_map(),
        entry=_digest(info.model_dump_json().encode()),
        version=VERSION,
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
