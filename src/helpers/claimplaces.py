"""Which place a sentence of a plan speaks of: the municipality, the country, another one, or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.claimrules import Rule, Rulebook
from helpers.claims import COUNTRY, OWN, Reason
from helpers.places import Municipality


@dataclass(frozen=True)
class Places:
    """The names by which places are mentioned."""

    own: str
    names: re.Pattern[str]
    codes: dict[str, str]
    book: Rulebook

    @classmethod
    def of(cls, municipality: Municipality, book: Rulebook) -> Places:
        """The names of today's municipalities, seen from one of them."""
        codes: dict[str, str] = {}
        for each in (municipality, *Municipality.all()):
            for name in re.sub(r" \(.*\)$", "", each.name).split(" - "):
                codes.setdefault(name, each.code)
        listed = "|".join(re.escape(each) for each in sorted(codes, key=len, reverse=True))
        areas = f"(?P<own>(?i:{book.own}))|(?P<country>(?i:{book.country}))|(?P<area>(?i:{book.elsewhere}))|(?P<name>{listed})"
        return cls(municipality.code, re.compile(rf"(?<![\w-])(?:{areas})(?:s|sk)?(?![\w])"), codes, book)

    def code(self, name: str | None) -> str | None:
        """The municipality that a name («Halden», «Haldens») belongs to."""
        words = (name or "").split()
        tried = (name or "", (name or "").removesuffix("s"), *(words[:1]))
        return next((self.codes[each] for each in tried if each in self.codes), None)

    def flow(self, rule: Rule, groups: dict[str, str | None]) -> tuple[tuple[str, ...], str | None, Reason | None]:
        """Which commuter flow is meant, and with whom."""
        if rule.indicators != ("out_to", "in_from"):
            return rule.indicators, None, None
        to, source = self.code(groups.get("to")), self.code(groups.get("from_"))
        if to and to != self.own and source in (None, self.own) and bool(source) == bool(groups.get("from_")):
            return ("out_to",), to, None
        if source and source != self.own and to in (None, self.own) and bool(to) == bool(groups.get("to")):
            return ("in_from",), source, None
        return ("out_to",), None, "other place"

    def scope(self, text: str, clause: tuple[int, int], skip: Sequence[tuple[int, int]]) -> tuple[str, Reason | None]:
        """Which place a statement is about: what its clause mentions, else what was mentioned last, else the municipality.

        Parameters
        ----------
        text : the masked sentence. clause : its part with the statement. skip : mentions that a rule has used (a partner, what a gap is to).
        """
        mentions = [
            (match.start(), place)
            for match in self.names.finditer(text)
            if not any(first <= match.start() < last for first, last in skip)
            if (place := self._mentioned(match, text))
        ]
        mine = {place for at, place in mentions if clause[0] <= at < clause[1]}
        before = [place for at, place in mentions if at < clause[0]]
        found = mine or set(before[-1:]) or {place for _, place in mentions} or {OWN}
        if len(found) > 1:
            return OWN, "several places"
        (place,) = found
        return place, None if place in (OWN, COUNTRY) else "other place"

    def _mentioned(self, match: re.Match[str], text: str) -> str | None:
        if match["own"]:
            return OWN
        if match["country"]:
            return COUNTRY
        if match["area"]:
            return "area"
        if not text[: match.start()].strip() and match["name"] in self.book.not_names_first:
            return None
        return OWN if self.codes[match["name"]] == self.own else self.codes[match["name"]]
