"""Which tables there are, as `catalog.toml` lists them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict


class TableInfo(BaseModel):
    """One entry of the catalogue (its fields are explained at the top of catalog.toml)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    producer: str
    number: str
    title: str
    dimensions: tuple[str, ...]
    regions: tuple[str, ...]
    codes: Literal["year", "2024"]
    extra: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    period: Literal["year", "month"] = "year"
    unit: str
    used_by: tuple[str, ...]


@lru_cache(maxsize=1)
def catalog() -> dict[str, TableInfo]:
    """Table id → its entry, in the order of the file."""
    entries = tomllib.loads(resources.files("helpers").joinpath("catalog.toml").read_text("utf-8"))
    return {table: TableInfo(id=table, **entry) for table, entry in entries.items()}
