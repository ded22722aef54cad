"""Structural twins: the municipalities that are most alike in what they are, never in how they fare.

Variables are standardised robustly (median and MAD over every municipality), weighted, and compared by Euclidean distance (as Kolada's
«likhetssökning» does). An outcome such as the employment rate or the share outside is refused: who is alike in it cannot be held against it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError, TableMissing
from helpers.measures.cells import Tables
from helpers.measures.structural import BLOCKS, INDUSTRY, INDUSTRY_TABLE, TABLE_OF, structure
from helpers.places import Municipality, registry

__all__ = ["NEAREST", "Twins", "checked_weights", "default_weights", "nearest", "of", "standardised", "structure"]

NEAREST = 10
OUTCOMES = re.compile(  # how a word of its name begins
    r"(rates?$|aap$|outside|employ|unemploy|jobless|neet|sysselsatt|sysselsetting|utenfor|ledig|arbeidsl|disab|ufore)"
)
MAD, MEAN = 1.4826, 1.2533  # of a normal distribution: σ = 1.4826 MAD = 1.2533 mean absolute deviation


@dataclass(frozen=True)
class Twins:
    """The nearest municipalities.

    Parameters
    ----------
    code : whose twins. nearest : frame indexed by code, the nearest first: name, distance (weighted standard deviations), loo (in how
        many of the lists with one variable left out it still is).
    contributions : frame [code, variable]: % of the squared distance that the variable makes; NaN where the distance is 0.
    z : frame [code, variable] of the municipality itself and the nearest, robust z. weights : variable → weight, their sum 1.
    without : frame indexed by the variable left out: kept (how many of the nearest remain), gone, entered (tuples of codes).
    left_out : code → the variables that it lacks; it is compared with nobody. constant : variables in which all are equal, not used.
    compared : with how many.
    """

    code: str
    nearest: pd.DataFrame
    contributions: pd.DataFrame
    z: pd.DataFrame
    weights: dict[str, float]
    without: pd.DataFrame
    left_out: dict[str, tuple[str, ...]]
    constant: tuple[str, ...]
    compared: int


def of(
    tables: Tables,
    municipality: Municipality,
    k: int = NEAREST,
    weights: Mapping[str, float] | None = None,
    with_industry: bool | None = None,
) -> Twins:
    """The twins of a municipality by `structure`.

    Parameters
    ----------
    k : how many. weights : as of `nearest`. with_industry : as of `structure`.

    Raises
    ------
    TableMissing
        where a table, or the municipality in it, is not held.
    InputError
        as `nearest`.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import peers
    >>> peers.of(Tables.load(), Municipality.find("halden"), k=3).nearest[["name", "loo"]].values.tolist()
    [['Ringerike', 7], ['Elverum', 5], ['Steinkjer - Stïentje', 3]]
    """
    frame = structure(tables, with_industry)
    used = checked_weights(list(frame.columns), weights)
    for name in used:
        if bool(frame[name].isna().get(municipality.code, True)):
            raise TableMissing(TABLE_OF.get(name, INDUSTRY_TABLE), "tall for {place}", place=municipality.name)
    return nearest(frame, municipality.code, k, weights)


def nearest(variables: pd.DataFrame, code: str, k: int = NEAREST, weights: Mapping[str, float] | None = None) -> Twins:
    """The `k` most alike.

    Parameters
    ----------
    variables : structural variables, index code; a column may be added (a centrality index read from a file), an outcome may not.
    weights : variable → weight, instead of `default_weights`; 0 leaves it out. Those not named keep theirs.

    Raises
    ------
    InputError
        for an outcome, an unknown variable, a weight below 0, nothing to compare by, k below 1, or a municipality that lacks a variable.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import peers
    >>> variables = pd.DataFrame({"size": [1.0, 2.0, 5.0], "age": [10.0, 11.0, 30.0]}, index=["A", "B", "C"])
    >>> peers.nearest(variables, "A", k=1).nearest.index.tolist()
    ['B']
    """
    shares = checked_weights([str(each) for each in variables], weights)
    if k < 1:
        raise InputError(f"Antallet like kommuner må være minst 1, ikke {k}.")
    used = variables[list(shares)].astype(float)
    lacks = used.isna()
    missing = [name for name in shares if bool(lacks[name].get(code, True))]
    if missing:
        gone = ", ".join(missing)
        raise InputError(f"Kommune {code} mangler tall for {gone} og kan ikke sammenlignes.")
    left_out = {
        str(each): tuple(name for name, gone in zip(shares, row, strict=True) if gone)
        for each, row in zip(used.index, lacks.to_numpy().tolist(), strict=True)
        if any(row)
    }
    z, constant = standardised(used.dropna())
    shares = {name: weight for name, weight in shares.items() if name not in constant}
    if not shares or len(z) < 2:
        raise InputError("Det er ingenting å sammenligne med: alle variablene er like eller mangler.")
    parts = _parts(z, code, shares)
    distance = _distances(parts)
    order = _order(distance, k)
    without = _without(z, code, shares, order, k)
    remains = [sum(each not in gone for gone in without["gone"]) for each in order]
    listed = pd.DataFrame(
        {"name": [_name(each) for each in order], "distance": distance[order], "loo": remains},
        index=pd.Index(order, name="Region"),
    )
    squares = parts.loc[order]
    return Twins(
        code=code,
        nearest=listed,
        contributions=100 * squares.div(squares.sum(axis=1).replace(0, math.nan), axis=0),
        z=z.loc[[code, *order]],
        weights={name: weight / sum(shares.values()) for name, weight in shares.items()},
        without=without,
        left_out=left_out,
        constant=constant,
        compared=len(z) - 1,
    )


def default_weights(names: Sequence[str]) -> dict[str, float]:
    """1 for each block (size, age, commuting, centrality, industry), shared equally among its variables; 1 for any other.

    Examples
    --------
    >>> from helpers.measures import peers
    >>> peers.default_weights(["log_population", "supply", "demand"])
    {'log_population': 1.0, 'supply': 0.5, 'demand': 0.5}
    """
    blocks = {name: block for block, held in BLOCKS.items() for name in held}
    of_block = [("industry" if name.startswith(INDUSTRY) else blocks.get(name, name)) for name in names]
    return {name: 1 / of_block.count(block) for name, block in zip(names, of_block, strict=True)}


def checked_weights(names: Sequence[str], weights: Mapping[str, float] | None) -> dict[str, float]:
    """The weights of the variables that count; those of `weights` instead of the default ones.

    Raises
    ------
    InputError
        as `nearest`.

    Examples
    --------
    >>> from helpers.measures import peers
    >>> peers.checked_weights(["log_population", "supply", "demand"], {"supply": 0})
    {'log_population': 1.0, 'demand': 0.5}
    >>> peers.checked_weights(["employment_rate"], None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    helpers.errors.InputError: «employment_rate» er et resultat, ikke en strukturvariabel. ...
    """
    for name in (*names, *(weights or {})):
        words = re.findall(r"[a-z]+", name.casefold().replace("ø", "o"))
        if not name.startswith(INDUSTRY) and any(OUTCOMES.match(each) for each in words):
            raise InputError(
                f"«{name}» er et resultat, ikke en strukturvariabel. Like kommuner finnes ved hjelp av det kommunene er, "
                "ikke ved hjelp av det de skal sammenlignes i."
            )
    for name, weight in (weights or {}).items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" Mente du «{near[0]}»?" if near else ""
            raise InputError(f"Ukjent variabel «{name}».{hint} Variablene er {', '.join(names)}.")
        if not (math.isfinite(weight) and weight >= 0):
            raise InputError(f"Vekten til «{name}» må være 0 eller mer, ikke {weight}.")
    found = default_weights(names) | dict(weights or {})
    used = {name: float(weight) for name, weight in found.items() if weight > 0}
    if not used:
        raise InputError("Alle vektene er 0: det er ingenting å sammenligne med.")
    return used


def standardised(variables: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Robust z: (x − median) / (1.4826 · MAD); where more than half are equal, the mean absolute deviation · 1.2533 instead.

    Returns
    -------
    frame of the same shape less the variables in which all are equal, and their names.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import peers
    >>> z, constant = peers.standardised(pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0, 100.0], "same": 7.0}))
    >>> z["size"].round(2).tolist(), constant
    ([-1.35, -0.67, 0.0, 0.67, 65.43], ('same',))
    """
    far = variables - variables.median()
    scale = MAD * far.abs().median()
    scale = scale.where(scale > 0, MEAN * far.abs().mean())
    constant = tuple(str(name) for name in scale.index[~(scale > 0)])
    return (far / scale).drop(columns=list(constant)), constant


def _parts(z: pd.DataFrame, code: str, weights: Mapping[str, float]) -> pd.DataFrame:
    """What each variable adds to the squared distance from `code` to every other."""
    names = list(weights)
    weight = np.array(list(weights.values())) / sum(weights.values())
    return (z[names] - z.loc[code, names]).pow(2).mul(weight, axis=1).drop(index=code)


def _distances(parts: pd.DataFrame) -> pd.Series:
    return pd.Series(np.sqrt(parts.sum(axis=1)), index=parts.index)


def _order(distance: pd.Series, k: int) -> list[str]:
    """The nearest first; those equally far in the order of their codes."""
    ranked = sorted((round(float(each), 12), str(code)) for code, each in distance.items())
    return [code for _, code in ranked[:k]]


def _without(z: pd.DataFrame, code: str, weights: dict[str, float], order: list[str], k: int) -> pd.DataFrame:
    rows = {}
    for name in weights if len(weights) > 1 else ():
        rest = {each: weight for each, weight in weights.items() if each != name}
        other = _order(_distances(_parts(z, code, rest)), k)
        gone, entered = (tuple(sorted({*one} - {*two})) for one, two in ((order, other), (other, order)))
        rows[name] = {"kept": len(order) - len(gone), "gone": gone, "entered": entered}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["kept", "gone", "entered"])
    return frame.rename_axis("variable")


def _name(code: str) -> str:
    known = registry().by_code.get(code)
    return code if known is None else known.name
