"""The assumptions of the land analysis: `defaults.toml`, and what a municipality sets otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

M2_PER_DEKAR = 1000.0
Metres = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False, strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Abc = Literal["A", "B", "C"]
Constraint = Literal[
    "built", "roads", "railway", "water", "protected", "flood", "landslide", "shoreline", "farmland", "bog", "slope"
]


class Frozen(BaseModel):
    """Unknown fields are errors: a misspelt setting must not be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(Frozen):
    """A number that nobody has measured: what is used, and the values that give the least and the most need for land."""

    base: Positive
    low: Positive
    high: Positive
    source: str

    @model_validator(mode="after")
    def _between(self) -> Assumption:
        if not min(self.low, self.high) <= self.base <= max(self.low, self.high):
            raise ValueError("base må ligge mellom low og high")
        return self


class Group(Frozen):
    """Industries that need business land of one kind.

    Parameters
    ----------
    nace : the groups of SSB table 07984. abc : the class of land. plot_dekar : the least plot that will do (dekar).
    m2_per_job : floor area (BRA) for each job, m². utilisation : floor area divided by the plot's area (low: the highest utilisation).
    """

    key: str
    label: str
    nace: tuple[str, ...]
    abc: Abc
    plot_dekar: Positive
    m2_per_job: Assumption
    utilisation: Assumption


class Need(Frozen):
    """What the need for land is computed from.

    Parameters
    ----------
    shares : group key → share of the new jobs (0–1), where no official industry figures are held or others are planned for; what
        is left to 1 needs no business land. shares_source : where they are from.
    """

    new_land_share: Assumption
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    shares: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = {}
    shares_source: str = ""

    @model_validator(mode="after")
    def _shares(self) -> Need:
        if max(self.new_land_share.low, self.new_land_share.high) > 1:
            raise ValueError("need.new_land_share er en andel og kan ikke være mer enn 1")
        unknown = sorted(set(self.shares) - {group.key for group in self.groups})
        if unknown:
            raise ValueError(f"need.shares har {unknown[0]}, som ikke er en gruppe i need.groups")
        if sum(self.shares.values()) > 1 + 1e-9:
            raise ValueError("need.shares er mer enn 1 til sammen")
        if self.shares and not self.shares_source:
            raise ValueError("need.shares_source mangler: si hvor fordelingen er fra")
        return self


class AbcRules(Frozen):
    """Longest distances as the crow flies, metres. A: near a station or the centre. B: somewhat near them and a main road. C: near a main road."""

    a_station_m: Metres
    a_centre_m: Metres
    b_station_m: Metres
    b_centre_m: Metres
    b_main_road_m: Metres
    c_main_road_m: Metres


class Settings(Frozen):
    """All assumptions (each is explained in defaults.toml). Lengths in metres, areas in m² or dekar as the names say."""

    order: tuple[Constraint, ...]
    building_buffer_m: Metres
    main_road_buffer_m: Metres
    road_buffer_m: Metres
    railway_buffer_m: Metres
    shoreline_buffer_m: Metres
    flood_return_years: Positive
    landslide_return_years: Positive
    slope_percent: Positive
    farmland_artypes: tuple[int, ...]
    bog_artypes: tuple[int, ...]
    water_artypes: tuple[int, ...]
    min_area_m2: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
    min_width_m: Metres
    size_edges_dekar: Annotated[tuple[Positive, ...], Field(min_length=1)]
    road_access_m: Metres
    pipe_access_m: Metres
    abc: AbcRules
    need: Need

    @model_validator(mode="after")
    def _sound(self) -> Settings:
        if len(set(self.order)) != len(self.order) or not self.order:
            raise ValueError("order: hver grunn må stå der én gang")
        if list(self.size_edges_dekar) != sorted(set(self.size_edges_dekar)):
            raise ValueError("size_edges_dekar må stå i stigende rekkefølge")
        return self


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    return tomllib.loads(resources.files("helpers.land").joinpath("defaults.toml").read_text("utf-8"))


def settings(own: Mapping[str, Any] | None = None) -> Settings:
    """The defaults with a municipality's own on top; a table is merged field by field, a list replaces the whole.

    Raises
    ------
    pydantic.ValidationError
        for a field that does not exist or a value that cannot be.
    """
    return Settings.model_validate(_merged(_defaults(), own or {}))


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in own.items():
        both = isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        found[key] = _merged(found[key], value) if both else value
    return found
