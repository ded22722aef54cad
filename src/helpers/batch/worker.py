"""The process that makes reports, one after another: papermill runs the notebook, the exporter makes the page.

It is started once per slot and has papermill and the exporter imported. It never writes to the reports' folder: the finished
page goes back to the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from helpers.workspace import ROOT_VARIABLE

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from helpers.pages.reports import PageData

MARK_VARIABLE = "KOMMUNERAPPORT_SLOT"  # inherited by kernels and what they start, so that all of them can be found
LOG = "worker.log"
_SOCKET_PATH = 100  # the path of a socket is short


@dataclass(frozen=True)
class Setup:
    """Where a worker works: the workspace, a folder of its own for what is temporary, and the mark of its processes."""

    root: Path
    staging: Path
    mark: str


@dataclass(frozen=True)
class Task:
    """A notebook to run and the parameters to inject; papermill adds a cell after number `injected_after`."""

    notebook: Path
    parameters: dict[str, str]
    injected_after: int

    def cell(self, executed: int) -> int:
        """The number in the notebook's file of the cell that is number `executed` when it runs."""
        return executed if executed <= self.injected_after else executed - 1


@dataclass(frozen=True)
class Ready:
    """The worker has imported what it needs."""


@dataclass(frozen=True)
class Running:
    """A cell has begun: its number in the notebook's file, and what stands in it."""

    cell: int
    source: str


@dataclass(frozen=True)
class Done:
    """A page, and what it says of itself."""

    page: PageData
    html: str


@dataclass(frozen=True)
class Failed:
    """Why there is no page: the cell (None where no cell is to blame), the error's last lines, and all of it."""

    cell: int | None
    source: str
    error: str
    trace: str = ""


Message = Ready | Running | Done | Failed


def main(inbox: Connection, outbox: Connection, setup: Setup) -> None:
    """Work until the inbox says None or the parent is gone."""
    _prepare(setup)
    threading.Thread(target=_watch_parent, args=(setup.staging,), daemon=True).start()
    make = maker(outbox.send, setup.staging)
    outbox.send(Ready())
    try:
        while (task := inbox.recv()) is not None:
            outbox.send(make(task))
            kill_children()
    except (EOFError, OSError):  # the parent is gone; the watching thread sees to the rest
        end_all(setup.staging)


def maker(tell: Callable[[Message], None], staging: Path) -> Callable[[Task], Done | Failed]:
    """The function that makes a page, with everything imported; it tells each cell that begins."""
    from traitlets.config import Config

    from helpers.pages.exporter import ReportExporter

    exporter = ReportExporter()
    config = Config({"KernelManager": _transport(staging)})

    def make(task: Task) -> Done | Failed:
        begun = Running(0, "")

        def started(cell: NotebookNode, cell_index: int) -> None:
            nonlocal begun
            begun = Running(task.cell(cell_index + 1), cell.source)
            tell(begun)

        try:
            notebook = _execute(task, config, started)
            html, resources = exporter.from_notebook_node(notebook)
            return Done(resources["kommunerapport"]["page"], html)
        except Exception as error:  # whatever goes wrong with one report is that report's alone
            return _failed(error, begun, task)

    return make


def _execute(task: Task, config: Any, started: Callable[..., None]) -> NotebookNode:
    import papermill

    executed: NotebookNode = papermill.execute_notebook(
        task.notebook,
        None,
        parameters=task.parameters,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        config=config,
        resources={"metadata": {"path": str(task.notebook.parent)}},
        shutdown_kernel="immediate",
        on_cell_start=started,
    )
    return executed


def _failed(error: Exception, begun: Running, task: Task) -> Failed:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from nbconvert.filters import strip_ansi
    from papermill.exceptions import PapermillExecutionError

    from helpers.errors import KommunerapportError
    from helpers.pages.outputs import ExportError

    trace = "".join(traceback.format_exception(error))
    if isinstance(error, PapermillExecutionError):
        said = strip_ansi(f"{error.ename}: {error.evalue}").strip()
        return Failed(
            task.cell(error.cell_index + 1), error.source, said, strip_ansi("\n".join(error.traceback)) or said
        )
    if isinstance(error, DeadKernelError):
        said = "Kjernen døde mens cellen kjørte. Det skjer oftest når minnet tar slutt."
        return Failed(begun.cell, begun.source, said, trace)
    if isinstance(error, CellTimeoutError):
        return Failed(begun.cell, begun.source, "Cellen brukte for lang tid.", trace)
    if isinstance(error, ExportError):
        return Failed(task.cell(error.cell), "", str(error), trace)
    said = str(error) if isinstance(error, KommunerapportError) else f"{type(error).__name__}: {error}"
    return Failed(begun.cell or None, begun.source, said, trace)


def kill_children() -> None:
    """End whatever this process has started and left running."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _prepare(setup: Setup) -> None:
    """Deaf to Ctrl-C (the parent decides), quiet on the terminal, and the same environment for every kernel."""
    signal.signal(signal.SIGINT, lambda *_: None)  # a function, not SIG_IGN, which kernels would inherit
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    setup.staging.mkdir(parents=True, exist_ok=True)
    log = os.open(setup.staging / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.environ.update(
        {
            ROOT_VARIABLE: str(setup.root),
            MARK_VARIABLE: setup.mark,
            "IPYTHONDIR": str(setup.staging / "ipython"),  # nobody's own start-up files or history
            "JUPYTER_RUNTIME_DIR": str(setup.staging),
            "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, whatever the user has installed
            "JUPYTER_PLATFORM_DIRS": "1",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYTHONHASHSEED": "0",
            "TMPDIR": str(setup.staging),
        }
    )
    tempfile.tempdir = str(setup.staging)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the slots share the machine
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _transport(staging: Path) -> dict[str, str]:
    """Sockets in files: no race for ports, and no open port. Where the path would be too long for one: TCP."""
    sockets = staging / "kernel"  # absolute, since kernels run in the notebook's folder
    if os.name == "posix" and len(str(sockets)) < _SOCKET_PATH:
        return {"transport": "ipc", "ip": str(sockets)}
    return {"transport": "tcp"}


def _watch_parent(staging: Path) -> None:
    """When the parent is gone, however it went: no kernel stays, and nothing temporary."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        end_all(staging)


def end_all(staging: Path) -> None:
    """End this process and all that it started, and remove its folder."""
    kill_children()
    shutil.rmtree(staging, ignore_errors=True)
    with contextlib.suppress(OSError):
        staging.parent.rmdir()  # the last worker takes the common folder along
    os._exit(1)
