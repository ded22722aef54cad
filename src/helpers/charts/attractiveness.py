"""Growth in business beyond what structure says, our own open estimate. A section of the employment report."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.industry import TABLE, labels
from helpers.measures import attractiveness as measure
from helpers.measures import population
from helpers.measures.attractiveness import GROUPS, TERMS, Attractiveness
from helpers.measures.context import Context
from helpers.prose import text


def attractiveness(ctx: Context) -> parts.Section:
    """What is left of the growth in business when the country's growth, the mix of industries and the population have their part."""
    found = measure.attractiveness(ctx.tables, ctx.municipality)
    own, name, span = found.own, prose.name(ctx.municipality), {"first": found.first, "last": found.last}
    bars = [Bar(_term(each), Cell(own[each]), "other") for each in TERMS[:-1]]
    bars.append(Bar(_term("residual"), Cell(own["residual"], own["lower"], own["upper"]), "muni"))
    said = prose.listing(text("employment.attractiveness.value", part=bar.label, value=bar.cell.value) for bar in bars)
    form = "unsure" if not found.sign_holds else "up" if own["residual"] > 0 else "down"
    years = {TABLE: prose.span(**span), population.TABLE: prose.span(found.first + 1, found.last + 1)}
    return parts.Section(
        key="attractiveness",
        heading=text(f"employment.attractiveness.heading_{form}", name=name),
        subtitle=text("employment.attractiveness.subtitle", **span),
        figures=[
            bar_chart(
                bars,
                alt=prose.plain(text("employment.attractiveness.alt", values=said)),
                value_format=lambda value: prose.signed(value, 1),
            )
        ],
        caption=words.caption(
            ctx, years, text("employment.attractiveness.whisker"), text("employment.attractiveness.own")
        ),
        paragraphs=[_text(found), _sure(found, name), _beta(found)],
        misread=[text("employment.attractiveness.misread"), text("employment.attractiveness.misread_cause")],
        table=_table(ctx, found),
    )


def _term(key: str) -> str:
    return prose.plain(text(f"employment.attractiveness.{key}"))


def _text(found: Attractiveness) -> Markup:
    values = {each: found.own[each] for each in TERMS}
    return text("employment.attractiveness.text", error=found.own["error"], **values)


def _sure(found: Attractiveness, name: Markup) -> Markup:
    """Where among the others, and what other groupings give."""
    best, worst = found.own["best"], found.own["worst"]
    told = {"of": found.of, "name": name, "best": best}
    rank = (
        text("employment.attractiveness.rank_one", **told)
        if best == worst
        else text("employment.attractiveness.rank", worst=worst, **told)
    )
    tried = found.variants.values()
    ends = {"low": min(tried), "high": max(tried)}
    return words.SPACE.join([rank, text("employment.attractiveness.variants", count=len(tried), **ends)])


def _beta(found: Attractiveness) -> Markup:
    beta = found.beta
    form = "beta" if beta.used else "beta_zero"
    return text(f"employment.attractiveness.{form}", beta=beta.value, error=beta.error, of=beta.n)


def _table(ctx: Context, found: Attractiveness) -> parts.DataTable:
    own, industries = found.own, labels(ctx)
    rows: list[dict[str, Any]] = [{"part": _term(each), "percent": own[each]} for each in TERMS]
    for group in GROUPS:
        of_which = prose.first_lower(text(f"employment.groups.name.{group}"))
        rows.append({"part": text("employment.attractiveness.of_which", group=of_which), "percent": own[group]})
    rows.append({"part": _term("error"), "percent": prose.decimal(own["error"], 2)})  # no sign
    rows += [{"part": _term(each), "percent": own[each]} for each in ("lower", "upper")]
    for (definition, moved), value in found.variants.items():
        told = {"definition": prose.first_lower(text(f"employment.groups.{definition}"))}
        if moved:
            what = {"industry": prose.first_lower(industries[moved]), **told}
            rows.append({"part": text("employment.attractiveness.variant_moved", **what), "percent": value})
        else:
            rows.append({"part": text("employment.attractiveness.variant", **told), "percent": value})
    span = {"first": found.first, "last": found.last}
    return parts.DataTable(
        id="attractiveness",
        caption=text("employment.table.caption_attractiveness", name=prose.name(ctx.municipality), **span),
        columns=[
            parts.Column("part", text("employment.attractiveness.part")),
            parts.Column("percent", text("employment.attractiveness.percent"), "number", _signed, 2),
        ],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utover-strukturen-{found.last}",
        sum_row=_term("residual"),
    )


def _signed(value: float) -> str:
    return prose.signed(value, 2)
