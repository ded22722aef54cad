"""One cell of an own file: a figure, a sign that stands for a missing one, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from helpers import smallcounts
from helpers.owntables import SHAPES, ZERO, Description
from helpers.tables import ownnumbers, ownregions
from helpers.tables.owngrid import NOT_COMPUTED
from helpers.tables.ownnumbers import Decimal
from helpers.tables.ownregions import shown

MISSING = ".."


def figure(cell: Any, status: str, told: Description, decimal: Decimal | None) -> tuple[float, str | None] | str:
    """Value and sign of a cell, or what is wrong with it."""
    signs = told.known_signs
    if cell is NOT_COMPUTED:
        return "formelen er ikke regnet ut. Åpne filen i Excel og lagre den på nytt"
    text = ownregions.text_of(cell)
    if text in ("", *signs) or cell is None:
        sign = signs.get(text) or signs.get(status) or MISSING
        if cell in (None, "") and status and status not in signs:
            return (
                f"tallet mangler, og tegnet «{shown(status)}» er ukjent. Skriv i beskrivelsen hva det betyr, med signs"
            )
        return (0.0, None) if sign == ZERO else (math.nan, sign)
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        return f"«{shown(cell)}» er {'sant eller usant' if isinstance(cell, bool) else 'en dato'}, ikke et tall"
    if isinstance(cell, int | float):
        value: float | None = float(cell) if math.isfinite(cell) and abs(cell) < ownnumbers.LARGEST else None
    else:
        value = ownnumbers.number(text, decimal)
    if value is None:
        return _no_number(text, decimal)
    if status in signs and signs[status] != ZERO:
        return f"cellen har både tallet {shown(cell)} og tegnet «{shown(status)}». Behold ett av dem"
    return value, None


def _no_number(text: str, decimal: Decimal | None) -> str:
    if text.startswith("#"):
        return f"«{shown(text)}» er en feil fra Excel. Rett formelen"
    if text.startswith("="):
        return f"«{shown(text)}» er en formel, ikke et tall. Lagre filen på nytt med verdier"
    said = (
        f" med {'komma' if decimal == ',' else 'punktum'} som desimaltegn"
        if decimal and any(each.isdigit() for each in text)
        else ""
    )
    return f'«{shown(text)}» er ikke et tall{said}. Rett det, eller skriv i beskrivelsen hva det betyr: signs = {{ "{shown(text)}" = ".." }}'


def not_allowed(value: float, contents: str, told: Description) -> str:
    """What is wrong with a figure, by what its description says; empty where nothing is."""
    if math.isnan(value):
        return ""
    if value < 0 and told.id in SHAPES and not told.may_be_negative(contents):
        return f"{value:g} er under null, og det kan «{shown(contents)}» ikke være. Rett tallet"
    if value < 0 and not told.may_be_negative(contents):
        return f'{value:g} er under null. Kan «{shown(contents)}» være det, skriv negative = ["{shown(contents)}"] i beskrivelsen'
    if value in smallcounts.FORBIDDEN[told.rounding.rule] and not told.is_rate(contents):
        return f"{value:g} kan ikke stå i en tabell som er avrundet eller skjermet ({told.rounding.rule}). Rett rounding i beskrivelsen"
    return ""
