"""The layers of a municipality as the analysis takes them: one GeoDataFrame for each role, in metres, flat and valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from helpers.errors import DataError, LayerMissing
from helpers.land.settings import Settings

if TYPE_CHECKING:
    import geopandas as gpd

CRS = "EPSG:25833"
Role = Literal[
    "boundary", "planned", "buildings", "roads", "railway", "stations", "centre", "zoning", "protected", "flood",
    "landslide", "ar5", "shoreline", "slope", "water_mains", "sewers", "parcels",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
# What a layer has besides its geometry. Each column may hold missing values: what a file does not say is unknown, never 0 or no.
COLUMNS: Mapping[Role, Mapping[str, str]] = {
    "boundary": {"code": "string"},
    "planned": {"purpose": "Int64", "status": "Int64"},  # arealformål and arealbruksstatus, see land/purposes.py
    "buildings": {},
    "roads": {"main": "boolean"},  # a trunk, national or county road
    "railway": {},
    "stations": {"name": "string"},
    "centre": {"name": "string"},
    "zoning": {},  # zoning plans in force
    "protected": {"name": "string"},
    "flood": {"return_years": "Float64"},  # return period of the zone
    "landslide": {"return_years": "Float64"},
    "ar5": {"artype": "Int64"},
    "shoreline": {},
    "slope": {"slope_percent": "Float64"},  # the least slope within the polygon
    "water_mains": {},
    "sewers": {},
    "parcels": {"owner": "string"},
}
Origin = Literal["own", "fetched", "constructed"]


@dataclass(frozen=True)
class LayerMeta:
    """Where a layer is from.

    Parameters
    ----------
    file : name of the file, or of the fetched layer. producer, licence, url : of fetched and constructed layers, else as layers.toml says.
    retrieved : ISO date of a fetched layer, else empty. crs : that of the file. features : in the layer as it is used; repaired : geometries
        that were invalid.
    cover : what a layer that is coarser or narrower than its role leaves out, in Norwegian («AR50 er grovere enn AR5»); else empty.
    """

    role: Role
    origin: Origin
    file: str
    producer: str = ""
    licence: str = ""
    url: str = ""
    retrieved: str = ""
    crs: str = ""
    features: int = 0
    repaired: int = 0
    cover: str = ""


@dataclass(frozen=True)
class Layers(Mapping[str, "gpd.GeoDataFrame"]):
    """Role → GeoDataFrame in EPSG:25833 with the columns of `COLUMNS`, a fresh RangeIndex, and no null or empty geometry.

    Parameters
    ----------
    code : of the municipality. constructed : nothing in it is real. frames : the layers held. meta : role → where it is from.
    """

    code: str
    settings: Settings
    frames: Mapping[str, gpd.GeoDataFrame]
    meta: Mapping[str, LayerMeta] = field(default_factory=dict)
    constructed: bool = False

    def __post_init__(self) -> None:
        for role, frame in self.frames.items():
            if role not in ROLES:
                raise DataError(f"«{role}» er ikke et kartlag i arealanalysen. De som finnes: {', '.join(ROLES)}.")
            check_crs(frame, role)

    def __getitem__(self, role: str) -> gpd.GeoDataFrame:
        try:
            return self.frames[role]
        except KeyError:
            raise LayerMissing(role) from None

    def __contains__(self, role: object) -> bool:
        return role in self.frames

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def check_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, what: str) -> None:
    """Raise `DataError` unless the coordinates are metres in EPSG:25833: an area in degrees is no area."""
    if frame.crs is None:
        raise DataError(f"{what} har ikke noe koordinatsystem. Oppgi det med crs i layers.toml.")
    if frame.crs.to_epsg() != 25833:
        raise DataError(f"{what} er i {frame.crs.to_string()}; analysen regner i {CRS}.")
