"""Whatever a grid by hand finds for people who ask for a loan, the search finds too."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import creditscore as cs

# Shares of the amount between those of the search too, and terms in months.
AMOUNTS = np.linspace(1.0, 0.05, 20)
TERMS = (3, 6, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72)


@pytest.fixture(scope="module")
def german() -> tuple[cs.CreditPipeline, cs.Applications, np.ndarray]:
    loans = cs.datasets.load_german()
    features = [cs.application_features(loans.columns, loans.categories)]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=60), threads=1)
    pipeline.fit(loans.applications.take(range(600)), cs.Portfolio(), loans.bad[:600])
    rest = loans.applications.take(range(600, 1000))
    return pipeline, rest, np.asarray(pipeline.score_many(rest, cs.Portfolio()).score, float)


def best_by_hand(pipeline: cs.CreditPipeline, one: cs.Applications) -> float:
    """The best score of every smaller amount with every term that lies between half and three times it."""
    amount, term = (float(one.numeric[name][0]) for name in ("amount", "term_days"))
    terms = {term, *(30.0 * months for months in TERMS if 0.5 * term <= 30.0 * months <= 3.0 * term)}
    pairs = np.array(list(product(np.floor(amount * AMOUNTS), sorted(terms))))
    forms = one.repeated(
        tuple(range(len(pairs))), np.full(len(pairs), one.as_of[0]),
        {"amount": pairs[:, 0], "term_days": pairs[:, 1]},
    )  # fmt: skip
    return float(np.max(pipeline.score_many(forms, cs.Portfolio()).score))


def test_where_a_grid_by_hand_reaches_the_cutoff_so_does_the_search(german) -> None:
    pipeline, rest, scores = german
    cutoff = float(np.quantile(scores, 0.4))
    agreed = {True: 0, False: 0}
    for row in np.flatnonzero(scores < cutoff)[:60].tolist():
        one = rest.take([row])
        by_hand = best_by_hand(pipeline, one) >= cutoff
        found = pipeline.counterfactuals(one, cs.Portfolio(), cutoff)
        assert bool(found) or not by_hand, row
        agreed[by_hand] += 1
    assert min(agreed.values()) > 5
