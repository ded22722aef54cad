"""What the reference says of the tables, out of the catalogue itself."""

from __future__ import annotations

from helpers.catalog import TableInfo, catalog

_ROUNDING = {"none": "exact"}


def tables() -> str:
    """Every table of the catalogue, as Markdown."""
    return "\n\n".join(_told(each) for each in catalog().values())


def _told(table: TableInfo) -> str:
    rounding = _ROUNDING.get(table.rounding.rule, f"{table.rounding.rule}, {table.rounding.level} level")
    facts = {
        "Producer": f"{table.producer}, [{table.number}]({table.url})",
        "Licence": table.licence,
        "Unit": table.unit,
        "Dimensions": ", ".join(f"`{each}`" for each in table.dimensions) or "none: read as it is",
        "Period": table.period,
        "Rounding": rounding,
        "Read by": ", ".join(f"`{each}`" for each in table.used_by) or "no notebook; `Tables` hands it out",
    }
    rows = "\n".join(f"| {name} | {value} |" for name, value in facts.items() if value)
    return f"## `{table.id}`\n\n{table.title}\n\n| | |\n|---|---|\n{rows}"
