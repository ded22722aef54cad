"""Whether commuting stays in Søndre Viken and how much goes to Oslo: a section of the commuting report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import places, prose
from helpers.charts import commutingtables, parts, words
from helpers.charts.commutingtables import FLOWS, TOTALS
from helpers.charts.lines import Line, line_chart
from helpers.measures import commuting
from helpers.measures.context import Context
from helpers.prose import text

FEW = 10  # persons: a smaller change makes no heading


def region(ctx: Context) -> parts.Section | None:
    """The share of out-commuters to Søndre Viken (for its five) and to Oslo; None for Oslo itself."""
    commutingtables.matrix_years(ctx)  # without them there are no shares
    shares = commuting.shares(ctx.tables, ctx.municipality)
    near = ctx.municipality.code in places.SONDRE_VIKEN
    if not near and shares["oslo_of_out"].isna().all():
        return None
    shares = shares.dropna(subset=["oslo_of_out"])
    name, years = prose.name(ctx.municipality), [int(each) for each in shares.index]
    first, last = shares.iloc[0], shares.iloc[-1]
    span = {"first": years[0], "last": years[-1]}
    lines = [Line(prose.plain(text("commuting.region.oslo")), "out", years, shares["oslo_of_out"].tolist())]
    values = {"oslo0": first["oslo_of_out"], "oslo1": last["oslo_of_out"], **span}
    paragraphs = [
        text(
            "commuting.region.oslo_text",
            persons=last["to_oslo"],
            share=last["oslo_of_out"],
            employed=last["oslo_of_employed"],
        )
    ]
    if near:
        lines.insert(
            0,
            Line(
                prose.plain(text("commuting.region.sondre_viken")),
                "muni",
                years,
                shares["sondre_viken_of_out"].tolist(),
            ),
        )
        values |= {"near0": first["sondre_viken_of_out"], "near1": last["sondre_viken_of_out"]}
        paragraphs.insert(
            0,
            text(
                "commuting.region.near", others=_other_four(ctx), near=last["to_sondre_viken"], name=name, last=span["last"],
                share=last["sondre_viken_of_out"], employed=last["sondre_viken_of_employed"],
            ),
        )  # fmt: skip
        internal = {
            "share": last["sondre_viken_internal"],
            "then": first["sondre_viken_internal"],
            "first": span["first"],
        }
        paragraphs.append(text("commuting.region.internal", **internal))
    alt = prose.plain(text(f"commuting.region.alt_{'both' if near else 'oslo'}", **values))
    return parts.Section(
        key="region",
        heading=_region_heading(first, last, near, span["first"]),
        subtitle=text("commuting.region.subtitle_short", name=name, period=words.period(years)),
        figures=[line_chart(lines, alt=alt, y_format=prose.tick_percent, value_format=prose.percent, zero=True)],
        caption=words.caption(ctx, {FLOWS: words.period(years), TOTALS: words.period(years)}),
        paragraphs=paragraphs,
        table=commutingtables.by_region(ctx, shares, near),
    )


def _other_four(ctx: Context) -> Markup:
    """The other municipalities of Søndre Viken, by name."""
    return prose.listing(each.name for each in ctx.sondre_viken.municipalities if each != ctx.municipality)


def _region_heading(first: pd.Series, last: pd.Series, near: bool, year: int) -> Markup:
    column = "sondre_viken_of_out" if near else "oslo_of_out"
    then, now = (prose.rounded(float(row[column]), 1) for row in (first, last))
    form = "same" if now == then else "up" if now > then else "down"
    persons = "to_sondre_viken" if near else "to_oslo"
    if form != "same" and abs(last[persons] - first[persons]) < FEW:
        return text(f"commuting.region.{'plain' if near else 'oslo_plain'}")
    return text(f"commuting.region.{'heading' if near else 'oslo'}_{form}", first=year)
