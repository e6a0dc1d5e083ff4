"""One model for every combination of sources beside a model of each combination.

Run ``python benchmarks/mask_models.py``. For each seed a simulated lender is divided by applicant in two
halves; each is fitted, and both models judge the other half with every combination of sources, on the same
rows. Printed are, for each combination, the AUC of a model that was fitted for it alone, and by how much one
model for all differs from it: with and without copies of rows without some sources. Behind the means over
halves stand their standard errors; then slopes and means of both halves together.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import defaultdict

import numpy as np

import creditscore as cs
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.model.calibration import fit_affine
from creditscore.model.scale import probability_of_default
from creditscore.simulate import SimulationConfig, simulate_portfolio
from creditscore.validation.metrics import auc

Found = dict[tuple[str, tuple[str, ...]], list[tuple[np.ndarray, np.ndarray]]]


def judge(
    people: int, seed: int, copies: list[int], recipe: str, found: Found, spent: dict[str, float]
) -> None:
    """Fit each half, judge the other by all models; outcomes and log-odds go to ``found``."""
    made = simulate_portfolio(SimulationConfig(people=people), seed=seed)
    portfolio, applications = made.portfolio(), made.to_applications()
    bad = np.asarray(made.bad(portfolio), float)
    half = np.array([int(one) % 2 for one in applications.applicant_ids])
    for number in (0, 1):
        rows = np.flatnonzero(half == number)
        asked = np.flatnonzero((half != number) & ~np.isnan(bad))
        given = applications.take(rows), portfolio, bad[rows]
        plain = cs.CreditPipeline(scorer=cs.CreditScorer(recipe=recipe), embargo="365d")
        start = time.process_time()
        own = cs.fit_mask_models(plain, *given)
        spent["own"] += time.process_time() - start
        ones = {}
        for some in copies:
            start = time.process_time()
            pipeline = cs.CreditPipeline(
                scorer=cs.CreditScorer(recipe=recipe), embargo="365d", source_dropout=some
            )
            ones[f"{some} copies"] = pipeline.fit(*given)
            spent[f"{some} copies"] += time.process_time() - start
        who = applications.take(asked)
        for groups in COMBINATIONS:
            there = with_groups_alone(portfolio, groups)
            models = ones | {"own": own.models[groups]}
            said = {
                name: one.score_many(who, there, on_mismatch="count").log_odds for name, one in models.items()
            }
            both = ~np.isnan(list(said.values())).any(axis=0)
            for name, z in said.items():
                found[name, groups].append((bad[asked][both], z[both]))


def gain(found: Found, name: str, groups: tuple[str, ...]) -> np.ndarray:
    """AUC of one model less that of the combination's own, of each half, shape (n_halves,)."""
    pairs = zip(found[name, groups], found["own", groups], strict=True)
    return np.array([auc(bad, one) - auc(bad, own) for (bad, one), (_, own) in pairs])


def together(found: Found, name: str, groups: tuple[str, ...]) -> tuple[float, float]:
    """Slope and mean over bad rate of all halves together."""
    bad, z = (np.concatenate(parts) for parts in zip(*found[name, groups], strict=True))
    return fit_affine(z, bad, flatten=True).slope, float(probability_of_default(z).mean() / bad.mean())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--copies", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--recipe", default="shallow")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    found: Found = defaultdict(list)
    spent: dict[str, float] = defaultdict(float)
    for seed in asked.seeds:
        judge(asked.people, seed, asked.copies, asked.recipe, found, spent)
        print(f"seeds up to {seed} of {asked.seeds}, {asked.people} people")
        names = [f"{some} copies" for some in asked.copies]
        every = defaultdict(list)
        for groups in COMBINATIONS:
            own = np.mean([auc(*pair) for pair in found["own", groups]])
            cells = [f"{own:.3f}"]
            for name in names:
                gains = gain(found, name, groups)
                every[name].append(gains)
                cells.append(f"{gains.mean():+.4f} ({gains.std(ddof=1) / np.sqrt(gains.size):.4f})")
            cells += [
                f"{slope:.2f} {ratio:.2f}"
                for slope, ratio in (together(found, name, groups) for name in (*names, "own"))
            ]
            print(f"{' + '.join(groups):50}", "  ".join(cells), flush=True)
        for name in names:
            means = np.mean(every[name], axis=1)
            print(name, f"mean {means.mean():+.4f}, within .005 or above in {(means > -0.005).sum()} of 15")
        print({name: f"{seconds:.0f} s of processor" for name, seconds in spent.items()}, flush=True)


if __name__ == "__main__":
    main()
