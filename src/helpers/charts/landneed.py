"""What the plan's target needs of land against what is left, and what each assumption does to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import landtables, landwords, parts, words
from helpers.charts.balance import BalanceRow
from helpers.charts.balance import balance as draw_balance
from helpers.charts.landwords import FAR, NOTHING_M2, assumption, shown_year, with_layers, with_unit
from helpers.charts.tornado import Range
from helpers.charts.tornado import tornado as draw_tornado
from helpers.land.settings import M2_PER_DEKAR
from helpers.measures import industry, landjobs, landneed
from helpers.measures.context import Context
from helpers.measures.landneed import CLASSES
from helpers.prose import text

__all__ = ["assumptions", "balance"]

WIDEST = 7  # assumptions drawn; the table has all


@dataclass(frozen=True)
class Case:
    """Everything that the need is reckoned from.

    Parameters
    ----------
    shares : group key → share of the new jobs. year : of the industry figures behind them, 0 where they are the municipality's own.
    first, last : the need comes evenly between these years and goes on at that pace.
    """

    wanted: landjobs.Wanted
    shares: Mapping[str, float]
    year: int
    first: int
    last: int

    @property
    def jobs(self) -> float:
        """New jobs."""
        return self.wanted.jobs


@dataclass(frozen=True)
class Ends:
    """The class of land that is used up first: its need a year, m², and the year as it is printed; no year where nothing is left."""

    label: str
    pace_m2: float
    shown: str


def case(ctx: Context) -> Case | str:
    """What the need is reckoned from, or the word for why it cannot be: ``target``, ``reached``, ``shares``."""
    wanted = landjobs.wanted(ctx.targets, ctx.tables, ctx.as_of)
    if wanted is None:
        return "target"
    if wanted.jobs <= 0:
        return "reached"
    need, counts = ctx.land.settings.need, None
    if not need.shares:
        counts = landjobs.by_industry(ctx.tables, ctx.municipality)
    found = need.shares or (landneed.shares_from(landjobs.as_mapping(counts), need) if counts is not None else None)
    if not found:
        return "shares"
    year = int(counts.attrs["year"]) if counts is not None else 0
    return Case(wanted, found, year, ctx.as_of.year, ctx.as_of.year + wanted.years)


def supply_ends(ctx: Context) -> Ends | None:
    """Which class is used up first, and when; None where no need can be reckoned, or plots of unknown class could change it."""
    found = case(ctx)
    if isinstance(found, str):
        return None
    needed, land = _needed(ctx, found), ctx.land
    held = landneed.balance(needed, land.components, land.components["abc"])
    years = landneed.ends(held, found.first, found.last).dropna()
    if years.empty or float(held["unknown_dekar"].max()) > 0:
        return None
    first = years[years == years.min()].index
    key = str(held["needed_dekar"][first].idxmax())  # of several, the one that is needed most
    pace = float(held["needed_dekar"][key]) * M2_PER_DEKAR / found.wanted.years
    gone = float(held["supply_dekar"][key]) <= 0
    return Ends(key, pace, "" if gone else shown_year(float(years[key]), ctx.as_of.year))


def _needed(ctx: Context, found: Case) -> pd.DataFrame:
    return landneed.need(found.jobs, found.shares, ctx.land.settings.need)


@with_layers
def balance(ctx: Context) -> parts.Section | None:
    """Need against supply in each ABC class."""
    found = case(ctx)
    if isinstance(found, str):
        return _cannot(ctx, found)
    needed, land = _needed(ctx, found), ctx.land
    held = landneed.balance(needed, land.components, land.components["abc"]).drop(columns="plots") * M2_PER_DEKAR
    rows = [
        BalanceRow(
            text("land.need.row", label=key),
            held["needed_dekar"][key],
            held["supply_dekar"][key],
            said=_said(held.loc[key].to_dict()),
        )
        for key in CLASSES
    ]
    spoken = prose.listing(
        text("land.need.part", label=key, need=held["needed_dekar"][key], supply=held["supply_dekar"][key])
        for key in CLASSES
    )
    return parts.Section(
        key="need",
        heading=_heading(held, land.bounded),
        subtitle=text("land.need.subtitle"),
        figures=[
            draw_balance(
                rows,
                alt=prose.plain(text("land.need.alt", parts=spoken)),
                value_format=prose.dekar_number,
                need_name=text("land.need.need"),
                supply_name=text("land.need.supply"),
            )
        ],
        caption=_caption(ctx, found),
        paragraphs=_paragraphs(ctx, found, needed),
        misread=[text("land.need.misread_rule"), text("land.need.misread_mix")],
        table=landtables.need(ctx, needed, landneed.allotted(needed, land.components, land.components["abc"])),
    )


def _caption(ctx: Context, found: Case) -> Markup:
    """The layers, and the official figures that the number of jobs and their industries are from."""
    layers = landwords.area_caption(ctx, *landwords.roles_of(ctx.land), "stations", "centre")
    used = _tables(found)
    return Markup(" ").join([layers, words.caption(ctx, used)]) if used else layers


def _tables(found: Case) -> dict[str, str]:
    """The official tables that the number of jobs and their industries are from, with the year."""
    used = {industry.TABLE: str(found.year)} if found.year else {}
    return used | ({industry.TOTALS: str(found.wanted.first)} if found.wanted.basis in ("official", "left") else {})


def tables(ctx: Context) -> list[str]:
    """The official tables that the page of a municipality with layers has figures from."""
    found = case(ctx)
    return [] if isinstance(found, str) else list(_tables(found))


def _said(row: Mapping[Any, float]) -> Markup:
    """The difference in words; plots may be too small although the land is enough."""
    if row["shortfall_dekar"] <= NOTHING_M2:
        return text("land.need.enough", area=float(row["spare_dekar"]))
    if row["shortfall_lower_dekar"] < row["shortfall_dekar"] - NOTHING_M2:
        return text("land.need.perhaps", area=float(row["shortfall_dekar"]))
    if row["supply_dekar"] >= row["needed_dekar"]:
        return text("land.need.too_small", area=float(row["shortfall_dekar"]))
    return text("land.need.lacks", area=float(row["shortfall_dekar"]))


def _heading(held: pd.DataFrame, most: bool) -> Markup:
    """`held` in m². Where a layer is missing the supply is an upper bound, and plots of unknown class may be of any."""
    short, surely = held["shortfall_dekar"], held["shortfall_lower_dekar"]
    if float(short.max()) <= NOTHING_M2:
        return text(f"land.need.heading_enough{'_most' if most else ''}")
    key = str(surely.idxmax())
    unknown = float(held["unknown_dekar"].iloc[0])
    if surely[key] <= NOTHING_M2:  # each class could be met by plots of unknown class; not all, if these are too few
        together = float(short.sum()) - unknown
        if together > NOTHING_M2:
            return text("land.need.heading_together", area=together)
        return text("land.need.heading_unknown", area=unknown)
    if held["supply_dekar"][key] >= held["needed_dekar"][key]:
        return text("land.need.heading_plots", label=key)
    least = "_least" if most or surely[key] < short[key] - NOTHING_M2 else ""
    others = [str(each) for each in surely.index if each != key and surely[each] > NOTHING_M2]
    more = {"others": prose.listing(others)} if others else {}
    return text(
        f"land.need.heading_short{'_also' if others else ''}{least}", label=key, area=float(surely[key]), **more
    )


def _cannot(ctx: Context, why: str) -> parts.Section:
    values = {}
    if why == "reached":
        wanted = landjobs.wanted(ctx.targets, ctx.tables, ctx.as_of)
        values = {"title": prose.bokmaal(wanted.target.title)} if wanted else {}
    return parts.Section(
        key="need",
        heading=text("land.need.none_heading"),
        subtitle=text("land.need.none_subtitle"),
        paragraphs=[text(f"land.need.none_{why}", **values)],
    )


def _paragraphs(ctx: Context, found: Case, needed: pd.DataFrame) -> list[Markup]:
    wanted, land = found.wanted, ctx.land
    form = {"plan": "target_plan", "official": "target_official", "left": "target_left"}.get(wanted.basis, "target")
    span: dict[str, float] = {"first": wanted.first, "last": wanted.last}
    span |= {"level": wanted.level} if wanted.basis == "official" else {}
    said = [
        text(
            f"land.need.{form}",
            title=prose.bokmaal(wanted.target.title),
            document=prose.bokmaal(wanted.target.document),
            jobs=found.jobs,
            **span,
        ),
        text("land.need.shares_table", year=found.year)
        if found.year
        else text("land.need.shares_own", source=prose.bokmaal(land.settings.need.shares_source)),
        text("land.need.outside", n=int(prose.rounded(needed["jobs"][landneed.OUTSIDE], 0))),
    ]
    held = landneed.balance(needed, land.components, land.components["abc"])
    years = [landneed.ends(held, found.first, found.last, with_unknown) for with_unknown in (False, True)]
    for key in CLASSES:
        if held["needed_dekar"][key] <= 0:
            said.append(text("land.need.ends_class_never", label=key))
        elif held["supply_dekar"][key] <= 0 and held["unknown_dekar"][key] <= 0:
            said.append(text("land.need.ends_class_none", label=key))
        else:
            said.append(_ends_sentence(key, [float(each[key]) for each in years], ctx.as_of.year))
    said.append(text("land.need.ends_sizes"))
    if land.bounded:
        said.append(text("land.need.most"))
    classes = Markup(" ").join(said[3:])
    return [*said[:3], classes]


def _ends_sentence(key: str, years: Sequence[float], now: int) -> Markup:
    """When the land of a class is used; two years where some plots may or may not be of the class."""
    first, last = (shown_year(each, now) for each in years)
    if years[0] - now > FAR:
        return text("land.need.ends_class_far", label=key)
    if first == last:
        return text("land.need.ends_class", label=key, year=first)
    return text("land.need.ends_class_range", label=key, first=first, last=last)


@with_layers
def assumptions(ctx: Context) -> parts.Section | None:
    """What each assumption alone does to the need and to the year when the land is used."""
    found = case(ctx)
    if isinstance(found, str):
        return None
    land = ctx.land
    reserve = land.left_m2 / M2_PER_DEKAR
    rows = landneed.tornado(found.jobs, found.shares, land.settings.need, reserve, found.first, found.last)
    base = float(rows["need_base_dekar"].iloc[0]) * M2_PER_DEKAR
    if base <= 0:
        return None
    drawn = [
        Range(
            prose.plain(landwords.titled(assumption(row))),
            row["need_low_dekar"] * M2_PER_DEKAR,
            row["need_high_dekar"] * M2_PER_DEKAR,
            low_text=with_unit(row, "low"),
            high_text=with_unit(row, "high"),
        )
        for row in rows.head(WIDEST).to_dict("records")
    ]
    first = rows.iloc[0].to_dict()
    widest = {"low": first["need_low_dekar"] * M2_PER_DEKAR, "high": first["need_high_dekar"] * M2_PER_DEKAR}
    spoken = prose.listing(text("land.tornado.part", label=each.label, low=each.low, high=each.high) for each in drawn)
    ends = [shown_year(float(first[f"ends_{at}"]), ctx.as_of.year) for at in ("high", "low")]
    return parts.Section(
        key="assumptions",
        heading=text("land.tornado.heading_one", label=assumption(first)),
        subtitle=text("land.tornado.subtitle"),
        figures=[
            draw_tornado(
                base,
                drawn,
                alt=prose.plain(text("land.tornado.alt", base=base, parts=spoken)),
                value_format=prose.dekar_number,
                axis_format=prose.dekar_number,
                base_text=prose.plain(text("land.tornado.base", need=base)),
            )
        ],
        caption=text("land.tornado.caption"),
        paragraphs=[
            text("land.tornado.widest", label=assumption(first), **widest),
            *([text("land.tornado.ends", first=ends[0], last=ends[1])] if ends[0] != ends[1] else []),
            text("land.tornado.paragraph"),
        ],
        misread=[text("land.tornado.misread")],
        table=landtables.assumptions(ctx, rows),
    )
