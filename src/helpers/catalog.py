"""Which tables there are and what is asked of their producers, as `catalog.toml` lists them."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from helpers.errors import DataError

Source = Literal["ssb", "klass", "nav", "kartverket"]


class Rounding(BaseModel):
    """How the producer changed small counts in one body.

    ``none``: nothing. ``small_counts``: SSB's rule, every 1 and 2 became 0 or 3 at the lowest level. ``masked``: counts below
    four are replaced by a sign. `level` says whether the cells of a rounded body are themselves the lowest level, or totals
    that contain rounded cells; totals get `allowance` (persons), which is measured, and never a hard bound.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: Literal["none", "small_counts", "masked"]
    level: Literal["lowest", "total"] = "lowest"
    allowance: int = 0
    note: str = ""


class Choice(BaseModel):
    """What is asked of one variable: codes or expressions, among the values of a codelist where one is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    codes: tuple[str, ...]
    codelist: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"codes": given} if isinstance(given, list | tuple) else given


class TableInfo(BaseModel):
    """One entry of the catalogue (its fields are explained at the top of catalog.toml)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    source: Source
    producer: str
    number: str
    title: str
    licence: str
    url: str
    unit: str
    rounding: Rounding = Rounding(rule="none")
    used_by: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    codes: Literal["year", "2024"] = "year"
    extra: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    period: Literal["year", "month"] = "year"
    bands: dict[str, dict[str, tuple[int, int]]] = {}
    each_year: bool = False
    ask: dict[str, Choice] = {}
    also: dict[str, dict[str, Choice]] = {}
    page: str = ""
    sheets: dict[str, str] = {}
    parts: dict[str, str] = {}
    dataset: str = ""

    @property
    def tidy(self) -> bool:
        """Whether it becomes a tidy table (classifications and boundaries do not)."""
        return bool(self.dimensions)

    def is_extra(self, code: str) -> bool:
        """Whether a region code is one of those that are no municipality."""
        return any(fnmatchcase(code, pattern) for pattern in self.extra)


@lru_cache(maxsize=1)
def catalog() -> dict[str, TableInfo]:
    """Table id → its entry, in the order of the file."""
    return read_catalog(resources.files("helpers").joinpath("catalog.toml").read_text("utf-8"))


def read_catalog(text: str) -> dict[str, TableInfo]:
    """The entries of a catalogue's text.

    Raises
    ------
    DataError
        naming the entry and the field that is wrong.
    """
    try:
        entries = tomllib.loads(text)
        return {table: TableInfo(id=table, **entry) for table, entry in entries.items()}
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"catalog.toml kan ikke leses: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise DataError(f"catalog.toml: feltet {field}: {first['msg']}.") from None


def tidy_tables() -> dict[str, TableInfo]:
    """The entries that become tidy tables."""
    return {table: info for table, info in catalog().items() if info.tidy}
