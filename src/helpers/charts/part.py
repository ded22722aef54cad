"""What every part of a page is made of: the template, the stylesheet, a part's display output, and a drawing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from helpers.charts.datatable import DataTable, Text, current_labels
from helpers.prose import plain, unbroken

PAGE_MIME = "application/vnd.kommunerapport.page+json"
_HERE = Path(__file__).parent


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["plain"] = plain
    return environment.get_template("parts.j2")


@functools.cache
def stylesheet() -> str:
    """Return the page's stylesheet without comments and needless space, for one `<style>` element."""
    css = re.sub(r"/\*.*?\*/", "", _style_css(), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


def _style_css() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8")


# JupyterLab's outputs that hold a part, and none of its other outputs or documents.
_OURS = ".jp-RenderedHTMLCommon:has(> header.lead, > dl.keys, > section[aria-labelledby], > footer)"
# What JupyterLab says of lists, rows and code in its outputs, light or dark, unsaid: a part has colours of its own.
_LAB = (
    "dt,dd{float:none;width:auto;font-weight:inherit}table{color:inherit}tbody tr:nth-child(n){background:none}"
    "code{background:none;color:inherit;padding:0}a:link,a:visited{color:var(--muni)}"
)


def notebook_style() -> Markup:
    """Return a `<style>` that gives the parts their look inside JupyterLab's outputs and nowhere else there."""
    css = re.sub(r"@media \(prefers-color-scheme: dark\)\s*\{\s*:root\s*\{[^}]*\}\s*\}", "", _style_css())
    css = re.sub(r"@page\s*\{[^}]*\}", "", css)
    css = re.sub(r"(?m)^(\s*)(?::root|html|body)(?=\s*\{)", r"\1&", css)
    return Markup("<style>{}{{background:#fff;padding:0 1rem;{}{}}}</style>").format(
        Markup(_OURS), Markup(_LAB), Markup(css)
    )


class Part:
    """What every part shares: its HTML, its plain text and its display output with metadata for the exporter."""

    part: ClassVar[str]

    def html(self) -> Markup:
        """Return the part as HTML."""
        return unbroken(getattr(_template().module, self.part)(self, current_labels()))

    def text(self) -> str:
        """Return the part as plain text."""
        return "\n".join(line for line in self._lines() if line)

    def _lines(self) -> Iterable[str]:
        raise NotImplementedError

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return self._data(), {"kommunerapport": {"part": self.part}}

    def _data(self) -> dict[str, Any]:
        return {"text/html": str(self.html()), "text/plain": self.text()}


def checked_address(href: str) -> None:
    """Refuse a link that is neither relative nor http(s): `javascript:` and its kin do nothing here."""
    if not re.fullmatch(r"https?://\S+|(?!//)[^\s:\\]+", href):
        raise ValueError(f"{href!r}: a link is relative, http or https")


@dataclass(frozen=True)
class Figure:
    """A drawing as inline SVG with its alternative text.

    `beyond` counts what lies outside the drawing's frame. `title` and `subtitle` head one of several small multiples.
    `prefix` starts every id inside the drawing.
    """

    svg: Markup
    alt: str
    beyond: int = 0
    title: Text = ""
    subtitle: Text = ""
    prefix: str = ""

    def scoped(self, prefix: str) -> Figure:
        """Return the figure with other ids, so that even two equal drawings on a page do not collide."""
        if not self.prefix:
            return self
        svg = str(self.svg).replace(f'id="{self.prefix}-', f'id="{prefix}-')
        svg = svg.replace(f"url(#{self.prefix}-", f"url(#{prefix}-")
        return replace(self, svg=Markup(svg), prefix=prefix)

    def described_by(self, table: DataTable | None) -> Figure:
        """Return the figure with a table as its long description; unchanged where there is none."""
        if table is None:
            return self
        details = Markup('<svg aria-details="{}-table"').format(table.id)
        return replace(self, svg=Markup(details + self.svg.removeprefix("<svg")))

    def html(self) -> Markup:
        """Return the drawing alone."""
        return self.svg

    def _repr_html_(self) -> str:
        return str(self.svg)
