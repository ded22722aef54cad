"""The shape of what a user brings to the calculator of the cost of exclusion, and its reading from TOML.

After the structure of KS' «Utenfor-regnskapet» (Rambøll 2019), whose unit costs are not published: every amount is the user's own and
says where it is from. None has a default.

.. code-block:: toml

    name = "…"                      # what the measure is called
    price_year = …                  # every amount is in kroner of this year
    group_size = {base = …, low = …, high = …, source = "…"}        # persons in the measure
    success_percent = {base = …, source = "…"}                      # of them, who would else be outside
    years = {base = …, source = "…"}                                # that the effect lasts, a whole number
    discount_percent = {base = …, source = "…"}                     # a year

    [[unit_cost]]                   # kroner for each person and year
    name = "…"
    payer = "stat"                  # kommune, fylke or stat
    when = "outside"                # or "inside"; an income (tax) is a negative cost
    kroner = {base = …, low = …, high = …, source = "…"}
    first = 1                       # of the years that the effect lasts; without first and last, all of them
    last = 5

    [[measure_cost]]
    name = "…"
    payer = "kommune"
    per = "person"                  # or "group": once, whatever its size
    year = 0                        # 0: at the start
    kroner = {base = …, source = "…"}
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from helpers.errors import DataError, reason, toml_fault

Payer = Literal["kommune", "fylke", "stat"]
PAYERS: tuple[Payer, ...] = ("kommune", "fylke", "stat")
LONGEST = 100  # years
MOST = 1e12  # kroner or persons: more is a slip of the finger
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True, ge=-MOST, le=MOST)]
Year = Annotated[int, Field(ge=1, le=LONGEST, strict=True)]
_WORDS = {
    "missing": "mangler",
    "extra_forbidden": "finnes ikke (skrevet feil?)",
    "string_type": "må være tekst i anførselstegn",
    "string_too_short": "er tom",
    "int_type": "må være et helt tall",
    "int_from_float": "må være et helt tall",
    "float_type": "må være et tall",
    "finite_number": "må være et tall",
    "greater_than_equal": "må være minst {ge:g}",
    "less_than_equal": "må være høyst {le:g}",
    "tuple_type": "må skrives som [[…]]",
    "too_short": "må ha minst én oppføring",
    "model_type": 'må være en tabell: {{base = …, source = "…"}}',
}


class _Frozen(BaseModel):
    """Unknown fields are errors: a misspelt amount must not be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(_Frozen):
    """A number that is not known for certain.

    Parameters
    ----------
    base : what is reckoned with. low, high : how low and how high it may be; both or neither. Without them it has no row in the tornado.
    source : where it is from.
    """

    base: Number
    low: Number | None = None
    high: Number | None = None
    source: Text

    @property
    def varies(self) -> bool:
        """Whether it has a low and a high value."""
        return self.low is not None

    @model_validator(mode="after")
    def _between(self) -> Assumption:
        if (self.low is None) != (self.high is None):
            raise PydanticCustomError("costs", "oppgi både low og high, eller ingen av dem")
        if self.low is not None and self.high is not None and not self.low <= self.base <= self.high:
            raise PydanticCustomError("costs", "base må ligge mellom low og high")
        return self


class UnitCost(_Frozen):
    """What a person costs a payer in a year.

    Parameters
    ----------
    when : ``outside`` (falls away where the measure succeeds) or ``inside`` (comes instead). kroner : for each person and year, negative for
        an income. first, last : of the years of the effect; None: from the first, to the last.
    """

    name: Text
    payer: Payer
    when: Literal["outside", "inside"]
    kroner: Assumption
    first: Year | None = None
    last: Year | None = None

    @model_validator(mode="after")
    def _order(self) -> UnitCost:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise PydanticCustomError("costs", "last må ikke være før first")
        return self


class MeasureCost(_Frozen):
    """What the measure itself costs a payer, `per` person in it or for the whole group, paid in `year` (0: at the start)."""

    name: Text
    payer: Payer
    per: Literal["person", "group"]
    year: Annotated[int, Field(ge=0, le=LONGEST, strict=True)] = 0
    kroner: Assumption


class Costs(_Frozen):
    """Everything that the calculator needs (the fields are explained at the top of the module)."""

    name: Text
    price_year: Annotated[int, Field(ge=1990, le=2100, strict=True)]
    group_size: Assumption
    success_percent: Assumption
    years: Assumption
    discount_percent: Assumption
    unit_cost: Annotated[tuple[UnitCost, ...], Field(min_length=1)]
    measure_cost: Annotated[tuple[MeasureCost, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ranges(self) -> Costs:
        limits = {
            "group_size": (0.0, 1e7), "success_percent": (0.0, 100.0), "years": (1.0, float(LONGEST)), "discount_percent": (-50.0, 100.0),
        }  # fmt: skip
        for name, (least, most) in limits.items():
            told: Assumption = getattr(self, name)
            for value in (told.base, told.low, told.high):
                if value is not None and not least <= value <= most:
                    raise PydanticCustomError(
                        "costs", "{name}: må være mellom {least} og {most}, men er {value}",
                        {"name": name, "least": f"{least:.0f}", "most": f"{most:.0f}", "value": f"{value:g}"},
                    )  # fmt: skip
                if value is not None and name == "years" and value != int(value):
                    raise PydanticCustomError("costs", "years: må være et helt tall, men er {value}", {"value": value})
        return self

    @model_validator(mode="after")
    def _in_time(self) -> Costs:
        longest = int(self.years.base if self.years.high is None else self.years.high)
        for each in self.unit_cost:
            if (each.first or 1) > longest:
                raise PydanticCustomError(
                    "costs", "unit_cost «{name}»: first er {first}, men virkningen varer bare {years} år",
                    {"name": each.name, "first": each.first, "years": longest},
                )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _unlike(self) -> Costs:
        names = [*(each.name for each in self.unit_cost), *(each.name for each in self.measure_cost)]
        for taken in set(names) & set(type(self).model_fields):
            raise PydanticCustomError("costs", "name: «{name}» er navnet på et felt; velg et annet", {"name": taken})
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError(
                    "costs", "name: «{name}» er brukt {times} ganger", {"name": name, "times": names.count(name)}
                )
        return self


def read(path: Path, name: str = "") -> Costs:
    """The inputs in a file; `name` is what its errors call it, by default its own name.

    Raises
    ------
    DataError
        naming the file, the field and what is wrong with it.
    """
    try:
        return parse(path.read_text("utf-8-sig"), name or path.name)  # Notepad writes a mark at the beginning
    except UnicodeDecodeError:
        raise DataError(
            f"{name or path.name} er ikke lagret som UTF-8. Lagre den på nytt med tegnsettet UTF-8."
        ) from None
    except OSError as error:
        raise DataError(f"{reason(error)} ({path}).") from None


def parse(text: str, name: str) -> Costs:
    """The inputs in a TOML text; `name` is what its errors call it.

    Raises
    ------
    DataError
        as `read`.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise toml_fault(name, error) from None
    return checked(content, name)


def checked(content: Any, name: str) -> Costs:
    """The inputs in a mapping that was read elsewhere.

    Raises
    ------
    DataError
        as `read`.
    """
    try:
        return Costs.model_validate(content)
    except ValidationError as error:
        raise DataError(f"{name}: {_told(error)}.") from None


def constructed() -> Costs:
    """A measure that does not exist, in round numbers that can be reckoned by head, to try the calculator with.

    Ten persons, of whom half (20–70 %) come inside for two years; each then spares the state 100 kroner a year, and the course
    costs the municipality 600 kroner at the start. Nothing is discounted.

    Examples
    --------
    >>> from helpers import costs
    >>> made = costs.constructed()
    >>> made.group_size.base, made.success_percent.high, made.group_size.source
    (10.0, 70.0, 'konstruert')
    """
    said = "konstruert"
    return Costs(
        name="Eksempelkurs (konstruert)",
        price_year=2024,
        group_size=Assumption(base=10, source=said),
        success_percent=Assumption(base=50, low=20, high=70, source=said),
        years=Assumption(base=2, source=said),
        discount_percent=Assumption(base=0, source=said),
        unit_cost=(UnitCost(name="Ytelse", payer="stat", when="outside", kroner=Assumption(base=100, source=said)),),
        measure_cost=(
            MeasureCost(name="Kurs", payer="kommune", per="group", kroner=Assumption(base=600, source=said)),
        ),
    )


def _told(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, in Norwegian."""
    first = error.errors()[0]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    kind, context = first["type"], first.get("ctx", {})
    if kind == "costs":
        return f"{field}: {first['msg']}" if field else str(first["msg"])
    if kind == "literal_error":
        expected = context["expected"].replace(" or ", " eller ")
        return f"{field} kan ikke være {first['input']!r}; det må være {expected}"
    return f"{field} {_WORDS.get(kind, 'kan ikke brukes').format(**context)}"
