"""A map of one key figure in every municipality: a drawing of our own that zooms and answers to the pointer without a network."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pandas as pd
from ipywidgets import Dropdown
from markupsafe import Markup

from helpers import prose
from helpers.explore.choice import NARROW, WIDE
from helpers.explore.geo import mapped
from helpers.explore.keytable import written
from helpers.explore.step import Step, said
from helpers.measures.keyfigures import MAPPED
from helpers.prose import text

CLASSES = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")  # lightness alone tells them apart
WIDTH, HEIGHT = 640, 460
UNIT = 100  # metres of a unit of the drawing: browsers draw no text larger than 10 000 units
MARGIN = 12_000  # metres around a county
DETAIL = 400  # metres: what a boundary may be simplified by
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Class:
    """One colour: the least and the largest value that have it, as they are written."""

    low: str
    high: str
    colour: str


class Atlas(Step):
    """The map, and a list of figures for it."""

    def __init__(self, choice: Any) -> None:
        figures = [(str(text(f"explore.figure.{name}")), name) for name in MAPPED]
        self.figures = Dropdown(options=figures, description=str(text("explore.map.figure")), layout=WIDE, style=NARROW)
        self._held: dict[str, Any] = {}
        super().__init__(choice, [self.figures])

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        figure = self.figures.value
        if figure not in self._held:
            frame = mapped(figure, self.choice.tables)
            self._held[figure] = frame.assign(geometry=frame.geometry.simplify(DETAIL))
        return draw(self._held[figure], figure, self.choice.municipality), f'mapped("{figure}")'

    def more(self) -> Markup:  # noqa: D102
        figure = self.figures.value
        return said(f'mapped("{figure}").explore("{figure}")', text("explore.online"))


def draw(frame: Any, figure: str, chosen: Any) -> Markup:
    """The drawing with its buttons, legend and script.

    Parameters
    ----------
    frame : as `helpers.explore.geo.mapped` gives it. chosen : the municipality that is ringed, in whose county the map begins.
    """
    unit = frame.attrs["units"][figure]
    classes, of_code = classified(frame[figure], unit)
    label, year = text(f"explore.figure.{figure}"), int(frame["year"].iloc[0])
    value = written(frame.loc[chosen.code, figure], unit)
    alt = text("explore.map.alt", figure=label, year=year, name=chosen.name, value=value)
    body = Markup("").join(
        _place(code, row, unit, figure, of_code) for code, row in frame.iterrows() if row["geometry"] is not None
    )
    near = list(chosen.county.regions) if len(chosen.county.municipalities) > 1 else [chosen.code]
    return Markup(resources.files("helpers.explore").joinpath("drawing.html").read_text("utf-8")).format(  # noqa: S704  # ours
        id=f"kart-{next(_numbers)}", alt=alt, body=body, width=WIDTH, height=HEIGHT, chosen=chosen.code,
        near=_box(frame.loc[[code for code in near if code in frame.index]]), whole=_box(frame), legend=_legend(frame, figure, classes, chosen, label, year),
        hint=text("explore.map.hint"), closer=text("explore.map.closer"), away=text("explore.map.away"), all=text("explore.map.whole"),
        county=text("explore.map.near"),
    )  # fmt: skip


def classified(values: pd.Series, unit: str) -> tuple[list[Class], dict[str, str]]:
    """Fifths of the municipalities that have a figure, and the colour of each code; equal figures are never in two classes."""
    known = values.dropna()
    if known.nunique() < 2:
        groups = pd.Series(0, index=known.index)
    else:
        groups = pd.qcut(known, min(len(CLASSES), known.nunique()), labels=False, duplicates="drop")
    numbers = sorted(groups.unique())
    colours = {number: CLASSES[n * (len(CLASSES) - 1) // max(1, len(numbers) - 1)] for n, number in enumerate(numbers)}
    classes = [
        Class(
            written(known[groups == number].min(), unit), written(known[groups == number].max(), unit), colours[number]
        )
        for number in numbers
    ]
    return classes, {str(code): colours[number] for code, number in groups.items()}


def _place(code: Any, row: pd.Series, unit: str, figure: str, of_code: dict[str, str]) -> Markup:
    held = pd.notna(row[figure])
    told = (
        text("explore.map.told", name=row["name"], value=written(row[figure], unit)) if held else text("explore.map.unknown", name=row["name"])
    )  # fmt: skip
    fill = of_code.get(str(code), "none")
    shape, middle = row["geometry"], row["geometry"].representative_point()
    x, y = _at(middle.x, middle.y)
    drawn = f'<circle cx="{x}" cy="{y}"/>' if shape.geom_type == "Point" else f'<path d="{"".join(_rings(shape))}"/>'
    return Markup('<g data-code="{}" data-name="{}" data-x="{}" data-y="{}" fill="{}"><title>{}</title>{}</g>').format(
        code, row["name"], x, y, fill, told, Markup(drawn)  # noqa: S704  # numbers
    )  # fmt: skip


def _at(east: float, north: float) -> tuple[int, int]:
    """Metres → units of the drawing, whose y grows downwards."""
    return round(east / UNIT), round(-north / UNIT)


def _rings(shape: Any) -> Iterator[str]:
    for part in getattr(shape, "geoms", [shape]):
        for ring in (part.exterior, *part.interiors):
            yield "M" + "L".join("{} {}".format(*_at(x, y)) for x, y, *_ in ring.coords) + "Z"


def _box(frame: Any) -> str:
    """The view box that holds these, in the proportions of the drawing."""
    west, south, east, north = frame.total_bounds
    left, top = _at(west - MARGIN, north + MARGIN)
    right, low = _at(east + MARGIN, south - MARGIN)
    scale = max((right - left) / WIDTH, (low - top) / HEIGHT)
    x, y = (left + right - scale * WIDTH) / 2, (top + low - scale * HEIGHT) / 2
    return f"{x:.0f} {y:.0f} {scale * WIDTH:.0f} {scale * HEIGHT:.0f}"


def _legend(frame: Any, figure: str, classes: Sequence[Class], chosen: Any, label: Markup, year: int) -> Markup:
    swatch = Markup('<li><span style="background:{}"></span>{}</li>')
    rows = [
        swatch.format(
            each.colour, text("explore.map.range", low=each.low, high=each.high) if each.low != each.high else each.low
        )
        for each in classes
    ]
    missing = int(frame[figure].isna().sum())
    notes = [text("explore.map.missing", n=missing)] if missing else []
    notes.append(text("explore.map.chosen", name=prose.name(chosen)))
    borders = frame.attrs["borders"]
    notes.append(text("explore.map.borders", source=borders) if borders else text("explore.map.points"))
    title = text("explore.map.legend", figure=label, year=year)
    return Markup("<b>{}</b><ul>{}</ul><p>{}</p>").format(title, Markup("").join(rows), Markup(" ").join(notes))
