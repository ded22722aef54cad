"""A key figure of every municipality with where it lies: within its boundary where that has been fetched, else at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import places
from helpers.errors import TableMissing
from helpers.measures.keyfigures import by_municipality
from helpers.tables import Tables, boundaries

if TYPE_CHECKING:
    import geopandas as gpd

CRS = boundaries.CRS


def mapped(figure: str, tables: Tables | None = None) -> gpd.GeoDataFrame:
    """A key figure of every municipality, ready for a map.

    Parameters
    ----------
    figure : ``rate``, ``coverage``, ``jobs``, ``employed``, ``outside_15_29`` or ``outside_30_61``.

    Returns
    -------
    GeoDataFrame in EPSG:25833 indexed by region code: name, the figure under its own name (NaN where it is not held), year, geometry (the
    boundary where boundaries are fetched, else one point inside). ``attrs``: units, source, borders (whose boundaries; empty for points).

    Raises
    ------
    TableMissing
        where the table is not held.

    Examples
    --------
    >>> mapped("rate").loc["3101", "name"]
    'Halden'

    Where there is a network and folium, ``mapped("rate").explore("rate")`` is a map in the browser.
    """
    import geopandas as gpd

    held = by_municipality(tables if tables is not None else Tables.load(), figure)
    try:
        shapes = boundaries.load()
        where, source = shapes.set_index("code").geometry, str(shapes.attrs["source"])
    except TableMissing:
        points = places.points()
        where = gpd.GeoSeries.from_xy(points["east_m"], points["north_m"], index=points.index, crs=CRS)
        source = ""
    found = gpd.GeoDataFrame(held, geometry=where.reindex(held.index), crs=CRS)
    found.attrs = {**held.attrs, "borders": source}
    return found
