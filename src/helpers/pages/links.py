"""The links between pages, drawn from what is there: a page never links to one that does not exist.

A page is exported with the links it can know of. When a run is over, `relink` draws the top bar and the ways onward of every
page in the folder again, and switches links in the text on or off, so that building one more municipality or theme
shows on the pages made before.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from helpers.language import LANGUAGES, NAMES, SOURCE, Language, speaking
from helpers.pages.frame import Link, macro, theme_label
from helpers.pages.reports import INDEX, PageData, Report, write_whole
from helpers.prose import name, text

_TOP = re.compile("(<!--top-->).*?(<!--/top-->)", re.S)
_MORE = re.compile("(<!--more-->).*?(<!--/more-->)", re.S)
_LOCAL = re.compile(r"(<a (?:[^<>]*? )?)(?:href|data-to)=\"([a-z0-9-]+\.html)((?:#[^\"]*)?\")")


Pages = Mapping[Language, Container[str]]  # language → the pages that are there, as paths in its folder


def top(report: Report, page: PageData, there: Pages | None = None) -> Markup:
    """The bar at the top: where the page stands, the other themes of the municipality, and the page in other languages."""
    front = "" if report.front == page else report.front.file
    crumbs = [
        Link(text("page.all"), f"../{INDEX}"),
        Link(name(report.name), front),
        Link(theme_label(page.theme, page.label), current=True),
    ]
    themes = [
        Link(theme_label(each.theme, each.label), each.file, each.theme == page.theme) for each in report.in_order
    ]
    ways = languages(page.language, f"{report.slug}/{page.file}", there or {})
    return macro("top", crumbs, themes, text("page.themes_of", name=report.name), ways)


def languages(own: Language, path: str, there: Pages) -> list[Link]:
    """The ways to the same page in the other languages in which it is there; none where there is no other.

    Parameters
    ----------
    path : of the page, in the folder of its language.
    """
    up = "../" * (path.count("/") + (own != SOURCE))
    found = [each for each in LANGUAGES if each == own or path in there.get(each, ())]
    if len(found) < 2:
        return []
    return [
        Link(escape(NAMES[each].capitalize()), current=True)
        if each == own
        else Link(escape(NAMES[each].capitalize()), f"{up}{'' if each == SOURCE else f'{each}/'}{path}", language=each)
        for each in found
    ]


def more(page: PageData, previous: Report | None, following: Report | None) -> Markup:
    """The ways onward: the municipalities before and after in the list, at the same theme where they have it."""
    links = []
    if previous:
        links.append(_neighbour("←", "page.previous", previous, page.theme))
    links.append(Link(text("page.all"), f"../{INDEX}"))
    if following:
        links.append(_neighbour("→", "page.next", following, page.theme))
    return macro("more", links)


def link(
    html: str,
    report: Report,
    page: PageData,
    previous: Report | None = None,
    following: Report | None = None,
    others: Pages | None = None,
) -> str:
    """A page with its links drawn for what is there."""
    with speaking(page.language):
        above, onward = top(report, page, others), more(page, previous, following)
    html = _TOP.sub(lambda found: f"{found[1]}{above}{found[2]}", html, count=1)
    html = _MORE.sub(lambda found: f"{found[1]}{onward}{found[2]}", html, count=1)
    there = {each.file for each in report.pages.values()}
    return _LOCAL.sub(
        lambda found: f'{found[1]}{"href" if found[2] in there else "data-to"}="{found[2]}{found[3]}', html
    )


def relink(out: Path, reports: Sequence[Report], others: Pages | None = None) -> None:
    """Draw the links of every page in the folder again; pages whose links were right are not touched."""
    real = [each for each in reports if not each.constructed]  # the way from one real municipality leads to the next
    for report in (each for each in reports if each.constructed):
        _redraw(out, report, None, None, others)
    around = [None, *real, None]
    for previous, report, following in zip(around, reports, around[2:], strict=False):
        if report is not None:
            _redraw(out, report, previous, following, others)


def _redraw(out: Path, report: Report, previous: Report | None, following: Report | None, others: Pages | None) -> None:
    for page in report.pages.values():
        path = out / report.slug / page.file
        held = path.read_text("utf-8")
        drawn = link(held, report, page, previous, following, others)
        if drawn != held:
            write_whole(path, drawn)


def _neighbour(arrow: str, key: str, report: Report, theme: str) -> Link:
    target = report.pages.get(theme) or report.front
    label = text(key, name=name(report.name))
    shown = Markup("{} {}").format(arrow, label) if arrow == "←" else Markup("{} {}").format(label, arrow)
    return Link(shown, f"../{report.slug}/{target.file}")
