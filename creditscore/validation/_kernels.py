"""Compiled statistics of weighted rows; a bootstrap resample is nothing but other weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@compiled
def ranking(risk: Floats, bad: Floats, weight: Floats) -> tuple[float, float]:
    """AUC with ties counted one half, and two-sided KS; rows must come by ascending risk."""
    all_bads = 0.0
    all_goods = 0.0
    for row in range(risk.size):
        all_bads += weight[row] * bad[row]
        all_goods += weight[row] * (1.0 - bad[row])
    bads = 0.0
    goods = 0.0
    wins = 0.0
    largest_gap = 0.0
    row = 0
    while row < risk.size:
        tied_bads = 0.0
        tied_goods = 0.0
        level = risk[row]
        while row < risk.size and risk[row] == level:
            tied_bads += weight[row] * bad[row]
            tied_goods += weight[row] * (1.0 - bad[row])
            row += 1
        wins += tied_bads * (goods + 0.5 * tied_goods)
        bads += tied_bads
        goods += tied_goods
        largest_gap = max(largest_gap, abs(bads / all_bads - goods / all_goods))
    return wins / (all_bads * all_goods), min(largest_gap, 1.0)


@compiled
def weighted_mean(values: Floats, weight: Floats) -> float:
    """Mean of values under weights."""
    total = 0.0
    weights = 0.0
    for row in range(values.size):
        total += weight[row] * values[row]
        weights += weight[row]
    return total / weights


@compiled
def summed_by_cell(
    weight: Floats, row: Numbers, share: Floats, cell: Numbers, values: Floats, cells: int
) -> Floats:
    """Sum weights, and weights times each column of values, of the members of each cell, in their order."""
    found = np.zeros((1 + values.shape[1], cells))
    for member in range(row.size):
        at = cell[member]
        w = weight[row[member]] * share[member]
        found[0, at] += w
        for column in range(values.shape[1]):
            found[1 + column, at] += w * values[member, column]
    return found
