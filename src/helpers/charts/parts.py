"""The parts of a page: frozen dataclasses that become HTML (`parts.j2`) and, in a notebook, a display output.

A text field takes `Markup` as it is and escapes a plain `str`. Numbers come formatted; words come from callers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from helpers.charts.cards import BaseRow, BaseTable, Cards, Fact, TargetCard
from helpers.charts.datatable import (
    Column,
    DataTable,
    Kind,
    Labels,
    Missing,
    Text,
    checked_key,
    current_labels,
    use_labels,
)
from helpers.charts.part import PAGE_MIME, Figure, Part, checked_address, notebook_style, stylesheet
from helpers.language import spoken
from helpers.prose import plain

__all__ = [
    "PAGE_MIME",
    "BaseRow",
    "BaseTable",
    "Cards",
    "Column",
    "DataTable",
    "Fact",
    "Figure",
    "Findings",
    "Footer",
    "FooterColumn",
    "Head",
    "KeyFigure",
    "KeyFigures",
    "Kind",
    "Labels",
    "Link",
    "Links",
    "Missing",
    "MissingNote",
    "Part",
    "Section",
    "TargetCard",
    "Text",
    "current_labels",
    "notebook_style",
    "plain",
    "stylesheet",
    "use_labels",
]  # fmt: skip


@dataclass(frozen=True)
class Head(Part):
    """The top of a page: its only h1, the lead, the badges (the first tells the years), and what the exporter needs.

    `keys` are plain numbers by name, for sorting the index, `goals` the UN goals of each target, for finding it there; `years` and `description`
    are plain text.
    """

    part: ClassVar[str] = "head"
    theme: str
    municipality: str
    name: Text
    county: str
    slug: str
    title: Text
    lead: Text
    badges: Sequence[Text]
    description: str
    years: str
    keys: Mapping[str, float | None]
    goals: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def page(self) -> dict[str, Any]:
        """Return what the exporter and the index read: plain values that JSON can carry."""
        keys = {k: None if v is None or math.isnan(v) else v for k, v in self.keys.items()}
        return {
            "theme": self.theme, "municipality": self.municipality, "name": plain(self.name), "county": self.county,
            "slug": self.slug, "title": plain(self.title), "description": self.description, "years": self.years,
            "keys": keys, "language": spoken(), "goals": {title: list(goals) for title, goals in self.goals.items()},
        }  # fmt: skip

    def _data(self) -> dict[str, Any]:
        return {**super()._data(), PAGE_MIME: self.page()}

    def _lines(self) -> Iterable[str]:
        return [plain(self.title), plain(self.lead), " · ".join(plain(badge) for badge in self.badges)]


@dataclass(frozen=True)
class KeyFigure:
    """One number to read before any chart: label, number, unit and one to three lines of comparison."""

    label: Text
    number: Text
    unit: Text = ""
    lines: Sequence[Text] = ()


@dataclass(frozen=True)
class KeyFigures(Part):
    """Four key figures under one line."""

    part: ClassVar[str] = "keys"
    items: Sequence[KeyFigure]

    def _lines(self) -> Iterable[str]:
        for item in self.items:
            number = f"{plain(item.number)}\u00a0{plain(item.unit)}".strip()
            yield f"{plain(item.label)}: {number} ({'; '.join(plain(line) for line in item.lines)})"


@dataclass(frozen=True)
class Findings(Part):
    """Three to five whole sentences with their numbers."""

    part: ClassVar[str] = "findings"
    heading: Text
    items: Sequence[Text]
    subtitle: Text = ""
    key: str = "findings"

    def __post_init__(self) -> None:
        checked_key(self.key)

    def _lines(self) -> Iterable[str]:
        return [plain(self.heading), *(f"{n}. {plain(item)}" for n, item in enumerate(self.items, 1))]


@dataclass(frozen=True)
class Section(Part):
    """One finding: heading, subtitle, figures with caption, paragraphs, how it can be misread, and the numbers.

    Figures with a title stand as small multiples across the page; one without stands beside the paragraphs.
    """

    part: ClassVar[str] = "section"
    key: str
    heading: Text
    subtitle: Text
    figures: Sequence[Figure] = ()
    caption: Text = ""
    paragraphs: Sequence[Text] = ()
    misread: Sequence[Text] = ()
    table: DataTable | None = None

    def __post_init__(self) -> None:
        checked_key(self.key)
        if any(not figure.alt.strip() for figure in self.figures):
            raise ValueError(f"section {self.key!r} has a figure without an alternative text")

    @property
    def multiples(self) -> bool:
        """Whether the figures are small multiples."""
        return any(figure.title for figure in self.figures)

    def scoped_figures(self) -> list[Figure]:
        """Return the figures with ids that belong to this section, and its table as their long description."""
        return [figure.scoped(f"{self.key}-{n}").described_by(self.table) for n, figure in enumerate(self.figures, 1)]

    def _lines(self) -> Iterable[str]:
        yield from (plain(self.heading), plain(self.subtitle))
        yield from (f"[{': '.join(filter(None, (plain(f.title), f.alt)))}]" for f in self.figures)
        yield from (plain(self.caption), *map(plain, self.paragraphs))
        if self.misread:
            yield from (plain(current_labels().misread), *(f"- {plain(item)}" for item in self.misread))
        if self.table is not None:
            yield self.table.text()


@dataclass(frozen=True)
class Link:
    """A link to another page, with what stands there."""

    href: str
    title: Text
    text: Text = ""

    def __post_init__(self) -> None:
        checked_address(self.href)


@dataclass(frozen=True)
class Links(Part):
    """Where to read on."""

    part: ClassVar[str] = "links"
    heading: Text
    items: Sequence[Link]
    subtitle: Text = ""
    key: str = "links"

    def __post_init__(self) -> None:
        checked_key(self.key)

    def _lines(self) -> Iterable[str]:
        return [plain(self.heading), *(f"{plain(i.title)} ({i.href}): {plain(i.text)}" for i in self.items)]


@dataclass(frozen=True)
class MissingNote(Part):
    """A section whose table is not held: the word in the hatch, the reason, and the command that gets it."""

    part: ClassVar[str] = "note"
    key: str
    heading: Text
    hatch: Text
    paragraphs: Sequence[Text] = ()
    command: str = ""

    def __post_init__(self) -> None:
        checked_key(self.key)

    def _lines(self) -> Iterable[str]:
        yield from (plain(self.heading), plain(self.hatch), *map(plain, self.paragraphs))
        if self.command:
            yield f"{plain(current_labels().fetch)} {self.command}"


@dataclass(frozen=True)
class FooterColumn:
    """A column of the footer: a heading and its paragraphs."""

    heading: Text
    paragraphs: Sequence[Text]


@dataclass(frozen=True)
class Footer(Part):
    """Definitions, quality and method, and how the page is made again."""

    part: ClassVar[str] = "footer"
    columns: Sequence[FooterColumn]

    def _lines(self) -> Iterable[str]:
        for column in self.columns:
            yield from (plain(column.heading), *map(plain, column.paragraphs))
