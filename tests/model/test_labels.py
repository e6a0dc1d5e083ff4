"""Which of two labels is bad is said by whoever fits, or clear; the alphabet does not decide it."""

from __future__ import annotations

import numpy as np
import pytest

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.model.baseline import LogisticBaseline
from creditscore.model.scorer import CreditScorer

ESTIMATORS = [
    lambda **more: CreditScorer(signs=[1], n_estimators=20, learning_rate=0.2, **more),
    LogisticBaseline,
]


def sample(n=400):
    rng = np.random.default_rng(0)
    days = rng.exponential(10, n)
    return days[:, None], (days + rng.normal(size=n) * 5 > 12).astype(int)


def risk(estimator):
    rows = np.array([[0.0], [60.0]])
    bad = estimator.classes_.tolist().index(estimator.bad_label_)
    chances = estimator.predict_proba(rows)[:, bad]
    assert np.array_equal(chances, estimator.probability_of_bad(rows))
    turned = 1 if bad == 1 else -1
    assert np.array_equal(estimator.decision_function(rows), turned * estimator.log_odds(rows))
    return chances


@pytest.mark.parametrize("made", ESTIMATORS)
@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("good", "bad"),
        ("Fully Paid", "Charged Off"),
        ("non-default", "default"),
        ("not_defaulted", "defaulted"),
        ("repaid", "late"),
        ("\u6b63\u5e38", "\u8fdd\u7ea6"),
        ("performing", "NPL"),
    ],
)
def test_texts_are_read_as_they_say_or_refused(made, good, bad):
    X, y = sample()
    texts = np.where(y == 1, bad, good)
    expected = risk(made().fit(X, y))
    named = made(positive_label=bad).fit(X, texts)
    assert np.array_equal(risk(named), expected)
    assert named.classes_.tolist() == sorted([good, bad])
    assert named.bad_label_ == bad
    assert named.predict(np.array([[0.0], [60.0]])).tolist() == [good, bad]
    assert set(named.predict(X).tolist()) <= {good, bad}
    if bad > good:
        assert np.array_equal(risk(made().fit(X, texts)), expected)
    else:
        with pytest.raises(ParameterError, match="positive_label="):
            made().fit(X, texts)


@pytest.mark.parametrize("made", ESTIMATORS)
def test_truth_and_one_and_two_are_clear(made):
    X, y = sample()
    expected = risk(made().fit(X, y))
    for labels in (y == 1, y + 1, y * 2.0 - 1.0):
        assert np.array_equal(risk(made().fit(X, labels)), expected)
    assert np.array_equal(risk(made(positive_label=0).fit(X, 1 - y)), expected)


@pytest.mark.parametrize("made", ESTIMATORS)
def test_a_label_that_does_not_occur_is_refused(made):
    X, y = sample()
    with pytest.raises(NameUnknownError, match="Did you mean 'bad'"):
        made(positive_label="bda").fit(X, np.where(y == 1, "bad", "good"))
