"""Whoever shows only the newest part of an account gains nothing by it, where training shows old accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.recourse.actionable import why_not_actionable
from tests.pipeline.conftest import SMALL

AS_OF = datetime(2024, 7, 1, 12, tzinfo=UTC)
PEOPLE = 240
Record = dict[str, Any]


def account(person: int, pay: float, oldest: int) -> list[Record]:
    """Wages every 30 days, most of them spent; the account is overdrawn before the wages of the poor."""
    rows: list[Record] = []
    balance = 0.0
    for ago in range(oldest, 0, -30):
        for later, amount, kind in ((0, pay, "salary"), (3, -0.6 * pay, "purchase"), (20, -380.0, "bill")):
            balance += amount
            when = AS_OF - timedelta(days=ago - later)
            row = {"applicant_id": person, "event_time": when, "amount": amount, "balance": balance}
            rows.append(row | {"kind": kind, "counterparty_id": kind})
    return [row for row in rows if row["event_time"] < AS_OF]


def applications() -> cs.Applications:
    return cs.Applications.from_records(
        [{"application_id": who, "applicant_id": who, "as_of": AS_OF} for who in range(PEOPLE)]
    )


@pytest.fixture(scope="module")
def everyone() -> list[list[Record]]:
    rng = np.random.default_rng(3)
    return [
        account(who, float(rng.integers(500, 2_000)), int(rng.integers(211, 400))) for who in range(PEOPLE)
    ]


@pytest.fixture(scope="module")
def pipeline(everyone) -> cs.CreditPipeline:
    rng = np.random.default_rng(4)
    pay = np.array([rows[0]["amount"] for rows in everyone])
    bad = (rng.random(PEOPLE) < 1.0 / (1.0 + np.exp((pay - 1_000.0) / 150.0))).astype(float)
    chosen = cs.payment_features()
    fresh = cs.CreditPipeline([chosen], scorer=cs.CreditScorer(folds="hash", **SMALL), threads=1)
    return fresh.fit(applications(), of(everyone), bad)


def of(everyone: list[list[Record]]) -> cs.Portfolio:
    return cs.Portfolio.from_records({"payments": [row for rows in everyone for row in rows]})


@pytest.mark.parametrize("days", [25, 60, 120, 200])
def test_hiding_the_older_part_of_an_account_lets_nobody_across(pipeline, everyone, days: int) -> None:
    since = AS_OF - timedelta(days=days)
    hidden = [[row for row in rows if row["event_time"] >= since] for rows in everyone]
    assert all(hidden)
    before, after = (
        pipeline.score_many(applications(), of(each), on_mismatch="count").score
        for each in (everyone, hidden)
    )
    cutoff = np.quantile(before, 0.3)
    declined = before < cutoff
    assert np.ptp(before) > 50.0
    assert not (after[declined] >= cutoff).any()
    assert np.quantile(after - before, 0.95) <= 10.0


def test_at_most_one_in_two_hundred_of_training_falls_short(pipeline, everyone) -> None:
    shown = pipeline.compute_features(applications(), of(everyone)).to_frame()
    incomes = shown["payments_income_median_6m"]
    assert incomes.isna().sum() <= PEOPLE // 200
    assert shown["payments_history_days"].notna().all()


def test_what_no_model_is_given_is_shown_of_short_accounts_too(pipeline, everyone) -> None:
    short = [rows[-2:] for rows in everyone]
    shown = pipeline.compute_features(applications(), of(short), on_mismatch="count").to_frame()
    assert shown["payments_balance_now"].notna().all()
    assert shown["payments_income_months_share_12m"].isna().all()


def test_a_saved_model_asks_for_as_long_and_fits_again_to_the_same(pipeline, everyone, tmp_path) -> None:
    pipeline.save(tmp_path / "model")
    loaded = cs.CreditPipeline.load(tmp_path / "model")
    assert loaded.model.computer.features == pipeline.model.computer.features
    short = [rows[-2:] for rows in everyone]
    once, again = (
        one.score_many(applications(), of(short), on_mismatch="count").score for one in (pipeline, loaded)
    )
    assert np.array_equal(once, again)
    bad = (np.arange(PEOPLE) % 4 == 0).astype(float)
    refitted = loaded.fit(applications(), of(everyone), bad)
    assert refitted.model.computer.features == pipeline.model.computer.features


def test_where_nobody_has_payments_nothing_is_asked_of_them(everyone) -> None:
    features = cs.payment_features() + cs.application_features(("amount",))
    rows = [
        {"application_id": who, "applicant_id": who, "as_of": AS_OF, "amount": float(who)}
        for who in range(60)
    ]
    asked = cs.Applications.from_records(rows)
    pipeline = cs.CreditPipeline([features], scorer=cs.CreditScorer(folds="hash", **SMALL), threads=1)
    pipeline.fit(asked, cs.Portfolio(), (np.arange(60) > 40).astype(float))
    declared = {feature.name: feature.formula for feature in features}
    assert all(feature.formula == declared[feature.name] for feature in pipeline.model.computer.features)


def test_shares_are_told_as_counts_and_the_past_cannot_be_changed_as_without_it(pipeline, everyone) -> None:
    chosen = cs.payment_features()
    asking = pipeline.model.computer.features
    plain = cs.CreditPipeline([chosen]).compute_features(applications(), of(everyone))
    again = pipeline.compute_features(applications(), of(everyone))
    counted = [name for name in plain.counted if name in asking.names]
    assert len(counted) > 5
    assert set(counted) <= set(again.counted)
    assert {one.name: why_not_actionable(one) for one in asking} == {
        name: why_not_actionable(chosen[name]) for name in asking.names
    }
