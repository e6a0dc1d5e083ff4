"""Ledgers small enough to be worked out by hand, with the truth that was worked out.

Days are counted from 1 January 2024, 00:00 UTC. Every applicant is "A" and applies on day 0; the loan in
question is "L" and opens one hour later unless a ledger says otherwise. Outcomes are read on day 400 with a
window of 365 days, bad from 90 days past due and indeterminate from 30.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """The instant so many days after the start."""
    return EPOCH + timedelta(days=number)


def loan(opened: float = 1 / 24, loan_id: str = "L", **more: Any) -> Record:
    """A loan of 100 unless told otherwise."""
    return {"loan_id": loan_id, "applicant_id": "A", "event_time": day(opened), "amount": 100.0} | more


def due(
    on: float, amount: float = 100.0, number: int | None = None, loan_id: str = "L", **more: Any
) -> Record:
    """An instalment; ``paid`` is the day on which it was paid."""
    row = {"loan_id": loan_id, "applicant_id": "A", "due_time": day(on), "due_amount": amount}
    if number is not None:
        row["instalment_no"] = number
    if "paid" in more:
        row["paid_time"] = day(more.pop("paid"))
    return row | more


def paid(on: float, amount: float = 100.0, loan_id: str = "L", **more: Any) -> Record:
    """A payment on a loan."""
    return {"loan_id": loan_id, "applicant_id": "A", "event_time": day(on), "amount": amount} | more


def statement(on: float, dpd: float, **more: Any) -> Record:
    """A statement with its reported days past due."""
    return {"loan_id": "L", "applicant_id": "A", "event_time": day(on), "days_past_due": dpd} | more


@dataclass(frozen=True)
class HandLedger:
    """One ledger.

    ``dpd`` pairs a day with the days past due then, from what was known then. ``worst`` is the largest in the
    365 days after day 0, from what was known on day 400. ``seen`` is the day on which the features look;
    ``late`` are the days late of the instalments due before it, by due date (None: not yet decided).
    """

    name: str
    tables: dict[str, list[Record]]
    dpd: tuple[tuple[float, float], ...]
    worst: float
    status: str
    seen: float
    late: tuple[float | None, ...]
    materiality: float = 0.0
    as_guarantor: bool = False
    loans_seen: int = 1
    extracted: float = 400.0
    applied: float = 0.0


LEDGERS = (
    # The first is paid at 10:00 of its due day: day 30 - 30 = 0 late. The second is due on day 60 and paid on
    # day 75 at noon: 15.5 -> 15 whole days late; on day 70 it is 70 - 60 = 10 past due.
    HandLedger(
        "late",
        {"loans": [loan(amount=200.0)], "instalments": [due(30, paid=30 + 10 / 24), due(60, paid=75.5)]},
        dpd=((30, 0), (31, 0), (60.5, 0), (61, 1), (70, 10), (75.5, 15), (75.6, 0)),
        worst=15,
        status="good",
        seen=100,
        late=(0, 15),
    ),
    # 60 of 100 leave 40, more than 1 % of 100: unpaid for ever; 365 - 30 = 335 at the end of the window.
    HandLedger(
        "part-paid",
        {"loans": [loan()], "instalments": [due(30, paid=30, paid_amount=60.0)]},
        dpd=((30, 0), (50, 20), (100, 70), (400, 370)),
        worst=335,
        status="bad",
        seen=100,
        late=(70,),
    ),
    # 300 on day 20 cover all three: 10, 40 and 70 days early.
    HandLedger(
        "prepaid",
        {
            "loans": [loan(amount=300.0)],
            "instalments": [due(30), due(60), due(90)],
            "repayments": [paid(20, 300.0)],
        },
        dpd=((20, 0), (35, 0), (95, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(-10,),
    ),
    # 150 on day 30: 50 are left for the second, 50 more on day 58 complete it, 2 days early.
    HandLedger(
        "overpaid",
        {
            "loans": [loan(amount=200.0)],
            "instalments": [due(30, paid=30, paid_amount=150.0), due(60, paid=58, paid_amount=50.0)],
        },
        dpd=((45, 0), (61, 0), (70, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(0, -2),
    ),
    # Nothing until day 75: 75 - 30 = 45 past due. 200 then pay both; 45 and 15 late. 90 clean days follow.
    HandLedger(
        "cured",
        {
            "loans": [loan(amount=400.0)],
            "instalments": [due(30), due(60), due(90), due(200)],
            "repayments": [paid(75, 200.0), paid(90), paid(200)],
        },
        dpd=((30, 0), (59, 29), (75, 45), (76, 0), (91, 0), (201, 0)),
        worst=45,
        status="indeterminate",
        seen=210,
        late=(45, 15, 0, 0),
    ),
    # Due on day 30, moved on day 40 to day 100 (a later version of instalment 1) and paid then. Before day 40
    # nobody knows of the move: 35 - 30 = 5. Afterwards nothing is due until day 100.
    HandLedger(
        "restructured",
        {
            "loans": [loan(restructured_time=day(40))],
            "instalments": [due(30, number=1), due(100, number=1, known_time=day(40), paid=100)],
        },
        dpd=((35, 5), (40, 10), (41, 0), (101, 0)),
        worst=0,
        status="good",
        seen=110,
        late=(0,),
    ),
    # One row holds the due date (day 30) and the payment (day 80). On day 50 the payment is not known.
    HandLedger(
        "paid after the moment in the same row",
        {"loans": [loan()], "instalments": [due(30, paid=80)]},
        dpd=((50, 20), (80, 50), (80.1, 0)),
        worst=50,
        status="indeterminate",
        seen=50,
        late=(20,),
    ),
    # L is paid on its due day; M is 100 - 40 = 60 past due on day 100. They never pay for each other.
    HandLedger(
        "two loans at once",
        {
            "loans": [loan(), loan(10, "M")],
            "instalments": [due(30), due(40, loan_id="M")],
            "repayments": [paid(30, 300.0)],
        },
        dpd=((31, 0), (100, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(0, 60),
        loans_seen=2,
    ),
    # First reported as paid in full on day 30; corrected on day 50 to 40: 55 - 30 = 25 past due from then on.
    HandLedger(
        "several versions",
        {
            "loans": [loan()],
            "instalments": [
                due(30, number=1, paid=30, paid_amount=100.0),
                due(30, number=1, paid=30, paid_amount=40.0, known_time=day(50)),
            ],
        },
        dpd=((45, 0), (50, 0), (55, 25)),
        worst=335,
        status="bad",
        seen=45,
        late=(0,),
    ),
    # Paid on day 30, the payment bounces on day 33, paid again on day 50: 50 - 30 = 20 late. Between day 30
    # and day 33 nothing is past due.
    HandLedger(
        "reversal",
        {
            "loans": [loan()],
            "instalments": [due(30)],
            "repayments": [paid(30), paid(33, -100.0), paid(50)],
        },
        dpd=((32, 0), (33, 0), (34, 4), (40, 10), (50, 20), (51, 0)),
        worst=20,
        status="good",
        seen=60,
        late=(20,),
    ),
    # 99 of 100 leave exactly 1 %: paid. 98.99 more: of 200 owed, 2.01 are missing, and 2.01 > 1: unpaid.
    HandLedger(
        "tolerance",
        {
            "loans": [loan(amount=200.0)],
            "instalments": [due(30, paid=30, paid_amount=99.0), due(60, paid=60, paid_amount=98.99)],
        },
        dpd=((35, 0), (61, 1), (70, 10)),
        worst=305,
        status="bad",
        seen=70,
        late=(0, 10),
    ),
    # 5 of 100 are missing; a lender that overlooks 5 sees it as paid.
    HandLedger(
        "materiality",
        {"loans": [loan()], "instalments": [due(30, paid=30, paid_amount=95.0)]},
        dpd=((35, 0), (100, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(70,),  # features look without a materiality: 100 - 30
        materiality=5.0,
    ),
    # Paid at the first and at the last moment of the due day: both in time.
    HandLedger(
        "paid exactly when due",
        {"loans": [loan(amount=200.0)], "instalments": [due(30, paid=30), due(60, paid=60 + 23.9 / 24)]},
        dpd=((30, 0), (30.1, 0), (60.5, 0), (61, 0)),
        worst=0,
        status="good",
        seen=61,
        late=(0, 0),
    ),
    # Somebody else's loan: 100 - 30 = 70 past due, but no loan of the applicant's own.
    HandLedger(
        "guarantor",
        {"loans": [loan(role="guarantor")], "instalments": [due(30)]},
        dpd=((40, 10), (100, 70)),
        worst=335,
        status="bad",
        seen=100,
        late=(),
        as_guarantor=True,
    ),
    # No schedule: what the statements say stands until the next one.
    HandLedger(
        "revolving by statements",
        {
            "loans": [loan(kind="revolving", limit=1000.0)],
            "statements": [statement(30, 0.0), statement(60, 30.0), statement(90, 0.0)],
        },
        dpd=((31, 0), (45, 0), (60, 0), (61, 30), (90, 30), (91, 0)),
        worst=30,
        status="indeterminate",
        seen=100,
        late=(),
    ),
    # Written off on day 50, collected on day 55: 55 - 30 = 25 past due at worst, bad all the same.
    HandLedger(
        "written off",
        {"loans": [loan(written_off_time=day(50))], "instalments": [due(30)], "repayments": [paid(55)]},
        dpd=((50, 20), (55, 25), (56, 0)),
        worst=25,
        status="bad",
        seen=60,
        late=(25,),
    ),
    # The oldest counts: 100 - 30 = 70.
    HandLedger(
        "no payments at all",
        {"loans": [loan(amount=300.0)], "instalments": [due(30), due(60), due(90)]},
        dpd=((30.9, 0), (61, 31), (100, 70)),
        worst=335,
        status="bad",
        seen=100,
        late=(70, 40, 10),
    ),
    # On day 50 nothing has come due yet.
    HandLedger(
        "future due only",
        {"loans": [loan()], "instalments": [due(100, paid=100)]},
        dpd=((50, 0), (100, 0), (101, 0)),
        worst=0,
        status="good",
        seen=50,
        late=(),
    ),
    # 50 + 50 complete the first on day 35: 5 late. The second is paid on its due day.
    HandLedger(
        "repayments",
        {
            "loans": [loan(amount=200.0)],
            "instalments": [due(30), due(60)],
            "repayments": [paid(30, 50.0), paid(35, 50.0), paid(60)],
        },
        dpd=((34, 4), (36, 0), (61, 0)),
        worst=5,
        status="good",
        seen=100,
        late=(5, 0),
    ),
    # 250 on day 30 pay the first, the second (30 early) and half the third; 50 on day 85 end it, 5 early.
    HandLedger(
        "excess carried over two instalments",
        {
            "loans": [loan(amount=300.0)],
            "instalments": [due(30), due(60), due(90)],
            "repayments": [paid(30, 250.0), paid(85, 50.0)],
        },
        dpd=((61, 0), (91, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(0, -30, -5),
    ),
    # Opened on day 60, looked at on day 50: not there. Its own application came on day 59.
    HandLedger(
        "opened after the moment",
        {"loans": [loan(60)], "instalments": [due(90, paid=95)]},
        dpd=((96, 0),),
        worst=5,
        status="good",
        seen=50,
        late=(),
        loans_seen=0,
        applied=59.0,
        extracted=430.0,
    ),
    # Day 0 + 365 lies after day 300: too young to call, although it is long past 90 days past due.
    HandLedger(
        "immature",
        {"loans": [loan()], "instalments": [due(30)]},
        dpd=((150, 120),),
        worst=270,
        status="immature",
        seen=150,
        late=(120,),
        extracted=300.0,
    ),
    # 190 of 200 settle the loan on day 40, and the lender closes it: the missing 10 are owed no more.
    HandLedger(
        "closed early at a rebate",
        {
            "loans": [loan(amount=180.0, closed_time=day(40))],
            "instalments": [due(30, paid=30), due(60, paid=40, paid_amount=90.0)],
        },
        dpd=((41, 0), (70, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(0, -20),
    ),
    # Paid on day 28, two days early, but the bank tells on day 45: until then 40 - 30 = 10 past due.
    HandLedger(
        "payment known late",
        {"loans": [loan()], "instalments": [due(30)], "repayments": [paid(28, known_time=day(45))]},
        dpd=((40, 10), (45, 15), (46, 0)),
        worst=0,
        status="good",
        seen=100,
        late=(-2,),
    ),
)
