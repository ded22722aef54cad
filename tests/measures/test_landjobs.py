"""How many jobs a target asks for: from the newest figure, from the plan's own, or as the target says."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest

from helpers.errors import FiguresMissing
from helpers.measures import landjobs
from helpers.measures.cells import Tables
from helpers.measures.landneed import NACE
from helpers.places import Municipality
from helpers.targets import Target
from measures.frames import employment, industries, tidy

TODAY = dt.date(2026, 11, 24)
HALDEN = Municipality.find("3101")
JOBS = {"label": "Arbeidsplasser", "indicator": "jobs", "table": "ssb_11618", "age": "15-74"}
RESIDENTS = {"label": "Sysselsatte", "indicator": "employed", "table": "ssb_11618", "age": "15-74"}
KNOWN = {
    "municipality": "3101", "id": "jobber", "title": "Jobber", "document": "Planen", "paraphrase": "Flere", "kind": "level",
    "value": 13_000.0, "unit": "persons", "deadline": 2035, "base_year": 2020, "base_value": 11_000.0, "definitions": [JOBS],
}  # fmt: skip
HELD = {"ssb_11618": employment({("3101", 2024): (20_000, 15_000, 12_000), ("3101", 2025): (20_000, 15_500, 12_400)})}


class Held(dict[str, pd.DataFrame]):
    """Tables by id; what is not there is missing as in a workspace."""

    def __missing__(self, table: str) -> pd.DataFrame:
        from helpers.errors import TableMissing

        raise TableMissing(table)

    def meta(self, table: str) -> Any:
        raise AssertionError(table)


def wanted(tables: dict[str, pd.DataFrame], *changes: dict[str, Any], today: dt.date = TODAY) -> landjobs.Wanted | None:
    found = [Target.model_validate({**KNOWN, **each}) for each in changes or ({},)]
    return landjobs.wanted(found, Held(tables), today)


def test_a_level_is_held_against_the_newest_official_figure() -> None:
    found = wanted(HELD)
    assert found is not None
    assert (found.jobs, found.first, found.last, found.basis, found.years) == (600, 2025, 2035, "official", 10)


def test_without_a_figure_the_plan_s_own_is_used() -> None:
    for tables, definition in (({}, JOBS), (HELD, {**JOBS, "table": None})):
        found = wanted(tables, {"definitions": [definition]})
        assert found is not None
        assert (found.jobs, found.first, found.last, found.basis) == (2000, 2020, 2035, "plan")


def test_residents_in_work_are_no_jobs() -> None:
    """A target that can be read both ways is counted by its jobs, whichever definition is first or measured."""
    found = wanted(HELD, {"definitions": [RESIDENTS, JOBS]})
    assert found is not None and found.jobs == 600
    found = wanted(HELD, {"definitions": [RESIDENTS, {**JOBS, "table": None}]})
    assert found is not None and (found.jobs, found.basis) == (2000, "plan")


def test_without_any_figure_nothing_is_wanted() -> None:
    assert wanted({}, {"base_value": None}) is None


def test_a_change_is_taken_as_it_is() -> None:
    change = {"kind": "change", "value": 500.0, "start": 2026, "base_value": None}
    found = wanted(HELD, change)
    assert found is not None
    assert (found.jobs, found.first, found.last, found.basis) == (500, 2025, 2035, "change")
    found = wanted({}, change | {"start": None, "base_year": None, "plausible_base_years": [2022, 2023]})
    assert found is not None and (found.first, found.last) == (2023, 2035)


def test_a_target_that_is_reached_asks_for_nothing() -> None:
    found = wanted(HELD, {"value": 12_000.0})
    assert found is not None and found.jobs == -400 and found.basis == "official"


@pytest.mark.parametrize(("today", "held"), [(dt.date(2034, 12, 31), True), (dt.date(2035, 1, 1), False), (dt.date(2036, 1, 1), False)])  # fmt: skip
def test_a_deadline_that_is_here_is_no_deadline_ahead(today: dt.date, held: bool) -> None:
    assert (wanted(HELD, today=today) is not None) == held


def test_the_first_that_counts_jobs_is_taken() -> None:
    rate = {**RESIDENTS, "indicator": "rate", "table": "ssb_13563"}
    others = (
        {"unit": "percent", "value": 70.0, "base_value": 65.0, "definitions": [rate]},
        {"definitions": [RESIDENTS]},
        {"deadline": 2026},
    )
    assert wanted(HELD, *others) is None
    found = wanted(HELD, *others, {"id": "riktig"}, {"id": "for-sent"})
    assert found is not None and found.target.id == "riktig"


def test_jobs_by_industry_are_those_of_the_newest_year_or_unknown() -> None:
    counts = dict.fromkeys((*NACE, "00"), 10.0)
    table = pd.concat([industries(2024, {"3101": dict.fromkeys(counts, 7.0)}), industries(2025, {"3101": counts})])
    found = landjobs.by_industry(Held({"ssb_07984": table}), HALDEN)
    assert found is not None and found.attrs["year"] == 2025 and found[list(NACE)].eq(10).all()
    assert landjobs.by_industry(Held({}), HALDEN) is None
    assert landjobs.by_industry(Held({"ssb_07984": industries(2025, {"3105": counts})}), HALDEN) is None


def test_a_missing_count_is_left_out_and_no_zero() -> None:
    assert landjobs.as_mapping(pd.Series({"10-33": 5.0, "84": math.nan})) == {"10-33": 5.0}


def test_land_use_is_that_of_the_newest_year() -> None:
    rows = [
        ("3101", "A", "Areal", 2023, 1.0),
        ("3101", "A", "Areal", 2024, 2.0),
        ("3101", "B", "Areal", 2024, 3.0),
        ("3105", "A", "Areal", 2025, 9.0),
    ]
    tables: Tables = Held({"ssb_09594": tidy(rows, ["Region", "ArealKlasse", "ContentsCode", "Tid"])})
    found = landjobs.land_use(tables, HALDEN)
    assert found.to_dict() == {"A": 2.0, "B": 3.0} and found.attrs["year"] == 2024
    assert landjobs.land_use(tables, Municipality.find("0301")).empty
    with pytest.raises(FiguresMissing):
        landjobs.land_use(Held({}), HALDEN)
