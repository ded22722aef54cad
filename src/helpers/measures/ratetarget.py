"""What must be true for a rate target (methods.md §2.7): how many more in work, for the rate to rise and for the population to change.

From r percent of P residents to g percent of P′ residents is g·P′ − r·P more in work. With each change taken at the mean of before and
after, (g − r)·(P + P′)/2 + (r + g)/2·(P′ − P), nothing is left over and neither change is put before the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from helpers.errors import InputError, TableMissing
from helpers.measures import needed, population
from helpers.measures.cells import Place, Tables, named

Scenario = Literal["unchanged", "counted", "as before", "projected"]
WINDOW = 5  # years whose mean change «as before» goes on with


@dataclass(frozen=True)
class Must:
    """More persons in work that a rate target asks for, when the population goes as a scenario says.

    Parameters
    ----------
    scenario : ``unchanged``; ``counted`` (the figure of the deadline is published); ``as before`` (the mean yearly change of the last
        `WINDOW` years held goes on); ``projected`` (the producer's main projection, where that table is held).
    first, last : years of the base and the deadline, at their end. rate, goal : percent of the residents.
    population, population_then : residents of the age. by_rate, by_population : persons; their sum is `total`.
    """

    scenario: Scenario
    first: int
    last: int
    rate: float
    goal: float
    population: float
    population_then: float

    @property
    def by_rate(self) -> float:
        """Persons for the change of the rate, at the mean population."""
        return (self.goal - self.rate) / 100 * (self.population + self.population_then) / 2

    @property
    def by_population(self) -> float:
        """Persons for the change of the population, at the mean rate."""
        return (self.rate + self.goal) / 200 * (self.population_then - self.population)

    @property
    def total(self) -> float:
        """More persons in work; negative where fewer would do."""
        return (self.goal * self.population_then - self.rate * self.population) / 100


def residents(tables: Tables, place: Place, age: str, year: int) -> float:
    """Residents of an age at the end of a year, as counted on the day after (table 07459).

    Raises
    ------
    TableMissing
        where the table has not the age, the place or the day.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import ratetarget
    >>> ratetarget.residents(Tables.load(), Municipality.find("halden"), "20-66", 2022)
    18871.0
    """
    counted = population.series(tables, place, age)
    if year + 1 not in counted.index or counted["lacking"][year + 1]:
        raise TableMissing(population.TABLE, "tall for {place} i {year}", place=named(place), year=year + 1)
    return float(counted["persons"][year + 1])


def unchanged(first: int, last: int, rate: float, goal: float, people: float) -> Must:
    """The scenario that needs no other figures: as many residents at the deadline as at the base.

    Parameters
    ----------
    first, last : years of the base and the deadline. rate, goal : percent of the residents. people : residents of the age.

    Raises
    ------
    InputError
        unless last > first.

    Examples
    --------
    >>> from helpers.measures import ratetarget
    >>> must = ratetarget.unchanged(2022, 2030, 60.0, 65.0, 20000.0)
    >>> must.by_rate, must.by_population, must.total
    (1000.0, 0.0, 1000.0)
    """
    if last <= first:
        raise InputError(f"Fristen {last} må være etter {first}.")
    return Must("unchanged", first, last, rate, goal, people, people)


def scenarios(tables: Tables, place: Place, age: str, base: Must) -> tuple[Must, ...]:
    """The base with unchanged population, then with each population of its deadline that there are figures for, the surest last.

    The population of the deadline is the base's own times what the residents of the age become of one (table 07459, 1 January).

    Parameters
    ----------
    base : of `unchanged`; its years, rate, goal and population are those of every scenario.

    Raises
    ------
    TableMissing
        where table 07459 has not the age, the place or the base.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> from helpers.measures import ratetarget
    >>> base = ratetarget.unchanged(2022, 2030, 68.0, 70.0, 18871.0)
    >>> found = ratetarget.scenarios(Tables.load(), Municipality.find("halden"), "20-66", base)
    >>> [(each.scenario, round(each.population_then), round(each.total)) for each in found]
    [('unchanged', 18871, 377), ('as before', 19270, 657)]
    """
    series = population.series(tables, place, age)
    counted = {int(str(year)): float(row["persons"]) for year, row in series.iterrows() if not row["lacking"]}
    then, start = base.last + 1, residents(tables, place, age, base.first)
    ahead = needed.projected(tables, place, age, then)
    found: list[tuple[Scenario, float]] = [("unchanged", start)]
    if then in counted:
        found.append(("counted", counted[then]))
    else:
        newest = max(counted)
        before = max(min(counted), newest - WINDOW)
        if before < newest:
            yearly = (counted[newest] - counted[before]) / (newest - before)
            found.append(("as before", max(counted[newest] + yearly * (then - newest), 0.0)))
        if ahead is not None:
            found.append(("projected", ahead))
    return tuple(
        Must(name, base.first, base.last, base.rate, base.goal, base.population, base.population * people / start)
        for name, people in found
    )
