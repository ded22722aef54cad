"""The map of the list: a circle for each municipality that has a report, its area in proportion to a count.

Symbols, not filled areas: a count of people says nothing of the ground between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from helpers.charts import style, svg
from helpers.charts.datatable import Text
from helpers.charts.flowgeometry import Frame, frame_of, round_values, scale_length
from helpers.charts.flowkey import filled
from helpers.charts.labels import Place, place
from helpers.charts.part import Figure

LARGEST, CROWDED = 33.0, 18.0  # px: radius of the largest circle; where there are many
MANY = 60
SMALLEST = 1.8  # px: a smaller circle cannot be hit
COVERED = 4.0  # px: where there are many, a name may stand on circles as small as this
NAMED = 12
_NAME_LIMIT = 120.0
_KEY_GAP = 26.0
_LEADER = "stroke:var(--county);stroke-width:0.75"


@dataclass(frozen=True)
class Spot:
    """A municipality on the map: its page, where it lies in metres (EPSG:25833), its count, and what is told of it."""

    name: Text
    href: str
    east_m: float
    north_m: float
    count: float
    told: Text


def places_map(
    spots: Sequence[Spot],
    *,
    alt: str,
    count: Callable[[float], str],
    texts: Mapping[str, Text],
    outlines: Sequence[Sequence[tuple[float, float]]] = (),
) -> Figure:
    """Draw the map, 400 px wide.

    Parameters
    ----------
    count : writes a number. texts : ``unit`` (what is counted), ``km`` ("{count} km"). outlines : rings of (east, north) in metres.
    """
    drawn = sorted(spots, key=lambda spot: (-spot.count, spot.href))
    frame = frame_of([(spot.east_m, spot.north_m) for spot in drawn])
    largest = drawn[0].count
    most = CROWDED if len(drawn) > MANY else LARGEST

    def radius(value: float) -> float:
        return max(SMALLEST, most * math.sqrt(max(value, 0.0) / largest)) if largest > 0 else SMALLEST

    circles = [(*frame.at(spot.east_m, spot.north_m), radius(spot.count)) for spot in drawn]
    body = [_outlines(outlines, frame)]
    body += [_spot(spot, circle) for spot, circle in zip(drawn, circles, strict=True)]
    body.append(_names(drawn, circles, frame))
    key, bottom = _key(frame, radius, largest, count, texts)
    return svg.assemble("".join(body) + key, style.WIDTH, bottom, alt, role="group")


def _spot(spot: Spot, circle: tuple[float, float, float]) -> str:
    x, y, radius = (svg.number(each) for each in circle)
    told = svg.text(spot.told)
    return (
        f'<a href="{svg.text(spot.href)}" data-of="{svg.text(spot.href)}" aria-label="{told}"><title>{told}</title>'
        f'<circle class="spot" cx="{x}" cy="{y}" r="{radius}"/></a>'
    )


def _names(spots: Sequence[Spot], circles: Sequence[tuple[float, float, float]], frame: Frame) -> str:
    """The names of the largest, as far as they find a place; where there are many, only a place right beside."""
    taken: list[Place] = []
    crowded = len(spots) > MANY
    large = [circle for circle in circles if circle[2] > (COVERED if crowded else SMALLEST)]

    def apart(label: Place) -> bool:
        return label.box.inside(frame.box) and not any(label.box.meets(other.box, 2) for other in taken)

    def clear(label: Place) -> bool:
        return apart(label) and not any(label.box.holds(x, y, radius) for x, y, radius in large)

    def beside(label: Place) -> bool:
        return clear(label) and not label.leader

    rules = [beside] if crowded else [clear, clear, apart]  # the last two also at a distance (`labels.place`)
    out = []
    for n, (spot, (x, y, radius)) in enumerate(list(zip(spots, circles, strict=True))[:NAMED]):
        if crowded and any(math.dist((x, y), other[:2]) < other[2] + radius for other in circles[:n]):
            continue  # its name would be read as that of the larger one
        found = place(style.wrapped(svg.clean(spot.name), _NAME_LIMIT), x, y, radius, rules)
        if found is not None:
            taken.append(found)
            out.append(f'<g data-of="{svg.text(spot.href)}">{_name(found)}</g>')
    return f'<g aria-hidden="true" style="pointer-events:none">{"".join(out)}</g>'


def _name(found: Place) -> str:
    leader = ""
    if found.leader:
        (sx, sy), (x, y) = found.leader[0], found.leader[-1]
        leader = svg.stroke(f"M{svg.number(sx)} {svg.number(sy)}L{svg.number(x)} {svg.number(y)}", _LEADER)
    return leader + "".join(
        svg.words(found.x, found.y + n * style.LINE_STEP, line, "halo", found.anchor)
        for n, line in enumerate(found.lines)
    )


def _outlines(rings: Sequence[Sequence[tuple[float, float]]], frame: Frame) -> str:
    """Coast and borders under everything."""
    data = []
    for ring in rings:
        points = [frame.at(east, north) for east, north in ring]
        data.append("M" + "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in points) + "Z")
    return svg.stroke("".join(data), "stroke:var(--rule);stroke-width:0.75") if data else ""


def _key(
    frame: Frame,
    radius: Callable[[float], float],
    largest: float,
    count: Callable[[float], str],
    texts: Mapping[str, Text],
) -> tuple[str, float]:
    """Two round values as circles that stand in each other, and the scale; the height of the whole drawing in px."""
    top = frame.height + _KEY_GAP
    values = round_values(largest)
    biggest = radius(values[0]) if values else 0.0
    base, middle = top + 16 + 2 * biggest, 2 + max(biggest, 4.0)
    out = [svg.words(2, top + 4, texts["unit"], "m")]
    for n, value in enumerate(values):
        size = radius(value)
        y = base - 2 * size
        at = svg.number(middle), svg.number(base - size), svg.number(size)
        out.append(f'<circle style="fill:none;stroke:var(--county)" cx="{at[0]}" cy="{at[1]}" r="{at[2]}"/>')
        label = min(y, base - 4 - 15 * n) if n == 0 else max(y, base - 2 * biggest + 15 * n)
        end = middle + max(biggest, 4.0) + 8
        out.append(
            svg.stroke(f"M{at[0]} {svg.number(y)}L{svg.number(end)} {svg.number(label)}", "stroke:var(--county)")
        )
        out.append(svg.words(end + 5, label + 4, count(value), "m"))
    km, length = scale_length(frame.px_per_metre)
    right, low = style.WIDTH - 4, base - 4
    left = right - length
    ends = f"M{svg.number(left)} {svg.number(low)}H{svg.number(right)}"
    ticks = f"M{svg.number(left)} {svg.number(low - 4)}v8M{svg.number(right)} {svg.number(low - 4)}v8"
    out.append(svg.stroke(ends + ticks, "stroke:var(--county)"))
    out.append(svg.words((left + right) / 2, low - 8, filled(texts["km"], count=count(km)), "m", "middle"))
    return f'<g aria-hidden="true">{"".join(out)}</g>', base + 8
