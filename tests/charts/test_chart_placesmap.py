"""The map of the list: areas in proportion, the largest under the small ones, names where there is room."""

from __future__ import annotations

import lxml.html
import pytest

from helpers.charts.placesmap import MANY, NAMED, SMALLEST, Spot, places_map
from helpers.prose import count

TEXTS = {"unit": "Arbeidsplasser", "km": "{count} km"}


def spot(number: int, jobs: float, name: str = "", east: float = 0.0, north: float = 0.0) -> Spot:
    return Spot(name or f"Kommune {number}", f"{number}/index.html", east, north, jobs, f"{name}: {jobs:.0f}")


def drawn(*spots: Spot, **more: object) -> lxml.html.HtmlElement:
    figure = places_map(spots, alt="Kart", count=count, texts=TEXTS, **more)  # type: ignore[arg-type]
    return lxml.html.fragment_fromstring(str(figure.svg))


def test_the_largest_lies_under_the_others_and_areas_are_in_proportion() -> None:
    found = drawn(spot(1, 100), spot(2, 900, east=50_000), spot(3, 0, east=90_000))
    assert found.xpath(".//a/@href") == ["2/index.html", "1/index.html", "3/index.html"]
    sizes = [float(each) for each in found.xpath(".//*[@class='spot']/@r")]
    assert sizes[0] == pytest.approx(3 * sizes[1], rel=0.01) and sizes[2] == SMALLEST


def test_only_names_that_stand_beside_their_circle_are_written_where_there_are_many() -> None:
    spots = [spot(n, 1000 - n, east=3_000.0 * (n % 30), north=4_000.0 * (n // 30)) for n in range(MANY + 30)]
    found = drawn(*spots)
    names = found.xpath(".//g[@data-of]")
    assert 0 < len(names) <= NAMED and not found.xpath(".//g[@data-of]/path")
    assert {each.get("data-of") for each in names} <= set(found.xpath(".//a/@href"))


def test_borders_lie_under_everything() -> None:
    ring = [(0.0, 0.0), (90_000.0, 0.0), (90_000.0, 50_000.0), (0.0, 0.0)]
    found = drawn(spot(1, 100), spot(2, 900, east=90_000), outlines=[ring])
    first = found[0]
    assert first.tag == "path" and "var(--rule)" in first.get("style") and first.get("d").endswith("Z")


def test_names_from_data_stay_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    found = drawn(spot(1, 100, hostile), spot(2, 900, "\"'&", east=50_000))
    assert not found.xpath(".//img") and hostile in found.text_content()
    assert any(each.startswith("\"'&") for each in found.xpath(".//a/@aria-label"))
