"""Measure what each group of features adds, by leaving it out, and write ``benchmarks/results_worth.md``.

    python benchmarks/worth.py [--sets NAME ...] [--groups NAME ...]

On each set at hand: the AUC of the usual catalogue, the difference when everything that can be asked for is
added (`every=True`), and the difference when one reason group is left out. Five folds by chance, the same
for every row of a table; intervals resample goods and
bads as wholes. What is left out in one row is in again in the next, so the rows do not add up.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from _sets import MAKERS, DataSet, data_sets

import creditscore as cs

from _common import CrossValidated, cross_validate, paired_difference  # isort: skip

PAGE = Path(__file__).with_name("results_worth.md")
FIGURES = Path(__file__).with_name("worth.json")
HEAD = """# What each group of features adds

Written by `python benchmarks/worth.py`. The AUC of the usual catalogue, out of fold, the change when all that
`every=True` declares is added, and the change when a reason group is left out: negative means that it is
missed.
95 % intervals; differences within them say nothing. Where no groups are listed, they were not tried.
"""

Family = Callable[[cs.Feature], bool]


def families(features: cs.FeatureSet) -> dict[str, Family]:
    """Name the groups that are left out in turn: each reason group."""
    groups = dict.fromkeys(feature.reason_group for feature in features if feature.reason_group)
    return {group: (lambda feature, group=group: feature.reason_group == group) for group in groups}


def asked_for(features: cs.FeatureSet) -> cs.FeatureSet:
    """Return the features and all others of their sources that the catalogues declare on request."""
    sources = {feature.source for feature in features}
    every = (*cs.payment_features(every=True), *cs.repayment_features(every=True))
    return features + cs.FeatureSet(
        tuple(one for one in every if one.source in sources and one.name not in features.names)
    )


def added(one: DataSet, features: cs.FeatureSet, whole: CrossValidated, threads: int | None) -> str:
    """Cross-validate with everything that can be asked for, and say what it changes."""
    more = asked_for(features).for_model
    if len(more) == len(features):
        return "| nothing can be added | 0 | | |"
    matrix = cs.CreditPipeline(more, threads=threads).compute_features(one.applications, one.portfolio)
    gap = paired_difference([run(one, more, matrix.values, threads)], [whole])
    count = len(more) - len(features)
    return f"| added: all on request | {count} | {gap.difference:+.4f} | {gap.low:+.4f} to {gap.high:+.4f} |"


def judge(one: DataSet, threads: int | None, by_group: bool) -> tuple[str, dict[str, float]]:
    """Cross-validate the usual catalogue, then with what can be added, and without each group."""
    features = one.features.for_model
    matrix = cs.CreditPipeline(features, threads=threads).compute_features(one.applications, one.portfolio)
    whole = run(one, features, matrix.values, threads)
    lines = [
        f"## {one.name}: {len(one.bad):,} applications, {int(one.bad.sum()):,} bad, {len(features)} features",
        "",
        f"AUC of all: {whole.auc:.4f}",
        "",
        "| left out, or added | features | change of AUC | 95 % interval |",
        "| --- | ---: | ---: | ---: |",
        added(one, features, whole, threads),
    ]
    found = {"all": whole.auc}
    if by_group:
        for title, family in families(features).items():
            row = left_out(one, features, matrix.values, family, whole, threads)
            if row is not None:
                found[title] = row[1]
                lines.append(f"| {title} | {row[0]} | {row[1]:+.4f} | {row[2]:+.4f} to {row[3]:+.4f} |")
    print("\n".join(lines), flush=True)
    return "\n".join([*lines, ""]), found


def run(one: DataSet, features: cs.FeatureSet, values: np.ndarray, threads: int | None) -> CrossValidated:
    """Cross-validate a model of some features in five folds."""
    return cross_validate(values, one.bad, one.fit(features, threads))


def left_out(
    one: DataSet,
    features: cs.FeatureSet,
    values: np.ndarray,
    family: Family,
    whole: CrossValidated,
    threads: int | None,
) -> tuple[int, float, float, float] | None:
    """Return how many features a family has, and the change of the AUC without it, with its interval."""
    kept = [i for i, feature in enumerate(features) if not family(feature)]
    dropped = len(features) - len(kept)
    if not dropped or not kept or np.isnan(np.delete(values, kept, axis=1)).all():
        return None
    rest = features.select([features.names[i] for i in kept])
    without = run(one, rest, values[:, kept], threads)
    gap = paired_difference([without], [whole])
    return dropped, gap.difference, gap.low, gap.high


def main(argv: Sequence[str] | None = None) -> None:
    """Write the page and its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=list(MAKERS))
    parser.add_argument("--threads", type=int)
    parser.add_argument("--groups", nargs="*", default=list(MAKERS), help="sets whose groups are left out")
    given = parser.parse_args(argv)
    parts, figures = [HEAD], {}
    for one in data_sets(tuple(given.sets)):
        part, figures[one.name] = judge(one, given.threads, one.name in given.groups)
        parts.append(part)
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
