"""Where the numbers of a section come from: the tables that were read, the measures that were asked, the values put into sentences.

Nothing is kept but inside `tracing`; there, whoever hands out a table, answers a measure or fills a sentence says so here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from helpers.tidyframe import Cells, Rows

from helpers import units

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(eq=False)
class Trace:
    """What was used. `tables`, `measures` and `cells` in the order of their first use, each once; `sentences`: (key of the message, its numbers)."""

    tables: dict[str, None] = field(default_factory=dict)
    measures: dict[str, None] = field(default_factory=dict)
    sentences: list[tuple[str, dict[str, float]]] = field(default_factory=list)
    cells: dict[Cells, None] = field(default_factory=dict)


@dataclass(eq=False)
class Reading:
    """Which cells were read inside a block: `cells`, when it is over.

    Meanwhile `selected` are the selections that nothing smaller was selected from, `taken` those that something was made of.
    """

    selected: dict[int, Rows] = field(default_factory=dict)
    taken: dict[int, Rows] = field(default_factory=dict)
    cells: dict[Cells, None] = field(default_factory=dict)


_traces: list[Trace] = []
_answering: list[None] = []
_readings: list[Reading] = []


@contextmanager
def tracing() -> Iterator[Trace]:
    """Keep what is used inside the block. Blocks may stand in each other; each keeps its own."""
    trace = Trace()
    _traces.append(trace)
    try:
        with reading() as cells:
            yield trace
    finally:
        _traces.remove(trace)
        trace.cells = cells.cells


@contextmanager
def reading() -> Iterator[Reading]:
    """Keep which cells of tables are read inside the block; a block that it stands in has read them too."""
    kept = Reading()
    _readings.append(kept)
    try:
        yield kept
    finally:
        _readings.remove(kept)
        kept.cells |= {each.described(): None for each in _largest([*(kept.selected | kept.taken).values()])}
        kept.selected, kept.taken = {}, {}
        used(kept.cells)


def selected(whole: Rows, part: Rows) -> None:
    """Rows of a table were selected, or of a selection, which then was only on the way."""
    if _readings:
        _readings[-1].selected.pop(id(whole), None)
        _readings[-1].selected[id(part)] = part


def taken(rows: Rows) -> None:
    """Something was made of all rows of a table or a selection."""
    if _readings:
        _readings[-1].taken[id(rows)] = rows


def _largest(read: list[Rows]) -> list[Rows]:
    """Those that are no part of another one."""
    kept: list[Rows] = []
    for each in sorted(read, key=len, reverse=True):
        if not any(each.is_within(other) for other in kept):
            kept.append(each)
    return kept[::-1]


def is_reading() -> bool:
    """Whether somebody keeps which cells are read."""
    return bool(_readings)


def used(cells: Mapping[Cells, None]) -> None:
    """Cells were read, now or when an answer was made that is remembered."""
    if _readings:
        _readings[-1].cells |= cells


def read(table: str) -> None:
    """A table was handed out."""
    for trace in _traces:
        trace.tables[table] = None


@contextmanager
def answering() -> Iterator[None]:
    """What a measure asks of others is not what the section asked: it may be remembered, and then nobody is asked."""
    _answering.append(None)
    try:
        yield
    finally:
        _answering.pop()


def asked(measure: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """A section asks a measure; `arguments` are those beside the tables."""
    if not _traces or _answering:
        return
    shown = ", ".join(str(getattr(each, "key", each)) for each in arguments if each is not None)
    for trace in _traces:
        trace.measures[f"{name_of(measure)}({shown})"] = None


def said(key: str, values: Mapping[str, Any]) -> None:
    """A message was filled; its numbers are kept."""
    if not _traces:
        return
    numbers = {
        name: float(value)
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    if numbers:
        for trace in _traces:
            trace.sentences.append((key, numbers))


def measure(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a measure that is not remembered, so that whoever asks it is known to have asked."""
    told = described(function)

    @functools.wraps(function)
    def ask(*given: P.args, **named: P.kwargs) -> R:
        asked(function, (*given[1:], *named.values()))
        with answering():
            return told(*given, **named)

    return cast("Callable[P, R]", ask)


def described(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a measure, so that the frame that it returns says its units and the tables that were read (`helpers.units`)."""

    @functools.wraps(function)
    def ask(*given: P.args, **named: P.kwargs) -> R:
        with tracing() as trace:
            answer = function(*given, **named)
        units.describe(answer, name_of(function), tuple(trace.tables))
        return answer

    return cast("Callable[P, R]", ask)


def name_of(measure: Callable[..., Any]) -> str:
    """What a measure is called: ``employment.series``."""
    return f"{measure.__module__.rpartition('.')[2]}.{measure.__name__}"
