"""Labels for the parts in these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chart_samples import LABELS

from helpers.charts import datatable, parts


@pytest.fixture(autouse=True)
def labels() -> Iterator[None]:
    """Labels of the tests' own; what was in use before comes back."""
    before = dict(datatable._in_use)
    parts.use_labels(LABELS)
    yield
    datatable._in_use.clear()
    datatable._in_use.update(before)
