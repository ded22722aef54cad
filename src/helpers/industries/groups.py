"""The five groups of industries (groups.csv): basis, visitor, regional, local, public, with both definitions of «besøksnæring».

The principle is Telemarksforsking's, whose own mapping from industries to groups is not published in what we found. This one is ours, after
the words of Halden's plan 2021–2025; where the plan does not say, or table 07984 does not separate, the file says «reading» and why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from helpers.errors import DataError

Group = Literal["basis", "visit", "regional", "local", "public"]
Definition = Literal["without_transport", "with_transport"]
GROUPS, DEFINITIONS = get_args(Group), get_args(Definition)
BUSINESS: tuple[Group, ...] = (
    "basis",
    "visit",
    "regional",
)  # what is measured apart; local and public cannot be told apart without sector
BOTH = "both"


@dataclass(frozen=True)
class Row:
    """Where an industry of table 07984 stands.

    Parameters
    ----------
    group : None for jobs in no known industry. fit : ``most`` where the table joins industries of two groups. other : the group of the rest.
    basis : ``plan`` where the plan's own words say it, ``reading`` where it is ours. source : the words, or the reason.
    """

    code: str
    group: Group | None
    fit: Literal["whole", "most"]
    other: Group | None
    basis: Literal["plan", "reading"]
    source: str


@dataclass(frozen=True)
class Grouping:
    """Every industry with its group, by one definition of «besøksnæring».

    Parameters
    ----------
    moved : code of the industry that stands in its other group here (`variants`); empty in the grouping of the file.
    """

    version: str
    definition: Definition
    rows: tuple[Row, ...] = field(repr=False)
    moved: str = ""

    def codes(self, *groups: Group) -> tuple[str, ...]:
        """The industries of these groups, in the order of the file."""
        return tuple(row.code for row in self.rows if row.group in groups)

    @property
    def business(self) -> tuple[str, ...]:
        """The industries of basis, visitor and regional."""
        return self.codes(*BUSINESS)

    @property
    def mixed(self) -> tuple[str, ...]:
        """The industries that the table does not separate and whose other group is measured apart from their own."""
        return tuple(row.code for row in self.rows if row.other and {row.group, row.other} & set(BUSINESS))

    def variants(self) -> tuple[Grouping, ...]:
        """This grouping, and one more for each of `mixed`, with that industry in its other group."""
        return (
            self,
            *(
                replace(
                    self,
                    rows=tuple(replace(row, group=row.other) if row.code == code else row for row in self.rows),
                    moved=code,
                )
                for code in self.mixed
            ),
        )


@lru_cache(maxsize=1)
def tried() -> tuple[Grouping, ...]:
    """Every grouping that a finding must hold in: both definitions with their variants, the one without transport first."""
    return tuple(variant for definition in DEFINITIONS for variant in grouping(definition).variants())


@lru_cache(maxsize=2)
def grouping(definition: Definition = "without_transport") -> Grouping:
    """The grouping of the package's file by one of the two definitions."""
    told = resources.files("helpers.industries").joinpath("groups.csv").read_text("utf-8")
    return read(csv.DictReader(told.splitlines()), definition)


def read(lines: Iterable[Mapping[str, str]], definition: Definition) -> Grouping:
    """The grouping in the rows of a CSV file with the columns of groups.csv.

    Raises
    ------
    DataError
        naming the industry, where a group is unknown, an industry stands twice, or the rows are of several versions.
    """
    mine = [line for line in lines if line["definition"] in (BOTH, definition)]
    rows: list[Row] = []
    versions = {line["version"] for line in mine}
    if len(versions) != 1:
        raise DataError(f"Næringsgruppene må ha én versjon, ikke {len(versions)}.")
    for line in mine:
        code, fit, basis = line["code"], line["fit"], line["basis"]
        for each in (line["group"], line["other"]):
            if each and each not in GROUPS:
                raise DataError(f"Næring {code}: «{each}» er ikke en gruppe. Velg blant {', '.join(GROUPS)}.")
        if (fit == "most") != bool(line["other"]) or fit not in ("whole", "most") or basis not in ("plan", "reading"):
            raise DataError(f"Næring {code}: fit er «{fit}», other «{line['other']}» og basis «{basis}».")
        if code in {row.code for row in rows}:
            raise DataError(f"Næring {code} står to ganger.")
        rows.append(Row(code, line["group"] or None, fit, line["other"] or None, basis, line["source"]))  # type: ignore[arg-type]
    return Grouping(versions.pop(), definition, tuple(rows))
