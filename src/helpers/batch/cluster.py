"""The same plan on a Dask cluster: groups of reports go out as tasks, finished pages come back, or go to a shared folder.

Nothing distributed is written here: Dask sends a lost worker's tasks elsewhere. What is ours is that each report counts once.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import queue
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from helpers.batch import bundle
from helpers.batch.messages import Failed, Setup
from helpers.batch.plan import Job
from helpers.batch.pool import Result, Results
from helpers.errors import KommunerapportError
from helpers.workspace import Workspace

GROUP = 20  # reports in a task, at most: some seconds of work for a millisecond of Dask's
PER_WORKER = 4  # tasks that wait for each worker; what is left is shared out in so many for each
PATIENCE = 10  # seconds to find the scheduler and its workers in
DESERTED = 120  # seconds without any worker, after which the rest is given up
RETRIES = 3
UNDONE = ("lost", "pending")  # of a finished task whose worker died before its result was fetched: Dask does it again
LOCAL = "local"


class ClusterError(KommunerapportError):
    """The cluster cannot be used."""


def groups(jobs: Sequence[Any], workers: int) -> list[list[Any]]:
    """The jobs in groups, in their order: large ones first, and ever smaller ones, so that all workers are busy to the end."""
    found, at = [], 0
    while at < len(jobs):
        size = max(1, min(GROUP, (len(jobs) - at) // (PER_WORKER * max(1, workers))))
        found.append(list(jobs[at : at + size]))
        at += size
    return found


class ClusterPool:
    """Reports on the workers of a cluster; `results` gets one `Result` for each job.

    Parameters
    ----------
    address : of the scheduler, ``tcp://host:8786``; ``local`` starts a cluster of `slots` workers here, on loopback.
    shared : the folder that workers put pages into (an fsspec URL); None: pages come back.
    """

    def __init__(
        self, jobs: Sequence[Job], timeout: float, setup: Setup, address: str, shared: str | None = None,
        slots: int = 2, engine: str | None = None,
    ) -> None:  # fmt: skip
        self.results: Results = queue.SimpleQueue()
        self._jobs = list(jobs)
        self._timeout = timeout
        self._setup = setup
        self._address = address
        self._shared = shared
        self._slots = slots
        self._fresh = engine == "fresh"
        self._left = set(range(len(self._jobs)))
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._open = contextlib.ExitStack()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._run, self._watch)]

    def start(self) -> None:
        """Reach the cluster and send the plan.

        Raises
        ------
        ClusterError
            where Dask is not installed, or where the scheduler or its workers cannot be reached.
        """
        try:
            import distributed
        except ImportError:
            raise ClusterError('Dask er ikke installert. Kjør .venv/bin/pip install -e ".[cluster]".') from None
        self._client = self._connect(distributed)
        self._open.callback(self._client.close)
        self._workers = self._count()
        self._check()
        self._prepare()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Cancel what is queued, and end what was started here."""
        self._over.set()
        with contextlib.suppress(Exception):
            self._client.unregister_worker_plugin(self._plugin)
        with contextlib.suppress(Exception):
            self._open.close()  # with the client go its tasks
        for thread in self._threads:
            if thread.is_alive():
                thread.join(PATIENCE)

    def _connect(self, distributed: Any) -> Any:
        import dask

        if self._address == LOCAL:
            settings = {
                "distributed.worker.daemon": False,  # else they may start no worker of ours
                "distributed.scheduler.allowed-failures": 1,
            }
            with dask.config.set(settings):
                cluster = distributed.LocalCluster(
                    n_workers=self._slots, threads_per_worker=1, processes=True, host="127.0.0.1",
                    dashboard_address="127.0.0.1:0", memory_limit=0, silence_logs=50, local_directory=str(self._setup.staging),
                )  # fmt: skip
            self._open.callback(cluster.close, timeout=PATIENCE)
            return distributed.Client(cluster)
        try:
            return distributed.Client(self._address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"Når ikke Dask-planleggeren på {self._address}. Kjører den, og er adressen riktig? ({error})"
            ) from None

    def _count(self) -> int:
        with contextlib.suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=PATIENCE)
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise ClusterError(
                f"Dask-planleggeren på {self._address} har ingen arbeidere. Start dem: dask worker {self._address} --nthreads 1"
            )
        if any(worker["nthreads"] > 1 for worker in workers.values()):
            raise ClusterError("Dask-arbeiderne må ha én tråd hver. Start dem med --nthreads 1.")
        return len(workers)

    def _check(self) -> None:
        """Client and workers must have the same package."""
        ours, same = bundle.package_digest(), "Installer den samme utgaven på alle maskiner."
        try:
            theirs = set(self._client.run(bundle.package_digest).values())
        except Exception as error:  # a worker that lacks it cannot even read the question
            raise ClusterError(f"Arbeiderne kan ikke bruke kommunerapport: {error}. {same}") from None
        if others := sorted(each[:12] for each in theirs - {ours}):
            raise ClusterError(
                f"Arbeiderne har en annen utgave av kommunerapport ({', '.join(others)}) enn du ({ours[:12]}). {same}"
            )

    def _prepare(self) -> None:
        """Send the workspace to every worker, also to those that come later."""
        from helpers.batch import clusterwork

        packed = bundle.pack(Workspace(self._setup.root), self._jobs)
        self._plugin = f"kommunerapport-{self._setup.mark}"
        plugin = clusterwork.Nurseries(self._plugin, packed, bundle.package_digest(), self._setup, self._fresh)
        self._client.register_plugin(plugin)
        self._orders = [
            clusterwork.Order(number, _below(self._setup.root, job.notebook.path), job.place.slug, job.task())
            for number, job in enumerate(self._jobs)
        ]

    def _submit(self, group: Sequence[Any]) -> Any:
        from helpers.batch import clusterwork

        return self._client.submit(
            clusterwork.make, self._plugin, group, self._timeout, self._shared, pure=False, retries=RETRIES
        )

    def _run(self) -> None:
        """A few tasks for each worker at a time, so that neither tasks nor pages pile up; what was lost with a worker comes last, alone."""
        from distributed import as_completed

        waiting = iter(groups(self._orders, self._workers))
        suspects: collections.deque[list[Any]] = collections.deque()
        sent: dict[Any, tuple[list[Any], bool]] = {}
        coming = as_completed(raise_errors=False)

        def send(ready: Iterable[list[Any]], alone: bool) -> None:
            for group in ready:
                future = self._submit(group)
                sent[future] = (group, alone)
                coming.add(future)

        try:
            send(itertools.islice(waiting, PER_WORKER * self._workers), False)
            while sent:
                future = next(coming)
                if self._over.is_set():
                    return
                if future.status in UNDONE:
                    coming.add(future)
                    continue
                suspects.extend(self._take(future, *sent.pop(future)))
                send(itertools.islice(waiting, 1), False)
                if not sent and suspects:
                    send([suspects.popleft()], True)
        except Exception as error:  # the scheduler is gone: nobody may wait for a result
            self._give_up(self._left, f"Forbindelsen til Dask ble brutt: {type(error).__name__}: {error}")

    def _take(self, future: Any, group: list[Any], alone: bool) -> list[list[Any]]:
        """The results of a task; of one that was lost, its reports, to be tried alone: any of those that ran beside it may be to blame."""
        if future.status == "finished":
            self._settle(future.result())
        elif not alone:
            return [[order] for order in group]
        else:
            error = future.exception() if future.status == "error" else future.status
            self._give_up([group[0].number], f"Arbeideren som laget siden, forsvant eller feilet: {error}")
        return []

    def _watch(self) -> None:
        """Where every worker is gone and none comes back, the rest is given up."""
        deserted = 0
        while not self._over.wait(PATIENCE):
            with contextlib.suppress(Exception):
                deserted = 0 if self._client.scheduler_info(n_workers=1)["workers"] else deserted + PATIENCE
            if deserted >= DESERTED:
                self._give_up(self._left, f"Dask-klyngen har ikke hatt noen arbeidere på {DESERTED} sekunder.")

    def _settle(self, made: Iterable[tuple[int, Any]]) -> None:
        """The first result of a report counts; a second one, of a worker that was given up too early, does not."""
        for number, outcome in made:
            with self._lock:
                new = number in self._left
                self._left.discard(number)
            if new:
                self.results.put(Result(self._jobs[number], outcome))

    def _give_up(self, numbers: Iterable[int], reason: str) -> None:
        if not self._over.is_set():
            self._settle([(number, Failed(None, "", reason)) for number in sorted(numbers)])


def _below(root: Path, path: Path) -> str:
    if not path.is_relative_to(root):
        raise ClusterError(f"{path} ligger utenfor {root}, og kan ikke sendes til klyngen.")
    return path.relative_to(root).as_posix()
