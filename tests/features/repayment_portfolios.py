"""Random lending records: versions, late knowledge, part payments, reversals, credit lines, guarantees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Record = dict[str, Any]
START = datetime(2022, 1, 1, tzinfo=UTC)


def at(quarter: float) -> datetime:
    """An instant on a grid of quarters of a day."""
    return START + timedelta(hours=6 * quarter)


def maybe(random: Random, chance: float, value: Any) -> Any:
    """The value with some chance, else None."""
    return value if random.random() < chance else None


def late(random: Random, quarter: int) -> datetime:
    """When something that happened at a moment became known."""
    return at(quarter + random.choice([0, 0, 0, 4, 20, 200]))


def random_lending(seed: int, applicants: int) -> tuple[dict[str, list[Record]], list[Record]]:
    """Records by table, and two applications of each applicant."""
    random = Random(seed)
    tables: dict[str, list[Record]] = {
        name: [] for name in ("payments", "loans", "instalments", "repayments", "statements", "inquiries")
    }
    applications = []
    for number in range(applicants):
        person = f"person {number:03d}"
        for k in range(random.choice([0, 1, 2, 3, 6, 13])):
            _add_loan(random, tables, person, f"{person} loan {k}", opened=60 * k + random.randrange(40), k=k)
        _add_inquiries(random, tables, person)
        if random.random() < 0.5:
            tables["payments"] += [
                {
                    "applicant_id": person,
                    "event_time": at(20 * k - 999),
                    "amount": random.randrange(100, 900) / 4,
                }
                for k in range(150)
            ]
        for k in range(2):
            moment = at(random.randrange(200, 1900)) + timedelta(hours=1)
            request = {"amount": maybe(random, 0.8, 1000.0 + number), "term_days": maybe(random, 0.8, 90.0)}
            given = {name: value for name, value in request.items() if value is not None}
            identity = {"application_id": 2 * number + k, "applicant_id": person, "as_of": moment}
            applications.append(identity | given)
    return tables, applications


def _add_loan(
    random: Random, tables: dict[str, list[Record]], person: str, loan_id: str, opened: int, k: int
) -> None:
    revolving = random.random() < 0.25
    row: Record = {
        "loan_id": loan_id, "applicant_id": person, "event_time": at(opened),
        "known_time": late(random, opened),
        "amount": maybe(random, 0.85, random.randrange(50, 900) * 4.0),
        "term_days": maybe(random, 0.6, float(random.randrange(10, 300))),
        "kind": maybe(random, 0.8, "revolving" if revolving else "instalment"),
        "role": random.choice(["borrower", "borrower", "borrower", "guarantor", None]),
        "limit": maybe(random, 0.7 if revolving else 0.1, 1000.0),
        "lender": maybe(random, 0.8, random.choice(["north", "south", "east"])),
    }  # fmt: skip
    for fact, chance in (("closed", 0.3), ("restructured", 0.1), ("written_off", 0.1)):
        when = opened + random.randrange(40, 900)
        row[f"{fact}_time"] = maybe(random, chance, at(when))
        if row[f"{fact}_time"] and random.random() < 0.4:
            row[f"{fact}_known_time"] = late(random, when)
    if random.random() < 0.08:
        row["reported_time"] = at(opened + random.randrange(100, 900))
    tables["loans"].append(row)
    if random.random() < 0.2:
        amended = row | {
            "known_time": row["known_time"] + timedelta(days=random.randrange(1, 200)),
            "amount": 777.0,
        }
        tables["loans"].append(amended)
    if revolving:
        _add_statements(random, tables, person, loan_id, opened, k)
    elif random.random() < 0.9:
        _add_schedule(random, tables, person, loan_id, opened, k)


def _add_schedule(
    random: Random, tables: dict[str, list[Record]], person: str, loan_id: str, opened: int, k: int
) -> None:
    in_rows, n = random.random() < 0.5, random.randrange(1, 10)
    gap = random.choice([28, 56, 120])
    for number in range(1, n + 1):
        due = opened - opened % 4 + k % 4 + gap * number + 4 * k
        row: Record = {
            "loan_id": loan_id, "applicant_id": person, "due_time": at(due) + timedelta(minutes=k),
            "instalment_no": float(number),
            "due_amount": random.choice([0.0, 25.0, 100.0, 100.0, 250.5]),
            "method": maybe(random, 0.7, random.choice(["direct_debit", "cash"])),
        }  # fmt: skip
        moved = random.random() < 0.15
        versions = [row]
        if moved:
            known = at(due - random.randrange(1, 30)) + timedelta(seconds=1)
            versions.append(
                row
                | {"due_time": at(due + 40) + timedelta(minutes=k), "known_time": known, "due_amount": 60.0}
            )
        tables["instalments"] += versions
        for version in versions if in_rows and random.random() < 0.8 else []:
            when = max(opened, due + random.choice([-80, -8, 0, 0, 0, 3, 9, 60, 200, 420]))
            version["paid_time"] = at(when)
            version["paid_amount"] = maybe(
                random, 0.6, random.choice([0.5, 0.99, 0.995, 1.0, 1.4]) * row["due_amount"]
            )
            version["paid_by"] = maybe(random, 0.3, random.choice(["borrower", "guarantor", "collector"]))
            if random.random() < 0.3:
                version["paid_known_time"] = late(random, when)
    if not in_rows:
        _add_repayments(random, tables, person, loan_id, opened, gap * n)


def _add_repayments(
    random: Random, tables: dict[str, list[Record]], person: str, loan_id: str, opened: int, length: int
) -> None:
    for number in range(random.randrange(0, 12)):
        when = opened + random.randrange(2, length + 200)
        row = {
            "loan_id": loan_id, "applicant_id": person, "event_time": at(when),
            "known_time": late(random, when), "event_id": f"{loan_id} payment {number}",
            "amount": random.choice([40.0, 100.0, 100.0, 99.5, 300.0]),
            "paid_by": maybe(random, 0.2, random.choice(["guarantor", "collector"])),
        }  # fmt: skip
        tables["repayments"].append(row)
        if random.random() < 0.15:
            back = when + random.randrange(1, 60)
            tables["repayments"].append(
                row | {"event_time": at(back), "known_time": at(back), "amount": -row["amount"],
                       "event_id": f"{row['event_id']} back"}
            )  # fmt: skip
        elif random.random() < 0.15:
            tables["repayments"].append(
                row | {"known_time": row["known_time"] + timedelta(days=9), "amount": 70.0}
            )


def _add_statements(
    random: Random, tables: dict[str, list[Record]], person: str, loan_id: str, opened: int, k: int
) -> None:
    for number in range(random.randrange(0, 14)):
        when = opened - opened % 4 + k % 4 + 4 * k + 120 * (number + 1)
        row = {
            "loan_id": loan_id, "applicant_id": person, "event_time": at(when) + timedelta(minutes=k),
            "known_time": late(random, when) + timedelta(minutes=k),
            "balance": maybe(random, 0.9, float(random.randrange(-50, 1300))),
            "limit": maybe(random, 0.3, random.choice([500.0, 1200.0])),
            "minimum_due": maybe(random, 0.7, float(random.randrange(0, 60))),
            "payment": maybe(random, 0.85, float(random.choice([0, 0, 30, 60, 400, 1200]))),
            "cash_advances": maybe(random, 0.6, float(random.choice([0, 0, 0, 80]))),
            "days_past_due": maybe(random, 0.85, float(random.choice([0, 0, 0, 0, 12, 30, 61, 95]))),
        }  # fmt: skip
        tables["statements"].append(row)
        if random.random() < 0.15:
            later = row["known_time"] + timedelta(days=random.randrange(1, 60))
            tables["statements"].append(row | {"known_time": later, "days_past_due": 45.0})


def _add_inquiries(random: Random, tables: dict[str, list[Record]], person: str) -> None:
    for number in range(random.choice([0, 0, 1, 4, 12])):
        when = random.randrange(0, 1900)
        tables["inquiries"].append(
            {"applicant_id": person, "event_time": at(when), "known_time": late(random, when),
             "lender": maybe(random, 0.8, random.choice(["a", "b", "c"])), "event_id": f"{person} {number}"}
        )  # fmt: skip
