"""A run as a Process Run Crate 0.5 (``ro-crate-metadata.json``): which notebook made which page, of what, when, and which failed and why.

The crate is the folder of the reports. Pages of this run are results of its actions; pages that were up to date are there too, as files that
earlier runs made. It names no person and no path of the machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.batch.ledger import Record
from helpers.batch.plan import Job
from helpers.datapackage import licence_url
from helpers.pages.frame import release
from helpers.pages.reports import INDEX, file_name
from helpers.tables import TableMeta
from helpers.tables.build import read_meta
from helpers.workspace import Workspace

NAME = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
CONTEXT = ("https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context")
ERROR = 500  # characters of what went wrong; run.json has more
PACKAGE = "#kommunerapport"
Entity = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What a run was.

    Parameters
    ----------
    ended : the run as a whole, as `Ledger.end` tells it. records : a record for each page that was settled. made, kept : the jobs of
        the records, and those whose pages were up to date. tables : those that are held.
    """

    ended: Mapping[str, Any]
    records: Sequence[Record]
    jobs: Sequence[Job]
    kept: Sequence[Job]
    tables: Mapping[str, TableMeta]


def metas(workspace: Workspace, jobs: Iterable[Job]) -> dict[str, TableMeta]:
    """What is known of the tables that the notebooks of these jobs declare, where they are held."""
    declared = sorted({table for job in jobs for table in job.notebook.tables})
    found = {table: read_meta(workspace.processed / f"{table}.parquet") for table in declared}
    return {table: meta for table, meta in found.items() if meta is not None}


def document(run: Run, root: Path) -> str:
    """The file.

    Parameters
    ----------
    root : of the workspace; it is taken out of what errors say.
    """
    jobs = {job.name: job for job in run.jobs}
    records = {(str(each["municipality"]), str(each["notebook"])): each for each in run.records}
    settled = [(job, records[name]) for name, job in sorted(jobs.items()) if name in records]
    actions = [_action(job, record, run, root) for job, record in settled]
    made = [_page(job) for job, record in settled if record["state"] == "made"]
    kept = [_page(job) for job in sorted(run.kept, key=lambda job: job.name)]
    licences = {url: meta.licence for meta in run.tables.values() if (url := licence_url(meta.licence))}
    earlier = [_earlier(kept)] if kept else []
    graph = [
        {"@id": NAME, "@type": "CreativeWork", "about": _ref("./"), "conformsTo": _ref("https://w3id.org/ro/crate/1.1")},
        _root(run, [*_pages_of(made), *_pages_of(kept)], [*actions, *earlier], licences),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        *({"@id": url, "@type": "CreativeWork", "name": said} for url, said in sorted(licences.items())),
        *_software(job for job, _ in settled),
        *(_table(table, meta) for table, meta in sorted(run.tables.items())),
        *_parameters(run, [job for job, _ in settled]),
        *_layers(job for job, _ in settled),
        {"@id": INDEX, "@type": "File", "name": "The list of municipalities", "encodingFormat": "text/html"},
        *made, *kept, *earlier, *actions,
    ]  # fmt: skip
    return json.dumps({"@context": list(CONTEXT), "@graph": graph}, ensure_ascii=False, separators=(",", ":")) + "\n"


def _root(run: Run, pages: Sequence[Entity], mentions: Sequence[Entity], licences: Mapping[str, str]) -> Entity:
    ended = run.ended
    told = f"{ended['made']} pages made, {ended['failed']} failed, {len(run.kept)} up to date from earlier runs; {ended['state']}."
    return {
        "@id": "./", "@type": "Dataset", "name": "Reports on employment, exclusion, commuting and land in municipalities",
        "description": f"A run of kommunerapport {ended['version']}: {told}", "datePublished": ended["ended"],
        "license": _one([_ref(url) for url in sorted(licences)]) or "The terms of the sources that each page names.",
        "conformsTo": _ref(PROFILE), "identifier": ended["run"],
        "hasPart": _one([_ref(INDEX), *pages]), "mentions": _one([_ref(each["@id"]) for each in mentions]),
    }  # fmt: skip


def _action(job: Job, record: Record, run: Run, root: Path) -> Entity:
    code, theme = job.name
    objects = [_ref(f"#{table}") for table in job.notebook.tables if table in run.tables]
    objects += [_ref(f"#municipality-{code}"), *(_ref(f"#{name}") for name in _common(run))]
    objects += [_ref(f"#layers-{code}")] if job.made_of.get("layers") else []
    end = dt.datetime.fromisoformat(str(record["at"]))
    begun = (end - dt.timedelta(seconds=record["seconds"])).isoformat(timespec="seconds") if record["seconds"] else ""
    failed = record["state"] == "failed"
    status = "Failed" if failed else "Completed"
    told = {
        "@id": f"#run-{code}-{theme}", "@type": "CreateAction", "name": f"{job.place.name}: {theme}",
        "description": f"{job.notebook.path.name} run for {code} {job.place.name}",
        "instrument": _ref(f"#notebook-{theme}"), "object": objects,
        "result": None if failed else _ref(_path(job)),
        "startTime": begun or None, "endTime": end.isoformat(timespec="seconds"),
        "actionStatus": f"http://schema.org/{status}ActionStatus",
        "error": _error(record, root) if failed else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def _error(record: Record, root: Path) -> str:
    cell = f"Cell {record['cell']}: " if record.get("cell") else ""
    said = str(record.get("error", "")).replace(str(root), ".").replace(str(Path.home()), "~")
    return f"{cell}{said[-ERROR:]}"


def _software(jobs: Iterable[Job]) -> list[Entity]:
    """The package, and the notebooks that were run."""
    first = {job.notebook.theme: job for job in jobs}
    code = next((job.made_of["helpers"] for job in first.values() if "helpers" in job.made_of), "")
    package = {"@id": PACKAGE, "@type": "SoftwareApplication", "name": "kommunerapport", "softwareVersion": release()}
    package |= {"identifier": f"code {code}"} if code else {}
    notebooks = [
        {
            "@id": f"#notebook-{theme}", "@type": "SoftwareSourceCode", "name": job.notebook.path.name, "version": release(),
            "programmingLanguage": "Python", "runtimePlatform": f"Python {platform.python_version()}", "isPartOf": _ref(PACKAGE),
            **_sha256(job.notebook.path),
        }
        for theme, job in sorted(first.items())
    ]  # fmt: skip
    return [package, *notebooks]


def _sha256(path: Path) -> Entity:
    try:
        return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    except OSError:  # gone since it was run
        return {}


def _table(table: str, meta: TableMeta) -> Entity:
    told = {
        "@id": f"#{table}", "@type": "Dataset", "name": meta.title, "identifier": meta.number, "url": meta.url,
        "license": _ref(url) if (url := licence_url(meta.licence)) else meta.licence, "creditText": meta.producer,
        "description": f"{meta.producer}, {meta.periods[0]}–{meta.periods[-1]}" if meta.periods else meta.producer,
        "dateModified": meta.retrieved, "sha256": _one(meta.sha256),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _parameters(run: Run, jobs: Sequence[Job]) -> list[Entity]:
    places = {job.place.code: job.place.name for job in jobs}
    return [
        *(
            {"@id": f"#municipality-{code}", "@type": "PropertyValue", "name": "municipality", "value": code, "description": name}
            for code, name in sorted(places.items())
        ),
        *(
            {"@id": f"#{name}", "@type": "PropertyValue", "name": name, "value": value}
            for name, value in _common(run).items()
        ),
    ]  # fmt: skip


def _common(run: Run) -> dict[str, str]:
    """The parameters that all pages of the run were made with."""
    return {name: str(value) for name, value in sorted(run.ended["parameters"].items()) if value}


def _layers(jobs: Iterable[Job]) -> list[Entity]:
    """A municipality's own map layers, known by their digest."""
    found = {job.place.code: digest for job in jobs if (digest := job.made_of.get("layers"))}
    return [
        {"@id": f"#layers-{code}", "@type": "Dataset", "name": f"Map layers of {code}", "identifier": digest}
        for code, digest in sorted(found.items())
    ]


def _page(job: Job) -> Entity:
    return {
        "@id": _path(job), "@type": "File", "name": f"{job.place.name}: {job.notebook.theme}", "encodingFormat": "text/html",
    }  # fmt: skip


def _path(job: Job) -> str:
    return f"{job.place.slug}/{file_name(job.notebook.theme, job.place.constructed)}"


def _earlier(pages: Sequence[Entity]) -> Entity:
    return {
        "@id": "#up-to-date", "@type": "Collection", "name": "Pages of earlier runs, up to date and not made again",
        "hasPart": _one(_pages_of(pages)),
    }  # fmt: skip


def _pages_of(pages: Iterable[Entity]) -> list[Entity]:
    return [_ref(each["@id"]) for each in pages]


def _one(values: Sequence[Any]) -> Any:
    """A value alone where there is one, as RO-Crate writes it."""
    return values[0] if len(values) == 1 else list(values)


def _ref(name: str) -> Entity:
    return {"@id": name}
