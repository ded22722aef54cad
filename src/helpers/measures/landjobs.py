"""How many jobs a plan's target asks for from now on, and by which year: what the need for land is computed from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from helpers.errors import FiguresMissing
from helpers.measures import industry, targets
from helpers.measures.cells import Tables
from helpers.places import Municipality
from helpers.targets import Target

Basis = Literal["official", "plan", "left", "change"]


@dataclass(frozen=True)
class Wanted:
    """The jobs that a target asks for.

    Parameters
    ----------
    jobs : persons, by workplace; 0 or less where the target is reached. first, last : the years that they come between.
    basis : what they are counted from: the newest ``official`` figure, the ``plan``'s own figure, what is ``left`` of a change since its
        base year, or the whole ``change`` where the plan does not name the year or it is not held. level : that figure, NaN for a change.
    """

    target: Target
    jobs: float
    first: int
    last: int
    basis: Basis
    level: float = math.nan

    @property
    def years(self) -> int:
        """Over how many years the jobs come."""
        return self.last - self.first


def wanted(found: Iterable[Target], tables: Tables, as_of: dt.date) -> Wanted | None:
    """The jobs of the first target that counts jobs by workplace and whose deadline is not passed; None where there is none.

    A level is held against the newest official figure, or, where none is held, against the plan's own. Of a change, what has come since the
    base year is taken off where the plan names that year and official figures are held of it.

    Examples
    --------
    >>> import datetime as dt
    >>> from helpers import Tables, targets_of
    >>> from helpers.measures import landjobs
    >>> found = landjobs.wanted(targets_of("sarpsborg"), Tables.load(), dt.date(2024, 6, 1))
    >>> found.target.value, found.basis, found.level, found.jobs, found.years
    (33000.0, 'official', 29399.0, 3601.0, 7)
    """
    for target in found:
        jobs = [each for each in target.definitions if each.indicator == "jobs"]
        if target.unit != "persons" or not jobs or target.deadline <= as_of.year:
            continue
        assessed = targets.assess(target, tables, as_of).definitions
        seen = next((each for each in assessed if each.definition in jobs and each.last_year), None)
        now = seen.last_year if seen is not None and seen.last_year and seen.last_year < target.deadline else None
        if target.kind == "change":
            change = [base.change for base in seen.bases] if seen is not None and target.base_is_named else []
            if now and len(change) == 1 and not math.isnan(change[0]) and now > max(target.base_years):
                return Wanted(target, target.value - change[0], now, target.deadline, "left")
            first = (target.start or max(target.base_years) + 1) - 1
            return Wanted(target, target.value, first, target.deadline, "change")
        if seen is not None and now:
            return Wanted(target, target.value - seen.last_value, now, target.deadline, "official", seen.last_value)
        if target.base_year is not None and target.base_value is not None:
            return Wanted(
                target, target.value - target.base_value, target.base_year, target.deadline, "plan", target.base_value
            )
    return None


def by_industry(tables: Tables, municipality: Municipality) -> pd.Series | None:
    """Jobs by NACE group of SSB table 07984, newest year (``attrs["year"]``); None where they are not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import landjobs
    >>> jobs = landjobs.by_industry(Tables.load(), Municipality.find("skien"))
    >>> jobs["10-33"].item(), jobs.attrs["year"], landjobs.by_industry(Tables.load(), Municipality.find("halden"))
    (2190.0, 2025, None)
    """
    try:
        held = industry.jobs_by_industry(tables, municipality)
    except FiguresMissing:
        return None
    counts = held["jobs"].rename("jobs")
    counts.attrs = {"year": held.attrs["year"]}
    return counts


def land_use(tables: Tables, municipality: Municipality) -> pd.Series:
    """Area by class of SSB table 09594 in the newest year, km² (index: code of ArealKlasse, ``attrs["year"]``).

    Raises
    ------
    FiguresMissing
        where the table is not held. Empty where it has nothing of this municipality.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality
    >>> from helpers.measures import landjobs
    >>> frame = pd.DataFrame({"Region": "3101", "ArealKlasse": ["01", "02"], "Tid": 2024, "value": [5.5, 2.0]})  # constructed
    >>> found = landjobs.land_use({"ssb_09594": frame}, Municipality.find("halden"))
    >>> found.to_dict(), found.attrs["year"]
    ({'01': 5.5, '02': 2.0}, 2024)
    """
    frame = tables["ssb_09594"]
    own = frame[frame["Region"].isin(municipality.regions)]
    year = int(own["Tid"].max()) if len(own) else 0
    found = own[own["Tid"] == year].set_index("ArealKlasse")["value"].rename("area_km2")
    found.attrs = {"year": year}
    return found


def as_mapping(counts: pd.Series) -> Mapping[str, float]:
    """Code → count, as `landneed.shares_from` takes it; what is missing is left out, never 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import landjobs
    >>> landjobs.as_mapping(pd.Series({"41-43": 2268.0, "84": None}))
    {'41-43': 2268.0}
    """
    return {str(code): float(value) for code, value in counts.dropna().items()}
