"""The whole land analysis of one municipality, reckoned once for all sections of its report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from helpers.errors import LayerMissing
from helpers.land.layers import Layers
from helpers.land.settings import M2_PER_DEKAR, Settings
from helpers.measures import land, landabc, landplots, landready
from helpers.measures.landplots import Fragmentation

BIG_DEKAR = 20.0  # what the plans call a large plot
SIEVED = ("small", "narrow")  # the classes of the size filter, always last


@dataclass(frozen=True)
class Analysis:
    """Everything about one municipality's land for business; areas in m² unless a name says dekar.

    Parameters
    ----------
    layers : what it is reckoned from. found : the partition of the planned business areas (see `land.Partition`).
    """

    layers: Layers
    found: land.Partition

    @property
    def settings(self) -> Settings:
        """The assumptions."""
        return self.layers.settings

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The constraints whose layer is not held: what is left is then an upper bound."""
        return land.missing(self.layers)

    @cached_property
    def bounded(self) -> bool:
        """Whether what is left is only an upper bound: a constraint's layer is missing or does not cover the municipality, or its boundary is."""
        return bool(self.missing or land.partial(self.layers)) or "boundary" not in self.layers

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The constraints held, in the order in which lost land is booked."""
        return tuple(each for each in self.settings.order if each in self.found.names)

    @cached_property
    def classes(self) -> pd.DataFrame:
        """See `land.classes`; the net before the size filter is its last row."""
        return land.classes(self.found, self.order)

    @cached_property
    def planned_m2(self) -> float:
        """All land planned for business."""
        return float(self.found.start["area_m2"].sum())

    @cached_property
    def components(self) -> gpd.GeoDataFrame:
        """Connected net land (see `landplots.plots`), with the column abc (see `landabc.abc`)."""
        found = landplots.plots(self.found, self.settings)
        found["abc"] = landabc.abc(landabc.distances(found, self.layers), self.settings.abc)
        return found

    @cached_property
    def plots(self) -> gpd.GeoDataFrame:
        """The components that are large and wide enough."""
        return self.components[self.components["kind"] == "plot"]

    @cached_property
    def left_m2(self) -> float:
        """What is left on plots."""
        return float(self.plots["area_m2"].sum())

    @cached_property
    def sieved(self) -> pd.Series:
        """m² by kind of component: ``plot``, ``small``, ``narrow``."""
        return landplots.sieve(self.components)

    @cached_property
    def waterfall(self) -> pd.Series:
        """From all planned to what is left, m²: each constraint in order (NaN: its layer is missing), the size filter, ``net``. Sums to the planned."""
        booked = self.classes["area_m2"].reindex([*self.settings.order]).astype(float)
        last = pd.Series({each: float(self.sieved.get(each, 0.0)) for each in SIEVED} | {"net": self.left_m2})
        return pd.concat([booked, last])

    @cached_property
    def lost(self) -> pd.Series:
        """Each constraint's share of what the constraints take, independent of order (Shapley), m², largest first."""
        return self.classes["shapley_m2"].drop("net").sort_values(ascending=False, kind="stable")

    @cached_property
    def taken(self) -> pd.Series:
        """All that falls away, whatever the order, m²: `lost` and then what the size filter takes."""
        found: pd.Series = pd.concat([self.lost, self.waterfall.reindex(SIEVED)])
        return found

    @cached_property
    def unknown_m2(self) -> float:
        """Areas of the plan without a purpose of the law of 2008: business or not, it is not known."""
        return float(land.unspecified(self.layers)["area_m2"].sum())

    @cached_property
    def sizes(self) -> pd.DataFrame:
        """Plots by size class (see `landplots.by_size`); no class of what is too small for a plot."""
        found = landplots.by_size(self.components, self.settings)
        return found[found["upper_dekar"] > self.settings.min_area_m2 / M2_PER_DEKAR]

    @cached_property
    def fragmentation(self) -> Fragmentation:
        """How the plots' areas are spread."""
        return landplots.fragmentation(self.plots["area_m2"])

    @cached_property
    def ladder(self) -> pd.DataFrame:
        """The steps to land that is ready to build on (see `landready.ladder`)."""
        return landready.ladder(self.found, self.components, self.layers, self.settings)

    @cached_property
    def by_abc(self) -> pd.DataFrame:
        """Plots by ABC class: plots, area_dekar."""
        return landabc.by_class(self.components, self.components["abc"])

    @cached_property
    def beside(self) -> gpd.GeoDataFrame:
        """Sentrum and combined purposes: shown beside, never counted."""
        return land.beside(self.layers)

    @cached_property
    def beside_net_m2(self) -> float:
        """What of them no constraint covers."""
        if self.beside.empty:
            return 0.0
        found = land.partition(self.beside, land.constraints(self.layers))
        return float(found.pieces.loc[found.pieces["mask"] == 0, "area_m2"].sum())

    @cached_property
    def big(self) -> int:
        """How many plots are of `BIG_DEKAR` or more."""
        return int((self.plots["area_m2"].round(3) >= BIG_DEKAR * M2_PER_DEKAR).sum())  # rounded as `by_size` does


def analyse(layers: Layers) -> Analysis:
    """The analysis of a municipality's layers.

    Raises
    ------
    LayerMissing
        without planned areas there is nothing to analyse.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from helpers.land import layers, settings
    >>> from helpers.measures import landanalysis
    >>> plan = gpd.GeoDataFrame({"purpose": [1300], "status": [2]}, geometry=[box(0, 0, 100, 50)], crs=25833)
    >>> zone = gpd.GeoDataFrame({"return_years": [200.0]}, geometry=[box(0, 0, 40, 50)], crs=25833)
    >>> found = landanalysis.analyse(layers.Layers("9901", settings.settings(), {"planned": plan, "flood": zone}))
    >>> found.planned_m2, found.waterfall[["flood", "net"]].to_dict(), found.bounded
    (5000.0, {'flood': 2000.0, 'net': 3000.0}, True)
    """
    if "planned" not in layers:
        raise LayerMissing("planned")
    zoning = {"zoning": layers["zoning"].geometry} if "zoning" in layers else {}
    return Analysis(layers, land.partition(land.planned(layers), land.constraints(layers), zoning))
