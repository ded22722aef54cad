"""The frame that knows which of its rows were taken: never fewer than a number came from, and none where nobody keeps it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import lineage
from helpers.measures.remembered import remembered
from helpers.places import Municipality
from helpers.tables import Tables
from helpers.tidyframe import Cells, Tidy


def table(values: list[float] | None = None) -> Tidy:
    values = [1.0, 2.0, 3.0, np.nan] if values is None else values
    frame = pd.DataFrame({"Region": ["3101", "3101", "3105", "3105"], "Tid": [2021, 2022, 2021, 2022], "value": values})
    return Tidy.of(frame.assign(status=pd.Series([None, None, None, ".."], dtype="str"), lower=1.0, upper=2.0), "ssb_1")


def read(use: Any, frame: Tidy | None = None) -> list[Cells]:
    with lineage.reading() as kept:
        use(table() if frame is None else frame)
    return list(kept.cells)


def counts(use: Any) -> list[int]:
    return [each.count for each in read(use)]


def test_the_last_selection_counts() -> None:
    (cells,) = read(lambda frame: frame[frame["Region"] == "3101"][lambda held: held["Tid"] == 2022]["value"].sum())
    assert (cells.table, cells.count) == ("ssb_1", 1)
    assert cells.selection == (("Region", ("3101",)), ("Tid", ("2022",)))


@pytest.mark.parametrize(
    ("use", "rows"),
    [
        (lambda frame: frame["Tid"].max(), []),  # which years there are is no figure
        (lambda frame: frame["value"].sum(), [4]),
        (lambda frame: frame.groupby("Tid")["value"].sum(), [4]),
        (lambda frame: frame.loc[frame["Tid"] == 2021, "value"], [4]),
        (lambda frame: frame[["Region", "value"]][frame["Tid"] == 2021].sum(), [2]),
        (lambda frame: (frame[frame["Tid"] == 2021], frame[frame["Tid"] == 2022]), [2, 2]),
        (lambda frame: (frame[frame["Tid"] == 2021], frame.groupby("Tid").sum()), [4]),
        (lambda frame: frame[frame["Tid"] > 0], [4]),
        (lambda frame: frame[frame["Tid"] == 1999], [0]),
    ],
)  # fmt: skip
def test_what_is_taken_counts_and_what_is_part_of_it_is_not_told_twice(use: Any, rows: list[int]) -> None:
    assert counts(use) == rows


def test_the_digest_is_of_the_figures_and_the_signs() -> None:
    def digest(frame: Tidy) -> str:
        (cells,) = read(lambda held: held[held["Region"] == "3105"], frame)
        return cells.sha256

    assert digest(table()) == digest(table([9.0, 9.0, 3.0, np.nan])), "what others have is another matter"
    assert digest(table()) != digest(table([1.0, 2.0, 3.5, np.nan]))
    signed = table()
    signed["status"] = [None, None, None, ":"]
    assert digest(Tidy.of(pd.DataFrame(signed), "ssb_1")) != digest(table())


@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_selecting_again_gives_the_frame_that_pandas_gives(first: set[int], second: set[int]) -> None:
    plain, found = pd.DataFrame(table()), list[pd.DataFrame]()
    one = plain.index.isin(list(first))
    two = plain[one].index.isin(list(second))
    cells = read(lambda frame: found.append(frame[one][two]))
    pd.testing.assert_frame_equal(pd.DataFrame(found[0]), plain[one][two])
    assert [each.count for each in cells] == [len(first & second)]


def test_nobody_keeps_it_and_it_is_a_frame_like_any_other() -> None:
    assert type(table()[[True, False, False, True]]) is pd.DataFrame
    assert type(table().dropna()) is pd.DataFrame and type(table().copy()) is pd.DataFrame


def test_a_query_finds_the_variables_of_whoever_asks() -> None:
    year = 2022  # noqa: F841  # pandas looks for it
    assert len(table().query("Tid == @year")) == 2
    assert counts(lambda frame: frame.query("Tid == 2022")) == [4], "more than was needed, not less"


def test_what_is_remembered_has_read_what_it_read_then() -> None:
    asked: list[None] = []

    @remembered("ssb_1")
    def total(tables: Any, region: str) -> float:
        asked.append(None)
        return float(tables["ssb_1"][tables["ssb_1"]["Region"] == region]["value"].sum())

    tables = {"ssb_1": table()}
    first = read(lambda _: total(tables, "3101"))
    assert read(lambda _: total(tables, "3101")) == first and len(asked) == 1
    assert [each.count for each in first] == [2]
    assert read(lambda _: [total(tables, each) for each in ("3101", "3105")]) != first


def test_a_block_that_fails_is_closed() -> None:
    with pytest.raises(ZeroDivisionError), lineage.reading():
        _ = 1 / 0
    assert lineage._readings == []


def test_the_tables_of_a_workspace_know_their_cells(tables: Tables) -> None:
    from helpers.measures import population

    with lineage.tracing() as used:
        population.series(tables, Municipality.find("3101"))
    (cells,) = used.cells
    assert dict(cells.selection)["Region"] == ("3101",) and cells.count == 22
