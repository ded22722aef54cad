"""A place among others, with ties."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rank:
    """Competition ranking, the highest value first: 1, 2, 2, 4.

    Parameters
    ----------
    rank : 1 for the highest value. of : how many have a value. ties : how many others share the rank.
    value : the figure ranked. lacking : codes of those that have no figure and are not counted in `of`.
    """

    rank: int
    of: int
    ties: int
    value: float
    lacking: tuple[str, ...] = ()

    @property
    def last(self) -> bool:
        """Nobody has a lower value."""
        return self.rank + self.ties == self.of


def rank_of(values: pd.Series, code: str, decimals: int | None = None) -> Rank | None:
    """The rank of `code` among `values` (index: codes); None where its own figure is missing.

    Parameters
    ----------
    decimals : values are compared as printed with so many decimals, so that what reads the same ranks the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import ranking
    >>> ranking.rank_of(pd.Series({"3101": 60.12, "3105": 60.14, "3107": 63.5, "3110": None}), "3101", decimals=1)
    Rank(rank=2, of=3, ties=1, value=60.12, lacking=('3110',))
    """
    figure = float(values[code]) if code in values.index else math.nan
    if math.isnan(figure):
        return None
    compared = values if decimals is None else values.round(decimals)
    held = compared.dropna()
    own = float(held[code])
    gone = tuple(sorted(str(each) for each in values.index[values.isna()]))
    return Rank(int((held > own).sum()) + 1, len(held), int((held == own).sum()) - 1, figure, gone)


def between(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The best and the worst rank that each may have, the highest value first, when every figure may be anywhere within its bounds.

    Parameters
    ----------
    lower, upper : bounds of figures that are held; NaN: no bound that way. Without any, a figure may be first and last.

    Returns
    -------
    best (as many others surely are higher, plus one), worst (as many may be higher, plus one). Equal exact figures share a rank.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.measures import ranking
    >>> best, worst = ranking.between(np.array([10.0, 8.0, 1.0]), np.array([12.0, 11.0, 2.0]))
    >>> best.tolist(), worst.tolist()
    ([1.0, 1.0, 3.0], [2.0, 2.0, 3.0])
    """
    least, most = np.where(np.isnan(lower), -np.inf, lower), np.where(np.isnan(upper), np.inf, upper)
    alone = ~np.eye(len(least), dtype=bool)
    surely = ((least[None, :] > most[:, None]) & alone).sum(axis=1)
    maybe = ((most[None, :] > least[:, None]) & alone).sum(axis=1)
    return surely + 1.0, maybe + 1.0
