"""Tidy tables as a fetch brings them: the whole country, new years, no assumed one. Made of the figures that the server of `official` has,
without the server, the network and the files: the codes are carried by `places.carry`. To be quick, pairs with no commuter either way
are left out, but for the municipalities that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers import places
from helpers.catalog import catalog
from helpers.errors import TableMissing
from official import blocks, figures, world
from official.codes import SEA, valid

Array = np.ndarray[Any, Any]
DAY = "2026-11-24"
WORK, STATUS, BORN = range(2016, 2026), range(2016, 2025), range(2005, 2027)
MONTHS = tuple(f"2026M{month:02d}" for month in range(1, 11))
LONG = tuple(f"{year}M{month:02d}" for year in (2025, 2026) for month in range(1, 13))[:22]  # two workbooks kept
CONTENTS = {"11618": ["BefolkningBosted", "SysselBosted", "SysselArbsted"],
            "11616": ["SysselBosted", "SysselArbsted", "Innpendlere", "Utpendlere"]}  # fmt: skip
BANDS = ["0+", "15-74", "20-66"]
STATUSES, AGES = catalog()["ssb_13563"].ask["HovArbStyrkStatus"].codes, ["15-29", "20-66", "30-61"]


@dataclass(frozen=True)
class Meta:
    """What the pages ask of a table (`helpers.measures.context.TableMeta`)."""

    id: str
    producer: str
    number: str
    title: str
    unit: str
    url: str
    licence: str
    retrieved: str
    assembled: bool
    rounding: str
    level: str
    allowance: int
    periods: tuple[str, ...]
    assumed: tuple[str, ...]
    notes: tuple[str, ...]
    labels: dict[str, dict[str, str]]
    sha256: tuple[str, ...] = ()


class Fetched(Mapping[str, pd.DataFrame]):
    """Frames by table id with what is known of each, as `helpers.tables.Tables` gives them."""

    def __init__(self, frames: dict[str, pd.DataFrame], metas: dict[str, Any]) -> None:
        self._frames, self._metas = frames, metas

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._frames:
            raise TableMissing(table)
        return self._frames[table]

    def __contains__(self, table: object) -> bool:
        return table in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def meta(self, table: str) -> Any:
        return self._metas[table]

    def labels(self, table: str, dimension: str) -> dict[str, str]:
        return self._metas[table].labels[dimension]

    def changed(self, table: str, frame: pd.DataFrame, **known: Any) -> Fetched:
        """The same with another frame of one table, and with other facts of it."""
        meta = replace(self._metas[table], **known)
        return Fetched({**self._frames, table: frame}, {**self._metas, table: meta})


def tables(looked_at: Collection[str], months: Sequence[str] = MONTHS, flows: Sequence[int] = WORK) -> Fetched:
    """Every table that the four notebooks use; the zeros among the flows are there for the municipalities `looked_at`.

    `flows`: the years of the matrix, which takes most of the time.
    """
    frames = {
        "ssb_11618": _work("11618", lambda year: blocks.t11618(year)[:, 0, :2], ["15-74", "20-66"]),
        "ssb_11616": _work("11616", lambda year: blocks.t11616(year)[:, :1], ["15-74"]),
        "ssb_03321": _flows(frozenset(looked_at), flows),
        "ssb_13563": _status(),
        "ssb_07984": _bounded(_industries()),
        "ssb_07459": _people(),
        "ssb_09429": _education(),
        "nav_hl060": _unemployed(months),
    }
    return Fetched(frames, {table: _meta(table, frame) for table, frame in frames.items()})


def _meta(table: str, frame: pd.DataFrame) -> Meta:
    info = catalog()[table]
    periods = tuple(str(each) for each in sorted(frame["Tid"].unique()))
    labels = {
        "ssb_07984": {"NACE2007": dict(figures.GROUP_LABELS)}, "ssb_13563": {"HovArbStyrkStatus": dict(figures.STATUS_LABELS)}
    }.get(table, {})  # fmt: skip
    return Meta(
        id=table, producer=info.producer, number=info.number, title=info.title, unit=info.unit, url=info.url,
        licence=info.licence, retrieved=DAY, assembled=False, rounding=info.rounding.rule, level=info.rounding.level,
        allowance=info.rounding.allowance, periods=periods, assumed=(), notes=(), labels=labels,
    )  # fmt: skip


def _long(cells: Array, **axes: Sequence[Any]) -> pd.DataFrame:
    """An array with named axes as rows."""
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    return pd.DataFrame({"value": cells.astype(float).ravel()}, index=index).reset_index()


def _tidy(parts: Sequence[pd.DataFrame], regions: Sequence[str] = ("Region",)) -> pd.DataFrame:
    """Codes of the year carried to those of today, sums where two become one; exact bounds."""
    for part in parts:
        carried = places.carry(int(part["Tid"].iloc[0]))
        for each in regions:
            part[each] = part[each].map(lambda code, carried=carried: carried.get(code, code))
    frame = pd.concat(parts, ignore_index=True)
    keys = [each for each in frame.columns if each != "value"]
    frame = frame.groupby(keys, as_index=False, sort=True)["value"].sum()
    return frame.assign(status=None, lower=frame["value"], upper=frame["value"])


def _bounded(frame: pd.DataFrame, allowance: float = 8) -> pd.DataFrame:
    return frame.assign(lower=(frame["value"] - allowance).clip(lower=0), upper=frame["value"] + allowance)


def _work(number: str, block: Callable[[int], Array], ages: list[str]) -> pd.DataFrame:
    axes = {"Alder": ages, "ContentsCode": CONTENTS[number]}
    return _tidy([_long(block(year), Region=valid(year), **axes).assign(Tid=year) for year in WORK])


def _flows(looked_at: frozenset[str], years: Sequence[int]) -> pd.DataFrame:
    parts = []
    for year in years:
        codes, carried = [*valid(year), *SEA], places.carry(year)
        trips = blocks.commuters(year)
        whole = np.array([carried.get(code) in looked_at for code in codes])
        home, work = np.nonzero((trips > 0) | (trips.T > 0) | whole[:, None] | whole[None, :])
        names = np.array(codes)
        both = {"Bokommuen": names[home], "ArbstedKomm": names[work], "value": trips[home, work].astype(float)}
        parts.append(pd.DataFrame(both).assign(ContentsCode="Sysselsatte", Tid=year))
    return _tidy(parts, ("Bokommuen", "ArbstedKomm"))


def _status() -> pd.DataFrame:
    at = [blocks.STATUSES.index(each) for each in STATUSES], [blocks.STATUS_AGES.index(each) for each in AGES]
    axes = {"HovArbStyrkStatus": STATUSES, "Alder": AGES, "InnvandrKat": list(blocks.ORIGINS)}
    parts = [
        _long(blocks.t13563(year)[..., 0][:, at[0]][:, :, at[1]], Region=valid(year), **axes).assign(
            ContentsCode="Bosatte", Tid=year
        )
        for year in STATUS
    ]
    return _bounded(_tidy(parts))


def _industries() -> pd.DataFrame:
    groups = list(blocks.INDUSTRIES)
    jobs = (blocks.small_counts(blocks.industries(year), "07984", year) for year in WORK)
    return _tidy(
        [
            _long(cells, Region=valid(year), NACE2007=groups).assign(ContentsCode="SysselsatteArb", Tid=year)
            for year, cells in zip(WORK, jobs, strict=True)
        ]
    )


def _people() -> pd.DataFrame:
    parts = []
    for year in BORN:
        atoms = world.people(year, 2024)
        counts = np.stack([atoms.sum(axis=1), atoms[:, 1:6].sum(axis=1), atoms[:, 2:5].sum(axis=1)], axis=1)
        part = _long(counts, Region=valid(2024), Alder=BANDS).assign(ContentsCode="Personer1", Tid=year)
        since = part["Region"].map(lambda code: places.Municipality.find(code).comparable_from or 0)
        part = part[since <= year]  # what no codelist divides, and what received a part
        norway = _long(counts.sum(axis=0), Alder=BANDS).assign(Region="0000", ContentsCode="Personer1", Tid=year)
        parts += [part, norway]
    return _tidy(parts)


def _education() -> pd.DataFrame:
    levels = list(figures.LEVELS)
    return _tidy(
        [
            _long(blocks.t09429(year)[:, :, 0, 0], Region=valid(year), Nivaa=levels).assign(
                ContentsCode="Personer", Tid=year
            )
            for year in WORK
        ]
    )


def _unemployed(months: Sequence[str]) -> pd.DataFrame:
    """A percent or two of the labour force, more in winter; under four is masked."""
    workers = world.employment(2025)["residents"]
    rows = []
    for at, month in enumerate(months):
        share = 1.9 + 0.4 * np.cos(2 * np.pi * (int(month[5:]) - 1) / 12) - 0.01 * at
        counts = np.rint(workers * share / 100)
        for code, count, worker in zip(valid(2025), counts, workers, strict=True):
            hidden = count < 4
            percent = np.nan if hidden else round(100 * count / worker, 1)
            rows.append((code, "antall", month, np.nan if hidden else count, "*" if hidden else None))
            rows.append((code, "prosent", month, percent, "*" if hidden else None))
    frame = pd.DataFrame(rows, columns=["Region", "ContentsCode", "Tid", "value", "status"])
    masked = frame["status"].notna() & (frame["ContentsCode"] == "antall")
    return frame.assign(lower=frame["value"].mask(masked, 0.0), upper=frame["value"].mask(masked, 3.0))
