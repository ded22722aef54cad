"""Events and breaks: marked where a series runs through them, and nowhere else."""

from __future__ import annotations

import re

import pytest

from helpers import events
from helpers.charts import employment, words
from helpers.charts.parts import Section, plain
from helpers.language import LANGUAGES, speaking
from helpers.prose import text
from helpers.tables import Tables
from helpers.workspace import Workspace
from test_sections import context


def test_every_event_has_a_name_in_every_language_and_a_source() -> None:
    held = events.events()
    assert len({each.key for each in held}) == len(held) >= 5
    for each in held:
        assert each.source and each.concerns
        for language in LANGUAGES:
            with speaking(language):
                assert text(f"events.name.{each.key}")


@pytest.mark.parametrize(
    ("code", "first", "last", "keys"),
    [
        ("3101", 2017, 2022, ["pandemic", "reform_2020"]),
        ("3101", 2020, 2023, []),  # a series that begins in the year cannot show it
        ("3101", 2020, 2024, ["reform_2024"]),
        ("3105", 2014, 2019, ["reporting", "kalnes"]),
        ("3101", 2014, 2019, ["reporting"]),
        ("3101", 2022, 2022, []),
    ],
)
def test_an_event_concerns_a_series_that_runs_through_its_year(
    code: str, first: int, last: int, keys: list[str]
) -> None:
    assert [each.key for each in events.within(code, "jobs", first, last)] == keys


def test_the_letters_of_a_drawing_stand_in_its_caption(tables: Tables, built: Workspace) -> None:
    ctx = context(tables, built, "3101")
    found = words.marked(ctx, "jobs", range(2017, 2023))
    assert found.marks == {2020: "a, b"}
    section = employment.rate(ctx)
    assert isinstance(section, Section)
    caption = plain(section.caption)
    assert "a (2020): koronapandemien begynte. b (2020): ny kommuneinndeling" in caption
    letters = re.findall(r">(a, b)</text>", section.figures[0].svg)
    assert letters == ["a, b"]
    alone = words.marked(ctx, "jobs", [2022])
    assert (alone.marks, list(alone.notes)) == ({}, [])
