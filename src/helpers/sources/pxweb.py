"""What to ask SSB's PxWebApi 2 for: codes and expressions of the catalogue, looked up in a table's own metadata, in requests of allowed size."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from helpers import jsonstat
from helpers.catalog import MUNICIPALITIES, Choice, TableInfo
from helpers.errors import DataError, SourceError

CONTENTS, TIME = "ContentsCode", "Tid"
INDUSTRIES = ("NACE2007", "NACE2025")  # SN2007 and SN2025: their codes do not mean the same, and are never joined
BOTH = "0"  # SSB's code of all, where a variable has one: both sexes
MOST_CELLS = 800_000
_PAST = re.compile(r"-\s*\d{4}\)$")
_REGION = re.compile(r"(?:K[-_.])?(\d{4})")
_CALL = re.compile(r"(top|bottom|from|to|range)\(\s*([^,()]+?)\s*(?:,\s*([^,()]+?)\s*)?\)", re.IGNORECASE)

Codes = dict[str, list[str]]  # variable → codes
Metadata = Callable[[Mapping[str, str]], Mapping[str, Any]]
Municipalities = Callable[[int], frozenset[str]]


class Lacking(SourceError):
    """The table does not have what the catalogue asks for."""


@dataclass(frozen=True)
class Selection:
    """One request: variable → codes, and variable → the codelist that they are from."""

    codes: Codes
    codelists: Mapping[str, str]

    @property
    def body(self) -> dict[str, Any]:
        """Its JSON body."""
        rows = []
        for variable, codes in self.codes.items():
            codelist = {"codelist": self.codelists[variable]} if variable in self.codelists else {}
            rows.append({"variableCode": variable, **codelist, "valueCodes": codes})
        return {"selection": rows}


@dataclass(frozen=True)
class Plan:
    """The requests for one table.

    Parameters
    ----------
    requests : part → request. lacking : what the catalogue asks for and the table does not have, in words. updated : the producer's time
        stamp of the table.
    """

    requests: Mapping[str, Selection]
    lacking: tuple[str, ...]
    updated: str


def plan(
    info: TableInfo, metadata: Metadata, municipalities: Municipalities, known: frozenset[str], most: int = MOST_CELLS
) -> Plan:
    """The requests that bring what the catalogue asks of a table.

    Parameters
    ----------
    metadata : codelists by variable → the table's metadata with the values of these codelists.
    municipalities : year → the municipality codes valid in it. known : every municipality code of any year.
    most : cells that one request may ask for.

    Raises
    ------
    SourceError
        naming table and variable: the catalogue asks for a variable or a content that the table does not have, leaves one out that must
        be chosen, or not one of the codes exists.
    """
    requests, lacking, updated = _asked(info, info.ask, metadata, municipalities, known, most)
    for part, instead in info.also.items():
        try:
            more, gone, _ = _asked(info, info.ask | instead, metadata, municipalities, known, most)
        except Lacking as error:
            lacking.append(str(error).removeprefix(f"{info.id}: ").rstrip("."))
        else:
            lacking += [each for each in gone if each not in lacking]
            requests |= {f"{part}{f'-{name}' if name else ''}": each for name, each in more.items()}
    return Plan(requests, tuple(lacking), updated)


def _asked(
    info: TableInfo,
    ask: Mapping[str, Choice],
    metadata: Metadata,
    municipalities: Municipalities,
    known: frozenset[str],
    most: int,
) -> tuple[dict[str, Selection], list[str], str]:
    """The requests for one way of asking, what is lacking, and the table's time stamp."""
    codelists = {variable: choice.codelist for variable, choice in ask.items() if choice.codelist}
    meta = metadata(codelists)
    held = _values(info, meta)
    choices = _choices(info, ask, held, meta)
    lacking: list[str] = []
    codes: Codes = {}
    years: list[int] = []
    for variable in sorted(held, key=lambda each: each != TIME):  # which municipalities to ask for follows the years
        if variable in choices:
            every = frozenset[str]().union(*map(municipalities, years))
            codes[variable] = _chosen(info, variable, choices[variable], held[variable], every, lacking)
        if variable == TIME:
            years = sorted({int(code[:4]) for code in codes.get(TIME, []) if code[:4].isdigit()})
        if variable in choices and MUNICIPALITIES in choices[variable].codes:
            lacking += _strangers(info, variable, meta, codes[variable], known)
    codes = {variable: codes[variable] for variable in held if variable in codes}
    selections = _by_year(info, codes, choices, municipalities) if info.each_year else {"": codes}
    lists = {variable: codelist for variable, codelist in codelists.items() if variable in codes}
    pieces = {
        part: Selection(piece, lists)
        for name, each in selections.items()
        for part, piece in _split(info, name, each, most).items()
    }
    updated = meta.get("updated")
    return pieces, lacking, updated if isinstance(updated, str) else ""


def expand(expression: str, values: Sequence[str]) -> list[str] | None:
    """The codes that a selection expression of PxWebApi stands for, in the table's order; None where it is a plain code.

    ``*`` and ``?`` are wildcards; ``top(n[,offset])`` and ``bottom(n[,offset])`` count from the newest and the oldest; ``from(x)``, ``to(x)``
    and ``range(a,b)`` compare codes as text.
    """
    call = _CALL.fullmatch(expression.strip())
    if call is None:
        if "*" not in expression and "?" not in expression:
            return None
        pattern = expression.replace("[", "[[]").lower()
        return [value for value in values if fnmatchcase(value.lower(), pattern)]
    name, first, second = call[1].lower(), call[2], call[3]
    if name in ("top", "bottom"):
        count, offset = int(first), int(second or 0)
        ordered = list(values) if name == "bottom" else list(reversed(values))
        wanted = set(ordered[offset : offset + count])
        return [value for value in values if value in wanted]
    low, high = {"from": (first, None), "to": (None, first), "range": (first, second)}[name]
    return [value for value in values if (low is None or value >= low) and (high is None or value <= high)]


def _values(info: TableInfo, meta: Mapping[str, Any]) -> Codes:
    """Variable → its codes, in the table's order."""
    ids = meta.get("id")
    if not isinstance(ids, list) or not isinstance(meta.get("dimension"), dict):
        raise SourceError(f"{info.id}: SSBs beskrivelse av tabellen mangler variablene. Prøv igjen senere.")
    try:
        held = {str(variable): jsonstat.codes(meta, variable) for variable in ids}
    except DataError as error:
        raise SourceError(f"{info.id}: SSBs beskrivelse av tabellen kan ikke leses: {error}.") from None
    strange = [code for code in held.get(TIME, []) if not re.fullmatch(r"\d{4}\w{0,4}", code)]
    if strange:  # periods name files
        raise SourceError(f"{info.id}: «{strange[0]}» er ikke en periode.")
    return held


def _choices(info: TableInfo, ask: Mapping[str, Choice], held: Codes, meta: Mapping[str, Any]) -> dict[str, Choice]:
    """Variable → what is asked of it, with every variable of the table accounted for."""
    other = ask.get("*")
    chosen = {variable: choice for variable, choice in ask.items() if variable != "*"}
    for variable in list(chosen):
        if variable in held:
            continue
        if variable not in info.dimensions and chosen[variable].codes == (BOTH,):
            del chosen[variable]  # what would be summed over is not there in the first place
            continue
        moved = next((each for each in INDUSTRIES if each in held), None) if variable in INDUSTRIES else None
        if moved:
            raise Lacking(
                f"{info.id}: tabellen har gått over fra {variable} til {moved}, en annen næringsstandard. Tallene kan ikke føyes sammen; "
                f"gi den nye tabellen en egen oppføring i catalog.toml."
            )
        raise Lacking(
            f"{info.id}: tabellen har ingen variabel {variable}; den har {', '.join(held)}. Rett oppføringen i catalog.toml."
        )
    for variable in held:
        optional = _may_be_left_out(meta, variable)
        if variable not in chosen and other is not None and variable not in (CONTENTS, TIME):
            chosen[variable] = other
        elif variable not in chosen and not optional:
            raise Lacking(
                f"{info.id}: variabelen {variable} må velges, men catalog.toml sier ikke hvordan. Den har {_some(held[variable])}."
            )
        elif variable in ask and optional and _falls_away(info, variable, ask[variable], held[variable]):
            del chosen[variable]  # «0», both sexes, is not a value: leaving the variable out gives the sum
    return chosen


def _falls_away(info: TableInfo, variable: str, choice: Choice, values: list[str]) -> bool:
    return variable not in info.dimensions and choice.codes == (BOTH,) and BOTH not in values


def _may_be_left_out(meta: Mapping[str, Any], variable: str) -> bool:
    extension = meta["dimension"][variable].get("extension")
    return isinstance(extension, dict) and extension.get("elimination") is True


def _chosen(
    info: TableInfo,
    variable: str,
    choice: Choice,
    values: list[str],
    municipalities: frozenset[str],
    lacking: list[str],
) -> list[str]:
    """The codes of one variable that exist, each once; what is lacking is added to `lacking`."""
    known = {value.lower(): value for value in values}
    found: dict[str, None] = {}
    gone = []
    for code in choice.codes:
        if code == MUNICIPALITIES:
            hits: list[str] | None = [value for value in values if _municipality(value) in municipalities]
        else:
            hits = expand(code, values)
        if hits is None:
            hits = [known[code.lower()]] if code.lower() in known else []
            gone += [] if hits else [code]
        found |= dict.fromkeys(hits)
    if variable in info.bands:
        gone += [value for value in values if re.fullmatch(r"\d+\+?", value) and value not in found]
    if gone and (variable == CONTENTS or variable in info.bands or not found):
        raise Lacking(
            f"{info.id}: {variable} har ikke {', '.join(gone)}; den har {_some(values)}. Rett oppføringen i catalog.toml."
        )
    if not found:
        raise Lacking(
            f"{info.id}: ingen verdi av {variable} passer til {', '.join(choice.codes)}; den har {_some(values)}."
        )
    if gone:
        lacking.append(f"{variable} har ikke {', '.join(gone)}")
    return list(found)


def _municipality(code: str) -> str:
    match = _REGION.fullmatch(code)
    return match[1] if match else ""


def _strangers(
    info: TableInfo, variable: str, meta: Mapping[str, Any], chosen: Sequence[str], known: frozenset[str]
) -> list[str]:
    """Four-digit codes of a table that are no municipality of any year and not asked for; SSB marks those of the past: «(-2007)»."""
    strange = [
        f"{code} {label}"
        for code, label in jsonstat.labels(meta, variable).items()
        if (bare := _municipality(code)) and bare not in known and code not in chosen and not _PAST.search(label)
    ]
    return [f"{variable} har også {_some(strange)}, som ikke er bestilt"] if strange else []


def _by_year(
    info: TableInfo, codes: Codes, choices: Mapping[str, Choice], municipalities: Municipalities
) -> dict[str, Codes]:
    """One selection for each year, with the municipality codes of that year only."""
    requests = {}
    for time in codes[TIME]:
        valid = municipalities(int(time[:4]))
        selection = dict(codes)
        for variable in info.regions:
            if MUNICIPALITIES in choices[variable].codes:
                selection[variable] = [
                    code for code in codes[variable] if _municipality(code) in valid or info.is_extra(code)
                ]
        requests[time] = selection | {TIME: [time]}
    return requests


def _split(info: TableInfo, name: str, codes: Codes, most: int) -> dict[str, Codes]:
    """The selection in pieces below the limit of cells, along one dimension (the time, where that is enough)."""
    cells = math.prod(len(each) for each in codes.values())
    if cells <= most:
        return {name: codes}
    along = [each for each in codes if each != CONTENTS and each not in info.bands]
    along.sort(key=lambda each: (each != TIME, -len(codes[each])))
    for variable in along:
        step = most // (cells // len(codes[variable]))
        if step >= 1:
            pieces = [codes[variable][at : at + step] for at in range(0, len(codes[variable]), step)]
            prefix = f"{name}-" if name else "p"
            return {f"{prefix}{number:02d}": codes | {variable: piece} for number, piece in enumerate(pieces, 1)}
    raise SourceError(f"{info.id}: utvalget er {cells} celler og lar seg ikke dele i spørringer på høyst {most}.")


def _some(values: Sequence[str]) -> str:
    listed = ", ".join(values[:12])
    return listed if len(values) <= 12 else f"{listed} og {len(values) - 12} til"
