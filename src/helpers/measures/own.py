"""Series of a municipality's own tables: never official, and kept apart from those that are."""

from __future__ import annotations

import pandas as pd

from helpers.measures.cells import Tables
from helpers.measures.official import Lack
from helpers.places import Municipality
from helpers.targets import Definition


def measured(
    definition: Definition, tables: Tables, municipality: Municipality
) -> tuple[pd.Series, tuple[str, ...]] | Lack:
    """The series of a definition that names an own table (index Tid, ascending, missing years left out) and that table, or why there is none.

    ``attrs["reach"]`` as in `official.official`.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers import Municipality
    >>> from helpers.measures import own
    >>> from helpers.targets import Definition
    >>> cells = {"Region": "3101", "ContentsCode": "firms", "Tid": [2022, 2023], "value": [40.0, 44.0]}
    >>> frame = pd.DataFrame(cells).assign(lower=[40.0, 44.0], upper=[40.0, 44.0])  # constructed
    >>> wanted = Definition(label="Nye bedrifter", indicator="own", table="own_vekst", contents="firms")
    >>> series, tables = own.measured(wanted, {"own_vekst": frame}, Municipality.find("halden"))
    >>> series.to_dict(), tables
    ({2022: 40.0, 2023: 44.0}, ('own_vekst',))
    """
    table = definition.table or ""
    if table not in tables:
        return Lack("own table missing", table)
    frame = tables[table]
    if not pd.api.types.is_integer_dtype(frame["Tid"]):
        return Lack("own not yearly", table)
    rows = frame[frame["ContentsCode"] == definition.contents]
    if rows.empty:
        return Lack("own contents missing", table, contents=definition.contents)
    rows = rows[rows["Region"] == municipality.code].sort_values("Tid")
    if rows["Tid"].duplicated().any():
        return Lack("own several", table)
    rows = rows.dropna(subset=["value"])
    if rows.empty:
        return Lack("own place missing", table)
    values = rows.set_index("Tid")["value"].astype(float)
    wide = pd.concat([rows["upper"] - rows["value"], rows["value"] - rows["lower"]]).max()
    values.attrs["reach"] = 0.0 if pd.isna(wide) else float(wide)
    return values, (table,)
