"""How far payments were seen, in SQL, and what is known of income without looking for what recurs."""

from __future__ import annotations

from creditscore._ground.instants import DAY
from creditscore.features.payments.rows.feed import (
    ENOUGH_DAYS,
    MISSING_MONTHS,
    MONTHS,
    QUIET_DAYS,
    QUIET_RATIO,
    STALE_DAYS,
    USUAL_YEAR,
)
from creditscore.features.payments.rows.income import GAP_WINDOW
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import at_least, numbers, stacked


def payment_feed(given: Given) -> str:
    """Write one row for each application with payments: from when they were ``seen_from`` to ``seen``."""
    before = "LAG(t) OVER (PARTITION BY app ORDER BY n) AS earlier"
    gap = f"MAX(CASE WHEN as_of - earlier <= {USUAL_YEAR} THEN t - earlier END)"
    ends = (
        f"SELECT app, MIN(as_of) AS as_of, MIN(t) AS seen_from, MAX(t) AS newest, COALESCE({gap}, 0) "
        "AS longest "
        f"FROM (SELECT app, as_of, t, n, {before} FROM rows_payments_read) AS spaced GROUP BY app"
    )
    silence = "as_of - newest"
    quiet = f"{silence} <= {QUIET_DAYS * DAY} OR {silence} <= {QUIET_RATIO} * longest"
    named = {"seen_from": "from", "seen": "seen", "as_of": "now"}
    oldest = "CASE WHEN day_from > first_day THEN month_from + 1 ELSE month_from END"
    none = f"seen IS NULL OR whole <= 0 OR month_now - month_seen > {MISSING_MONTHS}"
    return stacked(
        ends,
        f"CASE WHEN {quiet} THEN as_of WHEN {silence} <= {STALE_DAYS * DAY} THEN newest + 1 END AS seen",
        ", ".join(f"{clock.day(one, given.calendar)} AS day_{name}" for one, name in named.items()),
        ", ".join(f"{clock.month_of(f'day_{name}')} AS month_{name}" for name in named.values()),
        f"{clock.month_first('month_from')} AS first_day",
        f"month_seen - {oldest} AS whole, month_seen - 1 AS last_month",
        f"CASE WHEN {none} THEN 0 WHEN whole > {MONTHS} THEN {MONTHS} ELSE whole END AS months",
    )


def feed_months(given: Given) -> str:
    """Write the whole months of each application: ``back`` counts from 0 for the newest."""
    listed = (
        "SELECT app, as_of, months, k AS back, last_month - k AS m, last_month - k + 1 AS following "
        f"FROM rows_payment_feed CROSS JOIN {numbers(0, MONTHS - 1)} WHERE k < months"
    )
    return stacked(
        listed,
        f"{clock.month_first('m')} AS from_day, {clock.month_first('following')} AS to_day",
        f"{clock.day_begin('from_day', given.calendar)} AS begins, "
        f"{clock.day_begin('to_day', given.calendar)} AS ends",
    )


def income_stream(given: Given) -> str:
    """Write what is known of income without looking for what recurs."""
    del given
    came = (
        "SELECT f.app AS app, f.as_of AS as_of, f.seen AS seen, f.day_seen - f.day_from AS days, "
        f"{at_least(f'f.seen - {GAP_WINDOW}', 'f.seen_from')} AS since, p.t AS t, p.n AS n "
        "FROM rows_payment_feed AS f LEFT JOIN rows_payments_marked AS p ON p.app = f.app AND p.role = 'in' "
        "WHERE NOT f.seen IS NULL"
    )
    spaced = stacked(
        came,
        "CASE WHEN t >= since THEN t END AS late",
        "late - COALESCE(LAG(late) OVER (PARTITION BY app ORDER BY n), since) AS gap",
    )
    ends = (
        "SELECT app, MIN(as_of) AS as_of, MIN(days) AS days, MAX(gap) AS gap, MIN(seen) - MAX(t) AS "
        "since_credit, "
        f"MIN(seen) - COALESCE(MAX(late), MIN(since)) AS last_gap FROM ({spaced}) AS spaced GROUP BY app"
    )
    longest = at_least("gap", "last_gap")
    return (
        "SELECT app, as_of, as_of - 1 AS t, 1 AS n, CAST(days AS DOUBLE) AS v_days_seen, "
        f"CAST(since_credit AS DOUBLE) / {DAY}.0 AS v_since_credit, "
        f"CASE WHEN days >= {ENOUGH_DAYS} THEN CAST({longest} AS DOUBLE) / {DAY}.0 END AS v_longest_gap "
        f"FROM ({ends}) AS ends"
    )
