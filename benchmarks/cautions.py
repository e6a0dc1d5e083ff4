"""How often a fit on clean data is remarked on: the rate of each caution, with a 95 % interval (Wilson).

Clean sets are simulated lenders and the two shipped data sets, in samples that have nothing wrong with them.
Run with `python benchmarks/cautions.py [--sets 40]`.
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections import Counter

import numpy as np

import creditscore as cs
from creditscore.pipeline.caution import CLASSES

QUICK = {"recipe": "pairs", "learning_rate": 0.15, "n_estimators": 400, "n_folds": 3, "threads": 1}


def codes_of(features, applications, portfolio, bad):
    """Fit quickly and return the codes of what was said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**QUICK), threads=1)
        report = pipeline.fit(applications, portfolio, bad).report
    return {one.code for one in report.warnings}


def simulated(seed):
    """A simulated lender of 500 people."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=500), seed=seed)
    return codes_of(None, made.to_applications(), made.to_portfolio(), made.to_outcomes())


def german(seed):
    """700 of the 1,000 German applications."""
    data = cs.datasets.load_german()
    rows = drawn(seed, len(data.applications), 700)
    features = [cs.application_features(data.columns, data.categories)]
    return codes_of(features, data.applications.take(rows), cs.Portfolio(), data.bad[rows])


def taiwan(seed):
    """3,000 of the card holders of Taiwan."""
    data = cs.datasets.load_taiwan_cards()
    asked, bad = data.to_applications(), data.to_outcomes()
    rows = drawn(seed, len(asked), 3_000)
    return codes_of(None, asked.take(rows), data.to_portfolio(), bad[rows])


def drawn(seed, everyone, size):
    """Rows drawn without replacement, shape (size,)."""
    return np.sort(np.random.default_rng(seed).choice(everyone, size, replace=False))


KINDS = {"german": german, "taiwan": taiwan, "simulated": simulated}


def wilson(count, total):
    """Ends of the interval of a share (Wilson 1927)."""
    share, z = count / total, 1.959964
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def main():
    """Print one line for each kind of set and caution."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--only", choices=KINDS, action="append")
    asked = parser.parse_args()
    for name in asked.only or KINDS:
        found = Counter()
        for seed in range(asked.sets):
            found.update(KINDS[name](seed))
        for code in CLASSES:
            low, high = wilson(found[code], asked.sets)
            share = f"{found[code] / asked.sets:.1%} ({low:.1%} to {high:.1%})"
            print(f"| {name} | {asked.sets} | `{code}` | {share} |")


if __name__ == "__main__":
    main()
