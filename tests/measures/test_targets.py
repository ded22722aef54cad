from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from helpers.errors import DataError
from helpers.measures import employment, pace
from helpers.measures.targets import Assessment, Base, Lack, assess, official
from helpers.places import Municipality
from helpers.sources import targets as source
from helpers.tables import Tables
from helpers.targets import Definition, History, Target
from helpers.workspace import Workspace

from . import frames

TODAY, BEFORE = dt.date(2026, 11, 23), dt.date(2025, 12, 31)
JOBS = {"label": "Arbeidsplasser", "indicator": "jobs", "table": "ssb_11618", "age": "15-74"}
RATE = {"label": "Andel", "indicator": "rate", "table": "ssb_13563", "age": "20-66"}
GOAL: dict[str, Any] = {
    "municipality": "3105",
    "id": "et-mål".replace("å", "a"),
    "title": "33 000 arbeidsplasser",
    "document": "En plan",
    "paraphrase": "Minst 33 000 arbeidsplasser i 2030.",
    "kind": "level",
    "value": 33000,
    "unit": "persons",
    "deadline": 2030,
    "base_year": 2017,
    "base_value": 27000,
    "definitions": [JOBS],
}


@pytest.fixture(scope="session")
def targets(checkout: Workspace) -> dict[str, Target]:
    return {each.id: each for each in source.read(checkout.raw)}


@pytest.fixture
def jobs500(targets: dict[str, Target]) -> Target:
    return targets["halden-500-nye-arbeidsplasser"]


def bases(found: Assessment, definition: int = 0) -> dict[tuple[int, str], Base]:
    return {(each.year, each.source): each for each in found.definitions[definition].bases}


# the arithmetic, with the golden values of methods.md §2.7 and plans.md A1–A3


def test_required_pace_of_sarpsborg() -> None:
    assert pace.pace(27000, 33000, 13) == pytest.approx(1.5556, abs=1e-4)
    assert pace.pace(27322, 33000, 13) == pytest.approx(1.4630, abs=1e-4)
    assert pace.moved(27000, 1.5, 13) == pytest.approx(32766, abs=1)


def test_sarpsborg_as_its_plan_saw_it() -> None:
    now = 27000 * 1.009**4
    assert round(now) == 27985
    way = pace.path(2017, 27000, 2030, 33000)
    assert round(way[2021]) == 28720 and round(way[2021]) - round(now) == 735
    assert pace.pace(now, 33000, 9) == pytest.approx(1.8483, abs=1e-4)
    assert round(pace.moved(now, 0.9, 9)) == 30335
    assert pace.year_reached(2021, now, 33000, 0.9) == 2040


def test_tax_index_moves_by_points() -> None:
    assert pace.pace(79.9, 100, 14, "points") == pytest.approx(1.4357, abs=1e-4)
    assert pace.path(2016, 79.9, 2030, 100, "points")[2023] == pytest.approx((79.9 + 100) / 2)


def test_pace_without_years_or_from_nothing() -> None:
    assert math.isnan(pace.pace(100, 110, 0)) and math.isnan(pace.pace(100, 110, -1, "points"))
    assert math.isnan(pace.pace(0, 110, 5)) and pace.pace(0, 110, 5, "points") == 22


@pytest.mark.parametrize(
    ("value", "goal", "rate", "scale", "rising", "year"),
    [
        (100, 100, 0.0, "growth", True, 2020),
        (100, 121, 10.0, "growth", True, 2022),
        (100, 121.1, 10.0, "growth", True, 2023),
        (100, 121, -1.0, "growth", True, None),
        (100, 121, 0.0, "growth", True, None),
        (100, 121, 0.001, "growth", True, None),
        (60, 70, 2.5, "points", True, 2024),
        (60, 50, -2.5, "points", False, 2024),
        (60, 50, 2.5, "points", False, None),
        (40, 50, 0.0, "points", False, 2020),
        (math.nan, 50, 1.0, "points", True, None),
        (100, 0, -5.0, "growth", False, None),
        (100, -50, -5.0, "growth", False, None),
        (100, 50, -100.0, "growth", False, None),
    ],
)
def test_year_reached(
    value: float, goal: float, rate: float, scale: pace.Scale, rising: bool, year: int | None
) -> None:
    assert pace.year_reached(2020, value, goal, rate, scale, rising) == year


GOLDEN = pd.Series([100, 102, 103, 105, 104, 107], index=range(2015, 2021), dtype=float)


def test_projection_golden() -> None:
    found = pace.project(GOLDEN, 5)
    assert found is not None
    assert (found.mean, found.sd, found.n) == (pytest.approx(0.013532, abs=1e-6), pytest.approx(0.014508, abs=1e-6), 5)
    assert [found.median, found.lower, found.upper] == pytest.approx([114.4900, 106.7134, 122.8333], abs=1e-4)
    assert found.probability(115) == pytest.approx(0.463741, abs=1e-6)
    one = pace.project(GOLDEN, 1)
    assert one is not None
    assert [one.median, one.lower, one.upper] == pytest.approx([108.4577, 105.8469, 111.1330], abs=1e-4)
    assert one.probability(115) == pytest.approx(0.010551, abs=1e-6)


def test_no_projection_from_too_little() -> None:
    assert pace.project(GOLDEN.iloc[1:], 5) is None
    assert pace.project(GOLDEN.drop(2017), 5) is None, "a gap is a break"
    assert pace.project(GOLDEN.mask(GOLDEN.index == 2017), 5) is None, "a missing year is a break"
    long = pd.Series(range(100, 109), index=range(2015, 2024), dtype=float)
    assert pace.project(long, 5) is not None and pace.project(long.drop(2019), 5) is None
    assert list(pace.unbroken(long.drop(2017)).index) == list(range(2018, 2024))
    assert pace.project(GOLDEN, 0) is None
    assert pace.project(GOLDEN.replace(103, 0), 5) is None
    assert pace.project(GOLDEN, 5, logit=True) is None, "107 is not a rate"
    assert pace.project(GOLDEN / 2, 5, logit=True) is not None


def test_rates_are_projected_on_the_logit_scale() -> None:
    found = pace.project(pd.Series([90, 92, 94, 96, 97, 98.0], index=range(2015, 2021)), 20, logit=True)
    assert found is not None and found.upper < 100
    steps = np.diff([math.log(each / (100 - each)) for each in (90, 92, 94, 96, 97, 98)])
    assert found.mean == pytest.approx(steps.mean())


def test_a_constant_series_is_certain() -> None:
    found = pace.project(pd.Series([100.0] * 6, index=range(2015, 2021)), 3)
    assert found is not None
    assert [found.lower, found.upper] == pytest.approx([100, 100])
    assert (found.probability(100), found.probability(101)) == (1, 0)


def test_windows() -> None:
    found = pace.windows(GOLDEN, 2)
    assert found is not None
    best, worst = found
    rates = [pace.pace(GOLDEN[year], GOLDEN[year + 2], 2) for year in range(2015, 2019)]
    assert (best.pace, worst.pace) == (max(rates), min(rates))
    assert (best.first, best.last) == (2015, 2017) and (worst.first, worst.last) == (2017, 2019)
    longest = pace.windows(GOLDEN, 50)
    assert longest is not None and longest[0].last - longest[0].first == 4
    assert pace.windows(GOLDEN.iloc[:2], 1) is None


# the targets in data/raw


def test_the_four_targets(targets: dict[str, Target]) -> None:
    assert [each for each, target in targets.items() if not Municipality.find(target.municipality).constructed] == [
        "halden-500-nye-arbeidsplasser",
        "halden-70-prosent-i-arbeid",
        "sarpsborg-33000-arbeidsplasser",
        "sarpsborg-skatt-som-landet",
    ]
    assert all(each.page is None for each in targets.values())
    assert len(source.of(tuple(targets.values()), Municipality.find("halden"))) == 2
    assert source.of(tuple(targets.values()), Municipality.find("moss")) == ()


def test_a_quote_is_only_what_is_known_of_the_wording(targets: dict[str, Target]) -> None:
    quotes = {key: each.quote for key, each in targets.items() if each.quote}
    assert quotes == {"halden-500-nye-arbeidsplasser": "Med nye arbeidsplasser menes 500 flere sysselsatte"}


def test_an_unnamed_base_gives_every_plausible_one_and_no_verdict(tables: Tables, jobs500: Target) -> None:
    found = assess(jobs500, tables, TODAY)
    assert not found.verdict and found.status is None
    changes = [{year: each.change for (year, _), each in bases(found, n).items()} for n in (0, 1)]
    assert changes == [{2019: 524, 2020: 327, 2021: -1}, {2019: 628, 2020: 542, 2021: 71}]
    assert [each.value for each in found.definitions[0].bases] == [12599, 12796, 13124]
    assert {each.goal - each.value for each in found.definitions[1].bases} == {500}
    assert all(base.status is None and base.source == "plausible" for each in found.definitions for base in each.bases)


def test_no_verdict_before_the_deadline_either(tables: Tables, jobs500: Target) -> None:
    found = assess(jobs500, tables, BEFORE)
    assert found.state == "open" and found.status is None
    assert all(base.status is None for each in found.definitions for base in each.bases)
    by_year = bases(found)
    assert by_year[2021, "plausible"].per_year_then == 125
    assert by_year[2021, "plausible"].required_now == pytest.approx(100 * ((13624 / 13123) ** 0.5 - 1))
    assert by_year[2021, "plausible"].reached_at_pace is None
    assert by_year[2020, "plausible"].reached_at_pace == 2025


def test_past_the_deadline_there_is_no_pace(tables: Tables, jobs500: Target) -> None:
    found = assess(jobs500, tables, TODAY)
    assert (found.state, found.last_year) == ("deadline passed", 2023)
    for each in found.definitions:
        assert each.projection is None and each.scenarios.empty
        for base in each.bases:
            paces = (base.required_then, base.required_now, base.realised, base.per_year_then, base.per_year_now)
            assert all(math.isnan(rate) for rate in (*paces, base.per_year_realised))
            assert base.reached_at_pace is None and base.probability is None


@pytest.mark.parametrize(("as_of", "state"), [(BEFORE, "open"), (dt.date(2026, 1, 1), "deadline passed")])
def test_the_deadline_is_passed_after_its_year(tables: Tables, jobs500: Target, as_of: dt.date, state: str) -> None:
    assert assess(jobs500, tables, as_of).state == state


def test_a_target_without_a_series_is_not_dropped(tables: Tables, targets: dict[str, Target]) -> None:
    rate = assess(targets["halden-70-prosent-i-arbeid"], tables, TODAY)
    assert rate.state == "not measured" and rate.last_year is None
    assert rate.lacks == (Lack("age missing", "ssb_13563", "20-66"),)
    tax = assess(targets["sarpsborg-skatt-som-landet"], tables, TODAY)
    assert tax.state == "not measured" and tax.lacks == (Lack("no table known", None),)
    assert not tax.definitions[0].bases and tax.status is None


def test_a_table_not_held_is_a_reason_not_an_error(targets: dict[str, Target]) -> None:
    found = assess(targets["halden-500-nye-arbeidsplasser"], {}, TODAY)
    assert found.state == "not measured"
    assert {each.reason for each in found.lacks} == {"table missing"}


def test_a_rate_of_another_age_is_never_used(tables: Tables) -> None:
    wanted = Definition(label="x", indicator="rate", table="ssb_11618", age="20-66")
    assert official(wanted, tables, Municipality.find("3101")) == Lack("age missing", "ssb_11618", "20-66")
    held = official(wanted.model_copy(update={"age": "15-74"}), tables, Municipality.find("3101"))
    assert not isinstance(held, Lack) and round(held[0][2022], 1) == 60.1


def test_a_divided_municipality_has_no_series(tables: Tables) -> None:
    jobs = Definition(label="x", indicator="jobs", table="ssb_11618", age="15-74")
    assert official(jobs, tables, Municipality.find("1508")) == Lack("place missing", "ssb_11618", "15-74")


def _statuses(years: dict[int, tuple[float, float]], working: str = "A.01") -> pd.DataFrame:
    rows = [
        ("3101", status, "20-66", "A-G", "Bosatte", year, figure)
        for year, both in years.items()
        for status, figure in zip((working, "TOT"), both, strict=True)
    ]
    return frames.tidy(rows, ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", "ContentsCode", "Tid"])


class _Assuming(dict[str, pd.DataFrame]):
    """Tables whose 2022 was not printed by the publication."""

    def meta(self, table: str) -> Any:
        return SimpleNamespace(assumed=("2022",))


@pytest.mark.parametrize(
    ("working", "status"), [(684, "not reached"), (693, "undecided"), (706, "undecided"), (717, "reached")]
)
def test_where_the_rounding_decides_there_is_no_verdict(
    targets: dict[str, Target], working: float, status: str
) -> None:
    """70 percent of a thousand, give or take eight persons in either figure."""
    frame = _statuses({2018: (688, 1000), 2025: (working, 1000)})
    frame = frame.assign(lower=frame["value"] - 8, upper=frame["value"] + 8)
    found = assess(targets["halden-70-prosent-i-arbeid"], {"ssb_13563": frame}, dt.date(2026, 11, 24))
    assert found.definitions[0].rounded and found.state == "deadline passed"
    assert {base.status for base in found.definitions[0].bases} == {status}


def test_with_the_age_fetched_the_rate_is_measured(targets: dict[str, Target]) -> None:
    years = {2018: (688, 1000), 2019: (690, 1000), 2020: (680, 1000), 2021: (695, 1000), 2022: (1, 1000)}
    held = _Assuming({"ssb_13563": _statuses(years)})
    found = assess(targets["halden-70-prosent-i-arbeid"], held, dt.date(2023, 1, 1))
    measured = found.definitions[0]
    assert list(measured.series.index) == [2018, 2019, 2020, 2021], "an assumed year carries no trend"
    assert measured.scale == "points" and measured.projection is None
    (base,) = measured.bases
    assert (base.source, base.value, base.goal) == ("plan", 68.8, 70)
    assert base.required_then == pytest.approx(1.2 / 7) and base.required_now == pytest.approx(0.5 / 4)
    assert base.status == found.status == "above path"
    assert list(measured.scenarios["name"]) == ["own mean", "best window", "worst window"]


def test_a_table_without_the_status_is_not_measured(targets: dict[str, Target]) -> None:
    found = assess(targets["halden-70-prosent-i-arbeid"], {"ssb_13563": _statuses({2018: (1, 2)}, "NEET2")}, BEFORE)
    assert found.lacks == (Lack("status missing", "ssb_13563", "20-66"),)


def test_sarpsborg_from_both_bases(tables: Tables, targets: dict[str, Target]) -> None:
    found = assess(targets["sarpsborg-33000-arbeidsplasser"], tables, TODAY)
    plan, known = bases(found)[2017, "plan"], bases(found)[2017, "official"]
    assert (plan.value, known.value, plan.goal, known.goal) == (27000, 27322, 33000, 33000)
    assert plan.required_then == pytest.approx(1.5556, abs=1e-4)
    assert known.required_then == pytest.approx(1.4630, abs=1e-4)
    assert plan.required_now == known.required_now == pytest.approx(100 * ((33000 / 29399) ** (1 / 7) - 1))
    assert plan.realised == known.realised == pytest.approx(100 * ((29399 / 27322) ** (1 / 6) - 1))
    assert round(plan.gap_now) == -221 and round(known.gap_now) == -411
    assert plan.path.loc[2030, "path"] == pytest.approx(33000) and plan.path.loc[2017, "actual"] == 27322
    assert plan.path["actual"].notna().sum() == 7 and plan.reached is None
    assert (found.state, found.status, found.last_year) == ("open", "below path", 2023)
    assert plan.reached_at_pace == 2033


def test_sarpsborg_scenarios_and_projection(tables: Tables, targets: dict[str, Target]) -> None:
    measured = assess(targets["sarpsborg-33000-arbeidsplasser"], tables, TODAY).definitions[0]
    rows = measured.scenarios.set_index("name")
    assert list(rows.index) == ["own mean", "country", "best window", "worst window"]
    assert rows.loc["own mean", "value"] == pytest.approx(29399 * (29399 / 27322) ** (7 / 6))
    assert rows.loc["country", "pace"] == pytest.approx(100 * ((2_809_789 / 2_609_737) ** 0.2 - 1))
    assert rows.loc["worst window", "value"] <= rows.loc["own mean", "value"] <= rows.loc["best window", "value"]
    assert measured.projection is not None and measured.projection.n == 6
    assert measured.projection.median == pytest.approx(rows.loc["own mean", "value"])
    assert measured.bases[0].probability == pytest.approx(measured.projection.probability(33000))
    assert measured.tables == ("ssb_11618", "ssb_11616")


def _jobs(figures: dict[int, float]) -> dict[str, pd.DataFrame]:
    held = {("3105", year): (99_999.0, 50_000.0, count) for year, count in figures.items()}
    return {"ssb_11618": frames.employment(held)}


@pytest.mark.parametrize(
    ("last", "status"), [(33000, "reached"), (30000, "above path"), (29300, "below path"), (29380.1, "on path")]
)
def test_status_in_neutral_words(last: float, status: str) -> None:
    found = assess(Target(**GOAL | {"base_value": 27322}), _jobs({2017: 27322, 2022: last}), TODAY)
    at = found.definitions[0].bases[0].path_now
    assert at == pytest.approx(29379.98, abs=0.01)
    assert found.status == status


def test_the_same_figure_in_plan_and_table_is_one_base() -> None:
    found = assess(Target(**GOAL | {"base_value": 27322}), _jobs({2017: 27322, 2022: 29000}), TODAY)
    assert [each.source for each in found.definitions[0].bases] == ["plan"]
    unknown = assess(Target(**GOAL | {"base_value": None}), _jobs({2017: 27322, 2022: 29000}), TODAY)
    assert [(each.source, each.value) for each in unknown.definitions[0].bases] == [("official", 27322)]


def test_two_bases_that_disagree_give_no_single_status() -> None:
    found = assess(Target(**GOAL), _jobs({2017: 27322, 2022: 29300}), TODAY)
    assert {each.status for each in found.definitions[0].bases} == {"above path", "below path"}
    assert found.status is None


@pytest.mark.parametrize(("final", "status"), [(33000, "reached"), (32999, "not reached")])
def test_after_the_deadline_only_its_own_figure_decides(final: float, status: str) -> None:
    later = dt.date(2032, 1, 1)
    assert assess(Target(**GOAL), _jobs({2017: 27322, 2030: final, 2031: 40000}), later).status == status
    assert assess(Target(**GOAL), _jobs({2017: 27322, 2029: 40000}), later).status is None
    assert assess(Target(**GOAL), _jobs({2017: 27322, 2029: 40000, 2031: 40000}), later).status is None


def test_a_base_year_without_a_figure_gives_no_numbers(tables: Tables) -> None:
    early = Target(**GOAL | {"base_year": None, "base_value": None, "plausible_base_years": [2010, 2020]})
    first, second = assess(early, tables, TODAY).definitions[0].bases
    assert math.isnan(first.value) and math.isnan(first.change) and math.isnan(first.required_then)
    assert first.reached is None and second.change == 29399 - 28243
    grown = Target(**GOAL | {"kind": "change", "value": 500, "base_year": 2010, "base_value": None})
    (base,) = assess(grown, tables, TODAY).definitions[0].bases
    assert math.isnan(base.goal) and base.reached_at_pace is None and base.status is None and base.probability is None


def test_a_target_may_fall(tables: Tables) -> None:
    down = Target(**GOAL | {"value": 20000, "base_value": 27322})
    found = assess(down, _jobs({2017: 27322, 2022: 25000}), TODAY)
    (base,) = found.definitions[0].bases
    assert base.required_then < 0 and base.reached_at_pace == 2035
    assert found.status == "above path"
    years = dict(zip(range(2017, 2023), (27322, 27000, 26500, 26200, 25500, 25000), strict=True))
    likely = assess(down, _jobs(years), TODAY).definitions[0]
    assert likely.projection is not None and likely.bases[0].probability is not None
    assert likely.bases[0].probability == pytest.approx(1 - likely.projection.probability(20000))


# what a target may not be


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_year": 2018, "deadline": 2013}, "fristen 2013 må være etter basisåret 2018"),
        ({"base_year": 2030}, "fristen 2030 må være etter basisåret 2030"),
        ({"start": 2031}, "etter basisåret 2031"),
        ({"paraphrase": None}, "quote mangler"),
        ({"base_year": None}, "enten base_year eller plausible_base_years"),
        ({"plausible_base_years": [2019]}, "enten base_year eller plausible_base_years"),
        ({"base_year": None, "plausible_base_years": [2019, 2020]}, "utgangstall trenger base_year"),
        ({"base_year": None, "base_value": None, "plausible_base_years": [2020, 2019]}, "stigende rekkefølge"),
        ({"kind": "change", "value": 0}, "ikke være 0"),
        ({"value": -5}, "større enn 0"),
        ({"unit": "percent", "definitions": [RATE]}, "under 100"),
        ({"unit": "percent", "value": 70, "definitions": [RATE]}, "base_value: prosent må være under 100"),
        ({"definitions": [RATE]}, "percent hører til indikatoren rate"),
        ({"unit": "percent", "value": 70, "base_value": 60}, "percent hører til indikatoren rate"),
        (
            {"unit": "percent", "value": 70, "base_value": 60, "definitions": [RATE, RATE | {"age": "15-74"}]},
            "ulike aldersgrupper",
        ),
        ({"definitions": [{key: value for key, value in RATE.items() if key != "age"}]}, "hvilken aldersgruppe"),
        ({"definitions": []}, "at least 1"),
        ({"value": "33000"}, "valid number"),
        ({"deadline": 2030.5}, "valid integer"),
        ({"id": "Et mål"}, "pattern"),
        ({"sidetall": 3}, "Extra inputs"),
    ],
)
def test_a_target_that_cannot_be(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Target(**GOAL | change)


FILE = """
municipality = "3105"
document = "En plan"

[[target]]
id = "a"
title = "33 000"
paraphrase = "Minst 33 000."
kind = "level"
value = 33000
unit = "persons"
deadline = 2030
base_year = 2017
[[target.definitions]]
label = "Arbeidsplasser"
indicator = "jobs"
table = "ssb_11618"
"""


def _write(folder: Path, text: str, name: str = "plan.toml") -> Path:
    path = folder / "targets" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_file(tmp_path: Path) -> None:
    (found,) = source.read_file(_write(tmp_path, FILE))
    assert (found.municipality, found.document, found.value, found.base_years) == ("3105", "En plan", 33000, (2017,))
    assert source.read(tmp_path) == (found,)
    assert source.read(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "deadline = 2030",
            "deadline = 2013",
            r"plan.toml, mål a: deadline: fristen 2013 må være etter basisåret 2017\.",
        ),
        ("deadline = 2030", "", r"plan.toml, mål a: deadline mangler\."),
        ('id = "a"', "", r"plan.toml, mål 1: id mangler\."),
        ('id = "a"', 'id = "A b"', r"plan.toml, mål A b: id har feil form\."),
        ("deadline = 2030", 'deadline = "2030"', r"deadline må være et helt tall\."),
        ("deadline = 2030", "deadline = 2030.0", r"deadline må være et helt tall\."),
        ("deadline = 2030", "deadline = 2300", r"deadline må være høyst 2100, men er 2300\."),
        ("value = 33000", "value = true", r"value må være et tall\."),
        ("value = 33000", "value = nan", r"value må være et tall\."),
        ('title = "33 000"', "title = 33000", r"title må være tekst i anførselstegn\."),
        ('title = "33 000"', 'title = " "', r"title er tom\."),
        ("deadline = 2030", "deadline = 2030\nfrist = 2031", r"frist er ikke et felt i et mål\."),
        ('kind = "level"', 'kind = "nivå"', r"kind kan ikke være 'nivå'; det må være en av 'level' eller 'change'\."),
        ('indicator = "jobs"', 'indicator = "x"', r"definitions\.1\.indicator kan ikke være 'x'"),
        ('indicator = "jobs"', 'indicator = "rate"', r"definitions\.1: age mangler"),
        ('municipality = "3105"', 'municipality = "9999"', r"municipality: Fant ingen kommune «9999»"),
        ('municipality = "3105"', 'municipality = "0105"', r"municipality: skriv nummeret fra 2024, 3105\."),
        ('municipality = "3105"', "", r"municipality mangler\."),
        ('document = "En plan"', 'dokument = "En plan"', r"feltet dokument hører ikke til øverst i filen"),
        ("deadline = 2030", "deadline = ", r"plan.toml er ikke gyldig TOML"),
        ("[[target]]", "[[goal]]", r"plan.toml har ingen mål"),
        ("deadline = 2030", "deadline = 2030\nun_goals = [18]", r"un_goals: FN-målene går fra 1 til 17\."),
        (
            "deadline = 2030",
            "deadline = 2030\nun_goals = [9, 8]",
            r"un_goals: FN-målene må være ulike og stå i stigende",
        ),
        ("deadline = 2030", 'deadline = 2030\nun_goals = ["8"]', r"un_goals\.1 må være et helt tall\."),
        (
            "deadline = 2030",
            'deadline = 2030\nun_goals_by = "FN"',
            r"un_goals_by kan ikke være 'FN'; det må være en av 'plan'",
        ),
        ("[[target]]", "[[plan_goals]]\nun_goals = [8]\n[[target]]", r"mål a: plan_goals\.1\.title mangler\."),
        ("base_year = 2017", "base_year = 2017\nplausible_base_years = 2019", r"plausible_base_years må være en liste"),
        ('[[target.definitions]]\nlabel = "Arbeidsplasser"', "definitions = []\n[x]", r"x hører ikke til øverst"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FILE
    with pytest.raises(DataError, match=message):
        source.read(_write(tmp_path, FILE.replace(old, new)).parents[1])


def test_an_id_is_used_once(tmp_path: Path) -> None:
    twice = FILE + FILE[FILE.index("[[target]]") :]
    with pytest.raises(DataError, match=r"plan.toml: id «a» er brukt 2 ganger"):
        source.read_file(_write(tmp_path, twice))
    _write(tmp_path, FILE)
    _write(tmp_path, FILE, "z.toml")
    with pytest.raises(DataError, match=r"z.toml: id «a» finnes fra før i plan.toml"):
        source.read(tmp_path)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = _write(tmp_path, "")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="ikke gyldig TOML"):
        source.read_file(path)


def test_the_assessment_agrees_with_the_series(tables: Tables, jobs500: Target) -> None:
    series = employment.series(tables, Municipality.find("3101"))["jobs"]
    measured = assess(jobs500, tables, TODAY).definitions[0]
    pd.testing.assert_series_equal(measured.series, series.astype(float))
    assert (measured.last_year, measured.last_value) == (2023, 13123)


def test_a_goal_is_held_against_the_plans_own_pace_of_before() -> None:
    """Halden: 125 a year against 76 in nine years by the plan's own figures is 14,8 times that pace."""
    goal = next(each for each in source.read(Workspace.find().raw) if each.id == "halden-500-nye-arbeidsplasser")
    assert goal.history is not None and goal.yearly == 125
    assert goal.history.yearly == pytest.approx(76 / 9)
    assert goal.yearly / goal.history.yearly == pytest.approx(14.80, abs=0.005)
    with pytest.raises(ValidationError, match="last må være etter first"):
        History(first=2019, last=2019, change=1.0)
