"""Divisions of the country into regions: the counties, Søndre Viken, and those that a user brings (read by `sources.regions`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from helpers.places import Area, registry

COUNTIES, SONDRE_VIKEN = "counties", "sondre-viken"


@dataclass(frozen=True)
class Division:
    """Which region each municipality is in.

    Parameters
    ----------
    key : what it is known by; of a user's, the name of its file. name : as its publisher calls it, in Norwegian.
    members : pairs of region code (of today, or old and not carried) and region, sorted by code, no code twice.
    whole : whether every municipality is in a region. source, date : who decided it, and the day that it held from; of a user's division.
    """

    key: str
    name: str
    members: tuple[tuple[str, str], ...]
    whole: bool = True
    source: str = ""
    date: dt.date | None = None


def counties() -> Division:
    """The counties of today."""
    found = {code: name for digits, name in registry().counties.items() for code in registry().county(digits).regions}
    return Division(COUNTIES, "", tuple(sorted(found.items())))


def sondre_viken() -> Division:
    """The five of the plans."""
    area = Area.sondre_viken()
    return Division(SONDRE_VIKEN, area.name, tuple((code, area.name) for code in sorted(area.regions)), whole=False)
