from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fetched
from fetched import Fetched
from helpers.errors import TableMissing
from helpers.measures import exclusion, statuses
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames

COLUMNS = ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", "ContentsCode", "Tid"]
SEVEN = (*statuses.INSIDE, *statuses.NOT_INSIDE)


@pytest.fixture(scope="module")
def whole() -> Fetched:
    """Table 13563 as a fetch brings it, every status of the catalogue."""
    frame = fetched._status()
    return Fetched({statuses.TABLE: frame}, {statuses.TABLE: fetched._meta(statuses.TABLE, frame)})


def table(reach: float = 8, year: int = 2024, **persons: float) -> dict[str, pd.DataFrame]:
    """Halden's figures by status, with ``_`` for ``.`` and ``-`` in the codes."""
    codes = {each.replace(".", "_").replace("-", "_"): each for each in (*SEVEN, "TOT", "NEET2", "A", "INNE", "U.99")}
    rows = [("3101", codes[name], "30-61", "A-G", "Bosatte", year, count) for name, count in persons.items()]
    frame = frames.tidy(rows, COLUMNS)
    return {statuses.TABLE: frame.assign(lower=(frame["value"] - reach).clip(lower=0), upper=frame["value"] + reach)}


TOLD = {"TOT": 1000, "A_01": 700, "U_03": 40, "U_01": 12, "NEET2": 247, "A_09": 30, "U_04_U_05": 150, "U_06_U_07": 9,
        "U_90A": 55}  # fmt: skip


def test_by_hand(halden: Municipality) -> None:
    found = statuses.waterfall(table(**TOLD), halden, "30-61")
    steps = found.steps
    assert list(steps["code"]) == [
        "TOT",
        "A.01",
        "U.03",
        "U.01",
        "",
        "NEET2",
        "A.09",
        "U.04-U.05",
        "U.06-U.07",
        "U.90A",
        "",
    ]
    assert list(steps["kind"]) == ["total", *["inside"] * 3, "rounding", "outside", *["part"] * 4, "rounding"]
    assert list(steps["persons"]) == [1000, 700, 40, 12, 1, 247, 30, 150, 9, 55, 3]
    assert list(steps["start"]) == [1000, 1000, 300, 260, 248, 247, 247, 217, 67, 58, 3]
    assert list(steps["end"]) == [0, 300, 260, 248, 247, 0, 217, 67, 58, 3, 0]
    assert steps["share"].iloc[5] == pytest.approx(24.7)
    assert (steps["lower"].iloc[8], steps["upper"].iloc[8]) == (1, 17)
    assert (found.adds_up, found.year, found.assumed, found.lacking) == (True, 2024, False, ())
    assert list(steps["label"]) == list(steps["code"])  # a plain frame says nothing of labels


def test_the_snapshot_has_only_the_total_and_those_outside(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(TableMissing, match="hver arbeidsstyrkestatus for seg") as caught:
        statuses.waterfall(tables, halden, "30-61")
    assert caught.value.table == "ssb_13563"


def test_one_status_less_is_not_enough(halden: Municipality) -> None:
    for code in ("U_01", "U_90A", "TOT"):
        with pytest.raises(TableMissing):
            statuses.waterfall(table(**{name: count for name, count in TOLD.items() if name != code}), halden, "30-61")


@pytest.mark.parametrize("age", ["15-29", "20-66", "30-61"])
@pytest.mark.parametrize("category", ["A-G", "B", "A_C-G"])
def test_the_fetched_table_adds_up(whole: Fetched, halden: Municipality, age: str, category: str) -> None:
    for place in (halden, halden.county, Area.country()):
        found = statuses.waterfall(whole, place, age, category=category)
        _sums(found)
        assert found.adds_up and found.lacking == ()
        if isinstance(place, Municipality):
            share = exclusion.share(whole, place, age, found.year, category)
            assert found.steps["persons"].iloc[5] == share.outside and found.steps["share"].iloc[5] == share.share


def test_the_labels_are_the_tables_own(whole: Fetched, halden: Municipality) -> None:
    steps = statuses.waterfall(whole, halden, "20-66").steps.set_index("code")
    assert (
        steps.at["A.01", "label"] == "Sysselsatte" and steps.at["U.04-U.05", "label"] == "Mottakere av AAP/uføretrygd"
    )


def _sums(found: statuses.Waterfall) -> None:
    by_kind = found.steps.groupby("kind")["persons"].sum()
    inner, outer = found.steps.loc[found.steps["kind"] == "rounding", "persons"]
    assert by_kind["total"] - by_kind["inside"] - inner == by_kind["outside"]
    assert by_kind["part"] + outer == by_kind["outside"]
    steps = found.steps[found.steps["kind"].isin(["inside", "part", "rounding"])]
    assert (steps["start"] - steps["persons"] == steps["end"]).all()


@pytest.mark.slow
@given(st.fixed_dictionaries({name: st.integers(0, 5000) for name in TOLD}))
def test_every_step_is_accounted_for(persons: dict[str, int]) -> None:
    found = statuses.waterfall(table(**persons), Municipality.find("3101"), "30-61")
    _sums(found)
    inside = sum(persons[each] for each in ("A_01", "U_03", "U_01"))
    if abs(persons["TOT"] - inside - persons["NEET2"]) > 8 * math.sqrt(5) + 1e-9:
        assert found.adds_up is False


def test_a_status_that_is_not_known_shows_in_the_sum(halden: Municipality) -> None:
    found = statuses.waterfall(table(**TOLD, U_99=4), halden, "30-61")
    assert "U.99" in set(found.steps["code"]) and found.adds_up
    _sums(found)
    assert statuses.waterfall(table(**TOLD, U_99=400), halden, "30-61").adds_up is False
    sums = statuses.waterfall(table(**TOLD, A=730, INNE=753), halden, "30-61")
    assert not {"A", "INNE"} & set(sums.steps["code"])


def test_a_missing_status_is_missing_and_so_is_what_it_leaves(halden: Municipality) -> None:
    found = statuses.waterfall(table(**(TOLD | {"U_06_U_07": math.nan})), halden, "30-61")
    steps = found.steps.set_index("code")
    assert math.isnan(steps.at["U.06-U.07", "persons"]) and math.isnan(steps["persons"].iloc[-1])
    assert steps.at["NEET2", "persons"] == 247 and found.adds_up is None
    assert steps["persons"].iloc[4] == 1  # what those inside miss is known


def test_an_area_leaves_out_and_names_who_has_a_hole(whole: Fetched, halden: Municipality) -> None:
    frame = whole[statuses.TABLE]
    at = (frame["Region"] == "3105") & (frame["HovArbStyrkStatus"] == "U.01")
    found = statuses.waterfall(whole.changed(statuses.TABLE, frame[~at]), halden.county, "30-61")
    assert found.lacking == ("3105",)
    _sums(found)


@pytest.mark.parametrize(("age", "year", "said"), [("67+", None, r"Alder 67\+"), ("30-61", 1999, "Tid 1999")])
def test_what_is_not_held_is_named(whole: Fetched, halden: Municipality, age: str, year: int | None, said: str) -> None:
    with pytest.raises(TableMissing, match=said):
        statuses.waterfall(whole, halden, age, year)


def test_a_place_that_is_not_held_is_named() -> None:
    with pytest.raises(TableMissing, match=r"Oslo.* i 2024"):
        statuses.waterfall(table(**TOLD), Municipality.find("oslo"), "30-61")
