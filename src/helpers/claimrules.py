"""The rules that tie a plan's words to an indicator, read from `claims.toml` (its fields are explained there)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from helpers.claims import Hedge, Kind
from helpers.errors import DataError

LETTERS = {"count": "N", "percent": "P", "points": "Q"}  # how a number stands in a masked sentence: ⟨N3⟩
_SLOTS = {"base": "N", "part": "N", "whole": "N"}
_PLACE = r"(?-i:[A-ZÆØÅ][\wæøå]+(?:[ -][A-ZÆØÅ][\wæøå]+)?)"


class Subject(BaseModel):
    """What a plan speaks of.

    Parameters
    ----------
    words : regular expression of its names. grew : of compounds for its growth («befolkningsvekst»). indicators : what it may mean;
        with more than one, every reading is computed. unit : of its level.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: str
    grew: str = ""
    indicators: tuple[str, ...]
    unit: Literal["count", "percent"] = "count"


class Rule(BaseModel):
    """Phrases that tie a number to an indicator.

    Parameters
    ----------
    indicators : empty where only the plan's own arithmetic can be checked. units : of the number.
    patterns : regular expressions with slots, searched in the masked sentence. unless : what must not stand in the same clause. requires : one of them, or a
        place's name, must stand in the sentence, so that a firm's figure is not taken for the municipality's.
    sign : of a change whose words have no direction. end : which end of a period a level belongs to.
    whole_from : the indicator whose level elsewhere in the plan is the whole of a share.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kind: Kind
    indicators: tuple[str, ...] = ()
    units: tuple[Literal["count", "percent", "points"], ...] = ("count",)
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    sign: Literal[1, -1] = 1
    end: Literal["first", "last"] | None = None
    whole_from: str | None = None


class Form(Rule):
    """A rule for several subjects: ``{subject}`` and ``{grew}`` stand for the words of each."""

    subjects: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


class Indicator(BaseModel):
    """What can be recomputed: its name in Norwegian, the unit of its level, its table, and whether an age must be named."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: str
    unit: Literal["count", "percent", "ratio"]
    table: str | None = None
    age: Literal["none", "may", "must"] = "none"


class Sum(BaseModel):
    """Indicators that add up to another one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Ready:
    """A rule with its expressions compiled."""

    rule: Rule
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    requires: tuple[re.Pattern[str], ...]


class Rulebook(BaseModel):
    """Everything in claims.toml; expressions are checked when it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hedges: dict[Hedge, tuple[str, ...]]
    units: dict[Literal["percent", "points", "other"], str]
    multipliers: dict[str, float]
    fractions: dict[str, float]
    durations: dict[str, int]
    counted: str
    references: tuple[str, ...]
    dates: tuple[str, ...]
    months: tuple[str, ...]
    times: tuple[str, ...]
    year: str
    ages: tuple[str, ...]
    abbreviations: tuple[str, ...]
    may_end: tuple[str, ...]
    own: str
    country: str
    elsewhere: str
    not_names_first: tuple[str, ...]
    clause: str
    joined: str
    goals: str
    macros: dict[str, str]
    industries: dict[str, tuple[str, ...]]
    subjects: dict[str, Subject]
    indicators: dict[str, Indicator]
    sums: tuple[Sum, ...] = ()
    rules: tuple[Rule, ...]
    forms: tuple[Form, ...]

    @model_validator(mode="after")
    def _known(self) -> Rulebook:
        used = {each for rule in (*self.rules, *self.forms) for each in rule.indicators}
        used |= {each for subject in self.subjects.values() for each in subject.indicators}
        for each in sorted(used - set(self.indicators)):
            raise ValueError(f"indikatoren {each} er ikke beskrevet under indicators")
        for form in self.forms:
            for each in sorted(set(form.subjects) - set(self.subjects)):
                raise ValueError(f"forms.{form.id}: {each} er ikke beskrevet under subjects")
        _ = self.ready
        return self

    @cached_property
    def ready(self) -> tuple[Ready, ...]:
        """Every rule with its expressions, forms spread over their subjects, in the order in which they are tried."""
        found = list(self.rules)
        for form in self.forms:
            plain = form.model_dump(exclude={"subjects", "patterns", "indicators", "id"})
            for name in form.subjects:
                subject = self.subjects[name]
                held = (each for each in form.patterns if subject.grew or "{grew}" not in each)
                words = [
                    each.replace("{subject}", f"(?:{subject.words})").replace("{grew}", f"(?:{subject.grew})")
                    for each in held
                ]
                known = {"id": f"{form.id}-{name}", "indicators": subject.indicators, "patterns": tuple(words)}
                found.append(Rule(**plain, **known))
        return tuple(
            Ready(
                rule,
                *(
                    tuple(self._expression(rule, each) for each in kind)
                    for kind in (rule.patterns, rule.unless, rule.requires)
                ),
            )
            for rule in found
        )

    def _expression(self, rule: Rule, pattern: str) -> re.Pattern[str]:
        letters = "".join(LETTERS[each] for each in rule.units)
        nouns = "|".join(each.words for each in self.subjects.values())
        slots = {
            "value": f"⟨[{letters}](?P<value>\\d+)⟩",
            **{name: f"⟨{letter}(?P<{name}>\\d+)⟩" for name, letter in _SLOTS.items()},
            **{name: f"⟨{letter}\\d+⟩" for name, letter in {"N": "N", "P": "P", "Y": "Y", "A": "A"}.items()},
            "near": f"(?:(?!\\b(?:{nouns})\\b)[^;]){{0,120}}?",
            "to": f"(?P<to>{_PLACE})",
            "from": f"(?P<from_>{_PLACE})",
            "industry": f"(?P<industry>{'|'.join(self.industries)})",
            **self.macros,
        }
        try:
            for _ in range(4):  # macros may hold macros
                pattern = re.sub(r"\{([A-Za-z_]+)\}", lambda found: slots[found[1]], pattern)
            return re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)
        except KeyError as lacking:
            raise ValueError(f"{rule.id}: feltet {{{lacking.args[0]}}} finnes ikke") from None
        except re.error as error:
            raise ValueError(f"{rule.id}: uttrykket kan ikke brukes: {error}") from None


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The rules of claims.toml."""
    return read_rules(resources.files("helpers").joinpath("claims.toml").read_text("utf-8"))


def read_rules(text: str) -> Rulebook:
    """The rules of a text in TOML.

    Raises
    ------
    DataError
        naming the entry that cannot be used.
    """
    try:
        given: dict[str, Any] = tomllib.loads(text)
        return Rulebook.model_validate(given)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"claims.toml kan ikke leses: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataError(
            f"claims.toml{f', {place}' if place else ''}: {first['msg'].removeprefix('Value error, ')}."
        ) from None
