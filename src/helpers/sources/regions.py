"""Reads the divisions that users bring: data/raw/regions/*.csv, one file for each division (docs/how-to/regions.md).

A file begins with what it is, as TOML after a ``#``, then has a line for each municipality::

    # name = "BA-regioner"
    # source = "Transportøkonomisk institutt, rapport 1713/2019"
    # date = 2020-01-01
    # covers = "country"        (or "part": an alliance that most municipalities are not in)
    code;region
    3101;Halden

Old codes are carried to those of today where that can be done; columns beside the two are passed over.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers.errors import DataError, InputError
from helpers.places import Municipality, region_name, registry
from helpers.regions import Division

FOLDER = "regions"
COLUMNS = ("code", "region")
NAMED = 5  # municipalities that a message names
_HINTS = {
    "missing": "mangler. Skriv det øverst i filen, for eksempel # {field} = {example}",
    "extra_forbidden": "hører ikke til øverst i filen. Der står name, source, date og covers",
    "string_too_short": "er tom",
    "literal_error": 'må være "country" (hele landet) eller "part" (en del av det)',
}
_EXAMPLES = {"name": '"BA-regioner"', "source": '"Transportøkonomisk institutt"', "date": "2020-01-01"}
_FORMS = {"name": "må være tekst i anførselstegn", "source": "må være tekst i anførselstegn"}


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: str = Field(min_length=1)
    source: str = Field(min_length=1)
    date: dt.date
    covers: Literal["country", "part"] = "country"


def read(raw: Path) -> tuple[Division, ...]:
    """All divisions of a workspace, in the order of their files.

    Parameters
    ----------
    raw : the folder data/raw. Without the folder regions/ there are none.

    Raises
    ------
    DataError
        naming file, line, municipality and what is wrong with it.
    """
    return tuple(read_file(path) for path in sorted((raw / FOLDER).glob("*.csv")))


def read_file(path: Path) -> Division:
    """The division of one file. Errors as `read`."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path.name} er ikke lagret som UTF-8.") from None
    lines = text.splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    head = _head(path, "\n".join(line.lstrip().removeprefix("#") for _, line in numbered if _comment(line)))
    members = _members(path, [each for each in numbered if not _comment(each[1])])
    if head.covers == "country":
        _check_whole(path, members)
    whole = head.covers == "country"
    return Division(path.stem, head.name, tuple(sorted(members.items())), whole, head.source, head.date)


def _comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _head(path: Path, told: str) -> _Head:
    try:
        return _Head.model_validate(tomllib.loads("\n".join(line.strip() for line in told.splitlines())))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f'{path.name}: linjene med # må være som # name = "BA-regioner": {error}.') from None
    except ValidationError as error:
        raise DataError(f"{path.name}: {_why(error.errors()[0])}.") from None


def _why(error: Any) -> str:
    field = str(error["loc"][0])
    hint = _HINTS.get(error["type"], _FORMS.get(field, "må være en dato, 2020-01-01, uten anførselstegn"))
    return f"feltet {field} {hint.format(field=field, example=_EXAMPLES.get(field, ''))}"


def _members(path: Path, numbered: list[tuple[int, str]]) -> dict[str, str]:
    """Region code → region, old codes that were divided and their parts as well."""
    if not numbered:
        raise DataError(f"{path.name} har ingen kommuner. Skriv overskriften code;region og en linje for hver kommune.")
    sign = ";" if ";" in numbered[0][1] else ","
    head, *rows = csv.reader((line for _, line in numbered), delimiter=sign)
    names = [each.strip().casefold() for each in head]
    if missing := [each for each in COLUMNS if each not in names]:
        raise DataError(f"{path.name}: kolonnen {missing[0]} mangler. Overskriften må ha code og region.")
    found: dict[str, str] = {}
    written: dict[str, tuple[str, int]] = {}  # region code → as it stands in the file, and where
    for (number, _), row in zip(numbered[1:], rows, strict=True):
        where = f"{path.name}, linje {number}"
        code, region = (row[at].strip() if at < len(row) else "" for at in map(names.index, COLUMNS))
        if not region:
            raise DataError(f"{where}: kommune {code or '(uten nummer)'} har ingen region.")
        place = _place(where, code)
        before, line = written.get(place, ("", 0))
        if before == code:
            raise DataError(f"{where}: {code} {region_name(place)} står også i linje {line}.")
        if before and found[place] != region:
            what = f"{before} og {code} er begge {place} {region_name(place)} i dag"
            raise DataError(f"{where}: {what}, men står i hver sin region ({found[place]} og {region}).")
        found[place], written[place] = region, (code, number)
    if not found:
        raise DataError(f"{path.name} har ingen kommuner under overskriften.")
    return _with_parts(found)


def _place(where: str, code: str) -> str:
    """The region code of today, or the old one of a municipality that was divided."""
    if re.fullmatch(r"\d{3}", code):
        raise DataError(f"{where}: «{code}» har tre siffer. Et regneark kan ha tatt bort nullen: skriv 0{code}.")
    if not re.fullmatch(r"\d{4}", code):
        raise DataError(f"{where}: «{code}» er ikke et kommunenummer. Skriv fire siffer, for eksempel 3101.")
    if code in registry().regions:
        return code
    try:
        return Municipality.find_real(code).code
    except InputError as error:
        raise DataError(f"{where}: ukjent kommune. {error}") from None


def _with_parts(found: dict[str, str]) -> dict[str, str]:
    """The parts of a divided municipality get its region, and it gets theirs, where that is one region."""
    held = registry()
    parts = {old: new for (_, old), new in held.successors.items() if old in held.regions and old not in held.by_code}
    wholes = {new: [old for old, news in parts.items() if new in news] for news in parts.values() for new in news}
    return {**_one_region(parts, _one_region(wholes, found) | found), **_one_region(wholes, found), **found}


def _one_region(others: Mapping[str, Iterable[str]], found: Mapping[str, str]) -> dict[str, str]:
    """Code → the one region that all those of the others are in which the file has."""
    held = {code: {found[each] for each in those if each in found} for code, those in others.items()}
    return {code: regions.pop() for code, regions in held.items() if len(regions) == 1}


def _check_whole(path: Path, members: dict[str, str]) -> None:
    lacking = [each for each in Municipality.all() if each.code not in members]
    if not lacking:
        return
    named = ", ".join(f"{each.code} {each.name}" for each in lacking[:NAMED])
    more = f" og {len(lacking) - NAMED} til" if len(lacking) > NAMED else ""
    raise DataError(
        f"{path.name}: {len(lacking)} av {len(Municipality.all())} kommuner mangler: {named}{more}. "
        'Skriv # covers = "part" øverst hvis inndelingen bare gjelder en del av landet.'
    )
