"""The numbers behind the figures of the report on utenforskap, as fold-out tables."""

from __future__ import annotations

import pandas as pd

from helpers import prose
from helpers.charts import parts, words
from helpers.measures import exclusion
from helpers.measures.context import Context
from helpers.places import region_name
from helpers.prose import text

STATUS = "ssb_13563"
YOUNG, ADULT = exclusion.AGES
CATEGORIES = {exclusion.IMMIGRANTS: "immigrants", exclusion.OTHERS: "others"}


def _columns(*keys: str) -> list[parts.Column]:
    kinds = {"outside": "count", "total": "count", "count": "count"} | dict.fromkeys(
        ("share", "lower", "upper", "percent"), "percent"
    )
    return [parts.Column(key, text(f"exclusion.table.{key}"), kinds.get(key, "text")) for key in keys]  # type: ignore[arg-type]


def by_age(ctx: Context, tables: dict[str, pd.DataFrame], year: int) -> parts.DataTable:
    """Both age groups for the municipality and the areas it is compared with."""
    rows = [
        {"place": prose.name(row["name"]), "age": words.years_of_age(age), **words.record(row)}
        for age, held in tables.items()
        for _, row in held.iterrows()
    ]
    return parts.DataTable(
        id="ages",
        caption=text("exclusion.table.caption", name=prose.name(ctx.municipality), year=year),
        columns=_columns("place", "age", "outside", "total", "share", "lower", "upper"),
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utenfor-{year}",
        highlight=prose.name(ctx.municipality),
    )


def by_municipality(ctx: Context, year: int, adult: pd.DataFrame) -> parts.DataTable:
    """The county's municipalities, both age groups."""
    young = exclusion.by_municipality(ctx.tables, ctx.county, YOUNG, year)["share"]
    rows = [
        {
            "municipality": prose.name(region_name(str(code))),
            "young": young.get(code),
            "adult": row["share"],
            **words.record(row),
        }
        for code, row in adult.iterrows()
    ]
    columns = _columns("municipality")
    columns += [parts.Column(key, text(f"exclusion.table.{key}"), "percent") for key in ("young", "adult")]
    return parts.DataTable(
        id="county",
        caption=text("exclusion.table.caption_county", county=ctx.county.name, year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utenfor-fylket-{year}",
        highlight=prose.name(ctx.municipality),
    )


def by_category(ctx: Context, gaps: list[exclusion.CategoryGap], year: str, file: str) -> parts.DataTable:
    """Immigrants and others, with the gap in percentage points and in percent; `file` ends the file's name."""
    rows = [
        {
            "category": text(f"exclusion.immigrants.{who}"),
            "age": words.years_of_age(gap.age),
            "gap_points": gap.gap_points if who == "immigrants" else None,
            "gap_percent": gap.gap_percent if who == "immigrants" else None,
            **words.record(gap.shares.loc[code]),
        }
        for gap in gaps
        for code, who in CATEGORIES.items()
    ]
    dash = parts.Missing(prose.DASH, prose.plain(text("exclusion.table.gap_points")))
    rows = [
        {key: dash if key.startswith("gap") and value is None else value for key, value in row.items()} for row in rows
    ]
    columns = _columns("category", "age", "outside", "total", "share", "lower", "upper")
    columns.append(parts.Column("gap_points", text("exclusion.table.gap_points"), "points"))
    columns.append(parts.Column("gap_percent", text("exclusion.table.gap_percent"), "points"))
    return parts.DataTable(
        id="immigrants",
        caption=text("exclusion.table.caption_immigrants", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utenfor-innvandrere-{file}",
    )


def by_month(ctx: Context, months: pd.DataFrame) -> parts.DataTable:
    """Registered unemployed by month; masked months keep their sign."""
    rows = [
        {
            "month": prose.month(str(month)),
            "count": row["count"],
            "percent": row["percent"],
            "count_status": row["status"],
            "percent_status": row["status"],
        }
        for month, row in months.iterrows()
    ]
    return parts.DataTable(
        id="unemployment",
        caption=text("exclusion.table.caption_unemployed", name=prose.name(ctx.municipality)),
        columns=_columns("month", "count", "percent"),
        rows=rows,
        file_name=f"{ctx.municipality.slug}-helt-ledige",
    )
