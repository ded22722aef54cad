"""Reports in several languages: where they lie, how they lead to each other, and what one run leaves to another."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from helpers.batch import building, linking, making, plan, report, run
from helpers.batch.messages import Done, Failed, Task
from helpers.errors import InputError
from helpers.language import SOURCE, Language
from helpers.pages import links, reports
from helpers.pages.reports import PageData
from helpers.places import Municipality
from helpers.workspace import Workspace
from pages.make import page

GIVEN = {
    "everyone": False, "names": (), "jobs": 1, "out": None, "as_of": "", "compare": "", "timeout": None, "memory": None, "force": False,
    "failed": False, "engine": None, "scheduler": "", "shared": None, "log": "bar", "quiet": True, "language": "nb",
}  # fmt: skip
BODY = "<html><body><!--top--><!--/top--><main></main><!--more--><!--/more--></body></html>"


def publish(base: Path, language: Language, *themes: str) -> Path:
    """Pages of Halden in a language, as a run leaves them before the links are drawn."""
    folder = reports.folder_of(base, language)
    folder.mkdir(parents=True, exist_ok=True)
    for theme in themes:
        data: PageData = page(theme, language=language)
        reports.publish(folder, data, links.link(BODY, reports.report_of(data), data))
    return folder


def ways(path: Path) -> dict[str, str]:
    found = lxml.html.fromstring(path.read_bytes()).xpath("//nav[@class='languages']//a")
    return {str(each.get("hreflang")): str(each.get("href")) for each in found}


def test_a_page_leads_to_itself_where_it_is_there(tmp_path: Path) -> None:
    publish(tmp_path, "nb", "overview", "commuting")
    linking.finish(tmp_path)
    front = tmp_path / "3101-halden" / "index.html"
    assert ways(front) == {} and ways(tmp_path / "index.html") == {}
    nynorsk = publish(tmp_path, "nn", "overview")
    linking.finish(nynorsk, "nn")
    assert ways(front) == {"nn": "../nn/3101-halden/index.html"}
    assert ways(nynorsk / "3101-halden" / "index.html") == {"nb": "../../3101-halden/index.html"}
    assert ways(tmp_path / "3101-halden" / "commuting.html") == {}
    assert ways(tmp_path / "index.html") == {"nn": "nn/index.html"}
    assert ways(nynorsk / "index.html") == {"nb": "../index.html"}
    english = publish(tmp_path, "en", "overview")
    linking.finish(english, "en")
    assert ways(nynorsk / "3101-halden" / "index.html") == {
        "nb": "../../3101-halden/index.html",
        "en": "../../en/3101-halden/index.html",
    }
    for path in tmp_path.rglob("*.html"):
        assert all((path.parent / target).is_file() for target in ways(path).values())


def test_each_list_and_each_bar_is_in_the_language_of_its_folder(tmp_path: Path) -> None:
    for language, heading, crumb in (
        ("nb", "Velg kommune", "Alle kommuner"), ("nn", "Vel kommune", "Alle kommunar"), ("en", "Choose a municipality", "All municipalities"),
    ):  # fmt: skip
        folder = publish(tmp_path, language, "overview")  # type: ignore[arg-type]
        linking.finish(folder, language)  # type: ignore[arg-type]
        listed = lxml.html.fromstring((folder / "index.html").read_bytes())
        assert listed.get("lang") == language and listed.xpath("string(//h2)") == heading
        front = lxml.html.fromstring((folder / "3101-halden" / "index.html").read_bytes())
        assert front.xpath("string(//nav[@class='crumbs']//a)") == crumb


def test_runs_at_once_leave_every_link_right(tmp_path: Path) -> None:
    """While one run draws, another puts a page in place: it waits, and its own end draws both."""
    publish(tmp_path, "nb", "overview")
    nynorsk = reports.folder_of(tmp_path, "nn")
    half = nynorsk / ".index.html.x.tmp"
    told: list[str] = []

    def other() -> None:
        with linking.alone(nynorsk, "nn"):
            told.append("placed")
            publish(tmp_path, "nn", "overview")
        linking.finish(nynorsk, "nn")

    thread = threading.Thread(target=other)
    with linking.alone(tmp_path):
        thread.start()
        thread.join(0.2)
        assert told == [], "it has to wait"
    thread.join()
    half.write_text("half")
    reports.sweep(tmp_path)
    assert half.is_file(), "a file that the other run is writing"
    linking.finish(tmp_path)
    assert ways(nynorsk / "3101-halden" / "index.html") == {"nb": "../../3101-halden/index.html"}
    assert ways(tmp_path / "3101-halden" / "index.html") == {"nn": "../nn/3101-halden/index.html"}


def test_links_are_drawn_again_when_a_page_in_another_language_comes_or_goes(tmp_path: Path) -> None:
    publish(tmp_path, "nb", "overview")
    linking.finish(tmp_path)
    assert linking.is_done(tmp_path)
    nynorsk = publish(tmp_path, "nn", "overview")
    assert not linking.is_done(tmp_path) and not linking.is_done(nynorsk, "nn")
    linking.finish(nynorsk, "nn")
    assert linking.is_done(tmp_path) and linking.is_done(nynorsk, "nn")


def test_somebody_elses_folder_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "index.html").write_text("a site of somebody's own")
    publish(tmp_path, "nb", "overview")
    linking.finish(tmp_path)
    assert (tmp_path / "en" / "index.html").read_text() == "a site of somebody's own"
    assert ways(tmp_path / "index.html") == {}


def test_pages_that_cannot_be_written_in_another_language_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linking.finish(publish(tmp_path, "nn", "overview"), "nn")
    publish(tmp_path, "nb", "overview")

    def refuse(path: Path, content: str) -> None:
        if "nn" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        write_whole(path, content)

    write_whole = reports.write_whole
    for module in (links, linking.reports):
        monkeypatch.setattr(module, "write_whole", refuse)
    linking.finish(tmp_path)
    assert ways(tmp_path / "3101-halden" / "index.html") == {"nn": "../nn/3101-halden/index.html"}


def test_a_page_in_another_language_than_asked_for_is_none() -> None:
    made, asked = Done(page("commuting"), ""), {"municipality": "3101", "language": "en"}
    refused = making.in_its_language(made, Task(Path("x.ipynb"), asked, 1))
    assert isinstance(refused, Failed)
    assert refused.error.startswith("Siden er på bokmål, ikke på English. Gi språket videre i notatboken")
    for kept in (
        {**asked, "language": "nb"},
        {"municipality": "3101"},
    ):  # a notebook of one's own may not know of languages
        assert making.in_its_language(made, Task(Path("x.ipynb"), kept, 1)) is made


@pytest.mark.slow
def test_a_notebook_that_forgets_the_language_makes_no_page(workspace: Workspace) -> None:
    path = workspace.notebooks / "commuting.ipynb"
    path.write_text(path.read_text("utf-8").replace(", language=language", ""), "utf-8")
    jobs, options = building.asked(workspace, ["3101"], {**GIVEN, "language": "en", "names": ("commuting",)})
    outcome = run.run(jobs, options)
    assert outcome.made == []
    assert "Siden er på bokmål, ikke på English. Gi språket videre" in outcome.failed[0].why.error


def test_the_folders_of_languages_are_no_reports(tmp_path: Path) -> None:
    linking.finish(publish(tmp_path, "nn", "overview"), "nn")
    publish(tmp_path, "nb", "overview", "commuting")
    assert [each.municipality for each in reports.read_all(tmp_path)] == ["3101"]
    assert reports.pages_in(tmp_path) == {"3101-halden/index.html", "3101-halden/commuting.html"}


@pytest.mark.parametrize(("language", "folder"), [("nb", "reports"), ("nn", "reports/nn"), ("EN", "reports/en")])
def test_where_the_pages_of_a_language_go(language: str, folder: str, built: Workspace) -> None:
    jobs, options = building.asked(built, ["3101"], {**GIVEN, "language": language, "names": ("commuting",)})
    assert options.out == built.root / folder
    assert jobs[0].values()["language"] == options.language == language.lower()


def test_another_language_is_another_page(built: Workspace) -> None:
    keys = {
        language: building.asked(built, ["3101"], {**GIVEN, "language": language})[0][0].key
        for language in ("nb", "nn")
    }
    assert keys["nb"] != keys["nn"]


def test_a_language_that_does_not_exist_stops_before_anything_runs(built: Workspace) -> None:
    with pytest.raises(InputError, match="Språket «sv» finnes ikke"):
        building.asked(built, ["3101"], {**GIVEN, "language": "sv"})


def test_a_notebook_without_the_parameter_is_made_in_bokmaal_only(workspace: Workspace) -> None:
    path = workspace.notebooks / "commuting.ipynb"
    path.write_text(path.read_text("utf-8").replace('"language = ', '"tongue = '), "utf-8")
    found = plan.chosen(plan.notebooks(workspace.notebooks), ["commuting"])
    assert plan.plan(found, [Municipality.find("3101")], language="")
    with pytest.raises(InputError, match=r"commuting\.ipynb har ikke parameteren language"):
        plan.plan(found, [Municipality.find("3101")], language="nn")


@pytest.mark.parametrize(("language", "said"), [(SOURCE, False), ("nn", True)])
def test_the_command_of_a_failure_is_in_its_language(language: str, said: bool, workspace: Workspace) -> None:
    (job,) = plan.plan(plan.chosen(plan.notebooks(workspace.notebooks), ["commuting"]), [Municipality.find("3101")])
    outcome = run.Outcome(failed=[run.Failure(job, run.Failed(1, "x", "Feil", "Feil"))])
    given: dict[str, Any] = {**GIVEN, "language": language, "root": None, "debug": False}
    assert ("--language nn" in "\n".join(report.wrong(outcome, given, None))) is said
