"""Jobs in the five groups of industries, by both definitions of «besøksnæring». A section of the employment report."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Cell, Half, pair_chart
from helpers.charts.datatable import Kind
from helpers.charts.industry import TABLE, rest
from helpers.industries.groups import DEFINITIONS, grouping, tried
from helpers.industries.specialisations import exact, specialisations
from helpers.measures import employment, specialisation
from helpers.measures import groups as measure
from helpers.measures.context import Context
from helpers.prose import text

WITHOUT, WITH = DEFINITIONS


def groups(ctx: Context) -> parts.Section:
    """The change in each group with transport in the regional group, and with it among visitors."""
    found = measure.changes(ctx.tables, ctx.municipality)
    by_definition = {each: measure.by_group(found, grouping(each)) for each in DEFINITIONS}
    span = {"first": int(found.attrs["first"]), "last": int(found.attrs["last"])}
    said = {each: _said(frame) for each, frame in by_definition.items()}
    notes = [
        text("employment.industry.rounding"),
        text("employment.groups.version", version=grouping(WITHOUT).version),
        text("employment.groups.mixed"),
    ]
    return parts.Section(
        key="groups",
        heading=_heading(measure.directions(found, tried())),
        subtitle=text("employment.groups.subtitle", **span),
        figures=[
            pair_chart(
                [_name(group) for group in measure.MEASURED],
                *(_half(each, by_definition[each]) for each in DEFINITIONS),
                alt=prose.plain(text("employment.groups.alt", without=said[WITHOUT], with_=said[WITH])),
                value_format=prose.signed,
            )
        ],
        caption=words.caption(ctx, {TABLE: prose.span(**span)}, *notes),
        paragraphs=[_now(by_definition, span["last"]), *_special(ctx, span["last"]), *_themes(ctx, found)],
        misread=[text("employment.groups.misread")],
        table=_table(ctx, by_definition, span),
    )


def _name(group: str) -> str:
    return prose.plain(text(f"employment.groups.name.{group}"))


def _heading(directions: dict[str, int]) -> Markup:
    """Only what holds whatever the rounding and the grouping."""
    up, down = (
        prose.listing(prose.first_lower(_name(group)) for group, sign in directions.items() if sign == wanted)
        for wanted in (1, -1)
    )
    if up and down:
        return text("employment.groups.heading_both", up=up, down=down)
    if up:
        return text("employment.groups.heading_up", up=up)
    return text("employment.groups.heading_down", down=down) if down else text("employment.groups.heading_plain")


def _half(definition: str, frame: pd.DataFrame) -> Half:
    cells = [Cell(row["change"], row["change_lower"], row["change_upper"]) for row in words.records(frame)]
    title = prose.plain(text(f"employment.groups.{definition}"))
    return Half(title, "muni" if definition == WITHOUT else "other", cells)


def _said(frame: pd.DataFrame) -> Markup:
    return prose.listing(
        text("employment.groups.value", group=_name(str(group)), change=row["change"])
        for group, row in frame.iterrows()
    )


def _now(by_definition: dict[str, pd.DataFrame], year: int) -> Markup:
    now = by_definition[WITHOUT]["last"]
    told = {"basis": now["basis"], "visit": now["visit"], "regional": now["regional"], "local": now[measure.LOCAL]}
    return text("employment.groups.text", year=year, transport=by_definition[WITH]["last"]["visit"], **told)


def _special(ctx: Context, year: int) -> list[Markup]:
    found = specialisation.specialisation(ctx.tables, ctx.municipality, year)
    value, classes = found["value"], int(found.attrs["classes"])
    if value.isna().any():
        return []
    told = {"share": 100 * value["hoover"], "varieties": value["varieties"], "classes": classes}
    indices = {each: value[each] for each in ("krugman", "hachman", "herfindahl")}
    return [
        text("employment.groups.special", rest=rest(ctx), year=year, **told),
        text("employment.groups.indices", classes=classes, **indices),
    ]


def _themes(ctx: Context, found: pd.DataFrame) -> list[Markup]:
    """The specialisations of the municipality's own plan, those that the table can measure; the others are named."""
    plan = specialisations()
    if ctx.municipality.code != plan.municipality:
        return []
    told, coarse = [], []
    for theme in plan.theme:
        name, codes = text(f"employment.groups.theme.{theme.key}"), exact(theme, list(found.index))
        if codes is None:
            coarse.append(name)
            continue
        held = employment.location_quotient(ctx.tables, ctx.municipality, int(found.attrs["last"]))
        mine, theirs = (float(held.loc[list(codes), each].sum()) for each in ("share", "reference_share"))
        rows = found.loc[list(codes)]
        values = {"jobs": rows["last"].sum(), "change": (rows["last"] - rows["first"]).sum(), "lq": mine / theirs}
        first = int(found.attrs["first"])
        told.append(text("employment.groups.theme_measured", theme=name, first=first, rest=rest(ctx), **values))
    return [*told, text("employment.groups.theme_coarse", themes=prose.listing(coarse))] if coarse else told


def _table(ctx: Context, by_definition: dict[str, pd.DataFrame], span: dict[str, int]) -> parts.DataTable:
    columns = [parts.Column("group", text("employment.table.group"))]
    columns += [parts.Column(key, text(f"employment.table.{key}", year=year), "count") for key, year in span.items()]
    kinds: dict[str, Kind] = {
        "lower": "count", "upper": "count", "change": "signed", "change_lower": "signed", "change_upper": "signed", "mixed": "count",
    }  # fmt: skip
    columns += [parts.Column(key, text(f"employment.table.{key}"), kind) for key, kind in kinds.items()]
    return parts.DataTable(
        id="groups",
        caption=text("employment.table.caption_groups", name=prose.name(ctx.municipality), **span),
        columns=columns,
        rows=_rows(by_definition),
        file_name=f"{ctx.municipality.slug}-naeringsgrupper-{span['last']}",
    )


def _rows(by_definition: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The groups; those that transport is moved between with it and without it."""
    rows: list[dict[str, Any]] = []
    for group in measure.MEASURED:
        both = [pd.Series(by_definition[each].loc[group]) for each in DEFINITIONS]
        if both[0].equals(both[1]):
            rows.append({"group": _name(group), **words.record(both[0])})
            continue
        for definition, row in zip(DEFINITIONS, both, strict=True):
            form = "including" if (group == "visit") == (definition == WITH) else "excluding"
            rows.append({"group": text(f"employment.groups.{form}", group=_name(group)), **words.record(row)})
    return rows
