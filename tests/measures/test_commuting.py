from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import TableMissing
from helpers.measures import commuting
from helpers.places import Area, Municipality
from helpers.tables import Tables

from . import frames

T = np.array(
    [
        [900, 60, 20, 5, 0, 15],
        [120, 400, 10, 5, 0, 5],
        [80, 20, 250, 10, 5, 35],
        [10, 5, 15, 600, 90, 30],
        [5, 0, 5, 150, 300, 10],
        [60, 10, 40, 80, 20, 190],
    ]
)


def test_halden_2022(tables: Tables, halden: Municipality) -> None:
    row = commuting.summary(tables, halden).loc[2022]
    assert row[["employed", "jobs", "live_and_work", "out", "in_", "outside"]].tolist() == [
        14226,
        13122,
        10040,
        4186,
        3082,
        15,
    ]
    assert row["net"] == -1104
    assert row["supply"] == pytest.approx(100 * 10040 / 14226)
    assert row["demand"] == pytest.approx(100 * 10040 / 13122)
    assert row["coverage"] == pytest.approx(100 * 13122 / 14226)
    assert row["lacking"] == () and row["outside_upper"] == 15


def test_2023_is_what_11616_prints(tables: Tables, halden: Municipality) -> None:
    row = commuting.summary(tables, halden).loc[2023]
    assert row[["employed", "in_", "out", "jobs", "live_and_work"]].tolist() == [14262, 3054, 4193, 13123, 10069]
    assert row["table"] == "ssb_11616" and math.isnan(row["outside"])


def test_11616_adds_up_in_every_published_row(tables: Tables) -> None:
    for code in ("3101", "3103", "3105", "3107", "3110"):
        row = commuting.summary(tables, Municipality.find(code)).loc[2023]
        assert row["employed"] - row["out"] + row["in_"] == row["jobs"]
        assert row["live_and_work"] + row["in_"] == row["jobs"]


def test_years_without_the_newer_table(tables: Tables) -> None:
    assert commuting.summary(tables, Municipality.find("aremark")).index.max() == 2022
    assert commuting.summary(tables, Area.sondre_viken()).index.max() == 2022


def test_in_2019_who_works_in_rindal_cannot_be_told_from_who_works_outside(
    tables: Tables, halden: Municipality
) -> None:
    row = commuting.summary(tables, halden).loc[2019]
    assert math.isnan(row["outside"]) and row["outside_upper"] == 18 and row["lacking"] == ("5061",)
    assert row["out"] == 3939 and row["in_"] == 2904
    surnadal = commuting.summary(tables, Municipality.find("surnadal"))
    assert surnadal.loc[2019, "outside_upper"] > 5 * surnadal.loc[[2018, 2020], "outside"].max()


def test_rindal_itself_is_missing_in_2019(tables: Tables) -> None:
    row = commuting.summary(tables, Municipality.find("rindal")).loc[2019]
    assert row[["employed", "jobs", "live_and_work", "out", "in_", "net"]].isna().all()
    assert row["lacking"] == ("5061",)


def test_workplace_sums_equal_11618_but_for_2019(tables: Tables) -> None:
    frame = tables["ssb_11618"]
    for year in range(2017, 2023):
        jobs = frame[(frame["ContentsCode"] == "SysselArbsted") & (frame["Tid"] == year)].set_index("Region")["value"]
        difference = (jobs - commuting.matrix(tables, year).sum(axis=0)).dropna()
        assert len(difference) == len(jobs.dropna()) >= 356
        differ = difference[difference != 0]
        assert (len(differ), differ.sum()) == ((36, 360) if year == 2019 else (0, 0))


@pytest.mark.parametrize(("year", "net"), [(2017, -15818), (2018, -9797), (2020, -8300), (2021, -8213), (2022, -8385)])
def test_national_net_is_minus_those_who_work_outside(tables: Tables, year: int, net: int) -> None:
    found = commuting.national_net(tables, year)
    assert (found.net, found.outside, found.closed, found.lacking) == (net, -net, 0, ())


def test_national_net_of_2019_lacks_rindal(tables: Tables) -> None:
    found = commuting.national_net(tables, 2019)
    assert found.lacking == ("5061",) and math.isnan(found.outside) and found.closed == 0
    with pytest.raises(TableMissing, match="2030"):
        commuting.national_net(tables, 2030)


def test_partners_of_halden(tables: Tables, halden: Municipality) -> None:
    found = commuting.partners(tables, halden)
    assert found.attrs["year"] == 2022
    assert list(found["name"][:5]) == ["Sarpsborg", "Fredrikstad", "Oslo - Oslove", "Moss", "Aremark"]
    assert list(found["out"][:3]) == [1454, 862, 584]
    assert list(found["in_"][:2]) == [1009, 803]
    assert found.set_index("code").loc["3124", ["out", "in_", "net"]].tolist() == [76, 239, 163]
    assert list(found["kind"]) == ["partner"] * 10 + ["other", "outside"]
    assert found["out"].sum() == 4186 and found["in_"].sum() == 3082
    assert found["share_out"].sum() == pytest.approx(100) and found["share_in"].sum() == pytest.approx(100)
    other, outside = found.iloc[10], found.iloc[11]
    assert (other["municipalities"], other["out"], other["in_"]) == (140, 547, 367)
    assert outside["out"] == 15 and math.isnan(outside["in_"]) and math.isnan(outside["net"])


def test_partners_of_2019_leave_the_unknown_unknown(tables: Tables, halden: Municipality) -> None:
    found = commuting.partners(tables, halden, 2019, top=3)
    assert math.isnan(found.iloc[-1]["out"]) and found.attrs["lacking"] == ["5061"]
    assert len(found) == 5


def test_whole_lists(tables: Tables, halden: Municipality) -> None:
    out, coming = (commuting.partner_list(tables, halden, each) for each in ("out", "in"))
    assert list(out.index[:3]) == ["3105", "3107", "0301"] and list(coming.index[:3]) == ["3105", "3107", "3124"]
    assert out["persons"].sum() == 4186 - 15 and coming["persons"].sum() == 3082
    assert "3101" not in out.index and out["persons"].min() > 0
    assert out.loc["3105", "share"] == pytest.approx(100 * 1454 / 4186)
    assert out["persons"].is_monotonic_decreasing


def test_a_divided_municipality_has_no_commuting(tables: Tables) -> None:
    alesund = Municipality.find("1508")
    assert commuting.summary(tables, alesund).empty
    assert commuting.partners(tables, alesund).empty
    assert commuting.partner_list(tables, alesund, "out").empty
    assert commuting.shares(tables, alesund).empty


def test_a_year_that_is_not_held_has_no_partners(tables: Tables, halden: Municipality) -> None:
    assert commuting.partners(tables, halden, 2023).empty
    with pytest.raises(TableMissing, match="2023"):
        commuting.matrix(tables, 2023)


def test_shares(tables: Tables, halden: Municipality) -> None:
    row = commuting.shares(tables, halden).loc[2022]
    assert (row["to_sondre_viken"], row["to_oslo"]) == (2396, 584)
    assert row["sondre_viken_of_out"] == pytest.approx(100 * 2396 / 4186)
    assert row["sondre_viken_of_employed"] == pytest.approx(100 * 2396 / 14226)
    assert row["oslo_of_out"] == pytest.approx(100 * 584 / 4186)
    assert row["sondre_viken_internal"] == pytest.approx(100 * 68564 / 84481)
    assert commuting.shares(tables, Municipality.find("oslo"))["to_oslo"].isna().all()


def test_an_area_only_counts_who_crosses_its_border(tables: Tables) -> None:
    area = Area.sondre_viken()
    row = commuting.summary(tables, area).loc[2022]
    inside = commuting.matrix(tables, 2022).loc[list(area.regions), list(area.regions)]
    assert row["live_and_work"] == inside.to_numpy().sum()
    alone = sum(commuting.summary(tables, Municipality.find(code)).loc[2022, "out"] for code in area.regions)
    assert row["out"] < alone


def test_a_list_with_one_that_has_no_figures_names_it(tables: Tables, halden: Municipality) -> None:
    row = commuting.summary(tables, Area.of(["3101", "1508"])).loc[2022]
    assert row["lacking"] == ("1508",) and row["out"] == 4186


def test_both_tables_are_needed(tables: Tables, halden: Municipality) -> None:
    with pytest.raises(KeyError, match="ssb_03321"):
        commuting.summary({"ssb_11618": tables["ssb_11618"]}, halden)


def test_a_missing_flow_makes_the_sums_missing() -> None:
    codes = ["3101", "3105"]
    matrix = pd.DataFrame([[50, math.nan], [10, 80]], index=codes, columns=codes)
    held = {
        "ssb_11618": frames.employment({("3101", 2022): (100, 60, 62), ("3105", 2022): (150, 95, 90)}),
        "ssb_03321": frames.flows(2022, matrix),
    }
    row = commuting.summary(held, Municipality.find("3101")).loc[2022]
    assert row["live_and_work"] == 50 and row["out"] == 10 and math.isnan(row["outside_upper"])
    both = commuting.summary(held, Area.of(codes)).loc[2022]
    assert math.isnan(both["live_and_work"]) and math.isnan(both["out"])
    found = commuting.partners(held, Municipality.find("3101"))
    assert math.isnan(found.loc[0, "out"]) and found.loc[0, "in_"] == 10


def test_golden_matrix() -> None:
    found = commuting.indicators(T)
    assert list(found["employed"]) == [1000, 540, 400, 750, 470, 400]
    assert list(found["jobs"]) == [1175, 495, 340, 850, 415, 285]
    assert list(found["net"]) == [175, -45, -60, 100, -55, -115]
    assert list(found["supply"]) == pytest.approx([90, 74.0741, 62.5, 80, 63.8298, 47.5], abs=1e-4)
    assert list(found["demand"]) == pytest.approx([76.5957, 80.8081, 73.5294, 70.5882, 72.2892, 66.6667], abs=1e-4)
    assert found.attrs["self_containment"] == pytest.approx(74.1573, abs=1e-4)
    assert found.loc[0, "coverage"] == pytest.approx(117.5)


def test_bad_matrices() -> None:
    with pytest.raises(ValueError, match="square"):
        commuting.indicators([[1, 2, 3], [1, 2, 3]])
    with pytest.raises(ValueError, match="same zones"):
        commuting.indicators(pd.DataFrame([[1, 2], [3, 4]], index=["a", "b"], columns=["b", "a"]))


def test_nobody_is_nan_not_zero() -> None:
    found = commuting.indicators([[0, 0], [0, 5]])
    assert math.isnan(found.loc[0, "supply"]) and math.isnan(found.loc[0, "demand"])


def test_the_matrix_of_the_table_gives_the_summary(tables: Tables, halden: Municipality) -> None:
    closed = commuting.indicators(commuting.matrix(tables, 2022)).loc["3101"]
    assert (closed["jobs"], closed["in_"], closed["out"]) == (13122, 3082, 4186 - 15)
