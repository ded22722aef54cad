"""Labels for the parts in these tests, and a real browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from chart_samples import LABELS
from playwright.sync_api import Browser, sync_playwright

from helpers.charts import datatable, parts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(autouse=True)
def labels() -> Iterator[None]:
    """Labels of the tests' own; what was in use before comes back."""
    before = dict(datatable._in_use)
    parts.use_labels(LABELS)
    yield
    datatable._in_use.clear()
    datatable._in_use.update(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: drawings cannot be measured as a reader sees them")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
