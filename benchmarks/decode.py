"""Seconds and peak memory of `jsonstat.decode` on a whole year of SSB's table 03321, beside pyjstat, in one run.

Each figure is from a process of its own; the methods take turns, so that what else the machine does falls on all of them. Seconds are
the median. Peak memory is told twice: RSS is the process's high-water mark (VmHWM, from /proc, so Linux) above what it held at the start,
median of the same processes; traced is what `tracemalloc` saw Python and numpy allocate, in one process more without a clock.
Both begin when the text (or the parsed body) is there already, and after a small document has loaded all modules.
Exit code 1 where decoding is not forty times as fast or needs more than half the memory. Needs pyjstat. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

MUNICIPALITIES = 357
SPEED, MEMORY = 40.0, 0.5  # required: times as fast, share of the memory
METHODS = {
    "ours, text": "json.loads and decode",
    "pyjstat, text": "pyjstat: read and write",
    "ours, body": "decode alone",
    "pyjstat, body": "pyjstat: write alone",
}
REPEATS = {"ours, text": 9, "ours, body": 9, "pyjstat, text": 3, "pyjstat, body": 3}


def year(size: int) -> str:
    """A year of 03321 with `size` municipalities as SSB writes it, with invented figures: about six in ten are zero."""
    chance = random.Random(3321)
    codes = {f"{301 + 7 * at:04}": at for at in range(size)}
    place = {"label": "kommune", "category": {"index": codes, "label": {code: f"Kommune {code}" for code in codes}}}
    ids = ["Bokommuen", "ArbstedKomm", "ContentsCode", "Tid"]
    single = {
        name: {"label": name, "category": {"index": {code: 0}, "label": {code: code}}}
        for name, code in (("ContentsCode", "Sysselsatte"), ("Tid", "2022"))
    }
    body = {
        "version": "2.0",
        "class": "dataset",
        "role": {"time": ["Tid"], "geo": ids[:2], "metric": ["ContentsCode"]},
        "id": ids,
        "size": [size, size, 1, 1],
        "dimension": {"Bokommuen": place, "ArbstedKomm": place, **single},
        "value": [0 if chance.random() < 0.6 else int(chance.paretovariate(0.7)) for _ in range(size * size)],
    }
    return json.dumps(body)


def reader(method: str) -> tuple[Callable[[str], Any], Callable[[Any], Any]]:
    """What is done before the clock starts, and what is measured."""
    from helpers import jsonstat

    if method.startswith("ours"):
        if method.endswith("body"):
            return json.loads, jsonstat.decode
        return str, lambda text: jsonstat.decode(json.loads(text))
    from pyjstat import pyjstat

    warnings.simplefilter("ignore")
    before = (lambda text: json.loads(text, object_pairs_hook=OrderedDict)) if method.endswith("body") else str
    return before, lambda given: pyjstat.Dataset.read(given).write("dataframe", naming="id")


def memory(field: str) -> float:
    """MB of this process: VmRSS is now, VmHWM the most since `reset`."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measure(method: str, path: Path, trace: bool) -> dict[str, float]:
    """One figure of one method in this process: seconds and RSS, or traced memory (MB)."""
    before, run = reader(method)
    run(before(year(2)))
    given = before(path.read_text("utf-8"))
    if trace:
        tracemalloc.start()
        frame = run(given)
        found = {"traced": tracemalloc.get_traced_memory()[1] / 2**20}
    else:
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the high-water mark begins anew
        held, start = memory("VmRSS"), time.perf_counter()
        frame = run(given)
        found = {"seconds": time.perf_counter() - start, "rss": memory("VmHWM") - held}
    return found | {"rows": len(frame), "sum": float(frame["value"].sum())}


def apart(method: str, path: Path, *more: str) -> dict[str, float]:
    """`measure` in a process of its own."""
    command = [sys.executable, __file__, "--method", method, "--document", str(path), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{method} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def compare(path: Path) -> dict[str, dict[str, float]]:
    """Method → median seconds and RSS, traced memory, rows and sum."""
    runs: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
    for turn in range(max(REPEATS.values())):
        for method in METHODS:
            if turn < REPEATS[method]:
                runs[method].append(apart(method, path))
    found = {}
    for method, each in runs.items():
        median = {field: statistics.median(run[field] for run in each) for field in each[0]}
        found[method] = median | apart(method, path, "--trace")
    return found


def report(found: dict[str, dict[str, float]]) -> list[str]:
    """Print the table and the ratios; what is not met, in words."""
    print(f"{'03321, one year':26}{'seconds':>9}{'RSS MB':>9}{'traced MB':>11}   median of")
    for method, what in METHODS.items():
        row = found[method]
        print(f"{what:26}{row['seconds']:>9.4f}{row['rss']:>9.1f}{row['traced']:>11.1f}   {REPEATS[method]}")
    short = []
    for start, what in (("text", "from text to frame"), ("body", "from parsed body to frame")):
        ours, theirs = found[f"ours, {start}"], found[f"pyjstat, {start}"]
        speed = theirs["seconds"] / ours["seconds"]
        shares = {kind: ours[kind] / theirs[kind] for kind in ("rss", "traced")}
        print(
            f"{what}: {speed:.0f} times as fast; {shares['rss']:.1%} of the RSS, {shares['traced']:.1%} of the traced memory"
        )
        if speed < SPEED:
            short.append(f"{what}: {speed:.1f} times as fast, required {SPEED:.0f}")
        short += [
            f"{what}: {share:.1%} of the memory ({kind}), at most {MEMORY:.0%}"
            for kind, share in shares.items()
            if share > MEMORY
        ]
    if len({(row["rows"], row["sum"]) for row in found.values()}) != 1:
        short.append("the methods do not give the same rows and sum")
    return short


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--document", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--trace", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.method:
        print(json.dumps(measure(given.method, given.document, given.trace)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "03321.json"
        path.write_text(year(MUNICIPALITIES), "utf-8")
        short = report(compare(path))
    if short:
        sys.exit("\n".join(short))


if __name__ == "__main__":
    main()
