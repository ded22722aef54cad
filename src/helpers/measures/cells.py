"""Picking cells out of tidy tables, and saying by code which are lacking. A missing cell is NaN, never 0."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import pandas as pd

from helpers.errors import TableMissing
from helpers.places import Area, Municipality, region_name, regions_in, registry

Place = Municipality | Area
MONTHS = 13  # shown of figures by month: the newest month beside the same month a year before


class Tables(Protocol):
    """What a measure asks of tables: a frame by table id. A table not held raises `TableMissing`; a dict will do in tests."""

    def __getitem__(self, table: str, /) -> pd.DataFrame: ...

    def __contains__(self, table: object, /) -> bool: ...


def pick(frame: pd.DataFrame, table: str, **wanted: str | int) -> pd.DataFrame:
    """The rows where each dimension has the wanted code.

    Raises
    ------
    TableMissing
        if a code is not in the table, naming dimension and code.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import cells
    >>> rows = cells.pick(Tables.load()["ssb_11618"], "ssb_11618", Region="3101", Tid=2022, Alder="15-74")
    >>> dict(zip(rows["ContentsCode"], rows["value"]))
    {'BefolkningBosted': 23652.0, 'SysselArbsted': 13122.0, 'SysselBosted': 14226.0}
    """
    for dimension, code in wanted.items():
        keep = frame[dimension] == code
        if not keep.any():
            raise TableMissing(table, f"{dimension} {code}")
        frame = frame[keep]
    return frame


def named(place: Place) -> str | tuple[str, ...]:
    """What a place is called; the names of its municipalities where it is a list of them.

    Examples
    --------
    >>> from helpers import Area
    >>> from helpers.measures import cells
    >>> cells.named(Area.sondre_viken()), cells.named(Area.of(["halden", "sarpsborg"]))
    ('Søndre Viken', ('Halden', 'Sarpsborg'))
    """
    if isinstance(place, Municipality) or place.key != "list":
        return place.name
    return tuple(each.name for each in place.municipalities)


def wide(frame: pd.DataFrame, regions: Collection[str], contents: Mapping[str, str]) -> pd.DataFrame:
    """Cells by year and region.

    Parameters
    ----------
    contents : the producer's code of each content → name of its column.

    Returns
    -------
    frame with index (Tid, Region) and one column for each content; NaN where a cell is missing.

    Examples
    --------
    >>> from helpers import Tables
    >>> from helpers.measures import cells
    >>> rows = cells.pick(Tables.load()["ssb_11618"], "ssb_11618", Tid=2022, Alder="15-74")
    >>> cells.wide(rows, ["3101", "3105"], {"SysselArbsted": "jobs"}).loc[2022]["jobs"].to_dict()
    {'3101': 13122.0, '3105': 29080.0}
    """
    rows = frame[frame["Region"].isin(list(regions)) & frame["ContentsCode"].isin(list(contents))]
    cells = rows.set_index(["Tid", "Region", "ContentsCode"])["value"].unstack("ContentsCode")
    return cells.reindex(columns=list(contents)).rename(columns=dict(contents)).rename_axis(columns=None)


def lacking(regions: Iterable[str], held: Collection[str], year: int) -> tuple[str, ...]:
    """Those of `regions` whose figure for `year` is not held.

    A municipality that did not exist with its borders of today in that year (Ålesund before 2024) is lacking too, unless the
    old codes that its people were counted under are among `regions`.

    Examples
    --------
    >>> from helpers.measures import cells
    >>> cells.lacking(["3101", "3105"], {"3101"}, 2022)
    ('3105',)
    >>> cells.lacking(["1508"], set(), 2022)  # Ålesund was divided in 2024: its figures of 2022 are of other borders
    ('1508',)
    """
    wanted, expected, today = set(regions), regions_in(year), registry().by_code
    gone = {code for code in wanted - set(held) if code in expected}
    divided = {code for code in wanted - expected - set(held) if code in today}
    if divided:
        before: dict[str, set[str]] = {}
        for (at, old), new in registry().successors.items():
            if at == year:
                for code in new:
                    before.setdefault(code, set()).add(old)
        gone |= {code for code in divided if not before.get(code, {""}) <= wanted}
    return tuple(sorted(gone))


def sums(cells: pd.DataFrame, regions: Iterable[str]) -> pd.DataFrame:
    """Sum of `cells` (index Tid, Region) by year, over the regions of which every column is held.

    Returns
    -------
    frame indexed by Tid with the columns of `cells` and ``lacking``: the codes that are not in the sum. NaN where none is held.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import cells
    >>> at = pd.MultiIndex.from_tuples([(2021, "3101"), (2021, "3105"), (2022, "3101")], names=["Tid", "Region"])
    >>> cells.sums(pd.DataFrame({"jobs": [10.0, 20, 11]}, index=at), ["3101", "3105"]).reset_index().values.tolist()
    [[2021, 30.0, ()], [2022, 11.0, ('3105',)]]
    """
    regions = tuple(regions)
    whole = cells.dropna()
    years = sorted({int(year) for year in cells.index.get_level_values("Tid")})
    total = whole.groupby(level="Tid").sum().reindex(pd.Index(years, name="Tid", dtype="int64"))
    held: dict[int, set[str]] = {year: set() for year in years}
    for year, region in whole.index:
        held[int(year)].add(str(region))
    gone = [lacking(regions, held[year], year) for year in years]
    return total.assign(lacking=pd.Series(gone, index=total.index, dtype=object))


def percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    """100 · part / whole; NaN where the whole is 0 or missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import cells
    >>> cells.percent(pd.Series([1.0, 0]), pd.Series([4.0, 0])).tolist()
    [25.0, nan]
    """
    return 100 * part / whole.where(whole != 0)


def names(codes: Iterable[str]) -> list[str]:
    """The names of region codes, old ones too.

    Examples
    --------
    >>> from helpers.measures import cells
    >>> cells.names(["3101", "3105", "0101"])
    ['Halden', 'Sarpsborg', 'Halden']
    """
    return [region_name(code) for code in codes]


def newest_months(months: pd.DataFrame, most: int = MONTHS) -> pd.DataFrame:
    """The newest unbroken run of a frame indexed by month, as `exclusion.unemployment`, at most so many months: a month that was not kept is never drawn over.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> months = exclusion.unemployment(Tables.load(), Municipality.find("halden"))
    >>> exclusion.newest_months(months, most=3)["count"].to_dict()
    {'2022M08': 422.0, '2022M09': 380.0, '2022M10': 361.0}
    """
    numbers = pd.Series([12 * int(str(month)[:4]) + int(str(month)[5:]) for month in months.index], index=months.index)
    breaks = numbers.index[numbers.diff() > 1]
    return (months.loc[breaks[-1] :] if len(breaks) else months).tail(most)
