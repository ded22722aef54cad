"""Where the time of one report goes on our side, stage by stage, and which functions its cells spend it in.

    python benchmarks/stages.py ROOT CODES NOTEBOOK... [--functions]

A nursery is made ready as in a batch; then one child after the other makes a report, with a clock at each of its steps. Milliseconds,
medians of the municipalities. With `--functions` the cells run in a warm process under cProfile instead (which makes them slower).
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

STAGES = {  # the clock at the end of each, and what it is
    "fork": "fork",
    "settle": "a process of its own: group, signals, output",
    "parameterise": "papermill: read the notebook, put the parameters in",
    "cells": "the cells' own code, what they show included",
    "between": "nbclient and papermill between the cells",
    "after": "papermill after the last cell",
    "export": "the page",
    "hand over": "the page back to the nursery",
    "end": "the end of the process",
}
INSIDE = "KOMMUNERAPPORT_STAGES"
_clock = time.perf_counter  # the same in a process and its children


class Clocks:
    """Puts clocks at the steps of a child. Made before the nursery is ready, so that every child has them."""

    def __init__(self) -> None:
        from helpers.batch import child
        from helpers.batch.shell import Shell, ShellClient
        from helpers.pages.exporter import ReportExporter

        self.at: dict[str, float] = {}
        self.ran = 0.0
        self._around(child.Nest, "_make_page", "made from", "")
        self._around(ShellClient, "execute", "cells from", "cells to")
        self._around(ReportExporter, "from_notebook_node", "export from", "export to")
        child.Nest._tell = self._telling(child)
        Shell.run = self._running(Shell.run)

    def _around(self, owner: Any, name: str, before: str, after: str) -> None:
        inner = getattr(owner, name)

        def timed(*given: Any, **named: Any) -> Any:
            self.at[before] = _clock()
            try:
                return inner(*given, **named)
            finally:
                self.at[after] = _clock()

        setattr(owner, name, timed)

    def _running(self, inner: Any) -> Callable[..., Any]:
        async def run(shell: Any, source: str) -> Any:
            since = _clock()
            try:
                return await inner(shell, source)
            finally:
                self.ran += _clock() - since

        return run

    def _telling(self, child: Any) -> Callable[[Any, Any], None]:
        def tell(nest: Any, message: Any) -> None:
            child.send(nest._pipe, message)
            if type(message).__name__ in ("Done", "Failed"):
                child.send(nest._pipe, {**self.at, "ran": self.ran, "told": _clock()})

        return tell


def one(nest: Any, clocks: Clocks, task: Any) -> dict[str, float]:
    """Let a child make a report: seconds by stage."""
    from helpers.batch.messages import received

    reading, writing = os.pipe()
    parent, forked = os.getpid(), _clock()
    if (pid := os.fork()) == 0:
        clocks.at["born"] = _clock()
        os.close(reading)
        nest.hatch(task, writing, parent)
    os.close(writing)
    buffer, messages, handed = bytearray(), [], 0.0
    while data := os.read(reading, 1 << 20):
        buffer += data
        messages += received(buffer)
        if not handed and any(hasattr(each, "html") for each in messages):
            handed = _clock()
    os.close(reading)
    os.waitpid(pid, 0)
    ended = _clock()
    at = next((each for each in messages if isinstance(each, dict)), {})
    if not handed or "export to" not in at:
        sys.exit(f"{task.notebook.stem} failed: {[each for each in messages if type(each).__name__ == 'Failed']}")
    whole = at["cells to"] - at["cells from"]
    return {
        "fork": at["born"] - forked, "settle": at["made from"] - at["born"],
        "parameterise": at["cells from"] - at["made from"], "cells": at["ran"], "between": whole - at["ran"],
        "after": at["export from"] - at["cells to"], "export": at["export to"] - at["export from"],
        "hand over": handed - at["export to"], "end": ended - handed,
    }  # fmt: skip


def measure(root: Path, codes: Sequence[str], books: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Median milliseconds by notebook and stage. Runs in a process that has the environment of a nursery."""
    from helpers.batch import nurse
    from helpers.batch.messages import Setup
    from helpers.batch.plan import notebooks, plan
    from helpers.pages.reports import FRONT
    from helpers.places import Municipality

    clocks = Clocks()
    ours, theirs = Pipe()
    themes = (FRONT, *(book.stem for book in books))
    setup = Setup(root, Path(os.environ["TMPDIR"]), os.environ[INSIDE], rehearse=themes)
    nursery = nurse._Nursery(ours, ours, setup)
    jobs = plan(
        [each for each in notebooks(root / "notebooks") if each.path.stem in {book.stem for book in books}],
        [Municipality.find(code) for code in codes],
    )
    nursery.prepare(with_tables=True)
    if refusal := theirs.recv().refusal:
        sys.exit(refusal)
    found: dict[str, list[dict[str, float]]] = {}
    for job in jobs:
        found.setdefault(job.notebook.path.stem, []).append(one(nursery._nest, clocks, job.task()))
    return {
        theme: {stage: 1000 * statistics.median(run[stage] for run in runs) for stage in STAGES}
        for theme, runs in found.items()
    }


def stages(root: Path, codes: Sequence[str], books: Sequence[Path]) -> dict[str, dict[str, float]]:
    """`measure` in a process of its own."""
    from helpers.batch.messages import Setup
    from helpers.batch.surroundings import environment

    with tempfile.TemporaryDirectory(prefix="stages-") as folder:
        around = environment(Setup(root, Path(folder), "stages"))
        command = [sys.executable, __file__, str(root), ",".join(codes), *map(str, books)]
        done = subprocess.run(
            command,
            check=False,
            env={**os.environ, **around, INSIDE: "stages"},
            cwd=root,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def lines(found: dict[str, dict[str, float]]) -> list[str]:
    """The stages as lines, a column for each notebook."""
    head = "".join(f"{theme:>12}" for theme in found)
    rows = [f"{head}   ms, one report at a time"]
    rows += [
        "".join(f"{took[stage]:12.1f}" for took in found.values()) + f"   {said}" for stage, said in STAGES.items()
    ]
    return [*rows, "".join(f"{sum(took.values()):12.1f}" for took in found.values()) + "   together"]


def functions(root: Path, codes: Sequence[str], book: Path, most: int = 20) -> list[str]:
    """The project's functions that cost most in the cells of a notebook, what they call included: ms per report."""
    import cells

    cells.prepare(root)
    held = cells.Cells(book)
    held.run(codes[0])
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for code in codes:
        held.run(code)
    profile.disable()
    entries = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    ours = sorted(((cost[3], cost[1], place) for place, cost in entries if "/helpers/" in place[0]), reverse=True)
    count = len(codes)
    return [
        f"{1000 * took / count:9.1f} ms  {calls / count:8.1f} calls  {file.partition('/helpers/')[2]}:{line} {name}"
        for took, calls, (file, line, name) in ours[:most]
    ]


def main() -> None:
    """Measure, and print: a table; JSON where another program has started this one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("codes", help="municipalities, with commas between them")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--functions", action="store_true", help="instead: what the cells spend their time in")
    given = parser.parse_args()
    root, codes = given.root.resolve(), given.codes.split(",")
    if given.functions:
        for book in given.notebooks:
            print(book.stem, *functions(root, codes, book), sep="\n")
    elif INSIDE in os.environ:
        json.dump(measure(root, codes, given.notebooks), sys.stdout)
    else:
        print(*lines(stages(root, codes, given.notebooks)), sep="\n")


if __name__ == "__main__":
    main()
