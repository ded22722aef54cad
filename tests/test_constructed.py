"""What is constructed is never taken for a real municipality: not in a sum, a list, a comparison or the way from page to page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.batch import plan
from helpers.errors import DataError, InputError
from helpers.pages import index, links, reports
from helpers.parameters import Parameters
from helpers.places import Area, Municipality
from helpers.sources import targets
from helpers.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = Municipality.find("9901")


@pytest.mark.parametrize("wanted", ["9901", "Eksempelvik", "eksempelvik (konstruert)", "9901-eksempelvik-konstruert"])
def test_it_is_found_by_code_and_name(wanted: str) -> None:
    found = Municipality.find(wanted)
    assert found == EXAMPLE and found.constructed
    assert "konstruert" in found.name and "konstruert" in found.slug and found.county.name == "Konstruert"


def test_it_is_in_no_area_and_no_list() -> None:
    assert EXAMPLE not in Municipality.all() and len(Municipality.all()) == 357
    assert EXAMPLE.code not in Area.country().regions
    assert not any(EXAMPLE.code in each.county.regions for each in Municipality.all())
    assert EXAMPLE.county.municipalities == ()
    assert not Municipality.find("3101").constructed


def test_it_cannot_be_compared_with() -> None:
    with pytest.raises(InputError, match=r"Eksempelvik.*konstruert.*sammenligning"):
        Area.of(["3101", "9901"])
    for compare in ("9901", "3105,9901"):
        with pytest.raises(InputError, match=r"konstruert"):
            _ = Parameters.read({"municipality": "3101", "compare": compare}).areas


def test_only_a_notebook_that_needs_no_official_figures_is_made_for_it() -> None:
    found = plan.notebooks(ROOT / "notebooks")
    jobs = plan.plan(found, [Municipality.find("3101"), EXAMPLE])
    assert [job.notebook.theme for job in jobs if job.place == EXAMPLE] == ["land"]
    assert {job.notebook.theme for job in jobs if job.place != EXAMPLE} == {each.theme for each in found}
    with pytest.raises(InputError, match=r"ingen offisielle tall.*--notebook land"):
        plan.plan(plan.chosen(found, ["commuting"]), [EXAMPLE])


def test_it_is_built_by_default_where_its_layers_are(tmp_path: Path) -> None:
    found = plan.notebooks(ROOT / "notebooks")
    assert plan.defaults(Workspace(ROOT), found) == (*plan.FIVE, "9901")
    assert plan.defaults(Workspace(ROOT), plan.chosen(found, ["commuting"])) == plan.FIVE
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert plan.defaults(Workspace(tmp_path), found) == plan.FIVE


def page(place: Municipality, theme: str) -> reports.PageData:
    return reports.PageData(
        theme=theme, municipality=place.code, name=place.name, county=place.county.name, slug=place.slug, order=5
    )


def test_its_file_says_so_wherever_it_is_sent() -> None:
    assert page(EXAMPLE, "land").file == "land-konstruert.html"
    assert page(Municipality.find("3101"), "land").file == "land.html"


def test_the_list_keeps_it_apart_and_does_not_count_it(tmp_path: Path) -> None:
    for place, theme in (
        (Municipality.find("3101"), "overview"),
        (EXAMPLE, "land"),
        (Municipality.find("3105"), "overview"),
    ):
        reports.publish(tmp_path, page(place, theme), "<!--more--><!--/more--><!--top--><!--/top-->")
    held = reports.read_all(tmp_path)
    html = index.page(held)
    table, _, below = html.partition('id="eksempel"')
    assert "2 kommuner" in html and "Eksempelvik" not in table
    assert 'href="9901-eksempelvik-konstruert/land-konstruert.html"' in below
    links.relink(tmp_path, held)
    ways = {place: (tmp_path / place.slug / file).read_text() for place, file in ((Municipality.find("3105"), "index.html"), (EXAMPLE, "land-konstruert.html"))}  # fmt: skip
    assert "Eksempelvik" not in ways[Municipality.find("3105")] and "3101-halden" in ways[Municipality.find("3105")]
    assert "Forrige" not in ways[EXAMPLE] and "Neste" not in ways[EXAMPLE]


def test_its_targets_lie_with_its_layers_and_nowhere_else(tmp_path: Path) -> None:
    own = targets.of(targets.read(ROOT / "data" / "raw"), EXAMPLE)
    assert own and all("konstruert" in each.document for each in own)
    (tmp_path / "targets").mkdir()
    shutil.copy(ROOT / "data" / "raw" / "example" / "9901" / "targets.toml", tmp_path / "targets" / "x.toml")
    with pytest.raises(DataError, match=r"virkelige og konstruerte"):
        targets.read(tmp_path)
    (tmp_path / "targets" / "x.toml").unlink()
    (tmp_path / "example" / "3101").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "raw" / "targets" / "halden.toml", tmp_path / "example" / "3101" / "targets.toml")
    with pytest.raises(DataError, match=r"virkelige og konstruerte"):
        targets.read(tmp_path)
