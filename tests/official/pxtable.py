"""One StatBank table: its metadata, and its cells for a selection, in the shape of a recorded answer of SSB."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .selection import Problem, ServerError, resolve

MOST_CELLS = 800_000
TIME, CONTENTS = "Tid", "ContentsCode"
Array = np.ndarray[Any, Any]
Cells = Callable[[Sequence[Array]], Array]  # positions along each dimension → the block of cells


@dataclass(frozen=True)
class Codelist:
    """An aggregation (the values sum what they map to) or a value set."""

    label: str
    values: Mapping[str, tuple[str, tuple[str, ...]]]  # code → label, codes of the variable
    kind: str = "Aggregation"

    def body(self, id_: str, href: str) -> dict[str, Any]:
        """The answer of /codelists/{id}."""
        values = [{"code": code, "label": label, "valueMap": list(of)} for code, (label, of) in self.values.items()]
        about = {"id": id_, "label": self.label, "language": "no", "languages": ["no", "en"], "type": self.kind}
        return about | {"values": values, "links": [{"rel": "self", "hreflang": "no", "href": href}]}


@dataclass
class Dimension:
    """One variable. Eliminated by `elimination_value`, else by summing."""

    label: str
    values: dict[str, str]
    elimination: bool = False
    elimination_value: str | None = None
    codelists: dict[str, Codelist] = field(default_factory=dict)
    show: str = "value"
    units: dict[str, tuple[str, int]] = field(default_factory=dict)  # of ContentsCode: code → unit, decimals


class PxTable:
    """A table that tests may alter: `revise`, `extend`, `drop`, `touch`, `order`, and every field.

    Parameters
    ----------
    dimensions : code → variable, in the table's order. values : an array of that shape, or a function of positions.
    status : flat position in the whole table → sign. missing : the sign of every other cell without a value.
    """

    def __init__(
        self,
        id: str,
        label: str,
        dimensions: dict[str, Dimension],
        values: Array | Cells,
        status: Mapping[int, str] | None = None,
        updated: str = "2026-03-05T07:00:00Z",
        subject: tuple[str, str] = ("al", "Arbeid og lønn"),
        geo: Sequence[str] = (),
        missing: str = ".",
        notes: Sequence[str] = (),
    ) -> None:
        self.id, self.label, self.dimensions, self.updated, self.subject = id, label, dimensions, updated, subject
        self.geo = list(geo) or [each for each in ("Region",) if each in dimensions]
        self.missing, self.notes, self.order = missing, list(notes), list[str]()
        self.status = dict(status or {})
        self._values = values
        self._base = {code: list(range(len(dim.values))) for code, dim in dimensions.items()}
        self._shape = tuple(len(dim.values) for dim in dimensions.values())
        self._revised: dict[tuple[str, ...], tuple[float, str]] = {}

    def touch(self, updated: str) -> None:
        """A new time stamp, the same figures."""
        self.updated = updated

    def revise(self, value: float | None, sign: str = "", **codes: str) -> None:
        """Another value (None with a sign) in one cell, named by a code of every dimension."""
        self._revised[tuple(codes[dim] for dim in self.dimensions)] = (math.nan if value is None else value, sign)

    def extend(self, dimension: str, code: str, label: str = "", like: str = "") -> None:
        """A new value of a variable, with the figures of another (the last unless named)."""
        values = self.dimensions[dimension].values
        source = list(values).index(like) if like else len(values) - 1
        self._base[dimension].append(self._base[dimension][source])
        self.dimensions[dimension].values = values | {code: label or code}

    def drop(self, dimension: str, code: str) -> None:
        """A value that the producer has taken away."""
        values = self.dimensions[dimension].values
        del self._base[dimension][list(values).index(code)]
        self.dimensions[dimension].values = {key: label for key, label in values.items() if key != code}

    @property
    def codelists(self) -> dict[str, Codelist]:
        """Every codelist of the table."""
        return {key: each for dim in self.dimensions.values() for key, each in dim.codelists.items()}

    @property
    def periods(self) -> list[str]:
        """The values of the time variable."""
        return list(self.dimensions[TIME].values)

    def metadata(self, codelists: Mapping[str, str], base: str) -> dict[str, Any]:
        """The answer of /tables/{id}/metadata; `codelists`: variable → codelist whose values take the place of its own."""
        applied = {self._code_of(variable): codelist for variable, codelist in codelists.items()}
        chosen = {code: list(self._groups(code, applied.get(code))) for code in self.dimensions}
        body = self._body(list(self.dimensions), chosen, applied)
        for code, dim in self.dimensions.items():
            links = [{"rel": "metadata", "hreflang": "no", "href": f"{base}/codelists/{key}"} for key in dim.codelists]
            body["dimension"][code]["extension"]["codelists"] = [
                {"id": key, "label": each.label, "type": each.kind, "links": [link]}
                for (key, each), link in zip(dim.codelists.items(), links, strict=True)
            ]
        return body | {"value": []}

    def data(self, selection: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The answer of /tables/{id}/data; without a selection, the default one."""
        asked = self._asked(selection or self.default_selection())
        chosen: dict[str, list[str]] = {}
        applied = {code: codelist for code, (codelist, _) in asked.items() if codelist}
        for code, dim in self.dimensions.items():
            codelist, values = asked.get(code, (None, []))
            found = resolve(values, list(self._groups(code, codelist)), code == TIME)
            if not found and not dim.elimination:
                raise Problem("Missing selection for mandantory variable")
            if found:
                chosen[code] = found
        cells = math.prod(len(each) for each in chosen.values())
        if cells > MOST_CELLS:
            detail = f"The number of selected cells, {cells}, exceeds the threshold of {MOST_CELLS} data cells."
            raise Problem("Too many cells selected", 400, detail=detail)
        ids = [code for code in self.order if code in chosen] + [code for code in chosen if code not in self.order]
        block, signs = self._cells(chosen, applied)
        block = np.transpose(block, [list(chosen).index(code) for code in ids]).ravel()
        signs = np.transpose(signs, [list(chosen).index(code) for code in ids]).ravel()
        body = self._body(ids, chosen, applied) | {"value": _numbers(block)}
        flagged = {str(at): str(signs[at]) for at in np.flatnonzero(signs != "")}
        return body | ({"status": flagged} if flagged else {})

    def default_selection(self) -> list[dict[str, Any]]:
        """Every region (of its first codelist), the first value of what must be chosen, the newest time."""
        first = next(iter(self.dimensions))
        codelist = next(iter(self.dimensions[first].codelists), None)
        rows: list[dict[str, Any]] = [{"variableCode": first, "codelist": codelist, "valueCodes": ["*"]}]
        for code, dim in self.dimensions.items():
            if code != first and not dim.elimination:
                value = "top(1)" if code == TIME else next(iter(dim.values))
                rows.append({"variableCode": code, "valueCodes": [value]})
        return rows

    def _asked(self, selection: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str | None, list[str]]]:
        asked: dict[str, tuple[str | None, list[str]]] = {}
        for row in selection:
            code = self._code_of(str(row.get("variableCode", "")))
            if code in asked:
                raise ServerError
            codelist = row.get("codelist") or None
            self._groups(code, codelist)
            asked[code] = (codelist, [str(each) for each in row.get("valueCodes") or []])
        if any(code not in asked and not dim.elimination for code, dim in self.dimensions.items()):
            raise Problem("Missing selection for mandantory variable")
        return asked

    def _code_of(self, variable: str) -> str:
        if variable.lower() == "time":
            return TIME
        found = next((code for code in self.dimensions if code.lower() == variable.lower()), None)
        if found is None:
            raise Problem("Non-existent variable")
        return found

    def _groups(self, code: str, codelist: str | None) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """Value → label and the table's own values behind it."""
        dim = self.dimensions[code]
        if codelist is None:
            return {value: (label, (value,)) for value, label in dim.values.items()}
        if codelist not in dim.codelists:
            raise Problem("Non-existent codelist")
        return dim.codelists[codelist].values

    def _cells(self, chosen: Mapping[str, list[str]], applied: Mapping[str, str]) -> tuple[Array, Array]:
        """The values and signs of a selection, summed over codelists and over what is eliminated."""
        places, groups, own = [], [], []
        for code, dim in self.dimensions.items():
            codes = list(dim.values)
            at = {value: number for number, value in enumerate(codes)}
            if code in chosen:
                known = self._groups(code, applied.get(code))
                behind = [[each for each in known[value][1] if each in at] for value in chosen[code]]
            else:
                behind = [[dim.elimination_value] if dim.elimination_value else codes]
            flat = [each for group in behind for each in group]
            places.append(np.array([at[each] for each in flat], dtype=np.intp))
            groups.append([len(group) for group in behind])
            own.append(flat)
        block, signs = self._raw(places, own)
        for axis, sizes in enumerate(groups):
            if sizes != [1] * len(sizes):
                block, signs = _summed(block, signs, sizes, axis)
        kept = tuple(at for at, code in enumerate(self.dimensions) if code in chosen)
        shape = [block.shape[at] for at in kept]
        return block.reshape(shape), signs.reshape(shape)

    def _raw(self, places: Sequence[Array], codes: Sequence[Sequence[str]]) -> tuple[Array, Array]:
        base = [np.array(self._base[code], dtype=np.intp)[at] for code, at in zip(self.dimensions, places, strict=True)]
        source = self._values
        block = np.array(source(base) if callable(source) else source[np.ix_(*base)], dtype=np.float64)
        signs = np.where(np.isnan(block), self.missing, "").astype("<U3")
        if self.status:
            flat = np.ravel_multi_index(np.ix_(*base), self._shape)
            for at in np.argwhere(np.isin(flat, list(self.status))):
                signs[tuple(at)] = self.status[int(flat[tuple(at)])]
        for cell, (value, sign) in self._revised.items():
            if all(code in along for code, along in zip(cell, codes, strict=True)):
                at = tuple(list(along).index(code) for code, along in zip(cell, codes, strict=True))
                block[at], signs[at] = value, sign or (self.missing if math.isnan(value) else "")
        return block, signs

    def _body(self, ids: Sequence[str], chosen: Mapping[str, list[str]], applied: Mapping[str, str]) -> dict[str, Any]:
        role = {"time": [TIME]} | ({"geo": [each for each in self.geo if each in ids]} if self.geo else {})
        names = [self.dimensions[code].label for code in ids if code != CONTENTS]
        title = f"{self.id}: {self.label}, etter {', '.join(names[:-1])} og {names[-1]}" if names[1:] else self.label
        return {
            "version": "2.0",
            "class": "dataset",
            "label": title,
            "source": "Statistisk sentralbyrå",
            "updated": self.updated,
            **({"note": self.notes} if self.notes else {}),
            "role": role | {"metric": [CONTENTS]},
            "id": list(ids),
            "size": [len(chosen[code]) for code in ids],
            "dimension": {code: self._dimension(code, chosen[code], applied.get(code)) for code in ids},
            "extension": self._extension(ids),
        }

    def _dimension(self, code: str, values: Sequence[str], codelist: str | None) -> dict[str, Any]:
        dim, known = self.dimensions[code], self._groups(code, codelist)
        category: dict[str, Any] = {
            "index": {value: at for at, value in enumerate(values)},
            "label": {value: known[value][0] for value in values},
        }
        extension: dict[str, Any] = {"elimination": dim.elimination}
        if dim.elimination_value and codelist is None:
            extension["eliminationValueCode"] = dim.elimination_value
        if code == CONTENTS:
            units = {value: dim.units.get(value, ("personer", 0)) for value in values}
            category["unit"] = {
                value: {"base": unit, "decimals": decimals} for value, (unit, decimals) in units.items()
            }
            extension["refperiod"] = dict.fromkeys(values, "4. kvartal")
        extension["show"] = "code" if code == TIME else "code_value" if code in self.geo else dim.show
        return {"label": dim.label, "category": category, "extension": extension}

    def _extension(self, ids: Sequence[str]) -> dict[str, Any]:
        heading = [code for code in ids if code in (CONTENTS, TIME)]
        px = {"infofile": "None", "tableid": self.id, "decimals": 0, "official-statistics": True, "aggregallowed": True}
        px |= {
            "copyright": False,
            "language": "no",
            "contents": f"{self.id}: {self.label},",
            "descriptiondefault": False,
        }
        px |= {"heading": heading, "stub": [code for code in ids if code not in heading], "matrix": self.id}
        px |= {"subject-code": self.subject[0], "subject-area": self.subject[1]}
        contact = {"name": "Ola Nordmann", "organization": "Statistisk sentralbyrå", "phone": "21 09 46 42"}
        contact |= {
            "mail": "informasjon@ssb.no",
            "raw": "Ola Nordmann, Statistisk sentralbyrå# 21 09 46 42#informasjon@ssb.no",
        }
        return {"px": px, "discontinued": None, "contact": [contact]}


def _summed(block: Array, signs: Array, sizes: Sequence[int], axis: int) -> tuple[Array, Array]:
    """Sums over runs of `sizes` along one axis; what has no value at all keeps the first sign."""
    held = ~np.isnan(block)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    filled = np.array(sizes) > 0
    shape = list(block.shape)
    shape[axis] = len(sizes)
    total, sign = np.full(shape, np.nan), np.full(shape, ".", dtype=signs.dtype)
    if filled.any():
        into = [slice(None)] * block.ndim
        into[axis] = filled
        at = starts[filled]
        sums = np.add.reduceat(np.where(held, block, 0.0), at, axis=axis)
        some = np.add.reduceat(held.astype(np.int64), at, axis=axis) > 0
        total[tuple(into)] = np.where(some, sums, np.nan)
        sign[tuple(into)] = np.where(some, "", np.take(signs, at, axis=axis))
    return total, sign


def _numbers(block: Array) -> list[float | int | None]:
    """As JSON prints them: whole numbers without a point, null for none."""
    whole = np.all((np.isnan(block)) | (block == np.floor(block)))
    if not np.isnan(block).any():
        return block.astype(np.int64).tolist() if whole else [_plain(each) for each in block.tolist()]
    return [None if each != each else int(each) if whole else _plain(each) for each in block.tolist()]


def _plain(value: float) -> float | int:
    value = round(value, 4)
    return int(value) if value == int(value) else value
