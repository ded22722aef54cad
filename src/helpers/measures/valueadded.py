"""Value added by the municipality's own figures (own table ``own_value_added``): wages plus operating result.

Definition: what production pays to labour and to capital, here labour costs (lønnskostnader) + operating result (driftsresultat). In current
prices; no deflator is applied.
"""

from __future__ import annotations

import pandas as pd

from helpers import lineage
from helpers.errors import FiguresMissing, TableMissing
from helpers.measures import employment
from helpers.measures.cells import Tables
from helpers.places import Municipality

TABLE = "own_value_added"
WAGES, RESULT, SUM = "wages", "operating_result", "value_added"
COLUMNS = [WAGES, RESULT, SUM, "jobs", "employed", "per_job", "per_employed", "table"]


def held(tables: Tables, municipality: Municipality) -> bool:
    """Whether the municipality has given figures.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import valueadded
    >>> valueadded.held(Tables.load(), Municipality.find("halden"))  # own figures do not come with the project
    False
    """
    return TABLE in tables and bool((tables[TABLE]["Region"] == municipality.code).any())


@lineage.measure
def series(tables: Tables, municipality: Municipality) -> pd.DataFrame:
    """Value added year by year.

    Returns
    -------
    frame indexed by Tid (int): wages, operating_result, value_added (NOK 1 000, current prices; value_added is NaN where either part is
    missing), jobs, employed (persons, 4th quarter, 15-74: `employment.series`), per_job, per_employed (NOK 1 000 per person), table
    (the official table of the persons), and wages_status, operating_result_status (the signs of missing cells).

    Raises
    ------
    TableMissing
        where the table is not held, has nothing of the municipality, or no year with both parts.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import valueadded
    >>> own = pd.DataFrame({"ContentsCode": ["wages", "operating_result"], "value": [6e6, 2e6]})  # constructed, NOK 1 000
    >>> own = own.assign(Region="3101", Tid=2022, status="")
    >>> found = valueadded.series({"own_value_added": own, "ssb_11618": Tables.load()["ssb_11618"]}, Municipality.find("halden"))
    >>> found.loc[2022, ["value_added", "jobs"]].tolist(), found["per_job"].round(1).tolist()
    ([8000000.0, 13122.0], [609.7])
    """
    if TABLE not in tables:
        raise TableMissing(TABLE)
    rows = tables[TABLE]
    rows = rows[rows["Region"] == municipality.code].set_index(["Tid", "ContentsCode"])
    if rows.empty:
        raise TableMissing(TABLE, "tall for {place}", place=municipality.name)
    found = rows["value"].unstack("ContentsCode").reindex(columns=[WAGES, RESULT]).sort_index()
    found[SUM] = found[WAGES] + found[RESULT]
    if found[SUM].isna().all():
        raise TableMissing(TABLE, "et år med både lønnskostnader og driftsresultat")
    signs = rows["status"].unstack("ContentsCode").reindex(columns=[WAGES, RESULT])
    found = found.join(_persons(tables, municipality))
    for column, persons in (("per_job", "jobs"), ("per_employed", "employed")):
        found[column] = found[SUM] / found[persons].where(found[persons] > 0)
    result = found[COLUMNS].rename_axis(columns=None).join(signs.add_suffix("_status"))
    result.attrs = {"unit": "NOK 1 000", "source": [TABLE, employment.TABLE, employment.NEWER]}
    return result


def growth(years: pd.DataFrame, column: str = SUM) -> employment.Growth | None:
    """Growth from the first to the last year with figures, in current prices; None with fewer than two such years.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import valueadded
    >>> found = valueadded.growth(pd.DataFrame({"value_added": [100.0, None, 121.0]}, index=[2020, 2021, 2022]))
    >>> found.first, found.last, found.change, round(found.annual, 1)
    (2020, 2022, 21.0, 10.0)
    """
    known = years[column].dropna()
    return employment.growth(years, column, int(known.index[0]), int(known.index[-1])) if len(known) > 1 else None


def _persons(tables: Tables, municipality: Municipality) -> pd.DataFrame:
    """Jobs and employed residents of official tables; NaN where they are not held."""
    try:
        return employment.series(tables, municipality)[["jobs", "employed", "table"]].astype(
            {"jobs": float, "employed": float}
        )
    except FiguresMissing:
        return pd.DataFrame({"jobs": [], "employed": [], "table": []}).astype({"jobs": float, "employed": float})
