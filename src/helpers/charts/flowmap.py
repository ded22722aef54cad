"""The commuting map: tapered bands between a municipality and its partners, as SVG of our own that takes the keyboard.

A band is wide where people live and narrow where they work. Partners far outside the frame stand at its edge as open
rings in their direction, and `Figure.beyond` counts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from helpers.charts import style, svg
from helpers.charts.flowgeometry import (
    DOT_RADIUS,
    HOME_RADIUS,
    OTHER_RADIUS,
    Band,
    Frame,
    bands,
    far_away,
    frame_of,
    pulled_in,
)
from helpers.charts.flowkey import filled, flow_key
from helpers.charts.labels import Place, place
from helpers.charts.part import Figure

_NAME_LIMIT = 136.0
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """A municipality's point in metres (EPSG:25833)."""

    name: str
    east_m: float
    north_m: float


@dataclass(frozen=True)
class Flow:
    """Persons who commute from home to a partner (`out`) and from the partner to home (`in_`)."""

    point: Point
    out: float
    in_: float

    @property
    def total(self) -> float:
        """Both ways together."""
        return self.out + self.in_


def flow_map(
    home: Point,
    partners: Sequence[Flow],
    others: Sequence[Point],
    *,
    alt: str,
    count: Callable[[float], str],
    texts: Texts,
) -> Figure:
    """Draw the commuting map, 400 px wide.

    `partners` are named, the largest first; `others` are small dots with their name on hover. `count` writes a number.
    `texts` holds out, in (names of the directions), tip ("{name}: {out} …, {in} …"), persons and person
    ("{count} …"), km ("{count} km"), ends (which end of a band is wide) and beyond (what an open ring is).
    """
    flows = sorted(partners, key=lambda flow: (-flow.total, flow.point.name))
    offsets = [(f.point.east_m - home.east_m, f.point.north_m - home.north_m) for f in flows]
    far = far_away([math.hypot(*o) for o in offsets])
    placed = [(home.east_m + e, home.north_m + n) for e, n in pulled_in(offsets, far)]
    frame = frame_of([(home.east_m, home.north_m), *placed])
    centre = frame.at(home.east_m, home.north_m)
    dots = [frame.at(*p) for p in placed]
    drawn = bands(centre, dots, [(flow.out, flow.in_) for flow in flows])
    small = [(p, at) for p in others if _within(at := frame.at(p.east_m, p.north_m), frame, [centre, *dots])]
    body = [_small_dot(point, at) for point, at in small]
    tips = [
        filled(texts["tip"], **{"name": svg.clean(f.point.name), "out": count(f.out), "in": count(f.in_)})
        for f in flows
    ]
    body.append('<g class="flows">')
    for tip, dot, pair in zip(tips, dots, drawn, strict=True):
        body.append(_flow(tip, dot, pair, frame.height))
    body.append("</g>")
    body.append(_partner_dots(dots, far))
    body.append(_names(home, flows, centre, dots, [at for _, at in small], drawn, frame))
    largest = max([v for flow in flows for v in (flow.out, flow.in_)], default=0.0)
    key, bottom = flow_key(largest, any(far), frame, count, texts)
    figure = svg.assemble("".join(body) + key, style.WIDTH, bottom, alt, role="group")
    return Figure(figure.svg, figure.alt, sum(far), prefix=figure.prefix)


def _within(at: tuple[float, float], frame: Frame, taken: Sequence[tuple[float, float]]) -> bool:
    """Whether a small dot falls inside the map and on no other dot."""
    inside = 4 < at[0] < style.WIDTH - 4 and 4 < at[1] < frame.height - 4
    return inside and all(math.dist(at, dot) > DOT_RADIUS + OTHER_RADIUS for dot in taken)


def _small_dot(point: Point, at: tuple[float, float]) -> str:
    place_of = f'cx="{svg.number(at[0])}" cy="{svg.number(at[1])}" r="{OTHER_RADIUS}"'
    return f'<circle class="dot" {place_of}><title>{svg.text(point.name)}</title></circle>'


def _flow(tip: str, dot: tuple[float, float], pair: tuple[Band | None, Band | None], height: float) -> str:
    """Return a partner's bands as one element that takes the focus and shows its text."""
    shapes = "".join(
        f'<path class="{css}" d="{band.path()}"/>'
        for css, band in zip(("fo", "fi"), pair, strict=True)
        if band is not None
    )
    x, y = svg.number(dot[0]), svg.number(dot[1])
    lines = style.wrapped(svg.clean(tip), style.WIDTH - 8, bold=True)
    text = "".join(
        f'<text x="398" y="{svg.number(height + 16 - (len(lines) - 1 - n) * style.LINE_STEP)}" text-anchor="end"'
        f' class="b halo">{svg.spoken(line)}</text>'
        for n, line in enumerate(lines)
    )
    return (
        f'<g class="flow" tabindex="0" role="img" aria-label="{svg.text(tip)}"><title>{svg.text(tip)}</title>{shapes}'
        f'<circle class="hit" cx="{x}" cy="{y}" r="10"/><g class="tip" aria-hidden="true">{text}</g></g>'
    )


def _partner_dots(dots: Sequence[tuple[float, float]], far: Sequence[bool]) -> str:
    """Return the partners' dots, over every band; those outside the frame are open."""
    circles = "".join(
        f'<circle class="{"ring" if beyond else "pt"}" cx="{svg.number(x)}" cy="{svg.number(y)}" r="{DOT_RADIUS}"/>'
        for (x, y), beyond in zip(dots, far, strict=True)
    )
    return f'<g aria-hidden="true" style="pointer-events:none">{circles}</g>'


def _names(
    home: Point, flows: Sequence[Flow], centre: tuple[float, float], dots: Sequence[tuple[float, float]],
    small: Sequence[tuple[float, float]], drawn: Sequence[tuple[Band | None, Band | None]], frame: Frame,
) -> str:  # fmt: skip
    """Return home's dot and every name that finds a place, the largest partner first."""
    curves = [point for pair in drawn for band in pair if band is not None for point in band.samples()]
    taken: list[Place] = []
    marks = [(*centre, HOME_RADIUS + 3), *((*dot, DOT_RADIUS + 2) for dot in dots)]
    rules = _rules(frame, taken, marks, small, curves)
    out = []
    for n, (name, at) in enumerate([(home.name, centre), *zip([f.point.name for f in flows], dots, strict=True)]):
        bold = n == 0
        for limit in (_NAME_LIMIT, 0.7 * _NAME_LIMIT):
            lines = style.wrapped(svg.clean(name), limit, bold)
            found = place(lines, *at, HOME_RADIUS + 2 if bold else DOT_RADIUS, rules, bold)
            if found is not None:
                taken.append(found)
                out.append(_name(found, bold))
                break
    x, y = svg.number(centre[0]), svg.number(centre[1])
    title = f"<title>{svg.text(home.name)}</title>"
    circle = f'<circle class="home" cx="{x}" cy="{y}" r="{svg.number(HOME_RADIUS)}">{title}</circle>'
    return f'{circle}<g aria-hidden="true" style="pointer-events:none">{"".join(out)}</g>'


def _rules(
    frame: Frame,
    taken: Sequence[Place],
    marks: Sequence[tuple[float, float, float]],
    small: Sequence[tuple[float, float]],
    curves: Sequence[tuple[float, float, float]],
) -> list[Callable[[Place], bool]]:
    """Return what a name keeps clear of: first everything, then all but thin bands, then names, dots and
    leaders, at last names and dots.

    `taken` is looked at anew each time, so that names placed later see those before.
    """

    def apart(label: Place) -> bool:
        return (
            label.box.inside(frame.box)
            and not any(label.box.meets(other.box, 2) for other in taken)
            and not any(label.box.holds(x, y, radius) for x, y, radius in marks)
        )

    def free(label: Place) -> bool:
        return (
            apart(label)
            and not any(label.box.holds(x, y, 2) for other in taken for x, y in other.leader)
            and not any(other.box.holds(x, y, 1) for other in taken for x, y in label.leader)
        )

    def off_wide(label: Place) -> bool:
        return free(label) and not any(label.box.holds(x, y, half) for x, y, half in curves if half > 1.0)

    def clear(label: Place) -> bool:
        return (
            off_wide(label)
            and not any(label.box.holds(x, y, OTHER_RADIUS) for x, y in small)
            and not any(label.box.holds(x, y, half) for x, y, half in curves)
        )

    return [clear, off_wide, free, apart]


def _name(found: Place, bold: bool) -> str:
    css = "ti halo" if bold else "halo"
    leader = ""
    if found.leader:
        (sx, sy), (x, y) = found.leader[0], found.leader[-1]
        leader = f'<path class="axis" d="M{svg.number(sx)} {svg.number(sy)}L{svg.number(x)} {svg.number(y)}"/>'
    return leader + "".join(
        f'<text x="{svg.number(found.x)}" y="{svg.number(found.y + n * style.LINE_STEP)}" class="{css}"'
        f' text-anchor="{found.anchor}">{svg.spoken(line)}</text>'
        for n, line in enumerate(found.lines)
    )
