"""Raw to processed: tidy Parquet, one file per table, validated."""

from helpers.tables.build import TableMeta, build, tidy
from helpers.tables.store import Tables

__all__ = ["TableMeta", "Tables", "build", "tidy"]
