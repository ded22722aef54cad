"""Industries that are near what a municipality has, and grow. A section of the employment report."""

from __future__ import annotations

from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.industry import TABLE, labels
from helpers.measures import opportunities as measure
from helpers.measures.context import Context
from helpers.measures.opportunities import Opportunities
from helpers.prose import text

FEW = 100  # municipalities: the neighbourhood of a county, not of the country
SHOWN = 3  # candidates that the text says why of


def opportunities(ctx: Context) -> parts.Section | None:
    """How near each industry is that the municipality has little of; None where it has much of every one."""
    found = measure.opportunities(ctx.tables, ctx.municipality)
    rows, name, called = found.rows.dropna(subset=["density"]), prose.name(ctx.municipality), labels(ctx)
    if rows.empty:
        return None
    best = [called[str(code)] for code in rows.index[rows["both"]]]
    bars = [
        Bar(prose.plain(called[str(code)]), Cell(row["density"], row["lower"], row["upper"]), "muni" if row["both"] else "other")
        for code, row in rows.iterrows()
    ]  # fmt: skip
    said = prose.listing(
        text("employment.opportunities.value", industry=bar.label, density=bar.cell.value) for bar in bars
    )
    names = prose.listing(prose.first_lower(each) for each in best)
    return parts.Section(
        key="opportunities",
        heading=text("employment.opportunities.heading", name=name, names=names)
        if best
        else text("employment.opportunities.heading_none", name=name),
        subtitle=text("employment.opportunities.subtitle", name=name, year=found.year),
        figures=[
            bar_chart(
                bars,
                alt=prose.plain(text("employment.opportunities.alt", values=said)),
                value_format=lambda value: prose.decimal(value, 2),
            )
        ],
        caption=words.caption(ctx, {TABLE: prose.span(found.first, found.year)}, *_notes(found)),
        paragraphs=[*_because(found, called), *_complexity(found)],
        misread=_misread(found),
        table=_table(ctx, found, called),
    )


def _notes(found: Opportunities) -> list[Markup]:
    span = {"first": found.first, "last": found.last}
    return [
        text("employment.opportunities.whisker"),
        text("employment.opportunities.space", classes=found.classes, diagonal=found.diagonal),
        text("employment.opportunities.growth", places=found.places, growth=found.growth, **span),
    ]


def _misread(found: Opportunities) -> list[Markup]:
    few = [text("employment.opportunities.misread_few", places=found.places)] if found.places < FEW else []
    return [text("employment.opportunities.misread"), *few]


def _complexity(found: Opportunities) -> list[Markup]:
    reason = found.complexity
    if reason is None:
        return []
    return [text("employment.opportunities.complexity", classes=reason.classes, least=reason.least_classes)]


def _because(found: Opportunities, called: dict[str, Markup]) -> list[Markup]:
    """Why the first of the candidates that grow are near; of all, where none is sure to grow."""
    growing = found.rows[found.rows["valuable"]]
    shown = found.rows if growing.empty else growing
    told = [
        text(
            "employment.opportunities.reason",
            industry=called[str(code)],
            density=row["density"],
            growth=row["growth"],
            names=prose.listing(
                text("employment.opportunities.quoted", industry=called[each]) for each in row["because"]
            ),
        )
        for code, row in shown.iterrows()
        if row["because"]
    ]
    return told[:SHOWN] or [text("employment.opportunities.alone")]


def _table(ctx: Context, found: Opportunities, called: dict[str, Markup]) -> parts.DataTable:
    sure = {True: text("employment.opportunities.sure"), False: text("employment.opportunities.unsure")}
    columns = [
        parts.Column("industry", text("employment.table.industry")),
        parts.Column("jobs", text("employment.table.jobs"), "count"),
        *(
            parts.Column(key, text(label), "number", lambda value: prose.decimal(value, 2), 2)
            for key, label in {
                "lq": "employment.opportunities.lq", "density": "employment.opportunities.density",
                "lower": "employment.table.lower", "upper": "employment.table.upper",
            }.items()
        ),
        parts.Column("growth", text("employment.opportunities.expected"), "percent"),
        *(parts.Column(key, text(f"employment.opportunities.{key}")) for key in ("feasible", "valuable", "because")),
    ]  # fmt: skip
    rows = [
        {
            "industry": called[str(code)],
            **words.record(row),
            "feasible": sure[bool(row["feasible"])],
            "valuable": sure[bool(row["valuable"])],
            "because": Markup("; ").join(called[each] for each in row["because"])
            if row["because"]
            else text("employment.opportunities.none"),
        }
        for code, row in found.rows.iterrows()
    ]
    return parts.DataTable(
        id="opportunities",
        caption=text("employment.table.caption_opportunities", name=prose.name(ctx.municipality), year=found.year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-muligheter-{found.year}",
    )
