"""Jobs in the five groups of industries (`helpers.industries.groups`), now and the change, as far as table 07984 separates them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.industries.groups import Group, Grouping
from helpers.measures.cells import Tables
from helpers.measures.industry import TABLE, rest_of
from helpers.measures.shiftshare import agreement, newest_run
from helpers.places import Municipality

LOCAL = "local_public"  # the two cannot be told apart without sector
MEASURED: Mapping[str, tuple[Group, ...]] = {
    "basis": ("basis",), "visit": ("visit",), "regional": ("regional",), LOCAL: ("local", "public"),
}  # fmt: skip
_LACKING = dict.fromkeys(("first", "last", "first_reach", "last_reach"), math.nan)


@lineage.measure
def changes(
    tables: Tables, municipality: Municipality, first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """Jobs of a municipality by industry in two years, with how far rounding may have moved them.

    Parameters
    ----------
    first, last : default those of `shift_share_jobs`: the newest run of years that are not known to disagree with table 11618.

    Returns
    -------
    frame indexed by NACE2007 code: first, last, first_reach, last_reach (persons). ``attrs``: first, last.

    Raises
    ------
    TableMissing
        where the table, the municipality or a year is not held, a figure of it is missing, or no two years agree.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import groups
    >>> found = groups.changes(Tables.load(), Municipality.find("skien"))
    >>> found.attrs["first"], found.attrs["last"], found.loc["86-88"].round(1).to_dict()
    (2020, 2025, {'first': 7695.0, 'first_reach': 8.0, 'last': 8432.0, 'last_reach': 8.0})
    """
    if first is None or last is None:
        found = newest_run(agreement(tables, municipality, rest_of(municipality)))
        first, last = found[0] if first is None else first, found[1] if last is None else last
    frame = tables[TABLE]
    own = frame[frame["Region"] == municipality.code].set_index("NACE2007")
    columns: dict[str, pd.Series] = {}
    for name, year in (("first", first), ("last", last)):
        cells = own[own["Tid"] == year]
        if cells.empty or cells["value"].isna().any():
            raise TableMissing(TABLE, "tall for {place} i {year}", place=municipality.name, year=year)
        columns |= {name: cells["value"], f"{name}_reach": cells["upper"] - cells["value"]}
    result = pd.DataFrame(columns)
    result.attrs = {"first": first, "last": last, "source": [TABLE]}
    return result


def by_group(found: pd.DataFrame, grouping: Grouping) -> pd.DataFrame:
    """Sums of `changes` by group.

    Returns
    -------
    frame indexed by group (`MEASURED`; jobs in no known industry are in none): first, last (persons), lower, upper (of last), change,
        change_lower, change_upper (rounding of each figure added as independent errors), mixed (persons in the last year in industries
        that the table joins with another group; `Grouping.mixed`).

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.industries.groups import tried
    >>> from helpers.measures import groups
    >>> found = groups.by_group(groups.changes(Tables.load(), Municipality.find("skien")), tried()[0])
    >>> found[["last", "change", "change_lower", "change_upper"]].round().to_dict("index")["basis"]
    {'last': 2839.0, 'change': 125.0, 'change_lower': 102.0, 'change_upper': 148.0}
    """
    cells = _cells(found)
    rows = {name: _row(cells, grouping, groups) for name, groups in MEASURED.items()}
    return pd.DataFrame(rows).T.rename_axis("group")


def directions(found: pd.DataFrame, groupings: Sequence[Grouping]) -> dict[str, int]:
    """Group → 1 where it grew and −1 where it shrank, whatever the rounding and in every grouping; else 0.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.industries.groups import tried
    >>> from helpers.measures import groups
    >>> groups.directions(groups.changes(Tables.load(), Municipality.find("skien")), tried())
    {'basis': 1, 'visit': 0, 'regional': 0, 'local_public': 1}
    """
    cells = _cells(found)
    signs: dict[str, set[int]] = {name: set() for name in MEASURED}
    for each in groupings:
        for name, groups in MEASURED.items():
            row = _row(cells, each, groups)
            signs[name].add(int(row["change_lower"] > 0) - int(row["change_upper"] < 0))
    return {name: seen.pop() if len(seen) == 1 else 0 for name, seen in signs.items()}


def _cells(found: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {str(code): {str(name): float(each) for name, each in row.items()} for code, row in found.iterrows()}


def _row(cells: Mapping[str, Mapping[str, float]], grouping: Grouping, groups: tuple[Group, ...]) -> dict[str, float]:
    codes = grouping.codes(*groups)
    rows = [cells.get(code, _LACKING) for code in codes]
    first, last = (float(sum(row[each] for row in rows)) for each in ("first", "last"))
    off = {each: math.sqrt(sum(row[f"{each}_reach"] ** 2 for row in rows)) for each in ("first", "last")}
    both = math.hypot(off["first"], off["last"])
    return {
        "first": first,
        "last": last,
        "lower": max(last - off["last"], 0.0) if not math.isnan(last) else math.nan,
        "upper": last + off["last"],
        "change": last - first,
        "change_lower": last - first - both,
        "change_upper": last - first + both,
        "mixed": float(sum(row["last"] for code, row in zip(codes, rows, strict=True) if code in grouping.mixed)),
    }
