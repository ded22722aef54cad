"""How many more would have to be in work for a share of them: sentences that several pages tell."""

from __future__ import annotations

from markupsafe import Markup

from helpers import prose
from helpers.charts import words
from helpers.errors import FiguresMissing, InputError
from helpers.measures import needed
from helpers.measures.context import Context
from helpers.measures.needed import Needed
from helpers.prose import text

YARDSTICK = 70.0  # percent: what is asked of a municipality whose plan names no goal


def in_work(ctx: Context, table: str | None = None) -> list[Markup]:
    """The share in work in the age of the plans (20–66), and how many more the plan's goal, or 70 percent, asks for.

    Parameters
    ----------
    table : by default the first that has the age. Empty where none has it, or its year is assumed.
    """
    goals = [
        each.value for each in ctx.targets
        if each.unit == "percent" and each.kind == "level" and any(one.age == needed.AGE for one in each.definitions)
    ]  # fmt: skip
    held = lacked(ctx, goals[0] if goals else YARDSTICK, needed.AGE, table)
    if held is None or held.assumed or held.population <= 0:
        return []
    meta = ctx.tables.meta(held.table)
    share = prose.in_words(held.rate)
    said = text(
        "targets.in_work.share",
        ages=words.years_of_age(held.age), year=held.year, number=meta.number,
        value=share if meta.rounding == "none" else text("common.about", value=share),
    )  # fmt: skip
    if held.now_lower < 0 < held.now_upper:
        lacks = text("targets.in_work.unsure", goal=held.goal)
    else:
        lacks = more(held) if held.now > 0 else text("targets.in_work.passed", goal=held.goal)
    return [words.SPACE.join([said, lacks])]


def lacked(ctx: Context, goal: float, age: str, table: str | None) -> Needed | None:
    """What a share in work lacks of a goal; None where the tables do not have it."""
    try:
        return needed.to_reach(ctx.tables, ctx.municipality, goal, age, table=table)
    except (FiguresMissing, InputError):
        return None


def more(held: Needed) -> Markup:
    """«For å nå 70 prosent måtte omtrent 217 flere vært i arbeid i 2024.»"""
    n = max(int(prose.rounded(held.now, 0)), 1)
    return text("targets.path.needed", n=n, goal=held.goal, year=held.year)
