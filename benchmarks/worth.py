"""Measure what each group of features adds, by leaving it out, and write ``benchmarks/results_worth.md``.

    python benchmarks/worth.py [--sets NAME ...]

On each set at hand: the AUC of the usual catalogue, the difference when everything that can be asked for is
added (`every=True`), and the difference when one reason group is left out. Five folds by chance, the same
for every row of a table; intervals resample goods and
bads as wholes. What is left out in one row is in again in the next, so the rows do not add up.

The trees are boosted plainly, with the declared signs and one thread: some hundred models are fitted for each
set, and what the library does beyond that (missing values that are never better than what is known,
calibration) costs a hundred times as much. Figures of sets that are not asked for are kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from _sets import MAKERS, DataSet, data_sets

import creditscore as cs

from _common import CrossValidated, cross_validate, light_gbm, paired_difference  # isort: skip

PAGE = Path(__file__).with_name("results_worth.md")
FIGURES = Path(__file__).with_name("worth.json")
HEAD = """# What each group of features adds

Written by `python benchmarks/worth.py`. The AUC of the usual catalogue, out of fold, the change when all that
`every=True` declares is added, and the change when a reason group is left out: negative means that it is
missed.
95 % intervals; differences within them say nothing. Plainly boosted trees with the declared signs; at most
6,000 rows of a set, by a fixed step. A group that is not listed does not vary on that set, or was not tried.

No group has left the usual catalogue for these figures: most vary on one or two of the sets, so that the
evidence is not there on all, and one that is not missed beside all others may be missed once its neighbours
are gone too.
"""
SETTINGS: dict[str, Any] = {
    "n_estimators": 150,
    "learning_rate": 0.05,
    "max_depth": 3,
    "num_leaves": 8,
    "colsample_bytree": 0.3,
    "reg_lambda": 1.0,
    "max_bin": 63,
    "n_jobs": 1,
    "deterministic": True,
    "force_row_wise": True,
}
RESAMPLES = 100
MOST_ROWS = 6_000
ADDED = "added: all on request"

Family = Callable[[cs.Feature], bool]
Row = dict[str, float]


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


def computed(one: DataSet, features: cs.FeatureSet) -> np.ndarray:
    """Return the features of the rows that are judged, at most 6,000, taken by a fixed step."""
    step = -(-len(one.bad) // MOST_ROWS)
    rows = np.arange(0, len(one.bad), step)
    pipeline = cs.CreditPipeline(features, threads=1)
    return pipeline.compute_features(one.applications.take(rows), one.portfolio).values


def run(one: DataSet, features: cs.FeatureSet, values: np.ndarray) -> CrossValidated:
    """Cross-validate trees of some features in five folds."""
    step = -(-len(one.bad) // MOST_ROWS)
    fit = light_gbm(monotone_constraints=list(features.signs), **SETTINGS)
    return cross_validate(values, one.bad[::step], fit)


def change(run_of: CrossValidated, whole: CrossValidated, count: int) -> Row:
    """Return how many features changed, and the change of the AUC with its interval."""
    gap = paired_difference([run_of], [whole], resamples=RESAMPLES)
    return {"features": count, "change": gap.difference, "low": gap.low, "high": gap.high}


def added(one: DataSet, features: cs.FeatureSet, whole: CrossValidated) -> Row | None:
    """Cross-validate with everything that can be asked for, and return what it changes."""
    more = asked_for(features).for_model
    if len(more) == len(features):
        return None
    return change(run(one, more, computed(one, more)), whole, len(more) - len(features))


def varies(values: np.ndarray) -> bool:
    """Tell whether some column differs between two rows, a missing value being one of its own."""
    alike = (values == values[0]) | (np.isnan(values) & np.isnan(values[0]))
    return not alike.all()


def left_out(
    one: DataSet, features: cs.FeatureSet, values: np.ndarray, family: Family, whole: CrossValidated
) -> Row | None:
    """Return the change of the AUC without a family; None where it says nothing of the set."""
    kept = [i for i, feature in enumerate(features) if not family(feature)]
    dropped = len(features) - len(kept)
    if not dropped or not kept or not varies(np.delete(values, kept, axis=1)):
        return None
    rest = features.select([features.names[i] for i in kept])
    return change(run(one, rest, values[:, kept]), whole, dropped)


def judge(one: DataSet, keep: Callable[[dict[str, Any]], None]) -> None:
    """Cross-validate the usual catalogue, with what can be added and without each group; keep all found."""
    features = one.features.for_model
    values = computed(one, features)
    whole = run(one, features, values)
    groups: dict[str, Row] = {}
    found = {"rows": len(whole.bad), "bad": int(whole.bad.sum()), "features": len(features), "auc": whole.auc}
    if (more := added(one, features, whole)) is not None:
        groups[ADDED] = more
    for title, family in families(features).items():
        if (row := left_out(one, features, values, family, whole)) is not None:
            groups[title] = row
        keep(found | {"groups": groups})


def section(name: str, found: dict[str, Any]) -> str:
    """Write what was found on one set as a table, what is missed most first."""
    lines = [
        f"## {name}: {found['rows']:,} applications, {found['bad']:,} bad, {found['features']} features",
        "",
        f"AUC of all: {found['auc']:.4f}",
        "",
        "| left out, or added | features | change of AUC | 95 % interval |",
        "| --- | ---: | ---: | ---: |",
    ]
    for title, row in sorted(found["groups"].items(), key=lambda item: item[1]["change"]):
        interval = f"{row['low']:+.4f} to {row['high']:+.4f}"
        lines.append(f"| {title} | {row['features']} | {row['change']:+.4f} | {interval} |")
    return "\n".join([*lines, ""])


def main(argv: Sequence[str] | None = None) -> None:
    """Write the page and its figures, set by set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=list(MAKERS))
    given = parser.parse_args(argv)
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    for one in data_sets(tuple(given.sets)):

        def keep(found: dict[str, Any], name: str = one.name) -> None:
            figures[name] = found
            FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            parts = [HEAD, *(section(known, figures[known]) for known in MAKERS if known in figures)]
            PAGE.write_text("\n".join(parts), encoding="utf-8")

        judge(one, keep)


if __name__ == "__main__":
    main()
