"""`kommunerapport new`: a theme of one's own that builds at once, a folder to work in, and the wheel that carries it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat
import pytest

from helpers import Municipality, Page, Tables, prose
from helpers.batch import bundle, creating, plan
from helpers.batch.keys import Keys
from helpers.errors import InputError
from helpers.measures import industry
from helpers.pages.reports import KEY
from helpers.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "how-to" / "new-theme.md"
COMMAND = Path(sysconfig.get_path("scripts")) / "kommunerapport"


def run(folder: Path, *arguments: str, command: Path = COMMAND) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name != "KOMMUNERAPPORT_ROOT"}
    return subprocess.run(
        [command, *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=240
    )


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind in the guide."""
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE.read_text("utf-8"), re.S)


# --- a theme --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_guides_theme_is_built_as_the_guide_says(workspace: Workspace) -> None:
    first, last = blocks("shell")
    for line in first.splitlines():
        told = run(workspace.root, *line.split()[1:])
        assert told.returncode == 0, told.stderr
    draft = workspace.reports / "4003-skien" / "besoksnaering.html"
    assert "Utkast til temaet Besøksnæring" in draft.read_text("utf-8")
    notebook = workspace.notebooks / "besoksnaering.ipynb"
    measure, section, cell = blocks("python")
    module = notebook.with_suffix(".py")
    module.write_text(f"{module.read_text('utf-8')}\n\n{measure}\n\n{section}", "utf-8")
    held = nbformat.read(notebook, as_version=4)
    held.cells.insert(-1, nbformat.v4.new_code_cell(cell.strip(), id="visitors"))
    (told,) = blocks("json")
    held.metadata.update(json.loads(told))
    nbformat.write(held, notebook)
    build = last.splitlines()[0]
    ended = run(workspace.root, *build.split()[1:])
    assert ended.returncode == 0, ended.stderr
    jobs = industry.jobs_by_industry(Tables.load(workspace), Municipality.find("skien"))["jobs"]["55-56"]
    assert f"{prose.count(jobs)} arbeider i hotell og restaurant" in draft.read_text("utf-8")
    lineage = json.loads((draft.parent / "besoksnaering.lineage.json").read_bytes())
    assert "ssb_07984" in json.dumps(lineage)
    checked = run(workspace.root, "verify", "reports/4003-skien", "--quiet")
    assert checked.returncode == 0 and "Ingen tall er endret" in checked.stdout
    halden = run(workspace.root, "build", "3101", "--notebook", "besoksnaering", "--language", "en")
    assert halden.returncode == 0  # its county's industries are not held: a note, and the page is there
    english = (workspace.reports / "en" / "3101-halden" / "besoksnaering.html").read_text("utf-8")
    assert '<html lang="en">' in english and 'lang="nb">Besøksnæring' in english


@pytest.mark.slow
def test_a_change_in_the_module_makes_the_page_anew_and_travels_with_the_notebook(
    workspace: Workspace, tmp_path: Path
) -> None:
    notebook, module = creating.theme(workspace, "By og land")
    (held,) = [each for each in plan.notebooks(workspace.notebooks) if each.path == notebook]
    (job,) = plan.plan([held], [Municipality.find("3101")])
    before = Keys(workspace).of(job).key
    module.write_text(module.read_text("utf-8") + "\n# another finding\n", "utf-8")
    assert Keys(workspace).of(job).key != before
    unpacked = bundle.unpack(bundle.pack(workspace, [job]), tmp_path / "worker")
    assert (unpacked / "notebooks" / "by-og-land.py").read_bytes() == module.read_bytes()


@pytest.mark.parametrize(
    ("title", "slug", "shown"),
    [
        ("besøksnæring", "besoksnaering", "Besøksnæring"),
        ("  Grønn   vekst ", "gronn-vekst", "Grønn vekst"),
        ('Båt & "hav"', "bat-hav", 'Båt & "hav"'),
        ("a\\nb", "a-nb", "A\\nb"),
    ],
)
def test_a_title_becomes_names_that_files_addresses_and_code_can_have(
    tmp_path: Path, title: str, slug: str, shown: str
) -> None:
    notebook, module = creating.theme(Workspace(tmp_path), title)
    assert (notebook.stem, module.name) == (slug, f"{slug}.py")
    ours = json.loads(notebook.read_bytes())["metadata"][KEY]
    assert (ours["theme"], ours["title"]) == (slug, shown)
    values: dict[str, object] = {}
    exec(compile(module.read_bytes(), str(module), "exec"), values)
    assert (values["THEME"], values["TITLE"]) == (slug, shown)
    assert values["TABLES"] == tuple(ours["tables"])


@pytest.mark.parametrize("title", ["", "  ", "123", "???", "2030-mål"])
def test_a_title_without_a_letter_first_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(InputError, match="Begynn med en bokstav"):
        creating.theme(Workspace(tmp_path), title)
    assert not list(tmp_path.iterdir())


def test_a_theme_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    notebook, module = creating.theme(Workspace(tmp_path), "Sjømat")
    module.write_text("mine", "utf-8")
    with pytest.raises(InputError, match="finnes allerede"):
        creating.theme(Workspace(tmp_path), "sjømat")
    notebook.unlink()
    with pytest.raises(InputError, match=r"sjomat\.py finnes allerede"):
        creating.theme(Workspace(tmp_path), "sjømat")
    assert module.read_text("utf-8") == "mine"


def test_a_notebook_without_its_module_says_which_file_it_wants(built: Workspace) -> None:
    page = Page.open("overview", "3101", root=built.root)
    with pytest.raises(InputError, match=r"overview\.py\. Notatboken «overview» henter delene sine"):
        page.sections()


# --- a folder to work in --------------------------------------------------------------------------------------------


def test_a_checkout_has_nothing_to_lay_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="er en utsjekk"):
        creating.project(tmp_path)


@pytest.mark.parametrize("there", ["data", "notebooks"])
def test_what_is_in_the_folder_is_left_alone(tmp_path: Path, there: str) -> None:
    packed, mine = tmp_path / "packed", tmp_path / "mine"
    for each in (packed / "notebooks", packed / "data" / "raw" / "snapshot", mine / there):
        each.mkdir(parents=True)
    with pytest.raises(InputError, match=f"har allerede {there}/"):
        creating.project(mine, packed)
    assert [each.name for each in mine.iterdir()] == [there]
    assert creating.project(tmp_path / "new", packed) == Workspace.find(tmp_path / "new")


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_builds_outside_the_checkout(tmp_path: Path) -> None:
    """The wheel of what is in git, installed without its dependencies: those of the tests stand in for what pip would bring."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what would be released is what git holds")
    source = tmp_path / "source"
    source.mkdir()
    for name in subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    for number in (1, 2):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", tmp_path / f"dist{number}"],
            cwd=source, check=True, capture_output=True,
        )  # fmt: skip
    (wheel,) = (tmp_path / "dist1").glob("*.whl")
    assert wheel.read_bytes() == (tmp_path / "dist2" / wheel.name).read_bytes(), "the same tree gives the same wheel"
    assert wheel.stat().st_size < 5_000_000
    venv.create(tmp_path / "env", with_pip=False)
    site = tmp_path / "env" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", site, wheel], check=True
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    command = tmp_path / "kommunerapport"
    command.write_text(f"#!{tmp_path}/env/bin/python\nfrom helpers.cli import main\nmain()\n")
    command.chmod(0o755)
    here = tmp_path / "here"
    here.mkdir()
    assert "kommunerapport new project MAPPE" in run(here, "list", command=command).stderr
    assert not list(here.iterdir())
    told = run(here, "build", "halden", command=command)
    assert told.returncode == 0, told.stderr
    assert "Ny arbeidsmappe" in told.stderr
    assert {each.name for each in (here / "reports" / "3101-halden").glob("*.html")} == {
        "index.html", "employment.html", "exclusion.html", "commuting.html", "land.html"
    }  # fmt: skip
    laid = sorted(path.relative_to(here).as_posix() for path in (here / "notebooks").iterdir())
    tracked = [path for path in (ROOT / "notebooks").glob("*.ipynb") if (source / "notebooks" / path.name).is_file()]
    assert laid == sorted(f"notebooks/{path.name}" for path in tracked)
