"""The units of what measures return, from `units.toml`: a frame says in its ``attrs`` what its numbers are and which tables they are from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

EVERY = "*"  # stands for all columns of a frame that has one for each municipality


def describe(answer: Any, measure: str, sources: Sequence[str]) -> None:
    """Put ``attrs["units"]`` (column → unit) and ``attrs["source"]`` (tables) on what a measure returns, where it is a frame.

    Parameters
    ----------
    measure : ``employment.series``. sources : the tables that it has read.
    """
    if isinstance(answer, pd.DataFrame):
        units = _units(measure, tuple(str(name) for name in numeric(answer)))
        answer.attrs = {**answer.attrs, "units": dict(units), "source": tuple(sources)}


def every() -> set[str]:
    """All units there are."""
    known, own = _known()
    return {*known.values(), *(unit for units in own.values() for unit in units.values())}


def numeric(frame: pd.DataFrame) -> list[Any]:
    """The columns that hold numbers."""
    return [name for name, kind in frame.dtypes.items() if is_numeric_dtype(kind) and not is_bool_dtype(kind)]


@lru_cache(maxsize=256)
def _units(measure: str, columns: tuple[str, ...]) -> Mapping[str, str]:
    known, own = _known()
    patterns = own.get(measure, {})
    if EVERY in patterns:
        return {EVERY: patterns[EVERY]}
    found = {name: _fitting(patterns, name) or known.get(name) for name in columns}
    return {name: unit for name, unit in found.items() if unit is not None}


def _fitting(patterns: Mapping[str, str], name: str) -> str | None:
    return next((unit for pattern, unit in patterns.items() if fnmatchcase(name, pattern)), None)


@cache
def _known() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Column → unit, and measure → pattern of column → unit."""
    held = tomllib.loads(resources.files("helpers").joinpath("units.toml").read_text("utf-8"))
    return _turned(held["columns"]), {measure: _turned(units) for measure, units in held["measures"].items()}


def _turned(units: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {column: unit for unit, columns in units.items() for column in columns}
