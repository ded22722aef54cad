"""What a measure answered is kept for as long as the tables that it came from: the sections of a page ask for the same sums many times.

Frames of tables are shared and never changed (`tables/store.py`), so the same frames give the same answer. A report that is forked
from the nursery finds what the nursery has asked for, such as the country's sums.
"""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec, TypeVar, cast

import pandas as pd

from helpers import lineage, units
from helpers.measures.cells import Tables
from helpers.tidyframe import Cells

P = ParamSpec("P")
R = TypeVar("R")
Measure = Callable[Concatenate[Tables, P], R]


def remembered(*names: str) -> Callable[[Measure[P, R]], Measure[P, R]]:
    """Keep what a measure answers of the frames of `names`, which must be all that it reads; frames are given out as copies.

    Parameters
    ----------
    names : tables, held or not. The arguments beside the tables must be hashable, the answer a frame or immutable.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures.remembered import remembered
    >>> asked = []
    >>> @remembered("own_jobs")
    ... def total(tables, year):
    ...     asked.append(year)
    ...     return float(tables["own_jobs"].loc[year, "jobs"])
    >>> tables = {"own_jobs": pd.DataFrame({"jobs": [12.0]}, index=[2022])}  # constructed
    >>> total(tables, 2022), total(tables, 2022), asked
    (12.0, 12.0, [2022])
    """

    def decorate(measure: Measure[P, R]) -> Measure[P, R]:
        kept: dict[tuple[int, ...], dict[Hashable, tuple[R, dict[Cells, None]]]] = {}
        signature = inspect.signature(measure)

        @functools.wraps(measure)
        def ask(tables: Tables, /, *given: P.args, **named: P.kwargs) -> R:
            frames = [tables[name] for name in names if name in tables]
            if (source := tuple(map(id, frames))) not in kept:
                kept[source] = {}
                for frame in frames:  # an id may be given to another frame when this one is gone
                    weakref.finalize(frame, kept.pop, source, None).atexit = False
            answers = kept[source]
            bound = signature.bind(tables, *given, **named)
            bound.apply_defaults()
            asked = bound.args[1:]
            lineage.asked(measure, asked)
            if asked not in answers:
                with lineage.answering(), lineage.reading() as read:
                    answer = measure(tables, *given, **named)
                held = tuple(name for name in names if name in tables)
                units.describe(answer, lineage.name_of(measure), held)
                answers[asked] = answer, read.cells
            answer, cells = answers[asked]
            lineage.used(cells)
            return cast("R", answer.copy()) if isinstance(answer, pd.DataFrame) else answer

        return cast("Measure[P, R]", ask)

    return decorate
