"""Judge what the embedding of purchases adds to hand-made features, and what it costs.

    python benchmarks/embeddings.py [--people 6000] [--seeds 3]

Simulated lenders, whose people share shops within a community; no set at hand that has outcomes names
merchants. Both models have the same rows, parts and settings; the embedding is computed on the first days of
quarters from what was known before. AUC out of fold, the difference paired, 95 % intervals over people.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from _common import cross_validate, light_gbm, paired_difference  # noqa: E402
from _timing import table  # noqa: E402

import creditscore as cs  # noqa: E402

SETTINGS: dict[str, Any] = {
    "n_estimators": 150, "learning_rate": 0.05, "max_depth": 3, "num_leaves": 8, "colsample_bytree": 0.3,
    "reg_lambda": 1.0, "max_bin": 63, "n_jobs": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
BY_HAND = ("payments", "payments and ties")


def lender(seed: int, people: int) -> tuple[cs.Applications, dict[str, Any], np.ndarray[Any, Any]]:
    """Simulate a lender: applications of known outcome, tables and outcomes."""
    made = cs.simulate.simulate_portfolio(
        cs.simulate.SimulationConfig(people=people, homophily=0.8, influence=4.0), seed=seed
    )
    applications, portfolio = made.to_applications(), made.portfolio()
    bad = made.bad(portfolio)
    known = np.flatnonzero(~np.isnan(bad))
    return applications.take(known), made, bad[known].astype(np.int64)


def judged(seed: int, people: int) -> list[list[str]]:
    """Rows of the table of one simulated lender."""
    applications, made, bad = lender(seed, people)
    portfolio = made.portfolio(threads=1)
    first, last = applications.as_of.min(), applications.as_of.max()
    grid = cs.calendar_grid(int(first) - 92 * 86_400_000_000, int(last), "quarterly")
    begun = process_time()
    embedded = cs.compute_embeddings(portfolio, grid)
    seconds = process_time() - begun
    rows = []
    whole = cs.Portfolio(**made.parts(measures=embedded.to_frame()))
    asked = cs.application_features(("amount", "term_days")) + cs.payment_features()
    for title, features in zip(BY_HAND, (asked, asked + cs.social_features()), strict=True):
        without = _run(features, applications, whole, bad)
        both = _run(features + cs.embedding_features(), applications, whole, bad)
        gap = paired_difference([both], [without], resamples=400)
        rows.append(
            [
                f"seed {seed}, {title}", f"{len(bad):,}", f"{len(embedded):,}", f"{seconds:.1f}",
                f"{without.auc:.4f}", f"{gap.difference:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})",
            ]
        )  # fmt: skip
    return rows


def _run(
    features: cs.FeatureSet, applications: cs.Applications, portfolio: cs.Portfolio, bad: Any
) -> Any:
    given = features.for_model
    values = cs.CreditPipeline(given, threads=1).compute_features(applications, portfolio).values
    return cross_validate(values, bad, light_gbm(monotone_constraints=list(given.signs), **SETTINGS))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    rows = [row for seed in range(1, given.seeds + 1) for row in judged(seed, given.people)]
    head = ["lender", "applications", "rows of measures", "seconds", "AUC by hand", "the embedding adds"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
