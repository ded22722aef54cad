"""From a matplotlib figure to inline SVG: real text, the page's colours and fonts, no ids that collide, same bytes.

Matplotlib draws in points (300 wide); what comes out is in CSS px (400 wide), so that the page's font sizes hold.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.artist import Artist
from matplotlib.figure import Figure as Canvas

from helpers.charts import style
from helpers.charts.datatable import Text
from helpers.charts.part import Figure
from helpers.places import foreign_names
from helpers.prose import plain

_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_TEXT_CLASS = {"ink": "", "muted": "m", "muni": "ti", "out-text": "to"}
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TAG = "kr|"
_PREFIX = "kr"  # what ids start with until the figure is scoped


def number(value: float) -> str:
    """Return a coordinate with one decimal, as short as it can be."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def clean(text: Text) -> str:
    """Return a text without tags and without control characters, which no XML can carry."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "", plain(text))


def spoken(value: Text) -> Markup:
    """Return a text for a `<text>` element, names in Sámi and Kven marked with their language."""
    return Markup(
        _foreign().sub(
            lambda found: f'<tspan lang="{foreign_names()[found.group()]}">{found.group()}</tspan>', text(value)
        )
    )


@functools.cache
def _foreign() -> re.Pattern[str]:
    names = sorted(foreign_names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def text(value: Text) -> Markup:
    """Return a text escaped for an SVG element or attribute."""
    return escape(clean(value))


def tag(artist: Artist, css_class: str, title: str = "") -> None:
    """Give an artist a class, and a text that is shown when the pointer rests on it."""
    artist.set_gid(f"{_TAG}{css_class}|{clean(title)}")


def pattern(prefix: str) -> str:
    """Return the definition of the hatch that stands for what is masked or missing: 135°, 1.5 px, step 7 px."""
    return (
        f'<defs><pattern id="{prefix}-hatch" width="{style.HATCH_STEP:g}" height="{style.HATCH_STEP:g}"'
        f' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="{style.HATCH_WIDTH:g}"'
        f' height="{style.HATCH_STEP:g}" style="fill:var(--hatch)"/></pattern></defs>'
    )


def words(x: float, y: float, value: Text, css: str = "", anchor: str = "start") -> str:
    """Return a line of text with its baseline at (x, y) px; `css` is a class of text (m, b, ti, to, halo)."""
    look = (f' class="{css}"' if css else "") + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    return f'<text x="{number(x)}" y="{number(y)}"{look}>{spoken(value)}</text>'


def box(x: float, y: float, width: float, height: float, looks: str, title: Text = "", css: str = "") -> str:
    """Return a rectangle in px; `looks` is its style, in custom properties. `title` shows when pointed at."""
    name = f' class="{css}"' if css else ""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    inner = f"<title>{text(title)}</title>" if title else ""
    return f'<rect{name} {place} style="{looks}">{inner}</rect>' if inner else f'<rect{name} {place} style="{looks}"/>'


def stroke(data: str, looks: str) -> str:
    """Return lines without a fill."""
    return f'<path style="fill:none;{looks}" d="{data}"/>'


def assemble(body: str, width: float, height: float, alt: str, *, role: str = "img") -> Figure:
    """Wrap SVG elements (in px; ids start with `kr-`) as a Figure whose ids depend on what is drawn."""
    alt = clean(alt).strip()
    if not alt:
        raise ValueError("a figure needs an alternative text")
    prefix = "c" + hashlib.sha256(f"{alt}\n{body}".encode()).hexdigest()[:8]
    if "url(#kr-hatch)" in body:
        body = pattern(_PREFIX) + body
    svg = (
        f'<svg class="ch" viewBox="0 0 {number(width)} {number(height)}" role="{role}" stroke-linejoin="round"'
        f' aria-label="{escape(alt)}">{body}</svg>'
    )
    return Figure(Markup(svg), alt, prefix=_PREFIX).scoped(prefix)


def render(figure: Canvas, alt: str, id_prefix: str = "") -> Figure:
    """Turn a matplotlib figure into inline SVG.

    `alt` says the finding. Ids start with `id_prefix` (default: made from the content). A colour that is not of
    the palette, and a bitmap, are errors. Nothing is clipped: axis limits hold the data.
    """
    out = io.StringIO()
    with mpl.rc_context(dict(style.RC)):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    root = ElementTree.fromstring(out.getvalue())  # noqa: S314 (matplotlib wrote it a moment ago)
    shapes = {e.get("id", ""): e for e in root.iter(f"{_SVG}path") if e.get("id")}
    box = [float(v) / style.PX for v in root.get("viewBox", "").split()]
    drawn = assemble("".join(_elements(root, shapes, "", "")), box[2], box[3], alt)
    return drawn.scoped(id_prefix) if id_prefix else drawn


def _elements(node: ElementTree.Element, shapes: dict[str, ElementTree.Element], css: str, title: str) -> Iterator[str]:
    for child in node:
        name = child.tag.removeprefix(_SVG)
        if name == "path":
            yield _shape(child, child.get("style", ""), css, title)
        elif name == "use":
            shape = shapes[child.get(_HREF, "").removeprefix("#")]
            move = (float(child.get("x", "0")), float(child.get("y", "0")))
            yield _shape(shape, child.get("style", "") or shape.get("style", ""), css, title, move)
        elif name == "text":
            yield _text(child, css)
        elif name == "image":
            raise ValueError("a chart holds no bitmap")
        elif name == "g":
            gid = child.get("id", "")
            inner = gid[len(_TAG) :].split("|", 1) if gid.startswith(_TAG) else [css, title]
            yield from _elements(child, shapes, inner[0], inner[1])


def _shape(
    element: ElementTree.Element, css: str, name: str, title: str, move: tuple[float, float] = (0.0, 0.0)
) -> str:
    declared = _declarations(css)
    looks = _looks(declared)
    if not looks:
        return ""
    attributes = (f' class="{escape(name)}"' if name else "") + f' style="{looks}"'
    inner = f"<title>{escape(title)}</title>" if title else ""
    data = element.get("d", "")
    if data.count("C") == 8 and data.rstrip().endswith("z"):
        tag_name, geometry = "circle", _circle(data, move)
    else:
        tag_name, geometry = "path", f' d="{_path(data, move)}"'
    return (
        f"<{tag_name}{attributes}{geometry}>{inner}</{tag_name}>" if inner else f"<{tag_name}{attributes}{geometry}/>"
    )


def _declarations(css: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in css.split(";") if ":" in part)
    return {key.strip(): value.strip() for key, value in pairs}


def _looks(declared: dict[str, str]) -> str:
    """Return what is visible of a shape's style, colours as custom properties and lengths in px; "" for nothing."""
    fill, stroke = declared.get("fill", "#000000"), declared.get("stroke", "none")
    if fill == "none" and (stroke == "none" or float(declared.get("stroke-width", "1")) == 0):
        return ""
    looks = [f"fill:{_paint(fill)}"]
    looks += [f"{key}:{declared[key]}" for key in ("opacity", "fill-opacity", "stroke-opacity") if key in declared]
    if stroke != "none":
        looks += [
            f"stroke:{_paint(stroke)}",
            f"stroke-width:{number(float(declared.get('stroke-width', '1')) / style.PX)}",
        ]
        if declared.get("stroke-dasharray", "none") != "none":
            dashes = ",".join(number(float(v) / style.PX) for v in declared["stroke-dasharray"].split(","))
            looks.append(f"stroke-dasharray:{dashes}")
        if declared.get("stroke-linecap") == "round" and float(declared.get("stroke-width", "1")) > 1:
            looks.append("stroke-linecap:round")
    return ";".join(looks)


def _paint(value: str) -> str:
    if value == "none":
        return value
    if value.startswith("url("):
        return f"url(#{_PREFIX}-hatch)"
    if value not in style.TOKEN_OF_HEX:
        raise ValueError(f"{value} is not a colour of the palette (helpers.charts.style)")
    return f"var(--{style.TOKEN_OF_HEX[value]})"


def _path(data: str, move: tuple[float, float]) -> str:
    """Return path data in px with one decimal, moved by (x, y) pt."""
    out: list[str] = []
    last = ""
    for command, arguments in re.findall(r"([MLQCz])([^MLQCz]*)", data):
        values = [float(v) for v in _NUMBER.findall(arguments)]
        scaled = [number((v + move[i % 2]) / style.PX) for i, v in enumerate(values)]
        piece = command.upper() + " ".join(scaled)
        if piece != last:  # matplotlib repeats points where a band turns
            out.append(piece)
        last = piece
    return "".join(out)


def _circle(data: str, move: tuple[float, float]) -> str:
    values = [float(v) for v in _NUMBER.findall(data)]
    xs, ys = values[0::2], values[1::2]
    x, y = (min(xs) + max(xs)) / 2 + move[0], (min(ys) + max(ys)) / 2 + move[1]
    radius = (max(ys) - min(ys)) / 2
    return f' cx="{number(x / style.PX)}" cy="{number(y / style.PX)}" r="{number(radius / style.PX)}"'


def _text(element: ElementTree.Element, name: str) -> str:
    declared = _declarations(element.get("style", ""))
    token = style.TOKEN_OF_HEX.get(declared.get("fill", ""), "")
    if token not in _TEXT_CLASS:
        raise ValueError(f"text in {declared.get('fill', 'black')}: text is ink, muted, muni or out-text")
    classes = [name, _TEXT_CLASS[token]]
    if declared.get("font-weight", "400") not in ("400", "normal") and _TEXT_CLASS[token] in ("", "m"):
        classes.append("b")
    css = " ".join(filter(None, classes))
    anchor = declared.get("text-anchor", "start")
    size = float(declared.get("font-size", f"{style.FONT * style.PX}px").removesuffix("px"))
    relative = size / (style.FONT * style.PX)
    attributes = "".join(
        [
            f' class="{escape(css)}"' if css else "",
            f' text-anchor="{anchor}"' if anchor != "start" else "",
            f' style="font-size:{relative:.2f}em"' if abs(relative - 1) > 0.01 else "",
            _turn(element.get("transform", "")),
        ]
    )
    x, y = (number(float(element.get(axis, "0")) / style.PX) for axis in ("x", "y"))
    return f'<text x="{x}" y="{y}"{attributes}>{spoken(element.text or "")}</text>'


def _turn(transform: str) -> str:
    values = [float(v) for v in _NUMBER.findall(transform)]
    if len(values) != 3 or values[0] == 0:
        return ""
    return f' transform="rotate({values[0]:g} {number(values[1] / style.PX)} {number(values[2] / style.PX)})"'
