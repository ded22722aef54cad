"""What changed from one body of a table to the next, and whether the next one may replace it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.catalog import TableInfo
from helpers.rawstore import RawBody
from helpers.sources.pxweb import expand

TIME = "Tid"
FEW, SHARE = 20, 0.01  # so many figures, or such a part of them, may go without a body being called worse


@dataclass(frozen=True)
class Revision:
    """The difference between two bodies of a table.

    Parameters
    ----------
    periods : the new ones. cells : how many cells of periods held before have another value or sign. largest : the largest absolute
        change of a value, in the table's unit (NaN where no cell that had a value still has one). where : the codes of that cell; before,
        after : its values. regions : the region codes with a changed cell.
    """

    periods: tuple[str, ...] = ()
    cells: int = 0
    largest: float = math.nan
    where: tuple[str, ...] = ()
    before: float = math.nan
    after: float = math.nan
    regions: tuple[str, ...] = ()


def frame_of(info: TableInfo, bodies: Sequence[RawBody]) -> pd.DataFrame:
    """The cells of a table as its producer prints them; of NAV's workbooks the newest says what a month is now."""
    parts = [body.frame() for body in bodies]
    if len(parts) > 1:  # categories that differ would become objects
        keys = [each for each in parts[0] if each not in ("value", "status")]
        parts = [part.astype(dict.fromkeys([key for key in keys if key in part], "str")) for part in parts]
    frame = pd.concat(parts, ignore_index=True)
    return frame.drop_duplicates(list(info.dimensions), keep="last") if info.source == "nav" else frame


def compare(info: TableInfo, old: pd.DataFrame, new: pd.DataFrame) -> Revision:
    """How `new` differs from `old`: frames as of `frame_of`, compared over the cells of the old one whose codes the new one has.

    A cell that was there, and is not there for its municipality now, is a changed one.
    """
    periods = tuple(sorted(set(new[TIME].astype("str")) - set(old[TIME].astype("str"))))
    both = _joined(info, old, new)
    keys = [each for each in both if each in old and each not in ("value", "status")]
    same = (both["value_old"] == both["value_new"]) | (both["value_old"].isna() & both["value_new"].isna())
    signs = both["status_old"].fillna("") == both["status_new"].fillna("")
    changed = both[~(same & signs)]
    if changed.empty:
        return Revision(periods)
    size = (changed["value_new"] - changed["value_old"]).abs()
    regions = {code for each in info.regions if each in changed for code in changed[each]}
    if size.notna().any():
        most = changed.iloc[int(size.fillna(-1).to_numpy().argmax())]
        where = tuple(str(most[str(key)]) for key in keys)
        ends = float(most["value_old"]), float(most["value_new"])
        return Revision(periods, len(changed), float(size.max()), where, *ends, regions=tuple(sorted(regions)))
    return Revision(periods, len(changed), regions=tuple(sorted(regions)))


def _joined(info: TableInfo, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The old cells whose codes the new body has, regions apart, each beside the new one (missing where that is not there).

    Empty where a dimension came or went, so that cells cannot be told apart.
    """
    keys = [each for each in new if each in old and each not in ("value", "status")]
    if old.duplicated(keys).any() or new.duplicated(keys).any():
        old = old.iloc[:0]
    for each in keys:
        if each not in info.regions:
            old = old[old[each].isin(new[each].unique())]
    text = dict.fromkeys(keys, "str")
    return old.astype(text).merge(
        new.astype(text).drop_duplicates(keys), on=keys, how="left", suffixes=("_old", "_new")
    )


def worse(info: TableInfo, old: pd.DataFrame | None, new: pd.DataFrame, assembled: bool = False) -> str:
    """Why `new` may not replace `old`, in words; empty where it may.

    It may not where it has no figure, or where a period, or a code that the catalogue asks for, had figures before and has none now (zeros
    alone are none: SSB prints them while a table is being revised), or where more than a few of its figures are gone. Of NAV's snapshot
    nothing is compared, since the site keeps only the current year; of `assembled` bodies only the periods are compared, since their codes may be coarser.
    """
    if new.empty or not new["value"].notna().any():
        return "svaret har ingen tall"
    if old is None:
        return ""
    fixed = [str(each) for each in old if each in new and each not in ("value", "status", *info.regions)]
    for dimension in [TIME] if assembled else fixed:
        gone = sorted(
            code
            for code in _with_figures(old, dimension) - _with_figures(new, dimension)
            if dimension == TIME or _asked(info, dimension, code)
        )
        if gone and not (assembled and info.source == "nav"):
            kind = "perioden" if dimension == TIME else dimension
            return f"{kind} {gone[0]} hadde tall før, men har ingen i det nye svaret"
    return "" if assembled else _hollow(info, old, new)


def _hollow(info: TableInfo, old: pd.DataFrame, new: pd.DataFrame) -> str:
    """Whether many figures that were there are gone: a table caught half loaded. A few may go, as a producer withdraws a figure."""
    both = _joined(info, old, new)
    had = both["value_old"].notna() & (both["value_old"] != 0)
    lost = had & (both["value_new"].isna() | (both["value_new"] == 0))
    if int(lost.sum()) <= max(FEW, SHARE * int(had.sum())):
        return ""
    return f"{int(lost.sum())} av {int(had.sum())} tall som var der, er borte eller 0 i det nye svaret"


def _asked(info: TableInfo, dimension: str, code: str) -> bool:
    """Whether the catalogue (still) asks for a code."""
    choice = info.ask.get(dimension)
    return choice is None or any(each == code or code in (expand(each, [code]) or ()) for each in choice.codes)


def _with_figures(frame: pd.DataFrame, dimension: str) -> set[str]:
    there = frame[frame["value"].notna() & (frame["value"] != 0)]
    return set(there[dimension].astype("str"))
