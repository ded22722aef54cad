"""What must be true for a rate target to be reached, in words and a table of a target card."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.errors import FiguresMissing, InputError
from helpers.measures import needed, population, ratetarget
from helpers.measures.context import Context
from helpers.measures.ratetarget import Must
from helpers.measures.targets import Assessment
from helpers.prose import text

PEOPLE = population.TABLE


@dataclass(frozen=True)
class Shown:
    """A sentence for each base, and the table of every scenario; nothing where nothing can be said."""

    paragraphs: Sequence[Markup] = ()
    table: parts.DataTable | None = None


def must(ctx: Context, found: Assessment) -> Shown:
    """For a rate target: from the plan's own figure, and while the target is open from the newest official one."""
    target = found.target
    age = next((each.age for each in target.definitions if each.age), None)
    if target.unit != "percent" or target.kind != "level" or age is None:
        return Shown()
    bases = [(source, each) for source, each in _bases(ctx, found, age) if each[0].rate < target.value]  # not there yet
    if not bases:
        return Shown()
    said = [_sentence(source, each[-1], age) for source, each in bases]
    return Shown([*said, text("targets.must.where")], _table(ctx, found, age, bases))


def _bases(ctx: Context, found: Assessment, age: str) -> Iterator[tuple[str, tuple[Must, ...]]]:
    """What is counted from (``plan`` or ``official``), and its scenarios, the surest last."""
    target = found.target
    with contextlib.suppress(FiguresMissing):
        if target.base_year is not None and target.base_value is not None:
            people = ratetarget.residents(ctx.tables, ctx.municipality, age, target.base_year)
            base = ratetarget.unchanged(target.base_year, target.deadline, target.base_value, target.value, people)
            yield "plan", ratetarget.scenarios(ctx.tables, ctx.municipality, age, base)
    measured = next((each for each in found.definitions if each.lack is None), None)
    if measured is None or found.state != "open" or measured.last_year is None or measured.definition.table is None:
        return
    with contextlib.suppress(FiguresMissing, InputError):
        table, year = measured.definition.table, measured.last_year
        held = needed.to_reach(ctx.tables, ctx.municipality, target.value, age, year, table)
        base = ratetarget.unchanged(year, target.deadline, held.rate, target.value, held.population)
        try:
            yield "official", ratetarget.scenarios(ctx.tables, ctx.municipality, age, base)
        except FiguresMissing:
            yield "official", (base,)


def _sentence(source: str, each: Must, age: str) -> Markup:
    values = {"rate": each.rate, "first": each.first, "goal": each.goal, "last": each.last}
    many = prose.rounded(abs(each.total), 0)
    if each.total <= 0 or many == 0:
        return text(f"targets.must.{source}_none", how=_how(each, age), **values)
    return text(
        f"targets.must.{source}",
        n=int(many), by_rate=each.by_rate, by_population=each.by_population, how=_how(each, age), **values,
    )  # fmt: skip


def _how(each: Must, age: str) -> Markup:
    """What the population of the deadline is."""
    values: dict[str, float | str] = {"ages": words.years_of_age(age)}
    if each.scenario == "counted":
        values |= {"then": each.population_then, "people": each.population}
    elif each.scenario == "as before":
        values |= {"years": ratetarget.WINDOW}
    return text(f"targets.must.how_{each.scenario.replace(' ', '_')}", **values)


def _table(ctx: Context, found: Assessment, age: str, bases: Sequence[tuple[str, tuple[Must, ...]]]) -> parts.DataTable:
    """A row for each term, a column for each scenario."""
    target = found.target
    cases = [(source, each) for source, those in bases for each in those]
    columns = [parts.Column("term", text("targets.must.term"))]
    columns += [parts.Column(f"case{at}", _column(*case), "count") for at, case in enumerate(cases)]
    rows = [
        {"term": text(f"targets.must.{term}")}
        | {f"case{at}": getattr(each, term) for at, (_, each) in enumerate(cases)}
        for term in ("population", "population_then", "by_rate", "by_population", "total")
    ]
    return parts.DataTable(
        id=f"{target.id}-must",
        caption=text("targets.must.caption", goal=target.value, year=target.deadline, ages=words.years_of_age(age)),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-hva-maa-vaere-sant-{target.deadline}",
        sum_row=text("targets.must.total"),
    )


def _column(source: str, each: Must) -> Markup:
    scenario = text(f"targets.must.scenario_{each.scenario.replace(' ', '_')}")
    return text(f"targets.must.column_{source}", rate=each.rate, year=each.first, scenario=scenario)
