"""JSON-stat 2.0 to a tidy frame and back, keeping `status`, which the packages on PyPI drop.

Source of the format: https://json-stat.org/full/ (version 2.0).
"""

from __future__ import annotations

import math
import reprlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError

Body = Mapping[str, Any]

EXACT = 2**53  # above this, float64 does not hold every integer
OWN = ("value", "status")  # columns of the frame that no dimension may take


def codes(body: Body, dimension: str) -> list[str]:
    """The codes of one dimension in the order of the cube; `index` may be an object or a list. DataError where it is neither."""
    category, name = _category(body, dimension), _name(dimension)
    index = category.get("index")
    if index is None:  # a dimension with a single category may leave the index out
        held = list(_given_labels(category, name))
        if len(held) != 1:
            raise DataError(f"dimensjonen {name} mangler index, og har ikke én etikett, men {len(held)}")
    elif isinstance(index, Mapping):
        if not set(map(type, index.values())) <= {int} or sorted(index.values()) != list(range(len(index))):
            raise DataError(
                f"dimensjonen {name}: index er ikke heltallene fra 0 til {len(index) - 1}, hvert av dem én gang"
            )
        held = sorted(index, key=index.__getitem__)
    elif isinstance(index, list):
        held = index
    else:
        raise DataError(f"dimensjonen {name}: index er verken et objekt eller en liste, men {_shown(index)}")
    _check_texts(held, f"dimensjonen {name}: koden")
    if len(set(held)) != len(held):
        raise DataError(f"dimensjonen {name} har samme kode flere ganger: {_shown(_most_often(held))}")
    return list(held)


def labels(body: Body, dimension: str) -> dict[str, str]:
    """Code → label of one dimension; a code without label is its own. DataError as for `codes`, and where a label is not text."""
    given = _given_labels(_category(body, dimension), _name(dimension))
    return {code: given.get(code, code) for code in codes(body, dimension)}


def decode(body: Body) -> pd.DataFrame:
    """One row per cell.

    Parameters
    ----------
    body : a JSON-stat2 dataset, as `json.loads` gives it. `value` may be a list (dense) or an object (sparse: only the cells named
        there exist, and a status of any other cell is left out).

    Returns
    -------
    DataFrame with a categorical column for each dimension in the order of ``id``, then ``value`` (float64, NaN where the
    producer gave null) and ``status`` (str, missing where there is none or it is empty).

    Raises
    ------
    DataError
        naming the field or dimension: ``id``, ``size``, the categories and the number of values do not agree; a value is not a
        finite number that float64 holds; a status is not text or is of a cell outside the cube.
    """
    dimensions = _dimensions(body)
    cells = math.prod(map(len, dimensions.values()))
    position, value = _values(body["value"], cells)
    columns: dict[str, Any] = {}
    step = cells
    for dimension, held in dimensions.items():
        step //= max(len(held), 1)  # the last dimension runs fastest
        place = (position // max(step, 1) % max(len(held), 1)).astype(np.int64, copy=False)
        columns[dimension] = pd.Categorical.from_codes(place, categories=pd.Index(held, dtype="str"), validate=False)
    return pd.DataFrame(columns | {"value": value, "status": _status(body.get("status"), position, cells)})


def encode(
    frame: pd.DataFrame,
    dimensions: Mapping[str, Mapping[str, str]],
    *,
    label: str,
    source: str,
    role: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """A dense JSON-stat2 body of a frame with columns of `dimensions`, ``value`` and (optionally) ``status``.

    Cells that the frame does not hold are null without status. `dimensions` gives each dimension's codes and labels in order.
    """
    ids = list(dimensions)
    sizes = [len(dimensions[each]) for each in ids]
    places = [pd.Categorical(frame[each], categories=list(dimensions[each])).codes for each in ids]
    flat = np.ravel_multi_index(tuple(np.asarray(each, dtype=np.int64) for each in places), sizes)
    if len(np.unique(flat)) != len(flat):
        raise DataError("to rader har de samme kodene")
    values: list[int | float | None] = [None] * math.prod(sizes)
    status: dict[str, str] = {}
    signs = frame["status"] if "status" in frame else pd.Series([None] * len(frame), index=frame.index)
    for cell, value, sign in zip(flat.tolist(), frame["value"].tolist(), signs.tolist(), strict=True):
        values[cell] = None if pd.isna(value) else (int(value) if float(value).is_integer() else float(value))
        if not pd.isna(sign):
            status[str(cell)] = str(sign)
    body: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": source,
        "role": {key: list(each) for key, each in role.items()},
        "id": ids,
        "size": sizes,
        "dimension": {
            each: {
                "label": each,
                "category": {
                    "index": {code: at for at, code in enumerate(dimensions[each])},
                    "label": dict(dimensions[each]),
                },
            }
            for each in ids
        },
        "value": values,
    }
    return body | ({"status": status} if status else {})


def _dimensions(body: Body) -> dict[str, list[str]]:
    """Dimension → codes in the order of ``id``, where ``size`` agrees."""
    if not isinstance(body, Mapping) or body.get("class") != "dataset":
        raise DataError("dette er ikke et JSON-stat2-datasett (class er ikke dataset)")
    for field in ("id", "size", "dimension", "value"):
        if field not in body:
            raise DataError(f"dette er ikke et JSON-stat2-datasett ({field} mangler)")
    ids, sizes = body["id"], body["size"]
    if not isinstance(ids, list) or not ids:
        raise DataError(f"id er ikke en liste over dimensjoner, men {_shown(ids)}")
    _check_texts(ids, "id: dimensjonen")
    if len(set(ids)) != len(ids):
        raise DataError(f"id nevner dimensjonen {_name(_most_often(ids))} flere ganger")
    for reserved in OWN:
        if reserved in ids:
            raise DataError(f"id: en dimensjon kan ikke hete {reserved}, som er en egen kolonne i tabellen")
    if not isinstance(sizes, list):
        raise DataError(f"size er ikke en liste, men {_shown(sizes)}")
    if len(ids) != len(sizes):
        raise DataError(f"id nevner {len(ids)} dimensjoner, size {len(sizes)}")
    found: dict[str, list[str]] = {}
    for dimension, size in zip(ids, sizes, strict=True):
        if type(size) is not int or size < 0:
            raise DataError(f"size for dimensjonen {_name(dimension)} er ikke et heltall fra 0, men {_shown(size)}")
        found[dimension] = codes(body, dimension)
        if len(found[dimension]) != size:
            raise DataError(
                f"dimensjonen {_name(dimension)} har {len(found[dimension])} koder, size sier {_shown(size)}"
            )
        _given_labels(_category(body, dimension), _name(dimension))
    return found


def _category(body: Body, dimension: str) -> Mapping[str, Any]:
    given = body.get("dimension") if isinstance(body, Mapping) else None
    if not isinstance(given, Mapping):
        raise DataError(f"feltet dimension er ikke et objekt, men {_shown(given)}")
    if dimension not in given:
        raise DataError(f"dimensjonen {_name(dimension)} mangler")
    category = given[dimension].get("category") if isinstance(given[dimension], Mapping) else None
    if not isinstance(category, Mapping):
        raise DataError(f"dimensjonen {_name(dimension)} mangler kategorier (category)")
    return category


def _given_labels(category: Mapping[str, Any], name: str) -> Mapping[str, str]:
    given = category.get("label")
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise DataError(f"dimensjonen {name}: label er ikke et objekt, men {_shown(given)}")
    _check_texts(given.values(), f"dimensjonen {name}: etiketten")
    return given


def _values(given: Any, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Places in the cube, ascending, and their values (float64). Allocates no more than the document holds, whatever ``size`` says."""
    if isinstance(given, Mapping):
        # as Python's own integers where the cube is larger than int64
        position = np.array(_positions("value", given, cells), dtype=np.int64 if cells < 2**63 else object)
        order = np.argsort(position)
        return position[order], _numbers(list(given.values()), given)[order]
    if not isinstance(given, list):
        raise DataError(f"value er verken en liste eller et objekt, men {_shown(given)}")
    if len(given) != cells:
        raise DataError(f"value har {len(given)} verdier, men size gir {_shown(cells)} celler")
    return np.arange(cells, dtype=np.int64), _numbers(given, count())


def _positions(field: str, keys: Collection[str], cells: int) -> list[int]:
    """The keys of an object of cells as integers. As in JavaScript "01" names nothing, so that no cell has two names."""
    found: list[int] = []
    for key in keys:
        try:
            at: int | None = int(key)
        except (ValueError, TypeError):  # also what has too many digits to be any cell
            at = None
        if at is None or str(at) != key:
            raise DataError(f"{field}: nøkkelen {_shown(key)} er ikke nummeret på en celle")
        if not 0 <= at < cells:
            raise DataError(f"{field}: celle {_shown(at)} ligger utenfor kuben med {_shown(cells)} celler")
        found.append(at)
    return found


def _numbers(values: list[Any], cells: Iterable[object]) -> np.ndarray:
    """The values as float64, null as NaN. `cells` names them in messages."""
    if set(map(type, values)) <= {int, float, NoneType}:
        try:
            found = np.array(values, dtype=np.float64)
        except OverflowError:  # an integer beyond every float64: told below
            pass
        else:
            if np.count_nonzero(np.abs(found) < EXACT) + values.count(None) == len(values):
                return found
    for cell, value in zip(cells, values, strict=False):
        if value is not None and (wrong := _wrong_number(value)):
            raise DataError(f"value: verdien {_shown(value)} i celle {cell} er {wrong}")
    return np.array(values, dtype=np.float64)  # large, but floats already in the document


def _wrong_number(value: object) -> str:
    if type(value) is not int and type(value) is not float:
        return "ikke et tall"
    if isinstance(value, float) and not math.isfinite(value):
        return "ikke et endelig tall"
    return (
        "et så stort heltall at det ikke kan lagres nøyaktig" if isinstance(value, int) and abs(value) > EXACT else ""
    )


def _status(given: Any, position: np.ndarray, cells: int) -> pd.Series:
    """The sign of each cell in `position` (str); `given` may be one sign for all, a list or an object of cells."""
    if given is None or isinstance(given, str):
        given = [given]
    if not isinstance(given, list | Mapping):
        raise DataError(f"status er verken tekst, liste eller objekt, men {_shown(given)}")
    if isinstance(given, list) and len(given) not in (0, 1, cells):
        raise DataError(f"status har {len(given)} tegn, men kuben har {_shown(cells)} celler")
    signs = list(given.values()) if isinstance(given, Mapping) else given
    _check_texts([sign for sign in signs if sign is not None], "status: tegnet")
    where = np.array(_positions("status", given, cells) if isinstance(given, Mapping) else [], dtype=position.dtype)
    if not any(signs):
        return pd.Series(None, index=range(len(position)), dtype="str")
    sign = np.array([each or None for each in signs], dtype=object)
    if isinstance(given, Mapping):
        found = np.full(len(position), None, dtype=object)
        at = np.searchsorted(position, where)
        held = at < len(position)
        held[held] = position[at[held]] == where[held]  # in a sparse cube a status may be of a cell that is not there
        found[at[held]] = sign[held]
    else:
        found = np.repeat(sign, len(position)) if len(sign) == 1 else sign[position.astype(np.int64, copy=False)]
    return pd.Series(found, dtype="str")


def _check_texts(texts: Collection[Any], what: str) -> None:
    if not set(map(type, texts)) <= {str}:
        wrong = next(each for each in texts if type(each) is not str)
        raise DataError(f"{what} {_shown(wrong)} er ikke tekst")
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:  # half a pair of \u escapes: JSON may write it, nothing can store it
        wrong = next(each for each in texts if each.encode(errors="ignore").decode() != each)
        raise DataError(f"{what} {_shown(wrong)} er ikke gyldig tekst") from None


def _most_often(texts: Collection[str]) -> str:
    return Counter(texts).most_common(1)[0][0]


def _name(dimension: object) -> str:
    """A dimension's name for a message of one line."""
    plain = isinstance(dimension, str) and dimension.isprintable() and len(dimension) < 60
    return str(dimension) if plain else _shown(dimension)


def _shown(value: object) -> str:
    """Any value of a document for a message: one short line."""
    if isinstance(value, int) and value.bit_length() > 100:
        return f"et heltall på {value.bit_length()} bit"
    shown = reprlib.repr(value)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
