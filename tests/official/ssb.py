"""PxWebApi 2 as SSB runs it: routes, limits, error bodies (sources: its OpenAPI file, recorded answers, PxTools/PxWebApi)."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from .pxtable import MOST_CELLS, PxTable
from .selection import Problem, ServerError, from_query
from .wire import Answer, Call, document, not_found

WINDOW = 60.0
LONGEST_URL = 2100
LICENCE = "https://creativecommons.org/licenses/by/4.0/deed.no"


class RateLimit:
    """So many calls in any minute of the server's clock."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._made: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, now: float) -> tuple[float, dict[str, str]]:
        """Seconds until the next call is let in (0: this one is), and the headers of the answer."""
        with self._lock:
            while self._made and self._made[0] <= now - WINDOW:
                self._made.popleft()
            wait = 0.0 if len(self._made) < self.limit else self._made[0] + WINDOW - now
            if not wait:
                self._made.append(now)
            left = max(self.limit - len(self._made), 0)
        return wait, {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-policy": f"{self.limit};w=60s",
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-resource": "SB_API_1MIN",
        }


class StatBank:
    """Answers the calls below /api/pxwebapi/v2."""

    def __init__(self, tables: dict[str, PxTable], limit: int, base: Callable[[], str]) -> None:
        self.tables, self.rate, self.base = tables, RateLimit(limit), base

    def limited(self, call: Call, serve: Callable[[], Answer]) -> Answer:
        """The answer with the headers of the limit, or 429."""
        if call.method == "HEAD":
            return serve()
        wait, headers = self.rate.take(call.time)
        if wait:
            body = {
                "title": "Too many requests",
                "status": 429,
                "detail": "You have reach the threshold for request limiting.",
            }
            answer = document(body, 429, {"Retry-After": str(math.ceil(wait))})
        else:
            answer = serve()
        answer.headers = headers | answer.headers
        return answer

    def answer(self, call: Call, path: str) -> Answer:
        """The answer to one call; `path` is below the base address."""
        if call.method == "GET" and len(f"{self.base()}{call.raw}") > LONGEST_URL:
            return not_found()
        try:
            return self._route(call, [unquote(each) for each in path.strip("/").split("/")])
        except Problem as problem:
            return problem.answer()
        except ServerError:
            return Answer(500)

    def _route(self, call: Call, parts: list[str]) -> Answer:
        match parts:
            case ["config"]:
                return document(CONFIG)
            case ["tables"]:
                return document(self._list(call.query))
            case ["tables", id_]:
                return document(self._about(self._table(id_)) | {"language": "no"})
            case ["tables", id_, "metadata"]:
                codelists = {
                    key[9:-1]: value for key, value in call.query.items() if key.lower().startswith("codelist[")
                }
                return document(self._table(id_).metadata(codelists, self.base()))
            case ["tables", id_, "defaultselection"]:
                rows = self._table(id_).default_selection()
                return document(
                    {"selection": rows, "language": "no", "links": self._links(f"tables/{id_}/defaultselection")}
                )
            case ["tables", id_, "data"]:
                return self._data(call, self._table(id_))
            case ["codelists", id_]:
                held = next((each.codelists[id_] for each in self.tables.values() if id_ in each.codelists), None)
                if held is None:
                    raise Problem("Non-existent codelist", 404, http=404)
                return document(held.body(id_, f"{self.base()}/codelists/{id_}?lang=no"))
        return not_found()

    def _data(self, call: Call, table: PxTable) -> Answer:
        query = {key.lower(): value for key, value in call.query.items()}
        if query.get("outputformat", "json-stat2") != "json-stat2":
            raise Problem("Unsupported output format", detail="json-stat2")
        if call.method == "GET":
            return document(table.data(from_query(call.query)))
        if not isinstance(call.body, dict):
            raise Problem("Illegal selection expression")
        placement = call.body.get("placement") or {}
        for variable in [*(placement.get("heading") or []), *(placement.get("stub") or [])]:
            if variable.lower() not in {code.lower() for code in table.dimensions}:
                raise Problem("Illegal placment")
        return document(table.data(call.body.get("selection") or []))

    def _table(self, id_: str) -> PxTable:
        if id_ not in self.tables:
            raise Problem("Non-existent table", 404, http=400)  # the status line really says something else
        return self.tables[id_]

    def _links(self, path: str) -> list[dict[str, str]]:
        return [{"rel": "self", "hreflang": "no", "href": f"{self.base()}/{path}"}]

    def _about(self, table: PxTable) -> dict[str, Any]:
        area = {"id": table.subject[0], "label": table.subject[1]}
        names = [dim.label for dim in table.dimensions.values()]
        about = {"id": table.id, "label": f"{table.id}: {table.label}", "description": "", "updated": table.updated}
        about |= {
            "firstPeriod": table.periods[0],
            "lastPeriod": table.periods[-1],
            "category": "public",
            "variableNames": names,
        }
        about |= {
            "discontinued": False,
            "source": "Statistisk sentralbyrå",
            "subjectCode": area["id"],
            "timeUnit": "Annual",
        }
        return about | {"paths": [[area]], "links": self._links(f"tables/{table.id}")}

    def _list(self, query: Mapping[str, str]) -> dict[str, Any]:
        words = [each.removeprefix("title:").lower() for each in query.get("query", "").split() if each != "AND"]
        found = [
            each for each in self.tables.values() if all(word in f"{each.id} {each.label}".lower() for word in words)
        ]
        size, number = int(query.get("pageSize", 20)), int(query.get("pageNumber", 1))
        pages = max(math.ceil(len(found) / size), 1)
        if not 1 <= number <= pages:
            raise Problem("Non-existent page", 404, http=404)
        shown = [self._about(each) for each in found[(number - 1) * size : number * size]]
        page = {"pageNumber": number, "pageSize": size, "totalElements": len(found), "totalPages": pages}
        return {"language": "no", "tables": shown, "page": page | {"links": []}, "links": self._links("tables")}


CONFIG = {
    "apiVersion": "2.3.2",
    "appVersion": "2.5.0+build.30",
    "languages": [{"id": "no", "label": "Norsk"}, {"id": "en", "label": "English"}],
    "defaultLanguage": "no",
    "maxDataCells": MOST_CELLS,
    "maxCallsPerTimeWindow": 0,  # does not mean that there is no limit
    "timeWindow": 0,
    "license": LICENCE,
    "sourceReferences": [{"language": "no", "text": "Kilde: Statistisk sentralbyrå"}],
    "defaultDataFormat": "json-stat2",
    "dataFormats": ["json-stat2", "csv", "px", "xlsx", "html", "json-px", "parquet"],
    "features": [],
}
