"""What a notebook of a batch may read, tables that are in memory already, and the day that counts as today."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.errors import DataError, FiguresMissing, TableMissing, UndeclaredTable
from helpers.tables import Tables
from helpers.workspace import TABLES_VARIABLE, Workspace


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    Tables.forget()


@pytest.fixture
def declared(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The tables as a notebook has them that declares 11618, and 09594, which is not held."""
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11618,ssb_09594")
    return Tables.load(built)


READS: dict[str, Callable[[Tables, str], object]] = {
    "item": lambda tables, name: tables[name],
    "in": lambda tables, name: name in tables,
    "get": lambda tables, name: tables.get(name),
    "meta": lambda tables, name: tables.meta(name),
    "labels": lambda tables, name: tables.labels(name, "Alder"),
}


@pytest.mark.parametrize("how", READS)
def test_reading_a_table_that_is_not_declared_is_an_error(declared: Tables, how: str) -> None:
    with pytest.raises(UndeclaredTable, match=r"ssb_03321.* Føy «ssb_03321» til «tables» under «kommunerapport»"):
        READS[how](declared, "ssb_03321")


def test_no_note_swallows_it() -> None:
    error = UndeclaredTable("ssb_03321")
    assert not isinstance(error, FiguresMissing)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_only_what_is_declared_and_held_is_seen(declared: Tables) -> None:
    assert (list(declared), len(declared)) == (["ssb_11618"], 1)
    assert "ssb_11618" in declared and "ssb_09594" not in declared
    assert declared.meta("ssb_11618").number == "11618"
    with pytest.raises(TableMissing):
        declared["ssb_09594"]


def test_a_notebook_that_declares_nothing_has_nothing(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TABLES_VARIABLE, "")
    assert list(Tables.load(built)) == []


def test_tables_in_memory_are_given_without_a_look_at_the_disk(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Workspace(tmp_path / "nowhere")
    frames = {name: tables[name] for name in ("ssb_11618", "ssb_11616")}
    Tables.preload(nowhere, frames, {name: tables.meta(name) for name in frames})
    given = Tables.load(nowhere)
    assert list(given) == list(frames)
    assert given["ssb_11618"] is frames["ssb_11618"]
    assert given.meta("ssb_11616") == tables.meta("ssb_11616")
    with pytest.raises(TableMissing):
        given["ssb_03321"]
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_11616")
    assert list(Tables.load(nowhere)) == ["ssb_11616"]
    with pytest.raises(UndeclaredTable):
        Tables.load(nowhere)["ssb_11618"]
    Tables.forget()
    assert list(Tables.load(nowhere)) == []


def test_the_newest_retrieval_is_that_of_the_tables_that_count(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {"ssb_11618": "2026-02-01", "ssb_11616": "2026-01-01", "ssb_03321": "2027-01-01"}
    here = Workspace(Path("/nowhere"))
    metas = {name: replace(tables.meta(name), retrieved=day) for name, day in days.items()}
    Tables.preload(here, {name: tables[name] for name in days}, metas)

    def newest(*among: str) -> dt.date:
        return Tables.load(here).newest_retrieval(among or None)

    expected = {
        (): dt.date(2027, 1, 1),
        ("ssb_11618", "ssb_11616"): dt.date(2026, 2, 1),
        ("ssb_11616", "ssb_09594"): dt.date(2026, 1, 1),
        ("ssb_09594",): dt.date(2027, 1, 1),  # not held: all count
    }
    assert {among: newest(*among) for among in expected} == expected
    monkeypatch.setenv(TABLES_VARIABLE, "ssb_09594")  # the same in a batch, where the others are not to be read
    assert newest("ssb_09594") == dt.date(2027, 1, 1)
    with pytest.raises(DataError, match="kommunerapport fetch"):
        Tables(Path("/nowhere"), ()).newest_retrieval()
