"""NAV's monthly workbooks: found through the page that links them, each month kept, since the site holds only the current year."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from helpers import navbook
from helpers.catalog import TableInfo
from helpers.errors import DataError, SourceError
from helpers.rawstore import RawBody
from helpers.sources.door import Door
from helpers.sources.navpage import find_workbook
from helpers.sources.store import Incoming


def fetch(door: Door, info: TableInfo, held: Sequence[RawBody]) -> list[Incoming] | None:
    """The newest workbook of a report; None where the page still links the one that was fetched last.

    Raises
    ------
    SourceError
        naming the report and the reason: no page, no link, a workbook that cannot be read.
    """
    page = door.get("nav", info.page, info.id)
    if page.status != 200:
        raise SourceError(f"{info.id}: NAVs side {page.url} finnes ikke lenger (status {page.status}).")
    try:
        url = find_workbook(page.body, page.url, info.number)
    except DataError as error:
        raise SourceError(f"{info.id}: {error}") from None
    newest = max(held, key=lambda body: body.part, default=None)
    if newest is not None and newest.sidecar.request is not None and newest.sidecar.updated == urlsplit(url).path:
        return None
    answer = door.get("nav", url, info.id)
    if answer.status != 200 or answer.is_html:
        raise SourceError(f"{info.id}: NAV svarte ikke med en arbeidsbok (status {answer.status}).")
    try:
        book = navbook.parse(answer.body, info.sheets)
    except DataError as error:
        raise SourceError(f"{info.id}: {error}") from None
    months = sorted(set(book.frame["Tid"]))
    about = {
        "selection": {"sheets": list(info.sheets.values())},
        "periods": months,
        "updated": urlsplit(url).path,
        "notes": ["Region codes are those of the year of the figure."],
    }
    return [Incoming(months[-1].replace("M", "-"), ".xlsx", answer, about)]
