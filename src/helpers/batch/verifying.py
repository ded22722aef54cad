"""Are the numbers of reports what the figures and the code give today? Each page is made again elsewhere, and every number that moved is told, and why."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import prose
from helpers.batch import plan, run
from helpers.batch.keys import Keys
from helpers.batch.plan import Job
from helpers.batch.run import Options
from helpers.catalog import catalog
from helpers.errors import DataError, InputError
from helpers.language import LANGUAGES, Language, checked
from helpers.pages import lineage, reports
from helpers.pages.lineage import Moved
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace

SHOWN = 20  # numbers of a page that are told one by one
_PARTS = {
    "helpers": "koden er endret", "notebook": "notatboken er endret", "targets": "målene er endret", "regions": "inndelingene er endret", "layers": "kartlagene er endret",
    "costs": "kommunens kostnadstall er endret",
    "raw": "kommuneinndelingen eller grensene er hentet på nytt", "libraries": "bibliotekene er endret", "python": "Python er en annen",
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A page that was made again. `numbers`: how many it shows; `moved`: those that are not what they were, each with the reason.

    `failed` is why it could not be made again; empty where it could.
    """

    municipality: str
    theme: str
    language: Language
    numbers: int = 0
    moved: tuple[tuple[Moved, str], ...] = ()
    failed: str = ""


@dataclass(frozen=True)
class _Kept:
    """A page as it lies in a folder: its lineage, and what it was made of."""

    held: Mapping[str, Any]
    made_of: Mapping[str, str]

    @property
    def parameters(self) -> tuple[str, str, Language]:
        told = self.held["parameters"]
        return str(told.get("compare", "")), str(told["as_of"]), checked(str(told.get("language", "nb")))


def verify(workspace: Workspace, folders: Sequence[Path], slots: int, quiet: bool = False) -> list[Checked]:
    """Make the pages of these folders again and hold their numbers against each other.

    Parameters
    ----------
    folders : of one municipality (``reports/3101-halden``), or of many (``reports``).

    Raises
    ------
    InputError
        where a folder has no page with a lineage.
    """
    kept = [each for folder in folders for each in _kept(folder)]
    available = plan.notebooks(workspace.notebooks)
    Tables.load(workspace)
    found: list[Checked] = []
    with tempfile.TemporaryDirectory(prefix="kommunerapport-") as temporary:
        for number, asked in enumerate(dict.fromkeys(each.parameters for each in kept)):
            pages = [each for each in kept if each.parameters == asked]
            jobs = _jobs(available, pages, *asked)
            out = reports.folder_of(Path(temporary) / str(number), asked[2])
            options = Options(root=workspace.root, out=out, slots=slots, quiet=quiet, language=asked[2])
            outcome = run.run(Keys(workspace).keyed(jobs), options)
            why = {failure.job.name: failure.why.error.strip() for failure in outcome.failed}
            made = {job.name: job for job in outcome.made}
            found += [_compared(each, made, why, out, asked[2]) for each in pages]
    return found


def report(checked_: Sequence[Checked]) -> str:
    """What came of it, page by page, for the terminal."""
    lines = [line for each in checked_ for line in _told(each)]
    numbers, moved = sum(each.numbers for each in checked_), sum(len(each.moved) for each in checked_)
    failed = sum(bool(each.failed) for each in checked_)
    pages = "1 side" if len(checked_) == 1 else f"{prose.count(len(checked_))} sider"
    if not moved and not failed:
        return f"Ingen tall er endret: {prose.count(numbers)} tall på {pages}."
    some = f"{prose.count(moved)} av {prose.count(numbers)} tall på {pages} er endret."
    gone = "1 side" if failed == 1 else f"{failed} sider"
    return "\n".join([*lines, some + (f" {gone} kunne ikke lages på nytt." if failed else "")])


def _kept(folder: Path) -> Iterator[_Kept]:
    files = sorted({*folder.glob("*.lineage.json"), *folder.glob("*/*.lineage.json")})
    files = [path for path in files if path.parent.name not in LANGUAGES]
    if not files:
        raise InputError(
            f"Det er ingen sider å kontrollere i {folder}. Oppgi en mappe med rapporter, for eksempel reports/3101-halden."
        )
    for path in files:
        try:
            held = json.loads(path.read_bytes())
            if held["format"] != lineage.FORMAT:
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError):
            raise DataError(f"{path} kan ikke leses. Lag siden på nytt.") from None
        told = reports.recorded(path.parent)
        page = told.pages.get(held["theme"]) if told else None
        yield _Kept(held, page.made_of if page else {})


def _jobs(
    available: Sequence[plan.Notebook], pages: Iterable[_Kept], compare: str, as_of: str, language: Language
) -> tuple[Job, ...]:
    wanted = {(str(each.held["municipality"]), str(each.held["theme"])) for each in pages}
    there = [each for each in available if any(theme == each.theme for _, theme in wanted)]
    places = [Municipality.find(code) for code in dict.fromkeys(code for code, _ in sorted(wanted))]
    other = language if language != LANGUAGES[0] else ""
    jobs = plan.plan(there, places, compare=compare, as_of=as_of, language=other)
    return tuple(job for job in jobs if job.name in wanted)


def _compared(
    kept: _Kept, made: Mapping[tuple[str, str], Job], why: Mapping[tuple[str, str], str], out: Path, language: Language
) -> Checked:
    code, theme = str(kept.held["municipality"]), str(kept.held["theme"])
    if (code, theme) not in made:
        gone = why.get((code, theme), "Notatboken som laget siden, finnes ikke lenger.")
        return Checked(code, theme, language, failed=gone)
    job = made[code, theme]
    now = json.loads((out / job.place.slug / reports.lineage_name(theme)).read_bytes())
    differing = [name for name, digest in job.made_of.items() if kept.made_of.get(name) not in (None, digest)]
    moved = tuple((each, _reason(each, kept.held, now, differing)) for each in lineage.moved(kept.held, now))
    return Checked(code, theme, language, lineage.count(kept.held), moved)


def _reason(moved: Moved, before: Mapping[str, Any], now: Mapping[str, Any], differing: Sequence[str]) -> str:
    """Why a number moved: first what became of the tables of its section, then of the code and the rest.

    A table that has changed, but not in the cells that the section was made of, is no reason; it is told where there is no other.
    """
    reasons, elsewhere = [], []
    for table in moved.tables:
        old, new = before["tables"].get(table), now["tables"].get(table)
        called = f"tabell {catalog()[table].number}" if table in catalog() else table
        if new is None:
            reasons.append(f"{called} finnes ikke lenger")
        elif old is None:
            reasons.append(f"{called} er ny")
        elif old != new and _same_cells(moved.section, table, before, now):
            elsewhere.append(f"{called} er endret, men ikke i cellene som er brukt her")
        elif old["periods"] != new["periods"]:
            reasons.append(f"ny periode i {called}")
        elif old["sha256"] != new["sha256"]:
            reasons.append(f"{called} er revidert")
        elif table in differing:
            reasons.append(f"{called} er definert på nytt")
    reasons += [said for part, said in _PARTS.items() if part in differing] if not reasons else []
    return "; ".join(dict.fromkeys(reasons or elsewhere)) or "siden er endret utenfor kommunerapport"


def _same_cells(section: str, table: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the section was made of the same cells, with the same figures in them."""
    cells = lineage.cells_of(before, section, table)
    return bool(cells) and cells == lineage.cells_of(now, section, table)


def _told(each: Checked) -> Iterator[str]:
    name = f"{each.municipality} {Municipality.find(each.municipality).name}, {each.theme}"
    if each.failed:
        yield f"{name}: kan ikke lages på nytt. {each.failed.splitlines()[-1]}"
        return
    if not each.moved:
        return
    yield f"{name}: {prose.count(len(each.moved))} av {prose.count(each.numbers)} tall er endret"
    for moved, why in each.moved[:SHOWN]:
        yield f"  {moved.name}: {_shown(moved.before)} → {_shown(moved.now)} ({why})"
    if len(each.moved) > SHOWN:
        yield f"  … og {prose.count(len(each.moved) - SHOWN)} til"


def _shown(value: float | str | None) -> str:
    if value is None:
        return "mangler"
    return value if isinstance(value, str) else prose.tick(value)
