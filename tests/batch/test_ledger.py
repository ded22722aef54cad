"""The record of the runs: what a killed run leaves is read, one run at a time, and pages that are up to date are left alone."""

from __future__ import annotations

import datetime as dt
import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.batch import console, ledger, report, run, standing
from helpers.batch.ledger import Busy, Ledger
from helpers.batch.messages import Failed
from helpers.batch.plan import Job
from helpers.pages import reports

from .small import COST, page_of
from .test_run import HALDEN, SARPSBORG, FakePool, options

FAILED = Failed(4, "x", "ValueError: nei", "", COST)


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines() if line]


def test_a_run_is_recorded_as_it_goes_and_as_a_whole(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path
) -> None:
    fake.made = staticmethod(lambda job: FAILED if job.name == ("3105", "commuting") else page_of(job))
    run.run(jobs, options(tmp_path))
    told = lines(tmp_path / "out")
    assert [line["state"] for line in told] == ["started", "made", "made", "made", "failed", "finished"]
    assert told[4]["error"] == "ValueError: nei" and told[4]["cell"] == 4
    assert (told[1]["seconds"], told[1]["peak_mb"], told[1]["private_mb"], told[1]["key"]) == (
        1.5,
        80.3,
        20.0,
        jobs[0].key,
    )
    whole = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (whole["state"], whole["made"], whole["failed"], len(whole["reports"])) == ("finished", 3, 1, 4)


def test_what_is_up_to_date_is_not_made_again(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    run.run(jobs, options(tmp_path))
    asked: list[Job] = []
    fake.made = staticmethod(lambda job: (asked.append(job), page_of(job))[1])
    again = run.run(jobs, options(tmp_path))
    assert (asked, again.made, [job.name for job in again.kept]) == ([], [], [job.name for job in jobs])
    assert "4 sider er som de skal være" in report.summary(again, tmp_path)
    changed = (replace(jobs[0], key="f" * 64), *jobs[1:])
    assert [job.name for job in run.run(changed, options(tmp_path)).made] == [jobs[0].name]
    assert len(run.run(changed, replace(options(tmp_path), force=True)).made) == 4


@pytest.mark.parametrize("harm", ["page gone", "page of another key", "report.json gone", "report.json torn"])
def test_what_is_not_whole_is_made_again(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, harm: str
) -> None:
    run.run(jobs, options(tmp_path))
    folder = tmp_path / "out" / HALDEN.slug
    if harm == "page gone":
        (folder / "index.html").unlink()
    elif harm == "page of another key":
        (folder / "index.html").write_text((folder / "index.html").read_text().replace(jobs[0].key, "0" * 64))
    elif harm == "report.json gone":
        (folder / "report.json").unlink()
    else:
        (folder / "report.json").write_bytes((folder / "report.json").read_bytes()[:-40])
    made = run.run(jobs, options(tmp_path)).made
    assert jobs[0].name in {job.name for job in made}
    assert not {job.name for job in made} & {job.name for job in jobs[2:]}
    assert run.run(jobs, options(tmp_path)).made == []


def test_a_run_cut_short_at_any_write_is_made_whole_by_the_next(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills at write number n, for every n: afterwards each page is whole or absent, and a rerun makes the rest."""
    import helpers.pages.reports as module

    real, n = module.write_file, 0
    while True:
        out = tmp_path / f"out{n}"
        left = iter(range(n))

        def full(path: Path, data: bytes, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(path, data)

        monkeypatch.setattr(module, "write_file", full)
        done = False
        try:
            run.run(jobs, replace(options(tmp_path), out=out))
            done = True
        except run.OutputError as error:
            assert "Disken er full" in str(error)
        monkeypatch.setattr(module, "write_file", real)
        for path in out.glob("*/*.html"):
            assert path.read_text().endswith("-->"), path
        run.run(jobs, replace(options(tmp_path), out=out))
        assert {
            (code, theme)
            for each in reports.read_all(out)
            for code, theme in ((each.municipality, name) for name in each.pages)
        } == {job.name for job in jobs}
        assert run.run(jobs, replace(options(tmp_path), out=out)).made == []
        if done:
            break
        n += 1
    assert n > 8


def test_a_torn_line_is_passed_over_and_the_run_goes_on(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    fake.made = staticmethod(lambda job: FAILED if job.name == ("3101", "overview") else page_of(job))
    run.run(jobs[:2], options(tmp_path))
    text = (out / "run.jsonl").read_text()
    (out / "run.jsonl").write_text(text[: text.rindex('{"state": "finished"')] + '{"state": "made", "municip')
    before = ledger.last(out)
    assert (before.ended, before.failed) == (False, (("3101", "overview"),))
    run.run(jobs[2:], options(tmp_path))
    assert [line["state"] for line in lines_read(out)] == [
        "started",
        "failed",
        "made",
        "started",
        "made",
        "made",
        "finished",
    ]
    assert ledger.last(out).ended
    run.run(jobs, options(tmp_path))
    assert [line["state"] for line in lines_read(out)] == ["started", "failed", "finished"]


def lines_read(out: Path) -> list[dict[str, object]]:
    return list(ledger._lines(out / "run.jsonl"))


def test_one_run_at_a_time_in_a_folder(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    hold = (
        "import sys\nfrom pathlib import Path\nfrom helpers.batch import ledger\n"
        "with ledger.locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    with pytest.raises(Busy, match="En annen kjøring lager rapporter i"):
        run.run(jobs, options(tmp_path))
    other.kill()  # the lock goes with the process, however it ends
    other.communicate()
    assert len(run.run(jobs, options(tmp_path)).made) == 4


def test_the_heaviest_come_first(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    took = {"3101/overview": 1.0, "3101/commuting": 9.0, "3105/overview": 3.0}
    ordered = standing.heaviest_first(jobs, took)  # 3105/commuting by what commuting took elsewhere
    assert [job.name for job in ordered] == [
        ("3101", "commuting"), ("3105", "commuting"), ("3105", "overview"), ("3101", "overview"),
    ]  # fmt: skip
    assert standing.heaviest_first(jobs, {}) == list(jobs)
    run.run(jobs, options(tmp_path))
    run.run((replace(jobs[0], key="e" * 64),), options(tmp_path))
    assert set(ledger.last(tmp_path / "out").seconds) == {"/".join(job.name) for job in jobs}, "remembered over runs"


def test_the_clock_is_an_input(jobs: tuple[Job, ...], tmp_path: Path) -> None:
    noon = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
    book = Ledger(tmp_path, ledger.Last(), {"run": "a"}, clock=lambda: noon)
    book.settled(jobs[0], None, COST)
    book.end("finished")
    book.close()
    assert "2026-11-25T12:00:00+00:00" in (tmp_path / "run.json").read_text()


def test_reasons_are_told_in_groups(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = report.reasons(standing.reasons(jobs, out), 4)
    assert told.startswith("4 sider vil bli laget, 0 sider er som de skal være.")
    assert "overview     ny: 3101 Halden, 3105 Sarpsborg" in told
    run.run(jobs, options(tmp_path))
    changed = (replace(jobs[0], key="f" * 64, made_of={"notebook": "x"}), *jobs[1:])
    told = report.reasons(standing.reasons(changed, out), 4)
    assert told.splitlines() == [
        "1 side vil bli laget, 3 sider er som de skal være.", "  overview     notatboken er endret: 3101 Halden",
    ]  # fmt: skip


def test_a_page_that_is_gone_is_said_to_be_missing(fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path) -> None:
    run.run(jobs, options(tmp_path))
    (tmp_path / "out" / HALDEN.slug / "commuting.html").unlink()
    (tmp_path / "out" / SARPSBORG.slug / "report.json").unlink()
    told = report.reasons(standing.reasons(jobs, tmp_path / "out"), 4)
    assert told.splitlines() == [
        "3 sider vil bli laget, 1 side er som de skal være.", "  commuting    mangler i mappen: 3101 Halden",
        "  overview     ny: 3105 Sarpsborg", "  commuting    ny: 3105 Sarpsborg",
    ]  # fmt: skip


def test_a_page_that_is_gone_is_no_longer_linked_to(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path
) -> None:
    """Nothing is to be made, but the pages are not those that were linked."""
    out = tmp_path / "out"
    run.run(jobs, options(tmp_path))
    linked = f"../{SARPSBORG.slug}/commuting.html"
    assert linked in (out / HALDEN.slug / "commuting.html").read_text()
    shutil.rmtree(out / SARPSBORG.slug)
    assert run.run(jobs[:2], options(tmp_path)).made == []
    assert linked not in (out / HALDEN.slug / "commuting.html").read_text()
    assert SARPSBORG.slug not in (out / "index.html").read_text()


def test_nothing_is_written_where_nothing_is_to_be_done(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run.run(jobs, options(tmp_path))

    def state() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in out.rglob("*") if path.suffix}

    before = state()
    assert len(run.run(jobs, options(tmp_path)).kept) == 4
    assert state() == before


def test_the_last_run_is_known_until_the_next_has_begun(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    fake.made = staticmethod(lambda job: FAILED if job.name == ("3101", "overview") else page_of(job))
    run.run(jobs, options(tmp_path))

    def killed(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "write_file", killed)
    with pytest.raises(KeyboardInterrupt):
        run.run(jobs, options(tmp_path))
    assert ledger.last(out).failed == (("3101", "overview"),)


def test_the_slowest_are_told_of_long_runs_only() -> None:
    few = run.Outcome(costs={("3101", "overview"): COST})
    assert report.slowest(few) == ""
    many = run.Outcome(costs={(f"{number}", "overview"): replace(COST, seconds=number) for number in range(20)})
    assert [line.split()[0] for line in report.slowest(many).splitlines()[1:]] == ["19", "18", "17", "16", "15"]


def test_the_bar_tells_pace_and_time_left() -> None:
    assert console.told(12, 357, 1, 7.5) == "1 feilet, 96 sider/min, 3:36 igjen"
    assert console.told(0, 5, 0, 0) == ""


def test_the_log_for_machines_is_json_and_nothing_else(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.run(jobs, replace(options(tmp_path), log="json"))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in told] == ["started", "made", "made", "made", "made", "finished"]
    written = lines(tmp_path / "out")
    assert told[:-1] == written[:-1] and told[-1]["run"] == written[0]["run"]
    run.run(jobs, replace(options(tmp_path), log="json"))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["state"], line["planned"], line["kept"]) for line in told] == [("started", 0, 4), ("finished", 0, 4)]


def test_a_reader_who_goes_away_is_not_the_disks_fault(
    fake: type[FakePool], jobs: tuple[Job, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """«kommunerapport build --log json | head -1»: what is finished stays, the rest is made the next time."""

    def gone(self: console.Lines, record: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with monkeypatch.context() as patch:
        patch.setattr(console.Lines, "settled", gone)
        with pytest.raises(BrokenPipeError):
            run.run(jobs, replace(options(tmp_path), log="json"))
    assert len(run.run(jobs, options(tmp_path)).made) == 3
