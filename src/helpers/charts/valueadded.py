"""Value added by the municipality's own figures: a section of the employment report, for those that have given them."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.lines import Line, line_chart
from helpers.charts.style import LineKind
from helpers.measures import valueadded
from helpers.measures.context import Context
from helpers.measures.valueadded import RESULT, SUM, TABLE, WAGES
from helpers.prose import text

MILLION = 1000  # of the table's NOK 1 000
LINES: dict[str, LineKind] = {SUM: "muni", WAGES: "county", RESULT: "country"}


def value_added(ctx: Context) -> parts.Section | None:
    """Wages, operating result and their sum, year by year; None for a municipality that has given no figures."""
    if not valueadded.held(ctx.tables, ctx.municipality):
        return None
    years = valueadded.series(ctx.tables, ctx.municipality)
    known = years.dropna(subset=[SUM])
    last = int(known.index[-1])
    tables = {TABLE: words.period(years.index)} | _of_jobs(known)
    return parts.Section(
        key="value-added",
        heading=_heading(ctx, years, last),
        subtitle=text("employment.value_added.subtitle", period=words.period(years.index)),
        figures=[_figure(years, known)],
        caption=words.caption(ctx, tables, text("employment.value_added.definition")),
        paragraphs=[_sentence(known, last), *_per_job(known)],
        misread=[text(f"employment.value_added.{each}") for each in _misread(known)],
        table=_table(ctx, years),
    )


def _misread(known: pd.DataFrame) -> list[str]:
    prices = ["misread_prices"] if len(known) > 1 else []
    return ["misread", *prices, *(["misread_jobs"] if known["per_job"].notna().any() else [])]


def _of_jobs(known: pd.DataFrame) -> dict[str, str]:
    """The official tables that the jobs are of, with their years."""
    counted = known.dropna(subset=["per_job"])
    return {str(table): words.period(years.index) for table, years in counted.groupby("table")}


def _heading(ctx: Context, years: pd.DataFrame, last: int) -> Markup:
    name, grown = prose.name(ctx.municipality), valueadded.growth(years)
    if grown is None or math.isnan(grown.percent):
        return text("employment.value_added.heading", name=name, value=years[SUM][last] / MILLION, year=last)
    shown = prose.rounded(grown.percent, 1)
    side = "same" if not shown else "up" if shown > 0 else "down"
    return text(
        f"employment.value_added.heading_{side}", percent=abs(grown.percent), first=grown.first, last=grown.last
    )


def _figure(years: pd.DataFrame, known: pd.DataFrame) -> parts.Figure:
    labels = {each: prose.plain(text(f"employment.value_added.{each}")) for each in LINES}
    said = [
        text("employment.value_added.value", what=prose.first_lower(labels[each]), value=known[each].iloc[-1] / MILLION)
        for each in LINES
    ]
    alt = prose.plain(text("employment.value_added.alt", year=int(known.index[-1]), values=prose.listing(said)))
    if len(years) == 1:
        bars = [Bar(labels[each], Cell(years[each].iloc[0] / MILLION), kind) for each, kind in LINES.items()]
        return bar_chart(bars, alt=alt, value_format=prose.decimal)
    lines = [
        Line(labels[each], kind, [int(str(year)) for year in years.index], (years[each] / MILLION).tolist())
        for each, kind in LINES.items()
    ]
    return line_chart(lines, alt=alt, y_format=prose.tick, value_format=prose.decimal)


def _sentence(known: pd.DataFrame, last: int) -> Markup:
    values = {each: known[each].iloc[-1] / MILLION for each in LINES}
    return text("employment.value_added.text", year=last, **values)


def _per_job(known: pd.DataFrame) -> list[Markup]:
    held = known["per_job"].dropna()
    if held.empty:
        return []
    return [text("employment.value_added.per_job", value=held.iloc[-1], year=int(held.index[-1]))]


def _table(ctx: Context, years: pd.DataFrame) -> parts.DataTable:
    columns = [parts.Column("year", text("employment.table.year"), "year")]
    columns += [
        parts.Column(each, text(f"employment.value_added.column_{each}"), "number") for each in (WAGES, RESULT, SUM)
    ]
    columns += [parts.Column("jobs", text("employment.table.jobs"), "count")]
    columns += [
        parts.Column(each, text(f"employment.value_added.column_{each}"), "count")
        for each in ("per_job", "per_employed")
    ]
    in_millions = years.assign(**{each: years[each] / MILLION for each in (WAGES, RESULT, SUM)})
    return parts.DataTable(
        id="value-added",
        caption=text("employment.value_added.caption", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=[{"year": words.year_of(year), **words.record(row)} for year, row in in_millions.iterrows()],
        file_name=f"{ctx.municipality.slug}-verdiskaping-egne-tall",
    )
