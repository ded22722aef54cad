"""The numbers of the calculator of costs as fold-out tables, and what its assumptions are called."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from helpers import prose
from helpers.charts import parts, words
from helpers.costs import PAYERS, Costs
from helpers.measures import exclusioncost
from helpers.measures.context import Context
from helpers.measures.exclusioncost import GENERAL, TOTAL, Assessment
from helpers.prose import text

UNITS = {each.key: each.unit.replace(" ", "_") for each in exclusioncost.FIELDS}
PLACES = 2  # decimals of an assumption, at most


def named(name: str) -> Markup:
    """What an assumption is called: a field in our words, a cost in the municipality's own."""
    return text(f"exclusion.cost.field_{name}") if name in GENERAL else prose.bokmaal(name)


def within(name: str) -> Markup:
    """The same inside a sentence: a name of the municipality's own keeps its letters."""
    return prose.first_lower(named(name)) if name in GENERAL else named(name)


def amount(inputs: Costs, name: str, value: float) -> Markup:
    """A value of an assumption with its unit."""
    return text(f"exclusion.cost.amount_{_unit(inputs, name)}", n=value, value=prose.tick(value))


def by_payer(ctx: Context, found: Assessment) -> parts.DataTable:
    """What each payer saves and pays, and where it breaks even."""
    rows = []
    for key, row in found.payers.iterrows():
        even = found.break_even[str(key)]
        why = (
            text(f"exclusion.cost.none_{even.why.replace(' ', '_')}")
            if even.why
            else text("exclusion.cost.none_unreachable")
        )
        none = parts.Missing(prose.DASH, prose.plain(why))
        rows.append({
            "payer": prose.first_upper(text(f"exclusion.cost.payer_{key}")),
            **words.record(row),
            "percent": even.percent if even.reachable else none,
            "persons": even.persons if even.reachable else none,
        })  # fmt: skip
    return parts.DataTable(
        id="cost",
        caption=_caption("payers", ctx, found),
        columns=[
            _column("payer"),
            *(_column(key, "count") for key in ("saved", "cost", "npv", "per_person_year")),
            _column("percent", "percent"),
            _column("persons", "number"),
        ],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-kostnader",
        sum_row=rows[-1]["payer"],
    )


def by_year(ctx: Context, found: Assessment) -> parts.DataTable:
    """What each payer saves less what it pays in each year; year 0 is the start."""
    rows = [{"year": str(year), **words.record(row)} for year, row in found.flows.iterrows()]
    who = {key: prose.first_upper(text(f"exclusion.cost.payer_{key}")) for key in (*PAYERS, TOTAL)}
    columns = [_column("year"), *(parts.Column(key, label, "count") for key, label in who.items())]
    columns += [_column("factor", "number", 3), _column("discounted", "count")]
    file = f"{ctx.municipality.slug}-kostnader-per-aar"
    return parts.DataTable(
        id="cost-years", caption=_caption("years", ctx, found), columns=columns, rows=rows, file_name=file
    )


def assumptions(ctx: Context, inputs: Costs, found: Assessment) -> parts.DataTable:
    """Every assumption: what it is, who pays, its values, the net present value at its low and high one, and where it is from."""
    told = exclusioncost.assumptions(inputs)
    ends = {row["name"]: row for row in words.records(found.tornado)}
    payers = {each.name: each.payer for each in inputs.unit_cost} | {
        each.name: each.payer for each in inputs.measure_cost
    }
    one = parts.Missing(prose.DASH, prose.plain(text("exclusion.cost.no_range")))
    rows: list[dict[str, object]] = []
    for name, each in told.items():
        payer = text(f"exclusion.cost.payer_{payers[name]}") if name in payers else parts.Missing(prose.DASH)
        values = {
            "low": each.low,
            "high": each.high,
            **{key: ends.get(name, {}).get(key) for key in ("npv_low", "npv_high")},
        }
        rows.append({
            "assumption": named(name), "unit": text(f"exclusion.cost.unit_{_unit(inputs, name)}"), "payer": payer, "base": each.base,
            "source": text("exclusion.cost.given", source=prose.bokmaal(each.source)),
            **{key: one if value is None else value for key, value in values.items()},
        })  # fmt: skip
    places = _places(value for each in told.values() for value in (each.base, each.low, each.high) if value is not None)
    return parts.DataTable(
        id="cost-assumptions",
        caption=_caption("assumptions", ctx, found),
        columns=[
            *(_column(key) for key in ("assumption", "payer", "unit")),
            *(_column(key, "number", places) for key in ("low", "base", "high")),
            *(_column(key, "count") for key in ("npv_low", "npv_high")),
            _column("source"),
        ],
        rows=rows,
        file_name=f"{ctx.municipality.slug}-kostnader-forutsetninger",
    )


def _column(key: str, kind: parts.Kind = "text", places: int | None = None) -> parts.Column:
    form = None if places is None else lambda value: prose.decimal(value, places)
    return parts.Column(key, text(f"exclusion.cost.column_{key}"), kind, form, places)


def _caption(which: str, ctx: Context, found: Assessment) -> Markup:
    values = {"measure": prose.bokmaal(found.name), "name": prose.name(ctx.municipality), "year": found.price_year}
    return text(f"exclusion.cost.caption_{which}", **values)


def _unit(inputs: Costs, name: str) -> str:
    """Of an assumption: as in `exclusioncost.FIELDS`, and for a cost of the measure whether it is for each person."""
    if name in GENERAL:
        return UNITS[name]
    if any(each.name == name for each in inputs.unit_cost):
        return UNITS["unit_cost"]
    (own,) = (each for each in inputs.measure_cost if each.name == name)
    return "kroner_per_person" if own.per == "person" else "kroner"


def _places(values: Iterable[float]) -> int:
    """So many decimals that no value is told as another, as far as `PLACES`."""
    held = list(values)
    return next(
        (n for n in range(PLACES) if all(prose.rounded(each, n) == prose.rounded(each, PLACES) for each in held)),
        PLACES,
    )
