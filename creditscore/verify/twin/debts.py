"""What a person repays, and what of statements was paid, from payments and loans, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from creditscore.verify.twin.clock import DAY, MEAN_MONTH, Local, micros, seen_until
from creditscore.verify.twin.facts import Past, monthly
from creditscore.verify.twin.loan import Course, Record, fact, known_time, newest_versions

Row = dict[str, Any]
_OLD: Final = timedelta(days=92)
_LATE: Final = 10 * DAY
_TO_PAY: Final = 35 * DAY
_MISSING: Final = 0.01
# A payee that no loan names as its lender, and a payment that names nobody.
NONE, NOBODY = object(), object()


def debts(streams: Sequence[Row], past: Past, local: Local) -> list[Row]:
    """Every debt once: open loans of the ledger, then recurring repayments that repay none of them.

    Parameters
    ----------
    streams : sequence of dict
        What recurs among debits, by when it was last tried.
    past : Past
    local : Local
    """
    names = lenders(past)
    repaying = [
        {**one, "who": who_is(one["counterparty"], names), "free": True}
        for one in streams
        if one["is_loan"]
    ]
    loans = [_loan(course, past, local) for course in past.own] if past.covered["loans"] else []
    for ended in (False, True):
        _pair([loan for loan in loans if (loan["ended"] is not None) is ended], repaying)
        if not ended:
            _pair_sums(loans, repaying)
    out = [_debt(loan["time"], _due(loan), loan["paid_by"] is not None, True)
           for loan in loans if loan["ended"] is None]  # fmt: skip
    out += [_debt(one["time"], one["monthly_amount"], True, False) for one in repaying if one["free"]]
    return sorted(out, key=lambda row: int(row["time"]))


def lenders(past: Past) -> dict[str, Any]:
    """Names of lenders of the ledger, whatever their case and outer spaces, with each one's label."""
    labels = {row["lender"] for row in past.tables.get("loans", []) if isinstance(row.get("lender"), str)}
    return {label.strip().casefold(): label for label in sorted(labels)}


def who_is(party: Any, names: dict[str, Any]) -> Any:
    """Which lender a payee is; `NONE` of them, or `NOBODY`."""
    if party is None:
        return NOBODY
    return names.get(party.strip().casefold(), NONE) if isinstance(party, str) else NONE


def _debt(time: int, amount: float | None, seen: bool, reported: bool) -> Row:
    daily = None if amount is None else amount / MEAN_MONTH
    return {
        "time": time, "monthly_amount": amount, "daily_amount": daily,
        "is_seen": float(seen), "is_reported": float(reported),
    }  # fmt: skip


def _due(loan: Row) -> float | None:
    paid_by: Row | None = loan["paid_by"]
    if loan["due"] is None and paid_by is not None:
        return float(paid_by["monthly_amount"])
    due: float | None = loan["due"]
    return due


def _loan(course: Course, past: Past, local: Local) -> Row:
    """What a loan takes a month, between which days, and until when it lasted."""
    row, ended, due, every = course.loan, course.ended, None, None
    dues = [one["due_time"] for one in course.instalments]
    is_line = not dues and row.get("kind") == "revolving"
    if dues:
        first, last = (local.day(micros(one)) for one in (dues[0], dues[-1]))
        every = (_located(last) - _located(first)) / (len(dues) - 1) if last > first else None
        whole = sum(one["due_amount"] for one in course.instalments)
        due = monthly(course) if every is None else whole / len(dues) * MEAN_MONTH / every
    if is_line:
        due = _minimum(course)
        ended = None if due is not None and _awaits(past) else ended
    ends = [ended, course.moment if course.written_off else None, fact(row, "sold_time", course.moment)]
    return {
        "time": micros(row["event_time"]), "who": row.get("lender"), "is_card": is_line, "due": due,
        "every": every, "ended": min((micros(end) for end in ends if end is not None), default=None),
        "paid_by": None,
    }  # fmt: skip


def _located(day: date) -> float:
    """Where a day lies among months of one length."""
    return (day.year * 12 + day.month) * MEAN_MONTH + day.day


def _minimum(course: Course) -> float | None:
    """What the newest statement of a line asks for, unless it is old."""
    if not course.statements or course.moment - course.statements[-1]["event_time"] > _OLD:
        return None
    asked: float | None = course.statements[-1].get("minimum_due")
    return asked


def _awaits(past: Past) -> bool:
    """Whether an own open line of the newest 92 days has no statement yet."""
    return any(
        course.loan.get("kind") == "revolving"
        and past.moment - course.loan["event_time"] <= _OLD
        and not any(
            fact(course.loan, name, past.moment) for name in ("closed_time", "written_off_time", "sold_time")
        )
        and not course.statements
        for course in past.own
    )


def _apart(loan: Row, stream: Row) -> float:
    """How far a stream lies from what a loan takes; infinite if it cannot be of that loan."""
    named, due = stream["who"] == loan["who"], loan["due"]
    other = not named and stream["who"] not in (NONE, NOBODY)
    too_late = loan["ended"] is not None and stream["time"] > loan["ended"] + _LATE
    if loan["is_card"] != bool(stream["is_card"]) or stream["time"] < loan["time"] or too_late or other:
        return math.inf
    if due is None:
        return 1.0 if named or loan["is_card"] else math.inf
    apart = abs(stream["monthly_amount"] - due) / due if due > 0 else math.inf
    if loan["is_card"]:
        return float(min(apart, 1e9))
    every = loan["every"]
    if not named and every is not None and abs(stream["gap"] - every) > 0.2 * every:
        return math.inf
    return float(apart) if apart <= (0.1 if named else 0.01) else math.inf


def _pair(loans: Sequence[Row], streams: Sequence[Row]) -> None:
    """Give each loan the stream that repays it, the nearest two first."""
    while True:
        found = [
            (_apart(loan, stream), a, b)
            for a, loan in enumerate(loans)
            for b, stream in enumerate(streams)
            if loan["paid_by"] is None and stream["free"]
        ]
        apart, a, b = min(found, default=(math.inf, 0, 0))
        if apart == math.inf:
            return
        loans[a]["paid_by"], streams[b]["free"] = streams[b], False


def _pair_sums(loans: Sequence[Row], streams: Sequence[Row]) -> None:
    """Take streams that pay all open loans of one lender together."""
    for stream in streams:
        if not stream["free"] or stream["who"] in (NONE, NOBODY):
            continue
        mine = [loan for loan in loans if loan["who"] == stream["who"] and loan["ended"] is None]
        left = [loan for loan in mine if loan["paid_by"] is None]
        due = sum(loan["due"] for loan in left if loan["due"] is not None)
        if abs(stream["monthly_amount"] - due) <= 0.1 * due:
            stream["free"] = False
            for loan in left:
                loan["paid_by"] = stream


def card_bills(paid: Sequence[Row], past: Past, as_of: int) -> list[Row]:
    """Statements of own lines that ask for money, and what of each was then paid.

    Parameters
    ----------
    paid : sequence of dict
        Classified payments, oldest first.
    past : Past
    as_of : int
        In microseconds.
    """
    seen = seen_until([row["time"] for row in paid], as_of) if paid else None
    repaid = [row for row in paid if row["class"] == "card_repayment" and row["amount"] < 0]
    if seen is None or not repaid or not past.covered["loans"]:
        return []
    bills, names = _bills(past), lenders(past)
    for row in repaid:
        left, who = -row["amount"], who_is(row["counterparty"], names)
        for bill in bills:
            known = who not in (NONE, NOBODY) and bill["who"] is not None and bill["who"] != who
            if bill["time"] <= row["time"] < bill["until"] and not known:
                part = max(0.0, min(left, bill["owed"] - bill["paid"]))
                bill["paid"] += part
                left -= part
    first = paid[0]["time"]
    return [_settled(bill) for bill in bills if bill["time"] >= first and bill["until"] <= seen]


def _bills(past: Past) -> list[Row]:
    moment, out = past.moment, list[Row]()
    known = newest_versions(
        past.tables.get("statements", []), lambda row: (row["loan_id"], row["event_time"]), known_time, moment
    )
    loans = {
        row["loan_id"]: row
        for row in newest_versions(
            past.tables.get("loans", []), lambda row: row["loan_id"], known_time, moment
        )
    }
    for row in sorted((row for row in known if row["event_time"] < moment), key=_when):
        time, loan = micros(row["event_time"]), loans.get(row["loan_id"], {})
        for bill in out:
            if bill["line"] == row["loan_id"]:
                bill["until"] = min(bill["until"], time)
        if loan.get("role") != "guarantor" and (row.get("balance") or 0.0) > 0:
            out.append({
                "time": time, "line": row["loan_id"], "until": time + _TO_PAY, "who": loan.get("lender"),
                "owed": row["balance"], "paid": 0.0, "minimum": row.get("minimum_due"),
            })  # fmt: skip
    return out


def _when(row: Record) -> datetime:
    when: datetime = row["event_time"]
    return when


def _settled(bill: Row) -> Row:
    owed, paid, minimum = bill["owed"], bill["paid"], bill["minimum"]
    asked = None if minimum is None else min(minimum, owed)
    return bill | {
        "paid_share": paid / owed,
        "is_full": float(paid >= owed - _MISSING * owed),
        "is_short": None if asked is None else float(paid < asked - _MISSING * asked),
    }
