"""Whatever a grid by hand finds for people who ask for a loan, the search finds too."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import creditscore as cs
from creditscore.recourse.counterfactual import _Search

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


@pytest.mark.as_given  # rows of one model
def test_what_lies_between_the_steps_is_found_where_the_steps_find_nothing(
    german, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, rest, scores = german
    stepped_over = 0
    for share, rows in ((0.4, (365,)), (0.5, (287, 364)), (0.6, (41, 52, 249, 278))):
        cutoff = float(np.quantile(scores, share))
        for row in rows:
            one = rest.take([row])
            found = pipeline.counterfactuals(one, cs.Portfolio(), cutoff)
            assert bool(found) or best_by_hand(pipeline, one) < cutoff, row
            for way in found:
                after = pipeline.after(one, cs.Portfolio(), way)
                assert pipeline.score(*after).score == way.score >= cutoff
            with monkeypatch.context() as patched:
                patched.setattr(_Search, "within_reach", lambda self: [])
                stepped_over += bool(found) and not pipeline.counterfactuals(one, cs.Portfolio(), cutoff)
    assert stepped_over > 3
