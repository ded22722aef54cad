"""A place among others, with ties."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd


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
    """
    figure = float(values[code]) if code in values.index else math.nan
    if math.isnan(figure):
        return None
    compared = values if decimals is None else values.round(decimals)
    held = compared.dropna()
    own = float(held[code])
    gone = tuple(sorted(str(each) for each in values.index[values.isna()]))
    return Rank(int((held > own).sum()) + 1, len(held), int((held == own).sum()) - 1, figure, gone)
