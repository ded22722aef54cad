"""The shape of a target: a goal of a municipal plan, kept as data with what the plan says and how it can be measured.

Read from data/raw/targets by `sources.targets`; assessed by `measures.targets`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from helpers import reprs
from helpers.goals import UnGoals
from helpers.owntables import is_own

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1990, le=2100, strict=True)]
Unit = Literal["persons", "percent", "index"]
RATES = ("rate",)


class Definition(BaseModel):
    """One way to measure a target.

    Parameters
    ----------
    label : in Norwegian, as a card prints it.
    indicator : ``jobs`` (by workplace), ``employed`` (residents), ``rate`` (employed, % of residents), ``tax_index``, or ``own``: what the
        municipality has counted itself.
    table : the official table; None where no table is known. Of ``own``, the own table (``own_vekst``). age : the age band that the plan
        means, or that the table prints. contents : code of ContentsCode in an own table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Text
    indicator: Literal["jobs", "employed", "rate", "tax_index", "own"]
    table: Text | None = None
    age: Text | None = None
    contents: Text | None = None

    @model_validator(mode="after")
    def _rate_has_age(self) -> Definition:
        if self.indicator in RATES and self.age is None:
            raise PydanticCustomError("target", "age mangler: en andel må si hvilken aldersgruppe den gjelder")
        return self

    @model_validator(mode="after")
    def _own_has_contents(self) -> Definition:
        if (self.indicator == "own") != is_own(self.table):
            raise PydanticCustomError(
                "target", "table: kommunens egne tabeller (own_…) og indikatoren own hører sammen"
            )
        if (self.indicator == "own") != (self.contents is not None):
            raise PydanticCustomError("target", "contents: si hvilket innhold i egen tabell målet gjelder, og bare da")
        if self.indicator == "own" and self.age is not None:
            raise PydanticCustomError("target", "age hører ikke til indikatoren own")
        return self


class History(BaseModel):
    """What the plan itself says of the years before: the change from `first` to `last`, in the unit of the target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Year
    last: Year
    change: Annotated[float, Field(allow_inf_nan=False, strict=True)]

    @model_validator(mode="after")
    def _order(self) -> History:
        if self.last <= self.first:
            raise PydanticCustomError("target", "history: last må være etter first")
        return self

    @property
    def yearly(self) -> float:
        """The change a year."""
        return self.change / (self.last - self.first)


class PlanGoal(BaseModel):
    """One of the goals that a plan is built on, in its own words, and the UN goals that the plan itself ties it to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    un_goals: UnGoals = ()


class Target(BaseModel):
    """A goal of a municipal plan.

    Parameters
    ----------
    municipality : its code of 2024. id : unique, lower case. title : the goal in a few words, in Norwegian.
    document : name of the plan. publisher : whose plan. heading, page : where in it; None where not known.
    quote : the plan's own words, as far as they are known. paraphrase : the goal retold. At least one of them.
    kind : ``level`` (`value` is to be reached) or ``change`` (`value` is to be added to the base).
    unit : of `value`: persons (or anything else that is counted), percent, or index. deadline : the year whose figure counts. start : first year of the period, if named.
    base_year, base_value : what the plan counts from; base_value is the plan's own figure, None where it gives none.
    plausible_base_years : instead of base_year, where the plan names none.
    definitions : one or more; rates of different age groups never share a target. note : for the card, in Norwegian.
    history : what the plan says of the years before, to hold the goal against; None where it says nothing.
    plan_goal : the goal or heading of the plan that the target stands under, in the plan's words; None where not known.
    un_goals : the UN goals (1–17) that it belongs to. un_goals_by : ``plan`` where the plan says so, ``project`` where the one who wrote the
        file does. plan_goals : all goals of the plan; the same for every target of a file.

    Examples
    --------
    >>> from helpers import targets_of
    >>> target = targets_of("halden")[0]
    >>> target.kind, target.value, target.unit, target.base_is_named, target.base_years
    ('change', 500.0, 'persons', False, (2019, 2020, 2021))
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    municipality: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    document: Text
    publisher: Text | None = None
    heading: Text | None = None
    page: Annotated[int, Field(ge=1, strict=True)] | None = None
    quote: Text | None = None
    paraphrase: Text | None = None
    kind: Literal["level", "change"]
    value: Annotated[float, Field(allow_inf_nan=False, strict=True)]
    unit: Unit
    deadline: Year
    start: Year | None = None
    base_year: Year | None = None
    base_value: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] | None = None
    plausible_base_years: tuple[Year, ...] = ()
    definitions: Annotated[tuple[Definition, ...], Field(min_length=1)]
    note: Text | None = None
    history: History | None = None
    plan_goal: Text | None = None
    un_goals: UnGoals = ()
    un_goals_by: Literal["plan", "project"] = "project"
    plan_goals: tuple[PlanGoal, ...] = ()

    def _repr_html_(self) -> str:
        base = ", ".join(str(year) for year in self.base_years)
        page = f", side {self.page}" if self.page is not None else ""
        known = [
            ("Planen sier", self.quote or self.paraphrase), ("Plan", f"{self.document}{page}"), ("Mål", _goal(self)),
            ("Frist", self.deadline), ("Regnes fra", base if self.base_is_named else f"{base} (planen nevner ikke året)"),
            ("Måles som", "\n".join(f"{each.label} ({each.table or 'ingen tabell kjent'})" for each in self.definitions)),
            ("Merknad", self.note),
        ]  # fmt: skip
        return reprs.card(self.title, known)

    @property
    def yearly(self) -> float | None:
        """What has to come each year of the plan's own period, where the goal is a change and the plan names its first year."""
        if self.kind != "change" or self.start is None:
            return None
        return self.value / (self.deadline - self.start)

    @property
    def base_is_named(self) -> bool:
        """The plan says which year it counts from."""
        return self.base_year is not None

    @property
    def base_years(self) -> tuple[int, ...]:
        """The named base year, or every plausible one."""
        return self.plausible_base_years if self.base_year is None else (self.base_year,)

    @model_validator(mode="after")
    def _wording(self) -> Target:
        if self.quote is None and self.paraphrase is None:
            raise PydanticCustomError("target", "quote mangler: skriv planens ord, eller gjengi målet i paraphrase")
        return self

    @model_validator(mode="after")
    def _base(self) -> Target:
        if (self.base_year is None) == (not self.plausible_base_years):
            raise PydanticCustomError(
                "target", "base_year: oppgi enten base_year eller plausible_base_years (når planen ikke nevner året)"
            )
        if self.base_year is None and self.base_value is not None:
            raise PydanticCustomError("target", "base_value: et utgangstall trenger base_year")
        if list(self.plausible_base_years) != sorted(set(self.plausible_base_years)):
            raise PydanticCustomError(
                "target", "plausible_base_years: årene må være ulike og stå i stigende rekkefølge"
            )
        return self

    @model_validator(mode="after")
    def _period(self) -> Target:
        first = max((*self.base_years, *((self.start,) if self.start else ())))
        if self.deadline <= first:
            raise PydanticCustomError(
                "target",
                "deadline: fristen {deadline} må være etter basisåret {first}",
                {"deadline": self.deadline, "first": first},
            )
        return self

    @model_validator(mode="after")
    def _value(self) -> Target:
        if self.kind == "change" and self.value == 0:
            raise PydanticCustomError("target", "value: en endring kan ikke være 0")
        if self.kind == "level" and self.value <= 0:
            raise PydanticCustomError("target", "value: et nivå må være større enn 0")
        if self.unit == "percent":
            for name in ("value", "base_value"):
                if abs(getattr(self, name) or 0) >= 100:
                    raise PydanticCustomError("target", "{name}: prosent må være under 100", {"name": name})
        return self

    @model_validator(mode="after")
    def _definitions(self) -> Target:
        ages = {each.age for each in self.definitions if each.indicator in RATES}
        rates = [each for each in self.definitions if each.indicator in RATES]
        if len(ages) > 1:
            raise PydanticCustomError("target", "definitions: andeler for ulike aldersgrupper kan ikke stå i samme mål")
        official = [each for each in self.definitions if each.indicator != "own"]
        expected = len(official) if self.unit == "percent" else 0
        if len(rates) != expected:
            raise PydanticCustomError("target", "unit: percent hører til indikatoren rate, og bare til den")
        return self


class Targets(tuple[Target, ...]):
    """The targets of a municipality, or of all.

    Examples
    --------
    >>> from helpers import targets_of
    >>> [(each.id, each.value, each.deadline) for each in targets_of("sarpsborg")]
    [('sarpsborg-33000-arbeidsplasser', 33000.0, 2030), ('sarpsborg-skatt-som-landet', 100.0, 2030)]
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        rows = [(each.title, _goal(each), each.deadline, each.document) for each in self]
        return reprs.table("Mål i planen", ("Mål", "Verdi", "Frist", "Plan"), rows)


def _goal(target: Target) -> str:
    """``+500 personer``, ``70 prosent``."""
    unit = {"persons": "personer", "percent": "prosent", "index": "(indeks)"}[target.unit]
    sign = "+" if target.kind == "change" and target.value > 0 else ""
    return f"{sign}{target.value:g} {unit}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
