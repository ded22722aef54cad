"""The contract of a tidy table, held by pandera where raw becomes processed."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from helpers.catalog import TableInfo
from helpers.errors import DataError

PERIOD = {
    "year": pa.Check.in_range(1950, 2100),
    "quarter": pa.Check.str_matches(r"^\d{4}K[1-4]$"),
    "month": pa.Check.str_matches(r"^\d{4}M(0[1-9]|1[0-2])$"),
}
REGION = pa.Check.str_matches(r"^\d{4}$")


def schema(info: TableInfo, lowest: float | None = 0) -> pa.DataFrameSchema:
    """Dimensions (str; ``Tid`` int for years), value, status, lower, upper; one row for each combination (see `validate`).

    `lowest` is the lowest value that may be; None: there is none.
    """
    kinds = {each: pa.Column(str, REGION if each in info.regions else None) for each in info.dimensions}
    kinds["Tid"] = pa.Column(int if info.period == "year" else str, PERIOD[info.period])
    number = pa.Column(float, None if lowest is None else pa.Check.ge(lowest), nullable=True)
    return pa.DataFrameSchema(
        kinds | {"value": number, "status": pa.Column(str, nullable=True), "lower": number, "upper": number},
        checks=[
            pa.Check(lambda held: held["value"].notna() | held["status"].notna(), error="en manglende verdi uten tegn"),
            pa.Check(lambda held: _within(held["lower"], held["value"]), error="nedre grense over verdien"),
            pa.Check(lambda held: _within(held["value"], held["upper"]), error="øvre grense under verdien"),
        ],
        strict=True,
        name=info.id,
    )


def validate(info: TableInfo, frame: pd.DataFrame, names: str, lowest: float | None = 0) -> pd.DataFrame:
    """The frame, if it keeps the contract.

    Raises
    ------
    DataError
        naming the files, the table, the column, the rule and the first value that breaks it.
    """
    twice = frame[frame.duplicated(list(info.dimensions))]
    if len(twice):
        key = ", ".join(str(each) for each in twice.iloc[0][list(info.dimensions)])
        raise DataError(f"{names} (tabell {info.id}): nøkkelen {key} står to ganger ({len(twice)} slike).")
    try:
        checked: pd.DataFrame = schema(info, lowest).validate(frame, lazy=True)
        return checked
    except pa.errors.SchemaErrors as error:
        first = error.failure_cases.iloc[0]
        what = first["column"] if pd.notna(first.get("column")) else first["schema_context"]
        raise DataError(f"{names} (tabell {info.id}): {what}: {first['check']} ({first['failure_case']}).") from None


def _within(low: pd.Series, high: pd.Series) -> pd.Series:
    return low.isna() | high.isna() | (low <= high)
