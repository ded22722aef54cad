"""From the cells as the producer prints them to the catalogue's dimensions: what falls away, plain region codes, bands of ages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from helpers.catalog import TableInfo
from helpers.errors import DataError
from helpers.rawstore import RawBody

MEASURED = ["value", "lower", "upper"]
COUNTRY = "0"  # in SSB's tables; tidy tables have four digits
_PREFIXED = re.compile(r"K[-_.](\d{4})")  # SSB's codelists of municipalities print K-3101, K.3101 or K_3101


def named(info: TableInfo, bodies: Sequence[RawBody]) -> TableInfo:
    """The entry with ``*`` among its dimensions replaced by the variables that the bodies have beside those named."""
    if "*" not in info.dimensions:
        return info
    known = {*info.dimensions, *(name for name in info.ask if name != "*"), "value", "status"}
    others = [each for each in bodies[0].frame() if each not in known]
    at = info.dimensions.index("*")
    return info.model_copy(update={"dimensions": (*info.dimensions[:at], *others, *info.dimensions[at + 1 :])})


def without_single(info: TableInfo, frame: pd.DataFrame) -> pd.DataFrame:
    """Without the variables that were asked for with one code and are no dimension (``Kjonn`` 0: both sexes)."""
    asked = [each for each in info.ask if each not in info.dimensions and each in frame]
    return frame.drop(columns=[each for each in asked if frame[each].nunique() == 1])


def plain_codes(info: TableInfo, frame: pd.DataFrame) -> pd.DataFrame:
    """Region codes without the prefix of SSB's codelists."""
    for each in info.regions:
        codes = frame[each].astype("str")
        bare = {code: match[1] for code in codes.unique() if (match := _PREFIXED.fullmatch(code))}
        bare |= {COUNTRY: "0000"} if COUNTRY in set(codes) else {}
        if bare:
            frame = frame.assign(**{each: codes.map(bare).fillna(codes)})
    return frame


def banded(info: TableInfo, frame: pd.DataFrame) -> pd.DataFrame:
    """Single years of age summed to the bands of the catalogue; a frame that holds the bands themselves stays as it is.

    A band of which a year of age is missing is missing, with the first sign met.

    Raises
    ------
    DataError
        where a year of age that a band needs is not in the frame.
    """
    for dimension, bands in info.bands.items():
        codes = [str(code) for code in frame[dimension].unique()]
        if set(codes) <= set(bands):
            continue
        years = {code: int(match[1]) for code in codes if (match := re.fullmatch(r"0*(\d+)\+?", code))}
        problem = _gap(codes, years)
        if problem:
            raise DataError(
                f"tabell {info.id}: {dimension} må være hele årstrinn fra 0 med en åpen øverste gruppe; {problem}."
            )
        frame = pd.concat(
            [_band(frame, dimension, band, years, ends) for band, ends in bands.items()], ignore_index=True
        )
    return frame


def _gap(codes: Sequence[str], years: dict[str, int]) -> str:
    """What keeps codes from being single years of age from 0 up, the last one open; empty where nothing does."""
    strange = sorted(set(codes) - set(years))
    if strange or not years:
        return f"{strange[0] if strange else 'ingen'} er ikke et årstrinn"
    held = sorted(years.values())
    twice = [year for year in held if held.count(year) > 1]
    gone = sorted(set(range(held[-1] + 1)) - set(held))
    if twice or gone:
        return f"årstrinn {(twice or gone)[0]} {'står to ganger' if twice else 'mangler'}"
    top = max(years, key=lambda code: years[code])
    return "" if top.endswith("+") else f"{top} er ikke en åpen gruppe"


def _band(frame: pd.DataFrame, dimension: str, band: str, years: dict[str, int], ends: tuple[int, int]) -> pd.DataFrame:
    inside = [code for code, year in years.items() if ends[0] <= year <= ends[1]]
    rows = frame[frame[dimension].isin(inside)]
    keys = [each for each in frame if each not in (dimension, "status", *MEASURED)]
    groups = rows.groupby(keys, sort=False, observed=True)
    whole = groups[MEASURED].sum(min_count=len(inside))
    return whole.assign(status=groups["status"].first()).reset_index().assign(**{dimension: band})
