"""The names of municipalities: found by what somebody writes, folded for searches and folders, and the languages of their parts."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

from helpers import klass
from helpers.errors import InputError

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def folded(text: str) -> str:
    """Lower case without accents, for searches and folders: ``Tønsberg`` → ``tonsberg``."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(each for each in apart if not unicodedata.combining(each))


def slug_of(name: str) -> str:
    """A name as a folder or a file has it: ``sondre-viken``.

    >>> slug_of("Besøksnæring")
    'besoksnaering'
    """
    return re.sub("[^a-z0-9]+", "-", folded(name)).strip("-")


@lru_cache(maxsize=1)
def foreign_names() -> dict[str, str]:
    """Part of a name that is in Sámi or Kven → its language."""
    pairs = (zip(name.split(" - "), each, strict=True) for name, each in name_languages().items())
    return {part: language for pair in pairs for part, language in pair if language != "nb"}


@lru_cache(maxsize=1)
def name_languages() -> dict[str, list[str]]:
    """Whole name → the language of each of its parts."""
    return tomllib.loads(resources.files("helpers").joinpath("name_languages.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Named(klass.Klass):
    """The codes of KLASS 131, found by what somebody writes."""

    def code_of(self, text: str) -> str:
        """The municipality of today with this code, earlier code or name.

        Raises
        ------
        InputError
            as `helpers.places.Municipality.find`.
        """
        if re.fullmatch(r"\d{4}", text):
            return self._carried_code(text)
        hits = self._by_name.get(text.casefold(), [])
        if len(hits) == 1:
            return hits[0]
        if hits:
            listed = " eller ".join(f"{each} ({self.counties[each[:2]]})" for each in hits)
            raise InputError(f"«{text}» er navnet på {len(hits)} kommuner: skriv {listed}.")
        raise InputError(self._not_found(text))

    def _carried_code(self, code: str) -> str:
        if code in self.current:
            return code
        new: Sequence[str] = ()
        for (_, old), each in self.successors.items():
            new = each if old == code else new  # the years come in order: the newest link wins
        if len(new) == 1:
            return new[0]
        if new:
            listed = " eller ".join(f"{each} {self.names[each]}" for each in new)
            raise InputError(f"{code} {self.names[code]} ble delt mellom flere kommuner: velg {listed}.")
        raise InputError(self._not_found(code))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in self.current:
            name = self.names[code]
            slug = slug_of(name)
            known = {name, re.sub(r" \(.*\)$", "", name), *name.split(" - "), f"{code}-{slug}", slug}
            for each in {text.casefold() for text in known}:
                found.setdefault(each, []).append(code)
        return found

    def _not_found(self, text: str) -> str:
        for (year, old), new in reversed(self.successors.items()):
            if text.casefold() in (old, self.names[old].casefold()):
                now = " og ".join(f"{each} {self.names[each]}" for each in new)
                return f"«{text}» finnes ikke etter {year}: området hører nå til {now}."
        pool = [*self.current] if text.isdigit() else [*self._by_name]
        near: list[str] = []
        for hit in difflib.get_close_matches(text.casefold(), pool, n=12, cutoff=0.0):
            code = hit if hit in self.current else self._by_name[hit][0]
            near += [label] if (label := f"{code} {self.names[code]}") not in near else []
        return f"Fant ingen kommune «{text}». Mente du {', '.join(near[:2])} eller {near[2]}?"
