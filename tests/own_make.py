"""Own files for tests: a folder data/raw/own, descriptions and what stands beside them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

TOLD = 'title = "Bedrifter"\nproducer = "Halden kommune"\nretrieved = 2026-05-01\nunit = "bedrifter"\n'
VALUE_ADDED = TOLD.replace("bedrifter", "mill. kr") + 'municipality = "3101"\n[columns]\ntime = "År"\nvalue = { wages = "Lønn", operating_result = "Resultat" }\n'  # fmt: skip


def csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([*rows, ""]).encode(encoding)


def xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cube(**changed: Any) -> bytes:
    """JSON-stat of two municipalities and two years."""
    category = {"Region": ["3101", "3105"], "ContentsCode": ["n"], "Tid": ["2022", "2023"]}
    body = {
        "version": "2.0", "class": "dataset", "label": "x", "source": "y", "id": list(category), "size": [2, 1, 2],
        "role": {"geo": ["Region"], "metric": ["ContentsCode"], "time": ["Tid"]},
        "dimension": {name: {"category": {"index": codes}} for name, codes in category.items()},
        "value": [1, 2, None, 4], "status": {"2": ":"},
    }  # fmt: skip
    return json.dumps(body | changed).encode()


def put(folder: Path, **files: bytes | str) -> Path:
    """Write files into data/raw/own below a folder; ``vekst_csv`` is vekst.csv."""
    own = folder / "data" / "raw" / "own"
    own.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        stem, _, ending = name.rpartition("_")
        (own / f"{stem}.{ending}").write_bytes(data.encode() if isinstance(data, str) else data)
    return own
