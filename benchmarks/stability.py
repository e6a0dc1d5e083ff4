"""How far the reasons of the same declined applicants agree across refits on bootstrap samples, by set."""

from __future__ import annotations

import argparse
from typing import Literal

import numpy as np
from _sets import DataSet, data_sets
from _timing import table

import creditscore as cs
from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import Explainer
from creditscore.explain.stability import (
    DECLINED,
    ReasonStability,
    as_reasons_are_given,
    gives_the_same_bits,
    reason_stability,
    rows_of,
)
from creditscore.features.compute import FeatureComputer
from creditscore.model.fitted import FittedModel
from creditscore.words.families import family_of

SETS = ("taiwan", "simulated")
UNITS: tuple[Literal["family", "group"], ...] = ("family", "group")


def measured(
    found: DataSet, rows: int, refits: int, seed: int
) -> tuple[dict[str, ReasonStability], int, int, bool]:
    """Fit once and on bootstrap samples; explain those whom the model in use declines.

    Compared are families, which is how reasons are ranked, and groups by themselves, which is how they were.
    A refit has the trees of the model in use, and no copy of a row in another of its folds.
    """
    features = found.features.for_model
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(found.bad))[:rows]
    X = FeatureComputer(features).compute(found.applications.take(order), found.portfolio).values
    known = np.flatnonzero(~np.isnan(X).all(axis=0))
    features = cs.FeatureSet(tuple(features.features[column] for column in known.tolist()))
    X, bad = X[:, known], np.asarray(found.bad)[order]
    train, rest = np.arange(2 * len(X) // 3), np.arange(2 * len(X) // 3, len(X))

    def fitted(drawn: np.ndarray, **settings: object) -> FittedModel:
        labels = [column for column, one in enumerate(features) if one.unit == "category"]
        scorer = cs.CreditScorer(signs=list(features.signs), categorical_features=labels, **settings)
        return scorer.fit(X[drawn], bad[drawn], groups=drawn).model_

    def explain(model: FittedModel) -> Contributions:
        whole = Explainer(model).contributions(X[rest], features, rest.tolist())
        return rows_of(as_reasons_are_given(whole), declined)

    in_use = fitted(train)
    risk = in_use.log_odds(X[rest])
    declined = np.flatnonzero(risk >= np.quantile(risk, 1.0 - DECLINED))
    others = {
        f"refit {number}": explain(
            fitted(rng.choice(train, train.size), n_estimators=in_use.n_trees, folds="hash")
        )
        for number in range(1, refits + 1)
    }
    agreed = {
        unit: reason_stability(explain(in_use), others, across="bootstrap refits", unit=unit)
        for unit in UNITS
    }
    groups = {one.reason_group for one in features} - {""}
    return agreed, len(groups), len(set(map(family_of, groups))), gives_the_same_bits(lambda: explain(in_use))


def main() -> None:
    """Print one row a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--refits", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="which applications, and which samples of them")
    given = parser.parse_args()
    rows = []
    for found in data_sets(tuple(given.sets)):
        agreed, groups, families, same = measured(found, given.rows, given.refits, given.seed)
        rows += [
            (found.name, unit, str(one.applicants), str(families if unit == "family" else groups),
             f"{one.same_first:.1%}", f"{one.of_three:.2f}", f"{one.overlap:.1%}",
             "the same" if same else "others")
            for unit, one in agreed.items()
        ]  # fmt: skip
    head = (
        "set",
        "ranked by",
        "declined",
        "of them",
        "first the same",
        "of the first three",
        "overlap",
        "bits again",
    )
    print(table(head, rows))


if __name__ == "__main__":
    main()
