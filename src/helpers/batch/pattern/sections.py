"""The sections of the page: each is a function from the context of a report to a part of the page.

This is where an own theme begins: jobs and employed residents of the municipality as they were in each year. Put your own measure in `_years`, and
say what it shows in the sentences. docs/how-to/new-theme.md goes through a whole example.
"""

from __future__ import annotations

import pandas as pd

from helpers import prose
from helpers.charts import parts, words
from helpers.charts.lines import Line, line_chart
from helpers.measures import employment
from helpers.measures.context import Context
from helpers.prose import own

THEME, TITLE = "theme", "Theme"
TABLES = ("ssb_11618", "ssb_11616")  # also in the notebook's metadata: what a page reads, it declares


def head(ctx: Context) -> parts.Head:
    """The top of the page: its finding, and what the list of municipalities reads."""
    years, name = _years(ctx), prose.name(ctx.municipality)
    last, jobs = int(years.index[-1]), float(years["jobs"].iloc[-1])
    title = own("{name} hadde {jobs:count} arbeidsplasser i {last}", name=name, jobs=jobs, last=last)
    return parts.Head(
        theme=THEME,
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=title,
        lead=own("Utkast til temaet {title}: det er mønsterets tall som står her, til de er byttet ut.", title=TITLE),
        badges=[own("Tall for {years}", years=words.period(years.index))],
        description=prose.plain(title),
        years=words.period(years.index),
        keys={},
    )


def findings(ctx: Context) -> parts.Findings:
    """Three to five sentences, each with its numbers: what a reader should remember."""
    years = _years(ctx)
    first, last = int(years.index[0]), int(years.index[-1])
    items = [
        own(f"Tallet på {label} endret seg med {{change:signed}} fra {{first}} til {{last}}.", first=first, last=last,
            change=float(years[column].iloc[-1] - years[column].iloc[0]))
        for column, label in (("jobs", "arbeidsplasser"), ("employed", "sysselsatte bosatte"))
    ]  # fmt: skip
    return parts.Findings(own("Hovedfunn"), items)


def development(ctx: Context) -> parts.Section:
    """One figure, a short paragraph, and the numbers in a table."""
    years, period = _years(ctx), words.period(_years(ctx).index)
    columns = {"jobs": ("Arbeidsplasser", "muni"), "employed": ("Sysselsatte bosatte", "other")}
    lines = [
        Line(label, kind, [int(year) for year in years.index], years[column].tolist())  # type: ignore[arg-type]
        for column, (label, kind) in columns.items()
    ]
    jobs, employed = float(years["jobs"].iloc[-1]), float(years["employed"].iloc[-1])
    more = "Like mange" if jobs == employed else "Flere" if jobs > employed else "Færre"
    heading = f"{more} arbeidsplasser {'som' if jobs == employed else 'enn'} sysselsatte bosatte"
    told = own(
        "I {year} var det {jobs:count} arbeidsplasser i kommunen, og {employed:count} bosatte var sysselsatt.",
        year=int(years.index[-1]), jobs=jobs, employed=employed,
    )  # fmt: skip
    return parts.Section(
        key="development",
        heading=own(heading),
        subtitle=own("Personer 15–74 år, {period}", period=period),
        figures=[line_chart(lines, alt=prose.plain(told), y_format=prose.tick, value_format=prose.count)],
        caption=words.caption(
            ctx, {str(each): words.period(of.index) for each, of in years.groupby("table", sort=False)}
        ),
        paragraphs=[told],
        table=parts.DataTable(
            "development-table",
            own("Arbeidsplasser og sysselsatte bosatte, {period}", period=period),
            [
                parts.Column("year", own("År"), "year"),
                *(parts.Column(column, own(label), "count") for column, (label, _) in columns.items()),
            ],
            years.rename_axis("year").reset_index()[["year", *columns]],
            file_name=f"{ctx.municipality.slug}-{THEME}.csv",
        ),
    )


def footer(ctx: Context) -> parts.Footer:
    """Definitions, quality, and how the page is made again."""
    definitions = [own("Arbeidsplasser er sysselsatte som arbeider i kommunen, uansett hvor de bor.")]
    return words.footer(ctx, THEME, definitions, [], tables=TABLES)


def _years(ctx: Context) -> pd.DataFrame:
    """The figures of the page, a row for each year."""
    return words.held(ctx, employment.series(ctx.tables, ctx.municipality).dropna(subset=["jobs", "employed"]))
