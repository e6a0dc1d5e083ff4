"""Payments by SQL: who belongs to whom, what refunds took back, what stands on the accounts."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.data.tables.vocabularies import COUNTERPARTY_KINDS, PAYMENT_CLASSES, PAYMENT_KINDS
from creditscore.features.compute import FeatureComputer
from tests.warehouse.stored import duckdb_values, in_duckdb, warehouse_of

START = datetime(2023, 1, 1, tzinfo=UTC)
Records = list[dict[str, Any]]


def feature(name: str, view: str, statistic: str, column: str | None, **more: Any) -> cs.Feature:
    term = cs.Term(view, statistic, column, **more)
    return cs.Feature(name, term, "payments", "Of this test.", unit="money")


def by_class(*columns: str) -> list[cs.Feature]:
    """How many payments there are of every class, and the money of each in some columns."""
    found = []
    for label in PAYMENT_CLASSES:
        of_it = (cs.Condition("class", "in", (label,)),)
        found.append(feature(f"{label}_count", "flows", "count", None, where=of_it))
        found += [feature(f"{label}_{one}", "flows", "sum", one, where=of_it) for one in columns]
    return found


def answers(features: cs.FeatureSet, payments: Records, asked: Records) -> Any:
    query = warehouse_of({"payments": payments}, asked).features_sql(features, "duckdb")
    return duckdb_values(in_duckdb({"payments": payments}, asked), query, asked)


def paid(days: float, amount: float, number: int, **more: Any) -> dict[str, Any]:
    columns = ("kind", "category", "counterparty_id", "counterparty_kind", "status", "order_id", "account_id")
    row = {"applicant_id": "a", "event_time": START + timedelta(days=days), "amount": amount}
    return row | dict.fromkeys(columns) | {"event_id": f"{number:03d}"} | more


def crowded(seed: int, people: int, most: int) -> tuple[Records, Records]:
    """Few amounts, parties and accounts: nearly every payment has many others that it may belong to."""
    rng = random.Random(seed)
    rows = [
        {
            "applicant_id": f"p{person}",
            "event_time": START + timedelta(hours=rng.randrange(24 * rng.choice([10, 120, 300]))),
            "event_id": f"{person}/{k:04d}",
            "amount": rng.choice([10, 10, 20, 10.04, 20.09, 5, 2.5, 7.77]) * rng.choice([1, -1]),
            "kind": rng.choice([*PAYMENT_KINDS, None, None, "purchase", "refund", "transfer", "cash"]),
            "category": rng.choice(["groceries", "rent", "savings", "tax", "gambling", None, None, None]),
            "counterparty_id": rng.choice(["a", "b", None]),
            "counterparty_kind": rng.choice([*COUNTERPARTY_KINDS, None, None, "merchant", "person"]),
            "status": rng.choice([*["settled"] * 6, "returned", "declined", None]),
            "order_id": rng.choice([None, None, "o1", "o2"]),
            "account_id": rng.choice(["x", "x", "y", "z", None]),
            "account_kind": rng.choice([None, None, "savings", "card"]) if person % 2 else None,
            "balance": rng.choice([None, -30.0, -20.0, 0.0, 15.0, 200.0]),
        }
        for person in range(people)
        for k in range(most)
    ]
    asked = [
        {"application_id": k, "applicant_id": f"p{k % people}", "as_of": START + timedelta(days=days)}
        for k, days in enumerate([330] * people + [120] * people)
    ]
    return rows, asked


def test_crowded_payments_are_paired_and_refunded_as_by_the_kernels() -> None:
    features = cs.FeatureSet(
        (
            *by_class("debit", "inflow"),
            *(feature(f"day_{one}", "balance_days", "sum", one) for one in ("balance", "overdraft_depth")),
            *(feature(f"month_{one}", "payment_months", "sum", one) for one in ("income", "saved")),
        )
    )
    payments, asked = crowded(4, people=3, most=90)
    truth = FeatureComputer(features).compute(
        cs.Applications.from_records(asked), cs.Portfolio.from_records({"payments": payments}), threads=1
    )
    found = answers(features, payments, asked)
    for name in truth.names:
        np.testing.assert_allclose(found[name], truth[name], rtol=1e-9, atol=1e-9, err_msg=name)


def test_each_payment_takes_the_nearest_before_it_that_is_free() -> None:
    """Money lent to an aunt three times and given back twice: the newest two came back, the first did not."""
    aunt = {"counterparty_id": "aunt", "counterparty_kind": "person"}
    payments = [
        paid(1, -50.0, 1, **aunt), paid(2, -50.0, 2, **aunt), paid(3, -50.0, 3, **aunt),
        paid(10, 50.0, 4, **aunt), paid(11, 50.0, 5, **aunt),
    ]  # fmt: skip
    asked = [{"application_id": 1, "applicant_id": "a", "as_of": START + timedelta(days=20)}]
    features = cs.FeatureSet((*by_class(), feature("out", "flows", "sum", "outflow")))
    found = answers(features, payments, asked).iloc[0]
    assert (found["reversal_count"], found["person_out_count"], found["out"]) == (4, 1, 50.0)


def test_refunds_take_from_the_order_then_the_shop_then_the_category() -> None:
    """Of 30 given back 20 undo the order, 8 the same shop; the 2 left the newest purchase without a shop."""
    bought = {"kind": "purchase", "category": "leisure"}
    payments = [
        paid(1, -20.0, 1, **bought, counterparty_id="shop", order_id="o"),
        paid(2, -8.0, 2, **bought, counterparty_id="shop"),
        paid(3, -9.0, 3, **bought), paid(4, -7.0, 4, **bought),
        paid(9, 30.0, 5, kind="refund", category="leisure", counterparty_id="shop", order_id="o"),
    ]  # fmt: skip
    asked = [{"application_id": 1, "applicant_id": "a", "as_of": START + timedelta(days=20)}]
    features = cs.FeatureSet(
        (
            feature("kept", "flows", "sum", "outflow"),
            feature("count", "flows", "count", "outflow"),
            feature("newest", "flows", "newest", "outflow"),
        )
    )
    found = answers(features, payments, asked).iloc[0]
    assert found.round(9).tolist() == [14.0, 2, 5.0]
