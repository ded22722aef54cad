"""Our own side of the benchmarks: `kommunerapport build` as a user starts it, what it says of itself, and where its time goes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from helpers.pages.reports import file_name

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
JOBS = 2
FIGURE = re.compile(rb'<img[^>]*\ssrc="data:image/|<svg\b[^>]*\sclass="ch"')
OURS = str(BIN / "kommunerapport")


def failed(what: Sequence[str], said: str) -> None:
    """End the run: a side that fails makes every ratio a lie."""
    sys.exit(f"\n{' '.join(what)} failed:\n{said}")


def surroundings(root: Path) -> dict[str, str]:
    """The environment of every side: the same workspace, and bytecode may be used and written."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "KOMMUNERAPPORT_ROOT": str(root), "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', '')}"}


def seconds(command: Sequence[str], root: Path, folder: Path | None = None) -> float:
    """Run a command to its end; wall-clock seconds."""
    since = time.perf_counter()
    done = subprocess.run(
        command, check=False, cwd=folder or root, env=surroundings(root), capture_output=True, text=True
    )
    took = time.perf_counter() - since
    if done.returncode:
        failed(command, done.stderr or done.stdout)
    return took


def answer(command: Sequence[str], root: Path) -> Any:
    """The JSON that one of our own programs prints."""
    done = subprocess.run(command, check=False, cwd=root, env=surroundings(root), capture_output=True, text=True)
    if done.returncode:
        failed(command, done.stderr)
    return json.loads(done.stdout)


def figures(files: Iterable[Path]) -> int:
    """How many figures the pages hold."""
    return sum(len(FIGURE.findall(file.read_bytes())) for file in files)


def drawn(out: Path, tasks: Iterable[tuple[str, str]]) -> int:
    """How many figures our pages of some tasks (theme, municipality) hold."""
    return figures(page for theme, code in tasks for page in out.glob(f"{code}-*/{file_name(theme)}"))


@dataclass
class Batch:
    """One build. `seconds` is the wall clock of the whole command, `startup` until the first report began, `end` after the last one.

    `peak` is the most memory (PSS, MB) of all its processes together, where it was sampled; `parts` what each of them held then.
    """

    seconds: float
    startup: float = 0.0
    end: float = 0.0
    reports: list[dict[str, Any]] = field(default_factory=list)
    settled: int = 0
    peak: float = 0.0
    parts: list[tuple[str, float]] = field(default_factory=list)

    @property
    def each(self) -> float:
        """Seconds of wall clock for one report, without what comes before the first."""
        return (self.seconds - self.startup) / len(self.reports)

    @property
    def slot(self) -> float:
        """Seconds that one report holds one of the slots: everything that it costs after the start."""
        return JOBS * self.each

    @property
    def inside(self) -> float:
        """Seconds of one report in its own process: cells, papermill, the page."""
        return sum(report["seconds"] for report in self.reports) / len(self.reports)

    def stages(self, cells: float | None = None) -> list[str]:
        """Where the time went, as lines; `cells`: seconds of one report's cells in a warm process."""
        count = len(self.reports)
        lines = [
            f"{self.seconds:8.2f} s     the whole command, {count} reports, {JOBS} at a time",
            f"{self.startup:8.2f} s     until the first report began (command, plan, keys, imports, tables)",
            f"{self.end:8.2f} s     after the last report was settled (links, index, ending)",
            f"{1000 * self.slot:8.0f} ms    a slot's time for one report, the end included; of it",
        ]
        if cells is not None:
            lines += [
                f"{1000 * cells:8.0f} ms      its cells, in a warm process",
                f"{1000 * (self.inside - cells):8.0f} ms      in its process beyond that: first-time work, papermill, nbclient, the page",
            ]
        else:
            lines.append(f"{1000 * self.inside:8.0f} ms      in its process")
        outside = self.slot - self.inside - JOBS * self.end / count
        lines.append(f"{1000 * outside:8.0f} ms      outside it: fork, handing over, writing, waiting for the slot")
        return lines


def build(
    root: Path, codes: Sequence[str], notebooks: Sequence[str], out: Path, *more: str, sample: bool = False
) -> Batch:
    """Build into `out`, and read what the run tells of itself."""
    command = [OURS, "build", *codes, *(word for name in notebooks for word in ("--notebook", name))]
    command += ["--root", str(root), "--out", str(out), "--jobs", str(JOBS), "--quiet", *more]
    before = _newest(out / "run.json")
    since = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        process = psutil.Popen(command, cwd=root, env=surroundings(root), stdout=subprocess.DEVNULL, stderr=errors)
        batch = Batch(0.0)
        with _watching(lambda: _look(process, batch, sample, out / "run.jsonl", since), 0.1 if sample else 0.05):
            code = process.wait()
        batch.seconds = time.perf_counter() - since
        errors.seek(0)
        if code:
            failed(command, errors.read())
    if _newest(out / "run.json") != before:
        _read(batch, out)
    return batch


def _newest(file: Path) -> int:
    return file.stat().st_mtime_ns if file.is_file() else 0


def _read(batch: Batch, out: Path) -> None:
    record = json.loads((out / "run.json").read_text("utf-8"))
    batch.reports = [report for report in record["reports"] if report["state"] == "made"]
    first = batch.reports[0]["seconds"] if batch.reports else 0.0
    batch.startup = max(0.0, batch.startup - first)
    batch.end = max(0.0, batch.seconds - batch.end)


def _look(process: psutil.Process, batch: Batch, sample: bool, lines: Path, since: float) -> None:
    """Note when the first report was settled and when the last was, and the memory at its highest."""
    settled = lines.read_bytes().count(b'"municipality"') if lines.is_file() else 0
    if settled > batch.settled:
        batch.startup = batch.startup or time.perf_counter() - since
        batch.settled, batch.end = settled, time.perf_counter() - since
    if sample:
        parts = _memory(process)
        if (total := sum(held for _, held in parts)) > batch.peak:
            batch.peak, batch.parts = total, parts


def _memory(process: psutil.Process) -> list[tuple[str, float]]:
    """Each process of a tree and its proportional share of memory, in MB."""
    found = []
    try:
        tree = [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
    for each in tree:
        try:
            found.append((" ".join(each.cmdline()[1:4])[:60], each.memory_full_info().pss / 1e6))
        except psutil.Error:
            continue  # it ended meanwhile
    return found


@contextmanager
def _watching(look: Callable[[], None], every: float) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(every):
            look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def profiled(arguments: Sequence[str], root: Path, lines: int = 14) -> list[str]:
    """A build under cProfile: the functions of this project that cost most, what they call included."""
    program = (
        "import cProfile,sys,helpers.cli as c; sys.argv[0]='kommunerapport'; cProfile.run('c.main()', sys.argv.pop(1))"
    )
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "profile"
        command = [sys.executable, "-c", program, str(held), "build", *arguments]
        done = subprocess.run(command, check=False, cwd=root, env=surroundings(root), capture_output=True, text=True)
        if not held.is_file():
            return [f"no profile: {done.stderr.strip()[-200:]}"]
        return _costly(held, lines)


def _costly(held: Path, lines: int) -> list[str]:
    import pstats

    entries = pstats.Stats(str(held)).stats.items()  # type: ignore[attr-defined]
    ours = [
        (cost[3], cost[1], place) for place, cost in entries if "helpers" in place[0] or "<frozen importlib" in place[0]
    ]
    shown = sorted(ours, reverse=True)[:lines]
    return [
        f"{took:8.2f} s  {calls:>8} calls  {Path(file).name}:{line} {name}" for took, calls, (file, line, name) in shown
    ]
