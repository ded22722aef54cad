"""Population on 1 January (table 07459)."""

from __future__ import annotations

import pandas as pd

from helpers.measures.cells import Place, Tables, lacking, pick
from helpers.measures.remembered import remembered

TABLE = "ssb_07459"
EVERYONE, NORWAY = "0+", "0000"


@remembered(TABLE)
def series(tables: Tables, place: Place, age: str = EVERYONE) -> pd.DataFrame:
    """Residents of an age band on 1 January, year by year.

    Parameters
    ----------
    place : a municipality, or an area, whose sums are over the municipalities held. age : age band as the table prints it (``0+``: all).

    Returns
    -------
    frame indexed by Tid (int): persons, lacking (codes whose figure is missing; the sum is over the others). The country is the
    table's own national row, where it has one. No rows for years before a municipality's borders were those of today.

    Raises
    ------
    TableMissing
        where the table, or the age in it, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> series(Tables.load(), Municipality.find("halden")).loc[2022, "persons"].item()
    31444.0
    """
    cells = pick(tables[TABLE], TABLE, Alder=age)
    national = place.key == "country" and bool((cells["Region"] == NORWAY).any())
    regions = (NORWAY,) if national else place.regions
    cells = cells[cells["Region"].isin(regions)].dropna(subset=["value"])
    years = cells.groupby("Tid").agg(persons=("value", "sum"), held=("Region", set))
    gone = [() if national else lacking(regions, held, int(str(year))) for year, held in years["held"].items()]
    return years[["persons"]].assign(lacking=pd.Series(gone, index=years.index, dtype=object))
