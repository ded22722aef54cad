"""What the tests share: the committed figures, and a workspace of its own for whoever changes files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from helpers.places import Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
os.environ.pop("KOMMUNERAPPORT_ROOT", None)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The same examples each time, so that a run can be run again; `pytest --hypothesis-profile=search` looks for new ones.
# No deadline: a busy machine is not a wrong figure.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.register_profile(
    "few", settings.get_profile("fixed"), max_examples=25
)  # `make test`; `make test-all` takes all
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden pages anew (tests/test_golden.py)")


@pytest.fixture(scope="session")
def checkout() -> Workspace:
    """The project itself. Tests do not write here."""
    return Workspace(ROOT)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of data/raw with its tables built, shared by the session: read only, which is looked at when all is done."""
    here = copy_of(ROOT, tmp_path_factory.mktemp("workspace"))
    before = _files(here.raw)
    yield here
    assert _files(here.raw) == before, "a test wrote in the workspace that all share"


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file's size and time."""
    told = {str(path): path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in told.items()}


@pytest.fixture(scope="session")
def tables(built: Workspace) -> Tables:
    """The tidy tables of the snapshot."""
    return Tables.load(built)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A fresh copy of data/raw and notebooks/ that a test may spoil."""
    return copy_of(ROOT, tmp_path / "root")


@pytest.fixture
def halden() -> Municipality:
    return Municipality.find("3101")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recorded answers and boundaries, which are not part of the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with recorded answers is not on this machine")
    return folder


def copy_of(root: Path, target: Path) -> Workspace:
    """The snapshot, the targets and the notebooks of `root` in another folder."""
    for part in ("data/raw/snapshot", "data/raw/targets", "notebooks"):
        if (root / part).is_dir():
            shutil.copytree(root / part, target / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return Workspace(target)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; for a module only, since Playwright's loop is in the way of others."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages cannot be seen as a reader sees them")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
