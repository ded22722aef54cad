"""The cells of each table for one year, [code of the year, …]: sums of the figures in `world`, constructed where those end.

What SSB publishes with small counts rounded has no 1 and 2 here either, each cell rounded by itself. Shares by age, sex, industry
and sector are constructed, except jobs by industry in Telemark and the status of the municipalities that the snapshot holds.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from .codes import axis, body, home, valid
from .world import REAL, ages, apportion, employment, matrix, people, random, whole

Array = np.ndarray[Any, Any]
FINE_AGES = ("15-19", "20-24", "25-39", "40-54", "55-66", "67-74")
INDUSTRIES = ("01-03", "05-09", "10-33", "35-39", "41-43", "45-47", "49-53", "55-56", "58-63", "64-66", "68-75", "77-82", "84", "85", "86-88", "90-99", "00")  # fmt: skip
STATUSES = ("A", "A.01", "A.09", "U.01", "U.03", "U.04-U.05", "U.06-U.07", "U.90A", "TOT", "TOT3", "NEET2")
STATUS_AGES = ("15-29", "30-61", "62+", "15-74", "15+", "20-66")
ORIGINS = ("A-G", "A_C-G", "B")
_PEOPLE_AGES = np.array([0.080, 0.082, 0.285, 0.275, 0.178, 0.100])
_WORKING_AGES = np.array([0.045, 0.082, 0.325, 0.330, 0.195, 0.023])
_INDUSTRY = np.array([2.3, 2.2, 7.6, 1.3, 8.3, 12.6, 5.2, 3.5, 4.0, 1.8, 6.3, 5.0, 6.4, 8.2, 20.6, 3.6, 0.6])
_SECTOR = np.array([10.5, 5.6, 19.5, 4.0, 60.4])
_OUTSIDE = np.array([0.075, 0.128, 0.21, 0.42, 0.78, 0.93])  # by age, 15-19 to 75+


def small_counts(figures: Array, *key: object) -> Array:
    """1 and 2 become 0 or 3, without bias."""
    lot = random("small", *key).random(figures.shape)
    return np.where((figures == 1) | (figures == 2), np.where(lot < figures / 3, 3.0, 0.0), figures)


def _by_sex_and_age(totals: Array, weights: Array, *key: object) -> Array:
    """[code] → [code, sex 0/1/2, 15-74 · 20-66 · finer ages], whole numbers that add up."""
    lots = random("shares", *key).uniform(0.97, 1.03, (len(totals), 2, len(weights)))
    cells = apportion(totals, (weights * lots).reshape(len(totals), -1)).reshape(len(totals), 2, -1)
    both = np.concatenate([cells.sum(axis=1, keepdims=True), cells], axis=1)
    return np.concatenate([both.sum(axis=2, keepdims=True), both[:, :, 1:5].sum(axis=2, keepdims=True), both], axis=2)


@cache
def t11618(year: int) -> Array:
    """[code, Kjonn, Alder, contents]"""
    figures = employment(year)
    weights = {"population": _PEOPLE_AGES, "residents": _WORKING_AGES, "jobs": _WORKING_AGES}
    parts = [_by_sex_and_age(figures[name], weight, name, year) for name, weight in weights.items()]
    return np.stack(parts, axis=-1)


@cache
def t11616(year: int) -> Array:
    """[code, Alder, contents]: 15-74, 20-66 and finer"""
    employed = t11618(year)[:, 0, :, 1:]
    inn = _by_sex_and_age(employment(year)["inn"], _WORKING_AGES, "inn", year)[:, 0]
    out = employed[:, :, 0] + inn - employed[:, :, 1]  # residents − out + in = jobs at every age
    short = np.minimum(out, 0)
    return np.stack([employed[:, :, 0], employed[:, :, 1], inn - short, out - short], axis=-1)


@cache
def t06445(year: int) -> Array:
    """[code, Alder, contents]: percent"""
    cells = t11618(year)[:, 0, :2]
    return np.round(100 * cells[:, :, 1] / np.maximum(cells[:, :, 0], 1), 1)[:, :, None]


def commuters(year: int) -> Array:
    """[residence, workplace], municipalities and then the sea."""
    return matrix(year)


@cache
def industries(year: int) -> Array:
    """Jobs [code, industry], unrounded; Telemark's are the published ones where a code is one municipality of today."""
    jobs = employment(year)["jobs"]
    lots = random("industry").lognormal(0, 0.35, (1000, len(INDUSTRIES)))
    place = [int(home(year)[code]) % 1000 for code in valid(year)]
    found = apportion(jobs, _INDUSTRY * lots[place])
    document = body("ssb_07984.json")
    if str(year) in axis(document, "Tid"):
        at = axis(document, "Tid").index(str(year))
        values = np.array(document["value"], dtype=float).reshape(document["size"])[:, :, 0, at]
        real = dict(zip(axis(document, "Region"), values, strict=True))
        homes = home(year)
        alone = [code for code in homes if list(homes.values()).count(homes[code]) == 1 and homes[code] in real]
        order = [axis(document, "NACE2007").index(each) for each in INDUSTRIES]
        for code in alone:
            at, published = valid(year).index(code), real[homes[code]][order]
            # Where 11618 is constructed, only the shares are kept: the two tables must agree as SSB's do.
            found[at] = published if year in REAL else apportion(jobs[at], published)
    return found


@cache
def t07984(year: int) -> Array:
    """[code, 00-99 and groups, Kjonn, 15-74 and finer, residence and workplace]"""
    jobs = industries(year)
    at_home = apportion(employment(year)["residents"], np.maximum(jobs, 0.1))
    parts = []
    for name, cells in (("home", at_home), ("work", jobs)):
        flat = _by_sex_and_age(cells.ravel(), _WORKING_AGES, "industry", name, year)
        split = np.delete(flat, 1, axis=1 + 1).reshape(*cells.shape, 3, -1)
        parts.append(np.concatenate([split.sum(axis=1, keepdims=True), split], axis=1))
    return small_counts(np.stack(parts, axis=-1), "07984", year).astype(np.float32)


@cache
def t13470(year: int) -> Array:
    """[code, total and divisions, contents]: each group of 07984 in its two-digit divisions"""
    groups = industries(year)
    parts = [groups.sum(axis=1, keepdims=True)]
    for at, group in enumerate(INDUSTRIES):
        weights = random("division", group).uniform(0.3, 1.7, len(divisions(group)))
        parts.append(apportion(groups[:, at], np.broadcast_to(weights, (len(groups), weights.size))))
    return small_counts(np.concatenate(parts, axis=1), "13470", year)[:, :, None]


def divisions(group: str) -> list[str]:
    """The two-digit industries of a group: 05-09 → 05, 06, 07, 08, 09."""
    unused = {"04", "34", "40", "44", "48", "54", "57", "67", "76", "83", "89"}
    first, _, last = group.partition("-")
    return [f"{each:02d}" for each in range(int(first), int(last or first) + 1) if f"{each:02d}" not in unused]


@cache
def t13472(year: int) -> Array:
    """[code, sector, contents]: all, then five that add up to it before rounding"""
    jobs = employment(year)["jobs"]
    lots = random("sector").lognormal(0, 0.2, (1000, len(_SECTOR)))
    parts = apportion(jobs, _SECTOR * lots[[int(home(year)[code]) % 1000 for code in valid(year)]])
    return small_counts(np.column_stack([jobs, parts]), "13472", year)[:, :, None]


@cache
def labour(year: int) -> Array:
    """People by status in November, unrounded: [code, status, age, origin]; statuses add up to TOT, ages to 15+, origins to all."""
    atoms = people(year + 1, year)[:, 1:]
    n = len(atoms)
    lots = random("outside").normal(1, 0.13, (1000, 1))[[int(home(year)[code]) % 1000 for code in valid(year)]]
    share = np.clip(_OUTSIDE * np.clip(lots, 0.65, 1.4), 0, 0.97)
    abroad = whole(atoms * random("abroad", year).uniform(0.08, 0.24, (n, 1)), "abroad", year)
    total = np.stack([atoms - abroad, abroad], axis=-1)
    factor = np.array([0.92, 1.45])
    outside = np.minimum(whole(total * np.minimum(share[:, :, None] * factor, 0.98), "outside", year), total)
    _take_published(year, total, outside)
    inside = total - outside
    weights_out = np.array(
        [[25, 8, 0, 67], [28, 22, 0, 50], [12, 62, 0.5, 25.5], [4, 60, 26, 10], [0.5, 3, 92, 4.5], [0, 0, 99, 1]]
    )
    weights_in = np.array([[46, 2, 52], [76, 2.5, 21.5], [95, 2, 3], [99, 0.7, 0.3], [100, 0, 0], [100, 0, 0]])
    out = apportion(outside, np.broadcast_to(weights_out[:, None, :] + 1e-9, (n, 6, 2, 4)))
    into = apportion(inside, np.broadcast_to(weights_in[:, None, :] + 1e-9, (n, 6, 2, 3)))
    work, measures, school = np.moveaxis(into, -1, 0)
    jobless, disabled, retired, other = np.moveaxis(out, -1, 0)
    rows = [work + jobless, work, jobless, measures, school, disabled, retired, other, total, total, outside]
    cells = np.stack(rows, axis=1)  # [code, status, six ages, two origins]
    bands = [cells[:, :, 0:2], cells[:, :, 2:3], cells[:, :, 3:6], cells[:, :, 0:5], cells, cells[:, :, 1:4]]
    ages_ = np.stack([each.sum(axis=2) for each in bands], axis=2)
    return np.concatenate([ages_.sum(axis=3, keepdims=True), ages_], axis=3)


def _take_published(year: int, total: Array, outside: Array) -> None:
    """Put the published figures (15-29 and 30-61) in the place of the constructed ones."""
    if year not in (2021, 2022):
        return
    document = body(f"ssb_13563.{year}.json")
    values = np.array(document["value"], dtype=float).reshape(document["size"])[..., 0, 0]
    status, age, origin = (axis(document, each) for each in ("HovArbStyrkStatus", "Alder", "InnvandrKat"))
    for place, code in enumerate(axis(document, "Region")):
        at = valid(year).index(code)
        for band, atoms in (("15-29", [0, 1]), ("30-61", [2])):
            for cells, name in ((total, "TOT"), (outside, "NEET2")):
                published = values[place, status.index(name), age.index(band)]
                every = published[origin.index("A-G")]
                abroad = published[origin.index("B")] if "B" in origin else np.nan
                weights = cells[at][atoms] + 1e-9
                if np.isnan(every):
                    continue
                if np.isnan(abroad):
                    abroad = np.rint(every * weights[:, 1].sum() / weights.sum())
                split = apportion(np.array([every - abroad, abroad]), weights.T)
                cells[at, atoms] = split.T
    outside[:] = np.minimum(outside, total)


@cache
def t13563(year: int) -> Array:
    """[code, status, age, origin, contents]"""
    return small_counts(labour(year), "13563", year)[..., None]


@cache
def t13556(year: int) -> Array:
    """[code, NEET and TOT3, 15-29, both sexes, persons and percent]"""
    cells = labour(year)[:, [STATUSES.index("NEET2"), STATUSES.index("TOT3")], 0, 0]
    persons = small_counts(cells, "13556", year)
    percent = np.round(100 * cells / np.maximum(cells[:, 1:], 1), 1)
    return np.stack([persons, percent], axis=-1)[:, :, None, None, :]


@cache
def t07459(year: int) -> Array:
    """[code, sex, age, contents]"""
    return ages(year)[..., None]


@cache
def t14746(year: int) -> Array:
    """[code of 2024, sex, age, main · low · high]: 2026's people, a little more each year and a little older"""
    people_ = ages(2026).astype(float)
    older = np.linspace(-0.004, 0.012, people_.shape[2])
    grown = [people_ * (1 + older + lift) ** (year - 2026) for lift in (0.003, 0.0, 0.006)]
    return np.stack([np.rint(each) for each in grown], axis=-1).astype(np.float32)


@cache
def t09429(year: int) -> Array:
    """[code, level, Kjonn 0/1/2, persons and percent]"""
    adults = people(year, year)[:, 1:].sum(axis=1)
    drift = (year - 2000) / 100
    weights = np.array([0.34 - drift, 0.38, 0.02 + max(drift, 0) / 10, 0.18 + drift / 2, 0.06 + drift / 3, 0.02]).clip(
        0.005
    )
    lots = random("education").lognormal(0, 0.15, (len(adults), 2, 6))
    cells = apportion(adults, (weights * lots).reshape(len(adults), -1)).reshape(len(adults), 2, 6)
    both = np.concatenate([cells.sum(axis=1, keepdims=True), cells], axis=1)
    share = np.round(100 * both / np.maximum(both.sum(axis=2, keepdims=True), 1), 1)
    return np.stack([both, share], axis=-1).transpose(0, 2, 1, 3)


@cache
def t11715(year: int) -> Array:
    """[code, 18-67, persons and percent]"""
    atoms = people(year + 1, year)
    adults = 0.4 * atoms[:, 1] + atoms[:, 2:5].sum(axis=1) + 0.12 * atoms[:, 5]
    persons = np.rint(adults * random("disability").normal(0.115, 0.025, len(adults)).clip(0.05, 0.22))
    percent = np.round(100 * persons / np.maximum(adults, 1), 1)
    return np.stack([small_counts(persons, "11715", year), percent], axis=-1)[:, None, :]


@cache
def land(year: int, columns: int, largest: float, decimals: int, key: str) -> Array:
    """[code, column]: an amount of land for each, a little more each year."""
    base = random(key).lognormal(0, 1.1, (1000, columns)) * largest / 20
    place = [int(home(year)[code]) % 1000 for code in valid(year)]
    return np.round(base[place] * (1 + 0.004 * (year - 2015)), decimals)
