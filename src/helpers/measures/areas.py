"""Travel-to-work areas out of a commuting matrix, and how good a set of areas is.

The method is Coombes & Bond (2008, Travel-to-Work Areas: the 2007 review, ONS) with the validity and the reserve list of Istat (Franconi, D'Alò
& Ichim 2016), written from their descriptions; cohesion is Smart (1974). What the descriptions leave open is decided here: members of a
dissolved cluster are moved strongest link first, a cluster refuses a member that would leave it below 1 and lower than it was, and equals go
by code. Areas need not be contiguous.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.measures.flowmatrix import Bools, Floats, Ints, Missing, checked, groups, labelled, summed

NEARLY = 1e-9  # valid from 1 on, whatever the last digit of a quotient
FEW_JOBS = 100  # a municipality with fewer is never called central


@dataclass(frozen=True)
class Rules:
    """When an area is valid: a small one must hold more of its own commuting.

    Parameters
    ----------
    min_size, target_size : employed residents, persons. min_containment : share of 1 that is enough in an area of `target_size` or more.
        target_containment : share of 1 that is needed in one of `min_size`; straight line between. The defaults are those of ONS.

    Raises
    ------
    DataError
        unless 0 ≤ min_size < target_size and 0 < min_containment ≤ target_containment ≤ 1.
    """

    min_size: float = 3500
    target_size: float = 25000
    min_containment: float = 2 / 3
    target_containment: float = 0.75

    def __post_init__(self) -> None:
        if not 0 <= self.min_size < self.target_size < np.inf:
            raise DataError(
                f"min_size ({self.min_size:g}) må være 0 eller mer og mindre enn target_size ({self.target_size:g})."
            )
        if not 0 < self.min_containment <= self.target_containment <= 1:
            low, high = (
                f"min_containment ({self.min_containment:g})",
                f"target_containment ({self.target_containment:g})",
            )
            raise DataError(f"{low} må være over 0 og ikke større enn {high}, som må være høyst 1.")


ONS = Rules()


def validity(
    flows: pd.DataFrame, assignment: pd.Series | None = None, rules: Rules = ONS, missing: Missing = "refuse"
) -> pd.Series:
    """How well each area fulfils the rules: valid from 1 on.

    Y·Z·target/min, with Y = min(sc/target, 1), Z = 1 − (1 − min/target)·q, q = max((target size − R)/(target size − min size), 0) and sc the
    lesser of both self-containments; exactly 1 where nobody crosses the border, 0 where nobody lives or nobody works.

    Parameters
    ----------
    flows : n × n, persons, index residence, columns workplace. assignment : zone → area; None: every zone alone.

    Returns
    -------
    Series by area, a pure number. Errors as `flowmatrix.checked` and `flowmatrix.groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas
    >>> flows = pd.DataFrame([[8000, 2000], [1000, 4000]], index=["a", "b"], columns=["a", "b"])
    >>> areas.validity(flows).round(2).to_dict()
    {'a': 1.04, 'b': 0.9}
    """
    trips = checked(flows, missing)
    of, labels = groups(trips.index, assignment)
    total = summed(trips.to_numpy(), of, len(labels))
    found = _validity(total.sum(axis=1), total.sum(axis=0), total.diagonal(), rules)
    return pd.Series(found, index=pd.Index(labels, name="area"), name="validity")


def _validity(employed: Floats, jobs: Floats, inside: Floats, rules: Rules) -> Floats:
    most = np.maximum(employed, jobs)
    some = np.minimum(employed, jobs) > 0
    contained = np.divide(inside, most, out=np.zeros(most.shape), where=some)  # d / max(R, W) is the lesser of the two
    slack = rules.min_containment / rules.target_containment
    small = np.maximum((rules.target_size - employed) / (rules.target_size - rules.min_size), 0)
    found = np.minimum(contained / rules.target_containment, 1) * (1 - (1 - slack) * small) / slack
    result: Floats = np.where(contained >= 1, 1.0, found)
    return result


def cohesion(flows: pd.DataFrame, missing: Missing = "refuse") -> pd.DataFrame:
    """Smart's index of the link between each two zones: T_ij²/(R_i·W_j) + T_ji²/(R_j·W_i).

    Returns
    -------
    n × n symmetric frame by code, between 0 and 2, NaN on the diagonal; 0 where nobody commutes either way.

    Raises
    ------
    DataError
        as `flowmatrix.checked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas
    >>> flows = pd.DataFrame([[8, 2], [0, 8]], index=["a", "b"], columns=["a", "b"])
    >>> float(areas.cohesion(flows).loc["a", "b"])  # 2²/(10 · 10) + 0
    0.04
    """
    trips = checked(flows, missing)
    found = _Clusters(trips.to_numpy()).links(np.arange(len(trips)))
    np.fill_diagonal(found, np.nan)
    return pd.DataFrame(found, index=trips.index, columns=trips.index)


class _Clusters:
    """A partition and its sums, kept up as zones move. Cluster c began as zone c and holds it until it is dissolved."""

    def __init__(self, trips: Floats) -> None:
        self.trips = trips
        self.homes, self.works = trips.sum(axis=1), trips.sum(axis=0)
        self.of: Ints = np.arange(len(trips), dtype=np.intp)
        self.alive: Bools = np.ones(len(trips), dtype=bool)
        self.employed, self.jobs, self.inside = self.homes.copy(), self.works.copy(), trips.diagonal().copy()
        self.out = trips.copy()  # [zone, cluster]: live in the zone, work in the cluster
        self.into = trips.T.copy()  # [zone, cluster]: live in the cluster, work in the zone

    def links(self, zones: Ints) -> Floats:
        """Smart's index of each of the m zones with each cluster: m × n, 0 for a dissolved one."""
        out, into = self.out[zones], self.into[zones]
        outward, inward = np.outer(self.homes[zones], self.jobs), np.outer(self.works[zones], self.employed)
        found: Floats = np.divide(out**2, outward, out=np.zeros(out.shape), where=outward > 0)
        found += np.divide(into**2, inward, out=np.zeros(out.shape), where=inward > 0)
        return found

    def with_zone(self, cluster: int, zone: int) -> tuple[float, float, float]:
        """Employed, jobs and inside of a cluster as they would be with one more zone."""
        added = self.out[zone, cluster] + self.into[zone, cluster] + self.trips[zone, zone]
        employed, jobs = self.employed[cluster] + self.homes[zone], self.jobs[cluster] + self.works[zone]
        return float(employed), float(jobs), float(self.inside[cluster] + added)

    def join(self, cluster: int, zone: int) -> None:
        self.employed[cluster], self.jobs[cluster], self.inside[cluster] = self.with_zone(cluster, zone)
        self.out[:, cluster] += self.trips[:, zone]
        self.into[:, cluster] += self.trips[zone]
        self.of[zone] = cluster
        self.alive[cluster] = True

    def dissolve(self, cluster: int) -> Ints:
        """The members, which are in no cluster now."""
        members = np.flatnonzero(self.of == cluster)
        self.of[members] = -1
        self.alive[cluster] = False
        for sums in (self.employed, self.jobs, self.inside):
            sums[cluster] = 0
        self.out[:, cluster] = self.into[:, cluster] = 0
        return members

    def linked(self, cluster: int) -> bool:
        """Whether anyone commutes between a cluster and another one."""
        members, others = self.of == cluster, self.alive.copy()
        others[cluster] = False
        return bool(self.out[members][:, others].any() or self.into[members][:, others].any())


def travel_to_work_areas(flows: pd.DataFrame, rules: Rules = ONS, missing: Missing = "refuse") -> pd.Series:
    """Travel-to-work areas: the least valid cluster is dissolved, again and again, until all are valid.

    Each member goes to the cluster with the highest cohesion. Where nobody commutes to any cluster, or the cluster refuses it, it is put on the
    reserve list; those go at last to the cluster with the highest cohesion whatever becomes of its validity. A cluster that nobody commutes to
    or from is left as it is.

    Parameters
    ----------
    flows : n × n, persons, index residence, columns workplace.

    Returns
    -------
    Series code → area, sorted by code; the area is called by its member with most jobs. ``attrs``: reserve (codes that were on the list),
    invalid (area → validity, those below 1 in the end), alone (areas that nothing ties to another and that are not valid), left_out (codes).
    Errors as `flowmatrix.checked`.

    Examples
    --------
    >>> from helpers import Tables, commuting
    >>> from helpers.measures import areas
    >>> flows = commuting.matrix(Tables.load(), 2022)
    >>> near = ["3101", "3105", "3107", "3110", "3124"]
    >>> found = areas.travel_to_work_areas(flows.loc[near, near])
    >>> found.to_dict()
    {'3101': '3101', '3105': '3107', '3107': '3107', '3110': '3107', '3124': '3101'}
    """
    trips = checked(flows, missing)
    clusters = _Clusters(trips.to_numpy())
    reserve: list[int] = []
    stuck: Bools = np.zeros(len(trips), dtype=bool)
    while clusters.alive.sum() > 1:
        value = _validity(clusters.employed, clusters.jobs, clusters.inside, rules)
        value[~clusters.alive | stuck] = np.inf
        worst = int(value.argmin())
        if value[worst] >= 1 - NEARLY:
            break
        if clusters.linked(worst):
            reserve += _placed(clusters, clusters.dissolve(worst), rules)
        else:
            stuck[worst] = True
    for zone in _placed(clusters, np.array(sorted(reserve), dtype=np.intp), None):
        clusters.join(zone, zone)
    value = _validity(clusters.employed, clusters.jobs, clusters.inside, rules)
    assignment = labelled(trips, clusters.of)
    label = {int(cluster): str(area) for cluster, area in zip(clusters.of, assignment, strict=True)}
    below = [each for each in sorted(label, key=label.__getitem__) if value[each] < 1 - NEARLY]
    assignment.attrs |= {
        "reserve": tuple(str(trips.index[zone]) for zone in sorted(reserve)),
        "invalid": {label[each]: float(value[each]) for each in below},
        "alone": tuple(label[each] for each in below if not clusters.linked(each)),
    }
    return assignment


def _placed(clusters: _Clusters, zones: Ints, rules: Rules | None) -> list[int]:
    """Put zones into clusters, strongest link first, and give back those that found none; without rules no cluster refuses."""
    pending = zones
    left: list[int] = []
    while len(pending):
        strength = clusters.links(pending)
        first = int(strength.max(axis=1).argmax())
        target, zone = int(strength[first].argmax()), int(pending[first])
        if not strength[first, target] > 0:
            return left + [int(each) for each in pending]
        pending = np.delete(pending, first)
        if rules is None or _welcome(clusters, target, zone, rules):
            clusters.join(target, zone)
        else:
            left.append(zone)
    return left


def _welcome(clusters: _Clusters, cluster: int, zone: int, rules: Rules) -> bool:
    """A cluster takes a zone that leaves it valid, or no less valid than it was."""
    employed, jobs, inside = (
        np.array([float(sums[cluster]), then])
        for sums, then in zip(
            (clusters.employed, clusters.jobs, clusters.inside), clusters.with_zone(cluster, zone), strict=True
        )
    )
    before, after = _validity(employed, jobs, inside, rules)
    return bool(after >= min(before, 1) - NEARLY)


def modularity(flows: pd.DataFrame, assignment: pd.Series | None, missing: Missing = "refuse") -> float:
    """Directed modularity Q = Σ_c [T_cc/T − R_c·W_c/T²]. Alone it prefers single municipalities where most work at home.

    Returns
    -------
    Q, a pure number. Errors as `flowmatrix.checked` and `flowmatrix.groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas
    >>> flows = pd.DataFrame([[4, 1], [1, 4]], index=["a", "b"], columns=["a", "b"])
    >>> round(areas.modularity(flows, None), 3), areas.modularity(flows, pd.Series({"a": "x", "b": "x"}))
    (0.3, 0.0)
    """
    trips = checked(flows, missing)
    of, labels = groups(trips.index, assignment)
    share = summed(trips.to_numpy(), of, len(labels))
    share /= share.sum()
    return float(share.trace() - share.sum(axis=1) @ share.sum(axis=0))


def centrality(flows: pd.DataFrame, missing: Missing = "refuse") -> pd.Series:
    """In-commuters per out-commuter of each zone; infinite where nobody commutes out, NaN where nobody commutes at all.

    Raises
    ------
    DataError
        as `flowmatrix.checked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas
    >>> flows = pd.DataFrame([[8, 2], [6, 3]], index=["a", "b"], columns=["a", "b"])
    >>> areas.centrality(flows).round(2).to_dict()
    {'a': 3.0, 'b': 0.33}
    """
    trips = checked(flows, missing)
    own = trips.to_numpy().diagonal()
    out, into = trips.to_numpy().sum(axis=1) - own, trips.to_numpy().sum(axis=0) - own
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.Series(into / out, index=trips.index, name="centrality")


def quality(flows: pd.DataFrame, assignment: pd.Series | None, missing: Missing = "refuse") -> pd.DataFrame:
    """How good areas are, after Istat's list of statistics.

    Returns
    -------
    frame by area: zones, employed, jobs, live_and_work (persons); supply, demand (live_and_work, % of employed and of jobs); home_work_ratio
    ((out − in)/live_and_work); cohesion_links (% of the ordered pairs of different members between which anyone commutes) and cohesion_flows (% of
    live_and_work that is between different members), NaN in an area of one; central (members with more jobs than `FEW_JOBS` and more
    commuters in than out). ``attrs``: modularity, self_containment (% of all who work in their own area), single (areas of one zone),
    without_centre (areas of which no member is central).

    Raises
    ------
    DataError
        as `flowmatrix.checked` and `flowmatrix.groups`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import areas
    >>> flows = pd.DataFrame([[8, 2, 0], [1, 9, 0], [3, 0, 7]], index=["a", "b", "c"], columns=["a", "b", "c"])
    >>> found = areas.quality(flows, pd.Series({"a": "ab", "b": "ab", "c": "c"}))
    >>> found[["employed", "jobs", "live_and_work"]].to_dict("index")
    {'ab': {'employed': 20.0, 'jobs': 23.0, 'live_and_work': 20.0}, 'c': {'employed': 10.0, 'jobs': 7.0, 'live_and_work': 7.0}}
    >>> round(found.attrs["self_containment"], 1)
    90.0
    """
    trips = checked(flows, missing)
    of, labels = groups(trips.index, assignment)
    values = trips.to_numpy()
    total = summed(values, of, len(labels))
    size = np.bincount(of, minlength=len(labels))
    different = values * ~np.eye(len(values), dtype=bool)
    possible = np.where(size > 1, size * (size - 1.0), np.nan)
    busy = values.sum(axis=0) > FEW_JOBS
    central = ((centrality(trips) > 1).to_numpy() & busy).astype(float)
    found = pd.DataFrame(
        {"zones": size, "employed": total.sum(axis=1), "jobs": total.sum(axis=0), "live_and_work": total.diagonal()},
        index=pd.Index(labels, name="area"),
    )
    inside = found["live_and_work"].where(found["live_and_work"] > 0)
    found["supply"] = 100 * found["live_and_work"] / found["employed"].where(found["employed"] > 0)
    found["demand"] = 100 * found["live_and_work"] / found["jobs"].where(found["jobs"] > 0)
    found["home_work_ratio"] = (found["employed"] - found["jobs"]) / inside
    found["cohesion_links"] = 100 * summed((different > 0).astype(float), of, len(labels)).diagonal() / possible
    found["cohesion_flows"] = 100 * summed(different, of, len(labels)).diagonal() / inside.where(size > 1)
    found["central"] = np.bincount(of, weights=central, minlength=len(labels)).astype(int)
    found.attrs = {
        "modularity": modularity(trips, assignment),
        "self_containment": 100 * float(total.trace() / total.sum()),
        "single": int((size == 1).sum()),
        "without_centre": int((found["central"] == 0).sum()),
    }
    return found
