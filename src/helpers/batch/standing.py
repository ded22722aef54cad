"""What stands in the folder of the reports: which pages are up to date, why the others are made, and which of them come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.batch.keys import why
from helpers.batch.plan import Job
from helpers.pages import reports
from helpers.pages.reports import Report

MISSING = "mangler i mappen"


def reasons(jobs: Sequence[Job], out: Path) -> list[tuple[Job, str]]:
    """Each job that would be made, and why."""
    told = recorded(jobs, out)
    found = []
    for job in jobs:
        if not is_up_to_date(job, told, out):
            page = _page(job, told)
            there = page is not None and (out / job.place.slug / page.file).is_file()
            found.append((job, MISSING if page and not there else why(job, page.made_of if page else None)))
    return found


def recorded(jobs: Sequence[Job], out: Path) -> dict[str, Report]:
    """What the reports that are there say, by folder."""
    slugs = {job.place.slug for job in jobs}
    return {slug: report for slug in slugs if (report := reports.recorded(out / slug)) is not None}


def is_up_to_date(job: Job, told: Mapping[str, Report], out: Path) -> bool:
    """Whether the page is there, with the job's key in its own head, and ``report.json`` (`told`) says the same key."""
    page = _page(job, told)
    if page is None or not job.key or page.key != job.key:
        return False
    return reports.key_of(out / job.place.slug / page.file) == job.key


def heaviest_first(jobs: Sequence[Job], seconds: Mapping[str, float]) -> list[Job]:
    """By what they took the last time; a page that is new by what others of its notebook took."""
    of_notebook: dict[str, list[float]] = {}
    for name, each in seconds.items():
        of_notebook.setdefault(name.partition("/")[2], []).append(each)
    means = {theme: sum(each) / len(each) for theme, each in of_notebook.items()}
    expected = [seconds.get("/".join(job.name), means.get(job.notebook.theme, 0.0)) for job in jobs]
    return [job for _, job in sorted(zip(expected, jobs, strict=True), key=lambda pair: -pair[0])]


def _page(job: Job, told: Mapping[str, Report]) -> reports.PageData | None:
    report = told.get(job.place.slug)
    return report.pages.get(job.notebook.theme) if report else None
