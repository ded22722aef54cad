"""A fetch as the user sees it: which tables, the bar, the summary, the exit code; and the catalogue with what is held."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from helpers import places, rawstore, tables
from helpers.batch.progress import Meter, size_of
from helpers.catalog import TableInfo, catalog, tidy_tables
from helpers.errors import InputError, Interrupted, Unreachable
from helpers.rawstore import RawBody
from helpers.sources import changes, pxweb, verify
from helpers.sources.door import Door
from helpers.sources.fetch import Fetching, Result
from helpers.tables import boundaries, own, package
from helpers.tables.build import read_meta
from helpers.workspace import Workspace

KLASS = "klass_131"


def chosen(names: Iterable[str]) -> list[TableInfo]:
    """The entries of the catalogue with these names; all where none is named. ``11618``, ``ssb_11618`` and ``HL060`` all do.

    Raises
    ------
    InputError
        naming the nearest ones.
    """
    known = catalog()
    short = {key: table for table in known for key in (table, table.partition("_")[2])}
    short |= {info.number.casefold(): table for table, info in known.items()}
    wanted: dict[str, None] = {}
    for name in names:
        table = short.get(name.casefold())
        if table is None:
            near = difflib.get_close_matches(name.casefold(), short, n=1, cutoff=0.5)
            hint = f" Mente du {short[near[0]]}?" if near else ""
            raise InputError(f"Katalogen har ingen tabell «{name}».{hint} Se kommunerapport catalog.")
        wanted[table] = None
    return [known[table] for table in wanted or known]


def fetch(
    workspace: Workspace, names: Iterable[str], force: bool, quiet: bool, door: Door | None = None
) -> list[Result]:
    """Fetch tables and write the diary.

    Raises
    ------
    Unreachable
        at once, where no source can be reached. SourceError where another run is at work. Interrupted where the user stopped it.
    """
    infos = chosen(names)
    with door or Door() as way:
        asked = {info.id for info in infos}
        if KLASS not in asked and any(info.regions for info in infos) and _is_old(workspace, way.clock.utc().date()):
            infos = [catalog()[KLASS], *infos]  # which municipality codes to ask for
        results = _run(workspace, infos, force, quiet, way)
    sources = {catalog()[result.table].source for result in results if result.state == "failed"}
    if len(sources) == 1 and sources <= set(way.gone) and all(result.state == "failed" for result in results):
        raise Unreachable(results[0].reason)
    return results


def _run(workspace: Workspace, infos: Sequence[TableInfo], force: bool, quiet: bool, way: Door) -> list[Result]:
    with Bar(infos, quiet) as bar:
        way.heard, way.paused = bar.heard, bar.paused
        run = Fetching(workspace.raw, way, accept, bar, force)
        try:
            return run.run(infos)
        except KeyboardInterrupt:
            through = len(run.results)
            raise Interrupted(
                f"Avbrutt: {through} av {len(infos)} tabeller er ferdige. Samme kommando fortsetter der den var."
            ) from None
        finally:  # an interrupted run is in the diary too
            if run.results:
                changes.write(workspace.raw, run.results, way.clock.utc())


def _is_old(workspace: Workspace, today: dt.date) -> bool:
    """Whether the municipality codes held came with the project, or are so old that a reform may have passed."""
    folders = rawstore.generations(workspace.raw).get(KLASS)
    if not folders:
        return True
    return any((today - rawstore.read_sidecar(path).retrieved).days > 30 for path in rawstore.bodies_in(folders[-1]))


def accept(info: TableInfo, bodies: Sequence[RawBody]) -> None:
    """Make the bodies tidy, as a build would, so that nothing enters data/raw that reports cannot be made of."""
    if info.tidy:
        tables.tidy(info, bodies)
    elif info.source == "kartverket":
        for body in bodies:
            boundaries.read(body)
    elif info.id == "klass_131":
        places.check_codes(Workspace.find().raw, {body.part: body for body in bodies})


class Bar(Meter):
    """The progress over the tables: bytes received, and how many calls are left at least."""

    def __init__(self, infos: Sequence[TableInfo], quiet: bool) -> None:
        self._left = list(infos)
        self._calls = 0
        super().__init__(len(infos), "tabeller", 22, quiet)

    def begin(self, info: TableInfo) -> None:
        """A table is next."""
        self._left = [each for each in self._left if each.id != info.id]
        self._calls = calls_of(info)
        self.next(info.id)

    def planned(self, calls: int) -> None:
        """So many calls are left for this table."""
        self._calls = calls
        self._tell()

    def done(self, result: Result) -> None:
        """A table is through."""
        self._calls = 0
        self.through()

    def _left_to_do(self) -> str:
        return f", {self._calls + sum(calls_of(info) for info in self._left)} kall igjen"


def calls_of(info: TableInfo) -> int:
    """How many calls a table is expected to take; the table's own metadata tells better."""
    if info.source != "ssb":
        return {"klass": len(info.parts), "nav": 2, "kartverket": 5}[info.source]
    years = [
        pxweb.expand(each, [str(year) for year in range(2000, dt.date.today().year)]) for each in info.ask["Tid"].codes
    ]
    return 1 + (len(years[0] or [0]) if info.each_year else 1)


def summary(results: Sequence[Result]) -> str:
    """A line for each table, then how it went as a whole."""
    lines = [f"  {result.table:<22} {size_of(result.bytes):>9}  {changes.told(result)}" for result in results]
    failed = sum(result.state == "failed" for result in results)
    changed = sum(result.state in ("new", "period", "revised", "resumed") for result in results)
    size, calls = sum(result.bytes for result in results), sum(result.calls for result in results)
    told = [f"{changed} av {len(results)} tabeller har nye tall ({size_of(size)}, {calls} kall)."]
    told += [f"{failed} ble ikke hentet og beholder tallene fra før."] if failed else []
    told += ["Lag rapportene på nytt: kommunerapport build."] if changed else []
    return "\n".join([*lines, " ".join(told)])


def checked(workspace: Workspace) -> tuple[str, bool]:
    """What `fetch --check` says, and whether everything is in order."""
    found = list(verify.checked(workspace.raw))
    wrong = [said for _, said in found if said]
    good = f"{len(found) - len(wrong)} av {len(found)} filer i data/raw er som da de ble hentet."
    return "\n".join([*(f"  {said}" for said in wrong), good]), not wrong


def listing(workspace: Workspace) -> str:
    """The catalogue: id, number, newest period held and where it is from, notebooks, title."""
    lines = []
    there = rawstore.held(workspace.raw)
    for table, info in catalog().items():
        lines.append(f"  {table:<22} {_newest(there.get(table, [])):<34} {info.title}")
        users = ", ".join(info.used_by) or "–"
        lines.append(f"  {'':<22} {info.producer}, {info.number}, {info.licence}; brukes av: {users}")
    counted = len(lines) // 2
    for each in own.load(workspace):
        meta = None if each.problem or each.id is None else read_meta(workspace.processed / f"{each.id}.parquet")
        if meta is None:
            lines.append(f"  {each.id or each.source.name:<22} {'utelatt':<34} {each.problem}")
            continue
        lines.append(f"  {meta.id:<22} {f'{meta.periods[-1]} (egne tall {meta.retrieved})':<34} {meta.title}")
        lines.append(f"  {'':<22} {meta.producer}, egne tall, ikke offisiell statistikk; lisens: {meta.licence}")
    return "\n".join([f"{counted} tabeller. Nyeste periode som er lagret:", *lines])


def tidied(workspace: Workspace) -> Iterator[str]:
    """Make each tidy table that is not up to date, say of each what was done, and describe the folder anew."""
    there = rawstore.held(workspace.raw)
    for table, info in tidy_tables().items():
        state = "mangler i data/raw"
        if table in there:
            state = "laget" if tables.build(workspace, table) else "uendret"
        yield f"  {table:<12} {state:<20} {info.title}"
    for each in own.load(workspace):
        state = "utelatt" if each.problem else "laget" if each.made else "uendret"
        yield f"  {each.id or each.source.name:<12} {state:<20} {each.problem or each.title}"
    package.renew(workspace)


def _newest(bodies: Sequence[Path]) -> str:
    if not bodies:
        return "ikke hentet"
    sides = [rawstore.read_sidecar(path) for path in bodies]
    newest = max((period for side in sides for period in side.periods), default="?")
    day = max(side.retrieved for side in sides)
    kind = "innebygd" if any(side.assembled for side in sides) else "hentet"
    return f"{newest} ({kind} {day.isoformat()})"
