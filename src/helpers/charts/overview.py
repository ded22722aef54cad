"""The sections of a municipality's front page: where it stands, its plan's targets, and where to read on."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.commutingtables import matrix_years
from helpers.charts.goaltags import plan_goals
from helpers.charts.heads import never_missing, un_goals
from helpers.charts.lines import Line
from helpers.charts.multiples import Small, small_multiples
from helpers.charts.overvieweducation import education_levels
from helpers.charts.overviewpeers import twins
from helpers.charts.overviewshares import shares
from helpers.charts.targetcards import targets
from helpers.errors import FiguresMissing, TableMissing
from helpers.measures import employment, exclusion, population
from helpers.measures.cells import Place
from helpers.measures.context import Context
from helpers.prose import text

__all__ = [
    "education_levels",
    "findings",
    "footer",
    "head",
    "keys",
    "links",
    "plan_goals",
    "shares",
    "targets",
    "trends",
    "twins",
]

JOBS, PEOPLE = "ssb_11618", "ssb_07459"
YOUNG, ADULT = exclusion.AGES
SAME = 0.05  # percent: what reads 0,0 is no change


def _population_years(ctx: Context) -> str:
    """The years of the population, which are held for municipalities that the other tables lack."""
    if PEOPLE not in ctx.tables:
        return ""
    years = population.series(ctx.tables, ctx.municipality).index
    return words.period(years) if len(years) else ""


@never_missing("overview", left=_population_years)
def head(ctx: Context) -> parts.Head:
    """The employment rate against the country's, and the years that the page's figures are from."""
    years, name = words.own_years(ctx), prose.name(ctx.municipality)
    year, now = int(years.index[-1]), years.iloc[-1]
    country = employment.series(ctx.tables, ctx.country).loc[year]
    span = prose.span(int(years.index[0]), _newest(ctx, year))
    lead = [text("overview.lead", year=year), *_rank_sentence(ctx, year)]
    return parts.Head(
        theme="overview",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=text("overview.title", name=name, rate=now["rate"], country=country["rate"]),
        lead=words.SPACE.join(lead),
        badges=[
            text("overview.badge_years", years=span),
            text("overview.badge_place", code=ctx.municipality.code, county=ctx.county.name),
        ],
        description=prose.plain(text("overview.description", name=name, rate=now["rate"], year=year)),
        years=span,
        keys=_index_keys(ctx, years),
        goals=un_goals(ctx),
    )


def keys(ctx: Context) -> parts.KeyFigures:
    """Rate, jobs, share of the young outside, net commuting; what is not held says so."""
    years = words.own_years(ctx)
    return parts.KeyFigures([_rate_key(ctx, years), _jobs_key(ctx, years), _outside_key(ctx), _net_key(ctx)])


def findings(ctx: Context) -> parts.Findings:
    """Three to five sentences, each from another table."""
    name, items, lacking = prose.name(ctx.municipality), [], None
    for sentence in (_jobs_sentence, _coverage_sentence, _outside_sentence, _commuting_sentence, _population_sentence):
        try:
            items.append(sentence(ctx))
        except FiguresMissing as missing:
            lacking = lacking or missing  # the key figures and the theme's own page say which table it is
    if not items and lacking is not None:
        raise lacking
    return parts.Findings(text("common.findings"), items, text("overview.findings.subtitle", name=name))


def trends(ctx: Context) -> parts.Section:
    """Small multiples: rate, jobs, population, coverage against county and country."""
    years = words.own_years(ctx)
    shown = words.shown(ctx, years)
    others = {place: frame for place, frame in shown if place is not ctx.municipality}
    first = int(years.index[0])
    charts = [_small("rate", shown, "rate_sub", first), _small("jobs", shown, "index_sub", first)]
    charts += [_small("population", shown, "index_sub", first), _small("coverage", shown, "coverage_sub", first)]
    period = words.period(years.index)
    notes = [words.lacking_note(frame) for place, frame in shown if place.key == "country"]
    return parts.Section(
        key="trends",
        heading=_trend_heading(ctx, years, others),
        subtitle=text(
            "overview.trends.subtitle",
            places=prose.listing(words.place_within(place) for place, _ in shown),
            period=period,
        ),
        figures=small_multiples(charts),
        caption=words.caption(ctx, {JOBS: period}, *notes),
        table=_table(ctx, shown),
    )


def links(ctx: Context) -> parts.Links:
    """The other themes, each with one sentence."""
    items = [
        parts.Link(f"{theme}.html", text(f"overview.links.{theme}"), _link_text(ctx, theme))
        for theme in ("employment", "exclusion", "commuting")
    ]
    items.append(parts.Link("land.html", text("overview.links.land"), text("overview.links.land_text")))
    name = prose.name(ctx.municipality)
    return parts.Links(text("overview.links.heading"), items, text("overview.links.subtitle", name=name))


def footer(ctx: Context) -> parts.Footer:
    """Definitions, quality and the command."""
    definitions = [text(f"overview.footer.{each}") for each in ("rate", "coverage", "outside", "net", "education")]
    none = [] if ctx.targets else [text("targets.none")]
    return words.footer(ctx, "overview", definitions, [text("footer.register"), *none])


def _newest(ctx: Context, year: int) -> int:
    """The newest year on the page: table 11616, status and population may be newer than 11618."""
    found = [year]
    if (own := employment.series(ctx.tables, ctx.municipality)).index.max() > year:
        found.append(int(own.index.max()))
    if PEOPLE in ctx.tables:
        people = population.series(ctx.tables, ctx.municipality)
        found += [int(people.index.max())] if len(people) else []
    return max(found)


def _rank_sentence(ctx: Context, year: int) -> list[Markup]:
    found = employment.rank(ctx.tables, ctx.municipality, ctx.county, "rate", year)
    if found is None or found.of < 2:
        return []
    names = {"name": prose.name(ctx.municipality), "county": ctx.county.name}
    if found.ties == 0 and (found.rank == 1 or found.last):
        return [text(f"overview.lead_rank{'' if found.rank == 1 else '_last'}", **names)]
    return [text("overview.lead_rank_between", rank=found.rank, of=found.of, **names)]


def _index_keys(ctx: Context, years: pd.DataFrame) -> dict[str, float | None]:
    """Plain numbers for the index page; None where a table is lacking."""
    found: dict[str, float | None] = {
        "rate": float(years["rate"].iloc[-1]),
        "jobs": float(years["jobs"].iloc[-1]),
        "jobs_growth": words.growth_since(years, "jobs"),
        "population": float(years["population"].iloc[-1]),
        "outside": None,
        "net": float(years["jobs"].iloc[-1] - years["employed"].iloc[-1]),
    }
    with contextlib.suppress(TableMissing):
        found["outside"] = exclusion.share(ctx.tables, ctx.municipality, YOUNG, words.status_year(ctx)).share
    return found


def _rate_key(ctx: Context, years: pd.DataFrame) -> parts.KeyFigure:
    year = int(years.index[-1])
    lines = []
    for area in words.compared(ctx):
        rate = employment.series(ctx.tables, area)["rate"][year]
        lines.append(text("common.place_value", place=words.place(area), value=prose.percent(rate)))
    found = employment.rank(ctx.tables, ctx.municipality, ctx.county, "rate", year)
    if found is not None and found.of > 1:
        lines.append(words.rank(found, ctx.county.name))
    return parts.KeyFigure(text("overview.keys.rate", year=year), prose.decimal(years["rate"].iloc[-1]), "%", lines)


def _jobs_key(ctx: Context, years: pd.DataFrame) -> parts.KeyFigure:
    year, first = int(years.index[-1]), int(years.index[0])
    lines = []
    if (own := words.growth_since(years, "jobs")) is not None:
        lines.append(text("common.since_percent", change=own, year=first))
        for area in words.compared(ctx):
            other = words.growth_since(words.carried(employment.series(ctx.tables, area), years), "jobs")
            if other is not None:
                lines.append(text("common.place_value", place=words.place(area), value=prose.signed_percent(other)))
    return parts.KeyFigure(text("overview.keys.jobs", year=year), prose.count(years["jobs"].iloc[-1]), "", lines)


def _outside_key(ctx: Context) -> parts.KeyFigure:
    label = text("overview.keys.outside_none")
    try:
        year = words.status_year(ctx)
        if year >= (ctx.municipality.comparable_from or year):
            label = text("overview.keys.outside", year=year)
        held = exclusion.comparison(ctx.tables, ctx.municipality, YOUNG, year)
    except TableMissing:
        why = text("overview.keys.missing_why", table="13563", name=prose.name(ctx.municipality))
        return parts.KeyFigure(label, text("overview.keys.missing"), "", [why])
    share, lines = exclusion.share(ctx.tables, ctx.municipality, YOUNG, year), []
    for key, place in (("county", ctx.county), ("country", ctx.country)):
        if key == "county" and len(ctx.county.municipalities) == 1:
            continue
        if key in held.index and key == "county":
            lines.append(words.beside_county(ctx, share))
            continue
        if key in held.index:
            about = text("common.about", value=prose.percent(held["share"][key]))
            lines.append(text("common.place_value", place=words.place(place), value=about))
        else:
            lines.append(text("common.place_missing", place=words.place(place)))
    people = text("overview.keys.outside_people", outside=share.outside, total=share.total)
    lines.append(words.share_bounds(share) if share.few else people)
    return parts.KeyFigure(label, *words.share_figure(share), lines)


def _net_key(ctx: Context) -> parts.KeyFigure:
    years = words.own_years(ctx)
    year, net = int(years.index[-1]), years["jobs"] - years["employed"]
    lines = []
    if len(ctx.county.municipalities) > 1:
        county = employment.series(ctx.tables, ctx.county)
        value = prose.signed(county["jobs"][year] - county["employed"][year])
        lines.append(text("common.place_value", place=ctx.county.name, value=value))
    if len(years) > 1:
        lines.append(text("common.in_year", value=prose.signed(net.iloc[0]), year=int(years.index[0])))
    return parts.KeyFigure(text("overview.keys.net", year=year), prose.signed(net.iloc[-1]), "", lines)


def _jobs_sentence(ctx: Context) -> Markup:
    years = words.own_years(ctx)
    own, first = words.growth_since(years, "jobs"), int(years.index[0])
    changes = []
    for area in words.compared(ctx):
        other = words.growth_since(words.carried(employment.series(ctx.tables, area), years), "jobs")
        if other is not None:
            changes.append(text("overview.findings.change", place=words.place_within(area), percent=other))
    others = text("overview.findings.jobs_others", changes=prose.listing(changes)) if changes else Markup("")
    values = {"jobs": years["jobs"].iloc[-1], "year": int(years.index[-1]), "first": first, "others": others}
    if own is None:
        return text("overview.findings.jobs_single", jobs=values["jobs"], year=values["year"])
    if abs(own) < SAME:
        return text("overview.findings.jobs_same", **values)
    return text(f"overview.findings.jobs_{'up' if own > 0 else 'down'}", percent=own, **values)


def _coverage_sentence(ctx: Context) -> Markup:
    coverage = float(words.own_years(ctx)["coverage"].iloc[-1])
    form = "even" if prose.rounded(coverage, 0) == 100 else "more" if coverage > 100 else "fewer"
    balance = text(f"overview.findings.coverage_{form}")
    return text("overview.findings.coverage", coverage=coverage, name=prose.name(ctx.municipality), balance=balance)


def _outside_sentence(ctx: Context) -> Markup:
    year = words.status_year(ctx)
    own = exclusion.share(ctx.tables, ctx.municipality, ADULT, year)
    share = {} if own.few else {"share": own.share}
    form = f"overview.findings.outside{'_few' if own.few else ''}"
    return text(form, outside=own.outside, total=own.total, year=year, **share)


def _commuting_sentence(ctx: Context) -> Markup:
    row = matrix_years(ctx).iloc[-1]
    share = 100 * row["out"] / row["employed"]
    return text(
        "overview.findings.commuting_out", out=row["out"], inward=row["in_"], share=share, year=words.year_of(row.name)
    )


def _population_sentence(ctx: Context) -> Markup:
    """Ten years back, or as far as there are figures; the country beside it where its sum lacks nobody."""
    own, country = (population.series(ctx.tables, place) for place in (ctx.municipality, ctx.country))
    persons = words.held(ctx, own)["persons"]
    last = int(persons.index.max())
    first = max(int(persons.index.min()), last - 10)
    if first == last:
        return text("overview.findings.population_single", population=persons[last], year=last)
    values = {"population": persons[last], "year": last, "first": first}
    change = 100 * (persons[last] / persons[first] - 1)
    form = "same" if abs(change) < SAME else "up" if change > 0 else "down"
    said = [text(f"overview.findings.population_{form}", **values, **({} if form == "same" else {"percent": change}))]
    if {first, last} <= set(country.index) and not any(country["lacking"][year] for year in (first, last)):
        growth = 100 * (country["persons"][last] / country["persons"][first] - 1)
        said.append(text("overview.findings.population_country", country=growth))
    return words.SPACE.join(said)


def _small(column: str, shown: Sequence[tuple[Place, pd.DataFrame]], sub: str, first: int) -> Small:
    indexed = column in ("jobs", "population")
    lines, said = [], []
    for place, frame in shown:
        values = employment.index(frame, column, first) if indexed else frame[column]
        lines.append(
            Line(
                prose.plain(words.place(place)), words.kind(place), [int(year) for year in frame.index], values.tolist()
            )
        )
        if pd.notna(values.iloc[-1]):
            said.append(
                text("overview.trends.value", place=prose.plain(words.place(place)), value=float(values.iloc[-1]))
            )
    title = text(f"overview.trends.{column}")
    alt = text("overview.trends.alt", title=title, values=prose.listing(said), year=int(shown[0][1].index[-1]))
    subtitle = text(f"overview.trends.{sub}", **({"first": first} if indexed else {}))
    return Small(title, subtitle, lines, prose.plain(alt), prose.tick, prose.decimal)


def _trend_heading(ctx: Context, years: pd.DataFrame, others: dict[Place, pd.DataFrame]) -> Markup:
    """True of jobs, and of population too where the heading names it."""
    name = prose.name(ctx.municipality)
    sides: dict[str, dict[str, list[Markup]]] = {}
    for column in ("jobs", "population"):
        own, found = words.growth_since(years, column), sides.setdefault(column, {"stronger": [], "weaker": []})
        for area, frame in others.items():
            other = words.growth_since(frame, column)
            if own is not None and other is not None and abs(own - other) >= SAME:
                found["stronger" if own > other else "weaker"].append(words.place_within(area))
    strong, weak = sides["jobs"]["stronger"], sides["jobs"]["weaker"]
    if not strong and not weak:
        return text("overview.trends.heading_level", name=name, period=words.period(years.index))
    how = {form: text(f"overview.trends.{form}") for form in ("stronger", "weaker")}
    if strong and weak:
        return text(
            "overview.trends.heading_mixed",
            how=how["stronger"], other=how["weaker"], name=name, places=prose.listing(strong), rest=prose.listing(weak),
        )  # fmt: skip
    form, places = ("stronger", strong) if strong else ("weaker", weak)
    both = sides["population"][form] == places and len(places) == len(others)
    key = f"overview.trends.heading_{'both' if both else 'jobs'}"
    return text(key, how=how[form], name=name, places=prose.listing(places))


def _table(ctx: Context, shown: Sequence[tuple[Place, pd.DataFrame]]) -> parts.DataTable:
    rows = []
    for place, frame in shown:
        for year, row in frame.iterrows():
            rows.append({"place": words.place(place), "Tid": year, **words.record(row)})
    columns = [
        parts.Column("place", text("overview.table.place")),
        parts.Column("Tid", text("overview.table.year"), "year"),
    ]
    columns += [
        parts.Column(each, text(f"overview.table.{each}"), "count") for each in ("population", "employed", "jobs")
    ]
    columns.append(parts.Column("rate", text("overview.table.rate"), "percent"))
    columns.append(parts.Column("coverage", text("overview.table.coverage"), "number"))
    return parts.DataTable(
        id="trends",
        caption=text("overview.table.caption", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-sysselsetting",
        highlight=words.place(ctx.municipality),
    )


def _link_text(ctx: Context, theme: str) -> Markup:
    try:
        if theme == "exclusion":
            own = exclusion.share(ctx.tables, ctx.municipality, ADULT, words.status_year(ctx))
            if own.few:
                return text("overview.links.exclusion_few", outside=own.outside, total=own.total, year=own.year)
            return text("overview.links.exclusion_text", share=own.share, year=own.year)
        years = words.own_years(ctx)
        if theme == "commuting":
            flows = matrix_years(ctx)
            row, year = flows.iloc[-1], words.year_of(flows.index[-1])
            return text("overview.links.commuting_text", out=row["out"], inward=row["in_"], year=year)
        change = float(years["jobs"].iloc[-1] - years["jobs"].iloc[0])
        values = {"jobs": years["jobs"].iloc[-1], "year": int(years.index[-1]), "first": int(years.index[0])}
        form = "same" if change == 0 else "up" if change > 0 else "down"
        return text(f"overview.links.employment_{form}", **values, **({"change": change} if change else {}))
    except TableMissing:
        return text(f"overview.links.{'exclusion_none' if theme == 'exclusion' else 'none'}")
    except FiguresMissing:
        return text("overview.links.none")
