"""kommunerapport: official figures to readable reports, one municipality at a time.

The names that a notebook uses; each is imported when it is asked for, so that the command line starts at once.

Examples
--------
>>> from helpers import Municipality, Tables, employment
>>> halden = Municipality.find("halden")
>>> employment.series(Tables.load(), halden)["jobs"].loc[2017:2019].tolist()
[12565.0, 12700.0, 12599.0]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers import explore
    from helpers.explore.geo import mapped
    from helpers.measures import commuting, employment, exclusion, industry, labourmarket, population
    from helpers.measures.keyfigures import key_figures
    from helpers.pages.page import Page
    from helpers.places import Area, Municipality
    from helpers.sources.targets import targets_of
    from helpers.tables import Tables
    from helpers.workspace import Workspace

__all__ = [
    "Area",
    "Municipality",
    "Page",
    "Tables",
    "Workspace",
    "commuting",
    "employment",
    "exclusion",
    "explore",
    "industry",
    "key_figures",
    "labourmarket",
    "mapped",
    "population",
    "targets_of",
]

_HOMES = {
    "Area": "helpers.places",
    "Municipality": "helpers.places",
    "Page": "helpers.pages.page",
    "Tables": "helpers.tables",
    "Workspace": "helpers.workspace",
    "key_figures": "helpers.measures.keyfigures",
    "mapped": "helpers.explore.geo",
    "targets_of": "helpers.sources.targets",
}
_PLACES = ("Area", "Municipality")


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        import_module("helpers.tables")  # a place hands out its rows of a table, and knows from there where tables are
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in __all__:
        return import_module(f"helpers.{name}" if name == "explore" else f"helpers.measures.{name}")
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
