"""What a run makes: the notebooks that are there, and a job for each of them and each municipality."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.batch.messages import Task
from helpers.errors import DataError, InputError
from helpers.land import manifest
from helpers.pages.reports import FRONT, KEY, file_name
from helpers.parameters import Parameters, assigned_names
from helpers.places import Municipality
from helpers.rawstore import held
from helpers.workspace import COSTS, LAYERS, Workspace

FIVE = ("3101", "3105", "3107", "3110", "3124")
EXAMPLE = "9901"
OFTEN = 5  # pages that win the time of the rehearsal back, on two cores


@dataclass(frozen=True)
class Notebook:
    """A notebook that makes a page: what it says of itself in its metadata."""

    path: Path
    theme: str
    order: int
    tables: tuple[str, ...]
    parameters: tuple[str, ...]
    injected_after: int  # the number of the cell that papermill adds its own after
    constructed: bool = False  # whether it can be made for a municipality that has no official figures
    layers: bool = False  # whether it reads the municipality's map layers
    costs: bool = False  # whether it reads the municipality's inputs to the calculator of costs
    own: tuple[str, ...] = ()  # the own tables of which it shows a municipality's rows, where there are any
    targets: bool = False  # whether it shows targets, which may be measured by own tables

    @property
    def file(self) -> str:
        """The file that its page is written to."""
        return file_name(self.theme)


@dataclass(frozen=True)
class Job:
    """One page to make: a notebook for a municipality. `key`, `made_of` and `own`, the own tables that it may read, are as `keys.Keys` found them."""

    notebook: Notebook
    place: Municipality
    parameters: Parameters
    key: str = ""
    made_of: Mapping[str, str] = field(default_factory=dict, compare=False)
    own: tuple[str, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        """What it is called in messages: ``3101-halden/commuting``."""
        return f"{self.place.slug}/{self.notebook.theme}"

    @property
    def name(self) -> tuple[str, str]:
        """Municipality and theme: what tells it from all other pages."""
        return self.place.code, self.notebook.theme

    def task(self) -> Task:
        """What is handed to the process that makes it."""
        notebook = self.notebook
        reads = {LAYERS: notebook.layers, COSTS: notebook.costs}
        named = (*notebook.tables, *notebook.own, *self.own)
        declared = (*named, *(key for key, does in reads.items() if does))
        return Task(notebook.path, self.values(), notebook.injected_after, declared, self.key)

    def values(self) -> dict[str, str]:
        """The parameters that papermill injects: those that the notebook declares."""
        given = {**self.parameters.values(), "municipality": self.place.code}
        return {name: value for name, value in given.items() if name in self.notebook.parameters}


def notebooks(folder: Path) -> tuple[Notebook, ...]:
    """The notebooks of a folder that make a page (they have ``kommunerapport.theme`` in their metadata), in their order.

    Raises
    ------
    DataError
        naming the file that cannot be read or that lacks what a run needs.
    """
    found = [read for path in sorted(folder.glob("*.ipynb")) if (read := read_notebook(path)) is not None]
    for index, each in enumerate(found):
        for other in found[:index]:
            if each.theme == other.theme:
                raise DataError(f"{each.path.name} og {other.path.name} har samme tema, «{each.theme}».")
    return tuple(sorted(found, key=lambda each: (each.order, each.theme)))


def read_notebook(path: Path) -> Notebook | None:
    """What a notebook says of itself; None where it makes no page."""
    try:
        held = nbformat.read(path, as_version=4)
    except Exception as error:
        raise DataError(f"{path.name} kan ikke leses som notatbok: {_first_line(error)}") from None
    ours = held.metadata.get(KEY)
    if ours is None:
        return None
    theme = str(ours.get("theme", ""))
    if not re.fullmatch(r"[a-z][a-z0-9-]*", theme):
        raise DataError(f"{path.name}: temaet «{theme}» i metadata må bestå av a–z, tall og bindestrek.")
    number, source = _parameters_cell(held)
    parameters = tuple(assigned_names(source))
    if "municipality" not in parameters:
        raise DataError(f"{path.name} har ingen celle med merket «parameters» som setter municipality.")
    tables = tuple(str(table) for table in ours.get("tables", ()))
    constructed = bool(ours.get("constructed", False))
    reads = {key: bool(ours.get(key, False)) for key in (LAYERS, COSTS, "targets")}
    own = tuple(str(table) for table in ours.get("own", ()))
    order = int(ours.get("order", 99))
    return Notebook(path, theme, order, tables, parameters, number, constructed, own=own, **reads)


def chosen(available: Sequence[Notebook], names: Iterable[str]) -> tuple[Notebook, ...]:
    """The notebooks with these names (theme or file name); all where none is named."""
    wanted = [name.removesuffix(".ipynb") for name in names]
    for name in wanted:
        if not any(name in (each.theme, each.path.stem) for each in available):
            known = ", ".join(each.theme for each in available) or "ingen"
            raise InputError(f"Fant ingen notatbok «{name}». De som finnes: {known}.")
    return tuple(each for each in available if not wanted or each.theme in wanted or each.path.stem in wanted)


def defaults(workspace: Workspace, chosen_notebooks: Sequence[Notebook]) -> tuple[str, ...]:
    """The municipalities that are built where none is named: the five of the plans, and the constructed example where it is there."""
    example = (workspace.raw / manifest.EXAMPLE / EXAMPLE).is_dir() and any(
        each.constructed for each in chosen_notebooks
    )
    return (*FIVE, EXAMPLE) if example else FIVE


def plan(chosen_notebooks: Sequence[Notebook], places: Iterable[Municipality], **common: Any) -> tuple[Job, ...]:
    """A job for each notebook and municipality, one municipality after the other.

    Parameters
    ----------
    common : the parameters `compare`, `as_of` and `language`, the same for all; each must be one that the notebooks declare.

    Raises
    ------
    InputError
        if a parameter cannot be used, before anything runs.
    """
    given = {name: value for name, value in common.items() if value not in ("", None)}
    for notebook in chosen_notebooks:
        for name in given:
            if name not in notebook.parameters:
                raise InputError(f"Notatboken {notebook.path.name} har ikke parameteren {name}.")
    jobs = []
    for place in dict.fromkeys(places):
        parameters = Parameters.read({"municipality": place, **given})
        able = [each for each in chosen_notebooks if each.constructed or not place.constructed]
        if chosen_notebooks and not able:
            raise InputError(
                f"{place.name} har ingen offisielle tall. Det som kan lages: kommunerapport build {place.code} --notebook land."
            )
        jobs += [Job(notebook, place, parameters) for notebook in able]
    if jobs:
        _ = jobs[0].parameters.areas  # an area that does not exist is told before anything runs
    return tuple(jobs)


def to_rehearse(jobs: Sequence[Job]) -> tuple[str, ...]:
    """The themes of which so many pages are made that one is rehearsed first; the simplest stands for what all themes share."""
    made = Counter(job.notebook.theme for job in jobs)
    often = {theme for theme, count in made.items() if count >= OFTEN}
    return tuple(sorted(often | {FRONT} if made.total() >= OFTEN else often))


def _parameters_cell(notebook: NotebookNode) -> tuple[int, str]:
    """After which cell papermill adds its own (it replaces one from an earlier run), and what the parameters cell says."""
    replaces = any("injected-parameters" in cell.metadata.get("tags", ()) for cell in notebook.cells)
    for number, cell in enumerate(notebook.cells, start=1):
        if "parameters" in cell.metadata.get("tags", ()):
            return len(notebook.cells) if replaces else number, cell.source
    return 0, ""


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def listing(workspace: Workspace) -> str:
    """The notebooks, the tables that they use, and which of those are missing."""
    there = held(workspace.raw)
    found = notebooks(workspace.notebooks)
    lines = [f"{len(found)} analyser i {workspace.notebooks}:"]
    for each in found:
        tables = [name if name in there else f"{name} (mangler)" for name in each.tables]
        lines.append(f"  {each.theme:<12} {each.path.name} → {each.file}")
        lines.append(f"  {'':<12} tabeller: {', '.join(tables) or 'ingen oppgitt'}")
        if each.own:
            lines.append(f"  {'':<12} kommunens egne tall, der de er lagt inn: {', '.join(each.own)}")
    count = len(Municipality.all())
    return "\n".join([*lines, f"{count} kommuner, som navn eller nummer: kommunerapport build Halden, eller --all."])
