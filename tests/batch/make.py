"""Small notebooks for tests of the batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import psutil

from helpers.batch.nursery import can_fork

ENGINES = ["forked", "fresh"] if can_fork() else ["fresh"]
DECLARED = 'municipality = "3101"\ncompare = ""\nas_of = ""'
HEAD = """
from IPython.display import display
page = {"theme": "THEME", "municipality": municipality, "name": "Kommune " + municipality, "county": "Østfold",
        "slug": "x", "title": "T", "description": "d", "years": "2022", "keys": {"jobs": 1.0}}
html = f"<header><h1>{municipality}</h1></header>"
display({"text/html": html, "application/vnd.kommunerapport.page+json": page}, raw=True,
        metadata={"kommunerapport": {"part": "head"}})
"""


def write(folder: Path, theme: str, *cells: str, order: int = 1, declared: str = DECLARED, head: bool = True) -> Path:
    """A notebook with a note, a parameters cell, a head, and the cells given (the first of them is number 4 in the file)."""
    made = v4.new_notebook(metadata={"kommunerapport": {"theme": theme, "order": order, "tables": ["ssb_11618"]}})
    sources = [HEAD.replace("THEME", theme)] if head else []
    made.cells = [
        v4.new_markdown_cell("# Notat", id="note"),
        v4.new_code_cell(declared, id="parameters", metadata={"tags": ["parameters"]}),
        *(v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate([*sources, *cells])),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{theme}.ipynb"
    nbformat.write(made, path)
    return path


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition, at most so long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "the condition was never met"
        time.sleep(0.05)


def gone(pids: Iterable[int]) -> bool:
    """Whether none of the processes is running any more."""
    for pid in pids:
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            continue
    return True
