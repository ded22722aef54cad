"""nbformat, imported without the second that its checker of web addresses takes.

jsonschema uses ``rfc3987_syntax`` where it is installed, and importing that compiles a grammar: 1.1 of the 1.6 seconds that nbconvert
takes to import. Nothing in a notebook is checked by it, and jsonschema does without.
"""

from __future__ import annotations

import importlib
import sys

_SLOW = "rfc3987_syntax"


def load_nbformat() -> None:
    """Import nbformat; to be called before anything else does."""
    if _SLOW in sys.modules:
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # Python's own way to say that there is none
    try:
        importlib.import_module("nbformat")
    finally:
        del sys.modules[_SLOW]
