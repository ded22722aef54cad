"""The code map: what each municipality code since 2016 leads to today, followed from change to change.

Source: Statistics Norway, KLASS 131: ``codes`` (which code held when) and ``changes`` (what became what, and on which day).
Codes are followed by date: one that another municipality took over later is not confused with its first holder. What the
changes alone get wrong is set right in ``code_corrections.toml``. What does not add up is an error, never a wrong map.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers.errors import DataError

START = dt.date(2016, 1, 1)  # what is asked of KLASS begins here
UNKNOWN = "9999"  # «Uoppgitt», no municipality
REFETCH = "Hent på nytt med «kommunerapport fetch --force klass_131»"
FIX = f"{REFETCH}. Står det slik hos SSB, må etterfølgeren føres i src/helpers/code_corrections.toml."
_CODE = r"^\d{4}$"
_DAY = dt.timedelta(days=1)
_Row = TypeVar("_Row", bound=BaseModel)


class Valid(BaseModel):
    """A row of ``codes``: a code with its name, from the first date until the day before the second (None = open)."""

    code: str = Field(pattern=_CODE)
    name: str = Field(min_length=1)
    since: dt.date = Field(alias="validFromInRequestedRange")
    until: dt.date | None = Field(
        alias="validToInRequestedRange"
    )  # must be there: an end left out would keep a code alive

    def on(self, day: dt.date) -> bool:
        """Whether the code holds that day."""
        return self.since <= day and (self.until is None or day < self.until)


class Change(BaseModel):
    """A row of ``changes``; no old code = new, no new code = ceased."""

    old: str | None = Field(default=None, alias="oldCode")
    new: str | None = Field(default=None, alias="newCode")
    day: dt.date = Field(alias="changeOccurred")


class Correction(BaseModel):
    """An entry of ``code_corrections.toml``, which describes the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    years: tuple[int, ...] = Field(min_length=1)
    code: str = Field(pattern=_CODE)
    leads_to: tuple[str, ...] = Field(min_length=1)  # a municipality does not vanish
    on: dt.date
    reason: str = Field(min_length=1)


@dataclass(frozen=True)
class CodeMap:
    """How the codes of earlier years lead to those of today.

    Parameters
    ----------
    reform : the day of the newest change of codes in force. year : the first year whose 1 January has the codes of today.
    current : today's codes, sorted. names : code → name, today's or the last it had, as KLASS prints it.
    links : (year, code valid on 1 January of that year, code of today), sorted; several for a code that was divided.
    """

    reform: dt.date
    year: int
    current: tuple[str, ...]
    names: dict[str, str]
    links: tuple[tuple[int, str, str], ...]


def code_map(
    codes: Mapping[str, Any],
    changes: Mapping[str, Any],
    as_of: dt.date,
    corrections: Iterable[Correction] | None = None,
) -> CodeMap:
    """The map to the codes in force on `as_of`; what is announced for later is not followed.

    Parameters
    ----------
    codes, changes : the two bodies of KLASS 131, parsed. as_of : the day they were retrieved.
    corrections : those of ``code_corrections.toml`` unless given.

    Raises
    ------
    DataError
        naming the code and what to do: a row is not as KLASS writes it, or codes and changes do not add up.
    """
    rows = [row for row in _rows(codes, "codes", Valid) if row.code != UNKNOWN]
    moves = [row for row in _rows(changes, "codeChanges", Change) if UNKNOWN not in (row.old, row.new)]
    history = _History(rows, moves, as_of)
    fixes = [each for each in (read_corrections() if corrections is None else corrections) if each.on <= as_of]
    history.check({(code, each.on) for each in fixes for code in each.leads_to})
    wrong = {(year, each.code): each for each in fixes for year in each.years}
    links = []
    year = START.year
    while (first := dt.date(year, 1, 1)) < history.reform:
        reached: set[str] = set()
        for code in sorted(history.at(first)):
            fix = wrong.pop((year, code), None)
            leads = history.corrected(fix) if fix else history.follow({code}, first)
            links += [(year, code, new) for new in sorted(leads)]
            reached |= leads
        if lost := sorted(history.at(as_of) - reached):
            raise _error(f"ingen kode fra {year} fører til {lost[0]} {history.names[lost[0]]}")
        year += 1
    if idle := sorted(wrong):
        raise DataError(
            f"code_corrections.toml: koden {idle[0][1]} gjelder ikke i {idle[0][0]}. Rett eller stryk rettelsen."
        )
    return CodeMap(history.reform, year, tuple(sorted(history.at(as_of))), history.names, tuple(links))


def read_corrections() -> list[Correction]:
    """The committed corrections."""
    text = resources.files("helpers").joinpath("code_corrections.toml").read_text("utf-8")
    try:
        return [Correction.model_validate(each) for each in tomllib.loads(text)["correction"]]
    except (KeyError, ValidationError) as error:
        raise DataError(f"code_corrections.toml kan ikke brukes: {error}") from None


@dataclass(frozen=True)
class _History:
    rows: list[Valid]
    changes: list[Change]
    as_of: dt.date
    _held: dict[dt.date, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day in (START, self.as_of):
            if not self.at(day):
                raise _error(f"svaret har ingen koder for {day}", REFETCH + ".")

    def at(self, day: dt.date) -> set[str]:
        """The codes that hold that day."""
        return set(self._names(day))

    def _names(self, day: dt.date) -> dict[str, str]:
        if day not in self._held:
            # sorted, so that the order of the rows never decides; of two names the newest wins
            rows = sorted((row for row in self.rows if row.on(day)), key=lambda row: (row.since, row.name))
            self._held[day] = {row.code: row.name for row in rows}
        return self._held[day]

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → today's name, or the last it had."""
        begun = sorted((row for row in self.rows if row.since <= self.as_of), key=lambda row: (row.since, row.name))
        return {row.code: row.name for row in begun}

    @cached_property
    def moves(self) -> dict[dt.date, dict[str, set[str]]]:
        """Day → old code → new codes; a code that ceased has none."""
        found: dict[dt.date, dict[str, set[str]]] = {}
        for each in self.changes:
            if each.old:
                found.setdefault(each.day, {}).setdefault(each.old, set()).update({each.new} if each.new else ())
        return found

    @cached_property
    def days(self) -> list[dt.date]:
        """Every day after the start on which a code may have changed, in order."""
        ends = {row.until for row in self.rows if row.until}
        every = {row.since for row in self.rows} | ends | set(self.moves)
        return sorted(day for day in every if START < day <= self.as_of)

    @cached_property
    def reform(self) -> dt.date:
        """The newest day on which codes changed, not only names."""
        real = [day for day in self.days if self.at(day) != self.at(day - _DAY) or self._moved(day)]
        return max(real, default=START)

    def _moved(self, day: dt.date) -> bool:
        return any(new != {old} for old, new in self.moves.get(day, {}).items())

    def check(self, given: set[tuple[str, dt.date]]) -> None:
        """Every change has an old code, and every new code comes from somewhere (a change, or a correction: `given`)."""
        for day in self.days:
            before, moves = self.at(day - _DAY), self.moves.get(day, {})
            if strange := sorted(set(moves) - before):
                raise _error(f"koden {strange[0]} er endret {day}, men gjaldt ikke dagen før")
            origins = {code for new in moves.values() for code in new} | {code for code, on in given if on == day}
            if strange := sorted(self.at(day) - before - origins):
                raise _error(
                    f"koden {strange[0]} {self.names[strange[0]]} er ny {day}, men ingen endring fører til den"
                )

    def follow(self, codes: set[str], since: dt.date) -> set[str]:
        """The codes of today that codes of the day `since` lead to."""
        for day in self.days:
            if day > since:
                codes = {new for code in codes for new in self._step(code, day)}
        return codes

    def _step(self, code: str, day: dt.date) -> set[str]:
        """What a code that held the day before is on `day`."""
        listed, moves = day in self.moves and code in self.moves[day], self.moves.get(day, {})
        new = moves.get(code, set())
        if code in self._names(day):
            if not listed or code in new:  # untouched, renamed, or divided and still there
                return new | {code}
            taken = any(code in others for old, others in moves.items() if old != code)
            same = self._names(day)[code] == self._names(day - _DAY)[code]
            if not taken or same:  # else another municipality took the code over on the day that this one left it
                raise _error(f"koden {code} {self.names[code]} er endret til {_told(new)} {day}, men gjelder fortsatt")
        if not new:
            raise _error(f"koden {code} {self.names[code]} opphørte {day} uten etterfølger")
        if strange := sorted(new - self._names(day).keys()):
            raise _error(f"koden {code} {self.names[code]} er endret til {strange[0]} {day}, som ikke gjelder da")
        return new

    def corrected(self, fix: Correction) -> set[str]:
        """The codes of today that a correction says."""
        if strange := sorted(set(fix.leads_to) - self.at(fix.on)):
            raise DataError(
                f"code_corrections.toml: {fix.code} → {strange[0]}, som ikke gjelder {fix.on}. Rett rettelsen."
            )
        return self.follow(set(fix.leads_to), fix.on)


def _rows(body: Mapping[str, Any], key: str, shape: type[_Row]) -> list[_Row]:
    rows = body.get(key) if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        raise _error(f"svaret har ingen liste «{key}»", REFETCH + ".")
    found = []
    for each in rows:
        try:
            found.append(shape.model_validate(each))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or key
            code = next(
                (each[at] for at in ("code", "oldCode", "newCode") if isinstance(each, dict) and each.get(at)), "?"
            )
            raise _error(f"{key}, koden {code}: feltet {where}: {first['msg']}", REFETCH + ".") from None
    return found


def _told(codes: Iterable[str]) -> str:
    return " og ".join(sorted(codes)) or "ingenting"


def _error(what: str, fix: str = FIX) -> DataError:
    return DataError(f"KLASS 131: {what}. {fix}")
