"""What changed between two bodies, and which body may not replace another."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from helpers.catalog import catalog
from helpers.sources import changes, revisions
from helpers.sources.fetch import Result

INFO, NAV = catalog()["ssb_11616"], catalog()["nav_hl060"]
COLUMNS = ["Region", "Alder", "ContentsCode", "Tid", "value", "status"]


def frame(*rows):
    return pd.DataFrame(
        [(region, "15-74", content, time, value, sign) for region, content, time, value, sign in rows], columns=COLUMNS
    )


OLD = frame(
    ("3101", "SysselBosted", "2023", 100.0, None),
    ("3105", "SysselBosted", "2023", 200.0, None),
    ("3101", "Innpendlere", "2023", math.nan, ":"),
    ("3105", "Innpendlere", "2023", 30.0, None),
)


def test_the_same_figures_in_another_order_are_no_revision():
    assert revisions.compare(INFO, OLD, OLD.iloc[::-1]) == revisions.Revision()


def test_a_new_period_is_no_revision():
    new = pd.concat([OLD, OLD.assign(Tid="2024")])
    assert revisions.compare(INFO, OLD, new) == revisions.Revision(("2024",))


def test_a_revision_counts_cells_and_names_the_largest_change_and_the_municipalities():
    new = OLD.assign(value=[101.0, 150.0, math.nan, 30.0])
    found = revisions.compare(INFO, OLD, new)
    assert (found.cells, found.largest, found.regions) == (2, 50.0, ("3101", "3105"))
    assert found.where == ("3105", "15-74", "SysselBosted", "2023") and (found.before, found.after) == (200, 150)


@pytest.mark.parametrize("values", [[100.0, 200.0, 5.0, 30.0], [100.0, 200.0, math.nan, 30.0]])
def test_a_sign_that_becomes_a_figure_or_another_sign_is_a_revision(values):
    new = OLD.assign(value=values, status=[None, None, None if values[2] == 5 else "..", None])
    found = revisions.compare(INFO, OLD, new)
    assert found.cells == 1 and math.isnan(found.largest) and found.regions == ("3101",)


def test_a_figure_that_is_gone_for_a_municipality_is_a_revision():
    found = revisions.compare(INFO, OLD, OLD.iloc[1:])
    assert found.cells == 1 and found.regions == ("3101",)
    assert revisions.compare(INFO, OLD, OLD[OLD["ContentsCode"] == "SysselBosted"]).cells == 0  # no longer asked for


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (OLD.assign(value=math.nan), "ingen tall"),
        (OLD.iloc[:0], "ingen tall"),
        (OLD.assign(Tid="2024"), "perioden 2023 hadde tall før"),
        (OLD.assign(value=[0.0, 0.0, 0.0, 1.0]), "ContentsCode SysselBosted hadde tall før"),
        (OLD[OLD["ContentsCode"] != "Innpendlere"], "ContentsCode Innpendlere"),
    ],
)
def test_a_body_that_lost_something_does_not_replace_the_old_one(new, reason):
    assert reason in revisions.worse(INFO, OLD, new)


def test_what_the_catalogue_no_longer_asks_for_may_go():
    old = pd.concat([OLD, OLD.assign(Alder="16-19")])
    assert revisions.worse(INFO, old, OLD) == ""


def test_municipalities_may_come_and_go_and_nav_may_begin_a_new_year():
    assert revisions.worse(INFO, OLD, OLD.assign(Region=["3001", "3003"] * 2)) == ""
    assert revisions.worse(NAV, OLD.assign(Tid="2022M10"), OLD.assign(Tid="2026M01"), assembled=True) == ""
    assert "2025M12" in revisions.worse(
        NAV, OLD.assign(Tid="2025M12"), OLD.assign(Tid="2026M01")
    )  # kept months are there


def test_a_body_caught_half_loaded_does_not_replace_a_full_one():
    old = frame(*((f"{code}", "SysselBosted", "2023", 100.0, None) for code in range(3101, 3401)))
    assert revisions.worse(INFO, old, old.assign(value=old["value"].where(old.index < 285, 0))) == ""
    assert "30 av 300 tall" in revisions.worse(INFO, old, old.assign(value=old["value"].where(old.index < 270)))
    assert "30 av 300 tall" in revisions.worse(INFO, old, old[old.index < 270])


def test_of_an_assembled_body_only_the_periods_are_compared():
    new = OLD[OLD["ContentsCode"] != "Innpendlere"]
    assert revisions.worse(INFO, OLD, new, assembled=True) == ""
    assert "perioden 2023" in revisions.worse(INFO, OLD, new.assign(Tid="2024"), assembled=True)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result("t", "new"), "hentet for første gang"),
        (Result("t", "unchanged", lacking=("Alder har ikke 20-66",)), "uendret. Mangler hos produsenten: Alder har ikke 20-66."),
        (Result("t", "period", revision=revisions.Revision(("2024",))), "ny periode: 2024"),
        (Result("t", "period", revision=revisions.Revision(("2023", "2024"))), "nye perioder: 2023 og 2024"),
        (Result("t", "period", revision=revisions.Revision(("2022", "2023", "2024"))), "nye perioder: 2022–2024"),
        (
            Result("t", "revised", revision=revisions.Revision((), 2, 50.0, ("3105",), 200.0, 150.0, ("3101", "3105"))),
            "revidert: 2 celler, største endring 50 (3105: 200 → 150); gjelder Halden, Sarpsborg",
        ),
        (Result("t", "revised", revision=revisions.Revision(("2024",), 1, regions=("3101",))), "ny periode: 2024; revidert: 1 celle; gjelder Halden"),
        (
            Result("t", "revised", revision=revisions.Revision((), 1200, 0.5, ("x",), 1234567.5, 1234567.0, tuple(f"310{n}" for n in range(8)))),
            "1\N{NO-BREAK SPACE}200 celler, største endring 0,5 (x: 1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5 → 1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567); gjelder 3100, Halden, 3102, Moss, 3104 og 3 til",
        ),
        (Result("t", "revised"), "ny utgave"),
        (Result("t", "failed", reason="t: SSB svarte ikke."), "IKKE HENTET: t: SSB svarte ikke."),
    ],
)  # fmt: skip
def test_the_diary_says_what_happened(result, words):
    assert changes.told(result).endswith(words)
