"""The nursery process: it has imported everything and holds the tables, and forks a child for each report.

It has one thread and no socket, so that forking it is safe; it starts no report itself before that has been seen to be so.
What a child writes is passed on unread. When the run that started it is gone, so are its children and then itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from helpers.batch.messages import Ended, Hatched, Piece, Setup
from helpers.batch.surroundings import remove, settle

_PIECE = 1 << 20
_WARM = ("charts", "measures", "pages", "land")  # every module of theirs
_STACK = (
    "helpers.tables.landlayers",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pandas",
    "seaborn",
    "geopandas",
    "bdb",  # and what else is imported by the first cell, figure or table of a report
    "IPython.core.logger",
    "IPython.core.pylabtools",
    "pandas.io.formats.html",
    "PIL.PngImagePlugin",
)


@dataclass
class _Child:
    number: int
    pid: int
    pipe: int
    alive: int  # readable when the process has ended


def main() -> None:
    """Work; the arguments are the numbers of two pipes' descriptors."""
    inbox = Connection(int(sys.argv[1]), writable=False)
    outbox = Connection(int(sys.argv[2]), readable=False)
    for pipe in (inbox, outbox):
        os.set_inheritable(pipe.fileno(), False)
    setup, with_tables, own_surroundings = inbox.recv()
    if own_surroundings:
        settle(setup)
    nursery = _Nursery(inbox, outbox, setup)
    try:
        nursery.prepare(with_tables)
        nursery.work()
    except (EOFError, OSError):  # the run is gone
        pass
    finally:
        nursery.end()
    remove(setup.staging)


class _Nursery:
    def __init__(self, inbox: Connection, outbox: Connection, setup: Setup) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._setup = setup
        self._children: dict[int, _Child] = {}  # by their descriptors, both of each
        self._poll = select.poll()
        self._poll.register(inbox.fileno(), select.POLLIN)

    def prepare(self, with_tables: bool) -> None:
        """Import, load the tables, and see that there is one thread."""
        gc.disable()  # it would go through all that is imported, again and again: a third of the time
        for name in _STACK:
            importlib.import_module(name)
        for part in _WARM:
            package = importlib.import_module(f"helpers.{part}")
            for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)
        from helpers.batch.child import Nest

        self._nest = Nest(self._setup.memory)
        if with_tables:
            _load_tables(self._setup.root)
            from helpers.batch.rehearsal import rehearse

            rehearse(self._setup.rehearse, self._setup.language)
        gc.freeze()  # with the little that could be freed: looking for it takes longer than reading the tables
        gc.enable()
        self._outbox.send(Hatched(_refusal()))

    def work(self) -> None:
        """Fork what is asked for and pass on what comes, until there is nobody to ask."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._inbox.fileno():
                    if not self._obey(self._inbox.recv()):
                        return
                elif (child := self._children.get(descriptor)) is not None:
                    self._pass_on(child, ended=descriptor == child.alive)

    def end(self) -> None:
        """End all children."""
        for child in self._children.values():
            _kill_group(child.pid)

    def _obey(self, order: tuple[str, int, bytes] | None) -> bool:
        if order is None:
            return False
        what, number, data = order
        if what == "make":
            self._fork(number, data)
        else:
            for child in list(self._children.values()):
                if child.number == number:
                    _kill_group(child.pid)
        return True

    def _fork(self, number: int, data: bytes) -> None:
        reading, writing = os.pipe()
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            for descriptor in (reading, self._inbox.fileno(), self._outbox.fileno(), *self._children):
                os.close(descriptor)
            self._nest.hatch(pickle.loads(data), writing, own)  # noqa: S301  # from the run that started us
        os.close(writing)
        os.set_blocking(reading, False)
        child = _Child(number, pid, reading, os.pidfd_open(pid))
        for descriptor in (child.pipe, child.alive):
            self._children[descriptor] = child
            self._poll.register(descriptor, select.POLLIN)

    def _pass_on(self, child: _Child, ended: bool) -> None:
        while (data := _read(child.pipe)) is not None:
            if data == b"":
                with contextlib.suppress(KeyError):
                    self._poll.unregister(child.pipe)  # nothing more will come; its end is told by the other descriptor
                break
            self._outbox.send(Piece(child.number, data))
        if not ended:
            return
        _kill_group(child.pid)  # what it has started and left running
        _, status = os.waitpid(child.pid, 0)
        for descriptor in (child.pipe, child.alive):
            del self._children[descriptor]
            with contextlib.suppress(KeyError):
                self._poll.unregister(descriptor)
            os.close(descriptor)
        self._outbox.send(Ended(child.number, os.waitstatus_to_exitcode(status)))


def _read(pipe: int) -> bytes | None:
    try:
        return os.read(pipe, _PIECE)
    except BlockingIOError:
        return None


def _kill_group(pid: int) -> None:
    """The child and all of its group; the child alone where it has not yet made one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _load_tables(root: Path) -> None:
    """Tables that cannot be read are no reason to stop: each report then says what is wrong with them."""
    from helpers.tables import Tables
    from helpers.workspace import Workspace

    workspace = Workspace(root)
    with contextlib.suppress(Exception):
        tables = Tables.load(workspace)
        Tables.preload(workspace, {name: tables[name] for name in tables}, {name: tables.meta(name) for name in tables})


def _refusal() -> str:
    tasks: list[Any] = os.listdir("/proc/self/task")  # noqa: PTH208
    return "" if len(tasks) == 1 else f"the process has {len(tasks)} threads"
