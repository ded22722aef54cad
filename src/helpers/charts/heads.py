"""The head of a page whose figures are lacking: it still has a title, which says so."""

from __future__ import annotations

import functools
from collections.abc import Callable

from helpers import prose
from helpers.charts import parts
from helpers.errors import FiguresMissing, NotComparable
from helpers.measures.context import Context
from helpers.prose import text


def never_missing(
    theme: str, left: Callable[[Context], str] = lambda ctx: ""
) -> Callable[[Callable[[Context], parts.Head]], Callable[[Context], parts.Head]]:
    """Decorate the head of a page: without its figures the page still has a title, which says what is lacking.

    `left` gives the years of the figures that are there all the same.
    """

    def decorate(head: Callable[[Context], parts.Head]) -> Callable[[Context], parts.Head]:
        @functools.wraps(head)
        def safe(ctx: Context) -> parts.Head:
            try:
                return head(ctx)
            except FiguresMissing as missing:
                return _bare_head(ctx, theme, missing, left(ctx))

        return safe

    return decorate


def _bare_head(ctx: Context, theme: str, missing: FiguresMissing, years: str) -> parts.Head:
    name = prose.name(ctx.municipality)
    form = "missing" if not isinstance(missing, NotComparable) else "divided_part" if years else "divided"
    title = text(f"head.{form}_title", name=name, theme=text(f"head.{theme}"))
    if isinstance(missing, NotComparable):
        lead = text(f"head.{form}", name=name, year=missing.since, theme=text(f"head.{theme}"))
    else:
        lead = text("head.missing", name=name, table=getattr(missing, "table", "").removeprefix("ssb_"))
    return parts.Head(
        theme=theme,
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=title,
        lead=lead,
        badges=[text("head.years", years=years) if years else text("head.no_years")],
        description=prose.plain(lead),
        years=years,
        keys={},
        goals=un_goals(ctx),
    )


def un_goals(ctx: Context) -> dict[str, tuple[int, ...]]:
    """The targets of the municipality's plan by their titles, with the UN goals of each: for the list of municipalities."""
    return {each.title: each.un_goals for each in ctx.targets if each.un_goals}
