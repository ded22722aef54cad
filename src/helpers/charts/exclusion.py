"""The sections of the report on utenforskap: who stands outside work, education and measures, and who is out of work."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import exclusiontables, parts, words
from helpers.charts.bars import Bar, Cell, bar_chart, column_chart
from helpers.charts.exclusiontables import ADULT, STATUS, years_of_age
from helpers.charts.style import SMALL_WIDTH, LineKind
from helpers.errors import FiguresMissing
from helpers.measures import exclusion
from helpers.measures.context import Context
from helpers.places import region_name
from helpers.prose import text

UNEMPLOYED = "nav_hl060"


def _unemployed_years(ctx: Context) -> str:
    """The years of the unemployed, which are held for municipalities that table 13563 lacks."""
    if UNEMPLOYED not in ctx.tables:
        return ""
    months = exclusion.unemployment(ctx.tables, ctx.municipality).index
    return words.period(int(str(month)[:4]) for month in months) if len(months) else ""


@words.never_missing("exclusion", left=_unemployed_years)
def head(ctx: Context) -> parts.Head:
    """The share outside among adults, in the newest year that the publication printed."""
    year, name = words.status_year(ctx), prose.name(ctx.municipality)
    young, adult = (exclusion.share(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES)
    unemployed = _unemployed_years(ctx)
    years = prose.span(year, max(year, int(unemployed[-4:]))) if unemployed else str(year)
    values = {"name": name, "share": adult.share, "year": year}
    return parts.Head(
        theme="exclusion",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=text("exclusion.title", **values),
        lead=text("exclusion.lead", young=young.share),
        badges=[text("exclusion.badge_year", years=years), text("exclusion.badge_population")],
        description=prose.plain(text("exclusion.description", **values)),
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
        prose.decimal(young.total / 100, 0),
        text("exclusion.keys.point_unit", n=int(prose.rounded(young.total / 100, 0))),
        [text("exclusion.keys.point_young"), text("exclusion.keys.point_adult", persons=adult.total / 100)],
    )
    return parts.KeyFigures([_share_key(ctx, young), _share_key(ctx, adult), point, _unemployed_key(ctx)])


def findings(ctx: Context) -> parts.Findings:
    """Three to five sentences from the newest year printed."""
    year, name = words.status_year(ctx), prose.name(ctx.municipality)
    young, adult = (exclusion.share(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES)
    items = [
        text(f"exclusion.findings.{form}", share=each.share, outside=each.outside, total=each.total)
        for form, each in (("young", young), ("adult", adult))
    ]
    if len(ctx.county.municipalities) > 1:
        items.append(_against_county(ctx, adult))
        found = exclusion.rank(ctx.tables, ctx.municipality, ADULT, year)
        if found is not None and found.of > 1:
            number = text(f"exclusion.findings.rank_{'joint' if found.ties else 'number'}", rank=found.rank)
            items.append(_rank_sentence(ctx, number, year))
    items.append(text("exclusion.findings.point", persons=adult.total / 100))
    return parts.Findings(text("common.findings"), items, text("exclusion.findings.subtitle", name=name, year=year))


def ages(ctx: Context) -> parts.Section:
    """Both age groups beside county, Søndre Viken (for its five) and every municipality held."""
    year = words.status_year(ctx)
    tables = {age: _compared(ctx, age, year) for age in exclusion.AGES}
    notes = [text("exclusion.ages.whisker"), text("exclusion.ages.country")]
    for _, row in tables[ADULT].iterrows():
        if row["missing"]:
            gone = prose.listing(prose.name(region_name(code)) for code in row["missing"])
            notes.append(text("exclusion.ages.lacking", place=row["name"], names=gone))
    return parts.Section(
        key="ages",
        heading=_ages_heading(ctx, tables, year),
        subtitle=text("exclusion.ages.subtitle", year=year),
        figures=[_age_figure(age, held, year) for age, held in tables.items()],
        caption=words.caption(ctx, {STATUS: str(year)}, *notes),
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
    gone = [region_name(str(code)) for code in held.index[held["share"].isna()]]
    notes = [text("exclusion.ages.whisker"), text("exclusion.county.rounding")]
    notes += [text("exclusion.county.lacking", names=prose.listing(prose.name(each) for each in gone))] if gone else []
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
    """Immigrants and others in the assumed year: numbers, no finding and no trend."""
    meta = ctx.tables.meta(STATUS)
    year = max(int(each) for each in meta.periods)
    gaps = [exclusion.by_category(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES]
    names = {exclusion.IMMIGRANTS: "immigrants", exclusion.OTHERS: "others"}
    bars, said = [], []
    for gap in gaps:
        for code, who in names.items():
            row = words.record(gap.shares.loc[code])
            label = prose.plain(
                text("exclusion.immigrants.label", who=text(f"exclusion.immigrants.{who}"), age=years_of_age(gap.age))
            )
            bars.append(
                Bar(label, Cell(row["share"], row["lower"], row["upper"]), "muni" if who == "immigrants" else "other")
            )
            said.append(text("exclusion.ages.value", place=label, share=row["share"]))
    misread = [text("exclusion.immigrants.misread_assumed", year=str(year), before=words.status_year(ctx))]
    misread += [text("exclusion.immigrants.misread_points"), text("exclusion.immigrants.misread_reason")]
    alt = prose.plain(text("exclusion.immigrants.alt", values=prose.listing(said)))
    return parts.Section(
        key="immigrants",
        heading=text("exclusion.immigrants.heading", year=str(year)),
        subtitle=text("exclusion.immigrants.subtitle"),
        figures=[bar_chart(bars, alt=alt, value_format=prose.decimal)],
        caption=words.caption(ctx, {STATUS: meta_period(ctx, year)}, text("exclusion.ages.whisker")),
        paragraphs=[_gap_sentence(gap) for gap in gaps],
        misread=misread,
        table=exclusiontables.by_category(ctx, gaps, str(year)),
    )


def unemployment(ctx: Context) -> parts.Section:
    """Registered unemployed by month; masked months are hatched."""
    months = words.held(ctx, exclusion.unemployment(ctx.tables, ctx.municipality))
    word = prose.plain(text("exclusion.unemployment.word"))
    bars = [
        Bar(prose.short_month(str(month)), Cell(row["count"], word="" if pd.notna(row["count"]) else word), "muni")
        for month, row in months.iterrows()
    ]
    said = prose.listing(_month_value(str(month), row["count"]) for month, row in months.iterrows())
    alt = prose.plain(text("exclusion.unemployment.alt", values=said))
    known, masked = months.dropna(subset=["count"]), int(months["count"].isna().sum())
    paragraphs = []
    if len(known) and pd.notna(known["percent"].iloc[-1]):
        row = known.iloc[-1]
        paragraphs.append(
            text("exclusion.unemployment.text", month=str(known.index[-1]), count=row["count"], percent=row["percent"])
        )
    paragraphs += [text("exclusion.unemployment.masked", n=masked)] if masked else []
    span = {
        "first_month": prose.month(str(months.index[0])).split(" ")[0],
        "last_month": prose.month(str(months.index[-1])),
    }
    return parts.Section(
        key="unemployment",
        heading=_unemployment_heading(ctx, months),
        subtitle=text("exclusion.unemployment.subtitle", **span),
        figures=[column_chart(bars, alt=alt, value_format=prose.count)],
        caption=words.caption(ctx, {UNEMPLOYED: f"{span['first_month']}–{span['last_month']}"}),
        paragraphs=paragraphs,
        misread=[
            text("exclusion.unemployment.misread"),
            text("exclusion.unemployment.misread_year", month=str(months.index[-1])),
        ],
        table=exclusiontables.by_month(ctx, months),
    )


def footer(ctx: Context) -> parts.Footer:
    """Definitions, rounding and the command."""
    definitions = [text(f"exclusion.footer.{each}") for each in ("outside", "unemployed", "point")]
    quality = []
    if STATUS in ctx.tables:
        counts = {"held": ctx.tables[STATUS]["Region"].nunique(), "all": len(ctx.country.municipalities)}
        quality.append(text("exclusion.footer.rounding", allowance=ctx.tables.meta(STATUS).allowance))
        quality.append(text("exclusion.footer.national", **counts))
    return words.footer(ctx, "exclusion", definitions, quality)


def meta_period(ctx: Context, year: int) -> str:
    """The label of a year: an assumed one says so."""
    return (
        prose.plain(text("common.assumed", year=str(year)))
        if str(year) in ctx.tables.meta(STATUS).assumed
        else str(year)
    )


def _share_key(ctx: Context, own: exclusion.Share) -> parts.KeyFigure:
    lines = [text("exclusion.keys.persons", outside=own.outside, total=own.total)]
    if len(ctx.county.municipalities) > 1:
        county = exclusion.share(ctx.tables, ctx.county, own.age, own.year)
        lines.append(text("exclusion.keys.county", place=ctx.county.name, share=county.share))
    lines.append(text("exclusion.keys.interval", lower=own.lower, upper=own.upper))
    return parts.KeyFigure(
        text("exclusion.keys.age", age=years_of_age(own.age), year=own.year), prose.decimal(own.share), "%", lines
    )


def _unemployed_key(ctx: Context) -> parts.KeyFigure:
    try:
        months = words.held(ctx, exclusion.unemployment(ctx.tables, ctx.municipality))
    except FiguresMissing:
        why = text("exclusion.keys.missing_why", table="HL060", name=prose.name(ctx.municipality))
        return parts.KeyFigure("HL060", text("exclusion.keys.missing"), "", [why])
    month, row = str(months.index[-1]), months.iloc[-1]
    label = text("exclusion.keys.unemployed", month=month)
    if pd.isna(row["percent"]):
        return parts.KeyFigure(label, text("exclusion.keys.masked"), "", [text("exclusion.keys.masked_why")])
    lines = [text("exclusion.keys.unemployed_lines", count=row["count"]), text("exclusion.keys.unemployed_county")]
    return parts.KeyFigure(label, prose.decimal(row["percent"]), "%", lines)


def _against_county(ctx: Context, own: exclusion.Share) -> Markup:
    other = exclusion.share(ctx.tables, ctx.county, own.age, own.year)
    values = {"county": ctx.county.name, "share": other.share}
    form = _differs(_compared(ctx, own.age, own.year))
    if form == "even":
        return text("exclusion.findings.even_county", **values)
    persons = abs(own.share - other.share) / 100 * own.total
    return text(f"exclusion.findings.{'like' if form == 'higher' else 'below'}_county", persons=persons, **values)


def _differs(held: pd.DataFrame) -> str:
    """The municipality against its county: ``higher``, ``lower``, or ``even`` where the rounding could account for it."""
    if held["lower"]["municipality"] > held["upper"]["county"]:
        return "higher"
    return "lower" if held["upper"]["municipality"] < held["lower"]["county"] else "even"


def _compared(ctx: Context, age: str, year: int) -> pd.DataFrame:
    """The rows that are shown: a county of one is itself, and Søndre Viken is for its five."""
    held = exclusion.comparison(ctx.tables, ctx.municipality, age, year)
    drop = [] if ctx.municipality.code in ctx.sondre_viken.regions else ["sondre-viken"]
    drop += ["county"] if len(ctx.county.municipalities) == 1 else []
    held = held.drop(index=[each for each in drop if each in held.index])
    everyone = prose.plain(text("exclusion.ages.held", n=int(held["held"]["held"])))
    return held.assign(name=held["name"].mask(held.index == "held", everyone))


def _ages_heading(ctx: Context, tables: dict[str, pd.DataFrame], year: int) -> Markup:
    name = {"name": prose.name(ctx.municipality)}
    if "county" not in tables[ADULT].index:
        return text("exclusion.ages.heading_alone", year=year, **name)
    county = {"county": ctx.county.name}
    young, adult = (_differs(held) for held in tables.values())
    if young == adult:
        return text(f"exclusion.ages.heading_{adult}", **name, **county)
    if "even" not in (young, adult):
        return text("exclusion.ages.heading_mixed", **county)
    age, form = ("young", young) if adult == "even" else ("adult", adult)
    return text(f"exclusion.ages.heading_{age}_{form}", **name, **county)


def _age_figure(age: str, held: pd.DataFrame, year: int) -> parts.Figure:
    kinds: dict[str, LineKind] = {"municipality": "muni", "county": "county"}
    bars = [
        Bar(row["name"], Cell(row["share"], row["lower"], row["upper"]), kinds.get(str(key), "other"))
        for key, row in held.iterrows()
    ]
    said = prose.listing(text("exclusion.ages.value", place=bar.label, share=bar.cell.value) for bar in bars)
    alt = prose.plain(text("exclusion.ages.alt", age=years_of_age(age), year=year, values=said))
    figure = bar_chart(bars, alt=alt, value_format=prose.decimal, width=SMALL_WIDTH)
    title, subtitle = text("exclusion.ages.figure", age=years_of_age(age)), text("exclusion.ages.figure_sub")
    return parts.Figure(figure.svg, figure.alt, title=title, subtitle=subtitle, prefix=figure.prefix)


def _reach_form(reach: exclusion.RankRange) -> str:
    return "either" if reach.worst == reach.best + 1 else "range"


def _rank_sentence(ctx: Context, number: Markup, year: int) -> Markup:
    """The rank, and between which ranks the rounding lets it lie."""
    values = {"rank": number, "county": ctx.county.name}
    reach = exclusion.rank_range(ctx.tables, ctx.municipality, ADULT, year)
    if reach is None:
        return text("exclusion.county.heading_plain", county=ctx.county.name, name=prose.name(ctx.municipality))
    if reach.best == reach.worst:
        return text("exclusion.findings.rank_sure", of=reach.of, **values)
    return text(
        f"exclusion.findings.rank_{_reach_form(reach)}", of=reach.of, best=reach.best, worst=reach.worst, **values
    )


def _county_heading(ctx: Context, year: int) -> Markup:
    names = {"county": ctx.county.name, "name": prose.name(ctx.municipality)}
    reach = exclusion.rank_range(ctx.tables, ctx.municipality, ADULT, year)
    if reach is None:
        return text("exclusion.county.heading_plain", **names)
    if reach.best < reach.worst:
        return text(
            f"exclusion.county.heading_{_reach_form(reach)}", best=reach.best, worst=reach.worst, of=reach.of, **names
        )
    form = "highest" if reach.best == 1 else "lowest" if reach.best == reach.of else "rank"
    values = {"rank": reach.best, "of": reach.of} if form == "rank" else {}
    return text(f"exclusion.county.heading_{form}", **values, **names)


def _gap_sentence(gap: exclusion.CategoryGap) -> Markup:
    age = years_of_age(gap.age)
    if math.isnan(gap.gap_points) or prose.rounded(gap.gap_points, 1) == 0 or math.isnan(gap.gap_percent):
        return text("exclusion.immigrants.gap_same", age=age)
    form = "more" if gap.gap_points > 0 else "less"
    sentence = text(f"exclusion.immigrants.gap_{form}", age=age, points=gap.gap_points, percent=gap.gap_percent)
    sure = gap.gap_points_lower > 0 or gap.gap_points_upper < 0
    return sentence if sure else text("exclusion.immigrants.gap_uncertain", sentence=sentence)


def _unemployment_heading(ctx: Context, months: pd.DataFrame) -> Markup:
    first, last = months["percent"].iloc[0], months["percent"].iloc[-1]
    if pd.isna(first) or pd.isna(last):
        return text("exclusion.unemployment.heading_masked", name=prose.name(ctx.municipality))
    names = {
        "first_month": prose.month(str(months.index[0])).split(" ")[0],
        "last_month": prose.month(str(months.index[-1])),
    }
    if first == last:
        return text("exclusion.unemployment.heading_same", last=last, **names)
    return text(f"exclusion.unemployment.heading_{'down' if last < first else 'up'}", first=first, last=last, **names)


def _month_value(month: str, count: float) -> Markup:
    name = prose.month(month)
    if pd.isna(count):
        return text("exclusion.unemployment.value_masked", month=name)
    return text("exclusion.unemployment.value", month=name, count=count)
