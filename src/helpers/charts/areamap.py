"""The area map: areas by kind over a quiet ground, as SVG of our own that takes the keyboard. North is up.

Areas of a kind are drawn as one shape, but for the largest, which take the focus and tell their text. What is too small to
be seen gets a ring. `areamapgeometry.frames` finds where detail maps are worth while: `details` numbers them on the overview.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from helpers.charts import patterns, style, svg
from helpers.charts.areamapgeometry import (
    Bounds,
    Detail,
    View,
    bounds_of,
    in_view,
    lines,
    path,
    polygons,
    specks,
    view_of,
)
from helpers.charts.areamapkey import Entry, area_key, scale
from helpers.charts.datatable import Text
from helpers.charts.labels import Box, Place, place
from helpers.charts.part import Figure

Texts = Mapping[str, Text]
_NAME_LIMIT = 120.0
_TIP_LINES = 3
_RING = 6.0
_NAMED = 24  # areas that may have their name on the map
_LEADER = 20  # points, 2 px apart, of the longest line from a name to what it names
_WIDE = 40.0  # px: an area that reaches farther from its middle may hold its own name
_GROUND = {  # of the ground, from below
    "sea": "fill:var(--muni-soft);fill-opacity:.55",
    "land": "fill:var(--surface)",
    "edge": "stroke:var(--country);stroke-width:.9;stroke-dasharray:5,3",
    "road": "stroke:var(--country);stroke-width:1.5;stroke-opacity:.6",
    "rail": "stroke:var(--county);stroke-width:.8",
    "ties": "stroke:var(--county);stroke-width:4;stroke-dasharray:1,5",
}


@dataclass(frozen=True)
class Spot:
    """A place in metres (EPSG:25833) that is named on the map; a station also gets a mark."""

    name: str
    east_m: float
    north_m: float
    kind: Literal["place", "station"] = "place"


@dataclass(frozen=True)
class MapBase:
    """The quiet ground: the municipality's boundary, sea and lakes, main roads, railway and places. Metres (EPSG:25833)."""

    boundary: BaseGeometry | None = None
    sea: BaseGeometry | None = None
    roads: BaseGeometry | None = None
    railway: BaseGeometry | None = None
    spots: Sequence[Spot] = ()


@dataclass(frozen=True)
class AreaKind:
    """A kind of area: its key, its name and number in the map's key, and its fill."""

    key: str
    label: Text
    fill: patterns.FillName
    value: Text = ""


@dataclass(frozen=True)
class MapArea:
    """An area: polygons in metres (EPSG:25833), the key of its kind, the text shown on hover and focus, a name or none."""

    geometry: BaseGeometry | None = field(repr=False)
    kind: str
    tip: Text
    label: Text = ""


@dataclass(frozen=True)
class _Drawn:
    """An area in px: the whole of it in m², for the order, and what the view shows."""

    area: MapArea
    fill: patterns.FillName
    size: float
    shape: BaseGeometry
    data: str


def area_map(
    base: MapBase,
    kinds: Sequence[AreaKind],
    areas: Sequence[MapArea],
    *,
    alt: str,
    texts: Texts,
    count: Callable[[float], str],
    bounds: Bounds | None = None,
    details: Sequence[Detail] = (),
    width: float = style.WIDTH,
    tallest: float = 520.0,
    focusable: int = 60,
    key: bool = True,
) -> Figure:
    """Draw areas by kind on a map `width` px wide and at most `tallest` px high, without its key.

    `bounds` (metres) is what to show; without it all areas, or the municipality where there are none. `details` are numbered
    frames. The `focusable` largest areas take the focus. `count` writes the scale bar's number. `texts` holds m and km
    ("{count} km") and north («N»), and the words of the key's other entries: speck, frame, road, railway, station, boundary, sea;
    an entry without a word is left out. An area of a kind that is not among `kinds` is an error.
    """
    fills = {kind.key: kind.fill for kind in kinds}
    unknown = sorted({area.kind for area in areas} - set(fills))
    if unknown:
        raise ValueError(f"areas of a kind that the map does not have: {', '.join(unknown)}")
    shapes = [polygons(area.geometry) for area in areas]
    shown = bounds or bounds_of(shapes) or bounds_of([base.boundary])
    if shown is None:
        raise ValueError("the map has nothing to show: no area and no boundary")
    view = view_of(shown, width, tallest, 0.0 if bounds else 14.0)
    drawn = _in_view(areas, shapes, fills, view)
    chosen = [each for each in drawn if svg.clean(each.area.tip).strip()][:focusable]
    alone = {id(each) for each in chosen}
    rings = specks([each.shape for each in drawn])
    rows = max([len(_tip_lines(each.area.tip, width)) for each in chosen], default=0)
    body, used = _ground(base, view)
    body += f'<g class="scale" aria-hidden="true">{scale(view.height + 20, view, count, texts)}</g>'
    body += _united([each for each in drawn if id(each) not in alone], kinds)
    body += '<g class="areas">' + "".join(_focusable(each, view) for each in chosen) + "</g>"
    body += _over(base, drawn, rings, details, view)
    used |= {"speck"} if rings else set()
    used |= {"frame"} if details else set()
    entries = [Entry(kind.label, kind.fill, kind.value) for kind in kinds] if key else []
    bottom = view.height + 14 + max(rows, 1) * style.LINE_STEP
    below, bottom = area_key(entries, [w for w in _ORDER if w in used] if key else [], bottom, width, texts)
    defined = patterns.definitions(kind.fill for kind in kinds if key or any(kind.key == a.area.kind for a in drawn))
    return svg.assemble(defined + body + below, width, bottom, alt, role="group" if chosen else "img")


_ORDER = ("speck", "frame", "boundary", "road", "railway", "station", "sea")


def _in_view(
    areas: Sequence[MapArea], shapes: Sequence[BaseGeometry], fills: Mapping[str, patterns.FillName], view: View
) -> list[_Drawn]:
    """Return the areas that the view shows, the largest first."""
    out = []
    for area, shape in zip(areas, shapes, strict=True):
        seen = polygons(in_view(shape, view)) if not shape.is_empty else shape
        if not seen.is_empty:
            out.append(_Drawn(area, fills[area.kind], float(shape.area), seen, path(seen, view)))
    return sorted(out, key=lambda each: (-each.size, svg.clean(each.area.tip), each.data))


def _ground(base: MapBase, view: View) -> tuple[str, set[str]]:
    """Return the ground's elements, and which of its entries the key may explain."""
    made: list[tuple[str, str, str]] = []  # the key's entry, the look, the path
    land = in_view(polygons(base.boundary), view)
    made.append(("land", "land", path(land, view, 0.3)))
    made.append(("sea", "sea", path(in_view(polygons(base.sea), view), view, 0.5)))
    for entry, look, geometry in (("boundary", "edge", base.boundary), ("road", "road", base.roads)):
        made.append((entry, look, path(in_view(lines(geometry), view, 0.5), view)))
    rail = path(in_view(lines(base.railway), view, 0.5), view)
    made += [("railway", "rail", rail), ("railway", "ties", rail)]
    used = {entry for entry, _, data in made if data}
    used |= {"station" for spot in base.spots if spot.kind == "station" and _inside(spot, view)}
    body = "".join(
        f'<path style="{"" if look in ("land", "sea") else "fill:none;"}{_GROUND[look]}" d="{data}"/>'
        for _, look, data in made
        if data
    )
    return f'<g aria-hidden="true">{body}</g>' if body else "", used


def _inside(spot: Spot, view: View) -> bool:
    x, y = view.at(spot.east_m, spot.north_m)
    return 4 <= x <= view.width - 4 and 4 <= y <= view.height - 4


def _united(drawn: Sequence[_Drawn], kinds: Sequence[AreaKind]) -> str:
    """Return one shape for all areas of a kind."""
    out = []
    for kind in kinds:
        data = "".join(each.data for each in drawn if each.area.kind == kind.key)
        if data:
            out.append(f'<path style="{patterns.look(kind.fill)}" d="{data}"/>')
    return "".join(out)


def _tip_lines(tip: Text, width: float) -> list[str]:
    return style.wrapped(svg.clean(tip), width - 4, bold=True)[:_TIP_LINES]


def _focusable(drawn: _Drawn, view: View) -> str:
    """Return an area as an element that takes the focus and shows its text below the map, where the scale bar is else."""
    tip = svg.text(drawn.area.tip)
    west, north, east, south = drawn.shape.bounds
    x, y, reach = (west + east) / 2, (north + south) / 2, max(east - west, south - north)
    shape = f'<path d="{drawn.data}"/>' if drawn.data else ""
    if reach < 16:
        shape += f'<circle class="hit" cx="{svg.number(x)}" cy="{svg.number(y)}" r="8"/>'
    told = "".join(
        f'<text x="{svg.number(view.width - 2)}" y="{svg.number(view.height + 16 + n * style.LINE_STEP)}">{svg.text(line)}</text>'
        for n, line in enumerate(_tip_lines(drawn.area.tip, view.width))
    )
    looks = f"{patterns.paint(drawn.fill)};stroke:var(--{patterns.outline(drawn.fill)})"
    return (
        f'<g class="area" style="{looks}" tabindex="0" role="img" aria-label="{tip}">'
        f"<title>{tip}</title>{shape}"
        f'<g class="tip" aria-hidden="true">{told}</g></g>'
    )


def _over(
    base: MapBase,
    drawn: Sequence[_Drawn],
    rings: Sequence[tuple[float, float]],
    details: Sequence[Detail],
    view: View,
) -> str:
    """Return what lies over the areas: rings, frames with their numbers, stations, and every name that finds a place."""
    taken: list[Place] = []
    marks = [(x, y, _RING + 1) for x, y in rings]
    out = [_ring(x, y) for x, y in rings]
    for detail in details:
        shape, box = _frame(detail, view, [each.box for each in taken])
        out.append(shape)
        taken.append(Place((str(detail.number),), box, box.x0, box.y0, "start"))
    stations = [spot for spot in base.spots if spot.kind == "station" and _inside(spot, view)]
    for spot in stations:
        x, y = view.at(spot.east_m, spot.north_m)
        marks.append((x, y, 5.0))
        out.append(svg.box(x - 3.5, y - 3.5, 7, 7, "fill:var(--bg);stroke:var(--ink);stroke-width:1.6", spot.name))
    edges = [shapely.box(*view.at(*each.bounds[:2]), *view.at(*each.bounds[2:])).boundary for each in details]
    shapes = [each.shape for each in drawn] + edges
    rules = _rules(view, taken, marks, shapes)
    for name, x, y, radius, css in _wanted(base, drawn, stations, view):
        broken = style.wrapped(name, _NAME_LIMIT, css == "b")
        found = _centred(broken, x, y, rules[-1]) if radius == _WIDE else None
        found = found or place(broken, x, y, radius, rules, css == "b")
        if found is not None:
            taken.append(found)
            out.append(_name(found, css))
    return f'<g aria-hidden="true" style="pointer-events:none">{"".join(out)}</g>' if out else ""


def _wanted(
    base: MapBase, drawn: Sequence[_Drawn], stations: Sequence[Spot], view: View
) -> list[tuple[str, float, float, float, str]]:
    """Return names with the dot they stand round, in order of weight: areas by size, stations, places."""
    out: list[tuple[str, float, float, float, str]] = []
    for each in drawn:
        name = svg.clean(each.area.label).strip()
        if name and len(out) < _NAMED and name not in {other[0] for other in out}:
            west, north, east, south = each.shape.bounds
            point = shapely.point_on_surface(each.shape)
            reach = max(east - west, south - north) / 2
            reach = (
                _WIDE
                if reach > _WIDE and east - west > 1.2 * style.text_width(name, True)
                else min(max(reach, _RING), 24.0)
            )
            out.append((name, float(point.x), float(point.y), reach, "b"))
    out += [(svg.clean(s.name), *view.at(s.east_m, s.north_m), 4.0, "") for s in stations]
    places = [s for s in base.spots if s.kind == "place" and _inside(s, view)]
    return out + [(svg.clean(s.name), *view.at(s.east_m, s.north_m), -5.0, "m") for s in places]


def _rules(
    view: View, taken: Sequence[Place], marks: Sequence[tuple[float, float, float]], shapes: Sequence[BaseGeometry]
) -> list[Callable[[Place], bool]]:
    """Return what a name keeps clear of: first areas too, then names and marks. `taken` is looked at anew each time."""
    tree = shapely.STRtree(np.array(list(shapes), dtype=object))
    inner = Box(3, 1, view.width - 3, view.height - 3)

    def apart(label: Place) -> bool:
        return (
            label.box.inside(inner)
            and len(label.leader) <= _LEADER
            and not any(label.box.meets(other.box, 2) for other in taken)
            and not any(label.box.holds(x, y, reach) for x, y, reach in marks)
            and not any(label.box.holds(x, y, 2) for other in taken for x, y in other.leader)
            and not any(other.box.holds(x, y, 1) for other in taken for x, y in label.leader)
        )

    def clear(label: Place) -> bool:
        if not apart(label):
            return False
        box = shapely.box(label.box.x0, label.box.y0 + 2, label.box.x1, label.box.y1 - 2)
        return not len(tree.query(box, predicate="intersects"))

    return [clear, clear, apart]


def _centred(broken: Sequence[str], x: float, y: float, rule: Callable[[Place], bool]) -> Place | None:
    """Return the place of a name in the middle of an area that has room for it, if the rule accepts it."""
    half, tall = max(style.text_width(line, True) for line in broken) / 2, len(broken) * style.LINE_STEP
    box = Box(x - half, y - tall / 2, x + half, y + tall / 2)
    found = Place(tuple(broken), box, x, box.y0 + style.LINE_STEP * 0.78, "middle")
    return found if rule(found) else None


def _name(found: Place, css: str) -> str:
    leader = ""
    if found.leader:
        (sx, sy), (x, y) = found.leader[0], found.leader[-1]
        data = f"M{svg.number(sx)} {svg.number(sy)}L{svg.number(x)} {svg.number(y)}"
        leader = svg.stroke(data, "stroke:var(--county);stroke-width:.75")
    look = f"{css} halo".strip()
    return leader + "".join(
        svg.words(found.x, found.y + n * style.LINE_STEP, line, look, found.anchor)
        for n, line in enumerate(found.lines)
    )


def _ring(x: float, y: float) -> str:
    at = f'cx="{svg.number(x)}" cy="{svg.number(y)}" r="{svg.number(_RING)}"'
    return f'<circle {at} style="fill:none;stroke:var(--ink);stroke-width:1.2"/>'


def _frame(detail: Detail, view: View, taken: Sequence[Box]) -> tuple[str, Box]:
    """Return a numbered frame, cut at the map's edge, and the box of its number: at the first free corner."""
    (x0, y1), (x1, y0) = view.at(*detail.bounds[:2]), view.at(*detail.bounds[2:])
    grow = max(0.0, (16 - (x1 - x0)) / 2)
    x0, x1 = max(x0 - grow, 1.0), min(x1 + grow, view.width - 1)
    y0, y1 = max(y0 - grow, 1.0), min(y1 + grow, view.height - 1)
    number = str(detail.number)
    wide, tall = style.text_width(number, True) + 7, 16.0
    corners = [
        (x0, y0 - tall),
        (x1 - wide, y0 - tall),
        (x0, y1),
        (x1 - wide, y1),
        (x0, y0),
        (x1 - wide, y0),
        (x0, y1 - tall),
    ]
    boxes = [Box(x, y, x + wide, y + tall) for x, y in corners]
    free = [b for b in boxes if b.inside(view.box) and not any(b.meets(t, 1) for t in taken)]
    box = free[0] if free else boxes[4]
    line = "stroke:var(--ink);stroke-width:1.2"
    shape = svg.box(x0, y0, max(x1 - x0, 0.0), max(y1 - y0, 0.0), f"fill:none;{line}")
    badge = svg.box(box.x0, box.y0, wide, tall, f"fill:var(--bg);{line}")
    return shape + badge + svg.words((box.x0 + box.x1) / 2, box.y0 + 12.5, number, "b", "middle"), box
