"""Executed notebooks and reports made by hand, for tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import nbformat.v4 as v4
from nbformat import NotebookNode

from helpers.pages.reports import PageData, Report, report_of
from helpers.places import Municipality

PAGE_MIME = "application/vnd.kommunerapport.page+json"
HEAD = {
    "theme": "commuting", "municipality": "3101", "name": "Halden", "county": "Østfold", "slug": "3101-halden",
    "title": "Halden pendler mer ut enn inn", "description": "Pendling", "years": "2017–2022", "keys": {"jobs": 13122.0},
}  # fmt: skip


def output(data: Mapping[str, Any], **metadata: Any) -> NotebookNode:
    return v4.new_output("display_data", data=dict(data), metadata=metadata)


def part(kind: str, html: str, **data: Any) -> NotebookNode:
    return output({"text/html": html, "text/plain": kind, **data}, kommunerapport={"part": kind})


def head(**changed: Any) -> NotebookNode:
    told = {**HEAD, **changed}
    return part("head", '<header class="lead"><h1>Halden pendler mer ut enn inn</h1></header>', **{PAGE_MIME: told})


def notebook(*outputs: NotebookNode, cells: Iterable[NotebookNode] = (), theme: str = "commuting") -> NotebookNode:
    made = v4.new_notebook(metadata={"kommunerapport": {"theme": theme, "order": 4}})
    made.metadata["papermill"] = {"parameters": {"municipality": "3101"}, "input_path": "/home/someone/commuting.ipynb"}
    made.cells = [*cells, v4.new_code_cell("secret_code = 1", outputs=list(outputs))]
    return made


def page(theme: str = "overview", code: str = "3101", name: str = "Halden", **fields: Any) -> PageData:
    slug = f"{code}-{name.lower()}"
    given = {"county": "Østfold", "slug": slug, "order": {"overview": 1, "commuting": 4}.get(theme, 9), **fields}
    return PageData(theme=theme, municipality=code, name=name, **given)


KEYS = {"rate": 60.14, "jobs": 13122.0, "outside": None, "net": -1104.0}


def the_country(keys: Callable[[int], Mapping[str, float | None]] = lambda number: KEYS) -> list[Report]:
    """A report with an overview for each of the 357; `keys` are the figures of the one with a number."""
    return [
        report_of(
            PageData(
                theme="overview", municipality=place.code, name=place.name, county=place.county.name, slug=place.slug,
                years="2017–2023", keys=keys(number), order=1,
            )
        )
        for number, place in enumerate(Municipality.all())
    ]  # fmt: skip
