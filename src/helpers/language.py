"""The language of the pages, and the text catalogue: bokmål in texts/nb/*.toml, the others translated by gettext (Babel).

The source language is written in TOML, by section and with the forms of a message side by side. `extract` hands it to Babel, and a translation is
texts/<language>/LC_MESSAGES/kommunerapport.po, with a message's key as its context. ``make texts`` brings the translations up to
date; what is not translated, or was translated from other words than today's, is shown in bokmål (and a test fails).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from typing import IO, TYPE_CHECKING, Any, Literal, get_args

from helpers.errors import DataError, InputError

if TYPE_CHECKING:
    from babel import Locale

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SOURCE: Language = "nb"
NAMES: Mapping[Language, str] = {"nb": "bokmål", "nn": "nynorsk", "en": "English"}  # each in its own words
DOMAIN = "kommunerapport"
NONE = "zero"  # the form for exactly none, which gettext does not have: a message of its own, with this after its key
Entry = str | Mapping[str, str]

_LOCALES: Mapping[Language, str] = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_in_use: dict[str, Language] = {}


def spoken() -> Language:
    """The language that texts and numbers are written in now."""
    return _in_use.get("language", SOURCE)


def speak(language: str) -> None:
    """Write in this language from now on. Not a context variable: a kernel runs each cell in a context of its own.

    Raises
    ------
    InputError
        naming the languages there are.
    """
    _in_use["language"] = checked(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """The same inside a block."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def checked(language: str) -> Language:
    """The language, or an `InputError` that names those there are."""
    for known in LANGUAGES:
        if language.strip().casefold() == known:
            return known
    listed = ", ".join(f"{code} ({name})" for code, name in NAMES.items())
    raise InputError(f"Språket «{language}» finnes ikke. Velg {listed}.")


def option(language: Language) -> str:
    """What a command says more for a page in this language: `` --language nn``; nothing for bokmål."""
    return "" if language == SOURCE else f" --language {language}"


def locale() -> Locale:
    """The language for Babel: decimal sign, months, lists, plural forms."""
    return _locale(spoken())


def entry(key: str) -> Entry | None:
    """A message, or its forms; None where there is no such key."""
    return _catalogue(spoken()).get(key)


def every_key() -> Sequence[str]:
    """Every key, in the order of the files."""
    return list(_catalogue(SOURCE))


def key_of(space: str, words: str) -> str | None:
    """The key below `space` whose text in bokmål is `words`: how a name that comes from data finds its translation."""
    return _by_words(space).get(words)


def extract(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The messages of one file of texts/nb, as Babel's extraction asks for them: line, function, message, comments."""
    found: dict[str, Entry] = {}
    _flatten(tomllib.loads(file.read().decode()), "", found)
    for key, held in found.items():
        for context, words in _messages(key, held):
            function = "pgettext" if isinstance(words, str) else "npgettext"
            yield 0, function, (context, words) if isinstance(words, str) else (context, *words), []


def _messages(key: str, held: Entry) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """What of an entry is translated: each with its context; a pair is singular and plural."""
    if isinstance(held, str):
        yield key, held
        return
    if held.get(NONE):  # nothing at all may be said of none, and nothing is not translated
        yield f"{key}.{NONE}", held[NONE]
    yield key, (held["one"], held["other"]) if "one" in held else held["other"]


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: Language) -> Locale:
    from babel import Locale  # the command line starts without it

    return Locale.parse(_LOCALES[language])


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: Language) -> dict[str, Entry]:
    if language != SOURCE:
        return _translated(language)
    found: dict[str, Entry] = {}
    folder = resources.files("helpers").joinpath("texts", SOURCE)
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            _flatten(tomllib.loads(file.read_text("utf-8")), "", found)
    return found


def _translated(language: Language) -> dict[str, Entry]:
    from babel.messages.pofile import read_po  # bokmål does without it

    path = resources.files("helpers").joinpath("texts", language, "LC_MESSAGES", f"{DOMAIN}.po")
    with path.open("rb") as file:
        held = read_po(file, locale=language)

    def found(context: str, words: str | tuple[str, str]) -> Any:
        message = held.get(words, context)
        done = message is not None and message.string and not message.fuzzy
        return message.string if done and message is not None and message.id == words else words

    translated: dict[str, Entry] = {}
    for key, source in _catalogue(SOURCE).items():
        parts = {context: found(context, words) for context, words in _messages(key, source)}
        main = parts.pop(key)
        if isinstance(source, str):
            translated[key] = main
        else:
            none = {NONE: parts.get(f"{key}.{NONE}", "")} if NONE in source else {}
            some = {"one": main[0], "other": main[1]} if "one" in source else {"other": main}
            translated[key] = {**none, **some}
    return translated


@lru_cache(maxsize=8)
def _by_words(space: str) -> dict[str, str]:
    held = _catalogue(SOURCE).items()
    return {words: key for key, words in held if isinstance(words, str) and key.startswith(f"{space}.")}


def _flatten(node: Mapping[str, Any], prefix: str, into: dict[str, Entry]) -> None:
    for key, value in node.items():
        path = f"{prefix}{key}"
        if isinstance(value, str) or "other" in value:
            if path in into:
                raise DataError(f"teksten «{path}» står to ganger i tekstkatalogen")
            into[path] = value
        else:
            _flatten(value, f"{path}.", into)
