"""The education of those who live in a municipality: a section of the overview."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.lines import Line
from helpers.charts.multiples import Small, small_multiples
from helpers.errors import TableMissing
from helpers.measures import education
from helpers.measures.cells import Place, named
from helpers.measures.context import Context
from helpers.measures.education import LEVELS, TABLE
from helpers.prose import text

SHOWN = ("compulsory", "upper", "vocational", "higher")
Frames = Sequence[tuple[Place, pd.DataFrame]]


def education_levels(ctx: Context) -> parts.Section:
    """Small multiples: the share with each level over time, against county and country."""
    own = words.held(ctx, education.series(ctx.tables, ctx.municipality))
    if own.empty:
        raise TableMissing(TABLE, "tall for {place}", place=named(ctx.municipality))
    others = [(place, words.carried(education.series(ctx.tables, place), own)) for place in words.compared(ctx)]
    shown: Frames = [(ctx.municipality, own), *((place, frame) for place, frame in others if len(frame))]
    period = words.period(own.index)
    country = next((frame for place, frame in shown if place.key == "country"), own)
    return parts.Section(
        key="education",
        heading=_heading(ctx, own, country),
        subtitle=text("overview.education.subtitle", period=period),
        figures=small_multiples([_small(level, shown) for level in SHOWN]),
        caption=words.caption(ctx, {TABLE: period}, words.lacking_note(country)),
        paragraphs=_paragraphs(ctx, own),
        misread=[text("overview.education.misread_home"), text("overview.education.misread_base", share=own["unknown"].iloc[-1])],
        table=_table(ctx, shown, period),
    )  # fmt: skip


def _heading(ctx: Context, own: pd.DataFrame, country: pd.DataFrame) -> Markup:
    values = {"name": prose.name(ctx.municipality), "share": float(own["higher"].iloc[-1])}
    if country is own or own.index[-1] not in country.index:
        return text("overview.education.heading_alone", **values)
    return text("overview.education.heading", country=float(country["higher"][own.index[-1]]), **values)


def _paragraphs(ctx: Context, own: pd.DataFrame) -> list[Markup]:
    if len(own) < 2:
        return []
    change = float(own["higher"].iloc[-1] - own["higher"].iloc[0])
    values = {"first": int(own.index[0]), "last": int(own.index[-1]), "then": float(own["higher"].iloc[0])}
    form = "same" if prose.rounded(change, 1) == 0 else "up" if change > 0 else "down"
    extra = {} if form == "same" else {"change": abs(change)}
    return [text(f"overview.education.change_{form}", name=prose.name(ctx.municipality), **values, **extra)]


def _small(level: str, shown: Frames) -> Small:
    lines, said = [], []
    for place, frame in shown:
        name = prose.plain(words.place(place))
        lines.append(Line(name, words.kind(place), [int(year) for year in frame.index], frame[level].tolist()))
        said.append(text("overview.trends.value", place=name, value=float(frame[level].iloc[-1])))
    title = text(f"overview.education.level_{level}")
    alt = text("overview.trends.alt", title=title, values=prose.listing(said), year=int(shown[0][1].index[-1]))
    return Small(title, text("overview.education.percent"), lines, prose.plain(alt), prose.tick, prose.decimal)


def _table(ctx: Context, shown: Frames, period: str) -> parts.DataTable:
    columns = [
        parts.Column("place", text("overview.table.place")),
        parts.Column("Tid", text("overview.table.year"), "year"),
    ]
    keys = [*(level for level in LEVELS.values() if level != "unknown"), "higher", "unknown"]
    columns += [parts.Column(key, text(f"overview.education.level_{key}"), "percent") for key in keys]
    columns.append(parts.Column("persons", text("overview.education.persons"), "count"))
    rows = [
        {"place": words.place(place), "Tid": year, **words.record(row)}
        for place, frame in shown
        for year, row in frame.drop(columns="lacking").iterrows()
    ]
    return parts.DataTable(
        id="education",
        caption=text("overview.education.caption_table", name=prose.name(ctx.municipality), period=period),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utdanning",
        highlight=words.place(ctx.municipality),
    )
