"""The cards that hold a plan's targets against official figures: words and drawings for what `measures.targets` finds."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import inwork, parts, targetlacks, words
from helpers.charts.goaltags import tags
from helpers.charts.lines import Line, line_chart
from helpers.charts.style import LineKind
from helpers.charts.targetmust import must
from helpers.measures.context import Context
from helpers.measures.employment import AGE
from helpers.measures.targets import Assessment, Measured, assess
from helpers.owntables import is_own
from helpers.prose import text
from helpers.targets import Target, Unit

STATUS = {
    "reached": "reached",
    "not reached": "not_reached",
    "undecided": "undecided",
    "below path": "below",
    "above path": "above",
    "on path": "on",
}


def targets(ctx: Context) -> parts.Cards | None:
    """A card for each target of the municipality's plan; None without one (the footer says how to add it)."""
    found = [assess(each, ctx.tables, ctx.as_of) for each in ctx.targets]
    if not found:
        return None
    documents = prose.listing(prose.bokmaal(each) for each in dict.fromkeys(each.target.document for each in found))
    return parts.Cards(
        heading=text("targets.heading", n=len(found), measured=_measured(found)),
        subtitle=text(f"targets.subtitle{_of_whom(found)}", documents=documents),
        cards=[_card(ctx, each) for each in found],
    )


def rates(ctx: Context) -> list[Markup]:
    """For a page whose rate is of another age group: how the plan's own rate stands, in a sentence for each such target."""
    said = []
    for found in (assess(each, ctx.tables, ctx.as_of) for each in ctx.targets if each.unit == "percent"):
        for each in found.definitions:
            if each.lack is None and each.definition.table and each.definition.indicator == "rate":
                number = ctx.tables.meta(each.definition.table).number
                value = _level("percent", each.last_value, each.rounded)
                values = {"ages": words.years_of_age(each.definition.age or ""), "number": number, "value": value}
                said += [
                    text("targets.rate", title=prose.bokmaal(found.target.title), year=each.last_year, **values),
                    *_needed(ctx, found, each),
                ]
    return said


def _level(unit: Unit, value: float, rounded: bool = False, short: bool = False) -> Markup:
    """A figure in the unit of a target; «omtrent» where the table is rounded. `short` is for facts and axes: «68,8 %»."""
    written = prose.percent if short else prose.in_words
    said = prose.count(value) if unit == "persons" else prose.decimal(value) if unit == "index" else written(value)
    return text("common.about", value=said) if rounded else Markup.escape(said)


def _gap(unit: Unit, value: float) -> str:
    """How far apart two figures are, without sign."""
    return {"persons": prose.count, "percent": prose.points, "index": prose.decimal}[unit](abs(value))


def _signed(unit: Unit, value: float) -> str:
    return prose.signed(value, 0 if unit == "persons" else 1)


def _pace(unit: Unit, value: float) -> Markup:
    """Percent a year for counts; points a year for rates and indices."""
    return text(f"targets.facts.pace_{unit}", pace=value)


def _of_whom(found: list[Assessment]) -> str:
    """Whether the figures are official, the municipality's own, or both."""
    ours = {each.indicator == "own" for target in found for each in target.target.definitions}
    return "_mixed" if len(ours) == 2 else "_own" if True in ours else ""


def _measured(found: list[Assessment]) -> Markup:
    measured = sum(each.state != "not measured" for each in found)
    if len(found) == 1:
        return text("targets.measured_one" if measured else "targets.measured_none_of_one")
    if measured == len(found):
        return text(f"targets.measured_{'both' if measured == 2 else 'all'}")
    return text("targets.measured", n=measured)


def _card(ctx: Context, found: Assessment) -> parts.TargetCard:
    if found.state == "not measured":
        return _not_measured(ctx, found)
    measured = [each for each in found.definitions if each.lack is None]
    source = words.SPACE.join([_source(found), *_figures(ctx, measured)])
    needs = must(ctx, found)
    if not found.verdict:
        return parts.TargetCard(
            key=found.target.id,
            goal=prose.bokmaal(found.target.title),
            tags=tags(found.target),
            plan=_plan(found),
            status=_status(found),
            source=source,
            bases=[_base_table(found, each) for each in measured],
            paragraphs=[text("targets.bases.no_verdict")],
        )
    return parts.TargetCard(
        key=found.target.id,
        goal=prose.bokmaal(found.target.title),
        tags=tags(found.target),
        plan=_plan(found),
        status=_status(found),
        source=source,
        facts=[fact for each in measured for fact in _facts(found, each)],
        figure=_figure(ctx, found, measured[0]),
        table=_path_table(ctx, found, measured[0]),
        paragraphs=[
            *(sentence for each in measured for sentence in _sentences(found, each)),
            *_needed(ctx, found, measured[0]),
            *needs.paragraphs,
            text("targets.figure.cut"),
        ],
        must=needs.table,
        must_label=text("targets.must.summary"),
    )


def _figures(ctx: Context, measured: list[Measured]) -> list[Markup]:
    """Whose figures the card shows: those of official tables together, and the municipality's own, which are said to be no statistics."""
    official = [each for each in measured if each.definition.indicator != "own"]
    said = []
    if official:
        tables = dict.fromkeys(table for each in official for table in each.tables)
        numbers = prose.listing(text("targets.plan.table", number=ctx.tables.meta(table).number) for table in tables)
        ages = prose.listing(dict.fromkeys(words.years_of_age(each.definition.age or AGE) for each in official))
        said.append(text("targets.plan.figures", tables=numbers, ages=ages))
    own = dict.fromkeys(table for each in measured if each not in official for table in each.tables)
    return [*said, *(words.own_figures(ctx.tables.meta(table)) for table in own)]


def _plan(found: Assessment) -> Markup:
    """The plan's words: the quote as a quote, the paraphrase as ours."""
    target = found.target
    said = [prose.bokmaal(target.paraphrase)] if target.paraphrase else []
    said += [text("targets.plan.quote", quote=prose.bokmaal(target.quote))] if target.quote else []
    said += _history(target)
    return words.SPACE.join([*said, *([prose.bokmaal(target.note)] if target.note else [])])


def _history(target: Target) -> list[Markup]:
    """How many times the plan's own pace of the years before the goal is."""
    yearly, before = target.yearly, target.history
    if yearly is None or before is None or before.yearly <= 0 or target.unit != "persons":
        return []
    values = {"yearly": yearly, "before": before.yearly, "times": yearly / before.yearly, "change": before.change}
    return [text("targets.plan.history", first=before.first, last=before.last, **values)]


def _source(found: Assessment) -> Markup:
    target = found.target
    document, publisher, heading = (
        prose.bokmaal(each or "") for each in (target.document, target.publisher, target.heading)
    )
    if heading and publisher:
        return text("targets.plan.source_heading", document=document, heading=heading, publisher=publisher)
    if publisher:
        return text("targets.plan.source", document=document, publisher=publisher)
    return text("targets.plan.source_short", document=document)


def _status(found: Assessment) -> Markup:
    if found.last_year is None:
        return text("targets.status.not_measured")
    if found.state == "deadline passed" and found.status is None:
        return text("targets.status.passed", year=found.last_year)
    if found.status in STATUS:
        if found.status not in ("reached", "not reached", "undecided"):
            return text(f"targets.status.{STATUS[found.status]}", year=found.last_year)
        measured = next(each for each in found.definitions if each.lack is None)
        year = min(found.last_year, found.target.deadline)  # after the deadline, its own figure decides
        value = _level(found.target.unit, float(measured.series[year]), measured.rounded)
        return text(f"targets.status.{STATUS[found.status]}", year=year, value=value)
    return text("targets.status.mixed") if found.verdict else text("targets.status.open", year=found.last_year)


def _base_table(found: Assessment, measured: Measured) -> parts.BaseTable:
    """Every plausible base side by side; the bar is the change as a share of the goal."""
    goal, year, unit = found.target.value, measured.last_year, found.target.unit
    rows = []
    for base in measured.bases:
        share = base.change / goal if not math.isnan(base.change) else None
        moved = share is not None and share > 0
        spoken = text("targets.bases.spoken", share=100 * (share or 0)) if moved else text("targets.bases.spoken_none")
        level, change = _level(unit, base.value, measured.rounded, short=True), _signed(unit, base.change)
        rows.append(parts.BaseRow(str(base.year), level, change, share, spoken))
    headers = (
        text("targets.bases.from"),
        text("targets.bases.level"),
        text("targets.bases.change", year=year),
        text("targets.bases.goal", goal=_signed(unit, goal) if unit != "persons" else prose.count(goal)),
    )
    now = _level(unit, measured.last_value, measured.rounded)
    caption = text(
        "targets.bases.caption", label=prose.label("indicator", measured.definition.label), value=now, year=year
    )
    return parts.BaseTable(caption, headers, rows)


def _facts(found: Assessment, measured: Measured) -> list[parts.Fact]:
    """Where we are and what pace is needed, then and now; no pace after the deadline."""
    year, first, unit = measured.last_year, measured.bases[0], found.target.unit
    newest = _level(unit, measured.last_value, measured.rounded, short=True)
    facts = [parts.Fact(text("targets.facts.newest", year=year), newest)]
    if found.state != "open":
        return facts
    if first.remaining > 0:
        facts.append(parts.Fact(text("targets.facts.remaining"), _gap(unit, first.remaining)))
        then = prose.listing(_pace(unit, base.required_then) for base in measured.bases)
        form = "then_own" if measured.definition.indicator == "own" else "then"
        facts.append(parts.Fact(text(f"targets.facts.{form}", n=len(measured.bases), year=first.year), then))
        if not math.isnan(first.required_now):
            facts.append(_yearly("now", _pace(unit, first.required_now)))
    if not math.isnan(first.realised):
        facts.append(_yearly("realised", _pace(unit, first.realised)))
    if first.remaining > 0:
        there = first.reached_at_pace
        when = text("targets.facts.reached_value", year=there) if there else text("targets.facts.never")
        facts.append(parts.Fact(text("targets.facts.reached"), when))
    return facts


def _yearly(name: str, pace: Markup) -> parts.Fact:
    return parts.Fact(text(f"targets.facts.{name}"), text("targets.facts.yearly", pace=pace))


def _sentences(found: Assessment, measured: Measured) -> list[Markup]:
    """The path from each base, and where constant paces and the projection lead."""
    if found.state != "open":
        return []
    year, deadline, unit = measured.last_year, found.target.deadline, found.target.unit
    said = []
    for base in measured.bases:
        if math.isnan(base.gap_now):
            continue
        value = _level(unit, base.value, measured.rounded and base.source != "plan")
        values = {"value": value, "path": _level(unit, base.path_now), "year": base.year, "last": year}
        if prose.rounded(base.gap_now, 0 if unit == "persons" else 1) == 0:
            said.append(text(f"targets.path.{base.source}_on", **values))
            continue
        side = "above" if base.gap_now > 0 else "below"
        said.append(text(f"targets.path.{base.source}_{side}", gap=_gap(unit, base.gap_now), **values))
    scenarios = [
        text(
            f"targets.scenario.{str(row['name']).replace(' ', '_')}",
            period=prose.span(int(row["first"]), int(row["last"])), value=_level(unit, row["value"]),
        )
        for _, row in measured.scenarios.iterrows()
    ]  # fmt: skip
    if scenarios:
        said.append(text("targets.scenario.all", year=deadline, scenarios=prose.listing(scenarios)))
    probability = measured.bases[0].probability
    if measured.projection is not None and probability is not None:
        reach = measured.projection
        bounds = {"lower": _level(unit, reach.lower), "upper": _level(unit, reach.upper), "n": reach.n}
        said.append(text("targets.scenario.projection", year=deadline, probability=100 * probability, **bounds))
    return said


def _needed(ctx: Context, found: Assessment, measured: Measured) -> list[Markup]:
    """How many more must be in work for a rate target that is open."""
    table, age = measured.definition.table, measured.definition.age
    if found.state != "open" or found.target.unit != "percent" or table is None or age is None:
        return []
    held = inwork.lacked(ctx, found.target.value, age, table)
    return [] if held is None or held.now <= 0 else [inwork.more(held)]


def _figure(ctx: Context, found: Assessment, measured: Measured) -> parts.Figure:
    """The official series and the path from each base to the goal."""
    kinds: dict[str, LineKind] = {"plan": "county", "official": "country", "own": "country"}
    lines = [
        Line(
            prose.plain(_actual(ctx, measured)),
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
    unit = found.target.unit
    values = {
        "then": _level(unit, measured.series.iloc[0], measured.rounded),
        "now": _level(unit, measured.last_value, measured.rounded),
        "goal": _level(unit, measured.bases[0].goal),
    }
    span = {"first": words.year_of(measured.series.index[0]), "last": measured.last_year}
    label = prose.label("indicator", measured.definition.label)
    alt = text("targets.figure.alt", label=label, deadline=found.target.deadline, **values, **span)
    marks = {"persons": prose.count, "percent": prose.tick_percent, "index": prose.tick}[unit]
    ends = {"persons": prose.count, "percent": prose.percent, "index": prose.decimal}[unit]
    return line_chart(lines, alt=prose.plain(alt), y_format=marks, value_format=ends, x_format=str, ends=True)


def _actual(ctx: Context, measured: Measured) -> Markup:
    """What the line of the figures is called."""
    form = "actual_own" if measured.definition.indicator == "own" else "actual"
    return text(f"targets.figure.{form}", name=prose.name(ctx.municipality))


def _path_table(ctx: Context, found: Assessment, measured: Measured) -> parts.DataTable:
    """The numbers of the figure: the official series, and the path from each base."""
    kind: parts.Kind = (
        "count" if found.target.unit == "persons" else "percent" if found.target.unit == "percent" else "number"
    )
    actual = _actual(ctx, measured)
    columns = [parts.Column("year", text("targets.figure.year"), "year"), parts.Column("actual", actual, kind)]
    held = pd.DataFrame({"actual": measured.series})
    for number, base in enumerate(measured.bases):
        key = f"path{number}"
        columns.append(parts.Column(key, text(f"targets.figure.{base.source}"), kind))
        held = held.join(base.path["path"].rename(key), how="outer")
    label = prose.label("indicator", measured.definition.label)
    return parts.DataTable(
        id=f"{found.target.id}-path",
        caption=text("targets.figure.caption", label=label, name=prose.name(ctx.municipality)),
        columns=columns,
        rows=[{"year": words.year_of(year), **words.record(row)} for year, row in held.sort_index().iterrows()],
        file_name=f"{ctx.municipality.slug}-bane-til-maal-{found.target.deadline}",
    )


def _not_measured(ctx: Context, found: Assessment) -> parts.TargetCard:
    target, lack = found.target, found.lacks[0]
    paragraphs = [targetlacks.told(lack)]
    if target.unit == "percent" and any(each.indicator == "rate" for each in target.definitions):
        paragraphs += targetlacks.other_rate(ctx)
    needs = must(ctx, found)
    hatch = text("targets.lack.hatch_age", age=targetlacks.age(lack)) if lack.age else text("targets.lack.hatch")
    helps = lack.table is not None and (lack.table not in ctx.tables or ctx.tables.meta(lack.table).assembled)
    return parts.TargetCard(
        key=target.id,
        goal=prose.bokmaal(target.title),
        tags=tags(target),
        plan=_plan(found),
        status=text("targets.status.not_measured"),
        source=_source(found),
        paragraphs=[*paragraphs, *needs.paragraphs],
        must=needs.table,
        must_label=text("targets.must.summary"),
        measured=False,
        hatch=hatch,
        command=f"kommunerapport fetch {lack.table}"
        if helps and not is_own(lack.table) and lack.reason != "place missing"
        else "",
    )
