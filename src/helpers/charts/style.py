"""The look of every chart in one place: colours, sizes and matplotlib's settings (docs/visual). Sizes are CSS px."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Literal

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LineKind = Literal["muni", "county", "country", "out", "in", "other"]

LIGHT: Mapping[str, str] = {
    "bg": "#ffffff",
    "surface": "#f5f4f1",
    "ink": "#1b1f23",
    "muted": "#565c63",
    "rule": "#d8d7d2",
    "grid": "#e6e5e1",
    "muni": "#00587c",
    "muni-soft": "#d3e6ef",
    "out": "#d06f22",
    "out-text": "#9c4a10",
    "county": "#4f555b",
    "country": "#858b92",
    "hatch": "#8a9096",
}
DARK: Mapping[str, str] = {
    "bg": "#14181b",
    "surface": "#1d2226",
    "ink": "#eceae6",
    "muted": "#adb2b8",
    "rule": "#383e44",
    "grid": "#2a3035",
    "muni": "#8ed0f0",
    "muni-soft": "#17394a",
    "out": "#d06f22",
    "out-text": "#f0a566",
    "county": "#c0c5ca",
    "country": "#858b92",
    "hatch": "#858b92",
}
PRINT: Mapping[str, str] = {
    **LIGHT,
    "ink": "#000000",
    "muted": "#45494e",
    "rule": "#bbbbbb",
    "grid": "#dddddd",
    "muni-soft": "#ffffff",
}
# Charts are drawn in the light colours; svg.render turns each into its custom property. `hatch.color` of rcParams
# never reaches the page (the hatch is a pattern of our own), so every hex here has one meaning.
TOKEN_OF_HEX: Mapping[str, str] = {value: token for token, value in LIGHT.items()}

PX = 0.75  # points per CSS px: charts are drawn 400 px = 300 pt wide
WIDTH = 400.0
SMALL_WIDTH = 276.0
FONT = 13.0
LINE_STEP = 15.0  # least distance between two direct labels, and the step of lines within one
BAR, BAR_GAP = 18.0, 9.0
BAND_OPACITY = 0.22
HATCH_STEP, HATCH_WIDTH = 7.0, 1.5

RC: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kommunerapport",
    "figure.figsize": (4.1667, 2.75),
    "figure.dpi": 72,
    "savefig.dpi": 192,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": FONT * PX,
    "axes.labelsize": FONT * PX,
    "xtick.labelsize": FONT * PX,
    "ytick.labelsize": FONT * PX,
    "text.color": LIGHT["ink"],
    "text.parse_math": False,
    "axes.labelcolor": LIGHT["muted"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "axes.edgecolor": LIGHT["county"],
    "axes.linewidth": 0.75,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.spines.bottom": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 0.75,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 5,
    "ytick.major.pad": 5,
    "lines.linewidth": 1.95,
    "lines.scale_dashes": False,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "lines.dash_joinstyle": "round",
    "patch.linewidth": 0,
    "hatch.linewidth": 1.1,
    "hatch.color": LIGHT["country"],
    "legend.frameon": False,
}
# cycler() wants matplotlib's own type; the colours of axes.prop_cycle, in order:
CYCLE: tuple[str, ...] = (LIGHT["muni"], LIGHT["out"], LIGHT["county"], LIGHT["country"])

# Per kind of series: colour token, width in px, dashes in px, token of its label, bold label.
SERIES: Mapping[str, tuple[str, float, tuple[float, ...], str, bool]] = {
    "muni": ("muni", 2.6, (), "muni", True),
    "in": ("muni", 2.6, (), "muni", True),
    "out": ("out", 2.6, (), "out-text", True),
    "county": ("county", 1.5, (), "muted", False),
    "country": ("country", 1.5, (4.0, 3.0), "muted", False),
    "other": ("county", 1.5, (1.0, 3.0), "muted", False),
}


def colour(token: str) -> str:
    """Return the hex that charts are drawn in for a token of the palette."""
    return LIGHT[token]


@functools.lru_cache(maxsize=4096)
def text_width(text: str, bold: bool = False) -> float:
    """Return the width in px of a line of 13 px text in DejaVu Sans, wider than every face of the page's stack."""
    properties = FontProperties(family="DejaVu Sans", size=FONT, weight=700 if bold else 400)
    return float(text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0])


def wrapped(text: str, limit: float, bold: bool = False) -> list[str]:
    """Break a text into lines of at most `limit` px at its spaces; a word too long for a line ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, bold) <= limit:
            lines[-1] = joined
        else:
            lines.append(shortened(word, limit, bold))
    return lines


def shortened(word: str, limit: float, bold: bool = False) -> str:
    """Return a word cut to `limit` px, with an ellipsis where it was cut."""
    if text_width(word, bold) <= limit:
        return word
    while len(word) > 1 and text_width(word + "…", bold) > limit:
        word = word[:-1]
    return word + "…"


def notebook_theme() -> None:
    """Give an analyst's own seaborn and matplotlib drawings in a notebook the look of the reports."""
    import seaborn as sns  # a second to import: charts of the reports do without

    sns.set_theme(context="paper", style="white", palette=list(CYCLE), rc=dict(RC))
