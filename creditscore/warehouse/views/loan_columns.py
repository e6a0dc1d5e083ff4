"""The columns of a loan in SQL, out of the sums of its course."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.warehouse.views.courses import smaller
from creditscore.warehouse.views.writing import flag

EARLY: Final = 90 * DAY
_OVER: Final = "NOT ended IS NULL AND written_off IS NULL"
_SHOWS: Final = "NOT clean IS NULL"


def positive(text: str) -> str:
    """Write a number, 0 where it is below; NULL stays."""
    return f"CASE WHEN {text} > 0 THEN {text} WHEN {text} <= 0 THEN 0 END"


def in_days(span: str) -> str:
    """Write a span of microseconds in days."""
    return f"CAST({span} AS DOUBLE) / {DAY}.0"


def loan_columns() -> str:
    """Write every column of the views of loans."""
    columns = _terms() | _money() | _ending() | _beginning()
    written = ", ".join(f"CAST({text} AS DOUBLE) AS v_{name}" for name, text in columns.items())
    return f"{written}, lender AS c_lender"


def _terms() -> dict[str, str]:
    """What was agreed, and how the loan stands."""
    dpd = (
        "CASE WHEN is_known = 1 THEN CASE WHEN NOT closed IS NULL THEN 0 WHEN many IS NULL THEN "
        "COALESCE(newest, 0) ELSE COALESCE(late_now, 0) END END"
    )
    compared = f"{_SHOWS} AND amount_before > 0 AND NOT clean_before IS NULL"
    growth = f"CASE WHEN {compared} THEN amount / NULLIF(amount_before, 0) END"
    return {
        "amount": "amount",
        "term_days": "whole_term",
        "limit": "line_limit",
        "total_due": "total",
        "monthly_amount": "monthly",
        "is_open": flag("ended IS NULL AND written_off IS NULL AND sold IS NULL"),
        "is_revolving": flag("revolving = 1 OR many IS NULL AND NOT last_report IS NULL"),
        "days_on_book": in_days("as_of - opened"),
        "dpd_now": dpd,
        "worst_dpd": "worst",
        "is_restructured": flag("NOT restructured IS NULL"),
        "is_written_off": flag("NOT written_off IS NULL"),
        "days_since_written_off": in_days("as_of - written_off"),
        "amount_to_previous": growth,
    }


def _money() -> dict[str, str]:
    """What was paid, and what is still to be paid."""
    outstanding = (
        "CASE WHEN NOT sold IS NULL THEN 0 WHEN many IS NULL THEN CASE WHEN NOT ended IS NULL OR "
        "balance < 0 THEN 0 ELSE balance END WHEN NOT ended IS NULL THEN 0 ELSE total - paid_so_far END"
    )
    overdue = (
        "CASE WHEN NOT sold IS NULL THEN 0 WHEN many IS NULL THEN NULL WHEN NOT ended IS NULL THEN 0 "
        f"ELSE {positive('(COALESCE(due_by_then, 0) - paid_so_far)')} END"
    )
    paid = (
        "CASE WHEN NOT many IS NULL THEN CASE WHEN NOT ended IS NULL AND recorded = 0 THEN total "
        "ELSE paid_so_far END END"
    )
    return {
        "outstanding": outstanding,
        "overdue_amount": overdue,
        "paid_total": paid,
        "prepayments": "CASE WHEN NOT many IS NULL THEN COALESCE(prepayments, 0) END",
        "prepaid_amount": f"CASE WHEN NOT many IS NULL THEN {smaller('COALESCE(prepaid, 0)', paid)} END",
    }


def _ending() -> dict[str, str]:
    """How it ended."""
    return {
        "days_since_close": f"CASE WHEN {_OVER} THEN {in_days('as_of - ended')} END",
        "closed_clean": "clean",
        "days_late_at_close": f"CASE WHEN {_OVER} AND {_SHOWS} THEN ended_day - final_day END",
        "held_share_of_term": (
            f"CASE WHEN {_OVER} AND {_SHOWS} AND whole_term > 0 THEN "
            f"{in_days(positive('(ended - opened)'))} / NULLIF(whole_term, 0) END"
        ),
        "days_since_previous_close": f"CASE WHEN {_SHOWS} THEN {in_days('opened - ended_before')} END",
        "days_paying": f"CASE WHEN {_SHOWS} THEN {in_days(positive('(ended - first_paid)'))} END",
    }


def _beginning() -> dict[str, str]:
    """How it began, and how timely it was."""
    first = "CASE WHEN NOT first_settled IS NULL OR first_due_at < as_of THEN first_late END"
    decided = "NOT first_settled IS NULL OR first_due_at < as_of AND first_late >= 30"
    early = f"early >= 60 OR horizon >= opened + {EARLY} OR NOT ended IS NULL"
    return {
        "first_days_late": f"CASE WHEN fallen + settles > 0 THEN {first} END",
        "first_payment_default": (
            f"CASE WHEN fallen + settles > 0 AND ({decided}) THEN {flag('first_late >= 30')} END"
        ),
        "early_default": f"CASE WHEN {early} THEN {flag('early >= 60', 'early')} END",
        "on_time_share": "on_time",
        "mean_days_late": "mean_late",
        "days_to_first_payment": f"CASE WHEN {_SHOWS} THEN {in_days(positive('(first_paid - opened)'))} END",
    }
