"""One indicator of every municipality: arrays in the order of `codes`, and what the families of indicators share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.measures.cells import Tables
from helpers.measures.publishing import Figures
from helpers.places import Area, Municipality

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
COLUMNS = [
    "region", "indicator", "value", "unit", "kind", "hard", "lower", "upper", "low80", "high80",
    "rank", "rank_low", "rank_high", "of", "year", "table",
]  # fmt: skip
KINDS = {"none": "exact", "small_counts": "rounded", "masked": "masked"}


@dataclass(frozen=True)
class Indicator:
    """Values of one indicator with bounds and 80 % interval, in one unit; NaN: missing, no bound, no interval.

    Parameters
    ----------
    kind : ``exact``, ``rounded`` or ``masked``, of all or of each. hard : the bounds hold always.
    """

    name: str
    unit: str
    year: int
    table: str
    kind: str | npt.NDArray[np.str_]
    value: Floats
    lower: Floats
    upper: Floats
    interval: tuple[Floats, Floats] | None = None
    hard: bool = True

    def frame(self) -> pd.DataFrame:
        """A row for each municipality of today, without ranks."""
        low, high = self.interval or (np.nan, np.nan)
        values = {"value": self.value, "lower": self.lower, "upper": self.upper, "low80": low, "high80": high}
        facts = {"unit": self.unit, "kind": self.kind, "hard": self.hard, "year": self.year, "table": self.table}
        return pd.DataFrame({"region": codes(), "indicator": self.name, **values, **facts})


@cache
def codes() -> pd.Index[str]:
    """The municipalities of today, in the order of their codes."""
    return pd.Index([each.code for each in Municipality.all()], name="Region")


def kind_of(tables: Tables, table: str) -> str:
    """``exact``, ``rounded`` or ``masked``, by what the table's body declares; exact where nothing is known of it.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import indicator
    >>> {table: indicator.kind_of(Tables.load(), table) for table in ("ssb_11618", "ssb_13563", "nav_hl060")}
    {'ssb_11618': 'exact', 'ssb_13563': 'rounded', 'nav_hl060': 'masked'}
    """
    meta = getattr(tables, "meta", None)
    return KINDS[meta(table).rounding] if meta else "exact"


def cube(
    tables: Tables, table: str, frame: pd.DataFrame, axes: Mapping[str, Sequence[str]]
) -> tuple[Figures, pd.Index[str]]:
    """The cells of one year as figures ``[region, *axes]``, and the regions: those of today, then others that the table holds.

    Parameters
    ----------
    frame : rows of the table, of one year. axes : dimension → its codes, in the order wanted.

    Returns
    -------
    figures ``[region, *axes]``, NaN where a cell is not held, and the codes of the regions.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import indicator
    >>> frame = Tables.load()["ssb_07984"]
    >>> figures, regions = indicator.cube(Tables.load(), "ssb_07984", frame[frame["Tid"] == 2022], {"NACE2007": ["45-47", "86-88"]})
    >>> figures.value.shape, figures.value[regions.get_loc("4003")].tolist()
    ((357, 2), [3850.0, 7795.0])
    """
    today = codes()
    regions = pd.Index([*today, *sorted({str(each) for each in frame["Region"].unique()} - set(today))])
    index = pd.MultiIndex.from_product([regions, *axes.values()], names=["Region", *axes])
    held = frame.set_index(["Region", *axes])[["value", "lower", "upper"]].reindex(index)
    shape = [len(regions), *(len(each) for each in axes.values())]
    value, lower, upper = (held[each].to_numpy(dtype=float).reshape(shape) for each in held)
    meta = getattr(tables, "meta", None)
    if meta and meta(table).level == "lowest" and meta(table).rounding == "small_counts":
        return Figures.of_cells(value), regions
    return Figures.with_allowance(value, lower, upper), regions


def counties(regions: pd.Index[str], alone: bool = True) -> Bools:
    """Which regions are in which county: [county, region]. Codes of no county of today are in none.

    Parameters
    ----------
    alone : with the counties that are one municipality.

    Examples
    --------
    >>> from helpers.measures import indicator
    >>> indicator.counties(indicator.codes()).sum(axis=1).tolist()  # municipalities of each county, from Oslo to Finnmark
    [1, 23, 27, 41, 12, 21, 18, 46, 6, 17, 25, 43, 38, 21, 18]
    """
    found = {each.county.key + each.county.name: each.county for each in Municipality.all()}
    held = [area for area in found.values() if alone or len(area.municipalities) > 1]
    return np.stack([regions.isin(area.regions) for area in held])


def country(regions: pd.Index[str]) -> Bools:
    """The same for the country: [1, region].

    Examples
    --------
    >>> from helpers.measures import indicator
    >>> indicator.country(indicator.codes()).sum(axis=1).tolist()
    [357]
    """
    return regions.isin(Area.country().regions)[None]
