"""What a record says of its sources, worked out again from the rows that it stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.data.sources import CONNECTIONS, CONSENTS, source_of
from creditscore.data.tables.contracts import CONTRACTS, known_name
from creditscore.verify.findings import canonical, sha256
from creditscore.verify.rows import rows_of


def sources_of(record: Mapping[str, Any], covered: Mapping[str, bool] | None) -> dict[str, Any]:
    """Work out rows, period, last known time and hash of every table that a record names.

    Parameters
    ----------
    record : mapping
    covered : mapping of str to bool, optional
        By source, from the kernels; without it, as the record states it.
    """
    inputs, stated = record["inputs"], record["sources"]
    if covered is None:
        covered = {_source(name): bool(stated[name]["covered"]) for name in stated}
    found = {}
    for name in inputs["columns"]:
        stored = inputs["tables"].get(name, [])
        there = covered.get(_source(name), bool(rows_of(stored)))
        found[name] = _summary(name, stored, there, inputs["others"].get(name, []))
    described = {_source(name) for name in found}
    for source, there in covered.items():
        if source not in described and source != "application":
            found[source] = _summary(source, [], there, [])
    return found


def _source(table: str) -> str:
    if table in (CONNECTIONS, CONSENTS) or table not in CONTRACTS:
        return table
    return source_of(table).name


def _summary(name: str, stored: Any, covered: bool, others: Any) -> dict[str, Any]:
    rows = rows_of(stored)
    happened, known = [], []
    for row in rows:
        contract = CONTRACTS[name]
        happened.append(row[contract.row_time])
        known.append(row.get("known_time", row[contract.row_time]))
        known += [row.get(known_name(fact), row[fact]) for fact in contract.facts if fact in row]
    return {
        "covered": covered, "rows": len(rows), "first": min(happened, default=None),
        "last": max(happened, default=None), "last_known": max(known, default=None),
        "sha256": sha256(canonical(stored)), "others_rows": len(rows_of(others)),
    }  # fmt: skip
