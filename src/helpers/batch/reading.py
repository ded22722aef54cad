"""Reads the tidy tables in a process of its own and hands them over: reading Parquet starts threads that stay, and the nursery may have none."""

from __future__ import annotations

import pickle
import sys

from helpers.tables import Tables
from helpers.workspace import Workspace


def main() -> None:
    """Write (name, frame, meta) after one another to standard output, as pickles of protocol 5.

    All are read before the first is written: the nursery takes them when it has imported what it needs. Read by nobody but the
    process that started this one.
    """
    tables = Tables.load(Workspace.find(sys.argv[1]))
    for held in [(name, tables[name], tables.meta(name)) for name in tables]:
        pickle.dump(held, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
