"""What passes between a run and the processes that make its reports."""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.pages.reports import PageData

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True)
class Setup:
    """Where a worker works: the workspace, a folder of its own for what is temporary, and the mark of its processes.

    `memory` is the most that a report may allocate, in MB beyond what all reports share; None: no limit. `rehearse` are the themes
    that a nursery makes something of before the first report, in the `language` of the pages.
    """

    root: Path
    staging: Path
    mark: str
    memory: int | None = None
    rehearse: tuple[str, ...] = ()
    language: str = "nb"


@dataclass(frozen=True)
class Task:
    """A notebook to run and the parameters to inject; papermill adds a cell after number `injected_after`.

    `tables` are those that the notebook declares, `key` is what its page is known by.
    """

    notebook: Path
    parameters: dict[str, str]
    injected_after: int
    tables: tuple[str, ...] = ()
    key: str = ""

    def cell(self, executed: int) -> int:
        """The number in the notebook's file of the cell that is number `executed` when it runs."""
        return executed if executed <= self.injected_after else executed - 1


@dataclass(frozen=True)
class Ready:
    """The worker has imported what it needs."""


@dataclass(frozen=True)
class Running:
    """A cell has begun: its number in the notebook's file, and what stands in it."""

    cell: int
    source: str


@dataclass(frozen=True)
class Cost:
    """What a report took: seconds, the most memory that its process held, and what of it was its own at the end (MB).

    `private` is None where the system does not tell.
    """

    seconds: float
    peak: float
    private: float | None = None


@dataclass(frozen=True)
class Done:
    """A page, what it says of itself, and where its numbers come from (`pages.lineage`)."""

    page: PageData
    html: str
    cost: Cost | None = None
    lineage: str = ""


@dataclass(frozen=True)
class Failed:
    """Why there is no page: the cell (None where no cell is to blame), the error's last lines, and all of it."""

    cell: int | None
    source: str
    error: str
    trace: str = ""
    cost: Cost | None = None


Message = Ready | Running | Done | Failed


@dataclass(frozen=True)
class Cells:
    """A notebook to execute for papermill's own command: its JSON, the folder to run in, and traits of nbclient."""

    notebook: str
    folder: str
    traits: dict[str, Any]


@dataclass(frozen=True)
class CellBegan:
    """The cell with this index runs now."""

    index: int


@dataclass(frozen=True)
class CellEnded:
    """The cell with this index as JSON, and whether it failed."""

    index: int
    cell: str
    failed: bool


@dataclass(frozen=True)
class Executed:
    """The notebook as JSON after its last cell; `error` where the machinery itself failed."""

    notebook: str
    error: str = ""


@dataclass(frozen=True)
class Hatched:
    """The nursery may fork (`refusal` is empty), or why it may not."""

    refusal: str = ""


@dataclass(frozen=True)
class Piece:
    """Bytes that child number `number` has written."""

    number: int
    data: bytes


@dataclass(frozen=True)
class Ended:
    """Child number `number` is gone: its exit code, negative for a signal."""

    number: int
    code: int


def send(pipe: int, message: Any) -> None:
    """Write a message to a pipe, its length first."""
    data = pickle.dumps(message, protocol=5)
    left = memoryview(_LENGTH.pack(len(data)) + data)
    while left:
        left = left[os.write(pipe, left) :]


def received(buffer: bytearray) -> Iterator[Any]:
    """The whole messages at the head of what has been read; they are taken off it."""
    while len(buffer) >= _LENGTH.size:
        (size,) = _LENGTH.unpack_from(buffer)
        end = _LENGTH.size + size
        if len(buffer) < end:
            return
        message = pickle.loads(buffer[_LENGTH.size : end])  # noqa: S301  # from our own child
        del buffer[:end]
        yield message
