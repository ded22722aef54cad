"""One running server for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from .asking import small
from .server import OfficialServer


@pytest.fixture(scope="module")
def running() -> Iterator[OfficialServer]:
    with OfficialServer(limit=10_000) as server:
        server.tables["00001"] = small()
        yield server


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as found:
        yield found
