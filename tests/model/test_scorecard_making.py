"""How bins of a scorecard are cut and joined, and that it does not take noise for risk."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import creditscore as cs
from creditscore.model.card_joining import joined
from creditscore.validation import auc

APART = 1.0


def joined_plainly(groups, trend, turn, most, least):
    """The rule with lists: the steepest step against the trend, then small ones, then the most alike."""
    left = [[list(one), number] for number, one in enumerate(groups)]

    def rate(i):
        return left[i][0][0] / left[i][0][1]

    def along(i):
        return (rate(i + 1) - rate(i)) * (-trend if left[i][1] < turn else trend)

    def spread(i):
        one, two = left[i][0][1], left[i + 1][0][1]
        return (rate(i + 1) - rate(i)) ** 2 * one * two / (one + two)

    def chi(i):
        pooled = (left[i][0][0] + left[i + 1][0][0]) / (left[i][0][1] + left[i + 1][0][1])
        return spread(i) / (pooled * (1 - pooled)) if 0 < pooled < 1 else 0.0

    while len(left) > 1:
        pairs = range(len(left) - 1)
        against = [i for i in pairs if along(i) < 0]
        small = [i for i in pairs if min(left[i][0][2], left[i + 1][0][2]) < least]
        if against:
            worst = min(against, key=along)
        elif small:
            worst = min(small, key=spread)
        else:
            worst = min(pairs, key=chi)
            if chi(worst) >= APART and len(left) <= most:
                break
        total = [a + b for a, b in zip(left[worst][0], left[worst + 1][0], strict=True)]
        left[worst : worst + 2] = [[total, left[worst + 1][1]]]
    return [end for _, end in left]


@pytest.mark.parametrize("trend", [-1, 0, 1])
def test_neighbours_are_joined_as_by_plain_lists(trend):
    random = np.random.default_rng(trend + 5)
    for _ in range(60):
        n = int(random.integers(1, 40))
        rows = random.integers(1, 60, n).astype(float)
        weight = rows * random.choice([1.0, 2.0])
        bads = np.floor(weight * random.random(n) ** 2)
        groups = np.column_stack([bads, weight, rows])
        most, least = int(random.integers(2, 12)), int(random.integers(1, 90))
        turn = int(random.integers(0, n))
        for at in (0, turn):
            found = joined(groups, trend, at, most, least).tolist()
            assert found == joined_plainly(groups, trend, at, most, least)


def test_a_value_that_many_share_gets_a_bin_of_its_own():
    random = np.random.default_rng(3)
    terms = np.where(random.random(8_000) < 0.04, 60.0, random.uniform(50, 70, 8_000))
    bad = (random.random(8_000) < np.where(terms == 60.0, 0.6, 0.1)).astype(int)
    card = cs.Scorecard().fit(terms[:, None], bad)
    (bins,) = card.card_.bins
    at = np.searchsorted(bins.cuts, 60.0)
    assert bins.cuts[at] == 60.0
    assert 59.9 < bins.cuts[at - 1] < 60.0
    assert bins.rows[at] == (terms > bins.cuts[at - 1]).sum() - (terms > 60.0).sum()
    assert np.argmax(bins.evidence[:-1]) == at


@pytest.mark.parametrize("bent", [1.0, -1.0])
def test_risk_that_turns_is_cut_as_a_valley_or_a_peak(bent):
    random = np.random.default_rng(7)
    X = random.normal(size=(6_000, 1))
    bad = (random.random(6_000) < 1 / (1 + np.exp(2.0 - bent * 1.5 * (np.abs(X[:, 0]) - 0.8)))).astype(int)
    (bins,) = cs.Scorecard().fit(X, bad).card_.bins
    rises = bent * np.diff(bins.evidence[:-1])
    assert (np.diff(np.sign(rises)) >= 0).all()
    assert rises[0] < 0 < rises[-1]
    assert abs(bins.cuts[rises.argmax()]) < 2.5


def test_columns_of_noise_weigh_less_than_where_weights_are_learned_on_the_same_rows():
    random = np.random.default_rng(0)
    X = random.normal(size=(700, 50))
    bad = (random.random(700) < 1 / (1 + np.exp(1.5 - X[:, 0]))).astype(int)
    card = cs.Scorecard(least_information=0.0).fit(X, bad)
    evidence = np.column_stack([bins.transform(X[:, bins.column], None) for bins in card.card_.bins])
    same_rows = LogisticRegression().fit(evidence, bad)
    later = random.normal(size=(20_000, 50))
    truth = (random.random(20_000) < 1 / (1 + np.exp(1.5 - later[:, 0]))).astype(int)
    others = np.column_stack([bins.transform(later[:, bins.column], None) for bins in card.card_.bins])
    mine, theirs = auc(truth, card.log_odds(later)), auc(truth, same_rows.decision_function(others))
    assert mine > theirs + 0.005


def test_of_more_features_than_a_card_may_have_those_that_move_most_are_kept():
    random = np.random.default_rng(1)
    X = random.normal(size=(2_000, 8))
    bad = (random.random(2_000) < 1 / (1 + np.exp(1.5 - X[:, 5] - X[:, 2]))).astype(int)
    card = cs.Scorecard(n_features=2).fit(X, bad)
    assert [bins.column for bins in card.card_.bins] == [2, 5]


def test_what_a_feature_moves_is_counted_by_weights():
    random = np.random.default_rng(1)
    light = np.arange(4_000) < 2_000
    X = np.column_stack([random.normal(size=4_000) * light, random.normal(size=4_000)])
    odds = np.exp(1.5 - 2.0 * X[:, 0] - 0.6 * X[:, 1])
    bad = (random.random(4_000) < 1 / (1 + odds)).astype(int)
    card = cs.Scorecard(n_features=1)
    assert [bins.column for bins in card.fit(X, bad).card_.bins] == [0]
    weighted = card.fit(X, bad, sample_weight=np.where(light, 0.05, 1.0))
    assert [bins.column for bins in weighted.card_.bins] == [1]


def test_a_bin_that_says_what_all_others_say_makes_no_feature():
    random = np.random.default_rng(1)
    X = np.column_stack([random.normal(size=2_000), np.ones(2_000)])
    bad = (random.random(2_000) < 1 / (1 + np.exp(1.5 - X[:, 0]))).astype(int)
    X[(bad == 0) & (random.random(2_000) < 0.2), 1] = np.nan
    card = cs.Scorecard(signs=[1, 1], reg_lambda=1e-9, most_correlation=0.5).fit(X, bad)
    assert [bins.column for bins in card.card_.bins] == [0]


def test_a_column_that_is_known_of_goods_alone_is_cut_without_a_word():
    X, bad = np.column_stack([np.arange(600.0), np.arange(600.0)]), (np.arange(600) % 5 == 0).astype(int)
    X[bad == 1, 1] = np.nan
    card = cs.Scorecard().fit(X, bad)
    assert np.isfinite(card.log_odds(np.array([[1.0, 2.0], [np.nan, np.nan]]))).all()


def test_one_bad_that_is_in_no_other_part_tells_nothing():
    X = np.arange(400.0)[:, None]
    bad = np.isin(np.arange(400), (398, 399)).astype(int)
    card = cs.Scorecard(min_bin_rows=1, least_information=0.0, n_folds=2).fit(X, bad)
    assert np.isfinite(card.log_odds(X)).all()
