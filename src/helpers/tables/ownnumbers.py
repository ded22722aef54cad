"""Numbers as people write them: decimal comma or point, thousands with spaces. A number that may be two numbers is refused, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

Decimal = Literal[",", "."]
_SPACE = "[ \u00a0\u202f\u2009]"
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?=[.,]|$)")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_UNSURE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
LARGEST = 1e15  # what float64 holds to the unit


def decimal_of(texts: Iterable[tuple[int, str]]) -> tuple[Decimal | None, int | None, str]:
    """The decimal sign of texts that belong together, as their forms show it.

    Parameters
    ----------
    texts : (place, text), in order.

    Returns
    -------
    the sign (None: none is used), the place of the first text that speaks against it, and ``mixed`` or ``unsure``.
    """
    seen: dict[Decimal, int] = {}
    unsure: int | None = None
    for place, text in texts:
        plain = _plain(text)
        if plain is None or not _NUMBER.fullmatch(plain[1]):
            continue
        sign = _shows(plain[1], grouped=plain[2])
        if sign is not None:
            seen.setdefault(sign, place)
        elif unsure is None and _UNSURE.fullmatch(plain[1]):
            unsure = place
    if len(seen) == 2:
        return None, max(seen.values()), "mixed"
    if not seen and unsure is not None:
        return None, unsure, "unsure"
    return next(iter(seen), None), None, ""


def number(text: str, decimal: Decimal | None) -> float | None:
    """The number that a text is; None where it is none."""
    plain = _plain(text)
    if plain is None or not _NUMBER.fullmatch(plain[1]):
        return None
    sign, digits, grouped = plain
    decimal = decimal or ","
    other = "." if decimal == "," else ","
    whole, point, rest = digits.partition(decimal)
    if decimal in rest or other in rest:
        return None
    if other in whole and (grouped or not re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(other)}[0-9]{{3}})+", whole)):
        return None
    value = float(f"{sign}{whole.replace(other, '')}{'.' if point else ''}{rest}")
    return value if math.isfinite(value) and abs(value) < LARGEST else None


def _plain(text: str) -> tuple[str, str, bool] | None:
    """Sign, digits without the spaces of thousands and the percent sign, and whether there were such spaces."""
    bare = text.translate(_MINUS).strip().removesuffix("%").strip()
    sign = "-" if bare.startswith("-") else ""
    bare = bare.removeprefix("-").removeprefix("+").strip()
    grouped = _GROUPED.match(bare)
    if grouped:
        bare = re.sub(_SPACE, "", grouped[0]) + bare[grouped.end() :]
    return None if not bare or re.search(r"\s", bare) else (sign, bare, grouped is not None)


def _shows(digits: str, grouped: bool) -> Decimal | None:
    """Which sign the form of one number shows to be the decimal one; None where it shows nothing."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if points + commas > 1:  # 1.234.567: the other one
        return "," if points else "."
    if points + commas == 0 or (not grouped and _UNSURE.fullmatch(digits)):
        return None
    return "." if points else ","
