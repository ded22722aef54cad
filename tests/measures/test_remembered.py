"""Measures keep what they answered as long as the tables are there, and not longer."""

from __future__ import annotations

import gc

import pandas as pd
import pytest

from helpers.errors import TableMissing
from helpers.measures import employment
from helpers.measures.remembered import remembered
from helpers.places import Municipality
from helpers.tables import Tables as Held

asked: list[tuple[str, int]] = []


@remembered("a", "b")
def total(tables: dict[str, pd.DataFrame], name: str, times: int = 1) -> pd.DataFrame:
    """A measure that tells when it is reckoned."""
    asked.append((name, times))
    if "a" not in tables:
        raise TableMissing("a")
    return tables["a"] * times


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


def held_tables(**more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"a": pd.DataFrame({"value": [1, 2]}), **more}


def test_the_same_question_is_reckoned_once_however_it_is_put() -> None:
    held = held_tables()
    assert total(held, "x").equals(total(held, "x", 1)) and total(held, name="x", times=1) is not None
    assert asked == [("x", 1)]
    assert total(held, "x", 3)["value"].sum() == 9 and total(held, "y")["value"].sum() == 3
    assert asked == [("x", 1), ("x", 3), ("y", 1)]


def test_whoever_changes_an_answer_changes_none_but_their_own() -> None:
    held = held_tables()
    answer = total(held, "x")
    answer["value"] = 0
    assert total(held, "x")["value"].sum() == 3


def test_another_frame_is_another_question() -> None:
    held = held_tables()
    total(held, "x")
    held["a"] = held["a"] + 1
    assert total(held, "x")["value"].sum() == 5
    total({**held, "b": pd.DataFrame()}, "x")
    assert len(asked) == 3, "a table more or less is another question too"
    total(dict(held), "x")
    assert len(asked) == 3, "the same frames in other hands are the same"


def test_what_came_of_frames_that_are_gone_is_gone() -> None:
    kept = total.__closure__  # type: ignore[attr-defined]
    (answers,) = [cell.cell_contents for cell in kept if isinstance(cell.cell_contents, dict)]
    gc.collect()
    before = len(answers)
    held = held_tables()
    total(held, "x")
    assert len(answers) == before + 1
    del held
    gc.collect()
    assert len(answers) == before


def test_an_error_is_not_kept() -> None:
    for _ in range(2):
        with pytest.raises(TableMissing):
            total({}, "x")
    assert len(asked) == 2


def test_a_measure_of_ours_gives_each_page_its_own_copy(tables: Held) -> None:
    years = employment.series(tables, Municipality.find("3101"))
    years["jobs"] = 0
    again = employment.series(tables, Municipality.find("3101"))
    assert again["jobs"].min() > 12_000
    assert again.attrs["source"] == ("ssb_11618", "ssb_11616")
