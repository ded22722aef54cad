"""The labour market of a municipality, on the real matrix."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import places
from helpers.errors import TableMissing
from helpers.measures import commuting
from helpers.measures.labourmarket import assignments, labour_market, split
from helpers.places import Municipality
from helpers.tables import Tables


def test_halden_and_aremark_are_one_in_every_year(tables: Tables) -> None:
    for code in ("3101", "3124"):
        found = labour_market(tables, Municipality.find(code))
        assert (found.year, found.centre, list(found.members.index)) == (2022, "3101", ["3101", "3124"])
        assert found.years == found.same == found.with_centre == tuple(range(2017, 2023))
        assert found.valid
    row = commuting.summary(tables, Municipality.find("3101")).loc[2022]
    assert found.members["employed"]["3101"] == row["employed"] - row["outside"], "who works at sea is in no flow"
    assert found.members["jobs"]["3101"] == row["jobs"]


def test_what_is_closed_is_reckoned_of_the_flows_of_the_members(tables: Tables) -> None:
    found = labour_market(tables, Municipality.find("3101"))
    flows = commuting.matrix(tables, 2022)
    inside = flows.loc[["3101", "3124"], ["3101", "3124"]].to_numpy().sum()
    assert found.supply == pytest.approx(100 * inside / flows.loc[["3101", "3124"]].to_numpy().sum())
    assert found.demand == pytest.approx(100 * inside / flows[["3101", "3124"]].to_numpy().sum())
    assert found.members["inside"].between(0, 100).all()


def test_every_municipality_is_in_exactly_one_area_named_after_its_largest(tables: Tables) -> None:
    held = assignments(tables)
    now = held[2022].dropna()
    assert len(now) == 356 and set(now) <= set(now.index)
    jobs = commuting.matrix(tables, 2022).sum()
    for area, members in now.groupby(now):
        assert jobs[members.index].idxmax() == area
    assert held[2019].isna()["5061"], "Rindal has no rows in 2019 and is in no area that year"


def test_the_region_of_the_plans_is_split(tables: Tables) -> None:
    assert split(tables, places.SONDRE_VIKEN) == {"3107": ("3105", "3107", "3110"), "3101": ("3101", "3124")}


def test_a_municipality_without_flows_is_missing(tables: Tables) -> None:
    with pytest.raises(TableMissing, match="tall for Haram i 2022"):
        labour_market(tables, Municipality.find("1580"))
    assert isinstance(assignments(tables), pd.DataFrame)
