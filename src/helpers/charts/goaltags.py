"""The plan's goals and the UN goals that targets and figures belong to: tags of cards, and a section of the overview."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from helpers import goals, prose
from helpers.charts import parts, words
from helpers.measures.context import Context
from helpers.prose import text
from helpers.targets import PlanGoal, Target


def tags(target: Target) -> list[Markup]:
    """The plan's goal that a target stands under, and its UN goals; which of them the plan has not named itself is said."""
    said = [text("goals.tag.plan", goal=prose.bokmaal(target.plan_goal))] if target.plan_goal else []
    form = "un" if target.un_goals_by == "plan" else "un_ours"
    return said + [text(f"goals.tag.{form}", number=each, name=un_name(each)) for each in target.un_goals]


def un_name(number: int) -> Markup:
    """The official name of a UN goal."""
    return text(f"goals.un.{number}")


def plan_goals(ctx: Context) -> parts.Section | None:
    """The plan's own goals, the UN goals that it ties them to, and what the reports have figures of; None where they are not known."""
    held = {target.document: target for target in ctx.targets if target.plan_goals}
    if not held:
        return None
    lines = [each for target in held.values() for each in target.plan_goals]
    return parts.Section(
        key="goals",
        heading=text("goals.plan.heading"),
        subtitle=text("goals.plan.subtitle", documents=prose.listing(prose.bokmaal(each) for each in held)),
        paragraphs=[_line(each) for each in lines],
        misread=[text("goals.plan.misread")],
        caption=words.SPACE.join(text("targets.plan.source_short", document=prose.bokmaal(each)) for each in held),
    )


def _line(goal: PlanGoal) -> Markup:
    un = prose.listing(text("goals.plan.un", number=each, name=un_name(each)) for each in goal.un_goals)
    return text("goals.plan.line", title=prose.bokmaal(goal.title), un=un, figures=figures(goal.un_goals))


def figures(un_goals: Iterable[int]) -> Markup:
    """Which pages of a report have figures that belong to these UN goals, and which figures."""
    pages: dict[str, list[Markup]] = {}
    for each in goals.indicators(un_goals):
        pages.setdefault(each.page, []).append(text(f"goals.indicator.{each.key}"))
    if not pages:
        return text("goals.plan.no_figures")
    said = [
        text("goals.plan.page", page=text(f"page.theme.{page}"), figures=prose.listing(those))
        for page, those in pages.items()
    ]
    return text("goals.plan.figures", pages=prose.listing(said))
