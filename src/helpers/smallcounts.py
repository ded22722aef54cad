"""What the cells themselves say of how small counts were treated.

Source of the rules: Statistics Norway, «Om avrunding av små tall i sysselsettingsstatistikkene»; NAV's note in HL060.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Rule = Literal["none", "small_counts", "masked"]
FORBIDDEN: dict[Rule, list[int]] = {"none": [], "small_counts": [1, 2], "masked": [1, 2, 3]}
STRICTEST: tuple[Rule, ...] = ("small_counts", "masked", "none")
BASE = 3  # what 1 and 2 are rounded to, if not to 0
ENOUGH = 30  # so many counts of 3, 4 and 5 without a single 1 or 2 do not happen in unrounded figures


def shown(declared: Rule, counts: pd.Series) -> Rule:
    """The rule that the counts (persons) show: the declared one, unless they contradict it."""
    if counts.isin(FORBIDDEN[declared]).any():
        return "none"
    if declared == "none" and int(counts.isin([3, 4, 5]).sum()) >= ENOUGH and not counts.isin([1, 2]).any():
        return "small_counts"
    return declared


def shown_by(declared: Rule, cells: pd.DataFrame) -> Rule:
    """The strictest rule that the periods of a body show (cells with ``Tid`` and ``value``): a table may be rounded from some year on."""
    if "Tid" not in cells:
        return shown(declared, cells["value"])
    rules = {shown(declared, held["value"]) for _, held in cells.groupby("Tid", observed=True)} or {declared}
    return next(rule for rule in STRICTEST if rule in rules)


def bounds(
    published: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What the finest cells of a rounded table may have been: 0 is 0–2, 3 is 1–3, everything else is what it says. Hard."""
    return np.where(published == BASE, 1.0, published), np.where(published == 0, 2.0, published)
