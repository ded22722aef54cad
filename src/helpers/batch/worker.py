"""The process that makes reports on ordinary kernels, one after another: where processes cannot be forked, or where that is asked for.

It is started once per slot and has papermill and the exporter imported. It never writes to the reports' folder: the finished
page goes back to the process that started it.
"""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path

from helpers.batch.making import maker
from helpers.batch.messages import Ready, Setup
from helpers.batch.surroundings import end_all, kill_children, limit_memory, settle

_SOCKET_PATH = 100  # the path of a socket is short
_KERNEL = 500  # MB that a kernel and its imports take before the notebook has done anything


def main(inbox: Connection, outbox: Connection, setup: Setup) -> None:
    """Work until the inbox says None or the parent is gone."""
    _be_deaf()
    settle(setup)
    threading.Thread(target=_watch_parent, args=(setup.staging,), daemon=True).start()
    from traitlets.config import Config

    config = Config({"KernelManager": _transport(setup.staging)})
    make = maker(outbox.send, config=config, shutdown_kernel="immediate")
    if setup.memory is not None:
        limit_memory(setup.memory + _KERNEL)
    outbox.send(Ready())
    try:
        while (task := inbox.recv()) is not None:
            outbox.send(make(task))
            kill_children()
    except (EOFError, OSError):  # the parent is gone; the watching thread sees to the rest
        end_all(setup.staging)


def _be_deaf() -> None:
    """To Ctrl-C, that is: the parent decides."""
    signal.signal(signal.SIGINT, lambda *_: None)  # a function, not SIG_IGN, which kernels would inherit
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _transport(staging: Path) -> dict[str, str]:
    """Sockets in files: no race for ports, and no open port. Where the path would be too long for one: TCP."""
    sockets = staging / "kernel"  # absolute, since kernels run in the notebook's folder
    if os.name == "posix" and len(str(sockets)) < _SOCKET_PATH:
        return {"transport": "ipc", "ip": str(sockets)}
    return {"transport": "tcp"}


def _watch_parent(staging: Path) -> None:
    """When the parent is gone, however it went: no kernel stays, and nothing temporary."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        end_all(staging)
