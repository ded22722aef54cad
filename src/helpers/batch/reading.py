"""Reads the tidy tables in a process of its own and hands them over: reading Parquet starts threads that stay, and the nursery may have none."""

from __future__ import annotations

import pickle
import sys

from helpers.tables import Tables
from helpers.workspace import Workspace


def main() -> None:
    """Write (frames, metas) to standard output, as a pickle of protocol 5; read by nobody but the process that started this one."""
    tables = Tables.load(Workspace.find(sys.argv[1]))
    frames = {name: tables[name] for name in tables}
    pickle.dump((frames, {name: tables.meta(name) for name in frames}), sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
