"""Statements of credit lines in SQL: how much of the line is used, how much of it is paid back."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import flag, read

_STALE_AFTER: Final = 92 * DAY
_ENDS: Final = ("closed_time", "written_off_time", "sold_time")


def statement_states(given: Given) -> str:
    """Write the rows of the view of statements."""
    inner = f"SELECT {_columns(given)} FROM ({_with_lines(given)}) AS s"
    before = ", ".join(
        f"LAG({column}) OVER (PARTITION BY app, c_loan ORDER BY n) AS {short}"
        for column, short in (("v_balance", "balance_before"), ("v_minimum_due", "minimum_before"))
    )
    newest = "LEAD(n) OVER (PARTITION BY app, c_loan ORDER BY n) IS NULL AS is_last"
    stepped = f"SELECT level.*, {before}, {newest} FROM ({inner}) AS level"
    return f"SELECT stepped.*, {_steps()} FROM ({stepped}) AS stepped"


def _with_lines(given: Given) -> str:
    """Statements of own lines, with the limit of the loan and whether it has ended."""
    happened = "SELECT * FROM known_statements WHERE t < as_of"
    if not given.has("loans"):
        return f"SELECT k.*, FALSE AS is_over, CAST(NULL AS DOUBLE) AS loan_limit FROM ({happened}) AS k"
    ends = [f"NOT l.f_{fact} IS NULL" for fact in _ENDS if given.has("loans", fact)]
    if given.has("loans", "closed_time") and given.has("loans", "kind"):
        ends[0] += f" AND NOT k.app IN ({_with_silent_lines(given)})"
    limit = "l.v_limit" if given.has("loans", "limit") else "CAST(NULL AS DOUBLE)"
    own = " WHERE NOT COALESCE(l.c_role = 'guarantor', FALSE)" if given.has("loans", "role") else ""
    return (
        f"SELECT k.*, {' OR '.join(ends) or 'FALSE'} AS is_over, {limit} AS loan_limit "
        f"FROM ({happened}) AS k LEFT JOIN known_loans AS l ON l.app = k.app AND l.c_loan = k.c_loan{own}"
    )


def _with_silent_lines(given: Given) -> str:
    """Applications with an own open line of the newest 92 days of which no statement was known."""
    ends = [f" AND l.f_{fact} IS NULL" for fact in _ENDS if given.has("loans", fact)]
    own = " AND NOT COALESCE(l.c_role = 'guarantor', FALSE)" if given.has("loans", "role") else ""
    of_line = "o.app = l.app AND o.c_loan = l.c_loan"
    reported = f"SELECT 1 FROM known_statements AS o WHERE {of_line} AND o.t < o.as_of"
    return (
        f"SELECT l.app FROM known_loans AS l WHERE l.c_kind = 'revolving' AND l.t < l.as_of "
        f"AND l.as_of - l.t <= {_STALE_AFTER}{''.join(ends)}{own} AND NOT EXISTS ({reported})"
    )


def _columns(given: Given) -> str:
    names = ("balance", "payment", "minimum_due", "cash_advances", "days_past_due", "limit")
    balance, payment, minimum, cash, dpd, own = (read(given, "statements", one) for one in names)
    limit = f"COALESCE({own}, loan_limit)"
    owed = f"CASE WHEN {balance} > 0 THEN {balance} WHEN {balance} <= 0 THEN 0 END"
    found = [
        "s.app", "s.as_of", "s.t", "s.n", "s.c_loan", "s.is_over",
        f"{balance} AS v_balance",
        f"{payment} AS v_payment",
        f"{minimum} AS v_minimum_due",
        f"{cash} AS v_cash_advances",
        f"{dpd} AS v_days_past_due",
        f"{limit} AS v_limit",
        f"CAST({owed} AS DOUBLE) AS v_owed",
        f"CASE WHEN {limit} > 0 THEN ({owed}) / {limit} END AS v_utilisation",
        f"{flag(f'{balance} > {limit}', balance, limit)} AS v_over_limit",
        f"{limit} - {balance} AS v_unused",
        f"CASE WHEN {limit} > 0 THEN {payment} / {limit} END AS v_payment_to_limit",
        f"{flag(f'{dpd} <= 0', dpd)} AS v_is_current",
    ]  # fmt: skip
    return ", ".join(found)


def _steps() -> str:
    """Columns that compare a statement with the one before it, if there is one."""
    owed = "balance_before > 0 AND NOT v_payment IS NULL"
    most = "WHEN v_payment > balance_before THEN balance_before"
    paid = f"CASE WHEN v_payment < 0 THEN 0 {most} ELSE v_payment END"
    share = f"CASE WHEN {owed} THEN ({paid}) / NULLIF(balance_before, 0) END"
    least = flag("v_payment <= 1.05 * minimum_before")
    change = "v_balance - balance_before"
    return ", ".join(
        (
            f"{flag(f'is_last AND NOT is_over AND as_of - t <= {_STALE_AFTER}')} AS v_is_newest",
            f"{change} AS v_balance_change",
            f"CASE WHEN v_limit > 0 THEN ({change}) / v_limit END AS v_utilisation_change",
            f"({change}) + v_payment AS v_charges",
            f"CASE WHEN {owed} THEN balance_before END AS v_previous_owed",
            f"CAST(CASE WHEN {owed} THEN {paid} END AS DOUBLE) AS v_paid_of_previous",
            f"CAST({share} AS DOUBLE) AS v_payment_to_previous_balance",
            f"CASE WHEN {owed} THEN {flag('v_payment >= balance_before')} END AS v_is_transactor",
            f"CASE WHEN {owed} THEN {flag('v_payment <= 0')} END AS v_no_payment",
            f"CASE WHEN minimum_before > 0 AND NOT v_payment IS NULL THEN {least} END AS v_paid_minimum",
        )
    )
