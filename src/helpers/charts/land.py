"""The sections of the report on land for business: what is planned, what takes it away, and the plots that are left."""

from __future__ import annotations

import math

from markupsafe import Markup

from helpers import prose
from helpers.charts import landmaps, landneed, landneeded, landtables, landwords, parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.landsummary import binding, by_status
from helpers.charts.landwords import NOTHING_M2, area_caption, constraint, named, with_layers
from helpers.charts.waterfall import Step, waterfall
from helpers.land.layers import ROLES
from helpers.land.settings import M2_PER_DEKAR
from helpers.measures.context import Context
from helpers.measures.landanalysis import SIEVED, Analysis
from helpers.prose import text

__all__ = ["details", "footer", "layers", "losses", "lost", "planned", "plots"]

HALF = 0.5
SHOWN_M2 = 50.0  # less is printed as under 0,1 dekar: the slivers of edges are nothing to tell of
EVEN = 1.1  # times as much is still about the same


@with_layers
def planned(ctx: Context) -> parts.Section | None:
    """The map of what the plan sets aside, by status, with what may hold business beside."""
    found, name = ctx.land, prose.name(ctx.municipality)
    area = by_status(found)
    drawn = found.planned_m2 > 0 or len(found.beside) > 0 or "boundary" in found.layers
    said = [text("land.planned.paragraph", area=found.planned_m2, n=len(found.found.start))] if found.planned_m2 else []
    if len(found.beside):
        total = float(found.beside["area_m2"].sum())
        form = "beside_most" if found.bounded else "beside_text"
        said.append(text(f"land.planned.{form}", area=total, net=found.beside_net_m2))
    else:
        said.append(text("land.planned.beside_none"))
    if found.unknown_m2:
        said.append(text("land.planned.purpose_unknown", area=found.unknown_m2))
    return parts.Section(
        key="planned",
        heading=text(f"land.planned.heading_{_planned_form(found, area)}"),
        subtitle=text("land.planned.subtitle"),
        figures=landmaps.planned(ctx, name) if drawn else [],
        caption=area_caption(ctx, "planned", "boundary", "roads", "ar5"),
        paragraphs=said,
        misread=[text("land.planned.misread_status"), text("land.planned.misread_plan")],
        table=landtables.purposes(ctx) if found.planned_m2 > 0 or len(found.beside) else None,
    )


def _planned_form(found: Analysis, area: dict[str, float]) -> str:
    if found.planned_m2 == 0:
        return "purpose" if found.unknown_m2 else "none"
    if area["unknown"] > HALF * found.planned_m2:
        return "unknown"
    for key, other in (("future", "existing"), ("existing", "future")):
        if area[key] > EVEN * (area[other] + area["unknown"]):
            return key
    likely = max(area["future"], area["existing"]) + area["unknown"] <= EVEN * min(area["future"], area["existing"])
    return "even" if likely or not area["unknown"] else "partly"


@with_layers
def losses(ctx: Context) -> parts.Section | None:
    """From planned to left: each square metre in one class."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    rows = found.waterfall.drop("net")
    steps = [_step(str(key), float(value)) for key, value in rows.items()]
    spoken = [
        text("land.losses.part", name=constraint(str(key)), area=float(value))
        for key, value in rows.items()
        if value > 0
    ]
    spoken += [text("land.losses.part_missing", name=constraint(each)) for each in found.missing]
    listed = prose.listing(spoken) if spoken else text("land.losses.heading_none")
    alt = text("land.losses.alt", start=found.planned_m2, rest=found.left_m2, parts=prose.first_upper(listed))
    ends = text("land.losses.start"), text("land.losses.rest")
    figure = waterfall(
        Step(prose.plain(ends[0]), found.planned_m2),
        steps,
        Step(prose.plain(ends[1]), found.left_m2),
        alt=prose.plain(alt),
        value_format=prose.dekar_number,
    )
    said = [text("land.losses.order", order=named(found.order))] if found.order else []
    alone = binding(found)
    said.append(
        text(f"land.losses.sole{'_known' if found.bounded else ''}", constraint=constraint(alone[0]), area=alone[1])
        if alone
        else text("land.losses.sole_none")
    )
    taken = float(found.lost.sum())
    if taken > 0:
        share = 100 * float(found.lost.iloc[0]) / (found.planned_m2 - found.left_m2)
        said.append(text("land.losses.shapley", constraint=constraint(str(found.lost.index[0])), share=share))
    if found.missing:
        said.append(text("land.losses.missing", names=named(found.missing)))
    metas = [found.layers.meta[role] for role in landwords.roles_of(found) if role in found.layers.meta]
    said += [
        landwords.titled(text("land.losses.cover", cover=prose.bokmaal(meta.cover.rstrip("."))))
        for meta in metas
        if meta.cover
    ]
    misread = [text(f"land.losses.misread_{each}") for each in ("order", "freed", "zones")]
    if "built" in found.order:
        misread.append(text("land.losses.misread_buffer", building=found.settings.building_buffer_m))
    return parts.Section(
        key="losses",
        heading=_losses_heading(found),
        subtitle=text("land.losses.subtitle"),
        figures=[figure],
        caption=area_caption(ctx, *landwords.roles_of(found)),
        paragraphs=said,
        misread=misread,
        table=landtables.losses(ctx),
    )


def _step(key: str, value: float) -> Step:
    name = prose.plain(landwords.titled(constraint(key)))
    if math.isnan(value):
        return Step(name, None, word=prose.plain(text("land.losses.unknown")))
    return Step(name, value, fill=landmaps.FILLS[landmaps.GROUPS[key]])


def _losses_heading(found: Analysis) -> Markup:
    rows = found.waterfall.drop("net").dropna()
    gone = found.planned_m2 - found.left_m2
    if gone <= NOTHING_M2 or rows.empty:
        return text(f"land.losses.heading_none{'_missing' if found.bounded else ''}")
    form = "all" if found.plots.empty else "most" if gone > HALF * found.planned_m2 else "some"
    if form == "some" and found.bounded:  # a layer that is missing may take more than half
        return text("land.losses.heading_some_missing")
    first = str(rows.idxmax())
    if first in SIEVED or first != found.taken.idxmax():  # what takes most in one order only makes no heading
        return text(f"land.losses.heading_{form}_plain")
    return text(f"land.losses.heading_{form}", constraint=constraint(first))


@with_layers
def lost(ctx: Context) -> parts.Section | None:
    """The map of what takes the planned land away, and what is left."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    groups = landmaps.grouped(found)
    taken = groups.drop("net").sort_values(ascending=False, kind="stable")
    taken = taken[taken > NOTHING_M2]
    average = found.taken.groupby(found.taken.index.map(landmaps.GROUPS)).sum()
    if taken.empty:
        heading = text(f"land.lost.heading_none{'_missing' if found.bounded else ''}")
    elif average.idxmax() != taken.index[0]:  # it takes most in this order only
        heading = text("land.lost.heading_plain")
    else:
        heading = text("land.lost.heading", group=landwords.group(str(taken.index[0])), area=float(taken.iloc[0]))
    return parts.Section(
        key="lost",
        heading=heading,
        subtitle=text("land.lost.subtitle"),
        figures=[landmaps.lost(ctx, groups)],
        caption=area_caption(ctx, *landwords.roles_of(found)),
        paragraphs=[text("land.lost.first"), *([text("land.lost.frames")] if landmaps.framed(found) else [])],
        table=landtables.groups(ctx, groups[groups > 0]),
    )


@with_layers
def details(ctx: Context) -> parts.Section | None:
    """The places with most planned land, closer; None where the map shows them well enough."""
    sums, figures = landmaps.details(ctx) if ctx.land.planned_m2 else ([], [])
    if not figures:
        return None
    return parts.Section(
        key="details",
        heading=text("land.details.heading"),
        subtitle=text("land.details.subtitle"),
        figures=figures,
        caption=area_caption(ctx, *landwords.roles_of(ctx.land)),
        table=landtables.details(ctx, sums),
    )


@with_layers
def plots(ctx: Context) -> parts.Section | None:
    """Plots by size."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    rows = words.records(found.sizes)
    labels = [landwords.size(row["lower_dekar"], row["upper_dekar"]) for row in rows]
    pairs = list(zip(labels, rows, strict=True))
    said = [
        text("land.plots.part", label=label, n=int(row["plots"]), area=row["area_dekar"] * M2_PER_DEKAR)
        for label, row in pairs
    ]
    bars = [Bar(prose.plain(label), Cell(float(row["plots"])), "muni") for label, row in pairs]
    alt = prose.plain(text("land.plots.alt", parts=prose.listing(said)))
    form = "none" if found.plots.empty else "big" if found.big else "small"
    width = found.settings.min_width_m
    unsure = [text("land.plots.missing", names=named(found.missing))] if found.missing else []
    return parts.Section(
        key="plots",
        heading=text(f"land.plots.heading_{form}", **({"n": found.big} if form == "big" else {})),
        subtitle=text("land.plots.subtitle"),
        figures=[bar_chart(bars, alt=alt, value_format=prose.count)],
        caption=area_caption(ctx, *landwords.roles_of(found)),
        paragraphs=[*_spread(found), *_sieved(found), *unsure],
        misread=[text("land.plots.misread_neck", width=width), text("land.plots.misread_owner")],
        table=landtables.sizes(ctx),
    )


def _sieved(found: Analysis) -> list[Markup]:
    """What is free and yet no plot; nothing is said of what there is none of."""
    limits = {"small": {"least": found.settings.min_area_m2}, "narrow": {"width": found.settings.min_width_m}}
    area = {key: float(found.sieved.get(key, 0.0)) for key in SIEVED}
    return [text(f"land.plots.sieved_{key}", area=area[key], **limits[key]) for key in SIEVED if area[key] >= SHOWN_M2]


def _spread(found: Analysis) -> list[Markup]:
    spread = found.fragmentation
    if spread.count < 2:
        return []
    return [text("land.plots.mesh", mean=found.left_m2 / spread.count, mesh=spread.mesh, gini=spread.gini)]


@with_layers
def layers(ctx: Context) -> parts.Section | None:
    """The layers used, and those that are missing."""
    found = ctx.land
    gone = [role for role in ROLES if role not in found.layers]
    said = [text("land.layers.held")]
    if gone:
        names = prose.listing(landwords.role(each) for each in gone)
        said = [text("land.layers.not_held", names=names, code=ctx.municipality.code)]
    if found.layers.constructed:
        said.append(text("land.layers.constructed"))
    return parts.Section(
        key="layers",
        heading=text("land.layers.heading_missing", n=len(gone)) if gone else text("land.layers.heading"),
        subtitle=text("land.layers.subtitle"),
        paragraphs=said,
        table=landtables.layers(ctx),
    )


def footer(ctx: Context) -> parts.Footer:
    """Definitions, what is subtracted and how wide, and the command."""
    if ctx.layers is None or "planned" not in ctx.layers:
        return words.footer(ctx, "land", [], [], landneeded.tables(ctx))
    set_ = ctx.land.settings
    definitions = [
        text("land.footer.planned"),
        text("land.footer.left", area=set_.min_area_m2, width=set_.min_width_m),
        text("land.footer.ready", road=set_.road_access_m, pipe=set_.pipe_access_m),
        text("land.footer.abc"),
        text("land.footer.dekar"),
    ]
    quality = [text("land.footer.constructed")] if ctx.municipality.constructed else []
    if ctx.land.order:
        quality.append(text("land.footer.taken", parts=prose.listing(_taken(ctx.land))))
        quality.append(text("land.footer.order", order=named(ctx.land.order)))
    quality.append(text("land.footer.crs"))
    return words.footer(ctx, "land", definitions, quality, landneed.tables(ctx))


def _taken(found: Analysis) -> list[Markup]:
    """What was subtracted, with its width or limit, in the order of booking."""
    set_ = found.settings
    widths = {
        "built": {"building": set_.building_buffer_m},
        "roads": {"main": set_.main_road_buffer_m, "road": set_.road_buffer_m},
        "railway": {"railway": set_.railway_buffer_m},
        "shoreline": {"shore": set_.shoreline_buffer_m},
        "flood": {"flood": set_.flood_return_years},
        "landslide": {"slide": set_.landslide_return_years},
        "slope": {"slope": set_.slope_percent},
    }
    return [
        text(f"land.footer.taken_{key}", **widths[key]) if key in widths else constraint(key) for key in found.order
    ]
