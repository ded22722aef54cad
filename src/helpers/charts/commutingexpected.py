"""Who commutes less, and more, than size and distance lead one to expect: a section of the commuting report."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.commutingtables import FLOWS
from helpers.measures.context import Context
from helpers.measures.expectedflows import less_and_more
from helpers.measures.gravity import WITHIN
from helpers.prose import text


def expected(ctx: Context) -> parts.Section:
    """The flows that are farthest from the gravity model, and whether they are unusual among flows of their size."""
    found = less_and_more(ctx.tables, ctx.municipality)
    year = int(found.attrs["year"])
    heading = _heading(ctx, found)
    if found.empty:
        return parts.Section("expected", heading, "", paragraphs=[_model(found)])
    rows = words.records(found)
    bars = [Bar(prose.plain(_short(row)), Cell(row["difference"]), row["direction"]) for row in rows]
    ends = (row for row in (rows[0], rows[-1]))
    alt = text("commuting.expected.alt", values=prose.listing(_told(ctx, row) for row in ends))
    return parts.Section(
        key="expected",
        heading=heading,
        subtitle=text("commuting.expected.subtitle", name=prose.name(ctx.municipality), year=year),
        figures=[bar_chart(bars, alt=prose.plain(alt), value_format=prose.signed)],
        caption=words.caption(ctx, {FLOWS: str(year)}, text("commuting.expected.points")),
        paragraphs=[_model(found), *_ends(ctx, found)],
        misread=[
            text("commuting.expected.misread_model"),
            text("commuting.expected.misread_spread", times=found.attrs["dispersion"], within=WITHIN, beyond=100 - WITHIN),
        ],
        table=_table(ctx, rows, year),
    )  # fmt: skip


def _heading(ctx: Context, found: pd.DataFrame) -> Markup:
    """Only what is unusual among flows of its size is called so."""
    return text("commuting.expected.heading", name=prose.name(ctx.municipality), n=found.attrs["unusual_less"])


def _model(found: pd.DataFrame) -> Markup:
    told = found.attrs
    return text("commuting.expected.model", pairs=told["n"], year=told["year"], explained=told["explained"])


def _ends(ctx: Context, found: pd.DataFrame) -> list[Markup]:
    """The one farthest below and the one farthest above, each with what is usual."""
    said = []
    for side, at in (("less", 0), ("more", -1)):
        rows = words.records(found[found["side"] == side])
        if not rows:
            continue
        row = rows[at]
        verdict = text(
            f"commuting.expected.{'un' if row['unusual'] else ''}usual", within=WITHIN, low=row["low"], high=row["high"]
        )
        said.append(text(f"commuting.expected.{side}", flow=_told(ctx, row), ratio=row["ratio"], verdict=verdict))
    return said


def _told(ctx: Context, row: dict[str, Any]) -> Markup:
    return text("commuting.expected.flow", way=_flow(ctx, row), observed=row["observed"], expected=row["expected"])


def _flow(ctx: Context, row: dict[str, Any]) -> Markup:
    """«fra Halden til Tønsberg»."""
    here, there = prose.name(ctx.municipality), prose.name(row["name"])
    home, work = (here, there) if row["direction"] == "out" else (there, here)
    return text("commuting.expected.way", home=home, work=work)


def _short(row: dict[str, Any]) -> Markup:
    """«Til Tønsberg», «Fra Tønsberg»."""
    return text(f"commuting.expected.{'to' if row['direction'] == 'out' else 'from'}", place=prose.name(row["name"]))


def _table(ctx: Context, rows: list[dict[str, Any]], year: int) -> parts.DataTable:
    columns = [
        parts.Column("way", text("commuting.expected.columns.way")),
        parts.Column("km", text("commuting.expected.columns.km"), "count"),
        parts.Column("observed", text("commuting.expected.columns.observed"), "count"),
        parts.Column("expected", text("commuting.expected.columns.expected"), "number"),
        parts.Column("difference", text("commuting.expected.columns.difference"), "points"),
        *(
            parts.Column(each, text(f"commuting.expected.columns.{each}"), "number", format=_two, decimals=2)
            for each in ("ratio", "low", "high")
        ),
        parts.Column("verdict", text("commuting.expected.columns.verdict")),
    ]
    verdicts = {-1: "below", 0: "within", 1: "above"}
    body = [
        {
            **row,
            "way": prose.first_upper(_flow(ctx, row)),
            "verdict": text(f"commuting.expected.verdict.{verdicts[row['unusual']]}"),
        }
        for row in rows
    ]
    return parts.DataTable(
        id="expected",
        caption=text("commuting.expected.caption_table", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=body,
        file_name=f"{ctx.municipality.slug}-pendling-ventet-{year}",
    )


def _two(value: float) -> str:
    return prose.decimal(value, 2)
