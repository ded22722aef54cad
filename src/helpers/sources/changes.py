"""What a fetch brought, in words: a line for each table, and the diary beside the figures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path

from helpers import places
from helpers.rawstore import FETCHED
from helpers.sources.fetch import Result
from helpers.sources.revisions import Revision
from helpers.workspace import write_file

DIARY = "CHANGES.md"
TITLE = "# Hva hver henting brakte\n"
WORDS = {"new": "hentet for første gang", "unchanged": "uendret", "resumed": "hentet i den avbrutte kjøringen"}
NAMED = 5  # so many municipalities are named


def told(result: Result) -> str:
    """What became of one table."""
    said = WORDS.get(result.state) or ""
    if result.state == "period":
        said = _periods(result.revision)
    elif result.state == "revised":
        said = _revised(result.revision)
    elif result.state == "new" and result.periods:
        said = f"{said} ({result.periods})"
    elif result.state == "failed":
        said = f"IKKE HENTET: {result.reason}"
    lacking = f" Mangler hos produsenten: {'; '.join(result.lacking)}." if result.lacking else ""
    return f"{said}{'.' if lacking and not said.endswith('.') else ''}{lacking}"


def write(raw: Path, results: Sequence[Result], now: dt.datetime) -> Path:
    """Add a run to ``data/raw/fetched/CHANGES.md``, the newest first."""
    path = raw / FETCHED / DIARY
    before = path.read_text("utf-8", errors="replace").removeprefix(TITLE) if path.exists() else ""
    rows = [f"| {result.table} | {told(result).replace('|', '/')} |" for result in results if result.state != "resumed"]
    heading = f"\n## {now:%Y-%m-%d %H.%M} UTC\n\n| tabell | hva skjedde |\n|---|---|\n"
    write_file(path, (TITLE + heading + "\n".join(rows) + "\n" + before).encode())
    return path


def _periods(revision: Revision) -> str:
    first, last = revision.periods[0], revision.periods[-1]
    if len(revision.periods) == 1:
        return f"ny periode: {first}"
    return f"nye perioder: {first}–{last}" if len(revision.periods) > 2 else f"nye perioder: {first} og {last}"


def _revised(revision: Revision) -> str:
    if not revision.cells:
        return "ny utgave"
    said = f"revidert: {_number(revision.cells)} {'celle' if revision.cells == 1 else 'celler'}"
    if not math.isnan(revision.largest):
        cell = f"{', '.join(revision.where)}: {_number(revision.before)} → {_number(revision.after)}"
        said += f", største endring {_number(revision.largest)} ({cell})"
    names = [places.region_name(code) for code in revision.regions]
    if names:
        more = f" og {len(names) - NAMED} til" if len(names) > NAMED else ""
        said += f"; gjelder {', '.join(names[:NAMED])}{more}"
    return f"{_periods(revision)}; {said}" if revision.periods else said


def _number(value: float) -> str:
    """«1 234» or «0,25», with as many decimals as it has, three at most."""
    whole, _, rest = f"{value:,.3f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", "\N{NO-BREAK SPACE}") + (f",{rest}" if rest else "")
