"""Intervals of scores: learned at every fit from rows that each model had not seen, or anew from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.features.definition import FeatureSet
from creditscore.model.spread import Spread
from creditscore.model.spreading import Judged, learn_spread
from creditscore.pipeline.copies import Copies

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer


def group_columns(features: FeatureSet) -> dict[str, tuple[int, ...]]:
    """Return the columns of the features of each group of sources that has any."""
    found = {
        name: tuple(column for column, feature in enumerate(features) if feature.source in sources)
        for name, sources in SOURCE_GROUPS.items()
    }
    return {name: columns for name, columns in found.items() if columns}


def spread_of(fitted: CreditScorer, X: Float64, copies: Copies, features: FeatureSet) -> Spread | None:
    """Learn intervals from the rows of a fit, each as models saw it that were not grown on it.

    Parameters
    ----------
    fitted : CreditScorer
    X : ndarray of float64, shape (n_rows, n_features)
        The rows.
    copies : Copies
        What was fitted on besides, numbered by these rows.
    features : FeatureSet
    """
    seen = fitted.out_of_fold_
    # Where each combination of sources has its own line, copies that only calibrate are spoken of too.
    spoken = copies.grown_on() if fitted.model_.cells is None else copies
    values = np.concatenate([X, spoken.values])[seen.index]
    return learn_spread(Judged(seen.log_odds, seen.bad, seen.weight), values, group_columns(features))
