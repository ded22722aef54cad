"""The municipalities that are most alike in what they are, and how the employment rate is there: a section of the overview."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.measures import employment, peers
from helpers.measures.context import Context
from helpers.measures.peers import Twins
from helpers.measures.structural import BLOCKS, INDUSTRY, INDUSTRY_TABLE, TABLE_OF, structure
from helpers.places import Area, region_name
from helpers.prose import text

NAMED = 3  # of the nearest, in a sentence


def twins(ctx: Context) -> parts.Section | None:
    """The employment rate beside that of the ten structural twins; None where one of the rates is not held."""
    found = peers.of(ctx.tables, ctx.municipality)
    year = employment.newest_year(ctx.tables)
    rates = employment.by_municipality(ctx.tables, Area.country(), year)["rate"]
    shown = rates.reindex([ctx.municipality.code, *found.nearest.index]).sort_values(ascending=False, kind="stable")
    if shown.isna().any():
        return None
    bars = [
        Bar(region_name(str(code)), Cell(float(rate)), "muni" if code == ctx.municipality.code else "other")
        for code, rate in shown.items()
    ]
    said = prose.listing(text("employment.rate.value", place=bar.label, value=bar.cell.value) for bar in bars)
    used = dict.fromkeys(TABLE_OF.get(name, INDUSTRY_TABLE) for name in found.weights)
    return parts.Section(
        key="twins",
        heading=_heading(ctx, found, shown),
        subtitle=text("overview.twins.subtitle", year=year),
        figures=[
            bar_chart(
                bars, alt=prose.plain(text("employment.rate.alt", last=year, values=said)), value_format=prose.percent
            )
        ],
        caption=words.caption(
            ctx, {employment.TABLE: str(year)} | {table: "" for table in used if table != employment.TABLE}
        ),
        paragraphs=_paragraphs(ctx, found),
        misread=[text("overview.twins.misread_structure"), text("overview.twins.misread_weights")],
        table=_table(ctx, found, rates, year),
    )


def _heading(ctx: Context, found: Twins, rates: pd.Series) -> Markup:
    printed = rates.map(lambda rate: float(prose.rounded(rate, 1)))
    higher = int((printed.drop(ctx.municipality.code) > printed[ctx.municipality.code]).sum())
    name, count = prose.name(ctx.municipality), len(found.nearest)
    if higher == count:
        return text("overview.twins.heading_all", of=count, name=name)
    return text("overview.twins.heading", n=higher, of=count, name=name)


def _paragraphs(ctx: Context, found: Twins) -> list[Markup]:
    name = prose.name(ctx.municipality)
    nearest = prose.listing(prose.name(str(each)) for each in found.nearest["name"].head(NAMED))
    kinds = [block for block, names in BLOCKS.items() if any(each in found.weights for each in names)]
    kinds += ["industry"] if any(each.startswith(INDUSTRY) for each in found.weights) else []
    listed = prose.listing(text(f"overview.twins.kind_{kind}") for kind in kinds)
    kept = found.without["kept"]
    said = [text("overview.twins.nearest", name=name, nearest=nearest, kinds=listed, years=_years(ctx))]
    if len(kept):
        said.append(text("overview.twins.robust", least=int(kept.min()), of=len(found.nearest)))
    if found.left_out:
        said.append(text("overview.twins.left_out", names=words.some(list(found.left_out))))
    return said


def _years(ctx: Context) -> str:
    """The years of what is compared, which are not all that of the rate."""
    return prose.listing(str(year) for year in sorted(set(structure(ctx.tables).attrs["years"].values())))


def _table(ctx: Context, found: Twins, rates: pd.Series, year: int) -> parts.DataTable:
    columns = [
        parts.Column("place", text("overview.table.place")),
        parts.Column("distance", text("overview.twins.distance"), "number", lambda value: prose.decimal(value, 2), 2),
        parts.Column("rate", text("overview.table.rate"), "percent"),
        parts.Column("kept", text("overview.twins.kept"), "count"),
    ]
    rows = [
        {"place": prose.name(row["name"]), "distance": row["distance"], "rate": rates[code], "kept": row["loo"]}
        for code, row in zip(found.nearest.index, words.records(found.nearest), strict=True)
    ]
    return parts.DataTable(
        id="twins",
        caption=text("overview.twins.caption_table", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-lignende-kommuner",
    )
