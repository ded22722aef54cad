"""Line charts: gaps stay gaps, nothing missing becomes 0, labels never meet, the axis holds every value."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from chart_samples import IN, OUT, RATE, YEARS, count, crowded, elements, of_class, one, rates, texts, vertices
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts import style
from helpers.charts.labels import spread
from helpers.charts.lines import Line, even_step, line_chart, value_axis
from helpers.charts.multiples import Small, small_multiples
from helpers.charts.outin import out_in_chart
from helpers.charts.part import Figure


def drawn(y: list[float | None], **options: object) -> Figure:
    return line_chart([Line("Halden", "muni", YEARS, y)], alt="x", y_format=count, value_format=one, **options)  # type: ignore[arg-type]


def runs(figure: Figure, kind: str = "muni") -> list[int]:
    """How many points each unbroken stretch of a line has."""
    (path,) = (e for e in of_class(figure, "line") if kind in e.get("class", "").split())
    return [piece.count("L") + 1 for piece in path.get("d", "").split("M")[1:]]


def test_a_line_without_gaps_is_one_stretch() -> None:
    assert runs(drawn(RATE)) == [6]


def test_a_gap_is_never_bridged() -> None:
    assert runs(drawn([58.0, 58.5, None, 58.2, 60.4, math.nan])) == [2, 2]


def test_a_year_that_no_row_has_is_a_gap() -> None:
    figure = line_chart([Line("H", "muni", [2017, 2018, 2020, 2021], [1, 2, 3, 4])], alt="x", y_format=count)
    assert runs(figure) == [2, 2]
    assert "2019" in texts(figure)


def test_a_lonely_point_is_a_dot() -> None:
    circles = [e for e in elements(drawn([58.0, None, 60.0, None, 61.0, 62.0])) if e.tag == "circle"]
    assert len(circles) == 3  # 2017, 2019 and the last


def test_what_is_missing_is_not_drawn_at_zero() -> None:
    with_gap, whole = drawn([58.0, None, 60.0, 61, 62, 63]), drawn([58.0, 59, 60.0, 61, 62, 63])
    lowest = [max(y for e in of_class(f, "line") for _, y in vertices(e)) for f in (with_gap, whole)]
    assert lowest[0] == lowest[1]


def test_a_last_value_of_an_earlier_year_says_so() -> None:
    assert "58,2 (2020)" in " ".join(texts(drawn([58.0, 58.5, 58.1, 58.2, None, None])))


def test_without_any_value_there_is_a_hatch_with_a_word() -> None:
    figure = drawn([None] * 6, word="tabell mangler")
    assert len(of_class(figure, "hatched")) == 1
    assert texts(figure) == ["tabell mangler"]
    with pytest.raises(ValueError, match="needs a word"):
        drawn([None] * 6)


def test_masked_months_are_hatched_over_the_whole_height() -> None:
    months = ["jan", "feb", "mars", "april"]
    figure = line_chart(
        [Line("H", "muni", months, [3.0, None, 2.0, 1.0])],
        alt="x",
        y_format=one,
        masked=["feb"],
        word="skjermet",
        zero=True,
    )
    (column,) = of_class(figure, "hatched")
    ys = [y for _, y in vertices(column)]
    heights = [y for e in of_class(figure, "line") for _, y in vertices(e)]
    assert min(ys) <= min(heights) and max(ys) > max(heights)
    assert "skjermet" in texts(figure)


def test_the_municipality_is_wide_and_the_country_dashed() -> None:
    looks = {
        e.get("class", "").split()[1]: e.get("style", "")
        for e in of_class(line_chart(rates(), alt="x", y_format=one), "line")
    }
    assert "stroke-width:2.6" in looks["muni"] and "dash" not in looks["muni"]
    assert "stroke-width:1.5" in looks["county"] and "dash" not in looks["county"]
    assert "stroke-width:1.5" in looks["country"] and "stroke-dasharray:4,3" in looks["country"]


def test_an_interval_is_a_pale_band() -> None:
    (band,) = of_class(line_chart(crowded(), alt="x", y_format=one), "band")
    assert f"fill-opacity:{style.BAND_OPACITY}" in band.get("style", "")
    assert "stroke" not in band.get("style", "")


def test_labels_of_lines_that_end_together_do_not_meet() -> None:
    figure = line_chart(crowded(), alt="x", y_format=one)
    ends = [e for e in elements(figure) if e.tag == "text" and "text-anchor" not in e.attrib]
    heights = sorted(float(e.get("y", "0")) for e in ends)
    assert len(heights) >= 5
    assert min(b - a for a, b in itertools.pairwise(heights)) >= style.LINE_STEP - 0.2


def test_more_labels_than_height_make_the_chart_higher() -> None:
    many = [Line(f"Kommune {n}", "other", YEARS, RATE) for n in range(30)]
    figure = line_chart(many, alt="x", y_format=one, height=100)
    ys = [float(e.get("y", "0")) for e in elements(figure) if e.tag == "text"]
    assert float(figure.svg.split('viewBox="0 0 400 ')[1].split('"')[0]) >= 450
    assert min(ys) > 0


def test_years_are_whole_numbers() -> None:
    shown = [text for text in texts(drawn(RATE)) if re.fullmatch(r"20\d\d.*", text)]
    assert shown == [str(year) for year in YEARS]


def test_many_years_are_thinned_but_the_last_stays() -> None:
    years = list(range(2005, 2027))
    figure = line_chart([Line("H", "muni", years, [float(y) for y in years])], alt="x", y_format=count)
    shown = [int(t) for t in texts(figure) if re.fullmatch(r"20\d\d", t)]
    assert shown[-1] == 2026 and 4 <= len(shown) < 22
    assert len({b - a for a, b in itertools.pairwise(shown)}) == 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.booleans())
def test_the_axis_holds_every_value(values: list[float], zero: bool) -> None:
    low, high, marks = value_axis([Line("x", "muni", list(range(len(values))), values)], zero)
    assert low <= min(values) and max(values) <= high and low < high
    assert len(marks) >= 2
    if zero:
        assert low <= 0 <= high and 0 in marks


@pytest.mark.parametrize("values", [[5.0, 5.0], [0.0], [5e-324], [1e6, 1e6 + 1e-9]])
@pytest.mark.parametrize("zero", [True, False])
def test_an_axis_of_equal_values_has_an_extent(values: list[float], zero: bool) -> None:
    low, high, marks = value_axis([Line("x", "muni", list(range(len(values))), values)], zero)
    assert high - low >= 1 and len(marks) >= 2


def test_an_axis_of_persons_has_no_half_person() -> None:
    _, _, marks = value_axis([Line("x", "muni", [1, 2], [0.0, 3.0])], zero=True)
    assert all(mark == round(mark) for mark in marks)


@given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from([15.0, 30.0])), min_size=1, max_size=6))
def test_spread_labels_neither_meet_nor_leave(items: list[tuple[float, float]]) -> None:
    wanted, heights = [w for w, _ in items], [h for _, h in items]
    middles = spread(wanted, heights, 0, 200)
    boxes = sorted((m - h / 2, m + h / 2) for m, h in zip(middles, heights))
    assert boxes[0][0] >= -1e-6 and boxes[-1][1] <= 200 + 1e-6
    assert all(a[1] <= b[0] + 1e-6 for a, b in itertools.pairwise(boxes))
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert all(middles[a] <= middles[b] for a, b in itertools.pairwise(order))


def test_labels_that_have_room_stay_where_they_want() -> None:
    assert spread([10, 50, 90], [15, 15, 15], 0, 100) == [10, 50, 90]


def out_in(out: list[float | None], into: list[float | None]) -> Figure:
    return out_in_chart(YEARS, out, into, out_name="Ut", in_name="Inn", net_title="Netto", alt="x", y_format=count)


def test_net_bars_hang_from_zero_and_say_their_number() -> None:
    figure = out_in(list(OUT), list(IN))
    bars = of_class(figure, "bar")
    assert len(bars) == 6
    tops = {min(y for _, y in vertices(bar)) for bar in bars}
    assert len(tops) == 1  # all from one zero line
    heights = [max(y for _, y in vertices(bar)) - min(tops) for bar in bars]
    net = [o - i for o, i in zip(OUT, IN)]
    assert heights == pytest.approx([n * heights[0] / net[0] for n in net], rel=0.02)
    assert {count(i - o) for o, i in zip(OUT, IN)} <= set(texts(figure))
    assert all("var(--out)" in bar.get("style", "") for bar in bars)


def test_a_year_without_in_has_no_bar_and_no_line() -> None:
    figure = out_in(list(OUT), [2767, None, 2904, 3030, 3110, 3082])
    assert len(of_class(figure, "bar")) == 5
    assert runs(figure, "in") == [1, 4] or runs(figure, "in") == [4]


def test_where_more_come_than_leave_the_bars_stand() -> None:
    figure = out_in([10, 11, 12, 11, 10, 9], [20, 22, 23, 21, 20, 25])
    assert all("var(--muni)" in bar.get("style", "") for bar in of_class(figure, "bar"))


def test_small_multiples_have_titles_and_two_years() -> None:
    chart = Small("Sysselsatte", "Prosent", rates(), "Sysselsatte: Halden 60,1", one)
    figures = small_multiples([chart, chart])
    assert [f.title for f in figures] == ["Sysselsatte"] * 2 and figures[0].subtitle == "Prosent"
    assert [t for t in texts(figures[0]) if t.startswith("20")] == ["2017", "2022"]


def test_seven_years_of_four_digits_have_all_their_numbers_and_more_have_some() -> None:
    seven = out_in_chart(
        list(range(2017, 2024)), [*OUT, 4193], [*IN, 3054], out_name="Ut", in_name="Inn", net_title="Netto", alt="x",
        y_format=count,
    )  # fmt: skip
    assert sum(text.startswith("\u2212") for text in texts(seven)) == 7
    years = list(range(2005, 2025))
    many = out_in_chart(
        years, [4000 + y for y in years], list(years), out_name="Ut", in_name="Inn", net_title="Netto", alt="x",
        y_format=count,
    )  # fmt: skip
    assert 4 <= sum(text.startswith("\u2212") for text in texts(many)) < 20


def test_a_first_value_near_zero_does_not_hang_below_the_axis() -> None:
    figure = out_in([100] * 6, [1, 2, 1, 1, 2, 3])
    axis = max(
        y for e in elements(figure) if "var(--county)" in e.get("style", "") for _, y in vertices(e)[:1] if y < 200
    )
    (first,) = (e for e in elements(figure) if e.tag == "text" and e.text == "1" and e.get("class") == "ti")
    assert float(first.get("y", "0")) < axis - 2


@pytest.mark.parametrize(
    ("count", "least", "step"),
    [(10, 2, 3), (10, 1, 1), (6, 1, 1), (6, 2, 2), (8, 2, 2), (13, 2, 2), (22, 3, 3), (1, 1, 1)],
)
def test_the_first_year_is_named_where_the_steps_allow_it(count: int, least: int, step: int) -> None:
    assert even_step(count, least) == step


def test_two_years_have_bars_of_a_bars_width() -> None:
    svg = str(out_in_chart([2024, 2025], [8566, 8601], [10635, 10678], out_name="Ut", in_name="Inn", net_title="Netto",
                           alt="x" * 30, y_format=count).svg)  # fmt: skip
    xs = [
        float(x)
        for path in re.findall(r'class="bar[^"]*"[^>]*?d="([^"]+)"', svg)
        for x in re.findall(r"[ML] ?(-?[\d.]+)", path)
    ]
    assert all(x >= 0 for x in xs)
