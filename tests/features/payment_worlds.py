"""Random payments and bills as plain records: streams, late knowledge, corrections, ties, lost columns."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.features.debt_oracle import ledger_of

Record = dict[str, Any]

START = datetime(2021, 1, 1, tzinfo=UTC)
AS_OF = (datetime(2023, 9, 20, 14, 30, tzinfo=UTC), datetime(2022, 3, 1, tzinfo=UTC))
# whose payments reach back over less than some of the windows
BEGUN = {
    "n03": AS_OF[1] - timedelta(days=90),
    "n05": AS_OF[1] - timedelta(days=19),
}
KINDS = ["purchase"] * 12 + [
    "salary",
    "transfer",
    "own_transfer",
    "cash",
    "cash",
    "fee",
    "interest",
    "penalty",
    "refund",
    "loan_in",
    "loan_out",
    "bill",
    "card_repayment",
    "chargeback",
    "reversal",
]
CATEGORIES = [
    "groceries", "groceries", "household", "utilities", "telecom", "rent", "transport", "health", "education",
    "insurance", "tax", "leisure", "travel", "online_shopping", "gambling", "pension", "benefits", "fees",
    "savings", "high_cost_credit", "other", None,
]  # fmt: skip
PARTIES = [f"shop-{k}" for k in range(9)] + ["uncle", "aunt", None]
PARTY_KINDS = [
    *(["merchant"] * 4), "person", "person", "lender", "lender", "government", "employer", "collector",
    "pay_later",
    "wage_advance", None, None,
]  # fmt: skip
LEFT_OUT = (
    (),
    ("kind",),
    ("category", "channel", "balance"),
    ("status", "counterparty_id", "account_id"),
    ("counterparty_kind", "method", "kind", "category"),
    ("order_id", "account_kind", "date_only"),
    ("balance", "kind", "status", "channel", "method", "category", "counterparty_id", "counterparty_kind"),
)


def _row(person: str, number: int, when: datetime, amount: float, **more: Any) -> Record:
    row = {
        "applicant_id": person, "event_time": when, "known_time": when, "event_id": f"{person}:{number:05d}",
        "amount": amount, "account_id": "main", "balance": None, "kind": None, "category": None,
         "channel": None,
        "method": None, "counterparty_id": None, "counterparty_kind": None, "status": None,
        "order_id": None, "account_kind": None, "date_only": None,
    }  # fmt: skip
    return row | more


def _noise(rng: random.Random, person: str, number: int, days: int) -> Record:
    when = START + timedelta(seconds=rng.randint(0, days * 86_400))
    if rng.random() < 0.3:
        when = when.replace(hour=rng.choice([0, 12]), minute=0, second=0)
    return _row(
        person, number, when, round(rng.choice([1, -1, -1, -1]) * rng.lognormvariate(3.5, 1), 2),
        account_id=rng.choice(["main", "main", "side", None]),
        balance=round(rng.gauss(400, 600), 2) if rng.random() < 0.8 else None,
        kind=rng.choice([*KINDS, None, None]), category=rng.choice(CATEGORIES),
        channel=rng.choice(["app", "web", "branch", "Online ", None]),
        method=rng.choice(["card", "cash", "wallet", None]),
        counterparty_id=rng.choice([*PARTIES, f"shop-{number // 40}"]),
        counterparty_kind=rng.choice(PARTY_KINDS),
        status=rng.choice(["settled"] * 8 + ["declined", "returned", None]),
        order_id=rng.choice([None, None, f"order-{number // 3}"]), date_only=rng.choice([None, 0, 0, 1]),
    )  # fmt: skip


def _stream(rng: random.Random, person: str, number: int, days: int) -> list[Record]:
    """Something that comes again and again, and sometimes stops."""
    gap = rng.choice([7, 14, 15, 30, 30, 30, 31])
    incoming = rng.random() < 0.5
    size = rng.uniform(200, 3_000)
    first = rng.randint(0, 200)
    stop = days if rng.random() < 0.6 else rng.randint(300, days)
    more: Record = (
        {"kind": rng.choice(["salary", None]), "category": rng.choice(["pension", "benefits", None])}
        if incoming
        else {
            "kind": rng.choice(["bill", "loan_out", "purchase"]),
            "category": rng.choice(["rent", "telecom", None]),
        }
    )
    more["counterparty_id"] = rng.choice([f"stream-{number}", f"stream-{number}", None])
    rows = []
    for hit in range((stop - first) // gap):
        when = START + timedelta(
            days=first + gap * hit + rng.choice([0, 0, 0, 1, -1]), hours=rng.randint(0, 12)
        )
        amount = round(size * rng.uniform(0.9, 1.1), 2) * (1 if incoming else -1)
        rows.append(_row(person, number + hit, when, amount, **more))
    return rows


def _own_transfers(rng: random.Random, person: str, number: int, days: int) -> list[Record]:
    rows = []
    for k in range(rng.randint(0, 8)):
        when = START + timedelta(seconds=rng.randint(0, days * 86_400))
        amount = round(rng.uniform(20, 500), 2)
        other = round(amount * rng.choice([1, 1.004, 1.02]), 2)
        later = when + timedelta(hours=rng.choice([0, 5, 47, 48, 49]))
        rows.append(_row(person, number + 2 * k, when, -amount))
        rows.append(_row(person, number + 2 * k + 1, later, other, account_id=rng.choice(["side", "main"])))
    return rows


def _undone(rng: random.Random, rows: list[Record], number: int) -> list[Record]:
    """What takes some payments back, wholly or in part: refunds, chargebacks, reversals, returns."""
    undone = []
    for k, row in enumerate(rng.sample(rows, len(rows) // 8)):
        back = {"amount": -row["amount"], "event_id": f"{row['applicant_id']}:{number + k:05d}"}
        back["event_time"] = row["event_time"] + timedelta(days=rng.choice([0, 1, 5, 30, 59, 61, 100, 200]))
        if rng.random() < 0.4:
            back["kind"] = rng.choice(["refund", "chargeback", "reversal", "transfer"])
        if rng.random() < 0.2:
            back["amount"] = round(back["amount"] * rng.uniform(0.3, 1.01), 2)
        if rng.random() < 0.2:
            back["status"] = "returned"
        undone.append(row | back | {"known_time": back["event_time"]})
    return undone


def _cards(rng: random.Random, person: str, number: int, days: int) -> list[Record]:
    """A card that is spent from and repaid, of a named sort or not, and savings now and then."""
    rows: list[Record] = []
    owed, named = 0.0, rng.choice([None, "card"])
    for k in range(rng.choice([0, 0, days // 20])):
        when = START + timedelta(days=20 * k + rng.randint(0, 9), hours=rng.randint(0, 23))
        spent = round(rng.uniform(5, 90), 2)
        owed -= spent
        card = {"account_id": "plastic", "balance": round(owed, 2), "account_kind": named}
        rows.append(_row(person, number + 3 * k, when, -spent, kind="purchase", **card))
        if rng.random() < 0.6:
            paid, later = -round(owed, 2), when + timedelta(hours=rng.choice([1, 30, 60]))
            owed = 0.0
            kind = rng.choice(["transfer", "bill", "card_repayment", None])
            rows.append(_row(person, number + 3 * k + 1, when, -paid, kind=kind, counterparty_id="bank"))
            rows.append(_row(person, number + 3 * k + 2, later, paid, **(card | {"balance": 0.0})))
        if rng.random() < 0.1:
            rows[-1] |= {"account_id": "pot", "account_kind": "savings", "balance": 700.0}
    return rows


def _corrected(rng: random.Random, row: Record) -> list[Record]:
    """The row as first known, perhaps late, and perhaps a later version of it."""
    first = row | {"known_time": row["event_time"] + timedelta(hours=rng.choice([0, 0, 0, 0, 30, 24 * 40]))}
    if rng.random() > 0.1:
        return [first]
    later = first["known_time"] + timedelta(days=rng.randint(1, 60))
    change = rng.choice([{"amount": row["amount"] / 2}, {"status": "returned"}, {"kind": "refund"}])
    return [first, first | change | {"known_time": later}]


def payments(rng: random.Random, person: str) -> list[Record]:
    days = rng.choice([40, 250, 1_000])
    rows = [_noise(rng, person, k, days) for k in range(rng.choice([1, 30, 400, 1_200]))]
    for k in range(rng.randint(0, 5)):
        rows += _stream(rng, person, 10_000 + 1_000 * k, max(days, 420))
    rows += _own_transfers(rng, person, 30_000, days)
    rows += _cards(rng, person, 40_000, days)
    rows += _undone(rng, rows, 50_000)
    begun = BEGUN.get(person, START)
    return [version for row in rows for version in _corrected(rng, row) if row["event_time"] >= begun]


def bills(rng: random.Random, person: str) -> list[Record]:
    rows = []
    for k in range(rng.choice([0, 2, 12, 30])):
        due = START + timedelta(seconds=rng.randint(0, 1_000 * 86_400))
        late = rng.choice([-90, -30, -1, rng.randint(-100, 600)])
        paid = due + timedelta(hours=late) if rng.random() < 0.9 else None
        amount = float(rng.randint(20, 200))
        row = {
            "applicant_id": person, "bill_id": f"{person}:{k:03d}", "due_time": due, "due_amount": amount,
            "known_time": due - timedelta(days=20), "kind": rng.choice(["rent", "utilities", None]),
            "paid_time": paid, "paid_known_time": paid and paid + timedelta(days=rng.choice([0, 0, 3, 50])),
            "paid_amount": None if paid is None else rng.choice([None, amount, amount * 0.995, amount * 0.5]),
        }  # fmt: skip
        rows.append(row)
        if rng.random() < 0.15:
            rows.append(
                row | {"due_amount": amount * 2, "known_time": row["known_time"] + timedelta(days=10)}
            )
    return rows


def payment_world(seed: int, people: int = 12) -> dict[str, list[Record]]:
    """Return payments and bills of some people; every seed leaves out other optional columns."""
    rng = random.Random(seed)
    names = [f"n{k:02d}" for k in range(people)]
    world = {
        "payments": [row for name in names[1:] for row in payments(rng, name)],
        "bills": [row for name in names[::2] for row in bills(rng, name)],
    }
    apart = random.Random(1_000 + seed)
    for name in names[1:]:
        mine = [row for row in world["payments"] if row["applicant_id"] == name]
        for table, rows in ledger_of(apart, name, mine, START).items():
            world.setdefault(table, []).extend(rows)
    rng.shuffle(world["payments"])
    left_out = LEFT_OUT[seed % len(LEFT_OUT)]
    world["payments"] = [{k: v for k, v in row.items() if k not in left_out} for row in world["payments"]]
    return world


def asked(people: int = 12) -> list[Record]:
    """Return two applications of every person, at two moments."""
    return [
        {
            "application_id": 2 * k + m,
            "applicant_id": f"n{k:02d}",
            "as_of": moment,
            "amount": 1_200.0 + 10 * k,
            "term_days": 180.0,
            "accounts_declared": 2.0,
        }
        for k in range(people)
        for m, moment in enumerate(AS_OF)
    ]
