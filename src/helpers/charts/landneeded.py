"""The page of a municipality without map layers: what is known, what is needed, which commands."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import landwords, parts, words
from helpers.errors import FiguresMissing
from helpers.land.layers import ROLES
from helpers.measures import landjobs
from helpers.measures.context import Context
from helpers.prose import text

OPEN = ("boundary", "protected", "flood", "landslide")  # what `land fetch` brings; AR50 stands in for AR5
TABLE = "ssb_09594"


def needed(ctx: Context) -> parts.Section | None:
    """What is known of the municipality's land, what the analysis needs, and the commands; None where it has its layers."""
    layers = ctx.layers
    if layers is not None and "planned" in layers:
        return None
    held = set(layers or ())
    code, name = ctx.municipality.code, prose.name(ctx.municipality)
    uses = _held(ctx)
    own = prose.listing(landwords.lowered(landwords.role(each)) for each in ROLES if each not in (*OPEN, *held))
    said: list[Markup] = [text("land.needed.own", names=own, code=code), text("land.needed.open", code=code)]
    said += [text("land.needed.check", code=code), text("land.needed.example")]
    known = bool(tables(ctx))
    if known:
        said += [text("land.needed.known", year=uses.attrs["year"]), text("land.needed.table_note")]
    else:
        said.append(text("land.needed.known_none"))
    return parts.Section(
        key="needed",
        heading=text("land.needed.heading", name=name),
        subtitle=text("land.needed.subtitle"),
        paragraphs=said,
        caption=words.caption(ctx, {TABLE: str(uses.attrs["year"])}) if known else "",
        table=_uses(ctx, uses) if known else None,
    )


def tables(ctx: Context) -> list[str]:
    """The official tables that this page has figures from."""
    return [TABLE] if not _held(ctx).dropna().empty else []


def _held(ctx: Context) -> pd.Series:
    """km² by class of land use; empty where the table is not held."""
    with suppress(FiguresMissing):
        return landjobs.land_use(ctx.tables, ctx.municipality)
    return pd.Series(dtype=float)


def _uses(ctx: Context, uses: pd.Series) -> parts.DataTable:
    named = ctx.tables.labels(TABLE, "ArealKlasse")
    return parts.DataTable(
        id="uses",
        caption=text("land.needed.caption_table", name=prose.name(ctx.municipality), year=uses.attrs["year"]),
        columns=[
            parts.Column("class", text("land.needed.class")),
            parts.Column("area", text("land.needed.area"), "number"),
        ],
        rows=[
            {"class": prose.label("use", named.get(str(code), str(code))), "area": value}
            for code, value in uses.items()
        ],
        file_name=f"{ctx.municipality.slug}-arealbruk-{uses.attrs['year']}",
    )
