"""Numbers and sentences in the language that is spoken (`helpers.language`), from one text catalogue.

A message is a sentence with fields; a field names what it formats: ``{out:count} av {employed:count}``. Values are escaped,
a missing figure in a sentence is an error (never a 0), and forms follow Babel's plural rule. Babel prints ASCII minus and
U+00A0 between thousands for Norwegian; here they are U+2212 and U+202F. The examples below are in bokmål.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import unescape
from typing import Any, ClassVar

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import NumberPattern, parse_pattern
from markupsafe import Markup, escape

from helpers import language, lineage
from helpers.errors import DataError
from helpers.places import Municipality, name_languages

THIN, MINUS, NBSP, DASH = "\u202f", "\u2212", "\u00a0", "\u2013"
NORWEGIAN = ("nb", "nn")
_RANGE = re.compile(rf"<(svg|style|script)\b.*?</\1>|<[^>]*>|\d+{DASH}{MINUS}?\d+", re.DOTALL)
_NOWRAP = '<span class="nobr">{}</span>'


def rounded(value: float, places: int) -> Decimal:
    """As a reader would round by hand: 0,25 is 0,3, never 0,2. Everything that is printed or written to a file is rounded here."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def count(value: float) -> str:
    """Persons: ``4 186``, ``−1 104``; no decimals."""
    return _plain(value, "#,##0")


def dekar(square_metres: float) -> str:
    """An area given in m²: ``1 234 dekar``; below ten dekar with one decimal, ``2,5 dekar``."""
    return str(text("forms.dekar", value=dekar_number(square_metres), n=1 if dekar_number(square_metres) == "1" else 2))


def dekar_number(square_metres: float) -> str:
    """The same without its unit, for axes and tables. Something is never called nothing: below 0,05 dekar it is ``under 0,1``."""
    value = square_metres / 1000
    size = abs(value)
    if 0 < size < 0.05:
        return str(text("forms.under", value=decimal(0.1)))
    small = size < 10 and rounded(value, 1) != rounded(value, 0)
    return decimal(value, 1 if small else 0)


def decimal(value: float, places: int = 1) -> str:
    """``92,2``."""
    return _plain(value, f"#,##0.{'0' * places}" if places else "#,##0")


def tick(value: float) -> str:
    """A mark on an axis, with as many decimals as it has: ``60``, ``57,5``."""
    places = next((each for each in (0, 1) if rounded(value, each) == rounded(value, 2)), 2)
    return decimal(value, places)


def tick_percent(value: float) -> str:
    """A mark on an axis in percent: ``57,5 %``."""
    return _percent(tick(value))


def percent(value: float, places: int = 1) -> str:
    """In tables and key figures: ``60,1 %``. The value is in percent, not a share of one."""
    return _percent(decimal(value, places))


def in_words(value: float, places: int = 1) -> str:
    """In sentences: ``60,1 prosent``."""
    return _words(decimal(value, places))


def points(value: float) -> str:
    """A difference between rates: ``1,2 prosentpoeng``; ``1,0 prosentpoeng`` has no plural form of its own."""
    return str(text("forms.points", value=decimal(value)))


def signed(value: float, places: int = 0) -> str:
    """A change: ``+429``, ``−133``, ``0``."""
    written = decimal(value, places)
    return written if written.startswith(MINUS) or not written.strip("0,.") else f"+{written}"


def signed_percent(value: float) -> str:
    """A change in percent: ``+4,4 %``."""
    return _percent(signed(value, 1))


def span(first: int, last: int) -> str:
    """Years: ``2017–2022``, or ``2022`` where they are one."""
    return str(first) if first == last else f"{first}{DASH}{last}"


def day(value: date) -> str:
    """``23. november 2026``."""
    return str(format_date(value, str(text("forms.day")), locale=language.locale()))


def month(value: str) -> str:
    """``2022M10`` → ``oktober 2022``."""
    return str(format_date(date(int(value[:4]), int(value[5:]), 1), "MMMM y", locale=language.locale()))


def short_month(value: str) -> str:
    """``2022M10`` → ``okt.``."""
    return str(format_date(date(int(value[:4]), int(value[5:]), 1), "LLL", locale=language.locale()))


def spelled(value: float) -> str:
    """Up to twelve in letters, as a sentence has it: ``to``, ``tolv``, ``13``."""
    return str(language.entry(f"numbers.{int(value)}") or count(value))


def listing(parts: Iterable[str | Markup]) -> Markup:
    """``A``, ``A og B``, ``A, B og C``; each part escaped unless it is Markup."""
    return Markup(format_list([escape(part) for part in parts], locale=language.locale()))


def name(municipality: Municipality | str) -> Markup:
    """A municipality's name as the producer prints it, parts in Sámi and Kven marked with their language."""
    whole = municipality if isinstance(municipality, str) else municipality.name
    languages = name_languages().get(whole)
    if not languages:
        key = language.key_of("published.place", whole)
        return text(key) if key else escape(whole)
    parts = (
        escape(part) if of_part in NORWEGIAN else _marked(part, of_part)
        for part, of_part in zip(whole.split(" - "), languages, strict=True)
    )
    return Markup(" - ").join(parts)


def bokmaal(words: str | Markup) -> Markup:
    """What somebody else has written in bokmål (a plan, a producer), marked as such on a page in another language."""
    return escape(words) if language.spoken() == language.SOURCE or not words else _marked(words, language.SOURCE)


def label(kind: str, words: str, mark: bool = True) -> Markup:
    """What somebody publishes under this name, in the language that is spoken where the catalogue has it (``[published.<kind>]``).

    Parameters
    ----------
    mark : whether what is not translated is marked as bokmål; a short name is of no language.
    """
    key = language.key_of(f"published.{kind}", words)
    return text(key) if key else bokmaal(words) if mark else escape(words)


def first_upper(words: str | Markup) -> Markup:
    """The same at the beginning of a sentence or a row; a unit (m²) keeps its letter."""
    return _first(str.upper, words)


def first_lower(words: str | Markup) -> Markup:
    """The same inside a sentence."""
    return _first(str.lower, words)


def _first(change: Callable[[str], str], words: str | Markup) -> Markup:
    return Markup(re.sub(r"^((?:<[^>]*>)*)(.)(?![²³])", lambda found: found[1] + change(found[2]), escape(words)))


def _marked(words: str | Markup, of_words: str) -> Markup:
    return Markup('<span lang="{}">{}</span>').format(of_words, words)


def ordinal_rank(rank: int, of: int, joint: bool = False) -> Markup:
    """``Nr. 12 av 12``, ``Delt nr. 3 av 12``."""
    return text("common.rank_joint" if joint else "common.rank", rank=rank, of=of)


def rank_between(best: int, worst: int, of: int) -> Markup:
    """Between which ranks a rounded figure lies: ``Nr. 3–7 av 12``, or ``Nr. 3 av 12`` where it can be no other."""
    if best == worst:
        return ordinal_rank(best, of)
    return text("common.rank_between", best=best, worst=worst, of=of)


def text(key: str, /, **values: Any) -> Markup:
    """The message `key` with its fields filled.

    Where the catalogue gives several forms, field ``n`` decides: ``one``, ``other``, and ``zero`` for exactly none.

    Raises
    ------
    DataError
        where the key is unknown, a field lacks its value, or the value is missing (NaN or None).
    """
    entry = language.entry(key)
    if entry is None:
        raise DataError(f"teksten «{key}» finnes ikke i tekstkatalogen")
    form = entry if isinstance(entry, str) else _form(key, entry, values)
    filled = _filled(f"«{key}»", form, values)
    if not key.startswith("forms."):  # the number of a form is that of the sentence it stands in
        lineage.said(key, values)
    return filled


def own(message: str, /, **values: Any) -> Markup:
    """A sentence of somebody's own page, which no catalogue has, with its fields filled as in `text`; bokmål on every page.

    >>> own("{name} hadde {jobs:count} arbeidsplasser.", name="Halden", jobs=13028.0)
    Markup('Halden hadde 13\u202f028 arbeidsplasser.')

    Raises
    ------
    DataError
        where a field lacks its value, or the value is missing (NaN or None).
    """
    filled = _filled(f"«{message}»", message, values)
    lineage.said(message, values)
    return bokmaal(filled)


def plain(markup: str | Markup) -> str:
    """The message without its marks, for alternative texts, titles and files."""
    return unescape(re.sub(r"<[^>]*>", "", markup)) if isinstance(markup, Markup) else str(markup)


def unbroken(html: Markup) -> Markup:
    """HTML in which no range of numbers («15–74», «2017–2022») is broken after its dash at the end of a line; drawings and tags are as they were."""
    return Markup(_RANGE.sub(lambda found: found[0] if found[0][0] == "<" else _NOWRAP.format(found[0]), html))


def keys(prefix: str) -> Sequence[str]:
    """The catalogue's keys that begin with `prefix` and a dot, in the order of the file."""
    return [key for key in language.every_key() if key.startswith(f"{prefix}.")]


def _filled(called: str, form: str, values: Mapping[str, Any]) -> Markup:
    try:
        return Markup(_FORMATTER.vformat(form, (), values))
    except KeyError as lacking:
        raise DataError(f"teksten {called} mangler verdien {lacking}") from None
    except _MissingFigure as missing:
        raise DataError(f"teksten {called} fikk et tall som mangler ({missing})") from None


class _MissingFigure(ValueError):
    pass


class _Sentence(string.Formatter):
    FORMS: ClassVar[dict[str, Callable[[Any], str | Markup]]] = {
        "count": count,
        "dekar": dekar,
        "decimal": decimal,
        "percent": percent,
        "words": in_words,
        "points": points,
        "decimal_or_count": lambda value: tick(float(rounded(value, 1))),
        "spelled": spelled,
        "Spelled": lambda value: spelled(value).capitalize(),
        "signed": signed,
        "signed_percent": signed_percent,
        "signed_words": lambda value: _words(signed(value, 1)),
        "whole": lambda value: decimal(value, 0),
        "whole_words": lambda value: in_words(value, 0),
        "two": lambda value: decimal(value, 2),
        "two_percent": lambda value: percent(value, 2),
        "abs": lambda value: count(abs(value)),
        "abs_words": lambda value: in_words(abs(value)),
        "abs_points": lambda value: points(abs(value)),
        "signed_points": lambda value: str(text("forms.points", value=signed(value, 1))),
        "abs_whole_words": lambda value: in_words(abs(value), 0),
        "year": lambda value: str(int(value)),
        "day": day,
        "month": month,
        "name": name,
    }

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            raise _MissingFigure(format_spec or "tekst")
        if format_spec:
            return str(escape(self.FORMS[format_spec](value)))
        if isinstance(value, float):
            raise DataError(f"tallet {value} har ingen form i teksten: skriv for eksempel {{felt:count}}")
        return str(escape(value))

    def check_unused_args(self, used_args: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        unused = set(kwargs) - set(used_args) - {"n"}
        if unused:
            raise DataError(f"teksten bruker ikke verdien {sorted(unused)[0]}")


_FORMATTER = _Sentence()


def _form(key: str, entry: Mapping[str, str], values: Mapping[str, Any]) -> str:
    if "n" not in values:
        raise DataError(f"teksten «{key}» har flere former og trenger verdien n")
    amount = values["n"]
    if amount == 0 and "zero" in entry:
        return entry["zero"]
    return entry.get(language.locale().plural_form(abs(amount)), entry["other"])


def _plain(value: float, pattern: str) -> str:
    if value is None or math.isnan(value):
        raise _MissingFigure("tall")
    places = len(pattern.partition(".")[2])
    return _written(rounded(value, places), pattern, language.spoken())


@lru_cache(maxsize=10_000)
def _written(value: float, pattern: str, _spoken: str) -> str:
    """Tables repeat their small numbers; reading the pattern and the locale is most of the work."""
    written: str = _number_pattern(pattern).apply(value, language.locale())
    written = written.replace("\u00a0", THIN).replace("-", MINUS)
    return written.lstrip(MINUS) if not written.strip(f"{MINUS}0,.") else written


def _percent(number: str) -> str:
    return str(text("forms.percent", value=number))


def _words(number: str) -> str:
    return str(text("forms.words", value=number))


@lru_cache
def _number_pattern(pattern: str) -> NumberPattern:
    return parse_pattern(pattern)
