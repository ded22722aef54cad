"""Key figures beside each other: the published numbers, one year for all places, and a dash where there is no honest sum."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from helpers.errors import TableMissing
from helpers.measures import employment, exclusion
from helpers.measures.keyfigures import FIGURES, LACKING, MAPPED, OUTSIDE, WORK, by_municipality, key_figures
from helpers.places import Area, Municipality
from helpers.tables import Tables


def of(found: pd.DataFrame, figure: str, place: str) -> dict[str, Any]:
    (row,) = found[(found["figure"] == figure) & (found["place"] == place)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_halden_beside_county_country_and_others(tables: Tables, halden: Municipality) -> None:
    found = key_figures(tables, halden, (Area.sondre_viken(),))
    assert list(dict.fromkeys(found["place"])) == ["Halden", "Søndre Viken", "Østfold", "Landet"]
    assert tuple(dict.fromkeys(found["figure"])) == FIGURES
    assert of(found, "jobs", "Halden")["value"] == 13122 and of(found, "employed", "Halden")["value"] == 14226
    assert of(found, "net", "Halden")["value"] == 13122 - 14226
    assert of(found, "rate", "Halden")["value"] == pytest.approx(60.147, abs=5e-4)
    assert set(found[found["figure"].isin(WORK)]["year"]) == {2022}, "11616 has 2023 for Halden alone"
    assert of(found, "jobs", "Halden")["unit"] == "persons" and of(found, "coverage", "Halden")["unit"] == "per 100"
    young = exclusion.share(tables, halden, "15-29", 2021)
    row = of(found, "outside_15_29", "Halden")
    assert (row["value"], row["lower"], row["upper"], row["year"]) == (young.share, young.lower, young.upper, 2021)


def test_nobody_commutes_into_the_country(tables: Tables, halden: Municipality) -> None:
    assert pd.isna(of(key_figures(tables, halden), "net", "Landet")["value"])


def test_an_area_that_lacks_many_is_not_summed(tables: Tables, halden: Municipality) -> None:
    found = key_figures(tables, halden)
    row = of(found, "outside_15_29", "Landet")
    assert pd.isna(row["value"]) and len(row["lacking"]) > LACKING * row["lacking_of"]
    held = found[found["value"].notna()]
    assert (held["lacking"].map(len) <= LACKING * held["lacking_of"]).all()


def test_what_is_not_held_is_never_zero(tables: Tables) -> None:
    aalesund = key_figures(tables, Municipality.find("1508"))  # divided in 2024
    own = aalesund[aalesund["place"] == "Ålesund"].set_index("figure")
    assert own.loc[list(WORK), "value"].isna().all() and (own.loc[list(WORK), "year"] == 2022).all()
    assert of(aalesund, "jobs", "Landet")["value"] == 2_809_789, "others have figures of the newest year"
    assert own.loc["population", "value"] > 50_000
    oslo = key_figures(tables, Municipality.find("0301"))
    assert list(dict.fromkeys(oslo["place"])) == ["Oslo - Oslove", "Landet"], "it is its own county"
    assert oslo[oslo["figure"].isin(OUTSIDE)]["value"].isna().all()


def test_without_any_table_there_are_only_dashes(halden: Municipality) -> None:
    class Nothing(dict[str, pd.DataFrame]):
        def __missing__(self, table: str) -> pd.DataFrame:
            raise TableMissing(table)

    found = key_figures(Nothing(), halden)
    assert found["value"].isna().all() and found["year"].isna().all() and set(found["figure"]) == set(FIGURES)


@pytest.mark.parametrize("figure", MAPPED)
def test_a_map_has_every_municipality_and_the_key_figures_numbers(
    tables: Tables, halden: Municipality, figure: str
) -> None:
    found = by_municipality(tables, figure)
    assert len(found) == 357 and found["year"].nunique() == 1
    own = of(key_figures(tables, halden), figure, "Halden")
    assert (found.loc["3101", figure], found.loc["3101", "year"]) == (own["value"], own["year"])
    assert found.loc["1508", figure] != found.loc["1508", figure], "Ålesund has no figure, which is not 0"
    assert found.attrs["units"][figure] == own["unit"]


def test_a_map_of_another_year(tables: Tables) -> None:
    assert by_municipality(tables, "jobs", 2017).loc["3101", "jobs"] == 12565
    assert employment.newest_year(tables) == 2022
