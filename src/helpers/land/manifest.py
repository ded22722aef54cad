"""``layers.toml``: which of a municipality's files and columns is what, and the assumptions it sets itself.

.. code-block:: toml

    municipality = "3101"
    source = "Halden kommune, uttrekk 1. mai 2026"    # printed under every map
    crs = "EPSG:25832"                                 # only for files that do not say it themselves

    [layers.planned]
    file = "kommuneplan.gpkg"                          # .gpkg .geojson .json .gml .shp, or a .zip that holds one
    layer = "arealformal"                              # where the file has several
    columns = { purpose = "arealformål", status = "arealbruksstatus" }

    [layers.roads]
    file = "veg.shp"
    columns = { main = "vegkategori" }
    values = { main = ["E", "R", "F"] }                # the values that mean yes

    [[layers.flood]]                                   # several files of one kind
    file = "flom200.geojson"
    constants = { return_years = 200 }

    [layers.zoning]
    file = "reguleringsplaner.gml"
    keep = { planstatus = ["3"] }                      # only the features with these values

    [layers.slope]
    raster = "dtm10.tif"                               # elevation, metres; needs kommunerapport[terrain]

    [settings]
    min_area_m2 = 1000
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError, field_validator, model_validator

from helpers.errors import DataError, reason
from helpers.land.layers import COLUMNS, ROLES
from helpers.land.settings import Constraint, Frozen, Settings, settings

FILE = "layers.toml"
LAND, EXAMPLE = "land", "example"
ENDINGS = (".gpkg", ".geojson", ".json", ".gml", ".shp", ".zip")
RASTERS = (".tif", ".tiff")
_TOML = "Tekst må stå i anførselstegn, stier skrives med / og ikke \\, og flere filer av samme lag som [[layers.navn]]."
_WORDS = {
    "missing": "mangler",
    "extra_forbidden": "finnes ikke (skrevet feil?)",
    "string_type": "må være tekst i anførselstegn",
    "greater_than": "må være større enn {gt}",
    "greater_than_equal": "må være minst {ge}",
    "less_than_equal": "må være høyst {le}",
    "float_parsing": "må være et tall",
    "float_type": "må være et tall",
    "float_from_string": "må være et tall",
    "finite_number": "må være et tall",
    "int_type": "må være et helt tall",
    "int_parsing": "må være et helt tall",
    "int_from_float": "må være et helt tall",
    "literal_error": "må være en av {expected}",
    "tuple_type": "må være en liste: [ … ]",
    "too_short": "må ha minst én oppføring",
    "model_type": "må være en tabell: {{ navn = verdi }}",
    "model_attributes_type": "må være en tabell: {{ navn = verdi }}",
    "mapping_type": "må være en tabell: {{ navn = verdi }}",
    "dict_type": "må være en tabell: {{ navn = verdi }}",
}


class LayerSpec(Frozen):
    """One file of a layer (the fields are explained at the top of the module). Column names are matched whatever their case."""

    file: str = ""
    raster: str = ""
    layer: str = ""
    crs: str = ""
    columns: Mapping[str, str] = {}
    values: Mapping[str, tuple[str, ...]] = {}
    constants: Mapping[str, float | str | bool] = {}
    keep: Mapping[str, tuple[str, ...]] = {}
    source: str = ""
    licence: str = ""

    @field_validator("values", "keep", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """``keep = {status = 2}`` and ``[2, 3]`` are as good as ``["2"]``."""
        if not isinstance(given, Mapping):
            return given
        return {
            key: [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
            for key, value in given.items()
        }

    @model_validator(mode="after")
    def _one_file(self) -> LayerSpec:
        if bool(self.file) == bool(self.raster):
            raise ValueError("oppgi enten file eller raster")
        name, endings = (self.file, ENDINGS) if self.file else (self.raster, RASTERS)
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise ValueError(f"{name}: filen må ligge i samme mappe som layers.toml")
        if path.suffix.lower() not in endings:
            raise ValueError(f"{name}: kan lese {', '.join(endings)}, ikke {path.suffix or 'en fil uten endelse'}")
        return self


class Manifest(Frozen):
    """A municipality's ``layers.toml``."""

    municipality: str
    source: str = ""
    licence: str = ""
    crs: str = ""
    layers: Mapping[str, tuple[LayerSpec, ...]] = {}
    settings: Mapping[str, Any] = {}

    @field_validator("layers", mode="before")
    @classmethod
    def _lists(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {role: each if isinstance(each, list) else [each] for role, each in given.items()}

    @model_validator(mode="after")
    def _known(self) -> Manifest:
        for role, specs in self.layers.items():
            if role not in ROLES:
                raise ValueError(f"«{role}» er ikke et kartlag. De som finnes: {', '.join(ROLES)}")
            known = COLUMNS[role]
            for spec in specs:
                for name in (*spec.columns, *spec.values, *spec.constants):
                    if name not in known:
                        has = f"har {', '.join(known)}" if known else "har ingen kolonner"
                        raise ValueError(f"layers.{role}: «{name}» finnes ikke; laget {has}")
                if spec.raster and role != "slope":
                    raise ValueError(f"layers.{role}: bare slope kan være et raster")
        return self

    @property
    def assumptions(self) -> Settings:
        """The defaults with the municipality's own on top. Constraints that its order leaves out come last: no order can free land."""
        own = dict(self.settings)
        order = own.get("order")
        if isinstance(order, list) and all(isinstance(each, str) for each in order):
            own["order"] = [*order, *(each for each in get_args(Constraint) if each not in order)]
        return settings(own)


def folder(raw: Path, code: str) -> Path:
    """Where a municipality's own files lie: ``data/raw/land/3101``; those of a constructed one: ``data/raw/example/9901``."""
    own = raw / EXAMPLE / code
    return own if own.is_dir() else raw / LAND / code


def read(raw: Path, code: str) -> Manifest | None:
    """The manifest of a municipality; None where it has none.

    Raises
    ------
    DataError
        naming the file, the field, what is wrong and what may stand there.
    """
    path = folder(raw, code) / FILE
    if not path.exists():
        return None
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))  # Notepad writes a mark at the beginning
    except UnicodeDecodeError:
        raise DataError(f"{path} er ikke lagret som UTF-8. Lagre den på nytt med tegnsettet UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: ikke gyldig TOML{_where(error)}. {_TOML}") from None
    except OSError as error:
        raise DataError(f"{reason(error)} ({path}).") from None
    try:
        found = Manifest.model_validate(told)
    except ValidationError as error:
        raise DataError(f"{path}: {_told(error)}.") from None
    if found.municipality != code:
        raise DataError(f"{path}: municipality er {found.municipality}, men filen ligger i mappen til {code}.")
    try:
        _ = found.assumptions
    except ValidationError as error:
        raise DataError(f"{path}: settings.{_told(error)}.") from None
    return found


def _where(error: tomllib.TOMLDecodeError) -> str:
    at = re.search(r"line (\d+), column (\d+)", str(error))
    return f", linje {at[1]}, tegn {at[2]}" if at else ""


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    named = [str(part) for part in first["loc"] if not isinstance(part, int) and part not in ("float", "str", "bool")]
    field = ".".join(named)
    if first["type"] == "value_error":
        said = first["msg"].removeprefix("Value error, ")
        return f"{field}: {said}" if field else said
    return f"{field} {_WORDS.get(first['type'], 'kan ikke brukes').format(**first.get('ctx', {}))}"
