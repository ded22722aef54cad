"""Need against supply: two bars on one scale for each class, and the difference in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.charts import patterns, style, svg
from helpers.charts.datatable import Text
from helpers.charts.lines import NumberFormat
from helpers.charts.part import Figure
from helpers.charts.waterfall import STUB

_THIN = 14.0
_OFF = 6.0
_FILLS: tuple[patterns.FillName, patterns.FillName] = ("lines", "solid")


@dataclass(frozen=True)
class BalanceRow:
    """A class: its label, need and supply (None or NaN: the word says why), and the difference in words."""

    label: Text
    need: float | None
    supply: float | None
    said: Text = ""
    need_word: Text = ""
    supply_word: Text = ""


def balance(
    rows: Sequence[BalanceRow],
    *,
    alt: str,
    value_format: NumberFormat,
    need_name: Text,
    supply_name: Text,
    width: float = style.WIDTH,
) -> Figure:
    """Draw need and supply of each class as a pair of bars, `width` px wide, all on one scale from zero.

    Need is striped in `--out`, supply solid in `--muni`; each bar carries its name. A negative number is an error.
    """
    if not rows:
        raise ValueError("there is no class to draw")
    names = [style.shortened(svg.clean(name), 100) for name in (need_name, supply_name)]
    left = max(style.text_width(name) for name in names) + 8
    cells = [
        [(_number(row.need), svg.clean(row.need_word)), (_number(row.supply), svg.clean(row.supply_word))]
        for row in rows
    ]
    numbers = [value for pair in cells for value, _ in pair if value is not None]
    right = max([0.0, *(style.text_width(svg.clean(value_format(v)), True) for v in numbers)]) + _OFF + 2
    room, largest = max(width - left - right, 40.0), max(numbers, default=0.0)
    body, y = "", 0.0
    for row, pair in zip(rows, cells, strict=True):
        title = style.wrapped(svg.clean(row.label), width - 4, bold=True)
        body += "".join(svg.words(0, y + 13 + n * style.LINE_STEP, line, "b") for n, line in enumerate(title))
        top = y + len(title) * style.LINE_STEP + 6
        axis = f"M{svg.number(left)} {svg.number(top - 2)}v{svg.number(2 * _THIN + 8)}"
        for n, ((value, word), name) in enumerate(zip(pair, names, strict=True)):
            middle = top + n * (_THIN + 4)
            body += svg.words(left - 8, middle + 11.5, name, "m", "end")
            body += _bar(value, word, (left, middle), room * (value or 0.0) / (largest or 1.0), n, value_format, width)
        body += svg.stroke(axis, "stroke:var(--county);stroke-width:.75")
        y = top + 2 * _THIN + 8
        said = svg.clean(row.said).strip()
        for line in style.wrapped(said, width - 4) if said else []:
            body += svg.words(0, y + 12, line)
            y += style.LINE_STEP
        y += 20
    return svg.assemble(patterns.definitions(_FILLS) + body, width, y - 12, alt)


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    if value < 0:
        raise ValueError("need and supply are not negative")
    return float(value)


def _bar(
    value: float | None, word: str, at: tuple[float, float], long: float, side: int, fmt: NumberFormat, width: float
) -> str:
    """Draw a bar `long` px long from `at`, or the hatch of what is unknown."""
    left, top = at
    if value is None:
        if not word.strip():
            raise ValueError("an unknown need or supply needs a word that says why")
        looks = "fill:url(#kr-hatch);stroke:var(--hatch);stroke-width:.75"
        box = svg.box(left + 0.5, top + 0.5, STUB, _THIN - 1, looks, word, "hatched")
        shown = style.shortened(word, width - left - STUB - _OFF - 4)
        return box + svg.words(left + STUB + _OFF, top + 11.5, shown, "m")
    wide = max(long, 0.8 if value else 0.0)
    box = svg.box(left, top, wide, _THIN, patterns.look(_FILLS[side]), css="bar") if value else ""
    return box + svg.words(left + wide + _OFF, top + 11.5, fmt(value), "to" if side == 0 else "ti")
