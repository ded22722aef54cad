"""Inline SVG: same bytes, real text, the page's colours, nothing that a policy blocks, nothing that breaks out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from chart_samples import HOSTILE, charts, elements, of_class, texts, vertices
from markupsafe import Markup
from matplotlib.figure import Figure as Canvas

from helpers.charts import style, svg
from helpers.charts.part import Figure, Part
from helpers.charts.parts import Section

KINDS = list(charts())
TOKENS = "|".join(style.LIGHT)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    return charts()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(drawn: dict[str, Figure], kind: str) -> None:
    assert charts.__wrapped__("Halden")[kind].svg == drawn[kind].svg


def test_another_process_gives_the_same_bytes(drawn: dict[str, Figure]) -> None:
    code = "import chart_samples as c; print(''.join(f.svg for f in c.charts().values()), end='')"
    here = Path(__file__).resolve()
    env = {"PYTHONPATH": f"{here.parent}:{here.parents[2] / 'src'}", "PYTHONHASHSEED": "7", "PATH": ""}
    made = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert made.stdout == "".join(figure.svg for figure in drawn.values())


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_page_decides_colour_and_font(drawn: dict[str, Figure], kind: str) -> None:
    figure = str(drawn[kind].svg)
    assert not re.search(r"#[0-9a-fA-F]{6}\b", figure)
    assert set(re.findall(r"var\(--([\w-]+)\)", figure)) <= set(style.LIGHT)
    for forbidden in ("font-family", "<style", "clip-path", "clipPath", "<metadata", "<script", "href", "DejaVu"):
        assert forbidden not in figure


@pytest.mark.parametrize("kind", KINDS)
def test_the_root_says_what_it_is(drawn: dict[str, Figure], kind: str) -> None:
    root = next(elements(drawn[kind]))
    assert root.get("class") == "ch"
    assert root.get("role") == ("group" if kind in ("map", "areas") else "img")
    assert root.get("aria-label") == drawn[kind].alt != ""
    assert root.get("width") is root.get("height") is None
    assert root.get("viewBox", "").split()[:3] == ["0", "0", "276" if kind == "small" else "400"]


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_text_of_the_pages_own_size(drawn: dict[str, Figure], kind: str) -> None:
    written = [e for e in elements(drawn[kind]) if e.tag == "text"]
    assert written
    assert all(e.get("style") is None for e in written)


@pytest.mark.parametrize("kind", KINDS)
def test_names_from_data_stay_text(kind: str) -> None:
    figure = charts(HOSTILE)[kind]
    tags = {e.tag for e in elements(figure)}
    assert tags <= {"svg", "g", "path", "circle", "rect", "text", "title", "defs", "pattern", "tspan"}
    if kind not in ("crowded", "seven"):
        shown = [figure.alt, *texts(figure), *("".join(e.itertext()) for e in elements(figure) if e.tag == "title")]
        assert any("onerror" in text for text in shown)
    assert not any(name.startswith("on") for e in elements(figure) for name in e.attrib)


def test_a_name_with_language_marks_shows_no_tags() -> None:
    figure = charts(Markup('Oslo – <span lang="sma">Oslove</span>'))["rates"]
    assert "Oslo – Oslove 60,1" in " ".join(texts(figure))
    assert "span" not in " ".join(texts(figure))


def test_parts_of_names_in_a_drawing_have_their_language() -> None:
    """What `name` marks in a text is marked in a drawing too: by the part, since a long name stands on two lines."""
    line = svg.words(0, 0, Markup("Porsanger - Porsángu - Porsanki 55,3"))
    assert line.count("<tspan") == 2
    assert '<tspan lang="se">Porsángu</tspan>' in line and '<tspan lang="fkv">Porsanki</tspan> 55,3' in line
    assert "tspan" not in svg.words(0, 0, "Halden 60,1") and "tspan" not in svg.words(0, 0, "Oslovei")
    marked = [e.get("lang") for e in elements(charts("Oslo - Oslove")["rates"]) if e.tag == "tspan"]
    assert marked and set(marked) == {"sma"}


def test_ids_of_two_drawings_never_meet(drawn: dict[str, Figure]) -> None:
    one, two = drawn["bars"], drawn["columns"]
    ids = [set(re.findall(r'id="([^"]+)"', f.svg)) for f in (one, two)]
    assert ids[0] and ids[1] and not ids[0] & ids[1]


def test_the_same_drawing_twice_on_a_page_has_two_ids(drawn: dict[str, Figure]) -> None:
    figure = drawn["columns"]
    html = Section("s", "h", "u", [figure, figure]).html()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 3  # the heading and two hatches
    for used in re.findall(r"url\(#([^)]+)\)", html):
        assert used in ids


def test_a_prefix_can_be_given() -> None:
    with mpl.rc_context(dict(style.RC)):
        canvas = Canvas()
        canvas.add_axes((0, 0, 1, 1)).bar(
            [1], [1], facecolor="none", hatch="/", edgecolor=style.colour("hatch"), linewidth=1
        )
        figure = svg.render(canvas, "x", "min")
    assert 'id="min-hatch"' in figure.svg and "url(#min-hatch)" in figure.svg


def test_points_become_px() -> None:
    with mpl.rc_context(dict(style.RC)):
        canvas = Canvas(figsize=(300 / 72, 150 / 72))
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.axis("off")
        axes.set(xlim=(0, 300), ylim=(0, 150))
        (line,) = axes.plot([0, 300], [0, 150], color=style.colour("country"), linewidth=1.5, linestyle=(0, (3, 2.25)))
        svg.tag(line, "mine", 'a <b> "c"')
        figure = svg.render(canvas, "alt")
    (path,) = of_class(figure, "mine")
    assert vertices(path) == [(0, 200), (400, 0)]
    assert path.get("style") == "fill:none;stroke:var(--country);stroke-width:2;stroke-dasharray:4,3"
    assert "".join(path.itertext()) == 'a <b> "c"'


@pytest.mark.parametrize("colour", ["#123456", "red"])
def test_a_colour_outside_the_palette_is_an_error(colour: str) -> None:
    with mpl.rc_context(dict(style.RC)):
        canvas = Canvas()
        canvas.add_axes((0, 0, 1, 1)).plot([0, 1], [0, 1], color=colour)
        with pytest.raises(ValueError, match="palette"):
            svg.render(canvas, "alt")


def test_a_drawing_without_alternative_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        svg.render(Canvas(), "  ")


def test_control_characters_do_not_break_the_drawing() -> None:
    figure = charts("Hal\x00den\x1b")["rates"]
    assert any("Halden 60,1" in text for text in texts(figure))


def test_a_drawing_is_small(drawn: dict[str, Figure]) -> None:
    assert {kind: len(figure.svg.encode()) < 14_000 for kind, figure in drawn.items()} == dict.fromkeys(KINDS, True)


def test_figures_are_not_parts() -> None:
    assert not issubclass(Figure, Part)
