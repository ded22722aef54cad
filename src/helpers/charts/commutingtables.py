"""The numbers behind the figures of the commuting report, as fold-out tables."""

from __future__ import annotations

import pandas as pd

from helpers import prose
from helpers.charts import parts, words
from helpers.errors import TableMissing
from helpers.measures import commuting
from helpers.measures.context import Context
from helpers.prose import text

FLOWS, TOTALS, NEWER = "ssb_03321", "ssb_11618", "ssb_11616"


def matrix_years(ctx: Context) -> pd.DataFrame:
    """The summary of the years that the matrix holds: what the key figures and the map rest on."""
    years = every_year(ctx)
    return _some(ctx, years[years["table"] == TOTALS])


def every_year(ctx: Context) -> pd.DataFrame:
    """The summary of all years with commuters, the newest from table 11616 where that goes on."""
    years = words.held(ctx, commuting.summary(ctx.tables, ctx.municipality))
    return _some(ctx, years.dropna(subset=["out", "in_"]))


def _some(ctx: Context, years: pd.DataFrame) -> pd.DataFrame:
    if words.held(ctx, years).empty:
        raise TableMissing(FLOWS, "et år som tabell 11618 også har")
    return years


def largest(ctx: Context, year: int, top: pd.DataFrame) -> parts.DataTable:
    """The partners that are drawn: out, in and net."""
    return parts.DataTable(
        id="largest",
        caption=text("commuting.table.caption_largest", name=prose.name(ctx.municipality), year=year),
        columns=_flow_columns(),
        rows=[{**row, "name": prose.name(row["name"])} for row in words.records(top)],
        file_name=f"{ctx.municipality.slug}-stoerste-pendlerkommuner-{year}",
    )


def _flow_columns() -> list[parts.Column]:
    return [
        parts.Column("name", text("commuting.table.place")),
        parts.Column("out", text("commuting.table.out"), "count"),
        parts.Column("in_", text("commuting.table.in"), "count"),
        parts.Column("net", text("commuting.table.net"), "signed"),
    ]


def everyone(ctx: Context, year: int) -> parts.DataTable:
    """Every municipality with a commuter either way, those outside the table, and the sum."""
    table = commuting.partners(ctx.tables, ctx.municipality, year, top=len(ctx.country.regions))
    rows = table[table["kind"] != "other"].copy()
    outside = text("commuting.table.outside")
    marked = [
        outside if kind == "outside" else prose.name(label)
        for kind, label in zip(rows["kind"], rows["name"], strict=True)
    ]
    rows["name"] = pd.Series(marked, index=rows.index, dtype=object)  # as str the marks would be lost
    row = matrix_years(ctx).loc[year]
    total = text("commuting.table.total")
    sums = {
        "name": total,
        "out": row["out"],
        "in_": row["in_"],
        "net": row["net"],
        "share_out": 100.0,
        "share_in": 100.0,
    }
    return parts.DataTable(
        id="partners",
        caption=text("commuting.table.caption", name=prose.name(ctx.municipality), year=year),
        columns=[
            *_flow_columns(),
            parts.Column("share_out", text("commuting.table.share_out"), "percent"),
            parts.Column("share_in", text("commuting.table.share_in"), "percent"),
        ],
        rows=[*words.records(rows), sums],
        file_name=f"{ctx.municipality.slug}-pendling-{year}",
        sum_row=total,
    )


def by_year(ctx: Context, years: pd.DataFrame) -> parts.DataTable:
    """Totals, shares and commuters of every year held, with the table each is from."""
    names = ["employed", "jobs", "live_and_work", "out", "in_", "net"]
    columns = [parts.Column("Tid", text("commuting.table.year"), "year")]
    columns += [
        parts.Column(each, text(f"commuting.table.{each.strip('_')}"), "signed" if each == "net" else "count")
        for each in names
    ]
    columns += [parts.Column(each, text(f"commuting.table.{each}"), "percent") for each in ("supply", "demand")]
    columns.append(parts.Column("coverage", text("commuting.table.coverage"), "number"))
    columns.append(parts.Column("number", text("commuting.table.table")))
    rows = years.reset_index().assign(number=[each.removeprefix("ssb_") for each in years["table"]])
    return parts.DataTable(
        id="timeline",
        caption=text("commuting.table.caption_time", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-pendling-over-tid",
    )


def by_region(ctx: Context, shares: pd.DataFrame, near: bool) -> parts.DataTable:
    """Persons and shares to Søndre Viken (for its five) and to Oslo."""
    columns = [parts.Column("Tid", text("commuting.table.year"), "year")]
    for key, label in (("sondre_viken", "near"), ("oslo", "oslo"))[0 if near else 1 :]:
        columns.append(parts.Column(f"to_{key}", text(f"commuting.region.to_{label}"), "count"))
        columns.append(parts.Column(f"{key}_of_out", text(f"commuting.region.{label}_of_out"), "percent"))
    return parts.DataTable(
        id="region",
        caption=text("commuting.table.caption_region", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=shares.reset_index(),
        file_name=f"{ctx.municipality.slug}-pendling-soendre-viken-oslo",
    )
