"""SSB's classifications: codes, and how they changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from helpers.catalog import TableInfo
from helpers.errors import SourceError
from helpers.rawstore import RawBody
from helpers.sources.door import Door
from helpers.sources.store import Incoming

LISTS = {"codes": "codes", "changes": "codeChanges"}  # part → where its rows are in the document


def fetch(door: Door, info: TableInfo, held: Sequence[RawBody], today: dt.date) -> list[Incoming] | None:
    """Every part of a classification; None where each is byte for byte what was held, and of the same day (which reforms are in force depends
    on the day).

    Raises
    ------
    SourceError
        naming the classification and the reason.
    """
    incoming = []
    ends = {"today": today.isoformat(), "next": f"{today.year + 2}-01-01"}
    for part, path in info.parts.items():
        answer = door.get("klass", path.format(**ends), info.id, {"Accept": "application/json"})
        if answer.status != 200 or answer.is_html:
            raise SourceError(f"{info.id}: KLASS svarte ikke med koder (status {answer.status}).")
        try:
            rows = json.loads(answer.body)[LISTS[part]]
            if not isinstance(rows, list) or not rows:
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SourceError(f"{info.id}: KLASS svarte uten «{LISTS[part]}» eller med en tom liste.") from None
        selection = {"rows": [str(len(rows))]}
        incoming.append(Incoming(part, ".json", answer, {"selection": selection, "periods": [str(today.year)]}))
    before = {(body.part, body.sidecar.retrieved, body.data) for body in held}
    return None if before == {(each.part, today, each.answer.body) for each in incoming} else incoming
