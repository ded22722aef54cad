"""The papermill engine `forked`: ``papermill --engine forked notebook.ipynb out.ipynb`` runs the cells in a forked child, without a kernel.

The first notebook of a process pays for a nursery that imports everything; those after it start at once. Notebooks in
another language than Python, and systems that cannot fork, are handed to papermill's own engine. papermill imports this module
when it is itself imported, so it is kept light.
"""

from __future__ import annotations

import atexit
import functools
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from helpers.batch.messages import CellBegan, CellEnded, Cells, Executed, Setup
from helpers.batch.nursery import CannotFork, Lost, Nursery, can_fork
from helpers.batch.surroundings import remove
from helpers.workspace import Workspace

_log = logging.getLogger("papermill")
_OURS = "kommunerapport"  # in the metadata of our own notebooks
_TRAITS = ("allow_errors", "coalesce_streams", "record_timing", "force_raise_errors", "skip_cells_with_tag")


class ForkedEngine(Engine):  # type: ignore[misc]  # papermill is not checked
    """Runs a notebook in a child forked from a process that has imported everything."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **given: Any) -> None:
        """Run the cells, and save after each where papermill is to save.

        Raises
        ------
        DeadKernelError
            where the child died. CellTimeoutError where a cell took longer than ``execution_timeout``.
        """
        try:
            _check(nb_man)
            nursery = _nursery(str(_root()), _OURS in nb_man.nb.metadata)
            _Run(nb_man, given).execute(nursery)
        except CannotFork as reason:
            _log.warning("engine forked: %s; the notebook runs on an ordinary kernel", reason)
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **given)


class _Run:
    """One notebook, as its child tells of it."""

    def __init__(self, manager: NotebookExecutionManager, given: dict[str, Any]) -> None:
        self._manager = manager
        self._given = given
        self._limit: float | None = given.get("execution_timeout") or given.get("timeout")
        self._deadline: float | None = None
        self._at = 0

    def execute(self, nursery: Nursery) -> None:
        notebook = self._manager.nb
        folder = self._given.get("resources", {}).get("metadata", {}).get("path") or Path.cwd()
        traits = {name: self._given[name] for name in _TRAITS if name in self._given}
        work = Cells(nbformat.writes(notebook), str(folder), traits)
        try:
            for message in nursery.run(work, None, self._left):
                self._take(message)
        except TimeoutError:
            cell = notebook.cells[self._at]
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", self._limit, cell) from None
        except Lost as lost:
            raise DeadKernelError(str(lost)) from None

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _take(self, message: CellBegan | CellEnded | Executed) -> None:
        manager = self._manager
        if isinstance(message, CellBegan):
            self._at = message.index
            self._deadline = None if self._limit is None else time.monotonic() + self._limit
            with _unsaved(manager):
                manager.cell_start(manager.nb.cells[message.index], message.index)
        elif isinstance(message, CellEnded):
            self._end(message)
        elif message.error:
            raise RuntimeError(message.error)
        else:
            self._finish(nbformat.reads(message.notebook, as_version=4))

    def _end(self, message: CellEnded) -> None:
        self._deadline = None
        cell = self._manager.nb.cells[message.index]
        _take_over(cell, nbformat.reads(message.cell, as_version=4).cells[0])
        self._print(cell.get("outputs", []))
        if message.failed:
            self._manager.cell_exception(cell, cell_index=message.index)
        self._manager.cell_complete(cell, cell_index=message.index)

    def _finish(self, executed: nbformat.NotebookNode) -> None:
        """A later cell may have changed what an earlier one shows."""
        ours = self._manager.nb.metadata.papermill
        self._manager.nb.metadata.update({**executed.metadata, "papermill": ours})
        for cell, ran in zip(self._manager.nb.cells, executed.cells, strict=True):
            _take_over(cell, ran)

    def _print(self, outputs: list[Any]) -> None:
        """What papermill's own engine does with ``--log-output``, ``--stdout-file`` and ``--stderr-file``."""
        for output in outputs:
            if output.output_type == "stream":
                if self._given.get("log_output"):
                    (_log.info if output.name == "stdout" else _log.warning)(output.text)
                if file := self._given.get(f"{output.name}_file"):
                    file.write(output.text)
                    file.flush()
            elif self._given.get("log_output") and "text/plain" in output.get("data", {}):
                _log.info(output.data["text/plain"])


def _take_over(cell: nbformat.NotebookNode, ran: nbformat.NotebookNode) -> None:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
        cell.metadata.update({name: ran.metadata[name] for name in ("execution",) if name in ran.metadata})


@contextmanager
def _unsaved(manager: NotebookExecutionManager) -> Iterator[None]:
    """Once per cell is enough: when it is over."""
    path, manager.output_path = manager.output_path, None
    try:
        yield
    finally:
        manager.output_path = path


def _check(manager: NotebookExecutionManager) -> None:
    language = manager.nb.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise CannotFork(f"the notebook is in {language}")
    if not can_fork():
        raise CannotFork("this system cannot fork")


def _root() -> Path:
    """The workspace; where there is none, the notebook is somebody's own, and needs none."""
    from helpers.errors import InputError

    try:
        return Workspace.find().root
    except InputError:
        return Path.cwd()


@functools.cache
def _nursery(root: str, ours: bool) -> Nursery:
    """One nursery for all notebooks of a process; it ends with it. It loads the tables where a notebook of ours is the first."""
    staging = Path(mkdtemp(prefix="kommunerapport-")) / "nursery"
    nursery = Nursery(Setup(Path(root), staging, uuid.uuid4().hex), with_tables=ours, own_surroundings=False)

    def end() -> None:
        nursery.end()
        remove(staging)

    atexit.register(end)
    return nursery
