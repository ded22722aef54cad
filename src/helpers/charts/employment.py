"""The sections of the employment report: jobs, employed residents, their share, and jobs by industry where they are held."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import inwork, parts, targetcards, words
from helpers.charts.attractiveness import attractiveness
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.datatable import Kind
from helpers.charts.heads import never_missing
from helpers.charts.industry import industries_held, industry, industry_years, rest, shift
from helpers.charts.industrygroups import groups
from helpers.charts.lines import Line, line_chart
from helpers.charts.opportunities import opportunities
from helpers.measures import employment
from helpers.measures.cells import Place
from helpers.measures.context import Context
from helpers.places import region_name
from helpers.prose import text

__all__ = [
    "against", "attractiveness", "findings", "footer", "groups", "head", "industry", "jobs", "keys", "opportunities", "ranking", "rate", "shift",
]  # fmt: skip

JOBS, NEWER = "ssb_11618", "ssb_11616"


@never_missing("employment", left=industry_years)
def head(ctx: Context) -> parts.Head:
    """Jobs in the newest year against the first."""
    words.own_years(ctx)  # without them there is no other figure on the page than those by industry
    years, name = _all_years(ctx), prose.name(ctx.municipality)
    now, year, first = years.iloc[-1], int(years.index[-1]), int(years.index[0])
    change = float(now["jobs"] - years["jobs"].iloc[0])
    values = {"name": name, "jobs": now["jobs"], "year": year}
    if len(years) == 1:
        title = text("employment.title_single", **values)
    elif change == 0:
        title = text("employment.title_same", first=first, **values)
    else:
        title = text(f"employment.title_{'up' if change > 0 else 'down'}", change=change, first=first, **values)
    span = prose.span(first, max(year, int(industry_years(ctx) or 0)))
    return parts.Head(
        theme="employment",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=title,
        lead=text("employment.lead", employed=now["employed"], coverage=now["coverage"]),
        badges=[text("employment.badge_years", years=span), text("employment.badge_population")],
        description=prose.plain(text("employment.description", employed=now["employed"], **values)),
        years=span,
        keys={"jobs": float(now["jobs"]), "employed": float(now["employed"])},
    )


def keys(ctx: Context) -> parts.KeyFigures:
    """Jobs, employed residents, rate, coverage."""
    years, rates = _all_years(ctx), words.own_years(ctx)
    now, first, year = years.iloc[-1], years.iloc[0], int(years.index[-1])
    older = len(years) > 1

    def since(column: str) -> list[Markup]:
        return [text("common.since", change=now[column] - first[column], year=int(years.index[0]))] if older else []

    rate_year = int(rates.index[-1])
    compared = [
        text("common.place_value", place=words.place(area), value=prose.percent(rate))
        for area in words.compared(ctx)
        if pd.notna(rate := employment.series(ctx.tables, area)["rate"].get(rate_year, math.nan))
    ]
    coverage = [text("employment.keys.coverage_unit")]
    if older:
        then = prose.decimal(first["coverage"])
        coverage.append(text("common.in_year", value=then, year=int(years.index[0])))
    rate, covered = prose.decimal(rates["rate"].iloc[-1]), prose.decimal(now["coverage"])
    labels = {each: text(f"employment.keys.{each}", year=year) for each in ("jobs", "employed", "coverage")}
    return parts.KeyFigures(
        [
            parts.KeyFigure(labels["jobs"], prose.count(now["jobs"]), lines=since("jobs")),
            parts.KeyFigure(labels["employed"], prose.count(now["employed"]), lines=since("employed")),
            parts.KeyFigure(text("employment.keys.rate", year=rate_year), rate, "%", compared),
            parts.KeyFigure(labels["coverage"], covered, lines=coverage),
        ]
    )


def findings(ctx: Context) -> parts.Findings:
    """Jobs, employed residents, the rate against before, country and county."""
    years, rates, name = _all_years(ctx), words.own_years(ctx), prose.name(ctx.municipality)
    first, last = int(years.index[0]), int(years.index[-1])
    items = []
    if last > first:
        jobs, employed = (employment.growth(years, column, first, last) for column in ("jobs", "employed"))
        values = {"change": jobs.change, "percent": jobs.percent, "annual": jobs.annual, "first": first, "last": last}
        items.append(text("employment.findings.jobs", **values))
        items.append(text("employment.findings.employed", change=employed.change, percent=employed.percent))
    items += [_rate_sentence(rates), _country_sentence(ctx, rates)]
    found = employment.rank(ctx.tables, ctx.municipality, ctx.county, "rate", int(rates.index[-1]))
    if found is not None and found.of > 1:
        number = prose.ordinal_rank(found.rank, found.of, found.ties > 0)
        items.append(text("employment.findings.rank", rank=number, county=ctx.county.name))
    subtitle = text("employment.findings.subtitle", name=name, years=words.period(years.index))
    return parts.Findings(text("common.findings"), items, subtitle)


def rate(ctx: Context) -> parts.Section:
    """The employment rate of municipality, county and country."""
    own, name = words.own_years(ctx), prose.name(ctx.municipality)
    period, last = words.period(own.index), int(own.index[-1])
    shown, happened = words.shown(ctx, own), words.marked(ctx, "jobs", own.index)
    lines = [
        Line(
            prose.plain(words.place(place)),
            words.kind(place),
            [int(year) for year in frame.index],
            frame["rate"].tolist(),
        )
        for place, frame in shown
    ]
    said = prose.listing(
        text("employment.rate.value", place=prose.plain(words.place(place)), value=frame["rate"].iloc[-1])
        for place, frame in shown
    )
    country = {place.key: frame for place, frame in shown}["country"]
    paragraphs = [text("employment.rate.point", persons=words.point(own["population"].iloc[-1]), name=name)]
    paragraphs += [*_gap_sentence(own, country), *(targetcards.rates(ctx) or inwork.in_work(ctx))]
    return parts.Section(
        key="rate",
        heading=_rate_heading(own),
        subtitle=text("employment.rate.subtitle", period=period),
        figures=[
            line_chart(
                lines,
                alt=prose.plain(text("employment.rate.alt", last=last, values=said)),
                y_format=prose.tick_percent,
                value_format=prose.percent,
                marks=happened.marks,
            )
        ],
        caption=words.caption(ctx, {JOBS: period}, words.lacking_note(country), *happened.notes),
        paragraphs=paragraphs,
        misread=[text("employment.rate.misread_age"), text("employment.rate.misread_students")],
        table=_rates_table(ctx, shown),
    )


def jobs(ctx: Context) -> parts.Section:
    """Jobs, employed residents and population of the municipality as indices."""
    years, own = _all_years(ctx), words.own_years(ctx)
    first, last, period = int(own.index[0]), int(own.index[-1]), words.period(own.index)
    kinds = {"jobs": "muni", "employed": "other", "population": "country"}
    lines, said = [], []
    for column, kind in kinds.items():
        label = prose.plain(text(f"employment.jobs.{column}"))
        values = employment.index(own, column, first)
        lines.append(Line(label, kind, [int(year) for year in own.index], values.tolist()))  # type: ignore[arg-type]
        said.append(text("employment.rate.value", place=label, value=values.iloc[-1]))
    paragraphs, held, happened = [], {JOBS: period}, words.marked(ctx, "jobs", own.index)
    ends = [years["jobs"].eq(end).sum() for end in (years["jobs"].max(), years["jobs"].min())]
    if len(years) > 2 and ends == [1, 1]:  # years that share an end are not told apart
        most, least = (words.year_of(each) for each in (years["jobs"].idxmax(), years["jobs"].idxmin()))
        levels = {"most_jobs": years["jobs"][most], "least_jobs": years["jobs"][least]}
        paragraphs.append(text("employment.jobs.extremes", most=most, least=least, **levels))
    if (newer := years[years["table"] == NEWER]).shape[0]:
        row, year = newer.iloc[-1], int(newer.index[-1])
        paragraphs.append(text("employment.jobs.newest", year=year, jobs=row["jobs"], employed=row["employed"]))
        held[NEWER] = ""
    return parts.Section(
        key="jobs",
        heading=_jobs_heading(own),
        subtitle=text("employment.jobs.subtitle", first=first, period=period),
        figures=[
            line_chart(
                lines,
                alt=prose.plain(text("employment.jobs.alt", last=last, values=prose.listing(said))),
                y_format=prose.tick,
                value_format=prose.decimal,
                marks=happened.marks,
            )
        ],
        caption=words.caption(ctx, held, *happened.notes),
        paragraphs=paragraphs,
        table=_years_table(ctx, years),
    )


def against(ctx: Context) -> parts.Section | None:
    """The index of jobs against the country, with and without the municipality; None with a single year."""
    own, name = words.own_years(ctx), prose.name(ctx.municipality)
    first, last = int(own.index[0]), int(own.index[-1])
    if first == last:
        return None
    found = employment.index_against(ctx.tables, ctx.municipality, ctx.country, "jobs", first)
    years, now = [int(year) for year in found.index], found.iloc[-1]
    columns = {"against": "muni", "against_without": "other", "against_population": "country"}
    labels = {
        "against": text("employment.against.against"),
        "against_without": text("employment.against.against_without", name=ctx.municipality.name),
        "against_population": text("employment.against.population"),
    }
    lines = [Line(prose.plain(labels[each]), kind, years, found[each].tolist()) for each, kind in columns.items()]  # type: ignore[arg-type]
    values = {"against": now["against"], "without": now["against_without"], "people": now["against_population"]}
    level = prose.rounded(now["against_without"], 1)
    form = "same" if level == 100 else "won" if level > 100 else "lost"
    persons = own["jobs"].iloc[0] * now["reference_without"] / 100 - own["jobs"].iloc[-1]
    paragraphs = (
        [text(f"employment.against.text_{form}", name=name, persons=persons, last=last)] if form != "same" else []
    )
    return parts.Section(
        key="against",
        heading=text(f"employment.against.heading_{form}", name=name),
        subtitle=text("employment.against.subtitle", name=name, first=first, period=words.period(found.index)),
        figures=[
            line_chart(
                lines,
                alt=prose.plain(text("employment.against.alt", last=last, name=ctx.municipality.name, **values)),
                y_format=prose.tick,
                value_format=prose.decimal,
            )
        ],
        caption=words.caption(ctx, {JOBS: words.period(found.index)}, words.lacking_note(found)),
        paragraphs=paragraphs,
        misread=[text("employment.against.misread")],
        table=_against_table(ctx, found, first),
    )


def ranking(ctx: Context) -> parts.Section | None:
    """The county's municipalities by employment rate; None where the county is one municipality."""
    year = int(words.own_years(ctx).index[-1])
    held = employment.by_municipality(ctx.tables, ctx.county, year)
    shown = held.dropna(subset=["rate"]).sort_values("rate", ascending=False)
    if len(shown) < 2:
        return None
    own = ctx.municipality.code
    bars = [
        Bar(region_name(str(code)), Cell(row["rate"]), "muni" if code == own else "other")
        for code, row in shown.iterrows()
    ]
    said = prose.listing(text("employment.rate.value", place=bar.label, value=bar.cell.value) for bar in bars)
    return parts.Section(
        key="ranking",
        heading=_ranking_heading(ctx, shown["rate"].map(lambda rate: float(prose.rounded(rate, 1)))),
        subtitle=text("employment.ranking.subtitle", year=year),
        figures=[
            bar_chart(
                bars,
                alt=prose.plain(text("employment.ranking.alt", year=year, values=said)),
                value_format=prose.percent,
            )
        ],
        caption=words.caption(ctx, {JOBS: str(year)}),
        table=_ranking_table(ctx, shown, year),
    )


def footer(ctx: Context) -> parts.Footer:
    """Definitions, quality and the command."""
    definitions = [text(f"employment.footer.{each}") for each in ("jobs", "employed", "coverage")]
    definitions.append(text("employment.footer.lq", reference=rest(ctx)))
    return words.footer(ctx, "employment", definitions, [text("footer.register"), *industries_held(ctx)])


def _all_years(ctx: Context) -> pd.DataFrame:
    """The municipality's years with jobs, the newest from table 11616 where that has it."""
    years = words.held(ctx, employment.series(ctx.tables, ctx.municipality))
    return words.held(ctx, years.dropna(subset=["jobs", "employed"]))


def _rate_sentence(rates: pd.DataFrame) -> Markup:
    now, last = float(rates["rate"].iloc[-1]), int(rates.index[-1])
    if len(rates) == 1:
        return text("employment.findings.rate_single", now=now, last=last)
    first, then = int(rates.index[0]), float(rates["rate"].iloc[0])
    points = now - then
    if prose.rounded(now, 1) == prose.rounded(then, 1):
        return text("employment.findings.rate_same", now=now, last=last, first=first)
    form = "up" if points > 0 else "down"
    return text(f"employment.findings.rate_{form}", now=now, last=last, first=first, points=points)


def _country_sentence(ctx: Context, rates: pd.DataFrame) -> Markup:
    year = int(rates.index[-1])
    country = float(employment.series(ctx.tables, ctx.country)["rate"][year])
    gap = float(rates["rate"].iloc[-1]) - country
    if prose.rounded(gap, 1) == 0:
        return text("employment.findings.level", country=country)
    if gap > 0:
        return text("employment.findings.ahead", gap=gap, country=country)
    persons = -gap / 100 * float(rates["population"].iloc[-1])
    return text("employment.findings.behind", gap=gap, country=country, persons=persons)


def _gap_sentence(own: pd.DataFrame, country: pd.DataFrame) -> list[Markup]:
    if len(own) < 2:
        return []
    gaps = [float(own["rate"].iloc[at] - country["rate"].iloc[at]) for at in (0, -1)]
    then, now = (prose.rounded(abs(each), 1) for each in gaps)
    values = {"gap": gaps[1], "first": int(own.index[0])}
    if gaps[0] * gaps[1] < 0 and then and now:
        side = "below" if gaps[1] < 0 else "above"
        return [text(f"employment.rate.gap_{side}", then=gaps[0], **values)]
    if then == now:
        return [text("employment.rate.gap_same", **values)]
    return [text(f"employment.rate.gap_{'wider' if now > then else 'narrower'}", then=gaps[0], **values)]


def _rate_heading(own: pd.DataFrame) -> Markup:
    then, now, first = float(own["rate"].iloc[0]), float(own["rate"].iloc[-1]), int(own.index[0])
    if len(own) == 1 or prose.rounded(then, 1) == prose.rounded(now, 1):
        return text(f"employment.rate.heading_{'single' if len(own) == 1 else 'same'}", now=now, first=first)
    return text(f"employment.rate.heading_{'up' if now > then else 'down'}", then=then, now=now)


def _jobs_heading(own: pd.DataFrame) -> Markup:
    if len(own) == 1:
        return text("employment.jobs.heading_single", first=int(own.index[0]))
    growth = {column: words.growth_since(own, column) for column in ("jobs", "population")}
    gap = prose.rounded((growth["jobs"] or 0.0) - (growth["population"] or 0.0), 1)
    return text(f"employment.jobs.heading_{'same' if gap == 0 else 'more' if gap > 0 else 'less'}")


def _ranking_heading(ctx: Context, rates: pd.Series) -> Markup:
    own = rates[ctx.municipality.code]
    names = {"county": ctx.county.name, "name": prose.name(ctx.municipality)}
    higher, alone = int((rates > own).sum()), int((rates == own).sum()) == 1
    if alone and higher == 0:
        return text("employment.ranking.heading_highest", **names)
    if alone and higher == len(rates) - 1:
        return text("employment.ranking.heading_lowest", **names)
    return text("employment.ranking.heading_between", n=higher, of=len(rates) - 1, **names)


def _columns(kinds: dict[str, Kind]) -> list[parts.Column]:
    return [parts.Column(key, text(f"employment.table.{key}"), kind) for key, kind in kinds.items()]


def _years_table(ctx: Context, years: pd.DataFrame) -> parts.DataTable:
    columns = [parts.Column("Tid", text("employment.table.year"), "year")]
    columns += _columns(
        {"population": "count", "employed": "count", "jobs": "count", "rate": "percent", "coverage": "number"}
    )
    columns.append(parts.Column("number", text("employment.table.table")))
    return parts.DataTable(
        id="jobs",
        caption=text("employment.table.caption", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=years.reset_index().assign(number=[each.removeprefix("ssb_") for each in years["table"]]),
        file_name=f"{ctx.municipality.slug}-arbeidsplasser",
    )


def _rates_table(ctx: Context, shown: list[tuple[Place, pd.DataFrame]]) -> parts.DataTable:
    rates = pd.DataFrame({f"place{at}": frame["rate"] for at, (_, frame) in enumerate(shown)}).reset_index()
    columns = [parts.Column("Tid", text("employment.table.year"), "year")]
    columns += [parts.Column(f"place{at}", words.place(place), "percent") for at, (place, _) in enumerate(shown)]
    return parts.DataTable(
        id="rate",
        caption=text("employment.table.caption_rates"),
        columns=columns,
        rows=rates,
        file_name=f"{ctx.municipality.slug}-andel-sysselsatte",
    )


def _against_table(ctx: Context, found: pd.DataFrame, first: int) -> parts.DataTable:
    names = ["reference", "reference_without", "against", "against_without", "against_population"]
    columns = [parts.Column("Tid", text("employment.table.year"), "year")]
    columns.append(parts.Column("municipality", text("employment.table.own"), "number"))
    columns += _columns(dict.fromkeys(names, "number"))
    return parts.DataTable(
        id="against",
        caption=text("employment.table.caption_index", name=prose.name(ctx.municipality), first=first),
        columns=columns,
        rows=found.reset_index(),
        file_name=f"{ctx.municipality.slug}-indeks-mot-landet",
    )


def _ranking_table(ctx: Context, shown: pd.DataFrame, year: int) -> parts.DataTable:
    names = [prose.name(region_name(str(code))) for code in shown.index]
    rows = [
        {"municipality": label, **words.record(row)} for label, (_, row) in zip(names, shown.iterrows(), strict=True)
    ]
    kinds: dict[str, Kind] = {"municipality": "text", "rate": "percent", "population": "count", "employed": "count"}
    return parts.DataTable(
        id="ranking",
        caption=text("employment.table.caption_ranking", county=ctx.county.name, year=year),
        columns=_columns(kinds | {"jobs": "count", "coverage": "number"}),
        rows=rows,
        file_name=f"{ctx.municipality.slug}-fylket-{year}",
        highlight=prose.name(ctx.municipality),
    )
