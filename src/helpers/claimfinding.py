"""Finds the numeric statements of a plan's sentences and ties each to an indicator by the rules of claims.toml.

Nothing is guessed: a number that no rule ties, whose year or place the sentence does not settle, is a claim with an `obstacle`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from helpers.claimplaces import Places
from helpers.claimrelations import related
from helpers.claimrules import Rule, Rulebook, rulebook
from helpers.claims import Claim, Reason, Sentence, Stated, When
from helpers.numerals import Token, scan
from helpers.places import Municipality

NUMBERS = "NPQU"
SPANS = ("period", "since")
LATER = re.compile(r"(?:\s+(?!til\b|fra\b|og\b)[^\s⟨⟩,.;:()–]+){0,3}\s+\(?\s*⟨Y(\d+)⟩")
THAN = re.compile(r"(?:enn|fra|mot)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Masked:
    """A sentence with its tokens as ⟨N0⟩, ⟨Y1⟩ …; `starts` and `ends` are where each token stands in `text`."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """The plan's own words between two places of the masked text; a token is given whole."""

        def place(at: int, after: bool) -> int:
            moved = at
            for token, first, last in zip(self.tokens, self.starts, self.ends):
                if last <= at:
                    moved = token.end + at - last
                elif first < at:
                    return token.end if after else token.start
            return moved

        return self.sentence.text[place(start, False) : place(end, True)].strip(" ,;:–")

    def within(self, letter: str, start: int, end: int) -> list[int]:
        """The tokens of a kind between two places."""
        chosen = zip(self.tokens, self.starts)
        return [n for n, (each, at) in enumerate(chosen) if each.letter == letter and start <= at < end]

    def clause(self, start: int, end: int, book: Rulebook) -> tuple[int, int]:
        """The part of the sentence around two places, from one divider to the next."""
        dividers = re.finditer(f"(?:{book.joined})|(?P<cut>(?i:{book.clause}))", self.text)
        cuts = [each.span() for each in dividers if each["cut"]]
        before = max((last for _, last in cuts if last <= start), default=0)
        return before, min((first for first, _ in cuts if first >= end), default=len(self.text))


def masked(sentence: Sentence) -> Masked:
    """The sentence as the rules see it."""
    text, tokens = sentence.text.replace("⟨", "<").replace("⟩", ">"), scan(sentence.text)
    parts: list[str] = []
    starts, ends, at, length = [], [], 0, 0
    for number, token in enumerate(tokens):
        between, mask = text[at : token.start], f"⟨{token.letter}{number}⟩"
        starts.append(length + len(between))
        length = starts[-1] + len(mask)
        ends.append(length)
        parts += [between, mask]
        at = token.end
    return Masked(sentence, tokens, "".join([*parts, text[at:]]), tuple(starts), tuple(ends))


@dataclass(frozen=True)
class _Tie:
    rule: Rule
    match: re.Match[str]


def find(sentences: Iterable[Sentence], municipality: Municipality, book: Rulebook | None = None) -> tuple[Claim, ...]:
    """Every numeric statement, in the order of the text; those that share a sentence know each other's numbers (`Claim.stated`).

    Parameters
    ----------
    municipality : whose plan it is. A statement about another place is found, with the obstacle ``other place``.
    """
    book = book or rulebook()
    places = Places.of(municipality, book)
    found: list[list[Claim]] = []
    for sentence in sentences:
        read = masked(sentence)
        if any(each.letter in NUMBERS for each in read.tokens):
            found.append(list(_claims(read, places, book)))
    return related(found, book)


def _claims(read: Masked, places: Places, book: Rulebook) -> Iterable[Claim]:
    ties, beside = _ties(read, places, book)
    for index, token in enumerate(read.tokens):
        if token.letter not in NUMBERS or token.number is None or index in beside:
            continue
        if index in ties:
            yield _claim(read, index, ties, places, book)
        else:
            quote = read.original(*_around(read, index, book))
            yield Claim(quote, read.sentence.text, read.sentence.line, token.number, obstacle="no rule")


def _around(read: Masked, index: int, book: Rulebook) -> tuple[int, int]:
    return read.clause(read.starts[index], read.ends[index], book)


def _ties(read: Masked, places: Places, book: Rulebook) -> tuple[dict[int, _Tie], set[int]]:
    """Token → the rule that has it; and the tokens that only stand beside one (part and whole of a share)."""
    ties: dict[int, _Tie] = {}
    beside: set[int] = set()
    placed = places.names.search(read.text) is not None
    for ready in book.ready:
        if ready.requires and not placed and not any(each.search(read.text) for each in ready.requires):
            continue
        for pattern in ready.patterns:
            for match in _matches(pattern, read.text):
                index = int(match["value"])
                clause = read.text[slice(*read.clause(*match.span(), book))]
                if index in ties or index in beside or any(each.search(clause) for each in ready.unless):
                    continue
                ties[index] = _Tie(ready.rule, match)
                groups = match.groupdict()
                beside |= {int(groups[name]) for name in ("part", "whole") if groups.get(name)}
    return ties, beside


def _matches(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    """Every match, also those that overlap: a phrase may begin inside another one."""
    at = 0
    while match := pattern.search(text, at):
        yield match
        at = match.start() + 1


def _claim(read: Masked, index: int, ties: dict[int, _Tie], places: Places, book: Rulebook) -> Claim:
    tie, token = ties[index], read.tokens[index]
    rule, match = tie.rule, tie.match
    assert token.number is not None
    groups = match.groupdict()
    clause = read.clause(*match.span(), book)
    when, unclear = _time(read, index, tie, clause)
    indicators, partner, elsewhere = places.flow(rule, groups)
    place, where = places.scope(read.text, clause, _used(ties))
    aim: Reason | None = "goal" if re.search(book.goals, read.text[slice(*clause)], re.IGNORECASE) else None
    obstacle = elsewhere or where or unclear or (aim if rule.kind not in ("goal", "share") else None)
    if token.number.unit == "count" and token.number.step < 1 and rule.units == ("count",):
        obstacle = "not whole"
    claim = Claim(
        quote=read.original(*match.span()),
        sentence=read.sentence.text,
        line=read.sentence.line,
        number=token.number,
        indicators=indicators,
        kind=rule.kind,
        sign=-1 if groups.get("down") else 1 if groups.get("up") else rule.sign,
        when=when,
        age=_age(read, clause),
        place=place,
        partner=partner,
        industries=_industries(groups.get("industry"), book),
        rule=rule.id,
        obstacle=obstacle,
    )
    return replace(claim, stated=_beside(read, groups))


def _used(ties: dict[int, _Tie]) -> list[tuple[int, int]]:
    """Where the rules have used the name of a place: a commuter's other end, what a gap is to."""
    named = ("to", "from_")
    found = [each.match.span(name) for each in ties.values() for name in named if each.match.groupdict().get(name)]
    return found + [each.match.span() for each in ties.values() if each.rule.kind == "gap"]


def _beside(read: Masked, groups: dict[str, str | None]) -> Stated:
    part, whole, base = (
        read.tokens[int(at)].number if (at := groups.get(name)) else None for name in ("part", "whole", "base")
    )
    years = {each.years for each in read.tokens if each.years}
    return Stated(part=part, whole=whole, base=base, years=years.pop() if len(years) == 1 else None)


def _age(read: Masked, clause: tuple[int, int]) -> str | None:
    """The age group of the clause, or the only one of the sentence."""
    for span in (clause, (0, len(read.text))):
        ages = {read.tokens[n].age for n in read.within("A", *span)}
        if ages:
            return ages.pop() if len(ages) == 1 else None
    return None


def _time(read: Masked, index: int, tie: _Tie, clause: tuple[int, int]) -> tuple[When | None, Reason | None]:
    """The time that a statement is about, or why it is not known; its own clause goes before the rest of the sentence."""
    if tie.rule.kind in ("share", "gap", "level"):
        found, reason = _moment(read, index, tie.rule, clause)
    else:
        found, reason = _span(read, clause)
    if found is not None and found.reversed:
        return None, "reversed period"
    return found, None if tie.rule.kind == "share" else reason


def _moment(read: Masked, index: int, rule: Rule, clause: tuple[int, int]) -> tuple[When | None, Reason | None]:
    next_to = LATER.match(read.text, read.ends[index])
    if next_to and (when := read.tokens[int(next_to[1])].when) and when.kind not in SPANS:
        return when, None
    whole = read.within("Y", 0, len(read.text))
    if not whole:
        return None, "year missing"
    mine = read.within("Y", *clause)
    before = [n for n in whole if n < index]
    for chosen in (mine, whole, before[-1:]):
        times = {_pointed(read.tokens[n].when, rule) for n in chosen}
        if len(times) == 1 and (when := times.pop()):
            return when, None
        if chosen is mine and len(times) > 1:
            break
    return None, "year unclear"


def _pointed(when: When | None, rule: Rule) -> When | None:
    """A time for a level: of a period, the end that the rule names."""
    if when is None or when.kind not in SPANS:
        return when
    if when.reversed or rule.end is None or when.last is None:
        return when if when.reversed else None
    return When("point", when.first if rule.end == "first" else when.last)


def _span(read: Masked, clause: tuple[int, int]) -> tuple[When | None, Reason | None]:
    whole = (0, len(read.text))
    for span in (clause, whole):
        periods = {read.tokens[n].when for n in read.within("Y", *span)}
        periods = {each for each in periods if each and each.kind in SPANS}
        if len(periods) == 1:
            return periods.pop(), None
        if len(periods) > 1:
            return _last_before(read, clause)
    at = read.within("Y", *clause) if len(read.within("Y", *clause)) > 1 else read.within("Y", *whole)
    times = sorted({each for n in at if (each := read.tokens[n].when)}, key=lambda each: each.first)
    if len(times) == 2 and times[0].first < times[1].first and {each.kind for each in times} <= {"point", "start"}:
        return When("period", times[0].first, times[1].first), None
    if len(times) == 1:
        compared = THAN.search(read.text[: read.starts[at[0]]]) or THAN.match(
            read.sentence.text[read.tokens[at[0]].start :]
        )
        return (When("since", times[0].first) if compared else times[0]), None
    return None, "year unclear" if times else "year missing"


def _last_before(read: Masked, clause: tuple[int, int]) -> tuple[When | None, Reason | None]:
    """Several periods in a sentence: the last one before the clause is not known to be meant, so none is."""
    periods = [read.tokens[n].when for n in read.within("Y", *clause)]
    return (periods[0], None) if len(set(periods)) == 1 else (None, "year unclear")


def _industries(said: str | None, book: Rulebook) -> tuple[str, ...]:
    if said is None:
        return ()
    return next(codes for words, codes in book.industries.items() if re.fullmatch(words, said, re.IGNORECASE))
