"""Real runs that are stopped: by Ctrl-C, and by kill -9. Nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from .make import ENGINES, gone, wait_until, write

ROOT = Path(__file__).resolve().parents[2]
SLOW = """
import os, time
from pathlib import Path
Path(os.environ["STARTED"], str(os.getpid())).touch()
time.sleep(120)
"""


class Run:
    """``kommunerapport build`` with two reports that sleep."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.out, self.temporary, self.started = (folder / name for name in ("out", "t", "s"))
        for each in (self.temporary, self.started):
            each.mkdir()
        (folder / "data").symlink_to(ROOT / "data")
        write(folder / "notebooks", "overview", SLOW)
        environment = {
            **os.environ, "TMPDIR": str(self.temporary), "STARTED": str(self.started), "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        command = [sys.executable, "-m", "helpers.cli", "build", "3101", "3105", "3107", "--jobs", "2"]
        self.process = subprocess.Popen(
            [*command, "--root", str(folder), "--out", str(self.out), "--engine", engine],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: len(self.kernels) == 2 or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.communicate()
        self.family = [each.pid for each in psutil.Process(self.process.pid).children(recursive=True)]

    @property
    def kernels(self) -> list[int]:
        return [int(path.name) for path in self.started.iterdir()]

    def end(self) -> None:
        for pid in (self.process.pid, *self.kernels):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture(params=[ENGINES[0], *(pytest.param(each, marks=pytest.mark.slow) for each in ENGINES[1:])])
def started(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Run]:
    run = Run(tmp_path, request.param)
    yield run
    run.end()


def test_ctrl_c_leaves_no_kernel_and_no_half_report(started: Run) -> None:
    assert set(started.kernels) <= set(started.family)
    os.killpg(started.process.pid, signal.SIGINT)  # as a terminal does: to everyone in the foreground
    told, errors = started.process.communicate(timeout=60)
    assert started.process.returncode == 130
    assert (told, errors.count("\n")) == ("", 1), errors
    assert errors.startswith("Avbrutt. 0 av 3 sider ble ferdige")
    wait_until(lambda: gone([*started.family, *started.kernels]))
    assert sorted(path.name for path in started.out.rglob("*")) == [
        ".links", ".links.lock", ".lock", "index.html", "ro-crate-metadata.json", "run.json", "run.jsonl",
    ]  # fmt: skip
    assert not list(started.temporary.iterdir())


def test_kill_9_of_the_run_leaves_no_kernel_and_nothing_temporary(started: Run) -> None:
    started.process.kill()
    wait_until(lambda: gone([*started.family, *started.kernels]))
    wait_until(lambda: not list(started.temporary.iterdir()))
    assert sorted(path.name for path in started.out.rglob("*")) == [".lock", "run.jsonl"]
