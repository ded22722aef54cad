"""The errors that a user meets: what is wrong, where, and what to do. The messages are for analysts and are in Norwegian."""

from __future__ import annotations


class KommunerapportError(Exception):
    """An error that is told in one line, without a traceback; the command ends with `exit_code`."""

    exit_code = 1


class InputError(KommunerapportError):
    """What the user typed cannot be used: an unknown municipality, a parameter of the wrong kind."""

    exit_code = 2


class DataError(KommunerapportError):
    """A figure, a body or a sidecar in data/ is not what it is declared to be."""


class TableMissing(KommunerapportError):
    """A table that is not held in data/.

    Parameters
    ----------
    table : the table's id, for example ``ssb_13563``.
    what : what is lacking, when it is less than the whole table (an age group, a region).
    """

    def __init__(self, table: str, what: str = "") -> None:
        self.table = table
        self.what = what
        lacking = f" ({what})" if what else ""
        super().__init__(f"Tabellen {table}{lacking} finnes ikke i data/.")

    def __reduce__(self) -> tuple[type[TableMissing], tuple[str, str]]:
        return (type(self), (self.table, self.what))
