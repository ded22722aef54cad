"""What a change to a notebook goes through: it loses its outputs, is formatted and linted as code is, and reads cell by cell."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sysconfig.get_path("scripts"))
HOOKS = {
    hook["id"]: hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for hook in repository["hooks"]
}


def tool(entry: str) -> list[str]:
    """A hook's command, with the tool of the environment that the tests run in."""
    name, *rest = shlex.split(entry)
    return [str(BIN / Path(name).name), *rest]


@pytest.fixture
def worked_in(tmp_path: Path) -> Path:
    """A notebook as an analyst leaves it."""
    path = tmp_path / "commuting.ipynb"
    shutil.copy(ROOT / "notebooks" / "commuting.ipynb", path)
    held = nbformat.read(path, as_version=4)
    held.cells[1].source = held.cells[1].source.replace('"3101"', '"3105"')
    held.cells[2].outputs = [nbformat.v4.new_output("stream", text="noe som ble vist")]
    held.cells[2].execution_count = 7
    held.cells[2].metadata["execution"] = {"iopub.execute_input": "2026-11-27T10:00:00Z"}
    held.metadata["widgets"] = {"state": {}}
    nbformat.write(held, path)
    return path


def test_a_hook_takes_the_outputs_and_nothing_else(worked_in: Path) -> None:
    subprocess.run([*tool(HOOKS["nbstripout"]["entry"]), worked_in], check=True)
    before = nbformat.read(ROOT / "notebooks" / "commuting.ipynb", as_version=4)
    after = nbformat.read(worked_in, as_version=4)
    assert after.cells[1].source != before.cells[1].source
    after.cells[1].source = before.cells[1].source
    assert after == before


def test_every_hook_is_a_tool_that_the_lock_holds() -> None:
    locked = (ROOT / "requirements-test.lock").read_text("utf-8")
    for hook in HOOKS.values():
        assert hook["language"] == "system", "nothing is fetched when somebody commits"
        name, *_ = shlex.split(hook["entry"])
        assert name.startswith(".venv/bin/") and (BIN / Path(name).name).exists()
        assert Path(name).name == "python" or f"\n{Path(name).name}==" in locked


def test_notebooks_are_formatted_and_linted_as_code_is(worked_in: Path) -> None:
    held = nbformat.read(worked_in, as_version=4)
    held.cells[4].source = "import os\npage.show( commuting.head )"
    nbformat.write(held, worked_in)
    style = ["--config", str(ROOT / "pyproject.toml"), worked_in]
    assert subprocess.run([BIN / "ruff", "format", "--check", *style], capture_output=True, check=False).returncode == 1
    told = subprocess.run([BIN / "ruff", "check", *style], capture_output=True, text=True, check=False)
    assert told.returncode == 1 and "F401" in told.stdout
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert "*.ipynb" not in str(tomllib.load(file)["tool"]["ruff"])


def test_a_difference_is_told_cell_by_cell(worked_in: Path) -> None:
    told = subprocess.run(
        [BIN / "nbdiff", "--no-color", ROOT / "notebooks" / "commuting.ipynb", worked_in],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert '+municipality = "3105"' in told and "/cells/1/source" in told
    assert "noe som ble vist" not in told


def test_container_and_binder_install_what_the_lock_says() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert "make .venv/.test" in container["postCreateCommand"]
    assert (ROOT / "binder" / "requirements.txt").read_text("utf-8").split() == ["-r", "../requirements.lock"]
    assert "--no-deps" in (ROOT / "binder" / "postBuild").read_text("utf-8")
    wanted = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["requires-python"] == f">={wanted}"
