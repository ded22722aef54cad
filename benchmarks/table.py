"""The rows of the table: what was measured, what it is held against, and the profile under what is missed."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULTS = Path(__file__).with_name("results") / "latest.json"
STACK = (
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
    "pandas",
    "matplotlib",
    "geopandas",
    "seaborn",
    "distributed",
)


@dataclass(frozen=True)
class Row:
    """One line. `bound` is the most (``<=``) or the least (``>=``) that is allowed; None: only told. `profile` is shown where it is missed."""

    name: str
    value: float
    unit: str = "×"
    sense: str = ">="
    bound: float | None = None
    note: str = ""
    profile: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """``ok``, ``missed``, or nothing where there is no bound."""
        if self.bound is None:
            return ""
        within = self.value >= self.bound if self.sense == ">=" else self.value <= self.bound
        return "ok" if within else "missed"


class Table:
    """Prints each row as soon as it is there, and keeps all of them in a file."""

    def __init__(self, about: dict[str, object]) -> None:
        self._about = {**machine(), **about}
        self.rows: list[Row] = []
        self._shown: list[str] = []  # the profile printed last: rows of one batch have the same
        print("  ".join(f"{name}: {value}" for name, value in self._about.items() if name != "versions"))
        print(f"\n{'':72}{'measured':>12}  {'bound':>10}")

    def heading(self, text: str) -> None:
        """A line over a group of rows."""
        print(f"\n{text}", flush=True)

    def add(self, rows: Iterable[Row]) -> None:
        """Print rows, and keep them."""
        for row in rows:
            self.rows.append(row)
            bound = "" if row.bound is None else f"{'≥' if row.sense == '>=' else '≤'} {row.bound:g}"
            print(f"  {row.name:70}{_shown(row):>12}  {bound:>10}  {row.verdict:6}  {row.note}".rstrip())
            if row.verdict == "missed" and row.profile != self._shown:
                self._shown = row.profile
                self.tell(row.profile)
            print(end="", flush=True)
        self._keep()

    def tell(self, lines: Iterable[str]) -> None:
        """Print lines that are no rows."""
        for line in lines:
            print(f"        {line}", flush=True)

    def _keep(self) -> None:
        RESULTS.parent.mkdir(exist_ok=True)
        rows = [{**asdict(row), "verdict": row.verdict} for row in self.rows]
        RESULTS.write_text(json.dumps({**self._about, "rows": rows}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _shown(row: Row) -> str:
    digits = 0 if row.unit in ("ms", "MB") else 1 if row.unit == "×" and row.value >= 3 else 2
    return f"{row.value:.{digits}f} {row.unit}"


def machine() -> dict[str, object]:
    """Where this was measured, when, and with what."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "cores": cores,
        "python": platform.python_version(), "system": platform.platform(terse=True),
        "versions": {name: importlib.metadata.version(name) for name in STACK},
    }  # fmt: skip
