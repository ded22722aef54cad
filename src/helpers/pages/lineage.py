"""The lineage of a page, a file beside it: every number shown, the tables and measures behind it, and what the page was made with."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from helpers.charts.parts import Cards, DataTable, Head, KeyFigures, Part, Section, plain
from helpers.lineage import Trace
from helpers.measures.context import Context, HeldTables
from helpers.owntables import is_own
from helpers.pages.frame import release
from helpers.pages.reports import KEY, PageData
from helpers.prose import first_upper, text
from helpers.tidyframe import Cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMAT = 2
SHORT = 12  # digits of a checksum that a page shows
DIGITS = 12  # of a number, so that the same figures give the same bytes on every machine
Entry = dict[str, Any]


@dataclass(frozen=True)
class Moved:
    """A number that is not what it was. `before` or `now` is None where it is not there."""

    section: str
    name: str
    before: float | str | None
    now: float | str | None
    tables: tuple[str, ...]


def entry(section: str, part: Part, trace: Trace, context: Context) -> Entry:
    """What is kept of one part of a page, in the metadata of its output.

    Parameters
    ----------
    section : the name of the function that made it (``commuting.partners``).
    """
    found: Entry = {
        "section": section, "measures": list(trace.measures), "tables": list(trace.tables),
        "sources": provenance(context.tables, trace.tables), "as_of": context.as_of.isoformat(),
        "cells": [_cells(each) for each in trace.cells],
    }  # fmt: skip
    sentences = [{"key": key, "values": _numbers(values)} for key, values in trace.sentences]
    shown = {plain(item.label): f"{plain(item.number)} {plain(item.unit)}".strip() for item in _figures(part)}
    keys = _numbers(part.page()["keys"]) if isinstance(part, Head) else {}
    lines = {plain(item.label): "; ".join(plain(line) for line in item.lines) for item in _figures(part)}
    held = {
        "lines": lines,
        "sentences": sentences,
        "figures": shown,
        "keys": keys,
        "data": [_table(each) for each in _tables(part)],
    }
    return {**found, **{name: value for name, value in held.items() if value}}


def described(told: Mapping[str, Any]) -> list[Markup]:
    """The tables of an entry, each in a line: its number, when it was retrieved, and the beginning of the checksum of each body."""
    lines = []
    for table in told["tables"]:
        source = told["sources"][table]
        when = "own" if is_own(table) else "assembled" if source["assembled"] else "fetched"
        sums = ", ".join(each[:SHORT] for each in source["sha256"])
        day = dt.date.fromisoformat(source["retrieved"])
        kind = "own_unnumbered" if is_own(table) else "ssb" if table.startswith("ssb_") else "unnumbered"
        number = text(f"source.{kind}", number=source["number"])
        lines.append(text(f"page.lineage.{when}", table=first_upper(number), day=day, sums=sums))
    return lines


def of_notebook(notebook: NotebookNode) -> list[Entry]:
    """The entries of an executed notebook, in order."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    marks = (output.get("metadata", {}).get(KEY, {}) for output in outputs)
    return [mark["lineage"] for mark in marks if isinstance(mark, dict) and "lineage" in mark]


def document(page: PageData, entries: list[Entry], parameters: Mapping[str, str]) -> str:
    """The file: the page, what it was made with, and its entries; empty where the notebook shows none of our parts."""
    if not entries:
        return ""
    sources = {table: told for each in entries for table, told in each["sources"].items()}
    cells = {_name(cell): cell for each in entries for cell in each["cells"]}
    kept = [
        {name: told for name, told in each.items() if name not in ("sources", "as_of", "lines")}
        | {"cells": [_name(cell) for cell in each["cells"]]}
        for each in entries
    ]
    told = {
        "format": FORMAT, "version": release(), "theme": page.theme, "municipality": page.municipality,
        "parameters": {**parameters, "as_of": entries[0]["as_of"]}, "tables": sources, "cells": cells, "sections": kept,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def provenance(tables: HeldTables, used: Iterable[str]) -> dict[str, Entry]:
    """Of each table: producer, number, title, address, licence, day, periods, rounding and the checksums of its bodies."""
    found = {}
    for table in sorted(set(used)):
        meta = tables.meta(table)
        found[table] = {
            "producer": meta.producer, "number": meta.number, "retrieved": meta.retrieved, "assembled": meta.assembled,
            "periods": [str(each) for each in (meta.periods[:1] + meta.periods[-1:])], "rounding": meta.rounding,
            "sha256": list(meta.sha256), "title": meta.title, "url": meta.url, "licence": meta.licence,
        }  # fmt: skip
    return found


def cells_of(held: Mapping[str, Any], section: str, table: str) -> list[Entry]:
    """The cells of a table that a section of a page was made of."""
    names = [name for each in held.get("sections", ()) if each["section"] == section for name in each["cells"]]
    return [held["cells"][name] for name in sorted(set(names)) if held["cells"][name]["table"] == table]


def moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Moved]:
    """The numbers of a page that are not what they were, in the order of the page; a new one and one that is gone are among them."""
    old, new = dict(_every(before)), dict(_every(now))
    return [
        Moved(section, name, old.get((section, name), (None, ()))[0], new.get((section, name), (None, ()))[0], tables)
        for (section, name), (_, tables) in {**old, **new}.items()
        if old.get((section, name), (None,))[0] != new.get((section, name), (None,))[0]
    ]


def count(held: Mapping[str, Any]) -> int:
    """How many numbers a page shows."""
    return sum(1 for _ in _every(held))


def _every(held: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[float | str | None, tuple[str, ...]]]]:
    """((section, name of the number), (its value, the tables of its section))."""
    for each in held["sections"]:
        section, tables, seen = each["section"], tuple(each["tables"]), dict[str, int]()
        for sentence in each.get("sentences", ()):
            number = seen[sentence["key"]] = seen.get(sentence["key"], 0) + 1
            again = f" ({number})" if number > 1 else ""
            for name, value in sentence["values"].items():
                yield (section, f"{sentence['key']}{again}: {name}"), (value, tables)
        for name, value in {**each.get("figures", {}), **each.get("keys", {})}.items():
            yield (section, name), (value, tables)
        for table in each.get("data", ()):
            for column, values in table["columns"].items():
                for row, value in zip(table["rows"], values, strict=True):
                    yield (section, f"{table['id']}: {row}, {column}"), (value, tables)


def _cells(cells: Cells) -> Entry:
    return {
        "table": cells.table,
        "selection": {name: list(codes) for name, codes in cells.selection},
        "count": cells.count,
        "sha256": cells.sha256,
    }


def _name(cells: Mapping[str, Any]) -> str:
    """What cells are called within a file."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:SHORT]


def _figures(part: Part) -> Iterable[Any]:
    return part.items if isinstance(part, KeyFigures) else ()


def _tables(part: Part) -> list[DataTable]:
    if isinstance(part, Section):
        return [part.table] if part.table is not None else []
    return [card.table for card in part.cards if card.table is not None] if isinstance(part, Cards) else []


def _table(table: DataTable) -> Entry:
    records = table.records()
    rows = [plain(str(record.get(table.columns[0].key))) for record in records]
    numeric = [column for column in table.columns[1:] if column.kind != "text"]
    columns = {column.key: [_number(record.get(column.key)) for record in records] for column in numeric}
    return {
        "id": table.id,
        "rows": [f"{row} #{rows[:n].count(row) + 1}" if row in rows[:n] else row for n, row in enumerate(rows)],
        "columns": columns,
    }


def _numbers(values: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> float | None:
    if (
        value is None
        or isinstance(value, str)
        or (not isinstance(value, int | float) and not hasattr(value, "__float__"))
    ):
        return None
    if pd.isna(value):
        return None
    found = float(f"{float(value):.{DIGITS}g}")
    return None if math.isinf(found) else found
