"""What stands around the parts of a page: the top bar, the ways onward, the look."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.charts.parts import stylesheet
from helpers.language import option, spoken
from helpers.prose import bokmaal, keys, text

TEMPLATES = Path(__file__).parent / "template"
NAME = "kommunerapport"


@dataclass(frozen=True)
class Link:
    """A way to another page; without `href` it is only its label. `language` is that of the page, where it is another."""

    label: Markup
    href: str = ""
    current: bool = False
    language: str = ""


@functools.cache
def environment() -> Environment:
    """The templates, with everything escaped that is not already HTML."""
    folder = TEMPLATES / NAME
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = stylesheet() + (folder / "frame.css").read_text("utf-8")
    made.globals.update(text=text, language=spoken, option=option, style=Markup(style), version=release())
    return made


def release() -> str:
    """The version of the package that made the page."""
    try:
        return version("kommunerapport")
    except PackageNotFoundError:  # run from src/ without being installed
        return "0"


def macro(name: str, *arguments: Any) -> Markup:
    """One macro of frame.html.j2."""
    return cast(Markup, getattr(_frame(), name)(*arguments))


@functools.cache
def _frame() -> Any:
    return environment().get_template("frame.html.j2").make_module({})


def theme_label(theme: str, own: str = "") -> Markup:
    """The theme's name in the top bar; a theme that the catalogue does not know goes by its `own` name."""
    key = f"page.theme.{theme}"
    return text(key) if key in keys("page.theme") else bokmaal(own or theme.replace("-", " ").capitalize())
