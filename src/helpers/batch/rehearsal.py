"""What the first report of a process would spend on beginnings, spent once in the nursery: templates compiled, texts read, fonts opened.

A few sections of one municipality are made and thrown away. What they leave is in the caches of modules, which every child then
shares; settings, figures and warnings are put back, so that a notebook finds what it would find on a kernel of its own.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import warnings
from collections.abc import Collection, Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbformat import v4

from helpers import places
from helpers.charts import commuting, employment, exclusion, overview
from helpers.charts.parts import notebook_style, stylesheet
from helpers.errors import KommunerapportError
from helpers.language import SOURCE, speaking
from helpers.pages import frame
from helpers.pages.exporter import ReportExporter
from helpers.pages.page import Page
from helpers.pages.reports import KEY
from helpers.workspace import TABLES_VARIABLE

PLACE = "3101"
SECTIONS = (
    (
        "overview",
        (overview.head, overview.keys, overview.shares, overview.trends, overview.twins, overview.education_levels),
    ),
    (
        "employment",
        (employment.rate, employment.ranking, employment.attractiveness, employment.opportunities, employment.footer),
    ),
    ("exclusion", (exclusion.ages, exclusion.county, exclusion.statuses)),
    ("commuting", (commuting.flows, commuting.timeline, commuting.market, commuting.region_shares, commuting.expected)),
)


def rehearse(themes: Collection[str], language: str = SOURCE) -> None:
    """Make the sections of some themes. What goes wrong is no reason to stop: each report then says it itself."""
    with _as_it_was(), speaking(language):
        stylesheet()
        notebook_style()
        frame.environment().get_template("index.html.j2")
        frame.macro("top", [], [], "")
        os.environ[TABLES_VARIABLE] = ""  # the registry of a batch, as the children will ask for it
        registry = places.registry()
        for each in {code[:2] for code in registry.current}:
            registry.county(each)
        del os.environ[TABLES_VARIABLE]
        if themes:
            with contextlib.suppress(KommunerapportError, ValueError, KeyError):
                _draw_and_export(language)
        for theme, sections in SECTIONS:
            if theme not in themes:
                continue
            with contextlib.suppress(KommunerapportError, ValueError, KeyError):
                context = Page.open(theme, PLACE, language=language).context
                for section in sections:
                    with contextlib.suppress(KommunerapportError, ValueError, KeyError):
                        part = section(context)
                        _ = part.html() if part is not None else ""


def _draw_and_export(language: str) -> None:
    """A figure, a table and a page of them, as a notebook of an analyst's own would show them."""
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], label="a")
    axes.set(title="a", xlabel="a", ylabel="a")
    axes.legend()
    png = io.BytesIO()
    FigureCanvasAgg(figure).print_png(png)
    shown = (
        {"text/html": pd.DataFrame({"a": [0.5]}).to_html()},
        {"image/png": base64.b64encode(png.getvalue()).decode()},
        {"text/plain": "a"},
    )
    outputs = [v4.new_output("display_data", data=data) for data in shown]
    told = {KEY: {"theme": "rehearsal"}, "papermill": {"parameters": {"municipality": PLACE, "language": language}}}
    ReportExporter().from_notebook_node(v4.new_notebook(cells=[v4.new_code_cell("a", outputs=outputs)], metadata=told))


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
