"""The plan on a Dask cluster: the same pages, each once, also when a worker dies; and pages put into a shared folder."""

from __future__ import annotations

import asyncio
import io
import os
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.batch import bundle, cluster, plan, run
from helpers.batch.bundle import Bundle
from helpers.batch.cluster import GROUP, PER_WORKER, ClusterError, ClusterPool, groups
from helpers.batch.messages import Failed, Setup
from helpers.batch.plan import Job
from helpers.batch.run import Options
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace

from .make import write

distributed = pytest.importorskip("distributed", reason="the extra «cluster» is not installed")

ROOT = Path(__file__).resolve().parents[2]
PLACES = tuple(Municipality.find(code) for code in ("3101", "3105", "3107", "3110", "3124", "0301"))


@pytest.fixture
def root(tmp_path: Path, built: Workspace, tables: Tables) -> Path:
    """A workspace with notebooks and a data/raw of its own, and its tables made."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "processed").symlink_to(built.processed)
    for path in built.raw.iterdir():
        (tmp_path / "data" / "raw" / path.name).symlink_to(path)
    return tmp_path


def jobs_of(root: Path) -> tuple[Job, ...]:
    return plan.plan(plan.notebooks(root / "notebooks"), PLACES)


def pool(root: Path, jobs: tuple[Job, ...], address: str = "local", **given: Any) -> ClusterPool:
    return ClusterPool(jobs, 60, Setup(root, root / "staging", "mark"), address, **given)


# --- what is sent ---------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=400), st.integers(1, 40))
def test_groups_hold_each_job_once_in_order(jobs: list[int], workers: int) -> None:
    made = groups(jobs, workers)
    assert [job for group in made for job in group] == jobs
    assert all(0 < len(group) <= GROUP for group in made)
    assert len(made) >= min(len(jobs), PER_WORKER * workers)
    sizes = [len(group) for group in made]
    assert sizes == sorted(sizes, reverse=True) and sizes[-workers:] == [1] * min(workers, len(jobs))


def test_a_bundle_is_known_by_its_content(root: Path, tmp_path: Path) -> None:
    path = write(root / "notebooks", "overview")
    costs = root / "data" / "raw" / "costs" / "3101.toml"
    costs.parent.mkdir()
    costs.write_text("x = 1\n")
    jobs = jobs_of(root)
    packed = bundle.pack(Workspace(root), jobs)
    os.utime(path, (1, 1))
    assert bundle.pack(Workspace(root), jobs) == packed
    folder = bundle.unpack(packed, tmp_path / "there")
    assert (folder / "notebooks" / "overview.ipynb").read_bytes() == path.read_bytes()
    assert (folder / "data" / "processed" / "ssb_11618.parquet").is_file()
    assert (folder / "data" / "raw" / "costs" / "3101.toml").read_text() == "x = 1\n"
    (folder / "kept").touch()
    assert bundle.unpack(packed, tmp_path / "there") == folder and (folder / "kept").exists(), "unpacked once"
    path.write_bytes(path.read_bytes() + b"\n")
    assert bundle.pack(Workspace(root), jobs).name != packed.name


def archive(name: str, kind: bytes = tarfile.REGTYPE) -> Bundle:
    import hashlib

    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as made:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        made.addfile(member, io.BytesIO())
    return Bundle(hashlib.sha256(sink.getvalue()).hexdigest(), sink.getvalue())


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (archive("../out"), "leads out"),
        (archive("/kommunerapport-out"), None),
        (archive("link", tarfile.SYMTYPE), "no file"),
        (Bundle("0" * 64, archive("a").data), "not what its name says"),
    ],
)
def test_a_bundle_writes_nothing_outside_its_folder(tmp_path: Path, made: Bundle, said: str | None) -> None:
    folder = tmp_path / "there"
    if said is None:  # tar's own filter takes the leading slash away
        assert bundle.unpack(made, folder).is_relative_to(folder)
    else:
        with pytest.raises(ValueError, match=said):
            bundle.unpack(made, folder)
    assert not (tmp_path / "out").exists() and not Path("/kommunerapport-out").exists()
    assert not list(folder.glob(".unpacking-*")) if folder.exists() else True


# --- what comes back ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_local_cluster_makes_the_pages_that_the_machine_makes(root: Path) -> None:
    write(root / "notebooks", "overview", "print(municipality)", order=1)
    write(root / "notebooks", "raises", "1 / 0", order=2)
    jobs = jobs_of(root)
    here, there = (
        run.run(jobs, Options(root=root, out=root / out, slots=2, scheduler=scheduler, quiet=True))
        for out, scheduler in (("here", ""), ("there", "local"))
    )
    assert len(there.made) == len(here.made) == len(PLACES)
    assert {each.why.error for each in there.failed} == {"ZeroDivisionError: division by zero"}
    assert len(there.failed) == len(PLACES)
    for path in (root / "here").rglob("*.html"):
        assert (root / "there" / path.relative_to(root / "here")).read_bytes() == path.read_bytes()
    assert not [child for child in psutil.Process().children(recursive=True) if "nurse" in " ".join(child.cmdline())]


@pytest.mark.slow
def test_a_worker_that_dies_loses_no_report_and_none_counts_twice(root: Path) -> None:
    marks = root / "marks"
    marks.mkdir()
    once = (
        "import os, signal\nfrom pathlib import Path\n"
        f"mark = Path({str(marks)!r}) / municipality\n"
        "nursery = os.getppid()\nworker = int(Path(f'/proc/{nursery}/stat').read_text().rsplit(')', 1)[1].split()[1])\n"
        "if municipality == '3107' and not mark.exists():\n    mark.touch(); os.kill(worker, signal.SIGKILL)\n"
        "    signal.pause()"
    )
    write(root / "notebooks", "overview", once)
    jobs = jobs_of(root)
    made = pool(root, jobs)
    made.start()
    try:
        results = [made.results.get(timeout=120) for _ in jobs]
    finally:
        made.stop()
    assert sorted(result.job.name for result in results) == sorted(job.name for job in jobs)
    assert [result.outcome for result in results if isinstance(result.outcome, Failed)] == []
    assert made.results.empty()
    assert (marks / "3107").exists()
    made.stop()  # twice does no harm


@pytest.mark.slow
def test_a_worker_that_dies_with_a_finished_result_has_it_made_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "notebooks", "overview")
    jobs = jobs_of(root)[:1]
    lost = []

    class Late(distributed.as_completed):  # type: ignore[misc]  # distributed has no types
        """Hands the first future over when its result is gone again."""

        def __next__(self) -> Any:
            future = super().__next__()
            if not lost:
                workers = [
                    each
                    for each in psutil.Process().children(recursive=True)
                    if "spawn_main" in " ".join(each.cmdline())
                ]
                for worker in workers:
                    worker.kill()
                deadline = time.monotonic() + 30
                while future.status == "finished" and time.monotonic() < deadline:
                    future.client.sync(asyncio.sleep, 0.01)  # until the client has heard
                lost.append(future.status)
            return future

    monkeypatch.setattr(distributed, "as_completed", Late)
    made = pool(root, jobs, slots=1)
    made.start()
    try:
        outcome = made.results.get(timeout=120).outcome
    finally:
        made.stop()
    assert lost and lost[0] in cluster.UNDONE, "the test has caused what it is about"
    assert not isinstance(outcome, Failed), outcome
    assert made.results.empty()


@pytest.mark.slow
def test_what_is_wrong_with_a_cluster_is_told_plainly(root: Path) -> None:
    write(root / "notebooks", "overview")
    jobs = jobs_of(root)
    with pytest.raises(ClusterError, match="Når ikke Dask-planleggeren på tcp://127"):
        pool(root, jobs, "tcp://127.0.0.1:9").start()


@pytest.mark.slow
def test_a_worker_with_another_package_is_told(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root / "notebooks", "overview")
    (tmp_path / "package").mkdir()
    monkeypatch.setattr(bundle, "PACKAGE", tmp_path / "package")
    made = pool(root, jobs_of(root)[:1], slots=1)
    with pytest.raises(ClusterError, match=r"annen utgave av kommunerapport .* enn du"):
        made.start()
    made.stop()


def test_without_dask_the_way_to_it_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root / "notebooks", "overview")
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"Dask er ikke installert.*\[cluster\]"):
        pool(root, jobs_of(root)[:1]).start()


@pytest.mark.slow
def test_a_report_that_kills_its_worker_each_time_fails_alone(root: Path) -> None:
    killing = (
        "import os, signal\nfrom pathlib import Path\nnursery = os.getppid()\n"
        "worker = int(Path(f'/proc/{nursery}/stat').read_text().rsplit(')', 1)[1].split()[1])\n"
        "if municipality == '3107':\n    os.kill(worker, signal.SIGKILL)\n    signal.pause()"
    )
    write(root / "notebooks", "overview", killing, order=1)
    write(root / "notebooks", "commuting", order=2)
    jobs = jobs_of(root)
    made = pool(root, jobs, slots=1)
    made.start()
    try:
        results = [made.results.get(timeout=200) for _ in jobs]
    finally:
        made.stop()
    failed = [result for result in results if isinstance(result.outcome, Failed)]
    assert [result.job.name for result in failed] == [("3107", "overview")]
    assert "forsvant eller feilet" in failed[0].outcome.error


@pytest.mark.slow
def test_ordinary_kernels_on_a_local_cluster(root: Path) -> None:
    write(root / "notebooks", "overview", "print(municipality)")
    jobs = jobs_of(root)[:2]
    out = root / "out"
    given = Options(root=root, out=out, slots=1, scheduler="local", engine="fresh", quiet=True)
    assert [each.why.error for each in run.run(jobs, given).failed] == []


# --- a shared folder ------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server on loopback with a bucket."""
    pytest.importorskip("s3fs", reason="the extra «cluster» is not installed")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    import fsspec

    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("rapporter")
    yield "s3://rapporter/2026"
    server.stop()


@pytest.mark.slow
def test_pages_go_to_an_s3_bucket(root: Path, bucket: str) -> None:
    import fsspec

    write(root / "notebooks", "overview", "print(municipality)")
    jobs = jobs_of(root)[:2]
    outcome = run.run(jobs, Options(root=root, out=root / "out", slots=1, scheduler="local", shared=bucket, quiet=True))
    assert (len(outcome.made), outcome.failed) == (2, [])
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    there = sorted(files.find("rapporter"))
    assert there == [
        "rapporter/2026/3101-halden/index.html", "rapporter/2026/3105-sarpsborg/index.html", "rapporter/2026/index.html",
        "rapporter/2026/ro-crate-metadata.json",
    ]  # fmt: skip
    assert b"<h1>3101</h1>" in files.cat_file(there[0])
    assert b"3105-sarpsborg/index.html" in files.cat_file(there[2])
    assert not list((root / "out").rglob("*.html")), "what is there is not here"


def test_pages_go_to_a_shared_disk_whole_or_not_at_all(root: Path, tmp_path: Path) -> None:
    from helpers.batch import shared

    url = (tmp_path / "disk").as_uri()
    shared.write(url, "3101-halden/index.html", "æ")
    shared.write(url, "3101-halden/index.html", "ø")
    assert [path.name for path in (tmp_path / "disk" / "3101-halden").iterdir()] == ["index.html"]
    assert (tmp_path / "disk" / "3101-halden" / "index.html").read_text("utf-8") == "ø"
