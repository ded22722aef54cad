"""The area map: what the view holds, shapes as short paths within the frame, the keyboard, rings, frames, and fills that differ."""

from __future__ import annotations

import itertools
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from chart_samples import (
    MAP_TEXTS,
    SITES,
    blob,
    charts,
    count,
    elements,
    kinds,
    map_areas,
    map_base,
    of_class,
    site_map,
    texts,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box
from test_chart_style import contrast, distance, lab, linear

from helpers.charts import patterns, style
from helpers.charts.areamap import AreaKind, MapArea, MapBase, area_map
from helpers.charts.areamapgeometry import View, frames, in_view, lines, path, polygons, scale_length, specks, view_of
from helpers.charts.part import Figure

ONE = [AreaKind("a", "Ledig", "solid", "12 dekar")]
VIEW = View(0, 100, 1.0, 100, 100)
metres = st.floats(-3e5, 3e5)


def drawn(
    areas: list[MapArea], base: MapBase | None = None, kinds: list[AreaKind] | None = None, **more: object
) -> Figure:
    return area_map(base or MapBase(), kinds or ONE, areas, alt="Kart", texts=MAP_TEXTS, count=count, **more)  # type: ignore[arg-type]


def points(data: str) -> list[tuple[float, float]]:
    """Every corner of relative path data."""
    out = []
    for start, rest in re.findall(r"M([^Ml]+)l([^Mz]*)z?", data):
        x, y = (float(v) for v in re.findall(r"-?\d*\.?\d+", start))
        out.append((x, y))
        steps = [float(v) for v in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", rest)]
        for dx, dy in zip(steps[0::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            out.append((x, y))
    return out


def shape_paths(figure: Figure) -> list[ElementTree.Element]:
    return [e for e in elements(figure) if e.tag == "path" and e.get("d", "").endswith("z")]


def test_a_square_is_a_square() -> None:
    """10 m from the corner of a map of 100 px, one px a metre: y turned."""
    assert path(in_view(box(10, 10, 30, 40), VIEW), VIEW) in (
        "M30 90l0-30-20 0 0 30z",
        "M10 60l20 0 0 30-20 0z",
        "M10 90l0-30 20 0 0 30z",
    )


def test_tenths_of_a_px_are_kept_and_less_is_not() -> None:
    corners = Polygon([(10.04, 10), (30.26, 10), (30.26, 40.52), (10.04, 40.52)])
    assert sorted(np.round(points(path(in_view(corners, VIEW), VIEW)), 6).tolist()) == [
        [10, 59.5],
        [10, 90],
        [30.3, 59.5],
        [30.3, 90],
    ]
    assert path(in_view(box(10, 10, 10.02, 10.02), VIEW), VIEW) == ""


def test_holes_stay_holes() -> None:
    ring = box(10, 10, 90, 90).difference(box(40, 40, 60, 60))
    assert path(in_view(ring, VIEW), VIEW).count("z") == 2


@settings(max_examples=150)
@given(st.lists(st.tuples(metres, metres), min_size=3, max_size=12), st.tuples(metres, metres), st.floats(10, 1e5))
def test_no_corner_leaves_the_map_and_none_is_lost_to_nan(
    corners: list[tuple[float, float]], at: tuple[float, float], side: float
) -> None:
    """Any ring, also one that crosses itself, in any view."""
    view = view_of((at[0], at[1], at[0] + side, at[1] + side), 400, 520)
    shape = in_view(polygons(Polygon(corners)), view)
    data = path(shape, view)
    assert "nan" not in data
    for x, y in points(data):
        assert -1e-6 <= x <= view.width + 1e-6 and -1e-6 <= y <= view.height + 1e-6


@settings(max_examples=150)
@given(st.tuples(metres, metres, metres, metres), st.sampled_from([276.0, 400.0]))
def test_the_view_holds_the_bounds(corners: tuple[float, float, float, float], width: float) -> None:
    west, east = sorted(corners[:2])
    south, north = sorted(corners[2:])
    view = view_of((west, south, east, north), width, 520)
    assert width / 2 <= view.height <= 520
    for x, y in (view.at(west, south), view.at(east, north)):
        assert 13.9 <= x <= width - 13.9 and 13.9 <= y <= view.height - 13.9


def test_a_plot_alone_does_not_fill_the_map() -> None:
    view = view_of((0, 0, 20, 20), 400, 520)
    assert 20 * view.px_per_metre < 30


@pytest.mark.parametrize("bounds", [(math.nan, 0, 1, 1), (0, 0, math.inf, 1)])
def test_bounds_that_are_no_numbers_are_an_error(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        view_of(bounds, 400, 520)


@pytest.mark.parametrize(
    ("geometry", "area"),
    [
        (None, 0.0),
        (Polygon(), 0.0),
        (Point(1, 1), 0.0),
        (Polygon([(0, 0, 5), (10, 0, 5), (10, 10, 5)]), 50.0),
        (Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), 50.0),  # a bow tie
        (GeometryCollection([box(0, 0, 2, 2), LineString([(0, 0), (9, 9)]), MultiPolygon([box(5, 5, 6, 6)])]), 5.0),
    ],
)
def test_only_valid_flat_polygons_are_drawn(geometry: shapely.Geometry | None, area: float) -> None:
    found = polygons(geometry)
    assert found.is_valid and not found.has_z and found.area == pytest.approx(area)


def test_the_edges_of_polygons_are_lines_too() -> None:
    assert lines(GeometryCollection([box(0, 0, 1, 1), LineString([(5, 5), (6, 5)])])).length == pytest.approx(5)


def test_each_area_takes_the_focus_and_tells_its_text_the_largest_first() -> None:
    areas = of_class(site_map(), "area")
    assert len(areas) == 2 * len(SITES)
    for area in areas:
        title = area.find("title")
        assert area.get("tabindex") == "0" and area.get("role") == "img"
        assert title is not None and title.text == area.get("aria-label")
    assert areas[0].get("aria-label") == "Langmyra: ledig"


def test_only_the_largest_take_the_focus_and_the_rest_are_one_shape() -> None:
    many = [MapArea(box(x * 100, 0, x * 100 + 50, 40 + x), "a", f"Felt {x}") for x in range(80)]
    figure = drawn(many, focusable=60)
    assert [a.get("aria-label") for a in of_class(figure, "area")] == [f"Felt {x}" for x in range(79, 19, -1)]
    (rest,) = [e for e in shape_paths(figure) if e.get("style", "").startswith("fill:var(--muni)")]
    assert rest.get("d", "").count("z") == 20


def test_a_map_without_texts_is_an_image() -> None:
    figure = drawn([MapArea(box(0, 0, 9, 9), "a", "")])
    assert next(elements(figure)).get("role") == "img" and not of_class(figure, "area")


def test_three_hundred_areas_of_twenty_thousand_corners_are_small() -> None:
    rng = np.random.default_rng(1)
    made = [blob(*rng.uniform(0, 20_000, 2), rng.uniform(100, 600), 67) for _ in range(300)]
    areas = [
        MapArea(g, str(n % 7), f"Felt {n}: {count(g.area / 1000)} dekar ledig", f"Felt {n}") for n, g in enumerate(made)
    ]
    shown = [AreaKind(str(n), f"Årsak {n}", fill, "12 dekar") for n, fill in enumerate(patterns.CATEGORIES[:7])]
    figure = drawn(areas, map_base(), shown)
    assert len(figure.svg.encode()) < 60_000
    assert figure.svg == drawn(areas, map_base(), shown).svg


def test_a_tiny_area_far_off_gets_a_ring_and_a_tiny_one_beside_a_large_none() -> None:
    assert specks([box(0, 0, 100, 100), box(101, 50, 103, 52), box(200, 200, 203, 203)]) == [(201.5, 201.5)]
    assert specks([]) == specks([Polygon()]) == []
    figure = drawn([MapArea(box(0, 0, 9000, 9000), "a", "Stor"), MapArea(box(20_000, 0, 20_050, 50), "a", "Liten")])
    assert MAP_TEXTS["speck"] in texts(figure)
    assert MAP_TEXTS["speck"] not in texts(drawn([MapArea(box(0, 0, 9000, 9000), "a", "Stor")]))


def test_the_key_tells_each_kind_and_only_the_ground_that_is_there() -> None:
    told = texts(site_map())
    assert {kind.label for kind in kinds()} | {kind.value for kind in kinds()} <= set(told)
    assert {"Hovedvei", "Jernbane", "Stasjon", "Kommunegrense", "Hav", "Utsnitt", "N", "2 km"} <= set(told)
    bare = texts(drawn([MapArea(box(0, 0, 900, 900), "a", "Felt")]))
    assert not {"Hovedvei", "Jernbane", "Stasjon", "Kommunegrense", "Hav", "Utsnitt"} & set(bare)
    assert "Ledig" not in texts(drawn([MapArea(box(0, 0, 900, 900), "a", "Felt")], key=False))


def test_every_site_has_its_name() -> None:
    assert set(SITES) <= set(texts(site_map()))


def test_a_detail_map_is_small_and_shows_its_frame_alone() -> None:
    areas = map_areas()
    (detail,) = frames([area.geometry for area in areas], 1, reach_m=500)
    figure = drawn(areas, map_base(), kinds(), bounds=detail.bounds, width=276.0, tallest=276.0, key=False)
    assert next(elements(figure)).get("viewBox", "").startswith("0 0 276 ")
    assert {a.get("aria-label", "").split(":")[0] for a in of_class(figure, "area")} == {"Langmyra"}


def test_frames_hold_the_most_area_first_and_at_most_so_many() -> None:
    shapes = [box(0, 0, 200, 200), box(300, 0, 400, 100), box(9000, 9000, 9300, 9300), None, box(30_000, 0, 30_010, 10)]
    found = frames(shapes, 2)
    assert [(d.number, d.members, d.area_m2) for d in found] == [(1, (2,), 90_000), (2, (0, 1), 50_000)]
    west, south, east, north = found[1].bounds
    assert east - west == pytest.approx(north - south) == pytest.approx(500)
    assert (west, east) == pytest.approx((-50, 450))
    assert frames([None, Polygon()]) == [] and frames(shapes, 0) == []


@settings(max_examples=60)
@given(st.lists(st.tuples(metres, metres), max_size=25), st.integers(1, 6))
def test_no_area_is_in_two_frames_and_each_lies_within_its_own(middles: list[tuple[float, float]], most: int) -> None:
    shapes = [box(x, y, x + 100, y + 50) for x, y in middles]
    found = frames(shapes, most)
    members = [m for detail in found for m in detail.members]
    assert len(members) == len(set(members)) and len(found) <= most
    assert bool(found) == bool(middles)
    for detail in found:
        assert all(box(*detail.bounds).buffer(1e-6).contains(shapes[m]) for m in detail.members)
        assert detail.bounds[2] - detail.bounds[0] <= 1.2 * (2500 + 100) + 1e-6


def test_an_area_of_a_kind_without_a_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not have: b"):
        drawn([MapArea(box(0, 0, 9, 9), "b", "x")])


def test_a_map_of_nothing_is_an_error_but_the_municipality_alone_is_not() -> None:
    with pytest.raises(ValueError, match="no area and no boundary"):
        drawn([MapArea(None, "a", "x")])
    assert MAP_TEXTS["boundary"] in texts(drawn([], map_base()))


def test_a_map_needs_an_alternative_text() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        area_map(map_base(), ONE, [], alt=" ", texts=MAP_TEXTS, count=count)


@given(st.floats(1e-4, 50))
def test_the_scale_bar_is_round_and_fits(px_per_metre: float) -> None:
    metres, length = scale_length(px_per_metre)
    assert str(metres)[0] in "125" and length == pytest.approx(metres * px_per_metre)
    assert 40 <= length <= 110


def test_patterns_belong_to_their_drawing() -> None:
    figures = [charts()["areas"], charts()["waterfall"]]
    ids = [set(re.findall(r'\bid="([^"]+)"', f.svg)) for f in figures]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
    for figure, own in zip(figures, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", figure.svg)) <= own
        assert "kr-" not in figure.svg


def test_only_the_patterns_in_use_are_defined() -> None:
    assert patterns.definitions(["solid", "open", "hatch"]) == ""
    assert patterns.definitions(["lines", "lines", "dots"]).count("<pattern") == 2


def tone(name: patterns.FillName, colours: dict[str, str]) -> float:
    """The lightness (L*) that a fill has from afar, in grey."""
    fill = patterns.FILLS[name]
    seen = fill.coverage * linear(colours[fill.token]) + (1 - fill.coverage) * linear(colours["bg"])
    return float(lab(seen)[0])


@pytest.mark.parametrize("scheme", ["LIGHT", "DARK", "PRINT"])
@pytest.mark.parametrize("fills", [patterns.CATEGORIES, patterns.STEPS], ids=["categories", "steps"])
def test_fills_of_one_map_differ_in_grey_by_tone_or_form(scheme: str, fills: tuple[patterns.FillName, ...]) -> None:
    colours = dict(getattr(style, scheme))
    for one, other in itertools.combinations((*fills, "hatch"), 2):
        forms = {patterns.FILLS[one].form, patterns.FILLS[other].form}
        apart = abs(tone(one, colours) - tone(other, colours))
        assert len(forms) == 2 or apart > 10, (one, other, apart)


@pytest.mark.parametrize("scheme", ["LIGHT", "DARK"])
@pytest.mark.parametrize("sight", ["normal", "prot", "deut", "trit"])
def test_solid_fills_are_told_apart_by_every_eye(scheme: str, sight: str) -> None:
    colours = getattr(style, scheme)
    solid = [patterns.FILLS[name].token for name in patterns.CATEGORIES if patterns.FILLS[name].form == "solid"]
    assert len(solid) == 3
    for one, other in itertools.combinations(solid, 2):
        assert distance(colours[one], colours[other], sight) > 15


@pytest.mark.parametrize("scheme", ["LIGHT", "DARK", "PRINT"])
def test_the_outline_of_every_fill_shows_on_land_and_page(scheme: str) -> None:
    colours = getattr(style, scheme)
    for name, ground in itertools.product(patterns.FILLS, ("bg", "surface")):
        least = 2.8 if name == "hatch" else 3.0
        assert contrast(colours[patterns.outline(name)], colours[ground]) >= least, name


def test_steps_grow_from_empty_to_full() -> None:
    covered = [patterns.FILLS[name].coverage for name in patterns.STEPS]
    assert covered[0] == 0 and covered[-1] == 1
    assert all(later - earlier > 0.07 for earlier, later in itertools.pairwise(covered))


def test_marks_are_seen_and_keep_their_distance() -> None:
    for name, fill in patterns.FILLS.items():
        if fill.form not in ("solid", "open"):
            assert fill.mark >= 1 and fill.step - fill.mark >= 1.8, name


def test_a_polygon_with_hardly_any_width_is_drawn_or_left_out() -> None:
    """The fast clip of GEOS raises on it."""
    thin = shapely.Polygon([(0.0, 0.0), (0.0, 2.7758949948390706e-33), (1.0, -1.0)])
    view = view_of((0.0, -86.0, 10.0, -76.0), 400.0, 520.0)
    assert polygons(in_view(thin, view)).is_empty
