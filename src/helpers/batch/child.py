"""What a forked child does: it becomes a process of its own, runs one notebook, hands over what came of it, and is gone."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from helpers.batch.making import maker
from helpers.batch.messages import CellBegan, CellEnded, Cells, Executed, Task, send
from helpers.batch.shell import Shell, ShellClient
from helpers.batch.surroundings import limit_memory

ENGINE = "forked-here"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_FRONT = frozenset({"input_path", "kernel_name", "log_output", "stdout_file", "stderr_file", "start_timeout"})
Tell = Callable[[Any], None]


class Nest:
    """What the nursery makes once and every child inherits: the shell, the exporter, papermill's way to them."""

    def __init__(self, memory: int | None) -> None:
        self._memory = memory
        self.shell = Shell()
        self._pipe = -1
        self._make = maker(self._tell, engine_name=ENGINE)
        papermill_engines.register(ENGINE, self._engine())

    def hatch(self, work: Task | Cells, pipe: int, parent: int) -> None:
        """Run in the child, right after the fork: never returns."""
        code = 1
        log = os.dup(2)
        try:
            self._pipe = pipe
            become_own(parent)
            self.shell.take_over()
            limit_memory(self._memory)
            self._tell(self._make_page(work) if isinstance(work, Task) else self._execute(work))
            code = 0
        except BaseException:
            os.write(log, traceback.format_exc().encode())
        finally:
            os._exit(code)

    def _tell(self, message: Any) -> None:
        send(self._pipe, message)

    def _make_page(self, task: Task) -> Any:
        os.chdir(task.notebook.parent)
        return self._make(task)

    def _execute(self, work: Cells) -> Executed:
        os.chdir(work.folder)
        notebook = nbformat.reads(work.notebook, as_version=4)
        try:
            ShellClient(_Reporter(notebook, self._tell), self.shell, **work.traits).execute()
        except Exception as error:
            return Executed("", f"{type(error).__name__}: {error}")
        return Executed(nbformat.writes(notebook))

    def _engine(self) -> type[Engine]:
        shell = self.shell

        class Here(Engine):  # type: ignore[misc]  # papermill is not checked
            """Cells in this process."""

            @classmethod
            def execute_managed_notebook(
                cls, nb_man: NotebookExecutionManager, kernel_name: str, **traits: Any
            ) -> None:
                kept = {name: value for name, value in traits.items() if name not in _FRONT}
                ShellClient(nb_man, shell, **kept).execute()

        return Here


class _Reporter:
    """Stands in for papermill's manager: it tells of each cell instead of saving the file."""

    def __init__(self, notebook: NotebookNode, tell: Tell) -> None:
        self.nb = notebook
        self._tell = tell
        self._failed = False

    def cell_start(self, cell: NotebookNode, cell_index: int, **_: Any) -> None:
        """A cell begins."""
        self._tell(CellBegan(cell_index))

    def cell_exception(self, cell: NotebookNode, cell_index: int, **_: Any) -> None:
        """A cell has failed."""
        self._failed = True

    def cell_complete(self, cell: NotebookNode, cell_index: int, **_: Any) -> None:
        """A cell is over."""
        self._tell(CellEnded(cell_index, nbformat.v4.writes(_alone(cell)), self._failed))

    def autosave_cell(self) -> None:
        """Nothing: whoever reads the messages saves."""


def _alone(cell: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=[cell])


def become_own(parent: int) -> None:
    """A process group of its own that dies with its parent, with signals and random numbers as in a new process."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    gc.enable()
