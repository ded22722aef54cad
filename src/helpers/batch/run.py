"""One run: hand the jobs to the pool, put each finished page in place, tell what failed, and leave nothing behind.

A page whose key stands in its own head and in ``report.json`` is up to date and is not made again. A page is written before
``report.json``, each in one step: whenever a run is killed, a page is whole or absent, and the next run makes what is lacking.
"""

from __future__ import annotations

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

from helpers.batch import crate, ledger, linking, standing
from helpers.batch.console import Console, Log, console
from helpers.batch.ledger import Last, Ledger
from helpers.batch.messages import Cost, Done, Failed, Setup
from helpers.batch.plan import Job, to_rehearse
from helpers.batch.pool import Engine, Pool, Result, Results, default_engine
from helpers.errors import Interrupted, KommunerapportError, reason
from helpers.language import SOURCE, Language
from helpers.pages import reports
from helpers.pages.frame import release
from helpers.pages.reports import Report
from helpers.workspace import Workspace

DEFAULT_TIMEOUT = 900.0


class OutputError(KommunerapportError):
    """The reports cannot be written: the disk is full, the folder may only be read."""


@dataclass(frozen=True)
class Options:
    """How a run is made. `root` is the workspace, `out` where the reports go.

    `memory` is in MB; `force` makes also what is up to date; `scheduler` is the address of a Dask cluster, or ``local``, and `shared`
    where its workers put the pages (None: they come back here). `out` is the folder of `language`. `common` is what the run's parameters were, for the record.
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
    language: Language = SOURCE
    common: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A page that was not made, and why."""

    job: Job
    why: Failed


@dataclass
class Outcome:
    """What came of a run. `kept` were up to date; `costs` has what each page took, `pages` what the pages made say of themselves."""

    made: list[Job] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    kept: list[Job] = field(default_factory=list)
    costs: dict[tuple[str, str], Cost] = field(default_factory=dict)
    pages: list[reports.PageData] = field(default_factory=list)

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
            told = standing.recorded(jobs, options.out)
        again = options.force or options.shared  # what lies in a shared folder is not looked at
        outcome = Outcome(kept=[] if again else [job for job in jobs if standing.is_up_to_date(job, told, options.out)])
        kept = {job.name for job in outcome.kept}
        todo = standing.heaviest_first([job for job in jobs if job.name not in kept], before.seconds)
        if todo or not before.ended:
            _make(todo, options, before, outcome)
        else:
            if not linking.is_done(options.out, options.language):
                finish(options)
            _tell_of_nothing(options, len(outcome.kept))
    return outcome


def finish(options: Options) -> None:
    """Draw the links between all pages in the folder, and the list of municipalities."""
    with _told_in_one_line(options.out):
        linking.finish(options.out, options.language)


def _about(options: Options, planned: int, kept: int) -> dict[str, Any]:
    """What is recorded and told of the run as a whole."""
    return {
        "version": release(), "engine": options.scheduler or options.engine or default_engine(), "jobs": options.slots,
        "planned": planned, "kept": kept, "parameters": dict(options.common),
    }  # fmt: skip


def _tell_of_nothing(options: Options, kept: int) -> None:
    """A machine that reads along hears of a beginning and an end also where there is nothing between them."""
    about = _about(options, 0, kept)
    teller = console(options.log, quiet=True)
    teller.begin(about, 0)
    teller.end({"state": "finished", **about, "made": 0, "failed": 0})


def _make(jobs: Sequence[Job], options: Options, before: Last, outcome: Outcome) -> None:
    about = _about(options, len(jobs), len(outcome.kept))
    with _told_in_one_line(options.out):
        record = Ledger(options.out, before, about)
    teller = console(options.log, options.quiet)
    with closing(record):
        with _told_in_one_line(options.out):
            staging = Path(tempfile.mkdtemp(prefix="kommunerapport-"))
        source = _source(
            jobs,
            options,
            Setup(options.root, staging, uuid.uuid4().hex, options.memory, to_rehearse(jobs), options.language),
        )
        try:
            with _told_in_one_line(options.out):
                teller.begin(record.began, len(jobs))
                source.start()
                _collect(source, jobs, options, outcome, record, teller)
        except KeyboardInterrupt:
            with uninterrupted():
                source.stop()
                _end(options, outcome, record, "interrupted", teller)
            done = f"{len(outcome.made)} av {len(jobs)} sider ble ferdige"
            raise Interrupted(
                f"Avbrutt. {done}; ingen halve sider ligger igjen i {options.out}. Samme kommando lager resten."
            ) from None
        finally:
            with uninterrupted():
                source.stop()
                teller.end()
                shutil.rmtree(staging, ignore_errors=True)
        _end(options, outcome, record, "finished", teller)


def _end(options: Options, outcome: Outcome, record: Ledger, state: str, teller: Console) -> None:
    if options.shared:
        _finish_shared(options.shared, options.language, outcome)
    else:
        finish(options)
    with _told_in_one_line(options.out):
        ended = record.end(state)
        _describe(options, outcome, record, ended)
        teller.end(ended)


def _describe(options: Options, outcome: Outcome, record: Ledger, ended: ledger.Record) -> None:
    """The run as a crate, where its pages are."""
    jobs = [*outcome.made, *(each.job for each in outcome.failed)]
    tables = crate.metas(Workspace(options.root), jobs)
    told = crate.document(crate.Run(ended, record.records, jobs, outcome.kept, tables), options.root)
    if options.shared:
        from helpers.batch import shared

        shared.write(options.shared, crate.NAME, told)
    else:
        reports.write_whole(options.out / crate.NAME, told)


def _finish_shared(url: str, language: Language, outcome: Outcome) -> None:
    """The list of the municipalities whose pages this run has put into a shared folder."""
    from helpers.batch import shared
    from helpers.pages import index

    found: dict[str, Report] = {}
    for page in outcome.pages:
        held = found.get(page.municipality)
        found[page.municipality] = held.with_page(page) if held else reports.report_of(page)
    shared.write(url, reports.INDEX, index.page([found[code] for code in sorted(found)], language))


def _source(jobs: Sequence[Job], options: Options, setup: Setup) -> Source:
    if options.scheduler:
        from helpers.batch.cluster import ClusterPool

        return ClusterPool(
            jobs, options.timeout, setup, options.scheduler, options.shared, options.slots, options.engine
        )
    return Pool(jobs, options.slots, options.timeout, setup, options.engine)


def _collect(
    source: Source, jobs: Sequence[Job], options: Options, outcome: Outcome, record: Ledger, teller: Console
) -> None:
    for _ in jobs:
        result = source.results.get()
        with uninterrupted():
            job, cost = result.job, result.outcome.cost
            failed = _settle(result, options, outcome)
            if cost is not None:
                outcome.costs[job.name] = cost
            teller.settled(record.settled(job, failed, cost))


def _settle(result: Result, options: Options, outcome: Outcome) -> Failed | None:
    """A page goes in place; a failure is kept for the end, and given back."""
    job, found = result.job, result.outcome
    if isinstance(found, Done):
        said = (found.page.municipality, found.page.theme)
        if said == job.name:
            known = {"slug": job.place.slug, "key": job.key, "made_of": dict(job.made_of)}
            page = found.page.model_copy(update=known)
            if not options.shared:  # else the worker has put it there
                with linking.alone(options.out, options.language):
                    reports.publish(options.out, page, found.html, found.lineage)
            outcome.pages.append(page)
            outcome.made.append(job)
            return None
        found = Failed(None, "", f"Siden sier at den er {said[1]} for {said[0]}.")
    outcome.failed.append(Failure(job, found))
    return found


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
    except BrokenPipeError:  # «kommunerapport build --log json | head»: not the folder's fault
        raise
    except OSError as error:
        raise OutputError(f"Kan ikke skrive rapportene til {out}. {reason(error)}.") from error
