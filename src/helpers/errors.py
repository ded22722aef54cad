"""The errors that a user meets: what is wrong, where, and what to do. The messages are for analysts and are in Norwegian."""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

_HERE = Path(__file__).parent
_REASONS = {
    errno.ENOSPC: "Disken er full",
    errno.EDQUOT: "Diskkvoten er brukt opp",
    errno.EACCES: "Mangler tilgang",
    errno.EPERM: "Mangler tilgang",
    errno.EROFS: "Mappen kan bare leses",
    errno.ENOTDIR: "En del av stien er ikke en mappe",
    errno.EEXIST: "Det ligger en fil der mappen skulle vært",
    errno.EISDIR: "Det er en mappe, ikke en fil",
    errno.ENAMETOOLONG: "Navnet er for langt",
    errno.ENOENT: "Finnes ikke",
}


class KommunerapportError(Exception):
    """An error that is told in one line, without a traceback; the command ends with `exit_code`."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: where in the cell, what is wrong, what to do."""
        from helpers.workspace import TABLES_VARIABLE  # which knows this module

        if TABLES_VARIABLE in os.environ:  # there the whole is logged
            return traceback.format_exception(self)
        frames = traceback.extract_tb(self.__traceback__)
        theirs = [
            each for each in frames if _HERE not in Path(each.filename).parents and "site-packages" not in each.filename
        ]
        where = [f"Linje {each.lineno}: {each.line}" for each in theirs[-1:] if each.line]
        return [*where, f"{type(self).__name__}: {self}", *getattr(self, "__notes__", ())]


class InputError(KommunerapportError):
    """What the user typed cannot be used: an unknown municipality, a parameter of the wrong kind."""

    exit_code = 2


class Interrupted(KommunerapportError):
    """The user stopped the run."""

    exit_code = 130


class DataError(KommunerapportError):
    """A figure, a body or a sidecar in data/ is not what it is declared to be."""


class UndeclaredTable(KommunerapportError):
    """A notebook of a batch reads a table that it does not declare: its page would not be made again when the table changes."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            f"Notatboken bruker tabellen {table} uten å si det. Føy «{table}» til «tables» under «kommunerapport» "
            "i notatbokens metadata."
        )

    def __reduce__(self) -> tuple[type[UndeclaredTable], tuple[str]]:
        return (type(self), (self.table,))


class UndeclaredInput(KommunerapportError):
    """A notebook of a batch reads something of the municipality's own and does not say so.

    Parameters
    ----------
    key : in the notebook's metadata, ``layers`` or ``costs``.
    """

    _WHAT: ClassVar[dict[str, str]] = {"layers": "kartlag", "costs": "kostnadstall"}

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f'Notatboken bruker kommunens {self._WHAT[key]} uten å si det. Føy «"{key}": true» til «kommunerapport» '
            "i notatbokens metadata."
        )

    def __reduce__(self) -> tuple[type[UndeclaredInput], tuple[str]]:
        return (type(self), (self.key,))


class SourceError(KommunerapportError):
    """A producer did not answer as it should; the figures held stay as they are."""


class Unreachable(SourceError):
    """There is no way to the producer: no network, or its address does not answer."""


class FiguresMissing(KommunerapportError):
    """Figures that a section needs and that there are none of: the section becomes a note, the report goes on."""


class NotComparable(FiguresMissing):
    """A municipality that was divided has no comparable figures before; in the tables held there is no year after.

    Parameters
    ----------
    municipality : its code. since : the first year with its borders of today.
    """

    def __init__(self, municipality: str, since: int) -> None:
        self.municipality = municipality
        self.since = since
        super().__init__(
            f"Kommune {municipality} har ingen sammenlignbare tall før {since}: grensene er fra en deling det året."
        )

    def __reduce__(self) -> tuple[type[NotComparable], tuple[str, int]]:
        return (type(self), (self.municipality, self.since))


class TableMissing(FiguresMissing):
    """A table that is not held in data/.

    Parameters
    ----------
    table : the table's id, for example ``ssb_13563``.
    form : what is lacking, when it is less than the whole table (an age group, a region), with fields for the `values`; pages have it in
        other languages (``[page.missing.what]``). A value that is a tuple is a list of names.
    """

    def __init__(self, table: str, form: str = "", **values: str | int | tuple[str, ...]) -> None:
        self.table = table
        self.form = form
        self.values = values
        listed = {name: ", ".join(each) if isinstance(each, tuple) else each for name, each in values.items()}
        self.what = form.format(**listed)
        lacks = f"i data/ mangler {self.what}" if form else "finnes ikke i data/"
        super().__init__(f"Tabellen {table} {lacks}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_table_missing, (self.table, self.form, self.values))


def _table_missing(table: str, form: str, values: Mapping[str, Any]) -> TableMissing:
    return TableMissing(table, form, **values)


class LayerMissing(FiguresMissing):
    """A map layer that a municipality does not have.

    Parameters
    ----------
    role : what the layer is for (`helpers.land.layers.ROLES`).
    """

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"Kartlaget {role} finnes ikke for kommunen.")

    def __reduce__(self) -> tuple[type[LayerMissing], tuple[str]]:
        return (type(self), (self.role,))


def toml_fault(name: str, error: ValueError) -> DataError:
    """What is wrong with a TOML file that cannot be read, where, and how such a file is written."""
    if isinstance(error, UnicodeDecodeError):
        return DataError(f"{name} er ikke gyldig TOML: den er ikke lagret som UTF-8. Lagre den på nytt som UTF-8.")
    at = re.search(r"line (\d+), column (\d+)", str(error))
    twice = "samme felt to ganger, " if "overwrite" in str(error) else ""
    where = f"linje {at[1]}, tegn {at[2]}" if at else "mot slutten av filen"
    return DataError(
        f"{name} er ikke gyldig TOML: {twice}{where}. Tekst skrives i anførselstegn, datoer som 2026-05-01 og desimaler med punktum."
    )


def reason(error: OSError) -> str:
    """Why the operating system refused, in one line."""
    why = _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
    named = error.filename and not str(error.filename).endswith(".tmp")
    return f"{why}: {error.filename}" if named else why
