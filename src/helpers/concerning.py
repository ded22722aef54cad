"""The rows of a table that concern a place.

Floor 1 does not know where tables are kept: whoever keeps them says so with `keep` when it is imported.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import pandas as pd

from helpers.catalog import catalog, tidy_tables
from helpers.errors import InputError, TableMissing
from helpers.owntables import is_own

OURS = ("value", "status", "lower", "upper")  # columns that are no dimensions


class Told(Protocol):
    """What is known of a table."""

    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102


class Held(Protocol):
    """Tables by id, with the producer's labels of their codes."""

    def __getitem__(self, table: str, /) -> pd.DataFrame: ...

    def __iter__(self) -> Iterator[str]: ...

    def labels(self, table: str, dimension: str, /) -> dict[str, str]:
        """Code → label."""
        ...

    def meta(self, table: str, /) -> Told:
        """What is known of a table."""
        ...


class Place(Protocol):
    """A municipality or an area."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def regions(self) -> tuple[str, ...]: ...  # noqa: D102


_keepers: list[Callable[[], Held]] = []


def keep(load: Callable[[], Held]) -> None:
    """From now on `load` gives the tables."""
    _keepers[:] = [load]


class Concerned:
    """What tables have rows about."""

    def table(self: Place, table: str, labels: bool = False, tables: Held | None = None) -> pd.DataFrame:
        """The rows of a table that concern the place, under today's codes; of commuting, both from it and to it.

        Parameters
        ----------
        table : its id, as `Tables` lists it. labels : codes are followed by the producer's own labels.
        tables : where it is held; by default the tables of the nearest workspace.

        Returns
        -------
        tidy frame (docs/architecture.md), a copy: one row for each value, a column for each dimension, then value, status, lower,
        upper. ``attrs``: units (column → unit, in the producer's words), source (tables), title.

        Raises
        ------
        InputError
            where there is no such table. TableMissing where it is not held, or has nothing about the place.

        Examples
        --------
        >>> from helpers import Municipality
        >>> people = Municipality.find("halden").table("ssb_11618", labels=True)
        >>> people[people["Tid"] == 2022][["ContentsCode", "value"]].values.tolist()[-1]
        ['SysselBosted Sysselsatte etter bosted', 14226.0]
        >>> people.attrs["units"]["value"], people.attrs["source"]
        ('personer', ('ssb_11618',))
        """
        held = tables if tables is not None else _load()
        check(table, held)
        frame, info = held[table], held.meta(table) if is_own(table) else catalog()[table]
        found = frame[frame[list(_regions(table))].isin(list(self.regions)).any(axis=1)].reset_index(drop=True)
        if found.empty:
            missing = TableMissing(table, "tall for {place}", place=self.name)
            missing.add_note(_how(table))
            raise missing
        found = labelled(found, held, table) if labels else found
        units = dict.fromkeys(("value", "lower", "upper"), info.unit)
        found.attrs = {"units": units, "source": (table,), "title": info.title}
        return found


def check(table: str, held: Iterable[str]) -> None:
    """Raise `InputError`, with the nearest name, where neither the catalogue nor what is held has such a table."""
    known = dict.fromkeys((*tidy_tables(), *held))
    if table not in known:
        near = difflib.get_close_matches(str(table), [*known], n=1, cutoff=0.0)
        raise InputError(f"Det er ingen tabell «{table}». Mente du {near[0]}? Tables.load() viser dem som finnes.")


def _regions(table: str) -> tuple[str, ...]:
    """The columns that have a municipality."""
    return ("Region",) if is_own(table) else catalog()[table].regions


def _how(table: str) -> str:
    """How rows that are lacking come."""
    if is_own(table):
        return "Legg dem i filen i data/raw/own, og se at de er forstått: kommunerapport own check"
    return f"Hele tabellen hentes med: kommunerapport fetch {catalog()[table].number}"


def _load() -> Held:
    if not _keepers:
        raise InputError("Tabellene er ikke åpnet. Skriv først: from helpers import Tables.")
    return _keepers[0]()


def labelled(frame: pd.DataFrame, held: Held, table: str) -> pd.DataFrame:
    """Each code followed by its label, ``3101 Halden``, where the producer has another word for it."""
    from helpers.places import registry

    dimensions = [each for each in frame.columns if each not in OURS] if is_own(table) else catalog()[table].dimensions
    for dimension in dimensions:
        if dimension != "Tid":
            known = registry().names if dimension in _regions(table) else held.labels(table, dimension)
            words = {code: known.get(code, code) for code in frame[dimension].unique()}
            told = {code: word if word.startswith(code) else f"{code} {word}" for code, word in words.items()}
            frame = frame.assign(**{dimension: frame[dimension].map(told)})
    return frame
