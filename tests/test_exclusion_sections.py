"""Who stands outside, why by the model, and what it costs: what the sections show is what the measures give, in both worlds."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

import fetched
from fetched import Fetched
from helpers import costs
from helpers.charts import exclusion, exclusioncosttables, exclusionstatuses, parts
from helpers.charts.parts import plain
from helpers.charts.words import use_labels
from helpers.costs import Costs
from helpers.errors import TableMissing
from helpers.language import speaking
from helpers.measures import exclusioncost, needed, reasons, statuses
from helpers.measures.context import Context
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.targets import Definition, Target
from measures.test_exclusioncost import any_inputs, inputs, number
from test_costs import TEXT

TABLE = "ssb_13563"
TODAY = dt.date(2026, 11, 24)
PLACES = {"3101": "Halden", "3124": "Aremark", "1151": "Utsira", "0301": "Oslo"}


@pytest.fixture(scope="module")
def whole() -> Fetched:
    frame = fetched._status()
    return Fetched({TABLE: frame}, {TABLE: fetched._meta(TABLE, frame)})


def context(tables: Any, code: str, told: Costs | None = None) -> Context:
    use_labels()
    return Context(Municipality.find(code), tables, TODAY, read_costs=lambda: told)


def records(part: parts.Section | None) -> list[dict[str, Any]]:
    assert part is not None and part.table is not None
    return rows_of(part.table)


def rows_of(table: parts.DataTable) -> list[dict[str, Any]]:
    return [
        {key: plain(value) if isinstance(value, str) else value for key, value in row.items()}
        for row in table.records()
    ]


def said(part: parts.Section | None) -> str:
    assert part is not None
    return part.text().replace("\u202f", " ").replace("\u00a0", " ")


# --- statuses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", PLACES, ids=PLACES.values())
def test_the_statuses_shown_are_those_of_the_table(whole: Fetched, code: str) -> None:
    ctx = context(whole, code)
    part = exclusion.statuses(ctx)
    shown = [(row["age"], row["persons"]) for row in records(part)]
    expected = []
    for age in ("15-29", "30-61", "20-66"):
        steps = statuses.waterfall(whole, ctx.municipality, age, 2024).steps
        kept = steps[(steps["kind"] != statuses.ROUNDING) | (steps["persons"] != 0)]
        expected += [(age.replace("-", "–"), persons) for persons in kept["persons"]]
    assert shown == expected and len(part.figures) == 2
    for figure, age in zip(part.figures, ("15-29", "30-61"), strict=True):
        outside = (
            statuses.waterfall(whole, ctx.municipality, age, 2024).steps.query("kind == 'outside'")["persons"].iloc[0]
        )
        assert f"Omtrent {outside:,.0f} står utenfor".replace(",", "\u202f") in figure.alt


def test_the_snapshot_shows_what_it_allows_and_says_what_it_lacks(tables: Tables) -> None:
    part = exclusion.statuses(context(tables, "3101"))
    assert [row["persons"] for row in records(part)] == [5595, 4962, 633, 13036, 10037, 2999]
    assert "kommunerapport fetch ssb_13563" in said(part) and "ikke hver status for seg" in said(part)
    model = exclusion.reasons(context(tables, "3101"))
    assert model.figures == [] and all(isinstance(row["persons"], parts.Missing) for row in records(model))


@pytest.mark.parametrize("name", ["statuses", "reasons", "cost"])
def test_a_place_that_is_not_held_is_one_note(tables: Tables, name: str) -> None:
    with pytest.raises(TableMissing) as caught:
        getattr(exclusion, name)(context(tables, "4003"))
    assert str(caught.value) == str(TableMissing(TABLE, "tall for {place}", place=("Skien",)))


def changed(whole: Fetched, status: str, age: str, value: float) -> Fetched:
    frame = whole[TABLE].copy()
    cell = (frame["Region"] == "3101") & (frame["HovArbStyrkStatus"] == status) & (frame["Alder"] == age)
    frame.loc[cell, ["value", "lower", "upper"]] = value
    return whole.changed(TABLE, frame)


@pytest.mark.parametrize("value", [math.nan, 9000.0], ids=["missing", "does not add up"])
def test_an_age_that_cannot_be_told_is_left_out_and_named(whole: Fetched, value: float) -> None:
    ctx = context(changed(whole, "A.09", "15-29", value), "3101")
    part = exclusion.statuses(ctx)
    assert len(part.figures) == 1 and {row["age"] for row in records(part)} == {"30–61", "20–66"}
    assert "I alderen 15–29 år er statusene ikke vist" in plain(part.caption)
    assert len(exclusion.reasons(ctx).figures) == 1


def test_where_no_age_can_be_told_there_is_a_note(whole: Fetched) -> None:
    both = changed(changed(whole, "A.09", "15-29", math.nan), "U.01", "30-61", math.nan)
    for section in (exclusion.statuses, exclusion.reasons):
        with pytest.raises(TableMissing, match="hver arbeidsstyrkestatus"):
            section(context(both, "3101"))


def test_the_heading_names_the_largest_group_only_where_it_is_sure(whole: Fetched) -> None:
    found = statuses.waterfall(whole, Municipality.find("3101"), "30-61")
    first = exclusionstatuses.largest(found)
    assert first is not None and first["code"] == "U.04-U.05"
    assert "mottakere av AAP/uføretrygd" in plain(exclusion.statuses(context(whole, "3101")).heading)
    near = found.steps["persons"].mask(found.steps["code"] == "A.09", first["persons"] - 10)
    unsure = replace(found, steps=found.steps.assign(persons=near, lower=near - 8, upper=near + 8))
    assert exclusionstatuses.largest(unsure) is None
    assert "Den største" not in plain(exclusion.statuses(context(whole, "1151")).heading)


def goal(value: float) -> Target:
    rate = Definition(label="Andel", indicator="rate", table=TABLE, age="20-66")
    return Target(
        municipality="3101", id="andel", title="Andel", document="Plan", quote="…", kind="level", value=value, unit="percent",
        deadline=2030, base_year=2019, definitions=(rate,),
    )  # fmt: skip


@pytest.mark.parametrize(("target", "asked"), [(None, 70.0), (75.5, 75.5), (60.0, 60.0)])
def test_how_many_more_in_work_the_goal_asks_for(whole: Fetched, target: float | None, asked: float) -> None:
    ctx = replace(context(whole, "3101"), targets=() if target is None else (goal(target),))
    held = needed.to_reach(whole, ctx.municipality, asked, "20-66", table=TABLE)
    told = said(exclusion.statuses(ctx))
    assert f"I alderen 20–66 år var omtrent {held.rate:.1f} prosent".replace(".", ",") in told
    written = f"{asked:g}".replace(".", ",")
    if held.now > 0:
        assert re.search(rf"For å nå {written} prosent måtte omtrent ([\d ]+) flere", told)[1].replace(" ", "") == str(
            round(held.now)
        )  # type: ignore[index]
    else:
        assert f"Det er minst {written} prosent" in told


def test_where_the_rounding_decides_no_number_is_told(whole: Fetched) -> None:
    held = needed.to_reach(whole, Municipality.find("1151"), 70, "20-66", table=TABLE)
    assert held.now_lower < 0 < held.now_upper
    told = said(exclusion.statuses(context(whole, "1151")))
    assert "kan avrundingen avgjøre" in told and "For å nå" not in told


# --- reasons ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", PLACES, ids=PLACES.values())
def test_the_reasons_shown_are_those_of_the_model(whole: Fetched, code: str) -> None:
    ctx = context(whole, code)
    rows = records(exclusion.reasons(ctx))
    for age in ("15-29", "30-61"):
        held = reasons.by_reason(statuses.waterfall(whole, ctx.municipality, age, 2024))
        for label, key in (("Kan ikke", "cannot"), ("Får ikke", "no_job"), ("Ikke plassert", "unplaced")):
            own = [row["persons"] for row in rows if row["age"] == age.replace("-", "–") and row["reason"] == label]
            assert sum(own) == held["persons"][key]
        (unwilling,) = [row for row in rows if row["age"] == age.replace("-", "–") and row["reason"] == "Vil ikke"]
        assert isinstance(unwilling["persons"], parts.Missing) and isinstance(unwilling["share"], parts.Missing)


@pytest.mark.parametrize("world", ["snapshot", "fetched"])
@pytest.mark.parametrize(
    ("language", "model", "observed"),
    [
        ("nb", "Modell, ikke måling", "Motivasjon kan ikke observeres i registre."),
        ("nn", "Modell, ikkje måling", "Motivasjon kan ikkje observerast i register."),
        ("en", "A model, not a measurement", "Motivation cannot be observed in registers."),
    ],
)
def test_the_model_is_called_one(
    whole: Fetched, tables: Tables, world: str, language: Any, model: str, observed: str
) -> None:
    with speaking(language):
        part = exclusion.reasons(context(whole if world == "fetched" else tables, "3101"))
        assert plain(part.heading).startswith(model) and observed in part.text()
        assert all("(model" in plain(figure.title) for figure in part.figures)
        assert all("hatch" in str(figure.svg) for figure in part.figures), "what cannot be observed is a hatch"
    use_labels()


# --- costs --------------------------------------------------------------------------------------------------------------


def kroner(text: str) -> list[str]:
    return re.findall(r"[\d ]*\d (?:kroner|kr)\b|NOK \d", text)


@pytest.mark.parametrize("world", ["snapshot", "fetched"])
def test_without_figures_there_are_persons_and_a_form_and_no_kroner(whole: Fetched, tables: Tables, world: str) -> None:
    held = whole if world == "fetched" else tables
    ctx = context(held, "3101")
    part, form = exclusion.cost(ctx), exclusioncost.form(held, Municipality.find("3101"))
    assert kroner(said(part)) == [] and part.figures == ()
    for share in form.persons.values():
        assert f"{share.outside:,.0f}".replace(",", " ") in said(part)
    assert [row["field"].strip("[]") for row in records(part)] == list(Costs.model_fields)
    assert "data/raw/costs/3101.toml" in said(part)
    assert exclusion.cost_years(ctx) is None and exclusion.cost_assumptions(ctx) is None


@given(any_inputs())
def test_the_kroner_shown_are_those_reckoned(told: Costs) -> None:
    """In the tables, which are what the sections show."""
    ctx, found = context(Fetched({}, {}), "3101", told), exclusioncost.assess(told)
    by_payer = rows_of(exclusioncosttables.by_payer(ctx, found))
    for column in ("saved", "cost", "npv", "per_person_year"):
        assert [row[column] for row in by_payer] == found.payers[column].tolist()
    for row, even in zip(by_payer, found.break_even.values(), strict=True):
        if even.reachable:
            assert (row["percent"], row["persons"]) == (even.percent, even.persons)
        else:
            assert isinstance(row["percent"], parts.Missing) and isinstance(row["persons"], parts.Missing)
    by_year = pd.DataFrame(rows_of(exclusioncosttables.by_year(ctx, found))).set_index("year")
    assert by_year[list(found.flows.columns)].to_numpy().tolist() == found.flows.to_numpy().tolist()
    listed = rows_of(exclusioncosttables.assumptions(ctx, told, found))
    assert [row["base"] for row in listed] == [each.base for each in exclusioncost.assumptions(told).values()]


def test_the_sections_show_these_tables_and_the_same_sums() -> None:
    told = inputs()
    ctx, found = context(Fetched({}, {}), "3101", told), exclusioncost.assess(told)
    assert records(exclusion.cost(ctx)) == rows_of(exclusioncosttables.by_payer(ctx, found))
    assert records(exclusion.cost_years(ctx)) == rows_of(exclusioncosttables.by_year(ctx, found))
    assert records(exclusion.cost_assumptions(ctx)) == rows_of(exclusioncosttables.assumptions(ctx, told, found))
    assert "1 008 kroner i nåverdi, og tiltaket koster 400 kroner: netto +608 kroner" in said(exclusion.cost(ctx))
    ends = {row["assumption"]: (row["npv_low"], row["npv_high"]) for row in records(exclusion.cost_assumptions(ctx))}
    assert ends["Plass"] == pytest.approx((808, -1092)) and isinstance(ends["Skatt"][0], parts.Missing)


def test_every_amount_is_said_to_be_the_municipalitys_with_its_source() -> None:
    told = costs.parse(TEXT.replace('source = "prøve"', 'source = "SØRGE FOR <b> & kilde"'), "x.toml")
    ctx = context(Fetched({}, {}), "3101", told)
    rows = records(exclusion.cost_assumptions(ctx))
    assert len(rows) == 7
    assert {row["source"] for row in rows} == {"oppgitt av kommunen, kilde: SØRGE FOR <b> & kilde"}
    for section in (exclusion.cost, exclusion.cost_years, exclusion.cost_assumptions):
        part = section(ctx)
        assert part is not None and "oppgitt av kommunen i data/raw/costs/3101.toml" in plain(part.caption)
        assert "<b> &" not in str(part.html())
    assert "Et regnestykke, ikke offisielle tall" in said(exclusion.cost(ctx))


def heading(**other: Any) -> str:
    return plain(exclusion.cost(context(Fetched({}, {}), "3101", inputs(**other))).heading)


def fixed(kroner: float, **other: Any) -> dict[str, Any]:
    """Inputs where no assumption has a range: one measure cost."""
    plainly = {key: number(base) for key, base in (("group_size", 10), ("success_percent", 50), ("years", 2))}
    unit = [{"name": "Ytelse", "payer": "stat", "when": "outside", "kroner": number(100)}]
    own = [{"name": "Plass", "payer": "kommune", "per": "group", "kroner": number(kroner)}]
    return {**plainly, "unit_cost": unit, "measure_cost": own, **other}


def test_the_heading_says_whether_it_pays() -> None:
    assert "sparer «Prøve» mer enn det koster" in heading(**fixed(719))
    assert "koster «Prøve» mer enn det sparer" in heading(**fixed(721))
    assert "sparer «Prøve» like mye som det koster" in heading(**fixed(720))
    assert "kommer det an på forutsetningene om «Prøve» lønner seg" in heading()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (fixed(360), "Tiltaket går i null når 25,0 prosent lykkes; det er 2,5 av 10 personer."),
        (fixed(9000), "Tiltaket går ikke i null, selv om alle lykkes."),
        (fixed(0), "koster tiltaket ingenting"),
        (fixed(1, group_size=number(0)), "Ingen er med i tiltaket."),
        (
            fixed(1, unit_cost=[{"name": "a", "payer": "stat", "when": "inside", "kroner": number(1)}]),
            "spares ingenting",
        ),
    ],
)
def test_the_break_even_is_told(other: dict[str, Any], told: str) -> None:
    assert told in said(exclusion.cost(context(Fetched({}, {}), "3101", inputs(**other))))


@pytest.mark.parametrize(
    ("cost", "told"),
    [(400, "tjent inn i år 1"), (500, "tjent inn i år 2"), (721, "ikke tjent inn"), (-5, "fra starten")],
)
def test_when_it_has_paid_for_itself(cost: float, told: str) -> None:
    part = exclusion.cost_years(context(Fetched({}, {}), "3101", inputs(**fixed(cost))))
    assert part is not None and told in plain(part.heading)


def test_without_ranges_there_is_no_drawing_of_what_matters_most() -> None:
    ctx = context(Fetched({}, {}), "3101", inputs(**fixed(100)))
    part = exclusion.cost_assumptions(ctx)
    assert part is not None and part.figures == [] and "Seks forutsetninger har ingen lav og høy verdi" in said(part)
    drawn = exclusion.cost_assumptions(context(Fetched({}, {}), "3101", inputs()))
    assert (
        drawn is not None
        and len(drawn.figures) == 1
        and "Det som betyr mest for resultatet: Plass" in plain(drawn.heading)
    )


def test_with_figures_the_persons_are_told_too(tables: Tables) -> None:
    told = said(exclusion.cost(context(tables, "3101", inputs())))
    assert "Omtrent 633 personer mellom 15 og 29 år og 2 999 mellom 30 og 61 år" in told
    worth = exclusioncost.worth_of_a_point(inputs(), 13036 / 100)["total"]
    assert f"{worth:,.0f} kroner for de voksne".replace(",", " ") in told
