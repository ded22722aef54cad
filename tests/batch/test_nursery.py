"""The nursery of the project's own notebooks: it may fork after its rehearsal, and its pages are those of ordinary kernels."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers.batch import plan, rehearsal, run
from helpers.batch.messages import Done, Setup, Task, received
from helpers.batch.nursery import CannotFork, Nursery, can_fork
from helpers.batch.run import Options
from helpers.places import Municipality
from helpers.workspace import Workspace

from .make import gone, wait_until, write

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork safely")

ROOT = Path(__file__).resolve().parents[2]


def test_it_has_one_thread_and_the_tables_when_it_forks(tmp_path: Path, built: Workspace) -> None:
    looked = (
        "import os\nfrom helpers import Tables\nnursery = os.getppid()\n"
        "assert len(os.listdir(f'/proc/{nursery}/task')) == 1\n"
        "assert Tables._shared, 'the tables were not handed over'\n"
        "assert not [fd for fd in os.listdir(f'/proc/{nursery}/fd') if 'socket' in os.readlink(f'/proc/{nursery}/fd/{fd}')]"
    )
    path = write(tmp_path / "notebooks", "overview", looked)
    themes = tuple(theme for theme, _ in rehearsal.SECTIONS)
    nursery = Nursery(Setup(built.root, tmp_path / "nursery", "mark", rehearse=themes))
    pids = [nursery.process.pid]
    try:
        made = nursery.make(Task(path, {"municipality": "3101"}, 2, ("ssb_11618",), "f" * 64), 60)
        assert isinstance(made, Done), made
        assert f'content="{"f" * 64}"' in made.html[:2000]
        assert made.cost is not None and made.cost.private is not None and made.cost.private < made.cost.peak
    finally:
        nursery.end()
    wait_until(lambda: gone(pids))
    assert not (tmp_path / "nursery").exists()


@pytest.mark.slow
def test_the_real_pages_are_those_of_ordinary_kernels(
    tmp_path: Path, built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, also for a divided municipality, which has hardly any figures, and for the constructed one."""
    monkeypatch.setattr(plan, "OFTEN", 1)  # all themes are rehearsed
    places = [Municipality.find(code) for code in ("3101", "1508", "0301", "9901")]
    jobs = plan.plan(plan.notebooks(ROOT / "notebooks"), places[:3])
    jobs += plan.plan(plan.notebooks(ROOT / "notebooks")[4:], places[3:])
    outcomes = [
        run.run(jobs, Options(root=built.root, out=tmp_path / engine, slots=2, engine=engine, quiet=True))  # type: ignore[arg-type]
        for engine in ("forked", "fresh")
    ]
    assert [outcome.failed for outcome in outcomes] == [[], []]
    pages = sorted(path.relative_to(tmp_path / "fresh") for path in (tmp_path / "fresh").rglob("*.html"))
    assert len(pages) == 17
    for page in pages:
        assert (tmp_path / "forked" / page).read_bytes() == (tmp_path / "fresh" / page).read_bytes(), page


def test_a_system_that_cannot_fork_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(CannotFork):
        Nursery(Setup(ROOT, tmp_path / "nursery", "mark"))


def test_where_forking_is_refused_ordinary_kernels_make_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CannotFork("the process has 3 threads")

    monkeypatch.setattr("helpers.batch.pool.Nursery", refuse)
    write(tmp_path / "notebooks", "overview")
    jobs = plan.plan(plan.notebooks(tmp_path / "notebooks"), [Municipality.find("3101")])
    outcome = run.run(jobs, Options(root=ROOT, out=tmp_path / "out", slots=1, engine="forked", quiet=True))
    assert len(outcome.made) == 1


def test_a_message_that_was_cut_off_is_not_taken_for_one() -> None:
    reading, writing = os.pipe()
    from helpers.batch.messages import send

    send(writing, {"a": 1})
    send(writing, "b")
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    for cut in range(len(data)):
        buffer = bytearray(data[:cut])
        first = list(received(buffer))
        assert first == [{"a": 1}, "b"][: len(first)]
        buffer += data[cut:]
        assert first + list(received(buffer)) == [{"a": 1}, "b"]
        assert buffer == b""
