"""Bills as they stood at the moment, in SQL."""

from __future__ import annotations

from creditscore.features.bills.rows import TOLERANCE
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import flag, read


def bill_states(given: Given) -> str:
    """Write every known bill that was due before the moment."""
    paid, amount = read(given, "bills", "paid_time", "f_"), read(given, "bills", "paid_amount")
    rows = (
        f"SELECT app, as_of, t, n, {read(given, 'bills', 'kind', 'c_')} AS c_kind, v_due_amount, "
        f"{paid} AS paid_t, "
        f"{amount} AS paid FROM known_bills WHERE t < as_of"
    )
    part = (
        "CASE WHEN paid_t IS NULL THEN 0 WHEN paid IS NULL OR paid > v_due_amount THEN v_due_amount "
        "WHEN paid < 0 THEN 0 ELSE paid END"
    )
    whole = f"NOT paid_t IS NULL AND NOT COALESCE(paid < v_due_amount - {TOLERANCE} * v_due_amount, FALSE)"
    known = f"SELECT *, {whole} AS whole, CAST({part} AS DOUBLE) AS part FROM ({rows}) AS billed"
    days = ", ".join(
        f"{clock.day(column, given.calendar)} AS {name}"
        for column, name in (("t", "due_day"), ("paid_t", "paid_day"), ("as_of", "now_day"))
    )
    dated = f"SELECT *, {days} FROM ({known}) AS known_bill"
    end = "CASE WHEN whole THEN paid_day ELSE now_day END"
    late = ", ".join(
        f"CAST(CASE WHEN {day} > due_day THEN {day} - due_day ELSE 0 END AS DOUBLE) AS {name}"
        for day, name in ((end, "late"), ("paid_day", "part_late"))
    )
    counted = f"SELECT *, {late} FROM ({dated}) AS dated"
    is_known = "whole OR late > 0"
    overdue = "NOT whole AND late > 0"
    weighed = "CASE WHEN part > 0 THEN part * part_late ELSE 0 END + (v_due_amount - part) * late"
    columns = [
        "app", "as_of", "t", "n", "c_kind", "v_due_amount",
        f"CASE WHEN {is_known} THEN late END AS v_days_late",
        f"CASE WHEN {is_known} THEN {weighed} END AS v_late_amount",
        f"CASE WHEN {is_known} THEN {flag('late = 0')} END AS v_on_time",
        f"CASE WHEN {is_known} THEN {flag(overdue)} END AS v_is_overdue",
        f"CAST(CASE WHEN {overdue} THEN v_due_amount - part ELSE 0 END AS DOUBLE) AS v_overdue_amount",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM ({counted}) AS counted"
