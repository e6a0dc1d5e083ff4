"""Each datum's significance: planted effects are found, noise is not; the test is the one that is named."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, kstest
from sklearn.linear_model import LogisticRegression

import creditscore as cs
from creditscore.assess.beside import LEAST, MOST, Beside, normal_scores
from creditscore.assess.significance import Datum, UnseenRows, _fitted, _gain, data_tests, holm
from creditscore.errors import ParameterError

N = 500


@pytest.fixture(scope="module")
def planted():
    """Two columns that say something, three that are noise, and outcomes that are known."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(N, 5))
    odds = 1.4 * X[:, 0] - 1.1 * X[:, 1] - 0.8
    bad = (rng.random(N) < 1.0 / (1.0 + np.exp(-odds))).astype(float)
    records = [
        {"application_id": k, "applicant_id": k, "as_of": "2026-01-01T00:00Z"}
        | {f"x{j}": float(X[k, j]) for j in range(5)}
        for k in range(N)
    ]
    features = cs.application_features(tuple(f"x{j}" for j in range(5)))
    scorer = cs.CreditScorer(n_estimators=12)
    asked = cs.Applications.from_records(records)
    return cs.CreditPipeline([features], scorer=scorer).fit(asked, cs.Portfolio(), bad), asked, bad


@pytest.fixture(scope="module")
def found(planted):
    pipeline, asked, bad = planted
    return cs.assess_significance(pipeline, asked, cs.Portfolio(), bad)


def test_what_was_planted_is_significant_and_noise_is_not(found):
    by_name = {one.name: one for one in found.features}
    assert {"application_x0", "application_x1"} <= set(by_name)
    assert by_name["application_x0"].significant
    assert by_name["application_x1"].significant
    assert by_name["application_x0"].holm < 1e-6
    assert set(found.not_significant) == set(by_name) - {"application_x0", "application_x1"}
    assert found.rows == N
    assert "not: " in str(found)


def test_it_is_the_same_for_any_number_of_threads(planted, found):
    pipeline, asked, bad = planted
    again = cs.assess_significance(pipeline, asked, cs.Portfolio(), bad, threads=1)
    assert again.to_dict() == found.to_dict()


def test_the_likelihoods_are_those_of_another_implementation():
    rng = np.random.default_rng(3)
    columns = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
    bad = (rng.random(400) < 0.3 + 0.2 * (columns[:, 1] > 0)).astype(float)
    value, slopes = _fitted(columns, bad, np.ones(400))
    other = LogisticRegression(C=1e12, fit_intercept=False, tol=1e-12, max_iter=5_000).fit(columns, bad)
    assert slopes == pytest.approx(other.coef_[0], abs=1e-5)
    p = other.predict_proba(columns)[:, 1]
    assert value == pytest.approx(float((bad * np.log(p) + (1 - bad) * np.log(1 - p)).sum()), abs=1e-8)


def test_under_no_effect_the_p_values_are_even():
    """Half of the one-sided tests point the other way; of the rest p-values lie evenly below one half."""
    rng = np.random.default_rng(5)
    values = []
    for _ in range(300):
        rest, part = rng.normal(size=(2, 250))
        bad = (rng.random(250) < 1.0 / (1.0 + np.exp(-rest))).astype(float)
        gain, slope = _gain(rest[:, None], part, bad, np.ones(250))
        if slope > 0:
            values.append(2.0 * 0.5 * float(chi2.sf(gain, 1)))
    assert 110 < len(values) < 190
    assert kstest(values, "uniform").pvalue > 0.01


def test_what_never_varies_adds_nothing():
    rest, bad = np.linspace(-1, 1, 50), np.tile([0.0, 1.0], 25)
    assert _gain(rest[:, None], np.full(50, 0.3), bad, np.ones(50)) == (0.0, 0.0)


def test_perfectly_parted_outcomes_end():
    rest = np.linspace(-1, 1, 50)
    gain, slope = _gain(np.zeros((50, 1)), rest, (rest > 0).astype(float), np.ones(50))
    assert np.isfinite(gain)
    assert gain > 50
    assert slope > 0


def test_holm_by_hand():
    """Holm 1979: 0.01 x 4, 0.011 x 3, 0.02 x 2, 0.9; never falling."""
    assert holm([0.01, 0.011, 0.02, 0.9]) == pytest.approx([0.04, 0.04, 0.04, 0.9])
    assert holm([]) == []


@pytest.mark.parametrize(("name", "value"), [("folds", 1), ("folds", True), ("level", 0.0), ("level", 1.5)])
def test_what_cannot_be_is_refused(planted, name, value):
    pipeline, asked, bad = planted
    with pytest.raises(ParameterError, match=name):
        cs.assess_significance(pipeline, asked, cs.Portfolio(), bad, **{name: value})


def test_what_only_follows_a_strong_datum_is_called_significant_no_more_often_than_is_meant():
    """A coarse step is what a few trees take of a strong column; the rest of it is in its follower."""
    rng, found, bare = np.random.default_rng(11), 0, 0
    for _ in range(300):
        X = rng.normal(size=(400, 2))
        X[:, 1] = 0.8 * X[:, 0] + 0.6 * X[:, 1]
        bad = (rng.random(400) < 1.0 / (1.0 + np.exp(1.0 - 1.2 * X[:, 0]))).astype(float)
        phi = np.column_stack([0.8 * (X[:, 0] > 0.5), 0.3 * (X[:, 1] > 0.0)])
        unseen = UnseenRows(phi, phi.sum(axis=1), bad, np.ones(400), Beside.of(X, phi, bad))
        follower = [Datum("1", "", np.array([1]))]
        found += data_tests(follower, unseen, 0.05)[0].p <= 0.05
        alone = unseen._replace(beside=Beside(np.zeros((400, 2)), phi, MOST))
        bare += data_tests(follower, alone, 0.05)[0].p <= 0.05
    assert found < 28
    assert bare > 150


def test_beside_a_datum_stand_those_that_it_goes_along_with_most_and_never_itself():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(900, 9))
    for j in range(1, 8):
        X[:, j] = (0.9 - 0.1 * j) * X[:, 0] + X[:, j] * (1.0 - (0.9 - 0.1 * j) ** 2) ** 0.5
    bad = np.tile([0.0, 0.0, 1.0], 300)
    phi = np.arctan(X)
    beside = Beside.of(X, phi, bad)
    assert beside.most == MOST
    columns = beside.chosen(phi[:, 0], np.array([0]))
    assert columns.shape == (900, 2 * MOST)
    np.testing.assert_array_equal(columns[:, MOST:], phi[:, 1 : 1 + MOST])
    assert abs(np.corrcoef(X[:, 8], X[:, 0])[0, 1]) < LEAST
    assert beside.chosen(phi[:, 8], np.array([8])).shape[1] < 4
    made_of = [frozenset({"a"}), frozenset({"a", "b"}), *[frozenset({"b"})] * 7]
    others = Beside.of(X, phi, bad, made_of).chosen(phi[:, 0], np.array([0]))
    np.testing.assert_array_equal(others[:, MOST:], phi[:, 2 : 2 + MOST])
    # Ten of the rarer outcome are asked for each column.
    assert Beside.of(X, phi, np.arange(900) < 45.0).most == 2
    assert normal_scores(np.array([np.nan, np.nan])).tolist() == [0.0, 0.0]
