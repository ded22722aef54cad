"""Goals that are not a municipality's own, as data (goals.toml): national ones, and the UN goals that the reports' figures belong to."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

UN_GOALS = range(1, 18)
Key = Literal["jobs", "employed", "working_age", "population"]


def _ascending(goals: tuple[int, ...]) -> tuple[int, ...]:
    if list(goals) != sorted(set(goals)):
        raise PydanticCustomError("target", "FN-målene må være ulike og stå i stigende rekkefølge")
    if any(each not in UN_GOALS for each in goals):
        raise PydanticCustomError("target", "FN-målene går fra 1 til 17")
    return goals


UnGoals = Annotated[tuple[Annotated[int, Field(strict=True)], ...], AfterValidator(_ascending)]


class National(BaseModel):
    """A goal for the whole country, of which a municipality may want to know its pro-rata part.

    Parameters
    ----------
    id : unique. total : more jobs. publisher, wording, geography : whose, what and where, in Norwegian. deadline : None where none is known.
    named_in, year : the document that the goal is known from here. keys : what a part may be reckoned by, the nearest to the goal first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    total: Annotated[int, Field(gt=0, strict=True)]
    publisher: str
    wording: str
    geography: str
    deadline: int | None = None
    named_in: str
    year: int
    keys: Annotated[tuple[Key, ...], Field(min_length=1)]


class Indicator(BaseModel):
    """A figure of the reports, and the UN goals that it says something of.

    Parameters
    ----------
    key : of its name in the text catalogue (``[goals.indicator]``). page : the theme whose page has it. un_goals : 1–17.
    source : what of the goals it measures, in Norwegian.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    page: Literal["overview", "employment", "exclusion", "commuting", "land"]
    un_goals: Annotated[UnGoals, Field(min_length=1)]
    source: str


class _Goals(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    national: tuple[National, ...]
    indicator: tuple[Indicator, ...]


@lru_cache(maxsize=1)
def _goals() -> _Goals:
    return _Goals(**tomllib.loads(resources.files("helpers").joinpath("goals.toml").read_text("utf-8")))


def national() -> tuple[National, ...]:
    """The national goals, in the order of the file."""
    return _goals().national


def indicators(goals: Iterable[int] = UN_GOALS) -> tuple[Indicator, ...]:
    """The figures that belong to any of these UN goals, in the order of the file."""
    wanted = set(goals)
    return tuple(each for each in _goals().indicator if wanted & set(each.un_goals))
