"""The SQL twin of window statistics over payments, spending and bills, run in DuckDB on the raw records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from creditscore.features.formula import Condition, Term
from creditscore.verify.twin.classes import kinds_of
from creditscore.verify.twin.clock import micros
from tests.features.oracle_statistics import window_of
from tests.features.payment_oracle import payments_of

PAYMENT_COLUMNS = (
    "account_id", "balance", "kind", "category", "channel", "method", "counterparty_id", "counterparty_kind",
    "status", "date_only",
)  # fmt: skip

VIEWS = """
CREATE TABLE known_payments AS
SELECT * FROM (
    SELECT a.application_id, a.as_of, p.*
    FROM applications a JOIN payments p ON p.applicant_id = a.applicant_id
    WHERE p.known_time < a.as_of
    QUALIFY row_number() OVER (PARTITION BY a.application_id, p.event_id ORDER BY p.known_time DESC) = 1
) WHERE event_time < as_of;

CREATE VIEW flows AS
SELECT *, CASE WHEN inflow IS NOT NULL THEN inflow ELSE -outflow END AS net,
    CASE WHEN is_usual THEN inflow END AS usual FROM (
    SELECT p.application_id, is_usual, as_of, event_time AS time, event_id AS tie, kind, category, channel,
        method, status, counterparty_id AS counterparty, counterparty_kind, account_id AS account, amount,
        class, date_only,
        CASE WHEN class IN ('wages', 'pension', 'benefits', 'business', 'cash_income', 'other_income',
            'unknown_in') THEN amount END AS inflow,
        CASE WHEN class IN ('person_out', 'loan_out', 'card_repayment', 'bill', 'purchase', 'cash_out', 'fee',
            'penalty', 'interest_out', 'gambling_stake', 'unknown_out', 'debt_collected', 'pay_later',
            'advance_out')
            AND -amount - undone > 0.005 AND NOT (class = 'card_repayment' AND card_seen)
            THEN -amount - undone END AS outflow,
        CASE WHEN amount > 0 AND class NOT IN ('declined', 'returned', 'reversal') THEN amount END AS credit,
        CASE WHEN amount < 0 AND class IN ('declined', 'returned', 'reversal') THEN -amount END AS unpaid,
        CASE WHEN amount < 0 AND class NOT IN ('declined', 'returned', 'reversal') THEN -amount - undone
            END AS debit
    FROM known_payments p JOIN classes USING (application_id, event_id)
);

CREATE VIEW spending AS
SELECT * EXCLUDE (amount), outflow AS amount,
    CASE WHEN class = 'purchase' THEN outflow END AS purchase,
    CASE WHEN date_only = 1 THEN NULL WHEN hour(make_timestamp(time)) < 5 THEN 1.0 ELSE 0.0 END AS is_night,
    CASE WHEN isodow(make_timestamp(time)) >= 6 THEN 1.0 ELSE 0.0 END AS is_weekend,
    CASE WHEN channel IS NOT NULL THEN CASE WHEN lower(trim(channel)) IN
        ('online', 'web', 'app', 'mobile', 'internet', 'ecommerce', 'e-commerce') THEN 1.0 ELSE 0.0 END
    END AS is_online,
    CASE WHEN coalesce(date_only, 0) = 0 THEN isodow(make_timestamp(time)) * 100 + hour(make_timestamp(time))
    END AS hour_of_week
FROM flows WHERE outflow IS NOT NULL;

CREATE VIEW bill_states AS
SELECT application_id, as_of, due_time AS time, bill_id AS tie, kind, due_amount,
    CASE WHEN paid OR late > 0 THEN late END AS days_late,
    CASE WHEN paid OR late > 0 THEN part * part_late + (due_amount - part) * late END AS late_amount,
    CASE WHEN paid OR late > 0 THEN (late = 0)::DOUBLE END AS on_time,
    CASE WHEN paid OR late > 0 THEN (NOT paid)::DOUBLE END AS is_overdue,
    CASE WHEN NOT paid AND late > 0 THEN due_amount - part ELSE 0.0 END AS overdue_amount
FROM (
    SELECT *, greatest(
        0, (CASE WHEN paid THEN paid_time ELSE as_of END) // 86400000000 - due_time // 86400000000
    )::DOUBLE AS late, CASE WHEN known THEN greatest(
        0, paid_time // 86400000000 - due_time // 86400000000
    ) ELSE 0 END::DOUBLE AS part_late, CASE WHEN known THEN greatest(
        0, least(coalesce(paid_amount, due_amount), due_amount)
    ) ELSE 0 END::DOUBLE AS part
    FROM (
        SELECT *, coalesce(greatest(paid_time, paid_known_time) < as_of, FALSE) AS known,
            known AND coalesce(paid_amount, due_amount) >= 0.99 * due_amount AS paid
        FROM (
            SELECT a.application_id, a.as_of, b.*
            FROM applications a JOIN bills b ON b.applicant_id = a.applicant_id
            WHERE b.known_time < a.as_of
            QUALIFY row_number() OVER (
                PARTITION BY a.application_id, b.bill_id ORDER BY b.known_time DESC
            ) = 1
        ) WHERE due_time < as_of
    )
);
"""

AGGREGATES = {
    "count": "count(*)",
    "sum": "coalesce(sum(v), 0)",
    "exists": "(count(*) > 0)::INT",
    "mean": "avg(v)",
    "std": "stddev_samp(v)",
    "min": "min(v)",
    "max": "max(v)",
    "cv": "stddev_samp(v) / nullif(abs(avg(v)), 0)",
    "newest": "arg_max(v, (time, tie))",
    "oldest": "arg_min(v, (time, tie))",
    "share": "avg((v <> 0)::INT)",
    "median": "median(v)",
    "quantile": "quantile_cont(v, {argument})",
    "distinct": "count(DISTINCT v)",
    "rmad": "1.4826 * mad(v) / nullif(abs(median(v)), 0)",
    "streak": "coalesce(min(CASE WHEN v = 0 THEN newest_first END) - 1, count(*))",
    "recency": "(any_value(as_of) - max(time)) / 86400e6",
    "age": "(any_value(as_of) - min(time)) / 86400e6",
    "active_days": "count(DISTINCT time // 86400000000)",
    "gap_mean": "avg(gap)",
    "gap_median": "median(gap)",
    "gap_max": "max(gap)",
    "gap_std": "stddev_samp(gap)",
    "gap_cv": "stddev_samp(gap) / nullif(avg(gap), 0)",
    "burstiness": (
        "(sqrt(count(*) + 1) * stddev_samp(gap) / avg(gap) - sqrt(count(*) - 1)) / "
        "((sqrt(count(*) + 1) - 2) * stddev_samp(gap) / avg(gap) + sqrt(count(*) - 1))"
    ),
    "distinct_keys": "count(DISTINCT key)",
    "new_key_share": "count(DISTINCT CASE WHEN is_new THEN key END) / nullif(count(DISTINCT key), 0)",
}
OF_SHARES = {
    "hhi": "sum(share * share)",
    "top_share": "max(share)",
    "key_entropy": "-sum(CASE WHEN share > 0 THEN share * ln(share) ELSE 0 END) / ln({classes})",
}
ZERO_WITHOUT_ROWS = ("count", "sum", "exists", "distinct", "distinct_keys", "active_days", "streak")


def classes(
    world: Mapping[str, Sequence[Mapping[str, Any]]], asked: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """What each payment is as of each application: SQL cannot look for the other half of a transfer."""
    found = []
    for row in asked:
        known = payments_of(world, row["applicant_id"], row["as_of"]).rows("flows")
        card_seen = "card" in kinds_of(known).values()
        found += [
            {
                "application_id": row["application_id"],
                "event_id": payment["event_id"],
                "class": payment["class"],
                "undone": payment["undone"],
                "is_usual": payment["usual"] is not None,
                "card_seen": card_seen,
            }
            for payment in known
        ]
    return pd.DataFrame(found)


def connect(world: Mapping[str, Sequence[Mapping[str, Any]]], asked: Sequence[Mapping[str, Any]]) -> Any:
    """Load a world and define the views; times become whole microseconds."""
    payments = pd.DataFrame(
        [
            {name: row.get(name) for name in (*PAYMENT_COLUMNS, "applicant_id", "event_id", "amount")}
            | {time: micros(row[time]) for time in ("event_time", "known_time")}
            for row in world["payments"]
        ]
    )
    payments[["balance", "date_only"]] = payments[["balance", "date_only"]].astype(float)
    times = ("due_time", "known_time", "paid_time", "paid_known_time")
    bills = pd.DataFrame(
        [
            dict(row) | {time: None if row[time] is None else micros(row[time]) for time in times}
            for row in world["bills"]
        ]
    ).astype(dict.fromkeys(times, "Int64"))
    applications = pd.DataFrame(
        [
            {k: row[k] for k in ("application_id", "applicant_id")} | {"as_of": micros(row["as_of"])}
            for row in asked
        ]
    )
    connection = duckdb.connect()
    tables = {"payments": payments, "bills": bills, "applications": applications}
    for name, frame in (tables | {"classes": classes(world, asked)}).items():
        connection.register(f"{name}_frame", frame)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")
    connection.execute(VIEWS)
    return connection


def _condition(condition: Condition) -> str:
    if isinstance(condition.value, tuple):
        labels = ", ".join(f"'{label}'" for label in condition.value)
        inside = f"coalesce({condition.column} IN ({labels}), FALSE)"
        return inside if condition.comparison == "in" else f"NOT {inside}"
    symbol = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "="}[condition.comparison]
    return f"{condition.column} {symbol} {condition.value}"


def query(term: Term) -> str:
    """Write the statement whose rows are (application_id, value)."""
    value = "1.0" if term.column is None else term.column
    where = [f"{value} IS NOT NULL", *(_condition(condition) for condition in term.where)]
    if term.by is not None:
        where.append(f"{term.by} IS NOT NULL")
    limit = f"time >= as_of - {window_of(term):.0f}" if term.window else "TRUE"
    count = f"newest_first <= {term.last}" if term.last else "TRUE"
    rows = f"""
    WITH lane AS (
        SELECT application_id, as_of, time, tie, {value} AS v, {term.by or "NULL"} AS key
        FROM {term.view} WHERE {" AND ".join(where)}
    ), flagged AS (
        SELECT *, min(time) OVER (PARTITION BY application_id, key)
            >= as_of - {min(window_of(term), 1e17):.0f} AS is_new
        FROM lane
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY application_id ORDER BY time DESC, tie DESC) AS newest_first
        FROM flagged WHERE {limit}
    ), taken AS (
        SELECT *, (time - lag(time) OVER (PARTITION BY application_id ORDER BY time, tie)) / 86400e6 AS gap
        FROM numbered WHERE {count}
    )"""
    if term.statistic in OF_SHARES:
        classes = "nullif(count(*), 1)" if math.isnan(term.argument) else str(term.argument)
        value = OF_SHARES[term.statistic].format(classes=classes)
        return f"""{rows}, keyed AS (
            SELECT application_id, key, sum(v) AS part, count(*) AS n FROM taken GROUP BY ALL
        ), shared AS (
            SELECT *, part / sum(part) OVER (PARTITION BY application_id) AS share FROM keyed
        ) SELECT application_id, CASE WHEN sum(n) >= {term.minimum_rows} THEN {value} END
        FROM shared GROUP BY ALL"""
    value = AGGREGATES[term.statistic].format(argument=term.argument)
    return f"""{rows} SELECT application_id, CASE WHEN count(*) >= {term.minimum_rows} THEN {value} END
        FROM taken GROUP BY application_id"""


def supported(term: Term) -> bool:
    """Whether the term has a twin here: rows of the raw events, and no statistic of pairs of rows."""
    known = term.statistic in AGGREGATES or term.statistic in OF_SHARES
    return known and term.view in ("flows", "spending", "bill_states") and term.first is None


def sql_values(connection: Any, term: Term) -> dict[int, float]:
    """Value for each application; those without rows have what an empty statistic has."""
    found = dict(connection.execute(query(term)).fetchall())
    ids = [row[0] for row in connection.execute("SELECT application_id FROM applications").fetchall()]
    empty = 0.0 if term.statistic in ZERO_WITHOUT_ROWS and term.minimum_rows == 0 else math.nan
    return {k: (math.nan if found[k] is None else float(found[k])) if k in found else empty for k in ids}
