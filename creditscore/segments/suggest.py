"""Where does the model do worst? Segments found by a shallow tree on one half, checked on the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import ParameterError
from creditscore.segments.segment import Segment

_MOST_LABELS: Final = 30


@dataclass(frozen=True, slots=True)
class SuggestedSegment:
    """A segment in which outcomes are not what was predicted.

    Attributes
    ----------
    segment : Segment
        Who is meant.
    rows : int
        Of the half that checks, how many belong.
    predicted, observed : float
        Mean probability of default and share of bads among them, within 0 and 1.
    z : float
        Their difference over its standard deviation if the probabilities held: above 0, more bads than
        predicted. Among k suggestions, one of a right model is beyond 2 in about one of 22 / k lists.
    """

    segment: Segment
    rows: int
    predicted: float
    observed: float
    z: float

    def __str__(self) -> str:
        return (
            f"{self.segment.where}: {self.rows:,} rows, {self.predicted:.1%} predicted, "
            f"{self.observed:.1%} observed (z {self.z:+.1f})"
        )


@dataclass(frozen=True, slots=True)
class SuggestedSegments:
    """Segments, the worst first.

    Attributes
    ----------
    suggestions : tuple of SuggestedSegment
        By the size of `z` on the half that did not find them.
    """

    suggestions: tuple[SuggestedSegment, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.suggestions)) or "No segment was found."

    def _repr_html_(self) -> str:
        return "<br>".join(escape(str(one)) for one in self.suggestions)


def suggest_segments(
    columns: Mapping[str, ArrayLike],
    probability: ArrayLike,
    bad: ArrayLike,
    *,
    depth: int = 2,
    least_rows: int = 100,
    seed: int = 0,
) -> SuggestedSegments:
    """Find segments in which a model's probabilities do not hold.

    A regression tree of small depth is grown on what is left of the outcomes (bad less probability) in one
    random half of the rows; each of its leaves is a segment, judged by the other half alone.

    Parameters
    ----------
    columns : mapping of str to array-like, shape (n,)
        By what rows may be told apart: numbers (NaN is missing), or texts (None is missing) of at most 30
        labels. Neither must the model have read them.
    probability : array-like of float, shape (n,)
        Probability of default, within 0 and 1, of rows that the model was not fitted on.
    bad : array-like of {0, 1}, shape (n,)
        What became of them.
    depth : int, default 2
        Comparisons that a segment joins at most.
    least_rows : int, default 100
        In each half.
    seed : int, default 0
        Of the halves.

    Returns
    -------
    SuggestedSegments

    Raises
    ------
    ParameterError
        If there are too few rows, or columns that cannot tell rows apart.

    Examples
    --------
    >>> random = np.random.default_rng(5)
    >>> income, seen = random.uniform(0, 100, 4000), random.random(4000)
    >>> bad = seen < np.where(income < 20, 0.3, 0.1)
    >>> print(suggest_segments({"income": income}, np.full(4000, 0.14), bad, depth=1))
    income <= 20.1: 417 rows, 14.0% predicted, 28.5% observed (z +8.6)
    income > 20.1: 1,583 rows, 14.0% predicted, 9.3% observed (z -5.4)
    """
    chances, outcomes = numbers_of("probability", probability), numbers_of("bad", bad)
    if chances.shape != outcomes.shape or chances.ndim != 1:
        raise ParameterError("probability and bad must have one value for each row.")
    if not ((chances >= 0) & (chances <= 1)).all() or not np.isin(outcomes, (0.0, 1.0)).all():
        raise ParameterError("probability must lie within 0 and 1, and bad be 0 or 1. Leave others out.")
    if chances.size < 4 * least_rows:
        raise ParameterError.must_be("probability", f"of at least {4 * least_rows} rows", chances.size)
    finder = np.random.default_rng(seed).permutation(chances.size) < chances.size // 2
    found = [
        judged
        for where in _leaves(columns, outcomes - chances, finder, depth, least_rows)
        if (judged := _judged(where, columns, chances, outcomes, ~finder)) and judged.rows >= least_rows
    ]
    return SuggestedSegments(tuple(sorted(found, key=lambda one: -abs(one.z))))


def _judged(
    where: str,
    columns: Mapping[str, ArrayLike],
    chances: NDArray[np.float64],
    outcomes: NDArray[np.float64],
    judge: NDArray[np.bool_],
) -> SuggestedSegment | None:
    segment = Segment("suggested", where)
    inside = segment.of(columns).inside & judge
    rows = int(inside.sum())
    spread = math.sqrt(float((chances[inside] * (1 - chances[inside])).sum()))
    if rows == 0 or spread == 0:
        return None
    z = float((outcomes[inside] - chances[inside]).sum()) / spread
    return SuggestedSegment(segment, rows, float(chances[inside].mean()), float(outcomes[inside].mean()), z)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A column of the tree, and how the two sides of a split are said."""

    values: NDArray[np.float64]
    name: str
    label: str | None

    def said(self, threshold: float, *, left: bool) -> str:
        """Say one side of a split."""
        if self.label is not None:
            return f"{self.name} {'!=' if left else '=='} {self.label}"
        return f"{self.name} {'<=' if left else '>'} {threshold:g}"


def _candidates(columns: Mapping[str, ArrayLike]) -> list[_Candidate]:
    found = []
    for name, given in columns.items():
        values = np.asarray(given)
        if values.dtype.kind in "biuf":
            found.append(_Candidate(values.astype(np.float64), f"`{name}`", None))
            continue
        labels = sorted({one for one in values.tolist() if isinstance(one, str)})
        if len(labels) > _MOST_LABELS:
            raise ParameterError(
                f"The column {name!r} has {len(labels)} labels; a segment names at most {_MOST_LABELS}. "
                "Leave it out, or put its labels together."
            )
        for label in labels:
            same = np.array(
                [float(one == label) if isinstance(one, str) else np.nan for one in values.tolist()]
            )
            quoted = "'" + label.replace("\\", "\\\\").replace("'", "\\'") + "'"
            found.append(_Candidate(same, f"`{name}`", quoted))
    if not found:
        raise ParameterError("Give at least one column of numbers or texts.")
    return found


def _leaves(
    columns: Mapping[str, ArrayLike],
    left_over: NDArray[np.float64],
    finder: NDArray[np.bool_],
    depth: int,
    least_rows: int,
) -> Iterator[str]:
    """Grow a tree on the half that finds, and say each leaf; thresholds are rounded to three digits."""
    from sklearn.tree import DecisionTreeRegressor

    candidates = _candidates(columns)
    matrix = np.column_stack([one.values for one in candidates])
    grown = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=least_rows, random_state=0)
    tree = grown.fit(matrix[finder], left_over[finder]).tree_
    for path in _paths(tree, 0, ()):
        said = []
        for node, left in path:
            candidate, limit = candidates[tree.feature[node]], _rounded(float(tree.threshold[node]))
            said.append(candidate.said(limit, left=left))
        if said:
            yield Segment("leaf", " and ".join(said)).to_dict()["where"]


def _paths(
    tree: Any, node: int, path: tuple[tuple[int, bool], ...]
) -> Iterator[tuple[tuple[int, bool], ...]]:
    if tree.children_left[node] < 0:
        yield path
        return
    yield from _paths(tree, tree.children_left[node], (*path, (node, True)))
    yield from _paths(tree, tree.children_right[node], (*path, (node, False)))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
