"""What is said of a verdict on a plan's claim, in bokmål; every number through `prose`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from helpers import prose
from helpers.catalog import catalog
from helpers.claimrules import rulebook
from helpers.claims import COUNTRY, Number, Outcome, Own, Reading, Reason, Verdict
from helpers.places import region_name

OUTCOMES: dict[Outcome, str] = {
    "confirmed": "bekreftet",
    "rounded": "bekreftet med avrunding",
    "contradicted": "motsagt",
    "ambiguous": "flertydig",
    "own": "stemmer med planens egne tall, men ikke kontrollert mot statistikk",
    "loose": "løst",
    "unchecked": "ikke kontrollerbar",
}
REASONS: dict[Reason, str] = {
    "no rule": "Ingen regel knytter tallet til en offisiell tabell.",
    "goal": "Dette er et mål eller en forventning, som tallene verken bekrefter eller motsier.",
    "year missing": "Setningen sier ikke hvilket år tallet gjelder.",
    "year unclear": "Setningen nevner flere tidspunkter, og det er ikke klart hvilket tallet gjelder.",
    "age missing": "Setningen sier ikke hvilken aldersgruppe andelen gjelder.",
    "other place": "Setningen gjelder et annet sted enn kommunen, eller nevner et.",
    "several places": "Setningen nevner flere steder, og det er ikke klart hvilket tallet gjelder.",
    "reversed period": "Perioden slutter før den begynner; årstallene må være feil.",
    "not whole": "Antall personer kan ikke ha desimaler; tallet må være skrevet feil.",
    "table missing": "{table} er ikke hentet.",
    "age not held": "{table} er hentet uten aldersgruppen {detail} år.",
    "status not held": "{table} er hentet uten statusen «sysselsatt».",
    "place missing": "{table} har ingen sammenlignbare tall for stedet.",
    "year not held": "{table} har ikke tall for {detail}.",
    "future": "Året {detail} er senere enn det siste tallet som er hentet.",
    "month not held": "{table} er ikke hentet for hele tidsrommet ({detail}).",
    "no table known": "Det er ikke kjent noen åpen offisiell tabell for dette tallet.",
    "other size": "Planens tall er av en annen størrelsesorden, og gjelder trolig noe annet.",
    "time of year": "Tabellen har ikke tall for det tidspunktet i {detail}.",
}
WAYS = {
    "percent": "lest som prosent: ",
    "points": "lest som prosentpoeng: ",
}
PEOPLE = "ssb_07459"  # its figures are of 1 January
STEPS = 6  # decimals at most


def outcome(code: Outcome) -> str:
    """The verdict in words: «bekreftet»."""
    return OUTCOMES[code]


def summary(counted: Sequence[tuple[Outcome, int]]) -> str:
    """«9 påstander: 2 motsagt, 4 bekreftet …»."""
    total = sum(each for _, each in counted)
    if not total:
        return "Fant ingen tallfestede påstander."
    named = ", ".join(f"{prose.count(number)} {OUTCOMES[code]}" for code, number in counted)
    return f"{prose.count(total)} {'påstand' if total == 1 else 'påstander'}: {named}."


def findings(verdict: Verdict) -> Iterator[str]:
    """What the tables and the plan's own numbers say, a sentence each."""
    for reading in verdict.readings:
        yield _reading(verdict, reading)
    if verdict.readings and verdict.claim.kind == "goal" and verdict.outcome == "ambiguous":
        yield "Svaret avhenger av hvilket år og hvilken definisjon det regnes fra; planen nevner ingen av delene."
    if verdict.reason and verdict.outcome in ("unchecked", "own"):
        yield _reason(verdict)
    if verdict.other_years:
        yield _others(verdict)
    for own in verdict.own:
        yield _own(verdict, own)
    if verdict.from_official:
        year, base, rate = verdict.from_official
        yield f"Regnet fra det offisielle tallet for {year}, {prose.count(base)}, kreves {prose.in_words(rate, 3)} i året."


def _reading(verdict: Verdict, reading: Reading) -> str:
    claim = verdict.claim
    label = rulebook().indicators[reading.indicator].label
    age = (
        f", {reading.age.replace('-', '–')} år"
        if reading.age and rulebook().indicators[reading.indicator].age == "must"
        else ""
    )
    partner = f" {region_name(claim.partner)}" if claim.partner else ""
    place = " (hele landet)" if reading.place == COUNTRY else ""
    way = WAYS.get(reading.way, "")
    value = _figure(reading.official, reading.unit, claim.number, signed=bool(reading.parts))
    told = f"{label}{partner}{age}{place}, {_years(reading)}: {way}{value}{_behind(reading)}"
    tables = prose.listing(_table(each) for each in reading.tables)
    return f"{tables}, {told}.{_against(verdict, reading)}"


def _years(reading: Reading) -> str:
    if reading.tables == (PEOPLE,):
        return " til ".join(f"1. januar {year}" for year in reading.years)
    return prose.span(reading.years[0], reading.years[-1])


def _figure(value: float, unit: str, number: Number, signed: bool = False) -> str:
    """A figure at the precision of the claim, with a decimal more where that is what tells it apart."""
    places = _decimals(number.step) if unit != "count" or number.step < 1 else 0
    if unit == "count":
        return prose.signed(value) if signed else prose.count(value)
    if not math.isclose(value, float(prose.rounded(value, places)), abs_tol=1e-9):
        places += 1
    written = prose.signed(value, places) if signed else prose.decimal(value, places)
    return f"{written} {'prosentpoeng' if unit == 'points' else 'prosent'}"


def _decimals(step: float) -> int:
    return next((places for places in range(STEPS) if step >= 10**-places * 0.999), STEPS)


def _behind(reading: Reading) -> str:
    """The official figures that a change or a gap is made of."""
    if not reading.parts:
        return ""
    rate = reading.unit == "points" or rulebook().indicators[reading.indicator].unit == "percent"
    first, last = (prose.percent(each) if rate else prose.count(each) for _, each in reading.parts)
    return f" ({first} mot {last})" if reading.parts[0][0] == 0 else f" (fra {first} til {last})"


def _against(verdict: Verdict, reading: Reading) -> str:
    if reading.way == "goal" or verdict.outcome == "unchecked":
        return ""
    if reading.agreement == "no":
        gap = -reading.difference
        size = (
            prose.count(abs(gap))
            if reading.unit == "count"
            else prose.decimal(abs(gap), _decimals(verdict.claim.number.step) + 1)
        )
        unit = "" if reading.unit == "count" else " prosentpoeng"
        if reading.parts:
            return f" Det er {size}{unit} fra planens tall."
        return f" Planens tall er {size}{unit} {'for høyt' if gap > 0 else 'for lavt'}."
    if reading.agreement == "rounded":
        return " Det stemmer når planens tall leses som avrundet."
    return " Det stemmer." if len(verdict.readings) > 1 else ""


def _reason(verdict: Verdict) -> str:
    assert verdict.reason is not None
    table = _table(verdict.fetch) if verdict.fetch else _table_of(verdict)
    words = REASONS[verdict.reason].format(table=table, detail=verdict.detail.replace("-", prose.DASH))
    if verdict.fetch and verdict.reason != "place missing":
        lead = "Er det kommet nyere tall, hentes de slik" if verdict.reason == "future" else "Hent tallene slik"
        words += f" {lead}: kommunerapport fetch {catalog()[verdict.fetch].number}."
    return words[0].upper() + words[1:]


def _table_of(verdict: Verdict) -> str:
    tables = [rulebook().indicators[each].table for each in verdict.claim.indicators]
    return _table(tables[0]) if tables and tables[0] else "tabellen"


def _table(table: str) -> str:
    """«SSB tabell 11618»."""
    info = catalog()[table]
    producer = {"Statistisk sentralbyrå": "SSB"}.get(info.producer, info.producer)
    return f"{producer} tabell {info.number}"


def _others(verdict: Verdict) -> str:
    people = verdict.claim.indicators[:1] == ("population",)
    years = [f"1. januar {year}" if people else str(year) for year in verdict.other_years]
    return f"Tallet er det offisielle for {prose.listing(years)}."


def _own(verdict: Verdict, own: Own) -> str:
    """The plan's own arithmetic, written out."""
    claim, numbers = verdict.claim, own.numbers
    count = [prose.decimal(each, 0) for each in numbers]
    if own.kind == "sum":
        told = f"{' + '.join(count)} = {prose.count(own.result)}"
    elif own.kind == "level":
        told = f"{count[0]} {'−' if numbers[1] < 0 else '+'} {prose.count(abs(numbers[1]))} = {prose.count(own.result)}"
    elif own.kind == "change":
        told = f"fra {count[0]} til {count[1]} er {prose.signed(own.result)}"
    elif own.kind == "annual":
        told = f"fra {count[0]} til {count[1]} på {count[2]} år er {prose.in_words(own.result, 3)} i året"
    else:
        told = f"{count[1] if own.kind == 'growth' else count[0]} av {count[0] if own.kind == 'growth' else count[1]} er {prose.in_words(own.result, 2)}"
    if own.kind == "share" and own.holds == "no":
        told += (
            f", mens {prose.in_words(claim.number.value, 0)} er {prose.count(claim.number.value * numbers[1] / 100)}"
        )
    if own.kind == "annual" and own.holds == "no":
        reached = numbers[0] * (1 + claim.value / 100) ** numbers[2]
        told += f", mens {claim.number.text} gir {prose.count(reached)}"
    ending = {
        "exact": "Det stemmer.",
        "rounded": "Det stemmer med avrunding.",
        "cut": "Desimalene er kuttet, ikke avrundet.",
        "no": "Det går ikke opp.",
    }
    return f"Planens egne tall: {told}. {ending[own.holds]}"
