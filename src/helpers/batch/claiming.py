"""Checks the claims of a plan: reads it, ties its numbers to indicators, holds them against the tables, and tells what was found.

`checked` gives the verdicts, `report` tells them in a terminal, `as_markdown` as a document. Everything a user reads here is bokmål.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers import language
from helpers.batch import claimwords
from helpers.claimfinding import find
from helpers.claims import Outcome, Verdict
from helpers.errors import InputError
from helpers.measures.claims import assess
from helpers.places import Municipality
from helpers.sources import plantexts
from helpers.tables import Tables
from helpers.workspace import Workspace

REVISED = "Der et tall er motsagt, kan statistikken være revidert siden planen ble skrevet, eller planen kan ha brukt en annen definisjon."
ORDER: tuple[Outcome, ...] = ("contradicted", "loose", "ambiguous", "rounded", "confirmed", "own", "unchecked")
EXPLAINED = (
    "Hvert tall som planen oppgir, er holdt mot de offisielle tabellene som er hentet. Det som ikke lar seg knytte til en tabell, "
    "er oppført som ikke kontrollerbart, og ingenting er gjettet."
)


def checked(workspace: Workspace, path: Path, municipality: str) -> list[Verdict]:
    """The verdict on every numeric claim of a plan, in the order of its text.

    Parameters
    ----------
    path : a .md or .txt file with the plan's text, or a .toml with claims (`helpers.sources.plantexts`).
    municipality : whose plan it is, by name or code, also an earlier one.

    Raises
    ------
    InputError
        where the municipality or the file cannot be used.
    DataError
        where the file cannot be read, or a claim in it is not well formed.
    """
    place = _place(municipality)
    path = Path(path)
    toml = path.suffix.lower() == ".toml"
    claims = plantexts.claims(path) if toml else find(plantexts.sentences(path), place)
    tables = Tables.load(workspace)
    return [assess(claim, tables, place) for claim in claims]


def _place(municipality: str) -> Municipality:
    place = Municipality.find(municipality)
    if place.constructed:
        raise InputError(f"{place.name} er konstruert og har ingen offisielle tall å kontrollere en plan mot.")
    return place


def report(verdicts: Sequence[Verdict], path: Path, municipality: str) -> str:
    """All verdicts for a terminal: a summary, then each claim with what was found.

    Parameters
    ----------
    path, municipality : as of `checked`; they are named at the top.
    """
    with language.speaking(language.SOURCE):
        return "\n".join(_lines(verdicts, Path(path), Municipality.find(municipality))) + "\n"


def _lines(verdicts: Sequence[Verdict], path: Path, place: Municipality) -> Iterator[str]:
    yield f"{path.name}, kontrollert mot offisielle tall for {place.name} ({place.code})"
    yield claimwords.summary(_counted(verdicts))
    if any(each.outcome == "contradicted" for each in verdicts):
        yield REVISED
    for verdict in verdicts:
        claim = verdict.claim
        yield ""
        yield f"{_line(verdict)}{claimwords.outcome(verdict.outcome).upper()}: {claim.number.text}, i «{claim.quote}»"
        yield from (f"  {each}" for each in claimwords.findings(verdict))


def as_markdown(verdicts: Sequence[Verdict], path: Path, municipality: str) -> str:
    """The same as a document in Markdown: a summary, then the claims by outcome, those that are contradicted first."""
    with language.speaking(language.SOURCE):
        return "\n".join(_document(verdicts, Path(path), Municipality.find(municipality))) + "\n"


def _document(verdicts: Sequence[Verdict], path: Path, place: Municipality) -> Iterator[str]:
    yield f"# Kontroll av tallene i {_escaped(path.name)}"
    yield ""
    yield f"Holdt mot offisielle tall for {_escaped(place.name)} ({place.code}). {claimwords.summary(_counted(verdicts))}"
    yield ""
    yield f"{EXPLAINED} {REVISED}"
    for outcome in ORDER:
        chosen = [each for each in verdicts if each.outcome == outcome]
        if not chosen:
            continue
        yield from ("", f"## {claimwords.outcome(outcome).capitalize()}", "")
        yield "| Linje | Tall | Planens ord | Hva tallene viser |"
        yield "| --- | --- | --- | --- |"
        for each in chosen:
            found = " ".join(claimwords.findings(each))
            yield f"| {each.claim.line or ''} | {_escaped(each.claim.number.text)} | {_escaped(each.claim.quote)} | {_escaped(found)} |"


def _counted(verdicts: Sequence[Verdict]) -> list[tuple[Outcome, int]]:
    found = Counter(each.outcome for each in verdicts)
    return [(outcome, found[outcome]) for outcome in ORDER if found[outcome]]


def _line(verdict: Verdict) -> str:
    return f"Linje {verdict.claim.line} · " if verdict.claim.line else ""


def _escaped(text: str) -> str:
    """Harmless in a table of a document, whatever stands in the plan."""
    plain = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
    return "".join(f"\\{each}" if each in "*_`[]" else each for each in plain)
