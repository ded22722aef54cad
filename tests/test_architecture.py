"""The floors of docs/architecture.md, read from the document and held against every import; and the size of what is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
FILES = sorted((SRC / "helpers").rglob("*.py"))
FACADE = "helpers"  # hands on the names that a notebook uses, lazily, so it may name any floor
MODULE_LINES, FUNCTION_LINES = 400, 60
NETWORK = {"httpx", "requests", "urllib3", "aiohttp", "socket", "ftplib", "http", "smtplib", "websocket", "websockets"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


def place_of(module: str) -> str:
    """The place of a module in the table: ``charts/`` or ``prose.py``."""
    name = module.removeprefix("helpers.").partition(".")[0]
    return f"{name}/" if (SRC / "helpers" / name).is_dir() else f"{name}.py"


@cache
def floors() -> dict[str, tuple[int, str]]:
    """Place → floor and what it may import, as the document's table has them."""
    found = {}
    for line in (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            places = re.findall(r"`([^`]+)`", re.sub(r"\(.*?\)", "", cells[1]))
            found.update({place: (int(cells[0]), cells[3]) for place in places})
    return found


def allowed(importer: str, imported: str) -> bool:
    """Whether a place may import another one, by the words of the table's last column."""
    (floor, words), (other, _) = floors()[importer], floors()[imported]
    if importer == imported:
        return True
    if words == "each other":
        return other == floor
    if words == "all below":
        return other < floor
    if words.endswith("and below"):
        return other <= int(words.split()[0])
    return other in {int(each) for each in words.split(",")} or (importer == "charts/" and imported == "prose.py")


def imports(source: str) -> Iterator[str]:
    """Everything that a module imports, also inside functions and for the type checker alone, as dotted names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def breaches(module: str, source: str) -> list[str]:
    """The imports of a module that its floor does not allow."""
    ours = {place_of(name) for name in imports(source) if name.startswith("helpers.")}
    return sorted(f"{module} → {place}" for place in ours if not allowed(place_of(module), place))


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Every function with its number of lines, its decorators left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


def calls(source: str) -> Iterator[str]:
    """The dotted names of everything that a module calls."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_the_table_names_every_place_once_and_nothing_else() -> None:
    there = {place_of(module_of(path)) for path in FILES} - {"helpers.py"}
    assert set(floors()) - {"texts/"} == there
    assert [floors()[each][0] for each in ("cli/", "batch/", "pages/", "charts/", "measures/", "tables/")] == [
        7, 6, 5, 4, 3, 2,
    ]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_module_imports_only_floors_below(path: Path) -> None:
    if module_of(path) != FACADE:
        assert breaches(module_of(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("helpers.measures.commuting", "from helpers import prose", ["helpers.measures.commuting → prose.py"]),
        ("helpers.measures.commuting", "def f():\n    import helpers.tables.build", ["helpers.measures.commuting → tables/"]),
        ("helpers.charts.bars", "from helpers.tables import Tables", ["helpers.charts.bars → tables/"]),
        ("helpers.prose", "from helpers.charts import parts", ["helpers.prose → charts/"]),
        ("helpers.places", "from helpers.tables import Tables", ["helpers.places → tables/"]),
        ("helpers.tables.build", "from helpers.sources import store", ["helpers.tables.build → sources/"]),
        ("helpers.pages.page", "from helpers.batch import run", ["helpers.pages.page → batch/"]),
        ("helpers.pages.page", "from helpers import cli", ["helpers.pages.page → cli/"]),
        ("helpers.charts.bars", "from helpers import prose, places\nfrom helpers.measures import cells", []),
        ("helpers.places", "from helpers import rawstore", []),
        ("helpers.cli", "from helpers.batch import run\nfrom helpers import errors", []),
    ],
)  # fmt: skip
def test_the_check_of_imports_sees_what_it_should(module: str, source: str, found: list[str]) -> None:
    assert breaches(module, source) == found


@pytest.mark.parametrize("path", sorted((SRC / "helpers" / "measures").glob("*.py")), ids=module_of)
def test_measures_are_pure(path: Path) -> None:
    """No files, no network, no plotting, no clock, no chance."""
    source = path.read_text("utf-8")
    banned = NETWORK | {
        "os",
        "io",
        "pathlib",
        "shutil",
        "tempfile",
        "subprocess",
        "sys",
        "time",
        "random",
        "secrets",
        "uuid",
    }
    banned |= {"matplotlib", "seaborn", "IPython", "jinja2", "babel", "click", "pyarrow"}
    assert {name.partition(".")[0] for name in imports(source)} & banned == set()
    clock = {"now", "today", "utcnow", "time", "time_ns", "open", "read_csv", "read_parquet", "to_parquet", "to_csv"}
    assert [name for name in calls(source) if name.rpartition(".")[2] in clock] == []


def test_the_clock_is_read_nowhere_that_makes_a_page() -> None:
    """«I dag» is an input; only the batch, which waits for processes, and the network's door, which stamps what it receives, read time."""
    readers = {
        module_of(path)
        for path in FILES
        for name in calls(path.read_text("utf-8"))
        if re.search(r"(^|\.)(now|today|utcnow|time|time_ns|strftime|localtime|gmtime|uuid4|uuid1|getpid|gethostname)$", name)
    }  # fmt: skip
    assert {module for module in readers if not module.startswith("helpers.batch.")} == {"helpers.sources.door"}
    assert "helpers.batch.run" in readers  # the search finds one


def test_only_sources_may_reach_the_network() -> None:
    reaching = {
        module_of(path)
        for path in FILES
        for name in imports(path.read_text("utf-8"))
        if name.partition(".")[0] in NETWORK or name.startswith("urllib.request")
    }
    assert {module for module in reaching if not module.startswith("helpers.sources.")} == set()


def test_nothing_prints_but_the_command_line() -> None:
    printing = {module_of(path) for path in FILES if "print" in set(calls(path.read_text("utf-8")))}
    assert printing <= {
        "helpers.cli", "helpers.batch.console", "helpers.sources.snapshot",
        "helpers.pages.page",  # a section, outside a notebook
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_module_and_its_functions_can_be_read_in_one_go(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    assert [each for each in functions(source) if each[1] > FUNCTION_LINES] == []


def test_long_functions_are_seen() -> None:
    body = "\n".join(["def f():", *["    x = 1"] * FUNCTION_LINES])
    assert list(functions(body)) == [("f", FUNCTION_LINES + 1)]
    assert list(functions(f"class A:\n    async def g(self):\n{' ' * 8}pass")) == [("g", 2)]


def test_every_module_says_what_it_is_and_every_public_name_has_a_docstring() -> None:
    bare = []
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            bare.append(module_of(path))
        bare += [
            f"{module_of(path)}.{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert bare == []


def test_the_document_names_only_what_exists() -> None:
    """Modules and attributes that the document puts in backticks are there."""
    from helpers.places import Area, Municipality

    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:src|tests|docs|pages|charts|measures|tables|sources)/[\w./-]+\.\w+)`", told))
    assert paths
    assert [each for each in paths if not any((base / each).is_file() for base in (ROOT, SRC / "helpers"))] == []
    place = told.partition("**Place**")[2].partition("**Tidy table**")[0]
    named = set(re.findall(r"`\.(\w+)`", place))
    assert {"name", "regions", "key", "slug", "county"} <= named
    halden = Municipality.find("3101")
    assert {each for each in named if not hasattr(halden, each)} == set()
    assert all(hasattr(Area, each) for each in re.findall(r"`Area\.(\w+)", place))
