"""Words that the sections on land share: names of constraints and layers, where the layers are from, the footer."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts
from helpers.land import purposes
from helpers.land.layers import LayerMeta, Layers
from helpers.measures import landneed, landready
from helpers.measures.context import Context
from helpers.measures.landanalysis import Analysis
from helpers.prose import text

P = TypeVar("P", bound=parts.Part)
NOTHING_M2 = 0.5  # a difference that rounding makes
FAR = 100  # years: later than that is not called a year
ROLES_OF = {  # constraint → the layer that it is from
    "built": "buildings", "water": "ar5", "farmland": "ar5", "bog": "ar5",
}  # fmt: skip


def with_layers(section: Callable[[Context], P | None]) -> Callable[[Context], P | None]:
    """A section that needs planned areas: without them it gives nothing, since the page says once what is needed."""

    @functools.wraps(section)
    def held(ctx: Context) -> P | None:
        return section(ctx) if ctx.layers is not None and "planned" in ctx.layers else None

    return held


def constraint(key: str) -> Markup:
    """«flomfare»."""
    return text(f"land.constraint.{key}")


def named(keys: Iterable[str]) -> Markup:
    """«vei, flomfare og myr»."""
    return prose.listing(constraint(key) for key in keys)


def titled(words_: Markup) -> Markup:
    """The same at the head of a row."""
    return prose.first_upper(words_)


def purpose(code: Any) -> Markup:
    """«Industri»; a code that is not in the standard is called by its number, and no code at all is unknown."""
    if pd.isna(code):
        return text("land.unknown")
    known = purposes.name(int(code))
    return prose.label("purpose", known) if known else text("land.planned.strange", code=str(int(code)))


def group(key: str) -> Markup:
    """«Flom og skred»: what the map tells apart."""
    return text(f"land.group.{key}")


def role(key: str) -> Markup:
    """«Flomsoner»: a layer."""
    return text(f"land.role.{key}")


def lowered(words_: Markup) -> Markup:
    """The same inside a sentence; «A: nær sentrum» keeps its letter."""
    return words_ if prose.plain(words_)[1:2] == ":" else prose.first_lower(words_)


def size(lower: float, upper: float) -> Markup:
    """«2–5 dekar», «under 2 dekar», «over 100 dekar»."""
    if lower <= 0:
        return text("land.plots.below", upper=upper)
    if math.isinf(upper):
        return text("land.plots.above", lower=lower)
    return text("land.plots.label", lower=lower, upper=upper)


def shown_year(year: float | None, now: int) -> str:
    """«2041»; a year too far off to mean anything is only that."""
    if year is None or math.isnan(year):
        return prose.plain(text("land.unknown"))
    if year - now > FAR:
        return prose.plain(text("land.keys.ends_beyond", year=now + FAR))
    return str(math.floor(year))


def assumption(row: Mapping[Any, Any]) -> Markup:
    """«m² per jobb, industri»: a row of `landneed.tornado`."""
    key = str(row["key"])
    group = {} if key == landneed.ALL else {"group": lowered(prose.label("group", str(row["label"])))}
    return text(f"land.tornado.{key}", **group)


def shown_value(number: float) -> str:
    """The value of an assumption: ``23``, ``0,35``."""
    return prose.tick(number)


def with_unit(row: Mapping[Any, Any], end: str) -> str:
    """«23 m²», «0,5»: under the end of a bar."""
    shown = shown_value(float(row[end]))
    return prose.plain(text("land.tornado.square_metres", value=shown)) if row["key"] == "m2_per_job" else shown


def producers(layers: Layers) -> list[str]:
    """Who the layers are from, each once, the planned areas' first."""
    metas = [layers.meta[each] for each in layers if each in layers.meta]
    metas.sort(key=lambda meta: meta.role != "planned")
    return list(dict.fromkeys(meta.producer for meta in metas if meta.producer))


def roles_of(found: Analysis) -> tuple[str, ...]:
    """The layers that the partition is made of."""
    return tuple(dict.fromkeys(("planned", *(ROLES_OF.get(each, each) for each in found.order))))


def is_told(found: Analysis, step: Mapping[str, Any]) -> bool:
    """Whether a step of the ladder has a number. Where some constraints are known, what they leave is the most that can be free."""
    return bool(step["known"]) or (step["key"] == "free" and bool(found.order))


def some_step(found: Analysis) -> bool:
    """Whether some layer is held that a step of the ladder asks for, beside the constraints."""
    return any(role in found.layers for roles in landready.NEEDS.values() for role in roles)


def area_caption(ctx: Context, *roles: str) -> Markup:
    """«Kilde: Halden kommune; NVE, NLOD, hentet 25. november 2026.»"""
    layers = ctx.land.layers
    metas = [layers.meta[each] for each in roles if each in layers.meta]
    told = dict.fromkeys(_source(meta) for meta in metas)
    return text("land.caption.whole", sources=Markup("; ").join(told) or text("land.caption.unnamed"))


def _source(meta: LayerMeta) -> Markup:
    who = prose.bokmaal(meta.producer) or text("land.caption.unnamed")
    form = f"{'fetched' if meta.retrieved else 'own'}{'_licence' if meta.licence else ''}"
    values = {"licence": meta.licence} if meta.licence else {}
    day = {"day": dt.date.fromisoformat(meta.retrieved)} if meta.retrieved else {}
    return text(f"land.caption.{form}", who=who, **values, **day)
