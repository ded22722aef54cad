"""What exclusion costs by the municipality's own figures: three sections of the exclusion report, or the form where there are none."""

from __future__ import annotations

from contextlib import suppress

from markupsafe import Markup

from helpers import prose
from helpers.charts import exclusioncostform, exclusioncosttables, parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.lines import Line, line_chart
from helpers.charts.style import LineKind
from helpers.charts.tornado import Range, tornado
from helpers.costs import PAYERS, Costs
from helpers.errors import FiguresMissing
from helpers.measures import exclusion, exclusioncost
from helpers.measures.context import Context
from helpers.measures.exclusioncost import TOTAL, Assessment
from helpers.prose import text

STATUS = exclusion.TABLE
KINDS: dict[str, LineKind] = {"kommune": "muni", "fylke": "county", "stat": "out", TOTAL: "other"}


def cost(ctx: Context) -> parts.Section:
    """Net present value by payer and what it takes to break even; without the municipality's figures, the form and the persons."""
    if ctx.costs is None:
        return exclusioncostform.empty(ctx)
    found, shares = exclusioncost.assess(ctx.costs), _shares(ctx)
    net = found.payers["npv"]
    bars = [
        Bar(_payer(str(key)), Cell(float(value)), "muni" if key == TOTAL else "other") for key, value in net.items()
    ]
    said = prose.listing(text("exclusion.cost.value", who=bar.label, kroner=bar.cell.value) for bar in bars)
    return parts.Section(
        key="cost",
        heading=_heading(found),
        subtitle=text("exclusion.cost.subtitle", year=found.price_year),
        figures=[bar_chart(bars, alt=prose.plain(text("exclusion.cost.alt", values=said)), value_format=prose.count)],
        caption=_caption(ctx, shares),
        paragraphs=[*_sums(ctx.costs, found), _even(found), *_points(ctx.costs, shares)],
        misread=[text("exclusion.cost.misread_payer"), text("exclusion.cost.misread_inputs")],
        table=exclusioncosttables.by_payer(ctx, found),
    )


def cost_years(ctx: Context) -> parts.Section | None:
    """What each payer saves less what it pays, year by year; None without the municipality's figures."""
    if ctx.costs is None:
        return None
    found = exclusioncost.assess(ctx.costs)
    years = [int(year) for year in found.flows.index]
    lines = [Line(_payer(key), KINDS[key], years, found.flows[key].tolist()) for key in (*PAYERS, TOTAL)]
    last = prose.listing(
        text("exclusion.cost.value", who=line.name, kroner=found.flows[key].iloc[-1])
        for line, key in zip(lines, (*PAYERS, TOTAL), strict=True)
    )
    when = exclusioncost.paid_back(found)
    form = "never" if when is None else "at_once" if when == 0 else "paid"
    return parts.Section(
        key="cost-years",
        heading=text(
            f"exclusion.cost.years_{form}",
            measure=prose.bokmaal(found.name),
            **({"year": when} if form == "paid" else {}),
        ),
        subtitle=text("exclusion.cost.years_subtitle", year=found.price_year),
        figures=[
            line_chart(
                lines,
                alt=prose.plain(text("exclusion.cost.years_alt", last=years[-1], values=last)),
                y_format=prose.count,
                x_format=lambda year: str(text("exclusion.cost.year_short", year=year)),
            )
        ],
        caption=_caption(ctx, {}),
        paragraphs=[text("exclusion.cost.years_text")],
        table=exclusioncosttables.by_year(ctx, found),
    )


def cost_assumptions(ctx: Context) -> parts.Section | None:
    """Every assumption with its source, and how far the result moves with each; None without the municipality's figures."""
    if ctx.costs is None:
        return None
    found = exclusioncost.assess(ctx.costs)
    said = [text("exclusion.cost.given_all", code=ctx.municipality.code)]
    if found.fixed:
        named = prose.listing(exclusioncosttables.within(each) for each in found.fixed)
        said.append(text("exclusion.cost.fixed", n=len(found.fixed), names=named))
    widest = None if found.tornado.empty else found.tornado.iloc[0]
    heading = text("exclusion.cost.assumptions_none") if widest is None else text(
        "exclusion.cost.assumptions_heading", what=exclusioncosttables.within(str(widest["name"]))
    )  # fmt: skip
    return parts.Section(
        key="cost-assumptions",
        heading=heading,
        subtitle=text("exclusion.cost.assumptions_subtitle", year=found.price_year),
        figures=[] if widest is None else [_tornado(ctx.costs, found)],
        caption=_caption(ctx, {}),
        paragraphs=said,
        table=exclusioncosttables.assumptions(ctx, ctx.costs, found),
    )


def _tornado(inputs: Costs, found: Assessment) -> parts.Figure:
    base = float(found.payers["npv"][TOTAL])
    rows = [
        Range(
            prose.plain(exclusioncosttables.named(row["name"])),
            row["npv_low"],
            row["npv_high"],
            exclusioncosttables.amount(inputs, row["name"], row["low"]),
            exclusioncosttables.amount(inputs, row["name"], row["high"]),
        )
        for row in words.records(found.tornado)
    ]
    said = prose.listing(
        text("exclusion.cost.tornado_value", what=each.label, low=each.low, high=each.high) for each in rows
    )
    return tornado(
        base,
        rows,
        alt=prose.plain(text("exclusion.cost.tornado_alt", base=base, values=said)),
        value_format=prose.count,
        axis_format=prose.count,
        base_text=prose.plain(text("exclusion.cost.tornado_base", base=base)),
    )


def _payer(key: str) -> str:
    return prose.plain(prose.first_upper(text(f"exclusion.cost.payer_{key}")))


def _shares(ctx: Context) -> dict[str, exclusion.Share]:
    """Those outside; empty where the table is not held, since the kroner do not need it."""
    with suppress(FiguresMissing):
        return exclusioncost.form(ctx.tables, ctx.municipality).persons
    return {}


def _caption(ctx: Context, shares: dict[str, exclusion.Share]) -> Markup:
    own = text("exclusion.cost.source", code=ctx.municipality.code)
    if not shares:
        return own
    return words.SPACE.join([own, words.caption(ctx, {STATUS: str(next(iter(shares.values())).year)})])


def _heading(found: Assessment) -> Markup:
    """Whether the measure pays, unless an assumption alone can turn that."""
    net, measure = float(found.payers["npv"][TOTAL]), prose.bokmaal(found.name)
    if found.tornado["turns"].any():
        return text("exclusion.cost.heading_turns", measure=measure)
    form = "even" if prose.rounded(net, 0) == 0 else "gain" if net > 0 else "loss"
    return text(f"exclusion.cost.heading_{form}", measure=measure)


def _sums(inputs: Costs, found: Assessment) -> list[Markup]:
    total = found.payers.loc[TOTAL]
    told = {key: exclusioncosttables.amount(inputs, key, getattr(inputs, key).base) for key in exclusioncost.GENERAL}
    return [
        text("exclusion.cost.text", **told),
        text("exclusion.cost.sums", saved=total["saved"], cost=total["cost"], net=total["npv"]),
    ]


def _even(found: Assessment) -> Markup:
    even = found.break_even[TOTAL]
    if even.why is not None:
        return text(f"exclusion.cost.even_{even.why.replace(' ', '_')}")
    if not even.reachable:
        return text("exclusion.cost.even_unreachable")
    return text("exclusion.cost.even", percent=even.percent, persons=even.persons, group=found.group)


def _points(inputs: Costs, shares: dict[str, exclusion.Share]) -> list[Markup]:
    """Those outside, and what a percentage point of each age is worth in a year."""
    if not shares:
        return []
    worth = [exclusioncost.worth_of_a_point(inputs, each.total / 100)[TOTAL] for each in shares.values()]
    return [exclusioncostform.persons(shares), text("exclusion.cost.point", young=worth[0], adult=worth[1])]
