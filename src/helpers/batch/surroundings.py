"""The surroundings of a process that makes reports: its environment, its log, and that nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import psutil

from helpers.batch.messages import Setup
from helpers.workspace import ROOT_VARIABLE

MARK_VARIABLE = "KOMMUNERAPPORT_SLOT"  # inherited by kernels and what they start, so that all of them can be found
LOG = "worker.log"

AT_START = {  # read when a process or a library starts: the slots share the machine, and only a process of one thread may fork
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # other pools keep what was freed, 27 MB after a page of commuting
    "MALLOC_MMAP_THRESHOLD_": "1000000",  # so does the C library, 23 MB, unless it is told from the start
    "MALLOC_TRIM_THRESHOLD_": "2000000",
}


def environment(setup: Setup) -> dict[str, str]:
    """What is set for every report of a batch, so that it is the same whoever runs it."""
    return {
        ROOT_VARIABLE: str(setup.root),
        MARK_VARIABLE: setup.mark,
        "IPYTHONDIR": str(setup.staging / "ipython"),  # nobody's own start-up files or history
        "JUPYTER_RUNTIME_DIR": str(setup.staging),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, whatever the user has installed
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "TMPDIR": str(setup.staging),
        **AT_START,
    }


def settle(setup: Setup) -> None:
    """Take the environment over in this process, and send what it prints to its log."""
    setup.staging.mkdir(parents=True, exist_ok=True)
    log = os.open(setup.staging / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.environ.update(environment(setup))
    tempfile.tempdir = str(setup.staging)


def log_of(staging: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    try:
        return "\n".join((staging / LOG).read_text("utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def limit_memory(megabytes: int | None) -> None:
    """Let this process, and what it starts, allocate so much more than it holds now; beyond it Python raises MemoryError."""
    if megabytes is None:
        return
    import resource

    held = next((size for name, size in _status() if name == "VmData"), 0)
    limit = held + megabytes * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _status() -> list[tuple[str, int]]:
    """The sizes that Linux tells of this process, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return []
    return [(line.split(":")[0], int(line.split()[1]) * 1024) for line in lines if line.endswith(" kB")]


def kill_children() -> None:
    """End whatever this process has started and left running."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def kill_marked(mark: str) -> None:
    """End the processes that carry a mark: kernels whose worker died, and what they left running."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK_VARIABLE) == mark:
                found.append(process)
    kill(found)


def descendants(pid: int | None) -> list[psutil.Process]:
    """All that a process has started."""
    try:
        return psutil.Process(pid).children(recursive=True) if pid is not None else []
    except psutil.NoSuchProcess:
        return []


def kill(processes: list[psutil.Process]) -> None:
    """End processes, and wait until they are gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def remove(staging: Path) -> None:
    """Remove a process's folder; the last one takes the common folder along."""
    shutil.rmtree(staging, ignore_errors=True)
    with contextlib.suppress(OSError):
        staging.parent.rmdir()


def end_all(staging: Path) -> None:
    """End this process and all that it started, and remove its folder."""
    kill_children()
    remove(staging)
    os._exit(1)
