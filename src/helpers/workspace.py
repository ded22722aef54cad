"""Where things lie: one root folder with data/, notebooks/ and reports/."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError

ROOT_VARIABLE = "KOMMUNERAPPORT_ROOT"
TABLES_VARIABLE = "KOMMUNERAPPORT_TABLES"  # in a batch: the tables that the notebook declares, with commas between them
LAYERS = "layers"  # stands among them where it declares that it reads the municipality's map layers
SECTIONS = ".py"  # beside a notebook of the same name: the sections of a theme of one's own
COSTS = "costs"  # likewise its inputs to the calculator of costs
RAW = Path("data/raw")
HELD = (RAW / "snapshot", RAW / "fetched")


@dataclass(frozen=True)
class Workspace:
    """The folders of one checkout (or of any folder that holds data/raw)."""

    root: Path

    @classmethod
    def find(cls, root: str | Path | None = None) -> Workspace:
        """The workspace at `root`, or the nearest one.

        Without `root`: the folder in ``KOMMUNERAPPORT_ROOT``, else the current folder or the first one above it
        that holds data/raw/snapshot or data/raw/fetched, else the checkout that the package is installed from.

        Raises
        ------
        InputError
            if no such folder exists.

        Examples
        --------
        >>> from helpers import Workspace
        >>> here = Workspace.find()
        >>> (here.raw / "snapshot").is_dir(), Workspace.find(here.root) == here
        (True, True)
        """
        given = root or os.environ.get(ROOT_VARIABLE)
        if given:
            path = Path(given).expanduser().resolve()
            if not (path / "data" / "raw").is_dir():
                raise InputError(f"Mappen {path} har ingen data/raw. Oppgi rotmappen til prosjektet med --root.")
            return cls(path)
        here = Path.cwd()
        found = _nearest(here) or _nearest(Path(__file__).resolve().parents[2], above=False)
        if found is None:
            raise InputError(
                f"Fant ingen data/raw/snapshot i {here} eller mappene over. Kjør fra prosjektmappen, eller oppgi den med --root."
            )
        return cls(found)

    @classmethod
    def for_fetching(cls, root: str | Path | None = None) -> Workspace:
        """Where fetched figures go: `root`, ``KOMMUNERAPPORT_ROOT``, the nearest folder with figures, else the current folder.

        The folder gets a data/raw where it has none.

        Raises
        ------
        InputError
            where `root` is no folder.

        Examples
        --------
        >>> import tempfile
        >>> from helpers import Workspace
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Workspace.for_fetching(folder).raw.is_dir()
        True
        """
        given = root or os.environ.get(ROOT_VARIABLE)
        path = Path(given).expanduser().resolve() if given else _nearest(Path.cwd()) or Path.cwd()
        if not path.is_dir():
            what = "er ikke en mappe" if path.exists() else "finnes ikke"
            raise InputError(f"{path} {what}. Oppgi en mappe som finnes, med --root.")
        (path / RAW).mkdir(parents=True, exist_ok=True)
        return cls(path)

    @property
    def raw(self) -> Path:
        """Raw bodies with their sidecars: snapshot/, fetched/, targets/, costs/.

        Examples
        --------
        >>> from pathlib import Path
        >>> from helpers import Workspace
        >>> Workspace(Path("here")).raw.as_posix()
        'here/data/raw'
        """
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Tidy Parquet, made from raw, never committed.

        Examples
        --------
        >>> from pathlib import Path
        >>> from helpers import Workspace
        >>> Workspace(Path("here")).processed.as_posix()
        'here/data/processed'
        """
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """The analyses.

        Examples
        --------
        >>> from pathlib import Path
        >>> from helpers import Workspace
        >>> Workspace(Path("here")).notebooks.as_posix()
        'here/notebooks'
        """
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """The pages, made, never committed.

        Examples
        --------
        >>> from pathlib import Path
        >>> from helpers import Workspace
        >>> Workspace(Path("here")).reports.as_posix()
        'here/reports'
        """
        return self.root / "reports"


def _nearest(folder: Path, above: bool = True) -> Path | None:
    folders = (folder, *folder.parents) if above else (folder,)
    return next((each for each in folders if any((each / held).is_dir() for held in HELD)), None)


def declared_in_batch() -> tuple[str, ...] | None:
    """The tables, and perhaps `LAYERS` and `COSTS`, that the notebook of this report declares; None outside a batch."""
    told = os.environ.get(TABLES_VARIABLE)
    return None if told is None else tuple(each for each in told.split(",") if each)


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one step: whoever reads sees the old file or the whole new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
