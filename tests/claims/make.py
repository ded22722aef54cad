"""Claims and tables for the tests: sentences read as a plan, and small tables in the place of those that are not held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.claimfinding import find
from helpers.claims import Claim, Verdict
from helpers.errors import TableMissing
from helpers.measures.claims import assess
from helpers.places import Municipality
from helpers.sources.plantexts import split


def found(text: str, place: str = "3101") -> tuple[Claim, ...]:
    """The claims of a text."""
    return find(split(text), Municipality.find(place))


def judged(text: str, tables: Any, place: str = "3101") -> list[Verdict]:
    """The verdicts on a text."""
    return [assess(claim, tables, Municipality.find(place)) for claim in found(text, place)]


def one(text: str, tables: Any, place: str = "3101") -> Verdict:
    """The verdict on the only claim of a text."""
    (verdict,) = judged(text, tables, place)
    return verdict


class Held(dict[str, pd.DataFrame]):
    """Tables by id; one that is not held is told as such."""

    def __missing__(self, table: str) -> pd.DataFrame:
        raise TableMissing(table)


def with_tables(tables: Mapping[str, pd.DataFrame], **frames: pd.DataFrame) -> Held:
    """The same tables and others beside them, or in their place."""
    return Held({**{name: tables[name] for name in tables}, **frames})


def status(cells: Mapping[tuple[str, str], float], year: int = 2020, place: str = "3101") -> pd.DataFrame:
    """Table 13563, 20–66 years: (immigrant category, status) → persons."""
    rows = [
        {"Region": place, "HovArbStyrkStatus": code, "Alder": "20-66", "InnvandrKat": category, "ContentsCode": "Bosatte", "Tid": year,
         "value": value, "status": None, "lower": value, "upper": value}
        for (category, code), value in cells.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def sectors(years: Mapping[int, Mapping[str, float]], place: str = "3101") -> pd.DataFrame:
    """Table 13472: year → sector → jobs."""
    rows = [
        {
            "Region": place,
            "Sektor": code,
            "ContentsCode": "SysselEtterArbste",
            "Tid": year,
            "value": value,
            "status": None,
            "lower": value,
            "upper": value,
        }
        for year, cells in years.items()
        for code, value in cells.items()
    ]
    return pd.DataFrame(rows)
