"""Out and in over time on one axis from zero, and under it their difference as bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from helpers.charts import style, svg
from helpers.charts.labels import Box, spread
from helpers.charts.lines import (
    Line,
    NumberFormat,
    as_floats,
    dot,
    draw_line,
    even_step,
    mark,
    new_canvas,
    plot_area,
    positions,
    value_axis,
    write,
    x_labels,
)
from helpers.charts.part import Figure

_TOP, _PLOT, _NET = 28.0, 162.0, 62.0  # px: above the lines, their height, height of the bars
_WIDEST = 32.0  # px: a bar, however few the years


def out_in_chart(
    x: Sequence[Any],
    out: Sequence[float | None],
    in_: Sequence[float | None],
    *,
    out_name: str,
    in_name: str,
    net_title: str,
    alt: str,
    y_format: NumberFormat,
    net_format: NumberFormat | None = None,
    x_format: Callable[[Any], str] = str,
    width: float = style.WIDTH,
    marks: Mapping[Any, str] | None = None,
) -> Figure:
    """Draw the lines of out and in (from zero, the gap filled) and bars of in minus out below; sizes in px.

    A year in which either is missing has no bar. `net_format` (default `y_format`) writes the differences. `marks` are x with an
    event, by its letter.
    """
    lines = [Line(out_name, "out", x, out), Line(in_name, "in", x, in_)]
    if not any(np.isfinite(line.values()).any() for line in lines):
        raise ValueError("neither out nor in has a value")
    xs = positions(lines)
    low, high, steps = value_axis(lines, zero=True)
    names = [_name(line, y_format) for line in lines]
    left = max(34.0, max(style.text_width(y_format(step)) for step in steps) + 5)
    right = max(style.text_width(text, bold=True) for text in names) + 11
    net = as_floats(in_) - as_floats(out)
    writer = net_format or y_format
    between = (width - left - right) / max(len(xs) - 1, 1)
    widest = max(style.text_width(writer(v)) for v in [0.0, *net[np.isfinite(net)]])
    room = max(math.ceil((widest - 1) / between), math.ceil(max(style.text_width(x_format(v)) for v in xs) / between))
    every = even_step(len(xs), room)  # each bar has its number where there is room, else those whose years are named
    height = _TOP + _PLOT + 42 + _NET + 28
    with mpl.rc_context(dict(style.RC)):
        canvas = new_canvas(width, height)
        axes = plot_area(canvas, left, _TOP, width - left - right, _PLOT)
        axes.set_xlim(0, max(len(xs) - 1, 1))
        axes.set_ylim(low, high)
        axes.set_yticks(steps, [y_format(step) for step in steps])
        axes.set_xticks([])
        axes.tick_params(axis="y", pad=3.5)
        mark(axes, {xs[each]: letter for each, letter in (marks or {}).items() if each in xs})
        _lines(canvas, axes, lines, xs, names, width - right + 10, y_format)
        write(canvas, 0, _TOP + _PLOT + 30, net_title, bold=True)
        below = plot_area(canvas, left, _TOP + _PLOT + 42, width - left - right, _NET)
        differences = {xs[v]: float(n) for v, n in zip(x, net, strict=True)}
        _net_bars(below, differences, writer, x_format, list(xs), every, min(0.5, _WIDEST / between))
        x_labels(below, [x_format(v) for v in xs], width - left - right)
        return svg.render(canvas, alt)


def _name(line: Line, y_format: NumberFormat) -> str:
    y = line.values()
    finite = y[np.isfinite(y)]
    name = svg.clean(line.name)
    return f"{name} {y_format(float(finite[-1]))}" if finite.size else name


def _lines(
    canvas: Canvas, axes: Axes, lines: Sequence[Line], xs: dict[Any, int], names: Sequence[str], x: float,
    y_format: NumberFormat,
) -> None:  # fmt: skip
    out, in_ = (line.values() for line in lines)
    at = [xs[v] for v in lines[0].x]
    gap = axes.fill_between(at, out, in_, color=style.colour("surface"), linewidth=0, clip_on=False)
    svg.tag(gap, "gap")
    drawn = [line for line in lines if np.isfinite(line.values()).any()]
    for line in drawn:
        draw_line(axes, line, xs)
    ends = [(line, np.flatnonzero(np.isfinite(line.values()))) for line in drawn]
    wanted = [_height_of(canvas, axes, line, i[-1]) for line, i in ends]
    middles = spread(wanted, [style.LINE_STEP] * len(drawn), 0, _TOP + _PLOT)
    for (line, _), middle in zip(ends, middles, strict=True):
        name = names[lines.index(line)]
        write(canvas, x, middle + 4, name, paint=style.SERIES[line.kind][3], bold=True)
    _starts(canvas, axes, drawn, xs, y_format)


def _starts(canvas: Canvas, axes: Axes, lines: Sequence[Line], xs: dict[Any, int], y_format: NumberFormat) -> None:
    """Write the first values, the upper above its line and the lower below, where no line or axis is met."""
    paths = [_screen(canvas, axes, line, xs) for line in lines]
    taken: list[Box] = []
    order = sorted(range(len(lines)), key=lambda n: paths[n][0][1])
    for rank, n in enumerate(order):
        line, (x, y) = lines[n], paths[n][0]
        value = float(line.values()[np.isfinite(line.values())][0])
        dot(axes, *_first(line, xs), style.colour(style.SERIES[line.kind][0]))
        text = y_format(value)
        wide = style.text_width(text, bold=True)
        above, below = (y - 22, y - 26, y - 30), (y + 8, y + 12, y + 16)
        for top in above + below if rank == 0 else below + above:
            box = Box(x + 2, top, x + 2 + wide, top + 14)
            if top < 0 or box.y1 > _TOP + _PLOT - 1 or any(box.meets(b) for b in taken) or _crossed(box, paths):
                continue
            taken.append(box)
            write(canvas, box.x0, top + 11.5, text, paint=style.SERIES[line.kind][3], bold=True)
            break


def _first(line: Line, xs: dict[Any, int]) -> tuple[float, float]:
    i = int(np.flatnonzero(np.isfinite(line.values()))[0])
    return float(xs[line.x[i]]), float(line.values()[i])


def _screen(canvas: Canvas, axes: Axes, line: Line, xs: dict[Any, int]) -> list[tuple[float, float]]:
    """Return a line's points in px from the upper left corner."""
    height = float(canvas.get_size_inches()[1]) * 72 / style.PX
    y = line.values()
    points = axes.transData.transform(
        [(xs[v], value) for v, value in zip(line.x, y, strict=True) if math.isfinite(value)]
    )
    return [(float(px) / style.PX, height - float(py) / style.PX) for px, py in points]


def _height_of(canvas: Canvas, axes: Axes, line: Line, index: int) -> float:
    height = float(canvas.get_size_inches()[1]) * 72 / style.PX
    return height - float(axes.transData.transform((0.0, float(line.values()[index])))[1]) / style.PX


def _crossed(box: Box, paths: Sequence[Sequence[tuple[float, float]]]) -> bool:
    """Whether a line passes through a box, tried at each px of its width."""
    for path in paths:
        xs, ys = [p[0] for p in path], [p[1] for p in path]
        inside = [x for x in np.arange(box.x0, box.x1, 1.0) if xs[0] <= x <= xs[-1]]
        if any(box.holds(float(x), float(np.interp(x, xs, ys)), 2) for x in inside):
            return True
    return False


def _net_bars(
    axes: Axes,
    net: dict[int, float],
    writer: NumberFormat,
    x_format: Callable[[Any], str],
    xs: Sequence[Any],
    every: int,
    wide: float,
) -> None:
    """Draw the differences from their own zero line, each with its number outside the end."""
    finite = {at: value for at, value in net.items() if math.isfinite(value)}
    low, high = min([0.0, *finite.values()]), max([0.0, *finite.values()])
    room = (high - low or 1.0) * 0.36
    axes.set_xlim(0, max(len(xs) - 1, 1))
    axes.set_ylim(low - (room if low < 0 else 0), high + (room if high > 0 else 0))
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.plot(
        [-0.6 * wide, max(len(xs) - 1, 1) + 0.6 * wide],
        [0, 0],
        color=style.colour("county"),
        linewidth=0.75,
        clip_on=False,
    )
    for at, value in finite.items():
        token = "out" if value < 0 else "muni"
        (bar,) = axes.bar([at], [value], width=wide, color=style.colour(token), clip_on=False)
        svg.tag(bar, "bar", f"{x_format(xs[at])}: {writer(value)}")
        if (max(finite) - at) % every == 0:
            hangs = value < 0
            axes.annotate(
                writer(value),
                (at, value),
                (0, -4 if hangs else 4),
                textcoords="offset points",
                ha="center",
                va="top" if hangs else "bottom",
                annotation_clip=False,
            )
