"""One request and one answer, as the parts of the server hand them to each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """A request that arrived. `time` is the server's clock; `status` is what was answered (0: the connection was closed instead)."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    time: float
    raw: str = ""
    status: int | None = None

    def header(self, name: str) -> str:
        """A request header, whatever its case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass
class Answer:
    """What goes back, and how: `wait` seconds first, in drips over `drip` seconds, cut after `cut` bytes, or nothing at all."""

    status: int
    body: bytes = b""
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    dropped: bool = False


def document(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    return Answer(
        status, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), headers=dict(headers or {})
    )


def page(text: str, status: int = 200) -> Answer:
    """A web page."""
    return Answer(status, text.encode(), "text/html; charset=utf-8")


def not_found() -> Answer:
    """What IIS says of an address that it does not know, or that is too long."""
    return page(
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>404 - File or directory not found.</title></head>\n'
        '<body><div id="header"><h1>Server Error</h1></div><div id="content"><h2>404 - File or directory not found.</h2>\n'
        "<h3>The resource you are looking for might have been removed, had its name changed, or is temporarily "
        "unavailable.</h3></div></body></html>\n",
        404,
    )
