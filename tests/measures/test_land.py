"""Every square metre of planned land once: each rule on squares that can be computed by hand, and what holds whatever the shapes are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate, translate

from helpers.errors import DataError, LayerMissing
from helpers.land import purposes
from helpers.land.layers import COLUMNS, CRS, Layers
from helpers.land.settings import settings as assumptions
from helpers.measures import land, landoverlay

NONE = assumptions({"building_buffer_m": 0, "main_road_buffer_m": 0, "road_buffer_m": 0, "railway_buffer_m": 0, "shoreline_buffer_m": 0})  # fmt: skip
SHAPE = box(0, 0, 100, 100)


def series(*shapes: Any, crs: Any = CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=crs)


def areas(*shapes: Any, crs: Any = CRS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=series(*shapes, crs=crs))


def layer(role: str, *shapes: Any, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """A layer as the loader hands it out."""
    filled = {
        name: pd.array(columns.get(name, [pd.NA] * len(shapes)), dtype=kind) for name, kind in COLUMNS[role].items()
    }
    return gpd.GeoDataFrame(filled, geometry=series(*shapes))


def held(own: Any = NONE, **frames: gpd.GeoDataFrame) -> Layers:
    return Layers("9901", own, frames)


def sizes(found: land.Partition, order: Sequence[str] | None = None, column: str = "area_m2") -> dict[str, float]:
    return land.classes(found, order or found.names)[column].dropna().to_dict()


def near(found: dict[str, float]) -> Any:
    return pytest.approx(found, rel=1e-12, abs=1e-9)


def lost(name: str, frame: gpd.GeoDataFrame, own: Any = NONE, role: str = "") -> float:
    """What one constraint takes of `SHAPE`."""
    layers = held(own, **{role or name: frame})
    return sizes(land.partition(areas(SHAPE), {name: land.constraints(layers)[name]}))[name]


# The partition on squares


@pytest.mark.parametrize(
    ("what", "shapes", "inside"),
    [
        ("one part", [box(50, 0, 150, 100)], 5000),
        ("all", [box(-10, -10, 110, 110)], 10000),
        ("just all", [SHAPE], 10000),
        ("all, by two together", [box(-10, -10, 60, 110), box(50, -10, 110, 110)], 10000),
        ("nothing", [box(200, 200, 300, 300)], 0),
        ("touching an edge", [box(100, 0, 200, 100)], 0),
        ("touching a corner", [box(100, 100, 200, 200)], 0),
        ("overlapping itself", [box(0, 0, 60, 100), box(40, 0, 80, 100), box(40, 0, 80, 100)], 8000),
        ("a hole", [Polygon(SHAPE.exterior.coords, [box(40, 40, 60, 60).exterior.coords])], 9600),
        ("well inside", [box(10, 10, 20, 20)], 100),
        ("inside, with a hole", [box(10, 10, 40, 40) - box(20, 20, 30, 30)], 800),
        ("inside, at the edge", [box(0, 10, 10, 20)], 100),
        ("two inside", [box(10, 10, 20, 20), box(30, 30, 40, 40)], 200),
        ("two inside that overlap", [box(10, 10, 20, 20), box(15, 10, 25, 20)], 150),
        ("two inside that meet in a corner", [box(10, 10, 20, 20), box(20, 20, 30, 30)], 200),
        ("a ring of four that meet in corners", [box(20, 10, 30, 20), box(10, 20, 20, 30), box(30, 20, 40, 30), box(20, 30, 30, 40)], 400),
        ("a multipolygon", [MultiPolygon([box(0, 0, 10, 10), box(90, 90, 100, 100)])], 200),
        ("no polygons at all", [], 0),
    ],
)  # fmt: skip
def test_what_a_layer_covers(what: str, shapes: list[Any], inside: float) -> None:
    found = land.partition(areas(SHAPE), {"flood": series(*shapes)})
    assert sizes(found) == near({"flood": inside, "net": 10000 - inside})
    assert found.pieces.geometry.is_valid.all() and set(found.pieces.geom_type) <= {"Polygon", "MultiPolygon"}
    assert len(found.pieces) == (inside > 0) + (inside < 10000)
    net = found.pieces[found.pieces["mask"] == 0].geometry
    assert net.intersection(shapely.union_all(shapes)).area.sum() == pytest.approx(0, abs=1e-9)


def test_a_start_area_with_a_hole_keeps_it() -> None:
    ring = SHAPE - box(40, 40, 60, 60)
    found = land.partition(areas(ring), {"built": series(box(10, 10, 20, 20), box(30, 30, 70, 50))})
    assert sizes(found) == near({"built": 100 + 800 - 200, "net": 9600 - 700})


def test_two_constraints_that_overlap() -> None:
    start = areas(SHAPE, box(200, 0, 210, 10))
    found = land.partition(
        start, {"a": series(box(0, 0, 60, 100)), "b": series(box(40, 0, 100, 50), box(500, 0, 501, 1))}
    )
    assert found.names == ("a", "b") and found.also == ()
    assert found.pieces[["area_id", "mask", "area_m2"]].to_numpy().tolist() == [
        [0, 0, 2000], [0, 1, 5000], [0, 2, 2000], [0, 3, 1000], [1, 0, 100],
    ]  # fmt: skip
    table = land.classes(found, ("b", "a"))
    assert list(table.index) == ["b", "a", "net"]
    assert table["area_m2"].tolist() == [3000, 5000, 2100]
    assert table["gross_m2"].tolist()[:2] == [3000, 6000]
    assert table["sole_m2"].tolist()[:2] == [2000, 5000]
    assert table["shapley_m2"].tolist()[:2] == [2500, 5500]
    assert table.loc["net", ["gross_m2", "sole_m2", "shapley_m2"]].isna().all()
    assert sizes(found, ("a", "b")) == {"a": 6000, "b": 2000, "net": 2100}
    assert land.by_area(found, ("a", "b")).to_numpy().tolist() == [[6000, 2000, 2000], [0, 0, 100]]
    assert land.lost_to(found, ("a", "b")).tolist() == ["net", "a", "b", "a", "net"]
    assert land.lost_to(found, ("b", "a")).tolist() == ["net", "a", "b", "b", "net"]
    assert land.lost_to(found, ("b", "a")).index.equals(found.pieces.index)


def test_a_layer_that_is_only_noted_takes_nothing_away() -> None:
    found = land.partition(areas(SHAPE), {"a": series(box(0, 0, 50, 100))}, {"zoning": series(box(0, 0, 100, 50))})
    assert found.also == ("zoning",) and sizes(found) == {"a": 5000, "net": 5000}
    rows = found.pieces[["mask", "zoning", "area_m2"]].to_numpy().tolist()
    assert sorted(rows) == [[0, False, 2500], [0, True, 2500], [1, False, 2500], [1, True, 2500]]
    assert found.pieces["zoning"].dtype == bool and found.pieces["mask"].dtype == np.int64


@pytest.mark.parametrize("order", [("a",), ("a", "b", "b"), ("a", "c"), ("a", "b", "c"), ()])
def test_an_order_that_is_not_a_permutation_is_refused(order: tuple[str, ...]) -> None:
    found = land.partition(areas(SHAPE), {"a": series(), "b": series()})
    for table in (land.classes, land.by_area, land.lost_to):
        with pytest.raises(ValueError, match="not a permutation"):
            table(found, order)


def test_no_areas_and_no_constraints() -> None:
    empty = land.partition(areas(SHAPE).iloc[:0], {"a": series(SHAPE)})
    assert sizes(empty) == {"a": 0, "net": 0} and land.classes(empty, ("a",))["area_m2"].dtype == np.float64
    assert land.by_area(empty, ("a",)).shape == (0, 2) and len(land.lost_to(empty, ("a",))) == 0
    assert sizes(land.partition(areas(SHAPE), {})) == {"net": 10000}


def test_the_inputs_are_left_as_they_were() -> None:
    start, zone = areas(SHAPE), series(box(10, 10, 20, 20), box(50, 0, 150, 100))
    before = start.copy(), zone.copy()
    land.partition(start, {"a": zone})
    assert start.equals(before[0]) and zone.equals(before[1])


@pytest.mark.parametrize(
    ("start", "zone", "also", "said"),
    [
        (areas(SHAPE, crs=25832), series(SHAPE), series(), "start er i EPSG:25832"),
        (areas(SHAPE, crs=None), series(SHAPE), series(), "start har ikke noe koordinatsystem"),
        (areas(SHAPE), series(SHAPE, crs=4326), series(), "a er i EPSG:4326"),
        (areas(SHAPE), series(SHAPE), series(crs=4258), "n er i EPSG:4258"),
        (areas(SHAPE, LineString([(0, 0), (1, 1)])), series(), series(), "start: alle geometrier må være flater"),
        (areas(SHAPE), series(Point(0, 0)), series(), "a: alle geometrier må være flater"),
        (areas(SHAPE), series(None), series(), "a: alle geometrier må være flater"),
        (areas(SHAPE), series(Polygon()), series(), "ingen kan være tomme"),
        (areas(SHAPE), series(Polygon([(0, 0), (1, np.inf), (1, 0)])), series(), "a: koordinatene må være tall"),
        (areas(Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])), series(), series(), "Areal 0 har ugyldig geometri"),
        (areas(SHAPE, box(200, 0, 300, 9), box(90, 0, 150, 9)), series(), series(), "Areal 0 og 2 overlapper"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(start: Any, zone: Any, also: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        land.partition(start, {"a": zone}, {"n": also})


def test_areas_that_meet_are_not_taken_for_overlapping() -> None:
    turned = [rotate(each, 17, origin=(0, 0)) for each in (SHAPE, box(100, 0, 150, 100), box(0, 100, 150, 101))]
    assert len(land.partition(areas(*(translate(each, 260_000.1, 6_560_000.7) for each in turned)), {}).pieces) == 3


# What takes land away


def test_constraints_are_those_held_in_the_order_of_the_settings() -> None:
    roles = ("slope", "ar5", "flood", "buildings")
    everything = held(**{role: layer(role) for role in roles})
    assert list(land.constraints(everything)) == ["built", "water", "flood", "farmland", "bog", "slope"]
    assert all(len(each) == 0 and each.crs.to_epsg() == 25833 for each in land.constraints(everything).values())
    assert land.missing(everything) == ("roads", "railway", "protected", "landslide", "shoreline")
    fewer = held(assumptions({"order": ["slope", "built"]}), slope=layer("slope"), flood=layer("flood"))
    assert list(land.constraints(fewer)) == ["slope"] and land.missing(fewer) == ("built",)


HALF = box(0, 0, 50, 100)


@pytest.mark.parametrize("name", ["protected", "flood", "landslide", "slope", "shoreline", "railway", "built", "roads"])
def test_each_layer_takes_what_it_covers(name: str) -> None:
    role = {"built": "buildings"}.get(name, name)
    assert lost(name, layer(role, HALF), role=role) == 5000


@pytest.mark.parametrize(
    ("artype", "name"),
    [(21, "farmland"), (22, "farmland"), (23, "farmland"), (60, "bog"), (81, "water"), (82, "water"), (30, ""), (pd.NA, "")],
)  # fmt: skip
def test_ar5_is_three_constraints(artype: Any, name: str) -> None:
    found = land.constraints(held(ar5=layer("ar5", HALF, artype=[artype])))
    assert {each for each, shapes in found.items() if len(shapes)} == ({name} if name else set())


LINE = LineString([(-1000, 50), (1000, 50)])


@pytest.mark.parametrize(("main", "width"), [(True, 30), (False, 12), (pd.NA, 12)])
def test_a_road_has_the_buffer_of_its_class(main: Any, width: float) -> None:
    assert lost("roads", layer("roads", LINE, main=[main]), assumptions()) == pytest.approx(100 * width)


def test_other_buffers_around_lines_points_and_polygons() -> None:
    own = assumptions()
    assert lost("built", layer("buildings", box(40, 40, 60, 60)), own, "buildings") == pytest.approx(
        20 * 20 + 4 * 20 * 10 + np.pi * 100, rel=2e-3
    )
    assert lost("built", layer("buildings", Point(50, 50)), own, "buildings") == pytest.approx(np.pi * 100, rel=2e-3)
    assert lost("railway", layer("railway", LINE), own) == pytest.approx(3000)
    assert lost("shoreline", layer("shoreline", LineString([(-1000, -60), (1000, -60)])), own) == pytest.approx(4000)
    assert lost("built", layer("buildings", LINE), NONE, "buildings") == 0  # a line without a buffer has no area


def test_a_long_line_has_the_same_buffer_as_a_short_one() -> None:
    points = np.column_stack([np.linspace(-1000, 1000, 2001), np.full(2001, 50.0)])
    many = lost("railway", layer("railway", shapely.linestrings(points)), assumptions())
    assert many == pytest.approx(3000)


@pytest.mark.parametrize("role", ["flood", "landslide"])
@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False), (None, True)])
def test_only_zones_of_a_return_period_within_the_limit(role: str, more: int | None, taken: bool) -> None:
    limit = {"flood": 200, "landslide": 1000}[role]
    years = [pd.NA if more is None else limit + more]
    assert lost(role, layer(role, HALF, return_years=years)) == (5000 if taken else 0)


@pytest.mark.parametrize(("percent", "taken"), [(19.9, False), (20, True), (45, True), (pd.NA, True)])
def test_only_slopes_that_are_steep_enough(percent: Any, taken: bool) -> None:
    assert lost("slope", layer("slope", HALF, slope_percent=[percent])) == (5000 if taken else 0)


def test_what_is_far_from_every_area_is_left_out_and_takes_nothing() -> None:
    plan = layer("planned", SHAPE, box(5000, 0, 5100, 100), purpose=[1340, 1800])
    shapes = [HALF, box(5000, 0, 5001, 1), box(900, 0, 901, 1)]
    found = land.constraints(held(planned=plan, protected=layer("protected", *shapes)))["protected"]
    assert [each.bounds[0] for each in found] == [0, 5000]
    road = LineString([(0, 105), (100, 105)])  # only its buffer reaches
    assert len(land.constraints(held(assumptions(), planned=plan, roads=layer("roads", road)))["roads"]) == 1


# The start


def test_only_business_is_planned_and_the_rest_stands_beside() -> None:
    codes = [1300, 1340, 1399, 1800, 1130, 1110, 1150, pd.NA]
    boxes = [box(200 * at, 0, 200 * at + 10, 10) for at in range(len(codes))]
    layers = held(planned=layer("planned", *boxes, purpose=codes, status=[1, 2, pd.NA, 2, 1, 2, 2, 2]))
    plan, other = land.planned(layers), land.beside(layers)
    assert list(plan.columns) == ["purpose", "status", "area_m2", "geometry"]
    assert plan["purpose"].tolist() == [1300, 1340, 1399] and plan["area_m2"].tolist() == [100] * 3
    assert plan["status"].dtype == "Int64" and plan["status"].isna().tolist() == [False, False, True]
    assert other[["purpose", "kind"]].to_numpy().tolist() == [[1800, "combined"], [1130, "centre"]]
    assert plan.crs.to_epsg() == 25833 and isinstance(other.index, pd.RangeIndex)


def test_purposes_are_called_what_the_code_list_calls_them() -> None:
    """From Geonorge's KpArealformål and RpArealformål: the codes that a reader sees, and are easily taken for each other."""
    listed = {
        1167: "Kulturinstitusjon", 1169: "Annen offentlig eller privat tjenesteyting", 1340: "Industri", 1350: "Lager",
        1810: "Forretning og kontor", 1811: "Forretning, kontor og industri", 1812: "Forretning og industri",
        1813: "Forretning, kontor og tjenesteyting", 1814: "Forretning og tjenesteyting", 1825: "Kontor og lager",
        1826: "Industri og lager", 1830: "Kontor og industri", 1831: "Kontor og tjenesteyting",
    }  # fmt: skip
    assert {code: purposes.name(code) for code in listed} == listed
    assert purposes.name(1355) is None
    assert purposes.kind(130) is None and purposes.kind(999) is None and purposes.kind(1000) == "other"


def test_what_two_areas_cover_belongs_to_the_first() -> None:
    shapes = [SHAPE, box(50, 0, 150, 100), box(140, 0, 160, 100), box(10, 10, 20, 20), box(100, 100, 110, 110)]
    found = land.planned(held(planned=layer("planned", *shapes, purpose=[1300, 1310, 1340, 1350, 1390])))
    assert found["purpose"].tolist() == [1300, 1310, 1340, 1390]  # nothing is left of 1350
    assert found["area_m2"].tolist() == pytest.approx([10000, 5000, 1000, 100])
    assert found["area_m2"].sum() == pytest.approx(shapely.union_all(shapes).area)


def test_the_start_is_clipped_to_the_municipality() -> None:
    shapes = [box(0, 0, 10, 10), box(95, 0, 105, 10), box(200, 0, 210, 10), box(100, 50, 110, 60)]
    plan = layer("planned", *shapes, purpose=[1300, 1310, 1340, 1340])
    found = land.planned(held(planned=plan, boundary=layer("boundary", SHAPE)))
    assert found[["purpose", "area_m2"]].to_numpy().tolist() == [[1300, 100], [1310, 50]]
    assert len(land.planned(held(planned=plan))) == 4


def test_only_the_polygon_parts_of_a_planned_area_count() -> None:
    mixed = shapely.GeometryCollection(
        [box(0, 0, 10, 10), LINE, MultiPolygon([box(20, 0, 30, 10), box(40, 0, 50, 10)])]
    )
    found = land.planned(held(planned=layer("planned", mixed, LINE, purpose=[1300, 1300])))
    assert found["area_m2"].tolist() == [300] and found.geom_type.tolist() == ["MultiPolygon"]


def test_without_a_plan_there_is_nothing_to_start_from() -> None:
    with pytest.raises(LayerMissing):
        land.planned(held(boundary=layer("boundary", SHAPE)))


# Whatever the shapes are

SPAN = st.integers(0, 60)
NAMES = ("a", "b", "c")


@st.composite
def rectangles(draw: st.DrawFn, most: int = 5) -> list[Any]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        (west, south), (wide, high) = (
            draw(st.tuples(SPAN, SPAN)),
            draw(st.tuples(st.integers(1, 40), st.integers(1, 40))),
        )
        found.append(box(west, south, west + wide, south + high))
    return found


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Any], dict[str, list[Any]]]:
    """Disjoint areas in a grid, some with a hole, and three layers that overlap each other and themselves; turned by any angle, far away."""
    cells = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4, unique=True))
    start: list[Any] = [box(30 * x, 30 * y, 30 * x + draw(st.integers(5, 30)), 30 * y + 30) for x, y in cells]
    start = [each - box(*each.buffer(-2).bounds) if draw(st.booleans()) else each for each in start]
    layers = {name: draw(rectangles()) for name in NAMES}
    angle = draw(st.sampled_from([0, 0, 17, 45, 71.3]))
    east, north = draw(st.sampled_from([(0, 0), (260_123.456, 6_560_987.654)]))

    def moved(shapes: Iterable[Any]) -> list[Any]:
        return [translate(rotate(each, angle, origin=(0, 0)), east, north) for each in shapes]

    return moved(start), {name: moved(shapes) for name, shapes in layers.items()}


Problem = tuple[list[Any], dict[str, list[Any]]]


def solved(problem: Problem, change: Callable[[Any], Any] = lambda shape: shape) -> land.Partition:
    start, layers = problem
    return land.partition(
        areas(*map(change, start)), {name: series(*map(change, shapes)) for name, shapes in layers.items()}
    )


@given(problems())
def test_the_classes_add_up_and_the_net_is_the_same_in_every_order(problem: Problem) -> None:
    found = solved(problem)
    whole = sum(each.area for each in problem[0])
    nets = set()
    for order in itertools.permutations(NAMES):
        table = land.classes(found, order)
        assert table["area_m2"].sum() == pytest.approx(whole, rel=1e-9)
        nets.add(table.loc["net", "area_m2"])
        lost = table.drop(index="net")
        assert (lost["sole_m2"] <= lost["area_m2"] + 1e-9).all() and (lost["area_m2"] <= lost["gross_m2"] + 1e-9).all()
        assert (lost["sole_m2"] <= lost["shapley_m2"] + 1e-9).all() and (
            lost["shapley_m2"] <= lost["gross_m2"] + 1e-9
        ).all()
        assert lost["shapley_m2"].sum() == pytest.approx(
            whole - table.loc["net", "area_m2"], rel=1e-9, abs=1e-9 * whole
        )
        rows = land.by_area(found, order)
        assert rows.sum(axis=1).to_numpy() == pytest.approx([each.area for each in problem[0]], rel=1e-9, abs=1e-5)
        assert rows.sum().to_numpy() == pytest.approx(table["area_m2"].to_numpy(), rel=1e-12, abs=1e-9)
    assert max(nets) - min(nets) <= 1e-12 * whole
    assert not found.pieces.duplicated(["area_id", "mask"]).any()
    assert (found.pieces["area_m2"] > 0).all() and found.pieces.geometry.is_valid.all()


@given(problems())
def test_the_classes_are_those_of_plain_set_operations(problem: Problem) -> None:
    start, layers = problem
    rest, table = shapely.union_all(start), land.classes(solved(problem), NAMES)
    for name in NAMES:
        covering = shapely.union_all(layers[name])
        assert table.loc[name, "gross_m2"] == pytest.approx(
            shapely.union_all(start).intersection(covering).area, abs=1e-4
        )
        assert table.loc[name, "area_m2"] == pytest.approx(rest.intersection(covering).area, abs=1e-4)
        rest = rest.difference(covering)
    assert table.loc["net", "area_m2"] == pytest.approx(rest.area, abs=1e-4)


@given(problems())
def test_what_is_left_is_left_again(problem: Problem) -> None:
    found = solved(problem)
    net = list(found.pieces.geometry[found.pieces["mask"] == 0])
    if not net:
        return
    again = sizes(solved((net, problem[1])))
    # far from the origin a coordinate is a nanometre wide, along some hundred metres of common edge
    assert again["net"] == pytest.approx(sum(each.area for each in net), abs=1e-5)


@given(problems(), st.sampled_from([(1000.0, -2000.0), (-0.1, 12_345.678)]))
def test_it_is_the_same_anywhere(problem: Problem, by: tuple[float, float]) -> None:
    moved = land.classes(solved(problem, lambda shape: translate(shape, *by)), NAMES)
    pd.testing.assert_frame_equal(moved, land.classes(solved(problem), NAMES), rtol=1e-9, atol=1e-4)


@given(problems(), st.sampled_from([30.0, 90.0, 123.4]))
def test_it_is_the_same_in_a_turned_grid(problem: Problem, angle: float) -> None:
    turned = land.classes(solved(problem, lambda shape: rotate(shape, angle, origin=(0, 0))), NAMES)
    pd.testing.assert_frame_equal(turned, land.classes(solved(problem), NAMES), rtol=1e-9, atol=1e-4)


def test_an_edge_that_almost_coincides_hides_no_overlap() -> None:
    """GEOS 3.14 finds nothing in common between a strip and a square that covers it, turned by 71,3°: both halves of the cut are wrong."""

    def turned(shape: Any) -> Any:
        return rotate(shape, 71.3, origin=(0, 0))

    start = [box(0, 0, 5, 30), box(30, 0, 35, 30)]
    layers = {"a": [box(0, 18, 32, 29)], "b": [box(0, 0, 32, 19)], "c": [box(0, 0, 32, 32)]}
    assert sizes(solved((start, layers), turned), column="gross_m2") == pytest.approx({"a": 77, "b": 133, "c": 210})


def test_the_neighbouring_zone_gives_the_same_but_for_its_scale() -> None:
    """Zone 32 and back: what the projection does to corners of squares is undone to well under a millimetre."""
    start, zone = areas(translate(SHAPE, 260_000, 6_560_000)), series(box(260_010.3, 6_560_020.7, 260_500, 6_560_071.9))
    there = land.partition(start.to_crs(25832).to_crs(CRS), {"a": zone.to_crs(25832).to_crs(CRS)})
    assert sizes(there) == pytest.approx(sizes(land.partition(start, {"a": zone})), abs=0.1)  # 400 m of edge × 0.2 mm


# When the geometry is difficult


def star(rng: np.random.Generator, corners: int, reach: float, middle: tuple[float, float], smooth: int = 1) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = reach * np.convolve(rng.uniform(0.5, 1, corners + smooth - 1), np.ones(smooth) / smooth, "valid")
    return Polygon(np.column_stack([middle[0] + radius * np.cos(angle), middle[1] + radius * np.sin(angle)]))


def test_a_large_polygon_is_taken_in_tiles_without_cracks() -> None:
    rng = np.random.default_rng(3)
    zone = star(rng, 6000, 3000, (260_000, 6_560_000), smooth=60)
    grid = [box(x, y, x + 90, y + 90) for x in range(257_000, 263_000, 100) for y in range(6_557_000, 6_563_000, 100)]
    found = land.partition(areas(*grid), {"a": series(zone)})
    expected = shapely.area(shapely.intersection(np.array(grid), zone))
    assert land.by_area(found, ("a",))["a"].to_numpy() == pytest.approx(expected, abs=1e-4)
    inside = np.flatnonzero(shapely.covers(zone, np.array(grid)))
    # an area that lies across tiles stays in one piece
    assert inside.size > 100 and (found.pieces["area_id"].value_counts()[inside] == 1).all()


def test_a_polygon_that_covers_the_whole_country() -> None:
    country = box(-100_000, 6_400_000, 1_150_000, 7_970_000).segmentize(500)
    start = areas(translate(SHAPE, 260_000, 6_560_000))
    assert sizes(land.partition(start, {"a": series(country)})) == {"a": 10000, "net": 0}


def test_nothing_is_lost_on_nasty_shapes() -> None:
    """Thin wedges, nearly common edges and repeated copies moved by less than a coordinate can hold."""
    rng = np.random.default_rng(11)
    middle = (260_000.1, 6_560_000.1)
    start = areas(*(star(rng, 40, 55, (middle[0] + 120 * k, middle[1])) for k in range(30)))
    zones: dict[str, list[Any]] = {"copies": [], "wedges": [], "stars": []}
    for shape in start.geometry:
        x, y = shape.centroid.coords[0]
        zones["copies"] += (
            [translate(shape, *rng.uniform(-1e-9, 1e-9, 2)) for _ in range(2)]
            if rng.random() < 0.5
            else [rotate(shape, 1e-7)]
        )
        zones["wedges"] += [
            Polygon([(x - 80, y), (x + 80, y + k * 1e-3), (x + 80, y + k * 1e-3 + 1e-4)]) for k in range(5)
        ]
        zones["stars"] += [star(rng, 200, 60, (x + 20, y)) for _ in range(3)]
    found = land.partition(start, {name: series(*shapes) for name, shapes in zones.items()})
    whole = start.area.sum()
    assert found.pieces["area_m2"].sum() == pytest.approx(whole, rel=1e-9)
    assert land.by_area(found, tuple(zones)).sum(axis=1).to_numpy() == pytest.approx(start.area.to_numpy(), rel=1e-9)
    assert found.pieces.geometry.is_valid.all()


def test_one_shape_that_geos_gives_up_on_does_not_spoil_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    real, odd = shapely.intersection, box(200, 0, 300, 100)

    def fragile(one: Any, other: Any, **how: Any) -> Any:
        if not how and any(each.equals(odd) for each in np.atleast_1d(one)) and not fragile.spent:  # type: ignore[attr-defined]
            fragile.spent = len(np.atleast_1d(one)) == 1  # type: ignore[attr-defined]
            raise shapely.GEOSException("TopologyException: side location conflict")
        return real(one, other, **how)

    fragile.spent = False  # type: ignore[attr-defined]
    start = areas(SHAPE, odd, box(400, 0, 500, 100))
    shapes = {"a": series(box(-10, 0, 1000, 25))}
    expected = sizes(land.partition(start, shapes))
    monkeypatch.setattr(shapely, "intersection", fragile)
    assert expected == near({"a": 7500, "net": 22500})
    assert sizes(land.partition(start, shapes)) == near(expected)
    assert fragile.spent  # type: ignore[attr-defined]


def test_halves_that_do_not_add_up_are_computed_again_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = shapely.difference

    def losing(one: Any, other: Any, **how: Any) -> Any:
        return real(one, other, **how) if how and allowed else real(one, shapely.buffer(other, 5), **how)

    monkeypatch.setattr(shapely, "difference", losing)
    allowed = True
    assert sizes(land.partition(areas(SHAPE), {"a": series(box(-10, 0, 50, 110))})) == near({"a": 5000, "net": 5000})
    allowed = False
    with pytest.raises(DataError, match=r"Arealet ved \(50, 50\) kan ikke deles"):
        land.partition(areas(SHAPE), {"a": series(box(-10, 0, 50, 110))})


def test_chunks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    start = areas(*(star(rng, 15, 50, (120 * k, 0)) for k in range(40)))
    zone = {"a": series(*(star(rng, 9, 40, (rng.uniform(0, 4800), 0)) for _ in range(60)))}
    once = land.partition(start, zone)
    monkeypatch.setattr(landoverlay, "CHUNK", 7)
    for threads in (1, 2):
        other = land.partition(start, zone, threads=threads)
        assert other.pieces.drop(columns="geometry").equals(once.pieces.drop(columns="geometry"))
        assert other.pieces.geom_equals_exact(once.pieces, 0).all()
