"""Payments as cash flow in SQL: what came in, what went out, and what the clock says of it."""

from __future__ import annotations

from creditscore._ground.instants import HOUR
from creditscore._ground.zones import WEEKDAYS
from creditscore.data.payments.rules import GONE, PURCHASED
from creditscore.data.tables.vocabularies import ONLINE_CHANNELS, PAYMENT_CLASSES
from creditscore.features.payments.rows.flows import MORNING
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.payments import among
from creditscore.warehouse.views.writing import flag, is_weekend, of_day


def _sides() -> list[str]:
    names = " ".join(f"WHEN {code} THEN {quoted(label)}" for code, label in enumerate(PAYMENT_CLASSES))
    return [
        "app", "as_of", "t", "n", "c_kind", "c_category", "c_counterparty_id AS c_counterparty",
        "c_counterparty_kind", f"CASE class {names} END AS c_class",
    ]  # fmt: skip


def flows(given: Given) -> str:
    """Write every known payment, with income and spending apart."""
    del given
    gone = among("class", GONE)
    left = "v_amount + undone"
    columns = [
        *_sides(), "c_status", "c_account_id AS c_account",
        "CASE WHEN role = 'in' THEN v_amount END AS v_inflow",
        f"CASE WHEN role = 'out' THEN -({left}) END AS v_outflow",
        f"CASE WHEN role = 'in' THEN v_amount WHEN role = 'out' THEN {left} END AS v_net",
        f"CASE WHEN NOT {gone} AND v_amount > 0 THEN ABS({left}) END AS v_credit",
        f"CASE WHEN NOT {gone} AND NOT v_amount > 0 THEN ABS({left}) END AS v_debit",
        f"CASE WHEN {gone} AND v_amount < 0 THEN -v_amount END AS v_unpaid",
        "CASE WHEN usual = 'in' THEN v_amount END AS v_usual",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM rows_payments_unproven"


def spending(given: Given) -> str:
    """Write every known payment whose class counts as spending."""
    online = f"LOWER(TRIM(c_channel)) IN ({', '.join(map(quoted, sorted(ONLINE_CHANNELS)))})"
    days = " ".join(f"WHEN {number} THEN {quoted(day)}" for number, day in enumerate(WEEKDAYS))
    two_digits = "CASE WHEN clock_hour < 10 THEN '0' ELSE '' END || CS_TEXT(clock_hour)"
    of_week = f"CASE weekday {days} END || '_' || {two_digits}"
    dated = "COALESCE(v_date_only, 0) = 1"
    columns = [
        *_sides(), "c_channel", "c_method", "-v_amount - undone AS v_amount",
        f"CASE WHEN class = {PURCHASED} THEN -v_amount - undone END AS v_purchase",
        f"CASE WHEN NOT {dated} THEN {flag(f'clock_hour < {MORNING}')} END AS v_is_night",
        f"{flag(is_weekend(given.calendar))} AS v_is_weekend",
        f"{flag(online, 'c_channel')} AS v_is_online",
        f"CASE WHEN NOT {dated} THEN {of_week} END AS c_hour_of_week",
    ]  # fmt: skip
    out = of_day("SELECT * FROM rows_payments_marked WHERE role = 'out'", given.calendar)
    hour = f"CAST(FLOOR((shown - d * {24 * HOUR}) / {HOUR}.0) AS BIGINT) AS clock_hour"
    return f"SELECT {', '.join(columns)} FROM (SELECT *, {hour} FROM ({out}) AS clocked) AS spent"
