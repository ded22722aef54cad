"""A municipality's pro-rata part of national goals, by every key: a section of the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from helpers import goals, prose
from helpers.charts import parts, words
from helpers.charts.bars import Bar, Cell, bar_chart
from helpers.errors import FiguresMissing
from helpers.goals import National
from helpers.measures.allocation import Allocation, allocate
from helpers.measures.context import Context
from helpers.prose import text

Parts = Sequence[tuple[National, Allocation]]


def shares(ctx: Context) -> parts.Section:
    """What a pro-rata part of each national goal would be, and how much that depends on the key."""
    found = _allocated(ctx)
    first = found[0][0]
    drawn = [each for goal, each in found if goal is first]
    low, high = (extreme(each.allocated for each in drawn) for extreme in (min, max))
    bars = [Bar(prose.plain(_key(each)), Cell(each.allocated), "muni") for each in drawn]
    said = prose.listing(text("overview.shares.value", key=bar.label, n=bar.cell.value) for bar in bars)
    names = {"goal": _goal(first), "name": prose.name(ctx.municipality)}
    return parts.Section(
        key="shares",
        heading=_heading(low, high, first, names["name"]),
        subtitle=text("overview.shares.subtitle"),
        figures=[
            bar_chart(
                bars, alt=prose.plain(text("overview.shares.alt", values=said, **names)), value_format=prose.count
            )
        ],
        caption=words.caption(ctx, _periods(drawn), *_notes(drawn)),
        paragraphs=[
            text("overview.shares.no_target", name=names["name"]),
            *(_stated(goal) for goal in dict.fromkeys(goal for goal, _ in found)),
            *_spread(low, high, len(drawn)),
        ],
        misread=[text("overview.shares.misread_key"), text("overview.shares.misread_private")],
        table=_table(ctx, found),
    )


def _allocated(ctx: Context) -> Parts:
    """Every goal by each of its keys that is held; a key without figures is no row.

    Raises
    ------
    FiguresMissing
        where none is held, as the last of them said.
    """
    found, lacking = [], None
    for goal in goals.national():
        for key in goal.keys:
            try:
                found.append((goal, allocate(ctx.tables, ctx.municipality, goal.total, key)))
            except FiguresMissing as missing:
                lacking = missing
    if not found and lacking is not None:
        raise lacking
    return found


def _goal(goal: National) -> Markup:
    return prose.label("goal", goal.wording)


def _key(each: Allocation) -> Markup:
    return text(f"overview.shares.key_{each.key}", year=each.year)


def _heading(low: float, high: float, goal: National, name: Markup) -> Markup:
    values = {"name": name, "publisher": goal.publisher, "total": goal.total}
    if prose.rounded(low, 0) == prose.rounded(high, 0):
        return text("overview.shares.heading_one", value=low, **values)
    return text("overview.shares.heading", low=low, high=high, **values)


def _stated(goal: National) -> Markup:
    """What the goal is, and where it is known from."""
    values = {"publisher": goal.publisher, "wording": _goal(goal), "document": prose.bokmaal(goal.named_in)}
    return text("overview.shares.stated", **values)


def _spread(low: float, high: float, keys: int) -> list[Markup]:
    """How much the answer depends on the key."""
    more = 100 * (high / low - 1) if low > 0 else 0.0
    return [text("overview.shares.spread", percent=more)] if keys > 1 and prose.rounded(more, 0) > 0 else []


def _periods(drawn: Sequence[Allocation]) -> Mapping[str, str]:
    """Table → the years that its keys are of."""
    years: dict[str, list[str]] = {}
    for each in drawn:
        years.setdefault(each.table, []).append(str(each.year))
    return {table: ", ".join(dict.fromkeys(those)) for table, those in years.items()}


def _notes(drawn: Sequence[Allocation]) -> list[Markup]:
    gone = {each.year: each.lacking for each in drawn if each.lacking}
    return [text("source.lacking", names=words.some(codes), year=year) for year, codes in gone.items()]


def _table(ctx: Context, found: Parts) -> parts.DataTable:
    columns = [
        parts.Column("goal", text("overview.shares.goal")),
        parts.Column("total", text("overview.shares.total"), "count"),
        parts.Column("key", text("overview.shares.key")),
        parts.Column("local", text("overview.shares.local"), "count"),
        parts.Column("national", text("overview.shares.national"), "count"),
        parts.Column("share", text("overview.shares.share"), "percent", lambda value: prose.percent(value, 3), 3),
        parts.Column("allocated", text("overview.shares.allocated"), "count"),
    ]
    rows = [
        {
            "goal": goal.publisher, "total": goal.total, "key": _key(each),
            "local": each.local, "national": each.national, "share": each.share, "allocated": each.allocated,
        }
        for goal, each in found
    ]  # fmt: skip
    return parts.DataTable(
        id="shares",
        caption=text("overview.shares.caption_table", name=prose.name(ctx.municipality)),
        columns=columns,
        rows=rows,
        file_name=f"{ctx.municipality.slug}-del-av-nasjonale-maal",
    )
