"""People and jobs of the whole country: the snapshot's own figures where it has them, constructed ones from a fixed seed elsewhere.

Everything of a year is given for the codes of that year, in their order. Jobs and employed residents of 2015 and later are the sums of
one matrix of commuters, so the tables agree with each other to the person.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np

from .codes import AALESUND, CURRENT, SEA, axis, body, home, spans, valid
from .klass import changes

Array = np.ndarray[Any, Any]
ATOMS = (
    (0, 14),
    (15, 19),
    (20, 29),
    (30, 61),
    (62, 66),
    (67, 74),
    (75, 105),
)  # ages that the snapshot's bands are sums of
REAL = range(2017, 2023)  # years of commuting and employment in the snapshot
MATRIX_FROM = 2015
# Published for 2023 (statbank/sq/10093014): residents employed, in, out, jobs.
GOLDEN_2023 = {
    "3001": (14262, 3054, 4193, 13123),
    "3003": (27654, 13054, 11309, 29399),
    "3004": (40063, 10572, 15625, 35010),
    "3011": (2181, 451, 1317, 1315),
    "3002": (24988, 8125, 11332, 21781),
}


def random(*key: object) -> np.random.Generator:
    """A generator that depends on nothing but the key."""
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def apportion(totals: Array, weights: Array) -> Array:
    """Whole numbers along a new last axis that add up to `totals`, in proportion to `weights`."""
    shares = np.cumsum(weights, axis=-1) / np.sum(weights, axis=-1, keepdims=True)
    edges = np.rint(np.asarray(totals)[..., None] * shares)
    return np.diff(edges, axis=-1, prepend=0)


def whole(figures: Array, *key: object) -> Array:
    """Rounded up or down by lot, so that many small figures keep their sum."""
    return np.floor(figures + random(*key).random(figures.shape))


# --- people -------------------------------------------------------------------------------------------------------


@cache
def _homes() -> tuple[str, ...]:
    return tuple(sorted(set(home(CURRENT).values())))


@cache
def _bands() -> dict[str, Array]:
    """Band → people [home, year 2005–2026]; Ålesund and Haram together, as what the country has beyond all others."""
    document = body("ssb_07459.json.gz")
    values = np.array(document["value"], dtype=float).reshape(document["size"])[:, :, 0, :]
    regions, found = axis(document, "Region"), {}
    for at, band in enumerate(axis(document, "Alder")):
        rows = {code: values[place, at] for place, code in enumerate(regions)}
        others = np.sum([rows[code] for code in _homes() if code not in AALESUND], axis=0)
        both = np.where(np.isnan(rows["1508"]), rows["0000"] - others, rows["1508"] + rows["1580"])
        figures = np.array([both if code in AALESUND else rows[code] for code in _homes()])
        found[band] = np.where(
            np.isnan(figures), figures[:, [1, *range(1, figures.shape[1])]], figures
        )  # merged in 2006
    return found


def _atoms(year: int) -> Array:
    """People on 1 January [home, atom]. Before 2005 the country of 2005, smaller by the year."""
    at, scale = min(max(year, 2005), 2026) - 2005, 0.993 ** max(2005 - year, 0)
    band = {name: values[:, at] for name, values in _bands().items()}
    to_66 = band["0+"] - band["0-14"] - band["15-29"] - band["30-61"] - band["67+"]
    twenties = band["20-66"] - band["30-61"] - to_66
    to_74 = band["15-74"] - band["15-29"] - band["30-61"] - to_66
    teens = band["15-29"] - twenties
    rows = [band["0-14"], teens, twenties, band["30-61"], to_66, to_74, band["67+"] - to_74]
    found = np.array(rows).T
    if found.min() < 0:
        raise AssertionError("the bands of 07459 do not add up")
    return found if scale == 1 else np.rint(found * scale)


@cache
def size(code: str) -> float:
    """Roughly how many live under a code: decides shares where a figure must be divided between codes."""
    given = {"0706": 46000.0, "0719": 4200.0, "0720": 2400.0, "1508": 43500.0, "1580": 7000.0}
    if code in given:
        return given[code]
    document = body("ssb_11618.json.gz")
    values = np.array(document["value"], dtype=float).reshape(document["size"])[:, 0, 0]
    held = dict(zip(axis(document, "Region"), values, strict=True)).get(code)
    known = held[held > 0] if held is not None else np.array([])
    if known.size:
        return float(known[0])
    earlier = [row["oldCode"] for row in changes() if row["newCode"] == code and row["oldCode"] != code]
    return sum(size(each) for each in earlier)


@cache
def people(year: int, codes_of: int) -> Array:
    """People on 1 January of `year` [code of `codes_of`, atom]."""
    codes, homes, atoms = valid(codes_of), home(codes_of), _atoms(year)
    found = np.zeros((len(codes), len(ATOMS)))
    members: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        members.setdefault(homes[code], []).append(at)
    for at, code in enumerate(_homes()):
        inside = members[code]
        weights = np.array([size(codes[each]) for each in inside])
        found[inside] = apportion(atoms[at], np.broadcast_to(weights, (len(ATOMS), len(inside)))).T
    return found


@cache
def ages(year: int) -> Array:
    """People on 1 January [code of the year, sex, age 0–105]."""
    atoms = people(year, year)
    found = np.zeros((len(atoms), 2, 106), dtype=np.int32)
    for at, (first, last) in enumerate(ATOMS):
        every = np.arange(first, last + 1)
        curve = np.where(every < 75, 1.0, np.exp(-((np.maximum(every - 75, 0) / 11.0) ** 1.6)))
        weights = np.concatenate([curve * 1.02, curve * (1.0 if first < 75 else 1.3)])
        parts = apportion(atoms[:, at], np.broadcast_to(weights, (len(atoms), weights.size)))
        found[:, :, first : last + 1] = parts.reshape(len(atoms), 2, every.size)
    return found


# --- jobs ---------------------------------------------------------------------------------------------------------


def _real(year: int) -> Array:
    """Population 15–74, employed residents and jobs of the snapshot [code, 3]; NaN where it lacks them."""
    document = body("ssb_11618.json.gz")
    values = np.array(document["value"], dtype=float).reshape(document["size"])[:, 0, :, :]
    rows = dict(zip(axis(document, "Region"), values[:, :, axis(document, "Tid").index(str(year))], strict=True))
    return np.array([rows[code] for code in valid(year)])


@cache
def matrix(year: int) -> Array:
    """Commuters [residence, workplace], codes of the year and then `SEA`; 2015 and later."""
    if year < MATRIX_FROM:
        raise ValueError(year)
    if year in REAL:
        return _real_matrix(year)
    if year < REAL.start:
        return _carried(matrix(year + 1), year + 1, year, 0.995)
    found = _carried(matrix(year - 1), year - 1, year, 1.004)
    if year == 2023:
        _fit(found, {valid(year).index(code): figures for code, figures in GOLDEN_2023.items()})
    return found


def _real_matrix(year: int) -> Array:
    document = body(f"ssb_03321.{year}.json.gz")
    flows = np.array(document["value"], dtype=float).reshape(document["size"])[:, :, 0, 0]
    codes = valid(year)
    n, at = len(codes), [codes.index(code) for code in axis(document, "Bokommuen")]
    columns = [codes.index(code) for code in axis(document, "ArbstedKomm")]
    found = np.zeros((n + len(SEA), n + len(SEA)))
    found[np.ix_(at, columns)] = flows
    residents, jobs = _real(year)[:, 1], _real(year)[:, 2]
    for lacking in sorted(set(range(n)) - set(at)):  # Rindal in 2019: what its neighbours' sums have too much
        found[lacking, :n] = np.nan_to_num(jobs - found[:, :n].sum(axis=0))
        left = np.nan_to_num(residents - found[:n].sum(axis=1))
        after, there = matrix(2020), valid(2020).index(codes[lacking])
        neighbours = left * (found[lacking, :n] > 2)
        into = after[:, there].sum() - after[there, there]
        found[:n, lacking] = np.minimum(left, apportion(into, neighbours))
        found[lacking, lacking] = after[there, there]
        residents[lacking] = found[lacking].sum() + 4
    beyond = residents - found[:n].sum(axis=1)
    if beyond.min() < 0 or found.min() < 0:
        raise AssertionError(f"03321 exceeds 11618 in {year}")
    found[:n, n:] = apportion(beyond, np.broadcast_to([0.1, 0.3, 0.6], (n, 3)))
    return found


def _carried(flows: Array, source: int, target: int, growth: float) -> Array:
    """The commuters of one year as those of another: codes divided by size, figures grown, whole numbers by lot."""
    old, new = valid(source), valid(target)
    pairs = {(code, code) for code in set(old) & set(new)}
    rows = [row for row in changes() if row["changeOccurred"] == f"{max(source, target)}-01-01"]
    pairs |= {(row["oldCode"], row["newCode"]) if source < target else (row["newCode"], row["oldCode"]) for row in rows}
    share = np.zeros((len(old) + len(SEA), len(new) + len(SEA)))
    for code in old:
        into = [b for a, b in pairs if a == code and b in new]
        for each in into:
            share[old.index(code), new.index(each)] = size(each) / sum(size(other) for other in into)
    share[len(old) :, len(new) :] = np.eye(len(SEA))
    return whole(growth * (share.T @ flows @ share), "commuting", target)


def _fit(flows: Array, figures: dict[int, tuple[int, int, int, int]]) -> None:
    """Make the sums of some municipalities the published ones."""
    for at, (residents, _, out, _) in figures.items():
        row = flows[at].copy()
        row[at] = 0
        flows[at] = apportion(np.array(out), row)
        flows[at, at] = residents - out
    for at, (_, into, _, _) in figures.items():
        free = np.array([each not in figures for each in range(len(flows))])
        column = np.where(free, flows[:, at], 0)
        fixed = sum(flows[other, at] for other in figures if other != at)
        flows[free, at] = apportion(np.array(into - fixed), column)[free]


@cache
def employment(year: int) -> dict[str, Array]:
    """population (15–74), residents, jobs, inn, out [code of the year], 4th quarter."""
    population = people(year + 1, year)[:, 1:6].sum(axis=1)
    if year in REAL:
        real = _real(year)[:, 0]
        population = np.where(np.isnan(real) | (real == 0), population, real)
    if year < MATRIX_FROM:
        base, factor = employment(MATRIX_FROM), 0.993 ** (MATRIX_FROM - year)
        inn, out = np.rint(base["inn"] * factor), np.rint(base["out"] * factor)
        stay = np.rint((base["residents"] - base["out"]) * factor)
    else:
        flows, n = matrix(year), len(valid(year))
        stay = np.diag(flows)[:n].copy()
        inn, out = flows[:, :n].sum(axis=0) - stay, flows[:n].sum(axis=1) - stay
    return {"population": population, "residents": stay + out, "jobs": stay + inn, "inn": inn, "out": out}


def county_of(code: str) -> str:
    """The county of today that a code belongs to."""
    _, first, _ = spans()[code]
    return home(first)[code][:2]
