"""How ready the land is that is left, and how well it is placed: the ladder, what stops each plot, and the ABC classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from helpers import prose
from helpers.charts import landmaps, landtables, landwords, parts, words
from helpers.charts.landwords import area_caption, with_layers
from helpers.charts.steps import StepBar, step_chart
from helpers.measures import land, landabc
from helpers.measures.context import Context
from helpers.measures.landanalysis import Analysis
from helpers.measures.landready import NEEDS, STEPS
from helpers.prose import text

__all__ = ["placing", "readiness", "stopping"]


def labels(found: Analysis) -> dict[str, Markup]:
    """What each step is called, with its distance."""
    given = {"road": {"road": found.settings.road_access_m}, "pipes": {"pipe": found.settings.pipe_access_m}}
    return {key: text(f"land.ready.step_{key}", **given.get(key, {})) for key in STEPS}


@with_layers
def readiness(ctx: Context) -> parts.Section | None:
    """The ladder: area and number that have reached each step and all before it."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    named, rows = labels(found), words.records(found.ladder)
    bars, said = [], []
    for row in rows:
        note = prose.plain(text("land.ready.count_of", n=int(row["count_"])))
        label = prose.plain(named[row["key"]])
        if not landwords.is_told(found, row):
            bars.append(StepBar(label, None, word=prose.plain(text("land.unknown"))))
            said.append(text("land.ready.part_unknown", step=named[row["key"]]))
            continue
        most = row["bound"] == "upper"
        bars.append(StepBar(label, None if most else row["area_m2"], row["area_m2"] if most else None, note=note))
        value = text(f"land.ready.value{'_most' if most else ''}", area=row["area_m2"], counted=note)
        said.append(text("land.ready.part", step=named[row["key"]], value=value))
    last = rows[-1]
    paragraphs = _unknown(found)
    fall = _steepest(found)
    if fall is not None:
        of = "" if (found.ladder["bound"] == "exact").all() else "_known"
        paragraphs.append(text(f"land.ready.steepest{of}", step=named[fall[0]], area=fall[1]))
    return parts.Section(
        key="readiness",
        heading=_heading(found, last),
        subtitle=text("land.ready.subtitle"),
        figures=[
            step_chart(
                bars,
                alt=prose.plain(text("land.ready.alt", parts=prose.listing(said))),
                value_format=prose.dekar,
                upper_format=lambda value: prose.plain(text("land.ready.upper_value", area=value)),
            )
        ],
        caption=area_caption(ctx, *landwords.roles_of(found), "zoning", "roads", "water_mains", "sewers", "parcels"),
        paragraphs=paragraphs,
        misread=[text("land.ready.misread_step"), text("land.ready.misread_distance")],
        table=landtables.steps(ctx, named),
    )


def _heading(found: Analysis, last: Mapping[str, Any]) -> Markup:
    """How much is ready: plots where every step is known, dekar where it is a bound, since a number of plots is none."""
    if last["bound"] == "exact":
        return text("land.ready.heading", n=int(last["count_"]))
    if not landwords.some_step(found):
        return text("land.ready.heading_unknown")
    if last["count_"] == 0:
        return text("land.ready.heading_none_mapped")
    return text("land.ready.heading_most", area=float(last["area_m2"]))


def _unknown(found: Analysis) -> list[Markup]:
    """Which layers are missing for a step, and what that makes of the numbers after it."""
    gone = [role for roles in NEEDS.values() for role in roles if role not in found.layers]
    names = [landwords.lowered(landwords.role(each)) for each in gone]
    names += [landwords.constraint(each) for each in found.missing if each not in gone]
    if names:
        return [text("land.ready.unknown", names=prose.listing(names))]
    bounds = found.ladder.set_index("key")["bound"]
    partly = land.partial(found.layers)
    if partly and bounds["free"] == "upper":
        return [text("land.ready.partly", names=landwords.named(partly))]
    unsure = bool((bounds == "upper").any())  # layers are held, but do not say it of every piece
    return [text("land.ready.unsure")] if unsure else []


def _steepest(found: Analysis) -> tuple[str, float] | None:
    """The step at which most area stops, among those known with the step before them, and how much, m²."""
    ladder = found.ladder.set_index("key")
    falls = -ladder["area_m2"].where(ladder["bound"] == "exact").diff().dropna()
    if falls.empty or float(falls.max()) <= 0:
        return None
    return str(falls.idxmax()), float(falls.max())


@with_layers
def stopping(ctx: Context) -> parts.Section | None:
    """The map of the land that is free of constraints by the first step that stops it."""
    found = ctx.land
    if found.components.empty:
        return None
    sums, figures = landmaps.stops(ctx)
    largest = str(sums.idxmax())
    return parts.Section(
        key="stopping",
        heading=text(f"land.stop.heading_{largest}", share=100 * float(sums.max()) / float(sums.sum())),
        subtitle=text("land.stop.subtitle"),
        figures=figures,
        caption=area_caption(ctx, *landwords.roles_of(found), "zoning", "roads", "water_mains", "sewers", "parcels"),
        paragraphs=[text("land.stop.paragraph")],
        table=landtables.stops(ctx, sums[sums > 0]),
    )


@with_layers
def placing(ctx: Context) -> parts.Section | None:
    """The map of the plots by ABC class."""
    found = ctx.land
    if found.plots.empty:
        return None
    sums, figures = landmaps.classes(ctx)
    rules = found.settings.abc
    said = [
        text(
            "land.placing.rules",
            a_station=rules.a_station_m,
            a_centre=rules.a_centre_m,
            b_station=rules.b_station_m,
            b_centre=rules.b_centre_m,
            b_road=rules.b_main_road_m,
            c_road=rules.c_main_road_m,
        )
    ]
    if "centre" not in found.layers:
        centre = landabc.distances(found.plots.head(1), found.layers).attrs["centre"]
        said.append(text("land.placing.centre_plan" if centre else "land.placing.centre_none"))
    return parts.Section(
        key="placing",
        heading=text(
            f"land.placing.heading_{str(sums.idxmax()).lower()}", share=100 * float(sums.max()) / found.left_m2
        ),
        subtitle=text("land.placing.subtitle"),
        figures=figures,
        caption=area_caption(ctx, *landwords.roles_of(found), "stations", "centre", "roads"),
        paragraphs=said,
        misread=[text("land.placing.misread_line"), text("land.placing.misread_use")],
        table=landtables.classes(ctx),
    )
