"""The map of the commuting report: the municipality, its largest partners, and everyone else as dots."""

from __future__ import annotations

import pandas as pd

from helpers import places, prose
from helpers.charts import flowmap, parts
from helpers.measures.context import Context
from helpers.prose import text


def draw(ctx: Context, top: pd.DataFrame, alt: str) -> parts.Figure:
    """The map of the largest partners; a code from before a division stands where its first successor is."""
    points = places.points()
    at = dict(zip(points.index, points[["east_m", "north_m"]].astype(float).to_numpy().tolist(), strict=True))
    name = ctx.municipality.name

    def point(code: str, label: str) -> flowmap.Point:
        return flowmap.Point(label, *at[places.successor(code)])

    drawn = [row for _, row in top.iterrows()]
    shown = {ctx.municipality.code, *(places.successor(row["code"]) for row in drawn)}
    return flowmap.flow_map(
        point(ctx.municipality.code, name),
        [flowmap.Flow(point(row["code"], row["name"]), int(row["out"]), int(row["in_"])) for row in drawn],
        [point(str(code), label) for code, label in points["name"].items() if code not in shown],
        alt=alt,
        count=prose.count,
        texts=_map_texts(name),
    )


def _map_texts(name: str) -> dict[str, str]:
    """The words of the map; fields that the map fills itself stay as they are."""
    return {
        "out": prose.plain(text("commuting.map.texts.out", name=name)),
        "in": prose.plain(text("commuting.map.texts.in", name=name)),
        "ends": text("commuting.map.texts.ends"),
        "beyond": text("commuting.map.texts.beyond"),
        "tip": text("commuting.map.texts.tip", name="{name}", out="{out}", **{"in": "{in}"}),
        "persons": text("commuting.map.texts.persons", count="{count}"),
        "person": text("commuting.map.texts.person", count="{count}"),
        "km": text("commuting.map.texts.km", count="{count}"),
    }
