"""Slots that make reports side by side: each a thread that hands one report after another to a worker process of its own.

A worker that dies, or that is killed because its report took too long, takes only that report with it: the slot starts
another one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil

from helpers.batch import worker
from helpers.batch.plan import Job
from helpers.batch.worker import Done, Failed, Ready, Running, Setup, Task

_context = multiprocessing.get_context("spawn")  # forking a process that has threads is not safe


@dataclass(frozen=True)
class Result:
    """What came of a job."""

    job: Job
    outcome: Done | Failed


class Pool:
    """`slots` reports at a time; `results` gets one `Result` for each job."""

    def __init__(self, jobs: Sequence[Job], slots: int, timeout: float, setup: Setup) -> None:
        self.results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            self._waiting.put(job)
        names = [f"slot-{number}" for number in range(min(slots, len(jobs)))]
        setups = [replace(setup, staging=setup.staging / name, mark=f"{setup.mark}-{name}") for name in names]
        self._slots = [Slot(each, self._waiting, self.results, timeout) for each in setups]

    def start(self) -> None:
        """Start the workers; returns at once."""
        for slot in self._slots:
            slot.start()

    def stop(self) -> None:
        """End every worker and every kernel, whatever they are doing."""
        for slot in self._slots:
            slot.stop()
        for slot in self._slots:
            slot.join()


class Slot(threading.Thread):
    """One report at a time."""

    def __init__(
        self, setup: Setup, jobs: queue.SimpleQueue[Job], results: queue.SimpleQueue[Result], timeout: float
    ) -> None:
        super().__init__(name=setup.mark, daemon=True)
        self._setup = setup
        self._jobs = jobs
        self._results = results
        self._timeout = timeout
        self._lock = threading.Lock()  # held while a worker is started or the slot is told to stop
        self._stopping = False
        self._worker: Worker | None = None

    def run(self) -> None:
        """Take jobs until there are none, or until told to stop."""
        if hasattr(signal, "pthread_sigmask"):  # workers inherit it: Ctrl-C is for the main thread alone
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while not self._stopping:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            try:
                outcome = self._make(job)
            except Exception as error:  # nothing may keep the run waiting for a result
                outcome = Failed(None, "", f"{type(error).__name__}: {error}")
            self._results.put(Result(job, outcome))
        self._end_worker()

    def stop(self) -> None:
        """End the worker now."""
        with self._lock:
            self._stopping = True
            if self._worker is not None:
                self._worker.kill()

    def _make(self, job: Job) -> Done | Failed:
        with self._lock:
            if self._stopping:
                return Failed(None, "", "Avbrutt.")
            if self._worker is None:
                self._worker = Worker(self._setup)
            current = self._worker
        outcome = current.make(job, self._timeout)
        if not current.alive:
            current.kill()
            self._worker = None
        return outcome

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.end()


class Worker:
    """A worker process and the two pipes to it."""

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

    def make(self, job: Job, timeout: float) -> Done | Failed:
        """The page of a job, or why there is none."""
        task = Task(job.notebook.path, job.values(), job.notebook.injected_after)
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
        tree = _descendants(self.process.pid)
        self.process.kill()
        self.process.join()
        _kill([*tree, *_marked(self._setup.mark)])

    def end(self) -> None:
        """Let it end by itself when it has nothing to do; kill what is left."""
        with contextlib.suppress(OSError):
            self._tasks.send(None)
        self.process.join(5)
        self.kill()

    def _lost(self, at: Running, reason: str) -> Failed:
        return Failed(at.cell or None, at.source, reason, _tail(self._setup.staging / worker.LOG))

    def _death(self) -> str:
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"Arbeidsprosessen ble drept (signal {-code}). Det skjer oftest når minnet tar slutt."
        return f"Arbeidsprosessen stoppet (kode {code})."


def _received(messages: Connection) -> worker.Message | None:
    """The next message, or None where the worker is gone without one."""
    try:
        return messages.recv() if messages.poll() else None
    except (EOFError, OSError):
        return None


def _descendants(pid: int | None) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True) if pid is not None else []
    except psutil.NoSuchProcess:
        return []


def _marked(mark: str) -> list[psutil.Process]:
    """Processes that carry a slot's mark: kernels whose worker died, and what they left running."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(worker.MARK_VARIABLE) == mark:
                found.append(process)
    return found


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def _tail(log: Path, lines: int = 20) -> str:
    try:
        return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
