"""Drawings and parts that several tests look at, with names that try to break out of them."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pandas as pd
from markupsafe import Markup
from shapely import LineString, Polygon

from helpers.charts import parts
from helpers.charts.areamap import AreaKind, MapArea, MapBase, Spot, area_map
from helpers.charts.areamapgeometry import frames
from helpers.charts.balance import BalanceRow, balance
from helpers.charts.bars import Bar, Cell, Half, bar_chart, column_chart, pair_chart
from helpers.charts.flowmap import Flow, Point, flow_map
from helpers.charts.lines import Line, line_chart
from helpers.charts.multiples import Small, small_multiples
from helpers.charts.outin import out_in_chart
from helpers.charts.parts import Figure
from helpers.charts.patterns import CATEGORIES
from helpers.charts.steps import StepBar, step_chart
from helpers.charts.tornado import Range, tornado
from helpers.charts.waterfall import Step, waterfall

HOSTILE = """<img src=x onerror=alert(1)>"'&$x^2$"""
YEARS = list(range(2017, 2023))
RATE = [58.0, 58.5, 57.7, 58.2, 60.4, 60.1]
COUNTY = [60.8, 61.6, 61.6, 61.5, 63.2, 63.5]
COUNTRY = [66.0, 66.8, 67.1, 66.4, 68.1, 68.7]
OUT = [3757, 3980, 3939, 3954, 4177, 4186]
IN = [2767, 2910, 2904, 3030, 3110, 3082]


def count(value: float) -> str:
    return f"{round(value):,}".replace(",", "\u202f").replace("-", "\u2212")


def one(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").replace("-", "\u2212")


LABELS = parts.Labels(
    show_table="Vis tallene",
    download="Last ned",
    misread="Misforstås",
    fetch="Hent:",
    missing=("–", "kan ikke beregnes"),
    signs={":": "konfidensielt", "..": "mangler", "*": "færre enn 4"},
    formats={"count": count, "percent": lambda v: one(v) + "\u00a0%", "number": one, "signed": count, "points": one},
)
TEXTS = {
    "out": "Ut av Halden", "in": "Inn til Halden", "tip": "{name}: {out} ut, {in} inn", "persons": "{count} personer",
    "person": "{count} person", "km": "{count} km", "ends": "Bred ende der folk bor, smal ende der de arbeider",
    "beyond": "Åpen ring: utenfor kartet, i denne retningen",
}  # fmt: skip

# East and north in km, persons out and in 2022 (SSB 03321): a dense, a coastal and a far northern municipality.
PLACES = {
    "Halden": (302, 6553), "Sarpsborg": (288, 6577), "Fredrikstad": (272, 6572), "Oslo": (264, 6656), "Moss": (255, 6591),
    "Aremark": (318, 6564), "Rakkestad": (300, 6585), "Indre Østfold": (287, 6613), "Råde": (263, 6585),
    "Nordre Follo": (268, 6627), "Bærum": (247, 6655), "Hvaler": (273, 6552), "Marker": (314, 6597),
}  # fmt: skip
HALDEN_FLOWS = {
    "Sarpsborg": (1454, 1009), "Fredrikstad": (862, 803), "Oslo": (584, 188), "Moss": (210, 154), "Aremark": (76, 239),
    "Rakkestad": (112, 143), "Indre Østfold": (103, 87), "Råde": (94, 51), "Nordre Follo": (77, 24), "Bærum": (52, 17),
}  # fmt: skip


def point(name: str, shown: str = "") -> Point:
    east, north = PLACES[name]
    return Point(shown or name, east * 1000.0, north * 1000.0)


def halden_map(name: str = "Halden", partner: str = "") -> Figure:
    flows = [Flow(point(key, partner or key), out, into) for key, (out, into) in HALDEN_FLOWS.items()]
    others = [point("Hvaler", partner), point("Marker", partner)]
    texts = {**TEXTS, "out": f"Ut av {name}", "in": f"Inn til {name}"}
    return flow_map(point("Halden", name), flows, others, alt=f"Kart over {name}", count=count, texts=texts)


MAP_TEXTS = {
    "north": "N", "m": "{count} m", "km": "{count} km", "speck": "Ring: felt som er for lite til å tegnes", "frame": "Utsnitt",
    "road": "Hovedvei", "railway": "Jernbane", "station": "Stasjon", "boundary": "Kommunegrense", "sea": "Hav",
}  # fmt: skip
SITES = {  # east and north in km, radius in m
    "Langmyra": (290, 6560, 620), "Moen": (294, 6556.5, 480), "Havna": (286.5, 6557, 350), "Tangen": (287.3, 6556.2, 140),
    "Bruket": (298, 6557, 70), "Skogen": (297, 6561, 400),
}  # fmt: skip


def blob(east: float, north: float, radius: float, corners: int = 24) -> Polygon:
    """A shape like a potato round a point, in metres."""
    angles = [2 * math.pi * n / corners for n in range(corners)]
    reach = [radius * (1 + 0.2 * math.sin(3 * a + east) + 0.1 * math.cos(5 * a)) for a in angles]
    return Polygon([(east + r * math.cos(a), north + r * math.sin(a)) for r, a in zip(reach, angles)])


def map_base(name: str = "Eksempelvik") -> MapBase:
    return MapBase(
        blob(291_000, 6_558_500, 9000, 60),
        blob(284_500, 6_554_000, 2500),
        LineString([(284_000, 6_565_000), (289_000, 6_559_000), (299_000, 6_552_000)]),
        LineString([(283_000, 6_562_000), (289_800, 6_558_200), (292_000, 6_551_000)]),
        [Spot(name, 289_000, 6_558_700), Spot(f"{name} stasjon", 289_800, 6_558_200, "station")],
    )


def map_areas(name: str = "") -> list[MapArea]:
    """Each site cut in two: what is left, and what a zone of one of seven kinds takes."""
    out = []
    for n, (site, (east, north, radius)) in enumerate(SITES.items()):
        whole, zone = blob(east * 1000, north * 1000, radius), blob(east * 1000 + radius, north * 1000, 0.7 * radius)
        kind = CATEGORIES[1 + n % 6]
        out.append(MapArea(whole.difference(zone), "solid", f"{name or site}: ledig", name or site))
        out.append(MapArea(whole.intersection(zone), kind, f"{name or site}: tapt til {kind}"))
    return out


def kinds(name: str = "Hindring") -> list[AreaKind]:
    return [AreaKind(fill, f"{name} {n}", fill, f"{count(1000 * n)} dekar") for n, fill in enumerate(CATEGORIES[:7])]


def site_map(name: str = "") -> Figure:
    areas = map_areas(name)
    details = frames([area.geometry for area in areas], 3)
    return area_map(map_base(name or "Eksempelvik"), kinds(name or "Hindring"), areas, alt=f"Felt {name}", texts=MAP_TEXTS,
                    count=count, details=details)  # fmt: skip


def dekar(value: float) -> str:
    return count(value) + "\u00a0dekar"


def land_bars(name: str = "Halden") -> dict[str, Figure]:
    """Waterfall, tornado, need against supply and a ladder, each with something unknown."""
    losses = [Step("Bebygd", 830, fill="cross"), Step("Vernet", 0), Step("Flom", None, f"kartlag mangler {name}"),
              Step(f"Strandsone i {name}", 370, fill="lines")]  # fmt: skip
    ranges = [Range("Areal per arbeidsplass", 180, 330, "23 m² per jobb", "40 m² per jobb"), Range(name, 255, 222, "få", "mange"),
              Range("Reserve", None, 250, "uten", "med", word="ikke regnet"), Range("Jobber", None, None, word="ukjent")]  # fmt: skip
    rows = [BalanceRow(f"A: {name}", 60, 25, "Det mangler 35 dekar."), BalanceRow("B", 90, 410, name),
            BalanceRow("C", 150, None, supply_word=f"kartlag mangler i {name}"), BalanceRow("Uten", 0, 17)]  # fmt: skip
    ladder = [StepBar("Planlagt", 3200, note="41 tomter"), StepBar(f"Regulert {name}", 900),
              StepBar("Vann", None, word=f"ukjent {name}"), StepBar("Eier", None, 900, note="høyst 12 tomter"), StepBar("Stor", 0)]  # fmt: skip
    return {
        "waterfall": waterfall(
            Step("Planlagt til næring", 3200), losses, Step("Ledig", 2000), alt=f"Foss {name}", value_format=dekar
        ),
        "tornado": tornado(
            240, ranges, alt=f"Utslag {name}", value_format=dekar, axis_format=count, base_text=f"{name}: 240 dekar"
        ),
        "balance": balance(rows, alt=f"Behov {name}", value_format=dekar, need_name="Behov", supply_name="Ledig"),
        "ladder": step_chart(
            ladder, alt=f"Trinn {name}", value_format=dekar, upper_format=lambda v: f"høyst {dekar(v)}"
        ),
    }


def rates(name: str = "Halden") -> list[Line]:
    return [
        Line(name, "muni", YEARS, RATE),
        Line("Østfold", "county", YEARS, COUNTY),
        Line("Landet", "country", YEARS, COUNTRY),
    ]


def crowded() -> list[Line]:
    """Five lines that end within half a unit of each other, one with a long name, one with an interval."""
    ends = [104.4, 104.5, 104.3, 104.2, 104.6]
    kinds = ("muni", "county", "other", "country", "other")
    names = ("Halden", "Østfold", "Søndre Viken", "Landet", "Guovdageaidnu – Kautokeino")
    low = [99.0, 99.5, 100.2, 101.0, 102.0, 103.0]
    return [
        Line(name, kind, YEARS, [100, 101, 102.2, 103 + n / 4, 103.5, end], low if n == 0 else None,
             [v + 2 for v in low] if n == 0 else None)
        for n, (name, kind, end) in enumerate(zip(names, kinds, ends))
    ]  # fmt: skip


@functools.lru_cache(maxsize=8)
def charts(name: str = "Halden") -> dict[str, Figure]:
    """Every kind of drawing once; `name` stands wherever a name from data can."""
    gaps = [Cell(12), Cell(9), Cell(None, word=f"skjermet {name}"), Cell(5)]
    months = ["jan.", "feb.", "mars", "april"]
    small = Small(name, "Prosent", rates(name), f"Små {name}", one)
    return {
        "rates": line_chart(rates(name), alt=f"Linjer for {name}", y_format=count, value_format=one),
        "crowded": line_chart(crowded(), alt="Tett", y_format=count, value_format=one),
        "seven": out_in_chart([*YEARS, 2023], [*OUT, 4193], [*IN, 3054], out_name="Ut", in_name="Inn", net_title="Netto", alt="Sju år", y_format=count),
        "out_in": out_in_chart(YEARS, OUT, IN, out_name=name, in_name="Inn", net_title=f"Netto {name}", alt=f"Ut {name}",
                               y_format=count),
        "bars": bar_chart([Bar(name, Cell(11.3, 10.8, 12.2), "muni"), Bar("Hvaler", Cell(None, word=name)),
                           Bar("Moss", Cell(-4))], alt=f"Søyler {name}", value_format=one),
        "pairs": pair_chart(["Sarpsborg", name], Half(f"Ut av {name}", "out", [Cell(1454), Cell(862)]),
                            Half("Inn", "in", [Cell(1009), Cell(None, word="skjermet: færre enn 4")]),
                            alt=f"Par {name}", value_format=count),
        "columns": column_chart([Bar(month, cell, "muni") for month, cell in zip(months, gaps)], alt=f"Måneder {name}",
                                value_format=count),
        "masked": line_chart([Line(name, "muni", months, [3.0, None, 2.0, 2.5])], alt=f"Måneder {name}", y_format=one,
                             masked=["feb."], word="skjermet: færre enn 4", zero=True),
        "small": small_multiples([small])[0],
        "empty": line_chart([Line(name, "muni", YEARS, [None] * 6)], alt="Ingen", y_format=one, word=f"mangler {name}"),
        "map": halden_map(name),
        "areas": site_map("" if name == "Halden" else name),
        **land_bars(name),
    }  # fmt: skip


def table(name: str = "Halden", key: str = "tabell") -> parts.DataTable:
    rows = pd.DataFrame(
        {
            "place": [name, "Hvaler", "I alt"],
            "n": [1234567.0, float("nan"), -990.0],
            "n_status": [None, ":", None],
            "rate": [60.149, None, 0.04],
        }
    )
    columns = [
        parts.Column("place", f"Kommune {name}"),
        parts.Column("n", "Personer", "count"),
        parts.Column("rate", "Andel", "percent"),
    ]
    return parts.DataTable(key, f"Tabell for {name}", columns, rows, f"{name} 2022", highlight=name, sum_row="I alt")


def wide_table() -> parts.DataTable:
    """More columns than any phone has room for."""
    columns = [
        parts.Column("place", "Kommune"),
        *(parts.Column(f"y{n}", f"Utviklingen {n}", "count") for n in range(14)),
    ]
    rows = [{"place": "Halden", **{f"y{n}": 1234567 for n in range(14)}}]
    return parts.DataTable("bred", "Mange kolonner", columns, rows)


def page_parts(name: str = "Halden") -> list[parts.Part]:
    """Every part once, with a section for each drawing."""
    drawn = charts(name)
    base = parts.BaseTable(f"Arbeidsplasser i {name}", ("Regnet fra", "Nivå", "Endring", "Mot målet"), [
        parts.BaseRow("2019", "12 599", "+524", 1.048, "over målet"), parts.BaseRow("2021", "13 124", "−1", -0.002)])  # fmt: skip
    cards = [
        parts.TargetCard("m1", f"500 i {name}", "Planen", "Fristen er ute", "Kilde", bases=[base]),
        parts.TargetCard(
            "m2", "70 prosent", name, "Ikke målt", name, measured=False, hatch="Ingen tall", command=f"hent {name}"
        ),
        parts.TargetCard(
            "m3", "33 000", name, "Under", "Kilde", facts=[parts.Fact(name, "1,6 %")], figure=drawn["rates"]
        ),
    ]
    sections: list[parts.Part] = [
        parts.Section(f"s{n}", f"{name} {key}", name, [figure], f"Kilde {name}", [f"Avsnitt {name}"], [name, "To"],
                      table(name, f"t{n}"))
        for n, (key, figure) in enumerate(drawn.items())
    ]  # fmt: skip
    return [
        parts.Head(
            "commuting",
            "3101",
            name,
            "Østfold",
            "3101-halden",
            name,
            f"Ingress {name}",
            ["2022", name],
            name,
            "2022",
            {"a": 1.0},
        ),
        parts.KeyFigures([parts.KeyFigure(name, "60,1", "%", [name])]),
        parts.Findings("Det viktigste", [Markup("<b>29 prosent</b> pendler."), name]),
        parts.Cards("Mål", name, cards),
        *sections,
        parts.Section("wide", "Mange år", "Personer", table=wide_table()),
        parts.MissingNote("note", f"Næringer {name}", name, [name], f"hent {name}"),
        parts.Links("Les videre", [parts.Link("commuting.html", name, name)]),
        parts.Footer([parts.FooterColumn(name, [name])]),
    ]


def page(body: str, footer: str = "") -> str:
    """A whole page under the policy that reports carry."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html><html lang="nb"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Prøve</title>'
        f"<style>{parts.stylesheet()}</style></head><body>"
        f'<main><div class="wrap">{body}</div></main>{footer}</body></html>'
    )


def whole_page(name: str = "Halden") -> str:
    made = page_parts(name)
    return page("".join(part.html() for part in made[:-1]), made[-1].html())


def elements(figure: Figure) -> Iterator[ElementTree.Element]:
    """The elements of a drawing; it is well-formed XML too."""
    yield from ElementTree.fromstring(str(figure.svg)).iter()


def of_class(figure: Figure, name: str) -> list[ElementTree.Element]:
    return [e for e in elements(figure) if name in e.get("class", "").split()]


def texts(figure: Figure) -> list[str]:
    return ["".join(e.itertext()) for e in elements(figure) if e.tag == "text"]


def vertices(path: ElementTree.Element) -> list[tuple[float, float]]:
    """The points of a path made of straight lines."""
    numbers = [float(v) for v in re.findall(r"-?[\d.]+", path.get("d", ""))]
    return list(zip(numbers[0::2], numbers[1::2]))
