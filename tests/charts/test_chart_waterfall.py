"""The waterfall: bars that begin where the one before ended, nothing that does not add up, and the unknown that is never 0."""

from __future__ import annotations

import math

import pytest
from chart_samples import charts, dekar, elements, land_bars, of_class, texts
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts.part import Figure
from helpers.charts.waterfall import Step, waterfall


def drawn(start: float, losses: list[Step], rest: float) -> Figure:
    return waterfall(Step("Planlagt", start), losses, Step("Ledig", rest), alt="Foss", value_format=dekar)


def bars(figure: Figure) -> list[tuple[float, float]]:
    """From and to, in px, of each bar from the top."""
    found = [(float(e.get("x", "nan")), float(e.get("width", "nan"))) for e in of_class(figure, "bar")]
    return [(x, x + wide) for x, wide in found]


def test_each_bar_ends_where_the_one_before_began() -> None:
    whole, first, second, rest = bars(drawn(100, [Step("A", 40), Step("B", 10)], 50))
    zero, full = whole
    assert first == pytest.approx((zero + 0.6 * (full - zero), full), abs=0.15)
    assert second == pytest.approx((zero + 0.5 * (full - zero), first[0]), abs=0.15)
    assert rest == pytest.approx((zero, second[0]), abs=0.15)


def test_losses_are_negative_and_nothing_is_zero() -> None:
    told = texts(drawn(100, [Step("A", 40), Step("B", 0)], 60))
    assert {"100\u00a0dekar", "\u221240\u00a0dekar", "0\u00a0dekar", "60\u00a0dekar"} <= set(told)
    assert len(bars(drawn(100, [Step("A", 40), Step("B", 0)], 60))) == 3  # a loss of 0 is a tick


@pytest.mark.parametrize("value", [None, math.nan])
def test_the_unknown_is_a_hatch_of_fixed_width_with_its_word(value: float | None) -> None:
    figure = drawn(100, [Step("A", value, "kartlag mangler"), Step("B", 30)], 70)
    (box,) = of_class(figure, "hatched")
    assert box.get("width") == "27" and "kartlag mangler" in texts(figure)
    assert len([t for t in texts(figure) if "dekar" in t]) == 3


def test_the_unknown_needs_a_word() -> None:
    with pytest.raises(ValueError, match="word that says why"):
        drawn(100, [Step("A", None)], 100)


@pytest.mark.parametrize(
    ("start", "loss", "rest", "told"),
    [(100, 30, 60, "take 100 to 70, not to 60"), (100, -10, 110, "negative"), (math.nan, 0, 0, "as numbers")],
)
def test_what_does_not_add_up_is_an_error(start: float, loss: float, rest: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        drawn(start, [Step("A", loss)], rest)


def test_nothing_planned_is_drawn_too() -> None:
    assert texts(drawn(0, [Step("A", 0)], 0)).count("0\u00a0dekar") == 3


@given(st.lists(st.floats(0, 1e7), max_size=12))
def test_no_bar_leaves_the_drawing(losses: list[float]) -> None:
    figure = drawn(sum(losses) + 5, [Step(f"Grunn {n}", v) for n, v in enumerate(losses)], 5)
    assert all(60 < x0 <= x1 <= 400 for x0, x1 in bars(figure))
    assert "nan" not in figure.svg


def test_a_step_has_the_fill_of_the_map() -> None:
    by_fill = [e.get("style", "") for e in of_class(charts()["waterfall"], "bar")]
    assert "-cross)" in by_fill[1] and "-lines)" in by_fill[2] and by_fill[-1].startswith("fill:var(--muni)")


def test_unknown_steps_of_a_ladder_are_hatched_and_bounds_are_open() -> None:
    figure = land_bars()["ladder"]
    (bound,) = of_class(figure, "bound")
    assert "fill:none" in bound.get("style", "") and "dasharray" in bound.get("style", "")
    assert len(of_class(figure, "hatched")) == 1 and len(of_class(figure, "bar")) == 2
    assert {"høyst 900\u00a0dekar", "høyst 12 tomter", "ukjent Halden", "0\u00a0dekar"} <= set(texts(figure))
    known = of_class(figure, "bar")[1]  # 900 too: on one scale with its bound
    assert float(known.get("width", "0")) == pytest.approx(float(bound.get("width", "1")), abs=0.1)


def test_every_text_of_the_drawing_is_inside_it() -> None:
    for kind in ("waterfall", "tornado", "balance", "ladder"):
        for element in elements(charts()[kind]):
            if element.tag == "text":
                assert 0 <= float(element.get("x", "-1")) <= 400, kind


def divided(parts: list[Step], *losses: Step) -> Figure:
    return waterfall(Step("Alle", 100), losses, Step("Utenfor", 40), parts=parts, alt="Status", value_format=dekar)


def test_the_parts_begin_where_the_rest_ends_and_go_down_to_nothing() -> None:
    whole, taken, rest, first, second = bars(divided([Step("A", 30), Step("B", 10)], Step("Inne", 60)))
    zero, full = whole
    assert taken == pytest.approx((rest[1], full), abs=0.15)
    assert rest == pytest.approx((zero, zero + 0.4 * (full - zero)), abs=0.15)
    assert first == pytest.approx((zero + 0.1 * (full - zero), rest[1]), abs=0.15)
    assert second == pytest.approx((zero, first[0]), abs=0.15)
    assert {"\u221260\u00a0dekar", "30\u00a0dekar", "10\u00a0dekar"} <= set(
        texts(divided([Step("A", 30), Step("B", 10)], Step("Inne", 60)))
    )


def test_a_correction_may_have_either_sign() -> None:
    figure = divided(
        [Step("A", 43), Step("Avrunding", -3, correction=True)],
        Step("Inne", 63),
        Step("Avrunding", -3, correction=True),
    )
    told = texts(figure)
    assert {"\u221263\u00a0dekar", "3\u00a0dekar", "43\u00a0dekar", "\u22123\u00a0dekar"} <= set(told)
    assert all(x0 <= x1 for x0, x1 in bars(figure))


def test_parts_that_are_not_the_rest_are_an_error() -> None:
    with pytest.raises(ValueError, match="the parts are 30 of 40"):
        divided([Step("A", 30)], Step("Inne", 60))
    with pytest.raises(ValueError, match="negative"):
        divided([Step("A", 43), Step("B", -3)], Step("Inne", 60))
    with pytest.raises(ValueError, match="word that says why"):
        divided([Step("A", None), Step("B", 40)], Step("Inne", 60))
