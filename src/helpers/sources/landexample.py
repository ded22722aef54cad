"""Make data/raw/example: Eksempelvik (9901), a municipality that does not exist, with every layer of the land analysis.

    python -m helpers.sources.landexample data/raw/example

Nothing in it is real, and it lies in the open sea off Trøndelag. The same seed gives the same files. Its figures come from chance, but for the test
field, whose figures were reckoned by hand: they stand in `helpers.sources.landexamplefield` and in the folder's README.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpers.land import manifest
from helpers.land.layers import CRS
from helpers.sources import landexamplefield, landexamplelayers
from helpers.sources.landexamplefield import expected, field
from helpers.workspace import write_file

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["CODE", "SEED", "expected", "field", "make"]

CODE, SEED, DATE = "9901", 9901, "2026-01-01"
# Role → file and, in a GeoPackage, its layer.
FILES: Mapping[str, tuple[str, str]] = {
    "boundary": ("grenser.geojson", ""),
    "planned": ("kommuneplan.gpkg", "arealformal"),
    "buildings": ("bygninger.zip", ""),
    "roads": ("samferdsel.gpkg", "vegnett"),
    "railway": ("samferdsel.gpkg", "jernbane"),
    "stations": ("stasjoner.geojson", ""),
    "centre": ("sentrum.geojson", ""),
    "zoning": ("reguleringsplaner.gml", ""),
    "protected": ("naturvern.geojson", ""),
    "flood": ("flomsoner.geojson", ""),
    "landslide": ("skredfaresoner.zip", ""),
    "ar5": ("ar5.gpkg", "arealressurs"),
    "shoreline": ("kystkontur.geojson", ""),
    "slope": ("helning.gpkg", "helning"),
    "water_mains": ("vann_avlop.gpkg", "vannledning"),
    "sewers": ("vann_avlop.gpkg", "avlopsledning"),
    "parcels": ("eiendommer.gpkg", "teig"),
}
CRS_OF = {"landslide": "EPSG:25832", "shoreline": "EPSG:4258"}  # the others are in that of the analysis
FREQUENT = ("flom20.geojson", 20)  # the 20-year zone has a file of its own, which does not say its return period
LAYERS = """\
# Eksempelvik er konstruert: ingenting her er virkelig. Laget av helpers.sources.landexample; rett der, ikke her.
municipality = "9901"
source = "konstruert eksempel"
licence = "CC0"

[layers.boundary]
file = "grenser.geojson"

[layers.planned]
file = "kommuneplan.gpkg"
layer = "arealformal"
columns = { purpose = "arealformal", status = "arealst" }

[layers.buildings]
file = "bygninger.zip"

[layers.roads]
file = "samferdsel.gpkg"
layer = "vegnett"
columns = { main = "vegkategori" }
values = { main = ["E", "R", "F"] }

[layers.railway]
file = "samferdsel.gpkg"
layer = "jernbane"

[layers.stations]
file = "stasjoner.geojson"

[layers.centre]
file = "sentrum.geojson"

[layers.zoning]
file = "reguleringsplaner.gml"
keep = { planstatus = ["3"] }

[layers.protected]
file = "naturvern.geojson"
columns = { name = "offisieltNavn" }

[[layers.flood]]
file = "flom20.geojson"
constants = { return_years = 20 }

[[layers.flood]]
file = "flomsoner.geojson"
columns = { return_years = "gjentaksintervall" }

[layers.landslide]
file = "skredfaresoner.zip"
columns = { return_years = "gjentaksin" }

[layers.ar5]
file = "ar5.gpkg"
columns = { artype = "artype" }

[layers.shoreline]
file = "kystkontur.geojson"

[layers.slope]
file = "helning.gpkg"
columns = { slope_percent = "helning" }

[layers.water_mains]
file = "vann_avlop.gpkg"
layer = "vannledning"

[layers.sewers]
file = "vann_avlop.gpkg"
layer = "avlopsledning"

[layers.parcels]
file = "eiendommer.gpkg"
columns = { owner = "eier" }

[settings.need]
shares_source = "konstruert"
shares = { office = 0.20, trade = 0.15, construction = 0.12, industry = 0.20, logistics = 0.13 }
"""
TARGETS = """\
# Konstruert mål for en konstruert kommune. Feltene er beskrevet i src/helpers/targets.py.
municipality = "9901"
document = "Næringsplan for Eksempelvik (konstruert)"
publisher = "Eksempelvik (konstruert)"

[[target]]
id = "eksempelvik-12000-arbeidsplasser"
title = "12 000 arbeidsplasser (konstruert mål)"
paraphrase = "Konstruert: Eksempelvik skal ha 12 000 arbeidsplasser i 2036."
kind = "level"
value = 12000
unit = "persons"
deadline = 2036
base_year = 2024
base_value = 9000
note = "Målet og utgangstallet er konstruert, som kommunen selv."

[[target.definitions]]
label = "Arbeidsplasser i kommunen"
indicator = "jobs"
"""
README = """\
# Eksempelvik (konstruert)

`9901/` holds the map layers of a municipality that does not exist, with its neighbours Nabolia (9902) and Grensefjell (9903). It lies in the open
sea off Trøndelag, so that nobody takes it for a place. Nothing in it is real: no figure may be added to official ones or compared with them.
It is made by `make example` (`src/helpers/sources/landexample*.py`), and the same seed gives the same files; change the script, not the files. CC0.

The files have the faults that real ones have: a bow-tie, null and empty geometries, a duplicate, overlaps inside a layer, slivers, heights, a purpose
that is no code (1355), purposes written with their names, columns in other case or cut short, three coordinate systems, four formats.
Some business areas cross the boundary; what lies outside does not count.

| file | role | crs |
|---|---|---|
| {frequent} | flood, 20 years | EPSG:25833 |
{files}

## The test field, reckoned by hand

One business area is exactly 500 m × 400 m = 200 dekar, west edge {west}, south edge {south} (EPSG:25833), and what crosses it is a product of whole
metres. The drawing, and which constraints cover which piece, stand in `src/helpers/sources/landexamplefield.py`. With the default settings, m²:

| constraint | in the field | exclusive | gross | alone | Shapley share |
|---|---|---|---|---|---|
{rows}
| sum | | {lost} | | | {lost} |

Exclusive is in the order built, roads, protected, flood, farmland. Left are 200 000 − {lost} = {net} m²: plots of 69 150 and 32 900 m²
(together 102 050), and 3 750 m² that are 15 m wide and thus too narrow. {zoned} m² of the field, the part west of the road's middle line, have a zoning plan
in force, one known owner, road, water and sewer; the rest has no plan in force and no known owner.
"""
GEOMETRY = {
    "built": "40 × 400",
    "roads": "12 × 400",
    "protected": "200 × 150",
    "flood": "500 × 50",
    "farmland": "200 × 200",
}


def make(folder: Path, seed: int = SEED) -> list[Path]:
    """Write the example into `folder` anew: made aside, then put in place.

    Returns
    -------
    The files written, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as aside:
        new, old, place = Path(aside) / CODE, Path(aside) / "old", folder / CODE
        new.mkdir()
        _write(new, seed)
        if place.exists():
            place.rename(old)
        new.rename(place)
    write_file(folder / "README.md", readme().encode())
    return sorted([folder / "README.md", *(folder / CODE).iterdir()])


def readme() -> str:
    """The folder's README, its figures taken from the recipe of the test field."""

    def number(area: float) -> str:
        return f"{area:,.0f}".replace(",", " ")

    found = expected()
    rows = "\n".join(
        f"| {name} | {GEOMETRY[name]} | " + " | ".join(number(each) for each in areas.values()) + " |"
        for name, areas in found.items()
    )
    west, south = (int(a + b) for a, b in zip(landexamplefield.ORIGIN, landexamplefield.CORNER, strict=True))
    files = "\n".join(
        f"| {name}{f' ({layer})' if layer else ''} | {role} | {CRS_OF.get(role, CRS)} |"
        for role, (name, layer) in FILES.items()
    )
    lost = number(sum(each["exclusive"] for each in found.values()))
    net = number(landexamplefield.PIECES[frozenset()])
    zoned = number(landexamplefield.ZONED_M2)
    return README.format(
        frequent=FREQUENT[0], files=files, west=west, south=south, rows=rows, lost=lost, net=net, zoned=zoned
    )


def _write(folder: Path, seed: int) -> None:
    frames = landexamplelayers.all_frames(seed)
    flood = frames["flood"]
    frequent = flood["gjentaksintervall"] == FREQUENT[1]
    _geojson(folder / FREQUENT[0], flood.loc[frequent, ["geometry"]])
    frames["flood"] = flood[~frequent]
    for role, (name, layer) in FILES.items():
        path = folder / name
        match path.suffix:
            case ".geojson":
                _geojson(path, frames[role])
            case ".zip":
                _shapefile(path, frames[role])
            case _:
                _dataset(path, frames[role], layer)
    (folder / manifest.FILE).write_text(LAYERS, "utf-8")
    (folder / "targets.toml").write_text(TARGETS, "utf-8")


def _geojson(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Not by GDAL, whose versions write the same numbers differently."""
    text = frame.to_json(drop_id=True, to_wgs84=False, ensure_ascii=False, separators=(",", ":"))
    path.write_text(re.sub(r"\.0(?=[,\]])", "", text) + "\n", "utf-8")


def _dataset(path: Path, frame: gpd.GeoDataFrame, layer: str) -> None:
    import pyogrio

    more = {} if path.suffix != ".gpkg" else {"SPATIAL_INDEX": "NO"}
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{DATE}T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(frame, path, layer=layer or path.stem, append=path.exists(), layer_options=more)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A zipped Shapefile; neither its table nor its archive bears the time of making."""
    import pyogrio

    with tempfile.TemporaryDirectory() as plain:
        options = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": DATE}
        pyogrio.write_dataframe(frame, Path(plain) / f"{path.stem}.shp", layer_options=options)
        with zipfile.ZipFile(path, "w") as archive:
            for each in sorted(Path(plain).iterdir()):
                entry = zipfile.ZipInfo(each.name)
                archive.writestr(entry, each.read_bytes(), zipfile.ZIP_DEFLATED, 9)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Command line of this module."""
    for path in make(folder):
        click.echo(f"{path}  {path.stat().st_size:>9,} bytes")


if __name__ == "__main__":
    main()
