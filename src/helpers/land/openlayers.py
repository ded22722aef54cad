"""Which layers are open and how they are asked for, and where the others are got, as `sources.toml` lists them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import ValidationError, model_validator

from helpers.errors import DataError
from helpers.land.layers import Role
from helpers.land.settings import Frozen

Service = Literal["kommuneinfo", "miljodirektoratet", "nve", "kartverket", "nibio"]


class OpenLayer(Frozen):
    """A layer that anybody may download (the fields are explained at the top of sources.toml)."""

    role: Role
    source: Service
    producer: str
    title: str
    licence: str
    url: str
    path: str = ""
    layers: str = ""
    number: int | None = None
    where: str = ""
    probe: str = ""
    fields: str = "*"
    dataset: str = ""
    otherwise: str = ""
    source_otherwise: Service | None = None
    none: str = ""
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> OpenLayer:
        if bool(self.path) == bool(self.dataset):
            raise ValueError("needs either path or dataset")
        if self.layers and re.compile(self.layers).groups != 1:
            raise ValueError("layers needs one group, the return period")
        if self.path and self.role != "boundary" and bool(self.layers) == (self.number is not None):
            raise ValueError("needs either layers or number")
        return self

    def filled(self, text: str, code: str) -> str:
        """A path or condition for one municipality."""
        return text.format(code=code, county=code[:2])


class Listing(Frozen):
    """Every layer: role → how it is fetched, and role → where it must be got, in Norwegian."""

    open: Mapping[Role, OpenLayer]
    closed: Mapping[Role, str]


@lru_cache(maxsize=1)
def listing() -> Listing:
    """The open layers in the order of fetching (the boundary first), and the closed ones."""
    return read(resources.files("helpers.land").joinpath("sources.toml").read_text("utf-8"))


def read(text: str) -> Listing:
    """The entries of a listing's text.

    Raises
    ------
    DataError
        naming the field that is wrong.
    """
    try:
        told = tomllib.loads(text)
        entries = {role: {**entry, "role": role} for role, entry in told.get("open", {}).items()}
        return Listing.model_validate(told | {"open": entries})
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise DataError(f"land/sources.toml kan ikke leses: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise DataError(f"land/sources.toml, {field}: {first['msg'].removeprefix('Value error, ')}.") from None
