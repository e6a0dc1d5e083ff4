"""The course of every loan in SQL: what fell due, what was paid on it and when, and up to when that is known.

Payments go to the oldest due first. So with what was owed up to each instalment, less what of it may
stay unpaid, and the greatest of these so far, an instalment is the oldest unpaid one where that first
exceeds what had been paid: two rising rows of numbers that one sort by value merges. ``rows_dues`` are
instalments, ``rows_paid`` instants at which something was paid, ``rows_stretches`` the times between them,
``rows_courses`` loans.
"""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import CENT_DUST
from creditscore.data.loans.ending import QUICK_DAYS
from creditscore.data.loans.reporting import LONGEST_LAG
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import NOTHING, read

_NO_TIME: Final = "CAST(NULL AS BIGINT)"
_NO_LABEL: Final = "CAST(NULL AS VARCHAR)"
OF_LOAN: Final = "PARTITION BY app, c_loan"
_SO_FAR: Final = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def smaller(*values: str) -> str:
    """Write the smallest of some values, NULL standing for what never comes."""
    first, *rest = values
    for value in rest:
        first = f"CASE WHEN {first} <= {value} OR {value} IS NULL THEN {first} ELSE {value} END"
    return first


def greater(a: str, b: str) -> str:
    """Write the greater of two values, the first where the second is NULL."""
    return f"CASE WHEN {b} > {a} OR {a} IS NULL AND NOT {b} IS NULL THEN {b} ELSE {a} END"


def dues(given: Given) -> str:
    """Write the instalments of every loan that were known, due or not, oldest due first."""
    if not given.has("instalments"):
        numbers = ("amount", "owed", "reach", "v_paid_amount")
        nothing = [f"{NOTHING} AS {one}" for one in numbers]
        nothing += [f"{_NO_TIME} AS {one}" for one in ("due", "k", "f_paid_time", "k_paid_time", "due_day")]
        nothing += [f"{_NO_LABEL} AS {one}" for one in ("c_paid_by", "c_method")]
        return f"SELECT app, as_of, c_loan, {', '.join(nothing)} FROM known_loans WHERE FALSE"
    columns = [
        "app", "as_of", "c_loan", "t AS due", "v_due_amount AS amount",
        f"ROW_NUMBER() OVER ({OF_LOAN} ORDER BY n) AS k",
        f"SUM(v_due_amount) OVER ({OF_LOAN} ORDER BY n {_SO_FAR}) AS owed",
        f"{clock.day('t', given.calendar)} AS due_day",
        f"{read(given, 'instalments', 'paid_amount')} AS v_paid_amount",
        f"{read(given, 'instalments', 'paid_time', 'f_')} AS f_paid_time",
        f"{read(given, 'instalments', 'paid_time', 'k_')} AS k_paid_time",
        f"{read(given, 'instalments', 'paid_by', 'c_')} AS c_paid_by",
        f"{read(given, 'instalments', 'method', 'c_')} AS c_method",
    ]  # fmt: skip
    owed = f"SELECT {', '.join(columns)} FROM known_instalments"
    left = f"CASE WHEN amount > 0 THEN owed - amount / 100.0 - {CENT_DUST!r} * owed END"
    return f"SELECT *, MAX({left}) OVER ({OF_LOAN} ORDER BY k {_SO_FAR}) AS reach FROM ({owed}) AS schedule"


def payments(given: Given) -> str:
    """Write every payment that was known: when, how much, whether another made it, how late known."""
    other = "CASE WHEN {by} <> 'borrower' THEN 1 ELSE 0 END AS other"
    in_schedule = (
        "SELECT app, c_loan, f_paid_time AS at, COALESCE(v_paid_amount, amount) AS money, "
        f"{other.format(by='c_paid_by')}, k_paid_time - f_paid_time AS delay "
        "FROM rows_dues WHERE NOT f_paid_time IS NULL"
    )
    parts = [in_schedule]
    if given.has("repayments"):
        by = read(given, "repayments", "paid_by", "c_")
        parts.append(
            f"SELECT app, c_loan, t AS at, v_amount AS money, {other.format(by=by)}, known - t AS delay "
            "FROM known_repayments WHERE t < as_of"
        )
    return " UNION ALL ".join(parts)


def paid(given: Given) -> str:
    """Write the instants at which something was paid, with what had then been paid in all."""
    del given
    together = (
        "SELECT app, c_loan, at, SUM(money) AS money, MAX(other) AS other, "
        "MAX(CASE WHEN money > 0 THEN 1 ELSE 0 END) AS came_in FROM rows_payments_made GROUP BY app, "
        "c_loan, at"
    )
    pools = (
        f"SELECT *, SUM(money) OVER ({OF_LOAN} ORDER BY at {_SO_FAR}) AS pool, "
        f"ROW_NUMBER() OVER ({OF_LOAN} ORDER BY at) AS j FROM ({together}) AS instants"
    )
    return (
        f"SELECT *, MIN(pool) OVER ({OF_LOAN} ORDER BY at DESC {_SO_FAR}) AS kept, "
        f"LAG(pool) OVER ({OF_LOAN} ORDER BY at) AS pool_before FROM ({pools}) AS pools"
    )


def settled(given: Given) -> str:
    """Write when payments came to cover each instalment, and all before it, for good."""
    del given
    merged = (
        "SELECT app, c_loan, k, reach AS height, 1 AS later, CAST(NULL AS BIGINT) AS at FROM rows_dues "
        "UNION ALL SELECT app, c_loan, NULL AS k, kept AS height, 0 AS later, at FROM rows_paid"
    )
    first = (
        f"SELECT *, MIN(at) OVER ({OF_LOAN} ORDER BY height DESC, later {_SO_FAR}) AS passed_at "
        f"FROM ({merged}) AS merged WHERE NOT height IS NULL"
    )
    return (
        "SELECT s.app, s.c_loan, s.k, s.passed_at, p.other FROM "
        f"(SELECT * FROM ({first}) AS passed WHERE NOT k IS NULL) AS s LEFT JOIN rows_paid AS p "
        "ON p.app = s.app AND p.c_loan = s.c_loan AND p.at = s.passed_at"
    )


def stretches(given: Given) -> str:
    """Write the times between payments, each with the oldest instalment that was then unpaid, if any."""
    del given
    states = (
        f"SELECT app, c_loan, at AS begins, LEAD(at) OVER ({OF_LOAN} ORDER BY at) AS ends, pool, j "
        "FROM rows_paid "
        "UNION ALL SELECT d.app, d.c_loan, NULL AS begins, MIN(p.at) AS ends, CAST(0 AS DOUBLE) AS "
        "pool, 0 AS j "
        "FROM (SELECT DISTINCT app, c_loan FROM rows_dues) AS d LEFT JOIN rows_paid AS p "
        "ON p.app = d.app AND p.c_loan = d.c_loan GROUP BY d.app, d.c_loan"
    )
    merged = (
        "SELECT app, c_loan, k, reach AS height, 1 AS later, CAST(NULL AS BIGINT) AS begins, "
        "CAST(NULL AS BIGINT) AS ends, CAST(NULL AS BIGINT) AS j FROM rows_dues WHERE NOT reach IS NULL "
        "UNION ALL SELECT app, c_loan, NULL AS k, pool AS height, 0 AS later, begins, ends, j "
        f"FROM ({states}) AS states"
    )
    oldest = (
        f"SELECT *, MIN(k) OVER ({OF_LOAN} ORDER BY height DESC, later {_SO_FAR}) AS oldest "
        f"FROM ({merged}) AS merged"
    )
    return (
        "SELECT s.app, s.c_loan, s.j, s.begins, s.ends, s.oldest, d.due, d.due_day FROM "
        f"(SELECT * FROM ({oldest}) AS ranked WHERE NOT j IS NULL) AS s "
        "LEFT JOIN rows_dues AS d ON d.app = s.app AND d.c_loan = s.c_loan AND d.k = s.oldest"
    )


def reports(given: Given) -> str:
    """Write the days past due that were reported of loans without a schedule, until they were closed."""
    if not given.has("statements", "days_past_due"):
        return f"SELECT app, c_loan, {_NO_TIME} AS at, {NOTHING} AS dpd, n FROM known_loans WHERE FALSE"
    return (
        "SELECT s.app, s.c_loan, s.t AS at, s.v_days_past_due AS dpd, s.n FROM known_statements AS s "
        "JOIN rows_loans_known AS l ON l.app = s.app AND l.c_loan = s.c_loan WHERE s.t < s.as_of "
        "AND NOT s.v_days_past_due IS NULL AND (l.closed IS NULL OR s.t <= l.closed) AND NOT EXISTS "
        "(SELECT 1 FROM rows_dues AS d WHERE d.app = s.app AND d.c_loan = s.c_loan)"
    )


def loans_known(given: Given) -> str:
    """Write the loans that had been opened, with what was known of how they ended."""
    facts = {
        short: read(given, "loans", f"{short}_time", "f_")
        for short in ("closed", "written_off", "sold", "restructured", "reported")
    }
    closed, off, sold = facts["closed"], facts["written_off"], facts["sold"]
    columns = [
        "app", "as_of", "c_loan", "t AS opened", "n",
        *(f"{text} AS {short}" for short, text in facts.items() if short != "closed"),
        f"CASE WHEN {off} IS NULL AND NOT COALESCE({sold} <= {closed}, FALSE) THEN {closed} END AS closed",
        f"{smaller(closed, off, sold)} AS due_until",
        f"{read(given, 'loans', 'amount')} AS amount", f"{read(given, 'loans', 'term_days')} AS term",
        f"{read(given, 'loans', 'limit')} AS line_limit", f"{read(given, 'loans', 'lender', 'c_')} AS lender",
        f"CASE WHEN {read(given, 'loans', 'role', 'c_')} = 'guarantor' THEN 1 ELSE 0 END AS guaranteed",
        f"CASE WHEN {read(given, 'loans', 'kind', 'c_')} = 'revolving' THEN 1 ELSE 0 END AS revolving",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM known_loans WHERE t < as_of"


def lags(given: Given) -> str:
    """Write how late payments on each loan become known, by all loans of its lender."""
    lender = read(given, "loans", "lender", "c_")
    key = f"CASE WHEN {lender} IS NULL THEN 'loan ' || c_loan ELSE 'lender ' || {lender} END"
    loans = f"SELECT app, c_loan, {key} AS reporter FROM known_loans"
    late = f"COUNT(CASE WHEN delay >= {DAY} THEN 1 END)"
    longest = f"CASE WHEN MAX(delay) > {LONGEST_LAG} THEN {LONGEST_LAG} ELSE MAX(delay) END"
    by = (
        f"SELECT l.app, l.reporter, CASE WHEN COUNT(*) >= 2 AND 2 * {late} > COUNT(*) THEN {longest} "
        "ELSE 0 END "
        f"AS lag FROM ({loans}) AS l JOIN rows_payments_made AS p ON p.app = l.app AND p.c_loan = l.c_loan "
        "GROUP BY l.app, l.reporter"
    )
    return (
        f"SELECT l.app, l.c_loan, COALESCE(b.lag, 0) AS lag FROM ({loans}) AS l LEFT JOIN ({by}) AS b "
        "ON b.app = l.app AND b.reporter = l.reporter"
    )


def loan_sums(given: Given) -> str:
    """Write every loan with the sums of its course, when it ended, and up to when all this is known."""
    recorded = given.has("instalments", "paid_time") or given.has("repayments")
    schedule = (
        "SELECT app, c_loan, COUNT(*) AS many, MAX(owed) AS total, MIN(due) AS first_due, "
        "MAX(due) AS last_due, MIN(due_day) AS first_due_day, MAX(due_day) AS last_due_day FROM rows_dues "
        "GROUP BY app, c_loan"
    )
    money = (
        "SELECT app, c_loan, MAX(at) AS last_paid, CS_NEWEST(pool, j) AS pool, "
        "MIN(CASE WHEN came_in = 1 THEN at END) AS first_paid FROM rows_paid GROUP BY app, c_loan"
    )
    said = "SELECT app, c_loan, MAX(at) AS last_report FROM rows_reports GROUP BY app, c_loan"
    joined = (
        "SELECT l.*, s.many, s.total, s.first_due, s.last_due, s.first_due_day, s.last_due_day, "
        f"m.last_paid, m.pool, m.first_paid, r.last_report, c.passed_at, {int(recorded)} AS recorded, "
        "COALESCE(l.reported, l.as_of - g.lag) AS told_until FROM rows_loans_known AS l "
        f"LEFT JOIN ({schedule}) AS s ON s.app = l.app AND s.c_loan = l.c_loan "
        f"LEFT JOIN ({money}) AS m ON m.app = l.app AND m.c_loan = l.c_loan "
        f"LEFT JOIN ({said}) AS r ON r.app = l.app AND r.c_loan = l.c_loan "
        "LEFT JOIN rows_settled AS c ON c.app = l.app AND c.c_loan = l.c_loan AND c.k = s.many "
        "LEFT JOIN rows_lags AS g ON g.app = l.app AND g.c_loan = l.c_loan"
    )
    until = greater(greater(greater("told_until", "last_paid"), "last_report"), "closed")
    paid_off = "CASE WHEN amount > total THEN NULL ELSE passed_at END"
    finished = (
        f"SELECT *, {until} AS known_so_far, CASE WHEN closed IS NULL THEN {paid_off} ELSE closed END "
        "AS ended "
        f"FROM ({joined}) AS joined"
    )
    limits = f"SELECT *, {smaller('known_so_far', 'sold')} AS known_until FROM ({finished}) AS finished"
    over = (
        f"SELECT *, {smaller('ended', 'due_until')} AS over_at, {smaller('as_of', 'known_until')} AS horizon "
        f"FROM ({limits}) AS limits"
    )
    days = ", ".join(
        f"{clock.day(column, given.calendar)} AS {column}_day"
        for column in ("opened", "ended", "over_at", "horizon")
    )
    return f"SELECT *, {days} FROM ({over}) AS over_rows"


def courses(given: Given) -> str:
    """Write every loan with how much of it fell due, and whether it was over before its time."""
    fallen = (
        "SELECT c.*, COALESCE(f.fallen, 0) AS fallen, COALESCE(f.was_late, 0) AS was_late "
        f"FROM rows_loan_sums AS c LEFT JOIN ({_fallen(given)}) AS f ON f.app = c.app AND f.c_loan = c.c_loan"
    )
    soon = "COALESCE(2 * (ended_day - opened_day) < first_due_day - opened_day, FALSE)"
    quick = f"fallen = 0 AND NOT ended IS NULL AND ({soon} OR ended_day - opened_day <= {QUICK_DAYS})"
    back = f"SELECT *, CASE WHEN {quick} THEN 1 ELSE 0 END AS given_back FROM ({fallen}) AS fallen_rows"
    settles = (
        "fallen < many AND NOT ended IS NULL AND NOT COALESCE(ended > due_until, FALSE) "
        "AND given_back = 0 AND was_late = 0"
    )
    known = "NOT many IS NULL OR NOT last_report IS NULL"
    return (
        f"SELECT *, CASE WHEN {settles} THEN 1 ELSE 0 END AS settles, CASE WHEN {known} THEN 1 ELSE 0 END "
        f"AS is_known FROM ({back}) AS back_rows"
    )


def _fallen(given: Given) -> str:
    """How many instalments came due by the day a loan was over, and whether one of them was then late."""
    at = smaller("CASE WHEN d.amount > 0 THEN s.passed_at ELSE d.due END", "c.closed")
    rows = (
        f"SELECT c.app, c.c_loan, c.ended, d.due_day, {at} AS settled_at FROM rows_loan_sums AS c "
        "JOIN rows_dues AS d ON d.app = c.app AND d.c_loan = c.c_loan "
        "AND (c.over_at IS NULL OR d.due_day <= c.over_at_day) "
        "LEFT JOIN rows_settled AS s ON s.app = d.app AND s.c_loan = d.c_loan AND s.k = d.k"
    )
    dayed = f"SELECT *, {clock.day('settled_at', given.calendar)} AS settled_day FROM ({rows}) AS fallen_dues"
    late = "settled_at IS NULL OR settled_at >= ended AND settled_day > due_day"
    return (
        f"SELECT app, c_loan, COUNT(*) AS fallen, MAX(CASE WHEN {late} THEN 1 ELSE 0 END) AS was_late "
        f"FROM ({dayed}) AS dayed GROUP BY app, c_loan"
    )
