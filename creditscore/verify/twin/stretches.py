"""Stretches past due and statements of credit lines, worked out slowly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from creditscore.verify.twin.loan import DAY, TICK, Course, Record, days_between, next_day

Fact = dict[str, Any]


def episode_facts(course: Course) -> list[Fact]:
    """Every stretch of a loan past due: status can only change at the moments looked at."""
    horizon = min(course.moment, course.until)
    runs = scheduled_runs(course) if course.instalments else reported_runs(course)
    out: list[Fact] = []
    for k, (begin, onset, end, worst) in enumerate(runs):
        following = runs[k + 1][1] if k + 1 < len(runs) else None
        if end is None:
            cured: float | None = 0.0
        elif following is not None:
            cured = float(following - end >= 90 * DAY)
        else:
            cured = 1.0 if course.ended or horizon - end >= 90 * DAY else None
        length = float(days_between(begin, end or horizon, course.zone))
        relapse = float(any(fact["cured"] == 1.0 for fact in out))
        out.append(
            {
                "time": begin,
                "onset": onset,
                "length": length,
                "worst": worst,
                "cured": cured,
                "relapse": relapse,
            }
        )
    return out


Run = tuple[datetime, datetime, datetime | None, float]


def scheduled_runs(course: Course) -> list[Run]:
    """Runs of days past due above 0."""
    horizon = min(course.moment, course.until)
    moments = {horizon} | {next_day(row["due_time"], course.zone) for row in course.instalments}
    moments |= {when + step for when, _ in course.payments for step in (timedelta(0), TICK)}
    if course.closed:
        moments |= {course.closed, course.closed + TICK}
    runs: list[Run] = []
    current: tuple[datetime, datetime, float] | None = None
    last = horizon
    for at in sorted(at for at in moments if at <= horizon):
        dpd = course.dpd(at)
        if dpd > 0 and current is None:
            oldest = next(k for k in range(len(course.instalments)) if course.is_unpaid(k, at))
            current = (course.instalments[oldest]["due_time"], at, dpd)
        elif dpd > 0 and current is not None:
            current = (current[0], current[1], max(current[2], dpd))
        elif current is not None:
            runs.append((current[0], current[1], last, current[2]))
            current = None
        last = at
    if current is not None:
        runs.append((current[0], current[1], None, current[2]))
    return runs


def reported_runs(course: Course) -> list[Run]:
    """Runs of reports with days past due."""
    runs: list[Run] = []
    for k, (when, dpd) in enumerate(course.reports):
        if dpd > 0 and (k == 0 or course.reports[k - 1][1] <= 0):
            run = [d for _, d in course.reports[k:]]
            length = next((i for i, d in enumerate(run) if d <= 0), len(run))
            end = course.reports[k + length][0] if k + length < len(course.reports) else course.closed
            runs.append((when, when, end, float(max(run[:length]))))
    return runs


def statement_fact(row: Record, before: Fact | None, limit: float | None) -> Fact:
    """One statement, compared with the one before."""
    balance: Any = row.get("balance")
    payment: Any = row.get("payment")
    limit = row["limit"] if row.get("limit") is not None else limit
    previous: Any = before["balance"] if before else None
    minimum: Any = before["minimum"] if before else None
    owed = previous is not None and previous > 0 and payment is not None
    asked = minimum is not None and minimum > 0 and payment is not None
    change = None if balance is None or previous is None else balance - previous
    return {
        "time": row["event_time"], "line": row["loan_id"], "balance": balance, "limit": limit,
        "payment": payment, "minimum": row.get("minimum_due"), "cash": row.get("cash_advances"),
        "dpd": row.get("days_past_due"),
        "owed": None if balance is None else max(balance, 0.0),
        "utilisation": max(balance, 0.0) / limit if balance is not None and limit else None,
        "over": None if balance is None or limit is None else float(balance > limit),
        "unused": None if balance is None or limit is None else limit - balance,
        "payment_to_limit": payment / limit if payment is not None and limit else None,
        "previous": previous if owed else None,
        "paid_of": min(max(payment, 0.0), previous) if owed else None,
        "payment_ratio": min(max(payment / previous, 0.0), 1.0) if owed else None,
        "in_full": float(payment >= previous) if owed else None,
        "nothing": float(payment <= 0) if owed else None,
        "minimal": float(payment <= 1.05 * minimum) if asked else None,
        "charges": None if change is None or payment is None else change + payment,
        "is_newest": True,
    }  # fmt: skip
