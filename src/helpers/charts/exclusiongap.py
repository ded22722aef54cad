"""What the gap in the share outside is made of: who lives here, or other shares among the same people. A section of the exclusion report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.measures import exclusion, gap
from helpers.measures.context import Context
from helpers.measures.gap import COMPOSITION, GAP, RATE, Gap
from helpers.measures.rounding import few
from helpers.prose import text

STATUS = exclusion.TABLE


def decomposition(ctx: Context) -> parts.Section | None:
    """The gap to the country, or to the county where the table has no country; None where there is nothing to compare with."""
    held = gap.against(ctx.tables, ctx.municipality)
    key = next((each for each in ("country", "county") if each in held), None)
    if key is None or held[key].effects["value"].isna().any():
        return None
    found, reference = held[key], words.place_within(ctx.country if key == "country" else ctx.county)
    effects, year = found.effects, _year(found)
    shown = [GAP, *found.factors, RATE]
    bars = [
        Bar(_label(each), Cell(row["value"], row["least"], row["most"]), "muni" if each == GAP else "other")
        for each, row in zip(shown, words.records(effects.loc[shown]), strict=True)
    ]
    said = prose.listing(text("exclusion.gap.value", what=bar.label, points=bar.cell.value) for bar in bars)
    misread = [text("exclusion.gap.misread")]
    if found.assumed:
        before = words.status_year(ctx)
        misread.insert(0, text("exclusion.immigrants.misread_assumed", year=str(found.year), before=before))
    return parts.Section(
        key="gap",
        heading=_heading(ctx, found, reference),
        subtitle=text("exclusion.gap.subtitle", year=year),
        figures=[
            bar_chart(
                bars,
                alt=prose.plain(text("exclusion.gap.alt", values=said)),
                value_format=lambda value: prose.signed(value, 1),
            )
        ],
        caption=words.caption(ctx, {STATUS: year}, text("exclusion.ages.whisker")),
        paragraphs=[_sentence(ctx, found, reference), _sureness(effects.loc[shown])],
        misread=misread,
        table=_table(ctx, found, reference, year),
    )


def _year(found: Gap) -> str:
    return prose.plain(text("common.assumed", year=str(found.year))) if found.assumed else str(found.year)


def _label(key: str) -> str:
    return prose.plain(text(f"exclusion.gap.part_{key.lower()}"))


def _heading(ctx: Context, found: Gap, reference: Markup) -> Markup:
    """An assumed year carries no finding; a part whose sign the rounding could turn carries none either."""
    names = {"name": prose.name(ctx.municipality), "reference": reference}
    if found.assumed:
        return text("exclusion.gap.heading_plain", reference=reference, year=_year(found))
    value, holds = found.effects["value"], found.effects["sign_holds"]
    main = RATE if abs(value[RATE]) > abs(value[COMPOSITION]) else COMPOSITION
    if not (holds[GAP] and holds[main]) or value[main] * value[GAP] < 0:
        return text("exclusion.gap.heading_unsure", reference=reference)
    return text(f"exclusion.gap.heading_{main}", **names)


def _sentence(ctx: Context, found: Gap, reference: Markup) -> Markup:
    value = found.effects["value"]
    total, outside = (float(found.cells[name].sum()) for name in ("total", "outside"))
    whole = words.record(found.effects.loc[GAP])
    if few(whole["least"], whole["most"], total):
        return text(
            "exclusion.gap.text_few",
            name=prose.name(ctx.municipality), reference=reference, outside=outside, total=total,
            expected=found.reference_share * total / 100,
        )  # fmt: skip
    return text(
        "exclusion.gap.text",
        name=prose.name(ctx.municipality), reference=reference, share=found.share, reference_share=found.reference_share,
        gap=value[GAP], composition=value[COMPOSITION], rate=value[RATE], persons=abs(found.effects["persons"][RATE]),
    )  # fmt: skip


def _sureness(effects: pd.DataFrame) -> Markup:
    """What of it the rounding could turn round."""
    unsure = [_label(str(key)) for key, holds in effects["sign_holds"].items() if not holds]
    if not unsure:
        return text("exclusion.gap.sure")
    return text("exclusion.gap.unsure", names=prose.listing(prose.first_lower(each) for each in unsure), n=len(unsure))


def _table(ctx: Context, found: Gap, reference: Markup, year: str) -> parts.DataTable:
    points = {"value": "points", "lower": "lower", "upper": "upper", "least": "least", "most": "most"}
    columns = [parts.Column("part", text("exclusion.gap.part"))]
    columns += [parts.Column(key, text(f"exclusion.gap.{label}"), "points") for key, label in points.items()]
    columns.append(parts.Column("persons", text("exclusion.gap.persons"), "signed"))
    order = [GAP, *found.factors, COMPOSITION, RATE]
    rows = [
        {"part": _label(key), **row} for key, row in zip(order, words.records(found.effects.loc[order]), strict=True)
    ]
    return parts.DataTable(
        id="gap",
        caption=text("exclusion.gap.caption_table", name=prose.name(ctx.municipality), reference=reference, year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-utenfor-oppdelt-{found.year}",
        sum_row=_label(GAP),
    )
