"""What the tests of the server ask it, in few words, and a table small enough to reckon by hand."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np

from .pxtable import Codelist, Dimension, PxTable
from .server import OfficialServer

Selection = dict[str, Any]


def small() -> PxTable:
    """Three old codes, two of which became one; sex with a total, age by summing."""
    united = Codelist(
        "Sammenslått", {"K-3103": ("Moss", ("0104", "0136", "3103")), "K-3101": ("Halden", ("0101", "3101"))}
    )
    dimensions = {
        "Region": Dimension(
            "region", {each: each for each in ("0101", "0104", "0136", "3101", "3103")}, codelists={"agg_Moss": united}
        ),
        "Kjonn": Dimension("kjønn", {"0": "Begge", "1": "Menn", "2": "Kvinner"}, True, "0"),
        "Alder": Dimension("alder", {"015": "15 år", "016": "16 år", "105+": "105 år +"}, True),
        "ContentsCode": Dimension("statistikkvariabel", {"Personer1": "Personer"}),
        "Tid": Dimension("år", {str(year): str(year) for year in range(2018, 2026)}),
    }
    values = np.arange(5 * 3 * 3 * 1 * 8, dtype=float).reshape(5, 3, 3, 1, 8)
    values[0:3, ..., 2:] = np.nan  # the old codes end in 2019
    values[3:5, ..., :2] = np.nan
    return PxTable("00001", "Folk", dimensions, values, status={119: ":"})


def asked(**codes_: list[str] | str) -> Selection:
    """``Region=["a"]``, or ``Region="codelist: a b"`` for the values of a codelist."""
    rows = []
    for variable, given in codes_.items():
        codelist, _, plain = given.partition(": ") if isinstance(given, str) else (None, "", "")
        values = plain.split() if isinstance(given, str) else given
        rows.append({"variableCode": variable, "valueCodes": values} | ({"codelist": codelist} if codelist else {}))
    return {"selection": rows}


def data(client: httpx.Client, server: OfficialServer, selection: Selection, table: str = "00001") -> httpx.Response:
    return client.post(f"{server.ssb_url}/tables/{table}/data?lang=no&outputFormat=json-stat2", json=selection)


def ids(answer: httpx.Response, dimension: str) -> list[str]:
    return list(answer.json()["dimension"][dimension]["category"]["index"])


def cells(client: httpx.Client, server: OfficialServer, table: str, **chosen: list[str] | str) -> np.ndarray[Any, Any]:
    body = data(client, server, asked(**chosen), table).json()
    return np.array(body["value"], dtype=float).reshape(body["size"])
