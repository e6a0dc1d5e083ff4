"""A small town in which everybody's money is known to the cent: what is joint can be added up by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import creditscore as cs
from creditscore.policy.ability.assess import AbilityRule
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.table import PriceTable
from creditscore.policy.strategy.strategy import Strategy
from creditscore.verify.decision import verify_record
from creditscore.verify.findings import Findings
from creditscore.verify.model import verify_model
from creditscore.verify.replayed import Replay

AS_OF = datetime(2026, 6, 15, 12, tzinfo=UTC)
PEOPLE = 90
Row = dict[str, Any]


class Town(NamedTuple):
    tables: dict[str, list[Row]]
    asked: list[Row]
    bad: NDArray[np.float64]
    pipeline: cs.CreditPipeline

    def portfolio(self, **more: list[Row]) -> cs.Portfolio:
        return cs.Portfolio.from_records({**self.tables, **more})


def name(number: int) -> str:
    return f"p{number:03d}"


def at(months: int, day: int, hour: int = 9) -> datetime:
    """A day of a month, so many before June 2026."""
    month = 2026 * 12 + 5 - months
    return datetime(month // 12, month % 12 + 1, day, hour, tzinfo=UTC)


def salary(who: str, amount: float, months: int = 14, **more: Any) -> list[Row]:
    return [
        {"applicant_id": who, "event_time": at(k, 1), "amount": amount, "kind": "salary",
         "category": None, "account_id": f"{who}-a", "counterparty_id": f"firm {who}", **more}
        for k in range(months, -1, -1)
    ]  # fmt: skip


def groceries(who: str, amount: float, months: int = 14) -> list[Row]:
    return [
        {"applicant_id": who, "event_time": at(k, 5 + 7 * w), "amount": -amount / 3.0, "kind": "purchase",
         "category": "groceries", "account_id": f"{who}-a", "counterparty_id": "shop"}
        for k in range(months, -1, -1)
        for w in range(3)
        if at(k, 5 + 7 * w) < AS_OF
    ]  # fmt: skip


def loan(
    who: str, loan_id: str, monthly: float, left: int, paid: int = 6, **more: Any
) -> dict[str, list[Row]]:
    """A loan in the books: so many instalments paid in time, and so many left from the 20th of June on."""
    opened = at(paid, 10)
    rows = [
        {"applicant_id": who, "loan_id": loan_id, "due_time": at(paid - 1 - k, 20), "due_amount": monthly,
         "instalment_no": k + 1,
         "paid_time": at(paid - 1 - k, 20) if at(paid - 1 - k, 20) < AS_OF else None,
         "paid_amount": monthly if at(paid - 1 - k, 20) < AS_OF else None}
        for k in range(paid - 1 + left)
    ]  # fmt: skip
    lent = {
        "applicant_id": who, "loan_id": loan_id, "event_time": opened, "amount": monthly * (paid - 1 + left),
        "term_days": 30.0 * (paid - 1 + left), "kind": "instalment", "role": "borrower", **more,
    }  # fmt: skip
    return {"loans": [lent], "instalments": rows}


def put_together(*parts: dict[str, list[Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for part in parts:
        for table, rows in part.items():
            found.setdefault(table, []).extend(rows)
    return found


def a_town() -> Town:
    rng = np.random.default_rng(4)
    parts, bad = [], []
    for k in range(PEOPLE):
        income = float(rng.integers(10, 40) * 100)
        spent = float(rng.integers(3, 9) * 100)
        parts.append({"payments": [*salary(name(k), income), *groceries(name(k), spent)]})
        if k % 3 == 0:
            parts.append(loan(name(k), f"L{k}", 100.0 + k, 8))
        bad.append(float(spent / income + rng.normal(0.0, 0.15) > 0.35))
    tables = put_together(*parts)
    asked = [
        {"application_id": f"A{k}", "applicant_id": name(k), "as_of": AS_OF, "amount": 2000.0,
         "term_days": 365.0}
        for k in range(PEOPLE)
    ]  # fmt: skip
    found = np.array(bad)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=30, min_child_samples=8))
    pipeline.fit(cs.Applications.from_records(asked), cs.Portfolio.from_records(tables), found)
    return Town(tables, asked, found, pipeline)


def policy(town: Town, cutoff: float = 400.0, **more: Any) -> cs.Policy:
    grades = town.pipeline.model.master_scale.labels
    risks = np.geomspace(0.005, 0.3, len(grades)).tolist()
    prices = PriceTable(
        LoanCosts(0.06, 0.02, 0.01), dict(zip(grades, risks, strict=True)),
        {"unsecured": 0.6}, (6, 12, 24, 36), (100.0, 20_000.0),
    )  # fmt: skip
    given = {"prices": prices, "ability": AbilityRule({1: 400.0, 2: 600.0}), "loss_class": "unsecured"}
    return cs.Policy("loans", "1", cutoff, strategy=Strategy(**(given | more)))


def named(application: str, *people: tuple[str, str]) -> list[Row]:
    return [{"application_id": application, "applicant_id": who, "role": role} for who, role in people]


def days(count: int) -> timedelta:
    return timedelta(days=count)


def verifying(pipeline: cs.CreditPipeline, folder: Path) -> Callable[[cs.DecisionRecord], Findings]:
    """Save a pipeline, and return what verifies a record against what was saved."""
    pipeline.save(folder)
    _, parts = verify_model(folder)
    replay = Replay(folder)
    return lambda record: verify_record(json.loads(record.text), parts, replay=replay)
