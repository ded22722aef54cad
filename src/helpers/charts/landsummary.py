"""The top of the report on land for business: the finding, the key figures, the sentences to remember."""

from __future__ import annotations

from markupsafe import Markup

from helpers import prose
from helpers.charts import landwords, parts, words
from helpers.charts.landneed import supply_ends
from helpers.charts.landwords import constraint, named, with_layers
from helpers.land.settings import M2_PER_DEKAR
from helpers.measures import land
from helpers.measures.context import Context
from helpers.measures.landanalysis import SIEVED, Analysis
from helpers.prose import text

__all__ = ["findings", "head", "keys"]

# What no plan would set aside: the binding constraint is sought among the others.
MUST = ("built", "roads", "railway", "water")


def head(ctx: Context) -> parts.Head:
    """How much is left of what is planned; without layers, that they are lacking."""
    name = prose.name(ctx.municipality)
    if ctx.layers is None or "planned" not in ctx.layers:
        return _head(
            ctx, text("land.title.lacking", name=name), text("land.lead.lacking"), [text("land.badge_none")], {}
        )
    found = ctx.land
    empty = "purpose" if found.unknown_m2 else "nothing"
    form = empty if found.planned_m2 == 0 else "none" if found.plots.empty else "most" if found.bounded else "left"
    values = {} if form == empty else {"planned": found.planned_m2}
    values |= {"left": found.left_m2} if form in ("most", "left") else {}
    lead = "left" if form == "most" else form
    counted = {"n": len(found.plots), "least": found.settings.min_area_m2} if lead == "left" else {}
    said = [text(f"land.lead.{lead}", **counted)]
    if found.missing and form == "most":
        said.append(text("land.lead.missing", names=named(found.missing)))
    partly = land.partial(found.layers)
    if partly and form == "most":
        said.append(text("land.lead.partly", names=named(partly)))
    if "boundary" not in found.layers:
        said.append(text("land.lead.no_boundary"))
    badges = [
        text("land.badge"),
        *[text("land.badge_sources", sources=prose.bokmaal(each)) for each in landwords.producers(found.layers)],
    ]
    numbers = {"planned_dekar": found.planned_m2 / M2_PER_DEKAR, "left_dekar": found.left_m2 / M2_PER_DEKAR}
    known = numbers if form != "purpose" else {}
    return _head(ctx, text(f"land.title.{form}", name=name, **values), Markup(" ").join(said), badges, known)


def _head(ctx: Context, title: Markup, lead: Markup, badges: list[Markup], numbers: dict[str, float]) -> parts.Head:
    name = prose.name(ctx.municipality)
    return parts.Head(
        theme="land",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=title,
        lead=lead,
        badges=badges,
        description=prose.plain(text("land.lead.description", name=name)),
        years="",
        keys=dict(numbers),
    )


@with_layers
def keys(ctx: Context) -> parts.KeyFigures | None:
    """Planned, left, plots, and how long it lasts."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    share = text("land.keys.share", share=100 * found.left_m2 / found.planned_m2)
    left = [share, *_of_future(found), *([text("land.keys.most")] if found.bounded and found.left_m2 else [])]
    return parts.KeyFigures(
        [
            _key("planned", found.planned_m2, _status_lines(found)),
            _key("left", found.left_m2, left),
            parts.KeyFigure(
                text("land.keys.plots", least=found.settings.min_area_m2),
                prose.count(len(found.plots)),
                "",
                _plot_lines(found),
            ),
            _ends_key(ctx),
        ]
    )


def _key(name: str, square_metres: float, lines: list[Markup]) -> parts.KeyFigure:
    number, _, unit = prose.dekar(square_metres).rpartition(prose.NBSP)
    return parts.KeyFigure(text(f"land.keys.{name}"), number, unit, lines)


def _status_lines(found: Analysis) -> list[Markup]:
    area = by_status(found)
    lines = []
    if area["future"] + area["existing"] > 0:
        lines.append(text("land.keys.status", future=area["future"], existing=area["existing"]))
    if area["unknown"] > 0:
        lines.append(text("land.keys.status_unknown", unknown=area["unknown"]))
    return lines


def _plot_lines(found: Analysis) -> list[Markup]:
    if found.plots.empty:
        return [text("land.keys.no_plots")]
    said = [text("land.keys.largest", area=float(found.plots["area_m2"].max())), text("land.keys.big", n=found.big)]
    return [*said, text("land.keys.plots_unsure")] if found.bounded else said


def _of_future(found: Analysis) -> list[Markup]:
    """How much of what is left is in areas that the plan calls future; at least so much where the status of some is missing."""
    future = found.plots["future_m2"]
    if future.dropna().empty:
        return []
    return [text(f"land.keys.future{'_least' if future.isna().any() else ''}", area=float(future.sum()))]


def _ends_key(ctx: Context) -> parts.KeyFigure:
    ends = supply_ends(ctx)
    if ends is None:
        return parts.KeyFigure(text("land.keys.ends"), "–", "", [text("land.keys.ends_never")])
    if not ends.shown:
        lines = [text("land.need.ends_class_none", label=ends.label), text("land.keys.ends_pace", pace=ends.pace_m2)]
        return parts.KeyFigure(text("land.keys.ends_class", label=ends.label), "–", "", lines)
    lines = [text("land.keys.ends_pace", pace=ends.pace_m2), text("land.keys.ends_note")]
    lines += [text("land.keys.ends_latest")] if ctx.land.bounded else []
    return parts.KeyFigure(text("land.keys.ends_class", label=ends.label), ends.shown, "", lines)


def by_status(found: Analysis) -> dict[str, float]:
    """Planned m² by the plan's own status: future, existing, unknown."""
    start = found.found.start
    area = start["area_m2"].groupby(land.statuses(start)).sum()
    return {key: float(area.get(key, 0.0)) for key in ("future", "existing", "unknown")}


@with_layers
def findings(ctx: Context) -> parts.Findings | None:
    """What is left, what takes most, what one constraint alone holds back, the plots, and how many are ready."""
    found = ctx.land
    if found.planned_m2 == 0:
        return None
    if found.plots.empty:
        items = [text("land.findings.left_none", planned=found.planned_m2)]
    else:
        form = "left_most" if found.bounded else "left"
        share = 100 * found.left_m2 / found.planned_m2
        items = [text(f"land.findings.{form}", left=found.left_m2, planned=found.planned_m2, share=share)]
    first, area = str(found.taken.idxmax()), float(found.taken.max())
    if area > 0:
        form = "biggest_sieved" if first in SIEVED else "biggest"
        share = 100 * area / (found.planned_m2 - found.left_m2)
        items.append(text(f"land.findings.{form}", constraint=constraint(first), area=area, share=share))
    alone = binding(found, MUST)
    if alone is not None:
        form = "binding_known" if found.bounded else "binding"
        items.append(text(f"land.findings.{form}", constraint=constraint(alone[0]), area=alone[1]))
    if not found.plots.empty:
        values = {"n": len(found.plots), "least": found.settings.min_area_m2}
        items.append(text("land.findings.plots", largest=float(found.plots["area_m2"].max()), **values))
        items += _ready(found)
    return parts.Findings(
        text("common.findings"), items, text("land.findings.subtitle", name=prose.name(ctx.municipality))
    )


def _ready(found: Analysis) -> list[Markup]:
    """How much is ready to build on; nothing where no step but the plan is known."""
    last = words.records(found.ladder)[-1]
    if last["bound"] == "exact":
        area = {"area": float(last["area_m2"])} if last["count_"] else {}
        return [text("land.findings.ready", n=int(last["count_"]), **area)]
    if not landwords.some_step(found):
        return []
    return [text("land.findings.ready_most", area=float(last["area_m2"]))] if last["count_"] else []


def binding(found: Analysis, without: tuple[str, ...] = ()) -> tuple[str, float] | None:
    """The constraint that alone holds back most, and how much, m²."""
    held = found.classes["sole_m2"].drop(["net", *(each for each in without if each in found.classes.index)])
    if held.empty or float(held.max()) <= 0:
        return None
    return str(held.idxmax()), float(held.max())
