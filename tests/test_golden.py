"""What a reader meets on each page of Halden, in order, as text that is kept: a change of words or of order is seen in review.

After a change that is meant: ``make test ARGS="tests/test_golden.py --golden"`` writes the files anew; look at their diff.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_build import LAND, THEMES, Built, built, parsed, words

FOLDER = Path(__file__).parent / "golden"
PAGES = {
    **{f"3101-halden/{file}": f"halden-{theme}.txt" for file, theme in THEMES.items()},
    LAND: "eksempelvik-land.txt",
    "nn/3101-halden/commuting.html": "halden-commuting-nn.txt",
    "en/3101-halden/commuting.html": "halden-commuting-en.txt",
}
TOLD = {
    "title",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "li",
    "dt",
    "dd",
    "figcaption",
    "summary",
    "caption",
    "blockquote",
    "svg",
    "table",
}


def outline(path: Path) -> Iterator[str]:
    """One line for each thing that is read: its tag and its text; of a drawing its alternative text, of a table its head and its length."""
    page = parsed(path)
    for each in page.iter():
        if each.tag not in TOLD or each.xpath("ancestor::svg"):
            continue
        if each.tag == "table":
            head = " | ".join(words(cell) for cell in each.xpath("./thead/tr/*"))
            yield f"table {head} ({len(each.xpath('./tbody/tr'))} rows)"
        elif each.tag == "svg":
            yield f"svg {each.get('aria-label', '')}"
        elif text := re.sub(r"[ \n]+", " ", " ".join(each.itertext())).strip():
            yield f"{each.tag} {text}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_said(
    name: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    made: Built = built(tmp_path_factory)
    found, kept = "\n".join(outline(made.page(name))) + "\n", FOLDER / PAGES[name]
    if request.config.getoption("--golden"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(found, "utf-8")
    before = kept.read_text("utf-8").splitlines()
    changed = list(difflib.unified_diff(before, found.splitlines(), PAGES[name], "now", lineterm="", n=1))
    assert not changed, "\n".join(
        [f"{name} says something else; if that is meant: see the head of this file", *changed]
    )
