"""The logistic baseline: weights of evidence counted by hand, coefficients found by another solver."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from creditscore.errors import CreditScoreError, FittingError, ParameterError
from creditscore.model.baseline import LogisticBaseline, WeightOfEvidence


def test_weights_of_evidence_counted_by_hand() -> None:
    column = np.repeat([1.0, 2.0, np.nan], [40, 40, 20])
    bad = np.concatenate(
        [np.repeat([1, 0], [4, 36]), np.repeat([1, 0], [16, 24]), np.repeat([1, 0], [10, 10])]
    )
    bins = WeightOfEvidence.learned(
        column, bad.astype(float), np.ones(100), n_bins=2, smoothing=1e-9, categorical=False
    )
    goods, bads = np.array([36, 24, 10]) / 70, np.array([4, 16, 10]) / 30
    assert bins.edges.tolist() == [1.0]
    assert bins.values == pytest.approx(np.log(goods / bads))
    assert bins.information_value == pytest.approx(((goods - bads) * np.log(goods / bads)).sum())
    assert bins.values[0] > 0 > bins.values[1]  # above 0 where risk is low


def test_no_evidence_where_fitting_saw_nothing() -> None:
    bins = WeightOfEvidence.learned(
        np.repeat([5.0, 6.0], 50), np.tile([0.0, 1.0], 50), np.ones(100),
        n_bins=4, smoothing=1.0, categorical=True,
    )  # fmt: skip
    assert bins.transform(np.array([np.nan, 7.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("reg_lambda", [0.1, 10.0])
def test_coefficients_are_those_of_another_solver(reg_lambda: float) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 6))
    X[rng.random(X.shape) < 0.1] = np.nan
    y = (np.nan_to_num(X[:, 0]) + rng.normal(size=800) > 0.7).astype(int)
    weight = rng.integers(1, 4, 800).astype(float)
    baseline = LogisticBaseline(reg_lambda=reg_lambda).fit(X, y, sample_weight=weight)
    evidence = np.column_stack([bins.transform(X[:, j]) for j, bins in enumerate(baseline.bins_)])
    other = LogisticRegression(C=1 / reg_lambda, tol=1e-10, max_iter=10_000).fit(evidence, y, weight)
    assert baseline.coef_ == pytest.approx(other.coef_[0], abs=1e-4)
    assert baseline.intercept_ == pytest.approx(other.intercept_[0], abs=1e-4)
    assert baseline.coef_[0] == pytest.approx(-1, abs=0.3)


def test_any_rising_transform_of_a_feature_gives_the_same_probabilities() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(500, 3))
    y = (X[:, 0] > 1).astype(int)
    assert np.array_equal(
        LogisticBaseline().fit(X, y).predict_proba(X),
        LogisticBaseline().fit(np.exp(X), y).predict_proba(np.exp(X)),
    )


def test_categories_are_bins_of_their_own() -> None:
    rng = np.random.default_rng(2)
    X = rng.choice([3.0, 50.0, 4.0], size=(900, 1))
    y = (rng.random(900) < np.where(X[:, 0] == 4.0, 0.6, 0.1)).astype(int)
    baseline = LogisticBaseline(categorical_features=[0]).fit(X, y)
    middle, low, high = baseline.predict_proba(np.array([[4.0], [3.0], [50.0]]))[:, 1]
    assert middle > 0.5 > max(low, high)


def test_columns_without_values_are_fine() -> None:
    y = np.tile([0, 0, 1], 50)
    baseline = LogisticBaseline().fit(np.full((150, 2), np.nan), y)
    assert baseline.predict_proba(np.zeros((1, 2)))[0, 1] == pytest.approx(1 / 3, abs=1e-6)


def test_classes_that_part_wholly_stay_finite() -> None:
    X = np.arange(200.0).reshape(-1, 1)
    baseline = LogisticBaseline(reg_lambda=1e-6).fit(X, (X[:, 0] > 100).astype(int))
    assert np.isfinite(baseline.decision_function(X)).all()


@pytest.mark.parametrize("parameters", [{"n_bins": 1}, {"reg_lambda": 0.0}, {"smoothing": -1.0}])
def test_parameters_are_checked(parameters: dict[str, float]) -> None:
    with pytest.raises(CreditScoreError, match=next(iter(parameters))):
        LogisticBaseline(**parameters).fit(np.zeros((4, 1)), [0, 1, 0, 1])  # type: ignore[arg-type]


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(ParameterError, match="hold infinite values"):
        LogisticBaseline().fit([[np.inf], [1.0]], [0, 1])
    with pytest.raises(FittingError, match="one class only"):
        LogisticBaseline().fit(np.zeros((4, 1)), np.ones(4))


def test_a_rare_value_keeps_a_bin_of_its_own() -> None:
    column = np.concatenate([np.zeros(10), np.ones(490), np.linspace(2, 3, 20)])
    bins = WeightOfEvidence.learned(
        column, np.tile([0.0, 1.0], 260), np.ones(520), n_bins=5, smoothing=1.0, categorical=False
    )
    assert bins.edges.tolist() == [0.0, 1.0]
