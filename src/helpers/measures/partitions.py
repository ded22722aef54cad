"""How alike two sets of areas are, and how much of one would be the same in other years or with a little chance in the flows."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from helpers.errors import DataError
from helpers.measures.flowmatrix import Bools, Floats, Ints, Missing, checked, labelled, series

Method = Callable[[pd.DataFrame], pd.Series]


def crossed(first: pd.Series, second: pd.Series, missing: Missing = "refuse") -> pd.DataFrame:
    """How many zones are in each area of the one and each area of the other: frame, index areas of the first, columns of the second.

    Parameters
    ----------
    first, second : zone → area. missing : ``refuse``: both must have the same zones. ``leave_out``: only those that both have are counted.

    Raises
    ------
    DataError
        as `flowmatrix.series`; where the zones are not the same, or none is in both.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> first = pd.Series({"1": "north", "2": "north", "3": "south"})
    >>> partitions.crossed(first, pd.Series({"1": "A", "2": "B", "3": "B"})).to_dict("index")
    {'north': {'A': 1, 'B': 1}, 'south': {'A': 0, 'B': 1}}
    """
    one, other = _both(first, second, missing)
    (row, rows), (column, columns) = (pd.factorize(each, sort=True) for each in (one, other))
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(table, (row, column), 1)
    return pd.DataFrame(table, index=pd.Index(rows, name="first"), columns=pd.Index(columns, name="second"))


def _both(first: pd.Series, second: pd.Series, missing: Missing) -> tuple[pd.Series, pd.Series]:
    one, other = series(first), series(second)
    alone = sorted(set(one) ^ set(other))
    if alone and missing == "refuse":
        raise DataError(
            f'{len(alone)} soner er bare i den ene inndelingen: {", ".join(alone[:5])}. De kan holdes utenfor med missing="leave_out".'
        )
    shared = sorted(set(one) & set(other))
    if not shared:
        raise DataError("De to inndelingene har ingen soner felles.")
    return tuple(pd.Series([each[code] for code in shared], index=shared) for each in (one, other))  # type: ignore[return-value]


def rand_index(first: pd.Series, second: pd.Series, missing: Missing = "refuse") -> float:
    """Adjusted Rand index (Hubert & Arabie 1985): 1 where the areas are the same, about 0 where they agree as by chance, below 0 where less. Errors as `crossed`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> first, same = pd.Series({"1": "a", "2": "a", "3": "b", "4": "b"}), pd.Series({"1": "x", "2": "x", "3": "y", "4": "y"})
    >>> across = pd.Series({"1": "x", "2": "y", "3": "x", "4": "y"})
    >>> partitions.rand_index(first, same), round(partitions.rand_index(first, across), 2)
    (1.0, -0.5)
    """
    table = crossed(first, second, missing).to_numpy(dtype=float)
    cells, rows, columns, all_ = (
        float((counts * (counts - 1)).sum() / 2)
        for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    by_chance = rows * columns / all_ if all_ else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (cells - by_chance) / (most - by_chance)


def mutual_information(first: pd.Series, second: pd.Series, missing: Missing = "refuse") -> float:
    """Normalised mutual information, 0–1: shared information over the mean of both entropies; 1 where neither has any. Errors as `crossed`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> first, same = pd.Series({"1": "a", "2": "a", "3": "b", "4": "b"}), pd.Series({"1": "x", "2": "x", "3": "y", "4": "y"})
    >>> across = pd.Series({"1": "x", "2": "y", "3": "x", "4": "y"})
    >>> round(partitions.mutual_information(first, same), 2), round(partitions.mutual_information(first, across), 2)
    (1.0, 0.0)
    """
    counts = crossed(first, second, missing).to_numpy(dtype=float)
    share = counts / counts.sum()
    rows, columns, joint = (_entropy(each) for each in (share.sum(axis=1), share.sum(axis=0), share.ravel()))
    if rows + columns == 0:
        return 1.0
    return max(0.0, 2 * (rows + columns - joint) / (rows + columns))


def _entropy(share: Floats) -> float:
    held = share[share > 0]
    return float(abs((held * np.log(held)).sum()))


def differing(first: pd.Series, second: pd.Series, missing: Missing = "refuse") -> pd.DataFrame:
    """The zones that are not in the same area in both.

    Areas of the one are paired with areas of the other so that as many zones as possible stay; what an area is called only chooses between
    pairings that are equal in this.

    Returns
    -------
    frame by code: first, second (the zone's area in each), lost, gained (tuples of codes: companions in the first alone, in the second alone).
    Errors as `crossed`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> first = pd.Series({"1": "a", "2": "a", "3": "a", "4": "b"})
    >>> partitions.differing(first, pd.Series({"1": "x", "2": "x", "3": "y", "4": "y"})).to_dict("index")
    {'3': {'first': 'a', 'second': 'y', 'lost': ('1', '2'), 'gained': ('4',)}}
    """
    one, other = _both(first, second, missing)
    table = crossed(one, other)
    called = np.equal.outer(table.index.to_numpy(), table.columns.to_numpy()) / (
        2 * len(table)
    )  # together less than one zone
    pairs = zip(*linear_sum_assignment(table.to_numpy() + called, maximize=True), strict=True)
    same = {str(table.index[row]): str(table.columns[column]) for row, column in pairs}
    rows = {}
    for code in one.index[one.map(same).to_numpy() != other.to_numpy()]:
        before, after = set(one.index[one == one[code]]), set(other.index[other == other[code]])
        rows[code] = (one[code], other[code], tuple(sorted(before - after)), tuple(sorted(after - before)))
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["first", "second", "lost", "gained"])
    return found.rename_axis("code")


@dataclass(frozen=True)
class Stability:
    """How often zones are together over several runs.

    Parameters
    ----------
    reference : the areas that the runs are held against: code → area. runs : how many there are.
    pairs : n × n frame by code, share of 1 of the runs that have both zones in which they are in one area; NaN where no run has both.
    zones : frame by code: area (of the reference, NA where it has not the zone), runs (that have the zone), with_centre (share of 1 of the runs in
        which it is with the zone that its area is called by, 1 for that zone itself), companions (mean share of 1: zones in its area both in
        the run and in the reference, over zones in either, itself among them).
    """

    reference: pd.Series
    runs: int
    pairs: pd.DataFrame
    zones: pd.DataFrame


def stability(matrices: Mapping[int, pd.DataFrame], method: Method, reference: int | None = None) -> Stability:
    """How stable areas are over the years.

    Parameters
    ----------
    matrices : year → matrix. The years need not have the same zones: a code that a reform took away counts in its own years alone.
    method : matrix → assignment, for example `areas.travel_to_work_areas`. reference : the year to hold the others against; the last.

    Raises
    ------
    DataError
        where there is no year or the reference is not among them; whatever `method` raises.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas, partitions
    >>> before = pd.DataFrame([[9000, 0, 0], [120, 50, 30], [0, 0, 9000]], index=["1", "2", "3"], columns=["1", "2", "3"])
    >>> after = pd.DataFrame([[9000, 0, 0], [30, 50, 120], [0, 0, 9000]], index=["1", "2", "3"], columns=["1", "2", "3"])
    >>> found = partitions.stability({2017: before, 2022: after}, areas.travel_to_work_areas)
    >>> found.reference.to_dict(), found.zones["with_centre"].to_dict()
    ({'1': '1', '2': '3', '3': '3'}, {'1': 1.0, '2': 0.5, '3': 1.0})
    """
    if not matrices:
        raise DataError("Ingen år å sammenligne.")
    year = max(matrices) if reference is None else reference
    if year not in matrices:
        raise DataError(f"Året {year} er ikke blant {', '.join(str(each) for each in sorted(matrices))}.")
    found = {each: method(matrices[each]) for each in sorted(matrices)}
    return compared(found.values(), found[year])


def perturbed(
    flows: pd.DataFrame, method: Method, draws: int = 100, seed: int = 0, missing: Missing = "refuse"
) -> Stability:
    """How stable areas are when each flow is drawn anew, Poisson with itself as mean: the same seed gives the same draws.

    Parameters
    ----------
    flows : n × n, persons. method : matrix → assignment. draws : how many matrices. seed : of numpy's PCG64.

    Raises
    ------
    DataError
        where `draws` is not 1 or more; as `flowmatrix.checked`; whatever `method` raises.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas, partitions
    >>> flows = pd.DataFrame([[9000, 0, 0], [12, 5, 9], [0, 0, 9000]], index=["1", "2", "3"], columns=["1", "2", "3"])
    >>> found = partitions.perturbed(flows, areas.travel_to_work_areas, draws=10)
    >>> found.reference.to_dict(), found.zones["with_centre"].to_dict()
    ({'1': '1', '2': '1', '3': '3'}, {'1': 1.0, '2': 0.4, '3': 1.0})
    """
    trips = checked(flows, missing)
    return compared(redrawn(trips, method, draws, seed), method(trips))


def redrawn(
    flows: pd.DataFrame, method: Method, draws: int, seed: int = 0, missing: Missing = "refuse"
) -> Iterator[pd.Series]:
    """The areas of each of the matrices that `perturbed` draws. Errors as there.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas, partitions
    >>> flows = pd.DataFrame([[9000, 0, 0], [12, 5, 9], [0, 0, 9000]], index=["1", "2", "3"], columns=["1", "2", "3"])
    >>> [each.to_dict() for each in partitions.redrawn(flows, areas.travel_to_work_areas, draws=2)]
    [{'1': '1', '2': '3', '3': '3'}, {'1': '1', '2': '1', '3': '3'}]
    """
    if draws < 1:
        raise DataError(f"Antall trekninger må være 1 eller mer, ikke {draws}.")
    trips = checked(flows, missing)
    chance = np.random.Generator(np.random.PCG64(seed))
    drawn = (pd.DataFrame(chance.poisson(trips), index=trips.index, columns=trips.columns) for _ in range(draws))
    return (method(each) for each in drawn)


def compared(runs: Iterable[pd.Series], reference: pd.Series) -> Stability:
    """Assignments held against one of them, or against another. Errors as `flowmatrix.series`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> now, before = pd.Series({"1": "1", "2": "1", "3": "3"}), pd.Series({"1": "1", "2": "3", "3": "3"})
    >>> partitions.compared([now, before], now).pairs.loc["2"].to_dict()
    {'1': 0.5, '2': 1.0, '3': 0.5}
    """
    given, all_ = series(reference), [series(each) for each in runs]
    codes = sorted({code for each in (given, *all_) for code in each})
    base = _numbers(given, codes)
    in_base = _together(base)
    both, together = np.zeros((2, len(codes), len(codes)))
    overlap = np.zeros(len(codes))
    for each in all_:
        of = _numbers(each, codes)
        there, now = of >= 0, _together(of)
        both += np.outer(there, there)
        together += now
        shared, either = (now & in_base).sum(axis=1), (now | in_base)[:, there & (base >= 0)].sum(axis=1)
        overlap += np.divide(shared, either, out=np.zeros(len(codes)), where=there & (either > 0))
    count = both.diagonal()
    share = np.divide(together, both, out=np.full(both.shape, np.nan), where=both > 0)
    place = {code: at for at, code in enumerate(codes)}
    centre = [place.get(given.get(code, ""), -1) for code in codes]
    found = pd.DataFrame(
        {"area": pd.Series(given).reindex(codes), "runs": count.astype(int)}, index=pd.Index(codes, name="code")
    )
    found["with_centre"] = [share[at, other] if other >= 0 else np.nan for at, other in enumerate(centre)]
    found["companions"] = np.divide(overlap, count, out=np.full(len(codes), np.nan), where=(count > 0) & (base >= 0))
    return Stability(reference, len(all_), pd.DataFrame(share, index=codes, columns=codes), found)


def _numbers(assignment: Mapping[str, str], codes: list[str]) -> Ints:
    """A number for each code's area, −1 where it has none."""
    number = {area: at for at, area in enumerate(sorted(set(assignment.values())))}
    return np.array([number[assignment[code]] if code in assignment else -1 for code in codes], dtype=np.intp)


def _together(of: Ints) -> Bools:
    result: Bools = (of[:, None] == of[None]) & (of >= 0)[:, None]
    return result


def louvain(flows: pd.DataFrame, seed: int = 0, resolution: float = 1.0, missing: Missing = "refuse") -> pd.Series:
    """Areas by modularity (Blondel et al. 2008) on flows both ways together: a check from another side, not a delimitation.

    Parameters
    ----------
    flows : n × n, persons. seed : of the order in which zones are visited. resolution : above 1 gives more and smaller areas.

    Returns
    -------
    Series code → area, sorted by code; the area is called by its member with most jobs.

    Raises
    ------
    DataError
        where networkx, which the project does not ask for, is not installed; as `flowmatrix.checked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import partitions
    >>> flows = pd.DataFrame([[50, 40, 0], [40, 30, 1], [0, 1, 50]], index=["1", "2", "3"], columns=["1", "2", "3"])
    >>> partitions.louvain(flows).to_dict()
    {'1': '1', '2': '1', '3': '3'}
    """
    trips = checked(flows, missing)
    try:
        networkx = importlib.import_module("networkx")
    except ImportError as error:
        raise DataError(
            "Kontrollen med Louvain trenger pakken networkx, som ikke er installert: pip install networkx."
        ) from error
    values = trips.to_numpy()
    weights = np.triu(values + values.T, 1) + np.diag(values.diagonal())  # a loop counts twice in a zone's degree
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(values)))
    graph.add_weighted_edges_from(
        (int(one), int(other), float(weights[one, other])) for one, other in np.argwhere(weights > 0)
    )
    of = np.zeros(len(values), dtype=np.intp)
    for number, members in enumerate(networkx.community.louvain_communities(graph, resolution=resolution, seed=seed)):
        of[list(members)] = number
    return labelled(trips, of)
