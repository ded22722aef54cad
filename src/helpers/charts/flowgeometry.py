"""The geometry of the flow map: which partners the frame holds, where points fall, and the shape of a band.

Metres in (east, north), px out (x to the right, y down, 400 wide).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.charts import style
from helpers.charts.labels import Box, spread

WIDEST, THINNEST, NARROW_END = 13.0, 0.9, 0.28  # px, px, share of the wide end
BEND = 0.20  # the curve's control point lies this share of the length aside: the curve itself bends half as much
HOME_RADIUS, DOT_RADIUS, OTHER_RADIUS = 8.0, 3.6, 2.4
_SIDE, _ABOVE, _BELOW = 34.0, 30.0, 26.0  # px kept free round the points
_LOWEST, _HIGHEST = 250.0, 450.0  # px: limits of the map's height
_SMALLEST = 30_000.0  # metres: a frame is never closer than this
_SWERVE = 0.5  # radians: how far round home's dot a band may leave it from where it would
_FAR = 2.5  # a partner this many times farther off than the middle one is outside the frame


@dataclass(frozen=True)
class Frame:
    """From metres to px. `height` is the map's own, without the key."""

    east: float
    north: float
    px_per_metre: float
    height: float

    def at(self, east: float, north: float) -> tuple[float, float]:
        """Return where a point falls in px."""
        return (east - self.east) * self.px_per_metre, (self.north - north) * self.px_per_metre

    @property
    def box(self) -> Box:
        """The map's rectangle."""
        return Box(0, 0, style.WIDTH, self.height)


def far_away(distances: Sequence[float]) -> list[bool]:
    """Return which partners lie so far off that a frame with them would squeeze the others to a blob.

    `distances` are in metres. The one in the middle sets the measure; at least half of the partners are near.
    """
    if not distances:
        return []
    middle = sorted(distances)[(len(distances) - 1) // 2]
    return [distance > max(_FAR * middle, _SMALLEST) for distance in distances]


def pulled_in(offsets: Sequence[tuple[float, float]], far: Sequence[bool]) -> list[tuple[float, float]]:
    """Return the offsets (east, north) from home in metres with those far away moved nearer, in their own direction.

    They come to lie outside every near partner of about the same direction, and apart from each other.
    """
    near = [o for o, away in zip(offsets, far, strict=True) if not away]
    reach = max([math.hypot(*o) for o in near] + [_SMALLEST / 2])
    away = [i for i, beyond in enumerate(far) if beyond]
    bearings = _apart([math.atan2(offsets[i][1], offsets[i][0]) for i in away], [math.radians(16)] * len(away))
    placed = list(offsets)
    for index, bearing in zip(away, bearings, strict=True):
        aligned = [math.hypot(*o) for o in near if abs(_turn(math.atan2(o[1], o[0]) - bearing)) < math.radians(35)]
        distance = max([0.7 * reach, *(1.2 * d for d in aligned)])
        placed[index] = (distance * math.cos(bearing), distance * math.sin(bearing))
    return placed


def frame_of(points: Sequence[tuple[float, float]]) -> Frame:
    """Return the frame that holds the points (east, north) in metres."""
    east, north = [p[0] for p in points], [p[1] for p in points]
    wide, tall = max(east) - min(east), max(north) - min(north)
    wide, tall = max(wide, _SMALLEST if tall < _SMALLEST else 0.0), max(tall, _SMALLEST / 2)
    room_x, room_y = style.WIDTH - 2 * _SIDE, _HIGHEST - _ABOVE - _BELOW
    scale = min(room_x / max(wide, 1.0), room_y / tall)
    height = min(max(tall * scale + _ABOVE + _BELOW, _LOWEST), _HIGHEST)
    middle_x, middle_y = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2
    left = middle_x - style.WIDTH / 2 / scale
    top = middle_y + (height / 2 + (_ABOVE - _BELOW) / 2) / scale
    return Frame(left, top, scale, height)


def band_width(persons: float, largest: float) -> float:
    """Return a band's width in px at its wide end."""
    return max(THINNEST, WIDEST * persons / largest) if largest > 0 else THINNEST


@dataclass(frozen=True)
class Band:
    """A tapered curve between home and a partner; widths in px at the home end and at the partner's end."""

    home: tuple[float, float]
    control: tuple[float, float]
    partner: tuple[float, float]
    home_width: float
    partner_width: float

    def path(self) -> str:
        """Return the outline as SVG path data."""
        hx, hy = _normal(self.home, self.control)
        px, py = _normal(self.control, self.partner)
        cx, cy = _normal(self.home, self.partner)
        middle_width = (self.home_width + self.partner_width) / 2
        wide = (
            (self.home, (hx, hy), self.home_width),
            (self.control, (cx, cy), middle_width),
            (self.partner, (px, py), self.partner_width),
        )
        left = [(x + nx * w / 2, y + ny * w / 2) for (x, y), (nx, ny), w in wide]
        right = [(x - nx * w / 2, y - ny * w / 2) for (x, y), (nx, ny), w in wide]
        a, b, c = (_pair(p) for p in left)
        d, e, f = (_pair(p) for p in reversed(right))
        return f"M{a}Q{b} {c}L{d}Q{e} {f}Z"

    def samples(self, count: int = 24) -> list[tuple[float, float, float]]:
        """Return points along the middle of the band with half its width there."""
        out = []
        for n in range(count + 1):
            t = n / count
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            x = a * self.home[0] + b * self.control[0] + c * self.partner[0]
            y = a * self.home[1] + b * self.control[1] + c * self.partner[1]
            out.append((x, y, ((1 - t) * self.home_width + t * self.partner_width) / 2))
        return out


def bands(
    home: tuple[float, float], partners: Sequence[tuple[float, float]], flows: Sequence[tuple[float, float]]
) -> list[tuple[Band | None, Band | None]]:
    """Return for each partner its band out and its band in (None where nobody commutes).

    The bands leave home side by side round its dot, so that the wide ones do not hide each other there.
    """
    largest = max([value for flow in flows for value in flow if value > 0], default=0.0)
    wanted: list[tuple[int, int, float, float]] = []  # partner, side, angle at home, width at home
    for index, ((x, y), flow) in enumerate(zip(partners, flows, strict=True)):
        for side, persons in enumerate(flow):
            if persons > 0:
                wide = band_width(persons, largest)
                control = _control(home, (x, y), side)
                angle = math.atan2(control[1] - home[1], control[0] - home[0])
                wanted.append((index, side, angle, wide if side == 0 else wide * NARROW_END))
    radius = HOME_RADIUS + 3.0
    widths = [(width + 0.8) / radius for *_, width in wanted]
    crowded = sum(widths) / (1.6 * math.pi)
    natural = [angle for _, _, angle, _ in wanted]
    apart = _apart(natural, [w / max(crowded, 1.0) for w in widths])
    angles = [a + max(-_SWERVE, min(_SWERVE, _turn(b - a))) for a, b in zip(natural, apart, strict=True)]
    out: list[list[Band | None]] = [[None, None] for _ in partners]
    for (index, side, _, width), angle in zip(wanted, angles, strict=True):
        start = (home[0] + radius * math.cos(angle), home[1] + radius * math.sin(angle))
        control = _control(home, partners[index], side)
        end = _short_of(partners[index], control, DOT_RADIUS + 2.2)
        other = width * NARROW_END if side == 0 else width / NARROW_END
        out[index][side] = Band(start, control, end, width, other)
    return [(pair[0], pair[1]) for pair in out]


def round_values(largest: float) -> list[int]:
    """Return one or two round counts for the key, the larger at most the largest flow."""
    steps = [m * 10**e for e in range(7) for m in (1, 2, 5, 25)]

    def below(limit: float) -> int:
        return max([step for step in steps if step <= limit], default=0)

    first = below(largest)
    second = below(first / 3)
    return [value for value in (first, second) if value > 0]


def scale_length(px_per_metre: float) -> tuple[int, float]:
    """Return a round number of km and its length in px, between about 45 and 115 px."""
    for km in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if km * 1000 * px_per_metre >= 45:
            return km, km * 1000 * px_per_metre
    return 1000, 1e6 * px_per_metre


def _control(home: tuple[float, float], partner: tuple[float, float], side: int) -> tuple[float, float]:
    """Return the control point: out (side 0) bends to one side of the straight line, in (side 1) to the other."""
    dx, dy = partner[0] - home[0], partner[1] - home[1]
    sign = 1 if side == 0 else -1
    return (home[0] + partner[0]) / 2 - sign * dy * BEND, (home[1] + partner[1]) / 2 + sign * dx * BEND


def _short_of(end: tuple[float, float], source: tuple[float, float], by: float) -> tuple[float, float]:
    dx, dy = source[0] - end[0], source[1] - end[1]
    length = math.hypot(dx, dy) or 1.0
    return end[0] + dx / length * by, end[1] + dy / length * by


def _normal(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    return dy / length, -dx / length


def _pair(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _turn(angle: float) -> float:
    return (angle + math.pi) % (2 * math.pi) - math.pi


def _apart(angles: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Return the angles nearest to the wanted ones at which sectors of these widths do not meet."""
    if len(angles) < 2:
        return list(angles)
    order = sorted(_turn(a) for a in angles)
    gaps = [(order[(i + 1) % len(order)] - a) % (2 * math.pi) for i, a in enumerate(order)]
    widest = max(range(len(gaps)), key=lambda i: gaps[i])
    start = order[(widest + 1) % len(order)]  # the circle is cut open in the middle of its widest gap
    line = [(_turn(a) - start) % (2 * math.pi) for a in angles]
    slack = gaps[widest] / 2
    return [_turn(a + start) for a in spread(line, widths, -slack, 2 * math.pi - gaps[widest] + slack)]
