"""From all residents to those outside, status by status. A section of the exclusion report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from helpers import prose
from helpers.charts import inwork, parts, words
from helpers.charts.waterfall import Step, waterfall
from helpers.errors import TableMissing
from helpers.measures import exclusion
from helpers.measures import statuses as measure
from helpers.measures.context import Context
from helpers.measures.statuses import Waterfall
from helpers.prose import text

STATUS = exclusion.TABLE
YOUNG, ADULT = exclusion.AGES
BESIDE = 374.0  # px of a drawing that stands beside one other: labels as long as these need it
PLANS = "20-66"  # the age of many plans; it overlaps the two others, so that it is told in the table alone
NAMES = {
    "A.01": "work", "U.03": "education", "U.01": "measures", "A.09": "unemployed", "U.04-U.05": "benefit", "U.06-U.07": "pension",
    "U.90A": "remaining", "TOT": "total", "NEET2": "outside",
}  # fmt: skip


def statuses(ctx: Context) -> parts.Section:
    """Residents of an age, those taken from them, those outside and what they are; without the statuses, what the table allows."""
    year = words.status_year(ctx)
    if not measure.divided(ctx.tables):
        return _coarse(ctx, year)
    found = held(ctx, year)
    gone = [words.years_of_age(age) for age in exclusion.AGES if age not in found]
    notes = [text("exclusion.statuses.left_out", ages=prose.listing(gone))] if gone else []
    return parts.Section(
        key="statuses",
        heading=_heading(ctx, found, year),
        subtitle=text("exclusion.statuses.subtitle", year=year),
        figures=[_figure(found[age]) for age in exclusion.AGES if age in found],
        caption=words.caption(ctx, {STATUS: str(year)}, *notes),
        paragraphs=[*(_sentence(each) for age, each in found.items() if age != PLANS), *inwork.in_work(ctx, STATUS)],
        misread=[text("exclusion.statuses.misread_order"), text("exclusion.statuses.misread_other")],
        table=_table(ctx, found, year),
    )


def held(ctx: Context, year: int) -> dict[str, Waterfall]:
    """The waterfall of each age whose statuses are all there and add up as far as rounding goes.

    Raises
    ------
    TableMissing
        where neither of the two ages has them.
    """
    found = {}
    for age in (*exclusion.AGES, PLANS):
        try:
            each = measure.waterfall(ctx.tables, ctx.municipality, age, year)
        except TableMissing:
            if age != PLANS:
                raise
            continue
        if each.adds_up:
            found[age] = each
    if not found.keys() & set(exclusion.AGES):
        raise TableMissing(STATUS, "hver arbeidsstyrkestatus for seg")
    return found


def name(code: str, label: str = "") -> Markup:
    """What a status is called; one that is not known here has the producer's own label."""
    return text(f"exclusion.status.{NAMES[code]}") if code in NAMES else prose.bokmaal(label or code)


def largest(found: Waterfall) -> pd.Series | None:
    """The status of those outside that most have, whatever the rounding; None where that is not sure, or nobody is outside."""
    own = found.steps[found.steps["kind"] == "part"].sort_values("persons", ascending=False)
    first, rest = own.iloc[0], own.iloc[1:]
    return first if first["lower"] > rest["upper"].max() else None


def _heading(ctx: Context, found: dict[str, Waterfall], year: int) -> Markup:
    own = {"name": prose.name(ctx.municipality)}
    first = largest(found[ADULT]) if ADULT in found else None
    if first is None or first["code"] not in NAMES or first["code"] == "U.90A":
        return text("exclusion.statuses.heading_plain", year=year, **own)
    return text("exclusion.statuses.heading", status=prose.first_lower(name(str(first["code"]))), **own)


def _steps(found: Waterfall) -> dict[str, list[Step]]:
    """The rows of a drawing by their kind: what rounding makes them miss is a row where it is not nothing."""
    rows: dict[str, list[Step]] = {"total": [], "inside": [], "outside": [], "part": []}
    kind = "total"
    for row in words.records(found.steps):
        if row["kind"] == measure.ROUNDING:
            if row["persons"]:
                label = prose.plain(text("exclusion.status.rounding"))
                rows[kind].append(Step(label, row["persons"], fill="level", correction=True))
            continue
        kind = row["kind"]
        rows[kind].append(Step(prose.plain(name(row["code"], row["label"])), row["persons"]))
    return rows


def _figure(found: Waterfall) -> parts.Figure:
    rows = _steps(found)
    said = {
        kind: prose.listing(
            text("exclusion.statuses.value", status=prose.first_lower(each.label), persons=each.value)
            for each in rows[kind]
        )
        for kind in ("inside", "part")
    }
    (total,), (outside,) = rows["total"], rows["outside"]
    age = words.years_of_age(found.age)
    alt = text(
        "exclusion.statuses.alt",
        age=age,
        total=total.value,
        inside=said["inside"],
        outside=outside.value,
        part=said["part"],
    )
    return _drawn(age, waterfall(
        total, rows["inside"], outside, parts=rows["part"], alt=prose.plain(alt), value_format=prose.count, width=BESIDE,
    ))  # fmt: skip


def _drawn(age: str, figure: parts.Figure) -> parts.Figure:
    title, subtitle = text("exclusion.ages.figure", age=age), text("exclusion.statuses.figure_sub")
    return parts.Figure(figure.svg, figure.alt, title=title, subtitle=subtitle, prefix=figure.prefix)


def _sentence(found: Waterfall) -> Markup:
    """Which status most of those outside have, where the rounding does not decide that."""
    age, first = words.years_of_age(found.age), largest(found)
    outside = float(found.steps.loc[found.steps["kind"] == "outside", "persons"].iloc[0])
    if first is None:
        return text("exclusion.statuses.text_unsure", age=age, outside=outside)
    status = name(str(first["code"]), str(first["label"]))
    share = 100 * first["persons"] / outside
    return text(
        "exclusion.statuses.text", age=age, status=status, persons=first["persons"], outside=outside, share=share
    )


def _table(ctx: Context, found: dict[str, Waterfall], year: int) -> parts.DataTable:
    none = parts.Missing(prose.DASH, prose.plain(text("exclusion.status.rounding_why")))
    rows = []
    for age, each in found.items():
        for row in words.records(each.steps):
            rounding = row["kind"] == measure.ROUNDING
            if rounding and not row["persons"]:
                continue
            status = text("exclusion.status.rounding") if rounding else name(row["code"], row["label"])
            gone = dict.fromkeys(("lower", "upper", "share"), none) if rounding else {}
            rows.append({**row, "status": status, "age": words.years_of_age(age), **gone})
    return parts.DataTable(
        id="statuses",
        caption=text("exclusion.statuses.caption_table", name=prose.name(ctx.municipality), year=year),
        columns=_columns("status", "age", "persons", "lower", "upper", "share"),
        rows=[{key: row[key] for key in ("status", "age", "persons", "lower", "upper", "share")} for row in rows],
        file_name=f"{ctx.municipality.slug}-status-{year}",
    )


def _columns(*keys: str) -> list[parts.Column]:
    kinds: dict[str, parts.Kind] = {"persons": "count", "lower": "count", "upper": "count", "share": "percent"}
    return [parts.Column(key, text(f"exclusion.statuses.column_{key}"), kinds.get(key, "text")) for key in keys]


def _coarse(ctx: Context, year: int) -> parts.Section:
    """The residents, those outside and all others as one: the table held does not tell them apart."""
    shares = [exclusion.share(ctx.tables, ctx.municipality, age, year) for age in exclusion.AGES]
    labels = [prose.plain(text(f"exclusion.status.{each}")) for each in ("total", "inside", "outside")]
    figures, rows = [], []
    for each in shares:
        persons, age = (each.total, each.total - each.outside, each.outside), words.years_of_age(each.age)
        total, inside, outside = (Step(label, value) for label, value in zip(labels, persons, strict=True))
        alt = text("exclusion.statuses.alt_coarse", age=age, total=persons[0], inside=persons[1], outside=persons[2])
        figures.append(_drawn(age, waterfall(
            total, [inside], outside, alt=prose.plain(alt), value_format=prose.count, width=BESIDE,
        )))  # fmt: skip
        rows += [
            {"status": label, "age": age, "persons": value, "share": 100 * value / each.total if each.total else None}
            for label, value in zip(labels, persons, strict=True)
        ]
    said = [text("exclusion.statuses.coarse")]
    said += [text("exclusion.statuses.fetch", table=STATUS)] if ctx.tables.meta(STATUS).assembled else []
    return parts.Section(
        key="statuses",
        heading=text("exclusion.statuses.heading_plain", name=prose.name(ctx.municipality), year=year),
        subtitle=text("exclusion.statuses.subtitle_coarse", year=year),
        figures=figures,
        caption=words.caption(ctx, {STATUS: str(year)}),
        paragraphs=said,
        table=parts.DataTable(
            id="statuses",
            caption=text("exclusion.statuses.caption_table", name=prose.name(ctx.municipality), year=year),
            columns=_columns("status", "age", "persons", "share"),
            rows=rows,
            file_name=f"{ctx.municipality.slug}-status-{year}",
        ),
    )
