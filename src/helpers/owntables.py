"""A municipality's own tables: what the short ``.toml`` beside a file in data/raw/own says of it (docs/how-to/own-data.md has an example).

An own table's id begins with ``own_``: it never shadows an official table, and never looks like one.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from helpers.catalog import Rounding, TableInfo
from helpers.errors import DataError, reason, toml_fault

FOLDER, PREFIX, UNKNOWN_LICENCE = "own", "own_", "ikke oppgitt"
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".json")
HEADINGS = "*"  # as columns.time: the periods are the headings
ZERO = "0"
SIGNS = (".", "..", ":", "*")
CHECK = "kommunerapport own check"
LARGEST_TOML = 100_000  # bytes
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_RATES = re.compile(r"prosent|percent|%|indeks|index|andel|per\b", re.I)
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "é": "e", "ö": "o", "ä": "a"})
_REASONS = {
    "missing": "mangler",
    "extra_forbidden": "er ikke et felt her; er det skrevet feil?",
    "string_type": "må være tekst i anførselstegn",
    "string_too_short": "er tom",
    "string_too_long": "er for lang",
    "date_type": "må være en dato uten anførselstegn, som 2026-05-01",
    "date_from_datetime_inexact": "må være en dato uten klokkeslett, som 2026-05-01",
    "bool_type": "må være true eller false",
    "tuple_type": 'må være en liste, som ["Næring"]',
    "model_type": "må være en tabell med felt",
    "dict_type": 'må være en tabell, som { "x" = ":" }',
}


@dataclass(frozen=True)
class Shape:
    """What an own table that a section of the reports reads must look like.

    Parameters
    ----------
    contents : its codes, each with what it is. units : unit as the file may give it → factor to `unit`. negative : the contents that may
        be below zero.
    """

    contents: Mapping[str, str]
    unit: str
    units: Mapping[str, float]
    negative: tuple[str, ...]


SHAPES: Mapping[str, Shape] = {
    "own_value_added": Shape(
        contents={"wages": "lønnskostnader", "operating_result": "driftsresultat"},
        unit="1000 kr",
        units={"1000 kr": 1.0, "mill. kr": 1000.0},
        negative=("operating_result",),
    )
}


class Columns(BaseModel):
    """Which column is what, by its heading (in JSON-stat: the name of the dimension).

    Parameters
    ----------
    region : of municipalities (number or name). time : of years or months, or ``*``: the headings are years or months.
    contents : of what is measured. value : of the figures; or code → heading, where each thing measured has a column of its own.
    status : of signs that stand beside the figures. dimensions : other columns that tell rows apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    region: Text | None = None
    time: Text | None = None
    contents: Text | None = None
    value: Text | Annotated[dict[Text, Text], Field(min_length=1)] | None = None
    status: Text | None = None
    dimensions: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Columns:
        if isinstance(self.value, dict) and self.contents is not None:
            raise PydanticCustomError("own", "contents og flere kolonner i value kan ikke brukes sammen; velg én")
        if self.time == HEADINGS and self.value is not None:
            raise PydanticCustomError("own", 'value kan ikke oppgis når time er "*": tallene står under årene')
        taken = {"value", "status", "lower", "upper", "Region", "ContentsCode", "Tid"}
        if wrong := [each for each in self.dimensions if each in taken]:
            raise PydanticCustomError(
                "own", "dimensions: {name} er navnet på en kolonne i alle tabeller", {"name": wrong[0]}
            )
        return self


class Description(BaseModel):
    """What is said of one file.

    Parameters
    ----------
    title, producer, retrieved, unit : what the table is, whose figures, from which day, counted in what.
    id : ``own_…``; the default is the name of the file. file : beside the description; the default is the file of the same name.
    licence, url : of the figures, where there is one. note : for analysts.
    municipality : where the file is of one municipality and has no column of municipalities.
    period : of a figure. codes : ``year``: municipalities as they were that year; ``2024``: all figures are for today's borders.
    additive : figures of municipalities that were merged may be added up. skip : regions to leave out («I alt»).
    negative : contents that may be below zero, or true for all. rates : contents that are shares, means or indices.
    signs : sign in the file → ``.``, ``..``, ``:``, ``*`` or ``0``; those of SSB and NAV are known.
    rounding : ``none``, ``base-3``, ``masked``, or as `catalog.Rounding`.
    sheet, encoding, separator, decimal : where they cannot be told from the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, StringConstraints(pattern=r"^own_[a-z][a-z0-9_]{0,40}$")]
    title: Text
    producer: Text
    retrieved: dt.date
    unit: Text
    file: Annotated[str, StringConstraints(pattern=r"^[^/\\:]+$")] | None = None
    licence: Text = UNKNOWN_LICENCE
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s\"'<>]+)?$", max_length=500)] = ""
    note: Text | None = None
    municipality: Text | None = None
    period: Literal["year", "quarter", "month"] = "year"
    codes: Literal["year", "2024"] = "year"
    additive: Annotated[bool, Field(strict=True)] = False
    skip: tuple[Text, ...] = ()
    negative: Annotated[bool, Field(strict=True)] | tuple[Text, ...] = False
    rates: tuple[Text, ...] = ()
    signs: dict[Text, Literal[".", "..", ":", "*", "0"]] = {}
    rounding: Rounding = Rounding(rule="none")
    sheet: Text | None = None
    encoding: Literal["utf-8", "cp1252", "utf-16"] | None = None
    separator: Literal[";", ",", "\t", "|"] | None = None
    decimal: Literal[",", "."] | None = None
    columns: Columns = Columns()

    @field_validator("rounding", mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        rules = {"none": "none", "base-3": "small_counts", "masked": "masked"}
        if given not in rules:
            raise PydanticCustomError(
                "own", "kan ikke være «{given}»; det må være none, base-3 eller masked", {"given": given}
            )
        return {"rule": rules[given]}

    @model_validator(mode="after")
    def _whole(self) -> Description:
        if self.municipality is not None and self.columns.region is not None:
            raise PydanticCustomError("own", "municipality og columns.region kan ikke brukes sammen; velg én")
        shape = SHAPES.get(self.id)
        if shape is not None and self.unit not in shape.units:
            raise PydanticCustomError(
                "own", "unit for {id} må være {units}", {"id": self.id, "units": " eller ".join(shape.units)}
            )
        if shape is not None and self.period != "year":
            raise PydanticCustomError("own", "period for {id} må være year", {"id": self.id})
        return self

    @property
    def known_signs(self) -> dict[str, str]:
        """Sign in the file → the sign it stands for."""
        return {**{sign: sign for sign in SIGNS}, **self.signs}

    @property
    def factor(self) -> float:
        """What the figures are multiplied by."""
        shape = SHAPES.get(self.id)
        return shape.units[self.unit] if shape else 1.0

    @property
    def unit_made(self) -> str:
        """The unit of the tidy table."""
        return SHAPES[self.id].unit if self.id in SHAPES else self.unit

    def may_be_negative(self, contents: str) -> bool:
        """Whether a figure below zero is no mistake."""
        if self.id in SHAPES:
            return contents in SHAPES[self.id].negative
        return self.negative if isinstance(self.negative, bool) else contents in self.negative

    def is_rate(self, contents: str) -> bool:
        """Whether it is a share, a mean or an index, which cannot be added up and is not rounded as a count."""
        return contents in self.rates or _RATES.search(self.unit) is not None

    def info(self, dimensions: tuple[str, ...]) -> TableInfo:
        """The table as an entry of the catalogue."""
        return TableInfo(
            id=self.id, source="own", producer=self.producer, number=self.id, title=self.title, licence=self.licence, url=self.url,
            unit=self.unit_made, rounding=self.rounding, dimensions=dimensions, regions=("Region",), period=self.period,
        )  # fmt: skip


def is_own(table: str | None) -> bool:
    """Whether a table is somebody's own, and not official."""
    return table is not None and table.startswith(PREFIX)


def folder(raw: Path) -> Path:
    """Where own files lie."""
    return raw / FOLDER


def descriptions(raw: Path) -> list[Path]:
    """The descriptions that are there."""
    return sorted(path for path in folder(raw).glob("*.toml") if not path.name.startswith((".", "~")))


def undescribed(raw: Path) -> list[Path]:
    """Files of figures that no description names; what else lies in the folder is nobody's business."""
    named = set()
    for path in descriptions(raw):
        named.add(path.stem.casefold())
        try:
            named.add(str(tomllib.loads(path.read_text("utf-8-sig")).get("file", "")).casefold())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            continue
    files = (path for path in sorted(folder(raw).glob("*")) if path.is_file() and not path.name.startswith((".", "~")))
    return [
        path
        for path in files
        if path.suffix.lower() in (*ENDINGS, ".xls", ".ods")
        and path.name.casefold() not in named
        and path.stem.casefold() not in named
    ]


def read(path: Path) -> Description:
    """The description in a file.

    Raises
    ------
    DataError
        naming the file, the field and what is wrong with it.
    """
    try:
        if path.stat().st_size > LARGEST_TOML:
            raise DataError(f"{path.name} er for stor til å være en beskrivelse. Ligger tallene i feil fil?")
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise DataError(f"{path.name} kan ikke leses. {reason(error)}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise toml_fault(path.name, error) from None
    try:
        return Description.model_validate({"id": id_of(path.stem), **content})
    except ValidationError as error:
        raise DataError(f"{path.name}: {_told(error)}.") from None


def id_of(stem: str) -> str:
    """The id of a table that does not name its own: from the name of its file."""
    plain = re.sub(r"[^a-z0-9]+", "_", stem.casefold().translate(_LETTERS)).strip("_").removeprefix(PREFIX)
    return f"{PREFIX}{plain}"


def file_of(path: Path, told: Description) -> Path:
    """The file of figures that a description is of.

    Raises
    ------
    DataError
        where it is not there, or where there are two.
    """
    if told.file is not None:
        given = path.with_name(told.file)
        if not given.is_file():
            raise DataError(
                f"{path.name}: filen «{told.file}» finnes ikke i {path.parent}. Rett file, eller legg filen der."
            )
        found = [given]
    else:
        found = [
            each for each in sorted(path.parent.glob("*")) if each.stem == path.stem and each.suffix.lower() in ENDINGS
        ]
    others = [each for each in sorted(path.parent.glob("*")) if each.stem == path.stem and each.suffix != ".toml"]
    found = found or others[:1]  # an .xls is told of below
    if not found:
        raise DataError(
            f"{path.name}: det ligger ingen {path.stem}.csv, .xlsx eller .json ved siden av. Legg filen der, eller oppgi file."
        )
    if len(found) > 1:
        raise DataError(
            f"{path.name}: både {found[0].name} og {found[1].name} ligger der. Si hvilken det er, med file."
        )
    if found[0].suffix.lower() not in ENDINGS:
        raise DataError(f"{found[0].name}: filtypen kan ikke leses. Lagre den som .csv, .xlsx eller JSON-stat (.json).")
    return found[0]


def _told(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, in Norwegian."""
    first = error.errors()[0]
    field = ".".join(
        str(part) for part in first["loc"] if part not in ("str", "bool", "dict[str,str]") and "[" not in str(part)
    )
    kind, context = first["type"], first.get("ctx", {})
    if kind == "own":
        return f"{field}: {first['msg']}" if field else str(first["msg"])
    if kind == "literal_error":
        allowed = str(context["expected"]).replace(" or ", " eller ").replace("'\\t'", 'tabulator ("\\t")')
        return f"{field} kan ikke være {first['input']!r}; det må være en av {allowed}"
    if kind == "string_pattern_mismatch":
        forms = {
            "id": "må være som own_vekst: own_ og så små bokstaver a–z, tall og understrek",
            "file": "må være navnet på en fil i samme mappe, uten skråstrek",
            "url": "må være en adresse som begynner med https://",
        }
        return f"{field} {forms.get(field, 'har feil form')}"
    return f"{field} {_REASONS.get(kind, 'kan ikke brukes')}"
