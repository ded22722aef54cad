"""Fills of areas and bars that every eye tells apart, on a screen in both schemes, on paper and in grey.

A fill differs from the others in tone or in the form of its marks, and in most cases in hue too: hue is never alone. The
patterns are drawn in the colours of the palette. Sizes in px.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

FillName = Literal[
    "solid", "lines", "dots", "cross", "warm", "level", "pale", "open",
    "step-0", "step-1", "step-2", "step-3", "step-4", "step-5", "step-6", "hatch",
]  # fmt: skip
Form = Literal["solid", "open", "lines", "dots", "cross", "level", "hatch"]


@dataclass(frozen=True)
class Fill:
    """A fill: the token of its marks and outline, their form, the step between them, their width, the tint below them."""

    token: str
    form: Form
    step: float = 0.0
    mark: float = 0.0
    tint: float = 0.0
    edge: str = ""  # token of the outline, where it is another

    @property
    def coverage(self) -> float:
        """How much of the ground is covered, 0 to 1, the tint counted by its opacity."""
        marks = {
            "solid": 1.0,
            "open": 0.0,
            "dots": 2 * math.pi * (self.mark / 2) ** 2 / (self.step**2 or 1.0),
            "lines": self.mark / (self.step or 1.0),
            "level": self.mark / (self.step or 1.0),
            "hatch": self.mark / (self.step or 1.0),
            "cross": 1 - (1 - self.mark / (self.step or 1.0)) ** 2,
        }[self.form]
        return marks + (1 - marks) * self.tint


FILLS: Mapping[FillName, Fill] = {
    "solid": Fill("muni", "solid"),
    "lines": Fill("out", "lines", 4.6, 1.7, 0.16),
    "dots": Fill("muni", "dots", 5.4, 1.9, 0.12),
    "cross": Fill("county", "cross", 5.0, 1.1),
    "warm": Fill("out", "solid"),
    "level": Fill("county", "level", 4.0, 1.2, 0.12),
    "pale": Fill("rule", "solid", edge="country"),
    "open": Fill("muni", "open"),
    "step-0": Fill("muni", "open"),
    "step-1": Fill("muni", "dots", 6.6, 1.4),
    "step-2": Fill("muni", "dots", 4.3, 2.0),
    "step-3": Fill("muni", "level", 4.2, 1.9),
    "step-4": Fill("muni", "lines", 4.4, 2.4),
    "step-5": Fill("muni", "cross", 5.0, 2.2),
    "step-6": Fill("muni", "solid"),
    "hatch": Fill("hatch", "hatch", 7.0, 1.5),
}
# For kinds without an order, the most told apart first; and for steps, from empty to full. `hatch` is for the unknown alone.
CATEGORIES: tuple[FillName, ...] = ("solid", "lines", "dots", "cross", "warm", "level", "pale", "open")
STEPS: tuple[FillName, ...] = ("step-0", "step-1", "step-2", "step-3", "step-4", "step-5", "step-6")


def paint(name: FillName) -> str:
    """Return the `fill` of a style."""
    fill = FILLS[name]
    if fill.form == "hatch":
        return "fill:url(#kr-hatch)"
    if fill.form == "open":
        return "fill:var(--bg)"
    return f"fill:var(--{fill.token})" if fill.form == "solid" else f"fill:url(#kr-{name})"


def outline(name: FillName) -> str:
    """Return the token of the line round a fill."""
    return FILLS[name].edge or FILLS[name].token


def look(name: FillName, width: float = 0.8) -> str:
    """Return the whole style of a filled shape: its fill, and a line round it of its own colour, `width` px."""
    return f"{paint(name)};stroke:var(--{outline(name)});stroke-width:{width:g}"


def definitions(names: Iterable[FillName]) -> str:
    """Return the patterns that the fills need, their ids starting with `kr-` as svg.assemble wants; "" where none does."""
    made = "".join(
        _pattern(name) for name in dict.fromkeys(names) if FILLS[name].form not in ("solid", "open", "hatch")
    )
    return f"<defs>{made}</defs>" if made else ""


def _pattern(name: FillName) -> str:
    fill = FILLS[name]
    step, paint_of = fill.step, f"var(--{fill.token})"
    size = f'width="{step:g}" height="{step:g}"'
    ground = f'<rect {size} style="fill:var(--bg)"/>'
    if fill.tint:
        ground += f'<rect {size} style="fill:{paint_of};fill-opacity:{fill.tint:g}"/>'
    if fill.form == "dots":
        marks = "".join(
            f'<circle cx="{step * at:g}" cy="{step * at:g}" r="{fill.mark / 2:g}" style="fill:{paint_of}"/>'
            for at in (0.25, 0.75)
        )
    else:
        across = f'<rect width="{step:g}" height="{fill.mark:g}" style="fill:{paint_of}"/>'
        down = f'<rect width="{fill.mark:g}" height="{step:g}" style="fill:{paint_of}"/>'
        marks = {"level": across, "lines": down, "cross": across + down}[fill.form]
    turn = {"lines": ' patternTransform="rotate(-45)"', "cross": ' patternTransform="rotate(45)"'}.get(fill.form, "")
    return f'<pattern id="kr-{name}" {size} patternUnits="userSpaceOnUse"{turn}>{ground}{marks}</pattern>'
