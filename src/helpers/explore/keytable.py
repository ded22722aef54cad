"""Key figures of the municipality beside county, country and what else is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from helpers import prose, reprs
from helpers.catalog import catalog
from helpers.explore.step import Step, paragraph
from helpers.measures.keyfigures import FIGURES, OUTSIDE, key_figures
from helpers.places import Area, Municipality, region_name
from helpers.prose import text

FEW = 6  # so many names in a note


class Figures(Step):
    """A table of key figures; what is not held is a dash with a reason below."""

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        choice = self.choice
        found = key_figures(choice.tables, choice.municipality, choice.areas)
        compared = f", [{', '.join(as_code(each) for each in choice.areas)}]" if choice.compare else ""
        code = f"key_figures(Tables.load(), {choice.found}{compared})"
        return _table(found) + Markup("").join(paragraph(each) for each in _notes(found)), code


def as_code(place: Area | Municipality) -> str:
    """The line that gives a place."""
    if isinstance(place, Municipality):
        return f'Municipality.find("{place.code}")'
    codes = ", ".join(f'"{code}"' for code in place.regions)
    return "Area.sondre_viken()" if place == Area.sondre_viken() else f"Area.of([{codes}])"


def written(value: float, unit: str, signed: bool = False) -> str:
    """A figure as its unit is written; a dash where it is not held."""
    if pd.isna(value):
        return str(text("explore.none"))
    if unit == "persons":
        return prose.signed(value) if signed else prose.count(value)
    return prose.percent(value) if unit == "percent" else prose.decimal(value)


def _table(found: pd.DataFrame) -> Markup:
    places = list(dict.fromkeys(found["place"]))
    header = [text("explore.figures.figure"), *(_place(each) for each in places)]
    header += [text("explore.figures.year"), text("explore.figures.source")]
    rows = []
    for figure, part in found.groupby("figure", sort=False):
        values = [
            written(value, unit, figure == "net") for value, unit in zip(part["value"], part["unit"], strict=True)
        ]
        year = text("explore.none") if part["year"].isna().any() else str(part["year"].iloc[0])
        rows.append((text(f"explore.figure.{figure}"), *values, year, catalog()[part["table"].iloc[0]].number))
    return Markup(reprs.table(text("explore.figures.caption"), header, rows, numbers=True))  # noqa: S704  # escaped there


def _place(name: str) -> Markup:
    return prose.first_upper(text("common.the_country")) if name == Area.country().name else prose.name(name)


def _notes(found: pd.DataFrame) -> Iterator[Markup]:
    for figure in FIGURES:
        part = found[found["figure"] == figure]
        label = text(f"explore.figure.{figure}")
        gone = part[part["value"].isna() & (part["lacking"].map(len) == 0)]
        if figure == "net":  # nobody commutes into the country
            gone = gone[gone["place"] != Area.country().name]
        if len(gone):
            yield text(
                "explore.figures.absent", figure=label, places=prose.listing(_place(each) for each in gone["place"])
            )
        for row in part[part["lacking"].map(len) > 0].to_dict("records"):
            if pd.isna(row["value"]):
                yield text(
                    "explore.figures.too_few",
                    figure=label,
                    place=_place(row["place"]),
                    lacking=len(row["lacking"]),
                    of=row["lacking_of"],
                )
            else:
                names = prose.listing(region_name(code) for code in row["lacking"][:FEW])
                yield text("explore.figures.partly", figure=label, place=_place(row["place"]), names=names)
    if found[found["figure"].isin(OUTSIDE)]["value"].notna().any():
        yield text("explore.figures.reach")
