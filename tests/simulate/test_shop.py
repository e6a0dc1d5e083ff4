"""A shop that sells on invoice: planted rates are the published ones, and the features find them again."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.features.digital.declared.catalogue import every_digital_feature
from creditscore.simulate import Orders, OrdersTruth, simulate_orders, simulate_orders_with_truth

# As quoted from the working paper of Berg, Burg, Gombovic and Puri (2020).
RATES = {
    ("device", "mobile"): 0.0214, ("device", "tablet"): 0.0091, ("device", "desktop"): 0.0074,
    ("system", "android"): 0.0179, ("system", "ios"): 0.0107,
    ("provider", "t_online"): 0.0051, ("provider", "hotmail"): 0.0145, ("provider", "yahoo"): 0.0196,
    ("email_error", "yes"): 0.0509,
}  # fmt: skip
OVERALL = 0.0094
A_TENTH_OF_A_POINT = 0.001
# By share of the registrations with a mark: the mark of the truth, and the sign that was planted.
SIGNS = {
    "registration_device_class_mobile_share": ("device", "mobile", 1),
    "registration_device_class_desktop_share": ("device", "desktop", -1),
    "registration_os_family_android_share": ("system", "android", 1),
    "registration_first_touch_price_comparison_share": ("touch", "price_comparison", -1),
    "registration_email_has_name_share": ("email_has_name", "yes", -1),
    "registration_email_digits_share": ("email_digits", "yes", 1),
    "registration_email_error_share": ("email_error", "yes", 1),
    "registration_lowercase_share": ("lowercase", "yes", 1),
    "registration_night_share": ("hour", "night", 1),
}  # fmt: skip


@cache
def shop() -> tuple[Orders, OrdersTruth]:
    return simulate_orders_with_truth(seed=11)


def test_planted_probabilities_are_the_published_rates() -> None:
    orders, truth = shop()
    assert len(orders.applications) == 270_000
    assert truth.probability.mean() == pytest.approx(OVERALL, abs=A_TENTH_OF_A_POINT)
    for key, rate in RATES.items():
        assert truth.rate(*key) == pytest.approx(rate, abs=A_TENTH_OF_A_POINT), key
    paid, compared = truth.rate("touch", "paid"), truth.rate("touch", "price_comparison")
    assert compared == pytest.approx(paid / 2.0, abs=A_TENTH_OF_A_POINT)
    named, unnamed = truth.rate("email_has_name", "yes"), truth.rate("email_has_name", "no")
    assert named == pytest.approx(0.7 * unnamed, abs=A_TENTH_OF_A_POINT)


def test_realised_rates_lie_within_three_standard_errors() -> None:
    orders, truth = shop()
    for (mark, label), rate in RATES.items():
        rows = truth.marks[mark] == label
        error = math.sqrt(rate * (1.0 - rate) / rows.sum())
        assert abs(orders.bad[rows].mean() - rate) < 3.0 * error, (mark, label)


def test_the_features_find_the_marks_and_the_signs_that_were_planted() -> None:
    orders, truth = shop()
    features = every_digital_feature()
    asked, known = orders.to_applications(), orders.to_portfolio()
    matrix = cs.CreditPipeline(features.select(SIGNS)).compute_features(asked, known)
    for name, (mark, label, sign) in SIGNS.items():
        seen = matrix[name]
        np.testing.assert_array_equal(seen, truth.marks[mark] == label, err_msg=name)
        with_mark, without = orders.bad[seen == 1.0].mean(), orders.bad[seen == 0.0].mean()
        assert np.sign(with_mark - without) == sign, name
        assert features[name].sign in (0, sign), name


@pytest.mark.long
def test_a_model_and_its_reasons_find_what_was_planted() -> None:
    orders, truth = shop()
    features, known = every_digital_feature().select(SIGNS), orders.to_portfolio()
    few, later = slice(0, 50_000), slice(50_000, 60_000)
    scorer = cs.CreditScorer(n_estimators=60, learning_rate=0.1, min_child_samples=50)
    pipeline = cs.CreditPipeline(features, scorer=scorer)
    pipeline.fit(cs.Applications(orders.applications[few]), known, orders.bad[few])
    scores = pipeline.score_many(cs.Applications(orders.applications[later]), known)
    assert scores.scored.all()
    order = np.argsort(np.argsort(scores.probability_of_default))
    planted = np.argsort(np.argsort(truth.probability[later]))
    assert np.corrcoef(order, planted)[0, 1] > 0.6
    wrong = 50_000 + np.flatnonzero(truth.marks["email_error"][later] == "yes")[:10]
    for row in wrong.tolist():
        one = {"application_id": row, "applicant_id": row, "as_of": orders.applications["as_of"][row]}
        assert "email" in [reason.group for reason in pipeline.score(one, known).reasons]


def test_the_same_seed_makes_the_same_shop_and_what_cannot_be_is_refused() -> None:
    one, two, other = (simulate_orders(1_000, seed=seed) for seed in (3, 3, 4))
    assert one.registrations.equals(two.registrations)
    assert np.array_equal(one.bad, two.bad)
    assert not one.registrations.equals(other.registrations)
    assert one.to_tables()["registrations"] is one.registrations
    assert one.to_outcomes() is one.bad
    with pytest.raises(ParameterError, match="'orders' parameter must be a whole number, 1,000 or more"):
        simulate_orders(10, seed=1)
    with pytest.raises(ParameterError, match="'seed' parameter"):
        simulate_orders(1_000, seed=-1)
