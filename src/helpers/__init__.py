"""kommunerapport: official figures to readable reports, one municipality at a time.

The names that a notebook uses; each is imported when it is asked for, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.pages.page import Page
    from helpers.places import Area, Municipality
    from helpers.tables import Tables
    from helpers.workspace import Workspace

__all__ = ["Area", "Municipality", "Page", "Tables", "Workspace"]

_HOMES = {
    "Area": "helpers.places",
    "Municipality": "helpers.places",
    "Page": "helpers.pages.page",
    "Tables": "helpers.tables",
    "Workspace": "helpers.workspace",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
