"""Counterfactuals: true, smallest, towards lower risk, and only over what an applicant can act on."""

from __future__ import annotations

from itertools import combinations, product

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ParameterError
from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Term
from creditscore.model.fitted import AffineCalibration, FittedModel
from creditscore.model.scale import ScoreScale
from creditscore.recourse.counterfactual import Counterfactual, find_counterfactuals

SCALE = ScoreScale()


def declared(name: str, unit: str, sign: int, group: str, source: str = "loans", *tags: str) -> Feature:
    formula = Attribute(name) if source == "application" else Term("loan_states", "mean", name, window="6m")
    return Feature(
        name,
        formula,
        name,
        name,
        unit,
        sign,
        group,
        source=source,
        legal_tags=tags,  # type: ignore[arg-type]
    )


FEATURES = (
    declared("late_share", "share", 1, "payment_timeliness"),
    declared("income", "money", -1, "income_level", "payments"),
    declared("overdrafts", "count", 1, "overdraft", "payments"),
    declared("friends_defaulted", "share", 1, "past_arrears", "ties", "social_network"),
    declared("age", "as given", -1, "applicant_attributes", "application"),
    declared("spending", "ratio", 0, "spending_pattern", "payments"),
    declared("on_time_streak", "count", -1, "payment_timeliness"),
)
ACTIONABLE = (0, 1, 2, 6)


def drawn(rng: np.random.Generator, n: int) -> np.ndarray:
    X = np.column_stack(
        [
            rng.integers(0, 11, n) / 10, rng.normal(2000.0, 400.0, n).round(2), rng.poisson(1.5, n),
            rng.random(n), rng.integers(18, 80, n), rng.normal(size=n), rng.integers(0, 12, n),
        ]
    ).astype(float)  # fmt: skip
    X[rng.random(X.shape) < 0.08] = np.nan
    return X


def fitted_and_rows(seed: int, trees: int = 12) -> tuple[FittedModel, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = drawn(rng, 400)
    signs = tuple(feature.sign for feature in FEATURES)
    oriented = X * np.where(np.array(signs) < 0, -1.0, 1.0)
    ranks = np.nan_to_num((oriented - np.nanmean(oriented, axis=0)) / np.nanstd(oriented, axis=0))
    y = (ranks @ np.array([1, 1, 1, 1, 0.6, 0, 1]) + rng.normal(size=len(X)) > 1).astype(float)
    parameters = {
        "objective": "binary", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 8, "num_leaves": 8,
        "monotone_constraints": [abs(sign) for sign in signs], "learning_rate": 0.2,
    }  # fmt: skip
    text = lgb.train(parameters, lgb.Dataset(oriented, y), trees).model_to_string()
    calibration = AffineCalibration(0.9, -0.2)
    return FittedModel(text, signs, {}, calibration, tuple(f.name for f in FEATURES)), drawn(rng, 30)


def cells(fitted: FittedModel, row: np.ndarray, column: int) -> list[float]:
    """Values of a feature just beyond each split that lies towards lower risk."""
    nodes, sign = fitted.trees.nodes, FEATURES[column].sign
    known = np.unique(fitted.trees.thresholds[nodes[:, 0] == column])
    return [sign * value for value in known[known < sign * row[column]][::-1]]


def reachable(fitted: FittedModel, row: np.ndarray, cutoff: int, size: int) -> set[tuple[int, ...]]:
    """By trying everything: the sets of features, of a size, that can reach the cut-off."""
    found = set()
    for columns in combinations(ACTIONABLE, size):
        choices = list(product(*(cells(fitted, row, column) for column in columns)))
        if choices:
            rows = np.repeat(row[None, :], len(choices), axis=0)
            rows[:, columns] = choices
            if (SCALE.score(fitted.log_odds(rows)) >= cutoff).any():
                found.add(columns)
    return found


def columns_of(one: Counterfactual) -> tuple[int, ...]:
    names = [feature.name for feature in FEATURES]
    return tuple(names.index(change.feature) for change in one.changes)


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), short=st.integers(1, 30))
def test_alternatives_are_true_smallest_and_all_that_there_are(seed: int, short: int) -> None:
    fitted, X = fitted_and_rows(seed)
    for row in X[:6]:
        cutoff = SCALE.score(float(fitted.log_odds(row[None, :])[0])) + short
        found = find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff, limit=99)
        expected: set[tuple[int, ...]] = set()
        for size in (1, 2, 3):
            new = reachable(fitted, row, cutoff, size)
            expected |= {one for one in new if not any(set(other) < set(one) for other in expected)}
        assert {columns_of(one) for one in found} == expected
        for one in found:
            assert_true_and_irreducible(fitted, row, cutoff, one)


def assert_true_and_irreducible(
    fitted: FittedModel, row: np.ndarray, cutoff: int, one: Counterfactual
) -> None:
    after = row.copy()
    for column, change in zip(columns_of(one), one.changes, strict=True):
        feature = FEATURES[column]
        assert (change.before, change.unit) == (row[column], feature.unit)
        assert feature.sign * change.after < feature.sign * change.before
        after[column] = change.after
    scored = float(fitted.log_odds(after[None, :])[0])
    assert one.score == SCALE.score(scored) >= cutoff
    assert one.probability_of_default == pytest.approx(1 / (1 + np.exp(-scored)), abs=1e-12)
    for column, change in zip(columns_of(one), one.changes, strict=True):
        sign = FEATURES[column].sign
        before = [value for value in cells(fitted, row, column) if sign * value >= sign * change.after][:-1]
        tried = after.copy()
        tried[column] = before[-1] if before else row[column]  # beyond one split less, or not changed at all
        assert SCALE.score(float(fitted.log_odds(tried[None, :])[0])) < cutoff


def test_missing_values_are_left_alone() -> None:
    fitted, X = fitted_and_rows(3)
    row = X[0].copy()
    row[list(ACTIONABLE)] = [np.nan, np.nan, 4.0, 1.0]
    cutoff = SCALE.score(float(fitted.log_odds(row[None, :])[0])) + 1
    found = find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff)
    assert found
    assert {column for one in found for column in columns_of(one)} <= {2, 6}
    row[list(ACTIONABLE)] = np.nan
    assert find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff + 1) == ()


def test_few_ordered_and_the_same_again() -> None:
    fitted, X = fitted_and_rows(4, trees=30)
    seen = 0
    for row in X:
        cutoff = SCALE.score(float(fitted.log_odds(row[None, :])[0])) + 4
        found = find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff)
        assert found == find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff)
        assert len(found) <= 3
        keys = [(len(one.changes), one.effort) for one in found]
        assert keys == sorted(keys)
        seen += len(found)
    assert seen > len(X)


def test_nothing_to_change_above_the_cutoff_and_nothing_without_one() -> None:
    fitted, X = fitted_and_rows(5)
    score = SCALE.score(float(fitted.log_odds(X[:1])[0]))
    assert find_counterfactuals(fitted, SCALE, FEATURES, X[0], score) == ()
    assert find_counterfactuals(fitted, SCALE, FEATURES, X[0], 849) == ()
    with pytest.raises(ParameterError, match="need a 'cutoff'"):
        find_counterfactuals(fitted, SCALE, FEATURES, X[0], None)
    with pytest.raises(ParameterError, match="7 declarations, one for each feature"):
        find_counterfactuals(fitted, SCALE, FEATURES[1:], X[0], score)


def test_values_are_plain_and_within_their_unit() -> None:
    fitted, X = fitted_and_rows(6, trees=40)
    changes = []
    for row in X:
        cutoff = SCALE.score(float(fitted.log_odds(row[None, :])[0])) + 3
        found = find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff)
        changes += [change for one in found for change in one.changes]
    assert {change.unit for change in changes} == {"share", "money", "count"}
    for change in changes:
        assert change.after >= 0
        if change.unit == "count":
            assert change.after == int(change.after)
        if change.unit == "share":
            assert change.after <= 1


def test_what_is_written_is_plain_data() -> None:
    fitted, X = fitted_and_rows(7)
    row = X[np.argmax(fitted.log_odds(X))]
    cutoff = SCALE.score(float(fitted.log_odds(row[None, :])[0])) + 2
    one = find_counterfactuals(fitted, SCALE, FEATURES, row, cutoff)[0]
    written = one.to_dict()
    assert set(written) == {"changes", "score", "probability_of_default"}
    assert written["changes"][0] == {
        "feature": one.changes[0].feature, "from": one.changes[0].before, "to": one.changes[0].after,
        "unit": one.changes[0].unit,
    }  # fmt: skip
