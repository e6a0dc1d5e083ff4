"""Debts and card statements worked out a second time, from records, in plain Python; and ledgers for it."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from typing import Any

from creditscore.verify.twin.clock import DAY, MEAN_MONTH, Local, micros, seen_until

Row = dict[str, Any]
World = dict[str, list[Row]]
OLD = 92 * DAY


def ledger_of(rng: random.Random, person: str, payments: list[Row], start: datetime) -> World:
    """Loans like what recurs in the payments of a person, credit lines, and loans of quite other sorts."""
    recurs = [row for row in payments if row["counterparty_id"] and row["counterparty_id"][:6] == "stream"]
    paid = [row for row in recurs if row["amount"] < 0] or [{"amount": -100.0, "counterparty_id": "nobody"}]
    world: World = {"loans": [], "instalments": [], "statements": []}
    for k in range(rng.choice([0, 1, 4, 5])):
        like = rng.choice(paid)
        opened = start + timedelta(days=rng.randint(0, 500), seconds=k)
        line = rng.random() < 0.35
        loan = {"loan_id": f"{person}/{k}", "applicant_id": person, "event_time": opened}
        name = (
            rng.choice(["bank", "Other"]) if line else rng.choice([like["counterparty_id"].upper(), "Other"])
        )
        loan |= {"lender": rng.choice([name, name, None]), "kind": "revolving" if line else "instalment"}
        loan["role"] = rng.choice(["borrower"] * 5 + ["guarantor"])
        loan["closed_time"] = opened + timedelta(days=rng.randint(30, 900)) if rng.random() < 0.3 else None
        loan["known_time"] = opened + timedelta(days=rng.choice([0, 0, 100]))
        world["loans"].append(loan)
        common = {"loan_id": loan["loan_id"], "applicant_id": person}
        if line:
            world["statements"] += [
                common
                | {"event_time": opened + timedelta(days=30 * m), "balance": round(rng.uniform(-20, 300), 2)}
                | {"minimum_due": rng.choice([None, 15.0, 40.0])}
                for m in range(1, rng.choice([3, 30]))
            ]
        else:
            size, gap = (
                abs(like["amount"]) * rng.choice([1.0, 1.0, 1.004, 1.06, 1.6]),
                rng.choice([30, 30, 14, 91]),
            )
            world["instalments"] += [
                common | {"due_time": opened + timedelta(days=20 + gap * m), "due_amount": size}
                for m in range(rng.choice([1, 6, 30]))
            ]
    return world


def _known(world: World, table: str, as_of: int) -> list[Row]:
    rows = [
        row | {"time": micros(row["event_time"])}
        for row in world[table]
        if micros(row["event_time"]) < as_of and micros(row.get("known_time") or row["event_time"]) < as_of
    ]
    return sorted(rows, key=lambda row: row["time"])


def _name(text: str | None) -> str | None:
    return None if text is None else text.strip().lower()


def _monthly(dues: list[Row], as_of: int, local: Local) -> tuple[float | None, float | None]:
    """What a schedule takes a month, and the days between its due days."""
    if not dues:
        return None, None
    times = sorted(micros(row["due_time"]) for row in dues)
    total = math.fsum(row["due_amount"] for row in dues)
    first, last = (local.clock(time).date() for time in (times[0], times[-1]))
    if last <= first:
        months = (times[-1] - as_of) / DAY // (365 / 12)
        return total / max(1.0, months), None
    position = [(day.year * 12 + day.month) * MEAN_MONTH + day.day for day in (first, last)]
    every = (position[1] - position[0]) / (len(times) - 1)
    return total / len(times) * MEAN_MONTH / every, every


def _has_silent_line(world: World, as_of: int) -> bool:
    """Whether an own line, open and begun in the newest 92 days, has told nothing yet."""
    told = {row["loan_id"] for row in _known(world, "statements", as_of)}
    return any(
        loan["kind"] == "revolving"
        and loan["role"] != "guarantor"
        and as_of - loan["time"] <= OLD
        and not (loan["closed_time"] and micros(loan["closed_time"]) < as_of)
        and loan["loan_id"] not in told
        for loan in _known(world, "loans", as_of)
    )


def _loans(world: World, as_of: int, local: Local) -> list[Row]:
    found = []
    silent = _has_silent_line(world, as_of)
    for loan in _known(world, "loans", as_of):
        if loan["role"] == "guarantor":
            continue
        dues = [row for row in world["instalments"] if row["loan_id"] == loan["loan_id"]]
        monthly, every = _monthly(dues, as_of, local)
        line = loan["kind"] == "revolving" and not dues
        if line:
            said = [row for row in _known(world, "statements", as_of) if row["loan_id"] == loan["loan_id"]]
            fresh = said and as_of - said[-1]["time"] <= OLD
            monthly = said[-1]["minimum_due"] if fresh else None
        closed = loan["closed_time"] and micros(loan["closed_time"])
        closed = None if silent and line and monthly is not None else closed
        found.append(
            {
                "time": loan["time"], "monthly": monthly, "every": every, "line": line, "stream": None,
                "last": max((micros(row["due_time"]) for row in dues), default=0),
                "lender": _name(loan["lender"]), "closed": closed if closed and closed < as_of else None,
            }
        )  # fmt: skip
    return found


def _apart(loan: Row, stream: Row, lenders: set[str]) -> float:
    payee = _name(stream["counterparty"])
    named = payee is not None and payee == loan["lender"]
    if loan["line"] != bool(stream["is_card"]) or stream["time"] < loan["time"]:
        return math.inf
    if loan["closed"] is not None and stream["time"] > loan["closed"] + 10 * DAY:
        return math.inf
    if payee in lenders and not named:
        return math.inf
    due = loan["monthly"]
    if due is None:
        return 1.0 if named or loan["line"] else math.inf
    apart = abs(stream["monthly_amount"] - due) / due if due else math.inf
    if loan["line"]:
        return min(apart, 1e9)
    if named:
        return apart if apart <= 0.1 else math.inf
    rhythm = loan["every"] is None or abs(stream["gap"] - loan["every"]) <= 0.2 * loan["every"]
    return apart if rhythm and apart <= 0.01 else math.inf


def debts(world: World, committed: list[Row], as_of: int, local: Local) -> list[Row]:
    """Every debt once."""
    loans, lenders = (
        _loans(world, as_of, local),
        {_name(row["lender"]) for row in world["every_loan"]} - {None},
    )
    streams = [row | {"taken": False} for row in committed if row["is_loan"]]
    for ended in (False, True):
        _match(loans, streams, lenders, ended)
        if not ended:
            _match_sums(loans, streams)
    out = []
    for loan in loans:
        if loan["closed"] is None:
            seen = loan["stream"]
            monthly = seen["monthly_amount"] if loan["monthly"] is None and seen else loan["monthly"]
            last = float(loan["last"]) if loan["last"] >= as_of else None
            out.append(_debt(loan["time"], monthly, last, seen is not None, True))
    out += [
        _debt(row["time"], row["monthly_amount"], None, True, False) for row in streams if not row["taken"]
    ]
    return sorted(out, key=lambda row: row["time"])


def _match(loans: list[Row], streams: list[Row], lenders: set[str], ended: bool) -> None:
    while True:
        pairs = [
            (_apart(loan, stream, lenders), k, s)
            for k, loan in enumerate(loans)
            for s, stream in enumerate(streams)
            if loan["stream"] is None and (loan["closed"] is not None) == ended and not stream["taken"]
        ]
        apart, k, s = min(pairs, default=(math.inf, 0, 0))
        if apart == math.inf:
            return
        loans[k]["stream"], streams[s]["taken"] = streams[s], True


def _match_sums(loans: list[Row], streams: list[Row]) -> None:
    for stream in streams:
        payee = _name(stream["counterparty"])
        mine = [loan for loan in loans if loan["lender"] == payee and loan["closed"] is None]
        left = [loan for loan in mine if loan["stream"] is None]
        due = math.fsum(loan["monthly"] for loan in left if loan["monthly"] is not None)
        if stream["taken"] or payee is None or not due:
            continue
        if abs(stream["monthly_amount"] - due) <= 0.1 * due:
            stream["taken"] = True
            for loan in left:
                loan["stream"] = stream


def _debt(time: int, monthly: float | None, last: float | None, seen: bool, reported: bool) -> Row:
    return {
        "time": time, "monthly_amount": monthly, "daily_amount": monthly and monthly / MEAN_MONTH,
        "is_seen": float(seen), "is_reported": float(reported), "last_due": last,
    }  # fmt: skip


def card_bills(world: World, rows: list[Row], as_of: int) -> list[Row]:
    """Statements that payments can be held against, and what was seen to be paid of each."""
    repaid = [row for row in rows if row["class"] == "card_repayment" and row["amount"] < 0]
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if not repaid or seen is None:
        return []
    loans = {loan["loan_id"]: loan for loan in _known(world, "loans", as_of)}
    lenders = {_name(row["lender"]) for row in world["every_loan"]} - {None}
    said, bills = _known(world, "statements", as_of), []
    for row in said:
        later = [
            other["time"]
            for other in said
            if other["loan_id"] == row["loan_id"] and other["time"] > row["time"]
        ]
        loan = loans.get(row["loan_id"], {})
        if loan.get("role") != "guarantor" and row["balance"] > 0:
            until = min([*later, row["time"] + 35 * DAY])
            bills.append(row | {"until": until, "lender": _name(loan.get("lender")), "paid": 0.0})
    for payment in repaid:
        left, payee = -payment["amount"], _name(payment.get("counterparty_id"))
        for bill in bills:
            other = payee in lenders and bill["lender"] not in (None, payee)
            if bill["time"] <= payment["time"] < bill["until"] and not other:
                part = min(left, bill["balance"] - bill["paid"])
                bill["paid"], left = bill["paid"] + part, left - part
    return [_bill(bill) for bill in bills if bill["time"] >= rows[0]["time"] and bill["until"] <= seen]


def _bill(bill: Row) -> Row:
    owed, paid, minimum = bill["balance"], bill["paid"], bill["minimum_due"]
    return {
        "time": bill["time"], "owed": owed, "paid": paid, "paid_share": paid / owed,
        "is_full": float(paid >= 0.99 * owed),
        "is_short": None if minimum is None else float(paid < 0.99 * min(minimum, owed)),
    }  # fmt: skip
