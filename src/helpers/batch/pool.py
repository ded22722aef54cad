"""Slots that make reports side by side: each a thread that hands one report after another to a process.

With the engine `forked` they share one nursery, which forks a child per report; with `fresh` each has a worker of its own, which
starts an ordinary kernel per report. A process that dies, or that is killed because its report took too long, takes only
that report with it: another one is started.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Literal, Protocol

from helpers.batch import worker
from helpers.batch.messages import Done, Failed, Message, Ready, Running, Setup, Task
from helpers.batch.nursery import CannotFork, Nursery, NurseryGone, can_fork
from helpers.batch.surroundings import descendants, kill, kill_marked, log_of

if TYPE_CHECKING:
    from helpers.batch.plan import Job

Engine = Literal["forked", "fresh"]
_context = multiprocessing.get_context("spawn")  # forking a process that has threads is not safe


def default_engine() -> Engine:
    """`forked` where that is possible."""
    return "forked" if can_fork() else "fresh"


@dataclass(frozen=True)
class Result:
    """What came of a job."""

    job: Job
    outcome: Done | Failed


Results = queue.SimpleQueue[Result]


class Maker(Protocol):
    """A process that makes pages, or the handle to one."""

    @property
    def alive(self) -> bool:
        """Whether it can take another report."""

    def make(self, task: Task, timeout: float) -> Done | Failed:
        """The page of a task, or why there is none."""

    def kill(self) -> None:
        """End it and everything that it started."""

    def end(self) -> None:
        """Let it end by itself; kill what is left."""


class Pool:
    """`slots` reports at a time; `results` gets one `Result` for each job."""

    def __init__(
        self, jobs: Sequence[Job], slots: int, timeout: float, setup: Setup, engine: Engine | None = None
    ) -> None:
        self.results: Results = queue.SimpleQueue()
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            waiting.put(job)
        own = [_of_its_own(setup, f"slot-{number}") for number in range(min(slots, len(jobs)))]
        fresh = [Post(lambda each=each: Worker(each)) for each in own]  # type: ignore[misc]
        nursery = _of_its_own(setup, "nursery")
        shared = Post(lambda: Nursery(nursery)) if (engine or default_engine()) == "forked" else None
        self._slots = [Slot(each.mark, shared, post, waiting, self.results, timeout) for each, post in zip(own, fresh)]
        self._posts = [*fresh, *([shared] if shared else [])]

    def start(self) -> None:
        """Start the slots; returns at once."""
        for slot in self._slots:
            slot.start()

    def stop(self) -> None:
        """End every process, whatever it is doing."""
        for post in self._posts:
            post.stop()
        for slot in self._slots:
            slot.join()


def _of_its_own(setup: Setup, name: str) -> Setup:
    return replace(setup, staging=setup.staging / name, mark=f"{setup.mark}-{name}")


class Post:
    """Where a maker stands: another one is put there when it is gone, until told to stop."""

    def __init__(self, start: Callable[[], Maker]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._maker: Maker | None = None
        self.stopping = False

    def get(self) -> Maker | None:
        """The maker; None when told to stop.

        Raises
        ------
        CannotFork
            where it is one that forks, and that cannot be done.
        """
        with self._lock:
            if self.stopping:
                return None
            if self._maker is not None and not self._maker.alive:
                self._maker.kill()
                self._maker = None
            if self._maker is None:
                self._maker = self._start()
            return self._maker

    def stop(self) -> None:
        """End the maker now, and start no other."""
        with self._lock:
            self.stopping = True
            if self._maker is not None:
                self._maker.kill()
                self._maker = None

    def end(self) -> None:
        """Let the maker end by itself: there is nothing more to do."""
        with self._lock:
            maker, self._maker = self._maker, None
        if maker is not None:
            maker.end()


class Slot(threading.Thread):
    """One report at a time: in the shared nursery where there is one, else by a worker of its own."""

    def __init__(
        self, name: str, shared: Post | None, own: Post,
        jobs: queue.SimpleQueue[Job], results: Results, timeout: float,
    ) -> None:  # fmt: skip
        super().__init__(name=name, daemon=True)
        self._shared = shared
        self._own = own
        self._jobs = jobs
        self._results = results
        self._timeout = timeout

    def run(self) -> None:
        """Take jobs until there are none, or until told to stop."""
        if hasattr(signal, "pthread_sigmask"):  # processes inherit it: Ctrl-C is for the main thread alone
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while not self._own.stopping:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            try:
                outcome = self._make(job.task())
            except Exception as error:  # nothing may keep the run waiting for a result
                outcome = Failed(None, "", f"{type(error).__name__}: {error}")
            self._results.put(Result(job, outcome))
        self._own.end()

    def _make(self, task: Task) -> Done | Failed:
        if self._shared is not None:
            try:
                return self._by(self._shared, task)
            except CannotFork:
                self._shared = None
            except NurseryGone:  # killed, perhaps by another report: once more, where nobody can take it along
                outcome = self._by(self._own, task)
                self._own.end()
                return outcome
        return self._by(self._own, task)

    def _by(self, post: Post, task: Task) -> Done | Failed:
        maker = post.get()
        return maker.make(task, self._timeout) if maker is not None else Failed(None, "", "Avbrutt.")


class Worker:
    """A process that makes reports on ordinary kernels, and the two pipes to it."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        task_end, self._tasks = _context.Pipe(duplex=False)
        self._messages, message_end = _context.Pipe(duplex=False)
        self.process: SpawnProcess = _context.Process(
            target=worker.main, args=(task_end, message_end, setup), name=setup.mark, daemon=True
        )
        self.process.start()
        task_end.close()  # the worker has its own; with ours closed, its death is the pipe's end
        message_end.close()

    @property
    def alive(self) -> bool:
        """Whether it can take another report."""
        return self.process.is_alive()

    def make(self, task: Task, timeout: float) -> Done | Failed:
        """The page of a task, or why there is none."""
        with contextlib.suppress(OSError):  # dead already: told below
            self._tasks.send(task)
        deadline = time.monotonic() + timeout
        at = Running(0, "")
        while True:
            left = max(0.0, deadline - time.monotonic())
            if not wait([self._messages, self.process.sentinel], left):
                self.kill()
                return self._lost(at, f"Rapporten brukte mer enn {timeout:.0f} sekunder og ble stoppet.")
            message = _received(self._messages)
            if message is None:
                self.process.join(5)
                return self._lost(at, self._death())
            if isinstance(message, Running):
                at = message
            elif isinstance(message, Ready):
                deadline = time.monotonic() + timeout
            else:
                return message

    def kill(self) -> None:
        """End the worker and everything that it started."""
        tree = descendants(self.process.pid)
        self.process.kill()
        self.process.join()
        kill(tree)
        kill_marked(self._setup.mark)

    def end(self) -> None:
        """Let it end by itself when it has nothing to do; kill what is left."""
        with contextlib.suppress(OSError):
            self._tasks.send(None)
        self.process.join(5)
        self.kill()

    def _lost(self, at: Running, reason: str) -> Failed:
        return Failed(at.cell or None, at.source, reason, log_of(self._setup.staging))

    def _death(self) -> str:
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"Arbeidsprosessen ble drept (signal {-code}). Det skjer oftest når minnet tar slutt."
        return f"Arbeidsprosessen stoppet (kode {code})."


def _received(messages: Connection) -> Message | None:
    """The next message, or None where the worker is gone without one."""
    try:
        return messages.recv() if messages.poll() else None
    except (EOFError, OSError):
        return None
