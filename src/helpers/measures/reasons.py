"""NAV's three reasons for standing outside, as a model over the statuses of table 13563: an assumption, not a measurement.

NAV tells those who cannot work («kan ikke»), those who do not get a job («får ikke») and those who do not want one («vil ikke»). No register
observes motivation, so the third has no number here, and a status is put under one of the first two only where the status itself says so:
who receives a health-related benefit, and who is registered as unemployed. All others are not placed.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Literal

import pandas as pd

from helpers.measures.statuses import Waterfall

Reason = Literal["cannot", "no_job", "unwilling", "unplaced"]
REASONS: tuple[Reason, ...] = ("cannot", "no_job", "unwilling", "unplaced")
MODEL = MappingProxyType[str, Reason](
    {"U.04-U.05": "cannot", "A.09": "no_job", "U.06-U.07": "unplaced", "U.90A": "unplaced"}
)  # what is not named is not placed
COLUMNS = ["persons", "lower", "upper", "share"]


def reason_of(code: str) -> Reason:
    """The reason that the model puts a status of those outside under.

    Examples
    --------
    >>> from helpers.measures import reasons
    >>> reasons.reason_of("A.09"), reasons.reason_of("U.04-U.05"), reasons.reason_of("U.90A")
    ('no_job', 'cannot', 'unplaced')
    """
    return MODEL.get(code, "unplaced")


def by_reason(found: Waterfall) -> pd.DataFrame:
    """Those outside by modelled reason.

    Returns
    -------
    frame indexed by `REASONS`: persons, lower, upper (as far as rounding may reach), share (% of those outside). ``unwilling`` is NaN: it
    cannot be observed. What rounding makes the parts miss of those outside is in none of them; NaN where a status is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import reasons
    >>> from helpers.measures.statuses import Waterfall
    >>> rows = [("NEET2", "outside", 100.0), ("A.09", "part", 30.0), ("U.04-U.05", "part", 60.0), ("U.90A", "part", 10.0)]
    >>> steps = pd.DataFrame(rows, columns=["code", "kind", "persons"]).assign(upper=lambda each: each["persons"])  # constructed
    >>> reasons.by_reason(Waterfall("Halden", "15-29", 2022, "A-G", False, steps, True, ()))["share"].to_dict()
    {'cannot': 60.0, 'no_job': 30.0, 'unwilling': nan, 'unplaced': 10.0}
    """
    steps = found.steps
    parts = steps[steps["kind"] == "part"]
    outside = float(steps.loc[steps["kind"] == "outside", "persons"].iloc[0])
    reach = parts["upper"] - parts["persons"]
    under = [reason_of(str(code)) for code in parts["code"]]
    frame = pd.DataFrame(
        {
            "persons": parts["persons"].groupby(under).sum(min_count=1),
            "reach": reach.pow(2).groupby(under).sum(min_count=1).pow(0.5),
        }
    )
    gone = {name for name, persons in zip(under, parts["persons"], strict=True) if math.isnan(persons)}
    frame = frame.reindex(list(REASONS))
    frame.loc[sorted(gone), ["persons", "reach"]] = math.nan
    frame["lower"] = (frame["persons"] - frame["reach"]).clip(lower=0)
    frame["upper"] = frame["persons"] + frame["reach"]
    frame["share"] = 100 * frame["persons"] / outside if outside > 0 else math.nan
    return frame[COLUMNS]
