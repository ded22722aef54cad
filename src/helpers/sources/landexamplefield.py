"""The test field («Målefelt») of the constructed municipality: axis-aligned, on flat ground, alone, and reckoned with pencil and paper.

The field is 500 m (u, eastwards) × 400 m (v, northwards) = 200 dekar. In its own coordinates:

==========  =====================  =========================================================================================
constraint  u, v within the field  from
==========  =====================  =========================================================================================
built       445–485, 0–400         a hall of 20 m across the whole field and 20 m past both ends, + 10 m on each side
roads       94–106, 0–400          the middle line of a local road at u = 100, 100 m past both ends, + 6 m on each side
protected   300–500, 0–150         a rectangle that goes 20 m past two edges; another lies within it and must add nothing
flood       0–500, 0–50            the 200-year zone; a 20-year zone lies within it, and a wider 1000-year zone must not count
farmland    200–400, 100–300       AR5 21
==========  =====================  =========================================================================================

The buffers' round ends lie outside the field, so that every figure is a product of whole metres, however a circle is drawn. Buffers, return period
and filter are those of helpers/land/defaults.toml; with others the figures do not hold.

What is covered by what, m² (`PIECES`), and what is left, 105 800 m² in three parts: 94 × 350 = 32 900 west of the road; 69 150 between the road and
the hall (339 × 350 − 40 000 − 14 500 + 5 000); 15 × 250 = 3 750 east of the hall, too narrow for a circle of 20 m. Left on plots: 102 050 m².
"""

from __future__ import annotations

from collections.abc import Mapping

import shapely

ORIGIN = (100_000.0, 7_200_000.0)  # south-west corner of the constructed municipality in EPSG:25833: open sea
CORNER = (17_500.0, 13_000.0)  # of the field, from ORIGIN
WIDTH, HEIGHT = 500.0, 400.0
ROAD_U, ROAD_BEYOND = 100.0, 100.0
HALL = (455.0, -20.0, 475.0, 420.0)
PROTECTED = ((300.0, -20.0, 520.0, 150.0), (300.0, 100.0, 400.0, 150.0))
FLOOD = ((20, (-20.0, 0.0, 520.0, 20.0)), (200, (-20.0, 0.0, 520.0, 50.0)), (1000, (-20.0, 0.0, 520.0, 120.0)))
FARMLAND = (200.0, 100.0, 400.0, 300.0)
ZONED = (-50.0, -50.0, 100.0, 450.0)  # a zoning plan in force; the rest of the field has none
PARCELS = (((-50.0, -50.0, 100.0, 450.0), "Eksempelvik kommune"), ((100.0, -50.0, 550.0, 450.0), None))
PIPE_U = {"water_mains": 88.0, "sewers": 86.0}  # along the road
CLEAR_M = 500.0  # nothing made by chance is nearer the field

# Which constraints cover a piece → m². The empty set is what is left.
PIECES: Mapping[frozenset[str], float] = {
    frozenset(names.split()): area
    for names, area in {
        "built": 40.0 * 250,
        "roads": 12.0 * 350,
        "protected": 200.0 * 150 - 40 * 150 - 160 * 50 - 100 * 50,
        "flood": 500.0 * 50 - 12 * 50 - 200 * 50,
        "farmland": 200.0 * 200 - 100 * 50,
        "roads flood": 12.0 * 50,
        "protected flood": 160.0 * 50,
        "protected farmland": 100.0 * 50,
        "built protected": 40.0 * 100,
        "built protected flood": 40.0 * 50,
        "": 94.0 * 350 + (339 * 350 - 200 * 200 - 145 * 100 + 100 * 50) + 15 * 250,
    }.items()
}
PLOTS_M2 = (69_150.0, 32_900.0)  # the parts that are large and wide enough
NARROW_M2 = 3_750.0
ABC = "C"  # of both: 1.5–2 km from a main road, more than 5 km from a station or the centre
ZONED_M2 = 100.0 * 400
ORDER = (
    "built",
    "roads",
    "railway",
    "water",
    "protected",
    "flood",
    "landslide",
    "shoreline",
    "farmland",
    "bog",
    "slope",
)


def expected() -> dict[str, dict[str, float]]:
    """The figures of the field for each constraint that meets it, m².

    Returns
    -------
    Constraint → ``exclusive`` (booked in the order of `ORDER`), ``gross``, ``sole`` (covered by it alone) and ``shapley`` (each piece shared
    equally by those that cover it). The exclusive areas, and the Shapley shares, add up to the lost 94 200 m².
    """
    found: dict[str, dict[str, float]] = {}
    for name in ORDER:
        own = {names: area for names, area in PIECES.items() if name in names}
        if own:
            found[name] = {
                "exclusive": sum(area for names, area in own.items() if min(names, key=ORDER.index) == name),
                "gross": sum(own.values()),
                "sole": own[frozenset({name})],
                "shapley": sum(area / len(names) for names, area in own.items()),
            }
    return found


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in the field's coordinates as a polygon in those of the municipality (metres from `ORIGIN`)."""
    return shapely.box(CORNER[0] + west, CORNER[1] + south, CORNER[0] + east, CORNER[1] + north)


def upright(u: float, beyond: float = ROAD_BEYOND) -> shapely.LineString:
    """A line from south to north through the field and `beyond` it, in the municipality's coordinates."""
    x, y = CORNER[0] + u, CORNER[1]
    return shapely.LineString([(x, y - beyond), (x, y + HEIGHT + beyond)])


def field() -> shapely.Polygon:
    """The field in EPSG:25833."""
    return shapely.transform(rectangle(0, 0, WIDTH, HEIGHT), lambda places: places + ORIGIN)


def clear() -> shapely.Polygon:
    """The field with its surroundings, in the municipality's coordinates."""
    return rectangle(-CLEAR_M, -CLEAR_M, WIDTH + CLEAR_M, HEIGHT + CLEAR_M)
