"""A tornado: how far a result moves when one assumption at a time takes its low and its high value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from helpers.charts import patterns, style, svg
from helpers.charts.datatable import Text
from helpers.charts.lines import NumberFormat
from helpers.charts.part import Figure
from helpers.charts.waterfall import STUB

_OFF = 6.0  # px from a bar's end to its text
_NOTE_LIMIT = 112.0
_LEAST = 60.0  # px that the bars have at least


@dataclass(frozen=True)
class Range:
    """An assumption: its label, the result at its low and at its high value, and what these values are in words.

    A result that is None or NaN is a hatch with `word`.
    """

    label: Text
    low: float | None
    high: float | None
    low_text: Text = ""
    high_text: Text = ""
    word: Text = ""


@dataclass(frozen=True)
class _End:
    """One end of a bar: the result or None, the text of it, and the lines below it."""

    value: float | None
    text: str
    note: list[str]

    @property
    def wide(self) -> float:
        return max([style.text_width(self.text, True), *(style.text_width(line) for line in self.note)])


@dataclass(frozen=True)
class _Row:
    label: list[str]
    left: _End
    right: _End

    @property
    def height(self) -> float:
        below = max(len(self.left.note), len(self.right.note), 0)
        return len(self.label) * style.LINE_STEP + 6 + (1 + below) * style.LINE_STEP + 13


def tornado(
    base: float,
    rows: Sequence[Range],
    *,
    alt: str,
    value_format: NumberFormat,
    axis_format: NumberFormat,
    base_text: Text,
    width: float = style.WIDTH,
) -> Figure:
    """Draw a bar for each assumption from its lower to its higher result, in the given order, `width` px wide.

    The line at `base` carries `base_text`. `value_format` writes the results at the ends, `axis_format` the axis.
    """
    if not rows or not math.isfinite(base):
        raise ValueError("a tornado needs a base and at least one assumption")
    made = [_row(row, base, value_format, width) for row in rows]
    at, marks = _scale(base, made, width)
    title = style.wrapped(svg.clean(base_text), width - 8, bold=True)
    head = len(title) * style.LINE_STEP + 6
    bottom = head + sum(row.height for row in made)
    grid = "".join(
        svg.stroke(
            f"M{svg.number(at(m))} {svg.number(head)}V{svg.number(bottom)}", "stroke:var(--grid);stroke-width:.75"
        )
        for m in marks
    )
    line = f"M{svg.number(at(base))} {svg.number(head)}V{svg.number(bottom)}"
    bars, told, y = "", "", head
    for row in made:
        bars += _bar(row, base, at, y)
        told += _told(row, base, at, y)
        y += row.height
    body = bars + svg.stroke(line, "stroke:var(--ink);stroke-width:1.5") + told
    half = max(style.text_width(text, True) for text in title) / 2
    middle = min(max(at(base), half + 2), width - half - 2)
    body += "".join(svg.words(middle, 12 + n * style.LINE_STEP, text, "b", "middle") for n, text in enumerate(title))
    body += _axis(marks, at, bottom + 16, axis_format, width)
    return svg.assemble(grid + body, width, bottom + 24, alt)


def _row(row: Range, base: float, fmt: NumberFormat, width: float) -> _Row:
    ends = [_end(row.low, row.low_text, row.word, fmt), _end(row.high, row.high_text, row.word, fmt)]
    values = [base if end.value is None else end.value for end in ends]
    left, right = reversed(ends) if values[0] > values[1] else ends
    return _Row(style.wrapped(svg.clean(row.label), width - 4, bold=True), left, right)


def _end(value: float | None, note: Text, word: Text, fmt: NumberFormat) -> _End:
    told = svg.clean(note).strip()
    lines = style.wrapped(told, _NOTE_LIMIT) if told else []
    if value is None or not math.isfinite(value):
        if not svg.clean(word).strip():
            raise ValueError("an assumption without a result needs a word that says why")
        return _End(None, style.shortened(svg.clean(word), _NOTE_LIMIT), lines)
    return _End(float(value), svg.clean(fmt(value)), lines)


def _scale(base: float, rows: Sequence[_Row], width: float) -> tuple[Callable[[float], float], list[float]]:
    """Return the scale on which every end's text has room beside its bar, and the axis' round numbers."""

    def reach(end: _End) -> tuple[float, float]:
        return (base if end.value is None else end.value, end.wide + _OFF + 2 + (STUB if end.value is None else 0))

    lefts = [reach(row.left) for row in rows] + [(base, 0.0)]
    rights = [reach(row.right) for row in rows] + [(base, 0.0)]
    units = [
        max(width - before - after, _LEAST) / (high - low)
        for low, before in lefts
        for high, after in rights
        if high - low > 1e-9 * max(1.0, abs(high), abs(low))  # alike, but for rounding in the machine
    ]
    unit = min(units, default=1.0)
    zero = max(before - unit * low for low, before in lefts)
    high = max(high for high, _ in rights)
    low = min(low for low, _ in lefts)
    spare = min(width - after - (zero + unit * value) for value, after in rights)
    zero += max(spare, 0.0) / 2
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if high > low else [base]
    marks = [float(tick) for tick in ticks if low <= tick <= high]
    return (lambda value: zero + unit * value), marks


def _top(row: _Row, y: float) -> float:
    return y + len(row.label) * style.LINE_STEP + 6


def _bar(row: _Row, base: float, at: Callable[[float], float], y: float) -> str:
    """Draw the bar between the ends: from the base where one is unknown, which is a hatch of fixed width."""
    top, title, out = _top(row, y), " ".join(row.label), ""
    values = [base if end.value is None else end.value for end in (row.left, row.right)]
    if row.left.value is not None or row.right.value is not None:
        x0, x1 = at(min(values)), at(max(values))
        out += svg.box(x0, top, max(x1 - x0, 1.2), style.BAR, patterns.look("solid"), title, "bar")
    for end, shift in ((row.left, -STUB), (row.right, 0.0)):
        if end.value is None:
            looks = "fill:url(#kr-hatch);stroke:var(--hatch);stroke-width:.75"
            out += svg.box(at(base) + shift, top + 0.5, STUB, style.BAR - 1, looks, end.text, "hatched")
    return out


def _told(row: _Row, base: float, at: Callable[[float], float], y: float) -> str:
    """Write the row's label and, beside each end of the bar, its result with the assumption below."""
    out = "".join(svg.words(0, y + 12 + n * style.LINE_STEP, line, "b halo") for n, line in enumerate(row.label))
    for end, sign in ((row.left, -1), (row.right, 1)):
        x = at(base) + sign * (STUB + _OFF) if end.value is None else at(end.value) + sign * _OFF
        anchor = "start" if sign > 0 else "end"
        first = _top(row, y) + 13
        out += svg.words(x, first, end.text, "m halo" if end.value is None else "halo", anchor)
        for n, line in enumerate(end.note, 1):
            out += svg.words(x, first + n * style.LINE_STEP, line, "m halo", anchor)
    return out


def _axis(marks: Sequence[float], at: Callable[[float], float], y: float, fmt: NumberFormat, width: float) -> str:
    """Write the axis' numbers, those that would meet the one before left out."""
    out, end = "", -math.inf
    for mark in marks:
        text = svg.clean(fmt(mark))
        half = style.text_width(text) / 2
        x = min(max(at(mark), half), width - half)
        if x - half > end + 8:
            out += svg.words(x, y, text, "m", "middle")
            end = x + half
    return out
