"""The handle to a nursery process: one report after another, or many at a time from many threads."""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from helpers.batch.messages import Done, Ended, Failed, Hatched, Running, Setup, Task, received
from helpers.batch.surroundings import AT_START, environment, kill_marked, log_of

START = 120.0  # seconds that the imports may take
_GONE = object()


class CannotFork(Exception):
    """This system, or this process, cannot be forked safely."""


class Lost(Exception):
    """A child ended without an answer. The text says how."""


class NurseryGone(Lost):
    """The nursery itself ended, and with it all of its children, whoever is to blame."""


def can_fork() -> bool:
    """Whether processes can be forked here, and be seen to have one thread."""
    return hasattr(os, "fork") and hasattr(os, "pidfd_open") and Path("/proc/self/task").is_dir()


class Nursery:
    """A process that has everything imported and the tables loaded, and forks a child per report.

    Parameters
    ----------
    with_tables : whether it loads the tables of the workspace.
    own_surroundings : the environment of a batch, the same for everybody; False: that of the process that asks.
    """

    def __init__(self, setup: Setup, with_tables: bool = True, own_surroundings: bool = True) -> None:
        if not can_fork():
            raise CannotFork("no fork")
        self._setup = setup
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._refusal = ""
        self._boxes: dict[int, queue.SimpleQueue[Any]] = {}
        setup.staging.mkdir(parents=True, exist_ok=True)
        self.process, self._orders, self._answers = _start(setup, own_surroundings)
        self._orders.send((setup, with_tables, own_surroundings))
        self._reader = threading.Thread(target=self._read, name="nursery", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it can take another report."""
        return self.process.poll() is None

    def make(self, task: Task, timeout: float) -> Done | Failed:
        """The page of a task, or why there is none.

        Raises
        ------
        CannotFork
            where the process has more than one thread. NurseryGone where it ended: the report may not be the one to blame.
        """
        at = Running(0, "")
        try:
            for message in self.run(task, timeout):
                if isinstance(message, Running):
                    at = message
                else:
                    return message  # type: ignore[no-any-return]
        except TimeoutError:
            reason = f"Rapporten brukte mer enn {timeout:.0f} sekunder og ble stoppet."
        except NurseryGone:
            raise
        except Lost as lost:
            reason = str(lost)
        else:
            reason = "Prosessen til rapporten ga ikke noe svar."
        return Failed(at.cell or None, at.source, reason, log_of(self._setup.staging))

    def run(self, work: Any, timeout: float | None, each: Callable[[], float | None] | None = None) -> Iterator[Any]:
        """What a child sends, message by message.

        Parameters
        ----------
        timeout : seconds for all of it. each : how long the next message may take, asked anew for every message.

        Raises
        ------
        TimeoutError
            when the child was ended because of the time. Lost where it ended otherwise. CannotFork as `make`.
        """
        self._await_ready()
        with self._lock:
            number = next(self._numbers)
            box = self._boxes[number] = queue.SimpleQueue()
        try:
            self._order("make", number, pickle.dumps(work, protocol=5))
            yield from self._messages(number, box, timeout, each)
        finally:
            if number in self._boxes:
                self._order("kill", number, b"")
            self._boxes.pop(number, None)

    def kill(self) -> None:
        """End it and all of its children, now."""
        with contextlib.suppress(OSError):
            self._orders.close()
        self.process.kill()
        self.process.wait()
        kill_marked(self._setup.mark)
        self._reader.join(5)

    def end(self) -> None:
        """Let it end by itself when it has nothing to do; kill what is left."""
        with contextlib.suppress(OSError, ValueError):
            self._orders.send(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.kill()

    def _messages(
        self, number: int, box: queue.SimpleQueue[Any], timeout: float | None, each: Callable[[], float | None] | None
    ) -> Iterator[Any]:
        deadline = None if timeout is None else time.monotonic() + timeout
        buffer = bytearray()
        while True:
            try:
                message = box.get(timeout=_left(deadline, each() if each else None))
            except queue.Empty:
                self._order("kill", number, b"")
                raise TimeoutError from None
            if message is _GONE:
                self._boxes.pop(number, None)
                raise NurseryGone(_death(self.process.wait(5), "Prosessen som lager rapportene"))
            if isinstance(message, Ended):
                self._boxes.pop(number, None)
                if message.code:
                    raise Lost(_death(message.code, "Prosessen til rapporten"))
                return
            buffer += message.data
            yield from received(buffer)

    def _order(self, what: str, number: int, data: bytes) -> None:
        with contextlib.suppress(OSError, ValueError), self._lock:  # gone already: told by the reading thread
            self._orders.send((what, number, data))

    def _await_ready(self) -> None:
        if not self._ready.wait(START):
            self.kill()
            raise NurseryGone(f"Prosessen som lager rapportene, var ikke klar etter {START:.0f} sekunder.")
        if self._refusal:
            raise CannotFork(self._refusal)

    def _read(self) -> None:
        try:
            while True:
                message = self._answers.recv()
                if isinstance(message, Hatched):
                    self._refusal = message.refusal
                    self._ready.set()
                elif (box := self._boxes.get(message.number)) is not None:
                    box.put(message)
        except (EOFError, OSError):
            pass
        with self._lock:
            boxes = list(self._boxes.values())
            self._boxes = _Closed()
        for box in boxes:
            box.put(_GONE)
        self._ready.set()


class _Closed(dict[int, Any]):
    """The boxes of a nursery that is gone: whoever puts one up is told at once."""

    def __setitem__(self, number: int, box: queue.SimpleQueue[Any]) -> None:
        super().__setitem__(number, box)
        box.put(_GONE)


def _start(setup: Setup, own_surroundings: bool) -> tuple[subprocess.Popen[bytes], Connection, Connection]:
    """The process in a session of its own (Ctrl-C is not for it), and the two pipes to it."""
    theirs, ours = os.pipe(), os.pipe()
    surroundings = {**os.environ, **(environment(setup) if own_surroundings else AT_START)}
    surroundings.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    program = "from helpers.batch.nurse import main; main()"  # not -m: its classes are known by the module's name
    command = [sys.executable, "-P", "-c", program, str(theirs[0]), str(ours[1])]
    try:
        process = subprocess.Popen(
            command,
            pass_fds=(theirs[0], ours[1]),
            env=surroundings,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(theirs[0])
        os.close(ours[1])
    return process, Connection(theirs[1], readable=False), Connection(ours[0], writable=False)


def _left(deadline: float | None, each: float | None) -> float | None:
    whole = None if deadline is None else max(0.0, deadline - time.monotonic())
    return min((left for left in (whole, each) if left is not None), default=None)


def _death(code: int, who: str) -> str:
    if code < 0:
        return f"{who} ble drept (signal {-code}). Det skjer oftest når minnet tar slutt."
    return f"{who} stoppet (kode {code})."
