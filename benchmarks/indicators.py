"""Seconds and peak memory of all indicators of all 357 municipalities, 1 000 draws for the simulated intervals, in one process.

The tables are the tests' (`tests/fetched.py`): the whole country as a fetch brings it, constructed where the published figures end. The
clock starts when they are in memory and every module is loaded. Peak memory is the process's high-water mark since then (VmHWM, from /proc,
so Linux), tables and imports included. Each repeat is a process of its own; the median counts.
Exit code 1 where it takes more than 60 seconds or 1.5 GB, or a municipality is lacking. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

SECONDS, MEMORY, MUNICIPALITIES, DRAWS, REPEATS = 60.0, 1500.0, 357, 1000, 3
TESTS = Path(__file__).resolve().parents[1] / "tests"


def memory(field: str) -> float:
    """MB of this process: VmRSS is now, VmHWM the most since it was reset."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measure() -> dict[str, float]:
    """Seconds, MB and the size of the frame in this process."""
    sys.path.insert(0, str(TESTS))
    import fetched
    from helpers.measures import indicators

    held = fetched.tables(())
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before, start, used = memory("VmRSS"), time.perf_counter(), time.process_time()
    frame = indicators.of_year(held, draws=DRAWS)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    counts = {"indicators": frame["indicator"].nunique(), "municipalities": frame["region"].nunique()}
    return {"seconds": seconds, "processor": processor, "before": before, "peak": memory("VmHWM"), **counts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().one:
        print(json.dumps(measure()))
        return
    runs = []
    for _ in range(REPEATS):
        done = subprocess.run([sys.executable, __file__, "--one"], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"the indicators failed:\n{done.stderr}")
        runs.append(json.loads(done.stdout))
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    print(
        f"{found['indicators']:.0f} indicators, {found['municipalities']:.0f} municipalities, {DRAWS} draws, median of {REPEATS}"
    )
    print(f"{'seconds':24}{found['seconds']:>9.2f}   at most {SECONDS:.0f} ({found['processor']:.2f} of a processor)")
    print(f"{'peak MB':24}{found['peak']:>9.0f}   at most {MEMORY:.0f} ({found['before']:.0f} before)")
    short = [
        text
        for missed, text in (
            (found["seconds"] > SECONDS, f"{found['seconds']:.1f} seconds, at most {SECONDS:.0f}"),
            (found["peak"] > MEMORY, f"{found['peak']:.0f} MB, at most {MEMORY:.0f}"),
            (found["municipalities"] != MUNICIPALITIES, f"{found['municipalities']:.0f} municipalities"),
        )
        if missed
    ]
    if short:
        sys.exit("\n".join(short))


if __name__ == "__main__":
    main()
