"""The server: real sockets on this machine, one thread a connection, every request recorded."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import arcgis, figures
from .faults import FaultQueue
from .kartverket import Geonorge, Nibio
from .klass import Klass
from .nav import Nav
from .pxtable import PxTable
from .ssb import StatBank
from .wire import Answer, Call, not_found

PREFIXES = {
    "ssb": "/api/pxwebapi/v2",
    "klass": "/api/klass/v1",
    "nav": "/nav",
    "kartverket": "/geonorge",
    "kommuneinfo": "/kommuneinfo/v1",
    "miljodirektoratet": "/vern/rest/services",
    "nve": "/map/rest/services",
    "nibio": "/nibio",
}


class OfficialServer:
    """``with OfficialServer() as server: …``

    Parameters
    ----------
    clock : seconds, for the rate limit and the times of `calls`; a test may turn it. limit : calls a minute at SSB.
    tables : in the place of the whole-country figures of `figures.tables()`.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        limit: int = 40,
        tables: dict[str, PxTable] | None = None,
    ) -> None:
        self.clock = clock
        self.faults = FaultQueue()
        self.tables = figures.tables() if tables is None else tables
        self.calls: list[Call] = []
        self.ssb = StatBank(self.tables, limit, lambda: self.ssb_url)
        self.klass = Klass()
        self.nav = Nav()
        self.kartverket = Geonorge(lambda: self.kartverket_url)
        self.kommuneinfo = arcgis.Kommuneinfo()
        self.vern, self.flood, self.landslide = arcgis.vern(), arcgis.flood(), arcgis.landslide()
        self.nibio = Nibio()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._http: _Http | None = None

    def __enter__(self) -> OfficialServer:
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.official = self
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``"""
        if self._http is None:
            raise RuntimeError("the server is not running")
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def ssb_url(self) -> str:
        return self.url + PREFIXES["ssb"]

    @property
    def klass_url(self) -> str:
        return self.url + PREFIXES["klass"]

    @property
    def nav_url(self) -> str:
        return self.url + PREFIXES["nav"]

    @property
    def kartverket_url(self) -> str:
        return self.url + PREFIXES["kartverket"]

    def addresses(self) -> dict[str, str]:
        """Source → address of every service."""
        return {name: self.url + prefix for name, prefix in PREFIXES.items()}

    def environment(self) -> dict[str, str]:
        """The variables that send the project's clients here."""
        return {f"KOMMUNERAPPORT_{name.upper()}_URL": self.url + prefix for name, prefix in PREFIXES.items()}

    @property
    def limit(self) -> int:
        """Calls a minute that SSB lets in."""
        return self.ssb.rate.limit

    @limit.setter
    def limit(self, calls: int) -> None:
        self.ssb.rate.limit = calls

    def called(self, part: str, method: str = "") -> list[Call]:
        """The calls whose path holds `part`, in order."""
        with self._lock:
            return [each for each in self.calls if part in each.path and method in ("", each.method)]

    def forget(self) -> None:
        """Empty the list of calls."""
        with self._lock:
            self.calls.clear()

    def record(self, call: Call) -> None:
        """Keep a call."""
        with self._lock:
            self.calls.append(call)

    def answer(self, call: Call) -> Answer:
        """What a request gets: the limit first, then the fault that waits for it, then the service itself."""

        def serve() -> Answer:
            fault = self.faults.take(call)
            return self._service(call) if fault is None else fault.spoil(lambda: self._service(call))

        if call.path.startswith(PREFIXES["ssb"] + "/"):
            return self.ssb.limited(call, serve)
        return serve()

    def _service(self, call: Call) -> Answer:
        services = {
            "ssb": self.ssb,
            "klass": self.klass,
            "nav": self.nav,
            "kartverket": self.kartverket,
            "kommuneinfo": self.kommuneinfo,
            "miljodirektoratet": arcgis.MapServer({"vern": self.vern}),
            "nve": arcgis.MapServer({"Mapservices/FlomsoneKart2": self.flood, "Skredfaresoner3": self.landslide}),
            "nibio": self.nibio,
        }
        for name, prefix in PREFIXES.items():
            if call.path == prefix or call.path.startswith(prefix + "/"):
                if call.method == "HEAD" and call.path.rstrip("/") == prefix:
                    return Answer(200)
                return services[name].answer(call, call.path.removeprefix(prefix))
        if call.path.startswith("/_/attachment/"):  # NAV's own links have no prefix
            return self.nav.answer(call, call.path)
        return not_found()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    official: OfficialServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Http

    def handle_call(self) -> None:
        official = self.server.official
        call = self._call(official.clock())
        official.record(call)
        try:
            answer = official.answer(call)
        except Exception:  # a fault of this server must not look like one of SSB's
            answer = Answer(599, traceback.format_exc().encode(), "text/plain")
        call.status = 0 if answer.dropped else answer.status
        self._send(answer, official.stopping)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = handle_call

    def _call(self, now: float) -> Call:
        split = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        return Call(self.command, unquote(split.path), query, body, dict(self.headers.items()), now, self.path)

    def _send(self, answer: Answer, stopping: threading.Event) -> None:
        if answer.wait:
            stopping.wait(answer.wait)
        if answer.dropped:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        head = b"".join(self._headers_buffer) + b"\r\n"  # type: ignore[attr-defined]
        self._headers_buffer = []
        body = b"" if self.command == "HEAD" else answer.body
        if answer.cut is not None:
            body, self.close_connection = body[: answer.cut], True
        if not answer.drip:
            self.wfile.write(head + body)
            return
        self.wfile.write(head)
        step = max(len(body) // 20, 1)
        pieces = [body[at : at + step] for at in range(0, len(body), step)]
        for piece in pieces:
            if stopping.wait(answer.drip / len(pieces)):
                self.close_connection = True
                return
            self.wfile.write(piece)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
