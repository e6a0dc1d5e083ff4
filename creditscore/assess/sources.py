"""What each source of data adds to the score."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.assess.study import Study
from creditscore.explain.contributions import Contributions
from creditscore.features.formula import Covered
from creditscore.model.scale import probability_of_default
from creditscore.validation.metrics import auc

_MOST_SUBSETS: Final = 16


def source_shares(study: Study, explained: Contributions) -> list[dict[str, Any]]:
    """Share of the mean size of all contributions that comes from each source, largest first."""
    size = np.abs(explained.values).mean(axis=0)
    total = float(size.sum()) or 1.0
    sums: dict[str, float] = {}
    for place, feature in enumerate(study.model.computer.features):
        sums[feature.source] = sums.get(feature.source, 0.0) + float(size[place])
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"source": source, "share": value / total} for source, value in ordered if value]


def missing_source_matrix(study: Study, explained: Contributions) -> list[dict[str, Any]]:
    """Score the judged rows with only some sources there: all subsets of up to four, else one out at a time.

    The model is not fitted anew; features of absent sources are missing and coverage says so.
    """
    sources = sorted(row["source"] for row in source_shares(study, explained))
    X = study.matrix.values[study.rows]
    found = []
    for there in _subsets(sources):
        absent = [source for source in sources if source not in there]
        log_odds = study.model.fitted.log_odds(without(study, X, absent), threads=study.threads)
        found.append(
            {
                "sources": list(there),
                "auc": float(auc(study.bad, log_odds)),
                "predicted": float(probability_of_default(log_odds).mean()),
                "bad_rate": float(study.bad.mean()),
            }
        )
    return found


def without(study: Study, X: NDArray[np.float64], absent: Collection[str]) -> NDArray[np.float64]:
    """Return feature values as they would be if some sources were not there."""
    X = X.copy()
    for place, feature in enumerate(study.model.computer.features):
        if feature.source in absent:
            X[:, place] = 0.0 if isinstance(feature.formula, Covered) else np.nan
    return X


def _subsets(sources: list[str]) -> list[tuple[str, ...]]:
    if 2 ** len(sources) <= _MOST_SUBSETS:
        sizes = range(len(sources), -1, -1)
        return [chosen for size in sizes for chosen in itertools.combinations(sources, size)]
    alone = [tuple(s for s in sources if s != left_out) for left_out in sources]
    return [tuple(sources), *alone, *((source,) for source in sources)]
