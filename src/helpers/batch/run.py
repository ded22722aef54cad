"""One run: hand the jobs to the pool, put each finished page in place, tell what failed, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from helpers.batch.plan import Job
from helpers.batch.pool import Pool, Result
from helpers.batch.worker import Done, Failed, Setup
from helpers.errors import KommunerapportError, reason
from helpers.pages import index, links, reports

DEFAULT_TIMEOUT = 900.0


class OutputError(KommunerapportError):
    """The reports cannot be written: the disk is full, the folder may only be read."""


class Interrupted(KommunerapportError):
    """The user stopped the run."""

    exit_code = 130


@dataclass(frozen=True)
class Options:
    """How a run is made. `root` is the workspace, `out` where the reports go."""

    root: Path
    out: Path
    slots: int
    timeout: float = DEFAULT_TIMEOUT
    quiet: bool = False


@dataclass(frozen=True)
class Failure:
    """A page that was not made, and why."""

    job: Job
    why: Failed


@dataclass
class Outcome:
    """What came of a run."""

    made: list[Job] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    @property
    def places(self) -> int:
        """How many municipalities have a page made in this run."""
        return len({job.place for job in self.made})


def default_slots() -> int:
    """As many reports at a time as there are processors to run them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(jobs: Sequence[Job], options: Options) -> Outcome:
    """Make the pages of all jobs. A page that fails leaves what stood there before, and stops none of the others.

    Raises
    ------
    OutputError
        in one line, where the reports cannot be written.
    Interrupted
        on Ctrl-C; finished pages stay, everything else is gone.
    """
    outcome = Outcome()
    with _told_in_one_line(options.out):
        options.out.mkdir(parents=True, exist_ok=True)
        reports.sweep(options.out)
        with tempfile.NamedTemporaryFile(dir=options.out, prefix=".", suffix=".tmp"):
            pass  # told now, not after an hour
        staging = Path(tempfile.mkdtemp(prefix="kommunerapport-"))
    pool = Pool(jobs, options.slots, options.timeout, Setup(options.root, staging, uuid.uuid4().hex))
    try:
        with _told_in_one_line(options.out):
            pool.start()
            _collect(pool, jobs, options, outcome)
    except KeyboardInterrupt:
        with uninterrupted():
            pool.stop()
            finish(options.out)
        done = f"{len(outcome.made)} av {len(jobs)} sider ble ferdige"
        raise Interrupted(f"Avbrutt. {done}; ingen halve sider ligger igjen i {options.out}.") from None
    finally:
        with uninterrupted():
            pool.stop()
            shutil.rmtree(staging, ignore_errors=True)
    finish(options.out)
    return outcome


def finish(out: Path) -> None:
    """Draw the links between all pages in the folder, and the list of municipalities."""
    with _told_in_one_line(out):
        held = reports.read_all(out)
        links.relink(out, held)
        reports.write_whole(out / reports.INDEX, index.page(held))


def _collect(pool: Pool, jobs: Sequence[Job], options: Options, outcome: Outcome) -> None:
    hidden = options.quiet or not sys.stderr.isatty()
    with tqdm(total=len(jobs), unit="side", file=sys.stderr, disable=hidden, dynamic_ncols=True) as bar:
        for _ in jobs:
            result = pool.results.get()
            with uninterrupted():
                _settle(result, options.out, outcome)
            if outcome.failed:
                bar.set_postfix_str(f"{len(outcome.failed)} feilet", refresh=False)
            bar.update()


def _settle(result: Result, out: Path, outcome: Outcome) -> None:
    """A page goes in place; a failure is kept for the end."""
    why = result.outcome
    if isinstance(why, Done):
        said = (why.page.theme, why.page.municipality)
        if said == (result.job.notebook.theme, result.job.place.code):
            page = why.page.model_copy(update={"slug": result.job.place.slug})
            reports.publish(out, page, why.html)
            outcome.made.append(result.job)
            return
        why = Failed(None, "", f"Siden sier at den er {said[0]} for {said[1]}.")
    outcome.failed.append(Failure(result.job, why))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


@contextmanager
def _told_in_one_line(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"Kan ikke skrive rapportene til {out}. {reason(error)}.") from error
