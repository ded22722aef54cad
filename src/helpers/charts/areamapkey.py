"""What stands below an area map: the scale and north, the text of the area in focus, and the key with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from helpers.charts import patterns, style, svg
from helpers.charts.areamapgeometry import View, scale_length
from helpers.charts.datatable import Text
from helpers.charts.flowkey import filled

_ROW = 21.0
_SWATCH = 24.0  # px wide, 14 high
_TEXT_AT = _SWATCH + 9


@dataclass(frozen=True)
class Entry:
    """A line of the key: a swatch of a fill, its label, and a number or none."""

    label: Text
    fill: patterns.FillName
    value: Text = ""


def area_key(
    entries: Sequence[Entry], signs: Sequence[str], y: float, width: float, texts: Mapping[str, Text]
) -> tuple[str, float]:
    """Return the key's elements, from y px down, and where they end; both empty where there is no entry.

    `signs` are the entries of the ground and of marks, each drawn where `texts` has a word for it.
    """
    shown = [sign for sign in signs if svg.clean(texts.get(sign, "")).strip()]
    if not entries and not shown:
        return "", y
    y += 14
    told = svg.stroke(f"M0 {svg.number(y)}H{svg.number(width)}", "stroke:var(--grid)")
    y += 20
    if entries:
        listed, y = _entries(entries, y, width)
        told += listed
        y += 5
    if shown:
        listed, y = _signs(shown, y, width, texts)
        told += listed
    return f'<g aria-hidden="true">{told}</g>', y - 16


def scale(y: float, view: View, count: Callable[[float], str], texts: Mapping[str, Text]) -> str:
    """Draw the scale bar at the left and north at the right, with the baseline at y."""
    metres, length = scale_length(view.px_per_metre)
    word, number = (texts["km"], metres / 1000) if metres >= 1000 else (texts["m"], metres)
    end, low, middle = svg.number(2 + length), svg.number(y - 8), svg.number(y - 4)
    ruler = svg.stroke(f"M2 {low}v8M2 {middle}H{end}M{end} {low}v8", "stroke:var(--county);stroke-width:1.2")
    out = ruler + svg.words(length + 10, y, filled(word, count=count(number)), "m")
    x = view.width - 6
    arrow = f"M{svg.number(x)} {svg.number(y + 1)}v-12.5m-3.5 4l3.5-4.5 3.5 4.5"
    out += svg.stroke(arrow, "stroke:var(--county);stroke-width:1.2")
    return out + svg.words(x - 8, y, texts["north"], "m", "end")


def _entries(entries: Sequence[Entry], y: float, width: float) -> tuple[str, float]:
    """Draw the kinds below each other, their numbers in a column of their own."""
    values = [svg.clean(entry.value) for entry in entries]
    room = max([style.text_width(value, True) for value in values], default=0.0)
    limit = width - _TEXT_AT - room - (16 if room else 4)
    labels = [style.wrapped(svg.clean(entry.label), limit) for entry in entries]
    edge = _TEXT_AT + max(style.text_width(line) for label in labels for line in label) + 18 + room
    out = []
    for entry, value, label in zip(entries, values, labels, strict=True):
        out.append(svg.box(1, y - 11, _SWATCH, 14, patterns.look(entry.fill, 1)))
        out += [svg.words(_TEXT_AT, y + n * style.LINE_STEP, line) for n, line in enumerate(label)]
        if value:
            out.append(svg.words(min(edge, width - 2), y, value, "b", "end"))
        y += _ROW + (len(label) - 1) * style.LINE_STEP
    return "".join(out), y


def _signs(signs: Sequence[str], y: float, width: float, texts: Mapping[str, Text]) -> tuple[str, float]:
    """Draw the other entries side by side, as many in a row as there is room for."""
    out, x = [], 0.0
    for sign in signs:
        label = style.wrapped(svg.clean(texts[sign]), width - _TEXT_AT - 4)
        wide = _TEXT_AT + max(style.text_width(line) for line in label)
        if x and x + wide > width:
            x, y = 0.0, y + _ROW
        out.append(_sign(sign, x, y - 4))
        out += [svg.words(x + _TEXT_AT, y + n * style.LINE_STEP, line, "m") for n, line in enumerate(label)]
        if len(label) > 1:
            x, y = 0.0, y + _ROW + (len(label) - 1) * style.LINE_STEP
        else:
            x += wide + 20
    return "".join(out), y + (_ROW if x else 0.0)


def _sign(sign: str, x: float, y: float) -> str:
    """Draw the sample of an entry, its middle at y."""
    middle = f"M{svg.number(x + 1)} {svg.number(y)}h{_SWATCH:g}"
    centre = svg.number(x + 1 + _SWATCH / 2)
    if sign == "speck":
        at = f'cx="{centre}" cy="{svg.number(y)}" r="6"'
        return f'<circle {at} style="fill:none;stroke:var(--ink);stroke-width:1.2"/>'
    if sign == "frame":
        return svg.box(x + 6, y - 7, 14, 14, "fill:none;stroke:var(--ink);stroke-width:1.2")
    if sign == "station":
        return svg.box(x + _SWATCH / 2 - 2.5, y - 3.5, 7, 7, "fill:var(--bg);stroke:var(--ink);stroke-width:1.6")
    if sign == "sea":
        return svg.box(x + 1, y - 7, _SWATCH, 14, "fill:var(--muni-soft);fill-opacity:.55;stroke:var(--rule)")
    looks = {
        "boundary": "stroke:var(--country);stroke-width:.9;stroke-dasharray:5,3",
        "road": "stroke:var(--country);stroke-width:1.5;stroke-opacity:.6",
        "railway": "stroke:var(--county);stroke-width:.8",
    }
    ties = svg.stroke(middle, "stroke:var(--county);stroke-width:4;stroke-dasharray:1,5") if sign == "railway" else ""
    return svg.stroke(middle, looks[sign]) + ties
