"""Arealformål: the land-use purposes of municipal plans (PBL 2008), and which of them are business.

Source: the code lists KpArealformål and RpArealformål of Geonorge's catalogue, see purposes.toml. 1300–1399 is business. Sentrum and the
1800-series may hold business beside other things: they are shown beside, never counted. Everything else is not business, also retail (1140,
1150).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal

Kind = Literal["business", "combined", "centre", "other"]
FIRST = 1000  # codes below are of an older law: 130 was industry there
BESIDE: tuple[Kind, ...] = ("combined", "centre")
Status = Literal["existing", "future"]
# arealbruksstatus: nåværende, framtidig, videreutvikling av nåværende
STATUS: Mapping[int, Status] = {1: "existing", 2: "future", 3: "existing"}


@lru_cache(maxsize=1)
def names() -> dict[int, str]:
    """Code → its Norwegian name, for every code of the standard that is known here."""
    told = tomllib.loads(resources.files("helpers.land").joinpath("purposes.toml").read_text("utf-8"))
    return {int(code): name for code, name in told["names"].items()}


def kind(code: int) -> Kind | None:
    """Whether a purpose is business, may hold business, or is something else; None for a code of the law of 1985 (three digits)."""
    if code < FIRST:
        return None
    if 1300 <= code <= 1399:
        return "business"
    if 1800 <= code <= 1899:
        return "combined"
    return "centre" if code == 1130 else "other"


def name(code: int) -> str | None:
    """The purpose's name; None for a code that is not in the standard."""
    return names().get(code)
