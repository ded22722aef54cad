"""The list of municipalities: every report in the folder, by county, with the key figures of its overview."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from helpers.charts.goaltags import figures, un_name
from helpers.language import SOURCE, Language, speaking
from helpers.pages import frame, indexmap, links
from helpers.pages.reports import FRONT, INDEX, Report
from helpers.places import registry
from helpers.prose import bokmaal, keys, listing, name, plain, rounded, span, text


@dataclass(frozen=True)
class Row:
    """One municipality: its name with the link to its front page, its code, and a cell for each column.

    `words` are what it is found by, `values` the figures as they are shown, with spaces between; ``-`` for none. `goals` are the UN goals of
    the targets in its plan, with spaces between.
    """

    name: Markup
    code: str
    href: str
    cells: tuple[Markup, ...]
    words: str
    values: str
    goals: str = ""


@dataclass(frozen=True)
class Goal:
    """A UN goal that targets of municipalities belong to: its name, where the reports have figures of it, and the targets."""

    number: int
    name: Markup
    figures: Markup
    targets: tuple[tuple[Markup, str, Markup], ...]


@dataclass(frozen=True)
class County:
    """The municipalities of a county that have a report."""

    key: str
    name: str
    rows: tuple[Row, ...]


def page(reports: Sequence[Report], language: Language = SOURCE, others: Sequence[Language] = ()) -> str:
    """The whole page as HTML, in this language. `reports` are in the order of their codes.

    Parameters
    ----------
    others : the languages in which there is a list too.
    """
    with speaking(language):
        return _page(reports, links.languages(language, INDEX, dict.fromkeys(others, (INDEX,))))


def _page(reports: Sequence[Report], languages: Sequence[frame.Link]) -> str:
    examples = [report for report in reports if report.constructed]
    reports = [report for report in reports if not report.constructed]
    columns = [key for key in column_keys() if any(_value(report, key) is not None for report in reports)]
    labels = [text(f"index.columns.{key}.label") for key in columns]
    script, script_hash = _script() if reports else ("", "")
    drawn, caption = indexmap.draw(reports)
    template = frame.environment().get_template("municipalities.html.j2")
    return template.render(
        counties=_counties(reports, columns),
        labels=labels,
        figures=[plain(label).replace("\u00ad", "") for label in labels],
        goals=_goals(reports),
        script=script,
        script_hash=script_hash,
        map=drawn,
        map_caption=caption,
        years=_years(reports),
        count=len(reports),
        examples=[(name(each.name), f"{each.slug}/{each.front.file}") for each in examples],
        codes_of=registry().year,
        top=frame.macro("top", [frame.Link(text("page.all"), current=True)], [], "", languages),
    )


@cache
def _script() -> tuple[Markup, Markup]:
    """The script of the list, the only one of any page, and the name by which the page's policy lets it run."""
    source = (frame.TEMPLATES / frame.NAME / "list.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return Markup(source), Markup(f"'sha256-{digest}'")


@cache
def column_keys() -> tuple[str, ...]:
    """The key figures that have a column, in the order of the catalogue."""
    return tuple(dict.fromkeys(key.split(".")[2] for key in keys("index.columns")))


def _counties(reports: Sequence[Report], columns: Sequence[str]) -> list[County]:
    rows: dict[tuple[str, str], list[Row]] = {}
    before = _before()
    for report in reports:
        code = report.municipality
        cells = tuple(_cell(report, key) for key in columns)
        words = " ".join([report.name, code, report.county, *sorted(before.get(code, ()))])
        values = " ".join(_shown(_value(report, key)) for key in columns)
        own = " ".join(map(str, sorted(_un_goals(report))))
        row = Row(name(report.name), code, f"{report.slug}/{report.front.file}", cells, words, values, own)
        rows.setdefault((report.municipality[:2], report.county), []).append(row)
    return [County(f"fylke-{digits}", county, tuple(found)) for (digits, county), found in rows.items()]


def _un_goals(report: Report) -> set[int]:
    front = report.pages.get(FRONT)
    return {goal for those in front.goals.values() for goal in those} if front else set()


def _goals(reports: Sequence[Report]) -> list[Goal]:
    """Every UN goal that a target belongs to, with the municipalities that have one: the list without a script."""
    found = []
    for number in sorted(set().union(*map(_un_goals, reports))):
        held = [
            (name(report.name), f"{report.slug}/{report.front.file}", listing(bokmaal(each) for each in those))
            for report in reports
            if (those := [title for title, goals in report.pages[FRONT].goals.items() if number in goals] if FRONT in report.pages else [])
        ]  # fmt: skip
        found.append(Goal(number, un_name(number), figures([number]), tuple(held)))
    return found


def _before() -> dict[str, set[str]]:
    """Code of today → the codes and names that the municipality, or a part of it, has had: people go on using them."""
    known, found = registry(), dict[str, set[str]]()
    for (_, old), new in known.successors.items():
        for code in new:
            if old != code:
                found.setdefault(code, set()).update({old, known.names.get(old, "")} - {"", known.names[code]})
    return found


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{float(rounded(value, 1)):.10g}"


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
