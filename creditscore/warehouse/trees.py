"""Boosted trees, calibration, points and grades in SQL: one column a tree, added up in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from creditscore.model._lightgbm_text import CATEGORICAL, MISSING_LEFT, ZERO_BOUND, ZERO_MISSING
from creditscore.model.cells import Cells
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import MasterScale, ScoreScale
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT
from creditscore.warehouse.dialects import quoted

_AT_A_TIME: Final = 200


def number(value: float) -> str:
    """Write a double so that a warehouse reads the same one.

    Examples
    --------
    >>> number(0.1)
    '1.e-01'
    """
    return str(np.format_float_scientific(value, unique=True))


def tree_columns(model: FittedModel) -> Iterator[str]:
    """Write what each tree adds, over columns ``x0``, ``x1``, ... of features; NULL is missing."""
    for root in model.trees.roots.tolist():
        yield f"CAST({_below(model, root)} AS DOUBLE)"


def sums(model: FittedModel) -> Iterator[tuple[str, str]]:
    """Write the trees, so many at a time, and the sum of each part: expressions must not grow too deep."""
    texts = list(tree_columns(model))
    for first in range(0, len(texts), _AT_A_TIME):
        part = range(first, min(first + _AT_A_TIME, len(texts)))
        yield ", ".join(f"{texts[k]} AS t{k}" for k in part), " + ".join(f"t{k}" for k in part)


def _below(model: FittedModel, child: int) -> str:
    """Write the value of the leaf that a row falls into below a split."""
    trees = model.trees
    if child < 0:
        return number(float(trees.leaf_values[~child]))
    node = trees.nodes[child]
    left, right = _below(model, int(node[LEFT])), _below(model, int(node[RIGHT]))
    return f"CASE WHEN {goes_left(model, child)} THEN {left} ELSE {right} END"


def goes_left(model: FittedModel, node: int) -> str:
    """Write whether a row goes left at a split; NULL is no."""
    column, decision = (int(model.trees.nodes[node, part]) for part in (FEATURE, DECISION))
    if decision & CATEGORICAL:
        return _in_set(model, node, column)
    threshold, value = float(model.trees.thresholds[node]), f"x{column}"
    falls = model.signs[column] < 0
    below = f"{value} >= {number(-threshold)}" if falls else f"{value} <= {number(threshold)}"
    if math.isinf(threshold):
        below = f"NOT {value} IS NULL" if threshold > 0 else "FALSE"
    if not decision & ZERO_MISSING:
        return f"{below} OR {value} IS NULL" if decision & MISSING_LEFT else below
    if decision & MISSING_LEFT:
        return f"{value} IS NULL OR ABS({value}) <= {number(ZERO_BOUND)} OR {below}"
    return f"ABS({value}) > {number(ZERO_BOUND)} AND ({below})"


def _in_set(model: FittedModel, node: int, column: int) -> str:
    """Write whether the label of a row is of a set; a missing or new one has the code after all others."""
    labels, trees = model.categories[column], model.trees
    first, last = (int(end) for end in trees.category_bounds[int(trees.thresholds[node]) :][:2])
    words = trees.category_words[first:last].tolist()
    inside = [
        len(words) > code // 32 and bool(words[code // 32] >> code % 32 & 1)
        for code in range(len(labels) + 1)
    ]
    named = ", ".join(
        number(label) for label, there in zip(labels, inside, strict=False) if there != inside[-1]
    )
    if inside[-1]:
        return f"x{column} IS NULL OR NOT x{column} IN ({named})" if named else "TRUE"
    return f"x{column} IN ({named})" if named else "FALSE"


def lines(model: FittedModel) -> tuple[str, str]:
    """Write slope and intercept of the calibration of a row."""
    if model.cells is None:
        return number(model.calibration.slope), number(model.calibration.intercept)
    return _by_cell(model.cells, "slope"), _by_cell(model.cells, "intercept")


def _by_cell(cells: Cells, part: str) -> str:
    steps = " ".join(
        f"WHEN {quoted(name)} THEN {number(getattr(line, part))}"
        for name, line in sorted(cells.lines.items())
    )
    common = number(getattr(cells.common, part))
    return f"CASE cell {steps} ELSE {common} END" if steps else common


def cell(model: FittedModel) -> str:
    """Write the name of the cell of a row: the groups of columns of which it shows one, joined by ``+``."""
    if model.cells is None:
        return "''"
    parts = []
    for name, columns in model.cells.groups.columns.items():
        shown = " OR ".join(f"NOT x{column} IS NULL" for column in columns)
        parts.append(f"CASE WHEN {shown} THEN {quoted('+' + name)} ELSE '' END")
    return f"SUBSTRING({' || '.join(parts)}, 2)" if parts else "''"


def points(scale: ScoreScale) -> str:
    """Write unrounded points of ``log_odds``."""
    return f"{number(scale.offset)} - {number(scale.factor)} * log_odds"


def score(scale: ScoreScale) -> str:
    """Write points rounded half to even, kept within the scale, of ``points``."""
    low = "FLOOR(points)"
    even = f"CASE WHEN {low} / 2.0 = FLOOR({low} / 2.0) THEN {low} ELSE {low} + 1 END"
    rounded = (
        f"CASE WHEN points - {low} < 0.5 THEN {low} WHEN points - {low} > 0.5 THEN {low} + 1 ELSE {even} END"
    )
    return (
        f"CAST(CASE WHEN points <= {scale.minimum} THEN {scale.minimum} "
        f"WHEN points >= {scale.maximum} THEN {scale.maximum} ELSE {rounded} END AS BIGINT)"
    )


def probability() -> str:
    """Write the probability of default of ``log_odds``, without overflow at either end."""
    small = "EXP(-ABS(log_odds))"
    return f"CASE WHEN log_odds >= 0 THEN 1 ELSE {small} END / (1 + {small})"


def grade(scale: MasterScale) -> str:
    """Write the label of the grade of ``probability_of_default``."""
    steps = " ".join(
        f"WHEN probability_of_default < {number(bound)} THEN {quoted(label)}"
        for bound, label in zip(scale.bounds, scale.labels, strict=False)
    )
    return f"CASE {steps} ELSE {quoted(scale.labels[-1])} END"
