"""The reports of a folder: what each page says of itself, kept in ``report.json`` beside it, and how a page is put in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from helpers.language import LANGUAGES, SOURCE, Language
from helpers.places import CONSTRUCTED
from helpers.workspace import write_file

KEY = "kommunerapport"  # our corner of a notebook's and an output's metadata
REPORT = "report.json"
INDEX = "index.html"
_KEY = re.compile(rb'<meta name="kommunerapport-key" content="([0-9a-f]+)">')
_HEAD = 2000  # bytes in which the key stands
FRONT = "overview"  # the theme whose page is a municipality's front page


class PageData(BaseModel):
    """What the head of a page says of it (the mime type of `charts.parts.Head`), and its place among the themes.

    `goals` are the targets of the plan by their titles, with the UN goals of each. `label` is what a theme of one's own calls itself in the top
    bar. `key` and `made_of` say of what it was made (`batch.keys`); a page that was made by hand has none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: str
    municipality: str
    name: str
    county: str
    slug: str
    title: str = ""
    description: str = ""
    years: str = ""
    keys: Mapping[str, float | None] = {}
    goals: Mapping[str, tuple[int, ...]] = {}
    language: Language = SOURCE
    order: int = 99
    label: str = ""
    key: str = ""
    made_of: Mapping[str, str] = {}

    @property
    def file(self) -> str:
        """The name of its file."""
        return file_name(self.theme, self.constructed)

    @property
    def constructed(self) -> bool:
        """Whether the municipality is a constructed one."""
        return self.municipality in CONSTRUCTED


class Report(BaseModel):
    """The pages of one municipality."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    municipality: str
    name: str
    county: str
    slug: str
    pages: Mapping[str, PageData]

    @property
    def constructed(self) -> bool:
        """Whether the municipality is a constructed one."""
        return self.municipality in CONSTRUCTED

    @property
    def in_order(self) -> tuple[PageData, ...]:
        """The pages as the top bar lists them."""
        return tuple(sorted(self.pages.values(), key=lambda page: (page.order, page.theme)))

    @property
    def front(self) -> PageData:
        """The page to open first."""
        return self.pages.get(FRONT) or self.in_order[0]

    def with_page(self, page: PageData) -> Report:
        """The report with one page new or made again; names and county as that page has them."""
        return _report({**self.pages, page.theme: page}, page)


def file_name(theme: str, constructed: bool = False) -> str:
    """The file of a theme: the overview is the front page. That of a constructed municipality says so, wherever it is sent."""
    if constructed:
        return f"{theme}-konstruert.html"
    return INDEX if theme == FRONT else f"{theme}.html"


def pdf_name(slug: str, theme: str) -> str:
    """The file of a theme on paper: it is sent about alone, and says whose it is."""
    return f"{slug}-{theme}.pdf"


def report_of(page: PageData) -> Report:
    """A report of this page alone."""
    return _report({page.theme: page}, page)


def lineage_name(theme: str) -> str:
    """The file beside a page that says where its numbers come from (`pages.lineage`)."""
    return f"{theme}.lineage.json"


def publish(out: Path, page: PageData, html: str, lineage: str = "") -> None:
    """Put a finished page in place, and what it says of itself in ``report.json``. A PDF of the page before it goes."""
    folder = out / page.slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / pdf_name(page.slug, page.theme)).unlink(missing_ok=True)
    if (
        lineage
    ):  # before the page: whenever a run is killed, a page has the lineage of its numbers beside it, or is made again
        write_whole(folder / lineage_name(page.theme), lineage)
    else:
        (folder / lineage_name(page.theme)).unlink(missing_ok=True)
    write_whole(folder / page.file, html)
    held = read_report(folder)
    report = held.with_page(page) if held else report_of(page)
    write_whole(folder / REPORT, report.model_dump_json(indent=1) + "\n")


def read_report(folder: Path) -> Report | None:
    """The report in a folder with the pages that are there; None where there is none that can be read."""
    report = recorded(folder)
    if report is None:
        return None
    pages = {theme: page for theme, page in report.pages.items() if (folder / page.file).is_file()}
    return report.model_copy(update={"pages": pages}) if pages else None


def recorded(folder: Path) -> Report | None:
    """What ``report.json`` says, whether its pages are there or not; None where it is not there or cannot be read."""
    try:
        report = Report.model_validate_json((folder / REPORT).read_bytes())
    except (OSError, ValidationError):
        return None
    return report if report.slug == folder.name else None


def folder_of(base: Path, language: Language) -> Path:
    """Where the pages of a language lie: those in bokmål in the folder itself, the others in ``nn/`` and ``en/`` below it."""
    return base if language == SOURCE else base / language


def folders(out: Path, language: Language) -> dict[Language, Path]:
    """The folder of each language, where `out` is that of `language`."""
    base = out if language == SOURCE else out.parent
    return {each: folder_of(base, each) for each in LANGUAGES}


def pages_in(folder: Path) -> frozenset[str]:
    """The pages in the folder of a language, the list among them, as paths below it."""
    found = [*folder.glob("*/*.html"), *([folder / INDEX] if (folder / INDEX).is_file() else [])]
    return frozenset(
        path.relative_to(folder).as_posix()
        for path in found
        if path.parent.name not in LANGUAGES or path.parent == folder
    )


def read_all(out: Path) -> list[Report]:
    """Every report in the folder, by municipality code."""
    found = [read_report(folder) for folder in sorted(out.iterdir()) if folder.is_dir()] if out.is_dir() else []
    return sorted((report for report in found if report), key=lambda report: report.municipality)


def key_of(path: Path) -> str:
    """The key that a page has in its own head; empty where there is no page, or none with a key."""
    try:
        with path.open("rb") as file:
            found = _KEY.search(file.read(_HEAD))
    except OSError:
        return ""
    return found[1].decode() if found else ""


def write_whole(path: Path, content: str) -> None:
    """Write a text so that it is either there as a whole or not at all; what stood there before stays until then."""
    write_file(path, content.encode())


def sweep(out: Path) -> None:
    """Remove the temporary files that a killed run left."""
    for path in (*out.glob(".*.tmp"), *out.glob("*/.*.tmp")):
        if path.parent.name not in LANGUAGES or path.parent == out:  # another run may be at work in the other languages
            path.unlink(missing_ok=True)


def _report(pages: Mapping[str, PageData], page: PageData) -> Report:
    fields: dict[str, Any] = page.model_dump(include={"municipality", "name", "county", "slug"})
    return Report(**fields, pages=dict(sorted(pages.items())))
