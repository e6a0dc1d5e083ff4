"""What the law of a place costs in rank order: the same lender, fitted under each, judged out of fold.

Run: python benchmarks/jurisdictions.py --people 3000 --seeds 1 2
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from sklearn.metrics import roc_auc_score

import creditscore as cs
from creditscore.errors import FitWarning, LawChangesWarning

# Of the others, UK, IN, CN and IR take nothing from a made-up lender; IT is as the EU, US-MA as the US.
LAWS = ("permissive", "EU", "DE", "US", "US-NY")
DAY = "2026-11-29"
RESAMPLES = 200


def judged(law: str, people: int, seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Out-of-fold log-odds and outcomes of one lender under one law, and its number of features."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=people), seed=seed)
    applications, portfolio = made.to_applications(), made.portfolio()
    pipeline = cs.CreditPipeline(
        scorer=cs.CreditScorer(recipe="shallow"), jurisdiction=cs.Jurisdiction.load(law, as_of=DAY)
    )
    found = cs.cross_validate(pipeline, applications, portfolio, made.bad(portfolio), folds=3, seed=seed)
    features = pipeline.compute_features(applications.take([0]), portfolio).values.shape[1]
    return found.log_odds, found.bad, features


def difference(one: np.ndarray, free: np.ndarray, bad: np.ndarray, seed: int) -> tuple[float, float, float]:
    """AUC less that without a law, on the same rows, with a 95 % interval of resampled rows."""
    rows = np.flatnonzero(~np.isnan(one) & ~np.isnan(free))
    rng = np.random.default_rng(seed)
    gaps = []
    for number in range(RESAMPLES + 1):
        chosen = rows if number == 0 else rng.choice(rows, rows.size)
        gaps.append(roc_auc_score(bad[chosen], one[chosen]) - roc_auc_score(bad[chosen], free[chosen]))
    low, high = np.quantile(gaps[1:], (0.025, 0.975))
    return gaps[0], float(low), float(high)


def main() -> None:
    """Print one row a law."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args()
    warnings.simplefilter("ignore", FitWarning)
    warnings.simplefilter("ignore", LawChangesWarning)
    print("| law | features | AUC | less without a law, by seed |\n| --- | ---: | ---: | --- |")
    free = {seed: judged(LAWS[0], given.people, seed) for seed in given.seeds}
    for law in LAWS:
        areas, gaps, features = [], [], 0
        for seed in given.seeds:
            odds, bad, features = free[seed] if law == LAWS[0] else judged(law, given.people, seed)
            known = ~np.isnan(odds)
            areas.append(roc_auc_score(bad[known], odds[known]))
            gap, low, high = difference(odds, free[seed][0], bad, seed)
            gaps.append(f"{gap:+.4f} ({low:+.4f} to {high:+.4f})")
        print(f"| {law} | {features} | {np.mean(areas):.4f} | {'; '.join(gaps)} |", flush=True)


if __name__ == "__main__":
    main()
