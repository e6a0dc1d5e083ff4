"""The compiled walks behind Shapley values by quadrature, for trees too deep for tables.

Where every other player joins with chance t, player i adds to a leaf its value times (met_i - share_i) times
the product over the others of (t * met_j + (1 - t) * share_j). So at each of a few points t a walk down
carries the product of the factors above each split, a walk up sums the values of the leaves times the factors
below it, and each split adds what its own player gains between its two sides. Where the player had a split
above, its factor there is divided out and what it gained there taken back. The cost grows with the number of
splits and not with their depth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore.explain._walks import most_splits
from creditscore.model._lightgbm_text import MISSING_LEFT
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT, SPECIAL, goes_left_specially


@inner
def _go_down(
    row: NDArray[np.float64],
    first: int,
    nodes: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    before: NDArray[np.int32],
    shares: NDArray[np.float64],
    points: NDArray[np.float64],
    met: NDArray[np.float64],
    chances: NDArray[np.float64],
) -> None:
    """Note which edges of one tree a row meets (1 or 0), and the chance of the way to each split."""
    for point in range(len(points)):
        chances[0, point] = 1.0
    for split in range(len(nodes)):
        value, decision = row[nodes[split, FEATURE]], nodes[split, DECISION]
        if decision & SPECIAL:
            left = goes_left_specially(value, decision, thresholds[split], bounds, words)
        else:
            left = (value <= thresholds[split]) | (np.isnan(value) & ((decision & MISSING_LEFT) != 0))
        above = before[2 * split]
        known = met[above] if above >= 0 else 1.0
        met[2 * split] = known if left else 0.0
        met[2 * split + 1] = 0.0 if left else known
        for edge in (2 * split, 2 * split + 1):
            child = nodes[split, LEFT + (edge & 1)]
            if child >= 0:
                _pass_on(split, child - first, met[edge], shares[edge], points, chances)
                if above >= 0:
                    _take_back(child - first, known, shares[above], points, chances)


@inner
def _pass_on(
    split: int,
    child: int,
    own: float,
    share: float,
    points: NDArray[np.float64],
    chances: NDArray[np.float64],
) -> None:
    """Multiply the chance of a split by t * own + (1 - t) * share."""
    gain = own - share
    for point in range(0, len(points), 4):
        second, third, fourth = point + 1, point + 2, point + 3
        one = chances[split, point] * (share + gain * points[point])
        two = chances[split, second] * (share + gain * points[second])
        three = chances[split, third] * (share + gain * points[third])
        four = chances[split, fourth] * (share + gain * points[fourth])
        chances[child, point] = one
        chances[child, second] = two
        chances[child, third] = three
        chances[child, fourth] = four


@inner
def _take_back(
    child: int, own: float, share: float, points: NDArray[np.float64], chances: NDArray[np.float64]
) -> None:
    """Divide by the factor that the player had above; where that is 0, the chance is 0 and stays so."""
    for point in range(len(points)):
        older = share + (own - share) * points[point]
        if older > 0.0:
            chances[child, point] /= older


@inner
def _go_up(
    before: NDArray[np.int32],
    shares: NDArray[np.float64],
    parents: NDArray[np.int32],
    points: NDArray[np.float64],
    met: NDArray[np.float64],
    chances: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """Sum values times factors up one tree, and put in the place of its chance what each split adds.

    ``sums`` holds for each edge the sum over the leaves below the child, without the factor of the edge.
    """
    for split in range(len(parents) - 1, -1, -1):
        left, right, parent = 2 * split, 2 * split + 1, parents[split]
        one, two = shares[left], shares[right]
        gain, loss = met[left] - one, met[right] - two
        above = before[left]
        if above < 0:
            for point in range(0, len(points), 4):
                _meet_four(left, parent, split, point, one, two, gain, loss, points, chances, sums)
            continue
        share, own = shares[above], met[above] - shares[above]
        for point in range(len(points)):
            older = share + own * points[point]
            scale = 1.0 / older if older > 0.0 else 0.0
            first, second = sums[left, point], sums[right, point]
            below = scale * ((one + gain * points[point]) * first + (two + loss * points[point]) * second)
            sums[parent, point] = below
            chances[split, point] *= scale * (gain * first + loss * second - own * below)


@inner
def _meet_four(
    left: int,
    parent: int,
    split: int,
    point: int,
    one: float,
    two: float,
    gain: float,
    loss: float,
    points: NDArray[np.float64],
    chances: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """Take the two sides of a split together at four points: all are read before any is written."""
    b, c, d, right = point + 1, point + 2, point + 3, left + 1
    u, v, w, x = sums[left, point], sums[left, b], sums[left, c], sums[left, d]
    o, p, q, r = sums[right, point], sums[right, b], sums[right, c], sums[right, d]
    s, t, y, z = points[point], points[b], points[c], points[d]
    e, f, g, h = chances[split, point], chances[split, b], chances[split, c], chances[split, d]
    sums[parent, point] = (one + gain * s) * u + (two + loss * s) * o
    sums[parent, b] = (one + gain * t) * v + (two + loss * t) * p
    sums[parent, c] = (one + gain * y) * w + (two + loss * y) * q
    sums[parent, d] = (one + gain * z) * x + (two + loss * z) * r
    chances[split, point] = e * (gain * u + loss * o)
    chances[split, b] = f * (gain * v + loss * p)
    chances[split, c] = g * (gain * w + loss * q)
    chances[split, d] = h * (gain * x + loss * r)


@inner
def _lay_leaves(
    nodes: NDArray[np.int32], leaf_values: NDArray[np.float64], n_points: int, sums: NDArray[np.float64]
) -> None:
    """Put the value of each leaf below its edge; no walk overwrites it."""
    for split in range(len(nodes)):
        for side in (LEFT, RIGHT):
            if nodes[split, side] < 0:
                for point in range(n_points):
                    sums[2 * split + side - LEFT, point] = leaf_values[~nodes[split, side]]


@inner
def _add_splits(
    players: NDArray[np.int32], n_points: int, chances: NDArray[np.float64], added: NDArray[np.float64]
) -> None:
    for split in range(len(players)):
        player = players[split]
        for point in range(0, n_points, 4):
            second, third, fourth = point + 1, point + 2, point + 3
            one = added[player, point] + chances[split, point]
            two = added[player, second] + chances[split, second]
            three = added[player, third] + chances[split, third]
            four = added[player, fourth] + chances[split, fourth]
            added[player, point] = one
            added[player, second] = two
            added[player, third] = three
            added[player, fourth] = four


@compiled
def explain_deep(
    rows: NDArray[np.float64],
    result: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    nodes: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    leaf_values: NDArray[np.float64],
    players: NDArray[np.int32],
    before: NDArray[np.int32],
    shares: NDArray[np.float64],
    parents: NDArray[np.int32],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> None:
    """Set the contributions of a block of rows; ``result`` has shape (n_rows, n_players) and starts at 0."""
    most, n_points = most_splits(first_splits), len(points)
    added = np.zeros((len(rows), result.shape[1], n_points))
    sums, chances = np.zeros((2 * most + 1, n_points)), np.zeros((most, n_points))
    met = np.zeros(2 * most)
    for tree in range(len(first_splits) - 1):
        first, stop = first_splits[tree], first_splits[tree + 1]
        if first == stop:
            continue
        here, above, share = nodes[first:stop], before[2 * first : 2 * stop], shares[2 * first : 2 * stop]
        split, mine, up = thresholds[first:stop], players[first:stop], parents[first:stop]
        _lay_leaves(here, leaf_values, n_points, sums)
        for row in range(len(rows)):
            _go_down(rows[row], first, here, split, bounds, words, above, share, points, met, chances)
            _go_up(above, share, up, points, met, chances, sums)
            _add_splits(mine, n_points, chances, added[row])
    for row in range(len(rows)):
        for player in range(result.shape[1]):
            for point in range(n_points):
                result[row, player] += weights[point] * added[row, player, point]


@compiled
def pairs_of_deep(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    nodes: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    leaf_values: NDArray[np.float64],
    players: NDArray[np.int32],
    before: NDArray[np.int32],
    shares: NDArray[np.float64],
    parents: NDArray[np.int32],
    lengths: NDArray[np.int32],
    latest: NDArray[np.int32],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Add the pairs of a block of rows below the diagonals of their matrices, shape (players, players)."""
    most, n_points = most_splits(first_splits), len(points)
    sums, chances = np.zeros((2 * most + 1, n_points)), np.zeros((most, n_points))
    met, ratios = np.zeros(2 * most), np.zeros((2 * most, n_points))
    missed = -1.0 / (1.0 - points)
    for tree in range(len(first_splits) - 1):
        first, stop = first_splits[tree], first_splits[tree + 1]
        if first == stop:
            continue
        here, above, share = nodes[first:stop], before[2 * first : 2 * stop], shares[2 * first : 2 * stop]
        split, mine, up = thresholds[first:stop], players[first:stop], parents[first:stop]
        _lay_leaves(here, leaf_values, n_points, sums)
        _note_ratios(share, points, ratios)
        for row in range(len(rows)):
            _go_down(rows[row], first, here, split, bounds, words, above, share, points, met, chances)
            _go_up(above, share, up, points, met, chances, sums)
            _pair_splits(mine, above, lengths[first:stop], latest[first:stop], ratios, missed, met, weights,
                         chances, result[row])  # fmt: skip


@inner
def _note_ratios(
    shares: NDArray[np.float64], points: NDArray[np.float64], ratios: NDArray[np.float64]
) -> None:
    """Note (1 - share) / (t + (1 - t) * share), what a player gains who meets an edge, by its factor."""
    for edge in range(len(shares)):
        for point in range(len(points)):
            ratios[edge, point] = (1.0 - shares[edge]) / (shares[edge] + (1.0 - shares[edge]) * points[point])


@inner
def _pair_splits(
    players: NDArray[np.int32],
    before: NDArray[np.int32],
    lengths: NDArray[np.int32],
    latest: NDArray[np.int32],
    ratios: NDArray[np.float64],
    missed: NDArray[np.float64],
    met: NDArray[np.float64],
    weights: NDArray[np.float64],
    chances: NDArray[np.float64],
    matrix: NDArray[np.float64],
) -> None:
    """Add half of what the player of each split and every other player above it add together."""
    for split in range(len(players)):
        for point in range(len(weights)):
            chances[split, point] *= 0.5 * weights[point]
        mine, above = players[split], before[2 * split]
        for entry in range(lengths[split]):
            other = latest[split, entry]
            if other == above:
                continue
            one = two = three = four = 0.0
            if met[other] > 0.0:
                for point in range(0, len(weights), 4):
                    second, third, fourth = point + 1, point + 2, point + 3
                    one += chances[split, point] * ratios[other, point]
                    two += chances[split, second] * ratios[other, second]
                    three += chances[split, third] * ratios[other, third]
                    four += chances[split, fourth] * ratios[other, fourth]
            else:
                for point in range(0, len(weights), 4):
                    second, third, fourth = point + 1, point + 2, point + 3
                    one += chances[split, point] * missed[point]
                    two += chances[split, second] * missed[second]
                    three += chances[split, third] * missed[third]
                    four += chances[split, fourth] * missed[fourth]
            theirs = players[other // 2]
            matrix[max(mine, theirs), min(mine, theirs)] += (one + two) + (three + four)
