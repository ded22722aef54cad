"""Pages as PDF: tagged and with their numbers, never older than their page, and what goes wrong told in a line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pypdf
import pytest

from helpers.batch import pdf, plan
from helpers.batch.plan import Job
from helpers.errors import InputError
from helpers.pages import reports
from helpers.pages.reports import PageData
from helpers.places import Municipality

from .make import write

HALDEN = Municipality.find("3101")
HTML = (
    '<!doctype html><html lang="nb"><title>Pendling</title><style>@page { margin: 20mm; @bottom-right { content: counter(page) } }'
    "</style><h1>Halden pendler ut</h1><h2>Del to</h2><p>13 122</p></html>"
)


@pytest.fixture
def jobs(tmp_path: Path) -> tuple[Job, ...]:
    for order, theme in enumerate(("overview", "commuting")):
        write(tmp_path / "notebooks", theme, order=order)
    return plan.plan(plan.notebooks(tmp_path / "notebooks"), [HALDEN])


def publish(out: Path, theme: str) -> None:
    page = PageData(theme=theme, municipality="3101", name="Halden", county="Østfold", slug=HALDEN.slug)
    reports.publish(out, page, HTML)


def fake(tmp_path: Path, script: str) -> Path:
    path = tmp_path / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def files(out: Path) -> list[str]:
    return sorted(path.name for path in (out / HALDEN.slug).iterdir())


def test_a_page_is_printed_tagged_once_and_again_when_it_is_made_again(tmp_path: Path, jobs: tuple[Job, ...]) -> None:
    try:
        chromium = pdf.browser()
    except InputError:
        pytest.skip("no Chromium on this machine: nothing can be printed")
    out = tmp_path / "reports"
    publish(out, "overview")
    publish(out, "commuting")
    printed = pdf.print_all(jobs, out, chromium, 2, quiet=True)
    assert (printed.made, printed.kept, printed.failed) == (2, 0, [])
    assert files(out) == [
        "3101-halden-commuting.pdf", "3101-halden-overview.pdf", "commuting.html", "index.html", "report.json",
    ]  # fmt: skip
    read = pypdf.PdfReader(out / HALDEN.slug / "3101-halden-commuting.pdf")
    root = read.trailer["/Root"]
    assert root["/Lang"] == "nb" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert [entry.title for entry in read.outline if not isinstance(entry, list)] == ["Halden pendler ut"]
    assert read.pages[0].extract_text().split()[0] == "1", "its number, which Chromium draws first"
    publish(out, "commuting")
    assert "3101-halden-commuting.pdf" not in files(out), "a PDF never outlives its page"
    again = pdf.print_all(jobs, out, chromium, 1, quiet=True)
    assert (again.made, again.kept) == (1, 1)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo forstod ikke >&2; exit 3", r"chromium ga ingen PDF \(kode 3\). forstod ikke"),
        ("exit 0", r"ga ingen PDF \(kode 0\)"),
        ('for a; do case $a in --print-to-pdf=*) echo "<html>" > "${a#*=}";; esac; done', "ga ingen PDF"),
        ("exec sleep 60", "tok mer enn 1 sekunder"),
    ],
)
def test_what_goes_wrong_is_told_for_each_page_and_leaves_nothing(
    tmp_path: Path, jobs: tuple[Job, ...], monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT", 1.0)
    out = tmp_path / "reports"
    publish(out, "commuting")
    printed = pdf.print_all(jobs, out, fake(tmp_path, script), 2, quiet=True)
    assert printed.made == 0 and len(printed.failed) == 1, "of the page that is not there nothing is said here"
    assert re.search(f"commuting.html: .*{said}", printed.failed[0])
    assert files(out) == ["commuting.html", "report.json"]


def test_without_a_browser_the_way_to_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "_PLACES", ())
    with pytest.raises(InputError, match="sudo apt install chromium"):
        pdf.browser()
    monkeypatch.setenv(pdf.VARIABLE, "/nowhere/chrome")
    with pytest.raises(InputError, match="/nowhere/chrome, som ikke finnes"):
        pdf.browser()
