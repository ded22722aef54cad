"""What `kommunerapport own check` says: what was understood of each file, or what is wrong with it, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import owntables, smallcounts
from helpers.errors import DataError, InputError
from helpers.owntables import Description
from helpers.tables import own, owngrid
from helpers.tables.owncells import BadCells, Understood
from helpers.tables.ownlayout import USUAL
from helpers.tables.ownregions import shown
from helpers.workspace import Workspace

FIRST = 5  # rows that are shown
PROBLEMS = 10
NAMED = 8  # of many names
MEANINGS = {".": "finnes ikke", "..": "mangler", ":": "konfidensielt", "*": "skjermet"}
TEMPLATE = """title = "{stem}"
producer = "Kommunen, avdelingen som har laget tallene"
retrieved = 2026-01-31       # dagen tallene ble tatt ut
unit = "antall"

[columns]
region = "{region}"
time = "{time}"
value = "{value}\""""


@dataclass(frozen=True)
class Report:
    """What was found, in Norwegian; the last line is the verdict. ok : every file can be used."""

    lines: list[str]
    ok: bool


def check(workspace: Workspace, files: Sequence[Path] = ()) -> Report:
    """Look at some files, or at all in data/raw/own. Nothing is written.

    Parameters
    ----------
    files : of figures or descriptions, by their path or by their name in data/raw/own.

    Raises
    ------
    InputError
        where there is no such file.
    """
    folder = owntables.folder(workspace.raw)
    every = [*owntables.descriptions(workspace.raw), *owntables.undescribed(workspace.raw)]
    wanted = list(dict.fromkeys(_found(folder, each) for each in files)) or every
    if not wanted:
        return Report(
            [f"Ingen egne tall. Legg en CSV-, Excel- eller JSON-stat-fil med en .toml ved siden av i {folder}."], True
        )
    lines, bad = [], 0
    ids = [(path, table) for path in every if path.suffix == ".toml" and (table := _id(path))]
    for path in wanted:
        said, good = _one(path, [other for other, table in ids if table == _id(path) and other != path])
        lines += [*said, ""]
        bad += not good
    counted = "1 fil" if len(wanted) == 1 else f"{len(wanted)} filer"
    verdict = f"{counted}: alt er forstått." if not bad else f"{bad} av {counted} kan ikke brukes. Rett og prøv igjen."
    return Report([*lines, verdict], not bad)


def _found(folder: Path, given: Path) -> Path:
    """The description of what was named; the file itself where it has none."""
    tried = (given, folder / given, *(folder / f"{given}{ending}" for ending in (".toml", *owntables.ENDINGS)))
    path = next((each for each in tried if each.is_file()), None)
    if path is None:
        raise InputError(f"Fant ikke {given}, verken der eller i {folder}.")
    if path.suffix == ".toml":
        return path
    for each in [path.with_suffix(".toml"), *sorted(path.parent.glob("*.toml"))]:
        if each.is_file() and (each.stem == path.stem or _names(each, path)):
            return each
    return path


def _names(description: Path, file: Path) -> bool:
    try:
        return owntables.read(description).file == file.name
    except DataError:
        return False


def _id(path: Path) -> str | None:
    try:
        return owntables.read(path).id if path.suffix == ".toml" else None
    except DataError:
        return None


def _one(path: Path, others: Sequence[Path]) -> tuple[list[str], bool]:
    if path.suffix != ".toml":
        return _suggestion(path), False
    try:
        if others:
            raise DataError(f"{path.name}: id «{_id(path)}» er også brukt i {others[0].name}. Gi dem hver sin.")
        told, file, found = own.understood(path)
    except BadCells as error:
        more = [f"  FEIL: … og {len(error.problems) - PROBLEMS} til"] if len(error.problems) > PROBLEMS else []
        return [path.name, *(f"  FEIL: {each}" for each in error.problems[:PROBLEMS]), *more], False
    except DataError as error:
        return [path.name, f"  FEIL: {error}"], False
    return [f"{file.name} → {told.id}: {told.title}", *(f"  {each}" for each in _told(told, found))], True


def _told(told: Description, found: Understood) -> list[str]:
    frame, laid, grid = found.frame, found.layout, found.grid
    how = [grid.how] + ([f"desimaltegn {'komma' if found.decimal == ',' else 'punktum'}"] if found.decimal else [])
    if grid.kind != "json":
        how.append(f"overskrifter i rad {laid.header}")
    columns = {"kommune": laid.region, "tid": laid.time, "innhold": laid.contents, "tegn": laid.status}
    named = [f"{what} = «{laid.headings[at]}»" for what, at in columns.items() if at is not None]
    named += [f"kommune = {told.municipality}"] if laid.region is None else []
    named += [f"tall = {_listed([f'«{laid.headings[at]}»' for at in (*laid.values, *laid.periods)])}"]
    lines = [f"lest som: {', '.join(how)}", f"kolonner: {'; '.join(named)}"]
    lines += [f"dimensjoner: {_listed(list(laid.dimensions))}"] if laid.dimensions else []
    lines += [f"brukes ikke: {_listed(laid.unused)}"] if laid.unused else []
    regions, periods = found.labels["Region"], sorted(frame["Tid"].unique())
    span = f"{periods[0]}–{periods[-1]}" if len(periods) > 1 else f"{periods[0]}"
    contents = [f"{code} ({label})" if code != label else code for code, label in found.labels["ContentsCode"].items()]
    lines += [
        f"{len(frame)} tall i {told.unit_made}, {len(periods)} {'periode' if len(periods) == 1 else 'perioder'}: {span}",
        f"{len(regions)} {'kommune' if len(regions) == 1 else 'kommuner'}: {_listed([f'{code} {name}' for code, name in regions.items()])}",
        f"innhold: {_listed(contents)}",
        f"tegn: {_signs(frame)}",
        f"kilde: {told.producer}, {told.retrieved.isoformat()}, lisens: {told.licence}",
    ]
    lines += [f"merk: {each}" for each in _notes(told, found)]
    shown_rows = frame.head(FIRST).drop(columns=["lower", "upper"])
    written = shown_rows.assign(value=[_written(each) for each in shown_rows["value"]])
    written = written.assign(
        value=written["value"].where(shown_rows["value"].notna(), ""), status=shown_rows["status"].fillna("")
    )
    return [
        *lines,
        "de første radene i tabellen:",
        *(f"  {line}" for line in written.to_string(index=False).splitlines()),
    ]


def _signs(frame: pd.DataFrame) -> str:
    counts = frame["status"].dropna().value_counts().sort_index()
    return ", ".join(f"«{sign}» {MEANINGS.get(str(sign), '')}: {count}" for sign, count in counts.items()) or "ingen"


def _notes(told: Description, found: Understood) -> list[str]:
    frame = found.frame
    counts = frame["value"][~frame["ContentsCode"].map(told.is_rate).astype(bool)]
    notes = []
    if smallcounts.shown(told.rounding.rule, counts) == "small_counts" != told.rounding.rule:
        notes.append('tallene har 3, 4 og 5, men ingen 1 eller 2. Er de avrundet, skriv rounding = "base-3"')
    notes += [f"hoppet over {_rows(found.ignored)} uten tall"] if found.ignored else []
    notes += [f"utelatt {_rows(found.skipped)} (skip)"] if found.skipped else []
    notes += [f"oppgitt i {told.unit}, gjort om til {told.unit_made}"] if told.factor != 1 else []
    old = [code for code in found.labels["Region"] if code not in _today()]
    notes += [f"{', '.join(old)} er delt siden og hører ikke til noen kommune i dag"] if old else []
    return notes


def _written(value: float) -> str:
    return (f"{value:.0f}" if value.is_integer() else f"{value:.10g}").replace(".", ",")


def _rows(count: int) -> str:
    return "1 rad" if count == 1 else f"{count} rader"


def _today() -> frozenset[str]:
    from helpers.places import registry

    return frozenset(registry().by_code)


def _suggestion(path: Path) -> list[str]:
    """What a description of a file without one may look like."""
    head = f"{path.name} har ingen beskrivelse."
    try:
        blank = Description.model_validate(
            {"id": "own_x", "title": "x", "producer": "x", "retrieved": "2026-01-31", "unit": "x"}
        )
        grid = owngrid.read(path, blank)
    except DataError as error:
        return [head, f"  FEIL: {error}"]
    row = max(
        grid.rows[: owngrid.HEADING_WITHIN], key=lambda each: sum(isinstance(cell, str) and cell != "" for cell in each)
    )
    names = [shown(cell).replace('"', "'") for cell in row if cell not in (None, "")]
    usual = {
        role: next((name for name in names if name.casefold() in USUAL[role]), "…")
        for role in ("region", "time", "value")
    }
    template = TEMPLATE.format(stem=path.stem, **usual).splitlines()
    return [
        head,
        f"  Kolonner i filen: {_listed(names)}",
        f"  Lag {path.stem}.toml ved siden av, etter dette mønsteret:",
        *(f"    {line}" for line in template),
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" og {len(names) - NAMED} til" if len(names) > NAMED else "")
