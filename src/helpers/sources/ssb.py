"""SSB's StatBank, PxWebApi 2: a table's metadata first, then its figures by POST, each answer held against what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from helpers import jsonstat, smallcounts
from helpers.catalog import TableInfo
from helpers.errors import DataError, SourceError
from helpers.rawstore import RawBody
from helpers.sources import pxweb
from helpers.sources.door import Answer, Door
from helpers.sources.store import Incoming

TITLES = {  # the server's own spelling → what it means
    "Non-existent table": "SSB har ingen slik tabell (den kan ha fått nytt nummer)",
    "Non-existent variable": "SSB kjenner ikke en av variablene",
    "Non-existent value": "SSB kjenner ikke en av kodene",
    "Non-existent codelist": "SSB kjenner ikke kodelisten",
    "Missing selection for mandantory variable": "en variabel som må velges, er ikke valgt",
    "Illegal selection for mandantory variable": "ugyldig valg",
    "Illegal selection expression": "ugyldig uttrykk i utvalget",
    "Too many cells selected": "spørringen ber om flere celler enn SSB svarer på",
}


def fetch(
    door: Door,
    info: TableInfo,
    held: Sequence[RawBody],
    municipalities: Callable[[int], frozenset[str]],
    known: frozenset[str],
    planned: Callable[[int], None] = lambda _: None,
) -> list[Incoming] | None:
    """The bodies of one table; None where the producer has not updated it since `held` was fetched with the same requests.

    Parameters
    ----------
    held : what was fetched last; empty to fetch anyway. municipalities, known : see `pxweb.plan`. planned : told how many calls are left for the table.

    Raises
    ------
    SourceError
        naming the table and the reason: no answer, an error of the API, a web page instead of figures, an answer that is not what was asked.
    """
    plan = pxweb.plan(info, lambda codelists: _metadata(door, info, codelists), municipalities, known)
    planned(len(plan.requests))
    if plan.updated and _same(plan, held):
        return None
    incoming = []
    for number, part in enumerate(plan.requests):
        body = plan.requests[part].body
        path = f"/tables/{info.number}/data?lang=no&outputFormat=json-stat2"
        answer = door.post("ssb", path, body, info.id)
        document = _document(info, answer)
        _check(info, document, plan.requests[part].codes)
        planned(len(plan.requests) - number - 1)
        incoming.append(Incoming(part, ".json", answer, _about(info, document, plan, part)))
    return incoming


def _metadata(door: Door, info: TableInfo, codelists: Mapping[str, str]) -> Mapping[str, Any]:
    query = "".join(f"&codelist[{variable}]={codelist}" for variable, codelist in codelists.items())
    return _document(info, door.get("ssb", f"/tables/{info.number}/metadata?lang=no{query}", info.id))


def _document(info: TableInfo, answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; an error of the API by its own title, whatever the status says."""
    if answer.is_html:
        raise SourceError(f"{info.id}: SSB svarte med en nettside (status {answer.status}) i stedet for tall.")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SourceError(f"{info.id}: SSB svarte med noe som ikke er JSON (status {answer.status}).") from None
    if not isinstance(document, dict):
        raise SourceError(f"{info.id}: SSB svarte med JSON som ikke er et objekt (status {answer.status}).")
    title = document.get("title")
    if answer.status != 200 or (isinstance(title, str) and "dimension" not in document):
        said = TITLES.get(str(title), str(title or "uten forklaring"))
        detail = f" ({document['detail']})" if isinstance(document.get("detail"), str) else ""
        raise SourceError(f"{info.id}: {said}{detail}.")
    return document


def _check(info: TableInfo, document: Mapping[str, Any], asked: pxweb.Codes) -> None:
    """The answer has the variables and codes that were asked for, all of them, in whatever order."""
    try:
        jsonstat.decode(document)
        ids = [str(each) for each in document["id"]]
        got = {variable: jsonstat.codes(document, variable) for variable in ids}
    except DataError as error:
        raise SourceError(f"{info.id}: SSBs svar kan ikke leses: {error}.") from None
    if set(ids) != set(asked):
        raise SourceError(
            f"{info.id}: svaret har variablene {', '.join(ids)}, men {', '.join(asked)} ble bestilt. Svaret er ikke lagret."
        )
    for variable, codes in asked.items():
        lacking = sorted(set(codes) - set(got[variable]))
        surplus = sorted(set(got[variable]) - set(codes))
        if lacking or surplus:
            what = f"mangler {lacking[0]}" if lacking else f"har {surplus[0]}, som ikke ble bestilt"
            raise SourceError(
                f"{info.id}: {variable} i svaret {what} ({len(got[variable])} av {len(codes)} koder). Svaret er ikke lagret."
            )


def _about(info: TableInfo, document: Mapping[str, Any], plan: pxweb.Plan, part: str) -> dict[str, Any]:
    """What the sidecar says of the body itself; the rounding rule is the one that its cells show."""
    selection = plan.requests[part]
    frame = jsonstat.decode(document)
    rule = smallcounts.shown_by(info.rounding.rule, frame[~frame["ContentsCode"].isin(info.rates)])
    found = {"rule": rule, "level": "total", "allowance": 0 if rule == "none" else 8}
    same = rule == info.rounding.rule
    notes = [] if same else [f"The catalogue expected the rounding rule {info.rounding.rule}; the cells show {rule}."]
    rounding = info.rounding if same else found
    return {
        "selection": {
            variable: codes if len(codes) <= 20 else f"{len(codes)} codes"
            for variable, codes in selection.codes.items()
        },
        "rounding": rounding,
        "periods": jsonstat.codes(document, "Tid") if "Tid" in document["id"] else [],
        "lacking": list(plan.lacking),
        "notes": notes,
        "updated": plan.updated,
    }


def _same(plan: pxweb.Plan, held: Sequence[RawBody]) -> bool:
    """What is held was asked for in the same way, and the producer has not changed the table since."""
    sides = {body.part: body.sidecar for body in held}
    return set(sides) == set(plan.requests) and all(
        side.updated == plan.updated and side.request is not None and side.request.body == plan.requests[part].body
        for part, side in sides.items()
    )
