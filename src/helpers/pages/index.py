"""The list of municipalities: every report in the folder, by county, with the key figures of its overview."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markupsafe import Markup

from helpers.pages import frame
from helpers.pages.reports import FRONT, Report
from helpers.places import registry
from helpers.prose import LANGUAGE, name, span, text


@dataclass(frozen=True)
class Row:
    """One municipality: its name with the link to its front page, its code, and a cell for each column."""

    name: Markup
    code: str
    href: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True)
class County:
    """The municipalities of a county that have a report."""

    key: str
    name: str
    rows: tuple[Row, ...]


def page(reports: Sequence[Report]) -> str:
    """The whole page as HTML. `reports` are in the order of their codes."""
    examples = [report for report in reports if report.constructed]
    reports = [report for report in reports if not report.constructed]
    columns = [key for key in column_keys() if any(_value(report, key) is not None for report in reports)]
    template = frame.environment().get_template("municipalities.html.j2")
    return template.render(
        counties=_counties(reports, columns),
        labels=[text(f"index.columns.{key}.label") for key in columns],
        years=_years(reports),
        count=len(reports),
        examples=[(name(each.name), f"{each.slug}/{each.front.file}") for each in examples],
        codes_of=registry().year,
        top=frame.macro("top", [frame.Link(text("page.all"), current=True)], [], ""),
    )


@cache
def column_keys() -> tuple[str, ...]:
    """The key figures that have a column, in the order of the catalogue."""
    file = resources.files("helpers").joinpath("texts", LANGUAGE, "page.toml")
    return tuple(tomllib.loads(file.read_text("utf-8"))["index"]["columns"])


def _counties(reports: Sequence[Report], columns: Sequence[str]) -> list[County]:
    rows: dict[tuple[str, str], list[Row]] = {}
    for report in reports:
        cells = tuple(_cell(report, key) for key in columns)
        row = Row(name(report.name), report.municipality, f"{report.slug}/{report.front.file}", cells)
        rows.setdefault((report.municipality[:2], report.county), []).append(row)
    return [County(f"fylke-{digits}", county, tuple(found)) for (digits, county), found in rows.items()]


def _cell(report: Report, key: str) -> Markup:
    value = _value(report, key)
    return text("index.none_held") if value is None else text(f"index.columns.{key}.value", value=value)


def _value(report: Report, key: str) -> float | None:
    front = report.pages.get(FRONT)
    return front.keys.get(key) if front else None


def _years(reports: Sequence[Report]) -> str:
    """The span of the years that the overviews name."""
    named = sorted(
        {int(year) for report in reports if (front := report.pages.get(FRONT)) for year in _digits(front.years)}
    )
    return span(named[0], named[-1]) if named else ""


def _digits(years: str) -> list[str]:
    return [each for each in years.replace("–", " ").replace(",", " ").split() if each.isdigit() and len(each) == 4]
