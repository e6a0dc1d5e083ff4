"""The rows of a table as they were known before each application: latest versions, none that was voided."""

from __future__ import annotations

from collections.abc import Iterator

from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import CONTRACTS, TableContract, known_name
from creditscore.features.registry import DERIVED
from creditscore.warehouse.dialects import name, quoted
from creditscore.warehouse.given import Given


def known_rows(given: Given, table: str) -> str:
    """Write the rows of a table that were known before each moment, with all that was known of them.

    Columns of the answer: ``app``, ``as_of`` (microseconds), ``t`` (when it happened; it may lie after the
    moment), ``known``, ``n`` (its place in the order of the applicant's rows), ``event_key``; ``v_`` numbers,
    ``c_`` labels and ids, ``f_`` facts that were known (microseconds, else NULL) and ``k_`` since when.
    """
    contract = CONTRACTS[table]
    columns = given.columns(table) + undeclared(given, table)
    facts = [one for one in columns if one.kind == "time" and one.name != contract.row_time]
    kept = [one for one in columns if one.kind != "applicant" and one not in facts and one.kind != "time"]
    outer = [_column(one) for one in kept] + [_fact(one.name) for one in facts]
    chosen = ", ".join(["app", "as_of", "t", "known", "event_key", *outer])
    order = ", ".join(_order(given, contract))
    voided = " WHERE NOT COALESCE(voided < as_of, FALSE)" if given.has(table, "voided_time") else ""
    return (
        f"SELECT {chosen}, ROW_NUMBER() OVER (PARTITION BY app ORDER BY {order}) AS n "
        f"FROM ({_versions(given, contract, kept, facts)}) AS latest{voided}"
    )


def undeclared(given: Given, table: str) -> tuple[Column, ...]:
    """Return the label columns of no contract that views read of a table, as far as they are there."""
    needed = {
        column
        for view in DERIVED.values()
        for one in (*view.values, *view.codes)
        for found, _, column in (name.partition(".") for name in one.needs)
        if found == table and column not in CONTRACTS[table].declared and given.has(table, column)
    }
    return tuple(Column(column, "text", "") for column in sorted(needed))


def _versions(given: Given, contract: TableContract, kept: list[Column], facts: list[Column]) -> str:
    """Every row known before, and of rows of one key the one known last."""
    raw = _typed(given, contract, kept, facts)
    inner = (
        f"SELECT asked.app, asked.as_of, raw.* FROM asked JOIN ({raw}) AS raw "
        "ON raw.who = asked.who WHERE raw.known < asked.as_of"
    )
    if not _has_versions(given, contract):
        return inner
    newest = "ROW_NUMBER() OVER (PARTITION BY app, event_key ORDER BY known DESC)"
    return (
        f"SELECT * FROM (SELECT every.*, {newest} AS version FROM ({inner}) AS every) AS numbered "
        "WHERE event_key IS NULL OR version = 1"
    )


def _has_versions(given: Given, contract: TableContract) -> bool:
    return bool(_key(given, contract)) and (
        given.has(contract.name, "known_time") or _key(given, contract) == ("event_id",)
    )


def _key(given: Given, contract: TableContract) -> tuple[str, ...]:
    return next((key for key in contract.key if given.has(contract.name, *key)), ())


def _typed(given: Given, contract: TableContract, kept: list[Column], facts: list[Column]) -> str:
    """The table as it stands, with times in microseconds and numbers as numbers."""
    table = contract.name
    happened = f"CS_MICROS(r.{name(contract.row_time)})"
    default = "COALESCE(l.known, NULL)" if contract.known_default == "loan" else happened
    stated = f"COALESCE(CS_MICROS(r.known_time), {default})" if given.has(table, "known_time") else default
    parts = [
        f"CS_TEXT(r.{name(contract.owner)}) AS who", f"{happened} AS t", f"{stated} AS known",
        f"{_key_text(given, contract)} AS event_key",
    ]  # fmt: skip
    parts += [f"{_value(one)} AS {_column(one)}" for one in kept]
    for fact in facts:
        at = f"CS_MICROS(r.{name(fact.name)})"
        known = known_name(fact.name)
        since = f"COALESCE(CS_MICROS(r.{known}), {at})" if given.has(table, known) else at
        parts += [f"{at} AS at_{fact.name}", f"{since} AS since_{fact.name}"]
    if given.has(table, "voided_time"):
        at, known = "CS_MICROS(r.voided_time)", "voided_known_time"
        since = f"COALESCE(CS_MICROS(r.{known}), {at})" if given.has(table, known) else at
        parts.append(f"CASE WHEN {since} > {at} THEN {since} ELSE {at} END AS voided")
    return f"SELECT {', '.join(parts)} FROM {table} AS r{_with_loan(given, contract)}"


def _with_loan(given: Given, contract: TableContract) -> str:
    """Join when the loan of a row became known, where its schedule came with it."""
    if contract.known_default != "loan":
        return ""
    happened = "CS_MICROS(event_time)"
    known = f"COALESCE(CS_MICROS(known_time), {happened})" if given.has("loans", "known_time") else happened
    first = f"SELECT loan_id, MIN({known}) AS known FROM loans GROUP BY loan_id"
    return f" LEFT JOIN ({first}) AS l ON l.loan_id = r.loan_id"


def _key_text(given: Given, contract: TableContract) -> str:
    """One text for each key; NULL where part of it is missing."""
    parts = []
    for column in _key(given, contract):
        declared = contract.declared[column]
        raw = f"CS_MICROS(r.{name(column)})" if declared.kind == "time" else f"r.{name(column)}"
        parts.append(f"CS_TEXT({raw})")
    return " || '/' || ".join(parts) or "NULL"


def _value(column: Column) -> str:
    raw = f"r.{name(column.name)}"
    if column.kind == "number":
        return f"CS_NUMBER({raw})"
    if column.kind == "flag":
        return f"CAST(CASE WHEN {raw} THEN 1 WHEN NOT {raw} THEN 0 END AS DOUBLE)"
    return f"CS_TEXT({raw})"


def _column(column: Column) -> str:
    if column.kind in ("number", "flag"):
        return f"v_{column.name}"
    return "c_loan" if column.kind == "loan" else f"c_{column.name}"


def _fact(fact: str) -> str:
    seen = f"at_{fact} < as_of AND since_{fact} < as_of"
    return (
        f"CASE WHEN {seen} THEN at_{fact} END AS f_{fact}, "
        f"CASE WHEN {seen} THEN since_{fact} END AS k_{fact}, at_{fact}, since_{fact}"
    )


def _order(given: Given, contract: TableContract) -> Iterator[str]:
    """What rows are ordered by: time, id of the event, since when known, then columns in contract order."""
    yield "t"
    if given.has(contract.name, "event_id"):
        yield "event_key NULLS FIRST" if _key(given, contract) == ("event_id",) else "t"
    yield "known"
    for column in given.columns(contract.name):
        if column.kind == "time" and column.name != contract.row_time:
            yield f"at_{column.name} NULLS LAST, since_{column.name} NULLS LAST"
        elif column.vocabulary is not None:
            ranked = " ".join(f"WHEN {quoted(label)} THEN {k}" for k, label in enumerate(column.vocabulary))
            yield f"CASE c_{column.name} {ranked} END NULLS FIRST"
        elif column.kind in ("number", "flag"):
            yield f"v_{column.name} NULLS LAST"
        elif column.kind in ("id", "text"):
            yield f"c_{column.name} NULLS FIRST"
