"""The constructed municipality as a place: coast, lake, river, railway, roads, settlements, business areas, buildings.

All in metres from `landexamplefield.ORIGIN`. What is drawn by hand stands in the tables; the rest is chance with a fixed seed, one generator for each
part, so that a change of one part leaves the others as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely

from helpers.sources import landexamplefield as test_field
from helpers.sources.landexampleshapes import (
    Random,
    Shapes,
    blob,
    halls,
    link,
    on_grid,
    only_areas,
    rough,
    rough_rectangle,
    rows,
    smooth,
    streets,
)  # fmt: skip

BUILDINGS = 20_000
EAST, NORTH, OUTER = 19_400.0, 15_700.0, (23_600.0, 19_200.0)
COAST = [
    (5200, 19500), (4900, 16800), (4300, 15000), (5600, 13800), (4000, 12600), (5000, 11400), (5900, 10900), (5300, 9900), (6300, 9300), (7600, 8900),
    (8700, 8350), (9300, 8000), (9650, 7600), (9350, 7250), (8200, 7000), (6600, 6900), (5900, 6100), (7300, 5300), (6700, 4200), (8600, 3700),
    (9900, 2900), (11700, 3100), (12900, 2000), (14600, 2400), (15600, 1500), (17600, 2000), (18800, 1100), (21000, 1600), (23800, 900),
]  # fmt: skip
ISLANDS = [(3000, 9000, 900, 500, 60), (2400, 12900, 600, 300, 100), (4700, 5100, 500, 280, 30), (10300, 1500, 650, 280, 10), (3700, 7100, 260, 180, 0),
           (16500, 650, 400, 200, 20), (7300, 7900, 230, 110, 10), (5000, 3300, 200, 120, 50)]  # fmt: skip
LAKE = (13_600, 11_300, 1_500, 520, 35)
RIVER = [(13900, 17000), (14300, 14700), (13900, 13300), (14500, 12000), (13700, 11400), (12500, 10500), (12250, 9900), (11500, 9400), (11250, 8750),
         (10700, 8250), (10000, 7950), (9600, 7620)]  # fmt: skip
RAILWAY = [
    (22000, 5300),
    (18000, 5650),
    (14250, 5800),
    (12300, 6500),
    (10150, 7150),
    (10350, 8400),
    (9950, 10500),
    (9300, 13500),
    (8900, 18800),
]
STATIONS = {"Eksempelvik": (10150, 7150), "Krysset": (14250, 5800)}
CENTRE = (10_150, 7_450, 420, 300, 20)
MAIN_ROADS = {
    "E": [[(22500, 4500), (19000, 4600), (16800, 5050), (14300, 5450), (14700, 7300), (15900, 9000), (16300, 11300), (15500, 13200), (15100, 15500), (15000, 18800)]],
    "F": [
        [(14300, 5450), (12400, 6100), (10400, 7050), (10200, 7900), (9000, 9000), (7700, 10300), (7200, 12000), (6700, 14000), (7000, 18800)],
        [(10400, 7050), (9300, 6300), (8700, 5000), (10600, 4000), (13000, 3500), (16000, 3100), (19000, 3000), (22500, 2500)],
    ],
    "R": [[(10400, 7050), (11200, 7900), (11900, 8900), (13600, 9300), (15900, 9000)]],
}  # fmt: skip
HOUSING = [  # x, y, half axes, degrees, status
    (9900, 9250, 950, 560, 20, 1), (11550, 7150, 700, 500, 30, 1), (9400, 5650, 900, 520, 30, 1), (12700, 7500, 700, 480, 10, 1),
    (13350, 6700, 480, 330, 45, 1), (7850, 5000, 620, 420, 70, 1), (7600, 12700, 620, 480, 80, 1), (13300, 4150, 900, 420, 10, 1),
    (16500, 10200, 520, 420, 60, 1), (17300, 3800, 650, 420, 0, 1), (7000, 10400, 520, 330, 120, 1), (8500, 10500, 620, 380, 100, 1),
    (11600, 5300, 560, 380, 20, 2), (15900, 7600, 420, 320, 40, 2),
]  # fmt: skip
OTHER_PLANS = [  # purpose, status, x, y, length, width, degrees
    (1160, 1, 10700, 7450, 320, 220, 20), (1162, 1, 9500, 9900, 260, 180, 10), (1163, 2, 11900, 6650, 300, 220, 30), (1150, 1, 14050, 6250, 240, 160, 0),
    (1120, 1, 5600, 14600, 700, 420, 60), (1120, 2, 12100, 2800, 500, 300, 10), (1120, 1, 12600, 12500, 600, 320, 30), (1170, 2, 7500, 4350, 360, 240, 30),
    (1201, 1, 18300, 8300, 480, 360, 20), (1400, 1, 12050, 8050, 340, 260, 0), (1500, 1, 15300, 6150, 160, 120, 0), (1510, 2, 17900, 6500, 240, 200, 0),
    (1800, 2, 10550, 6750, 340, 200, 20), (1810, 1, 13950, 5150, 280, 180, 10), (1802, 2, 9750, 7950, 240, 150, 30), (1830, 2, 15250, 8350, 420, 300, 40),
    (2040, 1, 8750, 6990, 320, 90, 14), (2080, 1, 14350, 5950, 180, 60, 160), (3001, 1, 10900, 7000, 420, 240, 60), (3040, 1, 11000, 8550, 460, 160, 50),
    (3050, 2, 10450, 7800, 180, 120, 0), (5210, 1, 7900, 14300, 600, 400, 80), (1700, 1, 9050, 5000, 180, 150, 0), (1001, 2, 12300, 5600, 320, 220, 20),
]  # fmt: skip
HILLS = [(17800, 9400, 1100, 700, 60), (11900, 14200, 1300, 700, 20), (16900, 7500, 700, 450, 30), (8300, 15000, 800, 500, 70), (11000, 12100, 900, 500, 60),
         (18200, 14900, 900, 420, 10), (15200, 3900, 500, 260, 10)]  # fmt: skip
FARMS = [(11900, 9500, 900, 420, 45), (12700, 10300, 500, 300, 40), (12600, 4600, 900, 420, 10), (15900, 4050, 700, 330, 170), (7000, 13700, 520, 380, 80),
         (8100, 11600, 700, 330, 100), (14300, 8600, 700, 320, 30), (16300, 12300, 520, 360, 100), (18500, 4900, 600, 300, 0), (9900, 4700, 500, 260, 20),
         (6700, 11800, 420, 260, 60), (17800, 5300, 420, 220, 0), (14800, 14000, 420, 600, 20), (10700, 9700, 480, 300, 20),
         (16050, 14300, 300, 240, 30), (16400, 5600, 330, 200, 60)]  # fmt: skip
BOGS = [(15150, 10650, 520, 340, 40), (10300, 13500, 420, 260, 70), (13100, 14900, 520, 300, 10), (17400, 11300, 420, 260, 0), (9200, 12000, 360, 240, 50),
        (16300, 14700, 420, 240, 40), (14750, 9950, 380, 260, 0), (12700, 13400, 300, 200, 90)]  # fmt: skip


class Business(NamedTuple):
    """A business area of the plan: middle, length, width, degrees; purpose; status; built-up share; zoned share; road; pipes (0, 1 water, 2 both); owners."""

    name: str
    x: float
    y: float
    long: float
    wide: float
    degrees: float
    purpose: int
    status: int
    built: float = 0
    zoned: float = 0
    road: bool = True
    pipes: int = 0
    owners: int = 1


AREAS = [
    Business("Havna", 9050, 7000, 420, 150, 14, 1350, 1, 1, 1, True, 2),
    Business("Stasjonsparken", 10450, 6500, 300, 190, 20, 1310, 2, 0, 1, True, 2),
    Business("Bryggetorget", 9480, 7960, 240, 150, 150, 1310, 2, 0, 0.5, True, 2, 2),
    Business("Kontorgata", 10900, 7720, 300, 180, 30, 1300, 1, 0.55, 1, True, 2, 3),
    Business("Elvebakken", 10750, 8180, 380, 260, 45, 1300, 2, 0, 1, True, 2),
    Business("Krysset næringspark", 14900, 5950, 560, 420, 10, 1300, 2, 0, 1, True, 2),
    Business("Krysset sør", 14500, 4950, 640, 420, 5, 1340, 1, 0.5, 1, True, 2, 2),
    Business("Krysset øst", 16100, 5480, 800, 330, 8, 1350, 2, 0, 0, True, 1, 3),
    Business("Terminalen", 16150, 4720, 620, 300, 170, 1350, 2, 0, 1, True, 2),
    Business("Jernbanetomta", 12950, 6170, 520, 260, 150, 1390, 2, 0, 0.5, True, 2, 4),
    Business("Vegkroa", 14080, 5400, 110, 80, 10, 1360, 1, 1, 1, True, 2),
    Business("Elvemoen", 11830, 9560, 480, 360, 45, 1340, 2, 0, 0, True, 0, 2),
    Business("Elvesletta", 12560, 9880, 520, 420, 40, 1340, 2, 0, 0.5, True, 1),
    Business("Vassosen", 12560, 10830, 420, 330, 35, 1340, 2),
    Business("Sagbruket", 11050, 9250, 260, 170, 60, 1340, 1, 1, 1, True, 1),
    Business("Moen industri", 15050, 9650, 560, 460, 60, 1340, 2, 0.15, 1, True, 2, 2),
    Business("Moen nord", 17000, 10900, 460, 360, 20, 1340, 2, 0, 0.5, True, 1),
    Business("Myra", 15200, 10650, 380, 300, 40, 1340, 2, 0, 0, False, 0),
    Business("Åsen", 17350, 9150, 460, 360, 60, 1390, 2, 0, 0, True, 0, 2),
    Business("Skredlia", 16700, 6900, 420, 320, 30, 1340, 2, 0, 0, True, 0),
    Business("Nordmarka", 15900, 14150, 620, 440, 10, 1340, 2, 0, 0, True, 0, 2),
    Business("Grensa nord", 15450, 15650, 460, 380, 0, 1350, 2, 0, 1, True, 0),
    Business("Grensa øst", 19350, 5150, 520, 380, 0, 1350, 2, 0, 0, True, 0),
    Business("Fjellporten", 19020, 11600, 420, 300, 10, 1390, 2, 0, 0, False, 0),
    Business("Kystpynten", 6480, 6740, 360, 260, 20, 1340, 2, 0, 0, True, 0),
    Business("Neset", 4500, 12680, 420, 300, 40, 1340, 2, 0, 0, True, 0, 3),
    Business("Fiskehavna", 7500, 9080, 300, 170, 160, 1340, 1, 0.6, 1, True, 1),
    Business("Sørhavna", 11000, 3200, 420, 240, 8, 1350, 2, 0, 1, True, 1),
    Business("Nordbygda", 6850, 12900, 300, 240, 80, 1340, 2, 0, 0, True, 1),
    Business("Bygda teknikk", 7750, 11300, 220, 150, 60, 1390, 1, 1, 1, True, 2),
    Business("Sørbygda verksted", 12200, 3900, 200, 140, 0, 1355, 1, 0.8, 1, True, 2),
    Business("Remsa", 15450, 6700, 560, 14, 70, 1340, 2, 0, 1, True, 2),
    Business("Fliken", 13900, 7150, 40, 34, 20, 1310, 2, 0, 1, True, 2),
    Business("Utmarka", 11100, 13000, 520, 400, 30, 1340, 2, 0, 0, False, 0),
    Business("Brattlia", 12500, 13680, 380, 280, 20, 1340, 2, 0, 0.5, False, 0),
    Business("Strandneset", 14500, 2560, 460, 260, 20, 1350, 2, 0, 0, True, 0, 2),
    Business("Setra", 10200, 14600, 300, 260, 50, 1390, 2, 0, 0, False, 0),
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The municipality for one seed; each part is made when it is asked for."""

    seed: int

    def chance(self, part: str) -> Random:
        """The generator of one part."""
        return np.random.default_rng([self.seed, *part.encode()])

    @cached_property
    def boundaries(self) -> dict[str, Any]:
        """Code → area: 9901, and its neighbours in the north (9902) and east (9903). They meet without gaps."""
        rng = self.chance("boundaries")
        east = rough(rng, [(EAST, 0.0), (EAST + 200, 6000.0), (EAST - 150, 11000.0), (EAST, NORTH)], 4, 0.12)
        north = rough(rng, [(EAST, NORTH), (14000.0, NORTH - 200), (8000.0, NORTH + 150), (0.0, NORTH)], 4, 0.1)
        both = np.concatenate([east, north[1:]])
        own = shapely.make_valid(shapely.Polygon([(0, 0), *both]))
        rest = shapely.difference(shapely.box(0, 0, *OUTER), own)
        upper = shapely.Polygon([(-1, OUTER[1] + 1), (-1, NORTH - 2000), (EAST, NORTH), (OUTER[0] + 1, OUTER[1] + 1)])
        pieces = on_grid([own, shapely.intersection(rest, upper), shapely.difference(rest, upper)])
        return dict(zip(("9901", "9902", "9903"), pieces, strict=True))

    @cached_property
    def land(self) -> Any:
        """Land of all three, with islands; lakes are part of it."""
        rng = self.chance("coast")
        coast = rough(rng, COAST, 4, 0.16)
        mainland = shapely.make_valid(shapely.Polygon([*coast, (23800, 19500)]))
        islands = [blob(rng, *each, wave=0.2) for each in ISLANDS]
        return only_areas(on_grid([shapely.union_all([mainland, *islands])])[0])

    @cached_property
    def river(self) -> Any:
        """The middle line of the river, through the lake to the sea."""
        return shapely.LineString(smooth(rough(self.chance("river"), RIVER, 3, 0.14)))

    @cached_property
    def water(self) -> Any:
        """Lake and river, as far as they are land's."""
        lake = blob(self.chance("lake"), *LAKE, wave=0.1, points=64)
        return on_grid(
            [shapely.intersection(shapely.union(lake, shapely.buffer(self.river, 11, quad_segs=2)), self.land)]
        )[0]

    @cached_property
    def main_roads(self) -> list[tuple[str, Any]]:
        """Category (E, R, F) and line."""
        rng = self.chance("main roads")
        return [
            (kind, shapely.LineString(smooth(rough(rng, line, 2, 0.05))))
            for kind, lines in MAIN_ROADS.items()
            for line in lines
        ]

    @cached_property
    def railway(self) -> Any:
        """The single track."""
        return shapely.LineString(smooth(rough(self.chance("railway"), RAILWAY, 1, 0.03), 3))

    @cached_property
    def business(self) -> list[Any]:
        """The areas of `AREAS`, clipped to the land."""
        rng = self.chance("business")
        drawn = [rough_rectangle(rng, *each[1:6], amount=0.0 if each.wide < 50 else 0.03) for each in AREAS]
        return list(on_grid(only_areas(shapely.intersection(each, self.land)) for each in drawn))

    @cached_property
    def housing(self) -> list[Any]:
        """The areas of `HOUSING` without water and business."""
        rng = self.chance("housing")
        taken = shapely.union_all([self.water, *self.business])
        drawn = [shapely.difference(shapely.intersection(blob(rng, *each[:5]), self.land), taken) for each in HOUSING]
        return [max(shapely.get_parts(each), key=lambda part: float(shapely.area(part))) for each in on_grid(drawn)]

    @cached_property
    def housing_streets(self) -> Shapes:
        """Straight streets in the housing areas that are there today."""
        found = [streets(area, each[4], 84) for area, each in zip(self.housing, HOUSING, strict=True) if each[5] == 1]
        return np.concatenate(found)

    @cached_property
    def local_roads(self) -> list[tuple[str, Any]]:
        """Category (K municipal, P private, S forest) and line: streets, links to the areas, farm roads, and the road of the test field."""
        rng = self.chance("local roads")
        main = shapely.union_all([line for _, line in self.main_roads])
        found = [("K", each) for each in self.housing_streets]
        found += [("K", each) for each in streets(blob(rng, *CENTRE, wave=0.05), 20, 90)]
        found += [("K", link(rng, area, main)) for area in self.housing]
        found += [
            ("K" if each.zoned else "P", link(rng, area, main))
            for each, area in zip(AREAS, self.business, strict=True)
            if each.road
        ]
        for index in range(90):
            start = shapely.line_interpolate_point(main, rng.random(), normalized=True)
            x, y = shapely.get_coordinates(start)[0]
            turn, reach = rng.uniform(0, 2 * np.pi), rng.uniform(250, 1100)
            end = (x + reach * np.cos(turn), y + reach * np.sin(turn))
            line = shapely.LineString(rough(rng, [(x, y), end], 3, 0.12))
            if shapely.within(line, self.land) and not shapely.intersects(line, shapely.union_all(self.business)):
                found.append(("PS"[index % 2], line))
        found.append(("K", test_field.upright(test_field.ROAD_U)))
        top = shapely.Point(shapely.get_coordinates(found[-1][1])[-1])
        found.append(("P", link(rng, top, main, 0.04)))
        return found

    @cached_property
    def buildings(self) -> Shapes:
        """`BUILDINGS` rectangles, the hall of the test field first; none in water or on the parts of business areas that are free."""
        rng = self.chance("buildings")
        houses = rows(rng, self.housing_streets, 27, 15, (12.5, 9.5), 0.25)
        garages = rows(rng, self.housing_streets[::2], 34, 27, (6.5, 6), 0.15)
        city = rows(rng, streets(blob(rng, *CENTRE, wave=0.05), 20, 62), 32, 15, (24, 15), 0.3)
        works = [
            halls(area, each.degrees, each.built) for each, area in zip(AREAS, self.business, strict=True) if each.built
        ]
        rural = self._scattered(rng)
        loose = np.concatenate([houses, garages, city, rural])
        loose = loose[self._may_stand(loose)]
        hall = np.array([test_field.rectangle(*test_field.HALL)], dtype=object)
        found = np.concatenate([hall, *works, loose])[:BUILDINGS]
        return np.concatenate([found[:1], on_grid(found[1:], 0.25)])

    def _scattered(self, rng: Random) -> Shapes:
        """Farms, cabins and sheds: pairs of buildings along the roads outside the towns."""
        lines = np.array([line for kind, line in (*self.main_roads, *self.local_roads) if kind in "FRPS"], dtype=object)
        pieces = np.concatenate(
            [np.stack([ends[:-1], ends[1:]], axis=1) for ends in map(shapely.get_coordinates, lines)]
        )
        straight = shapely.linestrings(pieces)
        near = [
            rows(rng, straight[shapely.length(straight) > 30], 42, aside, size, 0.3)
            for aside, size in ((24, (13, 9)), (48, (17, 11)), (72, (8, 7)))
        ]
        found = np.concatenate(near)
        rng.shuffle(found)
        return found

    def _may_stand(self, buildings: Shapes) -> Any:
        own = shapely.intersection(self.land, self.boundaries["9901"])
        lines = [shapely.buffer(line, 9) for _, line in self.main_roads]
        shut = shapely.union_all(
            [self.water, test_field.clear(), shapely.buffer(self.railway, 12), *lines, *self.business]
        )
        shapely.prepare(own)
        shapely.prepare(shut)
        return shapely.contains(own, buildings) & ~shapely.intersects(shut, buildings)
