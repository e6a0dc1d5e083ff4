"""One model where only some sources are there.

Run ``python benchmarks/masks.py``. For each seed a simulated lender is divided by applicant, half to fit and
half to judge. Pipelines are fitted with so many copies of each row without some sources, and judged with
every combination of sources against the outcomes: AUC, slope, mean over bad rate, share scored.
"""

from __future__ import annotations

import argparse

import numpy as np

import creditscore as cs
from creditscore.simulate import SimulationConfig, simulate_portfolio


def judged(people: int, seed: int, copies: int, recipe: str) -> cs.SourceMasks:
    """Fit on one half of the people, judge the other."""
    made = simulate_portfolio(SimulationConfig(people=people), seed=seed)
    portfolio, applications = made.portfolio(), made.to_applications()
    bad = made.bad(portfolio)
    who = np.array([int(one) % 2 for one in applications.applicant_ids])
    fitted, others = np.flatnonzero(who == 0), np.flatnonzero(who == 1)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe=recipe), embargo="365d", source_dropout=copies)
    pipeline.fit(applications.take(fitted), portfolio, bad[fitted])
    return pipeline.source_masks(applications.take(others), portfolio, bad[others], resamples=50)


def main() -> None:
    """Print a table for each seed and setting, then the means over the seeds."""
    parser = argparse.ArgumentParser(description="One model where only some sources are there.")
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--copies", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--recipe", default="shallow")
    asked = parser.parse_args()
    for copies in asked.copies:
        tables = [judged(asked.people, seed, copies, asked.recipe) for seed in range(1, asked.seeds + 1)]
        print(f"source_dropout={copies}, {asked.people} people, mean of {asked.seeds} seeds")
        for mask in tables[0].masks:
            same = [table[mask.groups] for table in tables]
            auc = np.mean([one.auc.value for one in same if one.auc])
            slope = np.mean([one.slope.value for one in same if one.slope])
            ratio = np.mean([one.ratio for one in same])
            share = np.mean([one.share_scored for one in same])
            print(
                f"{' + '.join(mask.groups):45} {auc:.3f} {slope:6.2f} {ratio:6.2f} {share:6.1%}", flush=True
            )


if __name__ == "__main__":
    main()
