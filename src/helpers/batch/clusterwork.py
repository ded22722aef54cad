"""What runs on the workers of a cluster: a nursery for each, in a workspace that is unpacked once."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from distributed import Worker as DaskWorker
from distributed import WorkerPlugin, get_worker

from helpers.batch.bundle import Bundle, package_digest, unpack
from helpers.batch.messages import Done, Failed, Setup, Task
from helpers.batch.pool import Maker, Post, Worker
from helpers.batch.shared import write
from helpers.errors import reason
from helpers.pages.reports import lineage_name


@dataclass(frozen=True)
class Order:
    """A report of a plan: its number there, its notebook's name below the workspace, and the folder of its page."""

    number: int
    notebook: str
    slug: str
    task: Task


class Nurseries(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """Unpacks the workspace and keeps a nursery, started with the first report and again whenever it is gone."""

    def __init__(self, name: str, bundle: Bundle, package: str, asked: Setup, fresh: bool) -> None:
        self.name = name
        self._bundle = bundle
        self._package = package
        self._asked = asked
        self._fresh = fresh

    def setup(self, worker: DaskWorker) -> None:
        """Once per worker; a package that differs is told with the first report, not here, where nobody reads it."""
        self.differs = package_digest() != self._package
        self._local = Path(tempfile.mkdtemp(prefix="kommunerapport-"))
        self.root = unpack(self._bundle, Path(tempfile.gettempdir()) / f"kommunerapport-workspaces-{_user()}")
        self.post = Post(self._start)

    def teardown(self, worker: DaskWorker) -> None:
        """The nursery ends with the worker."""
        self.post.stop()
        shutil.rmtree(self._local, ignore_errors=True)

    def _start(self) -> Maker:
        from helpers.batch.nursery import Nursery, can_fork

        mark = uuid.uuid4().hex
        setup = replace(self._asked, root=self.root, staging=self._local / mark, mark=mark)
        return Worker(setup) if self._fresh or not can_fork() else Nursery(setup)


def make(plugin: str, orders: Sequence[Order], timeout: float, shared: str | None) -> list[tuple[int, Done | Failed]]:
    """The pages of a group of reports, one after another."""
    nurseries: Nurseries = get_worker().plugins[plugin]
    return [(order.number, _page(nurseries, order, timeout, shared)) for order in orders]


def _page(plugin: Nurseries, order: Order, timeout: float, shared: str | None) -> Done | Failed:
    from helpers.batch.nursery import NurseryGone

    if plugin.differs:
        return Failed(
            None, "", "Arbeideren har en annen utgave av kommunerapport enn du. Installer den samme på alle maskiner."
        )
    task = replace(order.task, notebook=plugin.root / order.notebook)
    for _ in range(2):  # once more where the nursery was killed: this report may not be the one to blame
        try:
            maker = plugin.post.get()
        except AssertionError:  # multiprocessing's, of a process that may have no children
            return Failed(None, "", "Arbeideren kan ikke starte vanlige kjerner. Start den med --no-nanny.")
        if maker is None:
            return Failed(None, "", "Avbrutt.")
        try:
            made = maker.make(task, timeout)
        except NurseryGone as gone:
            made = Failed(None, "", str(gone))
            continue
        break
    if isinstance(made, Done) and shared:
        try:
            if made.lineage:
                write(shared, f"{order.slug}/{lineage_name(made.page.theme)}", made.lineage)
            write(shared, f"{order.slug}/{made.page.file}", made.html)
        except Exception as error:  # whatever kind of store it is
            said = reason(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            return Failed(None, "", f"Kan ikke skrive siden til {shared}. {said}.", cost=made.cost)
        return replace(made, html="", lineage="")
    return made


def _user() -> str:
    import getpass

    return getpass.getuser()
