"""What the sections of every theme share: captions with their sources, labels of the parts, footers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import events, prose
from helpers.catalog import catalog
from helpers.charts import parts
from helpers.charts.style import LineKind
from helpers.errors import NotComparable
from helpers.events import Concern
from helpers.language import locale, option, spoken
from helpers.measures import employment, exclusion
from helpers.measures.cells import Place
from helpers.measures.context import Context, TableMeta
from helpers.measures.ranking import Rank
from helpers.owntables import UNKNOWN_LICENCE, is_own
from helpers.places import Municipality, region_name, registry
from helpers.prose import text

SPACE = Markup(" ")
LETTERS = "abcdefgh"  # of events in a drawing
MANY, NAMED = 12, 5  # more names than the first are told as so many, and the others as a number


def use_labels() -> None:
    """Give the parts their words and number forms from the text catalogue."""
    parts.use_labels(
        parts.Labels(
            show_table=text("labels.show_table"),
            download=text("labels.download"),
            misread=text("labels.misread"),
            fetch=text("labels.fetch"),
            missing=(text("labels.missing_sign"), text("labels.missing_meaning")),
            signs={
                ":": text("signs.confidential"),
                "..": text("signs.missing"),
                ".": text("signs.not_in_use"),
                "*": text("signs.masked"),
            },
            formats={
                "year": lambda value: str(int(value)),
                "count": prose.count,
                "percent": prose.percent,
                "number": prose.decimal,
                "signed": prose.signed,
                "points": lambda value: prose.signed(value, 1),
            },
            decimal=locale().number_symbols["latn"]["decimal"],
            percent=str(text("forms.percent", value="")).removesuffix("%"),
        )
    )


def caption(ctx: Context, tables: Mapping[str, str], *notes: str | Markup) -> Markup:
    """«Kilde: Statistisk sentralbyrå, tabell 03321, CC BY 4.0.» with period, day and rounding, then what the drawing does.

    Parameters
    ----------
    tables : table id → the period shown («2017–2022»), in the order of their weight.
    """
    metas = [ctx.tables.meta(table) for table in tables]
    sources = SPACE.join(source(meta) for meta in metas)
    said = [text("source.period", period=period) for period in dict.fromkeys(tables.values()) if period]
    said += retrievals(metas) + [text(f"source.{meta.rounding}") for meta in metas]
    return text(
        "source.caption", sources=sources, notes=SPACE.join([*dict.fromkeys(said), *filter(None, map(Markup, notes))])
    )


def source(meta: TableMeta) -> Markup:
    """The attribution of one table, with a link to where it is published; own figures are said to be so."""
    if is_own(meta.id):
        licence = (
            text("source.own_licence")
            if meta.licence == UNKNOWN_LICENCE
            else prose.label("licence", meta.licence, mark=False)
        )
        return text(
            "source.own_entry", producer=prose.bokmaal(meta.producer), title=prose.bokmaal(meta.title), licence=licence
        )
    return text(
        "source.entry",
        producer=prose.label("producer", meta.producer),
        url=meta.url,
        table=called(meta),
        licence=prose.label("licence", meta.licence, mark=False),
    )


def own_figures(meta: TableMeta) -> Markup:
    """The attribution of an own table in a sentence of its own."""
    values = {"producer": prose.bokmaal(meta.producer), "title": prose.bokmaal(meta.title)}
    return text("source.own_figures", day=dt.date.fromisoformat(meta.retrieved), **values)


def retrieved(meta: TableMeta) -> Markup:
    """When the body was fetched; a body that the API did not answer says that it was assembled, and own figures when they were taken out."""
    return text(f"source.{_brought(meta)}", day=dt.date.fromisoformat(meta.retrieved))


def retrievals(metas: Sequence[TableMeta]) -> list[Markup]:
    """`retrieved` of each; where some were fetched and others assembled, or not on the same day, each says which it is."""
    if len({meta.assembled for meta in metas}) == 1 and (metas[0].assembled or len({m.retrieved for m in metas}) == 1):
        return [retrieved(meta) for meta in metas]
    return [
        text(f"source.{_brought(meta)}_one", table=called(meta), day=dt.date.fromisoformat(meta.retrieved))
        for meta in metas
    ]


def _brought(meta: TableMeta) -> str:
    return "own_given" if is_own(meta.id) else "assembled" if meta.assembled else "fetched"


def called(meta: TableMeta) -> Markup:
    """What a sentence calls a table: «tabell 11618», «HL060»."""
    kind = "own_unnumbered" if is_own(meta.id) else "ssb" if meta.id.startswith("ssb_") else "unnumbered"
    return text(f"source.{kind}", number=meta.number)


@dataclass(frozen=True)
class Events:
    """The events of a time series: year → letter, and the caption that says what the letters are; both empty where there is none."""

    marks: Mapping[int, str]
    notes: Sequence[Markup]


def marked(ctx: Context, concern: Concern, years: Iterable[int]) -> Events:
    """What happened while a series ran."""
    held = [int(year) for year in years]
    marks: dict[int, str] = {}
    notes = []
    for letter, event in zip(
        LETTERS, events.within(ctx.municipality.code, concern, min(held), max(held)), strict=False
    ):
        marks[event.year] = f"{marks[event.year]}, {letter}" if event.year in marks else letter
        notes.append(text("events.mark", letter=letter, event=text(f"events.name.{event.key}"), year=event.year))
    return Events(marks, notes)


def lacking_note(frame: pd.DataFrame) -> Markup:
    """«Rindal mangler i summene for 2019.» for every year in which an area lacks someone; empty where nobody is lacking."""
    return SPACE.join(
        text("source.lacking", names=some(gone), year=year) for year, gone in frame["lacking"].items() if gone
    )


def some(codes: Sequence[str]) -> Markup:
    """The names of municipalities, or of the first of them and how many the others are: a note is no list of the country."""
    names = [prose.name(region_name(code)) for code in codes]
    if len(names) <= MANY:
        return prose.listing(names)
    return text("source.some", names=Markup(", ").join(names[:NAMED]), n=len(names) - NAMED)


def held(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, or `NotComparable` where a divided municipality has no year in it."""
    since = ctx.municipality.comparable_from
    if frame.empty and since is not None:
        raise NotComparable(ctx.municipality.code, since)
    return frame


def period(years: Iterable[int]) -> str:
    """«2017–2022» of a frame's index of years."""
    listed = [int(year) for year in years]
    return prose.span(min(listed), max(listed))


def every_one(years: Sequence[int]) -> Markup:
    """«2017–2018 og 2020–2022»: the years themselves, where `period` would take in one that is not among them."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return prose.listing(prose.span(first, last) for first, last in runs)


def rank(found: Rank, area: str) -> Markup:
    """«Nr. 12 av 12 i Østfold»."""
    return text("common.rank_in", rank=prose.ordinal_rank(found.rank, found.of, found.ties > 0), area=area)


def share_figure(own: exclusion.Share) -> tuple[str, Markup | str]:
    """The number of a key figure and what stands after it: «11,3» «%», or «17» «av 215» where so few live there."""
    if not own.few:
        return prose.decimal(own.share), "%"
    return prose.count(own.outside), text("exclusion.keys.few_of", total=own.total)


def share_bounds(own: exclusion.Share) -> Markup:
    """How far the rounding may reach; in whole percent where few live there."""
    if own.few:
        return text("exclusion.keys.interval_few", lower=math.floor(own.lower), upper=math.ceil(own.upper))
    if prose.decimal(own.lower) == prose.decimal(own.upper):
        return text("exclusion.keys.exact")
    return text("exclusion.keys.interval", lower=own.lower, upper=own.upper)


def beside_county(ctx: Context, own: exclusion.Share) -> Markup:
    """The county's share, as persons where the municipality's are told so, and whether the rounding may account for the difference."""
    county = exclusion.share(ctx.tables, ctx.county, own.age, own.year)
    verdict = text(f"exclusion.keys.{'may' if exclusion.differs(own, county) == 'even' else 'holds'}")
    if own.few:
        n = county.share * own.total / 100
        return text("exclusion.keys.county_few", place=ctx.county.name, n=n, verdict=verdict)
    return text("exclusion.keys.county", place=ctx.county.name, share=county.share, verdict=verdict)


def place(area: Place) -> Markup:
    """The name of a place for text: municipalities with their languages marked."""
    if isinstance(area, Municipality):
        return prose.name(area)
    if area.key == "list":
        return prose.listing(prose.name(each) for each in area.municipalities)
    return prose.name(area.name)


def place_within(area: Place) -> Markup:
    """The name of a place inside a sentence: «landet» without its capital."""
    return text("common.the_country") if area.key == "country" else place(area)


def footer(
    ctx: Context,
    theme: str,
    definitions: Iterable[Markup],
    quality: Iterable[Markup],
    tables: Iterable[str] | None = None,
) -> parts.Footer:
    """Definitions, quality and method, where the figures are from, and the command that makes the page again.

    Parameters
    ----------
    tables : those that the page's figures are from; all that the theme can use where nothing is said. A page that uses none has no official
        figures to tell of.
    """
    again = [
        text("footer.command", code=ctx.municipality.code, theme=theme, language=option(spoken())),
        text("footer.version", version=version("kommunerapport"), day=ctx.as_of),
    ]
    used = [table for table, info in catalog().items() if theme in info.used_by] if tables is None else list(tables)
    told = list(quality)
    if used:
        told = [*origin(ctx, used, all_of_page=tables is None), *told]
        told += [text("footer.rounding"), text("footer.codes", year=registry().year)]
        again.append(text("footer.licence"))
    columns = {"definitions": list(definitions), "quality": told, "again": again}
    return parts.Footer([parts.FooterColumn(text(f"footer.{key}"), said) for key, said in columns.items() if said])


def origin(ctx: Context, tables: Iterable[str], all_of_page: bool) -> list[Markup]:
    """Which of these tables were fetched and which came with the project; empty where none is held.

    They are named, but where all of the page's figures are from them and of one kind.
    """
    metas = [ctx.tables.meta(table) for table in tables if table in ctx.tables]
    fetched, assembled = ([each for each in metas if each.assembled == kind] for kind in (False, True))
    forms = {"fetched": fetched, "assembled": assembled}
    said = []
    for form, those in forms.items():
        if those:
            days = sorted({dt.date.fromisoformat(each.retrieved) for each in those})
            when = text("footer.day" if len(days) == 1 else "footer.days", **_days(days))
            values = {} if all_of_page and len(those) == len(metas) else {"tables": prose.listing(map(called, those))}
            said.append(text(f"footer.{form}_{'all' if not values else 'some'}", when=when, **values))
    return [*said, text("footer.newer")] if assembled else said


def _days(days: Sequence[dt.date]) -> dict[str, dt.date]:
    return {"day": days[0]} if len(days) == 1 else {"first": days[0], "last": days[-1]}


def unrounded(ctx: Context, tables: Iterable[str]) -> list[str]:
    """The numbers of those tables held whose figures are exact, by what their bodies say."""
    metas = [ctx.tables.meta(table) for table in tables if table in ctx.tables]
    return [meta.number for meta in metas if meta.rounding == "none"]


def own_years(ctx: Context) -> pd.DataFrame:
    """The municipality's years of table 11618: those that every municipality has, so that comparisons are of the same years."""
    years = held(ctx, employment.series(ctx.tables, ctx.municipality))
    return held(ctx, years[years["table"] == employment.TABLE].dropna(subset=["rate"]))


def carried(frame: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """The rows of an area's frame for the years that the municipality has."""
    return frame.loc[frame.index.intersection(years.index)]


def shown(ctx: Context, years: pd.DataFrame) -> list[tuple[Place, pd.DataFrame]]:
    """The municipality's employment series and those it is compared with, for the same years."""
    others = [(place, carried(employment.series(ctx.tables, place), years)) for place in compared(ctx)]
    return [(ctx.municipality, years), *others]


def kind(place: Place) -> LineKind:
    """The look of a place's line."""
    if isinstance(place, Municipality):
        return "muni"
    return "county" if place.key == "county" else "country" if place.key == "country" else "other"


def compared(ctx: Context) -> list[Place]:
    """The areas that a municipality is compared with: its county (where it is not the whole of it), the country, any asked for."""
    county: list[Place] = [ctx.county] if len(ctx.county.municipalities) > 1 else []
    return [*county, ctx.country, *ctx.compare]


def record(row: Any) -> dict[str, Any]:
    """A row of a frame as column → value."""
    return {str(key): value for key, value in row.items()}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each as column → value."""
    return [record(row) for _, row in frame.iterrows()]


def year_of(label: object) -> int:
    """The year in an index label."""
    return int(str(label))


def growth_since(frame: pd.DataFrame, column: str) -> float | None:
    """Change in percent from the first to the last year of a frame; None with a single year or a missing end."""
    if len(frame) < 2:
        return None
    found = employment.growth(frame, column, int(frame.index[0]), int(frame.index[-1])).percent
    return None if math.isnan(found) else found


def status_year(ctx: Context) -> int:
    """The newest year of table 13563 that the publication printed; an assumed year carries no finding."""
    return exclusion.newest_year(ctx.tables)


def point(residents: float) -> str:
    """One percentage point of so many in whole persons, or with a decimal where that would be none or one."""
    return prose.decimal(residents / 100, 0 if residents >= 200 else 1)


def years_of_age(age: str) -> str:
    """An age group as it is printed: ``15–29``."""
    return age.replace("-", prose.DASH)


use_labels()
