"""How often the test of each datum finds what is there, and how often what is not, on many made-up sets.

``python benchmarks/significance.py --sets 30 --cheap 400`` prints `results_significance.md`. Each set has two
strong columns, one weak one and five of noise, one of which follows a strong one (0.7): whether it counts
beside that is what the test asks. A false find is a noise column that is called significant after Holm's
correction. Cheap sets go without a pipeline: LightGBM grows and explains twenty trees on each of three parts,
and the test is the library's.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import lightgbm as lgb
import numpy as np

import creditscore as cs
from creditscore.assess.beside import Beside
from creditscore.assess.significance import FOLDS, LEVEL, Datum, UnseenRows, data_tests

SLOPES = np.array([1.0, -0.8, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0])
KINDS = {"strong": (0, 1), "weak": (2,), "noise": (3, 4, 5, 6), "noise that follows a strong one": (7,)}
NOISE = (3, 4, 5, 6, 7)
# How the outcome follows the columns: evenly, by steps, or ever more steeply.
SHAPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "even": lambda X: X @ SLOPES,
    "steps": lambda X: 1.8 * (X[:, 0] > 0.5) - 1.2 * (X[:, 1] > -0.3) + 0.4 * X[:, 2],
    "steep": lambda X: 0.8 * np.maximum(X[:, 0], 0.0) ** 2 - 0.8 * X[:, 1] + 0.4 * X[:, 2],
}
TREES = {"objective": "binary", "learning_rate": 0.1, "num_leaves": 8, "num_threads": 1, "verbosity": -1}
Found = dict[int, tuple[float, bool]]


def made_up(rows: int, seed: int, shape: str = "even") -> tuple[np.ndarray, np.ndarray]:
    """Return columns, shape (rows, 8), and outcomes, shape (rows,)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, len(SLOPES)))
    X[:, 7] = 0.7 * X[:, 0] + 0.51**0.5 * X[:, 7]
    bad = (rng.random(rows) < 1.0 / (1.0 + np.exp(1.5 - SHAPES[shape](X)))).astype(float)
    return X, bad


def one_set(rows: int, seed: int) -> Found:
    """Fit, test, and return of each column that the model kept its p-value and whether it is significant."""
    X, bad = made_up(rows, seed)
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


def cheap_set(rows: int, seed: int, shape: str) -> Found:
    """The same by trees of LightGBM alone."""
    X, bad = made_up(rows, seed, shape)
    part, phi = np.arange(rows) % FOLDS, np.empty((rows, len(SLOPES) + 1))
    for number in range(FOLDS):
        others = part != number
        trees = lgb.train(TREES | {"seed": seed}, lgb.Dataset(X[others], bad[others]), 20)
        phi[~others] = trees.predict(X[~others], pred_contrib=True)
    used = np.flatnonzero(phi[:, :-1].any(axis=0))
    beside = Beside.of(X[:, used], phi[:, used], bad)
    unseen = UnseenRows(phi[:, used], phi.sum(axis=1), bad, np.ones(rows), beside)
    data = [Datum(str(j), "", np.array([k])) for k, j in enumerate(used.tolist())]
    return {int(one.name): (one.p, one.significant) for one in data_tests(data, unseen, LEVEL)}


def table(title: str, sets: list[Found]) -> None:
    """Print what was found in sets alike."""
    print(f"\n{title}\n")
    print("| columns | tested | p at most 0.05 | significant after Holm | sets with one or more |")
    print("| --- | --- | --- | --- | --- |")
    for kind, columns in {**KINDS, "any noise": NOISE}.items():
        of_kind = [one[c] for one in sets for c in columns if c in one]
        low, kept = sum(p <= LEVEL for p, _ in of_kind), sum(is_so for _, is_so in of_kind)
        some = sum(any(one[c][1] for c in columns if c in one) for one in sets)
        n = max(1, len(of_kind))
        shares = f"{low / n:.1%} | {kept / n:.1%} | {some} of {len(sets)} ({some / len(sets):.1%})"
        print(f"| {kind} | {len(of_kind)} | {shares} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=30, help="Of 500 rows, through the whole library.")
    parser.add_argument("--cheap", type=int, default=400, help="Of 500 and 2,000 rows, by LightGBM alone.")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    for shape in SHAPES if chosen.cheap else ():
        for rows in (500, 2_000):
            sets = [cheap_set(rows, 5_000 + seed, shape) for seed in range(chosen.cheap)]
            table(f"{rows:,} rows, {shape}, trees of LightGBM alone", sets)
    if chosen.sets:
        table("500 rows, even, the whole library", [one_set(500, 1_000 + k) for k in range(chosen.sets)])


if __name__ == "__main__":
    main()
