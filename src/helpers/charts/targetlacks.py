"""Why a target is not measured, in words."""

from __future__ import annotations

from markupsafe import Markup

from helpers import prose
from helpers.catalog import catalog
from helpers.charts import words
from helpers.errors import FiguresMissing
from helpers.measures.context import Context
from helpers.measures.official import Lack
from helpers.owntables import is_own
from helpers.prose import text

LACK = {
    "table missing": "table",
    "age missing": "age",
    "status missing": "status",
    "place missing": "place",
    "no table known": "unknown",
    "own table missing": "own_table",
    "own contents missing": "own_contents",
    "own place missing": "own_place",
    "own several": "own_several",
    "own not yearly": "own_yearly",
}


def told(lack: Lack) -> Markup:
    """Why there is no series."""
    form, values = LACK[lack.reason], {}
    if is_own(lack.table):
        values = {"table": lack.table or ""} | ({"contents": lack.contents} if lack.contents else {})
    elif form != "unknown":
        info = catalog().get(lack.table or "")
        values["table"] = (
            prose.plain(text("targets.plan.table", number=info.number)).capitalize() if info else lack.table or ""
        )
    if form == "age":
        values["age"] = age(lack)
    return text(f"targets.lack.{form}", **values)


def age(lack: Lack) -> str:
    """The age group that is lacking."""
    return words.years_of_age(lack.age or "")


def other_rate(ctx: Context) -> list[Markup]:
    """That the rate on the page is of another age group."""
    try:
        rate = float(words.own_years(ctx)["rate"].iloc[-1])
    except FiguresMissing:
        return []
    return [text("targets.lack.other_rate", rate=rate)]
