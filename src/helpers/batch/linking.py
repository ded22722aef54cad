"""The links between all pages of a folder, in all its languages, and the lists of municipalities: drawn whenever a run ends.

Runs in several languages may be at work at once. Pages are put in place and links are drawn under one lock, and whoever ends draws
all that is there, so that the last one leaves every link right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from helpers.language import SOURCE, Language
from helpers.pages import links, reports
from helpers.pages.reports import INDEX, Report
from helpers.workspace import write_file

LINKED, LOCK = ".links", ".links.lock"


@contextmanager
def alone(out: Path, language: Language = SOURCE) -> Iterator[None]:
    """Nobody else puts pages in place or draws links meanwhile; waits for whoever does."""
    with FileLock(reports.folders(out, language)[SOURCE] / LOCK):
        yield


def finish(out: Path, language: Language = SOURCE) -> None:
    """Draw the links between all pages that are there, in every language, and the lists of municipalities."""
    with alone(out, language):
        there = reports.folders(out, language)
        held = {each: reports.read_all(folder) for each, folder in there.items()}
        listed = [
            each for each in there if each == language or held[each]
        ]  # a folder without reports is somebody else's
        pages = {each: reports.pages_in(there[each]) for each in listed}
        for each in listed:
            if each == language:
                _draw(there[each], each, held[each], pages, listed)
            else:
                with suppress(OSError):  # whoever makes its pages is told that they cannot be written
                    _draw(there[each], each, held[each], pages, listed)
        write_file(there[SOURCE] / LINKED, _digest(out, language).encode())


def is_done(out: Path, language: Language = SOURCE) -> bool:
    """Whether the links were drawn between the pages that are there, and no page has come or gone since."""
    with suppress(OSError):
        return (reports.folders(out, language)[SOURCE] / LINKED).read_text() == _digest(out, language)
    return False


def _draw(
    out: Path,
    language: Language,
    held: Sequence[Report],
    pages: Mapping[Language, frozenset[str]],
    listed: list[Language],
) -> None:
    from helpers.pages import index  # its map needs matplotlib, which a run with nothing to do does without

    links.relink(out, held, pages)
    reports.write_whole(out / INDEX, index.page(held, language, listed))


def _digest(out: Path, language: Language) -> str:
    there = {each: sorted(reports.pages_in(folder)) for each, folder in reports.folders(out, language).items()}
    return hashlib.sha256(json.dumps(there).encode()).hexdigest()
