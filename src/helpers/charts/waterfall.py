"""A waterfall on its side: the whole on top, what goes away step by step, and the rest at the bottom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.charts import patterns, style, svg
from helpers.charts.datatable import Text
from helpers.charts.lines import NumberFormat
from helpers.charts.part import Figure

_LABEL_LIMIT, _WORD_LIMIT = 124.0, 156.0  # px: of a label, and of one with a long word
_GAP = 8.0
STUB = 27.0  # px: a hatch of fixed width tells no number


@dataclass(frozen=True)
class Step:
    """A row: its label and number, at least 0. Without a number (None or NaN) `word` says why. `fill` is that of the map.

    A `correction` may have either sign: what rounding makes the others miss of their sum.
    """

    label: Text
    value: float | None
    word: Text = ""
    fill: patterns.FillName | None = None
    correction: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a number to draw."""
        return self.value is not None and math.isfinite(self.value)


def waterfall(
    start: Step,
    losses: Sequence[Step],
    rest: Step,
    *,
    alt: str,
    value_format: NumberFormat,
    width: float = style.WIDTH,
    parts: Sequence[Step] = (),
) -> Figure:
    """Draw how the losses take `start` down to `rest`, and below it what the rest is made of, `width` px wide.

    `value_format` writes the numbers; that of a loss is handed over as negative. A loss of 0 is a tick with its 0, an unknown
    one a hatch with its word. The rest must be the start less the known losses, the parts if any must be the rest (to a relative 1e-6), and
    no number but a correction negative: a drawing that does not add up is an error.
    """
    _check(start, losses, rest, parts)
    rows = [start, *losses, rest, *parts]
    ends = {0: "b", len(losses) + 1: "ti"}
    limit = min(
        max([_LABEL_LIMIT, *(style.text_width(w, True) for r in rows for w in svg.clean(r.label).split())]), _WORD_LIMIT
    )
    labels = [style.wrapped(svg.clean(row.label), limit, n in ends) for n, row in enumerate(rows)]
    left = max(style.text_width(line, True) for label in labels for line in label) + _GAP
    written = [value_format(_shown(row, n in range(1, len(losses) + 1))) for n, row in enumerate(rows) if row.known]
    right = max(style.text_width(svg.clean(text), True) for text in written) + _GAP
    unit = max(width - left - right, 40.0) / (float(start.value or 0.0) or 1.0)
    body, y, at = "", 4.0, float(start.value or 0.0)
    used: list[patterns.FillName] = []
    for n, (row, label) in enumerate(zip(rows, labels, strict=True)):
        css = ends.get(n, "")
        tall = max(style.BAR + _GAP, len(label) * style.LINE_STEP + _GAP)
        body += _label(label, left - _GAP, y + tall / 2, css)
        top = y + (tall - style.BAR) / 2
        if not row.known:
            body += _unknown(row, left, left + at * unit, top, width)
            y += tall
            continue
        value = float(row.value or 0.0)
        fill = row.fill or ("pale" if n == 0 else "warm" if n <= len(losses) else "solid")
        used.append(fill)
        x0 = left if n in ends else left + min(at - value, at) * unit
        body += _bar(x0, abs(value) * unit, top, fill, label)
        body += svg.words(width - 2, top + 13.5, value_format(_shown(row, 0 < n <= len(losses))), css, "end")
        at = value if n in ends else at - value
        if n < len(rows) - 1:
            body += _connector(left + at * unit, top + style.BAR, labels[n + 1], y + tall)
        y += tall
    axis = svg.stroke(f"M{svg.number(left)} 2V{svg.number(y)}", "stroke:var(--county);stroke-width:.75")
    return svg.assemble(patterns.definitions(used) + body + axis, width, y + 4, alt)


def _check(start: Step, losses: Sequence[Step], rest: Step, parts: Sequence[Step]) -> None:
    if not (start.known and rest.known):
        raise ValueError("a waterfall needs its start and its rest as numbers")
    if any(not row.known and not svg.clean(row.word).strip() for row in (*losses, *parts)):
        raise ValueError("an unknown loss needs a word that says why")
    if any(row.known and float(row.value or 0.0) < 0 and not row.correction for row in (start, *losses, rest, *parts)):
        raise ValueError("a waterfall has no negative numbers")
    begin, end = float(start.value or 0.0), float(rest.value or 0.0)
    whole, below = (sum(float(row.value or 0.0) for row in rows if row.known) for rows in (losses, parts))
    close = {"rel_tol": 1e-6, "abs_tol": 1e-6 * max(begin, 1.0)}
    if not math.isclose(begin - whole, end, **close):
        raise ValueError(f"the losses take {begin:g} to {begin - whole:g}, not to {end:g}")
    if parts and not math.isclose(below, end, **close):
        raise ValueError(f"the parts are {below:g} of {end:g}")


def _shown(row: Step, loss: bool) -> float:
    """Return the number that is written: a loss is negative, but nothing is never minus nothing."""
    value = float(row.value or 0.0)
    return -value if loss and value else value


def _label(lines: Sequence[str], x: float, middle: float, css: str) -> str:
    first = middle - len(lines) * style.LINE_STEP / 2 + 11.5
    return "".join(svg.words(x, first + n * style.LINE_STEP, line, css, "end") for n, line in enumerate(lines))


def _bar(x: float, wide: float, top: float, fill: patterns.FillName, label: Sequence[str]) -> str:
    title = " ".join(label)
    if wide <= 0:
        at = f"M{svg.number(x)} {svg.number(top)}v{style.BAR:g}"
        return svg.stroke(at, "stroke:var(--ink);stroke-width:1.5")
    return svg.box(x, top, max(wide, 0.8), style.BAR, patterns.look(fill), title, "bar")


def _unknown(row: Step, left: float, at: float, top: float, width: float) -> str:
    """Draw a hatch where the bar would begin, and its word beside it where there is room, else at the other side."""
    word = svg.clean(row.word)
    x = min(max(at - STUB, left + 1), width - STUB - 1)
    looks = "fill:url(#kr-hatch);stroke:var(--hatch);stroke-width:.75"
    box = svg.box(x, top + 0.5, STUB, style.BAR - 1, looks, word, "hatched")
    wide = style.text_width(word)
    if x - 6 - wide >= left + 2:
        return box + svg.words(x - 6, top + 13.5, word, "m", "end")
    word = style.shortened(word, width - x - STUB - 8)
    return box + svg.words(x + STUB + 6, top + 13.5, word, "m")


def _connector(x: float, top: float, label: Sequence[str], end: float) -> str:
    """Draw a thin line from a bar's end to where the next bar begins."""
    tall = max(style.BAR + _GAP, len(label) * style.LINE_STEP + _GAP)
    bottom = end + (tall - style.BAR) / 2
    return svg.stroke(
        f"M{svg.number(x)} {svg.number(top)}V{svg.number(bottom)}", "stroke:var(--country);stroke-width:.75"
    )
