"""Finds a report's workbook on NAV's page: the file has no lasting address, it changes with every release.

Source of the links' form: NAV's statistics pages, ``/_/attachment/(inline|download)/<uuid>:<hash>/<name>.xlsx``.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from helpers.errors import DataError
from helpers.navbook import MONTH, MONTHS

ATTACHMENT = re.compile(r"/_/attachment/(?:inline|download)/([^/:]+:[^/:]+)/([^/]+\.xlsx)$", re.I)
UNTOLD = (0, 0)
SHOWN = 8  # so many names of other workbooks fit in a message
_YEAR = r"(20[0-9]{2})(?![0-9])"
FORMS = (  # the groups are month and year, or year and month
    re.compile(rf"(?<![a-zæøå])({MONTH})[ _-]*{_YEAR}", re.I),
    re.compile(rf"(?<![0-9])(20[0-9]{{2}})[ ._-]*({MONTH})(?![a-zæøå])", re.I),
    re.compile(r"(?<![0-9])(20[0-9]{2})[ ._-]?m?(0[1-9]|1[0-2])(?![0-9])", re.I),
    re.compile(rf"(?<![0-9])(0[1-9]|1[0-2])[ ._-]{_YEAR}"),
)


class _Link(NamedTuple):
    """A workbook on the page. key : host, uuid with hash, and file name, the same for every link to one file."""

    url: str
    key: tuple[str, str, str]
    name: str
    text: str


def find_workbook(html: bytes, page_url: str, report: str) -> str:
    """The absolute address of a report's newest workbook.

    Parameters
    ----------
    html : NAV's page. page_url : its address. report : the report's code, ``HL060``, which the file's name or the link's text has.

    Raises
    ------
    DataError
        where the page links no workbook of the report, links one on another host, or several that cannot be told apart by month.
    """
    links = _workbooks(html, page_url)
    code = re.compile(rf"(?<![a-z0-9]){re.escape(report)}(?![0-9])", re.I)
    found: dict[tuple[str, str, str], _Link] = {}
    for link in links:
        if code.search(link.name) or code.search(link.text):
            found.setdefault(link.key, link)
    if not found:
        others = ", ".join(dict.fromkeys(link.name for link in links[:SHOWN])) or "ingen"
        raise DataError(
            f"Siden {page_url} lenker ikke lenger til en arbeidsbok for {report}; arbeidsbøkene der er: {others}. "
            "Finn siden der NAV legger den ut nå, og rett adressen i catalog.toml."
        )
    for link in found.values():
        # The whole of what stands between // and /: a name before an @ has no place in NAV's links.
        if link.key[0] != urlsplit(page_url).netloc.casefold():
            raise DataError(
                f"Siden {page_url} lenker til arbeidsboken for {report} på et annet nettsted, {link.url}, som ikke hentes. "
                "Se på siden om det er NAVs, og rett i så fall adressen i catalog.toml."
            )
    return _newest(list(found.values()), page_url, report).url


def _workbooks(html: bytes, page_url: str) -> list[_Link]:
    """Every link of the page to an attached workbook, in the page's order."""
    try:
        soup = BeautifulSoup(html, "html.parser")
    except Exception as error:  # the parser raises AssertionError and others at broken declarations
        raise DataError(f"Siden {page_url} kan ikke leses som en nettside. Prøv igjen senere.") from error
    base = soup.find("base", href=True)
    start = (_join(page_url, str(base["href"])) if isinstance(base, Tag) else "") or page_url
    links = []
    for anchor in soup.find_all("a", href=True):
        url = _join(start, str(anchor["href"]))
        parts = urlsplit(url)
        match = ATTACHMENT.search(unquote(parts.path))
        if match and parts.scheme in ("http", "https"):
            key = (parts.netloc.casefold(), match[1].lower(), match[2])
            links.append(_Link(url, key, match[2], " ".join(anchor.get_text(" ").split())))
    return links


def _join(base: str, href: str) -> str:
    """An absolute address without fragment, its special characters encoded; empty where it is none."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        path = quote(parts.path, safe="/%:@!$&'()*+,;=~")
        return parts._replace(path=path, query=quote(parts.query, safe="/%:@!$&'()*+,;=~?"), fragment="").geturl()
    except ValueError:  # brackets that are no IPv6 address
        return ""


def _newest(links: list[_Link], page_url: str, report: str) -> _Link:
    """The workbook of the newest month; a single one need not tell its month."""
    if len(links) == 1:
        return links[0]
    months = [max(_months(link.name) or _months(link.text) or [UNTOLD]) for link in links]
    newest = max(months)
    if UNTOLD in months or months.count(newest) > 1:
        listed = ", ".join(link.name for link in links)
        raise DataError(
            f"Siden {page_url} lenker til flere arbeidsbøker for {report}, og det går ikke fram hvilken som er nyest: "
            f"{listed}. Hent den riktige for hånd."
        )
    return links[months.index(newest)]


def _months(text: str) -> list[tuple[int, int]]:
    """The years and months that a text names."""
    found = []
    for pattern in FORMS:
        for one, two in pattern.findall(text):
            year, month = (one, two) if one.startswith("20") else (two, one)
            found.append((int(year), int(month) if month.isdigit() else MONTHS[month[:3].lower()]))
    return found
