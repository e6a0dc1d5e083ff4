"""A small lender with a row or more in every declared table, ids Unicode, rows in no order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Rows = list[dict[str, Any]]
START = datetime(2024, 1, 1, tzinfo=UTC)
PEOPLE = ["żółw", "اردشیر", "张伟", "a", "Émile"]


def moment(days: float) -> datetime:
    """Return the moment some days after the first of January 2024, UTC."""
    return START + timedelta(days=days)


def tables() -> dict[str, Rows]:
    """Every table, in the order that a test may rely on."""
    return {"payments": payments()} | of_loans() | of_bills() | of_ties() | of_conduct() | of_parties()


def payments() -> Rows:
    """Payments and, in the last row, a newer version of one."""
    return [
        {
            "applicant_id": PEOPLE[n % 5],
            "event_time": moment((n * 37 % 50) / 2),
            "event_id": f"p{n % 90}",
            "known_time": moment(200 if n >= 90 else (n * 37 % 50) / 2),
            "amount": (-1.0) ** n * (n % 9) * 1.25,
            "balance": None if n % 4 == 0 else float(n),
            "kind": ["purchase", "salary", None][n % 3],
            "counterparty_id": n % 11,
            "note": ["β", "α", None, "γ"][n % 4],
            "weekend": n % 2 == 0,
        }
        for n in [*range(0, 90, 2), *range(1, 90, 2), 91]
    ]


def of_loans() -> dict[str, Rows]:
    """Seven loans, what was due and paid of them."""
    return {
        "loans": [
            {
                "loan_id": 10 - n,
                "applicant_id": PEOPLE[n % 5],
                "event_time": moment(n),
                "amount": 100.0 * n,
                "closed_time": end,
            }
            for n, end in enumerate([None, moment(99), None, moment(80), None, moment(70), moment(60)])
        ],
        "instalments": [
            {
                "loan_id": 10 - n % 7,
                "applicant_id": PEOPLE[n % 7 % 5],
                "due_time": moment(30 * (1 + n // 7)),
                "due_amount": 25.0,
                "instalment_no": 1 + n // 7,
                "paid_time": moment(n) if n % 7 < 4 and n % 2 else None,
                "paid_amount": 25.0 if n % 7 < 4 and n % 2 else None,
            }
            for n in reversed(range(28))
        ],
        "repayments": [
            {
                "loan_id": 10 - 4 - n % 3,
                "applicant_id": PEOPLE[(4 + n % 3) % 5],
                "event_time": moment(7 + n),
                "amount": 5.0,
            }
            for n in range(12)
        ],
        "statements": [
            {
                "loan_id": 9,
                "applicant_id": PEOPLE[1],
                "event_time": moment(2 + 30 * n),
                "balance": 7.0,
                "days_past_due": n,
            }
            for n in range(3)
        ],
    }


def of_bills() -> dict[str, Rows]:
    """Bills, and who else was asked for a loan."""
    person, other = PEOPLE[:2]
    return {
        "bills": [
            {
                "applicant_id": person,
                "bill_id": 1,
                "due_time": moment(3),
                "due_amount": 9.5,
                "paid_time": moment(2),
            },
            {
                "applicant_id": person,
                "bill_id": 2,
                "due_time": moment(1),
                "due_amount": 0.0,
                "paid_time": None,
            },
        ],
        "inquiries": [{"applicant_id": other, "event_time": moment(4), "lender": "B"}],
    }


def of_ties() -> dict[str, Rows]:
    """Who is tied to whom, and what is known of them."""
    person, other = PEOPLE[:2]
    return {
        "ties": [
            {
                "person_id": person,
                "other_id": other,
                "event_time": moment(1),
                "directed": True,
                "end_time": moment(9),
            }
        ],
        "persons": [{"person_id": person, "other_id": PEOPLE[2], "event_time": moment(3)}],
        "memberships": [{"person_id": person, "group_id": "g", "event_time": moment(1), "role": "head"}],
        "activities": [{"person_id": other, "event_time": moment(2), "kind": "post"}],
        "standings": [{"person_id": other, "event_time": moment(2), "standing": "good", "loan_id": 5}],
        "measures": [{"subject_id": other, "event_time": moment(0), "measure": "rank", "value": 0.25}],
    }


def of_conduct() -> dict[str, Rows]:
    """What was done in the app, and of a person's account with the lender."""
    person = PEOPLE[0]
    return {
        "sessions": [{"applicant_id": person, "event_time": moment(5), "channel": "app", "duration_s": 3.5}],
        "form_events": [
            {"applicant_id": person, "event_time": moment(6), "application_id": 4, "action": "edit"}
        ],
        "registrations": [
            {"applicant_id": person, "event_time": moment(1), "email_host": "free", "email_digits": True}
        ],
        "settings": [
            {"applicant_id": person, "event_time": moment(2), "setting": "autopay", "enabled": True}
        ],
        "complaints": [{"applicant_id": person, "event_time": moment(3), "kind": "complaint"}],
    }


def of_parties() -> dict[str, Rows]:
    """Who stands beside whom in an application, and what they agreed to."""
    person, other = PEOPLE[:2]
    return {
        "parties": [
            {"application_id": 1, "applicant_id": person, "role": "applicant"},
            {"application_id": 1, "applicant_id": other, "role": "guarantor"},
        ],
        "connections": [{"applicant_id": person, "source": "payments", "connected_time": moment(0)}],
        "consents": [
            {
                "applicant_id": person,
                "source": "payments",
                "granted_time": moment(0),
                "withdrawn_time": moment(50),
            }
        ],
    }
