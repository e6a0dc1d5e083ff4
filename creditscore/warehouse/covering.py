"""Whether a source was there at the moment, in SQL: what tells absent (NULL) from nothing happened (0)."""

from __future__ import annotations

from creditscore.data.sources import CONNECTIONS
from creditscore.features.coverage import coverage_of
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given


def is_covered(given: Given, source: str) -> str:
    """Write whether a source covers a row of ``asked``."""
    coverage = coverage_of(source, tuple(given.tables))
    if coverage.everyone is not None:
        return "TRUE" if coverage.everyone else "FALSE"
    if coverage.by_connections:
        over = " AND f_disconnected_time IS NULL" if given.has(CONNECTIONS, "disconnected_time") else ""
        return (
            f"asked.app IN (SELECT app FROM known_{CONNECTIONS} WHERE c_source = {quoted(source)} "
            f"AND t < as_of{over})"
        )
    shown = [f"asked.app IN (SELECT app FROM known_{table})" for table in coverage.tables]
    return " OR ".join(shown)


def tables_of(given: Given, source: str) -> tuple[str, ...]:
    """Return the tables that `is_covered` looks at."""
    coverage = coverage_of(source, tuple(given.tables))
    if coverage.everyone is not None:
        return ()
    return (CONNECTIONS,) if coverage.by_connections else coverage.tables
