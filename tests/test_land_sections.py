"""The page on land for business: what is written of small layers of every kind, and whether it is true."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
import pytest
import shapely

import fetched
from fetched import Fetched
from helpers import prose
from helpers.charts import landready, parts
from helpers.charts.parts import plain
from helpers.charts.words import use_labels
from helpers.land.layers import ROLES, Layers
from helpers.measures import landanalysis, landneed
from helpers.measures.context import Context
from helpers.places import Municipality
from helpers.sources import landexamplefield, targets
from helpers.tables import landlayers
from helpers.targets import Target
from helpers.workspace import Workspace
from land_make import BUSINESS, EMPTY, FAR, FAR_LINE, WORLD, Truth, box, cell, layers, line
from measures.frames import industries, tidy
from test_sections import MARKED, Shown, collisions, shown_by_notebooks, written

ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2026, 11, 24)
ONLY_PLAN = [role for role in ROLES if role != "planned"]
NONE = Fetched({}, {})


def statuses(*each: tuple[float, int | None]) -> list[tuple[Any, ...]]:
    """Planned cells of so many dekar and a status."""
    return [(cell(n, 200, 5 * dekar), 1340, status) for n, (dekar, status) in enumerate(each)]


SITUATIONS: Mapping[str, Callable[[], Layers]] = {
    "every layer": layers,
    "no business in the plan": lambda: layers(planned=[(cell(0), 1110, 2), (cell(1), None, None)]),
    "no business, no boundary": lambda: layers(planned=[(cell(0), 1110, 2)], without=ONLY_PLAN),
    "no purpose": lambda: layers(planned=[(cell(0), None, 2), (cell(0), None, 1)]),
    "every status": lambda: layers(EMPTY, planned=[(cell(n), 1340, each) for n, each in enumerate((1, 2, 3, 3, 7, None))]),
    "an older law": lambda: layers(planned=[(cell(0), 130, 2), (cell(1), 140, 1), (cell(2), 1110, 1)]),
    "only beside": lambda: layers(planned=[(cell(0), 1130, 2), (cell(1), 1830, None)]),
    "all lost": lambda: layers(protected=[(box(-100, -100, 2000, 300), "Parken")]),
    "all lost to two": lambda: layers(EMPTY, planned=BUSINESS, protected=[(box(-100, -100, 550, 300), "")], flood=[(box(500, -100, 2000, 300), 20.0)]),
    "all too small": lambda: layers(EMPTY, planned=[(cell(n, 30, 30), 1340, 2) for n in range(4)]),
    "all too narrow": lambda: layers(EMPTY, planned=[(cell(n, 15, 400), 1340, 2) for n in range(4)]),
    "the sieve takes most": lambda: layers(EMPTY, planned=[*[(cell(n, 15, 400), 1340, 2) for n in range(1, 6)], (cell(0), 1340, 2)], protected=[(box(0, 0, 10, 200), "")]),
    "nothing lost": lambda: layers(EMPTY, planned=BUSINESS),
    "nothing lost, layers missing": lambda: layers(EMPTY, planned=BUSINESS, without=["flood", "slope"]),
    "one plot": lambda: layers(planned=[(cell(0), 1340, 2)]),
    "one plot, ready": lambda: layers(planned=[(cell(0), 1340, 2)], parcels=[(FAR, "Ola"), (cell(0), "Kari")]),
    "exactly 20 dekar": lambda: layers(EMPTY, planned=[(cell(0, 200, 100), 1340, 2), (cell(1, 200, 20), 1340, 2)]),
    "a hundred plots": lambda: layers(planned=[(cell(n, 40 + n, 100), 1300 + 10 * (n % 6), 1 + n % 2) for n in range(100)]),
    "zones partly mapped": lambda: layers(partly=["flood", "landslide"]),
    "nothing lost, flood partly mapped": lambda: layers(EMPTY, planned=BUSINESS, partly=["flood"]),
    "zones missing": lambda: layers(without=["flood", "landslide", "slope"]),
    "little lost, zones missing": lambda: layers(without=["flood", "ar5", "buildings"], protected=[(box(300, 0, 310, 200), "")]),
    "only the plan": lambda: layers(without=ONLY_PLAN),
    "only the plan, no centre": lambda: layers(planned=BUSINESS, without=ONLY_PLAN),
    "roads missing": lambda: layers(without=["roads"]),
    "zoning missing": lambda: layers(without=["zoning"]),
    "zoning missing, no road near": lambda: layers(without=["zoning"], roads=[(FAR_LINE, True)]),
    "sewers missing": lambda: layers(without=["sewers"]),
    "pipes missing": lambda: layers(without=["water_mains", "sewers"]),
    "parcels missing": lambda: layers(without=["parcels"]),
    "owners unknown": lambda: layers(parcels=[(box(-50, -50, 2000, 250), None)]),
    "stations missing": lambda: layers(without=["stations"]),
    "centre missing": lambda: layers(without=["centre"]),
    "centre missing, none in the plan": lambda: layers(planned=BUSINESS, without=["centre", "stations"]),
    "near the centre": lambda: layers(centre=[(box(0, 600, 100, 700), "Byen")]),
    "far from all": lambda: layers(EMPTY, planned=[(cell(0), 1340, 2)], centre=[(box(1300, 0, 1400, 100), "Byen")]),
    "main roads unknown": lambda: layers(roads=[(line((-100, 220), (1200, 220)), None)]),
    "status unknown": lambda: layers(planned=statuses((40, None), (30, None))),
    "status: a part unknown": lambda: layers(planned=statuses((40, 2), (20, 1), (40, None))),
    "status: existing": lambda: layers(planned=statuses((20, 2), (40, 1))),
    "status: even": lambda: layers(planned=statuses((40, 2), (39, 1), (1, None))),
    "status: not in the standard": lambda: layers(planned=statuses((40, 3), (10, 2))),
    "purposes unknown": lambda: layers(planned=[(cell(0), 1355, 2), (cell(1), 9999, 2), (cell(2), None, 2), (cell(4), 1340, 2)]),
    "zones of unknown return period": lambda: layers(flood=[(box(0, 0, 500, 50), None)], slope=[(box(600, 0, 610, 200), None)]),
    "overlapping plan": lambda: layers(planned=[(box(0, 0, 200, 200), 1340, 2), (box(100, 0, 300, 200), 1350, 1)]),
    "across the boundary": lambda: layers(boundary=[(box(-500, -500, 400, 500), "3101")]),
}  # fmt: skip

# Every third situation in the quick run; all where everything is tested.
EACH = [pytest.param(each, marks=[] if n % 3 == 0 else pytest.mark.slow) for n, each in enumerate(SITUATIONS)]
NOTHING = ("no business in the plan", "no business, no boundary", "no purpose", "an older law", "only beside")


@functools.cache
def truth(situation: str) -> Truth:
    return Truth(SITUATIONS[situation]())


@functools.cache
def page(situation: str) -> tuple[Context, Shown]:
    return opened(truth(situation).layers)


def opened(held: Layers | None, mine: tuple[Target, ...] = (), tables: Any = NONE, code: str = "3101", as_of: dt.date = TODAY) -> tuple[Context, Shown]:  # fmt: skip
    """The land page's parts, by the name of the function."""
    use_labels()
    ctx = Context(Municipality.find(code), tables, as_of, (), mine, read_layers=lambda: held)
    found: Shown = {}
    for theme, name, function in shown_by_notebooks():
        if theme == "land":
            found[theme, name] = function(
                ctx
            )  # a part or None: this page never lacks a figure without saying so itself
    return ctx, found


def given(found: Shown) -> dict[str, parts.Part]:
    return {name: part for (_, name), part in found.items() if isinstance(part, parts.Part)}


def section(found: Shown, name: str) -> parts.Section:
    part = found["land", name]
    assert isinstance(part, parts.Section), name
    return part


def heading(found: Shown, name: str) -> str:
    return plain(section(found, name).heading)


def told(found: Shown) -> str:
    return "\n".join(part.text() for part in given(found).values())


def table(found: Shown, name: str) -> pd.DataFrame:
    held = section(found, name).table
    assert held is not None
    return pd.DataFrame(held.rows)


def number(cell_: Any) -> float:
    return math.nan if isinstance(cell_, parts.Missing) else float(cell_)


def dekar(area: float) -> str:
    return prose.dekar(round(area, 3))


# --- what is written ------------------------------------------------------------------------------------------------


def faults(found: Shown) -> list[str]:
    """What is wrong with the parts of a page, whatever its figures are."""
    wrong = collisions(found)
    for name, part in given(found).items():
        tree = lxml.html.fragment_fromstring(str(part.html()), create_parent="div")
        seen = "|".join(text.strip("\n ") for text in tree.itertext())
        attributes = " | ".join(tree.xpath(".//@aria-label | .//@title | .//@alt | .//@download"))
        shown = part.table.text() if isinstance(part, parts.Section) and part.table is not None else ""
        for text in (re.sub(r" {2,}", "|", part.text().replace(shown, "")), seen, attributes):
            text = text.replace("09594", "tabell")
            wrong += [f"{name}: {each}" for each in written(text)]
            wrong += [
                f"{name}: {hit}"
                for hit in re.findall(r"(?<![\d,\u202f])1 (?:tomter|flater|kartlag mangler)|(?<!\w)inf\b", text)
            ]
        if isinstance(part, parts.Section):
            said = plain(part.heading)
            wrong += (
                [f"{name}: heading «{said}»"]
                if said.endswith(".") or not (said[0].isupper() or said[0] in "«0123456789")
                else []
            )
            wrong += [f"{name}: no source"] if part.figures and "Kilde:" not in plain(part.caption) else []
            wrong += [f"{name}: alt «{each.alt}»" for each in part.figures if len(each.alt) < 30]
    return wrong


@pytest.mark.parametrize("situation", EACH)
def test_every_section_is_well_written(situation: str) -> None:
    _, found = page(situation)
    assert faults(found) == []
    assert "konstruert" not in told(found).lower(), "a real municipality is never called constructed"
    assert not MARKED.search(told(found))
    assert found["land", "needed"] is None
    for name in ("head", "planned", "layers", "footer"):
        assert found["land", name] is not None
    business = truth(situation).planned.area > 0
    for name in ("keys", "findings", "losses", "lost", "plots", "readiness"):
        assert (found["land", name] is not None) == business, name
    assert (found["land", "placing"] is not None) == (truth(situation).left > 0)
    assert (found["land", "stopping"] is not None) == bool(truth(situation).stops)


# --- whether it is true ---------------------------------------------------------------------------------------------

SPELLED = {word: n for n, word in enumerate(("ingen", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"))}  # fmt: skip
GROUPS = {
    "built": "Bebygd, vei og bane", "roads": "Bebygd, vei og bane", "railway": "Bebygd, vei og bane", "water": "Vann og strandsone",
    "shoreline": "Vann og strandsone", "protected": "Vern", "flood": "Flom og skred", "landslide": "Flom og skred",
    "farmland": "Jordbruk og myr", "bog": "Jordbruk og myr", "slope": "Bratt, lite eller smalt", "small": "Bratt, lite eller smalt",
    "narrow": "Bratt, lite eller smalt",
}  # fmt: skip
NAMES = {
    "built": "bygninger", "roads": "vei", "railway": "jernbane", "water": "vann og sjø", "protected": "vern", "flood": "flomfare",
    "landslide": "skredfare", "shoreline": "strandsone", "farmland": "jordbruksareal", "bog": "myr", "slope": "bratt terreng",
    "small": "for lite", "narrow": "for smalt",
}  # fmt: skip


def counted(words: str) -> int:
    """«Tolv tomter» → 12."""
    first = words.split()[0].lower().replace("\u202f", "")
    return int(first) if first.isdigit() else SPELLED[first]


def title_is_true(real: Truth, said: str, lead: str) -> bool:
    planned, left = dekar(real.planned.area), dekar(real.left)
    if "kartlagene har ikke noe areal til næring" in said:
        return real.planned.area == 0 and real.without_purpose == 0
    if "plankartet sier ikke hva alt arealet er til" in said:
        return real.planned.area == 0 and real.without_purpose > 0
    if "ingenting er igjen av" in said:
        return not real.plots and planned in said
    most = "høyst" in said
    n = len(real.plots)
    where = "én tomt" if n == 1 else f"{n} tomter"
    named = all(NAMES[each] in lead for each in (*real.missing, *real.partly))
    return f"{left} næringsareal er igjen av {planned}" in said and most == real.most and where in lead and named


def planned_is_true(real: Truth, said: str) -> bool:
    area, whole = real.by_status, real.planned.area
    future, existing, unknown = (area[each] for each in ("future", "existing", "unknown"))
    return {
        "Mest av det planlagte næringsarealet er nytt": future > whole / 2,
        "Mest av det planlagte næringsarealet er nåværende": existing > whole / 2,
        "Nytt og nåværende næringsareal er omtrent like stort": whole > 0
        and abs(future - existing) + unknown <= 0.15 * whole,
        "Plankartet sier ikke hva som er nytt": unknown > whole / 2,
        "Plankartet sier ikke for alt areal om det er nytt": 0 < unknown <= whole / 2,
        "Plankartet har ikke noe areal til næring": whole == 0 and real.without_purpose == 0,
        "Plankartet sier ikke hva alt arealet er til": whole == 0 and real.without_purpose > 0,
    }[said]


def losses_is_true(real: Truth, said: str) -> bool:
    gone = real.lost / real.planned.area
    says, _, most = said.partition(", mest til ")
    says = says.replace("Minst ", "").replace("minst ", "")
    exact = not real.most
    holds = {
        "Alt det planlagte arealet faller bort": not real.plots,
        "Over halvparten av arealet faller bort": gone > 0.5,
        "Under halvparten av arealet faller bort": 0 < gone <= 0.5 and exact,
        "En del av arealet faller bort, og ikke alle hindringer er kartlagt": 0 < gone <= 0.5 and not exact,
        "Ingenting av det planlagte arealet faller bort": gone == 0 and exact,
        "Ingen hindring som er kartlagt, tar noe av arealet": gone == 0 and not exact,
    }[says]
    if not most:
        return holds
    key = next(key for key, name in NAMES.items() if name == most)
    by_order = real.exclusive | real.sieved  # most both in the order that is printed and on average over all orders
    average = {**real.shapley, **real.sieved}
    return holds and by_order[key] == max(by_order.values()) and average[key] == max(average.values())


def lost_is_true(real: Truth, said: str) -> bool:
    booked: dict[str, float] = {}
    average: dict[str, float] = {}
    for into, areas in ((booked, real.exclusive), (average, real.shapley)):
        for key, area in {**areas, **real.sieved}.items():
            into[GROUPS[key]] = into.get(GROUPS[key], 0.0) + area
    if said in ("Ingenting faller bort", "Ingen hindring som er kartlagt, tar noe av arealet"):
        return max(booked.values()) == 0 and (said == "Ingenting faller bort") == (not real.most)
    if said == "Hva det planlagte arealet faller bort til":
        return max(booked.values()) > 0
    group, area = re.fullmatch(r"«(.*)» tar mest: (.*)", said).groups()  # type: ignore[union-attr]
    return (
        booked[group] == max(booked.values())
        and average[group] == pytest.approx(max(average.values()))
        and area == dekar(booked[group])
    )


def plots_is_true(real: Truth, said: str) -> bool:
    big = sum(each.area >= 20_000 - 1e-6 for each in real.plots)
    if said == "Ingen ledige tomter er store og brede nok":
        return not real.plots
    if said == "Ingen ledig tomt er på 20 dekar eller mer":
        return bool(real.plots) and big == 0
    return counted(said.removeprefix("Bare ")) == big > 0 and said.endswith("på 20 dekar eller mer")


def ready_is_true(real: Truth, said: str) -> bool:
    """Plots are counted where every step is known; where one is not, it is dekar at most, or not known at all."""
    most, area, least, least_area = real.ready
    free = real.most and sum(real.stops.values()) > 0 and set(real.stops) != {"zoned"}
    exact = most == least and math.isclose(area, least_area, abs_tol=1e-3) and not free
    if said == "Hva som er byggeklart, er ukjent":
        return not exact and not any(
            each in real.layers for each in ("zoning", "roads", "water_mains", "sewers", "parcels")
        )
    if said == "Ingen tomt er byggeklar, slik de er kartlagt":
        return not exact and most == 0
    if said.startswith("Høyst"):
        return not exact and most > 0 and said == f"Høyst {dekar(area)} er byggeklart"
    return exact and counted(said) == most


def stopping_is_true(real: Truth, said: str) -> bool:
    words = {
        "byggeklart": "ready",
        "ikke regulert": "zoned",
        "vei": "road",
        "avløp": "pipes",
        "eiere": "owner",
        "små eller smale": "size",
        "ukjent": "unknown",
    }
    key = next(key for word, key in words.items() if (word in said and (word != "ukjent" or "det ukjent" in said)))
    share = prose.in_words(100 * real.stops[key] / sum(real.stops.values()))
    return real.stops[key] == pytest.approx(max(real.stops.values())) and share in said


def placing_is_true(real: Truth, said: str) -> bool:
    key = "none" if "verken" in said else next((each for each in "ABC" if f"et er {each}-areal" in said), "unknown")
    share = prose.in_words(100 * real.classes[key] / real.left)
    return real.classes[key] == pytest.approx(max(real.classes.values())) and share in said


CLAIMS: Mapping[str, Callable[[Truth, str], bool]] = {
    "planned": planned_is_true, "losses": losses_is_true, "lost": lost_is_true, "plots": plots_is_true, "readiness": ready_is_true,
    "stopping": stopping_is_true, "placing": placing_is_true,
}  # fmt: skip


@pytest.mark.parametrize("situation", EACH)
def test_headings_are_true(situation: str) -> None:
    _, found = page(situation)
    real, head = truth(situation), given(found)["head"]
    assert isinstance(head, parts.Head)
    assert title_is_true(real, plain(head.title), plain(head.lead)), plain(head.title)
    for name, claim in CLAIMS.items():
        if found["land", name] is not None:
            assert claim(real, heading(found, name)), f"{name}: {heading(found, name)}"


@pytest.mark.parametrize("situation", [each for each in EACH if each.values[0] not in NOTHING])
def test_numbers_agree(situation: str) -> None:
    """Text, table and drawing say the same, and each says what is so."""
    ctx, found = page(situation)
    real = truth(situation)
    close = functools.partial(pytest.approx, abs=1e-6, rel=1e-9)
    assert ctx.land.planned_m2 == close(real.planned.area) and ctx.land.left_m2 == close(real.left)
    # the waterfall's table: first the planned, then each class once, then what is left
    rows = table(found, "losses").set_index("constraint")["exclusive"].map(number)
    assert rows["Planlagt"] == close(real.planned.area / 1000) and rows["Igjen"] == close(real.left / 1000)
    assert rows.drop("Planlagt").sum() == close(rows["Planlagt"])
    for key, name in NAMES.items():
        row = rows[name[0].upper() + name[1:]]
        known = {**real.exclusive, **real.sieved}
        assert row == close(known[key] / 1000) if key in known else math.isnan(row), key
    figure = section(found, "losses").figures[0]
    unknown = str(figure.svg).count("kartlag mangler")
    assert (unknown > 0) == bool(real.missing)
    for key in real.missing:
        assert f"{NAMES[key]} 0" not in figure.alt
    # by constraint, whatever the order
    shared = table(found, "losses").set_index("constraint")
    for key in real.cover:
        row = shared.loc[NAMES[key][0].upper() + NAMES[key][1:]]
        assert [row["gross"], row["alone"], row["shared"]] == close(
            [real.cover[key].area / 1000, real.sole[key] / 1000, real.shapley.get(key, 0.0) / 1000]
        ), key
    # the other tables
    assert table(found, "planned").query("counted == 'ja'")["area"].sum() == close(real.planned.area / 1000)
    assert table(found, "planned").query("counted != 'ja'")["area"].sum() == close(real.beside.area / 1000)
    sizes = table(found, "plots")
    assert sizes["count"].sum() == len(real.plots) and sizes["area"].sum() == close(real.left / 1000)
    if real.plots:
        placed = table(found, "placing").set_index("label")["area"]
        for key, label in (("A", "A:"), ("B", "B:"), ("C", "C:"), ("none", "Ingen"), ("unknown", "Ukjent")):
            assert placed[placed.index.str.startswith(label)].sum() == close(real.classes.get(key, 0.0) / 1000)


@pytest.mark.parametrize("situation", [each for each in EACH if each.values[0] not in NOTHING])
def test_key_figures_and_findings_are_true(situation: str) -> None:
    _, found = page(situation)
    real, keys, findings = truth(situation), given(found)["keys"], given(found)["findings"]
    assert isinstance(keys, parts.KeyFigures) and isinstance(findings, parts.Findings)
    planned, left, plots, ends = keys.items
    assert f"{planned.number}\u00a0dekar" == dekar(real.planned.area) and f"{left.number}\u00a0dekar" == dekar(
        real.left
    )
    assert plots.number == str(len(real.plots)) and ends.number == "–"
    assert any("Høyst" in plain(each) for each in left.lines) == real.most
    assert ("Ikke alle hindringer er kartlagt" in map(plain, plots.lines)) == (real.most and bool(real.plots))
    assert any("Status er ukjent" in plain(each) for each in planned.lines) == (real.by_status["unknown"] > 0)
    said = [plain(each) for each in findings.items]
    assert 1 <= len(said) <= 5
    if real.plots:
        assert said[0].startswith("Høyst") == real.most
    for each in said:
        if each.startswith("Mest faller bort til"):
            name, area, share = re.match(r"Mest faller bort til (.*?): (.*?dekar), eller (.*?) av", each).groups()  # type: ignore[union-attr]
            key = next(key for key, word in NAMES.items() if word == name)
            every = {**real.shapley, **real.sieved}
            assert every[key] == pytest.approx(max(every.values())) and area == dekar(every[key])
            assert share == prose.in_words(100 * every[key] / real.lost)
        if "er holdt tilbake av" in each:
            area, name = re.match(r"(.*?dekar) er holdt tilbake av (.*?) (?:alene|og ikke)", each).groups()  # type: ignore[union-attr]
            assert ("alene" in each) == (not real.most)  # with a layer missing nobody knows that it is alone
            key = next(key for key, word in NAMES.items() if word == name)
            others = {k: v for k, v in real.sole.items() if k not in ("built", "roads", "railway", "water")}
            assert real.sole[key] == pytest.approx(max(others.values())) and area == dekar(real.sole[key])


@pytest.mark.parametrize("situation", [each for each in EACH if each.values[0] not in NOTHING])
def test_an_unknown_step_is_unknown_and_no_number(situation: str) -> None:
    ctx, found = page(situation)
    part, held = section(found, "readiness"), truth(situation).layers
    rows = table(found, "readiness").set_index(pd.Index(landready.STEPS))
    gone = [key for key, roles in landready.NEEDS.items() if any(role not in held for role in roles)]
    if "parcels" in held and held["parcels"]["owner"].isna().all():
        gone.append("owner")
    labels = {key: plain(label) for key, label in landready.labels(ctx.land).items()}
    for key in gone:
        assert f"{labels[key]} ukjent" in part.figures[0].alt
        assert isinstance(rows.loc[key, "area"], parts.Missing) and isinstance(rows.loc[key, "count"], parts.Missing), (
            key
        )
    for key in set(landready.STEPS) - set(gone) - {"free"}:
        assert f"{labels[key]} ukjent" not in part.figures[0].alt
        assert not isinstance(rows.loc[key, "area"], parts.Missing)
    areas = rows["area"].map(number).dropna()
    assert (areas.diff().dropna() <= 1e-9).all()
    said = " ".join(map(plain, part.paragraphs))
    if hit := re.search(r"fallet ved «(.*?)»: (.*? dekar)|fallet (?:størst )?ved «(.*?)»: (.*?dekar)", said):
        step = next(key for key, label in labels.items() if label in hit[0])
        at = landready.STEPS.index(step)
        before = [key for key in landready.STEPS[:at] if not isinstance(rows.loc[key, "area"], parts.Missing)][-1]
        assert before == landready.STEPS[at - 1], "a fall over a step that is unknown is no fall of the next"
        assert dekar(1000 * (rows.loc[before, "area"] - rows.loc[step, "area"])) in hit[0]


def test_zoning_that_is_missing_does_not_make_the_size_the_great_obstacle() -> None:
    """Without a road nothing is ready, surely; but what the step of size stopped is not all that was planned."""
    _, found = page("zoning missing, no road near")
    assert "Stor og bred nok" not in " ".join(map(plain, section(found, "readiness").paragraphs))


def test_what_is_missing_is_said_wherever_it_matters() -> None:
    for situation in ("zones missing", "only the plan"):
        _, found = page(situation)
        for name in ("losses", "plots"):
            said = " ".join(map(plain, section(found, name).paragraphs))
            assert all(NAMES[each] in said for each in truth(situation).missing), name


def test_zones_mapped_in_places_only_are_named_where_readiness_is_told() -> None:
    for situation, bound in (("zones partly mapped", "upper"), ("nothing lost, flood partly mapped", "exact")):
        ctx, found = page(situation)
        said = " ".join(map(plain, section(found, "readiness").paragraphs))
        assert ctx.land.ladder.set_index("key")["bound"]["free"] == bound  # of nothing zoned nothing is free
        assert ("er faren ukjent" in said) == (bound == "upper")
        assert bound == "exact" or all(NAMES[each] in said for each in truth(situation).partly)


def test_the_slivers_of_edges_are_not_told_of() -> None:
    sliver = layers(
        EMPTY, planned=[(cell(0), 1340, 2)], protected=[(box(0, 0, 199.9999, 200), "")], flood=[(FAR, 20.0)]
    )
    _, found = opened(sliver)
    said = " ".join(map(plain, section(found, "plots").paragraphs))
    assert "er ledig, men" not in said, said
    _, found = opened(layers(EMPTY, planned=BUSINESS, protected=[(box(0, 0, 0.001, 200), "")]))  # 0,2 m²
    assert heading(found, "losses") == "Ingenting av det planlagte arealet faller bort"
    assert heading(found, "lost") == "Ingenting faller bort"


def test_a_change_whose_base_is_not_held_says_that_what_has_come_is_not_taken_off() -> None:
    change = target(kind="change", value=500.0, base_year=2020, base_value=None)
    _, found = opened(with_shares(), (change,))
    said = " ".join(map(plain, section(found, "balance").paragraphs))
    assert "500 nye arbeidsplasser" in said and "Det som alt er kommet i den tiden, er ikke trukket fra." in said
    _, found = opened(with_shares(), (target(),))
    assert "ikke trukket fra" not in " ".join(map(plain, section(found, "balance").paragraphs))


def test_the_centre_of_the_plan_is_named_only_where_it_has_one() -> None:
    said = {each: plain(section(page(each)[1], "placing").paragraphs[-1]) for each in ("centre missing", "centre missing, none in the plan", "only the plan, no centre")}  # fmt: skip
    assert said["centre missing"].startswith("Sentrum er plankartets sentrumsformål")
    for each in ("centre missing, none in the plan", "only the plan, no centre"):
        assert "har ikke sentrumsformål" in said[each] and "Sentrum er plankartets" not in said[each]


def test_a_plot_of_exactly_twenty_dekar_is_one_of_twenty_or_more() -> None:
    _, found = page("exactly 20 dekar")
    assert heading(found, "plots") == "Bare én tomt er på 20 dekar eller mer"
    assert table(found, "plots").set_index("size")["count"].to_dict()["20–50 dekar"] == 1


# --- a target, and the land that it needs ---------------------------------------------------------------------------

GROUPS_OF = {"office": "68-75", "trade": "45-47", "construction": "41-43", "industry": "10-33", "logistics": "49-53"}
OWN = {"office": 0.2, "trade": 0.1, "construction": 0.1, "industry": 0.2, "logistics": 0.1}


def target(**changed: Any) -> Target:
    """5000 jobs in 2036, from 4000 in 2024, by the plan's own figure."""
    known = {
        "municipality": "3101", "id": "arbeidsplasser", "title": "5000 jobber", "document": "Planen", "paraphrase": "Flere jobber",
        "kind": "level", "value": 5000.0, "unit": "persons", "deadline": 2036, "base_year": 2024, "base_value": 4000.0,
        "definitions": [{"label": "Arbeidsplasser", "indicator": "jobs"}],
    }  # fmt: skip
    return Target.model_validate({**known, **changed})


def with_shares(**changed: Any) -> Layers:
    return layers(own={"need": {"shares": OWN, "shares_source": "kommunen selv"}}, **changed)


def held_tables(frames: Mapping[str, pd.DataFrame]) -> Fetched:
    labels = {"ArealKlasse": {"A": "Bebygd", "B": "Skog"}}
    metas = {each: replace(fetched._meta(each, frame), labels=labels) for each, frame in frames.items()}
    return Fetched(dict(frames), metas)


def needs(jobs: float, shares: Mapping[str, float] = OWN) -> dict[str, float]:
    """m² in each class by the numbers of the defaults: floor a job ÷ utilisation."""
    by = {"office": ("A", 23 / 1.0), "trade": ("B", 40 / 0.5), "construction": ("C", 60 / 0.3), "industry": ("C", 80 / 0.35), "logistics": ("C", 150 / 0.4)}  # fmt: skip
    found = dict.fromkeys("ABC", 0.0)
    for group, (key, each) in by.items():
        found[key] += jobs * shares[group] * each
    return found


def test_the_need_of_a_target_by_hand() -> None:
    """1000 jobs: A 4,6, B 8 and C 103 dekar. All 101 dekar that are left are B: enough for B only."""
    held = with_shares()
    _, found = opened(held, (target(),))
    want, real = needs(1000), Truth(held)
    assert real.classes == pytest.approx({"B": 101_000})
    part = section(found, "balance")
    for key in "ABC":
        supply = real.classes.get(key, 0.0)
        assert f"{key} trenger {dekar(want[key])} og har {dekar(supply)}" in part.figures[0].alt
    assert heading(found, "balance") == f"Det mangler {dekar(want['C'])} C-areal til målet, og noe i klasse A"
    rows = table(found, "balance")
    assert rows["jobs"].sum() == pytest.approx(1000) and rows["dekar"].sum() == pytest.approx(sum(want.values()) / 1000)
    said = [plain(each) for each in part.paragraphs]
    assert "1\u202f000 nye arbeidsplasser fra 2024 til 2036, regnet fra planens eget tall" in said[0]
    assert "oppgitt: kommunen selv" in said[1] and said[2].startswith("300 av dem")
    assert "Det er ikke noe C-areal igjen." in said[3]
    keys = given(found)["keys"]
    assert isinstance(keys, parts.KeyFigures)
    assert plain(keys.items[3].label) == "C-arealet rekker til" and keys.items[3].number == "–"
    assert [plain(each) for each in keys.items[3].lines] == [
        "Det er ikke noe C-areal igjen.",
        f"Målet krever {dekar(want['C'] / 12)} i året i denne klassen",
    ]
    assert faults(found) == []


def test_the_assumption_that_matters_most_does() -> None:
    _, found = opened(with_shares(), (target(),))
    rows, base = table(found, "assumptions"), sum(needs(1000).values()) / 1000
    wide = (rows["need_high"] - rows["need_low"]).map(float)
    assert wide.idxmax() == 0 and len(rows) == 11
    assert (
        heading(found, "assumptions")
        == f"Mest betyr antakelsen om {(first := plain(rows['label'][0]))[0].lower()}{first[1:]}"
    )
    half = rows[rows["label"].map(plain) == "Andel på ny tomt"].iloc[0]
    assert half["need_low"] == pytest.approx(base / 2) and half["need_high"] == pytest.approx(base)
    assert ((rows["need_low"] <= base + 1e-9) & (rows["need_high"] >= base - 1e-9)).all()


def test_land_that_is_enough_is_at_most_enough_where_layers_are_missing() -> None:
    """Without a station, a centre and a road everything but B is too little; only B jobs are wanted here."""
    shares = {"trade": 1.0}
    for gone, said in (
        ((), "Det ledige arealet rekker til målet i alle klasser"),
        (("flood",), "Det kartlagte arealet rekker, men ikke alle hindringer er kartlagt"),
    ):
        held = layers(own={"need": {"shares": shares, "shares_source": "kommunen"}}, without=gone)
        _, found = opened(held, (target(),))
        assert heading(found, "balance") == said
        text = " ".join(map(plain, section(found, "balance").paragraphs))
        assert ("øvre grense" in text) == bool(gone)
        keys = given(found)["keys"]
        assert isinstance(keys, parts.KeyFigures)
        assert any("Senest" in plain(line) for line in keys.items[3].lines) == bool(gone), "the year is at the latest"


def test_too_little_land_is_at_least_too_little_where_layers_are_missing() -> None:
    held = layers(own={"need": {"shares": {"trade": 1.0}, "shares_source": "kommunen"}}, without=["flood"])
    _, found = opened(held, (target(value=9000.0),))  # 400 dekar of B
    left = Truth(held).classes["B"]
    assert heading(found, "balance") == f"Det mangler minst {dekar(400_000 - left)} B-areal til målet"


def test_plots_that_are_too_small_are_no_supply() -> None:
    """16 dekar of industry on plots of 8 dekar, where ten are wanted: the land is enough, the plots are not."""
    held = layers(EMPTY, planned=[(cell(n, 100, 80), 1340, 2) for n in range(4)], roads=[(line((0, -1500), (900, -1500)), True)], own={"need": {"shares": {"industry": 1.0}, "shares_source": "kommunen"}})  # fmt: skip
    assert Truth(held).classes == pytest.approx({"C": 32_000})
    _, found = opened(held, (target(value=4070.0),))
    assert heading(found, "balance") == "C-arealet er stort nok i sum, men for lite ligger på store nok tomter"
    assert table(found, "balance").set_index("abc")["held"]["C"].iloc[1] == 0


def test_unknown_classes_make_the_answer_unknown_only_where_they_could_change_it() -> None:
    held = with_shares(without=["stations", "centre", "roads"], planned=[*BUSINESS, (FAR, 1110, 1)])
    _, found = opened(held, (target(value=4800.0),))  # 92,7 dekar in all, and 101 that may be of any class
    left = Truth(held).left
    assert Truth(held).classes == pytest.approx({"unknown": left})
    assert heading(found, "balance") == f"Det er ukjent om arealet rekker: klassen mangler for {dekar(left)}"
    _, found = opened(
        held, (target(value=4900.0),)
    )  # 104,2 dekar in all: any class alone could be met, all of them cannot
    want = sum(needs(900).values())
    assert (
        heading(found, "balance")
        == f"Det mangler minst {dekar(want - left)} til målet, hvilken klasse tomtene enn er av"
    )
    _, more = opened(held, (target(value=40_000.0),))  # 36 times as many jobs: too little whatever the class is
    assert (
        heading(more, "balance")
        == f"Det mangler minst {dekar(needs(36_000)['C'] - left)} C-areal til målet, og noe i klasse A og B"
    )
    for each in (found, more):
        said = plain(section(each, "balance").paragraphs[-1])
        assert "om tomtene med ukjent klasse er av denne" in said or "Kartlag mangler" in said


@pytest.mark.parametrize(
    ("held", "mine", "reason"),
    [
        (with_shares, (), "Ingen mål om arbeidsplasser har frist"),
        (with_shares, (target(deadline=2025),), "Ingen mål om arbeidsplasser har frist"),
        (with_shares, (target(value=4000.0),), "«5000 jobber» er nådd"),
        (layers, (target(),), "Fordelingen på næringer mangler"),
    ],
)
def test_a_need_that_cannot_be_reckoned_says_why(
    held: Callable[[], Layers], mine: tuple[Target, ...], reason: str
) -> None:
    _, found = opened(held(), mine)
    part = section(found, "balance")
    assert plain(part.heading) == "Behovet for areal kan ikke regnes" and part.table is None and not part.figures
    assert reason in plain(part.paragraphs[0])
    assert found["land", "assumptions"] is None and faults(found) == []
    keys = given(found)["keys"]
    assert isinstance(keys, parts.KeyFigures) and keys.items[3].number == "–"


def test_shares_are_those_of_the_industry_table_where_the_municipality_gives_none() -> None:
    jobs = dict.fromkeys((*landneed.NACE, "00"), 0.0) | {"10-33": 300.0, "84": 700.0}
    tables = held_tables({"ssb_07984": industries(2025, {"3101": jobs})})
    _, found = opened(layers(), (target(),), tables)
    rows = table(found, "balance")
    assert rows["jobs"].tolist() == pytest.approx([0, 0, 0, 300, 0, 700])
    assert "SSB, tabell 07984, 2025" in plain(section(found, "balance").paragraphs[1])
    assert "Det er ikke regnet noe behov for A-areal." in plain(section(found, "balance").paragraphs[3])
    lacking = {key: value for key, value in jobs.items() if key != "45-47"}  # a group is missing: never 0
    _, found = opened(layers(), (target(),), held_tables({"ssb_07984": industries(2025, {"3101": lacking})}))
    assert heading(found, "balance") == "Behovet for areal kan ikke regnes"


# --- a municipality without layers ----------------------------------------------------------------------------------


def uses(**km2: float) -> pd.DataFrame:
    rows = [
        ("3101", code, "Areal", year, value * (year - 2023)) for year in (2024, 2025) for code, value in km2.items()
    ]
    return tidy(rows, ["Region", "ArealKlasse", "ContentsCode", "Tid"])


@pytest.mark.parametrize("held", [None, "open"])
@pytest.mark.parametrize("known", [True, False])
def test_a_page_without_planned_areas_says_what_is_needed_and_nothing_else(held: str | None, known: bool) -> None:
    own = layers(without=[role for role in ROLES if role not in ("boundary", "protected", "flood")]) if held else None
    tables = held_tables({"ssb_09594": uses(A=1.5, B=2.0)}) if known else NONE
    _, found = opened(own, (target(),), tables)
    assert set(given(found)) == {"head", "needed", "footer"}
    assert faults(found) == []
    head = given(found)["head"]
    assert isinstance(head, parts.Head) and plain(head.title) == "Halden: kartlagene til næringsareal mangler"
    assert not head.page()["keys"], "nothing is known, and nothing is not 0"
    part = section(found, "needed")
    footer = given(found)["footer"]
    assert isinstance(footer, parts.Footer)
    # figures, their licence and how they are rounded are told of only where the page has some
    assert all((word in footer.text()) == known for word in ("09594", "CC BY 4.0", "avrunding")), footer.text()
    assert "kommunerapport build 3101" in footer.text()
    assert all(column.paragraphs for column in footer.columns)
    said = " ".join(map(plain, part.paragraphs))
    assert "kommunerapport land fetch 3101" in said and "kommunerapport land check 3101" in said
    assert all(word in said for word in ("plankart", "bygninger", "eiendommer", "veier"))
    assert "9901" in said and "konstruerte" in said
    if known:
        assert part.table is not None
        assert [tuple(row.values()) for row in part.table.rows] == [("Bebygd", 3.0), ("Skog", 4.0)] and "2025" in plain(
            part.table.caption
        )
        assert "09594" in plain(part.caption)
    else:
        assert part.table is None and "Ingen arealtall er hentet" in said


def test_a_table_without_this_municipality_is_no_table() -> None:
    other = uses(A=1.5).assign(Region="3105")
    _, found = opened(None, (), held_tables({"ssb_09594": other}))
    assert section(found, "needed").table is None


# --- the constructed municipality -----------------------------------------------------------------------------------


@functools.cache
def example() -> tuple[Context, Shown]:
    workspace = Workspace(ROOT)
    held = landlayers.load(workspace, "9901")
    mine = targets.of(targets.read(workspace.raw), Municipality.find("9901"))
    return opened(held, mine, NONE, "9901")


def test_the_constructed_municipality_always_says_so() -> None:
    _, found = example()
    assert faults(found) == []
    shown = given(found)
    for name, part in shown.items():
        if name == "keys":
            continue  # four numbers under the head
        assert "konstruert" in str(part.html()).lower(), name
    for name, part in shown.items():
        if isinstance(part, parts.Section) and part.table is not None:
            assert "konstruert" in part.table.download_name(), name
            assert "konstruert" in plain(part.table.caption), name
    head = shown["head"]
    assert isinstance(head, parts.Head) and "konstruert" in plain(head.title) and "konstruert" in head.page()["slug"]
    footer = shown["footer"]
    assert "Ingenting her er offisielle tall" in footer.text() and "Statistisk sentralbyrå" not in told(found)


def test_the_example_has_a_part_for_everything() -> None:
    _, found = example()
    assert {name for (_, name), part in found.items() if part is None} == {"needed"}
    sums = table(found, "losses").set_index("constraint")["exclusive"].map(number)
    assert sums.drop("Planlagt").sum() == pytest.approx(sums["Planlagt"], rel=1e-9)
    assert sums.notna().all()


@functools.cache
def field() -> landanalysis.Analysis:
    """The analysis of the example's layers, its planned areas restricted to the one that is the field."""
    held = example()[0].layers
    assert held is not None
    plan = held["planned"]
    wanted = plan[shapely.area(shapely.intersection(plan.geometry.to_numpy(), landexamplefield.field())) > 1]
    wanted = wanted[wanted["purpose"].between(1300, 1399)]
    assert len(wanted) == 1 and wanted.geometry.iloc[0].equals(landexamplefield.field())
    return landanalysis.analyse(replace(held, frames={**held.frames, "planned": wanted.reset_index(drop=True)}))


def test_the_field_is_split_as_it_is_by_hand() -> None:
    found, by_hand = field(), landexamplefield.expected()
    assert found.planned_m2 == pytest.approx(200_000, abs=1e-3) and found.missing == ()
    for key in found.order:
        row = found.classes.loc[key]
        hand = by_hand.get(key, dict.fromkeys(("exclusive", "gross", "sole", "shapley"), 0.0))
        columns = {"area_m2": "exclusive", "gross_m2": "gross", "sole_m2": "sole", "shapley_m2": "shapley"}
        for column, name in columns.items():
            assert row[column] == pytest.approx(hand[name], abs=1e-3), (key, name)
    assert found.classes.loc["net", "area_m2"] == pytest.approx(105_800, abs=1e-3)


def test_the_plots_of_the_field_are_those_by_hand() -> None:
    found = field()
    assert found.plots["area_m2"].tolist() == pytest.approx(list(landexamplefield.PLOTS_M2), abs=1e-3)
    assert found.left_m2 == pytest.approx(102_050, abs=1e-3) and found.big == 2
    assert found.sieved["narrow"] == pytest.approx(landexamplefield.NARROW_M2, abs=1e-3) and found.sieved["small"] == 0
    narrow = found.components[found.components["kind"] == "narrow"].iloc[0]
    assert narrow["width_m"] == pytest.approx(15, abs=0.2)
    assert found.plots["abc"].tolist() == [landexamplefield.ABC] * 2
    a, b = landexamplefield.PLOTS_M2
    assert found.fragmentation.mesh == pytest.approx((a * a + b * b) / (a + b))
    assert found.fragmentation.gini == pytest.approx((a - b) / 2 / (a + b))
    assert found.waterfall.sum() == pytest.approx(found.planned_m2, rel=1e-9)


def test_only_the_western_plot_of_the_field_is_ready() -> None:
    found, ladder = field(), field().ladder.set_index("key")
    assert ladder.loc["planned", "area_m2"] == pytest.approx(200_000, abs=1e-3)
    assert ladder.loc["zoned", "area_m2"] == pytest.approx(landexamplefield.ZONED_M2, abs=1e-3)
    west = landexamplefield.PLOTS_M2[1]
    for key in ("free", "road", "pipes", "owner", "size"):
        assert ladder.loc[key, "area_m2"] == pytest.approx(west, abs=1e-3), key
        assert ladder.loc[key, "count_"] == 1 and ladder.loc[key, "bound"] == "exact" and ladder.loc[key, "known"]
    assert found.plots["zoned_m2"].tolist() == pytest.approx([0, west], abs=1e-3)


def test_the_page_of_the_field_says_so() -> None:
    ctx, found = opened(field().layers, (), NONE, "9901")
    head = given(found)["head"]
    assert isinstance(head, parts.Head)
    assert plain(head.title) == "Eksempelvik (konstruert): 102 dekar næringsareal er igjen av 200 dekar".replace(
        " dekar", "\u00a0dekar"
    )
    assert heading(found, "readiness") == "Én tomt er byggeklar"
    assert heading(found, "losses") == "Under halvparten av arealet faller bort, mest til jordbruksareal"
    assert ctx.land.layers.constructed


def test_areas_without_a_purpose_are_unknown_and_never_none() -> None:
    for situation, area in (
        ("no purpose", 40_000),
        ("an older law", 80_000),
        ("purposes unknown", 40_000),
        ("every layer", 0),
    ):
        ctx, found = page(situation)
        said = " ".join(map(plain, section(found, "planned").paragraphs))
        assert (f"{dekar(area)} i plankartet har ikke noe formål etter plan- og bygningsloven av 2008" in said) == (
            area > 0
        ) and ctx.land.unknown_m2 == area
        head = given(found)["head"]
        assert isinstance(head, parts.Head) and bool(head.page()["keys"]) == (
            situation not in ("no purpose", "an older law")
        )


def test_a_layer_that_is_missing_makes_what_is_beside_at_most_so_much() -> None:
    for situation, most in (("every layer", False), ("zones missing", True)):
        _, found = page(situation)
        said = " ".join(map(plain, section(found, "planned").paragraphs))
        assert ("der høyst 80" in said) == most and "80\u00a0dekar ikke er bebygd" in said


def test_a_plot_that_is_zoned_in_part_is_the_same_in_the_steps_and_on_the_map() -> None:
    """Of 40 dekar 30 are zoned: the steps and the map both count the 30."""
    held = layers(EMPTY, planned=[(cell(0), 1340, 2)], zoning=[(box(0, 0, 150, 200),)], **{each: WORLD[each] for each in ("roads", "water_mains", "sewers", "parcels")})  # fmt: skip
    _, found = opened(held)
    assert table(found, "readiness")["area"].iloc[-1] == pytest.approx(30)
    alt = section(found, "stopping").figures[0].alt
    assert "byggeklar, 30" in alt and "ikke regulert, 10" in alt


@pytest.mark.parametrize(
    "order", [("protected", "built", "farmland", "flood"), ("flood", "farmland", "built", "protected")]
)
def test_no_heading_names_what_takes_most_in_one_order_only(order: tuple[str, ...]) -> None:
    """Flood and protection cover the same 20 dekar, and 4 and 3 more: whichever is first is booked with them."""
    held = layers(EMPTY, own={"order": order}, planned=BUSINESS, flood=[(box(0, 0, 100, 240), 20.0)], protected=[(box(0, 0, 115, 200), ""),], buildings=[(box(300, 0, 450, 100),)])  # fmt: skip
    real = Truth(held)
    _, found = opened(held)
    assert (
        max(real.shapley, key=real.shapley.__getitem__) == "built"
        and max(real.exclusive, key=real.exclusive.__getitem__) != "built"
    )
    assert heading(found, "losses") == "Under halvparten av arealet faller bort"
    assert heading(found, "lost") == "Hva det planlagte arealet faller bort til"
