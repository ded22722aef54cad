"""Intramax: zones are merged two and two, those that exchange most commuters for their size first (Masser & Brown 1975).

The result is a tree, not a set of areas: it is cut at a number of areas or at a share of the commuting that is to stay inside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.measures.flowmatrix import Floats, Ints, Missing, checked, labelled


@dataclass(frozen=True)
class Merges:
    """The tree of merges.

    Parameters
    ----------
    trips : the checked matrix that was merged, n × n, persons, sorted by code. start : share of 1 of all who work in their own zone.
    steps : frame by step from 1: first, second (the lowest code of each cluster; the merged one keeps the lower), value (of the criterion, a pure
        number), intrazonal (share of 1 of all who work in their own cluster after the merge), areas (clusters that are left).
    """

    trips: pd.DataFrame
    start: float
    steps: pd.DataFrame

    @property
    def fewest(self) -> int:
        """Clusters that are left in the end: more than one where parts of the country exchange nobody."""
        return len(self.trips) - len(self.steps)


def intramax(flows: pd.DataFrame, missing: Missing = "refuse") -> Merges:
    """Merge the pair with the largest T_ij/(O_i·D_j) + T_ji/(O_j·D_i), and again, until nobody commutes between any two that are left.

    O are employed residents and D jobs of the clusters as they are at each step. Of equal pairs the one with the lowest codes is merged.

    Parameters
    ----------
    flows : n × n, persons, index residence, columns workplace. Errors as `flowmatrix.checked`.

    Examples
    --------
    >>> from helpers import Area, Tables, commuting
    >>> from helpers.measures import intramax
    >>> near = list(Area.sondre_viken().regions)
    >>> merges = intramax.intramax(commuting.matrix(Tables.load(), 2022).loc[near, near])
    >>> merges.steps[["first", "second", "areas"]].values.tolist()
    [['3101', '3124', 4], ['3107', '3110', 3], ['3105', '3107', 2], ['3101', '3105', 1]]
    """
    trips = checked(flows, missing)
    values = trips.to_numpy().copy()
    total, codes = float(values.sum()), [str(code) for code in trips.index]
    homes, works = values.sum(axis=1), values.sum(axis=0)
    criterion = np.triu(_strength(values, values.T, homes, works, np.arange(len(codes))), 1)
    start = inside = float(values.trace()) / total
    rows: list[tuple[str, str, float, float, int]] = []
    while True:
        first, second = (int(at) for at in np.unravel_index(criterion.argmax(), criterion.shape))
        value = float(criterion[first, second])
        if not value > 0:
            break
        inside += float(values[first, second] + values[second, first]) / total
        _merge(values, homes, works, criterion, first, second)
        rows.append((codes[first], codes[second], value, inside, len(codes) - len(rows) - 1))
    steps = pd.DataFrame(rows, columns=["first", "second", "value", "intrazonal", "areas"])
    steps.index = pd.RangeIndex(1, len(rows) + 1, name="step")
    return Merges(trips, start, steps.astype({"value": float, "intrazonal": float, "areas": int}))


def _strength(out: Floats, into: Floats, homes: Floats, works: Floats, of: Ints) -> Floats:
    """The criterion of some clusters with all: out and into are m × n, `of` their m positions."""
    outward, inward = np.outer(homes[of], works), np.outer(works[of], homes)
    found: Floats = np.divide(out, outward, out=np.zeros(out.shape), where=outward > 0)
    found += np.divide(into, inward, out=np.zeros(out.shape), where=inward > 0)
    return found


def _merge(values: Floats, homes: Floats, works: Floats, criterion: Floats, first: int, second: int) -> None:
    """Put the second cluster into the first, in place; only the first's row and column of the criterion change."""
    values[first] += values[second]
    values[:, first] += values[:, second]
    values[second] = values[:, second] = 0
    for sums in (homes, works):
        sums[first] += sums[second]
        sums[second] = 0
    criterion[second] = criterion[:, second] = 0
    fresh = _strength(values[[first]], values[:, first][None], homes, works, np.array([first], dtype=np.intp))[0]
    criterion[first, first + 1 :] = fresh[first + 1 :]
    criterion[:first, first] = fresh[:first]


def cut(merges: Merges, *, areas: int | None = None, share: float | None = None) -> pd.Series:
    """The areas after some of the merges.

    Parameters
    ----------
    areas : how many to stop at. share : stop as soon as this share of 1 of all commuters works in their own area. One of them is given.

    Returns
    -------
    Series code → area, sorted by code; the area is called by its member with most jobs.

    Raises
    ------
    DataError
        where both or none is given, or the tree never comes there.

    Examples
    --------
    >>> from helpers import Area, Tables, commuting
    >>> from helpers.measures import intramax
    >>> near = list(Area.sondre_viken().regions)
    >>> merges = intramax.intramax(commuting.matrix(Tables.load(), 2022).loc[near, near])
    >>> intramax.cut(merges, areas=2).to_dict()
    {'3101': '3101', '3105': '3107', '3107': '3107', '3110': '3107', '3124': '3101'}
    """
    zones, steps = merges.trips.index, merges.steps
    if (areas is None) == (share is None):
        raise DataError("Oppgi enten areas eller share, og ikke begge.")
    if areas is not None:
        if not merges.fewest <= areas <= len(zones):
            raise DataError(f"Antall områder må være fra {merges.fewest} til {len(zones)}, ikke {areas}.")
        needed = len(zones) - areas
    else:
        reached = [merges.start, *steps["intrazonal"]]
        needed = next((at for at, each in enumerate(reached) if share is not None and each >= share), -1)
        if needed < 0:
            raise DataError(f"Andelen {share:g} nås aldri: høyeste andel er {reached[-1]:g}.")
    of = {str(code): at for at, code in enumerate(zones)}
    group = np.arange(len(zones), dtype=np.intp)
    for first, second in zip(steps["first"][:needed], steps["second"][:needed], strict=True):
        group[group == of[second]] = of[first]
    return labelled(merges.trips, group)
