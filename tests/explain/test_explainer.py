"""A fitted model explained: calibrated, oriented, one row as in a batch."""

from __future__ import annotations

from types import MappingProxyType

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.background import Background
from creditscore.explain.explainer import Explainer
from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from tests.explain.fakes import Declared

NAMES = ("late", "income", "product")


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=600), rng.normal(size=600), rng.choice([3.0, 7.0, 11.0], 600)])
    X[rng.random(X.shape) < 0.15] = np.nan
    return X


def fit(rows: np.ndarray, *, max_depth: int = 6) -> FittedModel:
    """Trees over late, minus income and the code of the product."""
    oriented = np.column_stack([rows[:, 0], -rows[:, 1], np.searchsorted([3.0, 7.0, 11.0], rows[:, 2])])
    oriented[np.isnan(rows[:, 2]), 2] = np.nan
    rng = np.random.default_rng(2)
    y = (np.nan_to_num(rows[:, 0] - rows[:, 1]) + rng.normal(size=len(rows)) > 0.5).astype(float)
    parameters = {
        "objective": "binary",
        "verbose": -1,
        "max_depth": max_depth,
        "num_threads": 1,
        "num_leaves": 60,
    }
    data = lgb.Dataset(oriented, y, categorical_feature=[2])
    text = lgb.train(parameters | {"min_data_in_leaf": 3}, data, 20).model_to_string()
    labels = MappingProxyType({2: (3.0, 7.0, 11.0)})
    return FittedModel(text, (1, -1, 0), labels, AffineCalibration(0.7, -0.4), NAMES)


def declared() -> tuple[Declared, ...]:
    return (
        Declared("late"),
        Declared("income", reason_group="income_level", sign=-1),
        Declared("product", reason_group="", sign=0),
    )


def test_rows_add_up_to_calibrated_log_odds(rows: np.ndarray) -> None:
    fitted = fit(rows)
    explained = Explainer(fitted).contributions(rows, declared(), tuple(range(len(rows))))
    assert np.array_equal(explained.log_odds, fitted.log_odds(rows))
    assert np.abs(explained.values.sum(axis=1) + explained.base - explained.log_odds).max() < 1e-9
    assert explained.method == "leaf_tables"


def test_contributions_are_those_of_the_booster_times_the_slope(rows: np.ndarray) -> None:
    fitted = fit(rows)
    raw = lgb.Booster(model_str=fitted.model_text).predict(fitted.encode(rows), pred_contrib=True)
    explainer = Explainer(fitted)
    explained = explainer.contributions(rows, declared(), tuple(range(len(rows))))
    assert np.abs(explained.values - 0.7 * raw[:, :-1]).max() < 1e-9
    assert explainer.base == pytest.approx(0.7 * raw[0, -1] - 0.4, abs=1e-9)


def test_one_row_has_the_bits_of_the_batch(rows: np.ndarray) -> None:
    fitted = fit(rows)
    explainer = Explainer(fitted)
    explained = explainer.contributions(rows, declared(), tuple(range(len(rows))))
    for row in range(0, len(rows), 50):
        alone = explainer.one(fitted.evaluate(rows[row : row + 1]))
        assert np.array_equal(alone.values, explained.values[row])
        assert alone.log_odds == explained.log_odds[row]
        assert alone.base == explained.base


def test_a_deep_model_is_explained_by_quadrature_and_says_so(rows: np.ndarray) -> None:
    explainer = Explainer(fit(rows, max_depth=-1))
    explained = explainer.contributions(rows[:20], declared(), tuple(range(20)))
    assert explained.method == "quadrature"
    assert explainer.one(explainer.fitted.evaluate(rows[:1])).log_odds == explained.log_odds[0]


def test_a_background_moves_the_base_and_the_rows_still_add_up(rows: np.ndarray) -> None:
    fitted = fit(rows)
    approved = Background("approved", rows[:50], np.arange(50.0))
    explainer = Explainer(fitted, approved)
    explained = explainer.contributions(rows, declared(), tuple(range(len(rows))))
    assert explained.method == "interventional_tables"
    assert explained.background is approved
    assert "against 'approved'" in repr(explained.by_group())
    raw = np.average(fitted.raw_log_odds(rows[:50]), weights=approved.weights)
    assert explained.base == pytest.approx(0.7 * raw - 0.4, abs=1e-9)
    assert np.array_equal(explainer.one(fitted.evaluate(rows[9:10])).values, explained.values[9])


def test_a_background_of_another_width_is_refused(rows: np.ndarray) -> None:
    with pytest.raises(ParameterError, match="3 columns"):
        Explainer(fit(rows), Background("narrow", rows[:, :2]))


def test_a_background_with_names_is_read_by_them_whatever_stands_beside(rows: np.ndarray) -> None:
    fitted = fit(rows)
    names = list(fitted.feature_names)
    frame = pd.DataFrame(rows, columns=names)
    wide = frame.assign(shown_alone=1.0)[[*names[1:], "shown_alone", names[0]]]
    plain = Explainer(fitted, Background("all", rows)).contributions(rows, declared(), range(len(rows)))
    named = Explainer(fitted, Background("all", wide)).contributions(rows, declared(), range(len(rows)))
    assert np.array_equal(plain.values, named.values)
    with pytest.raises(ParameterError, match=f"lacks 1 features of the model, first '{names[0]}'"):
        Explainer(fitted, Background("all", wide.drop(columns=names[0])))
    unnamed = Background("all", pd.DataFrame(rows))
    assert Explainer(fitted, unnamed).base == plain.base


def test_no_applications_give_no_contributions(rows: np.ndarray) -> None:
    explained = Explainer(fit(rows)).contributions(rows[:0], declared(), ())
    assert len(explained) == 0
    assert explained.by_group().values.shape == (0, 3)
    assert "0 applications" in explained._repr_html_()


def test_an_explanation_that_does_not_add_up_is_refused(rows: np.ndarray) -> None:
    explainer = Explainer(fit(rows))
    object.__setattr__(explainer, "base", explainer.base + 1e-6)
    with pytest.raises(ExplanationError, match="miss the log-odds by 1e-06"):
        explainer.one(explainer.fitted.evaluate(rows[:1]))
    with pytest.raises(ExplanationError, match="miss"):
        explainer.contributions(rows[:2], declared(), (1, 2))
