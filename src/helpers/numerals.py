"""Reads the numbers, times and ages of a Norwegian sentence, each with its printed precision, and masks what is no figure.

``12 599``, ``12.599``, ``16,1 prosent``, ``1 mill.``, ``ca. 1 000``, ``27 000–28 000``; ``i 2019``, ``fra 2000 til 2019``, ``i begynnelsen av
2019``, ``oktober 2022``. Dates, sections, telephone numbers and laws are masked. The words are data: `claims.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from helpers.claimrules import LETTERS, Rulebook, rulebook
from helpers.claims import Hedge, Number, TimeKind, Unit, When

YEAR = r"(?:19|20)\d\d"
_SPACES = "\u00a0\u202f\u2009"
_PLAIN = (
    rf"\d{{1,3}}(?:[{_SPACES} ]\d{{3}})+(?!\d)(?:,\d+)?|\d{{1,3}}(?:\.\d{{3}})+(?![\d.])(?:,\d+)?|\d+,\d+|\d+\.\d+|\d+"
)
_EDGES: tuple[TimeKind, ...] = ("since", "start", "end", "point")
_ENDED = r"(?![\w/§]|[.,:]\d|-[a-zæøå])"


@dataclass(frozen=True)
class Token:
    """A masked part of a sentence: ``[start:end]`` of its text.

    Parameters
    ----------
    letter : N, P, Q (numbers, by unit), U (a number of another unit), Y (a time), A (an age), D (a duration), X (no figure).
    years : of a duration.
    """

    letter: str
    start: int
    end: int
    number: Number | None = None
    when: When | None = None
    age: str | None = None
    years: int | None = None


@dataclass(frozen=True)
class _Patterns:
    before: tuple[tuple[str, re.Pattern[str]], ...]  # letter, expression: in the order in which they take their part
    hedges: tuple[tuple[Hedge, re.Pattern[str]], ...]
    numbers: re.Pattern[str]
    units: tuple[tuple[Unit, re.Pattern[str]], ...]
    multiplier: re.Pattern[str]
    fractions: re.Pattern[str]
    book: Rulebook


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    book = rulebook()
    flags = re.IGNORECASE

    def timed(pattern: str) -> re.Pattern[str]:
        dated = pattern.replace("@", YEAR).replace("COUNTED", f"(?:{book.counted})")
        return re.compile(rf"(?<![\w-]){dated}(?!\d)", flags)

    before = [("X", re.compile(each, 0 if "[A-Z" in each else flags)) for each in book.references]
    before += [("Y", timed(each)) for each in book.times]
    before += [("X", re.compile(each, flags)) for each in book.dates]
    before += [("A", re.compile(rf"(?<![\w-]){each}", flags)) for each in book.ages]
    before += [("Y", timed(book.year)), ("D", _durations(book))]
    words = [(hedge, word) for hedge, words in book.hedges.items() for word in words]
    words.sort(key=lambda each: -len(each[1]))
    units: list[tuple[Unit, re.Pattern[str]]] = [
        (name, re.compile(book.units[name], flags)) for name in ("points", "percent", "other")
    ]
    longest = sorted(book.multipliers, key=len, reverse=True)
    fractions = sorted(book.fractions, key=len, reverse=True)
    return _Patterns(
        before=tuple(before),
        hedges=tuple((hedge, re.compile(rf"(?<!\w){re.escape(word)}\s+$", flags)) for hedge, word in words),
        numbers=re.compile(
            rf"(?<![\w/§])(?<!\d[.,:-])(?:(?P<sign>(?<!\d\s)[−–-])(?=\d)|\+)?(?P<number>{_PLAIN})"
            rf"(?P<unit>\s?%|\s?prosent)?(?:\s?[–—-]\s?(?P<upper>{_PLAIN})(?=\D|$))?{_ENDED}"
        ),
        units=tuple(units),
        multiplier=re.compile(rf"\s?(?:{'|'.join(re.escape(each) for each in longest)})(?!\w)", flags),
        fractions=re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(each) for each in fractions)})(?!\w)", flags),
        book=book,
    )


def _durations(book: Rulebook) -> re.Pattern[str]:
    words = "|".join(book.durations)
    pattern = rf"(?:(?:over|på|i|gjennom|de siste)\s)?(?<![\d.,–-])(?P<years>\d{{1,2}}|{words})(?:-|\s)?års?(?:ene)?(?:-?perioden?)?\b(?!-?(?:ing|\s(?:og|eller)\s(?:over|eldre)))"
    return re.compile(rf"(?<!\w){pattern}", re.IGNORECASE)


def scan(text: str) -> tuple[Token, ...]:
    """Everything in a sentence that is masked, in its order; parts never overlap."""
    patterns = _patterns()
    found: list[Token] = []

    def free(start: int, end: int) -> bool:
        return all(end <= each.start or start >= each.end for each in found)

    for letter, pattern in patterns.before:
        for match in pattern.finditer(text):
            if match.end() > match.start() and free(*match.span()):
                found.append(_token(letter, match, patterns.book))
    for match in patterns.fractions.finditer(text):
        if free(*match.span()):
            number = Number(match[0], patterns.book.fractions[match[0].casefold()], 1, "percent", "about")
            found.append(_hedged(text, number, match.start(), match.end(), patterns))
    edges = sorted({each.start for each in found} | {len(text)})
    place = 0
    while printed := patterns.numbers.search(text, place):
        place = printed.end("number")
        if free(*printed.span("number")):
            edge = next(each for each in edges if each >= place)
            found.append(_number(text, printed, edge, patterns))
            place = max(place, found[-1].end)
    return tuple(sorted(found, key=lambda each: each.start))


def _token(letter: str, match: re.Match[str], book: Rulebook) -> Token:
    groups = {name: each for name, each in match.groupdict().items() if each}
    if letter == "Y":
        return Token("Y", *match.span(), when=_when(groups, book))
    if letter == "A":
        return Token(
            "A", *match.span(), age=f"{groups['from']}-{groups['to']}" if "to" in groups else f"{groups['from']}+"
        )
    if letter == "D":
        said = groups["years"].casefold()
        return Token("D", *match.span(), years=book.durations.get(said) or int(said))
    return Token(letter, *match.span())


def _when(groups: dict[str, str], book: Rulebook) -> When:
    if "last" in groups:
        first, last = groups["first"], groups["last"]
        return When("period", int(first), int(last if len(last) == 4 else first[:2] + last))
    if "month" in groups:
        return When("month", int(groups["point"]), part=book.months.index(groups["month"].casefold()) + 1)
    if "quarter" in groups:
        return When("quarter", int(groups["point"]), part=int(groups["quarter"]))
    kind: TimeKind = next(each for each in _EDGES if each in groups)
    return When(kind, int(groups[kind]))


def _number(text: str, match: re.Match[str], edge: int, patterns: _Patterns) -> Token:
    """The number that begins here, with its range, multiplier, unit and hedge; X where it is no figure (4.5 without percent)."""
    upper = match["upper"] if match["upper"] and match.end("upper") <= edge else None
    end = match.end("upper") if upper else match.end("number")
    times = patterns.multiplier.match(text, end, edge)
    scale, end = (patterns.book.multipliers[times[0].strip().casefold()], times.end()) if times else (1.0, end)
    unit: Unit = "count"
    for name, pattern in patterns.units:
        if told := pattern.match(text, end, edge):
            unit, end = name, told.end()
            break
    start = match.start("sign") if match["sign"] else match.start("number")
    rate = unit in ("percent", "points")
    figure = _figure(match["number"], rate, scale)
    other = _figure(upper, rate, scale) if upper else None
    if figure is None or (upper and other is None):
        return Token("X", start, end)
    value = -figure[0] if match["sign"] else figure[0]
    number = Number(text[start:end], value, figure[1], unit)
    if other is not None:
        if other[0] <= value:
            return Token("X", start, end)
        number = replace(number, upper=other[0], step=max(figure[1], other[1]))
    between = re.search(r"mellom\s+$", text[:start], re.IGNORECASE)
    if between and upper is None and (token := _between(text, number, between.start(), end, edge, patterns)):
        return token
    return _hedged(text, number, start, end, patterns)


def _between(text: str, number: Number, start: int, end: int, edge: int, patterns: _Patterns) -> Token | None:
    """«mellom 27 000 og 28 000 personer» as one number with both ends."""
    second = re.compile(rf"\s+og\s+(?={_PLAIN})").match(text, end)
    match = patterns.numbers.match(text, second.end()) if second else None
    if match is None or match.end("number") > edge or match["upper"] or match["sign"]:
        return None
    last = _number(text, match, edge, patterns)
    if last.number is None or last.number.value <= number.value or number.unit not in ("count", last.number.unit):
        return None
    step = max(number.step, last.number.step)
    whole = replace(last.number, text=text[start : last.end], value=number.value, upper=last.number.value, step=step)
    return Token(last.letter, start, last.end, replace(whole, start=start, end=last.end))


def _figure(printed: str, rate: bool, scale: float) -> tuple[float, float] | None:
    """Value and step of a printed number; None where a point stands for nothing that a figure has."""
    plain = re.sub(rf"[{_SPACES} ]", "", printed)
    if "." in plain:
        if rate and re.fullmatch(r"\d+\.\d+", plain):
            plain = plain.replace(".", ",")
        elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
            plain = plain.replace(".", "")
        else:
            return None
    decimals = len(plain.partition(",")[2])
    return float(plain.replace(",", ".")) * scale, scale / 10**decimals


def _hedged(text: str, number: Number, start: int, end: int, patterns: _Patterns) -> Token:
    """With the word before it that makes it less exact."""
    hedge = number.hedge
    for name, pattern in patterns.hedges:
        if before := pattern.search(text, 0, start):
            hedge, start = name, before.start()
            break
    number = replace(number, text=text[start:end], hedge=hedge, start=start, end=end)
    return Token(LETTERS.get(number.unit, "U"), start, end, number)


def read(text: str) -> Number | None:
    """The number that a text is («ca. 27 000», «16,1 prosent»), None where it is not one number and nothing else."""
    words, patterns = text.strip(), _patterns()
    match = patterns.numbers.search(words)
    token = _number(words, match, len(words), patterns) if match else None
    whole = token is not None and (token.start, token.end) == (0, len(words))
    return token.number if token and whole else None
