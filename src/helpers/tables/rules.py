"""Named exceptions: cells that a producer prints and that are not what they look like. Each has a test."""

from __future__ import annotations

import pandas as pd

MISSING = ".."


def rindal_2019(frame: pd.DataFrame) -> pd.DataFrame:
    """Table 11618 prints Rindal's old code 1567 as 0 in 2019, when its code was 5061: that cell is missing.

    The rule applies only to zeros, and only where 5061 has no figure of its own: should the producer mend either, it passes.
    """
    in_2019 = frame["Tid"].astype(str) == "2019"
    if (in_2019 & (frame["Region"] == "5061") & frame["value"].notna()).any():
        return frame
    wrong = (frame["Region"] == "1567") & in_2019
    zero = wrong & (frame["value"] == 0)
    return frame.assign(
        Region=frame["Region"].astype("str").mask(wrong, "5061"),
        value=frame["value"].mask(zero),
        status=frame["status"].mask(zero, MISSING),
    )


RULES = {"ssb_11618": (rindal_2019,)}
