"""What can go wrong on the way, asked for by the tests: each fault alters one answer, then normal service goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .wire import Answer, Call, not_found, page

Serve = Callable[[], Answer]
Match = str | Callable[[Call], bool]


@dataclass(frozen=True)
class Fault:
    """A way to spoil an answer. `fault * 3` is three in a row."""

    name: str
    spoil: Callable[[Serve], Answer]

    def __mul__(self, times: int) -> list[Fault]:
        return [self] * times


def ok() -> Fault:
    """No fault: normal service for one request, so that a later one can be spoilt."""
    return Fault("ok", lambda serve: serve())


def status(code: int, retry_after: float | str | None = None, body: bytes = b"") -> Fault:
    """A status with an empty body unless given (429, 500, 503 …). `retry_after`: seconds, or an HTTP date."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(f"status {code}", lambda _: Answer(code, body, headers=dict(headers)))


def html(code: int = 404, text: str = "") -> Fault:
    """A web page instead of figures."""
    return Fault(f"html {code}", lambda _: page(text, code) if text else _with_status(not_found(), code))


def truncated(bytes_sent: int = 200) -> Fault:
    """The beginning of the right answer, then a closed connection, though Content-Length promises more."""

    def spoil(serve: Serve) -> Answer:
        answer = serve()
        answer.cut = min(bytes_sent, max(len(answer.body) - 1, 0))
        return answer

    return Fault("truncated", spoil)


def slow(seconds: float, drip: bool = False) -> Fault:
    """The right answer late; with `drip`, in small pieces over that time."""

    def spoil(serve: Serve) -> Answer:
        answer = serve()
        answer.wait, answer.drip = (0.0, seconds) if drip else (seconds, 0.0)
        return answer

    return Fault("slow", spoil)


def drop() -> Fault:
    """The connection is closed before an answer."""
    return Fault("drop", lambda _: Answer(0, dropped=True))


def wrong_json() -> Fault:
    """Status 200 and JSON that breaks off in the middle."""

    def spoil(serve: Serve) -> Answer:
        answer = serve()
        answer.status, answer.body = 200, answer.body[: len(answer.body) // 2] + b'"}]'
        return answer

    return Fault("wrong json", spoil)


def edit(change: Callable[[Any], Any]) -> Fault:
    """The right JSON body after `change`, which alters it in place or gives back another."""

    def spoil(serve: Serve) -> Answer:
        answer = serve()
        document = json.loads(answer.body)
        changed = change(document)
        answer.body = json.dumps(document if changed is None else changed, ensure_ascii=False).encode()
        return answer

    return Fault("edit", spoil)


def replace(body: bytes, kind: str = "") -> Fault:
    """Status 200 with other bytes in the place of the right ones."""

    def spoil(serve: Serve) -> Answer:
        answer = serve()
        answer.status, answer.body, answer.kind = 200, body, kind or answer.kind
        return answer

    return Fault("replace", spoil)


def redirect(url: str, code: int = 302) -> Fault:
    """Elsewhere: a whole address, or a path of this server."""
    return Fault("redirect", lambda _: Answer(code, headers={"Location": url}))


def _with_status(answer: Answer, code: int) -> Answer:
    answer.status = code
    return answer


@dataclass
class FaultQueue:
    """Which faults are still to come. `match`: part of the path, or a function of the call."""

    _queued: list[tuple[Match, list[Fault]]] = field(default_factory=list)
    _always: list[tuple[Match, Fault]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, match: Match, *faults: Fault | list[Fault], times: int = 1) -> None:
        """Each matching request takes the next of `faults`; after the last, normal service."""
        row = [each for given in faults for each in (given if isinstance(given, list) else [given])]
        with self._lock:
            self._queued.append((match, row * times))

    def always(self, match: Match, fault: Fault) -> None:
        """Every matching request, until `clear`; what is queued goes before."""
        with self._lock:
            self._always.append((match, fault))

    def clear(self) -> None:
        """Normal service again."""
        with self._lock:
            self._queued.clear()
            self._always.clear()

    @property
    def left(self) -> int:
        """How many queued faults no request has met yet."""
        with self._lock:
            return sum(len(row) for _, row in self._queued)

    def take(self, call: Call) -> Fault | None:
        """The fault that this call meets."""
        with self._lock:
            for match, row in self._queued:
                if row and _matches(match, call):
                    return row.pop(0)
            return next((fault for match, fault in self._always if _matches(match, call)), None)


def _matches(match: Match, call: Call) -> bool:
    return match in call.path if isinstance(match, str) else match(call)
