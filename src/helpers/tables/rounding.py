"""How far a published count may be from the true one, by the rule that the body's sidecar declares.

Source of the rules: Statistics Norway, «Om avrunding av små tall i sysselsettingsstatistikkene»; NAV's note in HL060.
"""

from __future__ import annotations

import pandas as pd

from helpers import smallcounts
from helpers.catalog import Rounding
from helpers.errors import DataError
from helpers.rawstore import RawBody

MASK = "*"
MASKED_UPPER = 3  # «færre enn 4»


def check(raw: RawBody, frame: pd.DataFrame, counts: pd.Series) -> None:
    """Compare what the sidecar declares with the cells.

    Parameters
    ----------
    frame : the decoded cells. counts : True for cells that are counts of persons.

    Raises
    ------
    DataError
        naming the file, the table and the values.
    """
    rule, value = raw.sidecar.rounding.rule, frame["value"][counts]
    shown = smallcounts.shown_by(rule, frame[counts])
    if shown == rule:
        return
    if shown == "none":
        found = frame[counts & frame["value"].isin(smallcounts.FORBIDDEN[rule])]
        cell = ", ".join(str(each) for each in found.iloc[0].drop(["value", "status"]))
        raise DataError(
            f"{raw.path.name} (tabell {raw.sidecar.table}) er oppgitt som avrundet eller skjermet ({rule}), "
            f"men har verdien {found['value'].iloc[0]:.0f} i cellen {cell}."
        )
    small = int(value.isin([3, 4, 5]).sum())
    raise DataError(
        f"{raw.path.name} (tabell {raw.sidecar.table}) er oppgitt som ikke avrundet, men har {small} celler "
        f"med verdien 3, 4 eller 5 og ingen 1 eller 2. Rett «rounding» i opplysningsfilen."
    )


def bounds(frame: pd.DataFrame, rounding: Rounding, counts: pd.Series) -> pd.DataFrame:
    """The frame with ``lower`` and ``upper`` (same unit as ``value``; NaN where nothing can be said).

    Unrounded: both are the value. Rounded at the lowest level: 0 is 0–2, 3 is 1–3, everything else exact; these bounds are
    hard. Rounded totals: the value ± the allowance, which is not a hard bound. Masked counts: 0–3; masked percentages: none.
    """
    lower, upper = frame["value"].copy(), frame["value"].copy()
    if rounding.rule == "small_counts" and rounding.level == "lowest":
        least, most = smallcounts.bounds(frame["value"].to_numpy(dtype=float))
        lower, upper = lower.mask(counts, least), upper.mask(counts, most)
    elif rounding.rule == "small_counts":
        lower = lower.mask(counts, (lower - rounding.allowance).clip(lower=0))
        upper = upper.mask(counts, upper + rounding.allowance)
    elif rounding.rule == "masked":
        hidden = counts & (frame["status"] == MASK).fillna(False)
        lower, upper = lower.mask(hidden, 0), upper.mask(hidden, MASKED_UPPER)
    return frame.assign(lower=lower, upper=upper)
