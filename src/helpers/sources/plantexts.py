"""Reads the plans that users bring: a text (.md, .txt) as sentences with their lines, or a .toml with claims already structured.

A TOML file has one ``[[claim]]`` for each claim::

    [[claim]]
    indicator = "jobs"            # as in helpers/claims.toml
    kind = "level"                # level (default), change, growth, annual, gap, goal
    value = "ca. 27 000"          # as printed, or a number
    year = 2017                   # or first and last
    quote = "rundt 27 000 arbeidsplasser"
    base = 26733                  # if the plan says what a change is from; last, change, age, moment ("start", "end"), line likewise
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from helpers.claimrules import Rulebook, rulebook
from helpers.claims import Claim, Number, Sentence, Stated, When
from helpers.errors import DataError, InputError, reason, toml_fault
from helpers.numerals import read as read_number

LONGEST = (
    1500  # characters of a sentence; what has no full stops (a list pasted from a spreadsheet) is cut between words
)
LIMIT = 2_000_000  # bytes: a plan of five hundred pages has less
KINDS = (".md", ".txt", ".toml")
_BULLET = re.compile(r"^\s*(?:[-*+•·▪o]\s+|\d{1,2}[.)]\s+|[a-zæøå]\)\s+)(?=\S)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_END = re.compile(r"[.!?…][»”\")\]]*\s+(?=[«“\"(\[]?[A-ZÆØÅ0-9])")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1900, le=2100, strict=True)]
Printed = Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True, allow_inf_nan=False)] | Text


def sentences(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a .md or .txt file, each with the line it begins in.

    Headings and bullets stand alone; every cell of a table is a sentence «row – column: cell».

    Raises
    ------
    InputError
        where there is no such file, or it is of another kind.
    DataError
        where it is too large, empty, or not UTF-8.
    """
    return split(_text(path))


def claims(path: Path) -> tuple[Claim, ...]:
    """The claims of a .toml file.

    Raises
    ------
    InputError, DataError
        as `sentences`; DataError also names claim, field and what is wrong with it.
    """
    try:
        content = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise toml_fault(path.name, error) from None
    entries = content.pop("claim", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(each, dict) for each in entries):
        raise DataError(f"{path.name} har ingen påstander. Skriv hver påstand under [[claim]].")
    unknown = sorted(set(content) - {"document", "publisher"})
    if unknown:
        raise DataError(
            f"{path.name}: feltet {unknown[0]} hører ikke til øverst i filen. Der står document og publisher."
        )
    return tuple(_claim(path, number, each) for number, each in enumerate(entries, start=1))


def _text(path: Path) -> str:
    if path.suffix.lower() not in KINDS:
        raise InputError(
            f"{path.name}: planen må være en .md- eller .txt-fil, eller påstander i .toml. Lagre den som ren tekst."
        )
    try:
        if path.stat().st_size > LIMIT:
            raise DataError(
                f"{path.name} er større enn {LIMIT // 1_000_000} MB. Del den opp, eller ta ut bilder og vedlegg."
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} kan ikke leses. {reason(error)}.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path.name} er ikke lagret som UTF-8 (linje {line}). Lagre den på nytt med tegnkoding UTF-8."
        ) from None
    if "\0" in text:
        raise DataError(f"{path.name} er ikke en tekstfil. Lagre planen som ren tekst, tegnkoding UTF-8.")
    if not text.strip():
        raise DataError(f"{path.name} er tom.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in Markdown or plain lines."""
    return tuple(_sentences(text.split("\n"), rulebook()))


def _sentences(lines: list[str], book: Rulebook) -> Iterator[Sentence]:
    block: list[tuple[int, str]] = []
    kind: Literal["prose", "bullet"] = "prose"
    table: list[tuple[int, list[str]]] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip().startswith("|"):
            yield from _flush(block, kind, book)
            block = []
            if not _RULE.match(line):
                table.append((number, [_bare(cell) for cell in line.strip().strip("|").split("|")]))
            continue
        yield from _cells(table)
        table = []
        heading, bullet = _HEADING.match(line), _BULLET.match(line)
        if heading or bullet or not line.strip() or _RULE.match(line):
            yield from _flush(block, kind, book)
            block, kind = [], "bullet" if bullet else "prose"
        if heading:
            yield Sentence(_bare(heading[1]), number, "heading")
        elif line.strip() and not _RULE.match(line):
            block.append((number, line[bullet.end() :] if bullet else line))
    yield from _flush(block, kind, book)


def _flush(block: list[tuple[int, str]], kind: Literal["prose", "bullet"], book: Rulebook) -> Iterator[Sentence]:
    """The sentences of some lines that belong together; a word divided over two lines stays divided."""
    text, starts = "", []
    for number, line in block:
        starts.append((len(text), number))
        text += _bare(line.strip().lstrip("> ")) + " "
    at = 0
    for cut in _shortened(text, [*_cuts(text, book), len(text)]):
        words = text[at:cut]
        begin = at + len(words) - len(words.lstrip())
        if words.strip():
            yield Sentence(words.strip(), max(number for place, number in starts if place <= begin), kind)
        at = cut


def _shortened(text: str, cuts: list[int]) -> Iterator[int]:
    """The same cuts, and more where a part is too long."""
    at = 0
    for cut in cuts:
        while cut - at > LONGEST:
            at = max(text.rfind(" ", at + 1, at + LONGEST) + 1, at + LONGEST // 2)
            yield at
        at = cut
        yield cut


def _cuts(text: str, book: Rulebook) -> Iterator[int]:
    """Where sentences end: not after an abbreviation, an initial or an ordinal."""
    for match in _END.finditer(text):
        word = text[: match.start() + 1].split()[-1].casefold().lstrip('(«"[')
        capital = text[match.end() : match.end() + 2].lstrip('«“"([')[:1].isupper()
        if word in book.abbreviations and not (word in book.may_end and capital):
            continue
        if re.fullmatch(r"(?:\d{1,2}|[a-zæøå])\.", word) and not (word[0].isdigit() and capital and len(word) > 2):
            continue
        yield match.end()


def _bare(text: str) -> str:
    """Without the marks of Markdown."""
    return _MARKS.sub("", _LINK.sub(r"\1", text)).replace("&nbsp;", " ").strip()


def _cells(table: list[tuple[int, list[str]]]) -> Iterator[Sentence]:
    """Every cell of a table with its row's and its column's name; the first row has the names of the columns."""
    header = table[0][1] if table else []
    for number, row in table[1:]:
        for name, cell in zip(header[1:], row[1:]):
            if cell:
                yield Sentence(f"{row[0]} – {name}: {cell}", number, "cell")


class _Given(BaseModel):
    """A claim as a file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    indicator: Text
    value: Printed
    quote: Text
    kind: Literal["level", "change", "growth", "annual", "gap", "goal"] = "level"
    year: Year | None = None
    first: Year | None = None
    last: Year | None = None
    moment: Literal["start", "end"] | None = None
    age: Annotated[str, StringConstraints(pattern=r"^\d{1,2}(?:-\d{1,2}|\+)$")] | None = None
    base: Printed | None = None
    level: Printed | None = None
    change: Printed | None = None
    line: Annotated[int, Field(ge=1, strict=True)] | None = None

    @model_validator(mode="after")
    def _time(self) -> _Given:
        if (self.year is None) == (self.first is None and self.last is None):
            raise PydanticCustomError("claim", "year: oppgi enten year, eller first og last")
        if self.year is None and (self.first is None or self.last is None or self.last <= self.first):
            raise PydanticCustomError("claim", "last: perioden må ha first og last, og last må være etter first")
        if self.kind in ("level", "gap") and self.year is None:
            raise PydanticCustomError("claim", "year mangler: et nivå eller en forskjell gjelder ett år")
        if self.moment is not None and self.kind != "level":
            raise PydanticCustomError("claim", "moment hører bare til et nivå")
        return self


def _claim(path: Path, number: int, fields: dict[str, Any]) -> Claim:
    name = f"påstand {number}"
    try:
        given = _Given.model_validate(fields)
    except ValidationError as error:
        raise DataError(f"{path.name}, {name}: {_told(error)}.") from None
    book = rulebook()
    if given.indicator not in book.indicators:
        raise DataError(
            f"{path.name}, {name}: indicator kan ikke være «{given.indicator}»; det må være en av {', '.join(book.indicators)}."
        )
    rate = given.kind in ("growth", "annual", "gap") or (
        given.kind == "level" and book.indicators[given.indicator].unit == "percent"
    )
    numbers = {
        key: _printed(path, name, key, getattr(given, key), rate and key == "value")
        for key in ("value", "base", "level", "change")
    }
    value = numbers["value"]
    assert value is not None
    years = given.last - given.first if given.first and given.last else None
    stated = Stated(base=numbers["base"], last=numbers["level"], change=numbers["change"], years=years)
    when = When("period", given.first, given.last) if given.first else When(given.moment or "point", given.year or 0)
    return Claim(
        given.quote,
        given.quote,
        given.line or 0,
        value,
        (given.indicator,),
        given.kind,
        1,
        when,
        given.age,
        rule="toml",
        stated=stated,
    )


def _printed(path: Path, name: str, key: str, said: int | float | str | None, rate: bool) -> Number | None:
    if said is None:
        return None
    text = said if isinstance(said, str) else repr(said).replace(".", ",")
    found = read_number(text if not rate or re.search(r"%|prosent", text) else f"{text} %")
    if found is None or (found.unit in ("percent", "points")) != rate:
        what = (
            "en prosent, for eksempel «16,1 prosent»" if rate else "et tall, for eksempel «12 599» eller «ca. 27 000»"
        )
        raise DataError(f"{path.name}, {name}: {key} «{said}» kan ikke leses; det må være {what}.")
    return found


_REASONS = {
    "missing": "mangler",
    "extra_forbidden": "er ikke et felt i en påstand",
    "string_too_short": "er tom",
    "string_pattern_mismatch": "har feil form: skriv for eksempel 20-66",
    "int_type": "må være et helt tall",
    "string_type": "må være tekst i anførselstegn",
}


def _told(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, in Norwegian."""
    first = error.errors()[0]
    if first["type"] == "claim":
        return str(first["msg"])
    name, kind, context = str(first["loc"][0]), first["type"], first.get("ctx", {})
    if kind == "literal_error":
        return f"{name} kan ikke være {first['input']!r}; det må være en av {context['expected']}".replace(
            " or ", " eller "
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        return (
            f"{name} må være mellom 1900 og 2100, men er {first['input']}" if name != "line" else "line må være minst 1"
        )
    return f"{name} {_REASONS.get(kind, 'kan ikke brukes')}"
