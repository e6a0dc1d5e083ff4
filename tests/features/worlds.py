"""Small random worlds as plain records: every table, late knowledge, corrections, part payments, gaps."""

from __future__ import annotations

import copy
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from creditscore.data.network.privacy import StandingPrivacy
from tests.features.digital_worlds import digital_world
from tests.features.social_worlds import social_world
from tests.people import called

Record = dict[str, Any]
World = dict[str, list[Record]]

PRIVACY = StandingPrivacy(secret=bytes(range(32)), secret_name="trial")
START = datetime(2021, 1, 1, tzinfo=UTC)
AS_OF = datetime(2022, 12, 15, 9, 30, tzinfo=UTC)
TABLES = ("payments", "bills", "loans", "instalments", "repayments", "statements", "inquiries")
KINDS = [
    "purchase",
    "salary",
    "transfer",
    "own_transfer",
    "cash",
    "fee",
    "interest",
    "penalty",
    "refund",
    "bill",
    "card_repayment",
]
OTHERS = ["merchant", "person", "employer", "lender", "collector", "pay_later", "wage_advance"]
CATEGORIES = ["groceries", "rent", "utilities", "gambling", "high_cost_credit", "leisure", "fees", None]


def _at(rng: random.Random, low: float, high: float) -> datetime:
    return START + timedelta(seconds=rng.randint(int(low * 86_400), int(high * 86_400)))


def _late(rng: random.Random, when: datetime, share: float = 0.2) -> datetime:
    return when + timedelta(days=rng.randint(1, 60)) if rng.random() < share else when


def payments(rng: random.Random, person: str, n: int) -> list[Record]:
    rows: list[Record] = []
    balance, first = 500.0, rng.choice([-500, 620])
    for i in range(n):
        when = _at(rng, first, 900)
        amount = round(rng.choice([1, -1]) * rng.lognormvariate(4, 1), 2)
        balance = round(balance + amount, 2)
        row = {
            "applicant_id": person, "event_time": when, "known_time": _late(rng, when),
            "event_id": f"{person}-{i}", "amount": amount, "balance": balance,
            "account_id": rng.choice(["main", "side"]),
            "kind": rng.choice(KINDS), "category": rng.choice(CATEGORIES),
            "channel": rng.choice(["app", "web", None]),
            "method": rng.choice(["card", "cash", None]),
            "counterparty_id": rng.choice(["shop", "firm", "uncle", None]),
            "counterparty_kind": rng.choice([*OTHERS, None]),
            "order_id": None, "status": rng.choice(["settled", "settled", "settled", "declined", "returned"]),
        }  # fmt: skip
        rows.append(row)
        if rng.random() < 0.1:
            later = row["known_time"] + timedelta(days=rng.randint(1, 40))
            rows.append(row | {"amount": amount / 2, "known_time": later})
    if rng.random() < 0.4:
        rows += [shopping(rng, person, i) for i in range(70)]
    rows += monthly(rng, person, "salary", "firm", 2_000) + apart(rng, person)
    return rows + monthly(rng, person, "bill", "landlord", -600)


def shopping(rng: random.Random, person: str, i: int) -> Record:
    """A purchase in the last weeks before the moment."""
    when = _at(rng, 640, 712)
    return {
        "applicant_id": person, "event_time": when, "known_time": when, "event_id": f"{person}-b{i}",
        "amount": -float(rng.randint(3, 90)), "account_id": "main", "balance": None, "kind": "purchase",
        "category": "groceries", "channel": "app", "method": "card", "counterparty_id": rng.choice("abcdef"),
        "counterparty_kind": "merchant", "order_id": None, "status": "settled",
    }  # fmt: skip


def monthly(rng: random.Random, person: str, kind: str, other: str, amount: int) -> list[Record]:
    """A stream that recurs every 30 days, and for some people stops some time before the moment."""
    if rng.random() < 0.5:
        return []
    first, rows = rng.randint(0, 27), []
    for month in range(rng.choice([21, 22, 28])):
        when = START + timedelta(days=first + 30 * month + rng.randint(-1, 1), hours=rng.randint(6, 12))
        rows.append(
            {
                "applicant_id": person,
                "event_time": when,
                "known_time": when,
                "event_id": f"{person}-{kind}{month}",
                "amount": float(amount + rng.randint(-9, 9)),
                "account_id": "main",
                "balance": None,
                "kind": kind,
                "category": None,
                "channel": None,
                "method": None,
                "counterparty_id": other,
                "counterparty_kind": "employer" if amount > 0 else "merchant",
                "order_id": None,
                "status": "settled",
            }
        )
    return rows


def apart(rng: random.Random, person: str) -> list[Record]:
    """Savings that are paid into, and a card that is spent from, for some people."""
    rows = []
    for i in range(rng.choice([0, 6, 12])):
        when = START + timedelta(days=60 * i + rng.randint(0, 20), hours=rng.randint(6, 22))
        card = i % 2 == 1
        rows.append(
            {
                "applicant_id": person,
                "event_time": when,
                "known_time": when,
                "event_id": f"{person}-apart{i}",
                "amount": -12.0 if card else 40.0,
                "account_id": "plastic" if card else "pot",
                "account_kind": "card" if card else "savings",
                "balance": -12.0 * i if card else 40.0 * i,
                "kind": rng.choice(["purchase", "chargeback"]) if card else "transfer",
                "counterparty_id": "shop" if card else None,
            }
        )
    return rows


def bills(rng: random.Random, person: str) -> list[Record]:
    rows = []
    for i in range(rng.randint(1, 20)):
        due = _at(rng, 0, 900)
        paid = due + timedelta(days=rng.randint(-5, 40)) if rng.random() < 0.85 else None
        rows.append(
            {
                "applicant_id": person,
                "bill_id": f"{person}-b{i}",
                "due_time": due,
                "known_time": due - timedelta(days=20),
                "due_amount": float(rng.randint(20, 200)),
                "kind": rng.choice(["rent", "utilities"]),
                "paid_time": paid,
                "paid_known_time": None if paid is None else _late(rng, paid),
                "paid_amount": None if paid is None else float(rng.randint(20, 200)),
            }
        )
    return rows


def loans(rng: random.Random, person: str, world: World) -> None:
    for i in range(rng.randint(0, 5)):
        loan, opened = f"{person}-l{i}", _at(rng, 0, 900)
        known = _late(rng, opened)
        amount, count = float(rng.randint(5, 50) * 100), rng.randint(1, 12)
        revolving = rng.random() < 0.3
        world["loans"].append(
            {
                "applicant_id": person,
                "loan_id": loan,
                "event_time": opened,
                "known_time": known,
                "amount": amount,
                "term_days": 30.0 * count,
                "kind": "revolving" if revolving else "instalment",
                "role": "guarantor" if rng.random() < 0.15 else "borrower",
                "limit": amount if revolving else None,
                "lender": rng.choice(["us", "other"]),
                "closed_time": opened + timedelta(days=30 * count + 9) if rng.random() < 0.5 else None,
                "restructured_time": opened + timedelta(days=200) if rng.random() < 0.1 else None,
                "written_off_time": opened + timedelta(days=400) if rng.random() < 0.1 else None,
            }
        )
        if revolving:
            world["statements"] += statements(rng, person, loan, opened, known, amount)
        else:
            schedule(rng, person, loan, opened, known, amount / count, count, world)


def statements(
    rng: random.Random, person: str, loan: str, opened: datetime, known: datetime, limit: float
) -> list[Record]:
    """Statements, none known before the loan itself: without its loan the door refuses a statement."""
    rows = []
    for month in range(1, rng.randint(2, 20)):
        when = opened + timedelta(days=30 * month)
        rows.append(
            {
                "applicant_id": person,
                "loan_id": loan,
                "event_time": when,
                "known_time": max(known, _late(rng, when, 0.1)),
                "balance": round(rng.random() * limit * 1.2, 2),
                "limit": limit,
                "minimum_due": limit * 0.02,
                "payment": rng.choice([0.0, limit * 0.02, limit * 0.5, None]),
                "cash_advances": rng.choice([0.0, 0.0, 50.0]),
                "days_past_due": float(rng.choice([0, 0, 0, 5, 30, 60, 95])),
            }
        )
    return rows


def schedule(
    rng: random.Random,
    person: str,
    loan: str,
    opened: datetime,
    known: datetime,
    due: float,
    count: int,
    world: World,
) -> None:
    own_payments = rng.random() < 0.5
    for number in range(1, count + 1):
        due_time = opened + timedelta(days=30 * number)
        paid = (
            due_time + timedelta(days=rng.choice([-3, 0, 0, 1, 12, 45, 100])) if rng.random() < 0.9 else None
        )
        share = rng.choice([1.0, 1.0, 1.0, 0.4, 1.5])
        row = {
            "applicant_id": person, "loan_id": loan, "due_time": due_time, "due_amount": due,
            "instalment_no": number, "known_time": known, "paid_time": None, "paid_known_time": None,
            "paid_amount": None, "method": rng.choice(["direct_debit", "cash"]),
        }  # fmt: skip
        if paid is not None and not own_payments:
            row |= {"paid_time": paid, "paid_known_time": _late(rng, paid), "paid_amount": due * share}
        elif paid is not None:
            world["repayments"].append(
                {
                    "applicant_id": person,
                    "loan_id": loan,
                    "event_time": paid,
                    "known_time": _late(rng, paid),
                    "amount": due * share,
                    "event_id": f"{loan}-{number}",
                }
            )
        world["instalments"].append(row)


def random_world(seed: int, people: int = 12) -> World:
    """Every table for some people and not for others; some have nothing at all."""
    rng = random.Random(seed)
    world: World = {name: [] for name in TABLES}
    for k in range(people):
        person = called(k)
        if rng.random() < 0.8:
            paid = payments(rng, person, rng.choice([1, 5, 60, 900]))
            world["payments"] += [{"account_kind": None} | row for row in paid]
        if rng.random() < 0.7:
            world["bills"] += bills(rng, person)
        if rng.random() < 0.8:
            loans(rng, person, world)
        for _ in range(rng.choice([0, 0, 3, 8])):
            when = _at(rng, 0, 900)
            world["inquiries"].append(
                {"applicant_id": person, "event_time": when, "known_time": _late(rng, when), "lender": "x"}
            )
    who = [called(k) for k in range(people)]
    return world | social_world(rng, who) | digital_world(rng, who)


def applications(people: int = 12, as_of: datetime = AS_OF) -> list[Record]:
    return [
        {
            "application_id": k,
            "applicant_id": called(k),
            "as_of": as_of,
            "amount": 900.0 + k,
            "term_days": 90.0,
            "accounts_declared": 2.0,
        }
        for k in range(people)
    ]


def filled(world: World) -> World:
    """Leave out empty tables, so that the columns of the others decide what is there."""
    return {name: copy.deepcopy(rows) for name, rows in world.items() if rows}


def moved(world: World, by: timedelta) -> World:
    """Shift every time by the same amount."""
    return {
        name: [{k: v + by if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]
        for name, rows in world.items()
    }
