"""Opening one map file safely: the right driver, the one layer meant, no network, nothing written beside it or outside a temporary folder."""

from __future__ import annotations

import errno
import json
import re
import shutil
import sqlite3
import stat
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from helpers.errors import DataError
from helpers.land.layers import Role
from helpers.land.manifest import ENDINGS
from helpers.tables import landcolumns
from helpers.tables.boundaries import LARGEST

DRIVERS = {"GPKG", "GeoJSON", "GeoJSONSeq", "JSONFG", "TopoJSON", "ESRIJSON", "GML", "ESRI Shapefile"}
BESIDE = (".shx", ".dbf", ".prj", ".cpg", ".xsd")  # what belongs to a map file and is unpacked with it
MAPS = tuple(each for each in ENDINGS if each != ".zip")
STARTS: Mapping[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".geojson": (b"{", b"["),
    ".json": (b"{", b"["),
    ".gml": (b"<",),
}
LATIN = "ISO-8859-1"
_CRS_IN: Mapping[str, re.Pattern[bytes]] = {
    "GeoJSON": re.compile(rb'"crs"\s*:\s*\{[^\[\]]{0,200}?"name"\s*:\s*"([^"]{1,80})"'),
    "GML": re.compile(rb'srsName\s*=\s*["\']([^"\']{1,120})["\']'),
}


@dataclass(frozen=True)
class Source:
    """A file that can be read.

    Parameters
    ----------
    what : how messages call it (``layers.planned: kommuneplan.gpkg``). path, layer : for pyogrio. size : bytes, unpacked.
    fields : its columns. encoding : to read it with, where its own
        does not do. crs : that of the layer, or None. declared : whether the
        file itself says it; GeoJSON that says nothing is WGS84 only by convention.
    """

    what: str
    path: Path
    layer: str
    driver: str
    size: int
    fields: tuple[str, ...]
    encoding: str | None
    features: int
    crs: CRS | None
    declared: bool


@contextmanager
def opened(path: Path, role: Role, layer: str = "", *, choose: bool = False) -> Iterator[Source]:
    """The one layer meant, of a file that may lie in a zip.

    Parameters
    ----------
    layer : its name, or that of the file within a zip. choose : take the layer that has the role's columns, where several are possible.

    Raises
    ------
    DataError
        file missing, damaged or no map; layer lacking or not chosen; mixed coordinate systems; a zip with paths leading out, too large,
        or with several maps.
    """
    import pyogrio

    what = f"layers.{role}: {path.name}"
    check_file(what, path)
    pyogrio.set_gdal_config_options({"GML_DOWNLOAD_WFS_SCHEMA": False})
    with tempfile.TemporaryDirectory() as folder:
        with _told(what):
            if path.suffix.lower() == ".zip":
                path, layer = _unpacked(what, path, Path(folder), layer)
                what = f"{what} ({path.name})"
            elif path.suffix.lower() == ".gml":
                path = _aside(path, Path(folder))
            source = _source(what, path, role, layer, choose)
        yield source


def check_file(what: str, path: Path) -> None:
    """That `path` is a file that may be read; `DataError` says why it is not."""
    with _told(what):
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise DataError(f"{what} er en mappe, ikke en fil. Skriv navnet på kartfilen i layers.toml.")
            if stat.S_ISREG(mode):
                with path.open("rb"):
                    return
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name that no file can have
            pass
    raise DataError(f"{what} finnes ikke i {path.parent}. Legg filen der, eller rett navnet i layers.toml.")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What the system refuses, as one line."""
    try:
        yield
    except PermissionError:
        raise DataError(f"{what} kan ikke leses: mangler tilgang. Gi deg selv leserett til filen og mappen.") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            why = "navnet er for langt. Gi filen et kortere navn, også i layers.toml."
        else:
            why = f"{error.strerror or type(error).__name__}. Kopier filen til en annen disk, eller hent den på nytt."
        raise DataError(f"{what} kan ikke leses: {why}") from None


def _aside(path: Path, folder: Path) -> Path:
    """The same file where GDAL may leave its own beside it, as it does for GML."""
    for each in (path, path.with_suffix(".xsd")):
        if each.exists():
            (folder / each.name).symlink_to(each.absolute())
    return folder / path.name


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Whatever the reader of files stumbles over is told as a file that cannot be read; its warnings are not for users."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataError, MemoryError):
        raise
    except Exception as error:  # GDAL's messages name temporary files and options that are not ours
        raise DataError(
            f"{what} kan ikke leses som kart ({type(error).__name__}). Er filen hel, og er endelsen den rette?"
        ) from None


def _source(what: str, path: Path, role: Role, layer: str, choose: bool) -> Source:
    import pyogrio

    _check_start(what, path)
    with reading(what):
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    name = _layer(what, path, role, layers, layer, choose)
    with reading(what):
        info = _info(path, name)
    driver = str(info["driver"])
    if driver not in DRIVERS:
        raise DataError(f"{what} er et {driver}-dokument, ikke {path.suffix}.")
    named = _named(path, driver)
    crs = _known(info["crs"])
    if info["crs"] and crs is None and len(named) == 1:
        # GDAL's database is newer than pyproj's: it calls the horizontal part of EPSG:5973 EPSG:11023
        crs = _known(*named)
    if len(named) > 1 and (driver != "GML" or crs is None):
        listed = ", ".join(sorted(named))
        raise DataError(f"{what} blander koordinatsystemer ({listed}). Lagre den på nytt i ett, helst EPSG:25833.")
    _check_blobs(what, path, driver, name)
    return Source(
        what=what,
        path=path,
        layer=name,
        driver=driver,
        size=path.stat().st_size,
        fields=tuple(str(field) for field in info["fields"]),
        encoding=info.get("read_as"),
        features=int(info["features"]),
        crs=crs,
        declared=crs is not None and (bool(named) or driver not in {"GeoJSON", "GeoJSONSeq", "TopoJSON"}),
    )


def _info(path: Path, layer: str) -> dict[str, Any]:
    import pyogrio

    asked: dict[str, Any] = {"layer": layer, "force_feature_count": True}
    try:
        found: dict[str, Any] = pyogrio.read_info(path, **asked)
    except UnicodeDecodeError:  # a Shapefile cuts names after ten bytes, also in the middle of a letter
        found = pyogrio.read_info(path, encoding=LATIN, **asked) | {"read_as": LATIN}
    return found


def _check_start(what: str, path: Path) -> None:
    """GDAL goes by content: what calls itself a map but is another kind of document, which may lead to other files, stops here."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise DataError(f"{what} er en tom fil. Hent den på nytt.")
    head = head.removeprefix(b"\xef\xbb\xbf")
    if not head.lstrip().startswith(STARTS[path.suffix.lower()]) or b"<OGRVRT" in head or b"<!DOCTYPE" in head:
        raise DataError(
            f"{what} er ikke en {path.suffix}-fil, eller den er skadet. Hent den på nytt, eller rett endelsen."
        )
    if path.suffix.lower() == ".shp":
        there = {each.name.lower() for each in path.parent.iterdir()}
        lacking = [each for each in (".shx", ".dbf") if path.with_suffix(each).name.lower() not in there]
        if lacking:
            raise DataError(
                f"{what} mangler {' og '.join(lacking)}. En Shapefile er flere filer: legg alle ved siden av."
            )


def _layer(what: str, path: Path, role: Role, layers: list[str], wanted: str, choose: bool) -> str:
    if not layers:
        raise DataError(f"{what} har ingen kartlag: ingen av tabellene i den har geometri.")
    if wanted:
        same = [each for each in layers if each == wanted] or [
            each for each in layers if each.casefold() == wanted.casefold()
        ]
        if not same:
            raise DataError(f"{what} har ikke laget «{wanted}», men {', '.join(layers)}. Rett layer i layers.toml.")
        return same[0]
    if len(layers) > 1 and choose:
        with reading(what):
            fits = [each for each in layers if landcolumns.fits(role, [str(f) for f in _info(path, each)["fields"]])]
        layers = fits[:1] or layers
    if len(layers) > 1:
        raise DataError(f"{what} har flere lag ({', '.join(layers)}). Velg ett med layer = «…» i layers.toml.")
    return layers[0]


def mended(source: Source, frame: Any) -> Any:
    """UTF-8 in a Shapefile that does not say so was read as another alphabet (Ã¥ for å): made right where all of a column is."""
    if source.driver != "ESRI Shapefile" or (source.path.with_suffix(".cpg").exists() and not source.encoding):
        return frame
    for name in frame.columns.drop("geometry"):
        text = frame[name].dropna()
        if not len(text) or not text.map(lambda each: isinstance(each, str)).all():
            continue
        try:
            frame[name] = frame[name].map(lambda each: each.encode("latin-1").decode("utf-8"), na_action="ignore")
        except UnicodeError:
            continue
    return frame


def parse_crs(what: str, told: str) -> CRS:
    """The coordinate system that `layers.toml` names; `DataError` where there is none of that name."""
    try:
        return flat(CRS.from_user_input(told))
    except CRSError:
        raise DataError(
            f'{what}: crs = "{told}" er ikke et koordinatsystem. Skriv for eksempel "EPSG:25833".'
        ) from None


def called(crs: CRS) -> str:
    """What messages call a coordinate system, in one line: its code, else its name."""
    told = crs.source_crs if crs.is_bound and crs.source_crs else crs
    if told.to_authority():
        return ":".join(told.to_authority())
    return " ".join((told.to_string() if told.name == "unknown" else told.name).split())[:80]


def _known(name: str | None) -> CRS | None:
    try:
        return flat(CRS.from_user_input(name)) if name else None
    except CRSError:
        return None


def flat(crs: CRS) -> CRS:
    """The horizontal part: heights are not used."""
    return crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()


def _named(path: Path, driver: str) -> set[str]:
    """The coordinate systems that a text file names, as EPSG codes where they have one."""
    pattern = _CRS_IN.get(driver)
    found: set[bytes] = set()
    if pattern:
        tail = b""
        with path.open("rb") as file:
            while chunk := file.read(1 << 22):
                found.update(pattern.findall(tail + chunk))
                tail = chunk[-400:]
    return {_plain(each.decode("utf-8", "replace")) for each in found}


def _plain(name: str) -> str:
    try:
        return flat(CRS.from_user_input(name)).to_string()
    except CRSError:
        return name


def _check_blobs(what: str, path: Path, driver: str, layer: str) -> None:
    """Each geometry of a GeoPackage repeats the number of its coordinate system; GDAL does not look."""
    if driver != "GPKG":
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            asked = "select column_name from gpkg_geometry_columns where table_name = ?"
            (column,) = base.execute(asked, (layer,)).fetchone()
            table, column = (json.dumps(each)[1:-1] if '"' in each else each for each in (layer, column))
            numbers = base.execute(f'select distinct hex(substr("{column}", 5, 4)) from "{table}" where "{column}" is not null limit 3').fetchall()  # noqa: S608 # fmt: skip
    except (sqlite3.Error, TypeError):
        return  # a view, or a name of their own making: GDAL has read it, and the layer's own system counts
    if len(numbers) > 1:
        raise DataError(f"{what} blander koordinatsystemer i samme lag. Lagre laget på nytt i ett, helst EPSG:25833.")


def _unpacked(what: str, path: Path, folder: Path, wanted: str) -> tuple[Path, str]:
    """Unpack what belongs to the one map file of an archive; the layer to read in it."""
    with reading(what), zipfile.ZipFile(path) as archive:
        members = [(each, _safe(what, each)) for each in archive.infolist()]
        held = [(each, name) for each, name in members if not each.is_dir() and "__MACOSX" not in name.parts]
        maps = [name for _, name in held if name.suffix.lower() in MAPS]
        chosen, layer = _chosen(what, maps, [str(name) for _, name in held], wanted)
        parts = [
            (each, name)
            for each, name in held
            if name == chosen
            or (
                name.parent == chosen.parent
                and name.stem.casefold() == chosen.stem.casefold()
                and name.suffix.lower() in BESIDE
            )
        ]
        size = sum(each.file_size for each, _ in parts)
        if size > LARGEST or size > shutil.disk_usage(folder).free:
            raise DataError(
                f"{what} blir {size / 1e9:.1f} GB utpakket, for mye. Pakk den ut selv og klipp kartet til kommunen."
            )
        stem = re.sub(r"[^\w.-]", "_", chosen.stem)[:80].strip(".") or "map"
        for each, name in parts:  # a member's own name is never used as a path
            with archive.open(each) as inside, (folder / f"{stem}{name.suffix.lower()}").open("wb") as out:
                shutil.copyfileobj(inside, out, 1 << 20)
    return folder / f"{stem}{chosen.suffix.lower()}", layer


def _safe(what: str, member: zipfile.ZipInfo) -> PurePosixPath:
    """The name of a member, which must stay in the folder that it is unpacked in."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    link = stat.S_ISLNK(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", str(name)) or link:
        why = "er en lenke" if link else "peker ut av mappen"
        raise DataError(f"{what}: «{member.filename}» i arkivet {why}. Arkivet brukes ikke; pakk kartfilen på nytt.")
    if member.flag_bits & 1:
        raise DataError(f"{what} er beskyttet med passord. Pakk den ut og legg kartfilen i mappen.")
    return name


def _chosen(what: str, maps: list[PurePosixPath], held: list[str], wanted: str) -> tuple[PurePosixPath, str]:
    if not maps:
        raise DataError(f"{what}: arkivet har ingen kartfil, bare {', '.join(held[:5]) or 'ingenting'}.")
    if len(maps) == 1:
        return maps[0], "" if wanted.casefold() in _names(maps[0]) else wanted
    hits = [each for each in maps if wanted and wanted.casefold() in _names(each)]
    if len(hits) != 1:
        listed = ", ".join(str(each) for each in maps[:10])
        raise DataError(
            f"{what}: arkivet har flere kartfiler ({listed}). Velg en med layer = «filnavnet» i layers.toml."
        )
    return hits[0], ""


def _names(name: PurePosixPath) -> set[str]:
    return {name.stem.casefold(), name.name.casefold(), str(name).casefold()}
