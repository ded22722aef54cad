"""Who commutes less, and more, than size and distance lead one to expect: the gravity model of the whole country's newest matrix (03321).

The distance counts by its logarithm: on the flows of 2022 that explains 87 % of the deviance, the distance itself 79 %, and by the latter the spread
is a million times that of chance. It is in a straight line between `places.points`; a code from before a division stands where its first
successor is, as on the map.
"""

from __future__ import annotations

import pandas as pd

from helpers import lineage, places
from helpers.errors import DataError, TableMissing
from helpers.measures import commuting, gravity, labourmarket
from helpers.measures.cells import Tables, names
from helpers.measures.remembered import remembered
from helpers.places import Municipality

TABLE = commuting.TABLE
LEAST = 1.0  # persons: a pair that is less than this from what is expected is none that one would act on


@remembered(TABLE)
def pairs(tables: Tables) -> pd.DataFrame:
    """Every pair of municipalities in the newest year, against the model.

    Returns
    -------
    frame as `gravity.spread`. ``attrs``: year, n (pairs), explained (% of the deviance), dispersion (`gravity.dispersion`), left_out (codes).

    Raises
    ------
    TableMissing
        where the table, or a flow in its newest year, is not held.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import expectedflows
    >>> found = expectedflows.pairs(Tables.load())
    >>> found.attrs["n"], round(found.attrs["explained"]), found.loc[("3101", "3105"), ["observed", "expected", "ratio"]].round(1).tolist()
    (126380, 87, [1454.0, 466.7, 3.1])
    """
    flows = labourmarket.whole(tables)
    at = places.points()
    held = {code: places.successor(code) for code in map(str, flows.index)}
    points = at.reindex(list(held.values())).set_axis(list(held))
    fitted = gravity.fit(flows, points, "ln_km", missing="leave_out")
    found = gravity.spread(fitted)
    found.attrs = {
        "year": commuting.newest_year(tables),
        "n": fitted.n,
        "explained": 100 * fitted.explained,
        "dispersion": gravity.dispersion(fitted),
        "left_out": fitted.left_out,
    }
    return found


@lineage.measure
def less_and_more(tables: Tables, municipality: Municipality, top: int = 10) -> pd.DataFrame:
    """The flows of a municipality that are farthest below, and farthest above, what is expected.

    Returns
    -------
    frame with at most `top` rows of each side, from the farthest below to the farthest above: direction, code, name, the columns of `gravity.spread`
    and side (``less``, ``more``). Flows within one person of what is expected are in neither. ``attrs`` as `pairs`, and unusual_less, unusual_more:
    how many of all flows of the municipality are so.

    Raises
    ------
    TableMissing
        as `pairs`; where the municipality is not in the newest year's matrix, or has nobody in work there.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import expectedflows
    >>> found = expectedflows.less_and_more(Tables.load(), Municipality.find("halden"), top=1)
    >>> found[["side", "direction", "name", "observed", "expected"]].round().values.tolist()
    [['less', 'out', 'Tønsberg', 7.0, 95.0], ['more', 'out', 'Sarpsborg', 1454.0, 467.0]]
    """
    held = pairs(tables)
    try:
        both = gravity.of_municipality(held, municipality.code)
    except DataError:
        year = held.attrs["year"]
        raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year) from None
    less, more = both[both["difference"] <= -LEAST].head(top), both[both["difference"] >= LEAST].tail(top)
    found = pd.concat([less.assign(side="less"), more.assign(side="more")], ignore_index=True)
    found.insert(2, "name", names(found["code"]))
    found.attrs = {
        **held.attrs,
        "unusual_less": int((both["unusual"] < 0).sum()),
        "unusual_more": int((both["unusual"] > 0).sum()),
    }
    return found
