"""What official figures say about a plan's claim: confirmed, contradicted, ambiguous, or not to be checked, with table, years and numbers.

Pure: tables in, verdicts out, in numbers and codes; the words are made by `batch.claiming`. The official figure goes before the plan's own
arithmetic (`claimarithmetic`), which decides where there is none. A figure that is not held is never taken for 0, and a year never guessed. A goal is no
claim about what is: it is neither confirmed nor contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from helpers.claims import Claim, Outcome, Own, Reading, Verdict, When, nearest
from helpers.measures import claimarithmetic, claimfigures, exclusion, pace, population
from helpers.measures.cells import Tables
from helpers.measures.claimfigures import NoFigure, Series
from helpers.measures.rounding import Interval
from helpers.places import Municipality

Way = Literal["plain", "percent", "points", "start", "end", "since", "goal"]
RATES = ("rate", "coverage", "out_share", "in_share", "unemployment_rate", "industry_share", "outside_share")
BASES = 2  # years before a goal's period that it may be counted from, beside its first
DIGITS = 100  # what a figure has at least for «right for another year» to say anything: two digits more than chance
AVERAGE = 12
TIMES = 2


@dataclass(frozen=True)
class _Found:
    """A figure by one way of reading a claim, before it is held against it."""

    way: Way
    years: tuple[int, ...]
    figure: Interval
    unit: Literal["count", "percent", "points", "ratio"]
    parts: tuple[tuple[int, float], ...] = ()


def assess(claim: Claim, tables: Tables, municipality: Municipality) -> Verdict:
    """Hold a claim against the tables held.

    Parameters
    ----------
    claim : as found in a text or given in a file. municipality : whose plan it is.

    Returns
    -------
    see `helpers.claims.Verdict`. A missing table, age or year does not raise: the verdict is ``unchecked`` with the reason and, where a fetch would
    help, the table; or ``own``/``loose`` where the plan's own numbers can be held against each other.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.claims import Claim, Number, When
    >>> from helpers.measures import claims
    >>> claim = Claim("13 200 arbeidsplasser i 2022", "", 0, Number("13 200", 13200, 1), ("jobs",), when=When("point", 2022))
    >>> found = claims.assess(claim, Tables.load(), Municipality.find("halden"))
    >>> found.outcome, found.readings[0].official, found.readings[0].difference
    ('contradicted', 13122.0, -78.0)
    """
    own = claimarithmetic.own(claim)
    if not claim.indicators and claim.kind == "share":
        return _without(claim, own, NoFigure("no table known"))
    if claim.obstacle or not claim.indicators:
        return _obstructed(claim, own, tables, municipality)
    if claim.when is None:
        return _without(claim, own, NoFigure("year missing"))
    readings: list[Reading] = []
    lacks: list[NoFigure] = []
    for indicator in claim.indicators:
        found = claimfigures.series(indicator, claim, tables, municipality)
        if isinstance(found, NoFigure):
            lacks.append(found)
            continue
        made = list(_readings(claim, indicator, found))
        readings += [_reading(claim, indicator, found, each) for each in made]
        lacks += [] if made else [_no_year(claim, indicator, found)]
    if not readings:
        return _without(claim, own, lacks[0], tables, municipality)
    outcome = _outcome(claim, readings)
    if outcome == "contradicted" and all(_other_size(claim, each) for each in readings):
        return Verdict(claim, "unchecked", tuple(readings), own, reason="other size")
    others = _other_years(claim, tables, municipality) if outcome == "contradicted" else ()
    return Verdict(claim, outcome, tuple(readings), own, other_years=others)


def _outcome(claim: Claim, readings: list[Reading]) -> Outcome:
    """One outcome where every reading has the same; else ambiguous. The two units of a difference are never taken for one another."""
    found = {each.agreement for each in readings}
    if claim.kind == "goal":
        return "ambiguous"
    if found == {"no"}:
        return "contradicted"
    units = {each.way for each in readings} >= {"percent", "points"}
    if "no" in found or (units and len({each.printed for each in readings}) > 1):
        return "ambiguous"
    return "confirmed" if found == {"exact"} else "rounded"


def _other_size(claim: Claim, reading: Reading) -> bool:
    """A count half or double the official one is of something else: a firm's jobs, a district's people."""
    small, large = sorted((abs(claim.number.value), abs(reading.official)))
    return claim.kind == "level" and reading.unit == "count" and large > TIMES * small


def _without(
    claim: Claim, own: tuple[Own, ...], lack: NoFigure, tables: Tables | None = None, place: Municipality | None = None
) -> Verdict:
    """No official figure: the plan's own arithmetic, if it has any, or the reason."""
    holds = {each.holds for each in own}
    outcome: Outcome = "unchecked" if not own else "loose" if "no" in holds else "own"
    official = _from_official(claim, tables, place) if tables is not None and place is not None else None
    return Verdict(claim, outcome, (), own, lack.reason, lack.fetch, lack.detail, from_official=official)


def _obstructed(claim: Claim, own: tuple[Own, ...], tables: Tables, municipality: Municipality) -> Verdict:
    """What the text does not settle; where only the year is unclear, the years that have the figure are told."""
    verdict = _without(claim, own, NoFigure(claim.obstacle or "no rule"), tables, municipality)
    if claim.obstacle in ("year missing", "year unclear") and claim.kind == "level":
        return replace(verdict, other_years=_other_years(claim, tables, municipality))
    return verdict


def _readings(claim: Claim, indicator: str, series: Series) -> Iterator[_Found]:
    when = claim.when
    assert when is not None
    if series.table == exclusion.UNEMPLOYED:
        yield from _monthly(claim, indicator, series, when)
    elif claim.kind == "level":
        yield from _levels(indicator, series, when)
    elif claim.kind == "gap":
        yield from _gaps(claim, series, when)
    elif claim.kind == "goal":
        yield from _goals(claim, series, when)
    else:
        for way, first, last in _periods(indicator, series, when):
            yield from _moved(claim, indicator, series, way, first, last)


def _level(indicator: str, series: Series, year: int, way: Way = "plain") -> Iterator[_Found]:
    if year in series.held():
        yield _Found(way, (year,), series.at(year), "percent" if indicator in RATES else "count")


def _levels(indicator: str, series: Series, when: When) -> Iterator[_Found]:
    """Population is of 1 January; everything else is of the year's 4th quarter, and of the year before at the beginning of a year."""
    if series.table == population.TABLE:
        shift = 1 if when.kind == "end" or when.part in (4, 12) else 0
        if when.kind in ("month", "quarter") and (when.kind, when.part) not in (
            ("month", 1),
            ("quarter", 4),
            ("month", 12),
        ):
            return
        yield from _level(indicator, series, when.first + shift, "end" if shift else "start")
    elif when.kind == "start":
        yield from _level(indicator, series, when.first - 1, "start")
        yield from _level(indicator, series, when.first)
    elif when.kind in ("point", "end") or (when.kind, when.part) == ("quarter", 4):
        yield from _level(indicator, series, when.first)


def _periods(indicator: str, series: Series, when: When) -> Iterator[tuple[Way, int, int]]:
    """First and last year of a change; «siden» may mean until any later year, a single year is the change during it."""
    people = series.table == population.TABLE
    if when.kind == "since":
        for year in series.held():
            if year > when.first and when.first in series.held():
                yield "since", when.first, year
    elif when.last is not None:
        yield "plain", when.first, when.last
    elif when.kind == "point":
        yield ("plain", when.first, when.first + 1) if people else ("plain", when.first - 1, when.first)


def _moved(claim: Claim, indicator: str, series: Series, way: Way, first: int, last: int) -> Iterator[_Found]:
    """A change, in persons or points, or a growth in percent, in all or a year; a rate's «prosent» is read both ways."""
    if first not in series.held() or last not in series.held():
        return
    base, end = series.at(first), series.at(last)
    years, parts = (first, last), ((first, base.value), (last, end.value))
    change = Interval(end.value - base.value, end.lower - base.upper, end.upper - base.lower)
    if claim.kind == "change":
        yield _Found(way, years, change, "points" if indicator in RATES else "count", parts)
        return
    both = indicator in RATES and claim.number.unit == "percent"
    if claim.number.unit == "points" or both:
        yield _Found("points" if both else way, years, change, "points", parts)
    if claim.number.unit == "percent" and base.lower > 0 and end.lower > 0:
        span = last - first if claim.kind == "annual" else 1
        rates = [
            pace.pace(*each, span)
            for each in ((base.value, end.value), (base.upper, end.lower), (base.lower, end.upper))
        ]
        yield _Found("percent" if both else way, years, Interval(*rates), "percent", parts)


def _gaps(claim: Claim, series: Series, when: When) -> Iterator[_Found]:
    year = when.first
    if year not in series.held() or series.other is None:
        return
    own, other = series.at(year), float(series.other[year])
    parts = ((0, own.value), (0, other))
    both = claim.number.unit == "percent"
    yield _Found(
        "points" if both else "plain",
        (year,),
        Interval(*(each - other for each in vars(own).values())),
        "points",
        parts,
    )
    if both and other > 0:
        percents = (100 * (each / other - 1) for each in vars(own).values())
        yield _Found("percent", (year,), Interval(*percents), "percent", parts)


def _goals(claim: Claim, series: Series, when: When) -> Iterator[_Found]:
    """New jobs in a period: the plan does not say which year they are counted from. Until the period is over, so far."""
    last = min(max(series.held()), when.last or when.first)
    for base in range(when.first - BASES, when.first + 1):
        if base in series.held() and base < last:
            first, end = series.at(base).value, series.at(last).value
            change = Interval(end - first, end - first, end - first)
            yield _Found("goal", (base, last), change, "count", ((base, first), (last, end)))


def _monthly(claim: Claim, indicator: str, series: Series, when: When) -> Iterator[_Found]:
    """A month, or the mean of a year's twelve."""
    months = range(AVERAGE) if when.kind == "point" else (when.part - 1,) if when.kind == "month" and when.part else ()
    keys = [AVERAGE * when.first + each for each in months]
    if claim.kind == "level" and keys and set(keys) <= set(series.held()):
        mean = sum(series.at(each).value for each in keys) / len(keys)
        yield _Found("plain", (when.first,), Interval(mean, mean, mean), "percent" if indicator in RATES else "count")


def _reading(claim: Claim, indicator: str, series: Series, found: _Found) -> Reading:
    value = found.figure.value
    return Reading(
        indicator=indicator,
        way=found.way,
        tables=tuple(dict.fromkeys(series.table_of(year) for year in found.years)),
        years=found.years,
        official=value,
        printed=nearest(value, claim.number.step),
        difference=value - claim.value,
        agreement=claimarithmetic.agreement(claim.value, claim.number, found.figure),
        unit=found.unit,
        age=series.age,
        place=claim.place,
        parts=found.parts,
    )


def _no_year(claim: Claim, indicator: str, series: Series) -> NoFigure:
    """Why a series that is held has no figure for the time of a claim; a fetch helps for years that it asks for."""
    when, held = claim.when, series.held()
    assert when is not None
    if series.table == exclusion.UNEMPLOYED:
        return NoFigure("month not held", series.table, str(when.first))
    wanted = [when.first] if when.last is None else [when.first, when.last]
    gone = [year for year in wanted if year not in held]
    if not gone:
        return NoFigure("time of year", None, str(when.first))
    first = claimfigures.first_year(series.table)
    listed = ", ".join(str(year) for year in gone)
    if max(gone) > max(held):
        return NoFigure("future", series.table, listed)
    fetch = series.table if first is None or min(gone) >= first else None
    return NoFigure("year not held", fetch, listed)


def _other_years(claim: Claim, tables: Tables, municipality: Municipality) -> tuple[int, ...]:
    """The years whose figure is the stated one to its last digit; only levels with digits enough to be no accident."""
    number = claim.number
    if claim.kind != "level" or number.hedge or number.upper is not None or abs(number.value) < DIGITS * number.step:
        return ()
    found: list[int] = []
    for indicator in claim.indicators[:1]:
        series = claimfigures.series(indicator, claim, tables, municipality)
        if isinstance(series, Series) and series.table != exclusion.UNEMPLOYED:
            found += [
                y for y in series.held() if claimarithmetic.agreement(claim.value, number, series.at(y)) == "exact"
            ]
    return tuple(found)


def _from_official(claim: Claim, tables: Tables, municipality: Municipality) -> tuple[int, float, float] | None:
    """The pace that a plan's goal needs from the official figure for its first year: year, figure, percent a year."""
    when, last = claim.when, claim.stated.last
    if (
        claim.kind != "annual"
        or claim.obstacle not in (None, "goal")
        or when is None
        or when.last is None
        or last is None
    ):
        return None
    series = claimfigures.series(claim.indicators[0], claim, tables, municipality)
    if isinstance(series, NoFigure) or when.first not in series.held():
        return None
    base = series.at(when.first).value
    return when.first, base, pace.pace(base, last.value, when.last - when.first)
