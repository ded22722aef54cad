"""Where labels go: beside lines (`spread`) and round dots (`place`), so that no two meet. All lengths in px, y down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from helpers.charts import style


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two boxes are closer than `gap`."""
        return (
            self.x0 < other.x1 + gap
            and other.x0 < self.x1 + gap
            and self.y0 < other.y1 + gap
            and other.y0 < self.y1 + gap
        )

    def inside(self, frame: Box) -> bool:
        """Whether the box lies wholly within a frame."""
        return self.x0 >= frame.x0 and self.y0 >= frame.y0 and self.x1 <= frame.x1 and self.y1 <= frame.y1

    def holds(self, x: float, y: float, gap: float = 0.0) -> bool:
        """Whether a point lies within the box or closer to it than `gap`."""
        return self.x0 - gap <= x <= self.x1 + gap and self.y0 - gap <= y <= self.y1 + gap


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return the middles nearest to the wanted ones at which labels neither meet nor leave [low, high].

    Neighbours that meet are moved from their common middle, so that no label is moved more than it must be. Labels
    that need more than the whole range keep their order and leave it at both ends alike.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[float, list[int]]] = []  # top of the stack, members from top to bottom
    for index in order:
        groups.append(_settled([index], wanted, heights, low, high))
        while len(groups) > 1 and groups[-2][0] + sum(heights[i] for i in groups[-2][1]) > groups[-1][0] + 1e-9:
            merged = groups[-2][1] + groups[-1][1]
            groups[-2:] = [_settled(merged, wanted, heights, low, high)]
    middles = [0.0] * len(wanted)
    for top, members in groups:
        for index in members:
            middles[index] = top + heights[index] / 2
            top += heights[index]
    return middles


def _settled(
    members: list[int], wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> tuple[float, list[int]]:
    """Return the top at which a stack of labels lies nearest to what its members want, within [low, high]."""
    total = sum(heights[i] for i in members)
    offset, tops = 0.0, []
    for index in members:
        tops.append(wanted[index] - heights[index] / 2 - offset)
        offset += heights[index]
    top = sum(tops) / len(tops)
    if total >= high - low:
        return (low + high - total) / 2, members
    return min(max(top, low), high - total), members


@dataclass(frozen=True)
class Place:
    """A placed label: its lines, box, anchor point of the first baseline, and points along its leader, if it needs one."""

    lines: tuple[str, ...]
    box: Box
    x: float
    y: float
    anchor: str
    leader: tuple[tuple[float, float], ...] = ()


_NEAR, _FARTHER = (5.0, 9.0, 14.0), (20.0, 28.0, 38.0, 50.0, 64.0, 84.0, 108.0)  # px from the dot
_DIRECTIONS = ((1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))  # E W NE NW SE SW N S


def places(lines: Sequence[str], x: float, y: float, radius: float, offset: float, bold: bool) -> Iterable[Place]:
    """Return the eight places for a label round a dot at (x, y), in the order of preference."""
    width = max(style.text_width(line, bold) for line in lines)
    height = len(lines) * style.LINE_STEP
    reach = radius + offset
    for dx, dy in _DIRECTIONS:
        step = reach if 0 in (dx, dy) else reach * 0.75
        px, py = x + dx * step, y + dy * step
        left = px - width / 2 if dx == 0 else (px if dx > 0 else px - width)
        top = py - height / 2 if dy == 0 else (py if dy > 0 else py - height)
        anchor = {0: "middle", 1: "start", -1: "end"}[dx]
        box = Box(left, top, left + width, top + height)
        leader = _leader(x, y, radius + 2, box) if offset > 14 else ()
        yield Place(tuple(lines), box, px, top + style.LINE_STEP * 0.78, anchor, leader)


def _leader(x: float, y: float, radius: float, box: Box) -> tuple[tuple[float, float], ...]:
    """Return points 2 px apart from a dot's edge to the nearest side of its label."""
    end = (min(max(x, box.x0 - 2), box.x1 + 2), min(max(y, box.y0), box.y1))
    length = math.dist((x, y), end) or 1.0
    steps = max(int((length - radius) / 2), 1)
    parts = [(radius + (length - radius) * n / steps) / length for n in range(steps + 1)]
    return tuple((x + (end[0] - x) * part, y + (end[1] - y) * part) for part in parts)


def place(
    lines: Sequence[str],
    x: float,
    y: float,
    radius: float,
    accept: Sequence[Callable[[Place], bool]],
    bold: bool = False,
) -> Place | None:
    """Return the first place round a dot that a rule accepts; the rules are tried from the strictest on.

    Each rule is tried near the dot; the last two also at growing distance, where the label gets a leader.
    """
    for n, rule in enumerate(accept):
        for offset in _NEAR if n < len(accept) - 2 else _NEAR + _FARTHER:
            for candidate in places(lines, x, y, radius, offset, bold):
                if rule(candidate):
                    return candidate
    return None
