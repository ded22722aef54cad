"""The reports of Halden and Skien and the constructed land page, built once for a run of the tests by the real command, and ways to read them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lxml.html
import pytest

ROOT = Path(__file__).resolve().parents[1]
THEMES = {
    "index.html": "overview",
    "employment.html": "employment",
    "exclusion.html": "exclusion",
    "commuting.html": "commuting",
    "land.html": "land",
}
SLUGS = {"3101": "3101-halden", "4003": "4003-skien"}
PAGES = [f"{slug}/{file}" for slug in SLUGS.values() for file in THEMES]
FIGURES = [
    name for name in PAGES if not name.endswith("land.html")
]  # the land page of a municipality without map layers has none
LANGUAGES = ("nn", "en")  # beside bokmål; Halden and the constructed municipality
LAND = "9901-eksempelvik-konstruert/land-konstruert.html"
EVERY = [*PAGES, LAND, "index.html"]
TRANSLATED = [f"{language}/{name}" for language in LANGUAGES for name in EVERY if not name.startswith(SLUGS["4003"])]
THIN, NBSP, MINUS = "\u202f", "\u00a0", "\u2212"


@dataclass(frozen=True)
class Built:
    """A workspace with its reports: where it lies, and what the command said (exit code, stdout, stderr, seconds)."""

    root: Path
    out: Path
    code: int
    told: str
    errors: str

    def page(self, name: str) -> Path:
        return self.out / name


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``kommunerapport`` as a user does, from a folder, with nothing of the tests' own environment."""
    program = Path(sys.executable).with_name("kommunerapport")
    assert program.is_file(), f"{program} is not there: install the project with pip install -e ."
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOMMUNERAPPORT", "PYTEST"))}
    return subprocess.run(
        [str(program), *arguments], check=False, capture_output=True, text=True, cwd=cwd, env=kept | environment
    )


def copy_workspace(target: Path) -> Path:
    """The figures, the targets and the notebooks in another folder."""
    for part in ("data/raw/snapshot", "data/raw/targets", "data/raw/example", "notebooks"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return target


def built(factory: pytest.TempPathFactory) -> Built:
    """The reports; whoever comes first makes them, other processes of the same run wait for it and read them."""
    shared = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    root, done = shared / "e2e" / "root", shared / "e2e" / "done"
    with (shared / "e2e.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released by the system, also when its holder dies
        if not done.exists():
            shutil.rmtree(root, ignore_errors=True)
            copy_workspace(root)
            began = time.monotonic()
            ran = command("build", "Halden", "Skien", "Eksempelvik", "--jobs", "2", cwd=root)
            with ThreadPoolExecutor() as both:  # runs in two languages at once
                asked = [("build", "Halden", "Eksempelvik", "--language", each, "--quiet") for each in LANGUAGES]
                for other in both.map(lambda each: command(*each, cwd=root), asked):
                    assert other.returncode == 0, other.stderr
            (shared / "e2e" / "stdout").write_text(ran.stdout)
            (shared / "e2e" / "stderr").write_text(ran.stderr)
            done.write_text(f"{ran.returncode} {time.monotonic() - began:.1f}")
    told, errors = ((shared / "e2e" / name).read_text() for name in ("stdout", "stderr"))
    return Built(root, root / "reports", int(done.read_text().split()[0]), told, errors)


@cache
def parsed(path: Path) -> lxml.html.HtmlElement:
    """A page; shared, so nobody changes it."""
    return _whole_words(path)


def _whole_words(path: Path) -> lxml.html.HtmlElement:
    """A page in which what keeps a range on one line does not part its words."""
    tree = lxml.html.document_fromstring(path.read_bytes())
    for each in tree.xpath("//span[@class='nobr']"):
        each.drop_tag()
    return tree


@cache
def visible(path: Path, drawings: bool = True) -> str:
    """What a reader sees on a page, elements apart by a bar, so that words of two cells never run together."""
    tree = _whole_words(path)
    left_out = "//style | //script | //head" + ("" if drawings else " | //*[local-name()='svg']")
    for node in tree.xpath(left_out):
        node.drop_tree()
    return "|".join(text for node in tree.itertext() if (text := node.strip("\n\r\t ")))


def words(element: lxml.html.HtmlElement) -> str:
    """The text of an element, white space made one space (the thin and the hard ones stay)."""
    return re.sub(r"[ \n\t\r]+", " ", element.text_content()).strip()


def number(cell: str) -> float:
    """A number as the page writes it; a figure that is written otherwise is an error."""
    plain = cell.replace(f"{NBSP}%", "").replace(MINUS, "-").lstrip("+")
    assert re.fullmatch(rf"-?(?:\d{{1,3}}(?:{THIN}\d{{3}})+|\d{{1,4}})(?:,\d+)?", plain), repr(cell)
    if "," not in plain:
        assert len(plain.lstrip("-")) < 4 or THIN in plain, f"{cell!r} has no thin space"
    return float(plain.replace(THIN, "").replace(",", "."))
