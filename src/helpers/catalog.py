"""Which tables there are and what is asked of their producers, as `catalog.toml` lists them."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from helpers.errors import DataError

MUNICIPALITIES = "@municipalities"
_COUNT = re.compile(r"(top|bottom)\(\s*\d+\s*(,\s*\d+\s*)?\)", re.IGNORECASE)
_WORDS = {"missing": "mangler", "extra_forbidden": "finnes ikke; er det skrevet feil?"}
Source = Literal["ssb", "klass", "nav", "kartverket", "own"]


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
    period: Literal["year", "quarter", "month"] = "year"
    bands: dict[str, dict[str, tuple[int, int]]] = {}
    each_year: bool = False
    ask: dict[str, Choice] = {}
    also: dict[str, dict[str, Choice]] = {}
    page: str = ""
    sheets: dict[str, str] = {}
    parts: dict[str, str] = {}
    dataset: str = ""

    @model_validator(mode="after")
    def _whole(self) -> TableInfo:
        """What an entry of each source cannot do without; the messages are for whoever edits the file."""
        if not re.fullmatch(r"[a-z]+_[a-z0-9]+|own_[a-z0-9_]+", self.id):
            raise ValueError("navnet må være som ssb_11618: små bokstaver, understrek, tall eller bokstaver")
        needed = {
            "ssb": ("dimensions", "regions", "ask"),
            "nav": ("dimensions", "regions", "page", "sheets"),
            "klass": ("parts",),
            "kartverket": ("dataset",),
            "own": ("dimensions", "regions"),  # of owntables.py, never of the file
        }
        lacking = [name for name in needed[self.source] if not getattr(self, name)]
        if lacking:
            raise ValueError(f"feltet {lacking[0]} mangler")
        outside = [each for each in (*self.regions, *self.bands) if each not in self.dimensions]
        if outside:
            raise ValueError(f"{outside[0]} i regions eller bands står ikke i dimensions")
        if self.source == "ssb":
            self._check_ask()
        if not set(self.parts) <= {"codes", "changes"}:
            raise ValueError("parts kan bare være codes og changes")
        for pattern in self.sheets.values():
            re.compile(pattern)
        return self

    def _check_ask(self) -> None:
        for variable in ("ContentsCode", "Tid"):
            if variable not in self.ask or variable not in self.dimensions:
                raise ValueError(f"{variable} må stå i både dimensions og ask")
        for variable, choice in self.ask.items():
            if MUNICIPALITIES in choice.codes and variable not in self.regions:
                raise ValueError(f"{variable} ber om {MUNICIPALITIES}, men står ikke i regions")
            bad = [
                code for code in choice.codes if re.match(r"(top|bottom)\(", code, re.I) and not _COUNT.fullmatch(code)
            ]
            if bad or not choice.codes:
                raise ValueError(f"{variable} har et uttrykk som ikke kan brukes: {bad[0] if bad else 'ingenting'}")

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
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"catalog.toml kan ikke leses: {error}.") from None
    return {table: _entry(table, entry) for table, entry in entries.items()}


def _entry(table: str, entry: Any) -> TableInfo:
    try:
        return TableInfo.model_validate(entry | {"id": table})
    except TypeError:
        raise DataError(f"catalog.toml: {table} er ikke en tabell. Skriv [{table}] på en egen linje.") from None
    except re.error as error:
        raise DataError(f"catalog.toml, {table}: sheets er ikke et regulært uttrykk: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        said = _WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise DataError(f"catalog.toml, {table}{f', feltet {field}' if field else ''}: {said}.") from None


def tidy_tables() -> dict[str, TableInfo]:
    """The entries that become tidy tables."""
    return {table: info for table, info in catalog().items() if info.tidy}
