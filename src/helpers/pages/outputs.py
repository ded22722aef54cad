"""The outputs of an executed notebook as blocks of HTML: our own parts as they are, everything else made harmless."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bleach import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from markupsafe import Markup, escape
from nbconvert.filters import markdown2html, strip_ansi
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

from helpers.errors import KommunerapportError
from helpers.pages.reports import KEY
from helpers.prose import text

PAGE_MIME = "application/vnd.kommunerapport.page+json"
OWN = "own"  # the kind of a block that an analyst's own cell made
LEFT_OUT = frozenset({"style"})  # parts that only JupyterLab needs

_TABLE_TAGS = ("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td")
_TEXT_TAGS = (
    "p",
    "div",
    "span",
    "pre",
    "br",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
    "dl",
    "dt",
    "dd",
    "sub",
    "sup",
    "small",
    "del",
    "s",
    "u",
)
_CELL = ["colspan", "rowspan", "scope"]
_SILENT = re.compile(
    r"<(style|script|head|title|iframe|object|svg|math|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.S | re.I
)
_BIG_HEADING = re.compile(r"(</?)h[12](?=[\s>])", re.I)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")

_sanitizer = SanitizeHTML(
    tags=[*ALLOWED_TAGS, *_TABLE_TAGS, *_TEXT_TAGS],
    attributes={**ALLOWED_ATTRIBUTES, "th": _CELL, "td": _CELL, "col": ["span"], "colgroup": ["span"]},
    strip=True,
)


class ExportError(KommunerapportError):
    """A notebook that cannot become a page: one of its cells failed."""

    def __init__(self, cell: int, name: str, message: str) -> None:
        self.cell = cell
        super().__init__(f"Celle {cell} feilet: {name}: {message}")


@dataclass(frozen=True)
class Block:
    """One piece of a page: a part of ours (`kind` is its name) or what an analyst's own cell showed (`kind` is ``own``).

    `lineage` is where its numbers come from (`pages.lineage.entry`).
    """

    kind: str
    html: Markup
    page: Mapping[str, Any] | None = None
    lineage: Mapping[str, Any] | None = None


def blocks(notebook: NotebookNode) -> Iterator[Block]:
    """The outputs of the code cells, in order.

    Raises
    ------
    ExportError
        if a cell has an error among its outputs.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise ExportError(number, output.ename, strip_ansi(output.evalue))
            block = _block(output)
            if block is not None:
                yield block


def _block(output: NotebookNode) -> Block | None:
    if output.output_type == "stream":
        # what goes to stderr (warnings, logs) names files of the machine it ran on, and is not for readers
        return _own(_pre(output.text)) if output.name == "stdout" else None
    mark = output.get("metadata", {}).get(KEY, {})
    kind = mark.get("part") if isinstance(mark, dict) else None
    if kind in LEFT_OUT:
        return None
    if kind and "text/html" in output.data:
        return Block(kind, Markup(_joined(output.data["text/html"])), output.data.get(PAGE_MIME), mark.get("lineage"))
    return _own(_best(output.data, output.get("metadata", {})))


def _own(html: Markup) -> Block | None:
    return Block(OWN, html) if html else None


def _best(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Markup:
    for mime in _IMAGES:
        if mime in data:
            return _image(mime, data[mime], _alt(metadata, mime))
    if "text/html" in data:
        html = clean(_joined(data["text/html"]))
        if html.striptags():
            return html
    if "text/markdown" in data:
        return clean(markdown2html(_joined(data["text/markdown"])))
    return _pre(_joined(data.get("text/plain", "")))


def clean(html: str) -> Markup:
    """HTML of unknown origin without anything that runs, loads, styles or imitates the page's own headings."""
    quiet = _BIG_HEADING.sub(r"\1h3", _SILENT.sub("", html))
    safe = _sanitizer.sanitize_html_tags(quiet)
    if "<table" not in safe:
        return Markup(safe)
    label = escape(text("page.own_table"))
    region = f'<div class="tw" tabindex="0" role="group" aria-label="{label}">'
    tables = re.sub(r"<table.*?</table>", lambda found: f"{region}{_headed(found.group())}</div>", safe, flags=re.S)
    return Markup(tables)


def _headed(table: str) -> str:
    """A table whose header cells say what they head, and whose empty corner is no header."""
    table = re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", table)
    head, mark, body = table.rpartition("</thead>")
    return _scoped(head, "col") + mark + _scoped(body, "row")


def _scoped(cells: str, scope: str) -> str:
    return re.sub(r"<th(?![^>]*scope)(?=[\s>])", f'<th scope="{scope}"', cells)


def _image(mime: str, content: Any, alt: str) -> Markup:
    if mime == "image/svg+xml":
        content = base64.b64encode(_joined(content).encode()).decode()
    packed = re.sub(r"[^A-Za-z0-9+/=]", "", _joined(content))
    return Markup('<figure><img alt="{}" src="data:{};base64,{}"></figure>').format(alt, mime, Markup(packed))


def _alt(metadata: Mapping[str, Any], mime: str) -> str:
    of_mime = metadata.get(mime)
    found = (of_mime.get("alt") if isinstance(of_mime, Mapping) else None) or metadata.get("alt")
    return str(found or text("page.own_image"))


def _pre(content: Any) -> Markup:
    """Plain text as it stands; addresses in memory differ from run to run and are left out."""
    plain = _ADDRESS.sub("", strip_ansi(_joined(content))).rstrip()
    return Markup('<pre tabindex="0">{}</pre>').format(plain) if plain.strip() else Markup()


def _joined(content: str | Iterable[str]) -> str:
    return content if isinstance(content, str) else "".join(content)
