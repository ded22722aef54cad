"""What the first report of a process would spend on beginnings, spent once in the nursery: templates compiled, texts read, fonts opened.

A few sections of one municipality are made and thrown away. What they leave is in the caches of modules, which every child then
shares; settings, figures and warnings are put back, so that a notebook finds what it would find on a kernel of its own.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Collection, Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from helpers import places
from helpers.charts import commuting, employment, exclusion, overview
from helpers.charts.parts import notebook_style, stylesheet
from helpers.errors import KommunerapportError
from helpers.pages import frame
from helpers.pages.page import Page
from helpers.workspace import TABLES_VARIABLE

PLACE = "3101"
SECTIONS = (
    ("overview", (overview.head, overview.keys, overview.trends)),
    ("employment", (employment.rate, employment.ranking, employment.footer)),
    ("exclusion", (exclusion.ages, exclusion.county)),
    ("commuting", (commuting.flows, commuting.timeline)),
)


def rehearse(themes: Collection[str]) -> None:
    """Make the sections of some themes. What goes wrong is no reason to stop: each report then says it itself."""
    with _as_it_was():
        stylesheet()
        notebook_style()
        frame.environment().get_template("index.html.j2")
        frame.macro("top", [], [], "")
        os.environ[TABLES_VARIABLE] = ""  # the registry of a batch, as the children will ask for it
        registry = places.registry()
        for each in {code[:2] for code in registry.current}:
            registry.county(each)
        del os.environ[TABLES_VARIABLE]
        for theme, sections in ((theme, sections) for theme, sections in SECTIONS if theme in themes):
            with contextlib.suppress(KommunerapportError, ValueError, KeyError):
                context = Page.open(theme, PLACE).context
                for section in sections:
                    with contextlib.suppress(KommunerapportError, ValueError, KeyError):
                        part = section(context)
                        _ = part.html() if part is not None else ""


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    declared = os.environ.pop(TABLES_VARIABLE, None)
    state = np.random.get_state()  # whatever a library has drawn from it
    try:
        with mpl.rc_context(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        plt.close("all")
        np.random.set_state(state)
        if declared is not None:
            os.environ[TABLES_VARIABLE] = declared
