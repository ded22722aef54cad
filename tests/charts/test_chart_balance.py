"""Need against supply: one scale, two forms, the difference in the caller's words, and the unknown a hatch."""

from __future__ import annotations

import math
import re

import pytest
from chart_samples import charts, dekar, of_class, texts
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts.balance import BalanceRow, balance
from helpers.charts.part import Figure


def drawn(*rows: BalanceRow) -> Figure:
    return balance(rows, alt="Behov og reserve", value_format=dekar, need_name="Behov", supply_name="Ledig")


def widths(figure: Figure) -> list[float]:
    return [float(e.get("width", "nan")) for e in of_class(figure, "bar")]


def test_all_bars_are_on_one_scale() -> None:
    found = widths(drawn(BalanceRow("A", 50, 100), BalanceRow("B", 200, 25)))
    assert [w / found[2] for w in found] == pytest.approx([0.25, 0.5, 1, 0.125], abs=0.003)


def test_need_and_supply_differ_in_form_and_colour() -> None:
    need, supply = of_class(drawn(BalanceRow("A", 50, 100)), "bar")
    assert re.match(r"fill:url\(#[^)]+-lines\);stroke:var\(--out\)", need.get("style", ""))
    assert supply.get("style", "").startswith("fill:var(--muni)")


def test_the_difference_stands_in_the_words_it_was_given() -> None:
    assert "Det mangler 35 dekar." in texts(charts()["balance"])


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_the_unknown_is_a_hatch_and_never_zero(unknown: float | None) -> None:
    figure = drawn(BalanceRow("A", 50, unknown, supply_word="kartlag mangler"))
    assert len(of_class(figure, "hatched")) == 1 and "kartlag mangler" in texts(figure)
    assert "0\u00a0dekar" not in texts(figure)


def test_zero_is_told_and_has_no_bar() -> None:
    figure = drawn(BalanceRow("A", 0, 17))
    assert "0\u00a0dekar" in texts(figure) and len(widths(figure)) == 1


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((), "no class"),
        ((BalanceRow("A", -1, 2),), "not negative"),
        ((BalanceRow("A", None, 2),), "word that says why"),
    ],
)
def test_errors(rows: tuple[BalanceRow, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        drawn(*rows)


@given(st.lists(st.tuples(st.floats(0, 1e7), st.floats(0, 1e7)), min_size=1, max_size=5))
def test_no_bar_leaves_the_drawing(rows: list[tuple[float, float]]) -> None:
    figure = drawn(*(BalanceRow(f"Klasse {n}", *pair) for n, pair in enumerate(rows)))
    assert "nan" not in figure.svg
    assert all(float(e.get("x", "nan")) + float(e.get("width", "nan")) <= 400 for e in of_class(figure, "bar"))
