"""From what the user asks of `build` to the jobs and the options of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.batch import ledger, plan, report, run, standing
from helpers.batch.keys import Keys
from helpers.batch.plan import Job
from helpers.batch.run import Options
from helpers.errors import InputError, KommunerapportError
from helpers.language import SOURCE, checked
from helpers.pages import reports
from helpers.places import Municipality
from helpers.tables import Tables, own
from helpers.workspace import Workspace


class NothingFailed(KommunerapportError):
    """There is nothing to make again, and nothing is wrong with that."""

    exit_code = 0


def asked(
    workspace: Workspace, municipalities: Sequence[str], given: dict[str, Any]
) -> tuple[tuple[Job, ...], Options]:
    """The jobs, with their keys, and how they are run.

    Parameters
    ----------
    given : the options of the command, by name; those of the last run take the place of empty ones where `failed` is among them.

    Raises
    ------
    InputError
        naming the municipality, notebook or parameter that cannot be used, before anything runs.
    NothingFailed
        where what failed the last time is asked for, and nothing did.
    """
    if given["shared"] and not given["scheduler"]:
        raise InputError("--shared hører sammen med --scheduler: det er arbeiderne i klyngen som skriver dit.")
    given["language"] = checked(given["language"])
    out = reports.folder_of((given["out"] or workspace.reports).absolute(), given["language"])
    jobs = _failed(workspace, out, given) if given["failed"] else _jobs(workspace, municipalities, given)
    Tables.load(workspace)  # once, before many read them
    return Keys(workspace).keyed(jobs), _options(workspace, out, given)


def warnings(workspace: Workspace) -> list[str]:
    """A line for each own table that is left out."""
    return [each.warning for each in own.load(workspace) if each.problem]


def reasons(jobs: Sequence[Job], out: Path) -> str:
    """What would be made, and why."""
    return report.reasons(standing.reasons(jobs, out), len(jobs))


def _jobs(workspace: Workspace, municipalities: Sequence[str], given: Mapping[str, Any]) -> tuple[Job, ...]:
    found = plan.chosen(plan.notebooks(workspace.notebooks), given["names"])
    wanted = municipalities or plan.defaults(workspace, found)
    places = Municipality.all() if given["everyone"] else tuple(Municipality.find(each) for each in wanted)
    if not found:
        raise InputError(f"Fant ingen analyser i {workspace.notebooks}.")
    language = given["language"] if given["language"] != SOURCE else ""
    return plan.plan(found, places, compare=given["compare"], as_of=given["as_of"], language=language)


def _failed(workspace: Workspace, out: Path, given: dict[str, Any]) -> tuple[Job, ...]:
    """What failed in the last run there, with its parameters."""
    before = ledger.last(out)
    if not before.ran:
        raise InputError(f"Det er ikke laget rapporter i {out}.")
    if not before.failed:
        raise NothingFailed(f"Ingenting feilet i forrige kjøring i {out}.")
    given |= {name: given[name] or before.common.get(name, "") for name in ("compare", "as_of")}
    given["names"] = tuple(dict.fromkeys(theme for _, theme in before.failed))
    jobs = _jobs(workspace, tuple(dict.fromkeys(code for code, _ in before.failed)), given)
    return tuple(job for job in jobs if job.name in before.failed)


def _options(workspace: Workspace, out: Path, given: Mapping[str, Any]) -> Options:
    folder = "" if given["language"] == SOURCE else f"/{given['language']}"
    return Options(
        root=workspace.root,
        out=out,
        slots=given["jobs"] or run.default_slots(),
        timeout=given["timeout"] or run.DEFAULT_TIMEOUT,
        quiet=given["quiet"],
        engine=given["engine"],
        memory=given["memory"],
        force=given["force"],
        log=given["log"],
        scheduler=given["scheduler"],
        shared=given["shared"] and f"{given['shared'].rstrip('/')}{folder}",
        language=given["language"],
        common={"compare": given["compare"], "as_of": given["as_of"]},
    )
