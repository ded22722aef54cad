"""JSON-stat 2.0 to a tidy frame and back, keeping `status`, which the packages on PyPI drop.

Source of the format: https://json-stat.org/full/ (version 2.0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError

Body = Mapping[str, Any]


def codes(body: Body, dimension: str) -> list[str]:
    """The codes of one dimension in the order of the cube; `index` may be an object or a list."""
    try:
        category = body["dimension"][dimension]["category"]
    except KeyError as lacking:
        raise DataError(f"dimensjonen {dimension} mangler kategorier ({lacking})") from None
    index = category.get("index")
    if index is None:  # a dimension with a single category may leave the index out
        return list(category["label"])
    if isinstance(index, Mapping):
        return [code for code, _ in sorted(index.items(), key=lambda item: item[1])]
    return list(index)


def labels(body: Body, dimension: str) -> dict[str, str]:
    """Code → label of one dimension; a code without label is its own."""
    given = body["dimension"][dimension]["category"].get("label", {})
    return {code: given.get(code, code) for code in codes(body, dimension)}


def decode(body: Body) -> pd.DataFrame:
    """One row per cell.

    Parameters
    ----------
    body : a JSON-stat2 dataset. `value` may be a list (dense) or an object (sparse: only the cells named there exist).

    Returns
    -------
    DataFrame with a categorical column for each dimension in the order of ``id``, then ``value`` (float64, NaN where the
    producer gave null) and ``status`` (str, missing where there is none).

    Raises
    ------
    DataError
        where ``id``, ``size``, the categories and the number of values do not agree.
    """
    ids, sizes = _shape(body)
    cells = math.prod(sizes)
    values = body["value"]
    if isinstance(values, Mapping):
        position = np.array(sorted(int(key) for key in values), dtype=np.int64)
        if len(position) and (position[0] < 0 or position[-1] >= cells):
            raise DataError(f"celle {position[-1]} ligger utenfor kuben med {cells} celler")
        value = np.array([_number(values[str(key)]) for key in position], dtype=np.float64)
    else:
        if len(values) != cells:
            raise DataError(f"{len(values)} verdier, men størrelsen {sizes} gir {cells} celler")
        position = np.arange(cells, dtype=np.int64)
        value = np.array([_number(each) for each in values], dtype=np.float64)
    columns: dict[str, Any] = {}
    for dimension, place in zip(ids, np.unravel_index(position, sizes), strict=True):
        columns[dimension] = pd.Categorical.from_codes(
            place.astype(np.int64), categories=pd.Index(codes(body, dimension))
        )
    return pd.DataFrame(columns | {"value": value, "status": _status(body, position, cells)})


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


def _shape(body: Body) -> tuple[list[str], list[int]]:
    if body.get("class") != "dataset" or "id" not in body or "size" not in body or "value" not in body:
        raise DataError("dette er ikke et JSON-stat2-datasett (class, id, size eller value mangler)")
    ids, sizes = list(body["id"]), [int(each) for each in body["size"]]
    if len(ids) != len(sizes):
        raise DataError(f"id nevner {len(ids)} dimensjoner, size {len(sizes)}")
    for dimension, size in zip(ids, sizes, strict=True):
        if dimension not in body.get("dimension", {}):
            raise DataError(f"dimensjonen {dimension} mangler")
        held = codes(body, dimension)
        if len(held) != size or len(set(held)) != size:
            raise DataError(f"dimensjonen {dimension} har {len(set(held))} koder, size sier {size}")
    return ids, sizes


def _number(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"verdien {value!r} er ikke et tall")
    return float(value)


def _status(body: Body, position: np.ndarray, cells: int) -> pd.Series:
    status = body.get("status") or {}
    if isinstance(status, str):
        status = dict.fromkeys(range(cells), status)
    elif isinstance(status, Sequence):
        status = dict(enumerate(status))
    signs = {int(key): sign for key, sign in status.items() if sign}
    return pd.Series(
        [signs.get(cell) for cell in position.tolist()] if signs else None, index=range(len(position)), dtype="str"
    )
