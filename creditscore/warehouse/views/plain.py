"""Tables as they are: every row that was known and had happened."""

from __future__ import annotations

from typing import Final

from creditscore.data.sources import source_of
from creditscore.features.registry import VIEWED_TABLES
from creditscore.warehouse.given import Given

MEASURES: Final = "measures"
# A tie covers those who agreed to it, and no query asks who did.
BY_AGREEMENT: Final = "ties"
TABLES: Final = tuple(
    table for table in VIEWED_TABLES if table != MEASURES and source_of(table).name != BY_AGREEMENT
)


def plain(given: Given, table: str) -> str:
    """Write the rows of a table that had happened before the moment."""
    del given
    return f"SELECT * FROM known_{table} WHERE t < as_of"


def measures(given: Given) -> str:
    """Write the measures that hold: a row without a value takes back what was known of its measure."""
    rows = plain(given, MEASURES)
    if not given.has(MEASURES, "value"):
        return rows
    last = "MAX(CASE WHEN v_value IS NULL THEN n END) OVER (PARTITION BY app, c_measure)"
    marked = f"SELECT *, {last} AS taken_back FROM ({rows}) AS had"
    return f"SELECT * FROM ({marked}) AS marked WHERE n > COALESCE(taken_back, 0)"
