"""The sections on why jobs change, on the snapshot: what they claim, reckoned again from the tidy table."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from helpers.charts import employment as sections
from helpers.charts import parts
from helpers.charts.parts import Section, plain
from helpers.charts.words import use_labels
from helpers.errors import TableMissing
from helpers.measures import opportunities as measure
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_sections import context

TELEMARK = [each.code for each in Municipality.all() if each.code.startswith("40")]
BASIS, VISIT, REGIONAL, REST = {"01-03", "05-09", "10-33", "58-63"}, {"45-47", "55-56", "90-99"}, {"41-43", "49-53", "64-66", "68-75", "77-82"}, {"35-39", "84", "85", "86-88"}  # fmt: skip


@pytest.fixture(autouse=True)
def _words() -> None:
    use_labels()


def summed(tables: Tables, code: str, groups: dict[str, set[str]]) -> dict[str, tuple[float, float]]:
    """Group → change from 2020 to 2025 and how far rounding may have moved it."""
    jobs = tables["ssb_07984"].query("Region == @code").pivot(index="NACE2007", columns="Tid", values="value")
    return {
        name: (float((jobs[2025] - jobs[2020])[list(codes)].sum()), 8 * math.sqrt(2 * len(codes)))
        for name, codes in groups.items()
    }


def claimed(tables: Tables, code: str) -> dict[str, int]:
    """The directions that hold in both definitions and wherever a joined industry stands."""
    bases = [{"basis": BASIS, "visit": VISIT, "regional": REGIONAL, "rest": REST}]
    bases.append({**bases[0], "visit": VISIT | {"49-53"}, "regional": REGIONAL - {"49-53"}})
    every = list(bases)
    for base in bases:
        for nace, old, new in (
            ("35-39", "rest", "basis"),
            ("45-47", "visit", "regional"),
            ("68-75", "regional", "basis"),
        ):
            every.append({**base, old: base[old] - {nace}, new: base[new] | {nace}})
    signs: dict[str, set[int]] = {}
    for groups in every:
        for name, (change, reach) in summed(tables, code, groups).items():
            signs.setdefault(name, set()).add(0 if abs(change) <= reach else 1 if change > 0 else -1)
    return {name: seen.pop() if len(seen) == 1 else 0 for name, seen in signs.items()}


WORDS = {
    "basis": "basisnæringer",
    "visit": "besøksnæringer",
    "regional": "regionale næringer",
    "rest": "lokal og offentlig virksomhet",
}


@pytest.mark.parametrize("code", TELEMARK)
def test_the_heading_of_the_groups_claims_what_holds_and_no_more(code: str, tables: Tables, built: Workspace) -> None:
    heading, wanted = plain(sections.groups(context(tables, built, code)).heading), claimed(tables, code)
    up, _, down = heading.partition(", færre i ") if "Flere" in heading else ("", "", heading)
    for name, word in WORDS.items():
        assert (word in up) == (wanted[name] == 1) and (word in down) == (wanted[name] == -1), (heading, wanted)


def test_the_groups_of_skien(tables: Tables, built: Workspace) -> None:
    section = sections.groups(context(tables, built, "4003"))
    assert (
        "2\u202f839 arbeidsplasser i basisnæringer, 5\u202f552 i besøksnæringer (6\u202f765 med transport)"
        in section.text()
    )
    assert section.table is not None
    rows = {str(plain(row["group"])): row["last"] for row in section.table.records()}
    assert rows["Besøksnæringer med transport"] - rows["Besøksnæringer uten transport"] == 1213
    assert rows["Regionale næringer med transport"] - rows["Regionale næringer uten transport"] == 1213
    own = "versjon 2026-1" in plain(section.caption)
    assert own and "vår egen" in plain(section.caption) and "spesialisering «" not in section.text()


def test_where_the_table_is_not_held_there_is_one_reason(tables: Tables, built: Workspace) -> None:
    ctx, told = context(tables, built, "3101"), set()
    for section in (
        sections.industry,
        sections.shift,
        sections.groups,
        sections.attractiveness,
        sections.opportunities,
    ):
        with pytest.raises(TableMissing) as caught:
            section(ctx)
        told.add(str(caught.value))
    assert len(told) == 1, "one note on the page"


def test_telemark_alone_is_no_country(tables: Tables, built: Workspace) -> None:
    with pytest.raises(TableMissing, match="minst 100 kommuner"):
        sections.attractiveness(context(tables, built, "4003"))


@pytest.mark.parametrize("code", ["4003", "4001", "4032"])
def test_an_opportunity_is_named_with_its_reasons(code: str, tables: Tables, built: Workspace) -> None:
    ctx = context(tables, built, code)
    section = sections.opportunities(ctx)
    assert isinstance(section, Section) and section.table is not None
    text, labels = section.text(), tables.labels("ssb_07984", "NACE2007")
    reasons = re.findall(r"fordi dere har (.*?)\.", text)
    growing = {plain(row["industry"]) for row in section.table.records() if plain(row["valuable"]) == "ja"}
    named = [plain(each).partition(" (nærhet")[0] for each in section.paragraphs if "fordi dere har" in each]
    assert growing and 1 <= len(reasons) <= 3 and set(named) <= growing, "what does not grow is no opportunity"
    jobs = tables["ssb_07984"].query("Tid == 2025 and Region == @code").set_index("NACE2007")["value"]
    large = {labels[nace] for nace in jobs.index[jobs >= measure.SMALL]}
    assert all(set(re.findall(r"«(.*?)»", each)) <= large and "«" in each for each in reasons)
    assert "diagonalen er 0" in text and "12 næringer er for grovt, det trengs minst 60" in text
    assert "bare 17 kommuner" in text
    bold = [row for row in section.table.records() if plain(row["feasible"]) == plain(row["valuable"]) == "ja"]
    assert plain(section.heading).startswith("Nær det") == bool(bold)


def test_the_three_ways_of_shift_share_are_told(tables: Tables, built: Workspace) -> None:
    skien, porsgrunn = (sections.shift(context(tables, built, code)) for code in ("4003", "4001"))
    assert (
        "Konkurransedelen av den lokale delen er \u2212247 (Esteban-Marquillas), og regnet år for år er den lokale delen +15"
        in skien.text()
    )
    assert "kan snu minst ett av de tre fortegnene" in skien.text() and "gir samme fortegn" in porsgrunn.text()
    assert skien.table is not None and isinstance(skien.table, parts.DataTable)
    rows = pd.DataFrame(skien.table.records())
    assert (rows["competitive"] + rows["allocation"] - rows["local"]).abs().max() < 1e-6
