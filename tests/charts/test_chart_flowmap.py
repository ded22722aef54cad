"""The commuting map: widths by count, names that never meet, the keyboard, and partners beyond the frame."""

from __future__ import annotations

import math
import re

import pytest
from chart_samples import HALDEN_FLOWS, HOSTILE, TEXTS, count, elements, halden_map, of_class, texts
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts.flowgeometry import (
    NARROW_END,
    WIDEST,
    Band,
    band_width,
    bands,
    far_away,
    frame_of,
    pulled_in,
    round_values,
    scale_length,
)
from helpers.charts.flowmap import Flow, Point, flow_map


def test_each_partner_takes_the_focus_and_tells_both_numbers() -> None:
    partners = of_class(halden_map(), "flow")
    assert len(partners) == len(HALDEN_FLOWS)
    for partner in partners:
        assert partner.get("tabindex") == "0" and partner.get("role") == "img"
        title = partner.find("title")
        assert title is not None and title.text == partner.get("aria-label")
    assert partners[0].get("aria-label") == "Sarpsborg: 1\u202f454 ut, 1\u202f009 inn"


def test_the_largest_are_drawn_first() -> None:
    names = [e.get("aria-label", "").split(":")[0] for e in of_class(halden_map(), "flow")]
    assert names == sorted(HALDEN_FLOWS, key=lambda name: -sum(HALDEN_FLOWS[name]))


def test_every_name_finds_a_place() -> None:
    assert {*HALDEN_FLOWS, "Halden"} <= set(texts(halden_map()))


def test_nobody_beyond_the_frame_in_halden() -> None:
    figure = halden_map()
    assert figure.beyond == 0
    assert TEXTS["beyond"] not in texts(figure)


def around(*partners: tuple[str, float, float]) -> list[Flow]:
    return [Flow(Point(name, east * 1000.0, north * 1000.0), 50, 40) for name, east, north in partners]


def test_a_partner_far_off_does_not_squeeze_the_near_ones() -> None:
    near = [("Alta", 0, 90), ("Karasjok", 100, 20), ("Tana", 150, 110), ("Hammerfest", 10, 150)]
    home = Point("Kautokeino", 0, 0)

    def spacing(flows: list[Flow]) -> float:
        figure = flow_map(home, flows, [], alt="x", count=count, texts=TEXTS)
        dots = {(e.get("cx"), e.get("cy")) for e in of_class(figure, "pt")}
        points = [(float(x or 0), float(y or 0)) for x, y in dots]
        return min(math.dist(a, b) for a in points for b in points if a != b)

    with_oslo = around(*near, ("Oslo", -700, -1100))
    figure = flow_map(home, with_oslo, [], alt="x", count=count, texts=TEXTS)
    assert figure.beyond == 1 and len(of_class(figure, "ring")) == 2  # the partner and the key
    assert "Oslo" in texts(figure) and TEXTS["beyond"] in texts(figure)
    assert spacing(with_oslo) > 0.5 * spacing(around(*near))


def test_far_partners_keep_their_direction() -> None:
    offsets = [(10e3, 0.0), (0.0, 20e3), (-15e3, 0.0), (-300e3, -400e3)]
    placed = pulled_in(offsets, [False, False, False, True])
    assert placed[:3] == offsets[:3]
    assert math.atan2(*placed[3]) == pytest.approx(math.atan2(*offsets[3]))
    assert math.hypot(*placed[3]) < 40e3


@given(st.lists(st.floats(1, 2e6), max_size=12))
def test_at_least_half_of_the_partners_are_near(distances: list[float]) -> None:
    assert sum(far_away(distances)) <= len(distances) / 2


@given(st.lists(st.tuples(st.floats(-7e5, 7e5), st.floats(-9e5, 9e5)), min_size=1, max_size=11))
def test_the_frame_holds_every_point(points: list[tuple[float, float]]) -> None:
    frame = frame_of(points)
    for point in points:
        x, y = frame.at(*point)
        assert 20 <= x <= 380 and 20 <= y <= frame.height - 20
    assert 250 <= frame.height <= 450


def test_widths_are_linear_in_persons() -> None:
    assert band_width(1000, 1000) == WIDEST
    assert band_width(500, 1000) == WIDEST / 2
    assert band_width(1, 1000) == 0.9


def test_a_band_is_wide_where_people_live() -> None:
    ((out, into),) = bands((200, 200), [(300, 100)], [(1000, 500)])
    assert out is not None and into is not None
    assert (out.home_width, out.partner_width) == pytest.approx((WIDEST, WIDEST * NARROW_END))
    assert (into.home_width, into.partner_width) == pytest.approx((WIDEST / 2 * NARROW_END, WIDEST / 2))


def test_out_and_in_bend_to_opposite_sides() -> None:
    ((out, into),) = bands((200.0, 200.0), [(300.0, 200.0)], [(10, 10)])
    assert out is not None and into is not None
    middle = [band.samples(2)[1][1] - 200 for band in (out, into)]
    assert middle[0] * middle[1] < 0
    assert abs(middle[0]) == pytest.approx(10, abs=3)  # a tenth of the length


def test_nobody_has_no_band() -> None:
    ((out, into),) = bands((0, 0), [(100, 0)], [(0, 7)])
    assert out is None and into is not None


def test_an_outline_is_closed_and_curved() -> None:
    assert re.fullmatch(r"M[^MZ]+Q[^MZ]+L[^MZ]+Q[^MZ]+Z", Band((0, 0), (50, 20), (100, 0), 13, 3.6).path())


@pytest.mark.parametrize(
    ("largest", "values"), [(1454, [1000, 250]), (30000, [25000, 5000]), (7, [5, 1]), (1, [1]), (0, [])]
)
def test_the_key_has_round_numbers(largest: float, values: list[int]) -> None:
    assert round_values(largest) == values


@given(st.floats(400 / 2.5e6, 400 / 30e3))
def test_the_scale_bar_fits(px_per_metre: float) -> None:
    km, length = scale_length(px_per_metre)
    assert 45 <= length <= 120 and length == pytest.approx(km * 1000 * px_per_metre)


def test_a_municipality_without_partners_still_has_a_map() -> None:
    figure = flow_map(Point("Utsira", 0, 0), [], [Point("Karmøy", 9e3, 0)], alt="Ingen", count=count, texts=TEXTS)
    assert "Utsira" in texts(figure) and not of_class(figure, "flow")


def test_hostile_names_stay_text() -> None:
    figure = halden_map(HOSTILE, HOSTILE)
    assert all(e.tag != "img" for e in elements(figure))
    assert any(e.text == HOSTILE for e in elements(figure) if e.tag == "title")
    braces = halden_map("{out}", "{name}")
    assert any(e.get("aria-label", "").startswith("{name}: ") for e in of_class(braces, "flow"))
