"""Whether a figure reads as a plan prints it, and whether the plan's own numbers agree with each other. Plain numbers in, codes out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from helpers.claims import Agreement, Claim, Number, Own, nearest
from helpers.measures import pace
from helpers.measures.rounding import Interval

PLAIN_SHARE, HEDGED_SHARE, HEDGED_RATE = (
    20,
    5,
    3,
)  # a coarse digit is at most a twentieth of the number; after «ca.» a fifth, of percents a third
OwnKind = Literal["change", "growth", "annual", "share", "sum", "level"]
OVER, UNDER = ("over", "least", "just over"), ("under", "most", "just under")


def coarse(number: Number) -> float:
    """The digit to which a number may be meant: of 27 000 the thousands, of «ca. 2 500» the five hundreds, of «ca. 15 prosent» the fives; never finer than printed.

    Examples
    --------
    >>> from helpers.claims import Number
    >>> from helpers.measures import claimarithmetic
    >>> claimarithmetic.coarse(Number("27 000", 27000, 1)), claimarithmetic.coarse(Number("ca. 2 500", 2500, 1, hedge="about"))
    (1000.0, 500.0)
    """
    value, step = abs(Decimal(repr(number.value))), Decimal(repr(number.step))
    hedged = HEDGED_SHARE if number.unit == "count" else HEDGED_RATE
    limit = value / (hedged if number.hedge else PLAIN_SHARE)
    steps = [step * 10**power * half for power in range(12) for half in ((1, 5) if number.hedge else (1,))]
    return float(max((each for each in steps if each <= limit and value % each == 0), default=step))


def agreement(stated: float, number: Number, found: Interval) -> Agreement:
    """Whether a figure reads as it is stated.

    Parameters
    ----------
    stated : with its direction; hedges («over 600» of a decrease) are about its size. found : the figure and how far rounding may have moved it.

    Returns
    -------
    ``exact``: rounds to it at its printed precision; ``rounded``: only with its hedge, its round digits or the table's own rounding; ``no``.

    Examples
    --------
    >>> from helpers.claims import Number
    >>> from helpers.measures import claimarithmetic
    >>> from helpers.measures.rounding import Interval
    >>> stated = Number("13 100", 13100, 1)
    >>> [claimarithmetic.agreement(13100, stated, Interval(each, each, each)) for each in (13100, 13122, 13200)]
    ['exact', 'rounded', 'no']
    """
    if stated < 0:
        stated, found = -stated, Interval(-found.value, -found.upper, -found.lower)
    value, lower, upper = (nearest(each, number.step) for each in (found.value, found.lower, found.upper))
    if number.upper is not None:
        return "rounded" if lower <= number.upper and upper >= stated else "no"
    if number.hedge in (*OVER, *UNDER):
        return _bounded(stated, number, found)
    if _same(value, stated, number.step):
        return "exact"
    wide = coarse(number)
    inside = lower <= stated <= upper
    return "rounded" if inside or _same(nearest(found.value, wide), stated, number.step) else "no"


def _bounded(stated: float, number: Number, found: Interval) -> Agreement:
    """«over», «minst», «i overkant av» and their opposites."""
    near = coarse(number)
    limits = {
        "over": found.upper > stated,
        "under": found.lower < stated,
        "least": nearest(found.upper, number.step) >= stated,
        "most": nearest(found.lower, number.step) <= stated,
        "just over": stated <= found.upper and found.lower < stated + near,
        "just under": found.lower <= stated and found.upper > stated - near,
    }
    if number.hedge in ("least", "most") and _same(nearest(found.value, number.step), stated, number.step):
        return "exact"
    return "rounded" if limits[number.hedge] else "no"


def _same(one: float, other: float, step: float) -> bool:
    return abs(one - other) < step / 1000


def own(claim: Claim) -> tuple[Own, ...]:
    """The plan's own arithmetic around a claim; empty where it gives too few numbers.

    Examples
    --------
    >>> from helpers.claims import Claim, Number, Stated
    >>> from helpers.measures import claimarithmetic
    >>> base, last = Number("12 565", 12565, 1), Number("13 122", 13122, 1)
    >>> quote = "vokste fra 12 565 til 13 122, med 557"
    >>> claimarithmetic.own(Claim(quote, quote, 1, Number("557", 557, 1), kind="change", stated=Stated(base=base, last=last)))
    (Own(kind='change', numbers=(12565, 13122), result=557, holds='exact'),)
    """
    return tuple(_held(claim, *each) for each in _sums(claim))


def _sums(claim: Claim) -> Iterator[tuple[OwnKind, tuple[float, ...], float]]:
    """What the other numbers give: which arithmetic, what went in, the result."""
    stated = claim.stated
    base, last, change, part, whole = (
        None if each is None else each.value
        for each in (stated.base, stated.last, stated.change, stated.part, stated.whole)
    )
    if claim.kind == "share" and part is not None and whole:
        yield "share", (part, whole), 100 * part / whole
    if stated.parts and whole is not None:
        numbers = tuple(each.value for each in stated.parts)
        yield "sum", numbers, sum(numbers)
    if claim.kind == "level" and base is not None and change is not None:
        yield "level", (base, change), base + change
    if claim.kind == "change" and base is not None and last is not None:
        yield "change", (base, last), last - base
    if claim.kind == "change":
        change = claim.value
    if base is None and last is not None and change is not None:
        base = last - change
    if last is None and base is not None and change is not None:
        last = base + change
    if base is None or last is None or base <= 0 or last <= 0:
        return
    if claim.kind == "change" and stated.growth is not None and change is not None:
        yield "growth", (base, change), 100 * change / base
    if claim.kind == "growth" and claim.number.unit == "percent":
        yield "growth", (base, change if change is not None else last - base), 100 * (last / base - 1)
    if claim.kind == "annual" and stated.years:
        yield "annual", (base, last, stated.years), pace.pace(base, last, stated.years)


def _held(claim: Claim, kind: OwnKind, numbers: tuple[float, ...], result: float) -> Own:
    number, value = claim.number, claim.value
    if kind == "sum" and claim.stated.whole is not None:
        number = claim.stated.whole
        value = number.value
    if claim.kind == "change" and kind == "growth" and claim.stated.growth is not None:
        number = claim.stated.growth
        value = abs(number.value) * claim.sign
    found = agreement(value, number, Interval(result, result, result))
    if found == "no" and kind in ("growth", "share") and _same(_cut(result, number.step), value, number.step):
        return Own(kind, numbers, result, "cut")  # a yearly rate compounds: there a digit cut off is another goal
    return Own(kind, numbers, result, found)


def _cut(value: float, step: float) -> float:
    size = Decimal(repr(step))
    return float((Decimal(repr(value)) / size).quantize(Decimal(1), ROUND_DOWN) * size)
