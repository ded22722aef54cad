"""Every table of the catalogue from its producer into data/raw/fetched: in order, resumable, never half, never worse than what was there."""

from __future__ import annotations

import datetime as dt
import errno
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from filelock import FileLock, Timeout

from helpers import places, rawstore
from helpers.catalog import TableInfo
from helpers.errors import DataError, KommunerapportError, SourceError
from helpers.rawstore import FETCHED, SNAPSHOT, RawBody
from helpers.sources import kartverket, klass, nav, packages, revisions, ssb, store
from helpers.sources.door import Door
from helpers.sources.revisions import Revision
from helpers.sources.store import Incoming
from helpers.workspace import write_file

JOURNAL, LOCK = ".fetch.json", ".lock"
RESUMABLE = dt.timedelta(hours=6)  # an older interrupted run is begun anew
ENDING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # what the next table would meet too
NOTHING = Revision()
State = Literal["new", "unchanged", "period", "revised", "failed", "resumed"]


@dataclass(frozen=True)
class Result:
    """What came of one table.

    Parameters
    ----------
    state : ``new`` (first time), ``unchanged``, ``period`` (a new one), ``revised`` (figures held before are others now), ``failed``
        (the old body stays), ``resumed`` (fetched by the run that this one continues). reason : why it failed. periods : the
        first and the last that are held now.
    lacking : what the catalogue asks for and the producer does not have. calls, bytes : what it took.
    """

    table: str
    state: State
    reason: str = ""
    revision: Revision = NOTHING
    periods: str = ""
    lacking: tuple[str, ...] = ()
    calls: int = 0
    bytes: int = 0


class Progress(Protocol):
    """What a run tells as it goes."""

    def begin(self, info: TableInfo) -> None: ...  # noqa: D102

    def planned(self, calls: int) -> None: ...  # noqa: D102

    def done(self, result: Result) -> None: ...  # noqa: D102


@dataclass
class Fetching:
    """One run.

    Parameters
    ----------
    raw : data/raw. accept : raises `DataError` where the bodies of a table do not make a tidy table. force : fetch also what its producer
        has not updated, and begin anew after an interrupted run.
    """

    raw: Path
    door: Door
    accept: Callable[[TableInfo, Sequence[RawBody]], None]
    progress: Progress
    force: bool = False
    results: list[Result] = field(default_factory=list)

    def run(self, infos: Iterable[TableInfo]) -> list[Result]:
        """Fetch the tables, classifications first, since the codes that are asked for follow them.

        Raises
        ------
        SourceError
            where another run is at work in the same folder, or no source can be reached. OSError where data/raw cannot be written.
        """
        tables = sorted(infos, key=lambda info: (info.source != "klass", info.id if info.source == "klass" else ""))
        folder = self.raw / FETCHED
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / LOCK, timeout=0), packages.kept(self.raw):
                store.sweep(self.raw)
                self.door.look(tuple(dict.fromkeys(info.source for info in tables)))
                self._all(tables)
        except Timeout:
            raise SourceError(f"En annen henting pågår i {folder}. Vent til den er ferdig.") from None
        return self.results

    def _all(self, tables: Sequence[TableInfo]) -> None:
        journal = self.raw / FETCHED / JOURNAL
        names = [info.id for info in tables]
        begun, done = (None, []) if self.force else _interrupted(journal, names, self.door.clock.utc())
        begun = begun or self.door.clock.utc()
        for info in tables:
            self.progress.begin(info)
            if info.id in done and self._held(info):
                result = Result(info.id, "resumed")
            else:
                result = self._one(info)
                done += [] if result.state == "failed" else [info.id]
                write_file(journal, json.dumps({"begun": begun.isoformat(), "tables": names, "done": done}).encode())
            self.results.append(result)
            self.progress.done(result)
        journal.unlink(missing_ok=True)

    def _one(self, info: TableInfo) -> Result:
        calls, size = self.door.calls, self.door.bytes
        try:
            state, revision, lacking = self._try(info)
            reason = ""
        except OSError as error:
            if error.errno in ENDING:
                raise
            state, revision, lacking = "failed", NOTHING, ()
            reason = f"{info.id}: {error.strerror or error} ({Path(error.filename or '').name})."
        except KommunerapportError as error:
            state, revision, lacking, reason = "failed", NOTHING, (), str(error)
        except Exception as error:  # what nobody thought of is one table's trouble, not the others'
            state, revision, lacking = "failed", NOTHING, ()
            reason = f"{info.id}: uventet feil ({type(error).__name__}: {error})."
        spent = self.door.calls - calls, self.door.bytes - size
        return Result(info.id, state, reason, revision, _periods(self._held(info)), lacking, *spent)

    def _try(self, info: TableInfo) -> tuple[State, Revision, tuple[str, ...]]:
        held = self._held(info)
        incoming = self._ask(info, [] if self.force else held)
        if incoming is None:
            return "unchanged", NOTHING, tuple(held[-1].sidecar.lacking)
        before = self._sound(info)
        staged = store.stage(self.raw, info, incoming, self.door.client_name)
        try:
            if info.source == "nav":
                store.keep(staged, before)
            bodies = [rawstore.read_body(path) for path in rawstore.bodies_in(staged)]
            revision = self._weigh(info, before, bodies)
            self.accept(info, bodies)
            stamp = f"{max(each.answer.at for each in incoming):%Y%m%dT%H%M%SZ}"
            store.publish(self.raw, info.id, staged, stamp)
        finally:
            store.discard(staged)
        lacking = tuple(dict.fromkeys(each for body in bodies for each in body.sidecar.lacking))
        if not before:
            return "new", revision, lacking
        if not info.tidy:
            same = [body.data for body in before] == [body.data for body in bodies]
            return "unchanged" if same else "revised", revision, lacking
        return "revised" if revision.cells else "period" if revision.periods else "unchanged", revision, lacking

    def _ask(self, info: TableInfo, held: Sequence[RawBody]) -> list[Incoming] | None:
        if info.source == "ssb":
            known = frozenset(places.registry().names)
            return ssb.fetch(self.door, info, held, places.valid_codes, known, self.progress.planned)
        if info.source == "nav":
            return nav.fetch(self.door, info, held)
        if info.source == "klass":
            return klass.fetch(self.door, info, held, self.door.clock.utc().date())
        return kartverket.fetch(self.door, info, held)

    def _held(self, info: TableInfo) -> list[RawBody]:
        """The bodies fetched last; none where one of them is broken, so that the table is fetched anew."""
        with suppress(DataError):
            return list((rawstore.documents(self.raw, info.id) or {}).values())
        return []

    def _sound(self, info: TableInfo) -> list[RawBody]:
        """The last bodies fetched that are whole: what a new one is weighed against. Of NAV every month that is whole anywhere."""
        months: dict[str, RawBody] = {}
        for folder in reversed(rawstore.generations(self.raw).get(info.id, [])):
            paths, good = rawstore.bodies_in(folder), {}
            for path in paths:
                with suppress(DataError):
                    body = rawstore.read_body(path)
                    good[body.part] = body
            if info.source == "nav":
                months = good | months
            elif good and len(good) == len(paths):
                return list(good.values())
        return [months[part] for part in sorted(months)]

    def _snapshot(self, info: TableInfo) -> list[RawBody]:
        with suppress(DataError):
            return [rawstore.read_body(path) for path in rawstore.bodies_of(self.raw / SNAPSHOT, info.id)]
        return []

    def _weigh(self, info: TableInfo, before: Sequence[RawBody], bodies: Sequence[RawBody]) -> Revision:
        """The revision, where the new bodies may replace what reports use now.

        Raises
        ------
        SourceError
            where they may not.
        """
        if not info.tidy:
            return NOTHING
        new = revisions.frame_of(info, bodies)
        serving = before or self._snapshot(info)
        old = revisions.frame_of(info, serving) if serving else None
        reason = revisions.worse(info, old, new, assembled=not before)
        if reason:
            raise SourceError(f"{info.id}: {reason}. Tallene fra før beholdes.")
        return revisions.compare(info, old, new) if old is not None and before else NOTHING


def _periods(held: Sequence[RawBody]) -> str:
    every = sorted({period for body in held for period in body.sidecar.periods})
    return "–".join(dict.fromkeys((every[0], every[-1]))) if every else ""


def _interrupted(journal: Path, tables: list[str], now: dt.datetime) -> tuple[dt.datetime | None, list[str]]:
    """When an interrupted run for the same tables began, and what it had fetched; nothing where there is none to go on with."""
    try:
        told = json.loads(journal.read_bytes())
        begun = dt.datetime.fromisoformat(told["begun"])
        done = [table for table in told["done"] if table in tables]
        fresh = set(tables) <= set(told["tables"]) and dt.timedelta(0) <= now - begun <= RESUMABLE
    except (OSError, ValueError, KeyError, TypeError):
        return None, []
    return (begun, done) if fresh else (None, [])
