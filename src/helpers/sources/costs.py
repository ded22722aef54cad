"""Reads what a municipality brings to the calculator of the cost of exclusion: data/raw/costs/<code>.toml, one file for each.

Fields: `helpers.costs`. A file with another name than a municipality's code is an error, since nobody would see that it was passed over.
"""

from __future__ import annotations

from pathlib import Path

from helpers import costs
from helpers.costs import Costs
from helpers.errors import DataError, InputError
from helpers.places import Municipality

FOLDER = "costs"
GUIDE = "docs/how-to/cost-of-exclusion.md"


def read(raw: Path, place: Municipality) -> Costs | None:
    """The inputs of a municipality; None where it has no file.

    Parameters
    ----------
    raw : the folder data/raw. Without the folder costs/ nobody has inputs.

    Raises
    ------
    DataError
        naming the file, the field, what is wrong with it and where the fields are explained; also for a file whose name is no code.
    """
    for path in astray(raw):
        raise DataError(_misnamed(path))
    path = raw / FOLDER / f"{place.code}.toml"
    if not path.is_file():
        return None
    try:
        return costs.read(path, f"{FOLDER}/{path.name}")
    except DataError as error:
        raise DataError(f"{error} Feltene er forklart i {GUIDE}.") from None


def files(raw: Path, place: Municipality) -> list[Path]:
    """The files that `read` looks at: the municipality's own, and those that have no municipality's name."""
    own = raw / FOLDER / f"{place.code}.toml"
    return [*([own] if own.is_file() else []), *astray(raw)]


def astray(raw: Path) -> list[Path]:
    """The files of the folder that are not called by the code of a municipality of today; hidden ones are an editor's."""
    found = sorted((raw / FOLDER).glob("*.toml"))
    return [path for path in found if not path.name.startswith(".") and not _is_code(path.stem)]


def _is_code(name: str) -> bool:
    place = _found(name)
    return place is not None and place.code == name and not place.constructed


def _found(name: str) -> Municipality | None:
    try:
        return Municipality.find(name)
    except InputError:
        return None


def _misnamed(path: Path) -> str:
    place = _found(path.stem)
    if place is None or place.constructed:
        return f"{FOLDER}/{path.name}: filen må hete det samme som kommunenummeret, for eksempel 3101.toml. Gi den nytt navn."
    return (
        f"{FOLDER}/{path.name}: filen må hete det samme som kommunenummeret fra 2024. Gi den navnet {place.code}.toml."
    )
