"""Target cards: a goal of a plan against official figures, told in words; or why it is not measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from helpers.charts.datatable import DataTable, Text, checked_key, current_labels
from helpers.charts.part import Figure, Part
from helpers.prose import plain


@dataclass(frozen=True)
class BaseRow:
    """One possible base year of a target: the level then, the change since, and the change as a share of the goal.

    `share` is 1.0 at the goal; None, NaN or a negative share has no bar. `spoken` is the bar in words, for the ear.
    """

    base: Text
    level: Text
    change: Text
    share: float | None = None
    spoken: Text = ""


@dataclass(frozen=True)
class BaseTable:
    """A target's definition measured from every plausible base; `headers` are the labels of its four columns."""

    caption: Text
    headers: tuple[Text, Text, Text, Text]
    rows: Sequence[BaseRow]

    def goal(self) -> float:
        """Return where the goal's line stands, in percent of the track; room is left for bars that pass it."""
        return round(100 / max(1.32, *(1.04 * (row.share or 0.0) for row in self.rows if not _absent(row.share)), 0), 1)

    def width(self, row: BaseRow) -> float:
        """Return a bar's length in percent of the track."""
        return 0.0 if row.share is None or _absent(row.share) else round(max(0.0, row.share) * self.goal(), 1)


def _absent(share: float | None) -> bool:
    return share is None or math.isnan(share)


@dataclass(frozen=True)
class Fact:
    """A label and a value in a target card («Krevd vekst nå», «1,9 prosent i året»)."""

    label: Text
    value: Text


@dataclass(frozen=True)
class TargetCard:
    """A goal of a plan against official figures; its status is told in words.

    Evidence is any of: a table per definition (`bases`), `facts`, a `figure` with the `table` of its numbers, `paragraphs`, and a table of
    what must be true for the goal to be reached (`must`), which folds out under `must_label`. `tags` are the goals that it belongs to. A target that is not
    measured has `measured=False`, the word in the hatch (`hatch`), the reason in `paragraphs` and the `command`
    that fetches what is lacking.
    """

    key: str
    goal: Text
    plan: Text
    status: Text
    source: Text
    bases: Sequence[BaseTable] = ()
    facts: Sequence[Fact] = ()
    figure: Figure | None = None
    table: DataTable | None = None
    must: DataTable | None = None
    must_label: Text = ""
    tags: Sequence[Text] = ()
    paragraphs: Sequence[Text] = ()
    measured: bool = True
    hatch: Text = ""
    command: str = ""

    def __post_init__(self) -> None:
        checked_key(self.key)
        if not self.measured and not plain(self.hatch):
            raise ValueError(f"target {self.key!r} is not measured: say why in the hatch")

    def lines(self) -> Iterable[str]:
        """Return the card as lines of plain text."""
        yield from (plain(self.goal), *map(plain, self.tags), plain(self.plan), plain(self.status))
        for table in self.bases:
            yield plain(table.caption)
            yield from ("  ".join(plain(text) for text in (row.base, row.level, row.change)) for row in table.rows)
        yield from (f"{plain(fact.label)}: {plain(fact.value)}" for fact in self.facts)
        yield from (plain(self.hatch), *map(plain, self.paragraphs))
        if self.table is not None:
            yield self.table.text()
        if self.must is not None:
            yield self.must.text()
        if self.command:
            yield f"{plain(current_labels().fetch)} {self.command}"
        yield plain(self.source)


@dataclass(frozen=True)
class Cards(Part):
    """The targets of a municipality's plan."""

    part: ClassVar[str] = "cards"
    heading: Text
    subtitle: Text
    cards: Sequence[TargetCard]
    key: str = "targets"

    def __post_init__(self) -> None:
        checked_key(self.key)

    def _lines(self) -> Iterable[str]:
        yield from (plain(self.heading), plain(self.subtitle))
        for card in self.cards:
            yield from card.lines()
