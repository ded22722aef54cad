"""Key figures of the municipality beside county, country and what else is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from markupsafe import Markup

from helpers import prose, reprs
from helpers.catalog import catalog
from helpers.explore.step import Step, paragraph
from helpers.measures.keyfigures import FIGURES, OUTSIDE, key_figures
from helpers.places import Area, Municipality, region_name
from helpers.prose import text
from helpers.tables import Tables

FEW = 6  # so many names in a note
_Absent = dict[tuple[str, ...], list[str]]
_TooFew = dict[tuple[str, int, int], list[str]]


class Figures(Step):
    """A table of key figures; what is not held is a dash with a reason below."""

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        choice = self.choice
        found = key_figures(choice.tables, choice.municipality, choice.areas)
        compared = f", [{', '.join(as_code(each) for each in choice.areas)}]" if choice.compare else ""
        code = f"key_figures(Tables.load(), {choice.found}{compared})"
        notes = _notes(found, choice.tables, [choice.municipality, *choice.areas])
        return _table(found) + Markup("").join(paragraph(each) for each in notes), code


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


def _notes(found: pd.DataFrame, tables: Tables, places: Sequence[Area | Municipality]) -> Iterator[Markup]:
    """What is not there, said once of the figures that lack the same; why, and what brings it."""
    absent, too_few, partly = _lacking(found)
    for places_, figures in absent.items():
        listed = prose.listing(_place(each) for each in places_)
        yield text("explore.figures.absent", n=len(figures), figures=_labels(figures), places=listed)
    gone = {name for names in absent for name in names}
    for each in places:
        if isinstance(each, Municipality) and each.name in gone and each.comparable_from is not None:
            yield text("page.missing.divided", name=prose.name(each), year=each.comparable_from)
    for (place, lacking, of), figures in too_few.items():
        values = {"figures": _labels(figures), "place": _place(place), "lacking": lacking, "of": of}
        yield text("explore.figures.too_few", **values)
    for figure, place, names in partly:
        listed = prose.listing(region_name(code) for code in names[:FEW])
        yield text("explore.figures.partly", figure=_labels([figure]), place=_place(place), names=listed)
    incomplete = {
        *(each for figures in absent.values() for each in figures),
        *(each for some in too_few.values() for each in some),
    }
    held = dict.fromkeys(found[found["figure"].isin(incomplete)]["table"])
    if numbers := [catalog()[each].number for each in held if each not in tables or tables.meta(each).assembled]:
        yield text("explore.figures.fetch", numbers=" ".join(numbers))
    if found[found["figure"].isin(OUTSIDE)]["value"].notna().any():
        yield text("explore.figures.reach")


def _lacking(found: pd.DataFrame) -> tuple[_Absent, _TooFew, list[tuple[str, str, tuple[str, ...]]]]:
    """Places → the figures that they have none of; (place, municipalities without, of) → figures; (figure, place, municipalities without)."""
    absent: _Absent = {}
    too_few: _TooFew = {}
    partly = []
    for figure in FIGURES:
        part = found[found["figure"] == figure]
        gone = part[part["value"].isna() & (part["lacking"].map(len) == 0)]["place"]
        if figure == "net":  # nobody commutes into the country
            gone = gone[gone != Area.country().name]
        if len(gone):
            absent.setdefault(tuple(gone), []).append(figure)
        for row in part[part["lacking"].map(len) > 0].to_dict("records"):
            if pd.isna(row["value"]):
                too_few.setdefault((row["place"], len(row["lacking"]), row["lacking_of"]), []).append(figure)
            else:
                partly.append((figure, row["place"], row["lacking"]))
    return absent, too_few, partly


def _labels(figures: Sequence[str]) -> Markup:
    first, *rest = (text(f"explore.figure.{figure}") for figure in figures)
    return prose.listing([first, *(prose.first_lower(each) for each in rest)])
