"""The shape of a plan's claim and of the verdict on it.

Numbers are read by `numerals`, tied to an indicator by `claimfinding` with the rules of `claimrules` (data: claims.toml), recomputed by
`measures.claims`, put into words by `batch.claiming`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Kind = Literal["level", "change", "growth", "annual", "share", "gap", "goal"]
Unit = Literal["count", "percent", "points", "other"]
Hedge = Literal["", "about", "over", "under", "least", "most", "just over", "just under"]
TimeKind = Literal["point", "start", "end", "period", "since", "quarter", "month"]
Outcome = Literal["confirmed", "rounded", "contradicted", "ambiguous", "own", "loose", "unchecked"]
Agreement = Literal["exact", "rounded", "no"]
Reason = Literal[
    "no rule", "goal", "year missing", "year unclear", "age missing", "other place", "several places", "reversed period", "not whole",
    "table missing", "age not held", "status not held", "place missing", "year not held", "future", "no table known", "month not held", "time of year", "other size",
]  # fmt: skip
OWN = "own"  # the municipality itself, as a place
COUNTRY = "country"


@dataclass(frozen=True)
class Number:
    """A number as a plan prints it.

    Parameters
    ----------
    text : the printed words, hedge and unit with them. value : in units (1 mill. is 1 000 000; percent as percent). step : the value of
        its last printed digit. upper : the other end of a range. start, end : where it stands in the sentence.
    """

    text: str
    value: float
    step: float
    unit: Unit = "count"
    hedge: Hedge = ""
    upper: float | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class When:
    """A time that a plan names: a year, the beginning or end of one, a period, everything since a year, a quarter or a month."""

    kind: TimeKind
    first: int
    last: int | None = None
    part: int | None = None  # number of the quarter or month

    @property
    def reversed(self) -> bool:
        """A period that ends before it begins («2018–2013»)."""
        return self.last is not None and self.last <= self.first


@dataclass(frozen=True)
class Sentence:
    """A sentence of a plan and the line (1-based) it begins in. `kind`: prose, heading, bullet or cell (of a table)."""

    text: str
    line: int
    kind: Literal["prose", "heading", "bullet", "cell"] = "prose"


@dataclass(frozen=True)
class Stated:
    """The plan's own numbers that a claim can be held against (None: it gives none); `parts` should add up to `whole`."""

    base: Number | None = None
    last: Number | None = None
    change: Number | None = None
    growth: Number | None = None
    part: Number | None = None
    whole: Number | None = None
    parts: tuple[Number, ...] = ()
    years: int | None = None


@dataclass(frozen=True)
class Claim:
    """A numeric statement of a plan.

    Parameters
    ----------
    quote : the words it was found by, or that a file gives. line : 0 where there is none. number : the stated figure, with its precision.
    indicators : what it may mean; empty where no rule ties it. sign : −1 for a decrease told in words. place : ``own``, ``country`` or a
        municipality's code. partner : the other municipality of a commuter flow. industries : NACE groups of table 07984.
    obstacle : why it cannot be checked, seen from the text alone. stated : the plan's own numbers beside it.
    """

    quote: str
    sentence: str
    line: int
    number: Number
    indicators: tuple[str, ...] = ()
    kind: Kind = "level"
    sign: int = 1
    when: When | None = None
    age: str | None = None
    place: str = OWN
    partner: str | None = None
    industries: tuple[str, ...] = ()
    rule: str = ""
    obstacle: Reason | None = None
    stated: Stated = field(default_factory=Stated)

    @property
    def value(self) -> float:
        """The stated figure with its direction: −132 for «en nedgang på 132»."""
        return -abs(self.number.value) if self.sign < 0 else self.number.value


@dataclass(frozen=True)
class Reading:
    """One way to understand a claim, recomputed.

    Parameters
    ----------
    indicator, place (``own``, ``country``, …), tables, years : what the official figure is. way : ``plain``; ``percent`` or ``points`` (a difference
        between rates); ``start``, ``end`` (population at either end of the year); ``since`` (until the last of `years`); ``goal``
        (so far). official : in the unit of the claim. parts : the official figures behind it, (year, figure) or (0, figure).
    printed : the official figure at the claim's precision. difference : official − stated.
    """

    indicator: str
    way: Literal["plain", "percent", "points", "start", "end", "since", "goal"]
    tables: tuple[str, ...]
    years: tuple[int, ...]
    official: float
    printed: float
    difference: float
    agreement: Agreement
    unit: Literal["count", "percent", "points", "ratio"]
    age: str | None = None
    place: str = OWN
    parts: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Own:
    """The plan's own arithmetic: what its other numbers give, against what it says.

    Parameters
    ----------
    kind : which arithmetic. numbers : what went in, in the order (base, last or change, years), (part, whole) or the parts of a sum.
    result : what they give. holds : ``exact`` at the printed precision, ``rounded`` with its hedge, ``cut`` (digits cut off, not rounded), ``no``.
    """

    kind: Literal["change", "growth", "annual", "share", "sum", "level"]
    numbers: tuple[float, ...]
    result: float
    holds: Literal["exact", "rounded", "cut", "no"]


@dataclass(frozen=True)
class Verdict:
    """What the official figures, and the plan's own, say about a claim.

    Parameters
    ----------
    reason : why it is not checked; None where it is. fetch : the table to bring for it. detail : the age, year or code that is lacking.
    other_years : the years whose official figure is the stated one. `base` : the same growth from the official figure for the first year.
    """

    claim: Claim
    outcome: Outcome
    readings: tuple[Reading, ...] = ()
    own: tuple[Own, ...] = ()
    reason: Reason | None = None
    fetch: str | None = None
    detail: str = ""
    other_years: tuple[int, ...] = ()
    from_official: tuple[int, float, float] | None = None


def nearest(value: float, step: float) -> float:
    """`value` as it is printed when `step` is the last digit; halves away from zero."""
    size = Decimal(repr(float(step)))
    return float((Decimal(repr(float(value))) / size).quantize(Decimal(1), ROUND_HALF_UP) * size)
