"""The estimators keep scikit-learn's contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.utils.estimator_checks import parametrize_with_checks

from creditscore.model.baseline import LogisticBaseline
from creditscore.model.scorer import CreditScorer

WEIGHTS = "min_child_samples counts rows and folds are dealt by row, so a row of weight 2 is not two rows"
NOT_KEPT = {
    CreditScorer: {
        f"check_sample_weight_equivalence_on_{form}_data": WEIGHTS for form in ("dense", "sparse")
    },
}


@parametrize_with_checks(
    [CreditScorer(n_estimators=60, learning_rate=0.2, threads=1), LogisticBaseline()],
    expected_failed_checks=lambda estimator: NOT_KEPT.get(type(estimator), {}),
)
def test_scikit_learn_contract(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)
