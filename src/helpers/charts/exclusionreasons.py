"""NAV's three reasons as a model over the statuses: a section of the exclusion report that says in its heading that it measures nothing."""

from __future__ import annotations

import math

from markupsafe import Markup

from helpers import prose
from helpers.charts import exclusionstatuses, parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.style import SMALL_WIDTH
from helpers.measures import exclusion, statuses
from helpers.measures import reasons as model
from helpers.measures.context import Context
from helpers.measures.statuses import Waterfall
from helpers.prose import text

STATUS = exclusion.TABLE


def reasons(ctx: Context) -> parts.Section:
    """Those outside by modelled reason; without the statuses the model alone, without a number."""
    year, name = words.status_year(ctx), prose.name(ctx.municipality)
    found = {}
    if statuses.divided(ctx.tables):
        found = exclusionstatuses.held(ctx, year)
    else:
        exclusion.share(
            ctx.tables, ctx.municipality, exclusionstatuses.ADULT, year
        )  # the note of a place that is not held
    shown = {age: each for age, each in found.items() if age in exclusion.AGES}
    said = [
        text("exclusion.reasons.model"),
        *(_sentence(each) for each in shown.values()),
        text("exclusion.reasons.motivation"),
    ]
    return parts.Section(
        key="reasons",
        heading=text("exclusion.reasons.heading", name=name),
        subtitle=text("exclusion.reasons.subtitle", year=year) if shown else text("exclusion.reasons.subtitle_none"),
        figures=[_figure(each) for each in shown.values()],
        caption=words.caption(ctx, {STATUS: str(year)}, text("exclusion.ages.whisker"), text("exclusion.reasons.own"))
        if shown
        else text("exclusion.reasons.own"),
        paragraphs=said if shown else [*said, text("exclusion.reasons.no_numbers")],
        misread=[text("exclusion.reasons.misread_status"), text("exclusion.reasons.misread_measures")],
        table=_table(ctx, shown, year),
    )


def _label(reason: model.Reason) -> str:
    return prose.plain(text(f"exclusion.reasons.{reason}"))


def _cell(reason: model.Reason, row: dict[str, float]) -> Cell:
    if math.isnan(row["persons"]):
        return Cell(
            None,
            word=prose.plain(text("exclusion.reasons.hidden" if reason == "unwilling" else "exclusion.reasons.none")),
        )
    return Cell(row["persons"], row["lower"], row["upper"])


def _figure(found: Waterfall) -> parts.Figure:
    held, age = model.by_reason(found), words.years_of_age(found.age)
    bars = [
        Bar(_label(each), _cell(each, row), "other")
        for each, row in zip(model.REASONS, words.records(held.loc[list(model.REASONS)]), strict=True)
    ]
    said = prose.listing(
        text("exclusion.reasons.value", reason=bar.label, persons=bar.cell.value)
        if bar.cell.known
        else text("exclusion.reasons.value_none", reason=bar.label, word=bar.cell.word)
        for bar in bars
    )
    alt = prose.plain(text("exclusion.reasons.alt", age=age, values=said))
    figure = bar_chart(bars, alt=alt, value_format=prose.count, width=SMALL_WIDTH)
    title, subtitle = text("exclusion.reasons.figure", age=age), text("exclusion.statuses.figure_sub")
    return parts.Figure(figure.svg, figure.alt, title=title, subtitle=subtitle, prefix=figure.prefix)


def _sentence(found: Waterfall) -> Markup:
    held = model.by_reason(found)
    values = {key: held["persons"][key] for key in ("cannot", "no_job", "unplaced")}
    return text("exclusion.reasons.text", age=words.years_of_age(found.age), **values)


def _table(ctx: Context, found: dict[str, Waterfall], year: int) -> parts.DataTable:
    """Every status of those outside with the reason that the model gives it, and the reason that no status has."""
    lacks = parts.Missing("..", prose.plain(text("exclusion.reasons.not_held")))
    hidden = parts.Missing(prose.DASH, prose.plain(text("exclusion.reasons.hidden")))
    unwilling = {
        "status": text("exclusion.reasons.no_status"),
        "reason": _label("unwilling"),
        "persons": hidden,
        "share": hidden,
    }
    rows: list[dict[str, object]] = []
    for age, each in found.items():
        own = words.records(each.steps[each.steps["kind"] == "part"])
        outside = float(each.steps.loc[each.steps["kind"] == "outside", "persons"].iloc[0])
        rows += [
            {"status": exclusionstatuses.name(row["code"], row["label"]), "reason": _label(model.reason_of(row["code"])),
             "age": words.years_of_age(age), "persons": row["persons"], "share": 100 * row["persons"] / outside if outside else lacks}
            for row in own
        ]  # fmt: skip
        rows.append({**unwilling, "age": words.years_of_age(age)})
    if not found:
        ages = prose.listing(words.years_of_age(age) for age in exclusion.AGES)
        rows = [
            {"status": exclusionstatuses.name(code), "reason": _label(model.reason_of(code)), "age": ages, "persons": lacks, "share": lacks}
            for code in statuses.NOT_INSIDE
        ] + [{**unwilling, "age": ages}]  # fmt: skip
    kinds: dict[str, parts.Kind] = {"persons": "count", "share": "percent"}
    return parts.DataTable(
        id="reasons",
        caption=text("exclusion.reasons.caption_table", name=prose.name(ctx.municipality)),
        columns=[
            parts.Column(key, text(f"exclusion.reasons.column_{key}"), kinds.get(key, "text"))
            for key in ("status", "reason", "age", "persons", "share")
        ],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-aarsaker-modell-{year}",
    )
