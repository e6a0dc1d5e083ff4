"""Look at every feature on every set at hand: range, missing, constant, equal to another, out of its range.

    python benchmarks/distributions.py [--sets NAME ...] [--page distributions.html]

Writes the summary ``benchmarks/results_distributions.md``, and the whole table as a page to look through,
which is not kept with the project.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from _sets import MAKERS, DataSet, data_sets

import creditscore as cs

EDGES = (-np.inf, np.inf)
SUMMARY = Path(__file__).with_name("results_distributions.md")
HEAD = """# Distributions of features

Written by `python benchmarks/distributions.py`, which also makes a page with the whole table. Out of range
must be 0: each declaration states what a value may be. Equal: of those that a model is given and that vary,
how many have the same values, missing ones included, as a feature before them on this set.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """What the values of each feature are on one set: a row a feature."""

    name: str
    applications: int
    table: pd.DataFrame

    def summary(self) -> str:
        """Return one line of the summary."""
        table = self.table
        always, constant = (table["missing"] == 1.0).sum(), table["constant"].sum()
        twins = (table["equal to"] != "") & (table["missing"] < 1.0) & ~table["constant"]
        equal, outside = (twins & (table["model"] == "yes")).sum(), table["out of range"].sum()
        cells = (self.name, f"{self.applications:,}", len(table), always, constant, equal, outside)
        return f"| {' | '.join(map(str, cells))} |"


def distribution_of(one: DataSet, threads: int | None) -> Distribution:
    """Compute every feature, also those that no model is given, and describe each."""
    pipeline = cs.CreditPipeline(one.features, threads=threads)
    matrix = pipeline.compute_features(one.applications, one.portfolio)
    seen: dict[bytes, str] = {}
    rows = []
    for feature in one.features:
        values = matrix[feature.name]
        twin = seen.setdefault(values.tobytes(), feature.name)
        rows.append(described(feature, values) | {"equal to": "" if twin == feature.name else twin})
    return Distribution(one.name, len(values), pd.DataFrame(rows))


def described(feature: cs.Feature, values: np.ndarray) -> dict[str, object]:
    """Describe the values of one feature, shape (n_applications,)."""
    known = values[~np.isnan(values)]
    quantiles = np.quantile(known, [0.0, 0.01, 0.5, 0.99, 1.0]) if known.size else np.full(5, np.nan)
    low, high = (edge if limit is None else limit for limit, edge in zip(feature.range, EDGES, strict=True))
    return {
        "feature": feature.name,
        "unit": feature.unit,
        "model": "yes" if feature.in_model else "no",
        "range": f"{low:g} to {high:g}",
        **dict(zip(("min", "1 %", "median", "99 %", "max"), quantiles, strict=True)),
        "missing": 1.0 - known.size / max(values.size, 1),
        "distinct": np.unique(known).size,
        "constant": bool(known.size and (known == known[0]).all()),
        "out of range": int(((known < low) | (known > high) | np.isinf(known)).sum()),
    }


def page_of(found: Sequence[Distribution]) -> str:
    """Return the whole table as a page that stands alone."""
    parts = [
        f"<h2>{one.name}</h2>{one.table.to_html(index=False, float_format='{:.4g}'.format)}" for one in found
    ]
    style = "body{font:14px sans-serif}td,th{padding:2px 8px;text-align:right}td:first-child{text-align:left}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{style}</style>{"".join(parts)}</html>'
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Write the summary and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=list(MAKERS))
    parser.add_argument("--threads", type=int)
    parser.add_argument("--page", type=Path, default=Path("distributions.html"))
    given = parser.parse_args(argv)
    found = [distribution_of(one, given.threads) for one in data_sets(tuple(given.sets))]
    lines = [
        HEAD,
        "| set | applications | features | always missing | constant | equal | values out of range |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(one.summary() for one in found),
        "",
    ]
    SUMMARY.write_text("\n".join(lines), encoding="utf-8")
    given.page.write_text(page_of(found), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
