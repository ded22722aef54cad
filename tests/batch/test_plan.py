"""Which notebooks there are, and the jobs that they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest

from helpers.batch.messages import Task
from helpers.batch.plan import chosen, notebooks, plan, read_notebook, to_rehearse
from helpers.errors import DataError, InputError
from helpers.places import Municipality

from .make import write

HALDEN, SARPSBORG = Municipality.find("3101"), Municipality.find("3105")


def test_notebooks_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, "commuting", order=4)
    write(tmp_path, "overview", order=1)
    nbformat.write(v4.new_notebook(), tmp_path / "scratch.ipynb")
    found = notebooks(tmp_path)
    assert [(each.theme, each.file) for each in found] == [("overview", "index.html"), ("commuting", "commuting.html")]
    assert found[0].tables == ("ssb_11618",)
    assert found[0].parameters == ("municipality", "compare", "as_of")
    assert found[0].injected_after == 2
    assert notebooks(tmp_path / "nowhere") == ()


def test_notebooks_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    with pytest.raises(DataError, match=r"broken\.ipynb kan ikke leses"):
        notebooks(tmp_path)
    broken.unlink()
    with pytest.raises(DataError, match="municipality"):
        read_notebook(write(tmp_path, "a", declared="year = 2022"))
    with pytest.raises(DataError, match="bindestrek"):
        read_notebook(write(tmp_path, "..-a"))


def test_two_notebooks_with_one_theme(tmp_path: Path) -> None:
    write(tmp_path, "commuting").rename(tmp_path / "other.ipynb")
    write(tmp_path, "commuting")
    with pytest.raises(DataError, match=r"commuting\.ipynb.* har samme tema"):
        notebooks(tmp_path)


def test_choosing_by_theme_or_file(tmp_path: Path) -> None:
    write(tmp_path, "commuting").rename(tmp_path / "04.ipynb")
    write(tmp_path, "overview")
    found = notebooks(tmp_path)
    assert chosen(found, []) == found
    assert [each.theme for each in chosen(found, ["04.ipynb"])] == ["commuting"]
    assert [each.theme for each in chosen(found, ["overview", "commuting"])] == [each.theme for each in found]
    with pytest.raises(InputError, match=r"«comuting».*commuting"):
        chosen(found, ["comuting"])


def test_a_job_for_each_municipality_once(tmp_path: Path) -> None:
    write(tmp_path, "overview")
    write(tmp_path, "commuting", order=4)
    jobs = plan(notebooks(tmp_path), [HALDEN, SARPSBORG, HALDEN], compare="3107", as_of="2026-01-01")
    assert [job.label for job in jobs] == [
        "3101-halden/overview", "3101-halden/commuting", "3105-sarpsborg/overview", "3105-sarpsborg/commuting",
    ]  # fmt: skip
    assert jobs[0].values() == {"municipality": "3101", "compare": "3107", "as_of": "2026-01-01"}
    assert jobs[0].parameters.as_of == date(2026, 1, 1)


def test_a_task_has_what_the_worker_needs(tmp_path: Path) -> None:
    path = write(tmp_path, "overview")
    job = replace(plan(notebooks(tmp_path), [SARPSBORG])[0], key="abc")
    values = {"municipality": "3105", "compare": "", "as_of": ""}
    assert job.task() == Task(path, values, 2, ("ssb_11618",), "abc")
    layered = replace(job, notebook=replace(job.notebook, layers=True))
    assert layered.task().tables == ("ssb_11618", "layers")


def test_parameters_are_checked_before_anything_runs(tmp_path: Path) -> None:
    write(tmp_path, "commuting", declared='municipality = "3101"')
    found = notebooks(tmp_path)
    assert plan(found, [HALDEN])[0].values() == {"municipality": "3101"}
    with pytest.raises(InputError, match=r"commuting\.ipynb har ikke parameteren as_of"):
        plan(found, [HALDEN], as_of="2026-01-01")
    write(tmp_path, "commuting")
    found = notebooks(tmp_path)
    with pytest.raises(InputError, match="dato"):
        plan(found, [HALDEN], as_of="i går")
    with pytest.raises(InputError, match="nowhere"):
        plan(found, [HALDEN], compare="nowhere")


def test_a_saved_run_of_papermill_counts_its_cells_right(tmp_path: Path) -> None:
    path = write(tmp_path, "commuting")
    held = nbformat.read(path, as_version=4)
    held.cells.insert(
        2, v4.new_code_cell("# Parameters\nmunicipality = '3105'", metadata={"tags": ["injected-parameters"]})
    )
    nbformat.write(held, path)
    read = read_notebook(path)
    assert read is not None
    assert read.injected_after >= len(held.cells)


@pytest.mark.parametrize(
    ("places", "books", "rehearsed"),
    [
        (1, ("overview", "commuting"), ()),
        (3, ("employment", "commuting"), ("overview",)),
        (5, ("commuting",), ("commuting", "overview")),
    ],
)
def test_only_what_is_made_often_is_rehearsed(
    tmp_path: Path, places: int, books: tuple[str, ...], rehearsed: tuple[str, ...]
) -> None:
    for theme in books:
        write(tmp_path, theme)
    jobs = plan(notebooks(tmp_path), Municipality.all()[:places])
    assert to_rehearse(jobs) == rehearsed
