from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fetched
from fetched import Fetched
from helpers.errors import InputError, TableMissing
from helpers.measures import employment, needed
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames

STATUS = ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", "ContentsCode", "Tid"]


@pytest.fixture(scope="module")
def whole() -> Fetched:
    """Tables 13563 and 11618 as a fetch brings them."""
    frames_ = {
        "ssb_13563": fetched._status(),
        "ssb_11618": fetched._work("11618", lambda year: fetched.blocks.t11618(year)[:, 0, :2], ["15-74", "20-66"]),
    }
    return Fetched(frames_, {table: fetched._meta(table, frame) for table, frame in frames_.items()})


def by_status(year: int = 2024, reach: float = 0, **people: tuple[float, float]) -> pd.DataFrame:
    """Category (``all``, ``immigrants``, ``others``) → residents and employed of 20–66 in Halden."""
    codes = {"all": "A-G", "immigrants": "B", "others": "A_C-G"}
    rows = [
        ("3101", status, "20-66", codes[name], "Bosatte", year, figure)
        for name, pair in people.items()
        for status, figure in zip(("TOT", "A.01"), pair, strict=True)
    ]
    frame = frames.tidy(rows, STATUS)
    return frame.assign(lower=frame["value"] - reach, upper=frame["value"] + reach)


def people(**counts: float) -> pd.DataFrame:
    """``y2025`` → residents of 20–66 and of all ages in Halden on 1 January."""
    rows = [("3101", age, "Personer1", int(year[1:]), n) for year, n in counts.items() for age in ("20-66", "0+")]
    return frames.tidy(rows, ["Region", "Alder", "ContentsCode", "Tid"])


def work(population: float, employed: float, jobs: float = 100, year: int = 2024) -> pd.DataFrame:
    return frames.employment({("3101", year): (population, employed, jobs)}).assign(Alder="20-66")


def test_by_hand(halden: Municipality) -> None:
    """70 % of 1000 is 700, 650 are employed; of the 1100 who will live here, 770."""
    tables = {"ssb_11618": work(1000, 650), "ssb_07459": people(y2025=2000, y2027=2200)}
    found = needed.to_reach(tables, halden, 70)
    assert (found.now, found.now_lower, found.now_upper, found.rate) == (50, 50, 50, 65)
    assert math.isnan(found.population_then) and math.isnan(found.then) and found.until is None
    assert (found.table, found.age, found.year, found.lacking) == ("ssb_11618", "20-66", 2024, ())
    ahead = needed.to_reach(tables, halden, 70, until=2026)
    assert ahead.population_then == pytest.approx(1100)
    assert (ahead.by_rate, ahead.by_population, ahead.then) == pytest.approx((50, 70, 120))
    assert needed.to_reach(tables, halden, 70, population_then=900).then == pytest.approx(-20)
    assert needed.to_reach(tables, halden, 60).now == pytest.approx(-50)  # passed


def test_halden_15_74_in_the_snapshot(tables: Tables, halden: Municipality) -> None:
    found = needed.to_reach(tables, halden, 70, "15-74")
    assert (found.population, found.employed, found.year) == (23652, 14226, 2022)
    assert found.now == pytest.approx(0.7 * 23652 - 14226) and round(found.now) == 2330
    ahead = needed.to_reach(tables, halden, 70, "15-74", until=2025)
    factor = 23895 / 23643  # 1 January 2026 against 1 January 2023
    assert ahead.population_then == pytest.approx(23652 * factor)
    assert round(ahead.then) == round(ahead.by_rate + ahead.by_population) == 2507


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "ssb_11618 i data/ mangler Alder 20-66"),
        ({"table": "ssb_13563"}, "ssb_13563 i data/ mangler HovArbStyrkStatus A.01"),
        ({"age": "15-74", "year": 2010}, "Halden i 2010"),
        ({"age": "15-74", "until": 2040}, "ssb_14746 i data/ mangler året 2041"),
    ],
)
def test_what_the_snapshot_lacks_is_named(
    tables: Tables, halden: Municipality, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(TableMissing, match=said):
        needed.to_reach(tables, halden, 70, **asked)


def test_the_snapshot_has_no_split(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(TableMissing, match=r"HovArbStyrkStatus A\.01"):
        needed.by_category(tables, halden, 70, "30-61")


def test_a_municipality_without_comparable_figures(tables: Tables) -> None:
    with pytest.raises(TableMissing, match="Ålesund"):
        needed.to_reach(tables, Municipality.find("1508"), 70, "15-74")


def test_fetched_20_66(whole: Fetched, halden: Municipality) -> None:
    found = needed.to_reach(whole, halden, 70)
    assert (found.table, found.year) == ("ssb_11618", 2025) and found.now_lower == found.now == found.now_upper
    other = needed.to_reach(whole, halden, 70, table="ssb_13563")
    assert other.year == 2024 and other.now_lower < other.now < other.now_upper
    assert needed.to_reach(whole, halden, 70, "30-61").table == "ssb_13563"
    assert needed.to_reach(whole, halden.county, 70).population == sum(
        needed.to_reach(whole, each, 70).population for each in halden.county.municipalities
    )


def test_the_projection_takes_over_where_the_count_ends(halden: Municipality) -> None:
    tables = {"ssb_11618": work(1000, 650), "ssb_07459": people(y2025=2000), "ssb_14746": people(y2031=1900)}
    assert needed.to_reach(tables, halden, 70, until=2030).by_population == pytest.approx(-35)
    with pytest.raises(TableMissing, match="Tid 2041"):
        needed.to_reach(tables, halden, 70, until=2040)
    holed = tables | {"ssb_14746": people(y2031=math.nan)}
    with pytest.raises(TableMissing, match="Halden i 2031"):
        needed.to_reach(holed, halden, 70, until=2030)


def test_the_split_by_hand(halden: Municipality) -> None:
    """Immigrants 100 of 200, others 640 of 800: 40 are lacking among the first, 80 too many among the others."""
    tables = {"ssb_13563": by_status(all=(1000, 740), immigrants=(200, 100), others=(800, 640))}
    found = needed.by_category(tables, halden, 70)
    assert {name: each.now for name, each in found.items()} == pytest.approx({"A-G": -40, "A_C-G": -80, "B": 40})
    higher = needed.by_category(tables, halden, 80)
    assert {name: each.now for name, each in higher.items()} == pytest.approx({"A-G": 60, "A_C-G": 0, "B": 60})
    assert higher["B"].alone == pytest.approx(80) and higher["A_C-G"].alone == pytest.approx(87.5)
    assert higher["A-G"].alone == pytest.approx(80)
    assert needed.by_category(tables, halden, 95)["B"].alone == pytest.approx(
        155
    )  # 310 of 200: out of reach for them alone


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 9000), st.floats(0, 1)), min_size=2, max_size=2),
    st.floats(1, 99),
    st.integers(0, 20000),
)
def test_the_terms_add_up(groups: list[tuple[int, float]], goal: float, then: int) -> None:
    halden = Municipality.find("3101")
    one, two = ((float(n), float(round(n * share))) for n, share in groups)
    both = (one[0] + two[0], one[1] + two[1])
    tables = {"ssb_13563": by_status(all=both, immigrants=one, others=two)}
    found = needed.to_reach(tables, halden, goal, population_then=then)
    assert found.by_rate + found.by_population == pytest.approx(found.then)
    assert found.then == pytest.approx(goal / 100 * then - both[1], abs=1e-6)
    split = needed.by_category(tables, halden, goal)
    assert split["B"].now + split["A_C-G"].now == pytest.approx(split["A-G"].now, abs=1e-6)
    assert split["A-G"].now == pytest.approx(found.now, abs=1e-6)
    moved = one[1] + split["A-G"].now
    assert split["B"].alone == pytest.approx(100 * moved / one[0])


def test_rounding_reaches_the_number_that_is_needed(halden: Municipality) -> None:
    tables = {"ssb_13563": by_status(reach=8, all=(1000, 650))}
    found = needed.to_reach(tables, halden, 70)
    far = math.hypot(0.7 * 8, 8)
    assert (found.now_lower, found.now_upper) == pytest.approx((50 - far, 50 + far))


def test_an_assumed_year_is_used_only_when_asked_for(halden: Municipality) -> None:
    frame = pd.concat([by_status(2023, all=(1000, 650)), by_status(2024, all=(1000, 700))])
    tables = Fetched({"ssb_13563": frame}, {"ssb_13563": fetched._meta("ssb_13563", frame)})
    assumed = tables.changed("ssb_13563", frame, assumed=("2024",))
    assert (needed.to_reach(assumed, halden, 70).year, needed.to_reach(tables, halden, 70).year) == (2023, 2024)
    found = needed.to_reach(assumed, halden, 70, year=2024)
    assert found.assumed and found.now == pytest.approx(0)


def test_a_missing_figure_is_not_0(halden: Municipality) -> None:
    with pytest.raises(TableMissing, match="Halden"):
        needed.to_reach({"ssb_13563": by_status(all=(1000, math.nan))}, halden, 70)
    with pytest.raises(TableMissing, match="Halden"):
        needed.to_reach({"ssb_11618": work(1000, math.nan)}, halden, 70)


@pytest.mark.parametrize(
    ("goal", "asked", "said"),
    [
        (0, {}, "mellom 0 og 100 prosent, ikke 0"),
        (100, {}, "mellom 0 og 100"),
        (math.nan, {}, "mellom 0 og 100"),
        (70, {"until": 2030, "population_then": 5}, "ikke begge"),
        (70, {"population_then": -1}, "antall personer"),
        (70, {"population_then": math.inf}, "antall personer"),
        (70, {"table": "ssb_07984"}, "ssb_07984 har ingen sysselsettingsandel"),
    ],
)
def test_what_cannot_be_asked_for(
    tables: Tables, halden: Municipality, goal: float, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        needed.to_reach(tables, halden, goal, "15-74", **asked)


# A part of a national goal


@pytest.mark.parametrize(
    ("key", "table", "year", "local", "part"),
    [
        ("jobs", "ssb_11618", 2022, 13122, 1168),
        ("employed", "ssb_11618", 2022, 14226, 1262),
        ("working_age", "ssb_07459", 2026, 18997, 1385),
        ("population", "ssb_07459", 2026, 32082, 1425),
    ],
)
def test_haldens_part_of_250_000_jobs(
    tables: Tables, halden: Municipality, key: str, table: str, year: int, local: float, part: int
) -> None:
    found = needed.allocate(tables, halden, 250_000, key)
    assert (found.table, found.year, found.local) == (table, year, local)
    assert found.allocated == pytest.approx(250_000 * local / found.national) and round(found.allocated) == part
    assert found.lacking == ()
    assert needed.allocate(tables, halden, 40_000, key).allocated == pytest.approx(0.16 * found.allocated)


def test_the_parts_of_a_county_are_its_own(tables: Tables, halden: Municipality) -> None:
    parts = [needed.allocate(tables, each, 1000, "jobs", 2022) for each in halden.county.municipalities]
    county, whole = (needed.allocate(tables, each, 1000, "jobs", 2022) for each in (halden.county, Area.country()))
    assert sum(each.allocated for each in parts) == pytest.approx(county.allocated)
    assert whole.share == pytest.approx(100) and whole.allocated == pytest.approx(1000)
    jobs = employment.by_municipality(tables, Area.country(), 2022)["jobs"]
    assert (
        whole.national >= jobs.sum() > 0.98 * whole.national
    )  # also codes that could not be carried to one of today's


@settings(max_examples=20)
@given(st.floats(-1e6, 1e6), st.sampled_from(list(needed.KEYS)))
def test_a_part_is_proportional(total: float, key: str) -> None:
    tables: Any = {"ssb_11618": frames.employment({("3101", 2024): (9, 7, 5)}), "ssb_07459": people(y2025=50)}
    halden = Municipality.find("3101")
    found = needed.allocate(tables, halden, total, key)
    assert found.allocated == pytest.approx(total) and found.lacking  # one municipality, the others are lacking
    assert "0301" in found.lacking and "3101" not in found.lacking


@pytest.mark.parametrize(
    ("total", "key", "said"),
    [
        (250_000, "private", "«private» er ikke en fordelingsnøkkel. Velg jobs, employed, working_age, population"),
        (math.nan, "jobs", "må være et tall, ikke nan"),
        (math.inf, "jobs", "må være et tall"),
    ],
)
def test_a_key_or_a_goal_that_cannot_be_used(
    tables: Tables, halden: Municipality, total: float, key: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        needed.allocate(tables, halden, total, key)


def test_a_key_that_is_not_held_is_named(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(TableMissing, match="Halden i 2010"):
        needed.allocate(tables, halden, 1, "jobs", 2010)
    with pytest.raises(TableMissing, match="Ålesund"):
        needed.allocate(tables, Municipality.find("1508"), 1, "jobs")
    zero = {"ssb_11618": frames.employment({("3101", 2024): (9, 7, 0)})}
    found = needed.allocate(zero, halden, 5, "jobs")
    assert math.isnan(found.share) and math.isnan(found.allocated)
