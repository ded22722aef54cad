"""The cards that hold a plan's targets against official figures: words and drawings for what `measures.targets` finds."""

from __future__ import annotations

import math

from markupsafe import Markup

from helpers import prose
from helpers.catalog import catalog
from helpers.charts import parts, words
from helpers.charts.lines import Line, line_chart
from helpers.charts.style import LineKind
from helpers.errors import FiguresMissing
from helpers.measures.context import Context
from helpers.measures.targets import Assessment, Lack, Measured, assess
from helpers.prose import text

STATUS = {
    "reached": "reached",
    "not reached": "not_reached",
    "below path": "below",
    "above path": "above",
    "on path": "on",
}
LACK = {
    "table missing": "table",
    "age missing": "age",
    "status missing": "status",
    "place missing": "place",
    "no table known": "unknown",
}


def targets(ctx: Context) -> parts.Cards | None:
    """A card for each target of the municipality's plan; None without one (the footer says how to add it)."""
    found = [assess(each, ctx.tables, ctx.as_of) for each in ctx.targets]
    if not found:
        return None
    documents = prose.listing(dict.fromkeys(each.target.document for each in found))
    return parts.Cards(
        heading=text("targets.heading", n=len(found), measured=_measured(found)),
        subtitle=text("targets.subtitle", documents=documents),
        cards=[_card(ctx, each) for each in found],
    )


def _measured(found: list[Assessment]) -> Markup:
    measured = sum(each.state != "not measured" for each in found)
    if len(found) == 1:
        return text("targets.measured_one" if measured else "targets.measured_none_of_one")
    return text("targets.measured_all") if measured == len(found) else text("targets.measured", n=measured)


def _card(ctx: Context, found: Assessment) -> parts.TargetCard:
    if found.state == "not measured":
        return _not_measured(ctx, found)
    measured = [each for each in found.definitions if each.lack is None]
    tables = dict.fromkeys(table for each in measured for table in each.tables)
    numbers = prose.listing(text("targets.plan.table", number=ctx.tables.meta(table).number) for table in tables)
    source = words.SPACE.join([_source(found), text("targets.plan.figures", tables=numbers)])
    if not found.verdict:
        return parts.TargetCard(
            key=found.target.id,
            goal=found.target.title,
            plan=_plan(found),
            status=_status(found),
            source=source,
            bases=[_base_table(found, each) for each in measured],
            paragraphs=[text("targets.bases.no_verdict")],
        )
    return parts.TargetCard(
        key=found.target.id,
        goal=found.target.title,
        plan=_plan(found),
        status=_status(found),
        source=source,
        facts=[fact for each in measured for fact in _facts(found, each)],
        figure=_figure(ctx, found, measured[0]),
        paragraphs=[
            *(sentence for each in measured for sentence in _sentences(found, each)),
            text("targets.figure.cut"),
        ],
    )


def _plan(found: Assessment) -> Markup:
    """The plan's words: the quote as a quote, the paraphrase as ours."""
    target = found.target
    said = [Markup.escape(target.paraphrase)] if target.paraphrase else []
    said += [text("targets.plan.quote", quote=target.quote)] if target.quote else []
    return words.SPACE.join([*said, *([Markup.escape(target.note)] if target.note else [])])


def _source(found: Assessment) -> Markup:
    target = found.target
    if target.heading and target.publisher:
        heading = {"heading": target.heading, "publisher": target.publisher}
        return text("targets.plan.source_heading", document=target.document, **heading)
    if target.publisher:
        return text("targets.plan.source", document=target.document, publisher=target.publisher)
    return text("targets.plan.source_short", document=target.document)


def _status(found: Assessment) -> Markup:
    if found.last_year is None:
        return text("targets.status.not_measured")
    if found.state == "deadline passed" and found.status is None:
        return text("targets.status.passed", year=found.last_year)
    if found.status in STATUS:
        if found.status not in ("reached", "not reached"):
            return text(f"targets.status.{STATUS[found.status]}", year=found.last_year)
        series = found.definitions[0].series
        year = min(found.last_year, found.target.deadline)  # after the deadline, its own figure decides
        return text(f"targets.status.{STATUS[found.status]}", year=year, value=float(series[year]))
    return text("targets.status.mixed") if found.verdict else text("targets.status.open", year=found.last_year)


def _base_table(found: Assessment, measured: Measured) -> parts.BaseTable:
    """Every plausible base side by side; the bar is the change as a share of the goal."""
    goal, year = found.target.value, measured.last_year
    rows = []
    for base in measured.bases:
        share = base.change / goal if not math.isnan(base.change) else None
        moved = share is not None and share > 0
        spoken = text("targets.bases.spoken", share=100 * (share or 0)) if moved else text("targets.bases.spoken_none")
        rows.append(parts.BaseRow(str(base.year), prose.count(base.value), prose.signed(base.change), share, spoken))
    headers = (
        text("targets.bases.from"),
        text("targets.bases.level"),
        text("targets.bases.change", year=year),
        text("targets.bases.goal", goal=goal),
    )
    caption = text("targets.bases.caption", label=measured.definition.label, value=measured.last_value, year=year)
    return parts.BaseTable(caption, headers, rows)


def _facts(found: Assessment, measured: Measured) -> list[parts.Fact]:
    """Where we are and what pace is needed, then and now; no pace after the deadline."""
    year, first = measured.last_year, measured.bases[0]
    newest = text("targets.facts.newest_value", value=measured.last_value)
    facts = [parts.Fact(text("targets.facts.newest", year=year), newest)]
    if found.state != "open":
        return facts
    if first.remaining > 0:
        facts.append(_fact("remaining", value=first.remaining))
        then = prose.listing(text("targets.facts.pace", pace=base.required_then) for base in measured.bases)
        facts.append(parts.Fact(text("targets.facts.then", n=len(measured.bases), year=first.year), then))
        facts.append(_fact("now", pace=first.required_now))
    if not math.isnan(first.realised):
        facts.append(_fact("realised", pace=first.realised))
    if first.remaining > 0:
        there = first.reached_at_pace
        when = text("targets.facts.reached_value", year=there) if there else text("targets.facts.never")
        facts.append(parts.Fact(text("targets.facts.reached"), when))
    return facts


def _fact(name: str, **values: float) -> parts.Fact:
    return parts.Fact(text(f"targets.facts.{name}"), text(f"targets.facts.{name}_value", **values))


def _sentences(found: Assessment, measured: Measured) -> list[Markup]:
    """The path from each base, and where constant paces and the projection lead."""
    if found.state != "open":
        return []
    year, deadline = measured.last_year, found.target.deadline
    said = []
    for base in measured.bases:
        side = "above" if base.gap_now > 0 else "below"
        values = {"value": base.value, "year": base.year, "path": base.path_now, "gap": base.gap_now, "last": year}
        said.append(text(f"targets.path.{base.source}_{side}", **values))
    scenarios = [
        text(
            f"targets.scenario.{str(row['name']).replace(' ', '_')}",
            period=prose.span(int(row["first"]), int(row["last"])), value=row["value"],
        )
        for _, row in measured.scenarios.iterrows()
    ]  # fmt: skip
    if scenarios:
        said.append(text("targets.scenario.all", year=deadline, scenarios=prose.listing(scenarios)))
    probability = measured.bases[0].probability
    if measured.projection is not None and probability is not None:
        bounds = {"lower": measured.projection.lower, "upper": measured.projection.upper, "n": measured.projection.n}
        said.append(text("targets.scenario.projection", year=deadline, probability=100 * probability, **bounds))
    return said


def _figure(ctx: Context, found: Assessment, measured: Measured) -> parts.Figure:
    """The official series and the path from each base to the goal."""
    kinds: dict[str, LineKind] = {"plan": "county", "official": "country"}
    lines = [
        Line(
            prose.plain(text("targets.figure.actual", name=prose.name(ctx.municipality))),
            "muni",
            [words.year_of(year) for year in measured.series.index],
            measured.series.tolist(),
        )
    ]
    years = range(min(base.year for base in measured.bases), found.target.deadline + 1)
    for base in measured.bases:
        label = prose.plain(text(f"targets.figure.{base.source}"))
        lines.append(
            Line(label, kinds.get(base.source, "other"), list(years), base.path["path"].reindex(years).tolist())
        )
    values = {"then": measured.series.iloc[0], "now": measured.last_value, "goal": measured.bases[0].goal}
    span = {"first": words.year_of(measured.series.index[0]), "last": measured.last_year}
    label = measured.definition.label
    alt = text("targets.figure.alt", label=label, deadline=found.target.deadline, **values, **span)
    return line_chart(lines, alt=prose.plain(alt), y_format=prose.count, x_format=str, ends=True)


def _not_measured(ctx: Context, found: Assessment) -> parts.TargetCard:
    target, lack = found.target, found.lacks[0]
    paragraphs = [_lack(lack)]
    if target.unit == "percent":
        paragraphs += _other_rate(ctx)
    hatch = text("targets.lack.hatch_age", age=_age(lack)) if lack.age else text("targets.lack.hatch")
    if lack.table:
        paragraphs.append(text("targets.lack.how"))
    return parts.TargetCard(
        key=target.id,
        goal=target.title,
        plan=_plan(found),
        status=text("targets.status.not_measured"),
        source=_source(found),
        paragraphs=paragraphs,
        measured=False,
        hatch=hatch,
    )


def _lack(lack: Lack) -> Markup:
    form, values = LACK[lack.reason], {}
    if form != "unknown":
        info = catalog().get(lack.table or "")
        values["table"] = (
            prose.plain(text("targets.plan.table", number=info.number)).capitalize() if info else lack.table or ""
        )
    if form == "age":
        values["age"] = _age(lack)
    return text(f"targets.lack.{form}", **values)


def _age(lack: Lack) -> str:
    return (lack.age or "").replace("-", prose.DASH)


def _other_rate(ctx: Context) -> list[Markup]:
    """That the rate on the page is of another age group."""
    try:
        rate = float(words.own_years(ctx)["rate"].iloc[-1])
    except FiguresMissing:
        return []
    return [text("targets.lack.other_rate", rate=rate)]
