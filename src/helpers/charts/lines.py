"""Line charts with direct labels: gaps stay gaps, the municipality is wide and bold, intervals are bands.

Drawn with matplotlib itself: `seaborn.lineplot` drops missing values and so bridges the gaps between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from helpers.charts import style, svg
from helpers.charts.labels import spread
from helpers.charts.part import Figure

NumberFormat = Callable[[float], str]
_TOP, _BOTTOM = 12.0, 31.0  # px above and below the plot
_MARK = 12.0  # px more for the letters of events
_LEADER_FROM = 12.0


@dataclass(frozen=True)
class Line:
    """A series: `x` are years or months (shown in this order), `y` numbers with NaN or None where there is none.

    `lower` and `upper` bound an interval; `kind` gives colour, width and dashes.
    """

    name: str
    kind: style.LineKind
    x: Sequence[Any]
    y: Sequence[float | None]
    lower: Sequence[float | None] | None = None
    upper: Sequence[float | None] | None = None

    def values(self) -> np.ndarray:
        """Return y as floats, NaN where missing."""
        return as_floats(self.y)


@dataclass(frozen=True)
class _EndLabel:
    """A direct label at the right of a line: its lines of text, the height it wants and its look."""

    lines: list[str]
    y: float
    x: float
    kind: str

    @property
    def height(self) -> float:
        return len(self.lines) * style.LINE_STEP


def as_floats(values: Sequence[float | None] | np.ndarray) -> np.ndarray:
    """Return numbers as an array of floats, NaN where missing."""
    return np.array([math.nan if v is None or v != v else float(v) for v in values], dtype=float)


def line_chart(
    series: Sequence[Line],
    *,
    alt: str,
    y_format: NumberFormat,
    value_format: NumberFormat | None = None,
    x_format: Callable[[Any], str] = str,
    zero: bool = False,
    width: float = style.WIDTH,
    height: float = 240.0,
    masked: Sequence[Any] = (),
    word: str = "",
    ends: bool = False,
    ticks: int = 5,
    marks: Mapping[Any, str] | None = None,
) -> Figure:
    """Draw lines with their names and last values at the right; sizes in px.

    `y_format` writes the axis, `value_format` (default the same) the last values. `zero` starts the axis at zero.
    `masked` are x that get a hatch over the whole height, explained by `word` under the axis; with no value at all
    the chart is one hatch with `word`. `ends` labels only the first and the last x. `marks` are x with an event, by its letter.
    """
    drawn = [line for line in series if np.isfinite(line.values()).any()]
    if not drawn:
        return hatch_box(word, alt=alt, width=width, height=height)
    xs = positions(series, masked)
    low, high, steps = value_axis(drawn, zero, ticks)
    labels = [_end_label(line, value_format or y_format, x_format, xs, width) for line in drawn]
    key = 24.0 if masked and word else 0.0
    top = _TOP + (_MARK if marks else 0.0)
    height = max(height, sum(label.height for label in labels) + top + _BOTTOM + key)
    left = max(style.text_width(y_format(step)) for step in steps) + 8
    right = max(style.text_width(text, style.SERIES[label.kind][4]) for label in labels for text in label.lines) + 20
    with mpl.rc_context(dict(style.RC)):
        canvas = new_canvas(width, height)
        axes = plot_area(canvas, left, top, width - left - right, height - top - _BOTTOM - key)
        axes.set_xlim(-0.15, len(xs) - 1 + 0.15) if len(xs) > 1 else axes.set_xlim(-1, 1)
        axes.set_ylim(low, high)
        axes.set_yticks(steps, [y_format(step) for step in steps])
        axes.spines["bottom"].set_visible(low == 0 or bool(masked))
        x_labels(axes, [x_format(x) for x in xs], width - left - right, ends)
        axes.tick_params(axis="x", pad=7.5)  # clear of the lowest number beside the axis
        _hatch_columns(axes, [xs[x] for x in masked])
        mark(axes, {xs[x]: letter for x, letter in (marks or {}).items() if x in xs})
        for line in sorted(drawn, key=lambda item: item.kind in ("muni", "out", "in")):
            draw_line(axes, line, xs)
        _write_ends(canvas, axes, labels, width - right + 12, height)
        if key:
            hatch_key(canvas, word, 0.0, height - 8)
        return svg.render(canvas, alt)


def hatch_box(word: str, *, alt: str, width: float = style.WIDTH, height: float = 120.0) -> Figure:
    """Draw a hatched box with a word in it: what stands where there is nothing to draw."""
    if not word.strip():
        raise ValueError("a chart without a single value needs a word that says why")
    lines = style.wrapped(svg.clean(word), width - 40, bold=True)
    half = max(style.text_width(line, True) for line in lines) / 2 + 10
    middle, tall = height / 2, len(lines) * style.LINE_STEP
    body = (
        f'<rect class="hatched" x=".5" y=".5" width="{svg.number(width - 1)}" height="{svg.number(height - 1)}"'
        f' style="fill:url(#kr-hatch);stroke:var(--hatch)"/><rect x="{svg.number(width / 2 - half)}"'
        f' y="{svg.number(middle - tall / 2 - 5)}" width="{svg.number(2 * half)}" height="{svg.number(tall + 10)}"'
        ' style="fill:var(--bg)"/>'
    )
    for n, line in enumerate(lines):
        y = middle - tall / 2 + n * style.LINE_STEP + 11.5
        at = f'x="{svg.number(width / 2)}" y="{svg.number(y)}"'
        body += f'<text class="b" text-anchor="middle" {at}>{svg.spoken(line)}</text>'
    return svg.assemble(body, width, height, alt)


def new_canvas(width: float, height: float) -> Canvas:
    """Return an empty matplotlib figure of a size in px."""
    return Canvas(figsize=(width * style.PX / 72, height * style.PX / 72))


def plot_area(canvas: Canvas, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes at a place in px from the figure's upper left corner."""
    full_width, full_height = canvas.get_size_inches() * 72 / style.PX
    box = (left / full_width, 1 - (top + height) / full_height, width / full_width, height / full_height)
    return canvas.add_axes(box)


def write(
    canvas: Canvas, x: float, y: float, text: str, *, paint: str = "ink", bold: bool = False, align: str = "left"
) -> None:
    """Write a line of text with its baseline at (x, y) px from the upper left corner."""
    full_width, full_height = canvas.get_size_inches() * 72 / style.PX
    weight = "bold" if bold else "normal"
    at = (x / full_width, 1 - y / full_height)
    canvas.text(*at, svg.clean(text), color=style.colour(paint), weight=weight, ha=align, va="baseline")


def positions(series: Sequence[Line], also: Sequence[Any] = ()) -> dict[Any, int]:
    """Return each x's place on the axis. Years are evenly spaced, also those that no series has."""
    known = sorted({x for line in series for x in line.x} | set(also))
    if known and all(isinstance(x, (int, np.integer)) for x in known):
        known = list(range(int(known[0]), int(known[-1]) + 1))
    return {x: n for n, x in enumerate(known)}


def value_axis(series: Sequence[Line], zero: bool, ticks: int = 5) -> tuple[float, float, list[float]]:
    """Return the lowest and highest value of the axis and its marks, round numbers that hold every value."""
    parts = [line.values() for line in series]
    parts += [as_floats(bound) for line in series for bound in (line.lower, line.upper) if bound is not None]
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-9 * max(1.0, abs(low), abs(high)):  # alike, but for rounding in the machine
        low, high = (low, high + 1) if zero else (low - 1, high + 1)
    whole = bool((values == np.round(values)).all())
    marks = MaxNLocator(nbins=ticks, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=2).tick_values(low, high)
    step = float(marks[1] - marks[0])
    inner = [float(m) for m in marks if low - step < m < high + step]
    if not zero and inner[0] < 0 <= low:  # a measure that cannot be negative has no mark below zero
        inner = [m for m in inner if m >= 0]
    if zero and low == 0:
        inner = [m for m in inner if m >= 0]
        while len(inner) > 2 and inner[-2] >= high:
            inner.pop()
        # the last mark need not be passed: a line may rise a little above it
        if len(inner) > 2 and inner[-1] > high and (inner[-1] - high) > 0.6 * step:
            inner.pop()
    return min(inner[0], low), max(inner[-1], high), [round(m, 10) for m in inner]


def x_labels(axes: Axes, names: Sequence[str], width: float, ends: bool = False) -> None:
    """Label the x axis at whole places: all where there is room, else at even steps that keep the last, and the first if they can."""
    count = len(names)
    widest = max(style.text_width(name) for name in names) + 4
    step = count - 1 if ends else even_step(count, math.ceil(widest * (count - 1) / max(width, 1)))
    shown = [i for i in range(count) if (count - 1 - i) % max(step, 1) == 0]
    axes.set_xticks(shown, [svg.clean(names[i]) for i in shown])


def even_step(count: int, least: int) -> int:
    """The step from label to label: the least there is room for, or a little more where that also labels the first."""
    least = max(least, 1)
    return next((step for step in range(least, 2 * least) if (count - 1) % step == 0), least)


def draw_line(axes: Axes, line: Line, xs: dict[Any, int]) -> None:
    """Draw a series with its band, its lonely points and its last point; a gap is never bridged."""
    token, width, dashes, _, _ = style.SERIES[line.kind]
    colour = style.colour(token)
    y = np.full(len(xs), math.nan)
    y[[xs[x] for x in line.x]] = line.values()
    if line.lower is not None and line.upper is not None:
        _draw_band(axes, line, xs, colour)
    style_of = (0, tuple(v * style.PX for v in dashes)) if dashes else "-"
    (drawn,) = axes.plot(
        np.arange(len(xs)), y, color=colour, linewidth=width * style.PX, linestyle=style_of, clip_on=False
    )
    svg.tag(drawn, f"line {line.kind}")
    finite = np.flatnonzero(np.isfinite(y))
    lonely = [i for i in finite if not (np.isfinite(y[i - 1 : i]).any() or np.isfinite(y[i + 1 : i + 2]).any())]
    size = 8 if line.kind in ("muni", "out", "in") else 6
    for i in sorted({*lonely, finite[-1]}):
        dot(axes, i, float(y[i]), colour, size)


def dot(axes: Axes, x: float, y: float, colour: str, size: float = 8.0) -> None:
    """Mark a point with a dot of `size` px."""
    axes.plot([x], [y], "o", color=colour, markersize=size * style.PX, markeredgewidth=0, clip_on=False, zorder=4)


def _draw_band(axes: Axes, line: Line, xs: dict[Any, int], colour: str) -> None:
    assert line.lower is not None and line.upper is not None
    low, high = np.full(len(xs), math.nan), np.full(len(xs), math.nan)
    at = [xs[x] for x in line.x]
    low[at], high[at] = as_floats(line.lower), as_floats(line.upper)
    band = axes.fill_between(
        np.arange(len(xs)), low, high, where=np.isfinite(low) & np.isfinite(high), color=colour, linewidth=0,
        alpha=style.BAND_OPACITY, clip_on=False,
    )  # fmt: skip
    svg.tag(band, "band")


def mark(axes: Axes, marks: Mapping[int, str]) -> None:
    """A thin line through each event, its letter above the plot."""
    for x, letter in marks.items():
        axes.axvline(x, color=style.colour("country"), linewidth=style.PX, linestyle=(0, (1, 3)), zorder=0.5)
        axes.text(
            x, 1.02, svg.clean(letter), transform=axes.get_xaxis_transform(), ha="center", va="bottom", color=style.colour("muted"),
        )  # fmt: skip


def _hatch_columns(axes: Axes, at: Sequence[int]) -> None:
    for x in at:
        low, high = axes.get_ylim()
        (bar,) = axes.bar([x], [high - low], bottom=low, width=0.8, hatch="/", facecolor="none", clip_on=False,
                          edgecolor=style.colour("hatch"), linewidth=0.75, zorder=1)  # fmt: skip
        svg.tag(bar, "hatched")


def hatch_key(canvas: Canvas, word: str, x: float, baseline: float) -> None:
    """Explain the hatch under a chart: a small swatch and the word."""
    full_width, full_height = canvas.get_size_inches() * 72 / style.PX
    swatch = mpl.patches.Rectangle(
        ((x + 0.5) / full_width, 1 - (baseline + 2) / full_height), 22 / full_width, 14 / full_height, hatch="/",
        facecolor="none", edgecolor=style.colour("hatch"), linewidth=0.75, transform=canvas.transFigure,
    )  # fmt: skip
    canvas.add_artist(swatch)
    svg.tag(swatch, "hatched-key")
    write(canvas, x + 30, baseline, word, paint="muted")


def _end_label(
    line: Line, value_format: NumberFormat, x_format: Callable[[Any], str], xs: dict[Any, int], width: float
) -> _EndLabel:
    y = line.values()
    last = int(np.flatnonzero(np.isfinite(y))[-1])
    text = f"{svg.clean(line.name)} {value_format(float(y[last]))}".strip()
    if xs[line.x[last]] < len(xs) - 1:
        text += f" ({x_format(line.x[last])})"  # the value is not of the axis' last year: say of which
    lines = style.wrapped(text, max(width * 0.4, 124), style.SERIES[line.kind][4])
    return _EndLabel(lines, float(y[last]), float(xs[line.x[last]]), line.kind)


def _write_ends(canvas: Canvas, axes: Axes, labels: Sequence[_EndLabel], x: float, height: float) -> None:
    """Write the direct labels at the right, apart from each other; one that was moved far gets a leader."""
    points = axes.transData.transform([(label.x, label.y) for label in labels]) / style.PX
    wanted = [height - float(py) for _, py in points]
    middles = spread(wanted, [label.height for label in labels], 0.0, height)
    full_width, full_height = canvas.get_size_inches() * 72 / style.PX
    for label, middle, (px, _), want in zip(labels, middles, points, wanted, strict=True):
        _, _, _, token, bold = style.SERIES[label.kind]
        top = middle - label.height / 2
        for n, text in enumerate(label.lines):
            write(canvas, x, top + n * style.LINE_STEP + 11.5, text, paint=token, bold=bold)
        if abs(middle - want) > _LEADER_FROM and label.height <= style.LINE_STEP:
            leader = mpl.lines.Line2D(
                [(px + 5) / full_width, (x - 3) / full_width], [1 - want / full_height, 1 - middle / full_height],
                color=style.colour("county"), linewidth=0.75 * style.PX, transform=canvas.transFigure,
            )  # fmt: skip
            canvas.add_artist(leader)
            svg.tag(leader, "leader")
