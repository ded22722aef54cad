"""Selections of PxWebApi 2 as the open-source server resolves them: https://github.com/PxTools/PxWebApi (SelectionExpressions).

`from`, `to` and `range` go by position in the value list, not by comparison of text; `top` is the newest of a time variable
but the first of any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .wire import Answer, document


class Problem(Exception):
    """An error answer; the titles are the server's own spelling. `status` is what the body says, `http` what the status line says."""

    def __init__(self, title: str, status: int = 400, http: int | None = None, detail: str = "") -> None:
        super().__init__(title)
        self.title, self.status, self.http, self.detail = title, status, http or status, detail

    def answer(self) -> Answer:
        """As it goes over the wire."""
        body: dict[str, Any] = {"type": "Parameter error", "title": self.title, "status": self.status}
        answer = document(body | ({"detail": self.detail} if self.detail else {}), self.http)
        answer.kind = "application/problem+json; charset=utf-8"
        return answer


class ServerError(Exception):
    """What the server does not handle: status 500 with an empty body."""


ILLEGAL = "Illegal selection expression"
UNKNOWN = "Non-existent value"


def resolve(codes: Sequence[str], known: Sequence[str], is_time: bool) -> list[str]:
    """The values that codes and expressions stand for, in the table's order.

    Raises
    ------
    Problem, ServerError
        an unknown code or a malformed expression; a code given twice.
    """
    by_lower = {value.lower(): value for value in known}
    plain = [by_lower[code.lower()] for code in codes if code.lower() in by_lower]
    if len(plain) != len(set(plain)):
        raise ServerError
    chosen = set(plain)
    for code in codes:
        if code.lower() not in by_lower:
            chosen |= set(expand(code, known, is_time))
    return [value for value in known if value in chosen]


def expand(expression: str, known: Sequence[str], is_time: bool) -> list[str]:
    """The values of one expression (see `resolve`)."""
    name = expression.partition("(")[0].lower()
    if "(" in expression and name in ("top", "bottom"):
        return _counted(name, expression, known, is_time)
    if "(" in expression and name in ("from", "to", "range"):
        return _between(name, expression, known)
    if "*" in expression:
        return _wildcard(expression, known)
    if "?" in expression:
        pattern = re.compile("".join("." if each == "?" else re.escape(each) for each in expression), re.IGNORECASE)
        return [value for value in known if pattern.fullmatch(value)]
    raise Problem(UNKNOWN)


def _counted(name: str, expression: str, known: Sequence[str], is_time: bool) -> list[str]:
    match = re.fullmatch(r"\w+\(([1-9]\d*)(?:,(\d+))?\)", expression)
    if match is None:
        raise Problem(ILLEGAL)
    count, offset = int(match[1]), int(match[2] or 0)
    from_end = (name == "top") == is_time
    ordered = list(reversed(known)) if from_end else list(known)
    return ordered[offset : offset + count]


def _between(name: str, expression: str, known: Sequence[str]) -> list[str]:
    shape = r"\w+\(([^,()]+),([^,()]+)\)" if name == "range" else r"\w+\(([^,()]+)\)"
    match = re.fullmatch(shape, expression)
    if match is None:
        raise Problem(ILLEGAL)
    lower = [value.lower() for value in known]
    try:
        places = sorted(lower.index(code.lower()) for code in match.groups())
    except ValueError:
        raise Problem(UNKNOWN) from None
    if name == "range":
        return list(known[places[0] : places[1] + 1])
    return list(known[places[0] :] if name == "from" else known[: places[0] + 1])


def _wildcard(expression: str, known: Sequence[str]) -> list[str]:
    stars, inner = expression.count("*"), expression.strip("*").lower()
    first, last = expression.startswith("*"), expression.endswith("*")
    if expression != "*" and (stars > 2 or "*" in inner or (stars == 2 and not (first and last))):
        raise Problem(ILLEGAL)
    tests = {(True, True): str.__contains__, (True, False): str.endswith, (False, True): str.startswith}
    return [value for value in known if tests[first, last](value.lower(), inner)]


def from_query(query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The selection of a GET: ``valueCodes[Region]=3101,3105&codelist[Region]=agg_KommSummer``; unknown parameters count for nothing."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in query.items():
        match = re.fullmatch(r"(valuecodes|codelist)\[(.+)\]", key, re.IGNORECASE)
        if match is None:
            continue
        entry = found.setdefault(match[2].lower(), {"variableCode": match[2]})
        if match[1].lower() == "codelist":
            entry["codelist"] = value
        else:
            entry["valueCodes"] = [each.strip("[]") for each in re.findall(r"\[[^\]]*\]|[^,\[]+", value)]
    return list(found.values())
