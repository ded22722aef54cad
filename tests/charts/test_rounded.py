"""What the pages say of rounded figures: rank intervals, comparisons with their certainty, and persons where few live."""

from __future__ import annotations

import re

import pytest

from helpers.charts import exclusion, industry, overview, parts
from helpers.charts.words import use_labels
from helpers.measures import exclusion as measure
from helpers.measures.context import Context
from helpers.places import Municipality
from helpers.tables import Tables

MARGIN = "innenfor den margen vi regner med"


def plain(words: str) -> str:
    """Without marks, and with plain spaces."""
    return parts.plain(words).replace("\u00a0", " ").replace("\u202f", " ")


def context(tables: Tables, code: str) -> Context:
    use_labels()
    return Context(Municipality.find(code), tables, tables.newest_retrieval())


def said(part: parts.Part | None) -> str:
    assert part is not None
    return plain(part.text())


def test_aremark_is_told_in_persons(tables: Tables) -> None:
    ctx = context(tables, "3124")
    head, keys, found = exclusion.head(ctx), exclusion.keys(ctx), exclusion.findings(ctx)
    assert plain(head.title) == "Om lag 113 av 534 mellom 30 og 61 år i Aremark sto utenfor i 2021"
    assert "om lag 17 av 215" in plain(head.lead)
    for key, (number, unit) in zip(keys.items, (("17", "av 215"), ("113", "av 534")), strict=False):
        assert (plain(key.number), plain(key.unit)) == (number, unit)
        assert "kan skyldes avrunding" in plain(key.lines[0])
    told = " ".join(plain(each) for each in found.items)
    assert "Om lag 17 av 215" in told and "Nr. 1–9 av 12" in told
    assert not re.search(r"\d,\d prosent", told.replace("(omtrent 21,0 prosent)", ""))  # the county's own share
    assert "Om lag 113 av 534" in " ".join(plain(each) for each in overview.findings(ctx).items)
    assert "Om lag 136 av 746" in said(exclusion.decomposition(ctx))
    assert "om lag 3 av 14 innvandrere" in said(exclusion.immigrants(ctx))


def test_halden_has_percentages_and_its_differences_hold(tables: Tables) -> None:
    ctx = context(tables, "3101")
    assert plain(exclusion.head(ctx).title).startswith("Omtrent 23,0 prosent")
    told = " ".join(plain(each) for each in exclusion.findings(ctx).items)
    assert "Nr. 1–2 av 12" in told and "Nummer 1" not in told
    assert f"Forskjellen holder uansett avrunding, {MARGIN}." in told
    assert "i begge aldersgruppene" in plain(exclusion.ages(ctx).paragraphs[0])


@pytest.mark.parametrize("code", ["3101", "3105", "3107", "3110", "3124", "3112", "3118", "5612"])
def test_what_is_said_to_hold_is_said_with_its_margin(tables: Tables, code: str) -> None:
    """The margin of 13563 is borrowed: nothing holds whatever the rounding without it, and what the bounds allow is never said to hold."""
    ctx = context(tables, code)
    county = ctx.county
    shown = [
        exclusion.keys(ctx),
        exclusion.findings(ctx),
        exclusion.ages(ctx),
        exclusion.immigrants(ctx),
        exclusion.decomposition(ctx),
    ]
    for part in shown:
        for sentence in re.findall(r"[^.\n]*(?:holde?r?|hold) uansett avrunding[^.\n]*", said(part)):
            assert MARGIN in sentence, sentence
    adult = [measure.share(ctx.tables, each, "30-61", 2021) for each in (ctx.municipality, county)]
    finding = " ".join(plain(each) for each in exclusion.findings(ctx).items if "Nr." not in plain(each))
    sure = adult[0].lower > adult[1].upper or adult[0].upper < adult[1].lower
    assert ("holder uansett avrunding" in finding) == sure and ("skyldes avrunding" in finding) != sure


def test_industries_of_a_small_municipality(tables: Tables) -> None:
    fyresdal, skien = context(tables, "4032"), context(tables, "4003")
    small = [plain(each) for each in industry.industry(fyresdal).paragraphs]
    assert "om lag 89 av de 526 arbeidsplassene" in small[0] and not any("prosent" in each for each in small)
    assert small[1].startswith("Forskjellen til resten av Telemark")
    assert any("prosent" in plain(each) for each in industry.industry(skien).paragraphs)
    for ctx in (fyresdal, skien):
        last = " ".join(plain(each) for each in industry.shift(ctx).paragraphs)
        assert ("kan skyldes avrunding" in last) != (f"holder uansett avrunding, {MARGIN}" in last)
