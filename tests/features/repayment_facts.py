"""What an applicant's loans, instalments, months, episodes, statements and inquiries were, worked out slowly.

Plain Python over plain records; the only thing shared with the library is the reading of its definitions.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.data.loan_oracle import (
    DAY,
    MONTH,
    TICK,
    Course,
    Record,
    back,
    days_between,
    known_time,
    loans_of,
    newest_versions,
    next_day,
    records_payments,
)

Fact = dict[str, Any]


def days(span: timedelta) -> float:
    """Days, with their fraction."""
    return span / DAY


def ratio(part: float | None, whole: float | None) -> float | None:
    """A quotient, or None."""
    return None if part is None or whole is None or whole == 0 else part / whole


class Past:
    """Everything about one applicant that features may see."""

    def __init__(self, tables: dict[str, list[Record]], application: Record, zone: str = "UTC") -> None:
        """Keep only what belongs to the applicant."""
        self.zone = zone
        self.applicant, self.moment = application["applicant_id"], application["as_of"]
        self.application = application
        self.recorded = records_payments(tables)
        self.covered = {"loans": "loans" in tables or "statements" in tables}
        self.tables = {
            name: [row for row in rows if row["applicant_id"] == self.applicant]
            for name, rows in tables.items()
        }
        inquiries = self.tables.get("inquiries", [])
        self.covered["inquiries"] = any(known_time(row) < self.moment for row in inquiries)

    def courses(self, role: str = "borrower") -> list[Course]:
        """Every loan in a role."""
        return [self.reported(row) for row in loans_of(self.tables, self.applicant, self.moment, role)]

    def reported(self, loan: Record) -> Course:
        """A loan as far as its lender had reported it."""
        lender = loan.get("lender")
        known = newest_versions(self.tables["loans"], lambda row: row["loan_id"], known_time, self.moment)
        same = [
            row for row in known
            if row["loan_id"] == loan["loan_id"] or (lender is not None and row.get("lender") == lender)
        ]  # fmt: skip
        course = Course(self.tables, loan, self.moment, zone=self.zone)
        course.recorded = self.recorded
        others = [Course(self.tables, row, self.moment, zone=self.zone) for row in same]
        course.report([delay for other in others for delay in other.delays])
        return course

    @cached_property
    def own(self) -> list[Course]:
        """Every loan as borrower."""
        return self.courses()

    @cached_property
    def loans(self) -> list[Fact]:
        """A fact sheet of every own loan."""
        return with_previous([loan_fact(course) for course in self.own])

    @cached_property
    def guaranteed(self) -> list[Fact]:
        """A fact sheet of every loan guaranteed for others."""
        return [loan_fact(course) for course in self.courses("guarantor")]

    @cached_property
    def instalments(self) -> list[Fact]:
        """Every instalment that was due."""
        rows = [fact for course in self.own for fact in instalment_facts(course)]
        return sorted(rows, key=lambda row: row["time"])

    @cached_property
    def months(self) -> list[Fact]:
        """Every calendar month since the oldest loan, counted back from the moment; oldest first."""
        if not self.own:
            return []
        out: list[Fact] = []
        while (stop := self.back(len(out))) > self.own[0].loan["event_time"]:
            start = self.back(len(out) + 1)
            known = [c.worst(start, stop) for c in self.own if c.is_known and start < c.until]
            out.insert(0, {"time": start, "worst": max(known) if known else None})
        return out

    def back(self, months: int) -> datetime:
        """The moment so many months before."""
        return back(self.moment, months, self.zone)

    @cached_property
    def moves(self) -> list[Fact]:
        """Every month of every loan: days past due at its start and at its end."""
        out = []
        for course in self.own:
            k = 1
            while course.is_known and (start := self.back(k)) >= course.loan["event_time"]:
                stop = self.back(k - 1)
                if stop <= course.until and not (course.ended and start > course.ended):
                    out.append({"time": start, "dpd": course.dpd(start), "next": course.dpd(stop)})
                k += 1
        return out

    @cached_property
    def episodes(self) -> list[Fact]:
        """Every stretch past due."""
        rows = [fact for course in self.own for fact in episode_facts(course)]
        return sorted(rows, key=lambda row: row["time"])

    @cached_property
    def statements(self) -> list[Fact]:
        """Every statement of an own line, oldest first."""
        lines = {row["loan_id"] for row in loans_of(self.tables, self.applicant, self.moment, "guarantor")}
        rows = [row for row in self.tables.get("statements", []) if row["loan_id"] not in lines]
        rows = newest_versions(rows, lambda row: (row["loan_id"], row["event_time"]), known_time, self.moment)
        rows = sorted(
            (row for row in rows if row["event_time"] < self.moment), key=lambda row: row["event_time"]
        )
        limits = {course.loan["loan_id"]: course.loan.get("limit") for course in self.own}
        out: list[Fact] = []
        for row in rows:
            before = [fact for fact in out if fact["line"] == row["loan_id"]]
            if before:
                before[-1]["is_newest"] = False
            out.append(statement_fact(row, before[-1] if before else None, limits.get(row["loan_id"])))
        ended = {c.loan["loan_id"] for c in self.own if c.written_off or c.closed}
        for fact in out:
            fresh = self.moment - fact["time"] <= timedelta(days=92)
            fact["is_newest"] = fact["is_newest"] and fresh and fact["line"] not in ended
        return out

    @cached_property
    def inquiries(self) -> list[Record]:
        """Every inquiry that was known."""
        rows = [row for row in self.tables.get("inquiries", []) if known_time(row) < self.moment]
        return sorted(
            (row for row in rows if row["event_time"] < self.moment), key=lambda row: row["event_time"]
        )

    @cached_property
    def searches(self) -> list[Fact]:
        """Inquiries, those within 14 days of the first of them as one."""
        out: list[Fact] = []
        for row in self.inquiries:
            if not out or row["event_time"] - out[-1]["time"] >= 14 * DAY:
                out.append({"time": row["event_time"]})
        return out

    @cached_property
    def monthly_income(self) -> float | None:
        """Median of what came in over the newest six whole calendar months.

        The test's payments are credits that nothing explains, and these count as income; they come every five
        days from long before the moment till after it, so that the feed never ends early.
        """
        rows = [row for row in self.tables.get("payments", []) if known_time(row) < self.moment]
        if not rows:
            return None
        clock = ZoneInfo(self.zone)
        plain = {"applicant_id", "event_time", "amount"}
        assert all(row["amount"] > 0 and row.keys() == plain for row in rows)
        assert self.moment - max(row["event_time"] for row in rows) <= 5 * DAY
        sums: dict[tuple[int, int], float] = {}
        for row in rows:
            shown = row["event_time"].astimezone(clock)
            sums[shown.year, shown.month] = sums.get((shown.year, shown.month), 0.0) + row["amount"]
        now = self.moment.astimezone(clock)
        whole = [money for month, money in sorted(sums.items()) if month < (now.year, now.month)][1:]
        assert len(whole) >= 6
        return median(whole[-6:])


def loan_fact(course: Course) -> Fact:
    """The fact sheet of one loan."""
    loan, moment, opened = course.loan, course.moment, course.loan["event_time"]
    dues = [row["due_time"] for row in course.instalments]
    total = sum(row["due_amount"] for row in course.instalments) if dues else None
    amount, term = loan.get("amount"), loan.get("term_days")
    if term is None and dues:
        term = days(dues[-1] - opened)
    ended = course.ended
    last_due = dues[-1] if dues else opened + timedelta(days=term) if term else None
    fact: Fact = {
        "time": opened, "amount": amount, "term": term, "total_due": total, "ended": ended,
        "lender": loan.get("lender"), "age": days(moment - opened),
        "monthly": monthly(course),
        "is_open": float(ended is None and course.written_off is None),
        "restructured": float(course.restructured is not None),
        "written_off": course.written_off,
        "dpd": course.dpd(moment) if course.is_known else None,
        "worst": course.worst(opened, moment) if course.is_known else None,
    }  # fmt: skip
    fact["rate"] = yearly_rate(course) if total is not None and amount else None
    incoming = [when for when, money in course.payments if money > 0]
    fact["to_first"] = max(0.0, days(incoming[0] - opened)) if incoming else None
    fact["paying"] = max(0.0, days(ended - incoming[0])) if incoming and ended else None
    fact |= closing_fact(course, fact, last_due) | money_fact(course, total, ended) | start_fact(course)
    prepaid = prepaid_fact(course)
    if prepaid["prepaid"] is not None and fact["paid"] is not None:
        prepaid["prepaid"] = min(prepaid["prepaid"], fact["paid"])
    return fact | prepaid


def closing_fact(course: Course, fact: Fact, last_due: datetime | None) -> Fact:
    """How a loan ended."""
    ended = fact["ended"]
    if ended is None or course.written_off:
        return {"since_close": None, "clean": 0.0, "close_late": None, "held": None}
    early = (fact["worst"] or 0.0) < 30 and not course.restructured and not course.left_unpaid
    if early and course.given_back:
        nothing = dict.fromkeys(("clean", "close_late", "held", "to_first", "paying"))
        return nothing | {"since_close": days(course.moment - ended), "back": True}
    return {
        "since_close": days(course.moment - ended),
        "clean": float(early),
        "close_late": float(days_between(last_due, ended, course.zone)) if last_due else None,
        "held": max(0.0, days(ended - fact["time"])) / fact["term"] if fact["term"] else None,
    }


def money_fact(course: Course, total: float | None, ended: datetime | None) -> Fact:
    """What was paid and what is owed."""
    if total is None:
        balances = [row.get("balance") for row in course.statements]
        newest = balances[-1] if balances else None
        newest = newest and max(newest, 0.0)
        return {"outstanding": 0.0 if ended else newest, "overdue": None, "paid": None}
    paid = max(min(sum(amount for _, amount in course.payments), total), 0.0)
    if ended:
        return {"outstanding": 0.0, "overdue": 0.0, "paid": paid if course.recorded else total}
    rows = [course.instalments[k] for k in course.falling]
    due = sum(row["due_amount"] for row in rows if row["due_time"] < min(course.moment, course.until))
    return {"outstanding": total - paid, "overdue": max(due - paid, 0.0), "paid": paid}


def monthly(course: Course) -> float | None:
    """What a loan takes a month of 365 / 12 days."""
    dues = [row["due_time"] for row in course.instalments]
    if not dues:
        return None
    total = sum(row["due_amount"] for row in course.instalments)
    if dues[-1] > dues[0]:
        months = days(dues[-1] - dues[0]) * 12 / 365
        return total / len(dues) * (len(dues) - 1) / months
    whole = 1
    while days(dues[0] - course.moment) * 12 / 365 >= whole + 1:
        whole += 1
    return total / whole


def yearly_rate(course: Course) -> float | None:
    """Twelve times the monthly rate at which what is due is worth what was lent, found by halving."""
    amount = course.loan["amount"]
    flows = [(max(0.0, days(row["due_time"] - course.loan["event_time"]) * 12 / 365), row["due_amount"])
             for row in course.instalments]  # fmt: skip

    def worth(rate: float) -> float:
        return sum(due / (1 + rate) ** int(t) / (1 + (t - int(t)) * rate) for t, due in flows)

    low, high = 0.0, 1000.0
    if worth(low) < amount or worth(high) > amount:
        return None
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > amount else (low, middle)
    return 12 * low


def start_fact(course: Course) -> Fact:
    """How a loan began, and how timely it was."""
    opened, moment = course.loan["event_time"], course.moment
    young = min(moment, course.until) < opened + 3 * MONTH
    early = course.worst(opened, min(moment, opened + 3 * MONTH)) if course.is_known else None
    dues = [k for k in course.falling if course.instalments[k]["due_time"] < moment]
    lates = [(course.days_late(k), course.paid_by_other(k)) for k in dues]
    decided = [(late, other) for late, other in lates if late is not None]
    first = first_30 = None
    if 0 in course.falling and (course.settled(0) is not None or course.instalments[0]["due_time"] < moment):
        first = course.days_late(0)
        if first is not None and (course.settled(0) is not None or first >= 30):
            first_30 = float(first >= 30)
    judged = early is not None and (early >= 60 or not young or course.ended is not None)
    return {
        "early_60": float(early >= 60) if judged and early is not None else None,
        "first_late": first,
        "first_30": first_30,
        "on_time": sum(late <= 0 and not other for late, other in decided) / len(decided)
        if decided
        else None,
        "mean_late": sum(max(late, 0) for late, _ in decided) / len(decided) if decided else None,
    }


def prepaid_fact(course: Course) -> Fact:
    """Payments that reached further than 30 days ahead."""
    if not course.instalments:
        return {"prepayments": None, "prepaid": None}
    total, pool, count, money = sum(row["due_amount"] for row in course.instalments), 0.0, 0, 0.0
    for when in sorted({when for when, _ in course.payments}):
        amount = sum(money for at, money in course.payments if at == when)
        near = sum(row["due_amount"] for row in course.instalments if row["due_time"] <= when + MONTH)
        ahead = min(pool + amount, total) - max(pool, near)
        if ahead > 1e-7:
            count, money = count + 1, money + ahead
        pool += amount
    return {"prepayments": float(count), "prepaid": money}


def with_previous(facts: list[Fact]) -> list[Fact]:
    """Compare each loan with the one before."""
    kept = None
    for before, fact in zip([None, *facts], facts, strict=False):
        fact["growth"] = fact["pause"] = None
        if fact.get("back"):
            continue
        if before and not before.get("back"):
            fact["growth"] = ratio(fact["amount"], before["amount"])
        if kept and kept["ended"]:
            fact["pause"] = days(fact["time"] - kept["ended"])
        kept = fact
    return facts


def instalment_facts(course: Course) -> list[Fact]:
    """Every instalment of a loan that was due."""
    out = []
    for k in course.falling:
        row = course.instalments[k]
        due, amount, moment = row["due_time"], row["due_amount"], course.moment
        if not due < moment:
            continue
        late, closed = course.days_late(k), course.closed
        by_due = min(next_day(due, course.zone), moment)
        excused = closed is not None and (not course.recorded or due > closed)
        in_time = amount if closed and by_due > closed and excused else course.covered(by_due)[k]
        short, tolerated = amount - in_time, max(amount / 100, course.materiality)
        before = course.days_late(k - 1) if k else None
        out.append({
            "time": due, "amount": amount, "late": late, "position": k + 1,
            "settled": course.settled(k) is not None, "other": course.paid_by_other(k),
            "paid": None if late is None else amount if excused else course.covered(moment)[k],
            "decided": None if late is None else amount,
            "autopay": None if row.get("method") is None else float(row["method"] == "direct_debit"),
            "short": None if late is None else short,
            "part": None if late is None else float(late > 0 and in_time > 0 and short > tolerated),
            "change": None if late is None or before is None else late - before,
        })  # fmt: skip
        if course.is_lump(k):
            out[-1] |= dict.fromkeys(("amount", "paid", "decided", "short", "part"))
    return out


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
    balance, payment = row.get("balance"), row.get("payment")
    limit = row["limit"] if row.get("limit") is not None else limit
    previous = before["balance"] if before else None
    minimum = before["minimum"] if before else None
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
