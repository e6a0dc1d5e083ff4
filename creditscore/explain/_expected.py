"""Where path-dependent values start from."""

from __future__ import annotations

import numpy as np

from creditscore.explain import _tables
from creditscore.model.trees import Trees


def expected_score(trees: Trees) -> float:
    """Sum over the trees of the mean leaf value of the training rows."""
    total = 0.0
    stop = 0
    for splits in np.diff(_tables.first_nodes(trees)):
        leaves = slice(stop, stop + int(splits) + 1)
        stop = leaves.stop
        counts = trees.leaf_counts[leaves]
        total += float(np.sum(counts / counts.sum() * trees.leaf_values[leaves]))
    return total
