"""Events and breaks that a time series is read with, as data (events.toml): a reform, a pandemic, a new way of reporting."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

Concern = Literal["jobs", "commuting", "outside"]


class Event(BaseModel):
    """What happened, and where.

    Parameters
    ----------
    key : of its name in the text catalogue. year : the first year whose figures it can show in. municipalities : codes of today; empty: everywhere.
    concerns : the series that it is marked in. source : where the year is known from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    year: int
    municipalities: tuple[str, ...] = ()
    concerns: tuple[Concern, ...]
    source: str


@lru_cache(maxsize=1)
def events() -> tuple[Event, ...]:
    """Every event, in the order of the file."""
    told = tomllib.loads(resources.files("helpers").joinpath("events.toml").read_text("utf-8"))
    return tuple(Event(**each) for each in told["event"])


def within(municipality: str, concern: Concern, first: int, last: int) -> tuple[Event, ...]:
    """Those that a series of a municipality from the year `first` to `last` can show: after its first year."""
    return tuple(
        each
        for each in events()
        if concern in each.concerns
        and first < each.year <= last
        and (not each.municipalities or municipality in each.municipalities)
    )
