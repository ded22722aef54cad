from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError, TableMissing
from helpers.measures import employment
from helpers.measures.ranking import rank_of
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames


@pytest.fixture
def skien() -> Municipality:
    return Municipality.find("skien")


def test_halden_2022(tables: Tables, halden: Municipality) -> None:
    row = employment.series(tables, halden).loc[2022]
    assert (row["population"], row["employed"], row["jobs"]) == (23652, 14226, 13122)
    assert row["rate"] == pytest.approx(60.147, abs=0.001)
    assert row["coverage"] == pytest.approx(92.24, abs=0.01)
    assert row["table"] == "ssb_11618"
    assert row["lacking"] == ()


def test_figures_that_the_plans_print(tables: Tables, halden: Municipality) -> None:
    assert employment.series(tables, halden).loc[2019, "jobs"] == 12599
    assert employment.series(tables, Municipality.find("sarpsborg")).loc[2017, "jobs"] == 27322


def test_norway_2022(tables: Tables) -> None:
    row = employment.series(tables, Area.country()).loc[2022]
    assert row["jobs"] == 2_809_789
    assert round(row["rate"], 1) == 68.7


def test_2023_is_from_the_newer_table_and_has_no_rate(tables: Tables, halden: Municipality) -> None:
    row = employment.series(tables, halden).loc[2023]
    assert (row["employed"], row["jobs"], row["table"]) == (14262, 13123, "ssb_11616")
    assert math.isnan(row["population"]) and math.isnan(row["rate"])
    assert row["coverage"] == pytest.approx(100 * 13123 / 14262)


def test_an_area_has_no_newer_year_even_where_every_municipality_has(tables: Tables) -> None:
    assert employment.series(tables, Area.of(["3101", "3105"])).index.max() == 2022


def test_without_the_newer_table_the_series_ends_in_2022(tables: Tables, halden: Municipality) -> None:
    alone = {"ssb_11618": tables["ssb_11618"]}
    assert list(employment.series(alone, halden).index) == [2017, 2018, 2019, 2020, 2021, 2022]


def test_rindal_is_missing_in_2019_and_named_in_every_sum(tables: Tables) -> None:
    rindal = employment.series(tables, Municipality.find("rindal"))
    assert rindal.loc[2019, ["population", "employed", "jobs", "rate", "coverage"]].isna().all()
    assert rindal.loc[2019, "lacking"] == ("5061",)
    country = employment.series(tables, Area.country())
    assert [year for year in country.index if country.loc[year, "lacking"]] == [2019]
    assert country.loc[2019, "lacking"] == ("5061",)
    assert country.loc[2019, "jobs"] == 2_691_643


def test_a_divided_municipality_has_no_rows_but_its_county_is_whole(tables: Tables) -> None:
    alesund = Municipality.find("1508")
    assert employment.series(tables, alesund).empty
    assert list(employment.series(tables, alesund).columns) == employment.COLUMNS
    county = employment.series(tables, alesund.county)
    assert list(county.index) == [2017, 2018, 2019, 2020, 2021, 2022]
    assert all(each == () for each in county["lacking"])


def test_a_list_with_a_divided_municipality_names_it(tables: Tables) -> None:
    both = employment.series(tables, Area.of(["3101", "1508"]))
    assert set(both["lacking"]) == {("1508",)}
    assert both.loc[2022, "jobs"] == 13122


def test_heim_begins_in_2020(tables: Tables) -> None:
    assert list(employment.series(tables, Municipality.find("5055")).index) == [2020, 2021, 2022]


def test_counties_add_up_to_the_country(tables: Tables) -> None:
    counties = {each.county.name: each.county for each in Municipality.all()}
    summed = sum(employment.series(tables, each)["jobs"] for each in counties.values())
    pd.testing.assert_series_equal(summed, employment.series(tables, Area.country())["jobs"])


def test_a_missing_table_is_not_caught(halden: Municipality) -> None:
    with pytest.raises(TableMissing) as caught:
        employment.series(_Nothing(), halden)
    assert caught.value.table == "ssb_11618"


def test_an_age_that_is_not_held_is_named(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(TableMissing, match="20-66"):
        employment.series(tables, halden, age="20-66")


def test_a_missing_cell_takes_the_municipality_out_of_all_sums_of_the_year() -> None:
    frame = frames.employment({("3101", 2022): (100, 60, 50), ("3105", 2022): (200, math.nan, 80)})
    row = employment.series({"ssb_11618": frame}, Area.of(["3101", "3105"])).loc[2022]
    assert (row["population"], row["employed"], row["jobs"]) == (100, 60, 50)
    assert row["lacking"] == ("3105",)


def test_nothing_held_in_a_year_is_nan_not_zero() -> None:
    frame = frames.employment({("3101", 2022): (100, math.nan, 50)})
    row = employment.series({"ssb_11618": frame}, Area.of(["3101"])).loc[2022]
    assert math.isnan(row["jobs"]) and row["lacking"] == ("3101",)


def test_growth(tables: Tables, halden: Municipality) -> None:
    found = employment.growth(employment.series(tables, halden), "jobs", 2017, 2022)
    assert (found.base, found.value, found.change) == (12565, 13122, 557)
    assert found.percent == pytest.approx(4.433, abs=0.001)
    assert found.annual == pytest.approx(100 * ((13122 / 12565) ** (1 / 5) - 1))


def test_growth_of_a_sum_names_who_is_lacking_in_either_year(tables: Tables) -> None:
    country = employment.series(tables, Area.country())
    assert employment.growth(country, "jobs", 2019, 2022).lacking == ("5061",)
    assert employment.growth(country, "jobs", 2017, 2022).lacking == ()


def test_growth_from_a_year_not_held_is_nan(tables: Tables, halden: Municipality) -> None:
    found = employment.growth(employment.series(tables, halden), "jobs", 2010, 2022)
    assert math.isnan(found.change) and math.isnan(found.percent) and math.isnan(found.annual)


@pytest.mark.parametrize("last", [2017, 2016])
def test_growth_needs_two_years_in_order(tables: Tables, halden: Municipality, last: int) -> None:
    with pytest.raises(ValueError, match="last > first"):
        employment.growth(employment.series(tables, halden), "jobs", 2017, last)


def test_index_from_a_year_not_held_is_nan(tables: Tables, halden: Municipality) -> None:
    assert employment.index(employment.series(tables, halden), "jobs", 2010).isna().all()
    assert employment.index(employment.series(tables, halden), "jobs", 2017)[2017] == 100


def test_index_against_the_country_with_and_without(tables: Tables, halden: Municipality) -> None:
    found = employment.index_against(tables, halden, Area.country(), "jobs", 2017)
    assert list(found.index) == [2017, 2018, 2019, 2020, 2021, 2022]
    last = found.loc[2022]
    own, country, rest = 13122 / 12565, 2_809_789 / 2_609_737, (2_809_789 - 13122) / (2_609_737 - 12565)
    assert last["against"] == pytest.approx(100 * own / country)
    assert last["against_without"] == pytest.approx(100 * own / rest)
    assert last["against_without"] < last["against"] < 100
    assert last["against_population"] == pytest.approx(100 * own / (23652 / 23387))
    assert found.loc[2019, "lacking"] == ("5061",)


def test_rank_in_the_county(tables: Tables, halden: Municipality) -> None:
    found = employment.rank(tables, halden, halden.county, "rate", 2022)
    assert found is not None
    assert (found.rank, found.of, found.ties, found.last) == (12, 12, 0, True)
    assert found.value == pytest.approx(60.147, abs=0.001)


def test_rank_where_the_figure_is_missing(tables: Tables) -> None:
    rindal, alesund = Municipality.find("rindal"), Municipality.find("1508")
    assert employment.rank(tables, rindal, rindal.county, "rate", 2019) is None
    assert employment.rank(tables, alesund, alesund.county, "rate", 2022) is None
    assert employment.rank(tables, rindal, rindal.county, "jobs", 2019) is None
    assert employment.rank(tables, rindal, rindal.county, "rate", 2030) is None


def test_who_has_no_figure_is_not_ranked_but_named(tables: Tables) -> None:
    molde = Municipality.find("molde")
    found = employment.rank(tables, molde, molde.county, "rate", 2022)
    assert found is not None and found.lacking == ("1508", "1580")
    assert found.of == len(molde.county.municipalities) - 2


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    values = pd.Series({"a": 3.0, "b": 2.0, "c": 2.0, "d": 1.0, "e": math.nan})
    ranks = {code: rank_of(values, code) for code in values.index}
    assert {code: each and (each.rank, each.of, each.ties) for code, each in ranks.items()} == {
        "a": (1, 4, 0),
        "b": (2, 4, 1),
        "c": (2, 4, 1),
        "d": (4, 4, 0),
        "e": None,
    }
    assert rank_of(pd.Series({"a": 11.31, "b": 11.29}), "b", decimals=1) == rank_of(
        pd.Series({"a": 11.31, "b": 11.29}), "b", 1
    )
    printed = rank_of(pd.Series({"a": 11.31, "b": 11.29}), "b", decimals=1)
    assert printed is not None and (printed.rank, printed.ties, printed.value) == (1, 1, 11.29)


def test_jobs_by_industry(tables: Tables, skien: Municipality) -> None:
    found = employment.jobs_by_industry(tables, skien, 2022)
    assert len(found) == 17
    assert found["share"].sum() == pytest.approx(100)
    assert found.loc["86-88", "jobs"] == 7795
    assert (found["lower"] <= found["jobs"]).all() and (found["jobs"] <= found["upper"]).all()
    assert employment.jobs_by_industry(tables, skien).attrs["year"] == 2025


def test_outside_telemark_jobs_by_industry_are_missing_and_it_says_where_they_are(
    tables: Tables, halden: Municipality, skien: Municipality
) -> None:
    for call in (employment.jobs_by_industry, employment.location_quotient, employment.shift_share_jobs):
        with pytest.raises(TableMissing, match=r"tall for Halden \(tabellen dekker Telemark\)") as caught:
            call(tables, halden)
        assert caught.value.table == "ssb_07984"
    assert not employment.holds_industry(tables, halden)
    assert employment.holds_industry(tables, skien)
    assert not employment.holds_industry(_Nothing(), skien)


def test_a_year_not_held(tables: Tables, skien: Municipality) -> None:
    with pytest.raises(TableMissing, match="2010"):
        employment.jobs_by_industry(tables, skien, 2010)


X = np.array([[40, 10, 0, 50], [10, 60, 20, 10], [30, 30, 30, 10], [5, 0, 80, 15], [15, 25, 20, 140]], dtype=float)


def test_quotients_golden() -> None:
    assert employment.quotients(X[0], X.sum(axis=0)) == pytest.approx([2.4, 0.48, 0, 4 / 3])
    assert employment.quotients(X[3], X.sum(axis=0)) == pytest.approx([0.3, 0, 3.2, 0.4])


def test_nothing_by_nothing_is_nan_not_zero() -> None:
    found = employment.quotients([0.0, 5.0], [0.0, 10.0])
    assert math.isnan(found[0]) and found[1] == 1
    assert math.isnan(employment.quotients([1.0, 5.0], [0.0, 10.0])[0])
    with pytest.raises(ValueError, match="shape"):
        employment.quotients([1.0], [1.0, 2.0])


def test_location_quotient_leaves_the_municipality_out_of_its_reference(tables: Tables, skien: Municipality) -> None:
    found = employment.location_quotient(tables, skien, 2022)
    frame = tables["ssb_07984"]
    others = frame[(frame["Tid"] == 2022) & (frame["Region"] != skien.code)]
    by_industry = others.groupby("NACE2007")["value"].sum()
    assert found.loc["86-88", "reference_share"] == pytest.approx(100 * by_industry["86-88"] / by_industry.sum())
    assert found.loc["86-88", "lq"] == pytest.approx(
        found.loc["86-88", "share"] / found.loc["86-88", "reference_share"]
    )
    assert ((found["lq_lower"] <= found["lq"]) & (found["lq"] <= found["lq_upper"])).all()
    assert list(found.index[found["small"]]) == ["05-09"]
    assert found.attrs["reference"] == "Telemark" and found.attrs["lacking"] == []


def test_a_small_figure_has_a_wide_interval() -> None:
    telemark = {
        "4003": {"A": 3.0, "B": 997.0},
        "4001": {"A": 300.0, "B": 700.0},
    }
    found = employment.location_quotient(
        {"ssb_07984": frames.industries(2022, telemark, 2)}, Municipality.find("4003"), 2022
    )
    assert found.loc["A", "lq"] == pytest.approx(0.01)
    assert found.loc["A", "lq_lower"] == pytest.approx((1 / (1 + 999)) / (302 / (302 + 698)))
    assert found.loc["A", "lq_upper"] == pytest.approx((5 / (5 + 995)) / (298 / (298 + 702)))
    assert bool(found.loc["A", "small"])
    assert "4005" in found.attrs["lacking"]


def test_no_reference_at_all_is_missing() -> None:
    alone = {"ssb_07984": frames.industries(2022, {"4003": {"A": 3.0}})}
    with pytest.raises(TableMissing, match="andre kommuner"):
        employment.location_quotient(alone, Municipality.find("4003"), 2022)


E0, E1 = (400, 300, 200, 100), (380, 345, 230, 105)
R0, R1 = (4000, 2000, 3000, 1000), (3600, 2400, 3300, 1200)


def test_shift_share_golden() -> None:
    found = employment.shift_share(E0, E1, R0, R1)
    assert list(found["reference"]) == pytest.approx([20, 15, 10, 5])
    assert list(found["mix"]) == pytest.approx([-60, 45, 10, 15])
    assert list(found["local"]) == pytest.approx([20, -15, 10, -15])
    assert list(found["change"]) == [-20, 45, 30, 5]


def test_shift_share_year_by_year_golden() -> None:
    mid_e, mid_r = (390, 320, 215, 100), (3800, 2200, 3150, 1080)
    first = employment.shift_share(E0, mid_e, R0, mid_r)
    second = employment.shift_share(mid_e, E1, mid_r, R1)
    total = (first + second)[["reference", "mix", "local"]].sum()
    assert list(total) == pytest.approx([50.052786, 7.861014, 2.086200], abs=1e-6)


def test_an_industry_new_to_both_is_all_local() -> None:
    found = employment.shift_share([0, 10], [5, 10], [0, 100], [20, 100])
    assert found.loc[0, "local"] == 5 and found.loc[0, "mix"] == 0
    assert found[["reference", "mix", "local"]].sum().sum() == pytest.approx(5)


def test_jobs_without_a_reference_are_an_error_that_names_the_industry() -> None:
    with pytest.raises(DataError, match="05-09"):
        employment.shift_share(pd.Series({"05-09": 3.0}), [1], [0], [5])
    with pytest.raises(ValueError, match="shape"):
        employment.shift_share([1], [1], [1], [1, 2])


def test_a_missing_industry_makes_the_parts_missing() -> None:
    found = employment.shift_share([math.nan, 10], [5, 10], [10, 100], [20, 100])
    assert math.isnan(found.loc[0, "local"]) and not math.isnan(found.loc[1, "local"])


def test_comparable_years(tables: Tables) -> None:
    found = employment.comparable_years(tables)
    assert list(found.index[found["comparable"].fillna(False)]) == [2020, 2021, 2022]
    assert list(found.index[found["comparable"].isna()]) == [2016, 2023, 2024, 2025]
    assert found.loc[2017, "largest"] == 267 and found.loc[2019, "largest"] == 119
    assert found.loc[[2020, 2021, 2022], "largest"].max() == 8
    assert found.loc[2023, "municipalities"] == 0


def test_shift_share_starts_where_the_tables_agree(tables: Tables, skien: Municipality) -> None:
    found = employment.shift_share_jobs(tables, skien)
    assert (found.first, found.last, found.comparable, found.unchecked) == (2020, 2025, None, (2025,))
    assert employment.shift_share_jobs(tables, skien, last=2022).comparable is True
    assert employment.shift_share_jobs(tables, skien, 2017, 2022).comparable is False
    assert found.total[["reference", "mix", "local"]].sum() == pytest.approx(found.total["change"])
    assert found.total["change"] == 994
    with pytest.raises(ValueError, match="last > first"):
        employment.shift_share_jobs(tables, skien, 2022, 2022)


def test_shift_share_leaves_the_municipality_out(tables: Tables, skien: Municipality) -> None:
    found = employment.shift_share_jobs(tables, skien, 2020, 2022)
    frame = tables["ssb_07984"]
    rest = frame[frame["Region"] != skien.code].groupby("Tid")["value"].sum()
    grown = rest[2022] / rest[2020] - 1
    assert found.total["reference"] == pytest.approx(found.total["first"] * grown)


class _Nothing(dict[str, pd.DataFrame]):
    """No table at all."""

    def __missing__(self, table: str) -> pd.DataFrame:
        raise TableMissing(table)


def test_shift_share_takes_the_newest_years_that_agree() -> None:
    """2018 and 2021 are known to disagree: 2019–2020 is left, and both ends say that more years are held."""
    skien, totals, jobs = Municipality.find("4003"), {}, {}
    for year, off in ((2017, 0), (2018, 300), (2019, 0), (2020, 0), (2021, 300)):
        jobs[year] = {"4003": {"A": 500.0 + off, "B": 500.0}, "4001": {"A": 300.0, "B": 700.0}}
        totals |= {(code, year): (3000.0, 1100.0, 1000.0) for code in ("4003", "4001")}
    held = {
        "ssb_11618": frames.employment(totals),
        "ssb_07984": pd.concat([frames.industries(year, each) for year, each in jobs.items()]),
    }
    found = employment.shift_share_jobs(held, skien)
    assert (found.first, found.last, found.comparable) == (2019, 2020, True)
    assert min(found.bad) < 2019 and max(found.bad) > 2020
    assert employment.shift_share_jobs(held, Municipality.find("4001")).first == 2019  # its reference is off
    alone = {**held, "ssb_07984": held["ssb_07984"].query("Tid in (2017, 2018)")}
    with pytest.raises(TableMissing, match="to år der næringene stemmer"):
        employment.shift_share_jobs(alone, skien)


def test_a_county_of_one_is_held_against_the_rest_of_the_country() -> None:
    jobs = {"0301": {"A": 600.0, "B": 400.0}, "3101": {"A": 100.0, "B": 100.0}, "4003": {"A": 100.0, "B": 300.0}}
    found = employment.location_quotient({"ssb_07984": frames.industries(2025, jobs)}, Municipality.find("oslo"))
    assert found.attrs["reference"] == "Landet"
    assert list(found["reference_share"].round(3)) == [33.333, 66.667]
    assert len(found.attrs["lacking"]) == 354
