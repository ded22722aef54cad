"""Raw bodies to tidy Parquet: decode, check, carry the codes to 2024, validate, write in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import places, rawstore, reprs, smallcounts
from helpers.catalog import TableInfo, catalog
from helpers.errors import DataError
from helpers.rawstore import RawBody
from helpers.tables import cells, rounding
from helpers.tables.rules import RULES
from helpers.workspace import Workspace, write_file

VERSION = 2  # raise it when the same raw body would give another tidy table
KEY = b"kommunerapport"
MEASURED = ["value", "lower", "upper"]
NOT_COMPARABLE = ""  # where a producer's code of 2024 leads to no figure that may be shown


@dataclass(frozen=True)
class TableMeta:
    """What is known of one tidy table; it travels inside the Parquet file.

    `retrieved` is an ISO date: the newest of its bodies (of an assembled body: the day of assembly). `periods` are all
    values of ``Tid``; `assumed` those that the publication did not print. `rounding` is the rule of its bodies
    (``none``, ``small_counts``, ``masked``), `level` and `allowance` as in `catalog.Rounding`. `code_map` is the digest of the map
    that its codes were carried by, `entry` that of its entry in the catalogue.
    """

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
    sha256: tuple[str, ...]
    code_map: str
    entry: str
    version: int = VERSION

    @property
    def period(self) -> str:
        """The first and the last of its periods: ``2017–2022``."""
        ends = dict.fromkeys((*self.periods[:1], *self.periods[-1:]))
        return "–".join(ends)

    def _repr_html_(self) -> str:
        rounding = {"none": "ikke avrundet", "small_counts": "små tall er avrundet", "masked": "små tall er skjult"}
        known = [
            ("Tabell", self.id), ("Fra", f"{self.producer}, {self.number}"), ("Enhet", self.unit), ("Perioder", self.period),
            ("Antatt", ", ".join(self.assumed)), ("Avrunding", rounding.get(self.rounding, self.rounding)),
            ("Hentet", self.retrieved), ("Utdrag", "ja: kommunerapport fetch henter hele tabellen" if self.assembled else ""),
            ("Lisens", self.licence), ("Mer", self.url), ("Merknader", "\n".join(self.notes)),
        ]  # fmt: skip
        return reprs.card(self.title, known)


def build(workspace: Workspace, table: str) -> Path | None:
    """Make ``data/processed/<table>.parquet`` where it is lacking or older than its bodies; None where it was up to date.

    Raises
    ------
    TableMissing
        where data/raw does not hold the table.
    DataError
        naming file, table and value: wrong checksum, missing dimension, unknown code, duplicate key, wrong rounding.
    """
    target = workspace.processed / f"{table}.parquet"
    if is_fresh(workspace, table):
        return None
    info = catalog()[table]
    bodies = rawstore.read(workspace.raw, table)
    frame, meta = tidy(info, bodies), describe(info, bodies)
    write(target, frame, meta)
    return target


def is_fresh(workspace: Workspace, table: str) -> bool:
    """Whether the processed table was made from the bodies that data/raw holds now, by this version."""
    meta = read_meta(workspace.processed / f"{table}.parquet")
    paths = rawstore.held(workspace.raw).get(table, [])
    if meta is None or meta.version != VERSION or meta.code_map != code_map():
        return False
    if meta.entry != entry(catalog()[table]):
        return False
    return meta.sha256 == tuple(rawstore.read_sidecar(path).sha256 for path in paths)


def code_map() -> str:
    """The digest of the map that region codes are carried by."""
    registry = places.registry()
    return hashlib.sha256(repr((registry.current, registry.links)).encode()).hexdigest()


def entry(info: TableInfo) -> str:
    """The digest of a table's entry in the catalogue."""
    return hashlib.sha256(info.model_dump_json().encode()).hexdigest()


def tidy(info: TableInfo, bodies: Sequence[RawBody]) -> pd.DataFrame:
    """The tidy table of all `bodies`, validated (columns: see docs/architecture.md)."""
    from helpers.tables.schemas import validate

    info = cells.named(info, bodies)
    parts = [_carry(info, raw, _decode(info, raw)) for raw in bodies]
    frame = pd.concat(parts, ignore_index=True)
    if info.source == "nav":  # each workbook repeats the months before it: the newest says what they are now
        frame = frame.drop_duplicates(list(info.dimensions), keep="last")
    names = ", ".join(raw.path.name for raw in bodies)
    return validate(info, frame.sort_values(list(info.dimensions), ignore_index=True), names)


def describe(info: TableInfo, bodies: Sequence[RawBody]) -> TableMeta:
    """What the sidecars say of the table as a whole."""
    listed = entry(info)
    info = cells.named(info, bodies)
    sides = [raw.sidecar for raw in bodies]
    last = sides[-1]
    labels: dict[str, dict[str, str]] = {}
    for raw in bodies:
        for each in info.dimensions:
            labels.setdefault(each, {}).update(raw.labels(each))
    return TableMeta(
        id=info.id,
        producer=last.producer,
        number=info.number,
        title=info.title,
        unit=info.unit,
        url=last.published_at,
        licence=last.licence,
        retrieved=max(side.retrieved for side in sides).isoformat(),
        assembled=any(side.assembled for side in sides),
        rounding=_strictest(sides),
        level="total" if any(side.rounding.level == "total" for side in sides) else "lowest",
        allowance=max(side.rounding.allowance for side in sides),
        periods=tuple(sorted(labels["Tid"])),
        assumed=tuple(sorted({period for side in sides for period in side.assumed_periods})),
        notes=tuple(dict.fromkeys(note for side in sides for note in (*side.notes, *side.lacking))),
        labels={key: held for key, held in labels.items() if key not in info.regions and key != "Tid"},
        sha256=tuple(side.sha256 for side in sides),
        code_map=code_map(),
        entry=listed,
    )


def _strictest(sides: Sequence[rawstore.Sidecar]) -> str:
    """The rule of a table whose bodies differ: what was changed in one of them is said of all."""
    rules = {side.rounding.rule for side in sides}
    return next(rule for rule in smallcounts.STRICTEST if rule in rules)


def write(path: Path, frame: pd.DataFrame, meta: TableMeta) -> None:
    """Write the table with its description, to a temporary name first."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata((table.schema.metadata or {}) | {KEY: json.dumps(asdict(meta)).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_file(path, sink.getvalue().to_pybytes())


def read_meta(path: Path) -> TableMeta | None:
    """The description inside a Parquet file; None where there is no file, or one that another version wrote."""
    try:
        held = json.loads(pq.read_schema(path).metadata[KEY])
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in held.items()
        }
        return TableMeta(**fields)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None


def _decode(info: TableInfo, raw: RawBody) -> pd.DataFrame:
    where = f"{raw.path.name} (tabell {info.id})"
    frame = cells.without_single(info, raw.frame())
    lacking = [each for each in info.dimensions if each not in frame]
    surplus = [each for each in frame if each not in (*info.dimensions, "value", "status")]
    if lacking or surplus:
        what = f"mangler dimensjonen {lacking[0]}" if lacking else f"har en ukjent dimensjon {surplus[0]}"
        raise DataError(f"{where} {what}.")
    counts = ~frame["ContentsCode"].isin(info.rates)
    rounding.check(raw, frame, counts)
    frame = cells.plain_codes(info, frame)
    for rule in RULES.get(info.id, ()):
        frame = rule(frame)
    frame = rounding.bounds(frame, raw.sidecar.rounding, ~frame["ContentsCode"].isin(info.rates))
    return cells.banded(info, frame)


def _carry(info: TableInfo, raw: RawBody, frame: pd.DataFrame) -> pd.DataFrame:
    """Region codes to those of 2024, year by year; counts that meet in one code are summed, rates that meet are missing."""
    parts = []
    for period, held in frame.groupby("Tid", observed=True):
        year = int(str(period)[:4])
        lead = places.carry(year) if (raw.sidecar.codes or info.codes) == "year" else _already(year)
        for each in info.regions:
            codes = held[each].astype("str")
            ours = {code: code for code in codes.unique() if info.is_extra(code)}
            new = codes.map(lead | ours)
            strange = new.isna() & ~_unused(held, codes)
            if strange.any():
                code = held.loc[strange, each].iloc[0]
                raise DataError(f"{raw.path.name} (tabell {info.id}): regionkoden {code} finnes ikke i {year}.")
            held = held.assign(**{each: new})[new.notna() & (new != NOT_COMPARABLE)]
        parts.append(held)
    whole = pd.concat(parts, ignore_index=True)
    tid = whole["Tid"].astype("str")
    return _sum(info, whole.assign(Tid=tid.astype("int64") if info.period == "year" else tid))


def _unused(cells_held: pd.DataFrame, codes: pd.Series) -> pd.Series:
    """Cells of codes that were not in use that year: a sign, or the 0 that some tables print for a municipality of other years."""
    signed = cells_held["status"].isin([".", ".."]) & cells_held["value"].isna()
    return signed | ((cells_held["value"] == 0) & codes.isin(places.registry().names))


def _already(year: int) -> dict[str, str]:
    """For tables in codes of 2024: those without comparable history fall out; what they lack is named by the measures."""
    first = places.registry().comparable_from
    return {old: new if first.get(new, 0) <= year else NOT_COMPARABLE for old, new in places.carry(2024).items()}


def _sum(info: TableInfo, frame: pd.DataFrame) -> pd.DataFrame:
    keys = list(info.dimensions)
    frame = frame.assign(**{each: frame[each].astype("str") for each in keys if each != "Tid"})
    twice = frame.duplicated(keys, keep=False)
    unused = (frame["status"] == ".").fillna(False) & frame[
        "value"
    ].isna()  # a code not in use adds nothing to one that is
    single, met = frame[~twice], frame[twice & ~unused]
    if met.empty:
        return single[[*keys, "value", "status", "lower", "upper"]]
    groups = met.groupby(keys, sort=False)
    summed = pd.DataFrame(
        {each: groups[each].sum(skipna=False) for each in MEASURED} | {"status": groups["status"].first()}
    ).reset_index()
    rate = summed["ContentsCode"].isin(info.rates)
    summed.loc[rate, MEASURED] = float("nan")
    summed["status"] = summed["status"].astype("str").mask(rate, "..")
    return pd.concat([single, summed], ignore_index=True)[[*keys, "value", "status", "lower", "upper"]]
