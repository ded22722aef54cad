"""Runs with real kernels: failures stay with their own page. And runs with a pool of make-believe, for what the disk does."""

from __future__ import annotations

import errno
import queue
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from helpers.batch import making, plan, report, run
from helpers.batch.messages import Done, Failed, Running, Task
from helpers.batch.plan import Job
from helpers.batch.pool import Result
from helpers.batch.run import Options, Outcome, OutputError
from helpers.batch.surroundings import MARK_VARIABLE
from helpers.errors import Interrupted
from helpers.pages import reports
from helpers.pages.reports import PageData
from helpers.places import Municipality

from .make import ENGINES, write

HALDEN, SARPSBORG = Municipality.find("3101"), Municipality.find("3105")
ROOT = Path(__file__).resolve().parents[2]


def jobs_of(folder: Path, *places: Municipality, **common: str) -> tuple[Job, ...]:
    return plan.plan(plan.notebooks(folder), places or (HALDEN,), **common)


def no_kernels_left() -> bool:
    def marked(process: psutil.Process) -> bool:
        try:
            return MARK_VARIABLE in process.environ()
        except (psutil.Error, OSError):
            return False

    return not any(marked(process) for process in psutil.Process().children(recursive=True))


@pytest.fixture(
    scope="module",
    params=[pytest.param(each, marks=[] if each == ENGINES[0] else pytest.mark.slow) for each in ENGINES],
)
def mixed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, Outcome]:
    """One run in which seven of nine notebooks fail, each in its own way."""
    folder = tmp_path_factory.mktemp("mixed")
    books = folder / "notebooks"
    write(books, "overview", "print(municipality)", order=1)
    write(books, "raises", "# a comment\nif municipality:\n    raise ValueError('første linje\\nandre linje')", order=2)
    write(books, "kernel-dies", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", order=3)
    write(
        books, "worker-dies", "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)", order=4
    )
    write(books, "hangs", "import time\nwhile True:\n    time.sleep(1)", order=5)
    write(books, "exits", "import os\nos._exit(3)", order=6)
    write(books, "eats", "held = []\nwhile True:\n    held.append(bytearray(20_000_000))", order=7)
    write(books, "reads", "from helpers import Tables\nTables.load()['ssb_07459']", order=8)
    write(books, "last", "print('etter de andre')", order=9)
    out = folder / "reports"
    reports.publish(
        out, PageData(theme="raises", municipality="3101", name="Halden", county="Østfold", slug=HALDEN.slug), "good"
    )
    return out, run.run(
        jobs_of(books), Options(root=ROOT, out=out, slots=2, timeout=12, memory=300, engine=request.param)
    )


FAILING = ("kernel-dies", "worker-dies", "hangs", "exits", "eats", "reads")


def failure(outcome: Outcome, theme: str) -> Failed:
    return next(each.why for each in outcome.failed if each.job.notebook.theme == theme)


def test_one_failure_stops_none_of_the_others(mixed: tuple[Path, Outcome]) -> None:
    out, outcome = mixed
    assert sorted(job.notebook.theme for job in outcome.made) == ["last", "overview"]
    assert {each.job.notebook.theme for each in outcome.failed} == {*FAILING, "raises"}
    assert "<h1>3101</h1>" in (out / HALDEN.slug / "index.html").read_text()
    assert not (out / HALDEN.slug / "hangs.html").exists()
    assert (out / "index.html").is_file()


def test_each_failure_names_its_cell(mixed: tuple[Path, Outcome]) -> None:
    outcome = mixed[1]
    assert {failure(outcome, theme).cell for theme in ("raises", *FAILING)} == {4}
    assert failure(outcome, "raises").error == "ValueError: første linje\nandre linje"
    assert "Traceback" in failure(outcome, "raises").trace
    assert re.search("Kjernen døde|signal 9", failure(outcome, "kernel-dies").error)
    assert "signal 9" in failure(outcome, "worker-dies").error
    assert re.search("Kjernen døde|kode 3", failure(outcome, "exits").error)
    assert re.search(
        "MemoryError|når minnet tar slutt", failure(outcome, "eats").error
    )  # a kernel may lack the memory to say it
    assert "Føy «ssb_07459» til «tables»" in failure(outcome, "reads").error
    assert "mer enn 12 sekunder" in failure(outcome, "hangs").error


@pytest.mark.parametrize("said", ["", "'NoneType' object"])
def test_a_failure_that_shows_no_error_says_what_is_likely(said: str) -> None:
    from papermill.exceptions import PapermillExecutionError

    error = PapermillExecutionError(3, 1, "x = 1", "CellExecutionError", said, [])
    task = Task(Path("n.ipynb"), {}, 2)
    told = making._failed(error, Running(0, ""), task)
    assert (told.cell, told.source) == (3, "x = 1")
    assert told.error == (f"CellExecutionError: {said}" if said else making.SILENT)


def test_a_failed_report_leaves_the_good_one(mixed: tuple[Path, Outcome]) -> None:
    assert "good" in (mixed[0] / HALDEN.slug / "raises.html").read_text()


def test_no_process_and_nothing_half_written_is_left(mixed: tuple[Path, Outcome]) -> None:
    assert no_kernels_left()
    assert sorted(path.name for path in mixed[0].rglob("*") if path.is_file()) == [
        ".links", ".links.lock", ".lock", "index.html", "index.html", "last.html", "raises.html", "report.json", "ro-crate-metadata.json",
        "run.json", "run.jsonl",
    ]  # fmt: skip


def test_failures_are_told_with_the_command_that_shows_them_again(mixed: tuple[Path, Outcome]) -> None:
    told = report.failures(mixed[1].failed, {"--as-of": "2026-01-01", "--compare": ""})
    assert "7 sider ble ikke laget:" in told
    assert "3101 Halden, raises.ipynb, celle 4: if municipality:" in told
    assert "ValueError: første linje\n      andre linje" in told
    assert "kommunerapport build 3101 --notebook raises --as-of 2026-01-01 --debug" in told
    assert "Traceback" not in told
    assert "Traceback" in report.failures(mixed[1].failed, {}, debug=True)


def test_the_same_inputs_give_the_same_bytes(mixed: tuple[Path, Outcome], tmp_path: Path) -> None:
    """Elsewhere, later, in another process: only the links to other pages may differ."""
    write(tmp_path / "elsewhere", "overview", "print(municipality)", order=1)
    out = tmp_path / "out"
    run.run(jobs_of(tmp_path / "elsewhere"), Options(root=ROOT, out=out, slots=1))
    assert str(tmp_path) not in "".join(path.read_text() for path in out.rglob("*.*"))
    new, old = ((folder / HALDEN.slug / "index.html").read_text() for folder in (out, mixed[0]))
    assert without_links(new) == without_links(old)
    assert (
        reports.read_report(out / HALDEN.slug).pages["overview"]
        == reports.read_report(mixed[0] / HALDEN.slug).pages["overview"]
    )  # type: ignore[union-attr]


def without_links(html: str) -> str:
    return re.sub(r"<!--(top|more)-->.*?<!--/\1-->", "", html, flags=re.S)


# From here on no kernel runs


class FakePool:
    """Hands out results that were made beforehand."""

    made: Callable[[Job], Done | Failed]

    def __init__(self, jobs: Sequence[Job], slots: int, timeout: float, setup: Any, engine: Any = None) -> None:
        self.results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self.stopped = 0
        for job in jobs:
            self.results.put(Result(job, type(self).made(job)))

    def start(self) -> None: ...

    def stop(self) -> None:
        self.stopped += 1


def done(job: Job, **changed: Any) -> Done:
    fields = {"theme": job.notebook.theme, "municipality": job.place.code, "name": job.place.name, "county": "Østfold"}
    return Done(
        PageData(**{**fields, "slug": "x", **changed}), "<!--top--><!--/top--><h1>ny</h1><!--more--><!--/more-->"
    )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakePool]]:
    FakePool.made = staticmethod(done)
    monkeypatch.setattr(run, "Pool", FakePool)
    yield FakePool


@pytest.fixture
def jobs(tmp_path: Path) -> tuple[Job, ...]:
    write(tmp_path / "notebooks", "overview", order=1)
    write(tmp_path / "notebooks", "commuting", order=4)
    return jobs_of(tmp_path / "notebooks", HALDEN, SARPSBORG)


def options(tmp_path: Path) -> Options:
    return Options(root=ROOT, out=tmp_path / "out", slots=1)


def test_a_second_run_keeps_what_the_first_made(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    run.run(jobs[:2], options(tmp_path))
    run.run(jobs[2:], options(tmp_path))
    index = (tmp_path / "out" / "index.html").read_text()
    assert "3101-halden/index.html" in index
    assert "3105-sarpsborg/index.html" in index
    assert "../3105-sarpsborg/commuting.html" in (tmp_path / "out" / "3101-halden" / "commuting.html").read_text()


def test_a_page_for_somebody_else_is_a_failure(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    fake.made = staticmethod(lambda job: done(job, municipality="3107"))
    outcome = run.run(jobs[:1], options(tmp_path))
    assert "3107" in outcome.failed[0].why.error
    assert not list((tmp_path / "out").rglob("*/index.html"))


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "Disken er full"), (errno.EACCES, "Mangler tilgang"), (errno.EROFS, "bare leses")],
)
def test_a_disk_that_refuses_is_told_in_one_line(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    run.run(jobs[:1], options(tmp_path))
    before = (tmp_path / "out" / "3101-halden" / "index.html").read_bytes()

    def refuse(self: Path, target: Any) -> None:
        raise OSError(number, "refused", str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match=told) as caught:
        run.run(jobs, options(tmp_path))
    assert "\n" not in str(caught.value)
    assert ".tmp" not in str(caught.value)
    assert str(tmp_path / "out") in str(caught.value)
    assert (tmp_path / "out" / "3101-halden" / "index.html").read_bytes() == before
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(
    jobs: tuple[Job, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "Pool", None)
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="Det ligger en fil"):
        run.run(jobs, options(tmp_path))


def test_ctrl_c_keeps_what_is_finished(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    settled: list[Job] = []

    def interrupted(job: Job) -> Done:
        settled.append(job)
        return done(job)

    fake.made = staticmethod(interrupted)
    real = run._settle
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_settle", lambda *given: real(*given) or _press_after(3, given[2]))
        with pytest.raises(Interrupted, match="3 av 4 sider ble ferdige") as caught:
            run.run(jobs, options(tmp_path))
    assert caught.value.exit_code == 130
    assert len(list((tmp_path / "out").glob("*/*.html"))) == 3
    assert (tmp_path / "out" / "index.html").is_file()


def _press_after(count: int, outcome: Outcome) -> None:
    import os
    import signal

    if len(outcome.made) == count:
        os.kill(os.getpid(), signal.SIGINT)


def test_a_summary_in_plain_words(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    outcome = run.run(jobs, options(tmp_path))
    assert report.summary(outcome, tmp_path).startswith("4 sider for 2 kommuner ligger i ")
    assert report.summary(run.run(jobs[:1], options(tmp_path)), tmp_path).startswith("1 side for 1 kommune ligger i ")
