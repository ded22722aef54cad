"""A municipality's own specialisations as divisions of SN2007 (specialisations.toml), with their overlaps, and whether a table can measure them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import lru_cache
from importlib import resources
from itertools import combinations
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Division = Annotated[str, Field(pattern=r"^\d\d$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Theme(_Frozen):
    """A specialisation.

    Parameters
    ----------
    aim : what the plan wants of it: ``value`` (value added and job potential) or ``jobs``. divisions : two digits of SN2007.
    reading : that the mapping is ours, and what it is.
    """

    key: str
    aim: Literal["value", "jobs"]
    divisions: Annotated[tuple[Division, ...], Field(min_length=1)]
    reading: str


class Overlap(_Frozen):
    """Divisions that stand in two themes."""

    themes: tuple[str, str]
    divisions: Annotated[tuple[Division, ...], Field(min_length=1)]


class Specialisations(_Frozen):
    """The themes of a plan.

    Raises
    ------
    ValidationError
        where the declared overlaps are not exactly those of the themes.
    """

    version: str
    municipality: str
    source: str
    theme: tuple[Theme, ...]
    overlap: tuple[Overlap, ...] = ()

    @model_validator(mode="after")
    def _declared(self) -> Specialisations:
        found = {
            frozenset((one.key, two.key)): shared
            for one, two in combinations(self.theme, 2)
            if (shared := frozenset(one.divisions) & frozenset(two.divisions))
        }
        told = {frozenset(each.themes): frozenset(each.divisions) for each in self.overlap}
        for pair in found.keys() | told.keys():
            if found.get(pair) != told.get(pair):
                names = " og ".join(sorted(pair))
                there = ", ".join(sorted(found.get(pair, ()))) or "ingen"
                raise ValueError(f"overlappet mellom {names} er {there}, men noe annet er oppgitt")
        return self


@lru_cache(maxsize=1)
def specialisations() -> Specialisations:
    """Those of the package's file (Sarpsborg's)."""
    told = resources.files("helpers.industries").joinpath("specialisations.toml").read_text("utf-8")
    return Specialisations(**tomllib.loads(told))


def divisions_of(code: str) -> frozenset[str]:
    """The divisions of a class of a table: ``10-33`` is 10 to 33, ``84`` is itself; ``00`` (unspecified) is none."""
    said = re.fullmatch(r"(\d\d)(?:-(\d\d))?", code)
    if said is None:
        raise ValueError(f"{code!r} is not a division or a range of divisions")
    first, last = int(said[1]), int(said[2] or said[1])
    return frozenset(f"{each:02d}" for each in range(first, last + 1)) - {"00"}


def exact(theme: Theme, codes: Collection[str]) -> tuple[str, ...] | None:
    """The classes of a table that together are the theme; None where the table is too coarse.

    It is where one of its classes holds more than the theme, or where the theme is not all in them.
    """
    touched = [code for code in codes if divisions_of(code) & set(theme.divisions)]
    covered = frozenset[str]().union(*(divisions_of(code) for code in touched))
    return tuple(touched) if covered == set(theme.divisions) else None
