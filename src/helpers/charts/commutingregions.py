"""How well the regions that the municipality is in keep its commuters: a section of the commuting report."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import prose, regions
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.commutingtables import FLOWS
from helpers.measures.context import Context
from helpers.measures.regions import INTRAMAX, MARKETS, OWN, compared
from helpers.prose import text

KNOWN = (regions.SONDRE_VIKEN, regions.COUNTIES)  # their regions are known by their names alone


def region_shares(ctx: Context) -> parts.Section:
    """The share of the municipality's employed who work in each region that it is in, and how well the divisions hold in the whole country."""
    found = compared(ctx.tables, ctx.municipality, regions.sondre_viken(), regions.counties(), *ctx.divisions)
    year, shown = int(found.attrs["year"]), found.drop(index=INTRAMAX)
    bars = [
        Bar(prose.plain(_bar(ctx, str(key), row)), Cell(row["kept"]), "muni" if key == OWN else "other")
        for key, row in zip(shown.index, words.records(shown), strict=True)
    ]
    said = prose.listing(text("employment.rate.value", place=bar.label, value=bar.cell.value) for bar in bars)
    return parts.Section(
        key="regions",
        heading=_heading(ctx, found),
        subtitle=text("commuting.regions.subtitle", name=prose.name(ctx.municipality), year=year),
        figures=[
            bar_chart(bars, alt=prose.plain(text("commuting.regions.alt", values=said)), value_format=prose.percent)
        ],
        caption=words.caption(ctx, {FLOWS: str(year)}, text("commuting.regions.base"), *_sources(ctx, found)),
        paragraphs=[_sentence(ctx, shown), _country(found), _agreement(ctx, found)],
        misread=[text("commuting.regions.misread_size"), text("commuting.regions.misread_intramax")],
        table=_table(ctx, found, year),
    )


def _division(ctx: Context, key: str) -> Markup:
    """What a division is called in the table."""
    given = {each.key: each.name for each in ctx.divisions}
    return prose.bokmaal(given[key]) if key in given else text(f"commuting.regions.division_{key.replace('-', '_')}")


def _bar(ctx: Context, key: str, row: dict[str, object]) -> Markup:
    if key == OWN:
        return prose.name(ctx.municipality)
    region, division = prose.name(str(row["region"])), _division(ctx, key)
    if key == MARKETS:
        region = text("commuting.regions.around", centre=region)
    elif key not in KNOWN:
        region = text("commuting.regions.of_division", region=region, division=division)
    return text("commuting.regions.bar", region=region, n=row["members"])


def _heading(ctx: Context, found: pd.DataFrame) -> Markup:
    values = {"name": prose.name(ctx.municipality), "share": found["kept"][MARKETS]}
    if len(ctx.county.municipalities) == 1:
        return text("commuting.regions.heading_city", own=found["kept"][OWN], **values)
    of_county = {"county": prose.name(ctx.county.name), "in_county": found["kept"][regions.COUNTIES]}
    alone = found["members"][MARKETS] == 1
    return text(f"commuting.regions.heading{'_alone' if alone else ''}", **of_county, **values)


def _sentence(ctx: Context, shown: pd.DataFrame) -> Markup:
    told = []
    for key, row in zip(map(str, shown.index), words.records(shown), strict=True):
        if key != OWN and row["members"] == 1:
            continue  # the municipality again
        if key in (OWN, MARKETS):
            told.append(text(f"commuting.regions.part_{key}", share=row["kept"]))
        elif key in KNOWN:
            told.append(text("commuting.regions.part", share=row["kept"], region=prose.name(row["region"])))
        else:
            of_division = {"region": prose.name(row["region"]), "division": _division(ctx, key)}
            told.append(text("commuting.regions.part_given", share=row["kept"], **of_division))
    return text("commuting.regions.text", name=prose.name(ctx.municipality), parts=prose.listing(told))


def _country(found: pd.DataFrame) -> Markup:
    markets, counties = (words.record(found.loc[each]) for each in (MARKETS, regions.COUNTIES))
    return text(
        "commuting.regions.country",
        share=markets["inside"], areas=markets["areas"], in_counties=counties["inside"], counties=counties["areas"],
    )  # fmt: skip


def _agreement(ctx: Context, found: pd.DataFrame) -> Markup:
    """How like the travel-to-work areas the other divisions of the country are."""
    others = found["rand"].drop(index=[OWN, MARKETS]).dropna()
    given = {each.key: {"division": prose.bokmaal(each.name)} for each in ctx.divisions}
    told = (
        text(
            f"commuting.regions.rand_{'given' if key in given else key}", value=float(value), **given.get(str(key), {})
        )
        for key, value in others.items()
    )
    return text("commuting.regions.agreement", values=prose.listing(told))


def _sources(ctx: Context, found: pd.DataFrame) -> list[Markup]:
    """Who made a division that a user has brought, and from when it held."""
    return [
        text("commuting.regions.source", division=prose.bokmaal(each.name), source=prose.bokmaal(each.source), day=each.date)
        for each in ctx.divisions
        if each.key in found.index
    ]  # fmt: skip


def _table(ctx: Context, found: pd.DataFrame, year: int) -> parts.DataTable:
    columns = [
        parts.Column("division", text("commuting.regions.division")),
        parts.Column("region", text("commuting.regions.region")),
        parts.Column("members", text("commuting.regions.members"), "count"),
        parts.Column("kept", text("commuting.regions.kept"), "percent"),
        parts.Column("supply", text("commuting.regions.supply"), "percent"),
        parts.Column("demand", text("commuting.regions.demand"), "percent"),
        parts.Column("areas", text("commuting.regions.areas"), "count"),
        parts.Column("inside", text("commuting.regions.inside"), "percent"),
        parts.Column("rand", text("commuting.regions.rand_index"), "number", format=_two, decimals=2),
    ]
    partial = parts.Missing(str(text("labels.missing_sign")), str(text("commuting.regions.partial")))
    rows = []
    for key, row in zip(map(str, found.index), words.records(found), strict=True):
        lacking = {name: partial for name in ("areas", "inside", "rand") if math.isnan(row[name])}
        rows.append({**row, **lacking, "division": _division(ctx, key), "region": prose.name(row["region"])})
    return parts.DataTable(
        id="regions",
        caption=text("commuting.regions.caption_table", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-pendling-inndelinger-{year}",
    )


def _two(value: float) -> str:
    return prose.decimal(value, 2)
