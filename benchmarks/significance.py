"""How often the test of each datum finds what is there, and how often what is not, on many made-up sets.

``python benchmarks/significance.py`` prints `results_significance.md`. Each set has two strong columns, one
weak one and five of noise, one of which follows a strong one (0.7): whether it counts beside that is what the
test asks. A false find is a noise column that is called significant after Holm's correction.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np

import creditscore as cs

SLOPES = (1.0, -0.8, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0)
KINDS = {"strong": (0, 1), "weak": (2,), "noise": (3, 4, 5, 6), "noise that follows a strong one": (7,)}
SIZES = (500, 2_000)


def one_set(rows: int, seed: int) -> dict[int, tuple[float, bool]]:
    """Fit, test, and return of each column that the model kept its p-value and whether it is significant."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, len(SLOPES)))
    X[:, 7] = 0.7 * X[:, 0] + 0.51**0.5 * X[:, 7]
    bad = (rng.random(rows) < 1.0 / (1.0 + np.exp(1.5 - X @ np.array(SLOPES)))).astype(float)
    names = [f"x{j}" for j in range(len(SLOPES))]
    records = [
        {"application_id": k, "applicant_id": k, "as_of": "2026-01-01T00:00Z"}
        | dict(zip(names, map(float, X[k]), strict=True))
        for k in range(rows)
    ]
    asked = cs.Applications.from_records(records)
    scorer = cs.CreditScorer(n_estimators=20, seed=seed, threads=1)
    pipeline = cs.CreditPipeline([cs.application_features(tuple(names))], scorer=scorer, threads=1)
    pipeline.fit(asked, cs.Portfolio(), bad)
    found = cs.assess_significance(pipeline, asked, cs.Portfolio(), bad, threads=1)
    return {int(one.name.removeprefix("application_x")): (one.p, one.significant) for one in found.features}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=60)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    print("# Significance of each datum: what is found, and what is found falsely\n")
    print(f"`python benchmarks/significance.py --sets {chosen.sets}`; level 0.05, Holm within each set.\n")
    print("| rows | columns | tested | p at most 0.05 | significant after Holm | sets with one or more |")
    print("| --- | --- | --- | --- | --- | --- |")
    for rows in SIZES:
        sets = [one_set(rows, 1_000 + seed) for seed in range(chosen.sets)]
        for kind, columns in KINDS.items():
            tested = [one[c] for one in sets for c in columns if c in one]
            low, kept = sum(p <= 0.05 for p, _ in tested), sum(is_so for _, is_so in tested)
            some = sum(any(one[c][1] for c in columns if c in one) for one in sets)
            n = max(1, len(tested))
            shares = f"{low / n:.1%} | {kept / n:.1%} | {some} of {len(sets)}"
            print(f"| {rows:,} | {kind} | {len(tested)} | {shares} |")
        noise = [c for kind, columns in KINDS.items() if kind.startswith("noise") for c in columns]
        wrong = sum(any(one[c][1] for c in noise if c in one) for one in sets)
        print(f"| {rows:,} | any noise | | | | {wrong} of {len(sets)} |", flush=True)


if __name__ == "__main__":
    main()
