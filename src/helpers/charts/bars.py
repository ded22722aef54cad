"""Bars from zero: single, in pairs on one scale, and columns over time. What is missing is a hatch with a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from helpers.charts import style, svg
from helpers.charts.lines import NumberFormat, hatch_key, new_canvas, plot_area, write, x_labels
from helpers.charts.part import Figure

_STEP = style.BAR + style.BAR_GAP
_GAP = 14.0  # px between two halves
_OFF = 6.0  # px from a bar's end to its number


@dataclass(frozen=True)
class Cell:
    """A number with its interval, or, where `value` is NaN or None, the word that says why there is none."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    word: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a number to draw."""
        return self.value is not None and math.isfinite(self.value)

    def reach(self) -> list[float]:
        """Return every number that the axis must hold."""
        return [float(v) for v in (self.value, self.lower, self.upper) if v is not None and math.isfinite(v)]


@dataclass(frozen=True)
class Bar:
    """A labelled bar. `kind` gives its colour: the municipality's own, out, or grey for every other."""

    label: str
    cell: Cell
    kind: style.LineKind = "other"


@dataclass(frozen=True)
class Half:
    """One side of a pair chart: its title, its colour and a cell for each row."""

    title: str
    kind: style.LineKind
    cells: Sequence[Cell] = field(repr=False)


@dataclass(frozen=True)
class _Scale:
    """From numbers to px: zero stands at `zero`, one unit is `unit` px wide."""

    zero: float
    unit: float

    def at(self, value: float) -> float:
        return self.zero + value * self.unit


def bar_chart(bars: Sequence[Bar], *, alt: str, value_format: NumberFormat, width: float = style.WIDTH) -> Figure:
    """Draw horizontal bars in the given order; a `muni` bar has a bold label. `width` in px."""
    half = Half("", "other", [bar.cell for bar in bars])
    return _chart([bar.label for bar in bars], [half], [bar.kind for bar in bars], alt, value_format, width)


def pair_chart(
    labels: Sequence[str], left: Half, right: Half, *, alt: str, value_format: NumberFormat, width: float = style.WIDTH
) -> Figure:
    """Draw two bars per label side by side, both halves on the same scale. `width` in px."""
    return _chart(labels, [left, right], [], alt, value_format, width)


def _chart(
    labels: Sequence[str],
    halves: Sequence[Half],
    kinds: Sequence[style.LineKind],
    alt: str,
    fmt: NumberFormat,
    width: float,
) -> Figure:
    if not labels or any(len(half.cells) != len(labels) for half in halves):
        raise ValueError("a bar chart needs one cell for each label, and at least one label")
    limit = width * (0.30 if len(halves) > 1 else 0.42)
    names = [style.wrapped(svg.clean(label), limit, _kind(kinds, n) == "muni") for n, label in enumerate(labels)]
    steps = [max(_STEP, len(name) * style.LINE_STEP + 8) for name in names]
    left = max(style.text_width(line, _kind(kinds, n) == "muni") for n, name in enumerate(names) for line in name) + 8
    titles = [style.wrapped(svg.clean(half.title), (width - left) / len(halves) - 12, bold=True) for half in halves]
    top = 8.0 + (max(len(t) for t in titles) * style.LINE_STEP if halves[0].title else 0)
    scales = _scales(halves, left, width, fmt)
    room = (width - left) / len(halves) - 14 - 28 - _OFF
    below = [w for w in _words(halves) if style.text_width(svg.clean(w)) > room]  # too long to stand beside its hatch
    bottom = top + sum(steps) + 2
    height = bottom + 22 * len(below)
    with mpl.rc_context(dict(style.RC)):
        canvas = new_canvas(width, height)
        axes = plot_area(canvas, 0, 0, width, height)  # one unit is one px, y down
        axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
        axes.axis("off")
        for at, (half, scale, title) in enumerate(zip(halves, scales, titles, strict=True)):
            longest = max((style.text_width(line, bold=True) for line in title), default=0.0)
            end = left + (at + 1) * (width - left + _GAP) / len(halves) - _GAP  # of this half
            for n, line in enumerate(title if half.title else []):
                x = max(left, min(scale.zero, end - longest)) if len(halves) > 1 else left
                write(canvas, x, 13 + n * style.LINE_STEP, line, paint=style.SERIES[half.kind][3], bold=True)
        y = top
        for n, (name, step) in enumerate(zip(names, steps, strict=True)):
            _label(canvas, name, left - 8, y + step / 2, _kind(kinds, n) == "muni")
            for half, scale in zip(halves, scales, strict=True):
                _bar(
                    canvas,
                    axes,
                    half.cells[n],
                    _kind(kinds, n) or half.kind,
                    scale,
                    y + (step - style.BAR) / 2,
                    fmt,
                    below,
                )
            y += step
        for n, word in enumerate(below):
            hatch_key(canvas, word, 0, bottom + 22 * n + 16)
        for scale in scales:
            axes.plot([scale.zero] * 2, [top, bottom], color=style.colour("county"), linewidth=0.75, clip_on=False)
        return svg.render(canvas, alt)


def _words(halves: Sequence[Half]) -> list[str]:
    """Return the words of the missing cells, each once; a cell without number and word is an error."""
    words = [cell.word for half in halves for cell in half.cells if not cell.known]
    if any(not word.strip() for word in words):
        raise ValueError("a missing cell needs a word that says why")
    return list(dict.fromkeys(words))


def _kind(kinds: Sequence[style.LineKind], n: int) -> style.LineKind | None:
    return kinds[n] if kinds else None


def _scales(halves: Sequence[Half], left: float, width: float, fmt: NumberFormat) -> list[_Scale]:
    """Return a scale per half: the same unit, room for the widest number outside both ends."""
    cells = [cell for half in halves for cell in half.cells]
    numbers = [v for cell in cells for v in cell.reach()]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    known = [cell for cell in cells if cell.known]
    after = max([0.0, *(style.text_width(fmt(c.value)) for c in known if c.value is not None and c.value >= 0)])
    before = max([0.0, *(style.text_width(fmt(c.value)) for c in known if c.value is not None and c.value < 0)])
    after, before = after + _OFF + 2, before + _OFF if low < 0 else 0.0
    each = (width - left + _GAP) / len(halves) - _GAP
    unit = max(each - after - before, 20.0) / ((high - low) or 1.0)
    return [_Scale(left + n * (each + _GAP) + before - low * unit, unit) for n in range(len(halves))]


def _label(canvas: Canvas, lines: Sequence[str], x: float, middle: float, bold: bool) -> None:
    token = "muni" if bold else "ink"
    for n, line in enumerate(lines):
        y = middle - len(lines) * style.LINE_STEP / 2 + n * style.LINE_STEP + 12
        write(canvas, x, y, line, paint=token, bold=bold, align="right")


def _bar(
    canvas: Canvas,
    axes: Axes,
    cell: Cell,
    kind: style.LineKind,
    scale: _Scale,
    y: float,
    fmt: NumberFormat,
    below: Sequence[str],
) -> None:
    if not cell.known or cell.value is None:
        _hatched(canvas, axes, cell, scale, y, beside=cell.word not in below)
        return
    value = float(cell.value)
    start, end = sorted((scale.zero, scale.at(value)))
    bar = Rectangle(
        (start, y), max(end - start, 0.6 if value else 0.0), style.BAR, color=style.colour(style.SERIES[kind][0])
    )
    axes.add_patch(bar)
    svg.tag(bar, f"bar {kind}")
    outer = scale.at(value)
    if cell.lower is not None and cell.upper is not None and math.isfinite(cell.lower) and math.isfinite(cell.upper):
        _whisker(axes, scale.at(cell.lower), scale.at(cell.upper), y)
        outer = min(outer, scale.at(cell.lower)) if value < 0 else max(outer, scale.at(cell.upper))
    if value < 0:
        write(canvas, outer - _OFF, y + 13.5, fmt(value), align="right")
    else:
        write(canvas, outer + _OFF, y + 13.5, fmt(value))


def _whisker(axes: Axes, start: float, end: float, y: float) -> None:
    """Draw an interval as a thin line with ends, over a halo so that it shows on the bar too."""
    middle, reach = y + style.BAR / 2, 4.0
    xs = [start, start, start, end, end, end]
    ys = [middle - reach, middle + reach, middle, middle, middle - reach, middle + reach]
    for token, width in (("bg", 3.0), ("ink", 1.5)):
        (line,) = axes.plot(xs, ys, color=style.colour(token), linewidth=width * style.PX, clip_on=False,
                            solid_capstyle="butt")  # fmt: skip
        svg.tag(line, "interval")


def _hatched(canvas: Canvas, axes: Axes, cell: Cell, scale: _Scale, y: float, beside: bool) -> None:
    """Draw a hatch of fixed width, which tells no number, and the word beside it."""
    box = Rectangle((scale.zero + 0.5, y + 0.5), 27, style.BAR - 1, hatch="/", facecolor="none", linewidth=0.75,
                    edgecolor=style.colour("hatch"))  # fmt: skip
    axes.add_patch(box)
    svg.tag(box, "hatched", cell.word)
    if beside:
        write(canvas, scale.zero + 28 + _OFF, y + 13.5, cell.word, paint="muted")


def column_chart(
    columns: Sequence[Bar], *, alt: str, value_format: NumberFormat, width: float = style.WIDTH, height: float = 200.0
) -> Figure:
    """Draw columns over time, each with its number above; a missing one is a hatch over the whole height.

    The word of the missing ones stands once, under the axis. Sizes in px.
    """
    if not columns:
        raise ValueError("a column chart needs at least one column")
    words = _words([Half("", "other", [bar.cell for bar in columns])])
    numbers = [v for bar in columns for v in bar.cell.reach()]
    low, high = min([0.0, *numbers]), max([0.0, *numbers]) or 1.0
    key = 22.0 * len(words)
    room = (high - low) * 20 / (height - 60)
    with mpl.rc_context(dict(style.RC)):
        canvas = new_canvas(width, height + key)
        axes = plot_area(canvas, 0, 4, width, height - 30)
        axes.set(xlim=(-0.55, len(columns) - 0.45), yticks=[], ylim=(low - (room if low < 0 else 0), high + room))
        axes.grid(False)
        fits = max(style.text_width(value_format(v)) for v in [*numbers, 0.0]) < width / len(columns) - 2
        for n, bar in enumerate(columns):
            _column(axes, n, bar, value_format, fits or n in (0, len(columns) - 1))
        axes.spines["bottom"].set_position(("data", 0))
        x_labels(axes, [bar.label for bar in columns], width * (len(columns) - 1) / len(columns))
        if low < 0:
            axes.tick_params(axis="x", pad=5 + _below(axes, low, room, height))
        for n, word in enumerate(words):
            hatch_key(canvas, word, 0, height + key - 6 - 22 * (len(words) - 1 - n))
        return svg.render(canvas, alt)


def _below(axes: Axes, low: float, room: float, height: float) -> float:
    """Return how far, in points, the labels stand below the zero line where bars hang under it."""
    bottom, top = axes.get_ylim()
    return float((0 - (low - room)) / (top - bottom) * (height - 30) * style.PX)


def _column(axes: Axes, at: int, bar: Bar, fmt: NumberFormat, numbered: bool) -> None:
    low, high = axes.get_ylim()
    if not bar.cell.known or bar.cell.value is None:
        (box,) = axes.bar([at], [high - low], bottom=low, width=0.67, hatch="/", facecolor="none", linewidth=0.75,
                          edgecolor=style.colour("hatch"), clip_on=False)  # fmt: skip
        svg.tag(box, "hatched", f"{bar.label}: {bar.cell.word}")
        return
    value = float(bar.cell.value)
    (drawn,) = axes.bar([at], [value], width=0.67, color=style.colour(style.SERIES[bar.kind][0]), clip_on=False)
    svg.tag(drawn, f"bar {bar.kind}", f"{bar.label}: {fmt(value)}")
    outer = value
    if bar.cell.lower is not None and bar.cell.upper is not None:
        for token, width in (("bg", 3.0), ("ink", 1.5)):
            (line,) = axes.plot([at, at], [bar.cell.lower, bar.cell.upper], color=style.colour(token), clip_on=False,
                                linewidth=width * style.PX, solid_capstyle="butt")  # fmt: skip
            svg.tag(line, "interval")
        outer = bar.cell.lower if value < 0 else bar.cell.upper
    if numbered:
        down = value < 0
        axes.annotate(fmt(value), (at, outer), (0, -3 if down else 3), textcoords="offset points", ha="center",
                      va="top" if down else "bottom", annotation_clip=False)  # fmt: skip
