"""Small multiples: several line charts of 276 px, each with a title and a subtitle, for one section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpers.charts import style
from helpers.charts.datatable import Text
from helpers.charts.lines import Line, NumberFormat, line_chart
from helpers.charts.part import Figure


@dataclass(frozen=True)
class Small:
    """One of the small multiples. `value_format` writes the last values (default: `y_format`)."""

    title: Text
    subtitle: Text
    lines: Sequence[Line]
    alt: str
    y_format: NumberFormat
    value_format: NumberFormat | None = None
    zero: bool = False
    word: str = ""


def small_multiples(
    charts: Sequence[Small], *, x_format: Callable[[Any], str] = str, height: float = 144.0
) -> tuple[Figure, ...]:
    """Draw each chart 276 px wide and `height` px high, with only the first and last x labelled.

    A chart without any value is a hatch with its `word`.
    """
    figures = []
    for chart in charts:
        figure = line_chart(
            chart.lines, alt=chart.alt, y_format=chart.y_format, value_format=chart.value_format, x_format=x_format,
            zero=chart.zero, width=style.SMALL_WIDTH, height=height, word=chart.word, ends=True, ticks=2,
        )  # fmt: skip
        figures.append(replace(figure, title=chart.title, subtitle=chart.subtitle))
    return tuple(figures)
