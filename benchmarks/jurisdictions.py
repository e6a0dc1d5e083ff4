"""What the law of a place costs in rank order: the same lender, fitted under each, judged out of fold.

Run: python benchmarks/jurisdictions.py --people 3000 --seeds 1 2
or on real data: python benchmarks/jurisdictions.py --sets berka superlender taiwan --seeds 1 2 3
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import numpy as np
from _sets import DataSet, data_sets
from sklearn.metrics import roc_auc_score

import creditscore as cs
from creditscore.errors import FittingError, FitWarning, LawChangesWarning

# Of the others, UK, IN, CN and IR take nothing from a made-up lender; IT is as the EU, US-MA as the US.
LAWS = ("permissive", "EU", "DE", "US", "US-NY")
DAY = "2026-11-29"
RESAMPLES = 200
FOLDS = 5
Judged = tuple[np.ndarray, np.ndarray, int]


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


def judged_on(data: DataSet, law: str, seed: int) -> Judged:
    """Out-of-fold log-odds and outcomes of a real set under one law, and its number of features.

    Raises
    ------
    FittingError
        If the law leaves nothing to fit.
    """
    scorer = cs.CreditScorer(**data.settings[-1])
    under = cs.Jurisdiction.load(law, as_of=DAY)
    pipeline = cs.CreditPipeline([data.features], scorer=scorer, jurisdiction=under)
    given = data.applications, data.portfolio, data.bad.astype(float)
    found = cs.cross_validate(pipeline, *given, folds=FOLDS, seed=seed)
    features = pipeline.compute_features(data.applications.take([0]), data.portfolio).values.shape[1]
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


def table(title: str, of: Callable[[str, int], Judged], seeds: list[int], laws: list[str]) -> None:
    """Print one row a law: features, mean AUC of the seeds, and the difference to no law by seed."""
    print(f"\n{title}\n\n| law | features | AUC | less without a law, by seed |\n| --- | ---: | ---: | --- |")
    free = {seed: of(LAWS[0], seed) for seed in seeds}
    for law in (LAWS[0], *laws):
        areas, gaps, features = [], [], 0
        for seed in seeds:
            try:
                odds, bad, features = free[seed] if law == LAWS[0] else of(law, seed)
            except FittingError:
                break
            known = ~np.isnan(odds)
            areas.append(roc_auc_score(bad[known], odds[known]))
            gap, low, high = difference(odds, free[seed][0], bad, seed)
            gaps.append(f"{gap:+.4f} ({low:+.4f} to {high:+.4f})")
        area = f"{np.mean(areas):.4f}" if areas else "none"
        print(f"| {law} | {features} | {area} | {'; '.join(gaps)} |", flush=True)


def main() -> None:
    """Print one row a law."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--sets", nargs="*", default=[], help="berka, superlender, taiwan: real data.")
    parser.add_argument("--laws", nargs="+", default=list(LAWS[1:]), help="Beside no law at all.")
    given = parser.parse_args()
    warnings.simplefilter("ignore", FitWarning)
    warnings.simplefilter("ignore", LawChangesWarning)
    for data in data_sets(tuple(given.sets)):
        rows = f"{data.name}: {len(data.applications):,} applications, {int(data.bad.sum()):,} bad"
        table(rows, lambda law, seed, data=data: judged_on(data, law, seed), given.seeds, given.laws)
    if not given.sets:
        made = f"a made-up lender of {given.people:,} people"
        table(made, lambda law, seed: judged(law, given.people, seed), given.seeds, given.laws)


if __name__ == "__main__":
    main()
