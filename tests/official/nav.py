"""NAV's statistics pages and the workbooks that they link, in the layout of HL060 for October 2022.

The layout of HL060 is that of the recorded workbook; those of AAP155 and PST302 are only known by the titles of their sheets and, for PST302, by its
labels with prefixes of two, four and six digits. The figures are constructed, except HL060 for 2022, which are the snapshot's.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import numpy as np
import openpyxl

from .codes import OPEN, axis, body, spans, valid
from .klass import COUNTIES
from .wire import Answer, Call, not_found, page
from .world import employment, people, random

Cells = Sequence[Any]
STATISTICS = "/no/nav-og-samfunn/statistikk"
MONTHS = (
    "Januar",
    "Februar",
    "Mars",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Desember",
)
REPORTS = {  # report → page, uuid, title
    "HL060": (
        f"{STATISTICS}/arbeidssokere-og-stillinger-statistikk/helt-ledige",
        "1d9b0c2e-8a52-4a0f-9a5d-6f0e1d7c0601",
        "Helt ledige. Fylke og kommune. Tidsserie måned",
    ),
    "AAP155": (
        f"{STATISTICS}/aap-nedsatt-arbeidsevne-og-uforetrygd-statistikk/arbeidsavklaringspenger",
        "7be1a2f4-3c0d-4d7e-8f6b-2a9c5e4d1552",
        "Mottakere av arbeidsavklaringspenger. Kommune. Tidsserie måned",
    ),
    "PST302": (
        f"{STATISTICS}/uforetrygd/uforetrygd-manedsstatistikk",
        "c4d2e6a8-5b1f-4e3a-9d7c-0f8b6a4e3023",
        "Mottakere av uføretrygd. Kommune og bydel. Tidsserie måned",
    ),
}
FORMER = {"30": "Viken", "38": "Vestfold og Telemark", "54": "Troms og Finnmark - Romsa ja Finnmárku"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DISTRICTS = ("Gamle Oslo", "Grünerløkka", "Sagene", "St. Hanshaugen")
MASK = "*"


class Nav:
    """Answers the calls below www.nav.no. `year`, `months` and `revision` decide what the workbooks hold and what they are called."""

    def __init__(self) -> None:
        self.year, self.months, self.revision = 2026, 10, 0

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call."""
        for report, (where, _, title) in REPORTS.items():
            if path.rstrip("/") == where:
                return page(self._page(report, title))
            if path in (self.link(report), self.link(report, "inline")):
                return Answer(200, workbook(report, self.year, self.months, self.revision), XLSX)
        return not_found()  # also for what was there until the last release

    def link(self, report: str, how: str = "download") -> str:
        """The path of a workbook, which changes with what it holds."""
        held = f"{report} {self.year} {self.months} {self.revision}"
        name = f"{report}_{REPORTS[report][2].split('.')[0].replace(' ', '_')}_{self.year}_{self.months:02d}.xlsx"
        return f"/_/attachment/{how}/{REPORTS[report][1]}:{hashlib.sha1(held.encode()).hexdigest()}/{name}"

    def _page(self, report: str, title: str) -> str:
        month = MONTHS[self.months - 1].lower()
        other = f"/nav/_/attachment/download/0b9e0d7a-1111-4222-8333-944455566677:{'ab' * 20}/"
        links = [
            (
                other + quote("HL062_Helt_ledige_og_arbeidssøkere_på_tiltak.xlsx"),
                "HL062 Helt ledige og arbeidssøkere på tiltak (xlsx)",
            ),
            ("/nav" + quote(self.link(report), safe="/:"), f"{report} {title}, {month} {self.year} (xlsx)"),
            ("/nav" + quote(self.link(report, "inline"), safe="/:"), f"Åpne {report} i nettleseren"),
            (other + "Om_statistikken.xlsx", "Om statistikken"),
            (
                f"/nav/_/attachment/inline/2c1d0e3f-0000-4111-8222-933344455566:{'cd' * 20}/Pressemelding.pdf",
                "Pressemelding (pdf)",
            ),
            ("/nav/no/nav-og-samfunn/statistikk", "All statistikk"),
        ]
        items = "\n".join(f'<li><a href="{href}"><span>{text}</span></a></li>' for href, text in links)
        return f'<!DOCTYPE html>\n<html lang="no"><head><title>{title} - nav.no</title></head>\n<body><h1>{title}</h1>\n<ul>{items}</ul></body></html>\n'


@cache
def workbook(report: str, year: int, months: int, revision: int = 0) -> bytes:
    """The bytes of a report."""
    book = openpyxl.Workbook()
    about = book.active
    about.title = "0. Om tabellene"
    about["B2"], about["K2"] = "Kilde: NAV", REPORTS[report][2]
    about["B9"] = "NAV har valgt å erstatte verdier i celler hvor tallene er mindre enn 4 med spesialtegn «*»."
    counts, rates = _figures(report, year, months, revision)
    if report == "HL060":
        _blocks(book, "3. Kommune Antall", "Kommune¹. Antall²", year, counts, gap_after_first=False)
        _blocks(book, "4. Kommune Prosent av arbeidsst", "Kommune¹. Prosent av arbeidsstyrken²", year, rates)
    elif report == "AAP155":
        _blocks(book, "1. Kommune. Antall", "Kommune. Antall", year, counts)
        _blocks(book, "2. Kommune. Andel", "Kommune. Andel av befolkningen 18-66 år", year, rates)
    else:
        _labels(book, "Kommune-bydel. Antall", year, counts)
        _labels(book, "Kommune-bydel. Andel", year, rates)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _codes(year: int) -> tuple[str, ...]:
    return valid(min(year, OPEN))


def _figures(report: str, year: int, months: int, revision: int) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """Code → counts and → percentages, one for each month; masked where the count is below four."""
    if report == "HL060" and year == 2022 and months <= 10 and not revision:
        return _published(months)
    known = min(year, OPEN) - 1
    codes = _codes(year)
    force = employment(known)["residents"] * 1.02 if report == "HL060" else people(known + 1, known)[:, 1:5].sum(axis=1)
    force = np.resize(force, len(codes))
    level = {"HL060": 0.018, "AAP155": 0.045, "PST302": 0.11}[report]
    lots = random(report, year).lognormal(np.log(level), 0.25, (len(codes), 1))
    season = 1 + 0.15 * np.cos(np.arange(months) / 12 * 2 * np.pi)
    people_ = np.rint(
        force[:, None]
        * lots
        * season
        * random(report, year, "noise", revision).uniform(0.96, 1.04, (len(codes), months))
    )
    counts, rates = {}, {}
    for at, code in enumerate(codes):
        counts[code] = [MASK if each < 4 else int(each) for each in people_[at]]
        rates[code] = [MASK if each < 4 else round(100 * each / force[at], 1) for each in people_[at]]
    return counts, rates


def _published(months: int) -> tuple[dict[str, Cells], dict[str, Cells]]:
    document = body("nav_hl060.json")
    status, (_, contents, times) = document.get("status", {}), document["size"]
    found: list[dict[str, Cells]] = [{}, {}]
    for place, code in enumerate(axis(document, "Region")):
        for content in range(contents):
            start = (place * contents + content) * times
            row = range(start, start + months)
            found[content][code] = [status.get(str(at)) or document["value"][at] for at in row]
    return found[0], found[1]


def _head(book: Any, sheet: str, title: str, year: int, months: int) -> Any:
    grid = book.create_sheet(sheet)
    grid["B2"], grid["C3"], grid["B6"] = "Kilde: NAV", title, f"Januar - {MONTHS[months - 1].lower()} {year}"
    if months == 1:
        grid["B6"] = f"Januar {year}"
    for _ in range(6 - grid.max_row):
        grid.append([])
    return grid


def _blocks(
    book: Any, sheet: str, title: str, year: int, figures: dict[str, Cells], gap_after_first: bool = True
) -> None:
    """A block for each county: name, months, sum, municipalities; the recorded count sheet has no empty row after its first block."""
    months = len(next(iter(figures.values())))
    grid = _head(book, sheet, title, year, months)
    whole = "Antall" in sheet
    counties: dict[str, list[str]] = {}
    for code in figures:
        counties.setdefault(code[:2], []).append(code)
    svalbard: list[Any] = [30 - at for at in range(months)] if whole else [MASK] * months
    unknown: list[Any] = [9 + at for at in range(months)] if whole else [MASK] * months
    for number, (county, codes) in enumerate(counties.items()):
        name = {**COUNTIES, **FORMER}.get(county, f"Fylke {county}")
        if number > 1 or (number == 1 and gap_after_first):
            grid.append([])
        rows = [(f"{code} {spans()[code][0] if code in spans() else 'Svalbard'}", figures[code]) for code in codes]
        _block(grid, name, rows, [_sum([figures[code][at] for code in codes], whole) for at in range(months)])
    for name, label, cells in (("Øvrige områder", "2100 Svalbard", svalbard), ("Ukjent", "Ukjent", unknown)):
        grid.append([])
        _block(grid, name, [(label, cells)], cells)


def _block(grid: Any, name: str, rows: Sequence[tuple[str, Cells]], total: Cells) -> None:
    grid.append([None, name])
    grid.append([None, None, *MONTHS[: len(total)]])
    grid.append([None, f"I alt {name}", *total])
    for label, cells in rows:
        grid.append([None, label, *cells])


def _sum(cells: Cells, whole: bool) -> Any:
    held = [each for each in cells if each != MASK]
    if not held:
        return MASK
    return sum(held) if whole else round(sum(held) / len(held), 1)


def _labels(book: Any, sheet: str, year: int, figures: dict[str, Cells]) -> None:
    """One list: counties with two digits, municipalities with four, the districts of Oslo with six."""
    months = len(next(iter(figures.values())))
    grid = _head(book, sheet, sheet, year, months)
    grid.append([None, None, *MONTHS[:months]])
    last = ""
    for code, cells in figures.items():
        if code[:2] != last:
            last = code[:2]
            county = [each for other, each in figures.items() if other[:2] == last]
            total = [_sum([each[at] for each in county], "Antall" in sheet) for at in range(months)]
            grid.append([None, f"{last} {({**COUNTIES, **FORMER}).get(last, f'Fylke {last}')}", *total])
        grid.append([None, f"{code} {spans()[code][0]}", *cells])
        for number, district in enumerate(DISTRICTS if code == "0301" else (), 1):
            part = [each if each == MASK else max(round(each / 15), 4) if "Antall" in sheet else each for each in cells]
            grid.append([None, f"{code}{number:02d} {district}", *part])
