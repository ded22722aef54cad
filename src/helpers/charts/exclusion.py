"""The sections of the report on utenforskap: who stands outside work, education and measures, and who is out of work."""

from __future__ import annotations

import math
from contextlib import suppress

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import exclusiontables, parts, unemployed, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.exclusioncosts import cost, cost_assumptions, cost_years
from helpers.charts.exclusiongap import decomposition
from helpers.charts.exclusionreasons import reasons
from helpers.charts.exclusionstatuses import statuses
from helpers.charts.exclusiontables import ADULT, STATUS
from helpers.charts.heads import never_missing
from helpers.charts.style import SMALL_WIDTH, LineKind
from helpers.charts.unemployed import unemployment
from helpers.errors import FiguresMissing
from helpers.measures import exclusion
from helpers.measures.context import Context
from helpers.measures.rounding import few
from helpers.places import region_name
from helpers.prose import text

__all__ = [
    "ages", "cost", "cost_assumptions", "cost_years", "county", "decomposition", "findings", "footer", "head", "immigrants", "keys",
    "reasons", "statuses", "unemployment",
]  # fmt: skip


@never_missing("exclusion", left=unemployed.years)
def head(ctx: Context) -> parts.Head:
    """The share outside among adults, in the newest year that the publication printed."""
    year, name = words.status_year(ctx), prose.name(ctx.municipality)
    young, adult = (exclusion.share(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES)
    months = unemployed.years(ctx)
    years = words.period([year, *(int(each) for each in months.split(prose.DASH))] if months else [year])
    form = "_few" if adult.few else ""
    values = {"name": name, "year": year, **_told(adult)}
    return parts.Head(
        theme="exclusion",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=text(f"exclusion.title{form}", **values),
        lead=text("exclusion.lead_few", **_told(young)) if young.few else text("exclusion.lead", young=young.share),
        badges=[text("exclusion.badge_year", years=years), text("exclusion.badge_population")],
        description=prose.plain(text(f"exclusion.description{form}", **values)),
        years=years,
        keys={"outside_young": young.share, "outside_adult": adult.share},
    )


def keys(ctx: Context) -> parts.KeyFigures:
    """Both shares, what one percentage point is, and the registered unemployed."""
    young, adult = (
        exclusion.share(ctx.tables, ctx.municipality, age, words.status_year(ctx)) for age in exclusion.AGES
    )
    point = parts.KeyFigure(
        text("exclusion.keys.point"),
        words.point(young.total),
        text("exclusion.keys.point_unit", n=young.total / 100),
        [text("exclusion.keys.point_young"), text("exclusion.keys.point_adult", persons=words.point(adult.total))],
    )
    return parts.KeyFigures([_share_key(ctx, young), _share_key(ctx, adult), point, unemployed.key(ctx)])


def findings(ctx: Context) -> parts.Findings:
    """Three to five sentences from the newest year printed."""
    year, name = words.status_year(ctx), prose.name(ctx.municipality)
    young, adult = (exclusion.share(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES)
    items = [
        text(f"exclusion.findings.{form}{'_few' if each.few else ''}", **{**_people(each), **_told(each)})
        for form, each in (("young", young), ("adult", adult))
    ]
    if len(ctx.county.municipalities) > 1:
        items.append(_against_county(ctx, adult))
        reach = exclusion.rank_range(ctx.tables, ctx.municipality, ADULT, year)
        if reach is not None and reach.of > 1 and not reach.anywhere:
            rank = prose.rank_between(reach.best, reach.worst, reach.of)
            form = "sure" if reach.best == reach.worst else "range"
            items.append(text(f"exclusion.findings.rank_{form}", rank=rank, county=ctx.county.name))
    items.append(text("exclusion.findings.point", persons=words.point(adult.total)))
    return parts.Findings(text("common.findings"), items, text("exclusion.findings.subtitle", name=name, year=year))


def ages(ctx: Context) -> parts.Section:
    """Both age groups beside county, Søndre Viken (for its five) and every municipality held."""
    year = words.status_year(ctx)
    tables = {age: _compared(ctx, age, year) for age in exclusion.AGES}
    whole = "country" in tables[ADULT].index
    notes = [text("exclusion.ages.whisker"), text(f"exclusion.ages.country{'_sum' if whole else ''}")]
    for _, row in tables[ADULT].iterrows():
        if row["missing"]:
            notes.append(
                text("exclusion.ages.lacking", place=prose.name(row["name"]), names=words.some(row["missing"]))
            )
    return parts.Section(
        key="ages",
        heading=_ages_heading(ctx, tables, year),
        subtitle=text("exclusion.ages.subtitle", year=year),
        figures=[_age_figure(age, held, year) for age, held in tables.items()],
        caption=words.caption(ctx, {STATUS: str(year)}, *notes),
        paragraphs=_verdict(ctx, tables, year),
        misread=[text(f"exclusion.ages.misread_{each}") for each in ("reason", "rounding", "ages")],
        table=exclusiontables.by_age(ctx, tables, year),
    )


def county(ctx: Context) -> parts.Section | None:
    """The county's municipalities by the share outside among adults; None where the county is one municipality."""
    year = words.status_year(ctx)
    exclusion.share(ctx.tables, ctx.municipality, ADULT, year)
    held = exclusion.by_municipality(ctx.tables, ctx.county, ADULT, year)
    shown = held.dropna(subset=["share"]).sort_values("share", ascending=False)
    if len(shown) < 2:
        return None
    own = ctx.municipality.code
    bars = [
        Bar(region_name(str(code)), Cell(row["share"], row["lower"], row["upper"]), "muni" if code == own else "other")
        for code, row in shown.iterrows()
    ]
    said = prose.listing(text("exclusion.ages.value", place=bar.label, share=bar.cell.value) for bar in bars)
    gone = [str(code) for code in held.index[held["share"].isna()]]
    notes = [text("exclusion.ages.whisker"), text("exclusion.county.rounding")]
    notes += [text("exclusion.county.lacking", names=words.some(gone))] if gone else []
    return parts.Section(
        key="county",
        heading=_county_heading(ctx, year),
        subtitle=text("exclusion.county.subtitle", year=year),
        figures=[
            bar_chart(bars, alt=prose.plain(text("exclusion.county.alt", values=said)), value_format=prose.decimal)
        ],
        caption=words.caption(ctx, {STATUS: str(year)}, *notes),
        table=exclusiontables.by_municipality(ctx, year, shown),
    )


def immigrants(ctx: Context) -> parts.Section:
    """Immigrants and others in the newest year; an assumed one gives numbers only, no finding and no trend."""
    year = exclusion.newest_year(ctx.tables, assumed=True)
    assumed, label = exclusion.is_assumed(ctx.tables, year), meta_period(ctx, year)
    gaps = [exclusion.by_category(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES]
    bars, said = _category_bars(gaps)
    misread = []
    if assumed:
        misread.append(text("exclusion.immigrants.misread_assumed", year=str(year), before=words.status_year(ctx)))
    misread += [text("exclusion.immigrants.misread_points"), text("exclusion.immigrants.misread_reason")]
    alt = prose.plain(text("exclusion.immigrants.alt", values=prose.listing(said)))
    return parts.Section(
        key="immigrants",
        heading=text("exclusion.immigrants.heading", year=label) if assumed else _category_heading(ctx, gaps),
        subtitle=text("exclusion.immigrants.subtitle_assumed")
        if assumed
        else text("exclusion.immigrants.subtitle", year=label),
        figures=[bar_chart(bars, alt=alt, value_format=prose.decimal)],
        caption=words.caption(ctx, {STATUS: label}, text("exclusion.ages.whisker")),
        paragraphs=[_gap_sentence(gap) for gap in gaps],
        misread=misread,
        table=exclusiontables.by_category(ctx, gaps, label, f"{year}-antatt" if assumed else str(year)),
    )


def _category_bars(gaps: list[exclusion.CategoryGap]) -> tuple[list[Bar], list[Markup]]:
    """A bar for immigrants and one for all others in each age group, and what the alternative text says of each."""
    bars, said = [], []
    word = prose.plain(text("exclusion.immigrants.nobody"))
    for gap in gaps:
        for code, who in exclusiontables.CATEGORIES.items():
            row = words.record(gap.shares.loc[code])
            values = {"who": text(f"exclusion.immigrants.{who}"), "age": words.years_of_age(gap.age)}
            label = prose.plain(text("exclusion.immigrants.label", **values))
            known = not math.isnan(row["share"])
            cell = Cell(row["share"], row["lower"], row["upper"]) if known else Cell(None, word=word)
            bars.append(Bar(label, cell, "muni" if who == "immigrants" else "other"))
            form = {"share": row["share"]} if known else {}
            said.append(text(f"exclusion.ages.value{'' if known else '_none'}", place=label, **form))
    return bars, said


def _category_heading(ctx: Context, gaps: list[exclusion.CategoryGap]) -> Markup:
    """Where the share is surely higher or lower among immigrants, whatever the rounding did."""
    name = prose.name(ctx.municipality)
    young, adult = (_sure(gap) for gap in gaps)
    if all(math.isnan(gap.gap_points) for gap in gaps):
        return text("exclusion.immigrants.heading_none", name=name)
    if young == adult:
        return text(f"exclusion.immigrants.heading_{adult}", name=name)
    if "even" not in (young, adult):
        return text("exclusion.immigrants.heading_mixed", name=name)
    age, form = ("young", young) if adult == "even" else ("adult", adult)
    return text(f"exclusion.immigrants.heading_{age}_{form}", name=name)


def _sure(gap: exclusion.CategoryGap) -> str:
    return "higher" if gap.gap_points_lower > 0 else "lower" if gap.gap_points_upper < 0 else "even"


def footer(ctx: Context) -> parts.Footer:
    """Definitions, rounding and the command."""
    definitions = [text(f"exclusion.footer.{each}") for each in ("outside", "unemployed", "point")]
    quality = []
    if STATUS in ctx.tables:
        frame, every = ctx.tables[STATUS], {each.code for each in ctx.country.municipalities}
        year = exclusion.newest_year(ctx.tables)
        newest = frame[frame["Tid"] == year]
        counts = {"held": len(every & set(newest["Region"])), "all": len(every)}
        quality.append(text("exclusion.footer.rounding", allowance=ctx.tables.meta(STATUS).allowance))
        whole = False
        with suppress(FiguresMissing):  # an age that the table lacks
            whole = all(exclusion.is_whole(ctx.tables, age, year) for age in exclusion.AGES)
        quality.append(text("exclusion.footer.sum") if whole else text("exclusion.footer.national", **counts))
    return words.footer(ctx, "exclusion", definitions, quality)


def meta_period(ctx: Context, year: int) -> str:
    """The label of a year: an assumed one says so."""
    return (
        prose.plain(text("common.assumed", year=str(year)))
        if str(year) in ctx.tables.meta(STATUS).assumed
        else str(year)
    )


def _people(own: exclusion.Share) -> dict[str, float]:
    return {"outside": own.outside, "total": own.total}


def _told(own: exclusion.Share) -> dict[str, float]:
    """What a sentence says of a share: persons where they are few, else percent."""
    return _people(own) if own.few else {"share": own.share}


def _share_key(ctx: Context, own: exclusion.Share) -> parts.KeyFigure:
    lines = [] if own.few else [text("exclusion.keys.persons", **_people(own))]
    if len(ctx.county.municipalities) > 1:
        lines.append(words.beside_county(ctx, own))
    lines.append(words.share_bounds(own))
    label = text("exclusion.keys.age", age=words.years_of_age(own.age), year=own.year)
    return parts.KeyFigure(label, *words.share_figure(own), lines)


def _against_county(ctx: Context, own: exclusion.Share) -> Markup:
    other = exclusion.share(ctx.tables, ctx.county, own.age, own.year)
    values = {"county": ctx.county.name, "share": other.share}
    form = exclusion.differs(own, other)
    if form == "even":
        return text("exclusion.findings.even_county", **values)
    persons = int(prose.rounded(abs(own.share - other.share) / 100 * own.total, 0))
    return text(f"exclusion.findings.{'like' if form == 'higher' else 'below'}_county", n=persons, **values)


def _compared(ctx: Context, age: str, year: int) -> pd.DataFrame:
    """The rows that are shown: a county of one is itself, and Søndre Viken is for its five."""
    held = exclusion.comparison(ctx.tables, ctx.municipality, age, year)
    drop = [] if ctx.municipality.code in ctx.sondre_viken.regions else ["sondre-viken"]
    drop += ["county"] if len(ctx.county.municipalities) == 1 else []
    held = held.drop(index=[each for each in drop if each in held.index])
    if "held" not in held.index:
        return held
    everyone = prose.plain(text("exclusion.ages.held", n=int(held["held"]["held"])))
    return held.assign(name=held["name"].mask(held.index == "held", everyone))


def _ages_heading(ctx: Context, tables: dict[str, pd.DataFrame], year: int) -> Markup:
    name = {"name": prose.name(ctx.municipality)}
    if "county" not in tables[ADULT].index:
        return text("exclusion.ages.heading_alone", year=year, **name)
    county = {"county": ctx.county.name}
    young, adult = _both(ctx, year)
    if young == adult:
        return text(f"exclusion.ages.heading_{adult}", **name, **county)
    if "even" not in (young, adult):
        return text("exclusion.ages.heading_mixed", **county)
    age, form = ("young", young) if adult == "even" else ("adult", adult)
    return text(f"exclusion.ages.heading_{age}_{form}", **name, **county)


def _both(ctx: Context, year: int) -> list[str]:
    """How the municipality stands to its county in either age group (`exclusion.differs`)."""
    pairs = [
        [exclusion.share(ctx.tables, each, age, year) for each in (ctx.municipality, ctx.county)]
        for age in exclusion.AGES
    ]
    return [exclusion.differs(*pair) for pair in pairs]


def _verdict(ctx: Context, tables: dict[str, pd.DataFrame], year: int) -> list[Markup]:
    """For which ages the difference to the county holds whatever the rounding; the heading says it where it does for none."""
    if "county" not in tables[ADULT].index:
        return []
    young, adult = (form != "even" for form in _both(ctx, year))
    if not (young or adult):
        return []
    form = "both" if young and adult else "young" if young else "adult"
    return [text(f"exclusion.ages.verdict_{form}", county=ctx.county.name)]


def _age_figure(age: str, held: pd.DataFrame, year: int) -> parts.Figure:
    kinds: dict[str, LineKind] = {"municipality": "muni", "county": "county", "country": "country"}
    bars = [
        Bar(
            prose.plain(prose.name(row["name"])),
            Cell(row["share"], row["lower"], row["upper"]),
            kinds.get(str(key), "other"),
        )
        for key, row in held.iterrows()
    ]
    said = prose.listing(text("exclusion.ages.value", place=bar.label, share=bar.cell.value) for bar in bars)
    alt = prose.plain(text("exclusion.ages.alt", age=words.years_of_age(age), year=year, values=said))
    figure = bar_chart(bars, alt=alt, value_format=prose.decimal, width=SMALL_WIDTH)
    title, subtitle = text("exclusion.ages.figure", age=words.years_of_age(age)), text("exclusion.ages.figure_sub")
    return parts.Figure(figure.svg, figure.alt, title=title, subtitle=subtitle, prefix=figure.prefix)


def _reach_form(reach: exclusion.RankRange) -> str:
    return "either" if reach.worst == reach.best + 1 else "range"


def _county_heading(ctx: Context, year: int) -> Markup:
    names = {"county": ctx.county.name, "name": prose.name(ctx.municipality)}
    reach = exclusion.rank_range(ctx.tables, ctx.municipality, ADULT, year)
    if reach is None:
        return text("exclusion.county.heading_plain", **names)
    if reach.anywhere:
        return text("exclusion.county.heading_any", **names)
    if reach.best < reach.worst:
        return text(
            f"exclusion.county.heading_{_reach_form(reach)}", best=reach.best, worst=reach.worst, of=reach.of, **names
        )
    form = "highest" if reach.best == 1 else "lowest" if reach.best == reach.of else "rank"
    values = {"rank": reach.best, "of": reach.of} if form == "rank" else {}
    return text(f"exclusion.county.heading_{form}", **values, **names)


def _gap_sentence(gap: exclusion.CategoryGap) -> Markup:
    age = words.years_of_age(gap.age)
    if math.isnan(gap.gap_points):
        return text("exclusion.immigrants.gap_none", age=age)
    if prose.rounded(gap.gap_points, 1) == 0:
        return text("exclusion.immigrants.gap_same", age=age)
    form = "more" if gap.gap_points > 0 else "less"
    ours, others = (words.record(gap.shares.loc[code]) for code in (exclusion.IMMIGRANTS, exclusion.OTHERS))
    if any(few(each["lower"], each["upper"], each["total"]) for each in (ours, others)):
        values = {key: ours[key] for key in ("outside", "total", "share")}
        values |= {f"others_{key}": others[key] for key in ("outside", "total", "share")}
        sentence = text("exclusion.immigrants.gap_few", age=age, **values)
    elif math.isnan(gap.gap_percent):  # the others' share is 0: no percent of it
        sentence = text(f"exclusion.immigrants.gap_{form}_points", age=age, points=gap.gap_points)
    else:
        sentence = text(f"exclusion.immigrants.gap_{form}", age=age, points=gap.gap_points, percent=gap.gap_percent)
    return text(f"exclusion.immigrants.gap_{'uncertain' if _sure(gap) == 'even' else 'certain'}", sentence=sentence)
