"""What is told when a run is over: what was made, and for each failure where, why, and how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.batch.pdf import Printed
from helpers.batch.plan import Job
from helpers.batch.run import Failure, Outcome
from helpers.language import SOURCE

_LAST_LINES = 5
_WIDTH = 160
_NAMED = 6


def summary(outcome: Outcome, out: Path) -> str:
    """How many pages were made, and where to begin reading."""
    near = _near(out)
    kept = _counted(len(outcome.kept), "side", "sider")
    if not outcome.made:
        if outcome.failed:
            return f"{kept} var som de skal være fra før." if outcome.kept else ""
        return f"Ingenting å gjøre: {kept} er som de skal være. Åpne {near / 'index.html'}."
    pages = _counted(len(outcome.made), "side", "sider")
    places = _counted(outcome.places, "kommune", "kommuner")
    also = f" {kept} var som de skal være fra før." if outcome.kept else ""
    return f"{pages} for {places} ligger i {near}.{also} Åpne {near / 'index.html'}."


def told(outcome: Outcome, out: Path, paper: Printed | None) -> list[str]:
    """What is said of a run where all went well, in that order."""
    pdfs = printed(paper.made, paper.kept) if paper else ""
    return [said for said in (summary(outcome, out), pdfs, slowest(outcome)) if said]


def wrong(outcome: Outcome, given: Mapping[str, Any], paper: Printed | None) -> list[str]:
    """What went wrong; `given` are the options of the command."""
    said = ["PDF-er som ikke ble laget:", *paper.failed] if paper and paper.failed else []
    if outcome.failed:
        options = {
            f"--{name.replace('_', '-')}": str(given[name] or "") for name in ("as_of", "compare", "out", "root")
        }
        options["--language"] = "" if given["language"] == SOURCE else given["language"]
        said.append(failures(outcome.failed, options, given["debug"]))
    return said


def printed(made: int, kept: int) -> str:
    """How many PDFs were made, and how many were there."""
    there = _counted(kept, "PDF var", "PDF-er var") + " der fra før."
    if not made:
        return there if kept else ""
    said = _counted(made, "PDF, i samme mappe som siden", "PDF-er, i samme mapper som sidene")
    return f"Laget {said}." + (f" {there}" if kept else "")


def slowest(outcome: Outcome, most: int = 5) -> str:
    """The pages that took longest; nothing where there are few pages to choose among."""
    if len(outcome.costs) <= 2 * most:
        return ""
    ranked = sorted(outcome.costs.items(), key=lambda each: -each[1].seconds)[:most]
    lines = [
        f"  {code} {theme:<12} {cost.seconds:>7.1f} s  {cost.peak:>6.0f} MB".replace(".", ",")
        for (code, theme), cost in ranked
    ]
    return "\n".join(["Det som tok lengst tid:", *lines])


def reasons(found: Sequence[tuple[Job, str]], planned: int) -> str:
    """What would be made, and why: a line for each reason and notebook, or for each page where it is one of few."""
    groups: dict[tuple[str, str], list[Job]] = {}
    for job, why in found:
        groups.setdefault((job.notebook.theme, why), []).append(job)
    lines = []
    for (theme, why), jobs in groups.items():
        named = ", ".join(f"{job.place.code} {job.place.name}" for job in jobs[:_NAMED])
        more = f" og {len(jobs) - _NAMED} til" if len(jobs) > _NAMED else ""
        lines.append(f"  {theme:<12} {why}: {named}{more}")
    up = _counted(planned - len(found), "side", "sider")
    return "\n".join([f"{_counted(len(found), 'side', 'sider')} vil bli laget, {up} er som de skal være.", *lines])


def failures(failed: Iterable[Failure], options: Mapping[str, str], debug: bool = False) -> str:
    """Each failure with notebook, cell, error and the one command that makes it happen again.

    Parameters
    ----------
    options : options of the run that belong in that command, by name (``{"--as-of": "2026-01-01"}``).
    debug : the whole traceback instead of its last lines.
    """
    told = sorted(failed, key=lambda each: (each.job.place.code, each.job.notebook.order))
    count = _counted(len(told), "side ble ikke laget", "sider ble ikke laget")
    lines = [f"{count}:", *(_told(each, options, debug) for each in told)]
    if len(told) > 1:
        again = ["kommunerapport", "build", "--failed"]
        for name in ("--language", "--out", "--root"):
            again += [name, options[name]] if options.get(name) else []
        lines.append(f"Lag bare disse på nytt: {shlex.join(again)}")
    return "\n".join(lines)


def _near(path: Path) -> Path:
    """The path as seen from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) and path != here else path


def _told(failure: Failure, options: Mapping[str, str], debug: bool) -> str:
    job, why = failure.job, failure.why
    lines = [f"  {job.place.code} {job.place.name}, {job.notebook.path.name}{_cell(why.cell, why.source)}"]
    said = (why.trace if debug and why.trace else why.error).strip().splitlines()
    shown = said if debug else [_short(line) for line in said if line.strip()][-_LAST_LINES:]
    lines += [f"      {line}" for line in shown]
    if why.trace and why.cell is None and not debug:
        lines += [
            f"      {_short(line)}" for line in why.trace.strip().splitlines()[-1:] if line.strip() not in why.error
        ]
    lines.append(f"    Se den igjen: {command(failure, options)}")
    return "\n".join(lines)


def command(failure: Failure, options: Mapping[str, str]) -> str:
    """The command that makes this page alone, with the whole traceback."""
    parts = ["kommunerapport", "build", failure.job.place.code, "--notebook", failure.job.notebook.theme]
    for name, value in options.items():
        parts += [name, value] if value else []
    return shlex.join([*parts, "--debug"])


def _cell(number: int | None, source: str) -> str:
    if number is None:
        return ""
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return f", celle {number}" + (f": {_short(lines[0])}" if lines else "")


def _short(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
