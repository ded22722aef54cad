"""How well divisions keep commuters inside, reckoned again from the real matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.errors import TableMissing
from helpers.measures import commuting, expectedflows, gravity, labourmarket, partitions, regions
from helpers.places import Municipality
from helpers.regions import Division, counties, sondre_viken
from helpers.tables import Tables

HALDEN = Municipality.find("3101")


@pytest.fixture(scope="module")
def flows(tables: Tables) -> pd.DataFrame:
    return commuting.matrix(tables, 2022)


def test_what_stays_in_each_region(tables: Tables, flows: pd.DataFrame) -> None:
    found = regions.compared(tables, HALDEN, sondre_viken(), counties())
    assert list(found.index) == ["own", "markets", "sondre-viken", "counties", "intramax"]
    assert {name: found.attrs[name] for name in ("year", "employed")} == {
        "year": 2022,
        "employed": flows.loc["3101"].sum(),
    }
    five = [code for code, _ in sondre_viken().members]
    county = [code for code in flows.index if code.startswith("31")]
    for key, members in {
        "own": ["3101"],
        "markets": ["3101", "3124"],
        "sondre-viken": five,
        "counties": county,
    }.items():
        row, block = found.loc[key], flows.loc[members, members].to_numpy().sum()
        assert row["members"] == len(members) and row["persons"] == flows.loc["3101", members].sum()
        assert row["kept"] == pytest.approx(100 * row["persons"] / flows.loc["3101"].sum())
        assert row["supply"] == pytest.approx(100 * block / flows.loc[members].to_numpy().sum())
        assert row["demand"] == pytest.approx(100 * block / flows[members].to_numpy().sum())
    assert found["persons"]["own"] == 10040, "who lives and works in Halden, table 03321"


def test_how_a_division_holds_in_the_whole_country(tables: Tables, flows: pd.DataFrame) -> None:
    found = regions.compared(tables, HALDEN, sondre_viken(), counties())
    of = flows.index.map(dict(counties().members)).to_numpy()
    stay = flows.to_numpy()[of[:, None] == of[None]].sum()
    assert found["inside"]["counties"] == pytest.approx(100 * stay / flows.to_numpy().sum())
    assert found["inside"]["own"] == pytest.approx(100 * flows.to_numpy().trace() / flows.to_numpy().sum())
    assert found["areas"].drop("sondre-viken").to_dict() == {"own": 356, "markets": 89, "counties": 15, "intramax": 89}
    assert found.loc["markets", ["rand", "mutual"]].tolist() == [1.0, pytest.approx(1.0)]
    markets = labourmarket.assignments(tables)[2022].dropna()
    assert found["rand"]["counties"] == partitions.rand_index(markets, pd.Series(of, index=flows.index))
    assert found.loc["sondre-viken", ["areas", "inside", "rand", "mutual"]].isna().all(), (
        "it is not of the whole country"
    )


def test_a_larger_region_never_keeps_fewer(tables: Tables) -> None:
    """Merging zones never lowers what stays inside."""
    inner = Division("inner", "", tuple((code, code) for code, _ in counties().members))
    for code in ("3101", "0301", "1835", "5061", "4601"):
        found = regions.compared(tables, Municipality.find(code), inner, counties())
        assert (
            found["kept"]["own"] == found["kept"]["inner"] <= min(found["kept"]["markets"], found["kept"]["counties"])
        )
        assert found["inside"]["own"] < found["inside"]["counties"]
        assert found["kept"].between(0, 100).all()


def test_a_division_that_the_municipality_is_not_in_is_no_row(tables: Tables) -> None:
    found = regions.compared(tables, Municipality.find("0301"), sondre_viken(), counties())
    assert "sondre-viken" not in found.index and found["region"]["markets"] == "Oslo - Oslove"


def test_a_municipality_without_flows_is_missing(tables: Tables) -> None:
    for measure in (regions.compared, expectedflows.less_and_more):
        with pytest.raises(TableMissing, match="tall for Haram i 2022"):
            measure(tables, Municipality.find("1580"))


# --- the areas drawn anew -------------------------------------------------------------------------------------------


def test_areas_are_drawn_anew_the_same_way_each_time(tables: Tables) -> None:
    drawn = labourmarket.redrawn(tables)
    assert drawn.shape == (356, labourmarket.DRAWS) and not drawn.isna().any().any()
    found = labourmarket.labour_market(tables, HALDEN)
    assert (found.draws, found.drawn_same, found.drawn_with_centre) == (25, 25, 25)
    alone = drawn.eq(drawn.loc["3101"], axis=1)
    assert (alone.sum() == 2).all() and alone.loc["3124"].all(), "Halden and Aremark, every time"
    unsure = labourmarket.labour_market(tables, Municipality.find("5061"))
    assert 0 < unsure.drawn_same < unsure.draws, "a small one on the border of the rule"


# --- less and more than expected ------------------------------------------------------------------------------------


def test_the_flows_farthest_from_the_model(tables: Tables, flows: pd.DataFrame) -> None:
    found = expectedflows.less_and_more(tables, HALDEN)
    assert found["side"].tolist() == ["less"] * 10 + ["more"] * 10 and found["difference"].is_monotonic_increasing
    assert (found["difference"].abs() >= 1).all()
    for row in found.itertuples():
        home, work = ("3101", row.code) if row.direction == "out" else (row.code, "3101")
        assert row.observed == flows.loc[home, work] and row.difference == pytest.approx(row.observed - row.expected)
    assert {"Tønsberg", "Sandefjord"} <= set(found[found["side"] == "less"]["name"]), "across the Oslofjord"
    assert found.attrs["n"] == 356 * 355 and found.attrs["left_out"] == (), (
        "Ålesund stands where its first successor is"
    )


def test_a_flow_of_one_in_thirteen_is_not_unusual_where_flows_vary_so_much(tables: Tables) -> None:
    """7 commute from Halden to Tønsberg, 95 are expected: by chance alone (Poisson) that could not be; among flows of its size it is usual."""
    found = expectedflows.less_and_more(tables, HALDEN).iloc[0]
    assert (found["name"], found["observed"], round(found["expected"])) == ("Tønsberg", 7, 95)
    assert found["low"] < found["ratio"] < found["high"] and found["unusual"] == 0
    held = expectedflows.pairs(tables)
    assert held.attrs["dispersion"] == pytest.approx(18.81, abs=0.01)
    assert 0.01 < (held["unusual"] != 0).mean() < 0.05
    large = held[held["expected"] > 100]
    assert (np.abs(large["difference"]) > 2 * np.sqrt(large["expected"])).mean() > 0.5, (
        "chance alone would call half of them so"
    )


def test_what_lies_within_a_person_is_told_of_by_neither(tables: Tables) -> None:
    found = expectedflows.less_and_more(tables, Municipality.find("1835"))
    assert len(found) < 20 and (found["difference"].abs() >= expectedflows.LEAST).all()
    every = gravity.of_municipality(expectedflows.pairs(tables), "1835")
    assert found.attrs["unusual_more"] == (every["unusual"] > 0).sum() > 0 == found.attrs["unusual_less"]
