"""The tornado: the lower result at the left whatever the assumption, both ends told, and the unknown a hatch."""

from __future__ import annotations

import math

import pytest
from chart_samples import count, dekar, of_class, texts
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts.part import Figure
from helpers.charts.style import text_width
from helpers.charts.tornado import Range, tornado


def drawn(base: float, *rows: Range) -> Figure:
    return tornado(base, rows, alt="Utslag", value_format=dekar, axis_format=count, base_text=f"Behov: {dekar(base)}")


def ends(figure: Figure) -> list[tuple[float, float]]:
    found = [(float(e.get("x", "nan")), float(e.get("width", "nan"))) for e in of_class(figure, "bar")]
    return [(x, x + wide) for x, wide in found]


def placed(figure: Figure) -> dict[str, tuple[float, str]]:
    found = {}
    for element in of_class(figure, "halo"):
        found["".join(element.itertext())] = (float(element.get("x", "nan")), element.get("text-anchor", "start"))
    return found


def test_bars_are_on_one_scale_round_the_base() -> None:
    wide, narrow = ends(drawn(100, Range("A", 60, 140), Range("B", 80, 120)))
    assert wide[1] - wide[0] == pytest.approx(2 * (narrow[1] - narrow[0]), abs=0.3)
    assert sum(wide) == pytest.approx(sum(narrow), abs=0.3)


def test_an_assumption_that_lowers_the_result_has_its_high_value_at_the_left() -> None:
    texts_at = placed(drawn(100, Range("Utnyttelse", 150, 70, "20 prosent", "60 prosent")))
    assert texts_at["60 prosent"][0] < texts_at["20 prosent"][0]
    assert texts_at["60 prosent"][0] == texts_at["70\u00a0dekar"][0]
    assert texts_at["70\u00a0dekar"][1] == "end" and texts_at["150\u00a0dekar"][1] == "start"


def test_both_results_above_the_base_leave_a_gap_to_it() -> None:
    (bar,) = ends(drawn(100, Range("A", 120, 160)))
    (reaching,) = ends(drawn(100, Range("A", 100, 160)))
    assert bar[0] > reaching[0] + 20


@pytest.mark.parametrize(
    ("low", "high", "hatches", "bars"), [(None, 150.0, 1, 1), (60.0, math.nan, 1, 1), (None, None, 2, 0)]
)
def test_the_unknown_is_a_hatch_of_fixed_width(low: float | None, high: float | None, hatches: int, bars: int) -> None:
    figure = drawn(100, Range("A", low, high, word="ikke regnet"), Range("B", 50, 130))
    assert [e.get("width") for e in of_class(figure, "hatched")] == ["27"] * hatches
    assert len(ends(figure)) == bars + 1 and texts(figure).count("ikke regnet") == hatches


def test_errors() -> None:
    with pytest.raises(ValueError, match="word that says why"):
        drawn(100, Range("A", None, 120))
    for base, rows in ((100.0, ()), (math.nan, (Range("A", 1, 2),))):
        with pytest.raises(ValueError, match="a base and at least one"):
            tornado(base, rows, alt="x", value_format=dekar, axis_format=count, base_text="x")


results = st.floats(0, 1e6)


@given(results, st.lists(st.tuples(results, results), min_size=1, max_size=7))
def test_nothing_leaves_the_drawing(base: float, rows: list[tuple[float, float]]) -> None:
    figure = drawn(base, *(Range(f"Antakelse {n}", low, high, "lav", "høy") for n, (low, high) in enumerate(rows)))
    assert "nan" not in figure.svg
    for text, (x, anchor) in placed(figure).items():
        wide = text_width(text)
        left = x - wide if anchor == "end" else x
        assert (left >= -0.2 and left + wide <= 400.2) or text.startswith(("Behov", "Antakelse"))
    for x0, x1 in ends(figure):
        assert 0 <= x0 <= x1 <= 400
