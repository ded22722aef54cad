"""The gate before a page: a planted leak is caught, and what gives nothing away is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts import unemployed
from helpers.charts.parts import Cards, Column, DataTable, Missing, Section, TargetCard
from helpers.errors import DataError
from helpers.pages import gate
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_sections import context

COLUMNS = [Column("place", "Sted"), Column("n", "Helt ledige", "count"), Column("of", "Arbeidsstyrken", "count"), Column("p", "Andel", "percent")]  # fmt: skip
MASK = {"n": None, "n_status": "*"}


def table(*rows: dict[str, Any], columns: list[Column] = COLUMNS, **more: Any) -> DataTable:
    return DataTable("t", "t", columns, list(rows), **more)


def shown(held: DataTable) -> list[list[str]]:
    return [[cell.text for cell in cells[1:]] for _, cells in held.body()]


def test_a_share_and_its_base_that_give_a_masked_count_away_are_not_shown_together() -> None:
    """2 of 400 is 0,5 percent, and neither 1 nor 3 is: the share is hidden, with a sign and the reason."""
    held = gate.guarded_table(
        table({"place": "A", **MASK, "of": 400, "p": 0.5}, {"place": "B", "n": 40, "of": 800, "p": 5.0})
    )
    assert shown(held) == [["*", "400", "*"], ["40", "800", "5,0\u00a0%"]]
    assert "skjult her: det kunne røpet et skjermet tall" in str(held.body()[0][1][3].html)
    assert "0,5" not in held.csv()


def test_a_share_that_several_counts_fit_gives_nothing_away() -> None:
    """Of 90 000 persons none, one and up to 44 are all 0,0 percent."""
    rows = [{"place": "A", **MASK, "of": 90_000, "p": 0.0}]
    assert shown(gate.guarded_table(table(*rows))) == [["*", "90\u202f000", "0,0\u00a0%"]]


def test_a_share_is_judged_with_the_decimals_that_it_is_shown_with() -> None:
    """1 of 180 is 0,6 percent, and nothing else is; as 1 percent it may be 1 or 2."""
    rows = [{"place": "A", **MASK, "of": 180, "p": 100 / 180}]
    whole = [*COLUMNS[:3], Column("p", "Andel", "percent", lambda value: f"{value:.0f} %", 0)]
    assert shown(gate.guarded_table(table(*rows)))[0][2] == "*"
    assert shown(gate.guarded_table(table(*rows, columns=whole)))[0][2] == "1 %"


@pytest.mark.parametrize(
    ("parts", "total", "hides"),
    [
        ([10, None], 12, True),  # one masked: the sum less the others is it
        ([10, None, None], 13, False),  # 3 of two: 0+3, 1+2, ...
        ([10, None, None], 10, True),  # nothing left: both are 0
        ([10, None, None], 16, True),  # the most that both can be
        ([10, 20], 30, False),
    ],
)
def test_a_sum_that_gives_a_masked_part_away_is_hidden(parts: list[int | None], total: int, hides: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"place": str(number), "n": each, "n_status": "*" if each is None else None}
        for number, each in enumerate(parts)
    ]
    held = gate.guarded_table(table(*rows, {"place": "I alt", "n": total}, columns=COLUMNS[:2], sum_row="I alt"))
    assert (shown(held)[-1] == ["*"]) is hides


def test_a_difference_that_gives_a_masked_column_away_is_hidden() -> None:
    columns = [Column("place", "Sted"), *(Column(each, each, "count") for each in ("out", "in", "net"))]
    rows = [{"place": str(n), "out": 10 * n, "in": 7 * n, "net": -3 * n} for n in (1, 2, 3)]
    masked = {"place": "4", "out": None, "out_status": "*", "in": 30, "net": 28}
    held = gate.guarded_table(table(*rows, masked, columns=columns))
    assert shown(held)[-1] != ["*", "30", "28"] and shown(held)[-1].count("*") == 2
    assert shown(held)[:3] == [[str(10 * n), str(7 * n), f"−{3 * n}"] for n in (1, 2, 3)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(4, 5000)), min_size=1, max_size=6), st.integers(0, 60))
def test_nothing_that_is_shown_finds_a_masked_count_again(cells: list[tuple[int, int]], rest: int) -> None:
    """Publish true counts with those below four masked: what passes the gate fits at least two values of each."""
    rows: list[dict[str, Any]] = []
    for number, (few, of) in enumerate(cells):
        rows.append({"place": str(number), **MASK, "of": of, "p": 100 * few / of})
    rows.append({"place": "andre", "n": rest + 4, "of": 9000, "p": 100 * (rest + 4) / 9000})
    rows.append({"place": "I alt", "n": rest + 4 + sum(few for few, _ in cells), "of": None, "p": None})
    held = gate.guarded_table(table(*rows, sum_row="I alt")).records()
    for row, (_, of) in zip(held, cells, strict=False):
        if not isinstance(row["p"], Missing):
            fitting = [few for few in range(4) if f"{100 * few / of:.1f}" == f"{row['p']:.1f}"]
            assert len(fitting) != 1
    if not isinstance(held[-1]["n"], Missing):
        left = held[-1]["n"] - rest - 4
        assert len(cells) > 1 and 0 < left < 3 * len(cells)


def test_a_table_without_masked_cells_is_the_same_object() -> None:
    held = table(
        {"place": "A", "n": 3, "of": 300, "p": 1.0}, {"place": "B", "n": None, "of": 5, "p": None, "n_status": ".."}
    )
    assert gate.guarded_table(held) is held, "rounding to 0 or 3 is not masking, and what is missing is not masked"


def test_sections_and_cards_pass_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = table({"place": "A", **MASK, "of": 400, "p": 0.5})
    section = gate.guarded(Section("a", "a", "a", table=leaky))
    cards = gate.guarded(Cards("a", "a", [TargetCard("a", "a", "a", "a", "a", table=leaky)]))
    assert isinstance(section, Section) and section.table is not None and isinstance(cards, Cards)
    assert shown(section.table) == shown(cards.cards[0].table) == [["*", "400", "*"]]  # type: ignore[arg-type]
    monkeypatch.setattr(gate, "ROUNDS", 0)
    with pytest.raises(DataError, match=r"røper skjermede tall, og det kan ikke skjules\. Ta den ut av siden"):
        gate.guarded_table(leaky)


def test_navs_own_masked_months_are_shown_as_navs(tables: Tables, built: Workspace) -> None:
    """Utsira: NAV masks both the count and the share; there is nothing of ours to hide."""
    section = unemployed.unemployment(context(tables, built, "1151"))
    assert section.table is not None
    assert gate.guarded_table(section.table).csv() == section.table.csv()
