"""What a record says of each source: whether it was there, how many rows, of when, and their hash."""

from __future__ import annotations

from typing import Any, Final

from creditscore._ground.canonical import sha256
from creditscore.data.sources import CONNECTIONS, CONSENTS, source_of
from creditscore.data.stored.table import WrittenTable
from creditscore.deciding.evidence import Evidence

_NO_ROWS: Final = WrittenTable()


def sources_of(evidence: Evidence) -> dict[str, Any]:
    """Say for every source what there was of it: coverage, rows, period, last known time and hash."""
    found: dict[str, Any] = {}
    covered = {
        source: bool(flags[0]) for source, flags in evidence.matrix.covered.items() if source != "application"
    }
    for name in evidence.plain["columns"]:
        table, others = evidence.tables.get(name, _NO_ROWS), evidence.others.get(name, _NO_ROWS)
        there = covered.get(_source_of(name), bool(table.n_rows))
        found[name] = {"covered": there, **_summary(table), "others_rows": others.n_rows}
    for source, there in covered.items():
        if source not in found and not any(_source_of(name) == source for name in found):
            found[source] = {"covered": there, **_summary(_NO_ROWS), "others_rows": 0}
    return found


def _source_of(table: str) -> str:
    return table if table in (CONNECTIONS, CONSENTS) else source_of(table).name


def _summary(table: WrittenTable) -> dict[str, Any]:
    """Rows, period and last known time of one table of the applicant, and the hash of its rows."""
    return {
        "rows": table.n_rows,
        "first": table.first,
        "last": table.last,
        "last_known": table.last_known,
        "sha256": sha256(table.text),
    }
