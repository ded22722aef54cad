"""What a newcomer installs and types: the lists of packages agree, the locks are whole, the commands in the README exist."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from helpers import cli

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
DOCS = ("README.md", "CONTRIBUTING.md", ".ci/run")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@cache
def project() -> dict:  # type: ignore[type-arg]
    return tomllib.loads(text("pyproject.toml"))


def needs(lines: list[str]) -> dict[str, str]:
    """Package → bounds."""
    found = [Requirement(each) for each in lines]
    return {canonicalize_name(each.name): str(each.specifier) for each in found}


@cache
def locked(name: str) -> dict[str, list[tuple[Version, str, int]]]:
    """Package → (version, marker, number of hashes) for each of its entries."""
    found: dict[str, list[tuple[Version, str, int]]] = {}
    for entry in re.split(r"\n(?=[^\s#])", re.sub(r"^\s*#.*\n", "", text(name), flags=re.M)):
        head, *rest = entry.split("\\\n")
        if not head.strip():
            continue
        said = Requirement(head.strip())
        hashes = [line for line in rest if re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}\s*", line)]
        assert len(hashes) == len(rest), f"{name}: {head}"
        (pin,) = said.specifier
        assert pin.operator == "==", f"{name}: {head}"
        row = (Version(pin.version), str(said.marker or ""), len(hashes))
        found.setdefault(canonicalize_name(said.name), []).append(row)
    return found


def git(*arguments: str) -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    told = subprocess.run(["git", "-C", str(ROOT), *arguments], check=False, capture_output=True, text=True)
    return told.stdout.splitlines()


# --- the lists of packages ------------------------------------------------------------------------------------------


def test_the_conda_file_names_the_same_packages_and_bounds() -> None:
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    conda = needs([each for each in listed if isinstance(each, str)])
    ours = needs([*project()["project"]["dependencies"], *project()["dependency-groups"]["build"]])
    assert conda.pop("python") == project()["project"]["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == ours  # pandera[pandas] of pip is pandera of conda
    (pip,) = [each for each in listed if isinstance(each, dict)]
    assert pip == {"pip": ["-e ."]}


def test_what_builds_the_package_is_in_the_build_group() -> None:
    build = needs(project()["dependency-groups"]["build"])
    assert needs(project()["build-system"]["requires"]).items() <= build.items()
    assert "editables" in build  # hatchling asks for it when it installs with -e


def test_everything_imported_is_declared() -> None:
    """A package that comes along with another one may go away with it."""
    owners = packages_distributions()
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            imported |= {name.partition(".")[0] for name in names}
    imported -= sys.stdlib_module_names | {"helpers", "pydantic_core"}  # the last is part of pydantic
    assert {"pandas", "papermill"} <= imported
    extras = [each for extra in project()["project"]["optional-dependencies"].values() for each in extra]
    declared = needs([*project()["project"]["dependencies"], *extras])
    loose = {
        name for name in imported if not {canonicalize_name(each) for each in owners.get(name, [name])} & set(declared)
    }
    assert loose == set()


# --- the locks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_pinned_with_hashes(name: str) -> None:
    entries = locked(name)
    assert len(entries) > 80
    assert [package for package, rows in entries.items() if any(hashes == 0 for *_, hashes in rows)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_is_declared_within_its_bounds(name: str) -> None:
    groups = project()["dependency-groups"]
    wanted = needs([*project()["project"]["dependencies"], *groups["build"]])
    wanted |= needs(groups["test"]) if "test" in name else {}
    entries = locked(name)
    assert {"hatchling", "editables"} <= set(entries)
    for package, bounds in wanted.items():
        assert package in entries, package
        for version, *_ in entries[package]:
            assert Requirement(f"{package}{bounds}").specifier.contains(version), (package, version)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_place_on_a_disk(name: str) -> None:
    told = text(name)
    assert (
        re.findall(r"\w+://\S*|^\s*-(?:i|f|e)\b.*|--(?:extra-)?index-url.*|--find-links.*|\s@\s.*|^[./].*", told, re.M)
        == []
    )
    assert str(ROOT) not in told and "/home/" not in told and "/tmp/" not in told


def test_the_locks_agree() -> None:
    runtime, test = (locked(name) for name in LOCKS)
    assert set(runtime) <= set(test)
    pins = {package: {(version, marker) for version, marker, _ in rows} for package, rows in runtime.items()}
    other = {package: {(version, marker) for version, marker, _ in test[package]} for package in runtime}
    # the marker may widen where a test package needs it too; a version may not differ
    assert {name: {v for v, _ in rows} for name, rows in pins.items()} == {
        name: {v for v, _ in rows} for name, rows in other.items()
    }


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_one_version_of_each_package_for_every_python(name: str, python: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.4", "sys_platform": "linux"}
    for package, rows in locked(name).items():
        fits = {version for version, marker, _ in rows if not marker or Marker(marker).evaluate(here)}
        assert len(fits) <= 1, (package, fits)


# --- what is in git -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        ".venv/bin/python", "src/helpers/__pycache__/cli.cpython-311.pyc", "kommunerapport.egg-info/PKG-INFO", ".pytest_cache/x",
        ".mypy_cache/x", ".ruff_cache/x", ".hypothesis/x", "notebooks/.ipynb_checkpoints/overview-checkpoint.ipynb",
        "data/processed/ssb_11618.parquet", "data/raw/fetched/ssb_11618.json", "reports/index.html", "reports/.x.tmp",
    ],
)  # fmt: skip
def test_what_is_made_is_ignored(made: str) -> None:
    assert git("check-ignore", "--no-index", made) == [made]


@pytest.mark.parametrize(
    "kept", ["data/raw/snapshot/ssb_11618.json.gz", "data/raw/targets/halden.toml", "notebooks/overview.ipynb"]
)
def test_what_belongs_to_the_project_is_not_ignored(kept: str) -> None:
    assert git("check-ignore", "--no-index", kept) == []
    assert git("ls-files", kept) == [kept]


def test_nothing_made_is_committed_and_nothing_is_large() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == []
    sizes = {name: (ROOT / name).stat().st_size for name in git("ls-files") if (ROOT / name).is_file()}
    assert len(sizes) > 100
    assert {name: size for name, size in sizes.items() if size > 5_000_000} == {}
    assert sum(size for name, size in sizes.items() if name.startswith("data/raw/snapshot/")) < 6_000_000


# --- what is typed --------------------------------------------------------------------------------------------------


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.M))


def test_the_readme_begins_with_the_two_commands() -> None:
    told = text("README.md")
    block = re.search(r"```[a-z]*\n(.*?)```", told, re.S)
    assert block is not None
    assert [line.split("#")[0].strip() for line in block[1].splitlines()] == ["make reports", "make test"]
    before = re.sub(r"^#.*", "", told[: block.start()], flags=re.M).strip()
    assert before.count("\n\n") == 0 and len(before) < 600, "the commands stand first"


@pytest.mark.parametrize("name", DOCS)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"(?:^|`|\s)make ([a-z][a-z-]*)\b", "\n".join(commands(text(name))), re.M))
    assert named and named <= targets()


def commands(told: str) -> list[str]:
    """What a document says in code: blocks, spans, and the lines of a script."""
    if told.startswith("#!"):
        return [line for line in told.splitlines() if not line.lstrip().startswith(("#", "echo"))]
    blocks = re.findall(r"```[a-z]*\n(.*?)```", told, re.S)
    return [line for block in blocks for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", re.sub(r"```.*?```", "", told, flags=re.S)
    )


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "data/raw/README.md"])
def test_every_command_that_is_named_exists(name: str) -> None:
    for line in commands(text(name)):
        found = re.match(r"(?:\.venv/bin/)?(kommunerapport|papermill|jupyter|python|pip|ruff|mypy)\b(.*)", line)
        if found is None or found[1] != "kommunerapport" or not found[2].strip():
            continue
        words = found[2].split("#")[0].split()
        assert words[0] in cli.cli.commands, line
        options = {each for param in cli.cli.commands[words[0]].params for each in param.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}, line


def test_the_readme_tells_all_commands_and_its_links_lead_somewhere() -> None:
    told = text("README.md")
    assert {name for name in cli.cli.commands if f"kommunerapport {name}" not in told} == set()
    links = [each for each in re.findall(r"\]\(([^)\s]+)\)", told) if not re.match(r"\w+:", each)]
    assert links
    assert [each for each in links if not (ROOT / each.partition("#")[0]).exists()] == []
    paths = re.findall(r"\b(?:notebooks|docs|data|benchmarks|src|tests)/[\w./-]*\w\.\w+", told)
    assert [each for each in paths if not (ROOT / each).exists()] == []
    assert "checked for agreement" in told  # the conda file is not solved


def test_make_installs_with_venv_and_pip_alone() -> None:
    told = text("Makefile")
    assert "--require-hashes -r requirements.lock" in told
    assert "--require-hashes -r requirements-test.lock" in told
    assert "--no-deps --no-build-isolation -e ." in told
    assert "compile" in told
    assert re.search(r'-m pytest -n 2 --dist worksteal -m "not slow"', told)
    recipes = "\n".join(line for line in told.splitlines() if line.startswith("\t") and "uv pip compile" not in line)
    assert not re.search(r"\b(?:uv|conda|mamba|poetry|pipx|curl|wget)\b", recipes)


def test_make_help_lists_every_target() -> None:
    told = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True).stdout
    listed = {line.split()[0] for line in told.splitlines() if line[:1].isalpha() and not line.startswith("make")}
    assert listed == targets()


def test_ci_runs_the_commands_of_the_readme_from_a_clean_clone() -> None:
    told = "\n".join(commands(text(".ci/run")))
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "git clone" in told
    assert re.search(r"^make reports$.*^make test-all$", told, re.S | re.M)
