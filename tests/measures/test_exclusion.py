from __future__ import annotations

import math

import pandas as pd
import pytest

from helpers.errors import TableMissing
from helpers.measures import exclusion
from helpers.measures.ranking import rank_of
from helpers.measures.rounding import Interval, approximate_sum, few, hard_sum, share
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames


def test_halden_2021(tables: Tables, halden: Municipality) -> None:
    young, adult = (exclusion.share(tables, halden, age, 2021) for age in exclusion.AGES)
    assert (young.outside, young.total, round(young.share, 1)) == (633, 5595, 11.3)
    assert (adult.outside, adult.total, round(adult.share, 1)) == (2999, 13036, 23.0)
    assert young.lower < young.share < young.upper
    assert young.approximate and young.missing == () and young.inside_area


def test_by_age(tables: Tables, halden: Municipality) -> None:
    found = exclusion.by_age(tables, halden)
    assert list(found.index) == ["15-29", "30-61"]
    assert list(found["outside"]) == [633, 2999]


@pytest.mark.parametrize(
    ("name", "young", "adult"),
    [("sarpsborg", 11.2, 22.3), ("fredrikstad", 10.6, 21.0), ("hvaler", 8.7, 19.5), ("aremark", 7.9, 21.2)],
)
def test_the_neighbours_2021(tables: Tables, name: str, young: float, adult: float) -> None:
    found = exclusion.by_age(tables, Municipality.find(name))
    assert [round(each, 1) for each in found["share"]] == [young, adult]


def test_an_area_adds_up_and_names_who_is_missing(tables: Tables, halden: Municipality) -> None:
    county = exclusion.share(tables, halden.county, "15-29", 2021)
    assert county.held == 12 and county.missing == ()
    mixed = exclusion.share(tables, Area.of(["3101", "0301"]), "15-29", 2021)
    assert (mixed.outside, mixed.missing, mixed.held, mixed.inside_area) == (633, ("0301",), 1, False)


@pytest.mark.parametrize(
    ("place", "age", "year", "category", "named"),
    [
        ("oslo", "15-29", 2021, "A-G", "Oslo"),
        ("halden", "20-66", 2021, "A-G", "20-66"),
        ("halden", "15-29", 2030, "A-G", "2030"),
        ("halden", "15-29", 2021, "B", "InnvandrKat B"),
    ],
)
def test_what_is_not_held_is_named(tables: Tables, place: str, age: str, year: int, category: str, named: str) -> None:
    with pytest.raises(TableMissing, match=named) as caught:
        exclusion.share(tables, Municipality.find(place), age, year, category)
    assert caught.value.table == "ssb_13563"


def test_gap_of_immigrants_in_points_and_in_percent(tables: Tables, halden: Municipality) -> None:
    found = exclusion.by_category(tables, halden, "30-61")
    immigrants, others = 809 / 2441, 2284 / 10773
    assert found.gap_points == pytest.approx(100 * (immigrants - others))
    assert found.gap_percent == pytest.approx(100 * (immigrants / others - 1))
    assert found.gap_points_lower < found.gap_points < found.gap_points_upper
    assert list(found.shares.index) == ["A-G", "B", "A_C-G"]
    assert found.shares.loc["B", "outside"] == 809


def test_gap_is_nan_in_percent_where_nobody_else_is_outside() -> None:
    rows = [
        ("3101", "15-29", category, status, "Bosatte", 2022, figure)
        for category, outside in (("A-G", 5), ("B", 5), ("A_C-G", 0))
        for status, figure in (("TOT", 50), ("NEET2", outside))
    ]
    found = exclusion.by_category({"ssb_13563": _frame(rows)}, Municipality.find("3101"), "15-29")
    assert found.gap_points == pytest.approx(10) and math.isnan(found.gap_percent)


def test_2022_is_assumed(tables: Tables) -> None:
    assert exclusion.is_assumed(tables, 2022) and not exclusion.is_assumed(tables, 2021)
    assert not exclusion.is_assumed({}, 2022)  # a plain frame says nothing of how its years were found
    assert (exclusion.newest_year(tables), exclusion.newest_year(tables, assumed=True)) == (2021, 2022)


def test_a_municipality_that_is_not_held_has_no_share(tables: Tables) -> None:
    bergen = Municipality.find("bergen")
    assert exclusion.by_municipality(tables, bergen.county, "15-29", 2021)["share"].isna().all()
    assert exclusion.rank_range(tables, Municipality.find("oslo"), "15-29", 2021) is None


def test_a_difference_holds_only_where_the_bounds_do_not_meet(tables: Tables, halden: Municipality) -> None:
    own, county = (exclusion.share(tables, each, "30-61", 2021) for each in (halden, halden.county))
    assert exclusion.differs(own, county) == "higher" and exclusion.differs(county, own) == "lower"
    young = [exclusion.share(tables, each, "15-29", 2021) for each in (Municipality.find("aremark"), halden.county)]
    assert exclusion.differs(own, own) == exclusion.differs(*young) == "even"


def test_few_people_are_told_as_persons(tables: Tables, halden: Municipality) -> None:
    """Eight persons of 534 are one and a half percentage points; of Halden's 5 595 young a seventh of one."""
    aremark = Municipality.find("aremark")
    assert [exclusion.share(tables, aremark, age, 2021).few for age in exclusion.AGES] == [True, True]
    assert not any(exclusion.share(tables, halden, age, 2021).few for age in exclusion.AGES)
    assert few(10.0, 10.0, 99) and not few(10.0, 10.0, 100) and few(9.0, 11.1, 5000) and few(math.nan, 1, math.nan)


def test_persons_per_point(tables: Tables, halden: Municipality) -> None:
    assert exclusion.persons_per_point(tables, halden, "30-61", 2021) == pytest.approx(130.36)


def test_comparison(tables: Tables, halden: Municipality) -> None:
    found = exclusion.comparison(tables, halden, "30-61", 2021)
    assert list(found.index) == ["municipality", "county", "sondre-viken", "held"]
    assert list(found["held"]) == [1, 12, 5, 90]
    assert found.loc["municipality", "outside"] == 2999
    frame = tables["ssb_13563"]
    cells = frame[(frame["Tid"] == 2021) & (frame["Alder"] == "30-61") & (frame["InnvandrKat"] == "A-G")]
    assert found.loc["held", "outside"] == cells.loc[cells["HovArbStyrkStatus"] == "NEET2", "value"].sum()
    assert all(each == () for each in found["missing"])
    with pytest.raises(TableMissing, match="Bergen"):
        exclusion.comparison(tables, Municipality.find("bergen"), "30-61", 2021)


def test_unemployment(tables: Tables, halden: Municipality) -> None:
    found = exclusion.unemployment(tables, halden)
    assert list(found.index) == [f"2022M{month:02}" for month in range(1, 11)]
    assert found.loc["2022M01", ["count", "lower", "upper", "percent"]].tolist() == [517, 517, 517, 3.5]
    assert found["status"].isna().all()


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        (("2026M01", "2026M10"), ("2026M01", "2026M10")),
        (("2025M01", "2026M10"), ("2025M10", "2026M10")),
        (("2025M11", "2026M02"), ("2025M11", "2026M02")),
    ],
)
def test_the_newest_month_and_the_year_before_it(held: tuple[str, str], shown: tuple[str, str]) -> None:
    months = pd.period_range(*(each.replace("M", "-") for each in held), freq="M").strftime("%YM%m")
    found = exclusion.newest_months(pd.DataFrame({"count": range(len(months))}, index=months))
    assert (found.index[0], found.index[-1]) == shown and len(found) <= 13


def test_months_that_were_not_kept_are_never_drawn_over() -> None:
    frame = pd.DataFrame({"count": range(5)}, index=["2025M09", "2025M10", "2026M01", "2026M02", "2026M03"])
    assert list(exclusion.newest_months(frame).index) == ["2026M01", "2026M02", "2026M03"]
    assert exclusion.newest_months(frame.iloc[:0]).empty


def test_a_place_without_both_figures_is_told(halden: Municipality) -> None:
    rows = [
        ("3101", "15-29", "A-G", "TOT", "Bosatte", 2024, math.nan),
        ("3101", "15-29", "A-G", "NEET2", "Bosatte", 2024, 5),
    ]
    with pytest.raises(TableMissing, match="Halden"):
        exclusion.share({"ssb_13563": _frame(rows)}, halden, "15-29", 2024)


def test_masked_unemployment_is_bounds_not_zero(tables: Tables) -> None:
    masked = exclusion.unemployment(tables, Municipality.find("1816"))
    assert masked["count"].isna().all() and masked["percent"].isna().all()
    assert set(masked["lower"]) == {0} and set(masked["upper"]) == {3}
    assert set(masked["status"]) == {"*"}
    county = exclusion.unemployment(tables, Municipality.find("1816").county)
    assert county["count"].isna().all() and county["percent"].isna().all()
    assert (county["upper"] - county["lower"]).min() >= 3
    frame = tables["nav_hl060"]
    cells = frame[
        (frame["Tid"] == "2022M10") & (frame["ContentsCode"] == "antall") & frame["Region"].str.startswith("18")
    ]
    assert county.loc["2022M10", "lower"] == cells["value"].sum()
    assert county.loc["2022M10", "upper"] == cells["value"].sum() + 3 * cells["value"].isna().sum()


def test_unemployment_of_the_country_leaves_svalbard_out(tables: Tables) -> None:
    frame = tables["nav_hl060"]
    counts = frame[(frame["Tid"] == "2022M01") & (frame["ContentsCode"] == "antall")]
    assert (counts["Region"] == "2100").sum() == 1
    found = exclusion.unemployment(tables, Area.country())
    assert found.loc["2022M01", "lower"] == counts.loc[counts["Region"] != "2100", "lower"].sum()
    assert all(each == () for each in found["lacking"])


def test_unemployment_before_a_division_has_no_rows(tables: Tables) -> None:
    assert exclusion.unemployment(tables, Municipality.find("1508")).empty
    listed = exclusion.unemployment(tables, Area.of(["1508", "3101"]))
    assert set(listed["lacking"]) == {("1508",)}


def test_a_share_stays_between_0_and_100() -> None:
    assert share(Interval(1, 0, 9), Interval(5, 0, 13)) == Interval(20, 0, 100)
    unknown = share(Interval(0, 0, 2), Interval(0, 0, 2))
    assert math.isnan(unknown.value) and math.isnan(unknown.upper)


def test_sums_of_intervals() -> None:
    cells = pd.DataFrame({"value": [10.0, 10.0], "lower": [7.0, 6.0], "upper": [13.0, 14.0]})
    assert hard_sum(cells) == Interval(20, 13, 27)
    assert approximate_sum(cells) == Interval(20, 15, 25)
    masked = pd.DataFrame({"value": [10.0, math.nan], "lower": [10.0, 0.0], "upper": [10.0, 3.0]})
    found = hard_sum(masked)
    assert not found.known and (found.lower, found.upper) == (10, 13)
    assert not hard_sum(cells.iloc[:0]).known and not approximate_sum(cells.iloc[:0]).known


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return frames.tidy(rows, ["Region", "Alder", "InnvandrKat", "HovArbStyrkStatus", "ContentsCode", "Tid"])


def test_a_rank_range_holds_the_rank_and_widens_with_few_people(tables: Tables) -> None:
    ranges = {}
    for each in Municipality.find("3101").county.municipalities:
        shares = exclusion.by_municipality(tables, each.county, "30-61", 2021)["share"]
        found, reach = rank_of(shares, each.code), exclusion.rank_range(tables, each, "30-61", 2021)
        assert found is not None and reach is not None
        assert reach.best <= found.rank <= reach.worst and reach.of == found.of == 12
        ranges[each.name] = (reach.best, reach.worst)
    assert ranges["Halden"] == (1, 2)
    assert ranges["Aremark"] == (1, 9)
    assert exclusion.rank_range(tables, Municipality.find("4601"), "30-61", 2021) is None
