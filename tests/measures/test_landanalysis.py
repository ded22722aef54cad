"""The analysis as a whole: each figure of it agrees with the others, and with rectangles reckoned by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from helpers.errors import LayerMissing
from helpers.land.layers import LayerMeta
from helpers.measures import landanalysis
from land_make import BUSINESS, EMPTY, Truth, box, cell, layers


def test_without_planned_areas_there_is_nothing_to_analyse() -> None:
    with pytest.raises(LayerMissing):
        landanalysis.analyse(layers(without=["planned"]))


def test_by_hand() -> None:
    """160 dekar: 17 to buildings, 20 to protection, 13 to the flood and 8 to the farm; shares where two cover the same."""
    found = landanalysis.analyse(layers())
    assert found.planned_m2 == 160_000 and found.left_m2 == pytest.approx(101_000)
    row = found.waterfall
    assert row[["built", "protected", "flood", "farmland", "narrow", "small", "net"]].tolist() == pytest.approx([18_000, 20_000, 13_000, 8_000, 0, 0, 101_000])  # fmt: skip
    # 40 × 50 m is both built and flooded, 100 × 50 m both protected and flooded
    assert found.lost[["built", "protected", "flood", "farmland"]].tolist() == pytest.approx(
        [17_000, 17_500, 16_500, 8_000]
    )
    assert found.lost.index[0] == "protected" and found.lost.sum() == pytest.approx(59_000)
    assert found.beside["area_m2"].sum() == found.beside_net_m2 == 80_000  # two cells that nothing covers


def test_a_missing_layer_is_not_a_number() -> None:
    found = landanalysis.analyse(layers(without=["flood", "ar5"]))
    assert found.missing == ("water", "flood", "farmland", "bog")
    assert found.waterfall[list(found.missing)].isna().all()
    assert found.waterfall.sum() == pytest.approx(found.planned_m2)
    assert not set(found.missing) & set(found.lost.index)


def test_another_order_books_otherwise_and_leaves_the_same() -> None:
    order = ["flood", "protected", "built", "farmland"]
    found, base = landanalysis.analyse(layers(own={"order": order})), landanalysis.analyse(layers())
    assert found.order == tuple(order) and found.left_m2 == pytest.approx(base.left_m2, rel=1e-12)
    assert found.waterfall["flood"] == pytest.approx(20_000) and base.waterfall["flood"] == pytest.approx(13_000)
    assert found.lost.to_dict() == pytest.approx({key: base.lost[key] for key in order})


def test_no_business_is_an_analysis_of_nothing() -> None:
    found = landanalysis.analyse(layers(planned=[(cell(0), 1110, 2), (cell(1), None, None)]))
    assert found.planned_m2 == found.left_m2 == found.beside_net_m2 == 0
    assert found.plots.empty and found.big == 0 and found.lost.sum() == 0
    assert found.fragmentation.mesh is None and found.sizes["plots"].sum() == 0


def test_no_constraint_held_leaves_all() -> None:
    found = landanalysis.analyse(layers(planned=BUSINESS, without=[each for each in EMPTY if each != "planned"]))
    assert found.order == () and found.lost.empty and found.left_m2 == found.planned_m2 == 160_000
    assert len(found.missing) == len(found.settings.order)


@pytest.mark.parametrize("least", [19_999.9999999, 20_000.0])
def test_a_limit_is_met_by_what_is_printed_as_the_limit(least: float) -> None:
    """A plot is one of 20 dekar or more in the heading exactly where the table has it in that class."""
    found = landanalysis.analyse(layers(EMPTY, planned=[(box(0, 0, 100, least / 100), 1340, 2)]))
    assert found.big == 1 == found.sizes.set_index("lower_dekar")["plots"][20.0]


def test_the_sieve_is_apart_from_the_constraints() -> None:
    held = layers(EMPTY, planned=[(cell(0, 15, 400), 1340, 2), (cell(1, 30, 30), 1340, 2), (cell(2), 1340, 2)])
    found = landanalysis.analyse(held)
    assert found.sieved.to_dict() == pytest.approx({"small": 900, "narrow": 6000, "plot": 40_000})
    assert found.waterfall["small"] == 900 and found.waterfall["narrow"] == 6000 and found.lost.sum() == 0
    assert math.isclose(found.left_m2, Truth(held).left)


def test_what_is_left_is_an_upper_bound_where_a_layer_does_not_cover_the_municipality() -> None:
    whole = layers()
    assert not landanalysis.analyse(whole).bounded
    for role in ("flood", "landslide", "slope"):
        partly = replace(
            whole, meta={**whole.meta, role: LayerMeta(role, "fetched", "x", cover="bare kartlagt noen steder")}
        )
        assert landanalysis.analyse(partly).bounded
    assert landanalysis.analyse(layers(without=["boundary"])).bounded
    assert landanalysis.analyse(layers(without=["railway"])).bounded
