"""Seconds per report and peak memory for the five municipalities, beside the plain way, in one run.

The plain way is what a shell loop does: the papermill command, then the nbconvert command, for one notebook. Ratios travel between
machines, absolutes do not. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

FIVE = ["3101", "3105", "3107", "3110", "3124"]
ROOT = Path(__file__).resolve().parents[1]


def timed(command: list[str]) -> tuple[float, float]:
    """Run a command and its children to the end: seconds, and the peak of their summed memory (PSS where known) in MB."""
    start, peak, done = time.perf_counter(), 0.0, threading.Event()
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, memory(process))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    _, errors = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode()}")
    return time.perf_counter() - start, peak


def memory(process: psutil.Process) -> float:
    """MB of a process and all its descendants."""
    total = 0.0
    for each in [process, *descendants(process)]:
        try:
            info = each.memory_full_info()
            total += getattr(info, "pss", info.rss) / 1e6
        except psutil.Error:
            continue
    return total


def descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="reports at a time (default 2)")
    jobs = parser.parse_args().jobs
    command = str(Path(sys.executable).with_name("kommunerapport"))
    with tempfile.TemporaryDirectory() as folder:
        timed([command, "tables"])
        seconds, peak = timed([command, "build", *FIVE, "--jobs", str(jobs), "--out", folder, "--quiet"])
        pages = len(list(Path(folder).glob("*/*.html")))
        book = f"{folder}/commuting.ipynb"
        run = [sys.executable, "-m", "papermill", "notebooks/commuting.ipynb", book, "-p", "municipality", "3101"]
        plain, plain_peak = timed(run)
        html, _ = timed([sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", book])
    each = seconds / pages
    print(f"{'':34}{'s/report':>10}{'peak MB':>10}")
    print(
        f"{f'kommunerapport build, {jobs} at a time':34}{each:>10.2f}{peak:>10.0f}   {pages} reports in {seconds:.1f} s"
    )
    print(f"{'papermill, then nbconvert':34}{plain + html:>10.2f}{plain_peak:>10.0f}   one after the other")
    print(f"ratio: {(plain + html) / each:.1f} times the plain way")


if __name__ == "__main__":
    main()
