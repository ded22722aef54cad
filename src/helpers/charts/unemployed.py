"""Registered unemployed, month by month (NAV HL060): a section of the report on utenforskap, and its key figure."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import exclusiontables, parts, words
from helpers.charts.bars import Bar, Cell, column_chart
from helpers.errors import FiguresMissing
from helpers.measures import exclusion
from helpers.measures.context import Context
from helpers.prose import text

UNEMPLOYED = "nav_hl060"


def unemployment(ctx: Context) -> parts.Section:
    """Registered unemployed by month, a year and a month at most; masked months are hatched."""
    months = _months(ctx)
    word, labels = prose.plain(text("exclusion.unemployment.word")), _month_labels(months)
    bars = [
        Bar(label, Cell(row["count"], word="" if pd.notna(row["count"]) else word), "muni")
        for label, (_, row) in zip(labels, months.iterrows(), strict=True)
    ]
    said = prose.listing(_month_value(str(month), row["count"]) for month, row in months.iterrows())
    alt = prose.plain(text("exclusion.unemployment.alt", values=said))
    known, masked = months.dropna(subset=["count"]), int(months["count"].isna().sum())
    paragraphs = []
    if len(known) and pd.notna(known["percent"].iloc[-1]):
        row = known.iloc[-1]
        paragraphs.append(
            text("exclusion.unemployment.text", month=str(known.index[-1]), count=row["count"], percent=row["percent"])
        )
    paragraphs += [text("exclusion.unemployment.masked", n=masked)] if masked else []
    span = _month_span(months)
    period = prose.DASH.join(dict.fromkeys(span.values()))
    misread = [text("exclusion.unemployment.misread")]
    if ctx.tables.meta(UNEMPLOYED).assembled:
        misread.append(text("exclusion.unemployment.misread_year", month=str(months.index[-1])))
    return parts.Section(
        key="unemployment",
        heading=_unemployment_heading(ctx, months),
        subtitle=text("exclusion.unemployment.subtitle", period=period),
        figures=[column_chart(bars, alt=alt, value_format=prose.count)],
        caption=words.caption(ctx, {UNEMPLOYED: period}),
        paragraphs=paragraphs,
        misread=misread,
        table=exclusiontables.by_month(ctx, months),
    )


def years(ctx: Context) -> str:
    """The years of the unemployed, which are held for municipalities that table 13563 lacks."""
    if UNEMPLOYED not in ctx.tables:
        return ""
    months = exclusion.newest_months(exclusion.unemployment(ctx.tables, ctx.municipality)).index
    return words.period(int(str(month)[:4]) for month in months) if len(months) else ""


def key(ctx: Context) -> parts.KeyFigure:
    """The newest month, which may be masked, or that there is none."""
    try:
        months = _months(ctx)
    except FiguresMissing:
        why = text("exclusion.keys.missing_why", table="HL060", name=prose.name(ctx.municipality))
        return parts.KeyFigure("HL060", text("exclusion.keys.missing"), "", [why])
    month, row = str(months.index[-1]), months.iloc[-1]
    label = text("exclusion.keys.unemployed", month=month)
    if pd.isna(row["percent"]):
        return parts.KeyFigure(label, text("exclusion.keys.masked"), "", [text("exclusion.keys.masked_why")])
    lines = [text("exclusion.keys.unemployed_lines", count=row["count"]), text("exclusion.keys.unemployed_county")]
    return parts.KeyFigure(label, prose.decimal(row["percent"]), "%", lines)


def _months(ctx: Context) -> pd.DataFrame:
    """The months that are shown."""
    return exclusion.newest_months(words.held(ctx, exclusion.unemployment(ctx.tables, ctx.municipality)))


def _month_span(months: pd.DataFrame) -> dict[str, str]:
    """First and last month; the first without its year where it is the year of the last."""
    first, last = (str(months.index[at]) for at in (0, -1))
    named = prose.month(first)
    return {
        "first_month": named.split(" ")[0] if first[:4] == last[:4] and first != last else named,
        "last_month": prose.month(last),
    }


def _month_labels(months: pd.DataFrame) -> list[str]:
    """What stands under the columns; where they cross years, the first month and each January tell the year."""
    labels = [prose.short_month(str(month)) for month in months.index]
    years = [str(month)[:4] for month in months.index]
    if len(set(years)) == 1:
        return labels
    return [
        f"{label} {year}" if at == 0 or year != years[at - 1] else label
        for at, (label, year) in enumerate(zip(labels, years, strict=True))
    ]


def _unemployment_heading(ctx: Context, months: pd.DataFrame) -> Markup:
    first, last = months["percent"].iloc[0], months["percent"].iloc[-1]
    if pd.isna(first) or pd.isna(last):
        return text("exclusion.unemployment.heading_masked", name=prose.name(ctx.municipality))
    if len(months) == 1:
        return text("exclusion.unemployment.heading_single", last=last, month=str(months.index[-1]))
    names = _month_span(months)
    if first == last:
        return text("exclusion.unemployment.heading_same", last=last, **names)
    return text(f"exclusion.unemployment.heading_{'down' if last < first else 'up'}", first=first, last=last, **names)


def _month_value(month: str, count: float) -> Markup:
    name = prose.month(month)
    if pd.isna(count):
        return text("exclusion.unemployment.value_masked", month=name)
    return text("exclusion.unemployment.value", month=name, count=count)
