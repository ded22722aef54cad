"""How specialised and how varied a place is: Hachman, Krugman, Hoover, Herfindahl, Shannon. Plain vectors of jobs by industry.

Every one of them depends on the number of classes: compare only within the same table, and print how many there are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures.cells import Tables
from helpers.measures.industry import TABLE, UNKNOWN, Floats, rest_of, year_cells
from helpers.places import Municipality

MEASURES = ("hachman", "krugman", "hoover", "herfindahl", "varieties")


def hachman(local: Floats, reference: Floats) -> float:
    """1 / Σ s² / S, in (0, 1]: 1 where the structure is that of the reference, of which the place must be a part. NaN where an
    industry is in the place and not in the reference.

    Parameters
    ----------
    local, reference : jobs of each industry, in the same order; so in the others here.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> specialisation.hachman([50, 50], [500, 500]), round(specialisation.hachman([80, 20], [500, 500]), 2)
    (1.0, 0.74)
    """  # fmt: skip
    own, ref = _shares(local), _shares(reference)
    held = own > 0
    if (ref[held] == 0).any() or not held.any():
        return float("nan")
    return float(1 / np.sum(own[held] ** 2 / ref[held]))


def krugman(local: Floats, reference: Floats) -> float:
    """``Σ |s − S|``, in [0, 2]: 0 where the structures are the same, 2 where no industry is in both.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> round(specialisation.krugman([80, 20], [500, 500]), 2)
    0.6
    """
    return float(np.abs(_shares(local) - _shares(reference)).sum())


def hoover(local: Floats, reference: Floats) -> float:
    """The coefficient of specialisation, half of `krugman`: the share of the jobs that would have to change industry.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> round(specialisation.hoover([80, 20], [500, 500]), 2)
    0.3
    """
    return krugman(local, reference) / 2


def herfindahl(local: Floats) -> float:
    """Σ s², from 1/n (all alike) to 1 (one industry); its inverse is a number of industries.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> specialisation.herfindahl([50, 50]), specialisation.herfindahl([100, 0])
    (0.5, 1.0)
    """
    return float(np.square(_shares(local)).sum())


def entropy(local: Floats) -> float:
    """Shannon's −Σ s ln s (natural logarithm), from 0 (one industry) to ln n.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> round(specialisation.entropy([50, 50]), 3), specialisation.entropy([100, 0])
    (0.693, 0.0)
    """
    own = _shares(local)
    return float(np.abs(np.sum(own * np.log(np.where(own > 0, own, 1.0)))))


def varieties(local: Floats) -> float:
    """exp(entropy): how many equally large industries would be as varied.

    Examples
    --------
    >>> from helpers.measures import specialisation
    >>> round(specialisation.varieties([25, 25, 25, 25]), 2), round(specialisation.varieties([97, 1, 1, 1]), 2)
    (4.0, 1.18)
    """
    return float(np.exp(entropy(local)))


@lineage.measure
def specialisation(tables: Tables, municipality: Municipality, year: int | None = None) -> pd.DataFrame:
    """The measures of a municipality in the industries of table 07984, jobs in no known industry left out.

    Krugman and Hoover are against the rest (`industry.rest_of`); Hachman is against the rest and the municipality together.

    Returns
    -------
    frame indexed by measure (`MEASURES`): value, lower, upper (what rounding may hide: each figure of the municipality moved to its
        bounds one at a time, the changes added as independent errors). ``attrs``: year, classes (how many), reference (name).

    Raises
    ------
    TableMissing
        where the table, the municipality or the rest is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import specialisation
    >>> found = specialisation.specialisation(Tables.load(), Municipality.find("skien"))
    >>> found["value"].round(2).to_dict(), found.attrs["year"], found.attrs["classes"]
    ({'hachman': 0.94, 'krugman': 0.32, 'hoover': 0.16, 'herfindahl': 0.15, 'varieties': 9.5}, 2025, 16)
    """
    cells, year = year_cells(tables, municipality, year)
    cells = cells[cells["NACE2007"] != UNKNOWN]
    rest = rest_of(municipality)
    own = cells[cells["Region"] == municipality.code].set_index("NACE2007")
    others = cells[cells["Region"].isin(rest.regions)]
    if others.empty:
        raise TableMissing(TABLE, "tall for andre kommuner i {place}", place=rest.name)
    ref = others.groupby("NACE2007")["value"].sum().reindex(own.index, fill_value=0.0).to_numpy()
    asked: dict[str, Callable[[Floats], float]] = {
        "hachman": lambda jobs: hachman(jobs, ref + np.asarray(jobs)),
        "krugman": lambda jobs: krugman(jobs, ref),
        "hoover": lambda jobs: hoover(jobs, ref),
        "herfindahl": herfindahl,
        "varieties": varieties,
    }
    result = pd.DataFrame({name: _bounded(measure, own) for name, measure in asked.items()}).T
    result.attrs = {"year": year, "classes": len(own), "reference": rest.name, "source": [TABLE]}
    return result


def _bounded(measure: Callable[[Floats], float], cells: pd.DataFrame) -> pd.Series:
    jobs, ends = cells["value"].to_numpy(float), cells[["lower", "upper"]].to_numpy(float)
    value = measure(jobs)
    down = up = 0.0
    for at, both in enumerate(ends):
        moved = jobs.copy()
        changes = [0.0]
        for moved[at] in both:
            changes.append(measure(moved) - value)
        down, up = down + min(changes) ** 2, up + max(changes) ** 2
    return pd.Series({"value": value, "lower": value - np.sqrt(down), "upper": value + np.sqrt(up)})


def _shares(jobs: Floats) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.asarray(jobs, dtype=float)
    total = values.sum()
    return np.full_like(values, np.nan) if total <= 0 else values / total
