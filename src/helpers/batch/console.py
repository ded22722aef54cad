"""What a run shows while it works: a bar for people, or a line of JSON for each page for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from tqdm import tqdm

Log = Literal["bar", "json"]


class Console(Protocol):
    """Who is told of a run."""

    def begin(self, record: Mapping[str, Any], total: int) -> None:
        """It starts, with so many pages to make."""

    def settled(self, record: Mapping[str, Any]) -> None:
        """A page is made or has failed."""

    def end(self, record: Mapping[str, Any] | None = None) -> None:
        """It is over; without a record it was cut short."""


def console(log: Log, quiet: bool) -> Console:
    """The bar or the lines."""
    return Lines() if log == "json" else Bar(hidden=quiet or not sys.stderr.isatty())


class Bar:
    """«12 av 357 sider, 1 feilet, 96 sider/min, 3:35 igjen»."""

    def __init__(self, hidden: bool) -> None:
        self._hidden = hidden
        self._bar: tqdm[Any] | None = None
        self._since = 0.0
        self._failed = 0

    def begin(self, record: Mapping[str, Any], total: int) -> None:
        """Draw it empty."""
        self._since = time.monotonic()
        shape = "{bar}| {n_fmt} av {total_fmt} sider{postfix}"
        self._bar = tqdm(total=total, file=sys.stderr, disable=self._hidden, dynamic_ncols=True, bar_format=shape)

    def settled(self, record: Mapping[str, Any]) -> None:
        """One page further."""
        self._failed += record["state"] == "failed"
        if self._bar is not None and not self._hidden:
            through = self._bar.n + 1
            pace = told(through, self._bar.total, self._failed, time.monotonic() - self._since)
            self._bar.set_postfix_str(pace, refresh=False)
            self._bar.update()

    def end(self, record: Mapping[str, Any] | None = None) -> None:
        """Leave it as it stands."""
        if self._bar is not None:
            self._bar.close()


class Lines:
    """One JSON object a line, and nothing else, on standard output."""

    def begin(self, record: Mapping[str, Any], total: int) -> None:
        """The run."""
        self._print({"state": "started", **record})

    def settled(self, record: Mapping[str, Any]) -> None:
        """A page."""
        self._print(record)

    def end(self, record: Mapping[str, Any] | None = None) -> None:
        """The end."""
        if record is not None:
            self._print(record)

    def _print(self, record: Mapping[str, Any]) -> None:
        print(json.dumps(record, ensure_ascii=False), flush=True)


def told(through: int, total: int, failed: int, seconds: float) -> str:
    """How it goes: failures, pages per minute, and the time left at that pace."""
    pace = through / seconds if seconds > 0 else 0.0
    said = [f"{failed} feilet"] if failed else []
    if pace:
        left = round((total - through) / pace)
        said += [f"{pace * 60:.0f} sider/min", f"{left // 60}:{left % 60:02d} igjen"]
    return ", ".join(said)
