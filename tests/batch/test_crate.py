"""Each run is a Process Run Crate, checked with the validator of that profile; what failed is in it with its reason."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formats import crate_issues
from helpers.batch import crate, run
from helpers.batch.messages import Failed
from helpers.batch.plan import Job
from helpers.batch.run import Options
from helpers.errors import Interrupted
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace

from .make import write
from .small import COST, page_of
from .test_run import FakePool, jobs_of

Entities = dict[str, dict[str, Any]]
NOT_SAID = {  # what the profile recommends and we leave out: who ran it, and addresses that the package does not have
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Application SHOULD have a url",
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of the RO-Crate",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
    "The Action SHOULD have a result",  # one that failed has none
}


@pytest.fixture
def jobs(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    return tuple(replace(job, made_of={"helpers": "c0de"}) for job in jobs)


@pytest.fixture
def options(built: Workspace, tmp_path: Path) -> Options:
    Tables.load(built)
    return Options(
        root=built.root, out=tmp_path / "out", slots=1, quiet=True, common={"as_of": "2026-11-23", "compare": ""}
    )


def read(out: Path) -> Entities:
    return {each["@id"]: each for each in json.loads((out / crate.NAME).read_bytes())["@graph"]}


def actions(held: Entities) -> Entities:
    return {name: each for name, each in held.items() if each["@type"] == "CreateAction"}


def test_a_run_with_a_failure_is_a_valid_crate(fake: type[FakePool], jobs: tuple[Job, ...], options: Options) -> None:
    why = f"ValueError: {options.root}/data mangler i {Path.home()}/x"
    fake.made = staticmethod(
        lambda job: Failed(4, "x", why, "", COST) if job.name == ("3105", "commuting") else page_of(job)
    )
    run.run(jobs, options)
    assert crate_issues(options.out) == []
    assert set(crate_issues(options.out, "RECOMMENDED")) <= NOT_SAID
    held = read(options.out)
    made, failed = held["#run-3101-overview"], held["#run-3105-commuting"]
    assert len(actions(held)) == 4
    assert made["actionStatus"] == "http://schema.org/CompletedActionStatus" and "error" not in made
    assert made["result"] == {"@id": "3101-halden/index.html"} and (options.out / made["result"]["@id"]).is_file()
    assert failed["actionStatus"] == "http://schema.org/FailedActionStatus" and "result" not in failed
    assert failed["error"] == "Cell 4: ValueError: ./data mangler i ~/x", "no path of the machine"
    assert "3105-sarpsborg/commuting.html" not in held
    inputs = [held[each["@id"]] for each in made["object"]]
    assert [each["@type"] for each in inputs] == ["Dataset", "PropertyValue", "PropertyValue"]
    (digest,) = Tables.load(Workspace(options.root)).meta("ssb_11618").sha256
    assert inputs[0]["sha256"] == digest and inputs[1]["value"] == "3101" and inputs[2]["value"] == "2026-11-23"
    assert held[made["instrument"]["@id"]]["sha256"] and held["#kommunerapport"]["identifier"] == "code c0de"
    assert "1 failed" in held["./"]["description"]


@pytest.mark.slow
def test_what_was_up_to_date_is_a_page_of_an_earlier_run(
    fake: type[FakePool], jobs: tuple[Job, ...], options: Options
) -> None:
    run.run(jobs[:3], options)
    run.run(jobs, options)
    held = read(options.out)
    assert list(actions(held)) == ["#run-3105-commuting"]
    assert len(held["#up-to-date"]["hasPart"]) == 3 and held["3101-halden/index.html"]["@type"] == "File"
    assert crate_issues(options.out) == []
    before = (options.out / crate.NAME).read_bytes()
    run.run(jobs, options)
    assert (options.out / crate.NAME).read_bytes() == before, "nothing was run, and the last run is still known"


@pytest.mark.slow
def test_an_interrupted_run_is_a_crate_of_what_came_of_it(
    fake: type[FakePool], jobs: tuple[Job, ...], options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = run._settle

    def settle(result: Any, *rest: Any) -> Any:
        if result.job.name == ("3105", "overview"):
            raise KeyboardInterrupt
        return settled(result, *rest)

    monkeypatch.setattr(run, "_settle", settle)
    with pytest.raises(Interrupted):
        run.run(jobs, options)
    held = read(options.out)
    assert len(actions(held)) == 2 and held["./"]["description"].endswith("interrupted.")
    assert crate_issues(options.out) == []


def test_the_whole_country_is_described_in_no_time(options: Options, tmp_path: Path) -> None:
    """357 municipalities and five notebooks; half of what failed says a lot."""
    for order in range(5):
        write(tmp_path / "notebooks", f"theme{order}", order=order)
    jobs = jobs_of(tmp_path / "notebooks", *Municipality.all())
    tables = {f"ssb_{number}": Tables.load(Workspace(options.root)).meta("ssb_11618") for number in range(10)}
    jobs = tuple(replace(job, notebook=replace(job.notebook, tables=tuple(tables))) for job in jobs)
    records = [
        {
            "state": "failed" if number % 10 == 0 else "made", "municipality": job.place.code, "notebook": job.notebook.theme,
            "at": "2026-11-27T23:00:00+00:00", "seconds": 1.25, "error": "x" * 2000,
        }
        for number, job in enumerate(jobs)
    ]  # fmt: skip
    ended = {
        "run": "0", "version": "0", "made": 1, "failed": 1, "state": "finished", "ended": "2026-11-27T23:00:00+00:00",
        "parameters": {},
    }  # fmt: skip
    since = time.process_time()
    told = crate.document(crate.Run(ended, records, jobs, (), tables), options.root)
    assert time.process_time() - since < 1 and len(told.encode()) < 3_000_000
    assert told.count('"CreateAction"') == 357 * 5
    assert told == crate.document(crate.Run(ended, records, jobs, (), tables), options.root)


def test_the_check_finds_a_crate_without_its_instrument(
    fake: type[FakePool], jobs: tuple[Job, ...], options: Options
) -> None:
    run.run(jobs[:1], options)
    path = options.out / crate.NAME
    held = json.loads(path.read_bytes())
    for each in held["@graph"]:
        each.pop("instrument", None)
    path.write_text(json.dumps(held))
    assert crate_issues(options.out) == [
        "The Action MUST have an instrument property that references the executed tool"
    ]
