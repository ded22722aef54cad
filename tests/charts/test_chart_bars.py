"""Bars start at zero; what is missing is a hatch whose size tells nothing, with a word."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from chart_samples import count, of_class, one, texts, vertices

from helpers.charts.bars import Bar, Cell, Half, bar_chart, column_chart, pair_chart
from helpers.charts.part import Figure


def width(element: Element) -> float:
    xs = [x for x, _ in vertices(element)]
    return max(xs) - min(xs)


def height(element: Element) -> float:
    ys = [y for _, y in vertices(element)]
    return max(ys) - min(ys)


def bars(*cells: Cell) -> Figure:
    return bar_chart([Bar(f"Sted {n}", cell) for n, cell in enumerate(cells)], alt="x", value_format=one)


def test_lengths_are_in_proportion_from_zero() -> None:
    one_, two, four = of_class(bars(Cell(1), Cell(2), Cell(4)), "bar")
    assert width(two) == pytest.approx(2 * width(one_), abs=0.2)
    assert width(four) == pytest.approx(4 * width(one_), abs=0.3)


def test_a_negative_bar_goes_the_other_way_with_its_number_outside() -> None:
    figure = bars(Cell(-4), Cell(4))
    down, up = of_class(figure, "bar")
    assert max(x for x, _ in vertices(down)) == pytest.approx(min(x for x, _ in vertices(up)), abs=0.1)
    assert {"−4,0", "4,0"} <= set(texts(figure))


@pytest.mark.parametrize("others", [(Cell(1), Cell(2)), (Cell(1000), Cell(5000))])
def test_a_masked_bar_is_a_hatch_that_tells_no_number(others: tuple[Cell, Cell]) -> None:
    figure = bars(*others, Cell(None, word="skjermet: færre enn 4"))
    (hatch,) = of_class(figure, "hatched")
    assert width(hatch) == pytest.approx(27, abs=0.2)  # the same, whatever stands beside it
    assert "url(#" in hatch.get("style", "") and len(of_class(figure, "bar")) == 2
    assert "skjermet: færre enn 4" in texts(figure)


def test_nan_is_as_missing_as_none() -> None:
    assert len(of_class(bars(Cell(1), Cell(float("nan"), word="mangler")), "hatched")) == 1


def test_a_missing_bar_without_a_word_is_an_error() -> None:
    with pytest.raises(ValueError, match="word"):
        bars(Cell(1), Cell(None))
    with pytest.raises(ValueError, match="word"):
        column_chart([Bar("a", Cell(None))], alt="x", value_format=one)


def test_zero_has_its_number_and_no_hatch() -> None:
    figure = bars(Cell(0), Cell(2))
    assert "0,0" in texts(figure) and not of_class(figure, "hatched")


def test_an_interval_is_drawn_from_lower_to_upper() -> None:
    figure = bars(Cell(10, 5, 20), Cell(20))
    whole = max(width(e) for e in of_class(figure, "bar"))
    reach = {width(e) for e in of_class(figure, "interval")}
    assert reach and all(w == pytest.approx(whole * 15 / 20, abs=0.3) for w in reach)


def test_both_halves_have_one_scale() -> None:
    figure = pair_chart(
        ["A", "B"],
        Half("Ut", "out", [Cell(100), Cell(50)]),
        Half("Inn", "in", [Cell(50), Cell(10)]),
        alt="x",
        value_format=count,
    )
    out, into = of_class(figure, "out"), of_class(figure, "in")
    assert width(out[1]) == pytest.approx(width(into[0]), abs=0.2)
    assert width(out[0]) == pytest.approx(2 * width(into[0]), abs=0.3)


def test_halves_of_unequal_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="one cell for each label"):
        pair_chart(
            ["A"], Half("Ut", "out", [Cell(1), Cell(2)]), Half("Inn", "in", [Cell(1)]), alt="x", value_format=count
        )


def test_two_places_of_one_name_stay_two_bars() -> None:
    figure = bar_chart([Bar("Våler", Cell(10)), Bar("Våler", Cell(30))], alt="x", value_format=count)
    first, second = of_class(figure, "bar")
    assert width(second) == pytest.approx(3 * width(first), abs=0.3)


def test_masked_columns_fill_the_height_and_the_word_stands_once() -> None:
    cells = [Cell(12), Cell(None, word="skjermet"), Cell(None, word="skjermet"), Cell(4)]
    figure = column_chart([Bar(str(n), cell, "muni") for n, cell in enumerate(cells)], alt="x", value_format=count)
    hatches, columns = of_class(figure, "hatched"), of_class(figure, "bar")
    assert len(hatches) == 2 and len(columns) == 2
    assert min(height(e) for e in hatches) > max(height(e) for e in columns)
    assert texts(figure).count("skjermet") == 1
    assert height(columns[0]) == pytest.approx(3 * height(columns[1]), abs=0.3)
