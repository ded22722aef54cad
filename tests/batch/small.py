"""Pages that are made at once, of any job."""

from __future__ import annotations

from helpers.batch.messages import Cost, Done
from helpers.batch.plan import Job
from helpers.pages.reports import PageData

COST = Cost(1.5, 80.26, 20.04)


def page_of(job: Job) -> Done:
    """The least that a page may be."""
    data = PageData(
        theme=job.notebook.theme, municipality=job.place.code, name=job.place.name, county="Østfold", slug="x"
    )
    key = f'<meta name="kommunerapport-key" content="{job.key}">' if job.key else ""
    return Done(data, f"{key}<!--top--><!--/top--><h1>{job.place.name}</h1><!--more--><!--/more-->", COST)
