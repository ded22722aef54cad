"""The map of the list: which municipalities are on it, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from helpers import places, prose
from helpers.charts.placesmap import Spot, places_map
from helpers.errors import KommunerapportError
from helpers.pages.reports import FRONT, Report
from helpers.prose import name, plain, text

Ring = list[tuple[float, float]]
_PX = 400  # the drawing's width
_LEAST_PX = 2  # a smaller island is not seen


def draw(reports: Sequence[Report]) -> tuple[Markup, Markup]:
    """The map and its caption; both empty where fewer than two municipalities can be drawn."""
    points = places.points()
    held = [(report, _jobs(report)) for report in reports if report.municipality in points.index]
    found = [(report, jobs) for report, jobs in held if jobs is not None]
    if len(found) < 2:
        return Markup(), Markup()
    east, north = (points[each].to_dict() for each in ("east_m", "north_m"))
    spots = [
        Spot(
            plain(name(report.name)), f"{report.slug}/{report.front.file}", east[report.municipality], north[report.municipality],
            jobs, text("index.map.told", name=plain(name(report.name)), n=jobs),
        )
        for report, jobs in found
    ]  # fmt: skip
    largest = max(spots, key=lambda spot: spot.count)
    rings, source = _borders([report.municipality for report, _ in found], spots)
    drawn = places_map(
        spots,
        alt=plain(text("index.map.alt", name=largest.name, jobs=largest.count)),
        count=prose.count,
        texts={"unit": text("index.map.unit"), "km": text("index.map.km", count="{count}")},
        outlines=rings,
    )
    said = [text("index.map.caption")]
    if source:
        said.append(text("index.map.borders", source=source))
    if lacking := len(reports) - len(found):
        said.append(text("index.map.lacking", n=lacking))
    return drawn.svg, Markup(" ").join(said)


def _jobs(report: Report) -> float | None:
    front = report.pages.get(FRONT)
    return front.keys.get("jobs") if front else None


def _borders(codes: Sequence[str], spots: Sequence[Spot]) -> tuple[list[Ring], str]:
    """The outlines of the municipalities, as coarse as the drawing lets nobody see, and where they come from; none where they are not fetched."""
    from helpers.tables import boundaries

    try:
        frame = boundaries.load()
    except KommunerapportError:
        return [], ""
    across = max(
        max(spot.east_m for spot in spots) - min(spot.east_m for spot in spots),
        max(spot.north_m for spot in spots) - min(spot.north_m for spot in spots),
    )
    pixel = max(across, 30_000.0) / _PX
    shapes = frame[frame["code"].isin(codes)].geometry.simplify(pixel).explode()
    return [ring for shape in shapes if (ring := _ring(shape, pixel))], str(frame.attrs["source"])


def _ring(shape: Any, pixel: float) -> Ring:
    if shape.is_empty:
        return []
    left, low, right, high = shape.bounds
    wide = max(right - left, high - low)
    return [(float(x), float(y)) for x, y, *_ in shape.exterior.coords] if wide >= _LEAST_PX * pixel else []
