"""Opening an Excel workbook that somebody else has made: what is no sound one is refused before it is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

LARGEST = 50_000_000  # bytes unpacked; XML takes up to twenty times that in memory
AGAIN = "Last den ned på nytt."


def wrong(data: bytes) -> tuple[str, str] | None:
    """What keeps a file from being a sound workbook, and what to do; None where nothing does.

    Checksums are compared here, for the reader may stop before it reaches them.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # the container of both
        return "filen har passord eller er i gammelt format (.xls).", "Lagre den som .xlsx uten passord."
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "dette er en nettside, ikke en Excel-fil.", "Hent selve .xlsx-filen fra siden."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(each.file_size for each in archive.infolist())  # zipfile never unpacks more than it says here
            damaged = archive.testzip() if size <= LARGEST else None
    except Exception:  # the decompressors raise whatever they like
        return "filen er ikke en hel Excel-fil (.xlsx).", AGAIN
    if size > LARGEST:
        return (
            f"filen er {size / 1e6:.0f} MB utpakket; grensen er {LARGEST / 1e6:.0f} MB.",
            "Ta ut det som ikke trengs.",
        )
    return (f"filen er skadet (i {damaged}).", AGAIN) if damaged is not None else None


def opened(data: bytes, formulas: bool = False) -> Any:
    """The workbook without what is of no use here: styles, validations, links to other files; with values, or with the formulas themselves."""
    from openpyxl import load_workbook  # where it is needed: each report would pay for the import

    return load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas, keep_links=False)


def content(cell: Any) -> Any:
    """What a reader of the sheet sees: texts with single spaces, 0.025 in a percent format as 2.5."""
    value = cell.value
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = re.sub(r'"[^"]*"|\\.', "", cell.number_format or "")  # a quoted percent sign does not scale
        return round(float(value) * 100, 10) if "%" in shown else value
    return value
