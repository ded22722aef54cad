"""How a page is made of a task, whoever runs the cells: papermill, the exporter, and what is told when it goes wrong."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.batch.messages import Cost, Done, Failed, Message, Running, Task
from helpers.language import NAMES, SOURCE, checked
from helpers.workspace import TABLES_VARIABLE

if TYPE_CHECKING:
    from nbformat import NotebookNode

SILENT = "Cellen feilet uten å si hvorfor. Det skjer oftest når minnet tar slutt."
Make = Callable[[Task], Done | Failed]


def maker(tell: Callable[[Message], None], **run: Any) -> Make:
    """The function that makes a page, with everything imported; it tells each cell that begins.

    Parameters
    ----------
    run : what papermill is told of how to run the cells (``engine_name``, the traits of nbclient).
    """
    from helpers.pages import lineage
    from helpers.pages.exporter import ReportExporter

    exporter = ReportExporter()

    def make(task: Task) -> Done | Failed:
        begun, since = Running(0, ""), time.perf_counter()

        def started(cell: NotebookNode, cell_index: int) -> None:
            nonlocal begun
            begun = Running(task.cell(cell_index + 1), cell.source)
            tell(begun)

        outcome: Done | Failed
        try:
            notebook = execute(task, on_cell_start=started, **run)
            html, resources = exporter.from_notebook_node(notebook, {"key": task.key} if task.key else {})
            page = resources["kommunerapport"]["page"]
            came = lineage.document(page, lineage.of_notebook(notebook), task.parameters)
            outcome = in_its_language(Done(page, html, lineage=came), task)
        except Exception as error:  # whatever goes wrong with one report is that report's alone
            outcome = _failed(error, begun, task)
        return replace(outcome, cost=cost(time.perf_counter() - since))

    return make


def in_its_language(done: Done, task: Task) -> Done | Failed:
    """The page, or why it is none: a notebook that does not hand the language on would put it among those of another."""
    asked = task.parameters.get("language", SOURCE)
    if done.page.language == asked:
        return done
    told = f"Siden er på {NAMES[done.page.language]}, ikke på {NAMES[checked(asked)]}."
    return Failed(None, "", f"{told} Gi språket videre i notatboken: Page.open(…, language=language).")


def execute(task: Task, **run: Any) -> NotebookNode:
    """The notebook of a task, executed by papermill."""
    import papermill

    os.environ[TABLES_VARIABLE] = ",".join(task.tables)
    executed: NotebookNode = papermill.execute_notebook(
        task.notebook,
        None,
        parameters=task.parameters,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        coalesce_streams=True,  # else it depends on the moment how many pieces a text comes in
        resources={"metadata": {"path": str(task.notebook.parent)}},
        **run,
    )
    return executed


def cost(seconds: float) -> Cost:
    """What this process has used."""
    try:
        import resource
    except ImportError:  # not on Windows
        return Cost(seconds, 0.0)
    return Cost(round(seconds, 3), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, _private())


def _private() -> float | None:
    """MB of this process that it shares with no other."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _failed(error: Exception, begun: Running, task: Task) -> Failed:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from nbconvert.filters import strip_ansi
    from papermill.exceptions import PapermillExecutionError

    from helpers.errors import KommunerapportError
    from helpers.pages.outputs import ExportError

    trace = "".join(traceback.format_exception(error))
    if isinstance(error, PapermillExecutionError):
        cell, lines = task.cell(error.cell_index + 1), "\n".join(error.traceback)
        if error.ename == "CellExecutionError" and not error.evalue:  # papermill's, where the cell shows no error
            return Failed(cell, error.source, SILENT, lines)
        said = strip_ansi(f"{error.ename}: {error.evalue}").strip()
        return Failed(cell, error.source, said, strip_ansi(lines) or said)
    if isinstance(error, DeadKernelError):
        said = "Kjernen døde mens cellen kjørte. Det skjer oftest når minnet tar slutt."
        return Failed(begun.cell, begun.source, said, trace)
    if isinstance(error, CellTimeoutError):
        return Failed(begun.cell, begun.source, "Cellen brukte for lang tid.", trace)
    if isinstance(error, ExportError):
        return Failed(task.cell(error.cell), "", str(error), trace)
    if not str(error).strip():
        return Failed(begun.cell or None, begun.source, SILENT, trace)
    said = str(error) if isinstance(error, KommunerapportError) else f"{type(error).__name__}: {error}"
    return Failed(begun.cell or None, begun.source, said, trace)
