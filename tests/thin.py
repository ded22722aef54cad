"""Which of many rows of their kind `make test` runs; `make test-all` runs all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def slow_but(fast: Iterable[int], rows: Sequence[Any]) -> list[Any]:
    """The rows of a parametrized test, all slow but those with these numbers."""
    kept = set(fast)
    assert kept <= set(range(len(rows))), "there is no such row"
    whole = [row if isinstance(row, tuple) else (row,) for row in rows]
    return [pytest.param(*row, marks=[] if n in kept else pytest.mark.slow) for n, row in enumerate(whole)]
