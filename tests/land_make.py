"""Small layers built from rectangles, and what is true of them, reckoned with plain shapely and without the measures that the pages use.

Every buffer is 0 here, so that an area is a product of whole metres. A cell of 200 × 200 m is 40 dekar; cells lie 300 m apart from west to east.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from helpers.land.layers import COLUMNS, CRS, ROLES, LayerMeta, Layers
from helpers.land.settings import settings

EAST, NORTH = 300_000.0, 6_500_000.0
FLAT = dict.fromkeys(
    ("building_buffer_m", "main_road_buffer_m", "road_buffer_m", "railway_buffer_m", "shoreline_buffer_m"), 0
)
EXACT = 1e-3  # m²
Shape = shapely.Geometry


def box(west: float, south: float, east: float, north: float) -> Shape:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def line(*points: tuple[float, float]) -> Shape:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in points])


def point(x: float, y: float) -> Shape:
    return shapely.Point(EAST + x, NORTH + y)


def cell(n: int, width: float = 200, height: float = 200) -> Shape:
    return box(300 * n, 0, 300 * n + width, height)


def frame(role: str, rows: Iterable[tuple[Any, ...]]) -> gpd.GeoDataFrame:
    """Rows of a geometry and the columns of its role."""
    rows = list(rows)
    columns = {
        name: pd.array([row[at] for row in rows], dtype=kind)
        for at, (name, kind) in enumerate(COLUMNS[role].items(), 1)  # type: ignore[index, call-overload]
    }
    return gpd.GeoDataFrame(columns, geometry=[row[0] for row in rows], crs=CRS)


FAR = box(60_000, 60_000, 60_100, 60_100)
FAR_LINE = line((60_000, 60_000), (60_100, 60_000))
BUSINESS = [(cell(0), 1340, 2), (cell(1), 1340, 2), (cell(2), 1350, 2), (cell(3), 1310, 1)]
WORLD: Mapping[str, list[tuple[Any, ...]]] = {
    "boundary": [(box(-70_000, -70_000, 70_000, 70_000), "3101")],
    "planned": [*BUSINESS, (cell(5), 1130, 2), (cell(6), 1800, 1), (cell(7), 1110, 1)],
    "buildings": [(box(0, 0, 40, 200),), (box(0, 0, 20, 20),), (box(900, 0, 950, 200),)],
    "roads": [(line((-100, 220), (1200, 220)), False), (line((-100, -1500), (1200, -1500)), True)],
    "railway": [(FAR_LINE,)],
    "stations": [(point(-1000, 100), "Stasjonen")],
    "centre": [(box(-5000, 0, -4900, 100), "Byen")],
    "zoning": [(box(-50, -50, 550, 250),)],
    "protected": [(box(300, 0, 400, 200), "Skogen")],
    "flood": [(box(0, 0, 500, 50), 200.0), (box(600, 0, 800, 200), 1000.0)],
    "landslide": [(FAR, 100.0)],
    "ar5": [(box(600, 0, 640, 200), 21), (FAR, 60), (FAR, 81)],
    "shoreline": [(FAR_LINE,)],
    "slope": [(FAR, 30.0)],
    "water_mains": [(line((0, 260), (450, 260)),)],
    "sewers": [(line((0, 270), (1200, 270)),)],
    "parcels": [(box(-50, -50, 250, 250), "Kari"), (box(250, -50, 450, 250), "Ola"), (box(450, -50, 850, 250), "Per")],
}
EMPTY: Mapping[str, list[tuple[Any, ...]]] = {
    role: [row] if role != "planned" else [(FAR, 1110, 1)]
    for role, row in {
        **{role: (FAR, *({"string": "x", "Int64": 1, "Float64": 100.0, "boolean": False}[kind] for kind in columns.values())) for role, columns in COLUMNS.items()},
        "boundary": WORLD["boundary"][0],
    }.items()
}  # fmt: skip


def surface(shape: Shape) -> Shape:
    """The polygons of what an intersection gives: an edge in common is no area."""
    return shapely.union_all([each for each in shapely.get_parts(shape) if each.geom_type == "Polygon"])


def layers(
    world: Mapping[str, Sequence[tuple[Any, ...]]] = WORLD,
    *,
    without: Sequence[str] = (),
    own: Mapping[str, Any] | None = None,
    code: str = "3101",
    partly: Sequence[str] = (),
    **changed: Sequence[tuple[Any, ...]],
) -> Layers:
    """The layers of a world with some changed and some left out; those of `partly` do not cover the municipality."""
    held = {role: frame(role, rows) for role, rows in {**world, **changed}.items() if role not in without}
    metas = {
        role: LayerMeta(
            role,
            "own",
            f"{role}.gpkg",
            producer="Halden kommune",
            features=len(each),
            cover="Bare noen steder er kartlagt" if role in partly else "",
        )  # type: ignore[arg-type]
        for role, each in held.items()
    }
    return Layers(code, settings({**FLAT, **(own or {})}), held, metas)


@dataclass(frozen=True)
class Truth:
    """What is so of layers without buffers. Areas in m²."""

    layers: Layers

    def _all(self, role: str, keep: Any = None) -> Shape:
        rows = self.layers[role]
        return shapely.union_all(rows.geometry[rows.index if keep is None else keep(rows)].to_numpy())

    def _planned(self, *kinds: tuple[int, int]) -> Shape:
        def chosen(rows: gpd.GeoDataFrame) -> list[bool]:
            return [not pd.isna(code) and any(low <= code <= high for low, high in kinds) for code in rows["purpose"]]

        found = self._all("planned", chosen)
        return found.intersection(self._all("boundary")) if "boundary" in self.layers else found

    @cached_property
    def planned(self) -> Shape:
        return self._planned((1300, 1399))

    @cached_property
    def without_purpose(self) -> float:
        rows = self.layers["planned"]
        return float(
            shapely.union_all(rows.geometry[[pd.isna(code) or code < 1000 for code in rows["purpose"]]].to_numpy()).area
        )

    @cached_property
    def beside(self) -> Shape:
        return self._planned((1130, 1130), (1800, 1899))

    @cached_property
    def by_status(self) -> dict[str, float]:
        rows = self.layers["planned"]
        business = rows[[not pd.isna(code) and 1300 <= code <= 1399 for code in rows["purpose"]]]
        words = [
            {1: "existing", 2: "future", 3: "existing"}.get(-1 if pd.isna(each) else int(each), "unknown")
            for each in business["status"]
        ]
        found = {"future": 0.0, "existing": 0.0, "unknown": 0.0}
        for word, shape in zip(words, business.geometry, strict=True):
            found[word] += shape.intersection(self.planned).area
        return found

    @cached_property
    def cover(self) -> dict[str, Shape]:
        """Constraint → what it covers of the planned; only those whose layer is held."""
        held, set_ = self.layers, self.layers.settings
        rules = {
            "built": ("buildings", None),
            "water": ("ar5", lambda rows: rows["artype"].isin([81, 82])),
            "farmland": ("ar5", lambda rows: rows["artype"].isin([21, 22, 23])),
            "bog": ("ar5", lambda rows: rows["artype"] == 60),
            "flood": ("flood", lambda rows: ~(rows["return_years"] > 200).fillna(False)),
            "landslide": ("landslide", lambda rows: ~(rows["return_years"] > 1000).fillna(False)),
            "slope": ("slope", lambda rows: ~(rows["slope_percent"] < 20).fillna(False)),
        }
        found = {}
        for name in set_.order:
            role, keep = rules.get(name, (name, None))
            if role in held:
                found[name] = surface(self._all(role, keep).intersection(self.planned))
        return found

    @cached_property
    def missing(self) -> list[str]:
        return [name for name in self.layers.settings.order if name not in self.cover]

    @cached_property
    def partly(self) -> list[str]:
        """The hazards that are held but not mapped everywhere."""
        metas = self.layers.meta
        return [each for each in ("flood", "landslide", "slope") if each in metas and metas[each].cover]

    @cached_property
    def most(self) -> bool:
        """Whether something that nobody knows of could take more."""
        return bool(self.missing or self.partly)

    def booked(self, order: Sequence[str]) -> dict[str, float]:
        """Each constraint takes what those before it have left."""
        found, rest = {}, self.planned
        for name in order:
            left = rest.difference(self.cover[name])
            found[name] = rest.area - left.area
            rest = left
        return found

    @cached_property
    def exclusive(self) -> dict[str, float]:
        return self.booked(list(self.cover))

    @cached_property
    def shapley(self) -> dict[str, float]:
        """The mean over every order, of those that cover something."""
        some = [name for name, shape in self.cover.items() if shape.area > 0]
        orders = [self.booked(order) for order in itertools.permutations(some)]
        return {name: math.fsum(each[name] for each in orders) / len(orders) for name in some}

    @cached_property
    def sole(self) -> dict[str, float]:
        return {
            name: shape.difference(shapely.union_all([other for key, other in self.cover.items() if key != name])).area
            for name, shape in self.cover.items()
        }

    @cached_property
    def net(self) -> Shape:
        return self.planned.difference(shapely.union_all(list(self.cover.values())))

    @cached_property
    def parts(self) -> list[Shape]:
        """Connected net land."""
        return [each for each in shapely.get_parts(self.net) if each.area > EXACT]

    def is_plot(self, shape: Shape) -> bool:
        set_ = self.layers.settings
        wide = not shapely.buffer(shape, -(set_.min_width_m / 2 - EXACT)).is_empty
        return shape.area >= set_.min_area_m2 - EXACT and wide

    @cached_property
    def plots(self) -> list[Shape]:
        return sorted((each for each in self.parts if self.is_plot(each)), key=lambda each: -each.area)

    @cached_property
    def left(self) -> float:
        return math.fsum(each.area for each in self.plots)

    @cached_property
    def sieved(self) -> dict[str, float]:
        rest = [each.area for each in self.parts if not self.is_plot(each)]
        least = self.layers.settings.min_area_m2
        return {
            "small": sum(a for a in rest if a < least - EXACT),
            "narrow": sum(a for a in rest if a >= least - EXACT),
        }

    @cached_property
    def lost(self) -> float:
        return float(self.planned.area) - self.left

    def near(self, shape: Shape, role: str, metres: float, keep: Any = None) -> bool | None:
        if role not in self.layers:
            return None
        return bool(shape.distance(self._all(role, keep)) <= metres + EXACT) if len(self.layers[role]) else False

    def owner(self, shape: Shape) -> bool | None:
        """One owner of all of it; None where some of it is on no parcel, or an owner is not known."""
        if "parcels" not in self.layers:
            return None
        rows = self.layers["parcels"]
        on = rows[[each.intersection(shape).area > 10 for each in rows.geometry]]
        if on["owner"].nunique() > 1:
            return False
        covered = shapely.union_all(on.geometry.to_numpy()).intersection(shape).area
        return True if len(on) and on["owner"].notna().all() and shape.area - covered < 10 else None

    def steps(self, shape: Shape) -> list[tuple[str, bool | None]]:
        """What road, pipes and owner say of a piece of land."""
        set_ = self.layers.settings
        pipes = [self.near(shape, role, set_.pipe_access_m) for role in ("water_mains", "sewers")]
        both = False if False in pipes else None if None in pipes else True
        return [("road", self.near(shape, "roads", set_.road_access_m)), ("pipes", both), ("owner", self.owner(shape))]

    @cached_property
    def stops(self) -> dict[str, float]:
        """m² of the net by the first step that surely stops it; only what is inside a zoning plan goes on."""
        found: dict[str, float] = {}
        held = "zoning" in self.layers
        inside = self.net.intersection(self._all("zoning")) if held else self.net
        if held and self.net.area - inside.area > EXACT:
            found["zoned"] = self.net.area - inside.area
        for shape in [each for each in shapely.get_parts(inside) if each.area > EXACT]:
            met = [*self.steps(shape), ("size", self.is_plot(shape))]
            unknown = self.most or not held or any(each is None for _, each in met)
            word = next((key for key, each in met if each is False), "unknown" if unknown else "ready")
            found[word] = found.get(word, 0.0) + shape.area
        return found

    @cached_property
    def ready(self) -> tuple[int, float, int, float]:
        """Ready plots inside zoning plans: the most, number and m², and the least."""
        zoned = "zoning" in self.layers
        inside = self.net.intersection(self._all("zoning")) if zoned else self.net
        units = [each for each in shapely.get_parts(inside) if each.area > EXACT and self.is_plot(each)]
        met = [[each for _, each in self.steps(unit)] for unit in units]
        able = [unit.area for unit, said in zip(units, met, strict=True) if False not in said]
        certain = [unit.area for unit, said in zip(units, met, strict=True) if all(said) and zoned and not self.most]
        return len(able), sum(able), len(certain), sum(certain)

    def abc(self, shape: Shape) -> str:
        """The class of land, or unknown where what is not held could change it."""
        rules = self.layers.settings.abc

        def main(metres: float) -> bool | None:
            if "roads" not in self.layers:
                return None
            known, unknown = self.layers["roads"]["main"].fillna(False), self.layers["roads"]["main"].isna()
            near = shapely.dwithin(self.layers["roads"].geometry.to_numpy(), shape, metres + EXACT)
            return True if (near & known).any() else None if (near & unknown).any() else False

        def centre(metres: float) -> bool | None:
            if "centre" in self.layers:
                return self.near(shape, "centre", metres)
            plan = [not pd.isna(code) and code == 1130 for code in self.layers["planned"]["purpose"]]
            return shape.distance(self._all("planned", lambda rows: plan)) <= metres if any(plan) else None

        def either(*said: bool | None) -> bool | None:
            return True if True in said else None if None in said else False

        a = either(self.near(shape, "stations", rules.a_station_m), centre(rules.a_centre_m))
        some = either(self.near(shape, "stations", rules.b_station_m), centre(rules.b_centre_m))
        road = main(rules.b_main_road_m)
        b = False if False in (some, road) else None if None in (some, road) else True
        for key, holds in (("A", a), ("B", b), ("C", main(rules.c_main_road_m))):
            if holds is None:
                return "unknown"
            if holds:
                return key
        return "none"

    @cached_property
    def classes(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for shape in self.plots:
            key = self.abc(shape)
            found[key] = found.get(key, 0.0) + shape.area
        return found


assert set(WORLD) == set(EMPTY) == set(ROLES)
