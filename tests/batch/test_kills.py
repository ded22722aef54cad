"""kill -9 of a report, of the nursery and of the run, at moments that are drawn: nothing half, nothing left, and a rerun completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from helpers.batch.nursery import can_fork

from .make import gone, wait_until, write

ROOT = Path(__file__).resolve().parents[2]
PLACES = ["3101", "3105", "3107"]
CELL = """
import os, subprocess, sys
from pathlib import Path
helper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # what a notebook leaves running
Path(os.environ["STARTED"], f"{os.getpid()}-{os.getppid()}-{helper.pid}").touch()
sum(number * number for number in range(400_000))
"""
VICTIMS = ("report", "nursery", "run")

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork safely")


class Batch:
    """Six pages, two at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out, self.started, self.temporary = folder, folder / "out", folder / "s", folder / "t"
        (folder / "data").symlink_to(ROOT / "data")
        for each in (self.started, self.temporary):
            each.mkdir()
        for order, theme in enumerate(("overview", "commuting")):
            write(folder / "notebooks", theme, CELL, order=order)

    def start(self) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "helpers.cli",
            "build",
            *PLACES,
            "--jobs",
            "2",
            "--engine",
            "forked",
            "--quiet",
        ]
        places = ["--root", str(self.folder), "--out", str(self.out)]
        environment = {
            **os.environ, "TMPDIR": str(self.temporary), "STARTED": str(self.started), "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        return subprocess.Popen(
            [*command, *places], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    @property
    def running(self) -> list[tuple[int, int, int]]:
        """The reports that have begun: child, nursery, and what the child has started."""
        paths = sorted(self.started.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [tuple(int(pid) for pid in path.name.split("-")) for path in paths]  # type: ignore[misc]

    def family(self) -> list[int]:
        """Every process that belongs to this batch."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get("STARTED") == str(self.started):
                    found.append(process.pid)
        return found


def round_of(folder: Path, number: int) -> None:
    """One killing: whom and when is drawn from the number."""
    drawn = random.Random(number)
    victim, moment = VICTIMS[number % 3], drawn.randrange(1, 6)
    batch = Batch(folder)
    process = batch.start()
    try:
        wait_until(lambda: len(batch.running) >= moment or process.poll() is not None)
        child, nursery, _ = batch.running[-1]
        pid = {"report": child, "nursery": nursery, "run": process.pid}[victim]
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
        process.communicate()
    wait_until(lambda: gone(batch.family()))
    wait_until(lambda: gone([pid for each in batch.running for pid in each]))
    for path in batch.out.glob("*/*.html"):
        assert path.read_text("utf-8").rstrip().endswith("</html>"), f"{path} is half"
    assert process.returncode == {"report": process.returncode, "nursery": 0, "run": -9}[victim], errors
    assert process.returncode in (0, 1, -9), errors
    again = batch.start()
    _, errors = again.communicate(timeout=120)
    assert (again.returncode, errors) == (0, "")
    assert len(list(batch.out.glob("*/*.html"))) == 2 * len(PLACES)
    assert not list(batch.out.rglob("*.tmp"))
    wait_until(lambda: gone(batch.family()))
    wait_until(lambda: not list(batch.temporary.iterdir()))


def test_one_killing(tmp_path: Path) -> None:
    round_of(tmp_path, VICTIMS.index("run"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [number for number in range(20) if number != VICTIMS.index("run")])
def test_many_killings(tmp_path: Path, number: int) -> None:
    round_of(tmp_path, number)
