"""Reads the targets that users bring: data/raw/targets/*.toml, one file for each municipality (a constructed one's lies with its layers).

A file has ``municipality``, ``document`` and ``publisher`` at the top (each target may have its own), one ``[[plan_goals]]`` for each of the plan's own
goals where they are known, then one ``[[target]]`` for each target, with one ``[[target.definitions]]`` for each way to measure it. Fields: `helpers.targets.Target`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from helpers.errors import DataError, InputError, toml_fault
from helpers.land import manifest
from helpers.places import Municipality
from helpers.targets import Target, Targets
from helpers.workspace import Workspace

FOLDER = "targets"
SHARED = ("municipality", "document", "publisher", "plan_goals")
REASONS = {
    "missing": "mangler",
    "extra_forbidden": "er ikke et felt i et mål",
    "int_type": "må være et helt tall",
    "int_parsing": "må være et helt tall",
    "int_from_float": "må være et helt tall",
    "float_type": "må være et tall",
    "float_parsing": "må være et tall",
    "finite_number": "må være et tall",
    "string_type": "må være tekst i anførselstegn",
    "string_too_short": "er tom",
    "string_pattern_mismatch": "har feil form",
    "tuple_type": "må være en liste",
    "model_type": "må være en tabell med felt",
    "too_short": "må ha minst én oppføring",
}


def read(raw: Path) -> tuple[Target, ...]:
    """All targets of a workspace, in the order of their files.

    Parameters
    ----------
    raw : the folder data/raw. Without the folder targets/ there are none.

    Raises
    ------
    DataError
        naming file, target, field and what is wrong with it.
    """
    found: list[Target] = []
    origin: dict[str, Path] = {}
    constructed = sorted((raw / manifest.EXAMPLE).glob(f"*/{FOLDER}.toml"))
    for path in (*sorted((raw / FOLDER).glob("*.toml")), *constructed):
        for target in read_file(path):
            if (path in constructed) != Municipality.find(target.municipality).constructed:
                raise DataError(f"{path}: virkelige og konstruerte kommuner må ikke blandes ({target.municipality}).")
            if target.id in origin:
                raise DataError(
                    f"{path.name}: id «{target.id}» finnes fra før i {origin[target.id].name}. Velg en annen."
                )
            origin[target.id] = path
            found.append(target)
    return tuple(found)


def of(targets: tuple[Target, ...], municipality: Municipality) -> Targets:
    """Those of one municipality."""
    return Targets(each for each in targets if each.municipality == municipality.code)


def targets_of(municipality: str | Municipality) -> Targets:
    """The targets of a municipality in the nearest workspace; empty where its plan is not there.

    Raises
    ------
    InputError
        where there is no such municipality. DataError naming file, target and field that cannot be used.

    Examples
    --------
    >>> [(each.id, each.value, each.unit, each.deadline) for each in targets_of("halden")][:1]
    [('halden-500-nye-arbeidsplasser', 500.0, 'persons', 2025)]
    """
    place = municipality if isinstance(municipality, Municipality) else Municipality.find(municipality)
    return of(read(Workspace.find().raw), place)


def read_file(path: Path) -> tuple[Target, ...]:
    """The targets of one file.

    Raises
    ------
    DataError
        naming file, target, field and what is wrong with it.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise toml_fault(path.name, error) from None
    entries = content.pop("target", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(each, dict) for each in entries):
        raise DataError(f"{path.name} har ingen mål. Skriv hvert mål under [[target]].")
    unknown = sorted(set(content) - set(SHARED))
    if unknown:
        raise DataError(
            f"{path.name}: feltet {unknown[0]} hører ikke til øverst i filen. Der står {', '.join(SHARED)}."
        )
    targets = tuple(_target(path, number, content | each) for number, each in enumerate(entries, start=1))
    ids = [each.id for each in targets]
    for each in ids:
        if ids.count(each) > 1:
            raise DataError(f"{path.name}: id «{each}» er brukt {ids.count(each)} ganger.")
    return targets


def _target(path: Path, number: int, fields: dict[str, Any]) -> Target:
    name = f"mål {fields.get('id') or number}"
    try:
        target = Target.model_validate(fields)
    except ValidationError as error:
        raise DataError(f"{path.name}, {name}: {_told(error)}.") from None
    try:
        place = Municipality.find(target.municipality)
    except InputError as error:
        raise DataError(f"{path.name}, {name}: municipality: {error}") from None
    if place.code != target.municipality:
        raise DataError(f"{path.name}, {name}: municipality: skriv nummeret fra 2024, {place.code}.")
    return target


def _told(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, in Norwegian."""
    first = error.errors()[0]
    field = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
    kind, context = first["type"], first.get("ctx", {})
    if kind == "target":
        return f"{field}: {first['msg']}" if field else str(first["msg"])
    if kind == "literal_error":
        return f"{field} kan ikke være {first['input']!r}; det må være en av {context['expected']}".replace(
            " or ", " eller "
        )
    if kind in ("greater_than", "greater_than_equal", "less_than_equal"):
        limit = context.get("gt", context.get("ge", context.get("le")))
        words = {"greater_than": "større enn", "greater_than_equal": "minst", "less_than_equal": "høyst"}[kind]
        return f"{field} må være {words} {limit}, men er {first['input']}"
    return f"{field} {REASONS.get(kind, 'kan ikke brukes')}"
