"""Jobs by industry: location quotient and shift-share, for the municipalities that the table holds."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.charts.datatable import Kind
from helpers.charts.style import LineKind
from helpers.measures import employment
from helpers.measures.context import Context
from helpers.measures.industry import UNKNOWN, reference_of
from helpers.measures.rounding import few
from helpers.measures.shiftshare import CLASSIC, DYNAMIC, ESTEBAN, ShiftShare
from helpers.prose import text

TABLE, TOTALS, DIMENSION = "ssb_07984", "ssb_11618", "NACE2007"


def rest(ctx: Context) -> Markup:
    """What the municipality is held against: «resten av Østfold», and of the country for a county of one municipality."""
    return text("employment.industry.rest", place=words.place_within(reference_of(ctx.municipality)))


def industries_held(ctx: Context) -> list[Markup]:
    """For the footer: of which counties the table is held, and that its cells are approximate."""
    if TABLE not in ctx.tables:
        return []
    held, every = employment.counties_held(ctx.tables), {each.county.name for each in ctx.country.municipalities}
    cells = text("employment.footer.industry")
    if set(held) == every:
        return [cells]
    return [words.SPACE.join([text("employment.footer.industry_part", counties=prose.listing(held)), cells])]


def industry_years(ctx: Context) -> str:
    """The year of the industries, which may be held where the other tables have nothing."""
    if not employment.holds_industry(ctx.tables, ctx.municipality):
        return ""
    return str(employment.jobs_by_industry(ctx.tables, ctx.municipality).attrs["year"])


def labels(ctx: Context) -> dict[str, Markup]:
    """Code → the name of the industry in the language that is spoken."""
    return {code: prose.label("industry", words_) for code, words_ in ctx.tables.labels(TABLE, DIMENSION).items()}


def industry(ctx: Context) -> parts.Section:
    """Location quotients of the industries with enough jobs, and the table of all."""
    found = employment.location_quotient(ctx.tables, ctx.municipality)
    called, name = labels(ctx), prose.name(ctx.municipality)
    large = found[~found["small"]].dropna(subset=["lq"]).sort_values("lq", ascending=False)
    shown = large.drop(index=UNKNOWN, errors="ignore")
    year, small = int(found.attrs["year"]), int(found.attrs["small"])
    biggest = found.drop(index=UNKNOWN, errors="ignore").sort_values("jobs").iloc[-1]
    bounds = employment.jobs_by_industry(ctx.tables, ctx.municipality).drop(index=UNKNOWN, errors="ignore")
    others = bounds.drop(index=str(biggest.name))["upper"]
    sure = bool((others < bounds["lower"][str(biggest.name)]).all())
    form, size = _size(found, bounds, biggest)
    paragraphs = [
        text(
            f"employment.industry.biggest{'' if sure else '_perhaps'}{form}", industry=called[str(biggest.name)], **size
        )
    ]
    notes = [text("employment.industry.reference", rest=rest(ctx), name=name)]
    notes += [] if _whole(ctx) else [text("employment.industry.not_country")]
    if shown.empty:
        paragraphs.insert(0, text("employment.industry.none", small=small, name=name))
    else:
        paragraphs[:0] = _top_sentences(ctx, found, bounds, shown, called)
        notes.append(text("employment.industry.rounding"))
    notes += [text("employment.industry.unspecified")] if UNKNOWN in large.index else []
    return parts.Section(
        key="industry",
        heading=_industry_heading(ctx, shown, called, small),
        subtitle=text("employment.industry.subtitle", year=year, small=small, rest=rest(ctx)),
        figures=[] if shown.empty else [_quotients(shown, called)],
        caption=words.caption(ctx, {TABLE: str(year)}, *notes),
        paragraphs=paragraphs,
        misread=[text(f"employment.industry.misread{'_country' if _alone(ctx) else ''}")],
        table=_industry_table(ctx, found, called, year),
    )


def _alone(ctx: Context) -> bool:
    """Whether the municipality is its own county, so that the reference is the country."""
    return len(ctx.county.municipalities) == 1


def _whole(ctx: Context) -> bool:
    return len(employment.counties_held(ctx.tables)) == len({each.county.name for each in ctx.country.municipalities})


def _quotients(shown: pd.DataFrame, called: dict[str, Markup]) -> parts.Figure:
    bars = [
        Bar(
            called[str(nace)],
            Cell(row["lq"], row["lq_lower"], row["lq_upper"]),
            "muni" if row["lq_lower"] > 1 else "other",
        )
        for nace, row in shown.iterrows()
    ]
    said = prose.listing(text("employment.industry.value", place=bar.label, value=bar.cell.value) for bar in bars)
    alt = prose.plain(text("employment.industry.alt", values=said))
    return bar_chart(bars, alt=alt, value_format=lambda value: prose.decimal(value, 2))


def _size(found: pd.DataFrame, bounds: pd.DataFrame, row: pd.Series) -> tuple[str, dict[str, float]]:
    """Jobs of an industry, of all where the jobs are few (form ``_few``), else with their share."""
    total, own = float(found["jobs"].sum()), words.record(bounds.loc[str(row.name)])
    if few(100 * own["lower"] / total, 100 * own["upper"] / total, total):
        return "_few", {"jobs": row["jobs"], "total": total}
    return "", {"jobs": row["jobs"], "share": row["share"]}


def _top_sentences(
    ctx: Context, found: pd.DataFrame, bounds: pd.DataFrame, shown: pd.DataFrame, called: dict[str, Markup]
) -> list[Markup]:
    """The industry with the highest quotient against the rest, and whether the rounding may account for that."""
    top = shown.iloc[0]
    form, values = _size(found, bounds, top)
    share = top["reference_share"]
    values |= {"expected": share * values["total"] / 100} if form else {"reference": share}
    name, against = prose.name(ctx.municipality), {"rest": rest(ctx)}
    said = text(f"employment.industry.text{form}", industry=called[str(top.name)], name=name, **against, **values)
    sure = top["lq_lower"] > 1 or top["lq_upper"] < 1
    return [said, text(f"employment.industry.{'holds' if sure else 'may'}", **against)]


def _industry_heading(ctx: Context, shown: pd.DataFrame, called: dict[str, Markup], small: int) -> Markup:
    """It names an industry only where the rounding leaves no doubt that it is the first."""
    name = prose.name(ctx.municipality)
    if len(shown):
        top, rivals = shown.iloc[0], shown["lq_upper"].iloc[1:].max()
        if top["lq_lower"] > 1 and not rivals >= top["lq_lower"]:
            return text("employment.industry.heading", small=small, industry=called[str(top.name)], name=name)
    return text("employment.industry.heading_plain", name=name)


def shift(ctx: Context) -> parts.Section:
    """Shift-share against the rest of the county, in the years whose figures can be compared."""
    found = employment.shift_share_jobs(ctx.tables, ctx.municipality)
    total, against = found.total, {"rest": rest(ctx)}
    span = {"first": found.first, "last": found.last}
    kinds: dict[str, LineKind] = {"reference": "other", "mix": "other", "local": "muni", "change": "other"}
    bars = []
    for each, kind in kinds.items():
        label = text(f"employment.shift.{each}", **(against if each == "reference" else {}))
        bars.append(Bar(prose.plain(label), Cell(total[each]), kind))
    values = {each: total[each] for each in ("change", "reference", "mix", "local")}
    form = "same" if not found.forms["sign_holds"][CLASSIC] else "up" if float(total["local"]) > 0 else "down"
    paragraphs = [text("employment.shift.text", **values, **against)]
    if found.bad:
        bad = prose.listing(str(year) for year in found.bad)
        paragraphs.append(text("employment.shift.years", years=bad, **span, **against))
    paragraphs.append(text(f"employment.shift.{'within' if form == 'same' else 'sure'}"))
    paragraphs.append(_forms(found))
    if found.unchecked:
        paragraphs.append(
            text("employment.shift.unchecked", years=prose.listing(str(year) for year in found.unchecked))
        )
    alt = prose.plain(text("employment.shift.alt", **values, **against))
    return parts.Section(
        key="shift",
        heading=text(f"employment.shift.heading_{form}", **against),
        subtitle=text("employment.shift.subtitle", **span, **against),
        figures=[bar_chart(bars, alt=alt, value_format=prose.signed)],
        caption=words.caption(ctx, {TABLE: prose.span(found.first, found.last)}),
        paragraphs=paragraphs,
        misread=[text("employment.shift.misread")],
        table=_shift_table(ctx, found),
    )


def _forms(found: ShiftShare) -> Markup:
    """Whether the other two ways of reckoning say the same of the local part."""
    form = {True: "agree", False: "differ", None: "unsure"}[found.agree]
    local = found.forms["local"]
    return text(f"employment.shift.forms_{form}", dynamic=local[DYNAMIC], esteban=local[ESTEBAN])


def _industry_table(ctx: Context, found: pd.DataFrame, called: dict[str, Markup], year: int) -> parts.DataTable:
    kinds: dict[str, Kind] = {"jobs": "count", "share": "percent", "reference_share": "percent"}
    columns = [parts.Column("industry", text("employment.table.industry"))]
    columns += [parts.Column(key, text(f"employment.table.{key}"), kind) for key, kind in kinds.items()]
    columns += [
        parts.Column(key, text(f"employment.table.{key}"), "number", lambda value: prose.decimal(value, 2), 2)
        for key in ("lq", "lq_lower", "lq_upper")
    ]
    rows = [{"industry": called[str(nace)], **words.record(row)} for nace, row in found.iterrows()]
    return parts.DataTable(
        id="industry",
        caption=text("employment.table.caption_industry", name=prose.name(ctx.municipality), year=year),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-naeringer-{year}",
    )


def _shift_table(ctx: Context, found: ShiftShare) -> parts.DataTable:
    called = labels(ctx)
    span = {"first": found.first, "last": found.last}
    columns = [parts.Column("industry", text("employment.table.industry"))]
    columns += [parts.Column(key, text(f"employment.table.{key}", year=year), "count") for key, year in span.items()]
    for key, label in (("change", "change"), ("reference", "from_reference"), ("mix", "mix"), ("local", "local")):
        columns.append(parts.Column(key, text(f"employment.table.{label}"), "signed"))
    columns += [parts.Column(key, text(f"employment.table.{key}"), "signed") for key in ("competitive", "allocation")]
    total = text("employment.table.total")
    rows = [{"industry": called[str(nace)], **words.record(row)} for nace, row in found.by_industry.iterrows()]
    return parts.DataTable(
        id="shift",
        caption=text("employment.table.caption_shift", name=prose.name(ctx.municipality), **span),
        columns=columns,
        rows=[*rows, {"industry": total, **words.record(found.total)}],
        file_name=f"{ctx.municipality.slug}-skift-andel",
        sum_row=total,
    )
