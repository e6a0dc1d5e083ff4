"""What sources are worth: against all orders of blocks, against cross-validation, and with nothing twice."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.worth import source_worth


@pytest.fixture(scope="module")
def lender():
    dials = cs.simulate.SimulationConfig(people=350, bad_rate=0.25, new_to_bank=0.45)
    made = cs.simulate.simulate_portfolio(dials, seed=3)
    some = cs.application_features(["amount"]) + cs.payment_features().select(
        ["payments_inflow_sum_90d", "payments_history_days"]
    )
    loans = [one.name for one in cs.repayment_features() if one.source == "loans"][:4]
    features = some + cs.repayment_features().select(loans)
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=8, n_folds=2)
    pipeline = cs.CreditPipeline([features], scorer=scorer, threads=1)
    return pipeline, made.to_applications(), made.to_portfolio(), made.to_outcomes()


@pytest.fixture(scope="module")
def counted(lender):
    calls, compute = [], FeatureComputer.compute

    def counting(self, applications, *more, **named):
        calls.append((self.names, len(applications)))
        return compute(self, applications, *more, **named)

    FeatureComputer.compute = counting
    try:
        return source_worth(*lender, folds=2, resamples=30), calls
    finally:
        FeatureComputer.compute = compute


def test_no_feature_is_computed_twice(lender, counted):
    (features, rows), (history, others) = counted[1]
    assert history == ("payments_history_days",)  # how far payments reach back
    assert len(set(features)) == len(features) >= 5
    assert rows == others == len(lender[1])


def test_values_are_means_over_all_orders(counted):
    found = counted[0]
    assert found.blocks == ("payments", "repayments", "application")
    value = {frozenset(one.blocks): one.auc.value for one in found.combinations} | {frozenset(): 0.5}
    for metric in found.worth:
        gains = []
        for order in itertools.permutations(found.blocks):
            before = frozenset(order[: order.index(metric.name)])
            gains.append(value[before | {metric.name}] - value[before])
        assert metric.value == pytest.approx(np.mean(gains))
        assert metric.low <= metric.value <= metric.high
    assert sum(one.value for one in found.worth) == pytest.approx(found.combinations[0].auc.value - 0.5)


def test_all_blocks_together_are_what_cross_validation_says(lender, counted):
    pipeline, asked, portfolio, bad = lender
    crossed = cs.cross_validate(pipeline, asked, portfolio, bad, folds=2)
    judged = crossed.fold >= 0
    assert counted[0].combinations[0].auc.value == crossed.performance["auc"].value
    assert (counted[0].applications, counted[0].bads) == (judged.sum(), bad[judged].sum())


def test_who_was_never_a_customer_is_judged_apart(lender, counted):
    never = counted[0].never_customers
    assert 30 < never.applications < counted[0].applications
    # of them nothing is known of loans, so models of loans alone say little
    assert never["repayments"].auc.value < 0.62
    assert never.never_customers is None
    frame = never.to_frame()
    assert list(frame["block"]) == list(never.blocks)
    assert "AUC without" in repr(never)


def test_own_blocks(lender):
    pipeline, asked, portfolio, bad = lender
    found = source_worth(
        pipeline, asked, portfolio, bad, blocks={"money": ["payments"], "rest": ["loans", "application"]},
        folds=2, resamples=10,
    )  # fmt: skip
    assert [one.name for one in found.worth] == ["money", "rest"]
    with pytest.raises(NameUnknownError):
        found["payments"]
    for wrong, error in (
        ({"a": ["loan"]}, NameUnknownError),
        ({"a": ["loans"], "b": ["loans"]}, ParameterError),
        ({}, ParameterError),
    ):
        with pytest.raises(error):
            source_worth(pipeline, asked, portfolio, bad, blocks=wrong)
