"""A record holds what a feature or a rule reads, and nothing that nobody asked for."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs

ROWS = 200
SECRETS = ("Jo Doe", "+10000000000", "a note on illness", "12345.5", "memo of a friend")


@pytest.fixture(scope="module")
def lender():
    rng = np.random.default_rng(0)
    asked = [
        {
            "application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00Z",
            "amount": float(rng.integers(100, 1000)), "housing": ("rent", "own")[k % 2],
            "income": float(rng.integers(500, 900)), "full_name": "Jo Doe", "telephone": "+10000000000",
            "weight_kg": 12345.5, "remark": "a note on illness",
        }
        for k in range(ROWS)
    ]  # fmt: skip
    payments = [
        {
            "applicant_id": k, "event_time": f"2023-12-{day:02d}T10:00Z", "amount": float(rng.normal()),
            "memo": "memo of a friend", "shop": ("a", "b")[day % 2], "weight_kg": 12345.5,
        }
        for k in range(ROWS)
        for day in (3, 10, 17)
    ]  # fmt: skip
    own = cs.Feature(
        name="payments_shop_a_count_90d",
        formula=cs.Term("payments", "count", where=(cs.Condition("shop", "in", ("a",)),), window="90d"),
        label={"en": "payments in shop a", "fa": "خرید از فروشگاه", "zh": "商店付款"},
        definition="number of known payments in shop a in the 90 days before the moment",
        unit="count",
        reason_group="purchase_activity",
        source="payments",
    )
    portfolio = cs.Portfolio.from_records({"payments": payments})
    applications = cs.Applications.from_records(asked)
    features = [cs.application_features(("amount",), ("housing",)), cs.payment_features(), own]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=10))
    amounts = np.array([one["amount"] for one in asked])
    pipeline.fit(applications, portfolio, (amounts + 200 * rng.normal(size=ROWS) > 600).astype(float))
    return pipeline, asked, portfolio


def test_what_no_feature_and_no_rule_reads_is_not_stored(lender):
    pipeline, asked, portfolio = lender
    record = pipeline.decide(asked[3], portfolio)
    for secret in SECRETS:
        assert secret not in record.to_json()
    inputs = record.content["inputs"]
    assert inputs["application"].keys() == {"application_id", "applicant_id", "as_of", "amount", "housing"}
    assert {row["shop"] for row in inputs["tables"]["payments"]} == {"a", "b"}
    assert "memo" not in str(inputs["columns"])
    assert cs.replay_decision(record, pipeline.model) is None


def test_what_a_rule_compares_is_stored(lender):
    pipeline, asked, portfolio = lender
    rule = cs.DeclineRule(
        "least_income", "P01", "income", "<", 10_000.0, {"en": "low", "fa": "کم", "zh": "低"}
    )
    policy = cs.Policy("consumer", "1", cutoff=300, rules=(rule,))
    record = pipeline.decide(asked[3], portfolio, policy=policy)
    assert record.content["inputs"]["application"]["income"] == asked[3]["income"]
    assert record.decision == "decline"
    for secret in SECRETS:
        assert secret not in record.to_json()
    assert cs.replay_decision(record, pipeline.model) is None


def test_what_a_view_needs_is_stored_though_no_contract_declares_it():
    paid = [
        {
            "applicant_id": k, "loan_id": k, "due_time": "2023-06-01T00:00Z", "due_amount": 100.0,
            "paid_time": "2023-06-01T10:00Z", "paid_amount": 100.0,
            "method": ("direct_debit", "cash")[k % 2],
        }
        for k in range(ROWS)
    ]  # fmt: skip
    loans = [
        {"applicant_id": k, "loan_id": k, "event_time": "2023-05-01T00:00Z", "amount": 100.0, "term_days": 31}
        for k in range(ROWS)
    ]
    asked = [{"application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00Z"} for k in range(ROWS)]
    portfolio = cs.Portfolio.from_records({"instalments": paid, "loans": loans})
    features = cs.repayment_features().select(["repayment_autopay_share", "repayment_loans_ever"])
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=5, recipe="default"))
    pipeline.fit(cs.Applications.from_records(asked), portfolio, [float(k % 2) for k in range(ROWS)])
    for k in (2, 3):
        record = pipeline.decide(asked[k], portfolio)
        assert (
            record.content["inputs"]["tables"]["instalments"][0]["method"] == ("direct_debit", "cash")[k % 2]
        )
        assert cs.replay_decision(record, pipeline.model) is None
