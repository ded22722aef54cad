"""The sides that reports are measured against: the two commands one after the other, two at a time, and papermill's API in threads."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from batch import answer, figures, seconds

Task = tuple[str, str]  # notebook's path, municipality


@dataclass(frozen=True)
class Side:
    """Seconds of all reports; `made` of them were really made, the rest is reckoned from those. `figures` are in the pages made."""

    seconds: float
    made: int
    figures: int


def loop(root: Path, tasks: Sequence[Task], of: int) -> Side:
    """A shell loop: papermill, then jupyter nbconvert, report by report."""
    script = "set -e\n" + "\n".join(_commands(*task) for task in tasks)
    return _shell(root, script, tasks, of)


def xargs(root: Path, tasks: Sequence[Task], of: int) -> Side:
    """The same two commands under ``xargs -P 2``."""
    lines = "\n".join(f"{notebook} {municipality}" for notebook, municipality in tasks)
    one = f"set -e; {_commands('$0', '$1', quote=False)}"
    script = f"set -e\nxargs -P 2 -n 2 sh -c {shlex.quote(one)} <<'END'\n{lines}\nEND"
    return _shell(root, script, tasks, of)


def threads(root: Path, tasks: Sequence[Task], of: int) -> Side:
    """papermill's API in two threads with warm exporters; its imports are counted once, however many reports are reckoned."""
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(__file__).with_name("threads.py"))
        took = answer([sys.executable, program, folder, json.dumps(tasks)], root)
        pages = sorted(Path(folder).glob("*.html"))
        whole = took["startup"] + took["reports"] * of / len(tasks)
        return Side(whole, len(tasks), _counted(pages, tasks))


WAYS: dict[str, Callable[[Path, Sequence[Task], int], Side]] = {"loop": loop, "xargs": xargs, "threads": threads}


def _commands(notebook: str, municipality: str, quote: bool = True) -> str:
    name = f"{municipality}-{Path(notebook).stem}" if quote else '$1-$(basename "$0" .ipynb)'
    book, given = (f"{name}.ipynb", municipality) if quote else (f'"{name}.ipynb"', '"$1"')
    path = shlex.quote(notebook) if quote else '"$0"'
    execute = f"papermill --log-level ERROR --no-progress-bar {path} {book} -r municipality {given}"
    return f"{execute}\njupyter nbconvert --log-level ERROR --to html --no-input {book}"


def _shell(root: Path, script: str, tasks: Sequence[Task], of: int) -> Side:
    with tempfile.TemporaryDirectory() as folder:
        took = seconds(["sh", "-c", script], root, Path(folder))
        return Side(took * of / len(tasks), len(tasks), _counted(sorted(Path(folder).glob("*.html")), tasks))


def _counted(pages: Sequence[Path], tasks: Sequence[Task]) -> int:
    if len(pages) != len(tasks):
        sys.exit(f"{len(tasks)} reports were asked for, and {len(pages)} pages came")
    return figures(pages)
