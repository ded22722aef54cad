"""The same plan on a Dask cluster: groups of reports go out as tasks, finished pages come back, or go to a shared folder.

Nothing distributed is written here: Dask sends a lost worker's tasks elsewhere. What is ours is that each report counts once.
"""

from __future__ import annotations

import contextlib
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

GROUP = 20  # reports in a task, at most: a second or ten of work for a millisecond of Dask's
PER_WORKER = 4  # tasks for each worker, at least, so that none is idle for long at the end
PATIENCE = 10  # seconds to find the scheduler and its workers in
RETRIES = 3
LOCAL = "local"


class ClusterError(KommunerapportError):
    """The cluster cannot be used."""


def groups(jobs: Sequence[Any], workers: int) -> list[list[Any]]:
    """The jobs in groups, in their order: as many tasks as keep all workers busy to the end."""
    size = max(1, min(GROUP, len(jobs) // (PER_WORKER * max(1, workers))))
    return [list(jobs[at : at + size]) for at in range(0, len(jobs), size)]


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
        self._stopping = False
        self._left = set(range(len(self._jobs)))
        self._lock = threading.Lock()
        self._open = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)

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
        self._workers = self._count(self._client)
        self._send()
        self._thread.start()

    def stop(self) -> None:
        """Cancel what is queued, and end what was started here."""
        self._stopping = True
        with contextlib.suppress(Exception):
            self._client.cancel(self._futures, force=True)
        with contextlib.suppress(Exception):
            self._client.unregister_worker_plugin("kommunerapport")
        with contextlib.suppress(Exception):
            self._open.close()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def _connect(self, distributed: Any) -> Any:
        import dask

        if self._address == LOCAL:
            silent = {"distributed.worker.daemon": True, "distributed.admin.log-format": "%(message)s"}
            with dask.config.set(silent):
                cluster = distributed.LocalCluster(
                    n_workers=self._slots, threads_per_worker=1, processes=True, host="127.0.0.1",
                    dashboard_address=None, memory_limit=0, silence_logs=50, local_directory=str(self._setup.staging),
                )  # fmt: skip
            self._open.callback(cluster.close, timeout=PATIENCE)
            return distributed.Client(cluster)
        try:
            return distributed.Client(self._address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"Når ikke Dask-planleggeren på {self._address}. Kjører den, og er adressen riktig? ({error})"
            ) from None

    def _count(self, client: Any) -> int:
        with contextlib.suppress(TimeoutError):
            client.wait_for_workers(1, timeout=PATIENCE)
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise ClusterError(
                f"Dask-planleggeren på {self._address} har ingen arbeidere. Start dem: dask worker {self._address} --nthreads 1"
            )
        if any(worker["nthreads"] > 1 for worker in workers.values()):
            raise ClusterError("Dask-arbeiderne må ha én tråd hver. Start dem med --nthreads 1.")
        return len(workers)

    def _send(self) -> None:
        from helpers.batch import clusterwork

        packed = bundle.pack(Workspace(self._setup.root), self._jobs)
        plugin = clusterwork.Nurseries(packed, bundle.package_digest(), self._setup.memory, self._fresh)
        self._client.register_plugin(plugin)
        orders = [
            clusterwork.Order(number, _below(self._setup.root, job.notebook.path), job.place.slug, job.task())
            for number, job in enumerate(self._jobs)
        ]
        self._futures = [
            self._client.submit(
                clusterwork.make,
                group,
                self._timeout,
                self._shared,
                key=f"{self._setup.mark}-{at}",
                pure=False,
                retries=RETRIES,
            )
            for at, group in enumerate(groups(orders, self._workers))
        ]

    def _run(self) -> None:
        from distributed import as_completed

        try:
            for future in as_completed(self._futures, raise_errors=False):
                if self._stopping:
                    return
                if future.status == "finished":
                    self._settle(future.result())
                future.release()
        except Exception as error:  # the scheduler is gone: nobody may wait for a result
            self._give_up(f"Forbindelsen til Dask ble brutt: {type(error).__name__}: {error}")
        self._give_up("Arbeideren som laget siden, forsvant hver gang den ble prøvd.")

    def _settle(self, made: Iterable[tuple[int, Any]]) -> None:
        """The first result of a report counts; a second one, of a worker that was given up too early, does not."""
        for number, outcome in made:
            with self._lock:
                new = number in self._left
                self._left.discard(number)
            if new:
                self.results.put(Result(self._jobs[number], outcome))

    def _give_up(self, reason: str) -> None:
        if not self._stopping:
            self._settle([(number, Failed(None, "", reason)) for number in sorted(self._left)])


def _below(root: Path, path: Path) -> str:
    return path.resolve().relative_to(root.resolve()).as_posix()
