"""What exclusion costs and what a measure against it is worth, by payer (after the structure of KS' «Utenfor-regnskapet»).

NPV = Σ_t n·p·(outside_t − inside_t)/(1 + d)^t − cost, t = 1 … years: n persons in the measure, of whom the part p, who would else be
outside, comes inside. Every amount is the user's (`helpers.costs`); none is known here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.costs import PAYERS, Assumption, Costs
from helpers.measures import exclusion
from helpers.measures.cells import Place, Tables
from helpers.measures.exclusion import Share

Floats = npt.NDArray[np.float64]
TOTAL = "total"
Never = Literal["no saving", "costs nothing", "nobody"]
GENERAL = ("group_size", "success_percent", "years", "discount_percent")


@dataclass(frozen=True)
class BreakEven:
    """The least success rate at which a measure pays for itself.

    Parameters
    ----------
    percent : of the group; over 100 where it does not pay even if all succeed. NaN where there is none, and then `why` tells:
        ``no saving`` (who succeeds saves nothing, or costs more: the division is by 0 or less), ``nobody`` (the group is empty),
        ``costs nothing`` (the measure is free or earns money: it pays at any rate).
    persons : so many of the group (not a whole number).
    """

    percent: float
    why: Never | None = None
    persons: float = math.nan

    @property
    def reachable(self) -> bool:
        """There is one, and it is not over 100 %."""
        return self.percent <= 100


@dataclass(frozen=True)
class Assessment:
    """What a measure is worth.

    Parameters
    ----------
    name, price_year : as in the inputs; all amounts are kroner of that year.
    payers : frame indexed by ``kommune``, ``fylke``, ``stat``, ``total``: saved (present value of what falls away less what comes
        instead), cost (present value of the measure), npv (saved − cost; negative: it costs more than it saves), per_person_year (what one
        who succeeds saves in a year, mean of the years, not discounted). The total is the sum of the three.
    flows : frame indexed by year (0 … last): kommune, fylke, stat, total (not discounted), factor (1/(1 + d)^t), discounted (of total).
        discounted adds up to the total NPV.
    break_even : for each payer and the total: a payer's own costs against its own savings.
    tornado : frame, a row for each assumption with a low and a high value, the widest first: name, low, base, high, npv_low, npv_high (total NPV
        when this one alone is changed), swing (the absolute difference), turns (the sign of the NPV is not the same at both ends).
    fixed : the assumptions without a range, which have no row. sources : assumption → where it is from.
    group, outside, group_percent : persons in the measure, persons outside by table 13563, and the first in percent of the second (NaN
        without).
    """

    name: str
    price_year: int
    payers: pd.DataFrame
    flows: pd.DataFrame
    break_even: dict[str, BreakEven]
    tornado: pd.DataFrame
    fixed: tuple[str, ...]
    sources: dict[str, str]
    group: float
    outside: float
    group_percent: float


@dataclass(frozen=True)
class FormField:
    """Something that must be filled in: its key in the TOML file, its unit (``persons``, ``percent``, ``years``, ``kroner``, ``kroner per person and
    year``, ``year``, ``text``), whether it takes a low and a high value and needs a source, and whether it is a list."""

    key: str
    unit: str
    ranged: bool = False
    sourced: bool = False
    repeated: bool = False


FIELDS = (
    FormField("name", "text"),
    FormField("price_year", "year"),
    FormField("group_size", "persons", ranged=True, sourced=True),
    FormField("success_percent", "percent", ranged=True, sourced=True),
    FormField("years", "years", ranged=True, sourced=True),
    FormField("discount_percent", "percent", ranged=True, sourced=True),
    FormField("unit_cost", "kroner per person and year", ranged=True, sourced=True, repeated=True),
    FormField("measure_cost", "kroner", ranged=True, sourced=True, repeated=True),
)


@dataclass(frozen=True)
class Form:
    """What is shown where there are no inputs: the persons outside, and what must be filled in.

    Parameters
    ----------
    persons : by age band (`exclusion.Share`). year : of the table. payers : to whom unit costs belong. fields : in the order of the file.
    """

    persons: dict[str, Share]
    year: int
    payers: tuple[str, ...] = PAYERS
    fields: tuple[FormField, ...] = FIELDS


def form(tables: Tables, place: Place, year: int | None = None) -> Form:
    """The form without inputs: persons outside in each age band, and what the calculator needs to know.

    Raises
    ------
    TableMissing
        where table 13563, or the place in it, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import exclusioncost
    >>> found = exclusioncost.form(Tables.load(), Municipality.find("halden"))
    >>> found.year, {age: each.outside for age, each in found.persons.items()}, found.payers
    (2021, {'15-29': 633.0, '30-61': 2999.0}, ('kommune', 'fylke', 'stat'))
    """
    year = exclusion.newest_year(tables) if year is None else year
    return Form({age: exclusion.share(tables, place, age, year) for age in exclusion.AGES}, year)


def assumptions(inputs: Costs) -> dict[str, Assumption]:
    """Every number that is not known for certain, by its name, in the order of the file.

    Examples
    --------
    >>> from helpers import costs
    >>> from helpers.measures import exclusioncost
    >>> {name: each.base for name, each in exclusioncost.assumptions(costs.constructed()).items()}
    {'group_size': 10.0, 'success_percent': 50.0, 'years': 2.0, 'discount_percent': 0.0, 'Ytelse': 100.0, 'Kurs': 600.0}
    """
    general: dict[str, Assumption] = {name: getattr(inputs, name) for name in GENERAL}
    unit = {each.name: each.kroner for each in inputs.unit_cost}
    return general | unit | {each.name: each.kroner for each in inputs.measure_cost}


def assess(inputs: Costs, persons: Share | None = None) -> Assessment:
    """What the measure is worth, by payer, with break-even and the assumptions that matter most.

    Parameters
    ----------
    persons : those outside, to tell how many of them the group is.

    Returns
    -------
    see `Assessment`; kroner of the price year.

    Examples
    --------
    >>> from helpers import costs
    >>> from helpers.measures import exclusioncost
    >>> found = exclusioncost.assess(costs.constructed())  # 10 persons · 50 % · 100 kroner · 2 years, against 600 kroner
    >>> found.payers["npv"].to_dict(), found.break_even["total"].percent
    ({'kommune': -600.0, 'fylke': 0.0, 'stat': 1000.0, 'total': 400.0}, 30.0)
    >>> found.tornado[["name", "npv_low", "npv_high", "turns"]].values.tolist()
    [['success_percent', -200.0, 800.0, True]]
    """
    flows, saved, cost = _flows(inputs)
    factor = (1 + inputs.discount_percent.base / 100) ** -np.arange(len(flows), dtype=float)
    index = pd.Index([*PAYERS, TOTAL], name="payer")
    present = [_with_total(factor @ each) for each in (saved, cost)]
    payers = pd.DataFrame({"saved": present[0], "cost": present[1]}, index=index)
    payers["npv"] = payers["saved"] - payers["cost"]
    payers["per_person_year"] = _with_total(_each_saves(inputs).mean(axis=0))
    frame = pd.DataFrame(flows, columns=list(PAYERS), index=pd.RangeIndex(len(flows), name="year"))
    frame = frame.assign(total=frame.sum(axis=1), factor=factor)
    everyone = _with_total(inputs.group_size.base * (factor[1 : 1 + int(inputs.years.base)] @ _each_saves(inputs)))
    tornado, fixed = _tornado(inputs)
    group, outside = inputs.group_size.base, math.nan if persons is None else persons.outside
    return Assessment(
        name=inputs.name,
        price_year=inputs.price_year,
        payers=payers,
        flows=frame.assign(discounted=frame["total"] * factor),
        break_even={
            str(each): _break_even(float(spent), float(most), group)
            for each, spent, most in zip(index, present[1], everyone, strict=True)
        },
        tornado=tornado,
        fixed=fixed,
        sources={key: each.source for key, each in assumptions(inputs).items()},
        group=group,
        outside=outside,
        group_percent=100 * group / outside if outside > 0 else math.nan,
    )


def npv(inputs: Costs) -> float:
    """The total net present value, kroner.

    Examples
    --------
    >>> from helpers import costs
    >>> from helpers.measures import exclusioncost
    >>> exclusioncost.npv(costs.constructed())
    400.0
    """
    flows, _, _ = _flows(inputs)
    factor = (1 + inputs.discount_percent.base / 100) ** -np.arange(len(flows), dtype=float)
    return float((factor @ flows).sum())


def paid_back(found: Assessment) -> int | None:
    """The first year from which what is saved, discounted, stays at or above what was spent; None where it does not get there.

    Examples
    --------
    >>> from helpers import costs
    >>> from helpers.measures import exclusioncost
    >>> found = exclusioncost.assess(costs.constructed())
    >>> found.flows["discounted"].cumsum().tolist(), exclusioncost.paid_back(found)
    ([-600.0, -100.0, 400.0], 2)
    """
    so_far = found.flows["discounted"].cumsum()
    behind = so_far.index[so_far < 0]
    first = 0 if behind.empty else int(behind[-1]) + 1
    return first if first in so_far.index else None


def worth_of_a_point(inputs: Costs, persons_per_point: float) -> pd.Series:
    """What it is worth in a year that one percentage point of the residents comes inside, kroner by payer and in total.

    Parameters
    ----------
    persons_per_point : as of `exclusion.persons_per_point`.

    Examples
    --------
    >>> from helpers import Municipality, Tables, costs, exclusion
    >>> from helpers.measures import exclusioncost
    >>> persons = exclusion.persons_per_point(Tables.load(), Municipality.find("halden"), "15-29", 2021)
    >>> persons, exclusioncost.worth_of_a_point(costs.constructed(), persons).round().to_dict()
    (55.95, {'kommune': 0.0, 'fylke': 0.0, 'stat': 5595.0, 'total': 5595.0})
    """
    each = _with_total(_each_saves(inputs).mean(axis=0))
    return pd.Series(each * persons_per_point, index=pd.Index([*PAYERS, TOTAL], name="payer"), name="kroner")


def _each_saves(inputs: Costs) -> Floats:
    """What one who succeeds saves [year 1 …, payer]."""
    years = int(inputs.years.base)
    found = np.zeros((years, len(PAYERS)))
    for cost in inputs.unit_cost:
        sign = 1.0 if cost.when == "outside" else -1.0
        first, last = (cost.first or 1) - 1, years if cost.last is None else cost.last
        found[first:last, PAYERS.index(cost.payer)] += sign * cost.kroner.base
    return found


def _flows(inputs: Costs) -> tuple[Floats, Floats, Floats]:
    """What is saved less what the measure costs, and both [year 0 …, payer], not discounted."""
    each = _each_saves(inputs)
    last = max(len(each), *(cost.year for cost in inputs.measure_cost))
    saved, cost = np.zeros((last + 1, len(PAYERS))), np.zeros((last + 1, len(PAYERS)))
    saved[1 : 1 + len(each)] = inputs.group_size.base * inputs.success_percent.base / 100 * each
    for one in inputs.measure_cost:
        times = inputs.group_size.base if one.per == "person" else 1.0
        cost[one.year, PAYERS.index(one.payer)] += times * one.kroner.base
    return saved - cost, saved, cost


def _break_even(cost: float, most: float, group: float) -> BreakEven:
    """cost / what is saved when all succeed."""
    if cost <= 0:
        return BreakEven(math.nan, "costs nothing")
    if group == 0:
        return BreakEven(math.nan, "nobody")
    return BreakEven(100 * cost / most, persons=group * cost / most) if most > 0 else BreakEven(math.nan, "no saving")


def _changed(inputs: Costs, name: str, value: float) -> Costs:
    """The inputs with one assumption at another value."""

    def put(told: Assumption) -> Assumption:
        return told.model_copy(update={"base": value})

    if name in GENERAL:
        return inputs.model_copy(update={name: put(getattr(inputs, name))})
    update = {
        field: tuple(
            each.model_copy(update={"kroner": put(each.kroner)}) if each.name == name else each
            for each in getattr(inputs, field)
        )
        for field in ("unit_cost", "measure_cost")
    }
    return inputs.model_copy(update=update)


def _tornado(inputs: Costs) -> tuple[pd.DataFrame, tuple[str, ...]]:
    rows: list[tuple[str, float, float, float, float, float]] = []
    told = assumptions(inputs)
    worth: Callable[[str, float], float] = lambda name, value: npv(_changed(inputs, name, value))  # noqa: E731
    for name, each in told.items():
        if each.low is not None and each.high is not None:
            rows.append((name, each.low, each.base, each.high, worth(name, each.low), worth(name, each.high)))
    frame = pd.DataFrame(rows, columns=["name", "low", "base", "high", "npv_low", "npv_high"])
    frame["swing"] = (frame["npv_high"] - frame["npv_low"]).abs()
    frame["turns"] = (frame["npv_low"] < 0) != (frame["npv_high"] < 0)
    frame = frame.sort_values(["swing", "name"], ascending=[False, True], ignore_index=True)
    return frame, tuple(name for name, each in told.items() if not each.varies)


def _with_total(by_payer: Floats) -> Floats:
    return np.append(by_payer, by_payer.sum())
