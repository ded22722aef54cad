"""From a file's own columns and values to those of `helpers.land.layers.COLUMNS`: matched by name, parsed, and counted where they cannot be."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.errors import DataError
from helpers.land.layers import COLUMNS, Role
from helpers.land.manifest import LayerSpec

REQUIRED: Mapping[Role, str] = {"planned": "purpose", "ar5": "artype"}
# What producers call them, folded (see `fold`); a Shapefile cuts names after ten signs.
GUESSES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("planned", "purpose"): ("arealformal", "kparealformal", "arealform", "arealforma", "kparealfor"),
    ("planned", "status"): ("arealbruksstatus", "arealst", "arealbruks"),
    ("ar5", "artype"): ("artype", "arealtype", "ar5artype", "artype50", "ar50artype"),
    ("roads", "main"): ("vegkategori", "vegkategor", "veikategori", "main"),
    ("flood", "return_years"): ("gjentaksintervall", "gjentaksin", "returnyears"),
    ("landslide", "return_years"): ("gjentaksintervall", "gjentaksin", "returnyears"),
    ("protected", "name"): ("offisieltnavn", "navn", "name", "omradenavn"),
    ("stations", "name"): ("navn", "name", "stasjonsnavn", "stasjon"),
    ("centre", "name"): ("navn", "name", "sentrumsnavn"),
    ("boundary", "code"): ("kommunenummer", "kommunenr", "kommunenum", "kommnr", "knr", "komm", "code"),
    ("slope", "slope_percent"): ("slopepercent", "helning", "helningsprosent"),
    ("parcels", "owner"): ("eier", "owner", "hjemmelshaver", "eiernavn"),
}
_YES, _NO = r"(?:e|r|f)(?:v)?\s*\d*|(?:europa|riks|fylkes)ve[gi]|ja|true|1|yes", r"(?:k|p|s)(?:v)?\s*\d*|(?:kommunal|privat|skogs?bil)\s*ve[gi]|kommunal|privat|nei|false|0|no"  # fmt: skip
_INTEGER = r"^\s*(\d{1,9})(?:[.,]0*)?(?:\s*[-–:(].*|\s+[^\d\s].*)?$"
_NUMBER = r"^\s*(\d{1,9}(?:[.,]\d+)?)(?:\s*[-–:(]?\s*[^\d\s].*)?$"


@dataclass(frozen=True)
class Plan:
    """Which columns of a file are used.

    Parameters
    ----------
    sources : our column → the file's. keep : the file's column → the values that a feature must have one of.
    """

    sources: Mapping[str, str]
    keep: Mapping[str, tuple[str, ...]]

    @property
    def needed(self) -> list[str]:
        """The file's columns to read, each once."""
        return list(dict.fromkeys((*self.sources.values(), *self.keep)))


def fold(name: str) -> str:
    """A name without case, blanks and marks, so that «Arealformål» and «AREALFORMAL» are one."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("æ", "ae").replace("ø", "o"))
    return "".join(sign for sign in plain if sign.isalnum())


def fits(role: Role, fields: Sequence[str]) -> bool:
    """Whether a file has a column that the role needs or is known by; True for roles without columns."""
    wanted = [REQUIRED[role]] if role in REQUIRED else list(COLUMNS[role])
    return not wanted or any(_guess(role, each, fields) for each in wanted)


def plan(role: Role, spec: LayerSpec, fields: Sequence[str], what: str) -> Plan:
    """Match columns.

    Raises
    ------
    DataError
        naming the columns that are there: a column of layers.toml, or one that the role cannot do without, is not.
    """
    listed = ", ".join(fields) or "ingen"
    sources: dict[str, str] = {}
    for name in COLUMNS[role]:
        if name in spec.constants:
            continue
        told = spec.columns.get(name)
        found = _named(told, fields) if told else _guess(role, name, fields)
        if told and found is None:
            raise DataError(f"{what} har ikke kolonnen «{told}». De som finnes: {listed}. Rett columns i layers.toml.")
        if found:
            sources[name] = found
    required = REQUIRED.get(role)
    if required and required not in sources and required not in spec.constants:
        raise DataError(
            f"{what}: fant ingen kolonne for {required}. De som finnes: {listed}. "
            f'Skriv columns = {{ {required} = "…" }} under [layers.{role}] i layers.toml.'
        )
    keep: dict[str, tuple[str, ...]] = {}
    for name, values in spec.keep.items():
        held = _named(name, fields)
        if held is None:
            raise DataError(f"{what} har ikke kolonnen «{name}» i keep. De som finnes: {listed}.")
        keep[held] = values
    return Plan(sources, keep)


def kept(raw: pd.DataFrame, keep: Mapping[str, tuple[str, ...]]) -> pd.Series:
    """Whether each feature has one of the values of `keep`, compared as text whatever its case."""
    held = pd.Series(True, index=raw.index)
    for name, values in keep.items():
        held &= _text(raw[name]).str.casefold().isin([_plain(each).casefold() for each in values]).astype(bool)
    return held


def tidy(raw: pd.DataFrame, role: Role, spec: LayerSpec, told: Plan, what: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns of the role, of its dtypes, with missing values for what the file does not say.

    Returns
    -------
    The frame (index of `raw`), and notes in Norwegian on values that could not be read.
    """
    found: dict[str, pd.Series] = {}
    notes: list[str] = []
    for name, dtype in COLUMNS[role].items():
        if name in spec.values and dtype != "boolean":
            raise DataError(f"{what}: values kan bare brukes på ja/nei-kolonner, ikke på {name}.")
        if name in spec.constants:
            given = pd.Series([spec.constants[name]] * len(raw), index=raw.index, dtype=object)
        elif name in told.sources:
            given = raw[told.sources[name]]
        else:
            found[name] = pd.Series(pd.NA, index=raw.index, dtype=dtype)
            continue
        text = _text(given)
        values = _parsed(text, dtype, spec.values.get(name))
        if name == "code":
            values = values.str.zfill(4)
        lost = text.notna() & values.isna()
        if lost.any():
            some = ", ".join(f"«{each}»" for each in text[lost].unique()[:3])
            notes.append(f"{int(lost.sum())} verdier av {name} kan ikke leses og regnes som ukjent ({some})")
        found[name] = values
    return pd.DataFrame(found, index=raw.index), tuple(notes)


def _parsed(text: pd.Series, dtype: str, yes: tuple[str, ...] | None) -> pd.Series:
    if dtype == "string":
        return text
    if dtype == "boolean":
        if yes is not None:
            wanted = [_plain(each).casefold() for each in yes]
            return text.str.casefold().isin(wanted).astype("boolean").mask(text.isna())
        plain = text.str.casefold()
        true, false = plain.str.fullmatch(_YES), plain.str.fullmatch(_NO)
        known: pd.Series = (true | false).fillna(False).astype(bool)
        return true.astype("boolean").mask(~known)
    pattern = _INTEGER if dtype == "Int64" else _NUMBER
    plain = text.str.extract(pattern, expand=False).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(plain).astype("Float64")
    numbers = numbers.mask((numbers <= 0).fillna(False).astype(bool))  # no code, slope or return period is 0
    return numbers.astype("Int64") if dtype == "Int64" else numbers


def _text(values: pd.Series) -> pd.Series:
    """As text, trimmed; blank is missing, and a whole number that was made a float to hold missing ones is whole again."""
    text = values.astype("string").str.strip()
    return text.mask((text == "").fillna(True).astype(bool)).str.replace(r"^(\d+)\.0+$", r"\1", regex=True)


def _plain(value: str) -> str:
    return value.strip().removesuffix(".0")


def _named(name: str, fields: Sequence[str]) -> str | None:
    same = [each for each in fields if each == name] or [each for each in fields if fold(each) == fold(name)]
    return same[0] if same else None


def _guess(role: Role, name: str, fields: Sequence[str]) -> str | None:
    for guess in GUESSES.get((role, name), ()):
        found = next((each for each in fields if fold(each) == guess), None)
        if found:
            return found
    return None
