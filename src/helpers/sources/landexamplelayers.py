"""The map layers of the constructed municipality, as a municipality's files have them: own column names, and the faults that real files have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from helpers.land.layers import CRS
from helpers.sources import landexamplefield as test_field
from helpers.sources.landexampleplace import (
    AREAS,
    BOGS,
    CENTRE,
    FARMS,
    HILLS,
    HOUSING,
    OTHER_PLANS,
    OUTER,
    STATIONS,
    Place,
)  # fmt: skip
from helpers.sources.landexampleshapes import Shapes, blob, link, on_grid, only_areas, rough_rectangle, turned

if TYPE_CHECKING:
    import geopandas as gpd

NAMES = {"9901": "Eksempelvik (konstruert)", "9902": "Nabolia (konstruert)", "9903": "Grensefjell (konstruert)"}
PURPOSES = {1310: "Kontor", 1340: "Industri", 1350: "Lager"}  # written with their names in some rows
PROTECTED = {
    "Elvesletta naturreservat": (12950, 9900, 420, 260, 40), "Neset fuglefredningsområde": (4650, 12850, 620, 420, 40),
    "Storvatnet naturreservat": (12000, 10950, 420, 260, 60), "Utmarka myrreservat": (11350, 13150, 330, 260, 20),
    "Kystpynten landskapsvernområde": (6500, 6650, 520, 300, 20), "Kystpynten naturreservat": (6700, 6600, 240, 160, 20),
    "Grensefjell landskapsvernområde": (19000, 11300, 900, 900, 90), "Moen myrreservat": (15250, 10500, 360, 240, 40),
    "Sørøya naturreservat": (10300, 1500, 500, 220, 10),
}  # fmt: skip
SLIDES = [(16550, 6800, 330, 240, 30), (17300, 8850, 300, 240, 50), (10850, 8350, 260, 190, 40), (14800, 4800, 190, 140, 0), (11200, 12750, 280, 190, 20),
          (10250, 14500, 220, 170, 50), (17900, 7100, 350, 250, 30)]  # fmt: skip
FLOODS, SLIDE_SIZES = {20: 0.5, 200: 1.0, 1000: 1.5}, {100: 0.5, 1000: 1.0, 5000: 1.5}
PIPES = {
    "water_mains": (6500, 2900, 17200, 13200),
    "sewers": (8000, 3000, 16900, 10500),
}  # the main roads that have them along
CELL = 3_500.0  # metres: the large areas are cut in squares, as map producers do


def frame(rows: Iterable[Mapping[str, Any]], shapes: Iterable[Any] | None = None) -> gpd.GeoDataFrame:
    """Rows with a ``geometry`` each (or `shapes`, in the same order) in EPSG:25833, moved from local metres to the sea."""
    import geopandas as gpd

    told = [dict(row) for row in rows]
    own: Shapes = np.empty(len(told), dtype=object)
    own[:] = [row.pop("geometry") for row in told] if shapes is None else list(shapes)
    origin, high = np.array(test_field.ORIGIN), shapely.has_z(own)
    moved = shapely.transform(own, lambda places: places + origin)
    moved[high] = shapely.transform(own[high], lambda places: places + np.append(origin, 0), include_z=True)
    return gpd.GeoDataFrame(told, geometry=moved, crs=CRS)


def _squares(shape: Any) -> list[Any]:
    west, south = (each.ravel() for each in np.meshgrid(np.arange(0, OUTER[0], CELL), np.arange(0, OUTER[1], CELL)))
    pieces = shapely.intersection(shape, shapely.box(west, south, west + CELL, south + CELL))
    return [each for each in map(only_areas, on_grid(pieces)) if shapely.area(each) > 1]


def boundary(place: Place) -> gpd.GeoDataFrame:
    """The municipality and its neighbours."""
    return frame(
        {"kommunenummer": code, "kommunenavn": NAMES[code], "geometry": area} for code, area in place.boundaries.items()
    )


def planned(place: Place) -> gpd.GeoDataFrame:
    """The municipal plan. Faults: purposes as text, some with a name; one that is no code (1355); a status that is lacking; a bow-tie, a null
    and an empty geometry; a duplicate; overlaps; slivers."""
    rng = place.chance("planned")
    own = place.boundaries["9901"]
    rows: list[tuple[int, int | None, Any, str]] = [
        (1300, 2, test_field.rectangle(0, 0, test_field.WIDTH, test_field.HEIGHT), "Målefeltet")
    ]
    rows += [(each.purpose, each.status, area, each.name) for each, area in zip(AREAS, place.business, strict=True)]
    east = next(row for row in rows if row[3] == "Krysset øst")
    rows += [
        (1350, 2, rough_rectangle(rng, 16500, 5560, 460, 300, 8), "Krysset øst, utvidelse"),
        (*east[:3], "Krysset øst (dublett)"),
        (1340, 2, shapely.Polygon([(15750, 6000), (16050, 6200), (16050, 6000), (15750, 6200)]), "Trekanten"),
        (1340, 2, shapely.box(17200, 4300, 17202.5, 4620), "Flis langs veien"),
        (1390, None, rough_rectangle(rng, 8600, 6450, 120, 90, 30), "Uten status"),
    ]  # fmt: skip
    taken = shapely.union_all([shapely.make_valid(row[2]) for row in rows])
    rows += [(1110, each[5], area, "Bolig") for each, area in zip(HOUSING, place.housing, strict=True)]
    drawn = [(purpose, status, rough_rectangle(rng, *size)) for purpose, status, *size in OTHER_PLANS]
    drawn += [(1130, 1, blob(rng, *CENTRE, wave=0.05)), (2020, 1, shapely.buffer(place.railway, 10, quad_segs=2))]
    drawn += [(2010, 1, shapely.buffer(line, 12, quad_segs=2)) for _, line in place.main_roads]
    rows += [
        (purpose, status, only_areas(shapely.difference(shapely.intersection(shape, own), taken)), "")
        for purpose, status, shape in drawn
    ]
    taken = shapely.union_all([shapely.make_valid(row[2]) for row in rows])
    land, sea = shapely.intersection(place.land, own), shapely.difference(own, place.land)
    rows += [(5001, 1, each, "LNFR") for each in _squares(shapely.difference(land, taken))]
    rows += [(6001, 1, each, "Sjø") for each in _squares(shapely.difference(sea, taken))]
    rows += [(1340, 2, None, "Uten geometri"), (1110, 1, shapely.Polygon(), "Tom geometri")]
    texts = [
        f"{code} - {PURPOSES[code]}" if code in PURPOSES and index % 3 == 0 else str(code)
        for index, (code, *_) in enumerate(rows)
    ]
    told = [
        {"AREALFORMAL": text, "AREALST": row[1], "OMRADENAVN": row[3] or None}
        for text, row in zip(texts, rows, strict=True)
    ]
    found = frame(told, on_grid(row[2] for row in rows))
    return found.astype({"AREALST": "Int64"})


def buildings(place: Place) -> gpd.GeoDataFrame:
    """Footprints; the last is a duplicate of the one before."""
    shapes = place.buildings.copy()
    shapes[-1] = shapes[-2]
    return frame(({"BYGGNR": 9_900_000 + index} for index in range(len(shapes))), shapes)


def roads(place: Place) -> gpd.GeoDataFrame:
    """Middle lines with heights, and the road's category."""
    lines = [*place.main_roads, *place.local_roads]
    heights = place.chance("heights").integers(4, 180, len(lines))
    shapes = on_grid(line for _, line in lines)
    return frame(({"VEGKATEGORI": kind} for kind, _ in lines), shapely.force_3d(shapes, heights.astype(float)))


def railway(place: Place) -> gpd.GeoDataFrame:
    """The track."""
    return frame([{"BANE": "Eksempelbanen"}], on_grid([place.railway]))


def stations(place: Place) -> gpd.GeoDataFrame:
    """Two points."""
    return frame({"navn": f"{name} stasjon", "geometry": shapely.Point(at)} for name, at in STATIONS.items())


def centre(place: Place) -> gpd.GeoDataFrame:
    """The middle of the town."""
    return frame([{"navn": "Eksempelvik sentrum"}], on_grid([blob(place.chance("centre"), *CENTRE, wave=0.05)]))


def zoning(place: Place) -> gpd.GeoDataFrame:
    """Zoning plans: in force (planstatus 3), proposed (2) and repealed (5)."""
    found = [
        ("3", "Målefeltet vest", test_field.rectangle(*test_field.ZONED)),
        ("3", "Sentrumsplanen", blob(place.chance("centre"), *CENTRE, wave=0.05)),
    ]
    for index, (each, area) in enumerate(zip(AREAS, place.business, strict=True)):
        if each.zoned:
            part = _first_part(area, each.degrees, each.zoned)
            found.append(("3", f"{each.name} (detaljregulering)", shapely.buffer(part, 12, join_style="mitre")))
        elif index % 3 == 0:
            found.append(("25"[index % 2], f"{each.name} (ikke i kraft)", shapely.buffer(area, 12, join_style="mitre")))
    found += [
        ("3", f"Boligplan {index}", area)
        for index, (area, each) in enumerate(zip(place.housing, HOUSING, strict=True))
        if each[5] == 1
    ]
    rows = [
        {"planstatus": status, "plannavn": name, "planid": f"9901-{index:03}"}
        for index, (status, name, _) in enumerate(found)
    ]
    return frame(rows, on_grid(shape for *_, shape in found))


def _first_part(area: Any, degrees: float, share: float) -> Any:
    """What lies in the first `share` of an area's length, seen along its own direction."""
    middle = shapely.get_coordinates(shapely.centroid(area))[0]
    west, south, east, north = shapely.bounds(shapely.transform(area, lambda places: turned(places - middle, -degrees)))
    front = shapely.box(west - 1, south - 1, west + (east - west) * share + (1 if share == 1 else 0), north + 1)
    return only_areas(
        shapely.intersection(area, shapely.transform(front, lambda places: turned(places, degrees) + middle))
    )


def protected(place: Place) -> gpd.GeoDataFrame:
    """Protected areas, two of which overlap. Faults: a bow-tie, an empty geometry."""
    rng = place.chance("protected")
    rows = [("Målefeltet naturreservat", test_field.rectangle(*each)) for each in test_field.PROTECTED]
    rows += [(name, shapely.difference(blob(rng, *each), test_field.clear())) for name, each in PROTECTED.items()]
    rows += [
        ("Sløyfa naturreservat", shapely.Polygon([(9600, 12000), (10000, 12300), (10000, 12000), (9600, 12300)])),
        ("Uten flate", shapely.Polygon()),
    ]
    return frame(
        ({"OffisieltNavn": f"{name} (konstruert)", "verneform": "konstruert"} for name, _ in rows),
        on_grid(shape for _, shape in rows),
    )


def flood(place: Place) -> gpd.GeoDataFrame:
    """Flood zones along the river; a rarer flood covers also what a more frequent one does."""
    along = shapely.line_interpolate_point(place.river, np.arange(0, shapely.length(place.river), 320.0))
    rows = [{"gjentaksintervall": years, "geometry": test_field.rectangle(*each)} for years, each in test_field.FLOOD]
    for years, size in FLOODS.items():
        rng = place.chance("flood")  # the same dents for each return period
        pools = [
            blob(rng, at.x, at.y, rng.uniform(60, 220) * size, rng.uniform(50, 150) * size, rng.uniform(0, 180))
            for at in along
        ]
        zone = only_areas(
            shapely.intersection(
                shapely.union_all([*pools, shapely.buffer(place.water, 30 * size, quad_segs=2)]), place.land
            )
        )
        rows += [{"gjentaksintervall": years, "geometry": each} for each in shapely.get_parts(on_grid([zone])[0])]
    return frame(rows)


def landslide(place: Place) -> gpd.GeoDataFrame:
    """Landslide zones, in the neighbouring UTM zone and with a column name cut after ten signs."""
    rows = []
    for years, size in SLIDE_SIZES.items():
        rng = place.chance("landslide")
        rows += [
            {"GJENTAKSIN": years, "geometry": blob(rng, x, y, long * size, wide * size, degrees)}
            for x, y, long, wide, degrees in SLIDES
        ]
    found = frame(rows).to_crs("EPSG:25832")
    return found.set_geometry(shapely.set_precision(found.geometry.to_numpy(), 0.1), crs=found.crs)


def ar5(place: Place) -> gpd.GeoDataFrame:
    """Land cover: every square metre of the municipality in one class (11 built, 12 roads, 21–23 farmland, 30 forest, 50 open, 60 bog, 81 fresh water, 82 sea)."""
    rng = place.chance("ar5")
    own, clear = place.boundaries["9901"], test_field.clear()
    lines = [shapely.buffer(line, 12, quad_segs=1, cap_style="flat") for _, line in place.main_roads]
    towns = [area for area, each in zip(place.housing, HOUSING, strict=True) if each[5] == 1] + [
        blob(rng, *CENTRE, wave=0.05)
    ]
    towns += [area for area, each in zip(place.business, AREAS, strict=True) if each.built >= 0.5]
    farms = [blob(rng, *each, wave=0.16) for each in FARMS]
    kinds: list[tuple[int, Any]] = [
        (82, shapely.difference(own, place.land)),
        (81, place.water),
        (12, lines),
        (11, towns),
    ]
    kinds += [(code, farms[index::4]) for index, code in ((0, 21), (1, 21), (2, 22), (3, 23))]
    kinds += [
        (60, [blob(rng, *each, wave=0.16) for each in BOGS]),
        (50, [blob(rng, x, y, a * 0.7, b * 0.7, turn) for x, y, a, b, turn in HILLS]),
        (30, own),
    ]
    rows = [{"ARTYPE": 21, "geometry": test_field.rectangle(*test_field.FARMLAND)}]
    taken = rows[0]["geometry"]
    for code, shapes in kinds:
        shape = shapely.intersection(shapely.union_all(shapes), own)
        if code not in (30, 82):
            shape = shapely.difference(shape, clear)
        pieces = _squares(shapely.difference(shape, taken))
        rows += [{"ARTYPE": code, "geometry": each} for each in shapely.get_parts(pieces) if shapely.area(each) > 20]
        taken = shapely.union_all([taken, *pieces])
    return frame(rows)


def shoreline(place: Place) -> gpd.GeoDataFrame:
    """The coast of the mainland and the islands, in degrees (EPSG:4258, longitude first)."""
    lines = shapely.get_parts(
        shapely.line_merge(shapely.intersection(shapely.boundary(place.land), shapely.box(0, 0, *OUTER)))
    )
    found = frame([{"objtype": "Kystkontur"}] * len(lines), lines).to_crs("EPSG:4258")
    return found.set_geometry(
        shapely.transform(found.geometry.to_numpy(), lambda places: places.round(6)), crs=found.crs
    )


def slope(place: Place) -> gpd.GeoDataFrame:
    """Rings around the hills: each polygon's least slope in percent."""
    rng = place.chance("slope")
    rows = []
    for x, y, long, wide, degrees in HILLS:
        seed = int(rng.integers(1 << 32))
        rings = [
            blob(np.random.default_rng(seed), x, y, long * size, wide * size, degrees)
            for size in (1.2, 1.0, 0.75, 0.55)
        ]
        pairs = zip((12, 22, 35), rings[:-1], rings[1:], strict=True)
        rows += [{"HELNING": least, "geometry": shapely.difference(outer, inner)} for least, outer, inner in pairs]
    shapes = [
        only_areas(shapely.difference(shapely.intersection(row["geometry"], place.land), test_field.clear()))
        for row in rows
    ]
    return frame(({"HELNING": row["HELNING"]} for row in rows), on_grid(shapes))


def pipes(place: Place, role: str) -> gpd.GeoDataFrame:
    """Water mains or sewers: along the main roads in the middle, out to the areas that have them, and along the road of the test field."""
    rng = place.chance(role)
    trunk = shapely.intersection(shapely.union_all([line for _, line in place.main_roads]), shapely.box(*PIPES[role]))
    least = 1 if role == "water_mains" else 2
    links = [
        link(rng, area, trunk, 0.04) for each, area in zip(AREAS, place.business, strict=True) if each.pipes >= least
    ]
    shapes = [*shapely.get_parts(trunk), *links, test_field.upright(test_field.PIPE_U[role])]
    return frame(({"ledning": index} for index in range(len(shapes))), on_grid(shapes))


def parcels(place: Place) -> gpd.GeoDataFrame:
    """Properties on land; an owner that the register does not say is null. A business area has as many owners as its recipe says."""
    rng = place.chance("parcels")
    land = shapely.intersection(place.land, place.boundaries["9901"])
    rows = [{"EIER": owner, "geometry": test_field.rectangle(*each)} for each, owner in test_field.PARCELS]
    for each, area in zip(AREAS, place.business, strict=True):
        rest, unknown = shapely.intersection(area, land), rng.random() < 0.15
        for index in range(each.owners):
            part = _first_part(rest, each.degrees, 1 / (each.owners - index))
            rest = only_areas(shapely.difference(rest, part))
            known = (
                "Eksempelvik kommune"
                if each.status == 2 and each.zoned == 1
                else f"Næringseier {rng.integers(100, 200)} (konstruert)"
            )
            rows.append({"EIER": None if unknown else known, "geometry": part})
    taken = shapely.union_all([row["geometry"] for row in rows])
    seeds = shapely.MultiPoint(rng.uniform((3000, 0), (EASTMOST, EASTMOST), (1500, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, *OUTER), ordered=True))
    owners = [
        None if draw < 0.12 else f"Grunneier {number} (konstruert)"
        for draw, number in zip(rng.random(1500), rng.integers(200, 900, 1500))
    ]
    free = shapely.difference(shapely.intersection(cells, land), taken)
    rows += [
        {"EIER": owner, "geometry": only_areas(shape)}
        for owner, shape in zip(owners, free, strict=True)
        if shapely.area(shape) > 100
    ]
    return frame(
        (
            {"EIER": row["EIER"], "MATRIKKEL": f"9901-{index // 40 + 1}/{index % 40 + 1}"}
            for index, row in enumerate(rows)
        ),
        on_grid(row["geometry"] for row in rows),
    )


EASTMOST = 20_000.0
MAKERS: Mapping[str, Callable[[Place], gpd.GeoDataFrame]] = {
    "boundary": boundary, "planned": planned, "buildings": buildings, "roads": roads, "railway": railway, "stations": stations, "centre": centre,
    "zoning": zoning, "protected": protected, "flood": flood, "landslide": landslide, "ar5": ar5, "shoreline": shoreline, "slope": slope,
    "water_mains": lambda place: pipes(place, "water_mains"), "sewers": lambda place: pipes(place, "sewers"), "parcels": parcels,
}  # fmt: skip


def all_frames(seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Role → the layer as its file has it. The same seed gives the same layers."""
    place = Place(seed)
    return {role: make(place) for role, make in MAKERS.items()}
