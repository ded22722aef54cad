"""Whatever arrives instead of figures: the figures themselves, or one clear line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import jsonstat
from helpers.catalog import catalog
from helpers.errors import SourceError
from helpers.sources import ssb
from helpers.sources.door import Answer

INFO = catalog()["ssb_11616"]
ASKED = {"Region": ["3101", "3105"], "ContentsCode": ["SysselBosted"], "Tid": ["2024", "2025"]}
RIGHT = {
    "version": "2.0",
    "class": "dataset",
    "id": list(ASKED),
    "size": [2, 1, 2],
    "dimension": {
        key: {"category": {"index": {code: at for at, code in enumerate(codes)}}} for key, codes in ASKED.items()
    },
    "value": [14262, None, 27654, 27700],
    "status": {"1": ":"},
}
TEXT = json.dumps(RIGHT).encode()


def read(data, status=200):
    """What the client makes of an answer: its cells, or a SourceError."""
    answer = Answer(
        "http://127.0.0.1/x",
        "POST",
        None,
        status,
        {"content-type": "application/json"},
        data,
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    document = ssb._document(INFO, answer)
    ssb._check(INFO, document, ASKED)
    return jsonstat.decode(document)


def test_the_right_answer_is_read():
    assert read(TEXT)["value"].dropna().tolist() == [14262, 27654, 27700]


@settings(max_examples=300)
@given(st.integers(0, len(TEXT)), st.integers(0, 60), st.binary(max_size=12))
def test_a_damaged_answer_is_one_clear_line_or_has_every_code_asked_for(at, cut, put):
    try:
        frame = read(TEXT[:at] + put + TEXT[at + cut :])
    except SourceError as error:
        assert str(error).startswith("ssb_11616: ") and "\n" not in str(error)
        return
    assert {key: sorted(set(frame[key])) for key in ASKED} == ASKED and len(frame) <= 4


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda each: (
            st.lists(each, max_size=4)
            | st.dictionaries(st.sampled_from([*RIGHT, "title", "detail", "x"]), each, max_size=6)
        ),
        max_leaves=20,
    ),
    st.sampled_from([200, 400, 403, 404]),
)
def test_any_other_document_is_one_clear_line(document, status):
    with pytest.raises(SourceError, match=r"^ssb_11616: [^\n]+$"):
        read(json.dumps(document).encode(), status)


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_a_document_without_bottom_is_told(depth):
    with pytest.raises(SourceError, match=r"ikke er JSON|ikke er et objekt"):
        read(b"[" * depth + b"]" * depth)
