"""Any table as a grid that is sorted, filtered by column and turned page by page, without a network."""

from __future__ import annotations

from datetime import date
from typing import Any

import itables
import pandas as pd
from babel.numbers import get_group_symbol
from ipywidgets import Checkbox, Dropdown, Output
from itables import options as settings
from itables.javascript import JavascriptFunction, generate_init_offline_itables_html
from markupsafe import Markup

from helpers import concerning, prose
from helpers.explore.choice import NARROW, WIDE
from helpers.explore.step import PAGE, Step, paragraph
from helpers.language import locale
from helpers.owntables import is_own
from helpers.prose import text

MOST = 5000  # rows in the browser
FLOATS = ["value", "lower", "upper"]


class Grid(Step):
    """The tables that are held, the rows about the municipality or all, with the names of codes or without."""

    def __init__(self, choice: Any) -> None:
        named = [
            (str(text("explore.grid.named", id=table, title=choice.tables.meta(table).title).unescape()), table)
            for table in choice.tables
        ]
        whole = {**WIDE, "width": "60em"}  # titles are long
        self.table = Dropdown(options=named, description=str(text("explore.grid.table")), layout=whole, style=NARROW)
        self.only = Checkbox(value=True, indent=False, layout=WIDE)
        self.labels = Checkbox(value=True, indent=False, layout=WIDE, description=str(text("explore.grid.labels")))
        library = Output()
        library.outputs = ({"output_type": "display_data", "data": {PAGE: _library()}, "metadata": {}},)
        super().__init__(choice, [self.table, self.only, self.labels], [library])

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        choice, table = self.choice, self.table.value
        self.only.description = str(text("explore.grid.only", name=choice.municipality.name).unescape())
        names = self.labels.value
        if self.only.value:
            self.code = f'{choice.found}.table("{table}"{", labels=True" if names else ""})'
            frame = choice.municipality.table(table, names, choice.tables)
            rows, frame = len(frame), frame.head(MOST)
        else:
            self.code = f'Tables.load().labelled("{table}")' if names else f'Tables.load()["{table}"]'
            rows, frame = len(choice.tables[table]), choice.tables[table].head(MOST)
            frame = concerning.labelled(frame, choice.tables, table) if names else frame
        return as_grid(frame) + paragraph(self._told(table, rows)), self.code

    def _told(self, table: str, rows: int) -> Markup:
        info = self.choice.tables.meta(table)
        brought = "own_given" if is_own(table) else "assembled" if info.assembled else "fetched"
        source = {"producer": prose.label("producer", info.producer), "number": info.number}
        told = [
            text("explore.grid.unit", unit=prose.label("unit", info.unit)),
            text("explore.grid.own", producer=prose.bokmaal(info.producer))
            if is_own(table)
            else text("explore.grid.source", **source),
            text(f"source.{brought}", day=date.fromisoformat(info.retrieved)),
            text("explore.grid.bounds"),
        ]
        if rows > MOST:
            told.append(text("explore.grid.limited", of=rows, shown=MOST))
        return Markup(" ").join(told)


def as_grid(frame: pd.DataFrame) -> Markup:
    """The frame as a grid of itables, whose library must be on the page; numbers as the language writes them, what is not held as a dash."""
    shown = frame.assign(status=frame["status"].astype(object).where(frame["status"].notna(), ""))
    numbers = [n for n, name in enumerate(shown.columns) if name in FLOATS]
    others = [n for n in range(len(shown.columns)) if n not in numbers]
    words = {
        "search": text("explore.grid.search"), "lengthMenu": text("explore.grid.length"), "info": text("explore.grid.info"),
        "infoEmpty": text("explore.grid.info_empty"), "infoFiltered": text("explore.grid.filtered"), "zeroRecords": text("explore.grid.zero"),
        "emptyTable": text("explore.grid.empty"), "thousands": get_group_symbol(locale()),
    }  # fmt: skip
    write = JavascriptFunction(
        "function (data, type) { return type !== 'display' ? data : typeof data === 'number' && isFinite(data) ? "
        f"data.toLocaleString('{str(locale()).replace('_', '-')}') : '{text('explore.none')}'; }}"
    )
    html = itables.to_html_datatable(
        shown, connected=False, showIndex=False, maxBytes=0, column_filters="footer", display_logo_when_loading=False, allow_html=False,
        columnDefs=[{"targets": numbers, "render": write}, {"targets": others, "className": "dt-left"}], language={name: str(each) for name, each in words.items()},
        lengthMenu=[10, 25, 100], layout={"topStart": "pageLength", "topEnd": "search", "bottomStart": "info", "bottomEnd": "paging"},
        style="table-layout:auto;width:auto;margin:0",
    )  # fmt: skip
    return Markup(html)  # noqa: S704  # itables escapes the cells


def _library() -> str:
    """The grid's own code, with what makes it follow the notebook's light or dark colours; nothing is fetched."""
    colours = f"const {{ set_or_remove_dark_class }} = await window._itables_{itables.__version__.replace('.', '_')};"
    follow = f'<script type="module">{colours} set_or_remove_dark_class();</script>'
    narrow = "<style>.dt-container tfoot input { width: 100%; min-width: 4em; box-sizing: border-box }</style>"
    return f"{narrow}{generate_init_offline_itables_html(settings.dt_bundle)}{follow}"
