"""Which labour market the municipality belongs to: a section of the commuting report."""

from __future__ import annotations

from markupsafe import Markup

from helpers import places, prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.commutingtables import FLOWS
from helpers.measures import areas
from helpers.measures.context import Context
from helpers.measures.labourmarket import LabourMarket, labour_market, split
from helpers.places import region_name
from helpers.prose import text

NAMED = 3  # members beside the municipality that a heading can name


def market(ctx: Context) -> parts.Section:
    """The travel-to-work area of the municipality, its members, how closed and how stable it is."""
    found = labour_market(ctx.tables, ctx.municipality)
    members, name = words.records(found.members), prose.name(ctx.municipality)
    bars = [
        Bar(row["name"], Cell(float(row["inside"])), "muni" if code == ctx.municipality.code else "other")
        for code, row in zip(found.members.index, members, strict=True)
    ]
    said = prose.listing(text("employment.rate.value", place=bar.label, value=bar.cell.value) for bar in bars)
    return parts.Section(
        key="market",
        heading=_heading(ctx, found),
        subtitle=text("commuting.market.subtitle", year=found.year),
        figures=[
            bar_chart(bars, alt=prose.plain(text("commuting.market.alt", values=said)), value_format=prose.percent)
        ],
        caption=words.caption(ctx, {FLOWS: str(words.every_one(found.years))}, *_named(found)),
        paragraphs=[*_paragraphs(ctx, found), *_drawn(ctx, found), *_plans(ctx)],
        misread=[
            text(
                "commuting.market.misread_rule",
                small=areas.ONS.min_size, needed=100 * areas.ONS.target_containment,
                large=areas.ONS.target_size, enough=100 * areas.ONS.min_containment,
            ),
            text("commuting.market.misread_sweden", name=name),
        ],
        table=_table(ctx, found),
    )  # fmt: skip


def _heading(ctx: Context, found: LabourMarket) -> Markup:
    name = prose.name(ctx.municipality)
    if not found.valid:
        return text("commuting.market.heading_invalid", name=name)
    others = [prose.name(each) for code, each in found.members["name"].items() if code != ctx.municipality.code]
    if not others:
        return text("commuting.market.heading_alone", name=name)
    if len(others) <= NAMED:
        return text("commuting.market.heading_with", name=name, others=prose.listing(others))
    if found.centre == ctx.municipality.code:
        return text("commuting.market.heading_centre", name=name, many=len(others))
    return text(
        "commuting.market.heading_around", name=name, centre=prose.name(region_name(found.centre)), many=len(others) + 1
    )


def _paragraphs(ctx: Context, found: LabourMarket) -> list[Markup]:
    said = [text("commuting.market.closed", supply=found.supply, demand=found.demand)]
    if not found.valid:
        said.append(text("commuting.market.invalid"))
    if len(found.years) < 2:
        return said
    period = words.every_one(found.years)
    if len(found.same) == len(found.years):
        return [*said, text("commuting.market.stable", period=period)]
    name, years = prose.name(ctx.municipality), {"n": len(found.with_centre), "of": len(found.years)}
    if found.centre == ctx.municipality.code:
        return [*said, text("commuting.market.changed", n=len(found.same), of=len(found.years))]
    if len(found.with_centre) == len(found.years):
        centre = prose.name(region_name(found.centre))
        return [*said, text("commuting.market.with_centre", name=name, centre=centre, period=period)]
    return [*said, text("commuting.market.shifting", name=name, centre=prose.name(region_name(found.centre)), **years)]


def _drawn(ctx: Context, found: LabourMarket) -> list[Markup]:
    """Whether a little chance in the flows would give another area."""
    if found.drawn_same == found.draws:
        return [text("commuting.market.drawn_same", draws=found.draws)]
    said = text("commuting.market.drawn_changed", draws=found.draws, n=found.drawn_same)
    if found.centre != ctx.municipality.code:
        names = {"name": prose.name(ctx.municipality), "centre": prose.name(region_name(found.centre))}
        always = found.drawn_with_centre == found.draws
        form = "_all" if always else ""
        values = {} if always else {"n": found.drawn_with_centre}
        said += words.SPACE + text(f"commuting.market.drawn_together{form}", **names, **values)
    return [said]


def _plans(ctx: Context) -> list[Markup]:
    """For the five of Søndre Viken: whether their region is one labour market."""
    if ctx.municipality.code not in places.SONDRE_VIKEN:
        return []
    groups = split(ctx.tables, places.SONDRE_VIKEN)
    if len(groups) == 1:
        return [text("commuting.market.region_one")]
    told = Markup("; ").join(
        prose.listing(prose.name(region_name(code)) for code in codes) for codes in groups.values()
    )
    return [text("commuting.market.region_split", n=len(groups), groups=told)]


def _named(found: LabourMarket) -> list[Markup]:
    return (
        [text("commuting.market.name", centre=prose.name(region_name(found.centre)))] if len(found.members) > 1 else []
    )


def _table(ctx: Context, found: LabourMarket) -> parts.DataTable:
    rows = [{"place": prose.name(row["name"]), **row} for row in words.records(found.members)]
    return parts.DataTable(
        id="market",
        caption=text("commuting.market.caption_table", name=prose.name(ctx.municipality), year=found.year),
        columns=[
            parts.Column("place", text("commuting.table.place")),
            parts.Column("employed", text("commuting.table.employed_there"), "count"),
            parts.Column("jobs", text("commuting.table.jobs"), "count"),
            parts.Column("inside", text("commuting.market.inside"), "percent"),
        ],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-arbeidsmarked-{found.year}",
        highlight=prose.name(ctx.municipality),
    )
