"""What declined applicants could do: how many find nothing, whether it is true, and what it costs."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from time import process_time

import numpy as np
from _recourse_brute import reaches
from _sets import data_sets
from _timing import table

import creditscore as cs
from creditscore.deciding.afterwards import inputs_after, recourse_of
from creditscore.deciding.evidence import Evidence, gather, opened
from creditscore.recourse.counterfactual import Counterfactual

SETS = ("german", "taiwan", "superlender", "berka", "simulated")
MOST_FITTED = 4_000
QUANTILE = 0.4


def _german() -> tuple[cs.Applications, cs.Portfolio, np.ndarray, list[cs.FeatureSet]]:
    german = cs.datasets.load_german()
    features = [cs.application_features(german.columns, german.categories)]
    return german.applications, cs.Portfolio(), german.bad, features


def _set(name: str) -> tuple[cs.Applications, cs.Portfolio, np.ndarray, list[cs.FeatureSet]] | None:
    if name == "german":
        return _german()
    for found in data_sets((name,)):
        own = found.features.where(lambda one: one.source not in ("ties", "memberships", "measures"))
        return found.applications, found.portfolio, found.bad, [own]
    return None


def _fed_back(pipeline: cs.CreditPipeline, evidence: Evidence, one: Counterfactual) -> int | None:
    """Carry an alternative out on the stored rows, and score them like any."""
    steps = [step.to_dict() for step in one.steps]
    inputs = inputs_after(pipeline.model, json.loads(evidence.inputs_text()), steps)
    return pipeline.score(*opened(inputs)).score


def measured(name: str, people: int, seed: int, *, brute: bool) -> tuple[str, ...] | None:
    """One row of the table; None where the set is not at hand."""
    found = _set(name)
    if found is None:
        return None
    applications, portfolio, bad, features = found
    order = np.random.default_rng(seed).permutation(len(applications))
    fitted, rest = np.split(order, [min(MOST_FITTED, order.size // 2)])
    pipeline = cs.CreditPipeline(features, threads=1)
    pipeline.fit(applications.take(fitted), portfolio, bad[fitted].astype(float))
    scores = pipeline.score_many(applications.take(rest), portfolio).score.astype(float)
    cutoff = float(np.ceil(np.nanquantile(scores, QUANTILE)))
    low = rest[scores < cutoff][:people]
    sizes, seconds, true, printed, missed = Counter(), [], 0, 0, 0
    recourse = recourse_of(pipeline.model)
    for row in low.tolist():
        evidence = gather(pipeline.model.computer, applications.take([row]), portfolio)
        begun = process_time()
        alternatives = recourse.find(
            evidence.application, evidence.portfolio, evidence.matrix.values[0], cutoff
        )
        seconds.append(process_time() - begun)
        sizes[min((len(one.plan.kinds) for one in alternatives), default=0)] += 1
        for one in alternatives:
            printed += 1
            true += _fed_back(pipeline, evidence, one) == one.score
        if brute and not alternatives:
            missed += reaches(pipeline, evidence, cutoff)
    spent = np.quantile(seconds, [0.5, 0.95]) * 1e3
    shares = [f"{sizes[size] / max(1, len(low)):.0%}" for size in range(4)]
    fed = f"{true} of {printed}"
    tried = f"{missed} of {sizes[0]}" if brute else "not tried"
    return name, f"{cutoff:g}", str(len(low)), *shares, fed, tried, f"{spent[0]:.0f} / {spent[1]:.0f}"


def main() -> None:
    """Fit on half of each set, decline the lowest 40 % of the rest, and look for what would help them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--brute", action="store_true", help="try a grid by hand where the search finds nothing"
    )
    given = parser.parse_args()
    found = (measured(name, given.people, given.seed, brute=given.brute) for name in given.sets)
    rows = [row for row in found if row is not None]
    head = (
        "set",
        "cut-off",
        "declined",
        "nothing",
        "one kind",
        "two",
        "three",
        "true when fed back",
        "missed of these",
        "ms, p50 / p95",
    )
    print(table(head, rows))


if __name__ == "__main__":
    main()
