"""The calculator of the cost of exclusion where nobody has filled it in: what it must be told, and the persons. No kroner."""

from __future__ import annotations

from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.measures import exclusion
from helpers.measures.context import Context
from helpers.measures.exclusion import Share
from helpers.measures.exclusioncost import Form, FormField, form
from helpers.prose import text

STATUS = exclusion.TABLE


def empty(ctx: Context) -> parts.Section:
    """Those outside, what a percentage point is in persons, and each field that must be filled in.

    Raises
    ------
    TableMissing
        where table 13563, or the place in it, is not held.
    """
    found, name = form(ctx.tables, ctx.municipality), prose.name(ctx.municipality)
    return parts.Section(
        key="cost",
        heading=text("exclusion.cost.heading_form", name=name),
        subtitle=text("exclusion.cost.subtitle_form"),
        paragraphs=[
            persons(found.persons),
            text("exclusion.cost.structure"),
            text("exclusion.cost.how", code=ctx.municipality.code),
        ],
        caption=words.caption(ctx, {STATUS: str(found.year)}),
        table=_fields(ctx, found),
    )


def persons(found: dict[str, Share]) -> Markup:
    """How many stand outside in both ages, and what one percentage point of each is."""
    young, adult = (found[age] for age in exclusion.AGES)
    return text(
        "exclusion.cost.persons",
        young=young.outside, adult=adult.outside, year=adult.year,
        young_point=words.point(young.total), adult_point=words.point(adult.total),
    )  # fmt: skip


def _fields(ctx: Context, found: Form) -> parts.DataTable:
    columns = ("field", "what", "unit", "payer", "range", "source")
    return parts.DataTable(
        id="cost",
        caption=text("exclusion.cost.caption_form", name=prose.name(ctx.municipality)),
        columns=[parts.Column(key, text(f"exclusion.cost.column_{key}")) for key in columns],
        rows=[_row(each, found.payers) for each in found.fields],
        file_name=f"{ctx.municipality.slug}-kostnader-skjema",
    )


def _row(field: FormField, payers: tuple[str, ...]) -> dict[str, object]:
    none = parts.Missing(prose.DASH, prose.plain(text("exclusion.cost.not_asked")))
    said = {True: text("exclusion.cost.yes"), False: none}
    who = Markup(", ").join(text(f"exclusion.cost.payer_{each}") for each in payers)
    what = f"{field.key}_form" if field.key == "success_percent" else field.key
    unit = "kroner_form" if field.unit == "kroner" else field.unit.replace(" ", "_")
    return {
        "field": f"[[{field.key}]]" if field.repeated else field.key,
        "what": text(f"exclusion.cost.field_{what}"),
        "unit": text(f"exclusion.cost.unit_{unit}"),
        "payer": who if field.repeated else none,
        "range": said[field.ranged],
        "source": said[field.sourced],
    }
