"""What municipalities are, apart from how they fare: size, ages, commuting, centrality and industries. `peers` compares them by it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.measures import commuting, employment, industry, population
from helpers.measures.cells import Tables, pick
from helpers.measures.remembered import remembered
from helpers.places import Municipality

INDUSTRY_TABLE, UNKNOWN = industry.TABLE, industry.UNKNOWN
INDUSTRY = "industry "  # before the code of table 07984
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "size": ("log_population",),
    "age": ("share_0_14", "share_15_29", "share_67"),
    "commuting": ("supply", "demand"),
    "centrality": ("market",),
}
SHARES = {"share_0_14": "0-14", "share_15_29": "15-29", "share_67": "67+"}
TABLE_OF = dict.fromkeys((*BLOCKS["size"], *BLOCKS["age"]), population.TABLE) | dict.fromkeys(
    (*BLOCKS["commuting"], *BLOCKS["centrality"]), commuting.TABLE
)


@remembered(population.TABLE, employment.TABLE, commuting.TABLE, industry.TABLE)
def structure(tables: Tables, with_industry: bool | None = None) -> pd.DataFrame:
    """The structural variables of every municipality, each from the newest year of its table.

    Parameters
    ----------
    with_industry : also the share of each industry (table 07984); by default only where it is held for all that have the rest.

    Returns
    -------
    frame indexed by region code; NaN where a municipality lacks one. log_population (natural logarithm of the residents), share_0_14,
    share_15_29, share_67 (% of the residents; those whose age band the table has), supply (% of employed residents who work where they live), demand (% of jobs held by
    residents), market (a stand-in for centrality: the mean of ln(jobs) in the municipalities where the residents work, their own
    included), ``industry 10-33`` … (% of jobs, also those in no known industry). ``attrs["years"]``: variable → year.

    Raises
    ------
    TableMissing
        where 07459, 11618 or 03321 is not held (or 07984, where it is asked for).

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import structural
    >>> structural.structure(Tables.load()).loc["3101", ["share_67", "supply", "demand"]].round(1).to_dict()
    {'share_67': 20.3, 'supply': 70.6, 'demand': 76.5}
    """
    codes = pd.Index([each.code for each in Municipality.all()], name="Region")
    parts = [_people(tables), _commuting(tables)]
    found = pd.concat([each.reindex(codes) for each in parts], axis=1)
    years = {name: each.attrs["year"] for each in parts for name in each}
    if with_industry or (with_industry is None and industry.TABLE in tables):
        shares = _industries(tables)
        every = found.dropna().index
        if with_industry or set(every) <= set(shares.dropna().index):
            found = pd.concat([found, shares.reindex(codes)], axis=1)
            years |= dict.fromkeys(shares, shares.attrs["year"])
    found.attrs = {"years": years}
    return found


def _people(tables: Tables) -> pd.DataFrame:
    frame = tables[population.TABLE]
    everyone = pick(frame, population.TABLE, Alder=population.EVERYONE)
    year = int(everyone["Tid"].max())
    cells = frame[(frame["Tid"] == year) & frame["Alder"].isin([population.EVERYONE, *SHARES.values()])]
    wide = cells.set_index(["Region", "Alder"])["value"].unstack("Alder")
    whole = wide[population.EVERYONE].where(wide[population.EVERYONE] > 0)
    found = pd.DataFrame({"log_population": np.log(whole)})
    found = found.assign(**{name: 100 * wide[age] / whole for name, age in SHARES.items() if age in wide})
    found.attrs = {"year": year}
    return found


def _commuting(tables: Tables) -> pd.DataFrame:
    year = commuting.newest_year(tables)
    flows = commuting.matrix(tables, year)
    totals = commuting.by_municipality(tables, year)
    jobs = np.log(totals["jobs"].where(totals["jobs"] > 0)).reindex(flows.columns)
    known = flows.loc[:, jobs.notna().to_numpy()].fillna(
        0
    )  # what is not known weighs nothing, above and below the line
    market = (known * jobs.dropna()).sum(axis=1) / known.sum(axis=1).replace(0, math.nan)
    found = totals[["supply", "demand"]].assign(market=market.reindex(totals.index))
    found.attrs = {"year": year}
    return found


def _industries(tables: Tables) -> pd.DataFrame:
    frame = tables[industry.TABLE]
    year = int(frame["Tid"].max())
    jobs = frame[frame["Tid"] == year].set_index(["Region", "NACE2007"])["value"].unstack("NACE2007")
    total = jobs.sum(axis=1, skipna=False)
    jobs = jobs.drop(columns=UNKNOWN, errors="ignore")
    found = (100 * jobs.div(total.where(total > 0), axis=0)).add_prefix(INDUSTRY).rename_axis(columns=None)
    found.attrs = {"year": year}
    return found
