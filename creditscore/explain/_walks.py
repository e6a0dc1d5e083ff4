"""The compiled walks that read Shapley values from tables: one for a few rows, one for blocks of many.

Both evaluate each split once, carry the conditions met so far down the tree as a bit mask, and look each
table up once. Both add trees, then tables, in their order for every row and feature, so a row has the same
bits alone as in a batch; only the order in which rows and tables take turns differs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.explain._tables import SPLITS_PER_TABLE
from creditscore.model._lightgbm_text import MISSING_LEFT
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT, SPECIAL, goes_left_specially

BIT, LEFT_SLOT, RIGHT_SLOT = 4, 5, 6
TOP, ABOVE, MEMBERS, WIDTH = 0, 1, 2, 2 + SPLITS_PER_TABLE
FEW_ROWS = 32
_BLOCK = 1024
_ALL_MET = np.uint32(0xFFFFFFFF)
_EVERY_BIT = np.uint16(0xFFFF)
_ONE = np.uint32(1)


class Walk(NamedTuple):
    """All arrays that a walk reads.

    ``splits`` has a row for each split: the four columns of ``Trees.nodes``, the bit of its feature in the
    mask, and where the masks of its children are kept. ``groups`` has a row for each table: where the mask of
    its topmost split is kept, how many of the mask's bits it reads, which outcomes, and its width.
    """

    first_splits: NDArray[np.int64]
    splits: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    bounds: NDArray[np.int32]
    words: NDArray[np.uint32]
    first_groups: NDArray[np.int32]
    groups: NDArray[np.int32]
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]
    table: NDArray[np.float64]

    def to_find_positions(self) -> tuple[NDArray[Any], ...]:
        """All that tells where a row reads the tables, without what it reads there."""
        return (
            self.first_splits, self.splits, self.thresholds, self.bounds, self.words, self.first_groups,
            self.groups, self.starts,
        )  # fmt: skip


@nested
def most_splits(first_splits: NDArray[np.int64]) -> int:
    most = 0
    for tree in range(len(first_splits) - 1):
        most = max(most, first_splits[tree + 1] - first_splits[tree])
    return most


@nested
def take_splits(
    row: NDArray[np.float64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    masks: NDArray[np.uint32],
    outcomes: NDArray[np.uint32],
) -> None:
    """Note which way a row goes at every split of one tree, and which conditions it has met above."""
    masks[0] = _ALL_MET
    for split in range(np.uint64(len(splits))):
        value = row[np.uint64(splits[split, FEATURE])]
        decision = splits[split, DECISION]
        if decision & SPECIAL:
            left = goes_left_specially(value, decision, thresholds[split], bounds, words)
        else:
            left = (value <= thresholds[split]) | (np.isnan(value) & ((decision & MISSING_LEFT) != 0))
        outcome = np.uint32(left)
        outcomes[split] = outcome
        bit = np.uint32(splits[split, BIT])
        met = masks[split]
        masks[np.uint64(splits[split, LEFT_SLOT])] = met & ~((_ONE - outcome) << bit)
        masks[np.uint64(splits[split, RIGHT_SLOT])] = met & ~(outcome << bit)


@nested
def find_positions_of_row(
    row: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    starts: NDArray[np.int64],
    masks: NDArray[np.uint32],
    outcomes: NDArray[np.uint32],
    positions: NDArray[np.uint64],
) -> None:
    """Note where one row reads every table; ``masks`` and ``outcomes`` hold one more than the most splits."""
    spare = len(outcomes) - 1
    for tree in range(len(first_splits) - 1):
        first, stop = first_splits[tree], first_splits[tree + 1]
        take_splits(row, splits[first:stop], thresholds[first:stop], bounds, words, masks, outcomes)
        outcomes[spare] = 0
        for group in range(np.uint64(first_groups[tree]), np.uint64(first_groups[tree + 1])):
            above = np.uint32(groups[group, ABOVE])
            key = masks[np.uint64(groups[group, TOP])] & ((_ONE << above) - _ONE)
            for position in range(np.uint64(SPLITS_PER_TABLE)):
                member = np.uint64(groups[group, np.uint64(MEMBERS) + position])
                key |= outcomes[member] << (above + np.uint32(position))
            positions[group] = np.uint64(starts[group]) + np.uint64(key) * np.uint64(groups[group, WIDTH])


@compiled
def explain_few(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    columns: NDArray[np.int32],
    starts: NDArray[np.int64],
    table: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Add contributions row by row: first where to look, then the looking up, which waits for memory."""
    most = most_splits(first_splits)
    masks = np.zeros(most + 1, dtype=np.uint32)
    outcomes = np.zeros(most + 1, dtype=np.uint32)
    positions = np.zeros(len(groups), dtype=np.uint64)
    for row in range(len(rows)):
        find_positions_of_row(rows[row], first_splits, splits, thresholds, bounds, words, first_groups,
                              groups, starts, masks, outcomes, positions)  # fmt: skip
        for group in range(np.uint64(len(groups))):
            for column in range(np.uint64(groups[group, WIDTH])):
                result[row, np.uint64(columns[group, column])] += table[positions[group] + column]


@nested
def _take_split_in_block(
    values: NDArray[np.float64],
    decision: int,
    threshold: float,
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    outcome: NDArray[np.uint16],
) -> None:
    """Note which way every row of a block goes at one split."""
    if decision & SPECIAL:
        for row in range(len(values)):
            left = goes_left_specially(values[row], decision, threshold, bounds, words)
            outcome[row] = np.uint16(left)
    elif decision & MISSING_LEFT:
        for row in range(len(values)):
            outcome[row] = np.uint16((values[row] <= threshold) | np.isnan(values[row]))
    else:
        for row in range(len(values)):
            outcome[row] = np.uint16(values[row] <= threshold)


@nested
def _pass_down(
    met: NDArray[np.uint16], outcome: NDArray[np.uint16], bit: int, side: int, child: NDArray[np.uint16]
) -> None:
    """Note which conditions every row of a block has met above a child."""
    shift, wanted = np.uint16(bit), np.uint16(side == LEFT)
    for row in range(len(met)):
        child[row] = met[row] & ~((outcome[row] ^ wanted) << shift)


@nested
def find_positions(
    values: NDArray[np.float64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    groups: NDArray[np.int32],
    starts: NDArray[np.int64],
    masks: NDArray[np.uint16],
    outcomes: NDArray[np.uint16],
    key: NDArray[np.uint16],
    positions: NDArray[np.uint32],
) -> None:
    """Note where a block reads each table of one tree; every array has rows of the block across.

    Each loop is over rows and writes to one array, so that the compiler makes vector instructions of it.
    """
    spare = len(outcomes) - 1
    masks[0] = _EVERY_BIT
    for split in range(len(splits)):
        _take_split_in_block(values[splits[split, FEATURE]], splits[split, DECISION], thresholds[split],
                             bounds, words, outcomes[split])  # fmt: skip
        for side, slot in ((LEFT, splits[split, LEFT_SLOT]), (RIGHT, splits[split, RIGHT_SLOT])):
            if slot != spare:
                _pass_down(masks[split], outcomes[split], splits[split, BIT], side, masks[slot])
    for group in range(len(groups)):
        above, width, start = groups[group, ABOVE], np.uint32(groups[group, WIDTH]), np.uint32(starts[group])
        met, read, position = masks[groups[group, TOP]], np.uint16((1 << above) - 1), positions[group]
        for row in range(len(key)):
            key[row] = met[row] & read
        for number in range(SPLITS_PER_TABLE):
            member, shift = groups[group, MEMBERS + number], np.uint16(above + number)
            if member != spare:
                outcome = outcomes[member]
                for row in range(len(key)):
                    key[row] |= outcome[row] << shift
        for row in range(len(key)):
            position[row] = start + np.uint32(key[row]) * width


@nested
def _add_column(
    table: NDArray[np.float64], position: NDArray[np.uint32], column: int, sums: NDArray[np.float64]
) -> None:
    """Add one column of a table to a block, four rows at a time: all are read before any is written."""
    n_rows, offset = np.uint64(len(position)), np.uint64(column)
    fours = n_rows - n_rows % np.uint64(4)
    for row in range(np.uint64(0), fours, np.uint64(4)):
        second, third, fourth = row + np.uint64(1), row + np.uint64(2), row + np.uint64(3)
        one = table[np.uint64(position[row]) + offset]
        two = table[np.uint64(position[second]) + offset]
        three = table[np.uint64(position[third]) + offset]
        four = table[np.uint64(position[fourth]) + offset]
        sums[row] += one
        sums[second] += two
        sums[third] += three
        sums[fourth] += four
    for row in range(fours, n_rows):
        sums[row] += table[np.uint64(position[row]) + offset]


@compiled
def explain_many(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    columns: NDArray[np.int32],
    starts: NDArray[np.int64],
    table: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Add contributions block by block, each table staying close while a whole block reads it."""
    most = most_splits(first_splits)
    for start in range(0, len(rows), _BLOCK):
        values = np.ascontiguousarray(rows[start : start + _BLOCK].T)
        n_players, n_rows = result.shape[1], values.shape[1]
        sums = np.zeros((n_players, n_rows))
        masks = np.zeros((most + 1, n_rows), dtype=np.uint16)
        outcomes = np.zeros((most + 1, n_rows), dtype=np.uint16)
        key = np.zeros(n_rows, dtype=np.uint16)
        positions = np.zeros((most + 1, n_rows), dtype=np.uint32)
        for tree in range(len(first_splits) - 1):
            first, last = first_splits[tree], first_splits[tree + 1]
            first_group, last_group = first_groups[tree], first_groups[tree + 1]
            find_positions(
                values, splits[first:last], thresholds[first:last], bounds, words,
                groups[first_group:last_group], starts[first_group:last_group], masks, outcomes, key,
                positions,
            )  # fmt: skip
            for group in range(first_group, last_group):
                for column in range(groups[group, WIDTH]):
                    _add_column(table, positions[group - first_group], column, sums[columns[group, column]])
        for row in range(n_rows):
            for number in range(n_players):
                result[start + row, number] = sums[number, row]


@compiled
def count_patterns(
    rows: NDArray[np.float64],
    weights: NDArray[np.float64],
    table: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> None:
    """Add the weight of each row to the first number of every table row that it reads."""
    most = most_splits(first_splits)
    for start in range(0, len(rows), _BLOCK):
        values = np.ascontiguousarray(rows[start : start + _BLOCK].T)
        n_rows = values.shape[1]
        masks = np.zeros((most + 1, n_rows), dtype=np.uint16)
        outcomes = np.zeros((most + 1, n_rows), dtype=np.uint16)
        key = np.zeros(n_rows, dtype=np.uint16)
        positions = np.zeros((most + 1, n_rows), dtype=np.uint32)
        for tree in range(len(first_splits) - 1):
            first, last = first_splits[tree], first_splits[tree + 1]
            first_group, last_group = first_groups[tree], first_groups[tree + 1]
            find_positions(
                values, splits[first:last], thresholds[first:last], bounds, words,
                groups[first_group:last_group], starts[first_group:last_group], masks, outcomes, key,
                positions,
            )  # fmt: skip
            for group in range(last_group - first_group):
                for row in range(n_rows):
                    table[positions[group, row]] += weights[start + row]
