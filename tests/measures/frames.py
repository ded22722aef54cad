"""Tidy frames made by hand, in the shape of docs/architecture.md, for tests that need figures of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd


def tidy(rows: Sequence[tuple[object, ...]], dimensions: Sequence[str]) -> pd.DataFrame:
    """Rows of dimension codes and a value last; bounds are the value."""
    frame = pd.DataFrame(rows, columns=[*dimensions, "value"])
    frame["value"] = frame["value"].astype(float)
    return frame.assign(status=None, lower=frame["value"], upper=frame["value"])


def employment(figures: Mapping[tuple[str, int], tuple[float, float, float]]) -> pd.DataFrame:
    """(region, year) → population, employed, jobs."""
    contents = ("BefolkningBosted", "SysselBosted", "SysselArbsted")
    rows = [
        (region, "15-74", content, year, figure)
        for (region, year), three in figures.items()
        for content, figure in zip(contents, three, strict=True)
    ]
    return tidy(rows, ["Region", "Alder", "ContentsCode", "Tid"])


def flows(year: int, matrix: pd.DataFrame) -> pd.DataFrame:
    """A square frame (residence × workplace) as table 03321."""
    rows = [
        (home, work, "Sysselsatte", year, float(matrix.loc[home, work])) for home in matrix for work in matrix.columns
    ]
    return tidy(rows, ["Bokommuen", "ArbstedKomm", "ContentsCode", "Tid"])


def industries(year: int, jobs: Mapping[str, Mapping[str, float]], allowance: float = 0) -> pd.DataFrame:
    """Region → industry → jobs, as table 07984."""
    rows = [
        (region, nace, "SysselsatteArb", year, count) for region, all_ in jobs.items() for nace, count in all_.items()
    ]
    frame = tidy(rows, ["Region", "NACE2007", "ContentsCode", "Tid"])
    lower = (frame["value"] - allowance).clip(lower=0)
    return frame.assign(lower=lower, upper=frame["value"] + allowance)
