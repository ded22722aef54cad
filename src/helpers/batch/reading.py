"""Reads the tidy tables in a process of its own and hands them over: reading Parquet starts threads that stay, and the nursery may have none."""

from __future__ import annotations

import pickle
import sys

from helpers.tables import Tables
from helpers.workspace import Workspace


def main() -> None:
    """Write (name, frame, meta) after one another to standard output, as pickles of protocol 5.

    Read by nobody but the process that started this one, from the file that it has given.
    """
    workspace = Workspace.find(sys.argv[1])
    for name in Tables.load(workspace):
        tables = Tables.load(workspace)  # anew, so that one frame at a time is in memory
        pickle.dump((name, tables[name], tables.meta(name)), sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
