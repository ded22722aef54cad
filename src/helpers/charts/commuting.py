"""The sections of the commuting report: who travels out and in, where, since when."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from helpers import places, prose
from helpers.charts import commutingmap, commutingtables, parts, words
from helpers.charts.bars import Cell, Half, pair_chart
from helpers.charts.commutingexpected import expected
from helpers.charts.commutingmarket import market
from helpers.charts.commutingregion import region
from helpers.charts.commutingregions import region_shares
from helpers.charts.commutingtables import FLOWS, NEWER, TOTALS
from helpers.charts.heads import never_missing
from helpers.charts.outin import out_in_chart
from helpers.measures import commuting
from helpers.measures.context import Context
from helpers.prose import text

__all__ = [
    "expected", "findings", "flows", "footer", "head", "keys", "market", "partners", "region", "region_shares", "timeline",
]  # fmt: skip

NAMED = 3  # how many places a sentence names
TOP = 10
UNUSUAL = 1.25  # so many times as many workplaces outside the table as in a later year is worth a word
OLDER = {f"{side}_{form}" for side in ("out", "in") for form in ("grows", "shrinks", "same", "turned")}


@never_missing("commuting")
def head(ctx: Context) -> parts.Head:
    """Title, lead and badges; the year is that of the newest matrix."""
    years = commutingtables.matrix_years(ctx)
    now, every = years.iloc[-1], commutingtables.every_year(ctx)
    year, name = int(years.index[-1]), prose.name(ctx.municipality)
    form = _safe_title(ctx, years, every)
    fields = {"first": int(years.index[0])} if form in OLDER else {}
    title = text(f"commuting.title.{form}", name=name, **fields)
    values = {"out": now["out"], "inward": now["in_"], "year": year, "name": name}
    span = words.period(every.index)
    return parts.Head(
        theme="commuting",
        municipality=ctx.municipality.code,
        name=name,
        county=ctx.county.name,
        slug=ctx.municipality.slug,
        title=title,
        lead=text("commuting.lead", employed=now["employed"], **values),
        badges=[text("commuting.badge_years", years=span), text("commuting.badge_population")],
        description=prose.plain(text("commuting.description", **values)),
        years=span,
        keys={"net": float(now["net"]), "out": float(now["out"]), "in": float(now["in_"])},
    )


def keys(ctx: Context) -> parts.KeyFigures:
    """Out, in, net and self-containment, with what they were in the first year."""
    years = commutingtables.matrix_years(ctx)
    now, first, then = years.iloc[-1], years.iloc[0], int(years.index[0])
    older = len(years) > 1

    def since(column: str) -> list[Markup]:
        return [text("common.since", change=now[column] - first[column], year=then)] if older else []

    net = [text("commuting.keys.net_then", value=first["net"], year=then)] if older else []
    if older and years["net"].idxmax() not in (then, years.index[-1]):
        net.append(text("commuting.keys.net_then", value=years["net"].max(), year=words.year_of(years["net"].idxmax())))
    supply = [text("commuting.keys.supply_of")]
    supply += [text("commuting.keys.supply_then", value=first["supply"], year=then)] if older else []
    supply.append(text("commuting.keys.demand", value=now["demand"]))
    name, year = prose.name(ctx.municipality), int(years.index[-1])
    own = text("commuting.keys.supply", name=name, year=year)
    return parts.KeyFigures(
        [
            parts.KeyFigure(text("commuting.keys.out", year=year), prose.count(now["out"]), lines=since("out")),
            parts.KeyFigure(text("commuting.keys.in", year=year), prose.count(now["in_"]), lines=since("in_")),
            parts.KeyFigure(text("commuting.keys.net", year=year), prose.signed(now["net"]), lines=net),
            parts.KeyFigure(own, prose.decimal(now["supply"]), "%", supply),
        ]
    )


def findings(ctx: Context) -> parts.Findings:
    """Three to five sentences from the newest matrix year."""
    years, name = commutingtables.matrix_years(ctx), prose.name(ctx.municipality)
    now, year = years.iloc[-1], int(years.index[-1])
    items = [_share_sentence(years, name)]
    items.append(_net_sentence(years))
    for direction in ("out", "in"):
        most = commuting.partner_list(ctx.tables, ctx.municipality, direction, year).head(NAMED)
        if len(most):
            listed = prose.listing(
                text("commuting.findings.partner", name=prose.name(row["name"]), n=row["persons"])
                for _, row in most.iterrows()
            )
            items.append(text(f"commuting.findings.top_{direction}", places=listed, share=most["share"].sum()))
    if now["outside"] > 0:
        items.append(text("commuting.findings.outside", n=int(now["outside"])))
    return parts.Findings(text("common.findings"), items, _of_year(ctx, name, year))


def _of_year(ctx: Context, name: Markup, year: int) -> Markup:
    """Which year the findings are of; where the totals go on after the matrix, that they do."""
    every = commutingtables.every_year(ctx).index
    if (newer := every[every > year]).empty:
        return text("commuting.findings.subtitle", name=name, year=year)
    return text("commuting.findings.subtitle_newer", name=name, year=year, newer=words.period(newer))


def flows(ctx: Context) -> parts.Section:
    """The map: tapered lines to and from the ten largest partners, and the table of everyone."""
    years, name = commutingtables.matrix_years(ctx), prose.name(ctx.municipality)
    year = int(years.index[-1])
    table = commuting.partners(ctx.tables, ctx.municipality, year, TOP)
    top = table[table["kind"] == "partner"]
    if top.empty:
        return parts.Section(
            "flows", text("commuting.map.heading_none", name=name), "", table=commutingtables.everyone(ctx, year)
        )
    most = commuting.partner_list(ctx.tables, ctx.municipality, "out", year).head(NAMED)
    heading = text(
        "commuting.map.heading",
        share=float(most["share"].sum()),
        places=prose.listing(prose.name(each) for each in most["name"]),
    )
    largest = top.iloc[0]
    values = {"out": largest["out"], "inward": largest["in_"]}
    alt = text("commuting.map.alt", name=name, year=year, largest=prose.name(largest["name"]), **values)
    figure = commutingmap.draw(ctx, top, prose.plain(alt))
    rest = table[table["kind"] == "other"]["municipalities"].sum()
    notes = [text("commuting.map.dots")]
    notes += [text("commuting.map.others", n=int(rest))] if rest else []
    notes += [text("commuting.map.beyond", n=figure.beyond)] if figure.beyond else []
    notes += [
        text("commuting.map.old", name=prose.name(row["name"])) for _, row in top.iterrows() if _divided(row["code"])
    ]
    return parts.Section(
        key="flows",
        heading=heading,
        subtitle=text("commuting.map.subtitle", n=len(top), name=name, year=year),
        figures=[figure],
        caption=words.caption(ctx, {FLOWS: str(year)}, *notes),
        paragraphs=[text("commuting.map.largest", place=prose.name(largest["name"]), name=name, **values)],
        misread=[text("commuting.map.misread")],
        table=commutingtables.everyone(ctx, year),
    )


def timeline(ctx: Context) -> parts.Section:
    """Out and in through all years held, newest from table 11616 where it has the municipality."""
    years, name = commutingtables.every_year(ctx), prose.name(ctx.municipality)
    first, last, happened = years.iloc[0], years.iloc[-1], words.marked(ctx, "commuting", years.index)
    span = {"first": int(years.index[0]), "last": int(years.index[-1])}
    both = {"out1": last["out"], "in1": last["in_"]}
    alt = text(
        "commuting.time.alt", out0=first["out"], in0=first["in_"], net0=first["net"], net1=last["net"], **both, **span
    )
    figure = out_in_chart(
        [int(each) for each in years.index],
        years["out"].tolist(),
        years["in_"].tolist(),
        out_name=text("commuting.time.out"),
        in_name=text("commuting.time.in"),
        net_title=text("commuting.time.net"),
        alt=prose.plain(alt),
        y_format=prose.count,
        net_format=prose.signed,
        marks=happened.marks,
    )
    change = {"dout": last["out"] - first["out"], "din": last["in_"] - first["in_"], "dnet": last["net"] - first["net"]}
    paragraphs = [text("commuting.time.change", **both, **change, **span)] if len(years) > 1 else []
    if years["net"].lt(0).all() and len(years) > 2 and _alone_at_ends(years["net"]):
        least, most = (words.year_of(each) for each in (years["net"].idxmax(), years["net"].idxmin()))
        paragraphs.append(
            text(
                "commuting.time.extreme",
                least=least, least_net=years["net"][least], most=most, most_net=years["net"][most],
            )
        )  # fmt: skip
    held = dict.fromkeys((TOTALS, FLOWS), words.period(commutingtables.matrix_years(ctx).index))
    notes = [text("commuting.time.zero"), *happened.notes]
    if (years["table"] == NEWER).any():
        held[NEWER] = ""
        newer = words.period(years.index[years["table"] == NEWER])
        notes.insert(0, text("source.newer", years=newer, number="11616"))
    return parts.Section(
        key="timeline",
        heading=_time_heading(change, span["first"], len(years) > 1),
        subtitle=text("commuting.time.subtitle", name=name, period=words.period(years.index)),
        figures=[figure],
        caption=words.caption(ctx, held, *notes),
        paragraphs=paragraphs,
        misread=[text("commuting.time.misread"), *_unplaced(ctx, years)],
        table=commutingtables.by_year(ctx, years),
    )


def partners(ctx: Context) -> parts.Section:
    """Bars out and in for the ten largest partners, and what the figures leave out."""
    years, name = commutingtables.matrix_years(ctx), prose.name(ctx.municipality)
    year, outside = int(years.index[-1]), years["outside"].iloc[-1]
    table = commuting.partners(ctx.tables, ctx.municipality, year, TOP)
    top = table[table["kind"] == "partner"]
    if top.empty:
        return parts.Section("partners", text("commuting.map.heading_none", name=name), "")
    titles = {side: prose.plain(text(f"commuting.partners.{side}", name=name)) for side in ("out", "in")}
    figure = pair_chart(
        top["name"].tolist(),
        Half(titles["out"], "out", [Cell(value) for value in top["out"]]),
        Half(titles["in"], "in", [Cell(value) for value in top["in_"]]),
        alt=prose.plain(text("commuting.partners.alt", out=_largest(top, "out"), inward=_largest(top, "in_"))),
        value_format=prose.count,
    )
    paragraphs = []
    ordered = top.sort_values("net")
    for form, row in (("deficit", ordered.iloc[0]), ("surplus", ordered.iloc[-1])):
        alone = (top["net"] == row["net"]).sum() == 1
        if alone and (row["net"] < 0 if form == "deficit" else row["net"] > 0):
            paragraphs.append(text(f"commuting.partners.largest_{form}", place=prose.name(row["name"]), net=row["net"]))
    misread = [text("commuting.partners.misread.sweden", name=name), text("commuting.partners.misread.register")]
    if not math.isnan(outside):
        misread.insert(1, text("commuting.partners.misread.outside", n=int(outside)))
    return parts.Section(
        key="partners",
        heading=_partners_heading(top),
        subtitle=text("commuting.partners.subtitle", n=len(top), year=year),
        figures=[figure],
        caption=words.caption(ctx, {FLOWS: str(year)}, text("commuting.partners.same_scale")),
        paragraphs=paragraphs,
        misread=misread,
        table=commutingtables.largest(ctx, year, top),
    )


def footer(ctx: Context) -> parts.Footer:
    """Definitions, quality and the command."""
    definitions = [text(f"commuting.footer.{each}") for each in ("out", "in", "net")]
    numbers = words.unrounded(ctx, (TOTALS, NEWER, FLOWS))
    unrounded = [text("commuting.footer.rounding", numbers=prose.listing(numbers), n=len(numbers))] if numbers else []
    quality = [text("footer.register"), *unrounded, text("commuting.footer.sweden")]
    return words.footer(ctx, "commuting", definitions, quality)


def _title(now: float, first: float, older: bool) -> str:
    if now == 0:
        return "even"
    side = "out" if now < 0 else "in"
    if not older:
        return f"{side}_only"
    if now * first < 0:
        return f"{side}_turned"
    grown = abs(now) - abs(first)
    return f"{side}_{'same' if grown == 0 else 'grows' if grown > 0 else 'shrinks'}"


def _safe_title(ctx: Context, years: pd.DataFrame, every: pd.DataFrame) -> str:
    """`_title` of the years of the matrix, without a claim of change where the first year is in doubt, or where the totals go on and turn."""
    now, first = float(years["net"].iloc[-1]), float(years["net"].iloc[0])
    form = _title(now, first, len(years) > 1)
    calm = _calm_year(ctx, years)
    if calm is not None and calm in years.index and form != "even":
        told = _title(now, float(years["net"][calm]), True)
        if form.partition("_")[2] != told.partition("_")[2]:
            return f"{form.partition('_')[0]}_only"
    if form in OLDER and _title(float(every["net"].iloc[-1]), first, True) != form:
        return f"{form.partition('_')[0]}_only"
    return form


def _share_sentence(years: pd.DataFrame, name: Markup) -> Markup:
    shares, first = 100 * years["out"] / years["employed"], words.year_of(years.index[0])
    now, then = float(shares.iloc[-1]), float(shares.iloc[0])
    if len(years) == 1:
        return text("commuting.findings.share", share=now, name=name)
    if prose.rounded(now, 1) == prose.rounded(then, 1):
        return text("commuting.findings.share_same", share=now, name=name, first=first)
    return text("commuting.findings.share_then", share=now, name=name, then=then, first=first)


def _net_sentence(years: pd.DataFrame) -> Markup:
    net = years["net"]
    now, side = float(net.iloc[-1]), "deficit" if net.iloc[-1] < 0 else "surplus"
    if now == 0:
        return text("commuting.findings.balance", out=years["out"].iloc[-1])
    one_sided = (net < 0).all() or (net > 0).all()
    if len(net) > 2 and one_sided and net.abs().nunique() > 1:
        period = words.period(years.index)
        for form, at, other in (
            ("most", net.abs().max(), words.year_of(net.abs().idxmin())),
            ("least", net.abs().min(), words.year_of(net.abs().idxmax())),
        ):
            if abs(now) == at and _alone_at_ends(net):
                return text(
                    f"commuting.findings.{side}_{form}", n=abs(now), period=period, other=net[other], when=other
                )
    return text(f"commuting.findings.{side}", n=abs(now))


def _alone_at_ends(values: pd.Series) -> bool:
    """Whether one year only has the highest, and one only the lowest figure."""
    return bool(values.eq(values.max()).sum() == 1 and values.eq(values.min()).sum() == 1)


def _calm_year(ctx: Context, years: pd.DataFrame) -> int | None:
    """The first year with far fewer workplaces outside the table than the first one shown (2018 in the snapshot); None where that is calm."""
    country = commuting.summary(ctx.tables, ctx.country)["outside"]
    first, after = words.year_of(years.index[0]), country[country.index > years.index[0]].dropna()
    calm = after[country[first] > UNUSUAL * after]
    return words.year_of(calm.index[0]) if len(calm) else None


def _unplaced(ctx: Context, years: pd.DataFrame) -> list[Markup]:
    """A caution where the first year has far more workplaces outside the table than later ones."""
    calm = _calm_year(ctx, years)
    if calm is None:
        return []
    country = commuting.summary(ctx.tables, ctx.country)["outside"]
    first = words.year_of(years.index[0])
    values = {"first": first, "now": country[first], "then": country[calm], "after": calm}
    return [text("commuting.time.misread_unplaced", **values)]


def _time_heading(change: dict[str, float], first: int, older: bool) -> Markup:
    if not older:
        return text("commuting.time.heading_single", first=first)
    out, inward = change["dout"], change["din"]
    if out > 0 and inward > 0:
        if out == inward:
            return text("commuting.time.heading_both_up_same", first=first)
        return text(f"commuting.time.heading_both_up_{'out' if out > inward else 'in'}")
    if out < 0 and inward < 0:
        return text("commuting.time.heading_both_down", first=first)
    if out > 0 > inward or inward > 0 > out:
        return text(f"commuting.time.heading_{'out' if out > 0 else 'in'}_up", first=first)
    if out == inward == 0:
        return text("commuting.time.heading_flat", first=first)
    side, moved = ("out", out) if inward == 0 else ("in", inward)
    return text(f"commuting.time.heading_{side}_{'more' if moved > 0 else 'fewer'}", first=first)


def _divided(code: str) -> bool:
    """Whether a partner's code is from before a division."""
    return places.successor(code) != code


def _partners_heading(top: pd.DataFrame) -> Markup:
    senders = top[top["net"] > 0]
    if len(senders) in (0, len(top)):
        return text(f"commuting.partners.heading_{'all' if len(senders) else 'none'}")
    if len(senders) > NAMED:
        return text("commuting.partners.heading_many", n=len(senders), of=len(top))
    listed = prose.listing(prose.name(each) for each in senders["name"])
    return text("commuting.partners.heading_some", n=len(senders), places=listed)


def _largest(top: pd.DataFrame, column: str) -> Markup:
    most = top[top[column] > 0].nlargest(NAMED, column)
    if most.empty:
        return text("commuting.partners.no_one")
    return prose.listing(
        text("commuting.findings.partner", name=row["name"], n=row[column]) for _, row in most.iterrows()
    )
