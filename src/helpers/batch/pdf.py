"""Pages as PDF, printed by the Chromium that is installed: tagged, with an outline, as the style sheet has them on paper.

A PDF lies beside its page and goes when the page is made again (`reports.publish`), so that it never says anything else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from helpers.batch import ledger
from helpers.batch.plan import Job
from helpers.batch.progress import Meter
from helpers.errors import InputError, reason
from helpers.pages.reports import file_name, pdf_name
from helpers.workspace import write_file

VARIABLE = "KOMMUNERAPPORT_CHROMIUM"
TIMEOUT = 120.0  # seconds for a page; one takes about one
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
_PLACES = (  # where the installers of macOS and Windows put them
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",  # pages ask for nothing, and the browser shall not either
    "--no-first-run",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)


@dataclass(frozen=True)
class Sheet:
    """A page and the PDF that is to lie beside it."""

    html: Path
    pdf: Path


def browser() -> Path:
    """The Chromium, Chrome or Edge of this machine.

    Raises
    ------
    InputError
        where there is none; the message says how to get one.
    """
    given = os.environ.get(VARIABLE)
    if given:
        if not Path(given).is_file():
            raise InputError(f"{VARIABLE} viser til {given}, som ikke finnes.")
        return Path(given)
    found = next((path for each in _COMMANDS if (path := shutil.which(each))), None)
    found = found or next((each for each in _PLACES if Path(each).is_file()), None)
    if found is None:
        raise InputError(
            "--pdf trenger Chromium, Chrome eller Edge, og fant ingen av dem. Debian og Ubuntu: sudo apt install chromium. "
            f"macOS: brew install --cask chromium. Ligger den et annet sted, oppgi den i {VARIABLE}."
        )
    return Path(found)


@dataclass(frozen=True)
class Printed:
    """How many PDFs were made, how many were there already, and a line for each that could not be made."""

    made: int
    kept: int
    failed: Sequence[str]


def print_all(jobs: Iterable[Job], out: Path, chromium: Path, slots: int, quiet: bool) -> Printed:
    """Print the pages of the jobs that have no PDF yet, `slots` at a time.

    Raises
    ------
    Busy
        where another run is at work in the folder.
    """
    with ledger.locked(out):
        every = list(_sheets(jobs, out))
        sheets = [sheet for sheet in every if not sheet.pdf.exists()]
        with Meter(len(sheets), "PDF-er", 0, quiet) as meter:
            failed = []
            for sheet, error in _each(sheets, lambda sheet: _print(sheet, chromium), slots):
                failed += [f"{sheet.html}: {error}"] if error else []
                meter.through()
    return Printed(len(sheets) - len(failed), len(every) - len(sheets), sorted(failed))


def _sheets(jobs: Iterable[Job], out: Path) -> Iterator[Sheet]:
    """Of the jobs whose page is there; one that failed has said so already."""
    for job in jobs:
        folder = out / job.place.slug
        html = folder / file_name(job.notebook.theme, job.place.constructed)
        if html.is_file():
            yield Sheet(html, folder / pdf_name(job.place.slug, job.notebook.theme))


def _each(sheets: Sequence[Sheet], work: Callable[[Sheet], str], slots: int) -> Iterator[tuple[Sheet, str]]:
    pool = ThreadPoolExecutor(slots)
    try:
        running = {pool.submit(work, sheet): sheet for sheet in sheets}
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _print(sheet: Sheet, chromium: Path) -> str:
    """What went wrong; nothing where all is well."""
    try:
        with tempfile.TemporaryDirectory(prefix="kommunerapport-") as folder:  # with a browser's profile of its own
            made = Path(folder) / "printed.pdf"
            unboxed = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has no sandbox
            command = [
                str(chromium), *_ARGUMENTS, *unboxed, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}",
                sheet.html.absolute().as_uri(),
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL)
            if not made.is_file() or not made.read_bytes().startswith(b"%PDF"):
                said = done.stderr.decode("utf-8", "replace").strip().splitlines()
                return f"{chromium.name} ga ingen PDF (kode {done.returncode}). {said[-1] if said else ''}".strip()
            write_file(sheet.pdf, made.read_bytes())
    except subprocess.TimeoutExpired:
        return f"tok mer enn {TIMEOUT:.0f} sekunder"
    except OSError as error:
        return reason(error)
    return ""
