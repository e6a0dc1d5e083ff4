"""A small lender in plain records, a model of it, and what people could do, carried out on the records."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

import creditscore as cs

Record = dict[str, Any]
AS_OF = datetime(2024, 3, 31, 9, 0, tzinfo=UTC)
PEOPLE = 240
NAMES = (
    "repayment_dpd_now", "repayment_worst_dpd_12m", "repayment_on_time_share_6m", "repayment_outstanding",
    "repayment_on_time_share_ever",
)  # fmt: skip
SCORER = {"n_estimators": 30, "learning_rate": 0.15, "min_child_samples": 8}
LESS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
TERMS = (0.5, 0.75, 1.25, 1.5, 2.0, 3.0)
MONTHS = (1, 3, 6, 12)


class Lender(NamedTuple):
    people: list[dict[str, list[Record]]]
    asked: list[Record]
    pipeline: cs.CreditPipeline


def person(number: int) -> dict[str, list[Record]]:
    """One loan of twelve instalments, some of them still to come, paid more or less on time."""
    random = np.random.default_rng([number, 5])
    opened = AS_OF - timedelta(days=int(random.integers(100, 330)))
    careless = float(random.random())
    who = {"applicant_id": f"p{number}", "loan_id": f"loan-{number}"}
    instalments = []
    for count in range(1, 13):
        due = opened + timedelta(days=30 * count)
        late = int(random.exponential(40 * careless))
        paid = due + timedelta(days=late)
        if random.random() < 0.25 * careless:
            paid = AS_OF + timedelta(days=500)
        row = {"instalment_no": count, "due_time": due, "due_amount": 110.0}
        if paid < AS_OF:
            row |= {"paid_time": paid, "paid_amount": 110.0}
        instalments.append(who | row)
    loan = {"event_time": opened, "amount": 1_200.0, "kind": "instalment"}
    return {"loans": [who | loan], "instalments": instalments}


def application(number: int) -> Record:
    random = np.random.default_rng([number, 6])
    return {
        "application_id": number,
        "applicant_id": f"p{number}",
        "as_of": AS_OF,
        "amount": float(random.integers(5, 40) * 100),
        "term_days": float(random.integers(3, 25) * 30),
    }


def portfolio(people: list[dict[str, list[Record]]]) -> cs.Portfolio:
    tables: dict[str, list[Record]] = {}
    for one in people:
        for name, rows in one.items():
            tables.setdefault(name, []).extend(rows)
    return cs.Portfolio.from_records(tables)


@cache
def lender() -> Lender:
    people = [person(number) for number in range(PEOPLE)]
    asked = [application(number) for number in range(PEOPLE)]
    late = np.array([overdue_days(one) for one in people])
    burden = np.array([row["amount"] / row["term_days"] for row in asked])
    noise = np.random.default_rng(3).normal(0.0, 1.0, PEOPLE)
    risk = late / 60.0 + burden / 3.0 + noise
    bad = (risk > np.quantile(risk, 0.6)).astype(float)
    features = [cs.application_features(), cs.repayment_features(every=True).select(NAMES)]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SCORER), threads=1)
    return Lender(people, asked, pipeline.fit(cs.Applications.from_records(asked), portfolio(people), bad))


def overdue_days(one: dict[str, list[Record]]) -> float:
    open_since = [row["due_time"] for row in one["instalments"] if "paid_time" not in row]
    return max(0.0, (AS_OF - min(open_since)).days) if open_since else 0.0


def brute_force(found: Lender, number: int, cutoff: float) -> bool:
    """Whether anything on the grid of conducts, amounts and terms reaches the cut-off, by plain records."""
    one, asked = found.people[number], found.asked[number]
    pairs = list(product((1.0, *LESS), (1.0, *TERMS)))
    for conduct in ("", "pay", *MONTHS):
        rows = carried_out(one, conduct)
        forms = [
            asked
            | {
                "application_id": place,
                "as_of": months_on(conduct) if isinstance(conduct, int) else AS_OF,
                "amount": np.floor(asked["amount"] * less + 1e-6) if less < 1 else asked["amount"],
                "term_days": 30.0 * max(1, round(asked["term_days"] * longer / 30.0)),
            }
            for place, (less, longer) in enumerate(pairs)
        ]
        scores = found.pipeline.score_many(
            cs.Applications.from_records(forms), portfolio([rows]), on_mismatch="count"
        )
        if (scores.score >= cutoff).any():
            return True
    return False


def carried_out(one: dict[str, list[Record]], conduct: str | int) -> dict[str, list[Record]]:
    """Pay what is overdue, and with a number of months everything that falls due in them."""
    if conduct == "":
        return one
    until = months_on(conduct) if isinstance(conduct, int) else AS_OF
    rows = []
    for row in one["instalments"]:
        if "paid_time" not in row and row["due_time"] < until:
            paid = AS_OF - timedelta(seconds=1) if row["due_time"] < AS_OF else row["due_time"]
            row = row | {"paid_time": paid, "paid_amount": row["due_amount"]}  # noqa: PLW2901
        rows.append(row)
    return one | {"instalments": rows}


def months_on(months: int) -> datetime:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(AS_OF.month - 1 + months, 12)
    last = monthrange(AS_OF.year + year, month + 1)[1]
    return AS_OF.replace(year=AS_OF.year + year, month=month + 1, day=min(AS_OF.day, last))
