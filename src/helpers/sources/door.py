"""The one door to the network: one client, never too many calls in a minute, patience with a producer that stumbles.

Every answer comes back whole or not at all; what went wrong is told in one line that names table, attempt and reason.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import os
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Protocol

import httpx
import tenacity

from helpers.catalog import Source
from helpers.errors import SourceError, Unreachable
from helpers.land.openlayers import Service

Producer = Source | Service
ADDRESSES: Mapping[Producer, str] = {
    "ssb": "https://data.ssb.no/api/pxwebapi/v2",
    "klass": "https://data.ssb.no/api/klass/v1",
    "nav": "https://www.nav.no",
    "kartverket": "https://nedlasting.geonorge.no",
    "kommuneinfo": "https://api.kartverket.no/kommuneinfo/v1",
    "miljodirektoratet": "https://kart.miljodirektoratet.no/arcgis/rest/services",
    "nve": "https://gis3.nve.no/map/rest/services",
    "nibio": "https://kart8.nibio.no",
}
NAMES: Mapping[Producer, str] = {
    "ssb": "SSB", "klass": "SSB KLASS", "nav": "NAV", "kartverket": "Kartverket", "kommuneinfo": "Kartverkets Kommuneinfo",
    "miljodirektoratet": "Miljødirektoratet", "nve": "NVE", "nibio": "NIBIO",
}  # fmt: skip
CALLS, WINDOW = 30, 60.0  # SSB: thirty calls a minute and address
MARGIN = 0.05  # seconds added to what must have passed: two clocks never agree
ATTEMPTS = 6
CONNECT, READ, WHOLE = 5.0, 60.0, 600.0  # seconds: to connect, between two pieces, for a whole answer
LONGEST_PAUSE = 120.0  # seconds; a producer that asks for more is asked another day
LARGEST = 1_000_000_000  # bytes of one answer
KEPT_HEADERS = ("content-type", "date", "last-modified", "etag", "x-ratelimit-limit", "x-ratelimit-remaining")
TRANSIENT = (429, 500, 502, 503, 504)


class Clock(Protocol):
    """Time as the door sees it; tests bring one that they turn."""

    def now(self) -> float:
        """Seconds that only go forward."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def utc(self) -> dt.datetime:
        """Date and time of day, UTC."""
        ...


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        """See `Clock`."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        time.sleep(seconds)

    def utc(self) -> dt.datetime:
        """See `Clock`."""
        return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Answer:
    """A whole answer of status 2xx, 304 or 4xx, and the request that it answers."""

    url: str
    method: str
    request: Any
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: dt.datetime

    @property
    def is_html(self) -> bool:
        """Whether a web page came instead of figures (IIS and proxies do that)."""
        kind = self.headers.get("content-type", "")
        return "html" in kind or self.body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))


@dataclass
class RateLimit:
    """Never more than `calls` in any `window` of seconds, and what the producer's own headers ask for beyond that."""

    clock: Clock
    sleep: Callable[[float], None]
    calls: int = CALLS
    window: float = WINDOW
    _made: deque[float] = field(default_factory=deque)
    _closed_until: float = 0.0

    def wait(self) -> None:
        """Wait until a call may be made, and count it."""
        while (rest := self._rest()) > 0:
            self.sleep(rest)
        self._made.append(self.clock.now())

    def _rest(self) -> float:
        now = self.clock.now()
        while self._made and self._made[0] <= now - self.window - MARGIN:
            self._made.popleft()
        full = self._made[-self.calls] + self.window + MARGIN - now if len(self._made) >= self.calls else 0.0
        return max(full, self._closed_until - now)

    def close(self, seconds: float) -> None:
        """No call for so long."""
        self._closed_until = max(self._closed_until, self.clock.now() + seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Take in ``x-ratelimit-*``: a lower limit than ours counts, and nothing left means waiting for the window to pass."""
        limit, left = _number(headers.get("x-ratelimit-limit")), _number(headers.get("x-ratelimit-remaining"))
        policy = re.search(r"w=(\d+)", headers.get("x-ratelimit-policy", ""))
        if limit is not None and limit >= 1:
            self.calls = min(self.calls, int(limit))
        if left is not None and left <= 0:
            reset = _number(headers.get("x-ratelimit-reset"))
            self.close(min(reset or float(policy[1] if policy else self.window), LONGEST_PAUSE))


class _Transient(Exception):
    """Worth another attempt."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.reason, self.wait = reason, wait
        super().__init__(reason)


class Door:
    """Sends requests to the sources and gives back whole answers.

    Parameters
    ----------
    clock : time, for the limit, the back-off and the sidecars.
    addresses : source → base address; the environment (``KOMMUNERAPPORT_SSB_URL`` …) goes before the producers' own.
    heard : called with the bytes of each piece that arrives. paused : called with the seconds of each pause before it.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        addresses: Mapping[Producer, str] | None = None,
        heard: Callable[[int], None] = lambda _: None,
        paused: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.addresses = dict(addresses or _addresses())
        self.heard, self.paused = heard, paused
        self.calls = self.bytes = 0
        self.gone: dict[Producer, str] = {}
        self._limits: dict[str, RateLimit] = {}
        self.client_name = f"kommunerapport/{version('kommunerapport')}"
        try:
            self._client = httpx.Client(
                timeout=httpx.Timeout(READ, connect=CONNECT),
                follow_redirects=True,
                max_redirects=5,
                headers={"User-Agent": self.client_name},
                event_hooks={"request": [self._count]},
            )
        except (ImportError, ValueError) as error:  # a proxy of a kind that httpx does not speak
            raise SourceError(f"Proxyen i miljøvariablene (HTTPS_PROXY, ALL_PROXY) kan ikke brukes: {error}") from None

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _count(self, request: httpx.Request) -> None:
        """Every request waits its turn and is counted, the hops of a redirect too."""
        self._limit(request.url).wait()
        self.calls += 1

    def _limit(self, url: httpx.URL) -> RateLimit:
        """SSB counts by address of the caller, whichever of its services is called: one limit for each host."""
        return self._limits.setdefault(url.host, RateLimit(self.clock, self.pause))

    def pause(self, seconds: float) -> None:
        """Wait, and say so."""
        self.paused(seconds)
        self.clock.sleep(seconds)

    def look(self, sources: tuple[Producer, ...]) -> None:
        """See, all at once, which of the sources can be reached; the others refuse every later call at once.

        Raises
        ------
        Unreachable
            where none can be.
        """
        for source in sources:  # a knock is a call too
            self._limit(httpx.URL(self.addresses[source])).wait()
        with ThreadPoolExecutor(max_workers=len(sources) or 1) as pool:
            said = dict(zip(sources, pool.map(self._knock, sources), strict=True))
        self.gone = {source: reason for source, reason in said.items() if reason}
        if sources and len(self.gone) == len(sources):
            raise Unreachable(
                "Ingen av kildene svarer ("
                + "; ".join(f"{NAMES[source]}: {reason}" for source, reason in self.gone.items())
                + "). Er maskinen på nett? Rapportene bruker tallene som alt er lagret."
            )

    def _knock(self, source: Producer) -> str:
        try:
            httpx.head(self.addresses[source], timeout=CONNECT, headers={"User-Agent": self.client_name})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            return _why(error)
        except httpx.HTTPError:
            return ""  # somebody is there; whether it can answer is for the calls to find out
        return ""

    def get(self, source: Producer, path: str, what: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET below the source's address, or a whole address that the source itself gave."""
        return self._send(source, "GET", path, what, None, headers or {})

    def post(self, source: Producer, path: str, body: Any, what: str) -> Answer:
        """POST of a JSON body (see `get`)."""
        return self._send(source, "POST", path, what, body, {"Accept": "application/json"})

    def _send(
        self, source: Producer, method: str, path: str, what: str, body: Any, headers: Mapping[str, str]
    ) -> Answer:
        if source in self.gone:
            raise Unreachable(f"{what}: {NAMES[source]} svarer ikke ({self.gone[source]}).")
        url = path if path.startswith(("http://", "https://")) else self.addresses[source].rstrip("/") + path
        jitter = tenacity.wait_exponential_jitter(initial=1, max=WINDOW)

        def pause(state: tenacity.RetryCallState) -> float:
            failed = state.outcome.exception() if state.outcome else None
            asked = failed.wait if isinstance(failed, _Transient) else None
            return jitter(state) if asked is None else asked

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=pause,
            sleep=self.pause,
            reraise=True,
        )
        try:
            return retrying(self._once, source, method, url, what, body, headers)
        except _Transient as error:
            raise SourceError(
                f"{what}: {NAMES[source]} svarte ikke som det skulle på forsøk {ATTEMPTS} av {ATTEMPTS} ({error.reason}). "
                "Prøv igjen om noen minutter."
            ) from None
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise SourceError(f"{what}: adressen {url} kan ikke brukes ({_why(error)}).") from None

    def _once(
        self, source: Producer, method: str, url: str, what: str, body: Any, headers: Mapping[str, str]
    ) -> Answer:
        try:
            with self._client.stream(method, url, json=body, headers=dict(headers)) as response:
                data = self._read(response)
        except httpx.UnsupportedProtocol:
            raise
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Transient(_why(error)) from None
        limit = self._limit(response.url)
        limit.heed(response.headers)
        if self.addresses[source].startswith("https://") and response.url.scheme != "https":
            raise SourceError(f"{url} viser videre til en adresse uten kryptering.")
        if response.status_code in TRANSIENT:
            said, wait = _status(response.status_code, data), _retry_after(response.headers, self.clock.utc())
            if wait is not None and wait > LONGEST_PAUSE:
                raise SourceError(
                    f"{what}: {NAMES[source]} ber om {wait / 60:.0f} minutters pause ({said}). Prøv igjen da."
                )
            limit.close(wait or 0.0)
            raise _Transient(said, wait)
        kept = {key: response.headers[key] for key in KEPT_HEADERS if key in response.headers}
        return Answer(str(response.url), method, body, response.status_code, kept, data, self.clock.utc())

    def _read(self, response: httpx.Response) -> bytes:
        begun, pieces, size = self.clock.now(), [], 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            self.bytes += len(piece)
            self.heard(len(piece))
            if size > LARGEST:
                raise SourceError(
                    f"{response.url} svarer med mer enn {LARGEST // 1_000_000} MB. Svaret er ikke lagret."
                )
            if self.clock.now() - begun > WHOLE:
                raise httpx.ReadTimeout("too slow as a whole")
        return b"".join(pieces)


def _addresses() -> dict[Producer, str]:
    return {
        source: os.environ.get(f"KOMMUNERAPPORT_{source.upper()}_URL") or address
        for source, address in ADDRESSES.items()
    }


def _why(error: Exception) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"ingen forbindelse innen {CONNECT:.0f} sekunder"
    if isinstance(error, httpx.ConnectError):
        return "sertifikatet godtas ikke; sett SSL_CERT_FILE" if "CERTIFICATE" in str(error) else "ingen forbindelse"
    if isinstance(error, httpx.TimeoutException):
        return "svaret stoppet opp"
    if isinstance(error, httpx.TooManyRedirects):
        return "for mange videresendinger"
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "ikke en adresse som begynner med http:// eller https://"
    return "forbindelsen ble brutt midt i svaret"


def _status(status: int, body: bytes) -> str:
    known = {429: "429, for mange kall", 503: "503, tjenesten er ute av drift"}
    return known.get(status) or f"feil {status} hos produsenten{'' if body.strip() else ', uten forklaring'}"


def _retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    given = headers.get("retry-after")
    seconds = _number(given)
    if given is None or seconds is not None:
        return seconds
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(given) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _number(text: str | None) -> float | None:
    try:
        found = float(text) if text is not None else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < 1e6 else None
