"""The key below the commuting map: directions, two widths, which end is wide, what an open ring is, and the scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpers.charts import style, svg
from helpers.charts.datatable import Text
from helpers.charts.flowgeometry import DOT_RADIUS, NARROW_END, Frame, band_width, round_values, scale_length

_ROW = 22.0
_TEXT_AT = 60.0  # px from where a sample begins to its text


def filled(template: Text, **values: str) -> str:
    """Return a template with its values in place, as plain text."""
    return svg.clean(template).format(**values)


def flow_key(
    largest: float, beyond: bool, frame: Frame, count: Callable[[float], str], texts: Mapping[str, str]
) -> tuple[str, float]:
    """Return the key's elements and the height in px of the whole drawing; `largest` is the largest flow."""
    y = frame.height + 28
    rule = f'<path style="fill:none;stroke:var(--grid)" d="M0 {svg.number(y)}H400"/>'
    samples, y = _samples(y + 24, largest, count, texts)
    said, y = _sentence(2.0, y, texts["ends"])
    if beyond:
        ring = f'<circle class="ring" cx="7" cy="{svg.number(y - 4.5)}" r="{DOT_RADIUS}"/>'
        told, y = _sentence(18.0, y, texts["beyond"])
        said += ring + told
    scale = _scale_bar(y, frame.px_per_metre, count, texts)
    return f'<g aria-hidden="true">{rule}{samples}{said}{scale}</g>', y + 8


def _samples(y: float, largest: float, count: Callable[[float], str], texts: Mapping[str, str]) -> tuple[str, float]:
    """Draw the two directions and the two widths, side by side where the names leave room."""
    entries = [("fo", "to", svg.clean(texts["out"]), 9.0), ("fi", "ti", svg.clean(texts["in"]), 9.0)]
    widths = [
        ("", "m", filled(texts["person" if value == 1 else "persons"], count=count(value)), band_width(value, largest))
        for value in round_values(largest)
    ]
    beside = max(style.text_width(text, True) for _, _, text, _ in entries) < 128
    out = [_sample(2, y + _ROW * n, *entry, limit=128 if beside else 330) for n, entry in enumerate(entries)]
    below = y + _ROW * len(entries)
    for n, entry in enumerate(widths):
        x, at = (200.0, y + _ROW * n) if beside else (2 + 198.0 * n, below)
        out.append(_sample(x, at, *entry, limit=136))
    return "".join(out), below if beside or not widths else below + _ROW


def _sample(x: float, y: float, shape: str, look: str, text: str, wide: float, *, limit: float) -> str:
    """Draw a sample band, its wide end `wide` px at x, and its text with the baseline at y."""
    middle, a, b = y - 4.5, wide / 2, wide * NARROW_END / 2
    fill = f'class="{shape}"' if shape else 'style="fill:var(--muted)"'
    path = (
        f"M{svg.number(x)} {middle - a:.2f}L{svg.number(x + 52)} {middle - b:.2f}V{middle + b:.2f}"
        f"L{svg.number(x)} {middle + a:.2f}Z"
    )
    at = f'x="{svg.number(x + _TEXT_AT)}" y="{svg.number(y)}"'
    shown = svg.text(style.shortened(text, limit, look != "m"))
    return f'<path {fill} d="{path}"/><text class="{look}" {at}>{shown}</text>'


def _sentence(x: float, y: float, text: Text) -> tuple[str, float]:
    out = []
    for line in style.wrapped(svg.clean(text), style.WIDTH - x):
        out.append(f'<text class="m" x="{svg.number(x)}" y="{svg.number(y)}">{svg.text(line)}</text>')
        y += 17
    return "".join(out), y + 4


def _scale_bar(y: float, px_per_metre: float, count: Callable[[float], str], texts: Mapping[str, str]) -> str:
    km, length = scale_length(px_per_metre)
    end, low, middle = svg.number(2 + length), svg.number(y - 8), svg.number(y - 4)
    ruler = f'<path class="axis" d="M2 {middle}H{end}M2 {low}v8M{end} {low}v8"/>'
    text = svg.text(filled(texts["km"], count=count(km)))
    return f'{ruler}<text class="m" x="{svg.number(length + 10)}" y="{svg.number(y)}">{text}</text>'
