"""The documentation: every block of commands is run, every link leads somewhere, every measure is in the reference."""

from __future__ import annotations

import importlib
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from helpers.catalog import catalog
from helpers.measures import indicators
from helpers.tables import Tables
from helpers.workspace import Workspace
from official.server import OfficialServer

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
BIN = Path(sysconfig.get_path("scripts"))
ELSEWHERE = {"new-theme.md": "tests/test_creating.py"}  # its blocks belong together, with code between them


def blocks(path: Path, kind: str = "shell") -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text("utf-8"), re.S | re.M)


GUIDES = [path for path in (DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))) if blocks(path)]


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """A checkout to work in: its figures, notebooks and Makefile, and the environment that the tests run in."""
    root = workspace.root
    shutil.copytree(ROOT / "data" / "raw" / "example", root / "data" / "raw" / "example")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-test.lock", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, root)
    (root / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    return root


@pytest.mark.slow
@pytest.mark.parametrize(
    "guide",
    [pytest.param(path, id=path.name) for path in GUIDES if path.name not in ELSEWHERE],
)
def test_every_block_of_commands_works(guide: Path, folder: Path) -> None:
    if "make " in "".join(blocks(guide)) and Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        pytest.skip("make installs into .venv, and the tests run in another environment")
    for path, text in re.findall(r"Make `([\w/.-]+)`:\n\n```toml\n(.*?)```", guide.read_text("utf-8"), re.S):
        (folder / path).write_text(text, "utf-8")
    for name, text in re.findall(r"^```(?:csv|toml) ([\w.]+\.\w+)\n(.*?)^```", guide.read_text("utf-8"), re.S | re.M):
        (folder / "data" / "raw" / "own").mkdir(exist_ok=True)
        (folder / "data" / "raw" / "own" / name).write_text(text, "utf-8")
    with OfficialServer() as server:
        surroundings = os.environ | server.environment() | {"PATH": f"{BIN}:{os.environ['PATH']}"}
        surroundings.pop("KOMMUNERAPPORT_ROOT", None)
        for block in blocks(guide):
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=280,
            )  # fmt: skip
            assert ended.returncode == 0, f"{block}\n{ended.stdout}\n{ended.stderr}"


def test_a_guide_that_is_run_elsewhere_is() -> None:
    for guide, test in ELSEWHERE.items():
        assert guide in (ROOT / test).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    gone = [
        each
        for each in links
        if not re.match(r"\w+:", each) and not (page.parent / each.partition("#")[0]).resolve().exists()
    ]
    assert gone == []


def test_every_page_is_in_the_contents() -> None:
    told = (DOCS / "index.md").read_text("utf-8")
    named = set(re.findall(r"^[\w/-]+$", told, re.M))
    spread = {path for pattern in re.findall(r"^[\w/-]+/\*$", told, re.M) for path in DOCS.glob(f"{pattern}.md")}
    here = {path for path in PAGES if path.name != "index.md" and path not in spread}
    assert {path.relative_to(DOCS).with_suffix("").as_posix() for path in here} <= named


def test_the_reference_has_every_indicator_and_names_measures_that_exist(tables: Tables) -> None:
    told = (DOCS / "reference" / "indicators.md").read_text("utf-8")
    named = {each.split()[0] for each in indicators.of_year(tables, draws=10)["indicator"]}
    assert named <= set(re.findall(r"^\| `(\w+)`", told, re.M))
    rows = [line.rstrip(" |").rpartition("|")[2] for line in told.splitlines() if line.startswith("| ") and "`" in line]
    for each in (name for row in rows for name in re.findall(r"`([\w.]+)`", row)):
        module, _, function = each.partition(".")
        found = importlib.import_module(f"helpers.measures.{module}")
        assert not function or hasattr(found, function), each


def test_the_reference_has_every_measure_and_every_table() -> None:
    told = (DOCS / "reference" / "measures.md").read_text("utf-8")
    modules = {path.stem for path in (ROOT / "src" / "helpers" / "measures").glob("*.py")}
    without = {"__init__", "context", "remembered"}  # the context is in api.md; the others are no measures
    assert modules - without == set(re.findall(r"automodule:: helpers\.measures\.(\w+)", told))
    sys.path.insert(0, str(DOCS))
    try:
        import catalogue

        assert set(re.findall(r"^## `(\w+)`$", catalogue.tables(), re.M)) == set(catalog())
    finally:
        sys.path.remove(str(DOCS))


def test_examples_of_commands_are_shown_as_they_are() -> None:
    """In the reference of the command line an example can be copied: no line runs into its explanation, and -- is no dash."""
    conf = runpy.run_path(str(DOCS / "conf.py"))
    assert "D" not in conf["smartquotes_action"]
    lines = ["Lag rapporter.", "", "| Eksempler:", "|   kommunerapport build --all    hele landet", "", "Slutt."]
    conf["_examples"](None, None, lines)
    block = ["Eksempler:", "", ".. code-block:: text", "", "   kommunerapport build --all    hele landet"]
    assert lines == ["Lag rapporter.", "", *block, "", "Slutt."]
