"""How far the leading reasons of the same applicants agree across refits and backgrounds (Taiwan cards)."""

from __future__ import annotations

import argparse

import numpy as np
from _timing import table

import creditscore as cs
from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import Explainer
from creditscore.explain.stability import ReasonStability, gives_the_same_bits, reason_stability


def shown(found: ReasonStability) -> list[tuple[str, ...]]:
    """A row for each other explanation."""
    return [
        (found.across, one.name, f"{one.overlap:.1%}", f"{one.same_first:.1%}", f"{one.same_order:.1%}")
        for one in found.agreements
    ]


def main() -> None:
    """Fit once, then on bootstrap samples; explain the riskiest tenth of the others each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refits", type=int, default=5)
    given = parser.parse_args()
    cards = cs.datasets.load_taiwan_cards()
    pipeline = cs.CreditPipeline(features=[cs.repayment_features()])
    matrix = pipeline.compute_features(cards.to_applications(), cards.to_portfolio())
    features, X, bad = tuple(cs.repayment_features()), matrix.values, np.asarray(cards.bad, dtype=float)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    train, rest = order[:20_000], order[20_000:]
    signs = [feature.sign for feature in features]

    def fitted(rows: np.ndarray) -> Explainer:
        return Explainer(cs.CreditScorer(signs=signs, n_estimators=300).fit(X[rows], bad[rows]).model_)

    in_use = fitted(train)
    risky = rest[np.argsort(-in_use.fitted.log_odds(X[rest]))[: len(rest) // 10]]

    def explain(explainer: Explainer) -> Contributions:
        return explainer.contributions(X[risky], features, risky.tolist())

    first = explain(in_use)
    refits = {
        f"refit {number}": explain(fitted(rng.choice(train, len(train))))
        for number in range(1, given.refits + 1)
    }
    safest = train[np.argsort(in_use.fitted.log_odds(X[train]))]
    backgrounds = {
        "all training rows": train,
        "safest 80 %": safest[: len(train) * 8 // 10],
        "a random 10,000": rng.choice(train, 10_000, replace=False),
        "a random 100": rng.choice(train, 100, replace=False),
    }
    against = {
        name: explain(Explainer(in_use.fitted, cs.Background(name, X[rows])))
        for name, rows in backgrounds.items()
    }
    whole = against.pop("all training rows")
    found = [
        reason_stability(first, refits, across="bootstrap refits"),
        reason_stability(
            first, {"interventional, all training rows": whole}, across="readings of 'not known'"
        ),
        reason_stability(whole, against, across="backgrounds, beside all training rows"),
    ]
    print(f"{len(risky):,} held-out applicants, the riskiest tenth; up to four reason groups each.")
    same = gives_the_same_bits(lambda: explain(in_use))
    print(f"Explained again: {'the same' if same else 'other'} bits.\n")
    header = ("across", "", "overlap", "first the same", "all the same, in order")
    print(table(header, [row for one in found for row in shown(one)]))


if __name__ == "__main__":
    main()
