"""A pool that makes small pages at once, and jobs for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.batch import run
from helpers.batch.plan import Job

from .make import write
from .small import page_of
from .test_run import HALDEN, SARPSBORG, FakePool, jobs_of


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakePool]]:
    """Instead of processes."""
    FakePool.made = staticmethod(page_of)
    monkeypatch.setattr(run, "Pool", FakePool)
    yield FakePool


@pytest.fixture
def jobs(tmp_path: Path) -> tuple[Job, ...]:
    """Four pages of two municipalities, with keys."""
    for order, theme in enumerate(("overview", "commuting")):
        write(tmp_path / "notebooks", theme, order=order)
    made = jobs_of(tmp_path / "notebooks", HALDEN, SARPSBORG)
    return tuple(
        replace(job, key=f"{number:064x}", made_of={"notebook": f"{number}"}) for number, job in enumerate(made, 10)
    )
