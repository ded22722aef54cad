"""The progress of a fetch: a bar over what is fetched, the bytes received, and why it pauses."""

from __future__ import annotations

import sys
from typing import Self

from tqdm import tqdm


class Meter:
    """A bar on the terminal; nothing where there is none, or where nobody wants it.

    Parameters
    ----------
    total : how many there are of what is fetched. things : what they are called. width : of the name before the bar.
    """

    def __init__(self, total: int, things: str, width: int, quiet: bool) -> None:
        self._bytes = 0
        hidden = quiet or not sys.stderr.isatty()
        shape = f"{{desc:<{width}}}{{bar}}| {{n_fmt}} av {{total_fmt}} {things}{{postfix}}"
        self._bar = tqdm(total=total, file=sys.stderr, disable=hidden, dynamic_ncols=True, bar_format=shape)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def heard(self, count: int) -> None:
        """Bytes have arrived."""
        self._bytes += count
        self._tell()

    def paused(self, seconds: float) -> None:
        """The next call waits: for the limit of calls a minute, or for a producer that stumbled."""
        if seconds >= 1:
            self._tell(f", venter {seconds:.0f} s")

    def next(self, name: str) -> None:
        """What is fetched now."""
        self._bar.set_description(name, refresh=False)
        self._tell()

    def through(self) -> None:
        """One more is through."""
        self._bar.update(1)
        self._tell()

    def _tell(self, more: str = "") -> None:
        self._bar.set_postfix_str(f"{size_of(self._bytes)}{self._left_to_do()}{more}")

    def _left_to_do(self) -> str:
        return ""


def size_of(count: int) -> str:
    """«1,2 MB», «34 kB»."""
    if count < 1_000_000:
        return f"{-(-count // 1000)}\N{NO-BREAK SPACE}kB"
    return f"{count / 1_000_000:.1f}\N{NO-BREAK SPACE}MB".replace(".", ",")
