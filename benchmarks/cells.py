"""A notebook's cells run in this very process, with nothing of a notebook's machinery: what a report costs at the least.

The imports are done and the tables are loaded beforehand. `display` is stood in for: it makes every representation that a
kernel would make, and the figures of pyplot that are left after a cell are drawn as a kernel draws them.

As a program it answers in JSON on standard output:

    python benchmarks/cells.py ROOT CODES NOTEBOOK... [--sections | --memory]
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

import IPython.display
import nbformat
import pyarrow
from IPython.core.formatters import DisplayFormatter

shown: list[str] = []  # the types that the cells run last have shown
_formatter = DisplayFormatter()


def display(*objects: Any, raw: bool = False, **_: Any) -> None:
    """Stand in for IPython's: make all representations, and hand them to nobody."""
    for each in objects:
        data = each if raw else _formatter.format(each)[0]
        shown.extend(data)


IPython.display.display = display  # before any module takes it over


def _as_png(figure: Any) -> Any:
    """What a kernel sends of a figure that `plt.show()` displays; without it a figure would be a line of text and cost nothing."""
    from IPython.core.pylabtools import print_figure

    return print_figure(figure, fmt="png", base64=True)


_formatter.formatters["image/png"].for_type_by_name("matplotlib.figure", "Figure", _as_png)

WARM = ("charts", "measures", "pages", "land", "tables")


class Cells:
    """The cells of a notebook, compiled, for one municipality after the other."""

    def __init__(self, path: Path) -> None:
        book = nbformat.read(path, as_version=4)
        self.theme = path.stem
        ours = book.metadata["kommunerapport"]
        further = [each for each in ("layers", "costs") if ours.get(each)]
        self.declared = ",".join([*ours["tables"], *ours.get("own", ()), *further])
        self._parts = [_compiled(cell) for cell in book.cells if cell.cell_type == "code"]

    def run(self, municipality: str) -> float:
        """Run all cells; seconds."""
        os.environ["KOMMUNERAPPORT_TABLES"] = self.declared
        shown.clear()
        names: dict[str, Any] = {"__name__": "__main__", "display": display}
        since = time.perf_counter()
        for parameters, body, last in self._parts:
            exec(body, names)
            if last is not None and (value := eval(last, names)) is not None:
                display(value)
            if parameters:
                names["municipality"] = municipality
            _draw()
        return time.perf_counter() - since


def _compiled(cell: Any) -> tuple[bool, Any, Any]:
    """Whether it is the parameters' cell, its statements, and its last expression, whose value a kernel would show."""
    tree = ast.parse(cell.source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not cell.source.rstrip().endswith(";"):
        last = compile(ast.Expression(tree.body.pop().value), "<cell>", "eval")
    return "parameters" in cell.metadata.get("tags", ()), compile(tree, "<cell>", "exec"), last


def _draw() -> None:
    """The figures that are open, as the inline backend gives them to a kernel's client."""
    from matplotlib import pyplot

    for number in pyplot.get_fignums():
        display(pyplot.figure(number))
    pyplot.close("all")


def prepare(root: Path) -> None:
    """Import everything and load all tables, as the process that forks the reports does."""
    os.environ["KOMMUNERAPPORT_ROOT"] = str(root)
    for name in ("matplotlib.pyplot", "matplotlib.backends.backend_svg", "seaborn", "geopandas"):
        importlib.import_module(name)
    for part in WARM:
        package = importlib.import_module(f"helpers.{part}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    from helpers.pages import page
    from helpers.tables import Tables
    from helpers.workspace import Workspace

    page.get_ipython = lambda: SimpleNamespace(user_ns={})  # sections are shown as in a notebook
    workspace = Workspace(root)
    tables = Tables.load(workspace)
    frames = {name: tables[name] for name in tables}
    Tables.preload(workspace, frames, {name: tables.meta(name) for name in frames})


def sections(run: Callable[[], Any]) -> dict[str, float]:
    """Seconds of each `page.show` during a run, by the section's name; `open` is `Page.open`."""
    from helpers.pages.page import Page

    found: dict[str, float] = {}
    show, opened = Page.show, Page.open.__func__

    def timed_show(page: Any, section: Any) -> None:
        since = time.perf_counter()
        show(page, section)
        found[section.__name__] = found.get(section.__name__, 0.0) + time.perf_counter() - since

    def timed_open(cls: Any, *given: Any, **named: Any) -> Any:
        since = time.perf_counter()
        page = opened(cls, *given, **named)
        found["open"] = time.perf_counter() - since
        return page

    Page.show, Page.open = timed_show, classmethod(timed_open)
    try:
        run()
    finally:
        Page.show, Page.open = show, classmethod(opened)
    return found


def private() -> float:
    """MB of this process that it shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def measure(books: list[Cells], codes: list[str], by_section: bool) -> dict[str, Any]:
    """Seconds of each notebook and municipality (one run of each notebook beforehand), and those of the sections."""
    for book in books:
        book.run(codes[-1])
    times, figures = {}, {}
    for book in books:
        times[book.theme] = [book.run(code) for code in codes]
        figures[book.theme] = shown.count("image/png")
    found: dict[str, Any] = {"seconds": times, "figures": figures}
    if by_section:
        found["sections"] = {
            book.theme: _medians(sections(lambda b=book, c=code: b.run(c)) for code in codes) for book in books
        }
    return found


def _medians(runs: Iterator[dict[str, float]]) -> dict[str, float]:
    gathered: dict[str, list[float]] = {}
    for run in runs:
        for name, seconds in run.items():
            gathered.setdefault(name, []).append(seconds)
    return {name: statistics.median(values) for name, values in gathered.items()}


def added(book: Cells, code: str) -> dict[str, float]:
    """MB that the cells add to this process, which has run nothing yet, and to one forked from it.

    What was freed while it got ready is given back first: cells that use it again would seem to add nothing.
    """
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    forked = _forked(book, code)
    before = private()
    book.run(code)
    return {"added": private() - before, "forked": forked}


def _forked(book: Cells, code: str) -> float:
    """MB of its own that a forked process has after the cells: what they add, and the shared pages that they have touched."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        signal.alarm(120)
        try:
            book.run(code)
            os.write(writing, str(private()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return float(said or "nan")


def main() -> None:
    """Time the cells, as another program asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("codes", help="municipalities, with commas between them")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--sections", action="store_true", help="also by section")
    parser.add_argument("--memory", action="store_true", help="instead: MB that the first notebook adds")
    given = parser.parse_args()
    prepare(given.root.resolve())
    books, codes = [Cells(path) for path in given.notebooks], given.codes.split(",")
    with contextlib.redirect_stdout(io.StringIO()):  # what the cells print is no answer of ours
        found = added(books[0], codes[0]) if given.memory else measure(books, codes, given.sections)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
