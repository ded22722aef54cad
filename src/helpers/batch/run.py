"""One run: hand the jobs to the pool, put each finished page in place, tell what failed, and leave nothing behind.

A page whose key stands in its own head and in ``report.json`` is up to date and is not made again. A page is written before
``report.json``, each in one step: whenever a run is killed, a page is whole or absent, and the next run makes what is lacking.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from helpers.batch import ledger
from helpers.batch.console import Console, Log, console
from helpers.batch.keys import why
from helpers.batch.ledger import Last, Ledger
from helpers.batch.messages import Cost, Done, Failed, Setup
from helpers.batch.plan import Job
from helpers.batch.pool import Engine, Pool, Result, Results, default_engine
from helpers.errors import KommunerapportError, reason
from helpers.pages import index, links, reports
from helpers.pages.frame import release
from helpers.pages.reports import Report

DEFAULT_TIMEOUT = 900.0


class OutputError(KommunerapportError):
    """The reports cannot be written: the disk is full, the folder may only be read."""


class Interrupted(KommunerapportError):
    """The user stopped the run."""

    exit_code = 130


@dataclass(frozen=True)
class Options:
    """How a run is made. `root` is the workspace, `out` where the reports go.

    `memory` is in MB; `force` makes also what is up to date; `scheduler` is the address of a Dask cluster, or ``local``, and `shared`
    where its workers put the pages (None: they come back here). `common` is what the run's parameters were, for the record.
    """

    root: Path
    out: Path
    slots: int
    timeout: float = DEFAULT_TIMEOUT
    quiet: bool = False
    engine: Engine | None = None
    memory: int | None = None
    force: bool = False
    log: Log = "bar"
    scheduler: str = ""
    shared: str | None = None
    common: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A page that was not made, and why."""

    job: Job
    why: Failed


@dataclass
class Outcome:
    """What came of a run. `kept` were up to date; `costs` has what each page took."""

    made: list[Job] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    kept: list[Job] = field(default_factory=list)
    costs: dict[tuple[str, str], Cost] = field(default_factory=dict)

    @property
    def places(self) -> int:
        """How many municipalities have a page made in this run."""
        return len({job.place for job in self.made})


class Source(Protocol):
    """Where the pages come from: processes of our own, or a cluster."""

    results: Results

    def start(self) -> None:
        """Start; returns at once."""

    def stop(self) -> None:
        """End everything that it started."""


def default_slots() -> int:
    """As many reports at a time as there are processors to run them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(jobs: Sequence[Job], options: Options) -> Outcome:
    """Make the pages of all jobs that are not up to date. A page that fails leaves what stood there before, and stops none of the others.

    Raises
    ------
    OutputError
        in one line, where the reports cannot be written.
    Busy
        where another run is at work in the folder.
    Interrupted
        on Ctrl-C; finished pages stay, everything else is gone.
    """
    with _told_in_one_line(options.out):
        options.out.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=options.out, prefix=".", suffix=".tmp"):
            pass  # told now, not after an hour
    with ledger.locked(options.out):
        with _told_in_one_line(options.out):
            reports.sweep(options.out)
            before = ledger.last(options.out)
            held = _held(jobs, options.out)
        outcome = Outcome(kept=[] if options.force else [job for job in jobs if _is_up_to_date(job, held, options.out)])
        kept = {job.name for job in outcome.kept}
        todo = _heaviest_first([job for job in jobs if job.name not in kept], before.seconds)
        if todo or not before.ended or before.pages != pages_of(options.out):
            _make(todo, options, before, outcome)
    return outcome


def reasons(jobs: Sequence[Job], out: Path) -> list[tuple[Job, str]]:
    """Each job that would be made, and why."""
    held = _held(jobs, out)
    found = []
    for job in jobs:
        if not _is_up_to_date(job, held, out):
            page = _page(job, held)
            there = page is not None and (out / job.place.slug / page.file).is_file()
            found.append((job, why(job, page.made_of if page and there else None)))
    return found


def finish(out: Path) -> None:
    """Draw the links between all pages in the folder, and the list of municipalities."""
    with _told_in_one_line(out):
        held = reports.read_all(out)
        links.relink(out, held)
        reports.write_whole(out / reports.INDEX, index.page(held))


def pages_of(out: Path) -> str:
    """A digest of which pages there are: while it stays and no page is made, the links between them are right."""
    files = sorted(path.relative_to(out).as_posix() for path in out.glob("*/*.html"))
    listed = (out / reports.INDEX).is_file()
    return hashlib.sha256("\n".join([*files, str(listed)]).encode()).hexdigest()


def _make(jobs: Sequence[Job], options: Options, before: Last, outcome: Outcome) -> None:
    about = {
        "version": release(), "engine": options.scheduler or options.engine or default_engine(), "jobs": options.slots,
        "planned": len(jobs), "kept": len(outcome.kept), "parameters": dict(options.common),
    }  # fmt: skip
    with _told_in_one_line(options.out):
        staging = Path(tempfile.mkdtemp(prefix="kommunerapport-"))
        record = Ledger(options.out, before, about)
    teller = console(options.log, options.quiet)
    source = _source(jobs, options, Setup(options.root, staging, uuid.uuid4().hex, options.memory))
    with closing(record):
        try:
            with _told_in_one_line(options.out):
                teller.begin(about, len(jobs))
                source.start()
                _collect(source, jobs, options.out, outcome, record, teller)
        except KeyboardInterrupt:
            with uninterrupted():
                source.stop()
                _end(options.out, record, "interrupted", teller)
            done = f"{len(outcome.made)} av {len(jobs)} sider ble ferdige"
            raise Interrupted(
                f"Avbrutt. {done}; ingen halve sider ligger igjen i {options.out}. Samme kommando lager resten."
            ) from None
        finally:
            with uninterrupted():
                source.stop()
                teller.end()
                shutil.rmtree(staging, ignore_errors=True)
        _end(options.out, record, "finished", teller)


def _end(out: Path, record: Ledger, state: str, teller: Console) -> None:
    finish(out)
    with _told_in_one_line(out):
        teller.end(record.end(state, pages_of(out)))


def _source(jobs: Sequence[Job], options: Options, setup: Setup) -> Source:
    if options.scheduler:
        from helpers.batch.cluster import ClusterPool

        return ClusterPool(jobs, options.timeout, setup, options.scheduler, options.shared, options.slots)
    return Pool(jobs, options.slots, options.timeout, setup, options.engine)


def _collect(source: Source, jobs: Sequence[Job], out: Path, outcome: Outcome, record: Ledger, teller: Console) -> None:
    for _ in jobs:
        result = source.results.get()
        with uninterrupted():
            job, cost = result.job, result.outcome.cost
            failed = _settle(result, out, outcome)
            if cost is not None:
                outcome.costs[job.name] = cost
            teller.settled(record.settled(job, failed, cost))


def _settle(result: Result, out: Path, outcome: Outcome) -> Failed | None:
    """A page goes in place; a failure is kept for the end, and given back."""
    job, found = result.job, result.outcome
    if isinstance(found, Done):
        said = (found.page.municipality, found.page.theme)
        if said == job.name:
            known = {"slug": job.place.slug, "key": job.key, "made_of": dict(job.made_of)}
            reports.publish(out, found.page.model_copy(update=known), found.html)
            outcome.made.append(job)
            return None
        found = Failed(None, "", f"Siden sier at den er {said[1]} for {said[0]}.")
    outcome.failed.append(Failure(job, found))
    return found


def _held(jobs: Sequence[Job], out: Path) -> dict[str, Report]:
    """The reports that are there, by folder."""
    slugs = {job.place.slug for job in jobs}
    return {slug: report for slug in slugs if (report := reports.read_report(out / slug)) is not None}


def _page(job: Job, held: Mapping[str, Report]) -> reports.PageData | None:
    report = held.get(job.place.slug)
    return report.pages.get(job.notebook.theme) if report else None


def _is_up_to_date(job: Job, held: Mapping[str, Report], out: Path) -> bool:
    page = _page(job, held)
    if page is None or not job.key or page.key != job.key:
        return False
    return reports.key_of(out / job.place.slug / page.file) == job.key


def _heaviest_first(jobs: Sequence[Job], seconds: Mapping[str, Any]) -> list[Job]:
    """By what they took the last time; a page that is new by what others of its notebook took."""
    of_notebook: dict[str, list[float]] = {}
    for name, each in seconds.items():
        of_notebook.setdefault(name.partition("/")[2], []).append(each)
    means = {theme: sum(each) / len(each) for theme, each in of_notebook.items()}
    expected = [seconds.get("/".join(job.name), means.get(job.notebook.theme, 0.0)) for job in jobs]
    return [job for _, job in sorted(zip(expected, jobs, strict=True), key=lambda pair: -pair[0])]


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
