"""Bars down a ladder of steps: what is known is solid, what is at most so much is an open outline, the unknown a hatch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.charts import patterns, style, svg
from helpers.charts.datatable import Text
from helpers.charts.lines import NumberFormat
from helpers.charts.part import Figure
from helpers.charts.waterfall import STUB

_LABEL_LIMIT = 132.0
_OFF = 6.0


@dataclass(frozen=True)
class StepBar:
    """A step: its label, its number, or the most that it can be, or the word for what is unknown; `note` is a second line."""

    label: Text
    value: float | None
    upper: float | None = None
    note: Text = ""
    word: Text = ""
    fill: patterns.FillName = "solid"


def step_chart(
    steps: Sequence[StepBar],
    *,
    alt: str,
    value_format: NumberFormat,
    upper_format: NumberFormat,
    width: float = style.WIDTH,
) -> Figure:
    """Draw a bar for each step in the given order, `width` px wide.

    `value_format` writes a number, `upper_format` one that is an upper bound («høyst …»). A step with neither needs a word.
    """
    if not steps:
        raise ValueError("there is no step to draw")
    labels = [style.wrapped(svg.clean(step.label), _LABEL_LIMIT) for step in steps]
    left = max(style.text_width(line) for label in labels for line in label) + 8
    written = [_written(step, value_format, upper_format) for step in steps]
    notes = [svg.clean(step.note).strip() for step in steps]
    reach = [
        (_reach(step), max(style.text_width(t, True), style.text_width(n)))
        for step, t, n in zip(steps, written, notes, strict=True)
    ]
    room = width - left - _OFF - 2
    unit = min([max(room - wide, 30.0) / value for value, wide in reach if value > 1e-9], default=1.0)
    body, y = "", 2.0
    for step, label, text, note in zip(steps, labels, written, notes, strict=True):
        tall = max(len(label) * style.LINE_STEP, (2 if note else 1) * style.LINE_STEP, style.BAR) + 9
        body += _row(step, label, text, note, left, y + tall / 2, unit)
        y += tall
    axis = svg.stroke(f"M{svg.number(left)} 2V{svg.number(y)}", "stroke:var(--county);stroke-width:.75")
    return svg.assemble(patterns.definitions(step.fill for step in steps) + body + axis, width, y + 2, alt)


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _reach(step: StepBar) -> float:
    """Return how long the step's bar is: its number, else its upper bound, else nothing."""
    for value in (step.value, step.upper):
        if value is not None and math.isfinite(value):
            if value < 0:
                raise ValueError("a step is not negative")
            return float(value)
    return 0.0


def _written(step: StepBar, value_format: NumberFormat, upper_format: NumberFormat) -> str:
    if _known(step.value):
        return svg.clean(value_format(_reach(step)))
    if _known(step.upper):
        return svg.clean(upper_format(_reach(step)))
    word = svg.clean(step.word)
    if not word.strip():
        raise ValueError("an unknown step needs a word that says why")
    return style.shortened(word, 180)


def _row(step: StepBar, label: Sequence[str], text: str, note: str, left: float, middle: float, unit: float) -> str:
    first = middle - len(label) * style.LINE_STEP / 2 + 11.5
    out = "".join(svg.words(left - 8, first + n * style.LINE_STEP, line, "", "end") for n, line in enumerate(label))
    top, wide, title = middle - style.BAR / 2, _reach(step) * unit, " ".join(label)
    if _known(step.value):
        out += svg.box(left, top, max(wide, 0.8), style.BAR, patterns.look(step.fill), title, "bar") if wide else ""
    elif _known(step.upper):
        looks = "fill:none;stroke:var(--muni);stroke-width:1.5;stroke-dasharray:4,3"
        out += svg.box(left, top + 0.75, max(wide, 0.8), style.BAR - 1.5, looks, title, "bound")
    else:
        looks = "fill:url(#kr-hatch);stroke:var(--hatch);stroke-width:.75"
        out += svg.box(left + 0.5, top + 0.5, STUB, style.BAR - 1, looks, text, "hatched")
        wide = STUB
    css = "b" if _known(step.value) else "m"
    y = middle + 4.5 if not note else middle - 3
    out += svg.words(left + wide + _OFF, y, text, css)
    return out + (svg.words(left + wide + _OFF, y + style.LINE_STEP, note, "m") if note else "")
