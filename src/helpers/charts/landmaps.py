"""The maps of the report on land: planned areas, what takes them away, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import Markup

from helpers import prose
from helpers.charts import landwords, parts, style
from helpers.charts.areamap import AreaKind, MapArea, MapBase, Spot, area_map
from helpers.charts.areamapgeometry import Detail, frames
from helpers.charts.patterns import FillName
from helpers.land.purposes import EXISTING, FUTURE
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
    "ready": "solid", "owner": "cross", "pipes": "dots", "road": "lines", "zoned": "pale", "unknown": "hatch",
}  # fmt: skip
CLASSES: Mapping[str, FillName] = {"A": "solid", "B": "dots", "C": "lines", "none": "pale", "unknown": "hatch"}
DETAILS = 3
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
    kinds = start["status"].map({FUTURE: "future", EXISTING: "existing"}).astype(object).fillna("unknown")
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


def lost(ctx: Context, groups: pd.Series) -> list[parts.Figure]:
    """The whole municipality, and the places with most planned land in detail."""
    found, name = ctx.land, prose.name(ctx.municipality)
    pieces = found.found.pieces
    taken = pieces[pieces["mask"] != 0]
    kinds = land.lost_to(found.found, found.order).loc[taken.index].map(GROUPS)
    rows = [
        (geometry, kind, area) for geometry, kind, area in zip(taken.geometry, kinds, taken["area_m2"], strict=True)
    ]
    left = found.components
    rows += [(row.geometry, "net" if row.kind == "plot" else "terrain", row.area_m2) for row in left.itertuples()]
    areas = [
        MapArea(geometry, kind, _tip(landwords.group(kind), area) if area >= LEAST_TOLD_M2 else "")
        for geometry, kind, area in rows
    ]
    shown = _kinds(FILLS, {str(key): float(value) for key, value in groups.items()}, landwords.group)
    said = prose.listing(_labelled(landwords.lowered(Markup(kind.label)), groups[kind.key]) for kind in shown)
    alt = prose.plain(text("land.lost.alt", name=name, parts=said or "–"))
    return _with_details(found, shown, areas, alt, frames(list(found.found.start.geometry), DETAILS))


def stops(ctx: Context) -> tuple[pd.Series, list[parts.Figure]]:
    """m² of the plots by the first step that stops them, and the map of them."""
    found = ctx.land
    plots = found.plots
    kinds = landready.stops(plots, found.layers, found.settings)
    return _plots(ctx, plots, kinds, STOPS, lambda key: text(f"land.ready.stop_{key}"), "land.ready.map_alt")


def classes(ctx: Context) -> tuple[pd.Series, list[parts.Figure]]:
    """m² of the plots by ABC class, and the map of them."""
    plots = ctx.land.plots
    return _plots(ctx, plots, plots["abc"], CLASSES, lambda key: text(f"land.placing.class_{key}"), "land.placing.alt")


def _plots(
    ctx: Context,
    plots: gpd.GeoDataFrame,
    kinds: pd.Series,
    fills: Mapping[str, FillName],
    label: Callable[[str], Markup],
    alt_key: str,
) -> tuple[pd.Series, list[parts.Figure]]:
    sums = plots["area_m2"].groupby(kinds.to_numpy()).sum().reindex(list(fills)).fillna(0.0)
    areas = [
        MapArea(
            row.geometry,
            str(kind),
            text("land.map.plot", number=number, kind=landwords.lowered(label(str(kind))), area=row.area_m2),
        )
        for number, (row, kind) in enumerate(zip(plots.itertuples(), kinds, strict=True), 1)
    ]
    shown = _kinds(fills, sums.to_dict(), label)
    said = prose.listing(_labelled(landwords.lowered(Markup(kind.label)), sums[kind.key]) for kind in shown)
    alt = prose.plain(text(alt_key, name=prose.name(ctx.municipality), parts=said or "–"))
    return sums, [_map(base(ctx.land), shown, areas, alt)]


def _with_details(
    found: Analysis, kinds: Sequence[AreaKind], areas: Sequence[MapArea], alt: str, details: Sequence[Detail]
) -> list[parts.Figure]:
    ground = base(found)
    if len(details) < 2:
        return [_map(ground, kinds, areas, alt)]
    whole = _map(ground, kinds, areas, alt, details=details, width=style.SMALL_WIDTH)
    figures = [_titled(whole, text("land.map.whole"), text("land.map.whole_sub"))]
    for each in details:
        alt_of = prose.plain(text("land.map.detail_alt", number=each.number, alt=alt))
        one = _map(
            ground, kinds, areas, alt_of, bounds=each.bounds, width=style.SMALL_WIDTH, key=False, focusable=FOCUSABLE
        )
        figures.append(
            _titled(one, text("land.map.detail", number=each.number), text("land.map.detail_sub", area=each.area_m2))
        )
    return figures


def _titled(figure: parts.Figure, title: Markup, subtitle: Markup) -> parts.Figure:
    return parts.Figure(figure.svg, figure.alt, title=title, subtitle=subtitle, prefix=figure.prefix)


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
