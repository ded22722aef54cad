"""The highest completed education of residents aged 16 and over (table 09429).

Shares are of everybody in the table, also of those whose education is not known or who have completed none, as the levels then add up to
all of them; a level of an area is the sum over its municipalities, never a mean of their percentages.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.measures.cells import Place, Tables, percent, pick, sums, wide
from helpers.measures.remembered import remembered

TABLE = "ssb_09429"
PERSONS = "Personer"
LEVELS: Mapping[str, str] = {
    "01": "compulsory", "02a": "upper", "11": "vocational", "03a": "short", "04a": "long", "09a": "unknown",
}  # fmt: skip
HIGHER = ["short", "long"]


@remembered(TABLE)
def series(tables: Tables, place: Place) -> pd.DataFrame:
    """Residents by level, year by year.

    Returns
    -------
    frame indexed by Tid: for each level of `LEVELS` its share (%), ``higher`` (universities and colleges, short and long), ``persons`` (all of
    them) and ``lacking`` (codes of which a level is not held; they are in no sum). No rows for years of which nobody is held.

    Raises
    ------
    TableMissing
        where the table, its persons or one of the levels is not held.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality
    >>> from helpers.measures import education
    >>> constructed = [("3101", level, "Personer", 2024, 10.0 * at) for at, level in enumerate(education.LEVELS)]
    >>> table = pd.DataFrame(constructed, columns=["Region", "Nivaa", "ContentsCode", "Tid", "value"])
    >>> education.series({"ssb_09429": table}, Municipality.find("halden")).loc[2024, ["higher", "persons"]].astype(float).round(1).tolist()
    [46.7, 150.0]
    """
    cells = pick(tables[TABLE], TABLE, ContentsCode=PERSONS)
    for code in LEVELS:
        pick(cells, TABLE, Nivaa=code)
    by_level = wide(cells.assign(ContentsCode=cells["Nivaa"]), place.regions, LEVELS)
    years = sums(by_level, place.regions).dropna(subset=list(LEVELS.values()))
    everybody = years[list(LEVELS.values())].sum(axis=1)
    shares = {level: percent(years[level], everybody) for level in LEVELS.values()}
    higher = percent(years[HIGHER].sum(axis=1), everybody)
    return pd.DataFrame({**shares, "higher": higher, "persons": everybody, "lacking": years["lacking"]})
