"""The credit scorer: same bits everywhere, honest calibration, and errors that help."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from creditscore.errors import (
    ArtefactError,
    CreditScoreError,
    FittingError,
    NameUnknownError,
    ParameterError,
    UnseenLabelsWarning,
)
from creditscore.model.boosting import BoostingData, BoostingSettings
from creditscore.model.calibration import fit_affine
from creditscore.model.fitted import FittedModel
from creditscore.model.folds import hash_folds
from creditscore.model.origins import Origins
from creditscore.model.recipes import TreeRecipe
from creditscore.model.scorer import CreditScorer

DAY = 86_400_000_000
BOOSTING = BoostingSettings(min_child_samples=10, max_bin=63, seed=0)
RECIPE = TreeRecipe("test", 0.2, 6, 31, 0.5, 1.0)
QUICK: dict[str, Any] = {"n_estimators": 40, "learning_rate": 0.2, "threads": 1}


def sample(seed: int = 0, n: int = 1200) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Risk rises with column 0, falls with 1, differs by the label in 2; column 3 is noise, 4 is empty."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    X[:, 2] = rng.choice([3.0, 10.0, 77.0, 1e6], n)
    X[rng.random(n) < 0.2, 1] = np.nan
    X[:, 4] = np.nan
    log_odds = 1.2 * X[:, 0] - np.nan_to_num(X[:, 1]) + 1.5 * (X[:, 2] == 77.0) - 1.5
    return X, (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)


@pytest.fixture(scope="module")
def fitted() -> CreditScorer:
    X, y = sample()
    return CreditScorer(signs=[1, -1, 0, 0, 0], categorical_features=[2], **QUICK).fit(X, y)


def test_the_trees_are_the_same_for_one_and_two_threads() -> None:
    X, y = sample(n=9000)
    signed = np.array([True, False, False, False, False])
    data = BoostingData(X, y.astype(float), np.ones(9000), signed=signed, unknown={2: 8}, settings=BOOSTING)
    one, two = (data.grow(RECIPE, np.arange(8000), 12, threads=threads) for threads in (1, 2))
    assert one == two


def test_the_fit_is_the_same_for_one_and_two_threads(fitted: CreditScorer) -> None:
    X, y = sample()
    two = clone(fitted).set_params(threads=2).fit(X, y)
    assert two.model_.to_dict() == fitted.model_.to_dict()
    assert np.array_equal(two.report_.log_odds, fitted.report_.log_odds)
    assert np.array_equal(two.predict_proba(X), fitted.predict_proba(X))


def test_what_is_saved_scores_to_the_same_bits(fitted: CreditScorer) -> None:
    X, _ = sample(1)
    again = FittedModel.from_dict(json.loads(json.dumps(fitted.model_.to_dict())))
    assert np.array_equal(again.log_odds(X), fitted.decision_function(X))
    assert np.array_equal(again.probability(X), fitted.predict_proba(X)[:, 1])
    one_by_one = np.concatenate([again.log_odds(X[row : row + 1], threads=1) for row in range(50)])
    assert np.array_equal(one_by_one, again.log_odds(X)[:50])


def test_scoring_never_imports_lightgbm(fitted: CreditScorer, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(fitted.model_.to_dict()))
    code = (
        "import json, sys, numpy\n"
        "from creditscore.model.fitted import FittedModel\n"
        "model = FittedModel.from_dict(json.load(open(sys.argv[1])))\n"
        "model.log_odds(numpy.zeros((1, 5)))\n"
        "sys.exit(bool({'lightgbm', 'sklearn', 'pandas', 'shap'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


@pytest.mark.parametrize("part", ["model_text", "signs", "categories", "calibration", "feature_names"])
def test_damaged_parts_are_refused(fitted: CreditScorer, part: str) -> None:
    stored = fitted.model_.to_dict()
    for wrong in (None, 3, "x", {"9": [1.0]}):
        with pytest.raises((ArtefactError, ParameterError)):
            FittedModel.from_dict(stored | {part: wrong})
    del stored[part]
    with pytest.raises(ArtefactError, match=part):
        FittedModel.from_dict(stored)


def test_signs_hold_on_a_grid(fitted: CreditScorer) -> None:
    X, _ = sample(2, n=200)
    for column, sign in ((0, 1), (1, -1)):
        curve = []
        for value in np.linspace(-4, 4, 201):
            X[:, column] = value
            curve.append(fitted.decision_function(X))
        assert np.count_nonzero(sign * np.diff(curve, axis=0) < 0) == 0
        assert np.ptp(curve, axis=0).min() > 0
        X[:, column] = np.nan
        assert (fitted.decision_function(X) >= curve[0 if sign > 0 else -1]).all()


NEVER_SEEN = (5.0, -1.0, 76.999)


def test_categories_are_labels_not_quantities(fitted: CreditScorer) -> None:
    X, _ = sample(3, n=200)
    risk = {}
    for label in (3.0, 77.0, 1e6, np.nan, 5.0, -1.0, 76.999):
        X[:, 2] = label
        told = pytest.warns(UnseenLabelsWarning) if label in NEVER_SEEN else nullcontext()
        with told:
            risk[label] = fitted.decision_function(X)
    assert risk[77.0].mean() > max(risk[3.0].mean(), risk[1e6].mean()) + 0.5
    never_seen = [risk[label] for label in NEVER_SEEN]
    missing = next(each for label, each in risk.items() if np.isnan(label))
    assert all(np.array_equal(each, missing) for each in never_seen)


def test_a_relabelled_category_gives_the_same_model(fitted: CreditScorer) -> None:
    X, y = sample()
    X[:, 2] = np.log(X[:, 2])
    again = clone(fitted).fit(X, y)
    assert again.model_.model_text == fitted.model_.model_text


def test_names_of_a_data_frame_carry_signs_and_categories(fitted: CreditScorer) -> None:
    X, y = sample()
    frame = pd.DataFrame(X, columns=["utilisation", "tenure", "product", "noise", "empty"])
    named = CreditScorer(
        signs={"utilisation": 1, "tenure": -1}, categorical_features=["product"], **QUICK
    ).fit(frame, y)
    assert named.model_.model_text == fitted.model_.model_text
    assert named.model_.feature_names == tuple(frame.columns)
    with pytest.raises(NameUnknownError, match=r"no column 'age'\. Known: 'utilisation'"):
        CreditScorer(signs={"age": 1}).fit(frame, y)
    with pytest.raises(NameUnknownError, match="no column 'kind'"):
        CreditScorer(categorical_features=["kind"]).fit(frame, y)


def test_report_is_of_rows_unseen(fitted: CreditScorer) -> None:
    X, y = sample()
    assert np.array_equal(fitted.report_.index, np.arange(1200))
    assert np.array_equal(fitted.report_.bad, y)
    assert fitted.folds_.kind == "hash"
    assert fitted.judged_ is fitted.folds_
    assert "not in time: no times were given" in fitted.choice_
    line = fit_affine(fitted.report_.log_odds, y.astype(float))
    assert line.slope == pytest.approx(1, abs=0.15)
    assert roc_auc_score(y, fitted.report_.log_odds) < roc_auc_score(y, fitted.decision_function(X))


def test_a_part_is_not_moved_by_its_own_outcomes() -> None:
    X, y = sample(n=600)
    bad = y.astype(float)
    folds = hash_folds(np.arange(600), bad, n_parts=4, seed=0)
    part = folds.rows(0)
    swapped = bad.copy()
    swapped[part] = 1 - bad[part]
    texts = []
    for outcomes in (bad, swapped):
        data = BoostingData(
            X, outcomes, np.ones(600), signed=np.zeros(5, dtype=bool), unknown={}, settings=BOOSTING
        )
        models = [data.start(RECIPE, *pair) for pair in folds.pairs()]
        for model in models:
            model.extend(4, 20)
        texts.append([data.seal(model.text(20), model.rows) for model in models])
    assert texts[0][0] == texts[1][0]
    assert all(one != other for one, other in zip(texts[0][1:], texts[1][1:], strict=True))


def test_permuted_labels_have_no_signal() -> None:
    X, y = sample(n=3000)
    y = np.random.default_rng(5).permutation(y)
    for time in (None, np.arange(3000) * DAY):
        scorer = CreditScorer(signs=[1, -1, 0, 0, 0], **QUICK).fit(X, y, time=time)
        report = scorer.report_
        bads = report.bad.sum()
        goods = len(report.bad) - bads
        standard_error = np.sqrt((bads + goods + 1) / (12 * bads * goods))
        assert abs(roc_auc_score(report.bad, report.log_odds) - 0.5) < 3 * standard_error
        # In time order the level comes from the newest tenth.
        assert scorer.predict_proba(X)[:, 1].mean() == pytest.approx(
            y.mean(), abs=0.002 if time is None else 0.07
        )


def test_no_signal_can_be_an_error() -> None:
    rng = np.random.default_rng(0)
    raised = 0
    for seed in range(6):
        X, y = rng.normal(size=(400, 3)), rng.integers(0, 2, 400)
        scorer = CreditScorer(**QUICK, seed=seed).fit(X, y)
        if scorer.model_.calibration.flattened:
            with pytest.raises(FittingError, match="no better than chance"):
                scorer.set_params(on_no_signal="raise").fit(X, y)
            raised += 1
    assert raised


def test_moments_are_whole_numbers_or_dates() -> None:
    X, y = sample(n=2400)
    time = np.random.default_rng(0).integers(0, 200, 2400) * DAY
    scorer = CreditScorer(**QUICK, embargo="5d").fit(X, y, time=time)
    assert isinstance(scorer.judged_, Origins)
    assert scorer.judged_.embargo == 5 * DAY
    dates = pd.to_datetime(time, unit="us").to_numpy()
    assert scorer.model_.to_dict() == clone(scorer).fit(X, y, time=dates).model_.to_dict()


def test_what_judges_can_be_asked_for() -> None:
    X, y = sample(n=2400)
    time = np.arange(2400) * DAY
    scorer = CreditScorer(**QUICK, folds="hash").fit(X, y, time=time)
    assert scorer.judged_ is scorer.folds_
    assert "not in time: asked for" in scorer.choice_
    with pytest.raises(FittingError, match="cannot be judged in time: 500 rows, fewer than 2000"):
        CreditScorer(**QUICK, folds="time").fit(X[:500], y[:500], time=time[:500])


def test_an_applicant_is_never_parted() -> None:
    X, y = sample()
    who = np.array([f"applicant {row % 400}" for row in range(1200)])
    folds = CreditScorer(**QUICK).fit(X, y, groups=who).folds_
    assert all(np.unique(folds.number[who == name]).size == 1 for name in np.unique(who))


def test_rows_without_weight_are_as_good_as_absent(fitted: CreditScorer) -> None:
    X, y = sample()
    padded = np.concatenate([X, np.full((300, 5), 9.0)])
    weight = np.repeat([1.0, 0.0], [1200, 300])
    labels = np.concatenate([y, np.zeros(300, dtype=int)])
    groups = [*range(1200), *["other"] * 300]
    scorer = clone(fitted).fit(padded, labels, sample_weight=weight, groups=groups)
    assert scorer.model_.to_dict() == fitted.model_.to_dict()
    assert scorer.folds_.n_left_out == 300
    assert scorer.report_.index.max() == 1199


def test_weights_shift_the_level() -> None:
    X, y = sample()
    heavy = CreditScorer(**QUICK).fit(X, y, sample_weight=np.where(y == 1, 3.0, 1.0))
    plain = CreditScorer(**QUICK).fit(X, y)
    shift = np.mean(heavy.decision_function(X) - plain.decision_function(X))
    assert shift == pytest.approx(np.log(3), abs=0.3)


def test_columns_without_values_are_fine() -> None:
    _, y = sample(n=300)
    for X in (np.full((300, 2), np.nan), np.zeros((300, 2))):
        probability = CreditScorer(**QUICK, signs=[1, 0]).fit(X, y).predict_proba(X)[:, 1]
        assert probability == pytest.approx(np.full(300, y.mean()), abs=0.02)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_estimators": 0}, "'n_estimators' parameter must be a whole number of at least 1. Got 0 instead"),
        ({"learning_rate": 0.0}, "'learning_rate' parameter must be a number above 0 and at most 1"),
        ({"max_depth": 2.5}, "'max_depth' parameter must be a whole number"),
        ({"min_child_samples": -1}, "whole number of at least 1 or None"),
        ({"folds": "random"}, "'folds' parameter must be one of 'auto', 'time', 'hash'"),
        ({"seed": True}, "'seed' parameter must be a whole number"),
        ({"threads": 0}, "'threads' parameter"),
        ({"embargo": "3 months"}, "'embargo' parameter must be a duration"),
        ({"embargo": -5}, "'embargo' parameter must be"),
        ({"signs": [1, 0]}, "'signs' parameter must be one sign for each of 5 columns"),
        ({"signs": [2, 0, 0, 0, 0]}, "-1, 0 or .1 for column 'x0'. Got 2"),
        ({"signs": [1, 0, 0, 0, 0], "categorical_features": [0]}, "0 for the categorical column 'x0'"),
        ({"categorical_features": [5]}, "There is no column 5"),
    ],
)
def test_parameters_are_checked_in_fit(parameters: dict[str, Any], message: str) -> None:
    X, y = sample(n=100)
    with pytest.raises(CreditScoreError, match=message):
        CreditScorer(**parameters).fit(X, y, time=np.arange(100))


def test_errors_name_the_offender_and_the_remedy(fitted: CreditScorer) -> None:
    X, y = sample(n=100)
    X[3, 1] = np.inf
    with pytest.raises(
        ParameterError, match=r"1 rows of X hold infinite values \(inf\), in x1\. Replace them"
    ):
        CreditScorer().fit(X, y)
    with pytest.raises(ParameterError, match="hold infinite values"):
        fitted.predict_proba(X)
    X, y = sample(n=100)
    with pytest.raises(FittingError, match="one class only, 0, in 100 rows.*both outcomes"):
        CreditScorer().fit(X, np.zeros(100, dtype=int))
    with pytest.raises(FittingError, match="Only binary classification is supported"):
        CreditScorer().fit(X, np.arange(100) % 3)
    with pytest.raises(FittingError, match="Every 'sample_weight' is zero"):
        CreditScorer().fit(X, y, sample_weight=np.zeros(100))
    with pytest.raises(ParameterError, match="1 values of 'sample_weight' are below 0 or not finite. Give"):
        CreditScorer().fit(X, y, sample_weight=np.r_[-1.0, np.ones(99)])
    with pytest.raises(ValueError, match="y contains NaN"):
        CreditScorer().fit(X, np.r_[np.nan, y[1:]])
    with pytest.raises(ValueError, match="0 sample"):
        CreditScorer().fit(X[:0], y[:0])
    with pytest.raises(FittingError, match="at least 2 applicants with a bad and 2 with a good"):
        CreditScorer().fit(X, y, groups=np.zeros(100))
