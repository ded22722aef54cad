"""Tells the claims of a plan of each other's numbers: what an increase is from, what a percentage is of, which parts make a sum.

Numbers of the same sentence come first; a level (an indicator in a year) may stand anywhere in the plan, where the plan gives it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from helpers.claimrules import Rulebook
from helpers.claims import Claim, Number, Stated

Key = tuple[str, str, int]  # indicator, place, year
MOVES = ("change", "growth", "annual")


def related(sentences: Sequence[Sequence[Claim]], book: Rulebook) -> tuple[Claim, ...]:
    """All claims in order, each with what the plan itself says beside it.

    Parameters
    ----------
    sentences : the claims of each sentence.
    """
    levels = _levels([each for claims in sentences for each in claims])
    wholes = {rule.id: rule.whole_from for rule in book.rules if rule.whole_from}
    return tuple(_told(claim, claims, levels, book, wholes) for claims in sentences for claim in claims)


def _levels(claims: Sequence[Claim]) -> dict[Key, Number | None]:
    """Every level that the plan gives; None where it gives two."""
    found: dict[Key, Number | None] = {}
    for claim in claims:
        if claim.kind == "level" and claim.indicators and claim.when and claim.when.last is None:
            key = (claim.indicators[0], claim.place, claim.when.first)
            known = found.get(key, claim.number)
            found[key] = known if known is not None and known.value == claim.number.value else None
    return found


def _told(
    claim: Claim,
    beside: Sequence[Claim],
    levels: Mapping[Key, Number | None],
    book: Rulebook,
    wholes: Mapping[str, str | None],
) -> Claim:
    if claim.kind == "share":
        whole = claim.stated.whole or _only(levels, wholes.get(claim.rule))
        return replace(claim, stated=replace(claim.stated, whole=whole))
    if not claim.indicators:
        return claim
    same = [
        each
        for each in beside
        if each is not claim and each.indicators == claim.indicators and each.place == claim.place
    ]
    if claim.kind in MOVES:
        return replace(claim, stated=_moved(claim, same, levels))
    if claim.kind in ("level", "goal"):
        summed = _summed(claim, beside, book)
        return replace(claim, stated=summed or _reached(claim, same))
    return claim


def _only(levels: Mapping[Key, Number | None], indicator: str | None) -> Number | None:
    """The level of an indicator, where the plan gives exactly one."""
    held = [number for (name, _, _), number in levels.items() if name == indicator]
    return held[0] if len(held) == 1 else None


def _moved(claim: Claim, same: Sequence[Claim], levels: Mapping[Key, Number | None]) -> Stated:
    """From what, to what, and by how much, of a change."""
    when = claim.when
    period = (when.first, when.last) if when and when.kind == "period" else (None, None)
    base = next((each.number for each in same if _is_end(each, period[0], "fra-")), None)
    last = next((each.number for each in same if _is_end(each, period[1], "til-")), None)
    change = next((_signed(each) for each in same if each.kind == "change"), None)
    growth = next((each.number for each in same if each.kind == "growth" and each.number.unit == "percent"), None)
    if claim.kind == "change":
        change = None
    for year in period if claim.indicators else ():
        if year is not None and (number := levels.get((claim.indicators[0], claim.place, year))):
            base, last = (base or number, last) if year == period[0] else (base, last or number)
    years = period[1] - period[0] if period[0] is not None and period[1] is not None else claim.stated.years
    return Stated(base=base, last=last, change=change, growth=growth if claim.kind == "change" else None, years=years)


def _is_end(claim: Claim, year: int | None, rule: str) -> bool:
    if claim.kind != "level":
        return False
    named = claim.when.first if claim.when else None
    return named == year if named is not None and year is not None else claim.rule.startswith(rule)


def _signed(claim: Claim) -> Number:
    return replace(claim.number, value=claim.value)


def _reached(claim: Claim, same: Sequence[Claim]) -> Stated:
    """What a level is made of: where it began and what was added, when both stand in the sentence."""
    changes = [each for each in same if each.kind == "change" and each.when and each.when.last]
    if claim.kind == "level" and claim.when and len(changes) == 1:
        period = changes[0].when
        first = [
            each for each in same if each.kind == "level" and each.when and period and each.when.first == period.first
        ]
        if period and claim.when.first == period.last and len(first) == 1:
            return replace(claim.stated, base=first[0].number, change=_signed(changes[0]))
    return claim.stated


def _summed(claim: Claim, beside: Sequence[Claim], book: Rulebook) -> Stated | None:
    """The whole and all its parts, where the sentence has them all for the same time."""
    for each in book.sums:
        held = {
            name: [one for one in beside if one.kind == "level" and one.indicators[:1] == (name,)]
            for name in (each.whole, *each.parts)
        }
        if claim.indicators[0] not in held or any(len(found) != 1 for found in held.values()):
            continue
        found = [one[0] for one in held.values()]
        if len({one.when for one in found}) == 1 and len({one.place for one in found}) == 1:
            return replace(claim.stated, whole=found[0].number, parts=tuple(one.number for one in found[1:]))
    return None
