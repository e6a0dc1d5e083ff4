"""Loans and instalments in SQL, one row each, out of their courses."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import CENT_DUST
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.courses import OF_LOAN, greater, smaller
from creditscore.warehouse.views.loan_columns import EARLY, in_days, loan_columns, positive
from creditscore.warehouse.views.writing import NOTHING, flag

_MONTH: Final = 365.0 / 12.0
_NEAR: Final = 30 * DAY
_SO_FAR: Final = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
DIRECT_DEBIT: Final = "direct_debit"


def instalments_seen(given: Given) -> str:
    """Write every instalment of every loan: when it was settled, and how late."""
    at = smaller("CASE WHEN d.amount > 0 THEN s.passed_at ELSE d.due END", "c.closed")
    joined = (
        "SELECT d.app, d.as_of, d.c_loan, d.k, d.due, d.due_day, d.due_day + 1 AS next_day, d.amount, "
        "d.owed, "
        f"d.c_method, {at} AS settled_at, CASE WHEN d.amount > 0 THEN COALESCE(s.other, 0) ELSE 0 END "
        "AS by_other, c.n AS loan_n, c.closed, c.recorded, "
        "c.fallen, c.settles, c.many, c.horizon_day, c.guaranteed, c.pool AS pool_now "
        "FROM rows_dues AS d JOIN rows_courses AS c ON c.app = d.app AND c.c_loan = d.c_loan "
        "LEFT JOIN rows_settled AS s ON s.app = d.app AND s.c_loan = d.c_loan AND s.k = d.k"
    )
    dated = (
        f"SELECT *, {clock.day('settled_at', given.calendar)} AS settled_day, "
        f"{smaller(clock.day_begin('next_day', given.calendar), 'as_of')} AS by_then FROM ({joined}) AS dated"
    )
    late = (
        "CASE WHEN NOT settled_at IS NULL THEN settled_day - due_day "
        "WHEN horizon_day > due_day THEN horizon_day - due_day END"
    )
    lates = f"SELECT *, {late} AS late FROM ({dated}) AS lates"
    return (
        f"SELECT *, LAG(late) OVER ({OF_LOAN} ORDER BY k) AS late_before, k <= fallen + settles AND "
        "due < as_of "
        f"AS counts FROM ({lates}) AS seen"
    )


def paid_by_due(given: Given) -> str:
    """Write what had been paid on a loan by the end of the due day of each instalment."""
    del given
    merged = (
        "SELECT app, c_loan, k, by_then AS at, 0 AS later, CAST(NULL AS BIGINT) AS j FROM "
        "rows_instalments_seen "
        "UNION ALL SELECT app, c_loan, NULL AS k, at, 1 AS later, j FROM rows_paid"
    )
    last = (
        f"SELECT *, MAX(j) OVER ({OF_LOAN} ORDER BY at, later {_SO_FAR}) AS newest FROM ({merged}) AS merged"
    )
    return (
        "SELECT b.app, b.c_loan, b.k, COALESCE(p.pool, 0) AS pool FROM "
        f"(SELECT * FROM ({last}) AS numbered WHERE NOT k IS NULL) AS b LEFT JOIN rows_paid AS p "
        "ON p.app = b.app AND p.c_loan = b.c_loan AND p.j = b.newest"
    )


def _covered(pool: str, moment: str) -> str:
    """How much of an instalment payments before a moment had covered."""
    over = f"COALESCE({moment} > closed, FALSE) AND (recorded = 0 OR due > closed)"
    part = f"({pool} - (owed - amount))"
    return (
        f"CASE WHEN {over} THEN amount WHEN {part} <= {CENT_DUST!r} * owed THEN 0 "
        f"WHEN amount - {part} <= {CENT_DUST!r} * owed THEN amount ELSE {part} END"
    )


def instalment_states(given: Given) -> str:
    """Write every instalment of an own loan that was due before the moment, and before the loan ended."""
    del given
    paid = (
        "SELECT s.*, b.pool AS pool_by_due FROM rows_instalments_seen AS s JOIN rows_paid_by_due AS b "
        "ON b.app = s.app AND b.c_loan = s.c_loan AND b.k = s.k WHERE s.counts AND s.guaranteed = 0"
    )
    by_due = _covered("pool_by_due", "by_then")
    money = f"SELECT *, {by_due} AS by_due, k = fallen + 1 AND k < many AS lump FROM ({paid}) AS money"
    there = "NOT late IS NULL AND NOT lump"
    early = f"CASE WHEN by_other = 1 AND NOT late IS NULL THEN 0 ELSE {positive('-late')} END"
    part = "late > 0 AND by_due > 0 AND amount - by_due > amount / 100.0"
    columns = [
        "app", "as_of", "due AS t", "ROW_NUMBER() OVER (PARTITION BY app ORDER BY due, loan_n, k) AS n",
        "CASE WHEN NOT lump THEN amount END AS v_due_amount",
        f"{flag('NOT settled_at IS NULL')} AS v_is_settled",
        "CAST(k AS DOUBLE) AS v_position",
        f"{flag(f'c_method = {DIRECT_DEBIT!r}', 'c_method')} AS v_autopay",
        f"CASE WHEN {there} THEN {_covered('COALESCE(pool_now, 0)', 'as_of')} END AS v_paid_amount",
        "CAST(late AS DOUBLE) AS v_days_late",
        f"CAST({positive('late')} AS DOUBLE) AS v_days_late_positive",
        f"CAST({early} AS DOUBLE) AS v_days_early",
        f"{flag('late <= 0 AND by_other = 0', 'late')} AS v_on_time",
        f"{flag('late > 0', 'late')} AS v_is_late",
        f"{flag('by_other = 1', 'late')} AS v_paid_by_others",
        f"CASE WHEN {there} THEN amount * ({positive('late')}) END AS v_late_amount_days",
        f"CASE WHEN {there} THEN amount END AS v_decided_due",
        f"CASE WHEN {there} THEN amount - by_due END AS v_shortfall",
        f"CASE WHEN {there} THEN {flag(part)} END AS v_part_paid",
        "CAST(late - late_before AS DOUBLE) AS v_days_late_change",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM ({money}) AS money_rows"


def late_stretches(given: Given) -> str:
    """Write for each stretch between payments how late the loan was at its end, by two horizons."""
    early = smaller("c.horizon", f"c.opened + {EARLY}")
    stop = smaller("c.horizon", "c.closed")
    rows = (
        f"SELECT c.app, c.c_loan, s.begins, s.due_day, c.opened, {smaller('s.ends', stop)} AS last, "
        f"{smaller('s.ends', smaller(early, 'c.closed'))} AS early_last "
        "FROM rows_courses AS c JOIN rows_stretches AS s ON s.app = c.app AND s.c_loan = c.c_loan "
        "WHERE NOT s.oldest IS NULL"
    )
    return (
        f"SELECT *, {clock.day('last', given.calendar)} AS last_day, "
        f"{clock.day('early_last', given.calendar)} AS early_day FROM ({rows}) AS late_rows"
    )


def worst(given: Given) -> str:
    """Write how late each loan was at most, and within 90 days of its opening."""
    del given

    def most(last: str, day: str) -> str:
        inside = f"{last} > opened AND COALESCE({last} > begins, TRUE) AND {day} > due_day"
        return f"COALESCE(MAX(CASE WHEN {inside} THEN {day} - due_day END), 0)"

    scheduled = (
        f"SELECT app, c_loan, {most('last', 'last_day')} AS worst, {most('early_last', 'early_day')} "
        "AS early "
        "FROM rows_late_stretches GROUP BY app, c_loan"
    )
    young = f"r.at < CASE WHEN c.opened + {EARLY} < c.as_of THEN c.opened + {EARLY} ELSE c.as_of END"
    said = (
        "SELECT c.app, c.c_loan, COALESCE(MAX(CASE WHEN r.at >= c.opened THEN r.dpd END), 0) AS worst, "
        f"COALESCE(MAX(CASE WHEN r.at >= c.opened AND {young} THEN r.dpd END), 0) AS early, "
        "CS_NEWEST(CASE WHEN r.at < c.horizon THEN r.dpd END, CASE WHEN r.at < c.horizon THEN r.n "
        "END) AS newest FROM rows_courses AS c JOIN rows_reports AS r "
        "ON r.app = c.app AND r.c_loan = c.c_loan GROUP BY c.app, c.c_loan"
    )
    return (
        "SELECT c.app, c.c_loan, CASE WHEN c.is_known = 1 THEN COALESCE(s.worst, r.worst, 0) END AS worst, "
        "CASE WHEN c.is_known = 1 THEN COALESCE(s.early, r.early, 0) END AS early, r.newest FROM "
        "rows_courses AS c "
        f"LEFT JOIN ({scheduled}) AS s ON s.app = c.app AND s.c_loan = c.c_loan "
        f"LEFT JOIN ({said}) AS r ON r.app = c.app AND r.c_loan = c.c_loan"
    )


def loan_states(given: Given) -> str:
    """Write every loan of the applicant as borrower."""
    return _loans(given, 0)


def guaranteed_loans(given: Given) -> str:
    """Write every loan that the applicant guarantees."""
    return _loans(given, 1)


def _loans(given: Given, guaranteed: int) -> str:
    rows = (
        "SELECT c.*, w.worst, w.early, w.newest, t.decided, t.on_time, t.mean_late, t.due_by_then, "
        "f.late AS first_late, "
        "f.settled_at AS first_settled, f.due AS first_due_at, p.prepayments, p.prepaid, "
        f"b.balance, o.late AS late_now FROM rows_courses AS c "
        "LEFT JOIN rows_worst AS w ON w.app = c.app AND w.c_loan = c.c_loan "
        f"LEFT JOIN ({_timeliness()}) AS t ON t.app = c.app AND t.c_loan = c.c_loan "
        "LEFT JOIN rows_instalments_seen AS f ON f.app = c.app AND f.c_loan = c.c_loan AND f.k = 1 "
        f"LEFT JOIN ({_prepaid()}) AS p ON p.app = c.app AND p.c_loan = c.c_loan "
        f"LEFT JOIN ({_balances(given)}) AS b ON b.app = c.app AND b.c_loan = c.c_loan "
        f"LEFT JOIN ({_late_now()}) AS o ON o.app = c.app AND o.c_loan = c.c_loan "
        f"WHERE c.guaranteed = {guaranteed}"
    )
    terms = f"SELECT *, {_terms()} FROM ({rows}) AS loan_rows"
    paid = f"SELECT *, {_clean()} AS clean, {_days(given)} FROM ({terms}) AS term_rows"
    before = (
        "LAG(amount) OVER (PARTITION BY app ORDER BY n) AS amount_before, "
        "LAG(clean) OVER (PARTITION BY app ORDER BY n) AS clean_before, "
        "LAG(ended) OVER (PARTITION BY app, CASE WHEN clean IS NULL THEN 1 ELSE 0 END ORDER BY n) AS "
        "ended_before"
    )
    return (
        f"SELECT app, as_of, opened AS t, n, {loan_columns()} FROM (SELECT *, {before} FROM ({paid}) "
        "AS clean_rows) AS l"
    )


def _timeliness() -> str:
    seen = "counts AND NOT late IS NULL"
    return (
        f"SELECT app, c_loan, COUNT(CASE WHEN {seen} THEN 1 END) AS decided, "
        f"AVG(CASE WHEN {seen} THEN {flag('late <= 0 AND by_other = 0')} END) AS on_time, "
        f"AVG(CASE WHEN {seen} THEN CAST({positive('late')} AS DOUBLE) END) AS mean_late, "
        "MAX(CASE WHEN k <= fallen AND due < horizon THEN owed END) AS due_by_then "
        "FROM (SELECT s.*, c.horizon FROM rows_instalments_seen AS s JOIN rows_courses AS c "
        "ON c.app = s.app AND c.c_loan = s.c_loan) AS seen GROUP BY app, c_loan"
    )


def _late_now() -> str:
    """Days past due at the horizon, of loans that were not closed."""
    return (
        "SELECT s.app, s.c_loan, MAX(CASE WHEN c.horizon_day > s.due_day THEN c.horizon_day - "
        "s.due_day ELSE 0 END) "
        "AS late FROM rows_stretches AS s JOIN rows_courses AS c ON c.app = s.app AND c.c_loan = s.c_loan "
        "WHERE NOT s.oldest IS NULL AND c.closed IS NULL AND COALESCE(s.begins < c.horizon, TRUE) "
        "AND COALESCE(s.ends >= c.horizon, TRUE) GROUP BY s.app, s.c_loan"
    )


def _prepaid() -> str:
    """Payments beyond what was due within 30 days of them."""
    merged = (
        "SELECT app, c_loan, due AS at, 0 AS later, owed, CAST(NULL AS BIGINT) AS j, CAST(NULL AS "
        "DOUBLE) AS pool, "
        "CAST(NULL AS DOUBLE) AS pool_before FROM rows_dues UNION ALL SELECT app, c_loan, "
        f"at + {_NEAR} AS at, 1 AS later, CAST(NULL AS DOUBLE) AS owed, j, pool, pool_before FROM rows_paid"
    )
    near = (
        f"SELECT *, COALESCE(MAX(owed) OVER ({OF_LOAN} ORDER BY at, later {_SO_FAR}), 0) AS due_near "
        f"FROM ({merged}) AS merged"
    )
    ahead = (
        f"SELECT n.app, n.c_loan, {smaller('n.pool', 'c.total')} - "
        f"({greater('COALESCE(n.pool_before, 0)', 'n.due_near')}) AS ahead FROM ({near}) AS n "
        "JOIN rows_courses AS c ON c.app = n.app AND c.c_loan = n.c_loan WHERE NOT n.j IS NULL AND "
        "NOT c.many IS NULL"
    )
    return (
        "SELECT app, c_loan, COUNT(CASE WHEN ahead > 0 THEN 1 END) AS prepayments, "
        f"SUM(CASE WHEN ahead > 0 THEN ahead ELSE 0 END) AS prepaid FROM ({ahead}) AS ahead_rows "
        "GROUP BY app, c_loan"
    )


def _balances(given: Given) -> str:
    """The balance of the newest statement of each loan, which may be missing."""
    if not given.has("statements", "balance"):
        return f"SELECT app, c_loan, {NOTHING} AS balance FROM known_loans WHERE FALSE"
    last = "ROW_NUMBER() OVER (PARTITION BY app, c_loan ORDER BY n DESC) AS back"
    return (
        f"SELECT app, c_loan, v_balance AS balance FROM (SELECT *, {last} FROM known_statements WHERE "
        "t < as_of) "
        "AS balances WHERE back = 1"
    )


def _terms() -> str:
    """What a loan asks, and what was paid of it."""
    paid = f"{smaller('COALESCE(pool, 0)', 'total')}"
    months = f"(CAST(last_due - first_due AS DOUBLE) / {DAY}.0 / {_MONTH!r})"
    ahead = f"FLOOR(CAST(last_due - as_of AS DOUBLE) / {DAY}.0 / {_MONTH!r})"
    single = f"total / CASE WHEN {ahead} > 1 THEN {ahead} ELSE 1 END"
    spread = f"total / many / ({months} / NULLIF(many - 1, 0))"
    return ", ".join(
        (
            f"CASE WHEN NOT many IS NULL THEN {positive(paid)} END AS paid_so_far",
            (
                f"CASE WHEN last_due > first_due THEN {spread} WHEN NOT many IS NULL THEN {single} END AS "
                "monthly"
            ),
            f"COALESCE(term, {in_days('last_due - opened')}) AS whole_term",
        )
    )


def _clean() -> str:
    """Whether it was closed with nothing left unpaid; NULL where it was given back at once."""
    late = (
        "recorded = 1 AND NOT closed IS NULL AND EXISTS (SELECT 1 FROM rows_stretches AS s WHERE "
        "s.app = term_rows.app "
        "AND s.c_loan = term_rows.c_loan AND COALESCE(s.begins <= term_rows.closed, TRUE) "
        "AND COALESCE(s.ends > term_rows.closed, TRUE) AND s.oldest <= term_rows.fallen)"
    )
    spotless = f"COALESCE(worst < 30, TRUE) AND restructured IS NULL AND NOT ({late})"
    return (
        "CAST(CASE WHEN ended IS NULL OR NOT written_off IS NULL THEN 0 "
        f"WHEN {spotless} THEN CASE WHEN given_back = 1 THEN NULL ELSE 1 END ELSE 0 END AS DOUBLE)"
    )


def _days(given: Given) -> str:
    """The last due day: of the schedule, or by the term."""
    by_term = f"CASE WHEN whole_term > 0 THEN opened + CAST(FLOOR(whole_term * {DAY}.0) AS BIGINT) END"
    return f"COALESCE(last_due_day, {clock.day(f'({by_term})', given.calendar)}) AS final_day"
