"""The maps of the report on land: planned areas, what takes them away, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import Markup

from helpers import prose
from helpers.charts import landwords, parts, style
from helpers.charts.areamap import AreaKind, MapArea, MapBase, Spot, area_map
from helpers.charts.areamapgeometry import Detail, frames
from helpers.charts.patterns import FillName
from helpers.measures import land, landready
from helpers.measures.context import Context
from helpers.measures.landanalysis import Analysis
from helpers.prose import text

GROUPS = {
    "built": "built", "roads": "built", "railway": "built", "water": "water", "shoreline": "water", "protected": "protected",
    "flood": "hazard", "landslide": "hazard", "farmland": "farmland", "bog": "farmland", "slope": "terrain", "small": "terrain",
    "narrow": "terrain", "net": "net",
}  # fmt: skip
FILLS: Mapping[str, FillName] = {
    "net": "solid", "built": "cross", "water": "dots", "protected": "level", "hazard": "warm", "farmland": "lines", "terrain": "pale",
}  # fmt: skip
STATUS: Mapping[str, FillName] = {"future": "solid", "existing": "cross", "unknown": "hatch", "beside": "open"}
STOPS: Mapping[str, FillName] = {
    "ready": "solid", "size": "level", "owner": "cross", "pipes": "dots", "road": "lines", "zoned": "pale", "unknown": "hatch",
}  # fmt: skip
CLASSES: Mapping[str, FillName] = {"A": "solid", "B": "dots", "C": "lines", "none": "pale", "unknown": "hatch"}
DETAILS = 3
CANDIDATES = 8
LEAST_TOLD_M2 = 500.0  # smaller areas are drawn, but do not take the keyboard
FOCUSABLE = 20  # in a detail map
WATER_SIMPLIFIED_M = 15.0


def base(found: Analysis) -> MapBase:
    """The ground that every map is drawn on."""
    layers, wanted = found.layers, found.settings.water_artypes
    spots = [Spot(name, point.x, point.y) for name, point in _named_points(found, "centre")]
    spots += [Spot(name, point.x, point.y, "station") for name, point in _named_points(found, "stations")]
    water = layers["ar5"][layers["ar5"]["artype"].isin(wanted)] if "ar5" in layers else None
    return MapBase(
        boundary=_union(layers["boundary"]) if "boundary" in layers else None,
        sea=shapely.simplify(_union(water), WATER_SIMPLIFIED_M) if water is not None and len(water) else None,
        roads=_union(layers["roads"][layers["roads"]["main"].fillna(False)]) if "roads" in layers else None,
        railway=_union(layers["railway"]) if "railway" in layers else None,
        spots=spots,
    )


def planned(ctx: Context, name: Markup) -> list[parts.Figure]:
    """One map: planned business land by status, and what may hold business beside."""
    found = ctx.land
    start = found.found.start
    kinds = land.statuses(start)
    areas = [
        MapArea(row.geometry, kind, _tip(landwords.purpose(row.purpose), row.area_m2))
        for row, kind in zip(start.itertuples(), kinds, strict=True)
    ]
    areas += [
        MapArea(row.geometry, "beside", _tip(landwords.purpose(row.purpose), row.area_m2))
        for row in found.beside.itertuples()
    ]
    sums = start["area_m2"].groupby(kinds.to_numpy()).sum().to_dict() | {"beside": float(found.beside["area_m2"].sum())}
    shown = _kinds(STATUS, sums, lambda key: text(f"land.planned.{key}"))
    said = prose.listing(_labelled(kind.label, sums[kind.key]) for kind in shown)
    alt = text("land.planned.alt", name=name, n=len(start), area=found.planned_m2, parts=said or "–")
    return [_map(base(found), shown, areas, prose.plain(alt))]


def grouped(found: Analysis) -> pd.Series:
    """m² by what the map tells apart (keys of `FILLS`), in that order; they sum to the planned."""
    rows = found.waterfall.dropna()
    return rows.groupby(rows.index.map(GROUPS)).sum().reindex(list(FILLS)).fillna(0.0)


def lost(ctx: Context, groups: pd.Series) -> parts.Figure:
    """The whole municipality, with numbered frames for the details."""
    found, name = ctx.land, prose.name(ctx.municipality)
    shown = _kinds(FILLS, {str(key): float(value) for key, value in groups.items()}, landwords.group)
    said = prose.listing(_labelled(landwords.lowered(Markup(kind.label)), groups[kind.key]) for kind in shown)
    alt = prose.plain(text("land.lost.alt", name=name, parts=said or "–"))
    return _map(base(found), shown, _pieces(found), alt, details=framed(found))


def details(ctx: Context) -> tuple[list[dict[str, float]], list[parts.Figure]]:
    """The places with most planned land: m² of each kind in each frame, and the maps of them."""
    found, ground, areas = ctx.land, base(ctx.land), _pieces(ctx.land)
    figures, held = [], []
    for each in framed(found):
        window = shapely.box(*each.bounds)
        sums: dict[str, float] = dict.fromkeys(FILLS, 0.0)
        for area in areas:
            if area.geometry is not None and area.geometry.intersects(window):
                sums[area.kind] += float(area.geometry.intersection(window).area)
        shown = _kinds(FILLS, sums, landwords.group)
        said = prose.listing(_labelled(landwords.lowered(Markup(kind.label)), sums[kind.key]) for kind in shown)
        alt = prose.plain(text("land.map.detail_alt", number=each.number, parts=said or "–"))
        one = _map(
            ground, shown, areas, alt, bounds=each.bounds, width=style.SMALL_WIDTH, key=False, focusable=FOCUSABLE
        )
        subtitle = text("land.map.detail_sub", area=sum(sums.values()))
        title = text("land.map.detail", number=each.number)
        figures.append(parts.Figure(one.svg, one.alt, title=title, subtitle=subtitle, prefix=one.prefix))
        held.append(sums)
    return held, figures


def framed(found: Analysis) -> list[Detail]:
    """At most `DETAILS` frames that do not overlap, numbered from the fullest; none where one would show it all."""
    chosen: list[Detail] = []
    for each in frames(list(found.found.start.geometry), CANDIDATES):
        window = shapely.box(*each.bounds)
        if len(chosen) < DETAILS and not any(window.intersects(shapely.box(*other.bounds)) for other in chosen):
            chosen.append(replace(each, number=len(chosen) + 1))
    return chosen if len(chosen) > 1 else []


def _pieces(found: Analysis) -> list[MapArea]:
    """Every piece of planned land by what happens to it."""
    pieces = found.found.pieces
    taken = pieces[pieces["mask"] != 0]
    kinds = land.lost_to(found.found, found.order).loc[taken.index].map(GROUPS)
    rows = list(zip(taken.geometry, kinds, taken["area_m2"], strict=True))
    rows += [
        (row.geometry, "net" if row.kind == "plot" else "terrain", row.area_m2) for row in found.components.itertuples()
    ]
    return [
        MapArea(geometry, kind, _tip(landwords.group(kind), area) if area >= LEAST_TOLD_M2 else "")
        for geometry, kind, area in rows
    ]


def stops(ctx: Context) -> tuple[pd.Series, list[parts.Figure]]:
    """m² of all net land by the first step that stops it, and the map of it."""
    found = ctx.land
    land = landready.stops(found.found, found.components, found.layers, found.settings)
    return _drawn(ctx, land, land["stop"], STOPS, lambda key: text(f"land.ready.stop_{key}"), "land.ready.map_alt")


def classes(ctx: Context) -> tuple[pd.Series, list[parts.Figure]]:
    """m² of the plots by ABC class, and the map of them."""
    plots = ctx.land.plots
    return _drawn(ctx, plots, plots["abc"], CLASSES, lambda key: text(f"land.placing.class_{key}"), "land.placing.alt")


def _drawn(
    ctx: Context,
    plots: gpd.GeoDataFrame,
    kinds: pd.Series,
    fills: Mapping[str, FillName],
    label: Callable[[str], Markup],
    alt_key: str,
) -> tuple[pd.Series, list[parts.Figure]]:
    sums = plots["area_m2"].groupby(kinds.to_numpy()).sum().reindex(list(fills)).fillna(0.0)
    areas = [
        MapArea(row.geometry, str(kind), _tip(label(str(kind)), row.area_m2) if row.area_m2 >= LEAST_TOLD_M2 else "")
        for row, kind in zip(plots.itertuples(), kinds, strict=True)
    ]
    shown = _kinds(fills, sums.to_dict(), label)
    said = prose.listing(_labelled(landwords.lowered(Markup(kind.label)), sums[kind.key]) for kind in shown)
    alt = prose.plain(text(alt_key, name=prose.name(ctx.municipality), parts=said or "–"))
    return sums, [_map(base(ctx.land), shown, areas, alt)]


def _map(
    ground: MapBase, kinds: Sequence[AreaKind], areas: Sequence[MapArea], alt: str, **more: object
) -> parts.Figure:
    there = {kind.key for kind in kinds}
    drawn = [area for area in areas if area.kind in there]
    words = {
        key: text(f"land.map.{key}")
        for key in ("north", "speck", "frame", "boundary", "road", "railway", "station", "sea")
    }
    units = {"m": "{count} m", "km": "{count} km"}
    return area_map(ground, kinds, drawn, alt=alt, texts={**words, **units}, count=prose.tick, **more)  # type: ignore[arg-type]


def _kinds(fills: Mapping[str, FillName], sums: Mapping[str, float], label: Callable[[str], Markup]) -> list[AreaKind]:
    """The kinds that there is something of, with their areas."""
    return [
        AreaKind(key, label(key), fill, prose.dekar(float(sums[key])))
        for key, fill in fills.items()
        if sums.get(key, 0.0) > 0
    ]


def _labelled(label: Markup | str, area: float) -> Markup:
    return text("land.map.labelled", label=label, area=float(area))


def _tip(name: Markup | str, area: float) -> Markup:
    return text("land.map.tip", name=name, area=float(area))


def _named_points(found: Analysis, role: str) -> list[tuple[str, shapely.Point]]:
    if role not in found.layers:
        return []
    named = found.layers[role].dropna(subset=["name"])
    return list(zip(named["name"].astype(str), named.geometry.representative_point(), strict=True))


def _union(frame: gpd.GeoDataFrame) -> shapely.Geometry:
    return shapely.union_all(frame.geometry.to_numpy())
