"""The numbers behind the figures of the report on land, as fold-out tables. Areas in dekar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import landwords, parts, words
from helpers.charts.datatable import Kind
from helpers.land.layers import ROLES, LayerMeta
from helpers.land.settings import M2_PER_DEKAR
from helpers.measures.context import Context
from helpers.prose import text

NOTHING = "–"  # what does not apply to a row


def _table(
    ctx: Context,
    section: str,
    key: str,
    file: str,
    columns: Mapping[str, Kind],
    rows: list[dict[str, Any]],
    **more: Any,
) -> parts.DataTable:
    """A table of a section: its columns and caption have their words there."""
    return parts.DataTable(
        id=key,
        caption=text(f"land.{section}.caption_table", name=prose.name(ctx.municipality)),
        columns=[parts.Column(each, text(f"land.{section}.{each}"), kind) for each, kind in columns.items()],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-{file}",
        **more,
    )


def purposes(ctx: Context) -> parts.DataTable:
    """Planned land by purpose, and what is shown beside."""
    found = ctx.land
    rows = []
    for frame, counted in ((found.found.start, "yes"), (found.beside, "no")):
        sums = frame.groupby("purpose", dropna=False)["area_m2"].sum().sort_values(ascending=False, kind="stable")
        for code, area in sums.items():
            known = not pd.isna(code)
            rows.append(
                {
                    "purpose": landwords.purpose(code),
                    "code": str(code) if known else NOTHING,
                    "area": float(area) / M2_PER_DEKAR,
                    "counted": text(f"land.planned.{counted}"),
                }
            )
    columns: dict[str, Kind] = {"purpose": "text", "code": "text", "area": "number", "counted": "text"}
    return _table(ctx, "planned", "purposes", "planlagt-naeringsareal", columns, rows)


def losses(ctx: Context) -> parts.DataTable:
    """Each constraint: where its land is booked, all it covers, what it alone covers, its equal share."""
    found = ctx.land
    rows = []
    unknown = parts.Missing("..", prose.plain(text("land.losses.unknown")))
    for key, value in found.waterfall.items():
        held: Mapping[Any, float] = found.classes.loc[str(key)].to_dict() if key in found.order else {}
        named = text("land.losses.rest") if key == "net" else landwords.titled(landwords.constraint(str(key)))
        columns = {"gross": "gross_m2", "alone": "sole_m2", "shared": "shapley_m2"}
        gone = unknown if pd.isna(value) else parts.Missing("–", prose.plain(text("land.losses.not_meant")))
        more = {name: held[column] / M2_PER_DEKAR if column in held else gone for name, column in columns.items()}
        rows.append({"constraint": named, "exclusive": unknown if pd.isna(value) else value / M2_PER_DEKAR, **more})
    start = text("land.losses.start")
    none = parts.Missing("–", prose.plain(text("land.losses.not_meant")))
    whole = {"constraint": start, "exclusive": found.planned_m2 / M2_PER_DEKAR}
    rows.insert(0, whole | dict.fromkeys(("gross", "alone", "shared"), none))
    kinds: dict[str, Kind] = {"constraint": "text"}
    kinds |= dict.fromkeys(("exclusive", "gross", "alone", "shared"), "number")
    rest = text("land.losses.rest")
    return _table(ctx, "losses", "losses-table", "tap-av-naeringsareal", kinds, rows, highlight=rest, sum_row=start)


def groups(ctx: Context, areas: pd.Series) -> parts.DataTable:
    """Planned land by the group of constraints that takes it; `areas` in m²."""
    rows = [{"group": landwords.group(str(key)), "area": value / M2_PER_DEKAR} for key, value in areas.items()]
    return _table(ctx, "lost", "groups", "naeringsareal-etter-grunn", {"group": "text", "area": "number"}, rows)


def details(ctx: Context, areas: Sequence[Mapping[str, float]]) -> parts.DataTable:
    """What stands in each frame, by group of constraints, in m²."""
    kinds: dict[str, Kind] = {"frame": "text", "group": "text", "area": "number"}
    rows = [
        {
            "frame": text("land.map.detail", number=number),
            "group": landwords.group(key),
            "area": value / M2_PER_DEKAR,
        }
        for number, sums in enumerate(areas, 1)
        for key, value in sums.items()
        if value > 0
    ]
    return _table(ctx, "details", "details-table", "naeringsareal-i-utsnitt", kinds, rows)


def stops(ctx: Context, areas: pd.Series) -> parts.DataTable:
    """Land that is free of constraints by the first step that stops it; `areas` in m²."""
    rows = [{"stop": text(f"land.ready.stop_{key}"), "area": value / M2_PER_DEKAR} for key, value in areas.items()]
    return _table(ctx, "stop", "stops", "ledig-areal-etter-hva-som-mangler", {"stop": "text", "area": "number"}, rows)


def sizes(ctx: Context) -> parts.DataTable:
    """Plots by size class."""
    rows = [
        {
            "size": landwords.size(row["lower_dekar"], row["upper_dekar"]),
            "count": row["plots"],
            "area": row["area_dekar"],
        }
        for row in words.records(ctx.land.sizes)
    ]
    return _table(
        ctx, "plots", "sizes", "tomter-etter-stoerrelse", {"size": "text", "count": "count", "area": "number"}, rows
    )


def steps(ctx: Context, labels: Mapping[str, Markup]) -> parts.DataTable:
    """The ladder: what has reached each step, and what meets the step by itself."""
    rows = []
    unknown = parts.Missing("..", prose.plain(text("land.losses.unknown")))
    for row in words.records(ctx.land.ladder):
        told = landwords.is_told(ctx.land, row)
        bound = "no" if not told else "upper" if row["bound"] == "upper" else "exact"
        rows.append(
            {
                "step": labels[row["key"]],
                "area": row["area_m2"] / M2_PER_DEKAR if told else unknown,
                "count": row["count_"] if told else unknown,
                "alone": unknown if row["key"] == "free" and not row["known"] else row["alone_m2"] / M2_PER_DEKAR,
                "known": text(f"land.ready.{bound}"),
            }
        )
    columns: dict[str, Kind] = {"step": "text", "area": "number", "count": "count", "alone": "number", "known": "text"}
    return _table(ctx, "ready", "steps", "trinn-mot-byggeklar", columns, rows)


def classes(ctx: Context) -> parts.DataTable:
    """Plots by ABC class."""
    rows = [
        {"label": text(f"land.placing.class_{key}"), "count": row["plots"], "area": row["area_dekar"]}
        for key, row in ctx.land.by_abc.iterrows()
    ]
    return _table(
        ctx, "placing", "abc", "tomter-etter-abc", {"label": "text", "count": "count", "area": "number"}, rows
    )


def layers(ctx: Context) -> parts.DataTable:
    """Every layer that the analysis can use: what is held, and what is missing."""
    held = ctx.land.layers
    rows = []
    for role in ROLES:
        meta = held.meta.get(role, LayerMeta(role, "own", "")) if role in held else None
        rows.append(
            {
                "role": landwords.role(role),
                "file": meta.file if meta else text("land.layers.missing"),
                "origin": prose.bokmaal(", ".join(filter(None, (meta.producer, meta.retrieved, meta.cover))))
                if meta
                else NOTHING,
                "features": meta.features if meta else None,
                "repaired": meta.repaired if meta else None,
            }
        )
    kinds: dict[str, Kind] = {
        "role": "text",
        "file": "text",
        "origin": "text",
        "features": "count",
        "repaired": "count",
    }
    return _table(ctx, "layers", "layers-table", "kartlag", kinds, rows)


def need(ctx: Context, needed: pd.DataFrame, allotted: pd.DataFrame) -> parts.DataTable:
    """The need of each group, and the plots that are large enough for it."""
    groups = {group.key: prose.label("group", group.label) for group in ctx.land.settings.need.groups}
    rows = []
    for key, row in needed.iterrows():
        inside = key in groups
        rows.append(
            {
                "group": groups[str(key)] if inside else text("land.need.outside_row"),
                "jobs": row["jobs"],
                "bra": row["bra_m2"],
                "dekar": row["plot_dekar_needed"],
                "abc": row["abc"] if inside else NOTHING,
                "least": prose.tick(row["least_plot_dekar"]) if inside else NOTHING,
                "held": float(allotted["large_enough_dekar"][str(key)])
                if inside
                else parts.Missing("–", prose.plain(text("land.losses.not_meant"))),
            }
        )
    kinds: dict[str, Kind] = {"group": "text", "jobs": "count", "bra": "count", "dekar": "number"}
    kinds |= {"abc": "text", "least": "text", "held": "number"}
    return _table(ctx, "need", "need-table", "behov-for-naeringsareal", kinds, rows)


def assumptions(ctx: Context, rows: pd.DataFrame) -> parts.DataTable:
    """Every assumption with its low and high value, what they make of the need and the year, and where it is from."""
    listed = [
        {
            "label": landwords.titled(landwords.assumption(row)),
            "low": landwords.shown_value(row["low"]),
            "basis": landwords.shown_value(row["base"]),
            "high": landwords.shown_value(row["high"]),
            "need_low": row["need_low_dekar"],
            "need_high": row["need_high_dekar"],
            "ends_low": landwords.shown_year(row["ends_low"], ctx.as_of.year),
            "ends_high": landwords.shown_year(row["ends_high"], ctx.as_of.year),
            "source": prose.label("assumption", row["source"]),
        }
        for row in rows.to_dict("records")
    ]
    kinds: dict[str, Kind] = {"label": "text", "low": "text", "basis": "text", "high": "text"}
    kinds |= {"need_low": "number", "need_high": "number", "ends_low": "text", "ends_high": "text", "source": "text"}
    return _table(ctx, "tornado", "assumptions-table", "antakelser-om-areal", kinds, listed)
