"""Cells run in the process itself, as an ordinary kernel would run them.

The kernel's own shell does the work and nbclient takes its messages; only the sockets between them are gone. What
subprocesses print is caught where they print it, at the file descriptors. Not as in a kernel: widgets have nobody to speak to,
and the start-up files of a user's profile are not run.
"""

from __future__ import annotations

import asyncio
import builtins
import collections
import getpass
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from traitlets.config import Config

FLUSH_AFTER = 0.2  # seconds that a kernel lets what is printed wait
MOST_PRINTED = 50_000_000  # characters
_NOWHERE = object()  # stands for the socket
Message = dict[str, Any]


class TooMuchOutput(BaseException):
    """A cell prints without end. Not an Exception, so that the cell itself does not catch it."""


class Wire(Session):  # type: ignore[misc]  # jupyter_client is not checked
    """Keeps each message for `nbclient` instead of sending it."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.sent: collections.deque[Message] = collections.deque()
        self.asked: Message = {}  # the header of the request that is being answered

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
        """Keep a message. Those of widgets have nobody to go to."""
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content=content)
        if not message["msg_type"].startswith("comm"):
            content = self.unpack(self.pack(message["content"]))  # as it comes out at the other end of a socket
            self.sent.append({**message, "content": content, "parent_header": self.asked})
        return message


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a cell: what is written waits as long as a kernel lets it wait.

    `caught` is the file that the descriptor's own output goes to: that of subprocesses and of libraries in C.
    """

    encoding = "utf-8"

    def __init__(self, name: str, number: int, wire: Wire) -> None:
        self.name = name
        self._number = number
        self._wire = wire
        self._held: list[str] = []
        self._since = 0.0
        self._printed = 0
        self._caught = -1
        self._read = 0
        self.others: tuple[Stream, ...] = ()

    def catch(self) -> None:
        """Take over the file descriptor."""
        with tempfile.TemporaryFile() as file:
            self._caught = os.dup(file.fileno())
            os.dup2(self._caught, self._number)
        os.set_inheritable(self._number, True)

    def fileno(self) -> int:
        """The descriptor, for what is handed to subprocesses."""
        return self._number

    def isatty(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, string: str) -> int:
        """Take a text."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        for each in sorted((self, *self.others), key=lambda stream: stream._since):
            each._flush_if_old()
        self._take_caught()
        self._take(string)
        return len(string)

    def flush(self) -> None:
        """Send what is held."""
        self._take_caught()
        if self._held:
            text, self._held = "".join(self._held), []
            self._wire.send(_NOWHERE, "stream", {"name": self.name, "text": text})

    def _flush_if_old(self) -> None:
        if self._held and time.monotonic() - self._since >= FLUSH_AFTER:
            self.flush()

    def _take(self, string: str) -> None:
        if not string:
            return
        if not self._held:
            self._since = time.monotonic()
        self._held.append(string)
        self._printed += len(string)
        if self._printed > MOST_PRINTED:
            self._held.clear()
            raise TooMuchOutput

    def _take_caught(self) -> None:
        if self._caught < 0 or os.fstat(self._caught).st_size <= self._read:
            return
        data = os.pread(self._caught, MOST_PRINTED + 1, self._read)
        self._read += len(data)
        self._take(data.decode("utf-8", "replace"))


class Shell:
    """A kernel's shell without a kernel. Made once in a process, before it forks; the rest is for the child."""

    def __init__(self) -> None:
        self.wire = Wire()
        config = Config({"HistoryManager": {"enabled": False}})  # it would start a thread
        self.inner = ZMQInteractiveShell.instance(config=config, compiler_class=XCachingCompiler)
        for channel in (self.inner.displayhook, self.inner.display_pub):
            channel.session, channel.pub_socket = self.wire, _NOWHERE
        self.inner.enable_gui = _no_gui
        self.inner.extension_manager.load_extension("storemagic")  # as a kernel does

    def take_over(self) -> None:
        """Make the process's output the cells' own. There is no way back: the process ends after them."""
        out, err = (Stream(name, number, self.wire) for name, number in (("stdout", 1), ("stderr", 2)))
        out.others, err.others = (err,), (out,)
        for stream in (out, err):
            stream.catch()
        sys.stdout = sys.__stdout__ = out  # type: ignore[misc,assignment]
        sys.stderr = sys.__stderr__ = err  # type: ignore[misc,assignment]
        builtins.input, getpass.getpass = _refuse("raw_input"), _refuse("getpass")
        if "" not in sys.path:
            sys.path.insert(0, "")
        asyncio.set_event_loop(ensure_event_loop())

    async def run(self, source: str) -> Message:
        """Run a cell and give the reply: the steps of `IPythonKernel.do_execute`, without a client that could be asked."""
        self.wire.send(_NOWHERE, "execute_input", {"execution_count": self.inner.execution_count})
        broken = None
        try:
            transformed = self.inner.transform_cell(source)
        except Exception:
            transformed, broken = source, sys.exc_info()
        prepared = {"transformed_cell": transformed, "preprocessing_exc_tuple": broken}
        if self.inner.should_run_async(source, **prepared):
            result = None
            try:
                result = await self.inner.run_cell_async(source, store_history=True, **prepared)
            finally:
                self.inner.events.trigger("post_execute")
                self.inner.events.trigger("post_run_cell", result)
        else:
            result = self.inner.run_cell(source, store_history=True)
        self.inner.payload_manager.clear_payload()
        sys.stdout.flush()
        sys.stderr.flush()
        return self._reply(result)

    def _reply(self, result: Any) -> Message:
        error = result.error_before_exec or result.error_in_exec
        if result.success and not getattr(self.inner, "_last_traceback_during_displayhook", False):
            return {"status": "ok"}
        trace = self.inner._last_traceback or []
        return {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": trace}


class _Channel:
    """One of the two channels that nbclient reads."""

    def __init__(self, messages: collections.deque[Message]) -> None:
        self._messages = messages

    async def get_msg(self, timeout: float | None = None) -> Message:
        """The next message."""
        while not self._messages:
            await asyncio.sleep(0)
        return self._messages.popleft()


class _Client:
    """What nbclient needs of a kernel's client: a cell that is sent has run when `execute` is over."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._replies: collections.deque[Message] = collections.deque()
        self.iopub_channel = _Channel(shell.wire.sent)
        self.shell_channel = _Channel(self._replies)

    async def execute(self, source: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell; the id of the request."""
        wire = self._shell.wire
        wire.asked = wire.msg("execute_request")["header"]
        wire.send(_NOWHERE, "status", {"execution_state": "busy"})
        content = await self._shell.run(source)
        await asyncio.sleep(0)  # what was started in the background goes on between cells
        wire.send(_NOWHERE, "status", {"execution_state": "idle"})
        self._replies.append(wire.msg("execute_reply", content=content) | {"parent_header": wire.asked})
        return str(wire.asked["msg_id"])


class ShellClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is not checked
    """papermill's client with the cells run here: its way through the cells, and nbclient's with their messages, stay theirs."""

    def __init__(self, nb_man: Any, shell: Shell, **traits: Any) -> None:
        super().__init__(nb_man, **traits)
        self.kc = _Client(shell)

    def execute(self, **_: Any) -> NotebookNode:
        """Run all cells, as papermill does once its kernel is there."""
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        return self.nb


def _refuse(name: str) -> Callable[..., str]:
    def refuse(*_: Any, **__: Any) -> str:
        raise StdinNotImplementedError(f"{name} was called, but this frontend does not support input requests.")

    return refuse


def _no_gui(gui: str | None = None) -> None:
    """Inline figures need no event loop, and no other kind of window is there."""
    if gui not in (None, "inline", "agg"):
        raise UsageError(f"No window can be opened in a report: {gui}")
