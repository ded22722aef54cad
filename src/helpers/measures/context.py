"""What every section of a report is computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from helpers.costs import Costs
from helpers.errors import LayerMissing
from helpers.land.layers import Layers
from helpers.measures.cells import Place, Tables
from helpers.places import Area, Municipality
from helpers.regions import Division
from helpers.targets import Target

if TYPE_CHECKING:
    from helpers.measures.landanalysis import Analysis


class TableMeta(Protocol):
    """Where a table comes from and how it is rounded: what captions and footers print (made by tables/build.py)."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def producer(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def licence(self) -> str: ...  # noqa: D102
    @property
    def retrieved(self) -> str: ...  # noqa: D102
    @property
    def assembled(self) -> bool: ...  # noqa: D102
    @property
    def rounding(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def allowance(self) -> int: ...  # noqa: D102
    @property
    def periods(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def assumed(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def labels(self) -> dict[str, dict[str, str]]: ...  # noqa: D102
    @property
    def sha256(self) -> tuple[str, ...]: ...  # noqa: D102


class HeldTables(Tables, Protocol):
    """The tables of a workspace as a section sees them: frames, and what is known of each table."""

    def __iter__(self) -> Iterator[str]: ...

    def meta(self, table: str) -> TableMeta:
        """Provenance and rounding of one table."""
        ...

    def labels(self, table: str, dimension: str) -> dict[str, str]:
        """Code → the producer's own label."""
        ...


@dataclass(frozen=True)
class Context:
    """One municipality, the tables held, and what it is compared with.

    Parameters
    ----------
    compare : areas asked for besides county and country; usually empty.
    as_of : the day that counts as today.
    targets : those of this municipality.
    read_layers : reads the municipality's map layers; None where it has none. Called once, by the page that needs them.
    divisions : of the country into regions, that the user has brought.
    read_costs : reads its inputs to the calculator of costs; None where it has brought none. Called once likewise.
    """

    municipality: Municipality
    tables: HeldTables
    as_of: dt.date
    compare: tuple[Place, ...] = ()
    targets: tuple[Target, ...] = ()
    read_layers: Callable[[], Layers | None] = lambda: None
    divisions: tuple[Division, ...] = ()
    read_costs: Callable[[], Costs | None] = lambda: None

    @cached_property
    def layers(self) -> Layers | None:
        """The map layers of the municipality; None where it has none."""
        return self.read_layers()

    @cached_property
    def costs(self) -> Costs | None:
        """What the municipality has brought to the calculator of the cost of exclusion; None where it has brought nothing."""
        return self.read_costs()

    @cached_property
    def land(self) -> Analysis:
        """The land analysis of the municipality.

        Raises
        ------
        LayerMissing
            where it has no layers, or none of planned areas.
        """
        from helpers.measures import landanalysis  # the other pages do without geopandas

        if self.layers is None:
            raise LayerMissing("planned")
        return landanalysis.analyse(self.layers)

    @cached_property
    def county(self) -> Area:
        """The county of the municipality."""
        return self.municipality.county

    @cached_property
    def country(self) -> Area:
        """Every municipality."""
        return Area.country()

    @cached_property
    def sondre_viken(self) -> Area:
        """The five of the plans."""
        return Area.sondre_viken()
