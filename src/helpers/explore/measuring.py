"""The measures, one at a time: pick one from a list, see its frame with units and sources."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pandas as pd
from ipywidgets import Dropdown
from markupsafe import Markup

from helpers import prose
from helpers.explore.choice import NARROW, WIDE
from helpers.explore.step import Step, paragraph
from helpers.places import Municipality, region_name
from helpers.prose import text

MOST = 40  # rows
PER_ROW = "see the column unit"


@dataclass(frozen=True)
class Asked:
    """A measure, and what it is asked besides tables and municipality."""

    module: str
    name: str
    further: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its label's key in the catalogue."""
        return f"{self.module}_{self.name}"

    def code(self, municipality: str) -> str:
        """The line that asks it."""
        function = self.name if self.module == "keyfigures" else f"{self.module}.{self.name}"
        return f"{function}({', '.join(['Tables.load()', municipality, *map(repr, self.further)])})"

    def of(self, tables: Any, municipality: Any) -> pd.DataFrame:
        """What it answers."""
        asked = getattr(import_module(f"helpers.measures.{self.module}"), self.name)
        found: pd.DataFrame = asked(tables, municipality, *self.further)
        return found


MEASURES = (
    Asked("employment", "series"),
    Asked("commuting", "summary"),
    Asked("commuting", "partners"),
    Asked("commuting", "partner_list", ("out",)),
    Asked("commuting", "shares"),
    Asked("exclusion", "by_age"),
    Asked("exclusion", "unemployment"),
    Asked("population", "series"),
    Asked("industry", "jobs_by_industry"),
    Asked("industry", "location_quotient"),
    Asked("keyfigures", "key_figures"),
)


class Measure(Step):
    """A list of measures and the frame of the one that is chosen."""

    def __init__(self, choice: Any) -> None:
        named = [(str(text(f"explore.measure.{each.key}")), each) for each in MEASURES]
        self.measures = Dropdown(
            options=named, description=str(text("explore.measure.measure")), layout=WIDE, style=NARROW
        )
        super().__init__(choice, [self.measures])

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        asked, place = self.measures.value, self.choice.municipality
        self.code = asked.code(self.choice.found)
        frame = asked.of(self.choice.tables, place)
        shown = as_table(frame) if len(frame) else paragraph(nothing(place))
        return shown + about(frame), self.code


def as_table(frame: pd.DataFrame) -> Markup:
    """The first rows, with numbers as their units are written and codes of municipalities as names."""
    units = frame.attrs["units"]
    shown = frame.head(MOST)
    shown = shown if shown.index.name is None else shown.reset_index()
    row = [""] * len(shown) if "unit" not in shown else shown["unit"]
    written = {
        name: [
            _cell(value, of_row if units.get(str(name)) == PER_ROW else units.get(str(name), ""))
            for value, of_row in zip(shown[name], row, strict=True)
        ]
        for name in shown
    }
    return Markup(pd.DataFrame(written).to_html(escape=True, border=0, index=False))  # noqa: S704  # escaped by pandas


def about(frame: pd.DataFrame) -> Markup:
    """How much of it is shown, its units and its tables."""
    notes = []
    if len(frame) > MOST:
        notes.append(text("explore.measure.shown", shown=MOST, of=len(frame)))
    columns: dict[str, list[str]] = {}
    for column, unit in frame.attrs["units"].items():
        columns.setdefault(unit, []).append(column)
    units = Markup("; ").join(
        text("explore.measure.of", unit=text(f"explore.unit.{unit.replace(' ', '_')}"), columns=", ".join(each))
        for unit, each in columns.items()
    )
    notes += [text("explore.measure.units", units=units)] if columns else []
    notes.append(text("explore.measure.source", tables=prose.listing(frame.attrs["source"])))
    return Markup("").join(paragraph(each) for each in notes)


def nothing(place: Municipality) -> Markup:
    """Why a measure has no rows."""
    if place.comparable_from is not None:
        return text("page.missing.divided", name=prose.name(place), year=place.comparable_from)
    return text("explore.measure.nothing", name=prose.name(place))


def _cell(value: Any, unit: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(region_name(str(code)) for code in value[:6]) + (" …" if len(value) > 6 else "")
    if value is None or pd.isna(value):
        return str(text("explore.none"))
    if isinstance(value, float):
        return prose.count(value) if unit == "persons" else prose.decimal(value)
    return str(value)
