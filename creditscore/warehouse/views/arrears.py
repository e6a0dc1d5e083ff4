"""Months, moves between months and stretches past due in SQL, out of the courses of loans."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.courses import OF_LOAN, smaller
from creditscore.warehouse.views.writing import flag, numbers

_DEGREES: Final = (30, 60, 90)
_MOST_MONTHS: Final = 1_200
_CURED_AFTER: Final = 90 * DAY


def month_edges(given: Given) -> str:
    """Write the months counted back from the moment, to the one in which the oldest loan was opened."""
    first = (
        "SELECT app, MIN(as_of) AS as_of, MIN(opened) AS opened FROM rows_courses WHERE "
        "guaranteed = 0 GROUP BY app"
    )
    dated = (
        f"SELECT *, {clock.day('opened', given.calendar)} AS opened_day, "
        f"{clock.day('as_of', given.calendar)} AS as_of_day FROM ({first}) AS firsts"
    )
    spans = (
        f"SELECT *, {clock.month_of('as_of_day')} - {clock.month_of('opened_day')} AS most FROM "
        f"({dated}) AS dated"
    )
    rows = (
        f"SELECT s.app, s.as_of, numbers.k FROM ({spans}) AS s JOIN {numbers(0, _MOST_MONTHS)} ON "
        "numbers.k <= s.most + 1"
    )
    back = clock.months_back(rows, given.calendar)
    return (
        "SELECT b.app, b.as_of, b.k, b.since AS stops, LEAD(b.since) OVER (PARTITION BY b.app ORDER "
        "BY b.k) AS starts, "
        f"f.opened FROM ({back}) AS b JOIN ({first}) AS f ON f.app = b.app"
    )


def month_worst(given: Given) -> str:
    """Write how late the worst loan was in each month of which something is known."""
    stop = smaller("m.stops", smaller("c.horizon", "c.closed"))
    scheduled = (
        f"SELECT m.app, m.k, s.due_day, m.starts, s.begins, {smaller('s.ends', stop)} AS last FROM "
        "rows_month_edges AS m "
        "JOIN rows_courses AS c ON c.app = m.app AND c.guaranteed = 0 AND NOT c.many IS NULL "
        "JOIN rows_stretches AS s ON s.app = c.app AND s.c_loan = c.c_loan AND NOT s.oldest IS NULL "
        "WHERE m.starts < c.known_until AND s.due < m.stops AND COALESCE(s.begins < m.stops, TRUE) "
        "AND COALESCE(s.ends > m.starts, TRUE)"
    )
    dated = f"SELECT *, {clock.day('last', given.calendar)} AS last_day FROM ({scheduled}) AS month_stretches"
    late = (
        f"SELECT app, k, last_day - due_day AS late FROM ({dated}) AS dated WHERE last > starts "
        "AND COALESCE(last > begins, TRUE) AND last_day > due_day"
    )
    said = (
        "SELECT m.app, m.k, r.dpd AS late FROM rows_month_edges AS m JOIN rows_courses AS c ON c.app = m.app "
        "AND c.guaranteed = 0 JOIN rows_reports AS r ON r.app = c.app AND r.c_loan = c.c_loan "
        "WHERE m.starts < c.known_until AND r.at >= m.starts AND r.at < m.stops"
    )
    known = (
        "SELECT DISTINCT m.app, m.k, 0 AS late FROM rows_month_edges AS m JOIN rows_courses AS c ON "
        "c.app = m.app "
        "AND c.guaranteed = 0 AND c.is_known = 1 WHERE m.starts < c.known_until"
    )
    return (
        f"SELECT app, k, MAX(late) AS worst FROM ({known} UNION ALL {late} UNION ALL {said}) AS "
        "lates GROUP BY app, k"
    )


def loan_months(given: Given) -> str:
    """Write every calendar month, counted back from the moment, since the oldest own loan."""
    del given
    months = (
        "SELECT m.app, m.as_of, m.starts AS t, -m.k AS n, w.worst FROM rows_month_edges AS m "
        "LEFT JOIN rows_month_worst AS w ON w.app = m.app AND w.k = m.k WHERE m.stops > m.opened"
    )
    order = "PARTITION BY app ORDER BY n"
    reached = ", ".join(
        f"MAX(CASE WHEN worst >= {degree} THEN n END) OVER ({order} ROWS BETWEEN UNBOUNDED PRECEDING "
        "AND CURRENT ROW) "
        f"AS reached_{degree}"
        for degree in _DEGREES
    )
    numbered = f"SELECT *, MIN(n) OVER (PARTITION BY app) AS first, {reached} FROM ({months}) AS months"
    columns = [
        "app", "as_of", "t", "n", ("CAST(worst AS DOUBLE) AS "
            "v_worst_dpd"), f"{flag('worst > 0', 'worst')} AS v_past_due",
        *(f"{flag(f'worst >= {degree}', 'worst')} AS v_past_due_{degree}" for degree in _DEGREES),
        *(
            f"CAST(CASE WHEN NOT worst IS NULL THEN n - COALESCE(reached_{degree}, first - 1) END AS DOUBLE) "
            f"AS v_months_since_{degree}"
            for degree in _DEGREES
        ),
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM ({numbered}) AS numbered"


def _dpd_at(moment: str) -> str:
    """Days past due of the stretch in which a moment lies."""
    return (
        f"COALESCE(MAX(CASE WHEN COALESCE(s.begins < {moment}, TRUE) AND COALESCE(s.ends >= {moment}, TRUE) "
        f"AND {moment}_day > s.due_day AND NOT COALESCE({moment} > closed, FALSE) THEN {moment}_day - "
        "s.due_day END), 0)"
    )


def loan_month_states(given: Given) -> str:
    """Write every month of an own loan, begun before the loan ended."""
    rows = (
        "SELECT c.app, c.as_of, c.c_loan, c.n AS loan_n, c.closed, c.many, m.starts, m.stops "
        "FROM rows_month_edges AS m JOIN rows_courses AS c ON c.app = m.app AND c.guaranteed = 0 AND "
        "c.is_known = 1 "
        "WHERE m.starts >= c.opened AND NOT COALESCE(m.starts > c.ended, FALSE) AND m.stops <= c.known_until"
    )
    dated = (
        f"SELECT *, {clock.day('starts', given.calendar)} AS starts_day, "
        f"{clock.day('stops', given.calendar)} AS stops_day FROM ({rows}) AS months_of_loans"
    )
    scheduled = (
        f"SELECT d.app, d.c_loan, d.starts, {_dpd_at('starts')} AS dpd, {_dpd_at('stops')} AS following "
        f"FROM ({dated}) AS d JOIN rows_stretches AS s ON s.app = d.app AND s.c_loan = d.c_loan "
        "GROUP BY d.app, d.c_loan, d.starts"
    )
    said = ", ".join(
        f"CASE WHEN NOT COALESCE(d.{moment} > d.closed, FALSE) THEN (SELECT CS_NEWEST(r.dpd, r.n) "
        "FROM rows_reports AS r "
        f"WHERE r.app = d.app AND r.c_loan = d.c_loan AND r.at < d.{moment}) END AS said_{moment}"
        for moment in ("starts", "stops")
    )
    reported = f"SELECT d.app, d.c_loan, d.starts, {said} FROM ({rows}) AS d WHERE d.many IS NULL"
    joined = (
        "SELECT d.app, d.as_of, d.starts AS t, d.loan_n, COALESCE(s.dpd, r.said_starts, 0) AS dpd, "
        f"COALESCE(s.following, r.said_stops, 0) AS following FROM ({rows}) AS d "
        f"LEFT JOIN ({scheduled}) AS s ON s.app = d.app AND s.c_loan = d.c_loan AND s.starts = d.starts "
        f"LEFT JOIN ({reported}) AS r ON r.app = d.app AND r.c_loan = d.c_loan AND r.starts = d.starts"
    )
    columns = [
        "app", "as_of", "t", "ROW_NUMBER() OVER (PARTITION BY app ORDER BY t, loan_n) AS n",
        "CAST(dpd AS DOUBLE) AS v_dpd", "CAST(following AS DOUBLE) AS v_next_dpd",
    ]  # fmt: skip
    for degree, before in zip(_DEGREES, ("below_30", "at_30", "at_60"), strict=True):
        inside = f"dpd >= {degree - 30} AND dpd < {degree}"
        columns += [
            f"{flag(inside)} AS v_{before}",
            f"{flag(f'{inside} AND following >= {degree}')} AS v_rolled_to_{degree}",
        ]
    return f"SELECT {', '.join(columns)} FROM ({joined}) AS moves"


def late_runs(given: Given) -> str:
    """Write every stretch of a loan that was past due, numbered by the unbroken run that it belongs to."""
    last = smaller("c.horizon", "c.closed")
    rows = (
        "SELECT c.app, c.as_of, c.c_loan, c.n AS loan_n, c.horizon, c.ended, s.j, s.begins, s.due, "
        "s.due_day, "
        f"s.due_day + 1 AS next_day, {smaller('s.ends', last)} AS stop FROM rows_courses AS c "
        "JOIN rows_stretches AS s ON s.app = c.app AND s.c_loan = c.c_loan AND NOT s.oldest IS NULL "
        "WHERE c.guaranteed = 0"
    )
    late = f"SELECT *, {clock.day_begin('next_day', given.calendar)} AS late_from FROM ({rows}) AS run_rows"
    kept = f"SELECT * FROM ({late}) AS late_rows WHERE COALESCE(stop > begins, TRUE) AND late_from <= stop"
    begun = (
        f"CASE WHEN LAG(stop) OVER ({OF_LOAN} ORDER BY j) = begins AND late_from <= begins + 1 "
        "THEN 0 ELSE 1 END"
    )
    return (
        f"SELECT *, SUM(starts_run) OVER ({OF_LOAN} ORDER BY j ROWS BETWEEN UNBOUNDED PRECEDING AND "
        "CURRENT ROW) "
        f"AS run FROM (SELECT *, {begun} AS starts_run, {clock.day('stop', given.calendar)} AS stop_day "
        f"FROM ({kept}) AS kept) AS marked"
    )


def report_runs(given: Given) -> str:
    """Write every report of days past due, numbered by the unbroken run of such that it belongs to."""
    del given
    neighbours = (
        "SELECT c.app, c.as_of, c.c_loan, c.n AS loan_n, c.horizon, c.ended, c.closed, r.at, r.dpd, r.n, "
        "LAG(r.dpd) OVER (PARTITION BY r.app, r.c_loan ORDER BY r.n) AS before, "
        "LEAD(r.dpd) OVER (PARTITION BY r.app, r.c_loan ORDER BY r.n) AS after, "
        "LEAD(r.at) OVER (PARTITION BY r.app, r.c_loan ORDER BY r.n) AS after_at FROM rows_courses AS c "
        "JOIN rows_reports AS r ON r.app = c.app AND r.c_loan = c.c_loan WHERE c.guaranteed = 0"
    )
    begun = "CASE WHEN dpd > 0 AND NOT COALESCE(before > 0, FALSE) THEN 1 ELSE 0 END"
    return (
        f"SELECT *, SUM({begun}) OVER ({OF_LOAN} ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND "
        "CURRENT ROW) AS run "
        f"FROM ({neighbours}) AS neighbours"
    )


def _runs() -> str:
    """Runs by schedule and by reports: first due date missed, first moment past due, end, worst."""
    scheduled = (
        "SELECT app, MIN(as_of) AS as_of, c_loan, MIN(loan_n) AS loan_n, MIN(horizon) AS horizon, "
        "MIN(ended) AS loan_ended, "
        "run, CS_NEWEST(due, -j) AS due, CS_NEWEST(CASE WHEN begins + 1 > late_from THEN begins + 1 "
        "ELSE late_from END, -j) "
        "AS begun, CASE WHEN MAX(stop) = MIN(horizon) THEN NULL ELSE MAX(stop) END AS over_at, "
        "MAX(stop_day - due_day) AS worst FROM rows_late_runs GROUP BY app, c_loan, run"
    )
    by_reports = (
        "SELECT app, MIN(as_of) AS as_of, c_loan, MIN(loan_n) AS loan_n, MIN(horizon) AS horizon, "
        "MIN(ended) AS loan_ended, "
        "run, MIN(at) AS due, MIN(at) AS begun, CASE WHEN MAX(CASE WHEN NOT after IS NULL AND after "
        "<= 0 THEN 1 ELSE 0 END) = 1 "
        "THEN MAX(after_at) ELSE MIN(closed) END AS over_at, MAX(dpd) AS worst FROM rows_report_runs "
        "WHERE dpd > 0 "
        "GROUP BY app, c_loan, run"
    )
    return (
        f"SELECT *, LEAD(begun) OVER ({OF_LOAN} ORDER BY run) AS following FROM ({scheduled} UNION "
        f"ALL {by_reports}) AS runs"
    )


def episodes(given: Given) -> str:
    """Write every stretch in which an own loan was past due."""
    cured = (
        "CASE WHEN over_at IS NULL THEN 0 WHEN NOT following IS NULL THEN "
        f"CASE WHEN following - over_at >= {_CURED_AFTER} THEN 1 ELSE 0 END "
        f"WHEN NOT loan_ended IS NULL OR horizon - over_at >= {_CURED_AFTER} THEN 1 END"
    )
    dated = (
        f"SELECT *, {cured} AS cured, {smaller('over_at', 'horizon')} AS stop FROM ({_runs()}) AS both_sorts"
    )
    days = (
        f"SELECT *, {clock.day('due', given.calendar)} AS due_day, "
        f"{clock.day('stop', given.calendar)} AS stop_day "
        f"FROM ({dated}) AS dated"
    )
    earlier = f"MAX(cured) OVER ({OF_LOAN} ORDER BY run ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    columns = [
        "app", "as_of", "due AS t", "ROW_NUMBER() OVER (PARTITION BY app ORDER BY due, loan_n, run) AS n",
        "CAST(stop_day - due_day AS DOUBLE) AS v_length_days",
        "CAST(worst AS DOUBLE) AS v_worst_dpd",
        f"{flag('NOT over_at IS NULL')} AS v_is_over",
        "CAST(cured AS DOUBLE) AS v_is_cured",
        f"{flag(f'COALESCE({earlier}, 0) = 1')} AS v_is_relapse",
        "CAST(CASE WHEN cured = 1 THEN stop_day - due_day END AS DOUBLE) AS v_days_to_cure",
    ]  # fmt: skip
    return f"SELECT {', '.join(columns)} FROM ({days}) AS episode_rows"
