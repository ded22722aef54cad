"""The documentation as a site: `make docs`."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from catalogue import tables  # beside this file: what the reference says of the catalogue

project = "kommunerapport"
author = "kommunerapport"
release = metadata.version("kommunerapport")
html_title = f"kommunerapport {release}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "sphinx_click"]
exclude_patterns = ["_build", "images"]
html_theme = "furo"
html_static_path = ["_static"]
html_show_sphinx = False
html_css_files = ["site.css"]
smartquotes_action = "q"  # quotes, not dashes: --all is --all

myst_enable_extensions = ["substitution", "deflist"]
myst_heading_anchors = 3
myst_substitutions = {"tables": tables()}
suppress_warnings = ["myst.xref_missing"]  # links to files of the repository, which a test follows

autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False


def setup(app: Sphinx) -> None:
    """Tables in the guides, and examples in the help of commands, are shown as they are."""
    app.add_lexer("csv", TextLexer)
    app.connect("sphinx-click-process-description", _examples)


def _examples(app: Sphinx, context: object, lines: list[str]) -> None:
    """What click does not wrap: its first line leads a block of commands."""
    shown: list[str] = []
    for line in lines:
        kept = line.removeprefix("| ")
        if kept != line and not kept.startswith(" "):
            shown += [kept, "", ".. code-block:: text", ""]
        else:
            shown.append(f"   {kept.strip()}" if kept != line else line)
    lines[:] = shown
