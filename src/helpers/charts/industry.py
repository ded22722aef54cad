"""Jobs by industry: location quotient and shift-share, for the municipalities that the table holds (Telemark)."""

from __future__ import annotations

import pandas as pd

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.datatable import Kind
from helpers.charts.style import LineKind
from helpers.measures import employment
from helpers.measures.context import Context
from helpers.prose import text

TABLE, TOTALS, DIMENSION = "ssb_07984", "ssb_11618", "NACE2007"


def industry(ctx: Context) -> parts.Section:
    """Location quotients of the industries with enough jobs, and the table of all."""
    found = employment.location_quotient(ctx.tables, ctx.municipality)
    labels, name = ctx.tables.labels(TABLE, DIMENSION), prose.name(ctx.municipality)
    county = {"county": ctx.county.name}
    shown = found[~found["small"]].dropna(subset=["lq"]).sort_values("lq", ascending=False)
    bars = [
        Bar(
            labels[str(nace)],
            Cell(row["lq"], row["lq_lower"], row["lq_upper"]),
            "muni" if row["lq_lower"] > 1 else "other",
        )
        for nace, row in shown.iterrows()
    ]
    said = prose.listing(text("employment.industry.value", place=bar.label, value=bar.cell.value) for bar in bars)
    top, biggest = shown.iloc[0], found.sort_values("jobs").iloc[-1]
    rivals = shown["lq_upper"].iloc[1:].max()  # the heading names one only where the rounding leaves no doubt
    over = top["lq_lower"] > 1 and not rivals >= top["lq_lower"]
    heading = (
        text("employment.industry.heading", small=int(found.attrs["small"]), industry=labels[str(top.name)], name=name)
        if over
        else text("employment.industry.heading_plain", name=name)
    )
    paragraphs = [
        text(
            "employment.industry.text",
            industry=labels[str(top.name)], jobs=top["jobs"], share=top["share"], reference=top["reference_share"], name=name, **county,
        ),
        text("employment.industry.biggest", industry=labels[str(biggest.name)], jobs=biggest["jobs"], share=biggest["share"]),
    ]  # fmt: skip
    year, small = int(found.attrs["year"]), int(found.attrs["small"])
    return parts.Section(
        key="industry",
        heading=heading,
        subtitle=text("employment.industry.subtitle", year=year, small=small, **county),
        figures=[
            bar_chart(
                bars,
                alt=prose.plain(text("employment.industry.alt", values=said)),
                value_format=lambda value: prose.decimal(value, 2),
            )
        ],
        caption=words.caption(
            ctx,
            {TABLE: str(year)},
            text("employment.industry.reference", name=name, **county),
            text("employment.industry.rounding"),
        ),
        paragraphs=paragraphs,
        misread=[text("employment.industry.misread")],
        table=_industry_table(ctx, found, labels, year),
    )


def shift(ctx: Context) -> parts.Section:
    """Shift-share against the rest of the county, in the years whose figures can be compared."""
    found = employment.shift_share_jobs(ctx.tables, ctx.municipality)
    total, county = found.total, {"county": ctx.county.name}
    span = {"first": found.first, "last": found.last}
    kinds: dict[str, LineKind] = {"reference": "other", "mix": "other", "local": "muni", "change": "other"}
    bars = []
    for each, kind in kinds.items():
        label = text(f"employment.shift.{each}", **(county if each == "reference" else {}))
        bars.append(Bar(prose.plain(label), Cell(total[each]), kind))
    values = {each: total[each] for each in ("change", "reference", "mix", "local")}
    local, reach = float(total["local"]), 2 * ctx.tables.meta(TABLE).allowance  # the allowance of either year
    form = "same" if abs(local) <= reach else "up" if local > 0 else "down"
    paragraphs = [text("employment.shift.text", **values, **county), text("employment.shift.years", first=found.first)]
    if form == "same":
        paragraphs.append(text("employment.shift.within"))
    if found.unchecked:
        paragraphs.append(
            text("employment.shift.unchecked", years=prose.listing(str(year) for year in found.unchecked))
        )
    period = prose.span(found.first, found.last)
    return parts.Section(
        key="shift",
        heading=text(f"employment.shift.heading_{form}", **county),
        subtitle=text("employment.shift.subtitle", **span, **county),
        figures=[bar_chart(bars, alt=prose.plain(text("employment.shift.alt", **values)), value_format=prose.signed)],
        caption=words.caption(ctx, {TABLE: period}),
        paragraphs=paragraphs,
        misread=[text("employment.shift.misread")],
        table=_shift_table(ctx, found),
    )


def _industry_table(ctx: Context, found: pd.DataFrame, labels: dict[str, str], year: int) -> parts.DataTable:
    kinds: dict[str, Kind] = {"jobs": "count", "share": "percent", "reference_share": "percent"}
    columns = [parts.Column("industry", text("employment.table.industry"))]
    columns += [parts.Column(key, text(f"employment.table.{key}"), kind) for key, kind in kinds.items()]
    columns += [
        parts.Column(key, text(f"employment.table.{key}"), "number", lambda value: prose.decimal(value, 2), 2)
        for key in ("lq", "lq_lower", "lq_upper")
    ]
    rows = [{"industry": labels[str(nace)], **words.record(row)} for nace, row in found.iterrows()]
    return parts.DataTable(
        id="industry",
        caption=text("employment.table.caption_industry", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-naeringer-{year}",
    )


def _shift_table(ctx: Context, found: employment.ShiftShare) -> parts.DataTable:
    labels = ctx.tables.labels(TABLE, DIMENSION)
    span = {"first": found.first, "last": found.last}
    columns = [parts.Column("industry", text("employment.table.industry"))]
    columns += [parts.Column(key, text(f"employment.table.{key}", year=year), "count") for key, year in span.items()]
    for key, label in (("change", "change"), ("reference", "from_reference"), ("mix", "mix"), ("local", "local")):
        columns.append(parts.Column(key, text(f"employment.table.{label}"), "signed"))
    total = text("employment.table.total")
    rows = [{"industry": labels[str(nace)], **words.record(row)} for nace, row in found.by_industry.iterrows()]
    return parts.DataTable(
        id="shift",
        caption=text("employment.table.caption_shift", name=prose.name(ctx.municipality), **span),
        columns=columns,
        rows=[*rows, {"industry": total, **words.record(found.total)}],
        file_name=f"{ctx.municipality.slug}-skift-andel",
        sum_row=total,
    )
