"""What an applicant's loans, instalments, months, episodes, statements and inquiries were, worked out slowly.

Plain Python over plain records; nothing is shared with the kernels but the reading of definitions.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from creditscore.verify.twin.loan import (
    DAY,
    MONTH,
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
from creditscore.verify.twin.stretches import Fact, episode_facts, statement_fact

# What sums of money may be off by, because of rounding.
DUST = 1e-6


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
        self.applicant: str = application["applicant_id"]
        self.moment: datetime = application["as_of"]
        self.application = application
        # What comes in a month by payments: whoever knows it says so.
        self.monthly_income: float | None = None
        self.recorded: bool = records_payments(tables)
        self.covered: dict[str, bool] = {"loans": "loans" in tables or "statements" in tables}
        self.tables: dict[str, list[Record]] = {
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
        seen = {fact["line"] for fact in out}
        silent = any(self._is_new_line(course) and course.loan["loan_id"] not in seen for course in self.own)
        ended = {c.loan["loan_id"] for c in self.own if c.written_off or (c.closed and not silent)}
        for fact in out:
            fresh = self.moment - fact["time"] <= timedelta(days=92)
            fact["is_newest"] = fact["is_newest"] and fresh and fact["line"] not in ended
        return out

    def _is_new_line(self, course: Course) -> bool:
        """Whether a credit line of the newest 92 days is open."""
        loan = course.loan
        young = self.moment - loan["event_time"] <= timedelta(days=92)
        return young and loan.get("kind") == "revolving" and not (course.written_off or course.closed)

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
        return float(total / len(dues) * (len(dues) - 1) / months)
    whole = 1
    while days(dues[0] - course.moment) * 12 / 365 >= whole + 1:
        whole += 1
    return float(total / whole)


def yearly_rate(course: Course) -> float | None:
    """Twelve times the monthly rate at which what is due is worth what was lent, found by halving."""
    amount = course.loan["amount"]
    flows = [(max(0.0, days(row["due_time"] - course.loan["event_time"]) * 12 / 365), row["due_amount"])
             for row in course.instalments]  # fmt: skip

    def worth(rate: float) -> float:
        return sum(float(due) / (1 + rate) ** int(t) / (1 + (t - int(t)) * rate) for t, due in flows)

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
            "part": None if late is None else float(late > 0 and in_time > DUST and short > tolerated),
            "change": None if late is None or before is None else late - before,
        })  # fmt: skip
        if course.is_lump(k):
            out[-1] |= dict.fromkeys(("amount", "paid", "decided", "short", "part"))
    return out
