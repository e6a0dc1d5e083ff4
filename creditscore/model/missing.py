"""Missing values in boosted trees: where they go, and the proof that missing is never better than the best.

Everything here speaks of oriented features: risk rises with every signed one, so the best value that can be
observed takes the left side of each of its splits. LightGBM alone does not keep missing values in place. A
split whose feature was complete in training takes a missing value for zero, and one that no missing value
reached sends it left, to the lesser risk. So `route_missing` first sends missing values, wherever training
says nothing or little of them, to the greater risk, as unknown labels go; then `never_better_when_missing`
walks over all trees. Whoever hides what nearly all others show, such as an old account, gains nothing by it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.errors import FittingError
from creditscore.model._lightgbm_text import CATEGORICAL, MISSING_LEFT, NAN_MISSING, ZERO_MISSING
from creditscore.model._unknown_labels import riskier_on_the_left
from creditscore.model.trees import Trees
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT, SPECIAL, goes_left_specially

_EVERY: Final = -1
_BLOCK: Final = 64


def route_missing(trees: Trees, X: NDArray[np.float64], *, least: int = 1) -> Trees:
    """Treat NaN as missing in every split, and say where it goes where training did not.

    Parameters
    ----------
    trees : Trees
        As fitted.
    X : ndarray of float64, shape (n_rows, n_features)
        The rows that the trees were fitted on.
    least : int, default 1
        With fewer rows in which a feature is missing, training says nothing of it, at any split.

    Returns
    -------
    Trees
        The same trees, except that a numeric split sends a missing value to the side on which training rows
        fared worse (for a signed feature: the right one), if no missing value reached it in training or its
        feature was missing in fewer than ``least`` rows. Observed values take the same way as before.
    """
    nodes = trees.nodes.copy()
    decisions = nodes[:, DECISION]
    numeric = (decisions & (CATEGORICAL | ZERO_MISSING)) == 0
    reached = np.zeros(len(nodes), dtype=np.int64)
    missing = np.isnan(X)
    _count_missing(
        np.ascontiguousarray(X[missing.any(axis=1)]), trees.roots, nodes, trees.thresholds,
        trees.category_bounds, trees.category_words, reached,
    )  # fmt: skip
    seldom = (missing.sum(axis=0) < least)[nodes[:, FEATURE]]
    untold = numeric & ((reached == 0) | seldom | (decisions & NAN_MISSING == 0))
    decisions[numeric] |= NAN_MISSING
    decisions[untold] &= ~MISSING_LEFT
    decisions[untold & riskier_on_the_left(trees)] |= MISSING_LEFT
    nodes.setflags(write=False)
    return replace(trees, nodes=nodes)


def never_better_when_missing(
    trees: Trees, signed: NDArray[np.bool_], names: tuple[str, ...] | None = None
) -> Trees:
    """Prove the rule for missing values; where a split breaks it, mend the split and prove again.

    The rule: for every signed feature, other things equal, the risk of a missing value is never below that
    of the best value that can be observed; and no numeric split takes NaN for a number. A split that breaks
    it sends its missing values left from then on, the way of the best value, so mending always ends.
    Whoever mends must calibrate afterwards.

    Parameters
    ----------
    trees : Trees
        Over oriented features.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.
    names : tuple of str, optional
        Names of the features for the error; by default those of the trees.

    Returns
    -------
    Trees
        ``trees`` itself if nothing had to be mended.

    Raises
    ------
    FittingError
        If a numeric split takes NaN for a number or counts zeros as missing, naming the features.
    """
    decisions = trees.nodes[:, DECISION]
    wrong = (decisions & CATEGORICAL == 0) & (decisions & (NAN_MISSING | ZERO_MISSING) != NAN_MISSING)
    if wrong.any():
        known = names or trees.feature_names
        offenders = sorted({known[column] for column in trees.nodes[wrong, FEATURE]})
        raise FittingError(
            f"Splits on {', '.join(offenders)} do not treat NaN as missing. "
            "Pass the trees through route_missing with the rows that they were fitted on."
        )
    while broken := missing_wins(trees, signed):
        nodes = trees.nodes.copy()
        nodes[sorted(broken), DECISION] |= MISSING_LEFT
        nodes.setflags(write=False)
        trees = replace(trees, nodes=nodes)
    return trees


def missing_wins(trees: Trees, signed: NDArray[np.bool_]) -> set[int]:
    """Return the splits at which a missing value of a signed feature may fare better than the best observed.

    The proof is over all pairs of leaves, one reached with the feature missing and one with its best value,
    that some applicant could reach with everything else equal. It is made tree by tree: if the rule holds in
    each tree, it holds in their sum.

    Parameters
    ----------
    trees : Trees
        Over oriented features.
    signed : ndarray of bool, shape (n_features,)
        Which features have a sign.

    Returns
    -------
    set of int
        Node numbers; empty when the rule is proven.
    """
    walk = _Walk(
        trees.nodes[:, FEATURE].tolist(), trees.nodes[:, DECISION].tolist(), trees.thresholds.tolist(),
        trees.nodes[:, LEFT].tolist(), trees.nodes[:, RIGHT].tolist(), trees.leaf_values.tolist(),
        _category_sets(trees),
    )  # fmt: skip
    broken: set[int] = set()
    for root in trees.roots.tolist():
        for feature in sorted(walk.features_below(root)):
            if signed[feature]:
                broken.update(walk.offending_splits(root, feature))
    return broken


@dataclass(frozen=True, slots=True)
class _Interval:
    """Values that one numeric feature may still have: ``low < value <= high``, or missing."""

    low: float = -np.inf
    high: float = np.inf
    missing: bool = True

    def meets(self, other: _Interval) -> bool:
        both = max(self.low, other.low) < min(self.high, other.high)
        return both or (self.missing and other.missing)


_Region = Mapping[int, "_Interval | int"]


@dataclass(frozen=True, slots=True)
class _Walk:
    """The trees as plain lists, which Python reads faster than arrays."""

    feature: list[int]
    decision: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]
    category_set: list[int]

    def features_below(self, child: int) -> set[int]:
        found: set[int] = set()
        stack = [child]
        while stack:
            node = stack.pop()
            if node >= 0:
                found.add(self.feature[node])
                stack += (self.left[node], self.right[node])
        return found

    def offending_splits(self, root: int, feature: int) -> Iterator[int]:
        """Yield splits on the feature where missing parts from the best and may come out below it."""
        stack = [root]
        while stack:
            node = stack.pop()
            if node < 0:
                continue
            if self.feature[node] != feature:
                stack += (self.left[node], self.right[node])
            elif self.decision[node] & MISSING_LEFT:
                stack.append(self.left[node])
            elif self._missing_may_win(root, node, feature):
                yield node

    def _missing_may_win(self, root: int, node: int, feature: int) -> bool:
        """Compare what follows if a missing value goes right at the split and the best one left."""
        if_missing = list(self._reached(self.right[node], feature, {}, best=False))
        if_best = list(self._reached(self.left[node], feature, {}, best=True))
        if min(self._values(if_missing)) >= max(self._values(if_best)):
            return False
        # Some pair of leaves offends. Only now is it worth asking which pairs one applicant can reach.
        ways = self._reached(root, feature, {}, best=True, end=node)
        region = next((region for reached, region in ways if reached == node), None)
        if region is None:
            return False
        if_missing = list(self._reached(self.right[node], feature, region, best=False))
        if_best = list(self._reached(self.left[node], feature, region, best=True))
        return any(
            self.value[~low] < self.value[~high] and _compatible(here, there)
            for low, here in if_missing
            for high, there in if_best
        )

    def _values(self, leaves: list[tuple[int, _Region]]) -> Iterator[float]:
        return (self.value[~leaf] for leaf, _ in leaves)

    def _reached(
        self, child: int, feature: int, region: _Region, *, best: bool, end: int = -1
    ) -> Iterator[tuple[int, _Region]]:
        """Yield each leaf (and the split ``end``) below that the feature, best or missing, can reach.

        With it comes the region of the other features, within ``region``, from which it is reached.
        """
        stack = [(child, region)]
        while stack:
            node, here = stack.pop()
            if node < 0 or node == end:
                yield node, here
            elif self.feature[node] == feature:
                goes_left = best or self.decision[node] & MISSING_LEFT
                stack.append((self.left[node] if goes_left else self.right[node], here))
            else:
                split = self.feature[node]
                stack += ((side, {**here, split: part}) for side, part in self._parts(node, here.get(split)))

    def _parts(self, node: int, seen: _Interval | int | None) -> Iterator[tuple[int, _Interval | int]]:
        """Yield both sides of a split with the values that take them; a side that none takes is left out."""
        if self.decision[node] & CATEGORICAL:
            allowed = seen if isinstance(seen, int) else _EVERY
            members = self.category_set[int(self.threshold[node])]
            for side, part in ((self.left[node], allowed & members), (self.right[node], allowed & ~members)):
                if part:
                    yield side, part
            return
        values = seen if isinstance(seen, _Interval) else _Interval()
        threshold, nan_left = self.threshold[node], bool(self.decision[node] & MISSING_LEFT)
        below = _Interval(values.low, min(values.high, threshold), values.missing and nan_left)
        above = _Interval(max(values.low, threshold), values.high, values.missing and not nan_left)
        for side, interval in ((self.left[node], below), (self.right[node], above)):
            if interval.low < interval.high or interval.missing:
                yield side, interval


def _compatible(here: _Region, there: _Region) -> bool:
    """Whether one applicant could be in both regions."""
    for feature in here.keys() & there.keys():
        mine, theirs = here[feature], there[feature]
        if isinstance(mine, int) and isinstance(theirs, int):
            if not mine & theirs:
                return False
        elif isinstance(mine, _Interval) and isinstance(theirs, _Interval) and not mine.meets(theirs):
            return False
    return True


def _category_sets(trees: Trees) -> list[int]:
    """Each set of categories as the bits of one whole number; all else, missing too, is in its complement."""
    words, bounds = trees.category_words.tolist(), trees.category_bounds.tolist()
    return [
        sum(word << (32 * position) for position, word in enumerate(words[start:stop]))
        for start, stop in itertools.pairwise(bounds)
    ]


@compiled
def _count_missing(
    rows: NDArray[np.float64],
    roots: NDArray[np.int32],
    nodes: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    reached: NDArray[np.int64],
) -> None:
    """Count, for each split, the rows that reach it with its feature missing."""
    for start in range(0, len(rows), _BLOCK):
        stop = min(start + _BLOCK, len(rows))
        for tree in range(len(roots)):
            for row in range(start, stop):
                child = roots[tree]
                while child >= 0:
                    node = np.uint64(child)
                    value = rows[row, np.uint64(nodes[node, FEATURE])]
                    decision = nodes[node, DECISION]
                    if np.isnan(value):
                        reached[node] += 1
                        left = (decision & MISSING_LEFT) != 0
                    elif decision & SPECIAL:
                        left = goes_left_specially(value, decision, thresholds[node], bounds, words)
                    else:
                        left = value <= thresholds[node]
                    child = nodes[node, np.uint64(RIGHT) - np.uint64(left)]
