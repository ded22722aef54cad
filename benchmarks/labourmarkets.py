"""Seconds of each way to labour-market areas on the whole country's commuting matrix of 2022 (03321), the one that the project ships with.

The matrix is read and put up before the clock starts; each figure is the median of its rounds, in one process. Exit code 1 where one of the three
methods takes more than ten seconds. What a page spends on them once is told as well, without a bound: every year's areas, the areas of the newest year
drawn anew, the gravity model. Louvain needs networkx. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import pandas as pd

from helpers.measures import areas, commuting, expectedflows, intramax, labourmarket, partitions
from helpers.tables import Tables

YEAR, MOST, ROUNDS = 2022, 10.0, 5
METHODS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "travel-to-work areas": areas.travel_to_work_areas,
    "Intramax, cut at 87 %": lambda flows: intramax.cut(intramax.intramax(flows), share=0.87),
    "Louvain": partitions.louvain,
}


def main() -> int:
    """Time the methods, print them beside the bound and say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    tables = Tables.load()
    flows = commuting.matrix(tables, YEAR)
    print(
        f"{YEAR}: {len(flows)} zones, {int(flows.to_numpy().sum())} commuters; at most {MOST:g} s each, median of {rounds}\n"
    )
    slow = []
    for name, method in METHODS.items():
        seconds, found = _timed(lambda method=method: method(flows), rounds)  # type: ignore[misc]
        held = seconds <= MOST
        slow += [] if held else [name]
        print(f"{name:40}{seconds:>9.3f} s   {found.nunique():>4} areas   {'ok' if held else 'missed'}")
    print("\nonce for a process that makes pages:")
    once = {
        "areas of every year": labourmarket.assignments,
        f"areas of {labourmarket.DRAWS} draws": labourmarket.redrawn,
    }
    for name, measure in (once | {"gravity model, every pair": expectedflows.pairs}).items():
        print(f"{name:40}{_timed(lambda measure=measure: measure(tables), 1)[0]:>9.3f} s")  # type: ignore[misc]
    return 1 if slow else 0


def _timed(task: Callable[[], pd.Series], rounds: int) -> tuple[float, pd.Series]:
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = task()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), found


if __name__ == "__main__":
    sys.exit(main())
