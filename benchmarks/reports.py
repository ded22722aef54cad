"""Seconds and memory of the reports beside the plain ways to make them, in one run:  python benchmarks/reports.py [--quick] [--only GROUP]

Prints what was measured, what it is held against and whether it holds; under what does not, where the time or the memory goes. The
same in benchmarks/results/latest.json. benchmarks/README.md tells what each row means. Ratios travel between machines, absolutes do
not. Exit code 1 where a bound is missed. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rows
from rows import QUICK, REAL, TWENTY, Scale
from table import Table

from batch import OURS, PROJECT, Batch, build, seconds

GROUPS = ("reference", "real", "memory", "country", "cluster", "sections")


class Run:
    """The groups, one after the other; a later one may use what an earlier one has built."""

    def __init__(self, table: Table, scale: Scale, folder: Path) -> None:
        self._table = table
        self._scale = scale
        self._folder = folder
        self._reference = workspace(folder)
        self._of_reference: Batch | None = None
        self._of_real: Batch | None = None

    def reference(self) -> None:
        """The fixed notebook beside the three plain ways."""
        self._table.heading(f"The reference notebook, {len(TWENTY)} municipalities")
        found, self._of_reference, _ = rows.ratios(self._reference, ("reference",), self._scale, self._folder, True)
        self._table.add(found)

    def real(self) -> None:
        """The five notebooks beside the same."""
        names = self._scale.real
        self._table.heading(f"The notebooks of the project ({', '.join(names)}), {len(TWENTY)} municipalities")
        found, batch, cells = rows.ratios(PROJECT, names, self._scale, self._folder, False)
        self._of_real = batch if names == REAL else None
        self._table.add(found)
        self._table.tell(["cells: " + "  ".join(f"{name} {1000 * took:.0f} ms" for name, took in cells.items())])

    def memory(self) -> None:
        """Of a report, and of all processes."""
        self._table.heading("Memory")
        real = self._of_real or build(PROJECT, TWENTY[:5], REAL, self._folder / "memory-real", "--force")
        own = self._of_reference or build(
            self._reference, TWENTY[:5], ["reference"], self._folder / "memory-reference", "--force"
        )
        self._table.add(rows.memory(self._scale, self._folder, real, self._reference, own))

    def country(self) -> None:
        """All municipalities."""
        self._table.heading(f"The whole country: {', '.join(self._scale.country)}")
        self._table.add(rows.country(self._scale, self._folder))

    def cluster(self) -> None:
        """Dask."""
        self._table.heading("A cluster on this machine")
        self._table.add(rows.cluster(self._scale, self._folder))

    def sections(self) -> None:
        """The cells themselves."""
        self._table.heading("The cells themselves: seconds of each section, in a warm process")
        self._table.tell(rows.sections())


def workspace(folder: Path) -> Path:
    """A root with the project's data and the reference notebook alone."""
    root = folder / "reference-root"
    (root / "notebooks").mkdir(parents=True)
    (root / "data").symlink_to(PROJECT / "data")
    shutil.copy(Path(__file__).with_name("reference.ipynb"), root / "notebooks")
    return root


def prepare() -> str:
    """Compile what both sides import, and make the tables: neither is to be measured."""
    installed = sysconfig.get_path("purelib")
    compiled = [sys.executable, "-m", "compileall", "-q", "-j", "2", str(PROJECT / "src"), installed]
    subprocess.run(compiled, check=False, capture_output=True)  # a few installed files are for other versions of Python
    seconds([OURS, "tables"], PROJECT)
    return "compiled for all sides (compileall of src and of what is installed)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, about five minutes on two cores")
    parser.add_argument("--only", choices=GROUPS, action="append", help="this group alone (may be repeated)")
    given = parser.parse_args()
    since, scale = time.perf_counter(), QUICK if given.quick else Scale()
    table = Table({"bytecode": prepare(), "run": "quick" if given.quick else "whole"})
    if shortened := scale.shortened():
        table.heading("Shortened:")
        table.tell(shortened)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        run = Run(table, scale, Path(folder))
        for group in given.only or GROUPS:
            measure: Callable[[], None] = getattr(run, group)
            measure()
    missed = [row.name for row in table.rows if row.verdict == "missed"]
    held = sum(row.verdict == "ok" for row in table.rows)
    print(f"\n{held} held, {len(missed)} missed, in {(time.perf_counter() - since) / 60:.1f} minutes")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
