"""The record of the runs in a folder: ``run.jsonl``, a line as each page is settled, and ``run.json`` when a run is over.

A run that was killed leaves a ``run.jsonl`` without an end; the next one goes on writing in it. A run that ended is
replaced by the next. What differs from run to run (times, memory) stands here and in no page.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from helpers.batch.messages import Cost, Failed
from helpers.batch.plan import Job
from helpers.errors import KommunerapportError
from helpers.workspace import write_file

LINES, WHOLE, LOCK = "run.jsonl", "run.json", ".lock"
Record = dict[str, Any]
Clock = Callable[[], dt.datetime]


class Busy(KommunerapportError):
    """Another run is at work in the folder."""


def utc() -> dt.datetime:
    """Now."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """The folder for this run alone.

    Raises
    ------
    Busy
        where another run holds it.
    """
    lock = FileLock(out / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"En annen kjøring lager rapporter i {out}. Vent til den er ferdig, eller velg en annen mappe med --out."
        ) from None
    try:
        yield
    finally:
        lock.release()


@dataclass
class Last:
    """What is known of the runs before.

    `ended`: whether the last one came to its end. `failed`: the pages (municipality, theme) whose last attempt failed. `seconds`: what each
    page took when it was last made. `common`: the parameters of the last run.
    """

    ended: bool = True
    failed: tuple[tuple[str, str], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    common: Mapping[str, str] = field(default_factory=dict)
    ran: bool = False


def last(out: Path) -> Last:
    """What `run.json` and `run.jsonl` say; lines that were torn off are passed over."""
    whole = _read(out / WHOLE)
    lines = list(_lines(out / LINES))
    told = [line for line in lines if line.get("state") in ("made", "failed")]
    states = {(str(line.get("municipality")), str(line.get("notebook"))): line for line in told}
    made = {f"{code}/{theme}": float(line["seconds"]) for (code, theme), line in states.items() if line.get("seconds")}
    begun = [line for line in lines if line.get("state") == "started"]
    return Last(
        ended=not lines or lines[-1].get("state") == "finished",
        failed=tuple(name for name, line in states.items() if line["state"] == "failed"),
        seconds={**whole.get("seconds_of", {}), **made},
        common=begun[-1].get("parameters", {}) if begun else {},
        ran=bool(begun),
    )


class Ledger:
    """Writes what happens.

    Parameters
    ----------
    before : what `last` said. about : what is told of the run as a whole. clock : the time, an input.

    `began` is the first record, of the run itself.
    """

    def __init__(self, out: Path, before: Last, about: Mapping[str, Any], clock: Clock = utc) -> None:
        self._out = out
        self._before = before
        self._clock = clock
        self._about = {"run": uuid.uuid4().hex, **about}
        self._since = clock()
        self._records: list[Record] = []
        self.began = {"state": "started", **self._about, "at": self._since.isoformat(timespec="seconds")}
        if before.ended:  # the last run is known until this one has begun
            write_file(out / LINES, _line(self.began))
        self._file = (out / LINES).open("ab", buffering=0)
        if not before.ended:
            self._file.write(b"\n")  # after a line that was torn off
            self._write(self.began)

    def settled(self, job: Job, why: Failed | None, cost: Cost | None) -> Record:
        """A page was made (`why` is None) or failed: the record."""
        record: Record = {
            "state": "failed" if why else "made", "municipality": job.place.code, "notebook": job.notebook.theme,
            "at": self._clock().isoformat(timespec="seconds"), "key": job.key,
            "seconds": cost.seconds if cost else None,
            "peak_mb": round(cost.peak, 1) if cost else None,
            "private_mb": round(cost.private, 1) if cost and cost.private is not None else None,
        }  # fmt: skip
        if why:
            record |= {"cell": why.cell, "error": why.error.strip()[:2000]}
        self._records.append(record)
        self._write(record)
        return record

    @property
    def records(self) -> Sequence[Record]:
        """What was settled, in its order."""
        return tuple(self._records)

    def end(self, state: str) -> Record:
        """The run is over (`state`: finished, interrupted): ``run.json``."""
        now = self._clock()
        counts = {each: sum(record["state"] == each for record in self._records) for each in ("made", "failed")}
        ended = {
            **self._about, **counts, "state": state, "started": self._since.isoformat(timespec="seconds"),
            "ended": now.isoformat(timespec="seconds"), "seconds": round((now - self._since).total_seconds(), 3),
        }  # fmt: skip
        took = {
            f"{each['municipality']}/{each['notebook']}": each["seconds"] for each in self._records if each["seconds"]
        }
        whole = {**ended, "reports": self._records, "seconds_of": {**self._before.seconds, **took}}
        write_file(self._out / WHOLE, (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
        self._write({"state": state, "run": self._about["run"], **counts})
        return ended

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        self._file.write(_line(record))
        with suppress(OSError):
            os.fdatasync(self._file.fileno())


def _line(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


def _lines(path: Path) -> Iterator[Record]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict):
                yield record


def _read(path: Path) -> Record:
    with suppress(OSError, ValueError):
        held = json.loads(path.read_bytes())
        if isinstance(held, dict):
            return held
    return {}
